"""A case as JSON: one text for the whole, or one for each of its events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from .._domain.case import Case, check_case
from .._domain.events import TAGS, Detail
from .._domain.log import Event
from .._domain.move import RECORD, REPORT, Move
from .._domain.plain import (
    as_list,
    as_object,
    as_text,
    check_length,
    decode_json,
    describe_json,
    format_error,
    format_json,
    parse_json,
)
from ..errors import StoredFormatError
from ..process import FIVE_STEPS, Process, replay
from ..process.plan import check_process
from .upcast import FORM_BEFORE_DUES, FormOneUpcaster
from .values import convert_to_json_value, read

__all__ = [
    "SCHEMA_VERSION",
    "events_from_json",
    "events_to_json",
    "from_json",
    "to_json",
]

FORMAT: Final = "recovery_core/case"
EVENT_FORMAT: Final = "recovery_core/event"
SCHEMA_VERSION: Final = 2
"""Version of the stored form; it rises when old readers could not read the new."""

_READ_VERSIONS: Final = range(FORM_BEFORE_DUES, SCHEMA_VERSION + 1)

# What is stored may be forged; and each further step copies the log.
_MOST: Final = 10_000  # events

_ENVELOPE: Final = ("format", "version", "process")
_FIELDS: Final = ("at", "by", "trigger", "to", "type", "detail")


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
    check_case(case)
    try:
        _check_event_count(len(case.log))
        rows = [_convert_event_to_dict(event) for event in case.events]
        return format_json({**_build_envelope_fields(case, FORMAT), "events": rows})
    except ValueError as error:
        raise _unwritable_error(case, error) from error


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
    check_process(process)
    body = as_object(parse_json(text), "a stored case: ", *_ENVELOPE, "events")
    _check_envelope(body, FORMAT, process)
    rows = as_list(body["events"], "events: ")
    _check_event_count(len(rows))
    upcaster = FormOneUpcaster() if body["version"] == FORM_BEFORE_DUES else None
    events: list[Event] = []
    for position, row in enumerate(rows):
        state = events[-1].state if events else ""
        where = f"event {position}"
        events.append(_parse_event(row, where, state, process, upcaster))
    return replay(events, process)


def events_to_json(case: Case) -> tuple[str, ...]:
    """Write each event of a case as a JSON text of its own, oldest first.

    What was written before stays as it is when the case goes on, so that a table
    that only grows can keep a case: an event a row, numbered from 0.

    Args:
        case: The case.

    Returns:
        Canonical texts as `to_json` writes them, `case.version` of them.

    Raises:
        StoredFormatError: The case holds what could not be read back.
    """
    check_case(case)
    try:
        _check_event_count(len(case.log))
        texts = tuple(
            format_json(
                {
                    **_build_envelope_fields(case, EVENT_FORMAT),
                    **_convert_event_to_dict(event),
                }
            )
            for event in case.events
        )
        check_length(sum(map(len, texts)))
    except ValueError as error:
        raise _unwritable_error(case, error) from error
    return texts


def events_from_json(
    texts: Iterable[str | bytes], process: Process = FIVE_STEPS
) -> Case:
    """Read a case back from the texts of its events.

    The first events of a case are that case as it once was: that the last ones are
    missing can be told by their number alone.

    Args:
        texts: What `events_to_json` wrote, oldest first.
        process: The process the case follows.

    Returns:
        The identical case.

    Raises:
        StoredFormatError: A text is damaged, of an unknown version or tag, or tells
            of what could not have happened then. The message names the event,
            counted from 0, and the field.
    """
    given: object = texts
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise format_error("an iterable of texts, one for each event", given)
    check_process(process)
    events: list[Event] = []
    form_one = FormOneUpcaster()
    length = 0
    for position, text in enumerate(texts):
        _check_event_count(position + 1)
        where = f"event {position}"
        try:
            plain = decode_json(text)
            length += len(plain)
            # Before the text is parsed: many short texts may be too long together.
            check_length(length)
            value = parse_json(plain)
        except StoredFormatError as error:
            raise StoredFormatError(f"{where}: {error}") from error
        body = as_object(value, f"{where}: ", *_ENVELOPE, *_FIELDS)
        _check_envelope(body, EVENT_FORMAT, process, f"{where}: ")
        state = events[-1].state if events else ""
        row = {key: body[key] for key in _FIELDS}
        # A case may have been begun by an older release and gone on by this one.
        upcaster = form_one if body["version"] == FORM_BEFORE_DUES else None
        events.append(_parse_event(row, where, state, process, upcaster))
    return replay(events, process)


def _build_envelope_fields(case: Case, form: str) -> dict[str, object]:
    return {"format": form, "version": SCHEMA_VERSION, "process": case.process}


def _unwritable_error(case: Case, error: ValueError) -> StoredFormatError:
    return StoredFormatError(f"case {case.id!r:.60} cannot be written: {error}")


def _check_event_count(number: int) -> None:
    if number > _MOST:
        raise StoredFormatError(f"{number} events: a case has up to {_MOST}")


def _check_envelope(
    body: Mapping[str, object], form: str, process: Process, where: str = ""
) -> None:
    if body["format"] != form:
        raise StoredFormatError(
            f"{where}format {describe_json(body['format'])} is not {form!r}"
        )
    version = body["version"]
    if type(version) is not int or version not in _READ_VERSIONS:
        raise StoredFormatError(
            f"{where}schema version {describe_json(version)} is not {SCHEMA_VERSION}, "
            "nor one before: read it with the release that wrote it, or a newer one"
        )
    if body["process"] != process.hash:
        raise StoredFormatError(
            f"{where}the case follows process {describe_json(body['process'])}, not "
            f"{process.name} ({process.hash}); pass process="
        )


def _convert_event_to_dict(event: Event) -> dict[str, object]:
    return {
        "at": convert_to_json_value(event.at),
        "by": event.by,
        "trigger": event.trigger,
        "to": event.state,
        "type": event.tag,
        "detail": convert_to_json_value(event.detail),
    }


def _parse_event(
    row: object,
    where: str,
    state: str,
    process: Process,
    upcaster: FormOneUpcaster | None,
) -> Event:
    fields = as_object(row, f"{where}: ", *_FIELDS)
    tag = as_text(fields["type"], f"{where}: type: ")
    kind = TAGS.get(tag)
    if kind is None:
        raise StoredFormatError(
            f"{where}: type: {describe_json(tag)} is unknown (known: {', '.join(TAGS)})"
        )
    trigger = as_text(fields["trigger"], f"{where}: trigger: ")
    move = _find_move(process, state, trigger)
    if move is None or move.target != fields["to"]:
        raise StoredFormatError(
            f"{where}: trigger {describe_json(trigger)} does not lead from {state!r} "
            f"to {describe_json(fields['to'])}"
        )
    at: datetime = read(fields["at"], datetime, f"{where}: at")
    content = fields["detail"]
    if upcaster is not None:
        content = upcaster.convert_detail(tag, content)
    detail: Detail = read(content, kind, f"{where}: detail")
    return Event(move, at, as_text(fields["by"], f"{where}: by: "), detail)


def _find_move(process: Process, state: str, trigger: str) -> Move | None:
    if trigger == REPORT:
        return process.opening if not state else None
    if trigger == RECORD:
        return process.stays.get(state)
    return process.moves.get(state, {}).get(trigger)
