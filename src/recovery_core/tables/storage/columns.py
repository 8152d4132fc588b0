"""Columns and cells as plain values, in the values of the column itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, assert_never

from ..._domain.literals import parse_iso_day
from ..._domain.money import Money, parse_money_on_record
from ..column import Column, choices, day, flag, integer, money
from ..conditions import Cell
from ..domains import Choices, Days, Flags, Integers, Sums
from ..spans import Spans, unite_spans
from .json_path import JsonPath

__all__ = ["read_cell", "read_columns_by_name"]

Function = Callable[..., Any]

# ---------------------------------------------------------------------------- values


def _read_money(json_path: JsonPath) -> Money:
    return json_path.build_or_refuse(parse_money_on_record, json_path.read_text())


def _read_code(column: Column, json_path: JsonPath) -> int:
    """Read one value of a column."""
    value: object
    match column.domain:
        case Integers():
            value = json_path.read_whole_number()
        case Flags():
            value = json_path.read_flag()
        case Sums():
            value = _read_money(json_path)
        case Days():
            value = json_path.build_or_refuse(parse_iso_day, json_path.read_text())
        case Choices():
            value = json_path.read_text()
        case never:
            assert_never(never)
    return column.code(json_path.build_or_refuse(column.to_plain, value))


# ----------------------------------------------------------------------------- cells


def read_cell(column: Column, json_path: JsonPath) -> Cell:
    """Read what one column must be.

    Raises:
        StoredFormatError: It cannot be read; names the place.
    """
    several = (
        json_path.read_list() if isinstance(json_path.value, list) else [json_path]
    )
    spans = unite_spans(span for each in several for span in _read_spans(column, each))
    return json_path.build_or_refuse(Cell, column, spans)


def _read_spans(column: Column, json_path: JsonPath) -> Spans:
    """Read what one member of a cell accepts: bounds, values or what is missing."""
    parts = json_path.read_object_with_keys(
        maybe=("at_least", "at_most", "in", "missing")
    )
    named = set(parts)
    if named == {"in"}:
        codes = [_read_code(column, member) for member in parts["in"].read_list()]
        return tuple((code, code) for code in codes)
    domain = column.domain
    if named == {"missing"}:
        if not parts["missing"].read_flag():
            return ((domain.least, domain.most),)
        return (
            parts["missing"].build_or_refuse(lambda: column.is_missing).cells[0].spans
        )
    if not named or named & {"in", "missing"}:
        raise json_path.format_error(
            "say at_least, at_most or both, or one of in and missing; give a list for "
            "any of several, and leave the column out where anything will do"
        )
    if isinstance(domain, Flags) or (
        isinstance(domain, Choices) and not domain.is_ordered
    ):
        raise json_path.format_error(
            f"the values of {column.name!r} have no order: say in"
        )
    low = _read_code(column, parts["at_least"]) if "at_least" in parts else domain.least
    high = _read_code(column, parts["at_most"]) if "at_most" in parts else domain.most
    if low > high:
        raise json_path.format_error("at_least is above at_most")
    return ((low, high),)


# --------------------------------------------------------------------------- columns


Parts = dict[str, JsonPath]


def _build_integer_column(name: str, parts: Parts) -> Column:
    """Build a column of whole numbers from its stored parts."""
    unit = parts["unit"].read_text() if "unit" in parts else None
    return integer(
        name,
        parts["least"].read_whole_number(),
        parts["most"].read_whole_number(),
        unit=unit,
    )


def _build_choices_column(name: str, parts: Parts) -> Column:
    values = [member.read_text() for member in parts["values"].read_list()]
    is_ordered = "is_ordered" in parts and parts["is_ordered"].read_flag()
    return choices(name, *values, ordered=is_ordered)


def _build_money_column(name: str, parts: Parts) -> Column:
    least, most = _read_money(parts["least"]), _read_money(parts["most"])
    return money(name, least.currency, least=least, most=most)


def _build_day_column(name: str, parts: Parts) -> Column:
    """Build a column of days from its stored parts."""
    first, last = (
        parts[k].build_or_refuse(parse_iso_day, parts[k].read_text())
        for k in ("first", "last")
    )
    return day(name, first=first, last=last)


_SORTS: Final[
    Mapping[
        str, tuple[Callable[[str, Parts], Column], tuple[str, ...], tuple[str, ...]]
    ]
] = {
    "integer": (_build_integer_column, ("least", "most"), ("unit",)),
    "flag": (lambda name, _: flag(name), (), ()),
    "choices": (_build_choices_column, ("values",), ("is_ordered",)),
    "money": (_build_money_column, ("least", "most"), ()),
    "day": (_build_day_column, ("first", "last"), ()),
}
"""How a column is built, what it must say, and what it may."""

_COMPUTED: Final = ("computed_from", "by", "vector")


def read_columns_by_name(
    json_path: JsonPath, functions: Mapping[str, Function]
) -> dict[str, Column]:
    """Read columns by name.

    Args:
        json_path: An object of columns.
        functions: What the columns call, by the names they give.

    Raises:
        StoredFormatError: One cannot be read, or names a function that is not given.
    """
    # A computed column names its inputs, so those that are read come first.
    places = json_path.read_object()
    found = {n: _read_column(n, each, functions) for n, each in places.items()}
    read = {
        name: column
        for name, column in found.items()
        if "computed_from" not in places[name].read_object()
    }
    return {
        name: column
        if name in read
        else _read_computed_column(column, places[name], read, functions)
        for name, column in found.items()
    }


def _read_column(
    name: str, json_path: JsonPath, functions: Mapping[str, Function]
) -> Column:
    """Read a column without the function that computes it."""
    parts = json_path.read_object()
    if "holds" not in parts:
        raise json_path.format_error(f"missing: 'holds' (one of {', '.join(_SORTS)})")
    build, needed, maybe = parts["holds"].read_choice(_SORTS, "a sort of column")
    more = (*maybe, "is_optional", "reader", *_COMPUTED)
    parts = json_path.read_object_with_keys("holds", *needed, maybe=more)
    if not {"by", "vector"}.isdisjoint(parts) and "computed_from" not in parts:
        raise json_path.format_error(
            "missing: 'computed_from', the columns it is computed from"
        )
    column = json_path.build_or_refuse(build, name, parts)
    if "is_optional" in parts and parts["is_optional"].read_flag():
        column = column.optional()
    if "reader" in parts:
        column = column.read_from(_require_function(parts["reader"], functions))
    return column


def _read_computed_column(
    column: Column,
    json_path: JsonPath,
    read: Mapping[str, Column],
    functions: Mapping[str, Function],
) -> Column:
    """Read what computes a column, and return it with its function."""
    parts = json_path.read_object()
    if "by" not in parts:
        raise json_path.format_error("missing: 'by', the name of the function")
    inputs = [
        source.read_choice(read, "a column that is read, not computed")
        for source in parts["computed_from"].read_list()
    ]
    vector = (
        _require_function(parts["vector"], functions) if "vector" in parts else None
    )
    computed = json_path.build_or_refuse(column.computed_from, *inputs, vector=vector)
    return json_path.build_or_refuse(
        computed, _require_function(parts["by"], functions)
    )


def _require_function(
    json_path: JsonPath, functions: Mapping[str, Function]
) -> Function:
    """Return the function that a text names, or refuse where none was given."""
    name = json_path.read_text()
    if name not in functions:
        raise json_path.format_error(
            f"no text holds a function: pass functions={{{name!r}: ...}} to from_json"
        )
    return functions[name]
