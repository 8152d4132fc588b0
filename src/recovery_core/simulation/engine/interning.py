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
        number_new_code: Called once for each new code; returns its number.
    """

    def __init__(self, number_new_code: Callable[[int], int]) -> None:
        """Begin with none."""
        self._number_new_code = number_new_code
        self._numbers_by_code: dict[int, int] = {}
        self._table = np.full(1 << 10, -1, np.int64)

    def find_or_add_number(self, code: int) -> int:
        """Return the number of one code; a new one is numbered."""
        number = self._numbers_by_code.get(code)
        if number is None:
            number = self._numbers_by_code[code] = self._number_new_code(code)
        return number

    def find_or_add_numbers(self, codes: Ints) -> Ints:
        """Return the number of each code; new ones are numbered, each once.

        Shape: as `codes`.
        """
        if not codes.size:
            return codes
        top = int(codes.max())
        if top >= _DENSE:  # a table with a place for each code would fill the memory
            distinct, places = np.unique(codes, return_inverse=True)
            numbers = np.array(
                [self.find_or_add_number(code) for code in distinct.tolist()], np.int64
            )
            return numbers[places]
        if top >= self._table.size:
            more = np.full((1 << top.bit_length()) - self._table.size, -1, np.int64)
            self._table = np.concatenate([self._table, more])
        # The common way: one gather, and one look whether any code is new (-1).
        numbers = self._table[codes]
        if int(numbers.min()) < 0:
            # In order of appearance, so that numbers do not depend on how codes sort.
            for code in dict.fromkeys(codes[numbers < 0].tolist()):
                self._table[code] = self.find_or_add_number(code)
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
        self._columns: dict[str, Ints] = {}

    def append_and_number(self, row: Sequence[int]) -> int:
        """Append a row, and return its number, from 0."""
        if self._count == len(self._rows):
            # Doubled, so that appending n rows copies fewer than 2 n.
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        self._rows[self._count] = row
        self._count += 1
        self._columns = {}
        return self._count - 1

    def __getitem__(self, name: str) -> Ints:
        """Return a column, contiguous, so that gathering from it is fast."""
        column = self._columns.get(name)
        if column is None:
            strided = self._rows[: self._count, self.names.index(name)]
            column = self._columns[name] = np.ascontiguousarray(strided)
        return column
