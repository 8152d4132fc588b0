"""Who comes back in a calibrated world is who was observed to."""

from __future__ import annotations

import re
from typing import Any, Final

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery_core import RecoveryEngine, Severity
from recovery_core.errors import InvalidValueError
from recovery_core.policy import Reimbursement
from recovery_core.simulation import (
    Company,
    Delay,
    Loyalty,
    Memory,
    Target,
    World,
    calibrate,
    goodness_of_fit,
    shop,
    simulate,
    tarp,
)
from recovery_core.simulation.calibration.fit import Fit
from recovery_core.simulation.calibration.tarp import TARP, tarp_changes, tarp_company
from recovery_core.simulation.reactions import (
    ByPath,
    Encounter,
    Felt,
    RecoveryPath,
    default_models,
)

CELLS: Final = tuple(TARP)
PATHS: Final = tuple(map(str, RecoveryPath))
SMALL: Final[Any] = {"customers": 20_000, "months": 6}


def bare() -> World:
    """TARP's customers before they were calibrated."""
    return tarp(reactions=default_models(), rate=0.05)


def table(world: World) -> dict[tuple[str, str], float]:
    """Read the changes that a world was given."""
    (model,) = (model for model in world.reactions if isinstance(model, ByPath))
    return {(s.name.lower(), str(path)): c for (s, path), c in model.lasting}


# --------------------------------------------------------------------- TARP's customers


@pytest.mark.parametrize("seed", [2, 3])
def test_each_rate_of_tarp_lies_in_the_interval(seed: int) -> None:
    """Eight rates, each within its own interval of a point and a half or less."""
    grid = simulate(
        tarp_company(), tarp(), customers=150_000, months=12, seed=seed
    ).repurchase_grid()
    assert set(grid) == set(TARP)
    for cell, rate in TARP.items():
        assert grid[cell].covers(rate), cell
        assert grid[cell].half_width < 0.015


def test_the_intervals_hold_tarps_rates_as_often_as_they_say() -> None:
    """No seed was picked: over many, 95 of 100 intervals hold what they should."""
    held = []
    for seed in range(100, 120):
        grid = simulate(
            tarp_company(), tarp(), customers=40_000, months=6, seed=seed
        ).repurchase_grid()
        held += [grid[cell].covers(rate) for cell, rate in TARP.items()]
    assert len(held) == 160
    assert sum(held) >= 144  # below it in one of 200 such tests, if all is right


@pytest.mark.parametrize("seed", [0, 1])
def test_all_of_tarp_is_met_at_once(seed: int) -> None:
    """Where eight are looked at, the room is for eight; so no seed need be picked."""
    fit = goodness_of_fit(
        tarp_company(), tarp(), TARP, customers=150_000, months=12, seed=seed
    )
    assert fit.is_met, fit


def test_the_changes_of_tarp_are_those_the_calibration_finds() -> None:
    """The constants can be worked out anew, from uncalibrated customers."""
    found = tarp_changes(customers=300_000)
    assert found == pytest.approx({c: table(tarp())[c] for c in TARP}, abs=0.002)


@pytest.mark.parametrize("complains", [0.1, 0.9])
def test_tarps_rates_do_not_hang_on_how_many_complain(complains: float) -> None:
    """The propensity to complain is a parameter, and moves no cell of the grid."""
    world = tarp(complains=complains, rate=0.05)
    fit = goodness_of_fit(tarp_company(), world, TARP, customers=40_000, months=6)
    assert fit.is_met, fit


def test_tarps_survivors_are_soon_back_to_normal() -> None:
    """Knox & van Oest (2014): who was failed and stayed, stays as others do."""
    result = simulate(
        tarp_company(), tarp(), customers=20_000, months=12, paths=True
    ).totals.months
    usual_level = result["satisfaction"][0] / result["followed"][0]
    last = result["satisfaction"][-1] / result["followed"][-1]
    assert last == pytest.approx(usual_level, rel=0.02)


# ---------------------------------------------------------------------------- calibrate

rates = st.floats(0.05, 0.99)


@settings(max_examples=3, derandomize=True)
@given(aims=st.fixed_dictionaries(dict.fromkeys(CELLS, rates)))
def test_made_up_rates_are_recovered(aims: dict[tuple[str, str], float]) -> None:
    """Whatever can be reached is reached, and holds for other customers as well."""
    world = calibrate(tarp_company(), bare(), aims, **SMALL)
    fit = goodness_of_fit(tarp_company(), world, aims, **SMALL, seed=7)
    for cell in fit.cells:
        assert cell.simulated is not None
        room = max(4 * cell.simulated.error, 0.02)
        assert abs(cell.simulated.value - cell.target.rate) < room, fit


@settings(max_examples=3, derandomize=True)
@given(
    steepness=st.floats(4, 40),
    even=st.floats(0.2, 0.6),
    rate=st.floats(0.02, 0.45),
    fades=st.floats(0, 1),
    noise=st.floats(0, 0.2),
)
def test_it_converges_in_other_worlds(
    steepness: float, even: float, rate: float, fades: float, noise: float
) -> None:
    """Also where failure follows failure, and nothing is forgotten."""
    world = tarp(
        rate=rate,
        reactions=default_models(),
        loyalty=Loyalty(steepness=steepness, midpoint=even),
        memory=Memory(bad_fades=fades, good_fades=fades),
        satisfaction_noise=noise,
    )
    low, high = 1 - world.loyalty(0.05), 1 - world.loyalty(0.95)
    aims = {c: low + (high - low) * (0.1 + n / 10) for n, c in enumerate(CELLS)}
    found = calibrate(tarp_company(), world, aims, customers=4_000, months=6)
    fit = goodness_of_fit(
        tarp_company(), found, aims, customers=4_000, months=6, seed=0
    )
    for cell in fit.cells:
        if cell.episodes > 100:
            assert cell.simulated is not None
            assert abs(cell.simulated.value - cell.target.rate) < 0.15, fit


def test_nothing_else_is_changed() -> None:
    """The table speaks last, and all else in the world is as it was."""
    world = calibrate(tarp_company(), bare(), TARP, **SMALL)
    assert isinstance(world.reactions[-1], ByPath)
    assert world.reactions[:-1] == bare().reactions
    assert attrs.evolve(world, reactions=default_models()) == bare()


def test_a_table_that_is_there_is_replaced_where_it_stands() -> None:
    """Cells without a target keep what they had."""
    before = tarp(rate=0.05)
    before = attrs.evolve(
        before, reactions=(before.reactions[-1], *default_models()[:3])
    )
    after = calibrate(tarp_company(), before, {("minor", "quick"): 0.8}, **SMALL)
    assert after.reactions[1:] == before.reactions[1:]
    old, new = table(before), table(after)
    changed = [cell for cell in old if abs(old[cell] - new[cell]) > 0.0001]
    assert changed == [("minor", "quick")]


def test_what_has_no_target_lies_between_its_neighbours() -> None:
    """Moderate lies halfway between minor and major, and critical is as major."""
    found = table(calibrate(tarp_company(), bare(), TARP, **SMALL))
    for path in PATHS:
        halfway = (found["minor", path] + found["major", path]) / 2
        assert found["moderate", path] == pytest.approx(halfway, abs=0.0001)
        assert found["critical", path] == found["major", path]


def test_quick_is_as_quick_as_the_world_says() -> None:
    """The table counts the same hours as the grid does."""
    world = attrs.evolve(bare(), quick_hours=100.0)
    model = calibrate(tarp_company(), world, TARP, **SMALL).reactions[-1]
    assert isinstance(model, ByPath)
    assert model.quick_hours == 100


def test_a_path_that_never_occurs_is_worked_out_from_the_others() -> None:
    """So another company, whose cases do go that way, can be tried on the world."""
    prompt = Company(
        engine=RecoveryEngine(policy=Reimbursement()), response=Delay(median=0, sigma=0)
    )
    world = calibrate(prompt, bare(), TARP, **SMALL)
    unseen = goodness_of_fit(prompt, world, TARP, **SMALL)
    assert unseen["minor", "unresolved"].simulated is None
    assert not unseen.is_met
    seen = goodness_of_fit(tarp_company(), world, TARP, customers=40_000, months=6)
    assert seen.is_met, seen


def test_counts_are_met_where_any_rate_that_agrees_with_them_can_be() -> None:
    """Forty of forty came back: nobody says that the 41st will for certain."""
    counts: Any = {
        **TARP,
        ("minor", "quick"): (40, 40),
        ("minor", "silent"): (1000, 370),
    }
    world = calibrate(tarp_company(), bare(), counts, **SMALL)
    fit = goodness_of_fit(tarp_company(), world, counts, **SMALL)
    assert fit.is_met, fit
    assert fit["minor", "silent"].target == Target(0.37, observed=1000)


@pytest.mark.parametrize("rate", [0.0, 0.01, 0.9999, 1.0])
def test_a_rate_out_of_reach_is_refused_with_the_range(rate: float) -> None:
    """The error says what `Loyalty` leaves room for."""
    with pytest.raises(InvalidValueError, match=r"between 0\.0237 and 0\.9997"):
        calibrate(tarp_company(), bare(), {**TARP, ("major", "silent"): rate})


def test_counts_out_of_reach_are_refused() -> None:
    """None of 1,000 is not the 2.4 % that stay however angry they are."""
    with pytest.raises(InvalidValueError, match="major and silent cannot come to 0:"):
        calibrate(tarp_company(), bare(), {**TARP, ("major", "silent"): (1000, 0)})


def spoil(encounter: Encounter, felt: Felt, /) -> Felt:
    """Overrule whatever was said before."""
    return attrs.evolve(felt, lasting=-0.5)


def test_a_model_that_speaks_behind_the_table_is_found_out() -> None:
    """What is reached is told, and the mend."""
    world = attrs.evolve(tarp(), reactions=(*tarp().reactions, spoil))
    with pytest.raises(InvalidValueError, match="let no model speak after ByPath"):
        calibrate(tarp_company(), world, TARP, customers=1_000, months=2)


def test_it_gives_up_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """And says how near it came."""
    monkeypatch.setattr("recovery_core.simulation.calibration.calibration._ROUNDS", 1)
    with pytest.raises(InvalidValueError, match=r"minor and silent comes to 0\.99"):
        calibrate(tarp_company(), bare(), TARP, customers=1_000, months=2)


def test_all_paths_must_be_spoken_of() -> None:
    """Else nobody knows what to put there."""
    with pytest.raises(InvalidValueError, match=r"nothing of silent, resolved, quick"):
        calibrate(tarp_company(), bare(), {("major", "unresolved"): 0.3})


def test_nothing_is_learnt_where_nothing_fails() -> None:
    """A world without failures tells nothing."""
    with pytest.raises(InvalidValueError, match="nothing fails in this run"):
        calibrate(tarp_company(), bare().without_failures(), TARP, **SMALL)


# --------------------------------------------------------------------- what is observed


@pytest.mark.parametrize(
    ("targets", "problem"),
    [
        ({}, "targets cannot be {}: give a rate"),
        ([0.5], "targets cannot be [0.5]: give a rate"),
        ({"minor": 0.5}, "targets cannot speak of 'minor': give a severity"),
        ({3: 0.5}, "targets cannot speak of 3: give a severity"),
        ({("tiny", "quick"): 0.5}, "cannot speak of ('tiny', 'quick')"),
        ({("minor", "fast"): 0.5}, "cannot speak of ('minor', 'fast')"),
        ({("minor", "quick"): 1.5}, "('minor', 'quick') cannot be 1.5: give a number"),
        ({("minor", "quick"): True}, "cannot be True: give a number from 0 to 1"),
        ({("minor", "quick"): "0.5"}, "cannot be '0.5': give a number from 0 to 1"),
        (
            {("minor", "quick"): (9,)},
            "cannot be (9,): give a number from 0 to 1, or how",
        ),
        (
            {("minor", "quick"): (9, 9.0)},
            "cannot be (9, 9.0): give a number from 0 to 1, or how",
        ),
        (
            {("minor", "quick"): (9, 10)},
            "cannot be (9, 10): give a number from 0 to 1, or how",
        ),
        (
            {("minor", "quick"): (0, 0)},
            "cannot be (0, 0): give a number from 0 to 1, or how",
        ),
    ],
)
@pytest.mark.parametrize("ask", [calibrate, goodness_of_fit])
def test_targets_that_cannot_be_are_refused(
    targets: Any, problem: str, ask: Any
) -> None:
    """The message names the mend."""
    with pytest.raises(InvalidValueError, match=re.escape(problem)):
        ask(tarp_company(), tarp(), targets)


@pytest.mark.parametrize("wrong", [{"customers": 0}, {"months": 1.5}])
def test_sizes_that_cannot_be_are_refused(wrong: Any) -> None:
    """As everywhere in the laboratory."""
    with pytest.raises(InvalidValueError, match="give a whole number from 1 up"):
        calibrate(tarp_company(), bare(), TARP, **wrong)


def test_a_cell_may_be_named_by_the_words_of_the_house() -> None:
    """Severity and path as enums, or as their texts."""
    aims: Any = {(Severity.MINOR, RecoveryPath.QUICK): 0.95}
    fit = goodness_of_fit(tarp_company(), tarp(), aims, customers=2_000, months=2)
    assert fit["minor", "quick"].target == Target(0.95)


def test_the_fewer_were_observed_the_less_is_told() -> None:
    """Ten customers agree with what a thousand do not."""
    grid: Any = {"customers": 20_000, "months": 6}
    few = goodness_of_fit(tarp_company(), tarp(), {("minor", "quick"): (10, 9)}, **grid)
    many = goodness_of_fit(
        tarp_company(), tarp(), {("minor", "quick"): (1000, 900)}, **grid
    )
    assert few.is_met
    assert not many.is_met


@pytest.mark.parametrize("rate", [0.85, 0.995])
def test_a_miss_is_a_miss_on_either_side(rate: float) -> None:
    """Too few is as wrong as too many."""
    aims = {("minor", "quick"): rate}
    fit = goodness_of_fit(tarp_company(), tarp(), aims, customers=40_000, months=6)
    assert not fit.is_met


def test_a_few_who_all_come_back_are_no_miss() -> None:
    """Where a cell shows hardly any error, chance alone is taken for it."""
    calm = shop(satisfaction_noise=0.0)
    aims = {("minor", "quick"): 0.98}
    fit = goodness_of_fit(Reimbursement(), calm, aims, customers=200, months=3)
    (cell,) = fit.cells
    assert cell.simulated is not None
    assert cell.simulated.value == 1
    assert cell.simulated.low < 0.98
    assert fit.is_met


def test_a_cell_whose_interval_is_not_known_says_so() -> None:
    """One failure tells nothing of the error, and gainsays no target."""
    aims = {("minor", "quick"): 0.98}
    fit = goodness_of_fit(
        Reimbursement(), shop(satisfaction_noise=0.0), aims, customers=60, months=3
    )
    (cell,) = fit.cells
    assert cell.episodes == 1
    assert "1.000, interval not known" in str(cell)
    assert fit.is_met


# ------------------------------------------------------------------------ what is shown


def fit() -> Fit:
    """Look at a cell that is met, one that is missed, and one that never occurs."""
    aims: Any = {
        ("minor", "quick"): (400, 380),
        ("major", "quick"): 0.5,
        ("critical", "quick"): 0.5,
    }
    return goodness_of_fit(tarp_company(), tarp(), aims, customers=20_000, months=6)


def test_a_fit_shows_each_cell() -> None:
    """In lines for people, and as rows and as JSON for the rest."""
    shown, told = fit(), fit().to_dict()
    lines = repr(shown).splitlines()
    assert lines[0] == (
        "refund on receipt: who comes back, observed and simulated "
        "(20,000 customers, 6 months, seed 1)"
    )
    assert re.fullmatch(
        r"  minor     quick        0\.950 of 400  +0\.9\d+ ± 0\.0\d+  \(\d+\)", lines[1]
    )
    assert lines[2].endswith("missed")
    assert "never occurs  (0)  missed" in lines[3]
    assert lines[4] == "  2 of 3 missed"
    assert told["cells"] == shown.to_rows()
    assert told["is_met"] is False
    assert told["cells"][0]["observed"] == 400
    assert told["cells"][0]["simulated"]["low"] < 0.95
    assert told["cells"][2]["simulated"] is None


def test_a_fit_that_is_met_says_so() -> None:
    """In its last line."""
    found = goodness_of_fit(tarp_company(), tarp(), TARP, customers=20_000, months=6)
    assert repr(found).endswith("\n  all are met")


def test_a_cell_without_a_target_is_refused() -> None:
    """There is nothing to show."""
    with pytest.raises(InvalidValueError, match="there is no target for"):
        _ = fit()["minor", "silent"]
