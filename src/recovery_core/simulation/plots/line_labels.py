"""Where names go: at the ends of lines, none over another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["POINTS", "SIZE", "LineLabel", "label_ends", "leader", "spread"]

SIZE: Final = 9  # of the letters, in points
_LINE: Final = 1.35  # of the size of the letters
POINTS: Final = 72


def spread(
    wanted: Sequence[float], gap: float, within: tuple[float, float]
) -> list[float]:
    """Push places apart that are closer than a gap, as little as can be.

    Args:
        wanted: Where each would stand, in any order.
        gap: How far apart they must be.
        within: Where they have to stay, if there is room; the lower bound is kept to
            first.

    Returns:
        Where each stands, in the order given.

    Example:
        >>> spread([0.0, 5.0, 5.0], 2.0, (0.0, 9.0))
        [0.0, 4.0, 6.0]
    """
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    blocks: list[list[float]] = []
    for place in order:
        blocks.append([wanted[place]])
        while len(blocks) > 1 and _meet(blocks[-2], blocks[-1], gap):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    placed = [start for block in blocks for start in _row(block, gap)]
    low, high = within
    steps = [gap * step for step in range(len(placed))]
    placed = [
        max(min(place, high - above), low + below)
        for place, below, above in zip(placed, steps, steps[::-1], strict=True)
    ]
    found = dict(zip(order, placed, strict=True))
    return [found[place] for place in range(len(wanted))]


def _row(block: Sequence[float], gap: float) -> list[float]:
    start = sum(block) / len(block) - gap * (len(block) - 1) / 2
    return [start + gap * step for step in range(len(block))]


def _meet(below: Sequence[float], above: Sequence[float], gap: float) -> bool:
    return _row(above, gap)[0] - _row(below, gap)[-1] < gap


@attrs.frozen
class LineLabel:
    """Say what is written at the end of a line.

    Args:
        x: Where the line ends.
        y: The same, upwards.
        text: What is written there.
        colour: In which colour.
    """

    x: float
    y: float
    text: str
    colour: str


def label_ends(
    figure: Figure, panels: Sequence[tuple[Any, Sequence[LineLabel]]]
) -> None:
    """Write the name of every line to the right of its end, none over another."""
    figure.draw_without_rendering()
    for axes, labels in panels:
        high = axes.get_window_extent().height / figure.dpi * POINTS
        most = max(label.text.count("\n") + 1 for label in labels)
        _label_ends(axes, labels, SIZE * _LINE * most / high)


def _label_ends(axes: Any, labels: Sequence[LineLabel], gap: float) -> None:
    low, top = axes.get_ylim()
    wanted = [(label.y - low) / (top - low) for label in labels]
    places = spread(wanted, gap, (gap / 2, 1 - gap / 2))
    for label, place in zip(labels, places, strict=True):
        axes.annotate(
            label.text,
            (label.x, label.y),
            (1.05, place),
            textcoords="axes fraction",
            va="center",
            color=label.colour,
            fontsize=SIZE,
            arrowprops=leader(label.colour, (0.0, 0.5)),
            annotation_clip=False,
        )


def leader(colour: str, end: tuple[float, float]) -> dict[str, Any]:
    """Describe the thin line from a label to what it names."""
    line = {"arrowstyle": "-", "color": colour, "lw": 0.7, "relpos": end}
    return {**line, "shrinkA": 1, "shrinkB": 4}
