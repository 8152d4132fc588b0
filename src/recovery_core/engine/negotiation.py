"""Offer and answer: what the steps do that two sides take in turn."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs

from .._domain.case import Case, check_case
from .._domain.due_events import Amends
from .._domain.events import Acceptance, Approval, ApprovalRequest, Denial, Lapse, Offer
from .._domain.reason import Reason
from .._domain.remedy import Award
from ..abuse import entitlement
from ..process.walk import (
    find_move,
    iter_reasons_of_another_process,
    iter_reasons_out_of_order,
)
from .offering import (
    Proposal,
    assess_claim,
    find_newest_answer,
    propose_award,
    request_fingerprint,
)
from .plugs import read_clock
from .recording import (
    append_detail,
    record_detail,
    refuse_step,
    refuse_step_if,
    take_step,
)
from .refusals import (
    iter_reasons_against_choice,
    iter_reasons_of_expiry,
    iter_reasons_of_withdrawn_currency,
    list_reasons_against_step,
)
from .settings import UNNAMED, EngineSettings, check_actor


def record_assessment(settings: EngineSettings, case: Case, by: str) -> Case:
    """Return the case with whose doing it was and the verdict on record."""
    check_case(case)
    at, actor = read_clock(settings.clock, case), check_actor(by)
    if elsewhere := tuple(iter_reasons_of_another_process(settings.process, case)):
        refuse_step(case, "assess", elsewhere)
    for detail in assess_claim(settings, case, at)[1]:
        case = record_detail(settings, case, "assess", actor, detail)
    return case


def make_offer(
    settings: EngineSettings, case: Case, by: str, award: Award | None
) -> Case:
    """Return the case with an offer, or with a request for approval.

    Args:
        settings: The engine's settings.
        case: The case.
        by: Who makes the offer.
        award: An award at somebody's discretion, in place of the policy's.
    """
    check_case(case)
    at = read_clock(settings.clock, case)
    approved = case.approved if award is None else None
    if approved is not None and approved.policy is None:
        award = approved.award
    if find_move(settings.process, case, "offer") is None:
        refuse_step(
            case, "offer", iter_reasons_out_of_order(settings.process, case, "offer")
        )
    proposal = propose_award(settings, case, at, check_actor(by), award)
    if proposal.award.is_empty:
        refuse_step(case, "offer", list_reasons_for_no_offer(proposal))
    policy = settings.policy_hash if award is None else None
    return offer_or_park(settings, case, proposal, at, by, policy)


def offer_or_park(
    settings: EngineSettings,
    case: Case,
    proposal: Proposal,
    at: datetime,
    by: str,
    policy: str | None,
) -> Case:
    """Return the case with a proposal as an offer, or parked for approval.

    Args:
        settings: The engine's settings.
        case: The case.
        proposal: What would be offered.
        at: The moment of asking.
        by: Who makes the offer.
        policy: The hash of the policy; None for a person's award.
    """
    refuse_step_if(
        settings, case, "offer", iter_reasons_of_withdrawn_currency(proposal.award, at)
    )
    detail = _build_offer_or_request(settings, case, proposal, at, by, policy)
    case = record_findings(settings, case, proposal, at, by)
    if isinstance(detail, Offer):
        return take_step(settings, case, "offer", by, detail, at)
    return append_detail(settings, case, at, by, detail)


def record_findings(
    settings: EngineSettings, case: Case, proposal: Proposal, at: datetime, by: str
) -> Case:
    """Return the case with what was found on the way to an award on record."""
    for detail in proposal.found:
        case = append_detail(settings, case, at, by, detail)
    return case


def _build_offer_or_request(
    settings: EngineSettings,
    case: Case,
    proposal: Proposal,
    at: datetime,
    by: str,
    policy: str | None,
) -> Offer | ApprovalRequest:
    """Return the offer, or the request where somebody else has to agree first."""
    if proposal.holds:
        fingerprint = request_fingerprint(case, proposal)
        answer = find_newest_answer(case, fingerprint)
        # Only the policy says what is owed in any case; a person's award does not.
        lawful = Award() if policy is None else entitlement(proposal.award)
        if isinstance(answer, Denial) and not lawful.is_empty:
            proposal = attrs.evolve(proposal, award=lawful)
        elif not isinstance(answer, Approval):
            if answer is not None and not _is_asker_named_now(case, by):
                refuse_step(
                    case,
                    "offer",
                    (*_list_reasons_not_to_ask_again(answer), *proposal.holds),
                )
            return ApprovalRequest(proposal.award, fingerprint, proposal.holds, policy)
    award = proposal.award
    return Offer(
        award,
        proposal.round,
        _compute_expiry(at, award.valid_for or settings.offer_valid_for),
        policy,
        proposal.by_verdict,
    )


def accept_offer(
    settings: EngineSettings, case: Case, alternative: int | None, by: str
) -> Case:
    """Return the case with its standing offer accepted."""
    check_case(case)
    at = read_clock(settings.clock, case)
    offer = case.offer
    if offer is None:
        refuse_step(
            case,
            "accept",
            list_reasons_against_step(settings.process, case, "accept", at),
        )
    if alternative is None and len(offer.award.alternatives) == 1:
        alternative = 0
    if offer.is_expired(at) or not offer.award.has_choice(alternative):
        choice = iter_reasons_against_choice(offer, alternative)
        refuse_step_if(
            settings, case, "accept", (*iter_reasons_of_expiry(offer, at), *choice)
        )
    acceptance = Acceptance(offer.round, alternative)
    return take_step(settings, case, "accept", by, acceptance, at)


def lapse_offer(settings: EngineSettings, case: Case, by: str) -> Case:
    """Return the case with its expired offer lapsed."""
    check_case(case)
    at = read_clock(settings.clock, case)
    offer = case.offer
    reasons = list_reasons_against_step(settings.process, case, "lapse", at)
    if offer is None or reasons:
        refuse_step(case, "lapse", reasons)
    return take_step(settings, case, "lapse", by, Lapse(offer.round), at)


def give_amends(
    settings: EngineSettings, case: Case, by: str, receipts: tuple[str | None, ...]
) -> Case:
    """Return the case with exactly what was accepted owed."""
    check_case(case)
    offer, acceptance = case.offer, case.acceptance
    if offer is None or acceptance is None or not case.is_promised:
        at = read_clock(settings.clock, case)
        reasons = list_reasons_against_step(settings.process, case, "make_amends", at)
        refuse_step(case, "make_amends", reasons)
    remedies = offer.award.delivered(acceptance.alternative)
    return take_step(settings, case, "make_amends", by, Amends(remedies, receipts))


def list_reasons_for_no_offer(proposal: Proposal) -> tuple[Reason, ...]:
    """List why there is nothing to offer."""
    text = "the policy gives nothing here; decline with its reasons"
    because = (*proposal.award.because, *proposal.by_verdict)
    return (Reason("nothing-to-offer", text), *because)


def _compute_expiry(at: datetime, valid_for: timedelta | None) -> datetime | None:
    """Return when an offer runs out; one that outlasts the calendar never does."""
    if valid_for is None:
        return None
    try:
        return at + valid_for
    except OverflowError:
        return None


def _is_asker_named_now(case: Case, by: str) -> bool:
    """Return whether the request that waits was nobody's, and now somebody asks."""
    return case.asked_by == UNNAMED != by


def _list_reasons_not_to_ask_again(
    answer: ApprovalRequest | Denial,
) -> tuple[Reason, ...]:
    """List why the same award need not be asked for again."""
    if isinstance(answer, Denial):
        text = "another person refused to approve this award"
        return (Reason("approval-denied", text, {"why": answer.why}),)
    return (Reason("approval-awaited", "this award already waits for approval"),)
