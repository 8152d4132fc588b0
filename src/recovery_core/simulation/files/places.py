"""Where in an experiment file something stands, and how a mistake there is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Final, TypeGuard

import attrs

from ...errors import InvalidValueError

__all__ = ["FilePlace", "is_list", "is_table"]

_NEAR: Final = 2
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


def is_table(given: object) -> TypeGuard[dict[str, Any]]:
    """Tell whether it is a table of TOML."""
    return isinstance(given, dict)


def is_list(given: object) -> TypeGuard[list[Any]]:
    """Tell whether it is an array of TOML."""
    return isinstance(given, list)


@attrs.frozen
class FilePlace:
    """Name a place in a file: ``shop.toml: world.failure.0.rate``.

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
        """Go one step down."""
        key = str(step)
        home = _HOMES.get(key, self.home)
        return attrs.evolve(self, steps=(*self.steps, key), home=home)

    def __str__(self) -> str:
        return f"{self.file}: {'.'.join(self.steps) or 'the file'}"

    def allows(self, module: str) -> bool:
        """Tell whether the file may name a module of the user's."""
        return any(f"{module}.".startswith(f"{name}.") for name in self.allowed)

    def error(self, told: object) -> InvalidValueError:
        """Say what is wrong here, in one line."""
        return InvalidValueError(f"{self}: {' '.join(str(told).split())}")

    def cannot(self, given: object, mend: str) -> InvalidValueError:
        """Say that it cannot be what was given, and the mend."""
        return InvalidValueError(f"{self} cannot be {_shown(given)}: {mend}")

    def missing(self, mend: str) -> InvalidValueError:
        """Say that something has to be written here."""
        return InvalidValueError(f"{self} is missing: {mend}")

    def table(self, given: object) -> dict[str, Any]:
        """Demand a table.

        Raises:
            InvalidValueError: It is something else.
        """
        if not is_table(given):
            raise self.cannot(given, "give a table, such as { key = value }")
        return given

    def check_keys(
        self,
        given: Iterable[str],
        known: Collection[str],
        renamed: Mapping[str, str] = _NOTHING_RENAMED,
    ) -> None:
        """Refuse keys that nothing reads.

        Args:
            given: The keys that are written.
            known: The keys that are read.
            renamed: New names of keys, by those of an earlier release.

        Raises:
            InvalidValueError: There is one; names what was meant, perhaps.
        """
        for key in given:
            if key in renamed:
                raise InvalidValueError(
                    f"{self} has no key {key!r} any more: write {renamed[key]} instead"
                )
            if key not in known:
                raise InvalidValueError(
                    f"{self} has no key {key!r:.60}: {near(key, known)}"
                )


def near(name: str, known: Collection[str]) -> str:
    """Say what could have been meant by a name that is not known."""
    close = get_close_matches(name, known, _NEAR)
    if close:
        return f"did you mean {' or '.join(close)}?"
    return f"give {', '.join(known)}" if known else "there is none"


def _shown(given: object) -> str:
    if is_table(given):
        return f"a table of {', '.join(given) or 'nothing'}"
    return f"a list of {len(given)}" if is_list(given) else f"{given!r:.60}"
