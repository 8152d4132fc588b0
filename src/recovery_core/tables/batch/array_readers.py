"""Data in: the values of a column, whoever holds them, and which of them are missing.

Nothing is copied that need not be.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...errors import InvalidValueError
from ..column import Column
from .arrays import Array, ColumnValues, is_numpy_time, join_masks_or_none
from .frames import speaks_arrow

__all__ = ["read_values"]


def read_values(column: Column, container: Any) -> ColumnValues:
    """Read values with what is missing of them, by what holds them."""
    held: object = container
    if isinstance(held, ColumnValues):
        return held
    if isinstance(held, np.ma.MaskedArray):
        inner = _to_values_of_array(np.ma.getdata(container))
        mask = np.ma.getmaskarray(container)
        return ColumnValues(inner.values, join_masks_or_none(inner.mask, mask))
    # xarray hands its arrays over as a struct of values and labels.
    is_labelled = hasattr(container, "dims") and hasattr(container, "values")
    if isinstance(held, np.ndarray) or is_labelled:
        return _to_values_of_array(
            np.asarray(container.values if is_labelled else container)
        )
    return _read_other_container(column, container)


def _read_other_container(column: Column, container: Any) -> ColumnValues:
    """Read what is no array of NumPy."""
    held: object = container
    if hasattr(container, "dtype") and hasattr(container, "to_numpy"):
        return _read_pandas_or_polars(column, container)
    if speaks_arrow(container):
        from .arrow import read_column  # noqa: PLC0415 - only where Arrow is spoken

        return read_column(container, column.name)
    is_bytes = isinstance(held, str | bytes | bytearray | memoryview)
    if isinstance(held, Sequence) and not is_bytes:
        return _to_values_of_list([*container])
    if hasattr(container, "__array__") and not isinstance(container, np.generic):
        return _to_values_of_array(np.asarray(container))
    raise InvalidValueError(
        f"column {column.name!r} cannot be read from {container!r:.60}: give a "
        "one-dimensional array, or a list"
    )


def _read_pandas_or_polars(column: Column, container: Any) -> ColumnValues:
    """Read a series, or an array, of pandas or polars."""
    dtype: Any = getattr(container.dtype, "subtype", container.dtype)  # of a sparse one
    if isinstance(dtype, np.dtype) and dtype.kind != "O":
        values = np.asarray(container)
        return ColumnValues(
            values, np.asarray(container.isna()) if dtype.kind == "f" else None
        )

    def read_as_list() -> ColumnValues:
        return _to_values_of_list(
            container.to_numpy(dtype=object, na_value=None).tolist()
            if hasattr(container, "isna")
            else container.to_list()
        )

    # Polars hands objects over as bytes, or ends the process.
    if str(container.dtype) == "Object":
        return read_as_list()
    # Before version 3, pandas speaks Arrow as a frame alone.
    is_framed = not speaks_arrow(container) and hasattr(container, "to_frame")
    spoken = container.to_frame(column.name) if is_framed else container
    if not speaks_arrow(spoken):
        return read_as_list()
    from .arrow import read_column  # noqa: PLC0415 - only where Arrow is spoken

    return read_column(spoken, column.name, read_as_list, is_frame=is_framed)


def _to_values_of_array(values: Array) -> ColumnValues:
    """Read an array; one of objects is read as a list of them would be."""
    if values.dtype.kind == "O" and values.ndim == 1:
        return _to_values_of_list(values.tolist())
    return ColumnValues(values)


def _to_values_of_list(values: list[Any]) -> ColumnValues:
    """Make an array of a list; what is not all of one plain sort stays as it is."""
    kinds = {*map(type, values)}
    gone = kinds & {type(None)}
    sorts = {_numpy_kind_or_empty(kind) for kind in kinds - gone}
    units: set[Any] = set()
    if sorts & {"M", "m"}:
        units = {value.dtype for value in values if is_numpy_time(value)}
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
        held[[is_numpy_time(value) and bool(np.isnat(value)) for value in values]] = (
            None
        )
    return ColumnValues(held)


def _numpy_kind_or_empty(kind: type) -> str:
    """Name the sort of array that a type stands in; "" for none.

    Texts stand in none: arrays of them drop a NUL at the end.
    """
    if issubclass(kind, np.datetime64 | np.timedelta64):
        return "M" if issubclass(kind, np.datetime64) else "m"
    if kind is int or issubclass(kind, np.integer):
        return "i"
    return "b" if kind in {bool, np.bool_} else ""
