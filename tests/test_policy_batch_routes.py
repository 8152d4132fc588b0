"""Whatever way many claims are decided, it is the same rule and the same cent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery_core import Award, Claim, Money, Reason, Remedy, RemedyKind, Rounding
from recovery_core.errors import (
    ContractError,
    CurrencyMismatchError,
    InvalidValueError,
    PolicyError,
)
from recovery_core.policy import (
    CompensationPolicy,
    Hit,
    Rule,
    Table,
    bands,
    best_of,
    capped,
    column,
    dated,
    decide,
    decides_on,
    first,
    floored,
    halved,
    only_if,
    owed,
    pay,
    percent_of,
    scaled,
    set_off,
    sum_of,
)
from recovery_core.policy.batch import Route
from recovery_core.policy.batch.memo import Memo
from recovery_core.policy.batch.digits import Digit
from recovery_core.policy.batch.routes import plan_of
from recovery_core.policy.batch.rows import RowsPlan
from recovery_core.policy.batch.run import decided
from tests.tables import FARE, INDEX, LATE, LOSS, NIGHTS, amounts, conditions, fitted

DAY = column.day("failure_day", first=date(2024, 1, 1), last=date(2026, 12, 31))
GIVEN = column.money("already_given", "EUR", most=Money("500.00", "EUR"))
READS = (FARE, LOSS, LATE, NIGHTS, INDEX, DAY, GIVEN)


def eur(amount: str) -> Money:
    """Count in euros."""
    return Money(amount, "EUR")


def columns_of(count: int, seed: int = 1) -> dict[str, Any]:
    """Draw claims that a composition may read, whatever it does."""
    chance = np.random.default_rng(seed)
    return {
        "fare": chance.integers(0, 90_001, count),
        "loss": chance.integers(0, 5_001, count),
        "late": chance.integers(-30, 3_001, count),
        "nights": chance.integers(0, 41, count),
        "index": chance.integers(900, 1_501, count),
        "failure_day": chance.integers(
            date(2024, 1, 1).toordinal(), date(2026, 12, 31).toordinal() + 1, count
        ),
        "already_given": chance.integers(0, 30_001, count),
    }


@st.composite
def money_tables(draw: st.DrawFn, *, name: str = "drawn") -> Table:
    """Draw tables that give sums of money and nothing to choose."""
    size = draw(st.integers(1, 3))
    gifts = st.lists(amounts() | amounts().map(pay), max_size=2)
    rules = [
        Rule(f"r{n}", when=draw(conditions((LATE, NIGHTS))), amends=draw(gifts))
        for n in range(size)
    ]
    rest = Rule("rest", amends=draw(gifts))
    parts = {"rules": rules, "exclusions": [], "otherwise": rest}
    return fitted(parts, draw(st.sampled_from([Hit.FIRST, Hit.SUM, Hit.MAX])))


def _several(
    make: Callable[..., CompensationPolicy],
) -> Callable[[st.SearchStrategy[Any]], st.SearchStrategy[CompensationPolicy]]:
    return lambda inner: st.lists(inner, min_size=1, max_size=3).map(
        lambda members: make(*members)
    )


def _grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    sums = st.integers(0, 60_000).map(lambda minor: Money.from_minor(minor, "EUR"))
    days = st.dates(date(2023, 6, 1), date(2026, 6, 1))
    return st.one_of(
        _several(first)(inner),
        _several(best_of)(inner),
        _several(sum_of)(inner),
        st.dictionaries(days, inner, min_size=1, max_size=3).map(dated),
        st.builds(capped, inner, at=sums),
        st.builds(floored, inner, at=sums),
        st.builds(
            scaled,
            inner,
            st.sampled_from(["0", "1/2", "1/3", "1", "1.5"]),
            rounding=st.sampled_from(Rounding),
        ),
        st.builds(set_off, inner),
    )


COMPOSITIONS = st.recursive(money_tables(), _grown, max_leaves=4)


@settings(max_examples=60)
@given(COMPOSITIONS, st.integers(0, 99))
def test_compositions_keep_their_arithmetic(
    policy: CompensationPolicy, seed: int
) -> None:
    """Combined tables cost the same on arrays as their awards are worth."""
    data = columns_of(12, seed)
    rows = decided(RowsPlan(policy, READS), data)
    found = decide(policy, data, verify=12)
    assert found.minor.tolist() == rows.minor.tolist()
    assert found.route in {Route.COMPOSED, Route.GRID, Route.ROWS}
