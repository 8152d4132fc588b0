"""What of a sweep is drawn: averages over everything but the sides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from math import inf, isfinite, isnan, sqrt
from typing import Final, TypeAlias

import attrs

from ...errors import InvalidValueError
from ..results.outcomes import OUTCOMES
from ..sweeps.design import Plain
from ..sweeps.swept import Sweep
from . import findings

__all__ = ["Mean", "SweepMeans", "average_sweep", "format_parameter", "is_number"]

_MAP_SIDES: Final = 2

_Key: TypeAlias = tuple[Plain, ...]


@attrs.frozen
class Mean:
    """A figure, and half of its interval: NaN and infinite where not known."""

    value: float
    half: float

    @property
    def is_known(self) -> bool:
        """Whether there is a figure."""
        return not isnan(self.value)


_Cells: TypeAlias = dict[_Key, Mean]


@attrs.frozen(eq=False)
class SweepMeans:
    """Averages of an outcome over the points of a sweep, by the values of the sides."""

    sweep: Sweep
    outcome: str
    names: tuple[str, ...]
    held: Mapping[str, Plain]
    cells: _Cells

    @property
    def currency(self) -> str:
        """What money is counted in."""
        return self.sweep.manifest.currency

    @property
    def within(self) -> tuple[float, float]:
        """The least and the most that the outcome can be, as it is written."""
        low, high = OUTCOMES[self.outcome].within
        factor = findings.display_factor(self.outcome)
        return low * factor, high * factor

    @property
    def digits(self) -> int:
        """The decimals that the intervals leave worth writing."""
        halves = sorted(self.halves)
        return findings.decimals_for(halves[len(halves) // 2] if halves else inf)

    @property
    def halves(self) -> list[float]:
        """Half the widths of the intervals that are known."""
        return [mean.half for mean in self.cells.values() if isfinite(mean.half)]

    @property
    def missing(self) -> int:
        """The number of cells where the outcome is not known."""
        return sum(not mean.is_known for mean in self.cells.values())

    @property
    def best(self) -> _Key:
        """The cell where the outcome is best."""
        sign = 1 if OUTCOMES[self.outcome].is_better_high else -1
        known = [key for key, mean in self.cells.items() if mean.is_known]
        return max(known, key=lambda key: sign * self.cells[key].value)

    def values(self, side: int) -> list[Plain]:
        """Return the values of a parameter; numbers from the least up."""
        levels = list(dict.fromkeys(key[side] for key in self.cells))
        return sorted(levels, key=float) if all(map(is_number, levels)) else levels  # type: ignore[arg-type]


def average_sweep(
    sweep: Sweep,
    outcome: str,
    sides: tuple[str | None, str | None],
    held: Mapping[str, Plain],
) -> SweepMeans:
    """Average an outcome over all parameters that are neither a side nor held.

    Raises:
        InvalidValueError: There is no such outcome, parameter or value, or nothing is
            known of the outcome.
    """
    sweep[outcome]
    names = _check_sides(sweep, *sides)
    _check_held(sweep, names, held)
    means = SweepMeans(
        sweep, outcome, names, held, _average_cells(sweep, outcome, names, held)
    )
    if means.missing == len(means.cells):
        raise InvalidValueError(
            f"{outcome} is not known anywhere, so there is nothing to draw: take more "
            "customers, or another outcome"
        )
    return means


def is_number(value: Plain) -> bool:
    """Return whether a value is a number; to Python, True is one."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def format_parameter(value: Plain) -> str:
    """Return the value of a parameter as text."""
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    return value if isinstance(value, str) else f"{value:g}"


def _check_sides(sweep: Sweep, x: str | None, y: str | None) -> tuple[str, ...]:
    """Return the parameters along the axes; refuse unknown and equal ones."""
    parameters = sweep.manifest.design.names
    if x is None and y is None and len(parameters) <= _MAP_SIDES:
        return parameters
    names = tuple(name for name in (x, y) if name is not None)
    unknown = [name for name in names if name not in parameters]
    if x is None or unknown or len(set(names)) < len(names):
        raise InvalidValueError(
            f"the sides cannot be x={x!r}, y={y!r}: give x, and for a map another as "
            f"y, out of the parameters {', '.join(parameters)}"
        )
    return names


def _check_held(
    sweep: Sweep, names: tuple[str, ...], held: Mapping[str, Plain]
) -> None:
    """Refuse to hold a parameter that is a side, or at a value that was never run."""
    parameters = sweep.manifest.design.names
    for name, value in held.items():
        if name not in parameters or name in names:
            free = ", ".join(n for n in parameters if n not in names) or "none is left"
            raise InvalidValueError(
                f"{name!r} cannot be held: give a parameter that is no side ({free})"
            )
        levels = dict.fromkeys(sweep.manifest.design.column(name))
        if value not in levels:
            raise InvalidValueError(
                f"{name!r} was never {value!r}: hold it at one of "
                f"{', '.join(map(repr, levels))}"
            )


def _average_cells(
    sweep: Sweep, outcome: str, names: tuple[str, ...], held: Mapping[str, Plain]
) -> _Cells:
    """Average over everything but the sides."""
    numbers: dict[_Key, list[int]] = defaultdict(list)
    for number, point in enumerate(sweep.points):
        if all(point[name] == value for name, value in held.items()):
            numbers[tuple(point[name] for name in names)].append(number)
    if not numbers:
        raise InvalidValueError(
            f"there is no point with {dict(held)}: hold fewer parameters"
        )
    return {
        key: _average_points(sweep, outcome, points) for key, points in numbers.items()
    }


def _average_points(sweep: Sweep, outcome: str, points: list[int]) -> Mean:
    """Average over points and seeds: only seeds have luck of their own."""
    factor, seeds = findings.display_factor(outcome), sweep.manifest.seeds
    values: list[float] = []
    halves: list[float] = []
    for seed in seeds:
        estimates = [sweep.estimate(outcome, point, seed) for point in points]
        values.append(sum(estimate.value for estimate in estimates) / len(estimates))
        # The points of a seed share their luck: their errors do not average out.
        halves.append(
            sum(estimate.half_width for estimate in estimates) / len(estimates)
        )
    half = sqrt(sum(half**2 for half in halves)) / len(seeds)
    return Mean(sum(values) / len(seeds) * factor, half * factor)
