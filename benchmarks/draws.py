"""Whether keyed draws are as good as random: statistics over a hundred million draws.

Each statistic is normal where draws are uniform and independent, and is told with its
distance in standard deviations, z. The script ends with 1 where any |z| is above 5,
which chance alone does once in 1.7 million times. Draws are made in parts, so that
memory stays flat.

    python benchmarks/draws.py [--draws N] [--seed S]
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable, Iterator
from math import sqrt
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from recovery_core.simulation.engine.draws import Draws, Words

PART: Final = 1 << 20
MOST: Final = 5.0
LAGS: Final = (1, 2, 3, 7, 64, 1000, 65_536)
MONTHS: Final = 8
PURPOSES: Final = ("month", "severity", "complaint", "answer 0")

Floats = NDArray[np.float64]
Rows = Iterator[tuple[str, float]]


def parts(draws: int) -> Iterator[tuple[int, int]]:
    """Cut a run of entities into parts."""
    for start in range(0, draws - draws % 2, PART):
        yield start, min(start + PART, draws - draws % 2)


def chi_square(counts: Any) -> float:
    """Say how far counts are from equal ones."""
    found = np.asarray(counts, np.float64).ravel()
    mean, freedom = found.mean(), found.size - 1
    square = float(((found - mean) ** 2).sum() / mean)
    # Wilson and Hilferty: the cube root is close to normal far out as well.
    share = 2 / (9 * freedom)
    return float(((square / freedom) ** (1 / 3) - (1 - share)) / sqrt(share))


class Shared:
    """Count the bits that pairs of words have in common."""

    def __init__(self) -> None:
        self.same = self.pairs = 0

    def add(self, one: Words, two: Words) -> None:
        """Count them for some pairs."""
        self.same += int(np.bitwise_count(~(one ^ two)).sum())
        self.pairs += one.size

    @property
    def z(self) -> float:
        """Say how far they are from half of all bits."""
        return (self.same - 32 * self.pairs) / sqrt(16 * self.pairs)


def uniform(draws: Draws, count: int) -> Rows:
    """Look at single words: bits, bytes, and the upper and lower ends."""
    ends = np.zeros((2, 1 << 16), np.int64)
    table = np.zeros((8, 256), np.int64)
    ones, squares, total = np.zeros(64, np.int64), 0.0, 0.0
    for start, stop in parts(count):
        words = draws.draw_words(draws.entity_bases(start, stop), "month")
        for row, shift in enumerate((48, 0)):
            cut = (words >> np.uint64(shift) & np.uint64(0xFFFF)).view(np.int64)
            ends[row] += np.bincount(cut, minlength=1 << 16)
        for place, column in enumerate(words.view(np.uint8).reshape(-1, 8).T):
            table[place] += np.bincount(column, minlength=256)
        for bit in range(64):
            ones[bit] += int((words >> np.uint64(bit) & np.uint64(1)).sum())
        part = words * 2.0**-64 - 0.5
        total, squares = total + float(part.sum()), squares + float(part @ part)
    yield "upper 16 bits, chi-square", chi_square(ends[0])
    yield "lower 16 bits, chi-square", chi_square(ends[1])
    for place, counts in enumerate(table):
        yield f"byte {place}, chi-square", chi_square(counts)
    far = (ones - count / 2) / (sqrt(count) / 2)
    yield "each bit, the farthest of 64", float(far[np.abs(far).argmax()])
    yield "mean", total / sqrt(count / 12)
    yield "variance", (squares - count / 12) / sqrt(count / 180)


def serial(draws: Draws, count: int) -> Rows:
    """Look at neighbours: other customers, and the months of one customer."""
    near = {lag: Shared() for lag in LAGS}
    later = {month: Shared() for month in range(1, MONTHS)}
    square = np.zeros(1 << 12, np.int64)
    for start, stop in parts(count):
        bases = draws.entity_bases(start, stop)
        words = draws.draw_words(bases, "month")
        for lag, shared in near.items():
            shared.add(words[:-lag], words[lag:])
        for month, shared in later.items():
            shared.add(words, draws.draw_words(bases, "month", month))
        top = (words >> np.uint64(58)).view(np.int64)
        square += np.bincount(top[::2] * 64 + top[1::2], minlength=1 << 12)
    for lag, shared in near.items():
        yield f"customers {lag:,} apart, bits shared", shared.z
    for month, shared in later.items():
        yield f"months {month} apart, bits shared", shared.z
    yield "neighbours in a square, chi-square", chi_square(square)


def crossed(draws: Draws, count: int) -> Rows:
    """Look across purposes and seeds, and at the two halves of a word."""
    pairs = {name: Shared() for name in PURPOSES[1:]}
    seeds = {seed: Shared() for seed in (1, 2, 1 << 32, -1)}
    halves = np.zeros(1 << 12, np.int64)
    for start, stop in parts(count):
        bases = draws.entity_bases(start, stop)
        words = draws.draw_words(bases, PURPOSES[0])
        for name, shared in pairs.items():
            shared.add(words, draws.draw_words(bases, name))
        for step, shared in seeds.items():
            other = Draws(draws.seed + step)
            bases = other.entity_bases(start, stop)
            shared.add(words, other.draw_words(bases, PURPOSES[0]))
        six = np.uint64(63)
        high = (words >> np.uint64(58)).view(np.int64)
        low = (words >> np.uint64(26) & six).view(np.int64)
        halves += np.bincount(high * 64 + low, minlength=1 << 12)
    for name, shared in pairs.items():
        yield f"{PURPOSES[0]} and {name}, bits shared", shared.z
    for step, shared in seeds.items():
        yield f"seeds {step:,} apart, bits shared", shared.z
    yield "both halves in a square, chi-square", chi_square(halves)


def avalanche(draws: Draws, count: int) -> Rows:
    """Turn one bit of a customer's number, and count the bits of the word it turns."""
    bits = (0, 1, 2, 5, 10, 16, 20)
    turned = np.zeros((len(bits), 64), np.int64)
    size = max(PART, count // len(bits) // PART * PART)
    done = 0
    for start, stop in parts(size):
        if stop - start < PART:
            break
        done += PART
        some = np.arange(PART)
        words = draws.draw_words(draws.entity_bases(start, start + 2 * PART), "month")
        for row, bit in enumerate(bits):
            other = words[:PART] ^ words[some ^ (1 << bit)]
            for place in range(64):
                part = other >> np.uint64(place) & np.uint64(1)
                turned[row, place] += int(part.sum())
    # Below the size of a part, each pair of customers is counted twice.
    pairs = np.array([done if bit == 20 else done / 2 for bit in bits])[:, None]
    twice = np.array([1 if bit == 20 else 2 for bit in bits])[:, None]
    far = (turned / twice - pairs / 2) / (np.sqrt(pairs) / 2)
    for row, bit in enumerate(bits):
        yield (
            f"bit {bit} of the number turned, the farthest of 64",
            float(far[row][np.abs(far[row]).argmax()]),
        )


LOOKS: Final[tuple[Callable[[Draws, int], Rows], ...]] = (
    uniform,
    serial,
    crossed,
    avalanche,
)


def main() -> int:
    """Print every statistic, and say whether one is off."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=100_000_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    draws, found = Draws(asked.seed), list[float]()
    print(f"{asked.draws:,} customers for each statistic, seed {asked.seed}")
    for look in LOOKS:
        begun = time.process_time()
        for name, z in look(draws, asked.draws):
            found.append(z)
            print(f"  {name:52}  z {z:+6.2f}{'  !' if abs(z) > MOST else ''}")
        print(f"  {look.__name__}: {time.process_time() - begun:.0f} s of CPU")
    worst = max(found, key=abs)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{len(found)} statistics, the farthest {worst:+.2f}")
    print(f"most memory: {memory} MB")
    return int(abs(worst) > MOST)


if __name__ == "__main__":
    sys.exit(main())
