"""Columns of every type that a frame can have: the answer of one by one, or an error.

An error is ours and names the column; where the rest of the column would have been
read, it names the row as well. What nobody reads may be of any type.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from recovery_core import Money
from recovery_core.errors import InvalidValueError
from recovery_core.tables import Column, Rule, Table, column, decide
from recovery_core.tables.domains import Choices, Days, Flags, Integers, Plain, Sums

KM: Final = column.integer("km", -3, 400).optional()
COLUMNS: Final[tuple[Column, ...]] = (
    KM,
    column.minutes("late", least=-60, most=3000).optional(),
    column.integer("wait", 0, 10**9, unit="s").optional(),
    column.money("fare", "EUR").optional(),
    column.money("sum", "JPY").optional(),
    column.flag("told").optional(),
    column.choices("tier", "silver", "gold", "black").optional(),
    column.choices("step", "1", "2", ordered=True).optional(),
    column.day("day").optional(),
)
PLAIN: Final = column.flag("plain")


def table_of(one: Column) -> Table:
    """Make a table that tells the values of a column apart."""
    match one.domain:
        case Sums(currency=currency):
            when = one >= Money.from_minor(40, currency)
        case Flags():
            when = one.as_when()
        case Choices() as domain:
            when = one == domain.values[-1]
        case Days():
            when = one >= date(2024, 5, 2)
        case _:
            when = one >= 40
    some = Rule("some", when=when & PLAIN, amends=Money("2.00", "EUR"))
    gone = Rule("gone", when=one.is_missing, amends=Money("3.00", "EUR"))
    return Table("t", hit="first", rules=[gone, some], otherwise="none")


# -------------------------------------------------------------------- what there may be

NAN: Final = float("nan")
POOLS: Final[dict[str, tuple[Any, ...]]] = {
    "whole": (
        0,
        1,
        39,
        40,
        60,
        -3,
        400,
        401,
        125,
        2**31,
        2**53,
        1 - 2**63,
        2**63,
        None,
    ),
    "wide": (1, 40, 2**64 + 1, -(2**70), None),
    "float": (1.0, 40.5, 40.0, NAN, None, float("inf"), -0.0),
    "flag": (True, False, None),
    "text": (
        "silver",
        "gold",
        "black",
        "iron",
        "1",
        "2",
        "40",
        "gold\0",
        "ü",
        "",
        None,
    ),
    "long": ("a text of more than twelve bytes", "gold", None),
    "fine": (Decimal("1.25"), Decimal(40), Decimal("40.00"), Decimal("0.005"), None),
    "day": (
        date(2024, 5, 1),
        date(2024, 5, 2),
        date(1815, 1, 1),
        date(9999, 1, 1),
        None,
    ),
    "moment": (datetime(2024, 5, 2), datetime(2024, 5, 1, 12), None),  # noqa: DTZ001
    "span": (timedelta(minutes=40), timedelta(seconds=61), timedelta(days=20), None),
    "clock": (time(1), time(23, 59), None),
    "bytes": (b"gold", b"\xff\xfe", b"", None),
    "list": ([1], [], [40, None], None),
    "struct": ({"a": 1}, {"a": None}, None),
    "none": (None,),
}
_UNITS: Final = ("s", "ms", "us", "ns")
TYPES: Final[dict[str, tuple[Any, ...]]] = {
    "whole": (
        *(pa.int8(), pa.int16(), pa.int32(), pa.int64()),
        *(pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()),
        *(pa.float32(), pa.float64(), pa.decimal128(38, 0), pa.decimal256(60, 0)),
        *(pa.decimal128(20, 2), pa.string()),
        *(
            (pa.decimal32(9, 0), pa.decimal64(18, 0))
            if hasattr(pa, "decimal32")
            else ()
        ),
        *(pa.duration(unit) for unit in _UNITS),
        *(pa.timestamp(unit) for unit in _UNITS),
    ),
    "wide": (pa.decimal128(38, 0), pa.decimal256(76, 0)),
    "float": (pa.float16(), pa.float32(), pa.float64()),
    "flag": (pa.bool_(), pa.bool8(), pa.int8(), pa.string()),
    "text": (pa.string(), pa.large_string(), pa.string_view(), pa.binary()),
    "long": (pa.string(), pa.large_string(), pa.string_view()),
    "fine": (pa.decimal128(9, 2), pa.decimal128(9, 3), pa.decimal256(50, 2)),
    "day": (pa.date32(), pa.date64(), *(pa.timestamp(unit) for unit in _UNITS)),
    "moment": (*(pa.timestamp(u) for u in _UNITS), pa.timestamp("us", "UTC")),
    "span": tuple(pa.duration(unit) for unit in _UNITS),
    "clock": (pa.time32("s"), pa.time64("us")),
    "bytes": (pa.binary(), pa.large_binary(), pa.binary_view(), pa.binary(2)),
    "list": (pa.list_(pa.int64()), pa.large_list(pa.int8())),
    "struct": (pa.struct({"a": pa.int64()}), pa.map_(pa.string(), pa.int8())),
    "none": (pa.null(), pa.int64(), pa.string(), pa.list_(pa.int8()), pa.uuid()),
}
WRAPS: Final[dict[str, Callable[[Any], Any]]] = {
    "plain": lambda array: array,
    "slice": lambda array: pa.concat_arrays([array, array]).slice(len(array)),
    "chunks": lambda array: pa.chunked_array([array[:1], array[:0], array[1:]]),
    "dictionary": lambda array: array.dictionary_encode(),
    "runs": pc.run_end_encode,
    "runs of places": lambda array: pc.run_end_encode(array.dictionary_encode()),
}
ODD: Final = (pa.ArrowInvalid, pa.ArrowNotImplementedError, TypeError, OverflowError)


def arrow(kind: str, values: list[Any], type_: Any, wrap: str) -> Any:
    """Make an array of Arrow; None where Arrow has none like that."""
    try:
        if pa.types.is_binary(type_) and kind == "text":  # texts that are no UTF-8
            coded = [v and v.encode("utf-16-le") for v in values]
            plain = pa.Array.from_buffers(
                pa.string(), len(values), pa.array(coded, pa.binary()).buffers()
            )
        else:
            plain = pa.array(values, type_)
        return WRAPS[wrap](plain)
    except (*ODD, ValueError, AttributeError):
        return None


# ------------------------------------------------------------------------ who holds it


def _listed(array: Any) -> Any:
    return array.to_pylist()


def _polars(array: Any) -> Any:
    return pl.DataFrame(pa.table({"x": array}))["x"]


def _cast(array: Any, dtype: Any) -> Any:
    series = _polars(array)
    fits = (
        series.dtype.is_integer() if dtype == pl.Int128 else series.dtype == pl.String
    )
    return series.cast(dtype) if fits else None


def _numpy(array: Any) -> Any:
    return array.to_numpy(zero_copy_only=False)


def _masked(array: Any) -> Any:
    values = array.to_pylist()
    known = [value for value in values if value is not None]
    mask = [value is None for value in values]
    held = [known[0] if value is None else value for value in values]
    # An array of texts drops a NUL at the end before anybody reads it.
    kind = object if any(str(value).endswith("\0") for value in held) else None
    return np.ma.MaskedArray(held, mask, dtype=kind)


HOLDERS: Final[dict[str, Callable[[Any], Any]]] = {
    "arrow": lambda array: array,
    "list": _listed,
    "numpy": _numpy,
    "objects": lambda array: np.array([*array.to_pylist(), None], object)[:-1],
    "masked": _masked,
    "polars": _polars,
    "polars 128": lambda array: _cast(array, pl.Int128),
    "polars category": lambda array: _cast(array, pl.Categorical),
    "polars objects": lambda array: pl.Series(array.to_pylist(), dtype=pl.Object),
    "pandas": lambda array: array.to_pandas(),
    "pandas arrow": lambda array: pd.Series(array, dtype=pd.ArrowDtype(array.type)),
    "pandas nullable": lambda array: array.to_pandas().convert_dtypes(),
    "pandas objects": lambda array: pd.Series(array.to_pylist(), dtype=object),
    "pandas category": lambda array: array.to_pandas().astype("category"),
    "pandas sparse": lambda array: pd.Series(pd.arrays.SparseArray(_numpy(array))),
    "pandas period": lambda array: array.to_pandas().dt.to_period("D"),
}
FRAMES: Final[dict[str, Callable[[dict[str, Any]], Any]]] = {
    "arrow": pa.table,
    "polars": pl.DataFrame,
    "pandas": pd.DataFrame,
}


def held_by(holder: str, array: Any) -> Any:
    """Hand an array over to somebody; None where it cannot be held there."""
    # On its way to pandas, a dictionary of moments loses the time zone.
    if holder.startswith("pandas") and re.search(r"<.*tz=", str(array.type)):
        return None
    try:
        return HOLDERS[holder](array)
    # What other libraries raise is not at stake.
    except (Exception, pl.exceptions.PanicException):  # noqa: BLE001
        return None


def framed(holder: str, columns: dict[str, Any]) -> Any:
    """Make the frame of whoever holds the column; else a dict."""
    made = FRAMES.get(holder.partition(" ")[0])
    return columns if made is None else made(columns)


# ------------------------------------------------------------------------- one by one


def fact_of(one: Column, value: Any, holder: str) -> Any:
    """Write what a frame holds as it would be recorded on a case.

    Raises:
        InvalidValueError: It would be refused there.
    """
    is_pandas = holder.startswith("pandas")
    if value is None or (
        is_pandas and pd.api.types.is_scalar(value) and pd.isna(value)
    ):
        return None
    value = value.item() if isinstance(value, np.generic) else value
    if holder == "pandas nullable" and isinstance(value, float) and value.is_integer():
        value = int(value)  # what it is asked for
    match one.domain, value:
        case Sums(currency=currency), int() if type(value) is int:
            value = Money.from_minor(value, currency)
        case Sums(currency=currency), Decimal():
            value = Money(value, currency)
        case Integers(), Decimal() if value == int(value):
            value = int(value)
        case Days(), datetime() if value.time() == time() and not value.tzinfo:
            value = value.date()
        case Days(), int() if 0 < value < date.max.toordinal():
            value = date.fromordinal(value)
        case _:
            pass
    return value


def rows_of(one: Column, values: list[Any], holder: str) -> list[Plain | Exception]:
    """Read each value alone: the plain value, or the error."""
    found: list[Plain | Exception] = []
    for value in values:
        try:
            found.append(one.to_plain_as_recorded(fact_of(one, value, holder)))
        except (InvalidValueError, OverflowError) as error:
            found.append(error)
    return found


def values_of(array: Any) -> list[Any]:
    """Give values of Python; a time beyond what Python knows is like no other value."""
    found: list[Any] = []
    for value in array:
        try:
            found.append(value.as_py())
        except (OverflowError, ValueError):
            found.append(object())
    return found


@st.composite
def drawn(draw: st.DrawFn) -> tuple[str, str, list[Any], Any, str]:
    """Draw who holds what, of which type, in which form."""
    kind = draw(st.sampled_from([*POOLS]))
    values = draw(st.lists(st.sampled_from(POOLS[kind]), min_size=1, max_size=5))
    type_, wrap = draw(st.sampled_from(TYPES[kind])), draw(st.sampled_from([*WRAPS]))
    return draw(st.sampled_from([*HOLDERS])), kind, values, type_, wrap


def answer(table: Table, data: Any, **options: Any) -> list[tuple[str, int]] | str:
    """Decide many claims; what is said where that is refused."""
    try:
        found = decide(table, data, **options)
    except InvalidValueError as error:
        return str(error)
    return [*zip(found.codes().tolist(), found.minor.tolist(), strict=True)]


@settings(max_examples=250)
@given(drawn(), st.sampled_from(COLUMNS))
def test_every_type_is_read_as_one_by_one_or_refused(
    of: tuple[str, str, list[Any], Any, str], one: Column
) -> None:
    """Whoever holds it: no other answer, no error of somebody else."""
    holder, kind, values, type_, wrap = of
    array = arrow(kind, values, type_, wrap)
    assume(array is not None)
    column_ = held_by(holder, array)
    assume(column_ is not None)
    table = table_of(one)
    plain = [True] * len(values)
    got = answer(table, framed(holder, {one.name: column_, "plain": plain}), verify=9)
    alone = rows_of(one, values_of(array), holder)
    if not isinstance(got, str):
        rows = [{one.name: row, "plain": True} for row in alone]
        assert not any(isinstance(row, Exception) for row in alone), (alone, got)
        assert got == [table.compiled(row) for row in rows]
        return
    assert repr(one.name) in got, got
    bad = [isinstance(row, Exception) for row in alone]
    good = [value for value, wrong in zip(values, bad, strict=True) if not wrong]
    # A column of which nothing is known may be of any type.
    if any(bad) and any(
        row is not None for row in alone if not isinstance(row, Exception)
    ):
        rest = held_by(holder, arrow(kind, good, type_, wrap))
        is_alike = getattr(rest, "dtype", None) == getattr(column_, "dtype", None)
        data = {one.name: rest, "plain": plain[: len(good)]}
        if (
            is_alike
            and rest is not None
            and not isinstance(answer(table, framed(holder, data)), str)
        ):
            assert re.search(rf"in row {bad.index(True)}\b", got), (alone, got)


@settings(max_examples=100)
@given(drawn())
def test_what_nobody_reads_may_be_of_any_type(
    of: tuple[str, str, list[Any], Any, str],
) -> None:
    """Beside a column that is read, whatever it holds."""
    holder, kind, values, type_, wrap = of
    array = arrow(kind, values, type_, wrap)
    assume(array is not None)
    odd = held_by(holder, array)
    assume(odd is not None)
    km = [n * 40 for n in range(len(values))]
    table = table_of(KM)
    for columns in (
        {"km": km, "plain": [True] * len(km), "odd": odd},
        {"odd": odd, "plain": [True] * len(km), "km": km},
    ):
        got = answer(table, framed(holder, columns))
        assert got == answer(table, {"km": km, "plain": [True] * len(km)})
