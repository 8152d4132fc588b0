"""Amounts as plain values: one key says which formula, and it is no class path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ..._domain.money import Rounding, read_back
from ..amounts import (
    ColumnAmount,
    Excess,
    Fixed,
    Formula,
    Greater,
    Lesser,
    Periods,
    Scaled,
    Sum,
)
from ..column import Column
from ..formulas import percent_of
from .json_path import JsonPath

__all__ = ["amount_in"]

_ROUNDINGS: Final[Mapping[str, Rounding]] = {r.value: r for r in Rounding}
_SEVERAL: Final[Mapping[str, Callable[[tuple[Formula, ...]], Formula]]] = {
    "lesser": Lesser,
    "greater": Greater,
    "plus": Sum,
    "beyond": Excess,
}

# --------------------------------------------------------------------------- reading


def amount_in(place: JsonPath, columns: Mapping[str, Column]) -> Formula:
    """Read a formula over columns.

    Raises:
        StoredFormatError: It cannot be read; names the place.
    """

    def inner(part: JsonPath) -> Formula:
        return amount_in(part, columns)

    def several(
        part: JsonPath, kind: Callable[[tuple[Formula, ...]], Formula]
    ) -> Formula:
        return part.made(kind, tuple(map(inner, part.members())))

    def periodic(part: JsonPath, *, is_started: bool) -> Formula:
        each = part.keys("each", "every", "of", maybe=("after", "at_most"))["each"]
        return part.made(
            Scaled, inner(each), 1, 1, _periods(part, columns, is_started=is_started)
        )

    readers: dict[str, Callable[[JsonPath], Formula]] = {
        "fixed": lambda p: p.made(Fixed, p.made(read_back, p.text())),
        "column": lambda p: p.made(ColumnAmount, p.one_of(columns, "a column")),
        "percent_of": lambda p: _percent(p, inner),
        "per_started": lambda p: periodic(p, is_started=True),
        "per_completed": lambda p: periodic(p, is_started=False),
        "scaled": lambda p: _scaled(p, inner, columns),
    }
    for tag, kind in _SEVERAL.items():
        readers[tag] = lambda p, kind=kind: several(p, kind)  # type: ignore[misc]
    return place.only(readers)


def _rounding(parts: Mapping[str, JsonPath]) -> Rounding:
    if "rounding" not in parts:
        return Rounding.HALF_UP
    return parts["rounding"].one_of(_ROUNDINGS, "a way to round")


def _percent(place: JsonPath, inner: Callable[[JsonPath], Formula]) -> Formula:
    parts = place.keys("of", "is", maybe=("rounding",))
    of, percent = inner(parts["of"]), parts["is"].text()
    return parts["is"].made(percent_of, of, percent, rounding=_rounding(parts))


def _periods(
    place: JsonPath, columns: Mapping[str, Column], *, is_started: bool
) -> Periods:
    parts = place.parts()
    return place.made(
        Periods,
        parts["of"].one_of(columns, "a column"),
        parts["every"].whole_number(),
        parts["after"].whole_number() if "after" in parts else 0,
        is_started,
        parts["at_most"].whole_number() if "at_most" in parts else None,
    )


def _scaled(
    place: JsonPath, inner: Callable[[JsonPath], Formula], columns: Mapping[str, Column]
) -> Formula:
    parts = place.keys(
        "of", "numerator", "denominator", maybe=("rounding", "by", "nearest")
    )
    of = inner(parts["of"])
    to = 1
    if "nearest" in parts:
        nearest = parts["nearest"].made(read_back, parts["nearest"].text())
        if nearest.currency != of.currency:
            raise parts["nearest"].fault(f"{nearest} is no multiple for {of.currency}")
        to = nearest.minor
    return place.made(
        Scaled,
        of,
        parts["numerator"].whole_number(),
        parts["denominator"].whole_number(),
        _by(parts["by"], columns) if "by" in parts else None,
        _rounding(parts),
        to,
    )


def _by(place: JsonPath, columns: Mapping[str, Column]) -> Periods | Column:
    if isinstance(place.value, str):
        return place.one_of(columns, "a column")

    def counted(part: JsonPath, *, is_started: bool) -> Periods:
        part.keys("every", "of", maybe=("after", "at_most"))
        return _periods(part, columns, is_started=is_started)

    return place.only(
        {
            "started": lambda p: counted(p, is_started=True),
            "completed": lambda p: counted(p, is_started=False),
        }
    )
