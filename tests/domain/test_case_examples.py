from datetime import UTC, datetime, timedelta

import attrs
import pytest

from recovery_core import events as happened
from recovery_core._domain.case import Case
from recovery_core._domain.claim import NO_SUSPICION
from recovery_core._domain.customer import Customer
from recovery_core._domain.due import Fate
from recovery_core._domain.events import Detail
from recovery_core._domain.failure import Detection
from recovery_core._domain.log import Row
from recovery_core._domain.move import RECORD, REPORT, Move
from recovery_core._domain.reason import Facts, Reason
from recovery_core._domain.remedy import Award
from recovery_core._domain.verdict import Conduct
from recovery_core.errors import InvalidValueError
from tests.support.case_logs import (
    CARE,
    CASH,
    CUSTOMER,
    FIRM,
    LATE,
    OFTEN,
    REFUND,
)

START = datetime(2026, 5, 1, 12, tzinfo=UTC)


# ---------------------------------------------------------------------- by example


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
    under_way = record(happened.Delivery("C-1/3", Fate.EXECUTING))
    case = walk(OFFERED, GIVEN, rest, under_way)
    assert case.amends == case.given == (REFUND, CASH, CARE)
    assert [due.remedy for due in case.dues] == [REFUND, CASH, CARE]
    assert case.due("C-1/3").fate is Fate.EXECUTING


def test_the_last_named_remedy_is_asked_for() -> None:
    """Who contests again without naming a remedy still wants the one named before."""
    named = ("contest", "CONTESTED", happened.Contest("too little", REFUND))
    unnamed = ("contest", "CONTESTED", happened.Contest("still too little"))
    assert walk(OFFERED, named, OFFERED, unnamed).asked_for == REFUND
    assert walk(OFFERED, unnamed).asked_for is None
    assert walk(OFFERED, named, CLOSED, REOPENED).asked_for is None


def test_a_fate_belongs_to_one_due() -> None:
    """What succeeded succeeded; the other waits, and the next cycle changes nothing."""
    succeeded = record(happened.Delivery("C-1/1", Fate.SUCCEEDED))
    case = walk(OFFERED, GIVEN, succeeded)
    assert [due.fate for due in case.dues] == [Fate.SUCCEEDED, Fate.APPROVED]
    assert [due.id for due in case.owes] == ["C-1/2"]
    failed = record(happened.Delivery("C-1/1", Fate.FAILED))
    again = walk(OFFERED, GIVEN, CLOSED, REOPENED, failed)
    assert again.due("C-1/1").fate is Fate.FAILED


def test_what_never_reached_the_customer_was_not_given() -> None:
    """What failed or was reversed counts no more; what nobody knows counts."""
    failed, unknown = (
        record(happened.Delivery("C-1/1", fate)) for fate in (Fate.FAILED, Fate.UNKNOWN)
    )
    assert walk(OFFERED, GIVEN, failed).given == (CASH,)
    assert walk(OFFERED, GIVEN, unknown).given == (REFUND, CASH)
    back = record(happened.Delivery("C-1/2", Fate.REVERSED))
    case = walk(OFFERED, GIVEN, CLOSED, back, REOPENED)
    assert case.given == case.claim(START).earlier == (REFUND,)
    assert [due.remedy for due in case.dues] == [REFUND, CASH]


def test_what_was_never_owed_is_named_with_what_was() -> None:
    """A due is found by its id alone, and a wrong one names those there are."""
    case = walk(OFFERED, GIVEN)
    assert case.find_due("C-1/3") is None
    with pytest.raises(InvalidValueError, match="no due 'C-1/3': give the id of one"):
        case.due("C-1/3")
    with pytest.raises(InvalidValueError, match="there are: none"):
        walk(OFFERED).due("C-1/1")


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
        ("make_amends", "AMENDED", happened.Amends((REFUND, CASH), ("r-1", None))),
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
        "      receipts: none\n"
        "  2026-05-01 19:00:00+00:00  feed_back by ana\n"
        "      lesson: inspect weekly\n"
        "  2026-05-01 20:00:00+00:00  reopen by ana\n"
        "      why: late again\n"
        "  2026-05-01 21:00:00+00:00  hear by ana\n"
        "      note: on the phone\n"
        "      facts: minutes=5\n"
        "  2026-05-01 22:00:00+00:00  visit by ana"
    )
