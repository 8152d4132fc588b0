"""A year under several versions of the law: all flights at once, and who would move.

No case is opened for this. The tables in `law` decide every flight of the year, the
undisrupted ones included, and the figures of the first version are those of the cases.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from recovery_core import Claim, ServiceFailure
from recovery_core.tables import backtest
from recovery_core.tables.batch.backtesting import Backtest

from .data import Flight, Hour, ReadingProgress, flights, silent, weather
from .facts import sky
from .law import versions
from .rules import is_extraordinary

__all__ = ["backtested", "columns_of"]

Rows: TypeAlias = dict[str, list[Any]]
"""A list for each column, by its name."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class _Everywhere:
    """Every hour, for whoever asks which ones matter."""

    def __contains__(self, hour: object) -> bool:
        return True


def backtested(progress: ReadingProgress = silent) -> Backtest:
    """Decide every flight of the year by every version of the law.

    Args:
        progress: Is told how far it has come.

    Raises:
        DataError: The files are missing or damaged.
    """
    return backtest(*versions(), data=columns_of(flights(progress), _storm_hours()))


def _storm_hours() -> frozenset[Hour]:
    """Name the hours in which the weather was extraordinary, by the demo's own rule."""
    measured = weather(_Everywhere())
    return frozenset(
        hour
        for hour, sight in measured.items()
        if is_extraordinary(Claim(ServiceFailure("any", facts=sky(sight)), _EPOCH))
    )


def columns_of(year: Iterable[Flight], storms: frozenset[Hour]) -> Rows:
    """Return flights as columns, by the names that the law reads.

    Args:
        year: The flights.
        storms: The hours in which the defence holds.
    """
    rows: Rows = {
        "cancelled": [],
        "arrival_delay_minutes": [],
        "distance_miles": [],
        "defence_holds": [],
    }
    for flight in year:
        rows["cancelled"].append(not flight.has_departed)
        rows["arrival_delay_minutes"].append(flight.arrival_delay)
        rows["distance_miles"].append(flight.miles)
        rows["defence_holds"].append((flight.origin, flight.hour) in storms)
    return rows
