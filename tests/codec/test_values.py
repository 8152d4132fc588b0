from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, timedelta
from enum import Enum, IntEnum
from fractions import Fraction
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

import attrs
import pytest
from hypothesis import given

from recovery_core import (
    Facts,
    from_json,
    to_json,
)
from recovery_core.codec import stored as stored_form
from recovery_core.codec import values
from recovery_core.errors import StoredFormatError
from recovery_core.testing.strategies import texts
from tests.support.stored_cases import (
    AT_SHARES,
    CASES,
    WRONG,
    _kinds,
    about,
    changed,
    recovered,
    refusal,
)

# ------------------------------------------------------ every field of every value


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
    written: Any = values.convert_to_json_value(sample)
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
    code = (
        "from recovery_core import to_json; from tests.support.stored_cases import "
        "recovered; print(ascii(to_json(recovered())))"
    )
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
