"""Versions of a policy on the same claims: every claim is counted, every cent found."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery_core import Award, Claim, Money, Remedy, RemedyKind
from recovery_core.errors import InvalidValueError, PolicyError
from recovery_core.policy import CompensationPolicy, first
from recovery_core.tables import (
    Rule,
    Table,
    backtest,
    bands,
    column,
    decide,
    half_of,
    policy_reading,
)
from recovery_core.tables.batch import Total
from recovery_core.tables.batch.backtesting import ChangedClaim, Transition
from tests.support.tables import arrays, rows, tables

LATE = column.minutes("late", most=600)
FARE = column.money("fare", "EUR")


def version(name: str, half: int, full: int) -> Table:
    """Give half from one delay on, all from another."""
    return Table(
        name,
        rules=[
            Rule("half", when=LATE.between(half, full), amends=half_of(FARE)),
            Rule("full", when=LATE >= full, amends=FARE),  # noqa: SIM300
        ],
        otherwise="in time",
    )


OLD, NEW = version("Delay 30", 30, 60), version("Delay 15", 15, 90)
DATA: dict[str, Any] = {
    "late": [10, 20, 40, 70, 100, 80],
    "fare": [1_000, 2_000, 3_000, 4_000, 5_000, 10_001],
}


def test_every_claim_is_in_one_move() -> None:
    """The matrix says how many go from rule to rule, and with what money."""
    (tried,) = backtest(OLD, NEW, data=DATA).comparisons
    assert dict(tried.moves) == {
        ("otherwise", "otherwise"): Transition(1, 0, 0),
        ("otherwise", "half"): Transition(1, 0, 1_000),
        ("half", "half"): Transition(1, 1_500, 1_500),
        ("full", "half"): Transition(2, 14_001, 7_001),
        ("full", "full"): Transition(1, 5_000, 5_000),
    }
    assert tried.moves["full", "half"].change == -7_000
    assert (tried.count, tried.moved, tried.gained, tried.lost) == (6, 3, 1, 2)
    assert tried.cost == -6_000
    assert tried.largest_gain == ChangedClaim(1, "otherwise", "half", 0, 1_000)
    assert tried.largest_loss == ChangedClaim(5, "full", "half", 10_001, 5_001)
    assert tried.old.totals["full"] == Total(3, 19_001)


def test_it_reads_as_a_matrix() -> None:
    """Old rules stand down the side, new ones across, money below."""
    text = str(backtest(OLD, NEW, data=DATA, verify=2))
    assert text == "\n".join(
        [
            "6 claims, 2 verified",
            "",
            f"Delay 30 ({OLD.hash}) -> Delay 15 ({NEW.hash})",
            "claims, old down, new across  half  full  otherwise  in all",
            "half                             1     .          .       1",
            "full                             2     1          .       3",
            "otherwise                        1     .          1       2",
            "in all                           4     1          1       6",
            "3 of 6 claims move to another rule",
            "1 gets more, 2 get less",
            "cost EUR 205.01 -> EUR 145.01: EUR -60.00",
            "most more: row 1, otherwise EUR 0.00 -> half EUR 10.00",
            "most less: row 5, full EUR 100.01 -> half EUR 50.01",
        ]
    )


def test_one_claim_is_told_as_one() -> None:
    """The words agree with the count."""
    text = str(backtest(OLD, NEW, data={n: v[1:2] for n, v in DATA.items()}))
    assert text.startswith("1 claim, 0 verified")
    assert "1 of 1 claim moves to another rule\n1 gets more, 0 get less" in text


def test_it_is_ready_for_json() -> None:
    """All of it can be stored and read back."""
    stored = json.loads(json.dumps(backtest(OLD, NEW, data=DATA).to_dict()))
    assert stored["count"] == 6
    assert [v["name"] for v in stored["versions"]] == ["Delay 30", "Delay 15"]
    assert stored["versions"][0]["totals"]["full"] == {"count": 3, "minor": 19_001}
    (tried,) = stored["comparisons"]
    assert tried["cost"] == -6_000
    assert tried["largest_gain"]["row"] == 1
    assert {
        "old": "half",
        "new": "half",
        "count": 1,
        "before": 1_500,
        "after": 1_500,
    } in (tried["moves"])
    same = backtest(OLD, OLD, data=DATA).to_dict()["comparisons"][0]
    assert same["largest_gain"] is None


def test_a_policy_moves_nothing_against_itself() -> None:
    """All claims stay, and nothing costs more or less."""
    (tried,) = backtest(OLD, OLD, data=DATA).comparisons
    assert (tried.moved, tried.gained, tried.lost, tried.cost) == (0, 0, 0, 0)
    assert all(old == new for old, new in tried.moves)
    assert "most" not in str(tried)


def test_several_versions_are_tried_at_once() -> None:
    """Each is compared with the base, on claims that are read once."""
    third = version("Delay 60", 60, 120)
    tried = backtest(OLD, NEW, third, data=DATA)
    assert [each.new.name for each in tried.comparisons] == ["Delay 15", "Delay 60"]
    assert [v.totals.minor for v in tried.versions] == [20_501, 14_501, 9_501]
    for policy, found in zip((OLD, NEW, third), tried.versions, strict=True):
        decisions = decide(policy, DATA)
        assert found.totals == decisions.totals()
        assert (found.hash, found.route) == (policy.hash, decisions.route)


def test_parts_add_up_to_the_whole() -> None:
    """However the claims come, the answer is the same; rows count through."""
    frame = pa.table(DATA)
    halves = [{name: v[:4] for name, v in DATA.items()}, frame.slice(4)]
    whole = backtest(OLD, NEW, data=DATA)
    for data in (halves, iter(halves), frame, frame.to_reader(2)):
        assert backtest(OLD, NEW, data=data).to_dict() == whole.to_dict()
    assert backtest(OLD, NEW, data=DATA, chunk=1) == whole
    assert backtest(OLD, NEW, data=halves, verify=2).verified == 4


def test_no_claims_move_nothing() -> None:
    """Empty data is fine."""
    empty: tuple[Any, ...] = ({"late": [], "fare": []}, [])
    for data in empty:
        tried = backtest(OLD, NEW, data=data)
        assert tried.count == 0
        assert tried.comparisons[0].cost == 0
        assert "0 claims" in str(tried)


@settings(max_examples=40)
@given(st.data())
def test_moves_are_those_of_claims_one_by_one(data: st.DataObject) -> None:
    """Counting by hand finds the same matrix."""
    old = data.draw(tables(most_rules=3).filter(lambda t: t.inputs))
    new = data.draw(tables(most_rules=3).filter(lambda t: t.inputs))
    left, right = data.draw(rows(old)), data.draw(rows(new))
    claims = [a | b for a, b in zip(left, right, strict=False)]
    given_ = arrays(old, claims) | arrays(new, claims)
    (tried,) = backtest(old, new, data=given_, chunk=3).comparisons
    pairs = [(old.compiled(row), new.compiled(row)) for row in claims]
    counts = Counter((a[0], b[0]) for a, b in pairs)
    assert {key: move.count for key, move in tried.moves.items()} == counts
    assert tried.cost == sum(b[1] - a[1] for a, b in pairs)
    assert tried.gained == sum(b[1] > a[1] for a, b in pairs)
    assert tried.lost == sum(b[1] < a[1] for a, b in pairs)
    moves = {key: [0, 0] for key in counts}
    for (rule, minor), (other, cost) in pairs:
        moves[rule, other][0] += minor
        moves[rule, other][1] += cost
    assert {k: [m.before, m.after] for k, m in tried.moves.items()} == moves


def test_versions_of_every_sort_can_be_compared() -> None:
    """A table, tables combined, a declared function, any function."""

    @policy_reading(bands(LATE, 30))
    def declared(read: Any) -> Rule:
        return Rule("half" if read["late"] >= 30 else "less", amends=half_of(FARE))

    def plain(claim: Claim) -> Award:
        fare = claim.failure.facts.read("fare", Money)
        return Award(amends=(Remedy(RemedyKind.CASH, fare),))

    others: list[CompensationPolicy] = [first(OLD, NEW), declared, plain]
    tried = backtest(OLD, *others, data=DATA, reads=[LATE, FARE], verify=6)
    assert [v.route for v in tried.versions] == ["grid", "composed", "distinct", "rows"]
    assert [v.totals.minor for v in tried.versions] == [20_501, 21_501, 12_501, 25_001]
    assert "nothing" not in tried.comparisons[2].new.totals.by_outcome


def test_columns_that_share_a_name_may_differ() -> None:
    """Versions may declare other bounds; each holds the data to its own."""
    later = column.minutes("late", most=50)
    short = Table("short", rules=[Rule("a", when=later > 20)], otherwise="no")
    assert backtest(short, OLD, data={"late": [1, 50], "fare": [1, 1]}).count == 2
    with pytest.raises(InvalidValueError, match="'late' cannot be 70"):
        backtest(OLD, short, data=DATA)


def test_nothing_has_a_value_and_no_currency() -> None:
    """Where no money is given, plain numbers are shown."""
    kind = Table("kind", rules=[Rule("a", when=LATE > 20)], otherwise="no")
    (tried,) = backtest(kind, kind, data={"late": [1]}).comparisons
    assert tried.currency is None
    assert "cost 0 -> 0: 0" in str(tried)


def test_versions_share_one_currency() -> None:
    """Euros and dollars cannot be compared without a rate."""
    usd = Table("usd", rules=[], otherwise=Rule("a", amends=Money("1.00", "USD")))
    with pytest.raises(PolicyError, match="cannot be compared in EUR and USD"):
        backtest(OLD, usd, data=DATA)


def test_a_version_that_is_alone_is_added_up_rule_by_rule() -> None:
    """Nothing is compared, and the totals are those of `decide`."""
    tried = backtest(OLD, data=DATA, verify=6)
    assert (tried.count, tried.verified, tried.comparisons) == (6, 6, ())
    (alone,) = tried.versions
    found = decide(OLD, DATA)
    assert alone.totals == found.totals()
    assert (alone.route, alone.currency) == ("grid", "EUR")
    said = repr(tried).splitlines()
    assert said[0] == "6 claims, 6 verified"
    assert said[2] == f"{OLD.name} ({OLD.hash})"
    assert said[3:] == repr(found).splitlines()[1:]
    assert tried.to_dict()["comparisons"] == []
    assert tried.to_dict()["versions"][0]["currency"] == "EUR"


def test_sizes_are_numbers() -> None:
    """Of rows that are decided together."""
    with pytest.raises(InvalidValueError, match="chunk cannot be 0"):
        backtest(OLD, NEW, data=DATA, chunk=0)


def test_verifying_finds_a_version_that_differs() -> None:
    """Every version is held to its one-claim reader."""

    @policy_reading(bands(LATE, 60))
    def lies(read: Any) -> Rule:
        return Rule("even" if read["late"] % 20 == 0 else "odd")

    assert backtest(OLD, lies, data=DATA).count == 6
    with pytest.raises(PolicyError, match="lies answers"):
        backtest(OLD, lies, data=DATA, verify=6)


def test_sums_stay_exact_beyond_floats() -> None:
    """Billions of claims would not lose a cent."""
    most = Money.from_minor(2**52, "EUR")
    big = column.money("big", "EUR", most=most)
    all_ = Table("all", rules=[], otherwise=Rule("all", amends=big))
    none = Table("none", rules=[], otherwise="nothing")
    values = np.full(9, 2**52 - 1)
    (tried,) = backtest(none, all_, data={"big": values}).comparisons
    assert tried.cost == 9 * (2**52 - 1)
