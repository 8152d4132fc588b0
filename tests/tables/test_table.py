"""A table decides as its rules say, whichever way it is asked, and hides no hole."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import combinations, product
from typing import Any, Final
from unittest import mock

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import recovery_core as rc
from recovery_core import Remedy, RemedyKind
from recovery_core.errors import (
    GapError,
    InvalidValueError,
    OverlapError,
    PolicyError,
    ShadowError,
    TableError,
)
from recovery_core.tables import (
    Column,
    Hit,
    Rule,
    Table,
    column,
)
from recovery_core.tables.conditions import Cell, When
from recovery_core.tables.decision import evaluate_in_minor_units
from recovery_core.tables.rule_sets import (
    StepBudget,
    lowest_codes_by_rule_set,
    members_of_mask,
    split_by_conditions,
)
from recovery_core.tables.rules import Pay
from recovery_core.tables.table_errors import iter_faults
from tests.support import tables
from tests.support.columns import SMALL as KINDS
from tests.support.table_cases import (
    LATE,
    bands,
    claim_of,
    eur,
    two_step,
)
from tests.tables.test_amounts import worked_out
from tests.tables.test_columns import codes, conditions

# ---------------------------------------------------------- a naive interpreter


def codes_of(table: Table, row: Mapping[str, Any]) -> dict[str, int]:
    """Give the code of every column, the computed ones included."""
    codes = {one.name: one.code(row[one.name]) for one in table.inputs}
    for one in table.columns:
        if one.function is not None:
            known = [row[source.name] for source in one.inputs]
            codes[one.name] = one.code(one.function(*known))
    return codes


def speaking(table: Table, codes: Mapping[str, int]) -> list[Rule]:
    """Go through the rules one by one, as a clerk would."""
    held = [
        [rule for rule in rules if rule.when is None or rule.when.holds(codes)]
        for rules in (table.exclusions, table.rules)
    ]
    if held[0]:
        return held[0][:1]
    if not held[1]:
        return [table.otherwise] if table.otherwise is not None else []
    return held[1] if table.hit in {Hit.SUM, Hit.MAX} else held[1][:1]


def cost(rules: Iterable[Rule], row: Mapping[str, Any]) -> int:
    """Cost the dearest alternative of all, and all the amends."""
    given = {"alternatives": [0], "amends": [0]}
    for rule in rules:
        for kind, values in given.items():
            for gift in getattr(rule, kind):
                if isinstance(gift, Pay):
                    values.append(worked_out(gift.amount, row))
                elif gift.value is not None:
                    values.append(gift.value.minor)
    return max(given["alternatives"]) + sum(given["amends"])


def expected(table: Table, row: Mapping[str, Any]) -> tuple[str, int, list[Rule]]:
    """Tell label, worth and the rules whose gifts are given."""
    codes = codes_of(table, row)
    whole = {**row, **{c.name: c.of(codes[c.name]) for c in table.columns}}
    spoken = speaking(table, codes)
    if table.hit is not Hit.MAX:
        return " + ".join(r.code for r in spoken), cost(spoken, whole), spoken
    costs = [cost([rule], whole) for rule in spoken]
    best = costs.index(max(costs))
    return " or ".join(r.code for r in spoken), costs[best], [spoken[best]]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), tables.tables())
def test_every_way_to_ask_decides_as_the_rules_say(
    data: st.DataObject, table: Table
) -> None:
    """compiled, choose, outcomes and decision agree with going rule by rule."""
    for row in data.draw(tables.rows(table, most=6)):
        label, worth, given_ = expected(table, row)
        assert table.compiled(row) == (label, worth)
        outcome = table.outcomes[table.choose(row)]
        assert outcome.label == label
        assert [*outcome.rules] == speaking(table, codes_of(table, row))
        whole = table.row(row)
        assert evaluate_in_minor_units(outcome.worth, whole) == worth
        assert [*table.giving_rules(outcome, whole)] == given_
        decided = table.decision(row)
        assert decided.rule == label
        assert [reason.code for reason in decided.award.because] == [
            rule.code for rule in given_
        ]
        assert (decided.award.worth or eur("0")).minor == worth
        facts: dict[str, Any] = {
            one.name: one.fact(one.code(row[one.name]))
            for one in table.inputs
            if row[one.name] is not None
        }
        claim = claim_of(**facts)
        assert table(claim) == decided.award == table.decision(claim).award
        assert {k: decided.inputs[k] for k in facts} == facts
        assert decided.policy_hash == table.hash


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), tables.tables())
def test_tables_are_values(data: st.DataObject, table: Table) -> None:
    """Frozen, compared by content; a used table copies, and its copy decides alike."""
    row = data.draw(tables.rows(table, most=1))[0]
    label = table.compiled(row)
    for twin in (copy.copy(table), copy.deepcopy(table), attrs.evolve(table)):
        assert twin == table
        assert hash(twin) == hash(table)
        assert twin.hash == table.hash
        assert twin.compiled(row) == label
    assert table != attrs.evolve(table, name="other")
    assert table.hash != attrs.evolve(table, source="a law").hash


# --------------------------------------------------------- holes, by brute force

SMALL: Final = (
    column.integer("a", 0, 4),
    column.choices("b", "x", "y", "z"),
    column.flag("c").optional(),
)
CORNERS: Final = [
    dict(zip("abc", codes, strict=True))
    for codes in product(
        *(range(low, high + 1) for low, high in (c.span for c in SMALL))
    )
]


@st.composite
def whens(draw: st.DrawFn) -> When | None:
    """Draw a condition on small columns; None for always."""
    cells: list[Cell] = []
    for one in SMALL:
        low, high = one.span
        chosen = draw(st.none() | st.sets(st.integers(low, high), min_size=1))
        if chosen is not None:
            when = When((Cell(one, ((min(chosen), min(chosen)),)),))
            for code in sorted(chosen):
                when = when | When((Cell(one, ((code, code),)),))
            cells += when.cells
    return When(tuple(cells)) if cells else None


@st.composite
def rule_sets(draw: st.DrawFn) -> Table:
    """Draw rules that may leave holes, without the check."""
    conditions = draw(st.lists(whens(), max_size=5))
    rules = [Rule(f"r{n}", when=when) for n, when in enumerate(conditions)]
    cut = draw(st.integers(0, min(2, len(rules))))
    with mock.patch.object(Table, "__attrs_post_init__", return_value=None):
        return Table(
            "drawn",
            rules[cut:],
            exclusions=rules[:cut],
            otherwise=draw(st.none() | st.just("no rule holds")),
            hit=draw(st.sampled_from(Hit)),
        )


def held(table: Table, codes: Mapping[str, int]) -> list[str]:
    """Name the rows that hold."""
    rows = (row for row in table.rows if row.when is None or row.when.holds(codes))
    return [row.code for row in rows]


def overlapping(table: Table, codes: Mapping[str, int]) -> set[tuple[str, ...]]:
    """Name the pairs of rules that decide one claim, where one alone should."""
    names = {rule.code for rule in table.rules}
    both = held(table, codes)
    if table.hit is not Hit.UNIQUE or any(n not in names for n in both[:1]):
        return set()
    return set(combinations([name for name in both if name in names], 2))


@settings(max_examples=150)
@given(rule_sets())
def test_the_check_finds_what_brute_force_finds(table: Table) -> None:
    """Every gap, overlap and dead rule, no other, each with a claim that shows it."""
    found = [*iter_faults(table, table.decider)]
    walked = [held(table, codes) for codes in CORNERS]
    gaps = [fault for fault in found if isinstance(fault, GapError)]
    assert len(gaps) == ([] in walked)
    overlaps = {f.rules for f in found if isinstance(f, OverlapError)}
    assert overlaps == set().union(*(overlapping(table, c) for c in CORNERS))
    spoken = {r.code for codes in CORNERS for r in speaking(table, codes)}
    dead = [f.rules[0] for f in found if isinstance(f, ShadowError)]
    assert dead == [row.code for row in table.rows if row.code not in spoken]
    for fault in found:
        if isinstance(fault, ShadowError):
            assert fault.witness == {}
            continue
        asked = {
            one.name: one.code(one.to_plain(fault.witness[one.name]))
            for one in table.tested
        }
        if isinstance(fault, GapError):
            assert held(table, asked) == []
        else:
            assert fault.rules in overlapping(table, asked)
    sets = lowest_codes_by_rule_set(
        SMALL, [row.when for row in table.rows], StepBudget(10**6)
    )
    assert {frozenset(held(table, codes)) for codes in CORNERS} == {
        frozenset(table.rows[place].code for place in members_of_mask(mask))
        for mask in sets
    }


@given(rule_sets())
def test_a_table_with_a_hole_cannot_be_built(table: Table) -> None:
    """Building raises the first fault there is, and nothing where there is none."""
    found = [*iter_faults(table, table.decider)]
    if not found:
        assert attrs.evolve(table) == table
        return
    with pytest.raises(type(found[0])) as refusal:
        attrs.evolve(table)
    assert str(refusal.value) == str(found[0])


@given(st.lists(whens(), max_size=5), st.sampled_from(SMALL))
def test_cuts_divide_a_column(conditions: list[When | None], one: Column) -> None:
    """The pieces follow each other without a gap, and a piece is told apart by none."""
    pieces = split_by_conditions(one, conditions)
    walked = [code for (low, high), _ in pieces for code in range(low, high + 1)]
    assert walked == [*range(one.span[0], one.span[1] + 1)]
    for (low, high), mask in pieces:
        for code in range(low, high + 1):
            for place, when in enumerate(conditions):
                cells = (
                    [c for c in when.cells if c.column == one]
                    if when is not None
                    else []
                )
                accepted = all(When((cell,)).holds({one.name: code}) for cell in cells)
                assert bool(mask >> place & 1) is accepted


def test_faults_say_where_and_how_to_mend() -> None:
    """Gap, overlap and dead rule: what, which rules, and a claim as people write it."""
    day = column.day("told", first=date(2026, 1, 1), last=date(2026, 12, 31))
    with pytest.raises(GapError) as gap:
        Table("T", [Rule("a", when=(LATE >= 30) & (day > date(2026, 1, 1)))])
    assert str(gap.value) == (
        "table 'T': no rule decides every claim; say otherwise=; for example late=0, "
        "told=2026-01-01"
    )
    assert gap.value.witness == {"late": 0, "told": date(2026, 1, 1)}
    fares = column.money("fare", "EUR", least=eur("1.00"))
    with pytest.raises(OverlapError) as overlap:
        Table(
            "T",
            [
                Rule("a", when=fares <= eur("5.00")),
                Rule("b", when=fares >= eur("5.00")),
            ],
        )
    assert str(overlap.value) == (
        "table 'T': rules 'a' and 'b' decide one claim; narrow one, or say "
        'hit="first"; for example fare=EUR 5.00'
    )
    assert (overlap.value.table, overlap.value.rules) == ("T", ("a", "b"))
    with pytest.raises(ShadowError, match="rule 'b' never decides: those before it"):
        Table("T", [Rule("a"), Rule("b", when=LATE >= 3)], hit="first")
    with pytest.raises(ShadowError, match="rule 'otherwise' never decides"):
        Table("T", [Rule("a")], otherwise="never")
    with pytest.raises(ShadowError, match="rule 'a' never decides"):
        Table("T", [Rule("a")], exclusions=[Rule("x")])
    for error in (gap.value, overlap.value, TableError("what", "T", ("a",))):
        twin = pickle.loads(pickle.dumps(error))  # noqa: S301
        assert type(twin) is type(error)
        assert attrs_of(twin) == attrs_of(error)
        assert str(copy.copy(error)) == str(error)
        assert isinstance(error, PolicyError)


def attrs_of(error: TableError) -> tuple[object, ...]:
    """List what an error keeps."""
    return error.message, error.table, error.rules, error.witness


def test_a_boundary_belongs_to_one_rule() -> None:
    """One minute is left out by > and decided twice by <=: both are found."""
    early = Rule("early", when=LATE < 60)
    with pytest.raises(GapError, match="for example late=60"):
        Table("T", [early, Rule("late", when=LATE > 60)])
    with pytest.raises(OverlapError, match="for example late=60"):
        Table("T", [Rule("early", when=LATE <= 60), Rule("late", when=LATE >= 60)])
    assert Table("T", [early, Rule("late", when=LATE >= 60)]).compiled({"late": 60})


# -------------------------------------------------------------------- hit policies


def test_hit_policies_say_who_decides() -> None:
    """The first, all together, or the one worth most, the earlier among equals."""
    row = {"late": 95, "stranded": False}
    assert bands("sum", "1.00", "2.00", "4.00").compiled(row) == ("r1 + r2 + r3", 700)
    most = bands(Hit.MAX, "2.00", "3.00", "3.00")
    assert most.compiled(row) == ("r1 or r2 or r3", 300)
    assert [reason.code for reason in most.decision(row).award.because] == ["r2"]
    with pytest.raises(ShadowError):
        bands("first", "1.00", "2.00")
    with pytest.raises(OverlapError):
        bands("unique", "1.00", "2.00")
    assert bands("sum", "1.00").compiled({"late": 29, "stranded": False}) == (
        "otherwise",
        0,
    )


@pytest.mark.parametrize("hit", Hit)
def test_an_exclusion_comes_before_all(hit: Hit) -> None:
    """It ends the matter under every hit policy, and what it gives is given."""
    table = bands(hit, "1.00")
    decided = table.decision({"late": 95, "stranded": True})
    assert (decided.rule, decided.award.worth) == ("stranded", eur("0.01"))
    two = attrs.evolve(
        table,
        exclusions=[*table.exclusions, Rule("early", when=LATE <= 600)],
        otherwise=None,
    )
    assert two.compiled({"late": 600, "stranded": True}) == ("stranded", 1)
    assert two.compiled({"late": 600, "stranded": False}) == ("early", 0)
    assert two.compiled({"late": 601, "stranded": False}) == ("r1", 100)


@pytest.mark.parametrize("wrong", ["frist", "", None, 1, True, "FIRST", ["sum"], Hit])
def test_a_hit_policy_that_is_none_is_refused(wrong: Any) -> None:
    """The error names those there are."""
    with pytest.raises(InvalidValueError, match="give unique, first, sum, max"):
        two_step(hit=wrong)


def test_a_table_without_rules_says_otherwise() -> None:
    """Nothing but otherwise is a table; nothing at all is a gap."""
    table = Table("none", [], otherwise="we never pay")
    assert table.compiled({}) == ("otherwise", 0)
    assert table.choose({}) == 0
    assert table.decision({}).award == rc.Award.nothing(
        rc.Reason("otherwise", "we never pay", {"policy": f"none {table.hash}"})
    )
    assert table.currency is None
    assert (table.columns, table.inputs, table.tested) == ((), (), ())
    with pytest.raises(GapError):
        Table("none", [])
    care = Rule("care", amends=Remedy(RemedyKind.CARE, what="tea"))
    assert Table("tea", [], otherwise=care)(claim_of()).amends == care.amends
    only = Table("only", [Rule("all", amends=eur("1.00"))])
    assert only.compiled({}) == ("all", 100)


@given(st.data(), st.sampled_from(sorted(KINDS)))
def test_a_compiled_condition_holds_for_the_codes_it_holds(
    data: st.DataObject, name: str
) -> None:
    """Any set of values of any domain, what is missing in it or not."""
    one, when = KINDS[name], data.draw(conditions(name))
    held_ = {code for code in codes(one) if when.holds({"x": code})}
    rest = None if len(held_) == len(codes(one)) else "no rule holds"
    table = Table("T", [Rule("r", when=when)], otherwise=rest)
    for code in codes(one):
        assert table.choose({"x": one.of(code)}) == (code not in held_)


def test_choices_are_told_apart_however_many() -> None:
    """One of them, all but one, some, in one run or several, and what is missing."""
    for one in (
        column.choices("x", *"abcde"),
        column.choices("x", *"abcde").optional(),
    ):
        values: list[Any] = [
            one.of(code) for code in range(one.span[0], one.span[1] + 1)
        ]
        for some in (["b"], [*"acde"], [*"ab"], [*"ace"], [*"bcd"]):
            both = [one.isin(*some), ~one.isin(*some)]
            if one.is_optional:
                both += [one.isin(*some) | one.is_missing]
            for when in both:
                table = Table("T", [Rule("r", when=when)], otherwise="no")
                for value in values:
                    holds = when.holds({"x": one.code(value)})
                    expected_ = "r" if holds else "otherwise"
                    assert table.compiled({"x": value}) == (expected_, 0)


def test_many_rules_are_one_table() -> None:
    """81 rules over four columns of three bands each: every cell has its own rule."""
    columns = [column.integer(name, 0, 8) for name in "abcd"]
    rules = [
        Rule(
            f"r{n}",
            when=_all(
                one.between(3 * band, 3 * band + 3)
                for one, band in zip(columns, bands_, strict=True)
            ),
            amends=rc.Money.from_minor(n + 1, "EUR"),
        )
        for n, bands_ in enumerate(product(range(3), repeat=4))
    ]
    table = Table("large", rules)
    for n, bands_ in enumerate(product(range(3), repeat=4)):
        for inside in (0, 2):
            row = {
                name: 3 * band + inside
                for name, band in zip("abcd", bands_, strict=True)
            }
            assert table.compiled(row) == (f"r{n}", n + 1)
    with pytest.raises(GapError) as gap:
        Table("large", rules[:-1])
    assert gap.value.witness == dict.fromkeys("abcd", 6)


def _all(conditions: Iterable[When]) -> When:
    first_, *rest = conditions
    for when in rest:
        first_ = first_ & when
    return first_
