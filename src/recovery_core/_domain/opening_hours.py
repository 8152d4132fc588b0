"""When somebody is open: spans of the week, read from what users write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Final, TypeAlias, cast

from ..errors import InvalidValueError
from .descriptions import describe

OpeningHours: TypeAlias = tuple[int, time, time]
"""Weekday as `date.weekday()` counts it, first moment open, first moment closed."""

WEEKDAYS: Final = range(7)
"""Days of the week as `date.weekday()` counts them, from 0, Monday."""

_WEEK_MINUTES: Final = 7 * 24 * 60
_SPAN: Final = 2
_SPAN_OF_DAY: Final = 3


def to_opening(
    opening: Iterable[tuple[object, ...]] | Mapping[int, Iterable[tuple[object, ...]]],
) -> tuple[OpeningHours, ...]:
    """Convert opening hours to triples of weekday, first and last moment, sorted.

    Args:
        opening: Pairs of times, for every day of the week; triples that begin with a
            weekday; or pairs by weekday.
    """
    mend = "pairs of times such as [('09:00', '17:00')], or such pairs by weekday"
    if isinstance(opening, Mapping):
        hours: list[tuple[object, ...]] = [
            (weekday, *_to_parts(pair))
            for weekday, pairs in cast("Mapping[object, object]", opening).items()
            for pair in convert_to_member_list(pairs, "opening", mend)
        ]
    else:
        hours = []
        for member in convert_to_member_list(opening, "opening", mend):
            parts = _to_parts(member)
            hours += (
                [parts]
                if len(parts) == _SPAN_OF_DAY
                else [(d, *parts) for d in WEEKDAYS]
            )
    return tuple(sorted(map(_to_opening_hours, hours)))


def _to_parts(member: object) -> tuple[object, ...]:
    """Convert one entry of the opening hours to a tuple of its parts."""
    held: object = member
    is_entry = isinstance(held, tuple | list)
    parts = tuple(cast("Iterable[object]", held)) if is_entry else ()
    if len(parts) in {_SPAN, _SPAN_OF_DAY}:
        return parts
    raise InvalidValueError(
        f"Calendar.opening cannot hold {describe(member)}: give pairs of times such as "
        "('09:00', '17:00')"
    )


def _to_opening_hours(parts: tuple[object, ...]) -> OpeningHours:
    """Convert a weekday and two times of day, and refuse anything else."""
    if len(parts) != _SPAN_OF_DAY:
        raise InvalidValueError(
            f"Calendar.opening cannot hold {parts!r:.60}: by weekday, give pairs of "
            "times such as ('09:00', '17:00')"
        )
    weekday, first, last = parts
    check_weekday(weekday, "opening")
    return int(cast("int", weekday)), _to_time(first), _to_time(last)


def _to_time(value: object) -> time:
    """Convert a text such as ``"09:30"`` to a time of day; ``"24:00"`` is midnight."""
    if isinstance(value, time) and value.tzinfo is None:
        return value
    if isinstance(value, str):
        try:
            moment = time() if value == "24:00" else time.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is not None and moment.tzinfo is None:
            return moment
    raise InvalidValueError(
        f"Calendar.opening cannot hold {describe(value)}: give a time of day without "
        "zone, such as '09:00'"
    )


def check_weekday(day: object, field: str) -> None:
    """Refuse anything but a day of the week from 0, Monday, to 6, Sunday."""
    # `calendar.SATURDAY` is an IntEnum from Python 3.12 on.
    if not isinstance(day, int) or isinstance(day, bool) or day not in WEEKDAYS:
        raise InvalidValueError(
            f"Calendar.{field} cannot hold {describe(day)}: give days of the week from "
            "0 (Monday) to 6 (Sunday), such as calendar.SATURDAY"
        )


def convert_to_member_list(members: object, field: str, mend: str) -> list[object]:
    """List what an iterable holds, and refuse a text or what is no iterable."""
    if isinstance(members, str | bytes) or not isinstance(members, Iterable):
        raise InvalidValueError(
            f"Calendar.{field} cannot be {describe(members)}: give {mend}"
        )
    return list(cast("Iterable[object]", members))


def check_no_overlap(hours: list[OpeningHours]) -> None:
    """Refuse opening hours of which one begins before another has ended."""
    spans = sorted(
        (_minutes_since_monday(w, s), _minutes_until_next(s, e)) for w, s, e in hours
    )
    # The first span stands again after the last, one week later.
    wrapped = [(begin + _WEEK_MINUTES, length) for begin, length in spans[:1]]
    for (begin, length), (following, _) in zip(
        spans, [*spans[1:], *wrapped], strict=True
    ):
        if begin + length > following:
            raise InvalidValueError("Calendar.opening: hours of the week overlap")


def _minutes_since_monday(weekday: int, moment: time) -> float:
    """Return how many minutes after Monday midnight a time of the week is."""
    seconds = moment.second / 60 + moment.microsecond / 60_000_000
    return (weekday * 24 + moment.hour) * 60 + moment.minute + seconds


def _minutes_until_next(opens: time, closes: time) -> float:
    """Return the minutes from one time of day to the next such as the other."""
    minutes = _minutes_since_monday(0, closes) - _minutes_since_monday(0, opens)
    return minutes if minutes > 0 else minutes + 24 * 60
