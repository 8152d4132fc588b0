"""Policies made of policies: which one speaks, and from when on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from itertools import takewhile
from typing import Any, cast

import attrs

from .._domain import checks, plugs
from .._domain.claim import Claim
from .._domain.reason import Fact, Reason
from .._domain.remedy import Award
from ..errors import InvalidValueError
from ._awards import because, pooled
from .base import CompensationPolicy, ask, functions, shown, written

__all__ = ["best_of", "dated", "first", "only_if", "sum_of"]


@attrs.frozen(repr=False)
class _First:
    policies: tuple[CompensationPolicy, ...] = attrs.field(validator=functions)

    def __call__(self, claim: Claim, /) -> Award:
        passed: list[Reason] = []
        for place, policy in enumerate(self.policies, 1):
            award = ask(policy, claim)
            if not award.is_empty:
                read = {"chosen": place, "of": len(self.policies)}
                why = Reason("first", "the first policy that awards anything", read)
                return because(award, why, after=passed)
            passed += award.because
        why = Reason("first", "no policy awards anything", {"of": len(self.policies)})
        return because(Award.nothing(*passed), why)

    def __repr__(self) -> str:
        return written("first", *self.policies)


def first(*policies: CompensationPolicy) -> CompensationPolicy:
    """Ask policies in turn; give what the first one gives that gives anything.

    Args:
        policies: In the order they are asked; those behind the one are not.

    Returns:
        A policy. Its award also says why the ones before gave nothing.

    Raises:
        InvalidValueError: There is no policy, or one is no function.

    Example:
        >>> def goodwill(claim):
        ...     return Award.nothing()
        >>> first(goodwill, lambda claim: Award())
        first(goodwill, <lambda>)

    Source: ours, after the compositions that published schedules use.
    """
    return _First(policies)


def _rank(award: Award) -> tuple[bool, int]:
    """Rank by worth; what has no value ranks below all that has, above nothing."""
    return not award.is_empty, award.worth.minor if award.worth else 0


@attrs.frozen(repr=False)
class _BestOf:
    policies: tuple[CompensationPolicy, ...] = attrs.field(validator=functions)

    def __call__(self, claim: Claim, /) -> Award:
        awards = [ask(policy, claim) for policy in self.policies]
        told = pooled("best_of", awards).because
        best = max(awards, key=_rank)
        read: dict[str, Fact] = {
            "chosen": next(n for n, award in enumerate(awards, 1) if award is best),
            "of": len(awards),
        }
        if best.worth is not None:
            read["worth"] = best.worth
        why = Reason("best-of", "the policy whose award is worth most", read)
        return because(best, why, after=told)

    def __repr__(self) -> str:
        return written("best_of", *self.policies)


def best_of(*policies: CompensationPolicy) -> CompensationPolicy:
    """Give the award that is worth most; among equals the earlier.

    Args:
        policies: All of them are asked. An award without a value in money ranks
            below every award that has one, and above an empty one.

    Returns:
        A policy. It raises `PolicyError` where two awards are in two currencies.

    Raises:
        InvalidValueError: There is no policy, or one is no function.

    Source: ours, after the compositions that published schedules use.
    """
    return _BestOf(policies)


@attrs.frozen(repr=False)
class _SumOf:
    policies: tuple[CompensationPolicy, ...] = attrs.field(validator=functions)

    def __call__(self, claim: Claim, /) -> Award:
        awards = [ask(policy, claim) for policy in self.policies]
        giving = sum(not award.is_empty for award in awards)
        read = {"giving": giving, "of": len(awards)}
        why = Reason("sum-of", "what all policies award together", read)
        return because(pooled("sum_of", awards), why)

    def __repr__(self) -> str:
        return written("sum_of", *self.policies)


def sum_of(*policies: CompensationPolicy) -> CompensationPolicy:
    """Give what all policies give: the alternatives joined, the amends added.

    Alternatives are joined because the customer chooses one of them in any case; one
    that two policies offer stands once. The offer stands as long as its shortest
    part.

    Args:
        policies: All of them are asked.

    Returns:
        A policy. It raises `PolicyError` where two awards are in two currencies.

    Raises:
        InvalidValueError: There is no policy, or one is no function.

    Source: ours, after the compositions that published schedules use.
    """
    return _SumOf(policies)


@attrs.frozen(repr=False)
class _OnlyIf:
    condition: Callable[[Claim], bool] = attrs.field(validator=checks.function)
    policy: CompensationPolicy = attrs.field(validator=checks.function)
    because: str = attrs.field(
        converter=checks.plain_text, validator=checks.text, kw_only=True
    )

    def __call__(self, claim: Claim, /) -> Award:
        holds = self._holds(claim)
        why = Reason("only-if", self.because, {"holds": holds})
        return because(ask(self.policy, claim), why) if holds else Award.nothing(why)

    def _holds(self, claim: Claim) -> bool:
        return plugs.ask(self.condition, claim, bool, claim.case_id)

    def __repr__(self) -> str:
        return written("only_if", self.condition, self.policy, because=self.because)


def only_if(
    condition: Callable[[Claim], bool], policy: CompensationPolicy, *, because: str
) -> CompensationPolicy:
    """Ask a policy only where a condition holds; else give nothing, and say so.

    Args:
        condition: A function of the claim; answers True or False and nothing else.
        policy: Asked where it holds.
        because: The condition in words, such as ``"the customer is a member"``.

    Returns:
        A policy. Its reason reads ``holds`` as True or False.

    Raises:
        InvalidValueError: One of the two is no function, or there are no words.

    Source: ours, after the compositions that published schedules use.
    """
    return _OnlyIf(condition, policy, because=because)


def _by_day(versions: Any) -> tuple[tuple[date, CompensationPolicy], ...]:
    if not isinstance(versions, Mapping) or not versions:
        raise InvalidValueError(
            f"versions cannot be {versions!r}: give at least one policy by its first "
            "day, such as {date(2026, 1, 1): policy}"
        )
    begun = cast("Mapping[date, CompensationPolicy]", versions)
    for day in begun:
        _check_day(day)
    return tuple(sorted(begun.items(), key=lambda pair: pair[0]))


def _check_day(day: object) -> None:
    # A datetime is a date to Python, but it cannot be compared with one.
    if type(day) is not date:
        raise InvalidValueError(
            f"a version cannot begin on {day!r}: give a date, with no time of day"
        )


def _in_force(instance: Any, attribute: Any, value: Any) -> None:
    for _, policy in value:
        checks.function(instance, attribute, policy)


@attrs.frozen(repr=False)
class _Dated:
    versions: tuple[tuple[date, CompensationPolicy], ...] = attrs.field(
        converter=_by_day, validator=_in_force
    )

    def __call__(self, claim: Claim, /) -> Award:
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
        return because(ask(policy, claim), Reason("dated", text, read))

    def __repr__(self) -> str:
        pairs = (f"{day!r}: {shown(policy)}" for day, policy in self.versions)
        return f"dated({{{', '.join(pairs)}}})"


def dated(versions: Mapping[date, CompensationPolicy]) -> CompensationPolicy:
    """Pick the version that was in force on the day of the failure.

    Args:
        versions: Each policy by its first day, which is inside; it stays in force
            until the day before the next one.

    Returns:
        A policy. Before the first version it gives nothing, and says so.

    Raises:
        InvalidValueError: There is no version, a day is no date, or a policy is no
            function.

    Source: 14 CFR 250.5, whose limits each hold from an effective date on.
    """
    return _Dated(versions)
