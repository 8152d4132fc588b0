"""Worlds and companies that nobody thought of come to the same both ways."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recovery_core._domain.verdict import Action
from recovery_core.abuse import ClaimVelocity, Tolerant, ValueConcentration, worst_of
from recovery_core.attribution import BarredAtHalf, BlameBlind, ByWeight
from recovery_core.policy import Reimbursement
from recovery_core.simulation.company import ClaimMemory, Company, Delay, Learning, Team
from recovery_core.simulation.reactions import Additive, default_models
from recovery_core.simulation.world.mind import Gossip, Loyalty, Memory, Persistence
from recovery_core.simulation.world.world import FailureMode, World
from tests.support.worlds import (
    LATE,
    RUDE,
    SHARED,
    by_severity,
    check_same,
    company,
    euro,
    everything,
    ladder,
    world,
)

SHARE: Final = st.sampled_from([0.0, 0.1, 0.5, 1.0])
HOURS: Final = st.sampled_from([0, 1, 24, 100])
ACTIONS: Final = [a for a in Action if a not in {Action.CLEAR, Action.CAP}]


@st.composite
def detectors(draw: st.DrawFn) -> Any:
    """Draw a detector, or none."""
    counter = ClaimVelocity(
        most=draw(st.integers(0, 2)),
        window=timedelta(days=draw(st.sampled_from([40, 100, 400]))),
        action=draw(st.sampled_from(ACTIONS)),
        cools_off=draw(st.sampled_from([None, timedelta(days=20)])),
    )
    cap = ClaimVelocity(
        most=0, window=timedelta(days=90), action=Action.CAP, cap=euro("9.00")
    )
    values = ValueConcentration(most=Fraction(1, 10))
    sorts = [None, counter, cap, values, Tolerant(values, factor=2)]
    return draw(st.sampled_from([*sorts, worst_of(counter, values)]))


@st.composite
def teams(draw: st.DrawFn) -> Team:
    """Draw a team."""
    personality: Any = draw(st.sampled_from([0.5, {0.0: 1, 0.6: 2, 1.0: 1}]))
    return Team(
        agents=draw(st.integers(1, 3)),
        handling=draw(st.sampled_from([1.0, 300.0, 3_000.0])),
        varies=draw(st.sampled_from(["exponential", "fixed"])),
        aggression=draw(st.sampled_from([0.0, 1.0, 2.5])),
        personality=personality,
        training=draw(SHARE),
    )


@st.composite
def companies(draw: st.DrawFn) -> Company:
    """Draw a company."""
    policies = [by_severity, everything, Reimbursement()]
    learning = st.builds(
        Learning, after=st.integers(1, 4), effect=SHARE, most=st.integers(0, 2)
    )
    records = st.builds(
        ClaimMemory,
        months=st.sampled_from([0, 1, 6, 15]),
        dates=st.booleans(),
        amounts=st.sampled_from([None, True, False]),
        tenure=st.booleans(),
    )
    habits = {
        "response": draw(
            st.one_of(st.builds(Delay, median=HOURS, sigma=SHARE), teams())
        ),
        "apology_owns": draw(st.sampled_from(["always", "never", "firm"])),
        "rounds": draw(st.integers(1, 4)),
        "decision_hours": draw(HOURS),
        "approval_hours": draw(HOURS),
        "records": draw(records),
        "learning": draw(st.one_of(st.none(), learning)),
        "budget": draw(st.sampled_from([None, euro("0.00"), euro("99.00")])),
        "response_hours_grid": draw(
            st.sampled_from([(0,), (0, 30), (0, 5, 24, 25, 200)])
        ),
    }
    return company(
        draw(st.sampled_from(policies)),
        attribution=draw(st.sampled_from([None, ByWeight()])),
        liability=draw(st.sampled_from([BlameBlind(), BarredAtHalf()])),
        abuse=draw(detectors()),
        authority=draw(st.sampled_from([None, ladder(), ladder(lead="50.00")])),
        offer_valid_for=draw(st.sampled_from([None, timedelta(hours=24)])),
        habits=habits,
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw a world."""
    modes = st.lists(
        st.sampled_from([LATE, RUDE, SHARED]), min_size=1, max_size=3, unique_by=_what
    )
    people = {name: draw(SHARE) for name in ("insatiable", "aggressive", "blames_firm")}
    people["tempted"] = draw(st.sampled_from([0.0, 0.3]))
    people["opportunists"] = draw(st.sampled_from([0.0, 0.7]))
    tenure = draw(
        st.sampled_from([{24: 1}, {0: 1, -1: 1, -5: 1, -6: 1}, {11: 1, 70: 1}])
    )
    return world(
        {**people, "tenure": tenure},
        modes=draw(modes),
        reactions=draw(st.sampled_from([default_models(), (), (Additive(),)])),
        memory=Memory(
            usual=draw(SHARE),
            start=draw(SHARE),
            bad_fades=draw(SHARE),
            good_fades=draw(SHARE),
            forgets=draw(st.integers(0, 5)),
        ),
        loyalty=Loyalty(steepness=draw(st.sampled_from([0.0, 9.0, 1e6])), midpoint=0.3),
        gossip=Gossip(
            warns_below=draw(SHARE) * 0.5,
            praises_above=0.5 + draw(SHARE) * 0.5,
            telling_rate=draw(SHARE),
            listeners=draw(st.integers(0, 3)),
            warning_effect=draw(SHARE),
            praise_effect=draw(SHARE),
        ),
        persistence=Persistence(contests=draw(SHARE), reopens=draw(SHARE)),
        proof_rates=(draw(SHARE), draw(SHARE)),
        confirmation_rate=draw(SHARE),
        satisfaction_noise=draw(st.sampled_from([0.0, 0.1, 3.0])),
        branch_size=draw(st.sampled_from([1, 60, 1_000])),
    )


def _what(mode: FailureMode) -> str:
    return mode.what


@given(some=companies(), here=worlds(), seed=st.integers(0, 2**64))
@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_whatever_is_drawn_comes_to_the_same(
    some: Company, here: World, seed: int
) -> None:
    """Any company in any world agrees with the production engine to the last unit."""
    check_same(some, here, span=(0, 150), months=6, seed=seed)
