"""Tables that collect, with more ways to decide than could be listed: rule by rule."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import attrs
import numpy as np

from ..rule_sets import members_of_mask
from ..rules import Hit, Rule
from .arrays import Array
from .claims import Chunk
from .grid import mask_of_claims_meeting
from .payouts import PayoutTable
from .plans import Route, SingleTablePlan, is_any_computed_in_python

__all__ = ["CollectingPlan"]


@attrs.frozen(eq=False)
class CollectingPlan(SingleTablePlan):
    """Decide many claims by a table of which not every outcome can be listed.

    What every rule gives is worked out by itself, and what those give that speak is
    put together; outcomes are numbered as they are met.

    Args:
        table: The table; it adds up, or gives the most.
    """

    labels: list[str] = attrs.field(factory=list[str], init=False)
    _numbers: dict[tuple[int, ...], int] = attrs.field(
        factory=dict[tuple[int, ...], int], init=False
    )

    @property
    def route(self) -> Route:
        """Rule by rule; or by what Python computes for it."""
        is_computed = is_any_computed_in_python(self.table.columns)
        return Route.COMPUTED if is_computed else Route.MASKS

    @cached_property
    def _payouts_by_rule(self) -> list[tuple[PayoutTable, PayoutTable]]:
        """What of each rule is added up, and what of all that speak counts at most."""
        return [self._added_and_alternative_payouts(row) for row in self.table.rows]

    def _added_and_alternative_payouts(
        self, rule: Rule
    ) -> tuple[PayoutTable, PayoutTable]:
        """Prepare a rule: of alternatives one is given, all amends are."""
        added = attrs.evolve(rule, alternatives=()).worth
        chosen = attrs.evolve(rule, amends=()).worth
        if self.table.hit is Hit.MAX:
            added, chosen = None, rule.worth
        what = f"table {self.name!r}"
        first, second = (
            PayoutTable.of_formulas([(rule.code, worth)], what)
            for worth in (added, chosen)
        )
        return first, second

    def decide_chunk(self, chunk: Chunk, minor_out: Array) -> Array:
        """Add up, or compare, what the rules give that speak."""
        nothing, value = np.zeros(chunk.rows, np.int32), np.empty(chunk.rows, np.int64)
        chosen = np.zeros(chunk.rows, np.int64)
        minor_out[:] = 0
        speaking = [*self._iter_claim_masks_by_rule(chunk)]
        for speaks, (added, most) in zip(speaking, self._payouts_by_rule, strict=True):
            if speaks.any():
                added.write_payouts(value, nothing, chunk)
                minor_out += np.where(speaks, value, 0)
                most.write_payouts(value, nothing, chunk)
                np.maximum(chosen, np.where(speaks, value, 0), out=chosen)
        minor_out += chosen
        return self._outcome_numbers(speaking)

    def _iter_claim_masks_by_rule(self, chunk: Chunk) -> Iterator[Array]:
        """Find the claims on which each rule speaks."""
        table = self.table
        undecided, silent = np.ones(chunk.rows, bool), np.ones(chunk.rows, bool)
        for place, row in enumerate(table.rows):
            speaks = mask_of_claims_meeting(row.when, chunk) & undecided
            if place in table.decider.rule_places:
                silent &= ~speaks
            else:
                # An exclusion ends the matter; what is said otherwise comes last.
                speaks &= silent
                undecided &= ~speaks
            yield speaks

    def _outcome_numbers(self, speaking: list[Array]) -> Array:
        """Return every set of rules that speaks a number, each always the same."""
        # Sets of rules are compared as bytes: a bit for each rule, a column a claim.
        packed = np.packbits(np.stack(speaking), axis=0, bitorder="little")
        sets, inverse = np.unique(packed, axis=1, return_inverse=True)
        numbers: list[int] = []
        for column in sets.T:
            rules = tuple(members_of_mask(int.from_bytes(column.tobytes(), "little")))
            if rules not in self._numbers:
                self._numbers[rules] = len(self._numbers)
                self.labels.append(self.table.decider.join_codes(rules))
            numbers.append(self._numbers[rules])
        return np.array(numbers, np.int32)[inverse.reshape(-1)]
