"""Blocks in any size, in any order, on any executor: the same totals, to the unit."""

from __future__ import annotations

import os
import site
import sys
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any, Final

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery_core._domain.claim import Claim
from recovery_core._domain.remedy import Award
from recovery_core.errors import ContractError, InvalidValueError
from recovery_core.policy import Reimbursement
from recovery_core.simulation import RayExecutor, compare, shop, simulate
from recovery_core.simulation.company import Learning, Team, company_of
from recovery_core.simulation.results.totals import Totals
from recovery_core.simulation.runs.blocks import (
    CompanyInWorld,
    Job,
    _run_one_block,
    _tools_of_job,
    run_job,
)
from recovery_core.simulation.runs.bounded_submit import submit_bounded
from recovery_core.simulation.runs.run import _totals
from recovery_core.simulation.runs.travel import check_travels
from tests.support.worlds import by_severity, company, everything, world

TEAM: Final = {"response": Team(agents=1, handling=600), "learning": Learning(after=2)}
SHARING: Final = company(everything, habits=TEAM)
ARGUMENTS: Final[dict[str, Any]] = {"customers": 2_000, "months": 5, "seed": 11}


def job(some: Any, here: Any, customers: int, *, months: int = 5) -> Job:
    """Prepare a run as `simulate` does."""
    sides = (CompanyInWorld(company_of(some), here),)
    made = Job(sides=sides, months=months, seed=11, reduce=_totals)
    return made.grouped(customers)


@pytest.fixture(scope="module")
def expected() -> Totals:
    """Say what the shop comes to in one block."""
    return simulate(Reimbursement(), shop(), **ARGUMENTS).totals


@given(block=st.integers(1, 2_500))
@settings(max_examples=8)
def test_blocks_may_have_any_size(block: int) -> None:
    """However a run is cut into blocks, it comes to the same."""
    here = world()
    arguments: dict[str, Any] = {"customers": 450, "months": 4}
    whole = simulate(SHARING, here, **arguments)
    assert simulate(SHARING, here, block=block, **arguments).totals == whole.totals


def test_blocks_may_be_done_in_any_order() -> None:
    """Whichever block comes first, each comes to the same."""
    some, here = company(everything, habits=TEAM), world()
    straight = job(some, here, 800)
    spans = [*straight.spans(0, 800, 100)]
    assert spans[0] == (0, 100)
    assert spans[-1] == (700, 800)
    parts = dict(zip(spans, run_job(straight, (0, 800), block=100), strict=True))
    for seed in range(3):
        shuffled = job(some, here, 800)
        order = Random(seed).sample(spans, len(spans))
        assert all(_run_one_block(shuffled, span) == parts[span] for span in order)


def test_blocks_are_whole_groups() -> None:
    """A block ends where a group does, but for the last one."""
    shared = job(SHARING, world(), 1_050)
    assert shared.size == 100
    assert [*shared.spans(0, 1_050, 250)][-2:] == [(800, 1_000), (1_000, 1_050)]
    assert [*shared.spans(0, 250, 1)] == [(0, 100), (100, 200), (200, 250)]
    free = job(
        by_severity, world(gossip=attrs.evolve(world().gossip, listeners=0)), 999
    )
    assert free.size == 5
    tiny = job(by_severity, world(gossip=attrs.evolve(world().gossip, listeners=0)), 3)
    assert tiny.size == 1


def test_what_is_worked_out_is_kept_for_the_last_two_jobs() -> None:
    """A worker works a situation out once a job, and forgets the jobs before."""
    jobs = [job(by_severity, world(), 10) for _ in range(3)]
    tools = [_tools_of_job(each) for each in jobs]
    assert _tools_of_job(jobs[2]) is tools[2]
    assert _tools_of_job(jobs[1]) is tools[1]
    assert _tools_of_job(jobs[0]) is not tools[0]


# Executors


class Inline(Executor):
    """Do what is handed in at once, or never; and count."""

    def __init__(self, *, never: int | None = None) -> None:
        self.handed, self.never = list[Future[Any]](), never

    def submit(
        self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> Future[Any]:
        """Do it at once, unless it is one of those that are never done."""
        future = Future[Any]()
        self.handed.append(future)
        if self.never is None or len(self.handed) <= self.never:
            try:
                future.set_result(fn(*args, **kwargs))
            except Exception as error:  # noqa: BLE001 - it is the caller's
                future.set_exception(error)
        return future


def test_any_executor_will_do(expected: Totals) -> None:
    """Whatever speaks like an executor does the work, and comes to the same."""
    inline = Inline()
    found = simulate(Reimbursement(), shop(), block=10, executor=inline, **ARGUMENTS)
    assert found.totals == expected
    assert len(inline.handed) == 200


def test_threads_come_to_the_same() -> None:
    """Threads that take turns all the time do not get into each other's way."""
    here = world()
    arguments: dict[str, Any] = {"customers": 2_400, "months": 5, "seed": 11}
    whole = simulate(SHARING, here, **arguments)
    turns = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(6) as pool:
            found = simulate(SHARING, here, block=100, executor=pool, **arguments)
    finally:
        sys.setswitchinterval(turns)
    assert found.totals == whole.totals


@pytest.fixture(scope="module")
def processes() -> Iterator[Executor]:
    """Start processes that share nothing with this one."""
    with ProcessPoolExecutor(
        2,
        mp_context=get_context("spawn"),
        initializer=site.addsitedir,  # else they would not find what is defined here
        initargs=(str(Path(__file__).parents[2]),),
    ) as pool:
        yield pool


def test_processes_come_to_the_same(processes: Executor, expected: Totals) -> None:
    """Processes that were started anew come to the same."""
    told: list[tuple[str, int, int]] = []

    def progress(stage: str, done: int, total: int) -> None:
        told.append((stage, done, total))

    found = simulate(
        Reimbursement(),
        shop(),
        block=300,
        executor=processes,
        progress=progress,
        **ARGUMENTS,
    )
    assert found.totals == expected
    assert [stage for stage, _, _ in told] == ["simulating"] * 7
    assert told[-1] == ("simulating", 2_000, 2_000)
    assert [done for _, done, _ in told] == sorted({done for _, done, _ in told})


def test_processes_compare_as_well(processes: Executor) -> None:
    """A comparison comes to the same on processes."""
    arguments: dict[str, Any] = {"customers": 300, "months": 4}
    here = compare(by_severity, everything, world(), **arguments)
    there = compare(by_severity, everything, world(), executor=processes, **arguments)
    assert there.first.totals == here.first.totals
    assert there.second.totals == here.second.totals
    assert there.by_tier == here.by_tier


def broken(claim: Claim) -> Award:
    """Fail as a policy with a bug does."""
    raise LookupError("no such tariff")


def fail() -> None:
    """Fail in a worker."""
    raise ContractError("broken", "case", "no such tariff")


def test_an_error_in_a_worker_reaches_the_caller(processes: Executor) -> None:
    """A policy that breaks in another process breaks the run, and says why."""
    for executor in (None, processes, Inline()):
        with pytest.raises(ContractError, match="no such tariff"):
            simulate(broken, world(), executor=executor, **ARGUMENTS)


class Stubborn:
    """What will not be pickled, and says so in an error of its own."""

    def __reduce__(self) -> str:
        raise LookupError("not for the post")


def test_what_cannot_travel_is_refused_with_the_mend(processes: Executor) -> None:
    """A rule made inside a function is refused, and the message says what travels."""

    def local(claim: Claim) -> Award:
        return by_severity(claim)

    here = world()
    arguments: dict[str, Any] = {"customers": 100, "months": 2}
    with pytest.raises(InvalidValueError, match="at the top of a module"):
        simulate(local, here, executor=processes, **arguments)
    assert simulate(local, here, **arguments).totals["customers"]
    with Path(os.devnull).open() as file, pytest.raises(InvalidValueError):
        check_travels(file)
    with pytest.raises(InvalidValueError, match="not for the post"):
        check_travels(Stubborn())


def test_only_a_few_blocks_are_under_way() -> None:
    """Calls are taken when there is room, however many there are."""
    taken: list[int] = []

    def calls() -> Generator[tuple[int]]:
        for number in range(100):
            taken.append(number)
            yield (number,)

    given_out = submit_bounded(int, calls(), Inline(), 3)
    assert next(given_out)[1] in range(3)
    assert len(taken) == 3
    assert len([*given_out]) == 99
    assert len(taken) == 100


def test_what_has_not_begun_is_called_off() -> None:
    """After an error, and when it is told to stop, nothing more is begun."""

    def stop(stage: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    one = Inline(never=1)
    with pytest.raises(KeyboardInterrupt):
        simulate(Reimbursement(), block=10, executor=one, progress=stop, **ARGUMENTS)
    assert len(one.handed) > 1
    assert all(future.cancelled() for future in one.handed[1:])
    two = Inline(never=1)
    with pytest.raises(ContractError):
        simulate(broken, world(branch_size=10), block=10, executor=two, **ARGUMENTS)
    assert all(future.cancelled() for future in two.handed[1:])


# Clusters; what they need is not among the test requirements.


def test_dask_comes_to_the_same(expected: Totals) -> None:
    """Dask's workers come to the same."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            processes=True,
            n_workers=2,
            threads_per_worker=1,
            dashboard_address=":0",  # any port: another cluster may have the usual
            host="127.0.0.1",
        ) as cluster,
        distributed.Client(cluster) as client,
        client.get_executor(pure=False) as executor,
    ):
        found = simulate(Reimbursement(), block=500, executor=executor, **ARGUMENTS)
    assert found.totals == expected


@contextmanager
def started(ray: Any) -> Iterator[Any]:
    """Start Ray on this machine alone, and stop it."""
    source = str(Path(__file__).parents[2] / "src")
    ray.init(
        num_cpus=2,
        include_dashboard=False,
        log_to_driver=False,
        configure_logging=False,
        object_store_memory=80_000_000,
        _node_ip_address="127.0.0.1",
        runtime_env={"env_vars": {"PYTHONPATH": source}},
    )
    try:
        yield ray
    finally:
        ray.shutdown()


@pytest.mark.filterwarnings("default")
def test_ray_comes_to_the_same(
    expected: Totals, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ray's workers come to the same, and an error in one reaches the caller."""
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    ray = pytest.importorskip("ray")
    with started(ray):
        executor = RayExecutor(ray)
        found = simulate(Reimbursement(), block=500, executor=executor, **ARGUMENTS)
        assert found.totals == expected
        with pytest.raises(ContractError, match="no such tariff"):
            executor.submit(fail).result()


class Pretended:
    """Speak like the module ray, and do it here."""

    def __init__(self) -> None:
        self.made = 0

    def remote(self, fn: Callable[..., Any]) -> Any:
        """Make a function remote."""
        self.made += 1
        inline = Inline()

        class Remote:
            def remote(self, *args: Any, **kwargs: Any) -> Any:
                class Reference:
                    def future(self) -> Future[Any]:
                        return inline.submit(fn, *args, **kwargs)

                return Reference()

        return Remote()


def test_ray_is_handed_each_function_once(expected: Totals) -> None:
    """A function is made remote when it is first handed in, and called from then on."""
    pretended = Pretended()
    executor = RayExecutor(pretended)
    found = simulate(Reimbursement(), block=100, executor=executor, **ARGUMENTS)
    assert found.totals == expected
    assert pretended.made == 1
    assert executor.submit(int, "7").result() == 7
    assert pretended.made == 2
