"""Columns that amounts are paid by, and amounts of every make."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import Final

from hypothesis import strategies as st

import recovery_core as rc
from recovery_core import Rounding
from recovery_core.tables import (
    column,
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
)
from tests.support import tables

LATE: Final = column.minutes("late", least=-30, most=3000)


FARE: Final = column.money("fare", "EUR", most=rc.Money("900.00", "EUR"))


LOSS: Final = column.money("loss", "EUR")


DAYS: Final = column.days("days", most=4000)


CPI: Final = column.integer("cpi", 1, 10**6)


def eur(text: str) -> rc.Money:
    """Count in euros."""
    return rc.Money(text, "EUR")


def rounded(exact: Fraction, rounding: Rounding) -> int:
    """Round a number that is not negative, by what the word means."""
    half = Fraction(1, 2)
    match rounding:
        case Rounding.UP | Rounding.CEILING:
            return ceil(exact)
        case Rounding.DOWN | Rounding.FLOOR:
            return floor(exact)
        case Rounding.HALF_UP:
            return floor(exact + half)
        case Rounding.HALF_EVEN:
            return round(exact)


@st.composite
def scaled(draw: st.DrawFn, of: st.SearchStrategy[Formula]) -> Formula:
    """Draw a formula with a ratio of any size, and a count of any sort."""
    periods = st.builds(
        Periods,
        st.sampled_from([LATE, DAYS]),
        st.integers(1, 400),
        st.integers(0, 100),
        st.booleans(),
        st.none() | st.integers(1, 9),
    )
    return Scaled(
        draw(of),
        draw(st.integers(0, 40) | st.sampled_from([5000, 800])),
        draw(st.integers(1, 40) | st.sampled_from([10_000, 3_650_000])),
        draw(st.none() | periods | st.sampled_from([DAYS, CPI])),
        draw(st.sampled_from(Rounding)),
        draw(st.integers(1, 30) | st.just(2500)),
    )


def grown(inner: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    """Draw formulas of formulas."""
    some = st.lists(inner, min_size=1, max_size=3).map(tuple)
    several = [st.builds(kind, some) for kind in (Lesser, Greater, Sum, Excess)]
    return st.one_of(scaled(inner), *several)


leaves = st.one_of(
    st.integers(0, 500).map(lambda n: Fixed(rc.Money.from_minor(n, "EUR"))),
    st.sampled_from([ColumnAmount(FARE), ColumnAmount(LOSS)]),
)


amounts = st.recursive(leaves, grown, max_leaves=5) | tables.amounts()
