"""Prove what a policy promises where that can be done, or show the smallest breach."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from .._domain.claim import Claim
from .._domain.money import Money
from .._domain.reason import Facts
from .._domain.remedy import Award
from ..errors import BrokenPromiseError, PolicyError
from ..policy.prove import Proof
from ._contract import Contract
from ._promised import shown_award
from .near import claim_for

__all__ = ["Attempt", "is_proved"]

Attempt = Callable[[], Proof]
"""Puts one promise to the proof."""


def is_proved(contract: Contract[Claim, Award], promise: str, attempt: Attempt) -> bool:
    """Try to prove a promise; tell whether that came off.

    Args:
        contract: Who promises.
        promise: The promise, as the report says it.
        attempt: Puts it to the proof.

    Raises:
        BrokenPromiseError: It does not hold; with the smallest claim.
    """
    __tracebackhide__ = True
    try:
        proof = attempt()
    except PolicyError:  # opaque to proofs, or nothing to prove with
        return False
    if proof.holds is False:
        raise _broken(contract, promise, proof)
    return proof.holds is True


def _broken(
    contract: Contract[Claim, Award], promise: str, proof: Proof
) -> BrokenPromiseError:
    facts, before = proof.counterexample or Facts({}), proof.compared
    claim = claim_for(contract.plug, facts)
    paid = f"paid: {_paid(contract, claim, proof.paid, proof.rule)}"
    if before is None:
        promised = proof.told.rpartition("; ")[2].replace(" by rule ", " by ")
        if promised.startswith("promised "):
            promised = f"promised: {promised.removeprefix('promised ')}"
        return contract.broken(promise, claim, paid, promised)
    # Of two claims the smaller comes first, and what is paid on it is the promise.
    first = claim_for(contract.plug, before)
    was = f"paid: {_paid(contract, first, proof.limit, None)}"
    return contract.broken(promise, first, was, f"asked: {contract.show(claim)}", paid)


def _paid(
    contract: Contract[Claim, Award],
    claim: Claim,
    worth: Money | None,
    rule: str | None,
) -> str:
    """Show what is paid as the policy itself does, where it can be asked."""
    with suppress(BrokenPromiseError):  # no claim may say what the proof is about
        award = contract.ask(claim)
        if (award.worth.minor if award.worth else 0) == (worth.minor if worth else 0):
            return shown_award(award)
    return f"{worth}" if rule is None else f"{worth} by {rule!r}"
