"""What a combinator combines: taken apart, and put together over other policies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

import attrs

from .base import CompensationPolicy
from .combinators import (
    BestOf,
    Capped,
    Combinator,
    Dated,
    First,
    Floored,
    Multiplied,
    OnlyIf,
    Owed,
    SetOff,
    SumOf,
)

__all__ = ["members_of_combinator", "with_members"]


def members_of_combinator(policy: object) -> tuple[CompensationPolicy, ...]:
    """Return the policies that a combinator combines; none for any other policy."""
    if not isinstance(policy, Combinator):
        return ()
    match policy:
        case First() | BestOf() | SumOf():
            return policy.policies
        case Dated():
            return tuple(version for _, version in policy.versions)
        case OnlyIf() | Capped() | Floored() | SetOff() | Multiplied() | Owed():
            return (policy.policy,)
        case never:
            assert_never(never)


def with_members(
    combinator: Combinator, policies: Sequence[CompensationPolicy]
) -> Combinator:
    """Return a combinator of the same kind and parameters over other policies.

    Args:
        combinator: The combinator.
        policies: As many as it has members, in the same order.
    """
    match combinator:
        case First() | BestOf() | SumOf():
            return attrs.evolve(combinator, policies=tuple(policies))
        case Dated():
            days = (day for day, _ in combinator.versions)
            versions = dict(zip(days, policies, strict=True))
            return attrs.evolve(combinator, versions=versions)
        case OnlyIf() | Capped() | Floored() | SetOff() | Multiplied() | Owed():
            (policy,) = policies
            return attrs.evolve(combinator, policy=policy)
        case never:
            assert_never(never)
