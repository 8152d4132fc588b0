"""Power cuts and missed visits in Great Britain: guaranteed standards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Final

from .._domain.money import Money
from ..tables import Rule, Table, column, pay, per_started, sum_of_amounts
from ._air import BEYOND_CONTROL, carrier_cause, uncontrollable_cause
from ._air import build_worked_case as worked
from ._schedule import Confidence, Schedule, defence_holds
from ._worked_case import WorkedCase, case_paid_before

__all__ = ["energy_supplier", "guaranteed_electricity"]

_HOUR: Final = 60
_PERIOD: Final = 12 * _HOUR
_PAY_WITHIN: Final = 10  # working days

off: Final = column.minutes("off_supply")
customer: Final = column.choices("customer", "domestic", "business")
severe: Final = column.flag("severe_weather").optional()
paid_after: Final = column.days("working_days_to_pay", most=366).optional()


def _gbp(amount: int | str) -> Money:
    return Money(amount, "GBP")


def _build_power_cut_table(
    limit_hours: int,
    domestic_pounds: int,
    business_pounds: int,
    further_period_pounds: int,
) -> Table:
    """Make the table for a limit in hours and its sums in pounds."""
    limit = limit_hours * _HOUR
    more = per_started(_gbp(further_period_pounds), _PERIOD, off, after=limit + _PERIOD)
    sums = {"domestic": domestic_pounds, "business": business_pounds}
    return Table(
        f"Guaranteed standard, power back within {limit_hours} hours",
        [
            Rule(who, when=customer == who, amends=sum_of_amounts(_gbp(first), more))
            for who, first in sums.items()
        ],
        exclusions=(
            Rule(
                "severe-weather",
                when=severe,
                because="severe weather has a standard of its own, with longer limits",
            ),
            Rule(
                "beyond-control",
                when=defence_holds(BEYOND_CONTROL),
                because="beyond control, though all reasonable steps were taken",
            ),
            Rule(
                "back-in-time",
                when=off <= limit,
                because=f"the power was back within {limit_hours} hours",
            ),
        ),
        is_statutory=True,
        source="Electricity (Standards of Performance) Regulations, reg. 5",
    )


def _iter_cases_at_limits(
    first_day: date,
    limit_hours: int,
    domestic_pounds: tuple[int, ...],
    business_pounds: tuple[int, ...],
) -> Iterator[WorkedCase]:
    """Write the cases at every limit of a version.

    Args:
        first_day: Its first day.
        limit_hours: How long the power may be off.
        domestic_pounds: What is paid from then on, and for each further period
            of twelve hours.
        business_pounds: The same for a business.
    """
    limit = limit_hours * _HOUR
    for who, sums in (("domestic", domestic_pounds), ("business", business_pounds)):
        case = partial(worked, on=first_day, customer=who)
        text = f"{who}, {limit_hours} hours to the minute, {first_day.year}"
        yield case(text, None, "back-in-time", off_supply=limit)
        for place, paid in enumerate(sums):
            off_for = limit + place * _PERIOD
            text = f"{who}, a minute over {off_for // _HOUR} hours, {first_day.year}"
            yield case(text, _gbp(paid), who, off_supply=off_for + 1)
            text = (
                f"{who}, {off_for // _HOUR + 12} hours to the minute, {first_day.year}"
            )
            yield case(text, _gbp(paid), who, off_supply=off_for + _PERIOD)
    case = partial(worked, on=first_day, customer="domestic", off_supply=3000)
    yield case(
        f"a storm, {first_day.year}", None, "severe-weather", severe_weather=True
    )
    flood = (uncontrollable_cause("flood"),)
    yield case(f"a flood, {first_day.year}", None, "beyond-control", causes=flood)


_cut = partial(worked, on=date(2024, 2, 1), customer="domestic")
_works = partial(worked, on=date(2024, 2, 1), customer="business")
_before = partial(worked, on=date(2015, 3, 31), customer="domestic")

guaranteed_electricity: Final = Schedule(
    code="guaranteed_electricity",
    name="Power cuts in normal weather, guaranteed standards of performance",
    jurisdiction="Great Britain",
    blame="The network pays unless it shows that the cause was beyond its control, and "
    "that it took all reasonable steps to prevent it and the failure.",
    liability=BEYOND_CONTROL,
    sources=(
        (
            "Electricity (Standards of Performance) Regulations 2010 (S.I. 2010/698) "
            "and 2015 (S.I. 2015/699), reg. 5, as amended in 2023 (S.I. 2023/887)"
        ),
        "12 hours, 95, 190 and 45 pounds: aurora-utilities.co.uk",
        (
            "18 hours and 54 pounds: a distributor's notice of January 2013 (docslib "
            "3977493)"
        ),
    ),
    confidence=Confidence.MEDIUM,
    uncertain=(
        (
            "The sums of 2015 (75, 150 and 35 pounds) and those of 2010 for businesses "
            "and further periods (108 and 27) are from memory (medium to high)."
        ),
        "The first day of the sums of 2023, 1 September, is from memory (medium).",
        (
            "A further sum is owed once a further period is exceeded, as the first is: "
            "24 hours to the minute earn none (medium)."
        ),
        "Left out: severe weather, cuts of 5,000 customers and more, repeated cuts.",
        (
            "A cause counts by its own party: what was knocked on from a storm is the "
            "network's unless it is laid there with `ToRoots`."
        ),
    ),
    versions={
        date(2010, 4, 1): _build_power_cut_table(18, 54, 108, 27),
        date(2015, 4, 1): _build_power_cut_table(12, 75, 150, 35),
        date(2023, 9, 1): _build_power_cut_table(12, 95, 190, 45),
    },
    cases=(
        _cut("12 hours to the minute", None, "back-in-time", off_supply=720),
        _cut("a minute more", _gbp(95), "domestic", off_supply=721),
        _cut("12 h 30", _gbp(95), "domestic", off_supply=750),
        _cut("24 hours to the minute", _gbp(95), "domestic", off_supply=1440),
        _cut("25 hours", _gbp(140), "domestic", off_supply=1500),
        _cut("36 hours to the minute", _gbp(140), "domestic", off_supply=2160),
        _cut("37 hours", _gbp(185), "domestic", off_supply=2220),
        _works("a business, 12 h 30", _gbp(190), "business", off_supply=750),
        _works("a business, 25 hours", _gbp(235), "business", off_supply=1500),
        _cut(
            "a flood nobody could have kept out",
            None,
            "beyond-control",
            off_supply=1500,
            causes=(uncontrollable_cause("flood at the substation"),),
        ),
        _cut(
            "a transformer wore out",
            _gbp(140),
            "domestic",
            off_supply=1500,
            causes=(carrier_cause("wear of a transformer"),),
        ),
        _cut(
            "a storm with a standard of its own",
            None,
            "severe-weather",
            off_supply=1500,
            severe_weather=True,
        ),
        _before("18 hours, the last day", None, "back-in-time", off_supply=1080),
        _before("a minute more", _gbp(54), "domestic", off_supply=1081),
        _before("30 hours to the minute", _gbp(54), "domestic", off_supply=1800),
        _before("31 hours", _gbp(81), "domestic", off_supply=1860),
        worked(
            "the first day of the 12 hours",
            _gbp(75),
            "domestic",
            on=date(2015, 4, 1),
            customer="domestic",
            off_supply=721,
        ),
        worked(
            "the day before the sums of 2023",
            _gbp(110),
            "domestic",
            on=date(2023, 8, 31),
            customer="domestic",
            off_supply=1500,
        ),
        case_paid_before(
            _cut("still dark after 24 hours", None, "domestic", off_supply=1441),
            _gbp(95),
            _gbp(45),
        ),
        case_paid_before(
            _cut("dark for 13 hours", None, "domestic", off_supply=780), _gbp(95), None
        ),
        *_iter_cases_at_limits(date(2010, 4, 1), 18, (54, 81, 108), (108, 135, 162)),
        *_iter_cases_at_limits(date(2015, 4, 1), 12, (75, 110, 145), (150, 185, 220)),
        *_iter_cases_at_limits(date(2023, 9, 1), 12, (95, 140, 185), (190, 235, 280)),
    ),
)


def _build_missed_visit_table(pounds: int) -> Table:
    """Make the table for one sum, due again when it is paid late."""
    once = pay(_gbp(pounds), what="the missed visit")
    again = pay(_gbp(pounds), what="paid late")
    late = paid_after > _PAY_WITHIN
    return Table(
        "Guaranteed standard, a visit by an energy supplier",
        [
            Rule(
                "missed",
                when=(paid_after <= _PAY_WITHIN) | paid_after.is_missing,
                amends=once,
            ),
            Rule("missed-and-paid-late", when=late, amends=(once, again)),
        ],
        exclusions=(
            Rule(
                "beyond-control",
                when=defence_holds(BEYOND_CONTROL),
                because="beyond control, though all reasonable steps were taken",
            ),
        ),
        is_statutory=True,
        source="Electricity and Gas (Standards of Performance) (Suppliers) Regulations",
    )


_missed = partial(worked, on=date(2024, 6, 1))
_now_missed = partial(worked, on=date(2025, 6, 1))

energy_supplier: Final = Schedule(
    code="energy_supplier",
    name="Visits missed by an energy supplier, guaranteed standards of performance",
    jurisdiction="Great Britain",
    blame="The supplier pays unless it shows that the cause was beyond its control, "
    "and that it took all reasonable steps to prevent it.",
    liability=BEYOND_CONTROL,
    sources=(
        (
            "Electricity and Gas (Standards of Performance) (Suppliers) Regulations "
            "2015, as amended by S.I. 2024/1166 from 2 January 2025"
        ),
        "30 pounds since 2015, 40 proposed for 2025: energylivenews.com",
        (
            "The same again after 10 working days: help.flipper.community, "
            "economyenergy.co.uk"
        ),
    ),
    confidence=Confidence.MEDIUM,
    uncertain=(
        (
            "The first day of the regulations of 2015, 31 December, is from memory "
            "(medium)."
        ),
        (
            "40 pounds from 2 January 2025: the sum was proposed, the day is that of "
            "the amendment (medium to high)."
        ),
        "The defence is that of the networks (medium).",
    ),
    versions={
        date(2015, 12, 31): _build_missed_visit_table(30),
        date(2025, 1, 2): _build_missed_visit_table(40),
    },
    cases=(
        _missed("not yet paid", _gbp(30), "missed"),
        _missed("paid on day 10", _gbp(30), "missed", working_days_to_pay=10),
        _missed(
            "paid on day 11: 30 and 30 again",
            _gbp(60),
            "missed-and-paid-late",
            working_days_to_pay=11,
        ),
        _missed(
            "the roads were under water",
            None,
            "beyond-control",
            causes=(uncontrollable_cause("flooded roads"),),
        ),
        case_paid_before(
            _missed("on day 11", None, "missed-and-paid-late", working_days_to_pay=11),
            _gbp(30),
            _gbp(30),
        ),
        case_paid_before(_missed("the visit", None, "missed"), _gbp(30), None),
        worked("the last day of 30", _gbp(30), "missed", on=date(2025, 1, 1)),
        worked("the first day of 40", _gbp(40), "missed", on=date(2025, 1, 2)),
        _now_missed("40, paid on day 10", _gbp(40), "missed", working_days_to_pay=10),
        _now_missed(
            "paid on day 11: 40 and 40 again",
            _gbp(80),
            "missed-and-paid-late",
            working_days_to_pay=11,
        ),
        _now_missed(
            "the roads were under water again",
            None,
            "beyond-control",
            causes=(uncontrollable_cause("flooded roads"),),
        ),
    ),
)
