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
from .amount_checks import check_nonnegative_column
from .amounts import (
    AmountLike,
    Excess,
    Formula,
    Greater,
    Lesser,
    Periods,
    Scaled,
    Sum,
    to_formula,
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


def _to_formulas(amounts: Iterable[object]) -> tuple[Formula, ...]:
    return tuple(map(to_formula, amounts))


def _ratio_of_percent(percent: Percent) -> tuple[int, int]:
    """Convert a percentage to numerator and denominator of a share."""
    share = _to_exact_percent(percent) / _HUNDRED
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


def _to_exact_percent(percent: Percent) -> Fraction:
    """Convert what `checks.exact` converts, and a Decimal of a sensible size."""
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
) -> Formula:
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
    return Scaled(to_formula(amount), *_ratio_of_percent(percent), None, rounding)


def half_of(amount: AmountLike, *, rounding: Rounding = Rounding.HALF_UP) -> Formula:
    """Return half of an amount."""
    return percent_of(amount, 50, rounding=rounding)


def least_of(*amounts: AmountLike) -> Formula:
    """Return the least of several amounts, such as a proved loss and its limit."""
    return Lesser(_to_formulas(amounts))


def greatest_of(*amounts: AmountLike) -> Formula:
    """Return the most of several amounts."""
    return Greater(_to_formulas(amounts))


def sum_of_amounts(*amounts: AmountLike) -> Formula:
    """Return several amounts together."""
    return Sum(_to_formulas(amounts))


def excess_of(amount: AmountLike, *deductions: AmountLike) -> Formula:
    """Return what an amount exceeds others by, and never less than nothing.

    Args:
        amount: What is due in all.
        deductions: What was given before, or is owed by somebody else.
    """
    return Excess(_to_formulas((amount, *deductions)))


def _length_in_column_unit(column: Column, length: timedelta | int) -> int:
    """Convert a length to the unit of a column, and refuse one below 0."""
    unit = column.domain.unit if isinstance(column.domain, Integers) else None
    return Integers(0, MAX_MINOR, unit).to_plain(length)


def per_started(
    each: AmountLike,
    every: timedelta | int,
    of: Column,
    *,
    after: timedelta | int = 0,
    at_most: int | None = None,
) -> Formula:
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
    return _amount_per_period(
        each, every, of, after=after, at_most=at_most, started=True
    )


def per_completed(
    each: AmountLike,
    every: timedelta | int,
    of: Column,
    *,
    after: timedelta | int = 0,
    at_most: int | None = None,
) -> Formula:
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
    return _amount_per_period(
        each, every, of, after=after, at_most=at_most, started=False
    )


def _amount_per_period(
    each: AmountLike,
    every: timedelta | int,
    of: Column,
    *,
    after: timedelta | int,
    at_most: int | None,
    started: bool,
) -> Formula:
    """Build an amount for each period begun, or each completed."""
    duration: object = of
    if not isinstance(duration, Column):
        raise InvalidValueError(f"periods of what? {duration!r:.60} is no column")
    length = _length_in_column_unit(of, every)
    free_length = _length_in_column_unit(of, after)
    count = Periods(of, length, free_length, started, at_most)
    # Times one: per hour, the amount as it stands, and nothing is rounded.
    return Scaled(to_formula(each), 1, 1, count)


def indexed(
    base: AmountLike,
    by: Column,
    over: int,
    *,
    nearest: Money | None = None,
    rounding: Rounding = Rounding.HALF_UP,
) -> Formula:
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
    amount = to_formula(base)
    check_nonnegative_column(by, Integers, "whole numbers")
    unit: object = nearest
    if unit is not None and not isinstance(unit, Money):
        raise InvalidValueError(
            f"no amount is a multiple of {unit!r:.60}: give Money, such as "
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
) -> Formula:
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
    numerator, denominator = _ratio_of_percent(percent)
    check_nonnegative_column(days, Integers, "whole numbers")
    if type(year) is not int or year < 1:
        raise InvalidValueError(f"a year cannot have {year!r} days: give 365 or 360")
    return Scaled(to_formula(on), numerator, denominator * year, days, rounding)
