"""When a rule holds: for each column a set of values, and all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NoReturn

import attrs

from .._domain import checks
from ..errors import InvalidValueError
from .spans import Spans, intersect_spans, is_in, span_without, unite_spans

if TYPE_CHECKING:
    from .column_type import Column

__all__ = ["Cell", "When", "check_same_column", "to_condition"]


@attrs.frozen
class Cell:
    """The codes of one column that a rule accepts."""

    column: Column
    spans: Spans

    def __attrs_post_init__(self) -> None:
        """Refuse what no value can meet, and codes that stand for none."""
        if not self.spans:
            raise InvalidValueError(
                f"no value of {self.column.name!r} can meet this condition: it holds "
                f"{self.column.domain}; use | for either of two"
            )
        low, high = self.column.span
        inside = all(low <= first <= last <= high for first, last in self.spans)
        if not inside or self.spans != unite_spans(self.spans):
            raise InvalidValueError(
                f"codes of {self.column.name!r} cannot be {self.spans!r:.80}: give "
                f"sorted spans from {low} to {high} that do not touch"
            )


def _check_each_column_once(
    instance: When, attribute: object, value: tuple[Cell, ...]
) -> None:
    """Refuse no cell at all, and two cells of one column."""
    if not value:
        raise InvalidValueError("a condition names a column; for always leave it out")
    if len({cell.column.name for cell in value}) < len(value):
        raise InvalidValueError("a condition names each column once; join them with &")


def _sorted_by_column(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    return tuple(sorted(cells, key=lambda cell: cell.column.name))


@attrs.frozen
class When:
    """When a rule holds: every column it names lies within its cell.

    Made by comparing columns, and joined with ``&``; ``|`` and ``~`` work within one
    column. It is data: nothing in it is ever evaluated as text.

    Args:
        cells: One for each column that matters, in the order they are shown.

    Raises:
        InvalidValueError: No value can meet a cell, a column is named twice, or two
            columns are joined with ``|``.
    """

    cells: tuple[Cell, ...] = attrs.field(
        validator=[checks.tuple_of(Cell), _check_each_column_once], eq=_sorted_by_column
    )

    def __and__(self, other: When | Column) -> When:
        """Demand both."""
        merged = {cell.column.name: cell for cell in self.cells}
        for cell in to_condition(other).cells:
            own = merged.get(cell.column.name)
            spans = cell.spans
            if own is not None:
                check_same_column(own.column, cell.column)
                spans = intersect_spans(own.spans, spans)
            merged[cell.column.name] = Cell(cell.column, spans)
        return When(tuple(merged.values()))

    def __or__(self, other: When | Column) -> When:
        """Demand either; both must be about the same one column."""
        left, right = self._only_cell("|"), to_condition(other)._only_cell("|")
        if left.column.name != right.column.name:
            raise InvalidValueError(
                f"| joins conditions on one column, not on {left.column.name!r} and "
                f"{right.column.name!r}: write one rule for each"
            )
        check_same_column(left.column, right.column)
        return When((Cell(left.column, unite_spans(left.spans + right.spans)),))

    def __invert__(self) -> When:
        """Demand the opposite; it must be about one column.

        Of a condition and its opposite exactly one holds, whatever is asked. So the
        opposite of a comparison holds for a missing value as well, for which no
        comparison holds: ``~(late >= 60)`` includes it, ``late < 60`` does not.
        """
        cell = self._only_cell("~")
        return When((Cell(cell.column, span_without(cell.column.span, cell.spans)),))

    def __bool__(self) -> NoReturn:
        """Refuse `and`, `or`, `not` and chained comparisons: they lose a half."""
        raise TypeError(
            "a condition is neither true nor false: join with & instead of 'and', "
            "negate with ~, and write a range as column.between(30, 60)"
        )

    def _only_cell(self, sign: str) -> Cell:
        """Return the one cell, and refuse a condition on more columns for a sign."""
        if len(self.cells) != 1:
            names = ", ".join(repr(cell.column.name) for cell in self.cells)
            raise InvalidValueError(
                f"{sign} works within one column, not on {names}: write one rule for "
                "each way it can hold"
            )
        return self.cells[0]

    def holds(self, codes: Mapping[str, int]) -> bool:
        """Return whether a row of codes, by column name, meets every cell."""
        return all(is_in(codes[cell.column.name], cell.spans) for cell in self.cells)


def check_same_column(column: Column, namesake: Column) -> None:
    """Refuse two columns that share a name and differ in the rest."""
    if not column.is_same(namesake):
        raise InvalidValueError(
            f"two columns are called {column.name!r}: make it once and use it "
            "everywhere"
        )


def to_condition(value: object) -> When:
    """Convert a condition, or a flag column, to a condition.

    Raises:
        InvalidValueError: It is neither.
    """
    if isinstance(value, When):
        return value
    # A column, told by its method: columns stand above conditions and are not imported.
    as_when: Callable[[], When] | None = getattr(value, "as_when", None)
    if as_when is not None:
        return as_when()
    raise InvalidValueError(
        f"a condition cannot be {value!r:.80}: compare a column, such as late >= 60"
    )
