"""Walk a process, and cases through an engine: nothing but what is allowed.

No step is drawn and thrown away: at each one only what the process allows is on offer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Final

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from .._domain.case import Case
from .._domain.customer import Customer
from .._domain.due import RETRIABLE, UNDER_WAY
from .._domain.failure import ServiceFailure
from .._domain.verdict import Conduct
from ..engine import RecoveryEngine
from ..errors import TransitionNotAllowedError
from ..process import FIVE_STEPS, Process
from . import strategies as drawn
from .strategies.dues import news_of

__all__ = ["recoveries", "walks"]

_PAUSES: Final = st.sampled_from([timedelta(), timedelta(hours=7), timedelta(days=40)])
_HANDS: Final = st.sampled_from(["ana", "bo"])
_PULL: Final = 5
"""How many times more often a case goes on than takes any one detour."""
_DETOURS: Final = frozenset({"escalate", "decline", "concede", "withdraw", "merge"})


def walks(
    process: Process = FIVE_STEPS, *, most: int = 12
) -> SearchStrategy[tuple[str, ...]]:
    """Draw walks through a process, each step allowed where it is taken.

    A walk begins where a case does. It may stop anywhere, and stops where nothing more
    is allowed.

    Args:
        process: The process; one of your own will do.
        most: The most steps.

    Returns:
        A strategy for tuples of triggers, oldest first.

    Example:
        >>> from hypothesis import given
        >>> @given(walks(FIVE_STEPS))
        ... def test_no_offer_before_an_apology(walk):
        ...     assert "offer" not in walk[:2]
        >>> test_no_offer_before_an_apology()
    """
    return _draw_walk(process, most)


@st.composite
def _draw_walk(draw: DrawFn, process: Process, max_steps: int) -> tuple[str, ...]:
    state = process.initial
    walk: list[str] = []
    taken: Counter[str] = Counter()
    for _ in range(draw(st.integers(0, max_steps))):
        allowed = process.allowed(state, taken.__getitem__)
        if not allowed:
            break
        move = process.moves[state][
            draw(st.sampled_from(_repeat_onward_triggers(allowed)))
        ]
        walk.append(move.trigger)
        taken[move.trigger] += 1
        if move.begins_cycle:
            taken.clear()
        state = move.target
    return tuple(walk)


def recoveries(
    engine: RecoveryEngine | None = None,
    *,
    failures: SearchStrategy[ServiceFailure] | None = None,
    customers: SearchStrategy[Customer | None] | None = None,
    most: int = 12,
) -> SearchStrategy[Case]:
    """Draw cases that an engine took through its process, by its own methods.

    The engine decides as it does for you: its policy, its rules, its detector and its
    authority are asked. Only time and names are drawn, in place of its clock and of
    the identities it would make up. Between the steps things go on record: contacts,
    evidence, approvals, appeals, deliveries. A step that the engine refuses is not
    taken, such as an offer where the policy gives nothing.

    Args:
        engine: The engine; its process may be one of your own. A few ready-made ones
            if not given.
        failures: What went wrong; anything if not given.
        customers: Who was failed; anybody or nobody if not given.
        most: The most steps and records after the report.

    Returns:
        A strategy for `Case`.
    """
    by = drawn.engines() if engine is None else st.just(engine)
    of = drawn.failures() if failures is None else failures
    whose = st.none() | drawn.customers() if customers is None else customers

    # In here, so that Hypothesis does not spell out all these strategies on a failure.
    @st.composite
    def draw_case(draw: DrawFn) -> Case:
        clock = _SteppingClock(draw(drawn.moments()))
        engine = attrs.evolve(draw(by), clock=clock, new_id=lambda: "C-1")
        case = engine.open(draw(of), draw(whose), by=draw(_HANDS))
        for _ in range(draw(st.integers(0, most) | st.just(most))):
            clock.now += draw(_PAUSES)
            case = _take_drawn_step_or_record(draw, engine, case)
        return case

    return draw_case()


@attrs.define
class _SteppingClock:
    """A clock that shows the time drawn for each step."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


_CaseChange = Callable[[DrawFn, RecoveryEngine, Case], Case]


def _take_drawn_step_or_record(
    draw: DrawFn, engine: RecoveryEngine, case: Case
) -> Case:
    """Apply an allowed step, or put something on record."""
    steps = _repeat_onward_triggers(engine.allowed(case))
    ways: list[_CaseChange] = [
        *(partial(_take_step, step) for step in steps),
        *_list_possible_records(case),
    ]
    if not ways:
        return case
    try:
        return draw(st.sampled_from(ways))(draw, engine, case)
    except TransitionNotAllowedError:
        return case  # what is listed can still be refused for what it carries


def _repeat_onward_triggers(allowed: tuple[str, ...]) -> list[str]:
    """Repeat what leads on, so that most walks get somewhere."""
    onward = [trigger for trigger in allowed if trigger not in _DETOURS]
    return [*onward * _PULL, *(trigger for trigger in allowed if trigger in _DETOURS)]


def _take_step(trigger: str, draw: DrawFn, engine: RecoveryEngine, case: Case) -> Case:
    """Apply a step, by the engine's method for it where there is one."""
    take = _STEPS.get(trigger)
    if take is not None:
        return take(draw, engine, case)
    note, facts = draw(st.none() | drawn.texts()), draw(drawn.facts())
    return engine.step(case, trigger, note=note, facts=facts, by=draw(_HANDS))


def _accept_drawn_alternative(draw: DrawFn, engine: RecoveryEngine, case: Case) -> Case:
    known = len(case.offer.award.alternatives) if case.offer else 0
    chosen = draw(st.integers(0, known - 1)) if known else None
    return engine.accept(case, alternative=chosen)


def _contest_with_drawn_wish(draw: DrawFn, engine: RecoveryEngine, case: Case) -> Case:
    wanted = draw(st.none() | drawn.remedies())
    return engine.contest(case, draw(drawn.texts()), asks_for=wanted)


def _apologize_as_drawn(draw: DrawFn, engine: RecoveryEngine, case: Case) -> Case:
    is_owned = draw(st.booleans())
    return engine.apologize(case, by=draw(_HANDS), owns_responsibility=is_owned)


def _merge_into_new_case(draw: DrawFn, engine: RecoveryEngine, case: Case) -> Case:
    survivor = engine.open(case.failure, case.customer, by="ana", case_id="C-2")
    return engine.merge(case, survivor, by=draw(_HANDS))[0]


_STEPS: Final[Mapping[str, _CaseChange]] = MappingProxyType(
    {
        "acknowledge": lambda d, e, c: e.acknowledge(c, by=d(_HANDS)),
        "apologize": _apologize_as_drawn,
        "offer": lambda d, e, c: e.offer(c, by=d(_HANDS)),
        "accept": _accept_drawn_alternative,
        "contest": _contest_with_drawn_wish,
        "lapse": lambda _, e, c: e.lapse(c),
        "make_amends": lambda d, e, c: e.make_amends(c, by=d(_HANDS)),
        "decline": lambda d, e, c: e.decline(c, d(drawn.texts()), by=d(_HANDS)),
        "concede": lambda d, e, c: e.concede(c, d(drawn.texts()), by=d(_HANDS)),
        "withdraw": lambda d, e, c: e.withdraw(c, d(drawn.texts())),
        "feed_back": lambda d, e, c: e.feed_back(c, d(drawn.texts()), by=d(_HANDS)),
        "reopen": lambda d, e, c: e.reopen(c, d(drawn.texts())),
        "escalate": lambda d, e, c: e.escalate(c, d(drawn.texts()), by=d(_HANDS)),
        "merge": _merge_into_new_case,
    }
)


def _deliver_drawn_news(draw: DrawFn, engine: RecoveryEngine, case: Case) -> Case:
    """Record news as providers tell it: late, in part, or contradicting."""
    due = draw(st.sampled_from([*case.dues, *case.absorbed_dues]))
    news = draw(news_of(due))
    return engine.deliver(
        case,
        due.id,
        news.fate,
        amount=news.amount,
        reference=news.reference,
        attempt=news.attempt,
        happened_at=news.happened_at,
    )


def _retry_or_cancel_due(draw: DrawFn, engine: RecoveryEngine, case: Case) -> Case:
    """Retry what failed, or cancel what is not on its way."""
    due = draw(st.sampled_from([due for due in case.owes if due.fate not in UNDER_WAY]))
    if due.fate in RETRIABLE and draw(st.booleans()):
        return engine.retry(case, due.id, by=draw(_HANDS))
    return engine.cancel(case, due.id, draw(drawn.texts()), by=draw(_HANDS))


def _settle_first_contradiction(
    draw: DrawFn, engine: RecoveryEngine, case: Case
) -> Case:
    number = case.contradictions[0].number
    return engine.settle_contradiction(case, number, draw(drawn.texts()), by="jo")


_CONTACTS: Final[tuple[_CaseChange, ...]] = (
    lambda _, e, c: e.contact(c),
    lambda d, e, c: e.submit_evidence(c, d(drawn.texts())),
    lambda d, e, c: e.perceive(c, d(drawn.attributions())),
    lambda d, e, c: e.record_finding(c, d(drawn.attributions()), by=d(_HANDS)),
    lambda d, e, c: e.note_conduct(c, d(st.sampled_from(Conduct)), by=d(_HANDS)),
)
_ANSWERS: Final[tuple[_CaseChange, ...]] = (
    lambda _, e, c: e.approve(c, by="kim"),
    lambda d, e, c: e.deny(c, d(drawn.texts()), by="kim"),
)


def _record_drawn_contact(draw: DrawFn, engine: RecoveryEngine, case: Case) -> Case:
    return draw(st.sampled_from(_CONTACTS))(draw, engine, case)


def _appeal_with_drawn_text(draw: DrawFn, engine: RecoveryEngine, case: Case) -> Case:
    return engine.appeal(case, draw(drawn.texts()))


def _judge_appeal_as_drawn(draw: DrawFn, engine: RecoveryEngine, case: Case) -> Case:
    return engine.judge_appeal(case, draw(drawn.verdicts()), by="jo")


def _list_possible_records(case: Case) -> list[_CaseChange]:
    """List what can go on record now; what somebody waits for, several times."""
    facts: list[_CaseChange] = []
    if case.dues or case.absorbed_dues:
        facts += [_deliver_drawn_news] * _PULL
    if case.contradictions:
        facts += [_settle_first_contradiction]
    if case.merged_into is not None:
        return facts
    notes: list[_CaseChange] = [*facts, _record_drawn_contact]
    if case.pending_approval is not None:
        notes += _ANSWERS * _PULL
    if case.verdict is not None and case.verdict.action:
        notes += [_appeal_with_drawn_text] * _PULL
    if case.appellant is not None:
        notes += [_judge_appeal_as_drawn] * _PULL
    if any(due.fate not in UNDER_WAY for due in case.owes):
        notes += [_retry_or_cancel_due] * _PULL
    return notes
