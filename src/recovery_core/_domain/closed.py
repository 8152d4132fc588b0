"""Classes of closed sets: nothing may be added to them from outside."""

from __future__ import annotations

from typing import TypeVar

__all__ = ["refuse_subclasses"]

_K = TypeVar("_K", bound=type)


def refuse_subclasses(kind: _K) -> _K:
    """Return a class of which no subclass can be made.

    Whoever reads a closed set asks for each member in turn. A subclass would pass for
    the member it derives from, and whatever it does otherwise would be overlooked.

    Args:
        kind: A member of a closed set.
    """

    def refuse(subclass: type, /, **_options: object) -> None:
        raise TypeError(
            f"{subclass.__qualname__} cannot derive from {kind.__qualname__}: write a "
            "function, or combine those there are"
        )

    # Set from outside, for attrs builds a class with slots twice.
    setattr(kind, "__init_subclass__", classmethod(refuse))  # noqa: B010 - typed, a method cannot be assigned to
    return kind
