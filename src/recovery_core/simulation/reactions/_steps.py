"""The steps that reaction models take: small changes that stay within bounds."""

from __future__ import annotations

from typing import Final

from .encounter import Encounter, Handling
from .felt import Felt, Justice

NEUTRAL: Final = 0.5
"""Where a side of justice neither pleases nor hurts."""

PERSONAL_NONE: Final[frozenset[str]] = frozenset()
"""What a model reads that treats all customers alike."""


def within(value: float, low: float = 0.0, high: float = 1.0) -> float:
    """Keep a number between two bounds."""
    return min(max(value, low), high)


# Built outright below: attrs.evolve asks for every field by name, which takes several
# times as long, and a simulation lets the models speak for every encounter it meets.
def judging(felt: Felt, justice: Justice) -> Felt:
    """Put other sides of justice in the place of those felt."""
    return Felt(
        felt.loss, justice, felt.anger, felt.betrayal, felt.transaction, felt.lasting
    )


def paid(felt: Felt, distributive: float) -> Felt:
    """Put another distributive justice in the place of the one felt."""
    now = felt.justice
    return judging(felt, Justice(distributive, now.procedural, now.interactional))


def judged(
    felt: Felt,
    *,
    distributive: float = 0.0,
    procedural: float = 0.0,
    interactional: float = 0.0,
) -> Felt:
    """Add to the sides of justice, each kept from 0 to 1."""
    now = felt.justice
    justice = Justice(
        within(now.distributive + distributive),
        within(now.procedural + procedural),
        within(now.interactional + interactional),
    )
    return judging(felt, justice)


def moved(felt: Felt, transaction: float, lasting: float) -> Felt:
    """Add to the two changes of satisfaction, each kept from -1 to 1."""
    return Felt(
        felt.loss,
        felt.justice,
        felt.anger,
        felt.betrayal,
        within(felt.transaction + transaction, -1.0),
        within(felt.lasting + lasting, -1.0),
    )


def fairness(felt: Felt) -> float:
    """Return the mean of the three sides of justice."""
    justice = felt.justice
    return (justice.distributive + justice.procedural + justice.interactional) / 3


def is_answered(encounter: Encounter) -> bool:
    """Tell whether something failed, and the company came to know of it."""
    return encounter.is_genuine and encounter.handling is not Handling.SILENT


def is_resolved(encounter: Encounter) -> bool:
    """Tell whether something failed, and the case was settled."""
    return encounter.is_genuine and encounter.handling is Handling.RESOLVED
