"""What a table can do, as a list: each way, when it is taken and what it pays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import attrs

from ..amounts import Formula
from ..column import Column
from ..conditions import When, check_same_column
from ..decision import RuleOutcome, evaluate_in_minor_units
from ..domains import Plain
from ..rules import Rule
from ..spans import Spans, intersect_spans, is_in
from ..table import Table

__all__ = [
    "Amounts",
    "Box",
    "Order",
    "Way",
    "columns_of",
    "dearest",
    "joined",
    "least",
    "meet",
    "most",
    "narrowed",
    "outcomes",
    "table_ways",
    "taken",
]

Box: TypeAlias = Mapping[str, Spans]
"""What a condition accepts, by column name; what it does not name may be anything."""

Amounts: TypeAlias = tuple[Formula, ...]
"""What is paid together."""


@attrs.frozen
class Order:
    """Demand that some amounts come to more than others, or at least to as much."""

    more: Amounts
    less: Amounts
    is_strict: bool

    @property
    def may_hold(self) -> bool:
        """Return whether the bounds of the amounts leave it possible."""
        high, low = most(self.more), least(self.less)
        return high > low if self.is_strict else high >= low

    @property
    def must_hold(self) -> bool:
        """Return whether the bounds of the amounts alone make it so."""
        low, high = least(self.more), most(self.less)
        return low > high if self.is_strict else low >= high

    def holds(self, row: Mapping[str, Plain]) -> bool:
        """Return whether it is so for one row of plain values."""
        more, less = paid(self.more, row), paid(self.less, row)
        return more > less if self.is_strict else more >= less


@attrs.frozen
class Way:
    """State one way a policy can go.

    Args:
        rule: The codes of the rules that decide.
        box: What every column must hold.
        unless: What must not be so: rules that would have come first.
        parts: What is paid, one after the other.
        orders: How amounts must compare.
    """

    rule: str
    box: Box
    unless: tuple[Box, ...]
    parts: Amounts
    orders: tuple[Order, ...] = ()


def least(amounts: Amounts) -> int:
    """Return the least that amounts can come to together."""
    return sum(amount.bounds[0] for amount in amounts)


def most(amounts: Amounts) -> int:
    """Return the most that amounts can come to together."""
    return sum(amount.bounds[1] for amount in amounts)


def paid(amounts: Amounts, row: Mapping[str, Plain]) -> int:
    """Work out amounts for one row, in minor units."""
    return sum(evaluate_in_minor_units(amount, row) for amount in amounts)


def meet(one: Box, other: Box) -> Box | None:
    """Demand both; None where nothing can meet both."""
    both = dict(one)
    for name, spans in other.items():
        both[name] = intersect_spans(both[name], spans) if name in both else spans
        if not both[name]:
            return None
    return both


def box_of(when: When | None) -> Box:
    """Read a condition; None always holds."""
    cells = () if when is None else when.cells
    return {cell.column.name: cell.spans for cell in cells}


def narrowed(
    rule: str,
    boxes: Iterable[Box],
    unless: Iterable[Box],
    parts: Amounts,
    orders: Iterable[Order] = (),
) -> list[Way]:
    """Make a way, leaving out what cannot matter; none where it is never taken."""
    box: Box = {}
    for more in boxes:
        both = meet(box, more)
        if both is None:
            return []
        box = both
    demanded = [order for order in orders if not order.must_hold]
    if not all(order.may_hold for order in demanded):
        return []
    near = tuple(other for other in unless if meet(box, other) is not None)
    return [Way(rule, box, near, parts, tuple(demanded))]


def joined(ways: Sequence[Way], rule: str, parts: Amounts, *orders: Order) -> list[Way]:
    """Go several ways at once; none where they exclude each other."""
    return narrowed(
        rule,
        [way.box for way in ways],
        [box for way in ways for box in way.unless],
        parts,
        [*(order for way in ways for order in way.orders), *orders],
    )


def taken(ways: Iterable[Way], codes: Mapping[str, int], row: Mapping[str, Any]) -> Way:
    """Find the way that one claim goes."""
    return next(
        way
        for way in ways
        if _meets(codes, way.box)
        and not any(_meets(codes, box) for box in way.unless)
        and all(order.holds(row) for order in way.orders)
    )


def _meets(codes: Mapping[str, int], box: Box) -> bool:
    return all(is_in(codes[name], spans) for name, spans in box.items())


# ------------------------------------------------------------------------- tables


def outcomes(table: Table) -> Iterator[tuple[RuleOutcome, list[Box], list[Box]]]:
    """Walk the outcomes of a table: what must hold, and what must not."""
    boxes = {row.code: box_of(row.when) for row in table.rows}
    codes = list(boxes)
    excluding = [row.code for row in table.exclusions]
    collected = [row.code for row in table.rules]
    for outcome in table.outcomes:
        held = [row.code for row in outcome.rules]
        if held[0] in excluding or not table.hit.is_collecting:
            ahead = codes[: codes.index(held[0])]
        else:
            ahead = excluding + [code for code in collected if code not in held]
        yield outcome, [boxes[code] for code in held], [boxes[code] for code in ahead]


def table_ways(table: Table) -> Iterator[Way]:
    """Walk the ways of a table by what each outcome is worth."""
    for outcome, boxes, unless in outcomes(table):
        parts = () if outcome.worth is None else (outcome.worth,)
        yield from narrowed(outcome.label, boxes, unless, parts)


def dearest(
    rules: Sequence[Rule], sums: Sequence[Amounts]
) -> Iterator[tuple[str, Amounts, list[Order]]]:
    """List the ways in which each is worth the most; the earlier among equals."""
    for place, (rule, mine) in enumerate(zip(rules, sums, strict=True)):
        yield (
            rule.code,
            mine,
            [
                Order(mine, other, is_strict=before < place)
                for before, other in enumerate(sums)
                if before != place
            ],
        )


# ------------------------------------------------------------------------ columns


def columns_of(*groups: Iterable[Column]) -> dict[str, Column]:
    """Gather columns by name, those that are read before what they compute.

    Raises:
        InvalidValueError: Two of one name differ.
    """
    known: dict[str, Column] = {}
    for column in (column for group in groups for column in group):
        for each in (*column.inputs, column):
            check_same_column(known.setdefault(each.name, each), each)
    return known
