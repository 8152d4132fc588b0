"""Rules over many flags, which hold together in very many ways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from recovery_core import Money
from recovery_core.tables import (
    Column,
    Hit,
    Rule,
    Table,
    column,
)
from recovery_core.tables.conditions import When

FARE: Final = column.money("fare", "EUR", most=Money("9.00", "EUR"))


CENT: Final = Money("0.01", "EUR")


def flags(count: int) -> list[Column]:
    """Make so many flags."""
    return [column.flag(f"f{n}") for n in range(count)]


def each_alone(count: int) -> list[When]:
    """Let every rule go by a flag of its own."""
    return [flag.as_when() for flag in flags(count)]


def many(whens: Sequence[When], hit: Hit | str = Hit.FIRST, **more: Any) -> Table:
    """Build a table of conditions; each rule gives a cent more than the one before."""
    rules = [
        Rule(f"r{n}", when=when, amends=Money.from_minor(n + 1, "EUR"))
        for n, when in enumerate(whens)
    ]
    return Table("many", rules, hit=hit, **more)


HUGE: Final = Money.from_minor(2**53 - 1, "EUR")
