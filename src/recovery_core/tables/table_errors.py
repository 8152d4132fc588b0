"""What can be wrong with a table as a whole, and how it is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from .._domain.money import MAX_MINOR
from ..errors import (
    CurrencyMismatchError,
    GapError,
    InvalidValueError,
    OverlapError,
    ShadowError,
    TableError,
)
from .amounts import Formula
from .column import Column
from .conditions import check_same_column
from .coverage import Coverage
from .decider import Decider
from .rule_sets import StepBudget, TooManyStepsError
from .rules import Hit, Rule
from .table_parts import TableParts

__all__ = ["check_parts_fit_together", "check_pooled_worth_fits_money", "iter_faults"]

_RESERVED: Final = frozenset({"policy", "chosen"})
"""What reasons tell besides the columns."""

_MOST_STEPS: Final = 2_000_000
"""The work of a check: about two seconds. A table of 20 rules takes some thousands."""


def check_parts_fit_together(table: TableParts) -> None:
    """Refuse parts that do not fit together.

    Raises:
        InvalidValueError: A code stands twice, two columns share a name or one has a
            name that reasons need, an amount reads what may be missing or could grow
            beyond `Money`.
        CurrencyMismatchError: The rules give two currencies.
    """
    codes = Counter(row.code for row in table.rows)
    if twice := sorted(code for code, count in codes.items() if count > 1):
        raise InvalidValueError(
            f"table {table.name!r} has {twice[0]!r} twice: give every rule its own code"
        )
    if table.otherwise is not None and table.otherwise.when is not None:
        raise InvalidValueError(
            f"otherwise of table {table.name!r} holds always: leave out its condition"
        )
    columns: dict[str, Column] = {}
    for column in (*table.columns, *table.inputs):
        check_same_column(columns.setdefault(column.name, column), column)
    if taken := sorted(_RESERVED & columns.keys()):
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


def _check_amounts(table: TableParts, row: Rule) -> None:
    """Refuse a rule that pays by what may be missing, or more than Money can hold."""
    present = {
        cell.column.name
        for cell in (row.when.cells if row.when is not None else ())
        if cell.spans[-1][1] <= cell.column.domain.most
    }
    for column in row.amount_columns:
        if column.is_optional and column.name not in present:
            raise InvalidValueError(
                f"rule {row.code!r} of table {table.name!r} pays by {column.name!r}, "
                "which may be missing: join its condition with "
                f"& ~{column.name}.is_missing"
            )
    for amount in (row.worth, *row.discretions):
        _check_upper_bound(f"rule {row.code!r} of table {table.name!r}", amount)


def _check_upper_bound(payer: str, amount: Formula | None) -> None:
    """Refuse an amount that could be more than Money can hold."""
    if amount is not None and amount.bounds[1] > MAX_MINOR:
        raise InvalidValueError(
            f"{payer} could pay more than Money can hold: lower the bounds of its "
            "columns, or cap it"
        )


def check_pooled_worth_fits_money(table: TableParts, decider: Decider) -> None:
    """Refuse rules that could pay more together than `Money` can hold.

    Raises:
        InvalidValueError: They could, or to find out would take too long.
    """
    if table.hit is not Hit.SUM:
        return
    worths = [
        row.worth.bounds[1]
        if row.worth is not None and place in decider.rule_places
        else 0
        for place, row in enumerate(table.rows)
    ]
    # Most tables stay within the bound even if all rules held at once.
    if sum(worths) <= MAX_MINOR:
        return
    coverage = _build_coverage(table)
    try:
        for mask in coverage.iter_rule_sets_above(worths, MAX_MINOR):
            outcome = decider.outcome_builder(decider.deciding_places(mask))
            who = f"what table {table.name!r} adds up, {outcome.label},"
            _check_upper_bound(who, outcome.worth)
    except TooManyStepsError:
        why = _describe_search_too_long(table, "sums that Money cannot hold")
        raise InvalidValueError(
            f"{why}; or lower the bounds of the columns that its amounts read, or cap "
            "them"
        ) from None


def iter_faults(table: TableParts, decider: Decider) -> Iterator[TableError]:
    """Walk every gap, overlap and dead rule of a table, with a witness if there is one.

    Raises:
        InvalidValueError: To find them all would take too long.
    """
    coverage = _build_coverage(table)
    try:
        yield from _iter_gap_error(table, coverage)
        yield from _iter_overlaps(table, coverage, decider)
        yield from _iter_shadows(table, coverage, decider)
    except TooManyStepsError:
        raise InvalidValueError(
            _describe_search_too_long(table, "gaps, overlaps and dead rules")
        ) from None


def _build_coverage(table: TableParts) -> Coverage:
    conditions = [row.when for row in table.rows]
    return Coverage(table.tested, conditions, StepBudget(_MOST_STEPS))


def _describe_search_too_long(table: TableParts, sought: str) -> str:
    """Write that a search would take too long, and what makes it shorter."""
    return (
        f"table {table.name!r} cannot be searched for {sought} in {_MOST_STEPS:,} "
        f"steps: its {len(table.rows)} rules over {len(table.tested)} columns leave "
        "too many combinations; make choices of flags that exclude each other, give "
        "it an otherwise=, or split it into tables that first() or sum_of() put "
        "together"
    )


def _facts_of_codes(table: TableParts, codes: Mapping[str, int]) -> dict[str, object]:
    return {c.name: c.fact(codes[c.name]) for c in table.tested}


def _iter_gap_error(table: TableParts, coverage: Coverage) -> Iterator[GapError]:
    """Walk the error of the lowest claim that no rule decides, if there is one."""
    # What is said otherwise holds always.
    codes = coverage.find_gap() if table.otherwise is None else None
    if codes is not None:
        message = "no rule decides every claim; say otherwise="
        yield GapError(message, table.name, (), _facts_of_codes(table, codes))


def _iter_overlaps(
    table: TableParts, coverage: Coverage, decider: Decider
) -> Iterator[OverlapError]:
    """Walk an error for each pair of rules that hold together and must not."""
    if table.hit is not Hit.UNIQUE:
        return
    excluded = (1 << len(table.exclusions)) - 1
    for pair, codes in coverage.iter_overlapping_pairs(decider.rule_places, excluded):
        first, second = (table.rows[place].code for place in pair)
        yield OverlapError(
            f"rules {first!r} and {second!r} decide one claim; narrow one, or say "
            'hit="first"',
            table.name,
            (first, second),
            _facts_of_codes(table, codes),
        )


def _iter_shadows(
    table: TableParts, coverage: Coverage, decider: Decider
) -> Iterator[ShadowError]:
    """Walk an error for each rule that those before it leave nothing."""
    for place, row in enumerate(table.rows):
        # Those that collect do not shade each other: all that hold are given.
        ahead = place
        if table.hit.is_collecting and place in decider.rule_places:
            ahead = len(table.exclusions)
        if not coverage.can_hold_alone(place, (1 << ahead) - 1):
            yield ShadowError(
                f"rule {row.code!r} never decides: those before it leave it nothing",
                table.name,
                (row.code,),
            )
