from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery_core import (
    Case,
    events_from_json,
    events_to_json,
    from_json,
    to_json,
)
from recovery_core._domain import plain
from recovery_core.codec import SCHEMA_VERSION
from recovery_core.codec import stored as stored_form
from recovery_core.errors import StoredFormatError
from recovery_core.events import (
    Absorption,
    ApprovalRequest,
)
from recovery_core.process import FIVE_STEPS, Process
from tests.support.histories import OWN_STEPS, case_histories
from tests.support.stored_cases import (
    CASES,
    GOLDEN,
    about,
    contested,
    refusal,
    stored,
)

# ---------------------------------------------------------- a text for every event


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
    "path", sorted(GOLDEN.glob("form-1/*.json")), ids=lambda path: path.stem
)
def test_events_of_an_older_release_are_read(path: Path) -> None:
    """Events of form 1 are read one by one as the whole case is, and take defaults."""
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
        ([*events_of("merged"), 7], "event 4: expected JSON as str or bytes, got 7"),
        (evented("note", 1), "event 3: unknown: 'note'"),
        (evented("format", "recovery_core/case"), "event 3: format 'recovery_core/cas"),
        (evented("format", None, 0), "event 0: format None is not 'recovery_core/ev"),
        (evented("version", 3), "event 3: schema version 3 is not 2, nor one before"),
        (evented("version", value=True), "event 3: schema version True is not 2"),
        (evented("process", "0" * 16), "event 3: the case follows process '00000000"),
        (evented("type", "gift"), "event 3: type: 'gift' is unknown (known: "),
        (evented("to", "closed"), "event 3: trigger 'record' does not lead from"),
        (evented("trigger", "report"), "event 3: trigger 'report' does not lead from"),
        (evented("by", 7), "event 3: by: expected str, got 7"),
        (evented("at", "noon"), "event 3: at: expected"),
        (evented("detail", {}), "event 3: detail.attribution is missing"),
        (events_of("recovered")[1:], "event 0: trigger 'acknowledge' does not lead"),
        (events_of("merged") * 2, "event 4: trigger 'report' does not lead from"),
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
