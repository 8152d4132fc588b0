"""A family of policies in two outcomes, and who is not outdone."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any, Final

from ...errors import InvalidValueError
from ..results.outcomes import OUTCOMES
from ..sweeps.frontier import Frontier, FrontierMember
from . import figure_style, findings
from .point_labels import Corners, Label, beside

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_frontier"]

_NAMED: Final = 4  # so many names still fit into a title
_WIDE: Final = 26


def plot_frontier(frontier: Frontier, *, path: str | Path | None = None) -> Figure:
    """Draw what every member of a family costs and keeps, and who is not outdone.

    Each is a point with its name and both intervals. Who is outdone by nobody is
    blue, and a step joins them: what lies on its worse side is outdone, and paler. A
    hollow point says that its place may be chance. Who has no place, since an outcome
    is not known, is named below.

    Args:
        frontier: What `frontier` found.
        path: Where to write it, as PNG or SVG by its suffix.

    Returns:
        The figure, to be shown or changed.

    Raises:
        InvalidValueError: Nobody has a place, or there is no such folder or format.

    Units: shares in per cent, money in major units.
    """
    target = figure_style.target_of(path)
    figure = figure_style.sheet(7.6, 5.4)
    (axes,) = figure_style.blank(figure)
    factors = findings.factor_of(frontier.x), findings.factor_of(frontier.y)
    known = _known(frontier)
    corners = _corners(frontier, factors)
    axes.plot(*zip(*corners, strict=True), color=figure_style.BETTER, lw=1.2, alpha=0.5)
    named = [_point(axes, each, factors) for each in known]
    axes.margins(0.14)
    currency = frontier.members[0].result.world.population.currency
    axes.set_xlabel(findings.axis(frontier.x, currency), fontsize=10)
    axes.set_ylabel(findings.axis(frontier.y, currency), fontsize=10)
    figure_style.title(figure, _finding(frontier), _note(frontier))
    beside(figure, axes, named, corners)
    return figure_style.saved(figure, target)


def _known(frontier: Frontier) -> list[FrontierMember]:
    known = [each for each in frontier.members if each.is_known]
    if not known:
        raise InvalidValueError(
            f"{frontier.x} or {frontier.y} of nobody is known, so there is nothing to "
            "draw: take more customers, or other outcomes"
        )
    return known


def _corners(frontier: Frontier, factors: tuple[float, float]) -> Corners:
    """Say where the step has its corners: on it, nobody was outdone."""
    x, y = factors
    points = [(each.x.value * x, each.y.value * y) for each in frontier.efficient]
    if not OUTCOMES[frontier.x].is_better_high:
        between = [(right[0], left[1]) for left, right in pairwise(points)]
    else:
        between = [(left[0], right[1]) for left, right in pairwise(points)]
    return [
        corner for pair in zip(points, between, strict=False) for corner in pair
    ] + points[-1:]


def _point(axes: Any, each: FrontierMember, factors: tuple[float, float]) -> Label:
    x, y = each.x.times(factors[0]), each.y.times(factors[1])
    colour = figure_style.BETTER if each.is_efficient else figure_style.PALE
    across, up = figure_style.bar(x), figure_style.bar(y)
    axes.errorbar(
        *(x.value, y.value, up, across),
        fmt="o",
        color=colour,
        markerfacecolor=colour if each.is_clear else "white",
        ms=7,
        elinewidth=1.2,
        zorder=3 if each.is_efficient else 2,
    )
    written = figure_style.BETTER if each.is_efficient else figure_style.MUTED
    bars = max(across)[0], max(up)[0]
    return Label(x.value, y.value, fill(each.name, _WIDE), written, bars)


def _finding(frontier: Frontier) -> str:
    names = [each.name for each in frontier.efficient]
    all_of_them = len(_known(frontier))
    what = f"in {findings.spoken(frontier.x)} and {findings.spoken(frontier.y)}"
    if len(names) == all_of_them:
        return f"None of {all_of_them} outdoes another {what}"
    if len(names) > _NAMED:
        return f"{len(names)} of {all_of_them} are outdone by nobody {what}"
    verb = "is" if len(names) == 1 else "are"
    return f"{findings.listing(names)} {verb} outdone by nobody {what}"


def _note(frontier: Frontier) -> str:
    known = _known(frontier)
    results = [each.result for each in frontier.members]
    note = findings.run_of(results, [e for each in known for e in (each.x, each.y)])
    if any(not each.is_efficient for each in known):
        note += " Grey: outdone by another."
    if any(not each.is_clear for each in known):
        note += " Hollow: that it is outdone, or is not, may be chance."
    others = [each.name for each in frontier.members if not each.is_known]
    if others:
        note += f" Without a place, since not known: {findings.listing(others)}."
    return note
