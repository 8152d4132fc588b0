"""Data in from Arrow: whatever speaks its C stream, read in place.

nanoarrow is used because it hands out the buffers themselves: with what is missing,
and with the dictionary of a categorical column, neither of which the lighter-typed
readers give to NumPy. It declares no types; what is used of it is declared beside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

import attrs
import nanoarrow  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]
import numpy as np

from ...errors import InvalidValueError
from .arrays import ColumnValues
from .arrow_buffers import (
    CArray,
    missing_mask_or_none,
    read_column_values,
    with_names_as_values,
)
from .frames import duplicate_name_error

__all__ = ["Batch", "iter_batches", "read_column"]


def _open_format_and_parts(owner: Any) -> tuple[str, Iterable[CArray]]:
    """Ask whoever holds the data for it: its type, and its parts.

    Raises:
        InvalidValueError: It cannot be handed over.
    """
    api = cast("Any", nanoarrow)
    try:
        if hasattr(owner, "__arrow_c_stream__"):
            stream = api.c_array_stream(owner)
            return stream.get_schema().format, _iter_stream(owner, stream)
        array = api.c_array(owner)
    except Exception as error:
        raise _unreadable_error(owner, error) from error
    return array.schema.format, [array]


def _iter_stream(owner: object, stream: Iterable[CArray]) -> Iterator[CArray]:
    """Walk the parts of a stream; whoever makes them may fail on the way."""
    parts = iter(stream)
    while True:
        try:
            array = next(parts, None)
        except Exception as error:
            raise _unreadable_error(owner, error) from error
        if array is None:
            return
        yield array


def _unreadable_error(owner: object, error: Exception) -> InvalidValueError:
    return InvalidValueError(
        f"{type(owner).__name__} cannot be read as Arrow ({error!s:.200}): give the "
        "columns that the policy reads as arrays or lists, {'name': [values]}"
    )


class Batch(Mapping[str, ColumnValues]):
    """Read the columns of one batch by name, each when it is asked for."""

    def __init__(self, array: CArray, base: int = 0) -> None:
        """Keep the batch.

        Args:
            array: The rows.
            base: The number of the first row in the data as a whole.

        Raises:
            InvalidValueError: A row is null as a whole.
        """
        self._array = array
        children = [array.child(place) for place in range(array.n_children)]
        self._children = {child.schema.name: child for child in children}
        names = Counter(child.schema.name for child in children)
        self._twice = {name for name, count in names.items() if count > 1}
        gone = missing_mask_or_none(array, array.offset, array.offset + len(array))
        if gone is not None and gone.any():
            raise InvalidValueError(
                f"row {base + int(gone.argmax())} is null as a whole: leave such rows "
                "out"
            )

    @property
    def rows(self) -> int:
        """Count the rows."""
        return len(self._array)

    def __getitem__(self, name: str) -> ColumnValues:
        """Read one column.

        Raises:
            InvalidValueError: Its type is none that a column can be read from, or
                two columns have the name.
        """
        if name in self._twice:
            raise duplicate_name_error(name)
        return read_column_values(
            self._children[name], self._array.offset, self.rows, name
        )

    def __iter__(self) -> Iterator[str]:
        """Walk the names."""
        return iter(self._children)

    def __len__(self) -> int:
        """Count the columns."""
        return len(self._children)


def iter_batches(owner: object, base: int = 0) -> Iterator[Batch]:
    """Walk the batches of a table, a frame or a stream, in order.

    Args:
        owner: The table, frame or stream.
        base: The number of the first row, where these follow others.

    Raises:
        InvalidValueError: It is a single column, or cannot be handed over.
    """
    sort, parts = _open_format_and_parts(owner)
    if sort != "+s":
        raise InvalidValueError(
            "data cannot be a single column: give a frame, or {'name': column}"
        )
    for array in parts:
        yield Batch(array, base)
        base += len(array)


def read_column(
    owner: object,
    name: str,
    read_otherwise: Callable[[], ColumnValues] | None = None,
    *,
    is_frame: bool = False,
) -> ColumnValues:
    """Read a single array or series; its chunks are joined.

    Args:
        owner: The array or series.
        name: What the column is called in messages.
        read_otherwise: Reads it where its owner cannot hand it over.
        is_frame: Whether it stands, by its name, in a frame of its own.

    Raises:
        InvalidValueError: Its type is none that a column can be read from.
    """
    try:
        arrays = [*_open_format_and_parts(owner)[1]]
    except InvalidValueError:
        if read_otherwise is None:
            raise
        return read_otherwise()
    parts = [
        Batch(array)[name]
        if is_frame
        else read_column_values(array, 0, len(array), name)
        for array in arrays
    ]
    return parts[0] if len(parts) == 1 else _join_parts(parts)


def _join_parts(parts: Sequence[ColumnValues]) -> ColumnValues:
    """Join the chunks of a column."""
    # Each chunk may number the same names in its own way.
    spelled_out = [
        part if part.names is None else with_names_as_values(part) for part in parts
    ]
    masks = [
        np.zeros(part.values.size, bool) if part.mask is None else part.mask
        for part in parts
    ]
    # What is missing as a whole takes the type of the others.
    known = [p for p, mask in zip(spelled_out, masks, strict=True) if not mask.all()]
    if not known:
        mask = np.concatenate([np.empty(0, bool), *masks])
        return ColumnValues(np.full(mask.size, None, dtype=object), mask)
    dtype = known[0].values.dtype
    values = [
        np.zeros(mask.size, dtype) if mask.all() else part.values
        for part, mask in zip(spelled_out, masks, strict=True)
    ]
    return attrs.evolve(
        known[0], values=np.concatenate(values), mask=np.concatenate(masks)
    )
