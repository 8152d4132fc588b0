"""The steps that one side takes alone, from the report to the lesson."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .._domain.case import Case, check_case
from .._domain.customer import Customer
from .._domain.events import (
    MOVES,
    Absorption,
    Acknowledgement,
    Apology,
    Escalation,
    Feedback,
    Merge,
    Refusal,
    Reopening,
    Report,
    Step,
)
from .._domain.failure import Detection, ServiceFailure
from .._domain.reason import Fact, Facts, Reason
from ..errors import InvalidValueError
from ..process import Process
from .desk import Desk, actor, check_argument
from .plugs import make_id, read_clock

PLAIN_ACKNOWLEDGEMENT: Final = Acknowledgement()
PLAIN_APOLOGY: Final = Apology()
_OWNING_APOLOGY: Final = Apology(owns_responsibility=True)


class Steps(Desk):
    """Take the steps that need no answer from the other side."""

    __slots__ = ()

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
        check_argument("failure", failure, ServiceFailure, "ServiceFailure('late')")
        if customer is not None:
            check_argument("customer", customer, Customer, "Customer('c-17'), or None")
        case_id = make_id(self.new_id) if case_id is None else case_id
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
        detail = PLAIN_ACKNOWLEDGEMENT if plain else Acknowledgement(channel)
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
            detail = _OWNING_APOLOGY if owns_responsibility else PLAIN_APOLOGY
        else:
            detail = Apology(owns_responsibility, words)
        return self._take(case, "apologize", by, detail)

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

        The survivor remembers what was folded into it, with what had been given,
        submitted and gone through there. So nothing is given twice, and no two
        cases end up folded into each other, even where one of them is an old copy.
        Keep both cases or neither: they are halves of one step.

        Args:
            case: The case that ends.
            into: The case that goes on; still open.
            by: Who merges.

        Returns:
            The merged case and the survivor.

        Raises:
            TransitionNotAllowedError: The survivor is the case itself, has ended,
                follows another process or is another customer's; they have met
                before; or the case still owes what was accepted.
        """
        check_case(case)
        check_case(into, "into")
        self._demand(case, "merge", _against_merge(self.process, case, into))
        merged = self._take(case, "merge", by, Merge(into.id))
        detail = Absorption(
            case.id,
            tuple(sorted(case.absorbed)),
            case.given,
            case.evidence,
            case.contacts,
        )
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
        check_case(case)
        if trigger in MOVES:
            raise InvalidValueError(
                f"step({trigger!r}) would bypass what the step demands: call "
                f"engine.{trigger}(...)"
            )
        return self._take(case, trigger, by, Step(note, Facts(facts)))


def _reporter(failure: ServiceFailure, customer: Customer | None) -> str:
    """Name who brought the failure up."""
    if failure.detection is Detection.COMPANY:
        return "company"
    return failure.complainant or (customer.id if customer else "customer")


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
    if (case.absorbed | {case.id}) & into.absorbed:
        text = "the survivor absorbed this case before, or one that it absorbed"
        found.append(Reason("already-merged", text, {"into": into.id}))
    if case.is_promised:
        text = "what was accepted is not given yet: make amends, or withdraw, first"
        found.append(Reason("promise-open", text))
    if case.given and into.has_standing_offer:
        text = "the survivor's offer does not know what was given: settle it first"
        found.append(Reason("offer-open", text, {"into": into.id}))
    ours, theirs = case.customer, into.customer
    if ours is not None and theirs is not None and ours.id != theirs.id:
        text = "the cases are of two customers"
        found.append(
            Reason("another-customer", text, {"case": ours.id, "into": theirs.id})
        )
    return tuple(found)
