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
from ..policy.combinators import OnlyIf
from ..policy.members import members_of_combinator, with_members

__all__ = [
    "ALREADY_GIVEN",
    "FAILURE_DAY",
    "OWED",
    "build_claim_of_facts",
    "iter_leaf_policies",
    "iter_policies",
    "members_read_by_row",
    "unwrap_policy",
    "with_replaced_leaves",
]

FAILURE_DAY: Final = "failure_day"
"""The day that picks the version of a dated policy."""
ALREADY_GIVEN: Final = "already_given"
"""What was given on the case before, care aside."""
OWED: Final = "owed_bp"
"""What share the company owes, in basis points."""

_AS_OF: Final = datetime(2000, 1, 1, tzinfo=UTC)


def unwrap_policy(policy: object) -> Any:
    """Return the policy that another one stands for, by its property `__wrapped__`.

    Only where its class has that as a property: what `functools.wraps` leaves on a
    function says whose name it took, and not that it decides alike.
    """
    inner: Any = policy
    while isinstance(getattr(inner.__class__, "__wrapped__", None), property):
        inner = inner.__wrapped__
    return inner


def members_read_by_row(policy: object) -> tuple[CompensationPolicy, ...]:
    """List the policies of a combinator that can be read row by row.

    A condition of `only_if` reads the claim itself, so that nothing inside it can.
    """
    return () if isinstance(policy, OnlyIf) else members_of_combinator(policy)


def iter_policies(policy: object) -> Iterator[Any]:
    """Walk a composition and all that is in it, from the outside in."""
    outer = unwrap_policy(policy)
    yield outer
    for member in members_read_by_row(outer):
        yield from iter_policies(member)


def iter_leaf_policies(policy: object) -> Iterator[Any]:
    """Walk the policies that are combined, and combine nothing themselves."""
    yield from (part for part in iter_policies(policy) if not members_read_by_row(part))


def with_replaced_leaves(
    policy: CompensationPolicy,
    replace_leaf: Callable[[CompensationPolicy], CompensationPolicy],
) -> CompensationPolicy:
    """Build the same composition over other leaves.

    Args:
        policy: A policy, a combinator of policies, or what stands for one.
        replace_leaf: From a policy that combines nothing to what takes its place.
    """
    outer: Any = unwrap_policy(policy)
    parts = members_read_by_row(outer)
    if not parts:
        return replace_leaf(outer)
    return with_members(
        outer, [with_replaced_leaves(part, replace_leaf) for part in parts]
    )


def build_claim_of_facts(
    facts: Mapping[str, Fact],
    failure_text: str,
    *,
    as_of: datetime | None = None,
    case_id: str = "claim",
) -> Claim:
    """Build the claim that a row of facts stands for.

    Args:
        facts: What is known, by column name; the names of what combinators read stand
            for the day of the failure, what was given before, and what is owed.
        failure_text: What the failure is called.
        as_of: When it is asked; on the day of the failure if not given.
        case_id: What the case is called.
    """
    day, earlier_sum = facts.get(FAILURE_DAY), facts.get(ALREADY_GIVEN)
    # A datetime is a date to Python, and is no day of the calendar.
    on = day if isinstance(day, date) and not isinstance(day, datetime) else None
    if as_of is None:
        as_of = _AS_OF if on is None else datetime.combine(on, time(), UTC)
    earlier: tuple[Remedy, ...] = ()
    if isinstance(earlier_sum, Money) and earlier_sum:
        earlier = (Remedy(RemedyKind.CASH, earlier_sum),)
    share = facts.get(OWED, BASIS_POINTS)
    owed = Fraction(share, BASIS_POINTS) if type(share) is int else Fraction(1)
    failure = ServiceFailure(failure_text, facts=facts, occurred_on=on)
    return Claim(failure, as_of, owed=owed, earlier=earlier, case_id=case_id)
