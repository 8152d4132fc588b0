"""What the company can see of a claim, and where its case may stand."""

from __future__ import annotations

from enum import IntEnum

import attrs

from ..._domain.remedy import Remedy
from ..._domain.verdict import Action
from ..reactions import Handling

__all__ = ["CustomerMove", "Ending", "Situation"]


class CustomerMove(IntEnum):
    """What a customer does next."""

    ACCEPT = 1
    CONTEST = 2
    REOPEN = 3


@attrs.frozen
class Situation:
    """All that the company can see of a claim, in whole numbers.

    Args:
        mode: Which failure mode.
        cause: Which of its causes.
        severity: As `Severity`.
        facts: Which value of each of its facts.
        is_compound: Whether something else failed with it.
        tier: Which tier the customer is of.
        is_detected: Whether the company noticed first.
        step: Which step of the ladder the answer comes at.
        history: The months with earlier claims: two bits each, the last month lowest;
            1 unconfirmed, 2 confirmed.
        awards: What was awarded for them, in minor units, oldest first; empty where
            amounts are not recorded.
        years: Whole years of the relationship; -1 where not recorded.
        blames_firm: Whether the customer lays it to the firm.
        has_proof: Whether the claim comes with proof.
        is_over: Whether the budget is used up.
    """

    mode: int
    cause: int
    severity: int
    facts: tuple[int, ...]
    is_compound: bool
    tier: int
    is_detected: bool
    step: int
    history: int
    awards: tuple[int, ...]
    years: int
    blames_firm: bool
    has_proof: bool
    is_over: bool

    @property
    def of_failure(self) -> tuple[object, ...]:
        """Return what tells its failure from others; those of one sort look alike."""
        s = self
        return s.mode, s.cause, s.severity, s.facts, s.tier, s.is_detected


@attrs.frozen
class Ending:
    """Where a case stands once the company has done what it does unasked.

    Args:
        is_open: Whether an offer waits for the customer's answer.
        handling: How it ended; resolved as long as an offer stands.
        remedies: What is offered, or was given in the end.
        worth: What that is worth, as a share of the loss.
        offered: What the standing offer would cost, beyond what was given.
        paid: What was given in all cycles, in minor units.
        action: What the verdict asked for.
        escalations: How often somebody else had to be asked.
        has_choice: Whether there were alternatives.
        owns: Whether the apology owned responsibility.
        rounds: How many offers it took.
        cycle: The recovery's number.
        contacts: How often the customer had to make contact.
        response_hours: Hours until the company answered.
        resolution_hours: Hours until now.
    """

    is_open: bool
    handling: Handling
    remedies: tuple[Remedy, ...]
    worth: float
    offered: int
    paid: int
    action: Action
    escalations: int
    has_choice: bool
    owns: bool
    rounds: int
    cycle: int
    contacts: int
    response_hours: int
    resolution_hours: int
