"""From the values of a column to its codes, by the type of the array."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from math import gcd
from typing import Any, Final, assert_never

import numpy as np

from ..._domain.money import Money
from ...errors import InvalidValueError
from ..column import Column
from ..domains import Choices, Days, Flags, Integers, Sums
from .arrays import Array, is_time
from .refusals import refuse_scale, refuse_type

__all__ = [
    "LARGEST",
    "check_scale",
    "dictionary_encoder",
    "encoder_of",
    "nanoseconds_of",
    "object_encoder",
]

_FINER: Final = frozenset(("h", "m", "s", "ms", "us", "ns"))
_SPANS: Final = {"s": "s", "min": "m", "h": "h", "d": "D"}
_NANOSECONDS: Final = {
    "D": 86_400 * 10**9,
    "h": 3600 * 10**9,
    "m": 60 * 10**9,
    "s": 10**9,
    "ms": 10**6,
    "us": 1000,
    "ns": 1,
}
LARGEST: Final = 1 << 62
_EPOCH: Final = date(1970, 1, 1).toordinal()


def check_scale(column: Column, scale: int | None) -> None:
    """Refuse decimals that do not count what the column counts."""
    domain = column.domain
    match domain:
        case Sums():
            places = Money.zero(domain.currency).exponent
        case Integers():
            places = 0
        case Choices() | Days() | Flags():
            places = -1
        case never:
            assert_never(never)
    if scale is not None and scale != places:
        raise refuse_scale(column, scale, places)


def encoder_of(column: Column, values: Array) -> Callable[[Array], Array] | None:
    """Choose how values become codes, by the type of the array.

    Raises:
        InvalidValueError: The type does not fit the column.
    """
    domain, dtype = column.domain, values.dtype
    match domain, dtype.kind:
        case Flags(), "b":
            return _bits
        case (Flags(), _) | (_, "b"):
            pass
        case (Choices(), "i" | "u"):
            pass
        case _, "i" | "u":
            return None
        case Choices(), "U":
            return _texts(domain)
        case Days(), "M" if dtype == np.dtype("M8[D]"):
            return _days
        case Days(), "M" if np.datetime_data(dtype)[0] in _FINER:
            return _midnights(dtype, domain.least - 1)
        case Integers(unit=str() as unit), "m" if (
            unit in _SPANS and np.datetime_data(dtype)[0] in _NANOSECONDS
        ):
            return _spans(dtype, _SPANS[unit], domain.least - 1)
        case _:
            pass
    raise refuse_type(column, dtype, dtype.kind)


def nanoseconds_of(dtype: Any) -> int:
    """Return how long one unit of days, moments or lengths of time is."""
    unit, step = np.datetime_data(dtype)
    return int(step * _NANOSECONDS[unit])


def _bits(values: Array) -> Array:
    return values.view(np.int8)


def _days(values: Array) -> Array:
    return values.astype(np.int64) + _EPOCH


def _midnights(dtype: Any, outside: int) -> Callable[[Array], Array]:
    """Turn timestamps into days; one that is not midnight lies outside."""
    count = _spans(dtype, "D", outside - _EPOCH)
    return lambda values: count(values) + _EPOCH


def _spans(dtype: Any, one: str, outside: int) -> Callable[[Array], Array]:
    """Turn spans of time into a number of units; what is left over lies outside."""
    span, whole = nanoseconds_of(dtype), _NANOSECONDS[one]
    shared = gcd(span, whole)
    times, parts = np.int64(span // shared), np.int64(whole // shared)
    # Where many days make too many minutes, NumPy itself would wrap; 2.5 would raise.
    most = np.int64(LARGEST // int(times))

    def turn(values: Array) -> Array:
        number, left = np.divmod(values.astype(np.int64), parts)
        fits = (left == 0) & (number >= -most) & (number <= most)
        return np.where(fits, number, 0) * times + np.where(fits, 0, outside)

    return turn


def _texts(domain: Choices) -> Callable[[Array], Array]:
    names = np.array(domain.values)
    order = np.argsort(names)
    sorted_names = names[order]

    def turn(values: Array) -> Array:
        found = np.searchsorted(sorted_names, values).clip(max=names.size - 1)
        return np.where(sorted_names[found] == values, order[found], -1)

    return turn


def dictionary_encoder(
    column: Column, names: Sequence[object]
) -> Callable[[Array], Array]:
    """Turn the places of a dictionary into codes; what is unknown lies outside."""
    outside = column.domain.least - 1
    known = np.array([*(_code(column, name, outside) for name in names), outside])
    # Where a value is missing, its place may be any number.
    return lambda places: known.take(places, mode="clip")


def _code(column: Column, value: object, outside: int) -> int:
    try:
        return column.code(column.to_plain(value))
    except InvalidValueError:
        return outside


def _code_of_scalar(column: Column, value: Any, outside: int) -> int:
    """Read what is no object of Python as an array of it would be read."""
    if not is_time(value):
        return _code(column, value.item(), outside)
    alone: Array = np.array([value])
    try:
        turn = encoder_of(column, alone)
    except InvalidValueError:
        return outside
    return outside if turn is None else int(turn(alone)[0])


def object_encoder(column: Column) -> Callable[[Array], Array]:
    """Turn Python values into codes one by one: slow, and as strict as a claim."""
    outside = column.domain.least - 1
    known: dict[object, int] = {}
    if isinstance(column.domain, Choices):
        known = {name: code for code, name in enumerate(column.domain.values)}

    def code(value: object) -> int:
        found = known.get(value) if isinstance(value, str) else None
        if found is None and isinstance(value, np.generic):
            return _code_of_scalar(column, value, outside)
        return _code(column, value, outside) if found is None else found

    def turn(values: Array) -> Array:
        return np.fromiter(
            (outside if value is None else code(value) for value in values.tolist()),
            dtype=np.int64,
            count=values.size,
        )

    return turn
