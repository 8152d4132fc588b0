"""Choose how a policy decides many claims."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from ...errors import InvalidValueError
from ..base import CompensationPolicy
from ..column import Column
from ..declared import Decided
from ..table import Table
from .composed import columns_of, composed
from .distinct import DistinctPlan
from .grid import TablePlan
from .plans import Plan
from .rows import RowsPlan

__all__ = ["plan_of"]


def plan_of(policy: CompensationPolicy, reads: Iterable[Column] | None) -> Plan:
    """Turn a policy into a plan; the route it takes is part of it.

    Args:
        policy: The policy.
        reads: The columns a plain function reads; None where it need not be said.

    Raises:
        InvalidValueError: It is a plain function, and nobody says what it reads.
        PolicyError: Its numbers could grow beyond what arrays hold.
    """
    given: object = policy
    if not callable(given):
        raise InvalidValueError(
            f"{given!r:.60} is no policy: give a Table, what combinators or decides_on "
            "make, or a function from a claim to an award"
        )
    if isinstance(policy, Table):
        return _of_table(policy)
    if isinstance(policy, Decided):
        return DistinctPlan(policy)
    plan = composed(policy)
    return RowsPlan(policy, _columns(policy, reads)) if plan is None else plan


def _columns(
    policy: CompensationPolicy, reads: Iterable[Column] | None
) -> tuple[Column, ...]:
    """Say what a policy reads that is asked claim by claim."""
    known = columns_of(policy)
    if reads is None and known is None:
        raise InvalidValueError(
            "nobody says what this policy reads: give reads=[columns], or make it with "
            "decides_on, so that it is asked once for what is alike"
        )
    return tuple(dict.fromkeys([*(known or ()), *_checked(reads or ())]))


def _checked(reads: Iterable[Column]) -> list[Column]:
    listed = list(reads)
    members: tuple[object, ...] = tuple(listed)
    for column in members:
        if not isinstance(column, Column) or column.function is not None:
            raise InvalidValueError(
                f"reads cannot hold {column!r:.60}: give columns that are not computed"
            )
    return listed


@lru_cache(maxsize=64)
def _of_table(table: Table) -> TablePlan:
    return TablePlan(table)
