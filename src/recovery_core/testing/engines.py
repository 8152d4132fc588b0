"""An engine whose time and names are known beforehand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

import attrs

from .._domain import checks
from ..engine import RecoveryEngine

__all__ = ["FixedClock", "build_engine"]

_NOON: Final = datetime(2026, 5, 1, 12, tzinfo=UTC)


@attrs.define
class FixedClock:
    """A clock that only moves when told to.

    Args:
        now: What it tells; noon of 1 May 2026 unless said otherwise. Set it, or call
            `advance`.

    Raises:
        InvalidValueError: The time has no offset from UTC.

    Example:
        >>> clock = FixedClock()
        >>> clock.advance(timedelta(days=1)).isoformat()
        '2026-05-02T12:00:00+00:00'
    """

    now: datetime = attrs.field(default=_NOON, validator=checks.moment)

    def __call__(self) -> datetime:
        """Return the time at which it stands."""
        return self.now

    def advance(self, by: timedelta) -> datetime:
        """Move the clock on.

        Args:
            by: How much of it.

        Returns:
            What the clock tells now.
        """
        self.now += by
        return self.now


def build_engine(**settings: Any) -> RecoveryEngine:
    """Build an engine with a fixed clock, whose cases are called C-1, C-2 and so on.

    So a test can compare whole cases, and a failure reads the same every time.

    Args:
        settings: Those of `RecoveryEngine`, such as ``policy=``; `clock` and `new_id`
            too, where these will not do.

    Returns:
        The engine.

    Raises:
        InvalidValueError: A setting cannot be.
    """
    numbers = count(1)
    usual: dict[str, Any] = {
        "clock": FixedClock(),
        "new_id": lambda: f"C-{next(numbers)}",
    }
    return RecoveryEngine(**{**usual, **settings})
