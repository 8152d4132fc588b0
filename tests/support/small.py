"""Small policies of every make, and all that can be asked of them, to be counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from itertools import product
from typing import Any, Final

from hypothesis import strategies as st

from recovery_core import (
    Award,
    Claim,
    Money,
    Remedy,
    RemedyKind,
    Rounding,
)
from recovery_core.errors import ShadowError
from recovery_core.policy import (
    best_of,
    capped,
    dated,
    first,
    floored,
    owed,
    scaled,
    set_off,
    sum_of,
)
from recovery_core.tables import (
    Column,
    Hit,
    Rule,
    Table,
    column,
    excess_of,
    greatest_of,
    indexed,
    least_of,
    pay,
    per_completed,
    per_started,
    percent_of,
    sum_of_amounts,
)
from recovery_core.tables.compositions import (
    ALREADY_GIVEN,
    FAILURE_DAY,
    OWED,
    build_claim_of_facts,
)
from recovery_core.tables.conditions import Cell, When
from recovery_core.tables.decision import read_checked_row
from recovery_core.tables.prove._policies import claim_columns_by_name, iter_tables

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
        st.integers(0, 9).map(cents).map(sum_of_amounts),
        st.just(sum_of_amounts(fare)),
    ),
    lambda inner: st.one_of(
        st.builds(
            lambda a, p, r: percent_of(a, p, rounding=r),
            inner,
            st.sampled_from([10, 25, 50, 70, 100, 150]),
            st.sampled_from(Rounding),
        ),
        st.builds(least_of, inner, inner),
        st.builds(greatest_of, inner, inner),
        st.builds(sum_of_amounts, inner, inner),
        st.builds(excess_of, inner, inner),
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


THINGS: Final = (
    Remedy(RemedyKind.CARE, what="a meal"),
    Remedy(RemedyKind.CARE, cents(3)),
    Remedy(RemedyKind.EXPLANATION, cents(2)),
    Remedy(RemedyKind.REPLACEMENT, cents(4)),
    Remedy(RemedyKind.REPLACEMENT, cents(6), is_statutory=True),
    Remedy(RemedyKind.DISCOUNT, cents(5)),
)
"""What no cap may touch, what cannot be cut, and what can be though it is no cash."""


def _by_law(amount: Any) -> Any:
    return pay(amount, is_statutory=True)


GIFTS: Final = AMOUNTS | AMOUNTS.map(_by_law) | st.sampled_from(THINGS)


@st.composite
def tables(
    draw: st.DrawFn,
    *,
    gifts: st.SearchStrategy[Any] = GIFTS,
    columns: tuple[Column, ...] = COLUMNS,
) -> Table:
    """Draw a small table.

    Args:
        draw: Hypothesis' own.
        gifts: What its rules give.
        columns: What its rules read.
    """
    columns = tuple(draw(st.permutations(columns))[: draw(st.integers(1, 2))])
    several = st.lists(gifts, max_size=2)
    rules: list[Rule] = []
    for place in range(draw(st.integers(1, 4))):
        when = draw(cells(columns[0]))
        for other in columns[1:]:
            when &= draw(cells(other))
        alternatives, amends = draw(several), draw(several)
        rules.append(
            Rule(f"r{place}", when=when, alternatives=alternatives, amends=amends)
        )
    hit = draw(st.sampled_from([Hit.FIRST, Hit.SUM, Hit.MAX]))
    cut = draw(st.integers(0, len(rules)))
    otherwise = Rule("else", amends=draw(st.lists(st.just(cents(2)), max_size=1)))
    by_law = draw(st.booleans())
    while True:
        try:
            return Table(
                "T",
                rules[cut:],
                otherwise=otherwise,
                hit=hit,
                exclusions=rules[:cut],
                is_statutory=by_law,
            )
        except ShadowError as error:
            if otherwise.code in error.rules:
                rules, cut = rules[:-1], min(cut, len(rules) - 1)
            else:
                place = next(n for n, r in enumerate(rules) if r.code in error.rules)
                rules.pop(place)
                cut -= place < cut


@st.composite
def policies(draw: st.DrawFn, /, **drawn: Any) -> Any:
    """Draw a table, or what is made of tables; what is drawn is handed to `tables`."""
    members = tables(**drawn)
    if draw(st.booleans()):
        return draw(members)
    policy: Any = draw(members)
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
                policy = first(policy, draw(members))
            case 4:
                policy = best_of(policy, draw(members))
            case _:
                policy = sum_of(policy, draw(members))
    return policy


BEGUN: Final = (date(2025, 1, 1), date(2026, 1, 1))
LISTED: Final = {
    FAILURE_DAY: [date.min.toordinal(), *(day.toordinal() for day in BEGUN)],
    ALREADY_GIVEN: [0, 1, 2, 3, 5, 8, 13],
    OWED: [0, 1, 3333, 5000, 9999, 10_000],
}
"""What is tried of what combinators read of a claim: there is too much to count."""


@st.composite
def policies_of_claims(draw: st.DrawFn) -> Any:
    """Draw what goes by more of a claim than its facts."""
    policy: Any = draw(policies())
    for _ in range(draw(st.integers(1, 2))):
        match draw(st.integers(0, 3)):
            case 0:
                policy = set_off(policy)
            case 1:
                first_day, second_day = BEGUN
                policy = dated({first_day: policy, second_day: draw(tables())})
            case 2:
                policy = owed(policy, rounding=draw(st.sampled_from(Rounding)))
            case _:
                policy = capped(policy, at=cents(draw(st.integers(0, 9))))
    return policy


# ---------------------------------------------------------------- counting it all


def rank(of: Column, code: int) -> tuple[bool, int, bool]:
    """Say how large a value is: near 0 first, above before below, missing last."""
    base = max(of.domain.least, 0)
    return code > of.domain.most, abs(code - base), code < base


def codes(of: Column) -> list[int]:
    """List the codes of a column from the smallest value on."""
    low, high = of.span
    listed = LISTED.get(of.name, range(low, high + 1))
    return sorted(listed, key=lambda code: rank(of, code))


def facts(columns: list[Column], at: tuple[int, ...]) -> dict[str, Any]:
    """Write codes down as the facts of a claim."""
    known = {c.name: c.fact(code) for c, code in zip(columns, at, strict=True)}
    return {name: fact for name, fact in known.items() if fact is not None}


def read_by(policy: Any, *more: Column) -> list[Column]:
    """List the columns a policy reads, in the order of its tables, then others."""
    found: dict[str, Column] = {}
    for table in iter_tables(policy):
        for each in (*table.inputs, *table.columns):
            for source in each.inputs or (each,):
                found.setdefault(source.name, source)
    for each in (*more, *claim_columns_by_name(policy).values()):
        for source in each.inputs or (each,):
            found.setdefault(source.name, source)
    return list(found.values())


def paid(policy: Policy, known: dict[str, Any]) -> int:
    """Ask the policy itself."""
    worth = policy(build_claim_of_facts(known, "late")).worth
    return 0 if worth is None else worth.minor


def meets(condition: When, known: dict[str, Any]) -> bool:
    """Ask whether a condition holds."""
    held: dict[str, int] = {}
    for cell in condition.cells:
        of = cell.column
        row = read_checked_row(of.inputs or (of,), (of,), known)
        held[of.name] = of.code(row[of.name])
    return condition.holds(held)


def grid(columns: list[Column]) -> Iterator[tuple[int, ...]]:
    """Walk every claim from the smallest on."""
    return product(*map(codes, columns))


def smallest(columns: list[Column], breaks: Callable[[Any], bool]) -> Any:
    """Find the smallest claim that breaks a promise, by counting."""
    claims = (facts(columns, at) for at in grid(columns))
    return next((known for known in claims if breaks(known)), None)


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
