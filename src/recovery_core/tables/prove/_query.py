"""Run the search for a claim that breaks a promise, and build the proof."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property, partial
from math import prod
from typing import Any, Final, cast

import attrs

from ..._domain.money import Money
from ..._domain.reason import Fact, Facts
from ...errors import PolicyError
from ...policy.base import CompensationPolicy
from ..column import Column
from ..compositions import build_claim_of_facts, with_replaced_leaves
from ..domains import Plain
from ..table import Table
from ._compositions import collect_ways
from ._computed import (
    Relation,
    compute_code,
    count_codes,
    tabulate_at_samples,
    tabulate_unless_too_large,
)
from ._discretion import decide_at_discretion
from ._policies import (
    claim_columns_by_name,
    find_only_currency,
    format_policy_title,
    iter_tables,
)
from ._search import Search, SearchResult, Violation
from ._watch import OutOfTime, Watch
from ._z3_encoding import ClaimNumber, Encoding
from .proof import Proof
from .ways import Box, Way, columns_by_name, way_of_claim

__all__ = ["Bound", "CandidateClaim", "ProvedPolicy", "Query"]

_MANY: Final = 10_000


@attrs.frozen
class CandidateClaim:
    """One claim in all its forms.

    Args:
        columns: Every column that can be read, by name.
        codes: Its codes by column name.
    """

    columns: Mapping[str, Column]
    codes: Mapping[str, int]

    @cached_property
    def row(self) -> dict[str, Plain]:
        """The claim as a row of plain values, what is computed included."""
        return {name: c.of(self.codes[name]) for name, c in self.columns.items()}

    @cached_property
    def facts(self) -> Facts:
        """The claim as facts: what is read, and not missing."""
        known: dict[str, Fact] = {}
        for column in self.read:
            fact = column.fact(self.codes[column.name])
            if fact is not None:
                known[column.name] = fact
        return Facts(known)

    @property
    def read(self) -> list[Column]:
        """The columns that are read and not computed."""
        return [column for column in self.columns.values() if column.function is None]

    def __str__(self) -> str:
        shown = (f"{c.name}={c.text_of(self.codes[c.name])}" for c in self.read)
        return ", ".join(shown) or "every claim"


def _build_fixed_answer(facts: Facts, policy: CompensationPolicy) -> CompensationPolicy:
    """Return a policy that answers any claim with a table's award for these facts."""
    table = cast("Table", policy)  # a proof is of nothing else
    own = {c.name: facts[c.name] for c in table.inputs if c.name in facts}
    award = table.decision(own).award
    return lambda _: award


@attrs.frozen
class ProvedPolicy:
    """A policy that promises are about, and every way it can go.

    Args:
        policy: The policy.
        watch: How long it may take to list the ways.
        at_discretion: Whether what an agent may give at the most is what it pays.
    """

    policy: Any
    watch: Watch
    at_discretion: bool = attrs.field(default=False, kw_only=True)

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        """Every way it can go."""
        return collect_ways(self.policy, self.watch, at_discretion=self.at_discretion)

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """Every table in it."""
        return tuple(iter_tables(self.policy))

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Every column it reads or computes, and what combinators read of a claim."""
        made = claim_columns_by_name(self.policy).values()
        known = columns_by_name(*((*t.inputs, *t.columns) for t in self.tables), made)
        return tuple(known.values())

    @cached_property
    def currency(self) -> str | None:
        """The one currency it reckons in; None where it never pays."""
        return find_only_currency(self.policy)

    @property
    def is_free(self) -> bool:
        """Return whether an agent may give more than what counts."""
        if self.at_discretion:
            return False
        rows = (row for table in self.tables for row in table.rows)
        return any(row.discretions for row in rows)

    def decide_directly(self, claim: CandidateClaim) -> tuple[str, int]:
        """Return the rule that decides a claim, and what it pays, in minor units.

        The policy itself is asked, not the ways that were proved.
        """
        if self.at_discretion:
            return decide_at_discretion(self.policy, claim.facts)
        if isinstance(self.policy, Table):
            rule = self.policy.decision(claim.facts).rule
            return rule, self.policy.compiled(self.policy.row(claim.facts))[1]
        bare = with_replaced_leaves(
            self.policy, partial(_build_fixed_answer, claim.facts)
        )
        worth = bare(build_claim_of_facts(claim.facts, "asked in a proof")).worth
        rule = way_of_claim(self.ways, claim.codes, claim.row).rule
        return rule, 0 if worth is None else worth.minor

    def __str__(self) -> str:
        return format_policy_title(self.policy)


@attrs.frozen
class Bound:
    """What a counterexample is compared with.

    Args:
        limit: What was promised, in minor units.
        told: The same in words; ``{}`` stands for the amount.
        is_broken: Whether what is paid breaks it.
    """

    limit: int
    told: str
    is_broken: bool


MeasureBound = Callable[[int, CandidateClaim, CandidateClaim], Bound]
"""From what is paid, and the one or two claims, to what it is held against."""


@attrs.frozen
class Query:
    """A question: does a policy keep a promise?

    Args:
        promise: The promise in words.
        subject: The policy.
        currency: What it is paid in.
        second: The policy it is compared with.
        more: Columns it is about beside those of the policies.
        known: Columns that must not be missing.
        grown: The column that alone differs between two claims.
    """

    promise: str
    subject: ProvedPolicy
    currency: str
    second: ProvedPolicy | None = None
    more: tuple[Column, ...] = ()
    known: tuple[Column, ...] = ()
    grown: Column | None = None

    @cached_property
    def columns(self) -> dict[str, Column]:
        """Every column it is about, by name."""
        beside = self.second.columns if self.second is not None else ()
        return columns_by_name(self.subject.columns, beside, self.more)

    @cached_property
    def read(self) -> list[Column]:
        """The columns that are read and not computed, in order."""
        return [column for column in self.columns.values() if column.function is None]

    @cached_property
    def differing(self) -> frozenset[str]:
        """The names of what differs between two claims: what grows, and follows."""
        return frozenset(
            column.name
            for column in self.columns.values()
            if self.grown is not None
            and self.grown.name in {column.name, *(c.name for c in column.inputs)}
        )

    def run_to_proof(
        self, violations: Iterable[Violation], measure_bound: MeasureBound
    ) -> Proof:
        """Return the proof that no claim breaks the promise, or the claim that does.

        Args:
            violations: Every way it can be broken.
            measure_bound: What a counterexample is held against.
        """
        watch = self.subject.watch
        late = f"no answer within {watch.timeout:g} s; give more with timeout="
        try:
            found, is_smallest, why = self._find_counterexample([*violations], late)
        except OutOfTime:
            found, is_smallest, why = SearchResult(None, is_sure=False), False, late
        proof = self._build_proof(
            found, measure_bound, is_smallest=is_smallest, why=why
        )
        return attrs.evolve(proof, seconds=watch.passed)

    def _find_counterexample(
        self, violations: Sequence[Violation], reason_if_late: str
    ) -> tuple[SearchResult, bool, str]:
        """Return what was found, whether it is the smallest, and why if unknown."""
        watch = self.subject.watch
        computed = (c for c in self.columns.values() if c.function is not None)
        table_by_name = {
            column.name: tabulate_unless_too_large(column, watch) for column in computed
        }
        relations = {
            name: table for name, table in table_by_name.items() if table is not None
        }
        free = [name for name, table in table_by_name.items() if table is None]
        found = self._build_search(relations).find_counterexample(
            violations, must_be_smallest=not free
        )
        if found.codes is None or not free:
            return found, found.is_sure, reason_if_late
        # A free column may hold anything, so that what holds is proved all the same;
        # what was found may be no claim at all: look again where functions were asked.
        boxes = [box for violation in violations for box in _iter_boxes(violation)]
        for name in free:
            relations[name] = tabulate_at_samples(self.columns[name], boxes, watch)
        found = self._build_search(relations).find_counterexample(
            violations, must_be_smallest=True
        )
        names = " and ".join(map(repr, free))
        why = (
            f"it fails for some value of {names}, but no claim was found that gives it"
        )
        return attrs.evolve(found, is_sure=False), False, why

    def _build_search(self, relations: Mapping[str, Relation]) -> Search:
        """Build a search for the smallest claim by the order of the columns."""
        encoding = Encoding(
            self.columns, relations, self.known, self.grown, self.differing
        )
        order: list[tuple[Column, ClaimNumber]] = [(column, 0) for column in self.read]
        if self.grown is not None:
            order.append((self.grown, 1))
        return Search(encoding, order, self.subject.watch)

    def _build_proof(
        self,
        result: SearchResult,
        measure_bound: MeasureBound,
        *,
        is_smallest: bool,
        why: str,
    ) -> Proof:
        """Build the proof of what was found, after the policy itself confirmed it."""
        inputs = prod(map(count_codes, self.read))
        if result.codes is None and result.is_sure:
            return Proof(
                self.promise,
                holds=True,
                told=self._format_proved(inputs),
                inputs=inputs,
            )
        if result.codes is None:
            return Proof(
                self.promise, holds=None, told=f"not known: {why}", inputs=inputs
            )
        first, second = (
            self._build_claim(result.codes, 0),
            self._build_claim(result.codes, 1),
        )
        # No counterexample is believed before the policy itself has paid it.
        rule, paid = self.subject.decide_directly(second)
        bound = measure_bound(paid, first, second)
        if not bound.is_broken:
            raise PolicyError(
                f"the proof of {self.promise!r} and the one-claim reader disagree on "
                f"{second}: please report this"
            )
        amount = Money.from_minor(paid, self.currency)
        limit = Money.from_minor(bound.limit, self.currency)
        told = f"does not hold: {second} pays {amount} by rule {rule!r}; "
        return Proof(
            self.promise,
            holds=False,
            told=told + bound.told.format(limit) + ("" if is_smallest else _MAYBE),
            inputs=inputs,
            counterexample=second.facts,
            compared=first.facts if self.grown is not None else None,
            paid=amount,
            limit=limit,
            rule=rule,
            is_smallest=is_smallest,
        )

    def _format_proved(self, inputs: int) -> str:
        """Format in words over how many inputs a promise was proved."""
        count = len(self.read)
        columns = f"{count} column{'' if count == 1 else 's'}"
        size_ = f"{inputs:,}" if inputs < _MANY else f"{Decimal(inputs):.1e}"
        told = f"proved for all claims ({columns}, {size_.replace('+', '')} inputs)"
        subjects = (s for s in (self.subject, self.second) if s is not None)
        return told + (_FREE if any(s.is_free for s in subjects) else "")

    def _build_claim(
        self, codes: Mapping[tuple[str, ClaimNumber], int], claim_number: ClaimNumber
    ) -> CandidateClaim:
        """Build one of the two claims from codes, with what is computed from them."""
        claim_codes: dict[str, int] = {}
        for name, column in self.columns.items():
            if column.function is None:
                claim_codes[name] = codes.get((name, claim_number), codes[name, 0])
            else:
                claim_codes[name] = compute_code(column, claim_codes)
        return CandidateClaim(self.columns, claim_codes)


_MAYBE: Final = " (there may be a smaller one)"
_FREE: Final = "; what an agent may give at discretion is not counted"


def _iter_boxes(violation: Violation) -> Iterable[Box]:
    """Yield the boxes of all ways in a violation."""
    yield violation.way.box
    for breach in violation.breaches:
        if breach.way is not None:
            yield breach.way[0].box
