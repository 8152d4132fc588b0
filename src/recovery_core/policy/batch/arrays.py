"""Data in: from the arrays a caller holds to codes, checked chunk by chunk.

Nothing is copied that need not be. A chunk is small enough to stay in the processor's
cache, so that checking a column and deciding by it read the memory once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from ..._domain.money import Money
from ...errors import InvalidValueError
from ..column import Column
from ..domains import Choices, Days, Flags, Integers, Sums

__all__ = ["Array", "Given", "Source", "opened"]

Array: TypeAlias = npt.NDArray[Any]
"""One-dimensional; whole numbers unless said otherwise."""

_FINER: Final = frozenset(("h", "m", "s", "ms", "us", "ns"))
_EPOCH: Final = date(1970, 1, 1).toordinal()


@attrs.frozen(eq=False)
class Given:
    """Hold a column as it was given: values, which are missing, and their names.

    Args:
        values: What stands in it; places in `names` where there are names.
        mask: True where a value is missing; None where none is.
        names: The names of a column that is kept as places in a dictionary.
        scale: How many decimal places the values count, where they are decimals.
    """

    values: Array
    mask: Array | None = None
    names: Sequence[object] | None = None
    scale: int | None = None


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
        raw = self.values[row : row + 1]
        if raw.dtype.kind in "Mm" and raw.dtype != np.dtype("M8[D]"):
            raw = raw.astype(f"{raw.dtype.kind}8[us]")  # finer ones show as an int
        shown = raw.tolist()[0]
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
            return ", as datetime64[D], a timestamp of midnight, or its ordinal"
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
    _check_scale(column, held.scale)
    turn = _turn(column, values)
    if values.dtype.kind in "Mm":
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
        inner = _arrayed(np.ma.getdata(given))
        mask = np.ma.getmaskarray(given)
        return Given(inner.values, _joined(inner.mask, mask))
    if isinstance(held, np.ndarray):
        return _arrayed(given)
    if hasattr(given, "__arrow_c_stream__") or hasattr(given, "__arrow_c_array__"):
        from .arrow import column_of  # noqa: PLC0415 - only where Arrow is spoken

        return column_of(given, column.name)
    if hasattr(given, "isna") and hasattr(given, "to_numpy"):  # an array of pandas
        return _listed(given.to_numpy(dtype=object, na_value=None).tolist())
    if isinstance(given, Sequence) and not isinstance(given, str | bytes):
        return _listed([*given])
    raise InvalidValueError(
        f"column {column.name!r} cannot be read from {given!r:.60}: give a "
        "one-dimensional array, or a list"
    )


def _arrayed(values: Array) -> Given:
    """Take an array; one of objects is read as a list of them would be."""
    if values.dtype.kind == "O" and values.ndim == 1:
        return _listed(values.tolist())
    return Given(values)


def _listed(values: list[Any]) -> Given:
    """Make an array of a list; what is not all of one plain sort stays as it is."""
    kinds = {*map(type, values)}
    gone = kinds & {type(None)}
    sorts = {_sort(kind) for kind in kinds - gone}
    if len(sorts) == 1 and "" not in sorts:
        # Where a value is missing, the first one known keeps its place and its unit.
        fill = next(v for v in values if v is not None)
        array = np.asarray([fill if v is None else v for v in values])
        # Those that fit into no array of whole numbers become floats.
        if array.dtype.kind in "iubMm":
            mask = np.array([v is None for v in values], bool) if gone else None
            return Given(array, mask)
    held = np.empty(len(values), dtype=object)
    held[:] = values
    return Given(held)


def _sort(kind: type) -> str:
    """Name the sort of array that a type stands in; "" for none.

    Texts stand in none: arrays of them drop a NUL at the end.
    """
    if issubclass(kind, np.datetime64 | np.timedelta64):
        return "M" if issubclass(kind, np.datetime64) else "m"
    if kind is int or issubclass(kind, np.integer):
        return "i"
    return "b" if kind in {bool, np.bool_} else ""


def _check_scale(column: Column, scale: int | None) -> None:
    """Refuse decimals that do not count what the column counts."""
    domain = column.domain
    match domain:
        case Sums():
            places = Money.zero(domain.currency).exponent
        case Integers():
            places = 0
        case _:
            places = -1
    if scale is None or scale == places:
        return
    mend = f"with {places} decimal places" if places >= 0 else "of another type"
    raise InvalidValueError(
        f"column {column.name!r} cannot be decimals of scale {scale}: give them "
        f"{mend}, or give {domain}{_how(column)}"
    )


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
        case Days(), "M" if np.datetime_data(dtype)[0] in _FINER:
            return _midnights(domain.least - 1)
        case Integers(unit=("min" | "h" | "d") as unit), "m" if np.datetime_data(dtype)[
            0
        ] in {"D", *_FINER}:
            return _spans(unit[0], domain.least - 1)
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
    if kind == "M" and isinstance(column.domain, Days):
        return "turn it with .astype('datetime64[D]')"
    return "turn it into whole numbers"


def _bits(values: Array) -> Array:
    return values.view(np.int8)


def _days(values: Array) -> Array:
    return values.astype(np.int64) + _EPOCH


def _midnights(outside: int) -> Callable[[Array], Array]:
    """Turn timestamps into days; one that is not midnight lies outside."""

    def turn(values: Array) -> Array:
        days = values.astype("M8[D]")
        return np.where(days == values, days.astype(np.int64) + _EPOCH, outside)

    return turn


def _spans(unit: str, outside: int) -> Callable[[Array], Array]:
    """Turn spans of time into a number of units; what is left over lies outside."""
    one = np.timedelta64(1, {"m": "m", "h": "h", "d": "D"}[unit])  # type: ignore[call-overload]

    def turn(values: Array) -> Array:
        known = np.where(np.isnat(values), np.zeros(1, values.dtype), values)
        number, left = np.divmod(known, one)
        return np.where(left == np.zeros(1, left.dtype), number, outside)

    return turn


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
