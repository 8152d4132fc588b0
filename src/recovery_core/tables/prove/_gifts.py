"""What a policy gives, sum by sum: as much of an award as caps and floors look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import attrs

from ..amounts import Fixed, Formula, Greater, Lesser
from ..rules import Gift, Hit, Pay, Rule
from ..table import Table
from .ways import Amounts, Box, Order, Way, dearest, joined, narrowed, outcomes

__all__ = [
    "GiftBranch",
    "GiftPart",
    "Gifts",
    "amounts",
    "branches",
    "extreme",
    "fork",
    "giving",
    "pooled",
    "silent",
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
        return (*extreme(Greater, self.choices), *amounts(self.amends))

    @property
    def is_certain(self) -> bool:
        """Return whether it never comes to nothing at all."""
        parts = (*self.choices, *self.amends)
        return self.has_things or any(part.amount.bounds[0] > 0 for part in parts)

    @property
    def sums(self) -> Amounts:
        """All that has a value."""
        return amounts((*self.choices, *self.amends))


def amounts(parts: Iterable[GiftPart]) -> Amounts:
    """List what parts are worth."""
    return tuple(part.amount for part in parts)


def extreme(of: type[Greater | Lesser], parts: Sequence[GiftPart]) -> Amounts:
    """Return the dearest or cheapest of some parts; nothing where there is none."""
    if len(parts) < 2:  # noqa: PLR2004 - of one there is nothing to choose
        return amounts(parts)
    return (of(amounts(parts)),)


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


def fork(
    taken: Iterable[GiftBranch], rule: str, gifts: Gifts, *orders: Order
) -> Iterator[GiftBranch]:
    """Combine branches into one that gives something; none where they cannot meet.

    Args:
        taken: The branches.
        rule: The codes of the rules that decide.
        gifts: What is given.
        orders: How amounts must compare besides.
    """
    for way in joined([branch.way for branch in taken], rule, (), *orders):
        yield GiftBranch(way, gifts)


def giving(branch: GiftBranch) -> Iterator[GiftBranch]:
    """List the parts of a branch that give anything."""
    gifts = branch.gifts
    some = () if gifts.is_certain else (Order(gifts.sums, (), is_strict=True),)
    yield from fork([branch], branch.way.rule, gifts, *some)


def silent(branch: GiftBranch) -> Iterator[GiftBranch]:
    """List the parts of a branch that give nothing at all."""
    if not branch.gifts.is_certain:
        none = Order((), branch.gifts.sums, is_strict=False)
        yield from fork([branch], branch.way.rule, Gifts(), none)


# ------------------------------------------------------------------------- tables


def branches(table: Table) -> Iterator[GiftBranch]:
    """Walk the ways of a table by what each gives."""
    for outcome, boxes, unless in outcomes(table):
        each = [_gifts(table, rule) for rule in outcome.rules]
        if table.hit is Hit.MAX and len(each) > 1:
            worths = [gifts.worth for gifts in each]
            speaking = zip(each, dearest(outcome.rules, worths), strict=True)
            for gifts, (rule, _, orders) in speaking:
                yield from _narrowed(rule, boxes, unless, gifts, orders)
        else:
            yield from _narrowed(outcome.label, boxes, unless, pooled(each))


def _narrowed(
    rule: str,
    boxes: Iterable[Box],
    unless: Iterable[Box],
    gifts: Gifts,
    orders: Iterable[Order] = (),
) -> Iterator[GiftBranch]:
    """Make a branch, or none where it is never taken."""
    for way in narrowed(rule, boxes, unless, (), orders):
        yield GiftBranch(way, gifts)


def pooled(each: Iterable[Gifts]) -> Gifts:
    """Return everything together; of all alternatives one is chosen."""
    several = tuple(each)
    return Gifts(
        tuple(part for gifts in several for part in gifts.choices),
        tuple(part for gifts in several for part in gifts.amends),
        any(gifts.has_things for gifts in several),
    )


def _gifts(table: Table, rule: Rule) -> Gifts:
    """Read what one rule of a table gives."""
    choices, amends = ([*_parts(table, g)] for g in (rule.alternatives, rule.amends))
    has_things = len(choices) + len(amends) < len(rule.gifts)
    return Gifts(tuple(choices), tuple(amends), has_things)


def _parts(table: Table, gifts: Iterable[Gift]) -> Iterator[GiftPart]:
    """Read the gifts that have a value."""
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
