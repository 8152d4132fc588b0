"""What the rules that rearrange causes have in common."""

from __future__ import annotations

import attrs

from .._domain.attribution import Cause
from .._domain.claim import Claim

__all__ = ["with_failure_causes", "with_side_of"]


def with_side_of(cause: Cause, model_cause: Cause) -> Cause:
    """Return a cause laid to the side on which another one lies, with its own weight.

    What follows from the side goes with it: whether it will recur, whether it could
    have been prevented, whether safety required it.
    """
    return attrs.evolve(
        cause,
        party=model_cause.party,
        locus=model_cause.locus,
        stability=model_cause.stability,
        controllability=model_cause.controllability,
        is_safety=model_cause.is_safety,
    )


def with_failure_causes(claim: Claim, causes: tuple[Cause, ...]) -> Claim:
    """Return the claim with other causes of its failure."""
    return attrs.evolve(claim, failure=attrs.evolve(claim.failure, causes=causes))
