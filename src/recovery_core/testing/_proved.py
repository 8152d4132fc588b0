"""Prove what a policy promises where that can be done, or show the smallest breach."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import attrs

from .._domain.claim import Claim
from .._domain.money import Money
from .._domain.reason import Fact, Facts
from .._domain.remedy import Award
from ..errors import BrokenPromiseError, MissingPackageError, PolicyError
from ..tables.compositions import build_claim_of_facts
from ..tables.prove import Proof
from ._contract import Contract
from ._rows import MADE
from ._search import Promise
from ._wording import NOON, PLAIN, describe_award
from .boundaries import build_claim_read_as_row, is_row_read, with_facts_replaced

__all__ = ["Attempt", "ProofOutcome", "attempt_proof_or_raise_breach"]

Attempt = Callable[[], Proof]
"""Puts one promise to the proof."""

ClaimBuilder = Callable[[Mapping[str, Fact]], Claim]
"""Makes a claim of what is known by column."""


@attrs.frozen
class ProofOutcome:
    """What came of a proof, where the policy itself has not shown the opposite.

    Args:
        holds: Whether the promise is proved.
        refuted: What the proof found against it, on a row that no claim was found to
            say; None if nothing.
    """

    holds: bool = False
    refuted: BrokenPromiseError | None = None


def attempt_proof_or_raise_breach(
    contract: Contract[Claim, Award],
    row_contract: Contract[Claim, Award],
    promise: Promise[Claim, Award],
    run_proof: Attempt,
) -> ProofOutcome:
    """Try to prove a promise.

    A proof is about rows: values of columns, each by its name. What it finds against
    a promise is shown on a claim of which the policy reads that row, if one is near.

    Args:
        contract: Who promises.
        row_contract: The same about rows.
        promise: The promise.
        run_proof: Puts it to the proof.

    Raises:
        BrokenPromiseError: It does not hold; with the smallest claim.
    """
    __tracebackhide__ = True
    try:
        proof = run_proof()
    except (MissingPackageError, PolicyError):  # no z3, or opaque to proofs
        return ProofOutcome()
    if proof.holds is not False:
        return ProofOutcome(proof.holds is True)
    build_real_claim = partial(build_claim_read_as_row, contract.plug)
    if _is_confirmed_by_policy(contract, promise, proof, build_real_claim):
        raise _refutation_error(contract, promise.text, proof, build_real_claim)
    if _is_confirmed_by_policy(row_contract, None, proof, _build_row_claim):
        return ProofOutcome(
            refuted=_refutation_error(
                row_contract, promise.text, proof, _build_row_claim
            )
        )
    return ProofOutcome()


def _build_row_claim(facts: Mapping[str, Fact]) -> Claim:
    """Make a claim of which every column is a fact."""
    made = build_claim_of_facts(facts, PLAIN, as_of=NOON)
    told = {name: fact for name, fact in facts.items() if name not in MADE}
    return with_facts_replaced(made, told)


def _is_confirmed_by_policy(
    contract: Contract[Claim, Award],
    promise: Promise[Claim, Award] | None,
    proof: Proof,
    build_claim_of_facts: ClaimBuilder,
) -> bool:
    """Ask the policy itself whether it does what a proof found."""
    facts, before = proof.counterexample or Facts({}), proof.compared
    claim = build_claim_of_facts(facts)
    try:
        award = contract.require_sound_answer(claim)
        was = (
            None
            if before is None
            else contract.require_sound_answer(build_claim_of_facts(before)).worth
        )
    except BrokenPromiseError:  # no claim here says what the proof is about
        return False
    if _minor_units_or_zero(award.worth) != _minor_units_or_zero(proof.paid):
        return False
    if before is not None and promise is not None:
        is_read = partial(is_row_read, contract.plug)
        if not (
            is_read(claim, facts) and is_read(build_claim_of_facts(before), before)
        ):
            return False
    if before is not None:
        return _minor_units_or_zero(was) == _minor_units_or_zero(proof.limit)
    return promise is None or _is_promise_broken(promise, claim, award)


def _is_promise_broken(
    promise: Promise[Claim, Award], claim: Claim, award: Award
) -> bool:
    """Return whether an answer breaks a promise."""
    try:
        promise.check_and_say_if_tested(claim, award, None)
    except BrokenPromiseError:
        return True
    return False


def _minor_units_or_zero(worth: Money | None) -> int:
    return worth.minor if worth else 0


def _refutation_error(
    contract: Contract[Claim, Award],
    promise: str,
    proof: Proof,
    build_claim_of_facts: ClaimBuilder,
) -> BrokenPromiseError:
    """Build the error of what a proof found, with what the policy gives there."""
    facts, before = proof.counterexample or Facts({}), proof.compared
    claim = build_claim_of_facts(facts)
    paid = f"paid: {describe_award(contract.require_sound_answer(claim))}"
    if before is None:
        promised = proof.told.rpartition("; ")[2].replace(" by rule ", " by ")
        if promised.startswith("promised "):
            promised = f"promised: {promised.removeprefix('promised ')}"
        return contract.broken_promise_error(promise, claim, paid, promised)
    # Of two claims the smaller comes first, and what is paid on it is the promise.
    first = build_claim_of_facts(before)
    was = f"paid: {describe_award(contract.require_sound_answer(first))}"
    return contract.broken_promise_error(
        promise, first, was, f"asked: {contract.show(claim)}", paid
    )
