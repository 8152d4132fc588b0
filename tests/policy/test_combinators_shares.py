"""What is set off, and which share of every sum is owed."""

from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from recovery_core._domain.claim import Claim
from recovery_core._domain.money import Money, Rounding
from recovery_core._domain.remedy import Award, Remedy, RemedyKind
from recovery_core.errors import InvalidValueError, PolicyError
from recovery_core.policy import (
    owed,
    scaled,
    set_off,
)
from tests.support.combined_policies import (
    CLAIM,
    ZERO,
    Gives,
    awards,
    care,
    cash,
    claims,
    eur,
    law,
    of,
    policies,
    roundings,
    shares,
    sums,
    thing,
    worth,
)

# set_off


def given_before(*earlier: Remedy) -> Claim:
    """Claim again, after something was given."""
    return attrs.evolve(CLAIM, earlier=earlier)


@given(st.builds(Gives, awards(sums, law)), claims)
def test_money_is_never_given_twice(policy: Gives, claim: Claim) -> None:
    """With what was given before, a claim comes to the greater of the two."""
    before = claim.already_given.get("EUR", ZERO)
    after = set_off(policy)(claim)
    assert worth(after) + before == max(worth(policy.award), before)


@given(policies, claims)
def test_set_off_takes_no_more_than_was_given(policy: Gives, claim: Claim) -> None:
    """No choice loses more than the customer already has."""
    before = claim.already_given.get("EUR", ZERO)
    after = set_off(policy)(claim)
    assert worth(policy.award) - before <= worth(after) <= worth(policy.award)


@pytest.mark.parametrize(
    ("alternatives", "amends", "earlier", "left"),
    [
        # the amends first, from the last to the first
        ([cash("10")], [cash("5"), cash("5")], "3", ([cash("10")], "5 2")),
        ([cash("10")], [cash("5"), cash("5")], "5", ([cash("10")], "5")),
        ([], [cash("6"), cash("4")], "4", ([], "6")),
        ([], [cash("6"), cash("4"), cash("1")], "2", ([], "6 3")),
        # then every choice alike
        ([cash("10"), cash("8")], [cash("5")], "13", ([cash("2")], "")),
        ([cash("10"), cash("8")], [cash("5")], "15", ([], "")),
        # a thing is covered whole or not at all
        ([thing("10"), cash("8")], [], "9.99", ([thing("10")], "")),
        ([thing("10"), thing()], [], "10", ([thing()], "")),
        # the law does not pay twice either
        ([cash("10", is_statutory=True)], [], "10", ([], "")),
    ],
)
def test_how_set_off_takes(
    alternatives: list[Remedy],
    amends: list[Remedy],
    earlier: str,
    left: tuple[list[Remedy], str],
) -> None:
    """What was given comes off the amends, then off each alternative."""
    policy = Gives(Award(tuple(alternatives), tuple(amends)))
    award = set_off(policy)(given_before(cash(earlier)))
    assert award.alternatives == tuple(left[0])
    assert award.amends == tuple(cash(amount) for amount in left[1].split())


def test_set_off_says_what_it_took() -> None:
    """The reason reads what was given before, and the worth before and after."""
    award = set_off(of(cash("10")))(given_before(cash("3"), thing("1"), thing()))
    assert [reason.code for reason in award.because] == ["inner", "set-off"]
    read = {"earlier": eur("4"), "was": eur("10"), "now": eur("6")}
    assert dict(award.because[-1].values) == read


@pytest.mark.parametrize(
    ("award", "earlier", "left"),
    [
        # care that is owed is not paid by what was given
        (Award((), (care("5"), cash("5"))), [cash("5")], Award((), (care("5"),))),
        (Award((), (cash("5"), care("5"))), [cash("6")], Award((), (care("5"),))),
        (Award((care("5"), cash("5"))), [cash("5")], Award((care("5"),))),
        # and care that was given pays for nothing
        (Award((cash("5"),)), [care("5")], Award((cash("5"),))),
        (Award((cash("5"),)), [care("5"), cash("1")], Award((cash("4"),))),
        (Award((), (care("5"),)), [care("5")], Award((), (care("5"),))),
    ],
    ids=range(6),
)
def test_care_stands_besides_what_is_set_off(
    award: Award, earlier: list[Remedy], left: Award
) -> None:
    """Care is neither taken off nor counted as given, statutory or not."""
    for is_law in (True, False):
        had = [attrs.evolve(r, is_statutory=is_law) for r in earlier]
        after = set_off(Gives(award))(given_before(*had))
        assert (after.alternatives, after.amends) == (left.alternatives, left.amends)


def test_where_nothing_was_given_nothing_is_set_off() -> None:
    """On a first offer, and without a value, the award stays as it is."""
    assert set_off(of(cash("5")))(CLAIM) == of(cash("5")).award
    assert set_off(of(thing()))(given_before(cash("5"))) == of(thing()).award


def test_set_off_needs_one_currency() -> None:
    """Dollars given before cannot be taken off euros without a rate."""
    dollars = Remedy(RemedyKind.CASH, Money("5", "USD"))
    with pytest.raises(PolicyError, match=r"set_off cannot measure EUR 5\.00 by USD"):
        set_off(of(cash("5")))(given_before(cash("1"), dollars))


# owed and scaled


def owing(share: Fraction | int | str) -> Claim:
    """Claim where only a share is owed."""
    return attrs.evolve(CLAIM, owed=Fraction(share))


@given(policies, roundings)
def test_who_owes_all_gives_all(policy: Gives, rounding: Rounding) -> None:
    """With the whole owed, not even a reason is added."""
    assert owed(policy, rounding=rounding)(owing(1)) == policy.award


@given(policies, shares, shares, roundings)
def test_who_owes_more_gives_no_less(
    policy: Gives, one: Fraction, other: Fraction, rounding: Rounding
) -> None:
    """The worth rises with the share."""
    less, more = sorted([one, other])
    rule = owed(policy, rounding=rounding)
    assert worth(rule(owing(less))) <= worth(rule(owing(more)))


@given(policies, shares, roundings)
def test_blame_withholds_no_thing_and_no_care(
    policy: Gives, share: Fraction, rounding: Rounding
) -> None:
    """What is no money stands whole, whatever is owed."""
    award = owed(policy, rounding=rounding)(owing(share))
    kept = {RemedyKind.REPLACEMENT, RemedyKind.CARE, RemedyKind.REDO}
    assert {r for r in policy.award.remedies if r.kind in kept} <= {*award.remedies}


@given(policies, shares, roundings)
def test_a_fixed_share_is_the_same_arithmetic(
    policy: Gives, share: Fraction, rounding: Rounding
) -> None:
    """A policy scaled by a share gives what it owes at that share."""
    assume(share != 1)
    one = scaled(policy, share, rounding=rounding)(CLAIM)
    other = owed(policy, rounding=rounding)(owing(share))
    assert one.remedies == other.remedies


@pytest.mark.parametrize(
    ("rounding", "now"), [(Rounding.DOWN, "0.02"), (Rounding.UP, "0.03")]
)
def test_half_of_five_cents_is_rounded_as_declared(
    rounding: Rounding, now: str
) -> None:
    """The part of a cent goes where the policy says."""
    award = owed(of(cash("0.05")), rounding=rounding)(owing("1/2"))
    assert award.alternatives == (cash(now),)


def test_what_is_waived_is_said() -> None:
    """Where nothing is owed, sums disappear and the reason states what they were."""
    policy = of(thing("9"), cash("5"), amends=(cash("2"),))
    award = owed(policy, rounding=Rounding.UP)(owing(0))
    assert award.remedies == (thing("9"),)
    read = {"owed": Fraction(0), "was": eur("7"), "now": ZERO, "waived": eur("7")}
    assert award.because[-1].code == "owed"
    assert dict(award.because[-1].values) == read


def test_a_share_can_be_more_than_the_whole() -> None:
    """One and a half times the price is a share like any other."""
    half = Remedy(RemedyKind.DISCOUNT, basis_points=5000)
    off = Remedy(RemedyKind.DISCOUNT, eur("5"))
    award = scaled(of(half, off), "1.5", rounding=Rounding.UP)(CLAIM)
    assert award.alternatives == (half, Remedy(RemedyKind.DISCOUNT, eur("7.50")))
    read = {"share": Fraction(3, 2), "was": eur("5"), "now": eur("7.50")}
    assert dict(award.because[-1].values) == read


def test_alternatives_that_become_one_stand_once() -> None:
    """Two sums that round to one leave one choice."""
    award = scaled(of(cash("0.03"), cash("0.04")), "1/2", rounding=Rounding.UP)(CLAIM)
    assert award.alternatives == (cash("0.02"),)


def test_where_there_is_no_sum_no_share_is_taken() -> None:
    """Things alone are neither waived nor scaled."""
    policy = of(thing("5"))
    assert owed(policy, rounding=Rounding.UP)(owing(0)) == policy.award
    assert scaled(policy, 0, rounding=Rounding.UP)(CLAIM) == policy.award


@pytest.mark.parametrize("share", [0.5, True, "half", None, -1, "-1/2"], ids=repr)
def test_a_share_is_exact_and_not_below_nothing(share: Any) -> None:
    """No float decides about money."""
    with pytest.raises(InvalidValueError):
        scaled(of(), share, rounding=Rounding.UP)


@pytest.mark.parametrize("rounding", [None, "up", 1])
def test_rounding_is_declared(rounding: Any) -> None:
    """A share of money has no silent rounding."""
    with pytest.raises(InvalidValueError, match="give Rounding"):
        owed(of(), rounding=rounding)
    with pytest.raises(InvalidValueError, match="give Rounding"):
        scaled(of(), 1, rounding=rounding)
