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
from .means import Mean, Means, is_number, means_of, value_label

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_sweep"]

_MOST: Final = 24  # values along a side, above which no figure fits into its cell
_DARK: Final = 0.55  # of the way up the colours: below it, letters are white


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
    target = figure_style.target_of(path)
    found = means_of(sweep, outcome, (x, y), dict(at or {}))
    figure = _line(found) if len(found.names) == 1 else _map(found)
    return figure_style.saved(figure, target)


# -------------------------------------------------------------------------------- line


def _line(found: Means) -> Figure:
    figure = figure_style.sheet(7.2, 4.4)
    (axes,) = figure_style.blank(figure)
    values = found.values(0)
    means = [found.cells[value,] for value in values]
    heights = [mean.value for mean in means]
    is_scale = all(map(is_number, values))
    places = values if is_scale else range(len(values))
    bars = [figure_style.reach(mean.value, mean.half, found.within) for mean in means]
    axes.errorbar(
        *(places, heights, [*zip(*bars, strict=True)]),
        fmt="o-" if is_scale else "o",
        color=figure_style.BETTER,
        ms=5,
        lw=1.6,
        elinewidth=1.2,
        capsize=3,
    )
    if not is_scale:
        axes.set_xticks(places, [value_label(value) for value in values])
        axes.margins(x=0.3 / len(values))
    axes.set_xlabel(findings.spoken(found.names[0]), fontsize=10)
    axes.set_ylabel(findings.axis(found.outcome, found.currency), fontsize=10)
    figure_style.title(
        figure, _line_finding(found, values, is_scale=is_scale), _note(found)
    )
    return figure


def _line_finding(found: Means, values: list[Plain], *, is_scale: bool) -> str:
    outcome, side = findings.spoken(found.outcome), findings.spoken(found.names[0])
    known = [value for value in values if found.cells[value,].is_known]
    means = [found.cells[value,] for value in known]
    if is_scale and len(known) > 1:
        way = findings.moves(
            [m.value for m in means], [value_label(value) for value in known]
        )
        ends = (
            f"from {_written(found, means[0])} to {_written(found, means[-1])}"
            if way != "stays the same"
            else f"at {_written(found, means[0])}"
        )
        return f"{findings.capital(outcome)} {way} with {side}: {ends}"
    return f"{findings.capital(outcome)} is best, {_best(found)}"


def _written(found: Means, mean: Mean) -> str:
    places = max(0, found.digits - 1)
    unit = findings.unit_of(found.outcome, found.currency)
    return f"{findings.number(mean.value, inf, places)} {unit}".rstrip()


def _best(found: Means) -> str:
    at = [
        f"{findings.spoken(name)} {value_label(value)}"
        for name, value in zip(found.names, found.best, strict=True)
    ]
    return f"{_written(found, found.cells[found.best])}, at {findings.listing(at)}"


def _note(found: Means) -> str:
    """Say what was held, what was averaged over, and how wide the intervals are."""
    manifest = found.sweep.manifest
    held = [f"{findings.spoken(n)} {value_label(v)}" for n, v in found.held.items()]
    over = [
        findings.spoken(name)
        for name in manifest.design.names
        if name not in found.names and name not in found.held
    ]
    seeds = len(manifest.seeds)
    over += [f"{seeds} seeds"] if seeds > 1 else []
    parts = [f"held: {findings.listing(held)}"] if held else []
    parts += [f"averaged over {findings.listing(over)}"] if over else []
    parts.append(_intervals(found))
    if found.missing:
        parts.append(f"not known at {found.missing} of {len(found.cells)} places")
    return findings.sized(manifest.customers, manifest.months, "; ".join(parts))


def _intervals(found: Means) -> str:
    if not found.halves:
        return "no interval is known"
    most, least = max(found.halves), min(found.halves)
    digits = findings.digits_of(most)
    low, high = (f"{width:,.{digits}f}" for width in (least, most))
    width = low if low == high else f"{low} to {high}"
    unit = findings.unit_of(found.outcome, found.currency)
    return f"95 % intervals: ± {width} {unit}".rstrip()


# --------------------------------------------------------------------------------- map


def _map(found: Means) -> Figure:
    right, up = found.values(0), found.values(1)
    for name, values in zip(found.names, (right, up), strict=True):
        if len(values) > _MOST:
            raise InvalidValueError(
                f"{name!r} has {len(values)} values, too many for a map: sweep over a "
                "grid of fewer, or draw one parameter without y="
            )
    figure = figure_style.sheet(2.6 + max(0.75 * len(right), 4), 2.2 + 0.5 * len(up))
    (axes,) = figure_style.blank(figure)
    nothing = Mean(nan, 0.0)
    grid = [[found.cells.get((x, y), nothing).value for x in right] for y in up]
    mesh = axes.pcolormesh(grid, cmap="cividis", edgecolors="white", linewidth=1)
    for axis, values in ((axes.xaxis, right), (axes.yaxis, up)):
        places = [place + 0.5 for place in range(len(values))]
        axis.set_ticks(places, [value_label(value) for value in values])
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.set_xlabel(findings.spoken(found.names[0]), fontsize=10)
    axes.set_ylabel(findings.spoken(found.names[1]), fontsize=10)
    _write(axes, grid, mesh, found.digits)
    _frame(axes, right.index(found.best[0]), up.index(found.best[1]))
    heads = findings.axis(found.outcome, found.currency).replace("\n", ", ")
    axes.set_title(heads, loc="left", fontsize=9.5, color=figure_style.MUTED)
    outcome = findings.capital(findings.spoken(found.outcome))
    figure_style.title(figure, f"{outcome} is best, {_best(found)}", _note(found))
    return figure


def _write(axes: Any, grid: list[list[float]], mesh: Any, digits: int) -> None:
    """Write every figure into its cell; where nothing was run, say so."""
    for row, line in enumerate(grid):
        for column, value in enumerate(line):
            is_there = value == value  # noqa: PLR0124 - what is missing is not itself
            dark = is_there and mesh.norm(value) < _DARK
            text = findings.number(value, inf, digits) if is_there else "-"
            axes.text(
                *(column + 0.5, row + 0.5, text),
                ha="center",
                va="center",
                fontsize=9,
                color="white" if dark else "black",
            )


def _frame(axes: Any, column: int, row: int) -> None:
    corners = [(column, row), (column + 1, row), (column + 1, row + 1)]
    corners += [(column, row + 1), (column, row)]
    inner = [
        (column + 0.5 + (x - column - 0.5) * 0.93, row + 0.5 + (y - row - 0.5) * 0.9)
        for x, y in corners
    ]
    axes.plot(*zip(*inner, strict=True), color=figure_style.WORSE, lw=2.2)
