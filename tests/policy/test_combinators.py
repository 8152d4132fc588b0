"""What combined policies do, and never do."""

import copy
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core._domain.claim import Claim
from recovery_core._domain.failure import ServiceFailure
from recovery_core._domain.hashing import content_hash
from recovery_core._domain.money import Money, Rounding
from recovery_core._domain.reason import Reason
from recovery_core._domain.remedy import Award, Remedy, RemedyKind
from recovery_core.errors import ContractError, InvalidValueError, PolicyError
from recovery_core.policy import (
    CompensationPolicy,
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
from tests.support.combined_policies import (
    CLAIM,
    NOON,
    ZERO,
    Gives,
    caps,
    cash,
    claims,
    combined,
    eur,
    lists,
    none,
    of,
    policies,
    roundings,
    shares,
    thing,
    worth,
)

# Laws of all


@given(combined, claims)
def test_the_same_claim_gets_the_same_award(
    policy: CompensationPolicy, claim: Claim
) -> None:
    """A policy is a pure function, and a value: a copy of it decides alike."""
    award = policy(claim)
    assert policy(claim) == award
    assert copy.deepcopy(policy)(claim) == award


@given(st.data(), claims)
def test_no_reason_is_ever_lost(data: st.DataObject, claim: Claim) -> None:
    """Whatever a policy that was asked says, the combined award says too."""
    asked: list[Award] = []

    def heard(policy: Gives) -> CompensationPolicy:
        def hear(claim: Claim, /) -> Award:
            asked.append(policy.award)
            return policy.award

        return hear

    some = [heard(policy) for policy in data.draw(lists)]
    one, rounding = some[0], data.draw(roundings)
    wrapped = data.draw(
        st.sampled_from(
            [
                first(*some),
                best_of(*some),
                sum_of(*some),
                capped(one, at=data.draw(caps)),
                floored(one, at=data.draw(caps)),
                set_off(one),
                owed(one, rounding=rounding),
                scaled(one, data.draw(shares), rounding=rounding),
                dated({date.min: one}),
                only_if(lambda claim: True, one, because="yes"),
            ]
        )
    )
    told = wrapped(claim).because
    assert {reason for award in asked for reason in award.because} <= {*told}


@pytest.mark.parametrize(
    ("policy", "text"),
    [
        (first(none, none), "first(none, none)"),
        (best_of(none), "best_of(none)"),
        (sum_of(none), "sum_of(none)"),
        (capped(none, at=eur("5")), "capped(none, at=Money('5.00', 'EUR'))"),
        (
            floored(none, at=eur("5")),
            "floored(none, at=Money('5.00', 'EUR'), kind=<RemedyKind.CASH: 'cash'>)",
        ),
        (set_off(none), "set_off(none)"),
        (
            scaled(none, "1/2", rounding=Rounding.UP),
            "scaled(none, '1/2', rounding=<Rounding.UP: 'up'>)",
        ),
        (
            owed(none, rounding=Rounding.UP),
            "owed(none, rounding=<Rounding.UP: 'up'>)",
        ),
        (
            only_if(callable, none, because="yes"),
            "only_if(callable, none, because='yes')",
        ),
        (dated({date(2024, 1, 1): none}), "dated({datetime.date(2024, 1, 1): none})"),
        (set_off(Gives(Award())), f"set_off({Gives(Award())!r})"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_policy_shows_what_it_is_made_of(
    policy: CompensationPolicy, text: str
) -> None:
    """The repr is the call that made it, with functions by their names."""
    assert repr(policy) == text


def test_policies_compare_and_hash_by_content() -> None:
    """Two policies made alike are one value; another amount is another policy."""
    one, same = (capped(first(none), at=eur("5.00")) for _ in range(2))
    other = capped(first(none), at=eur("5.01"))
    assert one == same != other
    assert content_hash(one) == content_hash(same) != content_hash(other)
    assert copy.copy(one) == one


COMBINE: list[Callable[[Any], CompensationPolicy]] = [
    first,
    best_of,
    sum_of,
    set_off,
    lambda policy: capped(policy, at=ZERO),
    lambda policy: floored(policy, at=ZERO),
    lambda policy: owed(policy, rounding=Rounding.UP),
    lambda policy: scaled(policy, 1, rounding=Rounding.UP),
    lambda policy: only_if(lambda claim: True, policy, because="yes"),
    lambda policy: only_if(policy, none, because="yes"),
    lambda policy: dated({date(2024, 1, 1): policy}),
]


@pytest.mark.parametrize("combine", COMBINE, ids=range(len(COMBINE)))
@pytest.mark.parametrize(
    ("wrong", "mend"),
    [
        (None, "give a function, or what is called like one"),
        (5, "give a function, or what is called like one"),
        (Award(), "give a function, or what is called like one"),
        (Gives, "build one with its parameters, such as Gives(...)"),
    ],
    ids=["nothing", "number", "award", "class"],
)
def test_what_cannot_be_asked_is_no_policy(
    combine: Callable[[Any], CompensationPolicy], wrong: object, mend: str
) -> None:
    """An award is no policy, nor is a class that was not called yet."""
    with pytest.raises(InvalidValueError) as refusal:
        combine(wrong)
    assert str(refusal.value).endswith(f" cannot be {wrong!r}: {mend}")


@pytest.mark.parametrize("combine", COMBINE, ids=range(len(COMBINE)))
def test_a_policy_that_answers_nonsense_is_named(
    combine: Callable[[Any], CompensationPolicy],
) -> None:
    """Who breaks the contract is named, however deep it stands."""

    def broken(claim: Claim) -> Any:
        return "5 euros"

    with pytest.raises(ContractError, match="broken broke its contract on case claim"):
        combine(broken)(CLAIM)


@pytest.mark.parametrize("combine", COMBINE, ids=range(len(COMBINE)))
def test_a_policy_that_raises_is_named(
    combine: Callable[[Any], CompensationPolicy],
) -> None:
    """Who raises is named too, and the first error is kept as the cause."""

    def raising(claim: Claim) -> Any:
        raise ZeroDivisionError("no sales")

    problem = r"raising broke its contract .* it raised ZeroDivisionError: no sales"
    with pytest.raises(ContractError, match=problem) as refusal:
        combine(raising)(CLAIM)
    assert isinstance(refusal.value.__cause__, ZeroDivisionError)


@pytest.mark.parametrize("combine", [first, best_of, sum_of])
def test_there_must_be_something_to_ask(
    combine: Callable[[], CompensationPolicy],
) -> None:
    """A choice among no policies is a slip of the pen."""
    with pytest.raises(InvalidValueError, match="give at least one policy"):
        combine()


# first


@given(lists, claims)
def test_first_gives_what_one_of_them_gives(some: list[Gives], claim: Claim) -> None:
    """The first award that holds anything is given, unchanged."""
    award = first(*some)(claim)
    giving = [one.award for one in some if not one.award.is_empty]
    wanted = giving[0] if giving else Award()
    assert award.remedies == wanted.remedies
    assert not giving or award.valid_for == wanted.valid_for


def test_first_says_which_one_it_was_and_why_the_others_were_not() -> None:
    """The reasons of those passed over stand before those of the chosen one."""
    no = Gives(Award.nothing(Reason("too-late", "the claim came too late")))
    told = first(no, of(cash("5")), of(cash("9")))(CLAIM).because
    assert [reason.code for reason in told] == ["too-late", "inner", "first"]
    assert dict(told[-1].values) == {"chosen": 2, "of": 3}


def test_first_says_that_nobody_gave_anything() -> None:
    """No award from anyone is an award of nothing, with every reason."""
    no = Gives(Award.nothing(Reason("too-late", "the claim came too late")))
    award = first(no, no)(CLAIM)
    assert award.is_empty
    assert [reason.code for reason in award.because] == ["too-late", "first"]


# best_of


@given(lists, claims)
def test_best_of_is_at_least_each(some: list[Gives], claim: Claim) -> None:
    """No policy alone gives more, and nothing is given only if all give nothing."""
    award = best_of(*some)(claim)
    assert all(worth(award) >= worth(one.award) for one in some)
    assert award.is_empty is all(one.award.is_empty for one in some)
    assert award.remedies in [one.award.remedies for one in some]


def test_best_of_takes_the_earlier_of_equals() -> None:
    """A tie goes to the policy that was named first."""
    award = best_of(of(), of(thing("5")), of(cash("5")))(CLAIM)
    assert award.alternatives == (thing("5"),)
    values = award.because[-1].values
    assert dict(values) == {"chosen": 2, "of": 3, "worth": eur("5")}


def test_what_has_no_value_is_better_than_nothing_and_worse_than_a_cent() -> None:
    """A thing whose worth nobody stated ranks above nothing, below any money."""
    assert best_of(of(), of(thing()))(CLAIM).alternatives == (thing(),)
    assert best_of(of(thing()), of(cash("0.01")))(CLAIM).remedies == (cash("0.01"),)


@pytest.mark.parametrize("combine", [best_of, sum_of])
def test_two_currencies_have_no_order_and_no_sum(
    combine: Callable[..., CompensationPolicy],
) -> None:
    """Euros and dollars are not added or compared without a rate."""
    dollars = Gives(Award((Remedy(RemedyKind.CASH, Money("6", "USD")),)))
    with pytest.raises(PolicyError, match=r"EUR 5\.00 by USD 6\.00: give both in one"):
        combine(of(cash("5")), of(), dollars)(CLAIM)


# sum_of


@given(lists, claims)
def test_sum_of_adds(some: list[Gives], claim: Claim) -> None:
    """All amends are given, and each alternative of any of them can be chosen."""
    award = sum_of(*some)(claim)
    assert award.amends == tuple(r for one in some for r in one.award.amends)
    assert {*award.alternatives} == {r for one in some for r in one.award.alternatives}
    assert len({*award.alternatives}) == len(award.alternatives)


@given(policies, claims)
def test_a_sum_of_one_gives_what_the_one_gives(policy: Gives, claim: Claim) -> None:
    """Amends that stand twice are given twice; they are no alternatives."""
    award = sum_of(policy)(claim)
    assert award.amends == policy.award.amends
    assert award.valid_for == policy.award.valid_for


def test_a_sum_stands_as_long_as_its_shortest_part() -> None:
    """The offer cannot outlive one of its parts."""
    week, day = timedelta(days=7), timedelta(days=1)
    parts = [Gives(Award((cash("5"),), valid_for=span)) for span in (week, day, None)]
    award = sum_of(*parts)(CLAIM)
    assert award.valid_for == day
    assert dict(award.because[-1].values) == {"giving": 3, "of": 3}


# only_if


@given(policies, claims)
def test_a_condition_that_holds_changes_no_remedy(policy: Gives, claim: Claim) -> None:
    """Where it holds, the award is the policy's with one more reason."""
    award = only_if(lambda claim: True, policy, because="always")(claim)
    assert attrs.evolve(award, because=()) == attrs.evolve(policy.award, because=())
    why = Reason("only-if", "always", {"holds": True})
    assert award.because == (*dict.fromkeys(policy.award.because), why)


def test_a_condition_that_fails_leaves_the_policy_unasked() -> None:
    """Where it does not hold, nothing is given, and the award says why."""
    award = only_if(lambda claim: False, of(cash("5")), because="a member")(CLAIM)
    assert award == Award.nothing(Reason("only-if", "a member", {"holds": False}))


@pytest.mark.parametrize("answer", [None, 1, "yes"])
def test_a_condition_answers_yes_or_no(answer: Any) -> None:
    """A condition that forgot to return has not said no."""
    policy = only_if(lambda claim: answer, of(), because="yes")
    with pytest.raises(ContractError, match="not True or False; wrap it in bool"):
        policy(CLAIM)


@pytest.mark.parametrize("words", ["", " ", None, 5])
def test_a_condition_is_put_in_words(words: Any) -> None:
    """Whoever reads the award reads why."""
    with pytest.raises(InvalidValueError, match="give a text"):
        only_if(lambda claim: True, of(), because=words)


# dated

OLD, NEW = of(cash("1")), of(cash("2"))
VERSIONS = dated({date(2025, 7, 1): NEW, date(2024, 1, 1): OLD})


@pytest.mark.parametrize(
    ("day", "gives"),
    [
        (date(2023, 12, 31), ()),
        (date(2024, 1, 1), OLD.award.alternatives),
        (date(2025, 6, 30), OLD.award.alternatives),
        (date(2025, 7, 1), NEW.award.alternatives),
        (date.max, NEW.award.alternatives),
    ],
)
def test_the_day_of_the_failure_picks_the_version(
    day: date, gives: tuple[Remedy, ...]
) -> None:
    """The first day of a version is inside it, the day before belongs to the last."""
    claim = Claim(ServiceFailure("late", occurred_on=day), NOON)
    assert VERSIONS(claim).remedies == gives


def test_the_award_says_which_version_spoke() -> None:
    """The day that was read, and since when the version holds, are in the reason."""
    told = VERSIONS(CLAIM).because
    assert [reason.code for reason in told] == ["inner", "dated"]
    read = {"failure_day": NOON.date(), "since": date(2025, 7, 1)}
    assert dict(told[-1].values) == read


def test_before_the_first_version_nothing_was_in_force() -> None:
    """Nothing is given, and the award says from when on there would have been."""
    claim = Claim(ServiceFailure("late", occurred_on=date(2020, 2, 29)), NOON)
    award = VERSIONS(claim)
    assert award.is_empty
    assert [reason.code for reason in award.because] == ["not-in-force"]
    assert award.because[0].values["first"] == date(2024, 1, 1)


@pytest.mark.parametrize("versions", [{}, None, [(date(2024, 1, 1), OLD)], OLD])
def test_versions_come_by_their_first_day(versions: Any) -> None:
    """A dated policy without a version could never decide anything."""
    with pytest.raises(InvalidValueError, match="give at least one policy by its"):
        dated(versions)


@pytest.mark.parametrize("day", [NOON, "2024-01-01", 2024, None])
def test_a_version_begins_on_a_day(day: Any) -> None:
    """A moment is no day, even though Python takes it for one."""
    with pytest.raises(InvalidValueError, match="give a date"):
        dated({date(2024, 1, 1): OLD, day: NEW})
