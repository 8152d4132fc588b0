"""What the rules that rearrange causes have in common."""

from __future__ import annotations

import attrs

from .._domain.attribution import Cause
from .._domain.claim import Claim

__all__ = ["with_failure_causes", "with_side_of"]


def with_side_of(cause: Cause, other: Cause) -> Cause:
    """Lay a cause to the side on which another one lies, keeping its weight.

    What follows from the side goes with it: whether it will recur, whether it could
    have been prevented, whether safety required it.
    """
    return attrs.evolve(
        cause,
        party=other.party,
        locus=other.locus,
        stability=other.stability,
        controllability=other.controllability,
        is_safety=other.is_safety,
    )


def with_failure_causes(claim: Claim, causes: tuple[Cause, ...]) -> Claim:
    """Ask about the same failure with other causes."""
    return attrs.evolve(claim, failure=attrs.evolve(claim.failure, causes=causes))
