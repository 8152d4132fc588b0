"""What a table decides: the outcome, the award, and what an auditor needs of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Final, TypeAlias

import attrs

from .._domain.claim import Claim
from .._domain.money import Money
from .._domain.reason import Fact, Facts, Reason
from .._domain.remedy import Award, Remedy
from ..errors import InvalidValueError, MissingFactError, WrongFactError
from . import wording
from .amounts import Formula
from .column import Column
from .compile import compile_amount
from .domains import Plain, UncheckedRow
from .rules import Gift, Pay, Rule

__all__ = ["Decision", "RuleOutcome"]


_CLOSE: Final = 0.88
"""How alike two names are of which one is likely the other misspelt."""


ClaimOrFacts: TypeAlias = Claim | Mapping[str, Fact | None]
"""A claim, or facts by column name; None where one is missing."""


@attrs.frozen
class RuleOutcome:
    """One way a table can decide: the rules that speak together.

    Args:
        label: Their codes, joined.
        rules: The rules; more than one only where a table collects.
        worth: The most it can cost; None where nothing in it has a value.
    """

    label: str
    rules: tuple[Rule, ...]
    worth: Formula | None


@attrs.frozen
class Decision:
    """What a table decided on one claim, and what an auditor needs to know of it.

    Args:
        rule: The code of the rule that decided; several are joined, with "or" where
            the dearest of them is given: the award's reason names that one.
        award: What is given.
        policy_hash: The content hash of the table.
        inputs: Every value that was read; what was missing is left out.
        at_discretion: The most an agent may give for what is left to judgement; None
            where nothing is.
    """

    rule: str
    award: Award
    policy_hash: str
    inputs: Facts
    at_discretion: Money | None = None


@lru_cache(maxsize=4096)
def _compiled_amount(formula: Formula) -> Callable[[UncheckedRow], int]:
    return compile_amount(formula)


def evaluate_in_minor_units(formula: Formula | None, row: Mapping[str, Plain]) -> int:
    """Compute what a formula comes to for one row, in minor units; 0 for None."""
    return 0 if formula is None else _compiled_amount(formula)(row)


def read_checked_row(
    inputs: Sequence[Column],
    columns: Iterable[Column],
    claim_or_facts: ClaimOrFacts,
) -> dict[str, Plain]:
    """Read what is to be known, and compute the rest, as checked plain values.

    Args:
        inputs: The columns that are read.
        columns: Those and the computed ones.
        claim_or_facts: A claim, or facts by column name.

    Raises:
        MissingFactError: A fact is not recorded, and may not be missing.
        WrongFactError: A fact is outside its domain, or misspelt.
    """
    row = {column.name: read_plain_value(column, claim_or_facts) for column in inputs}
    missing = tuple(c.name for c in inputs if row[c.name] is None and c.reader is None)
    if missing:
        facts: Mapping[str, Fact | None] = (
            claim_or_facts.failure.facts
            if isinstance(claim_or_facts, Claim)
            else claim_or_facts
        )
        _check_spelling(missing, frozenset(facts).difference(row))
    for column in columns:
        if column.function is not None:
            inputs_read = (row[source.name] for source in column.inputs)
            row[column.name] = column.compute(*inputs_read)
    return row


# Kept, for to compare names takes longer than to decide a claim, and claims of one
# company lack the same facts again and again.
@lru_cache(maxsize=4096)
def _check_spelling(
    missing_names: tuple[str, ...], unread_names: frozenset[str]
) -> None:
    """Refuse to take for missing what is recorded under nearly the same name."""
    for name in missing_names:
        for close in get_close_matches(name, unread_names, n=1, cutoff=_CLOSE):
            raise WrongFactError(
                f"no fact {name!r} was recorded, but {close!r} was, which nobody reads:"
                f" write {name!r}, or leave it out if it is missing"
            )


def read_plain_value(column: Column, claim_or_facts: ClaimOrFacts) -> Plain:
    """Read one column from a claim or facts, as a checked plain value.

    Raises:
        MissingFactError: It is not recorded, and may not be missing.
        WrongFactError: It is outside its domain; says what fits.
    """
    if not isinstance(claim_or_facts, Claim):
        # Facts by name may be plain values: ints of minor units pass, too.
        fact = _require_fact_unless_optional(column, claim_or_facts)
        return _convert_fact(column.to_plain, fact)
    if column.reader is not None:
        return _convert_fact(column.to_plain_as_recorded, column.reader(claim_or_facts))
    fact = _require_fact_unless_optional(column, claim_or_facts.failure.facts)
    return _convert_fact(column.to_plain_as_recorded, fact)


def _convert_fact(to_plain: Callable[[object], Plain], fact: object) -> Plain:
    """Convert a fact, and blame what was recorded where it is refused."""
    try:
        return to_plain(fact)
    except InvalidValueError as error:
        raise WrongFactError(str(error)) from None


def _require_fact_unless_optional(
    column: Column, facts: Mapping[str, Fact | None]
) -> Fact | None:
    """Return the fact of a column; None where it is missing and may be."""
    mapping: object = facts
    if not isinstance(mapping, Mapping):
        raise InvalidValueError(
            f"a table cannot decide {mapping!r:.60}: give a claim, or facts by name"
        )
    value = facts.get(column.name)
    if value is None and not column.is_optional:
        raise MissingFactError(column.name, tuple(sorted(facts)))
    return value


def facts_of_row(columns: Iterable[Column], row: Mapping[str, Plain]) -> Facts:
    """Convert plain values of columns to facts by name; missing ones are left out."""
    facts: dict[str, Fact] = {}
    for column in columns:
        plain = row[column.name]
        if plain is not None:
            facts[column.name] = column.domain.fact(column.code(plain))
    return Facts(facts)


def _iter_remedies(
    gifts: Iterable[Gift],
    row: Mapping[str, Plain],
    chosen_minor_units: Mapping[Pay, int],
    *,
    is_statutory: bool,
) -> Iterator[Remedy]:
    """Walk the remedies of gifts; an amount that comes to nothing gives none."""
    for gift in gifts:
        remedy: Remedy | None = None
        if isinstance(gift, Remedy):
            remedy = gift
        else:
            minor = chosen_minor_units.get(gift)
            if minor is None:
                minor = evaluate_in_minor_units(gift.amount, row)
            remedy = gift.remedy_unless_zero(minor)
        if remedy is not None:
            yield attrs.evolve(remedy, is_statutory=True) if is_statutory else remedy


def build_award(
    rules: Iterable[Rule],
    row: Mapping[str, Plain],
    facts_on_record: Mapping[str, Fact],
    *,
    is_statutory: bool,
    chosen_minor_units: Mapping[Pay, int] | None = None,
) -> Award:
    """Build the award of the rules that speak.

    Args:
        rules: The rules, in order.
        row: What the amounts read.
        facts_on_record: What the reason of every rule tells.
        is_statutory: Whether the law grants whatever is given.
        chosen_minor_units: What an agent chose instead of an amount, in minor units.
    """
    alternatives: list[Remedy] = []
    amends: list[Remedy] = []
    reasons: list[Reason] = []
    for rule in rules:
        for gifts, into in ((rule.alternatives, alternatives), (rule.amends, amends)):
            remedies = _iter_remedies(
                gifts, row, chosen_minor_units or {}, is_statutory=is_statutory
            )
            into.extend(remedies)
        text = rule.because or wording.format_condition(rule.when)
        reasons.append(Reason(rule.code, text, facts_on_record))
    # Alternatives that several rules offer are one choice; amends add up.
    return Award(tuple(dict.fromkeys(alternatives)), tuple(amends), tuple(reasons))


def iter_discretionary_pays(rules: Iterable[Rule]) -> Iterator[Pay]:
    """Walk the amounts that an agent may raise."""
    for rule in rules:
        for gift in rule.gifts:
            if isinstance(gift, Pay) and gift.discretion is not None:
                yield gift


def discretion_range(pay: Pay, row: Mapping[str, Plain]) -> tuple[Money, Money]:
    """Return the least and the most an agent may give for one amount."""
    least = evaluate_in_minor_units(pay.amount, row)
    # The limit may come to less than the amount itself: then there is no choice.
    most = max(least, evaluate_in_minor_units(pay.discretion, row))
    currency = pay.amount.currency
    return Money.from_minor(least, currency), Money.from_minor(most, currency)


def find_limit_of_only_discretion(
    rules: Iterable[Rule], row: Mapping[str, Plain]
) -> Money | None:
    """Return the most an agent may give; None unless just one amount is left free."""
    pays = [*iter_discretionary_pays(rules)]
    return discretion_range(pays[0], row)[1] if len(pays) == 1 else None
