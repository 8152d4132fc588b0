"""A schedule as a page of Markdown: what it pays, since when, and how that is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

import attrs

from .._domain.reason import Fact
from ..attribution import LiabilityRule
from ..tables import Table
from ._worked_case import WorkedCase

__all__ = ["schedule_page", "written_rule"]


def schedule_page(
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
    lines += [f"### {title}", "", *_grid(heads, _cases(worked)), ""]
    for name, texts in lists:
        lines += _listed(name, texts)
    return "\n".join(lines).rstrip() + "\n"


def written_rule(rule: LiabilityRule) -> str:
    """Write a rule down as it would be typed in, without what goes by default."""
    kind: Any = type(rule)
    if not attrs.has(kind):
        return str(getattr(rule, "__qualname__", rule))
    parts: list[str] = []
    for field in attrs.fields(kind):
        value = getattr(rule, field.name)
        if value != field.default:
            parts.append(f"{field.name}={_plain(value)!r}")
    return f"{kind.__name__}({', '.join(parts)})"


def _plain(value: object) -> object:
    """Return the texts of a tuple of enums that are texts."""
    if isinstance(value, tuple):
        return tuple(map(str, cast("tuple[object, ...]", value)))
    return value


def _cases(cases: Iterable[WorkedCase]) -> Iterator[tuple[str, ...]]:
    for case in cases:
        read = ", ".join(
            f"{name} {_fact_text(fact)}" for name, fact in case.facts.items()
        )
        blame = ", ".join(
            f"{cause.name} ({cause.party}, {cause.weight})" for cause in case.causes
        )
        told = f"{read}; caused by {blame}" if blame else read
        told += f"; paid before: {case.earlier}" if case.earlier else ""
        told += f"; claimed on {case.claimed}" if case.claimed else ""
        worth = str(case.pays or "nothing")
        yield (case.text, told, str(case.on), _code(case.rule), worth)


def _fact_text(fact: Fact) -> str:
    if type(fact) is bool:
        return "yes" if fact else "no"
    return str(fact)


def _code(text: str) -> str:
    return f"`{text}`"


def _listed(title: str, texts: tuple[str, ...]) -> Iterator[str]:
    if texts:
        yield f"{title}:"
        yield ""
        yield from (f"- {text}" for text in texts)
        yield ""


def _grid(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield _row(heads)
    yield _row(("---",) * len(heads))
    yield from map(_row, rows)


def _row(cells: tuple[str, ...]) -> str:
    escaped = (cell.replace("|", "\\|").replace("<", "\\<") for cell in cells)
    return f"| {' | '.join(escaped)} |"
