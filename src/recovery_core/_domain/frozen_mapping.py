"""A mapping that nobody can change: it compares, hashes, copies and pickles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

__all__ = ["FrozenMapping"]

K = TypeVar("K")
V = TypeVar("V")


class FrozenMapping(Mapping[K, V]):
    """A mapping in a frozen value, where `MappingProxyType` would not pickle.

    Args:
        given: What it holds, in order.
    """

    __slots__ = ("_held",)

    def __init__(self, given: Mapping[K, V]) -> None:
        """Keep a copy."""
        self._held = dict(given)

    def __getitem__(self, key: K) -> V:
        """Return a value."""
        return self._held[key]

    def __iter__(self) -> Iterator[K]:
        """Walk the keys, in order."""
        return iter(self._held)

    def __len__(self) -> int:
        """Count the keys."""
        return len(self._held)

    def __hash__(self) -> int:
        return hash(frozenset(self._held.items()))

    def __repr__(self) -> str:
        """Return it as a dictionary is written."""
        return repr(self._held)
