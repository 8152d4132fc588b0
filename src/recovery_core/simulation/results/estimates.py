"""Figures with their error bars."""

from __future__ import annotations

from math import floor, inf, isfinite, isnan, log10, pi, sqrt, tan
from statistics import NormalDist
from typing import Any, Final

import attrs

__all__ = ["ANYTHING", "Estimate", "plain", "student_quantile"]

_LEVEL: Final = 0.95

ANYTHING: Final = (-inf, inf)
"""What bounds nothing."""


def plain(value: float) -> float | None:
    """Return a number as JSON can hold it: None where it is not known."""
    return value if isfinite(value) else None


@attrs.frozen
class Estimate:
    """A figure with its interval.

    Args:
        value: The figure; NaN where it is not known, for want of anything to divide by.
        error: Its standard error; infinite where that is not known.
        freedom: Degrees of freedom of the error: groups less one, and fewer where only
            some of the groups have what makes the figure; 0 where the error is not
            known.
        level: What the interval covers.
        within: The least and the most that such a figure can be; there the interval
            ends.

    Example:
        >>> print(Estimate(0.9, 0.01, 199))
        0.900 ± 0.020
        >>> Estimate(0.99, 0.01, 199, within=(0, 1)).high
        1
    """

    # What is not known equals what is not known, whatever NaN says of itself.
    value: float = attrs.field(eq=plain)
    error: float
    freedom: int
    level: float = _LEVEL
    within: tuple[float, float] = ANYTHING

    @property
    def is_known(self) -> bool:
        """Whether there is a figure at all."""
        return not isnan(self.value)

    @property
    def has_interval(self) -> bool:
        """Whether the interval is known."""
        return self.is_known and isfinite(self.half_width)

    @property
    def half_width(self) -> float:
        """Half the width of the interval, before it ends where the figure must.

        It is infinite where it is not known.
        """
        if not self.error:
            return 0.0
        return student_quantile(0.5 + self.level / 2, self.freedom) * self.error

    # What is no number stays none: `max` and `min` return it where it comes first.

    @property
    def low(self) -> float:
        """The lower end of the interval."""
        return max(self.value - self.half_width, self.within[0])

    @property
    def high(self) -> float:
        """The upper end of the interval."""
        return min(self.value + self.half_width, self.within[1])

    @property
    def reach(self) -> float:
        """How far the interval goes, to the side where it goes further."""
        low, high = self.within
        return min(self.half_width, max(self.value - low, high - self.value))

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0

    def covers(self, value: float) -> bool:
        """Return whether a value lies in the interval."""
        return self.low <= value <= self.high

    def times(self, factor: float) -> Estimate:
        """Return the estimate in another unit."""
        low, high = sorted(end * factor for end in self.within)
        return attrs.evolve(
            self,
            value=self.value * factor,
            error=self.error * abs(factor),
            within=(low, high),
        )

    def __str__(self) -> str:
        if not self.is_known:
            return "not known"
        if not self.has_interval:
            return f"{self.value:,.3f}, interval not known"
        half = self.reach
        digits = max(0, min(6, 1 - floor(log10(half)))) if half else 3
        return f"{self.value:,.{digits}f} ± {half:,.{digits}f}"

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it; None is what is not known."""
        known = self.has_interval
        return {
            "value": plain(self.value),
            "low": self.low if known else None,
            "high": self.high if known else None,
        }


def student_quantile(chance: float, freedom: int) -> float:
    """Return a quantile of Student's t distribution, from 3 degrees by its expansion.

    Args:
        chance: Above 0 and below 1.
        freedom: Degrees of freedom; 0 gives infinity, for there is no error known.

    Source: Abramowitz & Stegun (1964), 26.7.5; at 95 % good to 0.2 % and better.

    Example:
        >>> [round(student_quantile(0.975, freedom), 2) for freedom in (10, 1000)]
        [2.23, 1.96]
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
