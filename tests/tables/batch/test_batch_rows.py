"""A row of a combined policy, and published schedules, decided among many."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from recovery_core import (
    Claim,
    Money,
    Remedy,
    RemedyKind,
    Rounding,
    schedules,
)
from recovery_core.policy import (
    best_of,
    capped,
    dated,
    first,
    floored,
    scaled,
    set_off,
    sum_of,
)
from recovery_core.tables import (
    Rule,
    Table,
    column,
    decide,
    pay,
)
from recovery_core.tables.batch import Route
from recovery_core.tables.batch.routes import choose_plan
from recovery_core.tables.decision import read_plain_value


@pytest.mark.parametrize(
    "combined",
    [
        lambda p: sum_of(p, p),
        first,
        best_of,
        lambda p: dated({date(2020, 1, 1): p}),
        lambda p: capped(p, at=Money("1.00", "EUR")),
        lambda p: floored(p, at=Money("1.00", "EUR")),
        lambda p: scaled(p, 1, rounding=Rounding.HALF_UP),
        set_off,
    ],
    ids=["sum_of", "first", "best_of", "dated", "capped", "floored", "scaled", "set"],
)
def test_a_row_holds_what_would_be_read_from_the_claim(combined: Any) -> None:
    """Claim by claim as on arrays: the flag in the data counts, not a made-up claim."""
    defence = column.flag("defence").read_from(lambda _: False)
    care = Remedy(RemedyKind.CARE, what="meals")
    table = Table(
        "things and sums",
        rules=[
            Rule("free", when=defence, because="a defence"),
            Rule("due", when=~defence, amends=[pay(Money("1.00", "EUR")), care]),
        ],
    )
    rows: dict[str, Any] = {"defence": [True, False], "already_given": [0, 0]}
    rows["failure_day"] = [date(2021, 1, 1)] * 2
    found = decide(combined(table), rows, verify=2)
    assert found.route in {Route.ROWS, Route.COMPOSED}
    assert [bool(paid) for paid in found.minor.tolist()] == [False, True]


PUBLISHED = [
    name
    for name in schedules.__all__
    if isinstance(getattr(schedules, name), schedules.Schedule)
]


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_schedule_decides_many_of_its_own_cases(name: str) -> None:
    """Its worked cases as columns cost what was worked out by hand."""
    schedule = getattr(schedules, name)
    made: dict[str, Callable[[Claim], Any]] = {
        "failure_day": lambda claim: claim.failure_day,
        "already_given": lambda claim: next(iter(claim.already_given.values()), 0),
    }
    claims = [schedule.claim(case) for case in schedule.cases]
    data = {
        one.name: [
            made[one.name](c) if one.name in made else read_plain_value(one, c)
            for c in claims
        ]
        for one in choose_plan(schedule, None).columns
    }
    found = decide(schedule, data, verify=len(claims))
    paid = [case.pays.minor if case.pays else 0 for case in schedule.cases]
    assert found.minor.tolist() == paid
