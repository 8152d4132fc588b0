"""Check a detector: sound, steady, and no trap for those who are often failed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from fractions import Fraction
from typing import Final, TypeAlias

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from .._domain.claim import Claim
from .._domain.customer import Customer, PastClaim
from .._domain.verdict import Action, Verdict
from ..abuse import AbuseDetector
from ._contract import Contract, find_value_flaw
from ._invariance import Ignored, build_invariance_promises
from ._search import Promise, Trial
from ._show import format_value
from .report import CheckReport
from .strategies import claims as any_claims
from .strategies import customers

__all__ = ["check_detector"]

_Change: TypeAlias = Callable[[Claim, Customer, int], Customer]

_AGES: Final = (1, 29, 89, 364)
_ENCOUNTERS: Final = (1, 10, 1000)


def check_detector(
    detector: AbuseDetector,
    *,
    claims: SearchStrategy[Claim] | None = None,
    ignores: Ignored = (),
    reads: Iterable[str] = (),
    spares_victims: bool = True,
    max_examples: int | None = None,
) -> CheckReport:
    """Check a detector against what detectors promise.

    It answers every claim with a verdict whose score lies from 0 to 1, and never
    raises; it gives equal claims equal answers, reads nothing but the claim, and
    changes nothing in it; equal cases are treated equally: neither the name of the
    case nor that of the customer moves a verdict; and no suspicion has expired when
    it is voiced. A frequent victim is no abuser: one more earlier claim that was found
    to be real, and more encounters with the same claims, never make a verdict graver.
    All of this is searched for counterexamples, which are made as small as they get;
    none of it is proved.

    Args:
        detector: The detector.
        claims: What it will be asked; any claim if not given.
        ignores: What else must not move a verdict, as paths such as
            ``"customer.tier"`` or ``"facts.postcode"``; or a mapping from path to the
            values that could stand there.
        reads: Which of ``"case_id"`` and ``"customer.id"`` may move one after all.
        spares_victims: Whether it promises to spare frequent victims.
        max_examples: How many claims to draw; as the active Hypothesis profile says
            if not given.

    Returns:
        What was promised, and on how many examples it was tried.

    Raises:
        BrokenPromiseError: A promise is broken; with the smallest claim.
        InvalidValueError: The detector cannot be asked, a path leads nowhere, or no
            claim had what is to be ignored.

    Example:
        >>> from recovery_core.abuse import ClaimVelocity
        >>> report = check_detector(ClaimVelocity(3, timedelta(days=90)))
        >>> report.results[-1].promise
        'more encounters with the same claims never make its verdict graver'
    """
    __tracebackhide__ = True
    contract = Contract(
        plug=detector,
        noun="claim",
        want=Verdict,
        find_flaw=find_value_flaw,
        mend="answer Verdict() where nothing can be said; where it relies on what a "
        "claim may lack, pass claims= that have it",
    )
    promises = (
        _build_unexpired_promise(contract),
        *build_invariance_promises(contract, _decided_parts, ignores, reads, claims),
        *(_build_frequent_victim_promises(contract) if spares_victims else ()),
    )
    trial = Trial(contract, promises)
    trial.check_drawn(
        _draw_claims_mostly_of_customers() if claims is None else claims, max_examples
    )
    return trial.report_if_all_tested()


def _draw_claims_mostly_of_customers() -> SearchStrategy[Claim]:
    """Draw claims of customers with a history, most of the time."""
    known = customers()
    return any_claims(by=st.one_of(known, known, known, st.none()))


def _decided_parts(answer: Verdict) -> object:
    return answer.action, answer.score, answer.cap, answer.expires_at


def _gravity(verdict: Verdict) -> tuple[Action, Fraction]:
    return verdict.action, verdict.score


def _build_unexpired_promise(
    contract: Contract[Claim, Verdict],
) -> Promise[Claim, Verdict]:
    text = "no suspicion has expired when it is voiced"

    def check_and_say_if_tested(claim: Claim, verdict: Verdict, _: object) -> bool:
        if verdict.action is Action.CLEAR:
            return False
        if not verdict.is_standing(claim.as_of):
            raise contract.broken_promise_error(
                text, claim, f"it answered: {format_value(verdict)}"
            )
        return True

    return Promise(text=text, check_and_say_if_tested=check_and_say_if_tested)


def _build_frequent_victim_promises(
    contract: Contract[Claim, Verdict],
) -> tuple[Promise[Claim, Verdict], ...]:
    """Promise that being failed often, or being there often, is no ground."""
    return (
        _build_never_graver_promise(
            contract,
            "one more claim that was found to be real never makes its verdict graver",
            _with_confirmed_claim_added,
            _AGES,
        ),
        _build_never_graver_promise(
            contract,
            "more encounters with the same claims never make its verdict graver",
            _with_encounters_added,
            _ENCOUNTERS,
        ),
    )


def _with_confirmed_claim_added(
    claim: Claim, customer: Customer, age_days: int
) -> Customer:
    day = claim.as_of.date() - timedelta(days=age_days)
    confirmed_claim = PastClaim(day, was_confirmed=True)
    return attrs.evolve(customer, claims=(*customer.claims, confirmed_claim))


def _with_encounters_added(
    _: Claim, customer: Customer, encounter_count: int
) -> Customer:
    # Where nobody counted there may be any number, so none is more than that.
    if customer.encounters is None:
        return customer
    return attrs.evolve(customer, encounters=customer.encounters + encounter_count)


def _build_never_graver_promise(
    contract: Contract[Claim, Verdict],
    promise_text: str,
    change_customer: _Change,
    change_sizes: tuple[int, ...],
) -> Promise[Claim, Verdict]:
    def check_and_say_if_tested(claim: Claim, verdict: Verdict, _: object) -> bool:
        known_customer = claim.customer
        changed = (
            [
                change_customer(claim, known_customer, change_size)
                for change_size in change_sizes
            ]
            if known_customer
            else []
        )
        others = [customer for customer in changed if customer != known_customer]
        for customer in others:
            verdict_after = contract.require_sound_answer(
                attrs.evolve(claim, customer=customer)
            )
            if _gravity(verdict_after) > _gravity(verdict):
                raise contract.broken_promise_error(
                    promise_text,
                    claim,
                    f"it answered: {format_value(verdict)}",
                    f"with {format_value(customer)}: {format_value(verdict_after)}",
                )
        return bool(others)

    return Promise(text=promise_text, check_and_say_if_tested=check_and_say_if_tested)
