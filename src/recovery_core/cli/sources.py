"""Which policies the command line is given: files, and names in modules."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Final, cast

import attrs

from .._domain.literals import parse_iso_day
from .._user_modules import (
    describe_unread_file,
    get_attribute_of_module,
    import_module_of_user,
    is_path,
)
from ..errors import InvalidValueError, RecoveryError, StoredFormatError
from ..policy import CompensationPolicy, sum_of
from ..schedules import Schedule
from ..tables import Table
from .show import note

__all__ = ["NotFoundError", "PolicySource", "load", "text_of"]

_MEND: Final = (
    "name a .json file, or a module and a name in it, such as shop.rules:LATE or "
    "recovery_core.schedules:eu261"
)


class NotFoundError(RecoveryError):
    """What was named on the command line is not there, or does not fit."""


@attrs.frozen
class PolicySource:
    """A policy with the words that named it.

    Args:
        words: How it was named, without the day.
        policy: A table, a schedule, or any other policy.
        day: The day whose version of a schedule is meant; None for all of them.
    """

    words: str
    policy: CompensationPolicy
    day: date | None = None

    @property
    def schedule(self) -> Schedule | None:
        """The schedule, if it is one."""
        return self.policy if isinstance(self.policy, Schedule) else None

    @property
    def versions(self) -> tuple[tuple[date, Table], ...]:
        """The versions of a schedule that are meant, each with its first day.

        Raises:
            InvalidValueError: None was in force yet on the day.
        """
        if self.schedule is None:
            return ()
        if self.day is None:
            return self.schedule.versions
        chosen = self.schedule.table(self.day)
        return tuple(pair for pair in self.schedule.versions if pair[1] is chosen)[-1:]

    @property
    def table(self) -> Table:
        """The one table that is meant: of a schedule that of the day, or the newest.

        Raises:
            NotFoundError: It is no table; says what it can be used for.
            InvalidValueError: No version was in force yet on the day.
        """
        if self.schedule is not None:
            return self.versions[-1][1]
        if isinstance(self.policy, Table):
            return self.policy
        raise NotFoundError(
            f"{self.words} is a policy, but no table and no schedule: show, check, "
            "explain and diff read those alone; prove also takes what capped, floored, "
            "scaled, first, sum_of and best_of make of tables, and backtest any policy "
            "that says what it reads"
        )

    @property
    def full_policy(self) -> CompensationPolicy:
        """What decides: of a schedule all versions by their days, or that of the day.

        With what is given besides, and set-off around it.

        Raises:
            InvalidValueError: No version was in force yet on the day.
        """
        schedule = self.schedule
        if schedule is None:
            return self.policy
        if self.day is None:
            return schedule.policy
        besides = () if schedule.besides is None else (schedule.besides,)
        version = sum_of(self.table, *besides) if besides else self.table
        return version if schedule.around is None else schedule.around(version)


def load(source: str, on: date | None) -> PolicySource:
    """Load a policy from a JSON file or from ``module:name``, each perhaps with a day.

    Args:
        source: A path that ends in ``.json``, or a module and a name in it; with
            ``@2025-01-21`` behind it, the version of a schedule on that day.
        on: The day for those that name none; one without versions passes over it.

    Raises:
        NotFoundError: There is no such file, module or name.
        InvalidValueError: The file is damaged, or the name is no policy.
        TableError: The table does not hold together.
    """
    words, day = _split_source(source)
    policy = _find_policy(words)
    if isinstance(policy, Schedule):
        return PolicySource(words, policy, day or on)
    if day is not None:
        raise NotFoundError(
            f"{words} has no versions: @{day} picks the version of a schedule"
        )
    if on is not None:
        note(f"{words} has no versions, so --on {on} changes nothing about it")
    return PolicySource(words, policy)


def _split_source(source: str) -> tuple[str, date | None]:
    words, at, day = source.rpartition("@")
    if not at:
        return source, None
    try:
        return words, parse_iso_day(day)
    except InvalidValueError:
        # A path may hold an @ of its own.
        if source.endswith(".json"):
            return source, None
        raise NotFoundError(
            f"{day!r} in {source!r} is no day: write {words}@2025-01-22"
        ) from None


def _find_policy(words: str) -> CompensationPolicy:
    if words.endswith(".json"):
        return _read_table(words)
    module, colon, name = words.partition(":")
    if not colon or not module.strip() or not name.strip():
        raise NotFoundError(f"{words!r} is no policy: {_MEND}")
    if is_path(module):
        stem = Path(module.replace("\\", "/")).stem.strip(".") or "mine"
        raise NotFoundError(
            f"{module!r} is a path, and no module: stand in its folder and write "
            f"{stem}:{name}"
        )
    found: Any = _find_attribute(module, name)
    if isinstance(found, type) or not callable(found):
        raise NotFoundError(f"{words} is {found!r:.60}, and no policy")
    return cast("CompensationPolicy", found)


def _read_table(path: str) -> Table:
    try:
        return Table.from_json(text_of(path))
    except StoredFormatError as error:
        told = f"{path}: {error}"
        if "no text holds a function" in told:
            place = told.partition(": no text holds")[0]
            told = (
                f"{place}: it calls a function, and no text holds one: name the table "
                "itself, as module:name"
            )
        raise StoredFormatError(told) from error


def _find_attribute(module: str, name: str) -> Any:
    folder, found = Path.cwd(), None
    try:
        found = import_module_of_user(module, folder)
        for part in name.split("."):
            found = get_attribute_of_module(module, found, part)
    except AttributeError as error:
        other = describe_unread_file(module, found, folder)
        raise NotFoundError(f"module {module!r} has no {name!r}{other}") from error
    return found


def text_of(path: str) -> str:
    """Read a file as text.

    Raises:
        NotFoundError: It is not there, or cannot be read.
        InvalidValueError: It is no UTF-8.
    """
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise NotFoundError(f"cannot read {path!r}: {error.strerror}") from error
    except ValueError as error:
        raise InvalidValueError(f"{path!r} is no UTF-8 text") from error
