"""What caps, floors, shares and set-off make of what a policy gives.

Each follows its function in `recovery_core.policy.combinators` step by step; where that
asks whether something fits, the branch forks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product

import attrs

from ..amounts import Excess, Fixed, Formula, Greater, Lesser
from ._gifts import GiftBranch, GiftPart, Gifts, amounts, extreme, fork, giving, silent
from .ways import Amounts, Order

__all__ = ["cap", "floor", "share", "take_off"]


def _room(limit: Fixed, taken: Amounts) -> Formula:
    """Work out what is left of a limit."""
    return Excess((limit, *taken)) if taken else limit


def _fits(limit: Fixed, taken: Amounts) -> Order:
    return Order((limit,), taken, is_strict=False)


def _exceeds(limit: Fixed, taken: Amounts) -> Order:
    return Order(taken, (limit,), is_strict=True)


# --------------------------------------------------------------------------- caps


def cap(branch: GiftBranch, limit: Fixed) -> Iterator[GiftBranch]:
    """Cut a branch to a cap, as `capped` does: never what is shielded.

    Args:
        branch: What is cut.
        limit: The cap.
    """
    gifts = branch.gifts
    kept = amounts(part for part in gifts.amends if part.is_shielded)
    # What can neither be cut nor fit must not cost the amends their place.
    stiff = [c for c in gifts.choices if not (c.is_shielded or c.is_divisible)]
    for fitting in product((True, False), repeat=len(stiff)):
        orders: list[Order] = []
        gone: list[GiftPart] = []
        for choice, fits in zip(stiff, fitting, strict=True):
            taken = (*kept, choice.amount)
            orders.append(_fits(limit, taken) if fits else _exceeds(limit, taken))
            if not fits:
                gone.append(choice)
        left = tuple(c for c in gifts.choices if not any(c is each for each in gone))
        fewer = attrs.evolve(gifts, choices=left)
        for some in fork([branch], branch.way.rule, fewer, *orders):
            yield from _cut(some, limit, kept)


def _cut(branch: GiftBranch, limit: Fixed, kept: Amounts) -> Iterator[GiftBranch]:
    """Cut the amends to the room beside the dearest choice; where it alone is over, it.

    Args:
        branch: What is cut.
        limit: The cap.
        kept: What no cap may touch of the amends.
    """
    gifts, rule = branch.gifts, branch.way.rule
    dearest = extreme(Greater, gifts.choices)
    for some in fork([branch], rule, gifts, _fits(limit, (*kept, *dearest))):
        yield from _filled(some, limit, (*kept, *dearest))
    room = _room(limit, kept)
    over = Gifts(
        tuple(c if c.is_shielded else _up_to(c, room) for c in gifts.choices),
        tuple(part for part in gifts.amends if part.is_shielded),
        gifts.has_things,
    )
    yield from fork([branch], rule, over, _exceeds(limit, (*kept, *dearest)))


def _up_to(part: GiftPart, room: Formula) -> GiftPart:
    return attrs.evolve(part, amount=Lesser((part.amount, room)))


def _filled(branch: GiftBranch, limit: Fixed, taken: Amounts) -> Iterator[GiftBranch]:
    """Return each of the amends the room that those before it leave."""
    return _fill(branch, limit, taken, branch.gifts.amends, ())


def _fill(
    branch: GiftBranch,
    limit: Fixed,
    taken: Amounts,
    rest: Sequence[GiftPart],
    done: tuple[GiftPart, ...],
) -> Iterator[GiftBranch]:
    rule, gifts = branch.way.rule, branch.gifts
    for place, part in enumerate(rest):
        if part.is_shielded:
            done = (*done, part)
        elif part.is_divisible:
            cut = _up_to(part, _room(limit, taken))
            taken, done = (*taken, cut.amount), (*done, cut)
        else:
            after = rest[place + 1 :]
            more = (*taken, part.amount)
            for some in fork([branch], rule, gifts, _fits(limit, more)):
                yield from _fill(some, limit, more, after, (*done, part))
            for some in fork([branch], rule, gifts, _exceeds(limit, more)):
                yield from _fill(some, limit, taken, after, done)
            return
    yield attrs.evolve(branch, gifts=attrs.evolve(gifts, amends=done))


# ------------------------------------------------------------------ floors, shares


def floor(branch: GiftBranch, least: Fixed) -> Iterator[GiftBranch]:
    """Raise a branch to a floor, as `floored` does where anything is given.

    Args:
        branch: What is raised.
        least: The floor.
    """
    yield from silent(branch)
    for some in giving(branch):
        yield from _raised(some, least)


def _raised(branch: GiftBranch, least: Fixed) -> Iterator[GiftBranch]:
    """Add what is short of the floor at the cheapest choice that is given."""
    gifts = branch.gifts
    for held in product((True, False), repeat=len(gifts.choices)):
        pairs = [*zip(gifts.choices, held, strict=True)]
        orders = [
            _is_given(choice.amount, is_given=is_given) for choice, is_given in pairs
        ]
        choices = tuple(choice for choice, is_given in pairs if is_given)
        was = (*amounts(gifts.amends), *extreme(Lesser, choices))
        more = GiftPart(_room(least, was), is_shielded=False)
        raised = attrs.evolve(gifts, choices=choices, amends=(*gifts.amends, more))
        yield from fork([branch], branch.way.rule, raised, *orders)


def _is_given(amount: Formula, *, is_given: bool) -> Order:
    """Demand that an amount comes to something, or to nothing."""
    if is_given:
        return Order((amount,), (), is_strict=True)
    return Order((), (amount,), is_strict=False)


def share(branch: GiftBranch, multiply: Callable[[Formula], Formula]) -> GiftBranch:
    """Compute a share of every sum, of what the law grants as well.

    Args:
        branch: What is multiplied.
        multiply: From an amount to its share.
    """

    def shared(part: GiftPart) -> GiftPart:
        if not part.is_divisible:
            return part
        return attrs.evolve(part, amount=multiply(part.amount))

    gifts = attrs.evolve(
        branch.gifts,
        choices=tuple(map(shared, branch.gifts.choices)),
        amends=tuple(map(shared, branch.gifts.amends)),
    )
    return attrs.evolve(branch, gifts=gifts)


# ------------------------------------------------------------------------- set-off


def take_off(branch: GiftBranch, given: Formula) -> Iterator[GiftBranch]:
    """Subtract what was given before, as `set_off` does: care stands besides.

    Args:
        branch: What it is taken off from.
        given: What was given before on the case.
    """
    for rest, owing in _taken(branch, given, branch.gifts.amends[::-1], ()):
        yield from _less(rest, owing, rest.gifts.choices, ())


def _taken(
    branch: GiftBranch,
    owing: Formula,
    rest: Sequence[GiftPart],
    done: tuple[GiftPart, ...],
) -> Iterator[tuple[GiftBranch, Formula]]:
    """Subtract it from the amends, the last first; return what is still owing."""
    if not rest:
        yield attrs.evolve(branch, gifts=attrs.evolve(branch.gifts, amends=done)), owing
        return
    part, after = rest[0], rest[1:]
    for some, left, still in _reduced(branch, part, owing):
        yield from _taken(some, still, after, (*left, *done))


def _less(
    branch: GiftBranch,
    owing: Formula,
    rest: Sequence[GiftPart],
    done: tuple[GiftPart, ...],
) -> Iterator[GiftBranch]:
    """Subtract what is left from each choice by itself: one alone is chosen."""
    if not rest:
        yield attrs.evolve(branch, gifts=attrs.evolve(branch.gifts, choices=done))
        return
    for some, left, _ in _reduced(branch, rest[0], owing):
        yield from _less(some, owing, rest[1:], (*done, *left))


def _reduced(
    branch: GiftBranch, part: GiftPart, owing: Formula
) -> Iterator[tuple[GiftBranch, tuple[GiftPart, ...], Formula]]:
    """Subtract a sum from one remedy: what stays, and what is still owing."""
    if part.is_care:
        yield branch, (part,), owing
        return
    still = Excess((owing, part.amount))
    if part.is_divisible:
        left = attrs.evolve(part, amount=Excess((part.amount, owing)))
        yield branch, (left,), still
        return
    rule, gifts = branch.way.rule, branch.gifts
    for some in fork(
        [branch], rule, gifts, Order((owing,), (part.amount,), is_strict=False)
    ):
        yield some, (), still
    for some in fork(
        [branch], rule, gifts, Order((part.amount,), (owing,), is_strict=True)
    ):
        yield some, (part,), owing
