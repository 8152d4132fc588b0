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
from .reason import Facts, Reason, format_fact
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
    lines = (line for event in events for line in _iter_event_lines(event))
    return "\n".join(map(readable, (heading, *lines)))


def _iter_event_lines(event: Event) -> Iterator[str]:
    """List one event and every field of its detail, a line each."""
    what = event.tag if event.move.is_stay else event.trigger
    when = event.at.isoformat(sep=" ", timespec="seconds")
    yield f"  {when}  {what} by {event.by}"
    for field in attrs.fields(type(event.detail)):
        for line in _iter_field_lines(field.name, getattr(event.detail, field.name)):
            yield f"      {line}"


def _iter_field_lines(field: str, value: object) -> Iterator[str]:
    """Yield the lines for one field of a detail; none for what was left empty."""
    label = field.replace("_", " ")
    match value:
        case None | False:
            return
        case True:
            yield f"{label}: yes"
        case Award():
            yield from _iter_award_lines(value)
        case Attribution():
            yield from _iter_attribution_lines(label, value)
        case Verdict():
            yield from _iter_verdict_lines(label, value)
        case ServiceFailure():
            yield from _iter_failure_lines(label, value)
        case Customer():
            yield f"{label}: {value.id}"
        case Facts():
            pairs = (
                f"{name}={_format_value_or_too_long(fact)}"
                for name, fact in value.items()
            )
            yield from _iter_labelled_lines(label, pairs)
        case tuple():
            yield from _iter_labelled_lines(label, cast("tuple[object, ...]", value))
        case _:
            yield f"{label}: {_format_value_or_too_long(value)}"


def _iter_award_lines(award: Award) -> Iterator[str]:
    yield from _iter_labelled_lines("alternative", award.alternatives)
    yield from _iter_labelled_lines("amends", award.amends)
    yield from _iter_labelled_lines("because", award.because)


def _iter_attribution_lines(label: str, attribution: Attribution) -> Iterator[str]:
    shares = (
        f"{party} {_format_value_or_too_long(share)}"
        for party, share in attribution.shares
    )
    yield f"{label}: {', '.join(shares)}"
    yield from _iter_labelled_lines("cause", map(_describe_cause, attribution.causes))
    yield from _iter_labelled_lines("because", attribution.because)


def _iter_verdict_lines(label: str, verdict: Verdict) -> Iterator[str]:
    score = _format_value_or_too_long(verdict.score)
    yield f"{label}: {verdict.action.name} (score {score})"
    yield from _iter_field_lines("cap", verdict.cap)
    yield from _iter_labelled_lines("because", verdict.reasons)
    yield from _iter_field_lines("expires_at", verdict.expires_at)


def _iter_failure_lines(label: str, failure: ServiceFailure) -> Iterator[str]:
    yield f"{label}: {failure.what} ({failure.severity.name.lower()})"
    for name in ("loss", "occurred_on", "touchpoint", "complainant", "affected"):
        yield from _iter_field_lines(name, getattr(failure, name))
    yield from _iter_labelled_lines("cause", map(_describe_cause, failure.causes))
    yield from _iter_field_lines("facts", failure.facts)


def _describe_cause(cause: Cause) -> str:
    set_off = f", set off by {cause.parent}" if cause.parent else ""
    evidence = f"; {'; '.join(cause.evidence)}" if cause.evidence else ""
    return f"{cause.name} ({cause.party}{set_off}), says {cause.asserted_by}{evidence}"


def _iter_labelled_lines(label: str, values: Iterable[object]) -> Iterator[str]:
    # Where a member says that there is nothing, its place still says of what.
    return (
        f"{label}: {'none' if value is None else _format_value_or_too_long(value)}"
        for value in values
    )


def _format_value_or_too_long(value: object) -> str:
    """Write a value; Python writes no number of thousands of digits."""
    try:
        return format_fact(value) if isinstance(value, timedelta) else str(value)
    except ValueError:
        if isinstance(value, Reason):
            return f"{value.code}: {value.text} [values too long to write]"
        return "too long to write"
