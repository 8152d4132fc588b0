"""Who was failed, and what lies between them and the company."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import attrs

from . import checks
from .money import Money, check_money_not_negative_or_none


@attrs.frozen
class PastClaim:
    """Remember one earlier claim.

    Args:
        on: The day it was made.
        awarded: What was given for it.
        was_confirmed: Whether the failure behind it was found to be real; a
            confirmed claim tells of a victim, never of an abuser.
        what: One line on what it was about.
    """

    on: date = attrs.field(validator=checks.day)
    awarded: Money | None = attrs.field(
        default=None, validator=check_money_not_negative_or_none, kw_only=True
    )
    was_confirmed: bool = attrs.field(
        default=False, validator=checks.of_type(bool), kw_only=True
    )
    what: str | None = attrs.field(
        default=None, validator=checks.maybe_text, kw_only=True
    )


@attrs.frozen
class Customer:
    """The customer who was failed, with the history of the relationship.

    Args:
        id: The customer's identity in the caller's system.
        since: First day of the relationship.
        tier: Loyalty tier, in the caller's words.
        encounters: How often the service was used: the exposure that claims are
            measured against; None where nobody counted.
        claims: Earlier claims, in any order.
        annual_sales: What the customer spends in a year.
        annual_margin: What of it is left to the company.
        is_leaving: Whether the customer is about to go to a rival.
    """

    id: str = attrs.field(validator=checks.text)
    since: date | None = attrs.field(
        default=None, validator=checks.maybe_day, kw_only=True
    )
    tier: str | None = attrs.field(
        default=None, validator=checks.maybe_text, kw_only=True
    )
    encounters: int | None = attrs.field(
        default=None, validator=checks.maybe_at_least(0), kw_only=True
    )
    claims: tuple[PastClaim, ...] = attrs.field(
        default=(),
        validator=checks.tuple_of(PastClaim),
        kw_only=True,
    )
    annual_sales: Money | None = attrs.field(
        default=None, validator=checks.maybe(Money), kw_only=True
    )
    annual_margin: Money | None = attrs.field(
        default=None, validator=checks.maybe(Money), kw_only=True
    )
    is_leaving: bool = attrs.field(
        default=False, validator=checks.of_type(bool), kw_only=True
    )

    def claims_within(self, window: timedelta, until: date) -> Iterator[PastClaim]:
        """Walk the claims made in the window that ends on a day.

        Args:
            window: Length of the window; a claim exactly that old is outside.
            until: Last day of the window, inside it.
        """
        # Ages, not the first day: that would leave the calendar for a long window.
        return (c for c in self.claims if timedelta() <= until - c.on < window)
