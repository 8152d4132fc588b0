"""Late ships in the European Union: Regulation (EU) No 1177/2010, art. 19."""

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

__all__ = ["eu_sea", "eu_sea_in"]

_HOUR: Final = 60
_DAY: Final = 24 * _HOUR
_SINCE: Final = date(2012, 12, 18)

arrival_delay: Final = column.minutes("arrival_delay", least=-24 * 60)
journey: Final = column.minutes("scheduled_journey", least=1, most=31 * _DAY)


def _iter_delay_rules(currency: str) -> Iterator[Rule]:
    fare = column.money("fare", currency)
    # The length of the journey, and from how late on a quarter is due.
    classes = (
        ("4-hours", journey <= 4 * _HOUR, _HOUR),
        ("8-hours", (journey > 4 * _HOUR) & (journey <= 8 * _HOUR), 2 * _HOUR),
        ("24-hours", (journey > 8 * _HOUR) & (journey <= _DAY), 3 * _HOUR),
        ("longer", journey > _DAY, 6 * _HOUR),
    )
    for name, length, limit in classes:
        late = (arrival_delay >= limit) & (arrival_delay <= 2 * limit)
        very_late = arrival_delay > 2 * limit
        yield Rule(
            f"25-percent-{name}", when=length & late, amends=percent_of(fare, 25)
        )
        yield Rule(
            f"50-percent-{name}", when=length & very_late, amends=percent_of(fare, 50)
        )


def _build_delay_table(currency: str) -> Table:
    return Table(
        "EU sea, Regulation (EU) No 1177/2010",
        _iter_delay_rules(currency),
        otherwise="not late enough for the length of the journey",
        exclusions=(
            Rule(
                "exempt",
                when=defence_holds(BEYOND_CONTROL),
                because="weather or extraordinary circumstances, shown to have been "
                "unavoidable (art. 20)",
            ),
        ),
        is_statutory=True,
        source="Regulation (EU) No 1177/2010, arts. 19 and 20",
    )


def _build_case_in_euros(
    text: str,
    journey_minutes: int,
    delay_minutes: int,
    pays: str | None,
    rule: str,
    *causes: Cause,
    fare: str = "100.00",
    on: date = date(2024, 6, 1),
) -> WorkedCase:
    """Write a case: times in minutes, fare and payment in euros."""
    facts: dict[str, Fact] = {
        "scheduled_journey": journey_minutes,
        "arrival_delay": delay_minutes,
        "fare": Money(fare, "EUR"),
    }
    paid = None if pays is None else Money(pays, "EUR")
    return WorkedCase(text, facts, paid, rule, on=on, causes=causes)


# The shortest and the longest journey of each class, and its two limits.
_CLASSES: Final = (
    ("4-hours", (1, 240), (60, 120)),
    ("8-hours", (241, 480), (120, 240)),
    ("24-hours", (481, 1440), (180, 360)),
    ("longer", (1441, 10_000), (360, 720)),
)


def _iter_cases_at_limits() -> Iterator[WorkedCase]:
    """Write the cases at every limit of every class."""
    for name, lengths, (first, second) in _CLASSES:
        for length in lengths:
            for delay, pays, rule in (
                (first - 1, None, "otherwise"),
                (first, "25.00", f"25-percent-{name}"),
                (second, "25.00", f"25-percent-{name}"),
                (second + 1, "50.00", f"50-percent-{name}"),
            ):
                text = f"{delay} minutes late after {length} minutes at sea"
                yield _build_case_in_euros(text, length, delay, pays, rule)
        # Three quarters of a cent, and half a one.
        for delay, pays, share in ((first, "5.00", 25), (second + 1, "10.00", 50)):
            text = f"{share} % of 19.99, {delay} minutes late"
            rule = f"{share}-percent-{name}"
            yield _build_case_in_euros(
                text, lengths[0], delay, pays, rule, fare="19.99"
            )


_STORM: Final = Cause(
    "storm", Party.NATURE, controllability=Controllability.UNCONTROLLABLE
)
_ENGINE: Final = Cause("engine", Party.FIRM)

_CASES: Final = (
    *_iter_cases_at_limits(),
    _build_case_in_euros("a storm", 240, 300, None, "exempt", _STORM),
    _build_case_in_euros(
        "the engine", 240, 300, "50.00", "50-percent-4-hours", _ENGINE
    ),
    _build_case_in_euros(
        "storm and engine", 240, 300, "50.00", "50-percent-4-hours", _STORM, _ENGINE
    ),
    _build_case_in_euros(
        "the day before it applied",
        240,
        300,
        None,
        "not-in-force",
        on=date(2012, 12, 17),
    ),
    _build_case_in_euros(
        "its first day", 240, 300, "50.00", "50-percent-4-hours", on=_SINCE
    ),
    case_paid_before(
        _build_case_in_euros(
            "five hours late", 240, 300, "50.00", "50-percent-4-hours"
        ),
        Money("50.00", "EUR"),
        None,
    ),
    case_paid_before(
        _build_case_in_euros(
            "later than it was thought", 240, 300, "50.00", "50-percent-4-hours"
        ),
        Money("25.00", "EUR"),
        Money("25.00", "EUR"),
    ),
)

eu_sea: Final = Schedule(
    code="eu_sea",
    name="Sea passenger rights, Regulation (EU) No 1177/2010",
    jurisdiction="European Union",
    blame="The carrier is free where it shows that weather or extraordinary "
    "circumstances alone caused the delay and could not be avoided, or that the "
    "passenger did.",
    liability=BEYOND_CONTROL,
    sources=(
        "Regulation (EU) No 1177/2010, arts. 19 and 20; applies since 18 December 2012",
        "Classes and limits: apf.gv.at; emilstoyanovmep.eu",
        "Claims within two months, which is not reckoned here: corsica-ferries.co.uk",
    ),
    confidence=Confidence.MEDIUM,
    uncertain=(
        (
            'Sources disagree on whether the first limit is met ("at least", as'
            ' here) or must be passed ("more than"). At the second all say "more'
            ' than" the double of it.'
        ),
        (
            "Weather that endangers the ship frees by itself; here it must be on"
            " record as uncontrollable, as any other cause."
        ),
        "Half a cent goes to the passenger; the regulation does not say (low).",
        (
            "A cause counts by its own party: what was knocked on from a storm is the "
            "carrier's unless it is laid there with `ToRoots`."
        ),
        (
            "Left out: care (meals, a cabin) and the choice between another ship and "
            "the ticket back. No source says what a ship that never sailed pays here: "
            "`arrival_delay` is that of the ship taken instead, and is asked for."
        ),
    ),
    versions={_SINCE: _build_delay_table("EUR")},
    cases=_CASES,
)


def eu_sea_in(currency: str) -> Schedule:
    """Publish it for fares in another currency.

    Args:
        currency: Its ISO 4217 code.

    Returns:
        The schedule, without the worked cases, which are in euros.

    Source: Regulation (EU) No 1177/2010, art. 19(1).

    Example:
        >>> eu_sea_in("SEK").table().currency
        'SEK'
    """
    return attrs.evolve(
        eu_sea, versions={_SINCE: _build_delay_table(currency)}, cases=()
    )
