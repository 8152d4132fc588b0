"""Many claims as columns: opened when they are asked for, walked in chunks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, TypeAlias, cast

import numpy as np

from ...errors import InvalidValueError, PolicyError
from ..column import Column
from ..domains import Plain
from .arrays import Array
from .frames import (
    count_rows,
    has_columns_by_name,
    is_lazy,
    speaks_arrow,
    to_columns_by_name,
    unreadable_data_error,
)
from .mixed_radix import Digit
from .per_combination import CombinationMemo
from .sources import Source, open_source

__all__ = ["Chunk", "Claims", "Memos", "iter_parts", "read_claims"]

Memos: TypeAlias = dict[Column, CombinationMemo]
"""What was computed so far for each column that is computed without a vector twin."""


class Claims:
    """Many claims as columns of equal length.

    Args:
        parts: The columns by name, one mapping for each run of rows.
        first_row: The number of the first row, where these follow others.
    """

    def __init__(
        self, parts: Sequence[Mapping[str, object]], first_row: int = 0
    ) -> None:
        """Keep the columns, none of them opened."""
        self.parts: list[Part] = [Part(columns_by_name) for columns_by_name in parts]
        self.first_row: int = first_row

    def open_columns_and_count_rows(self, columns: Iterable[Column]) -> int:
        """Open columns, and count the rows.

        Raises:
            InvalidValueError: A column is not there, does not fit, or is longer or
                shorter than the others.
        """
        columns_to_open, first_row = tuple(columns), self.first_row
        for part in self.parts:
            part.open_columns(columns_to_open, first_row)
            first_row += part.rows
        return first_row - self.first_row

    def iter_chunks(self, chunk_size: int, memos: Memos) -> Iterator[Chunk]:
        """Walk the rows in runs that stay in the processor's cache."""
        for part in self.parts:
            for start in range(0, part.rows, chunk_size):
                yield Chunk(part, start, min(start + chunk_size, part.rows), memos)

    def plain_values_of_row(
        self, row_number: int, columns: Iterable[Column]
    ) -> dict[str, Plain]:
        """Return one row as plain values."""
        for part in self.parts:
            if row_number < part.rows:
                chunk = Chunk(part, row_number, row_number + 1, {})
                return {c.name: c.of(int(chunk.codes(c)[0])) for c in columns}
            row_number -= part.rows
        raise IndexError(row_number)


class Part:
    """One run of rows."""

    def __init__(self, columns_by_name: Mapping[str, object]) -> None:
        """Keep the columns, none of them opened."""
        self.columns_by_name = columns_by_name
        self.rows: int = -1
        self.first_row: int = 0
        self._sources: dict[Column, Source] = {}

    def open_columns(self, columns: tuple[Column, ...], first_row: int) -> None:
        """Open columns; without any, those that are there tell the rows."""
        self.first_row = first_row
        for column in columns:
            self.open_source_once(column)
        if self.rows < 0:
            self.rows = count_rows(self.columns_by_name)

    def open_source_once(self, column: Column) -> Source:
        """Open a column, once."""
        opened_source = self._sources.get(column)
        if opened_source is not None:
            return opened_source
        if column.name not in self.columns_by_name:
            names = ", ".join(sorted(map(str, self.columns_by_name))) or "none"
            mend = (
                "where it is missing of all claims, give [None] * rows"
                if column.is_optional
                else "as an array of one value for each claim"
            )
            raise InvalidValueError(
                f"column {column.name!r} is not in the data (there: {names}): give it, "
                f"{mend}"
            )
        source = open_source(column, self.columns_by_name[column.name], self.first_row)
        rows: int = source.values.size
        if self.rows < 0:
            self.rows = rows
        if rows != self.rows:
            raise InvalidValueError(
                f"column {column.name!r} has {rows} rows where others have "
                f"{self.rows}: give one value for each claim"
            )
        self._sources[column] = source
        return source


class Chunk:
    """Read a run of claims column by column, each checked once.

    Args:
        part: Where they stand.
        start: The first row.
        stop: The row behind the last.
        memos: What was computed before.
    """

    def __init__(self, part: Part, start: int, stop: int, memos: Memos) -> None:
        """Begin with nothing read."""
        self._part, self._start, self._stop = part, start, stop
        self._memos = memos
        self._read: dict[Column, Array] = {}
        self.rows: int = stop - start
        self.first_row: int = part.first_row + start

    def codes(self, column: Column) -> Array:
        """Return the codes of a column.

        Raises:
            InvalidValueError: A value cannot stand in it; names the row.
        """
        codes = self._read.get(column)
        if codes is None:
            codes = self._read_or_compute_codes(column)
            self._read[column] = codes
        return codes

    def _read_or_compute_codes(self, column: Column) -> Array:
        """Return the codes of a column, read from the data or computed."""
        if column.function is None:
            return self._part.open_source_once(column).checked_codes(
                self._start, self._stop
            )
        inputs = [self.codes(source) for source in column.inputs]
        if column.vector is not None:
            # Narrow integers would wrap in the arithmetic of a twin.
            wide = [codes.astype(np.int64) for codes in inputs]
            return self._to_checked_codes(column, column.vector(*wide))
        # Kept from chunk to chunk: a value is asked about once in all the data.
        memo = self._memos.get(column)
        if memo is None:
            memo = CombinationMemo(
                [Digit.with_a_piece_per_value(c) for c in column.inputs],
                _build_code_offset_function(column),
            )
            self._memos[column] = memo
        return memo.answers_for_rows(inputs, self.rows) + np.int64(column.domain.least)

    def _to_checked_codes(self, column: Column, vector_result: Any) -> Array:
        """Turn what a vector twin returns into codes of the column.

        Raises:
            PolicyError: It is of another shape or type, or outside the column.
        """
        codes = np.asarray(vector_result)
        low, high = column.span
        if codes.shape != (self.rows,) or codes.dtype.kind not in "iub":
            raise PolicyError(
                f"the vector twin of column {column.name!r} gave {codes.dtype} of "
                f"shape {codes.shape}: give one whole number for each of "
                f"{self.rows} rows"
            )
        if codes.dtype.kind != "i":
            codes = codes.astype(np.int64)
        if self.rows and not low <= int(codes.min()) <= int(codes.max()) <= high:
            row = int(np.argmax((codes < low) | (codes > high)))
            raise PolicyError(
                f"the vector twin of column {column.name!r} gave {int(codes[row])} in "
                f"row {self.first_row + row}: give codes from {low} to {high}, for "
                f"{column.domain}"
            )
        return codes


def _build_code_offset_function(column: Column) -> Callable[[tuple[int, ...]], int]:
    """Build what computes a code of a column, less the least, from codes of its inputs.

    Answers of a `CombinationMemo` count from 0.
    """

    def code_offset(codes: tuple[int, ...]) -> int:
        values = (c.of(code) for c, code in zip(column.inputs, codes, strict=True))
        return column.code(column.compute(*values)) - column.domain.least

    return code_offset


def read_claims(data: object, first_row: int = 0) -> Claims:
    """Read data in any of its forms.

    Args:
        data: Arrays by column name, or anything that speaks Arrow.
        first_row: The number of the first row, where these follow others.

    Raises:
        InvalidValueError: It is none of them; names the mend.
    """
    if has_columns_by_name(data):
        return Claims([to_columns_by_name(data)], first_row)
    if speaks_arrow(data):
        from .arrow import iter_batches  # noqa: PLC0415 - only where Arrow is spoken

        return Claims([*iter_batches(data, first_row)], first_row)
    raise unreadable_data_error(data)


def iter_parts(data: object) -> Iterator[object]:
    """Walk data that comes in parts: an iterable of such, or the batches of a stream.

    Raises:
        InvalidValueError: It is nothing that can be walked.
    """
    if has_columns_by_name(data):
        return iter([data])
    if speaks_arrow(data):
        from .arrow import iter_batches  # noqa: PLC0415 - only where Arrow is spoken

        return chain(iter_batches(data))
    if is_lazy(data):
        raise unreadable_data_error(data)
    if isinstance(data, Iterable) and not isinstance(data, str | bytes):
        return iter(cast("Iterable[object]", data))
    raise InvalidValueError(
        f"chunks cannot be {data!r:.60}: give an iterable of {{'column': array}} or of "
        "frames, or a stream that speaks Arrow"
    )
