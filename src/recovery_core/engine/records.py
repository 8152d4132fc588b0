"""What is put on record beside the steps: a record never moves a case."""

from __future__ import annotations

from .._domain.case import Case, check_case
from .._domain.events import Appeal, Approval, Denial, Judgement
from .._domain.people import is_one_of_people
from .._domain.reason import Reason
from .._domain.verdict import Action, Verdict
from .plugs import ask_authority_for_objections, read_clock
from .recording import record_detail
from .settings import UNNAMED, EngineSettings, check_actor, check_argument


def record_appeal(settings: EngineSettings, case: Case, why: str, by: str) -> Case:
    """Return the case with an appeal against its verdict."""
    check_case(case)
    verdict = case.verdict
    against: tuple[Reason, ...] = ()
    if verdict is None or verdict.action is Action.CLEAR:
        text = "there is no verdict against the claim to appeal against"
        against = (Reason("no-verdict", text),)
    return record_detail(settings, case, "appeal", by, Appeal(why), *against)


def record_appeal_decision(
    settings: EngineSettings, case: Case, verdict: Verdict, by: str
) -> Case:
    """Return the case with its appeal decided."""
    check_case(case)
    check_argument("verdict", verdict, Verdict, "Verdict()")
    judge = check_actor(by)
    detail = Judgement(verdict, judge, is_appeal=True)
    against = _list_reasons_against_appeal_judge(case, judge)
    return record_detail(settings, case, "judge_appeal", judge, detail, *against)


def record_approval(
    settings: EngineSettings, case: Case, by: str, fingerprint: str | None
) -> Case:
    """Return the case with the award that waits approved."""
    check_case(case)
    request, approver = case.pending_approval, check_actor(by)
    against = list(_list_reasons_against_approver(case, approver))
    waiting = request.fingerprint if request else "none"
    if fingerprint not in {None, waiting}:
        text = "another award waits by now: look at it first"
        against.append(Reason("another-award", text, {"waiting": waiting}))
    if request is not None and settings.authority is not None:
        claim = case.claim(read_clock(settings.clock, case))
        against += ask_authority_for_objections(
            settings.authority, claim, request.award, approver
        )
    detail = Approval(waiting)
    return record_detail(settings, case, "approve", approver, detail, *against)


def record_denial(settings: EngineSettings, case: Case, why: str, by: str) -> Case:
    """Return the case with the award that waits denied."""
    check_case(case)
    request, approver = case.pending_approval, check_actor(by)
    detail = Denial(request.fingerprint if request else "none", why)
    against = _list_reasons_against_approver(case, approver)
    return record_detail(settings, case, "deny", approver, detail, *against)


def _list_reasons_against_appeal_judge(case: Case, by: str) -> tuple[Reason, ...]:
    """List why somebody may not decide an appeal."""
    if case.appellant is None:
        return (Reason("no-appeal", "nobody has appealed against the verdict"),)
    if is_one_of_people(by, case.judges | case.customers | {case.appellant}):
        text = "an appeal goes to somebody who had no part in it"
        return (Reason("own-case", text, {"by": by}),)
    return ()


def _list_reasons_against_approver(case: Case, by: str) -> tuple[Reason, ...]:
    """List why somebody may not answer the request that waits."""
    if case.pending_approval is None:
        return (Reason("nothing-waits", "no award of this case waits for approval"),)
    if case.asked_by == UNNAMED:
        text = "nobody is named who asked: offer again with by="
        return (Reason("asker-unnamed", text, {"asked_by": UNNAMED}),)
    if is_one_of_people(by, case.customers | {case.asked_by}):
        text = "an award is approved by another person than the one who asked"
        return (Reason("own-request", text, {"by": by}),)
    return ()
