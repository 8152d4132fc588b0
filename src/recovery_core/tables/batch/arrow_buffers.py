"""What stands in the buffers of an Arrow array, type by type.

Nothing is used that copies an array or turns one into Python values: of views of
texts, with their any number of buffers, both write beyond what they allocate.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator
from typing import Any, Final, Protocol

import attrs
import numpy as np

from ...errors import InvalidValueError
from .arrays import Array, ColumnValues

__all__ = [
    "CArray",
    "missing_mask_or_none",
    "read_column_values",
    "with_names_as_values",
]


class Schema(Protocol):
    """The type of an array, with its name."""

    format: str
    name: str
    metadata: Iterable[tuple[bytes, bytes]] | None


class View(Protocol):
    """An array with buffers of known length."""

    def buffer(self, place: int) -> Any:
        """Return one buffer."""
        ...


class CArray(Protocol):
    """An array as nanoarrow hands it over."""

    schema: Schema
    offset: int
    buffers: tuple[int, ...]  # addresses; 0 where there is none
    n_buffers: int
    n_children: int
    dictionary: CArray | None

    def __len__(self) -> int: ...
    def child(self, place: int) -> CArray:
        """Return one of the arrays that it is made of."""
        ...

    def view(self) -> View:
        """Return it with buffers of known length; fails for types it does not know."""
        ...


_NUMBERS: Final = frozenset("cCsSiIlLefg")
_OFFSETS: Final = {"u": "i4", "U": "i8"}
_UNITS: Final = {"s": "s", "m": "ms", "u": "us", "n": "ns"}
_EXTENSION: Final = b"ARROW:extension:name"
_POLARS: Final = {"_pli128": True, "_plu128": False}  # whether below zero as well
_NAMES: Final = {
    "z": "binary",
    "Z": "large_binary",
    "vz": "binary_view",
    "+s": "struct",
    "+m": "map",
    "w": "fixed_size_binary",
    "t": "time or interval",
    "+u": "union",
    "+": "list",
}
_INLINE: Final = 12


def with_names_as_values(part: ColumnValues) -> ColumnValues:
    """Spell the names out that a column keeps as places in a dictionary."""
    names = np.empty(len(part.names or ()) + 1, dtype=object)
    names[:-1] = part.names
    return ColumnValues(names.take(part.values, mode="clip"), part.mask)


def read_column_values(array: CArray, start: int, rows: int, name: str) -> ColumnValues:
    """Read a column in place: texts alone are copied, and bits unpacked."""
    sort, first = array.schema.format, array.offset + start
    stop = first + rows
    if not rows:  # of whatever type: there is nothing that does not fit
        return ColumnValues(np.empty(0, np.int64))
    if (kind := dict(array.schema.metadata or ()).get(_EXTENSION)) is not None:
        raise _unsupported_type_error(
            f"extension type {kind.decode(errors='replace')}", name
        )
    if sort.startswith("+r"):
        return _read_run_ends(array, first, stop, name)
    mask = None if sort.startswith("+u") else missing_mask_or_none(array, first, stop)
    if sort == "n" or (mask is not None and mask.all()):
        return ColumnValues(np.full(rows, None, dtype=object), np.ones(rows, bool))
    if array.dictionary is not None:
        return _read_dictionary(array, array.dictionary, first, stop, mask, name)
    if sort.startswith("d:"):
        return _read_decimals(array, first, stop, mask)
    values = _read_plain_values_or_none(array, first, stop, mask, name)
    if values is None:
        raise _unsupported_type_error(sort, name)
    return ColumnValues(values, mask)


def _read_run_ends(array: CArray, first: int, stop: int, name: str) -> ColumnValues:
    """Spell out values that stand once for each run of rows."""
    ends, held = array.child(0), array.child(1)
    inner = read_column_values(held, 0, len(held), name)
    rows = np.arange(first, stop)
    ends_of_runs = read_column_values(ends, 0, len(ends), name).values
    places = np.searchsorted(ends_of_runs, rows, "right")
    return _values_at_places(inner, places, None)


def _read_dictionary(
    array: CArray,
    held: CArray,
    first: int,
    stop: int,
    mask: Array | None,
    name: str,
) -> ColumnValues:
    """Read places in a dictionary: names stay in it, all else is looked up."""
    inner = read_column_values(held, 0, len(held), name)
    inner = inner if inner.names is None else with_names_as_values(inner)
    places = _buffer_as_array(array, 1)[first:stop]
    whole = _values_at_places(inner, places, mask)
    if inner.values.dtype != object or inner.scale is not None:
        return whole
    return ColumnValues(places, whole.mask, inner.values.tolist())


def _values_at_places(
    inner: ColumnValues, places: Array, mask: Array | None
) -> ColumnValues:
    """Return the values that places stand for; those may be missing, too."""
    if inner.mask is not None:
        missing = inner.mask.take(places, mode="clip")
        mask = missing if mask is None else mask | missing
    values = inner.values.take(places, mode="clip")
    return attrs.evolve(inner, values=values, mask=mask)


def _read_plain_values_or_none(
    array: CArray, first: int, stop: int, mask: Array | None, name: str
) -> Array | None:
    """Read values by their type; None where it is none that is read."""
    sort = array.schema.format
    if sort in _NUMBERS:
        return _buffer_as_array(array, 1)[first:stop]
    if sort in _POLARS:
        words = (
            _copy_raw_bytes(array, 1, 16 * first, 16 * stop)
            .view(np.int64)
            .reshape(-1, 2)
        )
        return _join_words_into_integers(words, is_signed=_POLARS[sort])
    if sort == "b":
        return _unpack_bits(_buffer_as_array(array, 1), first, stop)
    if sort in _OFFSETS or sort == "vu":
        read = _iter_texts_by_view if sort == "vu" else _iter_texts_by_offset
        values = np.empty(stop - first, dtype=object)
        values[:] = [*read(array, first, stop, mask)]
        return values
    if sort.startswith("t") and (dtype := _numpy_time_type_or_none(sort, name)):
        wide = np.int32 if sort == "tdD" else np.int64
        whole = _buffer_as_array(array, 1).view(wide)[first:stop]
        return whole.astype(np.int64).view(dtype)
    return None


def _unsupported_type_error(format_: str, name: str) -> InvalidValueError:
    """Build the error for a column of a type that is not read."""
    names = (n for start, n in _NAMES.items() if format_.startswith(start))
    type_name = next(names, format_)
    return InvalidValueError(
        f"column {name!r} cannot be of the Arrow type {type_name}: give whole "
        "numbers, booleans, texts, dictionaries of texts, or date32"
    )


def _numpy_time_type_or_none(sort: str, name: str) -> str | None:
    """Return how NumPy calls a type of time; None where it is none that is read."""
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


def _read_decimals(
    array: CArray, first: int, stop: int, mask: Array | None
) -> ColumnValues:
    """Read decimals of any width as whole numbers, with their scale."""
    _, scale, *width = array.schema.format[2:].split(",")
    size = int(width[0]) // 8 if width else 16
    held = _copy_raw_bytes(array, 1, size * first, size * stop)
    words = held.view(f"i{min(size, 8)}").astype(np.int64, copy=False)
    words = words.reshape(stop - first, -1)
    return ColumnValues(
        _join_words_into_integers(words, is_signed=True), mask, scale=int(scale)
    )


def _join_words_into_integers(words: Array, *, is_signed: bool) -> Array:
    """Read numbers of several words, the lowest first; as objects where one is wide."""
    low = words[:, 0]
    # Where all higher words repeat its sign, the lowest word is the number.
    sign = low >> np.int64(63)
    if (words[:, 1:] == sign[:, None]).all() and (is_signed or not sign.any()):
        return low
    integers = np.empty(len(words), dtype=object)
    integers[:] = [
        int.from_bytes(row.astype("<i8").tobytes(), "little", signed=is_signed)
        for row in words
    ]
    return integers


def _iter_texts_by_offset(
    array: CArray, first: int, stop: int, mask: Array | None
) -> Iterator[str | None]:
    """Walk texts that stand one behind the other."""
    ends = _buffer_as_array(array, 1).view(_OFFSETS[array.schema.format])[
        first : stop + 1
    ]
    held = _buffer_as_bytes(array, 2).tobytes()
    bounds = ends.tolist()
    gone = _missing_flags(mask, stop - first)
    for begin, end, missing in zip(bounds[:-1], bounds[1:], gone, strict=True):
        yield None if missing else _decode_text(held[begin:end])


def _iter_texts_by_view(
    array: CArray, first: int, stop: int, mask: Array | None
) -> Iterator[str | None]:
    """Walk views of texts: short ones stand in the view, others in a buffer."""
    views = _buffer_as_bytes(array, 1)[16 * first : 16 * stop]
    words = views.view(np.int32).reshape(-1, 4)
    short: bytes = views.tobytes()
    held: list[bytes] = [
        _buffer_as_bytes(array, place).tobytes()
        for place in range(2, array.n_buffers - 1)
    ]
    sizes: list[int] = words[:, 0].tolist()
    buffers: list[int] = words[:, 2].tolist()
    begins: list[int] = words[:, 3].tolist()
    gone = _missing_flags(mask, stop - first)
    at = 4
    for size, buffer, begin, missing in zip(sizes, buffers, begins, gone, strict=True):
        if missing:
            yield None
        elif size <= _INLINE:
            yield _decode_text(short[at : at + size])
        else:
            yield _decode_text(held[buffer][begin : begin + size])
        at += 16


def _decode_text(held: bytes) -> str:
    """Read a text; what is no UTF-8 is kept apart as halves, which no column takes."""
    return held.decode(errors="surrogateescape")


def _missing_flags(mask: Array | None, rows: int) -> list[bool]:
    return [False] * rows if mask is None else mask.tolist()


def _buffer_as_array(array: CArray, place: int) -> Array:
    return np.asarray(array.view().buffer(place))


def _buffer_as_bytes(array: CArray, place: int) -> Array:
    return np.frombuffer(_buffer_as_array(array, place), np.uint8)


def _unpack_bits(packed: Array, first: int, stop: int) -> Array:
    bits = np.unpackbits(packed.view(np.uint8), bitorder="little", count=None)
    return bits[first:stop].view(np.bool_)


def _copy_raw_bytes(array: CArray, place: int, begin: int, end: int) -> Array:
    """Copy bytes of a buffer from where it lies.

    A view knows the length of every buffer, but there is none of types that nanoarrow
    does not know, nor of a batch that holds one in any column.
    """
    held = ctypes.string_at(array.buffers[place] + begin, end - begin)
    return np.frombuffer(held, np.uint8)


def missing_mask_or_none(array: CArray, first: int, stop: int) -> Array | None:
    """Return which rows are null; None where that is not said of any."""
    if not array.buffers or not array.buffers[0]:
        return None
    byte = first // 8
    packed = _copy_raw_bytes(array, 0, byte, (stop + 7) // 8)
    return ~_unpack_bits(packed, first - 8 * byte, stop - 8 * byte)
