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
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from recovery_core import RemedyKind
from recovery_core.engine import RecoveryEngine
from recovery_core.errors import InvalidValueError
from recovery_core.policy import Reimbursement
from recovery_core.simulation import (
    Company,
    Comparison,
    Estimate,
    Manifest,
    Result,
    Sweep,
    plots,
    simulate,
)
from recovery_core.simulation.engine.scale import ONE
from recovery_core.simulation.plots.findings import describe_course, format_number
from recovery_core.simulation.plots.line_labels import spread_apart
from recovery_core.simulation.reactions import (
    AcceptedService,
    Betrayal,
    Compensation,
    DoubleDeviation,
    Encounter,
    Felt,
    GroupPlateau,
    Justice,
    JusticeSatisfaction,
    MatchInKind,
    MoneyOrWords,
    Overcompensation,
    RejectedService,
    SeverityLoss,
    Waiting,
    default_models,
)
from recovery_core.simulation.results.totals import PATHS, SEVERITIES
from recovery_core.simulation.runs.compare import WinnersLosers
from recovery_core.simulation.runs.paradox import Paradox
from recovery_core.simulation.sweeps.design import design_of
from recovery_core.simulation.sweeps.frontier import Dominance, Frontier, FrontierMember

# A figure of matplotlib says little about what is on it, to a type checker.
PLOTS: Any = plots
plot_comparison, plot_frontier = PLOTS.plot_comparison, PLOTS.plot_frontier
plot_paradox, plot_paths = PLOTS.plot_paradox, PLOTS.plot_paths
plot_reaction, plot_sweep = PLOTS.plot_reaction, PLOTS.plot_sweep

BLUE, RED, GREY = "#0072B2", "#D55E00", "#555555"
COMPANY = Company(engine=RecoveryEngine(policy=Reimbursement()), name="Parcels")


@pytest.fixture(scope="module")
def result() -> Result:
    """Run once, and follow satisfaction."""
    return simulate(COMPANY, customers=900, months=4, paths=True)


def called(result: Result, name: str, **more: int) -> Result:
    """Give a result another name, and some of its sums another size, in per cent."""
    groups = {
        key: np.diff(sums.cumsum() * more.get(key, 100) // 100, prepend=0)
        for key, sums in result.totals.groups.items()
    }
    company = attrs.evolve(result.company, name=name)
    totals = attrs.evolve(result.totals, groups=groups)
    return attrs.evolve(result, company=company, totals=totals)


def written(figure: Any) -> list[str]:
    """Tell what is written in the panels, beside the axes."""
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def dots(axes: Any) -> list[tuple[float, float, str]]:
    """Tell where dots with intervals are, and in which colour."""
    found = (box.lines[0] for box in axes.containers)
    return [(*map(float, dot.get_xydata()[0]), dot.get_color()) for dot in found]


def note(figure: Any) -> str:
    """Tell what stands below, without its line breaks."""
    return str(figure.get_supxlabel()).replace("\n", " ")


def title(figure: Any) -> str:
    """Tell what stands above, without its line breaks."""
    return str(figure.get_suptitle()).replace("\n", " ")


def seen(axis: Any) -> list[Any]:
    """Find the labels of an axis that are within its ends."""
    low, high = sorted(axis.get_view_interval())
    places = axis.get_majorticklocs()
    labels = axis.get_ticklabels()
    return [
        text
        for place, text in zip(places, labels, strict=False)
        if low <= place <= high
    ]


def assert_readable(figure: Any) -> None:
    """Find every word inside the picture, and no name over another."""
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    words = [figure._suptitle, figure._supxlabel]
    for axes in figure.axes:
        words += [axes.title, axes.xaxis.label, axes.yaxis.label, *axes.texts]
        words += [*seen(axes.xaxis), *seen(axes.yaxis)]
    boxes = [Text.get_window_extent(text) for text in words if text.get_text()]
    for box in boxes:
        assert figure.bbox.x0 <= box.x0 <= box.x1 <= figure.bbox.x1
        assert figure.bbox.y0 <= box.y0 <= box.y1 <= figure.bbox.y1
    names = [
        Text.get_window_extent(text)  # without the line that leads to it
        for axes in figure.axes
        for text in axes.texts
        if text.get_text()
    ]
    assert not any(one.overlaps(other) for one, other in combinations(names, 2))
    above = figure._suptitle.get_window_extent()
    assert not any(above.overlaps(name) for name in names)


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


# -------------------------------------------------------------------------------- sweep


def swept(design: Any, value: Any, *, seeds: int = 1, outcome: str = "cost") -> Sweep:
    """Make up a sweep: what its outcome comes to is a function of the parameters."""
    plan = design_of(design)
    points = range(len(plan.points))
    manifest = Manifest(
        design=plan,
        seeds=tuple(range(seeds)),
        customers=2_000,
        months=12,
        outcomes=(outcome,),
        currency="EUR",
        companies=("c",) * len(points),
        policies=("p",) * len(points),
        worlds=("w",) * len(points),
    )
    runs = tuple(
        tuple(
            (Estimate(value(**plan.at(p)) + seed, 0.5, 10**6),) for seed in range(seeds)
        )
        for p in points
    )
    return Sweep(manifest, runs)


CAPS = {"cap": (40, 0, 20), "who": ("agent", "lead")}


def by_cap(cap: int, who: str) -> float:
    """Let the cost grow with the cap, and be less with a lead."""
    return cap / 2 - (who == "lead")


def test_one_parameter_is_a_line_with_intervals() -> None:
    """Numbers are sorted, and stand where they belong."""
    figure = plot_sweep(swept({"cap": (40, 0, 20)}, lambda cap: cap**2 / 100), "cost")
    (axes,) = figure.axes
    box = axes.containers[0]
    bar = box.lines[2][0].get_segments()[0]

    assert box.lines[0].get_xydata().tolist() == [[0, 0], [20, 4], [40, 16]]
    assert bar[:, 1] == pytest.approx([0.0, 0.98], abs=0.01)  # no cost is below 0
    assert title(figure) == "Cost rises with cap: from 0.0 EUR to 16.0 EUR"
    assert axes.get_xlabel() == "cap"
    assert axes.get_ylabel() == "cost (EUR; less is better)\nwhat a customer is given"
    assert note(figure) == "2,000 customers, 12 months, 95 % intervals: ± 0.98 EUR."
    assert_readable(figure)


def test_all_else_is_averaged_over_or_held() -> None:
    """Points with the same luck may be wrong together; seeds are not."""
    sweep = swept(CAPS, by_cap, seeds=4)
    over = plot_sweep(sweep, "cost", x="cap")
    held = plot_sweep(sweep, "cost", x="cap", at={"who": "lead"})

    # Of two points half a euro less; of four seeds on average 1.5 more.
    heights = over.axes[0].containers[0].lines[0].get_ydata()
    assert heights == pytest.approx([1.0, 11.0, 21.0])
    heights = held.axes[0].containers[0].lines[0].get_ydata()
    assert heights == pytest.approx([0.5, 10.5, 20.5])
    assert "averaged over who and 4 seeds; 95 % intervals: ± 0.49 EUR" in note(over)
    assert "held: who lead; averaged over 4 seeds" in note(held)


def test_what_is_no_number_stands_side_by_side() -> None:
    """There is no line between names, and the best of them is the finding."""
    sweep = swept({"early": (True, False, None)}, lambda early: 2.0 if early else 1.0)
    figure = plot_sweep(sweep, "cost")
    (axes,) = figure.axes

    assert [t.get_text() for t in axes.get_xticklabels()] == ["yes", "no", "none"]
    assert axes.containers[0].lines[0].get_linestyle() == "None"
    assert title(figure) == "Cost is best, 1.0 EUR, at early no"


def test_a_level_line_is_called_level() -> None:
    """Nothing rises where nothing changes, and one point makes no line."""
    level = swept({"cap": (1, 2)}, lambda cap: 3.0)
    single = swept({"cap": (1,)}, lambda cap: 3.0)
    assert (
        title(plot_sweep(level, "cost")) == "Cost stays the same with cap: at 3.0 EUR"
    )
    assert title(plot_sweep(single, "cost")) == "Cost is best, 3.0 EUR, at cap 1"


def test_two_parameters_are_a_map_with_figures() -> None:
    """The best cell is framed: here the cheapest."""
    figure = plot_sweep(swept(CAPS, by_cap), "cost")
    (axes,) = figure.axes
    (mesh,) = axes.collections
    frame = axes.lines[0].get_xydata()

    assert mesh.get_array().tolist() == [[0, 10, 20], [-1, 9, 19]]
    assert written(figure) == ["0.00", "10.00", "20.00", "-1.00", "9.00", "19.00"]
    assert [t.get_text() for t in axes.get_xticklabels()] == ["0", "20", "40"]
    assert [t.get_text() for t in axes.get_yticklabels()] == ["agent", "lead"]
    assert frame.mean(0)[0] < 1 < frame.mean(0)[1]
    assert {text.get_color() for text in axes.texts} == {"white", "black"}
    assert title(figure) == "Cost is best, -1.0 EUR, at cap 0 and who lead"
    assert axes.get_title(loc="left").startswith("cost (EUR; less is better), what a")
    assert_readable(figure)


def test_where_more_is_better_the_highest_is_framed() -> None:
    """Shares are written in per cent, and what was never run is left open."""
    points = [{"a": 1, "b": 1}, {"a": 2, "b": 2}, {"a": 1, "b": 2}]
    sweep = swept(points, lambda a, b: (a * b) / 8, outcome="retention")
    figure = plot_sweep(sweep, "retention", x="b", y="a")

    assert written(figure) == ["12", "25", "-", "50"]
    assert title(figure) == "Retention is best, 50 %, at b 2 and a 2"
    assert note(figure).endswith("95 % intervals: ± 98 %.")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"outcome": "sales"}, "'sales' was not looked at"),
        ({"x": "speed"}, r"x='speed', y=None: give x, .* parameters cap, who"),
        ({"y": "cap"}, "x=None, y='cap'"),
        ({"x": "cap", "y": "cap"}, "x='cap', y='cap'"),
        ({"at": {"cap": 0}}, r"'cap' cannot be held: .*\(none is left\)"),
        ({"x": "cap", "at": {"speed": 0}}, r"'speed' cannot be held: .*\(who\)"),
        ({"x": "cap", "at": {"who": "boss"}}, "never 'boss': .* 'agent', 'lead'"),
        ({"path": "sweep.gif"}, "'sweep.gif' is no picture"),
    ],
)
def test_what_a_sweep_has_not_is_refused(change: Any, message: str) -> None:
    """Each refusal says the mend."""
    with pytest.raises(InvalidValueError, match=message):
        plot_sweep(swept(CAPS, by_cap), **{"outcome": "cost", **change})


def test_three_parameters_need_a_side_and_points_that_are_there() -> None:
    """What is held together has to have been run together."""
    points = [{"a": 1, "b": 1, "c": 1}, {"a": 2, "b": 2, "c": 2}]
    sweep = swept(points, lambda a, b, c: 1.0)
    with pytest.raises(InvalidValueError, match="give x, and for a map"):
        plot_sweep(sweep, "cost")
    with pytest.raises(InvalidValueError, match=r"no point with .*hold fewer"):
        plot_sweep(sweep, "cost", x="a", at={"b": 1, "c": 2})


def test_what_is_not_known_leaves_a_gap() -> None:
    """In a line and in a map; and how often is said below."""
    line = swept({"cap": (1, 2, 3)}, lambda cap: float(cap) if cap < 3 else nan)
    figure = plot_sweep(line, "cost")
    heights = np.array(figure.axes[0].containers[0].lines[0].get_ydata(), float)
    assert np.isnan(heights).tolist() == [False, False, True]
    assert title(figure) == "Cost rises with cap: from 1.0 EUR to 2.0 EUR"
    assert note(figure).endswith("; not known at 1 of 3 places.")

    grid = swept(CAPS, lambda cap, who: nan if cap else by_cap(cap, who))
    figure = plot_sweep(grid, "cost")
    assert written(figure) == ["0.00", "-", "-", "-1.00", "-", "-"]
    assert title(figure) == "Cost is best, -1.0 EUR, at cap 0 and who lead"
    assert "not known at 4 of 6 places" in note(figure)
    assert_readable(figure)


def test_nothing_is_drawn_of_what_is_known_nowhere() -> None:
    """And where no interval is known, that is said."""
    with pytest.raises(InvalidValueError, match="cost is not known anywhere"):
        plot_sweep(swept({"cap": (1, 2)}, lambda cap: nan), "cost")
    alone = swept({"cap": (1, 2)}, lambda cap: cap)
    runs = tuple(
        tuple((attrs.evolve(each, error=inf, freedom=0),) for (each,) in point)
        for point in alone.runs
    )
    figure = plot_sweep(attrs.evolve(alone, runs=runs), "cost")
    assert "no interval is known" in note(figure)
    assert title(figure) == "Cost rises with cap: from 1.00 EUR to 2.00 EUR"


def test_a_map_has_room_for_its_figures() -> None:
    """What was sampled makes a line, not a map."""
    sampled = swept([{"a": n, "b": 1} for n in range(30)], lambda a, b: float(a))
    with pytest.raises(InvalidValueError, match="'a' has 30 values, too many for a"):
        plot_sweep(sampled, "cost", x="a", y="b")


# ----------------------------------------------------------------------------- reaction


def test_a_model_is_drawn_as_a_curve() -> None:
    """Of what it changes, over all that was given."""
    figure = plot_reaction(RejectedService())
    (axes,) = figure.axes
    middle, curve = axes.lines

    assert middle.get_ydata() == [0.5, 0.5]
    assert curve.get_xdata()[[0, -1]].tolist() == [0, 2]
    assert curve.get_ydata()[90] == pytest.approx((0.1 + 0.85) / 2)
    assert title(figure) == "RejectedService: distributive justice rises with worth"
    assert axes.get_ylabel() == "distributive justice\n(0 to 1; dotted: neutral)"
    assert axes.get_xlabel().startswith("worth, as a share of the loss")
    assert note(figure) == ""
    assert written(figure) == []
    assert_readable(figure)


def test_curves_are_told_apart_at_their_ends() -> None:
    """By a field, by what happened, and by model."""
    by = plot_reaction(Compensation(), by="was_rejected")
    events = {"alone": Encounter(), "all": Encounter(is_shared=True)}
    shared = plot_reaction((AcceptedService(), GroupPlateau()), encounter=events)
    models = plot_reaction(
        {"one": AcceptedService(), "both": (AcceptedService(), GroupPlateau())},
        encounter=events,
        by="was_rejected",
        of="justice.distributive",
    )

    assert written(by) == ["was rejected = no", "was rejected = yes"]
    assert written(shared) == ["alone", "all"]
    assert len(written(models)) == 8
    assert written(models)[0] == "one, alone, was rejected =\nno"
    assert title(models) == "one and both: distributive justice rises with worth"
    for figure in (by, shared, models):
        assert_readable(figure)


def test_every_part_that_changes_has_a_panel() -> None:
    """Of all the usual models the title would be too long."""
    leave_out = (
        model for model in default_models() if not isinstance(model, SeverityLoss)
    )
    figure = plot_reaction(tuple(leave_out), encounter=Encounter(worth=0.5))
    assert [axes.get_ylabel().split("\n")[0] for axes in figure.axes] == [
        "distributive justice",
        "change of satisfaction at once",
        "change of lasting satisfaction",
    ]
    assert title(figure) == "13 models: what changes with worth"
    assert note(figure) == ""  # worth is what is drawn
    assert_readable(figure)


def test_both_changes_rise_with_justice() -> None:
    """All three sides are varied alike; what is as usual is not said."""
    figure = plot_reaction(
        (SeverityLoss(), JusticeSatisfaction()),
        "justice",
        of=("transaction", "lasting"),
        by="severity",
        felt=Felt(anger=0.5),
        encounter=Encounter(is_shared=True, kinds=frozenset({RemedyKind.REDO})),
    )
    assert len(figure.axes) == 2
    assert title(figure).endswith(
        "change of satisfaction at once and change of lasting satisfaction rise with "
        "justice"
    )
    assert note(figure) == "Where is shared = yes, kinds = redo and anger = 0.5."
    assert_readable(figure)


def test_what_rises_and_falls_is_said_so() -> None:
    """With the place where it turns; and where curves differ, only by what."""
    peak = plot_reaction((AcceptedService(), Overcompensation()))
    silent = plot_reaction(Waiting(), "response_hours", by="handling")
    differ = plot_reaction(
        {
            "AcceptedService": AcceptedService(),
            "Overcompensation": (AcceptedService(), Overcompensation()),
        }
    )
    two = plot_reaction(
        (AcceptedService(), Overcompensation(), JusticeSatisfaction()),
        of=("transaction", "lasting"),
    )
    part = "AcceptedService and Overcompensation: distributive justice"

    assert title(peak) == f"{part} rises to 1.5 with worth, then falls"
    assert title(differ).endswith("and Overcompensation: distributive justice by worth")
    assert title(silent) == "Waiting: procedural justice falls with response hours"
    assert title(two).endswith("change of lasting satisfaction by worth")


def test_steps_have_their_dots_and_names_stand_side_by_side() -> None:
    """A count is a whole number, a severity is in order, and a kind is neither."""
    counts = plot_reaction(DoubleDeviation(), "earlier_failures", of="transaction")
    order = plot_reaction(SeverityLoss(), "severity")
    kinds = plot_reaction(MatchInKind(), "kinds", by="kind.resource")
    flag = plot_reaction(Compensation(), "was_rejected", encounter=Encounter(worth=0.2))

    assert counts.axes[0].lines[1].get_xdata().tolist() == [0, 1, 2]
    assert counts.axes[0].get_xticks().tolist() == [0, 1, 2]
    assert counts.axes[0].lines[1].get_marker() == "o"
    assert [t.get_text() for t in order.axes[0].get_xticklabels()] == [
        *("minor", "moderate", "major", "critical")
    ]
    assert title(order) == "SeverityLoss: loss rises with severity"
    assert [t.get_text() for t in kinds.axes[1].get_xticklabels()] == [
        str(kind) for kind in RemedyKind
    ]
    assert kinds.axes[1].get_xticklabels()[0].get_rotation() == 90
    first, second = (kinds.axes[0].lines[n].get_xdata()[0] for n in (1, 2))
    assert 0 < second - first < 0.5
    assert kinds.axes[0].lines[1].get_linestyle() == "None"
    assert [t.get_text() for t in flag.axes[0].get_xticklabels()] == ["no", "yes"]
    for figure in (counts, order, kinds, flag):
        assert_readable(figure)


def test_a_parameter_of_a_model_can_be_varied() -> None:
    """After its class, however deep; of a number from curve to curve three values."""
    words = plot_reaction(
        (Compensation(), MoneyOrWords()), "MoneyOrWords.words", within=(0.5, 1)
    )
    deep = plot_reaction(
        Compensation(), by={"Compensation.rejected.nothing": (0.0, 0.3)}
    )
    unfair = Felt(justice=Justice(0.1, 0.1, 0.1))
    near = plot_reaction(Betrayal(), "justice", by="relationship", felt=unfair)
    assert title(words).endswith("distributive justice falls with words")
    assert words.axes[0].lines[1].get_xdata()[[0, -1]].tolist() == [0.5, 1]
    assert written(words) == []
    assert written(deep) == ["nothing = 0", "nothing = 0.3"]
    assert written(near) == [f"relationship = {n}" for n in ("0", "0.5", "1")]


def test_any_function_is_a_model() -> None:
    """It goes by its name; what it leaves as it is can be drawn if asked for."""

    def shrug(encounter: Encounter, felt: Felt, /) -> Felt:
        return felt

    figure = plot_reaction([shrug], of=["loss", "anger"], felt=Felt(loss=0.3))
    assert title(figure) == "shrug: loss and anger stay the same with worth"
    assert note(figure) == "Where loss = 0.3."
    with pytest.raises(InvalidValueError, match=r"nothing .* changes with 'worth'"):
        plot_reaction(shrug)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"models": 5}, "5 is no reaction model"),
        ({"models": []}, "a reaction is drawn of models"),
        ({"models": ["Waiting"]}, "a reaction is drawn of models"),
        ({"models": {}}, "no curve to draw"),
        ({"encounter": {}}, "no curve to draw"),
        ({"x": "speed"}, "'speed' cannot be varied: .*'worth'.*'loss'.*'Overcomp"),
        ({"x": "Waiting"}, "'Waiting' cannot be varied"),
        ({"x": "Waiting.speed"}, "cannot be varied"),
        ({"x": "Effort.round"}, "cannot be varied"),
        ({"x": "kind"}, "has no values to go through: .*'kind.aspect'"),
        ({"by": {"worth": []}}, "'worth' has no values: give at least one in by="),
        ({"by": "speed"}, "'speed' cannot be varied"),
        ({"within": (2, 1)}, r"within cannot be \(2, 1\) for 'worth'"),
        ({"within": 2}, "within cannot be 2"),
        ({"x": "severity", "within": (1, 2)}, "only where numbers are varied"),
        ({"of": "speed"}, "of cannot be 'speed': give one or several of loss"),
        ({"of": []}, r"of cannot be \[\]"),
        ({"path": "no/such/curve.png"}, "no folder 'no/such': make it first"),
    ],
)
def test_what_no_reaction_has_is_refused(change: Any, message: str) -> None:
    """Each refusal says the mend."""
    with pytest.raises(InvalidValueError, match=message):
        plot_reaction(**{"models": Waiting(), "x": "worth", **change})


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
