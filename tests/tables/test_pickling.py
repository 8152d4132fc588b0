"""Tables with computed columns, and schedules, go to other processes as they are."""

from __future__ import annotations

import copy
import pickle
import site
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import attrs
import cloudpickle  # type: ignore[import-untyped] # it has no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import recovery_core as rc
from recovery_core import Money, schedules
from recovery_core._domain.frozen_mapping import FrozenMapping
from recovery_core._domain.hashing import content_hash
from recovery_core.errors import InvalidValueError
from recovery_core.policy import capped, sum_of
from recovery_core.tables import (
    Column,
    Rule,
    Table,
    backtest,
    column,
    decide,
    diff,
    prove,
    sheet,
)
from recovery_core.tables.declared_policy import DeclaredPolicy
from recovery_core.tables.pickling import HeldFunction, to_held_function_if_any
from tests.support import computed
from tests.support.computed import (
    KM,
    MADE,
    TABLE,
    band,
    computed_tables,
    half_beyond,
    look_at,
)

HERE = Path(__file__).parents[2]
SCHEDULES = schedules.catalogue()


def sent(value: Any, protocol: int = pickle.DEFAULT_PROTOCOL) -> Any:
    """Return what arrives."""
    return pickle.loads(pickle.dumps(value, protocol))  # noqa: S301


def sent_slowly(value: Any) -> Any:
    """Return what arrives by the pickler in Python, which has frames of its own."""
    slow: Any = vars(pickle)["_dumps"]
    return pickle.loads(slow(value))  # noqa: S301


def check_twins(value: Any) -> None:
    """Hold a value to being itself after every way to copy or send it."""
    ways: tuple[Callable[[Any], Any], ...] = (
        *(sent, partial(sent, protocol=2), partial(sent, protocol=5), sent_slowly),
        *(copy.copy, copy.deepcopy),
    )
    for way in ways:
        twin = way(value)
        assert type(twin) is type(value)
        assert twin == value
        assert hash(twin) == hash(value)
        assert getattr(twin, "hash", None) == getattr(value, "hash", None)


# ------------------------------------------------------------------------- the law


@pytest.mark.parametrize(
    "made", MADE, ids=lambda made: f"{made.name}{'?' * made.is_optional}"
)
def test_a_column_in_the_place_of_its_function_travels(made: Column) -> None:
    """Computed and read ones, wrapped and in a class, and what was made of them."""
    check_twins(made)
    twin = sent(made)
    assert twin.functions == made.functions, "not a copy of the code: the functions"
    assert (twin.domain, twin.is_optional) == (made.domain, made.is_optional)


@given(table=computed_tables())
def test_any_table_of_such_columns_travels(table: Table) -> None:
    """With an equal hash, and what it decides."""
    check_twins(table)
    check_twins(capped(sum_of(table, TABLE), at=Money("100.00", "EUR")))


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=list(SCHEDULES))
def test_every_schedule_travels(schedule: schedules.Schedule) -> None:
    """Whole, as a policy, and version by version; it decides its cases as before."""
    check_twins(schedule)
    check_twins(schedule.policy)
    check_twins(schedule.versions)
    for _, table in schedule.versions:
        check_twins(table)
    twin = sent(schedule)
    for case in schedule.cases[:5]:
        assert twin(twin.claim(case)) == schedule(schedule.claim(case))


def test_a_declared_policy_travels() -> None:
    """The decorator put it, too, in the place of its function."""
    check_twins(half_beyond)
    assert isinstance(half_beyond, DeclaredPolicy)


KINDS = [kind for name in rc.__all__ if isinstance(kind := getattr(rc, name), type)]
DRAWN = [kind for kind in KINDS if attrs.has(kind) and kind is not rc.RecoveryEngine]
CALENDARS = st.builds(
    rc.Calendar,
    zone=st.sampled_from(["UTC", "Europe/Paris"]),
    weekend=st.sets(st.integers(0, 6), max_size=6).map(tuple),
    holidays=st.frozensets(st.dates(), max_size=3),
    opening=st.sampled_from([(), [("09:00", "17:00")]]),
)
"""Few names are zones, and few numbers days of the week: they are not drawn blindly."""


@pytest.mark.parametrize("kind", [*DRAWN, rc.Facts], ids=lambda kind: kind.__name__)
def test_every_value_of_the_front_door_travels(kind: type[Any]) -> None:
    """Whatever it holds, with an equal hash of its content."""

    @given(value=CALENDARS if kind is rc.Calendar else st.from_type(kind))
    @settings(max_examples=10)
    def check(value: Any) -> None:
        check_twins(value)
        assert content_hash(sent(value)) == content_hash(value)

    check()


FACTS: dict[str, Any] = {
    "km": 3000,
    "late": 200,
    "told": False,
    "fare": Money("30.00", "EUR"),
    "tier": "gold",
}
ROWS = {name: [value] for name, value in FACTS.items()} | {"fare": [3000]}


@pytest.mark.parametrize(
    "value",
    [
        *(TABLE.rules[0], TABLE.rules[0].when, TABLE.outcomes[0]),
        *(TABLE.decision(FACTS), TABLE.explain(FACTS), sheet(TABLE)),
        *(
            diff(TABLE, attrs.evolve(TABLE, name="Trains")),
            prove.never_above(TABLE, Money("1.00", "EUR")),
        ),
        *(decide(TABLE, ROWS).totals(), backtest(TABLE, TABLE, data=ROWS)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_whatever_is_said_of_a_table_travels(value: Any) -> None:
    """Decisions, explanations, differences, proofs and totals."""
    check_twins(value)


def test_decisions_of_many_claims_travel() -> None:
    """They are arrays, and so compare by identity; what they hold is the same."""
    made = decide(TABLE, ROWS)
    twin = sent(made)
    assert twin.outcome.tolist() == made.outcome.tolist()
    assert twin.minor.tolist() == made.minor.tolist()
    assert twin.outcomes == made.outcomes


def test_a_frozen_mapping_is_a_value() -> None:
    """It is a copy, compares with any mapping, and nobody changes it."""
    given: dict[str, int] = {"b": 1, "a": 2}
    held = FrozenMapping(given)
    check_twins(held)
    given["c"] = 3
    assert held == {"a": 2, "b": 1} != FrozenMapping(given)
    assert ([*held], len(held), held["a"]) == (["b", "a"], 2, 2)
    assert hash(held) == hash(FrozenMapping({"a": 2, "b": 1}))
    assert repr(held) == "{'b': 1, 'a': 2}"
    with pytest.raises(TypeError, match="item assignment"):
        held["a"] = 1  # type: ignore[index]


# ------------------------------------------------------------------ other processes


@pytest.fixture(scope="module")
def worker() -> Iterator[ProcessPoolExecutor]:
    """Start a process that shares nothing with this one."""
    with ProcessPoolExecutor(
        1,
        mp_context=get_context("spawn"),
        initializer=site.addsitedir,  # else it would not find what is defined here
        initargs=(str(HERE),),
    ) as pool:
        yield pool


@pytest.mark.parametrize(
    "value",
    [TABLE, half_beyond, SCHEDULES["eu261"], SCHEDULES["uk261"].policy],
    ids=["table", "declared", "schedule", "policy"],
)
def test_it_comes_back_from_a_worker_unchanged(
    worker: ProcessPoolExecutor, value: Any
) -> None:
    """And has the same hash over there."""
    twin, seen = worker.submit(look_at, value).result()
    assert twin == value
    assert seen == getattr(value, "hash", None)


SCRIPT = """
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from recovery_core import Money
from recovery_core.tables import Rule, Table, column
from recovery_core.simulation import simulate
from tests.support.computed import look_at

km = column.integer("km", 0, 20_000).optional()


@column.flag("far").computed_from(km)
def far(km):
    return km is None or km > 1500


table = Table("T", [Rule("far", when=far, amends=Money("5", "EUR"))], otherwise="near")
run = {"customers": 1_000, "months": 3, "seed": 7}

if __name__ == "__main__":
    with ProcessPoolExecutor(1, mp_context=get_context(sys.argv[1])) as pool:
        twin, seen = pool.submit(look_at, table).result()
        assert (twin, seen) == (table, table.hash), (seen, table.hash)
        there = simulate(table, executor=pool, block=500, **run)
    assert there.totals == simulate(table, **run).totals
    assert there.totals["paid"]
"""


@pytest.mark.parametrize("start", ["spawn", "fork"])
def test_a_script_and_its_workers_agree(tmp_path: Path, start: str) -> None:
    """A spawned one runs the script as ``__mp_main__``: that makes no other table."""
    script = tmp_path / "study.py"
    script.write_text(SCRIPT)
    made = subprocess.run(
        [sys.executable, str(script), start],
        check=False,
        timeout=100,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": f"{HERE}:{HERE / 'src'}"},
    )
    assert (made.returncode, made.stderr) == (0, "")


# -------------------------------------------------------------------- what does not


def test_a_lambda_and_a_local_function_are_left_to_pickle() -> None:
    """It says what it always says; cloudpickle carries their code."""

    @column.flag("far").computed_from(KM)
    def local(km: int) -> bool:
        return km > 3

    for made in (local, column.flag("far").computed_from(KM)(lambda km: km > 3)):
        table = Table("T", [Rule("far", when=made)], otherwise="near")
        with pytest.raises((pickle.PicklingError, AttributeError), match="pickle"):
            pickle.dumps(table)
        twin = pickle.loads(cloudpickle.dumps(table))  # noqa: S301
        assert twin == table
        assert twin.hash == table.hash
        assert copy.deepcopy(table) == table


def test_cloudpickle_is_given_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker without the module, as of a notebook, has nothing to look up."""
    text = cloudpickle.dumps((TABLE, half_beyond))
    monkeypatch.delattr(computed, "band")
    monkeypatch.delattr(computed, "half_beyond")
    table, policy = pickle.loads(text)  # noqa: S301
    assert table == TABLE
    assert policy.hash == half_beyond.hash


def test_a_worker_with_another_module_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is gone over there, or means something without such a function."""
    text = pickle.dumps(band)
    monkeypatch.delattr(computed, "band")
    why = "support.comput.d.band holds no function .*: install the module as it is"
    with pytest.raises(InvalidValueError, match=why):
        pickle.loads(text)  # noqa: S301
    monkeypatch.setattr(computed, "band", print, raising=False)
    with pytest.raises(InvalidValueError, match=why):
        pickle.loads(text)  # noqa: S301
    with pytest.raises(InvalidValueError, match=why):
        pickle.loads(text.replace(b"tests.support.computed", b"tests.support.computxd"))  # noqa: S301


def test_only_a_function_that_its_name_leads_to_is_looked_up() -> None:
    """Anything else is left as it is."""
    assert to_held_function_if_any(band.function) == HeldFunction(
        "tests.support.computed", "band", "function"
    )
    for other in (7, "band", None, print, look_at, TABLE, lambda: 7, Column, MADE):
        assert to_held_function_if_any(other) is other
