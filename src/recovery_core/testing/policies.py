"""Check a compensation policy: what all promise, and what this one does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, TypeAlias, cast

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from .._domain.claim import Claim
from .._domain.money import Money
from .._domain.remedy import Award
from ..policy import Column, CompensationPolicy, Table
from ..policy import prove as proofs
from ..policy.amounts import Amount, AmountLike, as_amount
from ..policy.cells import When, as_when
from . import _promised as promised
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
from ._ignoring import Ignored, ignoring
from ._lines import walk_persons, walk_whole
from ._paths import ABSENT
from ._proved import Attempt, is_proved
from ._search import Promise, Trial
from ._smaller import smaller
from ._words import shown_claim, title
from .near import claims_of, usual_claims, walk_near
from .report import Kept, Report
from .strategies import claims as any_claims

__all__ = ["check_policy"]

Reads: TypeAlias = Column | str | Iterable[Column | str]
Conditions: TypeAlias = When | Column | Iterable[When | Column]


def check_policy(  # noqa: PLR0913 - each of them is a promise of its own
    policy: CompensationPolicy,
    *,
    reads: Reads = (),
    claims: SearchStrategy[Claim] | None = None,
    never_above: AmountLike | None = None,
    rises_with: Column | Iterable[Column] = (),
    falls_with: Column | Iterable[Column] = (),
    never_pays_when: Conditions = (),
    never_less_than: CompensationPolicy | None = None,
    equal_to: CompensationPolicy | None = None,
    budget: Money | None = None,
    currency: str | None = None,
    ignores: Ignored = (),
    batch: bool = True,
    max_examples: int | None = None,
) -> Report:
    """Hold a policy to what policies promise, and to what it promises besides.

    Every policy answers every claim with a sound award, and never raises; it gives
    equal claims equal answers, reads nothing but the claim, and changes nothing in
    it; it pays in its own currency; and equal cases are treated equally: neither the
    name of the case nor that of the customer moves an award. Of a table, deciding
    many claims at once comes to the same cents as deciding one.

    What is *paid* is the most an award can cost: the dearest alternative and all the
    amends; what has no value in money does not count.

    What is promised besides is proved for all claims where that can be done: for
    tables, and what `capped`, `floored`, `scaled`, `first`, `sum_of` and `best_of`
    make of them, with the extra ``proofs``. Otherwise it is searched: first the
    boundaries are walked, then claims near them are drawn. The report says which.

    Args:
        policy: A table, or any function from a claim to an award.
        reads: The columns that a policy reads which is no table, so that claims can
            be drawn that hug their boundaries; besides, ``"case_id"`` or
            ``"customer.id"`` where one may move an award after all.
        claims: What it will be asked in the search. If not given: claims near the
            boundaries of the table or of the columns it reads, or else any claim.
        never_above: The most it pays: Money, a money column, or a formula. Claims in
            which a column of it is missing are set aside.
        rises_with: Columns with which it never pays less as one alone grows.
        falls_with: Columns with which it never pays more as one alone grows.
        never_pays_when: Conditions under which it pays nothing.
        never_less_than: A policy that never pays more.
        equal_to: A policy that pays the same, whatever rules come to it.
        budget: The most that one case may cost, care aside: whatever was given
            before on the case, by this policy or by somebody else, an award stays
            within what is left. Every claim is also played on for two more cycles.
            Limits by person and day are promises of an `Authority`.
        currency: The one currency it pays in; that of its tables, or of the amounts
            it is held to, if not given.
        ignores: What else must not move an award, as paths such as
            ``"customer.tier"`` or ``"facts.gender"``; or a mapping from path to the
            values that could stand there.
        batch: Whether a table is asked many claims at once, too.
        max_examples: How many claims to draw; as the active Hypothesis profile says
            if not given.

    Returns:
        What was promised, and of each promise whether it is proved, or on how many
        examples it was tried.

    Raises:
        BrokenPromiseError: A promise is broken; with the smallest claim, what is paid
            on it by which rule, and what was promised.
        InvalidValueError: The policy cannot be asked, a promise makes no sense for
            it, or nothing drawn put a promise to the test.

    Example:
        >>> from recovery_core.policy import Rule, Table, column, percent_of
        >>> late = column.minutes("arrival_delay")
        >>> fare = column.money("fare", "EUR")
        >>> rule = Rule("half", when=late >= 30, amends=percent_of(fare, 50))
        >>> table = Table("Delay Repay", [rule], otherwise="less than 30 minutes late")
        >>> report = check_policy(table, never_above=fare, rises_with=late)
        >>> [kept.promise for kept in report.kept if kept.is_proved]
        ['it never pays more than fare', 'it pays no less as arrival_delay grows']
    """
    __tracebackhide__ = True
    terms = _Terms(
        policy,
        reads=_each(reads),
        claims=claims,
        limit=None if never_above is None else as_amount(never_above),
        rising=columns_given(rises_with),
        falling=columns_given(falls_with),
        silent=tuple(map(as_when, _each(never_pays_when))),
        least=never_less_than,
        same=equal_to,
        budget=budget,
        currency=currency,
    )
    proved, searched = terms.told()
    blind = ignoring(
        terms.contract, _given, terms.paths(ignores), terms.persons, claims
    )
    many = terms.at_once() if batch else ()
    trial = Trial(terms.contract, (*terms.always(), *blind, *many, *searched))
    if claims is None:
        near = walk_near(terms.fields, terms.whens, days_in(policy))
        trial.walk(near, terms.smaller)
        if not is_whole(policy):
            trial.walk(terms.besides, terms.smaller)
    trial.search(terms.questions, max_examples, terms.smaller)
    found = trial.report()
    return attrs.evolve(found, kept=(*found.kept, *proved))


def _each(given: Any) -> tuple[Any, ...]:
    if isinstance(given, Column | When | str):
        return (given,)
    return tuple(given)


def _given(award: Award) -> object:
    return award.alternatives, award.amends, award.valid_for


@attrs.frozen
class _Terms:
    """Hold what a policy is held to."""

    policy: CompensationPolicy
    reads: tuple[Column | str, ...] = attrs.field(kw_only=True)
    claims: SearchStrategy[Claim] | None = attrs.field(kw_only=True)
    limit: Amount | None = attrs.field(kw_only=True)
    rising: tuple[Column, ...] = attrs.field(kw_only=True)
    falling: tuple[Column, ...] = attrs.field(kw_only=True)
    silent: tuple[When, ...] = attrs.field(kw_only=True)
    least: CompensationPolicy | None = attrs.field(kw_only=True)
    same: CompensationPolicy | None = attrs.field(kw_only=True)
    budget: Money | None = attrs.field(kw_only=True)
    currency: str | None = attrs.field(kw_only=True)

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
            show=shown_claim,
            called=title(self.policy),
        )

    # ------------------------------------------------------------------ what is asked

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
        return fields_of(self.policy, columns, self.silent, others=others)

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
            return claims_of(self.fields, self.whens, around)
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

    def smaller(self, claim: Claim, breaks: Callable[[Claim], bool]) -> None:
        """Make a claim that was drawn here as small as it gets."""
        if self.claims is not None:
            return
        smaller(claim, self.fields, breaks)

    def paths(self, ignores: Ignored) -> Ignored:
        """Put the values of its column to each fact that is to be ignored."""
        if isinstance(ignores, Mapping):
            return cast("Mapping[str, Sequence[object]]", ignores)
        known = {f"facts.{field.column.name}": field for field in self.fields}
        values = {path: _values(known.get(path)) for path in _each(ignores)}
        return cast("Mapping[str, Sequence[object]]", values)

    # -------------------------------------------------------------- what is promised

    def always(self) -> tuple[Promise[Claim, Award], ...]:
        """Promise what every policy does besides answering."""
        currency = self.own_currency
        if currency is None:
            return ()
        is_asked = self.currency is not None
        return (promised.own_currency(self.contract, currency, is_asked=is_asked),)

    def at_once(self) -> tuple[Promise[Claim, Award], ...]:
        """Promise that many claims are decided as each is alone, where both are."""
        table: object = self.policy
        return (as_many(self.contract, table),) if isinstance(table, Table) else ()

    def told(self) -> tuple[list[Kept], list[Promise[Claim, Award]]]:
        """Prove what can be proved; give what was, and what is to be searched."""
        kept: list[Kept] = []
        searched: list[Promise[Claim, Award]] = []
        for promise, attempt in self._declared():
            proved, unless = False, ""
            if attempt is not None:
                proved, unless = is_proved(self.contract, promise, attempt)
            if proved:
                kept.append(Kept(promise.text, is_proved=True))
            else:
                searched.append(attrs.evolve(promise, unless=unless))
        for column in (*self.rising, *self.falling):
            if any(each.text.endswith(f" as {column.name} grows") for each in searched):
                is_provable = is_whole(self.policy)
                promised.check_movable(column, is_provable=is_provable)
        return kept, searched

    def _declared(self) -> Iterator[tuple[Promise[Claim, Award], Attempt | None]]:
        contract, policy = self.contract, self.policy
        if self.limit is not None:
            attempt = partial(proofs.never_above, policy, self.limit)
            yield promised.above(contract, self.limit), attempt
        fields = {field.column.name: field for field in self.fields}
        for column in self.rising:
            attempt = partial(proofs.rises_with, policy, column)
            yield promised.moving(contract, column, fields, rises=True), attempt
        for column in self.falling:
            attempt = partial(proofs.falls_with, policy, column)
            yield promised.moving(contract, column, fields, rises=False), attempt
        for when in self.silent:
            attempt = partial(proofs.never_pays_when, policy, when)
            yield promised.silent(contract, when), attempt
        if self.least is not None:
            attempt = partial(proofs.never_less_than, policy, self.least)
            yield promised.against(contract, self.least, is_equal=False), attempt
        if self.same is not None:
            attempt = partial(proofs.equal_to, policy, self.same)
            yield promised.against(contract, self.same, is_equal=True), attempt
        if self.budget is not None:
            yield promised.kept_to(contract, self.budget), None


def _with_money_of(claim: Claim, other: Claim) -> Claim:
    """Give a claim what another lost, asks for and was given: all in one currency."""
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
