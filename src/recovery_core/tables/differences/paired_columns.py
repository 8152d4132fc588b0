"""The columns of two tables side by side, and what the rules of both make of a value.

A column that the tables compute otherwise is redefined: it becomes two columns over
the same inputs, one for each table, so that what is compared is always one claim.
Columns go by key: their name, but for the new one of a redefined column, which has a
suffix.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice, pairwise
from math import prod
from typing import Final, TypeAlias

import attrs

from ..column import Column
from ..column_type import are_same_function
from ..domains import Choices, Flags, Plain
from ..rule_sets import Mask, StepBudget
from ..rules import Rule
from ..spans import is_in
from ..table import Table
from .column_overlap import (
    common_choices_or_none,
    common_code_span,
    explain_incomparability,
    is_computed_otherwise,
)

__all__ = ["Row", "TablePair"]

_MOST_CHANGE_CODES: Final = 500
_ROWS_OF_ALL_REGIONS: Final = 1_000_000  # rows, in all regions together
_ROWS_OF_ANY_REGION: Final = 100  # rows of a region that are looked at in any case
_MOST_COMBINATIONS: Final = 600_000  # rows that a computed column is asked for

Row: TypeAlias = dict[str, Plain]
"""Plain values by key: the name of a column, or that with the suffix of the new one."""


@attrs.frozen(eq=False)
class TablePair:
    """Pair the columns of two tables; one that only one reads goes with itself."""

    old: Table
    new: Table
    steps: StepBudget = attrs.field(
        factory=lambda: StepBudget(_ROWS_OF_ALL_REGIONS), init=False
    )

    def iter_rows_within_budget(
        self, rows: Iterator[Row], row_limit: int
    ) -> Iterator[Row]:
        """Walk rows of one region, fewer where all before it took many."""
        # Even with nothing left, a region gets a few rows, or it would have no claim.
        limit = min(row_limit, max(self.steps.left, _ROWS_OF_ANY_REGION))
        for row in islice(rows, limit):
            self.steps.left -= 1
            yield row

    @cached_property
    def _columns_by_name(self) -> tuple[dict[str, Column], dict[str, Column]]:
        """The columns of the old table, and those of the new one."""
        before = {c.name: c for c in (*self.old.columns, *self.old.inputs)}
        return before, {c.name: c for c in (*self.new.columns, *self.new.inputs)}

    @cached_property
    def _suffix_of_new(self) -> str:
        """What stands behind the name of a redefined column, for the new table.

        So many signs that no name of a caller ends with them.
        """
        names = "\n".join((*self._columns_by_name[0], *self._columns_by_name[1], ""))
        suffix = "'"
        while f"{suffix}\n" in names:
            suffix += "'"
        return suffix

    @cached_property
    def redefined_names(self) -> tuple[str, ...]:
        """The names of what the two tables compute otherwise."""
        before, after = self._columns_by_name
        return tuple(
            name
            for name in before
            if name in after and is_computed_otherwise(before[name], after[name])
        )

    @cached_property
    def names_read_otherwise(self) -> tuple[str, ...]:
        """The names of what the two tables read from the claim by other functions."""
        before, after = self._columns_by_name
        return tuple(
            name
            for name, old in before.items()
            if name in after and not are_same_function(old.reader, after[name].reader)
        )

    @cached_property
    def column_pairs_by_key(self) -> Mapping[str, tuple[Column, Column]]:
        """Both columns by key, as each table declares them."""
        before, after = self._columns_by_name
        pairs: dict[str, tuple[Column, Column]] = {}
        for name, old in before.items():
            is_split = name in self.redefined_names
            pairs[name] = old, old if is_split else after.get(name, old)
        for name, new in after.items():
            is_split = name in self.redefined_names
            key = name + self._suffix_of_new if is_split else name
            pairs.setdefault(key, (new, new))
        return pairs

    @cached_property
    def computed_keys(self) -> list[str]:
        """The keys of what is computed."""
        return [
            key
            for key, (column, _) in self.column_pairs_by_key.items()
            if column.function is not None
        ]

    def source_keys(self, key: str) -> list[str]:
        """Return the keys of what a column is computed from."""
        column = self.column_pairs_by_key[key][0]
        is_new = key != column.name or column.name not in self._columns_by_name[0]
        redefined = self.redefined_names if is_new else ()
        return [
            name + self._suffix_of_new if name in redefined else name
            for name in (source.name for source in column.inputs)
        ]

    def with_computed_values(self, row: Mapping[str, Plain]) -> Row:
        """Return a row with its computed columns worked out."""
        complete_row = dict(row)
        # Sources come before what is computed from them, as in the tables.
        for key in self.computed_keys:
            inputs = (complete_row[source] for source in self.source_keys(key))
            complete_row[key] = self.column_pairs_by_key[key][0].compute(*inputs)
        return complete_row

    def row_for_new_table(self, row: Row) -> Row:
        """Return a row as the new table reads it; the old one reads it as it stands."""
        if not self.redefined_names:
            return row
        return row | {n: row[n + self._suffix_of_new] for n in self.redefined_names}

    def distinct_column_names(self, keys: Iterable[str]) -> list[str]:
        """Return the names of columns by key, each once."""
        return [*dict.fromkeys(self.column_pairs_by_key[key][0].name for key in keys)]

    # ---------------------------------------------------------------------- values

    @cached_property
    def incomparability_reasons(self) -> list[str]:
        """Why columns cannot be compared; empty where they can."""
        return [
            reason
            for pair in self.column_pairs_by_key.values()
            if (reason := explain_incomparability(*pair))
        ]

    def common_code_span(self, key: str) -> tuple[int, int]:
        """Return the first and the last code that both columns know."""
        old, new = self.column_pairs_by_key[key]
        return common_code_span(old.domain, new.domain)

    def list_common_values(self, key: str) -> Sequence[Plain]:
        """List every value that both columns may hold."""
        old, new = self.column_pairs_by_key[key]
        low, high = self.common_code_span(key)
        values = common_choices_or_none(old.domain, new.domain)
        if values is None:
            values = [old.domain.of(code) for code in range(low, high + 1)]
        return [*values, None] if self._is_optional_in_both(key) else values

    def count_common_values(self, key: str) -> int:
        """Count the values that both columns may hold."""
        low, high = self.common_code_span(key)
        return high - low + 1 + self._is_optional_in_both(key)

    def lowest_common_value(self, key: str) -> Plain:
        """Return the first value that both columns may hold."""
        old, new = self.column_pairs_by_key[key]
        choices = common_choices_or_none(old.domain, new.domain)
        return choices[0] if choices else old.domain.of(self.common_code_span(key)[0])

    def _is_optional_in_both(self, key: str) -> bool:
        old, new = self.column_pairs_by_key[key]
        return old.is_optional and new.is_optional

    def iter_lowest_value_per_piece(self, key: str) -> Iterator[Plain]:
        """Walk the first value of every piece that a rule of either table cuts out."""
        column, _ = self.column_pairs_by_key[key]
        if isinstance(column.domain, Choices | Flags):
            yield from self.list_common_values(key)
            return
        low, high = self.common_code_span(key)
        starts = {low}
        for rules in self._rules_of_old_and_new_testing(key):
            for first, last in _iter_spans_on_column(column.name, rules):
                starts.update((first, last + 1))
        yield from (column.domain.of(c) for c in sorted(starts) if low <= c <= high)
        if self._is_optional_in_both(key):
            yield None

    def _rules_of_old_and_new_testing(
        self, key: str
    ) -> tuple[Sequence[Rule], Sequence[Rule]]:
        """Return the rules that a column bears on: of one table, where redefined."""
        if key != self.column_pairs_by_key[key][0].name:
            return (), self.new.rows
        return self.old.rows, () if key in self.redefined_names else self.new.rows

    @cached_property
    def _change_codes_by_key(self) -> dict[str, list[int]]:
        """The memory of `list_codes_where_computed_values_change`."""
        return {}

    def list_codes_where_computed_values_change(self, key: str) -> Sequence[int]:
        """List codes of a column at which what is computed from it alone changes.

        Every one where it is small; where it is large, those between a few points.
        """
        if key not in self._change_codes_by_key:
            codes = (
                code
                for computed_key in self.computed_keys
                if self.source_keys(computed_key) == [key]
                for code in self._iter_codes_where_value_changes(computed_key, key)
            )
            self._change_codes_by_key[key] = [*islice(codes, _MOST_CHANGE_CODES)]
        return self._change_codes_by_key[key]

    def _iter_codes_where_value_changes(
        self, computed_key: str, source_key: str
    ) -> Iterator[int]:
        """Walk the codes at which a computed value differs from that of the code below.

        Where there are too many codes, each of some stretches is searched for one.
        """
        low, high = self.common_code_span(source_key)
        source = self.column_pairs_by_key[source_key][0]
        computed = self.column_pairs_by_key[computed_key][0]

        def value_at(code: int) -> Plain:
            return computed.compute(source.of(code))

        codes = range(low, high + 1)
        if len(codes) <= _MOST_COMBINATIONS:
            values = map(value_at, codes)
            yield from (
                code
                for code, (before, after) in enumerate(pairwise(values), low + 1)
                if before != after
            )
            return
        # Stretches grow from both ends by powers of two: bounds mostly lie near an end.
        offsets = [2**n for n in range((high - low).bit_length())]
        points = {low, high, *(low + n for n in offsets), *(high - n for n in offsets)}
        for first, last in pairwise(sorted(points)):
            if value_at(first) != (last_value := value_at(last)):
                between = range(first + 1, last)
                yield (
                    first
                    + 1
                    + bisect_left(
                        between, 1, key=lambda code: value_at(code) == last_value
                    )
                )

    # ---------------------------------------------------------------------- levels

    @property
    def all_rules_mask(self) -> Mask:
        """The rules of both tables; those of the new one come after the others."""
        return (1 << (len(self.old.rows) + len(self.new.rows))) - 1

    def mask_of_accepting_rules(self, key: str, value: Plain) -> Mask:
        """Return which rules of both tables a value of one column meets."""
        mask, size = self.all_rules_mask, len(self.old.rows)
        # Rules that do not test the column accept every value of it.
        for rules, column, shift in zip(
            self._rules_of_old_and_new_testing(key),
            self.column_pairs_by_key[key],
            (0, size),
            strict=True,
        ):
            for number, rule in enumerate(rules):
                cells = rule.when.cells if rule.when is not None else ()
                for cell in cells:
                    if cell.column.name == column.name:
                        is_met = is_in(column.code(value), cell.spans)
                        mask &= ~((not is_met) << (number + shift))
        return mask

    @cached_property
    def tested_keys(self) -> list[str]:
        """The keys of the columns that a condition names."""
        return [
            key
            for key, (column, _) in self.column_pairs_by_key.items()
            if any(
                any(_iter_spans_on_column(column.name, rules))
                for rules in self._rules_of_old_and_new_testing(key)
            )
        ]

    @cached_property
    def computed_and_source_key_groups(self) -> list[tuple[list[str], list[str]]]:
        """Gather what is computed and tested by common sources, sources second."""
        groups: list[tuple[list[str], list[str]]] = []
        for key in (key for key in self.computed_keys if key in self.tested_keys):
            sources = self.source_keys(key)
            # One source in common makes two groups one: they are walked together.
            touching = [
                group for group in groups if not set(sources).isdisjoint(group[1])
            ]
            groups = [group for group in groups if group not in touching]
            joined_keys = [k for keys, _ in touching for k in keys]
            joined = [
                source for _, group_sources in touching for source in group_sources
            ]
            groups.append(([*joined_keys, key], [*dict.fromkeys([*joined, *sources])]))
        return groups

    def can_be_enumerated(self, source_keys: Sequence[str]) -> bool:
        """Return whether every combination of values of some columns can be tried."""
        return prod(map(self.count_common_values, source_keys)) <= _MOST_COMBINATIONS

    @cached_property
    def untraceable_keys(self) -> list[str]:
        """The keys of what is computed from too much to walk through, and tested."""
        return [
            key
            for computed_keys, source_keys in self.computed_and_source_key_groups
            if not self.can_be_enumerated(source_keys)
            for key in computed_keys
        ]


def _iter_spans_on_column(
    name: str, rules: Iterable[Rule]
) -> Iterator[tuple[int, int]]:
    """Walk the spans of codes that the conditions of rules accept of a column."""
    for rule in rules:
        for cell in rule.when.cells if rule.when is not None else ():
            if cell.column.name == name:
                yield from cell.spans
