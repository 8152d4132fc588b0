"""A schedule as a page of Markdown: what it pays, since when, and how that is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

import attrs

from .._domain.reason import Fact
from ..attribution import LiabilityRule
from ..tables import Table
from ._worked_case import WorkedCase

__all__ = ["format_liability_rule", "format_schedule_page"]


def format_schedule_page(
    heading: Iterable[str],
    tables: Iterable[tuple[str, Table]],
    cases: tuple[str, Iterable[WorkedCase]],
    lists: Iterable[tuple[str, tuple[str, ...]]],
) -> str:
    """Write a schedule down as Markdown.

    Args:
        heading: Its name and what is said of it as a whole, a paragraph each.
        tables: Its tables, each below its title.
        cases: Its worked cases, below their title.
        lists: Other lists, such as its sources, each below its title.
    """
    title, worked = cases
    lines = [line for paragraph in heading for line in (paragraph, "")]
    for name, table in tables:
        lines += [f"### {name}", "", table.to_markdown().rstrip(), ""]
    heads = ("case", "facts", "on", "rule", "pays")
    lines += [
        f"### {title}",
        "",
        *_iter_table_lines(heads, _iter_cells_of_cases(worked)),
        "",
    ]
    for name, texts in lists:
        lines += _iter_list_lines(name, texts)
    return "\n".join(lines).rstrip() + "\n"


def format_liability_rule(rule: LiabilityRule) -> str:
    """Write a rule down as it would be typed in, without what goes by default."""
    kind: Any = type(rule)
    if not attrs.has(kind):
        return str(getattr(rule, "__qualname__", rule))
    parts: list[str] = []
    for field in attrs.fields(kind):
        value = getattr(rule, field.name)
        if value != field.default:
            parts.append(f"{field.name}={_with_plain_texts(value)!r}")
    return f"{kind.__name__}({', '.join(parts)})"


def _with_plain_texts(value: object) -> object:
    """Return the texts of a tuple of enums that are texts."""
    if isinstance(value, tuple):
        return tuple(map(str, cast("tuple[object, ...]", value)))
    return value


def _iter_cells_of_cases(cases: Iterable[WorkedCase]) -> Iterator[tuple[str, ...]]:
    for case in cases:
        listed_facts = ", ".join(
            f"{name} {_format_fact(fact)}" for name, fact in case.facts.items()
        )
        blame = ", ".join(
            f"{cause.name} ({cause.party}, {cause.weight})" for cause in case.causes
        )
        facts_text = f"{listed_facts}; caused by {blame}" if blame else listed_facts
        facts_text += f"; paid before: {case.earlier}" if case.earlier else ""
        facts_text += f"; claimed on {case.claimed}" if case.claimed else ""
        worth = str(case.pays or "nothing")
        yield (case.text, facts_text, str(case.on), _format_code(case.rule), worth)


def _format_fact(fact: Fact) -> str:
    if type(fact) is bool:
        return "yes" if fact else "no"
    return str(fact)


def _format_code(text: str) -> str:
    return f"`{text}`"


def _iter_list_lines(title: str, texts: tuple[str, ...]) -> Iterator[str]:
    if texts:
        yield f"{title}:"
        yield ""
        yield from (f"- {text}" for text in texts)
        yield ""


def _iter_table_lines(
    heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]
) -> Iterator[str]:
    yield _format_table_line(heads)
    yield _format_table_line(("---",) * len(heads))
    yield from map(_format_table_line, rows)


def _format_table_line(cells: tuple[str, ...]) -> str:
    escaped = (cell.replace("|", "\\|").replace("<", "\\<") for cell in cells)
    return f"| {' | '.join(escaped)} |"
