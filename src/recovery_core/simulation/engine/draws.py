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

__all__ = ["HALF", "Draws", "Words", "draw", "threshold"]

Words: TypeAlias = NDArray[np.uint64]

_GOLD: Final = 0x9E3779B97F4A7C15
_M1: Final = 0xBF58476D1CE4E5B9
_M2: Final = 0x94D049BB133111EB
_MASK: Final = (1 << 64) - 1
HALF: Final = 1 << 32
"""A word has two halves; chances are compared with one of them, in 32 bits."""


def _mix(word: int) -> int:
    word = ((word ^ (word >> 30)) * _M1) & _MASK
    word = ((word ^ (word >> 27)) * _M2) & _MASK
    return word ^ (word >> 31)


def _number(purpose: str) -> int:
    return int.from_bytes(blake2b(purpose.encode(), digest_size=8).digest(), "big")


def draw(seed: int, purpose: str, entity: int, period: int = 0) -> int:
    """Draw one word.

    Args:
        seed: Names the run; any whole number.
        purpose: What it is drawn for.
        entity: Whom it is drawn for; from 0.
        period: When; from 0.

    Returns:
        A whole number from 0 to 2**64 - 1, uniform, and independent of any other.

    Example:
        >>> draw(7, "failure", 12, 3) == draw(7, "failure", 12, 3)
        True
        >>> draw(7, "failure", 12, 3) == draw(7, "failure", 12, 4)
        False
    """
    return Draws(seed).word(purpose, entity, period)


def threshold(chance: float) -> int:
    """Turn a chance into what a half of a word must stay below.

    Args:
        chance: From 0 to 1.

    Returns:
        From 0, for never, to 2**32, for always.
    """
    return min(HALF, max(0, round(chance * HALF)))


def _index_of_seed(seed: Any) -> int:
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

    seed: int = attrs.field(converter=_index_of_seed)
    _root: int = attrs.field(
        init=False,
        eq=False,
        repr=False,
        default=attrs.Factory(_root_of, takes_self=True),
    )
    _keys: dict[tuple[str, int], int] = attrs.field(
        init=False, eq=False, repr=False, factory=dict[tuple[str, int], int]
    )

    def base(self, entity: int) -> int:
        """Return what all draws for an entity start from."""
        return _mix((self._root + entity * _GOLD) & _MASK)

    def key(self, purpose: str, period: int = 0) -> int:
        """Return what all draws for a purpose in a period have in common."""
        found = self._keys.get((purpose, period))
        if found is None:
            mixed = _mix(_number(purpose) ^ self._root)
            found = _mix((mixed + (period + 1) * _GOLD) & _MASK)
            self._keys[purpose, period] = found
        return found

    def word(self, purpose: str, entity: int, period: int = 0) -> int:
        """Draw one word; see `draw`."""
        return _mix((self.base(entity) + self.key(purpose, period)) & _MASK)

    def high(self, purpose: str, entity: int, period: int = 0) -> int:
        """Draw the upper half of a word."""
        return self.word(purpose, entity, period) >> 32

    # ------------------------------------------------------------- many at once

    def bases(self, start: int, stop: int) -> Words:
        """Return what the draws for a run of entities start from.

        Shape: one word for each entity from `start` up to `stop`, itself left out.
        """
        words = np.arange(start, stop, dtype=np.uint64)
        words *= np.uint64(_GOLD)
        words += np.uint64(self._root)
        return _mixed(words, np.empty_like(words))

    def words(
        self, bases: Words, purpose: str, period: int = 0, *, room: Any = None
    ) -> Words:
        """Draw one word for each entity.

        Args:
            bases: What `bases` gave, or some of it.
            purpose: What it is drawn for.
            period: When.
            room: Two arrays of the same length to work in; the first is returned.

        Shape: as `bases`.
        """
        if room is None:
            room = np.empty_like(bases), np.empty_like(bases)
        words, spare = room
        np.add(bases, np.uint64(self.key(purpose, period)), out=words)
        return _mixed(words, spare)

    def highs(self, bases: Words, purpose: str, period: int = 0) -> NDArray[np.int64]:
        """Draw the upper half of a word for each entity.

        Shape: as `bases`.
        """
        words = self.words(bases, purpose, period)
        words >>= np.uint64(32)
        return words.view(np.int64)


def _mixed(words: Words, spare: Words) -> Words:
    """Mix words in place."""
    np.right_shift(words, np.uint64(30), out=spare)
    words ^= spare
    words *= np.uint64(_M1)
    np.right_shift(words, np.uint64(27), out=spare)
    words ^= spare
    words *= np.uint64(_M2)
    np.right_shift(words, np.uint64(31), out=spare)
    words ^= spare
    return words
