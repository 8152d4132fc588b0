"""Data in: from the arrays a caller holds to codes, checked chunk by chunk.

Nothing is copied that need not be. A chunk is small enough to stay in the processor's
cache, so that checking a column and deciding by it read the memory once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final, TypeAlias

import attrs

try:
    import numpy as np
    import numpy.typing as npt
except ModuleNotFoundError as missing:  # pragma: no cover - asked in a process apart
    raise ImportError(
        "many claims at once need NumPy: pip install 'recovery-core[batch]'"
    ) from missing

from ...errors import InvalidValueError
from ..column import Column
from ..domains import Choices, Days, Flags, Integers

__all__ = ["Array", "Given", "Source", "opened"]

Array: TypeAlias = npt.NDArray[Any]
"""One-dimensional; whole numbers unless said otherwise."""

_EPOCH: Final = date(1970, 1, 1).toordinal()


@attrs.frozen(eq=False)
class Given:
    """Hold a column as it was given: values, which are missing, and their names.

    Args:
        values: What stands in it; places in `names` where there are names.
        mask: True where a value is missing; None where none is.
        names: The names of a column that is kept as places in a dictionary.
    """

    values: Array
    mask: Array | None = None
    names: Sequence[object] | None = None


@attrs.frozen(eq=False)
class Source:
    """Read one column of the data, a run of rows at a time.

    Args:
        column: What it is read as.
        values: As they were given.
        mask: True where a value is missing; None where none is.
        turn: Turns given values into codes; None where they are codes.
        base: The number of the first row in the data as a whole.
    """

    column: Column
    values: Array
    mask: Array | None
    turn: Callable[[Array], Array] | None
    base: int

    def codes(self, start: int, stop: int) -> Array:
        """Give the codes of some rows, checked.

        Raises:
            InvalidValueError: A value cannot stand in the column; names the row.
        """
        raw = self.values[start:stop]
        codes = raw if self.turn is None else self.turn(raw)
        if self.mask is not None and (gone := self.mask[start:stop]).any():
            return self._filled(codes, gone, start)
        domain = self.column.domain
        if codes.size and not (
            domain.least <= int(codes.min()) and int(codes.max()) <= domain.most
        ):
            outside = (codes < domain.least) | (codes > domain.most)
            self._refuse(start + int(np.argmax(outside)))
        # Together with signed numbers, these would turn into floats.
        return codes.astype(np.int64) if codes.dtype == np.uint64 else codes

    def _filled(self, codes: Array, gone: Array, start: int) -> Array:
        domain = self.column.domain
        outside = ((codes < domain.least) | (codes > domain.most)) & ~gone
        if outside.any():
            self._refuse(start + int(np.argmax(outside)))
        if not self.column.is_optional:
            raise InvalidValueError(
                f"column {self.column.name!r} is missing in row "
                f"{self.base + start + int(np.argmax(gone))}: declare it with "
                ".optional(), or leave such claims out"
            )
        filled = codes.astype(np.int64)
        filled[gone] = self.column.missing
        return filled

    def _refuse(self, row: int) -> None:
        shown = self.values[row : row + 1].tolist()[0]
        raise InvalidValueError(
            f"column {self.column.name!r} cannot be {shown!r:.60} in row "
            f"{self.base + row}: give {self.column.domain}{_how(self.column)}"
        )


def _how(column: Column) -> str:
    """Say how the values of a column stand in arrays, where it is not plain."""
    match column.domain:
        case Choices():
            return ", as text or as its place from 0"
        case Days():
            return ", as datetime64[D] or as its ordinal"
        case Flags() | Integers():
            return ""
        case _:
            return ", in minor units"


def opened(column: Column, given: object, base: int = 0) -> Source:
    """Take a column of data in any of its forms.

    Args:
        column: What it is to be read as.
        given: An array, a masked array, a list, or anything that speaks Arrow.
        base: The number of the first row in the data as a whole.

    Raises:
        InvalidValueError: Its type does not fit the column, or it has more than one
            dimension; names the mend.
    """
    held = _given(column, given)
    if held.values.ndim != 1:
        raise InvalidValueError(
            f"column {column.name!r} has {held.values.ndim} dimensions: give one, such "
            "as array.ravel()"
        )
    values, mask = held.values, held.mask
    if held.names is not None:
        return Source(column, values, mask, _dictionary(column, held.names), base)
    if values.dtype.kind in "OT":
        values = values.astype(object)
        mask = _joined(mask, np.array([v is None for v in values.tolist()], bool))
        return Source(column, values, mask, _objects(column), base)
    turn = _turn(column, values)
    if values.dtype.kind == "M":
        mask = _joined(mask, np.isnat(values))
    return Source(column, values, mask, turn, base)


def _joined(mask: Array | None, gone: Array) -> Array | None:
    """Add what is missing by its value to what is said to be."""
    if mask is not None:
        return mask | gone
    return gone if gone.any() else None


def _given(column: Column, given: Any) -> Given:
    if isinstance(given, Given):
        return given
    held: object = given
    if isinstance(held, np.ma.MaskedArray):
        return Given(np.ma.getdata(given), np.ma.getmaskarray(given))
    if isinstance(held, np.ndarray):
        return Given(given)
    if hasattr(given, "__arrow_c_stream__") or hasattr(given, "__arrow_c_array__"):
        from .arrow import column_of  # noqa: PLC0415 - only where Arrow is spoken

        return column_of(given)
    if isinstance(given, Sequence) and not isinstance(given, str | bytes):
        return Given(_listed([*given]))
    raise InvalidValueError(
        f"column {column.name!r} cannot be read from {given!r:.60}: give a "
        "one-dimensional array, or a list"
    )


def _listed(values: list[Any]) -> Array:
    """Make an array of a list; what is not all of one plain sort stays as it is."""
    kinds = set(map(type, values))
    if kinds and (kinds <= {int} or kinds <= {bool} or kinds <= {str}):
        return np.asarray(values)
    held = np.empty(len(values), dtype=object)
    held[:] = values
    return held


def _turn(column: Column, values: Array) -> Callable[[Array], Array] | None:
    """Choose how values become codes, by the type of the array.

    Raises:
        InvalidValueError: The type does not fit the column.
    """
    domain, dtype = column.domain, values.dtype
    match domain, dtype.kind:
        case Flags(), "b":
            return _bits
        case (Flags(), _) | (_, "b"):
            pass
        case _, "i" | "u":
            return None
        case Choices(), "U":
            return _texts(domain)
        case Days(), "M" if dtype == np.dtype("M8[D]"):
            return _days
        case _:
            pass
    raise InvalidValueError(
        f"column {column.name!r} cannot be an array of {dtype}: give "
        f"{domain}{_how(column)}; {_mend(column, dtype.kind)}"
    )


def _mend(column: Column, kind: str) -> str:
    if kind == "f":
        return (
            "floats decide about no money, so round them yourself with "
            ".round().astype(int), and say what is missing with numpy.ma or Arrow"
        )
    if isinstance(column.domain, Flags):
        return "turn it with .astype(bool)"
    if kind == "M":
        return "turn it with .astype('datetime64[D]')"
    return "turn it into whole numbers"


def _bits(values: Array) -> Array:
    return values.view(np.int8)


def _days(values: Array) -> Array:
    return values.astype(np.int64) + _EPOCH


def _texts(domain: Choices) -> Callable[[Array], Array]:
    names = np.array(domain.values)
    order = np.argsort(names)
    sorted_names = names[order]

    def turn(values: Array) -> Array:
        found = np.searchsorted(sorted_names, values).clip(max=names.size - 1)
        return np.where(sorted_names[found] == values, order[found], -1)

    return turn


def _dictionary(column: Column, names: Sequence[object]) -> Callable[[Array], Array]:
    """Turn the places of a dictionary into codes; what is unknown lies outside."""
    outside = column.domain.least - 1
    known = np.array([*(_code(column, name, outside) for name in names), outside])
    # Where a value is missing, its place may be any number.
    return lambda places: known.take(places, mode="clip")


def _code(column: Column, value: object, outside: int) -> int:
    try:
        return column.code(column.plain(value))
    except InvalidValueError:
        return outside


def _objects(column: Column) -> Callable[[Array], Array]:
    """Turn Python values into codes one by one: slow, and as strict as a claim."""
    outside = column.domain.least - 1
    known: dict[object, int] = {}
    if isinstance(column.domain, Choices):
        known = {name: code for code, name in enumerate(column.domain.values)}

    def code(value: object) -> int:
        found = known.get(value) if isinstance(value, str) else None
        return _code(column, value, outside) if found is None else found

    def turn(values: Array) -> Array:
        return np.fromiter(
            (outside if value is None else code(value) for value in values.tolist()),
            dtype=np.int64,
            count=values.size,
        )

    return turn
