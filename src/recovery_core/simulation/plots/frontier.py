"""A family of policies in two outcomes, and who is not outdone."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Final

from ...errors import InvalidValueError
from ..results.outcomes import OUTCOMES
from ..sweeps.frontier import Frontier, FrontierMember
from . import figure_style, findings
from .figure_style import Panel
from .point_labels import Corners, Label, label_points

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_frontier"]

_NAMES_IN_TITLE: Final = 4  # so many names still fit into a title
_NAME_WIDTH: Final = 26


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
    target = figure_style.parse_picture_path(path)
    figure = figure_style.new_figure(7.6, 5.4)
    (axes,) = figure_style.add_panels(figure)
    factors = findings.display_factor(frontier.x), findings.display_factor(frontier.y)
    members = _placed_members(frontier)
    corners = _step_corners(frontier, factors)
    axes.plot(*zip(*corners, strict=True), color=figure_style.BETTER, lw=1.2, alpha=0.5)
    labels = [_draw_member(axes, member, factors) for member in members]
    axes.margins(0.14)
    currency = frontier.members[0].result.world.population.currency
    axes.set_xlabel(findings.axis_label(frontier.x, currency), fontsize=10)
    axes.set_ylabel(findings.axis_label(frontier.y, currency), fontsize=10)
    figure_style.write_title(figure, _phrase_finding(frontier), _phrase_note(frontier))
    label_points(figure, axes, labels, corners)
    return figure_style.save_figure(figure, target)


def _placed_members(frontier: Frontier) -> list[FrontierMember]:
    """Return the members that have a place, which need both outcomes known."""
    members = [member for member in frontier.members if member.is_known]
    if not members:
        raise InvalidValueError(
            f"{frontier.x} or {frontier.y} of nobody is known, so there is nothing to "
            "draw: take more customers, or other outcomes"
        )
    return members


def _step_corners(frontier: Frontier, factors: tuple[float, float]) -> Corners:
    """Return the corners of the step on which nobody was outdone."""
    x, y = factors
    points = [(member.x.value * x, member.y.value * y) for member in frontier.efficient]
    # The step bends towards the worse side, so that all it leaves out is outdone.
    if not OUTCOMES[frontier.x].is_better_high:
        inner_corners = [(right[0], left[1]) for left, right in pairwise(points)]
    else:
        inner_corners = [(left[0], right[1]) for left, right in pairwise(points)]
    return [
        corner for pair in zip(points, inner_corners, strict=False) for corner in pair
    ] + points[-1:]


def _draw_member(
    axes: Panel, member: FrontierMember, factors: tuple[float, float]
) -> Label:
    """Draw one member with both intervals, and return the label for it."""
    x, y = member.x.times(factors[0]), member.y.times(factors[1])
    colour = figure_style.BETTER if member.is_efficient else figure_style.PALE
    across, up = figure_style.error_bar(x), figure_style.error_bar(y)
    axes.errorbar(
        *(x.value, y.value, up, across),
        fmt="o",
        color=colour,
        markerfacecolor=colour if member.is_clear else "white",
        ms=7,
        elinewidth=1.2,
        zorder=3 if member.is_efficient else 2,
    )
    text_colour = figure_style.BETTER if member.is_efficient else figure_style.MUTED
    bars = max(across)[0], max(up)[0]
    return Label(x.value, y.value, fill(member.name, _NAME_WIDTH), text_colour, bars)


def _phrase_finding(frontier: Frontier) -> str:
    """Return the title: who is outdone by nobody."""
    names = [member.name for member in frontier.efficient]
    member_count = len(_placed_members(frontier))
    outcomes_text = (
        f"in {findings.spell_out(frontier.x)} and {findings.spell_out(frontier.y)}"
    )
    if len(names) == member_count:
        return f"None of {member_count} outdoes another {outcomes_text}"
    if len(names) > _NAMES_IN_TITLE:
        return f"{len(names)} of {member_count} are outdone by nobody {outcomes_text}"
    verb = "is" if len(names) == 1 else "are"
    return f"{findings.join_names(names)} {verb} outdone by nobody {outcomes_text}"


def _phrase_note(frontier: Frontier) -> str:
    """Return the lines below the picture: the runs, and what the shades mean."""
    placed = _placed_members(frontier)
    results = [member.result for member in frontier.members]
    note = findings.describe_runs(
        results, [estimate for member in placed for estimate in (member.x, member.y)]
    )
    if any(not member.is_efficient for member in placed):
        note += " Grey: outdone by another."
    if any(not member.is_clear for member in placed):
        note += " Hollow: that it is outdone, or is not, may be chance."
    unplaced = [member.name for member in frontier.members if not member.is_known]
    if unplaced:
        note += f" Without a place, since not known: {findings.join_names(unplaced)}."
    return note
