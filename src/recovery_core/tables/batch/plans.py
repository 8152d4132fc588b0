"""What a policy is turned into before it meets many claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

import attrs

from ..column import Column
from ..domains import Plain
from ..table import Table
from .arrays import Array
from .claims import Chunk, Memos

__all__ = [
    "Plan",
    "Route",
    "SingleTablePlan",
    "count_python_calls",
    "is_any_computed_in_python",
]


class Route(StrEnum):
    """The ways to decide many claims, from the fastest to the slowest."""

    GRID = "grid"  # a table, looked up in a dense grid of its cells
    MASKS = "masks"  # a table too fine for a grid, rule by rule
    COMPOSED = "composed"  # tables, and the arithmetic that combines them
    COMPUTED = "computed"  # such tables, and a function once for each combination
    DISTINCT = "distinct"  # a function, once for each distinct combination
    ROWS = "rows"  # a function, claim by claim


def is_any_computed_in_python(columns: Iterable[Column]) -> bool:
    """Return whether a column is computed by a function that knows no arrays."""
    return any(column.function and not column.vector for column in columns)


class Plan(Protocol):
    """Decide chunk after chunk by one policy."""

    @property
    def name(self) -> str:
        """What the policy is called."""
        ...

    @property
    def hash(self) -> str:
        """Its content hash."""
        ...

    @property
    def route(self) -> Route:
        """How it decides."""
        ...

    @property
    def calls(self) -> int:
        """How often it asked a policy written in Python so far."""
        ...

    @property
    def columns(self) -> Sequence[Column]:
        """What it reads, as far as it is known beforehand."""
        ...

    @property
    def inputs(self) -> Sequence[Column]:
        """What one claim must tell for `one`, as far as it is known by now."""
        ...

    @property
    def currency(self) -> str | None:
        """The currency it gives, as far as it is known by now."""
        ...

    @property
    def labels(self) -> Sequence[str]:
        """The outcomes known by now; outcomes are numbered in it."""
        ...

    def decide_chunk(self, chunk: Chunk, minor_out: Array) -> Array:
        """Decide a chunk.

        Args:
            chunk: The claims.
            minor_out: Where it writes what each one costs.

        Returns:
            The outcome of each.
        """
        ...

    def label_and_minor_of_row(
        self, row: Mapping[str, Plain]
    ) -> tuple[str | None, int]:
        """Decide one claim by the one-claim reader: label if known, minor units."""
        ...


def count_python_calls(plans: Iterable[Plan], memos: Memos) -> int:
    """Count how often Python was asked so far, by plans and for computed columns."""
    asked = sum(plan.calls for plan in plans)
    return asked + sum(memo.calls for memo in memos.values())


@attrs.frozen(eq=False)
class SingleTablePlan:
    """What every plan of one table says alike; how it decides is up to each.

    Args:
        table: The table.
    """

    table: Table

    @property
    def name(self) -> str:
        """The name of the table."""
        return self.table.name

    @property
    def hash(self) -> str:
        """The content hash of the table."""
        return self.table.hash

    @property
    def calls(self) -> int:
        """None: what is computed is asked for by the column."""
        return 0

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column it reads that is not computed."""
        return self.table.inputs

    @property
    def inputs(self) -> tuple[Column, ...]:
        """Every column it reads that is not computed."""
        return self.table.inputs

    @property
    def currency(self) -> str | None:
        """The currency of the table."""
        return self.table.currency

    def label_and_minor_of_row(self, row: Mapping[str, Plain]) -> tuple[str, int]:
        """Ask the table for its award on one claim."""
        decision = self.table.decision(row)
        worth = decision.award.worth
        return decision.rule, 0 if worth is None else worth.minor
