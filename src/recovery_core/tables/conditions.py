"""When a rule holds: for each column a set of values, and all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NoReturn

import attrs

from .._domain import checks
from ..errors import InvalidValueError
from .spans import Spans, is_in, shared, united, without

if TYPE_CHECKING:
    from .column_type import Column

__all__ = ["Cell", "When", "as_when"]


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
        if not inside or self.spans != united(self.spans):
            raise InvalidValueError(
                f"codes of {self.column.name!r} cannot be {self.spans!r:.80}: give "
                f"sorted spans from {low} to {high} that do not touch"
            )


def _once(instance: When, attribute: object, value: tuple[Cell, ...]) -> None:
    if not value:
        raise InvalidValueError("a condition names a column; for always leave it out")
    if len({cell.column.name for cell in value}) < len(value):
        raise InvalidValueError("a condition names each column once; join them with &")


def _in_any_order(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
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
        validator=[checks.tuple_of(Cell), _once], eq=_in_any_order
    )

    def __and__(self, other: When | Column) -> When:
        """Demand both."""
        merged = {cell.column.name: cell for cell in self.cells}
        for cell in as_when(other).cells:
            mine = merged.get(cell.column.name)
            if mine is not None:
                same_column(mine.column, cell.column)
                cell = Cell(cell.column, shared(mine.spans, cell.spans))  # noqa: PLW2901
            merged[cell.column.name] = cell
        return When(tuple(merged.values()))

    def __or__(self, other: When | Column) -> When:
        """Demand either; both must be about the same one column."""
        mine, theirs = self._only("|"), as_when(other)._only("|")
        if mine.column.name != theirs.column.name:
            raise InvalidValueError(
                f"| joins conditions on one column, not on {mine.column.name!r} and "
                f"{theirs.column.name!r}: write one rule for each"
            )
        same_column(mine.column, theirs.column)
        return When((Cell(mine.column, united(mine.spans + theirs.spans)),))

    def __invert__(self) -> When:
        """Demand the opposite; it must be about one column.

        Of a condition and its opposite exactly one holds, whatever is asked. So the
        opposite of a comparison holds for a missing value as well, for which no
        comparison holds: ``~(late >= 60)`` includes it, ``late < 60`` does not.
        """
        cell = self._only("~")
        return When((Cell(cell.column, without(cell.column.span, cell.spans)),))

    def __bool__(self) -> NoReturn:
        """Refuse `and`, `or`, `not` and chained comparisons: they lose a half."""
        raise TypeError(
            "a condition is neither true nor false: join with & instead of 'and', "
            "negate with ~, and write a range as column.between(30, 60)"
        )

    def _only(self, sign: str) -> Cell:
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


def same_column(one: Column, other: Column) -> None:
    """Refuse two columns that share a name and differ in the rest."""
    if not one.is_same(other):
        raise InvalidValueError(
            f"two columns are called {one.name!r}: make it once and use it everywhere"
        )


def as_when(given: object) -> When:
    """Return a condition from a condition, or from a flag column.

    Raises:
        InvalidValueError: It is neither.
    """
    if isinstance(given, When):
        return given
    turned: Callable[[], When] | None = getattr(given, "as_when", None)
    if turned is not None:
        return turned()
    raise InvalidValueError(
        f"a condition cannot be {given!r:.80}: compare a column, such as late >= 60"
    )
