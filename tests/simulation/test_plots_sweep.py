"""Pictures of sweeps: a line or a map, whose figures can be read."""

from math import inf, nan
from typing import Any

import attrs
import numpy as np
import pytest

from recovery_core.errors import InvalidValueError
from recovery_core.simulation import (
    plots,
)
from tests.support.pictures import (
    CAPS,
    assert_readable,
    by_cap,
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
