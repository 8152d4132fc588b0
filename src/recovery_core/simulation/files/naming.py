"""What an experiment file names: things in modules, and policies in files."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

from ..._importing import attribute, imported, is_path
from ...errors import RecoveryError
from ...policy import CompensationPolicy, Table, sum_of
from ...schedules import Schedule
from .places import Place, near

__all__ = ["named", "policy_named", "within_reach"]


def within_reach(folder: Path) -> None:
    """Let modules be found in a folder, before all others.

    It stays so, because worker processes look for them as well.
    """
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


def named(text: str, place: Place) -> Any:
    """Find what ``module:name`` names, or a name in the usual module of its place.

    Raises:
        InvalidValueError: There is none.
    """
    module, colon, name = text.rpartition(":")
    if not (module.strip() or not colon) or not name.strip():
        raise place.cannot(text, "write module:name")
    if is_path(module):
        raise place.cannot(text, "name the module without its path, as module:name")
    where, part = module or place.home, ""
    found: Any = None
    try:
        found = imported(where)
        for part in name.split("."):
            found = attribute(where, found, part)
    except AttributeError as error:
        public = [] if name.count(".") else getattr(found, "__all__", [])
        words = near(part, public) if public else "name what it has"
        raise place.cannot(text, f"{where} has no {part!r}; {words}") from error
    except RecoveryError as error:
        raise place.error(error) from error
    return found


def policy_named(text: str, place: Place) -> Any:
    """Find a policy: a stored table, a name in a module, or the version of a day.

    Args:
        text: As on the command line: ``late.json``, ``shop.rules:LATE``, or
            ``recovery_core.schedules:eu261@2025-01-22``.
        place: Where it is named.

    Returns:
        The policy, or the class of one, still to be built.

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
    if not callable(found):
        raise place.cannot(text, f"it is {found!r:.60}, and no policy")
    return found


def _stored(text: str, place: Place) -> Table:
    path = Path(place.file).parent / text
    try:
        return Table.from_json(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise place.error(f"cannot read {str(path)!r}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise place.error(f"{str(path)!r} is no UTF-8 text") from error
    except RecoveryError as error:
        raise place.error(f"{text}: {error}") from error


def _version(schedule: Schedule, day: str, place: Place) -> CompensationPolicy:
    """Take one version of a schedule, with all that is around it."""
    try:
        table = schedule.table(date.fromisoformat(day))
    except ValueError as error:
        raise place.error(error) from error
    besides = schedule.besides
    whole = table if besides is None else sum_of(table, besides)
    return whole if schedule.around is None else schedule.around(whole)
