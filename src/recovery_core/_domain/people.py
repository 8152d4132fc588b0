"""Names of people: when two of them are one person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from unicodedata import category, normalize

_INVISIBLE: Final = frozenset({"Cf", "Cc"})


def fold_name(name: str) -> str:
    """Return a name as it is compared: without case, width, accents' order or blanks.

    Characters that nobody sees are dropped, so that no zero-width space makes another
    person of somebody. Letters of other scripts that look alike stay different.

    Args:
        name: The name as it was written.
    """
    plain = normalize("NFKC", normalize("NFKC", name).casefold())
    visible = (c if c.isspace() or category(c) not in _INVISIBLE else "" for c in plain)
    return " ".join("".join(visible).split())


def is_one_of_people(name: str, names: Iterable[str | None]) -> bool:
    """Return whether somebody is one of those, however the names are written.

    Args:
        name: Who is looked for.
        names: Who is known; None for nobody.
    """
    known = [known_name for known_name in names if known_name]
    # Folding takes time, and most names are written as they were the last time.
    return name in known or fold_name(name) in map(fold_name, known)
