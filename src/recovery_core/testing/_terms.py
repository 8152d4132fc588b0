"""What a policy is held to: what it is asked, what is proved and what is searched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, cast

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
from ._batch import as_many
from ._constants import constants_of
from ._contract import Contract, value_flaw
from ._edges import (
    Field,
    columns_given,
    conditions_of,
    days_in,
    fields_of,
    is_whole,
    tables_in,
)
from ._invariance import Ignored
from ._paths import ABSENT
from ._proved import Attempt, Proved, attempt_proof
from ._rows import MADE, RowPolicy, is_of_tables, readers_of, shown_row, unread
from ._search import Promise, Trial
from ._shrink import shrink_claim
from ._sweeps import walk_persons, walk_whole
from ._wording import shown_claim, title
from .boundaries import claims_with_fields, usual_claims, walk_boundary_claims
from .report import PropertyResult
from .strategies import claims as any_claims

__all__ = ["SettledPromises", "Terms", "listed"]


def listed(given: Any) -> tuple[Any, ...]:
    """Return one column, condition or name, or several, as a tuple."""
    if isinstance(given, Column | When | str):
        return (given,)
    return tuple(given)


@attrs.frozen
class SettledPromises:
    """What became of promises before anything was drawn.

    Args:
        proved: What is proved.
        searched: What is to be searched.
        rows: The same about rows, where these say more than claims.
        refuted: What a proof found that has to be met, or raised.
    """

    proved: tuple[PropertyResult, ...]
    searched: tuple[Promise[Claim, Award], ...]
    rows: tuple[Promise[Claim, Award], ...]
    refuted: tuple[BrokenPromiseError, ...]


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
    def by_name(self) -> Terms:
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
            flaw=value_flaw,
            mend="to give nothing, answer Award.nothing(); where it relies on what a "
            "claim may lack, pass the columns that it reads=, or claims= that have it",
            show=self._row_text if self.is_of_rows else shown_claim,
            called=title(self.policy),
        )

    def _row_text(self, claim: Claim) -> str:
        """Show a row, with what of it is read from a claim."""
        return shown_row(claim, self.readers)

    # ------------------------------------------------------------------ what is asked

    @cached_property
    def readers(self) -> tuple[Column, ...]:
        """What is read from the claim, by the tables or by what they are held to."""
        policies = (self.policy, self.least, self.same)
        tables = [table for each in policies for table in tables_in(each)]
        columns = [c for table in tables for c in table.columns]
        return tuple(dict.fromkeys(readers_of((*columns, *self._named))))

    @property
    def _named(self) -> tuple[Column, ...]:
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
        read = bool(self.readers) or any(c.name in MADE for c in self._named)
        return read and all(map(is_of_tables, asked))

    @property
    def persons(self) -> tuple[str, ...]:
        """What tells who somebody is, and may move an award all the same."""
        return tuple(each for each in self.reads if isinstance(each, str))

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The columns to be drawn, with their boundaries; none if nobody told."""
        others = [each for each in (self.least, self.same) if each is not None]
        read = [each for each in self.reads if not isinstance(each, str)]
        is_known = any(map(tables_in, (self.policy, *others)))
        if not read and not is_known:
            return ()
        limits = () if self.limit is None else self.limit.columns
        columns = (*columns_given(read), *limits, *self.rising, *self.falling)
        fields = fields_of(self.policy, columns, self.silent, others=others)
        if not self.is_of_rows:
            return fields
        return tuple(attrs.evolve(f, column=unread(f.column)) for f in fields)

    @property
    def whens(self) -> tuple[When, ...]:
        """When each rule of it holds, and what it is held to."""
        return *self.silent, *conditions_of(self.policy, self.least, self.same)

    @cached_property
    def own_currency(self) -> str | None:
        """The one currency it pays in, where that can be told."""
        if self.currency is not None:
            return self.currency
        told = [each.currency for each in (self.limit, self.budget) if each is not None]
        for policy in (self.policy, self.least, self.same):
            if is_whole(policy):
                told += [t.currency for t in tables_in(policy) if t.currency]
        return told[0] if told else None

    @property
    def questions(self) -> SearchStrategy[Claim]:
        """What to ask."""
        if self.claims is not None:
            return self.claims
        around = usual_claims(days_in(self.policy), self.own_currency)
        if self.fields:
            return claims_with_fields(self.fields, self.whens, around)
        if self.own_currency is None:
            return any_claims()
        return st.builds(_with_money_of, any_claims(), around)

    @property
    def besides(self) -> Iterator[Claim]:
        """What to ask a function besides, since nobody sees where it turns."""
        moved = (*self.rising, *self.falling)
        texts = [c for c in constants_of(self.policy) if isinstance(c, str)]
        yield from walk_persons(self.fields, self.whens, texts, self.own_currency)
        yield from walk_whole(self.fields, self.whens, moved)

    def shrink(self, claim: Claim, breaks: Callable[[Claim], bool]) -> None:
        """Make a claim that was drawn here as small as it gets."""
        if self.claims is not None:
            return
        shrink_claim(claim, self.fields, breaks)

    def paths(self, ignores: Ignored) -> Ignored:
        """Pair the values of its column with each fact that is to be ignored."""
        if isinstance(ignores, Mapping):
            return cast("Mapping[str, Sequence[object]]", ignores)
        known = {f"facts.{field.column.name}": field for field in self.fields}
        values = {path: _values(known.get(path)) for path in listed(ignores)}
        return cast("Mapping[str, Sequence[object]]", values)

    # -------------------------------------------------------------- what is _properties

    def always(self) -> tuple[Promise[Claim, Award], ...]:
        """Promise what every policy does besides answering."""
        currency = self.own_currency
        if currency is None:
            return ()
        is_asked = self.currency is not None
        return (_properties.own_currency(self.contract, currency, is_asked=is_asked),)

    def at_once(self) -> tuple[Promise[Claim, Award], ...]:
        """Promise that many claims are decided as each is alone, where both are."""
        table: object = self.policy
        return (as_many(self.contract, table),) if isinstance(table, Table) else ()

    def settle(self) -> SettledPromises:
        """Prove what can be proved; give what was, and what is to be searched."""
        kept: list[PropertyResult] = []
        searched: list[Promise[Claim, Award]] = []
        rows: list[Promise[Claim, Award]] = []
        refuted: list[BrokenPromiseError] = []
        of_rows = self.by_name if self.has_rows else self
        about_rows = (promise for promise, _ in of_rows.declared())
        for (promise, attempt), row in zip(self.declared(), about_rows, strict=True):
            proved = Proved()
            if attempt is not None:
                proved = attempt_proof(
                    self.contract, of_rows.contract, promise, attempt
                )
            if proved.holds:
                kept.append(PropertyResult(promise.text, is_proved=True))
                continue
            searched.append(self._in_earnest(promise))
            if proved.refuted is not None:
                refuted.append(proved.refuted)
            elif self.has_rows and attempt is not None:
                rows.append(row)
        self._check_movable(searched)
        return SettledPromises(
            tuple(kept), tuple(searched), tuple(rows), tuple(refuted)
        )

    def _check_movable(self, searched: Iterable[Promise[Claim, Award]]) -> None:
        """Refuse a column that cannot grow alone where nothing could be proved."""
        for column in (*self.rising, *self.falling):
            if any(each.text.endswith(f" as {column.name} grows") for each in searched):
                is_provable = is_whole(self.policy)
                _properties.check_movable(column, is_provable=is_provable)

    def _in_earnest(self, promise: Promise[Claim, Award]) -> Promise[Claim, Award]:
        """Report, and do not refuse, that what is made of tables never pays.

        With the extra for proofs that is proved: a suite is not to fail without.
        """
        if promise.mend is None or self.claims is not None or not is_whole(self.policy):
            return promise
        why = promise.why or promise.mend.partition(";")[0]
        return attrs.evolve(promise, mend=None, why=why)

    def try_promises(
        self, promises: Iterable[Promise[Claim, Award]], max_examples: int | None
    ) -> Mapping[str, int]:
        """Try promises about rows, at the boundaries and near them.

        Returns:
            On how many examples each was tried.
        """
        __tracebackhide__ = True
        eased = tuple(attrs.evolve(each, mend=None) for each in promises)
        trial = Trial(self.contract, eased)
        near = walk_boundary_claims(self.fields, self.whens, days_in(self.policy))
        trial.walk(near, self.shrink)
        trial.search(self.questions, max_examples, self.shrink)
        return trial.tried

    def declared(self) -> Iterator[tuple[Promise[Claim, Award], Attempt | None]]:
        """Walk what is _properties, each with what may prove it."""
        contract, policy, by_name = self.contract, self.policy, self.is_of_rows
        if self.limit is not None:
            attempt = partial(proofs.never_above, policy, self.limit)
            yield (
                _properties.pays_at_most(contract, self.limit, by_name=by_name),
                attempt,
            )
        fields = {field.column.name: field for field in self.fields}
        for column in self.rising:
            attempt = partial(proofs.rises_with, policy, column)
            yield self._moving(column, fields, rises=True), attempt
        for column in self.falling:
            attempt = partial(proofs.falls_with, policy, column)
            yield self._moving(column, fields, rises=False), attempt
        for when in self.silent:
            attempt = partial(proofs.never_pays_when, policy, when)
            yield (
                _properties.pays_nothing_when(contract, when, by_name=by_name),
                attempt,
            )
        if self.least is not None:
            attempt = partial(proofs.never_less_than, policy, self.least)
            yield (
                _properties.compared_with(contract, self.least, is_equal=False),
                attempt,
            )
        if self.same is not None:
            attempt = partial(proofs.equal_to, policy, self.same)
            yield _properties.compared_with(contract, self.same, is_equal=True), attempt
        if self.budget is not None:
            yield _properties.within_budget(contract, self.budget), None

    def _moving(
        self, column: Column, fields: Mapping[str, Field], *, rises: bool
    ) -> Promise[Claim, Award]:
        """Promise that it never pays less, or more, as a column grows."""
        return _properties.monotone_in(
            self.contract, column, fields, rises=rises, by_name=self.is_of_rows
        )


def _with_money_of(claim: Claim, other: Claim) -> Claim:
    """Return a claim with what another lost, wants and was given, in its currency."""
    return attrs.evolve(
        claim,
        failure=attrs.evolve(claim.failure, loss=other.failure.loss),
        asked_for=other.asked_for,
        earlier=other.earlier,
    )


def _values(field: Field | None) -> list[object] | None:
    """List what could stand in a column; None where nobody knows it."""
    if field is None or not field.is_told:
        return None
    facts = [field.column.fact(code) for code in field.codes]
    return [ABSENT if fact is None else fact for fact in facts]
