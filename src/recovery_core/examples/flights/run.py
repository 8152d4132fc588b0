"""A year of cases: every disrupted flight through all five steps, one after another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import attrs

from recovery_core import Case, RecoveryEngine

from .data import Flight, ReadingProgress, silent
from .facts import Disruption, failure
from .rules import AGENT, blame, build_engine, lesson
from .summary import Summary, summarize
from .survey import Survey, survey

__all__ = ["cases", "recover", "run"]

_BATCH: Final = 256  # cases between two words of progress
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NEXT_DAY: Final = timedelta(days=1)


@attrs.define
class _Clock:
    """A clock that stands still during a case, so that every run is the same."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def turn_to(self, flight: Flight) -> None:
        """Turn to a day after the hour in which the flight was to leave."""
        self.now = datetime.fromisoformat(flight.hour) + _NEXT_DAY


def run(progress: ReadingProgress = silent) -> Summary:
    """Work through the year, and add it up from the logs of its cases.

    Args:
        progress: Is told how far it has come.

    Returns:
        The totals; the same for every run.

    Raises:
        DataError: The flights are missing or damaged.
    """
    year = survey(progress)
    return summarize(cases(year, progress), rows=year.rows, unknown=year.unknown)


def cases(year: Survey, progress: ReadingProgress = silent) -> Iterator[Case]:
    """Recover one disrupted flight after the other, through all five steps.

    Args:
        year: The flights.
        progress: Is told how far it has come.
    """
    clock = _Clock(_EPOCH)
    engine, total = build_engine(clock), len(year.disrupted)
    for done, disruption in enumerate(year.disrupted, 1):
        clock.turn_to(disruption.flight)
        yield recover(engine, disruption)
        if done == total or not done % _BATCH:
            progress("recovering", done, total)


def recover(engine: RecoveryEngine, disruption: Disruption) -> Case:
    """Recover one disrupted flight, through all five steps.

    Args:
        engine: The engine that `build_engine` returns.
        disruption: The flight.
    """
    case = engine.open(failure(disruption), case_id=disruption.flight.id)
    case = engine.acknowledge(case, by=AGENT)
    case = engine.apologize(case, by=AGENT)
    case = engine.offer(case, by=AGENT)
    case = engine.accept(case)
    case = engine.make_amends(case, by=AGENT)
    party = blame(case)
    return engine.feed_back(case, lesson(party), root_cause=party, by=AGENT)
