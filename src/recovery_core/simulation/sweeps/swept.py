"""What a sweep came to: one long table, in whatever the reader keeps tables."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from ..._importing import load_package
from ...errors import InvalidValueError
from ..results.estimates import Estimate
from ..results.outcomes import OUTCOMES
from . import exports
from .design import Plain
from .manifest import Manifest

__all__ = ["Sweep"]


@attrs.frozen(repr=False)
class Sweep:
    """What every run of a sweep came to, each figure with its interval.

    Two sweeps are equal where everything is the same they rest on and come to.

    Args:
        manifest: What it rests on.
        runs: Estimates of the outcomes, by point and by seed.
    """

    manifest: Manifest
    runs: exports.Runs

    @property
    def points(self) -> list[dict[str, Plain]]:
        """The parameters of each point."""
        design = self.manifest.design
        return [design.at(point) for point in range(len(design.points))]

    def __getitem__(self, outcome: str) -> NDArray[np.float64]:
        """Return the values of one outcome; NaN is not known.

        Shape: one row a point, one column a seed.

        Raises:
            InvalidValueError: It was not looked at.
        """
        place = self._outcome_index(outcome)
        return np.array([[run[place].value for run in runs] for runs in self.runs])

    def estimate(
        self, outcome: str, point: int = 0, seed: int | None = None
    ) -> Estimate:
        """Return one figure with its interval.

        Args:
            outcome: Which outcome.
            point: The number of the point.
            seed: Whose luck; the first unless given.

        Raises:
            InvalidValueError: There was no such run.
        """
        seeds = self.manifest.seeds
        wanted = seeds[0] if seed is None else seed
        if point not in range(len(self.runs)) or wanted not in seeds:
            raise InvalidValueError(
                f"there is no run of point {point} with seed {wanted}: give a point "
                f"from 0 to {len(self.runs) - 1} and a seed of {seeds}"
            )
        return self.runs[point][seeds.index(wanted)][self._outcome_index(outcome)]

    def _outcome_index(self, outcome: str) -> int:
        """Return the number of an outcome; refuse one that was not looked at."""
        outcomes = self.manifest.outcomes
        if outcome not in outcomes:
            raise InvalidValueError(
                f"{outcome!r} was not looked at: give one of {', '.join(outcomes)}, or "
                "sweep again with it in outcomes="
            )
        return outcomes.index(outcome)

    def _columns(self, *, wide: bool) -> exports.Columns:
        return (exports.wide_columns if wide else exports.long_columns)(
            self.manifest, self.runs
        )

    def to_rows(self, *, wide: bool = False) -> list[dict[str, Any]]:
        """Return a row for every outcome of every run.

        A figure or an end of an interval that is not known is None; in frames, arrays
        and files it is what these keep for that: NaN or null.

        Args:
            wide: Whether to give a row to every run instead, and to each outcome a
                column for the value and two, ending in ``_low`` and ``_high``, for
                the interval.
        """
        return exports.rows_of_columns(self._columns(wide=wide))

    def to_pandas(self, *, wide: bool = False) -> Any:
        """Return the rows as a ``pandas.DataFrame``; see `to_rows`."""
        pandas = load_package("pandas", "a frame of pandas")
        return pandas.DataFrame(self._columns(wide=wide))

    def to_polars(self, *, wide: bool = False) -> Any:
        """Return the rows as a ``polars.DataFrame``; see `to_rows`."""
        return exports.polars_frame(self._columns(wide=wide))

    def to_arrow(self, *, wide: bool = False) -> Any:
        """Return the rows as a ``pyarrow.Table`` with the manifest; see `to_rows`."""
        return exports.arrow_table(self._columns(wide=wide), self.manifest)

    def to_parquet(self, path: str | os.PathLike[str], *, wide: bool = False) -> None:
        """Write the rows into a Parquet file; see `to_rows`.

        The manifest goes into the metadata of the file, under ``recovery_core``, and
        into a file beside it whose name ends in ``.manifest.json``.

        Raises:
            InvalidValueError: The name does not end in ``.parquet``.
        """
        exports.write_parquet(Path(path), self._columns(wide=wide), self.manifest)

    def to_xarray(self) -> Any:
        """Return an ``xarray.Dataset`` over the parameters and the seeds.

        Each outcome is a variable, and so are the ends of its interval, with
        ``_low`` and ``_high`` behind the name.

        Raises:
            InvalidValueError: The design is no full grid.
        """
        return exports.xarray_dataset(self.manifest, self.runs)

    def __repr__(self) -> str:
        known = self.manifest
        points, seeds = len(known.design.points), len(known.seeds)
        head = (
            f"points: {points:,}, seeds: {seeds}, customers: {known.customers:,}, "
            f"months: {known.months}"
        )
        return "\n".join([head, *self._range_lines()])

    def _range_lines(self) -> Iterable[str]:
        """Build a line for each parameter and each outcome."""
        design = self.manifest.design
        width = max(map(len, (*design.names, *self.manifest.outcomes)))
        for name in design.names:
            yield f"  {name.ljust(width)}  {_format_levels(design.column(name))}"
        for name in self.manifest.outcomes:
            unit = OUTCOMES[name].unit
            unit = self.manifest.currency if unit == "money" else unit
            yield f"  {name.ljust(width)}  {_format_values(self[name])}  {unit}"


def _format_values(values: NDArray[np.float64]) -> str:
    """Return in words from where to where an outcome goes."""
    known = values[np.isfinite(values)]
    if not known.size:
        return "not known"
    text = f"{known.min():,.3f} to {known.max():,.3f}"
    missing = values.size - known.size
    return f"{text}, in {missing} of {values.size} runs not known" if missing else text


_FEW: Final = 6


def _format_levels(values: Sequence[Plain]) -> str:
    """Return in words which values a parameter takes."""
    levels = list(dict.fromkeys(values))
    if len(levels) <= _FEW:
        return ", ".join(map(str, levels))
    if any(value is None or isinstance(value, str) for value in levels):
        return f"{len(levels)} values"
    return f"{min(values):g} to {max(values):g}"  # type: ignore[type-var]
