"""Names that a package exports and loads only when somebody asks for them.

A face lists its names twice: for type checkers as imports under `TYPE_CHECKING`, and
for Python by the module that holds them. A test holds the two against each other. It
imports nothing that takes time: it is the first thing ``import recovery_core`` meets.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module

__all__ = ["lazy_face"]


def lazy_face(
    package: str,
    modules: Mapping[str, Iterable[str]],
    rooms: Iterable[str] = (),
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return the ``__getattr__`` and the ``__dir__`` of a package.

    Type checkers must not see them: to a module with ``__getattr__`` any name is one.

    Args:
        package: The package, by its full name.
        modules: The names it offers, by the module inside it that defines them.
        rooms: The modules inside it that are names of their own.
    """
    homes = {name: module for module, names in modules.items() for name in names}
    face = sys.modules[package]

    def load_name(name: str) -> object:
        """Load a name when it is first asked for."""
        if name in rooms:
            return import_module(f"{package}.{name}")
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(f"{package}.{homes[name]}"), name)
        # From now on Python finds it without asking here.
        setattr(face, name, value)
        return value

    def list_names() -> list[str]:
        """List what can be had, loaded or not.

        Completion asks for every name listed, and one that raises ends it for all.
        """
        dunders = (name for name in vars(face) if name.startswith("__"))
        return sorted({*face.__all__, *rooms, *dunders})

    return load_name, list_names
