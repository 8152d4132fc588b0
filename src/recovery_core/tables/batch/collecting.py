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
from .grid import held_by
from .payouts import Worths
from .plans import Route, SingleTablePlan, calls_python

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
        is_computed = calls_python(self.table.columns)
        return Route.COMPUTED if is_computed else Route.MASKS

    @cached_property
    def _priced(self) -> list[tuple[Worths, Worths]]:
        """What of each rule is added up, and what of all that speak counts at most."""
        return [self._worths(row) for row in self.table.rows]

    def _worths(self, row: Rule) -> tuple[Worths, Worths]:
        """Prepare a rule: of alternatives one is given, all amends are."""
        added = attrs.evolve(row, alternatives=()).worth
        chosen = attrs.evolve(row, amends=()).worth
        if self.table.hit is Hit.MAX:
            added, chosen = None, row.worth
        what = f"table {self.name!r}"
        first, second = (Worths.of([(row.code, w)], what) for w in (added, chosen))
        return first, second

    def run(self, chunk: Chunk, minor: Array) -> Array:
        """Add up, or compare, what the rules give that speak."""
        nothing, value = np.zeros(chunk.rows, np.int32), np.empty(chunk.rows, np.int64)
        chosen = np.zeros(chunk.rows, np.int64)
        minor[:] = 0
        speaking = [*self._speaking(chunk)]
        for speaks, (added, most) in zip(speaking, self._priced, strict=True):
            if speaks.any():
                added.fill(value, nothing, chunk)
                minor += np.where(speaks, value, 0)
                most.fill(value, nothing, chunk)
                np.maximum(chosen, np.where(speaks, value, 0), out=chosen)
        minor += chosen
        return self._numbered(speaking)

    def _speaking(self, chunk: Chunk) -> Iterator[Array]:
        """Find the claims on which each rule speaks."""
        table = self.table
        left, silent = np.ones(chunk.rows, bool), np.ones(chunk.rows, bool)
        for place, row in enumerate(table.rows):
            speaks = held_by(row.when, chunk) & left
            if place in table.decider.rule_places:
                silent &= ~speaks
            else:
                # An exclusion ends the matter; what is said otherwise comes last.
                speaks &= silent
                left &= ~speaks
            yield speaks

    def _numbered(self, speaking: list[Array]) -> Array:
        """Return every set of rules that speaks a number, each always the same."""
        packed = np.packbits(np.stack(speaking), axis=0, bitorder="little")
        sets, inverse = np.unique(packed, axis=1, return_inverse=True)
        found: list[int] = []
        for column in sets.T:
            held = tuple(members_of_mask(int.from_bytes(column.tobytes(), "little")))
            if held not in self._numbers:
                self._numbers[held] = len(self._numbers)
                self.labels.append(self.table.decider.join_codes(held))
            found.append(self._numbers[held])
        return np.array(found, np.int32)[inverse.reshape(-1)]
