"""Promises about time, and how a case stands against them."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..._domain.service_level import ServiceLevel, Timing
from ...process import FIVE_STEPS, Process
from ._build import cached_strategy, optional
from .plain import durations, moments, texts


@cached_strategy
def service_levels(process: Process = FIVE_STEPS) -> SearchStrategy[ServiceLevel]:
    """Draw service levels, with and without states in which the clock stands still.

    Args:
        process: Whose triggers meet them, and whose states pause them.

    Returns:
        A strategy for `ServiceLevel`.
    """
    triggers, states = map(st.sampled_from, (process.triggers, process.states))
    return st.builds(
        ServiceLevel,
        name=texts(),
        met_by=st.lists(triggers, min_size=1, max_size=3, unique=True).map(tuple),
        within=durations(),
        pauses_in=st.lists(states, max_size=2, unique=True).map(tuple),
    )


@cached_strategy
def timings() -> SearchStrategy[Timing]:
    """Draw how one cycle of a case stands: met and not, in time and late.

    Returns:
        A strategy for `Timing`, whose figures agree with each other.
    """
    return _draw_timing()


@st.composite
def _draw_timing(draw: DrawFn) -> Timing:
    started_at, elapsed = draw(moments()), draw(st.just(timedelta()) | durations())
    met_at: datetime | None = (
        started_at + elapsed + draw(st.just(timedelta()) | durations())
    )
    return Timing(
        level=draw(texts()),
        cycle=draw(st.integers(1, 3)),
        started_at=started_at,
        met_at=draw(optional(st.just(met_at))),
        elapsed=elapsed,
        left=draw(durations()) - elapsed,
    )
