"""The arguments of a run, checked before anything is worked out."""

from __future__ import annotations

from operator import index
from typing import Any, Final, SupportsIndex

from ...errors import InvalidValueError
from ..world.world import World
from ..world.worlds import shop

__all__ = [
    "check_customers",
    "check_executor",
    "check_months",
    "check_progress",
    "check_seed",
    "check_whole_number",
    "check_world",
    "world_or_shop",
]

_LARGEST: Final = (1 << 63) - 1
"""What every table and every file can hold."""


def check_whole_number(name: str, value: Any, least: int = 1) -> int:
    """Return a whole number as an int, whoever counted it.

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


def check_customers(value: SupportsIndex) -> int:
    """Return a number of customers, if it can be one; see `check_whole_number`."""
    return check_whole_number("customers", value)


def check_months(value: SupportsIndex) -> int:
    """Return a number of months, if it can be one; see `check_whole_number`."""
    return check_whole_number("months", value)


def check_seed(value: SupportsIndex, name: str = "seed") -> int:
    """Return a seed, if it can be one.

    Raises:
        InvalidValueError: It is no whole number from 0 up, or too large for a table.
    """
    found = check_whole_number(name, value, 0)
    if found > _LARGEST:
        raise InvalidValueError(
            f"{name} cannot be {found}: give a whole number below 2**63"
        )
    return found


def check_world(value: Any, name: str = "world") -> World:
    """Return a world, if it is one.

    Raises:
        InvalidValueError: It is none.
    """
    if isinstance(value, World):
        return value
    mend = "give a World, such as shop()"
    if callable(value) and hasattr(value, "__name__"):
        mend = f"a World is meant, not what makes one; call it: {value.__name__}()"
    raise InvalidValueError(f"{name} cannot be {value!r:.80}: {mend}")


def world_or_shop(value: Any) -> World:
    """Return a world, or `shop` where none is given.

    Raises:
        InvalidValueError: It is none.
    """
    return shop() if value is None else check_world(value)


def check_executor(value: Any) -> None:
    """Check that something is an executor, or is used like one, or None.

    Raises:
        InvalidValueError: It is none; says how many workers are asked for.
    """
    if value is None:
        return
    mend = "give an executor, such as ProcessPoolExecutor(4), or leave it out"
    if isinstance(value, type):
        mend = f"build one, such as {value.__name__}(4)"
    elif hasattr(value, "get_executor"):
        mend = "of a client of dask, give client.get_executor(pure=False)"
    elif callable(getattr(value, "submit", None)):
        return
    elif callable(getattr(value, "remote", None)):
        mend = "of the module ray, give RayExecutor(ray)"
    raise InvalidValueError(f"executor cannot be {value!r:.80}: {mend}")


def check_progress(value: Any) -> None:
    """Check that progress can be reported to it, or that it is None.

    Raises:
        InvalidValueError: It cannot be called.
    """
    if value is not None and not callable(value):
        raise InvalidValueError(
            f"progress cannot be {value!r:.80}: give a function of the stage, how much "
            "of it is done, and how much there is"
        )
