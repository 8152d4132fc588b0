import json
import sys
from pathlib import Path

import pytest

from recovery_core import Award, Claim, Money
from recovery_core.cli import main
from recovery_core.policy import capped
from recovery_core.tables import Rule, Table, column, half_of, percent_of

late = column.minutes("arrival_delay")
fare = column.money("fare", "GBP")


def repay(first: int) -> Table:
    """Half from some minutes on, all from an hour on."""
    return Table(
        f"Delay Repay {first}",
        rules=[
            Rule("half", when=late.between(first, 60), amends=half_of(fare)),
            Rule("full", when=late >= 60, amends=fare),
        ],
        otherwise=f"less than {first} minutes late",
    )


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two policies, a gap, and a module of one's own."""
    (tmp_path / "old.json").write_text(repay(30).to_json(), encoding="utf-8")
    (tmp_path / "new.json").write_text(repay(15).to_json(), encoding="utf-8")
    stored = json.loads(repay(30).to_json())
    del stored["hash"], stored["otherwise"]
    (tmp_path / "gap.json").write_text(json.dumps(stored), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(Path(__file__).parent), *sys.path])
    return tmp_path


@pytest.fixture(autouse=True)
def unused(here: Path) -> None:
    """Every test stands in that folder."""


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """The exit code, and what was printed on either stream."""
    code = main(["policy", *words])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


# Found by its name below, as a user's own module would be.
VIP = column.flag("vip")
TOLD = column.day("told_on").optional()
TIER = column.choices("tier", "silver", "gold")
KINDS = Table(
    "of every kind",
    hit="first",
    rules=[
        Rule("vip", when=VIP & (TIER == "gold"), amends=percent_of(fare, 10)),
        Rule("untold", when=TOLD.is_missing, amends=Money("5.00", "GBP")),
        Rule("late", when=late >= 60, amends=fare),
    ],
    otherwise="nothing happened",
)
CAPPED = capped(KINDS, at=Money("5.00", "GBP"))
NOT_ONE = 7


def plain(claim: Claim) -> Award:
    """A policy, but no table."""
    return Award.nothing()


MINE = f"{Path(__file__).stem}:"
EU261 = "recovery_core.schedules:eu261"


# ---------------------------------------------------------------------------- show


def test_a_policy_is_shown_as_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Every rule is a line, with its boundaries and what it gives."""
    code, out, _ = asked(capsys, "show", "old.json")
    assert code == 0
    assert out.startswith("Delay Repay 30\n")
    assert ">= 30 min and <= 59 min" in out
    assert "Hash: " + repay(30).hash in out


def test_a_policy_is_shown_as_it_is_stored(capsys: pytest.CaptureFixture[str]) -> None:
    """What --json prints can be read back."""
    code, out, _ = asked(capsys, "show", "old.json", "--json")
    assert code == 0
    assert Table.from_json(out) == repay(30)


def test_a_schedule_shows_the_version_of_a_day(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A day before the new caps, the old caps are shown."""
    name = "recovery_core.schedules:us_denied_boarding"
    _, then, _ = asked(capsys, "show", name, "--on", "2025-01-21")
    _, now, _ = asked(capsys, "show", name)
    assert "1550.00" in then
    assert "2150.00" in now


# --------------------------------------------------------------------------- check


def test_policies_that_hold_together_pass(capsys: pytest.CaptureFixture[str]) -> None:
    """One line for each, and 0 for a build to go on with."""
    code, out, _ = asked(capsys, "check", "old.json", "new.json")
    assert code == 0
    assert out.count("holds together") == 2


def test_a_gap_fails_the_check_with_a_claim(capsys: pytest.CaptureFixture[str]) -> None:
    """The others are checked all the same."""
    code, out, _ = asked(capsys, "check", "gap.json", "--json", "old.json")
    assert code == 1
    gap, old = json.loads(out)
    assert not gap["holds"]
    assert "arrival_delay=0" in gap["problem"]
    assert old["hash"] == repay(30).hash


def test_a_gap_is_told_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A person reads which claim no rule decides."""
    code, out, _ = asked(capsys, "check", "gap.json")
    assert code == 1
    assert out.startswith("gap.json: ")
    assert "no rule decides" in out


# ------------------------------------------------------------------------- explain


def test_a_decision_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """Which rule, and why not the other one."""
    words = ("explain", "old.json", "arrival_delay=45", "fare=42.01")
    code, out, _ = asked(capsys, *words)
    assert code == 0
    assert "decided by half, worth GBP 21.01" in out


@pytest.mark.parametrize("text", ["42.01", "GBP 42.01", "42.01 GBP"])
def test_money_is_read_as_people_write_it(
    capsys: pytest.CaptureFixture[str], text: str
) -> None:
    """With its currency or without; and facts may follow an option."""
    words = ("explain", "old.json", "--json", "arrival_delay=45", f"fare={text}")
    code, out, _ = asked(capsys, *words)
    assert code == 0
    assert json.loads(out)["worth"] == "GBP 21.01"


def test_every_kind_of_fact_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    """Flags by yes and no, choices by name, days as ISO 8601, nothing for missing."""
    facts = ("vip=no", "tier=gold", "told_on=2026-05-01", "fare=10.00")
    code, out, _ = asked(
        capsys, "explain", MINE + "KINDS", *facts, "arrival_delay=60", "--json"
    )
    assert (code, json.loads(out)["rule"]) == (0, "late")
    others = ("vip=YES", "tier=silver", "told_on=", "fare=10.00", "arrival_delay=60")
    code, out, _ = asked(capsys, "explain", MINE + "KINDS", *others, "--json")
    assert (code, json.loads(out)["rule"]) == (0, "untold")


def test_facts_are_read_from_a_file(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    """A JSON object of facts; what is on the command line goes before it."""
    facts = {"arrival_delay": 75, "fare": "42.01"}
    (here / "claim.json").write_text(json.dumps(facts), encoding="utf-8")
    code, out, _ = asked(capsys, "explain", "old.json", "--facts", "claim.json")
    assert code == 0
    assert "decided by full" in out
    words = ("--facts", "claim.json", "arrival_delay=20")
    _, out, _ = asked(capsys, "explain", "old.json", *words)
    assert "decided by otherwise" in out


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (("arival_delay=45",), "read here, but arrival_delay, fare"),
        (("arrival_delay=late",), "give a whole number from 0"),
        (("arrival_delay=",), "is empty: give a whole number from 0"),
        (("arrival_delay=45", "fare=EUR 5.00"), "give GBP from"),
        (("arrival_delay=45", "fare=5.005"), "GBP has 2 decimals: round '5.005' befor"),
        (("arrival_delay",), "write name=value"),
        (("arrival_delay=45",), "must know 'fare': add fare=VALUE (GBP from GBP 0.00"),
        ((), "must know 'arrival_delay', 'fare': add arrival_delay=VALUE (a whole n"),
    ],
)
def test_a_wrong_fact_is_told_with_what_fits(
    capsys: pytest.CaptureFixture[str], facts: tuple[str, ...], told: str
) -> None:
    """2, and one line on the standard error."""
    code, out, err = asked(capsys, "explain", "old.json", *facts)
    assert (code, out) == (2, "")
    assert told in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("text", ["[1]", "no JSON", '{"fare": 4200}'])
def test_a_file_without_facts_is_refused(
    capsys: pytest.CaptureFixture[str], here: Path, text: str
) -> None:
    """Money as a bare number could be pounds or pence."""
    (here / "claim.json").write_text(text, encoding="utf-8")
    code, _, err = asked(capsys, "explain", "old.json", "--facts", "claim.json")
    assert code == 2
    assert "no JSON object" in err or "write 'fare' as a text" in err


# --------------------------------------------------------------------------- prove


def test_promises_that_hold_pass(capsys: pytest.CaptureFixture[str]) -> None:
    """One line for each."""
    promises = (
        *("--never-above", "fare", "--never-above", "GBP 10000000.00"),
        *("--rises-with", "arrival_delay", "--never-less-than", "old.json"),
        *("--equal-to", "old.json"),
    )
    code, out, _ = asked(capsys, "prove", "old.json", *promises)
    assert code == 0
    assert out.count("proved for all claims") == 5


def test_a_broken_promise_shows_the_smallest_claim(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """1 for a build to stop at."""
    code, out, _ = asked(
        capsys, "prove", "old.json", "--falls-with", "arrival_delay", "--json"
    )
    assert code == 1
    (proof,) = json.loads(out)
    assert proof["holds"] is False
    assert proof["counterexample"]["fare"] == "GBP 0.01"
    assert proof["counterexample"]["arrival_delay"] == 30
    assert proof["compared"]["arrival_delay"] == 0
    assert proof["paid"] is not None


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "no promise"),
        (("--rises-with", "delay"), "no 'delay' is read here, but arrival_delay, fare"),
        (("--never-above", "price"), "no 'price' is read here, but arrival_delay, far"),
        (("--never-above", "600"), '600 says no currency: write "GBP 600.00"'),
    ],
)
def test_a_promise_about_nothing_is_wrong_use(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    """2, as for any other wrong word."""
    code, _, err = asked(capsys, "prove", "old.json", *words)
    assert code == 2
    assert told in err


# ------------------------------------------------------------------ diff and backtest


def test_equal_policies_do_not_differ(capsys: pytest.CaptureFixture[str]) -> None:
    """0, as `diff` does."""
    assert asked(capsys, "diff", "old.json", "old.json")[0] == 0


def test_policies_that_differ_say_where(capsys: pytest.CaptureFixture[str]) -> None:
    """1, as `diff` does, with a claim that is decided otherwise."""
    code, out, _ = asked(capsys, "diff", "old.json", "new.json")
    assert code == 1
    assert "arrival_delay=15" in out
    code, out, _ = asked(capsys, "diff", "old.json", "new.json", "--json")
    assert [region["new"] for region in json.loads(out)["regions"]] == ["half"]


CLAIMS = "note,arrival_delay,fare\na,5,42.00\nb,20,10.00\nc,45,42.01\nd,60,GBP 99.00\n"


def test_old_claims_are_run_through_every_version(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    """The one claim that moves is told with its money."""
    (here / "claims.csv").write_text(CLAIMS, encoding="utf-8")
    words = ("backtest", "old.json", "--data", "claims.csv", "new.json")
    code, out, _ = asked(capsys, *words, "--json")
    assert code == 0
    found = json.loads(out)
    assert found["count"] == 4
    (change,) = found["comparisons"]
    assert (change["moved"], change["cost"]) == (1, 500)
    code, out, _ = asked(capsys, *words)
    assert code == 0
    assert "otherwise" in out


def test_parquet_and_arrow_are_read(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    """What speaks Arrow is read as it is, money in minor units."""
    pa = pytest.importorskip("pyarrow")
    feather = pytest.importorskip("pyarrow.feather")
    parquet = pytest.importorskip("pyarrow.parquet")

    claims = pa.table({"arrival_delay": [20, 45], "fare": [1000, 4201], "x": [1, 2]})
    parquet.write_table(claims, here / "claims.parquet")
    feather.write_feather(claims, here / "claims.arrow")
    for name in ("claims.parquet", "claims.arrow"):
        words = ("backtest", "old.json", "new.json", "--data", name, "--json")
        code, out, _ = asked(capsys, *words)
        assert (code, json.loads(out)["count"]) == (0, 2)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("none.csv", None, "no file"),
        ("short.csv", "arrival_delay\n5\n", "no column 'fare'"),
        ("wrong.csv", "arrival_delay,fare\n5,1.00\nx,1.00\n", "line 3"),
        ("ragged.csv", "arrival_delay,fare\n5\n", "line 2"),
        ("no.parquet", "this is no parquet", "cannot be read"),
    ],
)
def test_data_that_cannot_be_read_is_told(
    capsys: pytest.CaptureFixture[str],
    here: Path,
    name: str,
    text: str | None,
    told: str,
) -> None:
    """With the file, the line and what fits."""
    if text is not None:
        (here / name).write_text(text, encoding="utf-8")
    code, _, err = asked(capsys, "backtest", "old.json", "new.json", "--data", name)
    assert code == 2
    assert told in err


def test_arrow_needs_a_reader(
    capsys: pytest.CaptureFixture[str], here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing reads it, the mend is told."""
    (here / "claims.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    words = ("backtest", "old.json", "new.json", "--data", "claims.parquet")
    code, _, err = asked(capsys, *words)
    assert code == 2
    assert "pip install pyarrow" in err


# ------------------------------------------------------------------------- sources


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("none.json", "cannot read"),
        ("none", "is no policy"),
        (":X", "is no policy"),
        ("mine:", "is no policy"),
        ("no_such_module:X", "no module 'no_such_module'"),
        ("./shop/rules.py:LATE", "stand in its folder and write rules:LATE"),
        (".rules:LATE", "stand in its folder and write rules:LATE"),
        (MINE + "NONE", "has no 'NONE'"),
        (MINE + "NOT_ONE", "no policy"),
        (MINE + "Table", "no policy"),
        (MINE + "plain", "no table and no schedule"),
        (MINE + "CAPPED", "backtest any policy"),
        ("old.json@2025-01-22", "has no versions"),
        ("old@b.json", "cannot read"),
        (EU261 + "@monday", "is no day"),
        (EU261 + "@1999-01-01", "the first begins on"),
        ("gap.json", "no rule decides"),
        ("binary.json", "no UTF-8"),
    ],
)
def test_what_is_no_policy_is_told(
    capsys: pytest.CaptureFixture[str], here: Path, source: str, told: str
) -> None:
    """2, whatever is wrong with it, and one line that says the mend."""
    (here / "binary.json").write_bytes(b"\xff\xfe")
    code, out, err = asked(capsys, "show", source)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert told in err


def test_a_day_is_written_as_iso_8601(capsys: pytest.CaptureFixture[str]) -> None:
    """Anything else is wrong use."""
    with pytest.raises(SystemExit) as stopped:
        asked(capsys, "show", "old.json", "--on", "21.1.2025")
    assert stopped.value.code == 2


@pytest.mark.parametrize(
    "words", [("show", "old.json", "x"), ("show", "old.json", "--x")]
)
def test_a_word_too_many_is_wrong_use(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    """Only a list of words may go on behind an option."""
    with pytest.raises(SystemExit) as stopped:
        asked(capsys, *words)
    assert stopped.value.code == 2
    assert "unrecognized arguments" in capsys.readouterr().err
