"""What a compensation policy is, and how one policy asks another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from .._domain.claim import Claim
from .._domain.remedy import Award
from ..errors import ContractError, InvalidValueError

__all__ = ["CompensationPolicy"]


class CompensationPolicy(Protocol):
    """Say what a claim is worth; any function with this signature fits.

    A policy reads the claim and nothing else, answers the same claim with the same
    award, and never raises to say no: an empty award with a reason says it.
    """

    def __call__(self, claim: Claim, /) -> Award:
        """Return what is given for this claim, and why."""
        ...


def a_function(instance: Any, attribute: Any, value: Any) -> None:
    """Demand something that answers when it is called with a claim."""
    # A class can be called too, but calling it only builds the policy.
    if not callable(value) or isinstance(value, type):
        raise InvalidValueError(
            f"{attribute.name} cannot be {value!r}: give a function of the claim, or "
            "a policy made by calling one, such as Reimbursement()"
        )


def functions(instance: Any, attribute: Any, value: Any) -> None:
    """Demand at least one policy, and nothing else."""
    if not value:
        raise InvalidValueError("there is nothing to ask: give at least one policy")
    for member in value:
        a_function(instance, attribute, member)


def ask(policy: Callable[[Claim], object], claim: Claim) -> Award:
    """Ask a policy, and hold it to its contract.

    Raises:
        ContractError: It answered something else than an award.
    """
    award = policy(claim)
    if not isinstance(award, Award):
        problem = f"it answered {award!r}, not an Award"
        raise ContractError(shown(policy), claim.case_id, problem)
    return award


def shown(value: object) -> str:
    """Show a function by its name, without its address, and anything else as typed."""
    name = getattr(value, "__qualname__", None)
    return name if isinstance(name, str) else repr(value)


def written(name: str, *given: object, **named: object) -> str:
    """Write a combined policy down as it was called for."""
    parts = [shown(value) for value in given]
    parts += [f"{key}={shown(value)}" for key, value in named.items()]
    return f"{name}({', '.join(parts)})"
