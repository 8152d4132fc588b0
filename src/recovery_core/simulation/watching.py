"""See what plugs look at, so that what none of them reads is worked out only once.

A plug is a pure function of the claim. Where it never looked at the clock, say, it
would have answered alike at any other time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import attrs

from .._domain.claim import Claim
from .._domain.customer import Customer
from .._domain.plugs import name_of
from ..authority import Authority, unlimited
from ..engine import RecoveryEngine

__all__ = [
    "HISTORY",
    "PROOF",
    "TIME",
    "YEARS_KNOWN",
    "watched_customer",
    "watched_engine",
]

TIME: Final = "time"
PROOF: Final = "proof"
HISTORY: Final = "history"
YEARS_KNOWN: Final = "years"

_OF_CLAIM: Final = {"as_of": TIME, "opened_at": TIME}
_OF_CUSTOMER: Final = {"claims": HISTORY, "since": YEARS_KNOWN}
_T = TypeVar("_T")


class _WatchedClaim(Claim):
    __slots__ = ("_seen",)

    def __getattribute__(self, name: str) -> Any:
        if name in _OF_CLAIM:
            object.__getattribute__(self, "_seen").add(_OF_CLAIM[name])
        return object.__getattribute__(self, name)


class _WatchedCustomer(Customer):
    __slots__ = ("_seen",)

    def __getattribute__(self, name: str) -> Any:
        if name in _OF_CUSTOMER:
            object.__getattribute__(self, "_seen").add(_OF_CUSTOMER[name])
        return object.__getattribute__(self, name)


def _watched(value: Any, kind: type[_T], seen: set[str]) -> _T:
    """Copy a frozen value into a class that tells what is read of it."""
    copy = object.__new__(kind)
    for field in attrs.fields(value.__class__):
        object.__setattr__(copy, field.name, getattr(value, field.name))
    object.__setattr__(copy, "_seen", seen)
    return copy


def watched_customer(customer: Customer, seen: set[str]) -> Customer:
    """Return a customer that tells when the history is read."""
    return _watched(customer, _WatchedCustomer, seen)


def _watching(plug: Callable[..., Any], seen: set[str]) -> Callable[..., Any]:
    def ask(claim: Claim, /) -> Any:
        return plug(_watched(claim, _WatchedClaim, seen))

    ask.__qualname__ = name_of(plug)
    return ask


def watched_engine(engine: RecoveryEngine, seen: set[str]) -> RecoveryEngine:
    """Return an engine whose plugs tell when they look at the clock.

    What cannot be watched is taken to be read: an authority is told the time, and a
    verdict may run out.
    """
    authority = engine.authority
    is_timeless = authority is None or authority is unlimited
    if isinstance(authority, Authority):
        is_timeless = authority.spent_by is None
    if engine.abuse is not None or not is_timeless:
        seen.add(TIME)
    attribution, abuse = engine.attribution, engine.abuse
    return attrs.evolve(
        engine,
        policy=_watching(engine.policy, seen),
        attribution=None if attribution is None else _watching(attribution, seen),
        abuse=None if abuse is None else _watching(abuse, seen),
    )
