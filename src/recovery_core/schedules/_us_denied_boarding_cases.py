"""Claims under 14 CFR 250.5 and 250.6, worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import Final

from .._domain.money import Money
from .._domain.reason import Fact
from ._schedule import WorkedCase

__all__ = ["CASES"]

_NOW: Final = date(2025, 1, 22)


def _case(
    text: str,
    fare: str,
    later: int | None,
    pays: str | None,
    rule: str,
    /,
    *,
    on: date = _NOW,
    **facts: Fact,
) -> WorkedCase:
    """Write a case: the fare and what is paid in dollars, the wait in minutes."""
    known: dict[str, Fact] = {
        "one_way_fare": Money(fare, "USD"),
        "to_foreign_point": False,
        "denied_because": "oversold",
        **facts,
    }
    if later is not None:
        known["alternate_later"] = later
    paid = None if pays is None else Money(pays, "USD")
    return WorkedCase(text, known, paid, rule, on=on)


_HOME: Final = (
    _case("an earlier alternate", "300.00", -10, None, "otherwise"),
    _case("one hour to the minute", "300.00", 60, None, "otherwise"),
    _case("a minute more", "300.00", 61, "600.00", "200-percent-domestic"),
    _case("an hour and a half", "300.00", 90, "600.00", "200-percent-domestic"),
    _case("a minute under two hours", "300.00", 119, "600.00", "200-percent-domestic"),
    _case(
        "two hours to the minute are of the upper tier",
        "300.00",
        120,
        "1200.00",
        "400-percent-domestic",
    ),
    _case("three hours", "300.00", 180, "1200.00", "400-percent-domestic"),
    _case("no alternate at all", "300.00", None, "1200.00", "400-percent-domestic"),
)

_LIMITS: Final = (
    _case("above the lower limit", "700.00", 119, "1075.00", "200-percent-domestic"),
    _case("at the lower limit", "537.50", 119, "1075.00", "200-percent-domestic"),
    _case("a cent below it", "537.49", 119, "1074.98", "200-percent-domestic"),
    _case("above the upper limit", "600.00", 180, "2150.00", "400-percent-domestic"),
    _case("at the upper limit", "537.50", 120, "2150.00", "400-percent-domestic"),
    _case("a cent below that", "537.49", 120, "2149.96", "400-percent-domestic"),
    _case(
        "above the lower limit, abroad",
        "700.00",
        239,
        "1075.00",
        "200-percent-abroad",
        to_foreign_point=True,
    ),
    _case(
        "above the upper limit, abroad",
        "700.00",
        240,
        "2150.00",
        "400-percent-abroad",
        to_foreign_point=True,
    ),
)

_ABROAD: Final = (
    _case(
        "one hour to the minute, abroad",
        "300.00",
        60,
        None,
        "otherwise",
        to_foreign_point=True,
    ),
    *(
        _case(text, "300.00", later, pays, rule, to_foreign_point=True)
        for text, later, pays, rule in (
            ("a minute more, abroad", 61, "600.00", "200-percent-abroad"),
            ("two hours, abroad", 120, "600.00", "200-percent-abroad"),
            ("a minute under four hours", 239, "600.00", "200-percent-abroad"),
            ("four hours to the minute", 240, "1200.00", "400-percent-abroad"),
            ("no alternate at all, abroad", None, "1200.00", "400-percent-abroad"),
        )
    ),
)

# The first day of each pair of limits, and the last day of the one before.
_LAST_DAYS: Final = (
    (date(2011, 8, 23), "650.00", "1300.00"),
    (date(2015, 8, 24), "650.00", "1300.00"),
    (date(2015, 8, 25), "675.00", "1350.00"),
    (date(2021, 4, 12), "675.00", "1350.00"),
    (date(2021, 4, 13), "775.00", "1550.00"),
    (date(2025, 1, 21), "775.00", "1550.00"),
    (date(2025, 1, 22), "1075.00", "2150.00"),
)

_DATES: Final = (
    _case(
        "before there were such limits",
        "2000.00",
        90,
        None,
        "not-in-force",
        on=date(2011, 8, 22),
    ),
    *(
        _case(
            f"{tier} % on {day}",
            "2000.00",
            later,
            limit,
            f"{tier}-percent-{place}",
            on=day,
            to_foreign_point=place == "abroad",
        )
        for day, lower, upper in _LAST_DAYS
        for place, first in (("domestic", 119), ("abroad", 239))
        for tier, later, limit in ((200, first, lower), (400, first + 1, upper))
    ),
)

_GROUNDS: Final = (
    _case(
        "volunteered",
        "300.00",
        300,
        None,
        "volunteered",
        denied_because="volunteered",
    ),
    _case(
        "late at check-in",
        "300.00",
        300,
        None,
        "late-or-in-breach",
        denied_because="late or in breach",
    ),
    _case(
        "a smaller aircraft for safety",
        "300.00",
        300,
        None,
        "smaller-aircraft",
        denied_because="smaller aircraft for safety",
    ),
    _case(
        "weight and balance on 60 seats",
        "300.00",
        300,
        None,
        "weight-and-balance",
        denied_because="weight and balance",
        seats=60,
    ),
    _case(
        "weight and balance on 61 seats",
        "300.00",
        300,
        "1200.00",
        "400-percent-domestic",
        denied_because="weight and balance",
        seats=61,
    ),
    _case(
        "weight and balance, on nobody knows how many seats",
        "300.00",
        90,
        "600.00",
        "200-percent-domestic",
        denied_because="weight and balance",
    ),
    _case(
        "moved to another cabin",
        "300.00",
        300,
        None,
        "other-cabin",
        denied_because="moved to another cabin",
    ),
)

CASES: Final = (*_HOME, *_LIMITS, *_ABROAD, *_DATES, *_GROUNDS)
