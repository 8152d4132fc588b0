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
    """Search for the smallest claim that breaks a promise, violation by violation.

    Args:
        encoding: The columns as z3 reads them.
        order: The columns by which one claim is smaller than another, each with the
            claim it is of.
        watch: How long it may take.
    """

    def __init__(
        self,
        encoding: Encoding,
        order: Sequence[tuple[Column, ClaimNumber]],
        watch: Watch,
    ) -> None:
        """Set the order."""
        self._encoding = encoding
        self._solver = encoding.solver
        self._order = order
        self._ranks = [
            encoding.rank_term(column, claim_number) for column, claim_number in order
        ]
        self._watch = watch
        self._model: Any = None

    def find_counterexample(
        self, violations: Iterable[Violation], *, must_be_smallest: bool
    ) -> SearchResult:
        """Find the codes of a claim that goes by any of the violations.

        Args:
            violations: All of them.
            must_be_smallest: Whether to look for the smallest, or any.
        """
        best: list[int] | None = None
        codes: dict[tuple[str, ClaimNumber], int] | None = None
        is_sure = True
        for violation in violations:
            self._solver.push()
            try:
                self._solver.add(*self._iter_violation_constraints(violation))
                # Each further violation is asked only for a smaller claim.
                if best is not None:
                    self._solver.add(self._smaller_claim_constraint(best))
                if self._is_satisfiable():
                    codes = self._codes_in_model()
                    if not must_be_smallest:
                        return SearchResult(codes, is_sure=False)
                    best = [self._value_in_model(rank) for rank in self._ranks]
                    for ranks, at in self._iter_claims_while_minimising_ranks():
                        best, codes = ranks, at
            except OutOfTime:
                is_sure = False
                if self._watch.is_over:
                    break
            self._solver.pop()
        return SearchResult(codes, is_sure)

    def _iter_violation_constraints(self, violation: Violation) -> Iterator[Any]:
        """Yield the constraints of the way, and of at least one breach."""
        yield self._way_constraint(violation.way, 0)
        breaches = self._watch.iter_within_time(violation.breaches)
        yield self._encoding.any_of(
            self._breach_constraint(breach) for breach in breaches
        )

    def _way_constraint(self, way: Way, claim_number: ClaimNumber) -> Any:
        """Return the constraint that a claim goes a way."""
        encoding = self._encoding
        return encoding.all_of(
            [
                encoding.box_constraint(way.box, claim_number),
                *(
                    encoding.outside_box_constraint(box, claim_number)
                    for box in way.unless
                ),
                *(
                    encoding.order_constraint(order, claim_number)
                    for order in way.orders
                ),
            ]
        )

    def _breach_constraint(self, breach: Breach) -> Any:
        """Return the constraint that one side exceeds the other, on the second way."""
        exceeds = self._encoding.exceeds_constraint(*breach.more, *breach.less)
        if breach.way is None:
            return exceeds
        return self._encoding.all_of([self._way_constraint(*breach.way), exceeds])

    def _is_satisfiable(self, *more_constraints: Any) -> bool:
        """Return whether some claim meets all constraints, and store its model.

        Raises:
            OutOfTime: z3 gave up, or no time is left.
        """
        self._solver.set("timeout", max(1, int(self._watch.left * 1000)))
        answer = self._solver.check(*more_constraints)
        if answer == self._encoding.z3.sat:
            self._model = self._solver.model()
            return True
        if answer == self._encoding.z3.unsat:
            return False
        raise OutOfTime

    def _value_in_model(self, term: Any) -> int:
        value: int = self._model.eval(term, model_completion=True).as_long()
        return value

    def _codes_in_model(self) -> dict[tuple[str, ClaimNumber], int]:
        numbers = self._encoding.numbers
        return {key: self._value_in_model(number) for key, number in numbers.items()}

    def _smaller_claim_constraint(self, ranks_of_best: Sequence[int]) -> Any:
        """Return the constraint that the first rank that differs is lower."""
        encoding, pairs = (
            self._encoding,
            [*zip(self._ranks, ranks_of_best, strict=True)],
        )
        return encoding.any_of(
            encoding.all_of([rank < top, *(same == at for same, at in pairs[:place])])
            for place, (rank, top) in enumerate(pairs)
        )

    def _iter_claims_while_minimising_ranks(
        self,
    ) -> Iterator[tuple[list[int], dict[tuple[str, ClaimNumber], int]]]:
        """Minimise rank after rank; yield ranks and codes of every claim on the way."""
        for rank in self._ranks:
            low, high, step = 0, self._value_in_model(rank), 0
            # By doubling steps from below, as the least rank is mostly near 0.
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
            # Ranks are compared in order: this one stays, and the next is lowered.
            self._solver.add(rank == low)
