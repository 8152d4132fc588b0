"""Prove what a policy promises, for every claim there can be.

Each function answers with a `Proof`: the promise holds for all inputs of the declared
domains, or the smallest claim that breaks it. What is *paid* is the most a decision
can cost: the dearest alternative and all the amends; what has no value in money does
not count. Policies are tables, published schedules, and what `capped`, `floored`,
`scaled`, `first`, `sum_of`, `best_of`, `dated`, `set_off` and `owed` make of tables.

A claim is a row here. Every column may hold whatever it declares, each by itself, also
one that is read from the claim; what is computed follows its inputs. What combinators
read of a claim are columns, too, by the names that arrays give them: ``failure_day``,
``already_given`` and ``owed_bp``.

What an agent may give more at discretion (`pay`) does not count, and the proof says
so, unless `never_above` is asked with ``at_discretion=True``.

Needs the extra: ``pip install 'recovery-core[proofs]'``.

Example:
    >>> from recovery_core.tables import Rule, Table, column, percent_of, prove
    >>> late = column.minutes("arrival_delay")
    >>> fare = column.money("fare", "EUR")
    >>> table = Table(
    ...     "Delay Repay",
    ...     [Rule("half", when=late >= 30, amends=percent_of(fare, 50))],
    ...     otherwise="less than 30 minutes late",
    ... )
    >>> bool(prove.never_above(table, fare))
    True
    >>> print(prove.rises_with(table, fare))
    rises with fare: proved for all claims (2 columns, 5.3e14 inputs)
"""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import CurrencyMismatchError, InvalidValueError
from .. import wording
from ..amounts import AmountLike, Formula, to_formula
from ..column import Column
from ..conditions import to_condition
from ..decision import evaluate_in_minor_units
from ..domains import Choices
from ._breaches import iter_breaches_after_growth, iter_breaches_by_other_pay
from ._query import Bound, CandidateClaim, ProvedPolicy, Query
from ._search import Breach, Violation
from ._watch import Watch
from .proof import Proof
from .ways import (
    Way,
    convert_condition_to_box,
    greatest_total,
    list_joint_way_if_possible,
)

__all__ = [
    "Proof",
    "equal_to",
    "falls_with",
    "never_above",
    "never_less_than",
    "never_pays_when",
    "rises_with",
]


def never_above(
    policy: object,
    limit: AmountLike,
    *,
    at_discretion: bool = False,
    timeout: float = 10,
) -> Proof:
    """Prove that a policy never pays more than a limit.

    Args:
        policy: What pays.
        limit: Money, a money column, or a formula; claims in which a column of it is
            missing are set aside.
        at_discretion: Whether the most counts that an agent may give, and not what
            the table gives by itself.
        timeout: How long it may take.

    Units: timeout in seconds.

    Raises:
        PolicyError: The policy is opaque, or made of tables, by which no agent
            chooses.
        MissingPackageError: z3 is not installed.
        InvalidValueError: The limit is no amount, or a column of it is another than
            that of the same name in the policy.
        CurrencyMismatchError: The limit is in another currency.
    """
    ceiling = to_formula(limit)
    subject = ProvedPolicy(policy, Watch(timeout), at_discretion=at_discretion)
    words = f"never above {ceiling}{' at discretion' if at_discretion else ''}"
    question = _build_query_with_limit(words, subject, ceiling)

    def iter_violations() -> Iterator[Violation]:
        for way in subject.ways:
            if greatest_total(way.parts) > ceiling.bounds[0]:
                yield Violation(way, [Breach((way.parts, 0), ((ceiling,), 0))])

    def measure_bound(paid: int, claim: CandidateClaim, _: CandidateClaim) -> Bound:
        limit = evaluate_in_minor_units(ceiling, claim.row)
        return Bound(limit, "promised at most {}", is_broken=paid > limit)

    return question.run_to_proof(iter_violations(), measure_bound)


def never_pays_when(policy: object, condition: object, *, timeout: float = 10) -> Proof:
    """Prove that a policy pays nothing wherever a condition holds.

    Args:
        policy: What pays.
        condition: A condition on columns, of the policy or others.
        timeout: How long it may take.

    Units: timeout in seconds.

    Raises:
        PolicyError: The policy is opaque.
        MissingPackageError: z3 is not installed.
        InvalidValueError: It is no condition, or a column of it is another than that
            of the same name in the policy.
    """
    when = to_condition(condition)
    subject = ProvedPolicy(policy, Watch(timeout))
    named = tuple(cell.column for cell in when.cells)
    question = Query(
        f"never pays when {wording.format_condition(when)}",
        subject,
        subject.currency or "",
        more=named,
    )
    there = Way("", convert_condition_to_box(when), (), ())

    def iter_violations() -> Iterator[Violation]:
        for way in subject.ways:
            if greatest_total(way.parts):
                for both in list_joint_way_if_possible(
                    [way, there], way.rule, way.parts
                ):
                    yield Violation(both, [Breach((both.parts, 0), ((), 0))])

    def measure_bound(paid: int, _: CandidateClaim, __: CandidateClaim) -> Bound:
        return Bound(0, "promised nothing", is_broken=paid > 0)

    return question.run_to_proof(iter_violations(), measure_bound)


def rises_with(policy: object, column: Column, *, timeout: float = 10) -> Proof:
    """Prove that a policy never pays less when one column alone grows.

    Args:
        policy: What pays.
        column: The column that grows, and all that is computed from it; claims in
            which it is missing are set aside.
        timeout: How long it may take.

    Units: timeout in seconds.

    Raises:
        PolicyError: The policy is opaque.
        MissingPackageError: z3 is not installed.
        InvalidValueError: The policy does not read the column, it is computed, or it
            has no order.
    """
    return _prove_moves_with(policy, column, timeout, rises=True)


def falls_with(policy: object, column: Column, *, timeout: float = 10) -> Proof:
    """Prove that a policy never pays more when one column alone grows.

    Args:
        policy: What pays.
        column: The column that grows, and all that is computed from it; claims in
            which it is missing are set aside.
        timeout: How long it may take.

    Units: timeout in seconds.

    Raises:
        PolicyError: The policy is opaque.
        MissingPackageError: z3 is not installed.
        InvalidValueError: The policy does not read the column, it is computed, or it
            has no order.
    """
    return _prove_moves_with(policy, column, timeout, rises=False)


def equal_to(policy: object, other: object, *, timeout: float = 10) -> Proof:
    """Prove that two policies always pay the same.

    Args:
        policy: What pays.
        other: What it is compared with. Columns of one name must be the same.
        timeout: How long it may take.

    Units: timeout in seconds.

    Raises:
        PolicyError: A policy is opaque.
        MissingPackageError: z3 is not installed.
        InvalidValueError: Two columns of one name differ.
        CurrencyMismatchError: They pay in two currencies.
    """
    return _prove_against_other(policy, other, timeout, is_equal=True)


def never_less_than(policy: object, other: object, *, timeout: float = 10) -> Proof:
    """Prove that a policy never pays less than another.

    Args:
        policy: What pays, and should pay at least as much.
        other: What it is compared with. Columns of one name must be the same.
        timeout: How long it may take.

    Units: timeout in seconds.

    Raises:
        PolicyError: A policy is opaque.
        MissingPackageError: z3 is not installed.
        InvalidValueError: Two columns of one name differ.
        CurrencyMismatchError: They pay in two currencies.
    """
    return _prove_against_other(policy, other, timeout, is_equal=False)


def pay_alike(
    policy: object, other: object, *, rules: tuple[str, str], timeout: float = 10
) -> Proof:
    """Prove that two policies pay the same wherever two given rules decide.

    Args:
        policy: What pays.
        other: What it is compared with. Columns of one name must be the same.
        rules: The code of the rule of the one, and of the other.
        timeout: How long it may take.

    Units: timeout in seconds.

    Raises:
        PolicyError: A policy is opaque.
        MissingPackageError: z3 is not installed.
        InvalidValueError: Two columns of one name differ.
        CurrencyMismatchError: They pay in two currencies.
    """
    return _prove_against_other(policy, other, timeout, is_equal=True, rules=rules)


def _build_query_with_limit(
    promise: str, subject: ProvedPolicy, limit: Formula
) -> Query:
    """Build the query of a promise about a limit; its columns must not be missing."""
    columns = limit.columns
    currency = _require_one_currency(subject.currency, limit.currency)
    return Query(promise, subject, currency, more=columns, known=columns)


def _require_one_currency(currency: str | None, other_currency: str | None) -> str:
    """Return the currency of both, the one there is, or an empty text for none.

    Raises:
        CurrencyMismatchError: They differ.
    """
    if None not in {currency, other_currency} and currency != other_currency:
        raise CurrencyMismatchError(
            f"{currency} cannot be compared with {other_currency}: give both in one "
            "currency"
        )
    return currency or other_currency or ""


def _require_column_that_can_grow(subject: ProvedPolicy, column: object) -> Column:
    """Return the column if it can grow alone in a policy, or refuse."""
    if not isinstance(column, Column):
        raise InvalidValueError(f"{column!r:.60} is no column: give the one that grows")
    names = [own.name for own in subject.columns if own.function is None]
    if column.function is not None or column.name not in names:
        raise InvalidValueError(
            f"{column.name!r} cannot grow alone here: give one that the policy reads "
            f"and does not compute: {', '.join(names) or 'it reads none'}"
        )
    domain = column.domain
    if isinstance(domain, Choices) and not domain.is_ordered:
        raise InvalidValueError(
            f"the choices of {column.name!r} have no order: declare them with "
            "ordered=True"
        )
    return column


def _prove_moves_with(
    policy: object, column: Column, timeout: float, *, rises: bool
) -> Proof:
    """Prove that what is paid never falls, or never rises, as a column grows."""
    subject = ProvedPolicy(policy, Watch(timeout))
    grown = _require_column_that_can_grow(subject, column)
    question = Query(
        f"{'rises' if rises else 'falls'} with {grown.name}",
        subject,
        subject.currency or "",
        more=(grown,),
        known=(grown,),
        grown=grown,
    )

    def iter_violations() -> Iterator[Violation]:
        for before in subject.ways:
            ways = subject.watch.iter_within_time(subject.ways)
            if breaches := [
                *iter_breaches_after_growth(
                    before, ways, question.differing, rises=rises
                )
            ]:
                yield Violation(before, breaches)

    def measure_bound(paid: int, first: CandidateClaim, _: CandidateClaim) -> Bound:
        rule, earlier = subject.decide_directly(first)
        value_text = grown.text_of(first.codes[grown.name])
        words = f"with {grown.name}={value_text} it pays {{}} by rule {rule!r}"
        return Bound(
            earlier, words, is_broken=paid < earlier if rises else paid > earlier
        )

    return question.run_to_proof(iter_violations(), measure_bound)


def _prove_against_other(
    policy: object,
    other: object,
    timeout: float,
    *,
    is_equal: bool,
    rules: tuple[str, str] | None = None,
) -> Proof:
    """Prove that a policy pays the same as another, or never less."""
    watch = Watch(timeout)
    subject, second = ProvedPolicy(policy, watch), ProvedPolicy(other, watch)
    question = Query(
        f"{'equal to' if is_equal else 'never less than'} {second}",
        subject,
        _require_one_currency(subject.currency, second.currency),
        second=second,
    )

    def iter_violations() -> Iterator[Violation]:
        for way in subject.ways:
            if rules is not None and way.rule != rules[0]:
                continue
            ways = (
                w
                for w in watch.iter_within_time(second.ways)
                if not rules or w.rule == rules[1]
            )
            if breaches := [*iter_breaches_by_other_pay(way, ways, is_equal=is_equal)]:
                yield Violation(way, breaches)

    def measure_bound(paid: int, claim: CandidateClaim, _: CandidateClaim) -> Bound:
        rule, due = second.decide_directly(claim)
        words = f"{second} pays {{}} by rule {rule!r}"
        return Bound(due, words, is_broken=paid != due if is_equal else paid < due)

    return question.run_to_proof(iter_violations(), measure_bound)
