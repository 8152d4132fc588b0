"""Claims under Delay Repay, worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from .._domain.attribution import Cause, Party
from .._domain.money import Money
from ._worked_case import WorkedCase, case_paid_before

__all__ = ["FROM_15", "FROM_30"]

_STORM: Final = Cause("storm", Party.NATURE)


def _build_case_in_pounds(
    text: str, delay: int, ticket: str, price: str, pays: str | None, rule: str
) -> WorkedCase:
    """Write a case: the delay in minutes, price and payment in pounds."""
    return WorkedCase(
        text,
        {"arrival_delay": delay, "ticket": ticket, "price": Money(price, "GBP")},
        None if pays is None else Money(pays, "GBP"),
        rule,
        on=date(2024, 6, 1),
        causes=(_STORM,),
    )


# Each ticket at a price, and what its four bands pay.
_TICKETS: Final = (
    ("single", "42.00", ("10.50", "21.00", "42.00", "42.00")),
    ("return", "60.00", ("7.50", "15.00", "30.00", "60.00")),
    ("weekly", "100.00", ("2.50", "5.00", "10.00", "20.00")),
    ("monthly", "400.00", ("2.50", "5.00", "10.00", "20.00")),
    ("quarterly", "1300.00", ("2.50", "5.00", "10.00", "20.00")),
    ("annual", "4640.00", ("2.50", "5.00", "10.00", "20.00")),
)

# A penny less or more shows how what is left over is rounded.
_PENNIES: Final = (
    ("single", "41.99", ("10.50", "21.00", "41.99", "41.99")),
    ("single", "42.01", ("10.50", "21.01", "42.01", "42.01")),
    ("return", "59.99", ("7.50", "15.00", "30.00", "59.99")),
    ("return", "60.01", ("7.50", "15.00", "30.01", "60.01")),
    ("weekly", "99.99", ("2.50", "5.00", "10.00", "20.00")),
    ("weekly", "100.01", ("2.50", "5.00", "10.00", "20.00")),
    ("monthly", "399.99", ("2.50", "5.00", "10.00", "20.00")),
    ("monthly", "400.01", ("2.50", "5.00", "10.00", "20.00")),
    ("quarterly", "1299.99", ("2.50", "5.00", "10.00", "20.00")),
    ("quarterly", "1300.01", ("2.50", "5.00", "10.00", "20.00")),
    ("annual", "4639.99", ("2.50", "5.00", "10.00", "20.00")),
    ("annual", "4640.01", ("2.50", "5.00", "10.00", "20.00")),
)

# The first and the last minute of each band.
_BANDS: Final = (
    ("15-to-29-minutes", (15, 29)),
    ("30-to-59-minutes", (30, 59)),
    ("60-to-119-minutes", (60, 119)),
    ("120-minutes", (120, 600)),
)


def _iter_cases_from_band_on(first_band_index: int) -> Iterator[WorkedCase]:
    """Write the cases of every ticket, in the bands from one on."""
    for ticket, price, paid in (*_TICKETS, *_PENNIES):
        bands = [*zip(_BANDS, paid, strict=True)][first_band_index:]
        for (rule, (early, late)), pays in bands:
            text = f"{ticket}, {early} minutes late"
            yield _build_case_in_pounds(
                text, early, ticket, price, pays, f"{rule}-{ticket}"
            )
            if (ticket, price, paid) in _TICKETS:
                text = f"{ticket}, {late} minutes late"
                yield _build_case_in_pounds(
                    text, late, ticket, price, pays, f"{rule}-{ticket}"
                )


def _iter_unpaid_cases(delay_minutes: int) -> Iterator[WorkedCase]:
    for ticket, price, _ in _TICKETS:
        text = f"{ticket}, {delay_minutes} minutes late"
        yield _build_case_in_pounds(
            text, delay_minutes, ticket, price, None, "otherwise"
        )


_PUBLISHED: Final = (
    _build_case_in_pounds(
        "single, 32 minutes late",
        32,
        "single",
        "42.00",
        "21.00",
        "30-to-59-minutes-single",
    ),
    _build_case_in_pounds(
        "one leg of a return, 61 minutes late",
        61,
        "return",
        "60.00",
        "30.00",
        "60-to-119-minutes-return",
    ),
    _build_case_in_pounds(
        "annual, 45 minutes late",
        45,
        "annual",
        "4640.00",
        "5.00",
        "30-to-59-minutes-annual",
    ),
)

_AN_HOUR: Final = _build_case_in_pounds(
    "an hour late", 60, "single", "42.00", "42.00", "60-to-119-minutes-single"
)
_HALF: Final = Money("21.00", "GBP")
_PAID_BEFORE: Final = (
    case_paid_before(_AN_HOUR, Money("42.00", "GBP"), None),
    case_paid_before(_AN_HOUR, _HALF, _HALF),
)

FROM_15: Final = (
    *_PUBLISHED,
    _build_case_in_pounds(
        "return, 16 minutes late",
        16,
        "return",
        "60.00",
        "7.50",
        "15-to-29-minutes-return",
    ),
    *_iter_cases_from_band_on(0),
    _build_case_in_pounds("on time", 0, "single", "42.00", None, "otherwise"),
    *_iter_unpaid_cases(14),
    *_PAID_BEFORE,
)

FROM_30: Final = (
    *_PUBLISHED,
    _build_case_in_pounds(
        "return, 16 minutes late", 16, "return", "60.00", None, "otherwise"
    ),
    *_iter_cases_from_band_on(1),
    _build_case_in_pounds("on time", 0, "single", "42.00", None, "otherwise"),
    *_iter_unpaid_cases(29),
    *_PAID_BEFORE,
)
