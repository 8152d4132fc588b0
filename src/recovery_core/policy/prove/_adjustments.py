"""What caps, floors and shares make of what a policy gives, formula by formula.

Each follows its function in `recovery_core.policy.limits` step by step; where that
asks whether something fits, the branch forks.
"""

# pyright: reportPrivateUsage=false

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import attrs

from ..amounts import Amount, Beyond, Fixed, Greater, Lesser, Scaled
from ._gifts import Branch, Gifts, Part, amounts, extreme, fork, giving, silent
from ._policies import Times
from .ways import Amounts, Order

__all__ = ["cap", "floor", "share"]


def _room(limit: Fixed, taken: Amounts) -> Amount:
    """Work out what is left of a limit."""
    return Beyond((limit, *taken)) if taken else limit


def _fits(limit: Fixed, taken: Amounts) -> Order:
    return Order((limit,), taken, is_strict=False)


def _exceeds(limit: Fixed, taken: Amounts) -> Order:
    return Order(taken, (limit,), is_strict=True)


# --------------------------------------------------------------------------- caps


def cap(branch: Branch, limit: Fixed) -> Iterator[Branch]:
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
        gone: list[Part] = []
        for choice, fits in zip(stiff, fitting, strict=True):
            taken = (*kept, choice.amount)
            orders.append(_fits(limit, taken) if fits else _exceeds(limit, taken))
            if not fits:
                gone.append(choice)
        left = tuple(c for c in gifts.choices if not any(c is each for each in gone))
        fewer = attrs.evolve(gifts, choices=left)
        for some in fork([branch], branch.way.rule, fewer, *orders):
            yield from _cut(some, limit, kept)


def _cut(branch: Branch, limit: Fixed, kept: Amounts) -> Iterator[Branch]:
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


def _up_to(part: Part, room: Amount) -> Part:
    return attrs.evolve(part, amount=Lesser((part.amount, room)))


def _filled(branch: Branch, limit: Fixed, taken: Amounts) -> Iterator[Branch]:
    """Give each of the amends the room that those before it leave."""
    return _fill(branch, limit, taken, branch.gifts.amends, ())


def _fill(
    branch: Branch,
    limit: Fixed,
    taken: Amounts,
    rest: Sequence[Part],
    done: tuple[Part, ...],
) -> Iterator[Branch]:
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


def floor(branch: Branch, least: Fixed) -> Iterator[Branch]:
    """Raise a branch to a floor, as `floored` does where anything is given.

    Args:
        branch: What is raised.
        least: The floor.
    """
    yield from silent(branch)
    for some in giving(branch):
        yield from _raised(some, least)


def _raised(branch: Branch, least: Fixed) -> Iterator[Branch]:
    """Add what is short of the floor at the cheapest choice that is given."""
    gifts = branch.gifts
    for held in product((True, False), repeat=len(gifts.choices)):
        pairs = [*zip(gifts.choices, held, strict=True)]
        orders = [
            _is_given(choice.amount, is_given=is_given) for choice, is_given in pairs
        ]
        choices = tuple(choice for choice, is_given in pairs if is_given)
        was = (*amounts(gifts.amends), *extreme(Lesser, choices))
        more = Part(_room(least, was), is_shielded=False, is_divisible=True)
        raised = attrs.evolve(gifts, choices=choices, amends=(*gifts.amends, more))
        yield from fork([branch], branch.way.rule, raised, *orders)


def _is_given(amount: Amount, *, is_given: bool) -> Order:
    """Demand that an amount comes to something, or to nothing."""
    if is_given:
        return Order((amount,), (), is_strict=True)
    return Order((), (amount,), is_strict=False)


def share(branch: Branch, by: Times) -> Branch:
    """Take a share of every sum, as `scaled` does: of what the law grants as well.

    Args:
        branch: What is multiplied.
        by: What `scaled` made.
    """
    top, bottom = by.share.as_integer_ratio()

    def multiplied(part: Part) -> Part:
        if not part.is_divisible:
            return part
        scaled = Scaled(part.amount, top, bottom, None, by.rounding)
        return attrs.evolve(part, amount=scaled)

    gifts = branch.gifts
    return attrs.evolve(
        branch,
        gifts=attrs.evolve(
            gifts,
            choices=tuple(map(multiplied, gifts.choices)),
            amends=tuple(map(multiplied, gifts.amends)),
        ),
    )
