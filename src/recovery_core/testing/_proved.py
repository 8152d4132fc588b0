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
from ._wording import NOON, PLAIN, shown_award
from .boundaries import build_claim, is_row_read, with_facts

__all__ = ["Attempt", "Proved", "attempt_proof"]

Attempt = Callable[[], Proof]
"""Puts one promise to the proof."""

Make = Callable[[Mapping[str, Fact]], Claim]
"""Makes a claim of what is known by column."""


@attrs.frozen
class Proved:
    """What came of a proof, where the policy itself has not shown the opposite.

    Args:
        holds: Whether the promise is proved.
        refuted: What the proof found against it, on a row that no claim was found to
            say; None if nothing.
    """

    holds: bool = False
    refuted: BrokenPromiseError | None = None


def attempt_proof(
    contract: Contract[Claim, Award],
    rows: Contract[Claim, Award],
    promise: Promise[Claim, Award],
    attempt: Attempt,
) -> Proved:
    """Try to prove a promise.

    A proof is about rows: values of columns, each by its name. What it finds against
    a promise is shown on a claim of which the policy reads that row, if one is near.

    Args:
        contract: Who promises.
        rows: The same about rows.
        promise: The promise.
        attempt: Puts it to the proof.

    Raises:
        BrokenPromiseError: It does not hold; with the smallest claim.
    """
    __tracebackhide__ = True
    try:
        proof = attempt()
    except (MissingPackageError, PolicyError):  # no z3, or opaque to proofs
        return Proved()
    if proof.holds is not False:
        return Proved(proof.holds is True)
    real = partial(build_claim, contract.plug)
    if _shows(contract, promise, proof, real):
        raise _broken(contract, promise.text, proof, real)
    if _shows(rows, None, proof, _row):
        return Proved(refuted=_broken(rows, promise.text, proof, _row))
    return Proved()


def _row(facts: Mapping[str, Fact]) -> Claim:
    """Make a claim of which every column is a fact."""
    made = build_claim_of_facts(facts, PLAIN, as_of=NOON)
    told = {name: fact for name, fact in facts.items() if name not in MADE}
    return with_facts(made, told)


def _shows(
    contract: Contract[Claim, Award],
    promise: Promise[Claim, Award] | None,
    proof: Proof,
    make: Make,
) -> bool:
    """Ask the policy itself whether it does what a proof found."""
    facts, before = proof.counterexample or Facts({}), proof.compared
    claim = make(facts)
    try:
        award = contract.ask(claim)
        was = None if before is None else contract.ask(make(before)).worth
    except BrokenPromiseError:  # no claim here says what the proof is about
        return False
    if _minor(award.worth) != _minor(proof.paid):
        return False
    if before is not None and promise is not None:
        is_read = partial(is_row_read, contract.plug)
        if not (is_read(claim, facts) and is_read(make(before), before)):
            return False
    if before is not None:
        return _minor(was) == _minor(proof.limit)
    return promise is None or _breaks(promise, claim, award)


def _breaks(promise: Promise[Claim, Award], claim: Claim, award: Award) -> bool:
    """Return whether an answer breaks a promise."""
    try:
        promise.holds(claim, award, None)
    except BrokenPromiseError:
        return True
    return False


def _minor(worth: Money | None) -> int:
    return worth.minor if worth else 0


def _broken(
    contract: Contract[Claim, Award], promise: str, proof: Proof, make: Make
) -> BrokenPromiseError:
    """Build the error of what a proof found, with what the policy gives there."""
    facts, before = proof.counterexample or Facts({}), proof.compared
    claim = make(facts)
    paid = f"paid: {shown_award(contract.ask(claim))}"
    if before is None:
        promised = proof.told.rpartition("; ")[2].replace(" by rule ", " by ")
        if promised.startswith("promised "):
            promised = f"promised: {promised.removeprefix('promised ')}"
        return contract.broken(promise, claim, paid, promised)
    # Of two claims the smaller comes first, and what is paid on it is the promise.
    first = make(before)
    was = f"paid: {shown_award(contract.ask(first))}"
    return contract.broken(promise, first, was, f"asked: {contract.show(claim)}", paid)
