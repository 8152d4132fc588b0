"""Where in an experiment file something stands, and how a mistake there is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Final, TypeGuard

import attrs

from ...errors import InvalidValueError

__all__ = ["FilePlace", "is_list", "is_table"]

_SUGGESTIONS: Final = 2
_NOTHING_RENAMED: Final[Mapping[str, str]] = {}
_HOMES: Final[Mapping[str, str]] = {
    "policy": "recovery_core.policy",
    "process": "recovery_core.process",
    "attribution": "recovery_core.attribution",
    "liability": "recovery_core.attribution",
    "abuse": "recovery_core.abuse",
    "authority": "recovery_core.authority",
    "reactions": "recovery_core.simulation.reactions",
}


def is_table(value: object) -> TypeGuard[dict[str, Any]]:
    """Return whether a value is a table of TOML."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Return whether a value is an array of TOML."""
    return isinstance(value, list)


@attrs.frozen
class FilePlace:
    """A place in a file: ``shop.toml: world.failure.0.rate``.

    Args:
        file: The file, as it was named.
        steps: The keys that lead to the place, and the numbers of members, from 0.
        home: The module in which a name without one is looked up.
        allowed: Modules of the user's that the file may name, with all in them.
    """

    file: str
    steps: tuple[str, ...] = ()
    home: str = "recovery_core.simulation"
    allowed: frozenset[str] = frozenset()

    def __truediv__(self, step: object) -> FilePlace:
        """Return the place one step further down."""
        key = str(step)
        home = _HOMES.get(key, self.home)
        return attrs.evolve(self, steps=(*self.steps, key), home=home)

    def __str__(self) -> str:
        return f"{self.file}: {'.'.join(self.steps) or 'the file'}"

    def allows(self, module: str) -> bool:
        """Return whether the file may name a module of the user's."""
        return any(f"{module}.".startswith(f"{name}.") for name in self.allowed)

    def error(self, problem: object) -> InvalidValueError:
        """Return the error for a problem here, in one line."""
        return InvalidValueError(f"{self}: {' '.join(str(problem).split())}")

    def cannot(self, value: object, mend: str) -> InvalidValueError:
        """Return the error for a value that cannot stand here, with the mend."""
        return InvalidValueError(f"{self} cannot be {_describe_value(value)}: {mend}")

    def missing(self, mend: str) -> InvalidValueError:
        """Return the error for something that has to be written here."""
        return InvalidValueError(f"{self} is missing: {mend}")

    def table(self, value: object) -> dict[str, Any]:
        """Return a table; refuse all else.

        Raises:
            InvalidValueError: It is something else.
        """
        if not is_table(value):
            raise self.cannot(value, "give a table, such as { key = value }")
        return value

    def check_keys(
        self,
        keys: Iterable[str],
        allowed_keys: Collection[str],
        renamed: Mapping[str, str] = _NOTHING_RENAMED,
    ) -> None:
        """Refuse keys that nothing reads.

        Args:
            keys: The keys that are written.
            allowed_keys: The keys that are read.
            renamed: New names of keys, by those of an earlier release.

        Raises:
            InvalidValueError: There is one; names what was meant, perhaps.
        """
        for key in keys:
            if key in renamed:
                raise InvalidValueError(
                    f"{self} has no key {key!r} any more: write {renamed[key]} instead"
                )
            if key not in allowed_keys:
                raise InvalidValueError(
                    f"{self} has no key {key!r:.60}: {suggest_names(key, allowed_keys)}"
                )


def suggest_names(name: str, names: Collection[str]) -> str:
    """Return in words which names could have been meant by one that is not known."""
    matches = get_close_matches(name, names, _SUGGESTIONS)
    if matches:
        return f"did you mean {' or '.join(matches)}?"
    return f"give {', '.join(names)}" if names else "there is none"


def _describe_value(value: object) -> str:
    """Return a value in words, tables and lists by what is in them."""
    if is_table(value):
        return f"a table of {', '.join(value) or 'nothing'}"
    return f"a list of {len(value)}" if is_list(value) else f"{value!r:.60}"
