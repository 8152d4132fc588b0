"""What a column is: a name, a domain, and the conditions that comparing it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date, timedelta
from enum import Enum
from typing import Any, NoReturn, TypeAlias, cast

import attrs

from .._domain import checks
from .._domain.claim import Claim
from .._domain.hashing import content_hash
from .._domain.money import Money
from .._domain.reason import Fact
from ..errors import InvalidValueError
from .conditions import Cell, When
from .domains import Choices, Days, Domain, Flags, Integers, Plain, Sums
from .pickling import reduce_for_pickle
from .spans import Span, Spans, span_without, unite_spans

__all__ = ["Column", "are_same_function"]


AnyFunction: TypeAlias = Callable[..., Any]
"""A function of the caller's: how many columns it reads, only its column says."""


def are_same_function(left: AnyFunction | None, right: AnyFunction | None) -> bool:
    """Return whether two functions are one object, or have one content hash."""
    if left is right or left is None or right is None:
        return left is right
    return content_hash(left) == content_hash(right)


Value: TypeAlias = int | str | bool | Money | date | timedelta | Enum


@attrs.frozen(eq=False)
class Column:
    """One thing that rules read, with what it may hold.

    Made by the functions of `recovery_core.tables.column`. ``==``, ``!=``, ``<``,
    ``<=``, ``>`` and ``>=`` give a condition; a flag is one by itself.

    Args:
        name: The fact it reads, and its name in data.
        domain: What it may hold.
        is_optional: Whether it may be missing; see `optional`.
        reader: Where it is read from in a claim, if not from the fact of its name.
        inputs: The columns it is computed from, if it is.
        function: What computes it.
        vector: The same on arrays, if it was given.

    Raises:
        InvalidValueError: The name is none, the domain is none of those there are, or
            it is computed by half: inputs without a function, or read as well.
    """

    name: str = attrs.field(converter=checks.plain_text, validator=checks.text)
    domain: Domain = attrs.field(
        validator=checks.of_type(Integers, Flags, Choices, Sums, Days)
    )
    is_optional: bool = attrs.field(default=False, validator=checks.of_type(bool))
    reader: Callable[[Claim], Fact | None] | None = attrs.field(
        default=None, validator=checks.maybe_function
    )
    inputs: tuple[Column, ...] = ()
    function: AnyFunction | None = attrs.field(
        default=None, validator=checks.maybe_function
    )
    vector: AnyFunction | None = attrs.field(
        default=None, validator=checks.maybe_function
    )

    def __attrs_post_init__(self) -> None:
        """Refuse a column that is computed by half, or read and computed."""
        self._check_inputs(self.inputs)
        if bool(self.inputs) != (self.function is not None):
            raise InvalidValueError(
                f"{self.name!r} is computed by half: decorate a function with "
                ".computed_from(column)"
            )
        if self.function is None and self.vector is not None:
            raise InvalidValueError(
                f"{self.name!r} has a function of arrays and none of one row: give both"
            )
        if self.function is not None and self.reader is not None:
            raise InvalidValueError(
                f"{self.name!r} is either computed or read: let one of its inputs read"
            )

    def _check_inputs(self, inputs: tuple[object, ...]) -> None:
        """Refuse to compute from anything but columns that are read themselves."""
        for column in inputs:
            if not isinstance(column, Column) or column.function is not None:
                raise InvalidValueError(
                    f"{self.name!r} cannot be computed from {column!r:.60}: give "
                    "columns that are read, not computed"
                )

    # ------------------------------------------------------------ what it may hold

    @property
    def missing(self) -> int:
        """Number what is missing: one above the highest code."""
        return self.domain.most + 1

    @property
    def span(self) -> Span:
        """Return the first and the last code, that of a missing value included."""
        return self.domain.least, self.domain.most + self.is_optional

    def to_plain(self, fact: object) -> Plain:
        """Convert a fact or plain value to how it stands in a row of data, checked.

        Args:
            fact: A fact or a plain value; None where it is missing.

        Raises:
            InvalidValueError: The column cannot hold it; says what fits.
        """
        if fact is None and self.is_optional:
            return None
        try:
            return self.domain.to_plain(fact)
        except InvalidValueError as error:
            mend = ", or None where it is missing" if self.is_optional else ""
            if fact is None:
                mend = "; declare it with .optional() if it may be missing"
            raise InvalidValueError(f"column {self.name!r} {error}{mend}") from None

    def to_plain_as_recorded(self, fact: object) -> Plain:
        """Convert as `to_plain` does, but refuse money that is a number and no Money.

        Raises:
            InvalidValueError: The column cannot hold it; says what fits.
        """
        if isinstance(self.domain, Sums) and isinstance(fact, int):
            raise InvalidValueError(
                f"column {self.name!r} cannot be {fact!r:.60}: give Money, lest units "
                f"be taken for cents; it holds {self.domain}"
            )
        return self.to_plain(fact)

    def compute(self, *input_values: Plain) -> Plain:
        """Call the function for the value of one row, and check what it answers.

        Args:
            input_values: Plain values of the inputs, in order.

        Raises:
            InvalidValueError: The column cannot hold the answer, or is not computed.
        """
        if self.function is None:
            raise InvalidValueError(f"column {self.name!r} is read, not computed")
        answer = self.function(*input_values)
        try:
            return self.to_plain(answer)
        except InvalidValueError as error:
            pairs = zip(self.inputs, input_values, strict=True)
            read = ", ".join(f"{column.name}={value!r}" for column, value in pairs)
            raise InvalidValueError(f"{error} (computed from {read})") from None

    def code(self, plain: Plain) -> int:
        """Return the code of a plain value that was checked."""
        # That the value is of the domain's own type was checked, and no type says so.
        code_of = cast("Callable[[Plain], int]", self.domain.code)
        return self.missing if plain is None else code_of(plain)

    def of(self, code: int) -> Plain:
        """Return the plain value that a code stands for."""
        return None if code > self.domain.most else self.domain.of(code)

    def fact(self, code: int) -> Fact | None:
        """Return the fact that a code stands for; None where it is missing."""
        return None if code > self.domain.most else self.domain.fact(code)

    def text_of(self, code: int) -> str:
        """Write the value of a code as a person would."""
        return "missing" if code > self.domain.most else self.domain.text_of(code)

    def is_same(self, other: Column) -> bool:
        """Return whether two columns agree in all; functions, in their content."""
        return self is other or (
            self._declared() == other._declared()
            and all(map(are_same_function, self.functions, other.functions))
        )

    @property
    def functions(self) -> tuple[AnyFunction | None, ...]:
        """What reads it, what computes it, and what computes arrays of it."""
        return self.reader, self.function, self.vector

    def _declared(self) -> tuple[object, ...]:
        return self.name, self.domain, self.is_optional, self.inputs

    def __reduce__(self) -> tuple[object, ...]:
        return reduce_for_pickle(self)

    # ------------------------------------------------------------------ variations

    def optional(self) -> Column:
        """Return a column that may be missing; compare it with `is_missing`.

        No comparison ever holds for a missing value, ``!=`` included; the opposite
        of one, such as ``~(late >= 60)``, does.
        """
        return attrs.evolve(self, is_optional=True)

    def read_from(self, reader: Callable[[Claim], Fact | None]) -> Column:
        """Read the value from the claim instead of the fact of the same name.

        In rows and arrays the value goes by the column's name all the same.

        Args:
            reader: From a claim to the value; None where it is missing.

        Example:
            >>> from recovery_core.tables import column
            >>> tier = column.choices("tier", "silver", "gold").optional()
            >>> tier = tier.read_from(lambda c: c.customer and c.customer.tier)
        """
        return attrs.evolve(self, reader=reader)

    def computed_from(
        self, *inputs: Column, vector: AnyFunction | None = None
    ) -> Callable[[AnyFunction], Column]:
        """Compute the value from other columns by a plain function; a decorator.

        The function is given plain values, one for each input (ints of minor units
        and minutes, texts, bools, dates, None), and gives a value of the column. It
        must answer the same for the same values.

        Args:
            inputs: The columns it reads, in order; none of them computed.
            vector: The same on NumPy arrays of codes, giving codes; without it the
                function is asked once for each distinct combination.

        Raises:
            InvalidValueError: There is no input, or one is computed itself.

        Example:
            >>> from recovery_core.tables import column
            >>> km = column.integer("km", 0, 20_000)
            >>> @column.choices("band", "short", "long").computed_from(km)
            ... def band(km: int) -> str:
            ...     return "short" if km <= 1500 else "long"
            >>> band.name
            'band'
        """
        self._check_inputs(inputs)
        if not inputs:
            raise InvalidValueError(
                f"{self.name!r} is computed from no column: name it"
            )

        def compute_by(function: AnyFunction) -> Column:
            return attrs.evolve(self, inputs=inputs, function=function, vector=vector)

        return compute_by

    # ------------------------------------------------------------------ conditions

    def between(self, first: Value, end: Value) -> When:
        """Return a condition from the first value up to, not including, the end.

        The end may lie one past the last value, so that the last can be included.

        Raises:
            InvalidValueError: Nothing lies between, or a value is outside.
        """
        return (self >= first) & (self < end)

    def isin(self, *values: Value) -> When:
        """Return a condition on any of the values; missing is none of them."""
        return self._condition_on(
            (code, code) for code in map(self._code_of_value, values)
        )

    @property
    def is_missing(self) -> When:
        """The condition that the value is missing."""
        if not self.is_optional:
            raise InvalidValueError(
                f"{self.name!r} is never missing: declare it with .optional()"
            )
        return When((Cell(self, ((self.missing, self.missing),)),))

    def as_when(self) -> When:
        """Return the condition that a flag is up.

        Raises:
            InvalidValueError: It is no flag.
        """
        if not isinstance(self.domain, Flags):
            raise InvalidValueError(
                f"{self.name!r} is no condition by itself: compare it"
            )
        return When((Cell(self, ((1, 1),)),))

    def __eq__(self, other: object) -> Any:
        """Return a condition on one value; or whether another column is the same."""
        if isinstance(other, Column):
            return self.is_same(other)
        code = self._code_of_value(other)
        return self._condition_on([(code, code)])

    def __ne__(self, other: object) -> Any:
        """Return a condition on every value but one; missing is no value."""
        if isinstance(other, Column):
            return not self.is_same(other)
        code = self._code_of_value(other)
        return self._condition_on(
            span_without((self.domain.least, self.domain.most), ((code, code),))
        )

    # By name and domain alone: functions are compared by a hash that takes its time.
    def __hash__(self) -> int:
        return hash((self.name, self.domain))

    def __lt__(self, other: Value) -> When:
        return self._condition_on([(self.domain.least, self._code_of_end(other) - 1)])

    def __le__(self, other: Value) -> When:
        return self._condition_on([(self.domain.least, self._code_of_bound(other))])

    def __gt__(self, other: Value) -> When:
        return self._condition_on([(self._code_of_bound(other) + 1, self.domain.most)])

    def __ge__(self, other: Value) -> When:
        return self._condition_on([(self._code_of_bound(other), self.domain.most)])

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

    def _condition_on(self, spans: Iterable[Span]) -> When:
        # A comparison with the last value may leave a span that ends before it begins.
        accepted: Spans = unite_spans((low, high) for low, high in spans if low <= high)
        return When((Cell(self, accepted),))

    def _code_of_value(self, value: object) -> int:
        """Return the code of a value that a condition compares with; never missing."""
        if value is None:
            raise InvalidValueError(
                f"ask for a missing {self.name!r} with .is_missing, not with None"
            )
        return self.code(self.to_plain_as_recorded(value))

    def _code_of_bound(self, value: object) -> int:
        """Return the code of a bound that is inside; there must be an order."""
        domain = self.domain
        if isinstance(domain, Choices) and not domain.is_ordered:
            raise InvalidValueError(
                f"the choices of {self.name!r} have no order: use == or isin, or "
                "declare them with ordered=True"
            )
        return self._code_of_value(value)

    def _code_of_end(self, value: object) -> int:
        """Return the code of an end that is outside; it may lie just past the last."""
        try:
            return self._code_of_bound(value)
        except InvalidValueError:
            if self._is_one_past_last(value):
                return self.domain.most + 1
            raise

    def _is_one_past_last(self, value: object) -> bool:
        """Return whether a value would be the next one after the last."""
        domain, most = self.domain, self.domain.most + 1
        with suppress(InvalidValueError, OverflowError):
            if isinstance(domain, Days):
                day = domain.last + timedelta(days=1)
                # A domain of the next value alone holds it if the value fits at all.
                after: Domain = attrs.evolve(domain, first=day, last=day)
            elif isinstance(domain, Integers | Sums):
                after = attrs.evolve(domain, least=most, most=most)
            else:
                return False
            attrs.evolve(self, domain=after).to_plain_as_recorded(value)
            return True
        return False
