"""Data in from Arrow: whatever speaks its C stream, read in place.

nanoarrow is used because it hands out the buffers themselves: with what is missing,
and with the dictionary of a categorical column, neither of which the lighter-typed
readers give to NumPy. It declares no types; what is used of it is declared here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol, cast

import numpy as np

try:
    import nanoarrow  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]
except ModuleNotFoundError as missing:  # pragma: no cover - asked in a process apart
    raise ImportError(
        "data in Arrow need nanoarrow: pip install 'recovery-core[batch]'"
    ) from missing

from ...errors import InvalidValueError
from .arrays import Array, Given

__all__ = ["Batch", "batches", "column_of"]


class _Schema(Protocol):
    format: str
    name: str

    @property
    def children(self) -> Iterator[_Schema]: ...


class _View(Protocol):
    def buffer(self, place: int) -> Any: ...


class _CArray(Protocol):
    schema: _Schema
    offset: int
    n_children: int
    dictionary: _CArray | None

    def __len__(self) -> int: ...
    def child(self, place: int) -> _CArray: ...
    def view(self) -> _View: ...


class _Stream(Protocol):
    def get_schema(self) -> _Schema: ...
    def __iter__(self) -> Iterator[_CArray]: ...


_WHOLE: Final = frozenset("cCsSiIlL")
_FLOATS: Final = frozenset("efg")
_TEXTS: Final = frozenset(("u", "U", "vu"))
_BITS: Final = 8


def _stream(given: Any) -> _Stream:
    api = cast("Any", nanoarrow)
    return cast("_Stream", api.c_array_stream(given))


class Batch(Mapping[str, Given]):
    """Read the columns of one batch by name, each when it is asked for."""

    def __init__(self, array: _CArray) -> None:
        """Keep the batch."""
        self._array = array
        children = (array.child(place) for place in range(array.n_children))
        self._children = {child.schema.name: child for child in children}

    @property
    def rows(self) -> int:
        """Count the rows."""
        return len(self._array)

    def __getitem__(self, name: str) -> Given:
        """Read one column.

        Raises:
            InvalidValueError: Its type is none that a column can be read from.
        """
        return _read(self._children[name], self._array.offset, self.rows)

    def __iter__(self) -> Iterator[str]:
        """Walk the names."""
        return iter(self._children)

    def __len__(self) -> int:
        """Count the columns."""
        return len(self._children)


def batches(given: object) -> Iterator[Batch]:
    """Walk the batches of a table, a frame or a stream, in order.

    Raises:
        InvalidValueError: It is a single column.
    """
    stream = _stream(given)
    if stream.get_schema().format != "+s":
        raise InvalidValueError(
            "data cannot be a single column: give a frame, or {'name': column}"
        )
    for array in stream:
        yield Batch(array)


def column_of(given: object) -> Given:
    """Take a single array or series; its chunks are joined."""
    parts = [_read(array, 0, len(array)) for array in _stream(given)]
    if len(parts) == 1:
        return parts[0]
    if any(part.names is not None for part in parts):
        # Each chunk may number the same names in its own way.
        parts = [_spelled(part) for part in parts]
    masks = [
        np.zeros(part.values.size, bool) if part.mask is None else part.mask
        for part in parts
    ]
    values = [part.values for part in parts]
    if not parts:
        return Given(np.empty(0, np.int64))
    return Given(np.concatenate(values), np.concatenate(masks))


def _spelled(part: Given) -> Given:
    names = np.array([*(part.names or ()), None], dtype=object)
    return Given(names.take(part.values, mode="clip"), part.mask)


def _read(array: _CArray, start: int, rows: int) -> Given:
    """Read a column in place: texts alone are copied, and bits unpacked."""
    sort, first = array.schema.format, array.offset + start
    stop = first + rows
    if array.dictionary is not None:
        places, names = _buffer(array, 1)[first:stop], _texts(array.dictionary)
        return Given(places, _missing(array, first, stop), names)
    mask = _missing(array, first, stop)
    if sort in _WHOLE or sort in _FLOATS:
        return Given(_buffer(array, 1)[first:stop], mask)
    if sort == "b":
        return Given(_bits(_buffer(array, 1), first, stop), mask)
    if sort == "tdD":
        return Given(_buffer(array, 1)[first:stop].astype("M8[D]"), mask)
    if sort in _TEXTS:
        values = np.array(_texts(array)[start : start + rows], dtype=object)
        return Given(values, mask)
    raise InvalidValueError(
        f"column {array.schema.name!r} cannot be of the Arrow type {sort!r}: give "
        "whole numbers, booleans, texts, dictionaries of texts, or date32"
    )


def _texts(array: _CArray) -> list[object]:
    return cast("list[object]", cast("Any", nanoarrow).Array(array).to_pylist())


def _buffer(array: _CArray, place: int) -> Array:
    return np.asarray(array.view().buffer(place))


def _bits(packed: Array, first: int, stop: int) -> Array:
    bits = np.unpackbits(packed.view(np.uint8), bitorder="little", count=None)
    return bits[first:stop].view(np.bool_)


def _missing(array: _CArray, first: int, stop: int) -> Array | None:
    packed = _buffer(array, 0)
    return ~_bits(packed, first, stop) if packed.size else None
