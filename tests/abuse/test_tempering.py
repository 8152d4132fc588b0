from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from recovery_core._domain.money import Money
from recovery_core._domain.reason import Reason
from recovery_core._domain.remedy import Award, Remedy, RemedyKind
from recovery_core._domain.verdict import Action, Verdict
from recovery_core.abuse import entitlement, temper
from recovery_core.abuse.tempering import must_hold
from recovery_core.testing import strategies

NOW = datetime(2026, 5, 1, 15, 30, tzinfo=UTC)
WHY = Reason("seen-before", "the same photograph")
UNTOUCHED = [a for a in Action if a not in {Action.IN_KIND, Action.CAP, Action.REFUSE}]

# Caps below, within and above what the awards are worth, mostly in their currency.
caps = strategies.monies("EUR", min_minor=0, max_minor=500)
awards = strategies.awards("EUR", max_minor=200)
capping = st.builds(
    Verdict, action=st.just(Action.CAP), reasons=st.just((WHY,)), cap=caps
)
verdicts = strategies.verdicts() | capping
moments = strategies.moments()


def says(action: Action, **given: Any) -> Verdict:
    """Judge with one reason."""
    return Verdict(action=action, reasons=(WHY,), **given)


def cap(cents: int, currency: str = "EUR") -> Verdict:
    """Limit what may be given."""
    return says(Action.CAP, cap=Money.from_minor(cents, currency))


def give(kind: str, cents: int | None = None, **given: Any) -> Remedy:
    """Give one thing worth so many cents."""
    value = None if cents is None else Money.from_minor(cents, "EUR")
    return Remedy(RemedyKind(kind), value, **given)


def is_shielded(remedy: Remedy) -> bool:
    """Tell what no verdict may touch."""
    humane = remedy.kind in {RemedyKind.CARE, RemedyKind.EXPLANATION}
    return humane or remedy.is_statutory


def weight(*remedies: Remedy) -> int:
    """Add up what is given at the company's discretion."""
    free = [r.value.minor for r in remedies if r.value and not is_shielded(r)]
    return sum(free)


# ------------------------------------------------------------ what holds for all


@given(awards, verdicts, moments)
def test_a_verdict_never_raises_the_worth(
    award: Award, verdict: Verdict, at: datetime
) -> None:
    """A tempered award is worth no more, and in the same currency."""
    before, after = award.worth, temper(award, verdict, at)[0].worth
    if after is not None:
        assert before is not None
        assert after <= before


@given(awards, verdicts, moments)
def test_no_verdict_touches_what_is_shielded(
    award: Award, verdict: Verdict, at: datetime
) -> None:
    """The law's part, care and explanations are there after any verdict."""
    tempered = temper(award, verdict, at)[0]
    assert [*filter(is_shielded, tempered.amends)] == [
        *filter(is_shielded, award.amends)
    ]
    assert {*filter(is_shielded, tempered.alternatives)} == {
        *filter(is_shielded, award.alternatives)
    }


@given(strategies.awards(), verdicts, moments)
def test_tempering_again_changes_nothing(
    award: Award, verdict: Verdict, at: datetime
) -> None:
    """What a verdict asked for is done once."""
    tempered = temper(award, verdict, at)[0]
    assert temper(tempered, verdict, at) == (tempered, ())


@given(strategies.awards(), verdicts, moments)
def test_a_change_is_explained_and_nothing_else_is(
    award: Award, verdict: Verdict, at: datetime
) -> None:
    """Where the award changed there are the verdict's reasons, and one of our own."""
    tempered, reasons = temper(award, verdict, at)
    assert bool(reasons) is (tempered != award)
    assert reasons[1:] in {(), verdict.reasons}
    assert tempered.because == award.because
    assert tempered.valid_for == award.valid_for


@given(strategies.awards(), verdicts)
def test_an_expired_verdict_changes_nothing(award: Award, verdict: Verdict) -> None:
    """From the moment of its expiry a verdict neither changes nor delays."""
    expired = attrs.evolve(verdict, expires_at=NOW)
    for at in (NOW, NOW + timedelta(days=1)):
        assert temper(award, expired, at) == (award, ())
        assert not must_hold(award, expired, at)


@given(strategies.awards(), st.sampled_from(UNTOUCHED))
def test_most_actions_change_nothing(award: Award, action: Action) -> None:
    """A note, a warning or a wait takes nothing away."""
    assert temper(award, says(action), NOW) == (award, ())


# --------------------------------------------------------------------- in kind


@given(awards)
def test_in_kind_is_worth_the_same(award: Award) -> None:
    """No discretionary cash or refund is left, and its worth is."""
    tempered, _ = temper(award, says(Action.IN_KIND), NOW)
    assert tempered.worth == award.worth
    paid_out = {RemedyKind.CASH, RemedyKind.REFUND}
    assert all(is_shielded(r) or r.kind not in paid_out for r in tempered.remedies)


def test_in_kind_turns_money_into_credit() -> None:
    """Cash and refunds become credit for the same thing; all else stays."""
    law = give("refund", 900, is_statutory=True)
    award = Award((law, give("refund", 300, what="fare")), (give("cash", 50),))
    tempered, (why, *rest) = temper(award, says(Action.IN_KIND), NOW)
    credit = give("credit", 300, what="fare")
    assert tempered == Award((law, credit), (give("credit", 50),))
    assert why.code == "tempered-in-kind"
    assert why.values["before"] == (
        "refund EUR 9.00, refund EUR 3.00 (fare), cash EUR 0.50"
    )
    assert why.values["after"] == (
        "refund EUR 9.00, credit EUR 3.00 (fare), credit EUR 0.50"
    )
    assert rest == [WHY]


def test_a_choice_between_the_same_is_none() -> None:
    """Of two alternatives that became equal one is left; equal amends both stay."""
    award = Award(
        (give("refund", 300), give("credit", 300)),
        (give("cash", 50), give("credit", 50)),
    )
    tempered, _ = temper(award, says(Action.IN_KIND), NOW)
    assert tempered.alternatives == (give("credit", 300),)
    assert tempered.amends == (give("credit", 50), give("credit", 50))


# ----------------------------------------------------------------------- the cap


@given(awards, caps)
def test_no_choice_exceeds_the_cap(award: Award, most: Money) -> None:
    """Whatever is chosen, what is discretionary in it and in the amends fits."""
    tempered, _ = temper(award, cap(most.minor), NOW)
    for choice in (None, *range(len(tempered.alternatives))):
        assert weight(*tempered.delivered(choice)) <= most.minor


@given(awards, caps)
def test_what_fits_is_left_alone(award: Award, most: Money) -> None:
    """A cap that nothing exceeds changes nothing."""
    choices = (None, *range(len(award.alternatives)))
    assume(all(weight(*award.delivered(c)) <= most.minor for c in choices))
    assert temper(award, cap(most.minor), NOW) == (award, ())


@given(awards, caps, caps)
def test_a_lower_cap_leaves_no_more_to_choose(
    award: Award, one: Money, other: Money
) -> None:
    """Of two caps, the lower leaves alternatives worth no more."""
    low, high = sorted([one.minor, other.minor])
    kept = [temper(award, cap(most), NOW)[0].alternatives for most in (low, high)]
    assert max(map(weight, kept[0]), default=0) <= max(map(weight, kept[1]), default=0)


LAW = give("refund", 900, is_statutory=True)
CARE = give("care", 900, what="hotel")


@pytest.mark.parametrize(
    ("award", "most", "expected"),
    [
        (Award((), (give("cash", 50),)), 50, Award((), (give("cash", 50),))),
        (Award((), (give("cash", 51),)), 50, Award((), (give("cash", 50),))),
        (Award((), (give("cash", 50),)), 0, Award()),
        (
            Award((give("refund", 40),), (give("cash", 30), give("points", points=9))),
            50,
            Award((give("refund", 40),), (give("cash", 10), give("points", points=9))),
        ),
        (
            Award((), (give("cash", 30), give("credit", 30), give("cash", 5))),
            50,
            Award((), (give("cash", 30), give("credit", 20))),
        ),
        (
            Award((give("refund", 80), give("credit", 90)), (give("cash", 5),)),
            50,
            Award((give("refund", 50), give("credit", 50))),
        ),
        (
            Award((give("refund", 80), give("refund", 60))),
            50,
            Award((give("refund", 50),)),
        ),
        (
            Award((give("replacement", 51), give("redo")), (give("cash", 60),)),
            50,
            Award((give("redo"),), (give("cash", 50),)),
        ),
        (
            Award((give("replacement", 50),), (give("cash", 60),)),
            50,
            Award((give("replacement", 50),)),
        ),
        (
            Award((LAW,), (give("replacement", 70), give("cash", 5), CARE)),
            50,
            Award((LAW,), (give("cash", 5), CARE)),
        ),
    ],
    ids=[
        "at-the-cap",
        "one-above",
        "nothing-may-be-given",
        "amends-give-way",
        "the-last-amends-first",
        "each-alternative-for-itself",
        "alternatives-made-equal",
        "goods-that-do-not-fit",
        "goods-that-fit",
        "shielded-counts-for-nothing",
    ],
)
def test_a_cap_cuts_to_what_is_left(award: Award, most: int, expected: Award) -> None:
    """Amends give way to alternatives, later ones to earlier; goods are not cut."""
    assert temper(award, cap(most), NOW)[0] == expected


def test_a_cap_says_what_it_cut() -> None:
    """What stood before and after is in the reason, nothing included."""
    award = Award((), (give("cash", 50),))
    _, (why, *rest) = temper(award, cap(0), NOW)
    assert (why.code, rest) == ("tempered-cap", [WHY])
    assert why.text == "the verdict CAP changed the award"
    assert dict(why.values) == {"before": "cash EUR 0.50", "after": "nothing"}


def test_a_cap_in_another_currency_holds_the_offer() -> None:
    """What cannot be compared is neither cut nor paid by accident: it waits."""
    award, dollars = Award((), (give("cash", 50),)), cap(10, "USD")
    assert temper(award, dollars, NOW) == (award, ())
    assert must_hold(award, dollars, NOW)
    assert not must_hold(award, cap(10), NOW)


@pytest.mark.parametrize(
    "award",
    [Award(), Award((LAW,), (CARE,)), Award((give("redo"),))],
    ids=["nothing", "shielded", "without-value"],
)
def test_a_cap_in_another_currency_holds_nothing_it_does_not_cap(award: Award) -> None:
    """Where nothing discretionary has a value, no currency is in the way."""
    assert not must_hold(award, cap(10, "USD"), NOW)


# ------------------------------------------------------------ refusal and waiting


@given(strategies.awards())
def test_a_refusal_leaves_the_entitlement(award: Award) -> None:
    """After a refusal there is what no verdict may touch, and nothing else."""
    refused, _ = temper(award, says(Action.REFUSE), NOW)
    assert all(map(is_shielded, refused.remedies))
    assert {*refused.remedies} == {*entitlement(award).remedies}
    assert entitlement(refused) == refused


def test_a_refusal_takes_every_discretionary_remedy() -> None:
    """Points and discounts go as cash does; law, care and explanation stay."""
    explained = give("explanation")
    award = Award(
        (LAW, give("credit", 950), give("redo")),
        (give("points", points=5), CARE, give("discount", basis_points=100), explained),
    )
    refused, (why, *_) = temper(award, says(Action.REFUSE), NOW)
    assert refused == Award((LAW,), (CARE, explained))
    assert why.code == "tempered-refuse"


@given(strategies.awards(), verdicts, moments)
def test_only_questions_hold_an_offer(
    award: Award, verdict: Verdict, at: datetime
) -> None:
    """Evidence, a review and a cap that cannot be compared can wait for somebody."""
    held = {Action.ASK_EVIDENCE, Action.REVIEW, Action.CAP}
    if must_hold(award, verdict, at):
        assert verdict.action in held
        assert verdict.is_standing(at)
        assert not all(map(is_shielded, award.remedies))


@given(strategies.awards(), verdicts, moments)
def test_what_no_verdict_touches_never_waits(
    award: Award, verdict: Verdict, at: datetime
) -> None:
    """The law's part, care and explanations are offered at once."""
    assert not must_hold(entitlement(award), verdict, at)


@pytest.mark.parametrize("action", [a for a in Action if a is not Action.CAP])
def test_evidence_and_review_hold_the_offer(action: Action) -> None:
    """Anything discretionary in it makes an offer wait, the smallest thing too."""
    award = Award((LAW,), (give("points", points=1),))
    waits = action in {Action.ASK_EVIDENCE, Action.REVIEW}
    assert must_hold(award, says(action), NOW) is waits
