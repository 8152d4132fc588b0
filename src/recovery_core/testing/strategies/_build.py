"""What the strategies are put together with."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import ParamSpec, TypeVar, cast

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

_P = ParamSpec("_P")
_T = TypeVar("_T")


def cached_strategy(
    build: Callable[_P, SearchStrategy[_T]],
) -> Callable[_P, SearchStrategy[_T]]:
    """Build a strategy once for the same arguments: building is what takes time."""
    return cast("Callable[_P, SearchStrategy[_T]]", cache(build))


def short_tuples(
    members: SearchStrategy[_T], least: int = 0, most: int = 2
) -> SearchStrategy[tuple[_T, ...]]:
    """Draw a short tuple.

    Args:
        members: What is in it.
        least: Fewest members.
        most: Most members.
    """
    return st.lists(members, min_size=least, max_size=most).map(tuple)


def optional(values: SearchStrategy[_T]) -> SearchStrategy[_T | None]:
    """Draw a value, or None.

    Args:
        values: The values.
    """
    return st.none() | values
