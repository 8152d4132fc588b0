"""What counts as a number in a field, and between which bounds."""

from __future__ import annotations

from math import inf, nan
from types import SimpleNamespace
from typing import Any, cast

import pytest

from recovery_core._domain.number_checks import (
    check_finite_number,
    check_number_from_0_up,
    check_share_from_0_to_1,
    is_number,
    is_number_from_0_up,
    number_range_checker,
)
from recovery_core.errors import InvalidValueError

FIELD = cast("Any", SimpleNamespace(name="share"))


@pytest.mark.parametrize("value", [0, 0.5, 1, -1.5, inf])
def test_ints_and_floats_are_numbers(value: object) -> None:
    """Every int and float is a number, whatever its size."""
    assert is_number(value)


@pytest.mark.parametrize("value", [True, "1", None, 1j])
def test_nothing_else_is_a_number(value: object) -> None:
    """A bool is none, though Python counts it among the ints."""
    assert not is_number(value)
    assert not is_number_from_0_up(value)


@pytest.mark.parametrize("value", [nan, -0.1, 1.1, True, "1"])
def test_a_share_lies_from_0_to_1(value: object) -> None:
    """What is no share is refused, NaN among it; the bounds themselves are shares."""
    check_share_from_0_to_1(None, FIELD, 0)
    check_share_from_0_to_1(None, FIELD, 1.0)
    with pytest.raises(InvalidValueError, match="give a number from 0 to 1"):
        check_share_from_0_to_1(None, FIELD, value)


@pytest.mark.parametrize("value", [nan, inf, -1, False])
def test_a_level_is_finite_and_not_negative(value: object) -> None:
    """Neither infinity nor what is below nothing is a level."""
    check_number_from_0_up(None, FIELD, 10**300)
    with pytest.raises(InvalidValueError, match="give a number from 0 up"):
        check_number_from_0_up(None, FIELD, value)


@pytest.mark.parametrize("value", [nan, inf, -inf, None])
def test_a_finite_number_may_be_negative(value: object) -> None:
    """Only what is no number at all, or has no end, is refused."""
    check_finite_number(None, FIELD, -2.5)
    with pytest.raises(InvalidValueError, match=r"give a number$"):
        check_finite_number(None, FIELD, value)


def test_a_range_names_its_bounds() -> None:
    """The mend says from where to where."""
    check_range = number_range_checker(-1, 2.5)
    check_range(None, FIELD, 2.5)
    with pytest.raises(InvalidValueError, match=r"give a number from -1 to 2\.5"):
        check_range(None, FIELD, 2.6)
