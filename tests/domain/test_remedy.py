from datetime import timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core._domain.money import MAX_MINOR, Money
from recovery_core._domain.reason import Reason
from recovery_core._domain.remedy import Award, Remedy, RemedyKind, total
from recovery_core._readable import readable
from recovery_core.errors import CurrencyMismatchError, InvalidValueError
from recovery_core.testing.strategies import (
    awards,
    currencies,
    durations,
    monies,
    reasons,
    remedies,
)
from tests.support.laws import (
    FLAG,
    MAYBE_INT,
    MAYBE_TEXT,
    a,
    check_refusal,
    check_value,
    maybe,
    refusals,
    tuple_of,
)

FIVE = Money("5.00", "EUR")
CASH = Remedy(RemedyKind.CASH, FIVE)
CARE = Remedy(RemedyKind.CARE)
RULE = Reason("late", "it was late")


def worth_of(given_remedies: tuple[Remedy, ...]) -> int:
    """Count the minor units of all remedies together."""
    return sum(r.value.minor for r in given_remedies if r.value is not None)


def choices(award: Award) -> list[int | None]:
    """List every choice a customer has."""
    return [*range(len(award.alternatives))] or [None]


# Remedies


@given(remedies())
def test_a_remedy_is_a_value(remedy: Remedy) -> None:
    """A remedy is frozen, compared by content, and survives every copy."""
    check_value(remedy)


@pytest.mark.parametrize("kind", RemedyKind)
def test_law_care_and_explanations_are_shielded(kind: RemedyKind) -> None:
    """Nothing else is out of reach of verdicts and caps, and what is law always is."""
    size: dict[str, Any] = {"value": FIVE}
    if kind is RemedyKind.POINTS:
        size = {"points": 5}
    humane = kind.value in {"care", "explanation"}
    assert Remedy(kind, **size).is_shielded is humane
    assert Remedy(kind, **size, is_statutory=True).is_shielded is True


@given(remedies())
def test_a_remedy_is_worth_what_its_kind_demands(remedy: Remedy) -> None:
    """Money has a value, points a number, a discount either, and nothing is free."""
    assert remedy.value is not None or not remedy.kind.is_monetary
    assert remedy.value is None or remedy.value.minor > 0
    assert (remedy.points is not None) is (remedy.kind is RemedyKind.POINTS)
    if remedy.kind is RemedyKind.DISCOUNT:
        assert remedy.value is not None or remedy.basis_points is not None
    else:
        assert remedy.basis_points is None


@given(remedies())
def test_a_remedy_reads_as_what_it_is(remedy: Remedy) -> None:
    """A remedy shows its kind first, then its value and what exactly it is."""
    shown = str(remedy)
    assert shown.startswith(str(remedy.kind))
    assert remedy.value is None or str(remedy.value) in shown
    assert remedy.what is None or shown.endswith(f"({readable(remedy.what)})")


@pytest.mark.parametrize(
    ("remedy", "shown"),
    [
        (CASH, "cash EUR 5.00"),
        (CARE, "care"),
        (Remedy(RemedyKind.CARE, what="a taxi"), "care (a taxi)"),
        (Remedy(RemedyKind.REFUND, FIVE, what="of the fare"), "refund EUR 5.00 (of "),
        (Remedy(RemedyKind.POINTS, points=500), "points 500 points"),
        (Remedy(RemedyKind.DISCOUNT, basis_points=2000), "discount 20 %"),
        (Remedy(RemedyKind.DISCOUNT, basis_points=1250), "discount 12.5 %"),
        (Remedy(RemedyKind.DISCOUNT, FIVE, basis_points=1), "discount EUR 5.00"),
    ],
)
def test_a_remedy_reads_well(remedy: Remedy, shown: str) -> None:
    """Money as its code and amount, a rate in percent, points by number."""
    assert str(remedy).startswith(shown)


def test_kinds_are_sorted_by_what_they_do() -> None:
    """Money, and what mends or repays; points, care and words do neither."""
    monetary = {kind for kind in RemedyKind if kind.is_monetary}
    tangible = {kind for kind in RemedyKind if kind.is_tangible}
    assert monetary == {RemedyKind.CASH, RemedyKind.REFUND, RemedyKind.CREDIT}
    assert tangible == set(RemedyKind) - {
        RemedyKind.POINTS,
        RemedyKind.CARE,
        RemedyKind.EXPLANATION,
    }


@pytest.mark.parametrize("kind", [k for k in RemedyKind if k.is_monetary])
def test_money_needs_a_value(kind: RemedyKind) -> None:
    """Cash, refund and credit of no stated worth are promises of nothing."""
    with pytest.raises(InvalidValueError) as refusal:
        Remedy(kind)
    assert str(refusal.value) == f"a {kind} needs a value: give Money"


@pytest.mark.parametrize("kind", RemedyKind)
@pytest.mark.parametrize("worth", [Money("0", "EUR"), Money("-0.01", "EUR")], ids=str)
def test_nothing_is_no_remedy(kind: RemedyKind, worth: Money) -> None:
    """A remedy of any kind that states a value is worth more than nothing."""
    with pytest.raises(InvalidValueError) as refusal:
        Remedy(kind, worth, points=1 if kind is RemedyKind.POINTS else None)
    assert str(refusal.value) == (
        f"a remedy cannot be worth {worth}: give more than nothing, or leave the "
        "remedy out"
    )


def test_a_discount_needs_a_size() -> None:
    """A discount states a rate or a value."""
    with pytest.raises(InvalidValueError, match="needs basis_points or a value"):
        Remedy(RemedyKind.DISCOUNT)
    assert Remedy(RemedyKind.DISCOUNT, FIVE).basis_points is None


def test_points_need_a_number() -> None:
    """Points without a number cannot be credited."""
    with pytest.raises(InvalidValueError, match="points need a number: give points="):
        Remedy(RemedyKind.POINTS)


@given(st.sampled_from(RemedyKind), st.integers(-5, 5))
def test_only_points_have_points(kind: RemedyKind, points: int) -> None:
    """A number of points, from 1 up, belongs to points and to nothing else."""
    if kind is RemedyKind.POINTS and points > 0:
        assert Remedy(kind, points=points).points == points
        return
    with pytest.raises(InvalidValueError) as refusal:
        Remedy(kind, FIVE, points=points)
    assert str(refusal.value) == (
        f"a {kind} cannot have {points} points: give points= from 1 up, and to "
        "RemedyKind.POINTS alone"
    )


@given(
    st.sampled_from([RemedyKind.DISCOUNT, RemedyKind.CASH, RemedyKind.CARE]),
    st.sampled_from([-1, 0, 1, 9_999, 10_000, 10_001]) | st.integers(),
)
def test_only_discounts_have_a_rate(kind: RemedyKind, rate: int) -> None:
    """A rate above nothing, up to 100 %, belongs to a discount and nothing else."""
    if kind is RemedyKind.DISCOUNT and 0 < rate <= 10_000:
        assert Remedy(kind, basis_points=rate).basis_points == rate
        return
    with pytest.raises(InvalidValueError) as refusal:
        Remedy(kind, FIVE, basis_points=rate)
    assert str(refusal.value) == (
        f"a {kind} cannot have {rate} basis points: give basis_points= from 1 to "
        "10000, and to RemedyKind.DISCOUNT alone"
    )


# Awards


@given(awards())
def test_an_award_is_a_value(award: Award) -> None:
    """An award is frozen, compared by content, and survives every copy."""
    check_value(award)


@given(awards())
def test_worth_is_the_most_an_award_can_cost(award: Award) -> None:
    """The worth is the dearest alternative and all amends, whatever is chosen."""
    costs = [worth_of(award.delivered(choice)) for choice in choices(award)]
    priced = any(remedy.value is not None for remedy in award.remedies)
    assert (award.worth is not None) is priced
    if award.worth is not None:
        assert award.worth.minor == max(costs)


@given(awards())
def test_what_is_delivered_is_one_alternative_and_all_amends(award: Award) -> None:
    """Whatever is chosen comes first, the amends follow, within the worth."""
    assert award.delivered(None) == award.amends
    for choice, alternative in enumerate(award.alternatives):
        delivered = award.delivered(choice)
        assert delivered == (alternative, *award.amends)
        assert worth_of(delivered) <= (award.worth.minor if award.worth else 0)


@given(awards(), st.integers())
def test_an_alternative_that_is_not_there_cannot_be_chosen(
    award: Award, choice: int
) -> None:
    """Positions count from 0; below it nothing is counted from the end."""
    known = len(award.alternatives)
    if 0 <= choice < known:
        assert award.delivered(choice)[0] is award.alternatives[choice]
        return
    with pytest.raises(InvalidValueError) as refusal:
        award.delivered(choice)
    assert str(refusal.value) == (
        f"there is no alternative {choice} among {known}: count from 0, or give None"
    )


@given(awards())
def test_an_award_lists_all_it_holds(award: Award) -> None:
    """Remedies are the alternatives, then the amends; without any it is empty."""
    assert award.remedies == (*award.alternatives, *award.amends)
    assert award.is_empty is (len(award.remedies) == 0)


@given(st.lists(reasons(), max_size=2))
def test_nothing_is_awarded_with_reasons(because: list[Reason]) -> None:
    """An award of nothing is empty, worth nothing, and says why."""
    award = Award.nothing(*because)
    assert award.is_empty
    assert award.worth is None
    assert award.delivered(None) == ()
    assert award.because == tuple(because)


@given(remedies(), remedies(), st.integers(0, 1), st.integers(0, 1))
def test_an_award_is_in_one_currency(
    one: Remedy, other: Remedy, first: int, second: int
) -> None:
    """Two currencies cannot be added up, wherever in the award they stand."""
    parts: list[list[Remedy]] = [[], []]
    parts[first].append(one)
    parts[second].append(other)
    codes = {r.value.currency for r in (one, other) if r.value is not None}
    if len(codes) < 2:
        assert len(Award(tuple(parts[0]), tuple(parts[1])).remedies) == 2
        return
    with pytest.raises(InvalidValueError) as refusal:
        Award(tuple(parts[0]), tuple(parts[1]))
    assert str(refusal.value) == (
        "an award in two currencies has no worth: convert before awarding"
    )


def test_an_award_that_no_money_can_hold_is_refused() -> None:
    """The worth of an award that was built can always be told."""
    most = Remedy(RemedyKind.CASH, Money.from_minor(MAX_MINOR, "EUR"))
    least = Remedy(RemedyKind.CASH, Money.from_minor(1, "EUR"))
    assert Award((most, most, least)).worth == most.value
    with pytest.raises(InvalidValueError, match="EUR stays within"):
        Award((most,), (least,))


@given(st.timedeltas() | durations())
def test_an_offer_stands_for_some_time(valid_for: timedelta) -> None:
    """An award that lapses before it is made is refused."""
    if valid_for > timedelta():
        assert Award(valid_for=valid_for).valid_for == valid_for
        return
    with pytest.raises(InvalidValueError) as refusal:
        Award(valid_for=valid_for)
    assert str(refusal.value) == (
        f"Award.valid_for cannot be {valid_for!r}: give more than no time, or None"
    )


def test_the_customer_chooses_one_and_keeps_the_amends() -> None:
    """A replacement or the fare back, and five euros for the trouble either way."""
    fare = Remedy(RemedyKind.REFUND, Money("42.00", "EUR"))
    again = Remedy(RemedyKind.REPLACEMENT, Money("30.00", "EUR"))
    award = Award((again, fare), (CASH, CARE))
    assert award.worth == Money("47.00", "EUR")
    assert award.delivered(0) == (again, CASH, CARE)
    assert total(r.value for r in award.delivered(1) if r.value) == award.worth


@given(currencies().flatmap(lambda code: st.lists(monies(code, max_minor=10**6))))
def test_a_total_counts_minor_units(values: list[Money]) -> None:
    """A total adds everything up; of nothing there is none."""
    small = [money for money in values if abs(money.minor) <= 10**6]
    found = total(small)
    assert (found is None) is (not small)
    assert found is None or found.minor == sum(money.minor for money in small)


def test_a_total_is_in_one_currency() -> None:
    """Money of two currencies is not added up."""
    with pytest.raises(CurrencyMismatchError):
        total([FIVE, Money(5, "JPY")])


@pytest.mark.parametrize(
    ("valid", "field", "wrong", "mend"),
    [
        *refusals(
            CARE,
            kind=a(RemedyKind),
            value=maybe(Money),
            what=MAYBE_TEXT,
            basis_points=MAYBE_INT,
            points=MAYBE_INT,
            is_statutory=FLAG,
        ),
        *refusals(
            Award(),
            alternatives=tuple_of(Remedy, CASH),
            amends=tuple_of(Remedy, CASH),
            because=tuple_of(Reason, RULE),
            valid_for=maybe(timedelta),
        ),
    ],
)
def test_what_cannot_be_is_refused(
    valid: Any, field: str, wrong: object, mend: str
) -> None:
    """A field that cannot be is refused with class, field, value and mend."""
    check_refusal(valid, field, wrong, mend)


def test_only_what_it_is_and_its_worth_go_by_position() -> None:
    """A rate and a number of points would be taken for each other."""
    remedy: Any = Remedy
    with pytest.raises(TypeError):
        remedy(RemedyKind.POINTS, None, "points", 500)
    assert attrs.evolve(CASH, what="in notes").what == "in notes"
