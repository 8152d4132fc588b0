from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recovery_core import (
    Attribution,
    Case,
    Fate,
    Money,
    ServiceFailure,
    Severity,
    from_json,
    to_json,
)
from recovery_core._domain import plain
from recovery_core._domain.move import RECORD
from recovery_core.codec import SCHEMA_VERSION
from recovery_core.codec import stored as stored_form
from recovery_core.errors import StoredFormatError
from recovery_core.events import (
    TAGS,
    Acknowledgement,
    Finding,
    Report,
)
from recovery_core.process import FIVE_STEPS
from tests.support.histories import OWN_STEPS, case_histories
from tests.support.stored_cases import (
    CASES,
    GOLDEN,
    NOON,
    _kinds,
    about,
    contested,
    refusal,
    stored,
    tell,
)

# -------------------------------------------------------------------- golden cases


@pytest.mark.parametrize("name", CASES)
def test_the_stored_form_stands(name: str) -> None:
    """What is kept as golden is written today, byte for byte, and read as it was meant.

    Where this fails the stored form has changed. If all that is new is a field with a
    default, copy the old file to golden/form-2, run ``python -m tests.golden.write``;
    anything else takes a higher SCHEMA_VERSION and a reader for the old one.
    """
    case, process = CASES[name][0](), CASES[name][1]
    assert to_json(case).encode() == (GOLDEN / f"{name}.json").read_bytes()
    assert from_json(stored(name), process) == case
    assert from_json(stored(name).encode(), process) == case
    assert json.loads(stored(name))["version"] == SCHEMA_VERSION == 2


@pytest.mark.parametrize(
    "path", sorted(GOLDEN.glob("form-1/*.json")), ids=lambda path: path.stem
)
def test_what_form_1_kept_is_read_and_goes_on(path: Path) -> None:
    """A case of the form before dues means what it meant, and owes nothing of old."""
    old = json.loads(path.read_bytes())
    process = OWN_STEPS if old["process"] == OWN_STEPS.hash else FIVE_STEPS
    case = from_json(path.read_bytes(), process)
    assert [event.tag for event in case.events] == [e["type"] for e in old["events"]]
    assert [event.by for event in case.events] == [e["by"] for e in old["events"]]
    assert not case.owes
    assert not case.contradictions
    again = to_json(case)
    assert json.loads(again)["version"] == SCHEMA_VERSION
    assert from_json(again, process) == case


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


# ----------------------------------------------------------------------- both ways


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
