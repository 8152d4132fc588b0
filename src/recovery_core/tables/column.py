"""The columns of a table: what a rule may read, each with its declared domain.

Compare a column to get a condition, and join conditions with ``&``:

Example:
    >>> from recovery_core.tables import column
    >>> late = column.minutes("arrival_delay")
    >>> tier = column.choices("tier", "silver", "gold")
    >>> condition = late.between(30, 60) & (tier == "gold")
    >>> [cell.column.name for cell in condition.cells]
    ['arrival_delay', 'tier']
"""

from __future__ import annotations

from datetime import date
from enum import Enum, EnumType
from typing import Final

from .._domain import checks
from .._domain.money import Money
from ..errors import InvalidValueError
from .column_type import Column
from .domains import Choices, Days, Flags, Integers, Sums

__all__ = ["Column", "choices", "day", "days", "flag", "integer", "minutes", "money"]

_FIRST_DAY: Final = date(1970, 1, 1)
_LAST_DAY: Final = date(2100, 12, 31)
_MOST_MINUTES: Final = 366 * 24 * 60
# So that a usual column of days holds what lies between two usual ones of a day.
_MOST_DAYS: Final = (_LAST_DAY - _FIRST_DAY).days
_MOST_MINOR: Final = 10**9


def integer(name: str, least: int, most: int, *, unit: str | None = None) -> Column:
    """Declare a whole number.

    Args:
        name: The fact it reads.
        least: The least it may be.
        most: The most it may be.
        unit: What is counted, such as ``"km"``.

    Raises:
        InvalidValueError: The bounds are no ints or the wrong way round.
    """
    return Column(name, Integers(least, most, unit))


def minutes(name: str, *, least: int = 0, most: int = _MOST_MINUTES) -> Column:
    """Declare a duration in whole minutes; a `timedelta` of whole minutes fits.

    Args:
        name: The fact it reads.
        least: The least it may be; below 0 for what can be early.
        most: The most it may be; a year if not said.

    Raises:
        InvalidValueError: The bounds are no ints or the wrong way round.
    """
    return Column(name, Integers(least, most, "min"))


def days(name: str, *, least: int = 0, most: int = _MOST_DAYS) -> Column:
    """Declare a number of days; a `timedelta` of whole days fits.

    Args:
        name: The fact it reads.
        least: The least it may be; below 0 for what may lie before.
        most: The most it may be; what lies between the first and the last day of
            `day`, 47,846, if not said.

    Raises:
        InvalidValueError: The bounds are no ints or the wrong way round.
    """
    return Column(name, Integers(least, most, "d"))


def flag(name: str) -> Column:
    """Declare a yes or no; it is a condition by itself, and ``~`` its opposite."""
    return Column(name, Flags())


def choices(
    name: str, *values: str | Enum | type[Enum], ordered: bool = False
) -> Column:
    """Declare one of a few names.

    Args:
        name: The fact it reads.
        values: Texts, members of an Enum, or one Enum for all its members. A member
            that is a text goes by it, any other by its name.
        ordered: Whether they rise in the order given, so that ``>=`` makes sense.

    Raises:
        InvalidValueError: There is none, or one twice.
    """
    listed: list[object] = []
    for value in values:
        listed += list(value) if isinstance(value, EnumType) else [value]
    return Column(name, Choices(listed, is_ordered=ordered))


def money(
    name: str, currency: str, *, least: Money | None = None, most: Money | None = None
) -> Column:
    """Declare an amount of money.

    Args:
        name: The fact it reads.
        currency: Its ISO 4217 code.
        least: The least it may be; nothing if not said.
        most: The most it may be; a thousand million minor units if not said, such as
            ten million euros.

    Units: Money in claims, an int of minor units in rows and arrays.

    Raises:
        InvalidValueError: The code is none, or the bounds are of another currency or
            the wrong way round.
    """
    zero = Money.zero(currency)
    name, currency = checks.plain_text(name), zero.currency
    low: object = zero if least is None else least
    high: object = Money.from_minor(_MOST_MINOR, currency) if most is None else most
    if (
        not isinstance(low, Money)
        or not isinstance(high, Money)
        or not low.currency == high.currency == currency
        or not low <= high
    ):
        raise InvalidValueError(
            f"{name!r} cannot lie from {least!r} to {most!r}: give Money in "
            f"{currency}, the lower bound first"
        )
    return Column(name, Sums(currency, low.minor, high.minor))


def day(name: str, *, first: date = _FIRST_DAY, last: date = _LAST_DAY) -> Column:
    """Declare a day of the calendar.

    Args:
        name: The fact it reads.
        first: The first day it may be.
        last: The last day it may be.

    Raises:
        InvalidValueError: The bounds are no dates or the wrong way round.
    """
    return Column(name, Days(first, last))
