"""Which parameter matters: ranks, one at a time, and Sobol's indices by SALib."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import compress
from math import atanh, inf, sqrt, tanh
from statistics import NormalDist
from typing import Any, Final

import attrs
import numpy as np

from ..._importing import load_package
from ...errors import InvalidValueError
from ..results.estimates import Estimate
from ..results.outcomes import OUTCOMES
from ..results.ratios import Floats
from .design import Plain, names_of
from .swept import Sweep

__all__ = ["Effect", "Sensitivity", "sensitivity", "sobol"]

_SURE: Final = NormalDist().inv_cdf(0.975)
_FEWEST: Final = 4


@attrs.frozen(kw_only=True)
class Effect:
    """How an outcome goes with one parameter.

    Args:
        parameter: Which.
        rank: Spearman's rank correlation over all points, from -1 to 1; None where
            the parameter has no order, or it or the outcome is the same everywhere.
        low: The lower end of its interval.
        high: The upper end.
        swing: How far the outcome moves where this parameter alone is changed, on
            average over all sets of points that differ in nothing else; its error is
            that between seeds. None where there are no such points.
        sets: How many such sets there are.
    """

    parameter: str
    rank: float | None
    low: float | None
    high: float | None
    swing: Estimate | None
    sets: int


@attrs.frozen(repr=False)
class Sensitivity:
    """How an outcome goes with each parameter of a sweep.

    Args:
        outcome: Which outcome.
        effects: The parameters, those that matter most first.
        left_out: How many points are left out, for the outcome is not known there.
    """

    outcome: str
    effects: tuple[Effect, ...]
    left_out: int = 0

    def __getitem__(self, parameter: str) -> Effect:
        """Look a parameter up.

        Raises:
            InvalidValueError: There is none of that name.
        """
        for effect in self.effects:
            if effect.parameter == parameter:
                return effect
        names = ", ".join(each.parameter for each in self.effects)
        raise InvalidValueError(
            f"there is no parameter {parameter!r}: give one of {names}"
        )

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each parameter, for a frame or a file."""
        return [_effect_row(effect) for effect in self.effects]

    def __repr__(self) -> str:
        unit = OUTCOMES[self.outcome].unit
        head = f"{self.outcome} ({unit})"
        if self.left_out:
            head += f", without {self.left_out} points where it is not known"
        return "\n".join([head, *self._table_lines()])

    def _table_lines(self) -> Iterable[str]:
        """Build a table of ranks and swings."""
        width = max(len(effect.parameter) for effect in self.effects)
        swings = [str(effect.swing or "") for effect in self.effects]
        room = max(20, *map(len, swings))
        yield f"  {''.ljust(width)}  {'rank correlation':>22}  {'swing':>{room}}"
        for effect, swing in zip(self.effects, swings, strict=True):
            name = effect.parameter.ljust(width)
            yield f"  {name}  {_format_rank(effect):>22}  {swing:>{room}}"


def _format_rank(effect: Effect) -> str:
    if effect.rank is None:
        return ""
    return f"{effect.rank:.2f} [{effect.low:.2f}, {effect.high:.2f}]"


def _effect_row(effect: Effect) -> dict[str, Any]:
    """Return an effect as a row, with the swing in three columns."""
    swing = {} if effect.swing is None else effect.swing.to_dict()
    row = attrs.asdict(effect, recurse=False)
    return row | {
        "swing": swing.get("value"),
        "swing_low": swing.get("low"),
        "swing_high": swing.get("high"),
    }


def sensitivity(sweep: Sweep, outcome: str) -> Sensitivity:
    """Measure how an outcome goes with each parameter.

    Works over any design. The intervals of the ranks take the points for a sample, so
    they are wide where the points are few; seeds are averaged. Points at which the
    outcome is not known, with any seed, are left out.

    Args:
        sweep: The sweep.
        outcome: One of the outcomes it looked at.

    Raises:
        InvalidValueError: It was not looked at.

    Source: Spearman (1904); the interval by Fisher's transformation with the error of
        Bonett & Wright (2000). Changing one parameter at a time from point to point is
        the idea of Morris (1991), here without his sampling.

    Example:
        >>> from recovery_core.policy import Reimbursement
        >>> from recovery_core.simulation import Loyalty, shop, sweep
        >>> def build(even):
        ...     return Reimbursement(), shop(loyalty=Loyalty(midpoint=even))
        >>> grid = {"even": (0.2, 0.5, 0.7)}
        >>> found = sweep(build, grid, customers=1_000, months=3)
        >>> sensitivity(found, "retention")["even"].rank
        -1.0
    """
    design, values = _check_sweep(sweep).manifest.design, sweep[outcome]
    is_known = [bool(np.isfinite(row).all()) for row in values]
    points = tuple(compress(design.points, is_known))
    effects = [
        _estimate_effect(
            name,
            [point[index] for point in points],
            values[is_known],
            _one_at_a_time_sets(points, index),
        )
        for index, name in enumerate(design.names)
    ]
    ordered = tuple(sorted(effects, key=_effect_size, reverse=True))
    return Sensitivity(outcome, ordered, len(values) - len(points))


def _check_sweep(sweep: object) -> Sweep:
    """Return a sweep; refuse all else."""
    if not isinstance(sweep, Sweep):
        raise InvalidValueError(
            f"sweep cannot be {sweep!r:.80}: give what sweep() returned"
        )
    return sweep


def _effect_size(effect: Effect) -> tuple[float, float]:
    swing = -1.0 if effect.swing is None else effect.swing.value
    return swing, abs(effect.rank or 0.0)


def _estimate_effect(
    name: str, column: list[Plain], values: Floats, sets: list[list[int]]
) -> Effect:
    """Return rank correlation and swing of one parameter."""
    rank = _rank_correlation(column, values.mean(axis=1))
    low, high = (None, None) if rank is None else _fisher_interval(rank, len(column))
    return Effect(
        parameter=name,
        rank=rank,
        low=low,
        high=high,
        swing=_estimate_swing(column, values, sets) if sets else None,
        sets=len(sets),
    )


# ------------------------------------------------------------------------------- ranks


def _centred_ranks(values: Floats) -> Floats:
    """Return ranks less their mean; values that tie share the mean of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = counts.cumsum()
    ranks: Floats = (last - (counts - 1) / 2)[places]
    ranks -= ranks.mean()
    return ranks


def _rank_correlation(column: list[Plain], values: Floats) -> float | None:
    """Return Spearman's correlation; None for values without an order or all alike."""
    if not (column and all(isinstance(value, int | float) for value in column)):
        return None
    first, second = _centred_ranks(np.array(column, np.float64)), _centred_ranks(values)
    scale = sqrt(float(first @ first) * float(second @ second))
    return max(-1.0, min(1.0, float(first @ second) / scale)) if scale else None


def _fisher_interval(rank: float, points: int) -> tuple[float, float]:
    """Return the interval of a rank correlation by Fisher's transformation."""
    if points < _FEWEST:
        return -1.0, 1.0
    if abs(rank) == 1:
        return rank, rank
    # The variance of Bonett and Wright: Fisher's own is for values, not for ranks.
    half = _SURE * sqrt((1 + rank**2 / 2) / (points - 3))
    return tanh(atanh(rank) - half), tanh(atanh(rank) + half)


# ----------------------------------------------------------------------- one at a time


def _one_at_a_time_sets(
    points: tuple[tuple[Plain, ...], ...], index: int
) -> list[list[int]]:
    """List the sets of points that differ in nothing but one parameter."""
    sets: defaultdict[tuple[Plain, ...], list[int]] = defaultdict(list)
    for number, point in enumerate(points):
        sets[point[:index] + point[index + 1 :]].append(number)
    return [
        numbers
        for numbers in sets.values()
        if len({points[number][index] for number in numbers}) > 1
    ]


def _estimate_swing(
    column: list[Plain], values: Floats, sets: list[list[int]]
) -> Estimate:
    """Average the spans of all sets; the error is that between seeds."""
    spans = [_span_of_set(column, values, numbers) for numbers in sets]
    swings = np.array(spans).mean(axis=0)
    seeds = len(swings)
    error = float(swings.std(ddof=1)) / sqrt(seeds) if seeds > 1 else inf
    return Estimate(float(swings.mean()), error, seeds - 1)


def _span_of_set(column: list[Plain], values: Floats, numbers: list[int]) -> Floats:
    """Return how far the outcome moves from level to level, for each seed."""
    levels: defaultdict[Plain, list[Floats]] = defaultdict(list)
    for number in numbers:
        levels[column[number]].append(values[number])
    means = np.array(
        [np.mean(level_values, axis=0) for level_values in levels.values()]
    )
    spans: Floats = np.ptp(means, axis=0)
    return spans


# ------------------------------------------------------------------------------- SALib


def sobol(
    sweep: Sweep, problem: Mapping[str, Any], outcome: str, **options: Any
) -> Mapping[str, Any]:
    """Compute the indices of Sobol with SALib.

    Args:
        sweep: A sweep over a design of SALib's ``sample.sobol``; seeds are averaged.
        problem: The problem it was sampled for.
        outcome: One of the outcomes the sweep looked at.
        options: Go to SALib's ``analyze.sobol``: give ``calc_second_order=False`` here
            if it was given there. Its ``seed`` is 1 unless given.

    Returns:
        What SALib returns: the indices ``S1``, ``ST``, and their intervals.

    Raises:
        MissingPackageError: SALib is not installed.
        InvalidValueError: The problem is another, or there is nothing to explain.

    Source: Sobol (2001), Saltelli et al. (2010), as SALib computes them.
    """
    analyze = load_package("SALib.analyze.sobol", "an analysis by Sobol").analyze
    names, problem_names = (
        _check_sweep(sweep).manifest.design.names,
        names_of("problem", problem),
    )
    if problem_names != names:
        raise InvalidValueError(
            f"the problem is about {', '.join(problem_names)}: give the one that "
            f"was sampled for, about {', '.join(names)}"
        )
    values = sweep[outcome].mean(axis=1)
    if missing := int(np.isnan(values).sum()):
        raise InvalidValueError(
            f"{outcome} is not known at {missing} of {len(values)} points, and the "
            "indices need all: take more customers, or another outcome"
        )
    if not np.ptp(values):
        raise InvalidValueError(
            f"{outcome} is the same at all points: give an outcome that something moves"
        )
    # SALib takes a seed of 0 for none.
    indices: Mapping[str, Any] = analyze(dict(problem), values, **{"seed": 1} | options)
    return indices
