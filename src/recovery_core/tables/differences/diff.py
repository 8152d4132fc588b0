"""What changed between two versions of a table: in words, and in what it decides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import attrs

from ..._readable import readable
from ...errors import InvalidValueError
from ..rule_sheet import escape_markdown, format_markdown_table
from ..table import Table
from .paired_columns import TablePair
from .regions import Region, format_payment, iter_regions, to_plain_value
from .text_changes import Change, iter_changes

__all__ = ["Change", "Diff", "Region", "diff"]

_NOT_COMPARED: Final = "not comparable"
_UNKNOWN: Final = "cannot tell"
_SAME: Final = "They decide alike."
_REGION: Final = ("Old rule", "New rule", "Old pays", "New pays", "For example", "Note")


@attrs.frozen
class Diff:
    """What changed from one table to another.

    Args:
        old: Name and hash of the one.
        new: Name and hash of the other.
        changes: What is written otherwise.
        regions: Where they decide otherwise, each with a claim that shows it.
        notes: What could not be compared, and why.
    """

    old: str
    new: str
    changes: tuple[Change, ...]
    regions: tuple[Region, ...]
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Return whether nothing changed."""
        return not self.changes and not self.regions

    def to_dict(self) -> dict[str, Any]:
        """Return it as to_plain_value values that JSON can hold."""
        return {
            "old": self.old,
            "new": self.new,
            "changes": [attrs.asdict(change) for change in self.changes],
            "regions": [_region_to_plain_dict(region) for region in self.regions],
            "notes": [*self.notes],
        }

    def to_markdown(self) -> str:
        """Write it in Markdown, as GitHub and MyST read it."""
        lines = [f"**{escape_markdown(self.old)} -> {escape_markdown(self.new)}**", ""]
        if self.changes:
            head = ("Part", "What", "Old", "New")
            rows = [(c.part, c.how, c.old, c.new) for c in self.changes]
            lines += [format_markdown_table(head, rows), ""]
        if self.regions:
            lines += [
                format_markdown_table(_REGION, map(_format_region_cells, self.regions)),
                "",
            ]
        else:
            lines += [self.verdict, ""]
        lines += [f"- {escape_markdown(note)}" for note in self.notes]
        return "\n".join(lines).rstrip() + "\n"

    @property
    def verdict(self) -> str:
        """Return in a sentence whether they decide alike."""
        ways = sum(not region.is_alike for region in self.regions)
        if ways:
            return f"They decide differently in {ways} way{'' if ways == 1 else 's'}."
        if any(note.startswith(_NOT_COMPARED) for note in self.notes):
            return "They were not compared."
        is_open = any(note.startswith(_UNKNOWN) for note in self.notes)
        return "Whether they decide alike, cannot be told." if is_open else _SAME

    def __str__(self) -> str:
        """Write it line by line."""
        return "\n".join(map(readable, _iter_lines(self)))


def _iter_lines(result: Diff) -> Iterator[str]:
    yield f"{result.old} -> {result.new}"
    if result.changes:
        yield "written otherwise:"
        yield from (f"  {change}" for change in result.changes)
    if result.regions:
        yield "decided otherwise:"
        yield from (f"  {region}" for region in result.regions)
    else:
        yield result.verdict
    yield from result.notes


def _format_region_cells(region: Region) -> tuple[str, ...]:
    claim = ", ".join(f"{name}={value}" for name, value in region.claim.items())
    old, new = (region.old_pays, region.new_pays)
    return (
        region.old,
        region.new,
        format_payment(old),
        format_payment(new),
        claim,
        region.note,
    )


def _region_to_plain_dict(region: Region) -> dict[str, Any]:
    out = attrs.asdict(region, recurse=False)
    for name in ("old_pays", "new_pays"):
        out[name] = None if out[name] is None else str(out[name])
    out["witness"] = {name: to_plain_value(v) for name, v in region.witness.items()}
    return out


def _check_is_table(value: object) -> None:
    """Raise InvalidValueError for what is no table."""
    if not isinstance(value, Table):
        raise InvalidValueError(f"{value!r:.60} is no table: only tables are compared")


def _iter_notes(tables: TablePair) -> Iterator[str]:
    yield from (
        f"{_NOT_COMPARED}: {reason}" for reason in tables.incomparability_reasons
    )
    old_names, new_names = (
        {c.name for c in (*t.columns, *t.inputs)} for t in (tables.old, tables.new)
    )
    for name, (old, new) in tables.column_pairs_by_key.items():
        if old.name not in new_names:
            yield f"{name} is read by the old table alone"
        elif old.name not in old_names:
            yield f"{name} is read by the new table alone"
        elif old.domain != new.domain or old.is_optional != new.is_optional:
            yield f"compared where {name} is of a value that fits both tables"
    for name in tables.redefined_names:
        if name in tables.distinct_column_names(tables.untraceable_keys):
            yield f"{_UNKNOWN}: {name} is computed otherwise, from too much to try all"
    for name in tables.names_read_otherwise:
        yield f"{_UNKNOWN}: {name} is read otherwise; compared as if it read the same"


def diff(old: Table, new: Table) -> Diff:
    """Compare two tables: what is written otherwise, and what is decided otherwise.

    The regions are exact over the conditions of both tables, what is computed
    included, as long as it can be asked for everything; each comes with a small claim
    at which the two pay differently, if one was result. Where formulas differ and none
    was, z3 is asked, if it is installed.

    Args:
        old: The table as it was.
        new: The table as it is to be.

    Raises:
        InvalidValueError: One of them is no table.

    Example:
        >>> from recovery_core.tables import Rule, column
        >>> late, fare = column.minutes("late"), column.money("fare", "EUR")
        >>> full = Rule("full", when=late >= 60, amends=fare)
        >>> old = Table("late trains", [full], otherwise="on time")
        >>> full = Rule("full", when=late > 60, amends=fare)
        >>> new = Table("late trains", [full], otherwise="on time")
        >>> print(diff(old, new).regions[0])
        full -> otherwise: EUR 1.00 -> nothing, for example late=60, fare=EUR 1.00
    """
    for table in (old, new):
        _check_is_table(table)
    tables = TablePair(old, new)
    notes = tuple(_iter_notes(tables))
    found_regions = (
        () if tables.incomparability_reasons else tuple(iter_regions(tables))
    )
    return Diff(str(old), str(new), tuple(iter_changes(old, new)), found_regions, notes)
