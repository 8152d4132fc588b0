"""Whatever a table is made of, building and asking it ends: its work is counted."""

from __future__ import annotations

import json
import pickle
import random
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from itertools import combinations
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core import Money, Rounding
from recovery_core.errors import (
    GapError,
    InvalidValueError,
    OverlapError,
    ShadowError,
    StoredFormatError,
)
from recovery_core.tables import (
    Column,
    Hit,
    Rule,
    Table,
    column,
    decide,
    diff,
    excess_of,
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
from recovery_core.tables.amounts import Formula, to_formula
from recovery_core.tables.conditions import When
from recovery_core.tables.coverage import Coverage
from recovery_core.tables.rule_sets import (
    StepBudget,
    TooManyStepsError,
    lowest_codes_by_rule_set,
    members_of_mask,
    split_by_conditions,
)
from tests.support.bounded_tables import CENT, FARE, HUGE, each_alone, flags, many
from tests.tables.test_check_z3 import COLUMNS, some_rules

LATE: Final = column.minutes("late", most=500)
DAYS: Final = column.days("days", most=5)
INDEX: Final = column.integer("index", 1, 2)
ONE: Final = Money("1.00", "EUR")
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
