"""What is given, against what was lost: how distributive justice grows with worth."""

from __future__ import annotations

from math import exp
from typing import Any, ClassVar

import attrs

from ..._domain import checks
from ..._domain.number_checks import number_range_checker
from ._steps import (
    NEUTRAL,
    PERSONAL_NONE,
    is_genuine_and_answered,
    is_genuine_and_resolved,
    with_clamped_justice_change,
    with_distributive_justice,
)
from .encounter import Encounter, ReactionModel
from .felt import Felt
from .pipeline import collect_personal_fields_read

__all__ = [
    "AcceptedService",
    "Compensation",
    "GroupPlateau",
    "Overcompensation",
    "RejectedService",
]


def _check_share_above_nothing(
    instance: RejectedService | AcceptedService,
    attribute: checks.FieldOfClass,
    value: Any,
) -> None:
    """Refuse a highest justice that is not above the lowest."""
    number_range_checker(0, 1)(instance, attribute, value)
    if value <= instance.nothing:
        mend = f"give more than nothing={instance.nothing!r}"
        checks.refuse(instance, attribute, value, mend)


def _worth_if_resolved(encounter: Encounter) -> float:
    """Return what was received; an unresolved complaint was given nothing."""
    return encounter.worth if is_genuine_and_resolved(encounter) else 0.0


@attrs.frozen(kw_only=True)
class RejectedService:
    """An S of justice over worth: who refused the service wants it whole.

    Little money is hardly noticed, and neither is much more than all of it. An
    unresolved complaint is judged as given nothing; where nobody complained, or
    nothing failed, there is nothing to judge.

    Args:
        nothing: Distributive justice near no compensation, from 0 to 1.
        most: What it grows to; above nothing, at most 1.
        middle: Share of the price at which money works most, from 0.6 to 1.2.
        width: How wide the steep part is, as a share of the price, from 0.01 to 1.

    Raises:
        InvalidValueError: A parameter cannot be; the message names the mend.

    Source: Gelbrich, Gaethke & Gregoire (2015), eleven levels from 0 to 200 % of the
        price: S-shaped where the service was rejected, steepest from 60 to 120 %.
        The shape and its place are theirs; the two ends are ours.

    Example:
        >>> half = Encounter(worth=0.5)
        >>> round(RejectedService()(half, Felt()).justice.distributive, 2)
        0.13
    """

    reads: ClassVar[frozenset[str]] = PERSONAL_NONE

    nothing: float = attrs.field(default=0.1, validator=number_range_checker(0, 1))
    most: float = attrs.field(default=0.85, validator=_check_share_above_nothing)
    middle: float = attrs.field(default=0.9, validator=number_range_checker(0.6, 1.2))
    width: float = attrs.field(default=0.12, validator=number_range_checker(0.01, 1))

    def __call__(self, encounter: Encounter, felt: Felt, /) -> Felt:
        """Judge what was given."""
        if not is_genuine_and_answered(encounter):
            return felt
        # The logistic curve, whose steep part is about four widths wide.
        reached = 1 / (
            1 + exp((self.middle - _worth_if_resolved(encounter)) / self.width)
        )
        return with_distributive_justice(
            felt, self.nothing + (self.most - self.nothing) * reached
        )


@attrs.frozen(kw_only=True)
class AcceptedService:
    """Justice that grows ever more slowly with worth: the first money works most.

    Who consumed the flawed service has had something of it. An unresolved complaint
    is judged as given nothing; where nobody complained, or nothing failed, there is
    nothing to judge.

    Args:
        nothing: Distributive justice of no compensation, from 0 to 1.
        most: What it grows to; above nothing, at most 1.
        scale: Share of the price that makes up about two thirds of the way, from
            0.01 to 2.

    Raises:
        InvalidValueError: A parameter cannot be; the message names the mend.

    Source: Gelbrich, Gaethke & Gregoire (2015), eleven levels from 0 to 200 % of the
        price: concave where the service was accepted, the first money works most.
        The shape is theirs; the sizes are ours.

    Example:
        >>> half = Encounter(worth=0.5, was_rejected=False)
        >>> round(AcceptedService()(half, Felt()).justice.distributive, 2)
        0.68
    """

    reads: ClassVar[frozenset[str]] = PERSONAL_NONE

    nothing: float = attrs.field(default=0.25, validator=number_range_checker(0, 1))
    most: float = attrs.field(default=0.85, validator=_check_share_above_nothing)
    scale: float = attrs.field(default=0.4, validator=number_range_checker(0.01, 2))

    def __call__(self, encounter: Encounter, felt: Felt, /) -> Felt:
        """Judge what was given."""
        if not is_genuine_and_answered(encounter):
            return felt
        # The saturating exponential: each bit of money closes the same part of the gap.
        reached = 1 - exp(-_worth_if_resolved(encounter) / self.scale)
        return with_distributive_justice(
            felt, self.nothing + (self.most - self.nothing) * reached
        )


@attrs.frozen(kw_only=True)
class Compensation:
    """One curve for who refused the flawed service, another for who consumed it.

    Args:
        rejected: The model where it was refused.
        accepted: The model where it was consumed.

    Raises:
        InvalidValueError: One of the two is no function.

    Source: Gelbrich, Gaethke & Gregoire (2015): the shape of the response depends on
        how the customer dealt with the flawed service.

    Example:
        >>> little = Encounter(worth=0.2)
        >>> eaten = attrs.evolve(little, was_rejected=False)
        >>> judge = Compensation()
        >>> [round(judge(e, Felt()).justice.distributive, 1) for e in (little, eaten)]
        [0.1, 0.5]
    """

    rejected: ReactionModel = attrs.field(
        factory=RejectedService, validator=checks.function
    )
    accepted: ReactionModel = attrs.field(
        factory=AcceptedService, validator=checks.function
    )

    @property
    def reads(self) -> frozenset[str]:
        """The personal fields that either model reads."""
        return collect_personal_fields_read((self.rejected, self.accepted))

    def __call__(self, encounter: Encounter, felt: Felt, /) -> Felt:
        """Apply the model that fits."""
        model = self.rejected if encounter.was_rejected else self.accepted
        return model(encounter, felt)


@attrs.frozen(kw_only=True)
class Overcompensation:
    """The harm of what is given beyond the point where more is felt as too much.

    Args:
        peak: Share of the price beyond which more is felt as too much, from 1 to 3.
        slope: Justice lost for each price given beyond it, from 0 to 2.
        most: The most that can be lost so, from 0 to 1.

    Raises:
        InvalidValueError: A parameter cannot be; the message names the mend.

    Source: Haesevoets et al. (2017): loyalty rises up to about 150 % of the price and
        falls beyond, on average over all customers. The peak is theirs; how fast it
        falls is ours. That a few resent any overpayment, and that for most the curve
        only flattens, is not told apart.

    Example:
        >>> [
        ...     Overcompensation()(Encounter(worth=w), Felt()).justice.distributive
        ...     for w in (1.0, 1.5, 2.0)
        ... ]
        [0.5, 0.5, 0.4]
    """

    reads: ClassVar[frozenset[str]] = PERSONAL_NONE

    peak: float = attrs.field(default=1.5, validator=number_range_checker(1, 3))
    slope: float = attrs.field(default=0.2, validator=number_range_checker(0, 2))
    most: float = attrs.field(default=0.3, validator=number_range_checker(0, 1))

    def __call__(self, encounter: Encounter, felt: Felt, /) -> Felt:
        """Lower justice by what lies beyond the peak."""
        excess = max(_worth_if_resolved(encounter) - self.peak, 0.0)
        # The loss is bounded, so that no sum costs all of justice.
        return with_clamped_justice_change(
            felt, distributive_change=-min(self.slope * excess, self.most)
        )


def _check_share_above_middle(
    instance: GroupPlateau, attribute: checks.FieldOfClass, value: Any
) -> None:
    """Refuse a plateau that is not above the middle."""
    number_range_checker(0, 1)(instance, attribute, value)
    if value <= instance.middle:
        mend = f"give more than middle={instance.middle!r}"
        checks.refuse(instance, attribute, value, mend)


@attrs.frozen(kw_only=True)
class GroupPlateau:
    """A lower plateau where a whole group was failed and is treated alike.

    Up to the middle the group feels as one customer would; above it justice levels
    off towards a lower plateau.

    Args:
        middle: Distributive justice up to which there is no difference, from 0 to 1.
        plateau: What it cannot exceed; above the middle, at most 1.

    Raises:
        InvalidValueError: A parameter cannot be; the message names the mend.

    Source: Albrecht, Schaefers, Walsh & Beatty (2018): where all get the same, returns
        diminish faster and level off lower, and in the middle there is no difference;
        distributive justice explains it. Signs only; the sizes are ours.

    Example:
        >>> shared = Encounter(is_shared=True, was_rejected=False, worth=2.0)
        >>> full = AcceptedService()(shared, Felt())
        >>> round(full.justice.distributive, 2)
        0.85
        >>> round(GroupPlateau()(shared, full).justice.distributive, 2)
        0.66
    """

    reads: ClassVar[frozenset[str]] = PERSONAL_NONE

    middle: float = attrs.field(default=NEUTRAL, validator=number_range_checker(0, 1))
    plateau: float = attrs.field(default=0.7, validator=_check_share_above_middle)

    def __call__(self, encounter: Encounter, felt: Felt, /) -> Felt:
        """Flatten what a shared recovery brings."""
        surplus = felt.justice.distributive - self.middle
        if (
            not encounter.is_shared
            or not is_genuine_and_resolved(encounter)
            or surplus <= 0
        ):
            return felt
        room = self.plateau - self.middle
        # Slope 1 at the middle, so that the two parts join without a kink.
        return with_distributive_justice(
            felt, self.middle + room * (1 - exp(-surplus / room))
        )
