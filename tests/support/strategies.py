"""Draw cases that no process would allow: logs in any order, along any moves.

What the library draws for its users, in `recovery_core.testing.strategies`, could have
happened; folds and codecs must stand what could not, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache
from types import MappingProxyType
from typing import Final, ParamSpec, TypeVar, cast

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from recovery_core._domain.case import Case
from recovery_core._domain.log import Event, Row
from recovery_core._domain.move import RECORD, REPORT, Move
from recovery_core.events import (
    TAGS,
    Acceptance,
    Acknowledgement,
    Amends,
    Apology,
    Contest,
    Detail,
    Escalation,
    Feedback,
    Lapse,
    Merge,
    Offer,
    OwnStep,
    Refusal,
    Reopening,
    Report,
)
from recovery_core.testing.strategies import details, moments, texts

P = ParamSpec("P")
T = TypeVar("T")

STATES: Final = (
    "REPORTED",
    "ACKNOWLEDGED",
    "APOLOGIZED",
    "OFFERED",
    "CONTESTED",
    "ACCEPTED",
    "AMENDED",
    "UNRESOLVED",
    "CLOSED",
    "MERGED",
)
"""The states a drawn log walks through, in no order any process would allow."""

TRIGGERS: Final[Mapping[type[Detail], tuple[str, ...]]] = MappingProxyType(
    {
        Acknowledgement: ("acknowledge",),
        Apology: ("apologize",),
        Offer: ("offer",),
        Acceptance: ("accept",),
        Contest: ("contest",),
        Lapse: ("lapse",),
        Amends: ("make_amends",),
        Refusal: ("decline", "concede", "withdraw"),
        Feedback: ("feed_back",),
        Reopening: ("reopen",),
        Escalation: ("escalate",),
        Merge: ("merge",),
        OwnStep: ("hear", "visit"),
    }
)
"""What sets off the events that move a case; all others are put on record."""


def _once(build: Callable[P, SearchStrategy[T]]) -> Callable[P, SearchStrategy[T]]:
    """Build a strategy once for the same arguments: building is what takes time."""
    return cast("Callable[P, SearchStrategy[T]]", cache(build))


_PAUSES: Final = st.sampled_from(
    [timedelta(), timedelta(microseconds=1), timedelta(hours=1), timedelta(days=400)]
)
_HANDS: Final = st.sampled_from(["ana", "customer"])


@_once
def moves() -> SearchStrategy[Move]:
    """Draw edges of no process in particular, stays included."""
    names = st.sampled_from(STATES)
    return st.builds(
        Move,
        trigger=st.just(RECORD) | texts(),
        source=names,
        target=names,
        process=texts(),
        ends=st.booleans(),
        begins_cycle=st.booleans(),
        limit=st.none() | st.integers(1, 3),
    )


@_once
@st.composite
def logs(
    draw: DrawFn,
    later: SearchStrategy[Detail] | None = None,
    *,
    first: SearchStrategy[Detail] | None = None,
    most: int = 12,
) -> tuple[Row, ...]:
    """Draw logs that begin with a report and go on in any order, over many cycles.

    Time never runs backwards, every move leaves the state the last one reached,
    records stay, and a reopening begins a cycle; beyond that no process is obeyed.

    Args:
        draw: Given by Hypothesis.
        later: What the events after the report carry; anything if not given.
        first: The reports to begin with; any if not given.
        most: The most events after the report.
    """
    if first is None:
        first = details(Report)
    if later is None:
        later = details(*(kind for kind in TAGS.values() if kind is not Report))
    at = draw(moments())
    state = draw(st.sampled_from(STATES))
    report = Move(trigger=REPORT, source="", target=state, process="drawn")
    rows: list[Row] = [(report, at, "desk", draw(first))]
    for detail in draw(st.lists(later, max_size=most)):
        triggers = TRIGGERS.get(type(detail), (RECORD,))
        target = state if RECORD in triggers else draw(st.sampled_from(STATES))
        move = Move(
            trigger=draw(st.sampled_from(triggers)),
            source=state,
            target=target,
            process="drawn",
            ends=target in {"CLOSED", "MERGED"},
            begins_cycle=type(detail) is Reopening,
        )
        at, state = at + draw(_PAUSES), target
        rows.append((move, at, draw(_HANDS), detail))
    return tuple(rows)


@_once
def events() -> SearchStrategy[Event]:
    """Draw single events of every sort, along any move."""
    return st.builds(Event, moves(), moments(), texts(), details())


@_once
def cases() -> SearchStrategy[Case]:
    """Draw cases with any history; see `logs`."""
    return st.builds(Case, logs())
