from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core import (
    Action,
    Attribution,
    Award,
    Case,
    Customer,
    Detection,
    Fate,
    Money,
    Party,
    Reason,
    Remedy,
    RemedyKind,
    Rounding,
    Verdict,
    from_json,
    to_json,
)
from recovery_core.abuse import worst_of
from recovery_core.attribution import PureComparative
from recovery_core.authority import Authority, Grant
from recovery_core.errors import (
    InvalidValueError,
)
from recovery_core.events import (
    Judgement,
)
from recovery_core.policy import owed
from tests.support.plug_cases import (
    CARE,
    CREDIT,
    LATE,
    LAW,
    MIXED,
    NOON,
    PLAIN,
    Hands,
    Limited,
    Told,
    apologized,
    carried,
    codes_of,
    engine_of,
    euros,
    offer_of,
    reasons_of,
    request_of,
    suspects,
)

# ----------------------------------------------------------------------- authority


def test_an_approver_without_authority_hears_every_reason() -> None:
    """Approving needs the authority to give; every reason against it is named."""
    engine = engine_of(authority=Limited(ana=5, bo=9, boss=10))
    case = engine.offer(apologized(engine), by="ana")
    assert reasons_of(engine.approve, case, by="bo") == list(
        Limited(bo=9)(PLAIN, by="bo", earlier=(), at=NOON)
    )
    assert codes_of(engine.approve, case, by="ana") == [
        "own-request",
        "above-limit",
        "ask-up",
    ]
    assert engine.approve(case, by="boss").pending_approval is None


def test_authority_counts_what_the_case_was_given_before() -> None:
    """What was given in an earlier cycle uses up the authority for the case."""
    engine = engine_of(authority=Limited(ana=15))
    case = engine.make_amends(engine.accept(engine.offer(apologized(engine), by="ana")))
    case = engine.reopen(engine.feed_back(case, "x"), "still late")
    case = engine.apologize(engine.acknowledge(case))
    [above, _] = request_of(engine.offer(case, by="ana")).reasons
    assert above.values["minor"] == 2000


def test_authority_looks_at_the_award_the_verdict_left() -> None:
    """What a verdict takes out needs no authority."""
    hook = Told(suspects(Action.REFUSE))
    engine = engine_of(MIXED, abuse=hook, authority=Limited(ana=20))
    assert offer_of(engine.offer(apologized(engine), by="ana")).award.amends == (
        LAW,
        CARE,
    )


def test_the_authority_of_the_library_fits() -> None:
    """Roles with grants hold what is above them until another person approves."""
    authority = Authority(
        (Grant("agent", per_incident=Money("9.99", "EUR")), Grant("lead")),
        roles={"ana": "agent", "bo": "lead"},
    )
    engine = engine_of(authority=authority)
    case = engine.offer(apologized(engine), by="ana")
    assert request_of(case).reasons
    assert codes_of(engine.approve, case, by="nobody")
    assert (
        offer_of(engine.offer(engine.approve(case, by="bo"), by="ana")).award == PLAIN
    )


# ------------------------------------------------------------------------- recover


def test_recover_walks_the_whole_case() -> None:
    """No questions asked: all five steps, and the case is closed and paid."""
    clock = Hands()
    award = Award((euros(20), Remedy(RemedyKind.REDO)), (euros(5, CREDIT),))
    engine = engine_of(award, clock=clock, attribution=Told(Attribution.to("firm")))
    case = engine.recover(
        LATE,
        Customer("c-7"),
        lesson="points failure",
        root_cause="ice",
        prevention="heat them",
        alternative=1,
        by="ana",
        case_id="c-1",
    )
    moved = [event for event in case.events if not event.move.is_stay]
    assert [(event.trigger, event.by) for event in moved] == [
        ("report", "c-7"),
        ("acknowledge", "ana"),
        ("apologize", "ana"),
        ("offer", "ana"),
        ("accept", "customer"),
        ("make_amends", "ana"),
        ("feed_back", "ana"),
    ]
    assert (case.id, case.state) == ("c-1", "closed")
    assert case.amends == (Remedy(RemedyKind.REDO), euros(5, CREDIT))
    assert case.finding == Attribution.to("firm")
    assert offer_of(case).policy == engine.policy_hash
    feedback = case.feedback
    assert feedback is not None
    assert (feedback.lesson, feedback.root_cause) == ("points failure", "ice")
    assert feedback.prevention == "heat them"
    assert from_json(to_json(case)) == case


def test_recover_needs_no_choice_and_no_customer() -> None:
    """Without alternatives there is nothing to choose, and nobody has to be known."""
    noticed = attrs.evolve(LATE, detection=Detection.COMPANY)
    case = engine_of().recover(noticed, lesson="x")
    assert (case.state, case.amends) == ("closed", PLAIN.amends)
    assert case.events[0].by == "company"


def test_recover_takes_only_an_alternative_that_is_there() -> None:
    """A choice outside the award is refused like any other."""
    engine = engine_of(Award((euros(20),)))
    assert codes_of(engine.recover, LATE, lesson="x", alternative=1) == [
        "no-such-alternative"
    ]


def test_recover_reads_the_lesson_off_the_case() -> None:
    """A lesson can be a function: asked once, of the case that lacks only that."""
    seen: list[Case] = []

    def lesson(case: Case) -> str:
        seen.append(case)
        return f"given: {len(case.amends)}"

    case = engine_of().recover(LATE, lesson=lesson)
    assert case.feedback is not None
    assert case.feedback.lesson == "given: 1"
    known = [(asked.state, asked.amends) for asked in seen]
    assert known == [("amended", PLAIN.amends)]


def test_recover_reads_a_lesson_off_a_declined_case_too() -> None:
    """Where nothing is owed there is something to learn all the same."""
    case = engine_of(Award()).recover(LATE, lesson=lambda case: f"it was {case.state}")
    assert case.feedback is not None
    assert case.feedback.lesson == "it was unresolved"


def test_recover_asks_no_lesson_of_a_parked_case() -> None:
    """What waits for another person has taught nothing yet."""
    learn: Any = Told("never")
    engine = engine_of(authority=Limited())
    assert engine.recover(LATE, lesson=learn).state == "apologized"
    assert learn.asked == []


@pytest.mark.parametrize("nonsense", [None, "", 7, ["ice"]])
def test_recover_takes_only_a_lesson_in_words(nonsense: object) -> None:
    """A function that answers no text teaches nothing."""
    lesson: Any = Told(nonsense)
    with pytest.raises(InvalidValueError, match=r"Feedback\.lesson cannot be"):
        engine_of().recover(LATE, lesson=lesson)


@pytest.mark.parametrize("why", ["authority", "verdict", "hook"])
def test_recover_parks_what_needs_another_person(why: str) -> None:
    """Above authority, on review or with a held hook the case comes back parked."""
    settings: dict[str, dict[str, Any]] = {
        "authority": {"authority": Limited(boss=99)},
        "verdict": {"abuse": Told(suspects(Action.REVIEW))},
        "hook": {"abuse": Told(None), "on_hook_error": "hold"},
    }
    engine = engine_of(PLAIN, **settings[why])
    case = engine.recover(LATE, lesson="x", by="ana")
    assert case.state == "apologized"
    assert request_of(case).award == PLAIN
    case = engine.offer(engine.approve(case, by="boss"), by="ana")
    case = engine.feed_back(engine.make_amends(engine.accept(case)), "x")
    assert (case.state, case.amends) == ("closed", PLAIN.amends)


def test_recover_declines_what_is_not_owed_and_feeds_it_back() -> None:
    """Nothing owed is declined in the policy's words, with the finding on record."""
    reasons = (Reason("on-time", "it was on time"), Reason("no-law", "no law asks"))
    rule = Told(Attribution.to("customer"))
    engine = engine_of(Award.nothing(*reasons), attribution=rule, abuse=Told(Verdict()))
    case = engine.recover(LATE, lesson="explain the timetable", by="ana")
    assert (case.state, case.offer, case.amends) == ("closed", None, ())
    [refusal] = [event for event in case.events if event.trigger == "decline"]
    assert getattr(refusal.detail, "why", None) == "it was on time; no law asks"
    assert case.finding == Attribution.to("customer")
    assert case.feedback is not None
    assert case.feedback.lesson == "explain the timetable"
    assert len(carried(case, Judgement)) == 1
    assert from_json(to_json(case)) == case


def test_recover_declines_with_the_verdicts_reasons_too() -> None:
    """Where the verdict leaves nothing, the customer reads why."""
    engine = engine_of(abuse=Told(suspects(Action.REFUSE)))
    case = engine.recover(LATE, lesson="x")
    [refusal] = [event for event in case.events if event.trigger == "decline"]
    assert "the third claim this week" in getattr(refusal.detail, "why", "")
    assert case.state == "closed"


def test_recover_declines_even_without_a_reason() -> None:
    """A policy that gives nothing and no reason is declined all the same."""
    case = engine_of(Award()).recover(LATE, lesson="x")
    assert (case.state, case.amends) == ("closed", ())


def test_recover_pays_the_share_that_is_owed() -> None:
    """Blame, liability and policy work together: half the blame, half the sum."""
    rule = Told(Attribution({"firm": "1/2", Party.CUSTOMER: "1/2"}))
    policy = owed(Told(PLAIN), rounding=Rounding.HALF_UP)
    engine = engine_of(policy=policy, attribution=rule, liability=PureComparative())
    case = engine.recover(LATE, lesson="x")
    assert case.amends == (euros(5),)


def test_detectors_compose_in_the_engine() -> None:
    """The gravest of several detectors is followed, with the reasons of all."""
    mild, grave = Told(suspects(Action.NOTE)), Told(suspects(Action.REFUSE))
    engine = engine_of(MIXED, abuse=worst_of(mild, grave))
    case = engine.recover(LATE, lesson="x")
    assert case.amends == (LAW, CARE)
    assert engine.deliver(case, case.dues[0].id, Fate.SUCCEEDED).dues[0].fate is (
        Fate.SUCCEEDED
    )


@given(st.sampled_from(["ana", "bo", "boss"]), st.integers(1, 30))
def test_recover_pays_exactly_what_somebody_may(by: str, amount: int) -> None:
    """The walk ends in payment if and only if the authority has nothing against it."""
    authority = Limited(ana=5, bo=15)
    award = Award(amends=(euros(amount),))
    engine = engine_of(award, authority=authority)
    case = engine.recover(LATE, lesson="x", by=by)
    against = authority(award, by=by, earlier=(), at=NOON)
    assert (case.state == "closed") is not bool(against)
    assert case.given == (() if against else award.amends)
