"""What a column may hold: every domain is a run of whole numbers underneath.

A *fact* is what is recorded on a case (`Money`, an enum member, a `timedelta`); a
*plain* value is what stands in a row of data (an int of cents, a text); a *code* is
the whole number that intervals, checks, arrays and proofs reckon with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any, TypeAlias

import attrs

from .._domain import checks
from .._domain.descriptions import describe
from .._domain.money import MAX_MINOR, Money, money_on_record, parse_money_on_record
from ..errors import InvalidValueError
from .units import UNITS, count_units_if_whole

__all__ = [
    "Choices",
    "Days",
    "Domain",
    "Flags",
    "Integers",
    "Plain",
    "Sums",
    "UncheckedRow",
    "explain_refusal",
]

Plain: TypeAlias = int | str | date | None
"""A value as it stands in a row of data; None where it is missing."""

UncheckedRow: TypeAlias = Mapping[str, Any]
"""A row of data by column name: plain values that nobody checked."""


def _refusal_error(domain: Domain, fact: Any) -> InvalidValueError:
    """Build the error for a value that a domain cannot hold, with what fits."""
    value: object = checks.plain_text(fact)
    why = explain_refusal(domain, value)
    return InvalidValueError(f"cannot be {describe(value):.80}: {why}give {domain}")


def explain_refusal(domain: Domain, fact: object) -> str:
    """Write why a value is refused, where what fits does not say it by itself.

    Returns:
        The reason and a semicolon, to stand before what fits; "" for none.
    """
    match domain, fact:
        case Integers(unit=str() as unit), timedelta() if unit in UNITS:
            if count_units_if_whole(fact, UNITS[unit]) is None:
                return f"it is no whole number of {unit}, so round it yourself; "
        case Sums(), str() | Decimal():
            return _explain_refusal_of_sum(domain, fact)
        case _:
            pass
    return ""


def _explain_refusal_of_sum(domain: Sums, fact: str | Decimal) -> str:
    """Write Money's own reason, or how the sum is written as Money."""
    is_full = isinstance(fact, str) and " " in fact
    try:
        money = (
            parse_money_on_record(str(fact))
            if is_full
            else money_on_record(fact, domain.currency)
        )
    except InvalidValueError as error:
        return f"{error}; "
    is_inside = domain.least <= money.minor <= domain.most
    if money.currency != domain.currency or not is_inside:
        return ""
    return f"it is no Money, so write {money!r}; "


def _check_order(
    instance: Integers | Sums, attribute: checks.FieldOfClass, value: int
) -> None:
    """Refuse an upper bound below the lower one."""
    if instance.least > instance.most:
        raise InvalidValueError(
            f"nothing lies from {instance.least} to {instance.most}: give the lower "
            "bound first"
        )


def _check_bound(
    instance: object, attribute: checks.FieldOfClass, value: object
) -> None:
    """Refuse a bound that a float could not hold exactly, as arrays and JSON may."""
    if type(value) is not int or not -MAX_MINOR <= value <= MAX_MINOR:
        checks.refuse(instance, attribute, value, "give an int within 2**53 - 1")


@attrs.frozen
class Integers:
    """Whole numbers of a unit, both bounds inside.

    Units: a `timedelta` is taken where the unit is ``s``, ``min``, ``h`` or ``d`` and
        it is a whole number of them.
    """

    least: int = attrs.field(validator=_check_bound)
    most: int = attrs.field(validator=[_check_bound, _check_order])
    unit: str | None = attrs.field(
        default=None, converter=checks.maybe_plain_text, validator=checks.maybe_text
    )

    def to_plain(self, fact: object) -> int:
        """Convert an int, or a whole number of a unit of time."""
        if isinstance(fact, timedelta) and (unit := UNITS.get(self.unit or "")):
            number = count_units_if_whole(fact, unit)
            if number is not None and self.least <= number <= self.most:
                return number
        elif isinstance(fact, int) and type(fact) is not bool:
            number = int(fact)  # an IntEnum, say, goes by its number
            if self.least <= number <= self.most:
                return number
        raise _refusal_error(self, fact)

    def code(self, plain: int) -> int:
        """Return the number itself."""
        return plain

    def of(self, code: int) -> int:
        """Return the number itself."""
        return code

    def fact(self, code: int) -> int:
        """Return the number itself."""
        return code

    def text_of(self, code: int) -> str:
        """Write the number with its unit."""
        return f"{code} {self.unit}" if self.unit else str(code)

    def __str__(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        return f"a whole number from {self.least} to {self.most}{unit}"


@attrs.frozen
class Flags:
    """Yes or no."""

    @property
    def least(self) -> int:
        """No."""
        return 0

    @property
    def most(self) -> int:
        """Yes."""
        return 1

    def to_plain(self, fact: object) -> bool:
        """Return True or False, and refuse what is like it."""
        if type(fact) is not bool:
            raise _refusal_error(self, fact)
        return fact

    def code(self, plain: bool) -> int:  # noqa: FBT001
        """Count yes as 1 and no as 0."""
        return int(plain)

    def of(self, code: int) -> bool:
        """Read 1 as yes."""
        return bool(code)

    def fact(self, code: int) -> bool:
        """Read 1 as yes."""
        return bool(code)

    def text_of(self, code: int) -> str:
        """Write yes or no."""
        return "yes" if code else "no"

    def __str__(self) -> str:
        return "True or False"


def _to_choice_names(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(map(_to_choice_name, values))


def _to_choice_name(value: object) -> str:
    """Convert a text or member of an Enum to the name of a choice."""
    text = _name_or_value(value)
    if type(text) is not str or not text.strip():
        raise InvalidValueError(
            f"a choice cannot be {text!r:.60}: give texts or the members of an Enum"
        )
    return text


def _name_or_value(value: Any) -> object:
    """Return the name of an Enum's member, the plain text of a text, else the value.

    An Enum of texts goes by its text, any other by the name of its member.
    """
    if isinstance(value, Enum) and not isinstance(value, str):
        return value.name
    return checks.plain_text(value)


def _check_distinct(
    instance: object, attribute: checks.FieldOfClass, value: tuple[str, ...]
) -> None:
    """Refuse no choice at all, and a choice that is listed twice."""
    if not value or len(set(value)) < len(value):
        raise InvalidValueError(
            f"choices cannot be {value!r:.80}: give at least one, each of them once"
        )


@attrs.frozen
class Choices:
    """One of a few names; where they are ordered, the first is the least."""

    values: tuple[str, ...] = attrs.field(
        converter=_to_choice_names, validator=_check_distinct
    )
    is_ordered: bool = attrs.field(
        default=False, validator=checks.of_type(bool), kw_only=True
    )

    @cached_property
    def _codes(self) -> dict[str, int]:
        return {value: code for code, value in enumerate(self.values)}

    @property
    def least(self) -> int:
        """Number from 0."""
        return 0

    @property
    def most(self) -> int:
        """Number of the last."""
        return len(self.values) - 1

    def to_plain(self, fact: object) -> str:
        """Return one of the names, from it or a member of an Enum that goes by it."""
        name = fact if type(fact) is str else _name_or_value(fact)
        if type(name) is not str or name not in self._codes:
            raise _refusal_error(self, fact)
        return name

    def code(self, plain: str) -> int:
        """Return the place of a name."""
        return self._codes[plain]

    def of(self, code: int) -> str:
        """Name the choice at a place."""
        return self.values[code]

    def fact(self, code: int) -> str:
        """Name the choice at a place."""
        return self.values[code]

    def text_of(self, code: int) -> str:
        """Name the choice at a place."""
        return self.values[code]

    def __str__(self) -> str:
        return "one of " + ", ".join(self.values)


def _to_currency_code(code: str) -> str:
    return Money.zero(code).currency


@attrs.frozen
class Sums:
    """Money of one currency, counted in its minor units."""

    currency: str = attrs.field(converter=_to_currency_code)
    least: int = attrs.field(validator=_check_bound)
    most: int = attrs.field(validator=[_check_bound, _check_order])

    def to_plain(self, fact: object) -> int:
        """Convert Money of the currency, or an int of its minor units."""
        minor = fact
        if type(fact) is Money and fact.currency == self.currency:
            minor = fact.minor
        if type(minor) is not int or not self.least <= minor <= self.most:
            raise _refusal_error(self, fact)
        return minor

    def code(self, plain: int) -> int:
        """Return the minor units."""
        return plain

    def of(self, code: int) -> int:
        """Return the minor units."""
        return code

    def fact(self, code: int) -> Money:
        """Return Money."""
        return Money.from_minor(code, self.currency)

    def text_of(self, code: int) -> str:
        """Write the amount with its currency."""
        return str(self.fact(code))

    def __str__(self) -> str:
        return f"{self.currency} from {self.fact(self.least)} to {self.fact(self.most)}"


@attrs.frozen
class Days:
    """Days of the calendar, first and last inside."""

    first: date = attrs.field(validator=checks.day)
    last: date = attrs.field(validator=checks.day)

    def __attrs_post_init__(self) -> None:
        """Refuse a last day before the first."""
        if self.first > self.last:
            raise InvalidValueError(
                f"no day lies from {self.first} to {self.last}: give the first first"
            )

    @property
    def least(self) -> int:
        """Number of the first day, counted from the year 1."""
        return self.first.toordinal()

    @property
    def most(self) -> int:
        """Number of the last day."""
        return self.last.toordinal()

    def to_plain(self, fact: object) -> date:
        """Return a date, and refuse one with a time of day."""
        # A datetime is a date to Python, but it cannot be compared with one.
        if isinstance(fact, datetime) or not isinstance(fact, date):
            raise _refusal_error(self, fact)
        if self.first <= fact <= self.last:
            return fact
        raise _refusal_error(self, fact)

    def code(self, plain: date) -> int:
        """Return the number of a day, counted from the year 1."""
        return plain.toordinal()

    def of(self, code: int) -> date:
        """Name the day of a number."""
        return date.fromordinal(code)

    def fact(self, code: int) -> date:
        """Name the day of a number."""
        return date.fromordinal(code)

    def text_of(self, code: int) -> str:
        """Write the day as ISO 8601 does."""
        return self.of(code).isoformat()

    def __str__(self) -> str:
        return f"a date from {self.first} to {self.last}"


Domain: TypeAlias = Integers | Flags | Choices | Sums | Days
"""Every domain there is: what reads columns reads these."""
