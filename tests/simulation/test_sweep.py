"""A sweep: the same at every point, whoever does it and however often it stops."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest
from SALib.sample import sobol as sobol_sample  # type: ignore[import-untyped]

from recovery_core import Claim, Money
from recovery_core.engine import RecoveryEngine
from recovery_core.errors import ContractError, InvalidValueError, StoredFormatError
from recovery_core.policy import Reimbursement, capped
from recovery_core.simulation import (
    Company,
    Manifest,
    Sweep,
    Tier,
    shop,
    simulate,
    sweep,
)
from recovery_core.simulation.results.outcomes import OUTCOMES
from recovery_core.simulation.runs.blocks import Progress
from recovery_core.simulation.runs.bounded_submit import submit_bounded
from recovery_core.simulation.sweeps.design import Design, design_of
from recovery_core.simulation.world.world import Population, World
from tests.support.sweeps import LOOKED_AT, SMALL, made

RUN: Mapping[str, Any] = {"customers": 500, "months": 3}
GRID: Mapping[str, Any] = {"cap": (5, 40), "noise": (0.0, 0.2)}


def build(cap: float, noise: float) -> tuple[Company, World]:
    """Cap what is paid back, in a world of more or less noise."""
    policy = capped(Reimbursement(), at=Money(f"{cap:.2f}", "EUR"))
    return Company(engine=RecoveryEngine(policy=policy)), shop(satisfaction_noise=noise)


def capped_at(cap: float) -> Any:
    """Cap what is paid back."""
    return capped(Reimbursement(), at=Money(f"{cap:.2f}", "EUR"))


def nonsense(claim: Claim) -> Any:
    """Break the contract of a policy."""
    return "nonsense"


@pytest.fixture(scope="module")
def whole() -> Sweep:
    """Run the grid once, without any executor."""
    return sweep(build, GRID, seeds=2, outcomes=LOOKED_AT, **RUN)


# ------------------------------------------------------------------- what is the same


def test_each_point_is_a_run_of_its_own(whole: Sweep) -> None:
    """The figures are those that `simulate` finds for the company and the world."""
    assert whole.points == [
        {"cap": 5, "noise": 0.0},
        {"cap": 5, "noise": 0.2},
        {"cap": 40, "noise": 0.0},
        {"cap": 40, "noise": 0.2},
    ]
    alone = simulate(*build(40, 0.2), seed=1, **RUN)
    assert whole.estimate("retention", point=3, seed=1) == alone["retention"]
    assert whole.estimate("cost") == simulate(*build(5, 0.0), **RUN)["cost"]
    assert whole["cost"].shape == (4, 2)
    assert whole["cost"][3, 1] == alone["cost"].value


def test_points_meet_the_same_luck(whole: Sweep) -> None:
    """A parameter that changes nothing changes no figure."""
    assert not np.array_equal(whole["cost"][0], whole["cost"][2])
    without, same = sweep(
        lambda tag: Reimbursement(),
        {"tag": ("a", "b")},
        outcomes=["retention"],
        **RUN,
    )["retention"]
    assert without == same


def test_whatever_does_the_work_finds_the_same(whole: Sweep) -> None:
    """Other processes give equal sweeps, in any order."""
    told: list[tuple[str, int, int]] = []
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        found = sweep(
            build,
            GRID,
            seeds=(0, 1),
            outcomes=LOOKED_AT,
            executor=pool,
            progress=lambda *args: told.append(args),
            **RUN,
        )
    assert found == whole
    assert told == [("sweeping", done, 8) for done in range(1, 9)]


class Plain(Executor):
    """Does everything at once; knows no keywords, and hands out futures."""

    def __init__(self) -> None:
        self.calls = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Refuse keywords: dask keeps some of them to itself."""
        assert not kwargs
        self.calls += 1
        future: Future[Any] = Future()
        future.set_result(fn(*args))
        return future


def test_an_executor_gets_a_task_a_run(whole: Sweep) -> None:
    """Points go out one by one, with their seed."""
    plain = Plain()
    one = [{"noise": 0.0, "cap": 5}]
    found = sweep(build, one, seeds=2, outcomes=LOOKED_AT, executor=plain, **RUN)
    assert plain.calls == 2
    assert found.runs[0] == whole.runs[0]


def test_what_cannot_travel_is_refused() -> None:
    """The error says what to do about a policy that no other process can import."""
    with pytest.raises(InvalidValueError, match="at the top of a module"):
        sweep(lambda x: lambda claim: None, {"x": (1,)}, executor=Plain(), **RUN)


class Later(Executor):
    """Starts the first call only."""

    def __init__(self) -> None:
        self.futures: list[Future[Any]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Answer the first call."""
        self.futures.append(Future())
        if len(self.futures) == 1:
            self.futures[0].set_result(fn(*args))
        return self.futures[-1]


def test_an_interruption_calls_off_what_has_not_begun() -> None:
    """Nobody goes on working for a sweep that has ended."""
    later = Later()
    with pytest.raises(KeyboardInterrupt):
        sweep(build, GRID, executor=later, progress=stop_after(1), **RUN)
    assert [future.cancelled() for future in later.futures] == [False, True, True, True]


def test_calls_are_taken_when_there_is_room() -> None:
    """No more are under way than the window holds."""
    taken: list[int] = []

    def calls() -> Iterator[tuple[int]]:
        for number in range(5):
            taken.append(number)
            yield (number,)

    results = submit_bounded(abs, calls(), Plain(), window=2)
    assert taken == []
    assert next(results)[0] in (0, 1)
    assert taken == [0, 1]
    assert {number for number, _ in results} < set(range(5))
    assert taken == [0, 1, 2, 3, 4]


# ---------------------------------------------------------------------------- resuming


def stop_after(count: int) -> Progress:
    """Interrupt once so many runs are done."""

    def progress(stage: str, done: int, total: int) -> None:
        if done == count:
            raise KeyboardInterrupt

    return progress


def again(folder: Path, **other: Any) -> tuple[Sweep, list[int]]:
    """Go on with the grid in a folder, and count."""
    told: list[int] = []
    settings = {"seeds": 2, "outcomes": LOOKED_AT, **RUN, **other}
    found = sweep(
        settings.pop("build", build),
        settings.pop("design", GRID),
        folder=folder,
        progress=lambda stage, done, total: told.append(done),
        **settings,
    )
    return found, told


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, whole: Sweep) -> Path:
    """Interrupt a sweep twice, and finish it."""
    folder = tmp_path_factory.mktemp("sweeps") / "new" / "caps"
    for count in (3, 6):
        with pytest.raises(KeyboardInterrupt):
            sweep(
                build,
                GRID,
                seeds=2,
                outcomes=LOOKED_AT,
                folder=folder,
                progress=stop_after(count),
                **RUN,
            )
        assert len([*(folder / "runs").iterdir()]) == count
    found, told = again(folder)
    assert found == whole
    assert told == [6, 7, 8]
    return folder


def test_a_sweep_goes_on_where_it_stopped(finished: Path, whole: Sweep) -> None:
    """What is done is not done again, and no drafts are left behind."""
    assert again(finished) == (whole, [8])
    kept = {path.name for path in finished.rglob("*") if path.is_file()}
    runs = {f"point-{p}-seed-{s}.json" for p in range(4) for s in range(2)}
    assert kept == {"manifest.json", *runs}


DAMAGES: list[Callable[[str], str]] = [
    lambda text: "",
    lambda text: text[:-10],
    lambda text: "[]",
    lambda text: '{"figures": 5}',
    lambda text: text.replace('"check": "', '"check": "0'),
    lambda text: json.dumps({**json.loads(text), "figures": [[1.0, 0.1, 199]] * 2}),
]


def test_a_damaged_run_is_done_again(finished: Path, whole: Sweep) -> None:
    """Whatever is wrong with a file, it never becomes a figure."""
    files = sorted((finished / "runs").iterdir())
    for file, damage in zip(files, DAMAGES, strict=False):
        file.write_text(damage(file.read_text("utf-8")), "utf-8")
    files[6].write_bytes(b"\xff")
    files[7].write_text(files[0].read_text("utf-8"), "utf-8")
    found, told = again(finished)
    assert found == whole
    assert told == [*range(1, 9)]


def test_another_sweep_is_refused_the_folder(finished: Path) -> None:
    """The error says what differs."""
    changes: list[tuple[dict[str, Any], str]] = [
        ({"customers": 501}, "differs in customers: give another folder"),
        ({"seeds": 3}, "differs in seeds:"),
        ({"outcomes": ["cost"]}, "differs in outcomes:"),
        (
            {"build": lambda cap, noise: build(cap + 1, noise)},
            "in companies, policies:",
        ),
        ({"build": lambda cap, noise: build(cap, 0.5)}, "in worlds:"),
        ({"design": {**GRID, "noise": (0, 0.3)}}, "in design, worlds:"),
    ]
    for change, text in changes:
        with pytest.raises(InvalidValueError, match=text):
            again(finished, **change)


def test_a_damaged_manifest_is_told(tmp_path: Path) -> None:
    """It cannot be known whether the runs belong to the sweep."""
    (tmp_path / "manifest.json").write_text("{}", "utf-8")
    with pytest.raises(StoredFormatError, match="is damaged: give another folder"):
        sweep(build, GRID, folder=tmp_path, **RUN)


def test_unknown_errors_are_kept(tmp_path: Path) -> None:
    """One group has no error that is known; it comes back as such."""
    alone: dict[str, Any] = {"customers": 1, "seeds": 1}
    found, _ = again(tmp_path, **alone)
    assert found.estimate("retention").error == float("inf")
    assert again(tmp_path, **alone) == (found, [4])


def test_a_draft_is_removed_if_it_cannot_be_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk leaves no rubbish."""

    def full(self: Path, target: Path) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="no space left"):
        sweep(build, GRID, folder=tmp_path, **RUN)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


# ---------------------------------------------------------------------------- designs


def test_designs_come_in_three_forms() -> None:
    """A grid, points, and the rows of an array."""
    grid = design_of({"a": range(2), "b": np.array([0.5, 1.5])})
    assert grid.points == ((0, 0.5), (0, 1.5), (1, 0.5), (1, 1.5))
    assert grid.levels == ((0, 1), (0.5, 1.5))
    points = design_of([{"a": 1, "b": None}, {"b": "x", "a": 2}])
    assert points == Design(("a", "b"), ((1, None), (2, "x")))
    rows = np.array([[1, 2], [3, 4]])
    assert design_of(rows, ["a", "b"]).points == ((1, 2), (3, 4))
    assert design_of(iter(rows.tolist()), {"names": ["a", "b"]}) == design_of(
        rows, ("a", "b")
    )
    assert design_of([(True,), (False,)], ["a"]).at(1) == {"a": False}


@pytest.mark.parametrize(
    ("given", "names", "text"),
    [
        ({}, None, "the design is empty"),
        ({"a": ()}, None, "the design is empty"),
        ([], None, "no design can be made of \\[\\]: give a mapping"),
        (5, None, "no design can be made of 5"),
        ("ab", None, "no design can be made of 'ab'"),
        ([(1, 2)], None, "with an array, give names="),
        ([{"a": 1}, {"b": 1}], None, "point 1 has the parameters b: give a"),
        ({"a": "xy"}, None, "give a list of values to try, such as \\['xy'\\]"),
        ({"a": 1}, None, "such as \\[1\\]"),
        ({"a": (1, 2, 1)}, None, "has a value twice"),
        ({f"p{i}": (1, 2) for i in range(4000)}, None, "of 4000 parameters are more"),
        ({"a": range(10**4), "b": range(501)}, None, "more than 10000000 values"),
        ({"a": (1, "x")}, None, "'a' mixes number and text"),
        ({"a": (True, 2)}, None, "'a' mixes number and truth"),
        ({"a": (Money("1.00", "EUR"),)}, None, "let build make of them"),
        ({"a": (float("nan"),)}, None, "'a' cannot be nan"),
        ({"a": (1 << 63,)}, None, "'a' cannot be 9223372036854775808"),
        ({"": (1,)}, None, "a parameter cannot be called ''"),
        ({5: (1,)}, None, "a parameter cannot be called 5"),
        ({"seed": (1,)}, None, "no parameter can be called 'seed'"),
        ({"cost_low": (1,)}, None, "no parameter can be called 'cost_low'"),
        ([(1, 2)], ["a", "a"], "are not all different"),
        ([(1, 2)], ["a"], "point 0 is \\(1, 2\\): with names=, give a 2-D array"),
        ([1, 2], ["a"], "point 0 is 1"),
        ([{"a": 1}], ["a"], "point 0 is {'a': 1}"),
        (np.float64(5), ["a"], "point 0 is 5.0"),
    ],
)
def test_a_design_that_makes_no_table_is_refused(
    given: Any, names: Any, text: str
) -> None:
    """The error says what to give."""
    with pytest.raises(InvalidValueError, match=text):
        design_of(given, names)


def test_a_salib_design_is_taken_as_it_is() -> None:
    """What SALib samples goes in with its problem."""
    problem = {"num_vars": 1, "names": ["cap"], "bounds": [[0, 60]]}
    sample = sobol_sample.sample(problem, 2, calc_second_order=False, seed=1)
    found = sweep(capped_at, sample, names=problem, outcomes=["cost"], **RUN)
    assert [point["cap"] for point in found.points] == sample[:, 0].tolist()
    values = found["cost"][:, 0]
    assert (np.diff(values[np.argsort(sample[:, 0])]) >= 0).all()
    with pytest.raises(InvalidValueError, match="only a full grid"):
        found.to_xarray()


# ------------------------------------------------------------------------------ errors


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"customers": 0}, "customers cannot be 0"),
        ({"months": 1.5}, "months cannot be 1.5"),
        ({"seeds": 0}, "seeds cannot be 0"),
        ({"seeds": True}, "seeds cannot be True"),
        ({"seeds": ()}, "give at least one, each once"),
        ({"seeds": (1, 1)}, "each once"),
        ({"seeds": (1 << 63,)}, "below 2"),
        ({"seeds": (0.5,)}, "seeds cannot be 0.5"),
        ({"outcomes": "cost"}, "give a list, such as \\['cost'\\]"),
        ({"outcomes": ["costs"]}, "there is no outcome 'costs'"),
        ({"outcomes": []}, "outcomes is empty"),
    ],
)
def test_settings_that_cannot_be_are_refused(change: Any, text: str) -> None:
    """Before anything is run."""
    with pytest.raises(InvalidValueError, match=text):
        sweep(build, GRID, **{**RUN, **change})


def test_all_outcomes_are_looked_at_unless_some_are_named() -> None:
    """And what was not looked at, or not run, is told."""
    found = sweep(build, [{"cap": 5, "noise": 0.0}], customers=50, months=1)
    assert found.manifest.outcomes == tuple(OUTCOMES)
    assert len(found.to_rows()) == len(OUTCOMES)
    small = made(Design(("a",), ((1,), (2,))))
    with pytest.raises(InvalidValueError, match="'value' was not looked at"):
        small["value"]
    with pytest.raises(InvalidValueError, match="no run of point 2 with seed 0"):
        small.estimate("cost", point=2)
    with pytest.raises(
        InvalidValueError, match="with seed 5: give a point from 0 to 1"
    ):
        small.estimate("cost", seed=5)


def test_what_build_does_wrong_is_told_with_the_point() -> None:
    """The note says where; the error says what."""

    def picky(x: int) -> Any:
        if x == 2:
            raise LookupError("no such x")
        return Reimbursement(), "world"

    with pytest.raises(LookupError) as caught:
        sweep(picky, {"x": (2,)}, **RUN)
    assert caught.value.__notes__ == ["at point 0: x=2"]
    with pytest.raises(InvalidValueError, match="or a pair of it and a World"):
        sweep(picky, {"x": (1,)}, **RUN)
    with pytest.raises(InvalidValueError, match="no company can be made of 'x'"):
        sweep(lambda x: x, {"x": ("x",)}, **RUN)


def test_what_a_run_does_wrong_is_told_with_the_point() -> None:
    """The note names the seed as well."""
    with pytest.raises(ContractError) as caught:
        sweep(lambda x: nonsense, {"x": (2,)}, seeds=(7,), **RUN)
    assert caught.value.__notes__ == ["at point 0: x=2, seed 7"]


def test_one_table_holds_one_currency() -> None:
    """Money in two currencies does not stand in one column."""

    def abroad(code: str) -> Any:
        tiers = (Tier(name="all", price=Money("50.00", code)),)
        return Reimbursement(), shop(population=Population(tiers=tiers))

    with pytest.raises(InvalidValueError, match="count money in EUR, GBP"):
        sweep(abroad, {"code": ("GBP", "EUR")}, **RUN)


def test_figures_that_are_not_known_are_kept(tmp_path: Path) -> None:
    """A share of nothing comes back from a folder as such, and from a process."""
    given: dict[str, Any] = {"customers": 1, "seeds": 1, "outcomes": ["leakage"]}
    found, _ = again(tmp_path, **given)
    assert not found.estimate("leakage").is_known
    assert again(tmp_path, **given) == (found, [4])
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301


# ----------------------------------------------------------------------------- manifest


def test_a_manifest_says_what_it_rests_on(whole: Sweep) -> None:
    """Hashes of each point, and the versions of everything."""
    found = whole.manifest
    company, _ = build(5, 0.2)
    assert found.companies[1] == company.hash
    assert found.policies[1] == company.engine.policy_hash
    assert len(set(found.companies)) == len(set(found.worlds)) == 2
    assert [name for name, _ in found.versions] == ["recovery_core", "python", "numpy"]
    assert found.currency == "EUR"
    assert found.hash != attrs.evolve(found, months=4).hash


def broken() -> Iterator[str | bytes]:
    """Damage a manifest in many ways."""
    body = SMALL.manifest.to_dict()
    yield ""
    yield b"\xff"
    yield "[]"
    yield "{}"
    yield json.dumps({**body, "more": 1})
    yield SMALL.manifest.to_json().replace('"customers"', '"customers": 7, "customers"')
    yield json.dumps({**body, "format": "another"})
    yield json.dumps({**body, "versions": []})
    yield json.dumps({**body, "seeds": 5})
    yield json.dumps({**body, "design": {**body["design"], "names": ["a", "seed"]}})


def test_a_manifest_is_read_whole_or_not_at_all() -> None:
    """Whatever was changed in it is refused."""
    for manifest in (SMALL.manifest, made(Design(("a",), ((1,), (2,)))).manifest):
        assert Manifest.from_json(manifest.to_json()) == manifest
    for text in broken():
        with pytest.raises(StoredFormatError, match="no manifest of a sweep"):
            Manifest.from_json(text)
