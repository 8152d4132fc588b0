"""A sweep as a table, in whatever the reader keeps tables."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

from ..._importing import load_package
from ...errors import InvalidValueError
from ..results.estimates import Estimate, plain
from ..results.outcomes import OUTCOMES
from ..results.ratios import Floats
from .design import PARTS
from .manifest import Figures, Manifest, write_whole

__all__ = [
    "KEY",
    "Columns",
    "Runs",
    "arrow_table",
    "long_columns",
    "polars_frame",
    "rows_of_columns",
    "wide_columns",
    "write_parquet",
    "xarray_dataset",
]

Runs: TypeAlias = tuple[tuple[Figures, ...], ...]
"""What the runs came to: by point, and for each point by seed."""

Columns: TypeAlias = dict[str, list[Any] | Floats]
"""Lists of what is known in any case, and arrays of figures: NaN is not known."""

KEY: Final = "recovery_core"
"""Under which the manifest stands in the metadata of a file."""


def _value_and_bounds(estimate: Estimate) -> tuple[float, float, float]:
    has_bounds = estimate.has_interval
    return (
        estimate.value,
        estimate.low if has_bounds else nan,
        estimate.high if has_bounds else nan,
    )


def _repeat_each(values: Sequence[Any], times: int) -> list[Any]:
    return [value for value in values for _ in range(times)]


def _run_columns(manifest: Manifest, times: int) -> Columns:
    """Return the columns that identify a run: point, parameters and seed."""
    design, seeds = manifest.design, list(manifest.seeds)
    run_count = len(seeds) * times
    points = range(len(design.points))
    columns: Columns = {"point": _repeat_each(points, run_count)}
    columns |= {
        name: _repeat_each(design.column(name), run_count) for name in design.names
    }
    return columns | {"seed": _repeat_each(seeds, times) * len(points)}


def long_columns(manifest: Manifest, runs: Runs) -> Columns:
    """Return a row for every outcome of every run."""
    names = manifest.outcomes
    count = len(runs) * len(manifest.seeds)
    columns = _run_columns(manifest, len(names))
    columns["outcome"] = [*names] * count
    columns["unit"] = [OUTCOMES[name].unit for name in names] * count
    figures = np.array(
        [
            _value_and_bounds(estimate)
            for point in runs
            for run in point
            for estimate in run
        ]
    )
    return columns | dict(zip(("value", "low", "high"), figures.T, strict=True))


def wide_columns(manifest: Manifest, runs: Runs) -> Columns:
    """Return a row for every run, with three columns for every outcome."""
    columns = _run_columns(manifest, 1)
    for index, name in enumerate(manifest.outcomes):
        figures = np.array(
            [_value_and_bounds(run[index]) for point in runs for run in point]
        )
        columns |= dict(zip((name + part for part in PARTS), figures.T, strict=True))
    return columns


def rows_of_columns(columns: Columns) -> list[dict[str, Any]]:
    """Return a row for each place of the columns; None is what is not known."""
    lists = [
        column
        if isinstance(column, list)
        else [plain(value) for value in column.tolist()]
        for column in columns.values()
    ]
    return [dict(zip(columns, row, strict=True)) for row in zip(*lists, strict=True)]


def polars_frame(columns: Columns) -> Any:
    """Return a frame of polars; null is what is not known."""
    polars = load_package("polars", "a frame of polars")
    return polars.DataFrame(columns, nan_to_null=True)


def arrow_table(columns: Columns, manifest: Manifest) -> Any:
    """Return a table of Arrow with the manifest in its metadata; null is not known."""
    pyarrow = load_package("pyarrow", "a table of Arrow")
    table = pyarrow.table(
        {
            name: pyarrow.array(column, from_pandas=True)
            for name, column in columns.items()
        }
    )
    return table.replace_schema_metadata({KEY: manifest.to_json()})


def write_parquet(path: Path, columns: Columns, manifest: Manifest) -> None:
    """Write a Parquet file, and the manifest into it and beside it."""
    if path.suffix != ".parquet":
        raise InvalidValueError(f"{path.name!r} is no Parquet: end it in .parquet")
    table = arrow_table(columns, manifest)
    load_package("pyarrow.parquet", "a Parquet file").write_table(table, path)
    write_whole(path.with_suffix(".manifest.json"), manifest.to_json())


def xarray_dataset(manifest: Manifest, runs: Runs) -> Any:
    """Return arrays over the grid, with a dimension for each parameter."""
    design = manifest.design
    if design.levels is None:
        raise InvalidValueError(
            "only a full grid has a dimension for each parameter: give the design as a "
            "mapping of values by parameter, or use to_pandas"
        )
    coords = {**dict(zip(design.names, map(list, design.levels), strict=True))}
    coords["seed"] = [*manifest.seeds]
    shape = tuple(map(len, coords.values()))
    variables = {
        name: (
            tuple(coords),
            np.array(column).reshape(shape),
            _variable_attributes(name),
        )
        for name, column in wide_columns(manifest, runs).items()
        if name != "point" and name not in coords
    }
    xarray = load_package("xarray", "a dataset of xarray")
    return xarray.Dataset(variables, coords, {KEY: manifest.to_json()})


def _variable_attributes(column: str) -> dict[str, str]:
    outcome = OUTCOMES[column.removesuffix("_low").removesuffix("_high")]
    return {"long_name": outcome.what, "units": outcome.unit}
