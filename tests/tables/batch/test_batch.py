"""Many claims at once: the same rule and the same cent as one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery_core import Money, Rounding
from recovery_core.errors import InvalidValueError, PolicyError
from recovery_core.tables import (
    Rule,
    Table,
    column,
    greatest_of,
    half_of,
    per_started,
    percent_of,
    sum_of_amounts,
)
from recovery_core.tables.batch import Decisions, OutcomeTotals, Route, Total
from recovery_core.tables.batch.claims import Claims
from recovery_core.tables.batch.decisions import exact_sums_by_place, format_sum
from recovery_core.tables.batch.grid import TablePlan
from recovery_core.tables.batch.routes import choose_plan
from recovery_core.tables.batch.run import (
    decide,
    decide_by_plan,
    decide_chunks,
    evenly_spaced_rows,
)
from tests.support.tables import arrays, rows, tables

LATE = column.minutes("late", most=600)
FARE = column.money("fare", "EUR")
TIER = column.choices("tier", "silver", "gold")


def eur(amount: str) -> Money:
    """Count in euros."""
    return Money(amount, "EUR")


# ------------------------------------------------------- one reader, asked two ways


@settings(max_examples=60)
@given(st.data())
def test_arrays_decide_as_claims_do(data: st.DataObject) -> None:
    """Outcome and cents are those of the one-claim reader, in a grid and by masks."""
    table = data.draw(tables().filter(lambda drawn: drawn.inputs))
    drawn = data.draw(rows(table))
    expected = [table.compiled(row) for row in drawn]
    given_ = arrays(table, drawn)
    for most_cells in (200_000, 0):
        plan = TablePlan(table, most_cells)
        found = decide_by_plan(plan, given_, verify=len(drawn))
        assert [*zip(found.codes().tolist(), found.minor.tolist(), strict=True)] == (
            expected
        )
        assert found.verified == len(drawn)
        if any(one.function and not one.vector for one in table.columns):
            assert found.route is Route.COMPUTED
        elif table.tested:
            assert found.route is (Route.GRID if most_cells else Route.MASKS)


def table(*rules: Rule, hit: str = "first", **more: Any) -> Table:
    """Make a table that gives nothing else."""
    more.setdefault("otherwise", "no rule holds")
    return Table("drawn", rules=rules, hit=hit, **more)


def found(policy: Table, data: dict[str, Any], **more: Any) -> list[tuple[str, int]]:
    """Decide, and give label and cents of each claim."""
    decisions = decide(policy, data, **more)
    return [*zip(decisions.codes(), decisions.minor.tolist(), strict=True)]


def alike(policy: Table, data: dict[str, list[int]]) -> None:
    """Hold arrays to the one-claim reader, by grid and by masks."""
    names = [*data]
    asked = [
        policy.compiled(dict(zip(names, row, strict=True)))
        for row in zip(*data.values(), strict=True)
    ]
    for most_cells in (200_000, 0):
        decisions = decide_by_plan(TablePlan(policy, most_cells), data)
        both = zip(decisions.codes(), decisions.minor.tolist(), strict=True)
        assert [*both] == asked


FARES = {
    "fare": [0, 1, 99, 100, 101, 333, 12_345, 10**9],
    "late": [0, 30, 60] * 2 + [600] * 2,
}


def test_rates_columns_and_fixed_sums_become_one_formula() -> None:
    """Half, all, a fixed sum and nothing are one shape with other figures."""
    policy = table(
        Rule("none", when=LATE < 30),
        Rule("half", when=LATE < 60, amends=half_of(FARE)),
        Rule("all", when=LATE < 90, amends=FARE),
        Rule("fixed", when=LATE < 120, amends=eur("7.00")),
        Rule("more", when=LATE < 500, amends=percent_of(FARE, 150)),
    )
    alike(policy, FARES)
    worths = TablePlan(policy)._worths
    assert worths.whole is not None
    assert not worths.parts


def test_shapes_that_differ_are_worked_out_apart() -> None:
    """Floors, sums and periods beside rates: each on its own rows."""
    policy = table(
        Rule("floor", when=LATE < 30, amends=half_of(FARE).floored(eur("2.00"))),
        Rule("sum", when=LATE < 60, amends=sum_of_amounts(FARE, eur("1.00"))),
        Rule("period", when=LATE < 600, amends=per_started(eur("1.00"), 60, LATE)),
        Rule("fixed", amends=eur("3.00")),
        otherwise=None,
    )
    alike(policy, FARES)
    assert len(TablePlan(policy)._worths.parts) == 3


def test_one_shape_that_never_comes_to_nothing_is_kept_from_other_rows() -> None:
    """A column as it stands cannot be switched off by a figure."""
    policy = table(Rule("all", when=LATE >= 60, amends=FARE))
    alike(policy, FARES)
    greater_ = table(
        Rule("max", when=LATE >= 60, amends=greatest_of(FARE, eur("5.00")))
    )
    alike(greater_, FARES)
    least = table(Rule("min", when=LATE >= 60, amends=half_of(FARE).capped(FARE)))
    alike(least, FARES)
    assert TablePlan(least)._worths.whole is not None


def test_one_formula_for_all_is_no_formula_for_nobody() -> None:
    """A table that gives no money, or only fixed sums, needs none."""
    alike(table(Rule("kind", when=LATE >= 60)), {"late": [0, 60]})
    alike(table(Rule("fix", when=LATE >= 60, amends=eur("5.00"))), {"late": [0, 60]})


def test_figures_that_would_overflow_together_stay_apart() -> None:
    """A shape whose figures do not fit together is worked out rule by rule."""
    large, small = "4000000", "0.01"
    policy = table(
        Rule("a", when=LATE < 30, amends=percent_of(percent_of(FARE, large), small)),
        Rule("b", when=LATE < 60, amends=percent_of(percent_of(FARE, small), large)),
    )
    alike(policy, {"late": [0, 45, 70] * 2, "fare": [10**9] * 3 + [77_777] * 3})
    assert len(TablePlan(policy)._worths.parts) == 2


def test_numbers_beyond_32_bits_are_reckoned_in_64() -> None:
    """The narrow integers are used only where everything fits into them."""
    small = column.money("small", "EUR", most=eur("900.00"))
    policy = table(Rule("a", when=LATE >= 30, amends=percent_of(small, 1000)))
    alike(policy, {"late": [0, 30, 600], "small": [90_000] * 3})


def test_lifting_a_column_must_not_overflow_either() -> None:
    """A column as it stands stays so where its whole could not be reckoned with."""
    most = Money.from_minor(2**50, "EUR")
    big = column.money("big", "EUR", most=most)
    policy = table(
        Rule("a", when=LATE < 30, amends=percent_of(FARE, 50)),
        Rule("b", when=LATE < 60, amends=big),
    )
    alike(policy, {"late": [0, 45, 70], "fare": [10**9] * 3, "big": [2**50] * 3})
    assert len(TablePlan(policy)._worths.parts) == 2


def test_numbers_beyond_64_bits_are_refused_when_the_reader_is_built() -> None:
    """What arrays would wrap is never worked out on arrays."""
    most = Money.from_minor(2**52, "EUR")
    big = column.money("big", "EUR", most=most)
    policy = table(Rule("big", when=LATE >= 60, amends=percent_of(big, 100)))
    assert policy.compiled({"late": 60, "big": 2**52}) == ("big", 2**52)
    with pytest.raises(PolicyError, match="rule 'big' of table 'drawn' could reckon"):
        decide(policy, {"late": [60], "big": [2**52]})


@pytest.mark.parametrize("rounding", Rounding)
def test_every_rounding_is_the_same_on_arrays(rounding: Rounding) -> None:
    """Halves and remainders go where they are declared to go."""
    policy = table(
        Rule("r", when=LATE >= 0, amends=percent_of(FARE, "12.5", rounding=rounding)),
        otherwise=None,
    )
    alike(policy, {"late": [0] * 40, "fare": [*range(40)]})


def test_many_rules_that_hold_together_are_told_apart_by_masks() -> None:
    """More rules than bits in a byte or a word."""
    rules = [Rule(f"r{n}", when=n <= LATE, amends=eur("1.00")) for n in range(70)]
    policy = table(*rules, hit="sum", otherwise=None)
    plan = TablePlan(policy, 0)
    decisions = decide_by_plan(plan, {"late": [0, 5, 69, 600]})
    assert decisions.minor.tolist() == [100, 600, 7000, 7000]
    assert decisions.codes()[0] == "r0"


def test_small_domains_are_looked_up_and_large_ones_searched() -> None:
    """Every way to cut a column gives the same pieces."""
    wide = column.integer("wide", -(10**6), 10**6)
    for one, low in ((LATE, 0), (wide, -(10**6))):
        rules = [
            Rule(f"r{n}", when=one < low + 30 * n, amends=eur(f"{n}.00"))
            for n in range(1, 15)
        ]
        values = [low + v for v in (0, 29, 30, 31, 419, 420, 600)]
        alike(table(*rules), {one.name: values})


def test_every_value_may_be_a_piece_of_its_own() -> None:
    """A column cut between all its values is numbered as it stands."""
    grade = column.integer("grade", -5, 20)
    rules = [Rule(f"r{n}", when=grade == n, amends=eur("1.00")) for n in range(-5, 20)]
    alike(table(*rules), {"grade": [*range(-5, 21)]})


def test_no_claims_are_decided_too() -> None:
    """Empty data gives empty decisions."""
    policy = table(Rule("half", when=LATE >= 60, amends=half_of(FARE)))
    decisions = decide(policy, {"late": [], "fare": []}, verify=5)
    assert len(decisions) == 0
    assert decisions.totals().count == 0
    assert decisions.verified == 0


def test_a_table_that_reads_nothing_decides_as_many_as_there_are() -> None:
    """The first column of the data tells how many claims there are."""
    policy = table(otherwise=Rule("all", amends=eur("1.00")))
    for data in ({"x": [1, 2, 3]}, {"x": np.array([1, 2, 3])}):
        assert decide(policy, data).minor.tolist() == [100, 100, 100]
    assert len(decide(policy, {})) == 0


# ------------------------------------------------------------------------- decisions

HALF = table(Rule("half", when=LATE >= 60, amends=half_of(FARE)))
SOME = {"late": [10, 60, 70, 600], "fare": [100, 100, 101, 20_000]}


def test_decisions_say_all_that_is_known_of_them() -> None:
    """What, by which policy, on which way, and how many were asked twice."""
    decisions = decide(HALF, SOME, verify=2)
    assert decisions.minor.dtype == np.int64
    assert decisions.outcome.tolist() == [1, 0, 0, 0]
    assert decisions.outcomes == ("half", "otherwise")
    assert decisions.currency == "EUR"
    assert decisions.route is Route.GRID
    assert decisions.policy_hash == HALF.hash
    assert decisions.verified == 2
    columns = decisions.to_columns()
    assert columns["outcome"].tolist() == ["otherwise", "half", "half", "half"]
    assert columns["minor"] is decisions.minor
    assert repr(decisions) == (
        f"4 claims decided by drawn ({HALF.hash}), route grid, 2 verified\n"
        "half       3  EUR 101.01\n"
        "otherwise  1    EUR 0.00\n"
        "in all     4  EUR 101.01"
    )


def test_no_currency_and_no_decimals_are_shown_as_they_are() -> None:
    """Where nothing has a value, sums are plain numbers; yen have no point."""
    plain = decide(table(Rule("sorry", when=LATE >= 60)), {"late": [60]})
    assert plain.currency is None
    assert repr(plain).endswith("in all  1  0")
    assert repr(plain).startswith("1 claim decided by ")
    yen = column.money("yen", "JPY")
    paid = table(Rule("all", when=LATE >= 0, amends=yen), otherwise=None)
    assert "JPY 1,234" in repr(decide(paid, {"late": [1], "yen": [1234]}))
    assert format_sum(-1234, "EUR") == "EUR -12.34"


def test_totals_add_up_exactly_and_by_label() -> None:
    """Totals of parts are those of the whole; what never occurred stands, too."""
    whole = decide(HALF, SOME).totals()
    assert whole["half"] == Total(3, 10_101)
    assert whole["otherwise"] == Total(1, 0)
    assert whole["unheard of"] == Total(0, 0)
    assert (whole.count, whole.minor) == (4, 10_101)
    halves = ({k: v[:2] for k, v in SOME.items()}, {k: v[2:] for k, v in SOME.items()})
    assert (
        sum((d.totals() for d in decide_chunks(HALF, halves)), OutcomeTotals()) == whole
    )
    assert whole.to_dict()["half"] == {"count": 3, "minor": 10_101}


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2**53 - 1)), max_size=30))
def test_sums_are_exact_where_floats_are_not(pairs: list[tuple[int, int]]) -> None:
    """No sum is off by a cent, however large it grows."""
    places = np.array([place for place, _ in pairs], np.int8)
    minor = np.array([value for _, value in pairs], np.int64)
    expected = [sum(v for p, v in pairs if p == place) for place in range(4)]
    assert exact_sums_by_place(places, minor, 4) == expected


def test_outcomes_of_one_label_are_one_total() -> None:
    """Rules may share words where they collect; their totals are added."""
    decisions = Decisions(
        np.array([1, 2]), np.array([0, 1]), ("a", "a"), None, "p", "h", Route.ROWS
    )
    assert decisions.totals()["a"] == Total(2, 3)


# -------------------------------------------------------------------------- in parts


def test_parts_of_any_size_decide_alike() -> None:
    """How the claims are cut changes nothing."""
    whole = decide(HALF, SOME)
    for chunk in (1, 2, 3, 100):
        assert decide(HALF, SOME, chunk=chunk).minor.tolist() == whole.minor.tolist()


def test_streams_are_read_batch_by_batch() -> None:
    """An Arrow stream is a series of parts; so is any iterable, or one mapping."""
    frame = pa.table(SOME)
    stream = pa.RecordBatchReader.from_batches(frame.schema, frame.to_batches(2))
    assert [len(d) for d in decide_chunks(HALF, stream, verify=1)] == [2, 2]
    assert [len(d) for d in decide_chunks(HALF, SOME)] == [4]
    assert [len(d) for d in decide_chunks(HALF, (part for part in [SOME, frame]))] == [
        4,
        4,
    ]


def test_chunks_are_checked_before_the_first_is_asked_for() -> None:
    """Wrong use shows where it stands, not where the first part is read."""
    with pytest.raises(InvalidValueError, match="chunks cannot be 7"):
        decide_chunks(HALF, 7)
    with pytest.raises(InvalidValueError, match="chunks cannot be 'late'"):
        decide_chunks(HALF, "late")
    with pytest.raises(InvalidValueError, match="chunk cannot be 0"):
        decide_chunks(HALF, [], chunk=0)
    with pytest.raises(InvalidValueError, match="verify cannot be -1"):
        decide(HALF, SOME, verify=-1)
    with pytest.raises(InvalidValueError, match="verify cannot be True"):
        decide(HALF, SOME, verify=True)


def test_rows_are_verified_from_the_first_to_the_last() -> None:
    """A sample is evenly_spaced_rows evenly, and takes in both ends."""
    assert evenly_spaced_rows(100, 0) == []
    assert evenly_spaced_rows(0, 5) == []
    assert evenly_spaced_rows(100, 1) == [0]
    assert evenly_spaced_rows(100, 3) == [0, 49, 99]
    assert evenly_spaced_rows(3, 100) == [0, 1, 2]


def test_verifying_finds_a_reader_that_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first row that differs is named, with what each reader says."""
    plan = TablePlan(HALF)
    monkeypatch.setattr(
        TablePlan, "label_and_minor_of_row", lambda self, row: ("half", 50)
    )
    with pytest.raises(PolicyError, match="drawn decides row 0 as 'half', 50 minor"):
        decide_by_plan(plan, SOME, verify=4)
    monkeypatch.setattr(
        TablePlan,
        "label_and_minor_of_row",
        lambda self, row: (HALF.compiled(row)[0], 1),
    )
    with pytest.raises(PolicyError, match="1 minor units, when asked about it alone"):
        decide_by_plan(plan, SOME, verify=4)
    claims = Claims([SOME])
    claims.open_columns_and_count_rows(HALF.columns)
    with pytest.raises(IndexError):
        claims.plain_values_of_row(4, HALF.columns)
    assert decide_by_plan(plan, SOME, verify=0).verified == 0


def test_a_plan_is_made_once_for_a_table() -> None:
    """Deciding again costs no second grid."""
    assert choose_plan(HALF, None) is choose_plan(HALF, None)


def test_totals_add_up_from_nothing() -> None:
    """The sum of the totals of chunks is that of the whole; other things add not."""
    one = OutcomeTotals({"late": Total(2, 500)})
    assert sum([one, one]) == OutcomeTotals({"late": Total(4, 1_000)})
    with pytest.raises(TypeError):
        1 + one


@pytest.mark.parametrize("policy", ["x", None, 7])
def test_what_is_no_policy_is_refused(policy: Any) -> None:
    """The error says what to give."""
    with pytest.raises(InvalidValueError, match="is no policy: give a Table"):
        decide(policy, {"late": [1]})
