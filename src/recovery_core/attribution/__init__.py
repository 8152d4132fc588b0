"""Whose doing it was, and what of the redress the company owes for it.

Two questions, two functions: an `AttributionRule` lays a failure to parties in exact
shares; a `LiabilityRule` says what follows from the shares. Neither withholds an
acknowledgement, an apology or care: those are owed whoever is to blame.
"""

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
from .recourse import recourse
from .rules import AttributionRule, ByWeight, FirstMatch, Match

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
