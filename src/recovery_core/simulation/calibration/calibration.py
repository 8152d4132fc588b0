"""What failures do to loyalty, found from how many customers came back."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from itertools import product
from math import sqrt
from typing import Final, TypeAlias

import attrs
import numpy as np

from ..._domain.failure import Severity
from ...errors import InvalidValueError
from ..company import Company, Recoverer, company_of
from ..engine.draws import HALF
from ..engine.interning import Ints
from ..engine.monthly import Block
from ..engine.scale import ONE, leaving_thresholds_by_satisfaction
from ..engine.situation_tables import Tables
from ..reactions import ByPath, RecoveryPath
from ..results.ratios import Floats
from ..results.totals import PATHS, SEVERITIES
from ..runs.arguments import check_customers, check_world
from ..runs.blocks import CompanyInWorld, Job, run_job
from ..runs.run import CUSTOMERS, MONTHS
from ..world.world import World
from .fit import Cell, Target, Targets, read_targets

__all__ = ["calibrate"]

_Changes: TypeAlias = dict[Cell, int]
"""The lasting change in each cell, in parts of `ONE`."""

_CELLS: Final[tuple[Cell, ...]] = tuple(product(SEVERITIES, PATHS))
_PLACE: Final[Mapping[Cell, int]] = {cell: place for place, cell in enumerate(_CELLS)}
_CLOSE: Final = 0.0005
_FINE: Final = 0.1
"""Part of the error that chance makes anyway, below which a rate is as aimed at."""
_ROUNDS: Final = 60
_SLOWEST: Final = 1 / 32
_FEW: Final = 100
"""Failures of a cell below which those of all cells say how satisfied people were."""
_Z: Final = 1.96


def calibrate(
    company: Recoverer,
    world: World,
    targets: Targets,
    *,
    customers: int = CUSTOMERS,
    months: int = MONTHS,
    seed: int = 0,
    executor: Executor | None = None,
) -> World:
    """Return the world in which as many customers come back as were observed to.

    Nothing is changed but the lasting change of satisfaction, by severity and path: a
    `ByPath` takes the place of the one the world has, or speaks last. A rate is that
    of customers who are still there after the month of the failure. The changes are
    found one by one: how satisfied people are before a failure comes from a run, the
    chance of leaving from `Loyalty`, and one number shifts the one until the mean of
    the other is right; then it is run again, until nothing moves.

    What has no target keeps the change it had, or lies between those of the
    severities next to it with a target for that path.

    Args:
        company: Whose recovery was observed, so that failures go the ways they went:
            a `Company`, an engine, or a policy.
        world: Everything else, already as it is with you.
        targets: By severity and path: a rate, or how many customers were failed and
            how many of them came back. What was counted is met as nearly as it can
            be, if any rate that agrees with the counts can be reached.
        customers: How many to run.
        months: How long.
        seed: Names the luck.
        executor: Who does the work; any of `concurrent.futures`, or like it.

    Returns:
        A new world; ask `goodness_of_fit`, with another seed, how well it agrees.

    Raises:
        InvalidValueError: An argument cannot be, a rate cannot be reached, nothing
            fails, or a path is spoken of nowhere.

    Source: ours; the rates are yours.

    Example:
        >>> from recovery_core.policy import Reimbursement
        >>> from recovery_core.simulation import shop
        >>> paths = {"silent": 0.6, "unresolved": 0.5, "resolved": 0.8, "quick": 0.9}
        >>> world = calibrate(
        ...     Reimbursement(),
        ...     shop(),
        ...     {("moderate", path): rate for path, rate in paths.items()},
        ...     customers=5_000,
        ...     months=3,
        ... )
        >>> type(world.reactions[-1]).__name__
        'ByPath'
    """
    observed, world = company_of(company), check_world(world)
    customers = check_customers(customers)
    curve = (
        1
        - np.array(leaving_thresholds_by_satisfaction(world.loyalty), np.float64) / HALF
    )
    aims = _reachable_rates(read_targets(targets), world, curve)
    search = _ChangeSearch(observed, world, aims, curve)
    return search.run_until_met(customers, months, seed, executor)


def _reachable_rates(
    targets: Mapping[Cell, Target], world: World, curve: Floats
) -> dict[Cell, float]:
    """Return the rate to aim at in each cell; refuse what Loyalty cannot reach."""
    low, high = float(curve[0]), float(curve[-1])
    aims: dict[Cell, float] = {}
    for cell, target in targets.items():
        least, most = target.interval(_Z)
        if most < low or least > high:
            raise InvalidValueError(
                f"{' and '.join(cell)} cannot come to {target.rate:g}: with "
                f"{world.loyalty} the share that comes back lies between {low:.4f} and "
                f"{high:.4f}; give a rate within, or another Loyalty"
            )
        aims[cell] = min(max(target.rate, low), high)
    return aims


@attrs.frozen
class _LivedFailures:
    """What a block brings home: the cell of each failure, and satisfaction after it."""

    cells: Ints
    after: Ints


def _collect_failures(job: Job, blocks: list[tuple[Block, Tables]]) -> _LivedFailures:
    """Return the failures of a block, those made up left out."""
    ((block, _),) = blocks
    event = block.events
    path = block.ended("handling") + block.ended("is_quick")
    genuine = event["is_genuine"] > 0
    cells = event["severity"] * len(PATHS) + path
    return _LivedFailures(cells[genuine], event["after"][genuine])


class _ChangeSearch:
    """A search for the changes that meet all rates at once."""

    def __init__(
        self,
        company: Company,
        world: World,
        aims: dict[Cell, float],
        curve: Floats,
    ) -> None:
        self.company, self.world = company, world
        self.aims, self.curve = aims, curve
        self.kept = _changes_of_world(world)
        if not self.kept:
            _check_paths(aims)
        self.changes: _Changes = dict.fromkeys(aims, 0)

    def run_until_met(
        self, customers: int, months: int, seed: int, executor: Executor | None
    ) -> World:
        """Run, shift, and run again until nothing moves; return the world found."""
        pace, best, satisfaction = 1.0, 2.0, dict[Cell, Ints]()
        for _ in range(_ROUNDS):
            changes = self._complete_changes()
            world = self._world_with(changes)
            job = Job(
                sides=(CompanyInWorld(self.company, world),),
                months=months,
                seed=seed,
                reduce=_collect_failures,
            ).grouped(customers)
            satisfaction = self._satisfaction_by_cell(
                run_job(job, (0, customers), executor=executor), changes
            )
            if all(
                self._is_rate_met(cell, after) for cell, after in satisfaction.items()
            ):
                return world
            worst = max(
                abs(self._rate(f) - self.aims[c]) for c, f in satisfaction.items()
            )
            # Where failures follow each other, a change does more than is seen at once.
            if worst >= best:
                pace /= 2
            if pace < _SLOWEST:
                break
            best = min(best, worst)
            for cell, after in satisfaction.items():
                self.changes[cell] += self._damped(
                    self._bisect_shift(cell, after), pace
                )
        raise self._failure_error(satisfaction)

    @staticmethod
    def _damped(step: int, pace: float) -> int:
        """Return part of a step, but never nothing of it."""
        part = max(round(pace * abs(step)), 1) if step else 0
        return part if step > 0 else -part

    def _complete_changes(self) -> _Changes:
        """Return the changes of all cells, those without a target interpolated."""
        complete = {**self.kept, **self.changes}
        for path in PATHS:
            severities = [s for s in SEVERITIES if (s, path) in complete]
            levels = [SEVERITIES.index(severity) for severity in severities]
            changes = [complete[severity, path] for severity in severities]
            filled = np.interp(range(len(SEVERITIES)), levels, changes)
            for severity, change in zip(SEVERITIES, filled.tolist(), strict=True):
                complete.setdefault((severity, path), round(change))
        return complete

    def _world_with(self, changes: _Changes) -> World:
        """Return the world with these changes in its last `ByPath`."""
        lasting = {
            (Severity[severity.upper()], RecoveryPath(path)): change / ONE
            for (severity, path), change in changes.items()
        }
        model = ByPath(lasting, quick_hours=self.world.quick_hours)
        models = list(self.world.reactions)
        places = [n for n, other in enumerate(models) if isinstance(other, ByPath)]
        if places:
            models[places[-1]] = model
        else:
            models.append(model)
        return attrs.evolve(self.world, reactions=tuple(models))

    def _satisfaction_by_cell(
        self, blocks: list[_LivedFailures], changes: _Changes
    ) -> dict[Cell, Ints]:
        """Return how satisfied people are after the failures of each cell."""
        cells = np.concatenate([part.cells for part in blocks])
        after = np.concatenate([part.after for part in blocks])
        if not after.size:
            raise InvalidValueError(
                "nothing fails in this run, so nothing can be learnt from it: give "
                "failure modes a rate above 0, or more customers"
            )
        # How satisfied somebody was before hardly depends on what became of it.
        before = after - np.array([changes[cell] for cell in _CELLS])[cells]
        satisfaction: dict[Cell, Ints] = {}
        for cell, change in self.changes.items():
            in_cell = after[cells == _PLACE[cell]]
            is_rare = in_cell.size < _FEW
            satisfaction[cell] = (
                np.clip(before + change, 0, ONE) if is_rare else in_cell
            )
        return satisfaction

    def _rate(self, after: Ints, shift: int = 0) -> float:
        """Return the share that comes back, with everybody's satisfaction shifted."""
        return float(self.curve[np.clip(after + shift, 0, ONE)].mean())

    def _is_rate_met(self, cell: Cell, after: Ints) -> bool:
        """Return whether a rate is met as nearly as steps and chance allow."""
        aim = self.aims[cell]
        # Who is there to be failed again depends on who left, so rates move in jumps.
        room = max(_CLOSE, _FINE * sqrt(aim * (1 - aim) / after.size))
        return self._rate(after, -1) - room <= aim <= self._rate(after, 1) + room

    def _bisect_shift(self, cell: Cell, after: Ints) -> int:
        """Return the least shift that brings enough of them back, by bisection."""
        low, high = -ONE - self.changes[cell], ONE - self.changes[cell]
        while low < high:
            middle = (low + high) // 2
            if self._rate(after, middle) >= self.aims[cell]:
                high = middle
            else:
                low = middle + 1
        return low

    def _failure_error(self, felt: Mapping[Cell, Ints]) -> InvalidValueError:
        """Return the error for a search that did not end."""
        missed = [
            f"{' and '.join(cell)} comes to {self._rate(after):.4f}, not "
            f"{self.aims[cell]:.4f}, with a change of {self.changes[cell] / ONE:+.2f}"
            for cell, after in felt.items()
            if not self._is_rate_met(cell, after)
        ]
        return InvalidValueError(
            f"no changes from -1 to 1 were found that meet all rates: {missed[0]}; "
            "give a rate nearer to it, less noise, or let no model speak after ByPath"
        )


def _changes_of_world(world: World) -> _Changes:
    """Return the changes of the `ByPath` that a world has already."""
    models = [model for model in world.reactions if isinstance(model, ByPath)]
    return {
        (severity.name.lower(), str(path)): round(change * ONE)
        for (severity, path), change in (models[-1].lasting if models else ())
    }


def _check_paths(aims: Mapping[Cell, float]) -> None:
    """Refuse targets that leave a path without any rate."""
    given_paths = {path for _, path in aims}
    missing = [path for path in PATHS if path not in given_paths]
    if missing:
        raise InvalidValueError(
            f"targets say nothing of {', '.join(missing)}: give a rate for every "
            "path, for one severity at least, or a world that has a ByPath already"
        )
