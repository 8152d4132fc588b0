"""What installed packages and allowed modules offer to experiment files."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, SupportsInt

import pytest

from recovery_core.errors import InvalidValueError
from recovery_core.policy import Reimbursement
from recovery_core.simulation import Experiment, load_experiment, shop
from recovery_core.simulation.files.kinds import Use, use_of
from recovery_core.simulation.files.offered import installed_parts

MODULE = """
from recovery_core import Award, Claim, Money
from recovery_core.policy import CompensationPolicy, Reimbursement, capped
from recovery_core.simulation import World, shop


class Twice:
    '''Give so much.'''

    def __init__(self, pounds: Money) -> None:
        self.pounds = pounds

    def __call__(self, claim: Claim) -> Award:
        return Award.nothing()


def up_to(euros: int) -> CompensationPolicy:
    return capped(Reimbursement(), at=Money(euros, "EUR"))


def town() -> World:
    return shop(satisfaction_noise=0.125)


NUMBER = 7
"""
POINTS = """\
[recovery_core.parts]
acme-twice = acme_rules:Twice
acme-town = acme_rules:town
acme.up-to = acme_rules:up_to
acme-number = acme_rules:NUMBER
acme-broken = acme_rules:nothing
acme-boom = acme_boom:nothing
Reimbursement = acme_rules:NUMBER
"""


def install(folder: Path, name: str, points: str) -> None:
    """Install a tiny distribution into a folder, as an installer would."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    meta = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
    (info / "METADATA").write_text(meta, encoding="utf-8")
    (info / "entry_points.txt").write_text(points, encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of installed packages; tests stand in another one, which is empty."""
    site, here = tmp_path / "site", tmp_path / "here"
    here.mkdir()
    install(site, "acme", POINTS)
    (site / "acme_rules.py").write_text(MODULE, encoding="utf-8")
    (site / "acme_boom.py").write_text("1 / 0", encoding="utf-8")
    monkeypatch.chdir(here)
    monkeypatch.setattr(sys, "path", [*sys.path, str(site)])
    monkeypatch.setattr(sys, "modules", {**sys.modules})
    return site


def load(text: str, *allow: str) -> Experiment:
    """Read an experiment."""
    Path("x.toml").write_text(text, encoding="utf-8")
    return load_experiment("x.toml", allow=allow)


def policy(source: str, *allow: str) -> Any:
    """Read a policy."""
    return load(f"[company.a]\npolicy = {source}\n", *allow)["a"].engine.policy


def refused(source: str, *allow: str) -> str:
    """Demand that a policy is refused; return what it says."""
    with pytest.raises(InvalidValueError) as told:
        policy(source, *allow)
    line = str(told.value)
    assert line.startswith("x.toml: company.a.policy")
    assert "\n" not in line
    return line


# ------------------------------------------------------------------ installed packages


@pytest.mark.usefixtures("site")
def test_what_an_installed_package_offers_is_named() -> None:
    """By the name of its entry point, with parameters, for whatever it is."""
    found = policy('{ use = "acme-twice", pounds = "GBP 2.00" }')
    assert type(found).__qualname__ == "Twice"
    assert str(found.pounds) == "GBP 2.00"
    found = policy('{ use = "acme.up-to", euros = 25 }')
    assert "at=Money('25.00', 'EUR')" in repr(found)
    text = '[company.a]\npolicy = "Reimbursement"\n[world]\nuse = "acme-town"\n'
    found = load(text)
    assert found.world == shop(satisfaction_noise=0.125)
    assert found["a"].engine.policy == Reimbursement()  # our own name goes first


@pytest.mark.usefixtures("site")
def test_what_an_installed_package_offers_has_to_fit() -> None:
    """And to be there; the module of the package itself is not offered."""
    assert "7 is no CompensationPolicy, and makes none" in refused('"acme-number"')
    assert "has no attribute 'nothing'" in refused('"acme-broken"')
    assert "acme_boom:nothing raised ZeroDivisionError" in refused('"acme-boom"')
    assert "did you mean acme-twice" in refused('"acme-twise"')
    assert "module acme_rules may not be named" in refused('"acme_rules:Twice"')


def test_what_two_packages_offer_is_refused(site: Path) -> None:
    """Unless both offer the same."""
    install(site, "other", "[recovery_core.parts]\nacme-twice = other:Twice\n")
    told = refused('{ use = "acme-twice" }')
    assert "two installed packages offer it: acme_rules:Twice and other:Twice" in told
    install(site, "third", "[recovery_core.parts]\nacme-number = acme_rules:NUMBER\n")
    assert "7 is no CompensationPolicy" in refused('"acme-number"')


def test_an_installed_package_is_found_from_the_command_line(site: Path) -> None:
    """By every process of a run."""
    Path("x.toml").write_text(
        "[run]\ncustomers = 40\nmonths = 1\n"
        '[company.a]\npolicy = { use = "acme-twice", pounds = "GBP 2.00" }\n',
        encoding="utf-8",
    )
    words = [sys.executable, "-m", "recovery_core", "simulate", "x.toml"]
    path = os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")])
    found = subprocess.run(
        [*words, "--workers", "2", "--json"],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr


# ----------------------------------------------------------------- modules of one's own


OWN = """
from __future__ import annotations
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Protocol
from recovery_core import Award
from recovery_core.policy import Reimbursement, capped

if TYPE_CHECKING:
    from recovery_core import Claim, Money
    from recovery_core.policy import CompensationPolicy
    from collections.abc import Callable


class Own:
    def __call__(self, claim: Claim) -> Award: ...


class Child(Own): ...


class Asked(Protocol):
    def __call__(self, claim): ...


class Loose:
    def __call__(self, claim: Nobody | int | Asked, *, more: int = 1) -> Any: ...


class Rules:
    late = Own()
    Late = Child


def late(claim: Any) -> Award: ...
def old(claim: object) -> Award: ...
def lax(claim): ...
def number(claim) -> int: ...
def text(claim: str) -> Award: ...
def two(claim, other) -> Award: ...
def made() -> Own: ...
def any_made() -> Callable[[Claim], Award]: ...
def other_made() -> Callable[[Claim], int]: ...
def unknown() -> Nobody: ...


def makes(share: int, note: Nobody = None) -> CompensationPolicy:
    return Own()


@cache
def kept(share: int = 1) -> Own:
    return Own()


def spent(by: str, day, currency, kinds) -> Money: ...


PART = partial(late)
INSTANCE = Child()
SLOT = Own.__call__
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module of one's own, beside the file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "modules", {**sys.modules})
    (tmp_path / "own.py").write_text(OWN, encoding="utf-8")


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ('"own:Own"', "Own"),
        ('"own:Child"', "Child"),
        ('"own:Loose"', "Loose"),
        ('"own:Rules.Late"', "Child"),
        ('"own:Rules.late"', "Own"),
        ('"own:INSTANCE"', "Child"),
        ('"own:late"', "function"),
        ('"own:old"', "function"),
        ('"own:lax"', "function"),
        ('{ use = "own:makes", share = 1 }', "Own"),
        ('{ use = "own:kept", share = 2 }', "Own"),
        ('"own:kept"', "Own"),
        ('{ use = "own:capped", policy = "own:Own", at = "EUR 5.00" }', "Capped"),
        ('"own:Reimbursement"', "Reimbursement"),
    ],
)
def test_a_policy_of_ones_own_is_told_by_what_it_says(source: str, kind: str) -> None:
    """A class is built, a function that says it returns a policy is called."""
    assert type(policy(source, "own")).__name__.lower().strip("_") == kind.lower()


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize(
    ("source", "told"),
    [
        ('"own:Asked"', "the class Asked is no CompensationPolicy"),
        ('"own:number"', "the function number is no CompensationPolicy"),
        ('"own:text"', "the function text is no CompensationPolicy"),
        ('"own:two"', "the function two is no CompensationPolicy"),
        ('"own:other_made"', "the function other_made is no CompensationPolicy"),
        ('"own:unknown"', "def unknown(...) -> CompensationPolicy"),
        ('"own:made"', "what came is None, and no CompensationPolicy"),
        ('"own:any_made"', "what came is None, and no CompensationPolicy"),
        ('"own:PART"', "it comes from functools, which may not be named here"),
        ('"own:Own.__doc__.x"', "name what stands at the top of the module"),
        ('{ use = "own:lax", share = 1 }', "leave share out; if it makes one, let it"),
        ('{ use = "own:late", share = 1 }', "takes no parameters: leave share out"),
        ('{ use = "own:INSTANCE", share = 1 }', "takes no parameters: leave share out"),
    ],
)
def test_what_is_not_known_to_be_a_policy_is_refused(source: str, told: str) -> None:
    """Before it is called; what a maker hands back is looked at as well."""
    with pytest.raises(InvalidValueError) as refusal:
        policy(source, "own")
    assert told in str(refusal.value)


@pytest.mark.usefixtures("own")
def test_a_register_of_ones_own_is_named() -> None:
    """Whatever it is asked, and however little it says of that."""
    one = '[company.a]\npolicy = "Reimbursement"\n[company.a.authority]\n'
    text = (
        f'{one}use = "Authority"\ngrants = []\nroles = {{}}\nspent_by = "own:spent"\n'
    )
    rule: Any = load(text, "own")["a"].engine.authority
    assert rule.spent_by.__name__ == "spent"
    with pytest.raises(InvalidValueError, match="the function late is no SpentBy"):
        load(text.replace("own:spent", "own:late"), "own")


def numbered(first: int, *others: str) -> int:
    """Take anything."""
    return first


@pytest.mark.parametrize(
    ("hint", "use"),
    [
        (Callable[..., int], Use.AS_IT_IS),
        (Callable[[int, str], int], Use.AS_IT_IS),
        (Callable[[bool], float], None),
        (Callable[[], int], None),
        (Callable[[str], int], None),
        (int, Use.CALLED),
        (SupportsInt, None),
        (Mapping[str, int], None),
    ],
    ids=str,
)
def test_a_function_is_known_by_its_types(hint: Any, use: Use | None) -> None:
    """What it takes, and what it gives back."""
    assert use_of(numbered, (hint,)) is use


@pytest.mark.parametrize(
    ("allow", "told"),
    [
        ("own", "allow cannot be 'own': give a list of modules"),
        (1, "allow cannot be 1: give a list of modules"),
        (["./own.py"], "'./own.py' is no module that could be allowed"),
        (["own:Own"], "'own:Own' is no module that could be allowed"),
        (["own."], "'own.' is no module that could be allowed"),
        ([1], "1 is no module that could be allowed"),
        ([""], "'' is no module that could be allowed"),
    ],
)
def test_what_is_allowed_is_a_list_of_modules(allow: Any, told: str) -> None:
    """And no path, no name in a module, and no text of many letters."""
    with pytest.raises(InvalidValueError) as refusal:
        load_experiment("x.toml", allow=allow)
    assert told in str(refusal.value)


@pytest.mark.usefixtures("own")
def test_a_package_is_allowed_with_all_in_it() -> None:
    """And a module of it alone, without those beside it."""
    Path("shops").mkdir()
    for name in ("__init__", "rules", "others"):
        Path(f"shops/{name}.py").write_text(OWN, encoding="utf-8")
    assert type(policy('"shops.rules:Own"', "shops")).__module__ == "shops.rules"
    assert type(policy('"shops:Own"', "shops")).__module__ == "shops"
    policy('"shops.rules:Own"', "shops.rules")
    assert "module shops may not be named" in refused('"shops:Own"', "shops.rules")
    assert "module shops2 may" in refused('"shops2:Own"', "shops")


@pytest.mark.usefixtures("own")
def test_parts_of_other_types_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A team instead of a delay, a part that stands in a module, and its class."""
    Path("more.py").write_text(
        "from recovery_core.simulation import Memory, Team\n"
        "TEAM = Team(agents=3, handling=20)\n"
        "MEMORY = Memory(usual=0.5)\n"
        "def memory(usual: float) -> Memory: return Memory(usual=usual)\n",
        encoding="utf-8",
    )
    one = '[company.a]\npolicy = "Reimbursement"\n'
    use = f'{one}[world]\nuse = "shop"\n'
    found = load(f'{one}response = {{ use = "more:TEAM", skill = 1 }}\n', "more")
    assert found["a"].response.skill == 1.0  # type: ignore[union-attr]
    found = load(f'{one}response = {{ use = "Delay", median = 1 }}\n')
    assert found["a"].response.median == 1.0  # type: ignore[union-attr]
    for text in ('"more:MEMORY"', '{ use = "more:memory", usual = 0.5 }'):
        assert load(f"{use}memory = {text}\n", "more").world.memory.usual == 0.5
    text = '{ use = "Memory", usual = 0.5 }'
    assert load(f"{use}memory = {text}\n").world.memory.usual == 0.5


def test_the_entry_points_are_read_once() -> None:
    """For as long as the path stays what it is: a sweep asks at every point."""
    assert installed_parts() is installed_parts()
