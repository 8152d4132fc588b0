from collections.abc import Iterator
from datetime import datetime
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from recovery_core import events as happened
from recovery_core._domain.case import Case
from recovery_core._domain.claim import NO_SUSPICION, NOBODY_KNOWS
from recovery_core._domain.customer import Customer
from recovery_core._domain.due import Due, Fate
from recovery_core._domain.due_ledger import DueLedger
from recovery_core._domain.events import TAGS, Detail
from recovery_core._domain.failure import Detection
from recovery_core._domain.log import Event
from recovery_core._domain.move import RECORD, REPORT, Move
from recovery_core._domain.remedy import Award, Remedy
from recovery_core._domain.verdict import Conduct, Verdict
from recovery_core.errors import InvalidValueError
from recovery_core.testing.strategies import moments
from tests.support.case_logs import (
    CARE,
    CASH,
    CUSTOMER,
    FIRM,
    LATE,
    OFTEN,
    REFUND,
)
from tests.support.due_book import DueBook
from tests.support.laws import check_value
from tests.support.strategies import TRIGGERS, cases, events, logs, moves

# What details say is drawn elsewhere; here they are many, and told apart.
OFFERING: list[Detail] = [
    happened.Offer(Award((REFUND,), (CASH,))),
    happened.Offer(Award.nothing(), round=2),
    happened.Acceptance(1, 0),
    happened.Acceptance(2),
    happened.Lapse(1),
    happened.Refusal("never mind"),
    happened.Contest("too little"),
    happened.Contest("still too little", REFUND),
    happened.Contest("the wrong thing", CARE),
    happened.Amends((REFUND, CASH)),
    happened.Amends((CARE,), ("r-1",)),
    happened.Amends((CASH,), was_given_before=True),
    happened.Amends(()),
    *(
        happened.Delivery(f"C-1/{n}", fate, attempt=attempt)
        for n in (1, 2)
        for fate in (Fate.FAILED, Fate.SUCCEEDED, Fate.REVERSED)
        for attempt in (1, 2)
    ),
    happened.Retry("C-1/1"),
    happened.Cancellation("C-1/1", "no longer wanted"),
    happened.Clarification(1, "it was paid"),
]


APPROVING: list[Detail] = [
    happened.ApprovalRequest(Award((), (CASH,)), "f", ()),
    happened.ApprovalRequest(Award((), (CARE,)), "g", ()),
    happened.Approval("f"),
    happened.Denial("g", "too much"),
    happened.Offer(Award()),
    happened.Refusal("no ground"),
    happened.Feedback("inspect weekly"),
    happened.Feedback("inspect daily"),
]


JUDGING: list[Detail] = [
    happened.Finding(FIRM, rule="by_weight"),
    happened.Finding(CUSTOMER),
    happened.Perception(FIRM),
    happened.Perception(CUSTOMER),
    happened.Judgement(Verdict(), "counts"),
    happened.Judgement(OFTEN, "ana", is_appeal=True),
    *(happened.ConductNote(conduct) for conduct in Conduct),
    happened.Submission("a photo"),
    happened.Submission("a ticket"),
    happened.Appeal("unfair"),
    happened.Contact("phone"),
]


MERGING: list[Detail] = [
    happened.Absorption("C-2", ("C-3", "C-4"), (CARE,), ("a bill",), 3),
    happened.Absorption("C-8", dues=(Due("C-8/1", REFUND),)),
    happened.Delivery("C-8/1", Fate.FAILED),
    happened.Absorption("C-5", ("C-2",)),
    happened.Submission("a photo"),
    happened.Amends((REFUND,)),
    happened.Merge("C-6"),
    happened.Merge("C-7"),
    happened.Escalation("tier 2"),
    happened.Escalation("the board", "no answer"),
]


APPROVALS: list[Detail] = [
    *APPROVING[:4],
    happened.Approval("g"),
    happened.Offer(Award((), (CASH,))),
]


AGAIN = happened.Reopening("late again")


reports = st.sampled_from(
    [
        happened.Report("C-1", LATE, Customer("kim")),
        happened.Report("C-1", attrs.evolve(LATE, detection=Detection.COMPANY)),
    ]
)


def histories_of(details: list[Detail]) -> SearchStrategy[Case]:
    """Draw cases of few sorts, so that the rules of one question meet often."""
    later = st.sampled_from([*details, AGAIN])
    return logs(later, first=reports, most=20).map(Case)


offering, approving, judging, merging, approvals = map(
    histories_of, (OFFERING, APPROVING, JUDGING, MERGING, APPROVALS)
)


histories = st.one_of(
    offering, approving, judging, merging, histories_of(OFFERING + JUDGING + MERGING)
)


class Clerk:
    """Keep the books of a case by hand, one event after the other.

    The case reads its log backwards; the clerk goes forward and forgets on every
    reopening what belongs to one cycle.
    """

    def __init__(self, case: Case) -> None:
        """Go through the log once."""
        self.cycle = 1
        self.contacts = 0
        self.book = DueBook()
        self.absorbed: set[str] = set()
        self.evidence: list[str] = []
        self.latest: dict[type[Detail], Any] = {}
        self.begin()
        for move, _, _, detail in case.log:
            if move.begins_cycle:
                self.cycle += 1
                self.begin()
            self.taken.append(move.trigger)
            self.latest[type(detail)] = self.of_cycle[type(detail)] = detail
            self.book.enter(detail, begins_cycle=move.begins_cycle)
            self.note(detail)
            self.promise(detail)
            if move.ends:
                self.settle()

    def begin(self) -> None:
        """Begin a cycle: forget what belongs to the last one."""
        self.taken: list[str] = []
        self.of_cycle: dict[type[Detail], Any] = {}
        self.asked_for: Remedy | None = None
        self.amends: list[Remedy] = []
        self.pending: happened.ApprovalRequest | None = None
        self.asked: happened.ApprovalRequest | None = None
        self.approved: happened.ApprovalRequest | None = None
        self.is_promised = self.is_standing = False

    def promise(self, detail: Detail) -> None:
        """Follow what an offer leads to, and what an approval allows."""
        match detail:
            case happened.Offer():
                self.is_promised, self.is_standing = False, True
                self.asked = self.approved = None
            case happened.Acceptance():
                self.is_promised = self.is_standing = True
            case happened.Amends() | happened.Refusal() | happened.Merge():
                self.is_promised = self.is_standing = False
            case happened.Contest() | happened.Lapse():
                self.is_standing = False
            case happened.ApprovalRequest():
                self.asked, self.approved = detail, None
            case happened.Denial():
                self.asked = self.approved = None
            case happened.Approval(fingerprint=mark):
                is_meant = self.asked is not None and self.asked.fingerprint == mark
                self.approved = self.asked if is_meant else None
            case _:
                pass

    def settle(self) -> None:
        """Strike what was waiting."""
        self.pending = None

    def note(self, detail: Detail) -> None:
        """Enter one event in the books."""
        match detail:
            case happened.Report(failure=failure):
                self.contacts += failure.detection is Detection.COMPLAINT
            case happened.Contact() | happened.Appeal() | happened.Reopening():
                self.contacts += 1
            case happened.Contest(asks_for=remedy):
                self.contacts += 1
                self.asked_for = remedy or self.asked_for
            case happened.Submission(evidence=evidence):
                self.contacts += 1
                self.evidence.append(evidence)
            case happened.Amends(remedies=remedies):
                self.amends.extend(remedies)
            case happened.Absorption(case_id=case_id, absorbed=others):
                self.absorbed |= {case_id, *others}
                self.evidence.extend(detail.evidence)
                self.contacts += detail.contacts
            case happened.ApprovalRequest():
                self.pending = detail
            case (
                happened.Approval()
                | happened.Denial()
                | happened.Offer()
                | happened.Refusal()
            ):
                self.settle()
            case _:
                pass

    def last(self, kind: type[Detail], field: str) -> Any:
        """Look up one field of the latest event of a sort."""
        return getattr(self.latest.get(kind), field, None)


# ------------------------------------------------------------------ by random logs


@given(cases())
def test_a_case_is_a_value(case: Case) -> None:
    """A case is frozen, compared by content, and survives every copy."""
    check_value(case)
    assert Case(case.log) == case


@given(events())
def test_an_event_is_a_value(event: Event) -> None:
    """An event is frozen, compared by content, and survives every copy."""
    check_value(event)


@given(moves())
def test_a_move_is_a_value(move: Move) -> None:
    """A move is frozen, compared by content, and survives every copy."""
    check_value(move)
    assert move.is_stay is (move.trigger == RECORD)


def test_something_has_happened_to_every_case() -> None:
    """A case to which nothing happened is none; the mend says how to begin one."""
    with pytest.raises(InvalidValueError, match="open it with an engine, or replay it"):
        Case(())


@given(histories)
def test_the_log_is_shown_as_events(case: Case) -> None:
    """The events are the rows by name, each with the tag it is stored under."""
    assert len(case.events) == len(case.log)
    for event, (move, at, by, detail) in zip(case.events, case.log, strict=True):
        assert (event.move, event.at, event.by, event.detail) == (move, at, by, detail)
        assert TAGS[event.tag] is type(detail)
        assert event.trigger == move.trigger
        assert event.state == move.target
        assert event.process == move.process


@given(histories)
def test_where_a_case_stands_is_where_the_last_move_led(case: Case) -> None:
    """State, process and whether it is open come from the last row alone."""
    *_, (move, _, _, _) = case.log
    assert case.state == move.target
    assert case.process == move.process
    assert case.is_open is not move.ends


@given(histories)
def test_what_was_reported_stays_as_it_was_reported(case: Case) -> None:
    """Identity, failure, customer and opening come from the first row alone."""
    (_, at, _, report), *_ = case.log
    assert isinstance(report, happened.Report)
    assert case.id == report.case_id
    assert case.failure is report.failure
    assert case.customer is report.customer
    assert case.opened_at == at


@given(histories)
def test_reopenings_are_counted(case: Case) -> None:
    """Each reopening is one more cycle, and a double deviation."""
    reopened = sum(isinstance(row[3], happened.Reopening) for row in case.log)
    assert case.cycle == Clerk(case).cycle == 1 + reopened
    assert case.is_double_deviation is (reopened > 0)


@given(histories)
def test_triggers_are_counted_within_the_cycle(case: Case) -> None:
    """How often a trigger was taken begins anew with every cycle."""
    clerk = Clerk(case)
    names = {name for names in TRIGGERS.values() for name in names} | {RECORD, REPORT}
    for trigger in names:
        assert case.count(trigger) == clerk.taken.count(trigger)
    assert case.count("never heard of") == 0
    assert case.round == clerk.taken.count("offer")


@given(histories)
def test_a_cycle_is_walked_from_its_end(case: Case) -> None:
    """What the events of this cycle carried comes newest first."""
    details = [row[3] for row in case.log]
    walked = [*case.details_of_cycle()]
    assert walked == details[len(details) - len(walked) :][::-1]
    assert len(walked) == len(Clerk(case).taken)


@given(offering | approving)
def test_a_cycle_has_its_own_offer_and_answer(case: Case) -> None:
    """Offer, acceptance and feedback are the latest of this cycle, if any."""
    clerk = Clerk(case)
    assert case.offer is clerk.of_cycle.get(happened.Offer)
    assert case.acceptance is clerk.of_cycle.get(happened.Acceptance)
    assert case.feedback is clerk.of_cycle.get(happened.Feedback)
    assert case.asked_for == clerk.asked_for


@given(offering | merging)
def test_what_was_given_is_never_forgotten(case: Case) -> None:
    """Amends are of this cycle; given is all the customer has, merged in or not."""
    clerk = Clerk(case)
    assert case.amends == tuple(clerk.amends)
    assert case.given == tuple(clerk.book.given)


@given(offering | merging)
def test_what_is_owed_is_what_the_books_say(case: Case) -> None:
    """Each due has the fate, the sum and the contradictions that a book beside says."""
    book = Clerk(case).book
    pages = {**book.pages, **book.others}
    dues = (*case.dues, *case.absorbed_dues)
    assert [due.id for due in dues] == [*pages]
    for due in dues:
        page = pages[due.id]
        assert (due.fate, due.remedy, due.attempt) == (
            page.fate,
            page.remedy,
            len(page.tries),
        )
        assert (due.settled.minor if due.settled else 0) == page.kept * page.is_sum
        assert due.is_owed is page.is_open
        assert case.find_due(due.id) == due
    assert case.owes == tuple(due for due in dues if due.is_owed)
    assert case.is_settled is (not case.owes and not case.is_promised)
    assert [c.number for c in case.contradictions] == book.open_numbers
    known = [(c.due, c.reason.code) for c in DueLedger.of_log(case.log).contradictions]
    assert known == book.contradictions


@given(approving)
def test_a_request_waits_until_it_is_settled(case: Case) -> None:
    """An award waits until approved, denied, replaced, refused, or the case ends."""
    assert case.pending_approval is Clerk(case).pending


@given(judging)
def test_what_was_found_counts_across_cycles(case: Case) -> None:
    """The latest finding, perception, judgement and conduct outlive a cycle."""
    clerk = Clerk(case)
    assert case.finding is clerk.last(happened.Finding, "attribution")
    assert case.perception is clerk.last(happened.Perception, "attribution")
    assert case.judgement is clerk.latest.get(happened.Judgement)
    assert case.verdict is clerk.last(happened.Judgement, "verdict")
    assert case.conduct is (clerk.last(happened.ConductNote, "conduct") or Conduct.CALM)
    found = clerk.latest.get(happened.Finding)
    assert case.found_by_person is (found is not None and found.rule is None)


@given(offering | approving | merging)
def test_what_is_promised_stands_until_it_is_kept_or_taken_back(case: Case) -> None:
    """An offer stands, and an acceptance binds, until something settles it."""
    clerk = Clerk(case)
    assert case.is_promised is clerk.is_promised
    assert case.has_standing_offer is clerk.is_standing


@given(approvals)
def test_an_approved_award_is_shown_until_it_is_offered(case: Case) -> None:
    """An approval shows its award until an offer, a denial, or another request."""
    assert case.approved is Clerk(case).approved


@given(histories)
def test_the_version_counts_the_events(case: Case) -> None:
    """Each event makes one version, and an older copy has a lower one."""
    assert case.version == len(case.events)
    assert Case((*case.log, case.log[-1])).version == case.version + 1


@given(offering | judging | merging)
def test_the_customers_effort_is_counted(case: Case) -> None:
    """The complaint, and every contact, contest, appeal and so on, is one."""
    clerk = Clerk(case)
    assert case.contacts == clerk.contacts
    assert type(case.contacts) is int
    assert case.evidence == tuple(clerk.evidence)


@given(merging)
def test_where_a_case_went_is_known(case: Case) -> None:
    """Tier and survivor are the latest named; the absorbed are all, of absorbed too."""
    clerk = Clerk(case)
    assert case.tier == clerk.last(happened.Escalation, "to")
    assert case.merged_into == clerk.last(happened.Merge, "into")
    assert case.absorbed == clerk.absorbed


@given(histories, moments())
def test_a_claim_shows_the_case_at_a_moment(case: Case, as_of: datetime) -> None:
    """The snapshot holds what the case knows, for the next offer, undecided."""
    clerk, claim = Clerk(case), case.claim(as_of)
    assert claim.as_of == as_of
    assert claim.failure is case.failure
    assert claim.customer is case.customer
    assert claim.case_id == case.id
    assert claim.opened_at == case.opened_at
    found = clerk.last(happened.Finding, "attribution")
    assert claim.attribution == (found or NOBODY_KNOWS)
    assert claim.perception is clerk.last(happened.Perception, "attribution")
    assert claim.cycle == clerk.cycle
    assert claim.round == clerk.taken.count("offer") + 1
    assert claim.asked_for == clerk.asked_for
    assert claim.earlier == tuple(clerk.book.given)
    assert claim.evidence == tuple(clerk.evidence)
    assert claim.contacts == clerk.contacts
    assert claim.owed == 1
    assert claim.verdict is NO_SUSPICION


@given(histories)
def test_the_story_tells_every_event(case: Case) -> None:
    """Told in plain lines, a case has its title and each event in its order."""
    title, *lines = case.explain().split("\n")
    assert title.startswith("case ")
    stamps = [event.at.isoformat(sep=" ", timespec="seconds") for event in case.events]
    told: Iterator[str] = iter(lines)
    for stamp, event in zip(stamps, case.events, strict=True):
        assert any(line.endswith(f"by {event.by}") and stamp in line for line in told)


@given(histories)
def test_nothing_but_the_log_counts(case: Case) -> None:
    """A case built from the same rows answers every question alike."""
    again = Case(tuple(case.log))
    for name in dir(Case):
        if isinstance(getattr(Case, name), property):
            assert getattr(again, name) == getattr(case, name)
