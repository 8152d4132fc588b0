"""Offer and answer: the steps that two sides take in turn."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs

from .._domain.case import Case, check_case
from .._domain.events import (
    Acceptance,
    Amends,
    Approval,
    ApprovalRequest,
    Contest,
    Denial,
    Lapse,
    Offer,
)
from .._domain.reason import Reason
from .._domain.remedy import Award, Remedy
from ..abuse import entitlement
from ..process.walk import another_process, edge, out_of_order
from .desk import UNNAMED, Desk, actor
from .offering import Proposal, answer_to, assess, fingerprint, propose
from .plugs import read_clock
from .refusals import against, bad_choice, expired, withdrawn


class Negotiation(Desk):
    """Make offers, take answers, and give what was accepted."""

    __slots__ = ()

    def assess(self, case: Case, *, by: str = UNNAMED) -> Case:
        """Put on record whose doing it was and how suspicious the claim is.

        `offer` asks the same by itself. Ask before you decline, so that the log says
        afterwards what the refusal rests on, and the customer can appeal.

        Args:
            case: An open case.
            by: Who asks.

        Raises:
            TransitionNotAllowedError: The case follows another process.
            ContractError: A plug broke its contract.
        """
        check_case(case)
        at, by = read_clock(self.clock, case), actor(by)
        if elsewhere := tuple(another_process(self.process, case)):
            self._refuse(case, "assess", elsewhere)
        for detail in assess(self, case, at)[1]:
            case = self._record(case, "assess", by, detail)
        return case

    def offer(
        self, case: Case, *, by: str = UNNAMED, award: Award | None = None
    ) -> Case:
        """Offer what the policy gives, or ask for approval.

        The rule of attribution, the rule of liability, the detector, the policy
        and the authority are asked in this order. What they find goes on record.
        If somebody else has to agree, the case stays where it is and
        `Case.pending_approval` shows what waits; once it is approved, call this
        again.

        Args:
            case: A case in which the company has apologized, or whose last offer
                was contested or has lapsed.
            by: Who makes the offer.
            award: What to offer at somebody's discretion, in place of the
                policy's award; verdict and authority look at it all the same, and
                nothing in it counts as granted by law. One that was approved need
                not be given again.

        Returns:
            The case with the offer, or parked with a request for approval.

        Raises:
            TransitionNotAllowedError: It is not time, all rounds are used up,
                nothing is to be offered, it is worth money of a currency that was
                withdrawn, or an approval is awaited or denied.
            ContractError: A plug broke its contract.
        """
        check_case(case)
        at = read_clock(self.clock, case)
        approved = case.approved if award is None else None
        if approved is not None and approved.policy is None:
            award = approved.award
        if edge(self.process, case, "offer") is None:
            self._refuse(case, "offer", out_of_order(self.process, case, "offer"))
        proposal = propose(self, case, at, actor(by), award)
        if proposal.award.is_empty:
            self._refuse(case, "offer", nothing(proposal))
        policy = self.policy_hash if award is None else None
        return self._offered(case, proposal, at, by, policy)

    def _offered(
        self, case: Case, proposal: Proposal, at: datetime, by: str, policy: str | None
    ) -> Case:
        """Make the offer, or park the case with a request for approval."""
        self._demand(case, "offer", withdrawn(proposal.award, at))
        detail = self._offer_or_request(case, proposal, at, by, policy)
        case = self._found(case, proposal, at, by)
        if isinstance(detail, Offer):
            return self._take(case, "offer", by, detail, at)
        return self._noted(case, at, by, detail)

    def _found(self, case: Case, proposal: Proposal, at: datetime, by: str) -> Case:
        """Put on record what was found on the way to an award."""
        for detail in proposal.found:
            case = self._noted(case, at, by, detail)
        return case

    def _offer_or_request(
        self, case: Case, proposal: Proposal, at: datetime, by: str, policy: str | None
    ) -> Offer | ApprovalRequest:
        if proposal.holds:
            mark = fingerprint(case, proposal)
            answer = answer_to(case, mark)
            # Only the policy says what is owed in any case; a person's award does not.
            lawful = Award() if policy is None else entitlement(proposal.award)
            if isinstance(answer, Denial) and not lawful.is_empty:
                proposal = attrs.evolve(proposal, award=lawful)
            elif not isinstance(answer, Approval):
                if answer is not None and not _is_named_now(case, by):
                    self._refuse(case, "offer", (*_unanswered(answer), *proposal.holds))
                return ApprovalRequest(proposal.award, mark, proposal.holds, policy)
        award = proposal.award
        return Offer(
            award,
            proposal.round,
            _until(at, award.valid_for or self.offer_valid_for),
            policy,
            proposal.by_verdict,
        )

    def accept(
        self, case: Case, *, alternative: int | None = None, by: str = "customer"
    ) -> Case:
        """Take the offer.

        Args:
            case: A case with an offer that still stands.
            alternative: Which alternative is chosen, from 0; may be left out
                where there is one or none.
            by: Who accepts.
        """
        check_case(case)
        at = read_clock(self.clock, case)
        offer = case.offer
        if offer is None:
            self._refuse(case, "accept", against(self.process, case, "accept", at))
        if alternative is None and len(offer.award.alternatives) == 1:
            alternative = 0
        if offer.is_expired(at) or not offer.award.has_choice(alternative):
            bad = bad_choice(offer, alternative)
            self._demand(case, "accept", (*expired(offer, at), *bad))
        acceptance = Acceptance(offer.round, alternative)
        return self._take(case, "accept", by, acceptance, at)

    def contest(
        self,
        case: Case,
        why: str,
        *,
        asks_for: Remedy | None = None,
        by: str = "customer",
    ) -> Case:
        """Refuse the offer, and perhaps name another remedy.

        Args:
            case: A case with an offer.
            why: What is wrong with it.
            asks_for: The remedy the customer wants instead.
            by: Who contests.
        """
        return self._take(case, "contest", by, Contest(why, asks_for))

    def lapse(self, case: Case, *, by: str = "clock") -> Case:
        """Note that the offer ran out before the customer answered.

        Args:
            case: A case whose offer has expired.
            by: Who noticed.
        """
        check_case(case)
        at = read_clock(self.clock, case)
        offer, reasons = case.offer, against(self.process, case, "lapse", at)
        if offer is None or reasons:
            self._refuse(case, "lapse", reasons)
        return self._take(case, "lapse", by, Lapse(offer.round), at)

    def make_amends(
        self, case: Case, *, by: str = "company", receipts: tuple[str, ...] = ()
    ) -> Case:
        """Give exactly what the customer accepted.

        Args:
            case: A case whose offer was accepted.
            by: Who gives it.
            receipts: Proofs of it.
        """
        check_case(case)
        offer, acceptance = case.offer, case.acceptance
        if offer is None or acceptance is None or not case.is_promised:
            at = read_clock(self.clock, case)
            reasons = against(self.process, case, "make_amends", at)
            self._refuse(case, "make_amends", reasons)
        given = offer.award.delivered(acceptance.alternative)
        return self._take(case, "make_amends", by, Amends(given, receipts))


def nothing(proposal: Proposal) -> tuple[Reason, ...]:
    """Say why there is nothing to offer."""
    text = "the policy gives nothing here; decline with its reasons"
    because = (*proposal.award.because, *proposal.by_verdict)
    return (Reason("nothing-to-offer", text), *because)


def _until(at: datetime, span: timedelta | None) -> datetime | None:
    """Say when an offer runs out; one that outlasts the calendar never does."""
    if span is None:
        return None
    try:
        return at + span
    except OverflowError:
        return None


def _is_named_now(case: Case, by: str) -> bool:
    """Tell whether the request that waits was nobody's, and now somebody asks."""
    return case.asked_by == UNNAMED != by


def _unanswered(answer: ApprovalRequest | Denial) -> tuple[Reason, ...]:
    """Say why the same award need not be asked for again."""
    if isinstance(answer, Denial):
        text = "another person refused to approve this award"
        return (Reason("approval-denied", text, {"why": answer.why}),)
    return (Reason("approval-awaited", "this award already waits for approval"),)
