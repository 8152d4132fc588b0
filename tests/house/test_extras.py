"""What needs a package that is not installed says which extra installs it."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from recovery_core import tables
from recovery_core._importing import (
    EXTRAS,
    has_extra,
    load_package,
    missing_package_error,
    require_extra,
)
from recovery_core._user_modules import import_module_of_user
from recovery_core.errors import MissingPackageError, RecoveryError

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
IMPORTED_AS = {"z3-solver": "z3"}
PACKAGES = sorted(package for packages in EXTRAS.values() for package in packages)

IMPORT_EVERYTHING = """
import importlib, json, pkgutil, sys
class Hiding:
    found_by = list(sys.meta_path)
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == sys.argv[1]:
            return None
        specs = (finder.find_spec(name, path, target) for finder in self.found_by)
        return next((spec for spec in specs if spec is not None), None)
sys.meta_path[:] = [Hiding()]
from recovery_core.errors import MissingPackageError
import recovery_core
refused = {}
names = []
def walk(package):
    for found in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        if found.name.endswith("__main__"):
            continue
        names.append(found.name)
        try:
            module = importlib.import_module(found.name)
        except MissingPackageError as error:
            refused[found.name] = [error.name, str(error)]
        else:
            if found.ispkg:
                walk(module)
walk(recovery_core)
print(json.dumps([len(names), refused]))
"""


def listed(extra: str) -> set[str]:
    """Return what an extra installs, as it is imported."""
    extras = tomllib.loads(PROJECT.read_text("utf-8"))["project"][
        "optional-dependencies"
    ]
    names = {line.partition(">")[0].partition("[")[0] for line in extras[extra]}
    return {IMPORTED_AS.get(name, name) for name in names - {"recovery-core"}}


@pytest.mark.parametrize("extra", sorted(EXTRAS))
def test_an_extra_is_named_for_what_it_installs(extra: str) -> None:
    """The messages and the package say the same."""
    assert listed(extra) == set(EXTRAS[extra])


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_opens_or_names_the_extra(package: str) -> None:
    """No module fails in words of its own, whatever is missing."""
    run = subprocess.run(
        [sys.executable, "-c", IMPORT_EVERYTHING, package],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    count, refused = json.loads(run.stdout)
    assert count > 100
    for name, message in refused.values():
        assert name == package
        assert message == str(
            missing_package_error(package, message.partition(" needs ")[0])
        )


@pytest.mark.parametrize("package", PACKAGES)
def test_the_message_installs_what_is_missing(package: str) -> None:
    """The extra that it names brings the package; other packages are their own."""
    wanted = str(missing_package_error(f"{package}.part", "this"))
    begin, _, extra = wanted.rpartition("'recovery-core[")
    assert begin == f"this needs {package}, which is not installed: pip install "
    assert package in listed(extra.removesuffix("]'"))
    assert str(missing_package_error("polars", "this")).endswith(": pip install polars")


def test_what_is_loaded_late_is_missed_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an error of ours and one of Python's, and says which package it is."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ModuleNotFoundError, match="a picture needs matplotlib") as told:
        load_package("matplotlib.figure", "a picture")
    assert isinstance(told.value, RecoveryError)
    assert told.value.name == "matplotlib"
    assert load_package("json", "nothing") is json


def test_what_a_package_lacks_itself_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As matplotlib without NumPy: to install it again would help nobody."""
    (tmp_path / "half_there.py").write_text("import numpy")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(MissingPackageError, match="this needs numpy"):
        load_package("half_there", "this")


def test_an_extra_is_there_with_all_its_packages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """NumPy is on many machines, and is not the whole of `batch`."""
    assert has_extra("batch")
    require_extra("batch", "this")
    monkeypatch.setitem(sys.modules, "nanoarrow", None)
    assert not has_extra("batch")
    with pytest.raises(MissingPackageError, match="this needs nanoarrow"):
        require_extra("batch", "this")


@pytest.mark.parametrize("package", EXTRAS["batch"])
def test_everything_of_policies_is_imported_without_an_extra(package: str) -> None:
    """`import *` gives what there is; what needs NumPy says so when it is asked for."""
    code = (
        f"import sys; sys.modules[{package!r}] = sys.modules['z3'] = None\n"
        "from recovery_core.tables import *\n"
        "print(Table.__name__, prove.__name__, 'decide' in dir())\n"
        "try: from recovery_core.tables import decide\n"
        "except ImportError as error: print(error)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout
    assert "Table recovery_core.tables.prove False" in told
    assert "recovery-core[batch]" in told


def test_what_needs_numpy_is_out_of_reach_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Names that would fail are left out of `import *`, and no other."""
    within_reach = vars(tables)["_within_reach"]  # hidden from type checkers
    names = ["Table", "backtest", "decide", "diff"]
    assert within_reach(names) == names
    monkeypatch.setitem(sys.modules, "numpy", None)
    assert within_reach(names) == ["Table", "diff"]


def test_a_module_of_a_user_that_needs_an_extra_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named as anywhere else, and the module is not called broken."""
    (tmp_path / "of_a_user.py").write_text(
        "from recovery_core._importing import load_package\n"
        "load_package('z3', 'a proof')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "z3", None)
    with pytest.raises(MissingPackageError, match="a proof needs z3"):
        import_module_of_user("of_a_user", tmp_path)
