"""Shares in whole numbers: the number of basis points in a whole."""

from typing import Final

__all__ = ["BASIS_POINTS"]

BASIS_POINTS: Final = 10_000
"""One basis point is 1/10000 of a whole; 2000 of them are 20 %."""
