"""The first pass: which flights were disrupted, and what lay behind it."""

from __future__ import annotations

from collections import Counter

import attrs

from .data import Flight, Hour, ReadingProgress, Weather, flights, silent, weather
from .facts import Disruption, is_disrupted, is_unknown

__all__ = ["Survey", "survey"]

_UNMEASURED = Weather()


@attrs.frozen
class Survey:
    """Keep what the year leaves to be worked through: no case knows of the rest.

    Args:
        rows: How many flights there were.
        unknown: How many of them left, and nobody knows when they arrived.
        disrupted: Those that failed, in the order of the file.
    """

    rows: int
    unknown: int
    disrupted: tuple[Disruption, ...]


def survey(progress: ReadingProgress = silent) -> Survey:
    """Read the whole year, keep its disrupted flights, and join what goes with them.

    Args:
        progress: Is told how far it has come.

    Raises:
        DataError: The files are missing or damaged.
    """
    rows = unknown = 0
    busy: Counter[Hour] = Counter()
    failed: list[Flight] = []
    for flight in flights(progress):
        rows += 1
        unknown += is_unknown(flight)
        busy[_hour_of(flight)] += 1
        if is_disrupted(flight):
            failed.append(flight)
    return Survey(rows, unknown, _join_hours(failed, busy))


def _hour_of(flight: Flight) -> Hour:
    return flight.origin, flight.hour


def _join_hours(failed: list[Flight], busy: Counter[Hour]) -> tuple[Disruption, ...]:
    """Join every failed flight with its hour, and the weather of that hour."""
    down = Counter(map(_hour_of, failed))
    skies = weather(down)
    hours = [(flight, _hour_of(flight)) for flight in failed]
    return tuple(
        Disruption(flight, busy[at], down[at], skies.get(at, _UNMEASURED))
        for flight, at in hours
    )
