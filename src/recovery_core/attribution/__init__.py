"""Whose doing it was, and what of the redress the company owes for it.

Two questions, two functions: an `AttributionRule` lays a failure to parties in exact
shares; a `LiabilityRule` says what follows from the shares. Neither withholds an
acknowledgement, an apology or care: those are owed whoever is to blame.
"""

from typing import TYPE_CHECKING

from .._lazy import lazy_face

__all__ = [
    "AssertedBy",
    "AttributionRule",
    "BarredAboveHalf",
    "BarredAtHalf",
    "BlameBlind",
    "ByEvidence",
    "ByWeight",
    "CappedCustomerShare",
    "Contributory",
    "Defence",
    "FirstMatch",
    "LiabilityRule",
    "Match",
    "PureComparative",
    "ToRoots",
    "disagreement",
    "recourse",
]

if TYPE_CHECKING:
    from .chains import ToRoots
    from .evidence import ByEvidence
    from .liability import (
        BarredAboveHalf,
        BarredAtHalf,
        BlameBlind,
        CappedCustomerShare,
        Contributory,
        Defence,
        LiabilityRule,
        PureComparative,
    )
    from .perception import AssertedBy, disagreement
    from .recourse_shares import recourse
    from .rules import AttributionRule, ByWeight, FirstMatch, Match
else:
    __getattr__, __dir__ = lazy_face(
        __name__,
        {
            "chains": ("ToRoots",),
            "evidence": ("ByEvidence",),
            "liability": (
                "BarredAboveHalf",
                "BarredAtHalf",
                "BlameBlind",
                "CappedCustomerShare",
                "Contributory",
                "Defence",
                "LiabilityRule",
                "PureComparative",
            ),
            "perception": (
                "AssertedBy",
                "disagreement",
            ),
            "recourse_shares": ("recourse",),
            "rules": (
                "AttributionRule",
                "ByWeight",
                "FirstMatch",
                "Match",
            ),
        },
    )
