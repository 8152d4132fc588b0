"""What a policy gives, sum by sum: as much of an award as caps and floors look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import attrs

from ..amounts import Fixed, Formula, Greater, Lesser
from ..rules import Gift, Hit, Pay, Rule
from ..table import Table
from .ways import (
    Amounts,
    Box,
    Order,
    Way,
    iter_dearest_with_orders,
    iter_outcomes_with_boxes,
    list_joint_way_if_possible,
    list_way_if_possible,
)

__all__ = [
    "GiftBranch",
    "GiftPart",
    "Gifts",
    "amounts_of_parts",
    "dearest_or_cheapest_of_parts",
    "iter_joint_branch_if_possible",
    "iter_table_branches",
    "iter_where_nothing_is_given",
    "iter_where_something_is_given",
    "pool_gifts",
]


@attrs.frozen
class GiftPart:
    """One remedy with a value.

    Args:
        amount: What it is worth; where that comes to nothing, it is not given.
        is_shielded: Whether no cap may touch it: what the law grants, and care.
        is_divisible: Whether a part of it can be given.
        is_care: Whether it is care, from which nothing is taken off.
    """

    amount: Formula
    is_shielded: bool
    is_divisible: bool = True
    is_care: bool = False


@attrs.frozen
class Gifts:
    """An award whose amounts are formulas.

    Args:
        choices: The alternatives that have a value.
        amends: The amends that have a value.
        has_things: Whether something without a value is given besides.
    """

    choices: tuple[GiftPart, ...] = ()
    amends: tuple[GiftPart, ...] = ()
    has_things: bool = False

    @property
    def worth(self) -> Amounts:
        """The most it can cost: the dearest alternative and all the amends."""
        return (
            *dearest_or_cheapest_of_parts(Greater, self.choices),
            *amounts_of_parts(self.amends),
        )

    @property
    def is_certain(self) -> bool:
        """Return whether it never comes to nothing at all."""
        parts = (*self.choices, *self.amends)
        return self.has_things or any(part.amount.bounds[0] > 0 for part in parts)

    @property
    def sums(self) -> Amounts:
        """All that has a value."""
        return amounts_of_parts((*self.choices, *self.amends))


def amounts_of_parts(parts: Iterable[GiftPart]) -> Amounts:
    """List what parts are worth."""
    return tuple(part.amount for part in parts)


def dearest_or_cheapest_of_parts(
    formula_class: type[Greater | Lesser], parts: Sequence[GiftPart]
) -> Amounts:
    """Return the dearest or cheapest of some parts; nothing where there is none."""
    if len(parts) < 2:  # noqa: PLR2004 - of one there is nothing to choose
        return amounts_of_parts(parts)
    return (formula_class(amounts_of_parts(parts)),)


@attrs.frozen
class GiftBranch:
    """State one way that a policy can go, and what it gives there.

    Args:
        way: When it is taken.
        gifts: What is given.
    """

    way: Way
    gifts: Gifts

    @property
    def paid(self) -> Way:
        """The way with what is paid on it."""
        return attrs.evolve(self.way, parts=self.gifts.worth)


def iter_joint_branch_if_possible(
    branches: Iterable[GiftBranch], rule: str, gifts: Gifts, *orders: Order
) -> Iterator[GiftBranch]:
    """Yield one branch where all branches meet and all orders hold; none if never.

    Args:
        branches: The branches, all of which a claim must go.
        rule: The codes of the rules that decide.
        gifts: What is given.
        orders: How amounts must compare besides.
    """
    for way in list_joint_way_if_possible(
        [branch.way for branch in branches], rule, (), *orders
    ):
        yield GiftBranch(way, gifts)


def iter_where_something_is_given(branch: GiftBranch) -> Iterator[GiftBranch]:
    """Narrow a branch to where it gives anything; none where it never does."""
    gifts = branch.gifts
    # Amounts are never negative, so anything given means a sum above nothing.
    some = () if gifts.is_certain else (Order(gifts.sums, (), is_strict=True),)
    yield from iter_joint_branch_if_possible([branch], branch.way.rule, gifts, *some)


def iter_where_nothing_is_given(branch: GiftBranch) -> Iterator[GiftBranch]:
    """Narrow a branch to where it gives nothing at all; none where it always gives."""
    if not branch.gifts.is_certain:
        none = Order((), branch.gifts.sums, is_strict=False)
        yield from iter_joint_branch_if_possible(
            [branch], branch.way.rule, Gifts(), none
        )


# ------------------------------------------------------------------------- tables


def iter_table_branches(table: Table) -> Iterator[GiftBranch]:
    """Walk the ways of a table by what each gives."""
    for outcome, boxes, unless in iter_outcomes_with_boxes(table):
        gifts_of_rules = [_gifts_of_rule(table, rule) for rule in outcome.rules]
        # Of the rules that hold the dearest decides, which depends on the amounts.
        if table.hit is Hit.MAX and len(gifts_of_rules) > 1:
            worths = [gifts.worth for gifts in gifts_of_rules]
            speaking = zip(
                gifts_of_rules,
                iter_dearest_with_orders(outcome.rules, worths),
                strict=True,
            )
            for gifts, (rule, _, orders) in speaking:
                yield from _iter_branch_if_possible(rule, boxes, unless, gifts, orders)
        else:
            yield from _iter_branch_if_possible(
                outcome.label, boxes, unless, pool_gifts(gifts_of_rules)
            )


def _iter_branch_if_possible(
    rule: str,
    boxes: Iterable[Box],
    unless: Iterable[Box],
    gifts: Gifts,
    orders: Iterable[Order] = (),
) -> Iterator[GiftBranch]:
    """Yield one branch, or none where no claim can go it."""
    for way in list_way_if_possible(rule, boxes, unless, (), orders):
        yield GiftBranch(way, gifts)


def pool_gifts(gifts_of_policies: Iterable[Gifts]) -> Gifts:
    """Return everything together; of all alternatives one is chosen."""
    several = tuple(gifts_of_policies)
    return Gifts(
        tuple(part for gifts in several for part in gifts.choices),
        tuple(part for gifts in several for part in gifts.amends),
        any(gifts.has_things for gifts in several),
    )


def _gifts_of_rule(table: Table, rule: Rule) -> Gifts:
    """Read what one rule of a table gives."""
    choices, amends = (
        [*_iter_parts_with_value(table, g)] for g in (rule.alternatives, rule.amends)
    )
    has_things = len(choices) + len(amends) < len(rule.gifts)
    return Gifts(tuple(choices), tuple(amends), has_things)


def _iter_parts_with_value(table: Table, gifts: Iterable[Gift]) -> Iterator[GiftPart]:
    """Yield a part for each gift that has a value."""
    for gift in gifts:
        if isinstance(gift, Pay):
            by_law = table.is_statutory or gift.is_statutory
            yield GiftPart(gift.amount, by_law)
        elif gift.value is not None:
            yield GiftPart(
                Fixed(gift.value),
                table.is_statutory or gift.is_shielded,
                gift.is_divisible,
                not gift.kind.is_set_off,
            )
