"""Who files a claim though nothing failed."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

import attrs

from ..._domain import checks
from ..._domain.number_checks import number_range_checker
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


def _check_three_rising_shares_below_1(
    instance: object, attribute: checks.FieldOfClass, value: Any
) -> None:
    """Refuse probabilities that fall from the honest to the opportunists."""
    is_tuple_of_shares = parameters.is_tuple_of_shares(value, parameters.THREE)
    if (
        not is_tuple_of_shares
        or max(value) >= 1
        or any(a > b for a, b in pairwise(value))
    ):
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
        default=(0.0, 0.005, 0.05), validator=_check_three_rising_shares_below_1
    )
    grievance: float = attrs.field(default=2.0, validator=number_range_checker(1, 100))
    boldness: float = attrs.field(default=1.5, validator=number_range_checker(1, 100))

    def __call__(self, honesty: str, grievance: int, boldness: int) -> float:
        """Return the probability for one month.

        Args:
            honesty: One of `Honesty`, or its text.
            grievance: Felt injustice, from 0 to 2.
            boldness: From -4 to 4: 1 more for each paid opportunistic claim, 2 less
                for each that was refused or warned.
        """
        rate = self.rates[list(Honesty).index(_parse_honesty(honesty))]
        _check_int_between("grievance", grievance, 0, _MOST_GRIEVED)
        _check_int_between("boldness", boldness, -_BOLDEST, _BOLDEST)
        # Odds, not probabilities, are multiplied: the product never exceeds 1.
        odds = rate / (1 - rate) * self.grievance**grievance * self.boldness**boldness
        return odds / (1 + odds)


def _parse_honesty(text: str) -> Honesty:
    """Convert a text to one of `Honesty`; refuse all else."""
    try:
        return Honesty(text)
    except ValueError:
        names = ", ".join(Honesty)
        raise InvalidValueError(
            f"honesty cannot be {text!r}: give one of {names}"
        ) from None


def _check_int_between(name: str, value: int, low: int, high: int) -> None:
    """Refuse an argument that is no int from one bound to the other."""
    # To Python, True is an int: here it would count as a step of grievance.
    if type(value) is not int or not low <= value <= high:
        raise InvalidValueError(
            f"{name} cannot be {value!r}: give an int from {low} to {high}"
        )
