"""Whose doing it was, as the customer perceives it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final

import attrs

from ..._domain import checks
from ..._domain.attribution import Controllability, Locus, Stability
from ..._domain.number_checks import number_range_checker
from ._steps import (
    NEUTRAL,
    PERSONAL_NONE,
    with_clamped_satisfaction_change,
    with_distributive_justice,
)
from .encounter import Encounter
from .felt import Felt

__all__ = ["PerceivedCause"]

_PREVENTABLE: Final[Mapping[Controllability, float]] = MappingProxyType(
    {
        Controllability.CONTROLLABLE: 1.0,
        Controllability.UNKNOWN: 0.4,
        Controllability.UNCONTROLLABLE: 0.1,
    }
)
_WHOSE: Final[Mapping[Locus, float]] = MappingProxyType(
    {Locus.FIRM: 1.0, Locus.UNKNOWN: 0.6, Locus.EXTERNAL: 0.2, Locus.CUSTOMER: 0.0}
)
# The loss at which anger has come half of its way.
_HALF: Final = 0.2


@attrs.frozen(kw_only=True)
class PerceivedCause:
    """Anger at a cause that lay with the company and could be prevented.

    Anger is felt at once and passes (see `JusticeSatisfaction`). A cause that will
    recur also takes from the cumulative satisfaction. Who caused the failure lost
    little to the company, so whatever is done for that customer is a kindness.

    Args:
        anger: The most anger there can be, from 0 to 1.
        stable: What a cause that will recur takes from the transaction, from 0 to 1.
        stable_lasting: What it takes from cumulative satisfaction, from 0 to 1.
        own: Factor on the loss where it was the customer's own doing, from 0 to 1.
        pays_only_if_frequent: Whether compensation pleases only where the company is
            to blame and the failure recurs.

    Raises:
        InvalidValueError: A parameter cannot be; the message names the mend.

    Source: Weiner (1985) and Folkes (1984) for anger; Van Vaerenbergh et al. (2014):
        controllability raises negative emotion and lowers transaction satisfaction
        alone, stability lowers overall satisfaction too; Hocutt, Chakraborty & Mowen
        (1997): customers who caused a failure that was recovered are more satisfied
        than without one; Grewal, Roggeveen & Tsiros (2008) for the option. Signs
        only; the sizes are ours.

    Example:
        >>> preventable = Encounter(controllability=Controllability.CONTROLLABLE)
        >>> round(PerceivedCause()(preventable, Felt(loss=0.2)).anger, 2)
        0.4
    """

    reads: ClassVar[frozenset[str]] = PERSONAL_NONE

    anger: float = attrs.field(default=0.8, validator=number_range_checker(0, 1))
    stable: float = attrs.field(default=0.03, validator=number_range_checker(0, 1))
    stable_lasting: float = attrs.field(
        default=0.03, validator=number_range_checker(0, 1)
    )
    own: float = attrs.field(default=0.3, validator=number_range_checker(0, 1))
    pays_only_if_frequent: bool = attrs.field(
        default=False, validator=checks.of_type(bool)
    )

    def __call__(self, encounter: Encounter, felt: Felt, /) -> Felt:
        """Feel about the cause."""
        if not encounter.is_genuine:
            return felt
        if encounter.locus is Locus.CUSTOMER:
            felt = attrs.evolve(felt, loss=self.own * felt.loss)
        felt = attrs.evolve(felt, anger=self._anger_at_cause(encounter, felt))
        if self.pays_only_if_frequent and not _is_recurring_fault_of_firm(encounter):
            felt = with_distributive_justice(
                felt, min(felt.justice.distributive, NEUTRAL)
            )
        if encounter.stability is Stability.STABLE:
            felt = with_clamped_satisfaction_change(
                felt, -self.stable, -self.stable_lasting
            )
        return felt

    def _anger_at_cause(self, encounter: Encounter, felt: Felt) -> float:
        # Anger wants both: somebody to blame, and that it could have been prevented.
        blame = _WHOSE[encounter.locus] * _PREVENTABLE[encounter.controllability]
        return self.anger * blame * felt.loss / (felt.loss + _HALF)


def _is_recurring_fault_of_firm(encounter: Encounter) -> bool:
    return encounter.locus is Locus.FIRM and encounter.stability is Stability.STABLE
