"""A column of data as codes, checked chunk by chunk.

A chunk is small enough to stay in the processor's cache, so that checking a column and
deciding by it read the memory once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs
import numpy as np

from ...errors import InvalidValueError
from ..column import Column
from .array_readers import read_values
from .arrays import Array, join_masks_or_none
from .encoders import (
    LARGEST,
    build_dictionary_encoder,
    build_object_encoder,
    check_scale,
    choose_encoder_or_none,
    nanoseconds_per_unit,
)
from .refusals import missing_value_error, wrong_value_error

__all__ = ["Source", "open_source"]


@attrs.frozen(eq=False)
class Source:
    """Read one column of the data, a run of rows at a time.

    Args:
        column: What it is read as.
        values: As they were given.
        mask: True where a value is missing; None where none is.
        encode: Turns given values into codes; None where they are codes.
        first_row: The number of the first row in the data as a whole.
        names: What the values are places of, if they are.
    """

    column: Column
    values: Array
    mask: Array | None
    encode: Callable[[Array], Array] | None
    first_row: int
    names: Sequence[object] | None = None

    def checked_codes(self, start: int, stop: int) -> Array:
        """Return the codes of some rows, checked.

        Raises:
            InvalidValueError: A value cannot stand in the column; names the row.
        """
        raw = self.values[start:stop]
        codes = raw if self.encode is None else self.encode(raw)
        if self.mask is not None and (missing_mask := self.mask[start:stop]).any():
            return self._codes_with_missing_filled_in(codes, missing_mask, start)
        domain = self.column.domain
        if codes.size and not (
            domain.least <= int(codes.min()) and int(codes.max()) <= domain.most
        ):
            outside = (codes < domain.least) | (codes > domain.most)
            self._raise_wrong_value_error(start + int(np.argmax(outside)))
        # Together with signed numbers, these would turn into floats.
        return codes.astype(np.int64) if codes.dtype == np.uint64 else codes

    def _codes_with_missing_filled_in(
        self, codes: Array, missing_mask: Array, start: int
    ) -> Array:
        domain = self.column.domain
        outside = ((codes < domain.least) | (codes > domain.most)) & ~missing_mask
        if outside.any():
            self._raise_wrong_value_error(start + int(np.argmax(outside)))
        if not self.column.is_optional:
            row = self.first_row + start + int(np.argmax(missing_mask))
            raise missing_value_error(self.column, row)
        filled = codes.astype(np.int64)
        filled[missing_mask] = self.column.missing
        return filled

    def _raise_wrong_value_error(self, row: int) -> None:
        """Raise the error for the value in one row, as Python writes it."""
        raw = self.values[row : row + 1]
        value = _to_python_time(raw) if raw.dtype.kind in "Mm" else raw.tolist()[0]
        if self.names is not None and value < len(self.names):
            value = self.names[value]
        raise wrong_value_error(self.column, value, self.first_row + row)


def _to_python_time(raw: Array) -> Any:
    """Return the one day, moment or length of time in an array; NumPy's if finer."""
    if raw.dtype == np.dtype("M8[D]"):
        return raw.tolist()[0]
    count: int = raw.view(np.int64).tolist()[0]
    whole, rest = divmod(count * nanoseconds_per_unit(raw.dtype), 1000)
    if rest or abs(whole) > LARGEST:
        return raw[0]
    return raw.astype(f"{raw.dtype.kind}8[us]").tolist()[0]


def open_source(column: Column, values_held: object, first_row: int = 0) -> Source:
    """Read a column of data in any of its forms.

    Args:
        column: What it is to be read as.
        values_held: An array, a masked array, a list, or anything that speaks Arrow.
        first_row: The number of the first row in the data as a whole.

    Raises:
        InvalidValueError: Its type does not fit the column, or it has more than one
            dimension; names the mend.
    """
    read = read_values(column, values_held)
    if read.values.ndim != 1:
        raise InvalidValueError(
            f"column {column.name!r} has {read.values.ndim} dimensions: give one, such "
            "as array.ravel()"
        )
    values, mask = read.values, read.mask
    if not values.size:  # of whatever type: there is nothing that does not fit
        return Source(column, np.empty(0, np.int64), None, None, first_row)
    if values.dtype.kind in "Mm":
        mask = join_masks_or_none(mask, np.isnat(values))
    if mask is not None and mask.all():  # nor where nothing is known
        return Source(column, np.zeros(values.size, np.int64), mask, None, first_row)
    check_scale(column, read.scale)
    if read.names is not None:
        encode = build_dictionary_encoder(column, read.names)
        return Source(column, values, mask, encode, first_row, read.names)
    if values.dtype.kind in "OT":
        values = values.astype(object)
        mask = join_masks_or_none(
            mask, np.array([v is None for v in values.tolist()], bool)
        )
        return Source(column, values, mask, build_object_encoder(column), first_row)
    return Source(
        column, values, mask, choose_encoder_or_none(column, values), first_row
    )
