"""What counts against a customer, within what time, and when it stops counting."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import accumulate
from typing import Final, TypeAlias

from .._domain.claim import Claim
from .._domain.customer import PastClaim
from .._domain.money import Money

YEAR: Final = timedelta(days=365)
EVER: Final = timedelta.max

Weighed: TypeAlias = list[tuple[date, int]]
"""What was counted: the day of each claim, and how heavily it weighs."""


def list_earlier_claims(claim: Claim, window: timedelta) -> list[PastClaim]:
    """List the customer's earlier claims in a window.

    Args:
        claim: Whose customer's history is read; an unknown customer has none.
        window: Length of the window, which ends on the day of `claim.as_of`. A
            claim exactly that old is outside, and so is one dated later.
    """
    if claim.customer is None:
        return []
    return list(claim.customer.claims_within(window, claim.as_of.date()))


def list_unconfirmed_claims(claim: Claim, window: timedelta) -> list[PastClaim]:
    """List those earlier claims in a window that nobody found to be real."""
    return [
        past for past in list_earlier_claims(claim, window) if not past.was_confirmed
    ]


def list_unconfirmed_awards_of_year(claim: Claim) -> list[tuple[date, Money]]:
    """List what was awarded for unconfirmed claims within a year, and when."""
    dated_awards = (
        (past.on, past.awarded) for past in list_unconfirmed_claims(claim, YEAR)
    )
    return [
        (on, award)
        for on, award in dated_awards
        if award is not None and award.minor > 0
    ]


def share_beyond_bound(total: int, bound: Fraction) -> Fraction:
    """Return the share of a positive total that lies beyond the bound."""
    return (total - bound) / total


def find_moment_within_bound_again(
    weighed: Weighed, bound: Fraction, window: timedelta, as_of: datetime
) -> datetime | None:
    """Return when so much has left the window that the rest is within the bound.

    Args:
        weighed: What was counted; more than the bound in sum.
        bound: The most that raises no suspicion.
        window: After how many days a claim counts no more.
        as_of: The moment of asking, whose time zone is that of the days.
    """
    weighed = sorted(weighed)
    total = sum(weight for _, weight in weighed)
    weight_gone = accumulate(weight for _, weight in weighed)
    # Claims leave the window in the order of their days.
    days_with_gone = zip(weighed, weight_gone, strict=True)
    last = next(day for (day, _), gone in days_with_gone if total - gone <= bound)
    return find_later_moment(datetime.combine(last, time(), as_of.tzinfo), window)


def find_later_moment(moment: datetime, span: timedelta) -> datetime | None:
    """Return a moment plus a span; None where that is after the last day there is."""
    try:
        return moment + span
    except OverflowError:
        return None
