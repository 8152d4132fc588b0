"""Claims under the APPR, worked out by hand."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Final

from .._domain.attribution import Cause, Controllability, Party
from .._domain.money import Money
from .._domain.reason import Fact
from ._worked_case import WorkedCase

__all__ = ["BOARDING", "DELAYS"]

_YEAR: Final = 366 * 24 * 60  # the longest delay there is

CREW: Final = Cause("crew missing", Party.FIRM)
STORM: Final = Cause("storm", Party.NATURE)
BRAKES: Final = Cause("brakes", Party.FIRM, is_safety=True)


def _build_case_in_cad(
    text: str,
    delay: int | None,
    pays: int | str | None,
    rule: str,
    /,
    *causes: Cause,
    on: date = date(2024, 6, 1),
    earlier: int | None = None,
    claimed: date | None = None,
    **facts: Fact,
) -> WorkedCase:
    """Write a case: the delay in minutes, what is paid in dollars."""
    late: dict[str, Fact] = {} if delay is None else {"arrival_delay": delay}
    return WorkedCase(
        text,
        {**late, **facts},
        None if pays is None else Money(pays, "CAD"),
        rule,
        on=on,
        causes=causes or (CREW,),
        earlier=None if earlier is None else Money(f"{earlier}.00", "CAD"),
        claimed=claimed,
    )


_large = partial(_build_case_in_cad, carrier="large")
_small = partial(_build_case_in_cad, carrier="small")
_bumped = _build_case_in_cad

_BANDS: Final = (
    _large("large, 2 h 59", 179, None, "otherwise"),
    _large("large, 3 h", 180, 400, "large-3-to-6-hours"),
    _large("large, 5 h 59", 359, 400, "large-3-to-6-hours"),
    _large("large, 6 h", 360, 700, "large-6-to-9-hours"),
    _large("large, 8 h 59", 539, 700, "large-6-to-9-hours"),
    _large("large, 9 h", 540, 1000, "large-9-hours"),
    _large("large, two days", 2880, 1000, "large-9-hours"),
    _small("small, 2 h 59", 179, None, "otherwise"),
    _small("small, 3 h", 180, 125, "small-3-to-6-hours"),
    _small("small, 5 h 59", 359, 125, "small-3-to-6-hours"),
    _small("small, 6 h", 360, 250, "small-6-to-9-hours"),
    _small("small, 8 h 59", 539, 250, "small-6-to-9-hours"),
    _small("small, 9 h", 540, 500, "small-9-hours"),
)

_REFUNDS: Final = (
    _large("large, the refund chosen", 600, 400, "large-refund", chose_refund=True),
    _large("the same at 3 h", 180, 400, "large-refund", chose_refund=True),
    _large("the same at 2 h 59", 179, None, "otherwise", chose_refund=True),
    _large("flown all the same", 600, 1000, "large-9-hours", chose_refund=False),
    _small("small, the refund chosen", 600, 125, "small-refund", chose_refund=True),
    _small("the same at 3 h, small", 180, 125, "small-refund", chose_refund=True),
    _small("the same at 2 h 59, small", 179, None, "otherwise", chose_refund=True),
)

_CONDITIONS: Final = (
    _large("15 days' notice", 600, None, "told-in-time", notice_days=15),
    _large("14 days' notice", 600, 1000, "large-9-hours", notice_days=14),
    _large("no notice at all", 600, 1000, "large-9-hours"),
    _large(
        "claimed on the first anniversary",
        600,
        1000,
        "large-9-hours",
        claimed=date(2025, 6, 1),
    ),
    _large(
        "claimed a day later",
        600,
        None,
        "claimed-too-late",
        claimed=date(2025, 6, 2),
    ),
    _large(
        "compensated under EU 261",
        600,
        None,
        "compensated-elsewhere",
        compensated_elsewhere=True,
    ),
    _large("before it was in force", 600, None, "not-in-force", on=date(2019, 12, 14)),
    _large("its first day", 600, 1000, "large-9-hours", on=date(2019, 12, 15)),
)


_BLAME: Final = (
    _large("a storm", 600, None, "outside-control", STORM),
    _large(
        "a defect hidden by the maker",
        600,
        None,
        "outside-control",
        Cause(
            "hidden defect",
            Party.SUPPLIER,
            controllability=Controllability.UNCONTROLLABLE,
        ),
    ),
    _large(
        "knocked on from a storm",
        600,
        None,
        "outside-control",
        Cause("late aircraft", Party.FIRM, weight=50, parent="storm"),
        STORM,
    ),
    _large(
        "a short stock of de-icing fluid",
        600,
        1000,
        "large-9-hours",
        Cause("ice", Party.NATURE, controllability=Controllability.CONTROLLABLE),
    ),
    _large("brakes fail on the way", 600, None, "required-for-safety", BRAKES),
    _large(
        "brakes worn, found at scheduled maintenance",
        600,
        1000,
        "large-9-hours",
        Cause("brakes", Party.FIRM, is_safety=True, parent="scheduled maintenance"),
    ),
    _large(
        "a storm for the most part",
        600,
        None,
        "outside-control",
        Cause("storm", Party.NATURE, weight=61),
        Cause("crew missing", Party.FIRM, weight=60),
    ),
    _large(
        "half a storm: a tie is the passenger's",
        600,
        1000,
        "large-9-hours",
        Cause("storm", Party.NATURE, weight=60),
        Cause("crew missing", Party.FIRM, weight=60),
    ),
    _large("nobody knows why", 600, 1000, "large-9-hours", Cause("?", Party.UNKNOWN)),
)

_CARE: Final = (
    _large(
        "brakes, two hours at the gate: care",
        130,
        None,
        "care",
        BRAKES,
        departure_delay=120,
    ),
    _large(
        "brakes, 1 h 59 at the gate: none",
        130,
        None,
        "no-care",
        BRAKES,
        departure_delay=119,
    ),
    _large(
        "brakes, nobody says how long at the gate", 130, None, "wait-unknown", BRAKES
    ),
    _large("a storm, nobody says how long", 130, None, "no-care", STORM),
    _large(
        "a storm, two hours at the gate: none",
        130,
        None,
        "no-care",
        STORM,
        departure_delay=120,
    ),
    _large(
        "crew missing, two hours at the gate: care and money",
        600,
        1000,
        "care",
        departure_delay=120,
    ),
)

_FARE: Final = Money("199.90", "CAD")

_NOT_FLOWN: Final = (
    _large(
        "did not fly: the refund chosen", None, 400, "large-refund", chose_refund=True
    ),
    _small("did not fly, small", None, 125, "small-refund", chose_refund=True),
    _large(
        "did not fly, and the ticket back",
        None,
        "599.90",
        "refund",
        chose_refund=True,
        fare=_FARE,
    ),
    _large("late, nobody says how late", None, None, "arrival-unknown"),
    _large("three hours at the gate", None, None, "rebooking", departure_delay=180),
    _large(
        "a minute less: not yet",
        None,
        None,
        "arrival-unknown",
        departure_delay=179,
        fare=_FARE,
    ),
    _large(
        "a minute less, and the refund wanted",
        None,
        400,
        "care",
        departure_delay=179,
        chose_refund=True,
        fare=_FARE,
    ),
    _large(
        "grounded by a storm: the ticket back or another flight",
        None,
        "199.90",
        "refund",
        STORM,
        fare=_FARE,
    ),
    _large(
        "brakes, three hours at the gate",
        None,
        "199.90",
        "refund",
        BRAKES,
        departure_delay=180,
        fare=_FARE,
    ),
    _large("grounded by a storm, the fare unknown", None, None, "rebooking", STORM),
    _large(
        "a storm, and the refund chosen",
        None,
        "199.90",
        "refund",
        STORM,
        chose_refund=True,
        fare=_FARE,
    ),
    _large("a minute less, the fare unknown", None, None, "care", departure_delay=179),
    _large("arrived, and be it a year late", _YEAR, 1000, "wait-unknown", fare=_FARE),
    _large("a year at the gate", _YEAR, 1000, "care", departure_delay=_YEAR),
    _large(
        "arrived so late, and the refund wanted",
        _YEAR,
        400,
        "wait-unknown",
        chose_refund=True,
        fare=_FARE,
    ),
    _large("there early", -1, None, "otherwise"),
)

_PAID_BEFORE: Final = (
    _large("6 h, and 700 paid before", 360, None, "large-6-to-9-hours", earlier=700),
    _large("5 h 59 told, 6 h it was", 360, 300, "large-6-to-9-hours", earlier=400),
)

DELAYS: Final = (
    *_BANDS,
    *_REFUNDS,
    *_CONDITIONS,
    *_BLAME,
    *_CARE,
    *_NOT_FLOWN,
    *_PAID_BEFORE,
)

BOARDING: Final = (
    _bumped("bumped, there on time", 0, 900, "under-6-hours"),
    _bumped("bumped, 5 h expected", 300, 900, "under-6-hours"),
    _bumped("bumped, 5 h 59", 359, 900, "under-6-hours"),
    _bumped("bumped, 6 h", 360, 1800, "6-to-9-hours"),
    _bumped("bumped, 8 h 59", 539, 1800, "6-to-9-hours"),
    _bumped("bumped, 9 h", 540, 2400, "9-hours"),
    _bumped("5 h expected, 6 h 10 it was", 370, 900, "6-to-9-hours", earlier=900),
    _bumped("5 h expected, 9 h it was", 540, 1500, "9-hours", earlier=900),
    _bumped("5 h expected, 5 h 30 it was", 330, None, "under-6-hours", earlier=900),
    _bumped("a storm grounds the rest", 600, None, "outside-control", STORM),
    _bumped("a smaller one for safety", 600, None, "required-for-safety", BRAKES),
    _bumped(
        "bumped, compensated under EU 261",
        600,
        None,
        "compensated-elsewhere",
        compensated_elsewhere=True,
    ),
    _bumped(
        "bumped, two hours at the gate",
        300,
        900,
        "care",
        departure_delay=120,
    ),
    _bumped("bumped, 1 h 59 at the gate", 300, 900, "no-care", departure_delay=119),
    _bumped("bumped, nobody says how long", 300, 900, "wait-unknown"),
    _bumped("bumped, a year at the gate", 300, 900, "care", departure_delay=_YEAR),
    _bumped("bumped, and there early", -10, 900, "under-6-hours"),
    _bumped(
        "bumped by a storm, two hours at the gate",
        300,
        None,
        "no-care",
        STORM,
        departure_delay=120,
    ),
    _bumped(
        "bumped before it was in force",
        300,
        None,
        "not-in-force",
        on=date(2019, 7, 14),
    ),
    _bumped("bumped on its first day", 300, 900, "under-6-hours", on=date(2019, 7, 15)),
)
