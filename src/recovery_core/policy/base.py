"""What a compensation policy is, and how one policy asks another."""

from __future__ import annotations

from typing import Any, Protocol

from .._domain import checks, plugs
from .._domain.claim import Claim
from .._domain.remedy import Award
from ..errors import InvalidValueError

__all__ = ["CompensationPolicy"]


class CompensationPolicy(Protocol):
    """A rule for what a claim is worth; any function with this signature fits.

    A policy reads the claim and nothing else, answers the same claim with the same
    award, and never raises to say no: an empty award with a reason says it.
    """

    def __call__(self, claim: Claim, /) -> Award:
        """Return what is given for this claim, and why."""
        ...


def check_policies(instance: Any, attribute: Any, value: Any) -> None:
    """Refuse an empty tuple, and members that are no functions; an attrs validator."""
    if not value:
        raise InvalidValueError("there is nothing to ask: give at least one policy")
    for member in value:
        checks.function(instance, attribute, member)


def ask_policy(policy: CompensationPolicy, claim: Claim) -> Award:
    """Ask a policy for its award, and hold it to its contract.

    Raises:
        ContractError: It raised, or answered something else than an award.
    """
    return plugs.ask(policy, claim, Award, claim.case_id)


def format_plug(value: object) -> str:
    """Show a function by its name, without its address, and anything else as typed."""
    name = getattr(value, "__qualname__", None)
    return name if isinstance(name, str) else repr(value)


def format_call(
    function_name: str, *arguments: object, **named_arguments: object
) -> str:
    """Format the call that makes a combined policy, as somebody would type it."""
    parts = [format_plug(value) for value in arguments]
    parts += [f"{key}={format_plug(value)}" for key, value in named_arguments.items()]
    return f"{function_name}({', '.join(parts)})"
