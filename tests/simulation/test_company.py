"""Companies: their people and habits, and the name that their content gives them."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any, Final

import attrs
import numpy as np
import pytest

from recovery_core._domain.claim import Claim
from recovery_core._domain.remedy import Award
from recovery_core._domain.verdict import Action
from recovery_core.abuse import (
    ClaimRate,
    ClaimVelocity,
    ValueConcentration,
    expiring,
    shadow,
    worst_of,
)
from recovery_core.attribution import ByWeight, PureComparative
from recovery_core.authority import Authority, Grant
from recovery_core.engine import RecoveryEngine
from recovery_core.errors import InvalidValueError
from recovery_core.policy import Reimbursement
from recovery_core.process import FIVE_STEPS, Process, Step, define, five_steps
from recovery_core.simulation.company import (
    ClaimMemory,
    Company,
    Delay,
    Learning,
    Team,
    company_of,
)
from recovery_core.simulation.runs.run import simulate
from recovery_core.tables import Rule, Table
from tests.support.laws import (
    FLAG,
    FROM_NOTHING_UP,
    NOT_EXACT,
    TEXT,
    Sort,
    a,
    at_least,
    check_refusal,
    check_value,
    maybe,
    refusals,
)
from tests.support.worlds import (
    CHANCE,
    LEVEL,
    NOTHING,
    by_severity,
    company,
    euro,
    everything,
    ladder,
    spoiled,
    world,
)

POINT: Final = (
    "give minor units, 0 or more, as an int, a Fraction or a text such as '1/2'"
)
HOURS: Final[Sort] = ((None, -1, 1.0, "1", True), "give whole hours from 0 up")
TEAM: Final = Team(agents=2, handling=30)
COMPANY: Final = company()
VELOCITY: Final = ClaimVelocity(most=1, window=timedelta(days=90), action=Action.WARN)
VALUES: Final = ValueConcentration(most=Fraction(1, 10))


@pytest.mark.parametrize("value", [Delay(), TEAM, ClaimMemory(), Learning()])
def test_habits_are_values(value: Any) -> None:
    """Habits are frozen, compare by content, and travel."""
    check_value(value)


@pytest.mark.parametrize(
    ("valid", "field", "wrong", "mend"),
    [
        *refusals(Delay(), median=LEVEL, sigma=LEVEL),
        *spoiled(Delay(), "sigma", "give 10 at most", 10.1),
        *refusals(
            TEAM,
            "personality",
            agents=at_least(1),
            handling=LEVEL,
            varies=((None, "often", 1), "give exponential or fixed"),
            aggression=LEVEL,
            skill=CHANCE,
            training=CHANCE,
        ),
        *spoiled(TEAM, "handling", "give a number above 0", 0, 0.0),
        *refusals(
            ClaimMemory(),
            "amounts",
            months=at_least(0),
            dates=FLAG,
            tenure=FLAG,
        ),
        *spoiled(ClaimMemory(), "months", "give 15 months at most", 16),
        *spoiled(ClaimMemory(), "amounts", "give bool or None", 0, "yes"),
        *refusals(Learning(), after=at_least(1), effect=CHANCE, most=at_least(0)),
        *refusals(
            COMPANY,
            *("engine", "response", "point_cost", "response_hours_grid"),
            name=TEXT,
            agent=TEXT,
            approver=TEXT,
            apology_owns=((None, "often", True), "give always or never or firm"),
            rounds=at_least(1),
            decision_hours=HOURS,
            approval_hours=HOURS,
            records=a(ClaimMemory),
            learning=maybe(Learning),
            budget=FROM_NOTHING_UP,
            acquisition_cost=FROM_NOTHING_UP,
        ),
        *spoiled(
            COMPANY,
            "engine",
            "give a RecoveryEngine, or a policy",
            *(None, "nonsense", {}, 7),
        ),
        *spoiled(COMPANY, "response", "give Delay or Team", None, 24, Delay),
        *spoiled(
            COMPANY,
            "point_cost",
            POINT,
            *(Fraction(-1), *NOT_EXACT),
        ),
        *spoiled(
            COMPANY,
            "response_hours_grid",
            "give whole hours that rise, the first of them 0",
            *(7, "24", (), (1,), (0, 2, 2), (0, 2, 1), (0, 1.0), (0, True)),
        ),
        *spoiled(
            COMPANY,
            "agent",
            "name a person, with no blanks around",
            *(" x", "x ", "company", "Customer"),
        ),
        *spoiled(
            COMPANY, "approver", "name a person, with no blanks around", "company"
        ),
    ],
)
def test_what_cannot_be_is_refused_with_the_mend(
    valid: Any, field: str, wrong: Any, mend: str
) -> None:
    """A wrong value is refused when it is given, by a message that says the mend."""
    check_refusal(valid, field, wrong, mend)


def test_personalities_lie_between_nothing_and_all() -> None:
    """How well agents get on with people is told from 0 to 1."""
    with pytest.raises(InvalidValueError, match="give numbers from 0 to 1"):
        Team(agents=1, handling=1, personality={0.5: 1, 2: 1})


@pytest.mark.parametrize("name", ["agent", "Agent", "AGENT"])
def test_nobody_approves_what_he_asks_for(name: str) -> None:
    """Agent and approver are two people, however their names are written."""
    with pytest.raises(InvalidValueError, match="give two people"):
        company(habits={"approver": name})


def test_a_company_is_called_after_its_policy() -> None:
    """A company without a name goes by its policy's, or by what that is made of."""
    table = Table("the rules", rules=[Rule("all", amends=euro("1.00"))])
    assert company(table).name == "the rules"
    assert company(by_severity).name == "by_severity"
    assert company(Reimbursement()).name == "Reimbursement"
    assert company(habits={"name": "ours"}).name == "ours"


def test_companies_are_made_of_engines_and_policies() -> None:
    """A policy becomes a usual company, an engine one with its plugs."""
    engine = RecoveryEngine(policy=by_severity, abuse=VELOCITY)
    assert company_of(engine) == Company(engine=engine)
    assert company_of(by_severity).engine.policy is by_severity
    assert company_of(COMPANY) is COMPANY
    named = Company(engine=by_severity, name="ours")
    assert named.engine.policy is by_severity
    with pytest.raises(InvalidValueError, match=r"such as Reimbursement\(\.\.\.\)"):
        Company(engine=Reimbursement)


@pytest.mark.parametrize("given", [world(), world().population])
def test_a_world_is_no_company(given: Any) -> None:
    """Who gives the world first is told what comes first."""
    what = type(given).__name__
    message = f"made of a {what}: give the company, an engine or a policy first"
    with pytest.raises(InvalidValueError, match=message):
        company_of(given)


def test_cases_go_through_the_five_steps() -> None:
    """A process with other steps is refused when the company is built, not in a run."""
    with pytest.raises(InvalidValueError, match="runs the process 'short', and simul"):
        company(process=SHORT)
    early = define(
        "early",
        initial="seen",
        final=FIVE_STEPS.final,
        steps=[Step("tell", "seen", "reported"), *_as_steps(FIVE_STEPS)],
    )
    with pytest.raises(InvalidValueError, match="runs the process 'early', and simul"):
        company(process=early)
    more = define(
        "more",
        initial="reported",
        final=FIVE_STEPS.final,
        steps=[*_as_steps(FIVE_STEPS), Step("call", "reported", "reported")],
    )
    assert simulate(company(process=more), customers=100, months=2).customers == 100


def _as_steps(process: Process) -> list[Step]:
    return [
        Step(
            edge.trigger,
            edge.source,
            edge.target,
            limit=edge.limit,
            begins_cycle=edge.begins_cycle,
        )
        for edge in process.edges
    ]


def test_the_hours_of_a_ladder_come_out_of_numpy() -> None:
    """Whatever counted them, numbers are Python's own."""
    some = company(
        habits={"response_hours_grid": np.arange(0, 50, 24), "rounds": np.int64(3)}
    )
    assert some == company(habits={"response_hours_grid": (0, 24, 48), "rounds": 3})
    assert {type(hours) for hours in (*some.response_hours_grid, some.rounds)} == {int}


@pytest.mark.parametrize("given", [None, "reimburse", 7])
def test_no_company_is_made_of_anything_else(given: Any) -> None:
    """What is no policy, engine or company is refused, and what would be is named."""
    with pytest.raises(InvalidValueError, match="give a policy, a RecoveryEngine or a"):
        company_of(given)


@pytest.mark.parametrize(
    ("detector", "keeps"),
    [
        (None, False),
        (VELOCITY, False),
        (ClaimRate(usual=Fraction(1, 50)), False),
        (worst_of(VELOCITY, VELOCITY), False),
        (shadow(VELOCITY), False),
        (expiring(VELOCITY, timedelta(days=1)), False),
        (VALUES, True),
        (worst_of(VELOCITY, VALUES), True),
        (shadow(VALUES), True),
        (expiring(VALUES, timedelta(days=1)), True),
        (lambda claim: None, True),
    ],
    ids=(
        *("none", "velocity", "rate", "counters", "a shadow", "for a while"),
        *(
            "values",
            "several",
            "a shadow of values",
            "values for a while",
            "a function",
        ),
    ),
)
def test_amounts_are_on_record_where_they_may_be_weighed(
    detector: Any, *, keeps: bool
) -> None:
    """Only our own counters are known not to look at amounts; what is said holds."""
    assert company(abuse=detector).keeps_amounts is keeps
    for told in (True, False):
        some = company(abuse=detector, habits={"records": ClaimMemory(amounts=told)})
        assert some.keeps_amounts is told


# The hash


def edited(claim: Claim) -> Award:
    """Give nothing, whatever is claimed."""
    return NOTHING


SHORT: Final = define(
    "short",
    initial="reported",
    final="closed",
    steps=[Step("close", "reported", "closed", who="company")],
)
PLUGS: Final[dict[str, Any]] = {
    "policy": everything,
    "process": five_steps(rounds=4),
    "attribution": ByWeight(),
    "liability": PureComparative(),
    "abuse": VELOCITY,
    "authority": ladder(),
    "offer_valid_for": timedelta(days=3),
    "on_hook_error": "hold",
}
HABITS: Final[dict[str, Any]] = {
    "name": "another",
    "agent": "somebody",
    "approver": "somebody",
    "response": TEAM,
    "apology_owns": "always",
    "rounds": 3,
    "decision_hours": 1,
    "approval_hours": 1,
    "records": ClaimMemory(months=1),
    "learning": Learning(),
    "budget": euro("1.00"),
    "acquisition_cost": euro("1.00"),
    "point_cost": Fraction(1, 2),
    "response_hours_grid": (0, 1),
}


def test_the_hash_names_all_there_is() -> None:
    """Whatever is changed in a company or its engine gives it another hash."""
    assert set(HABITS) == {f.name for f in attrs.fields(Company)} - {"engine"}
    fields = {f.name for f in attrs.fields(RecoveryEngine) if f.init}
    assert set(PLUGS) == fields - {"clock", "new_id"}
    named = company(habits={"name": "same"})
    others = [
        *(company(habits={"name": "same", name: v}) for name, v in HABITS.items()),
        *(
            company(**{"habits": {"name": "same"}, name: v})
            for name, v in PLUGS.items()
        ),
        company(edited, habits={"name": "same"}),
    ]
    hashes = [named.hash, *(other.hash for other in others)]
    assert len(set(hashes)) == len(hashes)


def test_the_hash_is_the_same_for_the_same() -> None:
    """Two companies that are set up alike have one hash, whatever their clocks are."""
    habits: dict[str, Any] = {"response": TEAM, "learning": Learning()}
    one = company(Reimbursement(), abuse=VELOCITY, habits=habits)
    two = company(
        Reimbursement(),
        abuse=attrs.evolve(VELOCITY),
        habits={name: attrs.evolve(habit) for name, habit in habits.items()},
        new_id=lambda: "x",
    )
    assert one.hash == two.hash
    assert len(one.hash) == 16


def test_people_without_a_role_are_refused() -> None:
    """An authority that knows neither agent nor approver would deny everything."""
    authority = Authority((Grant("clerk"),), roles={"ana": "clerk"})
    engine = RecoveryEngine(policy=Reimbursement(), authority=authority)

    with pytest.raises(InvalidValueError, match=r"name two of ana"):
        Company(engine=engine)
    assert Company(engine=engine, agent="ana").agent == "ana"
