from __future__ import annotations

import json
from typing import Any, Final

import pytest

from recovery_core.codec import faults
from tests.support.histories import OWN_STEPS
from tests.support.stored_cases import (
    AT_SHARES,
    GOLDEN,
    changed,
    refusal,
    stored,
)

# ------------------------------------------------------- nothing is taken on trust


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


AT_OFFER: Final = ("events", 5, "detail")


AT_YES: Final = ("events", 6, "detail")


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        (("format",), "recovery_core/policy", "format 'recovery_core/policy' is not"),
        (("format",), None, "format None is not 'recovery_core/case'"),
        (("format",), ["x" * 99], "format a list of 1 is not"),
        (("version",), 3, "schema version 3 is not 2, nor one before: read it with"),
        (("version",), 0, "schema version 0 is not 2, nor one before"),
        (("version",), 1.0, "schema version 1.0 is not 2"),
        (("version",), True, "schema version True is not 2"),
        (("version",), "1", "schema version '1' is not 2"),
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
    assert (
        str(faults.stored_format_error(strange, "here")) == "here: TypeError: no idea"
    )
