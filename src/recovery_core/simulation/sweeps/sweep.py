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
    check_executor,
    check_progress,
    customers_of,
    months_of,
    seed_of,
    whole_number,
)
from ..runs.blocks import Progress
from ..runs.bounded_submit import handed_out
from ..runs.run import outcome_of, simulate
from ..runs.travel import check_travels
from ..world.world import World
from ..world.worlds import shop
from .design import Design, Names, design_of, is_many
from .exports import Runs
from .manifest import Figures, Folder, Manifest
from .swept import Sweep

__all__ = ["Build", "check_build", "outcomes_of", "seeds_of", "sweep"]

Build: TypeAlias = Callable[..., Recoverer | tuple[Recoverer, World]]
"""Makes a company, or a company and its world, of the parameters of a point."""

_WINDOW: Final = 256
"""Runs under way at most: more than most machines have workers."""


@attrs.frozen
class _Point:
    """What is run at a point, fit to travel."""

    company: Company
    world: World
    customers: int
    months: int
    outcomes: tuple[str, ...]
    where: str


def _figures(point: _Point, seed: int) -> Figures:
    """Do one run; in a worker, perhaps."""
    try:
        found = simulate(
            point.company,
            point.world,
            customers=point.customers,
            months=point.months,
            seed=seed,
        )
    except Exception as error:
        error.add_note(f"{point.where}, seed {seed}")
        raise
    return tuple(found[name] for name in point.outcomes)


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
    """Let the same customers live with a company at every point of a design.

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
    customers = customers_of(customers)
    months = months_of(months)
    wanted, luck = outcomes_of(outcomes), seeds_of(seeds)
    check_executor(executor)
    check_progress(progress)
    points = [
        _built(build, plan, number, (customers, months, wanted))
        for number in range(len(plan.points))
    ]
    manifest = _manifest(plan, points, luck)
    kept = None if folder is None else Folder.opened(folder, manifest)
    return Sweep(manifest, _ran(points, manifest, kept, executor, progress))


def check_build(build: Any, names: Iterable[str]) -> None:
    """Demand what can be called with the parameters of a design.

    Raises:
        InvalidValueError: It cannot.
    """
    if not callable(build):
        raise InvalidValueError(
            f"build cannot be {build!r:.80}: give a function of the parameters that "
            "returns what is run"
        )
    try:
        takes = signature(build)
    except (TypeError, ValueError):
        return  # some that come from C say nothing of what they take
    try:
        takes.bind(**dict.fromkeys(names))
    except TypeError as error:
        raise InvalidValueError(
            f"build takes {', '.join(takes.parameters) or 'nothing'}, and the design "
            f"gives {', '.join(names)}: call the parameters alike in both"
        ) from error


def outcomes_of(outcomes: Any) -> tuple[str, ...]:
    """Take names of outcomes, each once, or all where none are given.

    Raises:
        InvalidValueError: There is none of such a name.
    """
    if outcomes is not None and not is_many(outcomes):
        mend = f"[{outcomes!r}]" if isinstance(outcomes, str) else '["retention"]'
        raise InvalidValueError(
            f"outcomes cannot be {outcomes!r:.80}: give a list, such as {mend}"
        )
    given = [*OUTCOMES] if outcomes is None else [*outcomes]
    for name in given:
        outcome_of(name)
    wanted = tuple(dict.fromkeys(given))
    if not wanted:
        raise InvalidValueError("outcomes is empty: name one, or leave it out for all")
    return wanted


def seeds_of(given: Any) -> tuple[int, ...]:
    """Take seeds, or a number of them.

    Raises:
        InvalidValueError: There is none, one is there twice, or one cannot be.
    """
    if not is_many(given):
        return tuple(range(whole_number("seeds", given)))
    found = tuple(seed_of(seed, "seeds") for seed in given)
    if not found or len(set(found)) < len(found):
        raise InvalidValueError(
            f"seeds cannot be {found}: give at least one, each once"
        )
    return found


_SHOP: Final = shop()
"""One for all points that name no world, so that it is hashed but once."""


def _built(
    build: Build, plan: Design, number: int, asked: tuple[int, int, tuple[str, ...]]
) -> _Point:
    parameters = plan.at(number)
    told = ", ".join(f"{name}={value!r}" for name, value in parameters.items())
    where = f"at point {number}: {told}"
    try:
        company, world = _pair(build(**parameters))
        return _Point(company_of(company), world, *asked, where)
    except Exception as error:
        error.add_note(where)
        raise


def _is_pair(built: object) -> TypeGuard[tuple[Any, World]]:
    return (
        isinstance(built, tuple)
        and len(built) == 2  # noqa: PLR2004  # pyright: ignore[reportUnknownArgumentType]
        and isinstance(built[1], World)
    )


def _pair(built: object) -> tuple[Any, World]:
    if _is_pair(built):
        return built
    if not isinstance(built, tuple):
        return built, _SHOP
    raise InvalidValueError(
        f"build returned {built!r:.80}: return what is run, or a pair of it and a World"
    )


def _manifest(plan: Design, points: list[_Point], seeds: tuple[int, ...]) -> Manifest:
    currencies = {point.world.population.currency for point in points}
    if len(currencies) > 1:
        raise InvalidValueError(
            f"the worlds count money in {', '.join(sorted(currencies))}: give them one "
            "currency, or make a sweep for each"
        )
    worlds = {id(point.world): point.world for point in points}
    hashes = {place: content_hash(world) for place, world in worlds.items()}
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


def _ran(
    points: list[_Point],
    manifest: Manifest,
    folder: Folder | None,
    executor: Executor | None,
    progress: Progress | None,
) -> Runs:
    """Do what is not done yet."""
    runs = [(place, seed) for place in range(len(points)) for seed in manifest.seeds]
    found = {} if folder is None else folder.kept()
    todo = [run for run in runs if run not in found]
    if progress is not None and found:
        progress("sweeping", len(found), len(runs))
    with closing(_results(points, todo, executor)) as results:
        for number, figures in results:
            if folder is not None:
                folder.keep(*todo[number], figures)
            found[todo[number]] = figures
            if progress is not None:
                progress("sweeping", len(found), len(runs))
    return tuple(
        tuple(found[place, seed] for seed in manifest.seeds)
        for place in range(len(points))
    )


def _results(
    points: list[_Point], todo: list[tuple[int, int]], executor: Executor | None
) -> Generator[tuple[int, Figures]]:
    if executor is not None:
        return handed_out(_figures, _calls(points, todo), executor, _WINDOW)
    return (
        (number, _figures(points[place], seed))
        for number, (place, seed) in enumerate(todo)
    )


def _calls(
    points: list[_Point], todo: list[tuple[int, int]]
) -> Generator[tuple[_Point, int]]:
    for place, seed in todo:
        check_travels(points[place])
        yield points[place], seed
