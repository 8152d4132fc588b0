"""Compensation policies: from a claim to an award, alone or combined."""

from .base import CompensationPolicy
from .combinators import best_of, dated, first, only_if, sum_of
from .limits import capped, floored, owed, scaled, set_off

__all__ = [
    "CompensationPolicy",
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
]
