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
from .manifest import Figures, Manifest, replace

__all__ = [
    "KEY",
    "Columns",
    "Runs",
    "arrow",
    "dataset",
    "frame",
    "long",
    "parquet",
    "rows",
    "wide",
]

Runs: TypeAlias = tuple[tuple[Figures, ...], ...]
"""What the runs came to: by point, and for each point by seed."""

Columns: TypeAlias = dict[str, list[Any] | Floats]
"""Lists of what is known in any case, and arrays of figures: NaN is not known."""

KEY: Final = "recovery_core"
"""Under which the manifest stands in the metadata of a file."""


def _bounds(found: Estimate) -> tuple[float, float, float]:
    known = found.has_interval
    return found.value, found.low if known else nan, found.high if known else nan


def _repeated(values: Sequence[Any], times: int) -> list[Any]:
    return [value for value in values for _ in range(times)]


def _index(manifest: Manifest, times: int) -> Columns:
    """Give the columns that say which run it is."""
    design, seeds = manifest.design, list(manifest.seeds)
    each = len(seeds) * times
    points = range(len(design.points))
    found: Columns = {"point": _repeated(points, each)}
    found |= {name: _repeated(design.column(name), each) for name in design.names}
    return found | {"seed": _repeated(seeds, times) * len(points)}


def long(manifest: Manifest, runs: Runs) -> Columns:
    """Give a row to every outcome of every run."""
    names = manifest.outcomes
    count = len(runs) * len(manifest.seeds)
    found = _index(manifest, len(names))
    found["outcome"] = [*names] * count
    found["unit"] = [OUTCOMES[name].unit for name in names] * count
    figures = np.array([_bounds(e) for point in runs for run in point for e in run])
    return found | dict(zip(("value", "low", "high"), figures.T, strict=True))


def wide(manifest: Manifest, runs: Runs) -> Columns:
    """Give a row to every run, and three columns to every outcome."""
    found = _index(manifest, 1)
    for place, name in enumerate(manifest.outcomes):
        figures = np.array([_bounds(run[place]) for point in runs for run in point])
        found |= dict(zip((name + part for part in PARTS), figures.T, strict=True))
    return found


def rows(columns: Columns) -> list[dict[str, Any]]:
    """Give a row to each place of the columns; None is what is not known."""
    lists = [
        column
        if isinstance(column, list)
        else [plain(value) for value in column.tolist()]
        for column in columns.values()
    ]
    return [dict(zip(columns, row, strict=True)) for row in zip(*lists, strict=True)]


def frame(columns: Columns) -> Any:
    """Give a frame of polars; null is what is not known."""
    polars = load_package("polars", "a frame of polars")
    return polars.DataFrame(columns, nan_to_null=True)


def arrow(columns: Columns, manifest: Manifest) -> Any:
    """Give a table of Arrow, with the manifest in its metadata; null is not known."""
    pyarrow = load_package("pyarrow", "a table of Arrow")
    table = pyarrow.table(
        {
            name: pyarrow.array(column, from_pandas=True)
            for name, column in columns.items()
        }
    )
    return table.replace_schema_metadata({KEY: manifest.to_json()})


def parquet(path: Path, columns: Columns, manifest: Manifest) -> None:
    """Write a Parquet file, and the manifest into it and beside it."""
    if path.suffix != ".parquet":
        raise InvalidValueError(f"{path.name!r} is no Parquet: end it in .parquet")
    table = arrow(columns, manifest)
    load_package("pyarrow.parquet", "a Parquet file").write_table(table, path)
    replace(path.with_suffix(".manifest.json"), manifest.to_json())


def dataset(manifest: Manifest, runs: Runs) -> Any:
    """Give arrays over the grid, with a dimension for each parameter."""
    design = manifest.design
    if design.levels is None:
        raise InvalidValueError(
            "only a full grid has a dimension for each parameter: give the design as a "
            "mapping of values by parameter, or use to_pandas"
        )
    coords = {**dict(zip(design.names, map(list, design.levels), strict=True))}
    coords["seed"] = [*manifest.seeds]
    shape = tuple(map(len, coords.values()))
    held = {
        name: (tuple(coords), np.array(column).reshape(shape), _told(name))
        for name, column in wide(manifest, runs).items()
        if name != "point" and name not in coords
    }
    xarray = load_package("xarray", "a dataset of xarray")
    return xarray.Dataset(held, coords, {KEY: manifest.to_json()})


def _told(column: str) -> dict[str, str]:
    outcome = OUTCOMES[column.removesuffix("_low").removesuffix("_high")]
    return {"long_name": outcome.what, "units": outcome.unit}
