"""Draw tables of every make, and rows of data that hug the boundaries of a table.

A drawn set of rules seldom fits together; what the check of a table finds wrong is
taken out until it does, so that every hit policy is met, with gaps filled by an
`otherwise`.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any, Final

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from recovery_core import Money, Remedy, RemedyKind, Rounding
from recovery_core.errors import OverlapError, ShadowError
from recovery_core.tables import (
    Column,
    Hit,
    Rule,
    Table,
    column,
    excess_of,
    greatest_of,
    indexed,
    interest,
    least_of,
    pay,
    per_completed,
    per_started,
    percent_of,
    sum_of_amounts,
)
from recovery_core.tables.amounts import Formula, to_formula
from recovery_core.tables.conditions import Cell, When
from recovery_core.tables.domains import Choices, Flags, Plain
from recovery_core.tables.rule_sets import split_by_conditions
from recovery_core.tables.spans import unite_spans

CURRENCY: Final = "EUR"
FARE: Final = column.money("fare", CURRENCY, most=Money("900.00", CURRENCY))
LOSS: Final = column.money("loss", CURRENCY, most=Money("50.00", CURRENCY))
LATE: Final = column.minutes("late", least=-30, most=3000)
NIGHTS: Final = column.days("nights", most=40)
INDEX: Final = column.integer("index", 900, 1500)

READ: Final[tuple[Column, ...]] = (
    FARE,
    LATE,
    NIGHTS,
    column.integer("km", -5, 100_000, unit="km"),
    column.flag("told"),
    column.flag("ours").optional(),
    column.choices("tier", "none", "silver", "gold", ordered=True),
    column.choices("cause", "crew", "snow", "strike", "bird").optional(),
    column.day("bought", first=date(2024, 2, 27), last=date(2024, 3, 3)),
    column.day("due", last=date(2030, 1, 1)).optional(),
    column.minutes("stay", most=500).optional(),
)
"""Columns of every domain; some of them may be missing."""


@cache
def computed() -> tuple[Column, ...]:
    """Make columns that are computed: with a vector twin, without, of missing ones."""
    late, told, stay = READ[1], READ[4], READ[10]

    def twin(minutes: Any, known: Any) -> Any:
        return (minutes > 0) * 1 + (minutes >= 180) * 1 + (known == 0) * 1

    @column.integer("grade", 0, 3).computed_from(late, told, vector=twin)
    def grade(minutes: int, known: bool) -> int:  # noqa: FBT001
        return (minutes > 0) + (minutes >= 180) + (not known)

    @column.choices("band", "short", "long").optional().computed_from(stay)
    def band(minutes: int | None) -> str | None:
        return None if minutes is None else "long" if minutes > 120 else "short"

    return grade, band


@cache
def _ends(low: int, high: int) -> SearchStrategy[int]:
    return st.integers(low, high) | st.integers(low, min(low + 60, high))


@st.composite
def conditions(draw: DrawFn, columns: tuple[Column, ...]) -> When | None:
    """Draw a condition on some columns; None for always."""
    chosen = draw(st.lists(st.sampled_from(columns), max_size=3, unique=True))
    cells: list[Cell] = []
    for one in chosen:
        ends = _ends(*one.span)
        pairs = draw(st.lists(st.tuples(ends, ends), min_size=1, max_size=2))
        cells.append(Cell(one, unite_spans((min(p), max(p)) for p in pairs)))
    return When(tuple(cells)) if cells else None


_ROUNDINGS: Final = st.sampled_from(Rounding)
_RATES: Final = st.sampled_from(
    [0, 1, 25, 50, 100, 400, "12.5", "0.07", "33.33", "100/3", Fraction(2900, 30)]
)
_SUMS: Final = st.integers(0, 30_000).map(lambda m: Money.from_minor(m, CURRENCY))


def _leaves() -> SearchStrategy[Formula]:
    return st.one_of(
        _SUMS.map(to_formula),
        st.sampled_from([FARE, LOSS]).map(to_formula),
        st.builds(
            percent_of, st.sampled_from([FARE, LOSS]), _RATES, rounding=_ROUNDINGS
        ),
    )


def _grown(inner: SearchStrategy[Formula]) -> SearchStrategy[Formula]:
    periods = {
        "every": st.integers(1, 400),
        "of": st.sampled_from([LATE, NIGHTS]),
        "after": st.integers(0, 100),
        "at_most": st.none() | st.integers(1, 9),
    }
    return st.one_of(
        st.builds(least_of, inner, inner),
        st.builds(greatest_of, inner, inner),
        st.builds(sum_of_amounts, inner, inner),
        st.builds(excess_of, inner, inner),
        st.builds(percent_of, inner, _RATES, rounding=_ROUNDINGS),
        st.builds(per_started, _SUMS, **periods),
        st.builds(per_completed, _SUMS, **periods),
        st.builds(
            indexed,
            inner,
            st.just(INDEX),
            st.integers(900, 1200),
            nearest=st.none() | st.just(Money("0.25", CURRENCY)),
            rounding=_ROUNDINGS,
        ),
        st.builds(
            interest,
            inner,
            st.sampled_from([4, "7.25"]),
            st.just(NIGHTS),
            rounding=_ROUNDINGS,
        ),
    )


@cache  # to build strategies takes longer than to draw from them
def amounts() -> SearchStrategy[Formula]:
    """Draw formulas of every sort, over columns that are never missing."""
    return st.recursive(_leaves(), _grown, max_leaves=4)


@cache
def _gifts() -> SearchStrategy[list[Any]]:
    thing = Remedy(RemedyKind.CARE, what="a meal")
    valued = Remedy(RemedyKind.REPLACEMENT, Money("30.00", CURRENCY))
    one = amounts() | amounts().map(pay) | st.sampled_from([thing, valued])
    return st.lists(one, max_size=2)


@st.composite
def tables(
    draw: DrawFn, *, hits: tuple[Hit, ...] = tuple(Hit), most_rules: int = 5
) -> Table:
    """Draw a table whose rules fit together.

    Args:
        draw: Hypothesis' own.
        hits: The hit policies to draw from.
        most_rules: The most rules to begin with.
    """
    hit = draw(st.sampled_from(hits))
    columns = tuple(
        draw(st.lists(st.sampled_from([*READ, *computed()]), min_size=1, max_size=4))
    )
    size = draw(st.integers(1, most_rules))
    rules = [
        Rule(
            f"r{place}",
            when=draw(conditions(columns)),
            alternatives=draw(_gifts()),
            amends=draw(_gifts()),
        )
        for place in range(size)
    ]
    first = draw(st.integers(0, min(1, size - 1)))
    table = {
        "exclusions": rules[:first],
        "rules": rules[first:],
        "otherwise": Rule("rest", amends=draw(_gifts())),
    }
    return fitted(table, hit)


def fitted(parts: dict[str, Any], hit: Hit) -> Table:
    """Take out rules that are dead or decide twice until the rest fits together."""
    while True:
        try:
            return Table("drawn", hit=hit, **parts)
        except (OverlapError, ShadowError) as error:
            gone = error.rules[-1]
            parts = {name: _kept(given, gone) for name, given in parts.items()}


def _kept(given: Any, gone: str) -> Any:
    if isinstance(given, Rule):
        return None if given.code == gone else given
    return given and [rule for rule in given if rule.code != gone]


def edges(table: Table, one: Column) -> list[int]:
    """List the codes of a column around every place where a rule cuts it."""
    low, high = one.span
    pieces = split_by_conditions(one, [row.when for row in table.rows])
    near = {code for (first, last), _ in pieces for code in (first, last)}
    near |= {low, min(low + 1, high), one.domain.most, high, 0, 30, 120, 121, 180}
    return sorted(code for code in near if low <= code <= high)


@st.composite
def rows(draw: DrawFn, table: Table, *, most: int = 12) -> list[dict[str, Plain]]:
    """Draw rows of plain values, most of them on the boundaries of a table.

    Args:
        draw: Hypothesis' own.
        table: What is to be asked.
        most: The most rows.
    """
    values: dict[str, SearchStrategy[Plain]] = {}
    for one in table.inputs:
        near = st.sampled_from(edges(table, one))
        values[one.name] = (near | st.integers(*one.span)).map(one.of)
    return draw(st.lists(st.fixed_dictionaries(values), min_size=1, max_size=most))


def arrays(table: Table, given: list[dict[str, Plain]]) -> dict[str, Any]:
    """Turn rows into the arrays that decide them, masked where values are missing."""
    return {
        one.name: array(one, [one.code(row[one.name]) for row in given])
        for one in table.inputs
    }


def array(one: Column, codes: list[int]) -> Any:
    """Turn codes of a column into an array, masked where values are missing."""
    held: Any = np.ma.MaskedArray(
        codes, [code > one.domain.most for code in codes], int
    )
    held.data[held.mask] = -99  # whatever stands where nothing is known
    if isinstance(one.domain, Flags):
        held = held.astype(bool)
    if isinstance(one.domain, Choices):
        texts = np.array(one.domain.values).take(held.data, mode="clip")
        held = np.ma.MaskedArray(texts, held.mask)
    return held if one.is_optional else held.data


__all__ = [
    "CURRENCY",
    "READ",
    "amounts",
    "array",
    "arrays",
    "computed",
    "conditions",
    "edges",
    "fitted",
    "rows",
    "tables",
]
