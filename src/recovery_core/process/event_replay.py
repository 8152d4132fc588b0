"""Rebuild a case from its events, and refuse a log that could not have happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final, assert_never

from .._domain.case import Case
from .._domain.descriptions import describe
from .._domain.due_events import Amends, Cancellation, Clarification, Delivery, Retry
from .._domain.events import (
    MOVES,
    RECORDS,
    Absorption,
    Acceptance,
    Appeal,
    Approval,
    ApprovalRequest,
    Contest,
    Denial,
    Detail,
    Judgement,
    Lapse,
    Merge,
    NotedDetail,
    Offer,
    OwnStep,
    Refusal,
    Report,
)
from .._domain.log import Event
from .._domain.move import RECORD, REPORT, Move
from .._domain.people import is_one_of_people
from .._domain.remedy import Award
from ..errors import InvalidValueError, StoredFormatError
from .due_replay import iter_problems_of_due_detail
from .plan import Process, check_process
from .progress import CaseProgress
from .standard import FIVE_STEPS
from .walk import find_move_after, iter_reasons_out_of_order

__all__ = ["replay"]

_FACTS: Final = (Delivery, Clarification)


def replay(events: Iterable[Event], process: Process = FIVE_STEPS) -> Case:
    """Rebuild the identical case from its events.

    Every event is held against the process, and against those it speaks of: an
    acceptance needs its offer, amends what was accepted, an approval another person
    than the one who asked. So a log with a gap, a forged step or a detail in the
    wrong place gives an error and never a case that is partly right. What a policy,
    a detector or an authority would say is not asked again.

    Args:
        events: The events, oldest first.
        process: The process they followed.

    Raises:
        InvalidValueError: There is nothing to walk.
        StoredFormatError: The events could not have happened in this order; the
            message names the first that is wrong, counted from 0.
    """
    given: object = events
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise InvalidValueError(
            f"events cannot be {describe(given)}: give the events of a case, such as "
            "case.events; recovery_core.from_json reads text"
        )
    check_process(process)
    before: CaseProgress | None = None
    for position, event in enumerate(events):
        problem = next(_iter_problems(before, event, process), None)
        if problem is not None:
            raise StoredFormatError(f"event {position}: {problem:.500}")
        before = CaseProgress() if before is None else before
        before.add((event.move, event.at, event.by, event.detail))
    if before is None:
        raise StoredFormatError("there are no events: a case begins with its report")
    return before.case()


# Only the first problem is read, so each may rely on there being none before it.
def _iter_problems(
    before: CaseProgress | None, event: Event, process: Process
) -> Iterator[str]:
    """Walk what is wrong with an event, given those before it."""
    yield from _iter_malformed_parts(event)
    if event.process != process.hash:
        yield (
            f"it followed process {event.process!r:.60}, not {process.name} "
            f"({process.hash}); pass the process it followed"
        )
    yield from _iter_problems_of_move(before, event, process)
    yield from _iter_problems_of_detail_type(event.trigger, event.detail)
    if before is None:
        return
    if event.move.is_stay:
        yield from _iter_problems_of_record(before, event.by, event.detail)
    else:
        yield from _iter_problems_of_step(before, event.at, event.detail)


def _iter_malformed_parts(event: Any) -> Iterator[str]:
    """Doubt what nobody has checked: an `Event` can be built of anything."""
    if type(event) is not Event:
        yield f"{describe(event):.60} is no Event"
    if type(event.move) is not Move:
        yield f"{describe(event.move):.60} is no Move"
    if not isinstance(event.at, datetime) or event.at.utcoffset() is None:
        yield f"{event.at!r:.60} is no aware datetime"
    if not isinstance(event.by, str) or not event.by.strip():
        yield f"nobody is named who did it: {event.by!r:.60}"


def _iter_problems_of_move(
    before: CaseProgress | None, event: Event, process: Process
) -> Iterator[str]:
    expected = _find_expected_move(before, event.trigger, process)
    if expected is None and before is not None:
        reasons = iter_reasons_out_of_order(process, before.case(), event.trigger)
        yield "; ".join(str(reason) for reason in reasons)
    if expected is None:
        yield f"a case begins with its report, not {event.trigger!r:.60}"
    if event.move != expected:
        yield f"{event.move!r} is no edge of {process.name}"


def _find_expected_move(
    before: CaseProgress | None, trigger: str, process: Process
) -> Move | None:
    """Find the edge the process has for what is said to have been done."""
    if before is None:
        return process.opening if trigger == REPORT else None
    if trigger == RECORD:
        return process.stays[before.state]
    last = before.rows[-1][0]
    return find_move_after(process, last, trigger, before.count)


def _iter_problems_of_detail_type(trigger: str, detail: Detail) -> Iterator[str]:
    """Yield what is wrong where an event carries what its trigger does not."""
    kind = type(detail)
    fits = kind in RECORDS if trigger == RECORD else kind is MOVES.get(trigger, OwnStep)
    if not fits:
        yield f"{trigger!r} cannot carry {kind.__name__}"


# ------------------------------------------------- events that speak of others


def _iter_problems_of_step(
    before: CaseProgress, at: datetime, detail: Detail
) -> Iterator[str]:
    """List what speaks against a step, given what was said before it."""
    if isinstance(detail, NotedDetail):
        return
    match detail:
        case Offer():
            yield from _iter_problems_of_offer(before, detail)
        case Acceptance():
            yield from _iter_problems_of_answered_round(before, detail)
            yield from _iter_problems_of_acceptance(before, at, detail)
        case Lapse():
            yield from _iter_problems_of_answered_round(before, detail)
            if before.offer is None or not before.offer.is_expired(at):
                yield "the offer had not run out"
        case Amends():
            yield from _iter_problems_of_amends(before, detail)
        case Merge(into=into):
            if into == before.id or into in before.absorbed:
                yield f"the case cannot go on in {into!r:.60}, which it had absorbed"
        case (
            Report()
            | Contest()
            | Refusal()
            # Records, which `_against_record` reads.
            | Absorption()
            | Judgement()
            | Appeal()
            | Delivery()
            | Retry()
            | Cancellation()
            | Clarification()
            | ApprovalRequest()
            | Approval()
            | Denial()
        ):
            pass
        case never:
            assert_never(never)


def _iter_problems_of_offer(before: CaseProgress, offer: Offer) -> Iterator[str]:
    if offer.round != before.round + 1:
        yield f"offer {offer.round} came after {before.round} of this cycle"
    if offer.award.is_empty:
        yield "nothing was offered"


def _iter_problems_of_answered_round(
    before: CaseProgress, answer: Acceptance | Lapse
) -> Iterator[str]:
    if before.offer is None or before.offer.round != answer.round:
        yield f"there was no offer {answer.round} to answer"


def _iter_problems_of_acceptance(
    before: CaseProgress, at: datetime, acceptance: Acceptance
) -> Iterator[str]:
    offer, chosen = before.offer, acceptance.alternative
    award = offer.award if offer else Award()
    if offer is not None and offer.is_expired(at):
        yield "the offer had run out"
    if not award.has_choice(chosen):
        yield f"alternative {chosen} was never offered"


def _iter_problems_of_amends(before: CaseProgress, amends: Amends) -> Iterator[str]:
    offer, acceptance = before.offer, before.acceptance
    if offer is None or acceptance is None or not before.is_promised:
        yield "amends without an accepted offer"
    elif amends.remedies != offer.award.delivered(acceptance.alternative):
        yield "something else was given than was accepted"


def _iter_problems_of_record(
    before: CaseProgress, by: str, detail: Detail
) -> Iterator[str]:
    """List what speaks against a record, given what was said before it."""
    # What happened outside is true of a case that was folded into another, too.
    if before.merged_into is not None and not isinstance(detail, _FACTS):
        yield f"the case had been merged into {before.merged_into!r:.60}"
    if isinstance(detail, NotedDetail):
        return
    match detail:
        case Approval() | Denial():
            yield from _iter_problems_of_approver(before, by, detail)
        case Appeal():
            if not before.is_suspected:
                yield "there was no verdict to appeal against"
        case Judgement(is_appeal=True):
            yield from _iter_problems_of_appeal_judge(before, by)
        case Delivery() | Retry() | Cancellation() | Clarification():
            yield from iter_problems_of_due_detail(before, detail)
        case Absorption():
            yield from _iter_problems_of_absorption(before, detail)
        case (
            Judgement()
            | ApprovalRequest()
            # Steps, which `_against_step` reads.
            | Report()
            | Offer()
            | Acceptance()
            | Contest()
            | Lapse()
            | Amends()
            | Refusal()
            | Merge()
        ):
            pass
        case never:
            assert_never(never)


def _iter_problems_of_approver(
    before: CaseProgress, by: str, answer: Approval | Denial
) -> Iterator[str]:
    request = before.pending_approval
    if request is None or request.fingerprint != answer.fingerprint:
        yield f"no award {answer.fingerprint!r:.60} waited for approval"
    if is_one_of_people(by, before.customers | {before.asked_by}):
        yield f"{by!r:.60} answered a request of their own"


def _iter_problems_of_appeal_judge(before: CaseProgress, by: str) -> Iterator[str]:
    if before.appellant is None:
        yield "there was no appeal to decide"
    if is_one_of_people(by, {before.appellant, *before.judges, *before.customers}):
        yield f"{by!r:.60} decided an appeal in a matter of their own"


def _iter_problems_of_absorption(
    before: CaseProgress, other: Absorption
) -> Iterator[str]:
    if not before.is_open:
        yield "a case that had ended took in another"
    names = {other.case_id, *other.absorbed}
    if before.id in names or not names.isdisjoint(before.absorbed):
        yield f"case {other.case_id!r:.60} cannot be folded into this one"
