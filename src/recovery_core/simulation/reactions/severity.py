"""What a failure takes before anybody answers."""

from __future__ import annotations

from typing import ClassVar

import attrs

from ..._domain.failure import Aspect
from ..._domain.number_checks import number_range_checker
from . import parameters
from ._steps import PERSONAL_NONE
from .encounter import Encounter
from .felt import Felt

__all__ = ["SeverityLoss"]


@attrs.frozen(kw_only=True)
class SeverityLoss:
    """The loss by severity; more where several things failed at once.

    An opportunistic claim, where nothing failed, takes nothing.

    Args:
        by_severity: Loss from minor to critical, each from 0 to 1.
        compound: Factor where several things failed at once, from 1 to 3.
        forgiven: Factor for a failure of the process, from 0 to 1; below 1, it is
            forgiven more than a failure of the outcome.

    Raises:
        InvalidValueError: A parameter cannot be; the message names the mend.

    Source: Magnini (2004): a severe failure cannot be brought back to par, and
        process failures are forgiven more than outcome failures. Signs only; the
        sizes are ours.

    Example:
        >>> model = SeverityLoss(by_severity=(0.1, 0.2, 0.4, 0.7))
        >>> model(Encounter(), Felt()).loss
        0.2
    """

    reads: ClassVar[frozenset[str]] = PERSONAL_NONE

    by_severity: tuple[float, float, float, float] = attrs.field(
        default=(0.06, 0.2, 0.4, 0.7),
        validator=parameters.check_share_per_severity_never_falling,
    )
    compound: float = attrs.field(default=1.4, validator=number_range_checker(1, 3))
    forgiven: float = attrs.field(default=0.8, validator=number_range_checker(0, 1))

    def __call__(self, encounter: Encounter, felt: Felt, /) -> Felt:
        """Set the loss."""
        if not encounter.is_genuine:
            return felt
        loss = self.by_severity[encounter.severity - 1]  # severities count from 1
        if encounter.is_compound:
            loss *= self.compound
        if encounter.kind.aspect is Aspect.PROCESS:
            loss *= self.forgiven
        return attrs.evolve(felt, loss=min(loss, 1.0))
