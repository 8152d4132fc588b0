"""Which rule of a table holds, for many claims: a dense grid of its cells.

Every column that a condition names is cut where a rule cuts it. The outcome of each
cell comes from the one-claim reader, asked at the cell's lowest values, so that both
readers choose alike by construction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from math import prod
from typing import Any, Final

import attrs
import numpy as np

from ..column import Column
from ..conditions import Cell, When
from ..domains import Plain
from ..rule_sets import Mask, cells_by_column, split_by_cells
from ..rules import Rule
from ..spans import Span, Spans
from ..table import Table
from .arrays import Array
from .claims import Chunk
from .mixed_radix import Digit, combination_numbers, narrowest_integer_type
from .payouts import PayoutTable
from .plans import Route, SingleTablePlan, is_any_computed_in_python

__all__ = ["TablePlan", "mask_of_claims_meeting"]

_MOST_CELLS: Final = 200_000
_SMALL: Final = 16


@attrs.frozen(eq=False)
class TablePlan(SingleTablePlan):
    """Decide many claims by a table.

    Args:
        table: The table.
        most_cells: The largest grid that is built; beyond it rules are tried in turn.
    """

    most_cells: int = _MOST_CELLS
    _chooser: Grid | Masks = attrs.field(init=False)
    _worths: PayoutTable = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Build the grid, and find the formulas that outcomes share."""
        table = self.table
        priced = [(outcome.label, outcome.worth) for outcome in table.outcomes]
        worths = PayoutTable.of_formulas(priced, f"table {table.name!r}")
        chooser = Grid.build_or_none(table, self.most_cells) or Masks.from_table(table)
        if isinstance(chooser, Grid):
            worths = worths.indexed_by(chooser.outcomes)
        object.__setattr__(self, "_chooser", chooser)
        object.__setattr__(self, "_worths", worths)

    @property
    def route(self) -> Route:
        """By its grid, or rule by rule; or by what Python computes for it."""
        if is_any_computed_in_python(self.table.columns):
            return Route.COMPUTED
        return Route.GRID if isinstance(self._chooser, Grid) else Route.MASKS

    @property
    def labels(self) -> list[str]:
        """The labels of its outcomes."""
        return [outcome.label for outcome in self.table.outcomes]

    def decide_chunk(self, chunk: Chunk, minor_out: Array) -> Array:
        """Look the outcomes up, then work out what they cost."""
        places = self._chooser.numbers_of_claims(chunk)
        self._worths.write_payouts(minor_out, places, chunk)
        if isinstance(self._chooser, Grid):
            return self._chooser.outcomes.take(places, mode="clip")
        return places


@attrs.frozen(eq=False)
class Grid:
    """Number the cell of every claim, and know the outcome of every cell.

    Args:
        digits: How each column is cut.
        outcomes: The outcome of every cell.
    """

    digits: tuple[Digit, ...]
    outcomes: Array

    @classmethod
    def build_or_none(cls, table: Table, most_cells: int) -> Grid | None:
        """Build the grid of a table; None where it would be too large."""
        conditions = [row.when for row in table.rows]
        columns = table.tested
        named = cells_by_column(conditions)
        cut = [
            split_by_cells(c, named.get(c.name, []), len(conditions)) for c in columns
        ]
        cells = prod(map(len, cut))
        if cells > most_cells:
            return None
        digits: list[Digit] = []
        kinds_by_digit: list[Array] = []
        values_by_column: list[list[Plain]] = []
        for column, pieces in zip(columns, cut, strict=True):
            size = column.span[1] - column.span[0] + 1
            more = cells // len(pieces) * size
            # A cell for each value needs no search: for small columns that is worth it.
            is_whole = size <= _SMALL and more <= most_cells
            cells = more if is_whole else cells
            starts = [first for (first, _), _ in pieces]
            digit = (
                Digit.with_a_piece_per_value(column)
                if is_whole
                else Digit.from_piece_starts(column, starts)
            )
            kinds, lowest = _kinds_and_lowest_values(column, pieces)
            digits.append(digit)
            kinds_by_digit.append(
                kinds[np.searchsorted(starts, digit.starts, "right") - 1]
            )
            values_by_column.append(lowest)
        outcomes = _outcomes_of_combinations(table, columns, values_by_column)
        # Pieces that no rule tells apart were asked about once: spread the answers.
        outcome_by_cell = outcomes[np.ix_(*kinds_by_digit)].ravel()
        return cls(tuple(digits), outcome_by_cell)

    def numbers_of_claims(self, chunk: Chunk) -> Array:
        """Return the cell of every claim."""
        codes = [chunk.codes(digit.column) for digit in self.digits]
        return combination_numbers(self.digits, codes, chunk.rows).astype(np.intp)


def _kinds_and_lowest_values(
    column: Column, pieces: list[tuple[Span, Mask]]
) -> tuple[Array, list[Plain]]:
    """Return the sorts of pieces that rules tell apart, each with its lowest value."""
    numbered: dict[Mask, int] = {}
    lowest: list[Plain] = []
    for (first, _), mask in pieces:
        if mask not in numbered:
            numbered[mask] = len(numbered)
            lowest.append(column.of(first))
    return np.array([numbered[mask] for _, mask in pieces]), lowest


def _outcomes_of_combinations(
    table: Table, columns: tuple[Column, ...], values_by_column: list[list[Plain]]
) -> Array:
    """Ask the one-claim reader about every combination; an axis for each column."""
    choose = _build_outcome_chooser(table)
    names = [column.name for column in columns]
    rows = product(*values_by_column)
    answers = [choose(dict(zip(names, row, strict=True))) for row in rows]
    shape = tuple(map(len, values_by_column))
    return np.array(answers, narrowest_integer_type(len(table.outcomes))).reshape(shape)


def _build_outcome_chooser(table: Table) -> Callable[[Mapping[str, Any]], int]:
    """Return the one-claim reader, told what is computed instead of computing it."""
    if not any(column.function for column in table.tested):
        return table.choose

    def with_condition_alone(rule: Rule) -> Rule:
        return attrs.evolve(
            rule,
            when=_with_computed_columns_as_given(rule.when),
            alternatives=(),
            amends=(),
        )

    return attrs.evolve(
        table,
        rules=tuple(map(with_condition_alone, table.rules)),
        exclusions=tuple(map(with_condition_alone, table.exclusions)),
        otherwise=table.otherwise and with_condition_alone(table.otherwise),
    ).choose


def _with_computed_columns_as_given(when: When | None) -> When | None:
    """Return a condition that reads computed columns as if they were given."""
    if when is None:
        return None
    cells = [
        Cell(
            attrs.evolve(cell.column, inputs=(), function=None, vector=None), cell.spans
        )
        for cell in when.cells
    ]
    return When(tuple(cells))


@attrs.frozen(eq=False)
class Masks:
    """Try the rules of a table in turn, on all claims at once.

    Args:
        table: The table.
        kind: The type of its outcomes.
    """

    table: Table
    kind: type[np.signedinteger]

    @classmethod
    def from_table(cls, table: Table) -> Masks:
        """Prepare a table."""
        return cls(table, narrowest_integer_type(len(table.outcomes)))

    def numbers_of_claims(self, chunk: Chunk) -> Array:
        """Return the outcome of every claim."""
        table = self.table
        held = [mask_of_claims_meeting(row.when, chunk) for row in table.rows]
        if not table.hit.is_collecting:
            places = np.zeros(chunk.rows, self.kind)
            # The first rule that holds decides: it is written last.
            for place in reversed(range(len(held))):
                places[held[place]] = place
            return places
        # Every set of rules that hold together is told apart once.
        packed = np.packbits(np.stack(held), axis=0, bitorder="little")
        sets, inverse = np.unique(packed, axis=1, return_inverse=True)
        decider = table.decider
        masks = (int.from_bytes(column.tobytes(), "little") for column in sets.T)
        found = [decider.number_by_way[decider.deciding_places(mask)] for mask in masks]
        return np.array(found, self.kind)[inverse.reshape(-1)]


def mask_of_claims_meeting(when: When | None, chunk: Chunk) -> Array:
    """Return for each claim whether it meets a condition; None always holds."""
    held = np.ones(chunk.rows, bool)
    for cell in when.cells if when is not None else ():
        held &= _mask_of_codes_within(chunk.codes(cell.column), cell.spans)
    return held


def _mask_of_codes_within(codes: Array, spans: Spans) -> Array:
    """Return for each code whether it lies within any of some spans."""
    within = np.zeros(codes.size, bool)
    for low, high in spans:
        within |= (codes >= low) & (codes <= high)
    return within
