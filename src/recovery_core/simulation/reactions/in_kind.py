"""Whether what was given is of the kind that was lost."""

from __future__ import annotations

from typing import Any, ClassVar

import attrs

from ..._domain import checks
from ..._domain.failure import Resource
from ..._domain.number_checks import number_range_checker
from ..._domain.remedy import RemedyKind
from ._steps import PERSONAL_NONE, is_genuine_and_resolved, with_clamped_justice_change
from .encounter import Encounter
from .felt import Felt

__all__ = ["MatchInKind"]


def _check_share_below_late_lift(
    instance: MatchInKind, attribute: checks.FieldOfClass, value: Any
) -> None:
    """Refuse a share that is not below what a match in kind adds when it comes late."""
    number_range_checker(0, 1)(instance, attribute, value)
    if value >= instance.lift * instance.delayed:
        mend = "give less than a match that comes late: lift times delayed"
        checks.refuse(instance, attribute, value, mend)


@attrs.frozen(kw_only=True)
class MatchInKind:
    """A lift of justice where what was lost is repaid in kind, more so if at once.

    Money for money, a new or mended product for a product, the service again for a
    service, care or an explanation for lacking attention. Lost attention is repaid
    with attention, so there it is the interactional side that rises. Where nothing
    matches, store credit does best.

    Args:
        lift: What a match adds to justice at once, from 0 to 1.
        delayed: Which part of it is left when the match comes late, from 0 to 1.
        within_hours: Hours until the settlement that count as at once, from 0 to
            8760.
        credit: What store credit adds where nothing matches; less than a late match.

    Raises:
        InvalidValueError: A parameter cannot be; the message names the mend.

    Source: Roschk & Gelbrich (2014): a remedy works best in the kind of what was lost,
        and money at once better than late; Stakhovych & Tamaddoni (2020): where no
        match is to be had, store credit works best. Order only; the sizes are ours,
        and so is that a late match beats credit.

    Example:
        >>> redo = Encounter(kinds=frozenset({RemedyKind.REDO}))
        >>> round(MatchInKind()(redo, Felt()).justice.distributive, 2)
        0.62
    """

    reads: ClassVar[frozenset[str]] = PERSONAL_NONE

    lift: float = attrs.field(default=0.12, validator=number_range_checker(0, 1))
    delayed: float = attrs.field(default=0.6, validator=number_range_checker(0, 1))
    within_hours: float = attrs.field(
        default=24.0, validator=number_range_checker(0, 8760)
    )
    credit: float = attrs.field(default=0.04, validator=_check_share_below_late_lift)

    def __call__(self, encounter: Encounter, felt: Felt, /) -> Felt:
        """Lift the side of justice that the match speaks to."""
        if not is_genuine_and_resolved(encounter):
            return felt
        lost = encounter.kind.resource
        # Credit is of no kind that is lost: it helps where nothing else matches.
        if all(kind.repays is not lost for kind in encounter.kinds):
            has_credit = RemedyKind.CREDIT in encounter.kinds
            return with_clamped_justice_change(
                felt, distributive_change=self.credit if has_credit else 0.0
            )
        is_late = encounter.resolution_hours > self.within_hours
        lift = self.lift * (self.delayed if is_late else 1.0)
        if lost is Resource.ATTENTION:
            return with_clamped_justice_change(felt, interactional_change=lift)
        return with_clamped_justice_change(felt, distributive_change=lift)
