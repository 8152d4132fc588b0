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
    """Hold what every run of a sweep came to, each figure with its interval.

    Two sweeps are equal where everything is the same they rest on and come to.

    Args:
        manifest: What it rests on.
        runs: Estimates of the outcomes, by point and by seed.
    """

    manifest: Manifest
    runs: exports.Runs

    @property
    def points(self) -> list[dict[str, Plain]]:
        """List the parameters of each point."""
        design = self.manifest.design
        return [design.at(point) for point in range(len(design.points))]

    def __getitem__(self, outcome: str) -> NDArray[np.float64]:
        """Give the values of one outcome; NaN is not known.

        Shape: one row a point, one column a seed.

        Raises:
            InvalidValueError: It was not looked at.
        """
        place = self._place(outcome)
        return np.array([[run[place].value for run in runs] for runs in self.runs])

    def estimate(
        self, outcome: str, point: int = 0, seed: int | None = None
    ) -> Estimate:
        """Give one figure with its interval.

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
        return self.runs[point][seeds.index(wanted)][self._place(outcome)]

    def _place(self, outcome: str) -> int:
        outcomes = self.manifest.outcomes
        if outcome not in outcomes:
            raise InvalidValueError(
                f"{outcome!r} was not looked at: give one of {', '.join(outcomes)}, or "
                "sweep again with it in outcomes="
            )
        return outcomes.index(outcome)

    def _columns(self, *, wide: bool) -> exports.Columns:
        return (exports.wide if wide else exports.long)(self.manifest, self.runs)

    def to_rows(self, *, wide: bool = False) -> list[dict[str, Any]]:
        """Give a row to every outcome of every run.

        A figure or an end of an interval that is not known is None; in frames, arrays
        and files it is what these keep for that: NaN or null.

        Args:
            wide: Whether to give a row to every run instead, and to each outcome a
                column for the value and two, ending in ``_low`` and ``_high``, for
                the interval.
        """
        return exports.rows(self._columns(wide=wide))

    def to_pandas(self, *, wide: bool = False) -> Any:
        """Give the rows as a ``pandas.DataFrame``; see `to_rows`."""
        pandas = load_package("pandas", "a frame of pandas")
        return pandas.DataFrame(self._columns(wide=wide))

    def to_polars(self, *, wide: bool = False) -> Any:
        """Give the rows as a ``polars.DataFrame``; see `to_rows`."""
        return exports.frame(self._columns(wide=wide))

    def to_arrow(self, *, wide: bool = False) -> Any:
        """Give the rows as a ``pyarrow.Table`` with the manifest; see `to_rows`."""
        return exports.arrow(self._columns(wide=wide), self.manifest)

    def to_parquet(self, path: str | os.PathLike[str], *, wide: bool = False) -> None:
        """Write the rows into a Parquet file; see `to_rows`.

        The manifest goes into the metadata of the file, under ``recovery_core``, and
        into a file beside it whose name ends in ``.manifest.json``.

        Raises:
            InvalidValueError: The name does not end in ``.parquet``.
        """
        exports.parquet(Path(path), self._columns(wide=wide), self.manifest)

    def to_xarray(self) -> Any:
        """Give an ``xarray.Dataset`` over the parameters and the seeds.

        Each outcome is a variable, and so are the ends of its interval, with
        ``_low`` and ``_high`` behind the name.

        Raises:
            InvalidValueError: The design is no full grid.
        """
        return exports.dataset(self.manifest, self.runs)

    def __repr__(self) -> str:
        known = self.manifest
        points, seeds = len(known.design.points), len(known.seeds)
        head = (
            f"points: {points:,}, seeds: {seeds}, customers: {known.customers:,}, "
            f"months: {known.months}"
        )
        return "\n".join([head, *self._ranges()])

    def _ranges(self) -> Iterable[str]:
        design = self.manifest.design
        wide = max(map(len, (*design.names, *self.manifest.outcomes)))
        for name in design.names:
            yield f"  {name.ljust(wide)}  {_range(design.column(name))}"
        for name in self.manifest.outcomes:
            unit = OUTCOMES[name].unit
            unit = self.manifest.currency if unit == "money" else unit
            yield f"  {name.ljust(wide)}  {_spread(self[name])}  {unit}"


def _spread(values: NDArray[np.float64]) -> str:
    known = values[np.isfinite(values)]
    if not known.size:
        return "not known"
    text = f"{known.min():,.3f} to {known.max():,.3f}"
    missing = values.size - known.size
    return f"{text}, in {missing} of {values.size} runs not known" if missing else text


_FEW: Final = 6


def _range(values: Sequence[Plain]) -> str:
    different = list(dict.fromkeys(values))
    if len(different) <= _FEW:
        return ", ".join(map(str, different))
    if any(value is None or isinstance(value, str) for value in different):
        return f"{len(different)} values"
    return f"{min(values):g} to {max(values):g}"  # type: ignore[type-var]
