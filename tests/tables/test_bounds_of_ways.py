"""Tables that decide in more ways than can be listed decide, and are compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import attrs
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from recovery_core import Money
from recovery_core.errors import (
    PolicyError,
)
from recovery_core.policy import best_of, capped, sum_of
from recovery_core.tables import (
    Hit,
    Rule,
    Table,
    backtest,
    decide,
    diff,
    percent_of,
    plot_table,
    prove,
)
from recovery_core.tables import decider as decider_room
from recovery_core.tables.batch import transition_matrix
from recovery_core.tables.differences import regions as regions_room
from recovery_core.tables.differences.witness_search import NOT_FOUND, PROVED_EQUAL
from recovery_core.testing import check_policy
from tests.support import tables
from tests.support.bounded_tables import CENT, FARE, HUGE, each_alone, flags, many

MANY_WAYS: Final = {"flag": np.random.default_rng(7).random((40, 300)) < 0.3}


def data_of(count: int) -> dict[str, Any]:
    """Throw so many flags three hundred times."""
    return {f"f{n}": MANY_WAYS["flag"][n] for n in range(count)}


@pytest.mark.parametrize("hit", ["sum", "max"])
def test_what_cannot_be_listed_is_decided_all_the_same(hit: str) -> None:
    """One by one, many at once, alone, combined and against each other."""
    table = many(each_alone(40), hit, otherwise="none")
    other = many(each_alone(40)[:39], hit, otherwise="none")
    data = data_of(40)
    assert not table.decider.can_list_ways
    rows = [{name: bool(up[n]) for name, up in data.items()} for n in range(300)]
    answers = [table.compiled(row) for row in rows]
    decided = decide(table, data, verify=300, chunk=100)
    assert decided.route == "masks"
    assert [*zip(decided.codes(), decided.minor.tolist(), strict=True)] == answers
    twice = decide(table, {k: np.tile(up, 2) for k, up in data.items()}, chunk=300)
    assert twice.codes().tolist() == [*decided.codes(), *decided.codes()]
    assert sorted(twice.outcomes) == sorted(decided.outcomes)
    again = [table.decision(row) for row in rows[:20]]
    assert [(d.rule, d.award.worth) for d in again] == [
        (label, Money.from_minor(minor, "EUR")) for label, minor in answers[:20]
    ]
    tried = backtest(table, other, data=data)
    assert tried.comparisons[0].old.totals.minor == sum(minor for _, minor in answers)
    gone = sum(minor for _, minor in answers) - decide(other, data).totals().minor
    assert tried.comparisons[0].cost == -gone
    assert len(repr(tried)) < 20_000
    small = many(each_alone(2), "first", otherwise="none")
    for policy in (sum_of(table, small), capped(table, at=CENT), best_of(small, table)):
        claims = decide(policy, {name: up[:9] for name, up in data.items()}, verify=9)
        assert claims.route == "rows"
    assert plot_table(table, x="f0", y="f1") is not None
    assert check_policy(table, never_above=HUGE, max_examples=20).results
    refused: list[Callable[[], object]] = [
        lambda: table.outcomes,
        lambda: table.choose(rows[0]),
        lambda: prove.never_above(table, CENT),
        lambda: plot_table(table, x="f0", y="f1", of="worth"),
        lambda: diff(table, other),
    ]
    for ask in refused:
        with pytest.raises(PolicyError, match=r"too many to list|cannot be compared"):
            ask()


@settings(max_examples=60)
@given(st.data(), tables.tables(hits=(Hit.SUM, Hit.MAX)))
def test_rule_by_rule_comes_to_the_same(data: st.DataObject, table: Table) -> None:
    """Of any rules, exclusions, gifts and amounts: what the list of ways comes to."""
    assume(table.inputs)
    given_ = data.draw(tables.rows(table))
    answers = [table.compiled(row) for row in given_]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decider_room, "_MOST_WAYS", 0)
        again = Table.from_json(table.to_json(), functions=functions_of(table))
        assert not again.decider.can_list_ways
        assert [again.compiled(row) for row in given_] == answers
        decided = decide(again, tables.arrays(table, given_), verify=len(given_))
    assert [*zip(decided.codes(), decided.minor.tolist(), strict=True)] == answers


def functions_of(table: Table) -> dict[str, Callable[..., Any]]:
    """Name what a table calls."""
    return {
        name: function
        for one in (*table.columns, *table.inputs)
        for name, function in (
            (one.name, one.function),
            (f"{one.name}.vector", one.vector),
        )
        if function is not None
    }


def test_labels_of_tables_that_cannot_be_listed_are_told_apart() -> None:
    """A rule that two tables share is named with its table."""
    table = many(each_alone(40), "sum", otherwise="none")
    other = Table(
        "other", [Rule("r0", when=flags(1)[0], amends=CENT)], otherwise="none"
    )
    data = {name: np.array([name == "f0", False]) for name in data_of(40)}
    decided = decide(sum_of(table, other), data)
    assert decided.codes().tolist() == ["many: r0 + other: r0", "nothing"]


def test_moves_between_thousands_of_ways_take_little_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Those that nobody made are not counted; the matrix gives way to a list."""
    old, new = (many(each_alone(n), "sum", otherwise="none") for n in (8, 7))
    data = data_of(8)
    whole = backtest(old, new, data=data)
    monkeypatch.setattr(transition_matrix, "_CELLS", 0)
    again = backtest(old, new, data=data)
    assert again.to_dict() == whole.to_dict()
    told = repr(again)
    listed = again.comparisons[0].moves
    assert "old -> new, those of most claims" in told
    (others,) = (line for line in told.splitlines() if "others" in line)
    assert others.split()[0] == str(len(listed) - 40)
    monkeypatch.setattr(
        "recovery_core.tables.batch.version_comparison._MOST_MOVES", 10**6
    )
    assert "others" not in repr(again)


@settings(max_examples=60)
@given(st.data())
def test_a_settled_walk_finds_the_ways_of_the_whole_one(data: st.DataObject) -> None:
    """What two tables decide otherwise, whether or not all sets of rules are walked."""
    old = data.draw(tables.tables(most_rules=4))
    new = data.draw(tables.tables(most_rules=4))
    whole = [*diff(old, new).regions]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(regions_room, "_ALL_SETS", 0)
        settled = [*diff(old, new).regions]
    named = [
        {(r.old, r.new) for r in each if r.old != r.new} for each in (whole, settled)
    ]
    assert named[0] == named[1]
    for region in settled:
        if "not traced" not in region.note:
            facts = {n: v for n, v in region.witness.items() if v is not None}
            own = [{c.name for c in (*t.inputs,)} for t in (old, new)]
            asked = [{n: v for n, v in facts.items() if n in names} for names in own]
            assert old.decision(asked[0]).rule == region.old
            assert new.decision(asked[1]).rule == region.new


@pytest.mark.parametrize("count", [20, 40])
def test_tables_over_many_flags_are_compared(count: int) -> None:
    """Where the first rule decides, and every set of rules could hold."""
    old = many(each_alone(count), otherwise="none")
    new = attrs.evolve(old, rules=[*old.rules[:2], *old.rules[3:]])
    found = diff(old, new).regions
    assert [(r.old, r.new) for r in found] == [
        ("r2", "otherwise"),
        *(("r2", f"r{n}") for n in range(count - 1, 2, -1)),
    ]


def test_a_search_in_many_regions_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are looked at, in all regions together, up to a number; then it is told."""

    def table(rate: int) -> Table:
        rules = [
            Rule(f"r{n}", when=flag, amends=percent_of(FARE, rate).capped(CENT))
            for n, flag in enumerate(flags(4))
        ]
        return Table("T", rules, otherwise="none", hit="first")

    old, new = table(50), table(51)
    whole = diff(old, new).regions
    assert {region.note for region in whole} == {PROVED_EQUAL}
    monkeypatch.setattr(
        "recovery_core.tables.differences.paired_columns._ROWS_OF_ALL_REGIONS", 0
    )
    monkeypatch.setattr(
        "recovery_core.tables.differences.paired_columns._ROWS_OF_ANY_REGION", 1
    )
    few = diff(old, new).regions
    assert [(r.old, r.new) for r in few] == [(r.old, r.new) for r in whole]
    assert {r.note for r in few} == {NOT_FOUND}


def test_tables_that_decide_in_too_many_ways_are_not_compared() -> None:
    """With the reason, and what to do instead."""
    old, new = (many(each_alone(n), "sum", otherwise="none") for n in (18, 17))
    with pytest.raises(PolicyError, match=r"more than 200,000 steps.*parts of them"):
        diff(old, new)
    old, new = (many(each_alone(n), "sum", otherwise="none") for n in (15, 14))
    with pytest.raises(PolicyError, match="decide in more than 16,384 ways together"):
        diff(old, new)
