"""Policies that give one award, and strategies for awards and combinators."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
from hypothesis import strategies as st

from recovery_core._domain.claim import Claim
from recovery_core._domain.failure import ServiceFailure
from recovery_core._domain.money import Money, Rounding
from recovery_core._domain.reason import Reason
from recovery_core._domain.remedy import Award, Remedy, RemedyKind, total
from recovery_core.policy import (
    best_of,
    capped,
    dated,
    first,
    floored,
    only_if,
    owed,
    scaled,
    set_off,
    sum_of,
)

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
ZERO = Money.zero("EUR")
CLAIM = Claim(ServiceFailure("late"), NOON)


@attrs.frozen
class Gives:
    """Give the same award to every claim."""

    award: Award

    def __call__(self, claim: Claim, /) -> Award:
        """Give it."""
        return self.award


def none(claim: Claim, /) -> Award:
    """Give nothing."""
    return Award()


def eur(amount: str) -> Money:
    """Count in euros."""
    return Money(amount, "EUR")


def cash(amount: str, **more: Any) -> Remedy:
    """Give cash."""
    return Remedy(RemedyKind.CASH, eur(amount), **more)


def thing(amount: str | None = None, **more: Any) -> Remedy:
    """Give a thing, of a known worth or not."""
    value = None if amount is None else eur(amount)
    return Remedy(RemedyKind.REPLACEMENT, value, **more)


def of(*alternatives: Remedy, amends: tuple[Remedy, ...] = ()) -> Gives:
    """Give these remedies for a reason of its own."""
    return Gives(Award(alternatives, amends, because=(Reason("inner", "because"),)))


def care(amount: str) -> Remedy:
    """Care for somebody, at a known cost."""
    return Remedy(RemedyKind.CARE, eur(amount))


def worth(award: Award) -> Money:
    """Count what has no value as nothing."""
    return award.worth or ZERO


def choices(award: Award) -> list[Money]:
    """Value every choice the customer has."""
    places: list[int | None] = [*range(len(award.alternatives))] or [None]
    given = [award.delivered(place) for place in places]
    return [total(r.value for r in each if r.value) or ZERO for each in given]


euros = st.builds(Money.from_minor, st.integers(1, 500), st.just("EUR"))
caps = st.builds(Money.from_minor, st.integers(0, 900), st.just("EUR"))
sums = st.builds(
    Remedy,
    st.sampled_from([RemedyKind.CASH, RemedyKind.CREDIT, RemedyKind.DISCOUNT]),
    euros,
)
things = st.builds(
    Remedy,
    st.sampled_from([RemedyKind.REPLACEMENT, RemedyKind.CARE, RemedyKind.REDO]),
    st.none() | euros,
)
law = st.builds(
    Remedy, st.just(RemedyKind.CASH), euros, is_statutory=st.sampled_from([True])
)
reasons = st.builds(Reason, st.sampled_from("abc"), st.sampled_from("xyz"))


def awards(*kinds: st.SearchStrategy[Remedy]) -> st.SearchStrategy[Award]:
    """Draw awards of up to three alternatives and three amends."""
    some = st.lists(st.one_of(kinds), max_size=3).map(tuple)
    because = st.lists(reasons, max_size=2).map(tuple)
    spans = st.none() | st.timedeltas(timedelta(seconds=1), timedelta(days=9))
    return st.builds(Award, some, some, because, spans)


any_award = awards(sums, things, law)
policies = st.builds(Gives, any_award)
lists = st.lists(policies, min_size=1, max_size=4)
roundings = st.sampled_from(Rounding)
shares = st.fractions(0, 1, max_denominator=12)
claims = st.builds(
    Claim,
    st.builds(ServiceFailure, st.just("late"), occurred_on=st.none() | st.dates()),
    st.just(NOON),
    owed=shares,
    earlier=st.lists(sums | things | law, max_size=3).map(tuple),
)
combined = st.one_of(
    lists.map(lambda some: first(*some)),
    lists.map(lambda some: best_of(*some)),
    lists.map(lambda some: sum_of(*some)),
    st.builds(capped, policies, at=caps),
    st.builds(floored, policies, at=caps),
    st.builds(set_off, policies),
    st.builds(owed, policies, rounding=roundings),
    st.builds(scaled, policies, shares, rounding=roundings),
    policies.map(lambda policy: dated({date(2024, 1, 1): policy})),
    policies.map(lambda policy: only_if(lambda claim: True, policy, because="yes")),
)
