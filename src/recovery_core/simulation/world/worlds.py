"""Worlds that ship with the library: a shop to begin with, and TARP's customers."""

from __future__ import annotations

from typing import Any, Final

from ..._domain.attribution import Cause, Controllability, Party, Stability
from ..._domain.failure import Aspect, FailureKind, Origin, Resource, Severity
from ..._domain.money import Money
from .mind import Loyalty, Memory, Persistence
from .world import FailureMode, Population, Tier, World

__all__ = ["shop"]

_LATE: Final = Cause(
    "carrier", Party.SUPPLIER, weight=2, controllability=Controllability.UNCONTROLLABLE
)
_WRONG: Final = Cause(
    "picking",
    Party.FIRM,
    weight=3,
    stability=Stability.STABLE,
    controllability=Controllability.CONTROLLABLE,
)


def shop(**changes: Any) -> World:
    """Return the world of a shop that sends parcels: the one to begin with.

    Parcels get lost or arrive with the wrong thing in them, and now and then somebody
    is rude. No figure is taken from a real shop; calibrate it to your own.

    Args:
        changes: Other parts of the `World`, by name.
    """
    euro = "EUR"
    tiers = (
        Tier(name="standard", share=8, price=Money("50.00", euro)),
        Tier(name="plus", share=2, price=Money("80.00", euro), encounters=2),
    )
    parts: dict[str, Any] = {
        "population": Population(
            tiers=tiers,
            voice={0.5: 1, 1.0: 2},
            tempted=0.03,
            opportunists=0.01,
            insatiable=0.01,
            aggressive=0.03,
            blames_firm=0.3,
        ),
        "modes": (
            FailureMode(
                what="parcel lost or wrong",
                rate=0.03,
                severity={Severity.MINOR: 5, Severity.MODERATE: 4, Severity.MAJOR: 1},
                causes=(_WRONG, _LATE),
                kind=FailureKind(resource=Resource.PRODUCT),
            ),
            FailureMode(
                what="rude answer",
                rate=0.01,
                severity={Severity.MINOR: 2, Severity.MODERATE: 1},
                causes=(Cause("tone", Party.EMPLOYEE),),
                kind=FailureKind(
                    aspect=Aspect.PROCESS,
                    origin=Origin.HUMAN,
                    resource=Resource.ATTENTION,
                ),
                was_rejected=False,
            ),
        ),
        "memory": Memory(),
        "loyalty": Loyalty(),
        "persistence": Persistence(contests=0.3, reopens=0.2),
        "proof_rates": (0.9, 0.2),
        "satisfaction_noise": 0.05,
    }
    return World(**{**parts, **changes})
