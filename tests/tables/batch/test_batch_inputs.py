"""What many claims may look like: every form gives the same codes, or says the mend."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]
import pytest
import xarray as xr
from hypothesis import example, given, settings
from hypothesis import strategies as st

from recovery_core import Money
from recovery_core.errors import InvalidValueError, PolicyError
from recovery_core.tables import Column, Rule, Table, column, decide, decide_chunks
from recovery_core.tables.batch.arrays import ColumnValues
from recovery_core.tables.batch.arrow import Batch, iter_batches, read_column
from recovery_core.tables.batch.sources import open_source
from tests.support.tables import READ, array

KM = column.integer("km", -3, 400)
TIER = column.choices("tier", "silver", "gold", "black")
CAUSE = column.choices("cause", "crew", "snow").optional()
DAY = column.day("day", first=date(2024, 1, 1), last=date(2026, 12, 31))
FARE = column.money("fare", "EUR", most=Money("300.00", "EUR"))
TOLD = column.flag("told")
WAIT = column.integer("wait", 0, 10**9, unit="s")
STAY = column.minutes("stay", most=500).optional()
DUE = column.day("due").optional()
SEEN = column.flag("seen").optional()
NOON = datetime(2024, 5, 1, 12)  # noqa: DTZ001


class Arrays:
    """Hold an array as other libraries do."""

    def __init__(self, held: Any) -> None:
        """Keep it."""
        self.held = held

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        """Hand it over."""
        return self.held


class Tier(Enum):
    """Name tiers by member."""

    silver = 1
    gold = 2


def codes(one: Column, given_: object, base: int = 0) -> list[int]:
    """Read a column whole."""
    source = open_source(one, given_, base)
    return [int(code) for code in source.checked_codes(0, source.values.size)]


def refusal(one: Column, given_: object, base: int = 0) -> str:
    """Read what cannot be read, and give what is said."""
    with pytest.raises(InvalidValueError) as refused:
        codes(one, given_, base)
    return str(refused.value)


# ------------------------------------------------------------------------- the forms

ORDINALS = [date(2024, 5, 1).toordinal(), date(2026, 1, 2).toordinal()]
DATES = np.array(["2024-05-01", "2026-01-02"], "M8[D]")
FORMS: list[tuple[Column, object, list[int]]] = [
    (KM, np.array([-3, 400], np.int16), [-3, 400]),
    (KM, np.array([3, 400], np.uint64), [3, 400]),
    (KM, np.array([3, 40], ">i4"), [3, 40]),
    (KM, [3, 40], [3, 40]),
    (KM, (3, 40), [3, 40]),
    (KM, np.array([3, 40], object), [3, 40]),
    (KM, np.arange(10)[::2], [0, 2, 4, 6, 8]),
    (KM, [], []),
    (KM, pa.array([], pa.int8()), []),
    (KM, pa.chunked_array([], pa.int8()), []),
    (KM, pa.array([1, 2, 3]).slice(1), [2, 3]),
    (KM, pa.chunked_array([[1], [2, 3]]), [1, 2, 3]),
    (KM, pl.Series([1, 2]), [1, 2]),
    (KM, pd.Series([1, 2]), [1, 2]),
    (KM, pa.array([7, 7, 9]).dictionary_encode(), [7, 7, 9]),
    (TOLD, np.array([True, False]), [1, 0]),
    (TOLD, [True, False], [1, 0]),
    (TOLD, pa.array([False, True, True]).slice(1), [1, 1]),
    (TOLD, pl.Series([True, False]), [1, 0]),
    (FARE, np.array([0, 30_000]), [0, 30_000]),
    (FARE, [Money("1.00", "EUR"), 250], [100, 250]),
    (TIER, np.array(["gold", "silver"]), [1, 0]),
    (TIER, np.array(["gold", "black"], object), [1, 2]),
    (TIER, np.array(["gold", "black"], np.dtypes.StringDType()), [1, 2]),
    (TIER, ["gold", "silver"], [1, 0]),
    (TIER, [Tier.gold, Tier.silver], [1, 0]),
    (TIER, pa.array(["gold", "black"]), [1, 2]),
    (TIER, pa.array(["a", "gold", "black"], pa.large_string()).slice(1), [1, 2]),
    (TIER, pa.array(["gold", "x", "gold"]).dictionary_encode().slice(2), [1]),
    (TIER, pl.Series(["gold", "black"]), [1, 2]),
    (TIER, pl.Series(["gold", "black"], dtype=pl.Categorical), [1, 2]),
    (TIER, pl.Series(["black"], dtype=pl.Enum(["black", "gold"])), [2]),
    (TIER, pd.Series(["gold", "black"]), [1, 2]),
    (TIER, pd.Series(["gold", "black"], dtype="category"), [1, 2]),
    (CAUSE, pd.Series(["snow", None], dtype="category"), [1, 2]),
    (
        CAUSE,
        pa.chunked_array(
            [
                pa.array(["snow", None]).dictionary_encode(),
                pa.array(["crew", "snow"]).dictionary_encode(),
            ]
        ),
        [1, 2, 0, 1],
    ),
    (CAUSE, pa.chunked_array([["snow"], [None, "crew"]]), [1, 2, 0]),
    (CAUSE, ["snow", None], [1, 2]),
    (CAUSE, np.ma.MaskedArray(["snow", "?"], [False, True]), [1, 2]),
    (CAUSE, np.ma.MaskedArray(["snow", None], [True, False], object), [2, 2]),
    (DAY, ORDINALS, ORDINALS),
    (DAY, DATES, ORDINALS),
    (DAY, [date(2024, 5, 1), date(2026, 1, 2)], ORDINALS),
    (DAY, pa.array(DATES), ORDINALS),
    (DAY, pl.Series([date(2024, 5, 1), date(2026, 1, 2)]), ORDINALS),
    (DUE, np.array(["2024-05-01", "NaT"], "M8[D]"), [ORDINALS[0], DUE.missing]),
    (
        DUE,
        np.ma.MaskedArray(np.array(["2024-05-01", "NaT"], "M8[D]"), [True, False]),
        [DUE.missing, DUE.missing],
    ),
    (DUE, pa.array([None, date(2024, 5, 1)]), [DUE.missing, ORDINALS[0]]),
    (STAY, np.ma.MaskedArray([1, 2], [False, False]), [1, 2]),
    (STAY, pl.Series([1, None]), [1, 501]),
    (STAY, pd.Series([1, None], dtype="Int64"), [1, 501]),
    (STAY, [timedelta(hours=1), None], [60, 501]),
    (STAY, pa.array([timedelta(hours=1), None]), [60, 501]),
    (STAY, np.array([90, 0], "m8[m]"), [90, 0]),
    (STAY, [np.timedelta64(1, "h"), None], [60, 501]),
    (STAY, [None, np.timedelta64(6, "h")], [501, 360]),
    (STAY, pd.array([1, None], dtype="Int64"), [1, 501]),
    (STAY, [np.int64(3), None], [3, 501]),
    (STAY, np.array([3, None], object), [3, 501]),
    (STAY, [None, None], [501, 501]),
    (STAY, pa.nulls(2), [501, 501]),
    (STAY, pd.Series([None, None], dtype=object), [501, 501]),
    (STAY, pl.Series([None, None]), [501, 501]),
    (CAUSE, pd.Categorical.from_codes([1, -1], ["crew", "snow"]), [1, 2]),
    (CAUSE, np.array(["crew", "snow"])[[1, 0]], [1, 0]),
    (CAUSE, pa.DictionaryArray.from_arrays([0, 0], pa.nulls(1)), [2, 2]),
    (CAUSE, pa.DictionaryArray.from_arrays([0, 1, None], ["snow", None]), [1, 2, 2]),
    (CAUSE, [np.str_("snow"), None], [1, 2]),
    (DUE, [ORDINALS[0], None], [ORDINALS[0], DUE.missing]),
    (DUE, [np.datetime64("2024-05-01"), None], [ORDINALS[0], DUE.missing]),
    (SEEN, [True, None], [1, 2]),
    (SEEN, [np.True_, None, np.False_], [1, 2, 0]),
    (DAY, DATES.astype("M8[s]"), ORDINALS),
    (DAY, DATES.astype("M8[ns]"), ORDINALS),
    (DAY, pd.Series(DATES), ORDINALS),
    (DAY, pd.Series(DATES).astype("datetime64[ns]"), ORDINALS),
    (DAY, pa.array(DATES).cast(pa.timestamp("us")), ORDINALS),
    (DAY, pa.array(DATES).cast(pa.date64()), ORDINALS),
    (DAY, pa.array(DATES).dictionary_encode(), ORDINALS),
    (
        DUE,
        pa.array([None, datetime(2024, 5, 1)], pa.timestamp("ns")),  # noqa: DTZ001
        [DUE.missing, ORDINALS[0]],
    ),
    (FARE, pa.array([Decimal("1.25"), Decimal(3)], pa.decimal128(9, 2)), [125, 300]),
    (KM, pa.array([Decimal(-3), Decimal(7)], pa.decimal128(9, 0)), [-3, 7]),
    (STAY, pa.array([None, Decimal(7)], pa.decimal128(9, 0)), [501, 7]),
    (KM, pa.array([Decimal(-3), Decimal(7)], pa.decimal256(76, 0)), [-3, 7]),
    (KM, pa.array([Decimal(7), Decimal(7)]).dictionary_encode(), [7, 7]),
    (KM, pl.Series([-3, 7], dtype=pl.Int128), [-3, 7]),
    (KM, pl.Series([-3, 7], dtype=pl.Object), [-3, 7]),
    (KM, pd.Index([-3, 7]), [-3, 7]),
    (STAY, pl.Series([None, 7], dtype=pl.Int128), [501, 7]),
    (FARE, pl.Series([125], dtype=pl.Int128), [125]),
    (KM, pa.RunEndEncodedArray.from_arrays([2, 3], [-3, 7]), [-3, -3, 7]),
    (KM, pa.RunEndEncodedArray.from_arrays([2, 3], [-3, 7]).slice(1), [-3, 7]),
    (STAY, pa.RunEndEncodedArray.from_arrays([1, 3], [None, 7]), [501, 7, 7]),
    (
        CAUSE,
        pa.RunEndEncodedArray.from_arrays(
            [2, 3], pa.array(["snow", None]).dictionary_encode()
        ),
        [1, 1, 2],
    ),
    (
        CAUSE,
        pa.DictionaryArray.from_arrays(
            [1, 0], pa.RunEndEncodedArray.from_arrays([1, 2], ["crew", "snow"])
        ),
        [1, 0],
    ),
    (
        TIER,
        pa.DictionaryArray.from_arrays(
            [1, 0], pa.array(["gold", "black"]).dictionary_encode()
        ),
        [2, 1],
    ),
    (STAY, pa.array([60, None], pa.duration("s")).dictionary_encode(), [1, 501]),
    # A column of which nothing is known may be of any type, and so may an empty one.
    (SEEN, pa.array([None, None], pa.list_(pa.int8())), [2, 2]),
    (SEEN, np.array(["NaT"], "M8[ns]"), [2]),
    (SEEN, np.ma.MaskedArray([0.5], [True]), [2]),
    (SEEN, pd.Series([np.nan, np.nan]), [2, 2]),
    (CAUSE, pa.chunked_array([pa.nulls(1, pa.string()), ["snow"]]), [2, 1]),
    (
        DUE,
        pa.chunked_array([pa.nulls(1, pa.timestamp("ns")), DATES[:1].astype("M8[ns]")]),
        [DUE.missing, ORDINALS[0]],
    ),
    (CAUSE, pa.chunked_array([pa.nulls(1), pa.nulls(2)]), [2, 2, 2]),
    (TOLD, np.array([]), []),
    (TOLD, pa.array([], pa.list_(pa.int8())), []),
    (KM, pl.Series([]), []),
    # Times of several units: NumPy would take the finest, and wrap what is beyond it.
    (DAY, [np.datetime64("2024-05-01", "D"), DATES[1].astype("M8[ns]")], ORDINALS),
    (STAY, [np.timedelta64(1, "h"), np.timedelta64(120, "s"), None], [60, 2, 501]),
    (STAY, [np.timedelta64("NaT", "h"), np.timedelta64(120, "s")], [501, 2]),
    (STAY, [np.timedelta64(1, "h"), timedelta(minutes=2)], [60, 2]),
    (WAIT, [timedelta(minutes=1), timedelta(seconds=1)], [60, 1]),
    (WAIT, np.array([1, 2], "m8[m]"), [60, 120]),
    (KM, xr.DataArray([3, 4]), [3, 4]),
    (KM, Arrays(np.array([3, 4])), [3, 4]),
]


if hasattr(pa, "decimal32"):  # pyarrow 19
    short = pa.array([Decimal(-3), Decimal(7)], pa.decimal32(9, 0))
    FORMS += [(KM, short, [-3, 7]), (KM, short.cast(pa.decimal64(18, 0)), [-3, 7])]
if hasattr(pl, "UInt128"):  # polars 1.34
    FORMS += [(KM, pl.Series([0, 3, 7], dtype=pl.UInt128).slice(1), [3, 7])]

    def test_what_is_beyond_128_bits_with_a_sign_is_refused_as_it_is() -> None:
        """And not as what is below zero."""
        wide = pl.Series([2**127], dtype=pl.UInt128)
        assert "cannot be 170141183460" in refusal(KM, wide)


@pytest.mark.parametrize(("one", "given_", "expected"), FORMS)
def test_every_form_gives_the_same_codes(
    one: Column, given_: object, expected: list[int]
) -> None:
    """Arrays, lists, masks and Arrow all tell the same values."""
    assert codes(one, given_) == expected


@settings(max_examples=30)
@given(st.data())
def test_frames_give_what_arrays_give(data: st.DataObject) -> None:
    """A frame of any library is read like the arrays it holds."""
    one = data.draw(st.sampled_from(READ))
    drawn = data.draw(st.lists(st.integers(*one.span), max_size=20))
    facts = [None if code > one.domain.most else one.of(code) for code in drawn]
    plain = pa.array(facts) if any(f is not None for f in facts) else None
    assert codes(one, array(one, drawn)) == drawn
    assert codes(one, facts) == drawn
    if plain is not None:
        assert codes(one, plain) == drawn
        assert codes(one, pl.from_arrow(plain)) == drawn
        assert codes(one, pa.chunked_array([plain[:2], plain[2:]])) == drawn


LONG = column.choices("long", "moved to another cabin", "x", "zwölf Bytes und mehr 🚂")
LONGS = [*LONG.domain.values, None] * 3  # type: ignore[union-attr]


def views() -> Iterator[object]:
    """Make texts of more than twelve bytes, which Arrow keeps apart from the views."""
    yield pl.Series(LONGS)
    yield pl.concat([pl.Series(LONGS[:5]), pl.Series(LONGS[5:])], rechunk=False)
    yield pl.Series(["?", *LONGS]).slice(1)
    yield pl.Series(LONGS, dtype=pl.Categorical)
    yield pa.array(LONGS, pa.string_view())
    yield pa.array(["?", *LONGS], pa.string_view()).slice(1)
    yield pa.chunked_array(
        [pa.array(p, pa.string_view()) for p in (LONGS[:2], LONGS[2:])]
    )
    yield pa.array(LONGS)
    yield pa.array(["?", *LONGS], pa.large_string()).slice(1)


@pytest.mark.parametrize("given_", [*views()])
def test_texts_of_any_length_are_read_from_views(given_: Any) -> None:
    """Long and short ones, missing ones, slices and chunks; and as often as asked."""
    one = LONG.optional()
    expected = [0, 1, 2, 3] * 3
    for _ in range(50):
        assert codes(one, given_) == expected
    frame = (
        pl.DataFrame({"long": given_})
        if isinstance(given_, pl.Series)
        else pa.table({"long": given_})
    )
    for _ in range(50):
        parts = [open_source(one, batch["long"]) for batch in iter_batches(frame)]
        read = [part.checked_codes(0, part.values.size).tolist() for part in parts]
        assert [code for part in read for code in part] == expected
    assert codes(one, pl.Series([], dtype=pl.String)) == []
    assert codes(one, pa.array([], pa.string_view())) == []


@settings(max_examples=30)
@given(st.lists(st.none() | st.text(max_size=20)), st.integers(0, 5))
@example(["twelve bytes", "thirteen byte", None], 0)
def test_texts_come_as_they_are(texts: list[str | None], cut: int) -> None:
    """Every reader of texts gives what the library that wrote them gives."""
    for sort in (pa.string(), pa.large_string(), pa.string_view()):
        held = pa.array(texts, sort)
        assert read_column(held.slice(cut), "text").values.tolist() == texts[cut:]
    frame = pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)})
    for batch in iter_batches(frame.slice(cut)):
        assert batch["text"].values.tolist() == texts[cut:]


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


# --------------------------------------------------------------------- computed columns

BAND = column.choices("band", "near", "far")


def computed(vector: Any = None) -> Table:
    """Make a table on a computed column."""

    @BAND.computed_from(KM, vector=vector)
    def band(km: int) -> str:
        return "far" if km >= 100 else "near"

    return Table("far", rules=[Rule("far", when=band == "far")], otherwise="near")


def test_computed_columns_are_asked_once_for_each_distinct_value() -> None:
    """A plain function is not asked a million times about a few values."""
    asked: list[int] = []

    @BAND.computed_from(KM)
    def band(km: int) -> str:
        asked.append(km)
        return "far" if km >= 100 else "near"

    table = Table("far", rules=[Rule("far", when=band == "far")], otherwise="near")
    data = {"km": np.tile([1, 100, 400], 50)}
    found = decide(table, data, chunk=7)
    assert found.codes().tolist() == ["otherwise", "far", "far"] * 50
    assert sorted(asked) == [1, 100, 400]


def test_a_vector_twin_is_used_and_checked() -> None:
    """Codes outside the domain, another shape, or floats are refused."""
    data = {"km": np.array([1, 100], np.int8)}
    found = decide(computed(lambda km: km >= 100), data)
    assert found.codes().tolist() == ["otherwise", "far"]
    wide = decide(computed(lambda km: (km * 1000 >= 100_000) * 1), data, verify=2)
    assert wide.codes().tolist() == ["otherwise", "far"]
    assert len(decide(computed(lambda km: km), {"km": []})) == 0
    with pytest.raises(PolicyError, match="gave 2 in row 1: give codes from 0 to 1"):
        decide(computed(lambda km: (km >= 100) * 2), data)
    with pytest.raises(PolicyError, match=r"gave int64 of shape \(\)"):
        decide(computed(lambda km: km.sum()), data)
    with pytest.raises(PolicyError, match="gave float64"):
        decide(computed(lambda km: km * 0.5), data)


def test_a_computed_value_outside_its_domain_is_refused() -> None:
    """What a function answers is held to the column."""

    @BAND.computed_from(KM)
    def band(km: int) -> str:
        return "nowhere"

    table = Table("far", rules=[Rule("far", when=band == "far")], otherwise="near")
    with pytest.raises(InvalidValueError, match="nowhere"):
        decide(table, {"km": [1]})


@pytest.mark.parametrize("gone", ["numpy", "nanoarrow"])
def test_what_is_not_installed_is_named_with_the_extra(gone: str) -> None:
    """Whoever left the extra out reads how to get it."""
    code = f"""
import sys
sys.modules[{gone!r}] = None
from recovery_core.tables import Table, decide
decide(Table("t", rules=[], otherwise="nothing"), {{}})
"""
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ran.returncode == 1
    told = f"deciding many claims at once needs {gone}, which is not installed: pip in"
    assert told in ran.stderr
