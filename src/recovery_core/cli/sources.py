"""What the command line is given to read: policies, facts and data."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, Final, cast

from .._domain.money import Money
from ..errors import InvalidValueError, RecoveryError
from ..policy import Column, CompensationPolicy, Table
from ..policy.domains import Choices, Days, Flags, Integers, Plain, Sums
from ..schedules import Schedule

__all__ = ["NotFoundError", "facts", "frames", "policy", "table", "value"]

_CHUNK: Final = 200_000
_YES: Final = {"true": True, "yes": True, "1": True}
_NO: Final = {"false": False, "no": False, "0": False}


class NotFoundError(RecoveryError):
    """Say that what was named on the command line is not there."""


# ---------------------------------------------------------------------- policies


def policy(source: str, on: date | None) -> CompensationPolicy:
    """Load a policy from a JSON file or from ``module:name``.

    Args:
        source: A path that ends in ``.json``, or a module and a name in it.
        on: The day whose version of a dated schedule is meant.

    Raises:
        NotFoundError: There is no such file, module or name.
        InvalidValueError: The file is damaged, or the name is no policy.
        PolicyError: The table does not hold together.
    """
    if source.endswith(".json"):
        return Table.from_json(_text(source))
    module, colon, name = source.partition(":")
    if not colon:
        raise NotFoundError(
            f"{source!r} is no policy: name a .json file, or a module and a name in "
            "it, such as shop.rules:LATE or recovery_core.schedules:eu261"
        )
    found: Any = _attribute(module, name)
    if isinstance(found, Schedule):
        return found if on is None else found.table(on)
    if isinstance(found, type) or not callable(found):
        raise InvalidValueError(f"{source} is {found!r:.60}, and no policy")
    return cast("CompensationPolicy", found)


def table(source: str, on: date | None) -> Table:
    """Load a policy that is a table; of a schedule the version of a day.

    Raises:
        NotFoundError: There is no such file, module or name.
        InvalidValueError: The file is damaged, or it is no table.
        PolicyError: The table does not hold together.
    """
    loaded = policy(source, on)
    if isinstance(loaded, Schedule):
        loaded = loaded.table()
    if not isinstance(loaded, Table):
        raise InvalidValueError(f"{source} is a policy, but no Table that can be shown")
    return loaded


def _attribute(module: str, name: str) -> Any:
    if "" not in sys.path:
        sys.path.insert(0, "")  # as `python -m` does, so that a user's own is found
    try:
        found: Any = import_module(module)
    except ModuleNotFoundError as error:
        raise NotFoundError(f"there is no module {error.name!r}") from error
    for part in name.split("."):
        if not hasattr(found, part):
            raise NotFoundError(f"module {module!r} has no {name!r}")
        found = getattr(found, part)
    return found


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise NotFoundError(f"cannot read {path!r}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidValueError(f"{path!r} is no UTF-8 text") from error


# ------------------------------------------------------------------ facts and data


def value(column: Column, text: str) -> Plain:
    """Read one value as people type it: ``75``, ``yes``, ``gold``, ``42.00``.

    Raises:
        InvalidValueError: The column cannot hold it; says what fits.
    """
    text = text.strip()
    if not text and column.is_optional:
        return None
    try:
        return column.plain(_READERS[type(column.domain)](column, text))
    except (ValueError, KeyError):
        return column.plain(text)  # refuses it, and says what fits


def _sum(column: Column, text: str) -> Money:
    domain = column.domain
    if isinstance(domain, Sums) and " " not in text:
        return Money(text, domain.currency)
    return Money.parse(text)


_READERS: Final[Mapping[type, Callable[[Column, str], object]]] = {
    Integers: lambda _column, text: int(text),
    Flags: lambda _column, text: {**_YES, **_NO}[text.lower()],
    Choices: lambda _column, text: text,
    Days: lambda _column, text: date.fromisoformat(text),
    Sums: _sum,
}


def facts(of: Table, given: list[str], file: str | None) -> dict[str, Any]:
    """Read the facts of one claim from ``name=value`` and a JSON object.

    Raises:
        NotFoundError: There is no such file.
        InvalidValueError: A name or a value does not fit; says what does.
    """
    columns = {column.name: column for column in of.inputs}
    texts: dict[str, Any] = {} if file is None else _object(file)
    for pair in given:
        name, sign, text = pair.partition("=")
        if not sign:
            raise InvalidValueError(f"{pair!r} is no fact: write name=value")
        texts[name.strip()] = text
    if unknown := sorted(set(texts) - set(columns)):
        raise InvalidValueError(
            f"{of.name!r} reads no {unknown[0]!r}; it reads {', '.join(columns)}"
        )
    return {name: _fact(columns[name], given) for name, given in texts.items()}


def _object(file: str) -> dict[str, Any]:
    found: Any = None
    with suppress(json.JSONDecodeError):
        found = json.loads(_text(file))
    if not isinstance(found, dict):
        raise InvalidValueError(f"{file!r} holds no JSON object of facts")
    return cast("dict[str, Any]", found)


def _fact(column: Column, given: object) -> object:
    if isinstance(given, str):
        plain = value(column, given)
        return None if plain is None else column.fact(column.code(plain))
    # A bare number of money could be either unit: it has to be written as a text.
    if isinstance(column.domain, Sums):
        raise InvalidValueError(f'write {column.name!r} as a text, such as "42.00"')
    return given


def frames(path: str, columns: tuple[Column, ...]) -> Iterator[Mapping[str, Any]] | Any:
    """Read many claims: CSV in chunks, anything else as an Arrow table.

    Args:
        path: A file that ends in ``.csv``, ``.parquet``, ``.arrow`` or ``.feather``.
        columns: What is read; other columns of the file are passed over.

    Raises:
        NotFoundError: There is no such file, or nothing installed that reads it.
        InvalidValueError: A column is missing, or a value does not fit.
    """
    if not Path(path).is_file():
        raise NotFoundError(f"there is no file {path!r}")
    if path.endswith(".csv"):
        return _csv(path, columns)
    return _arrow(path, columns)


def _csv(path: str, columns: tuple[Column, ...]) -> Iterator[Mapping[str, Any]]:
    with Path(path).open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        names = reader.fieldnames or ()
        for column in columns:
            if column.name not in names:
                raise InvalidValueError(
                    f"{path!r} has no column {column.name!r}; it has {', '.join(names)}"
                )
        done = 0
        while rows := list(islice(reader, _CHUNK)):
            yield {c.name: _column(path, c, rows, done) for c in columns}
            done += len(rows)


def _column(
    path: str, column: Column, rows: list[dict[str, str]], done: int
) -> list[Plain]:
    values: list[Plain] = []
    for place, row in enumerate(rows):
        try:
            values.append(value(column, row[column.name] or ""))
        except InvalidValueError as error:
            line = done + place + 2
            raise InvalidValueError(f"{path}, line {line}: {error}") from None
    return values


def _arrow(path: str, columns: tuple[Column, ...]) -> Any:
    names = [column.name for column in columns]
    try:
        if path.endswith(".parquet"):
            return import_module("pyarrow.parquet").read_table(path, columns=names)
        return import_module("pyarrow.feather").read_table(path, columns=names)
    except ModuleNotFoundError as error:
        raise NotFoundError(
            f"nothing installed reads {path!r}: install pyarrow, or give a .csv"
        ) from error
    except (ValueError, OSError) as error:
        raise InvalidValueError(f"{path!r} cannot be read: {error}") from error
