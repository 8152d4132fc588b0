"""A table as people read it: one sheet, from which every printed form is drawn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import attrs

from .._readable import readable
from . import wording
from .column import Column
from .rules import Hit, Rule
from .table_parts import TableParts

__all__ = ["Sheet", "escaped", "grid", "sheet"]

_HITS: Final[Mapping[Hit, str]] = {
    Hit.UNIQUE: "no two rules ever hold together",
    Hit.FIRST: "the first rule that holds decides",
    Hit.SUM: "all rules that hold decide together",
    Hit.MAX: "of the rules that hold, the one worth most decides",
}

# Everything that Markdown could take for markup inside a line or a table; a sign such
# as "<=" and the underline inside a name stay as they are.
_MARKUP: Final = re.compile(
    r"[\\|*`\[\]~${}]"
    r"|<(?=[A-Za-z/!?])"
    r"|&(?=#?\w+;)"
    r"|(?<![^\W_])_|_(?![^\W_])"
)
_BREAKS: Final = re.compile(r"\s+")


@attrs.frozen
class Sheet:
    """A table as texts, for whatever prints it.

    Args:
        title: What it is called.
        head: What the columns are called.
        rows: A row for each rule, as many texts as there are columns; empty where
            anything will do.
        notes: What stands below, as pairs of a heading and a text.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[tuple[str, str], ...]

    def to_markdown(self) -> str:
        """Write it in Markdown, as GitHub and MyST read it."""
        lines = [f"**{escaped(self.title)}**", "", grid(self.head, self.rows), ""]
        lines += [f"- {escaped(name)}: {escaped(text)}" for name, text in self.notes]
        return "\n".join(lines) + "\n"

    def __str__(self) -> str:
        """Write it in lines of plain text."""
        rows = [tuple(map(readable, row)) for row in (self.head, *self.rows)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [_line(row, widths) for row in rows]
        lines.insert(1, _line(["-" * width for width in widths], widths))
        notes = [readable(f"{name}: {text}") for name, text in self.notes]
        return "\n".join([readable(self.title), "", *lines, "", *notes])


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (text.ljust(width) for text, width in zip(row, widths, strict=True))
    return "  ".join(cells).rstrip()


def escaped(text: str) -> str:
    """Write text so that Markdown shows it as it is, on one line."""
    line = readable(_BREAKS.sub(" ", text.strip()))
    return _MARKUP.sub(r"\\\g<0>", line)


def grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    shown = [[escaped(text) for text in line] for line in lines]
    shown[1] = [*lines[1]]
    return "\n".join(f"| {' | '.join(line)} |" for line in shown)


def sheet(table: TableParts) -> Sheet:
    """Lay a table out: a row for each rule, a column for each that they test.

    Exclusions, what holds otherwise, and where it all comes from stand below.
    """
    columns = tested(table.rules)
    has_reasons = any(rule.because for rule in table.rules)
    head = ("Rule", *(column.name for column in columns), "Gives")
    rows = [
        (rule.code, *_cells(rule, columns), wording.gifts(rule)) for rule in table.rules
    ]
    if has_reasons:
        head = (*head, "Reason")
        rows = [
            (*row, rule.because or "")
            for row, rule in zip(rows, table.rules, strict=True)
        ]
    return Sheet(table.name, head, tuple(rows), tuple(_notes(table)))


def tested(rules: Iterable[Rule]) -> tuple[Column, ...]:
    """List every column that a condition names, in order."""
    cells = (
        cell for rule in rules if rule.when is not None for cell in rule.when.cells
    )
    return tuple({cell.column.name: cell.column for cell in cells}.values())


def _cells(rule: Rule, columns: Iterable[Column]) -> list[str]:
    cells = rule.when.cells if rule.when is not None else ()
    shown = {cell.column.name: wording.values_of(cell) for cell in cells}
    return [shown.get(column.name, "") for column in columns]


def _notes(table: TableParts) -> Iterable[tuple[str, str]]:
    for rule in table.exclusions:
        where = wording.condition(rule.when)
        yield f"Before all others, {rule.code}", f"where {where}: {_given(rule)}"
    if table.otherwise is not None:
        yield f"Otherwise, {table.otherwise.code}", _given(table.otherwise)
    yield "Hit policy", f"{table.hit} ({_HITS[table.hit]})"
    for column in table.columns:
        yield column.name, wording.of_column(column)
    if table.is_statutory:
        yield "By law", "whatever it gives"
    if table.currency is not None:
        yield "Currency", table.currency
    if table.source is not None:
        yield "Source", table.source
    yield "Hash", table.hash


def _given(rule: Rule) -> str:
    return f"{wording.gifts(rule)}{f' ({rule.because})' if rule.because else ''}"
