"""The work by hand in NumPy, as fast as we know how, with keyed draws.

Arrays of the customers who are left, as many as stay in the cache; a word is drawn for
everybody only to say who fails and who might leave, and compared as it is; everything
else is done for the few. Whoever cannot leave at any satisfaction is not asked.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.special import ndtri

from . import work

GOLD = 0x9E3779B97F4A7C15
FIRST, SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
MASK = (1 << 64) - 1
PART = 2.0**-53
PURPOSES = (
    *("tier", "honesty", "failure", "severity", "blame", "complaint", "false"),
    *("delay", "noise", "leaving", "pretext severity", "pretext blame"),
)
LOSSES = np.array(work.LOSSES)
COMPLAINS = np.array(work.COMPLAINS)
PRICES = np.array(work.PRICES, np.int64)


def mixed(word: int) -> int:
    """Mix one word."""
    word = ((word ^ (word >> 30)) * FIRST) & MASK
    word = ((word ^ (word >> 27)) * SECOND) & MASK
    return word ^ (word >> 31)


class Luck:
    """Words by seed, purpose, customer and month."""

    def __init__(self, seed: int, room: int) -> None:
        """Make a key for each purpose, and room to work in."""
        root = mixed(seed * GOLD & MASK)
        self.keys = {
            name: np.uint64(mixed((root + place * GOLD) & MASK))
            for place, name in enumerate(PURPOSES, 1)
        }
        self.room = np.empty(room, np.uint64), np.empty(room, np.uint64)

    def words(self, purpose: str, places: Any, *, is_reused: bool = False) -> Any:
        """Draw a word for each place, if need be in room that is used again."""
        count = places.size
        rooms = self.room if is_reused else np.empty((2, count), np.uint64)
        word, spare = rooms[0][:count], rooms[1][:count]
        np.add(places, self.keys[purpose], out=word)
        for shift, factor in ((30, FIRST), (27, SECOND), (31, None)):
            np.right_shift(word, np.uint64(shift), out=spare)
            word ^= spare
            if factor is not None:
                word *= np.uint64(factor)
        return word

    def units(self, purpose: str, places: Any) -> Any:
        """Draw numbers from 0 to 1."""
        return (self.words(purpose, places) >> np.uint64(11)) * PART

    def normals(self, purpose: str, places: Any) -> Any:
        """Draw standard normal numbers."""
        return ndtri(self.units(purpose, places) + PART / 2)

    def picks(self, purpose: str, places: Any, bounds: tuple[float, ...]) -> Any:
        """Draw how many bounds are passed."""
        return np.searchsorted(bounds, self.units(purpose, places), side="right")


def bounded(chance: float) -> Any:
    """Give what a word must stay below."""
    return np.uint64(math.ceil(chance * 2.0**53) << 11)


def leaving(satisfaction: Any) -> Any:
    """Give the chance to leave within the month."""
    return 1.0 / (1.0 + np.exp(work.STEEP * (satisfaction - work.EVEN)))


def paid(blame: Any, severity: Any, delay: Any, tier: Any) -> Any:
    """Say what the rules pay, in cents, claim by claim."""
    points = np.zeros(blame.size, np.int64)
    is_left = np.ones(blame.size, bool)
    bit = np.left_shift(1, blame)
    for blames, least, late, rank, rate in work.RULES:
        holds = is_left & ((bit & blames) != 0) & (severity >= least)
        holds &= (delay >= late) & (tier >= rank)
        points[holds] = rate
        is_left &= ~holds
    return np.minimum(work.CAP, (PRICES[tier] * points + 5_000) // 10_000)


class Chunk:
    """A run of customers who live through all months."""

    def __init__(self, luck: Luck, start: int, stop: int, *, alike: bool) -> None:
        """Draw who they are."""
        self.luck, self.alike = luck, alike
        numbers = np.arange(start, stop, dtype=np.uint64)
        self.places = (numbers << np.uint64(16)) * np.uint64(GOLD)
        self.tier = luck.picks("tier", self.places, work.TIERS).astype(np.int8)
        self.sly = luck.units("honesty", self.places) < work.OPPORTUNIST
        self.satisfaction = np.full(numbers.size, work.START)
        self.history = np.zeros(numbers.size, np.uint8)
        self.tally = dict.fromkeys(work.COUNTS, 0)

    def live(self) -> dict[str, Any]:
        """Live through all months."""
        for _ in range(work.MONTHS):
            self.tally["months"] += self.places.size
            self.places += np.uint64(GOLD)
            self.satisfaction += work.FADES * (work.USUAL - self.satisfaction)
            self.history <<= 1
            self.history &= (1 << work.WINDOW) - 1
            self._events()
            self._leave()
        self.tally["satisfaction"] = float(self.satisfaction.sum())
        return self.tally

    def _events(self) -> None:
        luck, places = self.luck, self.places
        fails = luck.words("failure", places, is_reused=True) < bounded(work.FAILS)
        failed = np.flatnonzero(fails)
        here = places[failed]
        severity = luck.picks("severity", here, work.SEVERITIES)
        blame = luck.picks("blame", here, work.BLAMES)
        complains = luck.units("complaint", here) < COMPLAINS[severity]
        complains |= self.sly[failed]
        false = np.flatnonzero(self.sly & ~fails)
        false = false[luck.units("false", places[false]) < work.FALSE]
        self.tally["failures"] += failed.size
        self.tally["false"] += false.size
        silent = ~complains
        self._claim(failed[complains], severity[complains], blame[complains], false)
        change = work.NOISE * luck.normals("noise", here[silent])
        self._feel(failed[silent], change - LOSSES[severity[silent]])

    def _claim(self, who: Any, severity: Any, blame: Any, false: Any) -> None:
        genuine, luck, tally = who.size, self.luck, self.tally
        who = np.concatenate([who, false])
        here, tier = self.places[who], self.tier[who]
        guise = np.zeros((2, false.size), np.int64)
        if self.alike:
            lied = here[genuine:]
            guise[0] = luck.picks("pretext severity", lied, work.SEVERITIES)
            guise[1] = luck.picks("pretext blame", lied, work.BLAMES)
        severity = np.concatenate([severity, guise[0]])
        blame = np.concatenate([blame, guise[1]])
        spread = np.exp(work.SIGMA * luck.normals("delay", here))
        delay = (60.0 * work.MEDIAN * spread).astype(np.int64)
        self.history[who] |= 1
        is_flagged = np.bitwise_count(self.history[who]) > work.CLAIMS
        amount = np.where(is_flagged, 0, paid(blame, severity, delay, tier))
        tally["claims"] += who.size
        tally["minutes"] += int(delay.sum())
        tally["flagged"] += int(np.count_nonzero(is_flagged))
        tally["paid"] += int(amount.sum())
        real = slice(genuine)
        self._feel(
            who[real],
            0.30 * amount[real] / PRICES[tier[real]]
            + 0.08 * (1.0 - np.minimum(delay[real] / 60.0, 168.0) / 84.0)
            + 0.06 * (blame[real] <= 1)
            + 0.04 * (severity[real] >= 1)
            + work.NOISE * luck.normals("noise", here[real])
            - LOSSES[severity[real]],
        )
        # Where both are drawn alike, only those who were failed are counted, as there.
        change = np.where(amount[genuine:] > 0, 0.02, -0.10)
        self._feel(false, change, is_counted=not self.alike)

    def _feel(self, who: Any, change: Any, *, is_counted: bool = True) -> None:
        felt = np.clip(self.satisfaction[who] + change, 0.0, 1.0)
        self.satisfaction[who] = felt
        if is_counted:
            self.tally["warnings"] += int(np.count_nonzero(felt < work.LOW))
            self.tally["recommendations"] += int(np.count_nonzero(felt > work.HIGH))

    def _leave(self) -> None:
        words = self.luck.words("leaving", self.places, is_reused=True)
        most = bounded(leaving(0.0) * 1.000001)
        could = np.flatnonzero(words < most)
        chance = (words[could] >> np.uint64(11)) * PART
        gone = could[chance < leaving(self.satisfaction[could])]
        self.tally["left"] += gone.size
        if gone.size:
            stays = np.ones(self.places.size, bool)
            stays[gone] = False
            self.places, self.tier = self.places[stays], self.tier[stays]
            self.sly, self.history = self.sly[stays], self.history[stays]
            self.satisfaction = self.satisfaction[stays]


def by_numpy(
    customers: int,
    seed: int,
    *,
    start: int = 0,
    chunk: int = 1 << 16,
    alike: bool = False,
) -> dict[str, Any]:
    """Live through it chunk by chunk.

    Args:
        customers: How many.
        seed: Names the luck.
        start: The first of them.
        chunk: How many at a time.
        alike: Whether false claims look like genuine ones, as in this library.
    """
    luck, total = Luck(seed, chunk), dict.fromkeys(work.COUNTS, 0.0)
    for first in range(start, start + customers, chunk):
        stop = min(start + customers, first + chunk)
        found = Chunk(luck, first, stop, alike=alike).live()
        for name, count in found.items():
            total[name] += count
    return total
