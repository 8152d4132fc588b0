"""What reactions are made of, and what all models together say."""

from __future__ import annotations

import inspect
from math import isfinite
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core._domain.attribution import Controllability, Locus, Stability
from recovery_core._domain.failure import Severity
from recovery_core.simulation import reactions
from recovery_core.simulation.reactions import (
    Additive,
    ByPath,
    Compensation,
    DoubleDeviation,
    Encounter,
    Felt,
    Handling,
    JusticeSatisfaction,
    LastRecovery,
    ReactionModel,
    RecoveryPath,
    RejectedService,
    Temptation,
    apply_models,
    default_models,
)
from recovery_core.simulation.reactions.encounter import PERSONAL
from recovery_core.simulation.reactions.pipeline import collect_personal_fields_read
from tests.support.laws import check_value
from tests.support.reactions import (
    EXCELLENT,
    FALSE,
    MEDIOCRE,
    SILENT,
    UNRESOLVED,
    but,
    encounters,
    felts,
)

FLAT = ByPath({(s, path): -0.1 for s in Severity for path in RecoveryPath})
MODELS: tuple[ReactionModel, ...] = (*default_models(), Additive(), FLAT)
SEVERE = (Severity.MAJOR, Severity.CRITICAL)
A_SECOND_TIME = {"earlier_failures": 1, "last_recovery": LastRecovery.GOOD}


def named(model: object) -> str:
    """Name a model by its class."""
    return type(model).__name__


def change(encounter: Encounter) -> float:
    """Ask the usual models for the change at once."""
    return apply_models(default_models(), encounter).transaction


# What every model holds to


@pytest.mark.parametrize("name", [*reactions.__all__])
def test_every_model_names_its_source(name: str) -> None:
    """What is felt by a model comes from somewhere, and the docstring says whence."""
    public = getattr(reactions, name)
    is_model = inspect.isclass(public) and hasattr(public, "reads")
    if is_model or public in {Temptation, default_models}:
        assert "Source:" in str(inspect.getdoc(public))


def test_every_usual_model_is_exported() -> None:
    """Whoever wants to put one in another's place finds it at the front door."""
    assert {named(model) for model in default_models()} <= set(reactions.__all__)


@pytest.mark.parametrize("model", [*MODELS, Temptation()], ids=named)
def test_a_model_is_a_value(model: object) -> None:
    """Models are frozen, compare by their parameters, and travel to other processes."""
    check_value(model)


@pytest.mark.parametrize("model", MODELS, ids=named)
@given(encounter=encounters, felt=felts)
def test_a_model_is_pure_and_keeps_its_bounds(
    model: ReactionModel, encounter: Encounter, felt: Felt
) -> None:
    """Nothing leaves its scale, and the same question gets the same answer."""
    told = model(encounter, felt)
    assert model(encounter, felt) == told
    shares = (told.loss, told.anger, told.betrayal, *attrs.astuple(told.justice))
    assert all(0 <= share <= 1 for share in shares)
    least = -1 if not isinstance(model, Additive) else -2
    assert least <= told.transaction
    assert least <= told.lasting
    assert isfinite(told.transaction + told.lasting)
    if not isinstance(model, Additive):
        assert max(told.transaction, told.lasting) <= 1


@pytest.mark.parametrize("model", MODELS, ids=named)
@given(encounter=encounters, felt=felts, other=encounters)
def test_a_model_reads_no_more_of_the_person_than_it_says(
    model: ReactionModel, encounter: Encounter, felt: Felt, other: Encounter
) -> None:
    """Whoever differs in nothing that a model reads feels the same."""
    unread = PERSONAL - collect_personal_fields_read([model])
    twin = but(encounter, **{name: getattr(other, name) for name in unread})
    assert model(twin, felt) == model(encounter, felt)


@pytest.mark.parametrize(
    "model",
    [m for m in default_models() if not isinstance(m, JusticeSatisfaction)],
    ids=named,
)
@given(encounter=encounters, felt=felts)
def test_where_nothing_failed_there_is_nothing_to_feel(
    model: ReactionModel, encounter: Encounter, felt: Felt
) -> None:
    """An opportunistic claim has no loss, and no recovery to judge."""
    told = model(but(encounter, is_genuine=False), felt)
    assert told.loss == felt.loss
    assert told.justice == felt.justice
    assert told == felt


# Folding


def test_models_speak_in_order() -> None:
    """Each hears what those before it have said."""

    def add(encounter: Encounter, felt: Felt, /) -> Felt:
        return attrs.evolve(felt, loss=felt.loss + encounter.worth)

    def double(encounter: Encounter, felt: Felt, /) -> Felt:
        return attrs.evolve(felt, loss=2 * felt.loss)

    assert apply_models((add, double), Encounter()).loss == 2
    assert apply_models((double, add), Encounter()).loss == 1
    assert apply_models((), Encounter()) == Felt()


def test_what_the_usual_models_read_of_the_person() -> None:
    """Together they read all there is; one that names nothing may read anything."""
    assert collect_personal_fields_read(default_models()) == PERSONAL
    assert collect_personal_fields_read(()) == frozenset()
    assert collect_personal_fields_read([DoubleDeviation()]) == {
        "earlier_failures",
        "last_recovery",
    }

    def own(encounter: Encounter, felt: Felt, /) -> Felt:
        return felt

    assert collect_personal_fields_read([own]) == PERSONAL
    assert Compensation(accepted=own).reads == PERSONAL
    assert Compensation().reads == RejectedService.reads == frozenset()


def test_the_usual_models_are_new_and_equal_each_time() -> None:
    """They can be put together anew without changing anybody else's."""
    assert default_models() == default_models()
    assert isinstance(default_models()[-1], DoubleDeviation)


# What they say together


@pytest.mark.parametrize("worth", [1.0, 1.2])
@pytest.mark.parametrize("locus", Locus)
def test_de_matos_2007_a_mild_failure_recovered_well_can_please_more_than_none(
    worth: float, locus: Locus
) -> None:
    """The paradox shows in satisfaction at once: slightly above where it began."""
    assert 0 < change(but(EXCELLENT, worth=worth, locus=locus)) < 0.1


@given(encounter=encounters)
def test_knox_2014_there_is_no_paradox_in_what_lasts(encounter: Encounter) -> None:
    """No recovery of a failure raises the satisfaction that loyalty follows."""
    assert apply_models(default_models(), but(encounter, is_genuine=True)).lasting <= 0


@given(encounter=encounters, severity=st.sampled_from(SEVERE))
def test_magnini_2004_a_severe_failure_is_never_brought_back_to_par(
    encounter: Encounter, severity: Severity
) -> None:
    """Whatever is done, it stays below."""
    assert change(but(encounter, is_genuine=True, severity=severity)) < 0


@pytest.mark.parametrize(
    "spoilt",
    [
        {"severity": Severity.MODERATE},
        {"controllability": Controllability.CONTROLLABLE},
        {"stability": Stability.STABLE},
        A_SECOND_TIME,
        {"worth": 0.5},
        {"empathy": 0.2, "owns": False},
        {"apologized": False},
        {"is_compound": True, "expectation": 1.0},
        {"is_insatiable": True},
    ],
    ids=lambda spoilt: next(iter(spoilt)),
)
def test_magnini_2007_the_paradox_wants_all_to_be_well(spoilt: dict[str, Any]) -> None:
    """A graver, repeated or preventable failure, or a lesser recovery: none."""
    assert change(but(EXCELLENT, **spoilt)) <= 0


def test_michel_2008_the_paradox_is_rare() -> None:
    """What is done usually leaves below zero, and above silence."""
    assert change(but(SILENT, severity=Severity.MINOR)) < change(MEDIOCRE) < 0


@given(encounter=encounters, severity=st.sampled_from(Severity))
def test_mccollough_2000_a_graver_failure_never_pleases_more(
    encounter: Encounter, severity: Severity
) -> None:
    """With all else the same, satisfaction falls with severity."""
    encounter = but(encounter, is_genuine=True, stability=Stability.UNSTABLE)
    low, high = sorted([encounter.severity, severity])
    mild = apply_models(default_models(), but(encounter, severity=low))
    grave = apply_models(default_models(), but(encounter, severity=high))
    assert grave.transaction <= mild.transaction + 1e-12
    assert grave.lasting <= mild.lasting + 1e-12


@given(encounter=encounters)
def test_a_complaint_in_vain_is_worse_than_none(encounter: Encounter) -> None:
    """At once, asking and getting nothing hurts more than having kept silent."""
    encounter = but(encounter, is_genuine=True, earlier_failures=0, cycle=1)
    silent = apply_models(default_models(), but(encounter, handling=Handling.SILENT))
    in_vain = apply_models(
        default_models(), but(encounter, handling=Handling.UNRESOLVED)
    )
    assert in_vain.transaction < silent.transaction or in_vain.transaction == -1


@given(encounter=encounters)
def test_silence_leaves_the_loss(encounter: Encounter) -> None:
    """Where nobody complained the recovery is not judged, so nothing else is felt."""
    silent = but(encounter, handling=Handling.SILENT, is_genuine=True)
    felt = apply_models(default_models(), silent)
    assert felt.justice == Felt().justice
    assert felt.betrayal == 0
    assert felt.transaction <= -felt.loss


@given(encounter=encounters, more=st.floats(0, 1.5))
def test_up_to_the_peak_more_is_never_less(encounter: Encounter, more: float) -> None:
    """Worth raises both changes, as long as nobody is overpaid."""
    low, high = sorted([min(encounter.worth, 1.5), more])
    encounter = but(encounter, handling=Handling.RESOLVED)
    little = apply_models(default_models(), but(encounter, worth=low))
    much = apply_models(default_models(), but(encounter, worth=high))
    assert little.transaction <= much.transaction + 1e-12
    assert little.lasting <= much.lasting + 1e-12


@pytest.mark.parametrize("was_rejected", [True, False])
def test_haesevoets_2017_loyalty_peaks_near_one_and_a_half_times_the_price(
    was_rejected: bool,  # noqa: FBT001
) -> None:
    """It rises up to 150 % and falls beyond, on either curve."""
    levels = [n / 10 for n in range(31)]
    encounter = but(EXCELLENT, was_rejected=was_rejected)
    lasting = [
        apply_models(default_models(), but(encounter, worth=w)).lasting for w in levels
    ]
    assert levels[lasting.index(max(lasting))] == 1.5
    assert lasting[-1] < lasting[15]


def test_wirtz_2010_claiming_more_does_not_satisfy_more() -> None:
    """An opportunist is pleased a little by any sum, and displeased by none."""
    paid = [
        apply_models(default_models(), but(FALSE, worth=worth))
        for worth in (0.1, 1.0, 5.0)
    ]
    assert 0 < paid[0].transaction < 0.05
    assert paid[0] == paid[1] == paid[2]
    for refused in (but(FALSE, worth=0.0), but(FALSE, handling=Handling.UNRESOLVED)):
        felt = apply_models(default_models(), refused)
        assert -0.1 < felt.transaction < 0
        assert felt.lasting == felt.transaction


def test_hocutt_1997_who_caused_it_and_was_helped_is_pleased() -> None:
    """Own doing and a recovery: more satisfied than without a failure."""
    own = but(EXCELLENT, locus=Locus.CUSTOMER, severity=Severity.MODERATE)
    assert change(own) > 0
    assert change(but(own, locus=Locus.FIRM)) < 0
    assert change(but(own, handling=Handling.SILENT)) < 0


def test_maxham_2002_poor_and_then_good_leaves_more_than_good_and_then_poor() -> None:
    """Over two failures the order counts, at once and lasting."""

    def again(encounter: Encounter, last: LastRecovery) -> Felt:
        return apply_models(
            default_models(), but(encounter, earlier_failures=1, last_recovery=last)
        )

    for poor in (UNRESOLVED, but(MEDIOCRE, worth=0.0, severity=Severity.MODERATE)):
        good = but(EXCELLENT, severity=Severity.MODERATE)
        rising = apply_models(default_models(), poor), again(good, LastRecovery.POOR)
        falling = apply_models(default_models(), good), again(poor, LastRecovery.GOOD)
        for name in ("transaction", "lasting"):
            up = sum(getattr(felt, name) for felt in rising)
            down = sum(getattr(felt, name) for felt in falling)
            assert up > down
            assert getattr(rising[1], name) > getattr(falling[1], name)


@given(encounter=encounters)
def test_the_insatiable_gain_nothing(encounter: Encounter) -> None:
    """No recovery brings them above what silence would have left."""
    insatiable = but(encounter, is_insatiable=True, is_genuine=True)
    silent = but(insatiable, handling=Handling.SILENT, cycle=1, earlier_failures=0)
    first = but(insatiable, cycle=1, earlier_failures=0)
    assert change(first) <= change(silent) + 1e-12
