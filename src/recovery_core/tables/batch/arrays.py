"""The values of one column as arrays, and which of them are missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

__all__ = ["Array", "ColumnValues", "is_numpy_time", "join_masks_or_none"]

Array: TypeAlias = npt.NDArray[Any]
"""One-dimensional; whole numbers unless said otherwise."""


@attrs.frozen(eq=False)
class ColumnValues:
    """A column as it was handed in: values, which are missing, and their names.

    Args:
        values: What stands in it; places in `names` where there are names.
        mask: True where a value is missing; None where none is.
        names: The names of a column that is kept as places in a dictionary.
        scale: How many decimal places the values count, where they are decimals.
    """

    values: Array
    mask: Array | None = None
    names: Sequence[object] | None = None
    scale: int | None = None


def join_masks_or_none(mask: Array | None, gone: Array) -> Array | None:
    """Add what is missing by its value to what is said to be."""
    if mask is not None:
        return mask | gone
    return gone if gone.any() else None


def is_numpy_time(value: object) -> bool:
    """Return whether it is a time as NumPy keeps one."""
    return isinstance(value, np.datetime64 | np.timedelta64)
