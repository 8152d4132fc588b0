"""Claims under 14 CFR 250.5 and 250.6, worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from .._domain.money import Money
from .._domain.reason import Fact
from ._worked_case import WorkedCase, case_paid_before

__all__ = ["CASES"]

_NOW: Final = date(2025, 1, 22)


def _build_case_in_dollars(
    text: str,
    fare: str,
    alternate_minutes_later: int | None,
    pays: str | None,
    rule: str,
    /,
    *,
    on: date = _NOW,
    **facts: Fact,
) -> WorkedCase:
    """Write a case: the fare and what is paid in dollars, the wait in minutes."""
    full_facts: dict[str, Fact] = {
        "one_way_fare": Money(fare, "USD"),
        "to_foreign_point": False,
        "denied_because": "oversold",
        **facts,
    }
    if alternate_minutes_later is not None:
        full_facts["alternate_later"] = alternate_minutes_later
    paid = None if pays is None else Money(pays, "USD")
    return WorkedCase(text, full_facts, paid, rule, on=on)


# What holds whatever the limits are: a fare of 300 dollars stays below all of them.
_WAITS: Final = (
    ("an earlier alternate", False, -10, None, "otherwise"),
    ("one hour to the minute", False, 60, None, "otherwise"),
    ("a minute more", False, 61, "600.00", "200-percent-domestic"),
    ("an hour and a half", False, 90, "600.00", "200-percent-domestic"),
    ("a minute under two hours", False, 119, "600.00", "200-percent-domestic"),
    ("two hours, in the upper tier", False, 120, "1200.00", "400-percent-domestic"),
    ("no alternate at all", False, None, "1200.00", "400-percent-domestic"),
    ("one hour, abroad", True, 60, None, "otherwise"),
    ("a minute more, abroad", True, 61, "600.00", "200-percent-abroad"),
    ("two hours, abroad", True, 120, "600.00", "200-percent-abroad"),
    ("a minute under four hours", True, 239, "600.00", "200-percent-abroad"),
    ("four hours, in the upper tier", True, 240, "1200.00", "400-percent-abroad"),
    ("no alternate at all, abroad", True, None, "1200.00", "400-percent-abroad"),
)

_GROUNDS: Final = (
    ("volunteered", None, "volunteered"),
    ("late or in breach", None, "late-or-in-breach"),
    ("smaller aircraft for safety", None, "smaller-aircraft"),
    ("moved to another cabin", None, "other-cabin"),
    ("weight and balance", 60, "weight-and-balance"),
)


def _iter_cases_of_every_version(on: date) -> Iterator[WorkedCase]:
    """Write the cases that every version decides alike."""
    for text, abroad, later, pays, rule in _WAITS:
        yield _build_case_in_dollars(
            text, "300.00", later, pays, rule, on=on, to_foreign_point=abroad
        )
    for ground, seats, rule in _GROUNDS:
        known = {} if seats is None else {"seats": seats}
        yield _build_case_in_dollars(
            ground, "300.00", 300, None, rule, on=on, denied_because=ground, **known
        )
    for text, more in (
        ("weight and balance on 61 seats", {"seats": 61}),
        ("weight and balance, seats unknown", {}),
    ):
        yield _build_case_in_dollars(
            text,
            "300.00",
            300,
            "1200.00",
            "400-percent-domestic",
            on=on,
            denied_because="weight and balance",
            **more,
        )


_LIMITS: Final = (
    _build_case_in_dollars(
        "above the lower limit", "700.00", 119, "1075.00", "200-percent-domestic"
    ),
    _build_case_in_dollars(
        "at the lower limit", "537.50", 119, "1075.00", "200-percent-domestic"
    ),
    _build_case_in_dollars(
        "a cent below it", "537.49", 119, "1074.98", "200-percent-domestic"
    ),
    _build_case_in_dollars(
        "above the upper limit", "600.00", 180, "2150.00", "400-percent-domestic"
    ),
    _build_case_in_dollars(
        "at the upper limit", "537.50", 120, "2150.00", "400-percent-domestic"
    ),
    _build_case_in_dollars(
        "a cent below that", "537.49", 120, "2149.96", "400-percent-domestic"
    ),
    _build_case_in_dollars(
        "above the lower limit, abroad",
        "700.00",
        239,
        "1075.00",
        "200-percent-abroad",
        to_foreign_point=True,
    ),
    _build_case_in_dollars(
        "above the upper limit, abroad",
        "700.00",
        240,
        "2150.00",
        "400-percent-abroad",
        to_foreign_point=True,
    ),
)

# The first day of each pair of limits, and the last day of the one before.
_DAYS: Final = (
    (date(2011, 8, 23), "650.00", "1300.00"),
    (date(2015, 8, 24), "650.00", "1300.00"),
    (date(2015, 8, 25), "675.00", "1350.00"),
    (date(2021, 4, 12), "675.00", "1350.00"),
    (date(2021, 4, 13), "775.00", "1550.00"),
    (date(2025, 1, 21), "775.00", "1550.00"),
    (date(2025, 1, 22), "1075.00", "2150.00"),
)

_DATES: Final = (
    _build_case_in_dollars(
        "before the first limits that are told here",
        "2000.00",
        90,
        None,
        "not-in-force",
        on=date(2011, 8, 22),
    ),
    *(
        _build_case_in_dollars(
            f"{tier} % on {day}",
            "2000.00",
            later,
            limit,
            f"{tier}-percent-{place}",
            on=day,
            to_foreign_point=place == "abroad",
        )
        for day, lower, upper in _DAYS
        for place, first in (("domestic", 119), ("abroad", 239))
        for tier, later, limit in ((200, first, lower), (400, first + 1, upper))
    ),
)

_TWO_HOURS: Final = _build_case_in_dollars(
    "two hours", "300.00", 120, None, "400-percent-domestic"
)
_PAID_BEFORE: Final = (
    case_paid_before(_TWO_HOURS, Money("1200.00", "USD"), None),
    case_paid_before(_TWO_HOURS, Money("600.00", "USD"), Money("600.00", "USD")),
)

CASES: Final = (
    *_iter_cases_of_every_version(_NOW),
    *_LIMITS,
    *_DATES,
    *_iter_cases_of_every_version(date(2021, 4, 13)),
    *_iter_cases_of_every_version(date(2015, 8, 25)),
    *_iter_cases_of_every_version(date(2011, 8, 23)),
    *_PAID_BEFORE,
)
