"""Ask whether a promise can be broken, and for the smallest claim that breaks it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import attrs

from ..amounts import Formula
from ..column import Column
from ._watch import OutOfTime, Watch
from ._z3_encoding import ClaimNumber, Encoding
from .ways import Way

__all__ = ["Breach", "Search", "SearchResult", "Violation"]

Side: TypeAlias = tuple[tuple[Formula, ...], ClaimNumber]
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
    way: tuple[Way, ClaimNumber] | None = None


@attrs.frozen
class Violation:
    """Gather every breach in which the first claim goes one way."""

    way: Way
    breaches: Sequence[Breach]


@attrs.frozen
class SearchResult:
    """What a search came to.

    Args:
        codes: The codes of the claims that break the promise, by column and claim;
            None where none was found.
        is_sure: Whether every question was answered in time: without codes, there is
            none; with them, there is no smaller one.
    """

    codes: Mapping[tuple[str, ClaimNumber], int] | None
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
        self,
        reading: Encoding,
        order: Sequence[tuple[Column, ClaimNumber]],
        watch: Watch,
    ) -> None:
        """Set the order."""
        self._reading = reading
        self._solver = reading.solver
        self._order = order
        self._ranks = [
            reading.rank_term(column, claim_number) for column, claim_number in order
        ]
        self._watch = watch
        self._model: Any = None

    def find_counterexample(
        self, cases: Iterable[Violation], *, smallest: bool
    ) -> SearchResult:
        """Find a breach in any of the cases.

        Args:
            cases: All of them.
            smallest: Whether to look for the smallest, or any.
        """
        best: list[int] | None = None
        codes: dict[tuple[str, ClaimNumber], int] | None = None
        is_sure = True
        for case in cases:
            self._solver.push()
            try:
                self._solver.add(*self._iter_constraints(case))
                if best is not None:
                    self._solver.add(self._constrain_to_smaller_claim(best))
                if self._is_satisfiable():
                    codes = self._codes_in_model()
                    if not smallest:
                        return SearchResult(codes, is_sure=False)
                    best = [self._value_in_model(rank) for rank in self._ranks]
                    for ranks, at in self._iter_claims_with_lower_ranks():
                        best, codes = ranks, at
            except OutOfTime:
                is_sure = False
                if self._watch.is_over:
                    break
            self._solver.pop()
        return SearchResult(codes, is_sure)

    def _iter_constraints(self, case: Violation) -> Iterator[Any]:
        yield self._constrain_to_way(case.way, 0)
        breaches = self._watch.iter_within_time(case.breaches)
        yield self._reading.disjunction(
            self._constrain_to_breach(breach) for breach in breaches
        )

    def _constrain_to_way(self, way: Way, claim_number: ClaimNumber) -> Any:
        read = self._reading
        return read.conjunction(
            [
                read.constrain_to_box(way.box, claim_number),
                *(read.constrain_outside_box(box, claim_number) for box in way.unless),
                *(read.constrain_to_order(order, claim_number) for order in way.orders),
            ]
        )

    def _constrain_to_breach(self, breach: Breach) -> Any:
        exceeds = self._reading.constrain_to_exceed(*breach.more, *breach.less)
        if breach.way is None:
            return exceeds
        return self._reading.conjunction([self._constrain_to_way(*breach.way), exceeds])

    def _is_satisfiable(self, *more: Any) -> bool:
        self._solver.set("timeout", max(1, int(self._watch.left * 1000)))
        answer = self._solver.check(*more)
        if answer == self._reading.z3.sat:
            self._model = self._solver.model()
            return True
        if answer == self._reading.z3.unsat:
            return False
        raise OutOfTime

    def _value_in_model(self, term: Any) -> int:
        value: int = self._model.eval(term, model_completion=True).as_long()
        return value

    def _codes_in_model(self) -> dict[tuple[str, ClaimNumber], int]:
        numbers = self._reading.numbers
        return {key: self._value_in_model(number) for key, number in numbers.items()}

    def _constrain_to_smaller_claim(self, best: Sequence[int]) -> Any:
        """Demand a smaller claim: the first rank that differs is lower."""
        read, pairs = self._reading, [*zip(self._ranks, best, strict=True)]
        return read.disjunction(
            read.conjunction([rank < top, *(same == at for same, at in pairs[:place])])
            for place, (rank, top) in enumerate(pairs)
        )

    def _iter_claims_with_lower_ranks(
        self,
    ) -> Iterator[tuple[list[int], dict[tuple[str, ClaimNumber], int]]]:
        """Bring down one rank after the other; walk every claim on the way."""
        for rank in self._ranks:
            low, high, step = 0, self._value_in_model(rank), 0
            while low < high:
                middle = min(low + step, (low + high) // 2)
                if self._is_satisfiable(rank <= middle):
                    high = self._value_in_model(rank)
                    yield (
                        [self._value_in_model(each) for each in self._ranks],
                        self._codes_in_model(),
                    )
                else:
                    low, step = middle + 1, 2 * step + 1
            self._solver.add(rank == low)
