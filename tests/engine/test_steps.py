from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from recovery_core import (
    Attribution,
    Award,
    Case,
    Claim,
    Facts,
    Fate,
    Money,
    RecoveryEngine,
    from_json,
    to_json,
)
from recovery_core.errors import (
    InvalidValueError,
)
from recovery_core.events import (
    Acknowledgement,
    Apology,
    Contact,
    Contest,
    Escalation,
    Feedback,
    OwnStep,
    Refusal,
    Reopening,
)
from recovery_core.policy import set_off
from recovery_core.process import (
    Process,
    Trigger,
    define,
    replay,
)
from recovery_core.process import Step as Written
from tests.support.engine_cases import (
    LATE,
    PLAIN,
    REDO,
    amended,
    apologized,
    appealed,
    closed,
    codes_of,
    contested,
    engine_of,
    euros,
    noting,
    offered,
    reasons_of,
)


def _first_due(case: Any) -> tuple[Any, str]:
    return case, case.dues[0].id


# ---------------------------------------------------------------- what steps carry


def test_an_acknowledgement_says_how() -> None:
    """An acknowledgement carries its channel, and none if none is said."""
    engine = engine_of()
    case = engine.open(LATE)
    assert engine.acknowledge(case).events[-1].detail == Acknowledgement()
    by_phone = engine.acknowledge(case, channel="phone")
    assert by_phone.events[-1].detail == Acknowledgement("phone")
    with pytest.raises(InvalidValueError, match="channel"):
        engine.acknowledge(case, channel="")


def test_an_apology_admits_no_fault_unless_it_is_said() -> None:
    """An apology owns responsibility only when told to, with or without words."""
    engine = engine_of()
    case = engine.acknowledge(engine.open(LATE))
    carried = [
        engine.apologize(case),
        engine.apologize(case, owns_responsibility=True),
        engine.apologize(case, words="We are sorry."),
        engine.apologize(case, owns_responsibility=True, words="Our mistake."),
    ]
    assert [case.events[-1].detail for case in carried] == [
        Apology(),
        Apology(owns_responsibility=True),
        Apology(words="We are sorry."),
        Apology(owns_responsibility=True, words="Our mistake."),
    ]
    for wrong in (1, None, "yes"):
        with pytest.raises(InvalidValueError, match="owns_responsibility"):
            engine.apologize(case, owns_responsibility=wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="words"):
        engine.apologize(case, words=" ")


def test_redress_is_given_without_admitting_fault() -> None:
    """A plain apology and a finding that blames others withhold nothing."""
    engine = engine_of()
    case = engine.record_finding(engine.open(LATE), Attribution.to("nature"), by="ana")
    case = engine.apologize(engine.acknowledge(case))
    case = engine.make_amends(engine.accept(engine.offer(case)))
    assert case.amends == PLAIN.amends
    apology = case.events[3].detail
    assert isinstance(apology, Apology)
    assert not apology.owns_responsibility


@pytest.mark.parametrize(
    ("name", "call", "detail"),
    [
        (
            "contest",
            lambda d: d.contest(offered(d), "no", asks_for=REDO),
            Contest("no", REDO),
        ),
        ("decline", lambda d: d.decline(apologized(d), "on time"), Refusal("on time")),
        (
            "concede",
            lambda d: d.concede(contested(d), "far apart"),
            Refusal("far apart"),
        ),
        (
            "withdraw",
            lambda d: d.withdraw(apologized(d), "found it"),
            Refusal("found it"),
        ),
        (
            "feed_back",
            lambda d: d.feed_back(amended(d), "a", root_cause="b", prevention="c"),
            Feedback("a", "b", "c"),
        ),
        (
            "reopen",
            lambda d: d.reopen(closed(d), "still late"),
            Reopening("still late"),
        ),
        (
            "escalate",
            lambda d: d.escalate(apologized(d), "lawyer", why="threat"),
            Escalation("lawyer", "threat"),
        ),
        (
            "record",
            lambda d: d.contact(apologized(d), channel="phone"),
            Contact("phone"),
        ),
    ],
)
def test_a_step_carries_what_it_was_told(
    name: str, call: Callable[[RecoveryEngine], Case], detail: object
) -> None:
    """What is passed to a step stands in its event, word for word."""
    event = call(engine_of()).events[-1]
    assert (event.detail, event.trigger) == (detail, name)


WRONG: dict[str, Callable[[Any], object]] = {
    "d.contest(offered(d), '')": lambda d: d.contest(offered(d), ""),
    "d.decline(apologized(d), '')": lambda d: d.decline(apologized(d), ""),
    "d.concede(contested(d), '')": lambda d: d.concede(contested(d), ""),
    "d.withdraw(apologized(d), '')": lambda d: d.withdraw(apologized(d), ""),
    "d.feed_back(amended(d), '')": lambda d: d.feed_back(amended(d), ""),
    "d.reopen(closed(d), '')": lambda d: d.reopen(closed(d), ""),
    "d.escalate(apologized(d), '')": lambda d: d.escalate(apologized(d), ""),
    "d.submit_evidence(apologized(d), '')": lambda d: d.submit_evidence(
        apologized(d), ""
    ),
    "d.appeal(offered(d), '')": lambda d: d.appeal(offered(d), ""),
    "d.record_finding(apologized(d), 'firm', by='ana')": lambda d: d.record_finding(
        apologized(d), "firm", by="ana"
    ),
    "d.perceive(apologized(d), 'firm')": lambda d: d.perceive(apologized(d), "firm"),
    "d.note_conduct(apologized(d), 'upset', by='ana')": lambda d: d.note_conduct(
        apologized(d), "upset", by="ana"
    ),
    "d.judge_appeal(appealed(d), 'clear', by='bo')": lambda d: d.judge_appeal(
        appealed(d), "clear", by="bo"
    ),
    "d.deliver(amended(d), 'c-1/1', 'succeeded')": lambda d: d.deliver(
        *_first_due(amended(d)), "succeeded"
    ),
    "d.deliver(amended(d), 0, Fate.SUCCEEDED)": lambda d: d.deliver(
        amended(d), 0, Fate.SUCCEEDED
    ),
    "d.deliver(amended(d), 'c-1/1', Fate.CANCELLED)": lambda d: d.deliver(
        *_first_due(amended(d)), Fate.CANCELLED
    ),
    "d.deliver(amended(d), 'c-1/1', Fate.SUCCEEDED, attempt=0)": lambda d: d.deliver(
        *_first_due(amended(d)), Fate.SUCCEEDED, attempt=0
    ),
    "d.deliver(amended(d), 'c-1/1', Fate.SUCCEEDED, amount='10')": lambda d: d.deliver(
        *_first_due(amended(d)), Fate.SUCCEEDED, amount="10"
    ),
    "d.deliver(amended(d), 'c-1/1', Fate.FAILED, amount=USD)": lambda d: d.deliver(
        *_first_due(amended(d)), Fate.FAILED, amount=Money("1", "USD")
    ),
    "d.accept(offered(d), alternative=True)": lambda d: d.accept(
        offered(d), alternative=True
    ),
    "d.make_amends(d.accept(offered(d)), receipts=['bank-7'])": lambda d: d.make_amends(
        d.accept(offered(d)), receipts=["bank-7"]
    ),
    "d.offer(apologized(d), award='ten euros')": lambda d: d.offer(
        apologized(d), award="ten euros"
    ),
    "d.open('late')": lambda d: d.open("late"),
}


@pytest.mark.parametrize("call", WRONG.values(), ids=WRONG)
def test_a_step_refuses_what_it_cannot_carry(call: Callable[[Any], object]) -> None:
    """An empty text or a value of the wrong sort is refused by name."""
    with pytest.raises(InvalidValueError, match="cannot be"):
        call(engine_of(abuse=noting))


# ---------------------------------------------------------------- double deviation


def test_reopening_is_a_double_deviation_and_starts_the_steps_again() -> None:
    """A reopened case begins a second cycle, with fresh rounds."""
    engine = engine_of()
    first = closed(engine)
    assert not first.is_double_deviation
    case = engine.reopen(first, "still late")
    assert case.is_double_deviation
    assert (case.cycle, case.round, case.state) == (2, 0, "reported")
    assert (case.offer, case.acceptance, case.amends) == (None, None, ())
    assert case.given == PLAIN.amends
    again = engine.make_amends(
        engine.accept(engine.offer(engine.apologize(engine.acknowledge(case))))
    )
    assert again.given == PLAIN.amends * 2


def test_set_off_sees_what_was_given_in_an_earlier_cycle() -> None:
    """A policy that sets off takes off what the case was given before."""
    amounts = iter([10, 25])

    def rising(_claim: Claim) -> Award:
        return Award(amends=(euros(next(amounts)),))

    engine = engine_of(policy=set_off(rising))
    case = engine.reopen(closed(engine), "still late")
    case = engine.offer(engine.apologize(engine.acknowledge(case)))
    assert case.offer is not None
    assert case.offer.award.amends == (euros(15),)


def test_a_closed_case_is_only_reopened() -> None:
    """Once closed, a case takes no other step; merged, it takes none."""
    engine = engine_of()
    assert engine.allowed(closed(engine)) == ("reopen",)
    merged, _ = engine.merge(engine.open(LATE), engine.open(LATE))
    assert engine.allowed(merged) == ()


def test_escalating_changes_the_tier_and_nothing_else() -> None:
    """A case that is escalated stays where it is; the last tier counts."""
    engine = engine_of()
    case = offered(engine)
    up = engine.escalate(engine.escalate(case, "lead"), "lawyer", by="bo")
    assert (up.state, up.tier, up.round) == ("offered", "lawyer", 1)
    assert engine.accept(up).state == "accepted"


# ---------------------------------------------------------- a process of one's own


@pytest.fixture(scope="module")
def heard() -> Process:
    """A process with a step nobody else has, and an acceptance that can grow stale."""
    return define(
        "heard",
        initial="open",
        final="done",
        steps=[
            Written("hear", "open", "heard"),
            Written("offer", ("heard", "offered", "accepted"), "offered"),
            Written("accept", "offered", "accepted"),
            Written("lapse", ("open", "offered"), "heard"),
            Written("make_amends", ("heard", "offered", "accepted"), "done"),
            Written("again", "done", "open", begins_cycle=True),
        ],
    )


def test_a_step_of_ones_own_is_taken_by_name(heard: Process) -> None:
    """A step the library has no method for is taken with a note and facts."""
    engine = engine_of(process=heard)
    case = engine.open(LATE)
    assert engine.allowed(case) == ("hear",)
    case = engine.step(case, "hear", note="she cried", facts={"minutes": 12}, by="ana")
    assert case.events[-1].detail == OwnStep("she cried", Facts({"minutes": 12}))
    assert engine.step(engine.open(LATE), "hear").events[-1].detail == OwnStep()
    assert replay(case.events, heard) == case == from_json(to_json(case), heard)
    done = engine.make_amends(engine.accept(engine.offer(case)))
    assert engine.step(done, "again").cycle == 2


def test_a_step_with_a_method_is_not_taken_by_name() -> None:
    """Steps that carry something of their own keep their method's demands."""
    engine = engine_of()
    case = engine.open(LATE)
    for trigger in (*Trigger, "report"):
        with pytest.raises(InvalidValueError, match="would bypass"):
            engine.step(case, trigger)


def test_a_step_by_name_keeps_the_order(heard: Process) -> None:
    """A step of one's own is refused out of order, and where nobody knows it."""
    engine = engine_of(process=heard)
    case = engine.step(engine.open(LATE), "hear")
    assert codes_of(engine.step, case, "hear") == ["out-of-order"]
    assert codes_of(engine.step, case, "dance") == ["unknown-step"]
    assert codes_of(engine_of().step, engine.open(LATE), "hear") == [
        "another-process",
        "unknown-step",
    ]


def test_a_method_without_its_step_is_unknown(heard: Process) -> None:
    """A method whose step the process lacks is refused, and gives nothing."""
    engine = engine_of(process=heard)
    case = engine.open(LATE)
    assert codes_of(engine.acknowledge, case) == ["unknown-step"]
    bare = define("bare", initial="a", final="b", steps=[Written("end", "a", "b")])
    plain = engine_of(process=bare)
    alone = plain.open(LATE)
    for call in (plain.accept, plain.lapse, plain.make_amends, plain.offer):
        assert codes_of(call, alone) == ["unknown-step"]


def test_no_process_gives_what_was_not_accepted(heard: Process) -> None:
    """Amends need an acceptance of the latest offer, whatever the process allows."""
    engine = engine_of(process=heard)
    case = engine.step(engine.open(LATE), "hear")
    assert codes_of(engine.make_amends, case) == ["nothing-accepted"]
    assert "make_amends" not in engine.allowed(case)
    case = engine.accept(engine.offer(case))
    dearer = engine.offer(case, award=Award(amends=(euros(999),)))
    [reason] = reasons_of(engine.make_amends, dearer)
    assert reason.code == "nothing-accepted"
    assert reason.values == Facts({"accepted": 1, "offered": 2})
    assert engine.make_amends(engine.accept(dearer)).amends == (euros(999),)


def test_one_acceptance_is_paid_once_whatever_the_process() -> None:
    """Given or withdrawn, an acceptance is spent; the next one is paid again."""
    loose = define(
        "loose",
        initial="open",
        final="done",
        steps=[
            *(
                Written(trigger, "open", "open")
                for trigger in ("offer", "accept", "make_amends", "withdraw")
            ),
            Written("end", "open", "done"),
        ],
    )
    engine = engine_of(process=loose)
    promised = engine.accept(engine.offer(engine.open(LATE)))
    paid = engine.make_amends(promised)
    assert codes_of(engine.make_amends, paid) == ["already-given"]
    assert "make_amends" not in engine.allowed(paid)
    twice = engine.make_amends(engine.accept(engine.offer(paid)))
    assert twice.given == PLAIN.amends * 2
    [reason] = reasons_of(engine.make_amends, engine.withdraw(promised, "never mind"))
    assert (reason.code, reason.text) == (
        "nothing-accepted",
        "what was accepted was declined or withdrawn since",
    )


def test_an_answer_needs_an_offer_even_where_the_process_asks_for_none(
    heard: Process,
) -> None:
    """A process that lets an offer lapse before there is one is not believed."""
    engine = engine_of(process=heard)
    case = engine.open(LATE)
    assert codes_of(engine.lapse, case) == ["no-offer"]
    assert "lapse" not in engine.allowed(case)


def test_a_case_explains_itself() -> None:
    """The whole story can be read in plain lines, with who did what and why."""
    story = closed(engine_of()).explain()
    for line in ("acknowledge by company", "late: the train was late", "refund EUR"):
        assert line in story
