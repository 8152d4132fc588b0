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
from .composed import build_composed_plan_or_none
from .composition_reader import collect_columns_read
from .distinct import DistinctPlan
from .grid import TablePlan
from .plans import Plan
from .rows import RowsPlan

__all__ = ["choose_plan"]


def choose_plan(policy: CompensationPolicy, reads: Iterable[Column] | None) -> Plan:
    """Turn a policy into a plan; the route it takes is part of it.

    Args:
        policy: The policy.
        reads: The columns a plain function reads; None where it need not be said.

    Raises:
        InvalidValueError: It is a plain function, and nobody says what it reads.
        PolicyError: Its numbers could grow beyond what arrays hold.
    """
    candidate: object = policy
    if not callable(candidate):
        raise InvalidValueError(
            f"{candidate!r:.60} is no policy: give a Table, what combinators or "
            "policy_reading make, or a function from a claim to an award"
        )
    policy = unwrap_policy(policy)
    if isinstance(policy, Table):
        return (
            _cached_table_plan(policy)
            if policy.decider.can_list_ways
            else CollectingPlan(policy)
        )
    if isinstance(policy, DeclaredPolicy):
        return DistinctPlan(policy)
    columns = collect_columns_read(
        policy, None if reads is None else _to_checked_list(reads)
    )
    plan = build_composed_plan_or_none(policy, columns)
    return RowsPlan(policy, columns) if plan is None else plan


def _to_checked_list(reads: Iterable[Column]) -> list[Column]:
    """List columns, or raise InvalidValueError for what is none or is computed."""
    columns = list(reads)
    members: tuple[object, ...] = tuple(columns)
    for column in members:
        if not isinstance(column, Column) or column.function is not None:
            raise InvalidValueError(
                f"reads cannot hold {column!r:.60}: give columns that are not computed"
            )
    return columns


@lru_cache(maxsize=64)
def _cached_table_plan(table: Table) -> TablePlan:
    return TablePlan(table)
