"""Chances, curves and distributions as whole numbers."""

from __future__ import annotations

from itertools import pairwise
from math import exp
from statistics import median
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core.simulation.company import Delay, Learning, Team
from recovery_core.simulation.engine.chances import Chances
from recovery_core.simulation.engine.draws import HALF
from recovery_core.simulation.engine.people import (
    count_thresholds_passed_by_each as picked_by_arrays,
)
from recovery_core.simulation.engine.scale import (
    ONE,
    POINTS,
    capped_delay_quantiles_in_seconds,
    capped_handling_quantiles_in_seconds,
    clip_satisfaction,
    count_thresholds_passed,
    cumulative_thresholds_without_last,
    fading_factors_by_month,
    leaving_thresholds_by_satisfaction,
    satisfaction_noise_quantiles,
    to_parts_of_one,
    to_undated_claim_marks,
)
from recovery_core.simulation.world.mind import Gossip, Loyalty, Memory
from tests.support.worlds import company, euro, world


@pytest.mark.parametrize(("level", "whole"), [(0, 0), (1, ONE), (0.5, ONE // 2)])
def test_satisfaction_is_a_whole_number(level: float, whole: int) -> None:
    """Full satisfaction is one whole number, and nothing is nought."""
    assert to_parts_of_one(level) == whole
    assert clip_satisfaction(whole) == whole
    assert clip_satisfaction(whole - 2 * ONE) == 0
    assert clip_satisfaction(whole + 2 * ONE) == ONE


@given(st.lists(st.integers(0, 9), min_size=1, max_size=20).filter(sum), st.data())
def test_places_are_picked_by_their_shares(
    weights: list[int], data: st.DataObject
) -> None:
    """One by one or at once, the same place is picked, and never one of no weight."""
    shares = [weight / sum(weights) for weight in weights]
    bounds = cumulative_thresholds_without_last(shares)
    assert len(bounds) == len(weights) - 1
    halves = data.draw(st.lists(st.integers(0, HALF - 1), min_size=1, max_size=5))
    halves += [0, HALF - 1, *(bound for bound in bounds if bound < HALF)]
    places = [count_thresholds_passed(bounds, half) for half in halves]
    assert all(weights[place] for place in places)
    assert picked_by_arrays(bounds, np.array(halves)).tolist() == places


def test_shares_become_bounds() -> None:
    """Bounds are where one share ends and the next begins."""
    assert cumulative_thresholds_without_last([0.25, 0.75]) == (HALF // 4,)
    assert count_thresholds_passed((HALF // 4,), HALF // 4) == 1
    assert count_thresholds_passed((HALF // 4,), HALF // 4 - 1) == 0
    assert count_thresholds_passed((), 17) == 0


@given(st.floats(0, 1), st.integers(0, 30))
def test_what_is_left_fades(share: float, months: int) -> None:
    """A deviation fades month by month from all of it, and never grows."""
    left = fading_factors_by_month(share, months)
    assert left[0] == ONE
    assert len(left) == months + 1
    assert all(0 <= b <= a for a, b in pairwise(left))


@given(
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 1),
    st.integers(0, 12),
)
def test_satisfaction_goes_back_to_the_usual(
    usual: float, good: float, bad: float, level: float, months: int
) -> None:
    """The good fades from above and the bad from below, and neither goes beyond."""
    memory = Memory(usual=usual, good_fades=good, bad_fades=bad)
    chances = Chances(company(), world(memory=memory), 12)
    now, then = (
        to_parts_of_one(level),
        chances.fade_satisfaction(to_parts_of_one(level), months),
    )
    if now >= chances.usual:
        assert chances.usual <= then <= now
    else:
        assert now <= then <= chances.usual
    fades = good if now >= chances.usual else bad
    expected = usual + (level - usual) * (1 - fades) ** months
    assert then / ONE == pytest.approx(expected, abs=3 / ONE)


@pytest.mark.parametrize(
    ("history", "without"),
    [
        (0, 0),
        (0b10_00_01, 0b10_01),
        (0b01_00_10, 0b10_01),
        (0b01_00_00_00, 0b01),
        (0b10_10_01, 0b10_10_01),
    ],
)
def test_without_dates_there_is_one_claim_a_month(history: int, without: int) -> None:
    """Numbers are kept, months are not: one a month, and the confirmed ones last."""
    assert to_undated_claim_marks(history) == without


def test_curves_are_tables() -> None:
    """The chance to leave is kept for each level, from nothing to full."""
    loyalty = Loyalty(steepness=8.0, midpoint=0.4)
    curve = leaving_thresholds_by_satisfaction(loyalty)
    assert len(curve) == ONE + 1
    assert curve[ONE // 2] / HALF == pytest.approx(loyalty(0.5))
    assert all(a >= b for a, b in pairwise(curve))


def test_distributions_are_tables_of_points_alike() -> None:
    """Noise, delays and handling times keep mean, median and spread."""
    noise = np.array(satisfaction_noise_quantiles(0.1)) / ONE
    assert noise.size == POINTS
    assert noise.mean() == pytest.approx(0, abs=1e-5)
    assert noise.std() == pytest.approx(0.1, rel=0.01)
    hours = (
        np.array(capped_delay_quantiles_in_seconds(Delay(median=10, sigma=1.0))) / 3600
    )
    assert median(hours.tolist()) == pytest.approx(10, rel=0.01)
    assert hours.mean() == pytest.approx(10 * exp(0.5), rel=0.02)
    assert set(capped_delay_quantiles_in_seconds(Delay(median=10, sigma=0))) == {36_000}
    minutes = (
        np.array(capped_handling_quantiles_in_seconds(Team(agents=1, handling=30))) / 60
    )
    assert minutes.mean() == pytest.approx(30, rel=0.01)
    assert minutes.std() == pytest.approx(30, rel=0.01)
    assert set(
        capped_handling_quantiles_in_seconds(
            Team(agents=1, handling=30, varies="fixed")
        )
    ) == {1_800}
    century = 100 * 365 * 24 * 3600
    assert (
        capped_delay_quantiles_in_seconds(Delay(median=1e300, sigma=10))[-1] == century
    )
    assert (
        capped_handling_quantiles_in_seconds(Team(agents=1, handling=1e300))[-1]
        < century
    )


@pytest.mark.parametrize(
    ("tenure", "level", "relation"),
    [(0, 0.9, 0), (11, 0.9, 0), (12, 0.9, 1), (60, 0.9, 2), (60, 0.5, 1), (0, 0.1, 0)],
)
def test_a_relationship_grows_with_the_years(
    tenure: int, level: float, relation: int
) -> None:
    """A year makes it stronger, five years more so, and dissatisfaction weaker."""
    assert (
        Chances(company(), world(), 1).relationship_strength_in_halves(
            tenure, to_parts_of_one(level)
        )
        == relation
    )


@pytest.mark.parametrize(
    ("habits", "parts", "is_shared"),
    [
        ({}, {}, False),
        ({"response": Team(agents=1, handling=1)}, {}, True),
        ({"learning": Learning()}, {}, True),
        ({"budget": euro("1.00")}, {}, True),
        ({}, {"gossip": Gossip(listeners=1)}, True),
    ],
)
def test_branches_matter_where_something_is_shared(
    habits: dict[str, Any], parts: dict[str, Any], *, is_shared: bool
) -> None:
    """A team, lessons, a budget or gossip is what the customers of a branch share."""
    here = world(**{"gossip": Gossip(), **parts})
    assert Chances(company(habits=habits), here, 1).is_shared is is_shared


def test_agents_listen_by_personality_and_training() -> None:
    """Empathy is in quarters, half for whoever is at work where there is no team."""
    team = Team(
        agents=1, handling=1, personality={0.0: 1, 1.0: 1}, skill=0.0, training=0.5
    )
    chances = Chances(company(habits={"response": team}), world(), 5)
    assert [chances.agent_empathy_in_quarters(0, month) for month in range(5)] == [
        0,
        1,
        2,
        2,
        2,
    ]
    assert [chances.agent_empathy_in_quarters(1, month) for month in range(5)] == [
        2,
        3,
        4,
        4,
        4,
    ]
    assert chances.personality_thresholds == (HALF // 2,)
    nobody = Chances(company(), world(), 5)
    assert nobody.agent_empathy_in_quarters(0, 3) == 2
    assert nobody.personality_thresholds == ()
