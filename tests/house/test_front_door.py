"""The front door: what it exports, and what waits behind it until it is asked for."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType

import pytest

import recovery_core
from recovery_core.cli import main

LATE = ["codec", "engine", "policy", "process", "schedules", "tables"]
MOST_NAMES = 45
# 300 before cases had days, dues and actors of their own.
MOST_PUBLIC_NAMES = 308


def modules() -> Iterator[ModuleType]:
    """Import every module of the library."""
    yield recovery_core
    for found in walk_packages(recovery_core.__path__, "recovery_core."):
        if not found.name.endswith("__main__"):
            yield import_module(found.name)


MODULES = {module.__name__: module for module in modules()}


def late_names(module: ModuleType) -> set[str]:
    """Read what a module with `__getattr__` shows to type checkers alone."""
    if not hasattr(module, "__getattr__"):
        return set()
    return {
        alias.asname or alias.name
        for node in ast.parse(Path(str(module.__file__)).read_text("utf-8")).body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for line in node.body
        if isinstance(line, ast.ImportFrom)
        for alias in line.names
    }


LATE_NAMES = {name: late for name in MODULES if (late := late_names(MODULES[name]))}

# What the completion of Python's own prompt does, one name after the other.
COMPLETE = """
import importlib, rlcompleter, sys
names = {"module": importlib.import_module(sys.argv[1])}
offered = set()
completer = rlcompleter.Completer(names)
while found := completer.complete("module.", len(offered)):
    offered.add(found)
print(*(word.removeprefix("module.").rstrip("()") for word in offered))
"""


def test_every_name_at_the_front_door_opens() -> None:
    """Each exported name is there, and stands there once; a page holds them all."""
    assert len(recovery_core.__all__) <= MOST_NAMES
    assert all(hasattr(recovery_core, name) for name in recovery_core.__all__)
    assert len(set(recovery_core.__all__)) == len(recovery_core.__all__)


def test_a_stranger_can_still_read_all_public_names() -> None:
    """What users are handed and never write is reachable, and not exported.

    A name more is paid for with one that goes, or with a reason to move the limit.
    """
    counts = {
        name: len(module.__all__)
        for name, module in MODULES.items()
        if hasattr(module, "__path__") and "._" not in name
        if hasattr(module, "__all__")
    }
    assert sum(counts.values()) <= MOST_PUBLIC_NAMES, counts


def test_importing_the_library_loads_nothing_of_it() -> None:
    """Values, rooms and what they need of others are loaded when they are asked for."""
    code = (
        "import sys, recovery_core as rc\n"
        "loaded = {name for name in sys.modules if name[:14] == 'recovery_core.'}\n"
        "assert loaded == {'recovery_core._lazy', 'recovery_core._version'}, loaded\n"
        "assert 'attr' not in sys.modules\n"
        "rc.to_json, rc.RecoveryEngine, rc.policy, rc.schedules, rc.tables\n"
        f"late = {{'recovery_core.' + name for name in {LATE!r}}}\n"
        "assert late <= set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_name_that_is_not_there_is_refused() -> None:
    """A misspelt name is an AttributeError that repeats it."""
    with pytest.raises(AttributeError, match="no attribute 'recover'"):
        _ = recovery_core.recover  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", sorted(MODULES))
def test_every_exported_name_is_listed_and_opens(name: str) -> None:
    """What a module exports stands in its `dir()`, and is there when asked for."""
    module = MODULES[name]
    exported = set(getattr(module, "__all__", ())) | LATE_NAMES.get(name, set())
    assert exported <= set(dir(module))
    assert all(hasattr(module, each) for each in exported)


def test_the_doors_with_late_names_are_known() -> None:
    """The law below has something to hold."""
    assert {
        "recovery_core",
        "recovery_core.tables",
        "recovery_core.schedules",
    } <= set(LATE_NAMES)
    assert {"to_json", "simulation"} <= LATE_NAMES["recovery_core"]
    assert {"prove", "decide"} <= LATE_NAMES["recovery_core.tables"]


@pytest.mark.parametrize("name", sorted(LATE_NAMES))
def test_a_door_opens_late_names_and_no_other(name: str) -> None:
    """Asked whether or not a name is loaded by now, the door leads to the same."""
    module = MODULES[name]
    opens = vars(module)["__getattr__"]
    for late in LATE_NAMES[name]:
        assert opens(late) is getattr(module, late)
    with pytest.raises(AttributeError, match=f"{name!r} has no attribute 'nobody'"):
        opens("nobody")


def offered_at_the_prompt(name: str, *, before: str = "") -> set[str]:
    """Press the tabulator behind a module in a fresh Python."""
    run = subprocess.run(
        [sys.executable, "-c", before + COMPLETE, name],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return set(run.stdout.split())


@pytest.mark.parametrize("name", sorted(LATE_NAMES))
def test_completion_finds_what_is_loaded_late(name: str) -> None:
    """A name can be completed before anybody has loaded it."""
    assert LATE_NAMES[name] <= offered_at_the_prompt(name)


@pytest.mark.parametrize(
    ("name", "there", "missing"),
    [
        ("recovery_core", {"to_json", "policy"}, {"simulation"}),
        ("recovery_core.tables", {"Table", "diff", "prove"}, {"decide", "backtest"}),
        ("recovery_core.schedules", {"eu261"}, set[str]()),
    ],
)
def test_completion_goes_on_where_an_extra_is_missing(
    name: str, there: set[str], missing: set[str]
) -> None:
    """What needs an extra that is not installed is not offered, and stops nothing."""
    absent = "import sys\nfor name in ('numpy', 'z3'): sys.modules[name] = None\n"
    offered = offered_at_the_prompt(name, before=absent)
    assert there <= offered
    assert offered.isdisjoint(missing)


def test_the_version_is_that_of_the_package() -> None:
    """The library and the metadata of what is installed name one version."""
    assert recovery_core.__version__ == version("recovery-core")


def test_the_version_costs_no_import() -> None:
    """Whoever imports the library does not load what reads metadata."""
    code = (
        "import sys; before = set(sys.modules); import recovery_core as rc\n"
        "print(rc.__version__, 'importlib.metadata' in set(sys.modules) - before)"
    )
    told = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path[:0] = {sys.path}\n{code}"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert told == f"{recovery_core.__version__} False\n"


def test_what_needs_numpy_is_listed_where_numpy_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The laboratory stands in `dir()` if it can be had, and only then."""
    assert "simulation" in dir(recovery_core)
    monkeypatch.setattr("recovery_core._importing.has_extra", lambda name: False)
    assert "simulation" not in dir(recovery_core)


def test_the_list_of_commands_loads_none_of_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What `--help` lists is what the commands say of themselves, and costs little."""
    helps = []
    for words in ([], ["demo", "policy", "simulate"]):
        with pytest.raises(SystemExit):
            main(["--help", *words])
        helps.append(capsys.readouterr().out)
    assert helps[0] == helps[1]
    code = (
        "import sys\nfrom recovery_core.cli import main\ntry: main(['--help'])\n"
        "except SystemExit: pass\nassert 'attr' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
