"""Experiments as they are run: sweeps of files, and those written as programs."""

import json
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest

from recovery_core.errors import InvalidValueError
from recovery_core.policy import Reimbursement
from recovery_core.simulation import (
    Company,
    Experiment,
    World,
    load_experiment,
    shop,
)

SHOP = Path(__file__).parents[2] / "docs" / "how-to" / "shop.toml"
ONE = '[company.a]\npolicy = "Reimbursement"\n'
OURS: Company = load_experiment(SHOP)["today"]


@pytest.fixture(autouse=True)
def path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget which folders were within reach."""
    monkeypatch.setattr(sys, "path", [*sys.path])


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder of one's own."""
    return tmp_path


def load(here: Path, text: str) -> Experiment:
    """Read an experiment."""
    file = here / "x.toml"
    file.write_text(text, encoding="utf-8")
    return load_experiment(file)


# --------------------------------------------------------------------------- sweeps


def test_a_sweep_tries_all_combinations(here: Path) -> None:
    """Paths lead into the world and into a company, written or not."""
    text = """
    [run]
    customers = 200
    months = 1
    [company.a]
    policy = { use = "capped", policy = "Reimbursement", at = "EUR 25.00" }
    [sweep]
    "company.a.policy.at" = ["EUR 5.00", "EUR 25.00"]
    world.failure.0.rate = [0.02, 0.2]
    seeds = [1, 2]
    outcomes = ["cost", "failures"]
    """
    text = text.replace("[sweep]", '[world]\nuse = "shop"\n[sweep]')
    found = load(here, text).sweep()
    assert found.manifest.seeds == (1, 2)
    assert found.manifest.outcomes == ("cost", "failures")
    assert found.points[1] == {
        "company.a.policy.at": "EUR 5.00",
        "world.failure.0.rate": 0.2,
    }
    assert (found["failures"][1] > found["failures"][0]).all()
    assert (found["cost"][3] > found["cost"][1]).all()


def test_a_sweep_of_a_written_world_changes_its_lists(here: Path) -> None:
    """By the number of the member; the file itself is not changed."""
    world = """
    [world]
    tier = [{ name = "all", price = "EUR 10.00" }]
    [[world.failure]]
    what = "late"
    rate = 0.03
    [[world.failure]]
    what = "rude"
    rate = 0.01
    [sweep]
    "world.failure.1.rate" = [0.0, 0.3]
    """
    found = load(here, ONE + world)
    build: Any = found.build
    _, world = build(**{"world.failure.1.rate": 0.3})
    assert [mode.rate for mode in world.modes] == [0.03, 0.3]
    assert found.world.modes[1].rate == 0.01


TWO = f'{ONE}[company.b]\npolicy = "Reimbursement"\n'


@pytest.mark.parametrize(
    ("text", "names", "first"),
    [
        ('"company.b.rounds" = [1]', ["company.b.rounds"], "b"),
        (
            '"world.satisfaction_noise" = [0]',
            ["company", "world.satisfaction_noise"],
            "a",
        ),
        (
            "company = ['b']\n'world.satisfaction_noise' = [0]",
            ["company", "world.satisfaction_noise"],
            "b",
        ),
        ("company = ['b', 'a']", ["company"], "b"),
        (
            "'company.b.rounds' = [1]\n'company.a.rounds' = [1]",
            ["company", "company.b.rounds", "company.a.rounds"],
            "b",
        ),
    ],
)
def test_a_sweep_is_about_the_companies_it_changes(
    here: Path, text: str, names: list[str], first: str
) -> None:
    """Or about all of them, or those it names; several are a parameter."""
    world = '[world]\nuse = "shop"\n'
    found = load(here, f"{TWO}{world}[sweep]\n{text}\n")
    design: Any = found.design
    assert list(design) == names
    point = {name: values[0] for name, values in design.items()}
    build: Any = found.build
    company, world_ = build(**point)
    assert company.name == first
    assert world_ == found.world or "world.satisfaction_noise" in names


# ---------------------------------------------------------------- Python experiments


def test_an_experiment_is_run_from_a_program() -> None:
    """One company, two, a twin of each customer, and all points of a design."""

    def build(noise: float) -> tuple[Any, World]:
        return Reimbursement(), shop(satisfaction_noise=noise)

    found = Experiment(
        companies={"a": Reimbursement(), "b": attrs.evolve(OURS, name="mine")},
        customers=200,
        months=1,
        design={"noise": [0.0, 0.1]},
        build=build,
        outcomes=["cost"],
    )
    assert (found["a"].name, found["b"].name) == ("a", "mine")
    assert found.simulate("a").company.name == "a"
    assert found.compare().second.company.name == "mine"
    assert found.compare("b", "a").second.company.name == "a"
    assert found.paradox("b").customers == 200
    assert found.sweep()["cost"].shape == (2, 1)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"companies": {}}, "companies cannot be {}"),
        ({"companies": [Reimbursement()]}, "give a company, an engine or a policy"),
        ({"customers": 0}, "customers cannot be 0"),
        ({"months": 1.5}, "months cannot be 1.5"),
        ({"seed": -1}, "seed cannot be -1"),
        ({"world": 1}, "Experiment.world cannot be 1"),
        ({"design": {"a": [1]}}, "a sweep needs both"),
        ({"build": Reimbursement()}, "a sweep needs both"),
        ({"design": {"a": 1}, "build": shop}, "give a list of values to try"),
        ({"outcomes": ["retenton"]}, "there is no outcome 'retenton'"),
    ],
)
def test_an_experiment_that_cannot_be_is_refused(
    parts: dict[str, Any], told: str
) -> None:
    """At once, and not when it is run."""
    with pytest.raises(InvalidValueError) as refusal:
        Experiment(**{"companies": {"a": Reimbursement()}, **parts})
    assert told in str(refusal.value)


def test_companies_are_looked_up() -> None:
    """Where it is not said which, there has to be but one."""
    both = load_experiment(SHOP)
    with pytest.raises(InvalidValueError, match="did you mean today"):
        both["tody"]
    with pytest.raises(InvalidValueError, match="say which, out of today, tomorrow"):
        both.simulate()
    with pytest.raises(InvalidValueError, match="not 1: name a first and a second"):
        both.compare("today")
    one = Experiment(companies={"a": Reimbursement()})
    with pytest.raises(InvalidValueError, match="nothing to sweep"):
        one.sweep()


def test_the_example_is_what_it_says() -> None:
    """The file that the documentation shows can be read."""
    found = load_experiment(SHOP)
    assert list(found.companies) == ["today", "tomorrow"]
    assert found.world.memory.forgets == 12
    assert json.dumps(found.design)
