"""A sweep as a table, in whatever the reader keeps tables."""

from __future__ import annotations

import json
import sys
from math import inf, nan
from pathlib import Path

import attrs
import numpy as np
import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from recovery_core.errors import InvalidValueError
from recovery_core.simulation import (
    Estimate,
    Manifest,
    Sweep,
)
from recovery_core.simulation.sweeps.design import design_of
from tests.support.sweeps import LOOKED_AT, SMALL, made


def test_rows_are_long_or_wide() -> None:
    """A row an outcome, or a row a run."""
    rows = SMALL.to_rows()
    assert len(rows) == 4 * 2 * 2
    assert rows[6] == {
        "point": 1,
        "a": 1.0,
        "b": None,
        "seed": 4,
        "outcome": "retention",
        "unit": "share",
        "value": 1.4,
        "low": SMALL.estimate("retention", 1, 4).low,
        "high": SMALL.estimate("retention", 1, 4).high,
    }
    wide = SMALL.to_rows(wide=True)
    assert len(wide) == 4 * 2
    assert wide[3] == {
        "point": 1,
        "a": 1.0,
        "b": None,
        "seed": 4,
        "retention": 1.4,
        "retention_low": rows[6]["low"],
        "retention_high": rows[6]["high"],
        "cost": 1,
        "cost_low": 1,
        "cost_high": 1,
    }


def test_frames_hold_the_rows() -> None:
    """Pandas, polars and Arrow hold the same."""
    for wide in (False, True):
        rows = SMALL.to_rows(wide=wide)
        assert SMALL.to_polars(wide=wide).to_dicts() == rows
        assert SMALL.to_arrow(wide=wide).to_pylist() == rows
        frame = SMALL.to_pandas(wide=wide)
        assert [*frame.columns] == [*rows[0]]
        assert frame["a"].tolist() == [row["a"] for row in rows]


def test_parquet_carries_the_manifest(tmp_path: Path) -> None:
    """In the file and beside it, and both are read back."""
    path = tmp_path / "small.parquet"
    SMALL.to_parquet(path)
    table = pq.read_table(path)
    assert table.to_pylist() == SMALL.to_rows()
    inside = Manifest.from_json(table.schema.metadata[b"recovery_core"])
    beside = (tmp_path / "small.manifest.json").read_text("utf-8")
    assert inside == Manifest.from_json(beside) == SMALL.manifest
    assert pl.read_parquet(path).to_dicts() == SMALL.to_rows()
    SMALL.to_parquet(path, wide=True)
    assert pq.read_table(path).to_pylist() == SMALL.to_rows(wide=True)
    with pytest.raises(InvalidValueError, match=r"end it in \.parquet"):
        SMALL.to_parquet(tmp_path / "small.csv")
    assert isinstance(table, pa.Table)


def test_a_grid_has_dimensions() -> None:
    """Each parameter is one, and so are the seeds."""
    found = SMALL.to_xarray()
    assert dict(found.sizes) == {"a": 2, "b": 2, "seed": 2}
    assert [*found.data_vars] == [
        name + part for name in LOOKED_AT for part in ("", "_low", "_high")
    ]
    assert found["retention"].sel(a=2.5, seed=4).to_numpy().tolist() == [2.4, 3.4]
    assert found["cost_low"].attrs["units"] == "money"
    assert Manifest.from_json(found.attrs["recovery_core"]) == SMALL.manifest


def unknown() -> Sweep:
    """Make a sweep up of which little is known: a share of nothing, and one group."""
    found = made(design_of({"a": (1, 2)}))
    nothing = Estimate(nan, inf, 0, within=(0.0, 1.0))
    alone = Estimate(0.5, inf, 0, within=(0.0, 1.0))
    cost = Estimate(1.0, 9.0, 4, within=(0.0, inf))
    return attrs.evolve(found, runs=(((nothing, nothing),), ((alone, cost),)))


def test_what_is_not_known_is_none_in_rows_and_nothing_in_frames(
    tmp_path: Path,
) -> None:
    """Figures stay figures: NaN in pandas and xarray, null in the others."""
    found = unknown()
    rows, wide = found.to_rows(), found.to_rows(wide=True)
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows
    told = [(row["value"], row["low"], row["high"]) for row in rows]
    nothing = (None, None, None)
    assert told[:3] == [nothing, nothing, (0.5, None, None)]
    assert told[3][:2] == (1.0, 0.0)
    assert wide[0]["retention"] is wide[0]["cost_high"] is None
    assert found.to_polars().to_dicts() == rows
    assert found.to_polars(wide=True).schema["retention_low"] == pl.Float64
    assert found.to_arrow(wide=True).to_pylist() == wide
    assert found.to_arrow().schema.field("low").type == pa.float64()
    found.to_parquet(tmp_path / "found.parquet")
    assert pq.read_table(tmp_path / "found.parquet").to_pylist() == rows
    frame = found.to_pandas(wide=True)
    assert str(frame["retention_low"].dtype) == "float64"
    assert frame["retention"].isna().tolist() == [True, False]
    arrays = found.to_xarray()
    assert np.isnan(arrays["retention"].to_numpy()).tolist() == [[True], [False]]
    assert np.isnan(found["cost"]).tolist() == [[True], [False]]


def test_a_sweep_shows_of_how_many_runs_it_is_not_known() -> None:
    """Or that it is known of none."""
    lines = repr(unknown()).splitlines()
    assert lines[2].endswith("0.500 to 0.500, in 1 of 2 runs not known  share")
    runs = (unknown().runs[0],) * 2
    lines = repr(attrs.evolve(unknown(), runs=runs)).splitlines()
    assert lines[2].split() == ["retention", "not", "known", "share"]


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("pandas", "to_pandas"),
        ("polars", "to_polars"),
        ("pyarrow", "to_arrow"),
        ("xarray", "to_xarray"),
    ],
)
def test_what_is_not_installed_is_named(
    name: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it is needed for the rest."""
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match=f"pip install {name}"):
        getattr(SMALL, method)()


def test_it_shows_what_was_tried_and_what_came_out() -> None:
    """Few values are listed, many counted or spanned."""
    assert repr(SMALL).splitlines() == [
        "points: 4, seeds: 2, customers: 10, months: 1",
        "  a          1.0, 2.5",
        "  b          x, None",
        "  retention  0.300 to 3.400  share",
        "  cost       0.000 to 3.000  EUR",
    ]
    points = [(number, str(number), number / 2) for number in range(9)]
    many = repr(made(design_of(points, ["a", "b", "c"])))
    assert "  a          0 to 8\n  b          9 values\n  c          0 to 4\n" in many
