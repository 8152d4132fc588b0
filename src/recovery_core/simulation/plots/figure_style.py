"""What all pictures share: the sheet, its colours, and the words around it."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any, Final

from ...tables.plots.picture import empty_figure, target_of
from ..results.estimates import Estimate

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "BETTER",
    "LINES",
    "MUTED",
    "PALE",
    "WORSE",
    "bar",
    "blank",
    "line",
    "reach",
    "saved",
    "sheet",
    "target_of",
    "title",
]

# Okabe and Ito's colours, told apart by everyone; the yellow is too faint for lines.
LINES: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
BETTER: Final = "#0072B2"
WORSE: Final = "#D55E00"
_STYLES: Final = ("-", "--", ":", "-.")
MUTED: Final = "#555555"
PALE: Final = "#999999"

_DPI: Final = 160
_CHARACTER: Final = 0.102  # inches that a character of a title takes
_NOTE: Final = 0.06
_SMALL: Final = 9


def sheet(width: float, height: float) -> Figure:
    """Give an empty figure.

    Raises:
        MissingPackageError: There is no matplotlib.

    Units: inches.
    """
    return empty_figure((width, height))


def blank(figure: Figure, panels: int = 1) -> list[Any]:
    """Put panels on a figure, one above the other, with a common x axis."""
    found: Any = figure.subplots(panels, 1, sharex=True, squeeze=False)
    axes = [row[0] for row in found]
    for panel in axes:
        for side in ("top", "right"):
            panel.spines[side].set_visible(False)
        panel.tick_params(labelsize=_SMALL, colors=MUTED, labelcolor="black")
    return axes


def title(figure: Any, finding: str, note: str) -> None:
    """Write the finding above, and what it rests on below."""
    width = figure.get_figwidth()
    how = {"x": 0.01, "ha": "left"}
    text = fill(finding, int(width / _CHARACTER))
    figure.suptitle(text, fontsize=12, fontweight="bold", **how)
    text = fill(note, int(width / _NOTE))
    figure.supxlabel(text, fontsize=8, color=MUTED, **how)


def saved(figure: Any, target: Path | None) -> Figure:
    """Write a figure where it is wanted, and return it."""
    if target is not None:
        figure.savefig(target, dpi=_DPI)
    drawn: Figure = figure
    return drawn


def line(number: int) -> tuple[str, str]:
    """Give the colour and the dashes of a line: what lies below shows between them."""
    return LINES[number % len(LINES)], _STYLES[number % len(_STYLES)]


def reach(
    value: float, half: float, within: tuple[float, float]
) -> tuple[float, float]:
    """Say how far an interval goes down and up; nowhere where it is not known.

    Args:
        value: The figure.
        half: Half the width of its interval.
        within: The least and the most that it can be.
    """
    if not isfinite(half):
        return 0.0, 0.0
    down, up = value - within[0], within[1] - value
    return max(0.0, min(half, down)), max(0.0, min(half, up))


def bar(found: Estimate) -> list[list[float]]:
    """Give an interval as matplotlib draws one bar."""
    return [[end] for end in reach(found.value, found.half_width, found.within)]
