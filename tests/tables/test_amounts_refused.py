"""Rates and amounts that are refused, or not: exactness, currencies, bounds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any, Final

import pytest
from hypothesis import assume, given

import recovery_core as rc
from recovery_core import Rounding
from recovery_core._domain.money import MAX_MINOR
from recovery_core.errors import CurrencyMismatchError, InvalidValueError
from recovery_core.tables import (
    Rule,
    Table,
    column,
    decide,
    diff,
    excess_of,
    greatest_of,
    half_of,
    indexed,
    interest,
    least_of,
    per_completed,
    per_started,
    percent_of,
    prove,
    sum_of_amounts,
)
from recovery_core.tables.amounts import (
    Amount,
    ColumnAmount,
    Formula,
    Lesser,
    Periods,
    Scaled,
    Sum,
    to_formula,
)
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
from tests.support.laws import NOT_EXACT

DEBT: Final = column.money("debt", "EUR", least=eur("-1.00"))


def by_line(make: Any) -> str:
    """Name a case that is a function by the line it stands on."""
    return f"line {make.__code__.co_firstlineno}"


_NO_RATES: Final = [wrong for wrong in NOT_EXACT if not isinstance(wrong, Decimal)]


RATES: Final[list[tuple[Any, Fraction]]] = [
    (Fraction(100, 3), Fraction(1, 3)),
    ("100/3", Fraction(1, 3)),
    (Fraction(2900, 30), Fraction(29, 30)),
    (Fraction(100, 464), Fraction(1, 464)),
    (Decimal("33.5"), Fraction(335, 1000)),
    (Decimal("1E+2"), Fraction(1)),
    (Decimal("1E-3"), Fraction(1, 100_000)),
    ("0.001", Fraction(1, 100_000)),
    ("33.333", Fraction(33_333, 100_000)),
    (0, Fraction(0)),
    (Fraction(0), Fraction(0)),
    (250, Fraction(5, 2)),
]


@pytest.mark.parametrize(("rate", "share"), RATES, ids=repr)
@pytest.mark.parametrize("rounding", Rounding)
def test_a_rate_is_any_exact_fraction(
    rate: Any, share: Fraction, rounding: Rounding
) -> None:
    """Rounded once, the same whichever way it is asked; stored, it stays as it is."""
    amount = percent_of(FARE, rate, rounding=rounding)
    earned = interest(FARE, rate, DAYS, year=30, rounding=rounding)
    table = Table("T", [Rule("r", amends=[amount, earned])])
    fares, days = [0, 1, 2, 3, 4201, 20_000, 89_999, 90_000], [0, 29, 30, 31]
    rows = [{"fare": fare, "days": day} for fare, day in product(fares, days)]
    right = [
        rounded(row["fare"] * share, rounding)
        + rounded(row["fare"] * share * row["days"] / 30, rounding)
        for row in rows
    ]
    assert [table.compiled(row)[1] for row in rows] == right
    worths = [table.decision(row).award.worth for row in rows]
    assert [worth.minor if worth else 0 for worth in worths] == right
    data = {name: [row[name] for row in rows] for name in rows[0]}
    assert decide(table, data, verify=len(rows)).minor.tolist() == right
    again = Table.from_json(table.to_json())
    assert (again, again.hash) == (table, table.hash)
    assert diff(table, again).is_empty


def test_a_third_is_proved_and_told() -> None:
    """A promise about thirds holds, breaks where it must, and reads as thirds."""
    pytest.importorskip("z3")
    third = Table("T", [Rule("r", amends=percent_of(FARE, Fraction(100, 3)))])
    assert prove.never_above(third, percent_of(FARE, Fraction(100, 3)))
    broken = prove.never_above(third, percent_of(FARE, "33.33"))
    assert broken.holds is False
    assert broken.counterexample is not None
    half = Rounding.HALF_UP
    least = next(
        fare
        for fare in range(90_000)
        if rounded(Fraction(fare, 3), half) > rounded(fare * Fraction("0.3333"), half)
    )
    assert dict(broken.counterexample) == {"fare": rc.Money.from_minor(least, "EUR")}
    told = str(third.explain({"fare": eur("200.00")}))
    assert (
        "100/3 % of fare (half up) = 100/3 % of EUR 200.00 (half up) = EUR 66.67"
        in told
    )
    other = Table("T", [Rule("r", amends=percent_of(FARE, 33))])
    (region,) = diff(third, other).regions
    assert region.old_pays != region.new_pays


def test_whole_basis_points_are_stored_as_before() -> None:
    """Over ten thousand and never shortened, so that old hashes stay what they were."""
    half = percent_of(FARE, Decimal("50.0"))
    assert half == Scaled(ColumnAmount(FARE), 5000, 10_000) == percent_of(FARE, 50)
    assert interest(FARE, 8, DAYS) == Scaled(ColumnAmount(FARE), 800, 3_650_000, DAYS)
    table = Table("T", [Rule("r", amends=half)])
    assert table.hash == "ee36742bec40f80d"


@pytest.mark.parametrize(
    "rate",
    [
        *(*_NO_RATES, -1, "-0.01", Fraction(-1, 3), Decimal(-1)),
        *(Fraction(1, 2**53), Fraction(10**18), 10**18, "0.0000000000000001"),
        *(Decimal("1E+999999999"), Decimal("1E-999999999"), Decimal("0E+999999999")),
        *(Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity")),
    ],
    ids=repr,
)
def test_a_rate_that_is_none_is_refused(rate: Any) -> None:
    """Floats, negative rates and what no reader could keep apart are refused."""
    with pytest.raises(InvalidValueError):
        percent_of(FARE, rate)
    with pytest.raises(InvalidValueError):
        interest(FARE, rate, DAYS)


def test_a_rate_below_nothing_is_told_as_a_rate() -> None:
    """The refusal names the rate, not what it is turned into."""
    with pytest.raises(InvalidValueError, match="a rate cannot be -1 percent"):
        percent_of(FARE, -1)


@pytest.mark.parametrize(
    "wrong", [None, 5, 0.5, "5.00", True, (), rc, Formula, 10**9], ids=repr
)
def test_what_is_no_amount_is_refused(wrong: Any) -> None:
    """Every formula says what it takes: Money, a money column, or a formula."""
    makes: list[Callable[[], object]] = [
        lambda: to_formula(wrong),
        lambda: percent_of(wrong, 50),
        lambda: half_of(wrong),
        lambda: least_of(FARE, wrong),
        lambda: greatest_of(wrong),
        lambda: sum_of_amounts(wrong, FARE),
        lambda: excess_of(FARE, wrong),
        lambda: per_started(wrong, 60, LATE),
        lambda: indexed(wrong, CPI, 5),
        lambda: interest(wrong, 5, DAYS),
        lambda: percent_of(FARE, 50) + wrong,
        lambda: percent_of(FARE, 50).capped(wrong),
        lambda: percent_of(FARE, 50).floored(wrong),
    ]
    for make in makes:
        with pytest.raises(InvalidValueError, match="an amount cannot be"):
            make()


@pytest.mark.parametrize(
    "make",
    [
        lambda: to_formula(eur("-0.01")),
        lambda: to_formula(DEBT),
        lambda: to_formula(LATE),
        lambda: percent_of(LATE, 50),
        lambda: least_of(*()),
        lambda: greatest_of(*()),
        lambda: sum_of_amounts(*()),
        lambda: Lesser((FARE,)),  # type: ignore[arg-type]
        lambda: Sum([ColumnAmount(FARE)]),  # type: ignore[arg-type]
        lambda: Scaled(FARE, 1, 2),  # type: ignore[arg-type]
        lambda: Scaled(ColumnAmount(FARE), -1, 2),
        lambda: Scaled(ColumnAmount(FARE), 1, 0),
        lambda: Scaled(ColumnAmount(FARE), 1.0, 2),  # type: ignore[arg-type]
        lambda: Scaled(ColumnAmount(FARE), 1, 2, 5),  # type: ignore[arg-type]
        lambda: Scaled(ColumnAmount(FARE), 1, 2, FARE),
        lambda: Scaled(ColumnAmount(FARE), 1, 2, LATE),
        lambda: Scaled(ColumnAmount(FARE), 1, 2, rounding="up"),  # type: ignore[arg-type]
        lambda: Scaled(ColumnAmount(FARE), 1, 2, to=0),
        lambda: Periods("late", 60, 0, is_started=True),  # type: ignore[arg-type]
        lambda: Periods(LATE, 60, 0, is_started=1),  # type: ignore[arg-type]
        lambda: per_started(FARE, 0, LATE),
        lambda: per_started(FARE, -60, LATE),
        lambda: per_started(FARE, 60.0, LATE),  # type: ignore[arg-type]
        lambda: per_started(FARE, timedelta(seconds=90), LATE),
        lambda: per_started(FARE, True, LATE),  # noqa: FBT003
        lambda: per_started(FARE, timedelta(hours=1), DAYS),
        lambda: per_started(FARE, 60, LATE, after=-1),
        lambda: per_started(FARE, 60, LATE, at_most=0),
        lambda: per_completed(FARE, 60, LATE, at_most=1.0),  # type: ignore[arg-type]
        lambda: per_completed(FARE, 60, "late"),  # type: ignore[arg-type]
        lambda: per_completed(FARE, 60, FARE),
        lambda: per_completed(FARE, 60, column.flag("x")),
        lambda: indexed(FARE, LATE, 5),
        lambda: indexed(FARE, 5, 5),  # type: ignore[arg-type]
        lambda: indexed(FARE, CPI, 0),
        lambda: indexed(FARE, CPI, 1.0),  # type: ignore[arg-type]
        lambda: indexed(FARE, CPI, 5, nearest=eur("0.00")),
        lambda: indexed(FARE, CPI, 5, nearest=eur("-1.00")),
        lambda: indexed(FARE, CPI, 5, nearest=25),  # type: ignore[arg-type]
        lambda: indexed(FARE, CPI, 5, rounding=None),  # type: ignore[arg-type]
        lambda: interest(FARE, 5, 30),  # type: ignore[arg-type]
        lambda: interest(FARE, 5, LATE),
        lambda: interest(FARE, 5, DAYS, year=0),
        lambda: interest(FARE, 5, DAYS, year=365.0),  # type: ignore[arg-type]
        lambda: interest(FARE, 5, DAYS, year=True),
    ],
    ids=by_line,
)
def test_a_formula_that_cannot_be_is_refused(make: Callable[[], object]) -> None:
    """What is negative, no count, no column or no whole number is a typed error."""
    with pytest.raises(InvalidValueError):
        make()


def test_two_currencies_never_mix() -> None:
    """Every formula of several refuses a second currency, and names both."""
    usd = rc.Money("1.00", "USD")
    for join in (least_of, greatest_of, sum_of_amounts, excess_of):
        with pytest.raises(CurrencyMismatchError, match="EUR and USD do not mix"):
            join(FARE, usd)
    with pytest.raises(CurrencyMismatchError):
        percent_of(FARE, 5).capped(usd)
    with pytest.raises(CurrencyMismatchError, match="is no multiple for EUR"):
        indexed(FARE, CPI, 5, nearest=usd)


def test_a_column_that_may_be_missing_is_paid_only_where_it_is_known() -> None:
    """A table refuses to pay by what may be missing, unless its condition asks."""
    maybe = LOSS.optional()
    with pytest.raises(
        InvalidValueError, match=r"join its condition with & ~loss\.is_m"
    ):
        Table("t", rules=[Rule("all", amends=maybe)])
    with pytest.raises(InvalidValueError, match="pays by 'loss'"):
        Table(
            "t",
            rules=[Rule("a", when=~(maybe >= eur("5")), amends=maybe)],
            otherwise="n",
        )
    for known in (~maybe.is_missing, maybe >= eur("5.00"), maybe != eur("1.00")):
        table = Table("t", rules=[Rule("a", when=known, amends=maybe)], otherwise="no")
        assert table.compiled({"loss": 900}) == ("a", 900)
        assert table.compiled({"loss": None}) == ("otherwise", 0)


def test_what_could_grow_beyond_money_is_refused_when_written() -> None:
    """One cent within Money passes; one beyond is refused with the mend."""
    whole = rc.Money.from_minor(MAX_MINOR, "EUR")
    wide = column.money("wide", "EUR", most=whole)
    assert Table("t", rules=[Rule("a", amends=wide)]).compiled({"wide": MAX_MINOR})[1]
    more = sum_of_amounts(wide, eur("0.01"))
    with pytest.raises(InvalidValueError, match="could pay more than Money can hold"):
        Table("t", rules=[Rule("a", amends=more)])
    assert Table("t", rules=[Rule("a", amends=more.capped(whole))]).rules


@given(amounts)
def test_a_pool_of_amounts_is_a_rule(amount: Formula) -> None:
    """Whatever fits Money can be given by a rule, and read by what it says."""
    assume(amount.bounds[1] <= MAX_MINOR)
    table = Table("t", rules=[Rule("a", amends=amount)])
    assert table.rules[0].worth == amount
    assert str(amount)


def test_a_formula_from_outside_is_refused_when_it_is_built() -> None:
    """No reader of tables knows it, and a table would pay another amount for it."""
    with pytest.raises(TypeError, match="Doubled cannot derive from Amount"):

        class Doubled(Sum):
            pass

    with pytest.raises(InvalidValueError, match="'Amount' is no formula"):
        Amount()
