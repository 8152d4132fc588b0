"""Areas of one value on a grid, and where there is room in them for a word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TypeAlias

import attrs

__all__ = ["Area", "Grid", "areas"]

Grid: TypeAlias = Sequence[Sequence[int | None]]
"""Lines of cells, the lowest first; None where nothing is drawn."""

_Cell: TypeAlias = tuple[int, int]


@attrs.frozen
class Area:
    """The largest rectangle of an unbroken area.

    Args:
        value: What all of it is.
        left: Where it begins to the right.
        bottom: Where it begins upwards.
        width: How wide it is.
        height: How high it is.

    Units: parts of the whole grid.
    """

    value: int
    left: float
    bottom: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        """Where a word goes."""
        return self.left + self.width / 2, self.bottom + self.height / 2


def areas(grid: Grid, along: Sequence[float], up: Sequence[float]) -> Iterator[Area]:
    """Walk every unbroken area of one value, with the most room that is in it.

    Args:
        grid: The cells.
        along: Where each column of them begins, and the last one ends.
        up: The same of the lines.
    """
    along, up = _parts(along), _parts(up)
    seen: set[_Cell] = set()
    for high, line in enumerate(grid):
        for right, value in enumerate(line):
            if value is None or (right, high) in seen:
                continue
            cells = _joined(grid, (right, high))
            seen |= cells
            rectangles = (
                Area(
                    value,
                    along[left],
                    up[bottom],
                    along[end] - along[left],
                    up[top] - up[bottom],
                )
                for left, bottom, end, top in _rectangles(cells)
            )
            yield max(rectangles, key=lambda area: area.width * area.height)


def _parts(places: Sequence[float]) -> list[float]:
    first, length = places[0], places[-1] - places[0]
    return [(place - first) / length for place in places]


def _joined(grid: Grid, start: _Cell) -> set[_Cell]:
    value, found, waiting = grid[start[1]][start[0]], {start}, [start]
    while waiting:
        x, y = waiting.pop()
        for near in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
            is_inside = 0 <= near[1] < len(grid) and 0 <= near[0] < len(grid[0])
            if is_inside and near not in found and grid[near[1]][near[0]] == value:
                found.add(near)
                waiting.append(near)
    return found


def _rectangles(cells: set[_Cell]) -> Iterator[tuple[int, int, int, int]]:
    """Walk the runs of every line, each as far upwards as all of it goes."""
    lines = {
        y: {x for x, _ in line}
        for y, line in groupby(
            sorted(cells, key=lambda cell: cell[::-1]), key=lambda cell: cell[1]
        )
    }
    for bottom, line in lines.items():
        for left in sorted(x for x in line if x - 1 not in line):
            end = left + 1
            while end in line:
                end += 1
            run, top = set(range(left, end)), bottom + 1
            while run <= lines.get(top, set()):
                top += 1
            yield left, bottom, end, top
