"""Tables that tests share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import recovery_core as rc
from recovery_core.tables import (
    Hit,
    Rule,
    Table,
    column,
    percent_of,
)

NOON: Final = datetime(2026, 5, 1, 12, tzinfo=UTC)


LATE: Final = column.minutes("late")


FARE: Final = column.money("fare", "EUR")


STRANDED: Final = column.flag("stranded")


def eur(text: str) -> rc.Money:
    """Count in euros."""
    return rc.Money(text, "EUR")


def claim_of(**facts: Any) -> rc.Claim:
    """Claim for a failure with these facts."""
    return rc.Claim(rc.ServiceFailure("late", facts=facts), NOON)


def two_step(**more: Any) -> Table:
    """Make the table of the first lesson."""
    return Table(
        "Delay Repay 30",
        [
            Rule("half", when=LATE.between(30, 60), amends=percent_of(FARE, 50)),
            Rule("full", when=LATE >= 60, amends=FARE),
        ],
        otherwise="less than 30 minutes late",
        **more,
    )


def bands(hit: Hit | str, *gifts: str) -> Table:
    """Make rules that hold the more, the later."""
    return Table(
        "T",
        [
            Rule(f"r{n}", when=LATE >= n * 30, amends=eur(gift))  # noqa: SIM300
            for n, gift in enumerate(gifts, 1)
        ],
        otherwise="on time",
        exclusions=[Rule("stranded", when=STRANDED, amends=eur("0.01"))],
        hit=hit,
    )


@column.choices("band", "short", "long").computed_from(column.integer("km", 0, 20_000))
def band(km: int) -> str:
    """Tell a short way from a long one."""
    return "short" if km <= 1500 else "long"
