"""What a column may hold: values in and out of every domain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

import recovery_core as rc
from recovery_core._domain.money import MAX_MINOR
from recovery_core.errors import InvalidValueError
from recovery_core.tables import Column, Rule, Table, column
from recovery_core.tables.domains import Choices, Days, Flags, Integers, Sums
from tests.support.columns import (
    SMALL,
    Tier,
    by_line,
    each_small,
    eur,
    held_in,
    known,
)


class Cause(StrEnum):
    """Goes by its texts."""

    CREW = "crew"
    SNOW = "snow"


class Mixed(str, Enum):  # noqa: UP042
    """Shows itself by another name than its text."""

    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    """Goes by the names of its members, not their numbers."""

    LOW = 1
    HIGH = 2


class LikeAnInt:
    """Stands for what arrays hold."""

    def __index__(self) -> int:
        return 3

    def __repr__(self) -> str:
        """Go by one name in every process."""
        return "LikeAnInt()"


@each_small
def test_a_value_comes_back_the_way_it_went(one: Column) -> None:
    """Code, plain value and fact name the same thing, and each names it alone."""
    for code in known(one):
        plain, fact = one.of(code), one.fact(code)
        assert one.code(plain) == code
        assert (
            one.to_plain(plain)
            == plain
            == one.to_plain(fact)
            == one.to_plain_as_recorded(fact)
        )
        assert type(one.to_plain(fact)) is type(plain)
        assert rc.ServiceFailure("late", facts={"x": fact}).facts["x"] == fact  # type: ignore[dict-item]
        assert one.text_of(code)
    for give in (one.of, one.text_of, one.fact):
        assert len({give(code) for code in known(one)}) == len(known(one))


@each_small
def test_what_is_missing_is_one_above_the_last(one: Column) -> None:
    """None is a value of optional columns alone, and has a code of its own."""
    assert one.of(one.missing) is one.fact(one.missing) is None
    assert one.text_of(one.missing) == "missing"
    assert one.code(None) == one.missing == one.domain.most + 1
    assert one.span == (one.domain.least, one.domain.most + one.is_optional)
    if one.is_optional:
        assert one.to_plain(None) is None
        return
    with pytest.raises(InvalidValueError, match=r"\.optional\(\) if it may be missing"):
        one.to_plain(None)


NAIVE = datetime(2024, 2, 28)  # noqa: DTZ001


WRONG: Final[dict[str, tuple[object, ...]]] = {
    "integers": (
        *(True, 1.0, Decimal(1), "1", b"1", Fraction(1), [1], LikeAnInt(), eur("1")),
        *(-4, 5, timedelta(minutes=1), date(2024, 2, 28), Integers),
    ),
    "minutes": (
        *(False, 1.0, "1", timedelta(seconds=30), timedelta(minutes=6)),
        *(timedelta(minutes=-3), -3, 6, timedelta(minutes=1, microseconds=1)),
    ),
    "days": (timedelta(hours=25), timedelta(days=7), timedelta(days=-1), -1, 7, True),
    "flag": (1, 0, "yes", "True", 1.0, Level.LOW, [True]),
    "ordered": ("e", "A", "", 1, True, Tier.GOLD, b"a", ["a"], ("a",)),
    "money": (
        *(eur("0.04"), eur("-0.03"), rc.Money("0.01", "USD"), 1.0, True, "0.01"),
        *(Decimal("0.01"), 4, -3, Level.LOW, LikeAnInt()),
    ),
    "day": (
        *(NAIVE, NAIVE.replace(tzinfo=UTC), "2024-02-28", 738_944, 1.0, True),
        *(date(2024, 2, 26), date(2024, 3, 3), timedelta(days=1)),
    ),
}


@pytest.mark.parametrize(
    ("name", "wrong"),
    [(name, wrong) for name, all_ in WRONG.items() for wrong in all_],
    ids=repr,
)
def test_what_a_column_cannot_hold_is_refused(name: str, wrong: object) -> None:
    """A value of another sort or outside is refused with what fits; so is comparing."""
    one = SMALL[name]
    with pytest.raises(InvalidValueError, match="column 'x' cannot be") as refusal:
        one.to_plain(wrong)
    assert str(refusal.value).endswith(f"give {one.domain}")
    with pytest.raises(InvalidValueError):
        SMALL[f"{name}, optional"].to_plain(wrong)
    with pytest.raises(InvalidValueError):
        one == wrong  # noqa: B015
    with pytest.raises(InvalidValueError):
        one.isin(wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError):
        one.to_plain_as_recorded(wrong)


def test_a_refusal_of_an_optional_column_says_that_none_fits() -> None:
    """Whoever may leave the value out is told so."""
    with pytest.raises(InvalidValueError, match="or None where it is missing"):
        SMALL["flag, optional"].to_plain(7)


def test_a_whole_span_out_of_bounds_is_refused_by_what_fits_alone() -> None:
    """It can be counted, so that nothing is to be rounded; it is only too long."""
    delay = column.minutes("delay", most=90)
    with pytest.raises(InvalidValueError) as refusal:
        delay.to_plain(timedelta(minutes=91))
    assert str(refusal.value) == (
        "column 'delay' cannot be datetime.timedelta(seconds=5460): give a whole "
        "number from 0 to 90 min"
    )


def test_a_span_of_time_counts_in_the_unit_of_its_column() -> None:
    """A timedelta is taken where it is a whole number of the unit, and nowhere else."""
    hours = column.integer("h", 0, 48, unit="h")
    assert column.minutes("m").to_plain(timedelta(hours=3)) == 180
    assert column.minutes("m", least=-60).to_plain(timedelta(minutes=-20)) == -20
    assert hours.to_plain(timedelta(days=2)) == 48
    assert column.days("d").to_plain(timedelta(weeks=1)) == 7
    assert hours.to_plain(Level.HIGH) == 2
    assert type(hours.to_plain(Level.HIGH)) is int
    for one in (hours, column.days("d"), column.integer("n", 0, 9)):
        with pytest.raises(InvalidValueError):
            one.to_plain(timedelta(minutes=61))


@given(st.dates(date(1970, 1, 1), date(2100, 12, 31)), st.booleans())
def test_usual_days_hold_what_lies_between_two_usual_days(
    day: date,
    from_the_end: bool,  # noqa: FBT001
) -> None:
    """Nobody has to say `most`, from the first day of a usual column to the last."""
    one, other = column.day("one"), column.day("other")
    (first, last), far = (one.domain.least, one.domain.most), column.days("far")
    start = last if from_the_end else first
    between = abs(day.toordinal() - start)
    assert far.domain.most == last - first == 47_846
    assert far.to_plain(between) == far.to_plain(timedelta(days=between)) == between

    @column.days("apart").computed_from(one, other)
    def apart(here: date, there: date) -> timedelta:
        return abs(here - there)

    table = Table("T", [Rule("long", when=apart >= 14, amends=eur("5"))], otherwise="-")
    known = {"one": day, "other": date.fromordinal(start)}
    assert table.compiled(known)[0] == ("long" if between >= 14 else "otherwise")
    assert table.decision(known).inputs["apart"] == between


def test_members_of_an_enum_go_by_their_text_or_by_their_name() -> None:
    """An Enum of texts goes by its texts; any other, numbered or not, by its names."""
    tier, cause = column.choices("t", Tier), column.choices("c", Cause)
    level, mixed = column.choices("l", Level), column.choices("m", Mixed)
    severity = column.choices("s", rc.Severity, ordered=True)
    shown = [str(one.domain) for one in (tier, cause, level, mixed)]
    assert shown == [
        *("one of SILVER, GOLD", "one of crew, snow", "one of LOW, HIGH"),
        "one of red, blue",
    ]
    assert tier.to_plain(Tier.GOLD) == tier.to_plain("GOLD") == "GOLD"
    assert type(cause.to_plain(Cause.CREW)) is type(mixed.to_plain(Mixed.RED)) is str
    assert mixed.to_plain(Mixed.RED) == mixed.to_plain("red") == "red"
    assert mixed.code(mixed.to_plain(Mixed.BLUE)) == 1
    assert level.to_plain(Level.LOW) == "LOW"
    assert (severity >= rc.Severity.MAJOR) == (severity >= "MAJOR")
    reversed_ = rc.Severity.MAJOR <= severity  # noqa: SIM300
    assert reversed_ == (severity >= "MAJOR")
    assert column.choices("x", Tier.GOLD, "other").domain.most == 1
    for wrong in (1, Tier.SILVER, rc.Severity.MAJOR, True):
        with pytest.raises(InvalidValueError):
            level.to_plain(wrong)


def test_domains_say_what_fits() -> None:
    """Each domain names its bounds as a person would."""
    assert [str(SMALL[name].domain) for name in WRONG] == [
        "a whole number from -3 to 4 km",
        "a whole number from -2 to 5 min",
        "a whole number from 0 to 6 d",
        "True or False",
        "one of a, b, c, d",
        "EUR from EUR -0.02 to EUR 0.03",
        "a date from 2024-02-27 to 2024-03-02",
    ]
    assert str(Integers(0, 3)) == "a whole number from 0 to 3"
    shown = [SMALL[name].text_of(SMALL[name].domain.most) for name in WRONG]
    assert shown == ["4 km", "5 min", "6 d", "yes", "d", "EUR 0.03", "2024-03-02"]
    assert SMALL["flag"].text_of(0) == "no"
    assert Integers(0, 3).text_of(2) == "2"


@pytest.mark.parametrize(
    "make",
    [
        lambda: Integers(0, MAX_MINOR + 1),
        lambda: Integers(-MAX_MINOR - 1, 0),
        lambda: Integers(1, 0),
        lambda: Integers(True, 3),  # noqa: FBT003
        lambda: Integers(0, 3.0),  # type: ignore[arg-type]
        lambda: Integers(0, 3, ""),
        lambda: Sums("EUR", 0, MAX_MINOR + 1),
        lambda: Sums("EUR", 1, 0),
        lambda: Sums("eur", 0, 1),
        lambda: Sums(None, 0, 1),  # type: ignore[arg-type]
        lambda: Days(date(2024, 1, 2), date(2024, 1, 1)),
        lambda: Days(NAIVE, date(2025, 1, 1)),
        lambda: Days(date(2024, 1, 1), "2025-01-01"),  # type: ignore[arg-type]
        lambda: Choices(()),
        lambda: Choices(("a", "a")),
        lambda: Choices(("a", " ")),
        lambda: Choices((1, 2)),
        lambda: Choices(("a",), is_ordered=1),  # type: ignore[arg-type]
        lambda: column.choices("x", "SILVER", Tier),
        lambda: column.choices("x", ["a", "b"]),  # type: ignore[arg-type]
        lambda: column.choices("x", int),  # type: ignore[arg-type]
        lambda: column.choices("x"),
        lambda: column.minutes("x", least=5, most=4),
        lambda: column.money("x", "EUR", least=rc.Money(0, "USD")),
        lambda: column.money(
            "x", "EUR", least=rc.Money(0, "USD"), most=rc.Money(9, "USD")
        ),
        lambda: column.money("x", "EUR", most=rc.Money(9, "USD")),
        lambda: column.money("x", "EUR", least=eur("2"), most=eur("1")),
        lambda: column.money("x", "EUR", most=100),  # type: ignore[arg-type]
        lambda: column.money("x", "Euro"),
        lambda: column.flag(""),
        lambda: column.flag(None),  # type: ignore[arg-type]
        lambda: Column("x", None),  # type: ignore[arg-type]
        lambda: Column("x", "flag"),  # type: ignore[arg-type]
        lambda: Column("x", Flags(), 1),  # type: ignore[arg-type]
        lambda: Column("x", Flags(), inputs=(column.flag("y"),)),
        lambda: Column("x", Flags(), inputs=("y",), function=bool),  # type: ignore[arg-type]
        lambda: Column("x", Flags(), function=bool),
        lambda: Column("x", Flags(), vector=len),
    ],
    ids=by_line,
)
def test_a_domain_that_cannot_be_is_refused(make: Callable[[], object]) -> None:
    """Bounds the wrong way round, of another sort, or beyond Money are refused."""
    with pytest.raises(InvalidValueError):
        make()


def test_the_largest_domain_reaches_what_money_can_hold() -> None:
    """Both bounds may stand at the very limit, and nothing is lost there."""
    most = rc.Money.from_minor(MAX_MINOR, "EUR")
    wide = column.money("x", "EUR", least=-most, most=most)
    assert wide.to_plain(most) == MAX_MINOR
    assert wide.fact(-MAX_MINOR) == -most
    assert held_in(wide < most) == ((-MAX_MINOR, MAX_MINOR - 1),)
    number = column.integer("x", -MAX_MINOR, MAX_MINOR)
    assert held_in(number >= MAX_MINOR) == ((MAX_MINOR, MAX_MINOR),)
    with pytest.raises(InvalidValueError):
        number < MAX_MINOR + 1  # noqa: B015
    last = column.day("x", last=date.max)
    assert held_in(last <= date.max) == (last.span,)
    with pytest.raises(InvalidValueError):
        last < "tomorrow"  # noqa: B015
