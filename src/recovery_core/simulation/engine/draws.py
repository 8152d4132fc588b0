"""Chance without a generator: every draw is a function of what it is drawn for.

A draw depends on the seed, the purpose, the entity and the period, and on nothing that
was drawn before. So the order of work, the size of blocks and the number of workers
change no figure, and two policies meet the same customers with the same luck.

Source: keyed draws as in counter-based generators (Salmon et al. 2011); the mixing is
    the finalizer of SplitMix64 (Steele, Lea & Flood 2014), applied twice.
"""

from __future__ import annotations

from hashlib import blake2b
from operator import index
from typing import Any, Final, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from ...errors import InvalidValueError

__all__ = ["HALF", "Draws", "Words", "draw_word", "to_half_word_threshold"]

Words: TypeAlias = NDArray[np.uint64]

_GOLD: Final = 0x9E3779B97F4A7C15
_M1: Final = 0xBF58476D1CE4E5B9
_M2: Final = 0x94D049BB133111EB
_MASK: Final = (1 << 64) - 1
HALF: Final = 1 << 32
"""A word has two halves; chances are compared with one of them, in 32 bits."""


def _mix(word: int) -> int:
    """Scramble the bits of a word, one to one; the finalizer of SplitMix64."""
    # Steele, Lea & Flood (2014), variant 13: one bit changed turns about half of all.
    word = ((word ^ (word >> 30)) * _M1) & _MASK
    word = ((word ^ (word >> 27)) * _M2) & _MASK
    return word ^ (word >> 31)


def _hash_purpose(purpose: str) -> int:
    # Not `hash`, which differs from process to process.
    return int.from_bytes(blake2b(purpose.encode(), digest_size=8).digest(), "big")


def draw_word(seed: int, purpose: str, entity: int, period: int = 0) -> int:
    """Draw one word.

    Args:
        seed: Names the run; any whole number.
        purpose: What it is drawn for.
        entity: Whom it is drawn for; from 0.
        period: When; from 0.

    Returns:
        A whole number from 0 to 2**64 - 1, uniform, and independent of any other.

    Example:
        >>> draw_word(7, "failure", 12, 3) == draw_word(7, "failure", 12, 3)
        True
        >>> draw_word(7, "failure", 12, 3) == draw_word(7, "failure", 12, 4)
        False
    """
    return Draws(seed).draw_word(purpose, entity, period)


def to_half_word_threshold(chance: float) -> int:
    """Convert a chance to what a half of a word must stay below.

    Args:
        chance: From 0 to 1.

    Returns:
        From 0, for never, to 2**32, for always.
    """
    return min(HALF, max(0, round(chance * HALF)))


def _to_seed_int(seed: Any) -> int:
    """Convert whatever counts as a whole number to an int; refuse all else."""
    try:
        return index(seed)
    except TypeError:
        raise InvalidValueError(
            f"a seed cannot be {seed!r}: give a whole number"
        ) from None


def _root_of(draws: Draws) -> int:
    return _mix((draws.seed * _GOLD + _GOLD) & _MASK)


@attrs.frozen
class Draws:
    """Draw words for one seed, singly or for many entities at once.

    Args:
        seed: Names the run.

    Raises:
        InvalidValueError: The seed is no whole number.
    """

    seed: int = attrs.field(converter=_to_seed_int)
    _root: int = attrs.field(
        init=False,
        eq=False,
        repr=False,
        default=attrs.Factory(_root_of, takes_self=True),
    )
    _keys: dict[tuple[str, int], int] = attrs.field(
        init=False, eq=False, repr=False, factory=dict[tuple[str, int], int]
    )

    def entity_base(self, entity: int) -> int:
        """Return what all draws for an entity start from."""
        return _mix((self._root + entity * _GOLD) & _MASK)

    def purpose_key(self, purpose: str, period: int = 0) -> int:
        """Return what all draws for a purpose in a period have in common."""
        key = self._keys.get((purpose, period))
        if key is None:
            # Mixed twice, so that neighbouring periods have nothing in common.
            mixed = _mix(_hash_purpose(purpose) ^ self._root)
            key = _mix((mixed + (period + 1) * _GOLD) & _MASK)
            self._keys[purpose, period] = key
        return key

    def draw_word(self, purpose: str, entity: int, period: int = 0) -> int:
        """Draw one word; see `draw_word`."""
        return _mix(
            (self.entity_base(entity) + self.purpose_key(purpose, period)) & _MASK
        )

    def draw_upper_half(self, purpose: str, entity: int, period: int = 0) -> int:
        """Draw the upper half of a word."""
        return self.draw_word(purpose, entity, period) >> 32

    # ------------------------------------------------------------- many at once

    def entity_bases(self, start: int, stop: int) -> Words:
        """Return what the draws for a run of entities start from.

        Shape: one word for each entity from `start` up to `stop`, itself left out.
        """
        # Unsigned arithmetic of NumPy wraps at 2**64, as the mask does for ints.
        words = np.arange(start, stop, dtype=np.uint64)
        words *= np.uint64(_GOLD)
        words += np.uint64(self._root)
        return _mix_in_place(words, np.empty_like(words))

    def draw_words(
        self,
        bases: Words,
        purpose: str,
        period: int = 0,
        *,
        work_arrays: tuple[Words, Words] | None = None,
    ) -> Words:
        """Draw one word for each entity.

        Args:
            bases: What `entity_bases` gave, or some of it.
            purpose: What it is drawn for.
            period: When.
            work_arrays: Two arrays of that length to work in; the first is returned.

        Shape: as `bases`.
        """
        if work_arrays is None:
            work_arrays = np.empty_like(bases), np.empty_like(bases)
        # Arrays that are used again: fresh ones a month would cost their page faults.
        words, spare = work_arrays
        np.add(bases, np.uint64(self.purpose_key(purpose, period)), out=words)
        return _mix_in_place(words, spare)

    def draw_upper_halves(
        self, bases: Words, purpose: str, period: int = 0
    ) -> NDArray[np.int64]:
        """Draw the upper half of a word for each entity.

        Shape: as `bases`.
        """
        words = self.draw_words(bases, purpose, period)
        words >>= np.uint64(32)
        # Below 2**32 both types have the same bits, and int64 mixes with other ints.
        return words.view(np.int64)


def _mix_in_place(words: Words, spare: Words) -> Words:
    """Scramble words as `_mix` does, in place, and return them."""
    np.right_shift(words, np.uint64(30), out=spare)
    words ^= spare
    words *= np.uint64(_M1)
    np.right_shift(words, np.uint64(27), out=spare)
    words ^= spare
    words *= np.uint64(_M2)
    np.right_shift(words, np.uint64(31), out=spare)
    words ^= spare
    return words
