"""What may follow from a detector's finding."""

from __future__ import annotations

from typing import Any

from .._domain import checks
from .._domain.money import Money
from .._domain.verdict import Action
from ..errors import InvalidValueError


def action(instance: Any, attribute: Any, value: Any) -> None:
    """Demand a graver action than none."""
    checks.of_type(Action)(instance, attribute, value)
    if value is Action.CLEAR:
        raise InvalidValueError(
            "a detector that finds something cannot say CLEAR: give NOTE to put it "
            "on record, or try a graver action out with shadow(...)"
        )


def cap(instance: Any, attribute: Any, value: Any) -> None:
    """Demand a cap where the action is CAP, and only there."""
    checks.maybe(Money)(instance, attribute, value)
    if (instance.action is Action.CAP) is not (value is not None):
        raise InvalidValueError("a cap belongs to CAP, and CAP needs one: give cap=")
    if value is not None and value.minor < 0:
        raise InvalidValueError(f"a cap cannot be {value}: give 0 or more")
