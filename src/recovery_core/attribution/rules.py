"""From a claim to an attribution: by the weights of its causes, by the first match."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from inspect import iscoroutine
from typing import Any, ClassVar, Protocol

import attrs

from .._domain import checks
from .._domain.attribution import Attribution, Party, total_weight
from .._domain.claim import Claim
from .._domain.descriptions import describe
from .._domain.reason import Reason
from ..errors import InvalidValueError

__all__ = ["AttributionRule", "ByWeight", "FirstMatch", "Match"]


class AttributionRule(Protocol):
    """Lay the failure of a claim to parties; any function with this signature fits.

    A rule reads the claim and nothing else. Where it cannot tell, it answers with a
    share for `Party.UNKNOWN`; it does not raise to say so.
    """

    def __call__(self, claim: Claim, /) -> Attribution:
        """Lay the failure to parties, in exact shares that sum to one."""
        ...


@attrs.frozen
class ByWeight:
    """Share the failure out by the weights of its causes.

    What is known to be unexplained is a cause of `Party.UNKNOWN`; where no cause has
    a weight, all of the failure is unknown.

    Source: BTS, causes of delay prorated by minutes (14 CFR 234.4); IATA AHM 730,
        two delay codes with their minutes in one message.
    """

    __tag__: ClassVar[str] = "ByWeight"

    def __call__(self, claim: Claim, /) -> Attribution:
        """Lay the failure to parties by the weights of its causes."""
        causes = claim.failure.causes
        weight = total_weight(causes)
        read: dict[str, int | Fraction] = {"causes": len(causes), "weight": weight}
        if weight:
            text = "the causes share it by their weights"
            why = Reason("shared-by-weight", text, read)
        else:
            why = Reason("nothing-known", "no cause with a weight was asserted", read)
        return Attribution.by_weight(causes, because=(why,))


def _check_reason_or_function(instance: Any, attribute: Any, value: Any) -> None:
    if type(value) is not Reason:
        checks.function(instance, attribute, value)


@attrs.frozen
class Match:
    """Lay a failure to one party when a condition holds.

    Args:
        when: Any question about the claim, answered with true or false.
        party: Whose doing the failure is if it holds.
        reason: Why; or a function of the claim, where the reason should hold the
            values it read.

    Raises:
        InvalidValueError: `when` cannot be asked, or a text or reason is missing.
    """

    __tag__: ClassVar[str] = "Match"

    when: Callable[[Claim], bool] = attrs.field(validator=checks.function)
    party: str = attrs.field(validator=checks.text)
    reason: Reason | Callable[[Claim], Reason] = attrs.field(
        validator=_check_reason_or_function
    )

    def why(self, claim: Claim) -> Reason:
        """Return the reason, read off the claim where it is a function."""
        if isinstance(self.reason, Reason):
            return self.reason
        answer: object = self.reason(claim)
        if type(answer) is not Reason:
            raise InvalidValueError(f"Match.reason answered {describe(answer)}")
        return answer


def _convert_answer_to_bool(answer: object) -> bool:
    """Return whether an answer is true; a coroutine would be, whatever it comes to."""
    if iscoroutine(answer):
        raise InvalidValueError(f"Match.when answered {describe(answer)}")
    return bool(answer)


@attrs.frozen
class FirstMatch:
    """Lay the whole failure to the party of the first case that holds.

    Args:
        cases: The cases, in the order in which they are tried.
        otherwise: Whose doing it is when none holds.

    Raises:
        InvalidValueError: `cases` is no tuple of `Match`, `otherwise` no text.

    Source: Carriage rules that sort a disruption into one class of control, such as
        Canada's Air Passenger Protection Regulations (SOR/2019-150).
    """

    __tag__: ClassVar[str] = "FirstMatch"

    cases: tuple[Match, ...] = attrs.field(validator=checks.tuple_of(Match))
    otherwise: str = attrs.field(default=Party.UNKNOWN, validator=checks.text)

    def __call__(self, claim: Claim, /) -> Attribution:
        """Lay the failure to one party, with the reason of the case that held.

        Raises:
            MissingFactError: A case asked for a fact nobody recorded; ask with
                ``claim.failure.facts.get(...)`` where it may be missing.
        """
        for case in self.cases:
            if _convert_answer_to_bool(case.when(claim)):
                return Attribution.to(case.party, case.why(claim))
        tried = {"cases": len(self.cases)}
        why = Reason("no-case-held", "none of the cases held", tried)
        return Attribution.to(self.otherwise, why)
