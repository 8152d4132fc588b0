"""Numbers and days as people write them: plain digits, and nothing that looks like it.

Python itself reads more than people mean: ``1_00``, digits of any script, days by the
week, and a number of 5,000 digits with an error of its own.
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Final

from ..errors import InvalidValueError

__all__ = ["format_decimal_or_fraction", "parse_iso_day", "parse_whole_number_or_none"]

# No column, option or fact holds a number of more digits than this.
_DECIMALS: Final = 12
_UNIT: Final = 10**_DECIMALS
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,30}")


def parse_whole_number_or_none(text: str) -> int | None:
    """Read a whole number in plain digits; None for anything else."""
    return int(text) if _WHOLE.fullmatch(text) else None


def parse_iso_day(text: str) -> date:
    """Read a day as ISO 8601 writes it in full.

    Raises:
        InvalidValueError: It is no such day.

    >>> parse_iso_day("2026-12-31")
    datetime.date(2026, 12, 31)
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise InvalidValueError(f"{text!r:.60} is no day: write it as 2026-12-31")
    return day


def format_decimal_or_fraction(number: Fraction) -> str:
    """Write a number with its decimals; as a fraction where they never end."""
    unit, remainder = divmod(_UNIT, number.denominator)
    if remainder:
        return str(number)
    whole, part = divmod(number.numerator * unit, _UNIT)
    return f"{whole}.{part:0{_DECIMALS}d}".rstrip("0").rstrip(".")
