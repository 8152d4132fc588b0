"""The engine: every step of the process, and every record, as a typed method."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import attrs

from .._domain.attribution import Attribution
from .._domain.case import Case, check_case
from .._domain.customer import Customer
from .._domain.due import Fate
from .._domain.due_events import Delivery
from .._domain.events import (
    ConductNote,
    Contact,
    Contest,
    Escalation,
    Feedback,
    Finding,
    Perception,
    Refusal,
    Reopening,
    Submission,
)
from .._domain.failure import ServiceFailure
from .._domain.frozen import explain_frozen
from .._domain.money import Money
from .._domain.reason import Fact, Reason
from .._domain.remedy import Award, Remedy
from .._domain.verdict import Conduct, Verdict
from . import dues, negotiation, records, steps
from .plugs import read_clock
from .recording import record_detail, take_step
from .refusals import list_reasons_against_step
from .settings import UNNAMED, EngineSettings, check_argument

_FIRM = "Attribution.to('firm')"


@attrs.frozen(kw_only=True)
class RecoveryEngine(EngineSettings):
    """What takes service failures through the recovery process, step by step.

    The engine holds no cases: each method takes a case and returns a new one. So an
    engine can be shared by all threads, and a case kept wherever the caller likes. Of
    every method `case` is the case as it stands, and `by` names who acts. What is
    refused raises `TransitionNotAllowedError` with every reason, and changes nothing.

    Args:
        policy: What to give: any callable from a `Claim` to an `Award`.
        process: The steps and their order; the five steps unless said otherwise.
        attribution: Whose doing it was; without a rule, nobody knows.
        liability: What share the company owes, given whose doing it was; all of
            it unless said otherwise.
        abuse: How suspicious a claim is; without a detector, none is.
        authority: Who may give what without asking; without it, anybody anything.
        offer_valid_for: How long an offer stands whose award does not say.
        on_hook_error: When the detector raises or answers nonsense: ``"open"`` goes on
            as if the claim were clear, ``"hold"`` waits for a person, and both are on
            record; ``"raise"`` raises `ContractError`.
        clock: Returns the time; aware.
        new_id: Makes up the identity of a new case.

    Raises:
        InvalidValueError: A setting cannot be.
    """

    # ------------------------------------------------------- what may be done now

    def allowed(self, case: Case) -> tuple[str, ...]:
        """List the steps that may be taken now; what is passed may still be refused."""
        check_case(case)
        return tuple(t for t in self.process.triggers if not self.why_not(case, t))

    def why_not(self, case: Case, trigger: str) -> tuple[Reason, ...]:
        """List every reason why a step may not be taken now; empty if it may."""
        check_case(case)
        at = read_clock(self.clock, case)
        return list_reasons_against_step(self.process, case, trigger, at)

    # ------------------------------------------------------------- the five steps

    def open(
        self,
        failure: ServiceFailure,
        customer: Customer | None = None,
        *,
        by: str | None = None,
        channel: str | None = None,
        case_id: str | None = None,
    ) -> Case:
        """Open a case on a failure, for the customer who was failed, if known.

        Reported by the complainant, the customer or the company, as the failure tells,
        unless `by` is given; `channel` says how it came in. The identity is made up by
        `new_id` unless `case_id` is given.
        """
        return steps.open_case(self, failure, customer, by, channel, case_id)

    def acknowledge(
        self, case: Case, *, by: str = UNNAMED, channel: str | None = None
    ) -> Case:
        """Acknowledge the failure to the customer, through a channel."""
        detail = steps.build_acknowledgement(channel)
        return take_step(self, case, "acknowledge", by, detail)

    def apologize(
        self,
        case: Case,
        *,
        by: str = UNNAMED,
        owns_responsibility: bool = False,
        words: str | None = None,
    ) -> Case:
        """Apologize; that admits no fault unless `owns_responsibility` says so."""
        detail = steps.build_apology(owns_responsibility, words)
        return take_step(self, case, "apologize", by, detail)

    def offer(
        self, case: Case, *, by: str = UNNAMED, award: Award | None = None
    ) -> Case:
        """Offer what the policy gives, or park the case with a request for approval.

        The rule of attribution, the rule of liability, the detector, the policy and the
        authority are asked in this order. What they find goes on record. If somebody
        else has to agree, the case stays where it is and `Case.pending_approval` shows
        what waits; once it is approved, call this again.

        Args:
            case: A case in which the company has apologized, or whose last offer was
                contested or has lapsed.
            by: Who makes the offer.
            award: What to offer at somebody's discretion, in place of the policy's
                award; verdict and authority look at it all the same, and nothing in it
                counts as granted by law. One that was approved need not be given again.

        Raises:
            TransitionNotAllowedError: It is not time, all rounds are used up, nothing
                is to be offered, it is worth money of a currency that was withdrawn, or
                an approval is awaited or denied.
            ContractError: A plug broke its contract.
        """
        return negotiation.make_offer(self, case, by, award)

    def accept(
        self, case: Case, *, alternative: int | None = None, by: str = "customer"
    ) -> Case:
        """Accept the offer, and choose an alternative by its place, from 0.

        The choice may be left out where there is one alternative or none.
        """
        return negotiation.accept_offer(self, case, alternative, by)

    def contest(
        self,
        case: Case,
        why: str,
        *,
        asks_for: Remedy | None = None,
        by: str = "customer",
    ) -> Case:
        """Refuse the offer, and perhaps name the remedy that is wanted instead."""
        return take_step(self, case, "contest", by, Contest(why, asks_for))

    def lapse(self, case: Case, *, by: str = "clock") -> Case:
        """Record that the offer ran out before the customer answered."""
        return negotiation.lapse_offer(self, case, by)

    def make_amends(
        self, case: Case, *, by: str = UNNAMED, receipts: tuple[str | None, ...] = ()
    ) -> Case:
        """Commit the company to what was accepted: each remedy becomes a `Due`.

        `receipts` prove that remedies were given at once: one for each, or None. What
        has none is owed until `deliver` tells of it, except explanations.
        """
        return negotiation.give_amends(self, case, by, receipts)

    def feed_back(
        self,
        case: Case,
        lesson: str,
        *,
        root_cause: str | None = None,
        prevention: str | None = None,
        by: str = UNNAMED,
    ) -> Case:
        """Feed back what was learned, or it happens again, and what will prevent it."""
        detail = Feedback(lesson, root_cause, prevention)
        return take_step(self, case, "feed_back", by, detail)

    # ------------------------------------------------------ other ends, and turns

    def decline(self, case: Case, why: str, *, by: str = UNNAMED) -> Case:
        """Decline an acknowledged claim, with a reason for the customer to read."""
        return take_step(self, case, "decline", by, Refusal(why))

    def concede(self, case: Case, why: str, *, by: str = UNNAMED) -> Case:
        """Concede an impasse after a contest: some people are never satisfied."""
        return take_step(self, case, "concede", by, Refusal(why))

    def withdraw(self, case: Case, why: str, *, by: str = "customer") -> Case:
        """Withdraw the complaint while something is still to be decided."""
        return take_step(self, case, "withdraw", by, Refusal(why))

    def reopen(self, case: Case, why: str, *, by: str = "customer") -> Case:
        """Reopen a closed case: the recovery failed too, and the steps start again."""
        return take_step(self, case, "reopen", by, Reopening(why))

    def escalate(
        self, case: Case, to: str, *, why: str | None = None, by: str = UNNAMED
    ) -> Case:
        """Pass the case to another tier or a specialist; it stays where it is."""
        return take_step(self, case, "escalate", by, Escalation(to, why))

    def merge(self, case: Case, into: Case, *, by: str = UNNAMED) -> tuple[Case, Case]:
        """Fold a case into another, still open one that goes on for both.

        The survivor remembers what was folded into it, with what had been owed, given,
        submitted and gone through there. So nothing is given twice, and no two cases
        end up folded into each other. Keep both cases or neither: they are halves of
        one step.

        Returns:
            The merged case and the survivor.

        Raises:
            TransitionNotAllowedError: The survivor is the case itself, has ended,
                follows another process or is another customer's; or they have met.
        """
        return steps.merge_cases(self, case, into, by)

    def step(
        self,
        case: Case,
        trigger: str,
        *,
        note: str | None = None,
        facts: Mapping[str, Fact] | None = None,
        by: str = UNNAMED,
    ) -> Case:
        """Record a step of a process of your own that this class has no method for.

        Raises:
            InvalidValueError: The step has a method of its own; call that.
            TransitionNotAllowedError: The process does not allow it now.
        """
        return steps.take_own_step(self, case, trigger, note, facts, by)

    def recover(
        self,
        failure: ServiceFailure,
        customer: Customer | None = None,
        *,
        lesson: str | Callable[[Case], str],
        root_cause: str | None = None,
        prevention: str | None = None,
        alternative: int = 0,
        receipts: tuple[str | None, ...] = (),
        by: str = UNNAMED,
        case_id: str | None = None,
    ) -> Case:
        """Walk a whole case in one call, no questions asked.

        For a failure that somebody puts right on the spot: all five steps, the customer
        taking what is offered, or the alternative of that place. Where somebody else
        has to agree, the case comes back parked; where nothing is owed it is declined
        with the policy's reasons, and fed back all the same. The lesson may be a
        function that reads it off the case. Receipts are those of `make_amends`.
        """
        case = self.open(failure, customer, case_id=case_id)
        causes = (root_cause, prevention)
        return steps.recover_at_once(
            self, case, lesson, alternative, by, causes, receipts=receipts
        )

    # ----------------------------------------------- records of blame and conduct

    def record_finding(self, case: Case, attribution: Attribution, *, by: str) -> Case:
        """Record whose doing a person found it to be, against any rule from then on."""
        check_argument("attribution", attribution, Attribution, _FIRM)
        return record_detail(self, case, "record_finding", by, Finding(attribution))

    def perceive(
        self, case: Case, attribution: Attribution, *, by: str = "customer"
    ) -> Case:
        """Record whose doing the customer takes it to be."""
        check_argument("attribution", attribution, Attribution, _FIRM)
        return record_detail(self, case, "perceive", by, Perception(attribution))

    def contact(
        self, case: Case, *, channel: str | None = None, by: str = "customer"
    ) -> Case:
        """Record that the customer had to make contact once more."""
        return record_detail(self, case, "contact", by, Contact(channel))

    def note_conduct(self, case: Case, conduct: Conduct, *, by: str) -> Case:
        """Record how the customer behaves; no claim ever carries it."""
        check_argument("conduct", conduct, Conduct, "Conduct.UPSET")
        return record_detail(self, case, "note_conduct", by, ConductNote(conduct))

    # ----------------------------------------- records of suspicion and approvals

    def assess(self, case: Case, *, by: str = UNNAMED) -> Case:
        """Record whose doing it was and how suspicious the claim is.

        `offer` asks the same by itself. Ask before you decline, so that the log says
        afterwards what the refusal rests on, and the customer can appeal.
        """
        return negotiation.record_assessment(self, case, by)

    def submit_evidence(
        self, case: Case, evidence: str, *, by: str = "customer"
    ) -> Case:
        """Record what the customer submits, or where it is kept."""
        return record_detail(self, case, "submit_evidence", by, Submission(evidence))

    def appeal(self, case: Case, why: str, *, by: str = "customer") -> Case:
        """Appeal against the verdict on the claim."""
        return records.record_appeal(self, case, why, by)

    def judge_appeal(self, case: Case, verdict: Verdict, *, by: str) -> Case:
        """Decide an appeal, as somebody who had no part in it, against any detector."""
        return records.record_appeal_decision(self, case, verdict, by)

    def approve(self, case: Case, *, by: str, fingerprint: str | None = None) -> Case:
        """Approve the award that waits; whoever asked for it may not.

        The approval holds for exactly that award: as soon as anything it was decided on
        changes, it is void and the next offer asks again. With the fingerprint of the
        request that the person has seen, one that took its place meanwhile is refused.
        """
        return records.record_approval(self, case, by, fingerprint)

    def deny(self, case: Case, why: str, *, by: str) -> Case:
        """Refuse to approve the award that waits; whoever asked for it may not."""
        return records.record_denial(self, case, why, by)

    # ------------------------------------------------------------- what is owed

    def deliver(
        self,
        case: Case,
        due: str,
        fate: Fate,
        *,
        amount: Money | None = None,
        reference: str | None = None,
        attempt: int | None = None,
        happened_at: datetime | None = None,
        by: str = UNNAMED,
    ) -> Case:
        """Record news of what is owed, whatever state the case is in.

        What happened outside is never refused. News that contradicts what was known
        is listed in `Case.contradictions`; the same news again changes nothing.

        Args:
            case: The case that owes it, or one into which that case was folded.
            due: Its id, as `Case.dues` shows it.
            fate: What became of it.
            amount: How much the attempt has settled so far, None for all of it; below
                what it should give, the fate stays executing. Of a reversal: how much
                came back.
            reference: Proof of it.
            attempt: Which attempt, from 1; the current one unless given.
            happened_at: When it happened, aware, if not now.
            by: Who tells.

        Raises:
            TransitionNotAllowedError: Nothing of that id was ever owed.
            InvalidValueError: It is no sum that is owed, or of another currency.
        """
        check_argument("fate", fate, Fate, "Fate.SUCCEEDED")
        known = dues.require_due(case, "deliver", due)
        number = known.attempt if attempt is None else attempt
        news = Delivery(known.id, fate, amount, reference, number, happened_at)
        return dues.record_news(self, case, known, news, by)

    def retry(self, case: Case, due: str, *, by: str = UNNAMED) -> Case:
        """Try once more to give what failed or came back; nothing does so by itself."""
        return dues.retry_due(self, case, due, by)

    def cancel(self, case: Case, due: str, why: str, *, by: str = UNNAMED) -> Case:
        """Cancel what is owed no more; what is on its way cannot be cancelled."""
        return dues.cancel_due(self, case, due, why, by)

    def settle_contradiction(
        self, case: Case, number: int, why: str, *, by: str
    ) -> Case:
        """Settle a contradiction, by its number, once somebody found out the truth."""
        return dues.clarify_contradiction(self, case, number, why, by)


explain_frozen(
    "an engine stays as it is; build another, such as with attrs.evolve", RecoveryEngine
)
