"""Ratios of sums over groups of customers that are independent, and their errors."""

from __future__ import annotations

from functools import cached_property
from math import hypot, inf, nan, sqrt
from typing import Final

import attrs
import numpy as np
from numpy.typing import NDArray

from ..engine.interning import Ints
from .estimates import ANYTHING, Estimate

__all__ = ["Floats", "Ratio", "estimate_difference", "estimate_ratio", "share_ratio"]

Floats = NDArray[np.float64]

_FEWEST: Final = 2
"""Groups without which nothing is known of the error."""
_NORMAL: Final = 3
"""The kurtosis of what is normally distributed."""
_THREE: Final = 3
"""With so many degrees of freedom, half an interval is a little over three errors."""


def _as_floats(values: Ints | Floats) -> Floats:
    return np.asarray(values, np.float64)


@attrs.frozen(eq=False)
class Ratio:
    """What a figure is made of: two sums, group by group.

    Args:
        above: What is summed above the line.
        below: What is summed below it.
        within: The least and the most that such a figure can be.
        trials: How many were counted, each of which might have moved the figure from
            an end of that; infinite where it is no matter of counting.
    """

    above: Floats = attrs.field(converter=_as_floats)
    below: Floats = attrs.field(converter=_as_floats)
    within: tuple[float, float] = ANYTHING
    trials: float = inf

    @cached_property
    def value(self) -> float:
        """The ratio of the sums; NaN where there is nothing below the line."""
        whole = float(self.below.sum())
        return float(self.above.sum()) / whole if whole else nan

    @property
    def is_spread(self) -> bool:
        """Whether more than one group has anything below the line."""
        return int(np.count_nonzero(self.below)) >= _FEWEST

    @property
    def unseen(self) -> float:
        """The error where all are alike: what one would make that was not met.

        Source: the rule of three (Hanley & Lippman-Hand 1983): what was not met among
            n is, with 95 % confidence, no more often than 3 in n.
        """
        return 1 / self.trials if self.value in self.within else 0.0

    def without(self, groups: NDArray[np.bool_]) -> Floats:
        """Return the ratio without each of some groups in turn."""
        above = self.above.sum() - self.above[groups]
        ratios: Floats = above / (self.below.sum() - self.below[groups])
        return ratios

    def is_same(self, other: Ratio) -> bool:
        """Return whether all sums are the same."""
        return np.array_equal(self.above, other.above) and np.array_equal(
            self.below, other.below
        )


def share_ratio(part: Ints, whole: Ints) -> Ratio:
    """Return the ratio for a share of what was counted.

    Args:
        part: How many there are of the sort, group by group.
        whole: How many there are in all.
    """
    return Ratio(part, whole, (0.0, 1.0), float(whole.sum()))


def estimate_ratio(ratio: Ratio) -> Estimate:
    """Estimate a ratio of two sums by leaving out each group in turn.

    Groups with nothing below the line are no groups here. Where all there are have the
    same to say, the error is nothing; unless the figure was counted, and stands at an
    end of what it can be: then it is that of the rule of three.

    Args:
        ratio: The sums.

    Source: the jackknife (Tukey 1958), over groups that have nothing in common; how
        uncertain the error is itself, from the kurtosis of what it is made of.
    """
    if not ratio.is_spread:
        return Estimate(ratio.value, inf, 0, within=ratio.within)
    error, freedom = _jackknife_error(ratio.without(ratio.below != 0))
    if not error and ratio.unseen:
        error, freedom = ratio.unseen, _THREE
    return Estimate(ratio.value, error, freedom, within=ratio.within)


def estimate_difference(first: Ratio, second: Ratio) -> Estimate:
    """Estimate the second ratio less the first, over the same groups in both.

    Where all sums are the same, nothing differs, and the error is nothing.

    Args:
        first: The sums of the first.
        second: The sums of the second.
    """
    value = second.value - first.value
    within = (
        second.within[0] - first.within[1],
        second.within[1] - first.within[0],
    )
    if not (first.is_spread and second.is_spread):
        return Estimate(value, inf, 0, within=within)
    groups = (first.below != 0) | (second.below != 0)
    error, freedom = _jackknife_error(second.without(groups) - first.without(groups))
    unseen = 0.0 if first.is_same(second) else hypot(first.unseen, second.unseen)
    if unseen:
        error, freedom = _combine_errors((error, freedom), (unseen, _THREE))
    return Estimate(value, error, freedom, within=within)


def _jackknife_error(without: Floats) -> tuple[float, int]:
    """Return the standard error, and its degrees of freedom.

    These are as many as would leave a variance from normal values as uncertain. With
    ordinary values they are the groups less one; where k groups of very many have what
    hardly any has, they are about k.
    """
    groups, spread = len(without), without - without.mean()
    largest = float(np.abs(spread).max())
    if not largest:
        return 0.0, groups - 1
    squares = (spread / largest) ** 2
    total = float(squares.sum())
    error = largest * sqrt((groups - 1) / groups * total)
    kurtosis = groups * float(squares @ squares) / total**2
    # More is not known of a variance than from normal values.
    excess = max(kurtosis - _NORMAL, 0.0)
    return error, max(1, min(groups - 1, int(groups / (1 + excess))))


def _combine_errors(
    first: tuple[float, int], second: tuple[float, int]
) -> tuple[float, int]:
    """Add two errors up, as Welch (1947) and Satterthwaite (1946) do."""
    error = hypot(first[0], second[0])
    shares = [(size / error) ** 4 / freedom for size, freedom in (first, second)]
    return error, max(1, int(1 / sum(shares)))
