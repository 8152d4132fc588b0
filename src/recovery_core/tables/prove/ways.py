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
    "columns_by_name",
    "find_intersection",
    "greatest_total",
    "iter_dearest_with_orders",
    "iter_outcomes_with_boxes",
    "iter_table_ways",
    "least_total",
    "list_joint_way_if_possible",
    "list_way_if_possible",
    "way_of_claim",
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
        high, low = greatest_total(self.more), least_total(self.less)
        return high > low if self.is_strict else high >= low

    @property
    def must_hold(self) -> bool:
        """Return whether the bounds of the amounts alone make it so."""
        low, high = least_total(self.more), greatest_total(self.less)
        return low > high if self.is_strict else low >= high

    def holds(self, row: Mapping[str, Plain]) -> bool:
        """Return whether it is so for one row of plain values."""
        more, less = (
            total_in_minor_units(self.more, row),
            total_in_minor_units(self.less, row),
        )
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


def least_total(amounts: Amounts) -> int:
    """Return the least that amounts can come to together."""
    return sum(amount.bounds[0] for amount in amounts)


def greatest_total(amounts: Amounts) -> int:
    """Return the most that amounts can come to together."""
    return sum(amount.bounds[1] for amount in amounts)


def total_in_minor_units(amounts: Amounts, row: Mapping[str, Plain]) -> int:
    """Add up amounts for one row, in minor units."""
    return sum(evaluate_in_minor_units(amount, row) for amount in amounts)


def find_intersection(box: Box, other_box: Box) -> Box | None:
    """Return the box of what is in both; None where nothing is."""
    both = dict(box)
    for name, spans in other_box.items():
        both[name] = intersect_spans(both[name], spans) if name in both else spans
        if not both[name]:
            return None
    return both


def convert_condition_to_box(when: When | None) -> Box:
    """Convert a condition to a box; None, which always holds, to the empty one."""
    cells = () if when is None else when.cells
    return {cell.column.name: cell.spans for cell in cells}


def list_way_if_possible(
    rule: str,
    boxes: Iterable[Box],
    unless: Iterable[Box],
    parts: Amounts,
    orders: Iterable[Order] = (),
) -> list[Way]:
    """Return a list of one way, without what cannot matter; empty if never taken.

    Args:
        rule: The codes of the rules that decide.
        boxes: What must hold, all of it.
        unless: What must not hold, none of it.
        parts: What is paid.
        orders: How amounts must compare.
    """
    # Fewer demands are quicker to prove: bounds alone settle most of them.
    box: Box = {}
    for more in boxes:
        both = find_intersection(box, more)
        if both is None:
            return []
        box = both
    demanded = [order for order in orders if not order.must_hold]
    if not all(order.may_hold for order in demanded):
        return []
    near = tuple(other for other in unless if find_intersection(box, other) is not None)
    return [Way(rule, box, near, parts, tuple(demanded))]


def list_joint_way_if_possible(
    ways: Sequence[Way], rule: str, parts: Amounts, *orders: Order
) -> list[Way]:
    """Return a list of one way that goes several at once; empty if they exclude it."""
    return list_way_if_possible(
        rule,
        [way.box for way in ways],
        [box for way in ways for box in way.unless],
        parts,
        [*(order for way in ways for order in way.orders), *orders],
    )


def way_of_claim(
    ways: Iterable[Way], codes: Mapping[str, int], row: Mapping[str, Any]
) -> Way:
    """Return the one way that a claim goes: ways are exhaustive and disjoint."""
    return next(
        way
        for way in ways
        if _is_in_box(codes, way.box)
        and not any(_is_in_box(codes, box) for box in way.unless)
        and all(order.holds(row) for order in way.orders)
    )


def _is_in_box(codes: Mapping[str, int], box: Box) -> bool:
    return all(is_in(codes[name], spans) for name, spans in box.items())


# ------------------------------------------------------------------------- tables


def iter_outcomes_with_boxes(
    table: Table,
) -> Iterator[tuple[RuleOutcome, list[Box], list[Box]]]:
    """Yield each outcome, the boxes that must hold, and those that must not."""
    boxes = {row.code: convert_condition_to_box(row.when) for row in table.rows}
    codes = list(boxes)
    excluding = [row.code for row in table.exclusions]
    collected = [row.code for row in table.rules]
    for outcome in table.outcomes:
        held = [row.code for row in outcome.rules]
        if held[0] in excluding or not table.hit.is_collecting:
            # The first rule that holds decides: none before it may.
            ahead = codes[: codes.index(held[0])]
        else:
            # All rules that hold decide together: no other one may.
            ahead = excluding + [code for code in collected if code not in held]
        yield outcome, [boxes[code] for code in held], [boxes[code] for code in ahead]


def iter_table_ways(table: Table) -> Iterator[Way]:
    """Walk the ways of a table by what each outcome is worth."""
    for outcome, boxes, unless in iter_outcomes_with_boxes(table):
        parts = () if outcome.worth is None else (outcome.worth,)
        yield from list_way_if_possible(outcome.label, boxes, unless, parts)


def iter_dearest_with_orders(
    rules: Sequence[Rule], sums: Sequence[Amounts]
) -> Iterator[tuple[str, Amounts, list[Order]]]:
    """Yield for each rule its code and sums, and the orders that make it the dearest.

    Among equals the earlier is the dearest: it need not exceed those behind it.
    """
    for place, (rule, own_sums) in enumerate(zip(rules, sums, strict=True)):
        yield (
            rule.code,
            own_sums,
            [
                Order(own_sums, other_sums, is_strict=index < place)
                for index, other_sums in enumerate(sums)
                if index != place
            ],
        )


# ------------------------------------------------------------------------ columns


def columns_by_name(*column_groups: Iterable[Column]) -> dict[str, Column]:
    """Gather columns by name, those that are read before what they compute.

    Raises:
        InvalidValueError: Two of one name differ.
    """
    by_name: dict[str, Column] = {}
    for column in (column for group in column_groups for column in group):
        for each in (*column.inputs, column):
            check_same_column(by_name.setdefault(each.name, each), each)
    return by_name
