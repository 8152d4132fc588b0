"""The classics of practice as ready policies, and a check against tokens."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, ClassVar

import attrs

from .._domain import checks
from .._domain.claim import Claim
from .._domain.failure import Origin, Resource
from .._domain.money import Money
from .._domain.reason import Fact, Reason
from .._domain.remedy import Award, Remedy, RemedyKind
from ..errors import InvalidValueError, PolicyError
from .adjustments import (
    add_reasons,
    check_monetary_kind,
    check_money_not_negative,
    check_one_currency,
    fit_to_room_or_none,
    list_values,
    pool_awards,
)
from .base import CompensationPolicy, ask_policy

__all__ = [
    "Reimbursement",
    "ReplacementNotRepair",
    "SpendingLimit",
    "StandingDiscount",
    "TangibleForArchitecture",
    "check_not_token",
]


def _find_stated_price(claim: Claim) -> Money | None:
    """Return the customer's stated price, where it is more than nothing."""
    loss = claim.failure.loss
    return loss if loss is not None and loss.minor > 0 else None


_NO_LOSS = Reason("no-stated-loss", "nobody stated what was lost")


@attrs.frozen
class SpendingLimit:
    """Make good what was lost or asked for, up to a set sum an incident, unasked.

    The remedy that the customer named goes first, where it has a value; else the
    stated loss is refunded. No proof is asked for, and no blame. What the case was
    given before counts against the limit, care included. A thing that does not fit
    in what is left is given as cash up to it.

    Args:
        limit: The most that one incident may cost.

    Raises:
        InvalidValueError: The limit is no Money or below 0.

    Example:
        >>> SpendingLimit(Money("2000.00", "USD")).limit
        Money('2000.00', 'USD')

    Source: a fixed sum for each employee to fix a problem, no questions asked, as
        hotels made it known; The Ritz-Carlton is said to allow up to USD 2,000 a
        guest. Sources disagree whether per incident or per day: this is per incident,
        and `Grant` knows both.
    """

    __tag__: ClassVar[str] = "SpendingLimit"

    limit: Money = attrs.field(validator=check_money_not_negative)

    def __call__(self, claim: Claim, /) -> Award:
        """Return the remedy asked for, or the stated loss, as far as the limit goes."""
        wanted = _find_wanted_remedy(claim)
        if wanted is None or wanted.value is None:
            return Award.nothing(_NO_LOSS)
        check_one_currency("SpendingLimit", wanted.value, self.limit)
        left = self._limit_left(claim)
        read = {"limit": self.limit, "left": left, "wanted": wanted.value}
        why = Reason("spending-limit", "made good up to the limit, unasked", read)
        given = fit_to_room_or_none(wanted, left)
        if given is None and left.minor > 0:
            given = Remedy(RemedyKind.CASH, left, what=wanted.what)
        return Award(() if given is None else (given,), because=(why,))

    def _limit_left(self, claim: Claim) -> Money:
        """Return the limit less all that was given earlier on the case; at least 0."""
        left = self.limit
        for earlier in list_values(claim.earlier):
            check_one_currency("SpendingLimit", earlier, self.limit)
            left -= earlier
        return max(left, Money.zero(left.currency))


def _find_wanted_remedy(claim: Claim) -> Remedy | None:
    """Return the remedy asked for, else a refund of the loss; None without a value."""
    asked, loss = claim.asked_for, _find_stated_price(claim)
    if asked is not None and asked.value is not None:
        # Asking makes nothing a right, and no limit is lifted by claiming one.
        return attrs.evolve(asked, is_statutory=False)
    return None if loss is None else Remedy(RemedyKind.REFUND, loss)


@attrs.frozen
class Reimbursement:
    """Pay back the price that the customer states; no proof is demanded.

    Args:
        kind: What it is paid back as: refund, cash or credit.

    Raises:
        InvalidValueError: The kind is no money.

    Source: retail practice of taking the customer's word for the price; being
        believed is itself the surprise.
    """

    __tag__: ClassVar[str] = "Reimbursement"

    kind: RemedyKind = attrs.field(
        default=RemedyKind.REFUND, validator=check_monetary_kind
    )

    def __call__(self, claim: Claim, /) -> Award:
        """Return the stated loss back, as an alternative that meets the need."""
        loss = _find_stated_price(claim)
        if loss is None:
            return Award.nothing(_NO_LOSS)
        why = Reason("reimbursement", "the stated price, unproved", {"loss": loss})
        return Award((Remedy(self.kind, loss),), because=(why,))


def _check_positive_timedelta(instance: Any, attribute: Any, value: Any) -> None:
    """Refuse what is no timedelta above zero; an attrs validator."""
    if not isinstance(value, timedelta) or value <= timedelta():
        raise InvalidValueError(
            f"{attribute.name} cannot be {value!r}: give a timedelta, such as "
            "timedelta(days=30)"
        )


@attrs.frozen
class ReplacementNotRepair:
    """Replace a product that failed soon after it was bought, instead of mending it.

    Repaying in kind what was lost works best: a product for a product. After the
    period the product is repaired.

    Args:
        within: The period; a failure on its last day is inside.
        bought_on: Name of the fact that holds the day of purchase.

    Raises:
        InvalidValueError: The period is none, or the name is no text.

    Source: retail practice (a laptop that failed after two weeks, replaced unasked);
        Roschk & Gelbrich (2014) for repaying in kind. 30 days: the short-term right
        to reject of the UK Consumer Rights Act 2015, s. 22.
    """

    __tag__: ClassVar[str] = "ReplacementNotRepair"

    within: timedelta = attrs.field(
        default=timedelta(days=30), validator=_check_positive_timedelta
    )
    bought_on: str = attrs.field(
        default="bought_on",
        converter=checks.plain_text,
        validator=checks.text,
        kw_only=True,
    )

    def __call__(self, claim: Claim, /) -> Award:
        """Offer a new one within the period, a repair after it."""
        if claim.failure.kind.resource is not Resource.PRODUCT:
            return Award.nothing(Reason("no-product", "no product was lost"))
        bought = self._find_purchase_day(claim)
        if bought is None or bought > claim.failure_day:
            text = "nobody recorded a day of purchase before the failure"
            return Award.nothing(Reason("no-purchase-day", text))
        failed = claim.failure_day
        read: dict[str, Fact] = {
            "bought_on": bought,
            "failed_on": failed,
            "within": self.within,
        }
        if failed - bought > self.within:
            why = Reason("repair", "it failed after the period", read)
            return Award((Remedy(RemedyKind.REPAIR),), because=(why,))
        new = Remedy(RemedyKind.REPLACEMENT, _find_stated_price(claim))
        why = Reason("replacement", "it failed within the period", read)
        return Award((new,), because=(why,))

    def _find_purchase_day(self, claim: Claim) -> date | None:
        """Return the day of purchase on record; None where there is none."""
        day = claim.failure.facts.get(self.bought_on)
        if day is None or type(day) is date:
            return day
        if isinstance(day, datetime):
            return day.date()
        raise PolicyError(
            f"fact {self.bought_on!r} cannot be {day!r}: give the day of purchase as "
            "a date"
        )


@attrs.frozen
class StandingDiscount:
    """A discount on all that is still to come, for a customer about to leave.

    It looks ahead: it makes up for no single failure, and is no amount of money.

    Args:
        basis_points: The rate.

    Units:
        basis points (1/10000): 2000 is 20 %.

    Raises:
        InvalidValueError: The rate is no int from 1 to 10000.

    Source: service practice: 20 % off every further visit, offered to a customer
        about to change to a nearer rival.
    """

    __tag__: ClassVar[str] = "StandingDiscount"

    basis_points: int = attrs.field(default=2000)

    def __attrs_post_init__(self) -> None:
        """Refuse a rate that no discount can have."""
        self._discount()

    def _discount(self) -> Remedy:
        return Remedy(
            RemedyKind.DISCOUNT,
            what="standing, on all that is still to come",
            basis_points=self.basis_points,
        )

    def __call__(self, claim: Claim, /) -> Award:
        """Return the discount if the customer is about to leave."""
        leaving = claim.customer is not None and claim.customer.is_leaving
        read = {"is_leaving": leaving}
        if not leaving:
            text = "the customer is not known to be leaving"
            return Award.nothing(Reason("not-leaving", text, read))
        why = Reason("standing-discount", "the customer is about to leave", read)
        return Award(amends=(self._discount(),), because=(why,))


def _has_tangible_remedy(award: Award) -> bool:
    return any(remedy.kind.is_tangible for remedy in award.remedies)


@attrs.frozen
class TangibleForArchitecture:
    """Demand something tangible where the service was built to fail.

    A slip can be excused; a flaw in the architecture of the service cannot. Where
    the award holds nothing tangible, the remedies of a fallback are added.

    Args:
        policy: Asked for every claim.
        fallback: Asked besides, where an architecture failure would get nothing
            tangible.

    Raises:
        InvalidValueError: One of the two is no function.

    Source: service-management practice: failures of the service's architecture call
        for tangible compensation, a person's slips less so.
    """

    __tag__: ClassVar[str] = "TangibleForArchitecture"

    policy: CompensationPolicy = attrs.field(validator=checks.function)
    fallback: CompensationPolicy = attrs.field(validator=checks.function)

    def __call__(self, claim: Claim, /) -> Award:
        """Return the policy's award, with something tangible where that is due."""
        award = ask_policy(self.policy, claim)
        origin = claim.failure.kind.origin
        if origin is not Origin.ARCHITECTURE or _has_tangible_remedy(award):
            return award
        more = ask_policy(self.fallback, claim)
        whole = pool_awards("TangibleForArchitecture", (award, more))
        read: dict[str, Fact] = {
            "origin": str(origin),
            "is_tangible": _has_tangible_remedy(more),
        }
        text = "a failure of the architecture demands something tangible"
        return add_reasons(whole, Reason("tangible-due", text, read))


def check_not_token(
    award: Award, claim: Claim, least: Fraction | int | str = "1/10"
) -> tuple[Reason, ...]:
    """Return why an award is only a token; a token is not recovery.

    Args:
        award: What is to be given.
        claim: The claim it answers.
        least: The least share of the stated loss that is more than a token; exact.

    Returns:
        Every reason: nothing tangible in it, or worth less than that share of the
        loss. None where it is more than a token, or where its worth or the loss is
        not known.

    Raises:
        InvalidValueError: The share is not exact or below 0.
        PolicyError: The loss and the award are in two currencies.

    Example:
        >>> from datetime import UTC
        >>> from recovery_core import ServiceFailure
        >>> lost = ServiceFailure("bag lost", loss=Money("100.00", "EUR"))
        >>> claim = Claim(lost, datetime(2026, 5, 1, tzinfo=UTC))
        >>> mug = Award(amends=(Remedy(RemedyKind.CASH, Money("9.99", "EUR")),))
        >>> [reason.code for reason in check_not_token(mug, claim)]
        ['token-too-small']

    Source: service-management practice: perfunctory compensation misses, however
        sincerely it is meant. The share is a convention of this library.
    """
    share = checks.exact(least)
    if share < 0:
        raise InvalidValueError(f"least cannot be {share}: give 0 or more")
    found: list[Reason] = []
    if not _has_tangible_remedy(award):
        text = "nothing in it mends or repays"
        found.append(Reason("token-nothing-tangible", text))
    loss, worth = _find_stated_price(claim), award.worth
    # Something tangible of unknown worth may be worth more than any share.
    is_measured = all(r.value for r in award.remedies if r.kind.is_tangible)
    if loss is not None and worth is not None and is_measured:
        check_one_currency("check_not_token", worth, loss)
        if worth.ratio(loss) < share:
            read: dict[str, Fact] = {"worth": worth, "loss": loss, "least": share}
            text = f"it is worth less than {share} of what was lost"
            found.append(Reason("token-too-small", text, read))
    return tuple(found)
