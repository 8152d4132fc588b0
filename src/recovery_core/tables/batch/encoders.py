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
from .arrays import Array, is_numpy_time
from .refusals import wrong_scale_error, wrong_type_error

__all__ = [
    "LARGEST",
    "build_dictionary_encoder",
    "build_object_encoder",
    "check_scale",
    "choose_encoder_or_none",
    "nanoseconds_per_unit",
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
        raise wrong_scale_error(column, scale, places)


def choose_encoder_or_none(
    column: Column, values: Array
) -> Callable[[Array], Array] | None:
    """Choose how values become codes, by the type of the array.

    Raises:
        InvalidValueError: The type does not fit the column.
    """
    domain, dtype = column.domain, values.dtype
    match domain, dtype.kind:
        case Flags(), "b":
            return _flags_to_codes
        case (Flags(), _) | (_, "b"):
            pass
        case (Choices(), "i" | "u"):
            pass
        case _, "i" | "u":
            return None
        case Choices(), "U":
            return _build_text_encoder(domain)
        case Days(), "M" if dtype == np.dtype("M8[D]"):
            return _days_to_ordinals
        case Days(), "M" if np.datetime_data(dtype)[0] in _FINER:
            return _build_midnight_encoder(dtype, domain.least - 1)
        case Integers(unit=str() as unit), "m" if (
            unit in _SPANS and np.datetime_data(dtype)[0] in _NANOSECONDS
        ):
            return _build_duration_encoder(dtype, _SPANS[unit], domain.least - 1)
        case _:
            pass
    raise wrong_type_error(column, dtype, dtype.kind)


def nanoseconds_per_unit(dtype: Any) -> int:
    """Return how long one unit of days, moments or lengths of time is."""
    unit, step = np.datetime_data(dtype)
    return int(step * _NANOSECONDS[unit])


def _flags_to_codes(values: Array) -> Array:
    return values.view(np.int8)


def _days_to_ordinals(values: Array) -> Array:
    return values.astype(np.int64) + _EPOCH


def _build_midnight_encoder(dtype: Any, misfit_code: int) -> Callable[[Array], Array]:
    """Turn timestamps into days; one that is not midnight lies outside."""
    count = _build_duration_encoder(dtype, "D", misfit_code - _EPOCH)
    return lambda values: count(values) + _EPOCH


def _build_duration_encoder(
    dtype: Any, one: str, misfit_code: int
) -> Callable[[Array], Array]:
    """Turn spans of time into a number of units; what is left over lies outside."""
    span, whole = nanoseconds_per_unit(dtype), _NANOSECONDS[one]
    shared = gcd(span, whole)
    times, parts = np.int64(span // shared), np.int64(whole // shared)
    # Where many days make too many minutes, NumPy itself would wrap; 2.5 would raise.
    most = np.int64(LARGEST // int(times))

    def encode(values: Array) -> Array:
        number, left = np.divmod(values.astype(np.int64), parts)
        fits = (left == 0) & (number >= -most) & (number <= most)
        return np.where(fits, number, 0) * times + np.where(fits, 0, misfit_code)

    return encode


def _build_text_encoder(domain: Choices) -> Callable[[Array], Array]:
    names = np.array(domain.values)
    order = np.argsort(names)
    sorted_names = names[order]

    def encode(values: Array) -> Array:
        found = np.searchsorted(sorted_names, values).clip(max=names.size - 1)
        return np.where(sorted_names[found] == values, order[found], -1)

    return encode


def build_dictionary_encoder(
    column: Column, names: Sequence[object]
) -> Callable[[Array], Array]:
    """Turn the places of a dictionary into codes; what is unknown lies outside."""
    misfit_code = column.domain.least - 1
    known = np.array(
        [*(_code_or_misfit(column, name, misfit_code) for name in names), misfit_code]
    )
    # Where a value is missing, its place may be any number.
    return lambda places: known.take(places, mode="clip")


def _code_or_misfit(column: Column, value: object, misfit_code: int) -> int:
    try:
        return column.code(column.to_plain(value))
    except InvalidValueError:
        return misfit_code


def _code_of_numpy_scalar_or_misfit(
    column: Column, value: Any, misfit_code: int
) -> int:
    """Read what is no object of Python as an array of it would be read."""
    if not is_numpy_time(value):
        return _code_or_misfit(column, value.item(), misfit_code)
    alone: Array = np.array([value])
    try:
        encode = choose_encoder_or_none(column, alone)
    except InvalidValueError:
        return misfit_code
    return misfit_code if encode is None else int(encode(alone)[0])


def build_object_encoder(column: Column) -> Callable[[Array], Array]:
    """Turn Python values into codes one by one: slow, and as strict as a claim."""
    misfit_code = column.domain.least - 1
    known: dict[object, int] = {}
    if isinstance(column.domain, Choices):
        known = {name: code for code, name in enumerate(column.domain.values)}

    def code(value: object) -> int:
        found = known.get(value) if isinstance(value, str) else None
        if found is None and isinstance(value, np.generic):
            return _code_of_numpy_scalar_or_misfit(column, value, misfit_code)
        return _code_or_misfit(column, value, misfit_code) if found is None else found

    def encode(values: Array) -> Array:
        return np.fromiter(
            (
                misfit_code if value is None else code(value)
                for value in values.tolist()
            ),
            dtype=np.int64,
            count=values.size,
        )

    return encode
