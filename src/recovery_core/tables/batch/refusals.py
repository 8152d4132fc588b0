"""What is said of data that fit no column: the column, the row, why, and the mend."""

from __future__ import annotations

from typing import Any, assert_never

import numpy as np

from ..._domain.checks import plain_text
from ..._domain.descriptions import describe
from ...errors import InvalidValueError
from ..column import Column
from ..domains import Choices, Days, Flags, Integers, Sums, explain_refusal

__all__ = [
    "missing_value_error",
    "wrong_scale_error",
    "wrong_type_error",
    "wrong_value_error",
]

_FLOATS = (
    "floats decide about no money, so make whole numbers of them: in pandas with "
    ".convert_dtypes() or .astype('Int64'), in polars with .cast(pl.Int64), in NumPy "
    "with .round().astype(int), where you say what is missing with numpy.ma or Arrow"
)


def wrong_type_error(column: Column, dtype: object, kind: str) -> InvalidValueError:
    """Build the error for an array of a type that does not fit.

    Args:
        column: What it was to be read as.
        dtype: The type, as NumPy writes it.
        kind: NumPy's letter for types of its sort.
    """
    return InvalidValueError(
        f"column {column.name!r} cannot be an array of {dtype}: give "
        f"{column.domain}{_describe_array_form(column)}; "
        f"{_suggest_for_array(column, kind)}"
    )


def wrong_scale_error(column: Column, scale: int, places: int) -> InvalidValueError:
    """Build the error for decimals that do not count what the column counts.

    Args:
        column: What they were to be read as.
        scale: How many decimal places they count.
        places: How many the column counts; below 0 where it takes no decimals.
    """
    domain = column.domain
    why, mend = (
        "",
        f"with {places} decimal places" if places >= 0 else "of another type",
    )
    if isinstance(domain, Sums) and scale > places:
        why = f"{domain.currency} has {places} decimals: "
    elif isinstance(domain, Sums) and not scale:
        mend += (
            " where they count major units, or as whole numbers (int64, in SQL BIGINT) "
            "where they count minor units"
        )
    return InvalidValueError(
        f"column {column.name!r} cannot be decimals of scale {scale}: {why}give them "
        f"{mend}; it holds {domain}{_describe_array_form(column)}"
    )


def wrong_value_error(column: Column, value: object, row: int) -> InvalidValueError:
    """Build the error for one value.

    Args:
        column: What cannot hold it.
        value: The value, as Python writes it.
        row: The number of its row.
    """
    value = plain_text(value) if isinstance(value, str) else value
    why = explain_refusal(column.domain, value)
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            why = "it is no text in UTF-8; "
    return InvalidValueError(
        f"column {column.name!r} cannot be {describe(value):.60} in row {row}: {why}"
        f"give {column.domain}{_describe_array_form(column)}"
        f"{_suggest_for_value(column, value)}"
    )


def missing_value_error(column: Column, row: int) -> InvalidValueError:
    """Build the error for a value that is missing where none may be."""
    return InvalidValueError(
        f"column {column.name!r} is missing in row {row}: declare it with .optional(), "
        "or leave such claims out"
    )


def _describe_array_form(column: Column) -> str:
    """Return how the values of a column stand in arrays, where it is not plain."""
    match column.domain:
        case Choices():
            return ", as texts or an Arrow dictionary (pandas: category)"
        case Days():
            return ", as datetime64[D], a timestamp of midnight, or its ordinal"
        case Flags() | Integers():
            return ""
        case Sums():
            return ", in minor units"
        case never:
            assert_never(never)


def _suggest_for_array(column: Column, kind: str) -> str:
    """Return how an array of another type becomes one that fits."""
    text = "turn it into whole numbers"
    match column.domain, kind:
        case Flags(), "f":
            text = f"{_FLOATS}; then .astype('boolean') in pandas, .astype(bool) else"
        case _, "f":
            text = _FLOATS
        case Flags(), "U":
            text = "compare the texts, such as array == 'yes'"
        case Flags(), _:
            text = "turn it with .astype(bool)"
        case Days(), "M" | "U":
            text = "turn it with .astype('datetime64[D]')"
        case Choices(), "i" | "u":
            text = "an int is no name, so write numpy.array(names)[ints]"
        case Choices(), _:
            text = "turn it with .astype(str)"
        case _:
            pass
    return text


def _suggest_for_value(column: Column, value: Any) -> str:
    """Return how one value of another sort becomes one that fits."""
    text = ""
    match column.domain, value:
        case Flags(), str():
            text = "; compare the texts, such as column == 'yes'"
        case Days(), str():
            text = "; turn texts into days, with pandas.to_datetime or datetime64[D]"
        case Integers(), str():
            text = "; turn texts into whole numbers"
        case Integers(), np.timedelta64():
            text = "; of a span of time nothing may be left over"
        case Choices(), int():
            text = "; an int is no name"
        case _, float():
            text = "; floats decide about no money, and what is missing is None"
        case _:
            pass
    return text
