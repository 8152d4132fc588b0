"""The questions asked of numbers in fields: shares, levels, and ranges of them."""

from __future__ import annotations

from math import inf
from typing import Final, TypeGuard

from .checks import FieldOfClass, Validator, refuse

__all__ = [
    "check_finite_number",
    "check_number_from_0_up",
    "check_share_from_0_to_1",
    "is_number",
    "is_number_from_0_up",
    "number_range_checker",
]


def is_number(value: object) -> TypeGuard[float]:
    """Return whether a value is an int or a float; to Python, True is an int."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_number_from_0_up(value: object) -> TypeGuard[float]:
    """Return whether a value is a finite number that is not negative."""
    return is_number(value) and 0 <= value < inf


def number_range_checker(low: float, high: float) -> Validator:
    """Return a validator for a number from one bound to the other, both inside."""

    def check_number_in_range(
        instance: object, attribute: FieldOfClass, value: object
    ) -> None:
        # Asked as "not inside", so that NaN, which compares with nothing, is refused.
        if not is_number(value) or not low <= value <= high:
            mend = f"give a number from {low:g} to {high:g}"
            refuse(instance, attribute, value, mend)

    return check_number_in_range


check_share_from_0_to_1: Final = number_range_checker(0, 1)
"""Refuse anything but a chance or a share from 0 to 1."""


def check_number_from_0_up(
    instance: object, attribute: FieldOfClass, value: object
) -> None:
    """Refuse anything but a finite number that is not negative."""
    if not is_number_from_0_up(value):
        refuse(instance, attribute, value, "give a number from 0 up")


def check_finite_number(
    instance: object, attribute: FieldOfClass, value: object
) -> None:
    """Refuse anything but a finite number."""
    if not is_number(value) or not -inf < value < inf:
        refuse(instance, attribute, value, "give a number")
