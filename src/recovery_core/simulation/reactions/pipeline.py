"""Fold reaction models, and tell what they read of the person."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite

from ..._domain.descriptions import describe, describe_error
from ..._domain.plugs import name_of
from ...errors import ContractError
from .encounter import PERSONAL, Encounter, ReactionModel
from .felt import Felt

__all__ = ["apply_models", "fields_read"]


def apply_models(models: Iterable[ReactionModel], encounter: Encounter) -> Felt:
    """Let models speak one after the other about what happened.

    Args:
        models: They speak in this order.
        encounter: What happened.

    Returns:
        What is felt in the end; nothing at all where no model speaks.

    Raises:
        ContractError: A model raises, or answers what nobody can feel.

    Example:
        >>> apply_models((), Encounter()) == Felt()
        True
    """
    felt = Felt()
    for model in models:
        felt = _asked(model, encounter, felt)
    return felt


def _asked(model: ReactionModel, encounter: Encounter, felt: Felt) -> Felt:
    """Ask one model, and hold it to its contract."""
    try:
        answer: object = model(encounter, felt)
    except Exception as error:
        problem = f"it raised {describe_error(error)}"
        raise _broken(model, encounter, problem) from error
    if isinstance(answer, Felt) and _is_sound(answer):
        return answer
    problem = f"it answered {describe(answer)}, not a Felt of plain numbers"
    raise _broken(model, encounter, problem)


def _is_sound(felt: Felt) -> bool:
    just = felt.justice
    try:
        changes = felt.loss + felt.anger + felt.betrayal
        changes += felt.transaction + felt.lasting
        return isfinite(
            changes + just.distributive + just.procedural + just.interactional
        )
    except (AttributeError, TypeError):
        return False


def _broken(model: object, encounter: Encounter, problem: str) -> ContractError:
    case = f"({encounter.severity.name.lower()}, {encounter.handling})"
    return ContractError(name_of(model), case, problem)


def fields_read(models: Iterable[ReactionModel]) -> frozenset[str]:
    """Return the personal fields that models read.

    Args:
        models: One that names none in ``reads`` is taken to read all of `PERSONAL`.

    Returns:
        Names of fields of an `Encounter`.

    Example:
        >>> fields_read([lambda encounter, felt: felt]) == PERSONAL
        True
    """
    read: set[str] = set()
    for model in models:
        read |= getattr(model, "reads", PERSONAL)
    return frozenset(read)
