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
from .frames import as_columns, is_frame, is_pending, refuse_data, rows_of, speaks_arrow
from .mixed_radix import Digit
from .per_combination import Memo
from .sources import Source, opened

__all__ = ["Chunk", "Claims", "Memos", "claims_of", "parts_of"]

Memos: TypeAlias = dict[Column, Memo]
"""What was computed so far for each column that is computed without a vector twin."""


class Claims:
    """Many claims as columns of equal length.

    Args:
        parts: The columns by name, one mapping for each run of rows.
        base: The number of the first row, where these follow others.
    """

    def __init__(self, parts: Sequence[Mapping[str, object]], base: int = 0) -> None:
        """Keep the columns, none of them opened."""
        self.parts: list[Part] = [Part(given) for given in parts]
        self.base: int = base

    def open(self, columns: Iterable[Column]) -> int:
        """Open columns, and count the rows.

        Raises:
            InvalidValueError: A column is not there, does not fit, or is longer or
                shorter than the others.
        """
        wanted, base = tuple(columns), self.base
        for part in self.parts:
            part.open(wanted, base)
            base += part.rows
        return base - self.base

    def chunks(self, size: int, memos: Memos) -> Iterator[Chunk]:
        """Walk the rows in runs that stay in the processor's cache."""
        for part in self.parts:
            for start in range(0, part.rows, size):
                yield Chunk(part, start, min(start + size, part.rows), memos)

    def row(self, number: int, columns: Iterable[Column]) -> dict[str, Plain]:
        """Return one row as plain values."""
        for part in self.parts:
            if number < part.rows:
                chunk = Chunk(part, number, number + 1, {})
                return {c.name: c.of(int(chunk.codes(c)[0])) for c in columns}
            number -= part.rows
        raise IndexError(number)


class Part:
    """One run of rows."""

    def __init__(self, given: Mapping[str, object]) -> None:
        """Keep the columns, none of them opened."""
        self.given = given
        self.rows: int = -1
        self.base: int = 0
        self._sources: dict[Column, Source] = {}

    def open(self, columns: tuple[Column, ...], base: int) -> None:
        """Open columns; without any, those that are there tell the rows."""
        self.base = base
        for column in columns:
            self.source(column)
        if self.rows < 0:
            self.rows = rows_of(self.given)

    def source(self, column: Column) -> Source:
        """Open a column, once."""
        found = self._sources.get(column)
        if found is not None:
            return found
        if column.name not in self.given:
            known = ", ".join(sorted(map(str, self.given))) or "none"
            mend = (
                "where it is missing of all claims, give [None] * rows"
                if column.is_optional
                else "as an array of one value for each claim"
            )
            raise InvalidValueError(
                f"column {column.name!r} is not in the data (there: {known}): give it, "
                f"{mend}"
            )
        source = opened(column, self.given[column.name], self.base)
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
        self.base: int = part.base + start

    def codes(self, column: Column) -> Array:
        """Return the codes of a column.

        Raises:
            InvalidValueError: A value cannot stand in it; names the row.
        """
        found = self._read.get(column)
        if found is None:
            found = self._codes(column)
            self._read[column] = found
        return found

    def _codes(self, column: Column) -> Array:
        if column.function is None:
            return self._part.source(column).codes(self._start, self._stop)
        inputs = [self.codes(source) for source in column.inputs]
        if column.vector is not None:
            wide = [codes.astype(np.int64) for codes in inputs]
            return self._checked(column, column.vector(*wide))
        memo = self._memos.get(column)
        if memo is None:
            memo = Memo(
                [Digit.of_every_value(c) for c in column.inputs], _asking(column)
            )
            self._memos[column] = memo
        return memo.answers(inputs, self.rows) + np.int64(column.domain.least)

    def _checked(self, column: Column, given: Any) -> Array:
        codes = np.asarray(given)
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
                f"row {self.base + row}: give codes from {low} to {high}, for "
                f"{column.domain}"
            )
        return codes


def _asking(column: Column) -> Callable[[tuple[int, ...]], int]:
    def ask(codes: tuple[int, ...]) -> int:
        known = (c.of(code) for c, code in zip(column.inputs, codes, strict=True))
        return column.code(column.compute(*known)) - column.domain.least

    return ask


def claims_of(data: object, base: int = 0) -> Claims:
    """Read data in any of its forms.

    Args:
        data: Arrays by column name, or anything that speaks Arrow.
        base: The number of the first row, where these follow others.

    Raises:
        InvalidValueError: It is none of them; names the mend.
    """
    if is_frame(data):
        return Claims([as_columns(data)], base)
    if speaks_arrow(data):
        from .arrow import batches  # noqa: PLC0415 - only where Arrow is spoken

        return Claims([*batches(data, base)], base)
    raise refuse_data(data)


def parts_of(data: object) -> Iterator[object]:
    """Walk data that comes in parts: an iterable of such, or the batches of a stream.

    Raises:
        InvalidValueError: It is nothing that can be walked.
    """
    if is_frame(data):
        return iter([data])
    if speaks_arrow(data):
        from .arrow import batches  # noqa: PLC0415 - only where Arrow is spoken

        return chain(batches(data))
    if is_pending(data):
        raise refuse_data(data)
    if isinstance(data, Iterable) and not isinstance(data, str | bytes):
        return iter(cast("Iterable[object]", data))
    raise InvalidValueError(
        f"chunks cannot be {data!r:.60}: give an iterable of {{'column': array}} or of "
        "frames, or a stream that speaks Arrow"
    )
