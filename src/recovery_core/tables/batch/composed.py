"""Tables that are combined: the arithmetic of the combinators, on arrays.

Exact where every table gives sums of money alone, and no alternatives: then an award
is a row of sums, and what a combinator does to it is done to each sum in the same
order. A cap touches nothing that the law grants, so it takes tables that grant by law
out of this route; they are decided claim by claim.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs
import numpy as np

from ..._domain.basis_points import BASIS_POINTS
from ..._domain.hashing import content_hash
from ..._domain.money import MAX_MINOR
from ...policy.base import CompensationPolicy
from ...policy.combinators import (
    BestOf,
    Capped,
    Dated,
    First,
    Floored,
    Multiplied,
    Owed,
    SetOff,
    SumOf,
)
from ..amounts import Fixed, Formula, Greater
from ..column import Column
from ..compositions import (
    ALREADY_GIVEN,
    FAILURE_DAY,
    OWED,
    iter_policies,
    unwrap_policy,
)
from ..decision import RuleOutcome
from ..domains import Days, Integers, Plain, Sums
from ..rules import Gift, Hit, Pay
from ..table import Table
from . import nodes
from .arrays import Array
from .claims import Chunk
from .composition_reader import CompositionReader
from .grid import TablePlan
from .nodes import Node, NotExactError, SumsAndOutcomes
from .payouts import PayoutTable
from .plans import Route, is_any_computed_in_python
from .rows import build_claim_from_row

__all__ = ["ComposedPlan", "build_composed_plan_or_none"]

_NODE_BUILDERS: Final = {
    First: nodes.build_first_node,
    BestOf: nodes.build_best_of_node,
    SumOf: nodes.build_sum_of_node,
}


def build_composed_plan_or_none(
    policy: CompensationPolicy, columns: tuple[Column, ...]
) -> ComposedPlan | None:
    """Turn a composition of tables into a plan; None where that would not be exact.

    Args:
        policy: The composition.
        columns: What it reads.
    """
    tables = [part for part in iter_policies(policy) if isinstance(part, Table)]
    currencies = {table.currency for table in tables} - {None}
    if len(currencies) != 1:
        return None
    currency, reader = str(*currencies), CompositionReader(policy)
    builder = _NodeBuilder(currency, columns, reader)
    try:
        node = builder.build_node(policy, is_capped=False, counts_things=False)
    except NotExactError:
        return None
    return ComposedPlan(policy, node, currency, reader)


@attrs.frozen(eq=False)
class ComposedPlan:
    """Decide many claims by tables that are combined.

    Args:
        policy: The composition.
        node: The same, ready for arrays.
        currency: The currency it gives.
        reader: Asks it about one claim.
    """

    policy: CompensationPolicy
    node: Node
    currency: str
    reader: CompositionReader
    calls: int = attrs.field(default=0, init=False)

    @property
    def name(self) -> str:
        """The composition, with its tables by name."""
        return self.node.name

    @property
    def route(self) -> Route:
        """By arithmetic alone, or by what Python computes for a table as well."""
        tables = (
            part for part in iter_policies(self.policy) if isinstance(part, Table)
        )
        if any(is_any_computed_in_python(table.columns) for table in tables):
            return Route.COMPUTED
        return Route.COMPOSED

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

    def decide_chunk(self, chunk: Chunk, minor_out: Array) -> Array:
        """Work the composition out: outcomes are returned, costs written."""
        sums, outcome = self.node.decide_chunk(chunk)
        minor_out[:] = nodes.total_per_claim(sums, chunk.rows)
        return outcome

    def label_and_minor_of_row(self, row: Mapping[str, Plain]) -> tuple[str, int]:
        """Ask the composition itself."""
        award, label = self.reader.award_and_label(
            build_claim_from_row(row, self.columns, "claim")
        )
        return label, 0 if award.worth is None else award.worth.minor


# -------------------------------------------------------------------------- building


class _NodeBuilder:
    """Build the nodes of a composition.

    Args:
        currency: The one currency of all tables.
        columns: What they and their combinators read.
        reader: Names their outcomes.
    """

    def __init__(
        self, currency: str, columns: tuple[Column, ...], reader: CompositionReader
    ) -> None:
        """Keep what all nodes share."""
        self._currency = currency
        self._reader = reader
        self._columns_by_name = {column.name: column for column in columns}

    def build_node(
        self, policy: CompensationPolicy, *, is_capped: bool, counts_things: bool
    ) -> Node:
        """Build one node.

        Args:
            policy: What it stands for.
            is_capped: Whether a cap stands above it.
            counts_things: Whether it matters above it that a thing without a value is
                given.

        Raises:
            NotExactError: It cannot be worked out on arrays alone.
        """
        node = self._build_unbounded_node(
            unwrap_policy(policy), is_capped=is_capped, counts_things=counts_things
        )
        # A sum beyond `Money` is an error of the one-claim reader: it is left to that.
        if sum(node.most) > MAX_MINOR or len(node.labels) > nodes.MOST_LABELS:
            raise NotExactError
        return node

    def _build_unbounded_node(
        self, policy: CompensationPolicy, *, is_capped: bool, counts_things: bool
    ) -> Node:
        """Build a node that may come to more, or have more outcomes, than it may."""

        def build_inner(inner: CompensationPolicy, *, by_cap: bool = False) -> Node:
            # These ask of what stands below whether it gives anything.
            matters = isinstance(policy, First | BestOf | Floored)
            return self.build_node(
                inner,
                is_capped=is_capped or by_cap,
                counts_things=counts_things or matters,
            )

        match policy:
            case Table():
                node = self._build_table_node(
                    policy, is_capped=is_capped, counts_things=counts_things
                )
            case First() | BestOf() | SumOf():
                build_chosen = _NODE_BUILDERS[type(policy)]
                node = build_chosen([*map(build_inner, policy.policies)])
            case Dated():
                days = [since for since, _ in policy.versions]
                inner = [build_inner(version) for _, version in policy.versions]
                node = nodes.build_dated_node(days, inner, self._require_day_column())
            case Capped() if policy.at.currency == self._currency:
                node = nodes.build_capped_node(
                    build_inner(policy.policy, by_cap=True), policy.at
                )
            case Floored() if policy.at.currency == self._currency:
                node = nodes.build_floored_node(build_inner(policy.policy), policy.at)
            case Multiplied():
                ratio = policy.share.numerator, policy.share.denominator
                node = nodes.build_scaled_node(
                    build_inner(policy.policy), ratio, policy.rounding, self._currency
                )
            case Owed():
                inner_node, by = build_inner(policy.policy), self._require_owed_column()
                node = nodes.build_scaled_node(
                    inner_node, (1, BASIS_POINTS), policy.rounding, self._currency, by
                )
            case SetOff():
                node = nodes.build_set_off_node(
                    build_inner(policy.policy), self._require_given_column()
                )
            case _:
                raise NotExactError
        return node

    def _require_day_column(self) -> Column:
        """Return the column of the day, or raise NotExactError where it is no day."""
        column = self._columns_by_name[FAILURE_DAY]
        if not isinstance(column.domain, Days) or column.is_optional:
            raise NotExactError
        return column

    def _require_given_column(self) -> Column:
        """Return that of earlier gifts, or raise NotExactError where it is no sum."""
        column = self._columns_by_name[ALREADY_GIVEN]
        domain = column.domain
        if not isinstance(domain, Sums) or domain.least < 0 or column.is_optional:
            raise NotExactError
        return column

    def _require_owed_column(self) -> Column:
        """Return that of the share owed, or raise NotExactError if it is no share."""
        column = self._columns_by_name[OWED]
        domain = column.domain
        is_share = isinstance(domain, Integers) and (domain.least >= 0)
        if not is_share or domain.most > BASIS_POINTS or column.is_optional:
            raise NotExactError
        return column

    def _build_table_node(
        self, table: Table, *, is_capped: bool, counts_things: bool
    ) -> Node:
        """Build the node of a table, or raise NotExactError where it gives no sums."""
        if not table.decider.can_list_ways:
            raise NotExactError
        parts = [_require_formulas(table, outcome) for outcome in table.outcomes]
        things = [
            any(map(_is_without_value, _list_gifts(way))) for way in table.outcomes
        ]
        # A cap leaves alone what the law grants; things have no sum to compare.
        if (is_capped and _is_by_law(table)) or (counts_things and any(things)):
            raise NotExactError
        plan, width = TablePlan(table), max(map(len, parts))
        padded = [[*part, *[None] * (width - len(part))] for part in parts]
        payouts: list[PayoutTable] = []
        most: list[int] = []
        # Of every outcome the first sum, of every outcome the second, and so on.
        for formulas in zip(*padded, strict=True):
            priced = list(zip(plan.labels, formulas, strict=True))
            payouts.append(PayoutTable.of_formulas(priced, f"table {table.name!r}"))
            most.append(max(a.bounds[1] for a in formulas if a is not None))

        def decide_chunk(chunk: Chunk) -> SumsAndOutcomes:
            minor = np.empty(chunk.rows, np.int64)
            outcome = plan.decide_chunk(chunk, minor)
            if width == 1:
                return [minor], outcome
            sums: list[Array] = []
            for payout_table in payouts:
                sums.append(np.empty(chunk.rows, np.int64))
                payout_table.write_payouts(sums[-1], outcome, chunk)
            return sums, outcome

        labels = [
            self._reader.label_with_table_if_shared(table, label)
            for label in plan.labels
        ]
        return Node(table.name, labels, table.inputs, tuple(most), decide_chunk, things)


def _require_formulas(table: Table, outcome: RuleOutcome) -> list[Formula]:
    """List the sums of an outcome in order.

    Raises:
        NotExactError: It gives alternatives, or what is no money.
    """
    if any(
        not _is_without_value(gift)
        for rule in outcome.rules
        for gift in rule.alternatives
    ):
        raise NotExactError
    sums = [
        _require_formula(gift)
        for gift in _list_gifts(outcome)
        if not _is_without_value(gift)
    ]
    if table.hit is Hit.MAX and len(outcome.rules) > 1:
        if any(len(rule.gifts) > 1 for rule in outcome.rules):
            raise NotExactError
        return [Greater(tuple(sums))] if sums else []
    return sums


def _list_gifts(outcome: RuleOutcome) -> list[Gift]:
    return [gift for rule in outcome.rules for gift in rule.gifts]


def _is_without_value(gift: Gift) -> bool:
    """Return whether it has no value: a thing that nothing can be done to."""
    return not isinstance(gift, Pay) and gift.value is None


def _require_formula(gift: Gift) -> Formula:
    """Return what a gift is worth, or raise NotExactError where it is no money."""
    if isinstance(gift, Pay):
        return gift.amount
    if not gift.value or not gift.kind.is_monetary:
        raise NotExactError
    return Fixed(gift.value)


def _is_by_law(table: Table) -> bool:
    """Return whether a table, or any gift of it, is granted by law."""
    gifts = (gift for row in table.rows for gift in row.gifts)
    return table.is_statutory or any(gift.is_statutory for gift in gifts)
