"""Where names go: at the ends of lines, none over another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs

from .figure_style import Panel

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["POINTS", "SIZE", "LineLabel", "label_ends", "leader_style", "spread_apart"]

SIZE: Final = 9  # of the letters, in points
_LINE: Final = 1.35  # of the size of the letters
POINTS: Final = 72


def spread_apart(
    positions: Sequence[float], gap: float, within: tuple[float, float]
) -> list[float]:
    """Return positions pushed apart to at least a gap, as little as can be.

    Args:
        positions: Where each label belongs, in any order.
        gap: How far apart they must be.
        within: Where they have to stay, if there is room; the lower bound is kept to
            first.

    Returns:
        Where each stands, in the order given.

    Example:
        >>> spread_apart([0.0, 5.0, 5.0], 2.0, (0.0, 9.0))
        [0.0, 4.0, 6.0]
    """
    order = sorted(range(len(positions)), key=lambda index: positions[index])
    blocks: list[list[float]] = []
    for index in order:
        blocks.append([positions[index]])
        # Blocks that meet become one, which may then meet the one below it: the
        # pool-adjacent-violators algorithm, least squares for a fixed order.
        while len(blocks) > 1 and _blocks_overlap(blocks[-2], blocks[-1], gap):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    placed = [start for block in blocks for start in _centred_block(block, gap)]
    low, high = within
    steps = [gap * step for step in range(len(placed))]
    placed = [
        max(min(index, high - above), low + below)
        for index, below, above in zip(placed, steps, steps[::-1], strict=True)
    ]
    by_index = dict(zip(order, placed, strict=True))
    return [by_index[index] for index in range(len(positions))]


def _centred_block(block: Sequence[float], gap: float) -> list[float]:
    """Return the positions of a block of labels, centred on where they belong."""
    start = sum(block) / len(block) - gap * (len(block) - 1) / 2
    return [start + gap * step for step in range(len(block))]


def _blocks_overlap(below: Sequence[float], above: Sequence[float], gap: float) -> bool:
    return _centred_block(above, gap)[0] - _centred_block(below, gap)[-1] < gap


@attrs.frozen
class LineLabel:
    """The text written at the end of a line.

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
    figure: Figure, panels: Sequence[tuple[Panel, Sequence[LineLabel]]]
) -> None:
    """Write the name of every line to the right of its end, none over another."""
    figure.draw_without_rendering()
    for axes, labels in panels:
        high = axes.get_window_extent().height / figure.dpi * POINTS
        most = max(label.text.count("\n") + 1 for label in labels)
        _label_panel(axes, labels, SIZE * _LINE * most / high)


def _label_panel(axes: Panel, labels: Sequence[LineLabel], gap: float) -> None:
    """Write the labels of one panel beside it, each joined to its line by a leader."""
    low, top = axes.get_ylim()
    heights = [(label.y - low) / (top - low) for label in labels]
    positions = spread_apart(heights, gap, (gap / 2, 1 - gap / 2))
    for label, position in zip(labels, positions, strict=True):
        axes.annotate(
            label.text,
            (label.x, label.y),
            (1.05, position),
            textcoords="axes fraction",
            va="center",
            color=label.colour,
            fontsize=SIZE,
            arrowprops=leader_style(label.colour, (0.0, 0.5)),
            annotation_clip=False,
        )


def leader_style(colour: str, end: tuple[float, float]) -> dict[str, Any]:
    """Return the style of the thin line from a label to what it names."""
    line = {"arrowstyle": "-", "color": colour, "lw": 0.7, "relpos": end}
    return {**line, "shrinkA": 1, "shrinkB": 4}
