"""Fixtures for tests of recoveries: a clock that stands, and engines that go by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from recovery_core import RecoveryEngine
    from recovery_core.testing import FixedClock


@pytest.fixture
def recovery_clock() -> FixedClock:
    """Give a clock that stands at noon of 1 May 2026, UTC, until it is advanced."""
    from recovery_core.testing import FixedClock

    return FixedClock()


@pytest.fixture
def recovery_engine(recovery_clock: FixedClock) -> Callable[..., RecoveryEngine]:
    """Give what builds engines by that clock, with cases called C-1, C-2 and so on.

    Call it as you would `RecoveryEngine`: ``recovery_engine(policy=mine)``.
    """
    from recovery_core.testing import build_engine

    def build(**settings: Any) -> RecoveryEngine:
        return build_engine(**{"clock": recovery_clock, **settings})

    return build
