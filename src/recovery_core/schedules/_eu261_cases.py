"""Claims under Regulation (EC) No 261/2004, worked out by hand."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Final

from .._domain.money import Money
from ._air import build_worked_case as worked
from ._air import carrier_cause as firm
from ._air import uncontrollable_cause as nature
from ._eu261_edges import EDGES

__all__ = ["CASES"]

_case = partial(worked, on=date(2024, 6, 1))
_cancelled = partial(_case, event="cancellation", is_intra_eu=False)
_delayed = partial(_case, event="delay", is_intra_eu=False)
_bumped = partial(_case, event="denied_boarding", is_intra_eu=False)
_SNOW: Final = (nature("snow closes the airport"),)


def _eur(amount: str) -> Money:
    return Money(amount, "EUR")


_DISTANCES: Final = (
    _cancelled(
        "cancelled the same day", _eur("250.00"), "short", km=1500, notice_days=0
    ),
    _cancelled("one kilometre more", _eur("400.00"), "medium", km=1501, notice_days=0),
    _cancelled("3,500 km to another continent", _eur("400.00"), "medium", km=3500),
    _cancelled("3,501 km to another continent", _eur("600.00"), "long", km=3501),
    _case(
        "4,000 km within the Union",
        _eur("400.00"),
        "medium",
        event="cancellation",
        km=4000,
        is_intra_eu=True,
    ),
    _case(
        "1,500 km within the Union",
        _eur("250.00"),
        "short",
        event="cancellation",
        km=1500,
        is_intra_eu=True,
    ),
    _case(
        "1,501 km within the Union",
        _eur("400.00"),
        "medium",
        event="cancellation",
        km=1501,
        is_intra_eu=True,
    ),
)

_DELAYS: Final = (
    _delayed(
        "a minute under three hours",
        None,
        "under-three-hours",
        km=6000,
        arrival_delay=179,
    ),
    _delayed(
        "three hours and a half, far away",
        _eur("300.00"),
        "long-delay-under-four-hours",
        km=6000,
        arrival_delay=210,
    ),
    _delayed(
        "three hours to the minute, far away",
        _eur("300.00"),
        "long-delay-under-four-hours",
        km=6000,
        arrival_delay=180,
    ),
    _delayed(
        "a minute under four hours",
        _eur("300.00"),
        "long-delay-under-four-hours",
        km=6000,
        arrival_delay=239,
    ),
    _delayed(
        "four hours to the minute",
        _eur("600.00"),
        "long-delay",
        km=6000,
        arrival_delay=240,
    ),
    _delayed(
        "three hours to the minute, near",
        _eur("250.00"),
        "short-delay",
        km=1500,
        arrival_delay=180,
    ),
    _delayed(
        "three hours to the minute, half far",
        _eur("400.00"),
        "medium-delay",
        km=3500,
        arrival_delay=180,
    ),
)

_NOTICE: Final = (
    _cancelled(
        "told two weeks before", None, "told-two-weeks-before", km=2000, notice_days=14
    ),
    _cancelled(
        "told 13 days before, not re-routed",
        _eur("400.00"),
        "medium",
        km=2000,
        notice_days=13,
    ),
    _cancelled(
        "10 days' notice, re-routed 1 h 30 early and 3 h 30 late",
        None,
        "told-a-week-before",
        km=2000,
        notice_days=10,
        leaves_early=90,
        arrival_delay=210,
    ),
    _cancelled(
        "10 days' notice, re-routed 3 h 59 late",
        None,
        "told-a-week-before",
        km=2000,
        notice_days=10,
        leaves_early=120,
        arrival_delay=239,
    ),
    _cancelled(
        "10 days' notice, re-routed 4 h late",
        _eur("400.00"),
        "medium",
        km=2000,
        notice_days=10,
        leaves_early=90,
        arrival_delay=240,
    ),
    _cancelled(
        "10 days' notice, re-routed 2 h 01 early and on time",
        _eur("200.00"),
        "medium-rerouted",
        km=2000,
        notice_days=10,
        leaves_early=121,
        arrival_delay=0,
    ),
    _cancelled(
        "exactly seven days' notice is of the middle class",
        None,
        "told-a-week-before",
        km=2000,
        notice_days=7,
        leaves_early=120,
        arrival_delay=239,
    ),
    _cancelled(
        "six days' notice is not",
        _eur("400.00"),
        "medium",
        km=2000,
        notice_days=6,
        leaves_early=120,
        arrival_delay=239,
    ),
    _cancelled(
        "5 days' notice, re-routed on time and 2 h late: due, and halved",
        _eur("125.00"),
        "short-rerouted",
        km=1200,
        notice_days=5,
        leaves_early=0,
        arrival_delay=120,
    ),
    _cancelled(
        "5 days' notice, re-routed 1 h early and 1 h 59 late",
        None,
        "told-late-but-rerouted",
        km=1200,
        notice_days=5,
        leaves_early=60,
        arrival_delay=119,
    ),
    _cancelled(
        "5 days' notice, re-routed 1 h 01 early and 1 h 59 late",
        _eur("125.00"),
        "short-rerouted",
        km=1200,
        notice_days=5,
        leaves_early=61,
        arrival_delay=119,
    ),
    _cancelled(
        "nobody told her at all, re-routed 1 h 59 late",
        None,
        "told-late-but-rerouted",
        km=1200,
        leaves_early=0,
        arrival_delay=119,
    ),
)

_BOARDING: Final = (
    _bumped(
        "re-routed 2 h late, near",
        _eur("125.00"),
        "short-rerouted",
        km=1500,
        arrival_delay=120,
    ),
    _bumped(
        "re-routed 2 h 01 late, near",
        _eur("250.00"),
        "short",
        km=1500,
        arrival_delay=121,
    ),
    _bumped(
        "re-routed 3 h late, half far",
        _eur("200.00"),
        "medium-rerouted",
        km=3500,
        arrival_delay=180,
    ),
    _bumped(
        "re-routed 3 h 01 late, half far",
        _eur("400.00"),
        "medium",
        km=3500,
        arrival_delay=181,
    ),
    _bumped(
        "re-routed exactly 4 h late, far",
        _eur("300.00"),
        "long-rerouted",
        km=6000,
        arrival_delay=240,
    ),
    _bumped(
        "re-routed 4 h 01 late, far", _eur("600.00"), "long", km=6000, arrival_delay=241
    ),
    _bumped(
        "denied boarding knows no extraordinary circumstances",
        _eur("600.00"),
        "long",
        km=6000,
        causes=_SNOW,
    ),
)

_BLAME: Final = (
    _cancelled(
        "snow closes the airport",
        None,
        "extraordinary",
        km=2000,
        notice_days=0,
        causes=_SNOW,
    ),
    _delayed(
        "snow again: care all the same",
        None,
        "care-medium",
        km=2000,
        arrival_delay=300,
        departure_delay=300,
        causes=_SNOW,
    ),
    _delayed(
        "wear of an engine is the carrier's own affair",
        _eur("400.00"),
        "medium-delay",
        km=2000,
        arrival_delay=300,
        causes=(firm("engine wear", 300),),
    ),
    _delayed(
        "5 h 20 late, of which 3 h 35 for a bird strike",
        None,
        "own-part-under-three-hours",
        km=2000,
        arrival_delay=320,
        causes=(nature("bird strike", 215), firm("a second inspection", 105)),
        source="after C-315/15, with the minutes of its facts",
    ),
    _delayed(
        "3 h 30 for a technical fault, 2 h for a bird strike",
        _eur("400.00"),
        "medium-delay",
        km=2000,
        arrival_delay=330,
        causes=(nature("bird strike", 120), firm("technical fault", 210)),
    ),
    _delayed(
        "the carrier's part is three hours to the minute",
        _eur("400.00"),
        "medium-delay",
        km=2000,
        arrival_delay=300,
        causes=(nature("bird strike", 120), firm("technical fault", 180)),
    ),
    _delayed(
        "the carrier's part is a minute less",
        None,
        "own-part-under-three-hours",
        km=2000,
        arrival_delay=300,
        causes=(nature("bird strike", 121), firm("technical fault", 179)),
    ),
)

_BESIDES: Final = (
    _delayed(
        "two hours at the gate, near",
        None,
        "care-short",
        km=1500,
        arrival_delay=110,
        departure_delay=120,
    ),
    _delayed(
        "three hours at the gate, half far",
        None,
        "care-medium",
        km=3500,
        arrival_delay=170,
        departure_delay=180,
    ),
    _delayed(
        "four hours at the gate, made up in the air",
        None,
        "care-long",
        km=6000,
        arrival_delay=170,
        departure_delay=240,
    ),
    _delayed(
        "five hours at the gate, and the ticket given back",
        _eur("199.90"),
        "refund-after-five-hours",
        km=2000,
        departure_delay=300,
        fare=_eur("199.90"),
    ),
    _cancelled(
        "stranded: the ticket back or another flight, and the compensation",
        _eur("449.90"),
        "refund-or-rerouting",
        km=900,
        fare=_eur("199.90"),
    ),
)

_NOT_ELIGIBLE: Final = (
    _delayed(
        "no confirmed booking",
        None,
        "no-booking",
        km=2000,
        arrival_delay=300,
        lacks_booking=True,
    ),
    _bumped(
        "came to check-in too late", None, "late-check-in", km=2000, late_check_in=True
    ),
    _cancelled(
        "too late for what was cancelled",
        _eur("400.00"),
        "medium",
        km=2000,
        late_check_in=True,
    ),
    _delayed(
        "flew free", None, "free-fare", km=2000, arrival_delay=300, free_fare=True
    ),
)

CASES: Final = (
    *_DISTANCES,
    *_DELAYS,
    *_NOTICE,
    *_BOARDING,
    *_BLAME,
    *_BESIDES,
    *_NOT_ELIGIBLE,
    *EDGES,
)
