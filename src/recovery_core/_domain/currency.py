"""Codes of ISO 4217: in force, or known from what was put on record before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from ..errors import InvalidValueError
from . import checks
from ._currencies import EXPONENTS, WITHDRAWN, WITHOUT_MINOR_UNIT

__all__ = [
    "DECIMALS",
    "IN_FORCE",
    "ON_RECORD",
    "UNITS",
    "require_currency_code",
    "withdrawal",
]

DECIMALS: Final[dict[str, int]] = {
    code: row[0] for code, row in WITHDRAWN.items()
} | EXPONENTS
"""How many decimals a currency has, or had."""

UNITS: Final[dict[str, int]] = {
    code: 10**decimals for code, decimals in DECIMALS.items()
}
"""How many of the smallest unit one of a currency is."""

# Code by code, so that all money of a currency holds one and the same text.
IN_FORCE: Final = {code: code for code in EXPONENTS}
"""The codes in which new money is made."""

ON_RECORD: Final = {code: code for code in DECIMALS}
"""The codes in which there can be money on record."""


def require_currency_code(currency: Any, codes: Mapping[str, str]) -> str:
    """Return the code of a currency, and refuse what is not among the codes.

    Raises:
        InvalidValueError: It is not; the message names the mend.
    """
    plain_code: object = checks.plain_text(currency)
    if type(plain_code) is str and (code := codes.get(plain_code)):
        return code
    raise InvalidValueError(_explain_unusable_code(plain_code))


def _explain_unusable_code(currency: object) -> str:
    """Return why a code cannot be used, and what to use."""
    if type(currency) is not str:
        return f"a currency is an ISO 4217 code like 'EUR', not {currency!r:.60}"
    if currency in WITHOUT_MINOR_UNIT:
        return f"{currency} has no minor unit to count in; use the currency paid out"
    if currency in WITHDRAWN:
        _, month, today = WITHDRAWN[currency]
        return (
            f"{currency} was withdrawn in {month}: make new money in "
            f"{today or 'a currency in force'}; from_minor reads what is on record"
        )
    if (meant := currency.strip().upper()) in ON_RECORD:
        return f"unknown currency {currency!r:.60}: did you mean {meant!r}?"
    return f"{currency!r:.60} is no ISO 4217 code in force; pass one, such as 'EUR'"


def withdrawal(currency: str, at: datetime) -> tuple[str, str] | None:
    """Return when a currency was withdrawn, if it was by a moment, and what is used.

    Args:
        currency: A code in which there can be money on record.
        at: The moment of asking.

    Returns:
        The month, such as ``"2023-01"``, and the code of the currency that is paid
        with there today, empty where that is not one; None while it is in force.
    """
    _, month, today = WITHDRAWN.get(currency, (0, "", ""))
    return (month, today) if month and month <= f"{at:%Y-%m}" else None
