"""The search for a claim at which two tables pay differently."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import combinations, islice, product
from math import lcm
from typing import Final, TypeAlias

import attrs

from ..._domain.reason import Fact
from ...errors import InvalidValueError, MissingPackageError, PolicyError
from ..amounts import Excess, Fixed, Formula, Greater, Lesser, Periods, Scaled
from ..compile import compile_amount
from ..conditions import When
from ..decision import RuleOutcome, evaluate_in_minor_units
from ..domains import Choices, Flags, Plain, Sums
from ..rule_sets import Mask
from ..rules import Rule
from ..spans import is_in
from .paired_columns import Row, TablePair

__all__ = [
    "NOT_FOUND",
    "PROVED_EQUAL",
    "OutcomePair",
    "WitnessSearch",
    "outcome_pair_of_rule_set",
]

PROVED_EQUAL: Final = "the formulas differ; that the amounts never do is proved"
NOT_FOUND: Final = (
    "the formulas differ; no claim was found at which the amounts do, and it is not "
    "proved that there is none"
)

_CANDIDATE_ROWS: Final = 2_000  # rows at which the amounts of one region are compared
_ROWS_NEAR_BREAKPOINTS: Final = 20_000  # where a formula may bend
_ENUMERATED_VALUES: Final = 40  # values of a column that are tried one by one
_FEW: Final = 8
_CODES_NEAR_BREAKPOINTS: Final = 2_000  # of one column
_HUNDRED: Final = 100
_SECONDS: Final = 2.0  # for each proof

OutcomePair: TypeAlias = tuple[RuleOutcome, RuleOutcome]


def outcome_pair_of_rule_set(tables: TablePair, rule_set: Mask) -> OutcomePair:
    """Return how both tables decide where a set of rules of both holds."""
    size = len(tables.old.rows)
    masks = rule_set & ((1 << size) - 1), rule_set >> size
    old, new = (
        table.decider.outcome_builder(table.decider.deciding_places(rules))
        for table, rules in zip((tables.old, tables.new), masks, strict=True)
    )
    return old, new


@attrs.frozen
class WitnessSearch:
    """Look for the smallest claim at which two outcomes pay differently."""

    tables: TablePair
    outcome_pair: OutcomePair

    def find_witness_and_note(self, rows: list[Row]) -> tuple[Row | None, str]:
        """Find a claim in a region that shows the difference, and a note on it.

        A claim that does not show it where none does; None where none is known to lie
        in the region, and what is redefined may never fall so. The note is empty where
        there is nothing to add.
        """
        row_in_region: Row | None = None
        for row in self.tables.iter_rows_within_budget(
            self._iter_candidate_rows(rows), _CANDIDATE_ROWS
        ):
            is_of_use = row_in_region is None or self._is_paid_differently(row)
            if is_of_use and self._is_in_region(row):
                if self._is_paid_differently(row):
                    return row, ""
                row_in_region = row if row_in_region is None else row_in_region
        if row_in_region is None:
            names = self.tables.distinct_column_names(self.tables.untraceable_keys)
            is_redefined = not set(self.tables.redefined_names).isdisjoint(names)
            note = f"not traced to a claim: {' and '.join(names)} is computed"
            return None if is_redefined else rows[0], note
        if self.outcome_pair[0].worth == self.outcome_pair[1].worth:
            return row_in_region, ""
        for row in self.tables.iter_rows_within_budget(
            self._iter_rows_near_breakpoints(rows), _ROWS_NEAR_BREAKPOINTS
        ):
            if self._is_paid_differently(row) and self._is_in_region(row):
                return row, ""
        # A proof takes seconds: none is begun once the rows of all regions are used up.
        if self.tables.steps.left > 0:
            return self._row_and_note_by_proof(row_in_region)
        return row_in_region, NOT_FOUND

    def old_and_new_cost(self, row: Row) -> tuple[int, int]:
        """Return what a row costs by each outcome, in minor units."""
        before, after = self._old_and_new_cost_functions
        return before(row), after(self.tables.row_for_new_table(row))

    @cached_property
    def _old_and_new_cost_functions(self) -> list[Callable[[Row], int]]:
        return [compile_amount(outcome.worth) for outcome in self.outcome_pair]

    def _is_paid_differently(self, row: Row) -> bool:
        old, new = self.old_and_new_cost(row)
        return old != new or (self._has_two_currencies and old > 0)

    @cached_property
    def _has_two_currencies(self) -> bool:
        return len({formula.currency for formula in self._formulas}) > 1

    @cached_property
    def _formulas(self) -> list[Formula]:
        return [
            outcome.worth for outcome in self.outcome_pair if outcome.worth is not None
        ]

    def _is_in_region(self, row: Row) -> bool:
        """Return whether both tables decide a row as the region says."""
        masks = (
            _mask_of_holding_rules(self.tables.old.rows, row),
            _mask_of_holding_rules(
                self.tables.new.rows, self.tables.row_for_new_table(row)
            ),
        )
        outcomes = outcome_pair_of_rule_set(
            self.tables, masks[0] | masks[1] << len(self.tables.old.rows)
        )
        return all(
            outcome.label == expected.label
            for outcome, expected in zip(outcomes, self.outcome_pair, strict=True)
        )

    def _row_and_note_by_proof(self, row_in_region: Row) -> tuple[Row, str]:
        """Ask z3 for a claim that shows the difference; else return the one given."""
        from ..prove import pay_alike  # noqa: PLC0415 - z3 is an extra

        rules = self.outcome_pair[0].label, self.outcome_pair[1].label
        try:
            proof = pay_alike(
                self.tables.old, self.tables.new, rules=rules, timeout=_SECONDS
            )
        # No z3, or columns that differ.
        except (MissingPackageError, PolicyError, InvalidValueError):
            return row_in_region, NOT_FOUND
        if proof.counterexample is None:
            return row_in_region, PROVED_EQUAL if proof.holds else NOT_FOUND
        facts = proof.counterexample
        row = self.tables.with_computed_values(
            {
                key: (
                    column.to_plain(facts.get(column.name))
                    if column.function is None
                    else None
                )
                for key, (column, _) in self.tables.column_pairs_by_key.items()
            }
        )
        # The proof reads tables by itself: what it found must hold here as well.
        is_shown = self._is_paid_differently(row) and self._is_in_region(row)
        return (row, "") if is_shown else (row_in_region, NOT_FOUND)

    # ------------------------------------------------------------ what is looked at

    def _list_keys_to_vary(self) -> list[str]:
        """List what bears on the amounts, or on what is not traced."""
        tables, names = self.tables, {c.name for w in self._formulas for c in w.columns}
        keys = {
            key
            for key, (column, _) in tables.column_pairs_by_key.items()
            if column.name in names
        }
        computed = keys.intersection(tables.computed_keys)
        computed |= {*tables.untraceable_keys}
        keys |= {source for key in computed for source in tables.source_keys(key)}
        return [
            key
            for key in tables.column_pairs_by_key
            if key in keys and key not in tables.computed_keys
        ]

    def _iter_candidate_rows(self, rows: list[Row]) -> Iterator[Row]:
        """Walk the rows of a region, then some of them with other values in amounts."""
        values_by_key = self._candidate_values_by_key
        yield from map(self.tables.with_computed_values, rows)
        for row in rows[:_ENUMERATED_VALUES]:
            other_values = product(*values_by_key.values())
            for values in islice(other_values, _CANDIDATE_ROWS // 4):
                yield self.tables.with_computed_values(
                    row | dict(zip(values_by_key, values, strict=True))
                )

    @cached_property
    def _candidate_values_by_key(self) -> Mapping[str, Sequence[Plain]]:
        return {
            key: self._list_candidate_values(key) for key in self._list_keys_to_vary()
        }

    def _list_candidate_values(self, key: str) -> Sequence[Plain]:
        """List values of one column: where rules cut it, and a few more."""
        column, _ = self.tables.column_pairs_by_key[key]
        if isinstance(column.domain, Choices | Flags):
            return self.tables.list_common_values(key)
        low, high = self.tables.common_code_span(key)
        # The lowest amount may be nothing, which hides what a formula makes of it.
        unit = _HUNDRED if isinstance(column.domain, Sums) else 1
        codes = {low, low + unit, low + _HUNDRED * unit, high}
        codes.update(self.tables.list_codes_where_computed_values_change(key))
        codes.update(
            code
            for formula in self._formulas
            for code in _iter_breakpoint_codes(formula, column.name)
        )
        if high - low <= _ENUMERATED_VALUES:
            codes.update(range(low, high + 1))
        for value in self.tables.iter_lowest_value_per_piece(key):
            if value is not None:
                codes.update((column.code(value) - 1, column.code(value)))
        inside = sorted(code for code in codes if low <= code <= high)
        missing = [None] if None in self.tables.iter_lowest_value_per_piece(key) else []
        return [*map(column.of, inside), *missing]

    def _iter_rows_near_breakpoints(self, rows: list[Row]) -> Iterator[Row]:
        """Walk rows around every point where a formula may bend, a remainder each."""
        values_by_key = self._candidate_values_by_key
        for row in rows[:_FEW]:
            for key in values_by_key:
                column, _ = self.tables.column_pairs_by_key[key]
                other_values = {
                    k: self._list_own_next_and_candidate_values(k, row)
                    for k in values_by_key
                    if k != key
                }
                if isinstance(column.domain, Choices | Flags):
                    continue
                for values in islice(product(*other_values.values()), _FEW):
                    base_row = row | dict(zip(other_values, values, strict=True))
                    for code in islice(
                        self._iter_codes_near_breakpoints(key, base_row),
                        _CODES_NEAR_BREAKPOINTS,
                    ):
                        yield self.tables.with_computed_values(
                            base_row | {key: column.domain.of(code)}
                        )

    def _list_own_next_and_candidate_values(
        self, key: str, row: Row
    ) -> Sequence[Plain]:
        """List values of one column: its own in a row, the next, and the others."""
        column, _ = self.tables.column_pairs_by_key[key]
        candidates = [*self._candidate_values_by_key[key]]
        if row[key] is None or isinstance(column.domain, Choices | Flags):
            return [row[key], *candidates]
        next_code = min(column.code(row[key]) + 1, self.tables.common_code_span(key)[1])
        return [row[key], column.domain.of(next_code), *candidates]

    def _iter_codes_near_breakpoints(self, key: str, base_row: Row) -> Iterator[int]:
        """Walk the codes around breakpoints: all that can round in another way."""
        column, _ = self.tables.column_pairs_by_key[key]
        low, high = self.tables.common_code_span(key)
        points = {
            column.code(v) for v in self._candidate_values_by_key[key] if v is not None
        }
        points |= {point - 1 for point in points}

        def row_at(code: int) -> Row:
            row = base_row | {key: column.domain.of(code)}
            return self.tables.with_computed_values(row)

        for formula in self._formulas:
            points.update(_iter_crossing_codes(formula, row_at, low, high))
        # Beyond one period remainders come again: no code there rounds in a new way.
        periods = (_rounding_period(formula, column.name) for formula in self._formulas)
        period = lcm(*periods)
        anchors = sorted(point for point in points if low <= point <= high)
        for distance in range(min(period, _CODES_NEAR_BREAKPOINTS) + 1):
            for point in anchors:
                near = {point + distance, point - distance}
                yield from (code for code in near if low <= code <= high)

    def facts_by_column_name(
        self, row: Row, *, with_computed: bool
    ) -> Mapping[str, Fact | None]:
        """Return a row as facts by column, with or without what is computed."""
        return {
            column.name: column.fact(column.code(row[key]))
            for key, (column, _) in self.tables.column_pairs_by_key.items()
            if with_computed or column.function is None
        }


def _mask_of_holding_rules(rules: Iterable[Rule], row: Row) -> Mask:
    """Return the set of those rules whose condition a row meets."""
    return sum(
        1 << number
        for number, rule in enumerate(rules)
        if _is_condition_met(rule.when, row)
    )


def _is_condition_met(when: When | None, row: Row) -> bool:
    """Return whether a row meets a condition; None is always met."""
    cells = when.cells if when is not None else ()
    return all(
        is_in(cell.column.code(row[cell.column.name]), cell.spans) for cell in cells
    )


def _iter_breakpoint_codes(formula: Formula, name: str) -> Iterator[int]:
    """Walk the codes of a column around which a formula may bend."""
    for part in formula.parts:
        yield from _iter_breakpoint_codes(part, name)
    if isinstance(formula, Fixed):
        yield from (formula.money.minor, formula.money.minor + _HUNDRED)
    elif isinstance(formula, Scaled) and isinstance(formula.by, Periods):
        by = formula.by
        if by.column.name == name:
            for start in (by.after, by.after + by.length):
                yield from (start, start + 1)


def _rounding_period(formula: Formula, name: str) -> int:
    """Return after how many codes a formula rounds as before."""
    period = lcm(*(_rounding_period(part, name) for part in formula.parts))
    if isinstance(formula, Scaled) and name in {c.name for c in formula.columns}:
        by = formula.by
        if isinstance(by, Periods) and by.column.name == name:
            period = lcm(period, by.length)
        ratio = Fraction(formula.numerator, formula.denominator * formula.to)
        # Twice, since to round half to even goes by the parity of what is before it.
        period *= 2 * ratio.denominator
    return period


def _iter_crossing_codes(
    formula: Formula, row_at: Callable[[int], Row], low: int, high: int
) -> Iterator[int]:
    """Walk the codes where one part of a formula comes to exceed another."""
    for part in formula.parts:
        yield from _iter_crossing_codes(part, row_at, low, high)
    if isinstance(formula, Lesser | Greater | Excess):
        for first, second in combinations(formula.parts, 2):
            yield from _iter_codes_around_crossing(first, second, row_at, low, high)


def _iter_codes_around_crossing(
    first: Formula, second: Formula, row_at: Callable[[int], Row], low: int, high: int
) -> Iterator[int]:
    """Walk the two codes between which one formula comes to exceed another, if any."""

    def is_more(code: int) -> bool:
        row = row_at(code)
        amount = evaluate_in_minor_units(first, row)
        return amount > evaluate_in_minor_units(second, row)

    is_more_at_low = is_more(low)
    # Where both ends compare alike, a crossing between them and one back are missed.
    if is_more(high) != is_more_at_low:
        while low < high - 1:
            middle = (low + high) // 2
            is_below = is_more(middle) == is_more_at_low
            low, high = (middle, high) if is_below else (low, middle)
        yield from (low, high)
