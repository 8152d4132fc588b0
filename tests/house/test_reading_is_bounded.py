"""Reading a stored case takes time that grows with its length, and no faster.

Counted in instructions and not in seconds: twice the length is at most a little more
than twice the work, whatever a case is full of.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core import (
    Award,
    Case,
    Cause,
    Customer,
    Fate,
    Money,
    PastClaim,
    Reason,
    RecoveryEngine,
    Remedy,
    RemedyKind,
    ServiceFailure,
    Verdict,
    abuse,
    events_from_json,
    events_to_json,
    from_json,
    service_levels,
    to_json,
)
from recovery_core._domain.attribution import Attribution, total_weight
from recovery_core._domain.events import Detail
from recovery_core._domain.log import Log, Row
from recovery_core._domain.move import RECORD
from recovery_core._domain.verdict import Action
from recovery_core.attribution import Defence, ToRoots
from recovery_core.authority import spent_on
from recovery_core.errors import InvalidValueError
from recovery_core.events import (
    Absorption,
    Acceptance,
    Acknowledgement,
    Amends,
    Apology,
    Appeal,
    Approval,
    ApprovalRequest,
    Contact,
    Delivery,
    Feedback,
    Finding,
    Judgement,
    Offer,
    Refusal,
    Reopening,
    Report,
)
from recovery_core.process import FIVE_STEPS
from recovery_core.process.progress import CaseProgress
from recovery_core.tables import Table
from tests.support.histories import OWN_STEPS, case_histories
from tests.support.work import work

NOON: Final = datetime(2026, 5, 1, 12, tzinfo=UTC)
CENT: Final = Remedy(RemedyKind.CASH, Money("0.01", "EUR"))
WHY: Final = Reason("often", "too often", {"claims": 7})
SUSPECT: Final = Verdict(action=Action.NOTE, reasons=(WHY,))
A_FEW: Final = 40
TWICE: Final = 2 * A_FEW
# Besides what doubles there is what stays; nothing that grows faster keeps to this.
MUCH_MORE: Final = 2.05

Steps = Iterator[tuple[str, Detail]]


def case_of(
    steps: Steps,
    failure: ServiceFailure | None = None,
    customer: Customer | None = None,
) -> Case:
    """Write a case by hand, along the five steps."""
    report = Report("C", failure or ServiceFailure("late"), customer)
    rows: list[Row] = [(FIVE_STEPS.opening, NOON, "kim", report)]
    for position, (trigger, detail) in enumerate(steps):
        state = rows[-1][0].target
        stays = trigger == RECORD
        move = FIVE_STEPS.stays[state] if stays else FIVE_STEPS.moves[state][trigger]
        rows.append((move, NOON, "ana" if position % 2 else "bo", detail))
    return Case(tuple(rows))


def contacts(n: int) -> Steps:
    """Nothing but contacts."""
    return ((RECORD, Contact()) for _ in range(n))


def absorptions(n: int) -> Steps:
    """One case folded in after the other."""
    return ((RECORD, Absorption(f"x{i}")) for i in range(n))


def wide_absorptions(n: int) -> Steps:
    """Cases folded in that had each absorbed many."""
    for i in range(n):
        yield RECORD, Absorption(f"x{i}", tuple(f"y{i}-{k}" for k in range(20)))


def appeals(n: int) -> Steps:
    """One verdict, and many appeals."""
    yield RECORD, Judgement(SUSPECT, "D")
    yield from ((RECORD, Appeal("no")) for _ in range(n))


def judgements(n: int) -> Steps:
    """One judgement after the other, each by another detector."""
    return ((RECORD, Judgement(SUSPECT, f"D{i}")) for i in range(n))


def approvals(n: int) -> Steps:
    """One person asks, another one approves, again and again."""
    for i in range(n):
        yield RECORD, ApprovalRequest(Award(amends=(CENT,)), f"{i}", (WHY,))
        yield RECORD, Approval(f"{i}")


def a_request_long_ago(n: int) -> Steps:
    """A request, and much on record before it is answered."""
    yield RECORD, ApprovalRequest(Award(amends=(CENT,)), "f", (WHY,))
    yield from contacts(n)
    yield RECORD, Approval("f")


def deliveries(n: int) -> Steps:
    """Many remedies, and what became of each."""
    remedies = (CENT,) * n
    yield "acknowledge", Acknowledgement()
    yield "apologize", Apology()
    yield "offer", Offer(Award(amends=remedies))
    yield "accept", Acceptance(1)
    yield "make_amends", Amends(remedies)
    yield from ((RECORD, Delivery(f"C/{i + 1}", Fate.EXECUTING)) for i in range(n))


def cycles(n: int) -> Steps:
    """Reopened again and again."""
    for _ in range(n):
        yield "acknowledge", Acknowledgement()
        yield "decline", Refusal("no")
        yield "feed_back", Feedback("none")
        yield "reopen", Reopening("still wrong")


def long_history(n: int) -> Case:
    """A customer with many claims, and a failure with many facts and causes."""
    chain = tuple(
        Cause(f"c{i}", "firm", parent=f"c{i + 1}" if i < n else None)
        for i in range(n + 1)
    )
    failure = ServiceFailure(
        "late",
        facts={f"f{i}": Money.from_minor(i, "EUR") for i in range(n)},
        affected=tuple(f"p{i}" for i in range(n)),
        causes=chain,
    )
    past = tuple(PastClaim(date(2026, 4, 1)) for _ in range(n))
    customer = Customer("ann", encounters=n, claims=past)
    shares = Attribution({f"p{i}": Fraction(1, n) for i in range(n)})
    found: list[tuple[str, Detail]] = [
        (RECORD, Finding(shares)),
        (RECORD, ApprovalRequest(Award(amends=(CENT,) * n), "f", (WHY,) * n)),
        (RECORD, Absorption("x", evidence=("bill",) * n)),
    ]
    return case_of(iter(found), failure, customer)


CASES: Final[dict[str, Callable[[int], Case]]] = {
    "contacts": lambda n: case_of(contacts(n)),
    "absorptions": lambda n: case_of(absorptions(n)),
    "absorptions of many": lambda n: case_of(wide_absorptions(n)),
    "appeals": lambda n: case_of(appeals(n)),
    "judgements": lambda n: case_of(judgements(n)),
    "approvals": lambda n: case_of(approvals(n)),
    "a request long ago": lambda n: case_of(a_request_long_ago(n)),
    "deliveries": lambda n: case_of(deliveries(n)),
    "cycles": lambda n: case_of(cycles(n)),
    "long values": long_history,
}
cases_full_of = pytest.mark.parametrize("make", CASES.values(), ids=CASES)


def grows_no_faster(run: Callable[[Any], object], few: Any, twice: Any) -> bool:
    """Tell whether twice as much takes at most twice the work."""
    run(few)  # what is done once, such as writing a reader, is done before
    return work(lambda: run(twice)) <= MUCH_MORE * work(lambda: run(few))


@cases_full_of
def test_reading_grows_with_the_length_alone(make: Callable[[int], Case]) -> None:
    """Twice the log is twice the work: as one text, or as one for each event."""
    few, twice = make(A_FEW), make(TWICE)
    assert from_json(to_json(twice)) == twice
    assert grows_no_faster(from_json, to_json(few), to_json(twice))
    assert grows_no_faster(events_from_json, events_to_json(few), events_to_json(twice))


def test_reading_builds_one_case_and_not_one_for_each_event(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """To copy a log for each of its events takes the square of its length."""
    text = to_json(CASES["contacts"](A_FEW))
    built: list[Log] = []

    def note(case: Log) -> None:
        built.append(case)

    monkeypatch.setattr(Log, "__attrs_post_init__", note)
    assert [from_json(text)] == built


def next_steps(case: Case) -> None:
    """Do with a case what is done with one that was read."""
    engine = RecoveryEngine(
        policy=lambda claim: Award((Remedy(RemedyKind.EXPLANATION),)),
        attribution=ToRoots(),
        liability=Defence(is_two_stage=True),
        abuse=abuse.worst_of(
            abuse.ClaimVelocity(3, timedelta(days=90)), abuse.ClaimRate()
        ),
        clock=lambda: NOON,
    )
    engine.allowed(case)
    engine.contact(engine.assess(case))
    engine.merge(engine.open(case.failure, case_id="other"), case)
    service_levels.ACKNOWLEDGE.measure(case, NOON)
    spent_on([case], "ana", NOON.date(), "EUR")
    case.explain()
    to_json(case)
    hash(case)


@cases_full_of
def test_what_follows_grows_with_the_length_alone(make: Callable[[int], Case]) -> None:
    """A step, a measure, a sum, the case told: each takes as long as the log is."""
    assert grows_no_faster(next_steps, make(A_FEW), make(TWICE))


def test_a_chain_of_causes_is_followed_once() -> None:
    """Each link stands before all that follow, and none is walked for each of them."""
    few, twice = (long_history(n).claim(NOON) for n in (A_FEW, TWICE))
    assert grows_no_faster(ToRoots(), few, twice)


@given(
    st.sampled_from([FIVE_STEPS, OWN_STEPS]).flatmap(
        lambda process: case_histories(process, plain=True)
    )
)
def test_a_reader_keeps_what_a_case_would_say(case: Case) -> None:
    """After every event, what is kept is what the case as it stood would answer."""
    progress = CaseProgress()
    for length, row in enumerate(case.log, 1):
        progress.add(row)
        then = Case(case.log[:length])
        assert progress.case() == then
        for name in NAMES:
            assert getattr(progress, name) == getattr(then, name), name
        ledger = progress.ledger
        assert tuple(ledger.own.values()) == then.dues
        assert tuple(ledger.absorbed.values()) == then.absorbed_dues
        assert ledger.open_contradictions == then.contradictions
        for trigger in {move.trigger for move, *_ in case.log}:
            assert progress.count(trigger) == then.count(trigger)


NAMES: Final = (
    *("id", "state", "is_open", "round", "merged_into", "absorbed", "verdict"),
    *("customers", "judges", "appellant", "offer", "acceptance", "is_promised"),
    *("pending_approval", "asked_by"),
)


def test_fractions_without_a_common_measure_are_not_added_up_for_ever() -> None:
    """A thousand weights with denominators of thousands of digits are refused."""
    weights = [f"1/{10**4000 + i}" for i in range(30)]
    causes = tuple(Cause(f"{i}", "firm", weight=w) for i, w in enumerate(weights))
    assert total_weight(causes[:3]) > 0
    with pytest.raises(InvalidValueError, match="common denominator of 30 fractions"):
        total_weight(causes)
    with pytest.raises(InvalidValueError, match="too long to add them up: round them"):
        Attribution.by_weight(causes)


# Tables

NUMBER: Final = {"holds": "integer", "least": 0, "most": 10**6}
EURO: Final = {"pay": {"amount": {"fixed": "EUR 1.00"}}}


def stored_table(
    columns: dict[str, Any], rules: list[dict[str, Any]], **more: Any
) -> str:
    """Write a table by hand."""
    head = {"format": "recovery_core/table", "version": 1, "name": "t"}
    body = {"columns": columns, "rules": rules, "otherwise": "no", **more}
    return json.dumps({**head, **body})


def stored_rule(number: int, when: dict[str, Any]) -> dict[str, Any]:
    """Write a rule by hand."""
    return {"code": f"r{number}", "when": when, "amends": [EURO]}


TABLES: Final[dict[str, Callable[[int], str]]] = {
    "rules": lambda n: stored_table(
        {"n": NUMBER},
        [
            stored_rule(i, {"n": {"at_least": 9 * i, "at_most": 9 * i + 5}})
            for i in range(n)
        ],
    ),
    "exclusions": lambda n: stored_table(
        {"n": NUMBER},
        [stored_rule(0, {"n": {"in": [1]}})],
        exclusions=[
            {"code": f"x{i}", "when": {"n": {"in": [i + 9]}}} for i in range(n)
        ],
    ),
    "values of a cell": lambda n: stored_table(
        {"n": NUMBER}, [stored_rule(0, {"n": {"in": list(range(0, 2 * n, 2))}})]
    ),
    "spans of a cell": lambda n: stored_table(
        {"n": NUMBER},
        [
            stored_rule(
                0,
                {"n": [{"at_least": i, "at_most": i + 1} for i in range(0, 3 * n, 3)]},
            )
        ],
    ),
    "choices": lambda n: stored_table(
        {"k": {"holds": "choices", "values": [f"c{i}" for i in range(n)]}},
        [stored_rule(0, {"k": {"in": ["c1"]}})],
    ),
    "gifts": lambda n: stored_table(
        {"n": NUMBER},
        [
            {
                "code": "r",
                "when": {"n": {"in": [1]}},
                "amends": [{"remedy": {"kind": "care"}}] * n,
            }
        ],
    ),
    "columns": lambda n: stored_table(
        {f"n{i}": NUMBER for i in range(n)},
        [stored_rule(0, {f"n{i}": {"in": [1]} for i in range(n)})],
    ),
}


@pytest.mark.parametrize("write", TABLES.values(), ids=TABLES)
def test_reading_a_table_grows_with_its_length_alone(
    write: Callable[[int], str],
) -> None:
    """Checked for gaps, overlaps and dead rules, too; sorting takes a little more."""
    few, twice = write(10 * A_FEW), write(10 * TWICE)
    Table.from_json(few)
    done = work(lambda: Table.from_json(few))
    assert work(lambda: Table.from_json(twice)) < 2.3 * done
