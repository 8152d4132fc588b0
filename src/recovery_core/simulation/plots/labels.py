"""Where names go: at the ends of lines and beside points, none over another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import hypot
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from .paper import PALE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Corners", "Ending", "Label", "beside", "label_ends", "spread"]

_SIZE: Final = 9  # of the letters, in points
_LINE: Final = 1.35  # of the size of the letters
_POINTS: Final = 72

_Box: TypeAlias = tuple[float, float, float, float]
Corners: TypeAlias = list[tuple[float, float]]


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
class Ending:
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


def label_ends(figure: Figure, panels: Sequence[tuple[Any, Sequence[Ending]]]) -> None:
    """Write the name of every line to the right of its end, none over another."""
    figure.draw_without_rendering()
    for axes, endings in panels:
        high = axes.get_window_extent().height / figure.dpi * _POINTS
        most = max(ending.text.count("\n") + 1 for ending in endings)
        _label_ends(axes, endings, _SIZE * _LINE * most / high)


def _label_ends(axes: Any, endings: Sequence[Ending], gap: float) -> None:
    low, top = axes.get_ylim()
    wanted = [(ending.y - low) / (top - low) for ending in endings]
    places = spread(wanted, gap, (gap / 2, 1 - gap / 2))
    for ending, place in zip(endings, places, strict=True):
        axes.annotate(
            ending.text,
            (ending.x, ending.y),
            (1.05, place),
            textcoords="axes fraction",
            va="center",
            color=ending.colour,
            fontsize=_SIZE,
            arrowprops=_leader(ending.colour, (0.0, 0.5)),
            annotation_clip=False,
        )


def _leader(colour: str, end: tuple[float, float]) -> dict[str, Any]:
    """Describe the thin line from a label to what it names."""
    line = {"arrowstyle": "-", "color": colour, "lw": 0.7, "relpos": end}
    return {**line, "shrinkA": 1, "shrinkB": 4}


# ----------------------------------------------------------------------- beside points


@attrs.frozen
class Label:
    """Say what is written beside a point.

    Args:
        x: Where the point is.
        y: The same, upwards.
        text: What is written beside it.
        colour: In which colour.
        bars: How far its intervals reach to either side, and up and down.
    """

    x: float
    y: float
    text: str
    colour: str
    bars: tuple[float, float]


_NEAR: Final = (7.0, 18.0, 30.0, 44.0)  # points from the point to its label
_WAYS: Final = (
    *((1, 1), (1, -1), (-1, 1), (-1, -1), (1, 0), (-1, 0), (0, 1), (0, -1)),
    *((1, 2), (1, -2), (-1, 2), (-1, -2), (2, 1), (2, -1), (-2, 1), (-2, -1)),
)
_SIDES: Final = {-1: "right", 0: "center", 1: "left"}
_ENDS: Final = {-1: 1.0, 0: 0.5, 1: 0.0}
_THIN: Final = 0.5  # what it costs to cover a bar: letters have a rim of white
_ROOM: Final = 11  # pixels around a point where other names could seem its own
_OUTSIDE: Final = 4.0
_FAR: Final = 1.5  # what it costs to stand a pixel further away
_CROSSED: Final = 25.0  # what it costs that a leader crosses a name, a step


@attrs.frozen
class _Choice:
    """One way to place a label."""

    near: float
    way: tuple[int, int]
    box: _Box
    leader: tuple[_Box, ...]


@attrs.define
class _Taken:
    """What is covered already: names and points; bars; and leaders."""

    panel: _Box
    solid: list[_Box] = attrs.field(factory=list[_Box])
    thin: list[_Box] = attrs.field(factory=list[_Box])
    names: list[_Box] = attrs.field(factory=list[_Box])
    leaders: list[_Box] = attrs.field(factory=list[_Box])

    def cost(self, choice: _Choice, scale: float) -> float:
        """Say how bad it would be to write a name there."""
        box = choice.box
        whole = (box[2] - box[0]) * (box[3] - box[1])
        covered = sum(_shared(box, other) for other in (*self.solid, *self.names))
        thin = sum(_shared(box, other) for other in (*self.thin, *self.leaders))
        crossed = sum(
            _shared(step, other) > 0 for step in choice.leader for other in self.names
        )
        return (
            covered
            + _THIN * thin
            + _OUTSIDE * (whole - _shared(box, self.panel))
            + _FAR * choice.near * scale
            + _CROSSED * crossed
        )


def beside(
    figure: Figure, axes: Any, labels: Sequence[Label], corners: Corners
) -> None:
    """Write a name beside every point, where it covers least.

    Args:
        figure: What is drawn on.
        axes: Which panel of it.
        labels: The points and their names.
        corners: Of a line of level and upright strokes, not to be covered either.
    """
    from matplotlib.patheffects import withStroke  # noqa: PLC0415 - an extra

    figure.draw_without_rendering()
    to, scale = axes.transData.transform, figure.dpi / _POINTS
    taken = _Taken(axes.get_window_extent().extents)
    taken.thin += _strokes(to(corners).tolist())
    for each in labels:
        _cross(taken, to, each)
    rim = [withStroke(linewidth=2.5, foreground="white")]
    for each in labels:
        size = _size(axes, each.text)
        best = _best(taken, to((each.x, each.y)), size, scale)
        side, up = (_sign(step) for step in best.way)
        end = (_ENDS[side], 0.5 if side else _ENDS[up])
        axes.annotate(
            each.text,
            (each.x, each.y),
            _offset(best.near, best.way),
            textcoords="offset points",
            ha=_SIDES[side],
            va="center",
            color=each.colour,
            fontsize=_SIZE,
            path_effects=rim,
            zorder=5,
            arrowprops=_leader(PALE, end) if best.leader else None,
        )
        taken.names.append(best.box)
        taken.leaders += best.leader


def _size(axes: Any, text: str) -> Any:
    """Measure a text."""
    written = axes.text(0, 0, text, fontsize=_SIZE)
    size = written.get_window_extent()
    written.remove()
    return size


def _best(taken: _Taken, at: Any, size: Any, scale: float) -> _Choice:
    choices = [_choice(at, near, way, size, scale) for near in _NEAR for way in _WAYS]
    return min(choices, key=lambda choice: taken.cost(choice, scale))


def _choice(
    at: Any, near: float, way: tuple[int, int], size: Any, scale: float
) -> _Choice:
    """Place a label so far from its point, on that side of it."""
    across, up = (step * scale for step in _offset(near, way))
    side = _sign(way[0])
    left = at[0] + across - size.width * (1 - side) / 2
    bottom = at[1] + up - size.height / 2
    box = (left, bottom, left + size.width, bottom + size.height)
    if near == _NEAR[0]:
        return _Choice(near, way, box, ())
    steps = max(2, round(hypot(across, up) / 4))
    places = [
        (at[0] + across * step / steps, at[1] + up * step / steps)
        for step in range(2, steps)
    ]
    leader = tuple((x - 1, y - 1, x + 1, y + 1) for x, y in places)
    return _Choice(near, way, box, leader)


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _offset(near: float, way: tuple[int, int]) -> tuple[float, float]:
    """Say how many points a label stands away, to the right and up."""
    across, up = way
    return near * across, near * up * (1.1 if across else 1.6)


def _cross(taken: _Taken, to: Any, label: Label) -> None:
    """Note what a point and its intervals cover."""
    wide, high = label.bars
    left, low = to((label.x - wide, label.y - high))
    right, top = to((label.x + wide, label.y + high))
    x, y = to((label.x, label.y))
    taken.thin += [(left, y - 1, right, y + 1), (x - 1, low, x + 1, top)]
    taken.solid.append((x - _ROOM, y - _ROOM, x + _ROOM, y + _ROOM))


def _strokes(corners: Corners) -> list[_Box]:
    """Say what a line of level and upright strokes covers."""
    return [
        (min(x, u) - 1, min(y, v) - 1, max(x, u) + 1, max(y, v) + 1)
        for (x, y), (u, v) in pairwise(corners)
    ]


def _shared(one: _Box, other: _Box) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(wide, 0.0) * max(high, 0.0)
