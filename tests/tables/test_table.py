"""A table decides as its rules say, whichever way it is asked, and hides no hole."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import combinations, product
from typing import Any, Final
from unittest import mock

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import recovery_core as rc
from recovery_core import Remedy, RemedyKind
from recovery_core._domain.money import MAX_MINOR
from recovery_core.errors import (
    CurrencyMismatchError,
    GapError,
    InvalidValueError,
    MissingFactError,
    OverlapError,
    PolicyError,
    ShadowError,
    TableError,
    WrongFactError,
)
from recovery_core.policy import capped, dated, first, floored, owed, set_off, sum_of
from recovery_core.tables import (
    Column,
    Hit,
    Rule,
    Table,
    column,
    half_of,
    pay,
    percent_of,
    sum_of_amounts,
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
from tests.tables.test_amounts import worked_out
from tests.tables.test_columns import SMALL as KINDS
from tests.tables.test_columns import codes, conditions

NOON: Final = datetime(2026, 5, 1, 12, tzinfo=UTC)
LATE: Final = column.minutes("late")
FARE: Final = column.money("fare", "EUR")
STRANDED: Final = column.flag("stranded")


def eur(text: str) -> rc.Money:
    """Count in euros."""
    return rc.Money(text, "EUR")


def claim_of(**facts: Any) -> rc.Claim:
    """Claim for a failure with these facts."""
    return rc.Claim(rc.ServiceFailure("late", facts=facts), NOON)


def two_step(**more: Any) -> Table:
    """Make the table of the first lesson."""
    return Table(
        "Delay Repay 30",
        [
            Rule("half", when=LATE.between(30, 60), amends=percent_of(FARE, 50)),
            Rule("full", when=LATE >= 60, amends=FARE),
        ],
        otherwise="less than 30 minutes late",
        **more,
    )


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
            one.name: one.code(one.plain(fault.witness[one.name]))
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


def bands(hit: Hit | str, *gifts: str) -> Table:
    """Make rules that hold the more, the later."""
    return Table(
        "T",
        [
            Rule(f"r{n}", when=LATE >= n * 30, amends=eur(gift))  # noqa: SIM300
            for n, gift in enumerate(gifts, 1)
        ],
        otherwise="on time",
        exclusions=[Rule("stranded", when=STRANDED, amends=eur("0.01"))],
        hit=hit,
    )


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


# ---------------------------------------------------------------- what is given


def test_an_award_says_rule_policy_and_what_was_read() -> None:
    """The reason carries the code, the words, the values and the content hash."""
    table = two_step()
    award = table(claim_of(late=45, fare=eur("42.00"), weather="snow"))
    assert award.amends == (Remedy(RemedyKind.CASH, eur("21.00")),)
    values: dict[str, Any] = {"late": 45, "fare": eur("42.00")}
    values["policy"] = f"Delay Repay 30 {table.hash}"
    text = "30 min <= late <= 59 min"
    assert award.because == (rc.Reason("half", text, values),)
    none = table(claim_of(late=29, fare=eur("42.00")))
    assert none.is_empty
    assert none.because[0].text == "less than 30 minutes late"
    told = attrs.evolve(table, otherwise=Rule("no", because="too early"))
    assert told(claim_of(late=1, fare=eur("1"))).because[0].text == "too early"


def test_a_statutory_table_shields_all_it_gives() -> None:
    """Law stands on every remedy, those that stand as they are included."""
    redo = Remedy(RemedyKind.REDO, what="next train")
    rule = Rule(
        "r", alternatives=[redo, pay(FARE, kind=RemedyKind.REFUND)], amends=eur("1")
    )
    for is_law in (True, False):
        award = Table("law", [rule], is_statutory=is_law)(claim_of(fare=eur("9.00")))
        assert [r.is_statutory for r in award.remedies] == [is_law] * 3
    one = Table("T", [Rule("r", amends=[pay(FARE, is_statutory=True), eur("1.00")])])
    flags = [r.is_statutory for r in one(claim_of(fare=eur("9.00"))).amends]
    assert flags == [True, False]


def test_alternatives_are_a_choice_and_amends_come_in_addition() -> None:
    """The worth is the dearest alternative and all amends; nothing is no remedy."""
    redo = Remedy(RemedyKind.REDO, eur("30.00"))
    rule = Rule(
        "r",
        alternatives=[pay(FARE, kind=RemedyKind.CREDIT, what="voucher"), redo],
        amends=[half_of(FARE), Remedy(RemedyKind.POINTS, points=500)],
    )
    table = Table("T", [rule])
    for fare, worth in ((0, 3000), (1, 3001), (2999, 4500), (4000, 6000)):
        award = table.decision({"fare": fare}).award
        assert award.worth == rc.Money.from_minor(worth, "EUR")
        assert table.compiled({"fare": fare}) == ("r", worth)
        assert len(award.alternatives) == (2 if fare else 1)
    assert award.alternatives[0].what == "voucher"
    free = Table("T", [Rule("r", amends=Remedy(RemedyKind.CARE))])
    assert free.outcomes[0].worth is None
    assert free.compiled({}) == ("r", 0)


@pytest.mark.parametrize("hit", [Hit.SUM, Hit.MAX])
def test_what_rules_offer_together_is_one_choice(hit: Hit) -> None:
    """Of all alternatives the customer takes one: the worth counts the dearest."""
    table = Table(
        "T",
        [
            Rule("a", alternatives=eur("10.00"), amends=eur("1.00")),
            Rule("b", when=LATE >= 60, alternatives=[eur("20.00"), eur("10.00")]),
            Rule("c", when=LATE >= 60, amends=Remedy(RemedyKind.CARE)),
        ],
        hit=hit,
    )
    label, worth = table.compiled({"late": 60})
    award = table.decision({"late": 60}).award
    assert award.worth == rc.Money.from_minor(worth, "EUR")
    assert worth == (2100 if hit is Hit.SUM else 2000)
    assert len(award.alternatives) == 2
    assert label.replace(" or ", " + ") == "a + b + c"


def test_an_agent_chooses_within_the_bounds() -> None:
    """From what the rule gives up to the discretion, both inside, and it is told."""
    low = column.money("low", "EUR")
    table = Table(
        "goodwill",
        [
            Rule(
                "sorry",
                when=LATE >= 60,
                amends=[pay(low, discretion=eur("50.00")), FARE],
            ),
            Rule(
                "both",
                when=LATE.between(30, 60),
                amends=[pay(low, discretion=FARE), pay(FARE, discretion=low)],
            ),
        ],
        otherwise="on time",
    )
    facts: dict[str, Any] = {"late": 90, "low": eur("10.00"), "fare": eur("3.00")}
    assert table.decision(facts).at_discretion == eur("50.00")
    assert table.decision(facts).award.worth == eur("13.00")
    for text in ("10.00", "33.33", "50.00"):
        award = table.at_discretion(facts, eur(text))
        assert award.amends[0].value == eur(text)
        assert award.amends[1].value == eur("3.00")
        assert award.because[0].values["chosen"] == eur(text)
    for wrong in (eur("9.99"), eur("50.01"), 2000, None, 20.0):
        with pytest.raises(PolicyError, match=r"leaves EUR 10.00 to EUR 50.00 to judg"):
            table.at_discretion(facts, wrong)  # type: ignore[arg-type]
    with pytest.raises(CurrencyMismatchError):
        table.at_discretion(facts, rc.Money("20.00", "USD"))
    dear = {**facts, "low": eur("60.00")}
    assert table.decision(dear).at_discretion == eur("60.00")
    assert table.at_discretion(dear, eur("60.00")).worth == eur("63.00")
    for late, count in ((30, 2), (29, 0)):
        none = {**facts, "late": late}
        assert table.decision(none).at_discretion is None
        with pytest.raises(PolicyError, match=f"leaves {count} amounts to judgement"):
            table.at_discretion(none, eur("20.00"))
    free = Table("T", [Rule("r", amends=pay(eur("0"), discretion=eur("5.00")))])
    assert free.at_discretion({}, eur("0.00")).is_empty


# ------------------------------------------------------------- where values are from

TIER: Final = column.choices("tier", "silver", "gold")


def read_tier(claim: rc.Claim) -> str | None:
    """Read the tier of the customer, if known."""
    return None if claim.customer is None else claim.customer.tier


@column.choices("band", "short", "long").computed_from(column.integer("km", 0, 20_000))
def band(km: int) -> str:
    """Tell a short way from a long one."""
    return "short" if km <= 1500 else "long"


def read_and_computed() -> Table:
    """Make a table that reads the customer and computes a band."""
    member = TIER.optional().read_from(read_tier)
    return Table(
        "T",
        [
            Rule("gold", when=member == "gold", amends=eur("9.00")),
            Rule(
                "near", when=(member != "gold") & (band == "short"), amends=eur("1.00")
            ),
            Rule("guest", when=member.is_missing & (band == "short")),
        ],
        otherwise="far",
    )


def test_a_column_reads_from_the_claim() -> None:
    """A reader sees the whole claim; in rows the value goes by the column's name."""
    table = read_and_computed()
    failure = rc.ServiceFailure("late", facts={"km": 1500})
    told = []
    for customer in (None, rc.Customer("c"), rc.Customer("c", tier="gold")):
        decided = table.decision(rc.Claim(failure, NOON, customer=customer))
        told.append((decided.rule, decided.inputs.get("tier")))
    assert told == [("guest", None), ("guest", None), ("gold", "gold")]
    assert table.compiled({"tier": "silver", "km": 1500}) == ("near", 100)
    assert table.compiled({"tier": None, "km": 1501}) == ("otherwise", 0)
    strange = rc.Claim(failure, NOON, customer=rc.Customer("c", tier="iron"))
    with pytest.raises(InvalidValueError, match="column 'tier' cannot be 'iron'"):
        table(strange)
    strict = Table(
        "T", [Rule("r", when=TIER.read_from(read_tier) == "gold")], otherwise="n"
    )
    with pytest.raises(InvalidValueError, match=r"declare it with .optional\(\)"):
        strict(rc.Claim(failure, NOON))


def test_what_is_computed_is_told_with_what_it_was_computed_from() -> None:
    """An auditor sees the band and the kilometres."""
    decided = read_and_computed().decision({"tier": None, "km": 900})
    assert decided.inputs == {"band": "short", "km": 900}
    assert decided.award.because[0].values["km"] == 900


def test_a_function_may_answer_with_facts() -> None:
    """Members of an Enum and Money are turned into plain values for every reader."""
    km = column.integer("km", 0, 9)
    worth = column.money("worth", "EUR", most=eur("9.00"))
    severity = column.choices("felt", rc.Severity).computed_from(km)(
        lambda n: rc.Severity.MAJOR if n > 4 else rc.Severity.MINOR
    )
    price = worth.computed_from(km)(lambda n: rc.Money(n, "EUR"))
    table = Table(
        "T",
        [Rule("major", when=severity == "MAJOR", amends=price)],
        otherwise=Rule("minor", amends=[price, price]),
    )
    for n, answer in ((4, ("minor", 800)), (5, ("major", 500))):
        assert table.compiled({"km": n}) == answer
        decided = table.decision({"km": n})
        assert (decided.rule, decided.award.worth) == (
            answer[0],
            rc.Money.from_minor(answer[1], "EUR"),
        )
    wrong = column.flag("far").computed_from(km)(lambda n: n)
    broken = Table("T", [Rule("far", when=wrong)], otherwise="near")
    for ask in (broken.compiled, broken.choose, broken.decision):
        with pytest.raises(
            InvalidValueError, match=r"cannot be 3: .*computed from km=3"
        ):
            ask({"km": 3})


def test_a_computed_amount_is_asked_for_only_where_it_is_paid() -> None:
    """The function of a column that one rule alone pays by is asked there alone."""
    asked: list[int] = []
    km = column.integer("km", 0, 9)

    @column.money("price", "EUR", most=eur("9.00")).computed_from(km)
    def price(n: int) -> int:
        asked.append(n)
        return n

    table = Table("T", [Rule("a", when=km < 3), Rule("b", when=km >= 3, amends=price)])
    assert table.compiled({"km": 2}) == ("a", 0)
    assert asked == []
    assert table.compiled({"km": 4}) == ("b", 4)


def test_a_fact_that_is_not_recorded_is_named() -> None:
    """A claim without it, or with None, is refused with the facts there are."""
    table = two_step()
    for facts in ({"late": 45}, {"late": 45, "fare": None}):
        with pytest.raises(MissingFactError) as refusal:
            table.decision(facts)
        assert refusal.value.name == "fare"
    with pytest.raises(
        MissingFactError, match=r"no fact 'late' was recorded \(known: x"
    ):
        table(claim_of(x=1))
    for wrong in (None, 5, "late", ["late"], rc.ServiceFailure("late")):
        with pytest.raises(InvalidValueError, match="a table cannot decide"):
            table.decision(wrong)  # type: ignore[arg-type]
    for row in (
        {"late": 45, "fare": 1.5},
        {"late": -1, "fare": 1},
        {"late": True, "fare": 1},
    ):
        with pytest.raises(InvalidValueError, match=r"column '(late|fare)' cannot be"):
            table.decision(row)  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="give Money, lest units be taken"):
        table(claim_of(late=45, fare=42))
    assert table.decision({"late": 45, "fare": 42}).award.worth == eur("0.21")


# --------------------------------------------------------------------- refusals


def by_line(make: Any) -> str:
    """Name a case that is a function by the line it stands on."""
    return f"line {make.__code__.co_firstlineno}"


@pytest.mark.parametrize(
    "make",
    [
        lambda: Table("", [Rule("a")]),
        lambda: Table(None, [Rule("a")]),  # type: ignore[arg-type]
        lambda: Table("T", Rule("a")),  # type: ignore[arg-type]
        lambda: Table("T", None),  # type: ignore[arg-type]
        lambda: Table("T", "abc"),  # type: ignore[arg-type]
        lambda: Table("T", [Rule("a"), None]),  # type: ignore[list-item]
        lambda: Table("T", ["a"]),  # type: ignore[list-item]
        lambda: Table("T", [Rule("a")], exclusions=Rule("x")),  # type: ignore[arg-type]
        lambda: Table("T", [Rule("a")], exclusions=[5]),  # type: ignore[list-item]
        lambda: Table("T", [], otherwise=5),  # type: ignore[arg-type]
        lambda: Table("T", [], otherwise=""),
        lambda: Table("T", [], otherwise=" "),
        lambda: Table("T", [], otherwise=Rule("o", when=LATE >= 3)),
        lambda: Table("T", [], otherwise=eur("1.00")),  # type: ignore[arg-type]
        lambda: Table("T", [Rule("a")], is_statutory=1),  # type: ignore[arg-type]
        lambda: Table("T", [Rule("a")], source=""),
        lambda: Table("T", [Rule("a", when=LATE < 3), Rule("a", when=LATE >= 3)]),
        lambda: Table("T", [Rule("otherwise", when=LATE < 3)], otherwise="x"),
        lambda: Table("T", [Rule("a", when=column.flag("policy"))], otherwise="x"),
        lambda: Table("T", [Rule("a", when=column.flag("chosen"))], otherwise="x"),
        lambda: Rule(""),
        lambda: Rule(None),  # type: ignore[arg-type]
        lambda: Rule("a", when=True),  # type: ignore[arg-type]
        lambda: Rule("a", when="late >= 30"),  # type: ignore[arg-type]
        lambda: Rule("a", when=[LATE >= 30]),  # type: ignore[arg-type]
        lambda: Rule("a", when=lambda claim: True),  # type: ignore[arg-type]
        lambda: Rule("a", amends=None),  # type: ignore[arg-type]
        lambda: Rule("a", amends="x"),  # type: ignore[arg-type]
        lambda: Rule("a", amends=5),  # type: ignore[arg-type]
        lambda: Rule("a", amends=5.0),  # type: ignore[arg-type]
        lambda: Rule("a", amends=LATE),
        lambda: Rule("a", amends=[None]),  # type: ignore[list-item]
        lambda: Rule("a", amends=eur("-1.00")),
        lambda: Rule("a", amends=rc.Award()),  # type: ignore[arg-type]
        lambda: Rule("a", alternatives=True),  # type: ignore[arg-type]
        lambda: Rule("a", because=""),
        lambda: Rule("a", because=5),  # type: ignore[arg-type]
        lambda: pay(5),  # type: ignore[arg-type]
        lambda: pay(FARE, kind=RemedyKind.CARE),
        lambda: pay(FARE, kind="cash"),  # type: ignore[arg-type]
        lambda: pay(FARE, what=""),
        lambda: pay(FARE, discretion=5),  # type: ignore[arg-type]
        lambda: pay(FARE, is_statutory=1),  # type: ignore[arg-type]
    ],
    ids=by_line,
)
def test_parts_that_cannot_be_are_refused(make: Callable[[], object]) -> None:
    """Whatever is passed for a rule, a condition or a gift: a typed error."""
    with pytest.raises(InvalidValueError):
        make()


def test_parts_that_do_not_fit_together_are_refused() -> None:
    """One name is one column, and one table is one currency."""
    other = column.minutes("late", most=90)
    with pytest.raises(InvalidValueError, match="two columns are called 'late'"):
        Table("T", [Rule("a", when=LATE < 3), Rule("b", when=other >= 3)])
    far = column.flag("far").computed_from(other)(lambda late: True)
    with pytest.raises(InvalidValueError, match="two columns are called 'late'"):
        Table("T", [Rule("a", when=far & (LATE < 3))], otherwise="x")
    usd = rc.Money("1.00", "USD")
    with pytest.raises(CurrencyMismatchError, match="a rule gives one currency"):
        Rule("a", amends=[FARE, usd])
    with pytest.raises(CurrencyMismatchError, match="EUR and USD"):
        pay(FARE, discretion=usd)
    with pytest.raises(CurrencyMismatchError, match="make one table for each currency"):
        Table(
            "T",
            [Rule("a", when=LATE < 3, amends=usd)],
            otherwise=Rule("b", amends=FARE),
        )


def test_no_sum_of_rules_outgrows_money() -> None:
    """What rules pay together, or an agent may, is bounded when the table is built."""
    wide = column.money("wide", "EUR", most=rc.Money.from_minor(MAX_MINOR, "EUR"))
    rules = [Rule("a", amends=wide), Rule("b", amends=eur("0.01"))]
    with pytest.raises(InvalidValueError, match=r"adds up, a \+ b, could pay more"):
        Table("T", rules, hit="sum")
    most = Table("T", rules, hit="max")
    assert most.compiled({"wide": MAX_MINOR}) == ("a or b", MAX_MINOR)
    with pytest.raises(InvalidValueError, match="rule 'a' of table 'T' could pay more"):
        Table(
            "T",
            [Rule("a", amends=pay(eur("1"), discretion=sum_of_amounts(wide, wide)))],
        )


def test_a_rule_knows_what_it_reads() -> None:
    """Condition first, then amounts, then discretion, each column once."""
    low = column.money("low", "EUR")
    rule = Rule(
        "r",
        when=(LATE >= 3) & STRANDED,
        alternatives=pay(FARE, discretion=low),
        amends=[half_of(FARE), Remedy(RemedyKind.CARE)],
    )
    assert [one.name for one in rule.columns] == ["late", "stranded", "fare", "low"]
    assert [one.name for one in rule.amount_columns] == ["fare", "low"]
    assert len(rule.gifts) == 3
    assert [str(gift) for gift in rule.gifts] == [
        "cash fare, up to low at discretion",
        "cash 50 % of fare (half up)",
        "care",
    ]
    assert str(pay(FARE, kind=RemedyKind.REFUND, what="taxi")) == "refund fare (taxi)"
    assert rule.discretions[0].columns == (low,)


# ---------------------------------------------------------------------- in company


def test_a_table_is_a_policy_like_any_other() -> None:
    """Caps, floors, shares, set-off, sums and versions take a table as it is."""
    table = two_step()
    claim = claim_of(late=90, fare=eur("42.00"))
    worth = {
        "capped": capped(table, at=eur("20.00")),
        "floored": floored(table, at=eur("50.00")),
        "sum": sum_of(table, table),
        "first": first(Table("none", [], otherwise="no"), table),
        "dated": dated({date(2026, 1, 1): table}),
        "owed": owed(table, rounding=rc.Rounding.DOWN),
        "set off": set_off(table),
    }
    given_ = rc.Remedy(RemedyKind.CASH, eur("2.00"))
    claim = attrs.evolve(claim, owed=Fraction(1, 2), earlier=(given_,))
    found = {name: str(policy(claim).worth) for name, policy in worth.items()}
    assert found == {
        "capped": "EUR 20.00",
        "floored": "EUR 50.00",
        "sum": "EUR 84.00",
        "first": "EUR 42.00",
        "dated": "EUR 42.00",
        "owed": "EUR 21.00",
        "set off": "EUR 40.00",
    }
    for policy in worth.values():
        assert "full" in [reason.code for reason in policy(claim).because]


def test_a_table_takes_a_case_through_all_five_steps() -> None:
    """The offer of a case says which rule of which table gave it, and from what."""
    table = two_step()
    engine = rc.RecoveryEngine(policy=table, clock=lambda: NOON)
    failure = rc.ServiceFailure("late", facts={"late": 75, "fare": eur("42.00")})
    case = engine.apologize(
        engine.acknowledge(engine.open(failure), by="ana"), by="ana"
    )
    case = engine.offer(case)
    assert case.offer is not None
    reasons = {reason.code: reason for reason in case.offer.award.because}
    assert reasons["full"].values["policy"] == f"Delay Repay 30 {table.hash}"
    assert reasons["full"].values["late"] == 75
    case = engine.make_amends(engine.accept(case))
    assert [str(remedy.value) for remedy in case.given] == ["EUR 42.00"]
    case = engine.feed_back(case, lesson="points failure at km 12")
    assert case.state == "closed"
    assert rc.from_json(rc.to_json(case)) == case


def test_a_table_without_a_fact_breaks_no_promise_in_silence() -> None:
    """The engine tells which fact the table missed."""
    engine = rc.RecoveryEngine(policy=two_step(), clock=lambda: NOON)
    case = engine.open(rc.ServiceFailure("late", facts={"late": 75}))
    case = engine.apologize(engine.acknowledge(case))
    with pytest.raises(rc.RecoveryError, match="fare"):
        engine.offer(case)


def test_a_used_table_pickles() -> None:
    """Compiled functions stay at home; readers and functions of modules go along."""
    for table in (two_step(), read_and_computed(), bands("sum", "1.00", "2.00")):
        row = {"late": 75, "fare": 42, "tier": "gold", "km": 3, "stranded": False}
        answer = table.compiled(row)
        assert table.choose(row) >= 0
        assert table.outcomes
        if table.name != "T" or table.hit is Hit.SUM:
            twin = pickle.loads(pickle.dumps(table))  # noqa: S301
            assert twin == table
            assert twin.hash == table.hash
            assert twin.compiled(row) == answer


PROGRAM: Final = """
from tests.tables.test_table import bands, read_and_computed, two_step
print([two_step().hash, read_and_computed().hash, bands("max", "1.00", "2.00").hash])
"""


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_a_hash_is_the_same_in_another_process(seed: str) -> None:
    """Whatever PYTHONHASHSEED is, equal tables have one name."""
    mine = [
        two_step().hash,
        read_and_computed().hash,
        bands("max", "1.00", "2.00").hash,
    ]
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == str(mine)
    assert len({*mine}) == 3
    assert str(two_step()) == f"Delay Repay 30 ({mine[0]})"


def test_a_hash_moves_with_every_figure() -> None:
    """A boundary, a rate, a rounding, an order, a word: each is another table."""
    rules = two_step().rules
    changed = [
        two_step(),
        two_step(is_statutory=True),
        two_step(source="a law"),
        two_step(hit="first"),
        attrs.evolve(two_step(), rules=rules[::-1]),
        attrs.evolve(two_step(), otherwise="early"),
        attrs.evolve(two_step(), exclusions=[Rule("x", when=STRANDED)]),
        attrs.evolve(
            two_step(),
            rules=[attrs.evolve(rules[0], amends=percent_of(FARE, "50.01")), rules[1]],
        ),
        attrs.evolve(
            two_step(),
            rules=[
                attrs.evolve(rules[0], when=LATE.between(30, 59)),
                attrs.evolve(rules[1], when=LATE >= 59),
            ],
        ),
    ]
    assert len({table.hash for table in changed}) == len(changed)
    assert two_step().hash == two_step().hash


# --------------------------------------------------------------- names nearly right


@pytest.mark.parametrize(
    "wrong", ["alternate_latr", "alternate_late", "alternatelater"]
)
def test_what_is_recorded_under_another_spelling_is_not_missing(wrong: str) -> None:
    """A misspelt fact is refused: taken for missing, it would pay in silence."""
    alternate = column.minutes("alternate_later").optional()
    table = Table(
        "bumped",
        [Rule("none", when=alternate.is_missing, amends=rc.Money("100.00", "EUR"))],
        otherwise="there was an alternate",
    )
    assert table.compiled({"alternate_later": None}) == ("none", 10_000)
    with pytest.raises(WrongFactError, match="write 'alternate_later'"):
        table.decision({wrong: 90})
    failure = rc.ServiceFailure("bumped", facts={wrong: 90})
    with pytest.raises(WrongFactError, match=wrong):
        table(rc.Claim(failure, NOON))


def test_another_fact_beside_one_that_is_missing_is_no_misspelling() -> None:
    """Facts that no rule reads are nobody's business."""
    arrival = column.minutes("arrival_delay").optional()
    table = Table(
        "late",
        [Rule("late", when=arrival >= 60, amends=rc.Money("5.00", "EUR"))],
        otherwise="in time",
    )
    facts: dict[str, rc.Fact | None] = {"departure_delay": 90, "carrier": "XX"}
    assert table.decision(facts).rule == "otherwise"
