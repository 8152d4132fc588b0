"""Policies, claims and awards in words, as short as a failure can tell them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, cast

import attrs

from .._domain.claim import Claim
from .._domain.failure import ServiceFailure
from .._domain.money import Money
from .._domain.plugs import name_of
from .._domain.remedy import Award
from ..policy.combinators import Combinator
from ..policy.members import members_of_combinator
from ._show import format_value

__all__ = ["NOON", "PLAIN", "describe_award", "describe_claim", "policy_title"]

NOON: Final = datetime(2026, 5, 1, 12, tzinfo=UTC)
PLAIN: Final = "failed"
"""What went wrong where nothing else was drawn."""


def policy_title(policy: object) -> str:
    """Name a policy: by its name, by what it is made of, by its function or class."""
    called = getattr(policy, "name", None)
    if isinstance(called, str):
        return called
    if isinstance(policy, partial):
        return policy_title(cast("Any", policy).func)
    if not isinstance(policy, Combinator):
        return name_of(policy)
    return (
        f"{policy.maker}({', '.join(map(policy_title, members_of_combinator(policy)))})"
    )


def describe_claim(claim: Claim) -> str:
    """Show a claim by its facts, and by whatever else is not as usual."""
    failure = claim.failure
    told = [f"{name}={_format_fact(value)}" for name, value in failure.facts.items()]
    told += [f"on {failure.occurred_on}"] if failure.occurred_on is not None else []
    told += [f"what={failure.what!r}"] if failure.what != PLAIN else []
    usual: Any = ServiceFailure(
        failure.what, occurred_on=failure.occurred_on, facts=failure.facts
    )
    told += _iter_unusual_field_texts(failure, usual)
    told += _iter_unusual_field_texts(claim, Claim(failure, claim.as_of))
    told += [f"as_of={format_value(claim.as_of)}"] if claim.as_of != NOON else []
    return ", ".join(told) or "a claim that says nothing"


def _iter_unusual_field_texts(value: Any, usual: Any) -> Iterator[str]:
    """Walk the fields that are not as usual."""
    for field in attrs.fields(value.__class__):
        given = getattr(value, field.name)
        if given != getattr(usual, field.name):
            yield f"{field.name}={_format_fact(given)}"


def _format_fact(value: object) -> str:
    return str(value) if isinstance(value, Money) else format_value(value)


def describe_award(award: Award) -> str:
    """Show what is paid, and by which rule."""
    codes = " + ".join(repr(reason.code) for reason in award.because)
    by = f" by {codes}" if codes else ", and no reason given"
    given = ", ".join(map(str, award.remedies)) or "nothing"
    worth = award.worth
    return f"{worth if worth is not None and len(award.remedies) == 1 else given}{by}"
