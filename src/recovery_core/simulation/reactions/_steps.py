"""The steps that reaction models take: small changes that stay within bounds."""

from __future__ import annotations

from typing import Final

from .encounter import Encounter, Handling
from .felt import Felt, Justice

NEUTRAL: Final = 0.5
"""Where a side of justice neither pleases nor hurts."""

PERSONAL_NONE: Final[frozenset[str]] = frozenset()
"""What a model reads that treats all customers alike."""


def clamp(value: float, low: float = 0.0, high: float = 1.0) -> float:
    """Return a number kept between two bounds."""
    return min(max(value, low), high)


# Built outright below: attrs.evolve asks for every field by name, which takes several
# times as long, and a simulation lets the models speak for every encounter it meets.
def with_justice(felt: Felt, justice: Justice) -> Felt:
    """Return what is felt with other sides of justice."""
    return Felt(
        felt.loss, justice, felt.anger, felt.betrayal, felt.transaction, felt.lasting
    )


def with_distributive_justice(felt: Felt, distributive: float) -> Felt:
    """Return what is felt with another distributive justice."""
    justice = felt.justice
    return with_justice(
        felt, Justice(distributive, justice.procedural, justice.interactional)
    )


def with_clamped_justice_change(
    felt: Felt,
    *,
    distributive_change: float = 0.0,
    procedural_change: float = 0.0,
    interactional_change: float = 0.0,
) -> Felt:
    """Return what is felt with changes added to justice, each side kept from 0 to 1."""
    justice = felt.justice
    changed = Justice(
        clamp(justice.distributive + distributive_change),
        clamp(justice.procedural + procedural_change),
        clamp(justice.interactional + interactional_change),
    )
    return with_justice(felt, changed)


def with_clamped_satisfaction_change(
    felt: Felt, transaction_change: float, lasting_change: float
) -> Felt:
    """Return what is felt with both changes of satisfaction added to, -1 to 1."""
    return Felt(
        felt.loss,
        felt.justice,
        felt.anger,
        felt.betrayal,
        clamp(felt.transaction + transaction_change, -1.0),
        clamp(felt.lasting + lasting_change, -1.0),
    )


def mean_justice(felt: Felt) -> float:
    """Return the mean of the three sides of justice."""
    justice = felt.justice
    return (justice.distributive + justice.procedural + justice.interactional) / 3


def is_genuine_and_answered(encounter: Encounter) -> bool:
    """Return whether something failed and the company came to know of it."""
    return encounter.is_genuine and encounter.handling is not Handling.SILENT


def is_genuine_and_resolved(encounter: Encounter) -> bool:
    """Return whether something failed and the case was settled."""
    return encounter.is_genuine and encounter.handling is Handling.RESOLVED
