"""Units of time that columns count in."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

__all__ = ["UNITS", "count_units_if_whole"]

UNITS: Final = {
    "s": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
"""The length of each unit, by the sign that a column has for it."""


def count_units_if_whole(span: timedelta, unit: timedelta) -> int | None:
    """Count the units in a span of time; None where it is no whole number of them."""
    try:
        number, remainder = divmod(span, unit)
    except (ArithmeticError, ValueError):  # a span of pandas may be beyond its own unit
        return None
    return None if remainder else int(number)
