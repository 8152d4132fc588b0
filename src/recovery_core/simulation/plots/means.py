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

__all__ = ["Mean", "Means", "is_number", "means_of", "value_label"]

_TWO: Final = 2

_Key: TypeAlias = tuple[Plain, ...]


@attrs.frozen
class Mean:
    """A figure, and half of its interval: NaN and infinite where not known."""

    value: float
    half: float

    @property
    def is_known(self) -> bool:
        """Tell whether there is a figure."""
        return not isnan(self.value)


_Cells: TypeAlias = dict[_Key, Mean]


@attrs.frozen(eq=False)
class Means:
    """What of a sweep is drawn."""

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
        factor = findings.factor_of(self.outcome)
        return low * factor, high * factor

    @property
    def digits(self) -> int:
        """Say how many decimals the intervals leave worth writing."""
        halves = sorted(self.halves)
        return findings.digits_of(halves[len(halves) // 2] if halves else inf)

    @property
    def halves(self) -> list[float]:
        """List half the widths of the intervals that are known."""
        return [mean.half for mean in self.cells.values() if isfinite(mean.half)]

    @property
    def missing(self) -> int:
        """Count where the outcome is not known."""
        return sum(not mean.is_known for mean in self.cells.values())

    @property
    def best(self) -> _Key:
        """Where the outcome is best."""
        sign = 1 if OUTCOMES[self.outcome].is_better_high else -1
        known = [key for key, mean in self.cells.items() if mean.is_known]
        return max(known, key=lambda key: sign * self.cells[key].value)

    def values(self, side: int) -> list[Plain]:
        """List the values of a parameter; numbers from the least up."""
        found = list(dict.fromkeys(key[side] for key in self.cells))
        return sorted(found, key=float) if all(map(is_number, found)) else found  # type: ignore[arg-type]


def means_of(
    sweep: Sweep,
    outcome: str,
    sides: tuple[str | None, str | None],
    held: Mapping[str, Plain],
) -> Means:
    """Average an outcome over all parameters that are neither a side nor held.

    Raises:
        InvalidValueError: There is no such outcome, parameter or value, or nothing is
            known of the outcome.
    """
    sweep[outcome]
    names = _sides(sweep, *sides)
    _check_held(sweep, names, held)
    found = Means(sweep, outcome, names, held, _cells(sweep, outcome, names, held))
    if found.missing == len(found.cells):
        raise InvalidValueError(
            f"{outcome} is not known anywhere, so there is nothing to draw: take more "
            "customers, or another outcome"
        )
    return found


def is_number(value: Plain) -> bool:
    """Tell whether it is a number; to Python, True is one."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def value_label(value: Plain) -> str:
    """Name the value of a parameter."""
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    return value if isinstance(value, str) else f"{value:g}"


def _sides(sweep: Sweep, x: str | None, y: str | None) -> tuple[str, ...]:
    known = sweep.manifest.design.names
    if x is None and y is None and len(known) <= _TWO:
        return known
    names = tuple(name for name in (x, y) if name is not None)
    wrong = [name for name in names if name not in known]
    if x is None or wrong or len(set(names)) < len(names):
        raise InvalidValueError(
            f"the sides cannot be x={x!r}, y={y!r}: give x, and for a map another as "
            f"y, out of the parameters {', '.join(known)}"
        )
    return names


def _check_held(
    sweep: Sweep, names: tuple[str, ...], held: Mapping[str, Plain]
) -> None:
    known = sweep.manifest.design.names
    for name, value in held.items():
        if name not in known or name in names:
            others = ", ".join(n for n in known if n not in names) or "none is left"
            raise InvalidValueError(
                f"{name!r} cannot be held: give a parameter that is no side ({others})"
            )
        tried = dict.fromkeys(sweep.manifest.design.column(name))
        if value not in tried:
            raise InvalidValueError(
                f"{name!r} was never {value!r}: hold it at one of "
                f"{', '.join(map(repr, tried))}"
            )


def _cells(
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
    return {key: _mean(sweep, outcome, points) for key, points in numbers.items()}


def _mean(sweep: Sweep, outcome: str, points: list[int]) -> Mean:
    """Average over points and seeds: only seeds have luck of their own."""
    factor, seeds = findings.factor_of(outcome), sweep.manifest.seeds
    values: list[float] = []
    halves: list[float] = []
    for seed in seeds:
        found = [sweep.estimate(outcome, point, seed) for point in points]
        values.append(sum(e.value for e in found) / len(found))
        halves.append(sum(e.half_width for e in found) / len(found))
    half = sqrt(sum(half**2 for half in halves)) / len(seeds)
    return Mean(sum(values) / len(seeds) * factor, half * factor)
