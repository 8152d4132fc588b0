"""A user's tables that both type checkers accept, and that decide."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import assert_type

import recovery_core as rc
from recovery_core.policy import capped
from recovery_core.tables import (
    Column,
    Decision,
    Hit,
    Rule,
    Table,
    column,
    excess_of,
    indexed,
    interest,
    least_of,
    pay,
    per_started,
    percent_of,
    sum_of_amounts,
)
from recovery_core.tables.amounts import Amount
from recovery_core.tables.conditions import When

CAP = rc.Money("50.00", "EUR")
late = column.minutes("late", least=-60)
fare = column.money("fare", "EUR", most=rc.Money("999.00", "EUR"))
km = column.integer("km", 0, 20_000, unit="km")
tier = column.choices("tier", "silver", "gold", ordered=True)
felt = column.choices("felt", rc.Severity, ordered=True)
told = column.day("told", first=date(2026, 1, 1))
ours = column.flag("ours").optional()
overdue = column.days("overdue")


def read_tier(claim: rc.Claim) -> str | None:
    """Read the tier of the customer."""
    return None if claim.customer is None else claim.customer.tier


@column.choices("band", "short", "long").computed_from(km)
def band(km: int) -> str:
    """Tell a short way from a long one."""
    return "short" if km <= 1500 else "long"


def conditions() -> list[When]:
    """Compare in every way."""
    assert_type(band, Column)
    assert_type(late >= 60, When)
    assert_type(ours.is_missing, When)
    return [
        late >= 60,
        60 <= late,  # noqa: SIM300
        late.between(timedelta(hours=1), 120),
        fare >= CAP,
        CAP <= fare,  # noqa: SIM300
        tier.isin("gold"),
        tier == "gold",
        felt >= rc.Severity.MAJOR,
        told < date(2026, 7, 1),
        (late < 0) | (late >= 600),
        ours & (late >= 60) & ~ours.is_missing,
        ~ours,
        ours | ours.is_missing,
    ]


def amounts() -> list[Amount]:
    """Reckon in every way."""
    return [
        percent_of(fare, 50),
        percent_of(CAP, "12.5", rounding=rc.Rounding.DOWN),
        percent_of(fare, Fraction(25, 2)).capped(CAP).floored(fare),
        least_of(fare, CAP, percent_of(fare, 3)),
        sum_of_amounts(fare, fare),
        fare + percent_of(fare, 1) + CAP,
        excess_of(fare, CAP),
        per_started(CAP, timedelta(hours=1), late, after=30, at_most=3),
        indexed(CAP, km, 100, nearest=CAP),
        interest(fare, 8, overdue, year=360),
    ]


def table(hit: Hit = Hit.UNIQUE) -> Table:
    """Make a table with all it may have."""
    hotel = rc.Remedy(rc.RemedyKind.CARE, what="hotel")
    return Table(
        "T",
        [
            Rule("half", when=late.between(30, 60), amends=percent_of(fare, 50)),
            Rule(
                "full",
                when=late >= 60,
                alternatives=[pay(fare, kind=rc.RemedyKind.REFUND), hotel],
                amends=(pay(CAP, discretion=fare, is_statutory=True), hotel, fare),
                because="an hour late, or more",
            ),
        ],
        otherwise=Rule("none", because="on time"),
        exclusions=(Rule("theirs", when=~ours, amends=hotel),),
        hit=hit,
        is_statutory=True,
        source="ours",
    )


def ask() -> str:
    """Ask it in every way."""
    decided = table().decision({"late": 75, "fare": CAP, "ours": True})
    assert_type(decided, Decision)
    assert_type(decided.rule, str)
    assert_type(decided.award, rc.Award)
    assert_type(decided.at_discretion, rc.Money | None)
    row = {"late": 75, "fare": 4200, "ours": True}
    assert_type(table().compiled(row), tuple[str, int])
    assert_type(table().choose(row), int)
    engine = rc.RecoveryEngine(policy=table())
    assert_type(engine, rc.RecoveryEngine)
    rc.RecoveryEngine(policy=capped(table(), at=CAP))
    return decided.rule


def main() -> tuple[str, int, int]:
    """Run it all."""
    return ask(), len(conditions()), len(amounts())
