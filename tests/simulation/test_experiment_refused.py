"""What an experiment file may not say, each told with its place and the mend."""

import re
import sys
from pathlib import Path

import attrs
import pytest

from recovery_core._domain.attribution import Cause
from recovery_core.engine import RecoveryEngine
from recovery_core.errors import InvalidValueError
from recovery_core.policy import Reimbursement
from recovery_core.simulation import (
    ClaimMemory,
    Company,
    Delay,
    Experiment,
    FailureMode,
    Gossip,
    Learning,
    Loyalty,
    Memory,
    Persistence,
    Population,
    Team,
    Tier,
    World,
    load_experiment,
    shop,
)
from recovery_core.simulation.reactions import Temptation

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "experiment-file.md"
ONE = '[company.a]\npolicy = "Reimbursement"\n'
RUN = f"{ONE}[run]\n"
USE = f'{ONE}[world]\nuse = "shop"\n'


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own to stand in."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "modules", {**sys.modules})
    monkeypatch.chdir(tmp_path)
    return tmp_path


MINE = ("astray", "broken", "json", "late", "needy", "no", "own", "shy", "silent")
"""Modules that the files below may name."""


def refused(name: str) -> str:
    """Demand a refusal in one line; return what it says."""
    with pytest.raises(InvalidValueError) as told:
        load_experiment(name, allow=MINE)
    assert "\n" not in str(told.value)
    return str(told.value)


def written(text: str) -> str:
    """Demand that a file is refused; return what is told about it."""
    Path("x.toml").write_text(text, encoding="utf-8")
    told = refused("x.toml")
    assert told.startswith("x.toml")
    return told.removeprefix("x.toml").removeprefix(": ")


# ---------------------------------------------------------------------------- files


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("none.toml", "cannot read 'none.toml'"),
        ("none.py", "cannot read 'none.py'"),
        ("shop.json", "'shop.json' is no experiment: give a .toml or .py file"),
        ("shop", "'shop' is no experiment"),
        ("no_such_module:x", "there is no module 'no_such_module'"),
        ("recovery_core.simulation:shp", "has no 'shp'; did you mean shop"),
        ("recovery_core.simulation:shop", "and no Experiment"),
        ("recovery_core.simulation:shop.x.y", "has no 'x'; name what it has"),
        ("json:", "write module:name"),
        (" :x", "write module:name"),
        ("./json:x", "name the module without its path"),
        (".json:x", "name the module without its path"),
    ],
)
def test_what_is_no_experiment_is_told(name: str, told: str) -> None:
    """Whatever is wrong with the name."""
    assert told in refused(name)


def test_what_is_no_name_of_a_file_is_told() -> None:
    """Such as the experiment itself."""
    with pytest.raises(InvalidValueError, match="1 is no experiment: give a"):
        load_experiment(1)  # type: ignore[arg-type]


def test_bytes_that_are_no_toml_are_told() -> None:
    """With the line, where there is one."""
    Path("x.toml").write_bytes(b"\xff\xfe")
    assert refused("x.toml") == "x.toml is no UTF-8 text"
    assert written("[run]\ncustomers = \n").startswith(" is no TOML: Invalid value")
    assert written(f"a = {'9' * 5000}").startswith(" is no TOML: Exceeds the limit")
    for part in ("a", '"a b"', "'a'"):
        dotted = " . ".join([part] * 101)
        assert written(f"{dotted} = 1").startswith(" is no TOML: a key of too many")
    assert written("a = 1\na = 2").startswith(" is no TOML: Cannot overwrite a value")
    assert "line 2" in written("[run]\ncustomers = \n")
    assert written(f"a = {'[' * 5000}").startswith(" is no TOML: nested too deep")


# --------------------------------------------------------------------------- places


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[runs]", "the file has no key 'runs': did you mean run?"),
        ("run = 3", "run cannot be 3: give a table"),
        ("run.customer = 1", "run has no key 'customer': did you mean customers?"),
        (f"{RUN}months = 0.5", "run.months cannot be 0.5: give a whole number"),
        (f"{RUN}months = true", "run.months cannot be True: give a whole number"),
        (f"{RUN}months = 0", "months cannot be 0: give a whole number from 1 up"),
        ("", "company is missing: write [company.NAME]"),
        ("company = 1", "company cannot be 1: give a table"),
        ("company.a = 1", "company.a cannot be 1: give a table"),
        ("company.a.rounds = 1", "company.a.policy is missing: give a .json file"),
        (
            "company.a.polcy = 1",
            "company.a has no key 'polcy': did you mean policy?",
        ),
        ("company.a.engine = 1", "company.a has no key 'engine'"),
        (
            "[world]\nsatisfaction_noise = 1",
            "world.tier is missing: write [[world.tier]]",
        ),
        ("[world]\ntier = [{}]", "world.tier.0.name is missing: give name = ..."),
        (
            '[world]\ntier = [{ name = "a", price = "EUR 1.00" }]',
            "world.failure is missing: write [[world.failure]]",
        ),
        ("[world]\nmodes = 1", "world has no key 'modes'"),
        ("[world]\nuse = 1", "world.use cannot be 1: write module:name"),
        ('[world]\nuse = "shp"', "world.use cannot be 'shp'"),
        (
            '[world]\nuse = "recovery_core.process:FIVE_STEP_PROPERTIES"',
            "world.use: a tuple is no World, and",
        ),
        ('[world]\nuse = "Loyalty"', "the class Loyalty is no World, and makes none"),
        ('[world]\nuse = "reactions"', "the module recovery_core.simulation.reacti"),
        ('[world]\nuse = "calibrate"', "missing 3 required positional arguments"),
        ('[company.a]\nuse = "shop"', "the function shop is no Company, and makes"),
    ],
)
def test_the_place_of_a_mistake_is_named(text: str, told: str) -> None:
    """With the keys that lead there, and with what is near."""
    assert told in written(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "satisfaction_noise = 'much'",
            "world.satisfaction_noise cannot be 'much': give a number",
        ),
        (
            "satisfaction_noise = nan",
            "world.satisfaction_noise cannot be nan: give a number",
        ),
        (
            "satisfaction_noise = true",
            "world.satisfaction_noise cannot be True: give a number",
        ),
        (
            "satisfaction_noise = -1",
            "world: World.satisfaction_noise cannot be -1.0: give a number from 0 up",
        ),
        ("start_date = 1", "world.start_date cannot be 1: give a day"),
        ("start_date = 'monday'", "world.start_date cannot be 'monday': give a day"),
        (
            "proof_rates = [1]",
            "world.proof_rates cannot be a list of 1: give a list of 2",
        ),
        ("proof_rates = 1", "world.proof_rates cannot be 1: give a list of 2"),
        ("tier = 1", "world.tier cannot be 1: give a list"),
        ("tier.2.share = 1", "world.tier has no key '2': give 0, 1"),
        ("tier.0.price = 50", "give a text with the currency, such as"),
        ("tier.0.price = '50'", "world.tier.0.price: write money like 'EUR"),
        ("tier.0.name = 3", "world.tier.0.name cannot be 3: give a text in quotes"),
        ("failure.0.loss = 0.5", 'write it as a text, "0.5" or a fraction'),
        ("failure.0.loss = '1/0'", "world.failure.0.loss: '1/0' is not exact"),
        ("failure.0.was_rejected = 1", "cannot be 1: give true or false"),
        ("failure.0.severity = 'larg'", "cannot be 'larg': give minor, moderate"),
        ("failure.0.severity = 'majr'", "did you mean major"),
        ("failure.0.severity = 3", "cannot be 3: give minor, moderate"),
        ("failure.0.severity = {}", "Spread.weights cannot be ()"),
        ("failure.0.severity.minr = 1", "severity.minr cannot be 'minr': did you"),
        ("failure.0.severity = [['minor']]", "severity.0 cannot be a list of 1: give"),
        ("failure.0.severity = ['minor']", "give pairs of value and weight"),
        ("failure.0.facts.x = 0.5", "facts.x cannot be 0.5: give true, false"),
        ("failure.0.facts.x = { mony = '1' }", "cannot be a table of mony: give true"),
        ("failure.0.facts.x = { money = '1' }", "facts.x.money: "),
        ("failure.0.facts = 3", "world.failure.0.facts cannot be 3: give a table"),
        ("population.voice = { 1 = 2 }", "voice.1 cannot be '1': give pairs of value"),
        ("population = 1", "world.population cannot be 1: give a table"),
        ("population.tiers = 1", "world.population has no key 'tiers'"),
        ("memory = 1", "world.memory cannot be 1: give a table"),
        ("memory = 'x'", "recovery_core.simulation has no 'x'"),
        ("reactions = 1", "world.reactions cannot be 1: give a table"),
        ("reactions = [1]", "world.reactions.0 cannot be 1: give a table"),
        ("reactions = [{ reach = 1 }]", 'or a table with use = "module:name"'),
        ("reactions.Waitin.reach = 1", "did you mean Waiting"),
        ("reactions.Waiting.reach = 9", "Waiting.reach cannot be 9.0"),
        ("reactions.Waiting.raech = 9", "did you mean reach"),
        ("reactions = 'json:x'", "json has no 'x'"),
    ],
)
def test_a_part_of_a_world_that_does_not_fit_is_told(text: str, told: str) -> None:
    """With what was found, and what fits."""
    assert told in written(USE + text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "apology_owns = 'sometimes'",
            "cannot be 'sometimes': give always or never or firm",
        ),
        ("rounds = 1.5", "company.a.rounds cannot be 1.5: give a whole number"),
        ("budget = 500", 'give a text with the currency, such as "EUR 500.00"'),
        ("response = 1", "company.a.response cannot be 1: give a table"),
        ("response = {}", "cannot be a table of nothing: say what changes"),
        ("response = { skill = 1 }", "company.a.response.agents is missing"),
        (
            "response = { mean = 1 }",
            "company.a.response has no key 'mean': did you mean",
        ),
        (
            "response_hours_grid = 3",
            "company.a.response_hours_grid cannot be 3: give a list",
        ),
        ("response_hours_grid = [1]", "Company.response_hours_grid cannot be (1,)"),
        ("offer_valid_for = 3", "give whole days, hours or minutes"),
        ("offer_valid_for = {}", "give whole days, hours or minutes"),
        ("offer_valid_for = { weeks = 3 }", "has no key 'weeks': give days, hours"),
        ("offer_valid_for = { days = 1.5 }", "offer_valid_for.days cannot be 1.5"),
        ("offer_valid_for = { days = 10000000000 }", "give less"),
        ("attribution = 'ByWeigth'", "did you mean ByWeight"),
        ("abuse = 'ClaimVelocity'", "company.a.abuse.most is missing"),
        ("abuse = { use = 'no:x' }", "there is no module 'no'"),
        (
            "authority = { use = 'unlimited', x = 1 }",
            "the function unlimited is there already and takes no parameters: leave x",
        ),
        ("authority = { use = 'spent_on' }", "is no AuthorityRule, and makes none"),
        ("process = { use = 'FIVE_STEPS', x = 1 }", "company.a.process has no key 'x'"),
        ("process = { use = 'json:__all__', x = 1 }", "a list is no Process, and"),
    ],
)
def test_a_part_of_a_company_that_does_not_fit_is_told(text: str, told: str) -> None:
    """With what was found, and what fits."""
    assert told in written(ONE + text)


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ("none.json", "cannot read"),
        ("binary.json", "is no UTF-8 text"),
        ("empty.json", "empty.json: "),
        ("Reimbursment", "did you mean Reimbursement"),
        ("json:tools@2025-01-01", "has no 'tools'; give dump"),
        ("Reimbursement@2025-01-01", "has no versions: leave @2025-01-01 out"),
        ("recovery_core.schedules:eu261@1999-01-01", "the first begins on"),
        ("recovery_core.schedules:eu261@monday", "is no day: write it as 2026-12-31"),
        ("json:__name__", "'json' is no CompensationPolicy, and makes none"),
        ("json:dump", "let it say so: def dump(...) -> CompensationPolicy"),
        ("recovery_core.policy:Reimbursment", "did you mean Reimbursement"),
        ("recovery_core.policy:import_module", "recovery_core.policy has no 'import_"),
        ("recovery_core.simulation.files:os", "offers nothing to files: name somet"),
        ("json:decoder", "json.decoder is a module: name what is in it"),
        ("json:JSONDecoder.decode.x", "name what stands at the top of the module"),
        ("broken:x", "importing broken raised ZeroDivisionError"),
        ("silent:x", "importing silent raised SystemExit"),
        ("needy:x", "importing needy raised ModuleNotFoundError"),
        ("shy:x", "importing shy raised ValueError: not x"),
        ("astray:x", "importing astray raised AttributeError"),
        ("late:x", "Column.name cannot be ''"),
        ("json:JSONDecodeError", "the class JSONDecodeError is no Compensation"),
        ("../late.json", "name a file in the folder of this one, or below it"),
        ("/late.json", "name a file in the folder of this one, or below it"),
    ],
)
def test_what_is_no_policy_is_told(here: Path, policy: str, told: str) -> None:
    """Whatever is wrong with it."""
    (here / "binary.json").write_bytes(b"\xff\xfe")
    (here / "empty.json").write_text("{}", encoding="utf-8")
    (here / "broken.py").write_text("1 / 0", encoding="utf-8")
    (here / "silent.py").write_text("raise SystemExit", encoding="utf-8")
    (here / "needy.py").write_text("import no_such_thing", encoding="utf-8")
    (here / "shy.py").write_text(
        "def __getattr__(name):\n    raise ValueError(f'not {name}')", encoding="utf-8"
    )
    (here / "astray.py").write_text("import json\njson.lods", encoding="utf-8")
    (here / "late.py").write_text(
        "from recovery_core.tables import column\ncolumn.minutes('')", encoding="utf-8"
    )
    found = written(f'[company.a]\npolicy = "{policy}"\n')
    assert found.startswith("company.a.policy")
    assert told in found


def test_classes_with_types_of_their_own_are_taken_as_they_come(here: Path) -> None:
    """What is meant for type checkers alone cannot be read; the class itself checks."""
    text = """
from __future__ import annotations
class Mine:
    def __init__(self, share: Nowhere) -> None:
        self.share = share
    def __call__(self, claim): ...
def made(share: int | float, *, extra) -> Mine:
    if extra: raise ValueError("too much")
    return Mine(share)
"""
    (here / "own.py").write_text(text, encoding="utf-8")
    file = here / "x.toml"
    for use in ('"own:Mine", share = 0.5', '"own:made", share = 0.5, extra = 0'):
        file.write_text(f"[company.a]\npolicy = {{ use = {use} }}", encoding="utf-8")
        policy = load_experiment(file, allow=["own"])["a"].engine.policy
        assert policy.share == 0.5  # type: ignore[attr-defined]
    assert "too much" in written(
        '[company.a]\npolicy = { use = "own:made", share = 0.5, extra = 1 }'
    )


# --------------------------------------------------------------------------- sweeps


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "sweep: the design is empty"),
        ("run.customers = [1]", "sweep: 'run.customers' leads nowhere"),
        ("world = [1]", "sweep: 'world' leads nowhere"),
        ("'company.a' = [1]", "sweep: 'company.a' leads nowhere"),
        ("company.b.rounds = [1]", "sweep.company has no key 'b': give a"),
        ("company = ['b']", "sweep has no key 'b': give a"),
        ("company = 'a'", "sweep.company cannot be 'a': give a list of values"),
        ("company.a.rounds = 1", "cannot be 1: give a list of values to try"),
        ("company.a.rounds = []", "cannot be a list of 0: give a list of values"),
        ("company.a.rounds = [1, 1]", "has a value twice"),
        ("company.a.ronds = [1]", "company.a has no key 'ronds': did you mean rounds"),
        ("company.a.policy.at = [1]", "company.a.policy cannot be 'Reimbursement'"),
        ("world.failure.0.rate = [2]", "FailureMode.rate cannot be 2.0"),
        ("world.tier.0.name = ['x']", "sweep it whole"),
        ("world.branch_size.x = [1]", "world.branch_size cannot be 5: it has no 'x'"),
        ("world.failure.1.rate = [1]", "world.failure has no key '1': give 0"),
        ("seeds = 3", "sweep.seeds cannot be 3: give a list"),
        ("seeds = [true]", "sweep.seeds.0 cannot be True: give a whole number"),
        ("outcomes = ['x']\nworld.satisfaction_noise = [1]", "there is no outcome 'x'"),
    ],
)
def test_a_sweep_that_leads_nowhere_is_told(text: str, told: str) -> None:
    """Before anything is run, be it only simulated."""
    world = (
        '[world]\nuse = "shop"\nbranch_size = 5\nfailure = [{ what = "x", rate = 0 }]\n'
    )
    if "tier" in text:
        world += "tier = 3\n"
        assert "world.tier cannot be 3" in written(f"{ONE}{world}[sweep]\n{text}\n")
        return
    assert told in written(f"{ONE}{world}[sweep]\n{text}\n")


def test_a_company_that_is_changed_is_run() -> None:
    """Or else its values would be tried on nobody."""
    text = f'{ONE}[company.b]\npolicy = "Reimbursement"\n[sweep]\ncompany = ["a"]\n'
    told = written(f"{text}'company.b.rounds' = [1]\n")
    assert "b is changed, but not run: add it to ['a']" in told


# ---------------------------------------------------------------------------- Python

PROGRAM = """
from recovery_core.policy import Reimbursement
from recovery_core.simulation import Experiment, shop

def build(noise):
    return Reimbursement(), shop(satisfaction_noise=noise)

experiment = Experiment(
    companies={"a": Reimbursement()}, customers=7, design={"noise": [0.5]}, build=build
)
"""


def test_a_program_defines_an_experiment(here: Path) -> None:
    """In a file, read anew each time, or in a module."""
    file = here / "own-run.py"
    file.write_text(PROGRAM, encoding="utf-8")
    assert load_experiment(file).customers == 7
    file.write_text(PROGRAM.replace("=7", "=8"), encoding="utf-8")
    found = load_experiment(file)
    assert found.customers == 8
    assert sys.modules["own-run"].experiment is found
    (here / "own_module.py").write_text(PROGRAM, encoding="utf-8")
    assert load_experiment("own_module:experiment").customers == 7
    assert isinstance(found, Experiment)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("x.py", "", "x.py: it is None, and no Experiment: write experiment ="),
        ("x.py", "1 / 0", "x.py raised ZeroDivisionError: division by zero"),
        ("x.py", "raise SystemExit", "x.py raised SystemExit"),
        ("x.py", "no python", "x.py raised SyntaxError: "),
        ("x.py", PROGRAM.replace("=7", "=0"), "x.py: customers cannot be 0"),
        ("json.py", PROGRAM, "there is another module 'json': call the file other"),
    ],
)
def test_a_program_that_defines_none_is_told(
    here: Path, name: str, text: str, told: str
) -> None:
    """In one line, with the file."""
    (here / name).write_text(text, encoding="utf-8")
    assert told in refused(name)


# -------------------------------------------------------------------------- its page


OWN = {
    World: {"population", "modes"},
    Population: {"tiers"},
    Company: {"engine"},
    RecoveryEngine: {"clock", "new_id", "policy_hash"},
}
MINDS = (Memory, Loyalty, Gossip, Persistence, Temptation)
HABITS = (Delay, Team, ClaimMemory, Learning)


@pytest.mark.parametrize("kind", [*OWN, Tier, FailureMode, Cause, *MINDS, *HABITS])
def test_the_page_names_every_key(kind: type) -> None:
    """Whatever can be written down is on it."""
    named = set(re.findall(r"`(?:\w+\.)?(\w+)`", PAGE.read_text(encoding="utf-8")))
    named |= {mind.__name__.lower() for mind in MINDS}
    fields = {field.name for field in attrs.fields(kind)}
    assert fields - OWN.get(kind, set()) <= named


def test_no_file_changes_what_it_begins_with() -> None:
    """Two experiments from one world do not meet."""
    before = shop()
    Path("x.toml").write_text(f"{USE}failure.0.rate = 0.5", encoding="utf-8")
    assert load_experiment("x.toml").world != before
    assert shop() == before
    assert load_experiment("x.toml")["a"].engine.policy == Reimbursement()
