"""What an amount is: a small formula over columns, exact to the minor unit.

Every formula reckons in whole minor units and never below nothing; where a part of a
unit is left over, the formula says how it is rounded. Each knows its bounds, so that
what could grow beyond `Money` is refused when it is written and not when it is paid.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final, Self, TypeAlias, get_args

import attrs

from .._domain import checks
from .._domain.literals import write_decimal
from .._domain.money import Money, Rounding, divide
from .._readable import readable
from ..errors import CurrencyMismatchError, InvalidValueError
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
    "as_amount",
]

_HUNDRED: Final = 100
_MOST_NESTED: Final = 32
_MOST_PARTS: Final = 1_000


class Amount:
    """What every formula has in common; those of this module are all there are."""

    __slots__ = ()

    def __new__(cls, *_args: object, **_named: object) -> Self:
        """Refuse a formula that no reader knows: it would be paid as another."""
        if cls not in _FORMULAS:
            raise InvalidValueError(
                f"{cls.__name__!r:.80} is no formula of this library: give Money, a "
                "money column, or a formula such as percent_of(fare, 50)"
            )
        return super().__new__(cls)

    @property
    def parts(self) -> tuple[Amount, ...]:
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
    def peak(self) -> int:
        """The largest number that appears while it is worked out."""
        return max([self.bounds[1], *(part.peak for part in self.parts)])

    def __add__(self, other: AmountLike) -> Amount:
        """Add another amount of the same currency."""
        return Sum((as_amount(self), as_amount(other)))

    __radd__ = __add__

    def capped(self, at: AmountLike) -> Amount:
        """Return no more than another amount."""
        return Lesser((as_amount(self), as_amount(at)))

    def floored(self, at: AmountLike) -> Amount:
        """Return no less than another amount."""
        return Greater((as_amount(self), as_amount(at)))


AmountLike: TypeAlias = Amount | Column | Money
"""A formula, a money column as it stands, or a fixed sum."""


def as_amount(given: object) -> Amount:
    """Return a formula from a formula, a money column, or a fixed sum.

    Raises:
        InvalidValueError: It is none of them, a float above all; or a formula too
            deep or too long for some reader.
    """
    if isinstance(given, Amount):
        _check_extent(given)
        return given
    if isinstance(given, Money):
        return Fixed(given)
    if isinstance(given, Column):
        return ColumnAmount(given)
    raise InvalidValueError(
        f"an amount cannot be {given!r:.80}: give Money, a money column, or a formula "
        "such as percent_of(fare, 50)"
    )


def _check_extent(amount: Amount) -> None:
    """Refuse what some reader could not follow: too many parts, or too deep.

    Every level is a few calls inside one another, and Python has an end to those.
    """
    parts, waiting = 0, [(amount, 1)]
    while waiting:
        part, depth = waiting.pop()
        parts += 1
        if depth > _MOST_NESTED or parts > _MOST_PARTS:
            raise InvalidValueError(
                f"an amount cannot have more than {_MOST_NESTED} formulas inside one "
                f"another, or {_MOST_PARTS:,} in all: give sum_of_amounts(), "
                "least_of() and greatest_of() many amounts at once, or split it into "
                "several gifts"
            )
        waiting += [(each, depth + 1) for each in part.parts]


def _not_negative(instance: Any, attribute: Any, value: Money) -> None:
    if value.minor < 0:
        checks.refuse(instance, attribute, value, "give 0 or more")


@attrs.frozen
class Fixed(Amount):
    """A fixed sum."""

    money: Money = attrs.field(validator=[checks.of_type(Money), _not_negative])

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


def counted_up(given: object, domain: type, what: str) -> None:
    """Refuse what is no column of a domain, or may be negative."""
    column = given if isinstance(given, Column) else None
    if column is None or not isinstance(column.domain, domain):
        shown = given if column is None else column.name
        raise InvalidValueError(f"{shown!r:.60} is no column of {what}")
    if column.domain.least < 0:
        raise InvalidValueError(
            f"{column.name!r} may be below 0, and no amount is: declare it from 0 up"
        )


@attrs.frozen
class ColumnAmount(Amount):
    """What a money column holds."""

    column: Column

    def __attrs_post_init__(self) -> None:
        """Refuse what is no money, or may be negative."""
        counted_up(self.column, Sums, "money")

    @property
    def columns(self) -> tuple[Column, ...]:
        """The column itself."""
        return (self.column,)

    @property
    def currency(self) -> str:
        """The currency of the column."""
        domain = self.column.domain
        return domain.currency if isinstance(domain, Sums) else ""

    @property
    def bounds(self) -> Span:
        """The bounds of the column."""
        return self.column.domain.least, self.column.domain.most

    def __str__(self) -> str:
        return readable(self.column.name)


def _told_apart(by: Periods | Column | None) -> tuple[str, object]:
    # By name first: a column compared with anything but a column is a condition.
    return type(by).__name__, by


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

    of: Amount = attrs.field(validator=checks.of_type(Amount, or_derived=True))
    numerator: int = attrs.field(validator=checks.at_least(0))
    denominator: int = attrs.field(validator=checks.at_least(1))
    by: Periods | Column | None = attrs.field(
        default=None,
        eq=_told_apart,
        validator=checks.maybe(Periods, Column, or_derived=True),
    )
    rounding: Rounding = attrs.field(
        default=Rounding.HALF_UP, validator=checks.of_type(Rounding)
    )
    to: int = attrs.field(default=1, validator=checks.at_least(1))

    def __attrs_post_init__(self) -> None:
        """Refuse to multiply by what is no count."""
        if isinstance(self.by, Column):
            counted_up(self.by, Integers, "whole numbers")

    @property
    def parts(self) -> tuple[Amount, ...]:
        """What is multiplied."""
        return (self.of,)

    @property
    def columns(self) -> tuple[Column, ...]:
        """What the amount and the count read."""
        by = self.by
        counted = () if by is None else (by if isinstance(by, Column) else by.column,)
        return tuple(dict.fromkeys((*self.of.columns, *counted)))

    def _factor(self) -> Span:
        if isinstance(self.by, Column):
            return self.by.domain.least, self.by.domain.most
        return self.by.bounds if self.by is not None else (1, 1)

    @property
    def bounds(self) -> Span:
        """Both bounds multiplied, for nothing here is negative."""
        low, high = (
            amount * factor * self.numerator
            for amount, factor in zip(self.of.bounds, self._factor(), strict=True)
        )
        unit = self.denominator * self.to
        return (
            divide(low, unit, self.rounding) * self.to,
            divide(high, unit, self.rounding) * self.to,
        )

    @property
    def peak(self) -> int:
        """Twice the product and the divisor, as rounding to the nearest needs it."""
        # What nothing multiplies in the end appears on the way all the same.
        top = self.of.bounds[1] * self._factor()[1] * max(self.numerator, 1)
        rounded = 2 * top + 2 * self.denominator * self.to
        counted = self.by.peak if isinstance(self.by, Periods) else self._factor()[1]
        return max(rounded, self.numerator, counted, self.of.peak)

    def __str__(self) -> str:
        return readable(_scaled_text(self))


def _scaled_text(scaled: Scaled) -> str:
    rounding = scaled.rounding.replace("_", " ")
    each, by = _inside(scaled.of), scaled.by
    if isinstance(by, Periods) and scaled.numerator == scaled.denominator:
        return f"{each} per {by}"
    if isinstance(by, Column):
        each = f"{each} x {by.name} x {scaled.numerator}/{scaled.denominator}"
    else:
        percent = Fraction(scaled.numerator * _HUNDRED, scaled.denominator)
        each = f"{write_decimal(percent)} % of {each}" + (
            f" per {by}" if by is not None else ""
        )
    if scaled.to > 1:
        to = Money.from_minor(scaled.to, scaled.currency)
        return f"{each}, to the nearest {to} ({rounding})"
    return f"{each} ({rounding})"


def _inside(amount: Amount) -> str:
    return f"({amount})" if len(amount.parts) > 1 else str(amount)


def _agreeing(instance: Any, attribute: Any, value: tuple[Amount, ...]) -> None:
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
    """Make one amount of several of one currency."""

    amounts: tuple[Amount, ...] = attrs.field(validator=_agreeing)

    @property
    def parts(self) -> tuple[Amount, ...]:
        """The amounts, in order."""
        return self.amounts

    def _joined(self, by: Any) -> Span:
        lows, highs = zip(*(part.bounds for part in self.amounts), strict=True)
        return by(lows), by(highs)


@attrs.frozen
class Lesser(_Several):
    """The least of several."""

    @property
    def bounds(self) -> Span:
        """The least of both bounds."""
        return self._joined(min)

    def __str__(self) -> str:
        return f"the lesser of {' and '.join(map(_inside, self.amounts))}"


@attrs.frozen
class Greater(_Several):
    """The most of several."""

    @property
    def bounds(self) -> Span:
        """The most of both bounds."""
        return self._joined(max)

    def __str__(self) -> str:
        return f"the greater of {' and '.join(map(_inside, self.amounts))}"


@attrs.frozen
class Sum(_Several):
    """The sum of several."""

    @property
    def bounds(self) -> Span:
        """Both bounds added up."""
        return self._joined(sum)

    def __str__(self) -> str:
        return " + ".join(map(_inside, self.amounts))


@attrs.frozen
class Excess(_Several):
    """What the first exceeds the rest by, and never less than nothing."""

    @property
    def bounds(self) -> Span:
        """At the least, all is covered; at the most, nothing is."""
        (low, high), *taken = (part.bounds for part in self.amounts)
        most = sum(span[1] for span in taken)
        least = sum(span[0] for span in taken)
        return max(low - most, 0), max(high - least, 0)

    @property
    def peak(self) -> int:
        """What is taken off may be more than there is."""
        return max(super().peak, sum(part.bounds[1] for part in self.amounts[1:]))

    def __str__(self) -> str:
        first, *taken = map(_inside, self.amounts)
        return f"{first} less {' and '.join(taken)}, not below 0"


Formula: TypeAlias = Fixed | ColumnAmount | Scaled | Lesser | Greater | Sum | Excess
"""Every formula there is: what reads formulas reads these."""

_FORMULAS: Final = frozenset(get_args(Formula))
