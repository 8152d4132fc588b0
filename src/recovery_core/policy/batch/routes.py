"""Choose how a policy decides many claims."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from ...errors import InvalidValueError
from ..base import CompensationPolicy
from ..column import Column
from ..declared import Decided
from ..table import Table
from .combined import (
    BestOf,
    Capped,
    Dated,
    First,
    Floored,
    Scaled,
    SetOff,
    SumOf,
)
from .composed import composed, tables_of
from .distinct import DistinctPlan
from .grid import TablePlan
from .plans import Plan
from .rows import RowsPlan

__all__ = ["plan_of"]

_COMBINED = (BestOf, Capped, Dated, First, Floored, Scaled, SetOff, SumOf)


def plan_of(policy: CompensationPolicy, reads: Iterable[Column] | None) -> Plan:
    """Turn a policy into a plan; the route it takes is part of it.

    Args:
        policy: The policy.
        reads: The columns a plain function reads; None where it need not be said.

    Raises:
        InvalidValueError: It is a plain function, and nobody says what it reads.
        PolicyError: Its numbers could grow beyond what arrays hold.
    """
    if isinstance(policy, Table):
        return _of_table(policy)
    if isinstance(policy, Decided):
        return DistinctPlan(policy)
    if isinstance(policy, _COMBINED) and (plan := composed(policy)) is not None:
        return plan
    return RowsPlan(policy, _columns(policy, reads))


def _columns(
    policy: CompensationPolicy, reads: Iterable[Column] | None
) -> tuple[Column, ...]:
    """Say what a policy reads that is asked claim by claim."""
    known = [column for table in tables_of(policy) for column in table.inputs]
    if reads is None and not known:
        raise InvalidValueError(
            "nobody says what this policy reads: give reads=[columns], or make it with "
            "decides_on, so that it is asked once for what is alike"
        )
    return tuple(dict.fromkeys([*known, *_checked(reads or ())]))


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
