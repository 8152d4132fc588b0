"""Satisfaction after a failure, against the twins to whom nothing happened."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ...errors import InvalidValueError
from ..results.totals import SEVERITIES
from ..runs.paradox import NTH, Gap, Paradox
from . import figure_style, findings
from .figure_style import Panel

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_paradox"]

_ZERO_TEXT: Final = "as satisfied as the twin without a failure"
_HALF: Final = 0.5

_Gaps = dict[str, Gap]


def plot_paradox(paradox: Paradox, *, path: str | Path | None = None) -> Figure:
    """Draw how satisfied the recovered are, against twins whom nothing befell.

    A row is a sort of failure: the first of a customer or a later one, by severity.
    To the right of the zero line the recovery left more satisfaction than there
    would have been without a failure, on average; beside the row stands how many
    were left so.

    Args:
        paradox: What `paradox` measured.
        path: Where to write it, as PNG or SVG by its suffix.

    Returns:
        The figure, to be shown or changed.

    Raises:
        InvalidValueError: Nothing was recovered, or there is no such folder or
            format.

    Units: satisfaction from 0 to 1.
    """
    target = figure_style.parse_picture_path(path)
    gaps = _recovered_gaps(paradox)
    figure = figure_style.new_figure(8.0, 2.0 + 0.42 * len(gaps))
    (axes,) = figure_style.add_panels(figure)
    _draw_gaps(axes, gaps)
    _draw_zero_line(axes)
    axes.set_xlabel(
        "satisfaction with the recovery, less the twin's (0 to 1)", fontsize=10
    )
    bars = findings.describe_intervals([gap.at_once for gap in gaps.values()])
    more = f"seed {paradox.seed}; failures that were resolved; {bars}"
    note = findings.describe_size(paradox.customers, paradox.months, more)
    figure_style.write_title(
        figure, _phrase_finding(gaps), f"{paradox.company.name}: {note}"
    )
    return figure_style.save_figure(figure, target)


def _recovered_gaps(paradox: Paradox) -> _Gaps:
    """Return the gaps by kind of failure, leaving out what never was resolved."""
    gaps_by_name = {
        f"{nth} failure, {severity}": paradox.gap(nth=nth, severity=severity)
        for nth, severity in product(NTH, SEVERITIES)
    }
    gaps = {name: gap for name, gap in gaps_by_name.items() if gap is not None}
    if not gaps:
        raise InvalidValueError(
            "no failure was resolved, so there is nothing to draw: take more "
            "customers, more months, or a company that settles claims"
        )
    return gaps


def _draw_gaps(axes: Panel, gaps: _Gaps) -> None:
    """Draw a row for each gap: its interval, and how many were left so."""
    rows = range(len(gaps))
    for row, gap in zip(rows, gaps.values(), strict=True):
        difference = gap.at_once
        axes.errorbar(
            *(difference.value, row, None, figure_style.error_bar(difference)),
            fmt="o",
            color=_gap_colour(gap),
            ms=7,
            elinewidth=1.6,
            capsize=3,
        )
        share = f"{100 * gap.strong.value:.1f} %  of {gap.episodes:,}"
        _write_beside(axes, row, share, color=_gap_colour(gap))
    _write_beside(axes, -0.75, "more satisfied than the twin", color=figure_style.MUTED)
    figure_style.label_rows(axes, [*gaps])


def _gap_colour(gap: Gap) -> str:
    """Return the colour for a gap; grey where its interval covers zero."""
    if not gap.at_once.is_clear:
        return figure_style.MUTED
    return figure_style.BETTER if gap.at_once.value > 0 else figure_style.WORSE


def _write_beside(axes: Panel, row: float, text: str, **style: Any) -> None:
    transform = axes.get_yaxis_transform()
    axes.text(1.03, row, text, transform=transform, va="center", fontsize=9, **style)


def _draw_zero_line(axes: Panel) -> None:
    """Draw the line where nothing was lost, and write its meaning on it."""
    axes.axvline(0, color="black", lw=1)
    axes.margins(x=0.08)
    left, right = axes.get_xlim()
    # The text goes to the side of the line that has more room.
    share = -left / (right - left)
    axes.text(
        *(share, 1.02, f"{_ZERO_TEXT}  |" if share > _HALF else f"|  {_ZERO_TEXT}"),
        transform=axes.transAxes,
        ha="right" if share > _HALF else "left",
        va="bottom",
        fontsize=9,
    )


def _phrase_finding(gaps: _Gaps) -> str:
    """Return the title: after which failures there is a paradox, if any."""
    strong = [name for name, gap in gaps.items() if gap.holds("strong")]
    weak = [name for name, gap in gaps.items() if gap.holds("weak")]
    if strong:
        return f"More satisfied than without a failure after: {'; '.join(strong)}"
    if weak:
        return f"No paradox, but nothing is lost either after: {'; '.join(weak)}"
    return (
        "No paradox: after no sort of failure does recovery leave more satisfaction "
        "than no failure would"
    )
