"""What it cost the customer to be heard: time and effort."""

from __future__ import annotations

from typing import ClassVar

import attrs

from ..._domain.number_checks import number_range_checker
from ._steps import (
    PERSONAL_NONE,
    is_genuine_and_answered,
    is_genuine_and_resolved,
    with_clamped_justice_change,
)
from .encounter import Encounter
from .felt import Felt

__all__ = ["Effort", "Waiting"]


@attrs.frozen(kw_only=True)
class Waiting:
    """Procedural justice that falls with the hours until answer and settlement.

    Each of the two waits is neutral at its usual length, and what is never settled
    is the longest wait. Of twice the usual time, the first hours hurt most.

    Args:
        usual_response: Hours until an answer that nobody minds, from 0.1 to 8760.
        usual_resolution: Hours until a settlement that nobody minds, from 0.1 to
            8760.
        reach: The most that each of the two can add or take, from 0 to 1/2.

    Raises:
        InvalidValueError: A parameter cannot be; the message names the mend.

    Source: Smith, Bolton & Wagner (1999): speed speaks to procedural justice; Tax,
        Brown & Chandrashekaran (1998). Signs only; shape and sizes are ours.

    Example:
        >>> at_once = Waiting()(Encounter(), Felt()).justice.procedural
        >>> week = Encounter(response_hours=24, resolution_hours=7 * 24)
        >>> at_once, Waiting()(week, Felt()).justice.procedural
        (1.0, 0.5)
    """

    reads: ClassVar[frozenset[str]] = PERSONAL_NONE

    usual_response: float = attrs.field(
        default=24.0, validator=number_range_checker(0.1, 8760)
    )
    usual_resolution: float = attrs.field(
        default=168.0, validator=number_range_checker(0.1, 8760)
    )
    reach: float = attrs.field(default=0.25, validator=number_range_checker(0, 0.5))

    def __call__(self, encounter: Encounter, felt: Felt, /) -> Felt:
        """Judge the two waits."""
        if not is_genuine_and_answered(encounter):
            return felt
        change = _speed_against_usual(encounter.response_hours, self.usual_response)
        if is_genuine_and_resolved(encounter):
            change += _speed_against_usual(
                encounter.resolution_hours, self.usual_resolution
            )
        else:
            change -= 1.0
        return with_clamped_justice_change(felt, procedural_change=self.reach * change)


def _speed_against_usual(hours: float, usual_hours: float) -> float:
    """Return 1 for at once, 0 for the usual time, and nearly -1 for never."""
    # A hyperbola: the first hours hurt most, and no wait is ever as bad as never.
    return 2 * usual_hours / (usual_hours + hours) - 1


@attrs.frozen(kw_only=True)
class Effort:
    """Procedural justice that falls with the trouble of getting heard.

    The first contact and the first offer are free.

    Args:
        contact: What every further contact takes, from 0 to 1.
        round: What every further offer takes, from 0 to 1.
        escalation: What it takes that somebody else had to be asked, from 0 to 1.

    Raises:
        InvalidValueError: A parameter cannot be; the message names the mend.

    Source: Tax, Brown & Chandrashekaran (1998): ease and effort are part of procedural
        justice. Signs only; the sizes are ours.

    Example:
        >>> twice = Encounter(contacts=2, was_escalated=True)
        >>> round(Effort()(twice, Felt()).justice.procedural, 2)
        0.32
    """

    reads: ClassVar[frozenset[str]] = PERSONAL_NONE

    contact: float = attrs.field(default=0.08, validator=number_range_checker(0, 1))
    round: float = attrs.field(default=0.06, validator=number_range_checker(0, 1))
    escalation: float = attrs.field(default=0.1, validator=number_range_checker(0, 1))

    def __call__(self, encounter: Encounter, felt: Felt, /) -> Felt:
        """Subtract the trouble from procedural justice."""
        if not is_genuine_and_answered(encounter):
            return felt
        trouble = (
            self.contact * max(encounter.contacts - 1, 0)
            + self.round * max(encounter.rounds - 1, 0)
            + self.escalation * encounter.was_escalated
        )
        return with_clamped_justice_change(felt, procedural_change=-trouble)
