"""Keyed draws: the same one by one and all at once, uniform, and independent."""

from __future__ import annotations

from math import sqrt
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from recovery_core.errors import InvalidValueError
from recovery_core.simulation.engine.draws import (
    HALF,
    Draws,
    Words,
    draw_word,
    to_half_word_threshold,
)

Floats = NDArray[np.float64]

MANY: Final = 1 << 18
PURPOSES: Final = ("month", "failure", "severity", "answer 0")
PINNED: Final = [9533786407756837442, 14322007042362861945, 2400073565899078959]
SEEDS: Final = st.integers(-(2**70), 2**70)


@given(SEEDS, st.text(max_size=9), st.integers(0, 2**40), st.integers(0, 2**20))
def test_all_at_once_draws_what_one_by_one_draws(
    seed: int, purpose: str, start: int, period: int
) -> None:
    """Scalar and array draws agree word for word, whatever they are drawn for."""
    draws = Draws(seed)
    bases = draws.entity_bases(start, start + 5)
    words = draws.draw_words(bases, purpose, period)
    highs = draws.draw_upper_halves(bases, purpose, period)
    for place, entity in enumerate(range(start, start + 5)):
        word = draw_word(seed, purpose, entity, period)
        assert word == draws.draw_word(purpose, entity, period) == int(words[place])
        assert (
            word >> 32
            == draws.draw_upper_half(purpose, entity, period)
            == int(highs[place])
        )
        assert draws.entity_base(entity) == int(bases[place])
        assert 0 <= word < 1 << 64


@given(SEEDS, st.integers(0, 2**40), st.integers(0, 30), st.integers(1, 30))
def test_a_draw_does_not_depend_on_the_block(
    seed: int, start: int, before: int, size: int
) -> None:
    """Wherever a block begins, a customer draws the same."""
    whole = Draws(seed).entity_bases(start, start + before + size)
    part = Draws(seed).entity_bases(start + before, start + before + size)
    assert np.array_equal(whole[before:], part)


def test_words_can_be_drawn_into_the_same_room() -> None:
    """Where room is given, the words stand in it, and what they start from stays."""
    draws = Draws(7)
    bases = draws.entity_bases(0, 100)
    kept, room = bases.copy(), (np.empty_like(bases), np.empty_like(bases))
    words = draws.draw_words(bases, "month", 3, work_arrays=room)
    assert words is room[0]
    assert np.array_equal(words, draws.draw_words(bases, "month", 3))
    assert np.array_equal(bases, kept)


def test_draws_are_named_by_their_seed() -> None:
    """Equal seeds are equal draws, and no draw changes them."""
    draws = Draws(7)
    draws.draw_word("month", 1)
    assert draws == Draws(np.int64(7))
    assert draws != Draws(8)
    assert repr(draws) == "Draws(seed=7)"


@pytest.mark.parametrize("seed", [1.5, "7", None])
def test_a_seed_is_a_whole_number(seed: Any) -> None:
    """What is no whole number is refused as a seed."""
    with pytest.raises(InvalidValueError, match="give a whole number"):
        Draws(seed)


@pytest.mark.parametrize(
    ("chance", "bound"),
    [(0.0, 0), (1.0, HALF), (0.5, 1 << 31), (-0.1, 0), (1.7, HALF), (2**-32, 1)],
)
def test_a_chance_becomes_a_bound_for_half_a_word(chance: float, bound: int) -> None:
    """Nothing is below the bound of never, and any half is below that of always."""
    assert to_half_word_threshold(chance) == bound


def test_every_draw_is_pinned() -> None:
    """Words are the same on every machine and in every version."""
    assert [draw_word(seed, "month", 5, 2) for seed in (0, 7, -1)] == PINNED


# Statistics: each is a sum that is normal, told by how many deviations it is off. Five
# are passed by chance once in two million times, and nothing here is left to chance.


def chi_square(counts: Any) -> float:
    """Say how far counts are from equal ones, in standard deviations."""
    found = np.asarray(counts, np.float64).ravel()
    mean, freedom = found.mean(), found.size - 1
    return float((((found - mean) ** 2).sum() / mean - freedom) / sqrt(2 * freedom))


def bytes_of(words: Words) -> Floats:
    """Count each byte of each place."""
    table = words.view(np.uint8).reshape(-1, 8)
    return np.array([np.bincount(column, minlength=256) for column in table.T])


def shared(one: Words, two: Words) -> float:
    """Say how far the bits that two runs of words share are from half of them."""
    same = int(np.bitwise_count(~(one ^ two)).sum())
    return (same - 32 * one.size) / sqrt(16 * one.size)


@pytest.fixture(scope="module", params=[0, 2026])
def draws(request: pytest.FixtureRequest) -> Draws:
    """Draw for several seeds."""
    return Draws(request.param)


@pytest.mark.parametrize("period", [0, 23])
def test_words_are_uniform(draws: Draws, period: int) -> None:
    """High bits, low bits and every byte take each value alike often."""
    words = draws.draw_words(draws.entity_bases(0, MANY), "month", period)
    assert abs(chi_square(np.bincount((words >> np.uint64(52)).view(np.int64)))) < 5
    low = (words & np.uint64(4095)).view(np.int64)
    assert abs(chi_square(np.bincount(low, minlength=4096))) < 5
    for counts in bytes_of(words):
        assert abs(chi_square(counts)) < 5


def test_neighbours_draw_independently(draws: Draws) -> None:
    """Customers next to each other, and months one after the other, share no bits."""
    bases = draws.entity_bases(0, MANY)
    words = draws.draw_words(bases, "month", 5)
    for lag in (1, 2, 64, 1000):
        assert abs(shared(words[:-lag], words[lag:])) < 5
    for period in (0, 4, 6, 17):
        assert abs(shared(words, draws.draw_words(bases, "month", period))) < 5


def test_pairs_fill_the_square(draws: Draws) -> None:
    """Two words of one customer take each pair of values alike often."""
    bases = draws.entity_bases(0, MANY)
    shift = np.uint64(59)
    one = (draws.draw_words(bases, "month", 1) >> shift).view(np.int64)
    for purpose, period in (("month", 2), ("severity", 1)):
        two = (draws.draw_words(bases, purpose, period) >> shift).view(np.int64)
        assert abs(chi_square(np.bincount(one * 32 + two, minlength=1024))) < 5


def test_the_halves_of_a_word_are_independent(draws: Draws) -> None:
    """Who fails says nothing about who leaves, though one word tells both."""
    words = draws.draw_words(draws.entity_bases(0, MANY), "month")
    high, low = (words >> np.uint64(32)), words & np.uint64(HALF - 1)
    fails = high < np.uint64(to_half_word_threshold(0.05))
    leaves = low < np.uint64(to_half_word_threshold(0.05))
    expected = MANY * 0.05**2
    assert abs((fails & leaves).sum() - expected) < 5 * sqrt(expected)


def test_purposes_and_seeds_have_nothing_in_common() -> None:
    """Other purposes and neighbouring seeds share no bits."""
    draws = Draws(7)
    bases = draws.entity_bases(0, MANY)
    words = [draws.draw_words(bases, purpose) for purpose in PURPOSES]
    for seed in (6, 8, 7 + (1 << 32), -7):
        other = Draws(seed)
        words.append(other.draw_words(other.entity_bases(0, MANY), "month"))
    for place, one in enumerate(words):
        for two in words[place + 1 :]:
            assert abs(shared(one, two)) < 5


@pytest.mark.parametrize("bit", [0, 1, 17, 31, 40])
def test_one_bit_changes_half_of_a_word(bit: int) -> None:
    """Whichever bit of a number is turned, each bit of the word turns half the time."""
    draws, size = Draws(7), 1 << 14
    some = draws.entity_bases(0, size)
    numbers = np.arange(size) ^ (1 << bit)
    start = int(numbers.min())
    others = draws.entity_bases(start, int(numbers.max()) + 1)[numbers - start]
    turned = draws.draw_words(some, "month") ^ draws.draw_words(others, "month")
    counts = np.array(
        [int((turned >> np.uint64(b) & np.uint64(1)).sum()) for b in range(64)]
    )
    assert float(np.abs(counts - size / 2).max()) < 5.5 * sqrt(size) / 2


def test_no_word_comes_twice() -> None:
    """A word for a purpose and a month is another for every customer."""
    draws = Draws(7)
    words = draws.draw_words(draws.entity_bases(0, MANY), "month", 3)
    assert np.unique(words).size == MANY
