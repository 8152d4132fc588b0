"""Which parameter matters: tried on sweeps whose answers are known."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from math import inf, nan, pi, sin
from statistics import correlation
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from SALib.sample import latin  # type: ignore[import-untyped]
from SALib.sample import sobol as sampler

from recovery_core.errors import InvalidValueError
from recovery_core.simulation import Estimate, Manifest, Sweep, sensitivity, sobol
from recovery_core.simulation.sweeps.design import Design, design_of
from recovery_core.simulation.sweeps.sensitivity import (
    _fisher_interval,
    _rank_correlation,
)

Function = Callable[..., float]


def swept(design: Design, function: Function, seeds: tuple[int, ...] = (0,)) -> Sweep:
    """Make a sweep up from a function of the parameters, and of the seed."""
    hashes = ("0" * 16,) * len(design.points)
    manifest = Manifest(
        design=design,
        seeds=seeds,
        customers=10,
        months=1,
        outcomes=("retention", "cost"),
        currency="EUR",
        companies=hashes,
        policies=hashes,
        worlds=hashes,
    )
    runs = tuple(
        tuple(
            (Estimate(function(*point) + seed, 0.1, 9), Estimate(5.0, 0.1, 9))
            for seed in seeds
        )
        for point in design.points
    )
    return Sweep(manifest, runs)


GRID = design_of({"a": (1, 2, 3), "b": (0.0, 1.0), "sort": ("x", "y"), "idle": (7,)})


def linear(a: float, b: float, sort: str, idle: int) -> float:
    """Depend on a a little, on b a lot, and on the sort."""
    return a - 10 * b + (3 if sort == "y" else 0)


def test_parameters_are_changed_one_at_a_time() -> None:
    """The swing is what one of them does, all else the same; the largest is first."""
    found = sensitivity(swept(GRID, linear), "retention")
    assert [each.parameter for each in found.effects] == ["b", "sort", "a", "idle"]
    swings = [each.swing and each.swing.value for each in found.effects]
    assert swings == [10.0, 3.0, 2.0, None]
    assert [each.sets for each in found.effects] == [6, 6, 4, 0]


def test_ranks_tell_the_direction() -> None:
    """What has no order, or never changes, has no rank."""
    found = sensitivity(swept(GRID, linear), "retention")
    b, a = found["b"], found["a"]
    assert b.rank is not None
    assert a.rank is not None
    assert b.rank < 0 < a.rank
    assert b.low is not None
    assert b.high is not None
    assert -1 < b.low < b.rank < b.high < 0
    assert found["sort"].rank is found["idle"].rank is None
    flat = sensitivity(swept(GRID, linear), "cost")
    assert {each.rank for each in flat.effects} == {None}


def test_a_bend_is_seen_by_the_swing_alone() -> None:
    """A valley has no direction, but it moves the outcome."""
    design = design_of({"a": (-2, -1, 0, 1, 2)})
    found = sensitivity(swept(design, lambda a: a * a), "retention")["a"]
    assert found.rank == 0
    assert found.swing is not None
    assert found.swing.value == 4


def test_the_error_of_a_swing_is_that_between_seeds() -> None:
    """With one seed it is not known; with more it is."""
    one = sensitivity(swept(GRID, linear), "retention")["b"].swing
    assert one is not None
    assert (one.error, one.freedom) == (inf, 0)
    more = sensitivity(swept(GRID, linear, (0, 1, 2)), "retention")["b"].swing
    assert more == Estimate(10.0, 0.0, 2)


def test_points_tried_twice_count_once() -> None:
    """The mean of a level is what stands for it."""
    design = design_of([(1,), (1,), (2,)], names=["a"])
    values = iter((0.0, 2.0, 5.0))
    found = sensitivity(swept(design, lambda a: next(values)), "retention")["a"]
    assert found.swing is not None
    assert found.swing.value == 4.0
    assert (found.low, found.high) == (-1.0, 1.0)  # three points tell nothing


def test_what_goes_in_step_has_a_rank_of_one() -> None:
    """Whatever the curve."""
    design = design_of({"a": (1, 2, 3, 4, 5)})
    found = sensitivity(swept(design, lambda a: a**9), "retention")["a"]
    assert (found.rank, found.low, found.high) == (1.0, 1.0, 1.0)


def ranks(values: list[int]) -> list[float]:
    """Rank by counting."""
    return [
        sum(other < value for other in values)
        + sum(other == value for other in values) / 2
        for value in values
    ]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=4))
def test_ranks_are_those_of_spearman(pairs: list[tuple[int, int]]) -> None:
    """Pearson's correlation of the ranks, where ties share a rank."""
    one, two = [a for a, _ in pairs], [b for _, b in pairs]
    outcome = dict(enumerate(two))
    design = design_of([(a, n) for n, a in enumerate(one)], names=["a", "number"])
    sweep = swept(design, lambda a, number: outcome[number])
    found = sensitivity(sweep, "retention")["a"]
    if len(set(one)) == 1 or len(set(two)) == 1:
        assert found.rank is None
        return
    expected = correlation(ranks(one), ranks(two))
    assert found.rank == pytest.approx(expected, abs=1e-9)
    assert found.low is not None
    assert found.high is not None
    assert -1 <= found.low <= expected + 1e-9
    assert expected - 1e-9 <= found.high <= 1


def test_the_interval_covers_as_often_as_it_says() -> None:
    """Of independent samples, about one in twenty seems to be correlated."""
    random = np.random.default_rng(7)
    missed, tries, points = 0, 2_000, 60
    for _ in range(tries):
        a, y = random.normal(size=(2, points))
        rank = _rank_correlation(a.tolist(), y)
        assert rank is not None
        low, high = _fisher_interval(rank, points)
        missed += not low <= 0 <= high
    assert 0.03 < missed / tries < 0.07


def test_any_sample_will_do() -> None:
    """A Latin hypercube has no points that differ in one parameter alone."""
    problem = {"num_vars": 2, "names": ["a", "b"], "bounds": [[0, 1]] * 2}
    design = design_of(latin.sample(problem, 50, seed=1), problem)
    found = sensitivity(swept(design, lambda a, b: a + 3 * b), "retention")
    assert [each.parameter for each in found.effects] == ["b", "a"]
    assert {each.swing for each in found.effects} == {None}


def test_rows_and_table_say_the_same() -> None:
    """What is not known is left empty."""
    found = sensitivity(swept(GRID, linear, (0, 1)), "retention")
    rows = found.to_rows()
    assert rows[0]["parameter"] == "b"
    assert (rows[0]["swing"], rows[0]["swing_low"], rows[0]["swing_high"]) == (10,) * 3
    assert rows[3] == {
        "parameter": "idle",
        "rank": None,
        "low": None,
        "high": None,
        "swing": None,
        "swing_low": None,
        "swing_high": None,
        "sets": 0,
    }
    lines = repr(found).splitlines()
    assert lines[0] == "retention (share)"
    assert lines[1].split() == ["rank", "correlation", "swing"]
    assert lines[2].startswith("  b  ")
    assert lines[2].endswith("10.000 ± 0.000")
    assert lines[5].strip() == "idle"


def test_an_error_that_is_not_known_is_none() -> None:
    """With one seed: in rows, which are strict JSON, and in the table."""
    found = sensitivity(swept(GRID, linear), "retention")
    row = json.loads(json.dumps(found.to_rows(), allow_nan=False))[0]
    assert (row["swing"], row["swing_low"], row["swing_high"]) == (10.0, None, None)
    assert "  10.000, interval not known" in repr(found)


def test_points_where_the_outcome_is_not_known_are_left_out() -> None:
    """And counted; where none is left, nothing is said of any parameter."""

    def torn(a: float, b: float, sort: str, idle: int) -> float:
        return nan if a == 3 else linear(a, b, sort, idle)

    found = sensitivity(swept(GRID, torn), "retention")
    assert found.left_out == 4
    assert repr(found).startswith("retention (share), without 4 points where it is not")
    a = found["a"]
    assert a.swing is not None
    assert (a.swing.value, a.sets) == (1.0, 4)
    nothing = sensitivity(swept(GRID, lambda *_: nan), "retention")
    assert nothing.left_out == 12
    assert {(each.rank, each.swing) for each in nothing.effects} == {(None, None)}


def test_what_is_not_there_is_told() -> None:
    """The error lists what is."""
    sweep = swept(GRID, linear)
    with pytest.raises(InvalidValueError, match="'value' was not looked at"):
        sensitivity(sweep, "value")
    with pytest.raises(InvalidValueError, match="give one of b, sort, a, idle"):
        sensitivity(sweep, "retention")["c"]


# ------------------------------------------------------------------------------- SALib

PROBLEM = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[-pi, pi]] * 3}


def ishigami(a: float, b: float, c: float) -> float:
    """Have indices that are known (Ishigami & Homma 1990)."""
    return sin(a) + 7 * sin(b) ** 2 + 0.1 * c**4 * sin(a)


def test_sobol_finds_the_indices_that_are_known() -> None:
    """The sample goes through a sweep and back to SALib unharmed."""
    sample = sampler.sample(PROBLEM, 2048, calc_second_order=False, seed=1)
    sweep = swept(design_of(sample, PROBLEM), ishigami)
    options: dict[str, Any] = {"calc_second_order": False, "num_resamples": 10}
    found = sobol(sweep, PROBLEM, "retention", **options)
    assert found["S1"] == pytest.approx([0.314, 0.442, 0.0], abs=0.02)
    assert found["ST"] == pytest.approx([0.558, 0.442, 0.244], abs=0.02)
    again = sobol(sweep, PROBLEM, "retention", **options)
    assert again["S1_conf"].tolist() == found["S1_conf"].tolist()


def test_sobol_refuses_another_problem() -> None:
    """Columns in another order would give the indices of others."""
    sample = sampler.sample(PROBLEM, 4, calc_second_order=False, seed=1)
    sweep = swept(design_of(sample, PROBLEM), ishigami)
    with pytest.raises(InvalidValueError, match="the problem is about c, b, a"):
        sobol(sweep, {**PROBLEM, "names": ["c", "b", "a"]}, "retention")
    with pytest.raises(InvalidValueError, match="the same at all points"):
        sobol(sweep, PROBLEM, "cost")
    torn = swept(design_of(sample, PROBLEM), lambda a, b, c: nan if a > 0 else b + c)
    with pytest.raises(InvalidValueError, match=r"not known at \d+ of 20 points"):
        sobol(torn, PROBLEM, "retention")


def test_salib_is_asked_for_only_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has not installed it is told to."""
    monkeypatch.setitem(sys.modules, "SALib.analyze.sobol", None)
    with pytest.raises(ImportError, match="pip install SALib"):
        sobol(swept(GRID, linear), PROBLEM, "retention")
