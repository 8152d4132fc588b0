"""Days, working days and business time, against a walk minute by minute."""

from __future__ import annotations

import calendar as weekdays
import pickle
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recovery_core import Calendar
from recovery_core.errors import InvalidValueError

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

# Half and quarter hours, clocks set back over midnight, half an hour of summer time, a
# skipped day, a change in Ramadan, and one minute after midnight.
ZONES = (
    "UTC",
    "Europe/London",
    "America/New_York",
    "America/St_Johns",
    "America/Havana",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Auckland",
)
CHANGES = (
    ("Africa/Cairo", datetime(2026, 10, 29, tzinfo=UTC)),
    ("Africa/Cairo", datetime(2026, 4, 23, tzinfo=UTC)),
    ("America/St_Johns", datetime(2010, 11, 6, 12, tzinfo=UTC)),
    ("America/St_Johns", datetime(2010, 3, 13, 12, tzinfo=UTC)),
    ("America/Havana", datetime(2025, 11, 1, 12, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 29, tzinfo=UTC)),
    ("Europe/London", datetime(2026, 3, 28, 12, tzinfo=UTC)),
    ("Europe/London", datetime(2026, 10, 24, 12, tzinfo=UTC)),
)
OPENINGS = (
    (),
    [("09:00", "17:00")],
    [("00:30", "02:30"), ("22:00", "24:00")],
    [("21:00", "03:00")],
    {0: [("08:00", "12:00"), ("13:00", "18:00")], 4: [("10:00", "10:00")]},
)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    """Draw a calendar and a moment, often near a change of its clocks."""
    if draw(st.booleans()):
        zone, near = draw(st.sampled_from(CHANGES))
    else:
        zone = draw(st.sampled_from(ZONES))
        day = draw(st.dates(date(2005, 1, 1), date(2035, 1, 1)))
        near = datetime.combine(day, time(), UTC)
    start = near + MINUTE * draw(st.integers(-600, 1500))
    holidays = draw(
        st.sets(st.integers(-3, 5).map(lambda n: near.date() + n * DAY), max_size=2)
    )
    # A week all of which may be worked, for changes fall on weekends.
    weekend = draw(st.sampled_from([(), (5, 6), (weekdays.FRIDAY,)]))
    opening: Any = draw(st.sampled_from(OPENINGS))
    return Calendar(
        zone=zone, weekend=weekend, holidays=holidays, opening=opening
    ), start


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Ask the clock on the wall, and nothing of the calendar but what it holds."""
    wall = at.astimezone(ZoneInfo(calendar.zone)).replace(tzinfo=None)
    for day in (wall.date() - DAY, wall.date()):
        if day.weekday() in calendar.weekend or day in calendar.holidays:
            continue
        midnight = datetime.combine(day, time())
        spans = [
            (opens, closes)
            for weekday, opens, closes in calendar.opening
            if weekday == day.weekday()
        ]
        for opens, closes in spans or [] if calendar.opening else [(time(), time())]:
            end = datetime.combine(day if opens < closes else day + DAY, closes)
            if datetime.combine(midnight, opens) <= wall < end:
                return True
    return False


@given(drawn=calendars(), minutes=st.integers(0, 3 * 24 * 60))
def test_business_time_is_what_a_walk_counts(
    drawn: tuple[Calendar, datetime], minutes: int
) -> None:
    """Business time is what a walk minute by minute counts."""
    calendar, start = drawn
    open_minutes = sum(is_open(calendar, start + n * MINUTE) for n in range(minutes))
    measured = calendar.business_time_between(start, start + minutes * MINUTE)
    assert measured == open_minutes * MINUTE


@given(drawn=calendars(), minutes=st.integers(1, 600))
def test_added_business_time_has_just_passed(
    drawn: tuple[Calendar, datetime], minutes: int
) -> None:
    """What is added is the first moment by which as much has passed."""
    calendar, start = drawn
    span = minutes * MINUTE
    reached = calendar.add_business_time(start, span)
    assert calendar.business_time_between(start, reached) == span
    shorter = calendar.business_time_between(start, reached - MINUTE)
    assert shorter == span - MINUTE


@given(
    drawn=calendars(),
    parts=st.tuples(st.integers(0, 5000), st.integers(0, 5000)),
)
def test_business_time_adds_up(
    drawn: tuple[Calendar, datetime], parts: tuple[int, int]
) -> None:
    """The business time of two stretches is that of both together."""
    calendar, start = drawn
    # Seconds, so that changes fall inside of minutes as well.
    middle = start + timedelta(seconds=7 * parts[0])
    end = middle + timedelta(seconds=13 * parts[1])
    between = calendar.business_time_between
    assert between(start, middle) + between(middle, end) == between(start, end)


def test_no_business_time() -> None:
    """No business time passes backwards, and no span moves no moment."""
    start = datetime(2026, 12, 5, 12, tzinfo=UTC)
    calendar = Calendar()
    assert calendar.business_time_between(start, start - DAY) == timedelta()
    assert calendar.add_business_time(start, timedelta()) == start


def test_a_span_ends_at_closing_time() -> None:
    """A span that ends at closing time does not wait for the next opening."""
    office = Calendar(opening=[("09:00", "17:00")])
    friday = datetime(2026, 12, 4, 15, tzinfo=UTC)
    two_hours = office.add_business_time(friday, timedelta(hours=2))
    assert two_hours == datetime(2026, 12, 4, 17, tzinfo=UTC)
    longer = office.add_business_time(friday, timedelta(hours=2, seconds=1))
    assert longer == datetime(2026, 12, 7, 9, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize("span", [timedelta(-1), 3, None])
def test_only_spans_are_added(span: timedelta) -> None:
    """What is added is a span of time that is not negative."""
    with pytest.raises(InvalidValueError, match="give a timedelta"):
        Calendar().add_business_time(datetime(2026, 1, 1, tzinfo=UTC), span)


def test_a_year_without_a_working_day_is_an_error() -> None:
    """A calendar on which nobody ever works gives an error and no endless search."""
    days = [date(2026, 1, 1) + n * DAY for n in range(400)]
    closed = Calendar(holidays=days)
    with pytest.raises(InvalidValueError, match="no working day within 366"):
        closed.add_business_time(datetime(2026, 1, 1, tzinfo=UTC), MINUTE)
    with pytest.raises(InvalidValueError, match="no working day within 366"):
        closed.add_working_days(date(2026, 1, 1), 1)
    # A pause of a year is none that goes on for ever.
    assert Calendar(holidays=days[:366], weekend=()).add_working_days(
        date(2025, 12, 31), 1
    ) == date(2027, 1, 2)


@given(drawn=calendars())
def test_a_moment_lies_in_its_day(drawn: tuple[Calendar, datetime]) -> None:
    """A moment lies between the start and the end of its local day."""
    calendar, at = drawn
    day = calendar.local_day(at)
    assert day == at.astimezone(ZoneInfo(calendar.zone)).date()
    assert calendar.start_of_day(day) <= at < calendar.end_of_day(day)


@given(drawn=calendars(), second=st.sampled_from([0, 1]))
@example((Calendar(zone="America/St_Johns"), CHANGES[2][1]), 1)
def test_a_day_ends_where_no_clock_shows_it(
    drawn: tuple[Calendar, datetime], second: int
) -> None:
    """Before the start of a day another is shown, and after its end."""
    calendar, at = drawn
    day = calendar.local_day(at)
    end, start = calendar.end_of_day(day), calendar.start_of_day(day)
    instant = timedelta(seconds=second)
    assert calendar.local_day(end + instant) > day
    assert calendar.local_day(start - timedelta(microseconds=1)) < day
    assert calendar.local_day(end - timedelta(microseconds=1)) == day


def test_a_midnight_that_comes_twice() -> None:
    """Where clocks are set back over midnight, a day ends at the one that stays."""
    cairo = Calendar(zone="Africa/Cairo")
    assert cairo.end_of_day(date(2026, 10, 29)) == datetime(
        2026, 10, 29, 22, tzinfo=UTC
    )
    # Here the day after had begun for a minute before it was taken back.
    st_johns = Calendar(zone="America/St_Johns")
    day_after = st_johns.start_of_day(date(2010, 11, 7))
    assert st_johns.end_of_day(date(2010, 11, 6)) - day_after == timedelta(hours=1)


def test_a_skipped_day_is_not_worked() -> None:
    """A day that the zone skipped has no length and is not worked."""
    apia = Calendar(zone="Pacific/Apia", weekend=())
    skipped = date(2011, 12, 30)
    assert apia.start_of_day(skipped) == apia.end_of_day(skipped)
    assert not apia.is_working_day(skipped)
    assert apia.add_working_days(date(2011, 12, 29), 1) == date(2011, 12, 31)


@pytest.mark.parametrize("day", [datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01"])
def test_only_dates_are_days(day: date) -> None:
    """A day is a date, with no time of day."""
    calendar = Calendar()
    for ask in (calendar.end_of_day, calendar.start_of_day):
        with pytest.raises(InvalidValueError, match="give a date"):
            ask(day)
    with pytest.raises(InvalidValueError, match="give a date"):
        calendar.is_working_day(day)


@pytest.mark.parametrize("at", [datetime(2026, 1, 1), date(2026, 1, 1), None])  # noqa: DTZ001 - refused for having no zone
def test_only_aware_moments_have_a_day(at: datetime) -> None:
    """A moment without offset has no day."""
    with pytest.raises(InvalidValueError, match="give an aware datetime"):
        Calendar().local_day(at)


def test_the_day_is_the_calendars() -> None:
    """The day is that of the calendar's zone, not of the moment's."""
    morning = datetime(2026, 5, 2, 8, 30, tzinfo=ZoneInfo("Pacific/Auckland"))
    assert Calendar(zone="Pacific/Auckland").local_day(morning) == date(2026, 5, 2)
    assert Calendar().local_day(morning) == date(2026, 5, 1)


def test_days_beyond_the_last_are_refused() -> None:
    """Days that Python does not know are refused by name."""
    last, first = date.max, date.min
    calendar = Calendar(weekend=())
    end = datetime(9999, 12, 31, 12, tzinfo=timezone(timedelta(hours=1)))
    with pytest.raises(InvalidValueError, match="outside of the years 1 to 9999"):
        calendar.end_of_day(last)
    with pytest.raises(InvalidValueError, match="outside of the years 1 to 9999"):
        calendar.add_working_days(last, 1)
    with pytest.raises(InvalidValueError, match="outside of the years 1 to 9999"):
        calendar.add_business_time(end, DAY)
    with pytest.raises(InvalidValueError, match="outside of the years 1 to 9999"):
        Calendar(zone="Asia/Tokyo").start_of_day(first)


def test_three_working_days_at_christmas() -> None:
    """Three working days after 23 December, in England in 2026, end on the 30th."""
    england = Calendar(
        zone="Europe/London", holidays={date(2026, 12, 25), date(2026, 12, 28)}
    )
    told = datetime(2026, 12, 23, 10, tzinfo=UTC)
    last = england.add_working_days(england.local_day(told), 3)
    assert last == date(2026, 12, 30)
    assert england.end_of_day(last) == datetime(2026, 12, 31, tzinfo=UTC)


@given(drawn=calendars(), count=st.integers(0, 30))
def test_added_working_days_are_those_between(
    drawn: tuple[Calendar, datetime], count: int
) -> None:
    """As many working days lie between as were added."""
    calendar, at = drawn
    first = calendar.local_day(at)
    last = calendar.add_working_days(first, count)
    assert calendar.working_days_between(first, last) == count
    assert calendar.is_working_day(last) or count == 0
    assert calendar.working_days_between(last, first) == 0


@pytest.mark.parametrize("count", [-1, True, 1.0])
def test_working_days_are_counted_in_ints(count: int) -> None:
    """Working days are counted in ints from 0."""
    with pytest.raises(InvalidValueError, match="give an int"):
        Calendar().add_working_days(date(2026, 1, 1), count)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc", "UTC\0", 3, "CEST5"])
def test_a_zone_that_nobody_knows_is_refused(zone: str) -> None:
    """A zone that the database does not hold is refused."""
    with pytest.raises(InvalidValueError, match=r"Calendar\.zone cannot be"):
        Calendar(zone=zone)


@pytest.mark.parametrize("weekend", ["sat", 5, [7], [-1], [True], ["sat"], range(7)])
def test_a_weekend_is_some_days_of_the_week(weekend: tuple[int, ...]) -> None:
    """A weekend is some of the days of the week, and not all."""
    with pytest.raises(InvalidValueError, match=r"Calendar\.weekend"):
        Calendar(weekend=weekend)


def test_a_weekend_by_constants() -> None:
    """A weekend may be named by constants, in any order and twice."""
    calendar = Calendar(weekend=[weekdays.SATURDAY, weekdays.FRIDAY, 5])
    assert calendar == Calendar(weekend=(4, 5))
    assert all(type(day) is int for day in calendar.weekend)


@pytest.mark.parametrize(
    "holidays",
    ["2026-12-25", 3, ["2026-12-25"], [datetime(2026, 1, 1, tzinfo=UTC)]],
)
def test_holidays_are_dates(holidays: list[date]) -> None:
    """Holidays are dates, in something that can be walked."""
    with pytest.raises(InvalidValueError, match=r"Calendar\.holidays"):
        Calendar(holidays=holidays)


def test_holidays_of_no_year_are_refused() -> None:
    """A table of holidays that no year has filled yet is refused."""

    class Expanding(dict[date, str]):
        expand = True

    with pytest.raises(InvalidValueError, match="name the years"):
        Calendar(holidays=Expanding())
    named = Expanding({date(2026, 12, 25): "Christmas"})
    assert Calendar(holidays=named).holidays == {date(2026, 12, 25)}


def test_holidays_are_copied() -> None:
    """What happens to the container of holidays later changes nothing."""
    days = {date(2026, 12, 25)}
    calendar = Calendar(holidays=days)
    days.clear()
    assert not calendar.is_working_day(date(2026, 12, 25))


@pytest.mark.parametrize(
    ("opening", "problem"),
    [
        ("09:00-17:00", "give pairs of times"),
        (["09:00"], "give pairs of times"),
        ([("09:00", "25:00")], "give a time of day"),
        ([("09:00", 17)], "give a time of day"),
        ([(time(9, tzinfo=UTC), time(17))], "give a time of day"),
        ([("09:00Z", "17:00")], "give a time of day"),
        ([(7, "09:00", "17:00")], "from 0"),
        ({0: [(0, "09:00", "17:00")]}, "by weekday"),
        ({0: "09:00"}, "give pairs of times"),
        ([("09:00", "17:00"), ("16:00", "18:00")], "overlap"),
        ([("22:00", "10:00"), ("09:00", "12:00")], "overlap"),
        ({6: [("22:00", "10:00")], 0: [("09:00", "12:00")]}, "overlap"),
        ([("10:00", "10:00"), ("11:00", "12:00")], "overlap"),
    ],
)
def test_opening_hours_that_cannot_be_are_refused(opening: Any, problem: str) -> None:
    """Opening hours that are none, or overlap, are refused."""
    with pytest.raises(InvalidValueError, match=problem):
        Calendar(opening=opening, weekend=())


def test_hours_of_weekends_alone_are_refused() -> None:
    """Somebody who opens on weekends only has another weekend."""
    with pytest.raises(InvalidValueError, match="on weekends only"):
        Calendar(opening=[(5, "09:00", "17:00")])


def test_the_same_hours_are_equal() -> None:
    """The same hours are equal however they are written."""
    pairs = Calendar(opening=[("09:00", "17:00")])
    times = Calendar(opening=[(time(9), time(17))])
    mapped = Calendar(opening={day: [("09:00", "17:00")] for day in range(7)})
    again = Calendar(opening=pairs.opening)
    assert pairs == times == mapped == again
    assert hash(pairs) == hash(mapped)


def test_calendars_pickle() -> None:
    """A calendar survives pickling with its zone."""
    calendar = Calendar(zone="Europe/Paris", holidays={date(2026, 12, 25)})
    copy = pickle.loads(pickle.dumps(calendar))  # noqa: S301 - our own bytes
    assert copy == calendar
    assert copy.local_day(datetime(2026, 1, 1, 23, 30, tzinfo=UTC)) == date(2026, 1, 2)


def test_calendars_show_their_zone() -> None:
    """The repr shows the zone, and how much is held."""
    calendar = Calendar(holidays={date(2026, 12, 25)}, opening=[("09:00", "17:00")])
    assert repr(calendar) == (
        "Calendar(zone='UTC', weekend=(5, 6), holidays=<1>, opening=<7 a week>)"
    )
