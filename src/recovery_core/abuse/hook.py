"""The plug: what judges a claim, and how it is asked."""

from __future__ import annotations

from typing import Protocol

from .._domain.claim import Claim
from .._domain.plugs import ask
from .._domain.verdict import Verdict


class AbuseDetector(Protocol):
    """Judge a claim; any function from claim to verdict fits.

    A detector does no I/O and never raises to say no: it answers with an action.
    It cannot read how the customer behaves, since no claim carries that: anger is
    no fraud.
    """

    def __call__(self, claim: Claim, /) -> Verdict:
        """Return how suspicious the claim is, why, and what should follow."""
        ...


def judge(detector: AbuseDetector, claim: Claim) -> Verdict:
    """Ask a detector, and name it if it breaks its contract.

    Args:
        detector: Who judges.
        claim: What is judged.

    Raises:
        ContractError: It raised, or answered something that is no verdict. One
            that comes from a detector further inside is passed on as it is, so
            that the culprit is named and not its wrapping.
    """
    return ask(detector, claim, Verdict, claim.case_id)
