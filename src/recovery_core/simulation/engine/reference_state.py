"""One customer and one event at a time, for the engine that goes case by case."""

from __future__ import annotations

import attrs

from ..._domain.case import Case
from ..company import Team
from .chances import Chances
from .draws import Draws
from .queues import AgentQueue
from .satisfaction import Personal
from .scale import count_thresholds_passed
from .situations import Ending, Situation

__all__ = ["Branch", "Episode", "Incident", "Life"]


@attrs.frozen
class Episode:
    """One thing that happened to one customer.

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
    """What the months make of a customer."""

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
    """What is being worked out about one event."""

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


class Branch:
    """What the customers of a branch share: a team, lessons, and each other.

    Args:
        chances: Every chance as a bound.
        draws: The seed's draws.
        number: Which branch.
        people: Its customers.
    """

    people: list[Life]
    lessons: list[int]
    queue: AgentQueue

    def __init__(
        self, chances: Chances, draws: Draws, number: int, people: list[Life]
    ) -> None:
        """Begin without a lesson, and with everybody free."""
        self.people, self._number = people, number
        self._chances, self._draws = chances, draws
        team = chances.company.response
        self._agents = team.agents if isinstance(team, Team) else 0
        self.lessons = [0] * len(chances.risks)
        self.queue = AgentQueue(self._agents)

    def personality(self, agent: int) -> int:
        """Draw how well one of the agents gets on with people, for good."""
        number = self._number * self._agents + agent
        half = self._draws.draw_word("personality", number) >> 32
        return count_thresholds_passed(self._chances.personality_thresholds, half)

    def hears(self, listener: int, teller: int) -> bool:
        """Return whether somebody is there to listen to somebody else."""
        if listener >= len(self.people):
            return False
        who = self.people[listener]
        return who.is_here and who.number != teller

    def taken(self, risk: int) -> int:
        """Count the measures taken against a risk."""
        learning = self._chances.company.learning
        if learning is None:
            return 0
        return min(self.lessons[risk] // learning.after, learning.most)

    def record_lessons(self, events: list[Incident]) -> None:
        """Count the lessons of a month, for measures in those to come."""
        for event in events:
            self.lessons[event.risk] += event.is_claim
