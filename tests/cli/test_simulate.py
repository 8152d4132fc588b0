"""Experiments on the command line."""

import csv
import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from recovery_core.cli import main, show, simulate
from recovery_core.simulation import Experiment, Manifest, load_experiment
from recovery_core.simulation.results.outcomes import OUTCOMES
from tests.support.experiments import ONE, SMALL, asked, folder_of_two


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two experiments, in which every test stands."""
    return folder_of_two(tmp_path, monkeypatch)


def experiment() -> Experiment:
    """The same in a program."""
    import attrs

    found = load_experiment("shop.toml")
    return attrs.evolve(found, customers=400, months=2, seed=3)


# ------------------------------------------------------------------------- simulate


def test_a_company_is_simulated(capsys: pytest.CaptureFixture[str]) -> None:
    """Every outcome with its value, its interval and its unit."""
    words = ("simulate", "shop.toml", "--company", "today", *SMALL)
    code, out, err = asked(capsys, *words)
    assert (code, err) == (0, "")
    title, heads, *rows = out.splitlines()
    assert title == "today: 400 customers, 2 months, seed 3"
    assert heads.split() == ["Outcome", "Unit", "Value", "95", "%", "interval"]
    assert [row.split()[0] for row in rows] == list(OUTCOMES)
    assert any(" EUR " in row and " to " in row for row in rows)


def test_a_run_is_one_json_value(capsys: pytest.CaptureFixture[str]) -> None:
    """The same as in a program; the only company need not be named."""
    words = ("simulate", "shop.toml", "--company", "today", *SMALL, "--json")
    code, out, _ = asked(capsys, *words)
    assert code == 0
    assert json.loads(out) == experiment().simulate("today").to_dict()
    code, out, _ = asked(capsys, "simulate", "one.toml", "--json")
    assert json.loads(out)["company"] == "only"


def test_the_paradox_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """By severity, for the first failure and for later ones."""
    words = ("simulate", "shop.toml", "--company", "today", "--paradox", *SMALL)
    code, out, _ = asked(capsys, *words)
    assert code == 0
    assert out.startswith("today: satisfaction after a recovered failure, less")
    assert "first    minor" in out
    assert "The failed, less their twins\n" in out
    code, out, _ = asked(capsys, *words, "--json")
    assert json.loads(out) == experiment().paradox("today").to_dict()


def test_an_interval_that_nobody_knows_is_null(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    """JSON has no number for it; and a table says so."""
    text = f"{ONE}budget = 'EUR 500.00'\n"
    (here / "branch.toml").write_text(text, encoding="utf-8")
    code, out, _ = asked(capsys, "simulate", "branch.toml", "--json")
    assert code == 0
    assert json.loads(out)["outcomes"]["retention"]["low"] is None
    assert "not known" in asked(capsys, "simulate", "branch.toml")[1]


def test_what_is_not_known_is_said_and_is_null(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    """A share of nothing, and satisfaction after a single failure."""
    text = f"{ONE}name = 'few'\n".replace("customers = 300", "customers = 1")
    (here / "few.toml").write_text(text, encoding="utf-8")
    (here / "sweep.toml").write_text(
        f"{text}[sweep]\n'company.only.rounds' = [1, 2]\n", encoding="utf-8"
    )
    out = asked(capsys, "simulate", "few.toml")[1]
    (line,) = (line for line in out.splitlines() if line.startswith("leakage"))
    assert line.split() == ["leakage", "share", "not", "known", "not", "known"]
    out = asked(capsys, "simulate", "few.toml", "--json")[1]
    assert json.loads(out)["outcomes"]["leakage"]["value"] is None
    words = ("simulate", "few.toml", "--paradox", "--customers", "20", "--seed", "0")
    (line,) = (row for row in asked(capsys, *words)[1].splitlines() if "first" in row)
    assert line.count("not known") == 2
    gap = json.loads(asked(capsys, *words, "--json")[1])["gaps"][0]
    assert gap["low"] is gap["high"] is gap["effect"] is None
    out = asked(capsys, "sweep", "sweep.toml", "--out", "found.json")[1]
    assert any(
        row.startswith("leakage") and row.endswith("not known")
        for row in out.splitlines()
    )
    rows = json.loads((here / "found.json").read_text(encoding="utf-8"))["rows"]
    assert {row["value"] for row in rows if row["outcome"] == "leakage"} == {None}


# -------------------------------------------------------------------------- compare


def test_companies_are_compared(capsys: pytest.CaptureFixture[str]) -> None:
    """Both, what differs, a mark where that is clear, and for how many customers."""
    code, out, err = asked(capsys, "compare", "shop.toml", *SMALL)
    assert (code, err) == (0, "")
    change = experiment().compare()
    title, heads, *rows = out.splitlines()
    assert title.startswith("tomorrow less today: 400 customers")
    assert heads.split()[2:5] == ["today", "tomorrow", "Difference"]
    for row, name in zip(rows, OUTCOMES, strict=False):
        assert row.split()[0] == name
        assert row.endswith("clear") == change[name].is_clear
    assert "Tier      Better off  Worse off  As before\n" in out
    assert f"in all    {change.winners_losers.winners:>10,}" in out
    assert "more given brings" in out


def test_companies_are_named_in_either_order(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Behind an option as well; and what costs less brings nothing back."""
    words = ("compare", "shop.toml", *SMALL, "--json", "tomorrow", "today")
    code, out, _ = asked(capsys, *words)
    assert code == 0
    assert json.loads(out) == experiment().compare("tomorrow", "today").to_dict()
    _, out, _ = asked(capsys, *(word for word in words if word != "--json"))
    assert "\nCustomers\n" in out


def test_a_comparison_stops_when_enough_is_known(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each width is asked for by its outcome."""
    until = ("--until", "value=99", "--until", "cost=99")
    words = ("compare", "shop.toml", "--customers", "30000", "--months", "1", *until)
    code, out, _ = asked(capsys, *words, "--json")
    assert code == 0
    assert json.loads(out)["first"]["customers"] == 10_000


def test_a_comparison_that_stays_too_wide_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """1, for who asked for narrow intervals gets wide ones; and what each came to."""
    until = ("--until", "cost=0.00001", "--until", "value=99")
    words = ("compare", "shop.toml", "--customers", "30000", "--months", "1", *until)
    code, out, err = asked(capsys, *words, "--json")
    assert code == 1
    found = json.loads(out)
    assert found["first"]["customers"] == 30_000
    cost, value = found["until"]["cost"], found["until"]["value"]
    assert (cost["asked"], cost["is_reached"]) == (0.00001, False)
    assert (value["asked"], value["is_reached"]) == (99.0, True)
    assert cost["half_width"] > 0.00001
    line = (
        "recovery-core: note: cost is not as narrow as asked with 30,000 customers: "
        f"half the interval is {cost['half_width']:.2g}, and asked was 1e-05\n"
    )
    assert err == line
    code, out, err = asked(capsys, *words)
    assert (code, err) == (1, line)
    assert "Outcome" in out


def test_what_is_not_known_yet_is_not_narrow(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """However narrow the interval, too few customers differ to trust it."""
    words = ("compare", "shop.toml", *SMALL, "--json", "--until", "retention=99")
    code, out, err = asked(capsys, *words)
    assert code == 1
    assert json.loads(out)["until"]["retention"]["is_reached"] is False
    assert "retention is not known as asked with 400 customers: fewer than 30" in err


# ---------------------------------------------------------------------------- sweep


@pytest.mark.parametrize("kind", ["csv", "json", "parquet"])
def test_a_sweep_is_written(
    capsys: pytest.CaptureFixture[str], here: Path, kind: str
) -> None:
    """All rows with what they rest on; and the ends of every outcome are shown."""
    out = f"found.{kind}"
    code, told, err = asked(capsys, "sweep", "shop.toml", *SMALL, "--out", out)
    found = experiment().sweep()
    assert code == 0
    assert err == f"recovery-core: note: wrote 9 rows to {out!r}\n"
    assert told.startswith("points: 3, seeds: 1, customers: 400, months: 2\n")
    assert told.count("least") == told.count("most") == 3
    rows: Any
    if kind == "json":
        stored = json.loads((here / out).read_text(encoding="utf-8"))
        rows = stored["rows"]
        assert stored["manifest"] == json.loads(found.manifest.to_json())
    else:
        beside = (here / "found.manifest.json").read_text(encoding="utf-8")
        assert Manifest.from_json(beside) == found.manifest
    if kind == "parquet":
        parquet = pytest.importorskip("pyarrow.parquet")
        rows = parquet.read_table(here / out).to_pylist()
    if kind == "csv":
        with (here / out).open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        assert [row["outcome"] for row in rows] == [
            row["outcome"] for row in found.to_rows()
        ]
        assert float(rows[-1]["value"]) == found.to_rows()[-1]["value"]
    else:
        assert rows == found.to_rows()


def test_a_sweep_goes_on_after_a_break(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    """Where its folder is; another sweep does not fit there."""
    words = ("sweep", "shop.toml", "--resume", "kept/here", "--json")
    code, once, err = asked(capsys, *words, *SMALL)
    assert (code, err) == (0, "")
    kept = sorted((here / "kept" / "here" / "runs").iterdir())
    assert len(kept) == 3
    kept[0].unlink()
    assert asked(capsys, *words, *SMALL)[1] == once
    assert kept[0].exists()
    code, _, err = asked(capsys, *words, *SMALL, "--seed", "4")
    assert code == 2
    assert "holds another sweep, which differs in seeds" in err


def test_progress_is_told_where_somebody_watches(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the standard error, whatever is printed."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(show, "find_spec", lambda name: None)
    assert main(["sweep", "shop.toml", *SMALL, "--json"]) == 0
    assert stream.getvalue().startswith("\rsweeping   0 %\rsweeping  33 %")
    assert json.loads(capsys.readouterr().out)["rows"]


def test_progress_begins_before_the_work(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody looks at an empty line until the first block is home."""
    told: list[tuple[str, int, int]] = []

    @contextmanager
    def listening() -> Iterator[Any]:
        yield lambda *words: told.append(words)

    def begun(self: Experiment, *names: object, **how: Any) -> None:
        how["progress"]("simulating", 1, 400)
        raise KeyboardInterrupt

    monkeypatch.setattr(simulate, "progress_told", listening)
    for command in ("simulate", "compare", "paradox", "sweep"):
        monkeypatch.setattr(Experiment, command, begun)
    for words in (("simulate",), ("simulate", "--paradox"), ("compare",)):
        told.clear()
        assert main([*words, "shop.toml", *SMALL]) == 130
        assert told == [("simulating", 0, 400), ("simulating", 1, 400)]
    told.clear()
    assert main(["sweep", "shop.toml", *SMALL, "--json"]) == 130
    assert told[0] == ("sweeping", 0, 3)
    capsys.readouterr()


def test_progress_of_a_comparison_is_told_in_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Stride by stride, it only rises; a line that stays open is ended."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(show, "find_spec", lambda name: None)
    words = ("compare", "shop.toml", "--customers", "40000", "--months", "1", "--json")
    assert main([*words, "--until", "value=99"]) == 0
    assert stream.getvalue() == "\rsimulating   0 %\rsimulating  25 %\n"
    capsys.readouterr()
