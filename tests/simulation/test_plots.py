"""Pictures of the laboratory: what is found stands in them, and can be read."""

import sys
from itertools import combinations, pairwise, product
from math import inf, nan
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core.errors import InvalidValueError
from recovery_core.simulation import (
    Comparison,
    Estimate,
    Result,
    plots,
    simulate,
)
from recovery_core.simulation.engine.scale import ONE
from recovery_core.simulation.plots.findings import describe_course, format_number
from recovery_core.simulation.plots.line_labels import spread_apart
from recovery_core.simulation.reactions import (
    RejectedService,
)
from recovery_core.simulation.results.totals import PATHS, SEVERITIES
from recovery_core.simulation.runs.compare import WinnersLosers
from recovery_core.simulation.runs.paradox import Paradox
from recovery_core.simulation.sweeps.frontier import Dominance, Frontier, FrontierMember
from tests.support.pictures import (
    BLUE,
    CAPS,
    COMPANY,
    GREY,
    RED,
    assert_readable,
    by_cap,
    called,
    dots,
    note,
    swept,
    title,
    written,
)

# A figure of matplotlib says little about what is on it, to a type checker.
PLOTS: Any = plots
plot_comparison, plot_frontier = PLOTS.plot_comparison, PLOTS.plot_frontier
plot_paradox, plot_paths = PLOTS.plot_paradox, PLOTS.plot_paths
plot_reaction, plot_sweep = PLOTS.plot_reaction, PLOTS.plot_sweep


@pytest.fixture(scope="module")
def result() -> Result:
    """Run once, and follow satisfaction."""
    return simulate(COMPANY, customers=900, months=4, paths=True)


# ----------------------------------------------------------------------------- frontier


def member(name: str, x: float, y: float, by: str = "", **more: Any) -> Any:
    """Describe a member of a family."""
    found = Estimate(x, more.get("error", 0.4), 99), Estimate(y, 0.01, 99)
    outdone = (Dominance(by, *found),) if by else ()
    return name, *found, outdone, more.get("is_clear", True)


def family(result: Result, *members: Any, **axes: str) -> Frontier:
    """Set members side by side."""
    found = (FrontierMember(name, result, *rest) for name, *rest in members)
    return Frontier(axes.get("x", "cost"), axes.get("y", "retention"), tuple(found))


def test_who_is_outdone_by_nobody_is_joined_by_a_step(result: Result) -> None:
    """Shares in per cent; the step goes where one more euro first brings more."""
    found = family(
        result,
        member("all", 20, 0.9),
        member("none", 0, 0.7),
        member("waste", 25, 0.6, "all"),
        member("half", 10, 0.8, is_clear=False),
    )
    figure = plot_frontier(found)
    (axes,) = figure.axes
    corners = [(0, 70), (10, 70), (10, 80), (20, 80), (20, 90)]

    assert axes.lines[0].get_xydata().tolist() == [list(map(float, c)) for c in corners]
    assert [text.split("\n")[0] for text in written(figure)] == [
        *("all", "none", "waste", "half")
    ]
    assert dots(axes) == [
        *((20, 90, BLUE), (0, 70, BLUE), (25, 60, "#999999"), (10, 80, BLUE))
    ]
    hollow = [box.lines[0].get_markerfacecolor() for box in axes.containers]
    assert hollow == [BLUE, BLUE, "#999999", "white"]
    assert title(figure) == (
        "none, half and all are outdone by nobody in cost and retention"
    )
    assert axes.get_xlabel() == "cost (EUR; less is better)\nwhat a customer is given"
    assert "more is better" in axes.get_ylabel()
    assert "Grey: outdone" in note(figure)
    assert "Hollow" in note(figure)
    assert "900 customers, 4 months, seed 0; bars are 95 % intervals." in note(figure)
    assert_readable(figure)


def test_where_more_is_better_the_step_goes_the_other_way(result: Result) -> None:
    """What lies below and left of it is outdone."""
    members = (member("a", 1, 0.9), member("b", 2, 0.8))
    figure = plot_frontier(family(result, *members, x="sales"))
    corners = figure.axes[0].lines[0].get_xydata().tolist()

    assert corners == [[1, 90], [1, 80], [2, 80]]
    assert title(figure) == "None of 2 outdoes another in sales and retention"
    assert "Grey" not in note(figure)
    assert "Hollow" not in note(figure)


def test_many_names_are_counted_in_the_title(result: Result) -> None:
    """One is named, five are a number."""
    one = family(result, member("a", 1, 0.9), member("b", 2, 0.8, "a"))
    six = [member(f"m{n}", n, n / 10) for n in range(1, 6)]
    many = family(result, *six, member("worst", 9, 0.1, "m1"))

    assert title(plot_frontier(one)).startswith("a is outdone by nobody")
    assert title(plot_frontier(many)).startswith("5 of 6 are outdone by nobody")


@pytest.mark.parametrize("apart", [3.0, 0.4, 0.02])
def test_names_of_points_that_stand_close_keep_apart(
    result: Result, apart: float
) -> None:
    """However close: none lies over another or leaves the picture."""
    found = family(
        result,
        *(member(f"at most EUR {n}", n * apart, 0.7 + n * 0.002) for n in range(8)),
        member("a name so long that it is broken into lines of its own", 1, 0.6, "x"),
    )
    assert_readable(plot_frontier(found))


def test_a_name_far_away_is_led_to_its_point(result: Result) -> None:
    """What stands right beside its point needs no line."""
    apart = plot_frontier(family(result, member("a", 1, 0.7), member("b", 9, 0.9)))
    names = [f"at most EUR {n}" for n in range(9)]
    close = plot_frontier(family(result, *(member(name, 1, 0.7) for name in names)))

    assert [text.arrow_patch for text in apart.axes[0].texts] == [None, None]
    assert any(text.arrow_patch for text in close.axes[0].texts)


def test_without_an_interval_there_is_no_bar(result: Result) -> None:
    """One group of customers tells nothing about chance, and that is said."""
    found = family(result, member("a", 1, 0.7, error=inf), member("b", 9, 0.9))
    figure = plot_frontier(found)
    bars = figure.axes[0].containers[0].lines[2][0].get_segments()[0]

    assert np.ptp(bars[:, 0]) == 0
    assert "intervals; what has none, has one that is not known." in note(figure)


def test_who_is_not_known_has_no_place(result: Result) -> None:
    """A share of nothing is nowhere in a picture, and stands below it."""
    found = family(
        result, member("a", 1, 0.7), member("b", nan, 0.8), member("c", 9, 0.9)
    )
    figure = plot_frontier(found)

    assert written(figure) == ["a", "c"]
    assert title(figure) == "None of 2 outdoes another in cost and retention"
    assert note(figure).endswith("Without a place, since not known: b.")
    assert_readable(figure)
    with pytest.raises(InvalidValueError, match="cost or retention of nobody is known"):
        plot_frontier(family(result, member("b", nan, 0.8)))


# ------------------------------------------------------------------------------ paradox


def twins(**gaps: float) -> Paradox:
    """Make up what was measured, by failure and severity: the gap of everybody."""
    cells = [*product(("first", "later"), SEVERITIES, PATHS)]
    sums = np.zeros((40, len(cells), 6), np.int64)
    for place, (nth, severity, path) in enumerate(cells):
        gap = gaps.get(f"{nth}_{severity}")
        if gap is not None and path == "resolved":
            for group in range(40):
                at_once = round((gap + (group % 5 - 2) / 1000) * ONE)
                above = int(at_once > 0)
                row = (1, at_once, at_once**2, at_once, above, above)
                sums[group, place] = row
    return Paradox(COMPANY, 1_000, 6, 3, sums, {})


def test_every_sort_of_failure_has_its_row() -> None:
    """With its gap and interval, the share above the twin, and where zero is."""
    figure = plot_paradox(twins(first_minor=0.05, first_major=-0.2, later_minor=0.0))
    (axes,) = figure.axes

    assert [label.get_text() for label in axes.get_yticklabels()] == [
        *("first failure, minor", "first failure, major", "later failure, minor")
    ]
    assert [(round(x, 3), y, colour) for x, y, colour in dots(axes)] == [
        (0.05, 0, BLUE),
        (-0.2, 1, RED),
        (0, 2, GREY),
    ]
    assert axes.lines[-1].get_xdata() == [0, 0]
    assert {"100.0 %  of 40", "0.0 %  of 40", "more satisfied than the twin"} < {
        *written(figure)
    }
    assert written(figure)[-1] == "as satisfied as the twin without a failure  |"
    assert title(figure) == (
        "More satisfied than without a failure after: first failure, minor"
    )
    assert note(figure) == (
        "Parcels: 1,000 customers, 6 months, seed 3; failures that were resolved; "
        "bars are 95 % intervals."
    )
    assert_readable(figure)


@pytest.mark.parametrize(
    ("gap", "finding"),
    [
        (0.0, "No paradox, but nothing is lost either after: first failure, minor"),
        (-0.3, "No paradox: after no sort of failure does recovery leave more"),
    ],
)
def test_what_was_found_is_the_title(gap: float, finding: str) -> None:
    """More, as much, or less than without a failure."""
    assert title(plot_paradox(twins(first_minor=gap))).startswith(finding)


def test_the_zero_line_is_named_on_the_side_with_room() -> None:
    """To the right where all is better than without a failure."""
    figure = plot_paradox(twins(first_minor=0.3, later_major=0.2))
    assert written(figure)[-1].startswith("|")
    assert_readable(figure)


def test_where_nothing_was_recovered_there_is_no_paradox_to_draw() -> None:
    """And the mend is told."""
    with pytest.raises(InvalidValueError, match=r"no failure was resolved.*settles"):
        plot_paradox(twins())


# -------------------------------------------------------------------------------- paths


def test_satisfaction_and_presence_are_followed(result: Result) -> None:
    """The lines are the months' means; the end stands with its interval."""
    figure = plot_paths(result)
    upper, lower = figure.axes
    months = result.totals.months
    mean = months["satisfaction"] / months["followed"] / ONE

    assert upper.lines[0].get_xdata().tolist() == [0, 1, 2, 3]
    assert upper.lines[0].get_ydata() == pytest.approx(mean)
    assert lower.lines[0].get_ydata() == pytest.approx(
        [*months["here"] / 9, 100 * result["retention"].value]
    )
    assert dots(upper) == [(4, result["satisfaction"].value, BLUE)]
    assert written(figure)[1].startswith("Parcels  9")
    assert title(figure).startswith("Parcels keeps 9")
    assert "at a mean satisfaction of 0.7" in title(figure)
    assert "months passed" in lower.get_xlabel()
    assert_readable(figure)


def test_several_results_have_names_at_their_ends(result: Result) -> None:
    """Whatever they are called; of more than colours, dashes tell them apart."""
    named = {f"at most EUR {n}": called(result, "x", stayed=100 - n) for n in range(8)}
    figure = plot_paths(named)
    looks = {
        (line.get_color(), line.get_linestyle())
        for line in figure.axes[0].lines
        if len(line.get_xdata()) == 4
    }

    assert len(looks) == 8
    assert [text.split("  ")[0] for text in written(figure)[:8]] == [*named]
    assert title(figure).endswith("though not clearly more than at most EUR 1")
    assert_readable(figure)


def test_a_clear_lead_is_said_as_one(result: Result) -> None:
    """A list goes by the names of its companies, and lengths may differ."""
    longer = simulate(COMPANY, customers=50, months=6, paths=True)
    figure = plot_paths([called(result, "good"), called(longer, "bad", stayed=50)])

    assert title(figure).startswith("good keeps most customers: 9")
    assert title(figure).endswith("after 4 months")
    assert note(figure).startswith("Runs of different size, length or luck;")


def test_when_nobody_is_there_nobody_is_satisfied(result: Result) -> None:
    """The line has a gap, and no division fails."""
    months = {**result.totals.months, "followed": np.array([9, 9, 0, 0])}
    gone = attrs.evolve(result, totals=attrs.evolve(result.totals, months=months))
    line = plot_paths(gone).axes[0].lines[0].get_ydata()
    assert np.isnan(line).tolist() == [False, False, True, True]


def test_the_end_of_a_line_that_breaks_off_is_where_it_broke_off(
    result: Result,
) -> None:
    """Where nobody stays, there is no figure, and still a name."""
    months = {**result.totals.months, "followed": np.array([9, 9, 0, 0])}
    gone = called(result, "gone", stayed=0, satisfaction=0)
    gone = attrs.evolve(gone, totals=attrs.evolve(gone.totals, months=months))
    figure = plot_paths(gone)

    assert written(figure) == ["gone  not known", written(figure)[1]]
    assert title(figure).endswith("at a mean satisfaction of not known")
    assert_readable(figure)


def test_what_cannot_be_followed_is_refused(result: Result) -> None:
    """Each refusal says the mend."""
    plain = simulate(COMPANY, customers=20, months=1)
    with pytest.raises(InvalidValueError, match=r"'a' was not followed.*paths=True"):
        plot_paths({"a": plain})
    with pytest.raises(InvalidValueError, match="same name: give a mapping of name"):
        plot_paths([result, result])
    with pytest.raises(InvalidValueError, match="no result to draw"):
        plot_paths([])
    with pytest.raises(InvalidValueError, match="nobody is a customer of 'x' yet"):
        plot_paths(called(result, "x", customers=0))


# --------------------------------------------------------------------------- comparison


def compared(result: Result, **more: int) -> Comparison:
    """Set a result against the same with some of its sums changed, in per cent."""
    first, second = called(result, "old"), called(result, "new", **more)
    return Comparison(first, second, {"standard": WinnersLosers(3, 2, 895)})


def test_differences_share_an_axis_in_per_cent_of_the_first(result: Result) -> None:
    """Better and worse are said, and what is the same has no dot."""
    comparison = compared(result, paid=150, stayed=80)
    figure = plot_comparison(comparison, ["retention", "cost", "sales", "failures"])
    (axes,) = figure.axes
    part = comparison["retention"].value / comparison.first["retention"].value

    assert [label.get_text() for label in axes.get_yticklabels()] == [
        *("retention", "cost")
    ]
    assert [colour for *_, colour in dots(axes)] == [RED, RED]
    assert [x for x, *_ in dots(axes)] == pytest.approx([100 * part, 50], abs=0.1)
    lost, paid = written(figure)
    assert lost.startswith("worse:  -")
    assert lost.endswith(" % points")
    assert paid.startswith("worse:  +")
    assert paid.endswith(" EUR")
    assert title(figure) == "new, set against old, is worse in retention, cost"
    assert axes.get_xlabel() == "new less old, in % of old"
    assert "3 customers are better off, 2 worse, 895 as before." in note(figure)
    assert note(figure).endswith("The same in both: sales and failures.")
    assert_readable(figure)


def test_all_outcomes_can_be_read(result: Result) -> None:
    """The small are not lost beside the large, since the axis is drawn together."""
    comparison = compared(result, paid=9000, stayed=101)
    figure = plot_comparison(comparison)
    (axes,) = figure.axes

    assert axes.get_xscale() == "asinh"
    assert axes.get_xlabel().endswith("(the axis is drawn together away from zero)")
    ticks = [label.get_text() for label in axes.get_xticklabels()]
    assert {"0", "+1,000"} <= {*ticks}
    assert "better in" in title(figure)
    assert "worse in" in title(figure)
    assert_readable(figure)


def test_what_was_nothing_before_is_named(result: Result) -> None:
    """There is no per cent of nothing."""
    first, second = called(result, "old", leaked=0), called(result, "new", paid=110)
    second = called(second, "new", leaked=100)
    leaked = {**second.totals.groups, "leaked": second.totals.groups["paid"] // 2}
    second = attrs.evolve(second, totals=attrs.evolve(second.totals, groups=leaked))
    figure = plot_comparison(Comparison(first, second, {}), ["leakage", "cost"])

    assert note(figure).endswith("Not drawn, since 0 with old: leakage.")
    assert len(dots(figure.axes[0])) == 1


def test_what_is_not_known_is_named(result: Result) -> None:
    """A share of nothing has no dot."""
    comparison = compared(result, paid=0, leaked=0)
    figure = plot_comparison(comparison, ["leakage", "cost"])

    assert note(figure).endswith("Not known: leakage.")
    assert len(dots(figure.axes[0])) == 1


def test_what_may_be_chance_is_not_clear(result: Result) -> None:
    """Neither colour nor title take sides."""
    groups = {**result.totals.groups}
    groups["stayed"] = groups["stayed"].copy()
    groups["stayed"][::2] -= 1
    groups["stayed"][1::2] += 1
    other = attrs.evolve(result, totals=attrs.evolve(result.totals, groups=groups))
    comparison = Comparison(called(result, "old"), called(other, "new"), {})
    figure = plot_comparison(comparison, ["retention"])

    assert dots(figure.axes[0])[0][2] == GREY
    assert written(figure)[0].startswith("not clear:  ")
    assert title(figure) == "new is not clearly better or worse than old in anything"


@pytest.mark.parametrize(
    ("outcomes", "message"),
    [
        (["sales"], "no difference to draw: .* differ in one of sales"),
        ([], "no difference to draw: .*name one"),
        (["speed"], "there is no outcome 'speed'"),
    ],
)
def test_where_nothing_differs_there_is_nothing_to_draw(
    result: Result, outcomes: list[str], message: str
) -> None:
    """And the mend is told."""
    with pytest.raises(InvalidValueError, match=message):
        plot_comparison(compared(result), outcomes)


# -------------------------------------------------------------------------- all of them


def test_pictures_are_written_by_their_suffix(result: Result, tmp_path: Path) -> None:
    """Every one of them, for a page or a paper."""
    found = family(result, member("a", 1, 0.7), member("b", 9, 0.9))
    drawn: list[tuple[Any, Any]] = [
        (plot_frontier, (found,)),
        (plot_paradox, (twins(first_minor=0.1),)),
        (plot_paths, (result,)),
        (plot_comparison, (compared(result, paid=110),)),
        (plot_sweep, (swept(CAPS, by_cap), "cost")),
        (plot_reaction, (RejectedService(),)),
    ]
    for count, (plot, of) in enumerate(drawn):
        path = tmp_path / f"{count}.svg"
        plot(*of, path=str(path))
        assert b"svg" in path.read_bytes()[:200]
    plot_reaction(RejectedService(), path=tmp_path / "curve.PNG")
    assert b"PNG" in (tmp_path / "curve.PNG").read_bytes()[:9]


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The laboratory does without it."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r"recovery-core\[plots\]"):
        plot_reaction(RejectedService())


def test_no_picture_is_kept_behind_the_scenes() -> None:
    """Whoever draws thousands closes none; pyplot is not even loaded."""
    plot_reaction(RejectedService())
    assert "matplotlib.pyplot" not in sys.modules


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=12),
    st.floats(0.001, 0.08),
)
def test_places_are_pushed_apart_within_bounds(wanted: list[float], gap: float) -> None:
    """In their order, and none closer than the gap."""
    found = spread_apart(wanted, gap, (0, 1))
    ordered = sorted(found)

    assert -1e-9 <= ordered[0] <= ordered[-1] <= 1 + 1e-9
    assert all(b - a >= gap - 1e-9 for a, b in pairwise(ordered))
    for (one, at), (other, there) in combinations(zip(wanted, found, strict=True), 2):
        assert one == other or (one < other) == (at < there)


def test_what_has_room_stays_where_it_is() -> None:
    """Nothing is moved for nothing; without room the lower bound is kept."""
    assert spread_apart([0.2, 0.8], 0.1, (0, 1)) == [0.2, 0.8]
    assert spread_apart([0.5, 0.5, 0.5], 0.6, (0, 1)) == pytest.approx([0, 0.6, 1.2])


def test_figures_are_rounded_to_what_is_known() -> None:
    """And nothing that is nearly nothing has a sign."""
    assert format_number(1234.5678, 0.02) == "1,234.568 ± 0.020"
    assert format_number(-0.0001, inf, 2) == "0.00"
    assert format_number(nan, inf) == "not known"
    assert format_number(0.5, 0) == "0.500 ± 0.000"
    assert format_number(12.3, 400) == "12 ± 400"


def test_turns_of_a_curve_are_told() -> None:
    """Where there are too many, only that there are."""
    assert describe_course([1, 1, 1], ["a", "b", "c"]) == "stays the same"
    assert describe_course([1, 0, 0], ["a", "b", "c"]) == "falls"
    assert describe_course([1, 0, 1, 0], ["a", "b", "c", "d"]) == "goes up and down"
