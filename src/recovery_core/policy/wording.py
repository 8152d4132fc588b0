"""Conditions in words, as people read them in tables, reasons and errors."""

from __future__ import annotations

from ._spans import Span
from .cells import Cell, When
from .column import Column
from .domains import Choices, Flags

__all__ = ["condition", "of_cell", "values_of"]


def condition(when: When | None) -> str:
    """Write a condition as one line: ``30 min <= arrival_delay <= 59 min``."""
    if when is None:
        return "always"
    return " and ".join(map(of_cell, when.cells))


def of_cell(cell: Cell) -> str:
    """Write what one column must be."""
    column, spans = cell.column, cell.spans
    if isinstance(column.domain, Flags) and not column.is_optional:
        return column.name if spans == ((1, 1),) else f"not {column.name}"
    return " or ".join(_span(column, span) for span in spans)


def values_of(cell: Cell) -> str:
    """Write what one column must be without its name, for the cell of a table."""
    return " or ".join(_bare(cell.column, span) for span in cell.spans)


def _span(column: Column, span: Span) -> str:
    """Write one span with the name of the column."""
    (low, high), name = span, column.name
    if low > column.domain.most:
        return f"{name} is missing"
    if _is_bounded(column, span):
        return f"{column.shown(low)} <= {name} <= {column.shown(high)}"
    bare = _bare(column, span)
    verb = "is " if bare.startswith("known") else ""
    sign = "" if verb or bare.startswith((">", "<")) else "= "
    return f"{name} {verb}{sign}{bare}"


def _is_bounded(column: Column, span: Span) -> bool:
    low, high = span
    inside = column.domain.least < low < high < column.domain.most
    return inside and not _is_named(column)


def _is_named(column: Column) -> bool:
    return isinstance(column.domain, Choices) and not column.domain.is_ordered


def _bare(column: Column, span: Span) -> str:
    """Write one span without the name of the column."""
    (low, high), shown, top = span, column.shown, column.domain.most
    if high > top:
        known = f"{_bare(column, (low, top))} or " if low <= top else ""
        return f"{known}missing"
    if _is_named(column):
        return " or ".join(shown(code) for code in range(low, high + 1))
    if low == high:
        return shown(low)
    if low > column.domain.least:
        return f">= {shown(low)}" if high == top else f"{shown(low)} to {shown(high)}"
    if high < top:
        return f"<= {shown(high)}"
    return "known" if column.is_optional else "any"
