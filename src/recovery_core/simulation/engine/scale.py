"""Whole numbers for what is felt and what is by chance, so that all machines agree.

Satisfaction runs from 0 to `ONE`. Curves are turned into tables once, by plain Python,
and every engine looks the same figures up: no float decides anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from math import exp, log1p
from statistics import NormalDist
from typing import Final

from ..company import Delay, Team
from ..world.mind import Loyalty
from .draws import to_half_word_threshold

__all__ = [
    "MONTH",
    "ONE",
    "POINTS",
    "capped_delay_quantiles_in_seconds",
    "capped_handling_quantiles_in_seconds",
    "clip_satisfaction",
    "count_thresholds_passed",
    "cumulative_thresholds_without_last",
    "fading_factors_by_month",
    "leaving_thresholds_by_satisfaction",
    "satisfaction_noise_quantiles",
    "to_parts_of_one",
    "to_undated_claim_marks",
]

ONE: Final = 1 << 16
"""Full satisfaction."""

POINTS: Final = 4096
"""How many points stand for a continuous distribution, each as likely as the other."""

MONTH: Final = 30 * 24 * 3600
"""Seconds in a month."""

_CENTURY: Final = 100 * 365 * 24 * 3600


def to_parts_of_one(level: float) -> int:
    """Convert a share of full satisfaction to a whole number of parts of `ONE`."""
    return round(level * ONE)


def clip_satisfaction(satisfaction: int) -> int:
    """Keep satisfaction between nothing and full."""
    return min(ONE, max(0, satisfaction))


def cumulative_thresholds_without_last(shares: Sequence[float]) -> tuple[int, ...]:
    """Return the threshold at the end of each share but the last, which has no end.

    A half of a word that has passed so many of them picks the place of that number.
    """
    # The last is left out: rounding could make it less than certain.
    sums = list(accumulate(shares))
    return tuple(to_half_word_threshold(total) for total in sums[:-1])


def count_thresholds_passed(thresholds: Sequence[int], half: int) -> int:
    """Count the thresholds that a half of a word has passed; so a place is picked."""
    return sum(half >= threshold for threshold in thresholds)


def fading_factors_by_month(fading_share: float, months: int) -> tuple[int, ...]:
    """Return what is left of a deviation after 0 to `months` months, of `ONE`."""
    return tuple(
        round((1.0 - fading_share) ** month * ONE) for month in range(months + 1)
    )


def to_undated_claim_marks(claim_marks: int) -> int:
    """Convert marks by month to marks in a row: sorted, with no month between them.

    Args:
        claim_marks: Two bits for each month, as in `Situation.history`.
    """
    # Without dates two customers with as many claims of each sort look alike, so the
    # marks are sorted: unconfirmed (1) first, in the lowest bits.
    marks = [claim_marks >> shift & 3 for shift in range(0, 48, 2)]
    remaining = sorted(mark for mark in marks if mark)
    return sum(mark << 2 * place for place, mark in enumerate(remaining))


@lru_cache(maxsize=8)
def leaving_thresholds_by_satisfaction(loyalty: Loyalty) -> Sequence[int]:
    """Return the chance to leave at each satisfaction, as a threshold for half a word.

    The last few curves are kept: working one out takes as long as a small run.
    """
    return [to_half_word_threshold(loyalty(place / ONE)) for place in range(ONE + 1)]


def _standard_normal_quantiles() -> list[float]:
    """Return `POINTS` quantiles of the standard normal distribution, all as likely."""
    # In the middle of each of the parts: the ends would be infinite.
    inverse = NormalDist().inv_cdf
    return [inverse((point + 0.5) / POINTS) for point in range(POINTS)]


def satisfaction_noise_quantiles(standard_deviation: float) -> list[int]:
    """Return `POINTS` quantiles of normal noise, in parts of `ONE`."""
    return [
        to_parts_of_one(standard_deviation * z) for z in _standard_normal_quantiles()
    ]


def capped_delay_quantiles_in_seconds(delay: Delay) -> list[int]:
    """Return `POINTS` quantiles of the seconds until an answer, a century at most."""
    hours = (delay.median * exp(delay.sigma * z) for z in _standard_normal_quantiles())
    return [int(min(_CENTURY, 3600 * hour)) for hour in hours]


def capped_handling_quantiles_in_seconds(team: Team) -> list[int]:
    """Return `POINTS` quantiles of the seconds on a claim; their mean is capped."""
    # Ten years at most in the mean: times of arrival and service must fit into int64.
    mean = min(_CENTURY / 10, 60 * team.handling)
    if team.varies == "fixed":
        return [round(mean)] * POINTS
    return [round(-mean * log1p(-(point + 0.5) / POINTS)) for point in range(POINTS)]
