"""Ask a policy about rows, where what is read from a claim stands by its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import cast

import attrs

from .._domain.claim import Claim
from .._domain.remedy import Award
from ..policy import CompensationPolicy
from ..tables import Column, Table
from ..tables.compositions import (
    ALREADY_GIVEN,
    FAILURE_DAY,
    OWED,
    build_claim_of_facts,
    iter_leaf_policies,
    with_replaced_leaves,
)
from ._wording import describe_claim, policy_title

__all__ = [
    "MADE",
    "RowPolicy",
    "describe_row_claim",
    "is_composed_of_tables_only",
    "iter_claim_reading_columns",
    "without_reader",
]

MADE = frozenset({FAILURE_DAY, ALREADY_GIVEN, OWED})
"""The names of what combinators read of a claim, where a claim is a row."""


def is_composed_of_tables_only(policy: object) -> bool:
    """Return whether a policy is a table, or combinators of tables alone."""
    return all(isinstance(leaf, Table) for leaf in iter_leaf_policies(policy))


def iter_claim_reading_columns(columns: Iterable[Column]) -> Iterator[Column]:
    """Walk the columns that are read from the claim, inputs of computed ones too."""
    for column in columns:
        yield from (c for c in (*column.inputs, column) if c.reader is not None)


def without_reader(column: Column) -> Column:
    """Return a column as it stands in a row: read by its name."""
    return attrs.evolve(column, reader=None)


def describe_row_claim(claim: Claim, claim_columns: Iterable[Column]) -> str:
    """Show a claim, and say what of it a real one would have to be read for.

    Args:
        claim: The claim, with all columns among its facts.
        claim_columns: The columns that are read from a claim.
    """
    facts = claim.failure.facts
    names = [c.name for c in claim_columns if c.name in facts]
    if not names:
        return describe_claim(claim)
    is_one = len(names) == 1
    reading_text = (
        f"{' and '.join(names)} {'is' if is_one else 'are'} read from the claim"
    )
    return (
        f"{describe_claim(claim)} ({reading_text}, and "
        f"{'stands' if is_one else 'stand'} here by name)"
    )


@attrs.frozen
class RowPolicy:
    """A policy made of tables that reads rows: each fact by the name of its column.

    Args:
        policy: The policy.
    """

    policy: CompensationPolicy

    @property
    def name(self) -> str:
        """What it is called."""
        return policy_title(self.policy)

    @cached_property
    def _policy_of_rows(self) -> CompensationPolicy:
        return with_replaced_leaves(self.policy, _build_row_deciding_policy)

    def __call__(self, claim: Claim, /) -> Award:
        """Decide a claim whose facts are a row."""
        facts = claim.failure.facts
        if MADE.isdisjoint(facts):
            return self._policy_of_rows(claim)
        return self._policy_of_rows(
            build_claim_of_facts(facts, claim.failure.what, as_of=claim.as_of)
        )


def _build_row_deciding_policy(policy: CompensationPolicy) -> CompensationPolicy:
    """Return what a table decides on the facts of a claim."""
    table = cast("Table", policy)  # of tables alone is a row a claim
    names = [column.name for column in table.inputs]

    def decide(claim: Claim, /) -> Award:
        facts = claim.failure.facts
        row = {name: facts[name] for name in names if name in facts}
        return table.decision(row).award

    return decide
