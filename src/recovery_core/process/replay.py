"""Rebuild a case from its events, and refuse a log that could not have happened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from .._domain.case import Case, Event, Row
from .._domain.events import MOVES, RECORDS, Amends, Detail, Step
from .._domain.move import RECORD, REPORT, Move
from ..errors import StoredFormatError
from .plan import Process
from .standard import FIVE_STEPS
from .walk import edge, out_of_order

__all__ = ["replay"]


def replay(events: Iterable[Event], process: Process = FIVE_STEPS) -> Case:
    """Rebuild the identical case from its events.

    Every event is held against the process, so a log with a gap, a forged step or
    a detail in the wrong place gives an error and never a case that is partly right.

    Args:
        events: The events, oldest first.
        process: The process they followed.

    Raises:
        StoredFormatError: The events could not have happened in this order; the
            message names the first that is wrong.
    """
    case: Case | None = None
    for position, event in enumerate(events):
        row = _checked(case, event, process, position)
        case = Case((row,) if case is None else (*case.log, row))
    if case is None:
        raise StoredFormatError("there are no events: a case begins with its report")
    return case


def _refuse(position: int, problem: str) -> NoReturn:
    raise StoredFormatError(f"event {position}: {problem}")


def _checked(case: Case | None, event: Event, process: Process, position: int) -> Row:
    given: object = event
    if not isinstance(given, Event):
        _refuse(position, f"{given!r} is no Event")
    if event.process != process.hash:
        _refuse(
            position,
            f"it followed process {event.process}, not {process.name} "
            f"({process.hash}); pass the process it followed",
        )
    if event.at.tzinfo is None:
        _refuse(position, f"{event.at!r} has no offset from UTC")
    if not event.by:
        _refuse(position, "nobody is named who did it")
    move = _expected(case, event, process, position)
    if move != event.move:
        _refuse(position, f"{event.move!r} is no edge of {process.name}")
    _check_detail(case, event.detail, move.trigger, position)
    return move, event.at, event.by, event.detail


def _expected(case: Case | None, event: Event, process: Process, position: int) -> Move:
    """Find the edge the process has for what the event says was done."""
    if case is None:
        if event.trigger != REPORT:
            _refuse(position, f"a case begins with its report, not {event.trigger!r}")
        return process.opening
    if event.trigger == RECORD:
        return process.stays[case.state]
    move = edge(process, case, event.trigger)
    if move is None:
        reasons = out_of_order(process, case, event.trigger)
        _refuse(position, "; ".join(str(reason) for reason in reasons))
    return move


def _check_detail(
    case: Case | None, detail: Detail, trigger: str, position: int
) -> None:
    """Hold what an event carries to what its trigger demands."""
    kind = type(detail)
    if trigger == RECORD:
        if kind not in RECORDS:
            _refuse(position, f"a record cannot carry {kind.__name__}")
    elif kind is not MOVES.get(trigger, Step):
        _refuse(position, f"{trigger!r} cannot carry {kind.__name__}")
    if case is not None and isinstance(detail, Amends):
        _check_amends(case, detail, position)


def _check_amends(case: Case, detail: Amends, position: int) -> None:
    """Demand that exactly what was accepted was given."""
    offer, acceptance = case.offer, case.acceptance
    if offer is None or acceptance is None:
        _refuse(position, "amends without an accepted offer")
    chosen = acceptance.alternative
    if chosen is not None and chosen >= len(offer.award.alternatives):
        _refuse(position, f"alternative {chosen} was never offered")
    if detail.remedies != offer.award.delivered(chosen):
        _refuse(position, "something else was given than was accepted")
