"""What others hand in, described for a message: bounded, and fit to be stored."""

from __future__ import annotations

from collections.abc import Iterable
from inspect import iscoroutine
from typing import Final, cast

__all__ = ["describe", "describe_error", "storable"]

_MOST: Final = 200  # characters


def describe(value: object) -> str:
    """Return a value as Python writes it, cut to what fits a message.

    A coroutine is closed: else Python would warn, somewhere later, that nobody awaited
    what was refused here.
    """
    if _has_coroutines_and_closes_them(value):
        return f"{storable(repr(value))} (give a plain function, not an async one)"
    try:
        return storable(repr(value))
    except Exception:  # noqa: BLE001 - whatever its repr does, it is a fault of its own
        return f"a {type(value).__name__} that cannot be shown"


def _has_coroutines_and_closes_them(value: object) -> bool:
    """Close a coroutine, or those in a list or tuple; tell whether there was one."""
    several = issubclass(type(value), tuple | list)
    members: Iterable[object] = cast("Iterable[object]", value) if several else (value,)
    coroutines = [member for member in members if iscoroutine(member)]
    for coroutine in coroutines:
        coroutine.close()
    return bool(coroutines)


def describe_error(error: BaseException) -> str:
    """Return the type of an error and what it says, cut to what fits a message."""
    name = type(error).__name__
    try:
        said = storable(str(error))
    except Exception:  # noqa: BLE001 - as above
        said = "what it says cannot be read"
    return f"{name}: {said}" if said else name


def storable(text: str) -> str:
    """Cut a text, and escape halves of characters, which no store takes."""
    # Cut first, and again, since an escape is longer than what it stands for.
    plain = str.__str__(text)[: _MOST + 1]
    whole = plain.encode("utf-8", "backslashreplace").decode()
    return whole if len(whole) <= _MOST else f"{whole[: _MOST - 3]}..."
