"""What a policy is held to: what it is asked, what is proved and what is searched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import cast

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from .._domain.claim import Claim
from .._domain.money import Money
from .._domain.remedy import Award
from ..errors import BrokenPromiseError
from ..policy import CompensationPolicy
from ..tables import Column, Table
from ..tables import prove as proofs
from ..tables.amounts import Formula
from ..tables.conditions import When
from . import _properties
from ._batch import build_batch_agreement_promise
from ._budget import build_budget_promise
from ._constants import collect_texts_and_integers
from ._contract import Contract, find_value_flaw
from ._edges import (
    BoundaryField,
    collect_boundary_fields,
    collect_rule_conditions,
    collect_tables,
    collect_version_days_and_eves,
    is_made_of_tables_only,
    parse_columns,
)
from ._invariance import Ignored
from ._paths import ABSENT
from ._proved import Attempt, ProofOutcome, attempt_proof_or_raise_breach
from ._rows import (
    MADE,
    RowPolicy,
    describe_row_claim,
    is_composed_of_tables_only,
    iter_claim_reading_columns,
    without_reader,
)
from ._search import Promise, Trial
from ._settled import SettledPromises, wrap_single_in_tuple
from ._shrink import shrink_claim
from ._sweeps import iter_claims_along_short_columns, iter_claims_by_kind_of_customer
from ._wording import describe_claim, policy_title
from .boundaries import (
    draw_claims_with_fields,
    draw_claims_without_facts,
    iter_boundary_claims,
)
from .report import PropertyResult
from .strategies import claims as any_claims

__all__ = ["Terms"]


@attrs.frozen
class Terms:
    """What a policy is held to, and what it is asked."""

    policy: CompensationPolicy
    reads: tuple[Column | str, ...] = attrs.field(kw_only=True)
    claims: SearchStrategy[Claim] | None = attrs.field(kw_only=True)
    limit: Formula | None = attrs.field(kw_only=True)
    rising: tuple[Column, ...] = attrs.field(kw_only=True)
    falling: tuple[Column, ...] = attrs.field(kw_only=True)
    silent: tuple[When, ...] = attrs.field(kw_only=True)
    least: CompensationPolicy | None = attrs.field(kw_only=True)
    same: CompensationPolicy | None = attrs.field(kw_only=True)
    budget: Money | None = attrs.field(kw_only=True)
    currency: str | None = attrs.field(kw_only=True)
    is_of_rows: bool = attrs.field(default=False, kw_only=True)

    @cached_property
    def as_row_terms(self) -> Terms:
        """The same about rows, where what is read from the claim stands by name."""
        return attrs.evolve(
            self,
            policy=RowPolicy(self.policy),
            least=None if self.least is None else RowPolicy(self.least),
            same=None if self.same is None else RowPolicy(self.same),
            is_of_rows=True,
        )

    @property
    def contract(self) -> Contract[Claim, Award]:
        """What every policy promises."""
        return Contract(
            plug=self.policy,
            noun="claim",
            want=Award,
            find_flaw=find_value_flaw,
            mend="to give nothing, answer Award.nothing(); where it relies on what a "
            "claim may lack, pass the columns that it reads=, or claims= that have it",
            show=self._describe_row if self.is_of_rows else describe_claim,
            called=policy_title(self.policy),
        )

    def _describe_row(self, claim: Claim) -> str:
        """Show a row, with what of it is read from a claim."""
        return describe_row_claim(claim, self.claim_readers)

    # ------------------------------------------------------------------ what is asked

    @cached_property
    def claim_readers(self) -> tuple[Column, ...]:
        """What is read from the claim, by the tables or by what they are held to."""
        policies = (self.policy, self.least, self.same)
        tables = [table for each in policies for table in collect_tables(each)]
        columns = [c for table in tables for c in table.columns]
        return tuple(
            dict.fromkeys(
                iter_claim_reading_columns((*columns, *self._columns_of_promises))
            )
        )

    @property
    def _columns_of_promises(self) -> tuple[Column, ...]:
        """The columns that promises are about."""
        limits = () if self.limit is None else self.limit.columns
        cells = (cell.column for when in self.silent for cell in when.cells)
        return (*limits, *self.rising, *self.falling, *cells)

    @cached_property
    def has_rows(self) -> bool:
        """Whether rows of the tables say more than claims do.

        They do where something is read from the claim, by a reader or a combinator.
        """
        policies = (self.policy, self.least, self.same)
        asked = [each for each in policies if each is not None]
        read = bool(self.claim_readers) or any(
            c.name in MADE for c in self._columns_of_promises
        )
        return read and all(map(is_composed_of_tables_only, asked))

    @property
    def identities_read(self) -> tuple[str, ...]:
        """What tells who somebody is, and may move an award all the same."""
        return tuple(each for each in self.reads if isinstance(each, str))

    @cached_property
    def fields(self) -> tuple[BoundaryField, ...]:
        """The columns to be drawn, with their boundaries; none if nobody told."""
        others = [each for each in (self.least, self.same) if each is not None]
        read = [each for each in self.reads if not isinstance(each, str)]
        is_known = any(map(collect_tables, (self.policy, *others)))
        if not read and not is_known:
            return ()
        limits = () if self.limit is None else self.limit.columns
        columns = (*parse_columns(read), *limits, *self.rising, *self.falling)
        fields = collect_boundary_fields(
            self.policy, columns, self.silent, other_policies=others
        )
        if not self.is_of_rows:
            return fields
        return tuple(attrs.evolve(f, column=without_reader(f.column)) for f in fields)

    @property
    def conditions(self) -> tuple[When, ...]:
        """When each rule of it holds, and what it is held to."""
        return *self.silent, *collect_rule_conditions(
            self.policy, self.least, self.same
        )

    @cached_property
    def single_currency(self) -> str | None:
        """The one currency it pays in, where that can be told."""
        if self.currency is not None:
            return self.currency
        told = [each.currency for each in (self.limit, self.budget) if each is not None]
        for policy in (self.policy, self.least, self.same):
            if is_made_of_tables_only(policy):
                told += [t.currency for t in collect_tables(policy) if t.currency]
        return told[0] if told else None

    @property
    def claim_strategy(self) -> SearchStrategy[Claim]:
        """What to ask."""
        if self.claims is not None:
            return self.claims
        around = draw_claims_without_facts(
            collect_version_days_and_eves(self.policy), self.single_currency
        )
        if self.fields:
            return draw_claims_with_fields(self.fields, self.conditions, around)
        if self.single_currency is None:
            return any_claims()
        return st.builds(_with_money_of, any_claims(), around)

    @property
    def claims_beside_boundaries(self) -> Iterator[Claim]:
        """What to ask a function besides, since nobody sees where it turns."""
        moved = (*self.rising, *self.falling)
        texts = [
            c for c in collect_texts_and_integers(self.policy) if isinstance(c, str)
        ]
        yield from iter_claims_by_kind_of_customer(
            self.fields, self.conditions, texts, self.single_currency
        )
        yield from iter_claims_along_short_columns(self.fields, self.conditions, moved)

    def shrink_if_drawn_here(
        self, claim: Claim, breaks: Callable[[Claim], bool]
    ) -> None:
        """Make a claim that was drawn here as small as it gets."""
        if self.claims is not None:
            return
        shrink_claim(claim, self.fields, breaks)

    def with_values_of_columns(self, ignores: Ignored) -> Ignored:
        """Pair the values of its column with each fact that is to be ignored."""
        if isinstance(ignores, Mapping):
            return cast("Mapping[str, Sequence[object]]", ignores)
        known = {f"facts.{field.column.name}": field for field in self.fields}
        values = {
            path: _list_possible_facts_or_none(known.get(path))
            for path in wrap_single_in_tuple(ignores)
        }
        return cast("Mapping[str, Sequence[object]]", values)

    # ---------------------------------------------------------------- its promises

    def currency_promises(self) -> tuple[Promise[Claim, Award], ...]:
        """Promise what every policy does besides answering."""
        currency = self.single_currency
        if currency is None:
            return ()
        is_asked = self.currency is not None
        return (
            _properties.build_single_currency_promise(
                self.contract, currency, is_requested=is_asked
            ),
        )

    def batch_promises(self) -> tuple[Promise[Claim, Award], ...]:
        """Promise that many claims are decided as each is alone, where both are."""
        table: object = self.policy
        return (
            (build_batch_agreement_promise(self.contract, table),)
            if isinstance(table, Table)
            else ()
        )

    def prove_or_keep_for_search(self) -> SettledPromises:
        """Prove what can be proved; give what was, and what is to be searched."""
        kept: list[PropertyResult] = []
        searched: list[Promise[Claim, Award]] = []
        rows: list[Promise[Claim, Award]] = []
        refuted: list[BrokenPromiseError] = []
        of_rows = self.as_row_terms if self.has_rows else self
        about_rows = (promise for promise, _ in of_rows.iter_promises_with_proofs())
        for (promise, attempt), row in zip(
            self.iter_promises_with_proofs(), about_rows, strict=True
        ):
            proved = ProofOutcome()
            if attempt is not None:
                proved = attempt_proof_or_raise_breach(
                    self.contract, of_rows.contract, promise, attempt
                )
            if proved.holds:
                kept.append(PropertyResult(promise.text, is_proved=True))
                continue
            searched.append(self._without_mend_if_of_tables(promise))
            if proved.refuted is not None:
                refuted.append(proved.refuted)
            elif self.has_rows and attempt is not None:
                rows.append(row)
        self._check_columns_can_grow_alone(searched)
        return SettledPromises(
            tuple(kept), tuple(searched), tuple(rows), tuple(refuted)
        )

    def _check_columns_can_grow_alone(
        self, searched: Iterable[Promise[Claim, Award]]
    ) -> None:
        """Refuse a column that cannot grow alone where nothing could be proved."""
        for column in (*self.rising, *self.falling):
            if any(each.text.endswith(f" as {column.name} grows") for each in searched):
                is_provable = is_made_of_tables_only(self.policy)
                _properties.check_can_grow_alone(column, can_be_proved=is_provable)

    def _without_mend_if_of_tables(
        self, promise: Promise[Claim, Award]
    ) -> Promise[Claim, Award]:
        """Report, and do not refuse, that what is made of tables never pays.

        With the extra for proofs that is proved: a suite is not to fail without.
        """
        if (
            promise.mend is None
            or self.claims is not None
            or not is_made_of_tables_only(self.policy)
        ):
            return promise
        why = promise.why or promise.mend.partition(";")[0]
        return attrs.evolve(promise, mend=None, why=why)

    def check_row_promises_and_count_examples(
        self, promises: Iterable[Promise[Claim, Award]], max_examples: int | None
    ) -> Mapping[str, int]:
        """Try promises about rows, at the boundaries and near them.

        Returns:
            On how many examples each was tried.
        """
        __tracebackhide__ = True
        eased = tuple(attrs.evolve(each, mend=None) for each in promises)
        trial = Trial(self.contract, eased)
        near = iter_boundary_claims(
            self.fields, self.conditions, collect_version_days_and_eves(self.policy)
        )
        trial.check_in_order(near, self.shrink_if_drawn_here)
        trial.check_drawn(self.claim_strategy, max_examples, self.shrink_if_drawn_here)
        return trial.tried

    def iter_promises_with_proofs(
        self,
    ) -> Iterator[tuple[Promise[Claim, Award], Attempt | None]]:
        """Walk what it promises besides, each with what may prove it."""
        contract, policy = self.contract, self.policy
        if self.limit is not None:
            attempt = partial(proofs.never_above, policy, self.limit)
            yield (
                _properties.build_pays_at_most_promise(
                    contract, self.limit, is_row=self.is_of_rows
                ),
                attempt,
            )
        fields = {field.column.name: field for field in self.fields}
        for column in self.rising:
            attempt = partial(proofs.rises_with, policy, column)
            yield self._build_monotone_promise(column, fields, rises=True), attempt
        for column in self.falling:
            attempt = partial(proofs.falls_with, policy, column)
            yield self._build_monotone_promise(column, fields, rises=False), attempt
        for when in self.silent:
            attempt = partial(proofs.never_pays_when, policy, when)
            yield (
                _properties.build_pays_nothing_promise(
                    contract, when, is_row=self.is_of_rows
                ),
                attempt,
            )
        if self.least is not None:
            attempt = partial(proofs.never_less_than, policy, self.least)
            yield (
                _properties.build_pays_as_other_promise(
                    contract, self.least, must_be_equal=False
                ),
                attempt,
            )
        if self.same is not None:
            attempt = partial(proofs.equal_to, policy, self.same)
            yield (
                _properties.build_pays_as_other_promise(
                    contract, self.same, must_be_equal=True
                ),
                attempt,
            )
        if self.budget is not None:
            yield build_budget_promise(contract, self.budget), None

    def _build_monotone_promise(
        self, column: Column, fields: Mapping[str, BoundaryField], *, rises: bool
    ) -> Promise[Claim, Award]:
        """Promise that it never pays less, or more, as a column grows."""
        return _properties.build_monotone_promise(
            self.contract, column, fields, rises=rises, is_row=self.is_of_rows
        )


def _with_money_of(claim: Claim, other: Claim) -> Claim:
    """Return a claim with what another lost, wants and was given, in its currency."""
    return attrs.evolve(
        claim,
        failure=attrs.evolve(claim.failure, loss=other.failure.loss),
        asked_for=other.asked_for,
        earlier=other.earlier,
    )


def _list_possible_facts_or_none(field: BoundaryField | None) -> list[object] | None:
    """List what could stand in a column; None where nobody knows it."""
    if field is None or not field.is_read_by_name:
        return None
    facts = [field.column.fact(code) for code in field.codes]
    return [ABSENT if fact is None else fact for fact in facts]
