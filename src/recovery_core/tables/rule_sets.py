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
    "bits",
    "cells_by_column",
    "cut_at",
    "cuts",
    "leaves",
    "reached",
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


def bits(mask: Mask) -> Iterator[int]:
    """Walk the members of a set by number, the first first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def cells_by_column(conditions: Sequence[When | None]) -> dict[str, Cells]:
    """List what conditions accept of each column that they name, by its name.

    Gathered once for all columns: to look through every condition for each of them
    takes the product of the two.

    Args:
        conditions: Those of the rules, in order.
    """
    found: dict[str, Cells] = {}
    for place, when in enumerate(conditions):
        for cell in when.cells if when is not None else ():
            found.setdefault(cell.column.name, []).append((place, cell.spans))
    return found


def cuts(column: Column, conditions: Sequence[When | None]) -> list[tuple[Span, Mask]]:
    """Cut a column where some condition cuts it.

    Args:
        column: The column.
        conditions: Those of the rules, in order.

    Returns:
        Every piece, lowest first, with the rules that accept it.
    """
    cells = cells_by_column(conditions).get(column.name, [])
    return cut_at(column, cells, len(conditions))


def cut_at(column: Column, cells: Cells, rules: int) -> list[tuple[Span, Mask]]:
    """Cut a column where some cell cuts it, as `cuts` does.

    Args:
        column: The column.
        cells: What those rules that name it accept of it.
        rules: How many rules there are.
    """
    low, high = column.span
    # Where a rule begins to hold and where it holds no longer, its bit is turned.
    turned = {low: 0, high + 1: 0}
    elsewhere = (1 << rules) - 1
    for place, spans in cells:
        elsewhere ^= 1 << place
        for span in spans:
            first, end = max(span[0], low), min(span[1], high) + 1
            if first < end:
                turned[first] = turned.get(first, 0) ^ 1 << place
                turned[end] = turned.get(end, 0) ^ 1 << place
    turned[low] ^= elsewhere
    turned[high + 1] ^= elsewhere
    pieces: list[tuple[Span, Mask]] = []
    mask = 0
    for first, end in pairwise(sorted(turned)):
        mask ^= turned[first]
        pieces.append(((first, end - 1), mask))
    return pieces


def leaves(
    columns: Sequence[Column], conditions: Sequence[When | None], steps: StepBudget
) -> dict[Mask, tuple[int, ...]]:
    """Find every set of rules that can hold together, each with its lowest codes.

    Args:
        columns: Every column that a condition names.
        conditions: Those of the rules, in order.
        steps: How much work it may be.

    Raises:
        TooManyStepsError: There are too many of them.
    """
    levels: list[list[tuple[int, Mask]]] = []
    cells = cells_by_column(conditions)
    for column in columns:
        # The lowest piece stands for all that no rule tells apart.
        merged: dict[Mask, int] = {}
        own = cells.get(column.name, [])
        for (first, _), mask in cut_at(column, own, len(conditions)):
            merged.setdefault(mask, first)
        levels.append([(first, mask) for mask, first in merged.items()])
    return reached(levels, (1 << len(conditions)) - 1, steps)


def reached(
    levels: Sequence[Sequence[tuple[_T, Mask]]],
    every: Mask,
    steps: StepBudget,
    settled: Callable[[int, Mask], Mask] | None = None,
) -> dict[Mask, tuple[_T, ...]]:
    """Walk level by level, and carry the sets of rules that may still hold.

    Args:
        levels: For each column its pieces, lowest first, with the rules that accept
            them.
        every: The set of all rules.
        steps: How much work it may be.
        settled: Leaves rules out that cannot matter any more, given the number of
            levels that were walked.

    Returns:
        Every set that is left at the end, with the lowest pieces that lead to it; in
        the order of those.

    Raises:
        TooManyStepsError: There are too many of them.
    """
    sets: dict[Mask, tuple[_T, ...]] = {every: ()}
    for depth, level in enumerate(levels, 1):
        steps.spend(len(sets) * len(level) // _CHEAP)
        found: dict[Mask, tuple[_T, ...]] = {}
        # Sets come by their lowest pieces: the first way that leads to one is lowest.
        for mask, pieces in sets.items():
            for piece, accepted in level:
                left = mask & accepted
                if settled is not None:
                    left = settled(depth, left)
                if left not in found:
                    steps.spend(1)
                    found[left] = (*pieces, piece)
        sets = found
    return sets
