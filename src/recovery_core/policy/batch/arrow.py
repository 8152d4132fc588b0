"""Data in from Arrow: whatever speaks its C stream, read in place.

nanoarrow is used because it hands out the buffers themselves: with what is missing,
and with the dictionary of a categorical column, neither of which the lighter-typed
readers give to NumPy. It declares no types; what is used of it is declared here.
Nothing is used that copies an array or turns one into Python values: of views of
texts, with their any number of buffers, both write beyond what they allocate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Protocol, cast

import attrs
import nanoarrow  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]
import numpy as np

from ...errors import InvalidValueError
from .arrays import Array, Given

__all__ = ["Batch", "batches", "column_of"]


class _Schema(Protocol):
    format: str
    name: str


class _View(Protocol):
    def buffer(self, place: int) -> Any: ...


class _CArray(Protocol):
    schema: _Schema
    offset: int
    n_buffers: int
    n_children: int
    dictionary: _CArray | None

    def __len__(self) -> int: ...
    def child(self, place: int) -> _CArray: ...
    def view(self) -> _View: ...


_NUMBERS: Final = frozenset("cCsSiIlLefg")
_OFFSETS: Final = {"u": "i4", "U": "i8"}
_UNITS: Final = {"s": "s", "m": "ms", "u": "us", "n": "ns"}
_NAMES: Final = {
    "z": "binary",
    "Z": "large_binary",
    "vz": "binary_view",
    "+s": "struct",
    "+r": "run_end_encoded",
    "+m": "map",
    "w": "fixed_size_binary",
    "t": "time or interval",
    "d": "decimal of other than 128 bits",
    "+u": "union",
    "+": "list",
}
_INLINE: Final = 12


def _opened(given: Any) -> tuple[str, Iterable[_CArray]]:
    """Ask whoever holds the data for it: its type, and its parts.

    Raises:
        InvalidValueError: It cannot be handed over.
    """
    api = cast("Any", nanoarrow)
    try:
        if hasattr(given, "__arrow_c_stream__"):
            stream = api.c_array_stream(given)
            return stream.get_schema().format, stream
        array = api.c_array(given)
    except Exception as error:
        raise InvalidValueError(
            f"{type(given).__name__} cannot be read as Arrow ({error!s:.200}): give "
            "the columns that the policy reads, such as {'name': frame['name']}"
        ) from error
    return array.schema.format, [array]


class Batch(Mapping[str, Given]):
    """Read the columns of one batch by name, each when it is asked for."""

    def __init__(self, array: _CArray) -> None:
        """Keep the batch.

        Raises:
            InvalidValueError: A row is null as a whole.
        """
        self._array = array
        children = [array.child(place) for place in range(array.n_children)]
        self._children = {child.schema.name: child for child in children}
        names = Counter(child.schema.name for child in children)
        self._twice = {name for name, count in names.items() if count > 1}
        gone = _missing(array, array.offset, array.offset + len(array))
        if gone is not None and gone.any():
            raise InvalidValueError(
                f"row {int(gone.argmax())} is null as a whole: leave such rows out"
            )

    @property
    def rows(self) -> int:
        """Count the rows."""
        return len(self._array)

    def __getitem__(self, name: str) -> Given:
        """Read one column.

        Raises:
            InvalidValueError: Its type is none that a column can be read from, or
                two columns have the name.
        """
        if name in self._twice:
            raise InvalidValueError(
                f"two columns of the data are called {name!r}: rename one"
            )
        return _read(self._children[name], self._array.offset, self.rows, name)

    def __iter__(self) -> Iterator[str]:
        """Walk the names."""
        return iter(self._children)

    def __len__(self) -> int:
        """Count the columns."""
        return len(self._children)


def batches(given: object) -> Iterator[Batch]:
    """Walk the batches of a table, a frame or a stream, in order.

    Raises:
        InvalidValueError: It is a single column, or cannot be handed over.
    """
    sort, parts = _opened(given)
    if sort != "+s":
        raise InvalidValueError(
            "data cannot be a single column: give a frame, or {'name': column}"
        )
    for array in parts:
        yield Batch(array)


def column_of(given: object, name: str) -> Given:
    """Take a single array or series; its chunks are joined.

    Args:
        given: The array or series.
        name: What the column is called in messages.

    Raises:
        InvalidValueError: Its type is none that a column can be read from.
    """
    parts = [_read(array, 0, len(array), name) for array in _opened(given)[1]]
    if len(parts) == 1:
        return parts[0]
    if any(part.names is not None for part in parts):
        # Each chunk may number the same names in its own way.
        parts = [_spelled(part) for part in parts]
    masks = [
        np.zeros(part.values.size, bool) if part.mask is None else part.mask
        for part in parts
    ]
    if not parts:
        return Given(np.empty(0, np.int64))
    values = np.concatenate([part.values for part in parts])
    return attrs.evolve(parts[0], values=values, mask=np.concatenate(masks))


def _spelled(part: Given) -> Given:
    names = np.empty(len(part.names or ()) + 1, dtype=object)
    names[:-1] = part.names
    return Given(names.take(part.values, mode="clip"), part.mask)


def _read(array: _CArray, start: int, rows: int, name: str) -> Given:
    """Read a column in place: texts alone are copied, and bits unpacked."""
    sort, first = array.schema.format, array.offset + start
    stop = first + rows
    if sort == "n":
        return Given(np.full(rows, None, dtype=object), np.ones(rows, bool))
    mask = _missing(array, first, stop)
    if array.dictionary is not None:
        inner = _read(array.dictionary, 0, len(array.dictionary), name)
        if inner.names is not None or inner.scale is not None:
            raise _refused(array.dictionary.schema.format, name)
        places = _buffer(array, 1)[first:stop]
        if inner.mask is not None:  # what a place stands for may be missing, too
            gone = inner.mask.take(places, mode="clip")
            mask = gone if mask is None else mask | gone
        return Given(places, mask, inner.values.tolist())
    if sort.startswith("d:") and sort.count(",") == 1:
        words = _bytes(array, 1).view(np.int64).reshape(-1, 2)[first:stop]
        return _decimal(words, mask, int(sort.rpartition(",")[2]), name)
    found = _values(array, first, stop, mask, name)
    if found is None:
        raise _refused(sort, name)
    return Given(found, mask)


def _values(
    array: _CArray, first: int, stop: int, mask: Array | None, name: str
) -> Array | None:
    """Read values by their type; None where it is none that is read."""
    sort = array.schema.format
    if sort in _NUMBERS:
        return _buffer(array, 1)[first:stop]
    if sort == "b":
        return _bits(_buffer(array, 1), first, stop)
    if sort in _OFFSETS or sort == "vu":
        read = _viewed if sort == "vu" else _offset
        values = np.empty(stop - first, dtype=object)
        values[:] = [*read(array, first, stop, mask)]
        return values
    if sort.startswith("t") and (dtype := _time(sort, name)):
        wide = np.int32 if sort == "tdD" else np.int64
        whole = _buffer(array, 1).view(wide)[first:stop]
        return whole.astype(np.int64).view(dtype)
    return None


def _refused(sort: str, name: str) -> InvalidValueError:
    known = next((n for start, n in _NAMES.items() if sort.startswith(start)), sort)
    return InvalidValueError(
        f"column {name!r} cannot be of the Arrow type {known}: give whole numbers, "
        "booleans, texts, dictionaries of texts, or date32"
    )


def _time(sort: str, name: str) -> str | None:
    """Tell how NumPy calls a type of time; None where it is none that is read."""
    if sort in {"tdD", "tdm"}:
        return "M8[D]" if sort == "tdD" else "M8[ms]"
    if sort.startswith("ts"):
        if zone := sort[4:]:
            raise InvalidValueError(
                f"column {name!r} cannot be timestamps of the time zone {zone}: say "
                "which day it was, as dates without a zone"
            )
        return f"M8[{_UNITS[sort[2]]}]"
    return f"m8[{_UNITS[sort[2]]}]" if sort.startswith("tD") else None


def _decimal(words: Array, mask: Array | None, scale: int, name: str) -> Given:
    low, high = words[:, 0], words[:, 1]
    beyond = high != low >> np.int64(63)
    if mask is not None:
        beyond &= ~mask
    if beyond.any():
        raise InvalidValueError(
            f"column {name!r} holds a decimal beyond 64 bits: give smaller ones"
        )
    return Given(low, mask, scale=scale)


def _offset(
    array: _CArray, first: int, stop: int, mask: Array | None
) -> Iterator[str | None]:
    """Walk texts that stand one behind the other."""
    ends = _buffer(array, 1).view(_OFFSETS[array.schema.format])[first : stop + 1]
    held = _bytes(array, 2).tobytes()
    bounds = ends.tolist()
    gone = _flags(mask, stop - first)
    for begin, end, missing in zip(bounds[:-1], bounds[1:], gone, strict=True):
        yield None if missing else held[begin:end].decode()


def _viewed(
    array: _CArray, first: int, stop: int, mask: Array | None
) -> Iterator[str | None]:
    """Walk views of texts: short ones stand in the view, others in a buffer."""
    views = _bytes(array, 1)[16 * first : 16 * stop]
    words = views.view(np.int32).reshape(-1, 4)
    short: bytes = views.tobytes()
    held: list[bytes] = [
        _bytes(array, place).tobytes() for place in range(2, array.n_buffers - 1)
    ]
    sizes: list[int] = words[:, 0].tolist()
    buffers: list[int] = words[:, 2].tolist()
    begins: list[int] = words[:, 3].tolist()
    gone = _flags(mask, stop - first)
    at = 4
    for size, buffer, begin, missing in zip(sizes, buffers, begins, gone, strict=True):
        if missing:
            yield None
        elif size <= _INLINE:
            yield short[at : at + size].decode()
        else:
            yield held[buffer][begin : begin + size].decode()
        at += 16


def _flags(mask: Array | None, rows: int) -> list[bool]:
    return [False] * rows if mask is None else mask.tolist()


def _buffer(array: _CArray, place: int) -> Array:
    return np.asarray(array.view().buffer(place))


def _bytes(array: _CArray, place: int) -> Array:
    return np.frombuffer(_buffer(array, place), np.uint8)


def _bits(packed: Array, first: int, stop: int) -> Array:
    bits = np.unpackbits(packed.view(np.uint8), bitorder="little", count=None)
    return bits[first:stop].view(np.bool_)


def _missing(array: _CArray, first: int, stop: int) -> Array | None:
    packed = _buffer(array, 0)
    return ~_bits(packed, first, stop) if packed.size else None
