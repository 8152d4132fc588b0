"""What is owed for a disrupted flight, and whose doing it was. Read this file first.

Whose doing it was (`BLAME`), what the company owes for it (`LIABILITY`), what is given
(`POLICY`, by the table in `law`), and who watches (`on_record`, `AUTHORITY`): each is
plugged into one engine by `build_engine`, and any function would do in its place. What
they read of a flight is in `facts`.

The rules are shaped after a European regulation, to teach; they are no legal advice.
All of them count in whole or exact numbers. One passenger is counted for each flight.

Source: Regulation (EC) 261/2004, art. 5 to 9.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from operator import ge, gt, le, lt
from typing import Final

from recovery_core import (
    Action,
    Case,
    Claim,
    Reason,
    RecoveryEngine,
    RemedyKind,
    Rounding,
    Verdict,
)
from recovery_core.attribution import Defence, FirstMatch, Match
from recovery_core.authority import Authority, Grant
from recovery_core.errors import InvalidValueError
from recovery_core.policy import owed

from .facts import LATE, holds
from .law import BANDS, LAW

__all__ = [
    "AGENT",
    "AUTHORITY",
    "BLAME",
    "LIABILITY",
    "POLICY",
    "Blame",
    "because",
    "blame",
    "build_engine",
    "is_airport",
    "is_enroute",
    "is_extraordinary",
    "lesson",
    "on_record",
]

AGENT: Final = "recovery desk"
_ON_TIME_OUT: Final = 60  # minutes at departure, below which the delay arose later
_BUSY: Final = 10  # flights in an hour, below which they say nothing of the airport


# ------------------------------------------------------------------- whose doing it was


class Blame(StrEnum):
    """Name whose doing a disruption was: any text is a party."""

    WEATHER = "WEATHER"
    AIRPORT = "AIRPORT"
    ENROUTE = "ENROUTE"
    CARRIER = "CARRIER"


def is_extraordinary(claim: Claim) -> bool:
    """Return whether the weather at departure was beyond what a carrier must expect.

    The carrier must prove it, so what nobody measured proves nothing.
    """
    is_storm = holds(claim, "wind_mph", ge, 35)
    is_plausible = holds(claim, "wind_mph", lt, 200)  # one row says 1,048 mph
    is_frost = holds(claim, "temperature_f", le, 32)
    return (
        holds(claim, "visibility_miles", lt, 1)
        or holds(claim, "gust_mph", ge, 40)
        or (is_storm and is_plausible)
        or holds(claim, "rain_inches", ge, Fraction(1, 4))
        or (is_frost and holds(claim, "rain_inches", gt, 0))
    )


def is_airport(claim: Claim) -> bool:
    """Return whether half of a busy hour's flights from the airport were disrupted."""
    facts = claim.failure.facts
    flights, disrupted = (
        facts.read("hour_flights", int),
        facts.read("hour_disrupted", int),
    )
    return flights >= _BUSY and 2 * disrupted >= flights


def is_enroute(claim: Claim) -> bool:
    """Return whether a flight left less than an hour late and lost the rest later."""
    arrived = not claim.failure.facts["cancelled"]
    return arrived and holds(claim, "departure_delay_minutes", lt, _ON_TIME_OUT)


def because(code: str, text: str, *names: str) -> Callable[[Claim], Reason]:
    """Return a reason that shows the facts it rests on, as far as they are known."""

    def reason(claim: Claim) -> Reason:
        facts = claim.failure.facts
        return Reason(
            code, text, {name: facts[name] for name in names if name in facts}
        )

    return reason


BLAME: Final = FirstMatch(
    (
        Match(
            is_extraordinary,
            Blame.WEATHER,
            because(
                "weather",
                "the weather at departure was extraordinary",
                "visibility_miles",
                "gust_mph",
                "wind_mph",
                "rain_inches",
                "temperature_f",
            ),
        ),
        Match(
            is_airport,
            Blame.AIRPORT,
            because(
                "airport",
                "half of that hour's flights or more were disrupted",
                "hour_flights",
                "hour_disrupted",
            ),
        ),
        Match(
            is_enroute,
            Blame.ENROUTE,
            because(
                "enroute",
                "it left less than an hour late and lost the rest later",
                "departure_delay_minutes",
                "arrival_delay_minutes",
            ),
        ),
    ),
    otherwise=Blame.CARRIER,
)
"""Whose doing it was: the first that holds."""


def blame(case: Case) -> Blame:
    """Read from a case whose doing it was found to be.

    Raises:
        InvalidValueError: Nobody has found it out yet.
    """
    if case.finding is None:
        raise InvalidValueError(f"case {case.id} has no finding: make an offer first")
    return Blame(case.finding.main_party)


LIABILITY: Final = Defence((Blame.WEATHER,))
"""All is owed, unless the weather did it; of sums, that is: see `POLICY`."""


# ----------------------------------------------------------------------- what is given


POLICY: Final = owed(LAW, rounding=Rounding.HALF_UP)
"""What is given: of every sum the share that is owed, of everything else all."""


# ------------------------------------------------------------------------- who watches


def on_record(claim: Claim, /) -> Verdict:
    """Ask for evidence where the flight's own record shows no disruption.

    The law's part is out of reach of any verdict: this one can be read in the case,
    and would hold up a voucher, but withholds nothing that is statutory.
    """
    is_late = holds(claim, "arrival_delay_minutes", ge, LATE)
    if is_late or claim.failure.facts["cancelled"]:
        return Verdict()
    why = Reason("not-on-record", "the flight is on record as less than 3 hours late")
    return Verdict(action=Action.ASK_EVIDENCE, reasons=(why,))


AUTHORITY: Final = Authority(
    (Grant("agent", {RemedyKind.CASH, RemedyKind.REDO}, per_incident=BANDS[-1].full),),
    {AGENT: "agent"},
)
"""Who may give it: the agent, and for one flight no more than the law's highest sum."""


def build_engine(clock: Callable[[], datetime]) -> RecoveryEngine:
    """Plug it all together.

    Args:
        clock: Tells the time, aware.
    """
    return RecoveryEngine(
        policy=POLICY,
        attribution=BLAME,
        liability=LIABILITY,
        abuse=on_record,
        authority=AUTHORITY,
        clock=clock,
    )


_LESSONS: Final = {
    Blame.WEATHER: "storms come back: agree on re-routing before the next one",
    Blame.AIRPORT: "an hour that fails as a whole needs slack in the whole hour",
    Blame.ENROUTE: "the delay arose in the air: review the planned flight time",
    Blame.CARRIER: "the delay arose at home: review turnaround and spare aircraft",
}


def lesson(party: Blame) -> str:
    """Return what is fed back, given whose doing it was."""
    return _LESSONS[party]
