"""Ask whether a promise can be broken, and for the smallest claim that breaks it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import attrs

from ..amounts import Formula
from ..column import Column
from ._watch import OutOfTime, Watch
from ._z3_encoding import Reading, Which
from .ways import Way

__all__ = ["Breach", "Found", "Search", "Violation"]

Side: TypeAlias = tuple[tuple[Formula, ...], Which]
"""Amounts that are paid together, and on which of two claims."""


@attrs.frozen
class Breach:
    """State how a promise can be broken: one side comes to more than the other.

    Args:
        more: What comes to more.
        less: What comes to less.
        way: The way that a second policy, or the second claim, goes; with the claim.
    """

    more: Side
    less: Side
    way: tuple[Way, Which] | None = None


@attrs.frozen
class Violation:
    """Gather every breach in which the first claim goes one way."""

    way: Way
    breaches: Sequence[Breach]


@attrs.frozen
class Found:
    """What a search came to.

    Args:
        codes: The codes of the claims that break the promise, by column and claim;
            None where none was found.
        is_sure: Whether every question was answered in time: without codes, there is
            none; with them, there is no smaller one.
    """

    codes: Mapping[tuple[str, Which], int] | None
    is_sure: bool


class Search:
    """Look for the smallest breach, case by case.

    Args:
        reading: The columns as z3 reads them.
        order: The columns by which one claim is smaller than another, each with the
            claim it is of.
        watch: How long it may take.
    """

    def __init__(
        self, reading: Reading, order: Sequence[tuple[Column, Which]], watch: Watch
    ) -> None:
        """Set the order."""
        self._reading = reading
        self._solver = reading.solver
        self._order = order
        self._ranks = [reading.rank(column, which) for column, which in order]
        self._watch = watch
        self._model: Any = None

    def find(self, cases: Iterable[Violation], *, smallest: bool) -> Found:
        """Find a breach in any of the cases.

        Args:
            cases: All of them.
            smallest: Whether to look for the smallest, or any.
        """
        best: list[int] | None = None
        codes: dict[tuple[str, Which], int] | None = None
        is_sure = True
        for case in cases:
            self._solver.push()
            try:
                self._solver.add(*self._demands(case))
                if best is not None:
                    self._solver.add(self._below(best))
                if self._is_possible():
                    codes = self._codes()
                    if not smallest:
                        return Found(codes, is_sure=False)
                    best = [self._value(rank) for rank in self._ranks]
                    for ranks, at in self._lower():
                        best, codes = ranks, at
            except OutOfTime:
                is_sure = False
                if self._watch.is_over:
                    break
            self._solver.pop()
        return Found(codes, is_sure)

    def _demands(self, case: Violation) -> Iterator[Any]:
        yield self._goes(case.way, 0)
        breaches = self._watch.within_time(case.breaches)
        yield self._reading.some(self._breach(breach) for breach in breaches)

    def _goes(self, way: Way, which: Which) -> Any:
        read = self._reading
        return read.every(
            [
                read.inside(way.box, which),
                *(read.outside(box, which) for box in way.unless),
                *(read.ordered(order, which) for order in way.orders),
            ]
        )

    def _breach(self, breach: Breach) -> Any:
        exceeds = self._reading.exceeds(*breach.more, *breach.less)
        if breach.way is None:
            return exceeds
        return self._reading.every([self._goes(*breach.way), exceeds])

    def _is_possible(self, *more: Any) -> bool:
        self._solver.set("timeout", max(1, int(self._watch.left * 1000)))
        answer = self._solver.check(*more)
        if answer == self._reading.z3.sat:
            self._model = self._solver.model()
            return True
        if answer == self._reading.z3.unsat:
            return False
        raise OutOfTime

    def _value(self, term: Any) -> int:
        value: int = self._model.eval(term, model_completion=True).as_long()
        return value

    def _codes(self) -> dict[tuple[str, Which], int]:
        numbers = self._reading.numbers
        return {key: self._value(number) for key, number in numbers.items()}

    def _below(self, best: Sequence[int]) -> Any:
        """Demand a smaller claim: the first rank that differs is lower."""
        read, pairs = self._reading, [*zip(self._ranks, best, strict=True)]
        return read.some(
            read.every([rank < top, *(same == at for same, at in pairs[:place])])
            for place, (rank, top) in enumerate(pairs)
        )

    def _lower(self) -> Iterator[tuple[list[int], dict[tuple[str, Which], int]]]:
        """Bring down one rank after the other; walk every claim on the way."""
        for rank in self._ranks:
            low, high, step = 0, self._value(rank), 0
            while low < high:
                middle = min(low + step, (low + high) // 2)
                if self._is_possible(rank <= middle):
                    high = self._value(rank)
                    yield [self._value(each) for each in self._ranks], self._codes()
                else:
                    low, step = middle + 1, 2 * step + 1
            self._solver.add(rank == low)
