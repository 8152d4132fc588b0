"""What a run is asked for, looked at before anything is worked out."""

from __future__ import annotations

from operator import index
from typing import Any, Final, SupportsIndex

from ...errors import InvalidValueError
from ..world.world import World
from ..world.worlds import shop

__all__ = [
    "check_executor",
    "check_progress",
    "customers_of",
    "demanded",
    "months_of",
    "seed_of",
    "whole_number",
    "world_of",
]

_LARGEST: Final = (1 << 63) - 1
"""What every table and every file can hold."""


def whole_number(name: str, value: Any, least: int = 1) -> int:
    """Take a whole number, whoever counted it.

    Raises:
        InvalidValueError: It is none, or too small.
    """
    try:
        found = least - 1 if isinstance(value, bool) else index(value)
    except TypeError:
        found = least - 1
    if found < least:
        raise InvalidValueError(
            f"{name} cannot be {value!r:.80}: give a whole number from {least} up"
        )
    return found


def customers_of(given: SupportsIndex) -> int:
    """Take a number of customers; see `whole_number`."""
    return whole_number("customers", given)


def months_of(given: SupportsIndex) -> int:
    """Take a number of months; see `whole_number`."""
    return whole_number("months", given)


def seed_of(given: SupportsIndex, name: str = "seed") -> int:
    """Take a seed.

    Raises:
        InvalidValueError: It is no whole number from 0 up, or too large for a table.
    """
    found = whole_number(name, given, 0)
    if found > _LARGEST:
        raise InvalidValueError(
            f"{name} cannot be {found}: give a whole number below 2**63"
        )
    return found


def demanded(given: Any, name: str = "world") -> World:
    """Demand a world.

    Raises:
        InvalidValueError: It is none.
    """
    if isinstance(given, World):
        return given
    mend = "give a World, such as shop()"
    if callable(given) and hasattr(given, "__name__"):
        mend = f"a World is meant, not what makes one; call it: {given.__name__}()"
    raise InvalidValueError(f"{name} cannot be {given!r:.80}: {mend}")


def world_of(given: Any) -> World:
    """Take a world, or `shop` where none is given.

    Raises:
        InvalidValueError: It is none.
    """
    return shop() if given is None else demanded(given)


def check_executor(given: Any) -> None:
    """Demand an executor, or something like it, or None.

    Raises:
        InvalidValueError: It is none; says how many workers are asked for.
    """
    if given is None:
        return
    mend = "give an executor, such as ProcessPoolExecutor(4), or leave it out"
    if isinstance(given, type):
        mend = f"build one, such as {given.__name__}(4)"
    elif hasattr(given, "get_executor"):
        mend = "of a client of dask, give client.get_executor(pure=False)"
    elif callable(getattr(given, "submit", None)):
        return
    elif callable(getattr(given, "remote", None)):
        mend = "of the module ray, give RayExecutor(ray)"
    raise InvalidValueError(f"executor cannot be {given!r:.80}: {mend}")


def check_progress(given: Any) -> None:
    """Demand somebody to be told, or None.

    Raises:
        InvalidValueError: It cannot be called.
    """
    if given is not None and not callable(given):
        raise InvalidValueError(
            f"progress cannot be {given!r:.80}: give a function of the stage, how much "
            "of it is done, and how much there is"
        )
