"""What caps, floors, shares and set-off make of what a policy gives.

Each follows its function in `recovery_core.policy.combinators` step by step; where that
asks whether something fits, the branch forks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product

import attrs

from ..amounts import Excess, Fixed, Formula, Greater, Lesser
from ._gifts import (
    GiftBranch,
    GiftPart,
    Gifts,
    amounts_of_parts,
    dearest_or_cheapest_of_parts,
    iter_joint_branch_if_possible,
    iter_where_nothing_is_given,
    iter_where_something_is_given,
)
from .ways import Amounts, Order

__all__ = [
    "iter_branches_less_earlier",
    "iter_capped_branches",
    "iter_floored_branches",
    "multiply_gifts",
]


def _room_below_limit(limit: Fixed, amounts_taken: Amounts) -> Formula:
    """Work out what is left of a limit."""
    return Excess((limit, *amounts_taken)) if amounts_taken else limit


def _order_within_limit(limit: Fixed, total_amounts: Amounts) -> Order:
    return Order((limit,), total_amounts, is_strict=False)


def _order_above_limit(limit: Fixed, total_amounts: Amounts) -> Order:
    return Order(total_amounts, (limit,), is_strict=True)


# --------------------------------------------------------------------------- caps


def iter_capped_branches(branch: GiftBranch, limit: Fixed) -> Iterator[GiftBranch]:
    """Cut a branch to a cap, as `capped` does: never what is shielded.

    Args:
        branch: What is cut.
        limit: The cap.
    """
    gifts = branch.gifts
    shielded = amounts_of_parts(part for part in gifts.amends if part.is_shielded)
    # What can neither be cut nor fit must not cost the amends their place.
    stiff = [c for c in gifts.choices if not (c.is_shielded or c.is_divisible)]
    for fitting in product((True, False), repeat=len(stiff)):
        orders: list[Order] = []
        gone: list[GiftPart] = []
        for choice, fits in zip(stiff, fitting, strict=True):
            taken = (*shielded, choice.amount)
            orders.append(
                _order_within_limit(limit, taken)
                if fits
                else _order_above_limit(limit, taken)
            )
            if not fits:
                gone.append(choice)
        left = tuple(c for c in gifts.choices if not any(c is each for each in gone))
        fewer = attrs.evolve(gifts, choices=left)
        for some in iter_joint_branch_if_possible(
            [branch], branch.way.rule, fewer, *orders
        ):
            yield from _iter_cut_to_limit(some, limit, shielded)


def _iter_cut_to_limit(
    branch: GiftBranch, limit: Fixed, shielded: Amounts
) -> Iterator[GiftBranch]:
    """Cut the amends to the room beside the dearest choice; where it alone is over, it.

    Args:
        branch: What is cut.
        limit: The cap.
        shielded: What no cap may touch of the amends.
    """
    gifts, rule = branch.gifts, branch.way.rule
    dearest = dearest_or_cheapest_of_parts(Greater, gifts.choices)
    for some in iter_joint_branch_if_possible(
        [branch], rule, gifts, _order_within_limit(limit, (*shielded, *dearest))
    ):
        yield from _iter_with_amends_fitted(
            some, limit, (*shielded, *dearest), some.gifts.amends, ()
        )
    room = _room_below_limit(limit, shielded)
    over = Gifts(
        tuple(c if c.is_shielded else _with_ceiling(c, room) for c in gifts.choices),
        tuple(part for part in gifts.amends if part.is_shielded),
        gifts.has_things,
    )
    yield from iter_joint_branch_if_possible(
        [branch], rule, over, _order_above_limit(limit, (*shielded, *dearest))
    )


def _with_ceiling(part: GiftPart, ceiling: Formula) -> GiftPart:
    return attrs.evolve(part, amount=Lesser((part.amount, ceiling)))


def _iter_with_amends_fitted(
    branch: GiftBranch,
    limit: Fixed,
    taken: Amounts,
    rest: Sequence[GiftPart],
    done: tuple[GiftPart, ...],
) -> Iterator[GiftBranch]:
    """Cut amends one after the other to the room that those before them leave.

    Args:
        branch: Where they are given.
        limit: The cap.
        taken: The amounts that count against it so far.
        rest: The amends still to be fitted.
        done: Those that are.
    """
    rule, gifts = branch.way.rule, branch.gifts
    for place, part in enumerate(rest):
        if part.is_shielded:
            done = (*done, part)
        elif part.is_divisible:
            cut = _with_ceiling(part, _room_below_limit(limit, taken))
            taken, done = (*taken, cut.amount), (*done, cut)
        else:
            # A thing is given whole or not at all: two branches go on from here.
            after = rest[place + 1 :]
            more = (*taken, part.amount)
            for some in iter_joint_branch_if_possible(
                [branch], rule, gifts, _order_within_limit(limit, more)
            ):
                yield from _iter_with_amends_fitted(
                    some, limit, more, after, (*done, part)
                )
            for some in iter_joint_branch_if_possible(
                [branch], rule, gifts, _order_above_limit(limit, more)
            ):
                yield from _iter_with_amends_fitted(some, limit, taken, after, done)
            return
    yield attrs.evolve(branch, gifts=attrs.evolve(gifts, amends=done))


# ------------------------------------------------------------------ floors, shares


def iter_floored_branches(branch: GiftBranch, floor: Fixed) -> Iterator[GiftBranch]:
    """Raise a branch to a floor, as `floored` does where anything is given.

    Args:
        branch: What is raised.
        floor: The floor.
    """
    yield from iter_where_nothing_is_given(branch)
    for some in iter_where_something_is_given(branch):
        yield from _iter_raised_to_floor(some, floor)


def _iter_raised_to_floor(branch: GiftBranch, floor: Fixed) -> Iterator[GiftBranch]:
    """Add what is short of the floor at the cheapest choice that is given."""
    gifts = branch.gifts
    # The cheapest choice counts among those that come to anything, so a branch for
    # each set of choices that do.
    for held in product((True, False), repeat=len(gifts.choices)):
        pairs = [*zip(gifts.choices, held, strict=True)]
        orders = [
            _order_whether_given(choice.amount, is_given=is_given)
            for choice, is_given in pairs
        ]
        choices = tuple(choice for choice, is_given in pairs if is_given)
        was = (
            *amounts_of_parts(gifts.amends),
            *dearest_or_cheapest_of_parts(Lesser, choices),
        )
        more = GiftPart(_room_below_limit(floor, was), is_shielded=False)
        raised = attrs.evolve(gifts, choices=choices, amends=(*gifts.amends, more))
        yield from iter_joint_branch_if_possible(
            [branch], branch.way.rule, raised, *orders
        )


def _order_whether_given(amount: Formula, *, is_given: bool) -> Order:
    """Demand that an amount comes to something, or to nothing."""
    if is_given:
        return Order((amount,), (), is_strict=True)
    return Order((), (amount,), is_strict=False)


def multiply_gifts(
    branch: GiftBranch, multiply_amount: Callable[[Formula], Formula]
) -> GiftBranch:
    """Return a branch with a share of every sum, of what the law grants as well.

    Args:
        branch: What is multiplied.
        multiply_amount: From an amount to its share.
    """

    def multiply_part(part: GiftPart) -> GiftPart:
        if not part.is_divisible:
            return part
        return attrs.evolve(part, amount=multiply_amount(part.amount))

    gifts = attrs.evolve(
        branch.gifts,
        choices=tuple(map(multiply_part, branch.gifts.choices)),
        amends=tuple(map(multiply_part, branch.gifts.amends)),
    )
    return attrs.evolve(branch, gifts=gifts)


# ------------------------------------------------------------------------- set-off


def iter_branches_less_earlier(
    branch: GiftBranch, earlier_amount: Formula
) -> Iterator[GiftBranch]:
    """Subtract what was given before, as `set_off` does: care stands besides.

    Args:
        branch: What it is taken off from.
        earlier_amount: What was given before on the case.
    """
    for rest, owing in _iter_less_from_amends(
        branch, earlier_amount, branch.gifts.amends[::-1], ()
    ):
        yield from _iter_less_from_choices(rest, owing, rest.gifts.choices, ())


def _iter_less_from_amends(
    branch: GiftBranch,
    sum_owing: Formula,
    parts_left: Sequence[GiftPart],
    parts_done: tuple[GiftPart, ...],
) -> Iterator[tuple[GiftBranch, Formula]]:
    """Subtract it from the amends, the last first; return what is still owing."""
    if not parts_left:
        yield (
            attrs.evolve(branch, gifts=attrs.evolve(branch.gifts, amends=parts_done)),
            sum_owing,
        )
        return
    part, after = parts_left[0], parts_left[1:]
    for reduced_branch, what_stays, still_owing in _iter_less_from_part(
        branch, part, sum_owing
    ):
        yield from _iter_less_from_amends(
            reduced_branch, still_owing, after, (*what_stays, *parts_done)
        )


def _iter_less_from_choices(
    branch: GiftBranch,
    sum_owing: Formula,
    parts_left: Sequence[GiftPart],
    parts_done: tuple[GiftPart, ...],
) -> Iterator[GiftBranch]:
    """Subtract what is left from each choice by itself: one alone is chosen."""
    if not parts_left:
        yield attrs.evolve(branch, gifts=attrs.evolve(branch.gifts, choices=parts_done))
        return
    for reduced_branch, what_stays, _ in _iter_less_from_part(
        branch, parts_left[0], sum_owing
    ):
        yield from _iter_less_from_choices(
            reduced_branch, sum_owing, parts_left[1:], (*parts_done, *what_stays)
        )


def _iter_less_from_part(
    branch: GiftBranch, part: GiftPart, sum_owing: Formula
) -> Iterator[tuple[GiftBranch, tuple[GiftPart, ...], Formula]]:
    """Subtract a sum from one remedy: what stays, and what is still owing."""
    if part.is_care:  # it stands beside what is set off
        yield branch, (part,), sum_owing
        return
    # Of both differences one is nothing: whichever sum is larger keeps the rest.
    still_owing = Excess((sum_owing, part.amount))
    if part.is_divisible:
        what_stays = attrs.evolve(part, amount=Excess((part.amount, sum_owing)))
        yield branch, (what_stays,), still_owing
        return
    rule, gifts = branch.way.rule, branch.gifts
    for reduced_branch in iter_joint_branch_if_possible(
        [branch], rule, gifts, Order((sum_owing,), (part.amount,), is_strict=False)
    ):
        yield reduced_branch, (), still_owing
    for reduced_branch in iter_joint_branch_if_possible(
        [branch], rule, gifts, Order((part.amount,), (sum_owing,), is_strict=True)
    ):
        yield reduced_branch, (part,), sum_owing
