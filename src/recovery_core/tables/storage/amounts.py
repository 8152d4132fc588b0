"""Amounts as plain values: one key says which formula, and it is no class path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ..._domain.money import Rounding, parse_money_on_record
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

__all__ = ["read_formula"]

_ROUNDINGS: Final[Mapping[str, Rounding]] = {r.value: r for r in Rounding}
_SEVERAL: Final[Mapping[str, Callable[[tuple[Formula, ...]], Formula]]] = {
    "lesser": Lesser,
    "greater": Greater,
    "plus": Sum,
    "beyond": Excess,
}

# --------------------------------------------------------------------------- reading


def read_formula(place: JsonPath, columns: Mapping[str, Column]) -> Formula:
    """Read a formula over columns.

    Raises:
        StoredFormatError: It cannot be read; names the place.
    """

    def inner(part: JsonPath) -> Formula:
        return read_formula(part, columns)

    def several(
        part: JsonPath, kind: Callable[[tuple[Formula, ...]], Formula]
    ) -> Formula:
        return part.build_or_refuse(kind, tuple(map(inner, part.read_list())))

    def periodic(part: JsonPath, *, is_started: bool) -> Formula:
        each = part.read_object_with_keys(
            "each", "every", "of", maybe=("after", "at_most")
        )["each"]
        return part.build_or_refuse(
            Scaled,
            inner(each),
            1,
            1,
            _read_periods(part, columns, is_started=is_started),
        )

    readers: dict[str, Callable[[JsonPath], Formula]] = {
        "fixed": lambda p: p.build_or_refuse(
            Fixed, p.build_or_refuse(parse_money_on_record, p.read_text())
        ),
        "column": lambda p: p.build_or_refuse(
            ColumnAmount, p.read_choice(columns, "a column")
        ),
        "percent_of": lambda p: _read_percent(p, inner),
        "per_started": lambda p: periodic(p, is_started=True),
        "per_completed": lambda p: periodic(p, is_started=False),
        "scaled": lambda p: _read_scaled(p, inner, columns),
    }
    for tag, kind in _SEVERAL.items():
        readers[tag] = lambda p, kind=kind: several(p, kind)  # type: ignore[misc]
    return place.read_only_key(readers)


def _read_rounding(parts: Mapping[str, JsonPath]) -> Rounding:
    if "rounding" not in parts:
        return Rounding.HALF_UP
    return parts["rounding"].read_choice(_ROUNDINGS, "a way to round")


def _read_percent(place: JsonPath, inner: Callable[[JsonPath], Formula]) -> Formula:
    parts = place.read_object_with_keys("of", "is", maybe=("rounding",))
    of, percent = inner(parts["of"]), parts["is"].read_text()
    return parts["is"].build_or_refuse(
        percent_of, of, percent, rounding=_read_rounding(parts)
    )


def _read_periods(
    place: JsonPath, columns: Mapping[str, Column], *, is_started: bool
) -> Periods:
    parts = place.read_object()
    return place.build_or_refuse(
        Periods,
        parts["of"].read_choice(columns, "a column"),
        parts["every"].read_whole_number(),
        parts["after"].read_whole_number() if "after" in parts else 0,
        is_started,
        parts["at_most"].read_whole_number() if "at_most" in parts else None,
    )


def _read_scaled(
    place: JsonPath, inner: Callable[[JsonPath], Formula], columns: Mapping[str, Column]
) -> Formula:
    parts = place.read_object_with_keys(
        "of", "numerator", "denominator", maybe=("rounding", "by", "nearest")
    )
    of = inner(parts["of"])
    to = 1
    if "nearest" in parts:
        nearest = parts["nearest"].build_or_refuse(
            parse_money_on_record, parts["nearest"].read_text()
        )
        if nearest.currency != of.currency:
            raise parts["nearest"].format_error(
                f"{nearest} is no multiple for {of.currency}"
            )
        to = nearest.minor
    return place.build_or_refuse(
        Scaled,
        of,
        parts["numerator"].read_whole_number(),
        parts["denominator"].read_whole_number(),
        _read_multiplier(parts["by"], columns) if "by" in parts else None,
        _read_rounding(parts),
        to,
    )


def _read_multiplier(
    place: JsonPath, columns: Mapping[str, Column]
) -> Periods | Column:
    if isinstance(place.value, str):
        return place.read_choice(columns, "a column")

    def counted(part: JsonPath, *, is_started: bool) -> Periods:
        part.read_object_with_keys("every", "of", maybe=("after", "at_most"))
        return _read_periods(part, columns, is_started=is_started)

    return place.read_only_key(
        {
            "started": lambda p: counted(p, is_started=True),
            "completed": lambda p: counted(p, is_started=False),
        }
    )
