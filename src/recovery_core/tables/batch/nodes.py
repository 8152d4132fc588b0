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


def total_per_claim(sums: Sequence[Array], rows: int) -> Array:
    """Add the sums of each award up."""
    added = np.zeros(rows, np.int64)
    for each in sums:
        added += each
    return added


def _columns_read_by(nodes: Sequence[Node], *more: Column) -> tuple[Column, ...]:
    return tuple(dict.fromkeys([*(c for n in nodes for c in n.columns), *more]))


def _format_combination(what: str, nodes: Sequence[Node]) -> str:
    return f"{what}({', '.join(node.name for node in nodes)})"


# --------------------------------------------------------------------- which one speaks


def _build_choosing_node(
    name: str,
    nodes: Sequence[Node],
    pick: Callable[[Chunk, list[Array]], Array],
    *more: Column,
    nobody: str | None = None,
) -> Node:
    """Return the award of one of several, by number; one past the last is nobody."""
    labels = [label for node in nodes for label in node.labels]
    labels += [nobody] if nobody is not None else []
    width = max(len(node.most) for node in nodes)
    most = tuple(
        max((node.most[k] for node in nodes if k < len(node.most)), default=0)
        for k in range(width)
    )

    def decide_chunk(chunk: Chunk) -> SumsAndOutcomes:
        found = [node.decide_chunk(chunk) for node in nodes]
        chosen = pick(chunk, [total_per_claim(sums, chunk.rows) for sums, _ in found])
        sums = [np.zeros(chunk.rows, np.int64) for _ in range(width)]
        outcome = np.full(chunk.rows, len(labels) - 1, np.int32)
        base = 0
        for number, (node, (parts, own)) in enumerate(zip(nodes, found, strict=True)):
            mine = chosen == number
            outcome[mine] = own[mine] + np.int32(base)
            base += len(node.labels)
            for into, part in zip(sums, parts, strict=False):
                into[mine] = part[mine]
        return sums, outcome

    things = [thing for node in nodes for thing in node.things]
    things += [False] if nobody is not None else []
    return Node(
        name, labels, _columns_read_by(nodes, *more), most, decide_chunk, things
    )


def build_first_node(nodes: Sequence[Node]) -> Node:
    """Return the first award with anything in it."""

    def pick(_chunk: Chunk, totals: list[Array]) -> Array:
        gives = np.stack([each > 0 for each in totals])
        return np.where(gives.any(axis=0), gives.argmax(axis=0), len(totals))

    return _build_choosing_node(
        _format_combination("first", nodes), nodes, pick, nobody=NOBODY
    )


def build_best_of_node(nodes: Sequence[Node]) -> Node:
    """Return the award that is worth most; among equals the earlier."""

    def pick(_chunk: Chunk, totals: list[Array]) -> Array:
        best: Array = np.stack(totals).argmax(axis=0)
        return best

    return _build_choosing_node(_format_combination("best_of", nodes), nodes, pick)


def build_dated_node(days: Sequence[date], nodes: Sequence[Node], day: Column) -> Node:
    """Return the award of the version in force on the day."""
    begun = np.array([since.toordinal() for since in days])

    def pick(chunk: Chunk, _totals: list[Array]) -> Array:
        places = np.searchsorted(begun, chunk.codes(day), "right") - 1
        return np.where(places < 0, len(nodes), places)

    return _build_choosing_node(
        _format_combination("dated", nodes), nodes, pick, day, nobody=NOT_YET
    )


def build_sum_of_node(nodes: Sequence[Node]) -> Node:
    """Return all awards together; those are named that give something."""
    sizes = [len(node.labels) + 1 for node in nodes]
    if prod(sizes) > MOST_LABELS:
        raise NotExactError
    ways = [*product(*([*node.labels, None] for node in nodes))]
    labels = [" + ".join(filter(None, way)) or NOBODY for way in ways]
    each = product(*([*node.things, False] for node in nodes))
    things = [any(parts) for parts in each]

    def decide_chunk(chunk: Chunk) -> SumsAndOutcomes:
        sums: list[Array] = []
        outcome = np.zeros(chunk.rows, np.int32)
        for node, size in zip(nodes, sizes, strict=True):
            parts, own = node.decide_chunk(chunk)
            sums += parts
            gives = (total_per_claim(parts, chunk.rows) > 0) | np.array(node.things)[
                own
            ]
            outcome = outcome * np.int32(size) + np.where(gives, own, size - 1)
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
    what: str,
    node: Node,
    most: Sequence[int],
    change: Callable[[list[Array], Chunk], list[Array]],
    *more: Column,
) -> Node:
    def decide_chunk(chunk: Chunk) -> SumsAndOutcomes:
        sums, outcome = node.decide_chunk(chunk)
        return change(sums, chunk), outcome

    columns = _columns_read_by([node], *more)
    return Node(
        _format_combination(what, [node]),
        node.labels,
        columns,
        tuple(most),
        decide_chunk,
        node.things,
    )


def build_capped_node(node: Node, at: Money) -> Node:
    """Cut the last sums first, as long as all are beyond the cap."""

    def change(sums: list[Array], chunk: Chunk) -> list[Array]:
        room = np.full(chunk.rows, at.minor, np.int64)
        kept: list[Array] = []
        for each in sums:
            kept.append(np.minimum(each, room))
            room -= kept[-1]
        return kept

    return _build_changing_node(
        "capped", node, [min(m, at.minor) for m in node.most], change
    )


def build_floored_node(node: Node, at: Money) -> Node:
    """Add what is short of the floor, where anything is given."""

    def change(sums: list[Array], chunk: Chunk) -> list[Array]:
        was = total_per_claim(sums, chunk.rows)
        short = np.where(was > 0, np.maximum(at.minor - was, 0), 0)
        return [*sums, short]

    return _build_changing_node("floored", node, [*node.most, at.minor], change)


def build_scaled_node(
    node: Node,
    ratio: tuple[int, int],
    rounding: Rounding,
    currency: str,
    by: Column | None = None,
) -> Node:
    """Multiply every sum, and round it, by itself.

    Args:
        node: What is multiplied.
        ratio: The upper and the lower half of the share.
        rounding: What becomes of what is left over.
        currency: That of the sums.
        by: A column of whole numbers that they are multiplied by, too.
    """
    column = Column("sum", Sums(currency, 0, max(node.most, default=0)))
    amount = Share(ColumnAmount(column), *ratio, by, rounding)
    if amount.largest_intermediate >= _LONGEST:
        raise NotExactError
    most = [amount.bounds[1]] * len(node.most)
    if by is None:
        alone = build_array_function(amount)
        return _build_changing_node(
            "scaled", node, most, lambda sums, _: [*map(alone, sums)]
        )
    together = build_array_function(amount)

    def change(sums: list[Array], chunk: Chunk) -> list[Array]:
        shares = chunk.codes(by).astype(np.int64)
        return [together(each, shares) for each in sums]

    return _build_changing_node("owed", node, most, change, by)


def build_set_off_node(node: Node, given: Column) -> Node:
    """Subtract what was given earlier from the last sums first."""

    def change(sums: list[Array], chunk: Chunk) -> list[Array]:
        owing = chunk.codes(given).astype(np.int64)
        kept: list[Array] = []
        for each in reversed(sums):
            taken = np.minimum(each, owing)
            kept.insert(0, each - taken)
            owing -= taken
        return kept

    return _build_changing_node("set_off", node, node.most, change, given)
