"""The engine: every step of the process as a typed method."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from .._domain.case import Case, check_case
from .._domain.customer import Customer
from .._domain.failure import ServiceFailure
from .._domain.frozen import explain_frozen
from .._domain.reason import Reason
from .negotiation import Negotiation, nothing
from .offering import propose
from .plugs import read_clock
from .records import Records
from .refusals import against
from .steps import PLAIN_ACKNOWLEDGEMENT, PLAIN_APOLOGY, Steps


@attrs.frozen(kw_only=True)
class RecoveryEngine(Steps, Negotiation, Records):
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

    def allowed(self, case: Case) -> tuple[str, ...]:
        """List the steps that may be taken now, in the order of the process.

        A step that is listed can still be refused for what is passed to it.

        Args:
            case: The case that is asked.
        """
        check_case(case)
        return tuple(t for t in self.process.triggers if not self.why_not(case, t))

    def why_not(self, case: Case, trigger: str) -> tuple[Reason, ...]:
        """List every reason why a step may not be taken now; empty if it may.

        Args:
            case: The case that is asked.
            trigger: The step, by name.
        """
        check_case(case)
        at = read_clock(self.clock, case)
        return against(self.process, case, trigger, at)

    def recover(
        self,
        failure: ServiceFailure,
        customer: Customer | None = None,
        *,
        lesson: str | Callable[[Case], str],
        root_cause: str | None = None,
        prevention: str | None = None,
        alternative: int = 0,
        by: str = "company",
        case_id: str | None = None,
    ) -> Case:
        """Walk a whole case in one call, no questions asked.

        For a failure that somebody puts right on the spot: all five steps, the
        customer taking what is offered. Where somebody else has to agree, the case
        comes back parked; where nothing is owed it is declined with the policy's
        reasons, and fed back all the same.

        Args:
            failure: What went wrong.
            customer: Who was failed, if known.
            lesson: What was learned; or a function that reads it off the case, when
                all is known but the lesson.
            root_cause: What the failure came from.
            prevention: What will keep it from happening again.
            alternative: Which alternative the customer takes, from 0.
            by: Who takes the company's steps.
            case_id: The identity of the case; made up unless given.
        """
        case = self.open(failure, customer, case_id=case_id)
        at = case.opened_at
        case = self._take(case, "acknowledge", by, PLAIN_ACKNOWLEDGEMENT, at)
        case = self._take(case, "apologize", by, PLAIN_APOLOGY, at)
        proposal = propose(self, case, at, by, None)
        if proposal.award.is_empty:
            case = self._found(case, proposal, at, by)
            because = (*proposal.award.because, *proposal.by_verdict)
            why = "; ".join(reason.text for reason in because or nothing(proposal))
            case = self.decline(case, why, by=by)
        else:
            case = self._offered(case, proposal, at, by, self.policy_hash)
            if case.offer is None:
                return case
            chosen = alternative if case.offer.award.alternatives else None
            case = self.accept(case, alternative=chosen)
            case = self.make_amends(case, by=by)
        learned = lesson if isinstance(lesson, str) else lesson(case)
        return self.feed_back(
            case, learned, root_cause=root_cause, prevention=prevention, by=by
        )


explain_frozen(
    "an engine stays as it is; build another, such as with attrs.evolve", RecoveryEngine
)
