"""Cases of form 1: read as they were meant, and never paid again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core import Fate, from_json, to_json
from recovery_core.errors import StoredFormatError
from tests.support.stored_cases import GOLDEN


def body_of(name: str) -> dict[str, Any]:
    """Read a stored case of form 1."""
    body: dict[str, Any] = json.loads((GOLDEN / "form-1" / f"{name}.json").read_bytes())
    return body


def paid(*fates: str, receipts: list[str] | None = None) -> Any:
    """Read a case of form 1 in which this became of its first remedy."""
    body = body_of("recovered")
    events = body["events"]
    place = next(n for n, e in enumerate(events) if e["type"] == "amends")
    events[place]["detail"]["receipts"] = receipts or []
    news = [
        {**events[place], "trigger": "record", "type": "delivery", "detail": detail}
        for detail in ({"remedy": 0, "fate": f, "receipt": None} for f in fates)
    ]
    body["events"] = [*events[: place + 1], *news]
    return from_json(json.dumps(body))


def test_amends_of_form_1_were_given_before_they_were_recorded() -> None:
    """Nothing is owed of what form 1 recorded, and receipts are its references."""
    case = from_json(json.dumps(body_of("recovered")))
    assert not case.owes
    assert [due.fate for due in case.dues] == [Fate.SUCCEEDED] * len(case.dues)
    assert case.dues[0].reference == "bank-77"
    assert case.given == tuple(due.remedy for due in case.dues)


@pytest.mark.parametrize(
    ("fates", "fate", "attempt"),
    [
        ((), Fate.SUCCEEDED, 1),
        (("executing",), Fate.EXECUTING, 1),
        (("executing", "unknown", "failed"), Fate.FAILED, 1),
        (("failed", "executing"), Fate.EXECUTING, 2),
        (("failed", "executing", "failed", "executing", "succeeded"), "succeeded", 3),
        (("succeeded", "reversed"), Fate.REVERSED, 1),
    ],
)
def test_what_form_1_said_of_a_remedy_is_said_of_its_due(
    fates: tuple[str, ...], fate: str, attempt: int
) -> None:
    """A try after a failure is the next attempt, and no news of form 1 contradicts."""
    case = paid(*fates)
    assert (case.dues[0].fate, case.dues[0].attempt) == (fate, attempt)
    assert not case.contradictions
    assert from_json(to_json(case)) == case


@pytest.mark.parametrize(
    ("receipts", "references"),
    [
        ([], [None, None, None]),
        (["a", "b", "c"], ["a", "b", "c"]),
        (["a"], ["a", "a", "a"]),
        (["a", "b"], ["a; b", "a; b", "a; b"]),
        (["a", "", "c"], ["a", None, "c"]),
    ],
)
def test_receipts_that_belonged_to_no_remedy_stand_for_each(
    receipts: list[str], references: list[str | None]
) -> None:
    """Form 1 did not say which remedy a receipt proved."""
    assert [due.reference for due in paid(receipts=receipts).dues] == references


@given(
    st.sampled_from(["report", "amends", "delivery"]),
    st.none()
    | st.integers()
    | st.dictionaries(st.sampled_from(["remedies", "x"]), st.none()),
)
def test_what_is_no_form_1_is_refused_as_ever(tag: str, detail: object) -> None:
    """Damage is left for the reader, which says where it is."""
    body = body_of("recovered")
    for event in body["events"]:
        if event["type"] == tag:
            event["detail"] = detail
            break
    with pytest.raises(StoredFormatError, match=r"event \d+: detail"):
        from_json(json.dumps(body))


@pytest.mark.parametrize(
    "detail", [{"remedy": "0", "fate": "failed"}, {"due": "C-1/1"}]
)
def test_a_delivery_of_form_1_has_a_place(detail: dict[str, Any]) -> None:
    """A place that is no number, and fields of form 2, are refused."""
    body = body_of("recovered")
    for event in body["events"]:
        if event["type"] == "delivery":
            event["detail"] = detail
    with pytest.raises(StoredFormatError, match="detail"):
        from_json(json.dumps(body))
