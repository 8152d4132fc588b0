"""How well a world agrees with what was observed of who comes back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from math import hypot, sqrt
from statistics import NormalDist
from typing import Any, Final, TypeAlias

import attrs

from ..._domain import checks
from ..._domain.failure import Severity
from ..._domain.number_checks import check_share_from_0_to_1
from ...errors import InvalidValueError
from ..company import Company, Recoverer, company_of
from ..reactions import RecoveryPath
from ..results.estimates import Estimate
from ..results.totals import PATHS, SEVERITIES, Totals
from ..runs.arguments import check_world
from ..runs.run import CUSTOMERS, MONTHS, simulate
from ..world.distribution import from_numpy, to_tuple_if_iterable
from ..world.world import World

__all__ = [
    "Cell",
    "Fit",
    "FitCell",
    "Target",
    "Targets",
    "goodness_of_fit",
    "read_targets",
]

Cell: TypeAlias = tuple[str, str]
"""A severity and a path, as `Result.repurchase_grid` names them."""
Targets: TypeAlias = Mapping[Any, float | tuple[int, int]]
"""By severity and path: a rate, or how many were failed and how many came back."""

_CELLS: Final = tuple((severity, path) for severity in SEVERITIES for path in PATHS)
_ERROR_RATE: Final = 0.05


@attrs.frozen
class Target:
    """The rate at which customers come back, and how well it is known.

    Args:
        rate: From 0 to 1.
        observed: Of how many customers it is known; None where it is taken as it is.

    Example:
        >>> low, high = Target(0.9, observed=100).interval(1.96)
        >>> round(low, 3), round(high, 3)
        (0.826, 0.945)
    """

    rate: float = attrs.field(validator=check_share_from_0_to_1)
    observed: int | None = attrs.field(default=None, validator=checks.maybe_at_least(1))

    def interval(self, z: float) -> tuple[float, float]:
        """Return the rates that agree with what was observed.

        Args:
            z: How many standard errors to go.

        Source: the score interval (Wilson 1927).
        """
        if self.observed is None:
            return self.rate, self.rate
        n, z2 = self.observed, z * z
        middle = self.rate + z2 / 2 / n
        reach = z * sqrt(self.rate * (1 - self.rate) / n + z2 / 4 / n**2)
        return (middle - reach) / (1 + z2 / n), (middle + reach) / (1 + z2 / n)


@attrs.frozen(kw_only=True)
class FitCell:
    """What was observed in a cell of the grid, beside what is simulated.

    Args:
        severity: How severe the failure was.
        path: What became of it.
        target: What was observed.
        episodes: How many such failures were simulated.
        simulated: The share that came back; None where there was no such failure.
        is_met: Whether the two differ by no more than by chance.
    """

    severity: str
    path: str
    target: Target
    episodes: int
    simulated: Estimate | None
    is_met: bool

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        simulated = self.simulated
        return {
            "severity": self.severity,
            "path": self.path,
            "target": self.target.rate,
            "observed": self.target.observed,
            "episodes": self.episodes,
            "simulated": None if simulated is None else simulated.to_dict(),
            "is_met": self.is_met,
        }

    def __str__(self) -> str:
        """Return it as one line."""
        observed = (
            "" if self.target.observed is None else f" of {self.target.observed:,}"
        )
        simulated = "never occurs" if self.simulated is None else str(self.simulated)
        sign = "" if self.is_met else "  missed"
        return (
            f"{self.severity:9} {self.path:11} {self.target.rate:6.3f}{observed:10}  "
            f"{simulated:>16}  ({self.episodes:,}){sign}"
        )


@attrs.frozen(eq=False, repr=False)
class Fit:
    """How well a world agrees with what was observed.

    Args:
        company: Whose recovery it was.
        customers: How many customers were simulated.
        months: For how long.
        seed: Names the luck.
        cells: Cell by cell.
    """

    company: Company
    customers: int
    months: int
    seed: int
    cells: tuple[FitCell, ...]

    @property
    def is_met(self) -> bool:
        """Whether all is as observed; what never occurs is not."""
        return all(cell.is_met for cell in self.cells)

    def __getitem__(self, cell: Cell) -> FitCell:
        """Look a cell up by severity and path.

        Raises:
            InvalidValueError: There is no target for it.
        """
        for fit_cell in self.cells:
            if (fit_cell.severity, fit_cell.path) == cell:
                return fit_cell
        raise InvalidValueError(
            f"there is no target for {cell!r}: give the severity and the path of one"
        )

    def to_rows(self) -> list[dict[str, Any]]:
        """Return the cells as rows, for a frame or a file."""
        return [cell.to_dict() for cell in self.cells]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {
            "company": self.company.name,
            "customers": self.customers,
            "months": self.months,
            "seed": self.seed,
            "is_met": self.is_met,
            "cells": self.to_rows(),
        }

    def __repr__(self) -> str:
        return "\n".join(self._text_lines())

    def _text_lines(self) -> Iterator[str]:
        yield (
            f"{self.company.name}: who comes back, observed and simulated "
            f"({self.customers:,} customers, {self.months} months, seed {self.seed})"
        )
        yield from (f"  {cell}" for cell in self.cells)
        missed = sum(not cell.is_met for cell in self.cells)
        yield f"  {missed} of {len(self.cells)} missed" if missed else "  all are met"


def read_targets(targets: Targets) -> dict[Cell, Target]:
    """Read rates and counts, in the order of severity and path.

    Args:
        targets: By severity and path: a rate, or how many and how many came back.

    Raises:
        InvalidValueError: There is none, or a cell, a rate or a count cannot be.
    """
    untyped: object = targets
    if not isinstance(untyped, Mapping) or not targets:
        raise InvalidValueError(
            f"targets cannot be {targets!r}: give a rate for each severity and path, "
            'such as {("minor", "quick"): 0.95}'
        )
    by_cell = {
        _cell_from_key(key): _target_from_value(key, value)
        for key, value in targets.items()
    }
    return {cell: by_cell[cell] for cell in _CELLS if cell in by_cell}


def _cell_from_key(key: Any) -> Cell:
    """Return the severity and path of a key by their names."""
    try:
        severity, path = key
        name = severity.name if isinstance(severity, Severity) else severity
        cell = (str(name).lower(), str(RecoveryPath(path)))
    except (TypeError, ValueError):
        cell = None
    if cell not in _CELLS:
        raise InvalidValueError(
            f"targets cannot speak of {key!r}: give a severity, one of "
            f"{', '.join(SEVERITIES)}, and a path, one of {', '.join(PATHS)}"
        )
    return cell


def _target_from_value(key: object, value: object) -> Target:
    """Return a rate, or what was counted, as a target."""
    match to_tuple_if_iterable(from_numpy(value)):
        case (int() as failed, int() as back) if 0 <= back <= failed and failed:
            return Target(back / failed, failed)
        case int() | float() as rate if 0 <= rate <= 1 and not isinstance(rate, bool):
            return Target(float(rate))
        case _:
            raise InvalidValueError(
                f"the rate for {key!r} cannot be {value!r}: give a number from 0 to 1, "
                "or how many customers were failed, at least 1, and how many of them "
                "came back, such as (400, 372)"
            )


def goodness_of_fit(
    company: Recoverer,
    world: World,
    targets: Targets,
    *,
    customers: int = CUSTOMERS,
    months: int = MONTHS,
    seed: int = 1,
    executor: Executor | None = None,
) -> Fit:
    """Check how well a world agrees with what was observed.

    A cell is met where the difference is no more than chance would make of it, the
    chance of the simulation and that of the observation taken together. All cells
    are looked at, so each is given more room than if it stood alone: where a world
    is right, one run in twenty, not more, misses a cell at all.

    Look with another seed than the one you calibrated with.

    Args:
        company: Whose recovery it was: a `Company`, an engine, or a policy.
        world: The customers and the failures.
        targets: By severity and path: a rate, or how many customers were failed and
            how many of them came back.
        customers: How many to simulate; more find smaller differences.
        months: How long.
        seed: Names the luck.
        executor: Who does the work; any of `concurrent.futures`, or like it.

    Raises:
        InvalidValueError: An argument cannot be.

    Source: the interval of the difference is put together from those of the two
        rates (Newcombe 1998); the room for many cells is Bonferroni's.
    """
    observed, world = company_of(company), check_world(world)
    aims = read_targets(targets)
    result = simulate(
        observed,
        world,
        customers=customers,
        months=months,
        seed=seed,
        executor=executor,
    )
    grid, level = result.repurchase_grid(), 1 - _ERROR_RATE / len(aims)
    cells = [
        _compare_cell(
            cell, aim, _episodes_in_cell(result.totals, cell), grid.get(cell), level
        )
        for cell, aim in aims.items()
    ]
    return Fit(observed, result.customers, result.months, result.seed, tuple(cells))


def _episodes_in_cell(totals: Totals, cell: Cell) -> int:
    return totals[f"episodes {_CELLS.index(cell)}"]


def _compare_cell(
    cell: Cell, target: Target, episodes: int, simulated: Estimate | None, level: float
) -> FitCell:
    """Return what was simulated in a cell beside what was observed."""
    severity, path = cell
    return FitCell(
        severity=severity,
        path=path,
        target=target,
        episodes=episodes,
        simulated=simulated,
        is_met=simulated is not None and _is_met(target, episodes, simulated, level),
    )


def _is_met(target: Target, episodes: int, simulated: Estimate, level: float) -> bool:
    """Return whether the difference is no more than chance would make of it."""
    wide = attrs.evolve(simulated, level=level).half_width
    z = NormalDist().inv_cdf(0.5 + level / 2)
    # A few may all be alike and show hardly any error; chance alone would make one.
    least = z * sqrt(target.rate * (1 - target.rate) / episodes)
    low, high = target.interval(z)
    gap = simulated.value - target.rate
    room = high - target.rate if gap > 0 else target.rate - low
    return abs(gap) <= hypot(max(wide, least), room)
