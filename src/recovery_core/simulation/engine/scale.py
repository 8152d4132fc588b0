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
from .draws import threshold

__all__ = [
    "MONTH",
    "ONE",
    "POINTS",
    "clipped",
    "cumulated",
    "delays",
    "fading",
    "handlings",
    "leaving",
    "noises",
    "picked",
    "scaled",
    "undated",
]

ONE: Final = 1 << 16
"""Full satisfaction."""

POINTS: Final = 4096
"""How many points stand for a continuous distribution, each as likely as the other."""

MONTH: Final = 30 * 24 * 3600
"""Seconds in a month."""

_CENTURY: Final = 100 * 365 * 24 * 3600


def scaled(level: float) -> int:
    """Write a part of full satisfaction as a whole number."""
    return round(level * ONE)


def clipped(satisfaction: int) -> int:
    """Keep satisfaction between nothing and full."""
    return min(ONE, max(0, satisfaction))


def cumulated(shares: Sequence[float]) -> tuple[int, ...]:
    """Turn shares that sum to one into what a half of a word is compared with."""
    sums = list(accumulate(shares))
    return tuple(threshold(s) for s in sums[:-1])


def picked(cumulative: Sequence[int], half: int) -> int:
    """Pick a place by chance: how many of the bounds a half has passed."""
    return sum(half >= bound for bound in cumulative)


def fading(share: float, months: int) -> tuple[int, ...]:
    """Return what is left of a deviation after each number of months."""
    return tuple(round((1.0 - share) ** month * ONE) for month in range(months + 1))


def undated(history: int) -> int:
    """Forget the months of earlier claims: one a month, and the confirmed last."""
    marks = [history >> shift & 3 for shift in range(0, 48, 2)]
    kept = sorted(mark for mark in marks if mark)
    return sum(mark << 2 * place for place, mark in enumerate(kept))


@lru_cache(maxsize=8)
def leaving(loyalty: Loyalty) -> Sequence[int]:
    """Return the chance to leave at each satisfaction, as a bound for half a word.

    The last few curves are kept: working one out takes as long as a small run.
    """
    return [threshold(loyalty(place / ONE)) for place in range(ONE + 1)]


def _normal() -> list[float]:
    inverse = NormalDist().inv_cdf
    return [inverse((point + 0.5) / POINTS) for point in range(POINTS)]


def noises(deviation: float) -> list[int]:
    """Return what is felt by chance, at each point."""
    return [scaled(deviation * z) for z in _normal()]


def delays(delay: Delay) -> list[int]:
    """Return the seconds until an answer, at each point; nobody waits a century."""
    hours = (delay.median * exp(delay.sigma * z) for z in _normal())
    return [int(min(_CENTURY, 3600 * each)) for each in hours]


def handlings(team: Team) -> list[int]:
    """Return the seconds an agent spends on a claim, at each point."""
    mean = min(_CENTURY / 10, 60 * team.handling)
    if team.varies == "fixed":
        return [round(mean)] * POINTS
    return [round(-mean * log1p(-(point + 0.5) / POINTS)) for point in range(POINTS)]
