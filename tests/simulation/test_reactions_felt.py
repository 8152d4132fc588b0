"""How cause, history and justice become satisfaction: each model by itself."""

from __future__ import annotations

from itertools import product
from typing import Any

import attrs
import pytest
from hypothesis import given

from recovery_core._domain.attribution import Controllability, Locus, Stability
from recovery_core._domain.failure import Severity
from recovery_core.errors import InvalidValueError
from recovery_core.simulation.reactions import (
    Betrayal,
    DoubleDeviation,
    Encounter,
    Felt,
    Handling,
    Justice,
    JusticeSatisfaction,
    LastRecovery,
    Negativity,
    PerceivedCause,
)
from tests.support.reactions import (
    FALSE,
    OUTCOME,
    PROCESS,
    SHARES,
    SILENT,
    UNRESOLVED,
    answered,
    but,
    encounters,
    felts,
    justices,
    resolved,
)

LOST = Felt(loss=0.2)
FAIR = Felt(loss=0.2, justice=Justice(0.9, 0.9, 0.9))
UNFAIR = Felt(loss=0.2, justice=Justice(0.1, 0.1, 0.1))
MODEL = JusticeSatisfaction()


# Cause


def test_weiner_1985_anger_follows_a_preventable_cause_of_the_company() -> None:
    """It grows with control, and lies with the company before anybody else."""

    def anger(**cause: Any) -> float:
        return PerceivedCause()(Encounter(**cause), LOST).anger

    by_control = [
        anger(controllability=c)
        for c in (
            Controllability.UNCONTROLLABLE,
            Controllability.UNKNOWN,
            Controllability.CONTROLLABLE,
        )
    ]
    assert 0 < by_control[0] < by_control[1] < by_control[2]
    by_locus = [
        anger(locus=locus)
        for locus in (Locus.CUSTOMER, Locus.EXTERNAL, Locus.UNKNOWN, Locus.FIRM)
    ]
    assert by_locus == sorted(by_locus)
    assert by_locus[0] == 0


def test_van_vaerenbergh_2014_control_hits_the_transaction_only() -> None:
    """Control makes angry at once; a cause that recurs hits what lasts as well."""

    def felt(**cause: Any) -> Felt:
        encounter = Encounter(**cause)
        return MODEL(encounter, PerceivedCause()(encounter, FAIR))

    usual = felt(controllability=Controllability.UNCONTROLLABLE)
    angry = felt(controllability=Controllability.CONTROLLABLE)
    assert angry.transaction < usual.transaction
    assert angry.lasting == usual.lasting
    unstable, unknown, stable = (
        felt(stability=s)
        for s in (Stability.UNSTABLE, Stability.UNKNOWN, Stability.STABLE)
    )
    assert unstable == unknown
    assert stable.transaction < unstable.transaction
    assert stable.lasting < unstable.lasting


def test_hocutt_1997_ones_own_doing_is_no_loss_to_blame_the_company_for() -> None:
    """What the customer caused is lost to a part only."""
    assert PerceivedCause()(Encounter(locus=Locus.FIRM), LOST).loss == 0.2
    own = PerceivedCause()(Encounter(locus=Locus.CUSTOMER), LOST)
    assert own.loss == pytest.approx(0.06)


@pytest.mark.parametrize(("locus", "stability"), [*product(Locus, Stability)])
def test_grewal_2008_money_lifts_only_where_the_company_fails_often(
    locus: Locus, stability: Stability
) -> None:
    """With the option on; what is unfair stays unfair."""
    model = PerceivedCause(pays_only_if_frequent=True)
    encounter = Encounter(locus=locus, stability=stability)
    lifts = locus is Locus.FIRM and stability is Stability.STABLE
    told = model(encounter, FAIR).justice
    assert told.distributive == (0.9 if lifts else 0.5)
    assert told.interactional == 0.9
    assert model(encounter, UNFAIR).justice == UNFAIR.justice
    assert PerceivedCause()(encounter, FAIR).justice == FAIR.justice


@given(encounter=encounters, felt=felts, other=SHARES)
def test_a_greater_loss_never_angers_less(
    encounter: Encounter, felt: Felt, other: float
) -> None:
    """Anger rises with the loss, and without one there is none."""
    encounter = but(encounter, is_genuine=True)
    low, high = sorted([felt.loss, other])
    model = PerceivedCause()
    little = model(encounter, attrs.evolve(felt, loss=low)).anger
    assert little <= model(encounter, attrs.evolve(felt, loss=high)).anger
    assert model(encounter, attrs.evolve(felt, loss=0.0)).anger == 0


# Betrayal, negativity


def test_gregoire_2008_the_closest_feel_betrayed_most() -> None:
    """A strong relationship raises betrayal where it was unfair, and only there."""
    near, far = Encounter(relationship=1.0), Encounter(relationship=0.1)
    assert Betrayal()(near, UNFAIR).betrayal > Betrayal()(far, UNFAIR).betrayal > 0
    assert Betrayal()(near, FAIR).betrayal == Betrayal()(far, FAIR).betrayal == 0


def test_gregoire_2009_betrayal_lasts() -> None:
    """It takes more from what lasts than from the moment; anger the reverse."""
    calm = MODEL(Encounter(), LOST)
    betrayed = MODEL(Encounter(), attrs.evolve(LOST, betrayal=1.0))
    angry = MODEL(Encounter(), attrs.evolve(LOST, anger=1.0))
    lost_at_once = calm.transaction - betrayed.transaction
    assert calm.lasting - betrayed.lasting > lost_at_once > 0
    assert angry.transaction < calm.transaction
    assert angry.lasting == calm.lasting


@given(encounter=answered, felt=felts, other=SHARES)
def test_who_is_closer_never_feels_less_betrayed(
    encounter: Encounter, felt: Felt, other: float
) -> None:
    """Betrayal rises with the relationship."""
    low, high = sorted([encounter.relationship, other])
    far, near = (but(encounter, relationship=tie) for tie in (low, high))
    assert Betrayal()(far, felt).betrayal <= Betrayal()(near, felt).betrayal


@given(encounter=answered, felt=felts)
def test_the_good_must_outweigh_the_bad_before_it(
    encounter: Encounter, felt: Felt
) -> None:
    """Anger takes from what is good, to neutral at most, and never from the bad."""
    told = Negativity()(encounter, felt).justice
    pairs = zip(attrs.astuple(felt.justice), attrs.astuple(told), strict=True)
    for before, after in pairs:
        assert after <= before
        assert after == before or after >= 0.5
        assert before > 0.5 or after == before
    calm = attrs.evolve(felt, anger=0.0)
    assert Negativity()(encounter, calm).justice == felt.justice


@pytest.mark.parametrize("model", [Betrayal(), Negativity()], ids=repr)
def test_who_kept_silent_judges_no_recovery(model: Any) -> None:
    """Neither betrayed by it nor pleased with it."""
    assert model(SILENT, UNFAIR) == UNFAIR


# A second time

POOR, GOOD = LastRecovery.POOR, LastRecovery.GOOD


def second(last: LastRecovery, **more: Any) -> Encounter:
    """Fail the customer for a second time."""
    return Encounter(earlier_failures=1, last_recovery=last, **more)


@given(encounter=encounters, felt=felts)
def test_maxham_2002_no_paradox_after_two_failures(
    encounter: Encounter, felt: Felt
) -> None:
    """A paradox is possible once; nothing a second time ends above zero."""
    encounter = but(encounter, is_genuine=True)
    once = but(encounter, earlier_failures=0, cycle=1)
    assert DoubleDeviation()(once, felt) == felt
    for again in ({"earlier_failures": 1}, {"cycle": 2}):
        told = DoubleDeviation()(but(once, **again), felt)
        assert told.transaction <= 0
        assert told.lasting <= 0
        assert told.anger >= felt.anger


def test_maxham_2002_blame_grows_more_after_a_poor_recovery() -> None:
    """And a recovery that failed in this very case was a poor one."""
    after = {last: DoubleDeviation()(second(last), FAIR).anger for last in LastRecovery}
    assert after[POOR] > after[GOOD] == after[LastRecovery.NONE] > 0
    assert DoubleDeviation()(Encounter(cycle=2), FAIR).anger == after[POOR]
    twice = DoubleDeviation()(but(second(GOOD), earlier_failures=2), FAIR)
    assert twice.anger == pytest.approx(2 * after[GOOD])


def test_bitner_1990_a_poor_recovery_the_second_time_is_a_double_deviation() -> None:
    """It lets down whatever was before; a good one after a poor one is a relief."""

    def lasting(encounter: Encounter, felt: Felt) -> float:
        started = attrs.evolve(felt, transaction=-0.3, lasting=-0.3)
        return DoubleDeviation()(encounter, started).lasting

    for last in (POOR, GOOD):
        assert lasting(second(last), UNFAIR) < -0.3
        assert lasting(second(last, handling=Handling.UNRESOLVED), FAIR) < -0.3
        assert lasting(second(last, handling=Handling.SILENT), FAIR) == -0.3
    assert lasting(second(POOR), FAIR) > -0.3
    assert lasting(second(GOOD), FAIR) == -0.3


# Satisfaction


@given(encounter=resolved)
def test_orsingher_2010_distributive_before_interactional_before_procedural(
    encounter: Encounter,
) -> None:
    """At once a step of the outcome counts most, one of the way far the least."""
    encounter = but(encounter, is_insatiable=False)

    def step(side: str) -> float:
        base = Justice(0.6, 0.6, 0.6)
        lifted = attrs.evolve(base, **{side: 0.7})
        felt = [MODEL(encounter, Felt(loss=0.2, justice=j)) for j in (base, lifted)]
        return felt[1].transaction - felt[0].transaction

    money, way, words = map(step, ("distributive", "procedural", "interactional"))
    assert money > words > 2 * way > 0


@pytest.mark.parametrize("kind", [OUTCOME, PROCESS])
def test_gelbrich_2011_what_lasts_depends_slightly_more_on_treatment(kind: Any) -> None:
    """At once the money counts more; for what lasts, how one was treated."""
    money = MODEL(Encounter(kind=kind), Felt(loss=0.2, justice=Justice(0.9, 0.5, 0.5)))
    words = MODEL(Encounter(kind=kind), Felt(loss=0.2, justice=Justice(0.5, 0.5, 0.9)))
    assert money.transaction > words.transaction
    assert money.lasting < words.lasting


def test_smith_1999_money_and_speed_for_outcomes_words_for_processes() -> None:
    """Each sort of failure asks more for its own sort of recovery."""

    def worth(kind: Any, justice: Justice) -> float:
        return MODEL(Encounter(kind=kind), Felt(loss=0.2, justice=justice)).transaction

    for felt in (Justice(0.9, 0.5, 0.5), Justice(0.5, 0.9, 0.5)):
        assert worth(OUTCOME, felt) > worth(PROCESS, felt)
    words = Justice(0.5, 0.5, 0.9)
    assert worth(OUTCOME, words) < worth(PROCESS, words)


def test_smith_1999_losses_loom_larger() -> None:
    """As far below neutral takes more than as far above gives."""
    above, neutral, below = (
        MODEL(Encounter(), felt).transaction for felt in (FAIR, LOST, UNFAIR)
    )
    assert neutral - below > above - neutral > 0


def test_mccollough_2000_the_same_recovery_disappoints_who_expects_more() -> None:
    """Expectation shifts what is neutral."""
    little, usual, much = (
        MODEL(Encounter(expectation=e), FAIR).transaction for e in (0.0, 0.5, 1.0)
    )
    assert little > usual > much
    assert MODEL(Encounter(expectation=0.0), LOST).transaction > -0.2
    assert MODEL(Encounter(expectation=0.5), LOST).transaction == -0.2
    assert MODEL(Encounter(expectation=1.0), LOST).transaction < -0.2


@given(encounter=encounters, felt=felts, other=justices)
def test_more_justice_never_satisfies_less(
    encounter: Encounter, felt: Felt, other: Justice
) -> None:
    """Both changes rise with every side of justice."""
    highest = map(max, attrs.astuple(felt.justice), attrs.astuple(other))
    fairer = attrs.evolve(felt, justice=Justice(*highest))
    before, after = MODEL(encounter, felt), MODEL(encounter, fairer)
    assert before.transaction <= after.transaction + 1e-12
    assert before.lasting <= after.lasting + 1e-12


@given(encounter=encounters, felt=felts, loss=SHARES)
def test_a_greater_loss_never_satisfies_more(
    encounter: Encounter, felt: Felt, loss: float
) -> None:
    """No recovery turns a greater loss into more satisfaction."""
    graver = attrs.evolve(felt, loss=max(felt.loss, loss))
    before, after = MODEL(encounter, felt), MODEL(encounter, graver)
    assert after.transaction <= before.transaction + 1e-12
    assert after.lasting <= before.lasting + 1e-12


def test_perfect_justice_delights_after_mild_failures_only() -> None:
    """The gravest that counts as mild is a parameter, and inside."""
    perfect = Felt(loss=0.1, justice=Justice(1.0, 1.0, 1.0))
    model = JusticeSatisfaction(mild=Severity.MODERATE, delight=0.2, share=0.5)
    told = [model(Encounter(severity=s), perfect).transaction for s in Severity]
    assert told == pytest.approx([0.15, 0.15, -0.05, -0.05])
    assert model(Encounter(), perfect).lasting == pytest.approx(-0.025)


def test_silence_is_the_loss_and_asking_in_vain_is_more() -> None:
    """Neither is lifted by any justice."""
    assert MODEL(SILENT, FAIR).transaction == -0.2
    assert MODEL(SILENT, UNFAIR).lasting == -0.1
    assert MODEL(UNRESOLVED, FAIR).transaction == pytest.approx(-0.22)
    assert MODEL(UNRESOLVED, UNFAIR).transaction < -0.22


def test_wirtz_2010_who_lost_nothing_is_pleased_by_any_sum() -> None:
    """Paid is a little good, refused a little bad, and it adds to what is felt."""
    model = JusticeSatisfaction(bonus=0.02, penalty=0.04)
    felt = Felt(transaction=0.1, lasting=0.1)
    assert model(FALSE, felt).transaction == pytest.approx(0.12)
    assert model(but(FALSE, worth=9.0), felt).lasting == pytest.approx(0.12)
    refused = but(FALSE, worth=0.0), but(FALSE, handling=Handling.UNRESOLVED)
    for encounter in refused:
        assert model(encounter, felt).transaction == pytest.approx(0.06)


# What they may be built with


@pytest.mark.parametrize(
    "model",
    [PerceivedCause, Betrayal, Negativity, DoubleDeviation, JusticeSatisfaction],
)
@pytest.mark.parametrize("wrong", [-0.1, 2.1, "1", None, True, float("nan")], ids=repr)
def test_a_number_out_of_bounds_is_refused(model: Any, wrong: Any) -> None:
    """Each parameter that is one number says its bounds."""
    single = [f.name for f in attrs.fields(model) if isinstance(f.default, float)]
    assert single
    for name in single:
        with pytest.raises(InvalidValueError, match=r"cannot be .*: give a number"):
            model(**{name: wrong})


@pytest.mark.parametrize("name", ["transaction", "lasting"])
@pytest.mark.parametrize(
    "wrong", [(0, 0, 0), (1, 1), 1, (-1, 1, 1), [1, 1, 1]], ids=repr
)
def test_justice_weighs_something(name: str, wrong: Any) -> None:
    """Three weights, not all of them nothing."""
    with pytest.raises(InvalidValueError, match="give three numbers from 0 to 1"):
        JusticeSatisfaction(**{name: wrong})


def test_only_the_scale_of_the_weights_does_not_matter() -> None:
    """Weights are shares of their sum."""
    half = JusticeSatisfaction(transaction=(0.26, 0.05, 0.19))
    told = half(Encounter(), FAIR).transaction
    assert told == pytest.approx(MODEL(Encounter(), FAIR).transaction)


def test_mild_is_a_severity_and_an_option_is_a_flag() -> None:
    """Neither is taken from a number or a text."""
    wrong: Any
    for wrong in (2, "moderate", None):
        with pytest.raises(InvalidValueError, match="give Severity"):
            JusticeSatisfaction(mild=wrong)
        with pytest.raises(InvalidValueError, match="give bool"):
            PerceivedCause(pays_only_if_frequent=wrong)
