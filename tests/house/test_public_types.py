"""Public parameters have real types: `Any` hides a slip from every type checker."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any, Final, get_type_hints

import pytest

import recovery_core

ALLOWED: Final = {
    # Passed on to a function of another library, which says what it takes.
    "recovery_core.simulation.sobol(options)",
    # A module, which has no type of its own.
    "recovery_core.simulation.RayExecutor(ray)",
    # As in the interface of the standard library.
    "recovery_core.simulation.RayExecutor.submit(args)",
    "recovery_core.simulation.RayExecutor.submit(kwargs)",
    # Passed on by name to classes of ours, which check what they get.
    "recovery_core.simulation.shop(changes)",
    "recovery_core.simulation.tarp(changes)",
    "recovery_core.testing.build_engine(settings)",
}


def rooms() -> list[ModuleType]:
    """Walk the modules that offer names, from the front door on."""
    found = [recovery_core, import_module("recovery_core.testing.strategies")]
    rooms = {name for name in dir(recovery_core) if not name.startswith("__")}
    others = {"testing", "cli", "codec", "engine"} | rooms - {*recovery_core.__all__}
    found += [import_module(f"recovery_core.{name}") for name in sorted(others)]
    for room in found:
        for name in room.__all__:
            inner = getattr(room, name)
            if isinstance(inner, ModuleType) and hasattr(inner, "__all__"):
                found += [inner] if inner not in found else []
    return found


def callables() -> dict[str, Any]:
    """Find every public function, class and method, by its name; each once."""
    found: dict[str, Any] = {}
    for room in rooms():
        for name in room.__all__:
            offered = getattr(room, name)
            home = getattr(offered, "__module__", "") or ""
            is_made = inspect.isclass(offered) or inspect.isroutine(offered)
            if not home.startswith("recovery_core") or not is_made:
                continue
            if offered not in found.values():
                found[f"{room.__name__}.{name}"] = offered
    return {path: made for path, one in found.items() for path, made in ways(path, one)}


def ways(path: str, offered: Any) -> Iterator[tuple[str, Any]]:
    """Walk the ways to call what is offered; a protocol is no one's to build."""
    if not inspect.isclass(offered):
        yield path, offered
        return
    is_protocol = getattr(offered, "_is_protocol", False)
    if "__init__" in vars(offered) and not is_protocol:
        yield path, offered.__init__
    for name, method in inspect.getmembers(offered, inspect.isroutine):
        home = getattr(method, "__module__", "") or ""
        is_public = not name.startswith("_") or name == "__call__"
        if is_public and home.startswith("recovery_core"):
            yield f"{path}.{name}", method


CALLABLES: Final = callables()


def untyped(path: str) -> Iterator[str]:
    """Name the parameters without a type, and those of type `Any`."""
    made = CALLABLES[path]
    try:
        hints = get_type_hints(made)
    except NameError:  # a name that only type checkers import
        hints = dict(made.__annotations__)
    for name in inspect.signature(made).parameters:
        hint = hints.get(name, Any)
        if name not in {"self", "cls"} and hint in {Any, "Any"}:
            yield f"{path}({name})"


@pytest.mark.parametrize("path", CALLABLES)
def test_public_parameters_have_types(path: str) -> None:
    """What may be anything is on the list, with the reason."""
    assert set(untyped(path)) <= ALLOWED


def test_the_list_of_exceptions_is_no_longer_than_it_must_be() -> None:
    """Whatever got its type is off the list; and the rooms were looked through."""
    found = {each for path in CALLABLES for each in untyped(path)}
    assert found == ALLOWED
    assert len(CALLABLES) > 400
