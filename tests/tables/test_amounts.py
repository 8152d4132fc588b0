"""Amounts are exact formulas: what they come to, at most, and how they read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

import recovery_core as rc
from recovery_core import Rounding
from recovery_core.tables import (
    Column,
    column,
    excess_of,
    greatest_of,
    half_of,
    indexed,
    interest,
    least_of,
    per_completed,
    per_started,
    percent_of,
    sum_of_amounts,
)
from recovery_core.tables.amounts import (
    ColumnAmount,
    Excess,
    Fixed,
    Formula,
    Greater,
    Lesser,
    Periods,
    Scaled,
    Sum,
    to_formula,
)
from recovery_core.tables.compile import divide_half_even, write_amount_expression
from recovery_core.tables.decision import evaluate_in_minor_units
from tests.support.amounts import (
    CPI,
    DAYS,
    FARE,
    LATE,
    LOSS,
    amounts,
    eur,
    rounded,
)

# -------------------------------------------------- what they come to, by fractions


def counted(by: Periods | Column | None, row: Mapping[str, Any]) -> Fraction:
    """Count periods one by one, as a person would with a calendar."""
    if by is None:
        return Fraction(1)
    if isinstance(by, Column):
        return Fraction(row[by.name])
    left, periods = row[by.column.name] - by.after, 0
    while left > 0 and (by.is_started or left >= by.length):
        if by.at_most is not None and periods == by.at_most:
            break
        left, periods = left - by.length, periods + 1
    return Fraction(periods)


def worked_out(amount: Formula, row: Mapping[str, Any]) -> int:  # noqa: PLR0911
    """Reckon with fractions, by what each formula means."""
    parts = [worked_out(part, row) for part in amount.parts]
    match amount:
        case Fixed():
            return amount.money.minor
        case ColumnAmount():
            return int(row[amount.column.name])
        case Scaled():
            ratio = Fraction(amount.numerator, amount.denominator)
            exact = parts[0] * ratio * counted(amount.by, row)
            return rounded(exact / amount.to, amount.rounding) * amount.to
        case Lesser():
            return min(parts)
        case Greater():
            return max(parts)
        case Sum():
            return sum(parts)
        case Excess():
            return max(parts[0] - sum(parts[1:]), 0)
    raise AssertionError(amount)


COLUMNS: Final = {one.name: one for one in (LATE, FARE, LOSS, DAYS, CPI)}


def rows_of(amount: Formula) -> st.SearchStrategy[dict[str, int]]:
    """Draw rows of what an amount reads, its bounds and small numbers above all."""
    values = {}
    for one in amount.columns:
        low, high = one.span
        near = st.integers(low, min(low + 400, high)) | st.just(high)
        values[one.name] = near | st.integers(low, high)
    return st.fixed_dictionaries(values)


class Watched(int):
    """Is a number that keeps the largest one there was."""

    seen: list[int] = []  # noqa: RUF012

    @classmethod
    def of(cls, number: int) -> Watched:
        """Keep what appears."""
        cls.seen.append(abs(number))
        return cls(number)

    def __add__(self, other: int) -> Watched:
        return Watched.of(int(self) + int(other))

    def __sub__(self, other: int) -> Watched:
        return Watched.of(int(self) - int(other))

    def __mul__(self, other: int) -> Watched:
        return Watched.of(int(self) * int(other))

    def __floordiv__(self, other: int) -> Watched:
        return Watched.of(int(self) // int(other))

    def __mod__(self, other: int) -> Watched:
        return Watched.of(int(self) % int(other))

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: int) -> Watched:
        return Watched.of(int(other) - int(self))


@given(st.data(), amounts)
def test_every_formula_is_exact(data: st.DataObject, amount: Formula) -> None:
    """It comes to what fractions come to, rounded once where it says so."""
    row = data.draw(rows_of(amount))
    assert evaluate_in_minor_units(amount, row) == worked_out(amount, row)


@given(st.data(), amounts)
def test_no_amount_leaves_its_bounds(data: st.DataObject, amount: Formula) -> None:
    """It is never below the least nor above the most, and both are never negative."""
    row = data.draw(rows_of(amount))
    low, high = amount.bounds
    assert (
        0
        <= low
        <= evaluate_in_minor_units(amount, row)
        <= high
        <= amount.largest_intermediate
    )


@given(st.data(), amounts)
def test_no_step_goes_beyond_the_peak(data: st.DataObject, amount: Formula) -> None:
    """Whatever appears on the way, literals included, is within the peak."""
    row = data.draw(rows_of(amount))
    Watched.seen = []
    source = write_amount_expression(amount, lambda one: f"row[{one.name!r}]")
    env = {"least": min, "most": max, "half_even": divide_half_even}
    watched = {name: Watched.of(value) for name, value in row.items()}
    result = eval(source, {**env, "row": watched})  # noqa: S307
    assert int(result) == worked_out(amount, row)
    literals = [abs(c) for c in _numbers(compile(source, "<amount>", "eval").co_consts)]
    assert max([*Watched.seen, *literals, 0]) <= amount.largest_intermediate


def _numbers(constants: tuple[Any, ...]) -> Iterator[int]:
    return (value for value in constants if type(value) is int)


@given(
    st.sampled_from([LATE, DAYS]),
    st.tuples(st.integers(1, 400), st.integers(0, 100), st.booleans()),
    st.none() | st.integers(1, 9),
    st.integers(-30, 3000),
)
def test_periods_are_counted_one_by_one(
    of: Column, parts: tuple[int, int, bool], at_most: int | None, number: int
) -> None:
    """The count, and so its bounds, is what walking from period to period finds."""
    length, after, is_started = parts
    periods = Periods(of, length, after, is_started, at_most)
    assert periods.count_in(number) == counted(periods, {of.name: number})
    low, high = of.span
    assert periods.bounds == (periods.count_in(low), periods.count_in(high))


def test_a_rate_of_nothing_still_multiplies_on_the_way() -> None:
    """The peak counts what is multiplied by nothing only in the end."""
    none = interest(LOSS, 0, DAYS)
    assert none.bounds == (0, 0)
    assert none.largest_intermediate >= 10**9 * 4000
    rare = per_started(eur("0.01"), 10**12, LATE, after=10**9, at_most=1)
    assert rare.largest_intermediate >= 3000 + 10**12 + 10**9


@given(st.integers(0, 10**15), st.integers(1, 10**6))
def test_half_even_goes_to_the_even_side(top: int, bottom: int) -> None:
    """Exact halves go to the even neighbour, all else to the nearest."""
    assert divide_half_even(top, bottom) == round(Fraction(top, bottom))


@pytest.mark.parametrize("rounding", Rounding)
def test_a_half_is_rounded_as_declared(rounding: Rounding) -> None:
    """Each rounding gives the cent its name says, on halves and beside them."""
    half = percent_of(FARE, 50, rounding=rounding)
    found = [
        evaluate_in_minor_units(half, {"fare": cents}) for cents in (0, 1, 2, 3, 5)
    ]
    assert (
        found
        == {
            Rounding.HALF_UP: [0, 1, 1, 2, 3],
            Rounding.HALF_EVEN: [0, 0, 1, 2, 2],
            Rounding.UP: [0, 1, 1, 2, 3],
            Rounding.CEILING: [0, 1, 1, 2, 3],
            Rounding.DOWN: [0, 0, 1, 1, 2],
            Rounding.FLOOR: [0, 0, 1, 1, 2],
        }[rounding]
    )
    assert half_of(FARE, rounding=rounding) == half


def test_a_multiple_is_rounded_once() -> None:
    """An index to the nearest 25 dollars rounds the exact product and no other."""
    usd = column.integer("cpi", 1, 10**6)
    limit = indexed(
        rc.Money("775.00", "USD"), usd, over=226_545, nearest=rc.Money("25.00", "USD")
    )
    for cpi in (226_545, 230_000, 230_198, 230_199, 300_000):
        exact = Fraction(77_500 * cpi, 226_545)
        assert (
            evaluate_in_minor_units(limit, {"cpi": cpi})
            == rounded(exact / 2500, Rounding.HALF_UP) * 2500
        )
    assert str(limit) == (
        "USD 775.00 x cpi x 1/226545, to the nearest USD 25.00 (half up)"
    )


def test_a_period_counts_once_begun_or_once_over() -> None:
    """Started and completed differ exactly between two ends of periods."""
    started = per_started(eur("0.01"), timedelta(hours=1), LATE, after=30, at_most=3)
    completed = per_completed(eur("0.01"), 60, LATE, after=timedelta(minutes=30))
    ends = (-30, 0, 30, 31, 89, 90, 91, 150, 151, 210, 211, 1000)
    assert [evaluate_in_minor_units(started, {"late": late}) for late in ends] == [
        *(0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 3, 3),
    ]
    assert [evaluate_in_minor_units(completed, {"late": late}) for late in ends] == [
        *(0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 16),
    ]


def test_interest_counts_the_year_it_says() -> None:
    """A year of days earns the rate, by either convention."""
    assert (
        evaluate_in_minor_units(interest(FARE, 8, DAYS), {"fare": 10_000, "days": 365})
        == 800
    )
    bank = interest(FARE, "7.25", DAYS, year=360)
    assert evaluate_in_minor_units(bank, {"fare": 10_000, "days": 360}) == 725
    assert evaluate_in_minor_units(bank, {"fare": 10_000, "days": 365}) == 735


def test_capped_floored_and_added() -> None:
    """The methods say what the functions say."""
    half = percent_of(FARE, 50)
    assert half.capped(eur("10.00")) == least_of(half, eur("10.00"))
    assert half.floored(LOSS) == greatest_of(half, LOSS)
    assert half + eur("1.00") == sum_of_amounts(half, eur("1.00"))
    assert eur("1.00") + half == half + eur("1.00")
    assert FARE + half == sum_of_amounts(half, FARE)
    owed = excess_of(eur("7.00"), LOSS, eur("1.00"))
    assert [
        evaluate_in_minor_units(owed, {"loss": loss}) for loss in (0, 599, 600, 900)
    ] == [
        600,
        1,
        0,
        0,
    ]


def test_an_amount_names_each_column_once() -> None:
    """In the order they appear, counted periods included."""
    both = sum_of_amounts(
        per_started(FARE, 60, LATE), percent_of(FARE, 3), interest(LOSS, 1, DAYS)
    )
    assert [one.name for one in both.columns] == ["fare", "late", "loss", "days"]
    assert both.currency == "EUR"
    assert Fixed(rc.Money("1", "JPY")).currency == "JPY"
    assert Fixed(rc.Money("1", "JPY")).columns == ()


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (to_formula(eur("250.00")), "EUR 250.00"),
        (to_formula(FARE), "fare"),
        (percent_of(FARE, 50), "50 % of fare (half up)"),
        (percent_of(FARE, "12.5"), "12.5 % of fare (half up)"),
        (percent_of(FARE, "0.07"), "0.07 % of fare (half up)"),
        (
            percent_of(FARE, 400, rounding=Rounding.HALF_EVEN),
            "400 % of fare (half even)",
        ),
        (Scaled(ColumnAmount(FARE), 1, 3), "100/3 % of fare (half up)"),
        (percent_of(FARE, Fraction(5, 8)), "0.625 % of fare (half up)"),
        (percent_of(FARE, "33.333"), "33.333 % of fare (half up)"),
        (percent_of(FARE, Fraction(29 * 100, 30)), "290/3 % of fare (half up)"),
        (per_started(eur("2.00"), 60, LATE), "EUR 2.00 per started 60 min of late"),
        (
            per_completed(FARE, 60, LATE, after=30, at_most=3),
            "fare per completed 60 min of late beyond 30 min, at most 3",
        ),
        (
            Scaled(ColumnAmount(FARE), 1, 2, Periods(LATE, 60, 0, is_started=True)),
            "50 % of fare per started 60 min of late (half up)",
        ),
        (interest(FARE, 8, DAYS), "fare x days x 800/3650000 (half up)"),
        (interest(FARE, 0, DAYS), "fare x days x 0/3650000 (half up)"),
        (least_of(FARE, LOSS), "the lesser of fare and loss"),
        (greatest_of(FARE, LOSS), "the greater of fare and loss"),
        (
            sum_of_amounts(FARE, least_of(LOSS, FARE)),
            "fare + (the lesser of loss and fare)",
        ),
        (percent_of(sum_of_amounts(FARE, LOSS), 1), "1 % of (fare + loss) (half up)"),
        (
            excess_of(FARE, LOSS, eur("1.00")),
            "fare less loss and EUR 1.00, not below 0",
        ),
    ],
    ids=str,
)
def test_an_amount_reads_as_a_person_would_say_it(amount: Formula, text: str) -> None:
    """Rate, base, period, rounding: all that decides the cent is in the words."""
    assert str(amount) == text


# ------------------------------------------------------------------------ values


def test_amounts_compare_by_content() -> None:
    """Two amounts are equal where all they say is; a column is no count of periods."""
    periods = Periods(LATE, 60, 0, is_started=True)
    several = [
        Scaled(ColumnAmount(FARE), 1, 2),
        Scaled(ColumnAmount(FARE), 1, 2, DAYS),
        Scaled(ColumnAmount(FARE), 1, 2, CPI),
        Scaled(ColumnAmount(FARE), 1, 2, periods),
        Scaled(ColumnAmount(FARE), 1, 2, rounding=Rounding.UP),
        Scaled(ColumnAmount(LOSS), 1, 2),
        ColumnAmount(FARE),
        Fixed(eur("1.00")),
        least_of(FARE),
        greatest_of(FARE),
    ]
    with pytest.raises(NotImplementedError):
        _ = super(Fixed, Fixed(eur("1.00"))).bounds
    for place, one in enumerate(several):
        assert [one == other for other in several].index(True) == place
        assert sum(one == other for other in several) == 1
    assert len({*several, *several}) == len(several)
