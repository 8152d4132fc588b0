from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from recovery_core._domain import events as happened
from recovery_core._domain.attribution import Attribution
from recovery_core._domain.case import Case
from recovery_core._domain.claim import NO_SUSPICION, NOBODY_KNOWS
from recovery_core._domain.customer import Customer
from recovery_core._domain.events import TAGS, Detail
from recovery_core._domain.failure import Detection, ServiceFailure
from recovery_core._domain.log import Event, Row
from recovery_core._domain.money import Money
from recovery_core._domain.move import RECORD, REPORT, Move
from recovery_core._domain.reason import Facts, Reason
from recovery_core._domain.remedy import FATES, Award, Fate, Remedy, RemedyKind
from recovery_core._domain.verdict import Action, Conduct, Verdict
from recovery_core.errors import InvalidValueError
from recovery_core.testing.strategies import moments
from tests.support.laws import check_value
from tests.support.strategies import TRIGGERS, cases, events, logs, moves

START = datetime(2026, 5, 1, 12, tzinfo=UTC)
LATE = ServiceFailure("train late")
CASH = Remedy(RemedyKind.CASH, Money("5.00", "EUR"))
CARE = Remedy(RemedyKind.CARE)
REFUND = Remedy(RemedyKind.REFUND, Money("42.00", "EUR"))
FIRM, CUSTOMER = Attribution.to("firm"), Attribution.to("customer")
OFTEN = Verdict(action=Action.NOTE, reasons=(Reason("often", "too often"),))

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
    happened.Amends(()),
    *(happened.Delivery(n, f) for n in (0, 2) for f in (Fate.FAILED, Fate.SUCCEEDED)),
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
        self.own: list[Remedy] = []
        self.fates: dict[int, Fate] = {}
        self.folded: list[Remedy] = []
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
        self.first_of_cycle = len(self.own)

    def promise(self, detail: Detail) -> None:
        """Follow what an offer leads to, and what an approval allows."""
        match detail:
            case happened.Offer():
                self.is_promised, self.is_standing = False, True
                self.asked = self.approved = None
            case happened.Acceptance():
                self.is_promised = self.is_standing = True
            case happened.Amends() | happened.Refusal():
                self.is_promised = self.is_standing = False
            case happened.Contest() | happened.Lapse() | happened.Merge():
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
                self.own.extend(remedies)
                self.amends.extend(remedies)
            case happened.Absorption(case_id=case_id, absorbed=others, given=given_):
                self.absorbed |= {case_id, *others}
                self.folded.extend(given_)
                self.evidence.extend(detail.evidence)
                self.contacts += detail.contacts
            case happened.Delivery(remedy=remedy, fate=fate):
                self.fates[remedy] = fate
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

    @property
    def given(self) -> list[Remedy]:
        """List what is left of what was given, and what came with other cases."""
        gone = [n for n, fate in self.fates.items() if fate in {"failed", "reversed"}]
        own = [r for n, r in enumerate(self.own) if n not in gone]
        return own + self.folded

    def last(self, kind: type[Detail], field: str) -> Any:
        """Look up one field of the latest event of a sort."""
        return getattr(self.latest.get(kind), field, None)


# ---------------------------------------------------------------- by random logs


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
    assert case.remedies == tuple(clerk.own)
    assert case.given == tuple(clerk.given)


@given(offering)
def test_a_remedy_has_its_latest_fate(case: Case) -> None:
    """A remedy is approved until something became of it, in whatever cycle."""
    clerk = Clerk(case)
    for position in range(6):
        assert case.fate(position) is clerk.fates.get(position, Fate.APPROVED)


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


@given(offering, st.sampled_from(Fate))
def test_what_failed_is_tried_again_only_in_its_cycle(case: Case, fate: Fate) -> None:
    """What may become of a remedy hangs on what became of it, and on its cycle."""
    clerk = Clerk(case)
    for position in range(len(clerk.own)):
        before = clerk.fates.get(position, Fate.APPROVED)
        is_late = before is Fate.FAILED and position < clerk.first_of_cycle
        expected = fate in FATES[before] and not is_late
        assert case.may_become(position, fate) is expected


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
    assert claim.earlier == tuple(clerk.given)
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


# -------------------------------------------------------------------- by example


def walk(*steps: tuple[str, str, Detail], customer: Customer | None = None) -> Case:
    """Build a case by hand: who did what, one hour after the other."""
    report = Move(trigger=REPORT, source="", target="REPORTED", process="p")
    told: Detail = happened.Report("C-1", LATE, customer)
    rows: list[Row] = [(report, START, "ana", told)]
    for hours, (trigger, target, detail) in enumerate(steps, 1):
        source = rows[-1][0].target
        move = Move(
            trigger=trigger,
            source=source,
            target=target or source,
            process="p",
            ends=(target or source) in {"CLOSED", "MERGED"},
            begins_cycle=trigger == "reopen",
        )
        rows.append((move, START + timedelta(hours=hours), "ana", detail))
    return Case(tuple(rows))


def record(detail: Detail) -> tuple[str, str, Detail]:
    """Put something on record, wherever the case stands."""
    return (RECORD, "", detail)


OFFERED = ("offer", "OFFERED", happened.Offer(Award((REFUND,), (CASH,))))
GIVEN = ("make_amends", "AMENDED", happened.Amends((REFUND, CASH)))
CLOSED = ("feed_back", "CLOSED", happened.Feedback("inspect weekly"))
REOPENED = ("reopen", "REPORTED", happened.Reopening("late again"))


def test_a_new_case_knows_its_report_and_nothing_else() -> None:
    """After the report there is a failure and a complaint, and all else is open."""
    case = walk()
    assert (case.id, case.state, case.cycle, case.round) == ("C-1", "REPORTED", 1, 0)
    assert case.is_open
    assert not case.is_double_deviation
    assert not case.found_by_person
    assert case.contacts == 1
    assert (case.amends, case.given, case.evidence) == ((), (), ())
    assert case.absorbed == frozenset()
    assert case.conduct is Conduct.CALM
    nothing = ("offer", "acceptance", "asked_for", "feedback", "tier", "merged_into")
    unsaid = ("finding", "perception", "judgement", "verdict", "pending_approval")
    assert [getattr(case, name) for name in (*nothing, *unsaid)] == [None] * 11


def test_who_was_noticed_first_need_not_complain() -> None:
    """A failure the company found itself has cost the customer no contact."""
    noticed = attrs.evolve(LATE, detection=Detection.COMPANY)
    (move, at, by, _), *_ = walk().log
    case = Case(((move, at, by, happened.Report("C-1", noticed)),))
    assert case.contacts == 0


def test_a_reopened_case_begins_again_and_forgets_nothing() -> None:
    """The second cycle has no offer yet; what the first one gave still counts."""
    first = walk(OFFERED, GIVEN, CLOSED)
    assert first.amends == (REFUND, CASH)
    assert not first.is_open
    again = walk(OFFERED, GIVEN, CLOSED, REOPENED)
    assert again.is_open
    assert (again.cycle, again.round, again.is_double_deviation) == (2, 0, True)
    assert (again.offer, again.feedback, again.amends) == (None, None, ())
    assert again.given == (REFUND, CASH)
    assert again.count("reopen") == 1
    assert again.claim(START).earlier == (REFUND, CASH)
    assert walk(OFFERED, GIVEN, CLOSED, REOPENED, OFFERED).round == 1


def test_amends_made_in_parts_add_up() -> None:
    """A process that gives in two parts has given both, counted through."""
    rest = ("visit", "AMENDED", happened.Amends((CARE,)))
    case = walk(OFFERED, GIVEN, rest, record(happened.Delivery(2, Fate.EXECUTING)))
    assert case.amends == case.given == (REFUND, CASH, CARE)
    assert case.fate(2) is Fate.EXECUTING


def test_the_last_named_remedy_is_asked_for() -> None:
    """Who contests again without naming a remedy still wants the one named before."""
    named = ("contest", "CONTESTED", happened.Contest("too little", REFUND))
    unnamed = ("contest", "CONTESTED", happened.Contest("still too little"))
    assert walk(OFFERED, named, OFFERED, unnamed).asked_for == REFUND
    assert walk(OFFERED, unnamed).asked_for is None
    assert walk(OFFERED, named, CLOSED, REOPENED).asked_for is None


def test_a_fate_belongs_to_one_remedy() -> None:
    """What failed and succeeded on the second try succeeded; the other waits."""
    failed = record(happened.Delivery(0, Fate.FAILED))
    succeeded = record(happened.Delivery(0, Fate.SUCCEEDED))
    case = walk(OFFERED, GIVEN, failed, succeeded)
    assert case.fate(0) is Fate.SUCCEEDED
    assert case.fate(1) is Fate.APPROVED
    again = walk(OFFERED, GIVEN, CLOSED, REOPENED, failed)
    assert again.fate(0) is Fate.FAILED


def test_what_never_reached_the_customer_was_not_given() -> None:
    """What failed or was reversed counts no more; what nobody knows counts."""
    done = [record(happened.Delivery(0, fate)) for fate in (Fate.FAILED, Fate.UNKNOWN)]
    assert walk(OFFERED, GIVEN, done[0]).given == (CASH,)
    assert walk(OFFERED, GIVEN, done[1]).given == (REFUND, CASH)
    back = record(happened.Delivery(1, Fate.REVERSED))
    case = walk(OFFERED, GIVEN, CLOSED, back, REOPENED)
    assert case.given == case.claim(START).earlier == (REFUND,)
    assert case.remedies == (REFUND, CASH)


@pytest.mark.parametrize(
    "answer",
    [
        record(happened.Approval("f")),
        record(happened.Denial("f", "too much")),
        OFFERED,
        ("decline", "UNRESOLVED", happened.Refusal("no ground")),
        ("withdraw", "UNRESOLVED", happened.Refusal("never mind")),
        ("merge", "MERGED", happened.Merge("C-2")),
        REOPENED,
    ],
    ids=lambda step: type(step[2]).__name__ + step[0],
)
def test_nobody_waits_for_what_is_settled(answer: tuple[str, str, Detail]) -> None:
    """A request is settled by a word on it, by an offer, or by an end."""
    asked = happened.ApprovalRequest(Award((), (CASH,)), "f", ())
    waiting = walk(record(asked), record(happened.Contact()))
    assert waiting.pending_approval is asked
    assert walk(record(asked), answer).pending_approval is None
    newer = attrs.evolve(asked, fingerprint="g")
    assert walk(record(asked), record(newer)).pending_approval is newer


def by_whom(case: Case, *names: str) -> Case:
    """Tell the latest events of a case of other people."""
    kept = len(case.log) - len(names)
    told = zip(case.log[kept:], names, strict=True)
    return Case((*case.log[:kept], *((m, at, by, d) for (m, at, _, d), by in told)))


def test_evidence_answers_only_what_asked_for_it_before() -> None:
    """Evidence answers if it follows the request, in its cycle, from another hand."""
    asked = record(happened.ApprovalRequest(Award((), (CASH,)), "f", ()))
    photo, bill = (record(happened.Submission(what)) for what in ("photo", "bill"))
    assert not walk(asked).has_answered("bo")
    assert not walk(photo).has_answered("bo")
    assert not walk(photo, asked).has_answered("bo")
    assert walk(asked, photo).has_answered("bo")
    assert not walk(asked, photo).has_answered("Ana")
    assert by_whom(walk(asked, photo, bill), "kim", "bo").has_answered("bo")
    assert by_whom(walk(asked, photo, bill), "bo", "kim").has_answered("bo")
    assert not walk(asked, photo, CLOSED, REOPENED).has_answered("bo")
    assert not walk(asked, CLOSED, REOPENED, photo).has_answered("bo")
    merged = record(happened.Absorption("C-2", evidence=("a photo",)))
    assert not walk(asked, merged).has_answered("bo")


def test_everybody_on_the_customers_side_is_known() -> None:
    """Customer, complainant and whoever was affected are one side of the case."""
    assert walk().customers == {"customer"}
    family = attrs.evolve(LATE, complainant="a parent", affected=("kim", "jo"))
    (move, at, by, _), *_ = walk().log
    report = happened.Report("C-1", family, Customer("c-7"))
    case = Case(((move, at, by, report),))
    assert case.customers == {"customer", "c-7", "a parent", "kim", "jo"}


def test_who_asked_is_known_while_it_waits() -> None:
    """The newest request names who made it; nobody asks for what is settled."""
    first = happened.ApprovalRequest(Award((), (CASH,)), "f", ())
    case = walk(record(first), record(attrs.evolve(first)))
    assert by_whom(case, "company", "bo").asked_by == "bo"
    assert walk(record(first), record(happened.Approval("f"))).asked_by is None


def test_two_views_stand_side_by_side() -> None:
    """The finding of the company and the customer's view do not replace each other."""
    found = record(happened.Finding(FIRM, rule="by_weight"))
    by_hand = record(happened.Finding(CUSTOMER))
    case = walk(found, record(happened.Perception(CUSTOMER)))
    assert (case.finding, case.perception) == (FIRM, CUSTOMER)
    assert not case.found_by_person
    assert walk(found, by_hand).found_by_person
    assert walk(found, by_hand).finding == CUSTOMER


def test_a_verdict_is_on_record_and_not_in_the_claim() -> None:
    """Each claim is judged anew: the snapshot suspects nobody."""
    case = walk(record(happened.Judgement(OFTEN, "counts")))
    assert case.verdict == OFTEN
    assert case.claim(START).verdict is NO_SUSPICION


def test_cases_folded_into_each_other_are_all_known() -> None:
    """What was absorbed by the absorbed is absorbed, with what it had given."""
    one = happened.Absorption("C-2", ("C-3", "C-4"), (CARE,))
    other = happened.Absorption("C-5", (), ())
    case = walk(OFFERED, record(one), GIVEN, record(other))
    assert case.absorbed == {"C-2", "C-3", "C-4", "C-5"}
    assert case.given == (REFUND, CASH, CARE)
    assert case.amends == (REFUND, CASH)


def test_a_case_that_goes_on_elsewhere_says_where() -> None:
    """A merged case has ended and names the survivor."""
    case = walk(("merge", "MERGED", happened.Merge("C-2")))
    assert (case.merged_into, case.state, case.is_open) == ("C-2", "MERGED", False)


def test_a_case_begins_with_its_report() -> None:
    """A log that begins in the middle cannot say what it is about."""
    headless = Case(walk(OFFERED).log[1:])
    for ask in ("id", "failure", "customer", "contacts"):
        with pytest.raises(InvalidValueError, match="a case begins with its report"):
            getattr(headless, ask)
    with pytest.raises(InvalidValueError, match="a case begins with its report"):
        headless.claim(START)


def test_a_case_reads_as_a_story() -> None:
    """Who reads a case reads when, what, who, and what it carried, and no blanks."""
    due = Reason("half-hour", "the train was late", {"minutes": 75})
    offer = happened.Offer(Award((REFUND,), (CASH,), (due,)), policy="3f2a")
    case = walk(
        ("apologize", "APOLOGIZED", happened.Apology(words="we are sorry")),
        record(happened.Finding(FIRM, rule="by_weight")),
        record(happened.Judgement(OFTEN, "counts")),
        record(happened.HookFailure("counts", "raised", held=True)),
        ("offer", "OFFERED", offer),
        ("make_amends", "AMENDED", happened.Amends((REFUND, CASH), ("r-1",))),
        CLOSED,
        REOPENED,
        ("hear", "HEARD", happened.OwnStep("on the phone", Facts({"minutes": 5}))),
        ("visit", "HEARD", happened.OwnStep()),
        customer=Customer("kim"),
    )
    assert case.explain() == (
        "case C-1: train late - HEARD, cycle 2\n"
        "  2026-05-01 12:00:00+00:00  report by ana\n"
        "      case id: C-1\n"
        "      failure: train late (moderate)\n"
        "      customer: kim\n"
        "  2026-05-01 13:00:00+00:00  apologize by ana\n"
        "      words: we are sorry\n"
        "  2026-05-01 14:00:00+00:00  finding by ana\n"
        "      attribution: firm 1\n"
        "      rule: by_weight\n"
        "  2026-05-01 15:00:00+00:00  judgement by ana\n"
        "      verdict: NOTE (score 0)\n"
        "      because: often: too often\n"
        "      detector: counts\n"
        "  2026-05-01 16:00:00+00:00  hook-failure by ana\n"
        "      hook: counts\n"
        "      error: raised\n"
        "      held: yes\n"
        "  2026-05-01 17:00:00+00:00  offer by ana\n"
        "      alternative: refund EUR 42.00\n"
        "      amends: cash EUR 5.00\n"
        "      because: half-hour: the train was late [minutes=75]\n"
        "      round: 1\n"
        "      policy: 3f2a\n"
        "  2026-05-01 18:00:00+00:00  make_amends by ana\n"
        "      remedies: refund EUR 42.00\n"
        "      remedies: cash EUR 5.00\n"
        "      receipts: r-1\n"
        "  2026-05-01 19:00:00+00:00  feed_back by ana\n"
        "      lesson: inspect weekly\n"
        "  2026-05-01 20:00:00+00:00  reopen by ana\n"
        "      why: late again\n"
        "  2026-05-01 21:00:00+00:00  hear by ana\n"
        "      note: on the phone\n"
        "      facts: minutes=5\n"
        "  2026-05-01 22:00:00+00:00  visit by ana"
    )
