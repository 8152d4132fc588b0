"""Tolerance that weighs what a customer brings against what leaks."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

import attrs

from .._domain import checks
from .._domain.claim import Claim
from .._domain.money import Money
from .._domain.reason import Reason
from .._domain.verdict import Action, Verdict
from . import parameters
from .hook import AbuseDetector, judge
from .window import list_unconfirmed_awards_of_year


@attrs.frozen
class Tolerant:
    """A detector that tolerates an abuser who brings more than he takes.

    What a detector says becomes a NOTE where the customer's annual margin exceeds
    the expected leak: what was awarded for unconfirmed claims in the last 365 days,
    and the loss now at stake. The reasons stay, and why it is tolerated is added.

    Nothing is softened where the margin or the loss is unknown, or where amounts
    are in several currencies: what cannot be compared is no ground to pay.

    Args:
        detector: Who judges.
        factor: How many times the leak the margin must exceed; exact, from 1.

    Raises:
        InvalidValueError: It is no detector, or the factor is below 1 or not exact.

    Source: the story of the hotel guest who hunts for complaints to get free
        nights, and whose repeat business pays for them; the choice between yielding
        and not in Baker, Magnini & Perdue (2012). Opportunism was found to fall
        with the intent to come back (Wirtz & Kum 2004) and to rise where the
        relation is one-off (Wirtz & McColl-Kennedy 2010).
    """

    __tag__: ClassVar[str] = "Tolerant"

    detector: AbuseDetector = attrs.field(validator=checks.function)
    factor: Fraction = attrs.field(
        default=Fraction(1),
        converter=checks.exact,
        validator=parameters.check_factor_is_1_or_more,
        kw_only=True,
    )

    def __call__(self, claim: Claim, /) -> Verdict:
        """Judge the claim, then weigh whether it pays to act on that."""
        verdict = judge(self.detector, claim)
        why = (
            None
            if verdict.action <= Action.NOTE
            else self._find_reason_to_tolerate(claim)
        )
        if why is None:
            return verdict
        return attrs.evolve(
            verdict, action=Action.NOTE, cap=None, reasons=(*verdict.reasons, why)
        )

    def _find_reason_to_tolerate(self, claim: Claim) -> Reason | None:
        """Return why the margin outweighs the leak; None where it may not."""
        margin = claim.customer.annual_margin if claim.customer else None
        leak = _find_expected_leak(claim)
        if margin is None or leak is None or leak[1] != margin.currency:
            return None
        if margin.minor <= self.factor * leak[0]:
            return None
        # Below the margin, so it is no more than an amount can be.
        shown = Money.from_minor(*leak)
        return Reason(
            "tolerated",
            f"the annual margin of {margin} is worth an expected leak of {shown}",
            {"annual_margin": margin, "expected_leak": shown, "factor": self.factor},
        )


def _find_expected_leak(claim: Claim) -> tuple[int, str] | None:
    """Add up what is expected to leak, in minor units of one currency."""
    loss = claim.failure.loss
    paid = [award for _, award in list_unconfirmed_awards_of_year(claim)]
    if loss is None or any(award.currency != loss.currency for award in paid):
        return None
    return loss.minor + sum(award.minor for award in paid), loss.currency
