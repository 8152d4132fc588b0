from __future__ import annotations

from datetime import datetime

import attrs

from recovery_core import (
    Award,
    Customer,
    Facts,
    Reason,
    Remedy,
    Verdict,
)
from recovery_core.events import (
    ApprovalRequest,
    Denial,
    Offer,
)
from tests.support.engine_cases import (
    LATE,
    NOON,
    PLAIN,
    apologized,
    appealed,
    codes_of,
    engine_of,
    euros,
    nobody_alone,
    noting,
    offered,
    parked,
    reasons_of,
)

# ------------------------------------------------------- every method in its place


OWN_REQUEST = "an award is approved by another person than the one who asked"


# ------------------------------------------------------------------------ approval


def test_an_award_above_authority_waits_for_another_person() -> None:
    """The case stays where it is and shows what waits, with the reasons."""
    engine = engine_of(authority=nobody_alone)
    case = engine.offer(apologized(engine), by="ana")
    request = case.pending_approval
    assert isinstance(request, ApprovalRequest)
    assert request.award == PLAIN
    assert request.reasons == (Reason("no-role", "ask the boss", {"by": "ana"}),)
    assert (case.state, case.offer, case.round) == ("apologized", None, 0)
    approved = engine.approve(case, by="boss")
    assert approved.pending_approval is None
    assert engine.offer(approved, by="ana").offer is not None


def test_what_waits_is_not_asked_for_twice() -> None:
    """Asking again while an answer is awaited is refused, whoever asks."""
    engine = engine_of(authority=nobody_alone)
    case = parked(engine)
    for by in ("ana", "cy"):
        codes = codes_of(engine.offer, case, by=by)
        assert codes == ["approval-awaited", "no-role"]
    assert engine.offer(case, by="boss").offer is not None


def test_a_denied_award_is_not_asked_for_again() -> None:
    """A denial stands for the same award; another one may be asked for."""
    engine = engine_of(authority=nobody_alone)
    case = engine.deny(parked(engine), "too much", by="boss")
    assert isinstance(case.events[-1].detail, Denial)
    assert case.pending_approval is None
    reasons = reasons_of(engine.offer, case, by="ana")
    assert [reason.code for reason in reasons] == ["approval-denied", "no-role"]
    assert reasons[0].values == Facts({"why": "too much"})
    smaller = engine.offer(case, by="ana", award=Award(amends=(euros(1),)))
    assert smaller.pending_approval is not None


def test_nobody_approves_what_they_asked_for() -> None:
    """Whoever asked may neither approve nor deny, even with the authority."""
    held = [True]

    def gate(
        _award: Award, /, *, by: str, earlier: tuple[Remedy, ...], at: datetime
    ) -> tuple[Reason, ...]:
        del by, earlier, at
        return (Reason("above", "too much"),) if held[0] else ()

    engine = engine_of(authority=gate)
    case = parked(engine)
    held[0] = False
    own = [Reason("own-request", OWN_REQUEST, {"by": "ana"})]
    assert reasons_of(engine.approve, case, by="ana") == own
    assert reasons_of(engine.deny, case, "no", by="ana") == own
    assert engine.approve(case, by="bo").pending_approval is None


def test_the_customers_side_approves_nothing() -> None:
    """Nobody on the customer's side answers a request, however the name is written."""

    def never(_award: Award, /, **_asked: object) -> tuple[Reason, ...]:
        return (Reason("above", "too much"),)

    engine = engine_of(authority=never)
    family = attrs.evolve(LATE, complainant="a parent", affected=("kim", "jo"))
    case = engine.open(family, Customer("c-7"))
    case = engine.offer(engine.apologize(engine.acknowledge(case)), by="ana")
    free = attrs.evolve(engine, authority=None)
    for by in ("customer", "c-7", "C-7", "a parent", "kim", "JO", "ANA"):
        own = [Reason("own-request", OWN_REQUEST, {"by": by})]
        assert reasons_of(free.approve, case, by=by) == own
        assert reasons_of(free.deny, case, "no", by=by) == own
    assert free.approve(case, by="bo").approved == case.pending_approval
    assert free.deny(case, "no", by="bo").pending_approval is None


def test_what_nobody_asked_for_by_name_is_not_approved() -> None:
    """A request by nobody in particular is answered once somebody has asked again."""
    engine = engine_of(authority=nobody_alone)
    case = engine.offer(apologized(engine))
    for answer in (engine.approve, lambda c, by: engine.deny(c, "no", by=by)):
        [reason] = reasons_of(answer, case, by="boss")
        assert (reason.code, reason.values) == (
            "asker-unnamed",
            Facts({"asked_by": "company"}),
        )
    assert codes_of(engine.offer, case) == ["approval-awaited", "no-role"]
    named = engine.offer(case, by="ana")
    assert named.asked_by == "ana"
    assert named.version == case.version + 1
    assert codes_of(engine.offer, named) == ["approval-awaited", "no-role"]
    assert engine.offer(engine.approve(named, by="boss")).offer is not None


def test_an_approval_can_name_the_request_it_saw() -> None:
    """Who approves by fingerprint does not approve what took its place meanwhile."""
    engine = engine_of(authority=nobody_alone)
    seen = parked(engine)
    dearer = engine.offer(seen, by="ana", award=Award(amends=(euros(99),)))
    first, second = seen.pending_approval, dearer.pending_approval
    assert first is not None
    assert second is not None
    assert engine.approve(seen, by="boss", fingerprint=first.fingerprint).approved
    [reason] = reasons_of(
        engine.approve, dearer, by="boss", fingerprint=first.fingerprint
    )
    assert reason.code == "another-award"
    assert reason.values == Facts({"waiting": second.fingerprint})
    late = engine.approve(dearer, by="boss", fingerprint=second.fingerprint)
    assert codes_of(
        engine.approve, late, by="boss", fingerprint=second.fingerprint
    ) == [
        "nothing-waits",
        "another-award",
    ]


def test_an_approved_award_at_discretion_is_offered_by_itself() -> None:
    """Once approved it need not be given again, and still names no policy."""
    engine = engine_of(authority=nobody_alone)
    gift = Award(amends=(euros(99),))
    case = engine.offer(apologized(engine), award=gift, by="ana")
    request = case.pending_approval
    assert request is not None
    assert request.policy is None
    assert codes_of(engine.offer, case, award=gift, by="ana")[0] == "approval-awaited"
    case = engine.approve(case, by="boss")
    assert case.approved is request
    done = engine.offer(case, by="ana")
    assert done.offer == Offer(gift, 1, None, None, ())
    assert done.approved is None
    by_policy = parked(engine).pending_approval
    assert by_policy is not None
    assert by_policy.policy == engine.policy_hash


def test_an_approver_needs_the_authority_too_and_hears_every_reason() -> None:
    """Nobody approves above their authority; all reasons are named."""
    engine = engine_of(authority=nobody_alone)
    case = parked(engine)
    assert codes_of(engine.approve, case, by="bo") == ["no-role"]
    assert codes_of(engine.approve, case, by="ana") == ["own-request", "no-role"]
    assert engine.deny(case, "no", by="bo").pending_approval is None


def test_only_what_waits_is_approved() -> None:
    """Without a request there is nothing to approve or deny, before and after."""
    engine = engine_of(authority=nobody_alone)
    for case in (apologized(engine), engine.approve(parked(engine), by="boss")):
        assert codes_of(engine.approve, case, by="boss") == ["nothing-waits"]
        assert codes_of(engine.deny, case, "no", by="boss") == ["nothing-waits"]


def test_an_approval_is_spent_on_one_offer() -> None:
    """The next round asks again, though the award is the same."""
    engine = engine_of(authority=nobody_alone)
    case = engine.offer(engine.approve(parked(engine), by="boss"), by="ana")
    case = engine.offer(engine.contest(case, "no"), by="ana")
    assert case.round == 1
    assert case.pending_approval is not None


def test_an_approval_does_not_outlive_its_cycle() -> None:
    """What was approved before a reopening has to be asked for again."""
    engine = engine_of(authority=nobody_alone)
    case = engine.decline(engine.approve(parked(engine), by="boss"), "changed our mind")
    case = engine.reopen(engine.feed_back(case, "x"), "unfair")
    case = engine.offer(engine.apologize(engine.acknowledge(case)), by="ana")
    assert case.offer is None
    assert case.pending_approval is not None


# -------------------------------------------------------------------------- appeal


def test_without_a_verdict_there_is_nothing_to_appeal_against() -> None:
    """A claim nobody suspects cannot be appealed about."""
    clear = engine_of(abuse=lambda _claim: Verdict())
    for engine in (engine_of(), clear):
        case = offered(engine)
        assert codes_of(engine.appeal, case, "no") == ["no-verdict"]


def test_an_appeal_needs_somebody_new_to_decide_it() -> None:
    """Neither the detector, nor who asked it, nor the customer's side decides it."""
    engine = engine_of(abuse=noting)
    case = engine.open(attrs.evolve(LATE, affected=("kim",)), Customer("c-8"))
    case = engine.offer(engine.apologize(engine.acknowledge(case)), by="ana")
    case = engine.appeal(case, "not me", by="c-7")
    for by in ("ana", "Ana", "c-7", "C-8", "kim", "customer", "noting"):
        [reason] = reasons_of(engine.judge_appeal, case, Verdict(), by=by)
        assert (reason.code, reason.values) == ("own-case", Facts({"by": by}))
    judged = engine.judge_appeal(case, Verdict(), by="bo")
    assert judged.verdict == Verdict()
    assert judged.judgement is not None
    assert judged.judgement.is_appeal


def test_only_an_open_appeal_is_decided() -> None:
    """Without an appeal there is nothing to judge, and a decision closes it."""
    engine = engine_of(abuse=noting)
    case = offered(engine)
    assert codes_of(engine.judge_appeal, case, Verdict(), by="bo") == ["no-appeal"]
    judged = engine.judge_appeal(engine.appeal(case, "no"), Verdict(), by="bo")
    assert codes_of(engine.judge_appeal, judged, Verdict(), by="cy") == ["no-appeal"]


def test_a_second_appeal_goes_to_a_third_person() -> None:
    """Who decided the first appeal has no say in the second."""
    engine = engine_of(abuse=noting)
    verdict = noting(offered(engine).claim(NOON))
    case = engine.judge_appeal(appealed(engine), verdict, by="bo")
    again = engine.appeal(case, "still not me")
    assert codes_of(engine.judge_appeal, again, Verdict(), by="bo") == ["own-case"]
    assert engine.judge_appeal(again, Verdict(), by="cy").verdict == Verdict()
