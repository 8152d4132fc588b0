"""Facts and data on the command line: which unit, which claim, what is left out."""

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core import Award, Claim, Money, Rounding
from recovery_core.cli import facts as typed
from recovery_core.cli import main
from recovery_core.errors import InvalidValueError
from recovery_core.policy import capped, scaled, set_off
from recovery_core.tables import Rule, Table, column, half_of

km = column.integer("km", 0, 5000)
fare = column.money("fare", "GBP")
yen = column.money("fare", "JPY")
on = column.day("on").optional()
tier = column.choices("tier", "silver", "gold").optional()
vip = column.flag("vip").optional()
notice = column.integer("notice", 0, 30).optional()


@column.choices("band", "short", "long").computed_from(km)
def band(km: int) -> str:
    """Two bands."""
    return "short" if km < 1500 else "long"


def paying(name: str, *more: Any) -> Table:
    """Give the fare of a long flight, and half of a short one."""
    rules = [
        *(Rule(f"more-{place}", when=when) for place, when in enumerate(more)),
        Rule("long", when=band == "long", amends=fare),
        Rule("short", when=band == "short", amends=half_of(fare)),
    ]
    return Table(name, hit="first", rules=rules)


def silent(claim: Claim) -> Award:
    """A policy that does not say what it reads."""
    return Award.nothing()


PLAIN = paying("plain")
WIDE = paying("wide", on.is_missing & (tier == "gold") & vip & (notice >= 1))
HALF = scaled(PLAIN, "1/2", rounding=Rounding.DOWN)
MADE = capped(PLAIN, at=Money("5.00", "GBP"))
OFF = set_off(PLAIN)
MINE = f"{Path(__file__).stem}:"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own, from which this very module is found."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(Path(__file__).parent), *sys.path])
    return tmp_path


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """The exit code, and what was printed on either stream."""
    code = main(["policy", *words])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def paid_of(found: Any) -> int:
    """What the first version costs in all, in minor units."""
    return sum(total["minor"] for total in found["versions"][0]["totals"].values())


def paid(capsys: pytest.CaptureFixture[str], data: str, *words: str) -> Any:
    """What a backtest of one version against itself costs, in minor units."""
    code, out, err = asked(
        capsys,
        "backtest",
        MINE + "PLAIN",
        MINE + "HALF",
        "--data",
        data,
        *words,
        "--json",
    )
    assert code == 0, err
    return paid_of(json.loads(out))


# --------------------------------------------------------------------- units of money


@given(minor=st.integers(0, 10**9))
def test_money_is_read_as_it_is_shown(minor: int) -> None:
    """With decimals, with a currency on either side, or as minor units if so said."""
    sum_ = Money.from_minor(minor, "GBP")
    text = str(sum_)
    number = text.removeprefix("GBP ")
    for written in (text, number, f"{number} GBP"):
        assert typed.value(fare, written) == minor
    assert typed.value(fare, str(minor), is_minor=True) == minor
    assert typed.value(fare, text, is_minor=True) == minor
    with pytest.raises(InvalidValueError, match="major or minor"):
        typed.value(fare, str(minor))
    with pytest.raises(InvalidValueError, match="leave out --minor"):
        typed.value(fare, number, is_minor=True)
    assert typed.value(yen, str(minor)) == minor


def test_a_bare_number_of_money_is_refused_with_both_mends(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    """It could be pounds or pence: nobody guesses, in a file or on the line."""
    (here / "c.csv").write_text("km,fare\n10,1005\n", encoding="utf-8")
    words = ("backtest", MINE + "PLAIN", MINE + "HALF", "--data", "c.csv")
    code, _, err = asked(capsys, *words)
    assert code == 2
    assert "c.csv, line 2" in err
    assert "write 1005.00" in err
    assert "--minor" in err
    assert asked(capsys, "explain", MINE + "PLAIN", "km=1", "fare=10")[0] == 2


def test_one_claim_costs_the_same_from_every_file(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    """CSV in either unit, whole numbers and decimals in Arrow: the same pence."""
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    (here / "major.csv").write_text("km,fare\n10,10.06\n", encoding="utf-8")
    (here / "minor.csv").write_text("km,fare\n10,1006\n", encoding="utf-8")
    parquet.write_table(pa.table({"km": [10], "fare": [1006]}), here / "i.parquet")
    exact = pa.array([Decimal("10.0600")])
    parquet.write_table(pa.table({"km": [10], "fare": exact}), here / "d.parquet")
    costs = [
        paid(capsys, "major.csv"),
        paid(capsys, "minor.csv", "--minor"),
        paid(capsys, "i.parquet"),
        paid(capsys, "d.parquet"),
    ]
    assert costs == [503] * 4


def test_decimals_that_are_no_pence_are_refused(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    """Nothing is rounded in silence."""
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    sums = pa.array([None, Decimal("10.005"), Decimal("10.010")])
    data = pa.table({"km": [10] * 3, "fare": sums})
    parquet.write_table(data, here / "d.parquet")
    words = ("backtest", MINE + "PLAIN", MINE + "HALF", "--data", "d.parquet")
    code, _, err = asked(capsys, *words)
    assert code == 2
    told = "column 'fare', row 1: GBP has 2 decimals: round Decimal('10.005')"
    assert told in err


# -------------------------------------------------------------------------------- CSV


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffkm,fare\n10,10.06\n",
        " km , fare \n 10 , 10.06 \n",
        "note,fare,km\nx,10.06,10\n\n",
    ],
)
def test_csv_is_read_as_spreadsheets_write_it(
    capsys: pytest.CaptureFixture[str], here: Path, text: str
) -> None:
    """With a mark of its encoding, with spaces, in any order, with an empty line."""
    (here / "c.csv").write_text(text, encoding="utf-8")
    assert paid(capsys, "c.csv") == 503


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("km,fare,km\n1,1.00,2\n", "two columns 'km'"),
        ("km,fare\n1,1.00,2\n", "line 2: it has 3 cells"),
        ("km,fare\n1\n", "line 2: it has 1 cells"),
        ('km,fare\n1,1.00\n\n"2\n",1.00,7\n', "line 5: it has 3 cells"),
        ("", "has no column 'km'; it has none"),
        ("km,fare\n1,\udcff\n", "no UTF-8"),
        ("km,fare\n1," + "1" * 200_000 + "\n", "no CSV"),
    ],
)
def test_csv_that_is_none_is_told(
    capsys: pytest.CaptureFixture[str], here: Path, text: str, told: str
) -> None:
    """With the line, and never read as something else."""
    (here / "c.csv").write_bytes(text.encode("utf-8", "surrogateescape"))
    words = ("backtest", MINE + "PLAIN", MINE + "HALF", "--data", "c.csv")
    code, _, err = asked(capsys, *words)
    assert code == 2
    assert told in err


def test_what_may_be_missing_may_be_left_out_and_is_told(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    """In CSV and in Arrow alike; what was given before is nothing then."""
    pa = pytest.importorskip("pyarrow")
    feather = pytest.importorskip("pyarrow.feather")
    (here / "c.csv").write_text("km,fare\n10,10.06\n", encoding="utf-8")
    feather.write_feather(pa.table({"km": [10], "fare": [1006]}), here / "c.arrow")
    for data in ("c.csv", "c.arrow"):
        words = ("backtest", MINE + "WIDE", MINE + "OFF", "--data", data, "--json")
        code, out, err = asked(capsys, *words)
        assert (code, paid_of(json.loads(out))) == (0, 503)
        assert "has no on, tier, vip, notice: missing for every claim" in err
        assert "nothing was given before" in err


@pytest.mark.parametrize("name", ["c.xlsx", "c.arrow"])
def test_a_file_of_another_sort_is_told(
    capsys: pytest.CaptureFixture[str], here: Path, name: str
) -> None:
    """2, with the sorts there are."""
    (here / name).write_text("no such file", encoding="utf-8")
    words = ("backtest", MINE + "PLAIN", MINE + "HALF", "--data", name)
    code, _, err = asked(capsys, *words)
    assert code == 2
    assert "cannot be read" in err


# ------------------------------------------------------------------- one claim's facts


def test_what_explains_a_claim_can_be_asked_again(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    """Inputs of an explanation and values of a reason: computed columns are no harm."""
    words = ("explain", MINE + "PLAIN", "--json")
    _, out, _ = asked(capsys, *words, "km=10", "fare=10.06")
    told = json.loads(out)
    assert told["inputs"]["band"] == "short"
    (here / "f.json").write_text(
        json.dumps({**told["inputs"], "policy": str(PLAIN)}), encoding="utf-8"
    )
    code, again, _ = asked(capsys, *words, "--facts", "f.json")
    assert (code, json.loads(again)) == (0, told)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("km=10", "fare=1.00", "band=long"), "comes to short, not 'long'"),
        (("fare=1.00", "band=long"), "add km=VALUE"),
        (("km=1", "km=2", "fare=1.00"), "'km' is given twice"),
        (("km=1", "fare=1.00", "policy=x"), "no 'policy' is read here"),
    ],
)
def test_facts_that_do_not_fit_together_are_refused(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    """2, with the mend in words of the command line."""
    code, _, err = asked(capsys, "explain", MINE + "PLAIN", *words)
    assert code == 2
    assert told in err
    assert "ServiceFailure" not in err


# ------------------------------------------------------------------- composed policies


def test_a_composition_is_backtested_and_proved(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    """Whatever the library's own functions take."""
    (here / "c.csv").write_text("km,fare\n2000,10.06\n", encoding="utf-8")
    words = ("backtest", MINE + "PLAIN", MINE + "MADE", "--data", "c.csv", "--json")
    code, out, _ = asked(capsys, *words)
    assert (code, json.loads(out)["comparisons"][0]["cost"]) == (0, -506)
    words = ("prove", MINE + "MADE", "--never-above", "GBP 5.00", "--rises-with", "km")
    code, out, _ = asked(capsys, *words)
    assert (code, out.count("proved for all claims")) == (0, 2)


@pytest.mark.parametrize("command", ["show", "explain", "diff", "prove", "backtest"])
def test_what_a_policy_cannot_be_used_for_is_told(
    capsys: pytest.CaptureFixture[str], here: Path, command: str
) -> None:
    """2, with what it can be used for."""
    (here / "c.csv").write_text("km,fare\n2000,10.06\n", encoding="utf-8")
    more = {
        "diff": [MINE + "PLAIN"],
        "prove": ["--never-above", "GBP 5.00"],
        "backtest": [MINE + "PLAIN", "--data", "c.csv"],
    }
    code, _, err = asked(capsys, command, MINE + "silent", *more.get(command, []))
    assert code == 2
    assert "backtest any policy" in err or "cannot be proved" in err or "reads" in err


# ------------------------------------------------------------------- never pays when


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("fare=0.00", 0),
        ("fare<=GBP 0.00, band=short", 0),
        ("fare>=0.02,km>=1500", 1),
        ("vip=,km=1", 1),
    ],
)
def test_a_condition_is_typed_and_proved(
    capsys: pytest.CaptureFixture[str], text: str, code: int
) -> None:
    """Name, sign and value; commas join; nothing is evaluated."""
    words = ("prove", MINE + "WIDE", "--never-pays-when", text)
    assert asked(capsys, *words)[0] == code


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("km", "is no condition"),
        ("km<5", "is no condition"),
        ("km!=5", "is no condition"),
        ("miles=5", "no 'miles' is read here"),
        ("km=far", "give a whole number"),
        ("notice>=", "has no value"),
        ("fare=10", "major or minor"),
        ("km=1,km=2", "can meet"),
        ("tier>=gold", "no order"),
    ],
)
def test_a_condition_that_is_none_is_told(
    capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    """2, with what fits."""
    words = ("prove", MINE + "WIDE", "--never-pays-when", text)
    code, _, err = asked(capsys, *words)
    assert code == 2
    assert told in err
