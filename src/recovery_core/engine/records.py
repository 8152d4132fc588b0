"""What is put on record beside the steps: a record never moves a case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from .._domain.attribution import Attribution
from .._domain.case import Case, check_case
from .._domain.events import (
    Appeal,
    Approval,
    ConductNote,
    Contact,
    Delivery,
    Denial,
    Finding,
    Judgement,
    Perception,
    Submission,
)
from .._domain.reason import Reason
from .._domain.remedy import Fate
from .._domain.verdict import Action, Conduct, Verdict
from .desk import UNNAMED, Desk, actor, check_argument
from .plugs import objections, read_clock

_FIRM: Final = "Attribution.to('firm')"


class Records(Desk):
    """Put things on record: who found what, who appealed, who approved.

    A record never moves a case along its process. Every method returns a new case;
    a refused one raises and changes nothing.
    """

    __slots__ = ()

    # ------------------------------------------------------ blame, both views

    def find(self, case: Case, attribution: Attribution, *, by: str) -> Case:
        """Put on record whose doing somebody found it to be.

        A finding by a person stands against the attribution rule from then on.

        Args:
            case: The case.
            attribution: The finding.
            by: Who found it.
        """
        check_argument("attribution", attribution, Attribution, _FIRM)
        return self._record(case, "find", by, Finding(attribution))

    def perceive(
        self, case: Case, attribution: Attribution, *, by: str = "customer"
    ) -> Case:
        """Put on record whose doing the customer takes it to be.

        Args:
            case: The case.
            attribution: The customer's view; it may differ from the finding.
            by: Who told it.
        """
        check_argument("attribution", attribution, Attribution, _FIRM)
        return self._record(case, "perceive", by, Perception(attribution))

    # ------------------------------------------------------ contact and conduct

    def contact(
        self, case: Case, *, channel: str | None = None, by: str = "customer"
    ) -> Case:
        """Put on record that the customer had to make contact once more.

        Args:
            case: The case.
            channel: How, in the caller's words.
            by: Who made contact.
        """
        return self._record(case, "contact", by, Contact(channel))

    def note_conduct(self, case: Case, conduct: Conduct, *, by: str) -> Case:
        """Put on record how the customer behaves; no claim ever carries it.

        Args:
            case: The case.
            conduct: Calm, upset or aggressive.
            by: Who saw it.
        """
        check_argument("conduct", conduct, Conduct, "Conduct.UPSET")
        return self._record(case, "note_conduct", by, ConductNote(conduct))

    # -------------------------------------------------- suspicion and appeal

    def submit_evidence(
        self, case: Case, evidence: str, *, by: str = "customer"
    ) -> Case:
        """Put on record what the customer submits in support of the claim.

        Args:
            case: The case.
            evidence: What it is, or where it is kept.
            by: Who submitted it.
        """
        return self._record(case, "submit_evidence", by, Submission(evidence))

    def appeal(self, case: Case, why: str, *, by: str = "customer") -> Case:
        """Appeal against the verdict on the claim.

        Args:
            case: The case.
            why: What is wrong with the verdict.
            by: Who appeals.

        Raises:
            TransitionNotAllowedError: There is no verdict to appeal against.
        """
        check_case(case)
        verdict = case.verdict
        against: tuple[Reason, ...] = ()
        if verdict is None or verdict.action is Action.CLEAR:
            text = "there is no verdict against the claim to appeal against"
            against = (Reason("no-verdict", text),)
        return self._record(case, "appeal", by, Appeal(why), *against)

    def judge_appeal(self, case: Case, verdict: Verdict, *, by: str) -> Case:
        """Decide an appeal; the new verdict stands against the detector.

        Args:
            case: The case.
            verdict: The new verdict.
            by: Who decides: somebody who had no part in the first verdict.

        Raises:
            TransitionNotAllowedError: There is no open appeal, or the judge is
                the one appealed against or the one who appeals.
        """
        check_case(case)
        check_argument("verdict", verdict, Verdict, "Verdict()")
        by = actor(by)
        against = _against_judge(case, by)
        detail = Judgement(verdict, by, is_appeal=True)
        return self._record(case, "judge_appeal", by, detail, *against)

    # ------------------------------------------------------------ approvals

    def approve(self, case: Case, *, by: str, fingerprint: str | None = None) -> Case:
        """Approve the award that waits; whoever asked for it may not.

        The approval holds for exactly that award: as soon as anything it was
        decided on changes, it is void and the next offer asks again.

        Args:
            case: The case.
            by: Who approves: another person, with the authority to give it.
            fingerprint: That of the request the person has seen; guards against
                one that took its place meanwhile.

        Raises:
            TransitionNotAllowedError: Nothing waits, something else does, or it
                may not be this person.
        """
        check_case(case)
        request, by = case.pending_approval, actor(by)
        against = list(_against_approver(case, by))
        waiting = request.fingerprint if request else "none"
        if fingerprint not in {None, waiting}:
            text = "another award waits by now: look at it first"
            against.append(Reason("another-award", text, {"waiting": waiting}))
        if request is not None and self.authority is not None:
            claim = case.claim(read_clock(self.clock, case))
            against += objections(self.authority, claim, request.award, by)
        return self._record(case, "approve", by, Approval(waiting), *against)

    def deny(self, case: Case, why: str, *, by: str) -> Case:
        """Refuse to approve the award that waits.

        Args:
            case: The case.
            why: Why not.
            by: Who refuses: another person than the one who asked.

        Raises:
            TransitionNotAllowedError: Nothing waits, or it may not be this person.
        """
        check_case(case)
        request, by = case.pending_approval, actor(by)
        against = _against_approver(case, by)
        fingerprint = request.fingerprint if request else "none"
        return self._record(case, "deny", by, Denial(fingerprint, why), *against)

    # ------------------------------------------------------------- delivery

    def deliver(
        self,
        case: Case,
        remedy: int,
        fate: Fate,
        *,
        receipt: str | None = None,
        by: str = "company",
    ) -> Case:
        """Put on record what became of one remedy that was given.

        Args:
            case: The case.
            remedy: Its position among `case.remedies`, from 0.
            fate: What became of it.
            receipt: Proof of it.
            by: Who tells.

        Raises:
            TransitionNotAllowedError: No such remedy was given, or the fate
                cannot follow the one before it.
        """
        check_case(case)
        check_argument("fate", fate, Fate, "Fate.SUCCEEDED")
        detail = Delivery(remedy, fate, receipt)
        return self._record(case, "deliver", by, detail, *_against_fate(case, detail))


def _against_judge(case: Case, by: str) -> tuple[Reason, ...]:
    """Say why somebody may not decide an appeal."""
    if case.appellant is None:
        return (Reason("no-appeal", "nobody has appealed against the verdict"),)
    if _is_among(by, case.judges | case.customers | {case.appellant}):
        text = "an appeal goes to somebody who had no part in it"
        return (Reason("own-case", text, {"by": by}),)
    return ()


def _against_approver(case: Case, by: str) -> tuple[Reason, ...]:
    """Say why somebody may not answer the request that waits."""
    if case.pending_approval is None:
        return (Reason("nothing-waits", "no award of this case waits for approval"),)
    if case.asked_by == UNNAMED:
        text = "nobody is named who asked: offer again with by="
        return (Reason("asker-unnamed", text, {"asked_by": UNNAMED}),)
    if _is_among(by, case.customers | {case.asked_by}):
        text = "an award is approved by another person than the one who asked"
        return (Reason("own-request", text, {"by": by}),)
    return ()


def _is_among(by: str, names: Iterable[str | None]) -> bool:
    """Tell whether somebody is one of those, however the name is written."""
    return by.casefold() in {name.casefold() for name in names if name}


def _against_fate(case: Case, delivery: Delivery) -> tuple[Reason, ...]:
    known = len(case.remedies)
    if delivery.remedy >= known:
        text = "remedies are counted from 0 among those given on the case"
        return (
            Reason("no-such-remedy", text, {"remedy": delivery.remedy, "given": known}),
        )
    before = case.fate(delivery.remedy)
    if not case.may_become(delivery.remedy, delivery.fate):
        may = ", ".join(f for f in Fate if case.may_become(delivery.remedy, f))
        text = f"after {before} may come {may or 'nothing'}"
        values = {"before": str(before), "fate": str(delivery.fate)}
        return (Reason("impossible-fate", text, values),)
    return ()
