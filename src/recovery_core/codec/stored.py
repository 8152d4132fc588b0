"""A case as one JSON text: the envelope, and its events."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from datetime import datetime
from typing import Final

from .._domain.case import Case, Event
from .._domain.events import TAGS, Detail
from .._domain.move import RECORD, REPORT, Move
from ..errors import StoredFormatError
from ..process import FIVE_STEPS, Process, replay
from .faults import shown
from .plain import as_list, as_object, as_text, parse, write
from .values import read, value_out

__all__ = ["SCHEMA_VERSION", "from_json", "to_json"]

FORMAT: Final = "recovery_core/case"
SCHEMA_VERSION: Final = 1
"""Version of the stored form; it rises when old readers could not read the new."""

# What is stored may be forged, and the time to replay it rises with the square of this.
_MOST: Final = 10_000  # events

_TAG_OF: Final = {kind: tag for tag, kind in TAGS.items()}


def to_json(case: Case) -> str:
    """Write a case as JSON text.

    Args:
        case: The case.

    Returns:
        Canonical text, the same for the same case: sorted keys, no white space,
        moments in UTC. It encodes as UTF-8; half a character, as cut texts end
        with, is escaped.

    Raises:
        StoredFormatError: The case holds what could not be read back: a number of
            thousands of digits, two halves of one character side by side, more than
            ten thousand events, or millions of characters.
    """
    try:
        _check_number(case.log)
        return write(
            {
                "format": FORMAT,
                "version": SCHEMA_VERSION,
                "process": case.process,
                "events": [_event_out(event) for event in case.events],
            }
        )
    except ValueError as error:
        problem = f"case {case.id!r:.60} cannot be written: {error}"
        raise StoredFormatError(problem) from error


def from_json(text: str | bytes, process: Process = FIVE_STEPS) -> Case:
    """Read a case back from JSON text.

    Args:
        text: What `to_json` wrote.
        process: The process the case follows.

    Returns:
        The identical case.

    Raises:
        StoredFormatError: The text is damaged, of an unknown version or tag, or
            tells of events that could not have happened. The message names the
            event, counted from 0, and the field.
    """
    keys = ("format", "version", "process", "events")
    body = as_object(parse(text), "a stored case: ", *keys)
    _check_envelope(body, process)
    rows = as_list(body["events"], "events: ")
    _check_number(rows)
    events: list[Event] = []
    for position, row in enumerate(rows):
        state = events[-1].state if events else ""
        events.append(_event_in(row, f"event {position}", state, process))
    return replay(events, process)


def _check_number(events: Sized) -> None:
    if len(events) > _MOST:
        raise StoredFormatError(f"{len(events)} events: a case has up to {_MOST}")


def _check_envelope(body: Mapping[str, object], process: Process) -> None:
    if body["format"] != FORMAT:
        raise StoredFormatError(f"format {shown(body['format'])} is not {FORMAT!r}")
    version = body["version"]
    if type(version) is not int or version != SCHEMA_VERSION:
        raise StoredFormatError(
            f"schema version {shown(version)} is not {SCHEMA_VERSION}: read it with "
            "the release that wrote it, or a newer one"
        )
    if body["process"] != process.hash:
        raise StoredFormatError(
            f"the case follows process {shown(body['process'])}, not {process.name} "
            f"({process.hash}); pass process="
        )


def _event_out(event: Event) -> dict[str, object]:
    return {
        "at": value_out(event.at),
        "by": event.by,
        "trigger": event.trigger,
        "to": event.state,
        "type": _TAG_OF[type(event.detail)],
        "detail": value_out(event.detail),
    }


def _event_in(row: object, where: str, state: str, process: Process) -> Event:
    keys = ("at", "by", "trigger", "to", "type", "detail")
    fields = as_object(row, f"{where}: ", *keys)
    tag = as_text(fields["type"], f"{where}: type: ")
    kind = TAGS.get(tag)
    if kind is None:
        raise StoredFormatError(
            f"{where}: type: {shown(tag)} is unknown (known: {', '.join(TAGS)})"
        )
    trigger = as_text(fields["trigger"], f"{where}: trigger: ")
    move = _move(process, state, trigger)
    if move is None or move.target != fields["to"]:
        raise StoredFormatError(
            f"{where}: trigger {shown(trigger)} does not lead from {state!r} to "
            f"{shown(fields['to'])}"
        )
    at: datetime = read(fields["at"], datetime, f"{where}: at")
    detail: Detail = read(fields["detail"], kind, f"{where}: detail")
    return Event(move, at, as_text(fields["by"], f"{where}: by: "), detail)


def _move(process: Process, state: str, trigger: str) -> Move | None:
    if trigger == REPORT:
        return process.opening if not state else None
    if trigger == RECORD:
        return process.stays.get(state)
    return process.moves.get(state, {}).get(trigger)
