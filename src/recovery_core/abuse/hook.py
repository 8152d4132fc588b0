"""The plug: what judges a claim, and how it is asked."""

from __future__ import annotations

from typing import Any, Protocol

from .._domain.claim import Claim
from .._domain.verdict import Verdict
from ..errors import ContractError, InvalidValueError


class AbuseDetector(Protocol):
    """Judge a claim; any function from claim to verdict fits.

    A detector does no I/O and never raises to say no: it answers with an action.
    It cannot read how the customer behaves, since no claim carries that: anger is
    no fraud.
    """

    def __call__(self, claim: Claim, /) -> Verdict:
        """Say how suspicious the claim is, why, and what should follow."""
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
    try:
        answer = detector(claim)
    except ContractError:
        raise
    except Exception as error:
        raise _broken(detector, claim, f"raised {error!r:.200}") from error
    if not _is_verdict(answer):
        raise _broken(detector, claim, f"answered {answer!r:.200}, not a Verdict")
    return answer


def _is_verdict(answer: object) -> bool:
    # Asked of an object, since the annotation of a plug promises too much.
    return isinstance(answer, Verdict)


def _broken(detector: AbuseDetector, claim: Claim, problem: str) -> ContractError:
    name = getattr(detector, "__qualname__", None) or repr(detector)
    return ContractError(name, claim.case_id, problem)


def fits(instance: Any, attribute: Any, value: Any) -> None:
    """Demand something that can be asked as a detector."""
    # A class is callable too, but would build a detector out of the claim.
    if not callable(value) or isinstance(value, type):
        raise InvalidValueError(
            f"{value!r} judges no claim: give a function, or a detector with its "
            "parameters such as ClaimRate()"
        )
