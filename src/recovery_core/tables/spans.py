"""Sets of whole numbers, as sorted spans that neither touch nor overlap."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

__all__ = ["Span", "Spans", "is_in", "shared", "united", "without"]

Span: TypeAlias = tuple[int, int]
"""The first and the last number of an unbroken run; both are inside."""

Spans: TypeAlias = tuple[Span, ...]


def united(spans: Iterable[Span]) -> Spans:
    """Join spans given in any order; what touches becomes one."""
    joined: list[Span] = []
    for low, high in sorted(spans):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return tuple(joined)


def shared(left: Spans, right: Spans) -> Spans:
    """Keep what lies in both."""
    pairs = ((max(a, c), min(b, d)) for a, b in left for c, d in right)
    return united((low, high) for low, high in pairs if low <= high)


def without(whole: Span, taken: Spans) -> Spans:
    """Keep what of one span lies in none of the others."""
    kept: list[Span] = []
    low, last = whole
    for first, high in shared((whole,), taken):
        if low < first:
            kept.append((low, first - 1))
        low = max(low, high + 1)
    if low <= last:
        kept.append((low, last))
    return tuple(kept)


def is_in(number: int, spans: Spans) -> bool:
    """Return whether one of the spans holds a number."""
    return any(low <= number <= high for low, high in spans)
