import itertools
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core import abuse
from recovery_core._domain.claim import Claim
from recovery_core._domain.customer import Customer, PastClaim
from recovery_core._domain.failure import ServiceFailure
from recovery_core._domain.money import MAX_MINOR, Money
from recovery_core._domain.reason import Reason
from recovery_core._domain.verdict import Action, Verdict
from recovery_core.abuse import (
    AbuseDetector,
    ClaimRate,
    Tolerant,
    ValueConcentration,
    expiring,
    shadow,
    temper,
    worst_of,
)
from recovery_core.abuse.hook import judge
from recovery_core.abuse.tempering import must_hold
from recovery_core.errors import ContractError, InvalidValueError
from recovery_core.testing import strategies
from tests.support.laws import check_value

NOW = datetime(2026, 5, 1, 15, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOTHING: Any = None
CLAIM = Claim(ServiceFailure("late"), NOW, case_id="case-7")
WHY = Reason("seen-before", "the same photograph")
ALSO = Reason("no-train", "no such train ran")
REFUSE = Verdict(action=Action.REFUSE, score=Fraction(9, 10), reasons=(WHY,))
REVIEW = Verdict(action=Action.REVIEW, score=Fraction(1, 2), reasons=(ALSO,))


@attrs.frozen
class Says:
    """Answer the same to every claim."""

    verdict: Verdict

    def __call__(self, claim: Claim, /) -> Verdict:
        """Answer."""
        return self.verdict


def raises(claim: Claim, /) -> Verdict:
    """Break the contract by raising."""
    raise ZeroDivisionError("no sales")


def answers_nonsense(claim: Claim, /) -> Any:
    """Break the contract by the answer."""
    return 0.7


def capped(amount: str, currency: str = "EUR", **given: Any) -> Verdict:
    """Limit what may be given."""
    cap = Money(amount, currency)
    return Verdict(action=Action.CAP, reasons=(WHY,), cap=cap, **given)


def euros(cents: int) -> Money:
    """Give an amount in cents."""
    return Money.from_minor(cents, "EUR")


@st.composite
def verdicts(draw: st.DrawFn) -> Verdict:
    """Draw verdicts that agree and disagree often: few reasons, caps and moments."""
    action = draw(st.sampled_from(Action))
    why = st.lists(st.sampled_from([WHY, ALSO]), min_size=1, max_size=2)
    caps = strategies.monies("EUR", min_minor=0) | strategies.monies("USD", min_minor=0)
    hours = st.integers(-2, 4).map(lambda hours: NOW + hours * HOUR)
    return Verdict(
        action=action,
        score=draw(strategies.shares()),
        reasons=tuple(draw(why)) if action is not Action.CLEAR else (),
        cap=draw(caps) if action is Action.CAP else None,
        expires_at=draw(st.none() | hours),
    )


claims = st.builds(
    Claim,
    st.builds(
        ServiceFailure,
        st.just("late"),
        loss=st.none() | strategies.monies("EUR", min_minor=0, max_minor=100),
    ),
    st.just(NOW) | strategies.moments(),
    customer=st.none() | strategies.customers(),
)
said = verdicts().map(Says)
ready_made: st.SearchStrategy[AbuseDetector] = st.sampled_from(
    [ClaimRate("1/20", "1/10"), ValueConcentration(0)]
)
detectors: st.SearchStrategy[AbuseDetector] = said | ready_made
# Never expired when given: what counts then is another rule.
fresh = st.builds(
    attrs.evolve,
    verdicts(),
    expires_at=st.none() | st.integers(1, 9).map(lambda hours: NOW + hours * HOUR),
).map(Says)

# --------------------------------------------------------------------- the hook


@given(detectors, claims)
def test_what_a_detector_says_is_passed_on(
    detector: AbuseDetector, claim: Claim
) -> None:
    """Whoever keeps the contract is heard without a change."""
    assert judge(detector, claim) == detector(claim)


@pytest.mark.parametrize(
    ("detector", "problem"),
    [
        (raises, "raises broke its contract on case case-7: it raised Zero"),
        (answers_nonsense, "case-7: it answered 0.7, not a Verdict"),
        (Says(NOTHING), "Says broke its contract on case case-7: it answered None"),
    ],
    ids=["raises", "answers-nonsense", "answers-nothing"],
)
def test_a_broken_detector_is_named(detector: AbuseDetector, problem: str) -> None:
    """Who broke the contract, on which case and how, stands in the error."""
    with pytest.raises(ContractError, match=re.escape(problem)):
        judge(detector, CLAIM)


def test_a_detector_that_speaks_of_another_case_is_named_itself() -> None:
    """A contract broken on another case is the fault of whoever passed it on."""

    def gossips(claim: Claim, /) -> Verdict:
        raise ContractError("else", "case-8", "it slept")

    with pytest.raises(ContractError, match="else broke its contract") as broken:
        judge(gossips, CLAIM)
    assert broken.value.plug.endswith("gossips")
    assert broken.value.case_id == "case-7"


def test_what_a_detector_raised_is_kept() -> None:
    """The first error stays the cause of the one that is reported."""
    with pytest.raises(ContractError) as broken:
        judge(raises, CLAIM)
    assert isinstance(broken.value.__cause__, ZeroDivisionError)


@pytest.mark.parametrize(
    "wrapped",
    [
        worst_of(Says(REFUSE), raises),
        expiring(raises, HOUR),
        Tolerant(raises),
        worst_of(expiring(Tolerant(raises), HOUR)),
    ],
    ids=["worst-of", "expiring", "tolerant", "all"],
)
def test_the_culprit_is_named_and_not_its_wrapping(wrapped: AbuseDetector) -> None:
    """However deep it sits, the detector that broke the contract is in the error."""
    with pytest.raises(ContractError) as broken:
        judge(wrapped, CLAIM)
    assert broken.value.plug == "raises"


def test_an_interruption_is_no_broken_contract() -> None:
    """Whoever stops the program is not taken for a bad detector."""

    def interrupted(claim: Claim, /) -> Verdict:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge(shadow(interrupted), CLAIM)


WRAPS: dict[str, Callable[[Any], AbuseDetector]] = {
    "WorstOf.detectors": lambda inner: worst_of(Says(REFUSE), inner),
    "Shadow.detector": shadow,
    "Expiring.detector": lambda inner: expiring(inner, HOUR),
    "Tolerant.detector": Tolerant,
}


@pytest.mark.parametrize("where", WRAPS)
@pytest.mark.parametrize(
    ("wrong", "mend"),
    [
        (None, "give a function, or what is called like one"),
        ("rate", "give a function, or what is called like one"),
        (7, "give a function, or what is called like one"),
        (ClaimRate, "build one with its parameters, such as ClaimRate(...)"),
    ],
    ids=["nothing", "text", "number", "class"],
)
def test_what_is_no_detector_is_refused(where: str, wrong: object, mend: str) -> None:
    """Only what can judge a claim can be wrapped; a class is not yet a detector."""
    with pytest.raises(InvalidValueError) as refusal:
        WRAPS[where](wrong)
    assert str(refusal.value) == f"{where} cannot be {wrong!r}: {mend}"


@pytest.mark.parametrize("where", WRAPS)
@given(verdicts())
def test_a_wrapped_detector_is_a_value(where: str, verdict: Verdict) -> None:
    """What is made of values is one: frozen, compared by content, portable."""
    check_value(WRAPS[where](Says(verdict)))


@pytest.mark.parametrize(
    ("detector", "shown"),
    [
        (worst_of(raises), f"worst_of({raises!r})"),
        (
            worst_of(ClaimRate(), shadow(ValueConcentration(0))),
            f"worst_of({ClaimRate()!r}, shadow({ValueConcentration(0)!r}))",
        ),
        (
            expiring(ClaimRate(), HOUR),
            f"expiring({ClaimRate()!r}, datetime.timedelta(seconds=3600))",
        ),
    ],
    ids=["one", "two", "expiring"],
)
def test_a_wrapped_detector_shows_how_it_was_made(
    detector: AbuseDetector, shown: str
) -> None:
    """The repr is the call that made it."""
    assert repr(detector) == shown


# ------------------------------------------------------------------ the worst of


@given(st.lists(detectors, min_size=1, max_size=4), claims)
def test_the_worst_is_no_milder_than_any(
    several: list[AbuseDetector], claim: Claim
) -> None:
    """Of several standing verdicts, the gravest action and the highest score hold."""
    verdict = worst_of(*several)(claim)
    standing = [v for v in (d(claim) for d in several) if v.is_standing(claim.as_of)]
    assert verdict.action == max((v.action for v in standing), default=Action.CLEAR)
    assert verdict.score == max((v.score for v in standing), default=0)
    assert verdict.is_standing(claim.as_of)


@given(st.lists(fresh, min_size=1, max_size=3))
def test_the_worst_does_not_depend_on_the_order(several: list[AbuseDetector]) -> None:
    """Whoever is asked first changes the order of the reasons and nothing else."""
    verdicts = [worst_of(*order)(CLAIM) for order in itertools.permutations(several)]
    assert len({attrs.evolve(v, reasons=(WHY,)) for v in verdicts}) == 1
    assert len({frozenset(v.reasons) for v in verdicts}) == 1


@given(fresh, fresh, fresh)
def test_the_worst_may_be_taken_in_parts(
    one: AbuseDetector, two: AbuseDetector, three: AbuseDetector
) -> None:
    """Asking in groups comes to the same as asking all at once."""
    flat = worst_of(one, two, three)(CLAIM)
    assert worst_of(worst_of(one, two), three)(CLAIM) == flat
    assert worst_of(one, worst_of(two, three))(CLAIM) == flat


def test_the_reasons_of_all_are_joined() -> None:
    """Nobody's reason is lost, and none is given twice."""
    note = Verdict(action=Action.NOTE, reasons=(WHY, ALSO))
    verdict = worst_of(Says(REVIEW), Says(note), Says(REFUSE))(CLAIM)
    assert verdict == attrs.evolve(REFUSE, reasons=(ALSO, WHY))


def test_the_earliest_expiry_among_the_worst_holds() -> None:
    """A milder verdict neither shortens nor prolongs a graver one."""
    soon = attrs.evolve(REVIEW, expires_at=NOW + HOUR)
    late = attrs.evolve(REVIEW, expires_at=NOW + 2 * HOUR)
    refused = attrs.evolve(REFUSE, expires_at=NOW + 3 * HOUR)
    for several, expires_at in [
        ((soon, late, REVIEW), NOW + HOUR),
        ((REVIEW, REVIEW), None),
        ((soon, refused, late), NOW + 3 * HOUR),
        ((soon, REFUSE), None),
    ]:
        assert worst_of(*map(Says, several))(CLAIM).expires_at == expires_at


def test_an_expired_verdict_counts_for_nothing() -> None:
    """What has expired when it is given does not outweigh what still stands."""
    expired = attrs.evolve(REFUSE, expires_at=NOW)
    assert worst_of(Says(expired), Says(REVIEW))(CLAIM) == REVIEW
    assert worst_of(Says(expired))(CLAIM) == Verdict()


@pytest.mark.parametrize(
    ("several", "cap"),
    [
        ((capped("20.00"), capped("5.00"), capped("9.00")), Money("5.00", "EUR")),
        ((capped("20", "USD"), capped("30.00")), Money("30.00", "EUR")),
        ((capped("20.00"), REVIEW), Money("20.00", "EUR")),
        ((capped("20.00"), REFUSE), None),
    ],
    ids=["lowest", "first-code", "milder-beside", "graver-beside"],
)
def test_the_lowest_cap_holds(several: tuple[Verdict, ...], cap: Money | None) -> None:
    """Of several caps the lowest stands, as long as nothing graver does."""
    assert worst_of(*map(Says, several))(CLAIM).cap == cap


def test_somebody_must_be_asked() -> None:
    """The worst of nothing is refused with the mend."""
    with pytest.raises(InvalidValueError, match="give at least one detector"):
        worst_of()


# -------------------------------------------------------------------- the shadow


@given(
    detectors | st.sampled_from([raises, answers_nonsense]),
    claims,
    strategies.awards(),
)
def test_a_shadow_never_changes_an_award(
    detector: AbuseDetector, claim: Claim, award: Any
) -> None:
    """What is on trial never changes, delays or stops what is paid."""
    verdict = shadow(detector)(claim)
    assert verdict.action <= Action.NOTE
    assert verdict.score == 0
    assert temper(award, verdict, claim.as_of) == (award, ())
    assert not must_hold(award, verdict, claim.as_of)


@given(detectors, detectors, claims)
def test_a_shadow_leaves_the_others_alone(
    live: AbuseDetector, trial: AbuseDetector, claim: Claim
) -> None:
    """Beside a graver detector, one on trial adds its reasons and nothing else."""
    alone, both = worst_of(live)(claim), worst_of(live, shadow(trial))(claim)
    if alone.action > Action.NOTE:
        assert attrs.evolve(both, reasons=alone.reasons) == alone


def test_a_shadow_puts_on_record_what_it_would_have_done() -> None:
    """The note says which action, score, cap and expiry would have been given."""
    trial = capped("5.00", score="1/3", expires_at=NOW)
    would, because = shadow(Says(trial))(CLAIM).reasons
    assert (would.code, would.text) == ("shadow", "on trial: would have said CAP")
    assert dict(would.values) == {
        "action": "CAP",
        "score": Fraction(1, 3),
        "cap": Money("5.00", "EUR"),
        "expires_at": NOW,
    }
    assert because == WHY


def test_a_shadow_leaves_out_what_there_is_not() -> None:
    """Without cap or expiry, none is put on record; without suspicion, nothing is."""
    assert set(shadow(Says(REVIEW))(CLAIM).reasons[0].values) == {"action", "score"}
    assert shadow(Says(Verdict(score="1/3")))(CLAIM) == Verdict()


def test_a_broken_shadow_is_put_on_record() -> None:
    """A detector on trial that breaks its contract is noted, and stops no case."""
    (reason,) = shadow(raises)(CLAIM).reasons
    assert reason.code == "shadow-broken"
    assert "raises broke its contract on case case-7" in reason.text


# ---------------------------------------------------------------------- cooling


@given(detectors, claims, strategies.durations())
def test_suspicion_cools_off(
    detector: AbuseDetector, claim: Claim, after: timedelta
) -> None:
    """Whatever is suspected stands no longer than stated; the rest is as it was."""
    plain, cooling = detector(claim), expiring(detector, after)(claim)
    assert attrs.evolve(cooling, expires_at=plain.expires_at) == plain
    if plain.action is not Action.CLEAR:
        assert cooling.expires_at is not None
        assert cooling.expires_at <= claim.as_of + after


@pytest.mark.parametrize(
    ("own", "expires_at"),
    [
        (None, NOW + HOUR),
        (NOW + HOUR / 2, NOW + HOUR / 2),
        (NOW + 2 * HOUR, NOW + HOUR),
    ],
    ids=["never", "earlier", "later"],
)
def test_the_earlier_expiry_holds(own: datetime | None, expires_at: datetime) -> None:
    """A verdict that expires earlier by itself does so still."""
    verdict = attrs.evolve(REVIEW, expires_at=own)
    assert expiring(Says(verdict), HOUR)(CLAIM).expires_at == expires_at


def test_what_would_cool_after_the_last_day_never_does() -> None:
    """An expiry that no calendar has is none."""
    assert expiring(Says(REVIEW), timedelta.max)(CLAIM) == REVIEW


@pytest.mark.parametrize("after", [timedelta(), -HOUR, 3600, None])
def test_suspicion_cools_off_after_some_time(after: Any) -> None:
    """A span that is none is refused with the mend."""
    with pytest.raises(InvalidValueError, match="give a timedelta above zero"):
        expiring(ClaimRate(), after)


# -------------------------------------------------------------------- tolerance


def claim_of(
    loss: Money | None, margin: Money | None, *awarded: Money, confirmed: bool = False
) -> Claim:
    """Put a loss at stake for a customer with a margin and earlier awards."""
    past = tuple(
        PastClaim(date(2026, 4, 30), awarded=a, was_confirmed=confirmed)
        for a in awarded
    )
    customer = Customer("c", annual_margin=margin, claims=past)
    return Claim(ServiceFailure("late", loss=loss), NOW, customer=customer)


@given(
    detectors,
    claims
    | st.builds(
        claim_of,
        st.none() | strategies.monies("EUR", min_minor=0, max_minor=100),
        st.none() | strategies.monies("EUR", max_minor=200),
        strategies.monies("EUR", min_minor=0, max_minor=100),
    ),
    st.fractions(1, 3),
)
def test_tolerance_never_hardens(
    detector: AbuseDetector, claim: Claim, factor: Fraction
) -> None:
    """It leaves a verdict as it is, or makes a NOTE of it and says why."""
    plain, tolerant = detector(claim), Tolerant(detector, factor=factor)(claim)
    if tolerant != plain:
        assert tolerant.action is Action.NOTE < plain.action
        assert tolerant.reasons[:-1] == plain.reasons
        assert tolerant.reasons[-1].code == "tolerated"
        assert tolerant.score == plain.score
        assert tolerant.expires_at == plain.expires_at


@given(
    strategies.monies("EUR", max_minor=200),
    st.lists(strategies.monies("EUR", min_minor=0, max_minor=100), max_size=3),
    strategies.monies("EUR", min_minor=0, max_minor=100),
)
def test_one_more_award_is_never_tolerated_sooner(
    margin: Money, awarded: list[Money], more: Money
) -> None:
    """The more leaks, the less is put up with."""
    tolerant, loss = Tolerant(Says(REFUSE)), euros(30)
    before = tolerant(claim_of(loss, margin, *awarded))
    after = tolerant(claim_of(loss, margin, *awarded, more))
    assert after.action >= before.action


def test_the_guest_who_hunts_for_free_nights_is_tolerated() -> None:
    """Who brings more than he takes gets a note, and what was weighed is in it."""
    claim = claim_of(euros(120), euros(900), euros(300), euros(200))
    verdict = Tolerant(Says(capped("5.00", score="0.8")))(claim)
    assert (verdict.action, verdict.cap) == (Action.NOTE, None)
    because, why = verdict.reasons
    assert because == WHY
    assert dict(why.values) == {
        "annual_margin": euros(900),
        "expected_leak": euros(620),
        "factor": Fraction(1),
    }


@pytest.mark.parametrize(
    ("margin", "factor", "action"),
    [
        (100, 1, Action.REFUSE),
        (101, 1, Action.NOTE),
        (250, "5/2", Action.REFUSE),
        (251, "5/2", Action.NOTE),
        (-100, 1, Action.REFUSE),
    ],
)
def test_the_margin_must_exceed_the_leak(
    margin: int, factor: str | int, action: Action
) -> None:
    """A margin of exactly the leak, times the factor, is not enough."""
    claim = claim_of(euros(40), euros(margin), euros(60))
    assert Tolerant(Says(REFUSE), factor=factor)(claim).action is action


def test_awards_for_real_failures_do_not_leak() -> None:
    """What was paid to a victim is not held against the customer's worth."""
    claim = claim_of(euros(40), euros(41), euros(60), confirmed=True)
    assert Tolerant(Says(REFUSE))(claim).action is Action.NOTE


@pytest.mark.parametrize(
    "claim",
    [
        CLAIM,
        claim_of(None, euros(900)),
        claim_of(euros(1), None),
        claim_of(euros(1), Money("900", "USD")),
        claim_of(Money("1", "USD"), euros(900)),
        claim_of(euros(1), euros(900), Money("1", "USD")),
        claim_of(euros(1), euros(900), euros(MAX_MINOR), euros(MAX_MINOR)),
    ],
    ids=["nobody", "no-loss", "no-margin", "margin", "loss", "award", "too-much"],
)
def test_what_cannot_be_compared_is_not_tolerated(claim: Claim) -> None:
    """Unknown amounts, and amounts in other currencies, are no ground to pay."""
    assert Tolerant(Says(REFUSE))(claim) == REFUSE


def test_an_award_of_nothing_is_no_leak() -> None:
    """Nothing in any currency leaks nothing, and compares with everything."""
    claim = claim_of(euros(40), euros(41), euros(0), Money.zero("USD"))
    verdict = Tolerant(Says(REFUSE))(claim)
    assert verdict.action is Action.NOTE
    assert verdict.reasons[-1].values["expected_leak"] == euros(40)


@pytest.mark.parametrize("action", [Action.CLEAR, Action.NOTE])
def test_where_nothing_follows_nothing_is_tolerated(action: Action) -> None:
    """A verdict that costs the customer nothing is passed on."""
    verdict = Verdict(action=action, reasons=(WHY,))
    assert Tolerant(Says(verdict))(claim_of(euros(1), euros(900))) == verdict


@pytest.mark.parametrize("factor", [0, -1, "99/100"])
def test_a_factor_below_one_is_refused(factor: Any) -> None:
    """Nobody is tolerated who costs more than he brings."""
    with pytest.raises(InvalidValueError, match="give 1 or more"):
        Tolerant(ClaimRate(), factor=factor)


def test_a_float_is_no_factor() -> None:
    """No float ever decides about money."""
    wrong: Any = 1.5
    with pytest.raises(InvalidValueError, match="not exact"):
        Tolerant(ClaimRate(), factor=wrong)


# ----------------------------------------------------------------- the front door


def test_the_front_door_is_sorted_and_says_where_each_rule_comes_from() -> None:
    """Everything exported exists, in order; every detector names its source."""
    assert abuse.__all__ == sorted(abuse.__all__)
    exported = [getattr(abuse, name) for name in abuse.__all__]
    for each in exported:
        assert each.__module__.startswith("recovery_core.abuse.")
    classes = [abuse.ClaimVelocity, ClaimRate, ValueConcentration, Tolerant]
    functions = [worst_of, shadow, expiring, temper]
    for made in (*classes, *functions):
        assert "Source: " in str(made.__doc__)
