"""Data in as a whole: columns by name, whoever holds them, and how many rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

import numpy as np

from ...errors import InvalidValueError

__all__ = [
    "count_rows",
    "duplicate_name_error",
    "has_columns_by_name",
    "is_lazy",
    "speaks_arrow",
    "to_columns_by_name",
    "unreadable_data_error",
]

_FITS: Final = (
    "give {'column': array}, or a frame that speaks Arrow, such as one of pandas, "
    "polars or pyarrow"
)


def speaks_arrow(data: object) -> bool:
    """Return whether data can be handed over as Arrow."""
    return hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__")


def has_columns_by_name(data: object) -> bool:
    """Return whether data are columns by name, in one piece."""
    return (
        isinstance(data, Mapping)
        or _is_like_pandas_or_polars(data)
        or _is_structured(data)
    )


def _is_like_pandas_or_polars(data: object) -> bool:
    """Return whether it is a frame of pandas or polars, or like one."""
    # Asked of the class: what is worked out later may be worked out by asking.
    kind = type(data)
    is_known = hasattr(kind, "iloc") or hasattr(kind, "get_column")
    return is_known and hasattr(kind, "columns") and not is_lazy(data)


def _is_structured(data: Any) -> bool:
    given: object = data
    return isinstance(given, np.ndarray) and data.dtype.names is not None


def is_lazy(data: object) -> bool:
    """Return whether data are still to be worked out, such as a LazyFrame."""
    return hasattr(type(data), "collect") or hasattr(type(data), "compute")


class Frame(Mapping[str, object]):
    """Read the columns of pandas or polars by name, each when it is asked for.

    Asked for as a whole, the frame would turn every column into Arrow, and fail for one
    that nobody reads.
    """

    def __init__(self, frame: Any) -> None:
        """Keep the frame."""
        self._frame = frame

    @property
    def rows(self) -> int:
        """Count the rows."""
        return len(self._frame)

    def __getitem__(self, name: str) -> object:
        """Read one column.

        Raises:
            InvalidValueError: Two columns have the name.
        """
        column = self._frame[name]
        if _is_like_pandas_or_polars(column):
            raise duplicate_name_error(name)
        return column

    def __contains__(self, name: object) -> bool:
        """Return whether there is such a column."""
        return name in self._frame.columns

    def __iter__(self) -> Iterator[str]:
        """Walk the names."""
        return iter(self._frame.columns)

    def __len__(self) -> int:
        """Count the columns."""
        return len(self._frame.columns)


def duplicate_name_error(name: str) -> InvalidValueError:
    """Build the error for a name that two columns have."""
    return InvalidValueError(f"two columns of the data are called {name!r}: rename one")


def to_columns_by_name(data: Any) -> Mapping[str, object]:
    """Read a frame in one piece as columns by name."""
    if isinstance(data, Mapping):
        return cast("Mapping[str, object]", data)
    if _is_structured(data):
        return {name: data[name] for name in data.dtype.names}
    return Frame(data)


def unreadable_data_error(data: object) -> InvalidValueError:
    """Build the error for data that hold no columns; names the mend."""
    if hasattr(type(data), "to_frame"):
        return InvalidValueError(
            "data cannot be a single column: give a frame, or {'name': column}"
        )
    mend = ""
    if _holds_mappings(data):
        mend = (
            "these are rows, so turn them, such as with pandas.DataFrame(rows) or "
            "pyarrow.Table.from_pylist(rows); or "
        )
    if is_lazy(data):
        name = "collect" if hasattr(type(data), "collect") else "compute"
        mend = f"it is not worked out yet, so call .{name}() on it; or "
    return InvalidValueError(f"data cannot be {data!r:.60}: {mend}{_FITS}")


def _holds_mappings(data: object) -> bool:
    """Return whether data are a list of facts by name, one for each claim."""
    rows = cast("Sequence[object]", data if isinstance(data, Sequence) else ())
    return any(isinstance(row, Mapping) for row in rows)


def count_rows(data: Mapping[str, object]) -> int:
    """Count the rows of data of which no column is read.

    Raises:
        InvalidValueError: No column tells, or two tell otherwise.
    """
    rows = getattr(data, "rows", None)
    if isinstance(rows, int):
        return rows
    counts = {name: _length_or_none(column) for name, column in data.items()}
    known_counts = {n: count for n, count in counts.items() if count is not None}
    if len({*known_counts.values()}) > 1:
        lengths = ", ".join(
            f"{name!r} has {count}" for name, count in known_counts.items()
        )
        raise InvalidValueError(
            f"the columns of the data are of different length ({lengths:.200}): give "
            "one value for each claim"
        )
    if counts and not known_counts:
        raise InvalidValueError(
            f"no column tells how many claims there are (there: "
            f"{', '.join(map(str, counts)):.200}): give one as an array or a list"
        )
    return next(iter(known_counts.values()), 0)


def _length_or_none(column: Any) -> int | None:
    """Count the values of a column; None for what is no column."""
    column = column.values if hasattr(column, "dims") else column
    if hasattr(column, "shape"):
        return column.shape[0] if column.shape else None
    given: object = column
    is_listed = isinstance(given, Sequence) and not isinstance(given, str | bytes)
    return len(column) if is_listed or speaks_arrow(column) else None
