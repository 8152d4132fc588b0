"""What every value of the domain holds to, and the wrong things people pass."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, Final, TypeAlias

import attrs
import pytest

from recovery_core._domain.descriptions import describe
from recovery_core._domain.money import Money
from recovery_core.errors import InvalidValueError

Sort: TypeAlias = tuple[tuple[object, ...], str]
"""What is wrong for one sort of field, and the mend its refusal names."""


def check_value(value: Any) -> None:
    """Hold a value to what makes it one: frozen, compared by content, portable."""
    for name in (*(field.name for field in attrs.fields(type(value))), "note"):
        with pytest.raises(AttributeError):
            setattr(value, name, None)
        with pytest.raises(AttributeError):
            delattr(value, name)
    pickled = pickle.loads(pickle.dumps(value))  # noqa: S301
    for twin in (pickled, copy.copy(value), copy.deepcopy(value), attrs.evolve(value)):
        assert type(twin) is type(value)
        assert twin == value
        assert hash(twin) == hash(value)
        assert repr(twin) == repr(value)
    assert value != repr(value)


# A bool for an int, a float for a share, a moment for a day: what people really pass.
_NOON: Final = datetime(2026, 5, 1, 12, tzinfo=UTC)
_NO_TEXT: Final = ("", " \n", 7, b"late", ["late"])
_NO_DAY: Final = ("2026-05-01", _NOON, 20260501)
TEXT: Final[Sort] = ((*_NO_TEXT, None), "give a text that is not empty")
MAYBE_TEXT: Final[Sort] = (_NO_TEXT, "give a text that is not empty")
FLAG: Final[Sort] = ((None, 0, 1, "yes"), "give bool")
DAY: Final[Sort] = ((*_NO_DAY, None), "give a date, with no time of day")
MAYBE_DAY: Final[Sort] = (_NO_DAY, "give a date, with no time of day")
MAYBE_MOMENT: Final[Sort] = (
    (_NOON.replace(tzinfo=None), _NOON.date(), "2026-05-01T12:00Z", 0),
    "give an aware datetime (tzinfo=UTC)",
)
MAYBE_INT: Final[Sort] = ((True, 1.0, "1", Decimal(1)), "give int or None")
FUNCTION: Final[Sort] = (
    (7, "late", (), None),
    "give a function, or what is called like one",
)
FROM_NOTHING_UP: Final[Sort] = (
    (Money("-0.01", "EUR"), Money("-900", "JPY"), 0, 5, "nonsense", {}, Money),
    "give Money of 0 or more, or None",
)
UNIT_SHARE: Final[Sort] = (
    (Fraction(-1, 10**9), Fraction(10**9 + 1, 10**9), Fraction(100)),
    "give an exact share from 0 to 1",
)
TEXTS: Final[Sort] = (
    (["late"], "late", ("late", 7), (None,), None),
    "give a tuple of str, such as (x,)",
)
NOT_EXACT: Final = (
    *(0.5, 1.0, float("nan"), True, None, Decimal("0.5"), b"1", [1]),
    *("", "half", "nan", "inf", "1e3", "1e999999999", "1/0", "1/2/3", "1_000"),
    *(".5", "5.", "+1", " 1", "1\n", "0x1", "50 %", "-", "\N{SUPERSCRIPT TWO}"),
)
"""What people write where an exact number is asked for."""


def at_least(least: int) -> Sort:
    """Be wrong where a count is asked for."""
    wrong = (least - 1, -(10**9), True, 1.0, "1", None, Fraction(1))
    return wrong, f"give an int of at least {least}"


def maybe_at_least(least: int) -> Sort:
    """Be wrong where a count or None is asked for."""
    wrong, mend = at_least(least)
    return tuple(value for value in wrong if value is not None), mend


def a(kind: type) -> Sort:
    """Be wrong where an instance of one class is asked for."""
    wrong: list[object] = [None, "nonsense", {}, kind]
    if issubclass(kind, Enum):
        wrong += [part for member in kind for part in (member.name, member.value)]
    return tuple(wrong), f"give {kind.__name__}"


def maybe(kind: type) -> Sort:
    """Be wrong where an instance of one class or None is asked for."""
    wrong, mend = a(kind)
    return wrong[1:], f"{mend} or None"


def tuple_of(kind: type, valid: object) -> Sort:
    """Be wrong where a tuple of one class is asked for."""
    wrong: tuple[object, ...] = (
        [],
        [valid],
        valid,
        None,
        (None,),
        (valid, "nonsense"),
        {valid},
    )
    return wrong, f"give a tuple of {kind.__name__}, such as (x,)"


def refusals(valid: Any, *besides: str, **sorts: Sort) -> list[Any]:
    """List every wrong value of every field, for `check_refusal`.

    Args:
        valid: A value to spoil in one field at a time.
        besides: The fields that have tests of their own.
        sorts: What sort of field each other one is. All of them must be named, so
            that no field is forgotten.
    """
    kind = type(valid)
    fields = {field.name for field in attrs.fields(kind)}
    assert fields == {*sorts, *besides}, fields ^ {*sorts, *besides}
    return [
        pytest.param(valid, name, value, mend, id=f"{kind.__name__}.{name}={value!r}")
        for name, (wrong, mend) in sorts.items()
        for value in wrong
    ]


def check_refusal(valid: Any, field: str, wrong: object, mend: str) -> None:
    """Hold a refusal to naming class, field, value and mend."""
    with pytest.raises(InvalidValueError) as refusal:
        attrs.evolve(valid, **{field: wrong})
    where = f"{type(valid).__name__}.{field}"
    assert str(refusal.value) == f"{where} cannot be {describe(wrong)}: {mend}"
