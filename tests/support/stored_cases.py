"""Cases of every sort, stored as golden files, for the tests of the codec."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import reduce
from pathlib import Path
from typing import Any, Final, get_args, get_type_hints

import attrs
import pytest

from recovery_core import (
    Attribution,
    Award,
    Case,
    Cause,
    Conduct,
    Customer,
    Detection,
    Event,
    Facts,
    FailureKind,
    Fate,
    Locus,
    Money,
    PastClaim,
    Reason,
    Remedy,
    RemedyKind,
    ServiceFailure,
    Severity,
    Stability,
    Verdict,
    from_json,
)
from recovery_core._domain.due import Attempt, Due
from recovery_core._domain.failure import Act, Aspect, Origin, Resource
from recovery_core._domain.move import RECORD
from recovery_core._domain.verdict import Action
from recovery_core.errors import StoredFormatError
from recovery_core.events import (
    TAGS,
    Absorption,
    Acceptance,
    Acknowledgement,
    Amends,
    Apology,
    Appeal,
    Approval,
    ApprovalRequest,
    Cancellation,
    Clarification,
    ConductNote,
    Contact,
    Contest,
    Delivery,
    Denial,
    Detail,
    Escalation,
    Feedback,
    Finding,
    HookFailure,
    Judgement,
    Lapse,
    Merge,
    Offer,
    OwnStep,
    Perception,
    Refusal,
    Reopening,
    Report,
    Retry,
    Submission,
)
from recovery_core.process import FIVE_STEPS, Process, replay
from tests.support.histories import OWN_STEPS

GOLDEN: Final = Path(__file__).parents[1] / "golden"
NOON: Final = datetime(2026, 5, 1, 12, tzinfo=UTC)


def tell(
    report: Report, *steps: tuple[str, Detail, str], process: Process = FIVE_STEPS
) -> Case:
    """Write a case by hand, an hour and a microsecond between events."""
    events = [Event(process.opening, NOON, "kim", report)]
    for trigger, detail, by in steps:
        last = events[-1]
        moves = {RECORD: process.stays[last.state], **process.moves[last.state]}
        move = moves[trigger]
        at = last.at + timedelta(hours=1, microseconds=1)
        events.append(Event(move, at, by, detail))
    return replay(events, process)


FARE: Final = Money("42.00", "EUR")
PART: Final = Money("12.00", "EUR")
SIGNAL: Final = Cause(
    "signal failure",
    "supplier",
    weight=Fraction(100, 3),
    stability=Stability.STABLE,
    confidence="9/10",
    evidence=("log 17", 'seen: "red"'),
    asserted_by="operations",
)


LATE: Final = Cause("late aircraft", "firm", locus=Locus.EXTERNAL, parent=SIGNAL.name)
BROKEN: Final = ServiceFailure(
    "train late: Zürich ✓ 🚆",
    kind=FailureKind(
        aspect=Aspect.PROCESS,
        act=Act.COMMISSION,
        origin=Origin.HUMAN,
        resource=Resource.MONEY,
    ),
    severity=Severity.MAJOR,
    loss=FARE,
    occurred_on=date(2026, 4, 30),
    detection=Detection.COMPANY,
    touchpoint="on board",
    complainant="kim",
    affected=("sam", "lee"),
    causes=(SIGNAL, LATE),
    facts={
        "delay": 75,
        "is_member": True,
        "carrier": "north\nwest",
        "share": Fraction(1, 3),
        "fare": FARE,
        "day": date(2026, 4, 30),
        "due": datetime(2026, 4, 30, 23, 59, 59, 999_999, tzinfo=UTC),
        "took": timedelta(hours=1, microseconds=5),
        "huge": -(10**40),
    },
)


KIM: Final = Customer(
    "kim",
    since=date(2019, 2, 28),
    tier="gold",
    encounters=120,
    claims=(
        PastClaim(date(2025, 1, 2), awarded=Money("500", "JPY"), was_confirmed=True),
        PastClaim(date(2025, 1, 3), what="no seat"),
    ),
    annual_sales=Money("1234.567", "KWD"),
    annual_margin=Money("-0.01", "EUR"),
    is_leaving=True,
)


RULE: Final = Reason("late-60", "an hour late or more", {"delay": 75, "fare": FARE})
REFUND: Final = Remedy(RemedyKind.REFUND, FARE, what="the fare", is_statutory=True)
POINTS: Final = Remedy(RemedyKind.POINTS, points=500)
DISCOUNT: Final = Remedy(RemedyKind.DISCOUNT, basis_points=2000)
CARE: Final = Remedy(RemedyKind.CARE)
AWARD: Final = Award((REFUND, POINTS), (CARE, DISCOUNT), (RULE,), timedelta(days=14))
SHARED: Final = Attribution(
    {"unknown": "1/2", "firm": "1/4", "supplier": "1/4"}, (SIGNAL,), (RULE,)
)


CAPPED: Final = Verdict(
    action=Action.CAP,
    score="0.9",
    reasons=(Reason("often", "five claims in six stays", {"claims": 5}),),
    cap=Money("10.00", "EUR"),
    expires_at=NOON + timedelta(days=365),
)


CLEARED: Final = Verdict()
KNOWN: Final = ("acknowledge", Acknowledgement("e-mail"), "ana")
SORRY: Final = (
    "apologize",
    Apology(owns_responsibility=True, words="we failed"),
    "ana",
)


TERMS: Final = (NOON + timedelta(days=14), "3f2a9c", (RULE,))
OFFERED: Final = ("offer", Offer(AWARD, 1, *TERMS), "ana")
LEARNED: Final = (
    "feed_back",
    Feedback("inspect weekly", "rust", "stainless points"),
    "ana",
)


def recovered() -> Case:
    """Walk the five steps, with all that can be known of a failure and a customer."""
    return tell(
        Report("C-1", BROKEN, KIM, "web form"),
        KNOWN,
        (RECORD, Finding(SHARED, "by_weight"), "ana"),
        (RECORD, Perception(Attribution.to("firm", RULE)), "kim"),
        SORRY,
        OFFERED,
        ("accept", Acceptance(1, 0), "kim"),
        (
            "make_amends",
            Amends((REFUND, CARE, DISCOUNT), (None, "menu-3", None)),
            "ana",
        ),
        *(
            (RECORD, detail, by)
            for detail, by in (
                (Delivery("C-1/1", Fate.EXECUTING, attempt=1), "bank"),
                (Delivery("C-1/1", Fate.FAILED, PART, happened_at=NOON), "bank"),
                (Retry("C-1/1"), "ana"),
                (Delivery("C-1/1", Fate.SUCCEEDED, None, "bank-77", 2), "bank"),
                (Delivery("C-1/1", Fate.SUCCEEDED, None, "bank-78", 2), "bank"),
                (Clarification(1, "bank-78 was taken back at once"), "bo"),
                (Cancellation("C-1/3", "gold already"), "ana"),
            )
        ),
        LEARNED,
    )


def contested() -> Case:
    """Let offers lapse and be contested, concede, learn, and begin again."""
    brief = Offer(AWARD, 1, NOON + timedelta(hours=4))
    return tell(
        Report("C-2", ServiceFailure("no seat")),
        ("acknowledge", Acknowledgement(), "ana"),
        ("apologize", Apology(), "ana"),
        ("offer", brief, "ana"),
        ("lapse", Lapse(1), "clock"),
        ("offer", Offer(AWARD, 2), "ana"),
        ("contest", Contest("too little", REFUND), "kim"),
        (RECORD, Contact("phone"), "kim"),
        (RECORD, ConductNote(Conduct.UPSET), "ana"),
        ("concede", Refusal("no agreement"), "ana"),
        LEARNED,
        ("reopen", Reopening("late again"), "kim"),
        ("escalate", Escalation("tier 2", "second time"), "ana"),
    )


def suspected() -> Case:
    """Judge, appeal and judge again; ask, deny, ask and approve."""
    request = ApprovalRequest(AWARD, "f00d", (RULE,), "3f2a9c")
    return tell(
        Report("C-3", ServiceFailure("lost luggage")),
        (RECORD, HookFailure("velocity", "it raised KeyError: 'x'", held=True), "ana"),
        (RECORD, Judgement(CAPPED, "velocity"), "ana"),
        (RECORD, Submission("receipt.pdf"), "kim"),
        (RECORD, Appeal("I lost it five times"), "kim"),
        (RECORD, Judgement(CLEARED, "bo", is_appeal=True), "bo"),
        (RECORD, request, "ana"),
        (RECORD, Denial("f00d", "too much"), "bo"),
        (RECORD, attrs.evolve(request, fingerprint="beef"), "ana"),
        (RECORD, Approval("beef"), "bo"),
        ("withdraw", Refusal("found it"), "kim"),
    )


BOUNCED: Final = Due(
    "C-6/1",
    REFUND,
    2,
    (Attempt(Fate.REVERSED, None, FARE, PART, "bank-8"),),
    is_cancelled=True,
    replaced_by=("C-6/2",),
)


def merged() -> Case:
    """Take in one case, and go on in another."""
    return tell(
        Report("C-4", ServiceFailure("no answer")),
        (
            RECORD,
            Absorption("C-5", ("C-6",), (POINTS,), ("a photo",), 2, (BOUNCED,)),
            "ana",
        ),
        (RECORD, Delivery("C-6/1", Fate.SUCCEEDED, None, "bank-9", 2), "bank"),
        ("merge", Merge("C-7"), "ana"),
    )


def own_steps() -> Case:
    """Follow a process of one's own."""
    return tell(
        Report("C-8", ServiceFailure("leak")),
        (
            "visit",
            OwnStep("wet floor", Facts({"depth_mm": 3, "since": date(2026, 4, 1)})),
            "jo",
        ),
        ("offer", Offer(Award(amends=(CARE,))), "jo"),
        process=OWN_STEPS,
    )


CASES: Final[dict[str, tuple[Callable[[], Case], Process]]] = {
    "recovered": (recovered, FIVE_STEPS),
    "contested": (contested, FIVE_STEPS),
    "suspected": (suspected, FIVE_STEPS),
    "merged": (merged, FIVE_STEPS),
    "own-steps": (own_steps, OWN_STEPS),
}


def stored(name: str) -> str:
    """Read a golden file as it was written."""
    return (GOLDEN / f"{name}.json").read_bytes().decode()


def about(**facts: Any) -> Case:
    """Tell a case of nothing but facts."""
    return tell(Report("C-1", ServiceFailure("late", facts=facts)))


def refusal(text: Any, process: Process = FIVE_STEPS) -> str:
    """Return why a text is no case."""
    with pytest.raises(StoredFormatError) as refused:
        from_json(text, process)
    assert len(str(refused.value)) < 2000
    return str(refused.value)


def changed(name: str, path: tuple[Any, ...], value: object) -> str:
    """Read a golden file and change the value at one place."""
    body = json.loads(stored(name))
    reduce(operator.getitem, path[:-1], body)[path[-1]] = value
    return json.dumps(body)


AT_SHARES: Final = ("events", 2, "detail", "attribution", "shares")
WRONG: Final[tuple[object, ...]] = (
    *(None, True, False, 0, -1, 3, 5.5, 10**4200, float("nan"), float("inf")),
    *("", "3", "nonsense", "2026-05-01", [], [[]], ["x"], {}, {"a": 1}),
)


def _kinds() -> list[type[Any]]:
    """List every class of value that a case can hold."""
    found: list[type[Any]] = []

    def visit(kind: Any) -> None:
        for inner in get_args(kind):
            visit(inner)
        if isinstance(kind, type) and attrs.has(kind) and kind not in found:
            found.append(kind)
            for hint in get_type_hints(kind).values():
                visit(hint)

    for kind in TAGS.values():
        visit(kind)
    return found
