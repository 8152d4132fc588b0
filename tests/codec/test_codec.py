from __future__ import annotations

import json
import operator
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum, IntEnum
from fractions import Fraction
from functools import reduce
from itertools import permutations
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

import attrs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

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
    events_from_json,
    events_to_json,
    from_json,
    to_json,
)
from recovery_core._domain import plain
from recovery_core._domain.failure import Act, Aspect, Origin, Resource
from recovery_core._domain.move import RECORD
from recovery_core._domain.verdict import Action
from recovery_core.codec import SCHEMA_VERSION, faults, values
from recovery_core.codec import stored as stored_form
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
    Submission,
)
from recovery_core.process import FIVE_STEPS, Process, replay
from recovery_core.testing.strategies import texts
from tests.support.histories import OWN_STEPS, case_histories

GOLDEN: Final = Path(__file__).parents[1] / "golden"
NOON: Final = datetime(2026, 5, 1, 12, tzinfo=UTC)


# ------------------------------------------------------------------ golden cases


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
        ("make_amends", Amends((REFUND, CARE, DISCOUNT), ("bank-77",)), "ana"),
        (RECORD, Delivery(0, Fate.EXECUTING), "bank"),
        (RECORD, Delivery(0, Fate.SUCCEEDED, "bank-77"), "bank"),
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


def merged() -> Case:
    """Take in one case, and go on in another."""
    return tell(
        Report("C-4", ServiceFailure("no answer")),
        (RECORD, Absorption("C-5", ("C-6",), (POINTS,), ("a photo",), 2), "ana"),
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


@pytest.mark.parametrize("name", CASES)
def test_the_stored_form_stands(name: str) -> None:
    """What is kept as golden is written today, byte for byte, and read as it was meant.

    Where this fails the stored form has changed. If all that is new is a field with a
    default, copy the old file to golden/older and run ``python -m tests.golden.write``;
    anything else takes a higher SCHEMA_VERSION and a reader for the old one.
    """
    case, process = CASES[name][0](), CASES[name][1]
    assert to_json(case).encode() == (GOLDEN / f"{name}.json").read_bytes()
    assert from_json(stored(name), process) == case
    assert from_json(stored(name).encode(), process) == case
    assert json.loads(stored(name))["version"] == SCHEMA_VERSION == 1


def _holds(new: object, old: object) -> bool:
    """Tell whether nothing of an old document is missing or different in a new one."""
    if isinstance(old, dict) and isinstance(new, dict):
        return all(key in new and _holds(new[key], old[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        pairs = zip(new, old, strict=True)
        return len(new) == len(old) and all(_holds(*pair) for pair in pairs)
    return new == old


@pytest.mark.parametrize(
    "path", sorted(GOLDEN.glob("older/*.json")), ids=lambda path: path.stem
)
def test_what_an_older_release_wrote_is_read(path: Path) -> None:
    """Files without the fields that came later are read, and nothing is lost."""
    old = json.loads(path.read_bytes())
    process = OWN_STEPS if old["process"] == OWN_STEPS.hash else FIVE_STEPS
    case = from_json(path.read_bytes(), process)
    assert _holds(json.loads(to_json(case)), old)


def test_every_sort_of_event_is_kept_as_a_golden_file() -> None:
    """Every tag stands in a golden file, and no golden file without a case."""
    bodies = [json.loads(stored(name)) for name in CASES]
    tags = {event["type"] for body in bodies for event in body["events"]}
    assert tags == set(TAGS)
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(CASES)


def test_no_class_is_named() -> None:
    """A class can be renamed or moved, and stored cases never know."""
    kinds = {kind.__name__ for kind in _kinds()} - {"Money", "Facts"}
    for name in CASES:
        for kind in kinds:
            assert f'"{kind}"' not in stored(name)
        assert "recovery_core." not in stored(name)


def test_fields_that_came_later_may_be_missing() -> None:
    """A field with a default that an old file does not have takes its default."""
    body = json.loads(stored("recovered"))
    failure = {"what": "train late"}
    body["events"] = body["events"][:2]
    body["events"][0]["detail"] = {"case_id": "C-1", "failure": failure}
    body["events"][1]["detail"] = {}
    case = from_json(json.dumps(body))
    assert case.log[0][3] == Report("C-1", ServiceFailure("train late"))
    assert case.log[1][3] == Acknowledgement()


# ------------------------------------------------------------------- both ways


@given(case_histories())
def test_nothing_is_lost(case: Case) -> None:
    """What is written is read back as the identical case, and written the same."""
    text = to_json(case)
    again = from_json(text)
    assert again == case
    assert to_json(again) == text
    assert from_json(text.encode()) == case
    assert [type(e.detail) for e in again.events] == [
        type(e.detail) for e in case.events
    ]


@given(case_histories(OWN_STEPS))
def test_a_process_of_ones_own_is_stored_as_well(case: Case) -> None:
    """Whoever names the process can read the case back."""
    assert from_json(to_json(case), OWN_STEPS) == case


def about(**facts: Any) -> Case:
    """Tell a case of nothing but facts."""
    return tell(Report("C-1", ServiceFailure("late", facts=facts)))


def fact(case: Case) -> Any:
    """Read the one fact of such a case."""
    return case.failure.facts["it"]


@given(case_histories(most=3), st.integers(-14 * 60, 14 * 60))
def test_the_same_moment_is_stored_the_same(case: Case, minutes: int) -> None:
    """Cases that are equal in two time zones are one text, in UTC."""
    zone = timezone(timedelta(minutes=minutes))
    moved = Case(tuple((m, at.astimezone(zone), by, d) for m, at, by, d in case.log))
    assert moved == case
    assert to_json(moved) == to_json(case)
    assert {row[1].tzinfo for row in from_json(to_json(moved)).log} == {UTC}


def test_the_order_of_facts_does_not_count() -> None:
    """Facts are equal in any order, and so are their texts."""
    for names in permutations("abc"):
        case = about(**dict.fromkeys(names, 1))
        assert to_json(case) == to_json(about(a=1, b=1, c=1))


@given(st.permutations(["firm", "unknown", "supplier", "nature"]))
def test_equal_shares_keep_their_order(parties: list[str]) -> None:
    """Whoever is the main party of a tie still is once the case is read back."""
    shares = dict.fromkeys(parties, Fraction(1, 4))
    finding = Finding(Attribution(shares))
    case = tell(Report("C-1", ServiceFailure("late")), (RECORD, finding, "ana"))
    again = from_json(to_json(case))
    assert again == case
    assert again.finding is not None
    assert again.finding.main_party == finding.attribution.main_party


def test_a_fact_keeps_its_type() -> None:
    """True is not 1, a date no datetime, and a whole share no int, once read back."""
    sorts: list[Any] = [True, 1, Fraction(1), "1", date(2026, 5, 1), NOON]
    sorts += [timedelta(1), Money("1.00", "EUR"), "", False, 0, -(10**4299)]
    for value in sorts:
        again = fact(from_json(to_json(about(it=value))))
        assert (type(again), again) == (type(value), value)


class Day(datetime):
    """Stand for the datetimes of other libraries."""


def test_facts_of_kindred_types_are_stored_as_what_they_are() -> None:
    """A member of an enum or another library's datetime is text, int or moment."""
    day = Day(2026, 5, 1, tzinfo=UTC)
    for value in (Severity.MAJOR, Fate.FAILED, day):
        assert fact(from_json(to_json(about(it=value)))) == value


@given(st.text(st.characters(), min_size=1).filter(str.strip))
@example("\u2028\x00\x7f\ufeff\uffff")
@example("\ud83d cut")
@example("cut \udc4d")
@example("\udc4d\ud83d")
def test_any_text_survives(text: str) -> None:
    """Every character comes back, and what is written is always UTF-8."""
    case = about(it=text)
    written = to_json(case)
    assert from_json(written.encode()) == case
    assert from_json(written) == case


def test_torn_characters_are_refused_before_they_change() -> None:
    """Two halves side by side would be read as one character, so nobody writes them."""
    with pytest.raises(StoredFormatError, match="halves of one character"):
        to_json(about(it="\ud83d\udc4d"))


def test_what_could_not_be_read_back_is_not_written() -> None:
    """Numbers and shares beyond all reason are refused before they are lost."""
    with pytest.raises(StoredFormatError, match=r"'C-1' cannot be written: .*4300"):
        to_json(about(it=10**4300))
    with pytest.raises(StoredFormatError, match=r"'C-1' cannot be written: .*4300"):
        to_json(about(it=Fraction(1, 10**4300)))
    tiny = Fraction(1, 10**4000)
    shares = {f"p{n}": tiny for n in range(5)} | {"firm": 1 - 5 * tiny}
    finding = (RECORD, Finding(Attribution(shares)), "ana")
    with pytest.raises(StoredFormatError, match="cannot be written: shares of more"):
        to_json(tell(Report("C-1", ServiceFailure("late")), finding))


def test_what_is_too_long_is_neither_written_nor_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Characters and events are bounded alike on the way out and on the way in."""
    text = to_json(contested())
    monkeypatch.setattr(plain, "_LONGEST", len(text))
    assert from_json(to_json(contested())) == contested()
    monkeypatch.setattr(plain, "_LONGEST", len(text) - 1)
    with pytest.raises(StoredFormatError, match="'C-2' cannot be written: longer than"):
        to_json(contested())
    for kept in (text, text.encode()):
        assert f"longer than {len(text) - 1} characters" in refusal(kept)


def test_a_case_has_so_many_events_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The longest case that is written is the longest that is read."""
    text, number = to_json(contested()), len(contested().log)
    monkeypatch.setattr(stored_form, "_MOST", number)
    assert from_json(to_json(contested())) == contested()
    monkeypatch.setattr(stored_form, "_MOST", number - 1)
    with pytest.raises(StoredFormatError, match=f"written: {number} events: a case"):
        to_json(contested())
    assert f"{number} events: a case has up to {number - 1}" in refusal(text)


def test_the_ends_of_the_calendar_are_stored() -> None:
    """A moment that has no UTC of its own is stored with its offset."""
    west, east = (timezone(timedelta(hours=hours)) for hours in (-9, 9))
    for value in (datetime.max.replace(tzinfo=west), datetime.min.replace(tzinfo=east)):
        assert fact(from_json(to_json(about(it=value)))) == value


# ------------------------------------------------------ nothing is taken on trust


def refusal(text: Any, process: Process = FIVE_STEPS) -> str:
    """Return why a text is no case."""
    with pytest.raises(StoredFormatError) as refused:
        from_json(text, process)
    assert len(str(refused.value)) < 2000
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not readable as JSON: Expecting value: line 1 column 1"),
        (b"", "not readable as JSON: Expecting value"),
        ("{", "not readable as JSON"),
        ("nonsense", "not readable as JSON"),
        ("'", "not readable as JSON"),
        ("{}{}", "not readable as JSON: Extra data"),
        ("\ufeff{}", "not readable as JSON: Unexpected UTF-8 BOM"),
        (b"\xff\xfe{\x00}\x00", "not readable as JSON: 'utf-8' codec"),
        (b'"\xed\xa0\x80"', "not readable as JSON: 'utf-8' codec"),
        (b"\x80", "not readable as JSON: 'utf-8' codec"),
        ('"\x01"', "not readable as JSON: Invalid control character"),
        ("[" * 100_000, "not readable as JSON: nested too deep"),
        ('{"a":' * 100_000, "not readable as JSON: nested too deep"),
        ("1" * 5000, "not readable as JSON: Exceeds the limit"),
        ("[" * 500 + "]" * 500, "a stored case: expected an object, got a list of 1"),
        ("null", "a stored case: expected an object, got None"),
        ("[]", "a stored case: expected an object, got a list of 0"),
        ("1e400", "a stored case: expected an object, got inf"),
        ("NaN", "a stored case: expected an object, got nan"),
        ("{}", "a stored case: missing: 'events', 'format', 'process', 'version'"),
        ('{"a":1,"a":1}', "expected an object, got an object with 'a' twice"),
        (None, "expected JSON as str or bytes, got None"),
        (7, "expected JSON as str or bytes, got 7"),
        (bytearray(b"{}"), "expected JSON as str or bytes, got bytearray"),
    ],
)
def test_what_is_no_case_at_all_is_refused(text: Any, why: str) -> None:
    """Damaged text, whatever it is, gives the one error that says how far it got."""
    assert why in refusal(text)


def changed(name: str, path: tuple[Any, ...], value: object) -> str:
    """Read a golden file and change the value at one place."""
    body = json.loads(stored(name))
    reduce(operator.getitem, path[:-1], body)[path[-1]] = value
    return json.dumps(body)


AT_OFFER: Final = ("events", 5, "detail")
AT_YES: Final = ("events", 6, "detail")
AT_SHARES: Final = ("events", 2, "detail", "attribution", "shares")


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        (("format",), "recovery_core/policy", "format 'recovery_core/policy' is not"),
        (("format",), None, "format None is not 'recovery_core/case'"),
        (("format",), ["x" * 99], "format a list of 1 is not"),
        (("version",), 2, "schema version 2 is not 1: read it with the release"),
        (("version",), 1.0, "schema version 1.0 is not 1"),
        (("version",), True, "schema version True is not 1"),
        (("version",), "1", "schema version '1' is not 1"),
        (("process",), "0" * 16, "the case follows process '0000000000000000', not"),
        (("process",), None, "the case follows process None, not five steps"),
        (("extra",), 1, "a stored case: unknown: 'extra'"),
        (("events",), {}, "events: expected a list, got an object with nothing"),
        (("events",), [], "there are no events: a case begins with its report"),
        (("events", 3), None, "event 3: expected an object, got None"),
        (("events", 3, "note"), 1, "event 3: unknown: 'note'"),
        (("events", 3, "type"), "gift", "event 3: type: 'gift' is unknown (known: "),
        (("events", 3, "type"), None, "event 3: type: expected str, got None"),
        (("events", 3, "type"), "appeal", "event 3: detail"),
        (
            ("events", 3, "to"),
            "closed",
            "'record' does not lead from 'acknowledged' to",
        ),
        (("events", 3, "to"), [], "does not lead from 'acknowledged' to a list of 0"),
        (("events", 3, "trigger"), "report", "event 3: trigger 'report' does not lead"),
        (
            ("events", 1),
            json.loads((GOLDEN / "merged.json").read_bytes())["events"][0],
            "event 1: trigger 'report' does not lead from 'reported'",
        ),
        (("events", 3, "trigger"), "offer", "event 3: trigger 'offer' does not lead"),
        (("events", 3, "trigger"), {}, "event 3: trigger: expected str, got an object"),
        (("events", 0, "trigger"), "record", "event 0: trigger 'record' does not lead"),
        (("events", 3, "by"), "", "event 3: nobody is named who did it"),
        (("events", 3, "by"), 7, "event 3: by: expected str, got 7"),
        (("events", 3, "at"), 0, "event 3: at: expected an aware datetime, got 0"),
        (
            ("events", 3, "at"),
            "2026-05-01T12:00",
            "expected an aware datetime, got '20",
        ),
        (("events", 3, "at"), "noon", "event 3: at: expected an aware datetime, got"),
        (
            ("events", 3, "detail"),
            None,
            "event 3: detail: expected an object, got None",
        ),
        ((*AT_OFFER, "round"), 2, "event 5: offer 2 came after 0 of this cycle"),
        ((*AT_OFFER, "round"), 0, "event 5: detail: Offer.round cannot be 0"),
        ((*AT_OFFER, "expires_at"), "2026-05-01T12:00:00+00:00", "event 6: the offer"),
        (
            (*AT_OFFER, "award", "valid_for"),
            10**30,
            "event 5: detail.award.valid_for: ",
        ),
        (
            (*AT_OFFER, "award", "valid_for"),
            1.5,
            "expected whole microseconds, got 1.5",
        ),
        (
            (*AT_OFFER, "award", "amends"),
            {},
            "event 5: detail.award.amends: expected a",
        ),
        (
            (*AT_OFFER, "award", "amends", 1, "kind"),
            "gold",
            "event 5: detail.award.amends[1].kind: expected RemedyKind (cash, refund,",
        ),
        (
            (*AT_OFFER, "award", "alternatives", 0, "value", "currency"),
            "XXY",
            "event 5: detail.award.alternatives[0].value: 'XXY' is no ISO 4217 code",
        ),
        (
            (*AT_OFFER, "award", "alternatives", 0, "value", "currency"),
            "USD",
            "event 7: something else was given than was accepted",
        ),
        (
            (*AT_OFFER, "award", "alternatives", 0, "value"),
            {"minor": 1},
            "event 5: detail.award.alternatives[0].value: money: missing: 'currency'",
        ),
        ((*AT_YES, "alternative"), 2, "event 6: alternative 2 was never offered"),
        ((*AT_YES, "alternative"), -1, "event 6: detail: Acceptance.alternative"),
        ((*AT_YES, "alternative"), None, "event 6: alternative None was never offered"),
        ((*AT_YES, "alternative"), True, "event 6: detail.alternative: expected int,"),
        ((*AT_YES, "alternative"), 1, "event 7: something else was given than was"),
        ((*AT_YES, "round"), 2, "event 6: there was no offer 2 to answer"),
        ((*AT_SHARES, 0, 1), "1/3", "event 2: detail.attribution: shares sum to 5/6"),
        ((*AT_SHARES, 0, 1), "1e999999999", "event 2: detail.attribution.shares[0][1]"),
        ((*AT_SHARES, 0, 1), "1/0", "shares[0][1]: expected an exact share, got '1/0'"),
        ((*AT_SHARES, 0), ["firm"], "attribution.shares[0]: expected a list of 2, got"),
        ((*AT_SHARES, 0), "ab", "attribution.shares[0]: expected a list, got 'ab'"),
        (
            AT_SHARES,
            {"firm": "1"},
            "shares: expected a list, got an object with 'firm'",
        ),
        (AT_SHARES, [["x", "1/9" * 9000]], "shares: shares of more than 20000"),
        (
            ("events", 0, "detail", "failure", "facts", "fare"),
            {"gold": 1},
            "event 0: detail.failure.facts['fare']: expected a fact (bool, int, str or",
        ),
        (
            ("events", 0, "detail", "failure", "facts", "took", "span"),
            "1",
            "failure.facts['took']['span']: expected whole microseconds, got '1'",
        ),
        (
            ("events", 0, "detail", "failure", "facts"),
            {" ": 1},
            "event 0: detail.failure.facts: a fact cannot be called ' '",
        ),
    ],
)
def test_what_is_forged_is_refused_at_its_place(
    path: tuple[Any, ...], value: object, why: str
) -> None:
    """A refusal names the event, the field in it, and what is wrong there."""
    assert why in refusal(changed("recovered", path, value))


def test_every_fault_is_named_up_to_a_handful() -> None:
    """Several faults of one event come together, and a thousand stay readable."""
    few = changed("recovered", ("events", 3, "detail"), {"x": 1, "y": 2})
    assert refusal(few) == (
        "event 3: detail.attribution is missing; event 3: detail: unknown: 'x', 'y'"
    )
    many = changed("recovered", ("events", 0, "detail", "failure", "causes"), [7] * 999)
    assert "causes[0]: expected an object, got 7" in refusal(many)


def test_another_process_has_to_be_named() -> None:
    """A case of one process is not read as one of another."""
    assert "pass process=" in refusal(stored("own-steps"))
    assert "not own steps" in refusal(stored("recovered"), OWN_STEPS)


def test_a_fault_that_nobody_foresaw_is_still_told() -> None:
    """Whatever a reader raises, and whatever is noted on it, comes out as one line."""
    strange = TypeError("no idea")
    strange.add_note("a note of somebody else's")
    assert str(faults.explained(strange, "here")) == "here: TypeError: no idea"


# --------------------------------------------- thousands of ways to be damaged

Path_ = tuple[Any, ...]
WRONG: Final[tuple[object, ...]] = (
    *(None, True, False, 0, -1, 3, 5.5, 10**4200, float("nan"), float("inf")),
    *("", "3", "nonsense", "2026-05-01", [], [[]], ["x"], {}, {"a": 1}),
)


def places(value: object, path: Path_ = ()) -> Iterator[Path_]:
    """Walk every place in a document, the leaves and what holds them."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*path, index))


def check_read_or_refused(text: str, process: Process) -> str:
    """Hold a text to being a whole case, or refused; return the refusal."""
    why = ""
    try:
        case = from_json(text, process)
    except StoredFormatError as refused:
        why = str(refused)
    else:
        assert from_json(to_json(case), process) == case
    assert len(why) < 2000
    assert why.isprintable()
    return why


def check_place(why: str, path: Path_) -> None:
    """Hold a refusal to naming the event that was changed, or one that came to it."""
    if path[0] != "events" or len(path) == 1:
        return
    found = re.match(r"event (\d+)(?:: (?=detail)([^ ]*?)(?=:|$| is missing))?", why)
    assert found
    assert int(found[1]) >= path[1]
    if int(found[1]) == path[1] and found[2]:
        field = re.sub(r"\['([^']*)'\]", r".\1", found[2])
        steps = (f".{s}" if isinstance(s, str) else f"[{s}]" for s in path[2:])
        where = "".join(steps).removeprefix(".")
        if where.startswith("detail"):
            assert where.startswith(field) or field.startswith(where)


def test_a_wrong_value_anywhere_is_refused_at_its_place() -> None:
    """Every place refuses every wrong value, or has a use for it."""
    tried = refused = 0
    for name, (_, process) in CASES.items():
        body = json.loads(stored(name))
        for path in places(body):
            holder, key = reduce(operator.getitem, path[:-1], body), path[-1]
            right = holder[key]
            for wrong in WRONG:
                holder[key] = wrong
                why = check_read_or_refused(json.dumps(body), process)
                tried, refused = tried + 1, refused + bool(why)
                if why:
                    check_place(why, path)
            holder[key] = right
    assert tried > 8000
    assert refused > 0.8 * tried


@pytest.mark.parametrize("name", CASES)
def test_what_is_missing_or_too_much_is_noticed(name: str) -> None:
    """A key lost leaves a default or a refusal; one renamed, added or doubled none."""
    body, process = json.loads(stored(name)), CASES[name][1]
    for path in places(body):
        holder, key = reduce(operator.getitem, path[:-1], body), path[-1]
        if isinstance(holder, list):
            holder.insert(key, holder[key])
            check_read_or_refused(json.dumps(body), process)
            del holder[key]
            continue
        if "facts" in path[:-1] or "values" in path[:-1]:
            continue  # whose keys are anybody's
        order = list(holder.items())
        for other in ({}, {"x" + key: holder[key]}):
            without = {k: v for k, v in order if k != key}
            holder.clear()
            holder.update(without, **other)
            why = check_read_or_refused(json.dumps(body), process)
            assert why or not other
        holder.clear()
        holder.update(order)
        twice = json.dumps(body).replace(
            f'"{key}": {json.dumps(holder[key])}',
            f'"{key}": {json.dumps(holder[key])}, "{key}": {json.dumps(holder[key])}',
        )
        assert "twice" in refusal(twice, process)


@pytest.mark.parametrize("name", CASES)
def test_a_text_cut_short_is_refused(name: str) -> None:
    """No beginning of a stored case is a case."""
    text, process = stored(name), CASES[name][1]
    for end in range(0, len(text), 7):
        assert "JSON" in refusal(text[:end], process)
        assert "JSON" in refusal(text.encode()[:end], process)


@pytest.mark.parametrize("name", CASES)
def test_events_out_of_order_are_refused_or_harmless(name: str) -> None:
    """Events dropped, doubled or swapped make no case that could not have happened."""
    body, process = json.loads(stored(name)), CASES[name][1]
    events, harmless = body["events"], 0
    for here, there in permutations(range(len(events)), 2):
        shuffled = [*events]
        shuffled[here], shuffled[there] = shuffled[there], shuffled[here]
        doubled = [*events[:there], events[here], *events[there:]]
        for damaged in (shuffled, doubled, [*events[:here], *events[here + 1 :]]):
            text = json.dumps(body | {"events": damaged})
            harmless += not check_read_or_refused(text, process)
    assert harmless < len(events) ** 2


@settings(max_examples=400)
@given(st.data())
def test_random_damage_is_refused_or_harmless(data: st.DataObject) -> None:
    """Bytes changed, dropped or repeated give the one error, or a whole case."""
    name = data.draw(st.sampled_from(list(CASES)))
    raw, process = bytearray((GOLDEN / f"{name}.json").read_bytes()), CASES[name][1]
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(raw) - 1))
        end = start + data.draw(st.integers(0, 4))
        some = [
            b"",
            b"0",
            b"-",
            b'"',
            b"}",
            b"[",
            b",",
            b"e9",
            b"\\u",
            b"\xff",
            b"null",
        ]
        raw[start:end] = data.draw(st.sampled_from(some) | st.binary(max_size=3))
    try:
        case = from_json(bytes(raw), process)
    except StoredFormatError:
        return
    assert from_json(to_json(case), process) == case


# ------------------------------------------------------- a text for every event


def events_of(name: str) -> list[str]:
    """Write a golden case event by event, with what can be done to a list."""
    return list(events_to_json(CASES[name][0]()))


def events_refusal(texts: Any, process: Process = FIVE_STEPS) -> str:
    """Return why some texts are no events of a case."""
    with pytest.raises(StoredFormatError) as refused:
        events_from_json(texts, process)
    assert len(str(refused.value)) < 2000
    return str(refused.value)


@given(case_histories())
def test_nothing_is_lost_event_by_event(case: Case) -> None:
    """The texts of the events are the identical case, as str and as UTF-8."""
    texts = events_to_json(case)
    assert len(texts) == case.version
    again = events_from_json(texts)
    assert again == case
    assert events_to_json(again) == texts
    assert to_json(again) == to_json(case)
    assert events_from_json(text.encode() for text in texts) == case


@given(case_histories(OWN_STEPS))
def test_events_of_a_process_of_ones_own_are_stored_as_well(case: Case) -> None:
    """Whoever names the process can read the events back."""
    assert events_from_json(events_to_json(case), OWN_STEPS) == case


@given(case_histories())
def test_what_was_written_stays_when_the_case_goes_on(case: Case) -> None:
    """The first texts are those of the case as it was, so a table only grows."""
    texts = events_to_json(case)
    for number in range(1, len(texts) + 1):
        was = Case(case.log[:number])
        assert events_to_json(was) == texts[:number]
        assert events_from_json(texts[:number]) == was


@pytest.mark.parametrize("name", CASES)
def test_an_event_is_written_as_in_the_whole_case(name: str) -> None:
    """Each text is canonical: the event of the stored case, and what it belongs to."""
    body = json.loads(stored(name))
    envelope = {
        "format": "recovery_core/event",
        "version": SCHEMA_VERSION,
        "process": body["process"],
    }
    for text, event in zip(events_of(name), body["events"], strict=True):
        assert json.loads(text) == envelope | event
        plainly = json.dumps(
            envelope | event,
            sort_keys=True,
            separators=(",", ":"),
            ensure_ascii=False,
        )
        assert text == plainly


@pytest.mark.parametrize(
    "path", sorted(GOLDEN.glob("older/*.json")), ids=lambda path: path.stem
)
def test_events_of_an_older_release_are_read(path: Path) -> None:
    """Events without the fields that came later are read, and take the defaults."""
    old = json.loads(path.read_bytes())
    process = OWN_STEPS if old["process"] == OWN_STEPS.hash else FIVE_STEPS
    envelope = {
        "format": "recovery_core/event",
        "version": 1,
        "process": old["process"],
    }
    texts = [json.dumps(envelope | event) for event in old["events"]]
    assert events_from_json(texts, process) == from_json(path.read_bytes(), process)


def test_what_came_later_of_requests_and_absorptions_may_be_missing() -> None:
    """Before there was a policy, evidence or a count of contacts, none was stored."""
    for name, later in (
        ("suspected", {"policy"}),
        ("merged", {"evidence", "contacts"}),
    ):
        body = json.loads(stored(name))
        for event in body["events"]:
            for field in later:
                event["detail"].pop(field, None)
        details = [row[3] for row in from_json(json.dumps(body)).log]
        requests = [d for d in details if isinstance(d, ApprovalRequest)]
        absorptions = [d for d in details if isinstance(d, Absorption)]
        assert requests or absorptions
        assert all(request.policy is None for request in requests)
        assert all((a.evidence, a.contacts) == ((), 0) for a in absorptions)


def evented(field: str, value: object, at: int = 3) -> list[str]:
    """Change one field of one event of a golden case, or add it."""
    texts = events_of("recovered")
    texts[at] = json.dumps(json.loads(texts[at]) | {field: value})
    return texts


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        (None, "expected an iterable of texts, one for each event, got None"),
        (7, "expected an iterable of texts, one for each event, got 7"),
        (stored("merged"), "expected an iterable of texts, one for each event, got"),
        (b"{}", "expected an iterable of texts, one for each event, got b'{}'"),
        ([], "there are no events: a case begins with its report"),
        ([None], "event 0: expected JSON as str or bytes, got None"),
        ([""], "event 0: not readable as JSON: Expecting value"),
        ([b"\xff"], "event 0: not readable as JSON: 'utf-8' codec"),
        (["[]"], "event 0: expected an object, got a list of 0"),
        (["{}"], "event 0: missing: 'at', 'by', 'detail', 'format', 'process'"),
        (['{"a":1,"a":1}'], "event 0: expected an object, got an object with 'a' t"),
        ([stored("merged")], "event 0: missing: 'at', 'by', 'detail', 'to', 'trigger'"),
        ([*events_of("merged"), 7], "event 3: expected JSON as str or bytes, got 7"),
        (evented("note", 1), "event 3: unknown: 'note'"),
        (evented("format", "recovery_core/case"), "event 3: format 'recovery_core/cas"),
        (evented("format", None, 0), "event 0: format None is not 'recovery_core/ev"),
        (evented("version", 2), "event 3: schema version 2 is not 1: read it with the"),
        (evented("version", value=True), "event 3: schema version True is not 1"),
        (evented("process", "0" * 16), "event 3: the case follows process '00000000"),
        (evented("type", "gift"), "event 3: type: 'gift' is unknown (known: "),
        (evented("to", "closed"), "event 3: trigger 'record' does not lead from"),
        (evented("trigger", "report"), "event 3: trigger 'report' does not lead from"),
        (evented("by", 7), "event 3: by: expected str, got 7"),
        (evented("at", "noon"), "event 3: at: expected"),
        (evented("detail", {}), "event 3: detail.attribution is missing"),
        (events_of("recovered")[1:], "event 0: trigger 'acknowledge' does not lead"),
        (events_of("merged") * 2, "event 3: trigger 'report' does not lead from"),
    ],
    ids=range(27),
)
def test_events_that_cannot_be_are_refused_by_their_number(
    texts: Any, why: str
) -> None:
    """One error names the event, counted from 0, and what is wrong with it."""
    assert why in events_refusal(texts)


def test_events_of_another_process_have_to_be_named() -> None:
    """No event of one process is read as one of another."""
    assert "event 0: the case follows" in events_refusal(events_of("own-steps"))
    assert "not own steps" in events_refusal(events_of("recovered"), OWN_STEPS)


def test_events_are_bounded_in_number_and_all_their_characters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is written can be read, and one more event or character is neither."""
    case, texts = contested(), events_of("contested")
    number, length = len(texts), sum(map(len, texts))
    monkeypatch.setattr(plain, "_LONGEST", length)
    monkeypatch.setattr(stored_form, "_MOST", number)
    assert events_from_json(events_to_json(case)) == case
    assert events_from_json(text.encode() for text in texts) == case
    monkeypatch.setattr(plain, "_LONGEST", length - 1)
    with pytest.raises(StoredFormatError, match="'C-2' cannot be written: longer than"):
        events_to_json(case)
    assert f"event {number - 1}: longer than" in events_refusal(texts)
    monkeypatch.setattr(plain, "_LONGEST", length)
    monkeypatch.setattr(stored_form, "_MOST", number - 1)
    with pytest.raises(StoredFormatError, match=f"written: {number} events: a case"):
        events_to_json(case)
    endless = iter([*texts, AssertionError("nobody reads so far")])
    assert f"{number} events: a case has up to" in events_refusal(endless)
    assert isinstance(next(endless), AssertionError)


def test_the_bounds_are_those_that_are_told() -> None:
    """Twenty million characters and ten thousand events are stored, and no more."""
    assert (plain._LONGEST, stored_form._MOST) == (20_000_000, 10_000)
    case = about(it="x" * (20_000_000 - len(to_json(about(it="x"))) + 1))
    text = to_json(case)
    assert len(text) == 20_000_000
    assert from_json(text.encode()) == case
    assert "longer than 20000000 characters" in refusal(text + " ")


@settings(max_examples=200)
@given(st.data())
def test_damaged_events_are_refused_or_harmless(data: st.DataObject) -> None:
    """Events dropped, doubled, moved, mixed or torn give the one error, or a case."""
    name = data.draw(st.sampled_from(list(CASES)))
    texts: list[Any] = [text.encode() for text in events_of(name)]
    other = [text.encode() for text in events_of(data.draw(st.sampled_from([*CASES])))]
    process = CASES[name][1]
    for _ in range(data.draw(st.integers(1, 3))):
        here = data.draw(st.integers(0, len(texts) - 1))
        match data.draw(st.sampled_from(["drop", "double", "move", "mix", "tear"])):
            case "drop":
                texts = [*texts[:here], *texts[here + 1 :]] or other
            case "double":
                texts.insert(data.draw(st.integers(0, len(texts))), texts[here])
            case "move":
                texts.insert(data.draw(st.integers(0, len(texts) - 1)), texts.pop(here))
            case "mix":
                texts[here] = data.draw(st.sampled_from(other))
            case _:
                raw = bytearray(texts[here])
                start = data.draw(st.integers(0, len(raw)))
                raw[start : start + data.draw(st.integers(0, 4))] = data.draw(
                    st.sampled_from([b"", b"0", b'"', b"}", b"\xff", b"null"])
                )
                texts[here] = bytes(raw)
    why = ""
    try:
        read = events_from_json(texts, process)
    except StoredFormatError as refused:
        why = str(refused)
    else:
        assert read.version == len(texts)
        assert events_from_json(events_to_json(read), process) == read
    named = re.match(r"event (\d+): ", why)
    assert why.isprintable()
    assert not why or (named and int(named[1]) < len(texts))


# ------------------------------------------------------- every field of every value


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


def _samples() -> dict[type[Any], Any]:
    """Take one value of each class out of the golden cases."""
    found: dict[type[Any], Any] = {}

    def visit(value: Any) -> None:
        if attrs.has(type(value)):
            found.setdefault(type(value), value)
            for field in attrs.fields(type(value)):
                visit(getattr(value, field.name))
        elif isinstance(value, Facts):
            for inner in value.values():
                visit(inner)
        elif isinstance(value, tuple):
            for inner in value:
                visit(inner)

    for make, _ in CASES.values():
        for row in make().log:
            visit(row[3])
    return found


def _fits(value: object, hint: Any) -> bool:
    """Tell whether a plain value could stand for a type, judged by the type alone."""
    origin = get_origin(hint)
    if origin is UnionType:
        return any(_fits(value, part) for part in get_args(hint))
    if isinstance(hint, type) and issubclass(hint, Enum):
        names = [m.name if issubclass(hint, IntEnum) else m.value for m in hint]
        return value in names
    usable: dict[Any, bool] = {
        NoneType: value is None,
        Facts: isinstance(value, dict),
        str: isinstance(value, str),
        bool: isinstance(value, bool),
        int: type(value) is int,
        timedelta: type(value) is int,
        Fraction: value == "3",
        date: value == "2026-05-01",
    }
    if origin is tuple:
        members = value if isinstance(value, list) else [None]
        return all(_fits(member, get_args(hint)[0]) for member in members)
    if attrs.has(hint):
        needed = [f for f in attrs.fields(hint) if f.default is attrs.NOTHING]
        return value == {} and not needed
    return usable.get(hint, False)


FIELDS: Final = [
    pytest.param(kind, name, hint, id=f"{kind.__name__}.{name}")
    for kind in _kinds()
    for name, hint in get_type_hints(kind).items()
]


@pytest.mark.parametrize(("kind", "name", "hint"), FIELDS)
def test_every_field_is_held_to_its_type(kind: type[Any], name: str, hint: Any) -> None:
    """No field takes a value of another type, and none is coerced into its own."""
    sample = _samples()[kind]
    written: Any = values.value_out(sample)
    assert values.read(written, kind, "it") == sample
    assert set(written) == {field.name for field in attrs.fields(kind)}
    for wrong in WRONG:
        if _fits(wrong, hint):
            continue
        with pytest.raises(StoredFormatError) as refused:
            values.read(written | {name: wrong}, kind, "it")
        assert str(refused.value).startswith(("it: ", f"it.{name}"))


def test_only_the_calls_are_public() -> None:
    """The four calls are names of the front door; the codec's own is the version."""
    import recovery_core.codec

    names = ["events_from_json", "events_to_json", "from_json", "to_json"]
    assert recovery_core.codec.__all__ == ["SCHEMA_VERSION"]
    for name in names:
        assert name in recovery_core.__all__
        assert getattr(recovery_core, name) is getattr(stored_form, name)
    assert recovery_core.__all__[1:] == sorted(recovery_core.__all__[1:])


def test_reading_is_bounded_by_its_length() -> None:
    """Shares of thousands of digits cost nothing: they are counted before added up."""
    odd = [[f"p{n}", f"1/{10**4000 + n}"] for n in range(400)]
    assert "shares of more than" in refusal(changed("recovered", AT_SHARES, odd))


def test_hash_seeds_do_not_count() -> None:
    """Another process of Python writes the same text."""
    code = "from tests.codec.test_codec import *; print(ascii(to_json(recovered())))"
    for seed in ("1", "2"):
        ran = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            cwd=Path(__file__).parents[2],
            env=os.environ | {"PYTHONHASHSEED": seed},
            text=True,
        )
        assert ran.stdout.strip() == ascii(to_json(recovered()))


@given(texts())
def test_names_of_facts_are_anybodys(name: str) -> None:
    """A fact can be called anything, the words of the stored form included."""
    for called in (name, "money", "at", "type"):
        case = about(**{called: 1})
        assert from_json(to_json(case)) == case
