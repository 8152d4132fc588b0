from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core import Award, Case, Facts, Reason, ServiceFailure
from recovery_core.errors import RefusalReason, TransitionNotAllowedError
from recovery_core.events import (
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
    Refusal,
    Reopening,
    Report,
)
from recovery_core.process import FIVE_STEPS, Process, Trigger, five_steps
from recovery_core.process.walk import advance, find_move, iter_reasons_out_of_order

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
CARRIED: dict[str, Detail] = {
    "acknowledge": Acknowledgement(),
    "apologize": Apology(),
    "offer": Offer(Award()),
    "accept": Acceptance(1),
    "contest": Contest("too little"),
    "lapse": Lapse(1),
    "make_amends": Amends(()),
    "decline": Refusal("no"),
    "concede": Refusal("no"),
    "withdraw": Refusal("no"),
    "feed_back": Feedback("learned"),
    "reopen": Reopening("still broken"),
    "escalate": Escalation("lead"),
    "merge": Merge("other"),
}


def opened(process: Process = FIVE_STEPS) -> Case:
    """Open a case by hand, without an engine."""
    report = Report("c-1", ServiceFailure("late"))
    return Case(((process.opening, NOON, "customer", report),))


def walked(case: Case, *triggers: str, process: Process = FIVE_STEPS) -> Case:
    """Take bare steps one after the other."""
    for trigger in triggers:
        detail = CARRIED[trigger]
        case = advance(process, case, trigger, detail, by="ana", at=NOON)
    return case


def refused(
    case: Case, trigger: str, process: Process = FIVE_STEPS
) -> list[RefusalReason]:
    """Take a step that must be refused, and list why."""
    before = case.log
    detail = CARRIED.get(trigger, Refusal("no"))
    with pytest.raises(TransitionNotAllowedError) as refusal:
        advance(process, case, trigger, detail, by="ana", at=NOON)
    assert case.log is before
    error = refusal.value
    assert (error.case_id, error.state, error.trigger) == ("c-1", case.state, trigger)
    return list(error.reasons)


def test_a_step_adds_one_row_and_leaves_the_old_case_alone() -> None:
    """A step returns a new case with one more event; the old one stays as it was."""
    case = opened()
    later = NOON + timedelta(hours=1)
    detail = Acknowledgement("phone")
    after = advance(FIVE_STEPS, case, "acknowledge", detail, by="ana", at=later)
    assert len(case.log) == 1
    assert after.log[:1] == case.log
    event = after.events[-1]
    assert (event.trigger, event.state) == ("acknowledge", "acknowledged")
    assert (event.at, event.by, event.detail) == (later, "ana", detail)
    assert event.move is FIVE_STEPS.moves["reported"]["acknowledge"]


def test_an_edge_is_found_or_not_and_never_raises() -> None:
    """The edge a step takes is the process's own move, or None where there is none."""
    case = opened()
    move = FIVE_STEPS.moves["reported"]["acknowledge"]
    assert find_move(FIVE_STEPS, case, "acknowledge") is move
    assert find_move(FIVE_STEPS, case, Trigger.ACKNOWLEDGE) is move
    assert find_move(FIVE_STEPS, case, "offer") is None
    assert find_move(FIVE_STEPS, case, "dance") is None
    assert find_move(five_steps(rounds=2), case, "acknowledge") is None
    closed = walked(case, "acknowledge", "decline", "feed_back")
    assert find_move(FIVE_STEPS, closed, "acknowledge") is None


def test_a_step_out_of_order_names_where_it_is_taken_from() -> None:
    """A step in the wrong state is refused with the states that allow it."""
    text = "offer is taken from apologized or contested"
    expected = [Reason("out-of-order", text, {"state": "reported"})]
    assert refused(opened(), "offer") == expected


def test_a_merged_case_says_where_to_go_on() -> None:
    """A merged case refuses every step and names the survivor."""
    merged = walked(opened(), "merge")
    for trigger in FIVE_STEPS.triggers:
        [reason] = refused(merged, trigger)
        assert reason.code == "out-of-order"
        assert reason.text.endswith("; it was merged into other, ask there")


def test_an_unknown_step_lists_the_known_ones() -> None:
    """A step the process has no name for is refused with the names it has."""
    [reason] = refused(opened(), "dance")
    assert (reason.code, reason.text) == (
        "unknown-step",
        "five steps has no such step",
    )
    assert reason.values["step"] == "dance"
    assert reason.values["steps"] == ", ".join(FIVE_STEPS.triggers)


def test_rounds_are_counted_in_a_cycle_and_start_again_in_the_next() -> None:
    """A bounded step is refused beyond its bound, and free again after a reopening."""
    start = walked(opened(), "acknowledge", "apologize")
    spent = walked(start, *("offer", "contest") * 3)
    assert refused(spent, "offer") == [
        Reason(
            "too-often",
            "offer may be taken 3 times in one cycle",
            {"taken": 3, "limit": 3},
        )
    ]
    again = walked(spent, "concede", "feed_back", "reopen", "acknowledge", "apologize")
    assert walked(again, *("offer", "contest") * 3).round == 3


def test_all_reasons_are_listed_at_once() -> None:
    """A step that is wrong in three ways is refused with three reasons."""
    other = five_steps(rounds=1)
    start = walked(opened(), "acknowledge", "apologize", "offer")
    reasons = refused(start, "offer", other)
    assert [reason.code for reason in reasons] == [
        "another-process",
        "out-of-order",
        "too-often",
    ]
    assert reasons[0].values == Facts({"case": FIVE_STEPS.hash, "engine": other.hash})
    assert reasons[1].values == Facts({"state": "offered"})
    assert reasons[2].values == Facts({"taken": 1, "limit": 1})


def test_a_case_of_another_process_takes_no_step() -> None:
    """A process moves only the cases that follow it, even along an edge both have."""
    other = five_steps(rounds=2)
    for trigger in other.triggers:
        codes = [reason.code for reason in refused(opened(), trigger, other)]
        assert codes[0] == "another-process"


@given(st.lists(st.sampled_from(FIVE_STEPS.triggers), max_size=30), st.data())
def test_a_step_is_refused_exactly_for_the_reasons_there_are(
    triggers: list[str], data: st.DataObject
) -> None:
    """On any walk a step is allowed, has an edge and lacks reasons, or none of it."""
    case = opened()
    for wanted in triggers:
        allowed = FIVE_STEPS.allowed(case.state, case.count)
        for trigger in FIVE_STEPS.triggers:
            reasons = list(iter_reasons_out_of_order(FIVE_STEPS, case, trigger))
            move = find_move(FIVE_STEPS, case, trigger)
            assert (trigger in allowed) is (move is not None) is (not reasons)
            if reasons:
                assert refused(case, trigger) == reasons
        if allowed:
            trigger = (
                wanted if wanted in allowed else data.draw(st.sampled_from(allowed))
            )
            case = walked(case, trigger)
