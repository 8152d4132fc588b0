"""What reaction models may be built with: the questions asked of their parameters."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final, cast

from ..._domain import checks
from ..._domain.failure import Severity
from ..._domain.number_checks import is_number

THREE: Final = 3
"""So many sides has justice, parts an apology, and kinds of honesty."""


def to_severity_if_name(severity_or_name: Any) -> Any:
    """Convert a name such as ``"minor"`` to its severity; all else stays."""
    if isinstance(severity_or_name, str):
        return Severity.__members__.get(severity_or_name.upper(), severity_or_name)
    return severity_or_name


def is_tuple_of_shares(value: object, length: int) -> bool:
    """Return whether a value is a tuple of so many numbers from 0 to 1."""
    members = cast("tuple[object, ...]", value) if isinstance(value, tuple) else ()
    return len(members) == length and all(
        is_number(member) and 0 <= member <= 1 for member in members
    )


def check_share_per_severity_never_falling(
    instance: object, attribute: checks.FieldOfClass, value: Any
) -> None:
    """Check for a share for each severity that does not fall as severity rises."""
    if not is_tuple_of_shares(value, len(Severity)) or any(
        a > b for a, b in pairwise(value)
    ):
        mend = "give four numbers from 0 to 1, minor to critical, none below the last"
        checks.refuse(instance, attribute, value, mend)


def check_three_shares_not_all_0(
    instance: object, attribute: checks.FieldOfClass, value: Any
) -> None:
    """Check for three weights, of which one at least is more than nothing."""
    if not is_tuple_of_shares(value, THREE) or not any(value):
        mend = (
            "give three numbers from 0 to 1, distributive, procedural and "
            "interactional, not all 0"
        )
        checks.refuse(instance, attribute, value, mend)
