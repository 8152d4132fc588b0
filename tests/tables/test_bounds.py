"""Whatever a table is made of, building and asking it ends: its work is counted."""

from __future__ import annotations

import json
import pickle
import random
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from itertools import combinations
from typing import Any, Final

import attrs
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from recovery_core import Money, Rounding
from recovery_core.errors import (
    GapError,
    InvalidValueError,
    OverlapError,
    PolicyError,
    ShadowError,
    StoredFormatError,
)
from recovery_core.policy import best_of, capped, sum_of
from recovery_core.tables import (
    Column,
    Hit,
    Rule,
    Table,
    backtest,
    column,
    decide,
    diff,
    excess_of,
    fingerprint,
    greatest_of,
    indexed,
    interest,
    least_of,
    pay,
    per_started,
    percent_of,
    prove,
    sum_of_amounts,
)
from recovery_core.tables import decider as decider_room
from recovery_core.tables.amounts import Formula, to_formula
from recovery_core.tables.batch import transition_matrix
from recovery_core.tables.conditions import When
from recovery_core.tables.coverage import Coverage
from recovery_core.tables.differences import regions as regions_room
from recovery_core.tables.differences.witness_search import NOT_FOUND, PROVED_EQUAL
from recovery_core.tables.rule_sets import (
    StepBudget,
    TooManyStepsError,
    lowest_codes_by_rule_set,
    members_of_mask,
    split_by_conditions,
)
from recovery_core.testing import check_policy
from tests.support import tables
from tests.tables.test_check_z3 import COLUMNS, some_rules

FARE: Final = column.money("fare", "EUR", most=Money("9.00", "EUR"))
LATE: Final = column.minutes("late", most=500)
DAYS: Final = column.days("days", most=5)
INDEX: Final = column.integer("index", 1, 2)
ONE: Final = Money("1.00", "EUR")
CENT: Final = Money("0.01", "EUR")
DEEPEST: Final = 32

# --------------------------------------------------------------- deep and long formulas

GROWING: Final[dict[str, Callable[[Formula], Formula]]] = {
    "least": lambda inner: least_of(ONE, inner),
    "greatest": lambda inner: greatest_of(inner, CENT),
    "sum": lambda inner: sum_of_amounts(inner, CENT),
    "sign": lambda inner: inner + CENT,
    "excess": lambda inner: excess_of(inner, CENT),
    "excess over what is deep": lambda inner: excess_of(ONE, inner),
    "percent_of": lambda inner: percent_of(inner, 99),
    "half even": lambda inner: percent_of(inner, 99, rounding=Rounding.HALF_EVEN),
    "interest": lambda inner: interest(inner, 1, DAYS),
    "per_started": lambda inner: per_started(inner, 400, LATE, at_most=1),
    "indexed": lambda inner: indexed(inner, INDEX, 2, nearest=Money("0.05", "EUR")),
    "capped": lambda inner: inner.capped(ONE),
    "floored": lambda inner: inner.floored(CENT),
}


def nested(grow: Callable[[Formula], Formula], depth: int) -> Formula:
    """Put formulas into one another, so many deep."""
    amount = to_formula(FARE)
    for _ in range(depth - 1):
        amount = grow(amount)
    return amount


def deep_in(frames: int, act: Callable[[], object]) -> object:
    """Act inside so many calls, as under a framework."""
    return act() if not frames else deep_in(frames - 1, act)


@pytest.mark.parametrize("grow", GROWING.values(), ids=GROWING)
def test_every_reader_follows_a_formula_as_deep_as_may_be(
    grow: Callable[[Formula], Formula],
) -> None:
    """Whatever is nested: compiled, decided, stored, told, compared and proved."""
    amount = nested(grow, DEEPEST)
    table = Table(
        "T",
        [
            Rule(
                "r", when=LATE >= 0, alternatives=[amount, ONE], amends=[amount, amount]
            )
        ],
    )
    other = Table("T", [Rule("r", when=LATE >= 0, amends=[amount, CENT])])
    row: dict[str, Any] = {c.name: c.domain.least + 1 for c in table.inputs}
    worth = table.compiled(row)[1]

    def ask() -> None:
        copied = pickle.loads(pickle.dumps(table))  # noqa: S301
        assert copied == table == Table.from_json(table.to_json())
        assert copied.hash == table.hash
        assert copied.compiled(row) == ("r", worth)
        assert (table.decision(row).award.worth or Money.zero("EUR")).minor == worth
        many = decide(table, {name: [value] for name, value in row.items()}, verify=1)
        assert many.minor.tolist() == [worth]
        assert str(table.explain(row))
        assert table.to_markdown()
        assert not diff(table, other).is_empty
        most = Money.from_minor(3 * 10**6, "EUR")
        assert prove.never_above(table, most, timeout=0.1).holds in {True, None}

    deep_in(250, ask)


@pytest.mark.parametrize("grow", GROWING.values(), ids=GROWING)
def test_a_formula_too_deep_is_refused_when_it_is_built(
    grow: Callable[[Formula], Formula],
) -> None:
    """By the rule that gives it, and before that wherever it goes on growing."""
    amount = nested(grow, DEEPEST + 1)
    builds: list[Callable[[], object]] = [
        lambda: Rule("r", amends=amount),
        lambda: pay(amount),
        lambda: pay(ONE, discretion=amount),
        lambda: prove.never_above(Table("T", [Rule("r", amends=FARE)]), amount),
        lambda: nested(grow, 10**5),
    ]
    for build in builds:
        with pytest.raises(InvalidValueError, match="more than 32 formulas inside one"):
            build()


@pytest.mark.parametrize("depth", [DEEPEST + 1, 200, 10**4])
def test_a_stored_formula_too_deep_is_refused(depth: int) -> None:
    """With its place, however deep it is."""
    table = Table("T", [Rule("r", amends=percent_of(FARE, 50))])
    stored = json.loads(table.to_json())
    del stored["hash"]
    inner = '{"column": "fare"}'
    for _ in range(depth - 1):
        inner = f'{{"percent_of": {{"of": {inner}, "is": "50"}}}}'
    stored["rules"][0]["amends"][0]["pay"]["amount"] = "HERE"
    text = json.dumps(stored).replace('"HERE"', inner)
    with pytest.raises(
        StoredFormatError, match=r"inside one another|too deep|recursion"
    ):
        Table.from_json(text)


def test_a_formula_that_doubles_is_refused_before_it_fills_the_memory() -> None:
    """Two to the power of thirty parts, of thirty lines of Python."""
    with pytest.raises(InvalidValueError, match="or 1,000 in all"):
        reduce(
            lambda amount, _: sum_of_amounts(amount, amount),
            range(30),
            to_formula(FARE),
        )


@pytest.mark.parametrize("make", [least_of, greatest_of, sum_of_amounts, excess_of])
def test_a_formula_of_many_parts_is_worked_out(make: Callable[..., Formula]) -> None:
    """Side by side there is room for hundreds, on every way there is to ask."""
    sums = [Money.from_minor(n, "EUR") for n in range(3, 900)]
    table = Table("T", [Rule("r", amends=make(FARE, *sums))])
    fares = [0, 2, 3, 500, 900]
    took: dict[str, Callable[[Sequence[int]], int]] = {
        "least_of": min,
        "greatest_of": max,
        "sum_of_amounts": sum,
        "excess_of": lambda _: 0,
    }
    right = [took[make.__name__]([fare, *range(3, 900)]) for fare in fares]
    assert [table.compiled({"fare": fare})[1] for fare in fares] == right
    assert decide(table, {"fare": fares}, verify=5).minor.tolist() == right


@pytest.mark.parametrize("hit", ["sum", "max"])
def test_thousands_of_rules_decide_together(hit: str) -> None:
    """What they come to is no formula that Python could not read."""
    fare = column.money("fare", "EUR", most=Money("1000.00", "EUR"))
    rules = [
        Rule(f"r{n}", when=fare >= Money.from_minor(n, "EUR"), amends=CENT)
        for n in range(3500)
    ]
    table = Table("T", rules, hit=hit)
    label, worth = table.compiled({"fare": 4000})
    assert label.startswith("r0 ")
    assert worth == (3500 if hit == "sum" else 1)


# --------------------------------------------------------------- one question at a time


@pytest.mark.parametrize("seed", range(40))
def test_the_questions_find_what_the_walk_finds(seed: int) -> None:
    """Gap, overlaps and dead rules, each with the same lowest claim."""
    dice = random.Random(seed)
    count = dice.choice([1, 2, 3, 6, 11, 21])
    conditions = some_rules(count, dice)
    names = [one.name for one in COLUMNS]
    walked = {
        mask: dict(zip(names, codes, strict=True))
        for mask, codes in lowest_codes_by_rule_set(
            COLUMNS, conditions, StepBudget(10**6)
        ).items()
    }
    asked = Coverage(COLUMNS, conditions, StepBudget(10**6))
    assert asked.find_gap() == walked.get(0)
    excluded = dice.randint(0, count // 3)
    found: dict[tuple[int, int], Mapping[str, int]] = {}
    for mask, codes in walked.items():
        held = [*members_of_mask(mask)]
        if held and held[0] >= excluded:
            for pair in combinations(held, 2):
                found.setdefault(pair, codes)
    overlaps = [
        *asked.iter_overlapping_pairs(range(excluded, count), (1 << excluded) - 1)
    ]
    assert overlaps == sorted(
        found.items(), key=lambda each: ([*each[1].values()], each[0])
    )
    for rule in range(count):
        for before in {rule, min(rule, excluded)}:
            speaks = any(
                mask >> rule & 1 and not mask & ((1 << before) - 1) for mask in walked
            )
            assert asked.can_hold_alone(rule, (1 << before) - 1) is speaks


def flags(count: int) -> list[Column]:
    """Make so many flags."""
    return [column.flag(f"f{n}") for n in range(count)]


def each_alone(count: int) -> list[When]:
    """Let every rule go by a flag of its own."""
    return [flag.as_when() for flag in flags(count)]


def one_by_one(count: int) -> list[When]:
    """Let every rule hold where none before it does."""
    own = flags(count)
    return [
        reduce(lambda when, other: when & ~other, own[:n], own[n].as_when())
        for n in range(count)
    ]


def by_two(count: int) -> list[When]:
    """Let every rule go by two flags."""
    pairs = random.Random(count).sample([*combinations(flags(count), 2)], count)
    return [one & other for one, other in pairs]


SHAPES: Final[dict[str, Callable[[int], list[When]]]] = {
    "each alone": each_alone,
    "one by one": one_by_one,
    "by two": by_two,
}
FEW_STEPS: Final = 60_000


@pytest.mark.parametrize("hit", Hit)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("count", [20, 24, 40, 64])
def test_rules_over_many_flags_are_checked_in_few_steps(
    shape: str, count: int, hit: Hit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A million million ways to hold together, and a few thousand steps."""
    monkeypatch.setattr("recovery_core.tables.table_errors._MOST_STEPS", FEW_STEPS)
    whens = SHAPES[shape](count)
    rules = [Rule(f"r{n}", when=when, amends=CENT) for n, when in enumerate(whens)]

    def build(rules: Sequence[Rule], **more: Any) -> Table:
        return Table("T", rules, hit=hit, **more)

    if hit is Hit.UNIQUE and shape != "one by one":
        with pytest.raises(OverlapError):
            build(rules, otherwise="none")
        return
    row = {f"f{n}": n in {3, 5} for n in range(count)}
    held = [
        rule.code
        for rule, when in zip(rules, whens, strict=True)
        if when.holds({name: int(value) for name, value in row.items()})
    ]
    table = build(rules, otherwise="none")
    if hit in {Hit.FIRST, Hit.UNIQUE}:
        held = held[:1]
    label = (" or " if hit is Hit.MAX else " + ").join(held) or "otherwise"
    assert table.compiled(row)[0] == table.decision(row).rule == label
    assert str(table.explain(row))
    assert Table.from_json(table.to_json()) == table
    with pytest.raises(GapError):
        build(rules)
    out = build(rules[2:], otherwise="none", exclusions=rules[:2])
    assert out.exclusions
    with pytest.raises(ShadowError, match="never decides"):
        build(rules, otherwise="none", exclusions=[Rule("late")])


def pigeons(holes: int) -> list[When]:
    """Leave nothing out, in a way that every search takes long to find."""
    at = {
        (pigeon, hole): column.flag(f"p{pigeon}h{hole}")
        for pigeon in range(holes + 1)
        for hole in range(holes)
    }
    two = [
        at[one, hole] & at[other, hole]
        for hole in range(holes)
        for one, other in combinations(range(holes + 1), 2)
    ]
    none = [
        down([at[pigeon, hole] for hole in range(holes)]) for pigeon in range(holes + 1)
    ]
    return [*two, *none]


def down(own: Sequence[Column]) -> When:
    """Demand that all flags are down."""
    return reduce(lambda when, other: when & ~other, own[1:], ~own[0])


def many(whens: Sequence[When], hit: Hit | str = Hit.FIRST, **more: Any) -> Table:
    """Build a table of conditions; each rule gives a cent more than the one before."""
    rules = [
        Rule(f"r{n}", when=when, amends=Money.from_minor(n + 1, "EUR"))
        for n, when in enumerate(whens)
    ]
    return Table("many", rules, hit=hit, **more)


def test_what_would_take_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reason and the mend; a stored table with its place."""
    table = many(pigeons(4))
    assert table.compiled(dict.fromkeys([c.name for c in table.tested], False))
    monkeypatch.setattr("recovery_core.tables.table_errors._MOST_STEPS", 20_000)
    with pytest.raises(InvalidValueError) as refused:
        many(pigeons(8))
    assert str(refused.value) == (
        "table 'many' cannot be searched for gaps, overlaps and dead rules in 20,000 "
        "steps: its 297 rules over 72 columns leave too many combinations; make "
        "choices of flags that exclude each other, give it an otherwise=, or split it "
        "into tables that first() or sum_of() put together"
    )
    stored = many(pigeons(2)).to_json()
    monkeypatch.setattr("recovery_core.tables.table_errors._MOST_STEPS", 20)
    with pytest.raises(
        StoredFormatError, match="the stored table: table 'many' cannot"
    ):
        Table.from_json(stored)


def test_a_number_for_each_of_a_million_rules_is_refused_before_it_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What takes no time may take all memory; it counts as well."""
    monkeypatch.setattr("recovery_core.tables.coverage._LONG", 8)
    at = column.integer("at", 0, 10**6)
    whens = [at == n for n in range(9_000)]
    with pytest.raises(InvalidValueError, match="cannot be searched"):
        many(whens, otherwise="none")


def test_an_overlap_that_is_known_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where the steps do not suffice to look for a lower one."""
    at = column.integer("at", 0, 10**6)
    whens = [at >= 10 * n for n in range(60)]
    away = column.flag("away")
    excluded = Rule("away", when=away)
    lowest = "rules 'r0' and 'r1' decide one claim"
    with pytest.raises(
        OverlapError, match=f"{lowest}.*at=10, away=no|away=False, at=10"
    ):
        many(whens, "unique", exclusions=[excluded], otherwise="none")
    told: list[bool] = []
    for steps in range(80, 2000, 10):
        monkeypatch.setattr("recovery_core.tables.table_errors._MOST_STEPS", steps)
        with pytest.raises((OverlapError, InvalidValueError)) as refused:
            many(whens, "unique", exclusions=[excluded], otherwise="none")
        told.append(isinstance(refused.value, OverlapError))
        if isinstance(refused.value, OverlapError):
            witness = refused.value.witness
            at_least: Any = witness["at"]
            assert witness["away"] is False
            one, other = (int(code[1:]) for code in refused.value.rules)
            assert at_least >= 10 * max(one, other)
    # With so few that nothing is known it is refused; with any more, it is told.
    assert told == sorted(told)
    assert set(told) == {False, True}


def test_a_gap_that_is_known_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where the steps do not suffice to find the lowest."""
    whens = [*(a & b for a, b in combinations(flags(12), 2))]
    with pytest.raises(GapError) as lowest:
        many(whens)
    assert not any(lowest.value.witness.values())
    told: set[bool] = set()
    for steps in range(100, 8000, 50):
        monkeypatch.setattr("recovery_core.tables.table_errors._MOST_STEPS", steps)
        with pytest.raises((GapError, InvalidValueError)) as refused:
            many(whens)
        told.add(isinstance(refused.value, GapError))
        if isinstance(refused.value, GapError):
            witness = {
                name: int(bool(up)) for name, up in refused.value.witness.items()
            }
            assert not any(when.holds(witness) for when in whens)
    assert told == {True, False}


# ---------------------------------------------------------------- sums that Money holds

HUGE: Final = Money.from_minor(2**53 - 1, "EUR")
HALF: Final = Money.from_minor(2**52, "EUR")


def bands(worth: Money) -> list[Rule]:
    """Give a sum in each of twenty bands."""
    at = column.integer("at", 0, 99)
    return [
        Rule(f"b{n}", when=at.between(5 * n, 5 * n + 5), amends=worth)
        for n in range(20)
    ]


def test_what_cannot_hold_together_is_not_added_up() -> None:
    """Twenty sums of which Money holds one alone, where one alone is given."""
    assert Table("T", bands(HUGE), hit="sum").compiled({"at": 7}) == ("b1", HUGE.minor)
    flagged = [
        Rule(f"r{n}", when=flag, amends=CENT) for n, flag in enumerate(flags(30))
    ]
    assert Table("T", [*flagged, *bands(HALF)], hit="sum").rules
    with pytest.raises(
        InvalidValueError, match=r"adds up, r\d+ \+ b\d+, could pay more"
    ):
        Table("T", [*flagged, *bands(HUGE)], hit="sum")
    one, other = flags(2)
    rules = [Rule("a", when=one, amends=HUGE), Rule("b", when=other, amends=HUGE)]
    with pytest.raises(InvalidValueError, match=r"adds up, a \+ b, could pay more"):
        Table("T", rules, hit="sum", otherwise="none")
    both = Rule("both", when=one & other)
    table = Table("T", rules, hit="sum", otherwise="none", exclusions=[both])
    assert table.compiled({"f0": True, "f1": False}) == ("a", HUGE.minor)


def test_what_two_ways_lead_to_is_added_up_once() -> None:
    """What a column tells apart that rules out nothing more makes no other sum."""
    one, other, third = flags(3)
    rules = [
        Rule("a", when=one, amends=HUGE),
        Rule("b", when=~one & other, amends=HALF),
        Rule("c", when=third, amends=CENT),
    ]
    with pytest.raises(InvalidValueError, match=r"adds up, a \+ c, could pay more"):
        Table("T", rules, hit="sum", otherwise="none")


def test_sums_that_take_too_long_to_bound_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With what would help: lower bounds, or a cap."""
    own = flags(30)
    alone = [
        reduce(
            lambda when, other: when & ~other, own[:n] + own[n + 1 :], own[n].as_when()
        )
        for n in range(30)
    ]
    rules = [Rule(f"r{n}", when=when, amends=HUGE) for n, when in enumerate(alone)]
    assert Table("T", rules, hit="sum", otherwise="none").rules
    monkeypatch.setattr("recovery_core.tables.table_errors._MOST_STEPS", 2_000)
    with pytest.raises(InvalidValueError, match=r"sums that Money cannot hold.*or cap"):
        Table("T", rules, hit="sum", otherwise="none")


# ----------------------------------------------- more ways to decide than can be listed

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
    assert not table.decider.is_listed
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
    assert fingerprint(table, x="f0", y="f1") is not None
    assert check_policy(table, never_above=HUGE, max_examples=20).results
    refused: list[Callable[[], object]] = [
        lambda: table.outcomes,
        lambda: table.choose(rows[0]),
        lambda: prove.never_above(table, CENT),
        lambda: fingerprint(table, x="f0", y="f1", of="worth"),
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
        assert not again.decider.is_listed
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
    monkeypatch.setattr("recovery_core.tables.batch.backtesting._MOST_MOVES", 10**6)
    assert "others" not in repr(again)


# ------------------------------------------------------------- two tables, side by side


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


# ----------------------------------------------------------------- columns that are cut


@given(st.lists(st.integers(0, 5), min_size=1, max_size=4), st.integers(0, 9))
def test_conditions_beyond_a_column_are_passed_over(
    ends: list[int], least: int
) -> None:
    """A column of fewer values is cut where it can be: another table may hold more."""
    wide, narrow = column.integer("n", -9, 99), column.integer("n", least, least + 3)
    whens = [wide.between(end - 3, end + 4) for end in ends]
    pieces = split_by_conditions(narrow, [*whens, None])
    walked = [code for (low, high), _ in pieces for code in range(low, high + 1)]
    assert walked == [*range(least, least + 4)]
    for (low, _), mask in pieces:
        held = [when.holds({"n": low}) for when in whens]
        assert [bool(mask >> n & 1) for n in range(len(whens) + 1)] == [*held, True]


def test_a_walk_that_takes_too_many_steps_says_so() -> None:
    """Before it fills the memory."""
    with pytest.raises(TooManyStepsError):
        lowest_codes_by_rule_set(flags(40), each_alone(40), StepBudget(10_000))
