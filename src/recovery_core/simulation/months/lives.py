"""One customer and one event at a time, for the engine that goes case by case."""

from __future__ import annotations

import attrs

from ..._domain.case import Case
from .feeling import Personal
from .situations import Ending, Situation

__all__ = ["Episode", "Incident", "Life"]


@attrs.frozen
class Episode:
    """Tell one thing that happened to one customer.

    Args:
        customer: The number of the customer.
        month: When.
        risk: Which cause of which failure mode.
        is_genuine: Whether anything failed.
        severity: From 0, for minor.
        waited: Seconds until the answer.
        at_once: Satisfaction with it, in parts of `ONE`.
        after: Cumulative satisfaction behind it.
        nth: Which failure of the customer's it was, from 1.
        stays: Whether the customer was still there a month later.
        ending: How the case ended.
        case: The case itself; None where nobody complained.
    """

    customer: int
    month: int
    risk: int
    is_genuine: bool
    severity: int
    waited: int
    at_once: int
    after: int
    nth: int
    stays: bool
    ending: Ending
    case: Case | None


@attrs.define
class Life:
    """Hold what the months make of a customer."""

    number: int
    tier: int
    honesty: int
    tenure: int
    sat: int
    seen: int
    left: int
    history: int = 0
    claimed: int = 0
    awards: tuple[tuple[int, int], ...] = ()
    earlier: int = 0
    failed: int = -1
    last: int = 0
    grievance: int = 0
    bold: int = 0
    paid: int = 0
    failures: int = 0
    is_here: bool = True

    @property
    def begun(self) -> int:
        """Return the month in which the customer joined."""
        return max(0, -self.tenure)


@attrs.define
class Incident:
    """Hold what is being worked out about one event."""

    who: Life
    risk: int
    is_genuine: bool
    severity: int
    situation: Situation
    person: Personal
    is_claim: bool
    is_confirmed: bool
    before: int
    waited: int = 0
    case: Case | None = None
    ending: Ending | None = None
    at_once: int = 0
    after: int = 0
    nth: int = 0
