"""What is proved, and who bears what is not."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, ClassVar

import attrs

from .._domain import checks
from .._domain.attribution import Attribution, Cause, Party
from .._domain.claim import Claim
from .._domain.reason import Reason
from ..errors import InvalidValueError
from ._causes import with_side_of

__all__ = ["ByEvidence"]


def _check_standard_below_1(instance: Any, attribute: Any, value: Fraction) -> None:
    """Refuse a standard of proof below 0 or from 1 up; an attrs validator."""
    # At 1 nothing could exceed it: a standard nobody can meet is a slip, not a rule.
    if not 0 <= value < 1:
        raise InvalidValueError(
            f"ByEvidence.standard cannot be {value}: give an exact share from 0 up to, "
            "but not including, 1, such as '1/2' for the balance of probabilities"
        )


@attrs.frozen
class ByEvidence:
    """Count a cause only when it is proved; the rest falls to who must prove.

    A cause is proved when its confidence *exceeds* the standard: evenly balanced is
    not enough. Causes already with the holder of the burden need no proof. A cause of
    `Party.UNKNOWN` proves nothing against anyone, and where nothing has a weight,
    nothing is proved: both are the loss of whoever holds the burden.

    Args:
        standard: The standard of proof, from 0 up to but not including 1; exact.
        burden: Who must prove; `Party.UNKNOWN` leaves unknown what is unproved.

    Raises:
        InvalidValueError: A standard that nothing can exceed, that is below 0 or not
            exact, or no party.

    Source: Regulation (EC) 261/2004, art. 5(3), for a carrier's burden of proof; the
        balance of probabilities is the usual civil standard.
    """

    __tag__: ClassVar[str] = "ByEvidence"

    standard: Fraction = attrs.field(
        default=Fraction(1, 2),
        converter=checks.exact,
        validator=_check_standard_below_1,
    )
    burden: str = attrs.field(default=Party.FIRM, validator=checks.text)

    def __call__(self, claim: Claim, /) -> Attribution:
        """Lay what is proved where it belongs, and the rest to the burden holder."""
        asserted = claim.failure.causes
        reasons = tuple(r for cause in asserted for r in self._list_objections(cause))
        causes = tuple(
            with_side_of(cause, Cause(cause.name, self.burden))
            if self._list_objections(cause)
            else cause
            for cause in asserted
        )
        if any(cause.weight for cause in causes):
            return Attribution.by_weight(causes, because=reasons)
        why = Reason(
            "nothing-proved",
            f"nothing with a weight was asserted, and {self.burden} must prove",
            {"burden": str(self.burden)},
        )
        return Attribution({self.burden: Fraction(1)}, causes, (*reasons, why))

    def _list_objections(self, cause: Cause) -> tuple[Reason, ...]:
        """Return the one reason why a cause is not proved, or nothing if it is."""
        if cause.party == self.burden:
            return ()
        read: dict[str, str | Fraction] = {
            "cause": cause.name,
            "party": str(cause.party),
            "confidence": cause.confidence,
            "standard": self.standard,
            "burden": str(self.burden),
        }
        if cause.party == Party.UNKNOWN:
            text = f"{cause.name} is laid to nobody, so it falls to {self.burden}"
            return (Reason("party-unknown", text, read),)
        if cause.confidence > self.standard:
            return ()
        text = f"{cause.name} is not proved, so it falls to {self.burden}"
        return (Reason("cause-unproved", text, read),)
