"""Columns that are computed, for many claims: once for each value, or by a twin."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from recovery_core.errors import InvalidValueError, PolicyError
from recovery_core.tables import Rule, Table, column, decide
from tests.support.batch_inputs import (
    KM,
)

# --------------------------------------------------------------------- computed columns

BAND = column.choices("band", "near", "far")


def computed(vector: Any = None) -> Table:
    """Make a table on a computed column."""

    @BAND.computed_from(KM, vector=vector)
    def band(km: int) -> str:
        return "far" if km >= 100 else "near"

    return Table("far", rules=[Rule("far", when=band == "far")], otherwise="near")


def test_computed_columns_are_asked_once_for_each_distinct_value() -> None:
    """A plain function is not asked a million times about a few values."""
    asked: list[int] = []

    @BAND.computed_from(KM)
    def band(km: int) -> str:
        asked.append(km)
        return "far" if km >= 100 else "near"

    table = Table("far", rules=[Rule("far", when=band == "far")], otherwise="near")
    data = {"km": np.tile([1, 100, 400], 50)}
    found = decide(table, data, chunk=7)
    assert found.codes().tolist() == ["otherwise", "far", "far"] * 50
    assert sorted(asked) == [1, 100, 400]


def test_a_vector_twin_is_used_and_checked() -> None:
    """Codes outside the domain, another shape, or floats are refused."""
    data = {"km": np.array([1, 100], np.int8)}
    found = decide(computed(lambda km: km >= 100), data)
    assert found.codes().tolist() == ["otherwise", "far"]
    wide = decide(computed(lambda km: (km * 1000 >= 100_000) * 1), data, verify=2)
    assert wide.codes().tolist() == ["otherwise", "far"]
    assert len(decide(computed(lambda km: km), {"km": []})) == 0
    with pytest.raises(PolicyError, match="gave 2 in row 1: give codes from 0 to 1"):
        decide(computed(lambda km: (km >= 100) * 2), data)
    with pytest.raises(PolicyError, match=r"gave int64 of shape \(\)"):
        decide(computed(lambda km: km.sum()), data)
    with pytest.raises(PolicyError, match="gave float64"):
        decide(computed(lambda km: km * 0.5), data)


def test_a_computed_value_outside_its_domain_is_refused() -> None:
    """What a function answers is held to the column."""

    @BAND.computed_from(KM)
    def band(km: int) -> str:
        return "nowhere"

    table = Table("far", rules=[Rule("far", when=band == "far")], otherwise="near")
    with pytest.raises(InvalidValueError, match="nowhere"):
        decide(table, {"km": [1]})


@pytest.mark.parametrize("gone", ["numpy", "nanoarrow"])
def test_what_is_not_installed_is_named_with_the_extra(gone: str) -> None:
    """Whoever left the extra out reads how to get it."""
    code = f"""
import sys
sys.modules[{gone!r}] = None
from recovery_core.tables import Table, decide
decide(Table("t", rules=[], otherwise="nothing"), {{}})
"""
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ran.returncode == 1
    told = f"deciding many claims at once needs {gone}, which is not installed: pip in"
    assert told in ran.stderr
