"""Applies reaction models in their order, and lists what they read of the person."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite

from ..._domain.descriptions import describe, describe_error
from ..._domain.plugs import name_of
from ...errors import ContractError
from .encounter import PERSONAL, Encounter, ReactionModel
from .felt import Felt

__all__ = ["apply_models", "collect_personal_fields_read"]


def apply_models(models: Iterable[ReactionModel], encounter: Encounter) -> Felt:
    """Apply models one after the other to what happened, and return what is felt.

    Args:
        models: The models, in the order they are applied.
        encounter: What happened.

    Returns:
        What is felt in the end; nothing at all where there is no model.

    Raises:
        ContractError: A model raises, or answers what nobody can feel.

    Example:
        >>> apply_models((), Encounter()) == Felt()
        True
    """
    felt = Felt()
    for model in models:
        felt = _apply_model_and_check_answer(model, encounter, felt)
    return felt


def _apply_model_and_check_answer(
    model: ReactionModel, encounter: Encounter, felt: Felt
) -> Felt:
    """Apply one model, and check its answer against the contract."""
    try:
        answer: object = model(encounter, felt)
    except Exception as error:
        problem = f"it raised {describe_error(error)}"
        raise _contract_error(model, encounter, problem) from error
    if isinstance(answer, Felt) and _has_only_finite_numbers(answer):
        return answer
    problem = f"it answered {describe(answer)}, not a Felt of plain numbers"
    raise _contract_error(model, encounter, problem)


def _has_only_finite_numbers(felt: Felt) -> bool:
    """Return whether all parts of an answer are finite numbers."""
    justice = felt.justice
    try:
        changes = felt.loss + felt.anger + felt.betrayal
        changes += felt.transaction + felt.lasting
        # A sum is finite only if every part is, which saves seven separate questions.
        return isfinite(
            changes + justice.distributive + justice.procedural + justice.interactional
        )
    except (AttributeError, TypeError):
        return False


def _contract_error(model: object, encounter: Encounter, problem: str) -> ContractError:
    case = f"({encounter.severity.name.lower()}, {encounter.handling})"
    return ContractError(name_of(model), case, problem)


def collect_personal_fields_read(models: Iterable[ReactionModel]) -> frozenset[str]:
    """Return the personal fields that models read.

    Args:
        models: One that names none in ``reads`` is taken to read all of `PERSONAL`.

    Returns:
        Names of fields of an `Encounter`.

    Example:
        >>> collect_personal_fields_read([lambda encounter, felt: felt]) == PERSONAL
        True
    """
    names: set[str] = set()
    for model in models:
        # A plain function declares nothing: to be safe it is taken to read everything.
        names |= getattr(model, "reads", PERSONAL)
    return frozenset(names)
