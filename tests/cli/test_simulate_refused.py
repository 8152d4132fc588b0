"""What goes wrong with experiments on the command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from recovery_core import simulation
from recovery_core._importing import missing_package_error
from recovery_core.cli import main, results
from recovery_core.errors import ContractError
from tests.support.experiments import ONE, SMALL, asked, folder_of_two


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two experiments, in which every test stands."""
    return folder_of_two(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("simulate", "none.toml"), "cannot read 'none.toml': No such file"),
        (("simulate", "shop.toml"), "shop.toml: there are 2 companies: say which"),
        (
            ("simulate", "shop.toml", "--company", "tody"),
            "shop.toml: there is no company 'tody': did you mean today?",
        ),
        (("compare", "one.toml"), "one.toml: two companies are compared, not 1"),
        (("compare", "shop.toml", "today"), "two companies are compared, not 1"),
        (("compare", "shop.toml", "today", "b"), "there is no company 'b'"),
        (("compare", "shop.toml", "--until", "x=1"), "there is no outcome 'x'"),
        (("sweep", "shop.toml"), "say where the table goes: --out sweep.parquet"),
        (("sweep", "one.toml", "--json"), "one.toml: there is nothing to sweep"),
        (("sweep", "shop.toml", "--out", "x.txt"), "'x.txt' cannot be written: give"),
        (("sweep", "shop.toml", "--out", "no/x.csv"), "there is no folder 'no' for"),
        (
            ("sweep", "shop.toml", "--json", "--resume", "one.toml"),
            "there can be no folder 'one.toml': File exists",
        ),
    ],
)
def test_what_cannot_be_done_is_told(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    """2, and one line on the standard error, with the file where it is about that."""
    code, out, err = asked(capsys, *words)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert told in err


@pytest.mark.parametrize(
    "words",
    [
        ("simulate",),
        ("simulate", "shop.toml", "today"),
        ("simulate", "shop.toml", "--customers", "0"),
        ("simulate", "shop.toml", "--months", "1.5"),
        ("simulate", "shop.toml", "--seed", "-1"),
        ("simulate", "shop.toml", "--seed", str(1 << 63)),
        ("simulate", "shop.toml", "--workers", "0"),
        ("compare", "shop.toml", "--until", "retention"),
        ("compare", "shop.toml", "--until", "retention=narrow"),
        ("compare", "shop.toml", "--until", "retention=0"),
        ("compare", "shop.toml", "--until", "retention=inf"),
        ("compare", "shop.toml", "--until", "retention=1e999"),
        ("compare", "shop.toml", "--until", "retention=0_1.0"),
        ("compare", "shop.toml", "--until", "retention=\u0661"),
        ("simulate", "shop.toml", "--customers", "9" * 5000),
        ("simulate", "shop.toml", "--customers", "1_000"),
        ("simulate", "shop.toml", "--customers", "\u0661"),
        ("compare", "shop.toml", "--until", "=1"),
    ],
)
def test_wrong_words_are_wrong_use(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    """2, with the usage."""
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 2
    assert capsys.readouterr().err.startswith("usage: recovery-core")


def test_a_policy_that_lacks_a_fact_is_told(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    """Which fact, in which file, and at which point of a sweep."""
    text = """
    [run]
    customers = 300
    months = 1
    [company.a]
    policy = "recovery_core.schedules:delay_repay_15"
    [sweep]
    "company.a.rounds" = [1]
    """
    (here / "late.toml").write_text(text, encoding="utf-8")
    code, _, err = asked(capsys, "sweep", "late.toml", "--json")
    assert code == 2
    assert err.startswith("recovery-core: late.toml: the policy asks for the fact ")
    assert "at point 0: company.a.rounds=1, seed 0" in err
    assert err.count("\n") == 1


OWN = """
def grim(claim):
    raise KeyError("mood")


def numb(encounter, felt):
    return None
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (ONE.replace("Reimbursement", "own_parts:grim"), "grim broke its contract on"),
        (
            f'{ONE}[world]\nuse = "shop"\nreactions = ["own_parts:numb"]\n',
            "numb broke its contract",
        ),
    ],
    ids=["a policy", "a reaction model"],
)
def test_what_is_of_ones_own_and_fails_is_named(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    here: Path,
    text: str,
    told: str,
) -> None:
    """In one line, and in full with ``--traceback``."""
    monkeypatch.delitem(sys.modules, "own_parts", raising=False)
    (here / "own_parts.py").write_text(OWN, encoding="utf-8")
    (here / "own.toml").write_text(text, encoding="utf-8")
    for words in ((), ("--workers", "1")):
        allowed = ("--allow", "own_parts", *words)
        code, out, err = asked(capsys, "simulate", "own.toml", *allowed)
        assert (code, out) == (2, "")
        assert err.startswith(f"recovery-core: own.toml: {told}")
        assert err.count("\n") == 1
        with pytest.raises(ContractError, match=told):
            main(("simulate", "own.toml", "--traceback", *allowed))
    code, _, err = asked(capsys, "simulate", "own.toml")
    assert code == 2
    assert "module own_parts may not be named here, for importing it runs it" in err
    code, _, err = asked(capsys, "simulate", "own.toml", "--allow", "./own_parts.py")
    assert code == 2
    assert "write its name as in Python" in err


def test_a_run_of_one_branch_says_why_no_interval_is_known(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    """On the standard error, so that JSON stays JSON."""
    text = f"{ONE}response = {{ agents = 2, handling = 30 }}\n"
    twice = text + text[text.index("[company") :].replace("only", "other")
    (here / "team.toml").write_text(twice, encoding="utf-8")
    for words in (
        ("simulate", "team.toml", "--company", "only"),
        ("compare", "team.toml"),
    ):
        code, out, err = asked(capsys, *words, "--json")
        assert code == 0
        assert json.loads(out)
        told = "note: no interval is known, for all customers share one branch of 1,000"
        assert told in err
        _, _, err = asked(capsys, *words, "--customers", "2000")
        assert err == ""


def test_what_is_not_installed_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is worked out, and with the extra where there is one."""
    monkeypatch.setattr(results, "find_spec", lambda name: None)
    code, _, err = asked(capsys, "sweep", "shop.toml", "--out", "x.parquet")
    assert code == 2
    assert "pip install pyarrow, or write a .csv" in err


def test_the_missing_extra_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the file, which may be as good as any."""

    def missing(*_: object, **__: object) -> None:
        raise missing_package_error("numpy", "the laboratory")

    monkeypatch.setattr(simulation, "load_experiment", missing)
    code, out, err = asked(capsys, "simulate", "one.toml")
    assert (code, out) == (2, "")
    assert err == f"recovery-core: {missing_package_error('numpy', 'the laboratory')}\n"


def test_the_command_line_loads_no_laboratory() -> None:
    """Asking for the usage costs no more than the usage."""
    code = "import sys, recovery_core.cli; print(*sys.modules)"
    words = [sys.executable, "-c", code]
    ended = subprocess.run(words, check=True, capture_output=True, text=True)
    assert not {"numpy", "recovery_core.simulation"} & set(ended.stdout.split())


def test_a_file_that_cannot_be_written_is_told(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    """With the reason of the system."""
    (here / "x.csv").mkdir()
    code, _, err = asked(capsys, "sweep", "shop.toml", *SMALL, "--out", "x.csv")
    assert code == 2
    assert "cannot write 'x.csv': Is a directory" in err
