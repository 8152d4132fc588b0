"""Which pairs of ways can break a promise, as far as their bounds leave it open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ._search import Breach, Side
from .ways import Way, find_intersection, greatest_total, least_total

__all__ = ["iter_breaches_after_growth", "iter_breaches_by_other_pay"]


def iter_breaches_after_growth(
    before: Way, ways: Iterable[Way], differing_names: frozenset[str], *, rises: bool
) -> Iterator[Breach]:
    """Yield a breach for each way after the growth that may pay wrongly.

    Bounds alone exclude most pairs of ways; only the rest is put to z3.
    """
    shared = {
        name: spans for name, spans in before.box.items() if name not in differing_names
    }
    for after in ways:
        was: Side = before.parts, 0
        now: Side = after.parts, 1
        more, less = (was, now) if rises else (now, was)
        rest = {
            name: spans
            for name, spans in after.box.items()
            if name not in differing_names
        }
        if (
            greatest_total(more[0]) > least_total(less[0])
            and find_intersection(shared, rest) is not None
        ):
            yield Breach(more, less, (after, 1))


def iter_breaches_by_other_pay(
    way: Way, others: Iterable[Way], *, is_equal: bool
) -> Iterator[Breach]:
    """Yield a breach for each way of another policy that may pay more, or also less."""
    for other in others:
        if find_intersection(way.box, other.box) is not None:
            own: Side = way.parts, 0
            due: Side = other.parts, 0
            if greatest_total(due[0]) > least_total(own[0]):
                yield Breach(due, own, (other, 0))
            if is_equal and greatest_total(own[0]) > least_total(due[0]):
                yield Breach(own, due, (other, 0))
