"""Find where a policy can change its mind: the boundaries of every column it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, partial
from typing import Any, Final, cast

import attrs

from .._domain.claim import Claim
from .._domain.failure import ServiceFailure
from .._domain.money import Money
from .._domain.reason import Fact
from ..attribution.liability import ReadyMadeLiability
from ..errors import InvalidValueError
from ..policy.combinators import Combinator
from ..policy.composing import MAKERS
from ..schedules import Schedule
from ..tables import Column, Table
from ..tables.amounts import Fixed, Formula
from ..tables.breakpoints import iter_function_breakpoints, iter_period_ends
from ..tables.conditions import When, check_same_column
from ..tables.domains import Sums
from ..tables.rule_sets import split_by_conditions
from ..tables.spans import Spans, is_in
from ._constants import collect_codes_of_values, collect_plain_values
from ._rows import RowPolicy

__all__ = [
    "BoundaryField",
    "collect_boundary_fields",
    "collect_rule_conditions",
    "collect_tables",
    "collect_version_days_and_eves",
    "facts_by_column_name",
    "is_made_of_tables_only",
    "parse_columns",
    "smallest_first_sort_key",
    "spans_by_column_name",
]

_ALL: Final = 64
"""So many values of a column are listed one by one; so fine is a function probed."""
_PRICES: Final = (1, 50, 99, 100, 101, 9_999)
_DEPTH: Final = 8
_TRIED: Final = 4
_NOON: Final = datetime(2026, 5, 1, 12, tzinfo=UTC)


def smallest_first_sort_key(column: Column, code: int) -> tuple[bool, int, bool]:
    """Return which of two codes is the smaller: the nearest to 0, and missing last."""
    if column.domain.least >= 0:
        return code > column.domain.most, code, False
    return code > column.domain.most, abs(code), code < 0


@attrs.frozen
class BoundaryField:
    """One column, with the codes at and around its boundaries.

    Args:
        column: A column that is read, not computed.
        codes: The codes, the smallest first.
    """

    column: Column
    codes: tuple[int, ...]

    def codes_within_or_all(self, spans: Spans | None) -> tuple[int, ...]:
        """Return the codes that a condition accepts; all of them where none does."""
        if spans is None:
            return self.codes
        return tuple(code for code in self.codes if is_in(code, spans)) or self.codes

    @cached_property
    def is_read_by_name(self) -> bool:
        """Whether the fact of its name is what is read."""
        reader = self.column.reader
        if reader is None:
            return True
        tried = [self.fact_by_name(code) for code in self.codes[:_TRIED]]
        with suppress(Exception):  # whatever it wants to read, it is not this
            return all(
                reader(Claim(ServiceFailure("failed", facts=fact), _NOON))
                == fact.get(self.column.name)
                for fact in tried
            )
        return False

    @cached_property
    def _boundary_codes(self) -> frozenset[int]:
        return frozenset(self.codes)

    def is_at_boundary_or_unreadable(self, facts: Mapping[str, Fact]) -> bool:
        """Return whether the fact stands at a boundary, or is none of this column."""
        with suppress(InvalidValueError):
            plain = self.column.to_plain(facts.get(self.column.name))
            return self.column.code(plain) in self._boundary_codes
        return True

    @property
    def usual_code(self) -> int:
        """The code to take where another column is tried: a price, or the least."""
        is_price = isinstance(self.column.domain, Sums) and _PRICES[-1] in self.codes
        return _PRICES[-1] if is_price else self.codes[0]

    def smallest_breaking_code(self, code: int, breaks: Callable[[int], bool]) -> int:
        """Find the smallest code that breaks what a larger one breaks.

        Args:
            code: A code that breaks it.
            breaks: Tells whether another one does.
        """
        passed: int | None = None
        for smaller in self.codes:
            if smallest_first_sort_key(self.column, smaller) >= smallest_first_sort_key(
                self.column, code
            ):
                break
            if breaks(smaller):
                code = smaller
                break
            passed = smaller
        if passed is None or code > self.column.domain.most:
            return code
        while abs(code - passed) > 1:
            middle = (code + passed) // 2
            code, passed = (middle, passed) if breaks(middle) else (code, middle)
        return code

    def fact_by_name(self, code: int) -> dict[str, Fact]:
        """Return the fact of a code by name; nothing where it is missing."""
        fact = self.column.fact(code)
        return {} if fact is None else {self.column.name: fact}


# --------------------------------------------------------------------- what is there


def _iter_parts(value: object) -> Iterator[object]:
    if isinstance(value, Mapping):
        yield from cast("Mapping[object, object]", value).values()
    elif isinstance(value, tuple | list):
        yield from cast("Iterable[object]", value)
    elif attrs.has(type(value)):
        for field in attrs.fields(cast("type[Any]", type(value))):
            yield getattr(value, field.name)


def _iter_parts_recursively(value: object, depth: int = _DEPTH) -> Iterator[object]:
    yield value
    if depth and not isinstance(value, Table | Column | str):
        for part in _iter_parts(value):
            yield from _iter_parts_recursively(part, depth - 1)


def collect_tables(policy: object) -> tuple[Table, ...]:
    """Find the tables that a policy is made of, in any composition."""
    return tuple(
        each for each in _iter_parts_recursively(policy) if isinstance(each, Table)
    )


def is_made_of_tables_only(policy: object) -> bool:
    """Return whether a policy is made of tables, and nothing else pays."""
    plugs = (part for part in _iter_parts_recursively(policy) if callable(part))
    return bool(collect_tables(policy)) and all(
        map(_is_table_or_pays_nothing_itself, plugs)
    )


def _is_table_or_pays_nothing_itself(part: object) -> bool:
    """Return whether what is asked in a policy pays nothing of its own."""
    kinds = (Combinator, Table, Schedule, RowPolicy, ReadyMadeLiability, partial)
    return isinstance(part, kinds) or any(part is maker for maker in MAKERS)


def collect_version_days_and_eves(policy: object) -> tuple[date, ...]:
    """Find the days on which a version begins, with the days before them."""
    begun = {
        part[0]
        for each in _iter_parts_recursively(policy)
        if isinstance(each, tuple)
        and (part := cast("tuple[object, ...]", each))
        and type(part[0]) is date
        and callable(part[-1])
    }
    before = {day - timedelta(days=1) for day in begun if day > date.min}
    return tuple(sorted(begun | before))


# --------------------------------------------------------------------- their edges


def collect_rule_conditions(*policies: object) -> tuple[When, ...]:
    """List when each rule of the tables in some policies holds, each once."""
    rows = (
        row for each in policies for table in collect_tables(each) for row in table.rows
    )
    return tuple(dict.fromkeys(row.when for row in rows if row.when is not None))


def spans_by_column_name(when: When | None) -> Mapping[str, Spans]:
    """Return what a condition accepts by column name; nothing for always."""
    cells = () if when is None else when.cells
    return {cell.column.name: cell.spans for cell in cells}


def collect_boundary_fields(
    policy: object,
    columns: Iterable[Column] = (),
    conditions: Iterable[When] = (),
    *,
    other_policies: Iterable[object] = (),
) -> tuple[BoundaryField, ...]:
    """Find the boundaries of every column that a policy reads.

    Args:
        policy: A policy, made of tables or not; or None.
        columns: What it reads besides.
        conditions: Where else a boundary lies.
        other_policies: Other policies that it is compared with.

    Raises:
        InvalidValueError: Two columns of one name differ.
    """
    tables = [
        table for part in (policy, *other_policies) for table in collect_tables(part)
    ]
    rows = [row for table in tables for row in table.rows]
    all_conditions = [*conditions, *collect_rule_conditions(policy, *other_policies)]
    named_columns = [
        *columns,
        *(cell.column for when in conditions for cell in when.cells),
    ]
    named_columns += [
        column for table in tables for column in (*table.inputs, *table.columns)
    ]
    column_by_name: dict[str, Column] = {}
    for part in named_columns:
        for column in (*part.inputs, part):
            check_same_column(column_by_name.setdefault(column.name, column), column)
    amounts = [amount for row in rows for amount in row.amounts]
    function_policies = [
        part for part in (policy, *other_policies) if not is_made_of_tables_only(part)
    ]
    marks = [
        quantity
        for part in function_policies
        for quantity in collect_plain_values(part)
    ]
    breakpoints = [
        turn
        for column in column_by_name.values()
        for turn in iter_function_breakpoints(column, all_conditions)
    ]
    breakpoints += [turn for amount in amounts for turn in iter_period_ends(amount)]
    sums = {money for amount in amounts for money in _iter_fixed_money(amount)}
    return tuple(
        BoundaryField(
            column,
            _boundary_codes_of_column(column, all_conditions, marks, breakpoints, sums),
        )
        for column in column_by_name.values()
        if column.function is None
    )


def _boundary_codes_of_column(
    column: Column,
    conditions: list[When],
    plain_values: Iterable[object],
    breakpoints: Iterable[tuple[Column, int]],
    sums: Iterable[Money],
) -> tuple[int, ...]:
    low, high = column.span
    if high - low < _ALL:
        return tuple(
            sorted(
                range(low, high + 1),
                key=lambda code: smallest_first_sort_key(column, code),
            )
        )
    top = column.domain.most
    starts = {first for (first, _), _ in split_by_conditions(column, conditions)} - {
        low
    }
    starts |= {code for at, code in breakpoints if at.name == column.name}
    starts |= {0, *collect_codes_of_values(column, plain_values)}
    if isinstance(column.domain, Sums):
        currency = column.domain.currency
        starts |= {*_PRICES, *(m.minor for m in sums if m.currency == currency)}
    near = {code + step for code in starts for step in (-1, 0, 1)}
    inside = {code for code in near if low <= code <= top}
    codes = {*inside, low, low + 1, top - 1, top, high}
    return tuple(sorted(codes, key=lambda code: smallest_first_sort_key(column, code)))


def _iter_fixed_money(amount: Formula) -> Iterator[Money]:
    """Walk the sums that an amount names: what one turns at, another may."""
    if isinstance(amount, Fixed):
        yield amount.money
    for part in amount.parts:
        yield from _iter_fixed_money(part)


def parse_columns(columns: object) -> tuple[Column, ...]:
    """Return a column, or several, as a tuple.

    Raises:
        InvalidValueError: Something else is among them.
    """
    members: tuple[object, ...] = (columns,)
    if isinstance(columns, Iterable):
        members = tuple(cast("Iterable[object]", columns))
    for member in members:
        if not isinstance(member, Column):
            raise InvalidValueError(
                f"{member!r:.60} is no column: give what is read, such as "
                'column.minutes("arrival_delay")'
            )
    return cast("tuple[Column, ...]", members)


def facts_by_column_name(
    fields: Sequence[BoundaryField], codes: Sequence[int]
) -> dict[str, Fact]:
    """Return the facts by name that some codes stand for."""
    facts: dict[str, Fact] = {}
    for field, code in zip(fields, codes, strict=True):
        facts |= field.fact_by_name(code)
    return facts
