from __future__ import annotations

import json
import operator
import re
from collections.abc import Iterator
from functools import reduce
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery_core import (
    from_json,
    to_json,
)
from recovery_core.errors import StoredFormatError
from recovery_core.process import Process
from tests.support.stored_cases import (
    CASES,
    GOLDEN,
    WRONG,
    refusal,
    stored,
)

# ------------------------------------------------- thousands of ways to be damaged


Path_ = tuple[Any, ...]


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
