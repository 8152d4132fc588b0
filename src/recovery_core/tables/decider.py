"""The ways a table can decide, and which of them a row of data takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, Final, TypeAlias

import attrs

from ..errors import PolicyError
from .amounts import Greater
from .compile import chain
from .decision import RuleOutcome
from .rule_sets import Mask, StepBudget, TooManyStepsError, bits, leaves
from .rules import Hit, together
from .table_parts import TableParts

__all__ = ["Decider"]

_MOST_STEPS: Final = 300_000  # to list how rules that collect can hold together
_MOST_WAYS: Final = 1 << 14
_KEPT: Final = 4096  # ways to decide that are kept, of those that were met

RowPlaces: TypeAlias = tuple[int, ...]
"""The rows that speak together, by their places."""


@attrs.frozen(eq=False)
class Decider:
    """What finds the rows of a table that decide: one alone, or several together.

    Args:
        table: The table.
    """

    table: TableParts

    @property
    def is_single(self) -> bool:
        """Whether one row alone decides."""
        return not self.table.hit.is_collecting

    @cached_property
    def collected(self) -> range:
        """The places of its rules among the rows, without exclusions and otherwise."""
        first = len(self.table.exclusions)
        return range(first, first + len(self.table.rules))

    def deciding(self, mask: Mask) -> RowPlaces:
        """Return the places of the rows that decide, of a set of rows that hold."""
        held = [*bits(mask)]
        if held[0] < self.collected.start or self.is_single:
            return (held[0],)
        return tuple(place for place in held if place in self.collected) or (held[0],)

    # ------------------------------------------------------------ all ways to decide

    @cached_property
    def _listed(self) -> Sequence[RowPlaces]:
        """Every way; none where they are too many."""
        table = self.table
        if self.is_single:
            return [(place,) for place in range(len(table.rows))]
        conditions = [row.when for row in table.rows]
        try:
            sets = leaves(table.tested, conditions, StepBudget(_MOST_STEPS))
        except TooManyStepsError:
            return ()
        found = sorted({self.deciding(mask) for mask in sets})
        return found if len(found) <= _MOST_WAYS else ()

    @property
    def is_listed(self) -> bool:
        """Whether the ways to decide can be listed.

        Rules that collect can hold together in more ways than anybody could list.
        """
        return bool(self._listed)

    @cached_property
    def places(self) -> dict[RowPlaces, int]:
        """The number of every way to decide, by the rows that speak.

        Raises:
            PolicyError: There are more than could be listed.
        """
        if not self.is_listed:
            raise PolicyError(
                f"table {self.table.name!r} can decide in more than {_MOST_WAYS:,} "
                "ways, too many to list: ask it claim by claim, or split it into "
                "tables that sum_of() or best_of() puts together"
            )
        return {way: place for place, way in enumerate(self._listed)}

    # ------------------------------------------------------------------ one of them

    @cached_property
    def outcome(self) -> Callable[[RowPlaces], RuleOutcome]:
        """The function from the places of rows that speak together to their outcome."""
        # Those met last are kept: of all there can be more than could be listed.
        return lru_cache(maxsize=_KEPT)(self._outcome)

    def _outcome(self, way: RowPlaces) -> RuleOutcome:
        spoken = tuple(self.table.rows[place] for place in way)
        worths = [row.worth for row in spoken if row.worth is not None]
        worth = worths[0] if worths else None
        if len(worths) > 1:
            is_max = self.table.hit is Hit.MAX
            worth = Greater(tuple(worths)) if is_max else together(spoken)
        return RuleOutcome(self.label(way), spoken, worth)

    def label(self, way: Iterable[int]) -> str:
        """Name the outcome of the rows that speak together, by their places."""
        sign = " or " if self.table.hit is Hit.MAX else " + "
        return sign.join(self.table.rows[place].code for place in way)

    # ----------------------------------------------------------------- that of a row

    @cached_property
    def choose(self) -> Callable[[Mapping[str, Any]], int]:
        """The function from a row of plain values to the number of its way."""
        if self.is_single:
            rows = self.table.rows
            return chain([(row.when, None, row.code) for row in rows], priced=False)
        find, places = self.find, self.places
        return lambda row: places[find(row)]

    @cached_property
    def find(self) -> Callable[[Mapping[str, Any]], RowPlaces]:
        """The function from a row of plain values to the places of what decides it."""
        if self.is_single:
            choose = self.choose
            return lambda row: (choose(row),)
        rows = self.table.rows
        every = [chain([(row.when, None, row.code)], priced=False) for row in rows]

        def find(row: Mapping[str, Any]) -> RowPlaces:
            held = sum(
                1 << place for place, holds in enumerate(every) if holds(row) == 0
            )
            return self.deciding(held)

        return find

    def of(self, row: Mapping[str, Any]) -> RuleOutcome:
        """Return the outcome of a row of plain values."""
        return self.outcome(self.find(row))

    @cached_property
    def compiled(self) -> Callable[[Mapping[str, Any]], tuple[str, int]]:
        """The function from a row of plain values to label and worth."""
        if self.is_single:
            rows = [(row.when, row.worth, row.code) for row in self.table.rows]
            return chain(rows, priced=True)
        find = self.find

        @lru_cache(maxsize=_KEPT)
        def priced(way: RowPlaces) -> Callable[[Mapping[str, Any]], Any]:
            outcome = self.outcome(way)
            return chain([(None, outcome.worth, outcome.label)], priced=True)

        return lambda row: priced(find(row))(row)
