"""The fixtures that pytest finds by itself, and what they are made of."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

from recovery_core import Award, Claim, RecoveryEngine, ServiceFailure
from recovery_core.errors import InvalidValueError
from recovery_core.testing import FixedClock, build_engine

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
LATE = ServiceFailure("train late")


def nothing(claim: Claim) -> Award:
    """Give nothing."""
    return Award.nothing()


def test_a_fixed_clock_stands_until_it_is_moved() -> None:
    """Time passes when the test says so, forward or to any aware moment."""
    clock = FixedClock()
    assert clock() == clock() == NOON
    assert clock.advance(timedelta(hours=1)) == clock() == NOON + timedelta(hours=1)
    clock.now = NOON
    assert clock() == NOON
    for wrong in (datetime(2026, 5, 1), None):  # noqa: DTZ001
        with pytest.raises(InvalidValueError, match="give an aware datetime"):
            clock.now = wrong  # type: ignore[assignment]


def test_an_engine_of_the_kit_is_the_same_every_time() -> None:
    """Two engines that do the same make equal cases."""

    def run() -> Any:
        engine = build_engine(policy=nothing)
        first, second = engine.open(LATE), engine.open(LATE)
        assert (first.id, second.id) == ("C-1", "C-2")
        return engine.acknowledge(first, by="ana")

    assert run() == run()
    assert run().opened_at == NOON


def test_an_engine_of_the_kit_takes_every_setting() -> None:
    """Clock and names can be had otherwise; a wrong setting is refused as ever."""
    later = FixedClock(NOON + timedelta(days=1))
    engine = build_engine(
        policy=nothing, clock=later, new_id=lambda: "X", on_hook_error="hold"
    )
    assert engine.open(LATE).opened_at == later.now
    assert (engine.open(LATE).id, engine.on_hook_error) == ("X", "hold")
    with pytest.raises(InvalidValueError):
        build_engine(policy=nothing, on_hook_error="shrug")


def test_the_fixtures_go_by_one_clock(
    recovery_engine: Callable[..., RecoveryEngine], recovery_clock: FixedClock
) -> None:
    """What a test does to the clock, the engine sees."""
    engine = recovery_engine(policy=nothing)
    case = engine.open(LATE)
    recovery_clock.advance(timedelta(days=2))
    case = engine.acknowledge(case)
    assert case.events[1].at - case.events[0].at == timedelta(days=2)
    assert recovery_engine(policy=nothing, new_id=lambda: "X").open(LATE).id == "X"


def test_both_hooks_are_declared() -> None:
    """Test runners find what to load in the metadata of the package."""
    for group, target in (
        ("pytest11", "_recovery_core_plugins.for_pytest"),
        ("hypothesis", "_recovery_core_plugins.for_hypothesis:register"),
    ):
        values = {point.value for point in entry_points(group=group)}
        assert target in values


def pytest_run(where: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in a project of somebody else's."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    # What our own run was told is not what somebody else's is told.
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV_"))}
    return subprocess.run(
        command,
        cwd=where,
        env=env,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_run_that_has_no_use_for_it_loads_nothing(tmp_path: Path) -> None:
    """Other projects' test runs on the same machine do not import the library."""
    (tmp_path / "test_other.py").write_text(
        "import sys\n"
        "def test_other():\n"
        "    assert '_recovery_core_plugins.for_pytest' in sys.modules\n"
        "    assert not {'recovery_core', 'hypothesis'} & set(sys.modules)\n"
    )
    run = pytest_run(tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_broken_promise_reads_well_in_pytest(tmp_path: Path) -> None:
    """The failure shows the tester's own line and the story, not our machinery."""
    (tmp_path / "test_own.py").write_text(
        "from fractions import Fraction\n"
        "from recovery_core.testing import check_liability_rule\n"
        "def twice(attribution):\n"
        "    return 2 * attribution.share('firm')\n"
        "def test_own(recovery_engine, recovery_clock):\n"
        "    check_liability_rule(twice)\n"
    )
    run = pytest_run(tmp_path, "-p", "no:xdist")
    assert run.returncode == 1
    lines = [line.lstrip(">E ") for line in run.stdout.splitlines()]
    assert "check_liability_rule(twice)" in lines
    assert "it answered: Fraction(2, 1)" in lines
    assert "that is no share from 0 to 1" in lines
    assert "__tracebackhide__" not in run.stdout
