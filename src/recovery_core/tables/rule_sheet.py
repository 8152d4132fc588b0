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

__all__ = ["Sheet", "escape_markdown", "format_markdown_table", "sheet"]

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
        lines = [
            f"**{escape_markdown(self.title)}**",
            "",
            format_markdown_table(self.head, self.rows),
            "",
        ]
        lines += [
            f"- {escape_markdown(name)}: {escape_markdown(text)}"
            for name, text in self.notes
        ]
        return "\n".join(lines) + "\n"

    def __str__(self) -> str:
        """Write it in lines of plain text."""
        rows = [tuple(map(readable, row)) for row in (self.head, *self.rows)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [_format_line(row, widths) for row in rows]
        lines.insert(1, _format_line(["-" * width for width in widths], widths))
        notes = [readable(f"{name}: {text}") for name, text in self.notes]
        return "\n".join([readable(self.title), "", *lines, "", *notes])


def _format_line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (text.ljust(width) for text, width in zip(row, widths, strict=True))
    return "  ".join(cells).rstrip()


def escape_markdown(text: str) -> str:
    """Write text so that Markdown shows it as it is, on one line."""
    line = readable(_BREAKS.sub(" ", text.strip()))
    return _MARKUP.sub(r"\\\g<0>", line)


def format_markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a Markdown table."""
    lines = [[escape_markdown(text) for text in line] for line in (head, *rows)]
    # Set in afterwards, for dashes in a text would be escaped.
    lines.insert(1, ["---"] * len(head))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def sheet(table: TableParts) -> Sheet:
    """Lay a table out: a row for each rule, a column for each that they test.

    Exclusions, what holds otherwise, and where it all comes from stand below.
    """
    columns = list_tested_columns(table.rules)
    has_reasons = any(rule.because for rule in table.rules)
    head = ("Rule", *(column.name for column in columns), "Gives")
    rows = [
        (rule.code, *_cell_texts(rule, columns), wording.format_gifts(rule))
        for rule in table.rules
    ]
    if has_reasons:
        head = (*head, "Reason")
        rows = [
            (*row, rule.because or "")
            for row, rule in zip(rows, table.rules, strict=True)
        ]
    return Sheet(table.name, head, tuple(rows), tuple(_iter_notes(table)))


def list_tested_columns(rules: Iterable[Rule]) -> tuple[Column, ...]:
    """List every column that a condition names, in order."""
    cells = (
        cell for rule in rules if rule.when is not None for cell in rule.when.cells
    )
    return tuple({cell.column.name: cell.column for cell in cells}.values())


def _cell_texts(rule: Rule, columns: Iterable[Column]) -> list[str]:
    cells = rule.when.cells if rule.when is not None else ()
    texts = {cell.column.name: wording.format_cell_values(cell) for cell in cells}
    return [texts.get(column.name, "") for column in columns]


def _iter_notes(table: TableParts) -> Iterable[tuple[str, str]]:
    """Walk heading and text of all that stands below the rules."""
    for rule in table.exclusions:
        where = wording.format_condition(rule.when)
        yield (
            f"Before all others, {rule.code}",
            f"where {where}: {_gifts_with_reason(rule)}",
        )
    if table.otherwise is not None:
        yield f"Otherwise, {table.otherwise.code}", _gifts_with_reason(table.otherwise)
    yield "Hit policy", f"{table.hit} ({_HITS[table.hit]})"
    for column in table.columns:
        yield column.name, wording.format_column_domain(column)
    if table.is_statutory:
        yield "By law", "whatever it gives"
    if table.currency is not None:
        yield "Currency", table.currency
    if table.source is not None:
        yield "Source", table.source
    yield "Hash", table.hash


def _gifts_with_reason(rule: Rule) -> str:
    return f"{wording.format_gifts(rule)}{f' ({rule.because})' if rule.because else ''}"
