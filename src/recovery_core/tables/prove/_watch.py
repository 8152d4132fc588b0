"""The time a proof may take, looked at wherever much is built or asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import monotonic
from typing import Any, TypeVar

import attrs

from ...errors import InvalidValueError

__all__ = ["OutOfTime", "Watch"]

_T = TypeVar("_T")


class OutOfTime(Exception):  # noqa: N818 - no user ever meets it
    """A question was not answered in time."""


def _check_above_0(instance: Any, attribute: Any, value: Any) -> None:
    if not isinstance(value, int | float) or not value > 0:
        raise InvalidValueError(f"a timeout cannot be {value!r}: give seconds above 0")


def _now() -> float:
    return monotonic()


@attrs.frozen
class Watch:
    """Count down from the moment it is made.

    Args:
        timeout: How long a proof may take.

    Units: seconds.

    Raises:
        InvalidValueError: The timeout is not above 0.
    """

    timeout: float = attrs.field(validator=_check_above_0)
    started: float = attrs.field(factory=_now, init=False)

    @property
    def passed(self) -> float:
        """How long it has taken so far."""
        return monotonic() - self.started

    @property
    def is_over(self) -> bool:
        """Return whether no time is left."""
        return self.passed >= self.timeout

    @property
    def left(self) -> float:
        """How much time is left.

        Raises:
            OutOfTime: None is.
        """
        left = self.timeout - self.passed
        if left <= 0:
            raise OutOfTime
        return left

    def iter_within_time(self, items: Iterable[_T]) -> Iterator[_T]:
        """Walk items as long as there is time.

        Raises:
            OutOfTime: There is no more.
        """
        for item in items:
            _ = self.left
            yield item
