from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from recovery_core import (
    Attribution,
    Award,
    Case,
    Fate,
    Reason,
    RecoveryEngine,
    RecoveryError,
    ServiceFailure,
    Verdict,
)
from recovery_core.errors import StoredFormatError
from recovery_core.process import FIVE_STEPS, Process, replay
from tests.support.histories import HANDS, case_histories, first_wrong
from tests.support.replay_logs import (
    AWARD,
    NOON,
    PROCESSES,
    SUSPECT,
    WALK,
    log,
)

# ------------------------------------------------------------ what happened, again


@given(
    PROCESSES.flatmap(lambda p: st.tuples(st.just(p), case_histories(p, plain=True)))
)
def test_replay_rebuilds_the_identical_case(drawn: tuple[Process, Case]) -> None:
    """The events of a case, replayed, are the case: rows, moves and all."""
    process, case = drawn
    again = replay(iter(case.events), process)
    assert again == case
    assert hash(again) == hash(case)
    assert again.events == case.events


@given(
    PROCESSES.flatmap(lambda p: st.tuples(st.just(p), case_histories(p, plain=True)))
)
def test_a_shorter_log_is_an_older_case(drawn: tuple[Process, Case]) -> None:
    """Whatever could happen could have stopped earlier."""
    process, case = drawn
    for length in range(1, len(case.log)):
        assert replay(case.events[:length], process).log == case.log[:length]


def test_a_case_begins_with_its_report() -> None:
    """No events are no case, and none begins in the middle."""
    with pytest.raises(StoredFormatError, match="there are no events"):
        replay([])
    with pytest.raises(StoredFormatError, match=r"event 0: .* begins with its report"):
        replay(log(*WALK)[1:])


@st.composite
def engine_walks(draw: DrawFn) -> Case:
    """Draw cases by asking an engine for anything at any time."""
    hour = iter(range(1000))
    engine = RecoveryEngine(
        policy=lambda claim: AWARD,
        attribution=lambda claim: Attribution.to("firm"),
        abuse=lambda claim: SUSPECT,
        authority=_only_bo,
        offer_valid_for=timedelta(hours=draw(st.integers(1, 9))),
        clock=lambda: NOON + timedelta(hours=next(hour)),
    )
    case = engine.open(ServiceFailure("train late"), case_id="C-1")
    other = engine.open(ServiceFailure("no seat"), case_id="C-2")
    hand = st.sampled_from(HANDS)
    asks: list[Any] = [
        lambda by: engine.acknowledge(case, by=by),
        lambda by: engine.apologize(case, by=by),
        lambda by: engine.offer(case, by=by),
        lambda by: engine.offer(case, by="bo"),
        lambda by: engine.accept(case, alternative=draw(st.integers(0, 2))),
        lambda by: engine.contest(case, "too little"),
        lambda by: engine.lapse(case),
        lambda by: engine.make_amends(case),
        lambda by: engine.feed_back(case, "inspect"),
        lambda by: engine.reopen(case, "again"),
        lambda by: engine.approve(case, by=by),
        lambda by: engine.deny(case, "no", by=by),
        lambda by: engine.appeal(case, "unfair", by=by),
        lambda by: engine.judge_appeal(case, Verdict(), by=by),
        lambda by: engine.deliver(
            case,
            "C-1/1",
            draw(st.sampled_from(list(Fate)[1:6])),
            attempt=draw(st.integers(1, 2)),
        ),
        lambda by: engine.retry(case, "C-1/1", by=by),
        lambda by: engine.cancel(case, "C-1/1", "no", by=by),
        lambda by: engine.merge(case, other)[0],
        lambda by: engine.merge(other, case)[1],
        lambda by: engine.decline(case, "no ground", by=by),
        lambda by: engine.withdraw(case, "never mind"),
        lambda by: engine.submit_evidence(case, "a photo", by=by),
        lambda by: engine.assess(case, by=by),
    ]
    usual = asks[:5] + asks[6:9]
    for ask in draw(st.lists(st.sampled_from(asks + usual + usual), max_size=25)):
        try:
            case = ask(draw(hand))
        except RecoveryError:
            continue
    return case


def _only_bo(award: Award, *, by: str, **more: object) -> tuple[Reason, ...]:
    return () if by == "bo" else (Reason("too-much", "only bo may"),)


@given(engine_walks())
def test_what_an_engine_lets_happen_can_be_replayed(case: Case) -> None:
    """Replay refuses nothing that an engine allows: they hold the same laws."""
    assert replay(case.events) == case
    assert first_wrong(case.events, FIVE_STEPS) is None
