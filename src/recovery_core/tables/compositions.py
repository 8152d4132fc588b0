"""Compositions of tables: what is in them, and what each part reads of a claim.

Whoever decides many claims at once, proves or searches looks inside a composition.
There a claim is a row: what a combinator reads of it goes by a name, like a column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from fractions import Fraction
from typing import Any, Final

from .._domain.basis_points import BASIS_POINTS
from .._domain.claim import Claim
from .._domain.failure import ServiceFailure
from .._domain.money import Money
from .._domain.reason import Fact
from .._domain.remedy import Remedy, RemedyKind
from ..policy import CompensationPolicy
from ..policy.combinators import OnlyIf, members, rebuilt

__all__ = [
    "ALREADY_GIVEN",
    "FAILURE_DAY",
    "OWED",
    "claim_of",
    "inside",
    "leaves_of",
    "members_of",
    "walk",
    "with_leaves",
]

FAILURE_DAY: Final = "failure_day"
"""The day that picks the version of a dated policy."""
ALREADY_GIVEN: Final = "already_given"
"""What was given on the case before, care aside."""
OWED: Final = "owed_bp"
"""What share the company owes, in basis points."""

_AS_OF: Final = datetime(2000, 1, 1, tzinfo=UTC)


def inside(policy: Any) -> Any:
    """Return the policy that another one stands for, by its property `__wrapped__`.

    Only where its class has that as a property: what `functools.wraps` leaves on a
    function says whose name it took, and not that it decides alike.
    """
    while isinstance(getattr(policy.__class__, "__wrapped__", None), property):
        policy = policy.__wrapped__
    return policy


def members_of(policy: object) -> tuple[CompensationPolicy, ...]:
    """List the policies of a combinator that can be read row by row.

    A condition of `only_if` reads the claim itself, so that nothing inside it can.
    """
    return () if isinstance(policy, OnlyIf) else members(policy)


def walk(policy: object) -> Iterator[Any]:
    """List a composition and all that is in it, from the outside in."""
    outer = inside(policy)
    yield outer
    for member in members_of(outer):
        yield from walk(member)


def leaves_of(policy: object) -> Iterator[Any]:
    """List the policies that are combined, and combine nothing themselves."""
    yield from (part for part in walk(policy) if not members_of(part))


def with_leaves(
    policy: CompensationPolicy,
    replace: Callable[[CompensationPolicy], CompensationPolicy],
) -> CompensationPolicy:
    """Build the same composition over other leaves.

    Args:
        policy: A policy, a combinator of policies, or what stands for one.
        replace: From a policy that combines nothing to what takes its place.
    """
    outer: Any = inside(policy)
    parts = members_of(outer)
    if not parts:
        return replace(outer)
    return rebuilt(outer, [with_leaves(part, replace) for part in parts])


def claim_of(
    facts: Mapping[str, Fact],
    text: str,
    *,
    as_of: datetime | None = None,
    case_id: str = "claim",
) -> Claim:
    """Make the claim that a row stands for.

    Args:
        facts: What is known, by column name; the names of what combinators read stand
            for the day of the failure, what was given before, and what is owed.
        text: What the failure is called.
        as_of: When it is asked; on the day of the failure if not given.
        case_id: What the case is called.
    """
    day, given = facts.get(FAILURE_DAY), facts.get(ALREADY_GIVEN)
    on = day if isinstance(day, date) and not isinstance(day, datetime) else None
    if as_of is None:
        as_of = _AS_OF if on is None else datetime.combine(on, time(), UTC)
    earlier = (
        (Remedy(RemedyKind.CASH, given),) if isinstance(given, Money) and given else ()
    )
    share = facts.get(OWED, BASIS_POINTS)
    owed = Fraction(share, BASIS_POINTS) if type(share) is int else Fraction(1)
    failure = ServiceFailure(text, facts=facts, occurred_on=on)
    return Claim(failure, as_of, owed=owed, earlier=earlier, case_id=case_id)
