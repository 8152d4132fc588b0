"""Find the constants that a plug compares with, so that they are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from types import CodeType
from typing import Any

import attrs

_DEPTH = 6
_PARTS = ("func", "args", "__func__", "__self__", "__code__", "__defaults__")


def constants_of(plug: object) -> tuple[Any, ...]:
    """List texts and whole numbers in a plug's code, parameters and closure.

    Args:
        plug: A function, or an object that is called like one.

    Returns:
        Each once, in the order in which they are found.
    """
    return tuple(dict.fromkeys(_walk(plug, _DEPTH)))


def _walk(value: Any, depth: int) -> Iterator[Any]:
    if value is None or not depth:
        return
    if isinstance(value, str | int):
        yield value
    elif isinstance(value, tuple | list | frozenset | set):
        for member in value:  # pyright: ignore[reportUnknownVariableType]
            yield from _walk(member, depth - 1)
    elif isinstance(value, CodeType):
        for constant in value.co_consts:
            yield from _walk(constant, depth - 1)
    elif not isinstance(value, type):
        yield from _walk_plug(value, depth - 1)


def _walk_plug(plug: Any, depth: int) -> Iterator[Any]:
    """Walk what a function or a rule is made of."""
    for part in _PARTS:
        yield from _walk(getattr(plug, part, None), depth)
    for cell in getattr(plug, "__closure__", None) or ():
        yield from _walk(cell.cell_contents, depth)
    kind: type[Any] = plug.__class__
    for field in attrs.fields(kind) if attrs.has(kind) else ():
        yield from _walk(getattr(plug, field.name), depth)
    for base in kind.__mro__:
        yield from _walk(getattr(vars(base).get("__call__"), "__code__", None), depth)
