"""Experiment files: what they say, and what is refused with its place."""

import re
import sys
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pytest

from recovery_core import Money
from recovery_core._domain.failure import Severity
from recovery_core._domain.remedy import RemedyKind
from recovery_core.abuse import ClaimVelocity
from recovery_core.authority import Authority, Grant
from recovery_core.errors import InvalidValueError
from recovery_core.policy import Reimbursement, capped, set_off, sum_of
from recovery_core.schedules import energy_supplier, eu261
from recovery_core.simulation import (
    ClaimMemory,
    Company,
    Delay,
    Experiment,
    FailureMode,
    Learning,
    Spread,
    Team,
    Tier,
    World,
    load_experiment,
    shop,
)
from recovery_core.simulation.reactions import SeverityLoss, Waiting, default_models
from recovery_core.tables import Rule, Table, column, pay

SHOP = Path(__file__).parents[2] / "docs" / "how-to" / "shop.toml"
ONE = '[company.a]\npolicy = "Reimbursement"\n'
PAGE = SHOP.parents[1] / "reference" / "experiment-file.md"
(FULL,) = re.findall(r"```toml\n(# The shop.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


@pytest.fixture(autouse=True)
def path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget which folders were within reach."""
    monkeypatch.setattr(sys, "path", [*sys.path])


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with a table and a module of one's own."""
    late = column.minutes("late")
    due = Rule("due", when=late >= 60, amends=pay(Money("5.00", "EUR")))
    table = Table("late", rules=[due], otherwise="in time")
    (tmp_path / "late.json").write_text(table.to_json(), encoding="utf-8")
    return tmp_path


def load(here: Path, text: str) -> Experiment:
    """Read an experiment that may name modules of one's own."""
    file = here / "x.toml"
    file.write_text(text, encoding="utf-8")
    return load_experiment(file, allow=[MINE, "rules"])


def refused(here: Path, text: str) -> str:
    """Demand a refusal in one line; return what it says behind the file."""
    with pytest.raises(InvalidValueError) as told:
        load(here, text)
    line = str(told.value)
    assert line.startswith(str(here / "x.toml"))
    assert "\n" not in line
    return line.removeprefix(str(here / "x.toml"))


def world_of(here: Path, text: str) -> World:
    """Read a world that begins with the shop."""
    return load(here, f'{ONE}[world]\nuse = "shop"\n{text}').world


def company_of(here: Path, text: str) -> Company:
    """Read a company that reimburses."""
    return load(here, ONE + text)["a"]


# --------------------------------------------------------------------------- worlds


def test_a_world_written_out_is_the_one_from_a_program(here: Path) -> None:
    """Every part of the shop has its key, and what is left out is as usual."""
    found = load(here, FULL)
    assert found.world == shop()
    assert found.companies == {"plain": found["plain"]}
    assert found["plain"].engine.policy == Reimbursement()
    assert found["plain"].name == "plain"
    assert found.design is None


def test_without_a_world_it_is_the_shop(here: Path) -> None:
    """As for every run that names none; and so are the other figures."""
    found = load(here, ONE)
    assert found.world == shop()
    assert (found.customers, found.months, found.seed) == (100_000, 24, 0)
    found = load(here, ONE + "[run]\ncustomers = 500\nmonths = 3\nseed = 11\n")
    assert (found.customers, found.months, found.seed) == (500, 3, 11)


def test_a_world_is_begun_with_another_and_changed(here: Path) -> None:
    """A table changes what it names, by key or number, and nothing else."""
    text = """
    satisfaction_noise = 0
    quick_hours = 12
    start_date = 2025-01-22
    tier.1.price = "EUR 100.00"
    failure.0.rate = 0.5
    failure.0.kind.aspect = "process"
    population.complains.minor = 0.1
    population.tempted = 0.2
    memory.usual = 0.5
    gossip.listeners = 2
    """
    base, found = shop(), world_of(here, text)
    second = found.population.tiers[1]
    assert second.price == Money("100.00", "EUR")
    assert second.encounters == 2
    assert second.annual_sales == second.price * 24  # follows from the new price
    assert found.modes[0].rate == 0.5
    assert found.modes[0].kind.aspect == "process"
    assert found.modes[0].kind.resource == "product"
    assert found.modes[1] == base.modes[1]
    assert dict(found.population.complains)[Severity.MINOR] == 0.1
    assert dict(found.population.complains)[Severity.MAJOR] == 0.75
    assert (found.population.tempted, found.population.opportunists) == (0.2, 0.01)
    assert (found.memory.usual, found.memory.start) == (0.5, 0.5)
    assert (found.satisfaction_noise, found.quick_hours, found.start_date) == (
        0.0,
        12.0,
        date(2025, 1, 22),
    )
    assert found.gossip.listeners == 2
    assert found.persistence == base.persistence
    assert world_of(here, "population.tempted = 0.2").population.tiers == (
        base.population.tiers
    )


def test_lists_of_a_world_take_the_place_of_others(here: Path) -> None:
    """As many as are written, and no more."""
    text = """
    tier = [{ name = "all", price = "GBP 10.00" }]
    failure = [{ what = "late", rate = 0.1, loss = "1/3" }]
    """
    found = world_of(here, text)
    assert found.population.tiers == (Tier(name="all", price=Money("10.00", "GBP")),)
    assert found.modes == (FailureMode(what="late", rate=0.1, loss=Fraction(1, 3)),)


def test_facts_are_certain_or_have_weights(here: Path) -> None:
    """Whatever a policy can read."""
    text = """
    failure.0.facts.delay = [[30, 3], [90, 1]]
    failure.0.facts.weather = { clear = 2, snow = 1 }
    failure.0.facts.is_winter = true
    failure.0.facts.day = 2025-01-22
    failure.0.facts.fare = { money = "EUR 42.00" }
    failure.0.facts.share = [[{ share = "1/3" }, 1], [{ share = "1" }, 1]]
    failure.0.facts.event = "delay"
    """
    facts = dict(world_of(here, text).modes[0].facts)
    assert facts == {
        "delay": Spread({30: 3.0, 90: 1.0}),
        "weather": Spread({"clear": 2.0, "snow": 1.0}),
        "is_winter": Spread({True: 1.0}),
        "day": Spread({date(2025, 1, 22): 1.0}),
        "fare": Spread({Money("42.00", "EUR"): 1.0}),
        "share": Spread({Fraction(1, 3): 1.0, Fraction(1): 1.0}),
        "event": Spread({"delay": 1.0}),
    }


MODELS = (SeverityLoss(), Waiting())


def a_world() -> World:
    """Make a world, for a file to begin with."""
    return shop(satisfaction_noise=0.125)


def no_world() -> int:
    """Make something else."""
    return 1


def broken_world() -> World:
    """Make nothing."""
    raise ValueError("no\nway")


WORLD = shop(satisfaction_noise=0.25)
MINE = Path(__file__).stem


@pytest.fixture
def mine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this very module be found by its name, as a user's own would be."""
    monkeypatch.setitem(sys.modules, MINE, sys.modules[__name__])


@pytest.mark.usefixtures("mine")
def test_worlds_of_ones_own_are_named(here: Path) -> None:
    """A world, or a function that makes one."""
    for name, noise in (("WORLD", 0.25), ("a_world", 0.125)):
        text = f'{ONE}[world]\nuse = "{MINE}:{name}"\n'
        assert load(here, text).world.satisfaction_noise == noise


@pytest.mark.usefixtures("mine")
def test_reactions_are_named_or_changed(here: Path) -> None:
    """All of them, some of them, or the parameters of one."""
    assert world_of(here, 'reactions = "usual"').reactions == default_models()
    assert world_of(here, f'reactions = "{MINE}:MODELS"').reactions == MODELS
    assert world_of(here, 'reactions = "Waiting"').reactions == (Waiting(),)
    text = 'reactions = ["SeverityLoss", { use = "Waiting", reach = 0.1 }]'
    assert world_of(here, text).reactions == (SeverityLoss(), Waiting(reach=0.1))
    changed = world_of(here, "reactions.Waiting.reach = 0.1").reactions
    assert len(changed) == len(default_models())
    assert Waiting(reach=0.1) in changed
    written = FULL.replace("satisfaction_noise = 0.05", "reactions.Waiting.reach = 0.1")
    assert load(here, written).world.reactions == changed


# ------------------------------------------------------------------------ companies


def test_a_company_is_written_out(here: Path) -> None:
    """Every habit has its key, money its currency, and the rest is as usual."""
    text = """
    name = "Ours"
    agent = "ana"
    approver = "ben"
    response = { agents = 2, handling = 30, personality = [[0.2, 1], [0.8, 1]] }
    apology_owns = "always"
    rounds = 3
    decision_hours = 4
    approval_hours = 8
    records = { months = 12, dates = false, amounts = true }
    learning = { after = 5 }
    budget = "EUR 500.00"
    acquisition_cost = "EUR 200.00"
    point_cost = "1/2"
    response_hours_grid = [0, 2, 24]
    on_hook_error = "hold"
    offer_valid_for = { days = 14 }
    """
    found = company_of(here, text)
    assert found == Company(
        engine=attrs.evolve(
            found.engine, on_hook_error="hold", offer_valid_for=timedelta(days=14)
        ),
        name="Ours",
        agent="ana",
        approver="ben",
        response=Team(agents=2, handling=30.0, personality={0.2: 1, 0.8: 1}),
        apology_owns="always",
        rounds=3,
        decision_hours=4,
        approval_hours=8,
        records=ClaimMemory(months=12, dates=False, amounts=True),
        learning=Learning(after=5),
        budget=Money("500.00", "EUR"),
        acquisition_cost=Money("200.00", "EUR"),
        point_cost=Fraction(1, 2),
        response_hours_grid=(0, 2, 24),
    )
    assert company_of(here, "response.median = 2").response == Delay(median=2.0)


BARE = attrs.evolve(energy_supplier, around=None, cases=())


@pytest.mark.usefixtures("mine")
def test_policies_are_named_as_on_the_command_line(here: Path) -> None:
    """A file beside the experiment, a schedule, its version of a day, or a function."""

    def policy(source: str) -> Any:
        return load(here, f"[company.a]\npolicy = {source}")["a"].engine.policy

    assert policy('"late.json"').name == "late"
    (here / "rules.py").write_text("def own(claim): ...\n", encoding="utf-8")
    assert policy('"rules:own"').__module__ == "rules"
    room = "recovery_core.schedules"
    assert policy(f'"{room}:eu261"') is eu261.policy
    day = date(2025, 1, 1)
    table = energy_supplier.table(day)
    assert table != energy_supplier.table()
    assert policy(f'"{MINE}:BARE@{day}"') == table
    version = policy(f'"{room}:energy_supplier@{day}"')
    assert version == set_off(table)
    whole = policy(f'"{room}:eu261@{day}"')
    assert eu261.besides is not None
    assert whole == set_off(sum_of(eu261.table(day), eu261.besides))
    cap = Money("25.00", "EUR")
    text = '{ use = "capped", policy = "Reimbursement", at = "EUR 25.00" }'
    assert policy(text) == capped(Reimbursement(), at=cap)


def test_every_plug_of_the_engine_is_named_or_built(here: Path) -> None:
    """By its name in its own room, with parameters where there are any."""
    text = """
    attribution = "ByWeight"
    liability = "recovery_core.attribution:Contributory"
    abuse = { use = "ClaimVelocity", most = 2, window = { days = 90 } }
    process = { use = "FIVE_STEPS", name = "ours" }
    [company.a.authority]
    use = "Authority"
    roles = { agent = "agent" }
    grants = [{ role = "agent", per_incident = "EUR 40.00", kinds = ["refund"] }]
    """
    engine = company_of(here, text).engine
    assert type(engine.attribution).__name__ == "ByWeight"
    assert engine.process.name == "ours"
    assert type(engine.liability).__name__ == "Contributory"
    assert engine.abuse == ClaimVelocity(2, timedelta(days=90))
    grant = Grant("agent", {RemedyKind.REFUND}, per_incident=Money("40.00", "EUR"))
    assert engine.authority == Authority((grant,), roles={"agent": "agent"})


OURS = Company(
    engine=load_experiment(SHOP)["today"].engine,
    name="ours",
    response=Team(agents=3, handling=20),
    rounds=4,
)


@pytest.mark.usefixtures("mine")
def test_a_company_is_begun_with_another_and_changed(here: Path) -> None:
    """Its habits, its team, and the plugs of its engine."""

    def ours(text: str) -> Company:
        return load(here, f'[company.a]\nuse = "{MINE}:OURS"\n{text}')["a"]

    assert ours("") == OURS
    assert ours("rounds = 1") == attrs.evolve(OURS, rounds=1)
    assert ours("response.skill = 1").response == Team(agents=3, handling=20, skill=1.0)
    assert ours("response.median = 1").response == Delay(median=1.0)
    found = ours('attribution = "ByWeight"').engine
    assert found.policy == OURS.engine.policy
    assert found.policy_hash == OURS.engine.policy_hash
    assert found.attribution is not None
    found = ours('policy = "Reimbursement"').engine
    assert found.policy == Reimbursement()
    assert found.policy_hash != OURS.engine.policy_hash
