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
from .draws import HALF, to_half_word_threshold
from .satisfaction import EMPATHY
from .scale import (
    capped_delay_quantiles_in_seconds,
    capped_handling_quantiles_in_seconds,
    cumulative_thresholds_without_last,
    fading_factors_by_month,
    leaving_thresholds_by_satisfaction,
    satisfaction_noise_quantiles,
    to_parts_of_one,
)

__all__ = ["AGES", "BOLD", "FOND", "HONESTY", "Chances", "has_shared_branches"]

HONESTY: Final = ("honest", "tempted", "opportunist")
BOLD: Final = 4
"""Boldness runs from minus this to this."""
_CERTAIN: Final = to_half_word_threshold(1.0)
AGES: Final = (12, 60)
"""Months after which a relationship is no longer young, and is old."""
FOND: Final = to_parts_of_one(0.6)
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
        self._set_customer_thresholds(world)
        self._set_failure_thresholds(world)
        self._set_satisfaction_tables(world, months)
        self._set_response_times(company)

    def _set_customer_thresholds(self, world: World) -> None:
        people = world.population
        total = sum(tier.share for tier in people.tiers)
        self.tiers = cumulative_thresholds_without_last(
            [tier.share / total for tier in people.tiers]
        )
        honest = 1.0 - people.tempted - people.opportunists
        self.honesty = cumulative_thresholds_without_last(
            [honest, people.tempted, people.opportunists]
        )
        self.voices = cumulative_thresholds_without_last(people.voice.shares)
        self.expectations = cumulative_thresholds_without_last(
            people.expectation.shares
        )
        self.tenures = cumulative_thresholds_without_last(people.tenure.shares)
        self.tenure_values = people.tenure.values
        self.insatiable = to_half_word_threshold(people.insatiable)
        self.aggressive = to_half_word_threshold(people.aggressive)
        chances = dict(people.complains)
        self.complains = tuple(
            tuple(
                to_half_word_threshold(chances[severity] * voice)
                for voice in people.voice.values
            )
            for severity in Severity
        )
        self.blames = to_half_word_threshold(people.blames_firm)
        self.tempts = tuple(
            tuple(
                tuple(
                    to_half_word_threshold(
                        world.temptation(honesty, grievance, boldness)
                    )
                    for boldness in range(-BOLD, BOLD + 1)
                )
                for grievance in range(3)
            )
            for honesty in HONESTY
        )

    def _set_failure_thresholds(self, world: World) -> None:
        self.risks = world.risks
        self._rates: list[float] = []
        for mode in world.modes:
            whole = sum(cause.weight for cause in mode.causes)
            self._rates += [mode.rate * float(c.weight / whole) for c in mode.causes]
        total = sum(self._rates) or 1.0
        self.pretexts = cumulative_thresholds_without_last(
            [rate / total for rate in self._rates]
        )
        self.is_firm = tuple(
            world.modes[m].causes[c].locus == "firm" for m, c in self.risks
        )
        spreads = [mode.severity for mode in world.modes]
        self.severities = tuple(
            _thresholds_padded_with_certain(spread.shares, 3) for spread in spreads
        )
        self.severity_values = tuple(
            tuple(
                int(severity) for severity in (*spread.values, *spread.values[-1:] * 3)
            )[:4]
            for spread in spreads
        )
        self.facts = tuple(
            tuple(
                cumulative_thresholds_without_last(spread.shares)
                for _, spread in mode.facts
            )
            for mode in world.modes
        )
        self.fact_codes = max(
            prod(len(s.values) for _, s in mode.facts) for mode in world.modes
        )
        self.compound = tuple(
            to_half_word_threshold(mode.compound) for mode in world.modes
        )
        self.detected = tuple(
            to_half_word_threshold(mode.detected) for mode in world.modes
        )
        self.proof = (
            to_half_word_threshold(world.proof_rates[1]),
            to_half_word_threshold(world.proof_rates[0]),
        )
        self.confirmed = to_half_word_threshold(world.confirmation_rate)
        self.failing = tuple(
            self._monthly_failure_thresholds(tier.encounters)
            for tier in world.population.tiers
        )
        learning = self.company.learning
        self.prevails = (
            tuple(
                to_half_word_threshold((1.0 - learning.effect) ** taken)
                for taken in range(learning.most + 1)
            )
            if learning
            else (HALF,)
        )

    def _monthly_failure_thresholds(self, encounters: int) -> tuple[int, ...]:
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
            bounds.append(to_half_word_threshold(ever * sums / once if once else 0.0))
        return tuple(bounds)

    def _set_satisfaction_tables(self, world: World, months: int) -> None:
        memory, gossip = world.memory, world.gossip
        self.start, self.usual = (
            to_parts_of_one(memory.start),
            to_parts_of_one(memory.usual),
        )
        self.bad = fading_factors_by_month(memory.bad_fades, months)
        self.good = fading_factors_by_month(memory.good_fades, months)
        self.leaving = leaving_thresholds_by_satisfaction(world.loyalty)
        self.noise = satisfaction_noise_quantiles(world.satisfaction_noise)
        self.below, self.above = (
            to_parts_of_one(gossip.warns_below),
            to_parts_of_one(gossip.praises_above),
        )
        self.tells = to_half_word_threshold(gossip.telling_rate)
        self.warning, self.praise = (
            to_parts_of_one(gossip.warning_effect),
            to_parts_of_one(gossip.praise_effect),
        )

    def _set_response_times(self, company: Company) -> None:
        answers = company.response
        self.delays = (
            capped_delay_quantiles_in_seconds(answers)
            if isinstance(answers, Delay)
            else []
        )
        self.handlings = (
            capped_handling_quantiles_in_seconds(answers)
            if isinstance(answers, Team)
            else []
        )
        self.ladder = tuple(hours * 3600 for hours in company.response_hours_grid)

    def agent_empathy_in_quarters(self, personality: int, month: int) -> int:
        """Return the empathy of an agent with some personality, in quarters."""
        team = self.company.response
        if not isinstance(team, Team):
            return EMPATHY // 2
        skill = min(1.0, team.skill + team.training * month)
        return round((team.personality.values[personality] + skill) / 2 * EMPATHY)

    @property
    def personality_thresholds(self) -> tuple[int, ...]:
        """Bound the personalities of the agents of a team."""
        team = self.company.response
        return (
            cumulative_thresholds_without_last(team.personality.shares)
            if isinstance(team, Team)
            else ()
        )

    @property
    def is_shared(self) -> bool:
        """Return whether customers of a branch have anything in common."""
        return has_shared_branches(self.company, self.world)

    # ------------------------------------------------- what both engines work out alike

    def fade_satisfaction(self, satisfaction: int, months: int) -> int:
        """Return satisfaction after fading to the usual for some months."""
        left = (self.bad if satisfaction < self.usual else self.good)[months]
        return self.usual + ((satisfaction - self.usual) * left >> 16)

    def relationship_strength_in_halves(self, tenure: int, satisfaction: int) -> int:
        """Return how strong a relationship is, in halves."""
        age = sum(tenure >= months for months in AGES)
        return max(0, age - (satisfaction < FOND))


def has_shared_branches(company: Company, world: World) -> bool:
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


def _thresholds_padded_with_certain(
    shares: tuple[float, ...], size: int
) -> tuple[int, ...]:
    bounds = cumulative_thresholds_without_last(shares)
    return (*bounds, *[_CERTAIN] * (size - len(bounds)))
