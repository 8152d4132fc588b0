"""The classes behind the combinators, under names that can be matched against."""

# One place that leans on what the rooms next door keep to themselves.
# ruff: noqa: SLF001
# pyright: reportPrivateUsage=false

from .. import combinators, limits

__all__ = [
    "BestOf",
    "Capped",
    "Dated",
    "First",
    "Floored",
    "Scaled",
    "SetOff",
    "SumOf",
]

BestOf = combinators._BestOf
Dated = combinators._Dated
First = combinators._First
SumOf = combinators._SumOf
Capped = limits._Capped
Floored = limits._Floored
Scaled = limits._Scaled
SetOff = limits._SetOff
