"""A picture of a table: the boundaries where they are, and nothing left unsaid."""

import sys
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg

from recovery_core import Money
from recovery_core.errors import InvalidValueError, PolicyError
from recovery_core.policy import capped
from recovery_core.schedules import delay_repay_15, eu261, us_denied_boarding
from recovery_core.tables import (
    Rule,
    Table,
    column,
    excess_of,
    greatest_of,
    least_of,
    per_started,
    percent_of,
    plot_table,
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


def words(axis: Any) -> list[str]:
    """Tell what an axis says at its larger ticks."""
    return [label.get_text() for label in axis.get_ticklabels()]


def boxes(figure: Any) -> list[Any]:
    """Draw a figure, and tell where every word and its legend stand."""
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    axes, renderer = figure.axes[0], canvas.get_renderer()
    parts = [axes.title, axes.xaxis.label, axes.yaxis.label, *figure.legends]
    parts += [*axes.get_xticklabels(), *axes.get_yticklabels()]
    return [part.get_window_extent(renderer) for part in parts]


def assert_readable(figure: Any) -> None:
    """Find every word inside the picture, and none over the title or the legend."""
    found = boxes(figure)
    title, others = found[0], found[1:]
    for box in found:
        assert figure.bbox.x0 <= box.x0 <= box.x1 <= figure.bbox.x1
        assert figure.bbox.y0 <= box.y0 <= box.y1 <= figure.bbox.y1
    for box in others:
        assert not title.overlaps(box)
    for legend in figure.legends:
        box = legend.get_window_extent()
        assert not box.overlaps(figure.axes[0].get_window_extent())
    axes = figure.axes[0]
    for axis in (axes.xaxis, axes.yaxis):
        labels = [label.get_window_extent() for label in axis.get_ticklabels()]
        for one, other in pairwise(labels):
            assert not one.overlaps(other)


def test_boundaries_stand_where_the_rules_put_them() -> None:
    """No sampling decides where a colour ends."""
    figure = plot_table(table(), LATE, "fare")
    along, up = edges(figure)

    assert along[:3] == [0, 30, 60]
    assert up == [0, 200.01]
    assert mesh(figure).get_array().tolist() == [[2, 0, 1]]
    assert texts(figure) == ["half", "full", "otherwise"]


def test_labels_have_units_and_ticks_are_the_boundaries() -> None:
    """Whoever looks need not look anything up."""
    axes = plot_table(table(), LATE, FARE).axes[0]

    assert axes.get_xlabel() == "late (min)"
    assert axes.get_ylabel() == "fare (EUR)"
    assert [t.get_text() for t in axes.get_xticklabels()] == ["0", "30", "60"]
    assert axes.get_title() == "Delay Repay"


def test_every_cell_is_what_the_table_decides() -> None:
    """The worth of each cell is that of its lower left corner, in major units."""
    drawn = table()
    figure = plot_table(drawn, LATE, FARE, of="worth", points=20)
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
    usual = plot_table(drawn, LATE, TIER)
    chosen = plot_table(drawn, LATE, TIER, at={"stay": 3, "fare": Money("7.00", "EUR")})

    assert usual.axes[0].get_title() == "T\nwhere fare = EUR 100.00\nmissing: stay"
    assert chosen.axes[0].get_title() == "T\nwhere stay = 3 d, fare = EUR 7.00"
    assert texts(usual) == ["otherwise"]
    assert texts(chosen) == ["a", "otherwise"]


def test_what_may_be_missing_has_a_band_of_its_own() -> None:
    """It stands apart, behind the last value, and is decided like any other."""
    rules = [Rule("a", when=(STAY >= 2) & (KM >= 5) & (LATE >= 60))]
    rules.append(Rule("b", when=STAY.is_missing & (KM >= 5)))
    drawn = Table("T", rules, otherwise="no")
    figure = plot_table(drawn, STAY, LATE, at={"km": 9})
    along, _ = edges(figure)
    cells = mesh(figure).get_array()

    assert along[:3] == [0, 2, 33]
    assert 33 < along[3] < along[4] < 40
    assert cells.mask[:, 2].all()
    assert not cells.mask[:, [0, 1, 3]].any()
    assert texts(figure) == ["a", "b", "otherwise"]
    assert cells[:, 3].tolist() == [1, 1]
    assert figure.axes[0].get_title() == "T\nwhere km = 9 km"
    assert words(figure.axes[0].xaxis) == ["0", "2", "missing"]
    below = plot_table(drawn, LATE, STAY, at={"km": 9}).axes[0]
    assert words(below.yaxis) == ["0", "2", "missing"]


def test_a_name_that_is_missing_is_one_more_name() -> None:
    """Names have no length, and so no gap between them."""
    told = column.flag("told").optional()
    rules = [Rule("a", when=told.is_missing & (LATE >= 60))]
    figure = plot_table(Table("T", rules, otherwise="no"), told, LATE)

    assert words(figure.axes[0].xaxis) == ["no", "yes", "missing"]
    assert mesh(figure).get_array().tolist() == [[1, 1, 1], [1, 1, 0]]


def test_names_stand_in_the_middle_of_their_strips() -> None:
    """Choices and flags are no lengths."""
    told = column.flag("told")
    rules = [Rule("a", when=(TIER == "gold") & told)]
    axes = plot_table(Table("T", rules, otherwise="no"), TIER, told).axes[0]

    assert [t.get_text() for t in axes.get_xticklabels()] == ["silver", "gold"]
    assert [t.get_text() for t in axes.get_yticklabels()] == ["no", "yes"]
    assert axes.get_xticks().tolist() == [0.5, 1.5]
    assert axes.get_xlabel() == "tier"


def test_names_on_one_axis_are_written_alike() -> None:
    """None is quoted, or all: where one could be read for what is missing."""
    odd = column.choices("odd", "yes", "no, or so")
    worse = column.choices("worse", "missing", "found").optional()
    rules = [Rule("a", when=(odd == "yes") & worse.is_missing)]
    axes = plot_table(Table("T", rules, otherwise="no"), odd, worse).axes[0]

    assert words(axes.xaxis) == ["yes", "no, or so"]
    assert words(axes.yaxis) == ['"missing"', '"found"', "missing"]


def test_days_are_written_as_days() -> None:
    """A window around the boundary, not a century."""
    rules = [Rule("a", when=(date(2024, 3, 1) <= DAY) & (KM >= 100))]
    axes = plot_table(Table("T", rules, otherwise="no"), DAY, KM).axes[0]

    assert [t.get_text() for t in axes.get_xticklabels()] == [
        "2024-01-31",
        "2024-03-01",
    ]
    assert axes.get_ylabel() == "km"  # the unit is its name


def test_boundaries_that_would_overlap_share_a_label() -> None:
    """Each is marked all the same, and the label says how many there are."""
    rules = [
        Rule("a", when=LATE == 500, amends=FARE),
        Rule("b", when=LATE >= 502, amends=FARE),
    ]
    axes = plot_table(Table("T", rules, otherwise="no"), LATE, FARE).axes[0]
    assert words(axes.xaxis) == ["0", "500, 501, 502"]
    assert axes.get_xticks(minor=True).tolist() == [501, 502]

    rules.append(Rule("c", when=LATE == 498, amends=FARE))
    axes = plot_table(Table("T", rules, otherwise="no"), LATE, FARE).axes[0]
    assert words(axes.xaxis) == ["0", "498 to 502: 5"]
    assert axes.get_xticks(minor=True).tolist() == [499, 500, 501, 502]


@given(st.sets(st.integers(1, 900), min_size=1, max_size=40))
@settings(max_examples=25)
def test_every_boundary_is_marked(starts: set[int]) -> None:
    """Whatever the rules cut: none goes without a tick, large or small."""
    firsts = sorted(starts)
    ends = [*firsts[1:], 1000]
    rules = [
        Rule(f"r{first}", when=LATE.between(first, end))
        for first, end in zip(firsts, ends, strict=True)
    ]
    rules[0] = attrs.evolve(rules[0], amends=FARE)
    for along in ((LATE, FARE), (FARE, LATE)):
        axes = plot_table(Table("T", rules, otherwise="no"), *along).axes[0]
        axis = axes.xaxis if along[0] is LATE else axes.yaxis
        marked = {*axis.get_majorticklocs(), *axis.get_minorticklocs()}
        assert marked - {0, 1000} == starts


def test_the_window_can_be_said() -> None:
    """Both ends are inside, and no boundary outside of them is marked."""
    figure = plot_table(table(), LATE, FARE, within={"late": (40, 99)})
    assert edges(figure)[0] == [40, 60, 100]


def test_what_a_function_turns_at_is_a_boundary() -> None:
    """No rule names it: it is looked for, and the window reaches it."""

    @column.choices("band", "short", "long").computed_from(KM)
    def band(km: int) -> str:
        return "short" if km <= 1500 else "long"

    drawn = Table("T", [Rule("a", when=band == "long", amends=FARE)], otherwise="no")
    figure = plot_table(drawn, KM, FARE, points=201)
    along, _ = edges(figure)
    assert texts(figure) == ["a", "otherwise"]
    assert len(along) >= 202
    assert mesh(figure).get_array()[0, along.index(1501)] == 0
    assert mesh(figure).get_array()[0, along.index(1501) - 1] == 1
    assert words(figure.axes[0].xaxis) == ["0", "1501"]
    with pytest.raises(InvalidValueError, match="'band' cannot be an axis"):
        plot_table(drawn, band, FARE)


@pytest.mark.parametrize(
    ("amount", "turns"),
    [
        (least_of(percent_of(FARE, 200), Money("1075.00", "EUR")), ["537.50"]),
        (
            greatest_of(FARE, Money("20.00", "EUR")).capped(Money("80.00", "EUR")),
            ["20.00", "80.00"],
        ),
        (excess_of(FARE, Money("300.00", "EUR")), ["300.00"]),
        (least_of(FARE, per_started(Money("5.00", "EUR"), 30, LATE)), ["15.00"]),
    ],
)
def test_where_a_limit_begins_is_a_boundary_of_worth(
    amount: Any, turns: list[str]
) -> None:
    """A worth turns where one part of it overtakes another; a rule does not."""
    drawn = Table(
        "T",
        [Rule("a", when=LATE >= 61, amends=amount)],
        otherwise=Rule("b", amends=percent_of(FARE, 10)),
    )
    worth = plot_table(drawn, FARE, LATE, of="worth").axes[0]
    rule = plot_table(drawn, FARE, LATE).axes[0]

    assert words(worth.xaxis) == ["0.00", *turns]
    assert words(rule.xaxis) == ["0", "40", "80", "120", "160", "200"]


def test_sums_that_never_change_have_no_turn() -> None:
    """Nor does a column that no part of the amount reads."""
    due = least_of(Money("5.00", "EUR"), Money("6.00", "EUR"))
    drawn = Table(
        "T", [Rule("a", when=(LATE >= 61) & (KM >= 9), amends=due)], otherwise="no"
    )
    axes = plot_table(drawn, LATE, KM, of="worth").axes[0]
    assert (words(axes.xaxis), words(axes.yaxis)) == (["0", "61"], ["0", "9"])


def test_where_periods_begin_and_end_is_a_boundary_of_worth() -> None:
    """The first, the second and the last that counts."""
    due = per_started(Money("5.00", "EUR"), 30, LATE, after=60, at_most=4)
    drawn = Table("T", [Rule("a", when=KM >= 9, amends=due)], otherwise="no")
    axes = plot_table(drawn, LATE, KM, of="worth").axes[0]
    assert words(axes.xaxis) == ["0", "60", "90", "180"]


def test_what_a_function_cannot_answer_is_found_when_it_is_asked() -> None:
    """To look for its turns asks for what nobody draws."""

    @column.flag("far").computed_from(KM)
    def far(km: int) -> bool:
        if km >= 8000:
            raise ValueError(km)
        return km >= 40

    drawn = Table("T", [Rule("a", when=far & (LATE >= 5))], otherwise="no")
    figure = plot_table(drawn, KM, LATE, within={"km": (0, 99)})
    assert words(figure.axes[0].xaxis) == ["0", "40"]


def test_what_may_be_missing_is_not_compared() -> None:
    """An amount that reads it is not paid where it is."""
    paid = FARE.optional()
    due = least_of(paid, per_started(Money("5.00", "EUR"), 30, LATE))
    when = ~paid.is_missing & (LATE >= 5) & (KM >= 5)
    drawn = Table("T", [Rule("a", when=when, amends=due)], otherwise="no")

    axes = plot_table(drawn, LATE, KM, of="worth").axes[0]
    assert axes.get_title() == "T\nmissing: fare"
    axes = plot_table(drawn, LATE, paid, of="worth", at={"km": 9}).axes[0]
    assert words(axes.yaxis)[-1] == "missing"


def many(count: int) -> Table:
    """Make a table of many rules with long names."""
    return Table(
        "A table with a name so long that no panel is wide enough to hold it in a line",
        [
            Rule(
                f"from-{n}-minutes-to-the-next-{'very-' * (n % 9)}long-band",
                when=LATE.between(n * 10, n * 10 + 10),
            )
            for n in range(count)
        ]
        + [Rule("x", when=(KM >= 5) & (count * 10 <= LATE) & ~STAY.is_missing)],
        otherwise="no",
    )


@pytest.mark.parametrize("count", [3, 9, 24, 40])
def test_many_rules_are_told_apart(count: int) -> None:
    """No colour stands twice; where they are many, each has its number as well."""
    figure = plot_table(many(count), LATE, KM)
    patches = figure.legends[0].get_patches()
    numbers = {text.get_text() for text in figure.axes[0].texts}

    assert len({patch.get_facecolor() for patch in patches}) == len(patches)
    assert texts(figure)[-1].endswith("otherwise")
    if count + 1 > 10:
        assert numbers == {f"{n + 1}" for n in range(count + 1)}
        assert [int(text.split()[0]) for text in texts(figure)] == [
            n + 1 for n in range(count + 1)
        ]
    else:
        assert not numbers
    assert_readable(figure)


def test_only_rules_that_appear_are_in_the_legend() -> None:
    """What the window leaves out needs no colour."""
    figure = plot_table(many(24), LATE, KM, within={"late": (0, 19)})
    assert len(texts(figure)) == 2


def test_a_sum_is_written_where_it_is_the_same() -> None:
    """Whoever looks need not compare colours."""
    rules = [Rule("a", when=(LATE >= 60) & (KM < 99), amends=Money("7.50", "EUR"))]
    drawn = Table("T", rules, otherwise="no")
    axes = plot_table(drawn, LATE, KM, of="worth").axes[0]
    assert sorted(text.get_text() for text in axes.texts) == ["0.00", "7.50"]


def _schedules() -> list[Any]:
    return [
        (delay_repay_15.table(), "arrival_delay", "ticket", {}),
        (eu261.table(), "km", "arrival_delay", {"event": "delay"}),
        (eu261.table(), "event", "notice_days", {"km": 2000}),
        (us_denied_boarding.table(), "one_way_fare", "alternate_later", {}),
        (us_denied_boarding.table(), "alternate_later", "denied_because", {}),
        (us_denied_boarding.table(), "denied_because", "alternate_later", {}),
    ]


@pytest.mark.parametrize("of", ["rule", "worth"])
@pytest.mark.parametrize(("drawn", "x", "y", "at"), _schedules())
def test_what_the_laws_say_can_be_read(
    drawn: Table, x: str, y: str, at: Any, of: Any
) -> None:
    """Nothing is cut off, and nothing lies over anything else."""
    assert_readable(plot_table(drawn, x, y, at=at, of=of))


def test_the_limits_of_the_laws_are_in_the_picture() -> None:
    """Distances and caps are what such a picture is for."""
    flight = plot_table(eu261.table(), "km", "arrival_delay").axes[0]
    bumped = plot_table(
        us_denied_boarding.table(), "one_way_fare", "alternate_later", of="worth"
    ).axes[0]

    assert words(flight.xaxis) == ["0", "1501", "3501"]
    assert words(bumped.xaxis) == ["0.00", "537.50"]


@pytest.mark.parametrize("suffix", [".png", ".svg", ".PNG"])
def test_it_is_written_by_its_suffix(tmp_path: Path, suffix: str) -> None:
    """A picture for a page or a paper."""
    path = tmp_path / f"late{suffix}"
    plot_table(table(), LATE, FARE, path=str(path))

    start = path.read_bytes()[:200]
    assert (b"PNG" in start) == (suffix != ".svg")
    assert (b"svg" in start or b"<?xml" in start) == (suffix == ".svg")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": "speed"}, r"'speed' cannot be an axis: give a column .*\(late, fare\)"),
        ({"of": "cost"}, "of= is 'rule' or 'worth', not 'cost'"),
        ({"path": "late.gif"}, "'late.gif' is no picture"),
        ({"at": {"speed": 1}}, "'speed' cannot be held"),
        ({"at": {"late": 1}}, "'late' cannot be held: it is an axis"),
        ({"within": {"late": (60, 30)}}, "give the lower bound first"),
        ({"within": {"late": (0, 5000)}}, "'late' cannot be 5000"),
        ({"within": {"late": 60}}, "give the first and the last"),
        ({"within": {"late": (1, 2, 3)}}, "give the first and the last"),
        ({"within": {"speed": (1, 2)}}, r"'speed' has no window: .*\(late, fare\)"),
        ({"path": "no/such/late.png"}, "no folder 'no/such': make it first"),
        ({"y": LATE}, "two columns"),
        ({"points": 0}, "points"),
    ],
)
def test_wrong_use_is_told(change: dict[str, Any], message: str) -> None:
    """Each refusal says the mend."""
    with pytest.raises(InvalidValueError, match=message):
        plot_table(**{"policy": table(), "x": LATE, "y": FARE, **change})


def test_names_have_no_window() -> None:
    """There are few of them, and none lies between two others."""
    rules = [Rule("a", when=(TIER == "gold") & (LATE >= 60))]
    drawn = Table("T", rules, otherwise="no")
    with pytest.raises(InvalidValueError, match="'tier' has no window"):
        plot_table(drawn, TIER, LATE, within={"tier": ("silver", "gold")})


@pytest.mark.parametrize("given", [capped(table(), at=Money("5.00", "EUR")), eu261, 5])
def test_only_tables_are_drawn(given: Any) -> None:
    """Whoever hands over something else is told what to take of it."""
    with pytest.raises(PolicyError, match=r"schedule.table\(on\).*the tables in it"):
        plot_table(given, LATE, FARE)


def test_a_table_that_gives_nothing_has_no_worth() -> None:
    """Then only rules can be drawn."""
    drawn = Table("T", [Rule("a", when=(LATE >= 60) & (KM >= 5))], otherwise="no")
    with pytest.raises(InvalidValueError, match="gives nothing of value"):
        plot_table(drawn, LATE, KM, of="worth")


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The core does without it."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r"recovery-core\[plots\]"):
        plot_table(table(), LATE, FARE)


def test_steps_of_an_amount_are_seen() -> None:
    """Between two boundaries a worth may still rise."""
    rules = [
        Rule("a", when=LATE >= 60, amends=per_started(Money("5", "JPY"), 30, LATE))
    ]
    drawn = Table("T", [*rules, Rule("b", when=(LATE < 60) & (KM < 5))], otherwise="no")
    figure = plot_table(drawn, LATE, KM, of="worth", within={"late": (0, 240)})

    assert len(np.unique(mesh(figure).get_array())) > 3
