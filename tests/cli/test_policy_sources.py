"""Schedules, modules and terminals on the command line."""

import json
import re
import shlex
import sys
from datetime import date
from fractions import Fraction
from io import BytesIO, TextIOWrapper
from pathlib import Path

import attrs
import pytest

from recovery_core import Attribution, Money
from recovery_core.cli import main
from recovery_core.policy import capped
from recovery_core.schedules import eu261, us_denied_boarding
from recovery_core.tables import Rule, Table, column, pay

ROOM = "recovery_core.schedules:"
late = column.minutes("late")


def paying(name: str, pounds: str) -> Table:
    """Give so much from an hour on."""
    due = Rule("due", when=late >= 60, amends=pay(Money(pounds, "GBP")))
    return Table(name, rules=[due], otherwise="in time")


OWN = attrs.evolve(
    us_denied_boarding,
    code="own",
    versions={
        date(2020, 1, 1): paying("old", "1.00"),
        date(2021, 1, 1): paying("new", "2.00"),
    },
    around=lambda policy: capped(policy, at=Money("1.50", "GBP")),
    cases=(),
)


def half(attribution: Attribution) -> Fraction:
    """A rule of one's own."""
    return Fraction(1, 2)


HALF = attrs.evolve(OWN, code="half", liability=half)
BARE = attrs.evolve(OWN, code="bare", around=None)
BESIDES = attrs.evolve(OWN, code="besides", besides=paying("besides", "0.10"))
MINE = f"{Path(__file__).stem}:"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own, from which this very module is found."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", str(Path(__file__).parent), *sys.path])
    return tmp_path


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """The exit code, and what was printed on either stream."""
    code = main(["policy", *words])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


# ------------------------------------------------------------------- whole schedules


def test_a_schedule_is_shown_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """Every version with its first day, what is given besides, and how it is known."""
    code, out, _ = asked(capsys, "show", ROOM + "us_denied_boarding")
    assert code == 0
    for first, table in us_denied_boarding.versions:
        assert f"Since {first}:" in out
        assert f"Hash: {table.hash}" in out
    for text in us_denied_boarding.sources:
        assert text in out
    assert "Rule of liability: BlameBlind\n" in out
    _, out, _ = asked(capsys, "show", ROOM + "eu261")
    told = "Defence (parties: nature, authority; two stage: yes)"
    assert f"Rule of liability: {told}\n" in out
    assert "Besides, in any version:" in out
    assert f"Hash: {eu261.besides.hash}" in out if eu261.besides else False
    assert "Around it: set-off" in out
    assert "Around it: nothing" in asked(capsys, "show", MINE + "BARE")[1]
    assert "lambda" in asked(capsys, "show", MINE + "OWN")[1]


def test_a_schedule_is_written_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """Its tables can be read back."""
    _, out, _ = asked(capsys, "show", ROOM + "eu261", "--json")
    found = json.loads(out)
    (version,) = found["versions"]
    read = Table.from_json(json.dumps(version["table"]), functions=eu261.functions)
    assert read == eu261.table()
    assert found["besides"]["name"]
    assert found["around"] == "set_off"
    _, out, _ = asked(capsys, "show", MINE + "BARE@2020-06-01", "--json")
    found = json.loads(out)
    assert [v["since"] for v in found["versions"]] == ["2020-01-01"]
    assert (found["besides"], found["around"]) == (None, None)
    assert found["liability"] == "BlameBlind"
    _, out, _ = asked(capsys, "show", MINE + "HALF", "--json")
    assert json.loads(out)["liability"] == "half"


def test_every_table_of_a_schedule_is_checked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One line for each, and each says which."""
    code, out, _ = asked(capsys, "check", ROOM + "eu261", MINE + "OWN")
    assert code == 0
    for part in (
        "eu261 since 2005",
        "eu261 besides",
        "OWN since 2020",
        "OWN since 2021",
    ):
        assert part in out
    assert out.count("holds together") == 4


def test_a_claim_is_explained_by_both_tables(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Facts of either are known; what is put around them is said."""
    facts = ("event=delay", "defence_holds=no", "arrival_delay=250", "own_delay=250")
    more = ("km=1000", "is_intra_eu=yes", "departure_delay=210")
    words = ("explain", ROOM + "eu261", *facts, *more)
    code, out, _ = asked(capsys, *words)
    assert code == 0
    assert "decided by short-delay, worth EUR 250.00" in out
    assert "decided by care-short" in out
    assert "set-off: " in out
    _, out, _ = asked(capsys, *words, "--json")
    found = json.loads(out)
    assert (found["version"]["rule"], found["besides"]["rule"]) == (
        "short-delay",
        "care-short",
    )
    assert (found["since"], found["around"]) == ("2005-02-17", "set_off")
    code, out, _ = asked(
        capsys, "explain", MINE + "OWN@2020-01-01", "late=60", "--json"
    )
    assert json.loads(out)["version"]["worth"] == "GBP 1.00"
    assert json.loads(out)["besides"] is None
    assert "lambda" in asked(capsys, "explain", MINE + "OWN", "late=60")[1]
    _, out, _ = asked(capsys, "explain", MINE + "BARE", "late=60", "--json")
    assert json.loads(out)["around"] is None


# --------------------------------------------------------------------------- versions


def test_two_versions_of_one_schedule_are_compared(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    """Each side names its day; --on is for those that name none."""
    old, new = MINE + "BARE@2020-12-31", MINE + "BARE@2021-01-01"
    code, out, err = asked(capsys, "diff", old, new)
    assert (code, err) == (1, "")
    assert "GBP 1.00 -> GBP 2.00" in out
    assert asked(capsys, "diff", old, MINE + "BARE", "--on", "2020-06-01")[0] == 0
    assert asked(capsys, "prove", new, "--never-less-than", old)[0] == 0
    code, _, err = asked(capsys, "prove", old, "--never-less-than", new)
    assert code == 1
    assert "the version since 2021-01-01 is proved" in err
    (here / "c.csv").write_text("late\n60\n", encoding="utf-8")
    words = ("backtest", old, new, "--data", "c.csv", "--json")
    code, out, _ = asked(capsys, *words)
    assert (code, json.loads(out)["comparisons"][0]["cost"]) == (0, 100)


def test_a_schedule_is_backtested_whole(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    """By the day of each failure, with what is around it and what is given besides."""
    text = "late,failure_day\n60,2020-06-01\n60,2021-06-01\n"
    (here / "c.csv").write_text(text, encoding="utf-8")

    def cost(*words: str) -> int:
        code, out, err = asked(capsys, "backtest", *words, "--data", "c.csv", "--json")
        assert code == 0, err
        return int(json.loads(out)["comparisons"][0]["cost"])

    assert cost(MINE + "OWN", MINE + "BARE") == 50
    assert cost(MINE + "OWN@2021-06-01", MINE + "BARE@2021-06-01") == 100
    assert cost(MINE + "OWN@2020-06-01", MINE + "BESIDES@2020-06-01") == 20
    (here / "c.csv").write_text("late\n60\n", encoding="utf-8")
    words = ("backtest", MINE + "OWN", MINE + "BARE", "--data", "c.csv")
    code, _, err = asked(capsys, *words)
    assert code == 2
    assert "no column 'failure_day'" in err
    assert "--on" in err


def test_what_is_left_out_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """On the standard error: nobody takes a part for the whole."""
    _, _, err = asked(capsys, "diff", MINE + "OWN", MINE + "BESIDES")
    assert "besides differs, and is not compared" in err
    _, _, err = asked(capsys, "prove", MINE + "BESIDES", "--rises-with", "late")
    assert "what it gives besides" in err
    (Path("t.json")).write_text(paying("t", "1.00").to_json(), encoding="utf-8")
    code, _, err = asked(capsys, "show", "t.json", "--on", "2020-01-01")
    assert code == 0
    assert "t.json has no versions" in err


# ---------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1 / 0", "importing boom raised ZeroDivisionError: division by zero"),
        ("import sys; sys.exit()", "importing boom raised SystemExit"),
        ("import no_such_thing", "importing boom raised ModuleNotFoundError"),
        ("x = (", "importing boom raised SyntaxError"),
        ("None.x", "importing boom raised AttributeError"),
        ("raise KeyboardInterrupt", None),
        ("from recovery_core import Money; Money('x', 'EUR')", "no exact amount"),
        ("def __getattr__(name): raise ValueError(name)", "boom raised ValueError: D"),
    ],
)
def test_a_module_that_fails_is_told_in_a_line(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    here: Path,
    text: str,
    told: str | None,
) -> None:
    """2, and no trace of Python, nor of the module in later tests."""
    monkeypatch.setitem(sys.modules, "boom", None)
    del sys.modules["boom"]
    (here / "boom.py").write_text(text, encoding="utf-8")
    sys.path_importer_cache.clear()
    code, _, err = asked(capsys, "show", "boom:D")
    if told is None:
        assert code == 130
        return
    assert code == 2
    assert told in err
    assert err.count("\n") == 1


def test_a_stored_table_with_functions_names_the_mend(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    """A file holds no function: the module does."""
    (here / "t.json").write_text(eu261.table().to_json(), encoding="utf-8")
    code, _, err = asked(capsys, "show", "t.json")
    assert code == 2
    assert "as module:name" in err
    assert "from_json" not in err


def test_a_file_that_cannot_be_checked_stops_no_other(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    """Each is named; 2 at the end, for it is no answer."""
    (here / "good.json").write_text(paying("t", "1.00").to_json(), encoding="utf-8")
    (here / "bad.json").write_text("{", encoding="utf-8")
    files = ("bad.json", "good.json", "none.json", MINE + "late")
    code, out, _ = asked(capsys, "check", *files)
    assert code == 2
    for name, line in zip(files, out.splitlines(), strict=True):
        assert line.startswith(f"{name}: ")
    code, out, _ = asked(capsys, "check", *files, "--json")
    assert [line["holds"] for line in json.loads(out)] == [None, True, None, None]


def test_a_missing_package_is_told_with_its_extra(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """2, whatever the command."""
    for name in [name for name in sys.modules if "tables.batch" in name]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "numpy", None)
    words = ("backtest", MINE + "OWN", MINE + "BARE", "--data", "c.csv")
    code, _, err = asked(capsys, *words)
    assert code == 2
    assert "recovery-core[batch]" in err


def test_names_of_any_sort_are_printed_anywhere(
    monkeypatch: pytest.MonkeyPatch, here: Path
) -> None:
    """Escaped where the terminal has no sign for it; JSON stays JSON."""
    named = paying("Grüße", "1.00")
    (here / "g.json").write_text(named.to_json(), encoding="utf-8")
    for encoding in ("ascii", "utf-8"):
        for words in (["g.json"], ["g.json", "--json"]):
            raw = BytesIO()
            monkeypatch.setattr(sys, "stdout", TextIOWrapper(raw, encoding=encoding))
            assert main(["policy", "show", *words]) == 0
            shown = raw.getvalue().decode(encoding)
            if "--json" in words:
                assert Table.from_json(shown) == named
            else:
                assert "Hash" in shown
    assert main(["policy", "check", "\udcff.json"]) == 2


# ------------------------------------------------------------------------ its page

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "command-line.md"
CLAIMS = "late,fare\n20,{}\n45,{}\n75,{}\n"


def test_the_page_shows_what_is_printed(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    """Every command on it, word by word."""
    page = PAGE.read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict[str, str] = {}
    exec(code, names)  # noqa: S102 - our own page
    for name in ("old", "new"):
        (here / f"{name}.json").write_text(names[name], encoding="utf-8")
    pounds = CLAIMS.format("10.00", "42.01", "GBP 99.00")
    assert pounds in page
    (here / "claims.csv").write_text(pounds, encoding="utf-8")
    pence = CLAIMS.format("1000", "4201", "9900")
    (here / "pence.csv").write_text(pence, encoding="utf-8")
    (borrowed,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (here / "borrowed.toml").write_text(borrowed, encoding="utf-8")
    shop = PAGE.parents[1] / "how-to" / "shop.toml"
    (here / "shop.toml").write_bytes(shop.read_bytes())
    shown = re.findall(r"```console\n\$ recovery-core (.*?)\n(.*?)```", page, re.DOTALL)
    assert len(shown) > 6
    for words, told in shown:
        main(shlex.split(words))
        printed = capsys.readouterr()
        assert printed.err + printed.out == told
