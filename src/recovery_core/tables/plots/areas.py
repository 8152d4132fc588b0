"""Areas of one value on a grid, and where there is room in them for a word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TypeAlias

import attrs

__all__ = ["Area", "Grid", "iter_areas"]

Grid: TypeAlias = Sequence[Sequence[int | None]]
"""Lines of cells, the lowest first; None where nothing is drawn."""

_Cell: TypeAlias = tuple[int, int]


@attrs.frozen
class Area:
    """A large rectangle in an unbroken area of one value.

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


def iter_areas(
    grid: Grid, x_places: Sequence[float], y_places: Sequence[float]
) -> Iterator[Area]:
    """Yield a large rectangle in every unbroken area of one value.

    Args:
        grid: The cells.
        x_places: Where each column of them begins, and the last one ends.
        y_places: The same of the lines.
    """
    x_parts, y_parts = _to_parts_of_length(x_places), _to_parts_of_length(y_places)
    cells_done: set[_Cell] = set()
    for y, line in enumerate(grid):
        for x, value in enumerate(line):
            if value is None or (x, y) in cells_done:
                continue
            cells = _collect_connected_cells(grid, (x, y))
            cells_done |= cells
            rectangles = (
                Area(
                    value,
                    x_parts[left],
                    y_parts[bottom],
                    x_parts[end] - x_parts[left],
                    y_parts[top] - y_parts[bottom],
                )
                for left, bottom, end, top in _iter_rectangles(cells)
            )
            yield max(rectangles, key=lambda area: area.width * area.height)


def _to_parts_of_length(places: Sequence[float]) -> list[float]:
    """Convert places to parts of the whole length: the first is 0, the last 1."""
    first, length = places[0], places[-1] - places[0]
    return [(place - first) / length for place in places]


def _collect_connected_cells(grid: Grid, start_cell: _Cell) -> set[_Cell]:
    """Flood from a cell over its neighbours of the same value."""
    value = grid[start_cell[1]][start_cell[0]]
    connected, waiting = {start_cell}, [start_cell]
    while waiting:
        x, y = waiting.pop()
        for cell in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
            is_inside = 0 <= cell[1] < len(grid) and 0 <= cell[0] < len(grid[0])
            if is_inside and cell not in connected and grid[cell[1]][cell[0]] == value:
                connected.add(cell)
                waiting.append(cell)
    return connected


def _iter_rectangles(cells: set[_Cell]) -> Iterator[tuple[int, int, int, int]]:
    """Yield left, bottom, right end and top of each run, as high as all of it goes.

    The largest rectangle is not always among them: one may be narrower than every run
    that it crosses. For a word they are near enough, and quick.
    """
    xs_by_line = {
        y: {x for x, _ in line}
        for y, line in groupby(
            sorted(cells, key=lambda cell: cell[::-1]), key=lambda cell: cell[1]
        )
    }
    for bottom, xs in xs_by_line.items():
        for left in sorted(x for x in xs if x - 1 not in xs):
            end = left + 1
            while end in xs:
                end += 1
            run, top = set(range(left, end)), bottom + 1
            while run <= xs_by_line.get(top, set()):
                top += 1
            yield left, bottom, end, top
