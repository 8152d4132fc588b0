"""The company's finding and the customer's perception, side by side."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

import attrs

from .._domain import checks
from .._domain.attribution import Attribution
from .._domain.claim import Claim
from ._causes import with_failure_causes
from .rules import AttributionRule, ByWeight

__all__ = ["AssertedBy", "disagreement"]


@attrs.frozen
class AssertedBy:
    """Read only the causes that one side asserts, then ask another rule.

    So one claim yields both views: the finding from what the company asserts, the
    perception from what the customer does. A parent asserted by the other side is a
    parent that nobody named.

    Args:
        by: Who asserts, as in `Cause.asserted_by`.
        rule: Reads what is left.

    Raises:
        InvalidValueError: `by` is no text, or the rule cannot be asked.

    Source: Weiner (1985) and Bitner (1990), for the customer's own attributions.
    """

    __tag__: ClassVar[str] = "AssertedBy"

    by: str = attrs.field(validator=checks.text)
    rule: AttributionRule = attrs.field(factory=ByWeight, validator=checks.function)

    def __call__(self, claim: Claim, /) -> Attribution:
        """Lay the failure to parties as one side sees it."""
        causes = tuple(c for c in claim.failure.causes if c.asserted_by == self.by)
        return self.rule(with_failure_causes(claim, causes))


def disagreement(finding: Attribution, perception: Attribution) -> Fraction:
    """Measure how far two views of one failure lie apart.

    Args:
        finding: What the company found.
        perception: What the customer takes it to be.

    Returns:
        The share that would have to move for the views to agree: 0 when they do, 1
        when they name no party in common.

    Source: ours (the total variation distance of the shares).

    Example:
        >>> ours = Attribution({"firm": "1/4", "nature": "3/4"})
        >>> disagreement(ours, Attribution.to("firm"))
        Fraction(3, 4)
    """
    gains = (
        max(share - perception.share(party), Fraction())
        for party, share in finding.shares
    )
    return sum(gains, Fraction())
