"""Columns, and how their codes and refusals are read, for tests of batch inputs."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest

from recovery_core import Money
from recovery_core.errors import InvalidValueError
from recovery_core.tables import Column, column
from recovery_core.tables.batch.sources import open_source

KM = column.integer("km", -3, 400)
TIER = column.choices("tier", "silver", "gold", "black")
CAUSE = column.choices("cause", "crew", "snow").optional()
DAY = column.day("day", first=date(2024, 1, 1), last=date(2026, 12, 31))
FARE = column.money("fare", "EUR", most=Money("300.00", "EUR"))
TOLD = column.flag("told")
WAIT = column.integer("wait", 0, 10**9, unit="s")
STAY = column.minutes("stay", most=500).optional()
DUE = column.day("due").optional()
SEEN = column.flag("seen").optional()
NOON = datetime(2024, 5, 1, 12)  # noqa: DTZ001


ORDINALS = [date(2024, 5, 1).toordinal(), date(2026, 1, 2).toordinal()]
DATES = np.array(["2024-05-01", "2026-01-02"], "M8[D]")


def codes(one: Column, given_: object, base: int = 0) -> list[int]:
    """Read a column whole."""
    source = open_source(one, given_, base)
    return [int(code) for code in source.checked_codes(0, source.values.size)]


def refusal(one: Column, given_: object, base: int = 0) -> str:
    """Read what cannot be read, and give what is said."""
    with pytest.raises(InvalidValueError) as refused:
        codes(one, given_, base)
    return str(refused.value)
