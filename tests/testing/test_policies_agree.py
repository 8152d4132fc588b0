"""`prove`, `check_policy` with and without z3, and counting: one answer to a promise.

What is promised of tables is promised of rows: of every value that the columns may
hold as they are declared, what is read from the claim included, each by itself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Final
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recovery_core import Award, Claim
from recovery_core.errors import BrokenPromiseError, PolicyError
from recovery_core.policy import sum_of
from recovery_core.tables import Column, Rule, Table, column, pay, prove, sum_of_amounts
from recovery_core.tables.conditions import When
from recovery_core.tables.domains import Choices
from recovery_core.testing import check_policy
from recovery_core.testing._rows import RowPolicy, without_reader
from tests.support.small import (
    COLUMNS,
    THINGS,
    cells,
    cents,
    meets,
    paid,
    policies,
    read_by,
    smallest,
    smallest_pair,
)


def _below(claim: Claim) -> int:
    late = claim.failure.facts.get("late", 0)
    return -late if isinstance(late, int) else 0


def _tier(claim: Claim) -> str | None:
    tier = claim.customer.tier if claim.customer else None
    return tier if tier in {"tin", "gold"} else None


LATE: Final = COLUMNS[0]
BELOW: Final = column.integer("below", -4, 2).read_from(_below)
READ: Final[tuple[Column, ...]] = (
    *COLUMNS,
    BELOW,
    column.choices("rank", "tin", "gold", ordered=True).optional().read_from(_tier),
    column.integer("rounds", 1, 4).read_from(lambda claim: min(claim.round, 4)),
    column.flag("owes").read_from(lambda claim: claim.owed > 0),
)
"""Columns of every sort; some of them are read from the claim."""


@column.integer("both", -6, 6).computed_from(BELOW, LATE)
def both(below: int, late: int) -> int:
    """Add up what is read from the claim, and what follows it there."""
    return below + late


SUMS: Final = st.integers(0, 9).map(cents)
GIFTS: Final = (
    SUMS | SUMS.map(lambda m: pay(m, is_statutory=True)) | st.sampled_from(THINGS)
)
POLICIES: Final = policies(gifts=GIFTS, columns=(*READ, both))
few = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.nested_given],  # the kit draws claims itself
)


def answer(policy: Any, **promise: Any) -> tuple[bool, bool]:
    """Ask the testers' kit: whether a promise is kept, and whether it is proved."""
    try:
        report = check_policy(policy, **promise, batch=False, max_examples=3)
    except BrokenPromiseError as broken:
        if "raises" in broken.promise:
            raise
        return False, False
    return True, report.results[-1].is_proved


def agree(policy: Any, expected: object, name: str, about: Any) -> None:
    """Hold all who answer to what was counted."""
    proof: prove.Proof = getattr(prove, name)(policy, about, timeout=120)
    kept = expected is None
    assert proof.holds is kept, str(proof)
    assert answer(policy, **{name: about}) == (kept, kept)
    with mock.patch.dict(sys.modules, {"z3": None}):
        assert answer(policy, **{name: about}) == (kept, False)


def by_name(policy: Any) -> tuple[Callable[[Claim], Award], list[Column]]:
    """Read rows, and list the columns as they stand there."""
    return RowPolicy(policy), [without_reader(of) for of in read_by(policy)]


def bare(when: When) -> list[Column]:
    """List what a condition reads in rows."""
    return [
        without_reader(c)
        for cell in when.cells
        for c in (*cell.column.inputs, cell.column)
    ]


@few
@given(POLICIES, SUMS)
def test_never_above(policy: Any, limit: Any) -> None:
    """A limit is never passed."""
    rows, columns = by_name(policy)
    found = smallest(columns, lambda at: paid(rows, at) > limit.minor)
    agree(policy, found, "never_above", sum_of_amounts(limit))


@few
@given(POLICIES, st.sampled_from((*READ, both)).flatmap(cells))
def test_never_pays_when(policy: Any, when: When) -> None:
    """Nothing is paid where a condition holds."""
    rows, columns = by_name(policy)
    known = {of.name: of for of in (*columns, *bare(when)) if of.function is None}
    found = smallest(
        [*known.values()], lambda at: meets(when, at) and paid(rows, at) > 0
    )
    agree(policy, found, "never_pays_when", when)


@few
@given(POLICIES, POLICIES, st.booleans())
def test_two_policies(policy: Any, other: Any, is_equal: bool) -> None:  # noqa: FBT001
    """They pay alike, or one never less."""
    rows, others = RowPolicy(policy), RowPolicy(other)
    _, columns = by_name(sum_of(policy, other))

    def differs(at: dict[str, Any]) -> bool:
        one, two = paid(rows, at), paid(others, at)
        return one != two if is_equal else one < two

    name = "equal_to" if is_equal else "never_less_than"
    agree(policy, smallest(columns, differs), name, other)


@few
@given(POLICIES, st.data(), st.booleans())
def test_one_column_grows(policy: Any, data: st.DataObject, rises: bool) -> None:  # noqa: FBT001
    """What is paid follows it, or never does; other columns stay, read ones too."""
    rows, columns = by_name(policy)
    moved = [
        of
        for of in read_by(policy)
        if not isinstance(of.domain, Choices) or of.domain.is_ordered
    ]
    if moved:
        grown = data.draw(st.sampled_from(moved))
        found = smallest_pair(rows, columns, without_reader(grown), rises=rises)
        agree(policy, found, "rises_with" if rises else "falls_with", grown)


@pytest.mark.parametrize("has_z3", [True, False])
def test_a_function_that_does_not_answer_is_the_policy_s_own_fault(
    *, has_z3: bool
) -> None:
    """A proof refuses it by the values, and the kit shows the claim it raises on."""
    few, none = column.integer("few", 0, 3), column.integer("none", 0, 3)

    @column.integer("share", 0, 3).computed_from(few, none)
    def share(one: int, other: int) -> int:
        return one // other

    @column.days("apart", most=9).computed_from(few)
    def apart(one: int) -> int:
        return one - 1

    for of, why in (
        (share, r"'share' raised ZeroDivisionError.* on few=0, none=0: it cannot be"),
        (apart, r"'apart' cannot be -1: .* \(computed from few=0\): it cannot be pro"),
    ):
        table = Table("T", [Rule("r", when=of >= 1, amends=cents(5))], otherwise="-")
        with pytest.raises(PolicyError, match=why):
            prove.never_above(table, cents(5))
        with (
            mock.patch.dict(sys.modules, {} if has_z3 else {"z3": None}),
            pytest.raises(BrokenPromiseError, match="never raises on a claim"),
        ):
            check_policy(table, never_above=cents(5), max_examples=3)
