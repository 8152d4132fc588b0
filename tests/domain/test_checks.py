from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core._domain import checks
from recovery_core._domain.attribution import Party
from recovery_core._domain.failure import Severity
from recovery_core.errors import InvalidValueError
from recovery_core.testing.strategies import days, moments, shares, texts
from tests.support.laws import (
    DAY,
    FLAG,
    FUNCTION,
    MAYBE_DAY,
    MAYBE_INT,
    MAYBE_MOMENT,
    MAYBE_TEXT,
    NOT_EXACT,
    TEXT,
    TEXTS,
    UNIT_SHARE,
    at_least,
    check_refusal,
    maybe_at_least,
    refusals,
)


@attrs.frozen
class Form:
    """Ask every question once."""

    text: Any = attrs.field(default="x", validator=checks.text)
    maybe_text: Any = attrs.field(default=None, validator=checks.maybe_text)
    flag: Any = attrs.field(default=False, validator=checks.of_type(bool))
    either: Any = attrs.field(default="x", validator=checks.of_type(str, int))
    maybe_int: Any = attrs.field(default=None, validator=checks.maybe(int))
    texts: Any = attrs.field(default=(), validator=checks.tuple_of(str))
    mixed: Any = attrs.field(default=(), validator=checks.tuple_of(str, int))
    count: Any = attrs.field(default=1, validator=checks.at_least(1))
    maybe_count: Any = attrs.field(default=None, validator=checks.maybe_at_least(0))
    moment: Any = attrs.field(
        default=datetime(2026, 5, 1, tzinfo=UTC), validator=checks.moment
    )
    maybe_moment: Any = attrs.field(default=None, validator=checks.aware)
    day: Any = attrs.field(default=date(2026, 5, 1), validator=checks.day)
    maybe_day: Any = attrs.field(default=None, validator=checks.maybe_day)
    share: Any = attrs.field(default=Fraction(1), validator=checks.unit_share)
    function: Any = attrs.field(default=repr, validator=checks.function)
    maybe_function: Any = attrs.field(default=None, validator=checks.maybe_function)


@given(
    st.builds(
        Form,
        text=texts(),
        maybe_text=st.none() | texts(),
        flag=st.booleans(),
        either=st.integers() | st.text() | st.sampled_from(Party),
        maybe_int=st.none() | st.integers(),
        texts=st.lists(st.text()).map(tuple),
        mixed=st.lists(st.text() | st.integers()).map(tuple),
        count=st.integers(1),
        maybe_count=st.none() | st.integers(0),
        moment=moments(),
        maybe_moment=st.none() | moments(),
        day=days(),
        maybe_day=st.none() | days(),
        share=shares(),
        function=st.sampled_from([repr, Form().__eq__, lambda: None]),
        maybe_function=st.none() | st.just(repr),
    )
)
def test_what_fits_is_taken_as_it_stands(form: Form) -> None:
    """A check never changes what it looks at."""
    assert attrs.evolve(form) == form


@pytest.mark.parametrize(
    ("valid", "field", "wrong", "mend"),
    refusals(
        Form(),
        text=TEXT,
        maybe_text=MAYBE_TEXT,
        flag=FLAG,
        either=((None, True, 1.0, b"x"), "give str or int"),
        maybe_int=MAYBE_INT,
        texts=TEXTS,
        mixed=((["x"], "x", (1.0,), None), "give a tuple of str or int, such as (x,)"),
        count=at_least(1),
        maybe_count=maybe_at_least(0),
        moment=((*MAYBE_MOMENT[0], None), MAYBE_MOMENT[1]),
        maybe_moment=MAYBE_MOMENT,
        day=DAY,
        maybe_day=MAYBE_DAY,
        share=((*UNIT_SHARE[0], 0, 1, 0.5, "1/2", True, None), UNIT_SHARE[1]),
        function=FUNCTION,
        maybe_function=(FUNCTION[0][:-1], FUNCTION[1]),
    ),
)
def test_what_cannot_be_is_refused(
    valid: Any, field: str, wrong: object, mend: str
) -> None:
    """A refusal names class, field, value and mend."""
    check_refusal(valid, field, wrong, mend)


@pytest.mark.parametrize("field", ["function", "maybe_function"])
@pytest.mark.parametrize("kind", [Form, dict, Severity])
def test_a_class_is_not_yet_what_it_builds(field: str, kind: type) -> None:
    """A class can be called, but would only be built: the mend shows how."""
    mend = f"build one with its parameters, such as {kind.__name__}(...)"
    check_refusal(Form(), field, kind, mend)


def test_moments_of_any_offset_are_aware() -> None:
    """A moment says its offset from UTC, whichever that is."""
    at = datetime(2026, 5, 1, tzinfo=UTC)
    assert Form(moment=at.astimezone()).moment == at


# Exact numbers


@given(st.fractions())
def test_a_fraction_is_read_as_it_is_written(value: Fraction) -> None:
    """A Fraction, and its text, is the same exact number."""
    assert checks.exact(value) == value
    assert checks.exact(str(value)) == value


@given(st.integers())
def test_a_whole_number_is_read_as_it_is_written(value: int) -> None:
    """An int, and its text, is the same exact number."""
    assert checks.exact(value) == value
    assert checks.exact(str(value)) == value
    assert type(checks.exact(value)) is Fraction


@given(st.decimals(-1000, 1000, places=4))
def test_a_decimal_text_is_exact(value: Decimal) -> None:
    """A text with a point is what a person means by it, not the nearest float."""
    assert checks.exact(f"{value:f}") == Fraction(value)


def test_one_tenth_is_one_tenth() -> None:
    """What no float can hold is held."""
    assert checks.exact("0.1") == checks.exact("1/10") == Fraction(1, 10)
    assert checks.exact("0.1") != Fraction(0.1)


@pytest.mark.parametrize("value", NOT_EXACT, ids=repr)
def test_what_is_not_exact_is_refused(value: Any) -> None:
    """A float, a bool or a text that is no plain number is refused with the mend."""
    with pytest.raises(InvalidValueError) as refusal:
        checks.exact(value)
    assert str(refusal.value) == (
        f"{value!r:.60} is not exact: give an int, a Fraction, or a text such as '0.9' "
        "or '1/3'"
    )


def test_a_text_too_long_to_read_is_refused() -> None:
    """A text of ten thousand digits is refused like any other, and not repeated."""
    with pytest.raises(InvalidValueError) as refusal:
        checks.exact("9" * 10_000)
    assert len(str(refusal.value)) < 200
