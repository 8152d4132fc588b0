"""Sets of whole numbers, as sorted spans that neither touch nor overlap."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

__all__ = ["Span", "Spans", "intersect_spans", "is_in", "span_without", "unite_spans"]

Span: TypeAlias = tuple[int, int]
"""The first and the last number of an unbroken run; both are inside."""

Spans: TypeAlias = tuple[Span, ...]


def unite_spans(spans: Iterable[Span]) -> Spans:
    """Join spans given in any order; what touches or overlaps becomes one."""
    joined: list[Span] = []
    for low, high in sorted(spans):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return tuple(joined)


def intersect_spans(left: Spans, right: Spans) -> Spans:
    """Return the spans of what lies in both."""
    pairs = ((max(a, c), min(b, d)) for a, b in left for c, d in right)
    # Where two spans do not meet, the greater start lies behind the lesser end.
    return unite_spans((low, high) for low, high in pairs if low <= high)


def span_without(span: Span, removed: Spans) -> Spans:
    """Return what of one span lies in none of the others."""
    remaining: list[Span] = []
    low, last = span
    for first, high in intersect_spans((span,), removed):
        if low < first:
            remaining.append((low, first - 1))
        low = max(low, high + 1)
    if low <= last:
        remaining.append((low, last))
    return tuple(remaining)


def is_in(number: int, spans: Spans) -> bool:
    """Return whether one of the spans holds a number."""
    return any(low <= number <= high for low, high in spans)
