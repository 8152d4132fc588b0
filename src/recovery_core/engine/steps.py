"""What the steps do that one side takes alone, where it is more than the step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from .._domain.case import Case, check_case
from .._domain.customer import Customer
from .._domain.due_ledger import DueLedger
from .._domain.events import (
    MOVES,
    Absorption,
    Acknowledgement,
    Apology,
    Feedback,
    Merge,
    OwnStep,
    Refusal,
    Report,
)
from .._domain.failure import Detection, ServiceFailure
from .._domain.reason import Fact, Facts, Reason
from ..errors import InvalidValueError
from ..process import Process
from .negotiation import (
    accept_offer,
    give_amends,
    list_reasons_for_no_offer,
    offer_or_park,
    record_findings,
)
from .offering import propose_award
from .plugs import make_case_id, read_clock
from .recording import record_detail, refuse_step_if, take_step
from .settings import EngineSettings, check_actor, check_argument

_ACKNOWLEDGEMENT: Final = Acknowledgement()
_APOLOGY: Final = Apology()
_OWNING_APOLOGY: Final = Apology(owns_responsibility=True)


def open_case(
    settings: EngineSettings,
    failure: ServiceFailure,
    customer: Customer | None,
    by: str | None,
    channel: str | None,
    case_id: str | None,
) -> Case:
    """Return a new case that begins with a report of the failure."""
    check_argument("failure", failure, ServiceFailure, "ServiceFailure('late')")
    if customer is not None:
        check_argument("customer", customer, Customer, "Customer('c-17'), or None")
    case_id = make_case_id(settings.new_id) if case_id is None else case_id
    report = Report(case_id, failure, customer, channel)
    at = read_clock(settings.clock, case_id)
    actor = check_actor(_find_reporter(failure, customer) if by is None else by)
    return Case(((settings.process.opening, at, actor, report),))


def build_acknowledgement(channel: str | None) -> Acknowledgement:
    """Return an acknowledgement; the plain one is built once for all cases."""
    return _ACKNOWLEDGEMENT if channel is None else Acknowledgement(channel)


def build_apology(owns_responsibility: bool, words: str | None) -> Apology:  # noqa: FBT001 - the caller's own argument
    """Return an apology; those without words are built once for all cases."""
    if words is None and isinstance(owns_responsibility, bool):
        return _OWNING_APOLOGY if owns_responsibility else _APOLOGY
    return Apology(owns_responsibility, words)


def merge_cases(
    settings: EngineSettings, case: Case, into: Case, by: str
) -> tuple[Case, Case]:
    """Return the merged case, and the survivor that remembers it."""
    check_case(case)
    check_case(into, "into")
    against = _list_reasons_against_merge(settings.process, case, into)
    refuse_step_if(settings, case, "merge", against)
    merged = take_step(settings, case, "merge", by, Merge(into.id))
    ledger = DueLedger.of_log(merged.log)
    detail = Absorption(
        case.id,
        tuple(sorted(case.absorbed)),
        tuple(ledger.given_elsewhere),
        case.evidence,
        case.contacts,
        ledger.dues,
        tuple(sorted(case.customers)),
    )
    return merged, record_detail(settings, into, "merge", by, detail)


def take_own_step(
    settings: EngineSettings,
    case: Case,
    trigger: str,
    note: str | None,
    facts: Mapping[str, Fact] | None,
    by: str,
) -> Case:
    """Return the case after a step that only the caller's own process knows."""
    check_case(case)
    if trigger in MOVES:
        raise InvalidValueError(
            f"step({trigger!r}) would bypass what the step demands: call "
            f"engine.{trigger}(...)"
        )
    return take_step(settings, case, trigger, by, OwnStep(note, Facts(facts)))


def recover_at_once(
    settings: EngineSettings,
    case: Case,
    lesson: str | Callable[[Case], str],
    alternative: int,
    by: str,
    causes: tuple[str | None, str | None],
    *,
    receipts: tuple[str | None, ...],
) -> Case:
    """Return a case that was just opened after all of its steps.

    Args:
        settings: The engine's settings.
        case: The case.
        lesson: What was learned, or a function that reads it off the case.
        alternative: Which alternative the customer takes, from 0.
        receipts: For each remedy the proof that it was given, or None.
        by: Who takes the company's steps.
        causes: What the failure came from, and what will prevent it.
    """
    at = case.opened_at
    case = take_step(settings, case, "acknowledge", by, _ACKNOWLEDGEMENT, at)
    case = take_step(settings, case, "apologize", by, _APOLOGY, at)
    proposal = propose_award(settings, case, at, by, None)
    if proposal.award.is_empty:
        case = record_findings(settings, case, proposal, at, by)
        because = (*proposal.award.because, *proposal.by_verdict)
        reasons = because or list_reasons_for_no_offer(proposal)
        why = "; ".join(reason.text for reason in reasons)
        case = take_step(settings, case, "decline", by, Refusal(why))
    else:
        case = offer_or_park(settings, case, proposal, at, by, settings.policy_hash)
        if case.offer is None:
            return case
        chosen = alternative if case.offer.award.alternatives else None
        case = accept_offer(settings, case, chosen, "customer")
        case = give_amends(settings, case, by, receipts)
    learned = lesson if isinstance(lesson, str) else lesson(case)
    return take_step(settings, case, "feed_back", by, Feedback(learned, *causes))


def _find_reporter(failure: ServiceFailure, customer: Customer | None) -> str:
    """Return who brought the failure up."""
    if failure.detection is Detection.COMPANY:
        return "company"
    return failure.complainant or (customer.id if customer else "customer")


def _list_reasons_against_merge(
    process: Process, case: Case, into: Case
) -> tuple[Reason, ...]:
    """List what speaks against folding one case into another."""
    against: list[Reason] = []
    if into.process != process.hash:
        text = f"the survivor follows another process than {process.name}"
        values = {"into": into.process, "engine": process.hash}
        against.append(Reason("another-process", text, values))
    if into.id == case.id:
        against.append(Reason("same-case", "a case cannot be merged into itself"))
    if not into.is_open:
        onward = into.merged_into
        text = f"it was merged into {onward}; merge there" if onward else "it has ended"
        against.append(Reason("survivor-ended", text, {"into": into.id}))
    if into.id in case.absorbed:
        text = "the survivor was folded into this very case before"
        against.append(Reason("merge-cycle", text, {"into": into.id}))
    if (case.absorbed | {case.id}) & into.absorbed:
        text = "the survivor absorbed this case before, or one that it absorbed"
        against.append(Reason("already-merged", text, {"into": into.id}))
    if (case.given or case.is_promised) and into.has_standing_offer:
        text = "the survivor's offer does not know what was given: settle it first"
        against.append(Reason("offer-open", text, {"into": into.id}))
    ours, theirs = case.customer, into.customer
    if ours is not None and theirs is not None and ours.id != theirs.id:
        text = "the cases are of two customers"
        against.append(
            Reason("another-customer", text, {"case": ours.id, "into": theirs.id})
        )
    return tuple(against)
