"""Calendars: zones, weekends, holidays and opening hours."""

from __future__ import annotations

from datetime import time
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..._domain.calendar import Calendar
from ._build import cached_strategy
from .plain import days

# Half hours (Lord Howe, St. John's), quarter hours (Kathmandu), a day that was skipped
# (Apia), a switch at midnight (Cairo): what code that thinks in UTC gets wrong.
_ZONES: Final = (
    "UTC",
    "Europe/Paris",
    "America/New_York",
    "America/St_Johns",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Auckland",
)
_QUARTERS_OF_A_DAY: Final = 96
_DAYS_OF_WEEK: Final = 7


@cached_strategy
def calendars() -> SearchStrategy[Calendar]:
    """Draw calendars of zones around the world, most of them open around the clock.

    Returns:
        A strategy for `Calendar`.
    """
    return _draw_calendar()


@st.composite
def _draw_calendar(draw: DrawFn) -> Calendar:
    """Draw a calendar with at least one day a week that is worked."""
    weekdays = st.integers(0, _DAYS_OF_WEEK - 1)
    edges = sorted(
        draw(
            st.just(())
            | st.lists(
                st.integers(0, _QUARTERS_OF_A_DAY - 1),
                min_size=2,
                max_size=4,
                unique=True,
            )
        )
    )
    quarters = [time(edge // 4, edge % 4 * 15) for edge in edges]
    return Calendar(
        zone=draw(st.sampled_from(_ZONES)),
        weekend=tuple(
            draw(st.just([5, 6]) | st.lists(weekdays, max_size=3, unique=True))
        ),
        holidays=draw(st.lists(days(), max_size=3)),
        opening=list(zip(quarters[::2], quarters[1::2], strict=False)),
    )
