"""Reactions read from figures, and who is tempted to claim for nothing."""

from __future__ import annotations

from itertools import product
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core._domain.failure import Severity
from recovery_core.errors import InvalidValueError
from recovery_core.simulation.reactions import (
    Additive,
    ByPath,
    Encounter,
    Felt,
    Handling,
    Honesty,
    RecoveryPath,
    Temptation,
    apply_models,
    default_models,
)
from tests.support.reactions import FALSE, SILENT, UNRESOLVED, but, encounters, felts

PLACES = tuple(product(Severity, RecoveryPath))

TARP = {
    False: {"silent": 37, "unresolved": 46, "resolved": 70, "quick": 95},
    True: {"silent": 9, "unresolved": 19, "resolved": 54, "quick": 82},
}
"""Percent who mean to buy again, by whether the loss was large, and by path."""


def tarp() -> ByPath:
    """Take the grid as if satisfaction fell by the share of those who leave."""
    return ByPath(
        {
            (severity, path): TARP[severity > Severity.MODERATE][path] / 100 - 1
            for severity, path in PLACES
        }
    )


# By path


@pytest.mark.parametrize(
    ("encounter", "small", "large"),
    [
        (SILENT, 37, 9),
        (UNRESOLVED, 46, 19),
        (Encounter(resolution_hours=24.1), 70, 54),
        (Encounter(resolution_hours=24.0), 95, 82),
    ],
    ids=[*RecoveryPath],
)
def test_tarp_the_grid_is_read_cell_by_cell(
    encounter: Encounter, small: int, large: int
) -> None:
    """Who complains in vain still returns more often than who keeps silent."""
    for severity, percent in ((Severity.MINOR, small), (Severity.CRITICAL, large)):
        felt = tarp()(but(encounter, severity=severity), Felt())
        assert round(100 * (1 + felt.lasting)) == percent


def test_the_table_has_the_last_word_on_what_lasts() -> None:
    """After the usual models it replaces their lasting change, and no other."""
    before = apply_models(default_models(), UNRESOLVED)
    after = apply_models((*default_models(), tarp()), UNRESOLVED)
    assert after == attrs.evolve(before, lasting=after.lasting)
    assert after.lasting == pytest.approx(-0.54)


@given(felt=felts)
def test_where_nothing_failed_no_path_was_gone(felt: Felt) -> None:
    """An opportunistic claim stands in no survey of failures."""
    assert tarp()(FALSE, felt) == felt


def test_a_table_compares_by_what_it_says() -> None:
    """In whichever order it was written, and as pairs as well."""
    figures = {place: -n / 100 for n, place in enumerate(PLACES)}
    backwards = dict(reversed(figures.items()))
    assert ByPath(figures) == ByPath(backwards) == ByPath(tuple(figures.items()))
    assert ByPath(figures) != ByPath(figures, quick_hours=25)


@pytest.mark.parametrize("missing", PLACES[::5])
def test_a_table_speaks_of_every_cell(missing: Any) -> None:
    """What is left out is named."""
    figures = {place: 0.0 for place in PLACES if place != missing}
    name = rf"{missing[0].name} and {missing[1].name}: give a change for every"
    with pytest.raises(InvalidValueError, match=name):
        ByPath(figures)


@pytest.mark.parametrize(
    "strange", [(5, "silent"), (Severity.MINOR, "soon"), ("a", "b")]
)
def test_a_table_speaks_of_no_other_cell(strange: Any) -> None:
    """An unknown path would never be gone."""
    figures: dict[Any, float] = {**dict.fromkeys(PLACES, 0.0), strange: 0.0}
    with pytest.raises(InvalidValueError, match="cannot speak of"):
        ByPath(figures)


@pytest.mark.parametrize("wrong", [-1.1, 1.1, "1", None, True, float("nan")], ids=repr)
def test_a_change_is_a_number_within_the_scale(wrong: Any) -> None:
    """Satisfaction runs from 0 to 1."""
    figures = {**dict.fromkeys(PLACES, 0.0), PLACES[3]: wrong}
    with pytest.raises(InvalidValueError, match="for MINOR and QUICK: give a number"):
        ByPath(figures)


# Additive


def test_the_linear_sum_is_the_one_simulators_were_measured_with() -> None:
    """Loss, pay, speed, apology and choice, with the figures of the benchmark."""
    full = Encounter(severity=Severity.MINOR, has_choice=True)
    assert Additive()(full, Felt()).transaction == pytest.approx(
        -0.10 + 0.30 * 1.0 + 0.08 * (1 - 0 / 84) + 0.06 + 0.04
    )
    half = but(
        full,
        severity=Severity.MAJOR,
        worth=0.5,
        response_hours=42.0,
        apologized=False,
        has_choice=False,
    )
    assert Additive()(half, Felt()).lasting == pytest.approx(
        -0.40 + 0.30 * 0.5 + 0.08 * (1 - 42 / 84)
    )


@pytest.mark.parametrize("hours", [168.0, 169.0, 1e9])
def test_after_a_week_a_longer_wait_makes_no_difference(hours: float) -> None:
    """Speed counts from 1 to -1."""
    model = Additive(pay=0, apology=0)
    felt = model(Encounter(response_hours=hours), Felt())
    assert felt.transaction == pytest.approx(-0.22 - 0.08)


@given(encounter=encounters, felt=felts)
def test_both_changes_are_the_same_sum(encounter: Encounter, felt: Felt) -> None:
    """It adds to what is felt, and touches nothing else."""
    told = Additive()(encounter, felt)
    change = Additive()(encounter, Felt())
    assert change.transaction == change.lasting
    assert told == attrs.evolve(
        felt,
        transaction=felt.transaction + change.transaction,
        lasting=felt.lasting + change.transaction,
    )


def test_silence_is_the_loss_and_a_false_claim_is_paid_or_not() -> None:
    """Nothing else is read of either."""
    model = Additive(bonus=0.03, penalty=0.07)
    assert model(SILENT, Felt()).transaction == -0.22
    assert model(FALSE, Felt()).transaction == 0.03
    assert model(but(FALSE, worth=0.0), Felt()).transaction == -0.07


@pytest.mark.parametrize("name", ["pay", "speed", "apology", "choice", "bonus"])
@pytest.mark.parametrize("wrong", [-0.1, 1.1, "1", None, True], ids=repr)
def test_a_coefficient_is_a_number(name: str, wrong: Any) -> None:
    """Each says its bounds."""
    with pytest.raises(InvalidValueError, match=rf"{name} cannot be .*from 0 to 1"):
        Additive(**{name: wrong})


# Temptation

STEPS = st.integers(-4, 4)


@given(
    honesty=st.sampled_from(Honesty),
    grievance=st.integers(0, 2),
    boldness=STEPS,
    other=st.tuples(st.integers(0, 2), STEPS),
)
def test_wirtz_2010_injustice_tempts(
    honesty: Honesty, grievance: int, boldness: int, other: tuple[int, int]
) -> None:
    """It is a probability that rises with grievance and with boldness."""
    model = Temptation(rates=(0.001, 0.01, 0.1))
    low = model(honesty, min(grievance, other[0]), min(boldness, other[1]))
    high = model(honesty, max(grievance, other[0]), max(boldness, other[1]))
    assert 0 <= low <= high < 1
    moved = (grievance, boldness) != other
    assert not moved or low < high


@given(grievance=st.integers(0, 2), boldness=STEPS)
def test_wirtz_2004_morality_restrains(grievance: int, boldness: int) -> None:
    """The fewer the scruples, the likelier; the honest never."""
    honest, tempted, opportunist = (
        Temptation()(honesty, grievance, boldness) for honesty in Honesty
    )
    assert 0 == honest < tempted < opportunist < 1


def test_what_the_rates_are() -> None:
    """Without grievance and boldness; a step of either multiplies the odds."""
    model = Temptation(rates=(0.0, 0.1, 0.5), grievance=2, boldness=3)
    assert model("tempted", 0, 0) == pytest.approx(0.1)
    assert model(Honesty.OPPORTUNIST, 1, 0) == pytest.approx(2 / 3)
    assert model("opportunist", 0, -1) == pytest.approx(1 / 4)
    assert model("opportunist", 2, 4) == pytest.approx(324 / 325)


@pytest.mark.parametrize(
    "wrong",
    [0.1, (0.1, 0.2), (0.2, 0.1, 0.3), (0, 0.5, 1), (-0.1, 0, 0), ("a", "b", "c")],
    ids=repr,
)
def test_the_rates_rise_below_one(wrong: Any) -> None:
    """Nobody claims for certain, and scruples restrain."""
    with pytest.raises(InvalidValueError, match="give three numbers from 0 to below 1"):
        Temptation(rates=wrong)


@pytest.mark.parametrize("name", ["grievance", "boldness"])
@pytest.mark.parametrize("wrong", [0.9, 101, "2", None, True, float("nan")], ids=repr)
def test_a_factor_never_lowers(name: str, wrong: Any) -> None:
    """Injustice and success do not restrain."""
    with pytest.raises(InvalidValueError, match=rf"{name} cannot be .*from 1 to 100"):
        Temptation(**{name: wrong})


@pytest.mark.parametrize(
    ("asked", "mend"),
    [
        (("saint", 0, 0), "give one of honest, tempted, opportunist"),
        ((None, 0, 0), "give one of honest"),
        (("honest", 3, 0), "grievance cannot be 3: give an int from 0 to 2"),
        (("honest", -1, 0), "give an int from 0 to 2"),
        (("honest", True, 0), "give an int from 0 to 2"),
        (("honest", 0, 5), "boldness cannot be 5: give an int from -4 to 4"),
        (("honest", 0, 0.5), "give an int from -4 to 4"),
    ],
    ids=repr,
)
def test_what_cannot_be_asked_is_refused(asked: Any, mend: str) -> None:
    """Steps are whole and bounded."""
    with pytest.raises(InvalidValueError, match=mend):
        Temptation()(*asked)


def test_the_size_of_the_gain_is_not_read() -> None:
    """Nothing of the claim is asked (Wirtz & Kum 2004: the gain has no effect)."""
    assert Temptation()("tempted", 0, 0) == 0.005
    assert Handling.RESOLVED not in attrs.astuple(Temptation())
