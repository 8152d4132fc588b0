"""What an experiment file names, found without calling it, and only where it may."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import import_module
from inspect import isroutine
from pathlib import Path, PureWindowsPath
from types import ModuleType
from typing import Any

from ..._domain.literals import day_of
from ..._user_modules import attribute, imported, is_path, other_file, run_foreign
from ...errors import InvalidValueError, RecoveryError
from ...policy import CompensationPolicy, sum_of
from ...schedules import Schedule
from ...tables import Table
from .offered import GROUP, ROOMS, installed_parts, is_offered, names_of
from .places import FilePlace, near

__all__ = ["allowed_modules", "named", "policy_named", "program_named"]


def allowed_modules(allow: Iterable[str]) -> frozenset[str]:
    """Read the names of modules that a file may name.

    Raises:
        InvalidValueError: One of them is no name of a module.
    """
    given: object = allow
    if isinstance(given, str) or not isinstance(given, Iterable):
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


def is_module_name(given: object) -> bool:
    """Tell whether it is written as the name of a module is."""
    return isinstance(given, str) and all(
        part.isidentifier() for part in given.split(".")
    )


def named(text: str, place: FilePlace) -> Any:
    """Find what a file names: of the library, an installed package, an allowed module.

    Nothing else is imported, and nothing is called.

    Args:
        text: A public name of the usual room of the place; the name of a part that an
            installed package offers; or ``module:name``.
        place: Where it is named.

    Raises:
        InvalidValueError: There is none, or the file may not name it.
    """
    module, name = _split(text, place)
    if not module:
        return _by_name(name, place)
    if module in ROOMS:
        return _of_room(module, name, text, place)
    if not place.allows(module):
        raise place.cannot(text, _refusal(module))
    return _of_module(module, name, text, place)


def program_named(text: str, place: FilePlace) -> Any:
    """Find what a user's own words name, as ``module:name``: any module is imported.

    Raises:
        InvalidValueError: There is none.
    """
    module, name = _split(text, place)
    folder = Path.cwd()
    found = _imported(module, place, folder)
    for part in name.split("."):
        found = _attribute(module, found, part, text, place, folder)
    return found


def _split(text: str, place: FilePlace) -> tuple[str, str]:
    """Part a module from a name in it; there may be no module."""
    module, colon, name = text.rpartition(":")
    if is_path(module):
        raise place.cannot(text, "name the module without its path, as module:name")
    if not name.strip() or (colon and not is_module_name(module)):
        raise place.cannot(text, "write module:name")
    return module, name


def _refusal(module: str) -> str:
    if module.partition(".")[0] == "recovery_core":
        return f"{module} offers nothing to files: name something of {', '.join(ROOMS)}"
    return (
        f"module {module} may not be named here, for importing it runs it; if you "
        f"trust it, allow it with --allow {module}, or in a program with "
        f'allow=["{module}"]'
    )


# ----------------------------------------------- of the library, of installed packages


def _by_name(name: str, place: FilePlace) -> Any:
    """Find a name that stands alone: in the room of its place, or an installed part."""
    if name in names_of(place.home):
        return _of_room(place.home, name, name, place)
    parts = installed_parts().get(name, ())
    if not parts:
        known = [*names_of(place.home), *installed_parts()]
        raise place.cannot(name, f"{place.home} has no {name!r}; {near(name, known)}")
    if len({part.value for part in parts}) > 1:
        told = " and ".join(sorted(part.value for part in parts))
        raise place.cannot(name, f"two installed packages offer it: {told}")
    try:
        return run_foreign(parts[0].value, parts[0].load)
    except (RecoveryError, ImportError, AttributeError) as error:
        raise place.error(f"{name} of the entry points {GROUP}: {error}") from error


def _of_room(room: str, name: str, text: str, place: FilePlace) -> Any:
    """Take a public name of a room, and nothing behind it."""
    public = names_of(room)
    if name not in public:
        raise place.cannot(text, f"{room} has no {name!r}; {near(name, public)}")
    return getattr(import_module(room), name)


# ------------------------------------------------------------------- of allowed modules


def _of_module(module: str, name: str, text: str, place: FilePlace) -> Any:
    """Import a module that is allowed, and take what is its own."""
    folder = Path(place.file).resolve().parent
    found = whole = _imported(module, place, folder)
    for part in name.split("."):
        if found is not whole and not isinstance(found, type):
            raise place.cannot(text, "name what stands at the top of the module")
        found = _attribute(module, found, part, text, place, folder)
        _check_home(found, text, place, whole)
    return found


def _imported(module: str, place: FilePlace, folder: Path) -> Any:
    """Import a module, and tell with its place what goes wrong."""
    try:
        return imported(module, folder)
    except RecoveryError as error:
        raise place.error(error) from error


def _attribute(
    module: str, found: Any, part: str, text: str, place: FilePlace, folder: Path
) -> Any:
    """Look a name up, and tell with its place what goes wrong."""
    try:
        return attribute(module, found, part)
    except AttributeError as error:
        public = getattr(found, "__all__", [])
        words = near(part, public) if public else "name what it has"
        words += other_file(module, found, folder)
        raise place.cannot(text, f"{module} has no {part!r}; {words}") from error
    except RecoveryError as error:
        raise place.error(error) from error


def _check_home(found: Any, text: str, place: FilePlace, module: ModuleType) -> None:
    """Refuse what an allowed module holds, and another made that is not allowed.

    An allowed module that imports `subprocess` does not offer it. What the library
    offers to any file is offered through every module, and so is any value of it.
    """
    if isinstance(found, ModuleType):
        raise place.cannot(text, f"{found.__name__} is a module: name what is in it")
    if not callable(found):
        return  # nobody can call it, and what it is good for is told later
    home = str(getattr(found, "__module__", None))
    is_defined = isinstance(found, type) or isroutine(found)
    if home.partition(".")[0] == "recovery_core" and (
        not is_defined or is_offered(found)
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


def policy_named(text: str, place: FilePlace) -> Any:
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
        return _stored(text, place)
    words, at, day = text.partition("@")
    found = named(words, place)
    if isinstance(found, Schedule):
        return _version(found, day, place) if at else found.policy
    if at:
        raise place.cannot(text, f"{words} has no versions: leave @{day} out")
    return found


def _stored(text: str, place: FilePlace) -> Table:
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


def _version(schedule: Schedule, day: str, place: FilePlace) -> CompensationPolicy:
    """Take one version of a schedule, with all that is around it."""
    try:
        table = schedule.table(day_of(day))
    except ValueError as error:
        raise place.error(error) from error
    besides = schedule.besides
    whole = table if besides is None else sum_of(table, besides)
    return whole if schedule.around is None else schedule.around(whole)
