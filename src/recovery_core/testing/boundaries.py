"""Boundary values of a policy: rows, facts and claims at and beside its thresholds.

Real implementations fail at their boundaries: ``>`` for ``>=``, a day too late, a
value that nobody thought could be missing. For every column these strategies draw the
values at, just below and just above each place where some rule cuts it, the ends of
its domain, 0, what is missing where that is allowed, and otherwise anything. Nothing
is drawn and thrown away, and what shrinks goes towards the least.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from fractions import Fraction
from itertools import islice, product
from math import prod
from typing import Final, TypeAlias

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from .._domain.claim import Claim
from .._domain.customer import Customer
from .._domain.failure import ServiceFailure
from .._domain.reason import Fact, Facts
from ..errors import InvalidValueError
from ..policy import CompensationPolicy
from ..tables import Column
from ..tables.compositions import build_claim_of_facts
from ..tables.conditions import When
from ..tables.domains import Plain
from ..tables.spans import Spans
from . import strategies as drawn
from ._edges import (
    BoundaryField,
    collect_boundary_fields,
    collect_rule_conditions,
    collect_tables,
    collect_version_days_and_eves,
    facts_by_column_name,
    parse_columns,
    spans_by_column_name,
)
from ._rows import MADE
from ._wording import NOON, PLAIN

__all__ = ["BoundarySource", "boundary_claims", "boundary_facts", "boundary_rows"]

BoundarySource: TypeAlias = CompensationPolicy | Column | Iterable[Column]
"""A table, a policy made of tables, or the columns that any policy reads."""

OWED: Final = (Fraction(1), Fraction(0), Fraction(1, 2))
_MOST: Final = 2048


def parse_boundary_fields(source: BoundarySource) -> tuple[BoundaryField, ...]:
    """Return the columns of a source, each with its boundaries.

    Raises:
        InvalidValueError: It is no column and holds no table.
    """
    if collect_tables(source):
        return collect_boundary_fields(source)
    if callable(source):
        raise InvalidValueError(
            f"{source!r:.60} holds no table, so nobody knows its boundaries: give the "
            "columns that it reads"
        )
    return collect_boundary_fields(None, parse_columns(source))


def draw_boundary_codes(
    field: BoundaryField, spans: Spans | None = None
) -> SearchStrategy[int]:
    """Draw codes of one column, most of them at its boundaries.

    Args:
        field: The column with its boundaries.
        spans: What a rule accepts, to stay within; anything if not given.
    """
    low, high = field.column.span
    codes = field.codes_within_or_all(spans)
    # What takes fewer choices is smaller to Hypothesis: within a rule as many are made
    # as anywhere, though one code is no choice, and one of one is none either.
    near = st.sampled_from(codes if len(codes) > 1 else codes * 2)
    if len(field.codes) > high - low:
        return near
    if spans is not None:
        return near | near.map(int)
    return st.one_of(near, st.sampled_from(field.codes), st.integers(low, high))


def boundary_rows(source: BoundarySource) -> SearchStrategy[dict[str, Plain]]:
    """Draw rows of plain values at and beside the boundaries of a table.

    Args:
        source: A table, a policy made of tables, or columns. What is computed is left
            out, as `Table.row` computes it.

    Returns:
        A strategy for rows: ints of minor units, minutes and days, texts, bools,
        dates, and None for what is missing.

    Units: money in minor units, durations in the unit of their column.

    Raises:
        InvalidValueError: It is no column and holds no table.

    Example:
        >>> from hypothesis import given
        >>> from recovery_core import Money
        >>> from recovery_core.tables import Rule, Table, column
        >>> late = column.minutes("late")
        >>> meal = Rule("meal", when=late >= 120, amends=Money("12.00", "EUR"))
        >>> table = Table("meals", [meal], otherwise="too short")
        >>> @given(boundary_rows(table))
        ... def test_nobody_gets_two_meals(row):
        ...     assert table.compiled(row)[1] in (0, 1200)
        >>> test_nobody_gets_two_meals()
    """
    fields = parse_boundary_fields(source)
    columns = {field.column.name: field.column for field in fields}
    return _draw_codes_by_column_name(fields, collect_rule_conditions(source)).map(
        lambda codes: {name: columns[name].of(code) for name, code in codes.items()}
    )


def boundary_facts(source: BoundarySource) -> SearchStrategy[dict[str, Fact]]:
    """Draw facts by column name at and beside the boundaries of a table.

    Args:
        source: A table, a policy made of tables, or columns.

    Returns:
        A strategy for facts as a case records them; what is missing is left out.

    Raises:
        InvalidValueError: It is no column and holds no table.
    """
    return _draw_facts_by_column_name(
        parse_boundary_fields(source), collect_rule_conditions(source)
    )


def _draw_codes_by_column_name(
    fields: Sequence[BoundaryField], conditions: Sequence[When]
) -> SearchStrategy[dict[str, int]]:
    """Draw a code for every column: anything, or what some rule is about."""

    def draw_codes_accepted_by(
        condition: When | None,
    ) -> SearchStrategy[dict[str, int]]:
        spans = spans_by_column_name(condition)
        return st.fixed_dictionaries(
            {
                f.column.name: draw_boundary_codes(f, spans.get(f.column.name))
                for f in fields
            }
        )

    anywhere = draw_codes_accepted_by(None)
    if not conditions:
        return anywhere
    return anywhere | st.sampled_from(
        [*map(draw_codes_accepted_by, conditions)]
    ).flatmap(lambda strategy: strategy)


def _draw_facts_by_column_name(
    fields: Sequence[BoundaryField], conditions: Sequence[When]
) -> SearchStrategy[dict[str, Fact]]:
    def decode(codes: dict[str, int]) -> dict[str, Fact]:
        return facts_by_column_name(
            fields, [codes[field.column.name] for field in fields]
        )

    return _draw_codes_by_column_name(fields, conditions).map(decode)


def boundary_claims(
    source: BoundarySource, *, claims: SearchStrategy[Claim] | None = None
) -> SearchStrategy[Claim]:
    """Draw claims whose facts lie at and beside the boundaries of a table.

    Args:
        source: A table, a policy made of tables, or columns.
        claims: What stands around the facts; all there is for a column that reads
            something else than the fact of its name. If not given: failures on the
            days on which versions begin and end, customers known and unknown, first
            and later cycles, and claims of which all, half or nothing is owed.

    Returns:
        A strategy for claims; each keeps the facts it has besides.

    Raises:
        InvalidValueError: It is no column and holds no table.

    Example:
        >>> from hypothesis import given
        >>> from recovery_core.tables import column
        >>> late = column.minutes("late", most=600)
        >>> @given(boundary_claims([late]))
        ... def test_the_delay_is_known(claim):
        ...     assert 0 <= claim.failure.facts["late"] <= 600
        >>> test_the_delay_is_known()
    """
    around = (
        draw_claims_without_facts(collect_version_days_and_eves(source))
        if claims is None
        else claims
    )
    return draw_claims_with_fields(
        parse_boundary_fields(source), collect_rule_conditions(source), around
    )


def draw_claims_with_fields(
    fields: Iterable[BoundaryField],
    conditions: Sequence[When],
    surrounding_claims: SearchStrategy[Claim],
) -> SearchStrategy[Claim]:
    """Draw claims with the facts of some columns.

    Args:
        fields: The columns with their boundaries.
        conditions: When each rule holds, so that each is met.
        surrounding_claims: What stands around the facts.
    """
    read_fields = [field for field in fields if field.is_read_by_name]
    return st.builds(
        _with_facts_of_columns,
        surrounding_claims,
        _draw_facts_by_column_name(read_fields, conditions),
        st.just(frozenset(_iter_column_names(read_fields))),
    )


def _iter_column_names(fields: Iterable[BoundaryField]) -> Iterator[str]:
    return (field.column.name for field in fields)


def _with_facts_of_columns(
    claim: Claim, column_facts: dict[str, Fact], column_names: frozenset[str]
) -> Claim:
    besides = {k: v for k, v in claim.failure.facts.items() if k not in column_names}
    return with_facts_replaced(claim, {**column_facts, **besides})


def with_facts_replaced(claim: Claim, facts: Mapping[str, Fact]) -> Claim:
    """Return a claim with other facts.

    Args:
        claim: The claim; it stays as it was.
        facts: All the facts that are known.
    """
    return attrs.evolve(claim, failure=attrs.evolve(claim.failure, facts=Facts(facts)))


def build_claim_read_as_row(policy: object, facts: Mapping[str, Fact]) -> Claim:
    """Build a claim from facts by column, so that a policy reads just those.

    Args:
        policy: What it is for.
        facts: What is known, by the names of the columns. What is read from the claim
            cannot be put there: of claims with all, nothing or half of it owed, the
            first that fits is taken.
    """
    inputs = [c for table in collect_tables(policy) for c in table.inputs]
    elsewhere = {c.name for c in inputs if c.reader} | MADE - {c.name for c in inputs}
    told = {name: fact for name, fact in facts.items() if name not in elsewhere}
    made = build_claim_of_facts(facts, PLAIN, as_of=NOON)
    owed = OWED if made.owed == 1 else (made.owed,)
    tried = [
        attrs.evolve(with_facts_replaced(made, some), owed=share)
        for some in (told, facts)
        for share in owed
    ]
    return next((c for c in tried if is_row_read(policy, c, facts)), tried[0])


def is_row_read(policy: object, claim: Claim, facts: Mapping[str, Fact]) -> bool:
    """Return whether the tables of a policy read a row from a claim.

    Args:
        policy: The policy.
        claim: The claim.
        facts: The row, as facts by column name.
    """
    read = [c for table in collect_tables(policy) for c in table.inputs if c.reader]
    return all(_is_fact_read_from_claim(column, claim, facts) for column in read)


def _is_fact_read_from_claim(
    column: Column, claim: Claim, facts: Mapping[str, Fact]
) -> bool:
    known = facts.get(column.name)
    with suppress(Exception):  # whatever it wants to read, it is not here
        read = column.reader(claim) if column.reader else known
        known_code = None if known is None else column.to_plain(known)
        return column.to_plain(read) == known_code
    return False


def draw_claims_without_facts(
    version_days: Sequence[date] = (), currency: str | None = None
) -> SearchStrategy[Claim]:
    """Draw claims without facts of their own, plain ones most of the time.

    Args:
        version_days: Days on which versions begin or end.
        currency: The only currency of what was given, lost and asked for; any if not
            given.
    """
    losses = drawn.monies(currency, min_minor=0, max_minor=10**6)
    gifts = drawn.remedies(currency, max_minor=10**6)
    turning_day = st.sampled_from(version_days) if version_days else st.none()
    day = st.none() | turning_day | drawn.days()

    # In here, so that Hypothesis does not spell out all these strategies on a failure.
    @st.composite
    def around(draw: DrawFn) -> Claim:
        failure = ServiceFailure("failed", occurred_on=draw(day))
        by: Customer | None = draw(st.none() | drawn.customers())
        plain = Claim(failure, draw(drawn.moments()), customer=by)
        plain = attrs.evolve(plain, owed=draw(st.sampled_from(OWED)))
        if not draw(st.booleans()):
            return plain
        return attrs.evolve(
            plain,
            failure=attrs.evolve(failure, loss=draw(st.none() | losses)),
            cycle=draw(st.integers(1, 3)),
            round=draw(st.integers(1, 4)),
            asked_for=draw(st.none() | gifts),
            earlier=tuple(draw(st.lists(gifts, max_size=2))),
            contacts=draw(st.integers(0, 5)),
            case_id=draw(drawn.texts()),
        )

    return around()


def iter_boundary_claims(
    fields: Sequence[BoundaryField],
    conditions: Sequence[When],
    version_days: Sequence[date],
) -> Iterator[Claim]:
    """List claims at the boundaries, each once; the smallest first where all are.

    Where there are too many combinations, every column is walked while the others
    stand where some rule holds; where these are too many, every so many of them.

    Args:
        fields: The columns with their boundaries.
        conditions: When each rule holds.
        version_days: Days on which versions begin or end.
    """
    read_fields = [field for field in fields if field.is_read_by_name]
    owed = OWED[:2] if len(read_fields) < len(fields) else OWED[:1]
    days_and_shares = [*product(version_days or (None,), owed)]
    combined = [*dict.fromkeys(_iter_boundary_codes(read_fields, conditions))]
    step = -(-len(combined) * len(days_and_shares) // _MOST)
    for codes, (day, share) in islice(
        product(combined, days_and_shares), None, None, step
    ):
        facts = facts_by_column_name(read_fields, codes)
        yield Claim(
            ServiceFailure("failed", occurred_on=day, facts=facts), NOON, owed=share
        )


def _iter_boundary_codes(
    fields: Sequence[BoundaryField], conditions: Sequence[When]
) -> Iterator[tuple[int, ...]]:
    if prod(len(field.codes) for field in fields) <= _MOST:
        yield from product(*(field.codes for field in fields))
        return
    for condition in (None, *conditions):
        for end in (0, -1):
            codes = corner_codes(fields, spans_by_column_name(condition), end)
            for index, field in enumerate(fields):
                for code in field.codes:
                    yield *codes[:index], code, *codes[index + 1 :]


def corner_codes(
    fields: Sequence[BoundaryField],
    spans_by_column: Mapping[str, Spans],
    end_index: int,
) -> tuple[int, ...]:
    """Return codes on which a rule holds, at one end of all it accepts."""
    return tuple(
        field.codes_within_or_all(spans_by_column[field.column.name])[end_index]
        if field.column.name in spans_by_column
        else (field.usual_code, field.codes[-1])[end_index]
        for field in fields
    )
