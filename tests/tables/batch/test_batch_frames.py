"""Data as a whole: who may hold the columns, how many rows there are, what fails."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import nanoarrow  # type: ignore[import-untyped]
import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]
import pytest
import xarray as xr

from recovery_core import Money
from recovery_core.errors import InvalidValueError
from recovery_core.tables import Rule, Table, backtest, column, decide, decide_chunks
from recovery_core.tables.batch.frames import to_columns_by_name

KM = column.integer("km", -3, 400)
TIER = column.choices("tier", "silver", "gold").optional()
FAR = Rule("far", when=KM >= 100, amends=Money("1.00", "EUR"))
TABLE = Table("far", rules=[FAR], otherwise="near")
NOTHING = Table("nothing", rules=[], otherwise="nothing is read")


def refusal(data: Any, table: Table = TABLE) -> str:
    """Decide what cannot be decided, and give what is said."""
    with pytest.raises(InvalidValueError) as refused:
        decide(table, data)
    return str(refused.value)


def odd_frames() -> Iterator[object]:
    """Make the same claims beside a column that fits nothing, or is no column."""
    km = [1, 100, 400]
    yield pl.DataFrame({"km": km, "odd": [None] * 3})
    yield pl.DataFrame({"km": km, "odd": pl.Series([2**100] * 3, dtype=pl.Int128)})
    yield pl.DataFrame({"km": km, "odd": pl.Series([KM] * 3, dtype=pl.Object)})
    yield pd.DataFrame({"km": km, "odd": [1, "x", KM]})
    yield pd.DataFrame({"km": km, "odd": [1j, 2j, 3j]})
    yield pd.DataFrame([[n, 0, 0] for n in km], columns=["km", "odd", "odd"])
    yield pd.DataFrame({"km": km, 7: km})
    yield pa.table({"km": km, "odd": pa.RunEndEncodedArray.from_arrays([3], [7])})
    yield pa.table({"km": km, "odd": pa.array([[1]] * 3)})
    yield {"km": km, "odd": "abc"}
    yield {"odd": KM, "km": km}
    yield xr.Dataset({"km": ("row", km), "odd": (("row", "x"), np.zeros((3, 2)))})
    yield np.array([(n, 0.5) for n in km], [("km", "i2"), ("odd", "f8")])
    yield np.rec.array([(n, "x") for n in km], [("km", "i8"), ("odd", "U1")])


@pytest.mark.parametrize("data", [*odd_frames()])
def test_what_is_not_read_may_be_anything(data: Any) -> None:
    """In a frame of any library, at once and in parts."""
    assert decide(TABLE, data, verify=3).minor.tolist() == [0, 100, 100]
    (part,) = decide_chunks(TABLE, data, verify=3)
    assert part.minor.tolist() == [0, 100, 100]
    tried = backtest(TABLE, TABLE, data=data, verify=3)
    assert (tried.count, tried.verified) == (3, 3)


@pytest.mark.parametrize("data", [*odd_frames(), {"odd": range(3)}])
def test_where_nothing_is_read_the_columns_tell_the_rows(data: Any) -> None:
    """However many there are, and whatever is no column among them."""
    assert len(decide(NOTHING, data, verify=3)) == 3
    assert [len(part) for part in decide_chunks(NOTHING, data)] == [3]


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        ({}, 0),
        ({"x": []}, 0),
        ({"x": pa.chunked_array([[1], [2]])}, 2),
        ({"x": pl.Series([1, 2])}, 2),
        ({"x": xr.DataArray([1, 2]), "y": np.zeros((2, 3)), "z": np.array(1)}, 2),
        (pd.DataFrame(index=range(4)), 4),
        (pa.table({"x": [1, 2, 3]}).select([]), 3),
    ],
)
def test_rows_are_counted_without_reading(data: Any, rows: int) -> None:
    """By whoever holds them."""
    assert len(decide(NOTHING, data)) == rows


@pytest.mark.parametrize(
    "odd", [5, "abc", b"ab", {"a": 1}, {1, 2}, (n for n in "ab"), np.array(3), None]
)
def test_what_is_no_column_tells_no_rows(odd: Any) -> None:
    """A text is no column of letters."""
    said = "no column tells how many claims there are .there: x.: give one as an array"
    assert re.search(said, refusal({"x": odd}, NOTHING))
    assert len(decide(NOTHING, {"x": odd, "y": [1, 2]})) == 2


def test_columns_that_tell_other_rows_are_refused() -> None:
    """Nobody guesses which one is meant."""
    said = "different length .'x' has 1, 'y' has 2.: give one value for each claim"
    assert re.search(said, refusal({"x": [1], "y": [1, 2]}, NOTHING))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([{"km": 1}, {"km": 2}], "these are rows, so turn them, such as with pandas"),
        (pl.LazyFrame({"km": [1]}), r"not worked out yet, so call .collect\(\) on it"),
        (np.zeros(3), "data cannot be array"),
        (pd.Series([1, 2]), "cannot be a single column"),
        (pd.Index([1, 2]), "cannot be a single column"),
    ],
)
def test_what_is_no_frame_is_refused_with_the_mend(data: Any, said: str) -> None:
    """Rows, what is still to be worked out, and single columns."""
    assert re.search(said, refusal(data))


def test_what_is_still_to_be_worked_out_is_refused_in_parts_too() -> None:
    """A frame of dask has columns to walk, and none of them is a part."""
    import dask.dataframe

    dask_frame: Any = dask.dataframe
    later = dask_frame.from_pandas(pd.DataFrame({"km": [1]}), npartitions=1)
    lazy: Any = pl.LazyFrame({"km": [1]})
    for data in (lazy, later):
        with pytest.raises(InvalidValueError, match=r"call .(collect|compute)\(\) on"):
            decide_chunks(TABLE, data)
    with pytest.raises(InvalidValueError, match=r"call .compute\(\) on it"):
        decide(TABLE, later)


def test_a_column_of_pandas_that_arrow_does_not_know_is_read_value_by_value() -> None:
    """Sparse ones, and objects of several sorts, with the row of what does not fit."""
    sparse = pd.DataFrame({"km": pd.arrays.SparseArray([1, 100, 0])})
    assert decide(TABLE, sparse, verify=3).minor.tolist() == [0, 100, 0]
    spans = pd.arrays.SparseArray(np.array([3600, 60], "m8[s]"))
    table = Table(
        "late", rules=[Rule("late", when=column.minutes("km") >= 60)], otherwise="no"
    )
    late = decide(table, pd.DataFrame({"km": spans}), verify=2)
    assert late.codes().tolist() == ["late", "otherwise"]
    wide = pd.array(np.array([2**53], "m8[s]"))  # more than pandas counts in micros
    mixed_spans = pd.DataFrame({"km": pd.Series([wide[0], "x"], dtype=object)})
    assert "column 'km' cannot be Timedelta" in refusal(mixed_spans, table)
    mixed = pd.DataFrame({"km": [1, "x"]})
    assert len(to_columns_by_name(mixed)) == 1
    assert "column 'km' cannot be 'x' in row 1" in refusal(mixed)


def test_names_are_told_where_a_column_is_not_there() -> None:
    """Of every frame."""
    for data in (
        pd.DataFrame({"kn": [1], 7: [2]}),
        np.array([(1, 2)], [("kn", "i2"), ("7", "i2")]),
    ):
        assert "'km' is not in the data (there: 7, kn)" in refusal(data)


class Broken:
    """Hand over two batches, and fail on the way to the third."""

    def __init__(self, error: Exception) -> None:
        """Keep what is raised."""
        self.error = error

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        """Hand over a stream."""
        batch = pa.record_batch({"km": [1]})

        def batches() -> Iterator[Any]:
            yield batch
            yield batch
            raise self.error

        reader = pa.RecordBatchReader.from_batches(batch.schema, batches())
        return reader.__arrow_c_stream__(requested_schema)


@pytest.mark.parametrize("error", [ValueError("torn"), KeyError("torn")])
def test_whoever_fails_to_hand_data_over_is_told(error: Exception) -> None:
    """Not as an error of somebody else's library."""
    assert re.search("Broken cannot be read as Arrow .*torn", refusal(Broken(error)))
    parts = decide_chunks(TABLE, Broken(error))
    assert len(next(parts)) == 1
    assert len(next(parts)) == 1
    with pytest.raises(InvalidValueError, match="Broken cannot be read as Arrow"):
        next(parts)


def test_a_column_that_cannot_be_handed_over_is_told() -> None:
    """Where nothing else reads it."""
    assert "Broken cannot be read as Arrow" in refusal({"km": Broken(ValueError())})


def test_a_row_that_is_null_as_a_whole_has_its_number_in_the_data() -> None:
    """Counted through all batches, and all parts."""
    rows = pa.StructArray.from_arrays(
        [pa.array([1, 2])], ["km"], mask=pa.array([False, True])
    )
    for parts in ([{"km": [0] * 5}, rows],):
        with pytest.raises(InvalidValueError, match="row 6 is null as a whole"):
            list(decide_chunks(TABLE, parts))
    assert "row 1 is null as a whole" in refusal(rows)
    whole = pa.StructArray.from_arrays([pa.array([1, 2])], ["km"])
    chunks = pa.chunked_array([whole, rows])
    assert "row 3 is null as a whole" in refusal(nanoarrow.ArrayStream(chunks))


def test_texts_that_are_no_text_are_told_by_column_and_row() -> None:
    """In a batch of several, counted through the data."""
    held = pa.array([b"gold", b"go\xffd"], pa.binary())
    bad = pa.Array.from_buffers(pa.string(), 2, held.buffers())
    table = Table(
        "gold", hit="first", rules=[Rule("g", when=TIER == "gold"), FAR], otherwise="no"
    )
    data = pa.table(
        {
            "km": pa.chunked_array([[1, 2], [3, 4]]),
            "tier": pa.chunked_array([pa.array(["gold", None]), bad]),
        }
    )
    said = refusal(data, table)
    assert "column 'tier' cannot be" in said
    assert "in row 3: it is no text in UTF-8" in said
    assert len(decide(TABLE, data)) == 4  # nobody reads it


def test_an_optional_column_of_which_nothing_is_known_is_missing_everywhere() -> None:
    """In every library, as whatever type it came."""
    gone = Table(
        "gone",
        hit="first",
        rules=[Rule("gone", when=TIER.is_missing), FAR],
        otherwise="known",
    )
    for data in (
        {"km": [1, 2], "tier": [None, None]},
        {"km": [1, 2], "tier": pa.nulls(2)},
        {"km": [1, 2], "tier": np.ma.MaskedArray([0.5, 0.5], [True, True])},
        pa.table({"km": [1, 2], "tier": pa.nulls(2)}),
        pa.table({"km": [1, 2], "tier": pa.nulls(2, pa.float64())}),
        pl.DataFrame({"km": [1, 2], "tier": [None, None]}),
        pl.DataFrame(
            {"km": [1, 2], "tier": [None, None]}, schema_overrides={"tier": pl.Date}
        ),
        pd.DataFrame({"km": [1, 2], "tier": [None, None]}),
        pd.DataFrame({"km": [1, 2], "tier": [float("nan")] * 2}),
        pd.DataFrame({"km": [1, 2], "tier": pd.to_datetime([None, None])}),
    ):
        assert decide(gone, data, verify=2).codes().tolist() == ["gone"] * 2


def test_a_mapping_of_ones_own_is_read_by_name() -> None:
    """Whatever it does to find a column."""

    class Lazy(Mapping[str, object]):
        def __getitem__(self, name: str) -> object:
            return {"km": [1, 100]}[name]

        def __iter__(self) -> Iterator[str]:
            return iter(["km"])

        def __len__(self) -> int:
            return 1

    assert decide(TABLE, Lazy()).minor.tolist() == [0, 100]
