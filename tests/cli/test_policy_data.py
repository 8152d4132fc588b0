"""Files as databases and spreadsheets write them, and facts as people type them."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core import Money
from recovery_core.cli import facts as typed
from recovery_core.cli import main
from recovery_core.errors import InvalidValueError
from recovery_core.tables import Rule, Table, column, percent_of

LATE = column.minutes("late")
FARE = column.money("fare", "EUR")
GONE = column.flag("gone")
TOLD = column.day("told").optional()
RULES = [
    Rule("told", when=date(2026, 1, 1) <= TOLD, amends=Money("1.00", "EUR")),
    Rule("late", when=~GONE & (LATE >= 30), amends=percent_of(FARE, 50)),
    Rule("gone", when=GONE, amends=FARE),
]
TABLE = Table("t", rules=RULES, otherwise="in time", hit="first")
HEADER = "late,fare,gone,told\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with a stored table."""
    monkeypatch.chdir(tmp_path)
    Path("t.json").write_text(TABLE.to_json(), encoding="utf-8")
    return tmp_path


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """The exit code, and what was printed on either stream."""
    code = main(["policy", *words])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def backtested(capsys: pytest.CaptureFixture[str], text: str | bytes) -> str:
    """What a file is read as: the sum it pays, or what is said against it."""
    raw = text if isinstance(text, bytes) else text.encode()
    Path("c.csv").write_bytes(raw)
    code, out, err = asked(capsys, "backtest", "t.json", "--data", "c.csv", "--json")
    if code:
        assert (code, out) == (2, "")
        return err.removeprefix("recovery-core: ").rstrip("\n")
    (version,) = json.loads(out)["versions"]
    return str(sum(total["minor"] for total in version["totals"].values()))


# ------------------------------------------------------------------------------- cells


@pytest.mark.parametrize(
    ("row", "paid"),
    [
        ("45,10.00,no,", "500"),
        ("45.00,10.00,0.00,", "500"),
        ("45.,10.00,0,", "500"),
        ("+45,10.00,FALSE,", "500"),
        ("0,10.00,1.00,", "1000"),
        ("0,EUR 10.00,Yes,", "1000"),
        ("0,10.00 EUR,true,2025-12-31", "1000"),
        ("0,10.00,1,2026-01-22", "100"),
    ],
)
def test_cells_are_read_as_databases_write_them(
    capsys: pytest.CaptureFixture[str], row: str, paid: str
) -> None:
    """Whole numbers and flags with decimals of nothing are what they are."""
    assert backtested(capsys, HEADER + row + "\n") == paid


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            '45,"25,000",no,',
            "'25,000' is no exact amount: it holds a comma; write plain",
        ),
        ('45,"10,50",no,', "it holds a comma; write plain digits with a point"),
        (
            "45,3.000,no,",
            "EUR has 2 decimals: round '3.000' before it is money; it hol",
        ),
        ("45,10.50 €,no,", "'€' is no ISO 4217 code in force"),
        ("45,1_0.00,no,", "'1_0.00' is no exact amount"),
        ("45,\u0664\u0662.\u0660\u0660,no,", "is no exact amount"),
        ("45,999999999999.00,no,", "give EUR from EUR 0.00 to EUR 10000000.00"),
        ("45," + "9" * 5000 + ",no,", "stays within 2**53 - 1 minor units"),
        (
            "1_00,10.00,no,",
            "'1_00': give a whole number from 0 to 527040 min, in plain",
        ),
        (
            "\u0664\u0665,10.00,no,",
            "'\u0664\u0665': give a whole number from 0 to 527040 min, in plain dig",
        ),
        ("45.5,10.00,no,", "'45.5': give a whole number from 0"),
        ("1e3,10.00,no,", "'1e3': give a whole number from 0"),
        ("9" * 5000 + ",10.00,no,", "999: give a whole number from 0"),
        (
            "600000,10.00,no,",
            "column 'late' cannot be 600000: give a whole number from",
        ),
        (",10.00,no,", "column 'late' is empty: give a whole number from 0"),
        ("45,,no,", "column 'fare' is empty: give EUR from EUR 0.00"),
        ("45,10.00,Y,", "'Y': write yes or no, true or false, 1 or 0"),
        ("45,10.00,2,", "'2': write yes or no, true or false, 1 or 0"),
        ("45,10.00,0.5,", "'0.5': write yes or no, true or false, 1 or 0"),
        ("45,10.00,,", "column 'gone' is empty: write yes or no"),
        ("45,10.00,no,2026-W04-4", "'2026-W04-4': write a day as 2025-01-22; it holds"),
        ("45,10.00,no,20260122", "'20260122': write a day as 2025-01-22"),
        ("45,10.00,no,01/22/2026", "'01/22/2026': write a day as 2025-01-22"),
        ("45,10.00,no,2026-01-22T12:00:00", "T12:00:00': write a day as 2025-01-22"),
    ],
)
def test_what_only_looks_like_a_value_is_refused(
    capsys: pytest.CaptureFixture[str], row: str, said: str
) -> None:
    """With file, line, column, the reason and the mend."""
    told = backtested(capsys, HEADER + row + "\n")
    assert told.startswith("c.csv, line 2: column '")
    assert said in told


@pytest.mark.parametrize(
    "cell", ["9" * 5000, "1_00", "\u0664\u0662\u0660\u0660", "10.00", "1e3"]
)
def test_minor_units_are_plain_digits(
    capsys: pytest.CaptureFixture[str], cell: str
) -> None:
    """Whatever Python would read them as."""
    Path("c.csv").write_text(f"{HEADER}45,{cell},no,\n", encoding="utf-8")
    words = ("backtest", "t.json", "--data", "c.csv", "--minor")
    code, _, err = asked(capsys, *words)
    assert code == 2
    assert "in minor units: give a whole number of them" in err


@given(st.text(max_size=12))
def test_no_text_is_read_as_a_value_that_it_is_not(text: str) -> None:
    """What is read was written in one of the ways there are."""
    for one in (LATE, FARE, GONE, TOLD):
        for is_minor in (False, True):
            try:
                value = typed.value(one, text, is_minor=is_minor)
            except InvalidValueError:
                continue
            assert text.strip().isascii()
            assert "_" not in text
            assert value is None or one.to_plain(value) == value


# ------------------------------------------------------------------------------- files


@pytest.mark.parametrize(
    "text",
    [
        "late,fare,gone,\n45,10.00,no,\n",
        "late,fare,gone,,,\n45,10.00,no,,,\n",
        "late,fare,gone,,,\n45,10.00,no\n",
        "late,fare,gone\n45,10.00,no,,\n",
        "late,fare,gone, , \n45,10.00,no, , \n",
        "late,fare,gone,\n45,10.00,no\n",
        "late,,fare,,gone\n45,x,10.00,y,no\n",
        "note,late,fare,gone,note\nx,45,10.00,no,y\n",
    ],
)
def test_names_with_nothing_in_them_are_no_columns(
    capsys: pytest.CaptureFixture[str], text: str
) -> None:
    """Commas at the end of a line, and names that two columns have and nobody reads."""
    assert backtested(capsys, text) == "500"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("late,fare,gone,\n45,10.00,no,x\n", "line 2: it has 4 cells where the header"),
        ("late;fare;gone\n45;10,00;no\n", "with commas between its cells, not ';'"),
        ("late\tfare\n45\t10.00\n", r"with commas between its cells, not '\t'"),
        ("sep=,\nlate,fare,gone\n", "it has sep=; leave its first line out"),
        ("late,fare,gone\n".encode("utf-16"), "is no UTF-8 text: save it as one"),
        ("late,fare,gone,Ort\n45,1.00,no,Köln\n".encode("latin-1"), "says CSV UTF-8"),
    ],
)
def test_files_of_another_make_are_told_with_the_mend(
    capsys: pytest.CaptureFixture[str], text: str | bytes, said: str
) -> None:
    """Another sign between cells, a line of a spreadsheet's own, another encoding."""
    assert said in backtested(capsys, text)


def test_the_layout_of_a_statistics_office_is_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Quotes, flags and minutes with decimals, a comma at the end of the header."""
    cells = io.StringIO()
    rows = [
        ["late", "gone", "fare", "tail", ""],
        ["", "1.00", "200.00", "N1", ""],
        ["176.00", "0.00", "200.00", "N2", ""],
    ]
    csv.writer(cells).writerows(rows)
    late = LATE.optional()
    rules = [
        Rule("gone", when=GONE, amends=FARE),
        Rule("late", when=~GONE & (late >= 120), amends=percent_of(FARE, 50)),
    ]
    table = Table("charter", rules=rules, otherwise="in time")
    Path("t.json").write_text(table.to_json(), encoding="utf-8")
    assert backtested(capsys, cells.getvalue()) == "30000"


def test_a_policy_alone_is_added_up(capsys: pytest.CaptureFixture[str]) -> None:
    """What it pays, rule by rule."""
    Path("c.csv").write_text(f"{HEADER}45,10.00,no,\n5,10.00,no,\n", encoding="utf-8")
    code, out, _ = asked(capsys, "backtest", "t.json", "--data", "c.csv")
    assert code == 0
    assert out.splitlines()[-3:] == [
        "late       1  EUR 5.00",
        "otherwise  1  EUR 0.00",
        "in all     2  EUR 5.00",
    ]


# ------------------------------------------------------------------------------- facts


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"late": 45, "fare": "1.00", "late": 5}', "an object with 'late' twice"),
        ('{"late": ' + "9" * 5000 + "}", "not readable as JSON: Exceeds the limit"),
        ("[" * 100_000, "not readable as JSON: nested too deep"),
        ("[1]", "expected an object, got a list of 1"),
        ("{", "not readable as JSON"),
    ],
)
def test_facts_that_say_two_things_are_refused(
    capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    """Which of two is meant nobody knows."""
    Path("f.json").write_text(text, encoding="utf-8")
    code, out, err = asked(capsys, "explain", "t.json", "--facts", "f.json")
    assert (code, out) == (2, "")
    assert "'f.json' holds no JSON object of facts: " in err
    assert said in err


def test_a_value_that_says_two_things_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In an object within the facts, too."""
    text = '{"late": {"min": 4, "min": 5}, "fare": "1.00", "gone": false}'
    Path("f.json").write_text(text, encoding="utf-8")
    code, _, err = asked(capsys, "explain", "t.json", "--facts", "f.json")
    assert code == 2
    assert "column 'late' cannot be an object with 'min' twice" in err


@pytest.mark.parametrize("fare", ["9" * 5000, "1_00", "\u0664\u0662", "-" + "9" * 5000])
def test_numbers_of_any_length_are_told_on_the_line(
    capsys: pytest.CaptureFixture[str], fare: str
) -> None:
    """One line, and no error of Python's own."""
    code, _, err = asked(
        capsys, "explain", "t.json", "late=4", "gone=no", f"fare={fare}"
    )
    assert code == 2
    assert "column 'fare' cannot be" in err
    assert len(err) < 400


def test_all_that_must_be_known_is_asked_for_at_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Of a schedule with what it gives besides as well."""
    code, _, err = asked(capsys, "explain", "t.json", "gone=no")
    assert code == 2
    assert "'t' must know 'late', 'fare': add late=VALUE (a whole number" in err
    code, _, err = asked(capsys, "explain", "recovery_core.schedules:eu261")
    assert code == 2
    assert "'event'" in err
    assert "defence_holds=VALUE (yes or no)" in err
    Path("f.json").write_text('{"late": null}', encoding="utf-8")
    assert "late=VALUE" in asked(capsys, "explain", "t.json", "--facts", "f.json")[2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("600", '600 says no currency: write "EUR 600.00"'),
        ("600.5", '600.5 says no currency: write "EUR 600.50"'),
        ("600.505", "EUR has 2 decimals"),
        ("six", "no 'six' is read here, but told"),
    ],
)
def test_a_promise_about_a_bare_number_is_told_how_to_write_it(
    capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    """With the currency of the policy."""
    code, _, err = asked(capsys, "prove", "t.json", "--never-above", text)
    assert code == 2
    assert said in err


def test_a_promise_about_what_pays_nothing_is_told_with_any_currency(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Such as that of the example."""
    table = Table("none", rules=[], otherwise="nothing is given")
    Path("t.json").write_text(table.to_json(), encoding="utf-8")
    _, _, err = asked(capsys, "prove", "t.json", "--never-above", "5")
    assert 'write "EUR 5.00"' in err


@pytest.mark.parametrize(
    "day",
    ["2025-W01-1", "20250101", "\u0662\u0660\u0662\u0665-\u0660\u0661-\u0660\u0661"],
)
def test_days_on_the_line_are_written_in_full(
    capsys: pytest.CaptureFixture[str], day: str
) -> None:
    """Behind a schedule, and for all of them."""
    name = "recovery_core.schedules:energy_supplier"
    code, _, err = asked(capsys, "show", f"{name}@{day}")
    assert code == 2
    assert "is no day: write" in err
    with pytest.raises(SystemExit):
        asked(capsys, "show", name, "--on", day)
    assert "is no day: write 2025-01-22" in capsys.readouterr().err


# ---------------------------------------------------------------------------- payments


def test_what_each_claim_is_paid_is_written(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In the order of the file; what is told is told once."""
    rows = "45,10.01,no\n5,10.00,no\n0,1234567.89,yes\n"
    Path("c.csv").write_text(f"late,fare,gone\n{rows}", encoding="utf-8")
    words = ("backtest", "t.json", "--data", "c.csv")
    code, out, err = asked(capsys, *words, "--out", "paid.csv")
    assert (code, out) == (0, asked(capsys, *words)[1])
    assert err.count("has no told: missing for every claim") == 1
    assert Path("paid.csv").read_text(encoding="utf-8") == (
        "row,rule,paid\n0,late,EUR 5.01\n1,otherwise,EUR 0.00\n2,gone,EUR 1234567.89\n"
    )


def test_payments_of_arrow_and_of_nothing_are_written(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A table that gives no money has no currency to write."""
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    rule = Rule("late", when=LATE >= 30)
    table = Table("free", rules=[rule], otherwise="in time")
    Path("t.json").write_text(table.to_json(), encoding="utf-8")
    parquet.write_table(pa.table({"late": [5, 45]}), "c.parquet")
    words = ("backtest", "t.json", "--data", "c.parquet", "--out", "paid.csv")
    assert asked(capsys, *words)[0] == 0
    assert Path("paid.csv").read_text(encoding="utf-8") == (
        "row,rule,paid\n0,otherwise,\n1,late,\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--out", "paid.xlsx"),
            "'paid.xlsx' cannot be written: give a file that ends",
        ),
        (("--out", "none/paid.csv"), "there is no folder 'none' for 'none/paid.csv'"),
        (("--out", "./c.csv"), "the claims stand in './c.csv': give another file"),
        (("--out", "folder.csv"), "cannot write 'folder.csv': Is a directory"),
        (("t.json", "--out", "paid.csv"), "--out writes what one policy pays: name no"),
    ],
)
def test_payments_that_cannot_be_written_are_refused(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    """The claims stay as they are."""
    Path("folder.csv").mkdir()
    text = HEADER + "45,10.00,no,\n"
    Path("c.csv").write_text(text, encoding="utf-8")
    code, out, err = asked(capsys, "backtest", "t.json", "--data", "c.csv", *words)
    assert (code, out) == (2, "")
    assert said in err
    assert Path("c.csv").read_text(encoding="utf-8") == text
    assert not Path("paid.csv").exists()


def test_nothing_is_written_of_claims_that_cannot_be_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """All of them are read before the first is paid."""
    Path("c.csv").write_text(f"{HEADER}45,10.00,no,\nx,10.00,no,\n", encoding="utf-8")
    words = ("backtest", "t.json", "--data", "c.csv", "--out", "paid.csv")
    code, _, err = asked(capsys, *words)
    assert code == 2
    assert "c.csv, line 3" in err
    assert not Path("paid.csv").exists()
