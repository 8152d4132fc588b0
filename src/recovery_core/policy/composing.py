"""The functions that make policies of policies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction

from .._domain.claim import Claim
from .._domain.money import Money, Rounding
from .._domain.remedy import RemedyKind
from .base import CompensationPolicy
from .combinators import (
    BestOf,
    Capped,
    Dated,
    First,
    Floored,
    Multiplied,
    OnlyIf,
    Owed,
    SetOff,
    SumOf,
)

__all__ = [
    "MAKERS",
    "best_of",
    "capped",
    "dated",
    "first",
    "floored",
    "only_if",
    "owed",
    "scaled",
    "set_off",
    "sum_of",
]


def first(*policies: CompensationPolicy) -> CompensationPolicy:
    """Ask policies in turn; give what the first one gives that gives anything.

    Args:
        policies: In the order they are asked; those behind the one are not.

    Returns:
        A policy. Its award also says why the ones before gave nothing.

    Raises:
        InvalidValueError: There is no policy, or one is no function.

    Example:
        >>> def goodwill(claim):
        ...     return Award.nothing()
        >>> first(goodwill, lambda claim: Award())
        first(goodwill, <lambda>)

    Source: ours, after the compositions that published schedules use.
    """
    return First(policies)


def best_of(*policies: CompensationPolicy) -> CompensationPolicy:
    """Return the award that is worth most; among equals the earlier.

    Args:
        policies: All of them are asked. An award without a value in money ranks
            below every award that has one, and above an empty one.

    Returns:
        A policy. It raises `PolicyError` where two awards are in two currencies.

    Raises:
        InvalidValueError: There is no policy, or one is no function.

    Source: ours, after the compositions that published schedules use.
    """
    return BestOf(policies)


def sum_of(*policies: CompensationPolicy) -> CompensationPolicy:
    """Return what all policies give: the alternatives joined, the amends added.

    Alternatives are joined because the customer chooses one of them in any case; one
    that two policies offer stands once. The offer stands as long as its shortest
    part.

    Args:
        policies: All of them are asked.

    Returns:
        A policy. It raises `PolicyError` where two awards are in two currencies.

    Raises:
        InvalidValueError: There is no policy, or one is no function.

    Source: ours, after the compositions that published schedules use.
    """
    return SumOf(policies)


def only_if(
    condition: Callable[[Claim], bool], policy: CompensationPolicy, *, because: str
) -> CompensationPolicy:
    """Ask a policy only where a condition holds; else give nothing, and say so.

    Args:
        condition: A function of the claim; answers True or False and nothing else.
        policy: Asked where it holds.
        because: The condition in words, such as ``"the customer is a member"``.

    Returns:
        A policy. Its reason reads ``holds`` as True or False.

    Raises:
        InvalidValueError: One of the two is no function, or there are no words.

    Source: ours, after the compositions that published schedules use.
    """
    return OnlyIf(condition, policy, because=because)


def dated(versions: Mapping[date, CompensationPolicy]) -> CompensationPolicy:
    """Pick the version that was in force on the day of the failure.

    Args:
        versions: Each policy by its first day, which is inside; it stays in force
            until the day before the next one.

    Returns:
        A policy. Before the first version it gives nothing, and says so.

    Raises:
        InvalidValueError: There is no version, a day is no date, or a policy is no
            function.

    Source: 14 CFR 250.5, whose limits each hold from an effective date on.
    """
    return Dated(versions)


def capped(policy: CompensationPolicy, *, at: Money) -> CompensationPolicy:
    """Return no more than a cap, whichever alternative the customer chooses.

    The amends are cut first, from the last to the first; then each alternative. Only
    sums can be cut; a thing that does not fit is left out. What the law grants,
    care and explanations are never cut: where they alone are above the cap, the
    reason says so.

    Args:
        policy: What is capped.
        at: The most that any choice may be worth.

    Returns:
        A policy. It raises `PolicyError` for an award in another currency.

    Raises:
        InvalidValueError: The cap is no Money or below 0, or the policy is no
            function.

    Source: ours, after the compositions that published schedules use.
    """
    return Capped(policy, at=at)


def floored(
    policy: CompensationPolicy, *, at: Money, kind: RemedyKind = RemedyKind.CASH
) -> CompensationPolicy:
    """Return no less than a floor where anything is given at all.

    What is short of the floor is added to the amends. It is measured at the cheapest
    alternative that has a value, so that every such choice reaches the floor.

    Args:
        policy: What is raised; where it gives nothing, nothing is given.
        at: The least that a choice may be worth.
        kind: What the difference is given as: cash, refund or credit.

    Returns:
        A policy. It raises `PolicyError` for an award in another currency.

    Raises:
        InvalidValueError: The floor is no Money or below 0, the kind is no money, or
            the policy is no function.

    Source: ours, after the compositions that published schedules use.
    """
    return Floored(policy, at=at, kind=kind)


def set_off(policy: CompensationPolicy) -> CompensationPolicy:
    """Subtract what was given earlier on the case, so that nothing is paid twice.

    Every choice is worth that much less: it comes off the amends, from the last to
    the first, then off each alternative. What is covered whole disappears. Only sums
    can be covered in part; a thing worth more than what is left to take off stays
    whole, for a meal voucher pays no part of a new laptop. Care stands besides: it
    is neither taken off nor counted as given.

    Args:
        policy: What it is taken off from, statutory or not.

    Returns:
        A policy. It raises `PolicyError` where something was given in another
        currency.

    Raises:
        InvalidValueError: The policy is no function.

    Source: Regulation (EC) 261/2004, art. 12, on further compensation.
    """
    return SetOff(policy)


def scaled(
    policy: CompensationPolicy, share: Fraction | int | str, *, rounding: Rounding
) -> CompensationPolicy:
    """Return a fixed share of every sum, such as half, or one and a half times.

    Args:
        policy: What is multiplied: cash, refunds, credits, discounts of a sum.
        share: From 0 up, exact: ``"1/2"``, ``"1.5"``, an int or a Fraction.
        rounding: What becomes of parts of a minor unit.

    Returns:
        A policy. What comes to nothing is left out of its award.

    Raises:
        InvalidValueError: The share is not exact or below 0, the rounding is none,
            or the policy is no function.

    Source: ours, after the compositions that published schedules use.
    """
    return Multiplied(policy, share, rounding=rounding)


def owed(policy: CompensationPolicy, *, rounding: Rounding) -> CompensationPolicy:
    """Return the share of every sum that the company owes by its rule of liability.

    Things, care and explanations stay whole: blame withholds none of them.

    Args:
        policy: What is multiplied by `Claim.owed`; with all owed it stays as it is.
        rounding: What becomes of parts of a minor unit.

    Returns:
        A policy. What comes to nothing is left out; its reason states what was
        waived.

    Raises:
        InvalidValueError: The rounding is none, or the policy is no function.

    Source: ours, after the compositions that published schedules use.
    """
    return Owed(policy, rounding=rounding)


MAKERS: tuple[Callable[..., CompensationPolicy], ...] = (
    first,
    best_of,
    sum_of,
    only_if,
    dated,
    capped,
    floored,
    set_off,
    scaled,
    owed,
)
"""All of the above: none of them gives anything of its own."""
