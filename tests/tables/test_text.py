"""A table in words: every boundary on the side it stands, and no name misread."""

from datetime import date

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from recovery_core import Money, Remedy, RemedyKind
from recovery_core.tables import (
    Rule,
    Table,
    column,
    half_of,
    pay,
    sheet,
    wording,
)
from recovery_core.tables.conditions import When
from recovery_core.tables.rule_sheet import Sheet, escape_markdown
from tests.support.tables import tables

LATE = column.minutes("late", most=1000)
FARE = column.money("fare", "EUR")
TIER = column.choices("tier", "none", "silver", "gold", "black", ordered=True)
CAUSE = column.choices("cause", "crew", "snow", "strike")
TOLD = column.flag("told")
BOUGHT = column.day("bought", first=date(2020, 1, 1), last=date(2030, 12, 31))
STAY = LATE.optional()
OURS = TOLD.optional()
ODD = column.choices("odd", "sick or late", "missing", 'a "b"', "c|d", "plain one")


@pytest.mark.parametrize(
    ("when", "line", "cell"),
    [
        (LATE >= 30, "late >= 30 min", ">= 30 min"),
        (LATE > 30, "late >= 31 min", ">= 31 min"),
        (LATE < 30, "late <= 29 min", "<= 29 min"),
        (LATE == 30, "late = 30 min", "30 min"),
        (LATE == 0, "late = 0 min", "0 min"),
        (LATE >= 0, "any late", "any"),
        (
            LATE.between(30, 60),
            "30 min <= late <= 59 min",
            ">= 30 min and <= 59 min",
        ),
        (
            (LATE == 3) | LATE.between(30, 60) | (LATE > 90),
            "late = 3 min or 30 min <= late <= 59 min or late >= 91 min",
            "3 min or (>= 30 min and <= 59 min) or >= 91 min",
        ),
        (Money("42.00", "EUR") < FARE, "fare >= EUR 42.01", ">= EUR 42.01"),
        (date(2024, 2, 29) <= BOUGHT, "bought >= 2024-02-29", ">= 2024-02-29"),
        (TOLD.as_when(), "told", "yes"),
        (~TOLD, "not told", "no"),
        (OURS.as_when(), "told = yes", "yes"),
        (~OURS, "told = no or told is missing", "no or missing"),
        (~OURS.is_missing, "told is known", "known"),
        (CAUSE == "snow", "cause = snow", "snow"),
        (CAUSE != "crew", "cause = snow or cause = strike", "snow or strike"),
        (TIER >= "silver", "tier >= silver", ">= silver"),
        (TIER < "gold", "tier <= silver", "<= silver"),
        (
            (TIER >= "silver") & (TIER < "black"),
            "silver <= tier <= gold",
            ">= silver and <= gold",
        ),
        (STAY.is_missing, "late is missing", "missing"),
        (~STAY.is_missing, "late is known", "known"),
        (
            (STAY >= 30) | STAY.is_missing,
            "late >= 30 min or late is missing",
            ">= 30 min or missing",
        ),
        (STAY.is_missing | (STAY >= 0), "any late", "any"),
        (ODD == "sick or late", 'odd = "sick or late"', '"sick or late"'),
        (ODD == "missing", 'odd = "missing"', '"missing"'),
        (ODD == 'a "b"', 'odd = "a \\"b\\""', '"a \\"b\\""'),
        (ODD == "plain one", "odd = plain one", "plain one"),
        (
            (CAUSE != "crew") & (LATE >= 60),
            "(cause = snow or cause = strike) and late >= 60 min",
            "snow or strike",
        ),
    ],
)
def test_every_sort_of_condition_reads_one_way(
    when: When, line: str, cell: str
) -> None:
    """Both ends are said where they stand, and what is ambiguous is set apart."""
    assert wording.format_condition(when) == line
    assert wording.format_cell_values(when.cells[0]) == cell


def test_no_condition_holds_always() -> None:
    """A rule without a condition says so."""
    assert wording.format_condition(None) == "always"


@settings(max_examples=80)
@given(tables(), st.data())
def test_what_differs_reads_differently(table: Table, data: st.DataObject) -> None:
    """No two cells of one column share a text."""
    cells = [c for r in table.rows if r.when is not None for c in r.when.cells]
    if not cells:
        return
    one, other = data.draw(st.sampled_from(cells)), data.draw(st.sampled_from(cells))
    if one.column.name == other.column.name:
        same = wording.format_cell_values(one) == wording.format_cell_values(other)
        assert same == (one.spans == other.spans)


def odd() -> Table:
    """Make a table with everything that Markdown could trip over."""
    return Table(
        "Late *trains* | v_2",
        rules=[
            Rule(
                "half|way",
                when=LATE.between(30, 60) & (ODD == "c|d"),
                alternatives=[FARE, pay(half_of(FARE), kind=RemedyKind.CREDIT)],
                amends=pay(Money("3.00", "EUR"), is_statutory=True),
                because="a <b>long</b>\nreason, `code` and [link](x) & &amp; $x$",
            ),
            Rule("_full_", when=LATE >= 60, amends=Remedy(RemedyKind.CARE, what="tea")),
        ],
        exclusions=[Rule("told", when=TOLD, because="it was told before")],
        otherwise="too little",
        is_statutory=True,
        source="https://example.org/a_b",
    )


def rendered(markdown: str) -> list[list[str]]:
    """Read the cells of the first table as a reader of Markdown does."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    rows: list[list[str]] = []
    for place, token in enumerate(tokens):
        if token.type == "tr_open":
            rows.append([])
        if token.type in {"th_open", "td_open"}:
            inline = tokens[place + 1].children or []
            assert {part.type for part in inline} <= {"text", "text_special"}
            rows[-1].append("".join(part.content for part in inline))
    return rows


def test_markdown_shows_what_the_sheet_holds() -> None:
    """No name, reason or sign is taken for markup, and no pipe parts a cell."""
    table = odd()
    found = rendered(table.to_markdown())

    drawn = sheet(table)
    assert found[0] == list(drawn.head) == ["Rule", "late", "odd", "Gives", "Reason"]
    assert found[1:] == [[" ".join(t.split()) for t in row] for row in drawn.rows]


@settings(max_examples=200)
@given(st.text(min_size=1, max_size=20))
def test_any_text_survives_markdown(text: str) -> None:
    """Whatever a rule is called, it is shown as it is called."""
    plain = " ".join(text.split())
    drawn = Sheet("t", ("a", "b"), ((text, "x"),), ())
    clean = "\0" not in text and all(c.isprintable() for c in plain)
    if clean:
        assert rendered(drawn.to_markdown())[1] == [plain, "x"]


def test_a_sheet_holds_all_that_decides() -> None:
    """A row for each rule; the rest stands below."""
    drawn = sheet(odd())

    assert [row[0] for row in drawn.rows] == ["half|way", "_full_"]
    assert drawn.rows[1][2] == ""  # it does not ask
    assert drawn.rows[0][3] == (
        "one of (cash fare; credit 50 % of fare (half up)); cash EUR 3.00, by law"
    )
    notes = dict(drawn.notes)
    assert (
        notes["Before all others, told"] == "where told: nothing (it was told before)"
    )
    assert notes["Otherwise, otherwise"] == "nothing (too little)"
    assert notes["Hit policy"] == "unique (no two rules ever hold together)"
    assert notes["late"] == "a whole number from 0 to 1000 min"
    assert notes["told"] == "yes or no"
    assert notes["By law"] == "whatever it gives"
    assert notes["Currency"] == "EUR"
    assert notes["Source"] == "https://example.org/a_b"
    assert notes["Hash"] == odd().hash


def test_a_bare_table_makes_a_bare_sheet() -> None:
    """What is not said leaves no empty column and no empty note."""
    table = Table("t", [Rule("r")])
    drawn = sheet(table)

    assert drawn.head == ("Rule", "Gives")
    assert drawn.rows == (("r", "nothing"),)
    assert [name for name, _ in drawn.notes] == ["Hit policy", "Hash"]


def test_a_sheet_prints_in_plain_lines() -> None:
    """The columns stand below each other, for a terminal without colours."""
    drawn = Sheet("T", ("Rule", "late"), (("half", ">= 30"), ("x", "")), (("A", "b"),))

    assert str(drawn).splitlines() == [
        *("T", "", "Rule  late", "----  -----", "half  >= 30", "x", "", "A: b")
    ]


def test_a_column_says_what_it_holds() -> None:
    """Whether it may be missing, rises, and what it is computed from."""

    @column.choices("band", "short", "long").computed_from(LATE)
    def band(late: int) -> str:
        return "short"

    assert (
        wording.format_column_domain(STAY)
        == "a whole number from 0 to 1000 min, or missing"
    )
    assert (
        wording.format_column_domain(TIER) == "one of none, silver, gold, black, rising"
    )
    assert (
        wording.format_column_domain(band) == "one of short, long, computed from late"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("arrival_delay <= 3", "arrival_delay <= 3"),
        ("_a_ <b> &amp; 1 < 2 & 3", r"\_a\_ \<b> \&amp; 1 < 2 & 3"),
        (" a\n b ", "a b"),
    ],
)
def test_only_what_is_markup_is_escaped(text: str, shown: str) -> None:
    """The raw text stays readable."""
    assert escape_markdown(text) == shown


def test_a_table_is_shown_short() -> None:
    """In a line, name and hash are enough."""
    table = odd()
    assert str(table) == f"{table.name} ({table.hash})"
    assert str(attrs.evolve(table, name="x")).startswith("x (")
