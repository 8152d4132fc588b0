"""A table as JSON text that a person can write, read and compare line by line.

Reading is strict: whatever is not understood to the last key is refused, with the way
to the place. cattrs is left out on purpose: what a cell or an amount may hold depends
on the column it names, which a hook for a type alone is never told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ..._domain.money import parse_money_on_record
from ..._domain.plain import format_json, parse_json
from ..._domain.remedy import Remedy, RemedyKind
from ...errors import StoredFormatError
from ..column import Column
from ..conditions import When
from ..content import functions_by_name, list_columns_read, stored_content
from ..rules import Gift, Hit, Pay, Rule
from ..table import Table
from ..table_parts import TableParts
from .amounts import read_formula
from .columns import read_cell, read_columns_by_name
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
        return format_json({**head, **stored_content(table)}, is_for_people=True)
    except ValueError as error:
        raise StoredFormatError(
            f"table {table.name!r:.60} cannot be written: {error}"
        ) from error


# --------------------------------------------------------------------------- reading


def from_json(
    text: str | bytes, *, functions: Mapping[str, Callable[..., Any]] | None = None
) -> Table:
    """Read a table from JSON text; see `Table.from_json`."""
    root = JsonPath(parse_json(text))
    try:
        table = _read_table(root, functions or {})
    except RecursionError as error:
        raise root.format_error("an amount is nested too deep") from error
    # The hash is of the content, not of the text: layout does not count.
    stamped = root.read_object().get("hash")
    if stamped is not None and stamped.read_text() != table.hash:
        raise stamped.format_error(_describe_altered_table(table, stamped.read_text()))
    return table


def _describe_altered_table(table: Table, stamp: str) -> str:
    """Explain why a stored hash may be another than that of what was read."""
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


def _read_table(root: JsonPath, functions: Mapping[str, Callable[..., Any]]) -> Table:
    """Read a whole table, and refuse columns that no rule reads."""
    parts = root.read_object()
    _check_format_and_version(root, parts)
    parts = root.read_object_with_keys(
        *("format", "version", "name", "columns", "rules"),
        maybe=("hash", "source", "is_statutory", "hit", "exclusions", "otherwise"),
    )
    columns = read_columns_by_name(parts["columns"], functions)
    last = parts.get("otherwise")
    otherwise: Rule | str | None = None
    if last is not None:
        is_text = isinstance(last.value, str)
        otherwise = last.read_text() if is_text else _read_rule(last, columns)
    before = parts.get("exclusions")
    table = root.build_or_refuse(
        Table,
        parts["name"].read_text(),
        _read_rules(parts["rules"], columns),
        otherwise=otherwise,
        hit=parts["hit"].read_choice(_HITS, "a hit policy")
        if "hit" in parts
        else "unique",
        exclusions=() if before is None else _read_rules(before, columns),
        is_statutory="is_statutory" in parts and parts["is_statutory"].read_flag(),
        source=parts["source"].read_text() if "source" in parts else None,
    )
    read = {column.name for column in list_columns_read(table)}
    if idle := [name for name in columns if name not in read]:
        raise (
            parts["columns"]
            .read_object()[idle[0]]
            .format_error("no rule reads it: leave it out")
        )
    return table


def _check_format_and_version(root: JsonPath, parts: Mapping[str, JsonPath]) -> None:
    """Refuse another format, and a version of it that is not this one."""
    found = parts.get("format")
    if found is not None and found.value != FORMAT:
        raise found.unexpected_value_error(repr(FORMAT))
    version = parts.get("version")
    if version is not None and version.read_whole_number() != SCHEMA_VERSION:
        raise version.format_error(
            f"schema version {version.read_whole_number()} is not {SCHEMA_VERSION}: "
            "read it with the release that wrote it, or a newer one"
        )


def _read_rules(json_path: JsonPath, columns: Columns) -> list[Rule]:
    return [_read_rule(member, columns) for member in json_path.read_list()]


def _read_rule(json_path: JsonPath, columns: Columns) -> Rule:
    """Read one rule: its code, condition, gifts and reason."""
    parts = json_path.read_object_with_keys(
        "code", maybe=("when", "alternatives", "amends", "because")
    )
    return json_path.build_or_refuse(
        Rule,
        parts["code"].read_text(),
        when=_read_condition(parts["when"], columns) if "when" in parts else None,
        alternatives=_read_gifts(parts.get("alternatives"), columns),
        amends=_read_gifts(parts.get("amends"), columns),
        because=parts["because"].read_text() if "because" in parts else None,
    )


def _read_condition(json_path: JsonPath, columns: Columns) -> When:
    """Read a condition over columns: all of its cells must hold."""
    parts = json_path.read_object()
    for name, part in parts.items():
        if name not in columns:
            raise part.format_error(
                f"no such column (known: {', '.join(columns) or 'none'})"
            )
    return json_path.build_or_refuse(
        When, tuple(read_cell(columns[n], p) for n, p in parts.items())
    )


def _read_gifts(json_path: JsonPath | None, columns: Columns) -> list[Gift]:
    """Read a list of payments and remedies; none where there is no list."""
    readers: dict[str, Callable[[JsonPath], Gift]] = {
        "pay": lambda part: _read_pay(part, columns),
        "remedy": _read_remedy,
    }
    return (
        []
        if json_path is None
        else [each.read_only_key(readers) for each in json_path.read_list()]
    )


def _read_common_fields(parts: Mapping[str, JsonPath]) -> dict[str, Any]:
    """Read the fields that payments and remedies share, by name."""
    return {
        "what": parts["what"].read_text() if "what" in parts else None,
        "is_statutory": "is_statutory" in parts and parts["is_statutory"].read_flag(),
    }


def _read_pay(json_path: JsonPath, columns: Columns) -> Pay:
    """Read a payment with its formula, and what an agent may give."""
    maybe = ("kind", "discretion", "what", "is_statutory")
    parts = json_path.read_object_with_keys("amount", maybe=maybe)
    free = parts.get("discretion")
    kind = RemedyKind.CASH
    if "kind" in parts:
        kind = parts["kind"].read_choice(_KINDS, "a kind of remedy")
    return json_path.build_or_refuse(
        Pay,
        read_formula(parts["amount"], columns),
        kind=kind,
        discretion=None if free is None else read_formula(free, columns),
        **_read_common_fields(parts),
    )


def _read_remedy(json_path: JsonPath) -> Remedy:
    """Read a remedy of a fixed value, or of none."""
    maybe = ("value", "basis_points", "points", "what", "is_statutory")
    parts = json_path.read_object_with_keys("kind", maybe=maybe)
    value = parts.get("value")
    sizes = {
        k: parts[k].read_whole_number()
        for k in ("basis_points", "points")
        if k in parts
    }
    return json_path.build_or_refuse(
        Remedy,
        parts["kind"].read_choice(_KINDS, "a kind of remedy"),
        None
        if value is None
        else value.build_or_refuse(parse_money_on_record, value.read_text()),
        **sizes,
        **_read_common_fields(parts),
    )
