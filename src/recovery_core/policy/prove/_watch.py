"""The time a proof may take, looked at wherever much is built or asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import monotonic
from typing import TypeVar

import attrs

from ...errors import InvalidValueError

__all__ = ["OutOfTime", "Watch"]

_T = TypeVar("_T")


class OutOfTime(Exception):  # noqa: N818 - no user ever meets it
    """Say that a question was not answered in time."""


@attrs.frozen
class Watch:
    """Count down from the moment it is made.

    Args:
        timeout: How long a proof may take.

    Units: seconds.

    Raises:
        InvalidValueError: The timeout is not above 0.
    """

    timeout: float = attrs.field()
    started: float = attrs.field(init=False)

    @started.default
    def _now(self) -> float:
        return monotonic()

    @timeout.validator
    def _above_0(self, _: object, given: object) -> None:
        if not isinstance(given, int | float) or not given > 0:
            raise InvalidValueError(
                f"a timeout cannot be {given!r}: give seconds above 0"
            )

    @property
    def passed(self) -> float:
        """How long it has taken so far."""
        return monotonic() - self.started

    @property
    def is_over(self) -> bool:
        """Tell whether no time is left."""
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

    def each(self, items: Iterable[_T]) -> Iterator[_T]:
        """Walk items as long as there is time.

        Raises:
            OutOfTime: There is no more.
        """
        for item in items:
            _ = self.left
            yield item
