"""Exact money: whole minor units of an ISO 4217 currency, and declared rounding."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from math import lcm
from numbers import Number
from typing import TYPE_CHECKING, Final, Never, final

import attrs

from ..errors import CurrencyMismatchError, InvalidValueError
from . import checks
from .currency import DECIMALS, IN_FORCE, ON_RECORD, UNITS, require_currency_code
from .descriptions import describe
from .rounding import Rounding, divide

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["MAX_MINOR", "Money", "Rounding", "divide"]

# As far as JSON, spreadsheets and float64 columns keep every integer apart.
MAX_MINOR: Final = 2**53 - 1

# With more digits than this before the point, no currency keeps within the bound.
_DIGITS: Final = len(str(MAX_MINOR))
_PLAIN: Final = re.compile(r"-?[0-9]+(?:\.([0-9]+))?")


# No match_args: by position, a pattern would read minor units for the amount.
@final
@attrs.frozen(init=False, match_args=False)
class Money:
    """An exact amount of one currency.

    New money is made by `Money` and `parse`, in a currency in force. A currency that
    was withdrawn since keeps its decimals: what is on record in it (stored cases and
    tables, pickles, `from_minor`) reads back, adds up, is shared out and compared as
    before. An engine offers nothing in it any more.

    Args:
        amount: Text, int or Decimal; never a float. Text has no more decimals
            than the currency, lest "1.000" be a thousand to its writer.
        currency: An ISO 4217 code in force, such as "EUR".

    Units:
        `amount` is in major units (euros), `minor` in the smallest (cents).

    Raises:
        InvalidValueError: If the amount is not exact in this currency or beyond
            `MAX_MINOR`, or the code cannot be used; the message names the mend.

    >>> Money("42.00", "EUR") + Money.from_minor(50, "EUR")
    Money('42.50', 'EUR')
    >>> Money.from_minor(750, "HRK").times(Fraction(1, 2), rounding=Rounding.DOWN)
    Money('3.75', 'HRK')
    """

    minor: int
    currency: str

    def __init__(self, amount: str | int | Decimal, currency: str) -> None:
        """Read an amount in major units."""
        code = require_currency_code(currency, IN_FORCE)
        _set_fields_within_bound(self, _convert_to_minor_units(amount, code), code)

    @classmethod
    def from_minor(cls, minor: int, currency: str) -> Money:
        """Build an amount from minor units, as stored and computed.

        The currency may have been withdrawn since the amount was stored.

        Raises:
            InvalidValueError: As the constructor does.
        """
        if type(minor) is not int:
            raise InvalidValueError(
                f"minor units are a plain int, not {minor!r:.60}; for major units "
                "call Money(amount, currency)"
            )
        return _build_money(minor, require_currency_code(currency, ON_RECORD))

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Start a sum: `sum(amounts, Money.zero("EUR"))`."""
        return cls.from_minor(0, currency)

    @classmethod
    def parse(cls, text: str) -> Money:
        """Read "EUR 42.00" or "42.00 EUR".

        Raises:
            InvalidValueError: If that is not one code, one space, one amount.
        """
        code, amount = _parse_code_and_amount_text(text)
        return cls(amount, code)

    @property
    def exponent(self) -> int:
        """Count the decimals of the currency."""
        return DECIMALS[self.currency]

    @property
    def amount(self) -> Decimal:
        """The exact amount in major units, with all its decimals."""
        return Decimal(_format_amount(self))

    def times(self, share: int | Fraction, *, rounding: Rounding) -> Money:
        """Return an exact share of the amount, rounded as declared.

        Raises:
            InvalidValueError: If the share is neither int nor Fraction, no
                rounding has that name, or the result is beyond `MAX_MINOR`.
        """
        exact = _require_int_or_fraction(share, "share")
        minor = divide(self.minor * exact.numerator, exact.denominator, rounding)
        return _build_money(minor, self.currency)

    def ratio(self, other: Money) -> Fraction:
        """Return exactly how many times the other amount goes into this one.

        Raises:
            InvalidValueError: If the other is zero, no Money, or another currency.
        """
        if not _is_money_of_required_currency(self, other) or not other:
            raise InvalidValueError(f"divide by Money other than 0, not {other!r:.60}")
        return Fraction(self.minor, other.minor)

    def allocate(self, weights: Sequence[int | Fraction]) -> tuple[Money, ...]:
        """Split the amount by weight into parts that sum to it exactly.

        Args:
            weights: One a part; none below zero, not all zero. Units left over go
                to the largest remainders, the earliest first among equals.

        Raises:
            InvalidValueError: If there are no such weights.

        >>> [part.minor for part in Money("1.00", "EUR").allocate([1, 1, 1])]
        [34, 33, 33]
        """
        shares = _scale_weights_to_ints(weights)
        total, size = sum(shares), abs(self.minor)
        parts = [size * share // total for share in shares]
        rests = [size * share % total for share in shares]
        # A stable sort: this is what puts the earliest first among equals.
        ranked = sorted(range(len(parts)), key=lambda part: -rests[part])
        for part in ranked[: size - sum(parts)]:
            parts[part] += 1
        sign = -1 if self.minor < 0 else 1
        return tuple(_build_money(sign * part, self.currency) for part in parts)

    def __add__(self, other: Money) -> Money:
        if not _is_money_of_required_currency(self, other):
            return NotImplemented
        return _build_money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        if not _is_money_of_required_currency(self, other):
            return NotImplemented
        return _build_money(self.minor - other.minor, self.currency)

    def __mul__(self, factor: int) -> Money:
        """Multiply by a whole number; for a part, see `times`."""
        if type(factor) is int:
            return _build_money(self.minor * factor, self.currency)
        if isinstance(factor, Number):
            raise InvalidValueError(
                f"* takes an int, not {factor!r:.60}; for a part of the amount write "
                ".times(Fraction(1, 2), rounding=Rounding.HALF_UP)"
            )
        return NotImplemented

    __rmul__ = __mul__

    def __radd__(self, other: Never) -> Money:
        """Refuse to add money to a number, as `sum` does without a start."""
        if not isinstance(other, Number):
            return NotImplemented
        raise InvalidValueError(
            f"{describe(other)} and {self} do not add up: write sum(amounts, "
            f'Money.zero("{self.currency}")), so that a sum starts with money'
        )

    def __truediv__(self, other: Never) -> Money:
        """Refuse to divide: what is left over must go somewhere."""
        if not isinstance(other, Number | Money):
            return NotImplemented
        raise InvalidValueError(
            f"{self} cannot be divided by {describe(other)}: for a part of it write "
            ".times(Fraction(1, 2), rounding=Rounding.HALF_UP), for all parts "
            ".allocate(weights), and .ratio(other) for how often another amount fits"
        )

    def __neg__(self) -> Money:
        return _build_money(-self.minor, self.currency)

    def __pos__(self) -> Money:
        return self

    def __abs__(self) -> Money:
        return _build_money(abs(self.minor), self.currency)

    def __lt__(self, other: Money) -> bool:
        return (
            self.minor < other.minor
            if _is_money_of_required_currency(self, other)
            else NotImplemented
        )

    def __le__(self, other: Money) -> bool:
        return (
            self.minor <= other.minor
            if _is_money_of_required_currency(self, other)
            else NotImplemented
        )

    def __gt__(self, other: Money) -> bool:
        return (
            self.minor > other.minor
            if _is_money_of_required_currency(self, other)
            else NotImplemented
        )

    def __ge__(self, other: Money) -> bool:
        return (
            self.minor >= other.minor
            if _is_money_of_required_currency(self, other)
            else NotImplemented
        )

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        """Write it as `parse` reads it."""
        return f"{self.currency} {_format_amount(self)}"

    def __format__(self, spec: str) -> str:
        """Write it as text is written, such as ``f"{money:>15}"``."""
        return format(str(self), spec)

    def __repr__(self) -> str:
        """Write it as Python reads it."""
        return f"Money({_format_amount(self)!r}, {self.currency!r})"

    def __reduce__(self) -> tuple[Callable[[int, str], Money], tuple[int, str]]:
        """Pickle through the checks, so that no forged amount comes back."""
        return Money.from_minor, (self.minor, self.currency)


# Frozen means no `self.minor = ...`; the slots' own setters are the fastest way in.
_set_minor: Final[Callable[[Money, int], None]] = Money.__dict__["minor"].__set__
_set_currency: Final[Callable[[Money, str], None]] = Money.__dict__["currency"].__set__


def _set_fields_within_bound(money: Money, minor: int, code: str) -> None:
    if not -MAX_MINOR <= minor <= MAX_MINOR:
        raise _beyond_bound_error(code)
    _set_minor(money, minor)
    _set_currency(money, code)


def _build_money(minor: int, code: str) -> Money:
    money = object.__new__(Money)
    _set_fields_within_bound(money, minor, code)
    return money


def _beyond_bound_error(code: str) -> InvalidValueError:
    # The amount itself may be too long to print.
    return InvalidValueError(
        f"an amount in {code} stays within 2**53 - 1 minor units; split it up"
    )


def _is_money_of_required_currency(left: Money, right: object) -> bool:
    if type(right) is not Money:
        return False
    if left.currency != right.currency:
        raise CurrencyMismatchError(
            f"{left} and {right} do not mix; convert one at a rate you choose"
        )
    return True


def _format_amount(money: Money) -> str:
    decimals = money.exponent
    digits = f"{abs(money.minor):0{decimals + 1}d}"
    point = len(digits) - decimals
    text = f"{digits[:point]}.{digits[point:]}".rstrip(".")
    return f"-{text}" if money.minor < 0 else text


def _require_int_or_fraction(value: object, role: str) -> int | Fraction:
    if type(value) is int or isinstance(value, Fraction):
        return value
    raise InvalidValueError(
        f"a {role} is an int or Fraction, not {value!r:.60}; write Fraction('0.15')"
    )


# On one scale of ints, where dividing leaves remainders that can be ranked.
def _scale_weights_to_ints(weights: Sequence[int | Fraction]) -> list[int]:
    exact = [_require_int_or_fraction(weight, "weight") for weight in weights]
    if not any(exact) or min(exact) < 0:
        raise InvalidValueError("give at least one weight above 0, and none below")
    scale = lcm(*(weight.denominator for weight in exact))
    return [weight.numerator * (scale // weight.denominator) for weight in exact]


def _parse_code_and_amount_text(text: object) -> tuple[str, str]:
    first, gap, last = text.partition(" ") if isinstance(text, str) else ("", "", "")
    if not gap:
        raise InvalidValueError(f"write money like 'EUR 42.00', not {text!r:.60}")
    return (first, last) if first.isalpha() else (last, first)


def _convert_to_minor_units(amount: object, code: str) -> int:
    if type(amount) is int:
        return amount * UNITS[code]
    exact = _convert_to_exact_decimal(amount, code)
    size = exact.adjusted() if exact else 0
    # Decided by magnitude first: 1E+999999999 as an int would fill the memory.
    if size > _DIGITS:
        raise _beyond_bound_error(code)
    if size >= -DECIMALS[code]:
        top, bottom = exact.as_integer_ratio()
        minor, remainder = divmod(top * UNITS[code], bottom)
        if not remainder:
            return minor
    raise _too_many_decimals_error(amount, code)


def _convert_to_exact_decimal(amount: object, code: str) -> Decimal:
    if isinstance(amount, str) and (plain := _PLAIN.fullmatch(amount)):
        if len(plain[1] or "") > DECIMALS[code]:
            raise _too_many_decimals_error(amount, code)
        return Decimal(amount)
    if isinstance(amount, Decimal) and amount.is_finite():
        return amount
    comma = "it holds a comma; " if isinstance(amount, str) and "," in amount else ""
    raise InvalidValueError(
        f"{amount!r:.60} is no exact amount: {comma}write plain digits with a point, "
        "like '42.00', or pass an int or Decimal of major units"
    )


def _too_many_decimals_error(amount: object, code: str) -> InvalidValueError:
    decimals = DECIMALS[code]
    return InvalidValueError(
        f"{code} has {decimals} decimals: round {amount!r:.60} before it is money"
    )


def parse_money_on_record(text: str) -> Money:
    """Read money as `str` wrote it, even if its currency was withdrawn since.

    Raises:
        InvalidValueError: If `Money.parse` could not have read it then either.
    """
    code, amount = _parse_code_and_amount_text(text)
    return money_on_record(amount, code)


def money_on_record(amount: str | int | Decimal, currency: str) -> Money:
    """Read an amount in major units that is on record in a currency.

    Raises:
        InvalidValueError: As `Money` does, but for currencies withdrawn since.
    """
    code = require_currency_code(currency, ON_RECORD)
    return _build_money(_convert_to_minor_units(amount, code), code)


def check_money_not_negative_or_none(
    instance: object, attribute: checks.FieldOfClass, value: object
) -> None:
    """Refuse money below 0; None is accepted."""
    if value is not None and (type(value) is not Money or value.minor < 0):
        checks.refuse(instance, attribute, value, "give Money of 0 or more, or None")
