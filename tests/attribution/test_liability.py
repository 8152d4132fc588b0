from fractions import Fraction
from math import lcm
from multiprocessing import Pipe
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core._domain.attribution import (
    Attribution,
    Cause,
    Controllability,
    Party,
)
from recovery_core._domain.money import MAX_MINOR, Money, Rounding
from recovery_core.attribution import (
    BarredAboveHalf,
    BarredAtHalf,
    BlameBlind,
    CappedCustomerShare,
    Contributory,
    Defence,
    LiabilityRule,
    PureComparative,
    recourse,
)
from recovery_core.errors import InvalidValueError

# Few units, so that one half, nothing and everything are common.
parties = st.sampled_from([*Party, "handler"])
attributions = (
    st.dictionaries(parties, st.integers(0, 6), min_size=1)
    .filter(lambda units: any(units.values()))
    .map(
        lambda units: Attribution(
            {party: Fraction(n, sum(units.values())) for party, n in units.items()}
        )
    )
)
shares = st.fractions(0, 1, max_denominator=12)
below_one = shares.filter(lambda share: share < 1)
defences = st.builds(
    Defence,
    st.lists(parties.filter(lambda p: p != Party.UNKNOWN), max_size=4).map(tuple),
    above=st.none() | below_one,
    is_two_stage=st.booleans(),
)
comparative: st.SearchStrategy[LiabilityRule] = st.one_of(
    st.just(PureComparative()),
    st.just(BarredAtHalf()),
    st.just(BarredAboveHalf()),
    st.just(Contributory()),
    st.just(BlameBlind()),
    st.builds(CappedCustomerShare, shares),
)
every_rule: st.SearchStrategy[LiabilityRule] = comparative | defences
euros = st.builds(Money.from_minor, st.integers(-MAX_MINOR, MAX_MINOR), st.just("EUR"))


def customer_at(share: Fraction | str) -> Attribution:
    """Lay a share to the customer and the rest to the firm."""
    return Attribution({"customer": share, "firm": 1 - Fraction(share)})


def with_share(base: Attribution, party: str, share: Fraction) -> Attribution:
    """Give one party a share, and the others the rest in their old proportion."""
    others = {name: part for name, part in base.shares if name != party}
    whole = sum(others.values(), Fraction())
    if not whole:
        others, whole = (
            {"firm" if party != "firm" else "unit": Fraction(1)},
            Fraction(1),
        )
    rest = {name: part * (1 - share) / whole for name, part in others.items()}
    return Attribution({**rest, party: share})


def sent_to_a_worker(value: object) -> object:
    """Pickle a value as worker processes exchange it."""
    near, far = Pipe()
    with near, far:
        near.send(value)
        return far.recv()


# Laws


@given(every_rule, attributions)
def test_what_is_owed_is_an_exact_share(
    rule: LiabilityRule, attribution: Attribution
) -> None:
    """No rule owes less than nothing or more than all, nor anything inexact."""
    owed = rule(attribution)
    assert type(owed) is Fraction
    assert 0 <= owed <= 1


@given(comparative, attributions, shares, shares)
def test_a_larger_customer_share_never_raises_what_is_owed(
    rule: LiabilityRule, base: Attribution, one: Fraction, other: Fraction
) -> None:
    """What the company owes falls, or stays, as the customer's own share grows."""
    low, high = sorted([one, other])
    at_low, at_high = (with_share(base, "customer", share) for share in (low, high))
    assert rule(at_low) >= rule(at_high)


@given(defences, attributions, shares, shares)
def test_a_larger_extraordinary_share_never_raises_what_is_owed(
    rule: Defence, base: Attribution, one: Fraction, other: Fraction
) -> None:
    """More of what the defence names never makes the defence worse."""
    low, high = sorted([one, other])
    for party in rule.parties:
        at_low, at_high = (with_share(base, party, share) for share in (low, high))
        assert rule(at_low) >= rule(at_high)


@given(attributions, shares)
def test_the_rules_stand_in_their_published_order(
    attribution: Attribution, cap: Fraction
) -> None:
    """Contributory owes least; then the two bars, pure, capped, and blame-blind."""
    order: list[LiabilityRule] = [
        Contributory(),
        BarredAtHalf(),
        BarredAboveHalf(),
        PureComparative(),
        CappedCustomerShare(cap),
        BlameBlind(),
    ]
    owed = [rule(attribution) for rule in order]
    assert owed == sorted(owed)


@given(comparative, attributions)
def test_only_the_customers_own_share_counts(
    rule: LiabilityRule, attribution: Attribution
) -> None:
    """For third parties, nature and the unknown the company answers to the customer."""
    assert rule(attribution) == rule(customer_at(attribution.share("customer")))


@given(attributions)
def test_the_cap_spans_from_blind_to_comparative(attribution: Attribution) -> None:
    """A cap of nothing is blame-blind, a cap of all is pure comparative."""
    assert CappedCustomerShare(0)(attribution) == BlameBlind()(attribution)
    assert CappedCustomerShare(1)(attribution) == PureComparative()(attribution)


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        (PureComparative(), "PureComparative()"),
        (CappedCustomerShare("1/5"), "CappedCustomerShare(cap=Fraction(1, 5))"),
        (
            Defence(("nature",), above="1/2"),
            "Defence(parties=('nature',), above=Fraction(1, 2), is_two_stage=False)",
        ),
    ],
)
def test_a_liability_rule_is_a_value(rule: LiabilityRule, shown: str) -> None:
    """A rule shows its parameters, compares by them, hashes and pickles."""
    assert repr(rule) == shown
    assert len({rule, sent_to_a_worker(rule)}) == 1
    assert rule != BlameBlind()


# The negligence table

PURE, AT, ABOVE, NONE = (
    PureComparative(),
    BarredAtHalf(),
    BarredAboveHalf(),
    Contributory(),
)
TABLE: dict[str, tuple[int, int, int, int]] = {
    "0.20": (80_000, 80_000, 80_000, 0),
    "0.49": (51_000, 51_000, 51_000, 0),
    "0.50": (50_000, 0, 50_000, 0),
    "0.51": (49_000, 0, 0, 0),
    "0.90": (10_000, 0, 0, 0),
}


@pytest.mark.parametrize(
    ("fault", "rule", "recovered"),
    [
        (fault, rule, recovered)
        for fault, row in TABLE.items()
        for rule, recovered in zip((PURE, AT, ABOVE, NONE), row, strict=True)
    ],
)
def test_the_published_negligence_table(
    fault: str, rule: LiabilityRule, recovered: int
) -> None:
    """At a loss of 100,000 each rule pays what the published table says."""
    owed = rule(customer_at(fault))
    paid = Money("100000", "USD").times(owed, rounding=Rounding.HALF_UP)
    assert paid == Money(recovered, "USD")


@pytest.mark.parametrize(
    ("rule", "owed"), [(PURE, 1), (AT, 1), (ABOVE, 1), (NONE, 1), (BlameBlind(), 1)]
)
def test_a_blameless_customer_is_owed_all(rule: LiabilityRule, owed: int) -> None:
    """Without a share of the customer's own, nothing comes off."""
    assert rule(Attribution.unknown()) == owed


@pytest.mark.parametrize(
    ("customer", "owed"), [("0.1", "0.9"), ("0.2", "0.8"), ("0.3", "0.8"), ("1", "0.8")]
)
def test_the_customers_share_counts_up_to_the_cap(customer: str, owed: str) -> None:
    """Beyond the cap the customer's doing takes nothing more off."""
    assert CappedCustomerShare("1/5")(customer_at(customer)) == Fraction(owed)


# The defence


def laid(**shares: str) -> Attribution:
    """Lay shares to parties by name."""
    return Attribution(dict(shares))


@pytest.mark.parametrize(
    ("rule", "attribution", "owed"),
    [
        (Defence(), laid(nature="1"), 0),
        (Defence(), laid(nature="1/2", authority="1/2"), 0),
        (Defence(), laid(nature="99/100", firm="1/100"), 1),
        (Defence(), laid(nature="99/100", unknown="1/100"), 1),
        (Defence(), laid(unknown="1"), 1),
        (Defence(), laid(nature="1/2", customer="1/2"), 1),
        (Defence((Party.NATURE, "customer")), laid(nature="1/2", customer="1/2"), 0),
        (Defence(("nature",)), laid(authority="1"), 1),
        (Defence(()), laid(nature="1"), 1),
        (Defence(above="1/2"), laid(nature="1/2", firm="1/2"), 1),
        (Defence(above="1/2"), laid(nature="51/100", unknown="49/100"), 0),
        (Defence(above="1/2"), laid(nature="3/10", authority="3/10", firm="4/10"), 0),
        (Defence(above=0), laid(firm="1"), 1),
        (Defence(("nature", "nature"), above="1/2"), laid(nature="1/2", firm="1/2"), 1),
    ],
)
def test_a_defence_holds_wholly_or_not_at_all(
    rule: Defence, attribution: Attribution, owed: int
) -> None:
    """The company owes all unless it shows enough, and the unknown shows nothing."""
    assert rule(attribution) == owed


@given(attributions, below_one)
def test_the_unknown_never_counts_for_the_company(
    attribution: Attribution, above: Fraction
) -> None:
    """Laying the unknown part to the firm instead changes no defence."""
    shares = dict(attribution.shares)
    shares["firm"] = attribution.share("firm") + shares.pop("unknown", Fraction())
    for rule in (Defence(), Defence(above=above)):
        assert rule(attribution) == rule(Attribution(shares))


def storms(*controls: Controllability) -> Attribution:
    """Lay a failure to storms of equal weight, as preventable as given."""
    causes = tuple(
        Cause(f"storm {n}", "nature", controllability=control)
        for n, control in enumerate(controls)
    )
    return Attribution.by_weight((*causes, Cause("crew", "firm", weight=0)))


YES, NO, MAYBE = (
    Controllability.CONTROLLABLE,
    Controllability.UNCONTROLLABLE,
    Controllability.UNKNOWN,
)


@pytest.mark.parametrize(
    ("attribution", "above", "owed"),
    [
        (storms(NO), None, 0),
        (storms(NO, NO), None, 0),
        (storms(YES), None, 1),
        (storms(MAYBE), None, 1),
        (storms(NO, YES), None, 1),
        (storms(NO, MAYBE), "1/2", 1),
        (storms(NO, MAYBE), "49/100", 0),
        (laid(nature="1"), None, 1),
    ],
)
def test_the_second_stage_asks_whether_it_could_be_avoided(
    attribution: Attribution, above: str | None, owed: int
) -> None:
    """Extraordinary is not enough: only what is shown to be unavoidable counts."""
    assert Defence(above=above)(attribution) == 0
    assert Defence(above=above, is_two_stage=True)(attribution) == owed


def test_each_partys_share_stands_on_its_own_causes() -> None:
    """That the firm could not help its part does not excuse an avoidable storm."""
    attribution = Attribution.by_weight(
        (
            Cause("storm", "nature", controllability=YES),
            Cause("crew", "firm", controllability=NO),
        )
    )
    assert Defence(above=0, is_two_stage=True)(attribution) == 1


@given(attributions, defences)
def test_a_second_stage_never_helps_the_company(
    attribution: Attribution, rule: Defence
) -> None:
    """Who must show more owes no less."""
    one, two = (attrs.evolve(rule, is_two_stage=stage) for stage in (False, True))
    assert one(attribution) <= two(attribution)


# Recourse


@given(attributions, euros, shares)
def test_what_is_borne_is_what_was_paid(
    attribution: Attribution, paid: Money, owed: Fraction
) -> None:
    """To the cent, whoever bears what; nobody stands twice, nobody is invented."""
    borne = recourse(attribution, paid, owed=owed)
    assert sum((part for _, part in borne), Money.zero("EUR")) == paid
    names = [party for party, _ in borne]
    assert len(set(names)) == len(names)
    assert set(names) <= {"firm"} | {party for party, _ in attribution.shares}


@given(attributions, euros)
def test_each_bears_its_share_within_a_cent(
    attribution: Attribution, paid: Money
) -> None:
    """Where all was owed, a part is off its exact share by less than one cent."""
    for party, part in recourse(attribution, paid):
        assert abs(part.minor - attribution.share(party) * paid.minor) < 1


@given(attributions, euros, st.randoms())
def test_who_is_named_first_gets_no_odd_cent(
    attribution: Attribution, paid: Money, chance: Any
) -> None:
    """Equal shares are ordered by name, so the cents do not hang on the writing."""
    pairs = list(attribution.shares)
    chance.shuffle(pairs)
    assert recourse(Attribution(tuple(pairs)), paid) == recourse(attribution, paid)


@given(attributions.filter(lambda a: a.share("customer") < 1), st.integers(0, 10**6))
def test_a_third_party_bears_the_same_under_either_rule(
    attribution: Attribution, units: int
) -> None:
    """Whether the customer's share was taken off or not, a supplier bears its own."""
    exact = 4 * lcm(*(share.denominator for _, share in attribution.shares))
    loss = Money.from_minor(units * exact, "EUR")
    for rule in (PureComparative(), CappedCustomerShare("1/4"), BlameBlind()):
        owed = rule(attribution)
        paid = loss.times(owed, rounding=Rounding.HALF_EVEN)
        borne = dict(recourse(attribution, paid, owed=owed))
        for party, share in attribution.shares:
            if party != "customer":
                assert borne[party].minor == loss.minor * share


def test_the_odd_cent_goes_to_the_largest_remainder() -> None:
    """Three equal shares of one euro: the first by name takes the odd cent."""
    thirds = Attribution({"unit": "1/3", "firm": "1/3", "supplier": "1/3"})
    assert recourse(thirds, Money("1.00", "EUR")) == (
        ("firm", Money("0.34", "EUR")),
        ("supplier", Money("0.33", "EUR")),
        ("unit", Money("0.33", "EUR")),
    )


SHARED = Attribution({"supplier": "1/2", "firm": "3/10", "customer": "1/5"})


@pytest.mark.parametrize(
    ("owed", "paid", "borne"),
    [
        ("1", 100, {"supplier": 50, "firm": 30, "customer": 20}),
        ("4/5", 80, {"supplier": 50, "firm": 30}),
        ("9/10", 90, {"supplier": 50, "firm": 30, "customer": 10}),
        ("2/5", 40, {"supplier": 25, "firm": 15}),
        ("0", 7, {"firm": 7}),
    ],
)
def test_the_customer_does_not_bear_its_share_twice(
    owed: str, paid: int, borne: dict[str, int]
) -> None:
    """What the liability rule took off is not laid to the customer again."""
    parts = recourse(SHARED, Money(paid, "EUR"), owed=owed)
    assert dict(parts) == {name: Money(part, "EUR") for name, part in borne.items()}


def test_where_nobody_is_left_the_firm_bears_its_gift() -> None:
    """Goodwill to a customer whose own doing it was is the firm's expense."""
    five = Money("5.00", "EUR")
    assert recourse(Attribution.to("customer"), five, owed=0) == (("firm", five),)
    assert recourse(Attribution.to("customer"), five, owed="1/2") == (
        ("customer", five),
    )


# Wrong inputs


@pytest.mark.parametrize(
    ("kind", "given", "mend"),
    [
        (CappedCustomerShare, {"cap": "1.1"}, "CappedCustomerShare.cap"),
        (CappedCustomerShare, {"cap": "-1/10"}, "from 0 to 1"),
        (CappedCustomerShare, {"cap": 0.2}, "0.2 is not exact"),
        (Defence, {"parties": ("unknown",)}, "leave it out"),
        (Defence, {"parties": "nature"}, "give a tuple of str"),
        (Defence, {"above": 1}, "caused wholly"),
        (Defence, {"above": "-1/2"}, "Defence.above"),
        (Defence, {"above": 0.5}, "0.5 is not exact"),
        (Defence, {"is_two_stage": 1}, "give bool"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_the_mend(
    kind: Any, given: dict[str, Any], mend: str
) -> None:
    """A wrong parameter fails where the rule is built, and the message names it."""
    with pytest.raises(InvalidValueError) as refused:
        kind(**given)
    assert mend in str(refused.value)


@pytest.mark.parametrize(
    ("paid", "owed", "mend"),
    [
        (100, 1, "give Money"),
        (1.5, 1, "give Money"),
        (Money(1, "EUR"), "2", "from 0 to 1"),
        (Money(1, "EUR"), -1, "from 0 to 1"),
        (Money(1, "EUR"), 0.5, "0.5 is not exact"),
    ],
)
def test_recourse_over_what_cannot_be_is_refused(
    paid: Any, owed: Any, mend: str
) -> None:
    """Only exact money is borne, and only an exact share can have been owed."""
    with pytest.raises(InvalidValueError) as refused:
        recourse(SHARED, paid, owed=owed)
    assert mend in str(refused.value)
