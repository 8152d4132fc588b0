"""What an amount is: a small formula over columns, exact to the minor unit.

Every formula reckons in whole minor units and never below nothing; where a part of a
unit is left over, the formula says how it is rounded. Each knows its bounds, so that
what could grow beyond `Money` is refused when it is written and not when it is paid.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final, TypeAlias

import attrs

from .._domain import checks
from .._domain.closed import refuse_subclasses
from .._domain.literals import format_decimal_or_fraction
from .._domain.money import Money, Rounding, divide
from .._readable import readable
from ..errors import CurrencyMismatchError, InvalidValueError
from .amount_checks import (
    check_depth_and_size,
    check_nonnegative_column,
    check_nonnegative_money,
)
from .column import Column
from .domains import Integers, Sums
from .periods import Periods
from .spans import Span

__all__ = [
    "Amount",
    "AmountLike",
    "ColumnAmount",
    "Excess",
    "Fixed",
    "Formula",
    "Greater",
    "Lesser",
    "Periods",
    "Scaled",
    "Sum",
    "to_formula",
]

_HUNDRED: Final = 100


class Amount:
    """What every formula has in common; those of this module are all there are."""

    __slots__ = ()

    def __init__(self) -> None:
        """Refuse the class itself: it has no figures that could be paid."""
        raise InvalidValueError(
            "'Amount' is no formula: give Money, a money column, or a formula such as "
            "percent_of(fare, 50)"
        )

    @property
    def parts(self) -> tuple[Formula, ...]:
        """The formulas it is made of."""
        return ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column it reads, each once, in the order they appear."""
        return tuple(dict.fromkeys(c for part in self.parts for c in part.columns))

    @property
    def currency(self) -> str:
        """The one currency it is in."""
        return self.parts[0].currency

    @property
    def bounds(self) -> Span:
        """The least and the most it can come to, in minor units."""
        raise NotImplementedError

    @property
    def largest_intermediate(self) -> int:
        """The largest number that appears while it is worked out, by upper bounds."""
        return max(
            [self.bounds[1], *(part.largest_intermediate for part in self.parts)]
        )

    def __add__(self, other: AmountLike) -> Formula:
        """Add another amount of the same currency."""
        return Sum((to_formula(self), to_formula(other)))

    # So that sum() of amounts and Money + formula work as well.
    __radd__ = __add__

    def capped(self, at: AmountLike) -> Formula:
        """Return no more than another amount."""
        return Lesser((to_formula(self), to_formula(at)))

    def floored(self, at: AmountLike) -> Formula:
        """Return no less than another amount."""
        return Greater((to_formula(self), to_formula(at)))


AmountLike: TypeAlias = Amount | Column | Money
"""A formula, a money column as it stands, or a fixed sum."""


def to_formula(value: object) -> Formula:
    """Convert a formula, a money column, or a fixed sum to a formula.

    Raises:
        InvalidValueError: It is none of them, a float above all; or a formula too
            deep or too long for some reader.
    """
    if isinstance(value, Formula):
        check_depth_and_size(value)
        return value
    if isinstance(value, Money):
        return Fixed(value)
    if isinstance(value, Column):
        return ColumnAmount(value)
    raise InvalidValueError(
        f"an amount cannot be {value!r:.80}: give Money, a money column, or a formula "
        "such as percent_of(fare, 50)"
    )


@attrs.frozen
class Fixed(Amount):
    """A fixed sum."""

    money: Money = attrs.field(
        validator=[checks.of_type(Money), check_nonnegative_money]
    )

    @property
    def currency(self) -> str:
        """The currency of the sum."""
        return self.money.currency

    @property
    def bounds(self) -> Span:
        """The sum itself, twice."""
        return self.money.minor, self.money.minor

    def __str__(self) -> str:
        return str(self.money)


@attrs.frozen
class ColumnAmount(Amount):
    """What a money column holds."""

    column: Column

    def __attrs_post_init__(self) -> None:
        """Refuse what is no money, or may be negative."""
        check_nonnegative_column(self.column, Sums, "money")

    @property
    def columns(self) -> tuple[Column, ...]:
        """The column itself."""
        return (self.column,)

    @property
    def currency(self) -> str:
        """The currency of the column."""
        domain = self.column.domain
        # Never "": that the domain is one of sums was checked when it was built.
        return domain.currency if isinstance(domain, Sums) else ""

    @property
    def bounds(self) -> Span:
        """The bounds of the column."""
        return self.column.domain.least, self.column.domain.most

    def __str__(self) -> str:
        return readable(self.column.name)


def _factor_key(factor: Periods | Column | None) -> tuple[str, object]:
    # By name first: a column compared with anything but a column is a condition.
    return type(factor).__name__, factor


@attrs.frozen
class Scaled(Amount):
    """Multiply an amount by an exact ratio, and by a count or column if there is one.

    Args:
        of: What is multiplied.
        numerator: Upper half of the ratio.
        denominator: Lower half of the ratio.
        by: Periods, or a column of whole numbers, that it is multiplied by too.
        rounding: What becomes of what is left over.
        to: The result is a multiple of this many minor units.
    """

    of: Formula = attrs.field(validator=checks.of_type(Amount, or_derived=True))
    numerator: int = attrs.field(validator=checks.at_least(0))
    denominator: int = attrs.field(validator=checks.at_least(1))
    by: Periods | Column | None = attrs.field(
        default=None,
        eq=_factor_key,
        validator=checks.maybe(Periods, Column, or_derived=True),
    )
    rounding: Rounding = attrs.field(
        default=Rounding.HALF_UP, validator=checks.of_type(Rounding)
    )
    to: int = attrs.field(default=1, validator=checks.at_least(1))

    def __attrs_post_init__(self) -> None:
        """Refuse to multiply by what is no count."""
        if isinstance(self.by, Column):
            check_nonnegative_column(self.by, Integers, "whole numbers")

    @property
    def parts(self) -> tuple[Formula, ...]:
        """What is multiplied."""
        return (self.of,)

    @property
    def columns(self) -> tuple[Column, ...]:
        """What the amount and the count read."""
        by = self.by
        counted = () if by is None else (by if isinstance(by, Column) else by.column,)
        return tuple(dict.fromkeys((*self.of.columns, *counted)))

    def _factor_bounds(self) -> Span:
        if isinstance(self.by, Column):
            return self.by.domain.least, self.by.domain.most
        return self.by.bounds if self.by is not None else (1, 1)

    @property
    def bounds(self) -> Span:
        """Both bounds multiplied, for nothing here is negative."""
        low, high = (
            amount * factor * self.numerator
            for amount, factor in zip(
                self.of.bounds, self._factor_bounds(), strict=True
            )
        )
        unit = self.denominator * self.to
        return (
            divide(low, unit, self.rounding) * self.to,
            divide(high, unit, self.rounding) * self.to,
        )

    @property
    def largest_intermediate(self) -> int:
        """The largest number on the way: twice the product and the divisor, mostly."""
        factor_bound = self._factor_bounds()[1]
        # A numerator of 0 makes nothing, but amount times factor is there before.
        product = self.of.bounds[1] * factor_bound * max(self.numerator, 1)
        # Rounding half to even doubles both to find the nearest.
        rounding = 2 * product + 2 * self.denominator * self.to
        counting = (
            self.by.largest_intermediate
            if isinstance(self.by, Periods)
            else factor_bound
        )
        return max(rounding, self.numerator, counting, self.of.largest_intermediate)

    def __str__(self) -> str:
        return readable(_format_scaled(self))


def _format_scaled(scaled: Scaled) -> str:
    """Write a share, a product with a column, or an amount per period."""
    rounding = scaled.rounding.replace("_", " ")
    product, by = _format_operand(scaled.of), scaled.by
    if isinstance(by, Periods) and scaled.numerator == scaled.denominator:
        return f"{product} per {by}"
    if isinstance(by, Column):
        product = f"{product} x {by.name} x {scaled.numerator}/{scaled.denominator}"
    else:
        percent = Fraction(scaled.numerator * _HUNDRED, scaled.denominator)
        product = f"{format_decimal_or_fraction(percent)} % of {product}" + (
            f" per {by}" if by is not None else ""
        )
    if scaled.to > 1:
        unit = Money.from_minor(scaled.to, scaled.currency)
        return f"{product}, to the nearest {unit} ({rounding})"
    return f"{product} ({rounding})"


def _format_operand(formula: Formula) -> str:
    return f"({formula})" if len(formula.parts) > 1 else str(formula)


def _check_one_currency(
    instance: object, attribute: checks.FieldOfClass, value: tuple[Formula, ...]
) -> None:
    """Refuse anything but a tuple of amounts, at least one, of one currency."""
    checks.tuple_of(Amount, or_derived=True)(instance, attribute, value)
    if not value:
        raise InvalidValueError("there is no amount: give at least one")
    codes = {part.currency for part in value}
    if len(codes) > 1:
        raise CurrencyMismatchError(
            f"{' and '.join(sorted(codes))} do not mix in one amount; convert first"
        )


@attrs.frozen
class _Several(Amount):
    """One amount made of several of one currency."""

    amounts: tuple[Formula, ...] = attrs.field(validator=_check_one_currency)

    @property
    def parts(self) -> tuple[Formula, ...]:
        """The amounts, in order."""
        return self.amounts

    def _bounds_by(self, aggregate: Callable[[Sequence[int]], int]) -> Span:
        """Return bounds by a function that grows with each of its numbers."""
        lows, highs = zip(*(part.bounds for part in self.amounts), strict=True)
        return aggregate(lows), aggregate(highs)


@attrs.frozen
class Lesser(_Several):
    """The least of several."""

    @property
    def bounds(self) -> Span:
        """The least of both bounds."""
        return self._bounds_by(min)

    def __str__(self) -> str:
        return f"the lesser of {' and '.join(map(_format_operand, self.amounts))}"


@attrs.frozen
class Greater(_Several):
    """The most of several."""

    @property
    def bounds(self) -> Span:
        """The most of both bounds."""
        return self._bounds_by(max)

    def __str__(self) -> str:
        return f"the greater of {' and '.join(map(_format_operand, self.amounts))}"


@attrs.frozen
class Sum(_Several):
    """The sum of several."""

    @property
    def bounds(self) -> Span:
        """Both bounds added up."""
        return self._bounds_by(sum)

    def __str__(self) -> str:
        return " + ".join(map(_format_operand, self.amounts))


@attrs.frozen
class Excess(_Several):
    """What the first exceeds the rest by, and never less than nothing."""

    @property
    def bounds(self) -> Span:
        """At the least, all is covered; at the most, nothing is."""
        (low, high), *deductions = (part.bounds for part in self.amounts)
        most = sum(span[1] for span in deductions)
        least = sum(span[0] for span in deductions)
        return max(low - most, 0), max(high - least, 0)

    @property
    def largest_intermediate(self) -> int:
        """The largest number on the way; more may be taken off than there is."""
        deducted = sum(part.bounds[1] for part in self.amounts[1:])
        return max(super().largest_intermediate, deducted)

    def __str__(self) -> str:
        first, *deductions = map(_format_operand, self.amounts)
        return f"{first} less {' and '.join(deductions)}, not below 0"


Formula: TypeAlias = Fixed | ColumnAmount | Scaled | Lesser | Greater | Sum | Excess
"""Every formula there is: what reads formulas reads these."""

# Below the last of them: whoever derives from a formula now would be read as another.
refuse_subclasses(Amount)
