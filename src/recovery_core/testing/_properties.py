"""What a policy can promise besides what all do, and how a breach is searched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Final, TypeAlias

import attrs
from hypothesis import strategies as st

from .._domain.claim import Claim
from .._domain.money import Money
from .._domain.remedy import Award, Remedy, RemedyKind, total
from ..errors import InvalidValueError
from ..policy import CompensationPolicy
from ..policy.base import ask_policy
from ..tables import Column, wording
from ..tables.amounts import Formula
from ..tables.conditions import When
from ..tables.decision import evaluate_in_minor_units
from ..tables.domains import Choices, Plain
from ._contract import Contract
from ._edges import Field, rank, tables_in
from ._search import Promise
from ._wording import shown_award, title
from .boundaries import boundary_codes, with_facts

__all__ = [
    "PolicyContract",
    "check_movable",
    "compared_with",
    "monotone_in",
    "own_currency",
    "pays_at_most",
    "pays_nothing_when",
    "within_budget",
]

PolicyContract: TypeAlias = Contract[Claim, Award]

_CYCLES: Final = 3
_NEVER: Final = "nothing was ever paid; pass claims= on which it pays"
_NEVER_PAID: Final = (
    "no claim that had {column!r} was ever paid anything; pass claims= that have it, "
    "and on which it pays"
)
_NOT_MOVED: Final = (
    "{column} is read from the claim, so a search cannot move it alone, and nothing "
    "could be proved: install the extra proofs"
)


# ------------------------------------------------------------------- what is known


def column_value(column: Column, claim: Claim, *, by_name: bool = False) -> Plain:
    """Read a column from a claim; None where it is missing or cannot be read.

    Args:
        column: The column.
        claim: The claim.
        by_name: Whether the claim is a row: then the fact of its name is read.
    """
    try:
        if column.function is not None:
            read = (column_value(c, claim, by_name=by_name) for c in column.inputs)
            return column.compute(*read)
        if column.reader is not None and not by_name:
            with suppress(Exception):  # what it cannot read is found when it is asked
                return column.to_plain(column.reader(claim))
            return None
        return column.to_plain_as_recorded(claim.failure.facts.get(column.name))
    except InvalidValueError:
        return None


def _evaluate_amount(amount: Formula, claim: Claim, *, by_name: bool) -> Money | None:
    """Compute an amount on a claim; None where something it reads is missing."""
    row = {c.name: column_value(c, claim, by_name=by_name) for c in amount.columns}
    if None in row.values():
        return None
    return Money.from_minor(evaluate_in_minor_units(amount, row), amount.currency)


def _money_paid(award: Award, currency: str) -> Money:
    return award.worth or Money.zero(currency)


# ------------------------------------------------------------------------- promises


def own_currency(
    contract: PolicyContract, currency: str, *, is_asked: bool
) -> Promise[Claim, Award]:
    """Return the property that it pays in one currency.

    Args:
        contract: The contract of the policy that promises it.
        currency: The currency.
        is_asked: Whether somebody asked for it, and it is not just as usual.
    """
    text = f"it pays in {currency} and nothing else"

    def holds(claim: Claim, award: Award, _: object) -> bool:
        worth = award.worth
        if worth is not None and worth.currency != currency:
            raise contract.broken(text, claim, f"paid: {shown_award(award)}")
        return worth is not None

    mend = _NEVER if is_asked else None
    return Promise(text=text, holds=holds, mend=mend, why="nothing was ever paid")


def pays_at_most(
    contract: PolicyContract, limit: Formula, *, by_name: bool = False
) -> Promise[Claim, Award]:
    """Return the property that it never pays more than an amount.

    Args:
        contract: The contract of the policy that promises it.
        limit: The amount; claims in which a column of it is missing are set aside.
        by_name: Whether it is asked about rows.
    """
    text = f"it never pays more than {limit}"

    def holds(claim: Claim, award: Award, _: object) -> bool:
        most = _evaluate_amount(limit, claim, by_name=by_name)
        if most is None:
            return False
        if _money_paid(award, most.currency) > most:
            raise contract.broken(
                text, claim, f"paid: {shown_award(award)}", f"promised: at most {most}"
            )
        return award.worth is not None or not limit.bounds[1]

    mend = (
        "no claim that had what the limit reads was ever paid anything; pass claims= "
        "that have it, and on which it pays"
    )
    return Promise(text=text, holds=holds, mend=mend)


def pays_nothing_when(
    contract: PolicyContract, when: When, *, by_name: bool = False
) -> Promise[Claim, Award]:
    """Return the property that it pays nothing where a condition holds.

    Args:
        contract: The contract of the policy that promises it.
        when: The condition.
        by_name: Whether it is asked about rows.
    """
    text = f"it pays nothing when {wording.format_condition(when)}"

    def holds(claim: Claim, award: Award, _: object) -> bool:
        if not _is_condition_met(claim, when, by_name=by_name):
            return False
        if award.worth is not None:
            raise contract.broken(
                text, claim, f"paid: {shown_award(award)}", "promised: nothing"
            )
        return True

    mend = "no claim met the condition; pass claims= that do"
    return Promise(text=text, holds=holds, mend=mend)


def _is_condition_met(claim: Claim, when: When, *, by_name: bool) -> bool:
    """Return whether a condition holds on a claim."""
    codes: dict[str, int] = {}
    for cell in when.cells:
        plain = column_value(cell.column, claim, by_name=by_name)
        if plain is None and not cell.column.is_optional:
            return False
        codes[cell.column.name] = cell.column.code(plain)
    return when.holds(codes)


def compared_with(
    contract: PolicyContract, other: CompensationPolicy, *, is_equal: bool
) -> Promise[Claim, Award]:
    """Return the property that it pays what another pays, or at least as much.

    Args:
        contract: The contract of the policy that promises it.
        other: What it is compared with.
        is_equal: Whether more is a breach too.
    """
    name = title(other)
    wants = f"pays what {name} pays" if is_equal else f"never pays less than {name}"
    text = f"it {wants}"

    def holds(claim: Claim, award: Award, _: object) -> bool:
        due = ask_policy(other, claim)
        if not _is_enough(award.worth, due.worth, is_equal=is_equal):
            paid = f"paid: {shown_award(award)}"
            raise contract.broken(text, claim, paid, f"{name} pays {shown_award(due)}")
        return True

    return Promise(text=text, holds=holds)


def _is_enough(paid: Money | None, due: Money | None, *, is_equal: bool) -> bool:
    if is_equal or paid is None or due is None:
        return paid == due or (not is_equal and due is None)
    return paid.currency == due.currency and paid >= due


def monotone_in(
    contract: PolicyContract,
    column: Column,
    fields: Mapping[str, Field],
    *,
    rises: bool,
    by_name: bool = False,
) -> Promise[Claim, Award]:
    """Return the property that it pays no less, or no more, as one column grows.

    Alone means that every other column stays, what is read from the claim included;
    where a reader follows the fact that grows, two claims are not compared.

    Args:
        contract: The contract of the policy that promises it.
        column: The column; claims in which it is missing are set aside.
        fields: The boundaries of every column, by name.
        rises: Whether it rises.
        by_name: Whether it is asked about rows.
    """
    text = f"it pays no {'less' if rises else 'more'} as {column.name} grows"
    codes = fields[column.name].codes if column.name in fields else ()
    drawn_fields = [field for field in fields.values() if field.is_told]
    beside_it = () if by_name else _reader_columns(contract.plug)

    def holds(claim: Claim, award: Award, drawn: int | None) -> bool:
        plain = column_value(column, claim, by_name=by_name)
        if plain is None or (column.reader is not None and not by_name):
            return False
        code = column.code(plain)
        asked = claim, award, code
        # Off the boundaries the next is enough: all of them may be walked one by one.
        low, high = column.span
        is_edge = all(field.is_edge(claim.failure.facts) for field in drawn_fields)
        beside = codes if is_edge else (max(code - 1, low), min(code + 1, high))
        others = (*beside, *(() if drawn is None else (drawn,)))
        is_paid = award.worth is not None
        for other in sorted(others, key=lambda other: rank(column, other)):
            if other <= column.domain.most and other != code:
                twin = _with_code(claim, column, other)
                if all(
                    column_value(c, claim) == column_value(c, twin) for c in beside_it
                ):
                    is_paid |= _compare_claims(
                        contract, text, asked, (twin, other), rises=rises
                    )
        return is_paid

    return Promise(
        text=text,
        holds=holds,
        beside=st.none()
        | boundary_codes(Field(column, codes or (column.domain.least,))),
        mend=None if column.reader else _NEVER_PAID.format(column=column.name),
        why=_NOT_MOVED.format(column=column.name),
    )


def _reader_columns(policy: object) -> tuple[Column, ...]:
    """List what the tables of a policy read from the claim."""
    return tuple(c for table in tables_in(policy) for c in table.inputs if c.reader)


def _with_code(claim: Claim, column: Column, code: int) -> Claim:
    """Return a claim with another value of one column."""
    facts = {**claim.failure.facts, **Field(column, ()).fact(code)}
    return with_facts(claim, facts)


def check_movable(column: Column, *, is_provable: bool) -> None:
    """Raise if a column cannot grow alone in a search.

    Args:
        column: The column.
        is_provable: Whether a proof could move it where a search cannot, so that
            a suite does not fail for an extra that is not installed.

    Raises:
        InvalidValueError: It has no order, or is not the fact of its name.
    """
    if isinstance(column.domain, Choices) and not column.domain.is_ordered:
        raise InvalidValueError(
            f"the choices of {column.name!r} have no order: declare them with "
            "ordered=True"
        )
    if column.function is not None or (column.reader is not None and not is_provable):
        raise InvalidValueError(
            f"{column.name!r} cannot grow alone in a search, for it is read from the "
            "claim or computed: give a column that reads the fact of its name"
        )


def _compare_claims(
    contract: PolicyContract,
    text: str,
    asked: tuple[Claim, Award, int],
    changed: tuple[Claim, int],
    *,
    rises: bool,
) -> bool:
    """Compare two claims; return whether the second is paid anything."""
    (claim, award, code), (twin, other) = asked, changed
    then = contract.ask(twin, handed=twin)
    low, high = (award, then) if code < other else (then, award)
    more, less = (low, high) if rises else (high, low)
    if _is_enough(less.worth, more.worth, is_equal=False):
        return then.worth is not None
    lower, higher = (claim, twin) if code < other else (twin, claim)
    raise contract.broken(
        text,
        lower,
        f"paid: {shown_award(low)}",
        f"asked: {contract.show(higher)}",
        f"paid: {shown_award(high)}",
    )


# --------------------------------------------------------------------------- budget


def within_budget(contract: PolicyContract, budget: Money) -> Promise[Claim, Award]:
    """Return the property that a case, gifts before included, keeps to a budget.

    Args:
        contract: The contract of the policy that promises it.
        budget: The most that a case may cost, care aside.
    """
    text = f"a case never costs more than {budget}, whatever was given before"

    def holds(claim: Claim, award: Award, drawn: list[int]) -> bool:
        is_paid = _play_cycles(contract, text, budget, claim, award)
        if drawn:
            given = (Money.from_minor(minor, budget.currency) for minor in drawn)
            earlier = tuple(Remedy(RemedyKind.CASH, value) for value in given)
            known = attrs.evolve(claim, earlier=earlier)
            then = contract.ask(known, handed=known)
            is_paid |= _play_cycles(contract, text, budget, known, then)
        return is_paid or not budget

    spent = st.lists(st.integers(1, max(budget.minor, 1)), max_size=2)
    return Promise(text=text, holds=holds, beside=spent, usual=([],), mend=_NEVER)


def _play_cycles(
    contract: PolicyContract, text: str, budget: Money, claim: Claim, award: Award
) -> bool:
    """Run a case for some cycles, count its cost; return if it costs anything."""
    is_paid = False
    asked, told = claim, f"paid: {shown_award(award)}"
    evidence: list[str] = []
    for _ in range(_CYCLES):
        before = asked.already_given.get(budget.currency, Money.zero(budget.currency))
        gift = _choose_dearest(award)
        now = _count_set_off(gift, budget)
        is_paid |= now.minor > 0
        evidence.append(told)
        if now.minor > 0 and before + now > budget:
            most = f"promised: at most {budget} in all, with {before} given before"
            raise contract.broken(text, claim, *evidence, most)
        asked = attrs.evolve(
            asked, earlier=(*asked.earlier, *gift), cycle=asked.cycle + 1, round=1
        )
        award = contract.ask(asked, handed=asked)
        told = f"paid in cycle {asked.cycle}: {shown_award(award)}"
    return is_paid


def _choose_dearest(award: Award) -> tuple[Remedy, ...]:
    """Return what a customer gets who takes the most."""
    choices = range(len(award.alternatives))
    return award.delivered(
        max(
            choices,
            key=lambda place: _minor_units(award.alternatives[place]),
            default=None,
        )
    )


def _minor_units(remedy: Remedy) -> int:
    return 0 if remedy.value is None else remedy.value.minor


def _count_set_off(remedies: Iterable[Remedy], budget: Money) -> Money:
    counted = (r.value for r in remedies if r.kind.is_set_off)
    values = (v for v in counted if v is not None and v.currency == budget.currency)
    return total(values) or Money.zero(budget.currency)
