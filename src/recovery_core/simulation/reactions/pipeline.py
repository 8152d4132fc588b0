"""Fold reaction models, and tell what they read of the person."""

from __future__ import annotations

from collections.abc import Iterable

from .encounter import PERSONAL, Encounter, ReactionModel
from .felt import Felt

__all__ = ["feel", "reads_of"]


def feel(models: Iterable[ReactionModel], encounter: Encounter) -> Felt:
    """Let models speak one after the other about what happened.

    Args:
        models: They speak in this order.
        encounter: What happened.

    Returns:
        What is felt in the end; nothing at all where no model speaks.

    Example:
        >>> feel((), Encounter()) == Felt()
        True
    """
    felt = Felt()
    for model in models:
        felt = model(encounter, felt)
    return felt


def reads_of(models: Iterable[ReactionModel]) -> frozenset[str]:
    """Return the personal fields that models read.

    Args:
        models: One that names none in ``reads`` is taken to read all of `PERSONAL`.

    Returns:
        Names of fields of an `Encounter`.

    Example:
        >>> reads_of([lambda encounter, felt: felt]) == PERSONAL
        True
    """
    read: set[str] = set()
    for model in models:
        read |= getattr(model, "reads", PERSONAL)
    return frozenset(read)
