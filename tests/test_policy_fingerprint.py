"""A picture of a table: the boundaries where they are, and nothing left unsaid."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recovery_core import Money
from recovery_core.errors import InvalidValueError
from recovery_core.policy import (
    Rule,
    Table,
    column,
    fingerprint,
    per_started,
    percent_of,
)

LATE = column.minutes("late", most=1000)
FARE = column.money("fare", "EUR")
TIER = column.choices("tier", "silver", "gold")
KM = column.integer("km", 0, 9000, unit="km")
DAY = column.day("bought")
STAY = column.days("stay").optional()


def table(**more: Any) -> Table:
    """Make a table with two boundaries."""
    return Table(
        "Delay Repay",
        [
            Rule("half", when=LATE.between(30, 60), amends=percent_of(FARE, 50)),
            Rule("full", when=LATE >= 60, amends=FARE),
        ],
        otherwise="less than 30 minutes late",
        **more,
    )


def mesh(figure: Any) -> Any:
    """Find what was coloured."""
    (found,) = figure.axes[0].collections
    return found


def edges(figure: Any) -> tuple[list[float], list[float]]:
    """Tell where its strips begin and end."""
    grid = mesh(figure).get_coordinates()
    return grid[0, :, 0].tolist(), grid[:, 0, 1].tolist()


def texts(figure: Any) -> list[str]:
    """Tell what the legend says."""
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_boundaries_stand_where_the_rules_put_them() -> None:
    """No sampling decides where a colour ends."""
    figure = fingerprint(table(), LATE, "fare")
    along, up = edges(figure)

    assert along[:3] == [0, 30, 60]
    assert up == [0, 200.01]
    assert mesh(figure).get_array().tolist() == [[2, 0, 1]]
    assert texts(figure) == ["half", "full", "otherwise"]


def test_labels_have_units_and_ticks_are_the_boundaries() -> None:
    """Whoever looks need not look anything up."""
    axes = fingerprint(table(), LATE, FARE).axes[0]

    assert axes.get_xlabel() == "late (min)"
    assert axes.get_ylabel() == "fare (EUR)"
    assert [t.get_text() for t in axes.get_xticklabels()] == ["0", "30", "60"]
    assert axes.get_title() == "Delay Repay"


def test_every_cell_is_what_the_table_decides() -> None:
    """The worth of each cell is that of its lower left corner, in major units."""
    drawn = table()
    figure = fingerprint(drawn, LATE, FARE, of="worth", points=20)
    along, up = edges(figure)
    for y, line in zip(up, mesh(figure).get_array(), strict=False):
        for x, worth in zip(along, line, strict=False):
            row = {"late": int(x), "fare": round(y * 100)}
            assert worth == drawn.compiled(row)[1] / 100
    assert figure.axes[1].get_ylabel() == "worth (EUR)"


def test_what_is_held_is_said_in_the_title() -> None:
    """Columns that are no axis have a value, given or usual."""
    rules = [
        Rule("a", when=(LATE >= 60) & (TIER == "gold") & ~STAY.is_missing, amends=FARE)
    ]
    drawn = Table("T", rules, otherwise="no")
    usual = fingerprint(drawn, LATE, TIER)
    chosen = fingerprint(
        drawn, LATE, TIER, at={"stay": 3, "fare": Money("7.00", "EUR")}
    )

    assert usual.axes[0].get_title() == "T\nwhere stay = missing, fare = EUR 100.00"
    assert chosen.axes[0].get_title() == "T\nwhere stay = 3 d, fare = EUR 7.00"
    assert texts(usual) == ["otherwise"]
    assert texts(chosen) == ["a", "otherwise"]


def test_an_axis_shows_what_is_known() -> None:
    """A value that may be missing is drawn where it is not."""
    rules = [Rule("a", when=(STAY >= 2) & (KM >= 5) & (LATE >= 60))]
    figure = fingerprint(Table("T", rules, otherwise="no"), STAY, LATE)

    assert edges(figure)[0] == [0, 2, 33]
    assert figure.axes[0].get_title() == "T\nwhere km = 0 km"


def test_names_stand_in_the_middle_of_their_strips() -> None:
    """Choices and flags are no lengths."""
    told = column.flag("told")
    rules = [Rule("a", when=(TIER == "gold") & told)]
    axes = fingerprint(Table("T", rules, otherwise="no"), TIER, told).axes[0]

    assert [t.get_text() for t in axes.get_xticklabels()] == ["silver", "gold"]
    assert [t.get_text() for t in axes.get_yticklabels()] == ["no", "yes"]
    assert axes.get_xticks().tolist() == [0.5, 1.5]
    assert axes.get_xlabel() == "tier"


def test_days_are_written_as_days() -> None:
    """A window around the boundary, not a century."""
    rules = [Rule("a", when=(date(2024, 3, 1) <= DAY) & (KM >= 100))]
    axes = fingerprint(Table("T", rules, otherwise="no"), DAY, KM).axes[0]

    assert [t.get_text() for t in axes.get_xticklabels()] == [
        "2024-01-31",
        "2024-03-01",
    ]
    assert axes.get_ylabel() == "km"  # the unit is its name


def test_marks_that_would_overlap_give_way() -> None:
    """The first boundary is always marked; one too close to it is not."""
    rules = [
        Rule("a", when=LATE == 500, amends=FARE),
        Rule("b", when=LATE >= 502, amends=FARE),
    ]
    axes = fingerprint(Table("T", rules, otherwise="no"), LATE, FARE).axes[0]

    assert [t.get_text() for t in axes.get_xticklabels()] == ["0", "500"]


def test_the_window_can_be_said() -> None:
    """Both ends are inside, and no boundary outside of them is marked."""
    figure = fingerprint(table(), LATE, FARE, within={"late": (40, 99)})
    assert edges(figure)[0] == [40, 60, 100]


def test_a_column_that_another_is_computed_from_is_sampled() -> None:
    """No rule names a boundary there: it shows at the points that are drawn."""

    @column.choices("band", "short", "long").computed_from(KM)
    def band(km: int) -> str:
        return "short" if km <= 100 else "long"

    drawn = Table("T", [Rule("a", when=band == "long", amends=FARE)], otherwise="no")
    figure = fingerprint(drawn, KM, FARE, points=201)
    assert texts(figure) == ["a", "otherwise"]
    assert len(edges(figure)[0]) == 202
    with pytest.raises(InvalidValueError, match="'band' cannot be an axis"):
        fingerprint(drawn, band, FARE)


def test_many_rules_keep_their_colours_apart() -> None:
    """No colour stands twice among as many as there are."""
    rules = [Rule(f"r{n}", when=LATE.between(n * 10, n * 10 + 10)) for n in range(14)]
    figure = fingerprint(
        Table("T", [*rules, Rule("x", when=(LATE >= 140) & (KM >= 5))], otherwise="no"),
        LATE,
        KM,
    )
    patches = figure.legends[0].get_patches()
    assert len({patch.get_facecolor() for patch in patches[:14]}) == 14


@pytest.mark.parametrize("suffix", [".png", ".svg", ".PNG"])
def test_it_is_written_by_its_suffix(tmp_path: Path, suffix: str) -> None:
    """A picture for a page or a paper."""
    path = tmp_path / f"late{suffix}"
    fingerprint(table(), LATE, FARE, path=str(path))

    start = path.read_bytes()[:200]
    assert (b"PNG" in start) == (suffix != ".svg")
    assert (b"svg" in start or b"<?xml" in start) == (suffix == ".svg")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": "speed"}, r"'speed' cannot be an axis: give a column .*\(late, fare\)"),
        ({"of": "cost"}, "of 'rule' or 'worth', not 'cost'"),
        ({"path": "late.gif"}, "'late.gif' is no picture"),
        ({"at": {"speed": 1}}, "'speed' cannot be held"),
        ({"at": {"late": 1}}, "'late' cannot be held: it is an axis"),
        ({"within": {"late": (60, 30)}}, "give the lower bound first"),
        ({"within": {"late": (0, 5000)}}, "'late' cannot be 5000"),
        ({"y": LATE}, "two columns"),
        ({"points": 0}, "points"),
    ],
)
def test_wrong_use_is_told(change: dict[str, Any], message: str) -> None:
    """Each refusal says the mend."""
    with pytest.raises(InvalidValueError, match=message):
        fingerprint(**{"policy": table(), "x": LATE, "y": FARE, **change})


def test_a_table_that_gives_nothing_has_no_worth() -> None:
    """Then only rules can be drawn."""
    drawn = Table("T", [Rule("a", when=(LATE >= 60) & (KM >= 5))], otherwise="no")
    with pytest.raises(InvalidValueError, match="gives nothing of value"):
        fingerprint(drawn, LATE, KM, of="worth")


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The core does without it."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r"recovery-core\[plots\]"):
        fingerprint(table(), LATE, FARE)


def test_steps_of_an_amount_are_seen() -> None:
    """Between two boundaries a worth may still rise."""
    rules = [
        Rule("a", when=LATE >= 60, amends=per_started(Money("5", "JPY"), 30, LATE))
    ]
    drawn = Table("T", [*rules, Rule("b", when=(LATE < 60) & (KM < 5))], otherwise="no")
    figure = fingerprint(drawn, LATE, KM, of="worth", within={"late": (0, 240)})

    assert len(np.unique(mesh(figure).get_array())) > 3
