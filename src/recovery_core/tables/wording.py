"""Conditions and gifts in words, as people read them in tables, reasons and errors."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Final

from .column import Column
from .conditions import Cell, When
from .domains import Choices, Flags
from .rules import Gift, Rule
from .spans import Span

__all__ = [
    "format_cell",
    "format_cell_values",
    "format_column_domain",
    "format_condition",
    "format_gift",
    "format_gifts",
    "format_value",
]

# What a name must not hold to stand in a sentence as it is.
_PLAIN: Final = re.compile(r"[\w+./-]+(?: [\w+./-]+)*")
_WORDS: Final = frozenset({"and", "any", "is", "known", "missing", "not", "or", "to"})


def format_condition(when: When | None) -> str:
    """Write a condition as one line: ``30 min <= arrival_delay <= 59 min``."""
    if when is None:
        return "always"
    cells = [format_cell(cell) for cell in when.cells]
    return " and ".join(_parenthesise_alternatives(cells))


def _parenthesise_alternatives(cells: Sequence[str]) -> Iterable[str]:
    """Set in parentheses what would be read wrong among others."""
    is_joined = len(cells) > 1
    return (f"({c})" if is_joined and " or " in c else c for c in cells)


def format_cell(cell: Cell) -> str:
    """Write what one column must be."""
    column, spans = cell.column, cell.spans
    if spans == (column.span,):
        return f"any {column.name}"
    if isinstance(column.domain, Flags) and not column.is_optional:
        return column.name if spans == ((1, 1),) else f"not {column.name}"
    return " or ".join(_iter_named_spans(column, spans))


def format_cell_values(cell: Cell) -> str:
    """Write what one column must be without its name, for the cell of a table."""
    if cell.spans == (cell.column.span,):
        return "any"
    parts = [
        part for span in cell.spans for part in _iter_span_texts(cell.column, span)
    ]
    is_joined = len(parts) > 1
    return " or ".join(f"({p})" if is_joined and " and " in p else p for p in parts)


def format_value(column: Column, code: int) -> str:
    """Write one value; a name that could be read for something else is quoted."""
    text = column.text_of(code)
    if code > column.domain.most or not isinstance(column.domain, Choices):
        return text
    # A choice called "missing" or "a or b" would read as something else in a sentence.
    is_plain = _PLAIN.fullmatch(text) and _WORDS.isdisjoint(text.lower().split())
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def format_column_domain(column: Column) -> str:
    """Write what a column may hold, and where it comes from."""
    domain = column.domain
    fits = "yes or no" if isinstance(domain, Flags) else str(domain)
    if isinstance(domain, Choices):
        codes = range(domain.least, domain.most + 1)
        names = ", ".join(format_value(column, code) for code in codes)
        fits = f"one of {names}{', rising' if domain.is_ordered else ''}"
    missing = ", or missing" if column.is_optional else ""
    sources = " and ".join(source.name for source in column.inputs)
    return f"{fits}{missing}{f', computed from {sources}' if sources else ''}"


def _iter_named_spans(column: Column, spans: Iterable[Span]) -> Iterable[str]:
    """Write each span with the name of the column."""
    name = column.name
    for low, high in spans:
        for part in _iter_span_texts(column, (low, high)):
            if part in {"known", "missing"}:
                yield f"{name} is {part}"
            elif " and " in part:
                first, last = format_value(column, low), format_value(column, high)
                yield f"{first} <= {name} <= {last}"
            else:
                sign = "" if part.startswith((">= ", "<= ")) else "= "
                yield f"{name} {sign}{part}"


def _iter_span_texts(column: Column, span: Span) -> Iterable[str]:
    """Write one span, a part for each thing it may be; an end that is open is left."""
    (low, high), top = span, column.domain.most
    # The code above the top stands for a missing value, which is told by itself.
    last = min(high, top)
    if isinstance(column.domain, Flags | Choices) and not _is_told_by_ends(
        column, low, last
    ):
        yield from (format_value(column, code) for code in range(low, last + 1))
    elif low == last:
        yield format_value(column, low)
    elif low < last:
        ends: list[str] = []
        if low > column.domain.least:
            ends.append(f">= {format_value(column, low)}")
        if last < top:
            ends.append(f"<= {format_value(column, last)}")
        yield " and ".join(ends) or "known"
    if high > top:
        yield "missing"


def _is_told_by_ends(column: Column, low: int, last: int) -> bool:
    """Return whether some choices are best said by their ends: ordered, and many."""
    domain = column.domain
    is_all = (low, last) == (domain.least, domain.most)
    return low < last and (
        is_all or (isinstance(domain, Choices) and domain.is_ordered)
    )


def format_gift(gift: Gift) -> str:
    """Write one thing that is given."""
    by_law = ", by law" if gift.is_statutory else ""
    return f"{gift}{by_law}"


def format_gifts(rule: Rule) -> str:
    """Write all that a rule gives, ways to choose from first."""
    choices = [format_gift(gift) for gift in rule.alternatives]
    amends = [format_gift(gift) for gift in rule.amends]
    if len(choices) > 1:
        choices = [f"one of ({'; '.join(choices)})"]
    return "; ".join(choices + amends) or "nothing"
