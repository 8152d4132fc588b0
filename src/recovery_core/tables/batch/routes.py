"""Choose how a policy decides many claims."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from ...errors import InvalidValueError
from ...policy.base import CompensationPolicy
from ..column import Column
from ..compositions import unwrap_policy
from ..declared_policy import DeclaredPolicy
from ..table import Table
from .collecting import CollectingPlan
from .composed import composed
from .composition_reader import columns_of
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
            f"{given!r:.60} is no policy: give a Table, what combinators or "
            "policy_reading make, or a function from a claim to an award"
        )
    policy = unwrap_policy(policy)
    if isinstance(policy, Table):
        return (
            _of_table(policy)
            if policy.decider.can_list_ways
            else CollectingPlan(policy)
        )
    if isinstance(policy, DeclaredPolicy):
        return DistinctPlan(policy)
    columns = columns_of(policy, None if reads is None else _checked(reads))
    plan = composed(policy, columns)
    return RowsPlan(policy, columns) if plan is None else plan


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
