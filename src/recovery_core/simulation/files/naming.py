"""What an experiment file names, found without calling it, and only where it may."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import import_module
from inspect import isroutine
from pathlib import Path, PureWindowsPath
from types import ModuleType
from typing import Any

from ..._domain.literals import parse_iso_day
from ..._user_modules import (
    call_foreign_code,
    describe_unread_file,
    get_attribute_of_module,
    import_module_of_user,
    is_path,
)
from ...errors import InvalidValueError, RecoveryError
from ...policy import CompensationPolicy, sum_of
from ...schedules import Schedule
from ...tables import Table
from .offered import GROUP, ROOMS, installed_parts, is_offered, names_of
from .places import FilePlace, suggest_names

__all__ = ["allowed_modules", "find_in_program", "find_named", "find_policy"]


def allowed_modules(allow: Iterable[str]) -> frozenset[str]:
    """Return the names of modules that a file may name; refuse what is none.

    Raises:
        InvalidValueError: One of them is no name of a module.
    """
    untyped: object = allow
    if isinstance(untyped, str) or not isinstance(untyped, Iterable):
        raise InvalidValueError(
            f"allow cannot be {allow!r:.80}: give a list of modules, such as "
            'allow=["shop.rules"]'
        )
    names = [*allow]
    for name in names:
        if not is_module_name(name):
            raise InvalidValueError(
                f"{name!r:.80} is no module that could be allowed: write its name as "
                "in Python, such as shop.rules, without a path or an ending"
            )
    return frozenset(names)


def is_module_name(name: object) -> bool:
    """Return whether a text is written as the name of a module is."""
    return isinstance(name, str) and all(
        part.isidentifier() for part in name.split(".")
    )


def find_named(text: str, place: FilePlace) -> Any:
    """Find what a file names: of the library, a package, or an allowed module.

    Nothing else is imported, and nothing is called.

    Args:
        text: A public name of the usual room of the place; the name of a part that an
            installed package offers; or ``module:name``.
        place: Where it is named.

    Raises:
        InvalidValueError: There is none, or the file may not name it.
    """
    module, name = _split_name(text, place)
    if not module:
        return _find_alone(name, place)
    if module in ROOMS:
        return _find_in_room(module, name, text, place)
    if not place.allows(module):
        raise place.cannot(text, _refusal_text(module))
    return _find_in_module(module, name, text, place)


def find_in_program(text: str, place: FilePlace) -> Any:
    """Find what a user's own words name as ``module:name``, in any module.

    Raises:
        InvalidValueError: There is none.
    """
    module, name = _split_name(text, place)
    folder = Path.cwd()
    thing = _import_or_refuse(module, place, folder)
    for step in name.split("."):
        thing = _attribute_or_refuse(module, thing, step, text, place, folder)
    return thing


def _split_name(text: str, place: FilePlace) -> tuple[str, str]:
    """Split a module from a name in it; there may be no module."""
    module, colon, name = text.rpartition(":")
    if is_path(module):
        raise place.cannot(text, "name the module without its path, as module:name")
    if not name.strip() or (colon and not is_module_name(module)):
        raise place.cannot(text, "write module:name")
    return module, name


def _refusal_text(module: str) -> str:
    """Return why a module may not be named, and how it could be allowed."""
    if module.partition(".")[0] == "recovery_core":
        return f"{module} offers nothing to files: name something of {', '.join(ROOMS)}"
    return (
        f"module {module} may not be named here, for importing it runs it; if you "
        f"trust it, allow it with --allow {module}, or in a program with "
        f'allow=["{module}"]'
    )


# ----------------------------------------------- of the library, of installed packages


def _find_alone(name: str, place: FilePlace) -> Any:
    """Find a name without a module: in the room of its place, or an installed part."""
    if name in names_of(place.home):
        return _find_in_room(place.home, name, name, place)
    parts = installed_parts().get(name, ())
    if not parts:
        names = [*names_of(place.home), *installed_parts()]
        raise place.cannot(
            name, f"{place.home} has no {name!r}; {suggest_names(name, names)}"
        )
    if len({entry.value for entry in parts}) > 1:
        sources = " and ".join(sorted(entry.value for entry in parts))
        raise place.cannot(name, f"two installed packages offer it: {sources}")
    try:
        return call_foreign_code(parts[0].value, parts[0].load)
    except (RecoveryError, ImportError, AttributeError) as error:
        raise place.error(f"{name} of the entry points {GROUP}: {error}") from error


def _find_in_room(room: str, name: str, text: str, place: FilePlace) -> Any:
    """Find a public name of a room, and nothing behind it."""
    public = names_of(room)
    if name not in public:
        raise place.cannot(
            text, f"{room} has no {name!r}; {suggest_names(name, public)}"
        )
    return getattr(import_module(room), name)


# ------------------------------------------------------------------- of allowed modules


def _find_in_module(module: str, name: str, text: str, place: FilePlace) -> Any:
    """Import a module that is allowed, and find what is its own."""
    folder = Path(place.file).resolve().parent
    thing = root = _import_or_refuse(module, place, folder)
    for step in name.split("."):
        if thing is not root and not isinstance(thing, type):
            raise place.cannot(text, "name what stands at the top of the module")
        thing = _attribute_or_refuse(module, thing, step, text, place, folder)
        _check_origin(thing, text, place, root)
    return thing


def _import_or_refuse(module: str, place: FilePlace, folder: Path) -> Any:
    """Import a module; what goes wrong becomes an error that names the place."""
    try:
        return import_module_of_user(module, folder)
    except RecoveryError as error:
        raise place.error(error) from error


def _attribute_or_refuse(
    module: str, owner: Any, name: str, text: str, place: FilePlace, folder: Path
) -> Any:
    """Return an attribute; a missing one becomes an error that names the place."""
    try:
        return get_attribute_of_module(module, owner, name)
    except AttributeError as error:
        public = getattr(owner, "__all__", [])
        advice = suggest_names(name, public) if public else "name what it has"
        advice += describe_unread_file(module, owner, folder)
        raise place.cannot(text, f"{module} has no {name!r}; {advice}") from error
    except RecoveryError as error:
        raise place.error(error) from error


def _check_origin(thing: Any, text: str, place: FilePlace, module: ModuleType) -> None:
    """Refuse what an allowed module merely holds, and another made.

    An allowed module that imports `subprocess` does not offer it. What the library
    offers to any file is offered through every module, and so is any value of it.
    """
    if isinstance(thing, ModuleType):
        raise place.cannot(text, f"{thing.__name__} is a module: name what is in it")
    if not callable(thing):
        return  # nobody can call it, and what it is good for is told later
    home = str(getattr(thing, "__module__", None))
    is_defined = isinstance(thing, type) or isroutine(thing)
    if home.partition(".")[0] == "recovery_core" and (
        not is_defined or is_offered(thing)
    ):
        return
    if place.allows(home) or sys.modules.get(home) is module:
        return
    raise place.cannot(
        text,
        f"it comes from {home.replace('None', 'Python itself')}, which may not be "
        f"named here: name what {module.__name__} itself defines",
    )


# ----------------------------------------------------------------------------- policies


def find_policy(text: str, place: FilePlace) -> Any:
    """Find a policy: a stored table, a name, or the version of a day.

    Args:
        text: As on the command line: ``late.json``, ``shop.rules:LATE``, or
            ``recovery_core.schedules:eu261@2025-01-22``.
        place: Where it is named.

    Returns:
        What is named, which may be no policy.

    Raises:
        InvalidValueError: There is none.
    """
    if text.endswith(".json"):
        return _read_stored_table(text, place)
    words, separator, day = text.partition("@")
    thing = find_named(words, place)
    if isinstance(thing, Schedule):
        return _find_version(thing, day, place) if separator else thing.policy
    if separator:
        raise place.cannot(text, f"{words} has no versions: leave @{day} out")
    return thing


def _read_stored_table(text: str, place: FilePlace) -> Table:
    """Read a table from a JSON file in the folder of the experiment."""
    windows = PureWindowsPath(text)  # which knows both slashes, drives and servers
    if windows.anchor or ".." in windows.parts:
        raise place.cannot(text, "name a file in the folder of this one, or below it")
    path = Path(place.file).parent / text
    try:
        return Table.from_json(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise place.error(f"cannot read {str(path)!r}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise place.error(f"{str(path)!r} is no UTF-8 text") from error
    except RecoveryError as error:
        raise place.error(f"{text}: {error}") from error


def _find_version(schedule: Schedule, day: str, place: FilePlace) -> CompensationPolicy:
    """Return one version of a schedule, with all that is around it."""
    try:
        table = schedule.table(parse_iso_day(day))
    except ValueError as error:
        raise place.error(error) from error
    besides = schedule.besides
    policy = table if besides is None else sum_of(table, besides)
    return policy if schedule.around is None else schedule.around(policy)
