"""Worlds and those who live in them: what they are, and what they cannot be."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any, Final

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core._domain.attribution import Cause
from recovery_core._domain.failure import FailureKind, Severity
from recovery_core._domain.hashing import content_hash
from recovery_core._domain.money import Money
from recovery_core.errors import InvalidValueError
from recovery_core.simulation.reactions import (
    ByPath,
    Encounter,
    Felt,
    Handling,
    Justice,
    Temptation,
    default_models,
)
from recovery_core.simulation.world.distribution import Spread, to_spread
from recovery_core.simulation.world.mind import Gossip, Loyalty, Memory, Persistence
from recovery_core.simulation.world.world import Population, Tier
from tests.support.laws import (
    DAY,
    FLAG,
    MAYBE_TEXT,
    NOT_EXACT,
    TEXT,
    a,
    at_least,
    check_refusal,
    check_value,
    refusals,
)
from tests.support.worlds import (
    CHANCE,
    INF,
    LATE,
    LEVEL,
    NAN,
    NUMBER,
    PEOPLE,
    RUDE,
    TIERS,
    euro,
    spoiled,
    world,
)

TWO: Any = 2
CAUSE: Final = Cause("crew", "firm")
PEOPLE_ALL: Final = Population(**PEOPLE)
WORLD: Final = world()
DOLLARS: Final = Money("5.00", "USD")
ABROAD: Final = (TIERS[0], Tier(name="abroad", price=DOLLARS))
NOBODY: Final = attrs.evolve(TIERS[0], share=0)
MODELS: Final = (
    "give a list of models from recovery_core.simulation.reactions, such as "
    "default_models(), or of functions like them"
)
TUPLE: Final = "give a tuple of Tier, such as (x,)"
CAUSES: Final = "give a tuple of Cause, such as (x,)"
LOSS: Final = (
    "give the share of the price that is lost, from 0 to 1, as an int, a Fraction or a "
    "text such as '1/2'"
)
COMPLAINS: Final = "give a chance from 0 to 1 for each Severity, or one for all"


@pytest.mark.parametrize(
    "value",
    [
        LATE,
        RUDE,
        TIERS[1],
        PEOPLE_ALL,
        WORLD,
        *attrs.astuple(WORLD, recurse=False)[3:8],
    ],
)
def test_what_a_world_is_made_of_is_a_value(value: Any) -> None:
    """Worlds and their parts are frozen, compare by content, and travel."""
    check_value(value)


@pytest.mark.parametrize(
    ("valid", "field", "wrong", "mend"),
    [
        *refusals(
            TIERS[1],
            "annual_sales",
            "annual_margin",
            name=TEXT,
            share=LEVEL,
            price=((5, None, "5", Money("-1.00", "EUR")), "give Money of 0 or more"),
            encounters=at_least(1),
        ),
        *refusals(
            LATE,
            *("severity", "causes", "loss", "facts"),
            what=TEXT,
            rate=CHANCE,
            kind=a(FailureKind),
            touchpoint=MAYBE_TEXT,
            detected=CHANCE,
            compound=CHANCE,
            was_rejected=FLAG,
            is_shared=FLAG,
        ),
        *refusals(
            PEOPLE_ALL,
            *("tiers", "complains", "voice", "expectation", "tenure"),
            tempted=CHANCE,
            opportunists=CHANCE,
            insatiable=CHANCE,
            aggressive=CHANCE,
            blames_firm=CHANCE,
        ),
        *refusals(
            WORLD,
            *("modes", "reactions", "proof_rates"),
            population=a(Population),
            memory=a(Memory),
            loyalty=a(Loyalty),
            gossip=a(Gossip),
            persistence=a(Persistence),
            temptation=a(Temptation),
            confirmation_rate=CHANCE,
            satisfaction_noise=LEVEL,
            quick_hours=LEVEL,
            branch_size=at_least(1),
            start_date=DAY,
        ),
        *refusals(
            Memory(),
            usual=CHANCE,
            start=CHANCE,
            bad_fades=CHANCE,
            good_fades=CHANCE,
            forgets=at_least(0),
        ),
        *refusals(Persistence(), contests=CHANCE, reopens=CHANCE),
        *refusals(
            Gossip(),
            warns_below=CHANCE,
            praises_above=CHANCE,
            telling_rate=CHANCE,
            listeners=at_least(0),
            warning_effect=CHANCE,
            praise_effect=CHANCE,
        ),
        *refusals(Loyalty(), "steepness", midpoint=NUMBER),
        *spoiled(LATE, "causes", "give a Cause with a weight above 0", ()),
        *spoiled(Loyalty(), "steepness", "give a number from 0 up", -1),
        *spoiled(Loyalty(), "steepness", "give a number", INF, NAN, "1"),
        *spoiled(LATE, "causes", CAUSES, None, "crew", ("crew",), (CAUSE, None)),
        *spoiled(
            LATE, "loss", LOSS, *NOT_EXACT, Fraction(3, 2), Fraction(-1), euro("1.00")
        ),
        *spoiled(TIERS[0], "annual_sales", "give Money in EUR, as the price", DOLLARS),
        *spoiled(TIERS[0], "annual_margin", "give Money in EUR, as the price", DOLLARS),
        *spoiled(TIERS[0], "annual_margin", "give Money", 5, None),
        *spoiled(PEOPLE_ALL, "tiers", "give tiers, all in one currency", (), ABROAD),
        *spoiled(PEOPLE_ALL, "tiers", TUPLE, 7, "a", ("a",)),
        *spoiled(PEOPLE_ALL, "tiers", "give every tier another name", TIERS[:1] * 2),
        *spoiled(PEOPLE_ALL, "tiers", "give a tier with a share above 0", (NOBODY,)),
        *spoiled(
            PEOPLE_ALL,
            "complains",
            COMPLAINS,
            *(7, (), "often", [0.1, 0.2, 0.3, 0.4]),
            *(tuple((severity, wrong) for severity in Severity) for wrong in (2, "1")),
        ),
        *spoiled(
            PEOPLE_ALL,
            "complains",
            f"it says nothing of moderate, major, critical; {COMPLAINS}",
            *(((Severity.MINOR, 0.5),), ((Severity.MINOR, 0.5),) * 4),
        ),
        *spoiled(
            WORLD,
            "modes",
            "give a tuple of FailureMode, such as (x,)",
            *(7, "late", ("late",), {"late": LATE}),
        ),
        *spoiled(WORLD, "modes", "give at least one FailureMode", ()),
        *spoiled(WORLD, "reactions", MODELS, 7, "usual", default_models, ("a model",)),
        *spoiled(
            WORLD,
            "proof_rates",
            "give two chances, for genuine claims and for false ones",
            *(1.0, (1.0,), (1, 0, 0), None),
        ),
        *spoiled(
            LATE,
            "facts",
            'give facts by name, such as {"delay": 90}',
            *(7, ("delay",), (("delay", 90),), None),
        ),
        *spoiled(
            Spread[int]({1: 1}),
            "weights",
            'give the weight of each value, such as {"a": 3, "b": 1}',
            *((), None, 7, "ab", ((1, 0),), ((1, -1), (2, 2)), (1, 2)),
            *(((1, True),), ((1, "1"),), ((1, NAN),), ((1, INF),), ((1, 2, 3),)),
        ),
    ],
)
def test_what_cannot_be_is_refused_with_the_mend(
    valid: Any, field: str, wrong: Any, mend: str
) -> None:
    """A wrong value is refused when it is given, by a message that says the mend."""
    check_refusal(valid, field, wrong, mend)


UNFIT: Final[tuple[tuple[Any, str], ...]] = (
    (
        lambda: world(modes=[attrs.evolve(RUDE, rate=0.6)] * 2),
        "come to 1.2: give rates that sum to 1 at most",
    ),
    (
        lambda: world({"complains": {"minor": 0.5, "maior": 0.5}}),
        "it says nothing of moderate, major, critical; give a chance",
    ),
    (
        lambda: world(reactions=[ByPath]),
        "build one with its parameters, such as ByPath(...)",
    ),
    (lambda: world({"tempted": 0.6, "opportunists": 0.5}), "0.6 tempted and 0.5"),
    (lambda: world({"voice": {"loud": 1}}), "give factors from 0 up"),
    (lambda: world({"voice": -1}), "give factors from 0 up"),
    (lambda: world({"expectation": {0.5: 1, 1.5: 1}}), "give numbers from 0 to 1"),
    (lambda: world({"tenure": 6.5}), "give whole months, 12000 at most"),
    (lambda: world({"tenure": 10**9}), "give whole months, 12000 at most"),
    (
        lambda: world(proof_rates=(1.0, 2.0)),
        "World.proof_rates cannot be 2.0: give a number",
    ),
    (
        lambda: world(proof_rates=("1", 0)),
        "World.proof_rates cannot be '1': give a number",
    ),
    (lambda: attrs.evolve(LATE, severity={}), "give the weight of each value"),
    (lambda: attrs.evolve(LATE, severity=TWO), "give a Severity or its name"),
    (lambda: attrs.evolve(LATE, severity="tiny"), 'name, such as "minor", or the'),
    (
        lambda: attrs.evolve(LATE, severity=Spread(((Severity.MINOR, 1),) * 5)),
        "or the weight of each of several",
    ),
    (
        lambda: attrs.evolve(LATE, severity={"minor": 1, Severity.MINOR: 2}),
        "or the weight of each of several",
    ),
    (lambda: attrs.evolve(LATE, facts={"": 1}), "give facts by name"),
    (lambda: attrs.evolve(LATE, facts={"a": {(1, 2): 1}}), "give whole units"),
    (
        lambda: Gossip(warns_below=0.9, praises_above=0.1),
        "give a lower warns_below, or a higher praises_above",
    ),
    (lambda: Tier(name="x", price=5), "Tier.price cannot be 5"),  # type: ignore[arg-type]
    *(
        (
            lambda wrong=wrong: Tier(name="x", price=euro("1.00"), encounters=wrong),
            f"Tier.encounters cannot be {wrong!r}: give an int of at least 1",
        )
        for wrong in ("2", 1.5, 0)
    ),
)


@pytest.mark.parametrize("number", range(len(UNFIT)))
def test_what_does_not_fit_together_is_refused(number: int) -> None:
    """Parts that cannot be together are refused, by a message that says the mend."""
    make, message = UNFIT[number]
    with pytest.raises(InvalidValueError) as refusal:
        make()
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    "rates", [(0.1, 0.2, 0.7), (0.7, 0.1, 0.1, 0.1), (1 / 7,) * 7, (0.1,) * 10, (1.0,)]
)
def test_rates_may_fill_every_encounter(rates: tuple[float, ...]) -> None:
    """Rates that sum to one on paper do so here, whatever floats make of them."""
    assert world(modes=[attrs.evolve(RUDE, rate=rate) for rate in rates]).modes


def test_usual_figures_follow_from_the_others() -> None:
    """Sales, margin, and the start of satisfaction are worked out unless given."""
    gold = TIERS[1]
    assert gold.annual_sales == euro("7200.00")
    assert gold.annual_margin == euro("1800.00")
    rich = Tier(name="x", price=euro("1.00"), annual_sales=euro("100.00"))
    assert rich.annual_margin == euro("25.00")
    assert Memory(usual=0.6).start == 0.6
    assert PEOPLE_ALL.currency == "EUR"


def test_a_spread_takes_one_value_or_several() -> None:
    """One value is certain; a mapping gives weights; a spread stays as it is."""
    weights = Spread[str]({"a": 3, "b": 1})
    assert to_spread(weights) is weights
    assert to_spread({"a": 3, "b": 1}) == weights
    assert weights.values == ("a", "b")
    assert weights.shares == (0.75, 0.25)
    assert to_spread("a").shares == (1.0,)
    assert to_spread(None).values == (None,)


def test_a_world_without_failures_is_the_same_but_for_them() -> None:
    """Nothing fails in it, and nothing else is changed."""
    calm = WORLD.without_failures()
    assert {mode.rate for mode in calm.modes} == {0.0}
    assert attrs.evolve(calm, modes=WORLD.modes) == WORLD
    assert world(modes=LATE).modes == (LATE,)


def test_a_moment_is_no_day() -> None:
    """A world is dated by a day, and a moment is refused."""
    check_refusal(WORLD, "start_date", datetime(2026, 1, 5), DAY[1])  # noqa: DTZ001


def test_one_thing_stands_for_a_list_of_one() -> None:
    """A cause, a mode or a tier alone needs no brackets, and a list is a tuple."""
    assert attrs.evolve(LATE, causes=CAUSE).causes == (CAUSE,)
    assert attrs.evolve(LATE, causes=[CAUSE, CAUSE]).causes == (CAUSE, CAUSE)
    assert Population(tiers=TIERS[0]).tiers == (TIERS[0],)
    assert world(modes=[LATE, RUDE]).modes == (LATE, RUDE)
    assert world(reactions=list(default_models())).reactions == default_models()


def test_severities_go_by_their_names_as_well() -> None:
    """What is written as a text is a severity afterwards, and hashed as one."""
    plain = attrs.evolve(LATE, severity=Severity.MINOR)
    severities: tuple[Any, ...] = ("minor", "MINOR", {"minor": 1}, Spread({"minor": 1}))
    for same in severities:
        assert attrs.evolve(LATE, severity=same) == plain
    chances = dict.fromkeys(Severity, 0.5)
    named = {severity.name.lower(): chance for severity, chance in chances.items()}
    several: tuple[Any, ...] = (0.5, named, chances, tuple(chances.items()))
    for same in several:
        people = attrs.evolve(PEOPLE_ALL, complains=same)
        assert people.complains == tuple(chances.items())


def test_numbers_come_out_of_numpy() -> None:
    """Whatever counted them, numbers are Python's own, and hashed as such."""
    tier = Tier(name="x", price=euro("1.00"), encounters=np.int64(2))  # type: ignore[arg-type]
    assert type(tier.encounters) is int
    assert tier.annual_sales == euro("24.00")
    half: Any = np.float32(0.5)
    tenure: Any = {np.int64(3): np.int64(1), 4: 2}
    delays: list[Any] = [np.int64(5), 5]
    people = attrs.evolve(
        PEOPLE_ALL,
        tempted=half,
        complains=np.float64(0.5),
        tenure=tenure,
        expectation=np.float64(0.5),
    )
    assert people == attrs.evolve(
        PEOPLE_ALL, tempted=0.5, complains=0.5, tenure={3: 1, 4: 2}, expectation=0.5
    )
    numbers = (people.tempted, people.complains[0][1], *people.tenure.values)
    assert [type(number) for number in numbers] == [float, float, int, int]
    assert type(world(branch_size=np.int64(5)).branch_size) is int
    late = [attrs.evolve(LATE, facts={"delay": delay}) for delay in delays]
    assert content_hash(late[0]) == content_hash(late[1])


@given(st.floats(0, 1), st.floats(0, 1e9), st.floats(-1e3, 1e3))
def test_leaving_falls_with_satisfaction(
    level: float, steep: float, even: float
) -> None:
    """However steep the curve, it is a chance, and the satisfied leave less."""
    loyalty = Loyalty(steepness=steep, midpoint=even)
    assert 0 <= loyalty(1.0) <= loyalty(level) <= loyalty(0.0) <= 1
    assert Loyalty(steepness=steep, midpoint=level)(level) == 0.5


def felt(distributive: float = 0.5, **parts: float) -> Felt:
    """Say what is felt."""
    return attrs.evolve(Felt(), justice=Justice(distributive, 0.5, 0.5), **parts)


def test_the_unjustly_treated_contest() -> None:
    """The chance to contest falls to nothing where the offer is felt to be just."""
    some = Persistence(contests=0.8)
    chances = [
        some.chance_to_contest(Encounter(), felt(part))
        for part in (0.0, 0.25, 0.5, 1.0)
    ]
    assert chances == pytest.approx([0.8, 0.4, 0.0, 0.0])
    assert (
        Persistence().chance_to_contest(Encounter(is_insatiable=True), felt(1.0)) == 1.0
    )


def test_the_poorly_recovered_come_back() -> None:
    """A case that went badly is reopened, and so is any case of the insatiable."""
    some, unresolved = Persistence(reopens=0.4), Handling.UNRESOLVED
    assert some.chance_to_reopen(Encounter(), felt()) == 0.0
    assert some.chance_to_reopen(Encounter(handling=unresolved), felt()) == 0.4
    worse = felt(loss=0.2, transaction=-0.3)
    assert some.chance_to_reopen(Encounter(), worse) == 0.4
    assert Persistence().chance_to_reopen(Encounter(is_insatiable=True), felt()) == 1.0
