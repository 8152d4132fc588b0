from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
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
    Claim,
    Customer,
    Detection,
    Fate,
    Money,
    Party,
    Reason,
    RecoveryEngine,
    Remedy,
    RemedyKind,
    Rounding,
    ServiceFailure,
    Verdict,
    from_json,
    to_json,
)
from recovery_core.abuse import shadow, worst_of
from recovery_core.attribution import PureComparative
from recovery_core.authority import Authority, Grant
from recovery_core.errors import (
    ContractError,
    InvalidValueError,
    RefusalReason,
    TransitionNotAllowedError,
)
from recovery_core.events import (
    ApprovalRequest,
    Finding,
    HookFailure,
    Judgement,
    Offer,
)
from recovery_core.policy import owed, set_off
from recovery_core.testing import strategies

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
LATE = ServiceFailure("train late")
ODD = Reason("odd", "the third claim this week")


def euros(
    amount: int, kind: RemedyKind = RemedyKind.REFUND, *, is_statutory: bool = False
) -> Remedy:
    """Give whole euros."""
    return Remedy(
        kind, Money.from_minor(amount * 100, "EUR"), is_statutory=is_statutory
    )


LAW = euros(20, is_statutory=True)
CARE = Remedy(RemedyKind.CARE, what="a meal")
CREDIT = RemedyKind.CREDIT
MIXED = Award(amends=(LAW, euros(30), CARE))
PLAIN = Award(amends=(euros(10),), because=(Reason("late", "the train was late"),))


class Hands:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        """Tell the time the hands show."""
        return self.now


class Told:
    """A plug that answers whatever it was told last, and remembers the claims."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.asked: list[Claim] = []

    def __call__(self, claim: Claim, /) -> Any:
        """Answer, or raise where that is the answer."""
        self.asked.append(claim)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def suspects(action: Action, **more: Any) -> Verdict:
    """Make a verdict with its reason."""
    return Verdict(action=action, reasons=(ODD,), **more)


def engine_of(award: Award = PLAIN, **settings: Any) -> RecoveryEngine:
    """Set up an engine whose clock stands still."""
    return RecoveryEngine(**{"policy": Told(award), "clock": Hands(), **settings})


def apologized(engine: RecoveryEngine) -> Case:
    """Open a case and take it to where an offer can be made."""
    case = engine.open(LATE, case_id="c-1")
    return engine.apologize(engine.acknowledge(case))


def reasons_of(
    call: Callable[..., object], *given: Any, **more: Any
) -> list[RefusalReason]:
    """Make a call that must be refused, and list why."""
    with pytest.raises(TransitionNotAllowedError) as refusal:
        call(*given, **more)
    return list(refusal.value.reasons)


def codes_of(call: Callable[..., object], *given: Any, **more: Any) -> list[str]:
    """Make a call that must be refused, and list the codes of the reasons."""
    return [reason.code for reason in reasons_of(call, *given, **more)]


def offer_of(case: Case) -> Offer:
    """Show the offer there must be."""
    assert case.offer is not None
    return case.offer


def request_of(case: Case) -> ApprovalRequest:
    """Show the request there must be."""
    assert case.offer is None
    assert case.pending_approval is not None
    return case.pending_approval


def carried(case: Case, kind: type) -> list[Any]:
    """List what the events of one sort carried, oldest first."""
    return [event.detail for event in case.events if isinstance(event.detail, kind)]


class Limited:
    """An authority rule: up to so many euros for each, counting what was given."""

    def __init__(self, **euros_by_name: int) -> None:
        self.limits = euros_by_name

    def __call__(
        self, award: Award, /, *, by: str, earlier: tuple[Remedy, ...], at: datetime
    ) -> tuple[Reason, ...]:
        """Compare what the award adds up to with the limit of a person."""
        del at
        parts = [r.value.minor for r in earlier if r.value is not None]
        minor = sum(parts) + (award.worth.minor if award.worth else 0)
        limit = self.limits.get(by, 0)
        if minor <= limit * 100:
            return ()
        return (
            Reason("above-limit", "it is above the limit", {"by": by, "minor": minor}),
            Reason("ask-up", "ask somebody who may"),
        )


# --------------------------------------------------------------- broken contracts

NONSENSE: dict[str, object] = {
    "none": None,
    "text": "ten euros",
    "true": True,
    "false": False,
    "half": 0.5,
    "list": [],
    "class": Award,
}
ANSWERS: dict[str, tuple[str, object]] = {
    "attribution": ("an Attribution", Attribution.unknown()),
    "liability": ("a Fraction", Fraction(1)),
    "policy": ("an Award", PLAIN),
}


@pytest.mark.parametrize("nonsense", NONSENSE)
@pytest.mark.parametrize("plug", ANSWERS)
def test_a_plug_that_answers_nonsense_is_named(plug: str, nonsense: str) -> None:
    """An answer of the wrong sort is refused with plug, case, answer and demand."""
    told = Told(NONSENSE[nonsense])
    engine = engine_of(PLAIN, **{plug: told})
    case = apologized(engine)
    with pytest.raises(ContractError) as refusal:
        engine.offer(case)
    want = ANSWERS[plug][0]
    error = refusal.value
    assert (error.plug, error.case_id) == ("Told", "c-1")
    assert error.problem == f"it answered {told.answer!r}, not {want}"


@pytest.mark.parametrize("plug", ANSWERS)
def test_a_plug_that_raises_is_named(plug: str) -> None:
    """A plug that raises is named with what it raised, and the cause is kept."""

    def no_luck(_: object) -> Any:
        return 1 // 0

    engine = engine_of(PLAIN, **{plug: no_luck})
    case = apologized(engine)
    with pytest.raises(ContractError, match="it raised ZeroDivisionError") as refusal:
        engine.offer(case)
    assert refusal.value.plug.endswith("no_luck")
    assert refusal.value.case_id == "c-1"
    assert isinstance(refusal.value.__cause__, ZeroDivisionError)


@pytest.mark.parametrize(
    "share",
    [Fraction(-1, 10**9), Fraction(10**9 + 1, 10**9), Fraction(-5), Fraction(2)],
)
def test_a_share_outside_its_range_breaks_the_contract(share: Fraction) -> None:
    """No more than all and no less than nothing is owed."""
    engine = engine_of(liability=Told(share))
    with pytest.raises(ContractError, match="not a share from 0 to 1") as refusal:
        engine.offer(apologized(engine))
    assert (refusal.value.plug, refusal.value.case_id) == ("Told", "c-1")


@pytest.mark.parametrize("share", [Fraction(0), Fraction(1, 3), Fraction(1)])
def test_the_share_that_is_owed_reaches_the_policy(share: Fraction) -> None:
    """The policy reads what the rule of liability made of the attribution."""
    policy = Told(PLAIN)
    engine = engine_of(policy=policy, liability=Told(share))
    engine.offer(apologized(engine))
    assert [claim.owed for claim in policy.asked] == [share]


def test_the_culprit_inside_another_plug_is_named() -> None:
    """A policy that breaks its contract is named, and not what wraps it."""

    def culprit(_claim: Claim) -> Award:
        return None  # type: ignore[return-value]

    engine = engine_of(policy=set_off(culprit))
    with pytest.raises(ContractError) as refusal:
        engine.offer(apologized(engine))
    assert refusal.value.plug.endswith("culprit")
    assert refusal.value.problem == "it answered None, not an Award"


def test_the_culprit_that_raises_inside_another_plug_is_named() -> None:
    """Whoever raised is named with the first error, and not what wraps it."""

    def culprit(_claim: Claim) -> Award:
        raise KeyError("fare")

    engine = engine_of(policy=set_off(set_off(culprit)))
    with pytest.raises(ContractError) as refusal:
        engine.offer(apologized(engine))
    assert refusal.value.plug.endswith("culprit")
    assert refusal.value.problem == "it raised KeyError: 'fare'"
    assert isinstance(refusal.value.__cause__, KeyError)


def test_a_long_answer_is_shown_in_part() -> None:
    """However much nonsense a plug answers, the refusal can be read."""
    engine = engine_of(policy=Told("x" * 10_000))
    with pytest.raises(
        ContractError, match=r"it answered 'x+\.\.\., not an Award"
    ) as refusal:
        engine.offer(apologized(engine))
    assert len(refusal.value.problem) < 250


def test_a_plug_that_speaks_of_another_case_is_named_itself() -> None:
    """A contract broken on another case is the fault of whoever passed it on."""
    engine = engine_of(policy=Told(ContractError("else", "c-9", "it slept")))
    with pytest.raises(ContractError, match="else broke its contract") as refusal:
        engine.offer(apologized(engine))
    assert (refusal.value.plug, refusal.value.case_id) == ("Told", "c-1")


@pytest.mark.parametrize(
    "answer", [None, True, "no", ["no"], ("no",), (None,), [ODD], {ODD}, ODD]
)
def test_an_authority_that_answers_nonsense_is_named(answer: object) -> None:
    """An authority answers a tuple of reasons, for who offers and for who approves."""

    def sphinx(_award: Award, /, **_asked: object) -> Any:
        return answer

    engine = engine_of(authority=Limited())
    broken = attrs.evolve(engine, authority=sphinx)
    parked = engine.offer(apologized(engine), by="ana")
    calls: list[Callable[[], object]] = [
        lambda: broken.offer(apologized(engine)),
        lambda: broken.approve(parked, by="bo"),
    ]
    for call in calls:
        with pytest.raises(ContractError) as refusal:
            call()
        assert refusal.value.plug.endswith("sphinx")
        assert refusal.value.case_id == "c-1"


def test_an_authority_that_raises_is_named() -> None:
    """An authority that raises gives nothing away and is named."""

    def asleep(_award: Award, /, **_asked: object) -> tuple[Reason, ...]:
        raise TimeoutError("no answer")

    engine = engine_of(authority=asleep)
    with pytest.raises(ContractError, match="TimeoutError: no answer") as refusal:
        engine.offer(apologized(engine))
    assert refusal.value.plug.endswith("asleep")


@given(strategies.awards(), strategies.attributions(), strategies.verdicts())
def test_whatever_plugs_answer_the_company_can_say_sorry(
    award: Award, attribution: Attribution, verdict: Verdict
) -> None:
    """No award, blame or verdict withholds acknowledgement, apology, law or care."""
    engine = engine_of(award, attribution=Told(attribution), abuse=Told(verdict))
    case = engine.open(LATE, case_id="c-1")
    assert "acknowledge" in engine.allowed(case)
    case = engine.acknowledge(case)
    assert "apologize" in engine.allowed(case)
    case = engine.apologize(case)
    humane = {RemedyKind.CARE, RemedyKind.EXPLANATION}
    shielded = {r for r in award.remedies if r.is_statutory or r.kind in humane}
    if shielded:
        case = engine.offer(case)
        waits = case.pending_approval
        shown = offer_of(case).award if waits is None else waits.award
        assert shielded <= set(shown.remedies)


# ------------------------------------------------------------------ the abuse hook

BROKEN: dict[str, tuple[object, str]] = {
    "raises": (OSError("no model"), "it raised OSError: no model"),
    "none": (None, "it answered None, not a Verdict"),
    "false": (False, "it answered False, not a Verdict"),
    "score": (Fraction(1), "it answered Fraction(1, 1), not a Verdict"),
    "action": (Action.REFUSE, f"it answered {Action.REFUSE!r}, not a Verdict"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_hook_goes_on_as_if_clear(broken: str) -> None:
    """With "open" the claim is paid as if clear, and the failure is an event."""
    answer, problem = BROKEN[broken]
    engine = engine_of(abuse=Told(answer))
    case = engine.offer(apologized(engine))
    assert offer_of(case).award == PLAIN
    [failure] = carried(case, HookFailure)
    assert failure == HookFailure("Told", problem, held=False)
    assert case.verdict is None
    assert from_json(to_json(case)) == case


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_hook_holds_for_another_person(broken: str) -> None:
    """With "hold" nothing is paid by accident; another person lets it go on."""
    answer, problem = BROKEN[broken]
    engine = engine_of(abuse=Told(answer), on_hook_error="hold")
    case = engine.offer(apologized(engine), by="ana")
    [reason] = request_of(case).reasons
    assert reason.code == "hook-failed"
    assert problem in reason.text
    assert carried(case, HookFailure) == [HookFailure("Told", problem, held=True)]
    assert codes_of(engine.approve, case, by="ana") == ["own-request"]
    released = engine.offer(engine.approve(case, by="bo"), by="ana")
    assert offer_of(released).award == PLAIN
    assert engine.make_amends(engine.accept(released)).amends == PLAIN.amends


def test_a_hook_that_works_again_needs_nobody() -> None:
    """What was held because of the hook is offered once the hook says clear."""
    hook = Told(OSError("no model"))
    engine = engine_of(abuse=hook, on_hook_error="hold")
    case = engine.offer(apologized(engine))
    hook.answer = Verdict()
    assert offer_of(engine.offer(case)).award == PLAIN


def test_a_broken_hook_never_holds_law_or_care() -> None:
    """What no verdict may touch is offered at once, whatever the hook does."""
    award = Award(amends=(LAW, CARE))
    engine = engine_of(award, abuse=Told(None), on_hook_error="hold")
    case = engine.offer(apologized(engine))
    assert offer_of(case).award == award
    assert carried(case, HookFailure)[0].held


def test_a_broken_hook_is_no_verdict_to_appeal_against() -> None:
    """A failure of the hook accuses nobody."""
    engine = engine_of(abuse=Told(None))
    assert codes_of(engine.appeal, engine.offer(apologized(engine)), "no") == [
        "no-verdict"
    ]


# --------------------------------------------------------------------- tempering

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


# ------------------------------------------------------------------------ appeal


def test_an_appeal_that_was_decided_stands_against_the_detector() -> None:
    """The detector is not asked again until the decision on the appeal expires."""
    clock, hook = Hands(), Told(suspects(Action.REFUSE))
    engine = engine_of(MIXED, abuse=hook, clock=clock)
    case = engine.appeal(engine.offer(apologized(engine), by="ana"), "not me")
    cleared = Verdict(expires_at=NOON + HOUR)
    case = engine.contest(engine.judge_appeal(case, cleared, by="bo"), "so pay")
    clock.now = NOON + HOUR - TICK
    asked = len(hook.asked)
    second = engine.offer(case)
    assert offer_of(second).award == MIXED
    assert len(hook.asked) == asked
    clock.now = NOON + HOUR
    third = engine.offer(engine.contest(second, "more"))
    assert offer_of(third).award.amends == (LAW, CARE)
    assert len(hook.asked) == asked + 1
    assert third.verdict == hook.answer


def test_an_appeal_can_be_turned_down() -> None:
    """The judge may confirm the verdict; it then stands as the judge's."""
    engine = engine_of(MIXED, abuse=Told(suspects(Action.IN_KIND)))
    case = engine.appeal(engine.offer(apologized(engine)), "not me")
    case = engine.judge_appeal(case, suspects(Action.REFUSE), by="bo")
    case = engine.offer(engine.contest(case, "no"))
    assert offer_of(case).award.amends == (LAW, CARE)


def test_a_detector_that_speaks_again_closes_no_appeal() -> None:
    """An appeal stays open until a person decides it."""
    hook = Told(suspects(Action.WARN))
    engine = engine_of(abuse=hook)
    case = engine.appeal(engine.offer(apologized(engine)), "not me")
    hook.answer = suspects(Action.NOTE)
    case = engine.offer(engine.contest(case, "no"))
    assert case.verdict == hook.answer
    assert engine.judge_appeal(case, Verdict(), by="bo").verdict == Verdict()


# --------------------------------------------------- what makes an approval void


def approved(engine: RecoveryEngine) -> Case:
    """Take a case to where another person has approved the award."""
    case = engine.offer(apologized(engine), by="ana")
    assert case.pending_approval is not None
    return engine.approve(case, by="boss")


def test_an_approval_lets_exactly_its_award_go_out() -> None:
    """Once approved, anybody may make that offer, and it is the approved one."""
    engine = engine_of(authority=Limited(boss=99))
    case = approved(engine)
    for by in ("ana", "bo"):
        assert offer_of(engine.offer(case, by=by)).award == PLAIN


@pytest.mark.parametrize(
    "award",
    [
        Award(amends=(euros(11),), because=PLAIN.because),
        Award(amends=(euros(10, CREDIT),), because=PLAIN.because),
        Award(amends=PLAIN.amends * 2, because=PLAIN.because),
        Award(PLAIN.amends, because=PLAIN.because),
        Award((), PLAIN.amends, PLAIN.because, HOUR),
        Award(amends=PLAIN.amends, because=(Reason("other", "the train was late"),)),
        Award(amends=PLAIN.amends),
    ],
    ids=["amount", "kind", "more", "alternatives", "validity", "rule", "no-rule"],
)
def test_another_award_makes_an_approval_void(award: Award) -> None:
    """A changed amount, kind, part, validity or rule has to be approved anew."""
    policy = Told(PLAIN)
    engine = engine_of(policy=policy, authority=Limited(boss=99))
    case = approved(engine)
    policy.answer = award
    asked = engine.offer(case, by="ana")
    assert request_of(asked).award == award
    policy.answer = PLAIN
    again = engine.offer(asked, by="ana")
    assert request_of(again).award == PLAIN, "the earlier approval is not revived"


def test_an_approval_does_not_depend_on_the_time_of_day() -> None:
    """What a reason read and how it is worded may change; the approval holds."""
    policy = Told(PLAIN)
    engine = engine_of(policy=policy, authority=Limited(boss=99))
    case = approved(engine)
    later = Reason("late", "the train was late", {"now": NOON + HOUR})
    policy.answer = attrs.evolve(PLAIN, because=(later,))
    assert offer_of(engine.offer(case, by="ana")).award == policy.answer


def test_another_action_makes_an_approval_void() -> None:
    """A verdict that asks for something else has to be approved anew."""
    hook = Told(suspects(Action.REVIEW))
    engine = engine_of(abuse=hook, authority=Limited(boss=99))
    case = approved(engine)
    assert offer_of(engine.offer(case, by="ana")).award == PLAIN
    hook.answer = suspects(Action.ASK_EVIDENCE)
    assert request_of(engine.offer(case, by="ana")).award == PLAIN
    hook.answer = suspects(Action.IN_KIND)
    tempered = request_of(engine.offer(case, by="ana")).award
    assert tempered.amends == (euros(10, CREDIT),)


def test_another_suspicion_makes_an_approval_void() -> None:
    """What is suspected for another reason, to the same end, is approved anew."""
    hook = Told(suspects(Action.REVIEW))
    engine = engine_of(abuse=hook)
    case = approved(engine)
    hook.answer = Verdict(action=Action.REVIEW, reasons=(Reason("forged", "it is"),))
    assert request_of(engine.offer(case, by="ana")).award == PLAIN


def test_what_was_given_meanwhile_makes_an_approval_void() -> None:
    """An approval knows what the customer had; a merger or a failure changes that."""
    engine = engine_of(authority=Limited(boss=99))
    other = engine.apologize(engine.acknowledge(engine.open(LATE, case_id="c-2")))
    paid = engine.make_amends(engine.accept(engine.offer(other, by="boss")))
    case = approved(engine)
    _, survivor = engine.merge(paid, case)
    assert request_of(engine.offer(survivor, by="ana")).award == PLAIN
    failed = engine.deliver(paid, 0, Fate.FAILED)
    _, unchanged = engine.merge(failed, case)
    assert offer_of(engine.offer(unchanged, by="ana")).award == PLAIN
    again = engine.reopen(engine.feed_back(paid, "x"), "still late")
    again = engine.offer(engine.apologize(engine.acknowledge(again)), by="ana")
    again = engine.approve(again, by="boss")
    assert offer_of(engine.offer(again, by="ana")).award == PLAIN
    again = engine.deliver(again, 0, Fate.FAILED)
    assert request_of(engine.offer(again, by="ana")).award == PLAIN


def test_another_round_makes_an_approval_void() -> None:
    """An approval of one round is none of the next, though nothing else changed."""
    engine = engine_of(authority=Limited(boss=99))
    case = engine.offer(approved(engine), by="ana")
    again = engine.offer(engine.contest(case, "no"), by="ana")
    assert again.round == 1
    assert again.pending_approval is not None


# ------------------------------------------------------------------- authority


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


# --------------------------------------------------------------------- recover


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
    assert engine.deliver(case, 0, Fate.SUCCEEDED).fate(0) is Fate.SUCCEEDED


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
