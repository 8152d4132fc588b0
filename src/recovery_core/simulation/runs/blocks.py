"""Work cut into blocks of customers, done here or by any executor, in any order."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing
from threading import local
from typing import Any, Final, Protocol, TypeAlias, TypeVar
from uuid import uuid4

import attrs
import numpy as np

from ...errors import InvalidValueError
from ..company import Company
from ..engine.arrays import Arrays
from ..engine.chances import Chances, has_shared_branches
from ..engine.draws import Draws
from ..engine.monthly import Block, run_block
from ..engine.situation_tables import Tables
from ..world.world import World
from .arguments import (
    check_executor,
    check_months,
    check_progress,
    check_seed,
    check_whole_number,
    check_world,
)
from .bounded_submit import submit_bounded
from .travel import check_travels

__all__ = ["BLOCK", "CompanyInWorld", "Job", "Progress", "run_job"]

BLOCK: Final = 1 << 17
"""Customers in a block: so many stay in the processor's cache."""

_SHARED_OUT: Final = 32
"""Blocks of a run that is shared out, at least, so that nobody waits for the last."""
_FEWEST: Final = 1 << 14
"""Customers in a block that is shared out; fewer are not worth the journey."""
_GROUPS: Final = 200
_LARGE_PIECE: Final = 31 << 20  # beyond 32 MB glibc learns nothing
_LARGEST: Final = 1 << 15
"""Customers in a group at most: a block holds whole groups, and has to stay small."""

_T = TypeVar("_T")
Span: TypeAlias = tuple[int, int]
Reduce: TypeAlias = "Callable[[Job, list[tuple[Block, Tables]]], _T]"


class Progress(Protocol):
    """A callback told the stage, how much of it is done, and how much there is."""

    def __call__(self, stage: str, done: int, total: int, /) -> None:
        """Report progress."""
        ...


@attrs.frozen
class CompanyInWorld:
    """One company in one world, to be run on the same customers as the others.

    Args:
        company: The company.
        world: Its world.
    """

    company: Company
    world: World = attrs.field(converter=check_world)


def _token() -> str:
    return uuid4().hex


@attrs.frozen(kw_only=True)
class Job:
    """A run to be done: who, for how long, with which luck, and what to return.

    Args:
        sides: One company, or several that meet the same customers.
        months: How long.
        seed: Names the luck.
        reduce: Turns the blocks of all sides into what is brought home.
        paths: Whether to follow satisfaction month by month.
        size: How many customers make a group.
        token: Names the job, so that a worker works a situation out only once.
    """

    sides: tuple[CompanyInWorld, ...]
    months: int = attrs.field(converter=check_months)
    seed: int = attrs.field(converter=check_seed)
    reduce: Reduce[Any]
    paths: bool = False
    size: int = 1
    token: str = attrs.field(factory=_token)

    def grouped(self, customers: int) -> Job:
        """Return the job with groups: branches, or parts of what has nothing shared."""
        shared = [
            side.world.branch_size
            for side in self.sides
            if has_shared_branches(side.company, side.world)
        ]
        size = max(shared, default=max(1, min(-(-customers // _GROUPS), _LARGEST)))
        if any(size % branch for branch in shared):
            raise InvalidValueError(
                f"branches of {sorted(set(shared))} customers cannot be compared: give "
                "both worlds the same branch_size"
            )
        return attrs.evolve(self, size=size)

    def spans(self, start: int, stop: int, block: int) -> Iterator[Span]:
        """Cut a run of customers into blocks of whole groups."""
        step = max(1, block // self.size) * self.size
        for first in range(start, stop, step):
            yield first, min(first + step, stop)


class _Tools:
    """What a job needs over and over again."""

    def __init__(self, job: Job) -> None:
        # What a block frees, the next one needs. But glibc hands it back to the system,
        # and each page is asked for and cleared anew, which takes a tenth of the time;
        # unless it has seen one large piece freed. So it sees one; nothing is written.
        np.empty(_LARGE_PIECE, np.uint8)
        self.draws = Draws(job.seed)
        self.sides = [
            (
                Tables(side.company, side.world),
                Arrays(Chances(side.company, side.world, job.months)),
            )
            for side in job.sides
        ]


class _ToolsOfThread(local):
    """The tools of the last jobs; every thread has its own, for they change."""

    def __init__(self) -> None:
        self.tools: dict[str, _Tools] = {}


_TOOLS_OF_THREAD: Final = _ToolsOfThread()


def _tools_of_job(job: Job) -> _Tools:
    kept = _TOOLS_OF_THREAD.tools
    if job.token not in kept:
        while len(kept) > 1:
            kept.pop(next(iter(kept)))
        kept[job.token] = _Tools(job)
    return kept[job.token]


def _run_one_block(job: Job, span: Span) -> Any:
    """Simulate one block; runs in a worker."""
    tools = _tools_of_job(job)
    blocks = [
        (run_block(tables, arrays, tools.draws, span, paths=job.paths), tables)
        for tables, arrays in tools.sides
    ]
    return job.reduce(job, blocks)


def run_job(
    job: Job,
    span: Span,
    *,
    block: int | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    stage: str = "simulating",
) -> list[Any]:
    """Run a job, block by block.

    Args:
        job: What to do.
        span: The first customer, and the one behind the last.
        block: How many customers are done at a time; `BLOCK`, or fewer where an
            executor shares them out, unless given.
        executor: Who does it; this very thread unless given.
        progress: Is told after each block.
        stage: What it is told.

    Returns:
        What the blocks brought home, in the order of their customers.

    Raises:
        InvalidValueError: An argument cannot be.
    """
    check_executor(executor)
    check_progress(progress)
    if block is None:
        block = (
            BLOCK if executor is None else _block_size_when_shared(span[1] - span[0])
        )
    block = check_whole_number("block", block)
    spans = list(job.spans(*span, block))
    found: dict[int, Any] = {}
    results = (
        _run_here(job, spans)
        if executor is None
        else _run_on_executor(job, spans, executor)
    )
    count = 0
    with closing(results):
        for number, result in results:
            found[number] = result
            count += spans[number][1] - spans[number][0]
            if progress is not None:
                progress(stage, count, span[1] - span[0])
    return [found[number] for number in range(len(spans))]


def _block_size_when_shared(customers: int) -> int:
    return max(_FEWEST, min(BLOCK, customers // _SHARED_OUT))


def _run_here(job: Job, spans: list[Span]) -> Generator[tuple[int, Any]]:
    for number, span in enumerate(spans):
        yield number, _run_one_block(job, span)


def _run_on_executor(
    job: Job, spans: list[Span], executor: Executor
) -> Generator[tuple[int, Any]]:
    """Run the blocks on an executor; for another process the job must pickle."""
    if not isinstance(executor, ThreadPoolExecutor):
        check_travels(job)
    return submit_bounded(_run_one_block, ((job, span) for span in spans), executor)
