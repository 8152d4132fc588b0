"""Versions of a policy, each by the day on which it comes into force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from .._domain import checks
from ..errors import InvalidValueError
from .base import CompensationPolicy

__all__ = ["check_version_policies", "convert_to_sorted_versions"]


def convert_to_sorted_versions(
    versions: Any,
) -> tuple[tuple[date, CompensationPolicy], ...]:
    """Convert policies by first day to pairs, the earliest first; refuse other days."""
    if not isinstance(versions, Mapping) or not versions:
        raise InvalidValueError(
            f"versions cannot be {versions!r}: give at least one policy by its first "
            "day, such as {date(2026, 1, 1): policy}"
        )
    begun = cast("Mapping[date, CompensationPolicy]", versions)
    for day in begun:
        _check_plain_date(day)
    return tuple(sorted(begun.items(), key=lambda pair: pair[0]))


def _check_plain_date(day: object) -> None:
    """Refuse a first day that is no plain date."""
    # A datetime is a date to Python, but it cannot be compared with one.
    if type(day) is not date:
        raise InvalidValueError(
            f"a version cannot begin on {day!r}: give a date, with no time of day"
        )


def check_version_policies(instance: Any, attribute: Any, value: Any) -> None:
    """Refuse a version that is no function."""
    for _, policy in value:
        checks.function(instance, attribute, policy)
