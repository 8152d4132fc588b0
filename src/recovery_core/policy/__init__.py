"""Compensation policies: from a claim to an award, alone or combined.

The good way to write one is a `Table`: rules over declared columns, checked when they
are built. Any other function from a claim to an award is a policy as well.
"""

from . import column
from .base import CompensationPolicy
from .classics import (
    Reimbursement,
    ReplacementNotRepair,
    SpendingLimit,
    StandingDiscount,
    TangibleForArchitecture,
    check_not_token,
)
from .column import Column
from .combinators import best_of, dated, first, only_if, sum_of
from .decision import Decision, Outcome
from .formulas import (
    beyond,
    greater,
    halved,
    indexed,
    interest,
    lesser,
    per_completed,
    per_started,
    percent_of,
    plus,
)
from .limits import capped, floored, owed, scaled, set_off
from .rules import Hit, Rule, pay
from .table import Table

__all__ = [
    "Column",
    "CompensationPolicy",
    "Decision",
    "Hit",
    "Outcome",
    "Reimbursement",
    "ReplacementNotRepair",
    "Rule",
    "SpendingLimit",
    "StandingDiscount",
    "Table",
    "TangibleForArchitecture",
    "best_of",
    "beyond",
    "capped",
    "check_not_token",
    "column",
    "dated",
    "first",
    "floored",
    "greater",
    "halved",
    "indexed",
    "interest",
    "lesser",
    "only_if",
    "owed",
    "pay",
    "per_completed",
    "per_started",
    "percent_of",
    "plus",
    "scaled",
    "set_off",
    "sum_of",
]
