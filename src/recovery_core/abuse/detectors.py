"""Detectors that count within a window: how often, and how much."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import ClassVar

import attrs

from .._domain import checks
from .._domain.claim import NO_SUSPICION, Claim
from .._domain.money import MAX_MINOR, Money
from .._domain.reason import Reason
from .._domain.verdict import Action, Verdict
from . import parameters
from .window import (
    YEAR,
    Weighed,
    find_later_moment,
    find_moment_within_bound_again,
    list_unconfirmed_awards_of_year,
    list_unconfirmed_claims,
    share_beyond_bound,
)


@attrs.frozen
class ClaimVelocity:
    """Suspect many unconfirmed claims in a short time.

    The score is the share of the counted claims that lies beyond the bound: 1/4
    for four where three are allowed. It takes no notice of how often the customer
    was there to be failed; `ClaimRate` does.

    Args:
        most: So many unconfirmed claims in the window raise no suspicion.
        window: Its length in whole days; it ends on the day of `claim.as_of`.
        action: What follows.
        cools_off: How long the verdict stands; None for until so many claims have
            left the window that the rest is within the bound.
        cap: The most that may still be given; with CAP only.

    Raises:
        InvalidValueError: A parameter cannot be; the message names the mend.

    Source: ours, after the counters that returns desks keep, over 7 to 90 days.
        Claims found to be real are left out, since blame for a failure is not the
        victim's.

    Example:
        >>> ClaimVelocity(3, timedelta(days=90))
        ClaimVelocity(most=3, window=datetime.timedelta(days=90), \
action=<Action.REVIEW: 5>, cools_off=None, cap=None)
    """

    __tag__: ClassVar[str] = "ClaimVelocity"

    most: int = attrs.field(validator=checks.at_least(0))
    window: timedelta = attrs.field(validator=parameters.check_whole_days)
    action: Action = attrs.field(
        default=Action.REVIEW,
        validator=parameters.check_graver_than_clear,
        kw_only=True,
    )
    cools_off: timedelta | None = attrs.field(
        default=None,
        validator=attrs.validators.optional(parameters.check_positive_span),
        kw_only=True,
    )
    cap: Money | None = attrs.field(
        default=None, validator=parameters.check_cap_fits_action, kw_only=True
    )

    def __call__(self, claim: Claim, /) -> Verdict:
        """Count the unconfirmed claims in the window."""
        counted: Weighed = [
            (past.on, 1) for past in list_unconfirmed_claims(claim, self.window)
        ]
        if len(counted) <= self.most:
            return NO_SUSPICION
        bound, asked = Fraction(self.most), claim.as_of
        if self.cools_off is None:
            expires_at = find_moment_within_bound_again(
                counted, bound, self.window, asked
            )
        else:
            expires_at = find_later_moment(asked, self.cools_off)
        return Verdict(
            action=self.action,
            score=share_beyond_bound(len(counted), bound),
            reasons=(self._build_reason(len(counted)),),
            cap=self.cap,
            expires_at=expires_at,
        )

    def _build_reason(self, counted: int) -> Reason:
        return Reason(
            "claim-velocity",
            f"{counted} unconfirmed claims in {self.window.days} days; {self.most} "
            "raise no suspicion",
            {"unconfirmed": counted, "most": self.most, "window": self.window},
        )


@attrs.frozen
class ValueConcentration:
    """Suspect a customer who is paid much of what he spends for unconfirmed claims.

    What was awarded in the last 365 days is set against the annual sales. The score
    is the share of the awards that lies beyond the bound. Where the annual sales are
    unknown there is nothing to measure with, and nobody is suspected; an award in
    another currency than the sales proves nothing either and is left out.

    Args:
        most: Share of the annual sales that raises no suspicion.
        action: What follows.
        cap: The most that may still be given; with CAP only.

    Raises:
        InvalidValueError: A parameter cannot be; the message names the mend.

    Source: ours, after the value limits that returns desks keep beside their
        counters. That each claim is small proves nothing: the size of the possible
        gain was found to have no effect on who claims falsely (Wirtz & Kum 2004).
    """

    __tag__: ClassVar[str] = "ValueConcentration"

    most: Fraction = attrs.field(
        default=Fraction(1, 10), converter=checks.exact, validator=checks.unit_share
    )
    action: Action = attrs.field(
        default=Action.REVIEW,
        validator=parameters.check_graver_than_clear,
        kw_only=True,
    )
    cap: Money | None = attrs.field(
        default=None, validator=parameters.check_cap_fits_action, kw_only=True
    )

    def __call__(self, claim: Claim, /) -> Verdict:
        """Set what was awarded against what was spent."""
        sales = claim.customer.annual_sales if claim.customer else None
        if sales is None:
            return NO_SUSPICION
        paid: Weighed = [
            (on, award.minor)
            for on, award in list_unconfirmed_awards_of_year(claim)
            if award.currency == sales.currency
        ]
        awarded = sum(minor for _, minor in paid)
        bound = self.most * max(0, sales.minor)
        if awarded <= bound:
            return NO_SUSPICION
        return Verdict(
            action=self.action,
            score=share_beyond_bound(awarded, bound),
            reasons=(self._build_reason(awarded, sales),),
            cap=self.cap,
            expires_at=find_moment_within_bound_again(paid, bound, YEAR, claim.as_of),
        )

    def _build_reason(self, awarded: int, sales: Money) -> Reason:
        # The sum of many amounts may be more than one amount can be.
        shown = Money.from_minor(min(awarded, MAX_MINOR), sales.currency)
        return Reason(
            "value-concentration",
            f"{shown} awarded in a year for unconfirmed claims, against sales of "
            f"{sales}",
            {"awarded": shown, "annual_sales": sales, "most": self.most},
        )
