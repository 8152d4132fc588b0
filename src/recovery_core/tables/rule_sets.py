"""Cut what a table can be asked where its rules tell values apart, and walk it.

Every column is cut where some rule cuts it; cells that no rule tells apart are one.
Sets of rules are the bits of one number. What a walk may cost is counted, for rules can
hold together in more ways than anybody could list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final, TypeAlias, TypeVar

import attrs

from .column import Column
from .conditions import When
from .spans import Span

__all__ = [
    "Mask",
    "StepBudget",
    "TooManyStepsError",
    "cells_by_column",
    "lowest_codes_by_rule_set",
    "lowest_pieces_by_rule_set",
    "members_of_mask",
    "split_by_cells",
    "split_by_conditions",
]

_T = TypeVar("_T")

Mask: TypeAlias = int
"""A set of rules: bit n stands for the nth."""

Cells: TypeAlias = list[tuple[int, tuple[Span, ...]]]
"""What rules accept of one column: the number of each rule that names it, and how."""

_CHEAP: Final = 8  # pieces that are put to a set within one step


class TooManyStepsError(Exception):
    """An answer would cost more than it may."""


@attrs.define
class StepBudget:
    """Count the work of a search, so that it ends whatever it is asked.

    Args:
        left: How many steps it may still take; each is about a microsecond.
    """

    left: int

    def spend(self, steps: int) -> None:
        """Spend so many steps.

        Raises:
            TooManyStepsError: There are not so many left.
        """
        self.left -= steps
        if self.left < 0:
            raise TooManyStepsError


def members_of_mask(mask: Mask) -> Iterator[int]:
    """Walk the numbers of the rules in a set, in rising order."""
    while mask:
        lowest = mask & -mask  # two's complement leaves the lowest bit alone
        yield lowest.bit_length() - 1
        mask ^= lowest


def cells_by_column(conditions: Sequence[When | None]) -> dict[str, Cells]:
    """List what conditions accept of each column that they name, by its name.

    Gathered once for all columns: to look through every condition for each of them
    takes the product of the two.

    Args:
        conditions: Those of the rules, in order.
    """
    cells: dict[str, Cells] = {}
    for rule, when in enumerate(conditions):
        for cell in when.cells if when is not None else ():
            cells.setdefault(cell.column.name, []).append((rule, cell.spans))
    return cells


def split_by_conditions(
    column: Column, conditions: Sequence[When | None]
) -> list[tuple[Span, Mask]]:
    """Split a column into pieces wherever some condition begins or ends to hold.

    Args:
        column: The column.
        conditions: Those of the rules, in order.

    Returns:
        Every piece, lowest first, with the rules that accept it.
    """
    cells = cells_by_column(conditions).get(column.name, [])
    return split_by_cells(column, cells, len(conditions))


def split_by_cells(
    column: Column, cells: Cells, rule_count: int
) -> list[tuple[Span, Mask]]:
    """Split a column into pieces as `split_by_conditions` does, from its own cells.

    Args:
        column: The column.
        cells: What those rules that name it accept of it.
        rule_count: How many rules there are, those that do not name it included.
    """
    low, high = column.span
    # Where a rule begins to hold and where it holds no longer, its bit is flipped.
    flips = {low: 0, high + 1: 0}
    unnamed = (1 << rule_count) - 1
    for rule, spans in cells:
        unnamed ^= 1 << rule
        for span in spans:
            # Another version of the column may have reached further.
            first, end = max(span[0], low), min(span[1], high) + 1
            if first < end:
                flips[first] = flips.get(first, 0) ^ 1 << rule
                flips[end] = flips.get(end, 0) ^ 1 << rule
    # A rule that does not name the column accepts all of it.
    flips[low] ^= unnamed
    flips[high + 1] ^= unnamed
    pieces: list[tuple[Span, Mask]] = []
    mask = 0
    for first, end in pairwise(sorted(flips)):
        mask ^= flips[first]
        pieces.append(((first, end - 1), mask))
    return pieces


def lowest_codes_by_rule_set(
    columns: Sequence[Column], conditions: Sequence[When | None], budget: StepBudget
) -> dict[Mask, tuple[int, ...]]:
    """Find every set of rules that can hold together, each with its lowest codes.

    Args:
        columns: Every column that a condition names.
        conditions: Those of the rules, in order.
        budget: How much work it may be.

    Raises:
        TooManyStepsError: There are too many of them.
    """
    levels: list[list[tuple[int, Mask]]] = []
    cells = cells_by_column(conditions)
    for column in columns:
        # The lowest piece stands for all that no rule tells apart.
        merged: dict[Mask, int] = {}
        own = cells.get(column.name, [])
        for (first, _), mask in split_by_cells(column, own, len(conditions)):
            merged.setdefault(mask, first)
        levels.append([(first, mask) for mask, first in merged.items()])
    return lowest_pieces_by_rule_set(levels, (1 << len(conditions)) - 1, budget)


def lowest_pieces_by_rule_set(
    levels: Sequence[Sequence[tuple[_T, Mask]]],
    all_rules: Mask,
    budget: StepBudget,
    drop_settled: Callable[[int, Mask], Mask] | None = None,
) -> dict[Mask, tuple[_T, ...]]:
    """Find every set of rules that can hold together, with its lowest pieces.

    Column by column, the sets of rules that may still hold are carried on.

    Args:
        levels: For each column its pieces, lowest first, with the rules that accept
            them.
        all_rules: The set of all rules.
        budget: How much work it may be.
        drop_settled: Leaves rules out that cannot matter any more, given the number of
            levels that were walked.

    Returns:
        Every set that is left at the end, with the lowest pieces that lead to it; in
        the order of those.

    Raises:
        TooManyStepsError: There are too many of them.
    """
    sets: dict[Mask, tuple[_T, ...]] = {all_rules: ()}
    for depth, level in enumerate(levels, 1):
        budget.spend(len(sets) * len(level) // _CHEAP)
        narrowed: dict[Mask, tuple[_T, ...]] = {}
        # Sets come by their lowest pieces: the first way that leads to one is lowest.
        for mask, pieces in sets.items():
            for piece, accepted in level:
                remaining = mask & accepted
                if drop_settled is not None:
                    remaining = drop_settled(depth, remaining)
                if remaining not in narrowed:
                    budget.spend(1)
                    narrowed[remaining] = (*pieces, piece)
        sets = narrowed
    return sets
