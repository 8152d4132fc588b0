"""Which detectors weigh what was awarded before."""

from __future__ import annotations

from types import NoneType

from .combinators import Expiring, Shadow, WorstOf
from .detectors import ClaimVelocity
from .rate import ClaimRate

__all__ = ["may_weigh_amounts"]


def may_weigh_amounts(detector: object) -> bool:
    """Return whether a detector may read amounts; our own counters never do.

    Args:
        detector: A detector, or None for none.
    """
    if isinstance(detector, WorstOf):
        return any(map(may_weigh_amounts, detector.detectors))
    if isinstance(detector, Shadow | Expiring):
        return may_weigh_amounts(detector.detector)
    return not isinstance(detector, ClaimVelocity | ClaimRate | NoneType)
