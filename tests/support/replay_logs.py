from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from recovery_core import (
    Award,
    Event,
    Money,
    Reason,
    Remedy,
    RemedyKind,
    ServiceFailure,
    Verdict,
)
from recovery_core._domain.move import RECORD
from recovery_core._domain.verdict import Action
from recovery_core.events import (
    Acceptance,
    Acknowledgement,
    Amends,
    Apology,
    Detail,
    Feedback,
    Lapse,
    Offer,
    Report,
)
from recovery_core.process import FIVE_STEPS, five_steps
from tests.support.histories import OWN_STEPS, case_histories

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


CASH = Remedy(RemedyKind.CASH, Money("5.00", "EUR"))


CARE = Remedy(RemedyKind.CARE)


REFUND = Remedy(RemedyKind.REFUND, Money("42.00", "EUR"))


AWARD = Award((REFUND, CARE), (CASH,))


TWO_ROUNDS = five_steps(rounds=2)


SUSPECT = Verdict(action=Action.NOTE, reasons=(Reason("often", "too often"),))


PROCESSES = st.sampled_from([FIVE_STEPS, OWN_STEPS, TWO_ROUNDS])


def log(*steps: tuple[str, Detail] | tuple[str, Detail, str]) -> list[Event]:
    """Write a log by hand, an hour between events, along the five steps."""
    report = Report("C-1", ServiceFailure("train late"))
    events = [Event(FIVE_STEPS.opening, NOON, "kim", report)]
    for hour, (trigger, detail, *by) in enumerate(steps, 1):
        state = events[-1].state
        stays = trigger == RECORD
        move = FIVE_STEPS.stays[state] if stays else FIVE_STEPS.moves[state][trigger]
        who = by[0] if by else "ana"
        events.append(Event(move, NOON + timedelta(hours=hour), who, detail))
    return events


cases_of_processes = PROCESSES.flatmap(
    lambda process: st.tuples(st.just(process), case_histories(process, plain=True))
)


KNOWN = ("acknowledge", Acknowledgement())


SORRY = ("apologize", Apology())


OFFERED = ("offer", Offer(AWARD, expires_at=NOON + timedelta(hours=5)))


TAKEN = ("accept", Acceptance(1, 0))


GIVEN = ("make_amends", Amends((REFUND, CASH)))


LEARNED = ("feed_back", Feedback("inspect weekly"))


WALK = (KNOWN, SORRY, OFFERED, TAKEN, GIVEN, LEARNED)


LAPSED = ("lapse", Lapse(1))


AGAIN = ("offer", Offer(AWARD, 2))
