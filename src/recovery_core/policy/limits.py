"""Policies that change the amount of another one: caps, floors, shares, set-off."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

import attrs

from .._domain import checks
from .._domain.claim import Claim
from .._domain.money import Money, Rounding
from .._domain.reason import Fact, Reason
from .._domain.remedy import Award, Remedy, RemedyKind, total
from ..errors import InvalidValueError
from ._awards import because, less, one_currency, values, within
from .base import CompensationPolicy, ask, written

__all__ = ["capped", "floored", "owed", "scaled", "set_off"]


def not_negative(instance: Any, attribute: Any, value: Any) -> None:
    """Demand an amount of money from nothing up."""
    if not isinstance(value, Money) or value.minor < 0:
        raise InvalidValueError(
            f"{attribute.name} cannot be {value!r}: give Money of 0 or more, such as "
            'Money("20.00", "EUR")'
        )


def monetary(instance: Any, attribute: Any, value: Any) -> None:
    """Demand a kind of remedy that is money, or as good as."""
    if not isinstance(value, RemedyKind) or not value.is_monetary:
        raise InvalidValueError(
            f"{attribute.name} cannot be {value!r}: give RemedyKind.CASH, REFUND or "
            "CREDIT"
        )


def _worth(award: Award, currency: str) -> Money:
    return award.worth or Money.zero(currency)


@attrs.frozen(repr=False)
class _Capped:
    policy: CompensationPolicy = attrs.field(validator=checks.function)
    at: Money = attrs.field(validator=not_negative, kw_only=True)

    def __call__(self, claim: Claim, /) -> Award:
        award = ask(self.policy, claim)
        was, cap = award.worth, self.at
        if was is None:
            return award
        one_currency("capped", was, cap)
        kept = award if was <= cap else within(award, cap)
        now = _worth(kept, cap.currency)
        read = {"cap": cap, "was": was, "now": now}
        return because(kept, Reason("capped", _against(cap, was, now), read))

    def __repr__(self) -> str:
        return written("capped", self.policy, at=self.at)


def _against(cap: Money, was: Money, now: Money) -> str:
    if now > cap:
        return "above the cap stands only what no cap may touch"
    return "within the cap" if was <= cap else "cut to the cap"


def capped(policy: CompensationPolicy, *, at: Money) -> CompensationPolicy:
    """Give no more than a cap, whichever alternative the customer chooses.

    The amends are cut first, from the last to the first; then each alternative. Only
    sums can be cut; a thing that does not fit is left out. What the law grants,
    care and explanations are never cut: where they alone are above the cap, the
    reason says so.

    Args:
        policy: What is capped.
        at: The most that any choice may be worth.

    Returns:
        A policy. It raises `PolicyError` for an award in another currency.

    Raises:
        InvalidValueError: The cap is no Money or below 0, or the policy is no
            function.

    Source: ours, after the compositions that published schedules use.
    """
    return _Capped(policy, at=at)


@attrs.frozen(repr=False)
class _Floored:
    policy: CompensationPolicy = attrs.field(validator=checks.function)
    at: Money = attrs.field(validator=not_negative, kw_only=True)
    kind: RemedyKind = attrs.field(
        default=RemedyKind.CASH, validator=monetary, kw_only=True
    )

    def __call__(self, claim: Claim, /) -> Award:
        award = ask(self.policy, claim)
        if award.is_empty:
            return award
        floor, was = self.at, _least_choice(award, self.at.currency)
        one_currency("floored", was, floor)
        read = {"floor": floor, "was": was, "now": max(was, floor)}
        if was >= floor:
            return because(award, Reason("floored", "at or above the floor", read))
        more = Remedy(self.kind, floor - was, what="up to the floor")
        raised = attrs.evolve(award, amends=(*award.amends, more))
        return because(raised, Reason("floored", "raised to the floor", read))

    def __repr__(self) -> str:
        return written("floored", self.policy, at=self.at, kind=self.kind)


def _least_choice(award: Award, currency: str) -> Money:
    """Add up what the customer gets who makes the cheapest choice with a value."""
    parts = values(award.amends)
    choices = values(award.alternatives)
    if choices:
        parts.append(min(choices))
    return total(parts) or Money.zero(currency)


def floored(
    policy: CompensationPolicy, *, at: Money, kind: RemedyKind = RemedyKind.CASH
) -> CompensationPolicy:
    """Give no less than a floor where anything is given at all.

    What is short of the floor is added to the amends. It is measured at the cheapest
    alternative that has a value, so that every such choice reaches the floor.

    Args:
        policy: What is raised; where it gives nothing, nothing is given.
        at: The least that a choice may be worth.
        kind: What the difference is given as: cash, refund or credit.

    Returns:
        A policy. It raises `PolicyError` for an award in another currency.

    Raises:
        InvalidValueError: The floor is no Money or below 0, the kind is no money, or
            the policy is no function.

    Source: ours, after the compositions that published schedules use.
    """
    return _Floored(policy, at=at, kind=kind)


@attrs.frozen(repr=False)
class _SetOff:
    policy: CompensationPolicy = attrs.field(validator=checks.function)

    def __call__(self, claim: Claim, /) -> Award:
        award = ask(self.policy, claim)
        was = award.worth
        if was is None:
            return award
        for earlier in claim.already_given.values():
            one_currency("set_off", was, earlier)
            award = _without(award, earlier)
        return award

    def __repr__(self) -> str:
        return written("set_off", self.policy)


def _without(award: Award, earlier: Money) -> Award:
    was, rest = _worth(award, earlier.currency), less(award, earlier)
    now = _worth(rest, earlier.currency)
    read = {"earlier": earlier, "was": was, "now": now}
    text = "what was given earlier on this case is taken off"
    return because(rest, Reason("set-off", text, read))


def set_off(policy: CompensationPolicy) -> CompensationPolicy:
    """Take off what was given earlier on the case, so that nothing is paid twice.

    Every choice is worth that much less: it comes off the amends, from the last to
    the first, then off each alternative. What is covered whole disappears. Only sums
    can be covered in part; a thing worth more than what is left to take off stays
    whole, for a meal voucher pays no part of a new laptop. Care stands besides: it
    is neither taken off nor counted as given.

    Args:
        policy: What it is taken off from, statutory or not.

    Returns:
        A policy. It raises `PolicyError` where something was given in another
        currency.

    Raises:
        InvalidValueError: The policy is no function.

    Source: Regulation (EC) 261/2004, art. 12, on further compensation.
    """
    return _SetOff(policy)


def _times(
    remedies: tuple[Remedy, ...], share: Fraction, rounding: Rounding
) -> tuple[Remedy, ...]:
    """Multiply every sum; what comes to nothing is left out."""
    kept: list[Remedy] = []
    for remedy in remedies:
        if remedy.value is None or not remedy.is_divisible:
            kept.append(remedy)
        elif part := remedy.value.times(share, rounding=rounding):
            kept.append(attrs.evolve(remedy, value=part))
    return tuple(kept)


def _sums(award: Award) -> Money | None:
    """Add up the most it can cost in sums alone, leaving things out."""
    alternatives = tuple(r for r in award.alternatives if r.is_divisible)
    amends = tuple(r for r in award.amends if r.is_divisible)
    return Award(alternatives, amends).worth


def _multiplied(award: Award, share: Fraction, rounding: Rounding) -> Award:
    alternatives = _times(award.alternatives, share, rounding)
    return attrs.evolve(
        award,
        alternatives=tuple(dict.fromkeys(alternatives)),
        amends=_times(award.amends, share, rounding),
    )


def _share(instance: Any, attribute: Any, value: Fraction) -> None:
    if value < 0:
        raise InvalidValueError(f"a share cannot be {value}: give 0 or more")


@attrs.frozen(repr=False)
class _Scaled:
    policy: CompensationPolicy = attrs.field(validator=checks.function)
    share: Fraction = attrs.field(converter=checks.exact, validator=_share)
    rounding: Rounding = attrs.field(validator=checks.of_type(Rounding), kw_only=True)

    def __call__(self, claim: Claim, /) -> Award:
        award = ask(self.policy, claim)
        was = _sums(award)
        if was is None:
            return award
        part = _multiplied(award, self.share, self.rounding)
        now = _sums(part) or Money.zero(was.currency)
        read: dict[str, Fact] = {"share": self.share}
        read |= {"was": was, "now": now}
        return because(part, Reason("scaled", "a share of every sum", read))

    def __repr__(self) -> str:
        share = str(self.share)
        return written("scaled", self.policy, share, rounding=self.rounding)


def scaled(
    policy: CompensationPolicy, share: Fraction | int | str, *, rounding: Rounding
) -> CompensationPolicy:
    """Give a fixed share of every sum, such as half, or one and a half times.

    Args:
        policy: What is multiplied: cash, refunds, credits, discounts of a sum.
        share: From 0 up, exact: ``"1/2"``, ``"1.5"``, an int or a Fraction.
        rounding: What becomes of parts of a minor unit.

    Returns:
        A policy. What comes to nothing is left out of its award.

    Raises:
        InvalidValueError: The share is not exact or below 0, the rounding is none,
            or the policy is no function.

    Source: ours, after the compositions that published schedules use.
    """
    return _Scaled(policy, share, rounding=rounding)


_ALL: Final = Fraction(1)


@attrs.frozen(repr=False)
class _Owed:
    policy: CompensationPolicy = attrs.field(validator=checks.function)
    rounding: Rounding = attrs.field(validator=checks.of_type(Rounding), kw_only=True)

    def __call__(self, claim: Claim, /) -> Award:
        award = ask(self.policy, claim)
        was = _sums(award)
        if was is None or claim.owed == _ALL:
            return award
        part = _multiplied(award, claim.owed, self.rounding)
        now = _sums(part) or Money.zero(was.currency)
        read: dict[str, Fact] = {"owed": claim.owed}
        read |= {"was": was, "now": now, "waived": was - now}
        text = "the rest of every sum is waived: the company owes only its share"
        return because(part, Reason("owed", text, read))

    def __repr__(self) -> str:
        return written("owed", self.policy, rounding=self.rounding)


def owed(policy: CompensationPolicy, *, rounding: Rounding) -> CompensationPolicy:
    """Give the share of every sum that the company owes by its rule of liability.

    Things, care and explanations stay whole: blame withholds none of them.

    Args:
        policy: What is multiplied by `Claim.owed`; with all owed it stays as it is.
        rounding: What becomes of parts of a minor unit.

    Returns:
        A policy. What comes to nothing is left out; its reason states what was
        waived.

    Raises:
        InvalidValueError: The rounding is none, or the policy is no function.

    Source: ours, after the compositions that published schedules use.
    """
    return _Owed(policy, rounding=rounding)
