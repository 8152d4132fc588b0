from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core import Award, Case, ServiceFailure, ServiceLevel, Timing
from recovery_core._domain.log import Row
from recovery_core._domain.move import RECORD, REPORT
from recovery_core._domain.service_level import ACKNOWLEDGE, RESOLVE
from recovery_core.errors import InvalidValueError
from recovery_core.events import (
    MOVES,
    Contact,
    Detail,
    Feedback,
    Merge,
    Offer,
    OwnStep,
    Refusal,
    Reopening,
    Report,
)
from recovery_core.process import FIVE_STEPS, Process, define
from recovery_core.process import Step as Written
from recovery_core.testing.strategies import durations, moments
from tests.support.histories import case_histories
from tests.support.laws import check_value

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR, TICK = timedelta(hours=1), timedelta(microseconds=1)
DAY, WEEK, NOTHING = timedelta(days=1), timedelta(weeks=1), timedelta()
MERGED: tuple[int, str] = (5, "merge")
SAID: dict[type[Detail], Detail] = {
    Feedback: Feedback("inspect weekly"),
    Merge: Merge("C-2"),
    Offer: Offer(Award()),
    Refusal: Refusal("no ground"),
    Reopening: Reopening("late again"),
}


def told(
    *steps: tuple[int, str], start: datetime = NOON, process: Process = FIVE_STEPS
) -> Case:
    """Write a case by hand: hours since the report, and the trigger.

    Only moves and times are read of it, so what it carries is as good as any.
    """
    report = Report("C-1", ServiceFailure("train late"))
    rows: list[Row] = [(process.opening, start, "kim", report)]
    for hours, trigger in steps:
        state = rows[-1][0].target
        moves = {RECORD: process.stays[state], **process.moves[state]}
        detail = SAID.get(MOVES.get(trigger, OwnStep), Contact())
        rows.append((moves[trigger], start + hours * HOUR, "ana", detail))
    return Case(tuple(rows))


def only(level: ServiceLevel, case: Case, now: datetime) -> Timing:
    """Measure a case of one cycle."""
    (timing,) = level.measure(case, now)
    return timing


# ------------------------------------------------------------------- properties


levels = st.builds(
    ServiceLevel,
    name=st.just("drawn"),
    met_by=st.sets(st.sampled_from(list(FIVE_STEPS.triggers)), min_size=1).map(tuple),
    within=durations(),
    pauses_in=st.sets(st.sampled_from(list(FIVE_STEPS.states))).map(tuple),
)
cases = case_histories(most=14, plain=True)


@given(levels)
def test_a_service_level_is_a_value(level: ServiceLevel) -> None:
    """A service level is frozen, compared by content, and survives every copy."""
    check_value(level)


@given(levels, cases, durations())
def test_a_timing_is_a_value(level: ServiceLevel, case: Case, more: timedelta) -> None:
    """What was measured is frozen, compared by content, and survives every copy."""
    for timing in level.measure(case, case.log[-1][1] + more):
        check_value(timing)


def by_ticks(level: ServiceLevel, rows: list[Row], end: datetime) -> Any:
    """Time a cycle another way: state by state, from a diary of the running clock."""
    diary: list[timedelta] = []
    for here, row in enumerate(rows):
        if row[0].trigger in level.met_by:
            return sum(diary, NOTHING), row[1]
        leaves = rows[here + 1][1] if here + 1 < len(rows) else end
        stands = row[0].target in {*level.pauses_in, "closed", "merged"}
        diary.append(NOTHING if stands else leaves - row[1])
    return sum(diary, NOTHING), None


@given(levels, cases, durations())
def test_elapsed_adds_up(level: ServiceLevel, case: Case, more: timedelta) -> None:
    """Elapsed is the time in states that count, cycle by cycle; the rest is left."""
    now = case.log[-1][1] + more
    cycles: list[list[Row]] = [[]]
    for row in case.log:
        if row[0].begins_cycle:
            cycles.append([])
        cycles[-1].append(row)
    timings = level.measure(case, now)
    assert [t.cycle for t in timings] == list(range(1, len(cycles) + 1))
    for rows, timing in zip(cycles, timings, strict=True):
        elapsed, met_at = by_ticks(level, rows, now)
        assert (timing.elapsed, timing.met_at) == (elapsed, met_at)
        assert timing.started_at == rows[0][1]
        assert timing.elapsed + timing.left == level.within
        assert timing.is_late is (timing.elapsed > level.within)
        assert timing.is_met is (met_at is not None)
        assert timing.level == level.name


@given(levels, cases, durations(), durations())
def test_late_stays_late(
    level: ServiceLevel, case: Case, some: timedelta, more: timedelta
) -> None:
    """Time only adds to what elapsed, and once met or ended not even that."""
    now = case.log[-1][1] + some
    earlier, later = level.measure(case, now), level.measure(case, now + more)
    for before, after in zip(earlier, later, strict=True):
        assert before.elapsed <= after.elapsed
        assert after.is_late or not before.is_late
        if before.is_met:
            assert after == before
    assert earlier[:-1] == later[:-1]
    if not case.is_open:
        assert earlier == later


@given(levels, cases, durations())
def test_more_pauses_leave_more_time(
    level: ServiceLevel, case: Case, more: timedelta
) -> None:
    """Where every state pauses nothing elapses, and where none does the most."""
    now = case.log[-1][1] + more
    never = attrs.evolve(level, pauses_in=FIVE_STEPS.states).measure(case, now)
    always = attrs.evolve(level, pauses_in=()).measure(case, now)
    for least, some, most in zip(never, level.measure(case, now), always, strict=True):
        assert least.elapsed == NOTHING
        assert some.elapsed <= most.elapsed
        assert least.met_at == some.met_at == most.met_at


@given(levels, cases, durations(), st.integers(-14, 14))
def test_zones_do_not_count(
    level: ServiceLevel, case: Case, more: timedelta, hours: int
) -> None:
    """The same moments in another time zone are the same timings."""
    zone, now = timezone(hours * HOUR), case.log[-1][1] + more
    moved = Case(tuple((m, at.astimezone(zone), by, d) for m, at, by, d in case.log))
    assert level.measure(moved, now) == level.measure(case, now.astimezone(zone))


@given(moments(), durations(), st.sampled_from([ACKNOWLEDGE, RESOLVE]))
def test_the_last_instant_keeps_a_promise(
    start: datetime, within: timedelta, level: ServiceLevel
) -> None:
    """A promise is kept at its very end, and broken a microsecond later."""
    level, case = attrs.evolve(level, within=within), told(start=start)
    assert only(level, case, start + within).left == NOTHING
    assert not only(level, case, start + within).is_late
    assert only(level, case, start + within + TICK).is_late
    assert only(level, case, start + within + TICK).left == -TICK


# ------------------------------------------------------------------- by example


def test_acknowledged_in_time() -> None:
    """A case is acknowledged within a day or late, and both are on record."""
    case = told((23, "acknowledge"), (40, "apologize"))
    assert only(ACKNOWLEDGE, case, NOON + 99 * DAY) == Timing(
        level="acknowledge",
        cycle=1,
        started_at=NOON,
        met_at=NOON + 23 * HOUR,
        elapsed=23 * HOUR,
        left=HOUR,
    )
    late = only(ACKNOWLEDGE, told((25, "acknowledge")), NOON + 25 * HOUR)
    assert (late.is_met, late.is_late, late.left) == (True, True, -HOUR)
    waits = only(ACKNOWLEDGE, told((1, RECORD)), NOON + 25 * HOUR)
    assert (waits.is_met, waits.is_late, waits.elapsed) == (False, True, 25 * HOUR)


@pytest.mark.parametrize(
    "end",
    [
        [(2, "decline")],
        [(2, "withdraw")],
        [(2, "merge")],
        [(2, "apologize"), (2, "offer"), (2, "contest"), (2, "concede")],
        [(2, "apologize"), (2, "offer"), (2, "accept"), (2, "make_amends")],
    ],
    ids=lambda steps: steps[-1][1],
)
def test_every_end_resolves(end: list[tuple[int, str]]) -> None:
    """Amends, a final no, an impasse, a change of mind and a merger are all answers."""
    case = told((1, "acknowledge"), *end)
    timing = only(RESOLVE, case, NOON + 52 * WEEK)
    assert (timing.met_at, timing.elapsed) == (NOON + 2 * HOUR, 2 * HOUR)
    assert timing.left == 8 * WEEK - 2 * HOUR


def test_waiting_for_the_customer_does_not_count() -> None:
    """The clock stands in the states that pause it, and then runs on."""
    level = attrs.evolve(RESOLVE, within=4 * HOUR, pauses_in=("offered",))
    steps = [(1, "acknowledge"), (2, "apologize"), (3, "offer")]
    offered = told(*steps)
    assert only(level, offered, NOON + 99 * HOUR).elapsed == 3 * HOUR
    answered = told(*steps, (50, "contest"), (51, "decline"))
    assert only(level, answered, NOON + 99 * HOUR).elapsed == 4 * HOUR
    assert not only(level, answered, NOON + 99 * HOUR).is_late
    assert only(RESOLVE, answered, NOON + 99 * HOUR).elapsed == 51 * HOUR


def test_a_case_that_ended_waits_for_nothing() -> None:
    """Merged before it was acknowledged, a case is not late for ever after."""
    timing = only(ACKNOWLEDGE, told(MERGED, (6, RECORD)), NOON + 99 * DAY)
    assert (timing.is_met, timing.is_late, timing.elapsed) == (False, False, 5 * HOUR)


def test_every_cycle_starts_anew() -> None:
    """A reopened case has its own clock, and the time it was closed is nobody's."""
    first = [(30, "acknowledge"), (31, "decline"), (32, "feed_back")]
    case = told(*first, (1000, "reopen"), (1003, "acknowledge"))
    one, two = ACKNOWLEDGE.measure(case, NOON + 2000 * HOUR)
    assert (one.cycle, one.elapsed, one.is_late) == (1, 30 * HOUR, True)
    assert (two.cycle, two.elapsed, two.is_late) == (2, 3 * HOUR, False)
    assert two.started_at == NOON + 1000 * HOUR
    _, open_still = RESOLVE.measure(case, NOON + 1005 * HOUR)
    assert (open_still.elapsed, open_still.is_met) == (5 * HOUR, False)


def test_a_cycle_left_in_the_middle_ends_there() -> None:
    """Where a process begins again before it ends, the old clock stops at once."""
    again = define(
        "again",
        initial="heard",
        final="done",
        steps=(
            Written("restart", "heard", "heard", begins_cycle=True),
            Written("leave", "heard", "done"),
        ),
    )
    level = ServiceLevel(name="leave", met_by=("leave",), within=HOUR)
    case = told((2, "restart"), process=again)
    one, two = level.measure(case, NOON + 5 * HOUR)
    assert (one.elapsed, two.elapsed) == (2 * HOUR, 3 * HOUR)


def test_summer_time_is_no_shorter() -> None:
    """An hour lost on the clocks of a zone is not an hour lost on the case."""
    berlin = ZoneInfo("Europe/Berlin")
    spring = datetime(2026, 3, 29, 0, 0, tzinfo=berlin)
    autumn = datetime(2026, 10, 25, 0, 0, tzinfo=berlin)
    for start, hours in ((spring, 23), (autumn, 25)):
        timing = only(ACKNOWLEDGE, told(start=start), start + DAY)
        assert timing.elapsed == hours * HOUR
        assert timing.is_late is (hours > 24)


def test_a_clock_that_ran_backwards_gives_no_time_back() -> None:
    """An event before its predecessor counts for nothing, and nothing is negative."""
    case = told((5, "escalate"), (3, "escalate"), (4, "acknowledge"))
    assert only(ACKNOWLEDGE, case, NOON + DAY).elapsed == 6 * HOUR
    assert only(ACKNOWLEDGE, told(), NOON - DAY).elapsed == NOTHING


def test_what_is_on_record_has_happened() -> None:
    """Asked about an earlier moment, a case still knows what it knows."""
    timing = only(ACKNOWLEDGE, told((5, "acknowledge")), NOON)
    assert (timing.elapsed, timing.is_met) == (5 * HOUR, True)


def test_a_promise_can_be_made_about_any_step() -> None:
    """The report itself can meet a promise, and so can one of several steps."""
    at_once = ServiceLevel(name="hear", met_by=(REPORT,), within=TICK)
    assert only(at_once, told(), NOON + DAY).met_at == NOON
    either = ServiceLevel(name="answer", met_by=("offer", "decline"), within=DAY)
    case = told((1, "acknowledge"), (2, "decline"))
    assert only(either, case, NOON + DAY).met_at == NOON + 2 * HOUR


# ---------------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("field", "wrong", "why"),
    [
        ("name", "", "ServiceLevel.name cannot be ''"),
        ("met_by", (), "name a trigger that meets it"),
        ("met_by", "acknowledge", "ServiceLevel.met_by cannot be 'acknowledge'"),
        ("met_by", (None,), "ServiceLevel.met_by cannot be"),
        ("within", NOTHING, "within must be longer than nothing"),
        ("within", -TICK, "within must be longer than nothing"),
        ("within", 24, "ServiceLevel.within cannot be 24"),
        ("pauses_in", "offered", "ServiceLevel.pauses_in cannot be 'offered'"),
    ],
)
def test_a_promise_can_be_kept_and_broken(field: str, wrong: Any, why: str) -> None:
    """A promise that nobody could keep, break or understand is refused."""
    with pytest.raises(InvalidValueError, match=why.replace("(", r"\(")):
        attrs.evolve(ACKNOWLEDGE, **{field: wrong})


class Nowhere(tzinfo):
    """Stand for a zone that does not know its offset."""

    def utcoffset(self, _: datetime | None) -> None:
        """Shrug."""

    dst = tzname = utcoffset


@pytest.mark.parametrize(
    "now",
    [NOON.replace(tzinfo=None), NOON.replace(tzinfo=Nowhere()), NOON.date(), None, 0],
)
def test_now_is_a_moment(now: Any) -> None:
    """A time without an offset from UTC is refused before it is compared."""
    with pytest.raises(InvalidValueError, match=r"now cannot be .*: give an aware"):
        ACKNOWLEDGE.measure(told(), now)


def test_the_usual_promises() -> None:
    """A day to acknowledge; eight weeks to resolve, as the FCA has it."""
    assert (ACKNOWLEDGE.name, ACKNOWLEDGE.within) == ("acknowledge", DAY)
    assert (RESOLVE.name, RESOLVE.within) == ("resolve", timedelta(days=56))
    for level in (ACKNOWLEDGE, RESOLVE):
        assert set(level.met_by) <= set(FIVE_STEPS.triggers)
        assert level.pauses_in == ()
