"""The ways a table can decide, and which of them a row of data takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache
from typing import Final, TypeAlias, cast

import attrs

from ..errors import PolicyError
from .amounts import Formula, Greater
from .compile import compile_first_match, compile_first_payout
from .conditions import When
from .decision import RuleOutcome
from .domains import UncheckedRow
from .rule_sets import (
    Mask,
    StepBudget,
    TooManyStepsError,
    lowest_codes_by_rule_set,
    members_of_mask,
)
from .rules import Hit, pooled_worth
from .table_parts import TableParts

__all__ = ["Decider"]

_MOST_STEPS: Final = 300_000  # to list how rules that collect can hold together
_MOST_WAYS: Final = 1 << 14
_KEPT_WAYS: Final = 4096  # of those that were met, however many there are

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
    def rule_places(self) -> range:
        """The places of its rules among the rows, without exclusions and otherwise."""
        first = len(self.table.exclusions)
        return range(first, first + len(self.table.rules))

    def deciding_places(self, held_rows: Mask) -> RowPlaces:
        """Return the places of the rows that decide, of the set of rows that hold."""
        held = [*members_of_mask(held_rows)]
        # An exclusion ends the matter, whatever the rules would collect.
        if held[0] < self.rule_places.start or self.is_single:
            return (held[0],)
        # Where no rule holds, what is left is the row of otherwise, alone.
        return tuple(place for place in held if place in self.rule_places) or (held[0],)

    # ------------------------------------------------------------ all ways to decide

    @cached_property
    def _ways_unless_too_many(self) -> Sequence[RowPlaces]:
        """Every way; none where they are too many."""
        table = self.table
        if self.is_single:
            return [(place,) for place in range(len(table.rows))]
        conditions = [row.when for row in table.rows]
        try:
            codes_by_mask = lowest_codes_by_rule_set(
                table.tested, conditions, StepBudget(_MOST_STEPS)
            )
        except TooManyStepsError:
            return ()
        # Sorted, so that numbers of ways are the same wherever a table is built.
        ways = sorted({self.deciding_places(mask) for mask in codes_by_mask})
        return ways if len(ways) <= _MOST_WAYS else ()

    @property
    def can_list_ways(self) -> bool:
        """Whether the ways to decide can be listed.

        Rules that collect can hold together in more ways than anybody could list.
        """
        return bool(self._ways_unless_too_many)

    @cached_property
    def number_by_way(self) -> dict[RowPlaces, int]:
        """The number of every way to decide, by the rows that speak.

        Raises:
            PolicyError: There are more than could be listed.
        """
        if not self.can_list_ways:
            raise PolicyError(
                f"table {self.table.name!r} can decide in more than {_MOST_WAYS:,} "
                "ways, too many to list: ask it claim by claim, or split it into "
                "tables that sum_of() or best_of() puts together"
            )
        return {way: number for number, way in enumerate(self._ways_unless_too_many)}

    # ------------------------------------------------------------------ one of them

    @cached_property
    def outcome_builder(self) -> Callable[[RowPlaces], RuleOutcome]:
        """The function from the places of rows that speak together to their outcome."""
        # Those met last are kept: of all there can be more than could be listed.
        return lru_cache(maxsize=_KEPT_WAYS)(self._build_outcome)

    def _build_outcome(self, way: RowPlaces) -> RuleOutcome:
        """Build the outcome of rows that speak together, with the most it can cost."""
        rows = tuple(self.table.rows[place] for place in way)
        worths = [row.worth for row in rows if row.worth is not None]
        worth = worths[0] if worths else None
        if len(worths) > 1:
            is_max = self.table.hit is Hit.MAX
            worth = Greater(tuple(worths)) if is_max else pooled_worth(rows)
        return RuleOutcome(self.join_codes(way), rows, worth)

    def join_codes(self, places: Iterable[int]) -> str:
        """Join the codes of rows that speak together by "+", for Hit.MAX by "or"."""
        sign = " or " if self.table.hit is Hit.MAX else " + "
        return sign.join(self.table.rows[place].code for place in places)

    # ----------------------------------------------------------------- that of a row

    @cached_property
    def way_number_finder(self) -> Callable[[UncheckedRow], int]:
        """The function from a row of plain values to the number of its way."""
        if self.is_single:
            first_match = compile_first_match(row.when for row in self.table.rows)
            # Never None: a table that leaves a gap is refused when it is built.
            return cast("Callable[[UncheckedRow], int]", first_match)
        find_places, number_by_way = self.deciding_places_finder, self.number_by_way
        return lambda row: number_by_way[find_places(row)]

    @cached_property
    def deciding_places_finder(self) -> Callable[[UncheckedRow], RowPlaces]:
        """The function from a row of plain values to the places of what decides it."""
        if self.is_single:
            find_number = self.way_number_finder
            return lambda row: (find_number(row),)
        # One function for each rule: as the only one, it holds where its place is 0.
        matches = [compile_first_match([row.when]) for row in self.table.rows]

        def find_places(row: UncheckedRow) -> RowPlaces:
            held_rows = sum(
                1 << place for place, match in enumerate(matches) if match(row) == 0
            )
            return self.deciding_places(held_rows)

        return find_places

    def outcome_of_row(self, row: UncheckedRow) -> RuleOutcome:
        """Return the outcome of a row of plain values."""
        return self.outcome_builder(self.deciding_places_finder(row))

    @cached_property
    def label_and_worth_finder(self) -> Callable[[UncheckedRow], tuple[str, int]]:
        """The function from a row of plain values to label and worth in minor units."""
        if self.is_single:
            rules = [(row.when, row.worth, row.code) for row in self.table.rows]
            return self._compile_payouts(rules)
        find_places = self.deciding_places_finder

        @lru_cache(maxsize=_KEPT_WAYS)
        def compile_way(way: RowPlaces) -> Callable[[UncheckedRow], tuple[str, int]]:
            outcome = self.outcome_builder(way)
            return self._compile_payouts([(None, outcome.worth, outcome.label)])

        return lambda row: compile_way(find_places(row))(row)

    @staticmethod
    def _compile_payouts(
        rules: Sequence[tuple[When | None, Formula | None, str]],
    ) -> Callable[[UncheckedRow], tuple[str, int]]:
        """Compile rules of which one always holds."""
        first_payout = compile_first_payout(rules)
        return cast("Callable[[UncheckedRow], tuple[str, int]]", first_payout)
