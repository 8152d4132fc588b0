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

__all__ = ["condition", "gift", "gifts", "of_cell", "of_column", "value", "values_of"]

# What a name must not hold to stand in a sentence as it is.
_PLAIN: Final = re.compile(r"[\w+./-]+(?: [\w+./-]+)*")
_WORDS: Final = frozenset({"and", "any", "is", "known", "missing", "not", "or", "to"})


def condition(when: When | None) -> str:
    """Write a condition as one line: ``30 min <= arrival_delay <= 59 min``."""
    if when is None:
        return "always"
    cells = [of_cell(cell) for cell in when.cells]
    return " and ".join(_apart(cells))


def _apart(cells: Sequence[str]) -> Iterable[str]:
    """Set in parentheses what would be read wrong among others."""
    several = len(cells) > 1
    return (f"({c})" if several and " or " in c else c for c in cells)


def of_cell(cell: Cell) -> str:
    """Write what one column must be."""
    column, spans = cell.column, cell.spans
    if spans == (column.span,):
        return f"any {column.name}"
    if isinstance(column.domain, Flags) and not column.is_optional:
        return column.name if spans == ((1, 1),) else f"not {column.name}"
    return " or ".join(_named(column, spans))


def values_of(cell: Cell) -> str:
    """Write what one column must be without its name, for the cell of a table."""
    if cell.spans == (cell.column.span,):
        return "any"
    parts = [part for span in cell.spans for part in _parts(cell.column, span)]
    several = len(parts) > 1
    return " or ".join(f"({p})" if several and " and " in p else p for p in parts)


def value(column: Column, code: int) -> str:
    """Write one value; a name that could be read for something else is quoted."""
    shown = column.text_of(code)
    if code > column.domain.most or not isinstance(column.domain, Choices):
        return shown
    is_plain = _PLAIN.fullmatch(shown) and _WORDS.isdisjoint(shown.lower().split())
    return shown if is_plain else json.dumps(shown, ensure_ascii=False)


def of_column(column: Column) -> str:
    """Write what a column may hold, and where it comes from."""
    domain = column.domain
    fits = "yes or no" if isinstance(domain, Flags) else str(domain)
    if isinstance(domain, Choices):
        codes = range(domain.least, domain.most + 1)
        names = ", ".join(value(column, code) for code in codes)
        fits = f"one of {names}{', rising' if domain.is_ordered else ''}"
    missing = ", or missing" if column.is_optional else ""
    sources = " and ".join(source.name for source in column.inputs)
    return f"{fits}{missing}{f', computed from {sources}' if sources else ''}"


def _named(column: Column, spans: Iterable[Span]) -> Iterable[str]:
    """Write each span with the name of the column."""
    name = column.name
    for low, high in spans:
        for part in _parts(column, (low, high)):
            if part in {"known", "missing"}:
                yield f"{name} is {part}"
            elif " and " in part:
                yield f"{value(column, low)} <= {name} <= {value(column, high)}"
            else:
                sign = "" if part.startswith((">= ", "<= ")) else "= "
                yield f"{name} {sign}{part}"


def _parts(column: Column, span: Span) -> Iterable[str]:
    """Write one span, a part for each thing it may be; an end that is open is left."""
    (low, high), top = span, column.domain.most
    known = min(high, top)
    if isinstance(column.domain, Flags | Choices) and not _is_range(column, low, known):
        yield from (value(column, code) for code in range(low, known + 1))
    elif low == known:
        yield value(column, low)
    elif low < known:
        ends: list[str] = []
        if low > column.domain.least:
            ends.append(f">= {value(column, low)}")
        if known < top:
            ends.append(f"<= {value(column, known)}")
        yield " and ".join(ends) or "known"
    if high > top:
        yield "missing"


def _is_range(column: Column, low: int, known: int) -> bool:
    """Return whether some choices are best said by their ends: ordered, and many."""
    domain = column.domain
    is_all = (low, known) == (domain.least, domain.most)
    return low < known and (
        is_all or (isinstance(domain, Choices) and domain.is_ordered)
    )


def gift(given: Gift) -> str:
    """Write one thing that is given."""
    by_law = ", by law" if given.is_statutory else ""
    return f"{given}{by_law}"


def gifts(rule: Rule) -> str:
    """Write all that a rule gives, ways to choose from first."""
    choices = [gift(each) for each in rule.alternatives]
    amends = [gift(each) for each in rule.amends]
    if len(choices) > 1:
        choices = [f"one of ({'; '.join(choices)})"]
    return "; ".join(choices + amends) or "nothing"
