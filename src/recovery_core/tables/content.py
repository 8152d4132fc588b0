"""What a table is made of, as plain values: the stored form, and what is hashed.

So that the name of a table lives as long as the stored form, whatever becomes of the
classes behind it. Reading the stored form back is `storage`'s affair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final, assert_never

from .._domain.basis_points import BASIS_POINTS
from .._domain.money import Money, Rounding
from .amounts import (
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
from .column_type import Column
from .conditions import Cell, When
from .domains import Choices, Days, Flags, Integers, Sums
from .rules import Gift, Pay, Rule
from .table_parts import TableParts

__all__ = [
    "functions_by_name",
    "hashed_content",
    "list_columns_read",
    "stored_content",
]

Function = Callable[..., Any]

_HUNDRED: Final = 100
_PART_TAGS: Final[dict[type[Formula], str]] = {
    Lesser: "lesser",
    Greater: "greater",
    Sum: "plus",
    Excess: "beyond",
}

# -------------------------------------------------------------------------- the whole


def hashed_content(table: TableParts) -> dict[str, object]:
    """Return what the content hash stands for: what is stored, and functions."""
    return {"stored": stored_content(table), "functions": functions_by_name(table)}


def functions_by_name(table: TableParts) -> dict[str, Callable[..., Any]]:
    """List every function that a table calls, by the name `from_json` asks for."""
    named = (_functions_of_column(column) for column in list_columns_read(table))
    return {
        name: function for functions in named for name, function in functions.items()
    }


def list_columns_read(table: TableParts) -> Iterable[Column]:
    """List every column that a table reads, computed or not, each once."""
    # By name: two that are the same need not be one object.
    return {c.name: c for c in (*table.columns, *table.inputs)}.values()


def stored_content(table: TableParts) -> dict[str, object]:
    """Return the stored form of a table, without its head."""
    return _without_none(
        name=table.name,
        source=table.source,
        is_statutory=table.is_statutory or None,
        columns={
            column.name: _column_to_content(column)
            for column in list_columns_read(table)
        },
        hit=table.hit.value,
        exclusions=[_rule_to_content(rule) for rule in table.exclusions] or None,
        rules=[_rule_to_content(rule) for rule in table.rules],
        otherwise=None
        if table.otherwise is None
        else _rule_to_content(table.otherwise),
    )


def _without_none(**fields: object) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


def _rule_to_content(rule: Rule) -> dict[str, object]:
    """Write a rule; what it leaves out is left out."""
    return _without_none(
        code=rule.code,
        when=None if rule.when is None else _when_to_content(rule.when),
        alternatives=[_gift_to_content(gift) for gift in rule.alternatives] or None,
        amends=[_gift_to_content(gift) for gift in rule.amends] or None,
        because=rule.because,
    )


def _when_to_content(when: When) -> dict[str, object]:
    return {cell.column.name: _cell_to_content(cell) for cell in when.cells}


def _gift_to_content(gift: Gift) -> dict[str, object]:
    """Write a gift under the one key `pay` or `remedy`."""
    common = {"what": gift.what, "is_statutory": gift.is_statutory or None}
    if isinstance(gift, Pay):
        free = None if gift.discretion is None else _amount_to_content(gift.discretion)
        amount, kind = _amount_to_content(gift.amount), gift.kind.value
        return {
            "pay": _without_none(amount=amount, kind=kind, discretion=free, **common)
        }
    value = None if gift.value is None else str(gift.value)
    sizes = {"basis_points": gift.basis_points, "points": gift.points}
    return {
        "remedy": _without_none(kind=gift.kind.value, value=value, **sizes, **common)
    }


# ----------------------------------------------------------------------------- columns


def _value_to_content(column: Column, code: int) -> object:
    fact = column.domain.fact(code)
    return str(fact) if isinstance(fact, Money | date) else fact


def _cell_to_content(cell: Cell) -> object:
    """Write what one column must be: an object, or a list of them for any of several.

    Single values go to ``in``, and an end where the domain ends is left out.
    """
    column, domain = cell.column, cell.column.domain
    single_codes: list[int] = []
    spans: list[object] = []
    is_listed = isinstance(domain, Choices | Flags)
    for low, top in cell.spans:
        high = min(top, domain.most)
        if is_listed or low == high:
            single_codes += range(low, high + 1)
        elif low < high:
            ends = {
                "at_least": low if low > domain.least else None,
                "at_most": high if high < domain.most else None,
            }
            bounds = {
                key: _value_to_content(column, code)
                for key, code in ends.items()
                if code is not None
            }
            # The whole domain without a missing value has no end to say.
            spans.append(bounds or {"missing": False})
    if single_codes:
        spans.insert(
            0, {"in": [_value_to_content(column, code) for code in single_codes]}
        )
    if cell.spans[-1][1] > domain.most:
        spans.append({"missing": True})
    return spans[0] if len(spans) == 1 else spans


def _functions_by_role(column: Column) -> dict[str, tuple[str, Function]]:
    """Return label and function of a column by "by", "vector" and "reader"."""
    name = column.name
    # A computed column has no reader, so that the two may share its name.
    functions = {
        "by": (name, column.function),
        "vector": (f"{name}.vector", column.vector),
        "reader": (name, column.reader),
    }
    return {
        role: (label, function)
        for role, (label, function) in functions.items()
        if function is not None
    }


def _functions_of_column(column: Column) -> dict[str, Function]:
    """Return the functions of a column by the names that the stored form gives."""
    return dict(_functions_by_role(column).values())


def _column_to_content(column: Column) -> dict[str, object]:
    """Write what a column may hold, and the names of its functions."""
    out = _domain_to_content(column)
    if column.is_optional:
        out["is_optional"] = True
    labels: dict[str, object] = {
        k: label for k, (label, _) in _functions_by_role(column).items()
    }
    if column.function is not None:
        inputs = [source.name for source in column.inputs]
        labels = {"computed_from": inputs, **labels}
    return {**out, **labels}


def _domain_to_content(column: Column) -> dict[str, object]:
    """Write what a column holds, with the ends of its domain."""
    domain = column.domain
    ends = (
        _value_to_content(column, domain.least),
        _value_to_content(column, domain.most),
    )
    out: dict[str, object]
    match domain:
        case Integers():
            out = {"holds": "integer", "least": ends[0], "most": ends[1]}
            return {**out, "unit": domain.unit} if domain.unit else out
        case Flags():
            return {"holds": "flag"}
        case Choices():
            out = {"holds": "choices", "values": [*domain.values]}
            return {**out, "is_ordered": True} if domain.is_ordered else out
        case Sums():
            return {"holds": "money", "least": ends[0], "most": ends[1]}
        case Days():
            return {"holds": "day", "first": ends[0], "last": ends[1]}
        case never:
            assert_never(never)


# ----------------------------------------------------------------------------- amounts


def _amount_to_content(formula: Formula) -> dict[str, object]:
    """Return a formula as an object with one key."""
    match formula:
        case Fixed():
            return {"fixed": str(formula.money)}
        case ColumnAmount():
            return {"column": formula.column.name}
        case Scaled():
            return _scaled_to_content(formula)
        case Lesser() | Greater() | Sum() | Excess():
            parts = [_amount_to_content(part) for part in formula.parts]
            return {_PART_TAGS[type(formula)]: parts}
        case never:
            assert_never(never)


def _scaled_to_content(scaled: Scaled) -> dict[str, object]:
    """Write an amount per period, a percentage, or any other product in full.

    The first two have short forms: tables were stored so before there were others.
    """
    of = _amount_to_content(scaled.of)
    ratio, by, rounding = _ratio_if_to_the_unit(scaled), scaled.by, scaled.rounding
    if ratio == (1, 1) and isinstance(by, Periods) and rounding is Rounding.HALF_UP:
        return {f"per_{_periods_tag(by)}": {"each": of, **_periods_to_content(by)}}
    if ratio == (scaled.numerator, BASIS_POINTS) and by is None:
        whole, cents = divmod(scaled.numerator, _HUNDRED)
        percent = f"{whole}.{cents:02d}".rstrip("0") if cents else f"{whole}"
        return {"percent_of": {"of": of, "is": percent, "rounding": rounding.value}}
    out: dict[str, object] = {
        "of": of,
        "numerator": scaled.numerator,
        "denominator": scaled.denominator,
        "rounding": rounding.value,
    }
    if isinstance(by, Column):
        out["by"] = by.name
    elif by is not None:
        out["by"] = {_periods_tag(by): _periods_to_content(by)}
    if scaled.to > 1:
        out["nearest"] = str(Money.from_minor(scaled.to, scaled.currency))
    return {"scaled": out}


def _ratio_if_to_the_unit(scaled: Scaled) -> tuple[int, int] | None:
    return (scaled.numerator, scaled.denominator) if scaled.to == 1 else None


def _periods_tag(periods: Periods) -> str:
    return "started" if periods.is_started else "completed"


def _periods_to_content(periods: Periods) -> dict[str, object]:
    """Write how periods are counted; an end that does not matter is left out."""
    out: dict[str, object] = {"every": periods.length, "of": periods.column.name}
    if periods.after:
        out["after"] = periods.after
    if periods.at_most is not None:
        out["at_most"] = periods.at_most
    return out
