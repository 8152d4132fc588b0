"""From a case to an offer: attribution, liability, abuse, policy, authority.

Nothing here changes a case. What was found out on the way comes back as details
for the engine to put on record, together with the award and what holds it up.
"""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

import attrs

from .._domain.attribution import Attribution
from .._domain.case import Case
from .._domain.claim import NO_SUSPICION, Claim
from .._domain.events import (
    Approval,
    ApprovalRequest,
    Denial,
    Detail,
    Finding,
    HookFailure,
    Judgement,
)
from .._domain.hashing import content_hash
from .._domain.plugs import ask, contract_error, name_of
from .._domain.reason import Reason
from .._domain.remedy import Award, Remedy
from .._domain.verdict import Action, Verdict
from ..abuse.tempering import must_hold, temper
from ..errors import ContractError
from .plugs import ask_authority_for_objections
from .settings import EngineSettings, check_argument


@attrs.frozen
class Proposal:
    """What would be offered, what was found on the way, and what holds it up.

    Args:
        award: What the policy gives, after the verdict.
        round: Number of the offer in its cycle.
        found: What goes on record first.
        by_verdict: What the verdict changed in the award.
        holds: Why it cannot be offered without asking somebody; empty if it can.
        verdict: The verdict that counted.
    """

    award: Award
    round: int
    found: tuple[Detail, ...]
    by_verdict: tuple[Reason, ...]
    holds: tuple[Reason, ...]
    verdict: Verdict


def propose_award(
    settings: EngineSettings, case: Case, at: datetime, by: str, award: Award | None
) -> Proposal:
    """Ask every plug in turn what should be offered now.

    Args:
        settings: The engine's settings.
        case: The case.
        at: The moment of asking.
        by: Who makes the offer.
        award: An award given at somebody's discretion, in place of the policy's.
    """
    claim, found = assess_claim(settings, case, at)
    verdict = claim.verdict
    if award is None:
        award = ask(settings.policy, claim, Award, claim.case_id)
    else:
        award = _without_statutory_marks(award)
    by_verdict: tuple[Reason, ...] = ()
    if verdict is not NO_SUSPICION:
        award, by_verdict = temper(award, verdict, at)
    holds = _list_holds(settings, case, claim, award, by)
    return Proposal(award, claim.round, found, by_verdict, holds, verdict)


def assess_claim(
    settings: EngineSettings, case: Case, at: datetime
) -> tuple[Claim, tuple[Detail, ...]]:
    """Ask whose doing it was, what is owed, and how suspicious the claim is.

    Args:
        settings: The engine's settings.
        case: The case.
        at: The moment of asking.

    Returns:
        The claim with the answers in it, and what of them is new.
    """
    claim = case.claim(at)
    attribution, found = _attribute_failure(settings, case, claim)
    owed = ask(settings.liability, attribution, Fraction, claim.case_id)
    _check_owed_share(settings, owed, claim.case_id)
    if attribution is not claim.attribution or owed != claim.owed:
        claim = claim.with_findings(attribution=attribution, owed=owed)
    verdict, judged = _judge_claim(settings, case, claim, at)
    if verdict != claim.verdict:
        claim = claim.with_findings(verdict=verdict)
    return claim, (*found, *judged)


def _without_statutory_marks(award: Award) -> Award:
    """Return an award chosen by a person: what law grants is the policy's to say."""
    check_argument("award", award, Award, "Award.nothing(), or None")
    if not any(remedy.is_statutory for remedy in award.remedies):
        return award
    return attrs.evolve(
        award,
        alternatives=tuple(map(_as_not_statutory, award.alternatives)),
        amends=tuple(map(_as_not_statutory, award.amends)),
    )


def _as_not_statutory(remedy: Remedy) -> Remedy:
    return attrs.evolve(remedy, is_statutory=False)


def _attribute_failure(
    settings: EngineSettings, case: Case, claim: Claim
) -> tuple[Attribution, tuple[Detail, ...]]:
    """Ask whose doing it was; a person's finding stands against the rule."""
    rule = settings.attribution
    if rule is None or case.found_by_person:
        return claim.attribution, ()
    attribution = ask(rule, claim, Attribution, claim.case_id)
    if attribution == case.finding:
        return attribution, ()
    return attribution, (Finding(attribution, name_of(rule)),)


def _check_owed_share(settings: EngineSettings, owed: Fraction, case_id: str) -> None:
    if not 0 <= owed.numerator <= owed.denominator:
        problem = f"it answered {owed!s:.60}, not a share from 0 to 1"
        raise contract_error(settings.liability, case_id, problem)


def _judge_claim(
    settings: EngineSettings, case: Case, claim: Claim, at: datetime
) -> tuple[Verdict, tuple[Detail, ...]]:
    """Ask how suspicious the claim is; a standing appeal decision goes before."""
    before = case.judgement
    if before is not None and before.is_appeal and before.verdict.is_standing(at):
        return before.verdict, ()
    if settings.abuse is None:
        return NO_SUSPICION, ()
    name = name_of(settings.abuse)
    try:
        verdict = ask(settings.abuse, claim, Verdict, claim.case_id)
    except ContractError as error:
        if settings.on_hook_error == "raise":
            raise
        return _build_verdict_on_hook_failure(settings, name, error)
    if before is not None and before.verdict == verdict:
        return verdict, ()
    return verdict, (Judgement(verdict, name),)


def _build_verdict_on_hook_failure(
    settings: EngineSettings, name: str, error: ContractError
) -> tuple[Verdict, tuple[Detail, ...]]:
    """Go on as if clear, or hold for review: as the engine was told."""
    held = settings.on_hook_error == "hold"
    inner = "" if error.plug == name else f"{error.plug}: "
    problem = f"{inner}{error.problem}"
    failure = HookFailure(name, problem, held)
    if not held:
        return NO_SUSPICION, (failure,)
    reason = Reason("hook-failed", f"{name} gave no verdict: {problem}")
    return Verdict(action=Action.REVIEW, reasons=(reason,)), (failure,)


def _list_holds(
    settings: EngineSettings, case: Case, claim: Claim, award: Award, by: str
) -> tuple[Reason, ...]:
    """List what keeps somebody from making the offer without asking."""
    holds: tuple[Reason, ...] = ()
    verdict = claim.verdict
    if verdict is not NO_SUSPICION and must_hold(award, verdict, claim.as_of):
        is_asked = verdict.action is Action.ASK_EVIDENCE
        is_answered = is_asked and case.has_answered(by)
        holds = () if is_answered else verdict.reasons
    if settings.authority is not None:
        holds += ask_authority_for_objections(settings.authority, claim, award, by)
    return holds


def request_fingerprint(case: Case, proposal: Proposal) -> str:
    """Digest what an approval approves: the remedies, and all they rest on.

    What a reason read may hold the time of day, so reasons count by their codes. What
    the verdict changed shows in the remedies: an approved award, offered again, is
    not changed twice.
    """
    award = proposal.award
    because = (*award.because, *proposal.verdict.reasons)
    codes = tuple(reason.code for reason in because)
    return content_hash(
        (
            case.id,
            case.failure,
            case.customer,
            case.cycle,
            case.round,
            case.given,
            award.alternatives,
            award.amends,
            award.valid_for,
            codes,
            proposal.verdict.action,
        )
    )


def find_newest_answer(
    case: Case, fingerprint: str
) -> Approval | Denial | ApprovalRequest | None:
    """Find the newest answer to a request, or the request; None for another one."""
    for detail in case.details_of_cycle():
        if isinstance(detail, Approval | Denial | ApprovalRequest):
            return detail if detail.fingerprint == fingerprint else None
    return None
