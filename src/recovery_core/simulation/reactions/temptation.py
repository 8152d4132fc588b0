"""Who files a claim though nothing failed."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

import attrs

from ..._domain import checks
from ...errors import InvalidValueError
from . import parameters

__all__ = ["Honesty", "Temptation"]

_BOLDEST: Final = 4
_MOST_GRIEVED: Final = 2


class Honesty(StrEnum):
    """Customers by their scruples; most are honest."""

    HONEST = "honest"
    TEMPTED = "tempted"
    OPPORTUNIST = "opportunist"


def _check_rising(instance: Any, attribute: Any, value: Any) -> None:
    """Refuse probabilities that fall from the honest to the opportunists."""
    are_shares = parameters.are_shares(value, parameters.THREE)
    if not are_shares or max(value) >= 1 or any(a > b for a, b in pairwise(value)):
        mend = (
            "give three numbers from 0 to below 1, none below the last: honest, "
            "tempted, opportunist"
        )
        checks.refuse(instance, attribute, value, mend)


@attrs.frozen(kw_only=True)
class Temptation:
    """The monthly probability that a customer claims though nothing failed.

    The honest are never tempted, unless given a rate of their own. Injustice tempts
    the others, and so does having got away with it; whoever was refused or warned
    grows cautious. The odds are multiplied, so that it stays a probability. What there
    is to gain is not read: it was found to make no difference.

    Args:
        rates: Monthly probability of the honest, the tempted and the opportunist,
            without grievance and boldness; rising, below 1.
        grievance: Factor on the odds for each step of felt injustice, from 1 to 100.
        boldness: Factor on the odds for each step of boldness, from 1 to 100.

    Raises:
        InvalidValueError: A parameter or argument cannot be; the message names the
            mend.

    Source: Wirtz & Kum (2004): Machiavellianism raises opportunistic claiming,
        satisfaction and morality lower it, the size of the gain has no effect; Wirtz
        & McColl-Kennedy (2010): it rises where justice is low. Signs only; the sizes
        are ours, and boldness is ours altogether.

    Example:
        >>> tempted = Temptation()
        >>> [round(tempted("opportunist", grievance, 0), 3) for grievance in (0, 2)]
        [0.05, 0.174]
    """

    rates: tuple[float, float, float] = attrs.field(
        default=(0.0, 0.005, 0.05), validator=_check_rising
    )
    grievance: float = attrs.field(
        default=2.0, validator=parameters.check_between(1, 100)
    )
    boldness: float = attrs.field(
        default=1.5, validator=parameters.check_between(1, 100)
    )

    def __call__(self, honesty: str, grievance: int, boldness: int) -> float:
        """Return the probability for one month.

        Args:
            honesty: One of `Honesty`, or its text.
            grievance: Felt injustice, from 0 to 2.
            boldness: From -4 to 4: 1 more for each paid opportunistic claim, 2 less
                for each that was refused or warned.
        """
        rate = self.rates[list(Honesty).index(_honesty_from_name(honesty))]
        _check_count("grievance", grievance, 0, _MOST_GRIEVED)
        _check_count("boldness", boldness, -_BOLDEST, _BOLDEST)
        # Odds, not probabilities, are multiplied: the product never exceeds 1.
        odds = rate / (1 - rate) * self.grievance**grievance * self.boldness**boldness
        return odds / (1 + odds)


def _honesty_from_name(given: str) -> Honesty:
    """Return one of `Honesty` for its text; refuse all else."""
    try:
        return Honesty(given)
    except ValueError:
        known = ", ".join(Honesty)
        raise InvalidValueError(
            f"honesty cannot be {given!r}: give one of {known}"
        ) from None


def _check_count(name: str, value: int, low: int, high: int) -> None:
    if type(value) is not int or not low <= value <= high:
        raise InvalidValueError(
            f"{name} cannot be {value!r}: give an int from {low} to {high}"
        )
