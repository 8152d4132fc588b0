"""Where names go: beside points, where they cover least."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import hypot
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from .figure_style import PALE, Panel
from .line_labels import POINTS, SIZE, leader_style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Corners", "Label", "label_points"]

_Box: TypeAlias = tuple[float, float, float, float]
Corners: TypeAlias = list[tuple[float, float]]


@attrs.frozen
class Label:
    """The text written beside a point.

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


_DISTANCES: Final = (7.0, 18.0, 30.0, 44.0)  # points from the point to its label
_DIRECTIONS: Final = (
    *((1, 1), (1, -1), (-1, 1), (-1, -1), (1, 0), (-1, 0), (0, 1), (0, -1)),
    *((1, 2), (1, -2), (-1, 2), (-1, -2), (2, 1), (2, -1), (-2, 1), (-2, -1)),
)
_ALIGNMENTS: Final = {-1: "right", 0: "center", 1: "left"}
_LEADER_ENDS: Final = {-1: 1.0, 0: 0.5, 1: 0.0}
_BAR_COST: Final = 0.5  # what it costs to cover a bar: letters have a rim of white
_POINT_ROOM: Final = 11  # pixels around a point where other names could seem its own
_OUTSIDE_COST: Final = 4.0
_DISTANCE_COST: Final = 1.5  # what it costs to stand a pixel further away
_CROSSING_COST: Final = 25.0  # what it costs that a leader crosses a name, a step


@attrs.frozen
class _LabelPlacement:
    """One way to place a label."""

    distance: float
    direction: tuple[int, int]
    box: _Box
    leader: tuple[_Box, ...]


@attrs.define
class _CoveredAreas:
    """Areas that are covered already: names and points; bars; and leaders."""

    panel: _Box
    solid: list[_Box] = attrs.field(factory=list[_Box])
    thin: list[_Box] = attrs.field(factory=list[_Box])
    names: list[_Box] = attrs.field(factory=list[_Box])
    leaders: list[_Box] = attrs.field(factory=list[_Box])

    def cost(self, placement: _LabelPlacement, scale: float) -> float:
        """Return how bad it would be to write a name there."""
        box = placement.box
        whole = (box[2] - box[0]) * (box[3] - box[1])
        covered = sum(_overlap_area(box, other) for other in (*self.solid, *self.names))
        thin = sum(_overlap_area(box, other) for other in (*self.thin, *self.leaders))
        crossed = sum(
            _overlap_area(step, other) > 0
            for step in placement.leader
            for other in self.names
        )
        return (
            covered
            + _BAR_COST * thin
            + _OUTSIDE_COST * (whole - _overlap_area(box, self.panel))
            + _DISTANCE_COST * placement.distance * scale
            + _CROSSING_COST * crossed
        )


def label_points(
    figure: Figure, axes: Panel, labels: Sequence[Label], corners: Corners
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
    to_pixels, scale = axes.transData.transform, figure.dpi / POINTS
    covered = _CoveredAreas(axes.get_window_extent().extents)
    covered.thin += _stroke_boxes(to_pixels(corners).tolist())
    for label in labels:
        _cover_point(covered, to_pixels, label)
    rim = [withStroke(linewidth=2.5, foreground="white")]
    for label in labels:
        size = _measure_text(axes, label.text)
        placement = _cheapest_placement(
            covered, to_pixels((label.x, label.y)), size, scale
        )
        side, up = (_sign_of(step) for step in placement.direction)
        end = (_LEADER_ENDS[side], 0.5 if side else _LEADER_ENDS[up])
        axes.annotate(
            label.text,
            (label.x, label.y),
            _label_offset(placement.distance, placement.direction),
            textcoords="offset points",
            ha=_ALIGNMENTS[side],
            va="center",
            color=label.colour,
            fontsize=SIZE,
            path_effects=rim,
            zorder=5,
            arrowprops=leader_style(PALE, end) if placement.leader else None,
        )
        covered.names.append(placement.box)
        covered.leaders += placement.leader


def _measure_text(axes: Panel, text: str) -> Any:
    """Return the box that a text takes, in pixels."""
    written = axes.text(0, 0, text, fontsize=SIZE)
    size = written.get_window_extent()
    written.remove()
    return size


def _cheapest_placement(
    covered: _CoveredAreas, point: Any, text_size: Any, scale: float
) -> _LabelPlacement:
    """Return the placement that costs least, of all distances and directions."""
    choices = [
        _place_label(point, near, way, text_size, scale)
        for near in _DISTANCES
        for way in _DIRECTIONS
    ]
    return min(choices, key=lambda choice: covered.cost(choice, scale))


def _place_label(
    point: Any,
    distance: float,
    direction: tuple[int, int],
    text_size: Any,
    scale: float,
) -> _LabelPlacement:
    """Return a placement at that distance from a point, in that direction."""
    across, up = (step * scale for step in _label_offset(distance, direction))
    side = _sign_of(direction[0])
    left = point[0] + across - text_size.width * (1 - side) / 2
    bottom = point[1] + up - text_size.height / 2
    box = (left, bottom, left + text_size.width, bottom + text_size.height)
    if distance == _DISTANCES[0]:
        return _LabelPlacement(distance, direction, box, ())
    steps = max(2, round(hypot(across, up) / 4))
    places = [
        (point[0] + across * step / steps, point[1] + up * step / steps)
        for step in range(2, steps)
    ]
    line = tuple((x - 1, y - 1, x + 1, y + 1) for x, y in places)
    return _LabelPlacement(distance, direction, box, line)


def _sign_of(number: int) -> int:
    return (number > 0) - (number < 0)


def _label_offset(distance: float, direction: tuple[int, int]) -> tuple[float, float]:
    """Return how many points a label stands away, to the right and up."""
    across, up = direction
    return distance * across, distance * up * (1.1 if across else 1.6)


def _cover_point(covered: _CoveredAreas, to_pixels: Any, label: Label) -> None:
    """Mark what a point and its intervals cover."""
    half_width, half_height = label.bars
    left, low = to_pixels((label.x - half_width, label.y - half_height))
    right, top = to_pixels((label.x + half_width, label.y + half_height))
    x, y = to_pixels((label.x, label.y))
    covered.thin += [(left, y - 1, right, y + 1), (x - 1, low, x + 1, top)]
    covered.solid.append(
        (x - _POINT_ROOM, y - _POINT_ROOM, x + _POINT_ROOM, y + _POINT_ROOM)
    )


def _stroke_boxes(corners: Corners) -> list[_Box]:
    """Return the boxes that a line of level and upright strokes covers."""
    return [
        (min(x, u) - 1, min(y, v) - 1, max(x, u) + 1, max(y, v) + 1)
        for (x, y), (u, v) in pairwise(corners)
    ]


def _overlap_area(first: _Box, second: _Box) -> float:
    """Return the area that two boxes have in common."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    return max(width, 0.0) * max(height, 0.0)
