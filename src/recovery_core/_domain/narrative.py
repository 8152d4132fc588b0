"""A case told in plain lines: what happened, who did it, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import attrs

from .attribution import Attribution
from .customer import Customer
from .failure import ServiceFailure
from .reason import Facts, Reason
from .remedy import Award, Remedy
from .verdict import Verdict

if TYPE_CHECKING:
    from .case import Case, Event


def explain(case: Case) -> str:
    """Tell a case from its first event to its last, with every reason on record.

    Args:
        case: The case.
    """
    title = f"case {case.id}: {case.failure.what} - {case.state}"
    cycle = f", cycle {case.cycle}" if case.is_double_deviation else ""
    return "\n".join([title + cycle, *(line for e in case.events for line in _tell(e))])


def _tell(event: Event) -> Iterator[str]:
    what = event.tag if event.move.is_stay else event.trigger
    when = event.at.isoformat(sep=" ", timespec="seconds")
    yield f"  {when}  {what} by {event.by}"
    for field in attrs.fields(type(event.detail)):
        for line in _show(field.name, getattr(event.detail, field.name)):
            yield f"      {line}"


def _show(name: str, value: object) -> Iterator[str]:
    """Tell one field of a detail; what was left empty is not told."""
    label = name.replace("_", " ")
    if isinstance(value, Award):
        yield from _listed("alternative", value.alternatives)
        yield from _listed("amends", value.amends)
        yield from _listed("because", value.because)
    elif isinstance(value, Attribution):
        yield f"{label}: " + ", ".join(f"{p} {share}" for p, share in value.shares)
        yield from _listed("because", value.because)
    elif isinstance(value, Verdict):
        yield f"{label}: {value.action.name} (score {value.score})"
        yield from _listed("because", value.reasons)
    elif isinstance(value, ServiceFailure):
        yield f"{label}: {value.what} ({value.severity.name.lower()})"
    elif isinstance(value, Customer):
        yield f"{label}: {value.id}"
    elif isinstance(value, Facts):
        yield from _listed(label, (f"{name}={fact}" for name, fact in value.items()))
    elif isinstance(value, tuple):
        yield from _listed(label, value)
    elif value is not None and value is not False:
        yield f"{label}: {value}"


def _listed(label: str, values: Iterable[Reason | Remedy | str]) -> Iterator[str]:
    return (f"{label}: {value}" for value in values)
