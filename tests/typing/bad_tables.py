"""Every mistake with tables here is found by mypy and by pyright, on its own line.

Each line names the error that mypy finds there, and tells both to ignore it. So a
mistake that one of them lets pass is an error: an ignore that is not needed.
"""

# pyright: basic, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

import recovery_core as rc
from recovery_core.tables import (
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
)

CAP = rc.Money("50.00", "EUR")
late = column.minutes("late")
fare = column.money("fare", "EUR")
tier = column.choices("tier", "silver", "gold", ordered=True)


def wrong_columns() -> None:
    """Declare what no column can be."""
    column.minutes(5)  # type: ignore[arg-type]
    column.minutes("late", most=90.5)  # type: ignore[arg-type]
    column.integer("km")  # type: ignore[call-arg]
    column.money("fare")  # type: ignore[call-arg]
    column.money("fare", "EUR", most=100)  # type: ignore[arg-type]
    column.choices("tier", ["silver", "gold"])  # type: ignore[arg-type]
    column.choices("tier", "silver", is_ordered=True)  # type: ignore[call-arg]
    column.day("told", first="2026-01-01")  # type: ignore[arg-type]
    column.Column("late", None)  # type: ignore[arg-type]
    late.read_from("late")  # type: ignore[arg-type]
    late.computed_from("km")  # type: ignore[arg-type]
    late.name = "delay"  # type: ignore[misc]


def wrong_conditions() -> None:
    """Compare and join what cannot be."""
    late >= 1.5  # type: ignore[operator]  # noqa: B015
    late >= None  # type: ignore[operator]  # noqa: B015
    late >= fare  # type: ignore[operator]  # noqa: B015
    tier < ["gold"]  # type: ignore[operator]  # noqa: B015
    late.between(30)  # type: ignore[call-arg]
    late.between(30, 1.5)  # type: ignore[arg-type]
    tier.isin(["gold"])  # type: ignore[arg-type]
    late.is_missing()  # type: ignore[operator]
    (late >= 3) & True  # type: ignore[operator]
    (late >= 3) | None  # type: ignore[operator]


def wrong_amounts() -> None:
    """Reckon with what is no amount."""
    percent_of(fare)  # type: ignore[call-arg]
    percent_of(fare, 0.5)  # type: ignore[arg-type]
    percent_of(50, fare)  # type: ignore[arg-type]
    percent_of(fare, 50, rounding="up")  # type: ignore[arg-type]
    least_of(fare, 50)  # type: ignore[arg-type]
    excess_of("fare")  # type: ignore[arg-type]
    per_started(CAP, 60, "late")  # type: ignore[arg-type]
    per_started(CAP, 1.5, late)  # type: ignore[arg-type]
    indexed(CAP, late, 100, nearest=25)  # type: ignore[arg-type]
    interest(fare, 8, 30)  # type: ignore[arg-type]
    percent_of(fare, 50).capped(50)  # type: ignore[arg-type]
    percent_of(fare, 50) + 5  # type: ignore[operator]
    percent_of(fare, 50) * 2  # type: ignore[operator]
    pay(5)  # type: ignore[arg-type]
    pay(fare, kind="cash")  # type: ignore[arg-type]
    pay(fare, discretion=50)  # type: ignore[arg-type]


def wrong_rules() -> None:
    """State rules that are none."""
    Rule()  # type: ignore[call-arg]
    Rule("a", late >= 30)  # type: ignore[call-arg]
    Rule("a", when=True)  # type: ignore[arg-type]
    Rule("a", when="late >= 30")  # type: ignore[arg-type]
    Rule("a", amends=None)  # type: ignore[arg-type]
    Rule("a", amends=5)  # type: ignore[arg-type]
    Rule("a", amends=rc.Award())  # type: ignore[arg-type]
    Rule("a", gives=fare)  # type: ignore[call-arg]
    Rule("a", because=3)  # type: ignore[arg-type]


def wrong_tables(table: Table) -> None:
    """Put together and ask what is none."""
    Table("T")  # type: ignore[call-arg]
    Table("T", Rule("a"))  # type: ignore[arg-type]
    Table("T", ["a"])  # type: ignore[list-item]
    Table("T", [Rule("a")], hit=1)  # type: ignore[arg-type]
    Table("T", [Rule("a")], otherwise=5)  # type: ignore[arg-type]
    Table("T", [Rule("a")], exclusions=Rule("b"))  # type: ignore[arg-type]
    Table("T", [Rule("a")], is_statutory="yes")  # type: ignore[arg-type]
    Table("T", [Rule("a")], columns=[late])  # type: ignore[call-arg]
    table.decision()  # type: ignore[call-arg]
    table.decision(5)  # type: ignore[arg-type]
    table.decision({"late": 1.5})  # type: ignore[dict-item]
    table(rc.ServiceFailure("late"))  # type: ignore[arg-type]
    table.at_discretion({"late": 5})  # type: ignore[call-arg]
    table.at_discretion({"late": 5}, 50)  # type: ignore[arg-type]
    table.rules = ()  # type: ignore[misc]
