"""Strategies that hug the boundaries of a policy: on them, beside them, never past."""

from datetime import UTC, date, datetime
from fractions import Fraction
from functools import partial
from operator import eq
from typing import Any

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from recovery_core import Claim, Money, ServiceFailure
from recovery_core.errors import InvalidValueError
from recovery_core.policy import capped, dated, set_off
from recovery_core.schedules import eu261
from recovery_core.tables import Column, Rule, Table, column, per_started
from recovery_core.tables.rule_sets import split_by_conditions
from recovery_core.testing import boundary_claims, boundary_facts, boundary_rows
from recovery_core.testing._edges import (
    BoundaryField,
    collect_boundary_fields,
    smallest_first_sort_key,
)
from recovery_core.testing.boundaries import iter_boundary_claims
from tests.support.tables import tables

late = column.minutes("late", least=-60, most=600)
nights = column.days("nights", most=400).optional()
fare = column.money("fare", "EUR", most=Money("900.00", "EUR"))
TEN = Money("10.00", "EUR")


@column.choices("band", "near", "far").computed_from(late)
def band(minutes: int) -> str:
    """Change at a place that no rule names."""
    return "far" if minutes >= 217 else "near"


TABLE = Table(
    "table",
    [
        Rule("late", when=(late >= 120) & (band == "near"), amends=fare),
        Rule("far", when=(late >= 120) & (band == "far"), amends=TEN),
        Rule(
            "slept",
            when=(late < 120) & (nights >= 3),
            amends=per_started(TEN, 7, nights, after=30, at_most=4),
        ),
    ],
    otherwise="nothing happened",
)


def near(one: Column, *, of: Any = TABLE) -> tuple[int, ...]:
    """List the codes that are drawn for a column more often than others."""
    return next(
        f.codes for f in collect_boundary_fields(of) if f.column.name == one.name
    )


@settings(max_examples=30)
@given(table=tables())
def test_every_cut_is_met_with_what_lies_beside_it(table: Table) -> None:
    """At each bound of each rule: the value, the one below, the one above."""
    whens = [row.when for row in table.rows]
    for field in collect_boundary_fields(table):
        low, high = field.column.span
        for (first, last), _ in split_by_conditions(field.column, whens):
            for code in (first - 1, first, first + 1, last):
                assert not low <= code <= high or code in field.codes
        assert {low, high, field.column.domain.most} <= {*field.codes}
        assert [*field.codes] == sorted(
            {*field.codes}, key=lambda c: smallest_first_sort_key(field.column, c)
        )


def test_what_is_computed_and_what_is_counted_have_boundaries_too() -> None:
    """Where a function changes its answer, and where periods begin and end."""
    assert {216, 217, 218, 119, 120, 121, -60, -59, 599, 600, 0} <= {*near(late)}
    assert {29, 30, 31, 36, 37, 38, 57, 58, 59, 2, 3, 4} <= {*near(nights)}
    assert near(nights)[-1] == nights.missing
    assert {0, 1, 999, 1000, 1001, 90_000} <= {*near(fare)}
    assert near(late)[:3] == (0, 1, -1)


def test_a_function_that_fails_has_boundaries_as_well() -> None:
    """What a column cannot compute is a boundary, and no accident of the search."""

    @column.integer("third", 0, 9).computed_from(late)
    def third(minutes: int) -> int:
        return 0 if minutes < 0 else minutes // 60

    odd = Table("odd", [Rule("a", when=third >= 9, amends=TEN)], otherwise="no")

    assert {540, 600, 60, 119} & {*near(late, of=odd)} == {540, 600, 60, 119}
    assert {-1, 0} <= {*near(late, of=odd)}


@settings(max_examples=40)
@given(data=st.data())
def test_all_that_is_drawn_is_legal(data: st.DataObject) -> None:
    """A table can decide every row, all facts and each claim that is drawn for it."""
    table = data.draw(tables())
    row = data.draw(boundary_rows(table))
    facts = data.draw(boundary_facts(table))
    claim = data.draw(boundary_claims(table))

    assert table.decision(facts).rule
    assert table.compiled(row)[1] >= 0
    assert table(claim).because


@pytest.mark.parametrize("code", ["late", "far", "slept"])
def test_every_rule_is_met(code: str) -> None:
    """Among a few hundred claims, some rule each."""
    found = find(boundary_rows(TABLE), lambda row: TABLE.compiled(row)[0] == code)

    assert TABLE.compiled(found)[0] == code


def test_what_is_drawn_shrinks_to_the_least() -> None:
    """Without anything against it: nearest to 0, nothing missing, plain all around."""
    claim = find(boundary_claims(TABLE), lambda claim: claim.owed is not None)

    assert find(boundary_rows(TABLE), bool) == {"late": 0, "nights": 0, "fare": 0}
    assert dict(claim.failure.facts) == {
        "late": 0,
        "nights": 0,
        "fare": Money(0, "EUR"),
    }
    assert claim.customer is None
    assert claim.owed == claim.cycle == 1
    assert not claim.earlier


def test_a_policy_made_of_tables_has_their_boundaries() -> None:
    """A cap, a version, a schedule: their tables are found, and their first days."""
    day = date(2026, 1, 1)
    policy = dated({day: capped(set_off(TABLE), at=TEN)})
    last = date(2025, 12, 31)

    for on in (day, last):
        days = boundary_claims(policy).map(lambda claim: claim.failure.occurred_on)
        assert find(days, partial(eq, on)) == on
    assert near(late, of=policy) == near(late)
    assert "arrival_delay" in find(
        boundary_facts(eu261), lambda f: "arrival_delay" in f
    )


def test_columns_alone_can_be_hugged() -> None:
    """For a plain function: one column or several, with what they are computed from."""
    assert find(boundary_facts(late), lambda f: f["late"] == 600) == {"late": 600}
    assert find(boundary_rows([band, fare]), lambda r: True) == {"late": 0, "fare": 0}
    assert find(boundary_facts([nights]), lambda f: not f) == {}


@pytest.mark.parametrize("wrong", [7, "late", [7], lambda claim: None])
def test_what_has_no_boundaries_is_refused(wrong: Any) -> None:
    """A plain function cannot say where it changes its mind: name its columns."""
    with pytest.raises(InvalidValueError, match="column"):
        boundary_rows(wrong)


def test_what_stands_around_the_facts_can_be_given() -> None:
    """Claims of one's own keep all they are, and the facts besides."""
    of = ServiceFailure("train", facts={"late": 7, "seat": "4a"})
    mine = Claim(of, datetime(2026, 3, 1, tzinfo=UTC), owed=Fraction(1, 3))
    drawn = find(boundary_claims(late, claims=st.just(mine)), lambda c: True)

    assert drawn.owed == Fraction(1, 3)
    assert dict(drawn.failure.facts) == {"late": 0, "seat": "4a"}


def test_what_is_read_from_the_claim_is_left_to_it_unless_it_is_its_own_fact() -> None:
    """A reader of the fact of its name is told it; any other reads what there is."""
    told = column.flag("told").read_from(lambda c: bool(c.failure.facts.get("told")))
    free = column.flag("free").read_from(lambda claim: not claim.owed)
    odd = column.flag("odd").read_from(lambda claim: claim.evidence[0] == "x")
    drawn = find(boundary_claims([told, free, odd, late]), lambda c: c.owed == 0)

    assert [BoundaryField(c, (0, 1)).is_read_by_name for c in (told, free, odd)] == [
        True,
        False,
        False,
    ]
    assert dict(drawn.failure.facts) == {"told": False, "late": 0}


def test_the_walk_meets_all_boundaries_the_smallest_first() -> None:
    """Few columns are walked in every combination, many in turns, none too long."""
    few = [*iter_boundary_claims(collect_boundary_fields(None, [late]), (), ())]
    many = [
        *iter_boundary_claims(
            collect_boundary_fields(eu261), (), (date(2026, 1, 1), date(2025, 1, 1))
        )
    ]

    assert [claim.failure.facts["late"] for claim in few[:3]] == [0, 1, -1]
    assert 500 < len(many) <= 2048
    assert {claim.owed for claim in many} == {0, 1}
    assert len({claim.failure for claim in many}) > 200


@pytest.mark.parametrize(
    ("least", "code"), [(0, 0), (1, 1), (45, 45), (120, 120), (333, 333), (600, 600)]
)
def test_a_field_is_lowered_to_the_smallest_that_breaks(least: int, code: int) -> None:
    """Between two boundaries the place is found by halving."""
    field = next(f for f in collect_boundary_fields(TABLE) if f.column.name == "late")

    assert field.smallest_breaking_code(600, lambda other: other >= least) == code
    assert field.smallest_breaking_code(-7, lambda other: other == -7) == -7


def test_a_missing_value_gives_way_to_any_other() -> None:
    """Missing is the largest of all."""
    field = next(f for f in collect_boundary_fields(TABLE) if f.column.name == "nights")

    assert field.smallest_breaking_code(nights.missing, lambda other: other >= 3) == 3
    assert (
        field.smallest_breaking_code(nights.missing, lambda _: False) == nights.missing
    )
