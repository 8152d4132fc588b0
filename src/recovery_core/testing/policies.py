"""Check a compensation policy: what all promise, and what this one does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import attrs
from hypothesis.strategies import SearchStrategy

from .._domain.claim import Claim
from .._domain.money import Money
from .._domain.remedy import Award
from ..policy import CompensationPolicy
from ..tables import Column
from ..tables.amounts import AmountLike, to_formula
from ..tables.conditions import When, to_condition
from ._edges import collect_version_days_and_eves, is_made_of_tables_only, parse_columns
from ._invariance import Ignored, build_invariance_promises
from ._search import Trial
from ._settled import wrap_single_in_tuple
from ._terms import Terms
from .boundaries import iter_boundary_claims
from .report import CheckReport

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
) -> CheckReport:
    """Check a policy against what policies promise, and what it promises besides.

    Every policy answers every claim with a sound award, and never raises; it gives
    equal claims equal answers, reads nothing but the claim, and changes nothing in
    it; it pays in its own currency; and equal cases are treated equally: neither the
    name of the case nor that of the customer moves an award. Of a table, deciding
    many claims at once comes to the same cents as deciding one.

    What is *paid* is the most an award can cost: the dearest alternative and all the
    amends; what has no value in money does not count.

    What is promised besides is proved for all claims where that can be done: for
    tables, schedules and combinators of tables, with the extra ``proofs``. Otherwise
    it is searched: first the boundaries are walked, then claims near them are drawn.
    The report says which. Of tables it is promised for every row there can be, as in
    `recovery_core.tables.prove`: each column may hold whatever it declares.

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
        >>> from recovery_core.tables import Rule, Table, column, percent_of
        >>> late = column.minutes("arrival_delay")
        >>> fare = column.money("fare", "EUR")
        >>> rule = Rule("half", when=late >= 30, amends=percent_of(fare, 50))
        >>> table = Table("Delay Repay", [rule], otherwise="less than 30 minutes late")
        >>> report = check_policy(table, never_above=fare, rises_with=late)
        >>> [result.promise for result in report.results if result.is_proved]
        ['it never pays more than fare', 'it pays no less as arrival_delay grows']
    """
    __tracebackhide__ = True
    terms = Terms(
        policy,
        reads=wrap_single_in_tuple(reads),
        claims=claims,
        limit=None if never_above is None else to_formula(never_above),
        rising=parse_columns(rises_with),
        falling=parse_columns(falls_with),
        silent=tuple(map(to_condition, wrap_single_in_tuple(never_pays_when))),
        least=never_less_than,
        same=equal_to,
        budget=budget,
        currency=currency,
    )
    told = terms.prove_or_keep_for_search()
    blind = build_invariance_promises(
        terms.contract,
        _given_parts,
        terms.with_values_of_columns(ignores),
        terms.identities_read,
        claims,
    )
    many = terms.batch_promises() if batch else ()
    trial = Trial(
        terms.contract, (*terms.currency_promises(), *blind, *many, *told.searched)
    )
    if claims is None:
        near = iter_boundary_claims(
            terms.fields, terms.conditions, collect_version_days_and_eves(policy)
        )
        trial.check_in_order(near, terms.shrink_if_drawn_here)
        if not is_made_of_tables_only(policy):
            trial.check_in_order(
                terms.claims_beside_boundaries, terms.shrink_if_drawn_here
            )
    trial.check_drawn(terms.claim_strategy, max_examples, terms.shrink_if_drawn_here)
    for refuted in told.refuted:
        raise refuted
    found = trial.report_if_all_tested()
    if claims is None and told.rows:
        found = found.with_examples(
            terms.as_row_terms.check_row_promises_and_count_examples(
                told.rows, max_examples
            )
        )
    return attrs.evolve(found, results=(*found.results, *told.proved))


def _given_parts(award: Award) -> object:
    return award.alternatives, award.amends, award.valid_for
