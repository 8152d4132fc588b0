"""Figures with their error bars, and outcomes as ratios of sums."""

from __future__ import annotations

from math import inf, sqrt
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core.simulation.months.scale import ONE
from recovery_core.simulation.results.estimates import (
    Estimate,
    difference_of,
    quantile,
    ratio_of,
)
from recovery_core.simulation.results.outcomes import (
    OUTCOMES,
    estimate,
    gap,
    grid,
    listed,
)
from recovery_core.simulation.results.totals import PATHS, SEVERITIES, Totals
from tests.laws import check_value

ONES: Final = np.ones(5)
SOME: Final = np.array([1.0, 4.0, 2.0, 8.0, 5.0])


@pytest.mark.parametrize(
    ("freedom", "half", "tail"),
    [
        (1, 12.7062, 63.6567),
        (2, 4.30265, 9.92484),
        (3, 3.18245, 5.84091),
        (4, 2.77645, 4.60409),
        (5, 2.57058, 4.03214),
        (10, 2.22814, 3.16927),
        (30, 2.04227, 2.75000),
        (120, 1.97993, 2.61742),
        (10**9, 1.95996, 2.57583),
    ],
)
def test_quantiles_are_those_of_the_tables(
    freedom: int, half: float, tail: float
) -> None:
    """Student's t is that of the printed tables, whatever the degrees of freedom."""
    assert quantile(0.975, freedom) == pytest.approx(half, rel=2e-3)
    assert quantile(0.995, freedom) == pytest.approx(tail, rel=2e-2)
    assert quantile(0.025, freedom) == pytest.approx(-half, rel=2e-3)
    assert quantile(0.5, freedom) == pytest.approx(0.0, abs=1e-9)


def test_one_group_tells_nothing_of_the_error() -> None:
    """Without a second group, the interval is all there is."""
    assert quantile(0.975, 0) == inf
    found = ratio_of(np.array([3.0]), np.array([4.0]))
    assert found == Estimate(0.75, inf, 0)
    assert (found.low, found.high) == (-inf, inf)
    assert found.covers(1e9)
    assert not found.is_clear
    assert str(found) == "0.750 ± inf"


def test_an_interval_lies_about_its_value() -> None:
    """Low, high, cover and clearness follow from value, error and freedom."""
    some = Estimate(1.0, 0.1, 10)
    assert some.half_width == pytest.approx(0.222814, rel=1e-3)
    assert some.covers(1.2)
    assert not some.covers(1.3)
    assert some.is_clear
    assert Estimate(-1.0, 0.1, 10).is_clear
    assert not Estimate(0.1, 0.1, 10).is_clear
    assert Estimate(1.0, 0.1, 10, level=0.99).half_width > some.half_width
    assert some.times(-10) == Estimate(-10.0, 1.0, 10)
    assert some.to_dict() == {"value": 1.0, "low": some.low, "high": some.high}
    check_value(some)


def test_no_error_is_no_interval() -> None:
    """What is the same in every group is known for certain."""
    sure = Estimate(0.5, 0.0, 4)
    assert sure.low == sure.high == sure.value
    assert sure.half_width == 0.0
    assert Estimate(0.0, 0.0, 0).half_width == 0.0
    assert not Estimate(0.0, 0.0, 4).is_clear


@pytest.mark.parametrize(
    ("value", "half", "shown"),
    [
        (0.123456, 0.0123, "0.123 ± 0.012"),
        (0.123456, 0.00123, "0.1235 ± 0.0012"),
        (12345.678, 123.4, "12,346 ± 123"),
        (12345.678, 12.34, "12,346 ± 12"),
        (1.5, 1.234, "1.5 ± 1.2"),
        (0.5, 1e-12, "0.500000 ± 0.000000"),
        (0.5, 0.0, "0.500 ± 0.000"),
    ],
)
def test_an_estimate_shows_the_digits_it_can_stand_for(
    value: float, half: float, shown: str
) -> None:
    """An error is told with two digits, and the value with as many places."""
    error = half / quantile(0.975, 99)
    assert str(Estimate(value, error, 99)) == shown


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=30))
def test_the_jackknife_of_a_mean_is_the_usual_error(values: list[float]) -> None:
    """For a mean, leaving out each in turn comes to s / sqrt(n)."""
    column = np.array(values)
    found = ratio_of(column, np.ones_like(column))
    assert found.value == pytest.approx(column.mean(), abs=1e-9)
    assert found.freedom == len(values) - 1
    usual = column.std(ddof=1) / sqrt(len(values))
    assert found.error == pytest.approx(usual, rel=1e-6, abs=1e-9)


def test_the_jackknife_of_a_ratio_leaves_out_each_group() -> None:
    """A ratio's error is what one works out by hand, group by group."""
    below = np.array([2.0, 5.0, 3.0, 9.0, 5.0])
    without = [(20 - a) / (24 - b) for a, b in zip(SOME, below, strict=True)]
    mean = sum(without) / 5
    error = sqrt(4 / 5 * sum((w - mean) ** 2 for w in without))
    found = ratio_of(SOME, below)
    assert (found.value, found.error) == pytest.approx((20 / 24, error))


def test_the_difference_pairs_the_groups() -> None:
    """Two ratios that move together differ by less than each of them errs."""
    difference = difference_of((SOME, ONES), (SOME + 1, ONES))
    assert difference.value == pytest.approx(1.0)
    assert difference.error == pytest.approx(0.0, abs=1e-12)
    assert ratio_of(SOME, ONES).error > 1
    other = difference_of((SOME, ONES), (SOME[::-1], ONES))
    turned = (SOME[::-1] - SOME).std(ddof=1) / sqrt(5)
    assert (other.value, other.error) == pytest.approx((0.0, turned))


def test_what_never_occurred_is_nothing() -> None:
    """A ratio of nothing is nought, and groups without any of it do no harm."""
    assert ratio_of(np.zeros(3), np.zeros(3)) == Estimate(0.0, 0.0, 2)
    lonely = ratio_of(np.array([0.0, 3.0, 0.0]), np.array([0.0, 4.0, 0.0]))
    assert lonely == Estimate(0.75, 0.0, 2)


# Outcomes

NAMES: Final = (
    *("customers", "customer_months", "stayed", "satisfaction", "sales", "margin"),
    *("failed", "failures", "claims", "paid", "false_claims", "genuine_claims"),
    *("leaked", "waited", "at_once", "warnings", "recommendations", "repurchases"),
    *("resolved", "first_contact", "flagged", "escalated", "escalations", "reopened"),
    *("hours", "answered", "contacts"),
    *(f"{what} {n}" for what in ("episodes", "repurchases") for n in range(16)),
)
TINY: Final[dict[str, Any]] = {
    "customers": [10, 10],
    "stayed": [8, 9],
    "failures": [4, 2],
    "repurchases": [3, 1],
    "satisfaction": [6 * ONE, 7 * ONE],
    "genuine_claims": [3, 1],
    "at_once": [2 * ONE, ONE // 2],
    "warnings": [1, 1],
    "recommendations": [0, 1],
    "sales": [120_000, 240_000],
    "margin": [24_000, 48_000],
    "paid": [500, 300],
    "leaked": [100, 0],
    "claims": [5, 3],
    "resolved": [4, 3],
    "first_contact": [2, 2],
    "escalated": [1, 0],
    "reopened": [1, 1],
    "waited": [3600 * 20, 3600 * 12],
    "hours": [100, 60],
    "answered": [20, 10],
    "flagged": [1, 0],
    "episodes 0": [2, 1],
    "repurchases 0": [1, 1],
    "episodes 15": [2, 1],
    "repurchases 15": [2, 0],
}
EXPECTED: Final = {
    "retention": 0.85,
    "repurchase": 4 / 6,
    "satisfaction": 13 / 17,
    "at_once": 2.5 / 4,
    "warnings": 0.1,
    "recommendations": 0.05,
    "sales": 15.0,
    "cost": 0.4,
    "value": (60 - 8) / 20,
    "leakage": 0.125,
    "claims": 0.4,
    "failures": 0.3,
    "resolved": 7 / 8,
    "first_contact": 0.5,
    "escalation": 0.125,
    "double_deviation": 0.25,
    "response": 4.0,
    "resolution": (160 - 30 + 32) / 8,
    "suspicion": 0.125,
}


def tiny(**changes: Any) -> Totals:
    """Make totals of two groups."""
    groups = {name: np.array(TINY.get(name, [0, 0])) for name in NAMES}
    return Totals(10, {**groups, **changes}, {})


@pytest.mark.parametrize("name", OUTCOMES)
def test_an_outcome_is_what_its_sums_make_of_it(name: str) -> None:
    """Every outcome of a tiny run is what one works out on paper, in major units."""
    found = estimate(tiny(), OUTCOMES[name], 100.0)
    assert found.value == pytest.approx(EXPECTED[name])
    assert found.freedom == 1
    twice = {n: np.repeat(np.array(v), 5) for n, v in tiny().groups.items()}
    nothing = gap(tiny(**twice), tiny(**twice), OUTCOMES[name], 100.0)
    assert nothing == Estimate(0.0, 0.0, 9)


def test_a_gap_is_the_second_less_the_first() -> None:
    """The gap has the sign of what the second company changes."""
    more = tiny(paid=np.array([900, 700]))
    assert gap(tiny(), more, OUTCOMES["cost"], 100.0).value == pytest.approx(0.4)
    assert gap(tiny(), more, OUTCOMES["value"], 100.0).value == pytest.approx(-0.4)


def test_the_grid_tells_who_comes_back() -> None:
    """Cells are named by severity and path; what never occurred is left out."""
    found = grid(tiny())
    assert {cell: e.value for cell, e in found.items()} == {
        (SEVERITIES[0], PATHS[0]): pytest.approx(2 / 3),
        (SEVERITIES[3], PATHS[3]): pytest.approx(2 / 3),
    }


def test_outcomes_say_what_they_are() -> None:
    """Each has a line, a unit and a direction, and rows carry them."""
    assert all(name == outcome.name for name, outcome in OUTCOMES.items())
    assert all(outcome.what and outcome.unit for outcome in OUTCOMES.values())
    assert {n for n, o in OUTCOMES.items() if not o.is_better_high} >= {"cost"}
    (row,) = listed({"cost": Estimate(1.0, 0.0, 3)})
    expected = {"outcome": "cost", "unit": "money", "value": 1.0, "low": 1.0}
    assert row == {**expected, "high": 1.0}
