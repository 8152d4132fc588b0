"""Compensation policies: from a claim to an award, alone or combined.

The good way to write one is a `recovery_core.tables.Table`: rules over declared
columns, checked when they are built. Any other function from a claim to an award is a
policy as well.
"""

from typing import TYPE_CHECKING

from .._lazy import lazy_face

__all__ = [
    "CompensationPolicy",
    "Reimbursement",
    "ReplacementNotRepair",
    "SpendingLimit",
    "StandingDiscount",
    "TangibleForArchitecture",
    "best_of",
    "capped",
    "check_not_token",
    "dated",
    "first",
    "floored",
    "only_if",
    "owed",
    "scaled",
    "set_off",
    "sum_of",
]

if TYPE_CHECKING:
    from .base import CompensationPolicy
    from .classics import (
        Reimbursement,
        ReplacementNotRepair,
        SpendingLimit,
        StandingDiscount,
        TangibleForArchitecture,
        check_not_token,
    )
    from .combinators import best_of, dated, first, only_if, sum_of
    from .limits import capped, floored, owed, scaled, set_off
else:
    __getattr__, __dir__ = lazy_face(
        __name__,
        {
            "base": ("CompensationPolicy",),
            "classics": (
                "Reimbursement",
                "ReplacementNotRepair",
                "SpendingLimit",
                "StandingDiscount",
                "TangibleForArchitecture",
                "check_not_token",
            ),
            "combinators": (
                "best_of",
                "dated",
                "first",
                "only_if",
                "sum_of",
            ),
            "limits": (
                "capped",
                "floored",
                "owed",
                "scaled",
                "set_off",
            ),
        },
    )
