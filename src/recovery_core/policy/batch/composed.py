"""Tables that are combined: the arithmetic of the combinators, on arrays.

Exact where every table gives sums of money alone, and no alternatives: then an award
is a row of sums, and what a combinator does to it is done to each sum in the same
order. A cap touches nothing that the law grants, so it takes tables that grant by law
out of this route; they are decided claim by claim.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import attrs
import numpy as np

from ..._domain.hashing import content_hash
from ..._domain.money import MAX_MINOR
from ..amounts import Amount, Fixed, Greater
from ..base import CompensationPolicy, ask
from ..column import Column
from ..decision import Outcome
from ..domains import Days, Plain, Sums
from ..rules import Gift, Hit, Pay
from ..table import Table
from . import nodes
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
from .nodes import Found, Node, NotExactError
from .plans import Route
from .rows import ALREADY_GIVEN, FAILURE_DAY, by_facts, claim_of
from .worths import Worths

__all__ = ["ComposedPlan", "columns_of", "composed"]


def composed(policy: CompensationPolicy) -> ComposedPlan | None:
    """Turn a composition of tables into a plan; None where that would not be exact."""
    columns = columns_of(policy)
    tables = [each for each in walked(policy) if isinstance(each, Table)]
    currencies = {table.currency for table in tables} - {None}
    if columns is None or len(currencies) != 1:
        return None
    currency = str(*currencies)
    builder = _Builder(currency, columns, qualified=len(tables) > 1)
    try:
        node = builder.node(policy, capped=False)
    except NotExactError:
        return None
    return ComposedPlan(policy, node, currency)


def members_of(policy: object) -> tuple[object, ...]:
    """List the policies that a combinator combines; none for any other policy."""
    match policy:
        case First() | BestOf() | SumOf():
            return policy.policies
        case Dated():
            return tuple(version for _, version in policy.versions)
        case Capped() | Floored() | Scaled() | SetOff():
            return (policy.policy,)
        case _:
            return ()


def walked(policy: object) -> Iterator[object]:
    """Walk a composition and all that is in it."""
    yield policy
    for member in members_of(policy):
        yield from walked(member)


def columns_of(policy: object) -> tuple[Column, ...] | None:
    """Tell what a composition of tables reads; None where something else is in it."""
    every = [*walked(policy)]
    tables = [each for each in every if isinstance(each, Table)]
    if any(not members_of(each) for each in every if not isinstance(each, Table)):
        return None
    known = {column.name: column for table in tables for column in table.inputs}
    if any(isinstance(each, Dated) for each in every):
        known.setdefault(FAILURE_DAY, Column(FAILURE_DAY, Days(date.min, date.max)))
    codes = {table.currency for table in tables} - {None}
    if any(isinstance(each, SetOff) for each in every) and len(codes) == 1:
        given = Column(ALREADY_GIVEN, Sums(str(*codes), 0, MAX_MINOR))
        known.setdefault(ALREADY_GIVEN, given)
    return tuple(known.values())


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
        minor[:] = nodes.total(sums, chunk.rows)
        return outcome

    def one(self, row: Mapping[str, Plain]) -> tuple[None, int]:
        """Ask the composition itself; its awards name no single outcome."""
        claim = claim_of(row, self.columns, "claim")
        worth = ask(by_facts(self.policy), claim).worth
        return None, 0 if worth is None else worth.minor


# -------------------------------------------------------------------------- building


class _Builder:
    """Build the nodes of a composition.

    Args:
        currency: The one currency of all tables.
        columns: What they and their combinators read.
        qualified: Whether labels need the names of their tables.
    """

    def __init__(
        self, currency: str, columns: tuple[Column, ...], *, qualified: bool
    ) -> None:
        """Keep what all nodes share."""
        self._currency = currency
        self._qualified = qualified
        self._known = {column.name: column for column in columns}

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
                make = {First: nodes.first, BestOf: nodes.best_of, SumOf: nodes.sum_of}
                node = make[type(policy)](inner)
            case Dated():
                days = [since for since, _ in policy.versions]
                inner = [self.node(p, capped=capped) for _, p in policy.versions]
                node = nodes.dated(days, inner, self._day())
            case Capped() if policy.at.currency == self._currency:
                node = nodes.capped(self.node(policy.policy, capped=True), policy.at)
            case Floored() if policy.at.currency == self._currency:
                node = nodes.floored(self.node(policy.policy, capped=capped), policy.at)
            case Scaled():
                inner_node = self.node(policy.policy, capped=capped)
                node = nodes.scaled(inner_node, policy, self._currency)
            case SetOff():
                inner_node = self.node(policy.policy, capped=capped)
                node = nodes.set_off(inner_node, self._given())
            case _:
                raise NotExactError
        if sum(node.most) > MAX_MINOR or len(node.labels) > nodes.MOST_LABELS:
            raise NotExactError
        return node

    def _day(self) -> Column:
        found = self._known[FAILURE_DAY]
        if not isinstance(found.domain, Days) or found.is_optional:
            raise NotExactError
        return found

    def _given(self) -> Column:
        found = self._known[ALREADY_GIVEN]
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
