import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from functools import partial
from math import comb
from typing import Any

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recovery_core._domain.claim import Claim
from recovery_core._domain.customer import Customer, PastClaim
from recovery_core._domain.failure import ServiceFailure
from recovery_core._domain.money import MAX_MINOR, Money
from recovery_core._domain.verdict import Action, Verdict
from recovery_core.abuse import (
    AbuseDetector,
    ClaimRate,
    ClaimVelocity,
    ValueConcentration,
)
from recovery_core.abuse.posterior import count_probability_parts_above_rate
from recovery_core.errors import InvalidValueError
from recovery_core.testing import strategies
from tests.support.laws import check_value

TODAY = date(2026, 5, 1)
NOW = datetime(2026, 5, 1, 15, 30, tzinfo=UTC)
MONTH = timedelta(days=30)
CAP = Money("20.00", "EUR")


def days_ago(days: int, **given: Any) -> PastClaim:
    """Date an earlier claim by its age."""
    return PastClaim(TODAY - timedelta(days=days), **given)


def euros(cents: int) -> Money:
    """Give an amount in cents."""
    return Money.from_minor(cents, "EUR")


def claim_of(
    *past: PastClaim, encounters: int | None = 0, sales: Money | None = None
) -> Claim:
    """Make a claim today, with a history."""
    customer = Customer("c", claims=past, encounters=encounters, annual_sales=sales)
    return Claim(ServiceFailure("late"), NOW, customer=customer)


# Near enough to each other, and to the bounds, that every threshold is crossed.
moneys = strategies.monies("EUR", min_minor=-5, max_minor=9) | strategies.monies()
awarded = strategies.monies("EUR", min_minor=0, max_minor=9) | strategies.monies(
    min_minor=0
)
pasts = st.builds(
    PastClaim,
    st.dates(TODAY - timedelta(days=800), TODAY + timedelta(days=3)),
    awarded=st.none() | awarded,
    was_confirmed=st.booleans(),
)
customers = st.builds(
    Customer,
    st.just("c"),
    encounters=st.none() | st.integers(0, 30) | st.integers(0, 10**30),
    claims=st.lists(pasts, max_size=8).map(tuple),
    annual_sales=st.none() | moneys,
)
current_claims = st.builds(
    Claim, st.just(ServiceFailure("late")), st.just(NOW), customer=customers
)
ends_of_time = st.sampled_from(
    [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
)
claims = current_claims | st.builds(attrs.evolve, current_claims, as_of=ends_of_time)
windows = st.integers(1, 400).map(lambda days: timedelta(days=days))
shares = st.fractions(0, 1, max_denominator=40).filter(lambda x: 0 < x < 1)
velocities = st.builds(ClaimVelocity, st.integers(0, 4), windows)
rates = st.builds(ClaimRate, shares, shares)
concentrations = st.builds(ValueConcentration, st.fractions(0, 1))
detectors: st.SearchStrategy[AbuseDetector] = velocities | rates | concentrations


def gravity(verdict: Verdict) -> tuple[Action, Fraction]:
    """Order verdicts by what they mean for the customer."""
    return verdict.action, verdict.score


def with_customer(claim: Claim, **changes: Any) -> Claim:
    """Change what is known of the customer."""
    assert claim.customer is not None
    return attrs.evolve(claim, customer=attrs.evolve(claim.customer, **changes))


def with_past(claim: Claim, past: PastClaim) -> Claim:
    """Add one earlier claim."""
    assert claim.customer is not None
    return with_customer(claim, claims=(*claim.customer.claims, past))


# ------------------------------------------------------------ what holds for all


@given(detectors, claims | strategies.claims())
def test_every_claim_gets_a_verdict(detector: AbuseDetector, claim: Claim) -> None:
    """No claim is beyond a detector: it answers, and never raises to say no."""
    verdict = detector(claim)
    assert isinstance(verdict, Verdict)
    assert verdict.is_standing(claim.as_of)


@given(detectors, claims)
def test_an_unknown_customer_is_clear(detector: AbuseDetector, claim: Claim) -> None:
    """Where nobody knows the customer, there is nobody to suspect."""
    assert detector(attrs.evolve(claim, customer=None)) == Verdict()


@given(detectors, current_claims, pasts)
def test_a_confirmed_claim_never_worsens(
    detector: AbuseDetector, claim: Claim, past: PastClaim
) -> None:
    """A failure found to be real is never held against its victim."""
    more = with_past(claim, attrs.evolve(past, was_confirmed=True))
    assert gravity(detector(more)) <= gravity(detector(claim))


@given(detectors, current_claims, st.data())
def test_confirming_a_claim_never_worsens(
    detector: AbuseDetector, claim: Claim, data: st.DataObject
) -> None:
    """Finding an earlier claim to be real can only clear the customer."""
    assert claim.customer is not None
    found = tuple(
        attrs.evolve(past, was_confirmed=past.was_confirmed or data.draw(st.booleans()))
        for past in claim.customer.claims
    )
    cleared = with_customer(claim, claims=found)
    assert gravity(detector(cleared)) <= gravity(detector(claim))


@given(detectors, current_claims, st.integers(0, 40))
def test_more_encounters_never_worsen(
    detector: AbuseDetector, claim: Claim, more: int
) -> None:
    """Whoever is there more often has more occasion to be failed."""
    assert claim.customer is not None
    counted = claim.customer.encounters or 0
    claim = with_customer(claim, encounters=counted)
    longer = with_customer(claim, encounters=counted + more)
    assert gravity(detector(longer)) <= gravity(detector(claim))


@given(detectors, current_claims)
def test_what_nobody_counted_is_not_held_against_a_customer(
    detector: AbuseDetector, claim: Claim
) -> None:
    """Encounters that nobody counted suspect no more than any number of them."""
    unknown = with_customer(claim, encounters=None)
    assert gravity(detector(unknown)) <= gravity(detector(claim))


@given(detectors, current_claims, pasts)
def test_one_more_unconfirmed_claim_never_softens(
    detector: AbuseDetector, claim: Claim, past: PastClaim
) -> None:
    """Nobody gets out of suspicion by claiming once more."""
    more = with_past(claim, attrs.evolve(past, was_confirmed=False))
    assert gravity(detector(more)) >= gravity(detector(claim))


@given(detectors, current_claims)
def test_the_order_of_the_history_is_no_matter(
    detector: AbuseDetector, claim: Claim
) -> None:
    """Earlier claims may be listed in any order."""
    assert claim.customer is not None
    turned = with_customer(claim, claims=claim.customer.claims[::-1])
    assert detector(turned) == detector(claim)


@given(velocities | concentrations, current_claims)
def test_a_verdict_expires_when_it_would_no_longer_be_found(
    detector: AbuseDetector, claim: Claim
) -> None:
    """On the day of expiry the same history is clear, and the day before it is not."""
    assert claim.customer is not None
    known = tuple(past for past in claim.customer.claims if past.on <= TODAY)
    claim = with_customer(claim, claims=known)
    verdict = detector(claim)
    if verdict.expires_at is None:
        assert verdict == Verdict()
        return
    assert detector(attrs.evolve(claim, as_of=verdict.expires_at)) == Verdict()
    just_before = attrs.evolve(claim, as_of=verdict.expires_at - timedelta.resolution)
    assert detector(just_before).action is verdict.action


@given(detectors)
def test_a_detector_is_a_value(detector: AbuseDetector) -> None:
    """A detector is frozen, compares by its parameters and goes to a worker whole."""
    check_value(detector)


def test_a_detector_shows_its_parameters() -> None:
    """The repr is how the detector was built."""
    assert repr(ValueConcentration("1/4", action=Action.NOTE)) == (
        "ValueConcentration(most=Fraction(1, 4), action=<Action.NOTE: 1>, cap=None)"
    )


# ------------------------------------------------------------------ the velocity


@pytest.mark.parametrize(
    ("counted", "action", "score"),
    [
        (2, Action.CLEAR, Fraction(0)),
        (3, Action.REVIEW, Fraction(1, 3)),
        (4, Action.REVIEW, Fraction(1, 2)),
        (20, Action.REVIEW, Fraction(9, 10)),
    ],
)
def test_velocity_grows_with_the_excess(
    counted: int, action: Action, score: Fraction
) -> None:
    """The score is the share of the counted claims that lies beyond the bound."""
    verdict = ClaimVelocity(2, MONTH)(claim_of(*[days_ago(1)] * counted))
    assert gravity(verdict) == (action, score)


def test_velocity_says_what_it_read() -> None:
    """The reason carries the count, the bound and the window."""
    (reason,) = ClaimVelocity(1, MONTH)(claim_of(*[days_ago(1)] * 2)).reasons
    assert reason.code == "claim-velocity"
    assert dict(reason.values) == {"unconfirmed": 2, "most": 1, "window": MONTH}
    assert "2 unconfirmed claims in 30 days; 1 raise" in reason.text


@pytest.mark.parametrize(
    ("days", "action"),
    [(-1, "CLEAR"), (0, "REVIEW"), (29, "REVIEW"), (30, "CLEAR")],
)
def test_the_window_ends_today(days: int, action: str) -> None:
    """Today's claim counts, one exactly as old as the window or dated later not."""
    verdict = ClaimVelocity(0, MONTH)(claim_of(days_ago(days)))
    assert verdict.action.name == action


def test_velocity_cools_as_claims_leave_the_window() -> None:
    """Suspicion ends at midnight when the count falls to what is allowed."""
    past = [days_ago(d) for d in (3, 28, 20)]
    assert ClaimVelocity(1, MONTH)(claim_of(*past)).expires_at == datetime(
        2026, 5, 11, tzinfo=UTC
    )
    assert ClaimVelocity(2, MONTH)(claim_of(*past)).expires_at == datetime(
        2026, 5, 3, tzinfo=UTC
    )


@pytest.mark.parametrize("hours", [-12, -5, 0, 9, 14])
def test_days_begin_at_midnight_in_utc(hours: int) -> None:
    """Wherever one moment is written down, it is of one day and expires alike."""
    there = timezone(timedelta(hours=hours))
    for moment in (NOW.replace(hour=0, minute=0), NOW.replace(hour=23, minute=59)):
        claim = attrs.evolve(claim_of(days_ago(0)), as_of=moment.astimezone(there))
        expires = ClaimVelocity(0, MONTH)(claim).expires_at
        assert expires == datetime(2026, 5, 31, tzinfo=UTC)
        assert expires.tzinfo is UTC


def test_velocity_can_cool_off_sooner() -> None:
    """A stated time counts from the moment of asking."""
    detector = ClaimVelocity(0, MONTH, cools_off=timedelta(hours=6))
    assert detector(claim_of(days_ago(0))).expires_at == NOW + timedelta(hours=6)


@pytest.mark.parametrize("cools_off", [None, timedelta(days=1)])
def test_what_would_cool_after_the_last_day_never_does(
    cools_off: timedelta | None,
) -> None:
    """An expiry that no calendar has is none."""
    detector = ClaimVelocity(0, timedelta(days=999_999_999), cools_off=cools_off)
    claim = Claim(
        ServiceFailure("late"),
        datetime(9999, 12, 31, 12, tzinfo=UTC),
        customer=Customer("c", claims=(PastClaim(date(1, 1, 1)),)),
    )
    verdict = detector(claim)
    assert (verdict.action, verdict.expires_at) == (Action.REVIEW, None)


# ---------------------------------------------------------------------- the rate


def summed(rate: Fraction, hits: int, misses: int) -> Fraction:
    """Sum the binomial as the textbook writes it."""
    m = hits + misses - 1
    return sum(
        (comb(m, j) * rate**j * (1 - rate) ** (m - j) for j in range(hits)), Fraction()
    )


def integrated(rate: Fraction, hits: int, misses: int) -> Fraction:
    """Integrate the density, a polynomial, exactly from the rate to one."""
    powers = [
        Fraction((-1) ** i * comb(misses - 1, i), hits + i) for i in range(misses)
    ]
    above = sum(
        (c * (1 - rate ** (hits + i)) for i, c in enumerate(powers)), Fraction()
    )
    return above / sum(powers)


@given(shares, st.integers(1, 25), st.integers(1, 25), st.integers(1, 10**90))
@example(Fraction(1, 2), 2, 2, 2)  # the probability is a half: no precision decides
@example(Fraction(1, 40), 1, 25, 10_000)
@example(Fraction(39, 40), 25, 1, 10_000)
def test_the_posterior_is_the_integral(
    rate: Fraction, hits: int, misses: int, parts: int
) -> None:
    """An integral and a sum lead to the same count of parts, however fine."""
    expected = integrated(rate, hits, misses)
    assert expected == summed(rate, hits, misses)
    assert (
        count_probability_parts_above_rate(rate, hits, misses, parts)
        == expected * parts // 1
    )


@given(shares, st.integers(1, 300), st.integers(1, 900))
def test_the_posterior_is_the_sum_where_that_is_long(
    rate: Fraction, hits: int, misses: int
) -> None:
    """Giving up a sum early leaves the count of parts as it is."""
    expected = summed(rate, hits, misses) * 10_000 // 1
    assert count_probability_parts_above_rate(rate, hits, misses, 10_000) == expected


@pytest.mark.parametrize(
    ("hits", "misses", "parts"),
    [(1, 10**400, 0), (10**6, 10**400, 0), (10**400, 1, 99), (10**400, 10**6, 99)],
)
def test_huge_counts_are_decided_at_once(hits: int, misses: int, parts: int) -> None:
    """A history without end costs no more than a short one; nothing is certain."""
    assert (
        count_probability_parts_above_rate(Fraction(1, 20), hits, misses, 100) == parts
    )


@pytest.mark.parametrize("number", [3, 12, 40])
def test_a_frequent_victim_is_no_abuser(number: int) -> None:
    """Claims found to be real leave a customer clear; unconfirmed ones do not."""
    victim = [days_ago(d, was_confirmed=True, awarded=CAP) for d in range(number)]
    hunter = [days_ago(d, awarded=CAP) for d in range(number)]
    for detector in (
        ClaimVelocity(2, timedelta(days=90)),
        ClaimRate(),
        ValueConcentration(),
    ):
        assert detector(claim_of(*victim, sales=CAP)) == Verdict()
        assert detector(claim_of(*hunter, sales=CAP)).action is Action.REVIEW


def test_a_rate_is_measured_against_exposure() -> None:
    """The same five claims are suspicious in ten encounters, not in a hundred."""
    past = [days_ago(d) for d in range(5)]
    assert ClaimRate()(claim_of(*past, encounters=10)).action is Action.REVIEW
    assert ClaimRate()(claim_of(*past, encounters=100)) == Verdict()


def test_fewer_encounters_than_claims_count_as_the_claims() -> None:
    """Every claim is an encounter, counted or not."""
    past = [days_ago(d) for d in range(3)]
    past += [days_ago(d, was_confirmed=True) for d in range(4)]
    detector = ClaimRate(certainty="1/2")
    assert detector(claim_of(*past)) == detector(claim_of(*past, encounters=7))
    assert detector(claim_of(*past)).score == detector.posterior(3, 7)
    assert detector.posterior(3, 2) == detector.posterior(3, 3)


@given(rates, current_claims)
def test_without_a_count_of_encounters_there_is_no_rate(
    rate: ClaimRate, claim: Claim
) -> None:
    """Where nobody counted, nothing is known of a rate; counted none is a count."""
    assert rate(with_customer(claim, encounters=None)) == Verdict()
    past = [days_ago(d) for d in range(5)]
    assert ClaimRate()(claim_of(*past, encounters=None)) == Verdict()
    assert ClaimRate()(claim_of(*past, encounters=0)).action is Action.REVIEW


@pytest.mark.parametrize("days", [-1, -100])
def test_a_claim_dated_later_is_not_counted(days: int) -> None:
    """Looking back at an old case, what came after it is unknown."""
    past = [days_ago(d) for d in range(3)]
    assert ClaimRate()(claim_of(*past, days_ago(days))) == ClaimRate()(claim_of(*past))


def test_without_an_unconfirmed_claim_nobody_is_suspected() -> None:
    """A prior alone, and a low demand for certainty, put nobody in doubt."""
    detector = ClaimRate("1/100", "1/100", prior=(9, 1))
    assert detector(claim_of(encounters=1)) == Verdict()
    assert detector(claim_of(days_ago(1), encounters=1)).action is Action.REVIEW


def test_certainty_reached_is_certainty() -> None:
    """A probability exactly as high as demanded is enough; one just short is not."""
    past = claim_of(days_ago(1), encounters=2)
    assert ClaimRate("1/2", "1/2", prior=(1, 1))(past).score == Fraction(1, 2)
    above = Fraction(1, 2) + Fraction(1, 10**12)
    assert ClaimRate("1/2", above, prior=(1, 1))(past) == Verdict()


def test_the_rate_says_what_it_read() -> None:
    """The reason carries counts, both thresholds and the probability."""
    verdict = ClaimRate()(claim_of(*[days_ago(1)] * 3, encounters=3))
    (reason,) = verdict.reasons
    assert reason.code == "claim-rate"
    assert dict(reason.values) == {
        "unconfirmed": 3,
        "encounters": 3,
        "usual": Fraction(1, 20),
        "probability": Fraction(9778, 10_000),
        "certainty": Fraction(19, 20),
    }
    assert verdict.score == Fraction(9778, 10_000)
    assert verdict.expires_at is None


@pytest.mark.parametrize(
    ("usual", "prior"),
    [("1/20", (1, 19)), ("1/1000", (1, 999)), ("3/100", (1, 33)), ("2/3", (1, 1))],
)
def test_the_prior_follows_the_usual_rate(usual: str, prior: tuple[int, int]) -> None:
    """Unless stated, it weighs as much as one claim at no more than the usual rate."""
    assert ClaimRate(usual).prior == prior


# --------------------------------------------------------------------- the value


@pytest.mark.parametrize(
    ("cents", "score"),
    [(1000, Fraction(0)), (1001, Fraction(1, 1001)), (2000, Fraction(1, 2))],
)
def test_value_is_measured_against_sales(cents: int, score: Fraction) -> None:
    """A tenth of the sales is allowed; the score is the share beyond it."""
    past = [days_ago(9, awarded=euros(cents - 400)), days_ago(3, awarded=euros(400))]
    verdict = ValueConcentration()(claim_of(*past, sales=euros(10_000)))
    assert verdict.score == score
    assert (verdict.action is Action.CLEAR) is (score == 0)


def test_value_says_what_it_read() -> None:
    """The reason carries awards, sales and bound; a year later all is forgotten."""
    past = [days_ago(9, awarded=euros(90)), days_ago(3, awarded=euros(20)), days_ago(2)]
    verdict = ValueConcentration("1/2")(claim_of(*past, sales=euros(100)))
    (reason,) = verdict.reasons
    assert reason.code == "value-concentration"
    assert dict(reason.values) == {
        "awarded": euros(110),
        "annual_sales": euros(100),
        "most": Fraction(1, 2),
    }
    assert "EUR 1.10 awarded in a year" in reason.text
    assert verdict.expires_at == datetime(2027, 4, 22, tzinfo=UTC)


@pytest.mark.parametrize(("days", "action"), [(364, "REVIEW"), (365, "CLEAR")])
def test_awards_count_for_a_year(days: int, action: str) -> None:
    """What was awarded 365 days ago no longer counts."""
    claim = claim_of(days_ago(days, awarded=CAP), sales=CAP)
    assert ValueConcentration()(claim).action.name == action


def test_awards_that_cannot_be_compared_are_left_out() -> None:
    """Dollars prove nothing against sales in euros, and what is unknown nothing."""
    past = [days_ago(1, awarded=Money("900", "USD")), days_ago(1)]
    assert ValueConcentration(0)(claim_of(*past, sales=CAP)) == Verdict()
    assert ValueConcentration(0)(claim_of(days_ago(1, awarded=CAP))) == Verdict()


@pytest.mark.parametrize("cents", [0, -500])
def test_whoever_buys_nothing_is_paid_too_much(cents: int) -> None:
    """Without sales, any award lies wholly beyond the bound."""
    claim = claim_of(days_ago(1, awarded=CAP), sales=euros(cents))
    assert ValueConcentration(1)(claim).score == 1


def test_a_sum_beyond_any_amount_is_shown_as_the_highest() -> None:
    """Awards may add up to more than one amount can hold."""
    past = [days_ago(1, awarded=euros(MAX_MINOR))] * 2
    (reason,) = ValueConcentration()(claim_of(*past, sales=CAP)).reasons
    assert reason.values["awarded"] == euros(MAX_MINOR)


# -------------------------------------------------------- parameters and actions

BUILD = [
    pytest.param(partial(ClaimVelocity, 0, MONTH), id="velocity"),
    pytest.param(partial(ClaimRate, "1/100", "1/2"), id="rate"),
    pytest.param(partial(ValueConcentration, 0), id="value"),
]


@pytest.mark.parametrize("build", BUILD)
@pytest.mark.parametrize("action", [a for a in Action if a is not Action.CLEAR])
def test_the_caller_says_what_follows(
    build: Callable[..., AbuseDetector], action: Action
) -> None:
    """Every action but CLEAR can follow, CAP with its cap."""
    cap = CAP if action is Action.CAP else None
    claim = claim_of(days_ago(1, awarded=CAP), sales=CAP)
    verdict = build(action=action, cap=cap)(claim)
    assert (verdict.action, verdict.cap) == (action, cap)


@pytest.mark.parametrize("build", BUILD)
@pytest.mark.parametrize(
    ("wrong", "mend"),
    [
        ({"action": Action.CLEAR}, ".action cannot be <Action.CLEAR: 0>: give NOTE"),
        ({"action": 5}, ".action cannot be 5: give Action"),
        ({"action": Action.CAP}, ".cap cannot be None: give cap="),
        ({"cap": CAP}, "action=Action.CAP, or neither"),
        ({"action": Action.CAP, "cap": 20}, ".cap cannot be 20: give Money"),
        ({"action": Action.CAP, "cap": -CAP}, "give 0 or more"),
    ],
)
def test_an_action_that_cannot_be_is_refused(
    build: Callable[..., AbuseDetector], wrong: dict[str, Any], mend: str
) -> None:
    """What cannot follow fails when the detector is built, with the mend."""
    with pytest.raises(InvalidValueError, match=re.escape(mend)):
        build(**wrong)


@pytest.mark.parametrize(
    ("kind", "parameter", "wrong", "mend"),
    [
        (ClaimVelocity, "most", [-1, True, 1.5, "1"], "give an int of at least 0"),
        (
            ClaimVelocity,
            "window",
            [timedelta(), -MONTH, timedelta(hours=23), timedelta(hours=25), 30, None],
            "give whole days, such as timedelta(days=90)",
        ),
        (
            ClaimVelocity,
            "cools_off",
            [timedelta(), -MONTH, 5],
            "give a timedelta above zero",
        ),
        (ClaimRate, "usual", [0, 1, "-1/20", "21/20"], "give an exact share above 0"),
        (ClaimRate, "certainty", [0, 1, "-1/20", 2], "give an exact share above 0"),
        (
            ClaimRate,
            "prior",
            [None, 19, [1, 19], (1.5, 2), (True, 1)],
            "give a tuple of int",
        ),
        (
            ClaimRate,
            "prior",
            [(), (1,), (0, 19), (1, 0), (1, 2, 3)],
            "give claims and encounters without one, from 1 up, such as (1, 19)",
        ),
        (ValueConcentration, "most", ["-1/10", 2], "give an exact share from 0 to 1"),
    ],
)
def test_a_parameter_that_cannot_be_is_refused(
    kind: Any, parameter: str, wrong: list[Any], mend: str
) -> None:
    """What cannot be fails when the detector is built, with the mend."""
    valid: dict[str, Any] = (
        {"most": 1, "window": MONTH} if kind is ClaimVelocity else {}
    )
    for value in wrong:
        with pytest.raises(InvalidValueError) as refusal:
            kind(**valid | {parameter: value})
        assert str(refusal.value).startswith(f"{kind.__name__}.{parameter} cannot be ")
        assert mend in str(refusal.value)


@pytest.mark.parametrize("kind", [ClaimRate, ValueConcentration])
def test_a_float_is_no_threshold(kind: Any) -> None:
    """No float ever decides about money."""
    with pytest.raises(InvalidValueError, match="not exact"):
        kind(0.1)
