"""What all pictures share: the sheet, its colours, and the words around it."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ...tables.plots.figures import build_empty_figure, parse_picture_path
from ..results.estimates import Estimate

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "BETTER",
    "LINES",
    "MUTED",
    "PALE",
    "WORSE",
    "Panel",
    "add_panels",
    "error_bar",
    "interval_reach",
    "label_rows",
    "line_style",
    "new_figure",
    "parse_picture_path",
    "save_figure",
    "write_title",
]

# matplotlib's own types leave most of its methods unknown to a strict checker.
Panel: TypeAlias = Any
"""The axes of matplotlib that one panel is drawn on."""

# Okabe and Ito's colours, told apart by everyone; the yellow is too faint for lines.
LINES: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
BETTER: Final = "#0072B2"
WORSE: Final = "#D55E00"
_STYLES: Final = ("-", "--", ":", "-.")
MUTED: Final = "#555555"
PALE: Final = "#999999"

_DPI: Final = 160
_TITLE_CHARACTER: Final = 0.102  # inches that a character of a title takes
_NOTE_CHARACTER: Final = 0.06
_SMALL: Final = 9


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure.

    Raises:
        MissingPackageError: There is no matplotlib.

    Units: inches.
    """
    return build_empty_figure((width, height))


def add_panels(figure: Figure, panels: int = 1) -> list[Panel]:
    """Add panels to a figure, one above the other, with a common x axis."""
    grid: Any = figure.subplots(panels, 1, sharex=True, squeeze=False)
    axes = [row[0] for row in grid]
    for panel in axes:
        for side in ("top", "right"):
            panel.spines[side].set_visible(False)
        panel.tick_params(labelsize=_SMALL, colors=MUTED, labelcolor="black")
    return axes


def label_rows(axes: Panel, names: Sequence[str]) -> None:
    """Write a name before each row of a panel, the first on top."""
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(axis="y", length=0, labelsize=10)
    # The axis is turned over: matplotlib counts from below.
    axes.set_ylim(len(names) - 0.5, -0.5)


def write_title(figure: Any, finding: str, note: str) -> None:
    """Write the finding above the panels, and what it rests on below them."""
    width = figure.get_figwidth()
    how = {"x": 0.01, "ha": "left"}
    # matplotlib wraps a title at the window, not at the figure, so it is wrapped here.
    text = fill(finding, int(width / _TITLE_CHARACTER))
    figure.suptitle(text, fontsize=12, fontweight="bold", **how)
    text = fill(note, int(width / _NOTE_CHARACTER))
    figure.supxlabel(text, fontsize=8, color=MUTED, **how)


def save_figure(figure: Any, target: Path | None) -> Figure:
    """Write a figure to its target, if there is one, and return it."""
    if target is not None:
        figure.savefig(target, dpi=_DPI)
    drawn: Figure = figure
    return drawn


def line_style(number: int) -> tuple[str, str]:
    """Return the colour and the dashes of a line; one below shows between them."""
    return LINES[number % len(LINES)], _STYLES[number % len(_STYLES)]


def interval_reach(
    value: float, half: float, within: tuple[float, float]
) -> tuple[float, float]:
    """Return how far an interval goes down and up; nowhere where it is not known.

    Args:
        value: The figure.
        half: Half the width of its interval.
        within: The least and the most that it can be.
    """
    if not isfinite(half):
        return 0.0, 0.0
    down, up = value - within[0], within[1] - value
    # An interval ends where the figure itself must: a share goes no lower than 0.
    return max(0.0, min(half, down)), max(0.0, min(half, up))


def error_bar(estimate: Estimate) -> list[list[float]]:
    """Return an interval in the form in which matplotlib draws one bar."""
    return [
        [end]
        for end in interval_reach(estimate.value, estimate.half_width, estimate.within)
    ]
