"""The customers of a block: what the months make of them, in arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from .arrays import Arrays
from .chances import Chances
from .draws import HALF, Draws, Words
from .interning import Ints
from .scale import ONE

__all__ = [
    "STATE",
    "People",
    "clip_satisfactions",
    "count_thresholds_passed_by_each",
    "gather_cells",
]

# What is known of a customer stands in one row, so that it comes from memory at once.
_NAMES: Final = (
    *("tier", "honesty", "tenure", "satisfaction", "updated_month", "claim_marks"),
    *("last_claim_month", "recent_failures", "last_failure_month", "last_recovery"),
    *("grievance", "boldness", "failures"),
)
STATE: Final = {name: place for place, name in enumerate(_NAMES)}
_ROW: Final = np.dtype((np.void, 4 * len(_NAMES)))


_FEW: Final = 8


def count_thresholds_passed_by_each(bounds: Sequence[int], halves: Ints) -> Ints:
    """Pick a place by chance for each half."""
    if len(bounds) > _FEW:
        return np.searchsorted(np.array(bounds, np.int64), halves, side="right")
    passed = np.zeros(halves.size, np.int8)
    for bound in bounds:  # comparing with a few is faster than searching among them
        passed += halves >= bound
    return passed.astype(np.int64)


def gather_cells(table: Ints, row: Ints, column: Ints) -> Ints:
    """Look cells up; by one array of places, which is faster than by two."""
    found: Ints = table.ravel()[row * table.shape[1] + column]
    return found


def clip_satisfactions(satisfaction: Ints) -> Ints:
    """Keep satisfaction between nothing and full."""
    return np.minimum(np.maximum(satisfaction, 0), ONE)


class People:
    """A run of customers, one row each, and the draws for them.

    Satisfaction is kept as it was after the last batch, with its month, and faded when
    somebody asks.

    Args:
        arrays: Every chance as a bound.
        draws: The seed's draws.
        span: The first customer, and the one behind the last.
    """

    arrays: Arrays
    chances: Chances
    draws: Draws
    start: int
    count: int
    bases: Words
    state: Ints
    begun: Ints
    tempted: Ints
    left: Ints
    bound: Ints
    is_present: Ints

    def __init__(self, arrays: Arrays, draws: Draws, span: tuple[int, int]) -> None:
        """Draw what the customers are like when the run begins."""
        self.arrays, self.chances, self.draws = arrays, arrays.chances, draws
        self.start, self.count = span[0], span[1] - span[0]
        self.bases = draws.entity_bases(*span)
        self.state = np.zeros((self.count, len(_NAMES)), np.int32)
        self._rows = self.state.view(_ROW).reshape(self.count)
        honesty = self._draw_trait_numbers_of_all("honesty", self.chances.honesty)
        tenure = np.array(self.chances.tenure_values)[
            self._draw_trait_numbers_of_all("tenure", self.chances.tenures)
        ]
        self.begun = np.maximum(0, -tenure)
        self.set_column(
            "tier", self._draw_trait_numbers_of_all("tier", self.chances.tiers)
        )
        self.set_column("honesty", honesty)
        self.set_column("tenure", tenure)
        self.set_column("satisfaction", self.chances.start)
        self.set_column("updated_month", self.begun)
        self.set_column("last_failure_month", -1)
        self.tempted = np.flatnonzero(honesty > 0)
        self.is_present = self.begun == 0
        self.left = np.full(self.count, arrays.months, np.int64)
        self.bound = np.full(
            self.count, arrays.may_leave[self.chances.start], np.uint32
        )

    def _draw_trait_numbers_of_all(self, purpose: str, bounds: tuple[int, ...]) -> Ints:
        return self.draw_trait_numbers(purpose, np.arange(self.count), bounds)

    def set_column(self, name: str, value: Any) -> None:
        """Set a column of the state for everybody."""
        self.state[:, STATE[name]] = value

    def column(self, name: str, customers: Any = slice(None)) -> Ints:
        """Return a column of the state, for some customers."""
        column: Ints = self.state[customers, STATE[name]]
        return column

    def copy_rows(self, customers: Ints) -> Ints:
        """Copy the rows of some customers."""
        return self.state.take(customers, axis=0)

    def write_rows_and_leaving_thresholds(
        self, customers: Ints, rows: Ints, month: int
    ) -> None:
        """Write back the rows of customers whose satisfaction has changed."""
        rows[:, STATE["updated_month"]] = month
        self._rows[customers] = rows.view(_ROW).reshape(customers.size)
        self.bound[customers] = self.arrays.may_leave[rows[:, STATE["satisfaction"]]]

    # -------------------------------------------------------------------- satisfaction

    def faded_satisfaction_of(self, customers: Ints, month: int) -> Ints:
        """Return how satisfied customers are by now."""
        rows = self.copy_rows(customers).T
        return self.fade_satisfaction(
            rows[STATE["satisfaction"]], month - rows[STATE["updated_month"]]
        )

    def fade_satisfaction(self, satisfaction: Any, ago: Any) -> Ints:
        """Return satisfaction after fading towards the usual."""
        deviation = satisfaction - np.int64(self.chances.usual)
        left = gather_cells(self.arrays.fading, deviation < 0, ago)
        faded: Ints = self.chances.usual + (deviation * left >> 16)
        return faded

    # -------------------------------------------------------------------------- months

    def admit_joiners(self, month: int) -> None:
        """Welcome those who join in a month."""
        self.is_present |= self.begun == month

    def draw_and_remove_leavers(self, month: int, words: Words) -> None:
        """Remove who leaves, by the lower halves of the month's words."""
        low = words.astype(np.uint32)
        candidates = np.flatnonzero(low <= self.bound)
        candidates = candidates[self.is_present[candidates]]
        gone = candidates[
            low[candidates]
            < self.arrays.leave[self.faded_satisfaction_of(candidates, month)]
        ]
        self.is_present[gone] = False
        self.left[gone] = month + 1

    # -------------------------------------------------------------------------- chance

    def draw_upper_halves_for(self, purpose: str, month: int, customers: Ints) -> Ints:
        """Draw the upper half of a word for some customers."""
        return self.draws.draw_upper_halves(self.bases[customers], purpose, month)

    def draw_trait_numbers(
        self, purpose: str, customers: Ints, bounds: tuple[int, ...]
    ) -> Ints:
        """Pick what each is like, for good; nothing is drawn where all are alike."""
        if not bounds:
            return np.zeros(customers.size, np.int64)
        return count_thresholds_passed_by_each(
            bounds, self.draw_upper_halves_for(purpose, 0, customers)
        )

    def draw_flags(self, purpose: str, month: int, customers: Ints, bound: int) -> Ints:
        """Draw 1 or 0 for each by one chance; nothing is drawn where it is certain."""
        if bound in {0, HALF}:
            return np.full(customers.size, bound // HALF, np.int64)
        return (self.draw_upper_halves_for(purpose, month, customers) < bound).astype(
            np.int64
        )

    def draw_flags_by_row(
        self, purpose: str, month: int, customers: Ints, bounds: Ints, rows: Ints
    ) -> Ints:
        """Draw 1 or 0 for each, by the chance in each one's row."""
        if set(bounds.tolist()) <= {0, HALF}:
            return (bounds > 0).astype(np.int64)[rows]
        halves = self.draw_upper_halves_for(purpose, month, customers)
        return (halves < bounds[rows]).astype(np.int64)
