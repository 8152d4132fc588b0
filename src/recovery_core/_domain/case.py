"""A case: nothing but the events that happened to it."""

from __future__ import annotations

from datetime import datetime

import attrs

from ..errors import InvalidValueError
from .attribution import Attribution, Cause
from .claim import NOBODY_KNOWS, Claim
from .customer import Customer, PastClaim
from .descriptions import describe
from .due import Attempt, Contradiction, Due
from .due_events import Amends, Delivery
from .due_ledger import DueLedger
from .events import (
    TAGS,
    Absorption,
    Acceptance,
    Appeal,
    Approval,
    ApprovalRequest,
    ConductNote,
    Contact,
    Contest,
    Denial,
    Escalation,
    Feedback,
    Finding,
    Judgement,
    Lapse,
    Merge,
    Offer,
    Perception,
    Refusal,
    Reopening,
    Submission,
)
from .failure import Detection, FailureKind, ServiceFailure
from .frozen import explain_frozen
from .log import Event, Log
from .money import Money
from .narrative import narrate
from .people import is_one_of_people
from .plain import format_first_names
from .reason import Reason
from .remedy import Award, Remedy
from .verdict import Conduct, Verdict

_EFFORTS = frozenset({Contact, Contest, Appeal, Reopening, Submission})
# What the newest of each of these says about where a case stands.
_ANSWERS = frozenset({Approval, Denial, Offer, Refusal})
_LEAVES = frozenset({ApprovalRequest, Approval, Denial, Offer})
_PROMISES = frozenset({Acceptance, Amends, Merge, Offer, Refusal})
_TURNS = frozenset({Offer, Acceptance, Amends, Contest, Lapse, Merge, Refusal})


@attrs.frozen
class Case(Log):
    """A recovery case: the fold of its events, and nothing besides.

    A case is a value. The engine's methods return a new one; the old one stays as
    it was. Everything here is read off the log; nothing is stored twice.

    Args:
        log: The events as rows ``(move, at, by, detail)``, oldest first. Rows
            are what a walk can afford; `events` shows them as `Event` values.
    """

    @property
    def tier(self) -> str | None:
        """The tier or specialist the case was last escalated to."""
        escalation = self._find_newest(Escalation)
        return None if escalation is None else escalation.to

    @property
    def contacts(self) -> int:
        """Count how often the customer had to make contact, which is the effort."""
        contacts = int(self.failure.detection is Detection.COMPLAINT)
        for _, _, _, detail in self.log:
            if type(detail) in _EFFORTS:
                contacts += 1
            elif type(detail) is Absorption:
                contacts += detail.contacts
        return contacts

    @property
    def merged_into(self) -> str | None:
        """The case that goes on for this one."""
        merge = self._find_newest(Merge)
        return None if merge is None else merge.into

    @property
    def absorbed(self) -> frozenset[str]:
        """Every case folded into this one, directly or through another."""
        # An absorbed case names what it had absorbed itself, so one level is enough.
        absorptions = list(self._iter_details_of_kind(Absorption))
        case_ids = frozenset(absorption.case_id for absorption in absorptions)
        return case_ids.union(*(absorption.absorbed for absorption in absorptions))

    # ------------------------------------------------ what was offered and given

    @property
    def round(self) -> int:
        """Number the latest offer of this cycle; 0 before the first."""
        return self.count("offer")

    @property
    def offer(self) -> Offer | None:
        """The latest offer of this cycle."""
        return self._find_newest_of_cycle(Offer)

    @property
    def acceptance(self) -> Acceptance | None:
        """The customer's acceptance in this cycle."""
        return self._find_newest_of_cycle(Acceptance)

    @property
    def asked_for(self) -> Remedy | None:
        """The remedy the customer last named in this cycle."""
        contests = self.details_of_cycle()
        named = (d.asks_for for d in contests if isinstance(d, Contest))
        return next((remedy for remedy in named if remedy is not None), None)

    @property
    def amends(self) -> tuple[Remedy, ...]:
        """List what was given in this cycle, in the order it was given."""
        given = [d.remedies for d in self.details_of_cycle() if isinstance(d, Amends)]
        return tuple(remedy for part in reversed(given) for remedy in part)

    # ------------------------------------------------------------- what is owed

    @property
    def _ledger(self) -> DueLedger:
        return DueLedger.of_log(self.log)

    @property
    def dues(self) -> tuple[Due, ...]:
        """List what this case owes or owed, in any cycle, oldest first."""
        return tuple(self._ledger.own.values())

    @property
    def absorbed_dues(self) -> tuple[Due, ...]:
        """List what the cases owe or owed that were folded into this one."""
        return tuple(self._ledger.absorbed.values())

    def due(self, due_id: str) -> Due:
        """Return what is owed by its id, on this case or on one folded into it.

        Raises:
            InvalidValueError: Nothing of that id was ever owed here.
        """
        due = self.find_due(due_id)
        if due is None:
            known = format_first_names(due.id for due in self._ledger.dues) or "none"
            raise InvalidValueError(
                f"case {self.id} has no due {describe(due_id)}: give the id of one "
                f"(there are: {known})"
            )
        return due

    def find_due(self, due_id: str) -> Due | None:
        """Find what is owed by its id; None where nothing of that id ever was."""
        return self._ledger.find(due_id)

    @property
    def owes(self) -> tuple[Due, ...]:
        """List what the customer still waits for, on this case and on absorbed ones."""
        return tuple(due for due in self._ledger.dues if due.is_owed)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is owed; a case that is closed may still owe."""
        return not self.is_promised and not self.owes

    @property
    def given(self) -> tuple[Remedy, ...]:
        """List what counts as given on this case, and on those folded into it.

        What is on its way counts whole; of what failed, came back or was cancelled,
        what the customer has of it.
        """
        return self._ledger.given

    @property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """List the news that contradicts what was known, until somebody settles it."""
        return self._ledger.open_contradictions

    def has_heard(self, news: Delivery) -> bool:
        """Return whether the same news of a due is on record."""
        return self._ledger.has_heard(news)

    @property
    def pending_approval(self) -> ApprovalRequest | None:
        """The award that waits for another person's approval."""
        for row in self._iter_rows_of_cycle_newest_first():
            if type(row[3]) in _ANSWERS or row[0].ends:
                return None
            if isinstance(row[3], ApprovalRequest):
                return row[3]
        return None

    @property
    def has_standing_offer(self) -> bool:
        """Whether an offer waits for an answer, or for what it promised."""
        return isinstance(
            self._find_newest_among_kinds_of_cycle(_TURNS), Offer | Acceptance
        )

    @property
    def approved(self) -> ApprovalRequest | None:
        """The award that was approved and not offered yet."""
        leave = self._find_newest_among_kinds_of_cycle(_LEAVES)
        if not isinstance(leave, Approval):
            return None
        for detail in self.details_of_cycle():
            if isinstance(detail, Offer | Denial):
                return None
            if isinstance(detail, ApprovalRequest):
                return detail if detail.fingerprint == leave.fingerprint else None
        return None

    @property
    def is_promised(self) -> bool:
        """Whether an offer was accepted and what it holds not yet given."""
        return type(self._find_newest_among_kinds_of_cycle(_PROMISES)) is Acceptance

    @property
    def customers(self) -> frozenset[str]:
        """Everybody on the customer's side, of the case and of those folded into it."""
        absorptions = self._iter_details_of_kind(Absorption)
        return self._report.customers.union(*(a.customers for a in absorptions))

    @property
    def asked_by(self) -> str | None:
        """Whoever asked for the approval that waits."""
        request = self.pending_approval
        asked = (row[2] for row in reversed(self.log) if row[3] is request)
        return next(asked, None)

    @property
    def feedback(self) -> Feedback | None:
        """What was learned in this cycle."""
        return self._find_newest_of_cycle(Feedback)

    # ----------------------------------------------------- blame and suspicion

    @property
    def finding(self) -> Attribution | None:
        """Whose doing the company found it to be."""
        finding = self._find_newest(Finding)
        return None if finding is None else finding.attribution

    @property
    def found_by_person(self) -> bool:
        """Whether the finding is a person's, and stands against any rule."""
        finding = self._find_newest(Finding)
        return finding is not None and finding.rule is None

    @property
    def perception(self) -> Attribution | None:
        """Whose doing the customer takes it to be."""
        perception = self._find_newest(Perception)
        return None if perception is None else perception.attribution

    @property
    def judgement(self) -> Judgement | None:
        """The latest judgement on the claim."""
        return self._find_newest(Judgement)

    @property
    def verdict(self) -> Verdict | None:
        """The latest verdict on the claim."""
        judgement = self.judgement
        return None if judgement is None else judgement.verdict

    @property
    def judges(self) -> frozenset[str]:
        """Everybody, and every detector, that had a part in a verdict."""
        rows = [(row[2], row[3]) for row in self.log]
        return frozenset(
            name
            for by, detail in rows
            if isinstance(detail, Judgement)
            for name in (by, detail.detector)
        )

    @property
    def appellant(self) -> str | None:
        """Whoever appealed against the verdict; None where that was decided."""
        for _, _, by, detail in reversed(self.log):
            if isinstance(detail, Judgement) and detail.is_appeal:
                return None
            if isinstance(detail, Appeal):
                return by
        return None

    @property
    def evidence(self) -> tuple[str, ...]:
        """List what the customer submitted."""
        found: list[str] = []
        for _, _, _, detail in self.log:
            if isinstance(detail, Submission):
                found.append(detail.evidence)
            elif isinstance(detail, Absorption):
                found += detail.evidence
        return tuple(found)

    def has_answered(self, by: str) -> bool:
        """Return whether evidence came in since it was asked for, and not from one.

        Args:
            by: Who is not to vouch for the customer: whoever makes the offer.
        """
        came_in = False
        for _, _, who, detail in self._iter_rows_of_cycle_newest_first():
            if isinstance(detail, ApprovalRequest):
                return came_in
            if isinstance(detail, Submission):
                came_in = came_in or not is_one_of_people(who, (by,))
        return False

    @property
    def conduct(self) -> Conduct:
        """The behaviour of the customer, as last seen."""
        note = self._find_newest(ConductNote)
        return note.conduct if note else Conduct.CALM

    def explain(self) -> str:
        """Return in plain lines what happened, who did it, and why."""
        cycle = f", cycle {self.cycle}" if self.is_double_deviation else ""
        heading = f"case {self.id}: {self.failure.what} - {self.state}{cycle}"
        return narrate(heading, self.events)

    def claim(self, as_of: datetime) -> Claim:
        """Return the snapshot that plug points read, for the next offer.

        Args:
            as_of: The moment of asking.
        """
        report, kinds = self._report, {type(row[3]) for row in self.log}
        return Claim(
            report.failure,
            as_of,
            customer=report.customer,
            attribution=(Finding in kinds and self.finding) or NOBODY_KNOWS,
            perception=self.perception if Perception in kinds else None,
            cycle=self.cycle,
            round=self.round + 1,
            asked_for=self.asked_for if Contest in kinds else None,
            earlier=self.given if kinds & {Amends, Absorption} else (),
            evidence=self.evidence if kinds & {Submission, Absorption} else (),
            contacts=self.contacts,
            opened_at=self.opened_at,
            case_id=report.case_id,
        )


def check_case(case: object, name: str = "case") -> None:
    """Refuse what is no case: its identity, its text, an event of it, or nothing.

    Args:
        case: What was handed in.
        name: What the argument is called.

    Raises:
        InvalidValueError: It is something else; the message names the mend.
    """
    if type(case) is not Case:
        raise InvalidValueError(
            f"{name} cannot be {describe(case)}: give a Case; nothing here keeps any, "
            "so load it first, such as with recovery_core.from_json"
        )


explain_frozen(
    "a case stays as it is; take the engine's method, which returns another", Case
)
explain_frozen(
    "values stay as they are; build another, such as with attrs.evolve",
    *(Attribution, Award, Cause, Claim, Customer, Event, FailureKind, Money, PastClaim),
    *(Reason, Remedy, ServiceFailure, Verdict, *TAGS.values()),
    *(Attempt, Contradiction, Due),
)
