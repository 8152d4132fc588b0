"""Number the pieces that columns are cut into, and combinations of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Final

import attrs
import numpy as np

from ..column import Column
from .arrays import Array

__all__ = ["Digit", "combination_numbers", "narrowest_integer_type"]

_FEW: Final = 8
_SMALL: Final = 1 << 16


def narrowest_integer_type(largest: int) -> type[np.signedinteger]:
    """Choose the narrowest signed type that holds 0 up to a number."""
    kinds = (np.int8, np.int16, np.int32, np.int64)
    return next(kind for kind in kinds if largest <= np.iinfo(kind).max)


@attrs.frozen(eq=False)
class Digit:
    """Number the pieces of one column, the lowest first.

    Args:
        column: The column.
        starts: The first code of every piece; that of the lowest is its least code.
        piece_numbers: Turns codes into the numbers of their pieces.
    """

    column: Column
    starts: Sequence[int]
    piece_numbers: Callable[[Array], Array]

    @property
    def size(self) -> int:
        """Count the pieces."""
        return len(self.starts)

    @classmethod
    def from_piece_starts(cls, column: Column, starts: Sequence[int]) -> Digit:
        """Cut a column at the first codes of its pieces.

        Args:
            column: The column.
            starts: In rising order; the least code of the column is the first.
        """
        low, high = column.span
        if len(starts) == high - low + 1:
            return cls(column, starts, _build_offset_remover(low))
        kind = narrowest_integer_type(len(starts))
        if len(starts) <= _FEW:
            return cls(column, starts, _build_bound_counter(starts[1:]))
        edges = np.array(starts, dtype=np.int64)
        # A table of every code is faster than a search, while it fits into the cache.
        if high - low < _SMALL:
            pieces = np.searchsorted(edges, np.arange(low, high + 1), "right") - 1
            table = pieces.astype(kind)
            return cls(column, starts, lambda codes: table[codes - np.int64(low)])
        return cls(
            column, starts, lambda codes: np.searchsorted(edges, codes, "right") - 1
        )

    @classmethod
    def with_a_piece_per_value(cls, column: Column) -> Digit:
        """Keep every value of a column apart."""
        low, high = column.span
        return cls(column, range(low, high + 1), _build_offset_remover(low))


def _build_offset_remover(low: int) -> Callable[[Array], Array]:
    """Build what subtracts the least code; codes from 0 are left as they are."""
    if low == 0:
        return lambda codes: codes
    return lambda codes: codes - np.int64(low)


def _build_bound_counter(starts: Sequence[int]) -> Callable[[Array], Array]:
    """Build what counts bounds at or below a code: faster for a few than to search."""

    def piece_numbers(codes: Array) -> Array:
        count = np.zeros(codes.size, np.int8)
        for start in starts:
            count += codes >= start
        return count

    return piece_numbers


def combination_numbers(
    digits: Sequence[Digit], codes_by_digit: Sequence[Array], row_count: int
) -> Array:
    """Return every combination of pieces a number, the last digit counting fastest.

    Args:
        digits: How each column is cut.
        codes_by_digit: The codes of the column of each digit.
        row_count: How many rows there are.

    Shape: one number a row, below the product of the sizes.
    """
    # The narrowest numbers that hold them all: the processor takes more at a time.
    kind = narrowest_integer_type(prod(digit.size for digit in digits))
    index = np.zeros(row_count, kind)
    for place, (digit, column) in enumerate(zip(digits, codes_by_digit, strict=True)):
        if place:
            index *= kind(digit.size)
        index += digit.piece_numbers(column).astype(kind, copy=False)
    return index
