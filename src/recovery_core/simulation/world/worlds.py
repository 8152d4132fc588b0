"""Worlds that ship with the library: a shop to begin with, and TARP's customers."""

from __future__ import annotations

from typing import Any, Final

from ..._domain.attribution import Cause, Controllability, Party, Stability
from ..._domain.failure import Aspect, FailureKind, Origin, Resource, Severity
from ..._domain.money import Money
from .mind import Loyalty, Memory, Persistence
from .world import FailureMode, Population, Tier, World

__all__ = ["shop"]

_CARRIER_CAUSE: Final = Cause(
    "carrier", Party.SUPPLIER, weight=2, controllability=Controllability.UNCONTROLLABLE
)
_PICKING_CAUSE: Final = Cause(
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
    parts: dict[str, Any] = {
        "population": _shop_population(),
        "modes": _shop_failure_modes(),
        "memory": Memory(),
        "loyalty": Loyalty(),
        "persistence": Persistence(contests=0.3, reopens=0.2),
        "proof_rates": (0.9, 0.2),
        "satisfaction_noise": 0.05,
    }
    return World(**{**parts, **changes})


def _shop_population() -> Population:
    """Build the shop's customers: two tiers, and few who work the system."""
    return Population(
        tiers=(
            Tier(name="standard", share=8, price=Money("50.00", "EUR")),
            Tier(name="plus", share=2, price=Money("80.00", "EUR"), encounters=2),
        ),
        voice={0.5: 1, 1.0: 2},
        tempted=0.03,
        opportunists=0.01,
        insatiable=0.01,
        aggressive=0.03,
        blames_firm=0.3,
    )


def _shop_failure_modes() -> tuple[FailureMode, ...]:
    """Build the two ways in which the shop fails: one of outcome, one of process."""
    parcel = FailureMode(
        what="parcel lost or wrong",
        rate=0.03,
        severity={Severity.MINOR: 5, Severity.MODERATE: 4, Severity.MAJOR: 1},
        causes=(_PICKING_CAUSE, _CARRIER_CAUSE),
        kind=FailureKind(resource=Resource.PRODUCT),
    )
    # Consumed with its flaw: a rude answer cannot be sent back.
    rude_answer = FailureMode(
        what="rude answer",
        rate=0.01,
        severity={Severity.MINOR: 2, Severity.MODERATE: 1},
        causes=(Cause("tone", Party.EMPLOYEE),),
        kind=FailureKind(
            aspect=Aspect.PROCESS, origin=Origin.HUMAN, resource=Resource.ATTENTION
        ),
        was_rejected=False,
    )
    return (parcel, rude_answer)
