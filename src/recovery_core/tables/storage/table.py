"""A table as JSON text that a person can write, read and compare line by line.

Reading is strict: whatever is not understood to the last key is refused, with the way
to the place. cattrs is left out on purpose: what a cell or an amount may hold depends
on the column it names, which a hook for a type alone is never told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ..._domain.money import read_back
from ..._domain.plain import parse, write
from ..._domain.remedy import Remedy, RemedyKind
from ...errors import StoredFormatError
from ..column import Column
from ..conditions import When
from ..content import functions_by_name, list_columns_read, stored_content
from ..rules import Gift, Hit, Pay, Rule
from ..table import Table
from ..table_parts import TableParts
from .amounts import amount_in
from .columns import cell_in, columns_in
from .json_path import JsonPath

__all__ = ["SCHEMA_VERSION", "from_json", "to_json"]

FORMAT: Final = "recovery_core/table"
SCHEMA_VERSION: Final = 1
"""Version of the stored form; it rises when old readers could not read the new."""

_KINDS: Final[Mapping[str, RemedyKind]] = {kind.value: kind for kind in RemedyKind}
_HITS: Final[Mapping[str, Hit]] = {hit.value: hit for hit in Hit}

Columns = Mapping[str, Column]

# --------------------------------------------------------------------------- writing


def to_json(table: TableParts) -> str:
    """Write a table as JSON text; see `Table.to_json`."""
    head = {"format": FORMAT, "version": SCHEMA_VERSION, "hash": table.hash}
    try:
        return write({**head, **stored_content(table)}, is_for_people=True)
    except ValueError as error:
        raise StoredFormatError(
            f"table {table.name!r:.60} cannot be written: {error}"
        ) from error


# --------------------------------------------------------------------------- reading


def from_json(
    text: str | bytes, *, functions: Mapping[str, Callable[..., Any]] | None = None
) -> Table:
    """Read a table from JSON text; see `Table.from_json`."""
    root = JsonPath(parse(text))
    try:
        table = _table_in(root, functions or {})
    except RecursionError as error:
        raise root.fault("an amount is nested too deep") from error
    stamped = root.parts().get("hash")
    if stamped is not None and stamped.text() != table.hash:
        raise stamped.fault(_altered(table, stamped.text()))
    return table


def _altered(table: Table, stamp: str) -> str:
    unlike = f"{stamp!r:.40} is not the hash of what was read, {table.hash!r}: "
    if functions_by_name(table):
        return (
            f"{unlike}the text was edited or damaged, or the functions are others than "
            "those it was written with (as compiled by another release of Python, "
            "say); leave out the hash to take it as it is"
        )
    return (
        f"{unlike}the text was edited or damaged; leave out the hash to take it as it "
        "is"
    )


def _table_in(root: JsonPath, functions: Mapping[str, Callable[..., Any]]) -> Table:
    parts = root.parts()
    _check_head(root, parts)
    parts = root.keys(
        *("format", "version", "name", "columns", "rules"),
        maybe=("hash", "source", "is_statutory", "hit", "exclusions", "otherwise"),
    )
    columns = columns_in(parts["columns"], functions)
    last = parts.get("otherwise")
    otherwise: Rule | str | None = None
    if last is not None:
        is_text = isinstance(last.value, str)
        otherwise = last.text() if is_text else _rule_in(last, columns)
    before = parts.get("exclusions")
    table = root.made(
        Table,
        parts["name"].text(),
        _rules_in(parts["rules"], columns),
        otherwise=otherwise,
        hit=parts["hit"].one_of(_HITS, "a hit policy") if "hit" in parts else "unique",
        exclusions=() if before is None else _rules_in(before, columns),
        is_statutory="is_statutory" in parts and parts["is_statutory"].flag(),
        source=parts["source"].text() if "source" in parts else None,
    )
    read = {column.name for column in list_columns_read(table)}
    if idle := [name for name in columns if name not in read]:
        raise parts["columns"].parts()[idle[0]].fault("no rule reads it: leave it out")
    return table


def _check_head(root: JsonPath, parts: Mapping[str, JsonPath]) -> None:
    found = parts.get("format")
    if found is not None and found.value != FORMAT:
        raise found.expected(repr(FORMAT))
    version = parts.get("version")
    if version is not None and version.whole_number() != SCHEMA_VERSION:
        raise version.fault(
            f"schema version {version.whole_number()} is not {SCHEMA_VERSION}: read it "
            "with the release that wrote it, or a newer one"
        )


def _rules_in(place: JsonPath, columns: Columns) -> list[Rule]:
    return [_rule_in(member, columns) for member in place.members()]


def _rule_in(place: JsonPath, columns: Columns) -> Rule:
    parts = place.keys("code", maybe=("when", "alternatives", "amends", "because"))
    return place.made(
        Rule,
        parts["code"].text(),
        when=_when_in(parts["when"], columns) if "when" in parts else None,
        alternatives=_gifts_in(parts.get("alternatives"), columns),
        amends=_gifts_in(parts.get("amends"), columns),
        because=parts["because"].text() if "because" in parts else None,
    )


def _when_in(place: JsonPath, columns: Columns) -> When:
    parts = place.parts()
    for name, part in parts.items():
        if name not in columns:
            raise part.fault(f"no such column (known: {', '.join(columns) or 'none'})")
    return place.made(When, tuple(cell_in(columns[n], p) for n, p in parts.items()))


def _gifts_in(place: JsonPath | None, columns: Columns) -> list[Gift]:
    readers: dict[str, Callable[[JsonPath], Gift]] = {
        "pay": lambda part: _pay_in(part, columns),
        "remedy": _remedy_in,
    }
    return [] if place is None else [each.only(readers) for each in place.members()]


def _common(parts: Mapping[str, JsonPath]) -> dict[str, Any]:
    return {
        "what": parts["what"].text() if "what" in parts else None,
        "is_statutory": "is_statutory" in parts and parts["is_statutory"].flag(),
    }


def _pay_in(place: JsonPath, columns: Columns) -> Pay:
    maybe = ("kind", "discretion", "what", "is_statutory")
    parts = place.keys("amount", maybe=maybe)
    free = parts.get("discretion")
    kind = RemedyKind.CASH
    if "kind" in parts:
        kind = parts["kind"].one_of(_KINDS, "a kind of remedy")
    return place.made(
        Pay,
        amount_in(parts["amount"], columns),
        kind=kind,
        discretion=None if free is None else amount_in(free, columns),
        **_common(parts),
    )


def _remedy_in(place: JsonPath) -> Remedy:
    maybe = ("value", "basis_points", "points", "what", "is_statutory")
    parts = place.keys("kind", maybe=maybe)
    value = parts.get("value")
    sizes = {
        k: parts[k].whole_number() for k in ("basis_points", "points") if k in parts
    }
    return place.made(
        Remedy,
        parts["kind"].one_of(_KINDS, "a kind of remedy"),
        None if value is None else value.made(read_back, value.text()),
        **sizes,
        **_common(parts),
    )
