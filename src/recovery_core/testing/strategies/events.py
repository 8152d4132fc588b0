"""What can happen to a case: every sort of detail, on an edge that can carry it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..._domain.due_events import Amends, Cancellation, Clarification, Delivery, Retry
from ..._domain.events import (
    MOVES,
    RECORDS,
    Absorption,
    Acceptance,
    Acknowledgement,
    Apology,
    Appeal,
    Approval,
    ApprovalRequest,
    ConductNote,
    Contact,
    Contest,
    Denial,
    Detail,
    Escalation,
    Feedback,
    Finding,
    HookFailure,
    Judgement,
    Lapse,
    Merge,
    Offer,
    OwnStep,
    Perception,
    Refusal,
    Reopening,
    Report,
    Submission,
)
from ..._domain.log import Event
from ..._domain.move import Move
from ..._domain.verdict import Conduct
from ...process import FIVE_STEPS, Process
from ._build import cached_strategy, optional, short_tuples
from .blame import attributions
from .claims import customers, failures, verdicts
from .dues import dues, news_of
from .plain import moments, texts
from .reasons import facts, reasons
from .remedies import awards, offers, remedies

_ROUNDS = st.integers(1, 4)


@st.composite
def _draw_amends(draw: DrawFn) -> Amends:
    """Draw amends with a receipt or None for each remedy, or with none at all."""
    given = draw(short_tuples(remedies(), most=3))
    receipts = [draw(optional(texts())) for _ in given] if draw(st.booleans()) else ()
    return Amends(given, tuple(receipts), draw(st.booleans()))


_DETAILS: Final[Mapping[type[Detail], Callable[[], SearchStrategy[Detail]]]] = (
    MappingProxyType(
        {
            Report: lambda: st.builds(
                Report, texts(), failures(), optional(customers()), optional(texts())
            ),
            Acknowledgement: lambda: st.builds(Acknowledgement, optional(texts())),
            Apology: lambda: st.builds(Apology, st.booleans(), optional(texts())),
            Offer: offers,
            Acceptance: lambda: st.builds(
                Acceptance, _ROUNDS, optional(st.integers(0, 2))
            ),
            Contest: lambda: st.builds(Contest, texts(), optional(remedies())),
            Lapse: lambda: st.builds(Lapse, _ROUNDS),
            Amends: _draw_amends,
            Refusal: lambda: st.builds(Refusal, texts()),
            Feedback: lambda: st.builds(
                Feedback, texts(), optional(texts()), optional(texts())
            ),
            Reopening: lambda: st.builds(Reopening, texts()),
            Escalation: lambda: st.builds(Escalation, texts(), optional(texts())),
            Merge: lambda: st.builds(Merge, texts()),
            OwnStep: lambda: st.builds(OwnStep, optional(texts()), facts()),
            Absorption: lambda: st.builds(
                Absorption,
                texts(),
                short_tuples(texts()),
                short_tuples(remedies()),
                short_tuples(texts()),
                st.integers(0, 9),
                short_tuples(dues()),
                short_tuples(texts()),
            ),
            Finding: lambda: st.builds(Finding, attributions(), optional(texts())),
            Perception: lambda: st.builds(Perception, attributions()),
            Judgement: lambda: st.builds(Judgement, verdicts(), texts(), st.booleans()),
            Appeal: lambda: st.builds(Appeal, texts()),
            HookFailure: lambda: st.builds(
                HookFailure, texts(), texts(), st.booleans()
            ),
            Submission: lambda: st.builds(Submission, texts()),
            ApprovalRequest: lambda: st.builds(
                ApprovalRequest,
                awards(),
                texts(),
                short_tuples(reasons(), most=1),
                optional(texts()),
            ),
            Approval: lambda: st.builds(Approval, texts()),
            Denial: lambda: st.builds(Denial, texts(), texts()),
            Contact: lambda: st.builds(Contact, optional(texts())),
            ConductNote: lambda: st.builds(ConductNote, st.sampled_from(Conduct)),
            Delivery: lambda: dues().flatmap(news_of),
            Retry: lambda: st.builds(Retry, texts()),
            Cancellation: lambda: st.builds(Cancellation, texts(), texts()),
            Clarification: lambda: st.builds(Clarification, st.integers(1, 3), texts()),
        }
    )
)
_NOTES: Final = tuple(kind for kind in _DETAILS if kind in RECORDS)


@cached_strategy
def details(*kinds: type[Detail]) -> SearchStrategy[Detail]:
    """Draw what an event can carry.

    Args:
        kinds: The sorts to draw, such as `Offer`; every sort if none is given.

    Returns:
        A strategy for the values of `recovery_core.events`.
    """
    return st.one_of([_DETAILS[kind]() for kind in kinds or _DETAILS])


@cached_strategy
def moves(process: Process = FIVE_STEPS) -> SearchStrategy[Move]:
    """Draw the edges of a process, its opening and its stays included.

    Args:
        process: Whose edges.

    Returns:
        A strategy for `Move`.
    """
    edges = [move for row in process.moves.values() for move in row.values()]
    return st.sampled_from([process.opening, *edges, *process.stays.values()])


@cached_strategy
def events(process: Process = FIVE_STEPS) -> SearchStrategy[Event]:
    """Draw single events: an edge of a process, and what such an edge can carry.

    Each could stand in some log; for many that make up a case, see
    `recovery_core.testing.walks.recoveries`.

    Args:
        process: Whose edges they take.

    Returns:
        A strategy for `Event`.
    """
    return _draw_event(process)


@st.composite
def _draw_event(draw: DrawFn, process: Process) -> Event:
    move = draw(moves(process))
    kinds = _NOTES if move.is_stay else (MOVES.get(move.trigger, OwnStep),)
    return Event(move, draw(moments()), draw(texts()), draw(details(*kinds)))
