"""Policies made of policies: a closed set of frozen values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from itertools import takewhile
from typing import ClassVar, Final, TypeAlias, final

import attrs

from .._domain import checks, plugs
from .._domain.claim import Claim
from .._domain.closed import refuse_subclasses
from .._domain.money import Money, Rounding
from .._domain.reason import Fact, Reason
from .._domain.remedy import Award, Remedy, RemedyKind
from .adjustments import (
    add_reasons,
    award_rank,
    check_monetary_kind,
    check_money_not_negative,
    check_one_currency,
    check_share_not_negative,
    cut_award_to_cap,
    describe_cap_effect,
    find_worth_of_sums,
    multiply_award_sums,
    pool_awards,
    subtract_earlier_with_reason,
    worth_of_cheapest_choice,
    worth_or_zero,
)
from .base import (
    CompensationPolicy,
    ask_policy,
    check_policies,
    format_call,
    format_plug,
)
from .versions import check_version_policies, convert_to_sorted_versions

__all__ = [
    "BestOf",
    "Capped",
    "Combinator",
    "Dated",
    "First",
    "Floored",
    "Multiplied",
    "OnlyIf",
    "Owed",
    "SetOff",
    "SumOf",
]


@final
@refuse_subclasses
@attrs.frozen(repr=False)
class First:
    """The first of several policies that gives anything; the others are not asked."""

    __tag__: ClassVar[str] = "_First"
    maker: ClassVar[str] = "first"

    policies: tuple[CompensationPolicy, ...] = attrs.field(validator=check_policies)

    def __call__(self, claim: Claim, /) -> Award:
        """Return the award of the first policy that gives anything."""
        passed: list[Reason] = []
        for place, policy in enumerate(self.policies, 1):
            award = ask_policy(policy, claim)
            if not award.is_empty:
                read = {"chosen": place, "of": len(self.policies)}
                why = Reason("first", "the first policy that awards anything", read)
                return add_reasons(award, why, after=passed)
            passed += award.because
        why = Reason("first", "no policy awards anything", {"of": len(self.policies)})
        return add_reasons(Award.nothing(*passed), why)

    def __repr__(self) -> str:
        return format_call(self.maker, *self.policies)


@final
@refuse_subclasses
@attrs.frozen(repr=False)
class BestOf:
    """Of several policies the award that is worth most; among equals the earlier."""

    __tag__: ClassVar[str] = "_BestOf"
    maker: ClassVar[str] = "best_of"

    policies: tuple[CompensationPolicy, ...] = attrs.field(validator=check_policies)

    def __call__(self, claim: Claim, /) -> Award:
        """Return the award that is worth most, after asking all."""
        awards = [ask_policy(policy, claim) for policy in self.policies]
        told = pool_awards("best_of", awards).because
        best = max(awards, key=award_rank)
        read: dict[str, Fact] = {
            "chosen": next(n for n, award in enumerate(awards, 1) if award is best),
            "of": len(awards),
        }
        if best.worth is not None:
            read["worth"] = best.worth
        why = Reason("best-of", "the policy whose award is worth most", read)
        return add_reasons(best, why, after=told)

    def __repr__(self) -> str:
        return format_call(self.maker, *self.policies)


@final
@refuse_subclasses
@attrs.frozen(repr=False)
class SumOf:
    """What several policies award together."""

    __tag__: ClassVar[str] = "_SumOf"
    maker: ClassVar[str] = "sum_of"

    policies: tuple[CompensationPolicy, ...] = attrs.field(validator=check_policies)

    def __call__(self, claim: Claim, /) -> Award:
        """Return the awards of all policies as one."""
        awards = [ask_policy(policy, claim) for policy in self.policies]
        giving = sum(not award.is_empty for award in awards)
        read = {"giving": giving, "of": len(awards)}
        why = Reason("sum-of", "what all policies award together", read)
        return add_reasons(pool_awards("sum_of", awards), why)

    def __repr__(self) -> str:
        return format_call(self.maker, *self.policies)


@final
@refuse_subclasses
@attrs.frozen(repr=False)
class OnlyIf:
    """A policy that is asked only where a condition on the claim holds."""

    __tag__: ClassVar[str] = "_OnlyIf"
    maker: ClassVar[str] = "only_if"

    condition: Callable[[Claim], bool] = attrs.field(validator=checks.function)
    policy: CompensationPolicy = attrs.field(validator=checks.function)
    because: str = attrs.field(
        converter=checks.plain_text, validator=checks.text, kw_only=True
    )

    def __call__(self, claim: Claim, /) -> Award:
        """Return the award of the policy where the condition holds."""
        holds = self._holds(claim)
        why = Reason("only-if", self.because, {"holds": holds})
        return (
            add_reasons(ask_policy(self.policy, claim), why)
            if holds
            else Award.nothing(why)
        )

    def _holds(self, claim: Claim) -> bool:
        return plugs.ask(self.condition, claim, bool, claim.case_id)

    def __repr__(self) -> str:
        return format_call(
            self.maker, self.condition, self.policy, because=self.because
        )


@final
@refuse_subclasses
@attrs.frozen(repr=False)
class Dated:
    """Versions of a policy, each from its first day on."""

    __tag__: ClassVar[str] = "_Dated"
    maker: ClassVar[str] = "dated"

    versions: tuple[tuple[date, CompensationPolicy], ...] = attrs.field(
        converter=convert_to_sorted_versions, validator=check_version_policies
    )

    def __call__(self, claim: Claim, /) -> Award:
        """Return the award of the version in force on the day of the failure."""
        day = claim.failure_day
        begun = list(takewhile(lambda version: version[0] <= day, self.versions))
        if not begun:
            read = {"failure_day": day, "first": self.versions[0][0]}
            text = "no version was in force yet on the day of the failure"
            return Award.nothing(Reason("not-in-force", text, read))
        since, policy = begun[-1]
        read = {"failure_day": day, "since": since}
        text = "the version in force on the day of the failure"
        if claim.failure.occurred_on is None:
            text = "nobody told the day of the failure: the version of the opening day"
        return add_reasons(ask_policy(policy, claim), Reason("dated", text, read))

    def __repr__(self) -> str:
        pairs = (f"{day!r}: {format_plug(policy)}" for day, policy in self.versions)
        return f"{self.maker}({{{', '.join(pairs)}}})"


@final
@refuse_subclasses
@attrs.frozen(repr=False)
class Capped:
    """A policy that gives no more than a cap."""

    __tag__: ClassVar[str] = "_Capped"
    maker: ClassVar[str] = "capped"

    policy: CompensationPolicy = attrs.field(validator=checks.function)
    at: Money = attrs.field(validator=check_money_not_negative, kw_only=True)

    def __call__(self, claim: Claim, /) -> Award:
        """Return the award, cut so that no choice is above the cap."""
        award = ask_policy(self.policy, claim)
        was, cap = award.worth, self.at
        if was is None:
            return award
        check_one_currency("capped", was, cap)
        kept = award if was <= cap else cut_award_to_cap(award, cap)
        now = worth_or_zero(kept, cap.currency)
        read = {"cap": cap, "was": was, "now": now}
        return add_reasons(
            kept, Reason("capped", describe_cap_effect(cap, was, now), read)
        )

    def __repr__(self) -> str:
        return format_call(self.maker, self.policy, at=self.at)


@final
@refuse_subclasses
@attrs.frozen(repr=False)
class Floored:
    """A policy that gives no less than a floor, where it gives anything."""

    __tag__: ClassVar[str] = "_Floored"
    maker: ClassVar[str] = "floored"

    policy: CompensationPolicy = attrs.field(validator=checks.function)
    at: Money = attrs.field(validator=check_money_not_negative, kw_only=True)
    kind: RemedyKind = attrs.field(
        default=RemedyKind.CASH, validator=check_monetary_kind, kw_only=True
    )

    def __call__(self, claim: Claim, /) -> Award:
        """Return the award, raised to the floor where it is below."""
        award = ask_policy(self.policy, claim)
        if award.is_empty:
            return award
        floor, was = self.at, worth_of_cheapest_choice(award, self.at.currency)
        check_one_currency("floored", was, floor)
        read = {"floor": floor, "was": was, "now": max(was, floor)}
        if was >= floor:
            return add_reasons(award, Reason("floored", "at or above the floor", read))
        more = Remedy(self.kind, floor - was, what="up to the floor")
        raised = attrs.evolve(award, amends=(*award.amends, more))
        return add_reasons(raised, Reason("floored", "raised to the floor", read))

    def __repr__(self) -> str:
        return format_call(self.maker, self.policy, at=self.at, kind=self.kind)


@final
@refuse_subclasses
@attrs.frozen(repr=False)
class SetOff:
    """A policy less what was given earlier on the case."""

    __tag__: ClassVar[str] = "_SetOff"
    maker: ClassVar[str] = "set_off"

    policy: CompensationPolicy = attrs.field(validator=checks.function)

    def __call__(self, claim: Claim, /) -> Award:
        """Return the award less what was given before, currency by currency."""
        award = ask_policy(self.policy, claim)
        was = award.worth
        if was is None:
            return award
        for earlier in claim.already_given.values():
            check_one_currency("set_off", was, earlier)
            award = subtract_earlier_with_reason(award, earlier)
        return award

    def __repr__(self) -> str:
        return format_call(self.maker, self.policy)


@final
@refuse_subclasses
@attrs.frozen(repr=False)
class Multiplied:
    """A fixed share of every sum of a policy."""

    __tag__: ClassVar[str] = "_Scaled"
    maker: ClassVar[str] = "scaled"

    policy: CompensationPolicy = attrs.field(validator=checks.function)
    share: Fraction = attrs.field(
        converter=checks.exact, validator=check_share_not_negative
    )
    rounding: Rounding = attrs.field(validator=checks.of_type(Rounding), kw_only=True)

    def __call__(self, claim: Claim, /) -> Award:
        """Return the award with the share of every sum."""
        award = ask_policy(self.policy, claim)
        was = find_worth_of_sums(award)
        if was is None:
            return award
        part = multiply_award_sums(award, self.share, self.rounding)
        now = find_worth_of_sums(part) or Money.zero(was.currency)
        read: dict[str, Fact] = {"share": self.share}
        read |= {"was": was, "now": now}
        return add_reasons(part, Reason("scaled", "a share of every sum", read))

    def __repr__(self) -> str:
        share = str(self.share)
        return format_call(self.maker, self.policy, share, rounding=self.rounding)


_ALL: Final = Fraction(1)


@final
@refuse_subclasses
@attrs.frozen(repr=False)
class Owed:
    """The share of every sum of a policy that the company owes."""

    __tag__: ClassVar[str] = "_Owed"
    maker: ClassVar[str] = "owed"

    policy: CompensationPolicy = attrs.field(validator=checks.function)
    rounding: Rounding = attrs.field(validator=checks.of_type(Rounding), kw_only=True)

    def __call__(self, claim: Claim, /) -> Award:
        """Return the award with the owed share of every sum."""
        award = ask_policy(self.policy, claim)
        was = find_worth_of_sums(award)
        if was is None or claim.owed == _ALL:
            return award
        part = multiply_award_sums(award, claim.owed, self.rounding)
        now = find_worth_of_sums(part) or Money.zero(was.currency)
        read: dict[str, Fact] = {"owed": claim.owed}
        read |= {"was": was, "now": now, "waived": was - now}
        text = "the rest of every sum is waived: the company owes only its share"
        return add_reasons(part, Reason("owed", text, read))

    def __repr__(self) -> str:
        return format_call(self.maker, self.policy, rounding=self.rounding)


Combinator: TypeAlias = (
    First
    | BestOf
    | SumOf
    | OnlyIf
    | Dated
    | Capped
    | Floored
    | SetOff
    | Multiplied
    | Owed
)
"""Every combinator there is."""
