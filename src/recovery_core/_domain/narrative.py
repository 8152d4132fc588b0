"""A case told in plain lines: what happened, who did it, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import cast

import attrs

from .._readable import readable
from .attribution import Attribution, Cause
from .customer import Customer
from .failure import ServiceFailure
from .log import Event
from .reason import Facts, Reason, write
from .remedy import Award
from .verdict import Verdict


def narrate(heading: str, events: Iterable[Event]) -> str:
    """Write down what happened, event by event, with every reason on record.

    What people wrote stays on its line: breaks and other characters that would
    change how the lines read are shown as Python writes them.

    Args:
        heading: What stands above the events, such as the case and its state.
        events: The log of a case, the first event first.
    """
    lines = (line for event in events for line in _event_lines(event))
    return "\n".join(map(readable, (heading, *lines)))


def _event_lines(event: Event) -> Iterator[str]:
    """List one event and every field of its detail, a line each."""
    what = event.tag if event.move.is_stay else event.trigger
    when = event.at.isoformat(sep=" ", timespec="seconds")
    yield f"  {when}  {what} by {event.by}"
    for field in attrs.fields(type(event.detail)):
        for line in _show(field.name, getattr(event.detail, field.name)):
            yield f"      {line}"


def _show(field: str, value: object) -> Iterator[str]:
    """Yield the lines for one field of a detail; none for what was left empty."""
    label = field.replace("_", " ")
    match value:
        case None | False:
            return
        case True:
            yield f"{label}: yes"
        case Award():
            yield from _award_lines(value)
        case Attribution():
            yield from _attribution_lines(label, value)
        case Verdict():
            yield from _verdict_lines(label, value)
        case ServiceFailure():
            yield from _failure_lines(label, value)
        case Customer():
            yield f"{label}: {value.id}"
        case Facts():
            pairs = (f"{name}={_value_text(fact)}" for name, fact in value.items())
            yield from _list_lines(label, pairs)
        case tuple():
            yield from _list_lines(label, cast("tuple[object, ...]", value))
        case _:
            yield f"{label}: {_value_text(value)}"


def _award_lines(award: Award) -> Iterator[str]:
    yield from _list_lines("alternative", award.alternatives)
    yield from _list_lines("amends", award.amends)
    yield from _list_lines("because", award.because)


def _attribution_lines(label: str, found: Attribution) -> Iterator[str]:
    shares = (f"{party} {_value_text(share)}" for party, share in found.shares)
    yield f"{label}: {', '.join(shares)}"
    yield from _list_lines("cause", map(_cause_text, found.causes))
    yield from _list_lines("because", found.because)


def _verdict_lines(label: str, verdict: Verdict) -> Iterator[str]:
    yield f"{label}: {verdict.action.name} (score {_value_text(verdict.score)})"
    yield from _show("cap", verdict.cap)
    yield from _list_lines("because", verdict.reasons)
    yield from _show("expires_at", verdict.expires_at)


def _failure_lines(label: str, failure: ServiceFailure) -> Iterator[str]:
    yield f"{label}: {failure.what} ({failure.severity.name.lower()})"
    for name in ("loss", "occurred_on", "touchpoint", "complainant", "affected"):
        yield from _show(name, getattr(failure, name))
    yield from _list_lines("cause", map(_cause_text, failure.causes))
    yield from _show("facts", failure.facts)


def _cause_text(cause: Cause) -> str:
    set_off = f", set off by {cause.parent}" if cause.parent else ""
    shown = f"; {'; '.join(cause.evidence)}" if cause.evidence else ""
    return f"{cause.name} ({cause.party}{set_off}), says {cause.asserted_by}{shown}"


def _list_lines(label: str, values: Iterable[object]) -> Iterator[str]:
    return (f"{label}: {_value_text(value)}" for value in values)


def _value_text(value: object) -> str:
    """Write a value; Python writes no number of thousands of digits."""
    try:
        return write(value) if isinstance(value, timedelta) else str(value)
    except ValueError:
        if isinstance(value, Reason):
            return f"{value.code}: {value.text} [values too long to write]"
        return "too long to write"
