"""The front door: what it exports, and what waits behind it until it is asked for."""

import subprocess
import sys

import pytest

import recovery_core

LATE = ["codec", "policy", "schedules", "service_levels"]


def test_every_name_at_the_front_door_opens() -> None:
    """Each exported name is there, and stands there once."""
    assert all(hasattr(recovery_core, name) for name in recovery_core.__all__)
    assert len(set(recovery_core.__all__)) == len(recovery_core.__all__)


def test_what_the_engine_does_without_is_loaded_when_asked_for() -> None:
    """Importing the library leaves out what reads JSON and the ready-made policies."""
    code = (
        "import sys, recovery_core as rc\n"
        f"late = ['recovery_core.' + name for name in {LATE!r}]\n"
        "assert not set(late) & set(sys.modules), set(late) & set(sys.modules)\n"
        "rc.to_json, rc.policy, rc.schedules, rc.service_levels\n"
        "assert set(late) <= set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_name_that_is_not_there_is_refused() -> None:
    """A misspelt name is an AttributeError that repeats it."""
    with pytest.raises(AttributeError, match="no attribute 'recover'"):
        _ = recovery_core.recover  # type: ignore[attr-defined]
