"""What combined policies do, and never do."""

import copy
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from recovery_core._domain.claim import Claim
from recovery_core._domain.failure import ServiceFailure
from recovery_core._domain.hashing import content_hash
from recovery_core._domain.money import Money, Rounding
from recovery_core._domain.reason import Reason
from recovery_core._domain.remedy import Award, Remedy, RemedyKind, total
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


def care(amount: str) -> Remedy:
    """Care for somebody, at a known cost."""
    return Remedy(RemedyKind.CARE, eur(amount))


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
