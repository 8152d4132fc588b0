"""The chances of a world as arrays, made once for all blocks of a run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .chances import Chances
from .draws import HALF
from .interning import Ints
from .scale import to_undated_claim_marks

__all__ = ["Arrays"]


class Arrays:
    """Every bound and every curve of a run as an array.

    Args:
        chances: The same as plain numbers.
    """

    chances: Chances
    months: int
    leave: Ints
    may_leave: Ints
    noise: Ints
    fading: Ints
    delays: Ints
    handlings: Ints
    ladder: Ints
    steps: Ints
    mode_of: Ints
    failing: Ints
    is_uniform: bool
    prevails: Ints
    is_firm: Ints
    severities: Ints
    severity_values: Ints
    complains: Ints
    tempts: Ints
    compound: Ints
    detected: Ints
    proof: Ints
    undated: Ints

    def __init__(self, chances: Chances) -> None:
        """Copy all of it."""
        self.chances, self.months = chances, chances.months
        self.leave = np.array(chances.leaving, np.int64)
        # The chance to leave moves from what it is towards the usual: it cannot exceed
        # the greater of the two until something happens again.
        most = np.maximum(self.leave, self.leave[chances.usual])
        self.may_leave = np.minimum(most, HALF - 1).astype(np.uint32)
        self.noise = np.array(chances.noise, np.int64)
        self.fading = np.array([chances.good, chances.bad], np.int64)
        self.delays = np.array(chances.delays, np.int64)
        self.handlings = np.array(chances.handlings, np.int64)
        self.ladder = np.array(chances.ladder, np.int64)
        self.steps = self.grid_steps_reached(self.delays)
        self.mode_of = np.array([mode for mode, _ in chances.risks], np.int64)
        self.failing = np.array(chances.failing, np.int64)
        # Where no tier fails more often than another, one row will do.
        self.is_uniform = len(set(chances.failing)) == 1
        self.prevails = np.array(chances.prevails, np.int64)
        self.is_firm = np.array(chances.is_firm, np.int64)
        self.severities = np.array(chances.severities, np.int64)
        self.severity_values = np.array(chances.severity_values, np.int64) - 1
        self.complains = np.array(chances.complains, np.int64)
        self.tempts = np.array(chances.tempts, np.int64)
        self.compound = np.array(chances.compound, np.int64)
        self.detected = np.array(chances.detected, np.int64)
        self.proof = np.array(chances.proof, np.int64)
        kept = range(chances.company.records.months + 1)
        self.undated = np.array(
            [
                [
                    to_undated_claim_marks(_first_24_claim_marks(one, two))
                    for two in kept
                ]
                for one in kept
            ],
            np.int64,
        )

    def grid_steps_reached(self, waited: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the step of the grid that is reached after so many seconds."""
        return np.searchsorted(self.ladder, waited, side="right") - 1


def _first_24_claim_marks(unconfirmed: int, confirmed: int) -> int:
    """Write down so many claims of each sort, as far as there is room."""
    marks = ([1] * unconfirmed + [2] * confirmed)[:24]
    return sum(mark << 2 * place for place, mark in enumerate(marks))
