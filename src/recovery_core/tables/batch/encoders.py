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
    """Raise InvalidValueError for decimals that do not count what the column counts."""
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
    """Build what turns timestamps into days; one that is not midnight lies outside."""
    count = _build_duration_encoder(dtype, "D", misfit_code - _EPOCH)
    return lambda values: count(values) + _EPOCH


def _build_duration_encoder(
    dtype: Any, unit: str, misfit_code: int
) -> Callable[[Array], Array]:
    """Build what turns spans of time into numbers of a unit; fractions lie outside."""
    own_length, unit_length = nanoseconds_per_unit(dtype), _NANOSECONDS[unit]
    shared = gcd(own_length, unit_length)
    times, parts = np.int64(own_length // shared), np.int64(unit_length // shared)
    # Where many days make too many minutes, NumPy itself would wrap; 2.5 would raise.
    most = np.int64(LARGEST // int(times))

    def encode(values: Array) -> Array:
        number, rest = np.divmod(values.astype(np.int64), parts)
        fits = (rest == 0) & (number >= -most) & (number <= most)
        return np.where(fits, number, 0) * times + np.where(fits, 0, misfit_code)

    return encode


def _build_text_encoder(domain: Choices) -> Callable[[Array], Array]:
    """Build what finds texts among the choices; others become -1."""
    names = np.array(domain.values)
    order = np.argsort(names)
    sorted_names = names[order]

    def encode(values: Array) -> Array:
        places = np.searchsorted(sorted_names, values).clip(max=names.size - 1)
        return np.where(sorted_names[places] == values, order[places], -1)

    return encode


def build_dictionary_encoder(
    column: Column, names: Sequence[object]
) -> Callable[[Array], Array]:
    """Build what turns places of a dictionary into codes; unknown names lie outside."""
    misfit_code = column.domain.least - 1
    code_by_place = np.array(
        [*(_code_or_misfit(column, name, misfit_code) for name in names), misfit_code]
    )
    # Where a value is missing, its place may be any number.
    return lambda places: code_by_place.take(places, mode="clip")


def _code_or_misfit(column: Column, value: object, misfit_code: int) -> int:
    """Return the code of a value, or another where it cannot stand in the column."""
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
    """Build what turns Python values into codes one by one, as strictly as a claim."""
    misfit_code = column.domain.least - 1
    code_by_name: dict[object, int] = {}
    if isinstance(column.domain, Choices):
        code_by_name = {name: code for code, name in enumerate(column.domain.values)}

    def code(value: object) -> int:
        choice_code = code_by_name.get(value) if isinstance(value, str) else None
        if choice_code is None and isinstance(value, np.generic):
            return _code_of_numpy_scalar_or_misfit(column, value, misfit_code)
        if choice_code is None:
            return _code_or_misfit(column, value, misfit_code)
        return choice_code

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
