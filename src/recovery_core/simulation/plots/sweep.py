"""An outcome over one or two parameters of a sweep."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, nan
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ...errors import InvalidValueError
from ..sweeps.design import Plain
from ..sweeps.swept import Sweep
from . import figure_style, findings
from .figure_style import Panel
from .means import Mean, SweepMeans, average_sweep, format_parameter, is_number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_sweep"]

_VALUES_IN_MAP: Final = (
    24  # values along a side, above which no figure fits into its cell
)
_DARK_BELOW: Final = 0.55  # of the way up the colours: below it, letters are white


def plot_sweep(
    sweep: Sweep,
    outcome: str,
    *,
    x: str | None = None,
    y: str | None = None,
    at: Mapping[str, Plain] | None = None,
    path: str | Path | None = None,
) -> Figure:
    """Draw an outcome over one or two parameters of a sweep.

    Over one it is a line with intervals, over two a map whose cells say the figure,
    the best of them framed. All other parameters are averaged over unless they are
    held. The interval of an average takes points with the same luck to be wrong
    together, so it is rather too wide than too narrow.

    Args:
        sweep: What `sweep` came to.
        outcome: Which outcome.
        x: The parameter that goes to the right; may be left out where there are but
            one or two.
        y: The parameter that goes up, for a map.
        at: What other parameters are held at, by name.
        path: Where to write it, as PNG or SVG by its suffix.

    Returns:
        The figure, to be shown or changed.

    Raises:
        InvalidValueError: There is no such parameter, value or outcome, a parameter
            has too many values for a map, or there is no such folder or format.

    Units: shares in per cent, money in major units.
    """
    target = figure_style.parse_picture_path(path)
    means = average_sweep(sweep, outcome, (x, y), dict(at or {}))
    figure = _line_figure(means) if len(means.names) == 1 else _map_figure(means)
    return figure_style.save_figure(figure, target)


# -------------------------------------------------------------------------------- line


def _line_figure(means: SweepMeans) -> Figure:
    """Draw the averages over one parameter, joined where it is a scale."""
    figure = figure_style.new_figure(7.2, 4.4)
    (axes,) = figure_style.add_panels(figure)
    values = means.values(0)
    points = [means.cells[value,] for value in values]
    heights = [mean.value for mean in points]
    is_scale = all(map(is_number, values))
    positions = values if is_scale else range(len(values))
    bars = [
        figure_style.interval_reach(mean.value, mean.half, means.within)
        for mean in points
    ]
    axes.errorbar(
        *(positions, heights, [*zip(*bars, strict=True)]),
        fmt="o-" if is_scale else "o",
        color=figure_style.BETTER,
        ms=5,
        lw=1.6,
        elinewidth=1.2,
        capsize=3,
    )
    if not is_scale:
        axes.set_xticks(positions, [format_parameter(value) for value in values])
        axes.margins(x=0.3 / len(values))
    axes.set_xlabel(findings.spell_out(means.names[0]), fontsize=10)
    axes.set_ylabel(findings.axis_label(means.outcome, means.currency), fontsize=10)
    figure_style.write_title(
        figure, _phrase_course(means, values, is_scale=is_scale), _phrase_note(means)
    )
    return figure


def _phrase_course(means: SweepMeans, values: list[Plain], *, is_scale: bool) -> str:
    """Return the title: which way the outcome goes, or where it is best."""
    outcome = findings.capitalize_first(findings.spell_out(means.outcome))
    parameter = findings.spell_out(means.names[0])
    known_values = [value for value in values if means.cells[value,].is_known]
    points = [means.cells[value,] for value in known_values]
    if is_scale and len(known_values) > 1:
        course = findings.describe_course(
            [m.value for m in points],
            [format_parameter(value) for value in known_values],
        )
        first, last = (_format_mean(means, points[end]) for end in (0, -1))
        is_level = course == "stays the same"
        range_text = f"at {first}" if is_level else f"from {first} to {last}"
        return f"{outcome} {course} with {parameter}: {range_text}"
    return f"{outcome} is best, {_phrase_best(means)}"


def _format_mean(means: SweepMeans, mean: Mean) -> str:
    """Return an average as text, one decimal short of what its interval leaves."""
    decimals = max(0, means.digits - 1)
    unit = findings.unit_text(means.outcome, means.currency)
    return f"{findings.format_number(mean.value, inf, decimals)} {unit}".rstrip()


def _phrase_best(means: SweepMeans) -> str:
    """Return in words how good the best is, and where."""
    parameters = [
        f"{findings.spell_out(name)} {format_parameter(value)}"
        for name, value in zip(means.names, means.best, strict=True)
    ]
    best = _format_mean(means, means.cells[means.best])
    return f"{best}, at {findings.join_names(parameters)}"


def _phrase_note(means: SweepMeans) -> str:
    """Return what was held, what was averaged over, and how wide the intervals are."""
    manifest = means.sweep.manifest
    held_texts = [
        f"{findings.spell_out(parameter)} {format_parameter(value)}"
        for parameter, value in means.held.items()
    ]
    averaged_texts = [
        findings.spell_out(name)
        for name in manifest.design.names
        if name not in means.names and name not in means.held
    ]
    seeds = len(manifest.seeds)
    averaged_texts += [f"{seeds} seeds"] if seeds > 1 else []
    parts = [f"held: {findings.join_names(held_texts)}"] if held_texts else []
    parts += (
        [f"averaged over {findings.join_names(averaged_texts)}"]
        if averaged_texts
        else []
    )
    parts.append(_phrase_intervals(means))
    if means.missing:
        parts.append(f"not known at {means.missing} of {len(means.cells)} places")
    return findings.describe_size(manifest.customers, manifest.months, "; ".join(parts))


def _phrase_intervals(means: SweepMeans) -> str:
    """Return in words how wide the intervals are, from the least to the most."""
    if not means.halves:
        return "no interval is known"
    most, least = max(means.halves), min(means.halves)
    digits = findings.decimals_for(most)
    low, high = (f"{width:,.{digits}f}" for width in (least, most))
    width = low if low == high else f"{low} to {high}"
    unit = findings.unit_text(means.outcome, means.currency)
    return f"95 % intervals: ± {width} {unit}".rstrip()


# --------------------------------------------------------------------------------- map


def _map_figure(means: SweepMeans) -> Figure:
    """Draw the averages over two parameters as a map with a figure in each cell."""
    columns, rows = means.values(0), means.values(1)
    for name, values in zip(means.names, (columns, rows), strict=True):
        # Beyond this the figures no longer fit into the cells.
        if len(values) > _VALUES_IN_MAP:
            raise InvalidValueError(
                f"{name!r} has {len(values)} values, too many for a map: sweep over a "
                "grid of fewer, or draw one parameter without y="
            )
    figure = figure_style.new_figure(
        2.6 + max(0.75 * len(columns), 4), 2.2 + 0.5 * len(rows)
    )
    (axes,) = figure_style.add_panels(figure)
    missing = Mean(nan, 0.0)
    grid = [[means.cells.get((x, y), missing).value for x in columns] for y in rows]
    mesh = axes.pcolormesh(grid, cmap="cividis", edgecolors="white", linewidth=1)
    for axis, values in ((axes.xaxis, columns), (axes.yaxis, rows)):
        positions = [place + 0.5 for place in range(len(values))]
        axis.set_ticks(positions, [format_parameter(value) for value in values])
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.set_xlabel(findings.spell_out(means.names[0]), fontsize=10)
    axes.set_ylabel(findings.spell_out(means.names[1]), fontsize=10)
    _write_cells(axes, grid, mesh, means.digits)
    _frame_cell(axes, columns.index(means.best[0]), rows.index(means.best[1]))
    heading = findings.axis_label(means.outcome, means.currency).replace("\n", ", ")
    axes.set_title(heading, loc="left", fontsize=9.5, color=figure_style.MUTED)
    outcome = findings.capitalize_first(findings.spell_out(means.outcome))
    figure_style.write_title(
        figure, f"{outcome} is best, {_phrase_best(means)}", _phrase_note(means)
    )
    return figure


def _write_cells(axes: Panel, grid: list[list[float]], mesh: Any, digits: int) -> None:
    """Write every figure into its cell, and a dash where nothing was run."""
    for row_number, row in enumerate(grid):
        for column_number, value in enumerate(row):
            is_known = value == value  # noqa: PLR0124 - what is missing is not itself
            is_dark = is_known and mesh.norm(value) < _DARK_BELOW
            text = findings.format_number(value, inf, digits) if is_known else "-"
            axes.text(
                *(column_number + 0.5, row_number + 0.5, text),
                ha="center",
                va="center",
                fontsize=9,
                color="white" if is_dark else "black",
            )


def _frame_cell(axes: Panel, column: int, row: int) -> None:
    """Draw a frame inside a cell, so that it leaves the neighbours alone."""
    corners = [(column, row), (column + 1, row), (column + 1, row + 1)]
    corners += [(column, row + 1), (column, row)]
    inner = [
        (column + 0.5 + (x - column - 0.5) * 0.93, row + 0.5 + (y - row - 0.5) * 0.9)
        for x, y in corners
    ]
    axes.plot(*zip(*inner, strict=True), color=figure_style.WORSE, lw=2.2)
