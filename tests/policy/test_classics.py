"""What the classics of practice give, and when an award is only a token."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core._domain.claim import Claim
from recovery_core._domain.customer import Customer
from recovery_core._domain.failure import (
    FailureKind,
    Origin,
    Resource,
    ServiceFailure,
)
from recovery_core._domain.money import Money
from recovery_core._domain.reason import Reason
from recovery_core._domain.remedy import Award, Remedy, RemedyKind
from recovery_core.errors import ContractError, InvalidValueError, PolicyError
from recovery_core.policy import (
    CompensationPolicy,
    Reimbursement,
    ReplacementNotRepair,
    SpendingLimit,
    StandingDiscount,
    TangibleForArchitecture,
    check_not_token,
)

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
ZERO = Money.zero("EUR")
DAY = timedelta(days=1)


def eur(amount: str) -> Money:
    """Count in euros."""
    return Money(amount, "EUR")


def cash(amount: str, **more: Any) -> Remedy:
    """Give cash."""
    return Remedy(RemedyKind.CASH, eur(amount), **more)


def lost(amount: str | None = None, **more: Any) -> Claim:
    """Claim for a loss, stated or not."""
    loss = None if amount is None else eur(amount)
    failure = ServiceFailure("lost", loss=loss)
    return attrs.evolve(Claim(failure, NOON), **more)


def codes(award: Award) -> list[str]:
    """Read why."""
    return [reason.code for reason in award.because]


# SpendingLimit

euros = st.builds(Money.from_minor, st.integers(1, 500), st.just("EUR"))
losses = st.none() | st.builds(Money.from_minor, st.integers(0, 500), st.just("EUR"))
remedies = st.builds(
    Remedy,
    st.sampled_from([RemedyKind.CASH, RemedyKind.CREDIT]),
    euros,
    is_statutory=st.booleans(),
) | st.builds(
    Remedy,
    st.sampled_from([RemedyKind.REPLACEMENT, RemedyKind.CARE]),
    st.none() | euros,
)
claims = st.builds(
    lambda loss, asked, earlier: Claim(
        ServiceFailure("lost", loss=loss), NOON, asked_for=asked, earlier=earlier
    ),
    losses,
    st.none() | remedies,
    st.lists(remedies, max_size=2).map(tuple),
)


def given_before(claim: Claim) -> Money:
    """Count all that the case was given before, care included."""
    return sum((r.value for r in claim.earlier if r.value), ZERO)


@given(euros, claims)
def test_an_incident_never_costs_more_than_the_limit(
    limit: Money, claim: Claim
) -> None:
    """With all that was given before, an incident stays within its limit."""
    worth = SpendingLimit(limit)(claim).worth or ZERO
    before = given_before(claim)
    assert worth + before <= max(limit, before)


@given(euros, claims)
def test_what_is_wanted_is_made_good_as_far_as_it_goes(
    limit: Money, claim: Claim
) -> None:
    """The customer gets the whole of it, or all that is left."""
    worth = SpendingLimit(limit)(claim).worth or ZERO
    asked, loss = claim.asked_for, claim.failure.loss
    wanted = asked.value if asked and asked.value else loss or ZERO
    left = max(limit - given_before(claim), ZERO)
    assert worth == min(wanted, left)


NEW = Remedy(RemedyKind.REPLACEMENT, eur("30"), what="the book")
MEAL = Remedy(RemedyKind.CARE, eur("30"), what="d")


def refund(amount: str) -> Remedy:
    """Refund a sum."""
    return Remedy(RemedyKind.REFUND, eur(amount))


@pytest.mark.parametrize(
    ("claim", "given"),
    [
        (lost("30"), Remedy(RemedyKind.REFUND, eur("30"))),
        (lost("30.01"), Remedy(RemedyKind.REFUND, eur("30"))),
        (lost("5", asked_for=NEW), NEW),
        (lost(asked_for=NEW), NEW),
        # what has no value says nothing about the sum
        (
            lost("5", asked_for=Remedy(RemedyKind.REPLACEMENT)),
            Remedy(RemedyKind.REFUND, eur("5")),
        ),
        # a thing that does not fit is given as far as money goes
        (lost(asked_for=NEW, earlier=(cash("10"),)), cash("20", what="the book")),
        (lost(asked_for=cash("40")), cash("30")),
        # calling it a right lifts no limit
        (lost(asked_for=cash("40", is_statutory=True)), cash("30")),
        (lost("5", asked_for=cash("4", is_statutory=True)), cash("4")),
        # nor does calling it care, asked for or had
        (lost(asked_for=MEAL), MEAL),
        (lost(asked_for=attrs.evolve(MEAL, value=eur("30.01"))), cash("30", what="d")),
        (lost("30", earlier=(attrs.evolve(MEAL, value=eur("29")),)), refund("1")),
    ],
    ids=range(12),
)
def test_what_a_spending_limit_gives(claim: Claim, given: Remedy) -> None:
    """What was asked for, else what was lost, up to the limit."""
    award = SpendingLimit(eur("30"))(claim)
    assert award.alternatives == (given,)
    assert award.amends == ()
    assert codes(award) == ["spending-limit"]


def test_a_spending_limit_that_is_used_up_gives_nothing() -> None:
    """The reason reads the limit, what is left of it, and what was wanted."""
    award = SpendingLimit(eur("30"))(lost("5", earlier=(cash("30"),)))
    assert award.is_empty
    read = {"limit": eur("30"), "left": ZERO, "wanted": eur("5")}
    assert dict(award.because[0].values) == read


@pytest.mark.parametrize("policy", [SpendingLimit(eur("30")), Reimbursement()])
@pytest.mark.parametrize("loss", [None, "0"])
def test_where_no_loss_was_stated_there_is_nothing_to_pay_back(
    policy: CompensationPolicy, loss: str | None
) -> None:
    """No figure is made up for the customer."""
    award = policy(lost(loss))
    assert award.is_empty
    assert codes(award) == ["no-stated-loss"]


def test_a_spending_limit_speaks_for_its_currency() -> None:
    """Dollars asked for, or given before, are not measured in euros."""
    dollars = Remedy(RemedyKind.CASH, Money("1", "USD"))
    for claim in (lost(asked_for=dollars), lost("5", earlier=(dollars,))):
        with pytest.raises(PolicyError, match="convert inside the policy"):
            SpendingLimit(eur("30"))(claim)


@pytest.mark.parametrize("limit", [5, 5.0, True, None, eur("-1")], ids=repr)
def test_a_spending_limit_is_money(limit: Any) -> None:
    """A number without a currency limits nothing."""
    with pytest.raises(InvalidValueError, match=r"limit cannot be .*give Money"):
        SpendingLimit(limit)


# Reimbursement


@given(euros, st.sampled_from([k for k in RemedyKind if k.is_monetary]))
def test_the_stated_price_is_paid_back_whole(loss: Money, kind: RemedyKind) -> None:
    """Neither evidence nor blame changes a cent of it."""
    claim = Claim(ServiceFailure("lost", loss=loss), NOON, owed=Fraction(0))
    award = Reimbursement(kind)(claim)
    assert award.alternatives == (Remedy(kind, loss),)
    assert dict(award.because[0].values) == {"loss": loss}


@pytest.mark.parametrize("kind", [RemedyKind.POINTS, "refund", None])
def test_a_price_is_paid_back_in_money(kind: Any) -> None:
    """Points repay no price."""
    with pytest.raises(InvalidValueError, match="kind cannot be"):
        Reimbursement(kind)


# ReplacementNotRepair


def broken(bought: Any = None, *, loss: Money | None = None) -> Claim:
    """Claim for a product that failed on the first of May."""
    facts = {} if bought is None else {"bought_on": bought}
    kind = FailureKind(resource=Resource.PRODUCT)
    failed = NOON.date()
    failure = ServiceFailure(
        "broken", kind=kind, loss=loss, occurred_on=failed, facts=facts
    )
    return Claim(failure, NOON + 9 * DAY)


@pytest.mark.parametrize(
    ("bought", "kind", "code"),
    [
        (date(2026, 4, 17), RemedyKind.REPLACEMENT, "replacement"),
        (date(2026, 4, 1), RemedyKind.REPLACEMENT, "replacement"),
        (date(2026, 3, 31), RemedyKind.REPAIR, "repair"),
        (date(2026, 5, 1), RemedyKind.REPLACEMENT, "replacement"),
        (date(2026, 5, 2), None, "no-purchase-day"),
        (None, None, "no-purchase-day"),
        (datetime(2026, 4, 1, 8, tzinfo=UTC), RemedyKind.REPLACEMENT, "replacement"),
    ],
    ids=range(7),
)
def test_the_period_decides_between_a_new_one_and_a_repair(
    bought: Any, kind: RemedyKind | None, code: str
) -> None:
    """The last day is inside; the day of the failure counts, not that of the claim."""
    award = ReplacementNotRepair()(broken(bought))
    assert [remedy.kind for remedy in award.alternatives] == ([kind] if kind else [])
    assert codes(award) == [code]


def test_a_new_one_is_worth_what_the_old_one_cost() -> None:
    """Where the price was stated, the reason and the remedy can be measured."""
    award = ReplacementNotRepair(14 * DAY)(broken(date(2026, 4, 17), loss=eur("250")))
    assert award.worth == eur("250")
    assert dict(award.because[0].values) == {
        "bought_on": date(2026, 4, 17),
        "failed_on": date(2026, 5, 1),
        "within": 14 * DAY,
    }


def test_only_a_product_is_replaced() -> None:
    """A missed train is not sent new."""
    award = ReplacementNotRepair()(lost("5"))
    assert award.is_empty
    assert codes(award) == ["no-product"]


def test_the_day_of_purchase_goes_by_the_name_it_was_given() -> None:
    """Another fact can hold the day; one that holds no day is an error."""
    assert ReplacementNotRepair(bought_on="sold")(broken(NOON.date())).is_empty
    with pytest.raises(PolicyError, match="give the day of purchase as a date"):
        ReplacementNotRepair()(broken("yesterday"))


@pytest.mark.parametrize("wrong", [30, 1.5, None, timedelta(), -DAY], ids=repr)
def test_a_period_is_a_span_of_time(wrong: Any) -> None:
    """Thirty of what?"""
    with pytest.raises(InvalidValueError, match=r"within cannot be .*timedelta\(days"):
        ReplacementNotRepair(wrong)


def test_a_fact_goes_by_a_name() -> None:
    """An empty name finds no fact."""
    with pytest.raises(InvalidValueError, match="give a text"):
        ReplacementNotRepair(bought_on="")


# StandingDiscount


def test_a_customer_about_to_leave_gets_the_discount() -> None:
    """It is given in addition, as a rate on what is still to come."""
    claim = lost(customer=Customer("c", is_leaving=True))
    award = StandingDiscount()(claim)
    assert award.alternatives == ()
    assert [r.basis_points for r in award.amends] == [2000]
    assert award.worth is None
    assert dict(award.because[0].values) == {"is_leaving": True}


@pytest.mark.parametrize("customer", [None, Customer("c")])
def test_a_customer_who_stays_gets_none(customer: Customer | None) -> None:
    """Nobody is taken to be leaving without being said to."""
    award = StandingDiscount()(lost(customer=customer))
    assert award == Award.nothing(
        Reason(
            "not-leaving",
            "the customer is not known to be leaving",
            {"is_leaving": False},
        )
    )


@pytest.mark.parametrize("rate", [0, 10_001, 0.2, True, "2000", None], ids=repr)
def test_a_rate_is_basis_points(rate: Any) -> None:
    """Whole basis points, more than nothing and not more than all."""
    with pytest.raises(InvalidValueError):
        StandingDiscount(rate)


@pytest.mark.parametrize("rate", [1, 10_000])
def test_the_ends_of_the_rate_are_inside(rate: int) -> None:
    """A hundredth of a percent is a discount, and so is everything."""
    claim = lost(customer=Customer("c", is_leaving=True))
    assert StandingDiscount(rate)(claim).amends[0].basis_points == rate


# TangibleForArchitecture

WORDS, POINTS = Remedy(RemedyKind.EXPLANATION), Remedy(RemedyKind.POINTS, points=5)


def built(origin: Origin = Origin.ARCHITECTURE) -> Claim:
    """Claim for a failure of some origin."""
    return Claim(ServiceFailure("queue", kind=FailureKind(origin=origin)), NOON)


def gives(*amends: Remedy) -> CompensationPolicy:
    """Give the same to everybody."""

    def give(claim: Claim, /) -> Award:
        return Award(amends=amends, because=(Reason("inner", repr(amends)),))

    return give


@pytest.mark.parametrize("had", [(), (WORDS,), (WORDS, POINTS)])
def test_a_failure_of_the_architecture_gets_something_tangible(
    had: tuple[Remedy, ...],
) -> None:
    """Words and points stay, and the fallback's remedies come with them."""
    award = TangibleForArchitecture(gives(*had), gives(cash("5")))(built())
    assert award.amends == (*had, cash("5"))
    assert codes(award) == ["inner", "inner", "tangible-due"]
    read = {"origin": "architecture", "is_tangible": True}
    assert dict(award.because[-1].values) == read


@pytest.mark.parametrize("origin", [Origin.HUMAN, Origin.UNKNOWN])
def test_a_slip_is_left_to_the_policy(origin: Origin) -> None:
    """Only the architecture demands it."""
    policy = gives(WORDS)
    claim = built(origin)
    assert TangibleForArchitecture(policy, gives(cash("5")))(claim) == policy(claim)


@pytest.mark.parametrize("kind", [k for k in RemedyKind if k.is_tangible])
def test_who_already_gives_something_tangible_gives_no_more(kind: RemedyKind) -> None:
    """One thing that mends or repays is enough, of any kind."""
    policy = gives(WORDS, Remedy(kind, eur("1")))
    claim = built()
    assert TangibleForArchitecture(policy, gives(cash("5")))(claim) == policy(claim)


def test_a_fallback_that_is_only_a_token_is_told() -> None:
    """The reason says when even the fallback held nothing tangible."""
    award = TangibleForArchitecture(gives(WORDS), gives(POINTS))(built())
    assert award.amends == (WORDS, POINTS)
    assert award.because[-1].values["is_tangible"] is False


@pytest.mark.parametrize("wrong", [None, Award(), Reimbursement], ids=repr)
def test_both_policies_can_be_asked(wrong: Any) -> None:
    """A class is no policy before it is called."""
    with pytest.raises(InvalidValueError, match="policy cannot be"):
        TangibleForArchitecture(wrong, gives())
    with pytest.raises(InvalidValueError, match="fallback cannot be"):
        TangibleForArchitecture(gives(), wrong)


def test_both_policies_answer_in_one_currency_and_with_awards() -> None:
    """What cannot be joined is an error that names the one to blame."""
    yen = gives(Remedy(RemedyKind.CARE, Money("5", "JPY")))
    with pytest.raises(PolicyError, match="TangibleForArchitecture cannot measure"):
        TangibleForArchitecture(yen, gives(cash("5")))(built())

    def nonsense(claim: Claim, /) -> Any:
        return None

    with pytest.raises(ContractError, match="nonsense broke its contract"):
        TangibleForArchitecture(gives(), nonsense)(built())


# check_not_token


@given(
    st.builds(Award, st.lists(remedies, max_size=2).map(tuple)),
    losses,
    st.fractions(0, 1, max_denominator=9),
    st.fractions(0, 1, max_denominator=9),
)
def test_asking_for_more_never_clears_an_award(
    award: Award, loss: Money | None, one: Fraction, other: Fraction
) -> None:
    """What is a token by a low measure is one by any higher."""
    claim = Claim(ServiceFailure("lost", loss=loss), NOON)
    low, high = sorted([one, other])
    found = check_not_token(award, claim, low)
    assert {reason.code for reason in found} <= {
        reason.code for reason in check_not_token(award, claim, high)
    }


@pytest.mark.parametrize(
    ("amends", "loss", "found"),
    [
        ((cash("10.00"),), "100", []),
        ((cash("9.99"),), "100", ["token-too-small"]),
        ((), "100", ["token-nothing-tangible"]),
        ((WORDS,), "100", ["token-nothing-tangible"]),
        ((POINTS,), None, ["token-nothing-tangible"]),
        (
            (Remedy(RemedyKind.CARE, eur("9.99")),),
            "100",
            ["token-nothing-tangible", "token-too-small"],
        ),
        ((Remedy(RemedyKind.CARE, eur("10")),), "100", ["token-nothing-tangible"]),
        # what cannot be measured is not called small
        ((Remedy(RemedyKind.REDO), cash("0.01")), "100", []),
        ((cash("0.01"),), None, []),
        ((cash("0.01"),), "0", []),
    ],
    ids=range(10),
)
def test_a_token_is_not_recovery(
    amends: tuple[Remedy, ...], loss: str | None, found: list[str]
) -> None:
    """An award is a token if nothing in it is tangible, or too little of it."""
    told = check_not_token(Award(amends=amends), lost(loss))
    assert [reason.code for reason in told] == found


def test_a_token_is_measured_by_the_share_asked_for() -> None:
    """The reason reads the worth, the loss and the share."""
    award = Award((cash("3"), cash("1")), (cash("1"),))
    assert check_not_token(award, lost("8"), "1/2") == ()
    told = check_not_token(award, lost("8"), "0.51")
    read = {"worth": eur("4"), "loss": eur("8"), "least": Fraction(51, 100)}
    assert dict(told[0].values) == read


@pytest.mark.parametrize("least", [0.1, True, None, "some", -1], ids=repr)
def test_the_least_share_is_exact(least: Any) -> None:
    """No float decides whether something is recovery."""
    with pytest.raises(InvalidValueError):
        check_not_token(Award(), lost("5"), least)


def test_a_token_is_measured_in_one_currency() -> None:
    """A loss in euros measures no dollars."""
    award = Award(amends=(Remedy(RemedyKind.CASH, Money("5", "USD")),))
    with pytest.raises(PolicyError, match="check_not_token cannot measure"):
        check_not_token(award, lost("5"))


@pytest.mark.parametrize(
    "policy",
    [
        SpendingLimit(eur("30")),
        Reimbursement(),
        ReplacementNotRepair(),
        StandingDiscount(),
        TangibleForArchitecture(Reimbursement(), SpendingLimit(eur("30"))),
    ],
    ids=range(5),
)
@given(claim=claims)
def test_the_classics_are_pure_and_always_say_why(
    policy: CompensationPolicy, claim: Claim
) -> None:
    """The same claim gets the same award, with a reason in it."""
    award = policy(claim)
    assert policy(claim) == award
    assert award.because
