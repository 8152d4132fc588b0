"""Every chance of a world as a bound for half a word, and every curve as a table.

Both engines read these: the one that walks case by case, and the one for arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Final

from ..._domain.failure import Severity
from ..company import Company, Delay, Team
from ..world.world import World
from .draws import HALF, threshold
from .satisfaction import EMPATHY
from .scale import (
    cumulated,
    delays,
    fading,
    handlings,
    leaving,
    noises,
    scaled,
)

__all__ = ["AGES", "BOLD", "FOND", "HONESTY", "Chances", "is_shared"]

HONESTY: Final = ("honest", "tempted", "opportunist")
BOLD: Final = 4
"""Boldness runs from minus this to this."""
_CERTAIN: Final = threshold(1.0)
AGES: Final = (12, 60)
"""Months after which a relationship is no longer young, and is old."""
FOND: Final = scaled(0.6)
"""Below this a customer is less attached than the years would have it."""


class Chances:
    """Turn what a company and a world say into whole numbers.

    Args:
        company: Whose habits.
        world: Whose customers and failures.
        months: How long a run lasts.
    """

    company: Company
    world: World
    months: int
    tiers: tuple[int, ...]
    honesty: tuple[int, ...]
    voices: tuple[int, ...]
    expectations: tuple[int, ...]
    tenures: tuple[int, ...]
    tenure_values: tuple[int, ...]
    insatiable: int
    aggressive: int
    complains: tuple[tuple[int, ...], ...]
    blames: int
    tempts: tuple[tuple[tuple[int, ...], ...], ...]
    risks: tuple[tuple[int, int], ...]
    pretexts: tuple[int, ...]
    failing: tuple[tuple[int, ...], ...]
    prevails: tuple[int, ...]
    is_firm: tuple[bool, ...]
    severities: tuple[tuple[int, ...], ...]
    severity_values: tuple[tuple[int, ...], ...]
    facts: tuple[tuple[tuple[int, ...], ...], ...]
    fact_codes: int
    compound: tuple[int, ...]
    detected: tuple[int, ...]
    proof: tuple[int, int]
    confirmed: int
    start: int
    usual: int
    bad: tuple[int, ...]
    good: tuple[int, ...]
    leaving: Sequence[int]
    noise: list[int]
    below: int
    above: int
    tells: int
    warning: int
    praise: int
    delays: list[int]
    handlings: list[int]
    ladder: tuple[int, ...]

    def __init__(self, company: Company, world: World, months: int) -> None:
        """Work out all of it."""
        self.company, self.world, self.months = company, world, months
        self._customers(world)
        self._failures(world)
        self._feelings(world, months)
        self._people(company)

    def _customers(self, world: World) -> None:
        people = world.population
        total = sum(tier.share for tier in people.tiers)
        self.tiers = cumulated([tier.share / total for tier in people.tiers])
        honest = 1.0 - people.tempted - people.opportunists
        self.honesty = cumulated([honest, people.tempted, people.opportunists])
        self.voices = cumulated(people.voice.shares)
        self.expectations = cumulated(people.expectation.shares)
        self.tenures = cumulated(people.tenure.shares)
        self.tenure_values = people.tenure.values
        self.insatiable = threshold(people.insatiable)
        self.aggressive = threshold(people.aggressive)
        chances = dict(people.complains)
        self.complains = tuple(
            tuple(threshold(chances[severity] * voice) for voice in people.voice.values)
            for severity in Severity
        )
        self.blames = threshold(people.blames_firm)
        self.tempts = tuple(
            tuple(
                tuple(
                    threshold(world.temptation(honesty, grievance, boldness))
                    for boldness in range(-BOLD, BOLD + 1)
                )
                for grievance in range(3)
            )
            for honesty in HONESTY
        )

    def _failures(self, world: World) -> None:
        self.risks = world.risks
        self._rates: list[float] = []
        for mode in world.modes:
            whole = sum(cause.weight for cause in mode.causes)
            self._rates += [mode.rate * float(c.weight / whole) for c in mode.causes]
        total = sum(self._rates) or 1.0
        self.pretexts = cumulated([rate / total for rate in self._rates])
        self.is_firm = tuple(
            world.modes[m].causes[c].locus == "firm" for m, c in self.risks
        )
        spreads = [mode.severity for mode in world.modes]
        self.severities = tuple(_padded(spread.shares, 3) for spread in spreads)
        self.severity_values = tuple(
            tuple(
                int(severity) for severity in (*spread.values, *spread.values[-1:] * 3)
            )[:4]
            for spread in spreads
        )
        self.facts = tuple(
            tuple(cumulated(spread.shares) for _, spread in mode.facts)
            for mode in world.modes
        )
        self.fact_codes = max(
            prod(len(s.values) for _, s in mode.facts) for mode in world.modes
        )
        self.compound = tuple(threshold(mode.compound) for mode in world.modes)
        self.detected = tuple(threshold(mode.detected) for mode in world.modes)
        self.proof = (threshold(world.proof_rates[1]), threshold(world.proof_rates[0]))
        self.confirmed = threshold(world.confirmation_rate)
        self.failing = tuple(
            self._bounds(tier.encounters) for tier in world.population.tiers
        )
        learning = self.company.learning
        self.prevails = (
            tuple(
                threshold((1.0 - learning.effect) ** taken)
                for taken in range(learning.most + 1)
            )
            if learning
            else (HALF,)
        )

    def _bounds(self, encounters: int) -> tuple[int, ...]:
        """Bound the failures of a month: a half below the last fails, and why.

        Returns:
            A bound for each risk; which one it is, the first that is not passed.
        """
        once = sum(self._rates)
        # At least one failure in so many encounters; the month's case is about one.
        ever = 1.0 - (1.0 - once) ** encounters
        sums, bounds = 0.0, list[int]()
        for rate in self._rates:
            sums += rate
            bounds.append(threshold(ever * sums / once if once else 0.0))
        return tuple(bounds)

    def _feelings(self, world: World, months: int) -> None:
        memory, gossip = world.memory, world.gossip
        self.start, self.usual = scaled(memory.start), scaled(memory.usual)
        self.bad = fading(memory.bad_fades, months)
        self.good = fading(memory.good_fades, months)
        self.leaving = leaving(world.loyalty)
        self.noise = noises(world.satisfaction_noise)
        self.below, self.above = (
            scaled(gossip.warns_below),
            scaled(gossip.praises_above),
        )
        self.tells = threshold(gossip.telling_rate)
        self.warning, self.praise = (
            scaled(gossip.warning_effect),
            scaled(gossip.praise_effect),
        )

    def _people(self, company: Company) -> None:
        answers = company.response
        self.delays = delays(answers) if isinstance(answers, Delay) else []
        self.handlings = handlings(answers) if isinstance(answers, Team) else []
        self.ladder = tuple(hours * 3600 for hours in company.response_hours_grid)

    def empathy(self, personality: int, month: int) -> int:
        """Return the empathy of an agent with some personality, in quarters."""
        team = self.company.response
        if not isinstance(team, Team):
            return EMPATHY // 2
        skill = min(1.0, team.skill + team.training * month)
        return round((team.personality.values[personality] + skill) / 2 * EMPATHY)

    @property
    def personalities(self) -> tuple[int, ...]:
        """Bound the personalities of the agents of a team."""
        team = self.company.response
        return cumulated(team.personality.shares) if isinstance(team, Team) else ()

    @property
    def is_shared(self) -> bool:
        """Return whether customers of a branch have anything in common."""
        return is_shared(self.company, self.world)

    # ------------------------------------------------- what both engines work out alike

    def faded(self, satisfaction: int, months: int) -> int:
        """Return satisfaction after fading to the usual for some months."""
        left = (self.bad if satisfaction < self.usual else self.good)[months]
        return self.usual + ((satisfaction - self.usual) * left >> 16)

    def relation(self, tenure: int, satisfaction: int) -> int:
        """Return how strong a relationship is, in halves."""
        age = sum(tenure >= months for months in AGES)
        return max(0, age - (satisfaction < FOND))


def is_shared(company: Company, world: World) -> bool:
    """Return whether customers of a branch have anything in common.

    Args:
        company: Whose habits.
        world: Whose customers.
    """
    return (
        isinstance(company.response, Team)
        or company.learning is not None
        or company.budget is not None
        or world.gossip.listeners > 0
    )


def _padded(shares: tuple[float, ...], size: int) -> tuple[int, ...]:
    bounds = cumulated(shares)
    return (*bounds, *[_CERTAIN] * (size - len(bounds)))
