"""See what plugs look at, so that what none of them reads is worked out only once.

A plug is a pure function of the claim. Where it never looked at the clock, say, it
would have answered alike at any other time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import attrs

from ..._domain.claim import Claim
from ..._domain.customer import Customer
from ..._domain.plugs import name_of
from ...authority import Authority, unlimited
from ...engine import RecoveryEngine

__all__ = [
    "HISTORY",
    "PROOF",
    "TIME",
    "YEARS_KNOWN",
    "watched_engine",
]

TIME: Final = "time"
PROOF: Final = "proof"
HISTORY: Final = "history"
YEARS_KNOWN: Final = "years"

_OF_CLAIM: Final = {"as_of": TIME, "opened_at": TIME}
_OF_CUSTOMER: Final = {"claims": HISTORY, "since": YEARS_KNOWN}
_T = TypeVar("_T")


def _read(value: object, name: str, kind: type, noted: Mapping[str, str]) -> Any:
    """Read an attribute of a watched value, and note what there is to note."""
    if name == "__class__":
        return kind  # whatever is made of it is plain; making it reads all there is
    if name in noted:
        object.__getattribute__(value, "_seen").add(noted[name])
    return object.__getattribute__(value, name)


class _WatchedClaim(Claim):
    __slots__ = ("_seen",)

    def __getattribute__(self, name: str) -> Any:
        return _read(self, name, Claim, _OF_CLAIM)

    def __reduce__(self) -> tuple[Any, ...]:
        return _built, (Claim, _parts(self))


class _WatchedCustomer(Customer):
    __slots__ = ("_seen",)

    def __getattribute__(self, name: str) -> Any:
        return _read(self, name, Customer, _OF_CUSTOMER)

    def __reduce__(self) -> tuple[Any, ...]:
        return _built, (Customer, _parts(self))


def _parts(value: Any) -> dict[str, Any]:
    names = [field.name for field in attrs.fields(value.__class__)]
    return {name: getattr(value, name) for name in names}


def _built(kind: type[_T], parts: Mapping[str, Any]) -> _T:
    """Build a frozen value of parts that were checked before."""
    made = object.__new__(kind)
    for name, part in parts.items():
        object.__setattr__(made, name, part)
    return made


def _watched(value: Any, kind: type[_T], seen: set[str], **other: Any) -> _T:
    """Copy a frozen value into a class that tells what is read of it."""
    return _built(kind, {**_parts(value), **other, "_seen": seen})


def _watching(plug: Callable[..., Any], seen: set[str]) -> Callable[..., Any]:
    def ask(claim: Claim, /) -> Any:
        customer = _watched(claim.customer, _WatchedCustomer, seen)
        return plug(_watched(claim, _WatchedClaim, seen, customer=customer))

    ask.__qualname__ = name_of(plug)
    return ask


def watched_engine(engine: RecoveryEngine, seen: set[str]) -> RecoveryEngine:
    """Return an engine whose plugs tell what they look at.

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
