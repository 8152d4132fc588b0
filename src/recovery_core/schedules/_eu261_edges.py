"""Claims at the edges of Regulation (EC) No 261/2004, which a table slips at first."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Final

from .._domain.money import Money
from ._air import build_worked_case as worked
from ._worked_case import case_paid_before

__all__ = ["EDGES"]

_YEAR: Final = 366 * 24 * 60  # the longest delay there is
_FARE: Final = Money("199.90", "EUR")
_FULL: Final = Money("400.00", "EUR")

_case = partial(worked, on=date(2024, 6, 1), is_intra_eu=False)
_cancelled = partial(_case, event="cancellation")
_delayed = partial(_case, event="delay")

_TOLD: Final = (
    _cancelled(
        "13 days' notice, re-routed 3 h 59 late",
        None,
        "told-a-week-before",
        km=2000,
        notice_days=13,
        leaves_early=120,
        arrival_delay=239,
    ),
    _cancelled(
        "10 days' notice, nobody says when the other flight leaves",
        _FULL,
        "medium",
        km=2000,
        notice_days=10,
        arrival_delay=239,
    ),
    _cancelled(
        "10 days' notice, nobody says when it arrives",
        _FULL,
        "medium",
        km=2000,
        notice_days=10,
        leaves_early=60,
    ),
    _cancelled(
        "5 days' notice, nobody says when the other flight leaves",
        Money("125.00", "EUR"),
        "short-rerouted",
        km=1200,
        notice_days=5,
        arrival_delay=119,
    ),
    _cancelled(
        "5 days' notice, nobody says when it arrives",
        Money("250.00", "EUR"),
        "short",
        km=1200,
        notice_days=5,
        leaves_early=0,
    ),
)

_WAITED: Final = (
    *(
        _delayed(
            f"a minute too short for care at {km} km",
            None,
            "otherwise",
            km=km,
            arrival_delay=110,
            departure_delay=waited,
        )
        for km, waited in ((1500, 119), (3500, 179), (6000, 239))
    ),
    *(
        _delayed(
            f"nobody says how long the wait was at {km} km",
            None,
            "wait-unknown",
            km=km,
            arrival_delay=110,
        )
        for km in (1500, 3500, 6000)
    ),
    _delayed(
        "a minute under five hours at the gate",
        None,
        "care-medium",
        km=2000,
        departure_delay=299,
        fare=_FARE,
    ),
    _delayed(
        "gave up and went home",
        None,
        "not-flown",
        km=2000,
        departure_delay=400,
        gave_up=True,
    ),
    _delayed(
        "gave up, nobody says when",
        None,
        "wait-unknown",
        km=2000,
        gave_up=True,
        fare=_FARE,
    ),
    _delayed(
        "still at the gate: care, and the rest is to be seen",
        None,
        "arrival-unknown",
        km=2000,
        departure_delay=200,
    ),
    _delayed(
        "waits at the gate to this minute",
        None,
        "care-medium",
        km=2000,
        departure_delay=200,
        gave_up=False,
    ),
    _delayed("late, nobody says how late", None, "arrival-unknown", km=2000),
    _delayed(
        "four hours late, nobody says where they waited",
        _FULL,
        "wait-unknown",
        km=2000,
        arrival_delay=240,
    ),
)

_ARRIVED: Final = (
    _delayed(
        "arrived, and be it a year late",
        _FULL,
        "care-medium",
        km=2000,
        gave_up=True,
        arrival_delay=_YEAR,
        departure_delay=300,
        fare=_FARE,
    ),
    _cancelled(
        "re-routed, and be it a year late: no ticket back",
        _FULL,
        "care",
        km=2000,
        arrival_delay=_YEAR,
        fare=_FARE,
    ),
    _cancelled(
        "re-routed a year late, the fare unknown",
        _FULL,
        "care",
        km=2000,
        arrival_delay=_YEAR,
    ),
    _cancelled("stranded, the fare unknown", _FULL, "rerouting", km=2000),
)

_HALF: Final = Money("200.00", "EUR")

_PAID_BEFORE: Final = (
    case_paid_before(
        _delayed("five hours late", _FULL, "medium-delay", km=2000, arrival_delay=300),
        _FULL,
        None,
    ),
    case_paid_before(
        _cancelled(
            "to be there in time for the half, and was not",
            _FULL,
            "medium",
            km=2000,
            arrival_delay=181,
        ),
        _HALF,
        _HALF,
    ),
    case_paid_before(
        _cancelled(
            "stranded, and only the ticket left to give back",
            None,
            "refund-or-rerouting",
            km=2000,
            fare=_FARE,
        ),
        _FULL,
        _FARE,
    ),
)

EDGES: Final = (*_TOLD, *_WAITED, *_ARRIVED, *_PAID_BEFORE)
