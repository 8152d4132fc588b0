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
    from .composing import (
        best_of,
        capped,
        dated,
        first,
        floored,
        only_if,
        owed,
        scaled,
        set_off,
        sum_of,
    )
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
            "composing": (
                "best_of",
                "capped",
                "dated",
                "first",
                "floored",
                "only_if",
                "owed",
                "scaled",
                "set_off",
                "sum_of",
            ),
        },
    )
