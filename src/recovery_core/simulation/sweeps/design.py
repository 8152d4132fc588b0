"""The points of a sweep: a full grid, or whatever was sampled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Sized
from itertools import product
from math import isfinite, prod
from typing import Any, Final, TypeAlias, TypeGuard

import attrs

from ...errors import InvalidValueError
from ..results.outcomes import OUTCOMES
from ..world.distribution import from_numpy

__all__ = [
    "PARTS",
    "Design",
    "Names",
    "Plain",
    "design_of",
    "is_collection",
    "names_of",
]

Plain: TypeAlias = int | float | str | bool | None
"""A value of a parameter: what every table and every file can hold."""

Names: TypeAlias = Sequence[str] | Mapping[str, Any]

PARTS: Final = ("", "_low", "_high")
"""What the columns of an outcome end in, in wide tables."""

_LARGEST: Final = 1 << 63
_MOST: Final = 10_000_000  # values in all points of a grid: a gigabyte at most
_TAKEN: Final = frozenset(
    {"point", "seed", "outcome", "unit", "value", "low", "high"}
    | {outcome + part for outcome in OUTCOMES for part in PARTS}
)


def _kind_of_value(value: Plain) -> str | None:
    """Return the kind of a value; values of one parameter are all of one."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "truth"
    return "text" if isinstance(value, str) else "number"


@attrs.frozen
class Design:
    """The points at which something is tried.

    Args:
        names: The parameters.
        points: Their values at each point, in the order of the names.
        levels: The values of each parameter, where the points are all combinations
            of them; else None.

    Raises:
        InvalidValueError: A name or a value cannot be.
    """

    names: tuple[str, ...]
    points: tuple[tuple[Plain, ...], ...]
    levels: tuple[tuple[Plain, ...], ...] | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what makes no table."""
        if not self.points or not self.names:
            raise InvalidValueError("the design is empty: give at least one point")
        _check_names(self.names)
        for name, values in zip(
            self.names, zip(*self.points, strict=True), strict=True
        ):
            sorts = {_kind_of_value(value) for value in values} - {None}
            if len(sorts) > 1:
                mixed = " and ".join(sorted(map(str, sorts)))
                raise InvalidValueError(
                    f"parameter {name!r} mixes {mixed}: give values of one sort"
                )

    def at(self, point: int) -> dict[str, Plain]:
        """Return the parameters of a point, by name."""
        return dict(zip(self.names, self.points[point], strict=True))

    def column(self, name: str) -> list[Plain]:
        """Return the values of a parameter, point by point; all float if one is."""
        index = self.names.index(name)
        return _unify_numbers([point[index] for point in self.points])

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return attrs.asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Design:
        """Read what `to_dict` returned."""
        levels = stored["levels"]
        return cls(
            tuple(stored["names"]),
            tuple(map(tuple, stored["points"])),
            None if levels is None else tuple(map(tuple, levels)),
        )


def _unify_numbers(values: list[Plain]) -> list[Plain]:
    """Return all numbers as floats if one of them is."""
    # Frames and files infer the type of a column, and refuse one that is mixed.
    if not any(isinstance(value, float) for value in values):
        return values
    return [None if value is None else float(value) for value in values]


def _check_names(names: tuple[Any, ...]) -> None:
    """Refuse names that are no text, taken by a column, or given twice."""
    for name in names:
        if not isinstance(name, str) or not name:
            raise InvalidValueError(
                f"a parameter cannot be called {name!r}: give each a name"
            )
        if name in _TAKEN:
            raise InvalidValueError(
                f"no parameter can be called {name!r}, which is a column of the table "
                "already: call it otherwise, here and in build"
            )
    if len(set(names)) < len(names):
        raise InvalidValueError(
            f"the parameters {', '.join(names)} are not all different: give each a "
            "name of its own"
        )


def _check_value(name: str, value: Any) -> Plain:
    """Return a value out of NumPy; refuse what no table could hold."""
    unboxed = from_numpy(value)
    if unboxed is None or isinstance(unboxed, str | bool):
        return unboxed
    if isinstance(unboxed, int) and -_LARGEST <= unboxed < _LARGEST:
        return unboxed
    if isinstance(unboxed, float) and isfinite(unboxed):
        return unboxed
    raise InvalidValueError(
        f"parameter {name!r} cannot be {value!r:.80}: give numbers, texts, True, False "
        "or None, and let build make of them what it needs"
    )


def design_of(design: Any, names: Names | None = None) -> Design:
    """Build a design from a grid, a list of points, or an array.

    Args:
        design: Values by parameter, for all their combinations; or points, each a
            mapping; or with `names` the rows of an array, one a point.
        names: What the columns of that array are: names, or a SALib problem.

    Raises:
        InvalidValueError: It is none of these, or a name or a value cannot be.

    Example:
        >>> design_of({"first": (15, 30), "share": (0.5, 1.0)}).points
        ((15, 0.5), (15, 1.0), (30, 0.5), (30, 1.0))
        >>> design_of([(15, 0.5)], names=["first", "share"]).at(0)
        {'first': 15, 'share': 0.5}
    """
    if names is not None:
        return _array_design(design, names)
    return _grid_design(design) if _is_mapping(design) else _points_design(design)


def _is_mapping(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping)


def is_collection(value: object) -> TypeGuard[Iterable[Any]]:
    """Return whether this is several things; a text is one, and so is a mapping."""
    return isinstance(value, Iterable) and not isinstance(value, str | Mapping)


def _is_row(value: object, length: int) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, list | tuple) and len(value) == length  # pyright: ignore[reportUnknownArgumentType]


def _grid_design(values_by_name: Mapping[str, Any]) -> Design:
    """Build the design of all combinations of the values of each parameter."""
    levels: list[tuple[Plain, ...]] = []
    for name, values in values_by_name.items():
        if not is_collection(values):
            raise InvalidValueError(
                f"parameter {name!r} cannot be {values!r}: give a list of values to "
                f"try, such as [{values!r}]"
            )
        level = tuple(_check_value(name, value) for value in values)
        if len(set(level)) < len(level):
            raise InvalidValueError(
                f"parameter {name!r} has a value twice in {level}: give each once"
            )
        levels.append(level)
    _check_size(levels)
    return Design(tuple(values_by_name), tuple(product(*levels)), tuple(levels))


def _check_size(levels: Sequence[Sized]) -> None:
    """Refuse a grid before it is laid out: it doubles with every pair of values."""
    # Counted before it is built, for the product may not fit into memory.
    if prod(map(len, levels)) * len(levels) > _MOST:
        raise InvalidValueError(
            f"all combinations of {len(levels)} parameters are more than {_MOST} "
            "values: try fewer, or sample some points and give their list"
        )


def _points_design(design: object) -> Design:
    """Build a design from points, each a mapping with the same parameters."""
    points = list(design) if is_collection(design) else []
    if not points or not all(map(_is_mapping, points)):
        raise InvalidValueError(
            f"no design can be made of {design!r:.80}: give a mapping of values by "
            "parameter, or a list of mappings; with an array, give names="
        )
    names = tuple(points[0])
    for number, point in enumerate(points):
        if set(point) != set(names):
            raise InvalidValueError(
                f"point {number} has the parameters {', '.join(map(str, point))}: give "
                f"{', '.join(map(str, names))}, as at the first point"
            )
    rows = (
        tuple(_check_value(name, point[name]) for name in names) for point in points
    )
    return Design(names, tuple(rows))


def names_of(label: str, names: object) -> tuple[str, ...]:
    """Return names from a list, or out of a SALib problem.

    Args:
        label: What it is called.
        names: The list, or the problem.

    Raises:
        InvalidValueError: It is neither.
    """
    listed = names.get("names") if _is_mapping(names) else names
    if not is_collection(listed):
        raise InvalidValueError(
            f"{label} cannot be {names!r:.80}: give a list of names, or a SALib problem"
        )
    return tuple(listed)


def _array_design(array: Any, names: Names) -> Design:
    """Build a design from the rows of an array."""
    columns = names_of("names", names)
    rows: Any = array.tolist() if hasattr(array, "tolist") else array
    points: list[tuple[Plain, ...]] = []
    for row in rows if is_collection(rows) else [rows]:
        if not _is_row(row, len(columns)):
            raise InvalidValueError(
                f"point {len(points)} is {row!r:.80}: with names=, give a 2-D array "
                f"with a column for each of {', '.join(map(str, columns))}"
            )
        points.append(tuple(map(_check_value, columns, row)))
    return Design(columns, tuple(points))
