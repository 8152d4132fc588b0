"""Modules that somebody names: the user's own are found, and take nobody's place."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from recovery_core import _user_modules
from recovery_core._user_modules import (
    add_folder,
    import_module_of_user,
    leave_current_folder,
)
from recovery_core.cli import main
from recovery_core.simulation import load_experiment

OWN = """
from recovery_core.tables import Rule, Table, column

late = column.minutes("late")
LATE = Table("mine", rules=[Rule("due", when=late >= 60)], otherwise="in time")
"""
HARM = "open('harm', 'w').close()\n"
SHADOWS = ("z3", "numpy", "rich", "pyarrow", "csv", "decimal", "recovery_core")
"""What the library loads late, and what it is itself."""

# As the command that pip installs: no folder of the user's is on the path.
SCRIPT = (
    "-P",
    "-c",
    "import sys; from recovery_core.cli import main; sys.exit(main())",
)
MODULE = ("-m", "recovery_core")


def run(here: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder."""
    return subprocess.run(
        [sys.executable, *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=here,
        env={**os.environ, "COLUMNS": "200"},
    )


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, with a module of one's own."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "modules", {**sys.modules})
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(OWN, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("way", [SCRIPT, MODULE], ids=["script", "module"])
def test_a_file_in_the_folder_takes_the_place_of_no_package(
    here: Path, way: tuple[str, ...]
) -> None:
    """Neither where the library is asked, nor for a module of one's own."""
    for name in SHADOWS:
        if name in ("decimal", "recovery_core") and way == MODULE:
            continue  # loaded before a line of ours is run; `python -P -m` helps
        (here / f"{name}.py").write_text(HARM, encoding="utf-8")
    prove = (*way, "policy", "prove", "--never-above", "EUR 1.00")
    for source in ("recovery_core.schedules:eu261", "mine:LATE"):
        run(here, *prove, source)
    found = run(here, *prove, "recovery_core.schedules:eu261")
    assert found.returncode == 1, found.stderr
    assert "never above EUR 1.00" in found.stdout
    assert not (here / "harm").exists()


@pytest.mark.parametrize(
    "way",
    [SCRIPT, MODULE, ("-P", *MODULE), ("-E", "-s", *MODULE)],
    ids=["script", "module", "safe path", "bare"],
)
def test_ones_own_module_is_found(here: Path, way: tuple[str, ...]) -> None:
    """In the folder one stands in, however the command is run."""
    found = run(here, *way, "policy", "check", "mine:LATE")
    if "-E" in way and "No module named" in found.stderr:
        pytest.skip("the library is not installed, but on PYTHONPATH")
    assert found.returncode == 0, found.stderr
    assert "holds together" in found.stdout


def test_no_folder_is_searched_for_what_is_installed(here: Path) -> None:
    """The path stays as it is where only the library is named."""
    before = [*sys.path]
    assert main(["policy", "check", "recovery_core.schedules:eu261"]) == 0
    assert sys.path == before
    assert main(["policy", "check", "mine:LATE"]) == 0
    assert sys.path == [*before, str(here)]


def test_a_folder_is_added_once_and_last(here: Path) -> None:
    """So that nothing in it goes before anything else."""
    before = [*sys.path]
    add_folder(here)
    add_folder(here)
    assert sys.path == [*before, str(here)]


def test_a_mere_folder_is_no_module(here: Path) -> None:
    """One of the same name elsewhere on the path hides no module of one's own."""
    (here / "elsewhere" / "shop").mkdir(parents=True)
    (here / "shop.py").write_text("X = 1\n", encoding="utf-8")
    sys.path.append(str(here / "elsewhere"))
    assert import_module_of_user("shop", here).X == 1


def test_a_module_that_hides_ones_own_is_named(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The library's file, and that of the folder; in a package as well."""
    (here / "colorsys.py").write_text(OWN, encoding="utf-8")
    assert main(["policy", "check", "colorsys:LATE"]) == 2
    told = capsys.readouterr().out
    assert "; colorsys.py of this folder is not read, for " in told
    (here / "json").mkdir()
    (here / "json" / "__init__.py").write_text(OWN, encoding="utf-8")
    (here / "x.toml").write_text('[company.a]\npolicy = "json:LATE"\n', "utf-8")
    with pytest.raises(ValueError, match=r"; json.__init__.py of this folder is not"):
        load_experiment("x.toml", allow=["json"])
    assert main(["policy", "check", "mine:NONE"]) == 2
    assert "of this folder" not in capsys.readouterr().out


def test_a_program_that_a_worker_could_not_find_is_refused(here: Path) -> None:
    """It would import the other module of that name; a dot makes a name of its own."""
    (here / "colorsys.py").write_text("experiment = 1\n", encoding="utf-8")
    monkey = sys.modules
    monkey.pop("colorsys", None)
    with pytest.raises(ValueError, match="there is another module 'colorsys'"):
        load_experiment("colorsys.py")
    (here / "json.own.py").write_text("experiment = 1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="it is 1, and no Experiment"):
        load_experiment("json.own.py")


def test_the_folder_before_all_others_is_left(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for a path that Python keeps safe, or on which the library itself lies."""
    path = [*sys.path]
    leave_current_folder()
    assert sys.path == path
    sys.path.insert(0, str(here))
    leave_current_folder()
    assert sys.path == path
    sys.path.insert(0, str(here))
    monkeypatch.setattr(_user_modules, "__file__", str(here / "recovery_core" / "x.py"))
    leave_current_folder()
    assert sys.path == [*path, str(here)]
