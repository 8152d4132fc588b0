"""The engine: every step of the process as a typed method."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

import attrs

from .._domain.case import Case
from .._domain.customer import Customer
from .._domain.events import (
    MOVES,
    Absorption,
    Acknowledgement,
    Amends,
    Apology,
    Approval,
    ApprovalRequest,
    Contest,
    Denial,
    Detail,
    Escalation,
    Feedback,
    Lapse,
    Merge,
    Offer,
    Refusal,
    Reopening,
    Report,
    Step,
)
from .._domain.failure import Detection, ServiceFailure
from .._domain.reason import Fact, Facts, Reason
from .._domain.remedy import Award, Remedy
from ..errors import InvalidValueError
from ..process import Process
from ..process.walk import advance, edge, out_of_order
from .desk import Desk, actor
from .offering import Proposal, answer_to, fingerprint, propose
from .plugs import read_clock
from .refusals import against, choice, expired

_PLAIN_ACKNOWLEDGEMENT: Final = Acknowledgement()
_PLAIN_APOLOGY: Final = Apology()
_OWNING_APOLOGY: Final = Apology(owns_responsibility=True)


@attrs.frozen(kw_only=True)
class RecoveryEngine(Desk):
    """Take service failures through the recovery process, one step at a time.

    The engine holds no cases: each method takes a case and returns a new one, and
    a refused step raises and changes nothing. So an engine can be shared by all
    threads, and a case can be kept wherever the caller likes.

    Args:
        policy: What to give: any callable from a `Claim` to an `Award`.
        process: The steps and their order; the five steps unless said otherwise.
        attribution: Whose doing it was; without a rule, nobody knows.
        liability: What share the company owes, given whose doing it was; all of
            it unless said otherwise.
        abuse: How suspicious a claim is; without a detector, none is.
        authority: Who may give what without asking; without it, anybody anything.
        offer_valid_for: How long an offer stands whose award does not say.
        on_hook_error: When the detector raises or answers nonsense: ``"open"``
            goes on as if the claim were clear, ``"hold"`` waits for a person.
            Either way the failure is an event of the case.
        clock: Tells the time; aware.
        new_id: Makes up the identity of a new case.

    Raises:
        InvalidValueError: A setting cannot be.
    """

    # ---------------------------------------------------------------- asking

    def allowed(self, case: Case) -> tuple[str, ...]:
        """List the steps that may be taken now, in the order of the process.

        A step that is listed can still be refused for what is passed to it.

        Args:
            case: The case that is asked.
        """
        return tuple(t for t in self.process.triggers if not self.why_not(case, t))

    def why_not(self, case: Case, trigger: str) -> tuple[Reason, ...]:
        """List every reason why a step may not be taken now; empty if it may.

        Args:
            case: The case that is asked.
            trigger: The step, by name.
        """
        at = read_clock(self.clock, case)
        return against(self.process, case, trigger, at)

    # -------------------------------------------------------------- machinery

    def _demand(self, case: Case, trigger: str, against: Iterable[Reason]) -> None:
        """Refuse a step if anything speaks against it, with its place in the order."""
        found = tuple(against)
        if found:
            order = out_of_order(self.process, case, trigger)
            self._refuse(case, trigger, (*order, *found))

    def _take(
        self,
        case: Case,
        trigger: str,
        by: str,
        detail: Detail,
        at: datetime | None = None,
    ) -> Case:
        """Take one step that needs nothing but its place in the order."""
        at = at or read_clock(self.clock, case)
        return advance(self.process, case, trigger, detail, by=actor(by), at=at)

    # ---------------------------------------------------------------- the steps

    def open(
        self,
        failure: ServiceFailure,
        customer: Customer | None = None,
        *,
        by: str | None = None,
        channel: str | None = None,
        case_id: str | None = None,
    ) -> Case:
        """Open a case on a failure.

        Args:
            failure: What went wrong.
            customer: Who was failed, if known.
            by: Who reports it; the complainant, the customer or the company, as
                the failure tells, unless said otherwise.
            channel: How it came in.
            case_id: Its identity; made up by `new_id` unless given.
        """
        case_id = self.new_id() if case_id is None else case_id
        report = Report(case_id, failure, customer, channel)
        at = read_clock(self.clock, case_id)
        who = actor(_reporter(failure, customer) if by is None else by)
        return Case(((self.process.opening, at, who, report),))

    def acknowledge(
        self, case: Case, *, by: str = "company", channel: str | None = None
    ) -> Case:
        """Let the customer know that the company knows.

        Args:
            case: A case that was reported.
            by: Who acknowledges.
            channel: How the customer was told.
        """
        plain = channel is None
        detail = _PLAIN_ACKNOWLEDGEMENT if plain else Acknowledgement(channel)
        return self._take(case, "acknowledge", by, detail)

    def apologize(
        self,
        case: Case,
        *,
        by: str = "company",
        owns_responsibility: bool = False,
        words: str | None = None,
    ) -> Case:
        """Apologize; that admits no fault unless it is said.

        Args:
            case: A case that was acknowledged.
            by: Who apologizes.
            owns_responsibility: Whether the company takes it on itself.
            words: What was said.
        """
        if words is None and isinstance(owns_responsibility, bool):
            detail = _OWNING_APOLOGY if owns_responsibility else _PLAIN_APOLOGY
        else:
            detail = Apology(owns_responsibility, words)
        return self._take(case, "apologize", by, detail)

    def offer(
        self, case: Case, *, by: str = "company", award: Award | None = None
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
                policy's award; verdict and authority look at it all the same.

        Returns:
            The case with the offer, or parked with a request for approval.

        Raises:
            TransitionNotAllowedError: It is not time, all rounds are used up,
                nothing is to be offered, or an approval is awaited or denied.
            ContractError: A plug broke its contract.
        """
        at = read_clock(self.clock, case)
        if edge(self.process, case, "offer") is None:
            self._refuse(case, "offer", out_of_order(self.process, case, "offer"))
        proposal = propose(self, case, at, actor(by), award)
        if proposal.award.is_empty:
            self._refuse(case, "offer", _nothing(proposal))
        policy = self.policy_hash if award is None else None
        return self._offered(case, proposal, at, by, policy)

    def _offered(
        self, case: Case, proposal: Proposal, at: datetime, by: str, policy: str | None
    ) -> Case:
        """Make the offer, or park the case with a request for approval."""
        detail = self._offer_or_request(case, proposal, at, policy)
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
        self, case: Case, proposal: Proposal, at: datetime, policy: str | None
    ) -> Offer | ApprovalRequest:
        if proposal.holds:
            mark = fingerprint(case, proposal)
            answer = answer_to(case, mark)
            if not isinstance(answer, Approval):
                if answer is not None:
                    self._refuse(case, "offer", (*_unanswered(answer), *proposal.holds))
                return ApprovalRequest(proposal.award, mark, proposal.holds)
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
        at = read_clock(self.clock, case)
        offer = case.offer
        if offer is None:
            self._refuse(case, "accept", against(self.process, case, "accept", at))
        acceptance, bad = choice(offer, alternative)
        self._demand(case, "accept", (*expired(offer, at), *bad))
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
        offer, acceptance = case.offer, case.acceptance
        if offer is None or acceptance is None or offer.round != acceptance.round:
            at = read_clock(self.clock, case)
            reasons = against(self.process, case, "make_amends", at)
            self._refuse(case, "make_amends", reasons)
        given = offer.award.delivered(acceptance.alternative)
        return self._take(case, "make_amends", by, Amends(given, receipts))

    def decline(self, case: Case, why: str, *, by: str = "company") -> Case:
        """Decline the claim, with a reason; never before acknowledging it.

        Args:
            case: A case that was acknowledged, with no offer on the table.
            why: The reason, for the customer to read.
            by: Who declines.
        """
        return self._take(case, "decline", by, Refusal(why))

    def concede(self, case: Case, why: str, *, by: str = "company") -> Case:
        """Concede an impasse: some people are never satisfied.

        Args:
            case: A case whose last offer was contested or has lapsed.
            why: What the two sides could not agree on.
            by: Who concedes.
        """
        return self._take(case, "concede", by, Refusal(why))

    def withdraw(self, case: Case, why: str, *, by: str = "customer") -> Case:
        """Withdraw the complaint.

        Args:
            case: A case in which something is still to be decided.
            why: The customer's reason.
            by: Who withdraws.
        """
        return self._take(case, "withdraw", by, Refusal(why))

    def feed_back(
        self,
        case: Case,
        lesson: str,
        *,
        root_cause: str | None = None,
        prevention: str | None = None,
        by: str = "company",
    ) -> Case:
        """Feed back what was learned; what is not fed back happens again.

        Args:
            case: A case that was amended, or that stays unresolved.
            lesson: What was learned.
            root_cause: What the failure came from, in the end.
            prevention: What will keep it from happening again.
            by: Who feeds it back.
        """
        detail = Feedback(lesson, root_cause, prevention)
        return self._take(case, "feed_back", by, detail)

    def reopen(self, case: Case, why: str, *, by: str = "customer") -> Case:
        """Reopen a closed case: the recovery failed too, and the steps start again.

        Args:
            case: A closed case.
            why: What is still wrong.
            by: Who reopens it.
        """
        return self._take(case, "reopen", by, Reopening(why))

    def escalate(
        self, case: Case, to: str, *, why: str | None = None, by: str = "company"
    ) -> Case:
        """Pass the case to another tier or to a specialist; it stays where it is.

        Args:
            case: An open case.
            to: Which tier or specialist.
            why: What for.
            by: Who escalates.
        """
        return self._take(case, "escalate", by, Escalation(to, why))

    def merge(
        self, case: Case, into: Case, *, by: str = "company"
    ) -> tuple[Case, Case]:
        """Fold a case into another one that goes on for both.

        The survivor remembers what was folded into it and what had been given
        there, so that nothing is given twice and no two cases can end up folded
        into each other, even where one of them is an old copy.

        Args:
            case: The case that ends.
            into: The case that goes on; still open.
            by: Who merges.

        Returns:
            The merged case and the survivor.

        Raises:
            TransitionNotAllowedError: The survivor is the case itself, has ended,
                follows another process, or one was folded into the other before.
        """
        self._demand(case, "merge", _against_merge(self.process, case, into))
        merged = self._take(case, "merge", by, Merge(into.id))
        detail = Absorption(case.id, tuple(sorted(case.absorbed)), case.given)
        return merged, self._record(into, "merge", by, detail)

    def step(
        self,
        case: Case,
        trigger: str,
        *,
        note: str | None = None,
        facts: Mapping[str, Fact] | None = None,
        by: str = "company",
    ) -> Case:
        """Take a step of a process of your own that this class has no method for.

        Args:
            case: The case.
            trigger: The step, by name.
            note: What happened, in a sentence.
            facts: What was learned in it, by name.
            by: Who takes it.

        Raises:
            InvalidValueError: The step has a method of its own; call that.
            TransitionNotAllowedError: The process does not allow it now.
        """
        if trigger in MOVES:
            raise InvalidValueError(
                f"step({trigger!r}) would bypass what the step demands: call "
                f"engine.{trigger}(...)"
            )
        return self._take(case, trigger, by, Step(note, Facts(facts)))

    # ------------------------------------------------------------ all in one call

    def recover(
        self,
        failure: ServiceFailure,
        customer: Customer | None = None,
        *,
        lesson: str,
        root_cause: str | None = None,
        prevention: str | None = None,
        alternative: int = 0,
        by: str = "company",
        case_id: str | None = None,
    ) -> Case:
        """Walk a whole case in one call, no questions asked.

        For a failure that is put right on the spot by somebody who may: all five
        steps, the customer taking what is offered. Where the authority does not
        allow it, or a verdict holds the claim, the case comes back parked with
        its request for approval; where nothing is owed it is declined with the
        policy's reasons, and fed back all the same.

        Args:
            failure: What went wrong.
            customer: Who was failed, if known.
            lesson: What was learned.
            root_cause: What the failure came from.
            prevention: What will keep it from happening again.
            alternative: Which alternative the customer takes, from 0.
            by: Who takes the company's steps.
            case_id: The identity of the case; made up unless given.
        """
        case = self.open(failure, customer, case_id=case_id)
        case = self.apologize(self.acknowledge(case, by=by), by=by)
        at = read_clock(self.clock, case)
        proposal = propose(self, case, at, by, None)
        if proposal.award.is_empty:
            case = self._found(case, proposal, at, by)
            because = (*proposal.award.because, *proposal.by_verdict)
            why = "; ".join(reason.text for reason in because or _nothing(proposal))
            case = self.decline(case, why, by=by)
        else:
            case = self._offered(case, proposal, at, by, self.policy_hash)
            if case.offer is None:
                return case
            chosen = alternative if case.offer.award.alternatives else None
            case = self.accept(case, alternative=chosen)
            case = self.make_amends(case, by=by)
        return self.feed_back(
            case, lesson, root_cause=root_cause, prevention=prevention, by=by
        )


def _nothing(proposal: Proposal) -> tuple[Reason, ...]:
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


def _reporter(failure: ServiceFailure, customer: Customer | None) -> str:
    """Name who brought the failure up."""
    if failure.detection is Detection.COMPANY:
        return "company"
    return failure.complainant or (customer.id if customer else "customer")


def _unanswered(answer: ApprovalRequest | Denial) -> tuple[Reason, ...]:
    """Say why the same award need not be asked for again."""
    if isinstance(answer, Denial):
        text = "another person refused to approve this award"
        return (Reason("approval-denied", text, {"why": answer.why}),)
    return (Reason("approval-awaited", "this award already waits for approval"),)


def _against_merge(process: Process, case: Case, into: Case) -> tuple[Reason, ...]:
    """List what speaks against folding one case into another."""
    found: list[Reason] = []
    if into.process != process.hash:
        text = f"the survivor follows another process than {process.name}"
        values = {"into": into.process, "engine": process.hash}
        found.append(Reason("another-process", text, values))
    if into.id == case.id:
        found.append(Reason("same-case", "a case cannot be merged into itself"))
    if not into.is_open:
        onward = into.merged_into
        text = f"it was merged into {onward}; merge there" if onward else "it has ended"
        found.append(Reason("survivor-ended", text, {"into": into.id}))
    if into.id in case.absorbed:
        text = "the survivor was folded into this very case before"
        found.append(Reason("merge-cycle", text, {"into": into.id}))
    if case.id in into.absorbed:
        text = "the survivor absorbed this case before, with all it had given"
        found.append(Reason("already-merged", text, {"into": into.id}))
    return tuple(found)
