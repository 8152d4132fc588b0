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

__all__ = ["STATE", "People", "cell", "clipped", "picked"]

# What is known of a customer stands in one row, so that it comes from memory at once.
_NAMES: Final = (
    *("tier", "honesty", "tenure", "satisfaction", "updated_month", "claim_marks"),
    *("last_claim_month", "recent_failures", "last_failure_month", "last_recovery"),
    *("grievance", "boldness", "failures"),
)
STATE: Final = {name: place for place, name in enumerate(_NAMES)}
_ROW: Final = np.dtype((np.void, 4 * len(_NAMES)))


_FEW: Final = 8


def picked(bounds: Sequence[int], halves: Ints) -> Ints:
    """Pick a place by chance for each half."""
    if len(bounds) > _FEW:
        return np.searchsorted(np.array(bounds, np.int64), halves, side="right")
    passed = np.zeros(halves.size, np.int8)
    for bound in bounds:  # comparing with a few is faster than searching among them
        passed += halves >= bound
    return passed.astype(np.int64)


def cell(table: Ints, row: Ints, column: Ints) -> Ints:
    """Look cells up; by one array of places, which is faster than by two."""
    found: Ints = table.ravel()[row * table.shape[1] + column]
    return found


def clipped(satisfaction: Ints) -> Ints:
    """Keep satisfaction between nothing and full."""
    return np.minimum(np.maximum(satisfaction, 0), ONE)


class People:
    """Hold a run of customers, and draw for them.

    Satisfaction is kept as it was after the last batch, with its month, and faded when
    somebody asks.

    Args:
        arrays: Every chance as a bound.
        draws: The seed's draws.
        span: The first customer, and the one behind the last.
    """

    a: Arrays
    c: Chances
    draws: Draws
    start: int
    count: int
    bases: Words
    state: Ints
    begun: Ints
    tempted: Ints
    left: Ints
    bound: Ints
    here: Ints

    def __init__(self, arrays: Arrays, draws: Draws, span: tuple[int, int]) -> None:
        """Let them be as they are when the run begins."""
        self.a, self.c, self.draws = arrays, arrays.chances, draws
        self.start, self.count = span[0], span[1] - span[0]
        self.bases = draws.bases(*span)
        self.state = np.zeros((self.count, len(_NAMES)), np.int32)
        self._rows = self.state.view(_ROW).reshape(self.count)
        honesty = self._sort("honesty", self.c.honesty)
        tenure = np.array(self.c.tenure_values)[self._sort("tenure", self.c.tenures)]
        self.begun = np.maximum(0, -tenure)
        self.put("tier", self._sort("tier", self.c.tiers))
        self.put("honesty", honesty)
        self.put("tenure", tenure)
        self.put("satisfaction", self.c.start)
        self.put("updated_month", self.begun)
        self.put("last_failure_month", -1)
        self.tempted = np.flatnonzero(honesty > 0)
        self.here = self.begun == 0
        self.left = np.full(self.count, arrays.months, np.int64)
        self.bound = np.full(self.count, arrays.may_leave[self.c.start], np.uint32)

    def _sort(self, purpose: str, bounds: tuple[int, ...]) -> Ints:
        return self.person(purpose, np.arange(self.count), bounds)

    def put(self, name: str, value: Any) -> None:
        """Set something for everybody."""
        self.state[:, STATE[name]] = value

    def get(self, name: str, who: Any = slice(None)) -> Ints:
        """Give something of some customers."""
        column: Ints = self.state[who, STATE[name]]
        return column

    def taken(self, who: Ints) -> Ints:
        """Copy the rows of some customers."""
        return self.state.take(who, axis=0)

    def given(self, who: Ints, rows: Ints, month: int) -> None:
        """Put back the rows of customers whose satisfaction has changed."""
        rows[:, STATE["updated_month"]] = month
        self._rows[who] = rows.view(_ROW).reshape(who.size)
        self.bound[who] = self.a.may_leave[rows[:, STATE["satisfaction"]]]

    # -------------------------------------------------------------------- satisfaction

    def now(self, who: Ints, month: int) -> Ints:
        """Tell how satisfied customers are by now."""
        rows = self.taken(who).T
        return self.faded(
            rows[STATE["satisfaction"]], month - rows[STATE["updated_month"]]
        )

    def faded(self, satisfaction: Any, ago: Any) -> Ints:
        """Let satisfaction go back to the usual."""
        deviation = satisfaction - np.int64(self.c.usual)
        left = cell(self.a.fading, deviation < 0, ago)
        faded: Ints = self.c.usual + (deviation * left >> 16)
        return faded

    # -------------------------------------------------------------------------- months

    def join(self, month: int) -> None:
        """Welcome those who join in a month."""
        self.here |= self.begun == month

    def leave(self, month: int, words: Words) -> None:
        """Let go, by the lower halves of the month's words, who is not satisfied."""
        low = words.astype(np.uint32)
        could = np.flatnonzero(low <= self.bound)
        could = could[self.here[could]]
        gone = could[low[could] < self.a.leave[self.now(could, month)]]
        self.here[gone] = False
        self.left[gone] = month + 1

    # -------------------------------------------------------------------------- chance

    def halves(self, purpose: str, month: int, who: Ints) -> Ints:
        """Draw the upper half of a word for some customers."""
        return self.draws.highs(self.bases[who], purpose, month)

    def person(self, purpose: str, who: Ints, bounds: tuple[int, ...]) -> Ints:
        """Pick what each is like, for good; nothing is drawn where all are alike."""
        if not bounds:
            return np.zeros(who.size, np.int64)
        return picked(bounds, self.halves(purpose, 0, who))

    def chance(self, purpose: str, month: int, who: Ints, bound: int) -> Ints:
        """Tell by chance; nothing is drawn where it is certain."""
        if bound in {0, HALF}:
            return np.full(who.size, bound // HALF, np.int64)
        return (self.halves(purpose, month, who) < bound).astype(np.int64)

    def chances(
        self, purpose: str, month: int, who: Ints, bounds: Ints, rows: Ints
    ) -> Ints:
        """Tell by chance, by the bound in each one's row."""
        if set(bounds.tolist()) <= {0, HALF}:
            return (bounds > 0).astype(np.int64)[rows]
        halves = self.halves(purpose, month, who)
        return (halves < bounds[rows]).astype(np.int64)
