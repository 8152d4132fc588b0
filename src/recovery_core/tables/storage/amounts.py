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


def read_formula(json_path: JsonPath, columns: Mapping[str, Column]) -> Formula:
    """Read a formula over columns.

    Raises:
        StoredFormatError: It cannot be read; names the place.
    """

    def read_inner(part: JsonPath) -> Formula:
        return read_formula(part, columns)

    def read_several(
        part: JsonPath, kind: Callable[[tuple[Formula, ...]], Formula]
    ) -> Formula:
        return part.build_or_refuse(kind, tuple(map(read_inner, part.read_list())))

    def read_periodic(part: JsonPath, *, is_started: bool) -> Formula:
        """Read an amount for each period, begun or complete."""
        each = part.read_object_with_keys(
            "each", "every", "of", maybe=("after", "at_most")
        )["each"]
        return part.build_or_refuse(
            Scaled,
            read_inner(each),
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
        "percent_of": lambda p: _read_percent(p, read_inner),
        "per_started": lambda p: read_periodic(p, is_started=True),
        "per_completed": lambda p: read_periodic(p, is_started=False),
        "scaled": lambda p: _read_scaled(p, read_inner, columns),
    }
    for tag, kind in _SEVERAL.items():
        readers[tag] = lambda p, kind=kind: read_several(p, kind)  # type: ignore[misc]
    return json_path.read_only_key(readers)


def _read_rounding(parts: Mapping[str, JsonPath]) -> Rounding:
    if "rounding" not in parts:
        return Rounding.HALF_UP
    return parts["rounding"].read_choice(_ROUNDINGS, "a way to round")


def _read_percent(
    json_path: JsonPath, read_inner: Callable[[JsonPath], Formula]
) -> Formula:
    """Read a percentage of an inner formula."""
    parts = json_path.read_object_with_keys("of", "is", maybe=("rounding",))
    of, percent = read_inner(parts["of"]), parts["is"].read_text()
    return parts["is"].build_or_refuse(
        percent_of, of, percent, rounding=_read_rounding(parts)
    )


def _read_periods(
    json_path: JsonPath, columns: Mapping[str, Column], *, is_started: bool
) -> Periods:
    """Read how periods of a column are counted."""
    parts = json_path.read_object()
    return json_path.build_or_refuse(
        Periods,
        parts["of"].read_choice(columns, "a column"),
        parts["every"].read_whole_number(),
        parts["after"].read_whole_number() if "after" in parts else 0,
        is_started,
        parts["at_most"].read_whole_number() if "at_most" in parts else None,
    )


def _read_scaled(
    json_path: JsonPath,
    read_inner: Callable[[JsonPath], Formula],
    columns: Mapping[str, Column],
) -> Formula:
    """Read an inner formula times a fraction, and perhaps a count, rounded."""
    parts = json_path.read_object_with_keys(
        "of", "numerator", "denominator", maybe=("rounding", "by", "nearest")
    )
    of = read_inner(parts["of"])
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
    return json_path.build_or_refuse(
        Scaled,
        of,
        parts["numerator"].read_whole_number(),
        parts["denominator"].read_whole_number(),
        _read_multiplier(parts["by"], columns) if "by" in parts else None,
        _read_rounding(parts),
        to,
    )


def _read_multiplier(
    json_path: JsonPath, columns: Mapping[str, Column]
) -> Periods | Column:
    """Read what a formula is multiplied by: a column or periods of one."""
    if isinstance(json_path.value, str):
        return json_path.read_choice(columns, "a column")

    def read_counted(part: JsonPath, *, is_started: bool) -> Periods:
        part.read_object_with_keys("every", "of", maybe=("after", "at_most"))
        return _read_periods(part, columns, is_started=is_started)

    return json_path.read_only_key(
        {
            "started": lambda p: read_counted(p, is_started=True),
            "completed": lambda p: read_counted(p, is_started=False),
        }
    )
