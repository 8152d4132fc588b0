"""The points of a sweep: a full grid, or whatever was sampled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Sized
from itertools import product
from math import isfinite, prod
from typing import Any, Final, TypeAlias, TypeGuard

import attrs

from ...errors import InvalidValueError
from ..results.outcomes import OUTCOMES
from ..world.distribution import plain

__all__ = ["PARTS", "Design", "Names", "Plain", "design_of", "is_many", "names_of"]

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


def _sort(value: Plain) -> str | None:
    """Name the sort of a value; values of one parameter are all of one."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "truth"
    return "text" if isinstance(value, str) else "number"


@attrs.frozen
class Design:
    """Hold the points at which something is tried.

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
            sorts = {_sort(value) for value in values} - {None}
            if len(sorts) > 1:
                mixed = " and ".join(sorted(map(str, sorts)))
                raise InvalidValueError(
                    f"parameter {name!r} mixes {mixed}: give values of one sort"
                )

    def at(self, point: int) -> dict[str, Plain]:
        """Give the parameters of a point, by name."""
        return dict(zip(self.names, self.points[point], strict=True))

    def column(self, name: str) -> list[Plain]:
        """List the values of a parameter, point by point; all float if one is."""
        place = self.names.index(name)
        return _alike([point[place] for point in self.points])

    def to_dict(self) -> dict[str, Any]:
        """Give it as JSON would hold it."""
        return attrs.asdict(self)

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Design:
        """Read what `to_dict` gave."""
        levels = given["levels"]
        return cls(
            tuple(given["names"]),
            tuple(map(tuple, given["points"])),
            None if levels is None else tuple(map(tuple, levels)),
        )


def _alike(values: list[Plain]) -> list[Plain]:
    if not any(isinstance(value, float) for value in values):
        return values
    return [None if value is None else float(value) for value in values]


def _check_names(names: tuple[Any, ...]) -> None:
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


def _plain(name: str, value: Any) -> Plain:
    """Take a value, out of NumPy if that is where it comes from."""
    found = plain(value)
    if found is None or isinstance(found, str | bool):
        return found
    if isinstance(found, int) and -_LARGEST <= found < _LARGEST:
        return found
    if isinstance(found, float) and isfinite(found):
        return found
    raise InvalidValueError(
        f"parameter {name!r} cannot be {value!r:.80}: give numbers, texts, True, False "
        "or None, and let build make of them what it needs"
    )


def design_of(given: Any, names: Names | None = None) -> Design:
    """Take a design as it comes.

    Args:
        given: Values by parameter, for all their combinations; or points, each a
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
        return _sampled(given, names)
    return _grid(given) if _is_mapping(given) else _listed(given)


def _is_mapping(given: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(given, Mapping)


def is_many(given: object) -> TypeGuard[Iterable[Any]]:
    """Tell whether it is several things; a text is one, and a mapping tells of one."""
    return isinstance(given, Iterable) and not isinstance(given, str | Mapping)


def _is_row(given: object, length: int) -> TypeGuard[Sequence[Any]]:
    return isinstance(given, list | tuple) and len(given) == length  # pyright: ignore[reportUnknownArgumentType]


def _grid(given: Mapping[str, Any]) -> Design:
    levels: list[tuple[Plain, ...]] = []
    for name, values in given.items():
        if not is_many(values):
            raise InvalidValueError(
                f"parameter {name!r} cannot be {values!r}: give a list of values to "
                f"try, such as [{values!r}]"
            )
        found = tuple(_plain(name, value) for value in values)
        if len(set(found)) < len(found):
            raise InvalidValueError(
                f"parameter {name!r} has a value twice in {found}: give each once"
            )
        levels.append(found)
    _check_size(levels)
    return Design(tuple(given), tuple(product(*levels)), tuple(levels))


def _check_size(levels: Sequence[Sized]) -> None:
    """Refuse a grid before it is laid out: it doubles with every pair of values."""
    if prod(map(len, levels)) * len(levels) > _MOST:
        raise InvalidValueError(
            f"all combinations of {len(levels)} parameters are more than {_MOST} "
            "values: try fewer, or sample some points and give their list"
        )


def _listed(given: object) -> Design:
    """Take points, each a mapping with the same parameters."""
    points = list(given) if is_many(given) else []
    if not points or not all(map(_is_mapping, points)):
        raise InvalidValueError(
            f"no design can be made of {given!r:.80}: give a mapping of values by "
            "parameter, or a list of mappings; with an array, give names="
        )
    names = tuple(points[0])
    for number, point in enumerate(points):
        if set(point) != set(names):
            raise InvalidValueError(
                f"point {number} has the parameters {', '.join(map(str, point))}: give "
                f"{', '.join(map(str, names))}, as at the first point"
            )
    rows = (tuple(_plain(name, point[name]) for name in names) for point in points)
    return Design(names, tuple(rows))


def names_of(what: str, given: object) -> tuple[str, ...]:
    """Take names as a list, or out of a SALib problem.

    Args:
        what: What it is called.
        given: The list, or the problem.

    Raises:
        InvalidValueError: It is neither.
    """
    names = given.get("names") if _is_mapping(given) else given
    if not is_many(names):
        raise InvalidValueError(
            f"{what} cannot be {given!r:.80}: give a list of names, or a SALib problem"
        )
    return tuple(names)


def _sampled(given: Any, names: Names) -> Design:
    """Take the rows of an array."""
    columns = names_of("names", names)
    rows: Any = given.tolist() if hasattr(given, "tolist") else given
    points: list[tuple[Plain, ...]] = []
    for row in rows if is_many(rows) else [rows]:
        if not _is_row(row, len(columns)):
            raise InvalidValueError(
                f"point {len(points)} is {row!r:.80}: with names=, give a 2-D array "
                f"with a column for each of {', '.join(map(str, columns))}"
            )
        points.append(tuple(map(_plain, columns, row)))
    return Design(columns, tuple(points))
