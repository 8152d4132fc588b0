"""What reaction models may be built with: the questions asked of their parameters."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final, TypeGuard, cast

from ..._domain import checks
from ..._domain.failure import Severity

THREE: Final = 3
"""So many sides has justice, parts an apology, and kinds of honesty."""


def is_number(value: object) -> TypeGuard[float]:
    """Return whether a value is an int or a float; to Python, True is an int."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def severity_from_name(severity: Any) -> Any:
    """Return a severity for its name, such as ``"minor"``; all else as it is."""
    if isinstance(severity, str):
        return Severity.__members__.get(severity.upper(), severity)
    return severity


def check_between(low: float, high: float) -> checks.Validator:
    """Return a validator for a number from one bound to the other, both inside."""

    def check(instance: Any, attribute: Any, value: Any) -> None:
        if not is_number(value) or not low <= value <= high:
            mend = f"give a number from {low:g} to {high:g}"
            checks.refuse(instance, attribute, value, mend)

    return check


def are_shares(value: object, count: int) -> bool:
    """Return whether a value is a tuple of so many numbers from 0 to 1."""
    held = isinstance(value, tuple)
    members = cast("tuple[object, ...]", value) if held else ()
    return len(members) == count and all(
        is_number(member) and 0 <= member <= 1 for member in members
    )


def check_by_severity(instance: Any, attribute: Any, value: Any) -> None:
    """Check for a share for each severity that does not fall as severity rises."""
    if not are_shares(value, len(Severity)) or any(a > b for a, b in pairwise(value)):
        mend = "give four numbers from 0 to 1, minor to critical, none below the last"
        checks.refuse(instance, attribute, value, mend)


def check_weights(instance: Any, attribute: Any, value: Any) -> None:
    """Check for three weights, of which one at least is more than nothing."""
    if not are_shares(value, THREE) or not any(value):
        mend = (
            "give three numbers from 0 to 1, distributive, procedural and "
            "interactional, not all 0"
        )
        checks.refuse(instance, attribute, value, mend)
