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
from .arrays import Array, join_masks
from .encoders import (
    LARGEST,
    check_scale,
    dictionary_encoder,
    encoder_of,
    nanoseconds_of,
    object_encoder,
)
from .refusals import refuse_missing, refuse_value

__all__ = ["Source", "opened"]


@attrs.frozen(eq=False)
class Source:
    """Read one column of the data, a run of rows at a time.

    Args:
        column: What it is read as.
        values: As they were given.
        mask: True where a value is missing; None where none is.
        turn: Turns given values into codes; None where they are codes.
        base: The number of the first row in the data as a whole.
        names: What the values are places of, if they are.
    """

    column: Column
    values: Array
    mask: Array | None
    turn: Callable[[Array], Array] | None
    base: int
    names: Sequence[object] | None = None

    def codes(self, start: int, stop: int) -> Array:
        """Return the codes of some rows, checked.

        Raises:
            InvalidValueError: A value cannot stand in the column; names the row.
        """
        raw = self.values[start:stop]
        codes = raw if self.turn is None else self.turn(raw)
        if self.mask is not None and (gone := self.mask[start:stop]).any():
            return self._filled(codes, gone, start)
        domain = self.column.domain
        if codes.size and not (
            domain.least <= int(codes.min()) and int(codes.max()) <= domain.most
        ):
            outside = (codes < domain.least) | (codes > domain.most)
            self._refuse(start + int(np.argmax(outside)))
        # Together with signed numbers, these would turn into floats.
        return codes.astype(np.int64) if codes.dtype == np.uint64 else codes

    def _filled(self, codes: Array, gone: Array, start: int) -> Array:
        domain = self.column.domain
        outside = ((codes < domain.least) | (codes > domain.most)) & ~gone
        if outside.any():
            self._refuse(start + int(np.argmax(outside)))
        if not self.column.is_optional:
            row = self.base + start + int(np.argmax(gone))
            raise refuse_missing(self.column, row)
        filled = codes.astype(np.int64)
        filled[gone] = self.column.missing
        return filled

    def _refuse(self, row: int) -> None:
        raw = self.values[row : row + 1]
        value = _as_python_has_it(raw) if raw.dtype.kind in "Mm" else raw.tolist()[0]
        if self.names is not None and value < len(self.names):
            value = self.names[value]
        raise refuse_value(self.column, value, self.base + row)


def _as_python_has_it(raw: Array) -> Any:
    """Return the one day, moment or length of time in an array; NumPy's if finer."""
    if raw.dtype == np.dtype("M8[D]"):
        return raw.tolist()[0]
    count: int = raw.view(np.int64).tolist()[0]
    whole, rest = divmod(count * nanoseconds_of(raw.dtype), 1000)
    if rest or abs(whole) > LARGEST:
        return raw[0]
    return raw.astype(f"{raw.dtype.kind}8[us]").tolist()[0]


def opened(column: Column, given: object, base: int = 0) -> Source:
    """Read a column of data in any of its forms.

    Args:
        column: What it is to be read as.
        given: An array, a masked array, a list, or anything that speaks Arrow.
        base: The number of the first row in the data as a whole.

    Raises:
        InvalidValueError: Its type does not fit the column, or it has more than one
            dimension; names the mend.
    """
    held = read_values(column, given)
    if held.values.ndim != 1:
        raise InvalidValueError(
            f"column {column.name!r} has {held.values.ndim} dimensions: give one, such "
            "as array.ravel()"
        )
    values, mask = held.values, held.mask
    if not values.size:  # of whatever type: there is nothing that does not fit
        return Source(column, np.empty(0, np.int64), None, None, base)
    if values.dtype.kind in "Mm":
        mask = join_masks(mask, np.isnat(values))
    if mask is not None and mask.all():  # nor where nothing is known
        return Source(column, np.zeros(values.size, np.int64), mask, None, base)
    check_scale(column, held.scale)
    if held.names is not None:
        turn = dictionary_encoder(column, held.names)
        return Source(column, values, mask, turn, base, held.names)
    if values.dtype.kind in "OT":
        values = values.astype(object)
        mask = join_masks(mask, np.array([v is None for v in values.tolist()], bool))
        return Source(column, values, mask, object_encoder(column), base)
    return Source(column, values, mask, encoder_of(column, values), base)
