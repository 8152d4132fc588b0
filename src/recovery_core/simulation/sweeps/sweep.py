"""Many companies or worlds on the same customers: a grid, or a sampled design."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Mapping
from concurrent.futures import Executor
from contextlib import closing
from inspect import signature
from typing import Any, Final, TypeAlias, TypeGuard

import attrs

from ..._domain.hashing import content_hash
from ...errors import InvalidValueError
from ..company import Company, Recoverer, company_of
from ..results.outcomes import OUTCOMES
from ..runs.arguments import (
    check_customers,
    check_executor,
    check_months,
    check_progress,
    check_seed,
    check_whole_number,
)
from ..runs.blocks import Progress
from ..runs.bounded_submit import submit_bounded
from ..runs.run import outcome_of, simulate
from ..runs.travel import check_travels
from ..world.world import World
from ..world.worlds import shop
from .design import Design, Names, design_of, is_collection
from .exports import Runs
from .manifest import Figures, Manifest, RunFolder
from .swept import Sweep

__all__ = ["Build", "check_build", "read_outcomes", "read_seeds", "sweep"]

Build: TypeAlias = Callable[..., Recoverer | tuple[Recoverer, World]]
"""Makes a company, or a company and its world, of the parameters of a point."""

_WINDOW: Final = 256
"""Runs under way at most: more than most machines have workers."""


@attrs.frozen
class _PreparedPoint:
    """What is run at a point, fit to travel to a worker."""

    company: Company
    world: World
    customers: int
    months: int
    outcomes: tuple[str, ...]
    where: str


def _run_point(point: _PreparedPoint, seed: int) -> Figures:
    """Run one point with one seed; in a worker, perhaps."""
    try:
        result = simulate(
            point.company,
            point.world,
            customers=point.customers,
            months=point.months,
            seed=seed,
        )
    except Exception as error:
        error.add_note(f"{point.where}, seed {seed}")
        raise
    return tuple(result[name] for name in point.outcomes)


def sweep(
    build: Build,
    design: Mapping[str, Iterable[Any]] | Iterable[Any],
    *,
    customers: int,
    months: int,
    names: Names | None = None,
    seeds: int | Iterable[int] = (0,),
    outcomes: Iterable[str] | None = None,
    folder: str | os.PathLike[str] | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Sweep:
    """Run a company on the same customers at every point of a design.

    All points meet the same customers with the same luck, so what differs between
    two points is owed to their parameters. What comes out does not depend on the
    executor, the order, or how often the sweep was interrupted.

    Args:
        build: Is called with the parameters of a point, by name, and returns what is
            run: a company, an engine or a policy, or one of them and a world.
        design: Values by parameter, of which all combinations are tried; or points,
            each a mapping; or with `names` an array with a row for each point.
        customers: How many.
        months: How long.
        names: What the columns of the array are: their names, or a SALib problem.
        seeds: Names the luck of each run of a point; a number for so many.
        outcomes: What to look at, out of `OUTCOMES`; all of it unless given.
        folder: Where to keep what is done: the same sweep goes on there after a
            break. A file in it that is damaged is worked out again.
        executor: Who does the work, one run at a time; any of `concurrent.futures`,
            or like it.
        progress: Is told after every run.

    Raises:
        InvalidValueError: An argument cannot be, or another sweep began the folder.

    Example:
        >>> from recovery_core.policy import Reimbursement
        >>> from recovery_core.simulation import shop
        >>> def build(noise):
        ...     return Reimbursement(), shop(satisfaction_noise=noise)
        >>> found = sweep(build, {"noise": (0.0, 0.2)}, customers=500, months=2)
        >>> found["retention"].shape
        (2, 1)
    """
    plan = design_of(design, names)
    check_build(build, plan.names)
    customers = check_customers(customers)
    months = check_months(months)
    outcome_names, seed_list = read_outcomes(outcomes), read_seeds(seeds)
    check_executor(executor)
    check_progress(progress)
    points = [
        _prepare_point(build, plan, number, (customers, months, outcome_names))
        for number in range(len(plan.points))
    ]
    manifest = _build_manifest(plan, points, seed_list)
    run_folder = None if folder is None else RunFolder.opened(folder, manifest)
    return Sweep(
        manifest, _run_missing(points, manifest, run_folder, executor, progress)
    )


def check_build(build: Any, names: Iterable[str]) -> None:
    """Refuse what cannot be called with the parameters of a design.

    Raises:
        InvalidValueError: It cannot.
    """
    if not callable(build):
        raise InvalidValueError(
            f"build cannot be {build!r:.80}: give a function of the parameters that "
            "returns what is run"
        )
    try:
        parameters = signature(build)
    except (TypeError, ValueError):
        return  # some that come from C say nothing of what they take
    try:
        parameters.bind(**dict.fromkeys(names))
    except TypeError as error:
        raise InvalidValueError(
            f"build takes {', '.join(parameters.parameters) or 'nothing'}, and the "
            f"design gives {', '.join(names)}: call the parameters alike in both"
        ) from error


def read_outcomes(outcomes: Any) -> tuple[str, ...]:
    """Return names of outcomes, each once, or all where none are given.

    Raises:
        InvalidValueError: There is none of such a name.
    """
    if outcomes is not None and not is_collection(outcomes):
        mend = f"[{outcomes!r}]" if isinstance(outcomes, str) else '["retention"]'
        raise InvalidValueError(
            f"outcomes cannot be {outcomes!r:.80}: give a list, such as {mend}"
        )
    names = [*OUTCOMES] if outcomes is None else [*outcomes]
    for name in names:
        outcome_of(name)
    wanted = tuple(dict.fromkeys(names))
    if not wanted:
        raise InvalidValueError("outcomes is empty: name one, or leave it out for all")
    return wanted


def read_seeds(seeds: Any) -> tuple[int, ...]:
    """Return seeds, given one by one or as a number of them.

    Raises:
        InvalidValueError: There is none, one is there twice, or one cannot be.
    """
    if not is_collection(seeds):
        return tuple(range(check_whole_number("seeds", seeds)))
    seed_list = tuple(check_seed(seed, "seeds") for seed in seeds)
    if not seed_list or len(set(seed_list)) < len(seed_list):
        raise InvalidValueError(
            f"seeds cannot be {seed_list}: give at least one, each once"
        )
    return seed_list


_SHOP: Final = shop()
"""One for all points that name no world, so that it is hashed but once."""


def _prepare_point(
    build: Build, plan: Design, number: int, settings: tuple[int, int, tuple[str, ...]]
) -> _PreparedPoint:
    """Call build for a point, and note the point on whatever it raises."""
    parameters = plan.at(number)
    parameter_text = ", ".join(
        f"{name}={value!r}" for name, value in parameters.items()
    )
    where = f"at point {number}: {parameter_text}"
    try:
        company, world = _company_and_world(build(**parameters))
        return _PreparedPoint(company_of(company), world, *settings, where)
    except Exception as error:
        error.add_note(where)
        raise


def _is_pair(value: object) -> TypeGuard[tuple[Any, World]]:
    return (
        isinstance(value, tuple)
        and len(value) == 2  # noqa: PLR2004  # pyright: ignore[reportUnknownArgumentType]
        and isinstance(value[1], World)
    )


def _company_and_world(value: object) -> tuple[Any, World]:
    """Return what build made as a pair; the shop where it names no world."""
    if _is_pair(value):
        return value
    if not isinstance(value, tuple):
        return value, _SHOP
    raise InvalidValueError(
        f"build returned {value!r:.80}: return what is run, or a pair of it and a World"
    )


def _build_manifest(
    plan: Design, points: list[_PreparedPoint], seeds: tuple[int, ...]
) -> Manifest:
    """Return what the sweep rests on; refuse worlds with different currencies."""
    currencies = {point.world.population.currency for point in points}
    if len(currencies) > 1:
        raise InvalidValueError(
            f"the worlds count money in {', '.join(sorted(currencies))}: give them one "
            "currency, or make a sweep for each"
        )
    worlds = {id(point.world): point.world for point in points}
    # Points share worlds, and a world takes long to hash.
    hashes = {identity: content_hash(world) for identity, world in worlds.items()}
    first = points[0]
    return Manifest(
        design=plan,
        seeds=seeds,
        customers=first.customers,
        months=first.months,
        outcomes=first.outcomes,
        currency=currencies.pop(),
        companies=tuple(point.company.hash for point in points),
        policies=tuple(point.company.engine.policy_hash for point in points),
        worlds=tuple(hashes[id(point.world)] for point in points),
    )


def _run_missing(
    points: list[_PreparedPoint],
    manifest: Manifest,
    folder: RunFolder | None,
    executor: Executor | None,
    progress: Progress | None,
) -> Runs:
    """Run what is not done yet, and return all runs by point and seed."""
    runs = [
        (number_of_point, seed)
        for number_of_point in range(len(points))
        for seed in manifest.seeds
    ]
    figures_by_run = {} if folder is None else folder.stored_runs()
    missing = [run for run in runs if run not in figures_by_run]
    if progress is not None and figures_by_run:
        progress("sweeping", len(figures_by_run), len(runs))
    # Closed even where progress raises: runs not yet begun are called off.
    with closing(_result_stream(points, missing, executor)) as results:
        for number, figures in results:
            if folder is not None:
                folder.store_run(*missing[number], figures)
            figures_by_run[missing[number]] = figures
            if progress is not None:
                progress("sweeping", len(figures_by_run), len(runs))
    return tuple(
        tuple(figures_by_run[number_of_point, seed] for seed in manifest.seeds)
        for number_of_point in range(len(points))
    )


def _result_stream(
    points: list[_PreparedPoint],
    missing: list[tuple[int, int]],
    executor: Executor | None,
) -> Generator[tuple[int, Figures]]:
    """Yield what each missing run came to, as it comes in."""
    if executor is not None:
        return submit_bounded(
            _run_point, _call_stream(points, missing), executor, _WINDOW
        )
    return (
        (number, _run_point(points[number_of_point], seed))
        for number, (number_of_point, seed) in enumerate(missing)
    )


def _call_stream(
    points: list[_PreparedPoint], missing: list[tuple[int, int]]
) -> Generator[tuple[_PreparedPoint, int]]:
    """Yield the missing runs, each checked to be fit to travel."""
    for number_of_point, seed in missing:
        # Asked before it is handed out, for the error of pickle names no point.
        check_travels(points[number_of_point])
        yield points[number_of_point], seed
