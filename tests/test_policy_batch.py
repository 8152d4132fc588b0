"""Many claims at once: the same rule and the same cent as one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery_core import Money, Rounding
from recovery_core.errors import InvalidValueError, PolicyError
from recovery_core.policy import (
    Hit,
    Rule,
    Table,
    column,
    greater,
    halved,
    per_started,
    percent_of,
    plus,
)
from recovery_core.policy.batch import Route, decide
from recovery_core.policy.batch.grid import TablePlan
from recovery_core.policy.batch.run import decided
from tests.tables import arrays, rows, tables

LATE = column.minutes("late", most=600)
FARE = column.money("fare", "EUR")
TIER = column.choices("tier", "silver", "gold")


def eur(amount: str) -> Money:
    """Count in euros."""
    return Money(amount, "EUR")


# ------------------------------------------------------- one reader, asked two ways


@settings(max_examples=60)
@given(st.data())
def test_arrays_decide_as_claims_do(data: st.DataObject) -> None:
    """Outcome and cents are those of the one-claim reader, in a grid and by masks."""
    table = data.draw(tables().filter(lambda drawn: drawn.inputs))
    drawn = data.draw(rows(table))
    expected = [table.compiled(row) for row in drawn]
    given_ = arrays(table, drawn)
    for most_cells in (200_000, 0):
        plan = TablePlan(table, most_cells)
        found = decided(plan, given_, verify=len(drawn))
        assert [*zip(found.codes().tolist(), found.minor.tolist(), strict=True)] == (
            expected
        )
        assert found.verified == len(drawn)
        if table.tested:
            assert found.route is (Route.GRID if most_cells else Route.MASKS)
