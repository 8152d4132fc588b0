"""What a policy can promise besides what all do, and how a breach is searched."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Final, TypeAlias

from hypothesis import strategies as st

from .._domain.claim import Claim
from .._domain.money import Money
from .._domain.remedy import Award
from ..errors import InvalidValueError
from ..policy import CompensationPolicy
from ..policy.base import ask_policy
from ..tables import Column, wording
from ..tables.amounts import Formula
from ..tables.conditions import When
from ..tables.decision import evaluate_in_minor_units
from ..tables.domains import Choices, Plain
from ._contract import Contract
from ._edges import BoundaryField, collect_tables, smallest_first_sort_key
from ._search import Promise
from ._wording import describe_award, policy_title
from .boundaries import draw_boundary_codes, with_facts_replaced

__all__ = [
    "NEVER_PAID",
    "PolicyContract",
    "build_monotone_promise",
    "build_pays_as_other_promise",
    "build_pays_at_most_promise",
    "build_pays_nothing_promise",
    "build_single_currency_promise",
    "check_can_grow_alone",
]

PolicyContract: TypeAlias = Contract[Claim, Award]

NEVER_PAID: Final = "nothing was ever paid; pass claims= on which it pays"
_COLUMN_NEVER_PAID: Final = (
    "no claim that had {column!r} was ever paid anything; pass claims= that have it, "
    "and on which it pays"
)
_NOT_MOVED: Final = (
    "{column} is read from the claim, so a search cannot move it alone, and nothing "
    "could be proved: install the extra proofs"
)


# ------------------------------------------------------------------- what is known


def read_column_or_none(column: Column, claim: Claim, *, is_row: bool = False) -> Plain:
    """Read a column from a claim; None where it is missing or cannot be read.

    Args:
        column: The column.
        claim: The claim.
        is_row: Whether the claim is a row: then the fact of its name is read.
    """
    try:
        if column.function is not None:
            read = (read_column_or_none(c, claim, is_row=is_row) for c in column.inputs)
            return column.compute(*read)
        if column.reader is not None and not is_row:
            with suppress(Exception):  # what it cannot read is found when it is asked
                return column.to_plain(column.reader(claim))
            return None
        return column.to_plain_as_recorded(claim.failure.facts.get(column.name))
    except InvalidValueError:
        return None


def _evaluate_amount_or_none(
    amount: Formula, claim: Claim, *, is_row: bool
) -> Money | None:
    """Compute an amount on a claim; None where something it reads is missing."""
    row = {c.name: read_column_or_none(c, claim, is_row=is_row) for c in amount.columns}
    if None in row.values():
        return None
    return Money.from_minor(evaluate_in_minor_units(amount, row), amount.currency)


def _worth_or_zero(award: Award, currency: str) -> Money:
    return award.worth or Money.zero(currency)


# ------------------------------------------------------------------------- promises


def build_single_currency_promise(
    contract: PolicyContract, currency: str, *, is_requested: bool
) -> Promise[Claim, Award]:
    """Return the property that it pays in one currency.

    Args:
        contract: The contract of the policy that promises it.
        currency: The currency.
        is_requested: Whether somebody asked for it, and it is not just as usual.
    """
    text = f"it pays in {currency} and nothing else"

    def check_and_say_if_tested(claim: Claim, award: Award, _: object) -> bool:
        worth = award.worth
        if worth is not None and worth.currency != currency:
            raise contract.broken_promise_error(
                text, claim, f"paid: {describe_award(award)}"
            )
        return worth is not None

    mend = NEVER_PAID if is_requested else None
    return Promise(
        text=text,
        check_and_say_if_tested=check_and_say_if_tested,
        mend=mend,
        why="nothing was ever paid",
    )


def build_pays_at_most_promise(
    contract: PolicyContract, limit: Formula, *, is_row: bool = False
) -> Promise[Claim, Award]:
    """Return the property that it never pays more than an amount.

    Args:
        contract: The contract of the policy that promises it.
        limit: The amount; claims in which a column of it is missing are set aside.
        is_row: Whether it is asked about rows.
    """
    text = f"it never pays more than {limit}"

    def check_and_say_if_tested(claim: Claim, award: Award, _: object) -> bool:
        most = _evaluate_amount_or_none(limit, claim, is_row=is_row)
        if most is None:
            return False
        if _worth_or_zero(award, most.currency) > most:
            raise contract.broken_promise_error(
                text,
                claim,
                f"paid: {describe_award(award)}",
                f"promised: at most {most}",
            )
        return award.worth is not None or not limit.bounds[1]

    mend = (
        "no claim that had what the limit reads was ever paid anything; pass claims= "
        "that have it, and on which it pays"
    )
    return Promise(
        text=text, check_and_say_if_tested=check_and_say_if_tested, mend=mend
    )


def build_pays_nothing_promise(
    contract: PolicyContract, condition: When, *, is_row: bool = False
) -> Promise[Claim, Award]:
    """Return the property that it pays nothing where a condition holds.

    Args:
        contract: The contract of the policy that promises it.
        condition: The condition.
        is_row: Whether it is asked about rows.
    """
    text = f"it pays nothing when {wording.format_condition(condition)}"

    def check_and_say_if_tested(claim: Claim, award: Award, _: object) -> bool:
        if not _is_condition_met(claim, condition, is_row=is_row):
            return False
        if award.worth is not None:
            raise contract.broken_promise_error(
                text, claim, f"paid: {describe_award(award)}", "promised: nothing"
            )
        return True

    mend = "no claim met the condition; pass claims= that do"
    return Promise(
        text=text, check_and_say_if_tested=check_and_say_if_tested, mend=mend
    )


def _is_condition_met(claim: Claim, condition: When, *, is_row: bool) -> bool:
    """Return whether a condition holds on a claim."""
    codes: dict[str, int] = {}
    for cell in condition.cells:
        plain = read_column_or_none(cell.column, claim, is_row=is_row)
        if plain is None and not cell.column.is_optional:
            return False
        codes[cell.column.name] = cell.column.code(plain)
    return condition.holds(codes)


def build_pays_as_other_promise(
    contract: PolicyContract, other_policy: CompensationPolicy, *, must_be_equal: bool
) -> Promise[Claim, Award]:
    """Return the property that it pays what another pays, or at least as much.

    Args:
        contract: The contract of the policy that promises it.
        other_policy: What it is compared with.
        must_be_equal: Whether more is a breach too.
    """
    name = policy_title(other_policy)
    wants = (
        f"pays what {name} pays" if must_be_equal else f"never pays less than {name}"
    )
    text = f"it {wants}"

    def check_and_say_if_tested(claim: Claim, award: Award, _: object) -> bool:
        due = ask_policy(other_policy, claim)
        if not _is_payment_enough(award.worth, due.worth, must_be_equal=must_be_equal):
            paid = f"paid: {describe_award(award)}"
            raise contract.broken_promise_error(
                text, claim, paid, f"{name} pays {describe_award(due)}"
            )
        return True

    return Promise(text=text, check_and_say_if_tested=check_and_say_if_tested)


def _is_payment_enough(
    paid: Money | None, due: Money | None, *, must_be_equal: bool
) -> bool:
    if must_be_equal or paid is None or due is None:
        return paid == due or (not must_be_equal and due is None)
    return paid.currency == due.currency and paid >= due


def build_monotone_promise(
    contract: PolicyContract,
    column: Column,
    fields: Mapping[str, BoundaryField],
    *,
    rises: bool,
    is_row: bool = False,
) -> Promise[Claim, Award]:
    """Return the property that it pays no less, or no more, as one column grows.

    Alone means that every other column stays, what is read from the claim included;
    where a reader follows the fact that grows, two claims are not compared.

    Args:
        contract: The contract of the policy that promises it.
        column: The column; claims in which it is missing are set aside.
        fields: The boundaries of every column, by name.
        rises: Whether it rises.
        is_row: Whether it is asked about rows.
    """
    text = f"it pays no {'less' if rises else 'more'} as {column.name} grows"
    codes = fields[column.name].codes if column.name in fields else ()
    drawn_fields = [field for field in fields.values() if field.is_read_by_name]
    beside_it = () if is_row else _collect_claim_reading_columns(contract.plug)

    def check_and_say_if_tested(claim: Claim, award: Award, drawn: int | None) -> bool:
        plain = read_column_or_none(column, claim, is_row=is_row)
        if plain is None or (column.reader is not None and not is_row):
            return False
        code = column.code(plain)
        asked = claim, award, code
        # Off the boundaries the next is enough: all of them may be walked one by one.
        low, high = column.span
        is_at_boundary_or_unreadable = all(
            field.is_at_boundary_or_unreadable(claim.failure.facts)
            for field in drawn_fields
        )
        beside = (
            codes
            if is_at_boundary_or_unreadable
            else (max(code - 1, low), min(code + 1, high))
        )
        others = (*beside, *(() if drawn is None else (drawn,)))
        is_paid = award.worth is not None
        for other in sorted(
            others, key=lambda other: smallest_first_sort_key(column, other)
        ):
            if other <= column.domain.most and other != code:
                twin = _with_code(claim, column, other)
                if all(
                    read_column_or_none(c, claim) == read_column_or_none(c, twin)
                    for c in beside_it
                ):
                    is_paid |= _require_monotone_and_say_if_paid(
                        contract, text, asked, (twin, other), rises=rises
                    )
        return is_paid

    return Promise(
        text=text,
        check_and_say_if_tested=check_and_say_if_tested,
        beside=st.none()
        | draw_boundary_codes(BoundaryField(column, codes or (column.domain.least,))),
        mend=None if column.reader else _COLUMN_NEVER_PAID.format(column=column.name),
        why=_NOT_MOVED.format(column=column.name),
    )


def _collect_claim_reading_columns(policy: object) -> tuple[Column, ...]:
    """List what the tables of a policy read from the claim."""
    return tuple(
        c for table in collect_tables(policy) for c in table.inputs if c.reader
    )


def _with_code(claim: Claim, column: Column, code: int) -> Claim:
    """Return a claim with another value of one column."""
    facts = {**claim.failure.facts, **BoundaryField(column, ()).fact_by_name(code)}
    return with_facts_replaced(claim, facts)


def check_can_grow_alone(column: Column, *, can_be_proved: bool) -> None:
    """Raise if a column cannot grow alone in a search.

    Args:
        column: The column.
        can_be_proved: Whether a proof could move it where a search cannot, so that
            a suite does not fail for an extra that is not installed.

    Raises:
        InvalidValueError: It has no order, or is not the fact of its name.
    """
    if isinstance(column.domain, Choices) and not column.domain.is_ordered:
        raise InvalidValueError(
            f"the choices of {column.name!r} have no order: declare them with "
            "ordered=True"
        )
    if column.function is not None or (column.reader is not None and not can_be_proved):
        raise InvalidValueError(
            f"{column.name!r} cannot grow alone in a search, for it is read from the "
            "claim or computed: give a column that reads the fact of its name"
        )


def _require_monotone_and_say_if_paid(
    contract: PolicyContract,
    promise_text: str,
    asked_before: tuple[Claim, Award, int],
    changed: tuple[Claim, int],
    *,
    rises: bool,
) -> bool:
    """Compare two claims; return whether the second is paid anything."""
    (claim, award, code), (twin, changed_code) = asked_before, changed
    award_after = contract.require_sound_answer(twin, handed=twin)
    low, high = (award, award_after) if code < changed_code else (award_after, award)
    more, less = (low, high) if rises else (high, low)
    if _is_payment_enough(less.worth, more.worth, must_be_equal=False):
        return award_after.worth is not None
    lower, higher = (claim, twin) if code < changed_code else (twin, claim)
    raise contract.broken_promise_error(
        promise_text,
        lower,
        f"paid: {describe_award(low)}",
        f"asked: {contract.show(higher)}",
        f"paid: {describe_award(high)}",
    )
