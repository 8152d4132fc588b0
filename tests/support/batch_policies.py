"""Policies and claims for tests of the routes by which many claims are decided."""

from __future__ import annotations

from datetime import date
from typing import Any

from recovery_core import (
    Award,
    Claim,
    Money,
    Reason,
    Remedy,
    RemedyKind,
)
from recovery_core.tables import (
    Rule,
    Table,
    column,
    half_of,
)
from tests.support.tables import (
    FARE,
    INDEX,
    LATE,
    LOSS,
    NIGHTS,
)

DAY = column.day("failure_day", first=date(2024, 1, 1), last=date(2026, 12, 31))
GIVEN = column.money("already_given", "EUR", most=Money("500.00", "EUR"))
OWED = column.integer("owed_bp", 0, 10_000)
READS = (FARE, LOSS, LATE, NIGHTS, INDEX, DAY, GIVEN, OWED)


def eur(amount: str) -> Money:
    """Count in euros."""
    return Money(amount, "EUR")


HALF = Table(
    "half",
    rules=[Rule("late", when=LATE >= 60, amends=half_of(FARE))],
    otherwise="in time",
)
GOODWILL = Table("goodwill", rules=[], otherwise=Rule("all", amends=eur("5.00")))
CARE = Table(
    "care",
    rules=[Rule("late", when=LATE >= 60, alternatives=[FARE, half_of(FARE)])],
    otherwise="in time",
)
DATA: dict[str, Any] = {
    "late": [0, 60, 61],
    "fare": [1_000, 2_000, 30_001],
    "failure_day": [date(2024, 6, 1), date(2025, 1, 1), date(2024, 12, 31)],
    "already_given": [0, 500, 20_000],
}


def plain(claim: Claim) -> Award:
    """Give five euros to those who are late."""
    if claim.failure.facts.read("late", int) >= 60:
        gift = Remedy(RemedyKind.CASH, eur("5.00"))
        return Award(amends=(gift,), because=(Reason("late", "an hour late"),))
    return Award.nothing()
