"""What the rules that rearrange causes have in common."""

from __future__ import annotations

from typing import Any

import attrs

from .._domain.attribution import Cause
from .._domain.claim import Claim
from ..errors import InvalidValueError

__all__ = ["a_function", "lay_to", "with_causes"]


def lay_to(cause: Cause, other: Cause) -> Cause:
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


def with_causes(claim: Claim, causes: tuple[Cause, ...]) -> Claim:
    """Ask about the same failure with other causes."""
    return attrs.evolve(claim, failure=attrs.evolve(claim.failure, causes=causes))


def a_function(instance: Any, attribute: Any, value: Any) -> None:
    """Demand something that answers when it is called with a claim."""
    # A class can be called too, but calling it only builds the rule.
    if not callable(value) or isinstance(value, type):
        raise InvalidValueError(
            f"{type(instance).__name__}.{attribute.name} cannot be {value!r}: give a "
            "function of the claim, such as ByWeight() or a lambda"
        )
