"""Pickle functions that a decorator has put a value in the place of.

``@column.flag("far").computed_from(km)`` leaves a column under the name of the
function, so that pickle, which looks functions up by name, finds a column there and
refuses. Here the function is looked up through what holds it.
"""

from __future__ import annotations

import sys
from importlib import import_module
from traceback import walk_stack
from typing import Any, Final, TypeVar

import attrs

from ..errors import InvalidValueError

__all__ = [
    "HeldFunction",
    "rebuild_value",
    "reduce_for_pickle",
    "to_held_function_if_any",
]

_T = TypeVar("_T")

_ROOM: Final = __name__.rpartition(".")[0]


@attrs.frozen
class HeldFunction:
    """The place of a function: the value under its name, and the field it is in.

    Args:
        module: The module that the function was written in.
        path: Its name there, with dots where it stands in a class.
        field: The field of the value under that name.
    """

    module: str
    path: str
    field: str

    def load_function(self) -> object:
        """Import the module, and return the function.

        Raises:
            InvalidValueError: It is not there, as where another version of the module
                is installed.
        """
        try:
            return getattr(
                _attribute_at_path(import_module(self.module), self.path), self.field
            )
        except (AttributeError, ImportError) as error:
            raise InvalidValueError(
                f"{self.module}.{self.path} holds no function ({error}): install the "
                "module as it is where this was pickled"
            ) from error


def _attribute_at_path(value: object, path: str) -> object:
    """Follow a dotted path of names into a module."""
    for name in path.split("."):
        value = getattr(value, name)
    return value


def to_held_function_if_any(part: object) -> object:
    """Return what to pickle in the place of a function; anything else as it is.

    Args:
        part: A field of a value. A function that stands under its own name, and one
            that nobody can find, are returned as they are.
    """
    module, path = (
        getattr(part, "__module__", None),
        getattr(part, "__qualname__", None),
    )
    if not isinstance(module, str) or not isinstance(path, str):
        return part
    try:
        holder = _attribute_at_path(sys.modules[module], path)
    except (AttributeError, KeyError):
        return part
    holder_class: type[Any] = type(holder)
    for field in attrs.fields(holder_class) if attrs.has(holder_class) else ():
        if getattr(holder, field.name) is part:
            return HeldFunction(module, path, field.name)
    return part


def reduce_for_pickle(value: attrs.AttrsInstance) -> tuple[object, ...]:
    """Reduce a value for pickle, with references to the functions it holds.

    Args:
        value: A value of a class made by attrs.

    Returns:
        What ``__reduce__`` answers.
    """
    value_class = value.__class__
    parts: tuple[object, ...] = attrs.astuple(value, recurse=False)
    # cloudpickle sends the code of a function that it cannot find by name; a worker
    # that has no such module (a notebook's __main__, say) can do nothing with ours.
    if not _is_called_by_cloudpickle():
        parts = tuple(map(to_held_function_if_any, parts))
    return rebuild_value, (value_class, *parts)


def _is_called_by_cloudpickle() -> bool:
    """Look at who called: picklers give no other sign of themselves."""
    names = (frame.f_globals.get("__name__", "") for frame, _ in walk_stack(None))
    callers = (n for n in names if n != "pickle" and not n.startswith(f"{_ROOM}."))
    return next(callers, "").endswith("cloudpickle")


def rebuild_value(value_class: type[_T], *parts: object) -> _T:
    """Build a value again from its pickled parts.

    Args:
        value_class: The class of the value.
        parts: Its fields in order.
    """
    fields = (
        part.load_function() if isinstance(part, HeldFunction) else part
        for part in parts
    )
    return value_class(*fields)
