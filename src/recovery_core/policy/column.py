"""The columns of a table: what a rule may read, each with its declared domain.

Compare a column to get a condition, and join conditions with ``&``:

Example:
    >>> from recovery_core.policy import column
    >>> late = column.minutes("arrival_delay")
    >>> tier = column.choices("tier", "silver", "gold")
    >>> condition = late.between(30, 60) & (tier == "gold")
    >>> [cell.column.name for cell in condition.cells]
    ['arrival_delay', 'tier']
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from enum import Enum
from typing import Any, Final, NoReturn, TypeAlias

import attrs

from .._domain import checks
from .._domain.claim import Claim
from .._domain.money import Money
from .._domain.reason import Fact
from ..errors import InvalidValueError
from ._spans import Span, Spans, united, without
from .cells import Cell, When
from .domains import Choices, Days, Domain, Flags, Integers, Plain, Sums

__all__ = ["Column", "choices", "day", "days", "flag", "integer", "minutes", "money"]

Value: TypeAlias = int | str | bool | Money | date | timedelta | Enum

_YEAR: Final = 366
_MOST_MINUTES: Final = _YEAR * 24 * 60
_MOST_DAYS: Final = 100 * _YEAR
_MOST_MINOR: Final = 10**9


@attrs.frozen(eq=False)
class Column:
    """Name one thing that rules read, and declare what it may hold.

    Made by the functions of this module. ``==``, ``!=``, ``<``, ``<=``, ``>`` and
    ``>=`` give a condition; a flag is one by itself.

    Args:
        name: The fact it reads, and its name in data.
        domain: What it may hold.
        is_optional: Whether it may be missing; see `optional`.
        reader: Where it is read from in a claim, if not from the fact of its name.
        inputs: The columns it is computed from, if it is.
        function: What computes it.
        vector: The same on arrays, if it was given.
    """

    name: str = attrs.field(validator=checks.text)
    domain: Domain
    is_optional: bool = attrs.field(default=False, validator=checks.of_type(bool))
    reader: Callable[[Claim], Fact | None] | None = attrs.field(
        default=None, validator=checks.maybe_function
    )
    inputs: tuple[Column, ...] = ()
    function: Callable[..., Any] | None = attrs.field(
        default=None, validator=checks.maybe_function
    )
    vector: Callable[..., Any] | None = attrs.field(
        default=None, validator=checks.maybe_function
    )

    # ------------------------------------------------------------ what it may hold

    @property
    def missing(self) -> int:
        """Number what is missing: one above the highest code."""
        return self.domain.most + 1

    @property
    def span(self) -> Span:
        """Give the first and the last code, that of a missing value included."""
        return self.domain.least, self.domain.most + self.is_optional

    def plain(self, fact: object) -> Plain:
        """Check a value, and give it as it stands in a row of data.

        Args:
            fact: A fact or a plain value; None where it is missing.

        Raises:
            InvalidValueError: The column cannot hold it; says what fits.
        """
        if fact is None and self.is_optional:
            return None
        try:
            return self.domain.plain(fact)
        except InvalidValueError as error:
            mend = ", or None where it is missing" if self.is_optional else ""
            raise InvalidValueError(f"column {self.name!r} {error}{mend}") from None

    def code(self, plain: Plain) -> int:
        """Give the code of a plain value that was checked."""
        return self.missing if plain is None else self.domain.code(plain)

    def of(self, code: int) -> Plain:
        """Give the plain value that a code stands for."""
        return None if code > self.domain.most else self.domain.of(code)

    def fact(self, code: int) -> Fact | None:
        """Give the fact that a code stands for; None where it is missing."""
        return None if code > self.domain.most else self.domain.fact(code)

    def shown(self, code: int) -> str:
        """Write the value of a code as a person would."""
        return "missing" if code > self.domain.most else self.domain.shown(code)

    def is_same(self, other: Column) -> bool:
        """Tell whether two columns agree in everything."""
        return self is other or self._all() == other._all()

    def _all(self) -> tuple[object, ...]:
        return attrs.astuple(self, recurse=False)

    # ------------------------------------------------------------------ variations

    def optional(self) -> Column:
        """Let the value be missing; compare with `is_missing`, or leave it out.

        No other comparison ever holds for a missing value.
        """
        return attrs.evolve(self, is_optional=True)

    def read_from(self, reader: Callable[[Claim], Fact | None]) -> Column:
        """Read the value from the claim instead of the fact of the same name.

        In rows and arrays the value goes by the column's name all the same.

        Args:
            reader: From a claim to the value; None where it is missing.

        Example:
            >>> tier = choices("tier", "silver", "gold").optional()
            >>> tier = tier.read_from(lambda c: c.customer and c.customer.tier)
        """
        return attrs.evolve(self, reader=reader)

    def computed_from(
        self, *inputs: Column, vector: Callable[..., Any] | None = None
    ) -> Callable[[Callable[..., Any]], Column]:
        """Compute the value from other columns by a plain function; a decorator.

        The function is given plain values, one for each input (ints of minor units
        and minutes, texts, bools, dates, None), and gives one. It must answer the
        same for the same values.

        Args:
            inputs: The columns it reads, in order; none of them computed.
            vector: The same on NumPy arrays of codes, giving codes; without it the
                function is asked once for each distinct combination.

        Raises:
            InvalidValueError: There is no input, or one is computed itself.

        Example:
            >>> km = integer("km", 0, 20_000)
            >>> @choices("band", "short", "long").computed_from(km)
            ... def band(km: int) -> str:
            ...     return "short" if km <= 1500 else "long"
            >>> band.name
            'band'
        """
        given: tuple[object, ...] = inputs
        for column in given:
            if not isinstance(column, Column) or column.function is not None:
                raise InvalidValueError(
                    f"{self.name!r} cannot be computed from {column!r:.60}: give "
                    "columns that are read, not computed"
                )
        if not inputs:
            raise InvalidValueError(
                f"{self.name!r} is computed from no column: name it"
            )

        def computed(function: Callable[..., Any]) -> Column:
            return attrs.evolve(self, inputs=inputs, function=function, vector=vector)

        return computed

    # ------------------------------------------------------------------ conditions

    def between(self, first: Value, end: Value) -> When:
        """Hold from the first value up to, and not including, the end.

        Raises:
            InvalidValueError: Nothing lies between, or a value is outside.
        """
        return (self >= first) & (self < end)

    def isin(self, *values: Value) -> When:
        """Hold for any of the values; missing is none of them."""
        return self._when((code, code) for code in map(self._code, values))

    @property
    def is_missing(self) -> When:
        """Hold where the value is missing."""
        if not self.is_optional:
            raise InvalidValueError(
                f"{self.name!r} is never missing: declare it with .optional()"
            )
        return When((Cell(self, ((self.missing, self.missing),)),))

    def as_when(self) -> When:
        """Hold where a flag is up.

        Raises:
            InvalidValueError: It is no flag.
        """
        if not isinstance(self.domain, Flags):
            raise InvalidValueError(
                f"{self.name!r} is no condition by itself: compare it"
            )
        return When((Cell(self, ((1, 1),)),))

    def __eq__(self, other: object) -> Any:
        """Hold for one value; asked of another column, tell whether it is the same."""
        if isinstance(other, Column):
            return self.is_same(other)
        code = self._code(other)
        return self._when([(code, code)])

    def __ne__(self, other: object) -> Any:
        """Hold for every value but one; missing is no value."""
        if isinstance(other, Column):
            return not self.is_same(other)
        code = self._code(other)
        return self._when(
            without((self.domain.least, self.domain.most), ((code, code),))
        )

    def __hash__(self) -> int:
        return hash((self.name, self.domain))

    def __lt__(self, other: Value) -> When:
        return self._when([(self.domain.least, self._bound(other, 1) - 1)])

    def __le__(self, other: Value) -> When:
        return self._when([(self.domain.least, self._bound(other))])

    def __gt__(self, other: Value) -> When:
        return self._when([(self._bound(other) + 1, self.domain.most)])

    def __ge__(self, other: Value) -> When:
        return self._when([(self._bound(other), self.domain.most)])

    def __and__(self, other: When | Column) -> When:
        return self.as_when() & other

    def __or__(self, other: When | Column) -> When:
        return self.as_when() | other

    def __invert__(self) -> When:
        return ~self.as_when()

    def __bool__(self) -> NoReturn:
        raise TypeError(
            f"column {self.name!r} is neither true nor false: join conditions with & "
            "instead of 'and', and negate with ~"
        )

    def _when(self, spans: Iterable[Span]) -> When:
        kept: Spans = united((low, high) for low, high in spans if low <= high)
        return When((Cell(self, kept),))

    def _code(self, value: object) -> int:
        if value is None:
            raise InvalidValueError(
                f"ask for a missing {self.name!r} with .is_missing, not with None"
            )
        return self.code(self.plain(value))

    def _bound(self, value: object, past: int = 0) -> int:
        """Give the code of an interval's end; that of a range may lie just past."""
        domain = self.domain
        if isinstance(domain, Choices) and not domain.is_ordered:
            raise InvalidValueError(
                f"the choices of {self.name!r} have no order: use == or isin, or "
                "declare them with ordered=True"
            )
        if past and type(value) is int and value == domain.most + 1:
            return value
        return self._code(value)


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
        least: The least it may be.
        most: The most it may be; a century if not said.

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
        listed += list(value) if isinstance(value, type) else [value]
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
    low: object = zero if least is None else least
    high: object = Money.from_minor(_MOST_MINOR, currency) if most is None else most
    if not isinstance(low, Money) or not isinstance(high, Money) or not low <= high:
        raise InvalidValueError(
            f"{name!r} cannot lie from {least!r} to {most!r}: give Money in "
            f"{currency}, the lower bound first"
        )
    return Column(name, Sums(currency, low.minor, high.minor))


def day(
    name: str, *, first: date = date(1970, 1, 1), last: date = date(2100, 12, 31)
) -> Column:
    """Declare a day of the calendar.

    Args:
        name: The fact it reads.
        first: The first day it may be.
        last: The last day it may be.

    Raises:
        InvalidValueError: The bounds are no dates or the wrong way round.
    """
    return Column(name, Days(first, last))
