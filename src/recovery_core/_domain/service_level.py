"""Promises about time: data, held against the events of a case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import attrs

from ..errors import InvalidValueError
from . import checks
from .case import Case, check_case
from .descriptions import describe
from .log import Row

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@attrs.frozen(kw_only=True)
class Timing:
    """One cycle of a case, measured against a service level.

    Args:
        level: Name of the service level.
        cycle: Which cycle, from 1.
        started_at: When its clock started.
        met_at: When it was met; None if it was not, yet.
        elapsed: Running time from the start until it was met, or until now.
        left: What was left of the promise then; negative when late.
    """

    level: str
    cycle: int
    started_at: datetime
    met_at: datetime | None
    elapsed: timedelta
    left: timedelta

    @property
    def is_late(self) -> bool:
        """Whether the promise was broken; the last instant still keeps it."""
        return self.left < timedelta()

    @property
    def is_met(self) -> bool:
        """Whether it was met at all, late or not."""
        return self.met_at is not None


@attrs.frozen(kw_only=True)
class ServiceLevel:
    """Promise that a step is taken within a time.

    A service level is data: nothing waits for it. `measure` holds it against the
    events of a case and the time it is told, as often as one likes. Every cycle
    starts the clock again; it stops for good when the promise is met or the case
    ends. Time that a clock ran backwards counts for nothing.

    Args:
        name: What is promised, such as ``"acknowledge"``.
        met_by: The triggers that meet it.
        within: How long it may take.
        pauses_in: States in which the clock stands still, such as those that
            wait for the customer.

    Example:
        >>> level = ServiceLevel(
        ...     name="acknowledge", met_by=("acknowledge",), within=timedelta(hours=24)
        ... )
    """

    name: str = attrs.field(validator=checks.text)
    met_by: tuple[str, ...] = attrs.field(validator=checks.tuple_of(str))
    within: timedelta = attrs.field(validator=checks.of_type(timedelta))
    pauses_in: tuple[str, ...] = attrs.field(default=(), validator=checks.tuple_of(str))

    def __attrs_post_init__(self) -> None:
        """Refuse a promise nobody can keep or break."""
        if not self.met_by:
            raise InvalidValueError(f"{self.name}: name a trigger that meets it")
        if self.within <= timedelta():
            raise InvalidValueError(f"{self.name}: within must be longer than nothing")

    def measure(self, case: Case, now: datetime) -> tuple[Timing, ...]:
        """Measure every cycle of a case, oldest first.

        Args:
            case: The case.
            now: The moment of asking; aware. It matters only where the clock still
                runs: what is on record has happened, whenever one asks.

        Raises:
            InvalidValueError: The moment has no offset from UTC.
        """
        check_case(case)
        if not _is_aware_datetime(now):
            raise InvalidValueError(
                f"now cannot be {describe(now)}: give an aware datetime (tzinfo=UTC)"
            )
        cycles = enumerate(_iter_cycles_with_ends(case, now), 1)
        return tuple(self._measure_cycle(*cycle, number) for number, cycle in cycles)

    def _measure_cycle(
        self, rows: tuple[Row, ...], end: datetime, cycle: int
    ) -> Timing:
        met_at, elapsed = None, timedelta()
        ends = (*(row[1] for row in rows[1:]), end)
        for (move, at, _, _), until in zip(rows, ends, strict=True):
            if move.trigger in self.met_by:
                # Time after the promise was met is nobody's delay.
                met_at = at
                break
            if move.target not in self.pauses_in and not move.ends:
                elapsed += max(_elapsed_time_between(at, until), timedelta())
        return Timing(
            level=self.name,
            cycle=cycle,
            started_at=rows[0][1],
            met_at=met_at,
            elapsed=elapsed,
            left=self.within - elapsed,
        )


ACKNOWLEDGE: Final = ServiceLevel(
    name="acknowledge", met_by=("acknowledge",), within=timedelta(hours=24)
)
"""Acknowledge within a day."""

RESOLVE: Final = ServiceLevel(
    name="resolve",
    met_by=("make_amends", "decline", "concede", "withdraw", "merge"),
    within=timedelta(weeks=8),
)
"""Resolve within eight weeks.

Source: FCA Handbook, DISP 1.6: final response within eight weeks.
"""


def _is_aware_datetime(now: object) -> bool:
    return isinstance(now, datetime) and now.utcoffset() is not None


def _elapsed_time_between(at: datetime, until: datetime) -> timedelta:
    """Measure true time: in one zone, Python takes the difference of wall clocks."""
    return (until - _EPOCH) - (at - _EPOCH)


def _iter_cycles_with_ends(
    case: Case, now: datetime
) -> Iterator[tuple[tuple[Row, ...], datetime]]:
    """Cut the log where the steps start again, and tell when each part ended."""
    log = case.log
    starts = [i for i, row in enumerate(log) if i == 0 or row[0].begins_cycle]
    for start, end in zip(starts, [*starts[1:], len(log)], strict=True):
        yield log[start:end], log[end][1] if end < len(log) else now
