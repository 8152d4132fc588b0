"""Many claims from a file: CSV as people type it, Parquet and Arrow as they are."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, Final

import attrs

from .._domain.money import Money, money_on_record
from .._importing import missing_package_error
from ..errors import InvalidValueError
from ..tables import Column
from ..tables.domains import Choices, Days, Flags, Plain, Sums
from .facts import value
from .show import note
from .sources import NotFoundError

__all__ = ["frames"]

_CHUNK: Final = 200_000
_GIVEN: Final = "already_given"


def frames(
    path: str, columns: Sequence[Column], *, is_minor: bool = False
) -> Iterable[Mapping[str, Any]] | Any:
    """Read many claims: CSV in chunks, anew each time; anything else as Arrow table.

    What may be missing may be left out of the file, and so may ``already_given``,
    which is nothing then; both are told.

    Args:
        path: A file that ends in ``.csv``, ``.parquet``, ``.arrow`` or ``.feather``.
        columns: What is read; other columns of the file are passed over.
        is_minor: Whether bare whole numbers of money in CSV are minor units.

    Units:
        In CSV, money is in major units, and written with its decimals or its
        currency. In Arrow, whole numbers are minor units, and decimals major units.

    Raises:
        NotFoundError: There is no such file, or nothing installed that reads it.
        InvalidValueError: A column is missing, or a value does not fit.
    """
    if not Path(path).is_file():
        raise NotFoundError(f"there is no file {path!r}")
    if path.endswith(".csv"):
        return _Csv(path, tuple(columns), is_minor)
    if not path.endswith((".parquet", ".arrow", ".feather")):
        raise NotFoundError(
            f"{path!r} cannot be read: give a .csv, .parquet, .arrow or .feather file"
        )
    return _arrow_table(path, columns)


def _refuse_absent(path: str, columns: Sequence[Column], names: Sequence[str]) -> None:
    """Refuse a file where a column is needed that is not in it."""
    for column in columns:
        is_needed = not column.is_optional and column.name != _GIVEN
        if is_needed and column.name not in names:
            mend = _mend_of_header(names)
            if column.name == "failure_day":
                mend = "; or pick one version, as in schedule@2025-01-22 or with --on"
            raise InvalidValueError(
                f"{path!r} has no column {column.name!r}; it has "
                f"{', '.join(names) or 'none'}{mend}"
            )


def _note_absent(path: str, columns: Sequence[Column], names: Sequence[str]) -> None:
    """Return which columns are not in a file that may be left out."""
    absent = [column for column in columns if column.name not in names]
    if missing := [column.name for column in absent if column.is_optional]:
        note(f"{path!r} has no {', '.join(missing)}: missing for every claim")
    if any(not column.is_optional for column in absent):
        note(f"{path!r} has no {_GIVEN}: nothing was given before on any claim")


def _mend_of_header(names: Sequence[str]) -> str:
    """Return how a header becomes one of cells that commas separate."""
    if [*names] == ["sep="]:
        return "; leave its first line out"
    found = [sign for sign in (";", "\t", "|") if len(names) == 1 and sign in names[0]]
    return f"; save it with commas between its cells, not {found[0]!r}" if found else ""


# ----------------------------------------------------------------------------- CSV


@attrs.define
class _Csv:
    """Read the claims in a file, chunk by chunk, each time they are walked."""

    path: str
    columns: tuple[Column, ...]
    is_minor: bool
    _is_noted: bool = attrs.field(default=False, init=False)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        """Walk the chunks; what is left out of the file is told once."""
        path, columns = self.path, self.columns
        with Path(path).open(encoding="utf-8-sig", newline="") as lines:
            try:
                reader = csv.reader(lines)
                first: list[str] = next(reader, list[str]())
                names = _read_header(path, first, {column.name for column in columns})
                _refuse_absent(path, columns, names)
                if not self._is_noted:
                    self._is_noted = True
                    _note_absent(path, columns, names)
                yield from _read_chunks(path, reader, names, columns, self.is_minor)
            except UnicodeDecodeError as error:
                raise InvalidValueError(
                    f"{path!r} is no UTF-8 text: save it as one (a spreadsheet says "
                    "CSV UTF-8)"
                ) from error
            except csv.Error as error:
                raise InvalidValueError(f"{path!r} is no CSV: {error}") from error


def _read_chunks(
    path: str,
    reader: Any,
    names: Sequence[str],
    columns: Sequence[Column],
    is_minor: bool,  # noqa: FBT001 - handed on
) -> Iterator[Mapping[str, Any]]:
    """Read the lines below the header."""
    places = {
        column.name: names.index(column.name)
        for column in columns
        if column.name in names
    }
    while rows := [*islice(((reader.line_num, row) for row in reader if row), _CHUNK)]:
        for line, row in rows:
            # Commas at the end of a line are cells with nothing in them.
            if len(row) < len(names) or any(map(str.strip, row[len(names) :])):
                raise InvalidValueError(
                    f"{path}, line {line}: it has {len(row)} cells where the header "
                    f"has {len(names)}; put a cell that holds a comma in quotes"
                )
        yield {
            column.name: _read_column(
                path, column, rows, places.get(column.name), is_minor
            )
            for column in columns
        }


def _read_header(path: str, given: Sequence[str], read: Collection[str]) -> list[str]:
    """Name the cells; a comma at the end of the header names none."""
    names = [name.strip() for name in given]
    while names and not names[-1]:
        names.pop()
    for name in names:
        if name in read and names.count(name) > 1:
            raise InvalidValueError(
                f"{path!r} has two columns {name!r}: leave one of them out"
            )
    return names


def _read_column(
    path: str,
    column: Column,
    rows: Sequence[tuple[int, Sequence[str]]],
    place: int | None,
    is_minor: bool,  # noqa: FBT001 - handed on
) -> list[Plain]:
    if place is None:
        return [None if column.is_optional else 0] * len(rows)
    values: list[Plain] = []
    for line, row in rows:
        try:
            values.append(value(column, row[place], is_minor=is_minor))
        except InvalidValueError as error:
            raise InvalidValueError(f"{path}, line {line}: {error}") from None
    return values


# --------------------------------------------------------------------------- Arrow


def _arrow_table(path: str, columns: Sequence[Column]) -> Any:
    try:
        pa: Any = import_module("pyarrow")
        if path.endswith(".parquet"):
            parquet: Any = import_module("pyarrow.parquet")
            names = parquet.read_schema(path).names
            wanted = [column.name for column in columns if column.name in names]
            table = parquet.read_table(path, columns=wanted)
        else:
            feather: Any = import_module("pyarrow.feather")
            table = feather.read_table(path)
            names = table.column_names
    except ModuleNotFoundError as error:
        purpose = f"reading {path!r}"
        raise missing_package_error("pyarrow", purpose, ", or give a .csv") from error
    except (ValueError, OSError, NotImplementedError, KeyError) as error:
        told = " ".join(str(error).split())
        raise InvalidValueError(f"{path!r} cannot be read: {told}") from error
    _refuse_absent(path, columns, names)
    _note_absent(path, columns, names)
    held = {c.name: _arrow_values(pa, path, c, table, names) for c in columns}
    return pa.table(held)


def _arrow_values(
    pa: Any, path: str, column: Column, table: Any, names: Sequence[str]
) -> Any:
    if column.name in names:
        found = table.column(column.name)
        if isinstance(column.domain, Sums) and pa.types.is_decimal(found.type):
            return _minor_units(pa, path, column.name, column.domain.currency, found)
        return found
    if not column.is_optional:
        return pa.array([0] * table.num_rows, pa.int64())
    kinds: dict[type, Any] = {
        Choices: pa.string(),
        Days: pa.date32(),
        Flags: pa.bool_(),
    }
    return pa.nulls(table.num_rows, kinds.get(type(column.domain), pa.int64()))


def _minor_units(pa: Any, path: str, name: str, currency: str, found: Any) -> Any:
    """Count decimals in minor units; each must be a whole number of them."""
    units = 10 ** Money.zero(currency).exponent
    decimals = len(str(units)) - 1
    try:
        exact = found.cast(pa.decimal128(18, decimals))
        times = import_module("pyarrow.compute").multiply
        return times(exact, pa.scalar(Decimal(units))).cast(pa.int64())
    except ValueError as error:
        refusals = [
            (row, told)
            for row, sum_ in enumerate(found.to_pylist())
            if sum_ is not None and (told := _reason_against(sum_, currency))
        ]
        row, told = refusals[0]
        raise InvalidValueError(
            f"{path!r}, column {name!r}, row {row}: {told}; or store whole numbers of "
            "minor units"
        ) from error


def _reason_against(amount: Decimal, currency: str) -> str:
    """Write why an amount is no money of a currency; "" where it is."""
    try:
        money_on_record(amount, currency)
    except InvalidValueError as error:
        return str(error)
    return ""
