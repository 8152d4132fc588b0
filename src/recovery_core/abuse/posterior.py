"""How probable a rate above the usual is, by whole numbers alone.

With a Beta prior of whole parameters, the posterior after `hits` and `misses` is
Beta(hits, misses), and the probability that the rate lies above x is a binomial
sum: that of at most ``hits - 1`` successes in ``m = hits + misses - 1`` trials with
chance x each (Abramowitz & Stegun 26.5.24).

Summed as it stands, it has as many terms as hits, each with as many digits as m.
So the terms are counted in units of the last one in the sum, ``j = hits - 1``. From
there the ratio of neighbours falls in both directions (the binomial is
log-concave), and what is left out of a sum stays below a geometric series. Each
quotient is rounded down in one running sum and up in another: the truth lies
between. Where the two do not yet agree on the answer, the precision is raised.

At most one direction rises at first. It is given up as soon as it outweighs the
other so far that the answer is the lowest or the highest there is. Hence the work
grows with the square root of the hits, and hardly at all with the misses.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final, TypeAlias

# With the last, only a difference below 2**-500 goes unseen. Where there is none,
# since the probability is the very threshold, no precision would ever be enough.
_PRECISIONS: Final = (64, 256, 1024)

_Bounds: TypeAlias = tuple[int, int]
_Ratios: TypeAlias = Iterator[tuple[int, int]]


def count_probability_parts_above_rate(
    rate: Fraction, hits: int, misses: int, parts: int
) -> int:
    """Count the whole parts in the probability of a rate above the given one.

    Args:
        rate: The usual rate, between 0 and 1.
        hits: First parameter of the posterior, at least 1.
        misses: Second parameter of the posterior, at least 1.
        parts: Into how many parts certainty is divided.

    Returns:
        The probability times `parts`, rounded down.

    Example:
        >>> # A quarter: 1 - 2x + x**2
        >>> count_probability_parts_above_rate(Fraction(1, 2), 1, 2, 100)
        25
    """
    low = high = 0
    for bits in _PRECISIONS:
        low, high = _enclose_probability_parts(rate, hits, misses, parts, bits)
        if low == high:
            break
    return high


def _enclose_probability_parts(
    rate: Fraction, hits: int, misses: int, parts: int, bits: int
) -> _Bounds:
    """Return a lower and an upper bound of the parts, at so many bits of precision."""
    down, up = (
        _iter_ratios_down(rate, hits, misses),
        _iter_ratios_up(rate, hits, misses),
    )
    one = 1 << bits
    # Whichever falls from the start is summed first, to bound the other.
    if misses * rate < hits * (1 - rate):
        above = _bound_sum_of_products(up, one, None)
        below = _bound_sum_of_products(down, one, one + parts * above[1])
    else:
        below = _bound_sum_of_products(down, one, None)
        above = _bound_sum_of_products(up, one, parts * (one + below[1]))
    low = parts * (one + below[0]) // (one + below[0] + above[1])
    high = parts * (one + below[1]) // (one + below[1] + above[0])
    # It is never certain: some of the other side is always left.
    return low, min(high, parts - 1)


def _iter_ratios_down(rate: Fraction, hits: int, misses: int) -> _Ratios:
    """Yield the ratios of each term to the one above it, from hits - 1 down.

    Each as numerator and denominator, neither reduced: a quotient needs no more.
    """
    yes, no = rate.numerator, rate.denominator - rate.numerator
    return ((j * no, (hits + misses - j) * yes) for j in range(hits - 1, 0, -1))


def _iter_ratios_up(rate: Fraction, hits: int, misses: int) -> _Ratios:
    """Yield the ratios of each term to the one below it, from hits up."""
    yes, no = rate.numerator, rate.denominator - rate.numerator
    return ((j * yes, (hits + misses - j) * no) for j in range(misses, 0, -1))


def _bound_sum_of_products(ratios: _Ratios, one: int, limit: int | None) -> _Bounds:
    """Bound the sum of all running products of ratios that fall."""
    low = high = one
    lows = highs = 0
    # What may be left out: half of the bits stay good.
    crumb = 1 << (one.bit_length() // 2)
    for over, under in ratios:
        low, high = low * over // under, -(-high * over // under)
        lows, highs = lows + low, highs + high
        if limit is not None and lows > limit:
            # The answer is an extreme now, and more of this side leaves it there.
            break
        left = high * over
        if left <= (under - over) * crumb:
            return lows, highs - (-left // (under - over))
    return lows, highs
