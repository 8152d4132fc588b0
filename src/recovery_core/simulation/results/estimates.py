"""Figures with their error bars, from groups of customers that are independent."""

from __future__ import annotations

from math import inf, pi, sqrt, tan
from statistics import NormalDist
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

__all__ = ["Estimate", "difference_of", "quantile", "ratio_of"]

Floats = NDArray[np.float64]

_LEVEL: Final = 0.95


@attrs.frozen
class Estimate:
    """Hold a figure with its interval.

    Args:
        value: The figure.
        error: Its standard error; infinite where there was but one group.
        freedom: Degrees of freedom: groups less one.
        level: What the interval covers.

    Example:
        >>> print(Estimate(0.9, 0.01, 199))
        0.900 ± 0.020
    """

    value: float
    error: float
    freedom: int
    level: float = _LEVEL

    @property
    def half_width(self) -> float:
        """Return half the width of the interval."""
        if not self.error:
            return 0.0
        return quantile(0.5 + self.level / 2, self.freedom) * self.error

    @property
    def low(self) -> float:
        """Return the lower end of the interval."""
        return self.value - self.half_width

    @property
    def high(self) -> float:
        """Return the upper end of the interval."""
        return self.value + self.half_width

    @property
    def is_clear(self) -> bool:
        """Tell whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0

    def covers(self, value: float) -> bool:
        """Tell whether a value lies in the interval."""
        return self.low <= value <= self.high

    def times(self, factor: float) -> Estimate:
        """Return the estimate in another unit."""
        return attrs.evolve(
            self, value=self.value * factor, error=self.error * abs(factor)
        )

    def __str__(self) -> str:
        half = self.half_width
        digits = 3 if not 0 < half < inf else max(0, min(6, 1 - _magnitude(half)))
        return f"{self.value:,.{digits}f} ± {half:,.{digits}f}"

    def to_dict(self) -> dict[str, Any]:
        """Give it as JSON would hold it."""
        return {"value": self.value, "low": self.low, "high": self.high}


def _magnitude(value: float) -> int:
    return int(np.floor(np.log10(value)))


def quantile(chance: float, freedom: int) -> float:
    """Return a quantile of Student's t distribution, from 3 degrees by its expansion.

    Args:
        chance: Above 0 and below 1.
        freedom: Degrees of freedom; 0 gives infinity, for there is no error known.

    Source: Abramowitz & Stegun (1964), 26.7.5; at 95 % good to 0.2 % and better.

    Example:
        >>> round(quantile(0.975, 10), 2), round(quantile(0.975, 1000), 2)
        (2.23, 1.96)
    """
    if freedom < 1:
        return inf
    if freedom == 1:
        return tan(pi * (chance - 0.5))
    if freedom == 2:  # noqa: PLR2004
        return (2 * chance - 1) / sqrt(2 * chance * (1 - chance))
    z, n = NormalDist().inv_cdf(chance), freedom
    terms = (
        z,
        (z**3 + z) / 4 / n,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96 / n**2,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384 / n**3,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160 / n**4,
    )
    return sum(terms)


def _left_out(above: Floats, below: Floats) -> tuple[float, Floats]:
    """Return a ratio of sums, and what it is without each group in turn."""
    total, whole = float(above.sum()), float(below.sum())
    if not whole:
        return 0.0, np.zeros(len(above))
    rest = whole - below
    without = np.divide(
        total - above, rest, out=np.full(len(above), total / whole), where=rest != 0
    )
    return total / whole, without


def _jackknifed(value: float, without: Floats) -> Estimate:
    groups = len(without)
    if groups < 2:  # noqa: PLR2004
        return Estimate(value, inf, 0)
    spread = without - without.mean()
    variance = (groups - 1) / groups * float(spread @ spread)
    return Estimate(value, sqrt(variance), groups - 1)


def ratio_of(above: Floats, below: Floats) -> Estimate:
    """Estimate a ratio of two sums by leaving out each group in turn.

    Args:
        above: What is summed above the line, group by group.
        below: What is summed below it.

    Source: the jackknife (Tukey 1958), over groups that have nothing in common.
    """
    return _jackknifed(*_left_out(above, below))


def difference_of(
    first: tuple[Floats, Floats], second: tuple[Floats, Floats]
) -> Estimate:
    """Estimate the second ratio less the first, over the same groups in both.

    Args:
        first: What stands above and below the line of the first.
        second: The same of the second.
    """
    one, without_one = _left_out(*first)
    two, without_two = _left_out(*second)
    return _jackknifed(two - one, without_two - without_one)
