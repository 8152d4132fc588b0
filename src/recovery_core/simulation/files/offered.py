"""What experiment files may name: rooms of the library, and installed packages."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from functools import lru_cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final

__all__ = ["GROUP", "ROOMS", "installed_parts", "is_offered", "names_of"]

ROOMS: Final = (
    "recovery_core.abuse",
    "recovery_core.attribution",
    "recovery_core.authority",
    "recovery_core.policy",
    "recovery_core.process",
    "recovery_core.schedules",
    "recovery_core.simulation",
    "recovery_core.simulation.reactions",
    "recovery_core.tables",
)
"""Modules of the library of which a file may name what is public."""

GROUP: Final = "recovery_core.parts"
"""The entry points under which installed packages offer parts to files."""


def names_of(room: str) -> Collection[str]:
    """Return the public names of a room."""
    names: list[str] = import_module(room).__all__
    return names


def is_offered(thing: Any) -> bool:
    """Return whether a class or a function stands in one of the rooms."""
    name = getattr(thing, "__name__", None)
    return any(
        name in names_of(room) and getattr(import_module(room), str(name)) is thing
        for room in ROOMS
    )


def installed_parts() -> Mapping[str, tuple[EntryPoint, ...]]:
    """Return what installed packages offer, by name; importing none of them."""
    return _parts_on(tuple(sys.path))


@lru_cache(maxsize=1)
def _parts_on(_path: tuple[str, ...]) -> Mapping[str, tuple[EntryPoint, ...]]:
    """Return the entry points; read once, for a sweep asks at every point."""
    parts: dict[str, tuple[EntryPoint, ...]] = {}
    for part in entry_points(group=GROUP):
        parts[part.name] = (*parts.get(part.name, ()), part)
    return parts
