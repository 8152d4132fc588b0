"""What the rules of two tables can tell apart, column by column."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from typing import TypeAlias

from ..domains import Choices, Flags, Plain
from ..rule_sets import Mask
from .paired_columns import Row, TablePair

__all__ = ["Level", "iter_levels"]

Level: TypeAlias = list[tuple[Row, Mask]]
"""What can be told apart in some columns: first values, and the rules they meet."""


def iter_levels(tables: TablePair) -> Iterator[Level]:
    """Walk what can be told apart, column by column; what hangs together at once.

    Exact but for `TablePair.untraceable_keys`: there each value is taken for possible.
    """
    walked_keys: set[str] = set()
    for computed_keys, source_keys in tables.computed_and_source_key_groups:
        if tables.can_be_enumerated(source_keys):
            walked_keys |= {*computed_keys, *source_keys}
            yield _build_level_by_enumeration(tables, computed_keys, source_keys)
    for key in tables.tested_keys:
        if key not in walked_keys:
            yield _first_row_per_mask(
                ({key: value}, tables.mask_of_accepting_rules(key, value))
                for value in tables.iter_lowest_value_per_piece(key)
            )


def _build_level_by_enumeration(
    tables: TablePair, computed_keys: Sequence[str], source_keys: Sequence[str]
) -> Level:
    """Build the level of computed columns by trying all values of their sources."""
    lookups = [
        (key, _build_mask_lookup(tables, key)) for key in (*source_keys, *computed_keys)
    ]
    computations: list[tuple[str, Callable[..., Plain], list[int]]] = []
    for key in computed_keys:
        places = [source_keys.index(source) for source in tables.source_keys(key)]
        compute = tables.column_pairs_by_key[key][0].compute
        computations.append((key, compute, places))
    all_rules_mask = tables.all_rules_mask

    def iter_rows_with_masks() -> Iterator[tuple[Row, Mask]]:
        for values in product(*map(tables.list_common_values, source_keys)):
            row = dict(zip(source_keys, values, strict=True))
            for key, compute, places in computations:
                row[key] = compute(*(values[place] for place in places))
            mask = all_rules_mask
            for key, mask_of_value in lookups:
                mask &= mask_of_value(row[key])
            yield row, mask

    return _first_row_per_mask(iter_rows_with_masks())


def _build_mask_lookup(tables: TablePair, key: str) -> Callable[[Plain], Mask]:
    """Build a quick `TablePair.mask_of_accepting_rules` for one column.

    Masks change at the first value of a piece alone, so one is kept for each piece.
    """
    column, _ = tables.column_pairs_by_key[key]
    masks_by_first_value = {
        value: tables.mask_of_accepting_rules(key, value)
        for value in tables.iter_lowest_value_per_piece(key)
    }
    if isinstance(column.domain, Choices | Flags):
        return masks_by_first_value.__getitem__
    starts = [column.code(value) for value in masks_by_first_value if value is not None]
    masks = [*masks_by_first_value.values()]
    mask_of_missing = masks_by_first_value.get(None, 0)

    def mask_of_value(value: Plain) -> Mask:
        if value is None:
            return mask_of_missing
        return masks[bisect_right(starts, column.code(value)) - 1]

    return mask_of_value


def _first_row_per_mask(rows_with_masks: Iterable[tuple[Row, Mask]]) -> Level:
    """Keep of rows that the same rules accept the first, which is the lowest."""
    rows_by_mask: dict[Mask, Row] = {}
    for row, mask in rows_with_masks:
        rows_by_mask.setdefault(mask, row)
    return [(row, mask) for mask, row in rows_by_mask.items()]
