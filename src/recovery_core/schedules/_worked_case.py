"""A claim worked out by hand, to which a schedule is held."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import attrs

from .._domain import checks
from .._domain.attribution import Attribution, Cause
from .._domain.claim import Claim
from .._domain.failure import ServiceFailure
from .._domain.money import Money
from .._domain.reason import Facts, convert_to_facts
from .._domain.remedy import Remedy, RemedyKind
from ..attribution import LiabilityRule

__all__ = ["WorkedCase", "case_paid_before"]


@attrs.frozen
class WorkedCase:
    """Work one claim out by hand, so that a schedule can be held to it.

    Args:
        text: The case in words.
        facts: What is known of it, by the names of the columns.
        pays: What the award is worth; None for nothing that has a value.
        rule: Code of a rule that must speak.
        on: The day of the failure.
        causes: Whose doing it was, weighed; nobody knows where there is none.
        earlier: What was paid on the case before.
        claimed: The day it was claimed; that of the failure if not said.
        source: Where it comes from; worked out from the rule if not said.

    Raises:
        InvalidValueError: A text is empty, or a value of another type.
    """

    text: str = attrs.field(converter=checks.plain_text, validator=checks.text)
    facts: Facts = attrs.field(converter=convert_to_facts)
    pays: Money | None = attrs.field(validator=checks.maybe(Money))
    rule: str = attrs.field(converter=checks.plain_text, validator=checks.text)
    on: date = attrs.field(validator=checks.day, kw_only=True)
    causes: tuple[Cause, ...] = attrs.field(
        default=(), validator=checks.tuple_of(Cause), kw_only=True
    )
    earlier: Money | None = attrs.field(
        default=None, validator=checks.maybe(Money), kw_only=True
    )
    claimed: date | None = attrs.field(
        default=None, validator=checks.maybe_day, kw_only=True
    )
    source: str = attrs.field(
        default="worked out from the rule",
        converter=checks.plain_text,
        validator=checks.text,
        kw_only=True,
    )

    def claim(self, liability: LiabilityRule) -> Claim:
        """Make the claim, with the blame laid by the weights of the causes.

        Args:
            liability: Says what share is owed, given whose doing it was.
        """
        failure = ServiceFailure(
            self.text, occurred_on=self.on, causes=self.causes, facts=self.facts
        )
        attribution = Attribution.by_weight(self.causes)
        given = self.earlier
        return Claim(
            failure,
            datetime.combine(self.claimed or self.on, time(12), UTC),
            attribution=attribution,
            owed=liability(attribution),
            earlier=() if given is None else (Remedy(RemedyKind.CASH, given),),
        )


def case_paid_before(
    case: WorkedCase, earlier: Money, pays: Money | None
) -> WorkedCase:
    """Write a case again, as it comes back after something was paid on it.

    Args:
        case: The case as it stood at first.
        earlier: What was paid then.
        pays: What is left to pay.
    """
    text = f"{case.text}; it comes back with {earlier} paid"
    return attrs.evolve(case, text=text, earlier=earlier, pays=pays)
