"""What is known without a simulation: queues, survival, counts, and null effects."""

from __future__ import annotations

from collections.abc import Mapping
from math import log1p, prod, sqrt
from statistics import mean, stdev
from typing import Any, Final

import attrs
import numpy as np
import pytest

from recovery_core._domain.attribution import Cause, Party
from recovery_core._domain.failure import Severity
from recovery_core.simulation import compare, simulate
from recovery_core.simulation.company import Learning, Team
from recovery_core.simulation.engine.arrays import Arrays
from recovery_core.simulation.engine.chances import Chances
from recovery_core.simulation.engine.draws import HALF, Draws
from recovery_core.simulation.engine.monthly import Block, run_block
from recovery_core.simulation.engine.people import People
from recovery_core.simulation.engine.queues import AgentQueue, erlang_c_mean_wait
from recovery_core.simulation.engine.scale import MONTH
from recovery_core.simulation.engine.situation_tables import Tables
from recovery_core.simulation.results.estimates import Estimate, student_quantile
from recovery_core.simulation.results.outcomes import OUTCOMES, estimate, gap
from recovery_core.simulation.results.totals import Totals, sum_block
from recovery_core.simulation.world.mind import Gossip, Loyalty, Memory, Persistence
from recovery_core.simulation.world.world import FailureMode, World
from tests.support.worlds import (
    LATE,
    RUDE,
    TIERS,
    by_severity,
    company,
    everything,
    world,
)

FAITHFUL: Final = Loyalty(steepness=100.0, midpoint=-1.0)
HONEST: Final[Mapping[str, Any]] = {
    "tempted": 0.0,
    "opportunists": 0.0,
    "tenure": 24,
    "aggressive": 0.0,
    "insatiable": 0.0,
    "blames_firm": 0.0,
    "expectation": 0.5,
    "voice": 1.0,
}
"""Customers who are alike, so that there is little to work out."""
QUIET: Final[Mapping[str, Any]] = {
    "gossip": Gossip(),
    "persistence": Persistence(),
    "modes": attrs.evolve(RUDE, causes=LATE.causes, severity=LATE.severity),
}
COUNTED: Final[Mapping[str, Any]] = {
    "gossip": Gossip(),
    "loyalty": FAITHFUL,
    "modes": (LATE, RUDE),
    "reactions": (),
    "persistence": Persistence(),
}


def block_of(some: Any, here: World, customers: int, months: int, seed: int) -> Block:
    """Run a block."""
    chances = Chances(some, here, months)
    tables, arrays = Tables(some, here), Arrays(chances)
    return run_block(tables, arrays, Draws(seed), (0, customers))


# Queues


def waited(load: float, agents: int, claims: int, seed: int) -> float:
    """Let exponential claims come in, and say how long they wait, in services."""
    draws, queue, at, total = Draws(seed), AgentQueue(agents), 0.0, 0
    mean_service = 10**6

    def exponential(purpose: str, number: int) -> float:
        return -log1p(-draws.draw_word(purpose, number) / 2**64)

    for number in range(claims):
        at += exponential("gap", number) * mean_service / (load * agents)
        service = round(exponential("service", number) * mean_service)
        wait, agent = queue.assign_agent_and_wait(round(at), service)
        assert 0 <= agent < agents
        total += wait
    return total / claims / mean_service


@pytest.mark.parametrize(("load", "agents"), [(0.5, 1), (0.7, 2), (0.8, 5)])
def test_a_queue_waits_as_long_as_erlang_says(load: float, agents: int) -> None:
    """With exponential gaps and services, the mean wait is that of M/M/c."""
    found = [waited(load, agents, 4_000, seed) for seed in range(16)]
    error = stdev(found) / sqrt(len(found))
    expected = erlang_c_mean_wait(load, agents)
    assert abs(mean(found) - expected) < student_quantile(0.9999, 15) * error


@pytest.mark.parametrize(
    ("load", "agents", "expected"),
    [(0.5, 1, 1.0), (0.9, 1, 9.0), (0.0, 3, 0.0), (0.75, 2, 9 / 7), (0.9, 20, 0.27538)],
)
def test_erlang_is_right(load: float, agents: int, expected: float) -> None:
    """One server waits load / (1 - load); two wait load² / (1 - load²)."""
    assert erlang_c_mean_wait(load, agents) == pytest.approx(expected, rel=1e-4)


def test_a_queue_serves_first_come_first_served() -> None:
    """The one who is free first serves next; the earlier number where two are."""
    queue = AgentQueue(2)
    served = [queue.assign_agent_and_wait(at, 10) for at in (0, 0, 3, 12, 13, 40)]
    assert served == [(0, 0), (0, 1), (7, 0), (0, 1), (7, 0), (0, 1)]


def test_a_team_waits_as_long_as_erlang_says() -> None:
    """In a world where claims come at random, the team's mean wait is that of M/M/c."""
    often = FailureMode(what="fails", rate=0.5, detected=1.0)
    people = {**HONEST, "tiers": TIERS[:1]}
    here = world(
        people,
        modes=often,
        loyalty=FAITHFUL,
        gossip=Gossip(),
        persistence=Persistence(),
        branch_size=800,
    )
    # Of 800 customers, 400 claim in each month; so the claims are all but Poisson.
    load, agents = 0.7, 2
    minutes = load * agents * MONTH / 400 / 60
    some = company(habits={"response": Team(agents=agents, handling=minutes)})
    found = block_of(some, here, 800 * 40, 24, 5)
    group = found.events["customer"] // 800
    late = found.events["month"] >= 2  # the queue begins empty
    waits = np.bincount(group[late], found.events["waited"][late] / (60 * minutes))
    means = waits / np.bincount(group[late])
    error = means.std(ddof=1) / sqrt(means.size)
    # The claims of a month are a fixed number's share: a little steadier than Poisson.
    assert abs(means.mean() - erlang_c_mean_wait(load, agents)) < 0.06 + 4 * error


# Survival


@pytest.mark.parametrize(
    ("memory", "loyalty"),
    [
        (Memory(usual=0.6), Loyalty(steepness=8.0, midpoint=0.31)),
        (
            Memory(usual=0.7, start=0.3, bad_fades=0.1),
            Loyalty(steepness=6.0, midpoint=0.4),
        ),
        (
            Memory(usual=0.3, start=0.9, good_fades=0.3),
            Loyalty(steepness=9.0, midpoint=0.1),
        ),
    ],
)
def test_without_failures_survival_is_a_product(
    memory: Memory, loyalty: Loyalty
) -> None:
    """Who stays is binomial, by the chances along the path that satisfaction fades."""
    months, size = 12, 40_000
    calm = world(HONEST, memory=memory, loyalty=loyalty, gossip=Gossip())
    calm = calm.without_failures()
    fades = [memory.good_fades, memory.bad_fades][memory.start < memory.usual]
    path = [
        memory.usual + (memory.start - memory.usual) * (1 - fades) ** month
        for month in range(months)
    ]
    stay = [1 - loyalty(level) for level in path]
    found = block_of(company(), calm, size, months, 3)
    for month in range(1, months + 1):
        share = prod(stay[:month])
        here = int((found.left > month).sum()) if month < months else found.stays.sum()
        error = sqrt(share * (1 - share) / size)
        # Satisfaction is kept in 65,536 parts, which bends the path a little.
        assert abs(here / size - share) < 5 * error + 1e-4


# Failures


def test_failures_are_binomial() -> None:
    """Failures have the mean and the variance of independent chances."""
    months, size = 10, 40_000
    people = {**HONEST, "tiers": TIERS}
    here = world(people, **COUNTED)
    found = block_of(company(), here, size, months, 9)
    for tier, rate in enumerate((0.09, 1 - (1 - 0.09) ** 3)):
        counts = found.failures[found.tier == tier]
        expected, spread = months * rate, months * rate * (1 - rate)
        error = sqrt(spread / counts.size)
        assert abs(counts.mean() - expected) < 5 * error
        # The fourth moment of a binomial gives the error of its variance.
        kurtosis = 3 + (1 - 6 * rate * (1 - rate)) / spread
        wide = spread * sqrt((kurtosis - 1) / counts.size)
        assert abs(counts.var() - spread) < 5 * wide
    share = (found.tier == 1).mean()
    assert abs(share - 0.3) < 5 * sqrt(0.21 / size)


def far(counts: Any, shares: Any) -> float:
    """Say how far counts are from shares, in deviations of the chi-square."""
    found, wanted = np.asarray(counts, float), np.asarray(shares, float)
    wanted = wanted / wanted.sum() * found.sum()
    square, freedom = float(((found - wanted) ** 2 / wanted).sum()), found.size - 1
    return (square - freedom) / sqrt(2 * freedom)


def test_failures_have_the_shares_they_should() -> None:
    """Modes, causes and severities come as often as their weights say."""
    here = world(HONEST, **COUNTED)
    found = block_of(company(), here, 40_000, 10, 4)
    risks = np.bincount(found.events["risk"], minlength=4)
    assert far(risks, [0.03, 0.02, 0.01, 0.03]) < 5
    late = found.events["risk"] < 3
    severities = np.bincount(found.events["severity"][late], minlength=4)
    assert severities[Severity.MODERATE - 1] == 0
    assert far(severities[[0, 2, 3]], [6, 3, 1]) < 5
    rude = found.events["severity"][~late]
    assert (rude == Severity.MODERATE - 1).all()
    months = np.bincount(found.events["month"])
    assert far(months, np.ones(10)) < 5


def test_customers_are_as_mixed_as_they_should_be() -> None:
    """Tenure and honesty come as often as their weights say."""
    here = world()
    chances = Chances(company(), here, 3)
    people = People(Arrays(chances), Draws(1), (0, 60_000))
    honesty = np.bincount(people.column("honesty"), minlength=3)
    assert far(honesty, [0.85, 0.10, 0.05]) < 5
    tenures = np.unique(people.column("tenure"), return_counts=True)[1]
    assert far(tenures, np.ones(6)) < 5


def test_measures_prevent_failures_of_their_cause() -> None:
    """Each measure takes its share of the failures of one cause, and of no other."""
    causes = (Cause("a", Party.FIRM), Cause("b", Party.FIRM))
    mode = attrs.evolve(RUDE, rate=0.5, causes=causes)
    some = company(habits={"learning": Learning(effect=0.4)})
    chances = Chances(some, world(modes=mode), 3)
    bounds = np.diff([0, *chances.failing[0]]) / HALF
    assert bounds == pytest.approx([0.25, 0.25])
    ever = 1 - 0.5**3
    bounds = np.diff([0, *chances.failing[1]]) / HALF
    assert bounds == pytest.approx([ever / 2, ever / 2])
    shares = np.array(chances.prevails) / HALF
    assert shares == pytest.approx([1, 0.6, 0.6**2, 0.6**3])
    assert Chances(company(), world(modes=mode), 3).prevails == (HALF,)


def test_measures_prevent_by_chances_of_their_own() -> None:
    """What is not prevented happens to the same customers, of the same cause."""
    causes = (Cause("a", Party.FIRM), Cause("b", Party.NATURE, weight=2))
    mode = attrs.evolve(RUDE, rate=0.2, causes=causes)
    loud = {**HONEST, "complains": dict.fromkeys(Severity, 1.0), "tiers": TIERS[:1]}
    here = world(loud, modes=mode, loyalty=FAITHFUL)
    habits = {"learning": Learning(after=1, effect=0.4, most=1)}
    without = block_of(company(), here, 20_000, 6, 3)
    learned = block_of(company(habits=habits), here, 20_000, 6, 3)
    names = ("customer", "month", "risk")
    before, after = (
        {*zip(*(block.events[name].tolist() for name in names), strict=True)}
        for block in (without, learned)
    )
    assert after < before
    # In the first month each branch of 100 has learned what there is to learn.
    first = {event for event in before if event[1] == 0}
    assert first <= after
    kept, all_later = len(after - first), len(before - first)
    assert abs(kept - 0.6 * all_later) < 5 * sqrt(0.24 * all_later)


# Intervals

GROUPS: Final = 20


def cut(totals: Totals, place: int) -> Totals:
    """Take some groups out, as if they were a run of their own."""
    some = slice(place * GROUPS, (place + 1) * GROUPS)
    groups = {name: column[some] for name, column in totals.groups.items()}
    return Totals(totals.size, groups, {})


def covered(estimates: list[Estimate], truth: float) -> int:
    """Count the intervals that cover the truth."""
    return sum(found.covers(truth) for found in estimates)


def sums(here: World, seed: int, *, customers: int, size: int) -> list[Totals]:
    """Run once, and take the groups as many small runs, for they share nothing."""
    some = company()
    block = block_of(some, here, customers, 6, seed)
    whole = sum_block(block, Tables(some, here), size)
    return [cut(whole, place) for place in range(customers // size // GROUPS)]


def test_intervals_cover_what_is_true() -> None:
    """Of four hundred small runs, the intervals of about 95 % cover the truth."""
    here = world({**HONEST, "tiers": TIERS[:1]}, **COUNTED)
    found = [
        estimate(part, OUTCOMES["failures"], 1.0)
        for seed in (1, 2)
        for part in sums(here, seed, customers=40_000, size=10)
    ]
    assert len(found) == 400
    assert 358 <= covered(found, 6 * 0.09) <= 399


def test_intervals_of_no_difference_cover_nought() -> None:
    """Between seeds there is no effect, and about 95 % of the intervals say so."""
    one, two = (
        sums(world(HONEST, **QUIET), seed, customers=100_000, size=25)
        for seed in (1, 2)
    )
    gaps = {
        name: [gap(*pair, outcome, 100.0) for pair in zip(one, two, strict=True)]
        for name, outcome in OUTCOMES.items()
    }
    # Where nobody doubts and all is resolved, some outcomes are the same for certain.
    unsure = {
        name: found for name, found in gaps.items() if any(e.value for e in found)
    }
    counts = {name: covered(found, 0.0) for name, found in unsure.items()}
    assert len(counts) >= 12
    assert len(one) == 200
    assert min(counts.values()) >= 174, counts
    assert 0.93 < mean(counts.values()) / 200 < 0.97, counts


def test_intervals_on_the_same_luck_cover_what_is_true() -> None:
    """Where two worlds only swap tiers, about 95 % of the intervals cover nought."""
    tiers = [attrs.evolve(tier, share=1) for tier in TIERS]
    one, two = (
        sums(world({**HONEST, "tiers": order}, **QUIET), 3, customers=100_000, size=25)
        for order in (tiers, tiers[::-1])
    )
    pairs = [*zip(one, two, strict=True)]
    for name in ("failures", "claims", "retention", "satisfaction"):
        found = [gap(*pair, OUTCOMES[name], 1.0) for pair in pairs]
        assert any(each.value for each in found)
        assert 174 <= covered(found, 0.0) <= 200, name


def test_common_luck_narrows_the_interval() -> None:
    """Two companies are told apart by far fewer customers on the same luck."""
    here = world(HONEST, **QUIET)
    paired = compare(by_severity, everything, here, customers=5_000, months=5, seed=1)
    other = simulate(everything, here, customers=5_000, months=5, seed=2)
    alone = gap(paired.first.totals, other.totals, OUTCOMES["retention"], 1.0)
    assert paired["retention"].error < alone.error / 2
