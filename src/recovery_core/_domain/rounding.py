"""Whole results of divisions that leave something over, as declared."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum, auto
from typing import Final

from ..errors import InvalidValueError

__all__ = ["Rounding", "divide"]


class Rounding(StrEnum):
    """What becomes of the part of a minor unit that cannot be paid."""

    HALF_UP = auto()  # half away from zero
    HALF_EVEN = auto()
    UP = auto()  # away from zero
    DOWN = auto()  # toward zero
    FLOOR = auto()
    CEILING = auto()


# Whether to rise above the floor, asked only when something is left over. `past` is
# how far that lies beyond one half; away from zero is upward only for positives.
_RISES: Final[dict[str, Callable[[int, int, bool], bool]]] = {
    Rounding.HALF_UP: lambda _floor, past, positive: past >= (0 if positive else 1),
    Rounding.HALF_EVEN: lambda floor, past, _positive: past >= (0 if floor % 2 else 1),
    Rounding.UP: lambda _floor, _past, positive: positive,
    Rounding.DOWN: lambda _floor, _past, positive: not positive,
    Rounding.FLOOR: lambda _floor, _past, _positive: False,
    Rounding.CEILING: lambda _floor, _past, _positive: True,
}


def divide(numerator: int, denominator: int, rounding: Rounding) -> int:
    """Divide two integers to an integer, rounding as declared.

    Raises:
        InvalidValueError: If a term is no int, the denominator is zero, or no
            rounding has that name.

    >>> divide(5, 2, Rounding.HALF_UP), divide(5, 2, Rounding.HALF_EVEN)
    (3, 2)
    """
    if type(numerator) is not int or type(denominator) is not int or not denominator:
        raise InvalidValueError("divide an int by an int other than 0")
    if rounding not in _RISES:
        raise InvalidValueError(f"round by one of {', '.join(_RISES)}; not {rounding}")
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    floor, left = divmod(numerator, denominator)
    if not left:
        return floor
    return floor + _RISES[rounding](floor, 2 * left - denominator, numerator > 0)
