"""What many claims may look like: every form gives the same codes, or says the mend."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
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
from recovery_core.tables import Column, column
from recovery_core.tables.batch.arrow import iter_batches, read_column
from recovery_core.tables.batch.sources import open_source
from tests.support.batch_inputs import (
    CAUSE,
    DATES,
    DAY,
    DUE,
    FARE,
    KM,
    ORDINALS,
    SEEN,
    STAY,
    TIER,
    TOLD,
    WAIT,
    codes,
    refusal,
)
from tests.support.tables import READ, array


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


# ------------------------------------------------------------------------- the forms

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
