"""What came before: a relationship that is betrayed, and failures that add up."""

from __future__ import annotations

from typing import ClassVar

import attrs

from ..._domain.number_checks import number_range_checker
from ._steps import (
    NEUTRAL,
    PERSONAL_NONE,
    clamp,
    is_genuine_and_answered,
    is_genuine_and_resolved,
    mean_justice,
    with_clamped_satisfaction_change,
    with_justice,
)
from .encounter import Encounter, LastRecovery
from .felt import Felt, Justice

__all__ = ["Betrayal", "DoubleDeviation", "Negativity"]


@attrs.frozen(kw_only=True)
class Betrayal:
    """Betrayal of a close customer by an unfair recovery; love becomes hate.

    Betrayal is the injustice, below neutral, times the strength of the relationship.
    It is what lasts (see `JusticeSatisfaction`); where the recovery was fair there is
    none.

    Args:
        strength: Betrayal of the closest customer by the least fair recovery, from 0
            to 1.

    Raises:
        InvalidValueError: A parameter cannot be; the message names the mend.

    Source: Gregoire & Fisher (2008): a strong relationship raises betrayal where
        fairness is violated; Gregoire, Tripp & Legoux (2009): it lasts, and those who
        were close hold longer. Signs only; the size is ours.

    Example:
        >>> unfair = Felt(justice=Justice(0.2, 0.2, 0.2))
        >>> near, far = Encounter(relationship=1.0), Encounter(relationship=0.2)
        >>> [round(Betrayal()(who, unfair).betrayal, 2) for who in (near, far)]
        [0.6, 0.12]
    """

    reads: ClassVar[frozenset[str]] = frozenset({"relationship"})

    strength: float = attrs.field(default=1.0, validator=number_range_checker(0, 1))

    def __call__(self, encounter: Encounter, felt: Felt, /) -> Felt:
        """Return with betrayal as far as it was unfair and the customer was close."""
        if not is_genuine_and_answered(encounter):
            return felt
        # Scaled, so that the least fair recovery counts as 1.
        injustice = max(NEUTRAL - mean_justice(felt), 0.0) / NEUTRAL
        betrayal = self.strength * injustice * encounter.relationship
        return attrs.evolve(felt, betrayal=clamp(betrayal))


@attrs.frozen(kw_only=True)
class Negativity:
    """Anger that uses up what is good; the bad counts in full.

    What lies above neutral on each side of justice is lowered by the anger, down to
    neutral at most; what lies below stays, so the bad counts in full.

    Args:
        weight: How much of justice a whole anger uses up, from 0 to 2.

    Raises:
        InvalidValueError: A parameter cannot be; the message names the mend.

    Source: the negativity asymmetry (Smith, Bolton & Wagner 1999: losses loom larger;
        Anderson & Sullivan 1993: falling short weighs more than exceeding). Signs
        only; that the good is set off against the anger, and the size, are ours.

    Example:
        >>> angry = Felt(anger=0.4, justice=Justice(0.9, 0.6, 0.2))
        >>> justice = Negativity()(Encounter(), angry).justice
        >>> round(justice.distributive, 2), justice.procedural, justice.interactional
        (0.7, 0.5, 0.2)
    """

    reads: ClassVar[frozenset[str]] = PERSONAL_NONE

    weight: float = attrs.field(default=0.5, validator=number_range_checker(0, 2))

    def __call__(self, encounter: Encounter, felt: Felt, /) -> Felt:
        """Lower what is good by the anger."""
        if not is_genuine_and_answered(encounter):
            return felt
        # Only what is above neutral is used up: anger makes no injustice of its own.
        drag = self.weight * felt.anger
        justice = Justice(
            distributive=_lower_to_neutral(felt.justice.distributive, drag),
            procedural=_lower_to_neutral(felt.justice.procedural, drag),
            interactional=_lower_to_neutral(felt.justice.interactional, drag),
        )
        return with_justice(felt, justice)


def _lower_to_neutral(side: float, amount: float) -> float:
    return side if side <= NEUTRAL else max(side - amount, NEUTRAL)


@attrs.frozen(kw_only=True)
class DoubleDeviation:
    """A second failure, or a second recovery of one failure, that pleases nobody.

    Blame grows with every failure before, and more after a poor recovery. A poor
    recovery now lets down once more; a good one after a poor one is a relief. But
    neither change of satisfaction is above 0. It speaks after `JusticeSatisfaction`,
    and itself takes from satisfaction what the blame that grew takes.

    A recovery is poor where the complaint stayed unresolved, or justice is below
    neutral in the mean. A failed recovery of this very case counts as a poor one.

    Args:
        after_good: Anger that each failure before adds, from 0 to 1.
        after_poor: The same where the last recovery was poor; not less.
        hurts: What a whole anger takes from the transaction, from 0 to 1.
        letdown: What a poor recovery takes from both changes, from 0 to 1.
        relief: What a good recovery after a poor one gives back, from 0 to 1.

    Raises:
        InvalidValueError: A parameter cannot be; the message names the mend.

    Source: Maxham & Netemeyer (2002), two failures in 20 months: a paradox is possible
        after one failure and not after two; poor and then good leaves more satisfied
        than good and then poor; blame grows more after a poor recovery. Bitner, Booms
        & Tetreault (1990) for the name. Signs only; the sizes are ours.

    Example:
        >>> again = Encounter(earlier_failures=1, last_recovery=LastRecovery.GOOD)
        >>> DoubleDeviation()(again, Felt(transaction=0.05)).transaction
        0.0
    """

    reads: ClassVar[frozenset[str]] = frozenset({"earlier_failures", "last_recovery"})

    after_good: float = attrs.field(default=0.1, validator=number_range_checker(0, 1))
    after_poor: float = attrs.field(default=0.25, validator=number_range_checker(0, 1))
    hurts: float = attrs.field(default=0.2, validator=number_range_checker(0, 1))
    letdown: float = attrs.field(default=0.04, validator=number_range_checker(0, 1))
    relief: float = attrs.field(default=0.01, validator=number_range_checker(0, 1))

    def __call__(self, encounter: Encounter, felt: Felt, /) -> Felt:
        """Add what a second time takes."""
        # A recovery of this case that failed counts as a failure before it.
        failures_before = encounter.earlier_failures + encounter.cycle - 1
        if not encounter.is_genuine or failures_before <= 0:
            return felt
        was_poor = encounter.cycle > 1 or encounter.last_recovery is LastRecovery.POOR
        growth = failures_before * (self.after_poor if was_poor else self.after_good)
        anger = clamp(felt.anger + growth)
        change = self._change_by_this_recovery(encounter, felt, last_was_poor=was_poor)
        blame = self.hurts * (anger - felt.anger)
        felt = with_clamped_satisfaction_change(
            attrs.evolve(felt, anger=anger), change - blame, change
        )
        # Maxham and Netemeyer found no paradox after a second failure.
        return attrs.evolve(
            felt, transaction=min(felt.transaction, 0.0), lasting=min(felt.lasting, 0.0)
        )

    def _change_by_this_recovery(
        self, encounter: Encounter, felt: Felt, *, last_was_poor: bool
    ) -> float:
        """Return what this recovery adds to both changes, after the one before."""
        if not is_genuine_and_answered(encounter):
            return 0.0
        if not is_genuine_and_resolved(encounter) or mean_justice(felt) < NEUTRAL:
            return -self.letdown
        return self.relief if last_was_poor else 0.0
