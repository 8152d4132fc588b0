"""Texts, numbers, shares and times: what every value is made of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ._build import cached_strategy

_WORDS = ("late", "x", "two words", " spaced ", "Ünïcode ✓", "'\"\\")


@cached_strategy
def texts() -> SearchStrategy[str]:
    """Draw texts with something in them, in any script.

    Returns:
        A strategy for texts that are not blank, of at most 12 characters.
    """
    letters = st.characters(exclude_categories=["Cs"])
    anything = st.text(letters, min_size=1, max_size=12).filter(str.strip)
    return st.sampled_from(_WORDS) | anything


@cached_strategy
def whole_numbers(least: int, most: int) -> SearchStrategy[int]:
    """Draw integers of a range, often at its ends and around 0 and 100.

    Args:
        least: The smallest.
        most: The largest.

    Returns:
        A strategy for ints.
    """
    around = (0, 1, -1, 99, 100, 101, -100, least, least + 1, most - 1, most)
    edges = dict.fromkeys(n for n in around if least <= n <= most)
    return st.sampled_from([*edges]) | st.integers(least, most)


@cached_strategy
def shares() -> SearchStrategy[Fraction]:
    """Draw exact shares, often the ends, a half and a third.

    Returns:
        A strategy for fractions from 0 to 1.
    """
    usual = [Fraction(0), Fraction(1), Fraction(1, 2), Fraction(1, 3), Fraction(9, 10)]
    return st.sampled_from(usual) | st.fractions(0, 1, max_denominator=1000)


@cached_strategy
def moments() -> SearchStrategy[datetime]:
    """Draw aware moments, often where a day, a year or a leap day turns.

    Returns:
        A strategy for datetimes in UTC, from 1970 to 2100.
    """
    turns = [
        datetime(2026, 5, 1, 12, tzinfo=UTC),
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2000, 1, 1, tzinfo=UTC),
        datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2025, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    ]
    least, most = datetime(1970, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001
    return st.sampled_from(turns) | st.datetimes(least, most, timezones=st.just(UTC))


@cached_strategy
def days() -> SearchStrategy[date]:
    """Draw days, often where a month or a year turns.

    Returns:
        A strategy for dates from 1970 to 2100.
    """
    turns = [date(2026, 5, 1), date(2026, 1, 1), date(2025, 12, 31), date(2024, 2, 29)]
    return st.sampled_from(turns) | st.dates(date(1970, 1, 1), date(2100, 1, 1))


@cached_strategy
def durations() -> SearchStrategy[timedelta]:
    """Draw lengths of time, often an hour, two weeks or next to nothing.

    Returns:
        A strategy for timedeltas longer than nothing and up to ten years.
    """
    usual = [timedelta(hours=1), timedelta(days=14), timedelta(microseconds=1)]
    least, most = timedelta(microseconds=1), timedelta(days=3653)
    return st.sampled_from(usual) | st.timedeltas(least, most)
