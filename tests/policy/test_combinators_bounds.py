"""Caps and floors: what they cut and add, and what they leave."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from recovery_core._domain.claim import Claim
from recovery_core._domain.money import Money
from recovery_core._domain.remedy import Award, Remedy, RemedyKind, total
from recovery_core.errors import InvalidValueError, PolicyError
from recovery_core.policy import (
    CompensationPolicy,
    capped,
    floored,
)
from tests.support.combined_policies import (
    CLAIM,
    ZERO,
    Gives,
    awards,
    caps,
    care,
    cash,
    choices,
    claims,
    eur,
    of,
    policies,
    sums,
    thing,
    worth,
)

# capped


def is_shielded(remedy: Remedy) -> bool:
    """Say in other words what no cap may touch."""
    is_humane = remedy.kind in {RemedyKind.CARE, RemedyKind.EXPLANATION}
    return is_humane or remedy.is_statutory


@given(policies, caps, claims)
def test_no_choice_is_worth_more_than_the_cap(
    policy: Gives, cap: Money, claim: Claim
) -> None:
    """Above the cap stands at most what no cap may touch: law, care, explanations."""
    award, was = capped(policy, at=cap)(claim), policy.award
    kept = Award(
        tuple(filter(is_shielded, was.alternatives)),
        tuple(filter(is_shielded, was.amends)),
    )
    assert all(choice <= max(cap, worth(kept)) for choice in choices(award))
    assert {*filter(is_shielded, was.remedies)} <= {*award.remedies}
    assert worth(award) <= worth(was)


@given(policies, caps, claims)
def test_a_cap_takes_nothing_that_has_no_value(
    policy: Gives, cap: Money, claim: Claim
) -> None:
    """An explanation costs nothing, and no cap takes it away."""
    award = capped(policy, at=cap)(claim)
    free = {r for r in policy.award.remedies if r.value is None}
    assert free <= {*award.remedies}


@given(policies, caps, claims)
def test_a_cap_that_is_kept_changes_nothing(
    policy: Gives, cap: Money, claim: Claim
) -> None:
    """Within the cap, and exactly at it, the award stays as it was."""
    assume(worth(policy.award) <= cap)
    assert capped(policy, at=cap)(claim).remedies == policy.award.remedies


@given(st.builds(Gives, awards(sums)), caps, claims)
def test_a_cap_leaves_no_sum_unused(policy: Gives, cap: Money, claim: Claim) -> None:
    """Of sums, as much is given as fits: the lesser of the cap and the award."""
    assert worth(capped(policy, at=cap)(claim)) == min(worth(policy.award), cap)


@pytest.mark.parametrize(
    ("alternatives", "amends", "cap", "left"),
    [
        # the amends first, from the last to the first
        ([cash("10")], [cash("5"), cash("5")], "17", ([cash("10")], "5 2")),
        ([cash("10")], [cash("5"), cash("5")], "15", ([cash("10")], "5")),
        ([cash("10")], [cash("5"), cash("5")], "12", ([cash("10")], "2")),
        # then each alternative
        ([cash("10"), cash("8")], [cash("5")], "9", ([cash("9"), cash("8")], "")),
        # two that were cut to one are one
        ([cash("10"), cash("8")], [], "7", ([cash("7")], "")),
        # a thing goes whole, and what can never fit costs the amends nothing
        ([thing("10"), cash("2")], [cash("3")], "9", ([cash("2")], "3")),
        ([thing("9"), cash("2")], [cash("3")], "9", ([thing("9"), cash("2")], "")),
        ([], [thing("5"), cash("3")], "4", ([], "3")),
        # nothing at all
        ([cash("10")], [cash("5")], "0", ([], "")),
    ],
)
def test_how_a_cap_cuts(
    alternatives: list[Remedy],
    amends: list[Remedy],
    cap: str,
    left: tuple[list[Remedy], str],
) -> None:
    """Amends yield before alternatives, the last before the first."""
    policy = Gives(Award(tuple(alternatives), tuple(amends)))
    award = capped(policy, at=eur(cap))(CLAIM)
    assert award.alternatives == tuple(left[0])
    assert award.amends == tuple(cash(amount) for amount in left[1].split())


def test_a_cap_counts_what_the_law_grants_once() -> None:
    """What stands by law takes its room, and the rest goes to the other amends."""
    right = cash("5", is_statutory=True)
    award = capped(of(amends=(right, cash("4"), cash("2"))), at=eur("8"))(CLAIM)
    assert award.amends == (right, cash("3"))


@pytest.mark.parametrize(
    ("award", "cap", "left"),
    [
        # it stays whole, last of the amends as it is, and takes its room
        (
            Award((), (cash("5"), care("4"))),
            "8.99",
            Award((), (cash("4.99"), care("4"))),
        ),
        (Award((), (cash("5"), care("4"))), "9", Award((), (cash("5"), care("4")))),
        (Award((), (cash("5"), care("4"))), "4", Award((), (care("4"),))),
        # above the cap by itself, it stays and leaves no room for anything else
        (Award((), (care("4"), cash("5"))), "0", Award((), (care("4"),))),
        (Award((care("4"), cash("5"))), "1", Award((care("4"), cash("1")))),
        (
            Award((), (Remedy(RemedyKind.EXPLANATION, eur("2")), cash("5"))),
            "1",
            Award((), (Remedy(RemedyKind.EXPLANATION, eur("2")),)),
        ),
        # another thing of the same worth goes
        (Award((), (thing("4"), cash("5"))), "0", Award()),
    ],
    ids=range(7),
)
def test_no_cap_takes_care_away(award: Award, cap: str, left: Award) -> None:
    """Care and explanations outlast every cap, whatever they cost."""
    kept = capped(Gives(award), at=eur(cap))(CLAIM)
    assert kept.amends == left.amends
    assert kept.alternatives == left.alternatives


@pytest.mark.parametrize(
    ("remedy", "cap", "now", "text"),
    [
        (cash("10"), "10", "10", "within the cap"),
        (cash("10.01"), "10", "10", "cut to the cap"),
        (thing("10.01"), "10", "0", "cut to the cap"),
        (cash("12", is_statutory=True), "10", "12", "above the cap stands only"),
        (care("10.01"), "10", "10.01", "above the cap stands only what no cap may"),
        (care("10"), "10", "10", "within the cap"),
    ],
)
def test_a_cap_says_what_it_did(remedy: Remedy, cap: str, now: str, text: str) -> None:
    """The reason reads the cap, and what the award was worth before and after."""
    told = capped(of(remedy), at=eur(cap))(CLAIM).because
    assert [reason.code for reason in told] == ["inner", "capped"]
    assert told[-1].text.startswith(text)
    read = {"cap": eur(cap), "was": remedy.value, "now": eur(now)}
    assert dict(told[-1].values) == read


def test_what_has_no_value_passes_a_cap_unread() -> None:
    """Where there is nothing to measure, there is nothing to say."""
    policy = of(thing())
    assert capped(policy, at=ZERO)(CLAIM) == policy.award


AMOUNTS: list[Callable[[Any], CompensationPolicy]] = [
    lambda amount: capped(of(cash("5")), at=amount),
    lambda amount: floored(of(cash("5")), at=amount),
]


@pytest.mark.parametrize("combine", AMOUNTS, ids=["capped", "floored"])
@pytest.mark.parametrize("amount", [5, 5.0, True, "5", None, eur("-0.01")], ids=repr)
def test_a_bound_is_money_from_nothing_up(
    combine: Callable[[Any], CompensationPolicy], amount: object
) -> None:
    """A number without a currency bounds nothing."""
    with pytest.raises(InvalidValueError, match="give Money of 0 or more"):
        combine(amount)


@pytest.mark.parametrize("combine", AMOUNTS, ids=["capped", "floored"])
def test_a_bound_in_another_currency_is_no_bound(
    combine: Callable[[Any], CompensationPolicy],
) -> None:
    """A cap in dollars says nothing about euros."""
    with pytest.raises(PolicyError, match="convert inside the policy"):
        combine(Money("9", "USD"))(CLAIM)


# floored


@given(policies, caps, claims)
def test_a_floor_is_reached_by_every_choice_with_a_value(
    policy: Gives, floor: Money, claim: Claim
) -> None:
    """Where anything is given, no choice that has a value is worth less."""
    award, was = floored(policy, at=floor)(claim), policy.award
    assert award.alternatives == was.alternatives
    assert award.amends[: len(was.amends)] == was.amends
    if was.is_empty:
        assert award == was
    else:
        assert worth(award) >= max(floor, worth(was))
        valued = [r.value for r in was.alternatives if r.value is not None]
        rest = total(r.value for r in award.amends if r.value) or ZERO
        assert all(value + rest >= floor for value in valued)


@given(policies, caps, claims)
def test_a_floor_adds_no_more_than_it_must(
    policy: Gives, floor: Money, claim: Claim
) -> None:
    """What is added is what the cheapest choice falls short by."""
    award, was = floored(policy, at=floor)(claim), policy.award
    added = total(r.value for r in award.amends[len(was.amends) :] if r.value)
    assert added is None or worth(was) - worth(award) == -added <= floor


@pytest.mark.parametrize(
    ("was", "added"), [("9.99", ["0.01"]), ("10", []), ("10.01", [])]
)
def test_a_floor_is_exact_to_the_cent(was: str, added: list[str]) -> None:
    """Exactly at the floor nothing is added; a cent below it, a cent."""
    award = floored(of(cash(was)), at=eur("10"), kind=RemedyKind.CREDIT)(CLAIM)
    given = [(r.kind, r.value) for r in award.amends]
    assert given == [(RemedyKind.CREDIT, eur(amount)) for amount in added]
    now = max(eur(was), eur("10"))
    read = {"floor": eur("10"), "was": eur(was), "now": now}
    assert dict(award.because[-1].values) == read


def test_a_floor_under_what_has_no_value_is_added_whole() -> None:
    """Kind words alone do not reach a floor."""
    award = floored(of(Remedy(RemedyKind.EXPLANATION)), at=eur("10"))(CLAIM)
    assert worth(award) == eur("10")


@pytest.mark.parametrize("kind", [RemedyKind.POINTS, RemedyKind.CARE, "cash", None])
def test_a_floor_is_filled_with_money(kind: Any) -> None:
    """Only what has a value can make up a difference."""
    with pytest.raises(InvalidValueError, match="kind cannot be"):
        floored(of(), at=ZERO, kind=kind)
