"""Columns and cells as plain values, in the values of the column itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, assert_never

from ..._domain.literals import day_of
from ..._domain.money import Money, read_back
from ..column import Column, choices, day, flag, integer, money
from ..conditions import Cell
from ..domains import Choices, Days, Flags, Integers, Sums
from ..spans import Spans, unite_spans
from .json_path import JsonPath

__all__ = ["cell_in", "columns_in"]

Function = Callable[..., Any]

# ---------------------------------------------------------------------------- values


def _money(place: JsonPath) -> Money:
    return place.made(read_back, place.text())


def _code(column: Column, place: JsonPath) -> int:
    """Read one value of a column."""
    value: object
    match column.domain:
        case Integers():
            value = place.whole_number()
        case Flags():
            value = place.flag()
        case Sums():
            value = _money(place)
        case Days():
            value = place.made(day_of, place.text())
        case Choices():
            value = place.text()
        case never:
            assert_never(never)
    return column.code(place.made(column.plain, value))


# ----------------------------------------------------------------------------- cells


def cell_in(column: Column, place: JsonPath) -> Cell:
    """Read what one column must be.

    Raises:
        StoredFormatError: It cannot be read; names the place.
    """
    several = place.members() if isinstance(place.value, list) else [place]
    spans = unite_spans(span for each in several for span in _spans_in(column, each))
    return place.made(Cell, column, spans)


def _spans_in(column: Column, place: JsonPath) -> Spans:
    parts = place.keys(maybe=("at_least", "at_most", "in", "missing"))
    named = set(parts)
    if named == {"in"}:
        codes = [_code(column, member) for member in parts["in"].members()]
        return tuple((code, code) for code in codes)
    domain = column.domain
    if named == {"missing"}:
        if not parts["missing"].flag():
            return ((domain.least, domain.most),)
        return parts["missing"].made(lambda: column.is_missing).cells[0].spans
    if not named or named & {"in", "missing"}:
        raise place.fault(
            "say at_least, at_most or both, or one of in and missing; give a list for "
            "any of several, and leave the column out where anything will do"
        )
    if isinstance(domain, Flags) or (
        isinstance(domain, Choices) and not domain.is_ordered
    ):
        raise place.fault(f"the values of {column.name!r} have no order: say in")
    low = _code(column, parts["at_least"]) if "at_least" in parts else domain.least
    high = _code(column, parts["at_most"]) if "at_most" in parts else domain.most
    if low > high:
        raise place.fault("at_least is above at_most")
    return ((low, high),)


# --------------------------------------------------------------------------- columns


Parts = dict[str, JsonPath]


def _integer(name: str, parts: Parts) -> Column:
    unit = parts["unit"].text() if "unit" in parts else None
    return integer(
        name, parts["least"].whole_number(), parts["most"].whole_number(), unit=unit
    )


def _choices(name: str, parts: Parts) -> Column:
    values = [member.text() for member in parts["values"].members()]
    is_ordered = "is_ordered" in parts and parts["is_ordered"].flag()
    return choices(name, *values, ordered=is_ordered)


def _sums(name: str, parts: Parts) -> Column:
    least, most = _money(parts["least"]), _money(parts["most"])
    return money(name, least.currency, least=least, most=most)


def _days(name: str, parts: Parts) -> Column:
    first, last = (parts[k].made(day_of, parts[k].text()) for k in ("first", "last"))
    return day(name, first=first, last=last)


_SORTS: Final[
    Mapping[
        str, tuple[Callable[[str, Parts], Column], tuple[str, ...], tuple[str, ...]]
    ]
] = {
    "integer": (_integer, ("least", "most"), ("unit",)),
    "flag": (lambda name, _: flag(name), (), ()),
    "choices": (_choices, ("values",), ("is_ordered",)),
    "money": (_sums, ("least", "most"), ()),
    "day": (_days, ("first", "last"), ()),
}
"""How a column is built, what it must say, and what it may."""

_COMPUTED: Final = ("computed_from", "by", "vector")


def columns_in(place: JsonPath, functions: Mapping[str, Function]) -> dict[str, Column]:
    """Read columns by name.

    Args:
        place: An object of columns.
        functions: What the columns call, by the names they give.

    Raises:
        StoredFormatError: One cannot be read, or names a function that is not given.
    """
    places = place.parts()
    found = {n: _column_in(n, each, functions) for n, each in places.items()}
    read = {
        name: column
        for name, column in found.items()
        if "computed_from" not in places[name].parts()
    }
    return {
        name: column
        if name in read
        else _computed_in(column, places[name], read, functions)
        for name, column in found.items()
    }


def _column_in(name: str, place: JsonPath, functions: Mapping[str, Function]) -> Column:
    parts = place.parts()
    if "holds" not in parts:
        raise place.fault(f"missing: 'holds' (one of {', '.join(_SORTS)})")
    build, needed, maybe = parts["holds"].one_of(_SORTS, "a sort of column")
    more = (*maybe, "is_optional", "reader", *_COMPUTED)
    parts = place.keys("holds", *needed, maybe=more)
    if not {"by", "vector"}.isdisjoint(parts) and "computed_from" not in parts:
        raise place.fault("missing: 'computed_from', the columns it is computed from")
    column = place.made(build, name, parts)
    if "is_optional" in parts and parts["is_optional"].flag():
        column = column.optional()
    if "reader" in parts:
        column = column.read_from(_function(parts["reader"], functions))
    return column


def _computed_in(
    column: Column,
    place: JsonPath,
    read: Mapping[str, Column],
    functions: Mapping[str, Function],
) -> Column:
    parts = place.parts()
    if "by" not in parts:
        raise place.fault("missing: 'by', the name of the function")
    inputs = [
        source.one_of(read, "a column that is read, not computed")
        for source in parts["computed_from"].members()
    ]
    vector = _function(parts["vector"], functions) if "vector" in parts else None
    computed = place.made(column.computed_from, *inputs, vector=vector)
    return place.made(computed, _function(parts["by"], functions))


def _function(place: JsonPath, functions: Mapping[str, Function]) -> Function:
    name = place.text()
    if name not in functions:
        raise place.fault(
            f"no text holds a function: pass functions={{{name!r}: ...}} to from_json"
        )
    return functions[name]
