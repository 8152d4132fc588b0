"""Processes of all shapes, and the refusals of their steps."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ...errors import TransitionNotAllowedError
from ...process import FIVE_STEPS, Process, Side, Step, define, five_steps
from ._build import cached_strategy, optional, short_tuples
from .plain import texts
from .reasons import reasons

_LIMITS = optional(st.integers(1, 2))


@cached_strategy
def processes() -> SearchStrategy[Process]:
    """Draw processes: the five steps, and small ones of any sound shape.

    The small ones walk a line of states to its end, with shortcuts, loops, bounded
    steps and reopenings on the way.

    Returns:
        A strategy for `Process`.
    """
    return st.sampled_from([FIVE_STEPS, five_steps(rounds=1)]) | _draw_small_process()


@st.composite
def _draw_small_process(draw: DrawFn) -> Process:
    count = draw(st.integers(1, 4))
    states = [*(f"state {number}" for number in range(count)), "done"]
    on = [
        Step(f"go {number}", here, there, who=draw(st.sampled_from(Side)))
        for number, (here, there) in enumerate(pairwise(states))
    ]
    ways = st.tuples(st.sampled_from(states[:-1]), st.sampled_from(states), _LIMITS)
    aside = [
        Step(f"turn {number}", here, there, limit=limit)
        for number, (here, there, limit) in enumerate(draw(st.lists(ways, max_size=3)))
    ]
    again = [Step("reopen", "done", states[0], begins_cycle=True)]
    steps = [*on, *aside, *(again if draw(st.booleans()) else ())]
    return define("drawn", initial=states[0], final="done", steps=steps)


@cached_strategy
def refusals() -> SearchStrategy[TransitionNotAllowedError]:
    """Draw refused steps, with none, one or two reasons.

    Returns:
        A strategy for `TransitionNotAllowedError`.
    """
    states = st.sampled_from(FIVE_STEPS.states)
    triggers = st.sampled_from(FIVE_STEPS.triggers)
    return st.builds(
        TransitionNotAllowedError, texts(), states, triggers, short_tuples(reasons())
    )
