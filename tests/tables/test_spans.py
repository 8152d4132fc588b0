"""Spans are sets of whole numbers, and obey the laws of sets."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from recovery_core.tables.spans import (
    Span,
    Spans,
    intersect_spans,
    is_in,
    span_without,
    unite_spans,
)

numbers = st.integers(-6, 12)
span = st.tuples(numbers, numbers).map(lambda ends: (min(ends), max(ends)))
loose = st.lists(span, max_size=5)
spans = loose.map(unite_spans)


def members(some: list[Span] | Spans) -> set[int]:
    """List what spans hold."""
    return {number for low, high in some for number in range(low, high + 1)}


def is_tidy(some: Spans) -> bool:
    """Tell whether spans are sorted, hold something, and do not touch."""
    ends = [end for low, high in some for end in (low, high)]
    gaps = pairwise(some)
    return ends == sorted(ends) and all(a[1] + 1 < b[0] for a, b in gaps)


@given(loose)
def test_united_holds_what_any_span_holds(some: list[Span]) -> None:
    """Joined spans hold the same numbers, in any order given, in one tidy way."""
    joined = unite_spans(some)
    assert members(joined) == members(some)
    assert is_tidy(joined)
    assert unite_spans(reversed(some)) == unite_spans(joined) == joined


@given(spans, spans)
def test_shared_is_the_intersection(one: Spans, other: Spans) -> None:
    """What two sets share is what lies in both, whichever comes first."""
    both = intersect_spans(one, other)
    assert members(both) == members(one) & members(other)
    assert is_tidy(both)
    assert both == intersect_spans(other, one)


@given(span, spans)
def test_without_is_the_difference(whole: Span, taken: Spans) -> None:
    """What is left of a span lies in it and in none of the others, even beyond it."""
    left = span_without(whole, taken)
    assert members(left) == members([whole]) - members(taken)
    assert is_tidy(left)


@given(span, spans)
def test_the_opposite_of_the_opposite_is_the_same(whole: Span, some: Spans) -> None:
    """Within one span, taking away twice gives back; the two parts make the whole."""
    inside = intersect_spans((whole,), some)
    outside = span_without(whole, inside)
    assert span_without(whole, outside) == inside
    assert unite_spans(inside + outside) == (whole,)
    assert intersect_spans(inside, outside) == ()


@given(spans, spans, spans)
def test_sets_distribute(a: Spans, b: Spans, c: Spans) -> None:
    """What is shared with a union is the union of what is shared with each."""
    assert intersect_spans(a, unite_spans(b + c)) == unite_spans(
        intersect_spans(a, b) + intersect_spans(a, c)
    )


@given(numbers, spans)
def test_is_in_asks_for_membership(number: int, some: Spans) -> None:
    """A number is in where one of the spans holds it, both ends inside."""
    assert is_in(number, some) is (number in members(some))


def test_what_touches_is_one() -> None:
    """Spans that touch are joined; those with a gap of one stay apart."""
    assert unite_spans([(4, 5), (1, 3)]) == ((1, 5),)
    assert unite_spans([(5, 6), (1, 3)]) == ((1, 3), (5, 6))
    assert unite_spans([(1, 9), (2, 3)]) == ((1, 9),)
    assert unite_spans([]) == ()
