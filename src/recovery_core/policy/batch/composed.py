"""Tables that are combined: the arithmetic of the combinators, on arrays.

Exact where every table gives sums of money alone, and no alternatives: then an award
is a row of sums, and what a combinator does to it is done to each sum in the same
order. A cap touches nothing that the law grants, so it takes tables that grant by law
out of this route; they are decided claim by claim.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from math import prod
from typing import Final, TypeAlias

import attrs
import numpy as np

from ..._domain.hashing import content_hash
from ..._domain.money import MAX_MINOR, Money
from ..amounts import Amount, Fixed, Greater, Read
from ..amounts import Scaled as Share
from ..base import CompensationPolicy, ask
from ..column import Column
from ..decision import Outcome
from ..domains import Days, Plain, Sums
from ..rules import Gift, Hit, Pay
from ..table import Table
from .arrays import Array
from .claims import Chunk
from .combined import (
    BestOf,
    Capped,
    Dated,
    First,
    Floored,
    Scaled,
    SetOff,
    SumOf,
)
from .grid import TablePlan
from .plans import Route
from .rows import ALREADY_GIVEN, FAILURE_DAY, claim_of
from .worths import Worths, on_arrays

__all__ = ["ComposedPlan", "composed"]

_MOST_LABELS: Final = 10_000
_LONGEST: Final = 1 << 62

Found: TypeAlias = tuple[list[Array], Array]
"""The sums of every award, in order, and the outcome of every claim."""


@attrs.frozen(eq=False)
class Node:
    """One policy of a composition, ready for arrays.

    Args:
        name: How it is written.
        labels: Its outcomes.
        columns: What it reads.
        most: The most each of its sums can come to.
        run: Decides a chunk.
    """

    name: str
    labels: list[str]
    columns: tuple[Column, ...]
    most: tuple[int, ...]
    run: Callable[[Chunk], Found]


class NotExactError(Exception):
    """Say that a composition cannot be worked out on arrays alone."""


def composed(policy: CompensationPolicy) -> ComposedPlan | None:
    """Turn a composition of tables into a plan; None where that would not be exact."""
    tables = tables_of(policy)
    currencies = {table.currency for table in tables} - {None}
    if len(currencies) != 1:
        return None
    currency = str(*currencies)
    try:
        node = _Builder(currency, len(tables) > 1, tables).node(policy, capped=False)
    except NotExactError:
        return None
    return ComposedPlan(policy, node, currency)


def tables_of(policy: object) -> list[Table]:
    """List the tables of a composition, in order."""
    if isinstance(policy, Table):
        return [policy]
    inner: tuple[object, ...] = getattr(policy, "policies", ())
    if isinstance(policy, Dated):
        inner = tuple(version for _, version in policy.versions)
    elif (only := getattr(policy, "policy", None)) is not None:
        inner = (only,)
    return [table for member in inner for table in tables_of(member)]


@attrs.frozen(eq=False)
class ComposedPlan:
    """Decide many claims by tables that are combined.

    Args:
        policy: The composition.
        node: The same, ready for arrays.
        currency: The currency it gives.
    """

    policy: CompensationPolicy
    node: Node
    currency: str
    route: Route = attrs.field(default=Route.COMPOSED, init=False)

    @property
    def name(self) -> str:
        """The composition, with its tables by name."""
        return self.node.name

    @property
    def hash(self) -> str:
        """The content hash of the composition."""
        return content_hash(self.policy)

    @property
    def columns(self) -> tuple[Column, ...]:
        """What its tables read, and what its combinators do."""
        return self.node.columns

    @property
    def inputs(self) -> tuple[Column, ...]:
        """What its tables read, and what its combinators do."""
        return self.node.columns

    @property
    def labels(self) -> list[str]:
        """The outcomes of its tables, as they are combined."""
        return self.node.labels

    def run(self, chunk: Chunk, minor: Array) -> Array:
        """Work the composition out."""
        sums, outcome = self.node.run(chunk)
        minor[:] = _total(sums, chunk.rows)
        return outcome

    def one(self, row: Mapping[str, Plain]) -> tuple[None, int]:
        """Ask the composition itself; its awards name no single outcome."""
        claim = claim_of(row, self.columns, "claim")
        worth = ask(_told(self.policy, row), claim).worth
        return None, 0 if worth is None else worth.minor


def _told(policy: CompensationPolicy, row: Mapping[str, Plain]) -> CompensationPolicy:
    """Tell the tables of a composition a row, wherever they would read it from."""
    match policy:
        case Table():
            return lambda _claim: policy.decision(row).award
        case First() | BestOf() | SumOf():
            return attrs.evolve(
                policy, policies=tuple(_told(p, row) for p in policy.policies)
            )
        case Dated():
            told = {since: _told(p, row) for since, p in policy.versions}
            return attrs.evolve(policy, versions=told)
        case Capped() | Floored() | Scaled() | SetOff():
            return attrs.evolve(policy, policy=_told(policy.policy, row))
        case _:
            return policy


def _total(sums: Sequence[Array], rows: int) -> Array:
    total = np.zeros(rows, np.int64)
    for each in sums:
        total += each
    return total


# -------------------------------------------------------------------------- building


class _Builder:
    """Build the nodes of a composition.

    Args:
        currency: The one currency of all tables.
        qualified: Whether labels need the names of their tables.
        tables: All tables.
    """

    def __init__(self, currency: str, qualified: bool, tables: list[Table]) -> None:  # noqa: FBT001
        """Keep what all nodes share."""
        self._currency = currency
        self._qualified = qualified
        self._known = {c.name: c for table in tables for c in table.inputs}

    def node(self, policy: CompensationPolicy, *, capped: bool) -> Node:
        """Build one node.

        Args:
            policy: What it stands for.
            capped: Whether a cap stands above it.

        Raises:
            NotExactError: It cannot be worked out on arrays alone.
        """
        match policy:
            case Table():
                node = self._table(policy, capped=capped)
            case First() | BestOf() | SumOf():
                inner = [self.node(p, capped=capped) for p in policy.policies]
                make = {First: _first, BestOf: _best_of, SumOf: _sum_of}
                node = make[type(policy)](inner)
            case Dated():
                days = [since for since, _ in policy.versions]
                inner = [self.node(p, capped=capped) for _, p in policy.versions]
                node = _dated(days, inner, self._day())
            case Capped() if policy.at.currency == self._currency:
                node = _capped(self.node(policy.policy, capped=True), policy.at)
            case Floored() if policy.at.currency == self._currency:
                node = _floored(self.node(policy.policy, capped=capped), policy.at)
            case Scaled():
                inner_node = self.node(policy.policy, capped=capped)
                node = _scaled(inner_node, policy, self._currency)
            case SetOff():
                inner_node = self.node(policy.policy, capped=capped)
                node = _set_off(inner_node, self._given())
            case _:
                raise NotExactError
        if sum(node.most) > MAX_MINOR or len(node.labels) > _MOST_LABELS:
            raise NotExactError
        return node

    def _day(self) -> Column:
        day = Column(FAILURE_DAY, Days(date.min, date.max))
        found = self._known.get(FAILURE_DAY, day)
        if not isinstance(found.domain, Days) or found.is_optional or found.function:
            raise NotExactError
        return found

    def _given(self) -> Column:
        given = Column(ALREADY_GIVEN, Sums(self._currency, 0, MAX_MINOR))
        found = self._known.get(ALREADY_GIVEN, given)
        domain = found.domain
        if not isinstance(domain, Sums) or domain.least < 0 or found.is_optional:
            raise NotExactError
        return found

    def _table(self, table: Table, *, capped: bool) -> Node:
        parts = [_amounts(table, outcome) for outcome in table.outcomes]
        if capped and _is_by_law(table):
            raise NotExactError
        plan, width = TablePlan(table), max(map(len, parts))
        padded = [[*part, *[None] * (width - len(part))] for part in parts]
        worths: list[Worths] = []
        most: list[int] = []
        for column in zip(*padded, strict=True):
            priced = list(zip(plan.labels, column, strict=True))
            worths.append(Worths.of(priced, f"table {table.name!r}"))
            most.append(max(a.bounds[1] for a in column if a is not None))

        def run(chunk: Chunk) -> Found:
            minor = np.empty(chunk.rows, np.int64)
            outcome = plan.run(chunk, minor)
            if width == 1:
                return [minor], outcome
            sums: list[Array] = []
            for each in worths:
                sums.append(np.empty(chunk.rows, np.int64))
                each.fill(sums[-1], outcome, chunk)
            return sums, outcome

        labels = plan.labels
        if self._qualified:
            labels = [f"{table.name}: {label}" for label in labels]
        return Node(table.name, labels, table.inputs, tuple(most), run)


def _amounts(table: Table, outcome: Outcome) -> list[Amount]:
    """List the sums of an outcome in order.

    Raises:
        NotExactError: It gives alternatives, or what is no money.
    """
    gifts = [gift for rule in outcome.rules for gift in rule.gifts]
    if any(rule.alternatives for rule in outcome.rules):
        raise NotExactError
    sums = [_sum(gift) for gift in gifts]
    if table.hit is Hit.MAX and len(outcome.rules) > 1:
        if any(len(rule.gifts) > 1 for rule in outcome.rules):
            raise NotExactError
        return [Greater(tuple(sums))] if sums else []
    return sums


def _sum(gift: Gift) -> Amount:
    if isinstance(gift, Pay):
        return gift.amount
    if gift.value is None or not gift.kind.is_monetary:
        raise NotExactError
    return Fixed(gift.value)


def _is_by_law(table: Table) -> bool:
    gifts = (gift for row in table.rows for gift in row.gifts)
    return table.is_statutory or any(gift.is_statutory for gift in gifts)


def _columns(nodes: Sequence[Node], *more: Column) -> tuple[Column, ...]:
    return tuple(dict.fromkeys([*(c for n in nodes for c in n.columns), *more]))


def _name(what: str, nodes: Sequence[Node]) -> str:
    return f"{what}({', '.join(node.name for node in nodes)})"


# --------------------------------------------------------------------- which one speaks


def _picked(
    name: str,
    nodes: Sequence[Node],
    pick: Callable[[Chunk, list[Array]], Array],
    *more: Column,
    nobody: str | None = None,
) -> Node:
    """Give the award of one of several, by number; one past the last is nobody."""
    labels = [label for node in nodes for label in node.labels]
    labels += [nobody] if nobody is not None else []
    width = max(len(node.most) for node in nodes)
    most = tuple(
        max((node.most[k] for node in nodes if k < len(node.most)), default=0)
        for k in range(width)
    )

    def run(chunk: Chunk) -> Found:
        found = [node.run(chunk) for node in nodes]
        chosen = pick(chunk, [_total(sums, chunk.rows) for sums, _ in found])
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

    return Node(name, labels, _columns(nodes, *more), most, run)


def _first(nodes: Sequence[Node]) -> Node:
    def pick(_chunk: Chunk, totals: list[Array]) -> Array:
        gives = np.stack([total > 0 for total in totals])
        return np.where(gives.any(axis=0), gives.argmax(axis=0), len(totals))

    return _picked(_name("first", nodes), nodes, pick, nobody="nothing")


def _best_of(nodes: Sequence[Node]) -> Node:
    def pick(_chunk: Chunk, totals: list[Array]) -> Array:
        best: Array = np.stack(totals).argmax(axis=0)
        return best

    return _picked(_name("best_of", nodes), nodes, pick)


def _dated(days: Sequence[date], nodes: Sequence[Node], day: Column) -> Node:
    begun = np.array([since.toordinal() for since in days])

    def pick(chunk: Chunk, _totals: list[Array]) -> Array:
        places = np.searchsorted(begun, chunk.codes(day), "right") - 1
        return np.where(places < 0, len(nodes), places)

    return _picked(_name("dated", nodes), nodes, pick, day, nobody="not in force")


def _sum_of(nodes: Sequence[Node]) -> Node:
    sizes = [len(node.labels) for node in nodes]
    if prod(sizes) > _MOST_LABELS:
        raise NotExactError
    labels = [""]
    for node in nodes:
        labels = [f"{a} + {b}" if a else b for a in labels for b in node.labels]

    def run(chunk: Chunk) -> Found:
        sums: list[Array] = []
        outcome = np.zeros(chunk.rows, np.int32)
        for node, size in zip(nodes, sizes, strict=True):
            parts, own = node.run(chunk)
            sums += parts
            outcome = outcome * np.int32(size) + own
        return sums, outcome

    most = tuple(m for node in nodes for m in node.most)
    return Node(_name("sum_of", nodes), labels, _columns(nodes), most, run)


# ---------------------------------------------------------------- how much it is


def _changed(
    what: str,
    node: Node,
    most: Sequence[int],
    change: Callable[[list[Array], Chunk], list[Array]],
    *more: Column,
) -> Node:
    def run(chunk: Chunk) -> Found:
        sums, outcome = node.run(chunk)
        return change(sums, chunk), outcome

    columns = _columns([node], *more)
    return Node(_name(what, [node]), node.labels, columns, tuple(most), run)


def _capped(node: Node, at: Money) -> Node:
    """Cut the last sums first, as long as all are beyond the cap."""

    def change(sums: list[Array], chunk: Chunk) -> list[Array]:
        room = np.full(chunk.rows, at.minor, np.int64)
        kept: list[Array] = []
        for each in sums:
            kept.append(np.minimum(each, room))
            room -= kept[-1]
        return kept

    return _changed("capped", node, [min(m, at.minor) for m in node.most], change)


def _floored(node: Node, at: Money) -> Node:
    """Add what is short of the floor, where anything is given."""

    def change(sums: list[Array], chunk: Chunk) -> list[Array]:
        total = _total(sums, chunk.rows)
        short = np.where(total > 0, np.maximum(at.minor - total, 0), 0)
        return [*sums, short]

    return _changed("floored", node, [*node.most, at.minor], change)


def _scaled(node: Node, policy: Scaled, currency: str) -> Node:
    """Every sum is multiplied, and rounded, by itself."""
    top = max(node.most, default=0)
    column = Column("sum", Sums(currency, 0, top))
    share, rounding = policy.share, policy.rounding
    amount = Share(Read(column), share.numerator, share.denominator, None, rounding)
    if amount.peak >= _LONGEST:
        raise NotExactError
    worked_out = on_arrays(amount)
    most = [amount.bounds[1]] * len(node.most)
    return _changed("scaled", node, most, lambda sums, _: [*map(worked_out, sums)])


def _set_off(node: Node, given: Column) -> Node:
    """Take off the last sums first."""

    def change(sums: list[Array], chunk: Chunk) -> list[Array]:
        owing = chunk.codes(given).astype(np.int64)
        kept: list[Array] = []
        for each in reversed(sums):
            taken = np.minimum(each, owing)
            kept.insert(0, each - taken)
            owing -= taken
        return kept

    return _changed("set_off", node, node.most, change, given)
