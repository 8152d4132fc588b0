"""Delay Repay 15 and 30: trains in Great Britain, whatever the cause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from ..attribution import BlameBlind
from ..tables import Rule, Table, column
from ..tables.amounts import Amount, ColumnAmount, Scaled
from ..tables.conditions import When
from ._delay_repay_cases import FROM_15, FROM_30
from ._schedule import Confidence, Schedule

__all__ = ["delay_repay_15", "delay_repay_30"]

_JOURNEYS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "single": 1,
        "return": 2,
        "weekly": 10,
        "monthly": 40,
        "quarterly": 130,
        "annual": 464,
    }
)
"""How many single journeys the price of a ticket counts for."""

arrival_delay: Final = column.minutes("arrival_delay", least=-24 * 60)
price: Final = column.money("price", "GBP")
ticket: Final = column.choices("ticket", *_JOURNEYS)

# How late, and what of one single journey that is worth, in percent.
_QUARTER: Final = ("15-to-29-minutes", arrival_delay.between(15, 30), 25)
_LATER: Final = (
    ("30-to-59-minutes", arrival_delay.between(30, 60), 50),
    ("60-to-119-minutes", arrival_delay.between(60, 120), 100),
    ("120-minutes", arrival_delay >= 120, 200),  # noqa: PLR2004
)


def _journey_share_of_price(percent: int, journeys_of_ticket: int) -> Amount:
    """Return a share of one journey, and never more than the whole ticket.

    It is one ratio of the price, and so rounded once.
    """
    share = min(Fraction(percent, 100 * journeys_of_ticket), Fraction(1))
    return Scaled(ColumnAmount(price), share.numerator, share.denominator)


def _iter_rules_of_bands(*bands: tuple[str, When, int]) -> Iterator[Rule]:
    for name, late, percent in bands:
        for kind, journeys in _JOURNEYS.items():
            due = _journey_share_of_price(percent, journeys)
            yield Rule(f"{name}-{kind}", when=late & (ticket == kind), amends=due)


_SOURCE: Final = "Passenger's charters of the train operators of Great Britain"
_BLAME: Final = "Blind to it: what made the train late is never asked."
_SOURCES: Final = (
    "Bands and shares, singles and returns: crosscountrytrains.co.uk, Delay Repay",
    "Journeys of a season ticket (464, 130, 40, 10): CrossCountry; c2c-online.co.uk",
    "Irrespective of cause: greateranglia.co.uk; Commons Library CBP 8572",
)
_UNCERTAIN: Final = (
    "Which operator offers it, and since when, is in each operator's charter.",
    (
        "From two hours on a season ticket earns two journeys, as the way there and"
        " back of a return does (medium)."
    ),
    "Half a penny goes to the passenger; no charter says how it is rounded (low).",
    (
        "The delay of a train that never ran is that of the one taken instead, and is "
        "asked for. Who did not travel has the ticket back, which is left out."
    ),
)

delay_repay_15: Final = Schedule(
    code="delay_repay_15",
    name="Delay Repay 15",
    jurisdiction="Great Britain",
    blame=_BLAME,
    liability=BlameBlind(),
    sources=("Delay Repay 15: red.byte.kiwi; Commons Library CBP 8572", *_SOURCES),
    confidence=Confidence.HIGH,
    uncertain=("The first day, 11 December 2016 (medium).", *_UNCERTAIN),
    versions={
        date(2016, 12, 11): Table(
            "Delay Repay 15",
            _iter_rules_of_bands(_QUARTER, *_LATER),
            otherwise="less than 15 minutes late",
            source=_SOURCE,
        )
    },
    cases=FROM_15,
)

delay_repay_30: Final = Schedule(
    code="delay_repay_30",
    name="Delay Repay 30",
    jurisdiction="Great Britain",
    blame=_BLAME,
    liability=BlameBlind(),
    sources=("Since 2007: Commons Library, Insight on season tickets", *_SOURCES),
    confidence=Confidence.HIGH,
    uncertain=("The first day: some time in 2007 (medium).", *_UNCERTAIN),
    versions={
        date(2007, 1, 1): Table(
            "Delay Repay 30",
            _iter_rules_of_bands(*_LATER),
            otherwise="less than 30 minutes late",
            source=_SOURCE,
        )
    },
    cases=FROM_30,
)
