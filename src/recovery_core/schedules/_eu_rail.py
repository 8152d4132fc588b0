"""Late trains in the European Union: Regulation (EU) 2021/782."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import attrs

from .._domain.attribution import Cause, Controllability, Party
from .._domain.money import Money
from .._domain.reason import Fact
from ..tables import Rule, Table, column, percent_of
from ._air import BEYOND_CONTROL
from ._schedule import Confidence, Schedule, defence_holds
from ._worked_case import WorkedCase, case_paid_before

__all__ = ["eu_rail", "eu_rail_in"]

_HOUR: Final = 60
_SINCE: Final = date(2023, 6, 7)

arrival_delay: Final = column.minutes("arrival_delay", least=-24 * 60)


def _iter_delay_rules(minimum_payment: Money) -> Iterator[Rule]:
    fare = column.money("fare", minimum_payment.currency)
    bands = (
        ("60-to-119-minutes", arrival_delay.between(_HOUR, 2 * _HOUR), 25),
        ("120-minutes", arrival_delay >= 2 * _HOUR, 50),
    )
    for name, late, percent in bands:
        due = percent_of(fare, percent)
        if not minimum_payment:
            yield Rule(name, when=late, amends=due)
            continue
        # Asked of the fare, so that no rounding lifts a payment over the threshold.
        least = minimum_payment * (100 // percent)
        yield Rule(name, when=late & (fare >= least), amends=due)
        yield Rule(
            f"{name}-too-little",
            when=late & (fare < least),
            because=f"{percent} % of the fare is less than {minimum_payment}",
        )


def _build_delay_table(minimum_payment: Money) -> Table:
    return Table(
        "EU rail, Regulation (EU) 2021/782",
        _iter_delay_rules(minimum_payment),
        otherwise="less than an hour late",
        exclusions=(
            Rule(
                "exempt",
                when=defence_holds(BEYOND_CONTROL),
                because="weather, a passenger or a third party, shown to have been "
                "unavoidable (art. 19(10))",
            ),
        ),
        is_statutory=True,
        source="Regulation (EU) 2021/782, art. 19",
    )


def _build_case_in_euros(
    text: str,
    delay: int,
    fare: str,
    pays: str | None,
    rule: str,
    *causes: Cause,
    on: date = date(2024, 6, 1),
) -> WorkedCase:
    """Write a case: the delay in minutes, fare and payment in euros."""
    facts: dict[str, Fact] = {"arrival_delay": delay, "fare": Money(fare, "EUR")}
    paid = None if pays is None else Money(pays, "EUR")
    return WorkedCase(text, facts, paid, rule, on=on, causes=causes)


_STORM: Final = Cause(
    "storm", Party.NATURE, controllability=Controllability.UNCONTROLLABLE
)
_CABLES: Final = Cause(
    "cables stolen", "third party", controllability=Controllability.UNCONTROLLABLE
)
_ILL: Final = Cause(
    "ill on board",
    Party.OTHER_CUSTOMER,
    controllability=Controllability.UNCONTROLLABLE,
)
_POINTS: Final = Cause("points failure", Party.SUPPLIER)
_STRIKE: Final = Cause("strike of the staff", Party.EMPLOYEE)

_CASES: Final = (
    _build_case_in_euros("59 minutes late", 59, "80.00", None, "otherwise"),
    _build_case_in_euros(
        "an hour to the minute", 60, "80.00", "20.00", "60-to-119-minutes"
    ),
    _build_case_in_euros(
        "a minute under two hours", 119, "80.00", "20.00", "60-to-119-minutes"
    ),
    _build_case_in_euros(
        "two hours to the minute", 120, "80.00", "40.00", "120-minutes"
    ),
    _build_case_in_euros("a day late", 1440, "80.00", "40.00", "120-minutes"),
    _build_case_in_euros(
        "three quarters of a cent", 60, "19.99", "5.00", "60-to-119-minutes"
    ),
    _build_case_in_euros("half a cent", 120, "19.99", "10.00", "120-minutes"),
    _build_case_in_euros(
        "four euros at 25 %", 60, "16.00", "4.00", "60-to-119-minutes"
    ),
    _build_case_in_euros(
        "a quarter of a cent less", 60, "15.99", None, "60-to-119-minutes-too-little"
    ),
    _build_case_in_euros("as little, 59 minutes late", 59, "15.99", None, "otherwise"),
    _build_case_in_euros(
        "as little, 119", 119, "15.99", None, "60-to-119-minutes-too-little"
    ),
    _build_case_in_euros("four euros at 50 %", 120, "8.00", "4.00", "120-minutes"),
    _build_case_in_euros(
        "half a cent less", 120, "7.99", None, "120-minutes-too-little"
    ),
    _build_case_in_euros("a storm", 130, "80.00", None, "exempt", _STORM),
    _build_case_in_euros("cables stolen", 130, "80.00", None, "exempt", _CABLES),
    _build_case_in_euros("someone ill on board", 130, "80.00", None, "exempt", _ILL),
    _build_case_in_euros(
        "the manager of the tracks", 130, "80.00", "40.00", "120-minutes", _POINTS
    ),
    _build_case_in_euros(
        "a strike of its staff", 130, "80.00", "40.00", "120-minutes", _STRIKE
    ),
    _build_case_in_euros(
        "storm and points", 130, "80.00", "40.00", "120-minutes", _STORM, _POINTS
    ),
    _build_case_in_euros(
        "a storm nobody shows to have been unavoidable",
        130,
        "80.00",
        "40.00",
        "120-minutes",
        Cause("leaves on the line", Party.NATURE),
    ),
    _build_case_in_euros(
        "the day before it applied",
        130,
        "80.00",
        None,
        "not-in-force",
        on=date(2023, 6, 6),
    ),
    _build_case_in_euros(
        "its first day", 130, "80.00", "40.00", "120-minutes", on=_SINCE
    ),
    case_paid_before(
        _build_case_in_euros("two hours late", 120, "80.00", "40.00", "120-minutes"),
        Money("40.00", "EUR"),
        None,
    ),
    case_paid_before(
        _build_case_in_euros(
            "later than it was thought", 120, "80.00", "40.00", "120-minutes"
        ),
        Money("20.00", "EUR"),
        Money("20.00", "EUR"),
    ),
)

eu_rail: Final = Schedule(
    code="eu_rail",
    name="Rail passenger rights, Regulation (EU) 2021/782",
    jurisdiction="European Union",
    blame="The undertaking is free where it shows that extreme weather, a passenger or "
    "a third party alone caused the delay and that it could not be avoided. The "
    "manager of the tracks, other undertakings and its own staff on strike are no "
    "third parties.",
    liability=BEYOND_CONTROL,
    sources=(
        "Regulation (EU) 2021/782, art. 19; applies since 7 June 2023",
        "Bands, one month to pay: ecclatvia.lv",
        "Force majeure: eurailpress.de",
    ),
    confidence=Confidence.MEDIUM,
    uncertain=(
        (
            "The least payment, up to four euros (medium). An undertaking may have a"
            " lower one or none: see `eu_rail_in`."
        ),
        "The fare is that of the delayed journey: of a return, the half (medium).",
        "Half a cent goes to the passenger; the regulation does not say (low).",
        "Half of a cause does not free: it must have caused all of it (medium).",
        (
            "A cause counts by its own party: what was knocked on from a storm is the "
            "undertaking's unless it is laid there with `ToRoots`."
        ),
        (
            "Left out: care (meals, a hotel) and the choice between another train and "
            "the ticket back. No source says what a train that never ran pays here: "
            "`arrival_delay` is that of the train taken instead, and is asked for."
        ),
    ),
    versions={_SINCE: _build_delay_table(Money("4.00", "EUR"))},
    cases=_CASES,
)


def eu_rail_in(minimum: Money) -> Schedule:
    """Publish it in another currency, or with another least payment.

    Args:
        minimum: What is less is not paid; zero where an undertaking has no such
            threshold. Its currency is that of the fares.

    Returns:
        The schedule, without the worked cases, which are in euros.

    Source: Regulation (EU) 2021/782, art. 19: four euros at the most.

    Example:
        >>> crowns = eu_rail_in(Money.zero("CZK"))
        >>> crowns.table().compiled(
        ...     {"arrival_delay": 60, "fare": 1000, "defence_holds": False}
        ... )
        ('60-to-119-minutes', 250)
    """
    return attrs.evolve(
        eu_rail, versions={_SINCE: _build_delay_table(minimum)}, cases=()
    )
