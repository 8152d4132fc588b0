"""Ask a question once for each distinct combination of what it reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Final

import numpy as np

from .arrays import Array
from .mixed_radix import Digit, combination_numbers

__all__ = ["CombinationMemo"]

_DENSE: Final = 1 << 22
_WIDE: Final = 1 << 62


class CombinationMemo:
    """Remember the answer for every combination of pieces that was met.

    Args:
        digits: How the columns are cut.
        ask_by_first_codes: From the lowest code of each piece to the answer, a number
            from 0 up.

    Attributes:
        calls: How often it was asked.
    """

    def __init__(
        self,
        digits: Sequence[Digit],
        ask_by_first_codes: Callable[[tuple[int, ...]], int],
    ) -> None:
        """Begin with nothing asked."""
        self.calls: int = 0
        self._digits = digits
        self._ask_by_first_codes = ask_by_first_codes
        self._size = prod(digit.size for digit in digits)
        self._dense = self._size <= _DENSE
        self._table = np.full(self._size if self._dense else 0, -1, np.int32)
        self._known: dict[tuple[int, ...], int] = {}

    def answers_for_rows(
        self, codes_by_column: Sequence[Array], row_count: int
    ) -> Array:
        """Answer every row, asking for what was never met.

        Args:
            codes_by_column: The codes of each column.
            row_count: How many rows there are.
        """
        if not self._dense:
            return self._answers_for_sparse_rows(codes_by_column, row_count)
        index = combination_numbers(self._digits, codes_by_column, row_count).astype(
            np.intp
        )
        answers = self._table[index]
        # -1 stands for what was never asked.
        if row_count and int(answers.min()) < 0:
            for number in np.unique(index[answers < 0]).tolist():
                self.calls += 1
                self._table[number] = self._ask_by_first_codes(
                    self._first_codes_of_combination(number)
                )
            answers = self._table[index]
        return answers

    def _first_codes_of_combination(self, number: int) -> tuple[int, ...]:
        """Undo `combination_numbers`: the last digit counts fastest."""
        first_codes: list[int] = []
        for digit in reversed(self._digits):
            number, piece = divmod(number, digit.size)
            first_codes.append(digit.starts[piece])
        return tuple(reversed(first_codes))

    def _answers_for_sparse_rows(
        self, codes_by_column: Sequence[Array], row_count: int
    ) -> Array:
        """Answer every row where a table of all combinations would be too large."""
        pieces = [
            digit.piece_numbers(column).astype(np.int64)
            for digit, column in zip(self._digits, codes_by_column, strict=True)
        ]
        index, bound = np.zeros(row_count, np.int64), 1
        for digit, piece in zip(self._digits, pieces, strict=True):
            if bound * digit.size > _WIDE:
                # Number anew what is really there: never more than there are rows.
                index, bound = np.unique(index, return_inverse=True)[1], row_count
            index, bound = index * digit.size + piece, bound * digit.size
        # One row of each combination stands for all of them.
        _, firsts, inverse = np.unique(index, return_index=True, return_inverse=True)
        answers = [
            self._answer_or_ask_for_row(pieces, first) for first in firsts.tolist()
        ]
        return np.array(answers, np.int32)[inverse]

    def _answer_or_ask_for_row(self, pieces: Sequence[Array], row: int) -> int:
        """Return the answer for the combination of a row, asked for if it is new."""
        row_pieces = [int(piece[row]) for piece in pieces]
        key = tuple(
            digit.starts[piece]
            for digit, piece in zip(self._digits, row_pieces, strict=True)
        )
        if key not in self._known:
            self.calls += 1
            self._known[key] = self._ask_by_first_codes(key)
        return self._known[key]
