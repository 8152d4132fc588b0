"""Whose day it is, which days are worked, and when one is open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs

from ..errors import InvalidValueError
from . import checks
from .descriptions import describe
from .opening_hours import (
    WEEKDAYS,
    OpeningHours,
    check_no_overlap,
    check_weekday,
    convert_to_member_list,
    to_opening,
)

_DAY: Final = timedelta(days=1)
_INSTANT: Final = timedelta(microseconds=1)
_SECOND: Final = timedelta(seconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

# Nobody is closed for longer: a search that found nothing until then gives up.
_LONGEST_PAUSE: Final = 366


def _find_zone(key: str) -> tzinfo:
    """Return the zone of that name; UTC needs no table of zones."""
    return UTC if key == "UTC" else ZoneInfo(key)


def _check_zone(instance: object, attribute: checks.FieldOfClass, value: str) -> None:
    """Refuse the name of a zone that this machine does not know."""
    checks.text(instance, attribute, value)
    try:
        _find_zone(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        mend = (
            "give a name of the time zone database, such as 'Europe/Paris' (where "
            "the machine has no such database, install the package tzdata)"
        )
        checks.refuse(instance, attribute, value, mend)


def _to_weekdays(weekdays: Iterable[int]) -> tuple[int, ...]:
    """Convert days of the week to a sorted tuple, and refuse what is none."""
    days = convert_to_member_list(
        weekdays, "weekend", "days such as (calendar.SATURDAY, 6)"
    )
    for day in days:
        check_weekday(day, "weekend")
    return tuple(sorted({int(day) for day in days if isinstance(day, int)}))


def _to_holidays(holidays: Iterable[date]) -> frozenset[date]:
    """Convert a container of dates to a set that no longer depends on it."""
    days = convert_to_member_list(
        holidays, "holidays", "dates, such as {date(2026, 12, 25)}"
    )
    if not days and getattr(holidays, "expand", False):
        # The package `holidays` fills its tables when asked: an empty one holds nothing
        # yet, and would silently mean that there are no holidays at all.
        raise InvalidValueError(
            "Calendar.holidays are empty: name the years, such as "
            "holidays.country_holidays('DE', years=range(2025, 2031))"
        )
    for day in days:
        if not isinstance(day, date) or isinstance(day, datetime):
            raise InvalidValueError(
                f"Calendar.holidays cannot hold {describe(day)}: give dates, with no "
                "time of day"
            )
    return frozenset(
        date(day.year, day.month, day.day) for day in days if isinstance(day, date)
    )


@attrs.frozen(kw_only=True)
class Calendar:
    """Time zone, weekend, holidays and opening hours that days and deadlines go by.

    A working day is neither weekend nor holiday, and it must exist (Samoa had no 30
    December 2011). Business time is real time during opening hours of working days:
    a moment counts if a clock on the wall says so, so that hours which a clock change
    cuts or repeats are as long as they really were. Every deadline is an exclusive end.

    Args:
        zone: Name in the time zone database, such as ``"Europe/Paris"``.
        weekend: Days of the week that are never worked, as `date.weekday()` counts
            them: 0 is Monday; the constants of the module `calendar` will do.
        holidays: Any iterable of dates, such as those of the package `holidays` for
            years that are named. They are copied.
        opening: Pairs of times such as ``[("09:00", "17:00")]`` for every working day,
            or such pairs by weekday in a mapping. An end that is not after its start is
            on the next day; whole days if nothing is given.

    Raises:
        InvalidValueError: A zone nobody knows, a day of the week or a time that is
            none, or opening hours that overlap.

    Example:
        >>> office = Calendar(zone="Europe/London", opening=[("09:00", "17:00")])
        >>> office.add_working_days(date(2026, 12, 23), 3)
        datetime.date(2026, 12, 28)
    """

    zone: str = attrs.field(default="UTC", validator=_check_zone)
    weekend: tuple[int, ...] = attrs.field(default=(5, 6), converter=_to_weekdays)
    holidays: frozenset[date] = attrs.field(
        default=frozenset(), converter=_to_holidays, repr=lambda days: f"<{len(days)}>"
    )
    opening: tuple[OpeningHours, ...] = attrs.field(
        default=(), converter=to_opening, repr=lambda hours: f"<{len(hours)} a week>"
    )
    _tz: tzinfo = attrs.field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        """Refuse a week nobody works, and hours that overlap; find the zone."""
        if len(self.weekend) == len(WEEKDAYS):
            raise InvalidValueError("Calendar.weekend: leave a day that is worked")
        object.__setattr__(self, "_tz", _find_zone(self.zone))
        hours = [span for span in self.opening if span[0] not in self.weekend]
        if self.opening and not hours:
            raise InvalidValueError("Calendar.opening: it is open on weekends only")
        check_no_overlap(hours)

    # ------------------------------------------------------------------------ days

    def local_day(self, at: datetime) -> date:
        """Return the day that a moment falls on in this zone.

        Raises:
            InvalidValueError: The moment has no offset from UTC.
        """
        return _to_utc(at).astimezone(self._tz).date()

    def start_of_day(self, day: date) -> datetime:
        """Return the first moment of a day, in UTC."""
        return self._moment_of_wall_time(
            datetime.combine(_require_day(day), time()), last=False
        )

    def end_of_day(self, day: date) -> datetime:
        """Return the first moment after a day, in UTC: an exclusive end.

        Where clocks are set back over midnight, it is the midnight that stays.
        """
        try:
            following = datetime.combine(_require_day(day) + _DAY, time())
        except OverflowError:
            raise _beyond_calendar_error(f"the end of {day}") from None
        return self._moment_of_wall_time(following, last=True)

    def is_working_day(self, day: date) -> bool:
        """Return whether a day is worked: no weekend, no holiday, and not skipped."""
        return (
            _require_day(day).weekday() not in self.weekend
            and day not in self.holidays
            and self._zone_has_day(day)
        )

    def add_working_days(self, day: date, count: int) -> date:
        """Return the last of `count` working days that follow a day.

        The deadline of "n working days" after a moment is the end of that day:
        ``calendar.end_of_day(calendar.add_working_days(calendar.local_day(at), n))``.

        Args:
            day: The day of the event, which never counts.
            count: How many working days; 0 gives the day itself.
        """
        if type(count) is not int or count < 0:
            raise InvalidValueError(
                f"count cannot be {describe(count)}: give an int of at least 0"
            )
        reached, pause = _require_day(day), 0
        while count:
            try:
                reached += _DAY
            except OverflowError:
                raise _beyond_calendar_error(
                    f"that many working days after {day}"
                ) from None
            is_worked = self.is_working_day(reached)
            count -= is_worked
            pause = 0 if is_worked else pause + 1
            self._check_pause(pause, day)
        return reached

    def working_days_between(self, first: date, last: date) -> int:
        """Count the working days after `first`, up to and with `last`."""
        days = (_require_day(last) - _require_day(first)).days
        following = (first + timedelta(days=n) for n in range(1, days + 1))
        return sum(map(self.is_working_day, following))

    # --------------------------------------------------------------- business time

    def business_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Measure the business time from a moment to another; zero if not after it."""
        total = timedelta()
        for opened, closed in self._iter_open_moments(_to_utc(start), _to_utc(end)):
            total += closed - opened
        return total

    def add_business_time(self, start: datetime, span: timedelta) -> datetime:
        """Return the first moment, in UTC, by which so much business time has passed.

        Raises:
            InvalidValueError: The span is negative, or nobody is open for a year.
        """
        if not issubclass(type(span), timedelta) or span < timedelta():
            raise InvalidValueError(
                f"span cannot be {describe(span)}: give a timedelta, not negative"
            )
        reached, pause = _to_utc(start), 0
        while span:
            try:
                until = reached + _DAY
            except OverflowError:
                raise _beyond_calendar_error("so much business time") from None
            before = span
            for opened, closed in self._iter_open_moments(reached, until):
                if closed - opened >= span:
                    return opened + span
                span -= closed - opened
            reached = until
            pause = 0 if span < before else pause + 1
            self._check_pause(pause, start)
        return reached

    # ------------------------------------------------------------------ clock changes

    def _moment_of_wall_time(self, wall: datetime, *, last: bool) -> datetime:
        """Return the moment in UTC when the clock on the wall first shows a time.

        Args:
            wall: What the clock shows, without zone.
            last: Whether it is the last moment that ends what came before, where a
                clock set back shows the time twice.
        """
        try:
            earlier = wall.replace(tzinfo=self._tz, fold=0).astimezone(UTC)
            later = wall.replace(tzinfo=self._tz, fold=1).astimezone(UTC)
        except OverflowError:
            raise _beyond_calendar_error(str(wall)) from None
        if earlier < later and last:
            # Havana repeats the first hour of a day: it does not go back to the day
            # before. St. John's used to, a minute after midnight.
            just_before = (later - _INSTANT).astimezone(self._tz)
            return later if just_before.date() < wall.date() else earlier
        if earlier <= later:
            return earlier
        # In a gap, fold 0 goes by the offset before the change and lands after it;
        # what the clock never showed is reached at the change itself.
        return self._find_offset_change(later, earlier)

    def _zone_has_day(self, day: date) -> bool:
        """Return whether the zone had that day at all."""
        noon = datetime.combine(day, time(12), self._tz)
        return noon.astimezone(UTC).astimezone(self._tz).date() == day

    def _utc_offset_at(self, at: datetime) -> timedelta:
        """Return the offset from UTC at a moment."""
        wall = at.astimezone(self._tz).replace(tzinfo=UTC)
        return wall - at

    def _find_offset_change(self, start: datetime, end: datetime) -> datetime:
        """Find the second in which the offset becomes another than at the start.

        Args:
            start: A moment before the change.
            end: A moment after it, with another offset.
        """
        before = self._utc_offset_at(start)
        # Changes fall on whole seconds of UTC in all of the time zone database.
        low, high = (start - _EPOCH) // _SECOND, -((_EPOCH - end) // _SECOND)
        while high - low > 1:
            middle = (low + high) // 2
            at = _EPOCH + middle * _SECOND
            low, high = (
                (middle, high) if self._utc_offset_at(at) == before else (low, middle)
            )
        return _EPOCH + high * _SECOND

    def _iter_spans_of_one_offset(
        self, start: datetime, end: datetime
    ) -> Iterator[tuple[datetime, datetime, timedelta]]:
        """Yield stretches of at most a day with the one offset that holds in each."""
        while start < end:
            until = min(start + _DAY, end) if end - start > _DAY else end
            offset = self._utc_offset_at(start)
            if self._utc_offset_at(until) != offset:
                until = min(self._find_offset_change(start, until), end)
            yield start, until, offset
            start = until

    def _iter_open_moments(
        self, start: datetime, end: datetime
    ) -> Iterator[tuple[datetime, datetime]]:
        """Yield the stretches between two moments in which business time passes."""
        for since, until, offset in self._iter_spans_of_one_offset(start, end):
            # While the offset holds, the clock on the wall runs as fast as time.
            wall_start = (since + offset).replace(tzinfo=None)
            wall_end = (until + offset).replace(tzinfo=None)
            for opened, closed in self._iter_open_wall_times(wall_start, wall_end):
                yield since + (opened - wall_start), since + (closed - wall_start)

    def _iter_open_wall_times(
        self, first: datetime, last: datetime
    ) -> Iterator[tuple[datetime, datetime]]:
        """Yield opening hours between two times of a clock on the wall, cut to them."""
        # Hours over midnight begin on the day before this one.
        day = first.date() - _DAY
        while day <= last.date():
            for opened, closed in self._list_opening_hours_of_day(day):
                if opened < last and closed > first:
                    yield max(opened, first), min(closed, last)
            day += _DAY

    def _list_opening_hours_of_day(self, day: date) -> list[tuple[datetime, datetime]]:
        """List the opening hours of one day as times of a clock on the wall."""
        weekday = day.weekday()
        if weekday in self.weekend or day in self.holidays:
            return []
        midnight = datetime.combine(day, time())
        if not self.opening:
            return [(midnight, midnight + _DAY)]
        spans = ((s, e) for w, s, e in self.opening if w == weekday)
        return [
            (
                datetime.combine(day, opens),
                datetime.combine(day if opens < closes else day + _DAY, closes),
            )
            for opens, closes in spans
        ]

    def _check_pause(self, pause: int, since: date) -> None:
        """Refuse to search on where nothing was found in a year."""
        if pause > _LONGEST_PAUSE:
            raise InvalidValueError(
                f"no working day within {_LONGEST_PAUSE} days after {since}: look at "
                "the holidays of the calendar"
            )


def _require_day(day: object) -> date:
    """Return a plain day, and refuse anything else."""
    if not isinstance(day, date) or isinstance(day, datetime):
        raise InvalidValueError(
            f"a day cannot be {describe(day)}: give a date; calendar.local_day(at) "
            "tells the one of a moment"
        )
    return day


def _to_utc(at: object) -> datetime:
    """Convert an aware moment to UTC, and refuse anything else."""
    if not isinstance(at, datetime) or at.utcoffset() is None:
        raise InvalidValueError(
            f"a moment cannot be {describe(at)}: give an aware datetime (tzinfo=UTC)"
        )
    return at.astimezone(UTC)


def _beyond_calendar_error(what: str) -> InvalidValueError:
    """Build the error for a day that Python does not know."""
    return InvalidValueError(f"{what} is outside of the years 1 to 9999")
