"""Columns of every domain, and what they hold."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Any, Final

import pytest

import recovery_core as rc
from recovery_core.tables import Column, column
from recovery_core.tables.conditions import When


def eur(text: str) -> rc.Money:
    """Count in euros."""
    return rc.Money(text, "EUR")


class Tier(Enum):
    """Goes by the names of its members."""

    SILVER = 7
    GOLD = 3


# Domains small enough to be walked, one of every kind.
_SMALL: Final = {
    "integers": column.integer("x", -3, 4, unit="km"),
    "minutes": column.minutes("x", least=-2, most=5),
    "days": column.days("x", most=6),
    "flag": column.flag("x"),
    "ordered": column.choices("x", "a", "b", "c", "d", ordered=True),
    "unordered": column.choices("x", "a", "b", "c"),
    "money": column.money("x", "EUR", least=eur("-0.02"), most=eur("0.03")),
    "day": column.day("x", first=date(2024, 2, 27), last=date(2024, 3, 2)),
    "single": column.integer("x", 5, 5),
}


SMALL: Final = {
    **_SMALL,
    **{f"{name}, optional": one.optional() for name, one in _SMALL.items()},
}


each_small = pytest.mark.parametrize("one", SMALL.values(), ids=SMALL)


def by_line(make: Any) -> str:
    """Name a case that is a function by the line it stands on."""
    return f"line {make.__code__.co_firstlineno}"


def known(one: Column) -> range:
    """Walk what a column can hold where it is not missing."""
    return range(one.domain.least, one.domain.most + 1)


def held_in(when: When) -> tuple[tuple[int, int], ...]:
    """Give the spans of the one cell."""
    (cell,) = when.cells
    return cell.spans
