"""What is printed on a terminal, of any width: no name is cut, no word is broken."""

import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from recovery_core import Money
from recovery_core.cli import main, show
from recovery_core.cli.layout import breadth, records, widths, wrapped
from recovery_core.cli.show import PrintedTable as Shown
from recovery_core.schedules import Schedule, catalogue
from recovery_core.tables import Rule, Table, column, pay, sheet

ROOM = "recovery_core.schedules:"
FRAME = "┏┳┓┡╇┩└┴┘━─┃│"
SCHEDULES = [*catalogue().values()]
WIDTHS = (20, 40, 60, 80, 100, 160)
late = column.minutes("late")


class Terminal(io.StringIO):
    """A stream somebody looks at."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.fixture(params=["rich", "plain"])
def sort(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A terminal on which frames are drawn, or none."""
    monkeypatch.setenv("TERM", "dumb")
    if request.param == "plain":
        monkeypatch.setattr(show, "find_spec", lambda name: None)
    return str(request.param)


def printed(monkeypatch: pytest.MonkeyPatch, room: int, *words: str) -> str:
    """What a command prints on a terminal of a width."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setenv("COLUMNS", str(room))
    main(words)
    return stream.getvalue()


def words_of(text: str) -> set[str]:
    """All words, without the frame and without the marks behind names."""
    bare = text.translate(dict.fromkeys(map(ord, FRAME), " "))
    return {word.removesuffix(":") for word in bare.split()}


def texts_of(table: Table) -> Iterator[str]:
    """Everything that is told of a table."""
    drawn = sheet(table)
    yield from (drawn.title, *drawn.head)
    for row in (*drawn.rows, *drawn.notes):
        yield from row


def tables_of(schedule: Schedule) -> Iterable[Table]:
    """All tables of a schedule."""
    besides = () if schedule.besides is None else (schedule.besides,)
    return (*(table for _, table in schedule.versions), *besides)


# ------------------------------------------------------------------------------ the law


@pytest.mark.usefixtures("sort")
@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda schedule: schedule.code)
def test_no_word_of_a_schedule_is_broken(
    schedule: Schedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However narrow the terminal; and no line is wider than it, but for one word."""
    texts = [text for table in tables_of(schedule) for text in texts_of(table)]
    whole = {word.removesuffix(":") for text in texts for word in text.split()}
    codes = {rule.code for table in tables_of(schedule) for rule in table.rules}
    for room in WIDTHS:
        out = printed(monkeypatch, room, "policy", "show", ROOM + schedule.code)
        assert whole <= words_of(out), room
        assert codes <= words_of(out)
        for line in out.splitlines():
            assert breadth(line) <= room or len(line.split()) <= 2, line


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda schedule: schedule.code)
def test_nobody_reads_python(
    schedule: Schedule, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither enumerations, nor calls, nor places in memory."""
    assert main(["policy", "show", ROOM + schedule.code]) == 0
    out = capsys.readouterr().out
    assert not re.search(
        r"<[A-Za-z]+[.: ]|\w\(\w+=|0x[0-9a-f]{6}|\bTrue\b|\bNone\b", out
    )


@pytest.mark.parametrize("room", WIDTHS)
@pytest.mark.usefixtures("sort")
def test_a_name_of_several_words_stays_whole(
    room: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It is needed for anything else, and is copied from the screen."""
    name = "long 遅延 delay"
    table = Table(
        "Delays of trains that are shown on a terminal that may be narrow",
        rules=[
            Rule(
                name, when=late >= 60, amends=pay(Money("5.00", "GBP"), what="x " * 9)
            ),
            Rule("soon", when=late <= 59, amends=pay(Money("1.00", "GBP"))),
        ],
    )
    path = tmp_path / "t.json"
    path.write_text(table.to_json(), encoding="utf-8")
    assert name in printed(monkeypatch, room, "policy", "show", str(path))


def test_prose_is_broken_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is explained, promised, checked and compared, and where it hangs."""
    claim = ("arrival_delay=45", "ticket=single", "price=42.01")
    name = ROOM + "delay_repay_15"
    commands = (
        ("explain", name, *claim),
        ("check", name),
        ("diff", name, ROOM + "delay_repay_30"),
        ("prove", name, "--rises-with", "arrival_delay"),
    )
    for words in commands:
        wide = printed(monkeypatch, 100_000, "policy", *words)
        narrow = printed(monkeypatch, 50, "policy", *words)
        assert narrow.split() == wide.split()
        assert narrow != wide
        for line in narrow.splitlines():
            assert len(line) <= 50 or len(line.split()) == 1


def test_the_matrix_of_moves_is_a_table(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sort: str
) -> None:
    """As wide as the terminal, with the rules by their whole names."""
    rows = "".join(f"{minutes},single,42.00\n" for minutes in (5, 20, 40, 70, 130))
    data = tmp_path / "claims.csv"
    data.write_text(f"arrival_delay,ticket,price\n{rows}", encoding="utf-8")
    names = (ROOM + "delay_repay_15", ROOM + "delay_repay_30", ROOM + "delay_repay_15")
    on = ("--on", "2024-01-01", "--data", str(data))
    for room in (24, 80, 200):
        out = printed(monkeypatch, room, "policy", "backtest", *names, *on)
        assert out.count("most less") == 1
        assert {"15-to-29-minutes-single", "otherwise"} <= words_of(out)
        assert ("┃" in out) == (sort == "rich" and room == 200)
        for line in out.splitlines():
            assert breadth(line) <= room or len(line.split()) <= 2, line


# ---------------------------------------------------------------------------- its parts


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("", 5, [""]),
        ("short", 5, ["short"]),
        ("  a bc def", 8, ["  a bc", "    def"]),
        ("unbreakable-word on", 6, ["unbreakable-word", "  on"]),
        ("日本 日本", 9, ["日本 日本"]),
        ("日本 日本", 8, ["日本 日本"]),
    ],
)
def test_a_line_is_broken_where_it_does_not_fit(
    text: str, room: int, lines: list[str]
) -> None:
    """Between words; what follows hangs below."""
    assert wrapped(text, room) == lines


@pytest.mark.parametrize(
    ("text", "cells"), [("ab", 2), ("日本", 4), ("e\N{COMBINING ACUTE ACCENT}", 1)]
)
def test_signs_take_one_cell_or_two_or_none(text: str, cells: int) -> None:
    """As terminals have it."""
    assert breadth(text) == cells


@pytest.mark.parametrize(
    ("rows", "room", "shares"),
    [
        ([("ab", "c d")], 99, [2, 3]),
        ([("ab", "c d")], 5, [2, 3]),
        ([("ab", "c d")], 4, [2, 2]),
        ([("ab", "c d")], 3, [2, 1]),
        ([("ab", "c d")], 2, None),
        ([("a b", "c d")], 4, [3, 1]),
        ([("a", "b c d"), ("", "e")], 2, [1, 1]),
        ([("a", "b c d e f")], 2, None),
        ([("a", "b c d", "e f g")], 8, [1, 3, 3]),
        ([("", "")], 0, [0, 0]),
    ],
)
def test_the_room_is_shared_out(
    rows: list[tuple[str, ...]], room: int, shares: list[int] | None
) -> None:
    """Names are whole, words are whole, and no cell is a tower."""
    assert widths(rows, room) == shares


def test_a_table_that_is_too_wide_is_told_row_by_row(
    monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    """Without what is empty; a column without a heading has none."""
    heads, rows = ("Rule", "", "Gives"), (("a", "x", ""), ("b", "", "some  money"))
    told = ["Rule: a", "  x", "Rule: b", "  Gives: some  money"]
    assert [*records(heads, rows)] == told
    stream = Terminal()
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setenv("COLUMNS", "13")
    show.show(
        [Shown("A title of words", heads, rows), Shown("B", ("c",), (("d",),), 0)]
    )
    out = stream.getvalue()
    assert out.startswith("A title of\n  words\nRule: a\n  x\nRule: b\n  Gives: some\n")
    assert "money\n\nB" in out
    assert ("┃" in out) == (sort == "rich")
