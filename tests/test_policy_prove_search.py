"""Proofs against counting everything: the same answers, the same smallest claim."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import product
from typing import Any

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery_core import Award, Claim, Money, Rounding, ServiceFailure
from recovery_core.errors import ShadowError
from recovery_core.policy import (
    Column,
    Hit,
    Rule,
    Table,
    best_of,
    beyond,
    capped,
    column,
    first,
    floored,
    greater,
    indexed,
    lesser,
    pay,
    per_completed,
    per_started,
    percent_of,
    plus,
    prove,
    scaled,
    sum_of,
)
from recovery_core.policy.amounts import Amount
from recovery_core.policy.cells import Cell, When
from recovery_core.policy.prove._policies import tables_of

Policy = Callable[[Claim], Award]
EUR = "EUR"


def cents(minor: int) -> Money:
    """Make a sum of so many cents."""
    return Money.from_minor(minor, EUR)


late = column.minutes("late", least=-2, most=4)
fare = column.money("fare", EUR, most=cents(7))
member = column.flag("member")
tier = column.choices("tier", "tin", "zinc", "gold", ordered=True)
nights = column.integer("nights", 0, 3).optional()
signed = column.integer("signed", -2, 1).optional()
days = column.days("days", most=2)
bought = column.day("bought", first=date(2026, 1, 1), last=date(2026, 1, 3))


@column.choices("class", "near", "far", "none").optional().computed_from(late, nights)
def band(late: int, nights: int | None) -> str | None:
    """Put two columns together, and leave some without a value."""
    if nights is None:
        return None if late > 0 else "none"
    return "far" if late * nights > 2 else "near"


COLUMNS = (late, fare, member, tier, nights, signed, bought, band)


@st.composite
def cells(draw: st.DrawFn, of: Column) -> When:
    """Draw a condition on one column."""
    low, high = of.span
    ends = st.integers(low, high)
    spans = set()
    for _ in range(draw(st.integers(1, 2))):
        one, other = sorted((draw(ends), draw(ends)))
        spans |= set(range(one, other + 1))
    return When((Cell(of, _folded(spans)),))


def _folded(codes: set[int]) -> tuple[tuple[int, int], ...]:
    starts = sorted(code for code in codes if code - 1 not in codes)
    ends = sorted(code for code in codes if code + 1 not in codes)
    return tuple(zip(starts, ends, strict=True))


AMOUNTS = st.recursive(
    st.one_of(
        st.integers(0, 9).map(cents).map(plus),
        st.just(plus(fare)),
    ),
    lambda inner: st.one_of(
        st.builds(
            lambda a, p, r: percent_of(a, p, rounding=r),
            inner,
            st.sampled_from([10, 25, 50, 70, 100, 150]),
            st.sampled_from(Rounding),
        ),
        st.builds(lesser, inner, inner),
        st.builds(greater, inner, inner),
        st.builds(plus, inner, inner),
        st.builds(beyond, inner, inner),
        st.builds(
            lambda f, a, every, after, most: f(
                a, every, late, after=after, at_most=most
            ),
            st.sampled_from([per_started, per_completed]),
            inner,
            st.integers(1, 3),
            st.integers(0, 2),
            st.none() | st.integers(1, 2),
        ),
        st.builds(
            lambda a, over, to, r: indexed(a, days, over, nearest=to, rounding=r),
            inner,
            st.integers(1, 3),
            st.none() | st.integers(1, 3).map(cents),
            st.sampled_from(Rounding),
        ),
    ),
    max_leaves=3,
)
MORE = (*COLUMNS, days)


@st.composite
def tables(draw: st.DrawFn, *, plain: bool = False) -> Table:
    """Draw a small table; with `plain`, one that gives amends of money alone."""
    columns = draw(st.permutations(COLUMNS))[: draw(st.integers(1, 2))]
    gifts = st.lists(AMOUNTS, max_size=2)
    rules: list[Rule] = []
    for place in range(draw(st.integers(1, 4))):
        when = draw(cells(columns[0]))
        for other in columns[1:]:
            when &= draw(cells(other))
        alternatives = [] if plain else draw(gifts)
        rules.append(
            Rule(f"r{place}", when=when, alternatives=alternatives, amends=draw(gifts))
        )
    hit = draw(st.sampled_from([Hit.FIRST, Hit.SUM, Hit.MAX]))
    cut = draw(st.integers(0, len(rules)))
    otherwise = Rule("else", amends=draw(st.lists(st.just(cents(2)), max_size=1)))
    while True:
        try:
            return Table(
                "T", rules[cut:], otherwise=otherwise, hit=hit, exclusions=rules[:cut]
            )
        except ShadowError as error:
            if otherwise.code in error.rules:
                rules, cut = rules[:-1], min(cut, len(rules) - 1)
            else:
                place = next(n for n, r in enumerate(rules) if r.code in error.rules)
                rules.pop(place)
                cut -= place < cut


@st.composite
def policies(draw: st.DrawFn) -> Any:
    """Draw a table, or what is made of tables."""
    if draw(st.booleans()):
        return draw(tables())
    policy: Any = draw(tables(plain=True))
    for _ in range(draw(st.integers(1, 2))):
        match draw(st.integers(0, 5)):
            case 0:
                policy = capped(policy, at=cents(draw(st.integers(0, 9))))
            case 1:
                policy = floored(policy, at=cents(draw(st.integers(0, 9))))
            case 2:
                share = draw(st.sampled_from(["1/3", "1/2", "3/2", "0"]))
                rounding = draw(st.sampled_from(Rounding))
                policy = scaled(policy, Fraction(share), rounding=rounding)
            case 3:
                policy = first(policy, draw(tables(plain=True)))
            case 4:
                policy = best_of(policy, draw(tables(plain=True)))
            case _:
                policy = sum_of(policy, draw(tables(plain=True)))
    return policy


# ---------------------------------------------------------------- counting it all


def rank(of: Column, code: int) -> tuple[bool, int, bool]:
    """Say how large a value is: near 0 first, above before below, missing last."""
    base = max(of.domain.least, 0)
    return code > of.domain.most, abs(code - base), code < base


def codes(of: Column) -> list[int]:
    """List the codes of a column from the smallest value on."""
    low, high = of.span
    return sorted(range(low, high + 1), key=lambda code: rank(of, code))


def facts(columns: list[Column], at: tuple[int, ...]) -> dict[str, Any]:
    """Write codes down as the facts of a claim."""
    known = {c.name: c.fact(code) for c, code in zip(columns, at, strict=True)}
    return {name: fact for name, fact in known.items() if fact is not None}


def read_by(policy: Any, *more: Column) -> list[Column]:
    """List the columns a policy reads, in the order of its tables, then others."""
    found: dict[str, Column] = {}
    for table in tables_of(policy):
        for each in (*table.inputs, *table.columns):
            for source in each.inputs or (each,):
                found.setdefault(source.name, source)
    for each in more:
        for source in each.inputs or (each,):
            found.setdefault(source.name, source)
    return list(found.values())


def paid(policy: Policy, known: dict[str, Any]) -> int:
    """Ask the policy itself."""
    claim = Claim(
        ServiceFailure("late", facts=known), as_of=datetime(2026, 1, 1, tzinfo=UTC)
    )
    worth = policy(claim).worth
    return 0 if worth is None else worth.minor


def grid(columns: list[Column]) -> Iterator[tuple[int, ...]]:
    """Walk every claim from the smallest on."""
    return product(*map(codes, columns))


def smallest(columns: list[Column], breaks: Callable[[Any], bool]) -> Any:
    """Find the smallest claim that breaks a promise, by counting."""
    claims = (facts(columns, at) for at in grid(columns))
    return next((known for known in claims if breaks(known)), None)


def agree(proof: prove.Proof, expected: Any) -> None:
    """Hold a proof to what counting found."""
    assert proof.holds is (expected is None), str(proof)
    assert bool(proof) is (expected is None)
    assert proof.counterexample == expected
    assert proof.is_smallest is (expected is not None)


few = settings(max_examples=30, deadline=None)


class TestAgainstCounting:
    @few
    @given(policies(), AMOUNTS)
    def test_never_above(self, policy: Any, limit: Amount) -> None:
        """A limit is never passed, or the smallest claim that passes it is shown."""
        columns = read_by(policy, *limit.columns)
        ceiling = Table("limit", [], otherwise=Rule("limit", amends=limit))
        expected = smallest(
            columns, lambda known: paid(policy, known) > paid(ceiling, known)
        )
        proof = prove.never_above(policy, limit)
        agree(proof, expected)
        if expected is not None:
            assert proof.paid == cents(paid(policy, expected))
            assert proof.limit == cents(paid(ceiling, expected))

    @few
    @given(tables(), st.data(), AMOUNTS)
    def test_never_above_at_discretion(
        self, table: Table, data: st.DataObject, limit: Amount
    ) -> None:
        """The most that an agent may give passes no limit, or the claim is shown."""

        def freed(gifts: tuple[Any, ...]) -> list[Any]:
            sums = st.none() | st.integers(0, 9).map(cents)
            return [pay(gift.amount, discretion=data.draw(sums)) for gift in gifts]

        def free(rule: Rule) -> Rule:
            return attrs.evolve(
                rule, alternatives=freed(rule.alternatives), amends=freed(rule.amends)
            )

        table = attrs.evolve(
            table,
            rules=[*map(free, table.rules)],
            exclusions=[*map(free, table.exclusions)],
        )

        def given_most(known: dict[str, Any]) -> int:
            decision = table.decision(known)
            worth = decision.award.worth
            if decision.at_discretion is not None:
                worth = table.at_discretion(known, decision.at_discretion).worth
            return 0 if worth is None else worth.minor

        columns = read_by(table, *limit.columns)
        ceiling = Table("limit", [], otherwise=Rule("limit", amends=limit))
        expected = smallest(
            columns, lambda known: given_most(known) > paid(ceiling, known)
        )
        proof = prove.never_above(table, limit, at_discretion=True)
        agree(proof, expected)
        if expected is not None:
            assert proof.paid == cents(given_most(expected))

    @few
    @given(policies(), st.sampled_from(MORE).flatmap(cells))
    def test_never_pays_when(self, policy: Any, condition: When) -> None:
        """Nothing is paid where a condition holds, or the smallest claim is shown."""
        of = condition.cells[0].column
        columns = read_by(policy, of)
        there = (
            Table(
                "there", [Rule("yes", when=condition, amends=cents(1))], otherwise="no"
            )
            if condition.cells[0].spans != (of.span,)
            else Table("there", [], otherwise=Rule("yes", amends=cents(1)))
        )
        expected = smallest(
            columns, lambda known: paid(there, known) > 0 and paid(policy, known) > 0
        )
        agree(prove.never_pays_when(policy, condition), expected)

    @few
    @given(policies(), policies(), st.booleans())
    def test_two_policies(self, policy: Any, other: Any, is_equal: bool) -> None:  # noqa: FBT001
        """Two policies pay alike, or never less, or the smallest claim is shown."""
        columns = read_by(sum_of(policy, other))
        expected = smallest(
            columns,
            lambda known: (
                paid(policy, known) != paid(other, known)
                if is_equal
                else paid(policy, known) < paid(other, known)
            ),
        )
        ask = prove.equal_to if is_equal else prove.never_less_than
        agree(ask(policy, other), expected)

    @few
    @given(policies(), st.data(), st.booleans())
    def test_one_column_grows(
        self,
        policy: Any,
        data: st.DataObject,
        rises: bool,  # noqa: FBT001
    ) -> None:
        """More of a column never pays less, or more; or the smallest pair is shown."""
        columns = read_by(policy)
        if not columns:
            return
        grown = data.draw(st.sampled_from(columns))
        expected = smallest_pair(policy, columns, grown, rises=rises)
        ask = prove.rises_with if rises else prove.falls_with
        proof = ask(policy, grown)
        agree(proof, expected and expected[1])
        assert proof.compared == (expected and expected[0])


def smallest_pair(
    policy: Policy, columns: list[Column], grown: Column, *, rises: bool
) -> Any:
    """Find the smallest claim that pays otherwise once one column has grown."""
    place = columns.index(grown)
    for at in grid(columns):
        if at[place] > grown.domain.most:
            continue
        was = paid(policy, before := facts(columns, at))
        for code in codes(grown):
            if not at[place] < code <= grown.domain.most:
                continue
            after = facts(columns, (*at[:place], code, *at[place + 1 :]))
            now = paid(policy, after)
            if now < was if rises else now > was:
                return before, after
    return None
