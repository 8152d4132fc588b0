"""What data cannot be: every refusal names column, row and the mend."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]
import pytest

from recovery_core import Money
from recovery_core.errors import InvalidValueError
from recovery_core.tables import Column, Rule, Table, decide, decide_chunks
from recovery_core.tables.batch.arrays import ColumnValues
from recovery_core.tables.batch.arrow import Batch, iter_batches, read_column
from tests.support.batch_inputs import (
    CAUSE,
    DATES,
    DAY,
    FARE,
    KM,
    NOON,
    STAY,
    TIER,
    TOLD,
    refusal,
)

# ---------------------------------------------------------------------- what is refused


def broken_text() -> Any:
    """Make texts of which one is no UTF-8, as files of the past hold them."""
    held = pa.array([b"gold", b"go\xffd"], pa.binary())
    return pa.Array.from_buffers(pa.string(), 2, held.buffers())


class Odd:
    """Stand for anything else."""

    def __repr__(self) -> str:
        """Show nothing."""
        return "Odd()"


class Odder:
    """Stand for what cannot even be shown, such as moments without a year."""

    def __repr__(self) -> str:
        """Fail."""
        raise OverflowError


@pytest.mark.parametrize(
    ("one", "given_", "said"),
    [
        (KM, np.array([1.0]), "floats decide about no money"),
        (KM, pa.array([1.5]), "floats decide about no money"),
        (KM, pd.Series([1, None]), "say what is missing with numpy.ma or Arrow"),
        (KM, np.array([1, 401]), "column 'km' cannot be 401 in row 1: give a whole"),
        (KM, np.array([-4], np.int8), "cannot be -4 in row 0"),
        (KM, np.array([2**63], np.uint64), "cannot be 9223372036854775808 in row 0"),
        (KM, np.array([True]), "cannot be an array of bool"),
        (KM, np.array(["1"]), "turn it into whole numbers"),
        (KM, np.array([[1]]), "has 2 dimensions: give one"),
        (KM, np.array(1), "has 0 dimensions: give one"),
        (KM, np.ma.MaskedArray([1, 2], [False, True]), "is missing in row 1: declare"),
        (KM, [1, None], "is missing in row 1: declare"),
        (KM, [1, True], "cannot be True in row 1"),
        (KM, [1, 2.0], "cannot be 2.0 in row 1"),
        (KM, [2**80], "cannot be 1208925819614629174706176"),
        (KM, pa.array([None, 1]), "is missing in row 0"),
        (KM, "12", "cannot be read from '12'"),
        (KM, b"12", "cannot be read from b'12'"),
        (KM, bytearray(b"12"), "cannot be read from bytearray"),
        (KM, np.int64(12), "cannot be read from np.int64.12."),
        (KM, [np.int64(3), np.uint64(2**63 + 1)], "9223372036854775809. in row 1"),
        (KM, [3, np.float64(3)], "cannot be np.float64.3.0. in row 1"),
        (KM, pl.Series([3, 2**100], dtype=pl.Int128), "cannot be 12676506.* in row 1"),
        (STAY, [1, float("nan")], "cannot be nan in row 1.* what is missing is None"),
        (KM, pa.array([3, 70]).view(pa.timestamp("s")), "array of datetime64.s.: give"),
        (
            KM,
            pd.Series(pd.period_range("2024", periods=2)),
            "extension type pandas.per",
        ),
        (STAY, np.array([525219796543119178], "m8[D]"), "nothing may be left over"),
        (DAY, np.array([-(2**63) + 1]).view("M8[h]"), "in row 0: give a date"),
        (DAY, np.array([2**62]).view("M8[s]"), "in row 0: give a date"),
        (DAY, [np.array([2**62]).view("M8[h]")[0], 1], "in row 0: give a date"),
        (KM, [1, Odder()], "cannot be a Odder that cannot be shown in row 1: give a"),
        (STAY, pa.array([60], pa.duration("ns")).dictionary_encode(), "in row 0"),
        (
            STAY,
            [np.timedelta64(1, "h"), np.timedelta64(1, "s")],
            "in row 1: .* left ov",
        ),
        (STAY, [np.timedelta64(1, "h"), np.datetime64(1, "s")], "in row 1: give a wh"),
        (
            KM,
            [np.timedelta64(1, "h"), np.timedelta64(1, "s")],
            "in row 0: give a whole",
        ),
        (
            DAY,
            [np.datetime64("9999-01-01", "D"), np.datetime64("2024-01-01", "ns")],
            "cannot be np.datetime64.'9999-01-01'. in row 0",
        ),
        (KM, Odd(), r"cannot be read from Odd\(\)"),
        (KM, pa.array([datetime(2024, 1, 1)]), "array of datetime64.us.: give a whole"),  # noqa: DTZ001
        (TOLD, np.array([1, 0]), r"turn it with .astype\(bool\)"),
        (TOLD, np.array([1.0, 0.0]), r"then .astype\('boolean'\) in pandas"),
        (TOLD, np.array(["Yes"]), "compare the texts, such as array == 'yes'"),
        (TOLD, ["Yes"], "in row 0: give True or False; compare the texts"),
        (DAY, ["2024-05-01"], "in row 0: .*; turn texts into days, with pandas.to_da"),
        (DAY, np.array(["2024-05-01"]), r"turn it with .astype\('datetime64\[D\]'\)"),
        (TIER, np.array([b"gold"]), r"turn it with .astype\(str\)"),
        (
            FARE,
            ["25,000"],
            "in row 0: '25,000' is no exact amount: it holds a comma; wr",
        ),
        (
            FARE,
            ["3.000"],
            "in row 0: EUR has 2 decimals: round '3.000' before it is mon",
        ),
        (FARE, [Decimal("0.005")], "EUR has 2 decimals: round Decimal"),
        (
            FARE,
            [Decimal("1.50")],
            "it is no Money, so write Money.'1.50', 'EUR'.; give",
        ),
        (FARE, ["USD 1.00"], "cannot be 'USD 1.00' in row 0: give EUR from"),
        (FARE, ["400.00"], "cannot be '400.00' in row 0: give EUR from"),
        (TOLD, [1, 0], r"turn it with .astype\(bool\)"),
        (FARE, np.array([30_001]), "in minor units"),
        (FARE, [Money("1.00", "USD")], "cannot be Money"),
        (FARE, np.array([1.0]), "floats decide about no money"),
        (TIER, np.array(["gold", "iron"]), "cannot be 'iron' in row 1: give one of"),
        (TIER, np.array(["zzz"]), "cannot be 'zzz' in row 0"),
        (TIER, np.array([1]), "int64: give one of silver.*write numpy.array.names"),
        (TIER, np.array([1], np.uint8), "an int is no name"),
        (TIER, [1, 2], "an int is no name"),
        (CAUSE, [1, None], "an int is no name"),
        (CAUSE, np.ma.MaskedArray([1, 7], [False, True]), "an int is no name"),
        (CAUSE, pa.array([1, None]), "an int is no name"),
        (TIER, ["gold", 1], "cannot be 1 in row 1: .*; an int is no name"),
        (TIER, pa.array([7]).dictionary_encode(), "cannot be an array of int64"),
        (TIER, pa.array(["iron"]).dictionary_encode(), "cannot be 'iron' in row 0"),
        (TIER, ["iron"], "cannot be 'iron' in row 0"),
        (DAY, DATES.astype("M8[M]"), r"turn it with .astype\('datetime64\[D\]'\)"),
        (DAY, np.array(["2027-01-01"], "M8[D]"), "cannot be datetime.date"),
        (DAY, np.array(["NaT"], "M8[D]"), "is missing in row 0"),
        (DAY, np.array([1]), "as datetime64.D., a timestamp of midnight, or its ord"),
        (STAY, np.ma.MaskedArray([1, 501], [True, False]), "cannot be 501 in row 1"),
        (KM, pa.nulls(2), "is missing in row 0: declare"),
        (TOLD, pl.Series([None]), "is missing in row 0: declare"),
        (KM, [2**63, -1], "cannot be 9223372036854775808 in row 0"),
        (TIER, ["gold", "gold\0"], r"cannot be 'gold\\x00' in row 1"),
        (TIER, pa.array(["gold\0"]), r"cannot be 'gold\\x00' in row 0"),
        (DAY, np.array(["2024-05-01T01"], "M8[h]"), "datetime.* in row 0: give a date"),
        (DAY, np.array(["2024-05-01T00:00:01"], "M8[ns]"), "0, 0, 1. in row 0"),
        (DAY, pa.array([NOON], pa.timestamp("s", "Europe/Berlin")), "zone Europe/Berl"),
        (STAY, np.array([61], "m8[s]"), "seconds=61. in row 0: it is no whole numb"),
        (STAY, np.array([1], "m8[Y]"), "cannot be an array of timedelta64"),
        (STAY, [None, 501], "cannot be 501 in row 1"),
        (STAY, np.array(DATES), "turn it into whole numbers"),
        (KM, pa.array([timedelta(1)]), "cannot be an array of timedelta64.us.: give"),
        (KM, pa.array([time(1)]), "column 'km' cannot be of the Arrow type time or"),
        (KM, pa.array([b"a"], pa.binary_view()), "the Arrow type binary_view: give"),
        (KM, pa.array([[1]]), "the Arrow type list: give"),
        (KM, pa.array([[1]], pa.list_view(pa.int8())), "the Arrow type list: give"),
        (FARE, pa.array([Decimal("1.250")]), "EUR has 2 decimals: give them with 2 d"),
        (FARE, pa.array([Decimal("1.2")]), "decimals of scale 1: give them with 2 d"),
        (FARE, pa.array([Decimal(1)]), "BIGINT. where they count minor units; it ho"),
        (TIER, pa.array([Decimal(1)]), "give them of another type; it holds one of"),
        (KM, pa.array([Decimal(1), Decimal(2**64)]), "18446744073709551616 in row 1"),
        (
            TIER,
            broken_text(),
            r"cannot be 'go\\udcffd' in row 1: it is no text in UTF-8",
        ),
        (TIER, broken_text().dictionary_encode(), "in row 1: it is no text in UTF-8"),
        (TIER, broken_text().cast(pa.large_string(), safe=False), "no text in UTF-8"),
        (TIER, ["gold", "g\xfcld"], "in row 1: give one of silver"),
        (KM, pd.Series([1, "x"], dtype=object), "cannot be 'x' in row 1: give a whole"),
    ],
)
def test_what_cannot_be_is_refused_with_the_mend(
    one: Column, given_: object, said: str
) -> None:
    """An error names the column, the first bad row, and what to give instead."""
    import re

    assert re.search(said, refusal(one, given_)), refusal(one, given_)


def test_rows_are_counted_through_all_parts() -> None:
    """A row in an error is its number in the data, not in a chunk or a batch."""
    assert "in row 12" in refusal(KM, [0, 0, 999], base=10)
    assert "row 11" in refusal(KM, [0, None], base=10)
    table = Table("far", rules=[Rule("far", when=KM >= 100)], otherwise="near")
    bad = np.zeros(100, np.int64)
    bad[77] = 999
    with pytest.raises(InvalidValueError, match="in row 77"):
        decide(table, {"km": bad}, chunk=10)
    frame = pa.table({"km": pa.chunked_array([bad[:50], bad[50:]])})
    with pytest.raises(InvalidValueError, match="in row 77"):
        decide(table, frame, chunk=10)
    with pytest.raises(InvalidValueError, match="in row 177"):
        list(decide_chunks(table, [{"km": np.zeros(100, int)}, {"km": bad}]))


TABLE = Table(
    "far",
    rules=[Rule("far", when=KM >= 100, amends=FARE)],
    otherwise="near",
)


def test_columns_must_be_there_and_of_one_length() -> None:
    """What is not in the data is named, with what is; so is a column too long."""
    with pytest.raises(
        InvalidValueError, match=r"'fare' is not in the data .there: km"
    ):
        decide(TABLE, {"km": [1]})
    with pytest.raises(InvalidValueError, match=r"there: none"):
        decide(TABLE, {})
    with pytest.raises(
        InvalidValueError, match="'fare' has 2 rows where others have 1"
    ):
        decide(TABLE, {"km": [1], "fare": [1, 2]})


@pytest.mark.parametrize("data", [None, 7, "km", [("km", [1])]])
def test_data_is_columns_or_a_frame(data: Any) -> None:
    """Anything else is refused with what to give."""
    with pytest.raises(InvalidValueError, match="data cannot be"):
        decide(TABLE, data)


def test_a_single_column_is_no_frame() -> None:
    """An Arrow array has no column names."""
    with pytest.raises(InvalidValueError, match="cannot be a single column"):
        decide(TABLE, pa.array([1, 2]))


def frames() -> Iterator[object]:
    """Make the same claims in every library."""
    columns = {"km": [1, 100, 400], "fare": [10, 20, 30], "other": [0.5, 0.5, 0.5]}
    table = pa.table(columns)
    yield columns
    yield {name: np.array(values) for name, values in columns.items()}
    yield table
    yield table.to_batches()[0]
    yield pa.concat_tables([table.slice(0, 1), table.slice(1)])
    yield table.to_reader()
    yield pl.DataFrame(columns)
    yield pd.DataFrame(columns)


def test_frames_of_every_library_decide_alike() -> None:
    """Only what is read matters; other columns may be of any type."""
    for data in frames():
        found = decide(TABLE, data, verify=3, chunk=2)
        assert found.minor.tolist() == [0, 20, 30]
        assert found.codes().tolist() == ["otherwise", "far", "far"]
        assert found.verified == 3


def test_a_struct_with_an_offset_of_its_own_is_read_from_there() -> None:
    """A slice may be kept by the batch and not by its columns."""
    struct = pa.StructArray.from_arrays(
        [pa.array([1, 2, 3, 4]), pa.array(["a", "b", None, "d"])], ["km", "name"]
    )
    (batch,) = iter_batches(struct.slice(2))
    assert batch.rows == 2
    assert batch["km"].values.tolist() == [3, 4]
    assert batch["name"].values.tolist() == [None, "d"]
    assert list(batch) == ["km", "name"]
    assert len(batch) == 2


def test_what_is_read_in_place_is_not_copied() -> None:
    """Numbers stay where Arrow keeps them."""
    values = np.arange(10)
    held = read_column(pa.array(values), "km")
    assert np.shares_memory(held.values, values)
    assert isinstance(held, ColumnValues)
    (batch,) = iter_batches(pa.table({"km": values}))
    assert isinstance(batch, Batch)
    assert np.shares_memory(batch["km"].values, values)


def test_a_frame_is_refused_where_it_is_no_table_of_claims() -> None:
    """Two columns of one name, rows that are null, and what cannot be handed over."""
    twice = pa.table([[1], [2], [3]], ["km", "km", "fare"])
    with pytest.raises(InvalidValueError, match=r"two columns .* called 'km': rename"):
        decide(TABLE, twice)
    with pytest.raises(InvalidValueError, match=r"two columns .* called 'km': rename"):
        decide(TABLE, pd.DataFrame([[1, 2]], columns=["km", "km"]))
    extra = pa.table([[1], [2], [0], [0]], ["km", "fare", "other", "other"])
    assert len(decide(TABLE, extra)) == 1
    rows = pa.StructArray.from_arrays([[1, 2]], ["km"], mask=pa.array([False, True]))
    with pytest.raises(InvalidValueError, match="row 1 is null as a whole"):
        decide(TABLE, rows)


def test_what_may_be_missing_is_given_all_the_same() -> None:
    """A column that is left out may be a name misspelt."""
    short = Table("short", rules=[Rule("long", when=STAY >= 60)], otherwise="short")
    with pytest.raises(InvalidValueError, match=r"missing of all .* \[None\] \* rows"):
        decide(short, {"stya": [1]})
    assert len(decide(short, {"stay": [None] * 3})) == 3
