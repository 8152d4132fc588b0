"""The classes behind the combinators, under names that can be matched against."""

# One place that leans on what the rooms next door keep to themselves.
# ruff: noqa: SLF001
# pyright: reportPrivateUsage=false

from collections.abc import Callable

from ..._domain.remedy import Award
from .. import combinators, limits

__all__ = [
    "BestOf",
    "Capped",
    "Dated",
    "First",
    "Floored",
    "Owed",
    "Scaled",
    "SetOff",
    "SumOf",
    "rank",
]

BestOf = combinators._BestOf
Dated = combinators._Dated
First = combinators._First
SumOf = combinators._SumOf
Capped = limits._Capped
Floored = limits._Floored
Owed = limits._Owed
Scaled = limits._Scaled
SetOff = limits._SetOff
rank: Callable[[Award], tuple[bool, int]] = combinators._rank
