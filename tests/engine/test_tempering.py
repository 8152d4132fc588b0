from __future__ import annotations

from fractions import Fraction
from typing import Any

import attrs
import pytest

from recovery_core import (
    Action,
    Attribution,
    Award,
    Money,
    Remedy,
    RemedyKind,
    Verdict,
    from_json,
    to_json,
)
from recovery_core.abuse import shadow
from recovery_core.errors import (
    InvalidValueError,
)
from recovery_core.events import (
    Finding,
    HookFailure,
    Judgement,
)
from tests.support.plug_cases import (
    CARE,
    CREDIT,
    HOUR,
    LATE,
    LAW,
    MIXED,
    NOON,
    ODD,
    PLAIN,
    TICK,
    Limited,
    Told,
    apologized,
    carried,
    codes_of,
    engine_of,
    euros,
    offer_of,
    request_of,
    suspects,
)

# ----------------------------------------------------------------------- tempering


DEAR = Award((euros(100), Remedy(RemedyKind.REDO)), (LAW, euros(30), CARE))


@pytest.mark.parametrize(
    ("action", "more", "alternatives", "amends"),
    [
        (Action.CLEAR, {}, DEAR.alternatives, DEAR.amends),
        (Action.NOTE, {}, DEAR.alternatives, DEAR.amends),
        (Action.WARN, {}, DEAR.alternatives, DEAR.amends),
        (
            Action.IN_KIND,
            {},
            (euros(100, CREDIT), DEAR.alternatives[1]),
            (LAW, euros(30, CREDIT), CARE),
        ),
        (
            Action.CAP,
            {"cap": Money("110.00", "EUR")},
            DEAR.alternatives,
            (LAW, euros(10), CARE),
        ),
        (
            Action.CAP,
            {"cap": Money("40.00", "EUR")},
            (euros(40), DEAR.alternatives[1]),
            (LAW, CARE),
        ),
        (Action.REFUSE, {}, (), (LAW, CARE)),
    ],
)
def test_a_verdict_changes_what_is_offered_and_given(
    action: Action,
    more: dict[str, Any],
    alternatives: tuple[Remedy, ...],
    amends: tuple[Remedy, ...],
) -> None:
    """Each action tempers the award as it says; law and care reach the customer."""
    verdict = Verdict() if action is Action.CLEAR else suspects(action, **more)
    engine = engine_of(DEAR, abuse=Told(verdict))
    case = engine.offer(apologized(engine))
    offer = offer_of(case)
    assert (offer.award.alternatives, offer.award.amends) == (alternatives, amends)
    assert bool(offer.by_verdict) is (offer.award != DEAR)
    if offer.by_verdict:
        assert offer.by_verdict[1:] == (ODD,)
    assert carried(case, Judgement) == [Judgement(verdict, "Told")]
    chosen = 0 if alternatives else None
    given = engine.make_amends(engine.accept(case, alternative=chosen)).amends
    assert given == (*alternatives[:1], *amends)
    assert {LAW, CARE} <= set(given)


def test_a_refusal_of_everything_is_declined_with_the_verdicts_reasons() -> None:
    """Where the verdict leaves nothing, the refusal names policy and verdict."""
    engine = engine_of(abuse=Told(suspects(Action.REFUSE)))
    case = apologized(engine)
    assert codes_of(engine.offer, case) == [
        "nothing-to-offer",
        "late",
        "tempered-refuse",
        "odd",
    ]


def test_an_expired_verdict_changes_nothing() -> None:
    """A verdict counts until the microsecond it expires."""
    hook = Told(suspects(Action.REFUSE, expires_at=NOON + TICK))
    engine = engine_of(MIXED, abuse=hook)
    assert offer_of(engine.offer(apologized(engine))).award.amends == (LAW, CARE)
    hook.answer = suspects(Action.REFUSE, expires_at=NOON)
    assert offer_of(engine.offer(apologized(engine))).award == MIXED


def test_a_cap_in_another_currency_waits_for_a_person() -> None:
    """What cannot be compared is neither cut nor paid by accident."""
    engine = engine_of(abuse=Told(suspects(Action.CAP, cap=Money("5.00", "USD"))))
    case = engine.offer(apologized(engine), by="ana")
    assert request_of(case).award == PLAIN
    assert request_of(case).reasons == (ODD,)
    assert (
        offer_of(engine.offer(engine.approve(case, by="bo"), by="ana")).award == PLAIN
    )


def test_a_verdict_bounds_what_is_given_at_discretion_too() -> None:
    """A discretionary award is tempered like the policy's; no law stands in it."""
    engine = engine_of(abuse=Told(suspects(Action.REFUSE)))
    case = engine.offer(apologized(engine), award=MIXED)
    assert offer_of(case).award.amends == (CARE,)


def test_only_a_policy_says_what_the_law_grants() -> None:
    """What somebody gives at discretion is no law, however it was marked."""
    engine = engine_of(MIXED)
    given = Award((LAW, CARE), (LAW, euros(3)), PLAIN.because, HOUR)
    award = offer_of(engine.offer(apologized(engine), award=given)).award
    assert award == attrs.evolve(
        given, alternatives=(euros(20), CARE), amends=(euros(20), euros(3))
    )
    assert offer_of(engine.offer(apologized(engine))).award == MIXED


def test_an_approved_award_is_not_changed_twice() -> None:
    """What the verdict changed and somebody approved is offered as approved."""
    engine = engine_of(abuse=Told(suspects(Action.IN_KIND)), authority=Limited(boss=99))
    case = engine.offer(apologized(engine), award=PLAIN, by="ana")
    tempered = request_of(case).award
    assert tempered.amends == (euros(10, CREDIT),)
    assert (
        offer_of(engine.offer(engine.approve(case, by="boss"), by="ana")).award
        == tempered
    )


def test_a_denial_leaves_what_is_owed_by_law() -> None:
    """A denial leaves law and care of the policy's award, and nothing of a person's."""
    engine = engine_of(MIXED, abuse=Told(suspects(Action.REVIEW)))
    case = engine.deny(engine.offer(apologized(engine), by="ana"), "odd", by="bo")
    offer = offer_of(engine.offer(case, by="ana"))
    assert offer.award.amends == (LAW, CARE)
    assert offer.policy == engine.policy_hash
    gift = Award(amends=(LAW, euros(2)))
    assert request_of(engine.offer(case, by="ana", award=gift)).policy is None
    kind = Award(amends=(CARE, euros(2)))
    refused = engine.offer(case, by="ana", award=kind)
    refused = engine.deny(refused, "not so kind", by="bo")
    codes = codes_of(engine.offer, refused, by="ana", award=kind)
    assert codes == ["approval-denied", "odd"]
    bare = attrs.evolve(engine, policy=Told(PLAIN))
    denied = bare.deny(bare.offer(apologized(bare), by="ana"), "odd", by="bo")
    assert codes_of(bare.offer, denied, by="ana") == ["approval-denied", "odd"]


def test_evidence_releases_what_asked_for_it() -> None:
    """A claim that waits for evidence is offered once the customer submits some."""
    engine = engine_of(abuse=Told(suspects(Action.ASK_EVIDENCE)))
    case = engine.offer(apologized(engine), by="ana")
    assert request_of(case).reasons == (ODD,)
    assert codes_of(engine.offer, case) == ["approval-awaited", "odd"]
    answered = engine.offer(engine.submit_evidence(case, "a photo"), by="ana")
    assert offer_of(answered).award == PLAIN
    assert answered.evidence == ("a photo",)
    assert answered.pending_approval is None
    by_hand = engine.offer(engine.approve(case, by="bo"), by="ana")
    assert offer_of(by_hand).award == PLAIN


def test_only_another_ones_answer_releases_what_asked_for_evidence() -> None:
    """Evidence counts after the request, in its cycle, and not from who offers."""
    engine = engine_of(abuse=Told(suspects(Action.ASK_EVIDENCE)))
    early = engine.submit_evidence(apologized(engine), "a photo")
    case = engine.offer(early, by="ana")
    assert request_of(case).reasons == (ODD,)
    vouched = engine.submit_evidence(case, "I saw it", by="ana")
    for by in ("ana", "Ana"):
        assert codes_of(engine.offer, vouched, by=by) == ["approval-awaited", "odd"]
    assert offer_of(engine.offer(vouched, by="bo")).award == PLAIN
    answered = engine.submit_evidence(case, "a bill")
    given_up = engine.feed_back(engine.decline(answered, "no"), "x")
    again = engine.apologize(engine.acknowledge(engine.reopen(given_up, "unfair")))
    assert request_of(engine.offer(again, by="ana")).reasons == (ODD,)


def test_what_was_found_is_put_on_record_without_an_offer() -> None:
    """To assess is to ask rule and detector: the refusal can then be appealed."""
    rule, hook = Told(Attribution.to("firm")), Told(suspects(Action.REFUSE))
    engine = engine_of(attribution=rule, abuse=hook)
    case = engine.assess(engine.open(LATE), by="ana")
    assert [event.detail for event in case.events[1:]] == [
        Finding(Attribution.to("firm"), "Told"),
        Judgement(suspects(Action.REFUSE), "Told"),
    ]
    assert {event.by for event in case.events[1:]} == {"ana"}
    assert engine.assess(case) is case
    with pytest.raises(InvalidValueError, match="name who acts"):
        engine.assess(case, by=" ")
    case = engine.decline(engine.acknowledge(case), "it is odd")
    case = engine.judge_appeal(engine.appeal(case, "not me"), Verdict(), by="bo")
    assert engine.assess(case).verdict == Verdict()
    assert from_json(to_json(case)) == case
    hook.answer = OSError("no model")
    [failure] = carried(engine.assess(engine.open(LATE)), HookFailure)
    assert failure == HookFailure("Told", "it raised OSError: no model", held=False)
    merged, _ = engine.merge(engine.open(LATE), engine.open(LATE))
    assert codes_of(engine.assess, merged) == ["merged"]


def test_evidence_is_read_by_detector_and_policy() -> None:
    """What the customer submitted is part of the claim."""
    policy, hook = Told(PLAIN), Told(Verdict())
    engine = engine_of(policy=policy, abuse=hook)
    engine.offer(engine.submit_evidence(apologized(engine), "a photo"))
    assert policy.asked[0].evidence == hook.asked[0].evidence == ("a photo",)


def test_evidence_is_no_review() -> None:
    """REVIEW waits for another person, and no evidence stands in for one."""
    engine = engine_of(abuse=Told(suspects(Action.REVIEW)))
    case = engine.offer(apologized(engine), by="ana")
    assert request_of(case).reasons == (ODD,)
    with_photo = engine.submit_evidence(case, "a photo")
    assert codes_of(engine.offer, with_photo, by="ana") == ["approval-awaited", "odd"]
    assert codes_of(engine.approve, case, by="ana") == ["own-request"]
    assert (
        offer_of(engine.offer(engine.approve(case, by="bo"), by="ana")).award == PLAIN
    )


def test_evidence_does_not_stand_in_for_authority() -> None:
    """Evidence answers the verdict; what is above authority still waits."""
    hook = Told(suspects(Action.ASK_EVIDENCE))
    engine = engine_of(abuse=hook, authority=Limited(boss=99))
    case = engine.offer(apologized(engine), by="ana")
    assert [r.code for r in request_of(case).reasons] == [
        "odd",
        "above-limit",
        "ask-up",
    ]
    with_photo = engine.submit_evidence(case, "a photo")
    assert codes_of(engine.offer, with_photo, by="ana") == [
        "approval-awaited",
        "above-limit",
        "ask-up",
    ]


@pytest.mark.parametrize("action", [a for a in Action if a is not Action.CLEAR])
def test_a_detector_on_trial_changes_nothing_that_is_paid(action: Action) -> None:
    """In shadow a detector is put on record, and the offer is as without it."""
    cap = Money("1.00", "EUR") if action is Action.CAP else None
    hook = Told(suspects(action, cap=cap))
    free, tried = engine_of(MIXED), engine_of(MIXED, abuse=shadow(hook))
    case = tried.offer(apologized(tried))
    mine, theirs = offer_of(case), offer_of(free.offer(apologized(free)))
    assert (mine.award, mine.by_verdict) == (theirs.award, theirs.by_verdict)
    assert case.verdict is not None
    assert case.verdict.action is Action.NOTE
    assert action.name in case.verdict.reasons[0].text


def test_a_detector_sees_what_was_found_and_the_policy_what_was_judged() -> None:
    """Each plug reads what the ones before it decided, and nothing later."""
    blame, share = Attribution.to("supplier"), Fraction(1, 2)
    verdict = suspects(Action.WARN)
    rule, hook, policy = Told(blame), Told(verdict), Told(PLAIN)
    engine = engine_of(
        policy=policy, attribution=rule, liability=Told(share), abuse=hook
    )
    engine.offer(apologized(engine))
    [first], [second], [third] = rule.asked, hook.asked, policy.asked
    assert (first.attribution, first.owed) == (Attribution.unknown(), Fraction(1))
    assert (second.attribution, second.owed) == (blame, share)
    assert (second.verdict, third.verdict) == (Verdict(), verdict)
    assert (third.attribution, third.owed) == (blame, share)


def test_what_is_found_again_is_not_put_on_record_again() -> None:
    """The same finding and verdict stand once, however often they are asked for."""
    rule, hook = Told(Attribution.to("supplier")), Told(suspects(Action.NOTE))
    engine = engine_of(attribution=rule, abuse=hook)
    case = engine.contest(engine.offer(apologized(engine)), "no")
    case = engine.contest(engine.offer(case), "no")
    assert (len(carried(case, Finding)), len(carried(case, Judgement))) == (1, 1)
    rule.answer, hook.answer = Attribution.to("firm"), suspects(Action.WARN)
    case = engine.offer(case)
    assert (len(carried(case, Finding)), len(carried(case, Judgement))) == (2, 2)
    assert carried(case, Finding)[1] == Finding(Attribution.to("firm"), "Told")
