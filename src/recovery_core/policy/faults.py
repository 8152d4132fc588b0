"""What can be wrong with a table as a whole, and how it is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Final

from .._domain.money import MAX_MINOR
from ..errors import (
    CurrencyMismatchError,
    GapError,
    InvalidValueError,
    OverlapError,
    ShadowError,
    TableError,
)
from .amounts import Amount
from .cells import same_column
from .check import bits
from .column import Column
from .rules import Hit, Rule

if TYPE_CHECKING:
    from .table import Table

__all__ = ["check_parts", "check_sums", "faults"]

_TOLD: Final = frozenset({"policy", "chosen"})
"""What reasons tell besides the columns."""


def check_parts(table: Table) -> None:
    """Refuse parts that do not fit together.

    Raises:
        InvalidValueError: A code stands twice, two columns share a name or one has a
            name that reasons need, an amount reads what may be missing or could grow
            beyond `Money`.
        CurrencyMismatchError: The rules give two currencies.
    """
    codes = [row.code for row in table.rows]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise InvalidValueError(
            f"table {table.name!r} has {twice[0]!r} twice: give every rule its own code"
        )
    if table.otherwise is not None and table.otherwise.when is not None:
        raise InvalidValueError(
            f"otherwise of table {table.name!r} holds always: leave out its condition"
        )
    first: dict[str, Column] = {}
    for column in (*table.columns, *table.inputs):
        same_column(first.setdefault(column.name, column), column)
    if taken := sorted(_TOLD & first.keys()):
        raise InvalidValueError(
            f"a column of table {table.name!r} cannot be called {taken[0]!r}: reasons "
            "tell something else by that name; rename it, and say .read_from()"
        )
    currencies = {amount.currency for row in table.rows for amount in row.amounts}
    if len(currencies) > 1:
        raise CurrencyMismatchError(
            f"table {table.name!r} gives {' and '.join(sorted(currencies))}: make one "
            "table for each currency"
        )
    for row in table.rows:
        _check_amounts(table, row)


def _check_amounts(table: Table, row: Rule) -> None:
    known = {
        cell.column.name
        for cell in (row.when.cells if row.when is not None else ())
        if cell.spans[-1][1] <= cell.column.domain.most
    }
    for column in row.counted:
        if column.is_optional and column.name not in known:
            raise InvalidValueError(
                f"rule {row.code!r} of table {table.name!r} pays by {column.name!r}, "
                "which may be missing: join its condition with "
                f"& ~{column.name}.is_missing"
            )
    for amount in (row.worth, *row.discretions):
        _check_bounds(f"rule {row.code!r} of table {table.name!r}", amount)


def _check_bounds(who: str, amount: Amount | None) -> None:
    if amount is not None and amount.bounds[1] > MAX_MINOR:
        raise InvalidValueError(
            f"{who} could pay more than Money can hold: lower the bounds of its "
            "columns, or cap it"
        )


def check_sums(table: Table) -> None:
    """Refuse rules that could pay more together than `Money` can hold.

    Raises:
        InvalidValueError: They could.
    """
    if table.hit is Hit.SUM:
        for outcome in table.outcomes:
            who = f"what table {table.name!r} adds up, {outcome.label},"
            _check_bounds(who, outcome.worth)


def faults(table: Table) -> Iterator[TableError]:
    """Walk every gap, overlap and dead rule of a table, each with a witness."""
    yield from _gaps(table)
    yield from _overlaps(table)
    yield from _shadows(table)


def _witness(table: Table, codes: Mapping[str, int]) -> dict[str, object]:
    return {c.name: c.fact(codes[c.name]) for c in table.tested}


def _gaps(table: Table) -> Iterator[GapError]:
    if 0 in table.leaves:
        message = "no rule decides every claim; say otherwise="
        yield GapError(message, table.name, (), _witness(table, table.leaves[0]))


def _overlaps(table: Table) -> Iterator[OverlapError]:
    if table.hit is not Hit.UNIQUE:
        return
    first, end = len(table.exclusions), len(table.exclusions) + len(table.rules)
    seen: set[tuple[int, int]] = set()
    for mask, codes in table.leaves.items():
        held = [place for place in bits(mask) if place < end]
        if not held or held[0] < first:
            continue
        for pair in combinations(held, 2):
            if pair not in seen:
                seen.add(pair)
                one, other = (table.rows[place].code for place in pair)
                yield OverlapError(
                    f"rules {one!r} and {other!r} decide one claim; narrow one, or say "
                    'hit="first"',
                    table.name,
                    (one, other),
                    _witness(table, codes),
                )


def _shadows(table: Table) -> Iterator[ShadowError]:
    speaking = {place for mask in table.leaves for place in table.deciding(mask)}
    for place, row in enumerate(table.rows):
        if place not in speaking:
            yield ShadowError(
                f"rule {row.code!r} never decides: those before it leave it nothing",
                table.name,
                (row.code,),
            )
