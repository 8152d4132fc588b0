import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version

import pytest

from recovery_core.cli import main, show
from recovery_core.errors import MissingPackageError
from recovery_core.examples import flights
from recovery_core.examples.flights import law, versions
from recovery_core.examples.flights.data import (
    DataError,
    Flight,
    ReadingProgress,
    Weather,
    silent,
)
from recovery_core.examples.flights.facts import Disruption
from recovery_core.examples.flights.summary import Summary
from recovery_core.examples.flights.survey import Survey
from recovery_core.tables import backtest
from recovery_core.tables.batch.backtesting import Backtest

SUMMARY = Summary(
    rows=336_776,
    cancelled=8_255,
    unknown=1_175,
    disrupted=12_152,
    paid_flights=1_200,
    paid_cents=30_000_050,
    waived_flights=3,
    waived_cents=75_000,
    by_blame={"WEATHER": (3, 75_000), "CARRIER": (1_200, 30_000_050)},
    by_carrier={"UA": (200, 50), "EV": (1_000, 30_000_000), "??": (0, 0)},
)
PLAIN = """\
New York departures, 2013
                 Flights         EUR
flights          336,776
arrival unknown    1,175
cancelled          8,255
disrupted         12,152
paid               1,200  300,000.50
waived                 3      750.00

By blame (WEATHER: waived)
Blame    Flights         EUR
WEATHER        3      750.00
CARRIER    1,200  300,000.50

By carrier (paid)
Carrier  Airline                   Flights         EUR
EV       ExpressJet Airlines Inc.    1,000  300,000.00
UA       United Air Lines Inc.         200        0.50
??                                       0        0.00
"""
LATE = Flight(
    day=("2013", "5", "1"),
    has_departed=True,
    departure_delay=200,
    arrival_delay=200,
    carrier="UA",
    number="1",
    origin="EWR",
    destination="SFO",
    miles=2_565,
    hour="2013-05-01T10:00:00Z",
)


class Terminal(io.StringIO):
    """A stream somebody looks at."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.fixture(autouse=True)
def run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in for the year: the same totals, at once."""

    def quick(progress: ReadingProgress = silent) -> Summary:
        for done in (0, 50, 100):
            progress("reading flights", done, 100)
        return SUMMARY

    def two(progress: ReadingProgress = silent) -> Survey:
        late = (LATE, LATE._replace(number="2"))
        return Survey(2, 0, tuple(Disruption(f, 1, 1, Weather()) for f in late))

    monkeypatch.setattr(flights, "run", quick)
    monkeypatch.setattr(flights, "survey", two)


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take rich away."""
    monkeypatch.setattr(show, "find_spec", lambda name: None)


def a_terminal(monkeypatch: pytest.MonkeyPatch, name: str) -> Terminal:
    """Have somebody look at a stream."""
    stream = Terminal()
    monkeypatch.setattr(sys, name, stream)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "xterm")
    return stream


def fails(error: BaseException) -> Callable[[ReadingProgress], Summary]:
    """A year that ends before its time."""

    def run(progress: ReadingProgress) -> Summary:
        raise error

    return run


# ----------------------------------------------------------------------- the versions


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> Backtest:
    """Stand in for the year: three flights, under every version."""
    late = [LATE, LATE._replace(arrival_delay=130), LATE._replace(arrival_delay=300)]
    rows = versions.columns_of(late, frozenset())
    found = backtest(*law.versions(), data=rows)
    monkeypatch.setattr(versions, "backtested", lambda progress: found)
    return found


def test_the_versions_are_compared_in_tables(
    three: Backtest, capsys: pytest.CaptureFixture[str]
) -> None:
    """What each costs, and who would move from which rule to which."""
    assert main(["demo", "--backtest"]) == 0
    out = capsys.readouterr().out
    assert "from two hours on" in out
    assert "otherwise  late-long        1    300.00" in out
    assert "-600.00" in out


def test_the_versions_are_one_json_object(
    three: Backtest, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another program reads the same figures."""
    assert main(["demo", "--backtest", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == three.to_dict()


def test_a_backtest_tells_no_case(capsys: pytest.CaptureFixture[str]) -> None:
    """It opens none, so the two options do not go together."""
    assert main(["demo", "--backtest", "--explain", "1"]) == 2
    assert "opens none" in capsys.readouterr().err


# ------------------------------------------------------------------------ the figures


def test_the_totals_are_one_json_object_and_nothing_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Another program can read the whole of the standard output."""
    assert main(["demo", "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == SUMMARY.as_json()
    assert out.count("\n") == 1
    assert err == ""


def test_the_tables_are_aligned_text_where_nobody_looks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A file or a pipe gets plain text, with full names, and no progress."""
    assert main(["demo"]) == 0
    assert capsys.readouterr() == (PLAIN, "")


def test_the_tables_are_drawn_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where rich is installed and somebody looks, the tables have frames."""
    stream = a_terminal(monkeypatch, "stdout")
    assert main(["demo"]) == 0
    shown = stream.getvalue()
    assert "┃" in shown
    for text in ("New York departures, 2013", "ExpressJet Airlines Inc.", "300,000.50"):
        assert text in shown


@pytest.mark.usefixtures("plain")
def test_a_terminal_without_rich_shows_the_plain_tables(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing but frames and colours is lost without the extra."""
    stream = a_terminal(monkeypatch, "stdout")
    assert main(["demo"]) == 0
    assert stream.getvalue() == PLAIN


def test_progress_is_drawn_on_a_terminal_and_not_in_the_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who pipes the output on still sees how far it has come."""
    stream = a_terminal(monkeypatch, "stderr")
    assert main(["demo", "--json"]) == 0
    assert "reading flights" in stream.getvalue()
    assert json.loads(capsys.readouterr().out) == SUMMARY.as_json()


@pytest.mark.usefixtures("plain")
def test_progress_without_rich_is_one_line_that_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The line is written over itself, and ends when its stage does."""
    stream = a_terminal(monkeypatch, "stderr")
    assert main(["demo"]) == 0
    lines = [f"\rreading flights {percent:3d} %" for percent in (0, 50, 100)]
    assert stream.getvalue() == "".join(lines) + "\n"


# --------------------------------------------------------------------- a single case


def test_one_case_is_told_from_its_log(capsys: pytest.CaptureFixture[str]) -> None:
    """The N-th disrupted flight, counted from 1, with every reason on record."""
    assert main(["demo", "--explain", "2"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("case 2013-05-01T10-EWR-UA2: UA2 EWR-SFO late - closed\n")
    assert "amends: cash EUR 300.00" in out
    assert out.count("case 2013") == 1


def test_a_case_beyond_the_last_is_wrong_use(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The message says how many there are."""
    assert main(["demo", "--explain", "3"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "recovery-core: there are 2 disrupted flights, not 3\n"


# --------------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["deom"],
        ["demo", "--explain"],
        ["demo", "--explain", "0"],
        ["demo", "--explain", "-1"],
        ["demo", "--explain", "first"],
        ["demo", "--explain", "9" * 5000],
        ["demo", "--explain", "\u0661"],
        ["demo", "--json", "--explain", "1"],
    ],
)
def test_wrong_use_ends_with_two(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The usage goes to stderr, and nothing to the output."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    out, err = capsys.readouterr()
    assert ended.value.code == 2
    assert out == ""
    assert err.startswith("usage: recovery-core")


@pytest.mark.parametrize("kind", [DataError, MissingPackageError])
def test_missing_data_ends_with_one_and_says_the_mend(
    kind: type[Exception],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No traceback: the message names what to install."""
    monkeypatch.setattr(flights, "run", fails(kind("not there: install it")))
    assert main(["demo"]) == 1
    assert capsys.readouterr() == ("", "recovery-core: not there: install it\n")


def test_a_defect_of_the_library_is_not_hidden(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only missing data is put in a sentence; a bug keeps its traceback."""
    monkeypatch.setattr(flights, "run", fails(ZeroDivisionError("a bug")))
    with pytest.raises(ZeroDivisionError):
        main(["demo"])


def test_an_interrupted_run_ends_quietly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C is no error: 130, and not a word."""
    monkeypatch.setattr(flights, "run", fails(KeyboardInterrupt()))
    assert main(["demo"]) == 130
    assert capsys.readouterr() == ("", "")


def test_a_reader_that_stops_reading_is_no_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """``| head`` closes the pipe: no traceback, not even on the way out."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        assert main(["demo"]) == 0
        pipe.write("what is left goes nowhere")


# -------------------------------------------------------------------------- the command


def test_the_version_is_that_of_the_package(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The command names the version that the metadata of the package names."""
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"recovery-core {version('recovery-core')}\n"


def test_the_words_of_the_process_are_taken_where_none_are_given(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The console script calls it without arguments."""
    monkeypatch.setattr(sys, "argv", ["recovery-core", "demo", "--json"])
    assert main() == 0
    assert json.loads(capsys.readouterr().out)["rows"] == 336_776


@pytest.mark.parametrize(
    "words",
    [
        *("demo", "simulate", "compare", "sweep"),
        *(f"policy {name}" for name in ("show", "check", "explain", "prove")),
        *("policy diff", "policy backtest"),
    ],
)
def test_every_command_tells_itself_with_an_example(
    words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a sentence that begins with a capital and keeps those of names."""
    *group, name = words.split()
    with pytest.raises(SystemExit):
        main([*group, "--help"])
    listed = " ".join(capsys.readouterr().out.split())
    with pytest.raises(SystemExit):
        main([*group, name, "--help"])
    out = capsys.readouterr().out
    sentence = " ".join(out.split("\n\n")[1].split())
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert f"{name} {sentence[0].lower()}{sentence[1:-1]}" in listed
    assert f"\nExample: recovery-core {words} " in out
    assert ("New York" in sentence) == (words == "demo")


def test_the_installed_command_gives_the_published_totals() -> None:
    """From the shell to the last cent, with nothing on stderr."""
    code = "import sys; from recovery_core.cli import main; sys.exit(main())"
    words = [sys.executable, "-W", "error", "-c", code, "demo", "--json"]
    ended = subprocess.run(words, check=True, capture_output=True, text=True)
    found = json.loads(ended.stdout)
    assert (found["disrupted"], found["paid_cents"]) == (12_152, 327_155_000)
    assert ended.stderr == ""


def test_the_command_line_loads_nothing_to_draw_with_before_it_draws() -> None:
    """Asking for the usage costs no more than the usage."""
    code = "import sys, recovery_core.cli; print(*sys.modules)"
    words = [sys.executable, "-c", code]
    ended = subprocess.run(words, check=True, capture_output=True, text=True)
    assert not {"rich", "recovery_core.examples"} & set(ended.stdout.split())
