"""Data in: the values of a column, whoever holds them, and which of them are missing.

Nothing is copied that need not be.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...errors import InvalidValueError
from ..column import Column
from .arrays import Array, ColumnValues, is_time, join_masks
from .frames import speaks_arrow

__all__ = ["read_values"]


def read_values(column: Column, given: Any) -> ColumnValues:
    """Read values with what is missing of them, by what holds them."""
    held: object = given
    if isinstance(held, ColumnValues):
        return held
    if isinstance(held, np.ma.MaskedArray):
        inner = _arrayed(np.ma.getdata(given))
        mask = np.ma.getmaskarray(given)
        return ColumnValues(inner.values, join_masks(inner.mask, mask))
    # xarray hands its arrays over as a struct of values and labels.
    is_labelled = hasattr(given, "dims") and hasattr(given, "values")
    if isinstance(held, np.ndarray) or is_labelled:
        return _arrayed(np.asarray(given.values if is_labelled else given))
    return _foreign(column, given)


def _foreign(column: Column, given: Any) -> ColumnValues:
    """Read what is no array of NumPy."""
    held: object = given
    if hasattr(given, "dtype") and hasattr(given, "to_numpy"):
        return _series(column, given)
    if speaks_arrow(given):
        from .arrow import column_of  # noqa: PLC0415 - only where Arrow is spoken

        return column_of(given, column.name)
    is_bytes = isinstance(held, str | bytes | bytearray | memoryview)
    if isinstance(held, Sequence) and not is_bytes:
        return _listed([*given])
    if hasattr(given, "__array__") and not isinstance(given, np.generic):
        return _arrayed(np.asarray(given))
    raise InvalidValueError(
        f"column {column.name!r} cannot be read from {given!r:.60}: give a "
        "one-dimensional array, or a list"
    )


def _series(column: Column, given: Any) -> ColumnValues:
    """Read a series, or an array, of pandas or polars."""
    dtype: Any = getattr(given.dtype, "subtype", given.dtype)  # of a sparse one
    if isinstance(dtype, np.dtype) and dtype.kind != "O":
        values = np.asarray(given)
        return ColumnValues(
            values, np.asarray(given.isna()) if dtype.kind == "f" else None
        )

    def objects() -> ColumnValues:
        return _listed(
            given.to_numpy(dtype=object, na_value=None).tolist()
            if hasattr(given, "isna")
            else given.to_list()
        )

    # Polars hands objects over as bytes, or ends the process.
    if str(given.dtype) == "Object":
        return objects()
    # Before version 3, pandas speaks Arrow as a frame alone.
    is_framed = not speaks_arrow(given) and hasattr(given, "to_frame")
    spoken = given.to_frame(column.name) if is_framed else given
    if not speaks_arrow(spoken):
        return objects()
    from .arrow import column_of  # noqa: PLC0415 - only where Arrow is spoken

    return column_of(spoken, column.name, objects, is_frame=is_framed)


def _arrayed(values: Array) -> ColumnValues:
    """Read an array; one of objects is read as a list of them would be."""
    if values.dtype.kind == "O" and values.ndim == 1:
        return _listed(values.tolist())
    return ColumnValues(values)


def _listed(values: list[Any]) -> ColumnValues:
    """Make an array of a list; what is not all of one plain sort stays as it is."""
    kinds = {*map(type, values)}
    gone = kinds & {type(None)}
    sorts = {_sort(kind) for kind in kinds - gone}
    units: set[Any] = set()
    if sorts & {"M", "m"}:
        units = {value.dtype for value in values if is_time(value)}
    # Of several units NumPy takes the finest, and what is beyond it comes out wrong.
    if len(sorts) == 1 and "" not in sorts and len(units) <= 1:
        # Where a value is missing, the first one known keeps its place and its unit.
        fill = next(v for v in values if v is not None)
        array = np.asarray([fill if v is None else v for v in values])
        # Those that fit into no array of whole numbers become floats.
        if array.dtype.kind in "iubMm":
            mask = np.array([v is None for v in values], bool) if gone else None
            return ColumnValues(array, mask)
    held = np.empty(len(values), dtype=object)
    held[:] = values
    if units:
        held[[is_time(value) and bool(np.isnat(value)) for value in values]] = None
    return ColumnValues(held)


def _sort(kind: type) -> str:
    """Name the sort of array that a type stands in; "" for none.

    Texts stand in none: arrays of them drop a NUL at the end.
    """
    if issubclass(kind, np.datetime64 | np.timedelta64):
        return "M" if issubclass(kind, np.datetime64) else "m"
    if kind is int or issubclass(kind, np.integer):
        return "i"
    return "b" if kind in {bool, np.bool_} else ""
