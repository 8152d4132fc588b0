"""What a run can be asked for: plain numbers from anywhere, and mistakes told."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction
from functools import partial
from types import SimpleNamespace
from typing import Any, Final

import attrs
import numpy as np
import pytest

from recovery_core.errors import ContractError, InvalidValueError
from recovery_core.policy import Reimbursement
from recovery_core.simulation import (
    Company,
    Experiment,
    RayExecutor,
    Target,
    Team,
    World,
    calibrate,
    compare,
    frontier,
    goodness_of_fit,
    load_experiment,
    paradox,
    sensitivity,
    shop,
    simulate,
    sobol,
    sweep,
    trace,
)
from recovery_core.simulation.calibration.tarp import TARP
from recovery_core.simulation.reactions import (
    ByPath,
    Encounter,
    Felt,
    Justice,
    apply_models,
    default_models,
)
from recovery_core.simulation.sweeps.sweep import check_build
from tests.support.worlds import world

Run = Callable[..., Any]

POLICY: Final = Reimbursement()
FEW: Final[dict[str, Any]] = {"customers": 60, "months": 2}
FAMILY: Final = {"a": POLICY, "b": POLICY}


def noisy(noise: float) -> tuple[Reimbursement, World]:
    """Build what is run at a point."""
    return POLICY, shop(satisfaction_noise=noise)


@attrs.frozen
class Halved(Reimbursement):
    """Be a policy with a parameter."""

    share: int = attrs.field(kw_only=True)


GRID: Final[dict[str, Any]] = {"noise": (0.0, 0.2)}
RUNS: Final[dict[str, Run]] = {
    "simulate": partial(simulate, POLICY),
    "compare": partial(compare, POLICY, POLICY),
    "paradox": partial(paradox, POLICY),
    "frontier": partial(frontier, FAMILY),
    "trace": partial(trace, POLICY, customer=3),
    "calibrate": lambda world=None, **k: calibrate(POLICY, world or shop(), TARP, **k),
    "goodness_of_fit": lambda world=None, **k: goodness_of_fit(
        POLICY, world or shop(), TARP, **k
    ),
}
SHARED_OUT: Final[dict[str, Run]] = {
    **{name: run for name, run in RUNS.items() if name != "trace"},
    "sweep": partial(sweep, noisy, GRID),
}


def refused(call: Run, *arguments: Any, **options: Any) -> str:
    """Demand a refusal, and return what it says."""
    with pytest.raises(InvalidValueError) as told:
        call(*arguments, **options)
    return str(told.value)


# ------------------------------------------------------------------------- numbers


@pytest.mark.parametrize("name", RUNS)
def test_whoever_counted_it_a_number_is_a_number(name: str) -> None:
    """Numbers of NumPy come to what Python's own come to, and JSON can hold them."""
    run = RUNS[name]
    found = run(customers=np.int64(60), months=np.uint8(2), seed=np.int32(7))
    same = run(customers=60, months=2, seed=7)
    assert repr(found) == repr(same)
    if hasattr(found, "to_dict") and name != "paradox":
        assert json.dumps(found.to_dict()) == json.dumps(same.to_dict())


@pytest.mark.parametrize("seed", [-1, True, 1 << 63, 1.0, "x", None, [1]])
@pytest.mark.parametrize("name", RUNS)
def test_seeds_are_the_same_to_all_runs(name: str, seed: Any) -> None:
    """What a table could not hold is no seed anywhere, nor is what is no number."""
    told = refused(RUNS[name], **FEW, seed=seed)
    assert told.startswith(f"seed cannot be {seed!r}: give a whole number")


@pytest.mark.parametrize("seed", [-1, True, 1 << 63, 1.0, "x", None])
def test_sweeps_and_experiments_take_the_same_seeds(seed: Any) -> None:
    """Nor is it a seed of a sweep, or in an experiment."""
    told = refused(sweep, noisy, GRID, **FEW, seeds=[seed])
    assert told.startswith(f"seeds cannot be {seed!r}: give a whole number")
    told = refused(Experiment, companies=FAMILY, seed=seed)
    assert told.startswith(f"seed cannot be {seed!r}: give a whole number")
    sound = {"design": GRID, "build": noisy}
    told = refused(Experiment, companies=FAMILY, **sound, seeds=[seed])
    assert told.startswith(f"seeds cannot be {seed!r}: give a whole number")


@pytest.mark.parametrize(
    ("seeds", "same"), [(2, (0, 1)), (np.int64(2), (0, 1)), (np.arange(1, 3), (1, 2))]
)
def test_a_sweep_takes_seeds_or_how_many(seeds: Any, same: tuple[int, ...]) -> None:
    """So does an experiment; a text or a fraction is neither."""
    found = sweep(noisy, GRID, **FEW, seeds=seeds).manifest.seeds
    tried = Experiment(companies=FAMILY, design=GRID, build=noisy, seeds=seeds).seeds
    assert found == tried == same
    assert {type(seed) for seed in found} == {int}
    for wrong in ("x", 1.5, None):
        told = refused(sweep, noisy, GRID, **FEW, seeds=wrong)
        assert told == f"seeds cannot be {wrong!r}: give a whole number from 1 up"


@pytest.mark.parametrize("seed", [0, (1 << 63) - 1])
def test_the_least_and_the_largest_seed_are_seeds(seed: int) -> None:
    """Everything below 2**63 is one."""
    assert simulate(POLICY, **FEW, seed=seed).seed == seed


def test_an_experiment_holds_plain_numbers() -> None:
    """Whoever counted them."""
    counted: Any = [np.int64(number) for number in (60, 2, 1)]
    customers, months, seed = counted
    one = Experiment(companies=FAMILY, customers=customers, months=months, seed=seed)
    assert [type(n) for n in (one.customers, one.months, one.seed)] == [int] * 3
    for name in ("customers", "months"):
        told = refused(Experiment, companies=FAMILY, **{name: 1.5})
        assert told == f"{name} cannot be 1.5: give a whole number from 1 up"


# ------------------------------------------------------------------- who does the work


@pytest.mark.parametrize(
    ("executor", "mend"),
    [
        (4, "give an executor, such as ProcessPoolExecutor(4), or leave it out"),
        ("processes", "give an executor, such as ProcessPoolExecutor(4)"),
        (ProcessPoolExecutor, "build one, such as ProcessPoolExecutor(4)"),
        (SimpleNamespace(remote=print), "give RayExecutor(ray)"),
        (
            SimpleNamespace(submit=print, get_executor=print),
            "give client.get_executor(pure=False)",
        ),
    ],
    ids=["a number", "a text", "a class", "ray", "a client of dask"],
)
@pytest.mark.parametrize("name", SHARED_OUT)
def test_what_cannot_do_the_work_is_refused(
    name: str, executor: Any, mend: str
) -> None:
    """Before anything is worked out, and with what to give instead."""
    told = refused(SHARED_OUT[name], **FEW, executor=executor)
    assert told.startswith("executor cannot be ")
    assert mend in told


def test_what_is_like_an_executor_will_do() -> None:
    """Whatever hands out calls as `concurrent.futures` does."""
    with ThreadPoolExecutor(1) as threads:
        like = SimpleNamespace(submit=threads.submit)
        alone = simulate(POLICY, **FEW)
        assert repr(simulate(POLICY, **FEW, executor=threads)) == repr(alone)
        found = sweep(noisy, GRID, **FEW, executor=like)  # type: ignore[arg-type]
    assert found == sweep(noisy, GRID, **FEW)


@pytest.mark.parametrize("ray", [None, 4, json])
def test_ray_is_the_module(ray: Any) -> None:
    """What has no remote functions is not Ray."""
    assert "give the module ray, as RayExecutor(ray)" in refused(RayExecutor, ray)


@pytest.mark.parametrize(
    "name", ["simulate", "compare", "paradox", "frontier", "sweep"]
)
def test_nobody_is_told_who_cannot_be_called(name: str) -> None:
    """``progress=True`` is not how progress is told."""
    told = refused(SHARED_OUT[name], **FEW, progress=True)
    assert told.startswith("progress cannot be True: give a function of the stage")


# -------------------------------------------------------------------------- worlds


@pytest.mark.parametrize(
    ("wrong", "mend"),
    [
        (shop, "a World is meant, not what makes one; call it: shop()"),
        (World, "call it: World()"),
        ("shop", "give a World, such as shop()"),
        (shop().population, "give a World, such as shop()"),
        (POLICY, "give a World, such as shop()"),
    ],
    ids=["shop", "World", "a text", "a population", "a policy"],
)
@pytest.mark.parametrize("name", RUNS)
def test_a_world_is_meant(name: str, wrong: Any, mend: str) -> None:
    """What makes worlds, or is a part of one, is no world."""
    told = refused(RUNS[name], world=wrong, **FEW)
    assert told.startswith("world cannot be ")
    assert told.endswith(mend)


@pytest.mark.parametrize("wrong", [0, {}, ()])
@pytest.mark.parametrize("name", ["simulate", "compare", "frontier", "trace"])
def test_nothing_is_no_world(name: str, wrong: Any) -> None:
    """Only None stands for the usual one."""
    told = refused(RUNS[name], world=wrong, **FEW)
    assert told == f"world cannot be {wrong!r}: give a World, such as shop()"


@pytest.mark.parametrize("ask", [calibrate, goodness_of_fit])
def test_who_is_calibrated_says_which_world(ask: Run) -> None:
    """Here nothing is usual."""
    assert refused(ask, POLICY, None, TARP, **FEW).startswith("world cannot be None")


def test_the_second_world_is_named() -> None:
    """So that nobody looks at the first."""
    told = refused(compare, POLICY, POLICY, second_world=shop, **FEW)
    assert told.startswith("second_world cannot be ")


@pytest.mark.parametrize(
    "call",
    [
        lambda: simulate(shop(), POLICY, **FEW),  # type: ignore[arg-type]
        lambda: compare(POLICY, shop(), **FEW),  # type: ignore[arg-type]
        lambda: frontier([shop()], **FEW),  # type: ignore[list-item]
        lambda: calibrate(shop(), POLICY, TARP, **FEW),  # type: ignore[arg-type]
        lambda: goodness_of_fit(shop(), POLICY, TARP, **FEW),  # type: ignore[arg-type]
    ],
    ids=["simulate", "compare", "frontier", "calibrate", "goodness_of_fit"],
)
def test_the_company_comes_first(call: Run) -> None:
    """Whoever gives the world in its place is told so."""
    assert "give the company, an engine or a policy first" in refused(call)


# ----------------------------------------------------------------------- branches


def test_who_shares_a_branch_is_told_why_nothing_is_known() -> None:
    """One branch has nobody to be held against."""
    busy = Company(engine=POLICY, response=Team(agents=1, handling=30))
    told = "no interval is known, for all customers share one branch of 1,000: take"
    assert told in repr(simulate(busy, customers=900, months=1))
    for run in (
        simulate(busy, customers=1_001, months=1),
        simulate(busy, shop(branch_size=300), customers=900, months=1),
        simulate(POLICY, customers=900, months=1),
        simulate(POLICY, customers=1, months=1),
    ):
        assert "no interval is known" not in repr(run)


# ------------------------------------------------------------- until, names, outcomes


@pytest.mark.parametrize("until", [["retention"], "retention", 0.001])
def test_until_is_by_name(until: Any) -> None:
    """A width needs its outcome, and an outcome its width."""
    told = refused(compare, POLICY, POLICY, **FEW, until=until)
    assert told.startswith(f"until cannot be {until!r}: give half the width")
    assert told.endswith('such as {"retention": 0.001}')


@pytest.mark.parametrize("width", [float("nan"), float("inf"), 0, -1, True, "x", None])
def test_until_is_a_width(width: Any) -> None:
    """Nothing is as narrow as what is no number, and anything as what has no end."""
    told = refused(compare, POLICY, POLICY, **FEW, until={"retention": width})
    assert told.startswith(f"until cannot be {width!r} for retention: give half")


@pytest.mark.parametrize("width", [np.float32(0.5), Fraction(1, 2), Decimal("0.5")])
def test_any_number_is_a_width(width: Any) -> None:
    """Whoever counted it."""
    found = compare(POLICY, POLICY, **FEW, until={"retention": width})
    assert found.first.months == 2
    assert found.until == {"retention": 0.5}
    # Nothing differs, and what never differs is never believed.
    assert [*found.too_wide] == ["retention"]
    asked = {"asked": 0.5, "half_width": 0.0, "is_reached": False}
    assert json.loads(json.dumps(found.to_dict()))["until"] == {"retention": asked}
    last = str(found).splitlines()[-1]
    assert last.startswith("  retention is not known as asked with ")


@pytest.mark.parametrize("name", [0, ["retention"], None, "retnetion"])
def test_outcomes_go_by_their_names(name: Any) -> None:
    """What is no text names none."""
    message = f"there is no outcome {name!r}: give one of retention"
    assert refused(simulate(POLICY, **FEW).__getitem__, name).startswith(message)
    assert refused(frontier, FAMILY, x=name, **FEW).startswith(message)
    assert refused(sweep, noisy, GRID, outcomes=[name], **FEW).startswith(message)


@pytest.mark.parametrize(
    ("outcomes", "such"),
    [("retention", "['retention']"), (5, '["retention"]'), ({}, '["retention"]')],
)
def test_outcomes_are_a_list(outcomes: Any, such: str) -> None:
    """In a sweep and in an experiment alike."""
    message = f"outcomes cannot be {outcomes!r}: give a list, such as {such}"
    assert refused(sweep, noisy, GRID, outcomes=outcomes, **FEW) == message
    tried = {"design": GRID, "build": noisy, "outcomes": outcomes}
    assert refused(Experiment, companies=FAMILY, **tried) == message


@pytest.mark.parametrize("family", [POLICY, 5, "ab", None])
def test_a_family_has_members(family: Any) -> None:
    """One alone is none, nor is a text."""
    told = refused(frontier, family, **FEW)
    assert told.startswith("companies cannot be ")
    assert told.endswith("by name, or a list of them")


@pytest.mark.parametrize("name", [15, "", None])
def test_members_have_names(name: Any) -> None:
    """Texts, so that they can be written down."""
    told = refused(frontier, {name: POLICY}, **FEW)
    assert told == f"no company can be called {name!r}: give each a text as its name"


def test_an_experiment_runs_companies_by_name() -> None:
    """A policy is no name."""
    one = Experiment(companies=FAMILY, **FEW)
    assert refused(one.simulate, POLICY).startswith("there is no company Reimbursement")


@pytest.mark.parametrize("path", [5, None, b"shop.toml"])
def test_an_experiment_is_read_from_a_path(path: Any) -> None:
    """What is no path is no experiment."""
    told = refused(load_experiment, path)
    assert (
        told == f"{path!r} is no experiment: give a .toml or .py file, or module:name"
    )


# ------------------------------------------------------------------ builds and sweeps


@pytest.mark.parametrize(
    ("build", "told"),
    [
        (noisy, "build takes noise, and the design gives nose: call the parameters"),
        (lambda: POLICY, "build takes nothing, and the design gives nose"),
        (POLICY, "build takes claim, and the design gives nose"),
        (GRID, "build cannot be {'noise': (0.0, 0.2)}: give a function"),
        (None, "build cannot be None: give a function of the parameters"),
    ],
    ids=["misspelt", "takes nothing", "a policy", "a design", "None"],
)
def test_builds_take_what_the_design_gives(build: Any, told: str) -> None:
    """Else nothing is built, in a sweep or in an experiment."""
    design = {"nose": (0.0,)}
    assert refused(sweep, build, design, **FEW).startswith(told)
    if build is not None:
        given = {"companies": FAMILY, "build": build, "design": design}
        told = told if callable(build) else "Experiment.build cannot be"
        assert refused(Experiment, **given).startswith(told)


def test_builds_may_say_nothing_of_what_they_take() -> None:
    """Some that come from C do not; and a class may build policies."""
    check_build(max, ["noise"])
    check_build(lambda **given: POLICY, ["noise"])
    found = sweep(Halved, {"share": (1, 2)}, **FEW, outcomes=["cost"])
    assert found["cost"].shape == (2, 1)


@pytest.mark.parametrize("names", ["noise", 5, {}, {"names": None}])
def test_columns_have_names(names: Any) -> None:
    """A list of them, or a problem of SALib."""
    told = refused(sweep, noisy, [(0.1,)], names=names, **FEW)
    message = f"names cannot be {names!r}: give a list of names, or a SALib problem"
    assert told == message


@pytest.mark.parametrize("given", ["retention", simulate(POLICY, **FEW), None])
def test_a_sweep_is_asked_what_matters(given: Any) -> None:
    """A single run has no parameters, nor has the name of an outcome."""
    for ask in (partial(sensitivity, given, "cost"), partial(sobol, given, {}, "cost")):
        told = refused(ask)
        assert told.startswith("sweep cannot be ")
        assert told.endswith("give what sweep() returned")


@pytest.mark.parametrize("problem", [None, {}, {"names": "noise"}, "noise"])
def test_a_problem_has_names(problem: Any) -> None:
    """Those it was sampled with."""
    found = sweep(noisy, GRID, **FEW)
    told = refused(sobol, found, problem, "cost")
    assert told.startswith(f"problem cannot be {problem!r}: give a list of names")


# -------------------------------------------------------------------- calibration


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"rate": "x"}, "Target.rate cannot be 'x': give a number from 0 to 1"),
        ({"rate": 2.0}, "Target.rate cannot be 2.0: give a number from 0 to 1"),
        ({"rate": 0.5, "observed": 0}, "Target.observed cannot be 0: give an int of"),
    ],
)
def test_targets_are_rates_of_somebody(given: Any, told: str) -> None:
    """From 0 to 1, and of one customer at least."""
    assert refused(Target, **given).startswith(told)


@pytest.mark.parametrize(
    ("given", "same"),
    [
        (np.float32(0.5), 0.5),
        (np.array([400, 200]), (400, 200)),
        ((np.int64(400), np.int64(200)), (400, 200)),
    ],
)
def test_targets_come_from_anywhere(given: Any, same: Any) -> None:
    """Counted by NumPy or by hand."""
    cell = ("minor", "quick")
    found, again = (
        goodness_of_fit(POLICY, shop(), {cell: target}, **FEW)[cell].target
        for target in (given, same)
    )
    assert found == again
    assert type(found.rate) is float


# ---------------------------------------------------------------------- reactions


def mood(answer: Any) -> Run:
    """Make a model that always answers the same."""

    def in_a_mood(encounter: Encounter, felt: Felt) -> Any:
        return answer

    return in_a_mood


UNFELT: Final[dict[str, Any]] = {
    "nothing": None,
    "a number": 0.5,
    "no number": Felt(transaction=float("nan")),
    "without end": Felt(lasting=float("inf")),
    "a text": Felt(loss="much"),  # type: ignore[arg-type]
    "another justice": Felt(justice=0.5),  # type: ignore[arg-type]
    "no just number": Felt(justice=Justice(procedural=float("nan"))),
}


@pytest.mark.parametrize("answer", UNFELT.values(), ids=UNFELT)
def test_what_nobody_can_feel_is_told_with_its_model(answer: Any) -> None:
    """A model that does not answer what can be felt is named, in every run."""
    with pytest.raises(ContractError) as told:
        apply_models((*default_models(), mood(answer)), Encounter())
    assert told.value.plug.endswith("in_a_mood")
    assert told.value.problem.endswith("not a Felt of plain numbers")
    here = world(reactions=[mood(answer), *default_models()])
    for run in (RUNS["simulate"], RUNS["trace"]):
        with pytest.raises(ContractError, match="in_a_mood broke its contract on case"):
            run(here, customers=200, months=3)


def test_a_model_that_raises_is_told_with_its_case() -> None:
    """As policies and detectors are."""
    with pytest.raises(ContractError, match=r"on case \(moderate, resolved\): it"):
        apply_models([lambda encounter: encounter], Encounter())  # type: ignore[list-item]
    with pytest.raises(ContractError, match="ZeroDivisionError: ") as told:
        apply_models([lambda encounter, felt: Felt(1 / 0)], Encounter())
    assert isinstance(told.value.__cause__, ZeroDivisionError)


def test_numbers_of_numpy_can_be_felt() -> None:
    """A model may count as it likes."""
    half: Any = np.float32(0.5)
    felt = apply_models([mood(Felt(transaction=half))], Encounter())
    assert felt.transaction == 0.5


def test_a_table_of_changes_takes_names() -> None:
    """A severity and a path by their names are those."""
    model = ByPath(dict.fromkeys(TARP, -0.1) | _between())
    assert model == ByPath(dict(model.lasting))
    told = refused(ByPath, 5)
    assert told.startswith("ByPath.lasting cannot be 5: give changes by severity and")
    told = refused(ByPath, {"minor": 0.1})
    assert told.startswith("ByPath.lasting cannot speak of 'minor': give changes by")


def _between() -> dict[tuple[str, str], float]:
    paths = ("silent", "unresolved", "resolved", "quick")
    return {(s, path): -0.1 for s in ("Moderate", "CRITICAL") for path in paths}
