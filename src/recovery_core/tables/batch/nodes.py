"""What the combinators do to sums of money, on arrays.

An award is a row of sums, in order; each function here does to the sums what the
combinator of its name does to the remedies of an award.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import product
from math import prod
from typing import Final, TypeAlias

import attrs
import numpy as np

from ..._domain.money import Money, Rounding
from ..amounts import ColumnAmount
from ..amounts import Scaled as Share
from ..column import Column
from ..domains import Sums
from .arrays import Array
from .claims import Chunk
from .composition_reader import NOBODY, NOT_YET
from .payouts import build_array_function

__all__ = [
    "MOST_LABELS",
    "Node",
    "NotExactError",
    "SumsAndOutcomes",
    "build_best_of_node",
    "build_capped_node",
    "build_dated_node",
    "build_first_node",
    "build_floored_node",
    "build_scaled_node",
    "build_set_off_node",
    "build_sum_of_node",
    "total_per_claim",
]

MOST_LABELS: Final = 10_000
_LONGEST: Final = 1 << 62

SumsAndOutcomes: TypeAlias = tuple[list[Array], Array]
"""The sums of every award, in order, and the outcome of every claim."""


@attrs.frozen(eq=False)
class Node:
    """One policy of a composition, ready for arrays.

    Args:
        name: How it is written.
        labels: Its outcomes.
        columns: What it reads.
        most: The most each of its sums can come to.
        decide_chunk: Decides a chunk.
        things: Of each outcome, whether it gives a thing without a value.
    """

    name: str
    labels: list[str]
    columns: tuple[Column, ...]
    most: tuple[int, ...]
    decide_chunk: Callable[[Chunk], SumsAndOutcomes]
    things: Sequence[bool]


class NotExactError(Exception):
    """A composition cannot be worked out on arrays alone."""


def total_per_claim(sums: Sequence[Array], row_count: int) -> Array:
    """Add the sums of each award up."""
    totals = np.zeros(row_count, np.int64)
    for amounts in sums:
        totals += amounts
    return totals


def _columns_read_by(
    nodes: Sequence[Node], *more_columns: Column
) -> tuple[Column, ...]:
    return tuple(dict.fromkeys([*(c for n in nodes for c in n.columns), *more_columns]))


def _format_combination(combinator: str, nodes: Sequence[Node]) -> str:
    return f"{combinator}({', '.join(node.name for node in nodes)})"


# --------------------------------------------------------------------- which one speaks


def _build_choosing_node(
    name: str,
    nodes: Sequence[Node],
    choose_node_numbers: Callable[[Chunk, list[Array]], Array],
    *more_columns: Column,
    label_of_none: str | None = None,
) -> Node:
    """Build a node that gives the award of one of several, chosen for each claim.

    Args:
        name: How it is written.
        nodes: Those it chooses from.
        choose_node_numbers: From the claims, and what each node gives them in all, to
            the number of a node for each claim; one past the last is none of them.
        more_columns: What the choice reads besides.
        label_of_none: The outcome where none is chosen; None where one always is.
    """
    labels = [label for node in nodes for label in node.labels]
    labels += [label_of_none] if label_of_none is not None else []
    width = max(len(node.most) for node in nodes)
    most = tuple(
        max((node.most[k] for node in nodes if k < len(node.most)), default=0)
        for k in range(width)
    )

    def decide_chunk(chunk: Chunk) -> SumsAndOutcomes:
        # All are worked out for all claims: arrays cannot stop at the first that gives.
        awards = [node.decide_chunk(chunk) for node in nodes]
        totals = [total_per_claim(sums, chunk.rows) for sums, _ in awards]
        chosen = choose_node_numbers(chunk, totals)
        sums = [np.zeros(chunk.rows, np.int64) for _ in range(width)]
        outcome = np.full(chunk.rows, len(labels) - 1, np.int32)
        # Labels of the nodes stand one after the other, so outcomes are shifted.
        first_label = 0
        for number, (node, (node_sums, node_outcome)) in enumerate(
            zip(nodes, awards, strict=True)
        ):
            is_chosen = chosen == number
            outcome[is_chosen] = node_outcome[is_chosen] + np.int32(first_label)
            first_label += len(node.labels)
            for target, amounts in zip(sums, node_sums, strict=False):
                target[is_chosen] = amounts[is_chosen]
        return sums, outcome

    things = [thing for node in nodes for thing in node.things]
    things += [False] if label_of_none is not None else []
    return Node(
        name, labels, _columns_read_by(nodes, *more_columns), most, decide_chunk, things
    )


def build_first_node(nodes: Sequence[Node]) -> Node:
    """Build the node of `first`: of each claim the first award with a sum in it."""

    def first_giving(_chunk: Chunk, totals: list[Array]) -> Array:
        gives = np.stack([amounts > 0 for amounts in totals])
        return np.where(gives.any(axis=0), gives.argmax(axis=0), len(totals))

    return _build_choosing_node(
        _format_combination("first", nodes), nodes, first_giving, label_of_none=NOBODY
    )


def build_best_of_node(nodes: Sequence[Node]) -> Node:
    """Build the node of `best_of`: the dearest award; among equals the earlier."""

    def dearest(_chunk: Chunk, totals: list[Array]) -> Array:
        # Of equal sums `argmax` takes the first, as the combinator does.
        best: Array = np.stack(totals).argmax(axis=0)
        return best

    return _build_choosing_node(_format_combination("best_of", nodes), nodes, dearest)


def build_dated_node(
    start_days: Sequence[date], nodes: Sequence[Node], day_column: Column
) -> Node:
    """Build the node of `dated`: of each claim the award of the version in force."""
    starts = np.array([day.toordinal() for day in start_days])

    def version_in_force(chunk: Chunk, _totals: list[Array]) -> Array:
        places = np.searchsorted(starts, chunk.codes(day_column), "right") - 1
        return np.where(places < 0, len(nodes), places)

    return _build_choosing_node(
        _format_combination("dated", nodes),
        nodes,
        version_in_force,
        day_column,
        label_of_none=NOT_YET,
    )


def build_sum_of_node(nodes: Sequence[Node]) -> Node:
    """Build the node of `sum_of`: all awards together; those that give are named.

    Raises:
        NotExactError: They could give together in too many ways.
    """
    sizes = [len(node.labels) + 1 for node in nodes]
    if prod(sizes) > MOST_LABELS:
        raise NotExactError
    ways = [*product(*([*node.labels, None] for node in nodes))]
    labels = [" + ".join(filter(None, way)) or NOBODY for way in ways]
    ways_of_things = product(*([*node.things, False] for node in nodes))
    things = [any(way) for way in ways_of_things]

    def decide_chunk(chunk: Chunk) -> SumsAndOutcomes:
        sums: list[Array] = []
        outcome = np.zeros(chunk.rows, np.int32)
        for node, size in zip(nodes, sizes, strict=True):
            node_sums, node_outcome = node.decide_chunk(chunk)
            sums += node_sums
            gives_thing = np.array(node.things)[node_outcome]
            gives = (total_per_claim(node_sums, chunk.rows) > 0) | gives_thing
            # Outcomes count as `labels` do: the last node fastest, its last is nothing.
            own_number = np.where(gives, node_outcome, size - 1)
            outcome = outcome * np.int32(size) + own_number
        return sums, outcome

    most = tuple(m for node in nodes for m in node.most)
    return Node(
        _format_combination("sum_of", nodes),
        labels,
        _columns_read_by(nodes),
        most,
        decide_chunk,
        things,
    )


# ---------------------------------------------------------------- how much it is


def _build_changing_node(
    combinator: str,
    node: Node,
    most: Sequence[int],
    change_sums: Callable[[list[Array], Chunk], list[Array]],
    *more_columns: Column,
) -> Node:
    """Build a node that changes the sums of another and keeps its outcomes."""

    def decide_chunk(chunk: Chunk) -> SumsAndOutcomes:
        sums, outcome = node.decide_chunk(chunk)
        return change_sums(sums, chunk), outcome

    columns = _columns_read_by([node], *more_columns)
    return Node(
        _format_combination(combinator, [node]),
        node.labels,
        columns,
        tuple(most),
        decide_chunk,
        node.things,
    )


def build_capped_node(node: Node, cap: Money) -> Node:
    """Build the node of `capped`: the last sums are cut first, to the cap in all."""

    def cut_to_cap(sums: list[Array], chunk: Chunk) -> list[Array]:
        room = np.full(chunk.rows, cap.minor, np.int64)
        cut_sums: list[Array] = []
        # The first sums take what room there is, so it is the last that are cut.
        for amounts in sums:
            cut_sums.append(np.minimum(amounts, room))
            room -= cut_sums[-1]
        return cut_sums

    return _build_changing_node(
        "capped", node, [min(m, cap.minor) for m in node.most], cut_to_cap
    )


def build_floored_node(node: Node, floor: Money) -> Node:
    """Build the node of `floored`: one more sum for what a gift is short of."""

    def with_shortfall(sums: list[Array], chunk: Chunk) -> list[Array]:
        totals = total_per_claim(sums, chunk.rows)
        shortfall = np.where(totals > 0, np.maximum(floor.minor - totals, 0), 0)
        return [*sums, shortfall]

    return _build_changing_node(
        "floored", node, [*node.most, floor.minor], with_shortfall
    )


def build_scaled_node(
    node: Node,
    ratio: tuple[int, int],
    rounding: Rounding,
    currency: str,
    factor: Column | None = None,
) -> Node:
    """Build the node of `scaled` or `owed`: each sum is multiplied and rounded.

    Args:
        node: What is multiplied.
        ratio: The upper and the lower half of the share.
        rounding: What becomes of what is left over.
        currency: That of the sums.
        factor: A column of whole numbers that they are multiplied by, too.

    Raises:
        NotExactError: A number could grow beyond 64 bits on the way.
    """
    column = Column("sum", Sums(currency, 0, max(node.most, default=0)))
    amount = Share(ColumnAmount(column), *ratio, factor, rounding)
    if amount.largest_intermediate >= _LONGEST:
        raise NotExactError
    most = [amount.bounds[1]] * len(node.most)
    if factor is None:
        scale = build_array_function(amount)
        return _build_changing_node(
            "scaled", node, most, lambda sums, _: [*map(scale, sums)]
        )
    scale_by_factor = build_array_function(amount)

    def scaled_by_factor(sums: list[Array], chunk: Chunk) -> list[Array]:
        factors = chunk.codes(factor).astype(np.int64)
        return [scale_by_factor(amounts, factors) for amounts in sums]

    return _build_changing_node("owed", node, most, scaled_by_factor, factor)


def build_set_off_node(node: Node, given_column: Column) -> Node:
    """Build the node of `set_off`: earlier gifts are taken off, the last sums first."""

    def without_given(sums: list[Array], chunk: Chunk) -> list[Array]:
        # Wide and a copy: codes may be narrow, and they are the data of the caller.
        given = chunk.codes(given_column).astype(np.int64)
        remaining: list[Array] = []
        for amounts in reversed(sums):
            taken = np.minimum(amounts, given)
            remaining.insert(0, amounts - taken)
            given -= taken
        return remaining

    return _build_changing_node("set_off", node, node.most, without_given, given_column)
