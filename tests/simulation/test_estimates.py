"""Figures with their error bars, and outcomes as ratios of sums."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from math import inf, isnan, nan, sqrt
from typing import Any, Final

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core.simulation.engine.scale import ONE
from recovery_core.simulation.results.estimates import Estimate, student_quantile
from recovery_core.simulation.results.outcomes import (
    OUTCOMES,
    estimate,
    gap,
    grid,
    listed,
)
from recovery_core.simulation.results.ratios import (
    Ratio,
    estimate_difference,
    estimate_ratio,
    share_ratio,
)
from recovery_core.simulation.results.totals import PATHS, SEVERITIES, Totals
from tests.support.laws import check_value

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
    assert student_quantile(0.975, freedom) == pytest.approx(half, rel=2e-3)
    assert student_quantile(0.995, freedom) == pytest.approx(tail, rel=2e-2)
    assert student_quantile(0.025, freedom) == pytest.approx(-half, rel=2e-3)
    assert student_quantile(0.5, freedom) == pytest.approx(0.0, abs=1e-9)


def test_one_group_tells_nothing_of_the_error() -> None:
    """Without a second group, the interval is all there is."""
    assert student_quantile(0.975, 0) == inf
    found = estimate_ratio(Ratio(np.array([3.0]), np.array([4.0])))
    assert found == Estimate(0.75, inf, 0)
    assert (found.low, found.high) == (-inf, inf)
    assert found.covers(1e9)
    assert found.is_known
    assert not found.has_interval
    assert not found.is_clear
    assert str(found) == "0.750, interval not known"
    assert found.to_dict() == {"value": 0.75, "low": None, "high": None}
    share = estimate_ratio(share_ratio(np.array([3]), np.array([4])))
    assert (share.low, share.high) == (0.0, 1.0)


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
    error = half / student_quantile(0.975, 99)
    assert str(Estimate(value, error, 99)) == shown


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=30))
def test_the_jackknife_of_a_mean_is_the_usual_error(values: list[float]) -> None:
    """For a mean, leaving out each in turn comes to s / sqrt(n)."""
    column = np.array(values)
    found = estimate_ratio(Ratio(column, np.ones_like(column)))
    assert found.value == pytest.approx(column.mean(), abs=1e-9)
    assert 1 <= found.freedom <= len(values) - 1
    usual = column.std(ddof=1) / sqrt(len(values))
    assert found.error == pytest.approx(usual, rel=1e-6, abs=1e-9)


def test_the_jackknife_of_a_ratio_leaves_out_each_group() -> None:
    """A ratio's error is what one works out by hand, group by group."""
    below = np.array([2.0, 5.0, 3.0, 9.0, 5.0])
    without = [(20 - a) / (24 - b) for a, b in zip(SOME, below, strict=True)]
    mean = sum(without) / 5
    error = sqrt(4 / 5 * sum((w - mean) ** 2 for w in without))
    found = estimate_ratio(Ratio(SOME, below))
    assert (found.value, found.error) == pytest.approx((20 / 24, error))


def test_the_difference_pairs_the_groups() -> None:
    """Two ratios that move together differ by less than each of them errs."""
    difference = estimate_difference(Ratio(SOME, ONES), Ratio(SOME + 1, ONES))
    assert difference.value == pytest.approx(1.0)
    assert difference.error == pytest.approx(0.0, abs=1e-12)
    assert estimate_ratio(Ratio(SOME, ONES)).error > 1
    other = estimate_difference(Ratio(SOME, ONES), Ratio(SOME[::-1], ONES))
    turned = (SOME[::-1] - SOME).std(ddof=1) / sqrt(5)
    assert (other.value, other.error) == pytest.approx((0.0, turned))


def test_of_nothing_there_is_no_ratio() -> None:
    """Where nothing stands below the line, the figure is not known."""
    found = estimate_ratio(Ratio(np.zeros(3), np.zeros(3), (0.0, 1.0)))
    assert isnan(found.value)
    asked = (found.is_known, found.has_interval, found.is_clear, found.covers(0.0))
    assert asked == (False, False, False, False)
    assert isnan(found.low)
    assert isnan(found.high)
    assert str(found) == "not known"
    assert found.to_dict() == {"value": None, "low": None, "high": None}
    apart = estimate_difference(Ratio(np.zeros(5), np.zeros(5)), Ratio(SOME, ONES))
    assert str(apart) == "not known"


def test_what_is_not_known_equals_itself() -> None:
    """Whatever NaN says: a run that is done again comes to the same."""
    unknown = Estimate(nan, inf, 0)
    check_value(unknown)
    assert unknown == pickle.loads(pickle.dumps(unknown)) == unknown.times(0.01)  # noqa: S301
    assert unknown != Estimate(0.0, inf, 0)


def test_groups_without_any_of_it_are_no_groups() -> None:
    """They change nothing; and one that has some tells nothing of the error."""
    above, below = np.array([0.0, 3, 0, 2, 5]), np.array([0.0, 4, 0, 5, 6])
    some = above[below > 0], below[below > 0]
    assert estimate_ratio(Ratio(above, below)) == estimate_ratio(Ratio(*some))
    lonely = Ratio(np.array([0.0, 3.0, 0.0]), np.array([0.0, 4.0, 0.0]))
    assert estimate_ratio(lonely) == Estimate(0.75, inf, 0)
    many = Ratio(np.array([1.0, 3.0, 2.0]), np.array([2.0, 4.0, 5.0]))
    for sides in ((lonely, many), (many, lonely), (lonely, lonely)):
        assert estimate_difference(*sides).error == inf


# How much an error can be relied on


def rare(count: int, groups: int = 200) -> Ratio:
    """Make a number of events among ten customers a group, one a group at most."""
    below = np.full(groups, 10.0)
    return Ratio(np.arange(groups) < count, below, (0.0, inf), below.sum())


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 12])
def test_few_groups_that_have_any_are_few_degrees(count: int) -> None:
    """Where k of many groups have what makes the figure, about k tell of the error."""
    found = estimate_ratio(rare(count))
    assert count <= found.freedom <= count * 1.35
    assert found.error == pytest.approx(sqrt(count) / 2_000, rel=0.03)
    assert estimate_ratio(rare(200 - count)).freedom == found.freedom
    none = rare(0)
    assert count <= estimate_difference(none, rare(count)).freedom <= count * 1.5 + 2


def test_ordinary_groups_lose_nothing() -> None:
    """What varies as usual keeps the groups less one, or nearly."""
    draws = np.random.default_rng(5).normal(10.0, 1.0, (50, 200))
    found = [estimate_ratio(Ratio(row, np.ones(200))) for row in draws]
    assert all(student_quantile(0.975, each.freedom) < 1.985 for each in found)
    evenly = Ratio(np.arange(200) % 2, np.ones(200))
    assert estimate_ratio(evenly).freedom == 199
    assert estimate_ratio(Ratio(np.array([1.0, 3.0]), np.ones(2))).freedom == 1


# What was never met


def test_what_was_never_met_may_be_three_among_all() -> None:
    """The rule of three: no more often than about 3 in n, not 0 for certain."""
    never = estimate_ratio(rare(0))
    assert (never.value, never.low) == (0.0, 0.0)
    assert 3 / 2_000 <= never.high < 3.2 / 2_000
    whole = np.full(200, 10)
    always = estimate_ratio(share_ratio(whole, whole))
    assert (always.value, always.high) == (1.0, 1.0)
    assert 1 - 3.2 / 2_000 < always.low <= 1 - 3 / 2_000
    strict = Estimate(0.0, never.error, never.freedom, level=0.999)
    assert strict.half_width > 7 / 2_000  # log(1000), one-sided


def test_what_is_no_matter_of_counting_is_as_it_is() -> None:
    """Money that is nothing for all is nothing; so is a share not at an end."""
    nothing = Ratio(np.zeros(5), ONES, (0.0, inf))
    assert estimate_ratio(nothing) == Estimate(0.0, 0.0, 4, within=(0.0, inf))
    half = share_ratio(np.full(4, 5), np.full(4, 10))
    assert estimate_ratio(half) == Estimate(0.5, 0.0, 3, within=(0.0, 1.0))


def test_nothing_differs_where_all_sums_are_the_same() -> None:
    """Otherwise what was met on neither side may differ all the same."""
    never, other = rare(0), attrs.evolve(rare(0), below=np.full(200, 11.0))
    assert estimate_difference(never, never) == Estimate(0.0, 0.0, 199)
    apart = estimate_difference(never, other)
    assert apart.value == 0
    assert 3 / 2_000 < apart.half_width < 5 / 2_000
    whole = np.full(200, 10)
    turned = estimate_difference(
        share_ratio(0 * whole, whole), share_ratio(whole, whole)
    )
    assert (turned.value, turned.high) == (1.0, 1.0)
    assert 0.99 < turned.low < 1


def test_an_interval_ends_where_the_figure_must() -> None:
    """A share is from 0 to 1, a number not below 0, a difference of shares within 1."""
    once = rare(1)
    assert estimate_ratio(once).low == 0
    assert str(Estimate(0.5, 6.4, 1, within=(0.0, 1.0))) == "0.50 ± 0.50"
    assert str(Estimate(0.5, 6.4, 1, within=(0.0, inf))) == "0 ± 81"
    assert estimate_ratio(once).high > 12 / 2_000
    part = np.arange(6) == 0
    share = share_ratio(part.astype(np.int64), np.ones(6, np.int64))
    assert 0 == estimate_ratio(share).low < estimate_ratio(share).high <= 1
    less = estimate_difference(share, share_ratio(1 - share.above, np.ones(6)))
    assert less.within == (-1.0, 1.0)
    assert less.high == 1.0
    assert estimate_difference(once, rare(2)).within == (-inf, inf)
    cost = Estimate(1.0, 5.0, 9, within=(0.0, inf))
    assert cost.low == cost.times(0.01).low == 0
    assert cost.times(-1).high == 0
    assert cost.times(-1).within == (-inf, 0)


# Coverage: how often an interval holds the truth


def covered(made: Callable[[], Estimate], truth: float, runs: int = 400) -> float:
    """Tell how many of so many intervals hold the truth."""
    return sum(bool(made().covers(truth)) for _ in range(runs)) / runs


@pytest.mark.parametrize("total", [0.5, 1.0, 2.5, 3.5, 10.0, 100.0])
def test_rare_counts_are_covered(total: float) -> None:
    """However few are met, 95 of 100 intervals hold how many there are to be."""
    rng, below = np.random.default_rng(11), np.full(200, 10.0)

    def made() -> Estimate:
        count = rng.poisson(total / 200, 200)
        return estimate_ratio(Ratio(count, below, (0.0, inf), 2_000.0))

    assert covered(made, total / 2_000) >= 0.93


@pytest.mark.parametrize("missing", [0.5, 2.5, 10.0])
def test_shares_near_one_are_covered(missing: float) -> None:
    """And so are shares that are nearly all, of groups that are not alike."""
    rng = np.random.default_rng(12)
    share = 1 - missing / 1_000

    def made() -> Estimate:
        whole = rng.poisson(5.0, 200)
        return estimate_ratio(share_ratio(rng.binomial(whole, share), whole))

    assert covered(made, share) >= 0.93


@pytest.mark.parametrize("total", [0.5, 2.5, 10.0])
def test_differences_of_rare_things_are_covered(total: float) -> None:
    """Where nothing is to differ, hardly any difference is clear."""
    rng, below = np.random.default_rng(13), np.full(200, 10.0)

    def side() -> Ratio:
        return Ratio(rng.poisson(total / 200, 200), below, (0.0, inf), 2_000.0)

    assert covered(lambda: estimate_difference(side(), side()), 0.0) >= 0.93


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
    assert found.freedom in (1, 3)
    assert found.within == OUTCOMES[name].within or OUTCOMES[name].unit == "money"
    twice = {n: np.repeat(np.array(v), 5) for n, v in tiny().groups.items()}
    nothing = gap(tiny(**twice), tiny(**twice), OUTCOMES[name], 100.0)
    assert (nothing.value, nothing.error, nothing.freedom) == (0.0, 0.0, 9)


def test_a_gap_is_the_second_less_the_first() -> None:
    """The gap has the sign of what the second company changes."""
    more = tiny(paid=np.array([900, 700]))
    assert gap(tiny(), more, OUTCOMES["cost"], 100.0).value == pytest.approx(0.4)
    assert gap(tiny(), more, OUTCOMES["value"], 100.0).value == pytest.approx(-0.4)


def test_an_outcome_knows_what_it_can_be() -> None:
    """Shares and satisfaction are parts of 1; only value can be less than nothing."""
    ends = {name: outcome.within for name, outcome in OUTCOMES.items()}
    assert [name for name, (low, _) in ends.items() if low < 0] == ["value"]
    parts = {o.name for o in OUTCOMES.values() if o.unit in ("share", "0 to 1")}
    assert {name for name, (_, high) in ends.items() if high == 1} == parts
    assert ends["cost"] == ends["claims"] == ends["response"] == (0.0, inf)


def test_what_was_never_met_in_a_run() -> None:
    """Of a share of money, the claims that were paid are counted, not the cents."""
    calm = tiny(leaked=np.zeros(2), flagged=np.zeros(2))
    leakage, suspicion = (
        estimate(calm, OUTCOMES[name], 100.0) for name in ("leakage", "suspicion")
    )
    assert leakage.high == pytest.approx(3.18 / 7, rel=1e-2)
    assert suspicion.high == pytest.approx(3.18 / 8, rel=1e-2)
    unpaid = tiny(leaked=np.zeros(2), resolved=np.zeros(2))
    assert estimate(unpaid, OUTCOMES["leakage"], 100.0).high == 1.0
    cost = estimate(tiny(paid=np.zeros(2)), OUTCOMES["cost"], 100.0)
    assert (cost.value, cost.error) == (0.0, 0.0)
    nobody = tiny(**{name: np.zeros(2) for name in ("paid", "leaked")})
    assert str(estimate(nobody, OUTCOMES["leakage"], 100.0)) == "not known"


def test_rows_are_strict_json() -> None:
    """JSON knows neither NaN nor infinity: what is not known is null."""
    unknown = {"cost": Estimate(nan, inf, 0), "sales": Estimate(1.0, inf, 0)}
    rows = json.loads(json.dumps([*listed(unknown)], allow_nan=False))
    assert [row["value"] for row in rows] == [None, 1.0]
    assert [row["low"] for row in rows] == [row["high"] for row in rows] == [None] * 2


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
