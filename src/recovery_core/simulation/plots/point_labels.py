"""Where names go: beside points, where they cover least."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import hypot
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from .figure_style import PALE
from .line_labels import POINTS, SIZE, leader

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Corners", "Label", "beside"]

_Box: TypeAlias = tuple[float, float, float, float]
Corners: TypeAlias = list[tuple[float, float]]


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
    line: tuple[_Box, ...]


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
            _shared(step, other) > 0 for step in choice.line for other in self.names
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
    to, scale = axes.transData.transform, figure.dpi / POINTS
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
            fontsize=SIZE,
            path_effects=rim,
            zorder=5,
            arrowprops=leader(PALE, end) if best.line else None,
        )
        taken.names.append(best.box)
        taken.leaders += best.line


def _size(axes: Any, text: str) -> Any:
    """Measure a text."""
    written = axes.text(0, 0, text, fontsize=SIZE)
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
    line = tuple((x - 1, y - 1, x + 1, y + 1) for x, y in places)
    return _Choice(near, way, box, line)


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
