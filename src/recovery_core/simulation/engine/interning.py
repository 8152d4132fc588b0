"""Small numbers for large ones, and columns that grow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Interner", "Ints", "Rows"]

Ints: TypeAlias = NDArray[Any]
"""Whole numbers, one for each of many."""

_DENSE: Final = 1 << 22


class Interner:
    """Small numbers for large codes, in the order in which they turn up.

    Args:
        add: What is told of each new one, and gives its number.
    """

    def __init__(self, add: Callable[[int], int]) -> None:
        """Begin with none."""
        self._add = add
        self._known: dict[int, int] = {}
        self._table = np.full(1 << 10, -1, np.int64)

    def number_of(self, code: int) -> int:
        """Return the number of one code."""
        found = self._known.get(code)
        if found is None:
            found = self._known[code] = self._add(code)
        return found

    def numbers_of(self, codes: Ints) -> Ints:
        """Return the number of each code.

        Shape: as `codes`.
        """
        if not codes.size:
            return codes
        top = int(codes.max())
        if top >= _DENSE:  # too many to keep a table of
            distinct, places = np.unique(codes, return_inverse=True)
            numbers = np.array(
                [self.number_of(code) for code in distinct.tolist()], np.int64
            )
            return numbers[places]
        if top >= self._table.size:
            more = np.full((1 << top.bit_length()) - self._table.size, -1, np.int64)
            self._table = np.concatenate([self._table, more])
        numbers = self._table[codes]
        if int(numbers.min()) < 0:
            for code in dict.fromkeys(codes[numbers < 0].tolist()):
                self._table[code] = self.number_of(code)
            numbers = self._table[codes]
        return numbers


class Rows:
    """A growing list of rows of whole numbers, read as columns.

    Args:
        names: What the columns are called.
    """

    names: tuple[str, ...]

    def __init__(self, names: Sequence[str]) -> None:
        """Begin with no row."""
        self.names = tuple(names)
        self._rows: Ints = np.zeros((64, len(self.names)), np.int64)
        self._count = 0
        self._views: dict[str, Ints] = {}

    def add(self, row: Sequence[int]) -> int:
        """Add a row, and give its number."""
        if self._count == len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        self._rows[self._count] = row
        self._count += 1
        self._views = {}
        return self._count - 1

    def __getitem__(self, name: str) -> Ints:
        """Show a column, contiguous, so that gathering from it is fast."""
        found = self._views.get(name)
        if found is None:
            column = self._rows[: self._count, self.names.index(name)]
            found = self._views[name] = np.ascontiguousarray(column)
        return found
