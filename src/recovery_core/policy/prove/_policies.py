"""Which policies can be proved: tables, and what is exact about tables."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import attrs

from ...errors import PolicyError
from ..combinators import (  # what their functions make; no user names the classes
    _BestOf as BestOf,
)
from ..combinators import (
    _First as First,
)
from ..combinators import (
    _SumOf as SumOf,
)
from ..limits import (
    _Capped as Capped,
)
from ..limits import (
    _Floored as Floored,
)
from ..limits import (
    _Scaled as Times,
)
from ..table import Table

__all__ = [
    "ONE",
    "SEVERAL",
    "BestOf",
    "Capped",
    "First",
    "Floored",
    "SumOf",
    "Times",
    "currency_of",
    "standing_in",
    "tables_of",
    "title",
]

ONE = (Capped, Floored, Times)
SEVERAL = (First, BestOf, SumOf)
_NAMES: Final = {
    Capped: "capped",
    Floored: "floored",
    Times: "scaled",
    First: "first",
    BestOf: "best_of",
    SumOf: "sum_of",
}


def tables_of(policy: object) -> Iterator[Table]:
    """Walk the tables in a policy.

    Raises:
        PolicyError: Something in it is none.
    """
    if isinstance(policy, Table):
        yield policy
    elif isinstance(policy, ONE):
        yield from tables_of(policy.policy)
    elif isinstance(policy, SEVERAL):
        for part in policy.policies:
            yield from tables_of(part)
    else:
        raise _opaque(policy)


def _opaque(policy: object) -> PolicyError:
    return PolicyError(
        f"{policy!r:.80} cannot be proved: give a Table (of a schedule, its table()), "
        "or what capped, floored, scaled, first, sum_of and best_of make of tables; "
        "recovery_core.testing.check_policy searches any other policy"
    )


def title(policy: Any) -> str:
    """Name a policy by its tables and what is made of them.

    Raises:
        PolicyError: Something in it is none.
    """
    if isinstance(policy, Table):
        return policy.name
    if not isinstance(policy, ONE + SEVERAL):
        raise _opaque(policy)
    parts = [policy.policy] if isinstance(policy, ONE) else policy.policies
    return f"{_NAMES[type(policy)]}({', '.join(map(title, parts))})"


def currency_of(policy: Any) -> str | None:
    """Tell the one currency a policy reckons in; None where it never pays.

    Raises:
        PolicyError: It reckons in several, or something in it is opaque.
    """
    known: dict[str, str] = {}
    for currency, who in _currencies(policy):
        known.setdefault(currency, who)
    if len(known) > 1:
        told = " and ".join(f"{code} ({who})" for code, who in known.items())
        raise PolicyError(
            f"{title(policy)} cannot be proved: it reckons in {told}; give all of it "
            "in one currency"
        )
    return next(iter(known), None)


def _currencies(policy: Any) -> Iterator[tuple[str, str]]:
    """Walk the currencies of tables, caps and floors, each with where it stands."""
    for table in tables_of(policy):
        if table.currency is not None:
            yield table.currency, table.name
    yield from _limits(policy)


def _limits(policy: Any) -> Iterator[tuple[str, str]]:
    if isinstance(policy, SEVERAL):
        for part in policy.policies:
            yield from _limits(part)
    elif isinstance(policy, ONE):
        if not isinstance(policy, Times):
            yield policy.at.currency, f"{_NAMES[type(policy)]} at {policy.at}"
        yield from _limits(policy.policy)


def standing_in(policy: Any, award_of: Any) -> Any:
    """Put a function in the place of every table of a policy.

    Args:
        policy: The policy.
        award_of: From a table to what stands in for it.
    """
    if isinstance(policy, Table):
        return award_of(policy)
    if isinstance(policy, ONE):
        return attrs.evolve(policy, policy=standing_in(policy.policy, award_of))
    parts = tuple(standing_in(part, award_of) for part in policy.policies)
    return attrs.evolve(policy, policies=parts)
