"""Walk everything a table can be asked, and find what it forgets or says twice.

Every column is cut where some rule cuts it; cells that no rule tells apart are one.
The walk goes column by column and carries the set of rules that may still hold, so
that each set is met once. It is exact: whatever it does not find is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import TypeAlias, TypeVar

from ._spans import Span
from .cells import When
from .column import Column

__all__ = ["Leaves", "Mask", "bits", "cuts", "leaves", "reached"]

_T = TypeVar("_T")

Mask: TypeAlias = int
"""A set of rules: bit n stands for the nth."""

Leaves: TypeAlias = Mapping[Mask, Mapping[str, int]]
"""Every set of rules that can hold together, with the codes of a witness."""


def bits(mask: Mask) -> Iterator[int]:
    """Walk the members of a set by number, the first first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def cuts(column: Column, conditions: Sequence[When | None]) -> list[tuple[Span, Mask]]:
    """Cut a column where some condition cuts it.

    Args:
        column: The column.
        conditions: Those of the rules, in order.

    Returns:
        Every piece, lowest first, with the rules that accept it.
    """
    low, high = column.span
    accepted = [_accepted(column, when) for when in conditions]
    starts = {low}
    for spans in accepted:
        for first, last in spans:
            starts.update((first, last + 1))
    edges = [*sorted(start for start in starts if low <= start <= high), high + 1]
    pieces: list[tuple[Span, Mask]] = []
    for first, end in pairwise(edges):
        mask = 0
        for place, spans in enumerate(accepted):
            if any(start <= first <= last for start, last in spans):
                mask |= 1 << place
        pieces.append(((first, end - 1), mask))
    return pieces


def _accepted(column: Column, when: When | None) -> tuple[Span, ...]:
    for cell in when.cells if when is not None else ():
        if cell.column.name == column.name:
            return cell.spans
    return (column.span,)


def leaves(columns: Sequence[Column], conditions: Sequence[When | None]) -> Leaves:
    """Find every set of rules that can hold together, each with a witness.

    Args:
        columns: Every column that a condition names.
        conditions: Those of the rules, in order.
    """
    levels: list[list[tuple[int, Mask]]] = []
    for column in columns:
        # The lowest piece stands for all that no rule tells apart.
        merged: dict[Mask, int] = {}
        for (first, _), mask in cuts(column, conditions):
            merged.setdefault(mask, first)
        levels.append([(first, mask) for mask, first in merged.items()])
    names = [column.name for column in columns]
    every = (1 << len(conditions)) - 1
    return {
        mask: dict(zip(names, codes, strict=True))
        for mask, codes in reached(levels, every).items()
    }


def reached(
    levels: Sequence[Sequence[tuple[_T, Mask]]], every: Mask
) -> dict[Mask, tuple[_T, ...]]:
    """Walk level by level, and carry the set of rules that may still hold.

    Args:
        levels: For each column its pieces, lowest first, with the rules that accept
            them.
        every: The set of all rules.

    Returns:
        Every set that is left at the end, with the lowest pieces that lead to it.
    """
    depth = len(levels)

    @cache
    def below(level: int, mask: Mask) -> dict[Mask, tuple[_T, ...]]:
        if not mask or level == depth:
            return {mask: tuple(pieces[0][0] for pieces in levels[level:])}
        found: dict[Mask, tuple[_T, ...]] = {}
        for first, accepted in levels[level]:
            for final, rest in below(level + 1, mask & accepted).items():
                if final not in found:
                    found[final] = (first, *rest)
        return found

    return below(0, every)
