"""What customers remember, who leaves, who talks, and who comes back for more."""

from __future__ import annotations

from math import exp
from typing import Any, Final

import attrs

from ..._domain import checks
from ..._domain.hashing import formerly
from ..._domain.number_checks import check_finite_number, check_share_from_0_to_1
from ...errors import InvalidValueError
from ..reactions import Encounter, Felt
from .distribution import convert_fields_from_numpy

__all__ = ["Gossip", "Loyalty", "Memory", "Persistence"]


def _check_finite_number_from_0_up(
    instance: object, attribute: checks.FieldOfClass, value: Any
) -> None:
    """Refuse anything but a finite number that is not negative."""
    check_finite_number(instance, attribute, value)
    if value < 0:
        checks.refuse(instance, attribute, value, "give a number from 0 up")


def _default_start(memory: Memory) -> float:
    return memory.usual


@attrs.frozen(kw_only=True, field_transformer=convert_fields_from_numpy)
class Memory:
    """How satisfaction is remembered: what happened fades, the bad more slowly.

    Args:
        usual: Satisfaction of a customer to whom nothing happens, from 0 to 1.
        start: Satisfaction when the run begins; as usual unless given.
        bad_fades: Share of a shortfall that is forgotten in a month.
        good_fades: Share of a surplus that is forgotten in a month.
        forgets: Months after which a failure no longer counts as an earlier one.

    Source: negative events are remembered more than positive ones (negativity
        asymmetry); two failures within 20 months were felt as a row (Maxham &
        Netemeyer 2002). The sizes are ours.
    """

    usual: float = attrs.field(default=0.75, validator=check_share_from_0_to_1)
    start: float = attrs.field(
        default=attrs.Factory(_default_start, takes_self=True),
        validator=check_share_from_0_to_1,
    )
    bad_fades: float = attrs.field(default=0.02, validator=check_share_from_0_to_1)
    good_fades: float = attrs.field(default=0.05, validator=check_share_from_0_to_1)
    forgets: int = attrs.field(default=20, validator=checks.at_least(0))


# Beyond it the curve is flat, and its exponential no float.
_LARGEST_EXPONENT: Final = 700.0


@attrs.frozen(kw_only=True, field_transformer=convert_fields_from_numpy)
class Loyalty:
    """The chance to leave in a month, by cumulative satisfaction: a logistic curve.

    Args:
        steepness: How sharply leaving depends on satisfaction.
        midpoint: Satisfaction at which half of the customers leave within the month.

    Source: ours; retention as a logistic of satisfaction is common practice.

    Example:
        >>> round(Loyalty(steepness=12, midpoint=0.31)(0.75), 4)
        0.0051
    """

    steepness: float = attrs.field(
        default=12.0, validator=_check_finite_number_from_0_up
    )
    midpoint: float = attrs.field(
        default=0.31, validator=check_finite_number, metadata=formerly("even")
    )

    def __call__(self, satisfaction: float) -> float:
        """Return the chance of leaving within the month."""
        exponent = self.steepness * (satisfaction - self.midpoint)
        return 1.0 / (1.0 + exp(min(exponent, _LARGEST_EXPONENT)))


@attrs.frozen(kw_only=True, field_transformer=convert_fields_from_numpy)
class Gossip:
    """Word of mouth: who talks about an encounter, and its effect on listeners.

    Args:
        warns_below: Satisfaction at once below which people warn others.
        praises_above: Satisfaction at once above which they recommend.
        telling_rate: Chance that one who would talk does.
        listeners: How many customers of the branch each tells.
        warning_effect: What a warning takes from a listener's cumulative satisfaction.
        praise_effect: What a recommendation adds to it.

    Source: dissatisfied customers talk more than twice as much as satisfied ones
        (customer rage survey 2015), and 9 to 10 are told by TARP's count, which is
        repeated everywhere and poorly sourced: a parameter, no truth.
    """

    warns_below: float = attrs.field(
        default=0.30, validator=check_share_from_0_to_1, metadata=formerly("below")
    )
    praises_above: float = attrs.field(
        default=0.85, validator=check_share_from_0_to_1, metadata=formerly("above")
    )
    telling_rate: float = attrs.field(
        default=1.0, validator=check_share_from_0_to_1, metadata=formerly("tells")
    )
    listeners: int = attrs.field(default=0, validator=checks.at_least(0))
    warning_effect: float = attrs.field(
        default=0.01, validator=check_share_from_0_to_1, metadata=formerly("warning")
    )
    praise_effect: float = attrs.field(
        default=0.005, validator=check_share_from_0_to_1, metadata=formerly("praise")
    )

    def __attrs_post_init__(self) -> None:
        """Refuse bounds between which people would both warn and recommend."""
        if self.warns_below > self.praises_above:
            raise InvalidValueError(
                f"nobody warns below {self.warns_below:g} and recommends above "
                f"{self.praises_above:g}: give a lower warns_below, or a higher "
                "praises_above"
            )


@attrs.frozen(kw_only=True, field_transformer=convert_fields_from_numpy)
class Persistence:
    """Chances to contest an offer, and to reopen a case that went badly.

    Args:
        contests: Chance to contest an offer that is felt to be as unjust as can be;
            it falls to nothing where it is felt to be just.
        reopens: Chance to come back after a recovery that failed.

    Source: ours. Those who are never satisfied always contest, and always come back.
    """

    contests: float = attrs.field(default=0.0, validator=check_share_from_0_to_1)
    reopens: float = attrs.field(default=0.0, validator=check_share_from_0_to_1)

    def chance_to_contest(self, encounter: Encounter, felt: Felt) -> float:
        """Return the chance that an offer is contested."""
        if encounter.is_insatiable:
            return 1.0
        # Linear from full at utter injustice to nothing at neutral, which is 1/2.
        return self.contests * max(0.0, 1.0 - 2.0 * felt.justice.distributive)

    def chance_to_reopen(self, encounter: Encounter, felt: Felt) -> float:
        """Return the chance that a closed case is reopened."""
        # Below the loss alone: the customer would be better off not having complained.
        is_poor = encounter.handling != "resolved" or felt.transaction < -felt.loss
        if encounter.is_insatiable:
            return 1.0
        return self.reopens if is_poor else 0.0
