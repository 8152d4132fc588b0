"""Prove what a policy promises where that can be done, or show the smallest breach."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .._domain.claim import Claim
from .._domain.money import Money
from .._domain.reason import Fact, Facts
from .._domain.remedy import Award
from ..errors import BrokenPromiseError, MissingPackageError, PolicyError
from ..policy.prove import Proof
from ._contract import Contract
from ._edges import tables_in
from ._search import Promise
from ._words import shown_award
from .near import claim_for

__all__ = ["Attempt", "is_proved"]

Attempt = Callable[[], Proof]
"""Puts one promise to the proof."""


def is_proved(
    contract: Contract[Claim, Award], promise: Promise[Claim, Award], attempt: Attempt
) -> tuple[bool, str]:
    """Try to prove a promise.

    A proof knows no claim, but only the values of columns. What it finds against a
    promise counts where the policy itself, asked about a real claim, does just that.

    Args:
        contract: Who promises.
        promise: The promise.
        attempt: Puts it to the proof.

    Returns:
        Whether it is proved; and, where it is but for what no claim here could say,
        what that is.

    Raises:
        BrokenPromiseError: It does not hold; with the smallest claim.
    """
    __tracebackhide__ = True
    try:
        proof = attempt()
    except (MissingPackageError, PolicyError):  # no z3, or opaque to proofs
        return False, ""
    if proof.holds is not False:
        return proof.holds is True, ""
    facts = proof.counterexample or Facts({})
    if _shows(contract, promise, proof, claim_for(contract.plug, facts)):
        raise _broken(contract, promise.text, proof)
    return False, _unless(contract.plug, facts)


def _shows(
    contract: Contract[Claim, Award],
    promise: Promise[Claim, Award],
    proof: Proof,
    claim: Claim,
) -> bool:
    """Ask the policy itself whether it does what a proof found."""
    before = proof.compared
    try:
        award = contract.ask(claim)
        first = None if before is None else claim_for(contract.plug, before)
        was = None if first is None else contract.ask(first).worth
    except BrokenPromiseError:  # no claim here says what the proof is about
        return False
    if _minor(award.worth) != _minor(proof.paid):
        return False
    if before is not None:
        return _minor(was) == _minor(proof.limit)
    try:
        promise.holds(claim, award, None)
    except BrokenPromiseError:
        return True
    return False


def _minor(worth: Money | None) -> int:
    return worth.minor if worth else 0


def _unless(policy: object, facts: Mapping[str, Fact]) -> str:
    """Say which columns no claim here could be made to say."""
    read = {c.name: c for table in tables_in(policy) for c in table.inputs if c.reader}
    said = (
        f"{name} is {column.shown(column.code(column.plain(facts.get(name))))}"
        for name, column in read.items()
    )
    found = ", ".join(said)
    if not found:
        return ""
    return f"proved unless a claim can say, of what is read from it: {found}, or alike"


def _broken(
    contract: Contract[Claim, Award], promise: str, proof: Proof
) -> BrokenPromiseError:
    facts, before = proof.counterexample or Facts({}), proof.compared
    claim = claim_for(contract.plug, facts)
    paid = f"paid: {shown_award(contract.ask(claim))}"
    if before is None:
        promised = proof.told.rpartition("; ")[2].replace(" by rule ", " by ")
        if promised.startswith("promised "):
            promised = f"promised: {promised.removeprefix('promised ')}"
        return contract.broken(promise, claim, paid, promised)
    # Of two claims the smaller comes first, and what is paid on it is the promise.
    first = claim_for(contract.plug, before)
    was = f"paid: {shown_award(contract.ask(first))}"
    return contract.broken(promise, first, was, f"asked: {contract.show(claim)}", paid)
