"""Teach Hypothesis the library's types, when the first of them is asked for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

_LIBRARY = "recovery_core"
_TYPES = f"{_LIBRARY}.testing._types"


def register() -> None:
    """Let Hypothesis ask `resolve`; called when Hypothesis is imported.

    Hypothesis keeps a list of libraries whose types it looks up late, as it does for
    NumPy; it is not documented. Where there is none, every type is registered at
    once, which imports the library.
    """
    types: Any = import_module("hypothesis.strategies._internal.types")
    late: dict[str, Callable[[Any], Any]] | None
    late = getattr(types, "_global_extra_lookup", None)
    if late is None:
        import_module(_TYPES).register_type_strategies()
    else:
        late[_LIBRARY] = resolve


def resolve(thing: Any) -> SearchStrategy[Any] | None:
    """Find the strategy for a type of the library; None for any other.

    Args:
        thing: A type, or a union of types.
    """
    parts = (thing, *getattr(thing, "__args__", ()))
    rooms = (str(getattr(part, "__module__", "")).partition(".") for part in parts)
    if all(room[0] != _LIBRARY for room in rooms):
        return None
    found: SearchStrategy[Any] | None = import_module(_TYPES).find_strategy(thing)
    return found
