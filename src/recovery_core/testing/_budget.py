"""The promise that a case, whatever was given on it before, keeps to a budget."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs
from hypothesis import strategies as st

from .._domain.claim import Claim
from .._domain.money import Money
from .._domain.remedy import Award, Remedy, RemedyKind, total
from ._properties import NEVER_PAID, PolicyContract
from ._search import Promise
from ._wording import describe_award

__all__ = ["build_budget_promise"]

# The claim as it came, then two more: what a policy gives again and again shows in
# the second cycle, what it gives every other time in the third.
_CYCLES: Final = 3


def build_budget_promise(
    contract: PolicyContract, budget: Money
) -> Promise[Claim, Award]:
    """Return the property that a case, gifts before included, keeps to a budget.

    Args:
        contract: The contract of the policy that promises it.
        budget: The most that a case may cost, care aside.
    """
    text = f"a case never costs more than {budget}, whatever was given before"

    def check_and_say_if_tested(claim: Claim, award: Award, drawn: list[int]) -> bool:
        is_paid = _require_budget_kept_and_say_if_paid(
            contract, text, budget, claim, award
        )
        if drawn:
            gifts = (Money.from_minor(minor, budget.currency) for minor in drawn)
            earlier = tuple(Remedy(RemedyKind.CASH, value) for value in gifts)
            claim_with_gifts = attrs.evolve(claim, earlier=earlier)
            award_after_gifts = contract.require_sound_answer(
                claim_with_gifts, handed=claim_with_gifts
            )
            is_paid |= _require_budget_kept_and_say_if_paid(
                contract, text, budget, claim_with_gifts, award_after_gifts
            )
        return is_paid or not budget

    spent = st.lists(st.integers(1, max(budget.minor, 1)), max_size=2)
    return Promise(
        text=text,
        check_and_say_if_tested=check_and_say_if_tested,
        beside=spent,
        usual=([],),
        mend=NEVER_PAID,
    )


def _require_budget_kept_and_say_if_paid(
    contract: PolicyContract,
    promise_text: str,
    budget: Money,
    claim: Claim,
    award: Award,
) -> bool:
    """Run a case for some cycles, count its cost; return if it costs anything."""
    is_paid = False
    asked_claim, payment_text = claim, f"paid: {describe_award(award)}"
    evidence: list[str] = []
    for _ in range(_CYCLES):
        before = asked_claim.already_given.get(
            budget.currency, Money.zero(budget.currency)
        )
        gift = _remedies_with_dearest_alternative(award)
        counted = _set_off_value_in_budget_currency(gift, budget)
        is_paid |= counted.minor > 0
        evidence.append(payment_text)
        if counted.minor > 0 and before + counted > budget:
            most = f"promised: at most {budget} in all, with {before} given before"
            raise contract.broken_promise_error(promise_text, claim, *evidence, most)
        asked_claim = attrs.evolve(
            asked_claim,
            earlier=(*asked_claim.earlier, *gift),
            cycle=asked_claim.cycle + 1,
            round=1,
        )
        award = contract.require_sound_answer(asked_claim, handed=asked_claim)
        payment_text = f"paid in cycle {asked_claim.cycle}: {describe_award(award)}"
    return is_paid


def _remedies_with_dearest_alternative(award: Award) -> tuple[Remedy, ...]:
    """Return what a customer gets who takes the most."""
    choices = range(len(award.alternatives))
    return award.delivered(
        max(
            choices,
            key=lambda place: _minor_units_or_zero(award.alternatives[place]),
            default=None,
        )
    )


def _minor_units_or_zero(remedy: Remedy) -> int:
    return 0 if remedy.value is None else remedy.value.minor


def _set_off_value_in_budget_currency(
    remedies: Iterable[Remedy], budget: Money
) -> Money:
    counted = (r.value for r in remedies if r.kind.is_set_off)
    values = (v for v in counted if v is not None and v.currency == budget.currency)
    return total(values) or Money.zero(budget.currency)
