"""The formulas of amounts: shares, periods, the lesser of two, an index, interest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeAlias

from .._domain import checks
from .._domain.basis_points import BASIS_POINTS
from .._domain.money import MAX_MINOR, Money, Rounding
from ..errors import CurrencyMismatchError, InvalidValueError
from .amounts import (
    Amount,
    AmountLike,
    Excess,
    Greater,
    Lesser,
    Periods,
    Scaled,
    Sum,
    as_amount,
    counted_up,
)
from .column import Column
from .domains import Integers

__all__ = [
    "excess_of",
    "greatest_of",
    "half_of",
    "indexed",
    "interest",
    "least_of",
    "per_completed",
    "per_started",
    "percent_of",
    "sum_of_amounts",
]

_HUNDRED: Final = 100
_DIGITS: Final = 20  # before the point, or zeros behind it: more than any rate has

Percent: TypeAlias = Fraction | Decimal | int | str
"""A rate, exact; never a float."""


def _all(amounts: Iterable[object]) -> tuple[Amount, ...]:
    return tuple(map(as_amount, amounts))


def _share(percent: Percent) -> tuple[int, int]:
    """Read a percentage as the two halves of a share."""
    share = _exact(percent) / _HUNDRED
    # Whole basis points stand over ten thousand, as they always did: what was stored
    # and hashed before stays what it is.
    points = share * BASIS_POINTS
    halves = (points.numerator, BASIS_POINTS)
    if points.denominator != 1:
        halves = (share.numerator, share.denominator)
    if min(halves) < 0 or max(halves) > MAX_MINOR:
        raise InvalidValueError(
            f"a rate cannot be {percent!s:.60} percent: give 0 or more, such as 50, "
            "'12.5' or Fraction(100, 3), with no more digits than it needs"
        )
    return halves


def _exact(percent: Percent) -> Fraction:
    """Convert what `checks.exact` does, and a Decimal of a sensible size."""
    if isinstance(percent, Decimal):
        # By its exponent first: 1E+999999999 as a fraction would fill the memory.
        if percent.is_finite() and -_DIGITS <= percent.adjusted() <= _DIGITS:
            return Fraction(percent)
        percent = str(percent)
    return checks.exact(percent)


def percent_of(
    amount: AmountLike,
    percent: Percent,
    *,
    rounding: Rounding = Rounding.HALF_UP,
) -> Amount:
    """Return a percentage of an amount, rounded once.

    Args:
        amount: Money, a money column, or a formula.
        percent: Exact: ``50``, ``"12.5"``, ``400``; ``Fraction(100, 3)`` or ``"100/3"``
            for a third, ``Fraction(100 * 29, 30)`` for 29 days of a month of 30.
        rounding: What becomes of parts of a minor unit.

    Raises:
        InvalidValueError: The rate is a float, below 0, or has more digits than
            numbers keep apart.

    Example:
        >>> from fractions import Fraction
        >>> from recovery_core.tables import column
        >>> print(percent_of(column.money("fare", "EUR"), Fraction(100, 3)))
        100/3 % of fare (half up)
    """
    return Scaled(as_amount(amount), *_share(percent), None, rounding)


def half_of(amount: AmountLike, *, rounding: Rounding = Rounding.HALF_UP) -> Amount:
    """Return half of an amount."""
    return percent_of(amount, 50, rounding=rounding)


def least_of(*amounts: AmountLike) -> Amount:
    """Return the least of several amounts, such as a proved loss and its limit."""
    return Lesser(_all(amounts))


def greatest_of(*amounts: AmountLike) -> Amount:
    """Return the most of several amounts."""
    return Greater(_all(amounts))


def sum_of_amounts(*amounts: AmountLike) -> Amount:
    """Return several amounts together."""
    return Sum(_all(amounts))


def excess_of(amount: AmountLike, *taken: AmountLike) -> Amount:
    """Return what an amount exceeds others by, and never less than nothing.

    Args:
        amount: What is due in all.
        taken: What was given before, or is owed by somebody else.
    """
    return Excess(_all((amount, *taken)))


def _length(column: Column, given: timedelta | int) -> int:
    unit = column.domain.unit if isinstance(column.domain, Integers) else None
    return Integers(0, MAX_MINOR, unit).plain(given)


def per_started(
    each: AmountLike,
    every: timedelta | int,
    of: Column,
    *,
    after: timedelta | int = 0,
    at_most: int | None = None,
) -> Amount:
    """Return an amount for each period of a duration that has begun.

    Args:
        each: What one period is worth.
        every: Length of a period, in the unit of the column or as a `timedelta`.
        of: The duration.
        after: Length that does not count, at the beginning.
        at_most: The most periods that count.

    Raises:
        InvalidValueError: A length is below 0, or the column is no duration.
    """
    return _periodic(each, every, of, after=after, at_most=at_most, started=True)


def per_completed(
    each: AmountLike,
    every: timedelta | int,
    of: Column,
    *,
    after: timedelta | int = 0,
    at_most: int | None = None,
) -> Amount:
    """Return an amount for each period of a duration that is over.

    Args:
        each: What one period is worth.
        every: Length of a period, in the unit of the column or as a `timedelta`.
        of: The duration.
        after: Length that does not count, at the beginning.
        at_most: The most periods that count.

    Raises:
        InvalidValueError: A length is below 0, or the column is no duration.
    """
    return _periodic(each, every, of, after=after, at_most=at_most, started=False)


def _periodic(
    each: AmountLike,
    every: timedelta | int,
    of: Column,
    *,
    after: timedelta | int,
    at_most: int | None,
    started: bool,
) -> Amount:
    given: object = of
    if not isinstance(given, Column):
        raise InvalidValueError(f"periods of what? {given!r:.60} is no column")
    count = Periods(of, _length(of, every), _length(of, after), started, at_most)
    return Scaled(as_amount(each), 1, 1, count)


def indexed(
    base: AmountLike,
    by: Column,
    over: int,
    *,
    nearest: Money | None = None,
    rounding: Rounding = Rounding.HALF_UP,
) -> Amount:
    """Return an amount carried forward by an index.

    Args:
        base: The amount when the index stood at `over`.
        by: The index now, a column of whole numbers (thousandths, say).
        over: The index then, in the same unit.
        nearest: The result is a multiple of this; one minor unit if not said.
        rounding: What becomes of what is left over.

    Raises:
        InvalidValueError: The column is no whole number from 0 up, or `over` or
            `nearest` is not above 0.
        CurrencyMismatchError: `nearest` is of another currency.
    """
    amount = as_amount(base)
    counted_up(by, Integers, "whole numbers")
    wanted: object = nearest
    if wanted is not None and not isinstance(wanted, Money):
        raise InvalidValueError(
            f"no amount is a multiple of {wanted!r:.60}: give Money, such as "
            'nearest=Money("25.00", "USD")'
        )
    if nearest is not None and nearest.currency != amount.currency:
        raise CurrencyMismatchError(f"{nearest} is no multiple for {amount.currency}")
    to = 1 if nearest is None else nearest.minor
    return Scaled(amount, 1, over, by, rounding, to)


def interest(
    on: AmountLike,
    percent: Percent,
    days: Column,
    *,
    year: int = 365,
    rounding: Rounding = Rounding.HALF_UP,
) -> Amount:
    """Return simple interest for a number of days.

    Args:
        on: What is owed.
        percent: The rate for a year, exact, as `percent_of` takes it.
        days: The days it is owed for, counted by the convention that applies: real
            days, or days of months of thirty.
        year: The days of a year by that convention: 365 or 360.
        rounding: What becomes of parts of a minor unit.

    Raises:
        InvalidValueError: The rate is not exact, or the days are no whole number from
            0 up.
    """
    above, below = _share(percent)
    counted_up(days, Integers, "whole numbers")
    if type(year) is not int or year < 1:
        raise InvalidValueError(f"a year cannot have {year!r} days: give 365 or 360")
    return Scaled(as_amount(on), above, below * year, days, rounding)
