"""Numbers and days are read as they are written in full, and as nothing else."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core._domain.literals import parse_iso_day, parse_whole_number_or_none
from recovery_core.errors import InvalidValueError


@given(st.integers(-(10**29), 10**29))
def test_whole_numbers_are_read_in_plain_digits(number: int) -> None:
    """With a sign where one is wanted."""
    assert parse_whole_number_or_none(str(number)) == number
    assert parse_whole_number_or_none(f"+{abs(number)}") == abs(number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1_00",
        "\u0664\u0660",
        "\uff14\uff10",
        "1.0",
        " 1",
        "1\n",
        "0x1",
        "1e3",
        "--1",
        "9" * 5000,
        "²",
    ],
)
def test_what_only_looks_like_a_whole_number_is_none(text: str) -> None:
    """However Python reads it, and however long it is."""
    assert parse_whole_number_or_none(text) is None


@given(st.dates())
def test_days_are_read_as_they_are_written(day: date) -> None:
    """In full, with dashes."""
    assert parse_iso_day(str(day)) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20240101",
        "2024-W01-1",
        "2024W011",
        "2024-1-1",
        "2024-02-30",
        "2024-001",
        "\u0662\u0660\u0662\u0664-01-01",
        "2024-01-01T00:00",
        " 2024-01-01",
        "01/22/2026",
        "9" * 5000,
    ],
)
def test_what_only_looks_like_a_day_is_refused(text: str) -> None:
    """Weeks, compact forms and times of day."""
    with pytest.raises(InvalidValueError, match="is no day: write it as 2026-12-31"):
        parse_iso_day(text)
