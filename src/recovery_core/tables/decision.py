"""What a table decides: the outcome, the award, and what an auditor needs of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final

import attrs

from .._domain.claim import Claim
from .._domain.money import Money
from .._domain.reason import Fact, Facts, Reason
from .._domain.remedy import Award, Remedy
from ..errors import InvalidValueError, MissingFactError, WrongFactError
from . import wording
from .amounts import Formula
from .column import Column
from .compile import chain
from .domains import Plain
from .rules import Gift, Pay, Rule

__all__ = ["Decision", "RuleOutcome"]


_CLOSE: Final = 0.88
"""How alike two names are of which one is likely the other misspelt."""


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
def _worked_out(amount: Formula) -> Any:
    return chain([(None, amount, "")], priced=True)


def minor(amount: Formula | None, row: Mapping[str, Plain]) -> int:
    """Work out an amount for one row, in minor units; nothing for none."""
    return 0 if amount is None else _worked_out(amount)(row)[1]


def row_of(
    inputs: Sequence[Column],
    columns: Iterable[Column],
    given: Claim | Mapping[str, Fact | None],
) -> dict[str, Plain]:
    """Read what is to be known, and compute the rest, as checked plain values.

    Args:
        inputs: The columns that are read.
        columns: Those and the computed ones.
        given: A claim, or facts by column name.

    Raises:
        MissingFactError: A fact is not recorded, and may not be missing.
        WrongFactError: A fact is outside its domain, or misspelt.
    """
    row = {column.name: plain_of(column, given) for column in inputs}
    gone = tuple(c.name for c in inputs if row[c.name] is None and c.reader is None)
    if gone:
        facts = given.failure.facts if isinstance(given, Claim) else given
        _check_spelling(gone, frozenset(facts).difference(row))
    for column in columns:
        if column.function is not None:
            known = (row[source.name] for source in column.inputs)
            row[column.name] = column.compute(*known)
    return row


@lru_cache(maxsize=4096)
def _check_spelling(gone: tuple[str, ...], unread: frozenset[str]) -> None:
    """Refuse to take for missing what is recorded under nearly the same name."""
    for name in gone:
        for close in get_close_matches(name, unread, n=1, cutoff=_CLOSE):
            raise WrongFactError(
                f"no fact {name!r} was recorded, but {close!r} was, which nobody reads:"
                f" write {name!r}, or leave it out if it is missing"
            )


def plain_of(column: Column, given: Claim | Mapping[str, Fact | None]) -> Plain:
    """Read one column from a claim or facts, as a checked plain value.

    Raises:
        MissingFactError: It is not recorded, and may not be missing.
        WrongFactError: It is outside its domain; says what fits.
    """
    if not isinstance(given, Claim):
        return _checked(column.plain, _fact_of(column, given))
    if column.reader is not None:
        return _checked(column.recorded, column.reader(given))
    return _checked(column.recorded, _fact_of(column, given.failure.facts))


def _checked(check: Callable[[object], Plain], fact: object) -> Plain:
    try:
        return check(fact)
    except InvalidValueError as error:
        raise WrongFactError(str(error)) from None


def _fact_of(column: Column, facts: Mapping[str, Fact | None]) -> Fact | None:
    given: object = facts
    if not isinstance(given, Mapping):
        raise InvalidValueError(
            f"a table cannot decide {given!r:.60}: give a claim, or facts by name"
        )
    value = facts.get(column.name)
    if value is None and not column.is_optional:
        raise MissingFactError(column.name, tuple(sorted(facts)))
    return value


def inputs_of(columns: Iterable[Column], row: Mapping[str, Plain]) -> Facts:
    """Return what was read as facts; what was missing is left out."""
    read: dict[str, Fact] = {}
    for column in columns:
        plain = row[column.name]
        if plain is not None:
            read[column.name] = column.domain.fact(column.code(plain))
    return Facts(read)


def _remedies(
    gifts: Iterable[Gift],
    row: Mapping[str, Plain],
    chosen: Mapping[Pay, int],
    *,
    is_statutory: bool,
) -> Iterator[Remedy]:
    for gift in gifts:
        remedy: Remedy | None = None
        if isinstance(gift, Remedy):
            remedy = gift
        else:
            sum_ = chosen.get(gift)
            remedy = gift.remedy(minor(gift.amount, row) if sum_ is None else sum_)
        if remedy is not None:
            yield attrs.evolve(remedy, is_statutory=True) if is_statutory else remedy


def award_of(
    rules: Iterable[Rule],
    row: Mapping[str, Plain],
    read: Mapping[str, Fact],
    *,
    is_statutory: bool,
    chosen: Mapping[Pay, int] | None = None,
) -> Award:
    """Make the award of the rules that speak.

    Args:
        rules: The rules, in order.
        row: What the amounts read.
        read: What the reasons tell.
        is_statutory: Whether the law grants whatever is given.
        chosen: What an agent chose instead of an amount, in minor units.
    """
    alternatives: list[Remedy] = []
    amends: list[Remedy] = []
    reasons: list[Reason] = []
    for rule in rules:
        for gifts, into in ((rule.alternatives, alternatives), (rule.amends, amends)):
            into.extend(_remedies(gifts, row, chosen or {}, is_statutory=is_statutory))
        text = rule.because or wording.condition(rule.when)
        reasons.append(Reason(rule.code, text, read))
    return Award(tuple(dict.fromkeys(alternatives)), tuple(amends), tuple(reasons))


def left_to_judgement(rules: Iterable[Rule]) -> Iterator[Pay]:
    """Walk the amounts that an agent may raise."""
    for rule in rules:
        for gift in rule.gifts:
            if isinstance(gift, Pay) and gift.discretion is not None:
                yield gift


def range_of(free: Pay, row: Mapping[str, Plain]) -> tuple[Money, Money]:
    """Return the least and the most an agent may give for one amount."""
    least = minor(free.amount, row)
    most = max(least, minor(free.discretion, row))
    currency = free.amount.currency
    return Money.from_minor(least, currency), Money.from_minor(most, currency)


def most_of(rules: Iterable[Rule], row: Mapping[str, Plain]) -> Money | None:
    """Return the most an agent may give where one amount is left to judgement."""
    free = [*left_to_judgement(rules)]
    return range_of(free[0], row)[1] if len(free) == 1 else None
