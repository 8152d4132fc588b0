"""What happened to a customer, as far as a reaction can depend on it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Protocol

import attrs

from ..._domain.attribution import Controllability, Locus, Stability
from ..._domain.failure import Detection, FailureKind, Severity
from ..._domain.remedy import RemedyKind
from .felt import Felt

__all__ = ["PERSONAL", "Encounter", "Handling", "LastRecovery", "ReactionModel"]


class Handling(StrEnum):
    """What became of a failure: nobody knew of it, or how the case ended."""

    SILENT = "silent"
    UNRESOLVED = "unresolved"
    RESOLVED = "resolved"


class LastRecovery(StrEnum):
    """How the customer's failure before this one was handled."""

    NONE = "none"
    POOR = "poor"
    GOOD = "good"


PERSONAL: Final = frozenset(
    {
        "earlier_failures",
        "empathy",
        "expectation",
        "is_insatiable",
        "last_recovery",
        "relationship",
    }
)
"""The fields that differ from customer to customer where all else is the same."""


@attrs.frozen(kw_only=True)
class Encounter:
    """What a customer went through: the failure, the recovery, and who it was.

    Every field takes few values, so a reaction is computed once for each that occurs
    and looked up for everybody else.

    Args:
        kind: How the literature would sort the failure.
        severity: Felt size of the loss.
        is_compound: Whether several things failed at once.
        is_shared: Whether a whole group was failed, and is treated alike.
        was_rejected: Whether the customer refused the flawed service; else it was
            consumed with its flaw.
        locus: On whose side the cause lies, as the customer perceives it.
        stability: Whether the cause will recur.
        controllability: Whether it could have been prevented.
        is_genuine: Whether anything failed; an opportunistic claim makes it up.
        handling: What became of it.
        detection: A complaint, or the company noticed first.
        apologized: Whether there was an apology.
        owns: Whether the apology owns responsibility.
        worth: What was given, as a share of the loss; 1 makes whole.
        kinds: The kinds of remedy that were given.
        has_choice: Whether there were alternatives to choose from.
        response_hours: Hours until the company answered.
        resolution_hours: Hours until the case was settled.
        contacts: How often the customer had to make contact.
        rounds: How many offers it took.
        cycle: 1, and one more for every recovery that failed itself.
        was_escalated: Whether somebody else had to be asked.
        empathy: How well the employee listens and explains, from 0 to 1.
        expectation: What the customer expects of a recovery, from 0 to 1; 1/2 is
            usual.
        relationship: Strength of the relationship before the failure, from 0 to 1.
        earlier_failures: Failures the customer remembers: 0, 1, or 2 for more.
        last_recovery: How the one before was handled.
        is_insatiable: Whether the customer is one of those never satisfied.

    Units: times in hours; shares and strengths as floats.
    """

    kind: FailureKind = attrs.field(factory=FailureKind)
    severity: Severity = Severity.MODERATE
    is_compound: bool = False
    is_shared: bool = False
    was_rejected: bool = True
    locus: Locus = Locus.FIRM
    stability: Stability = Stability.UNKNOWN
    controllability: Controllability = Controllability.UNKNOWN
    is_genuine: bool = True
    handling: Handling = Handling.RESOLVED
    detection: Detection = Detection.COMPLAINT
    apologized: bool = True
    owns: bool = False
    worth: float = 1.0
    kinds: frozenset[RemedyKind] = frozenset()
    has_choice: bool = False
    response_hours: float = 0.0
    resolution_hours: float = 0.0
    contacts: int = 1
    rounds: int = 1
    cycle: int = 1
    was_escalated: bool = False
    empathy: float = 0.5
    expectation: float = 0.5
    relationship: float = 0.5
    earlier_failures: int = 0
    last_recovery: LastRecovery = LastRecovery.NONE
    is_insatiable: bool = False


class ReactionModel(Protocol):
    """What happened changes what is felt; any function with this shape fits.

    A model that reads personal fields (`PERSONAL`) may name them in an attribute
    ``reads``, a frozenset; where it names none, all of them are taken to be read.
    """

    def __call__(self, encounter: Encounter, felt: Felt, /) -> Felt:
        """Return what is felt after this model was applied.

        Args:
            encounter: What happened.
            felt: What is felt so far.
        """
        ...
