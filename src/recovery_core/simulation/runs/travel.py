"""What can be sent to another process, and which part of it cannot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pickle import dumps
from types import FunctionType
from typing import Any, Final, cast

import attrs

from ...errors import InvalidValueError
from ...tables import Column, Table
from ...tables.pickling import to_held_function_if_any

__all__ = ["check_travels"]

_ROLES: Final = {
    "function": "computed by",
    "vector": "computed for arrays by",
    "reader": "read by",
}
"""What a column asks a function for, by the field that holds it."""

Step = tuple[object, str]
"""A value, and the name of the part of it that was gone into."""


def check_travels(thing: object) -> None:
    """Refuse what cannot be sent to another process.

    Raises:
        InvalidValueError: It cannot; names the part of it that is in the way.
    """
    error = _pickling_error(thing)
    if error is None:
        return
    path: list[Step] = []
    culprit = _find_culprit(thing, path, set())
    where = _describe(path, culprit)
    why, mend = _explain(culprit, _pickling_error(culprit) or error)
    raise InvalidValueError(
        f"this run cannot be sent to another process: {where}, {why}: {mend}"
    ) from error


def _pickling_error(thing: object) -> Exception | None:
    """Try to pickle something, and return what was raised."""
    try:
        dumps(to_held_function_if_any(thing))
    except Exception as error:  # noqa: BLE001 - pickling asks any object anything
        return error
    return None


# ------------------------------------------------------------------- who is to blame


def _find_culprit(thing: object, path: list[Step], seen: set[int]) -> object:
    """Go into the first part that cannot be pickled, until none of its parts is one.

    Args:
        thing: What cannot be pickled.
        path: Is told the way there.
        seen: Ids of what was gone into: a value may hold itself.
    """
    seen.add(id(thing))
    for name, part in _parts(thing):
        if id(part) not in seen and _pickling_error(part) is not None:
            path.append((thing, name))
            return _find_culprit(part, path, seen)
    return thing


def _parts(thing: Any) -> Iterator[tuple[str, object]]:
    """Walk what something is pickled from, each part with its name."""
    kind: type[Any] = thing.__class__
    if attrs.has(kind):
        for field in attrs.fields(kind):
            yield field.name, getattr(thing, field.name)
    elif isinstance(thing, Mapping):
        for key, value in cast("Mapping[object, object]", thing).items():
            yield f"[{key!r:.40}]", value
    elif isinstance(thing, list | tuple):
        for place, value in enumerate(cast("Sequence[object]", thing)):
            yield f"[{place}]", value
    elif not isinstance(thing, FunctionType):
        made_of: object = None
        with suppress(Exception):  # it says why itself, when it is pickled
            made_of = thing.__reduce_ex__(4)
        if isinstance(made_of, tuple):
            yield from (("", part) for part in cast("tuple[object, ...]", made_of)[1:])


# ------------------------------------------------------------------------ in words


def _describe(path: Sequence[Step], culprit: object) -> str:
    """Return where a culprit stands: in a column of a table, or a field of a value."""
    holders = [holder for holder, _ in path]
    table = next((t.name for t in reversed(holders) if isinstance(t, Table)), None)
    for holder, name in reversed(path):
        if isinstance(holder, Column) and name in _ROLES:
            of = "" if table is None else f" of table {table!r}"
            who = f"column {holder.name!r}{of} is {_ROLES[name]}"
            return f"{who} {_name_of(culprit)}"
        if attrs.has(type(holder)):
            what = f"{type(holder).__name__.lstrip('_')}.{name}"
            return f"{what} holds {_name_of(culprit)}"
    return f"it holds {_name_of(culprit)}" if path else _name_of(culprit)


def _name_of(thing: object) -> str:
    """Name a function by module and name, and anything else by its repr."""
    if isinstance(thing, FunctionType):
        return f"{thing.__module__}.{thing.__qualname__}"
    return f"{thing!r:.80}"


def _explain(culprit: object, error: Exception) -> tuple[str, str]:
    """Return why something cannot be pickled, and what to do about it."""
    if not isinstance(culprit, FunctionType):
        return (
            f"which cannot be pickled ({error})",
            "keep it out of what is sent, or make it where it is used",
        )
    path = culprit.__qualname__
    mend = "write it with def at the top of a module, for a worker finds it by name"
    if path.endswith("<lambda>"):
        return "a lambda", mend
    if "<locals>" in path:
        return f"defined inside {path.rpartition('.<locals>')[0]}()", mend
    return (
        "and that name stands for something else by now",
        "give each function a name of its own, and keep it",
    )
