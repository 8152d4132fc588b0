"""What plugs are seen to look at, and what is worked out only once for it."""

from __future__ import annotations

import copy
import pickle
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

import attrs
import numpy as np
import pytest

from recovery_core._domain.claim import Claim
from recovery_core._domain.customer import Customer
from recovery_core._domain.hashing import content_hash
from recovery_core._domain.money import Money
from recovery_core._domain.remedy import Award
from recovery_core._domain.verdict import Action, Verdict
from recovery_core.abuse import ClaimVelocity
from recovery_core.attribution import ByWeight, ToRoots
from recovery_core.authority import Authority, Grant, unlimited
from recovery_core.errors import InvalidValueError
from recovery_core.simulation.company import Records
from recovery_core.simulation.months.interning import Interner, Rows
from recovery_core.simulation.months.tables import Tables
from recovery_core.simulation.months.walk import Walker
from recovery_core.simulation.months.watching import HISTORY, PROOF, TIME, YEARS_KNOWN
from recovery_core.simulation.world.world import FailureMode
from tests.worlds import by_severity, check_same, company, everything, ladder, world

CARELESS: Final = ClaimVelocity(most=9, window=timedelta(days=30), action=Action.REVIEW)


def looked(plug: Any = by_severity, **plugs: Any) -> set[str]:
    """Say what the plugs of a company were seen to look at."""
    parts = {"habits": {"records": Records(tenure=True)}, **plugs}
    found = check_same(company(plug, **parts), world(), span=(0, 100), months=4)
    return {*found.tables._seen}


@pytest.mark.parametrize(
    ("reads", "expected"),
    [
        (lambda claim: claim.failure.severity, set()),
        (lambda claim: (claim.round, claim.cycle, claim.earlier, claim.owed), set()),
        (lambda claim: (claim.customer.tier, claim.customer.encounters), set()),
        (lambda claim: claim.as_of, {TIME}),
        (lambda claim: claim.opened_at, {TIME}),
        (lambda claim: claim.failure_day, set()),
        (lambda claim: claim.customer.claims, {HISTORY}),
        (lambda claim: claim.customer.since, {YEARS_KNOWN}),
        (lambda claim: attrs.evolve(claim, round=2), {TIME}),
        (lambda claim: attrs.evolve(claim.customer), {HISTORY, YEARS_KNOWN}),
        (copy.copy, {TIME}),
        (copy.deepcopy, {TIME, HISTORY, YEARS_KNOWN}),
        (repr, {TIME, HISTORY, YEARS_KNOWN}),
        (pickle.dumps, {TIME, HISTORY, YEARS_KNOWN}),
        (content_hash, {TIME, HISTORY, YEARS_KNOWN}),
        (attrs.asdict, {TIME, HISTORY, YEARS_KNOWN}),
    ],
    ids=range(16),
)
def test_what_a_policy_looks_at_is_seen(reads: Any, expected: set[str]) -> None:
    """Clock, history and years are seen to be read, however they are read."""

    def policy(claim: Claim) -> Award:
        reads(claim)
        return by_severity(claim)

    assert looked(policy) == expected


def spying(claim: Claim) -> Verdict:
    """Clear everybody, and look at nothing."""
    return Verdict()


@pytest.mark.parametrize(
    ("plugs", "expected"),
    [
        ({}, set()),
        ({"attribution": ByWeight()}, set()),
        ({"attribution": ToRoots(ByWeight())}, {TIME}),
        ({"abuse": spying}, {TIME}),
        ({"abuse": CARELESS}, {TIME, HISTORY}),
        ({"authority": ladder()}, set()),
        ({"authority": unlimited}, set()),
        ({"authority": lambda award, **asked: ()}, {TIME}),
    ],
    ids=range(8),
)
def test_what_other_plugs_look_at_is_seen(
    plugs: dict[str, Any], expected: set[str]
) -> None:
    """What cannot be watched is taken to be read: verdicts and authorities know it."""
    assert looked(**plugs) - {PROOF} == expected


def test_an_authority_that_counts_the_day_knows_the_time() -> None:
    """Where it matters what was spent on a day, the clock counts as read."""
    grants = (Grant("agent"), Grant("lead"))
    roles = {"agent": "agent", "lead": "lead"}

    def nothing_spent(by: str, day: date, currency: str, kinds: Any, /) -> Money:
        return Money.zero(currency)

    counting = Authority(grants, roles=roles, spent_by=nothing_spent)
    assert TIME in looked(authority=counting)


def test_proof_matters_where_it_is_asked_for() -> None:
    """Whether there is proof makes a difference only where something is doubted."""
    doubtful = attrs.evolve(CARELESS, most=0, window=timedelta(days=400))
    assert PROOF in looked(abuse=doubtful)
    assert PROOF not in looked(abuse=CARELESS)


def test_a_watched_claim_passes_for_a_claim() -> None:
    """A plug cannot tell that it is watched: classes, equality and copies are plain."""
    classes: set[Any] = set()

    def policy(claim: Claim) -> Award:
        twin, customer = attrs.evolve(claim), claim.customer
        assert claim == twin
        assert twin == claim
        assert hash(claim) == hash(twin)
        assert content_hash(claim) == content_hash(twin)
        assert isinstance(claim, Claim)
        assert isinstance(customer, Customer)
        classes.update({claim.__class__, customer.__class__, type(twin)})
        classes.update({type(copy.copy(claim)), type(copy.deepcopy(customer))})
        return by_severity(claim)

    looked(policy)
    assert classes == {Claim, Customer}


def reading(claim: Claim) -> Award:
    """Look at all there is, and make nothing of it."""
    repr(claim)
    return by_severity(claim)


def test_fewer_cases_are_walked_where_less_is_looked_at() -> None:
    """What nobody looks at does not tell situations apart, and changes nothing."""
    parts = {"habits": {"records": Records(tenure=True)}}
    few = check_same(company(**parts), world(), span=(0, 200), months=6)
    many = check_same(company(reading, **parts), world(), span=(0, 200), months=6)
    assert few.tables.situations < many.tables.situations
    assert few.block.paid.tolist() == many.block.paid.tolist()


def test_what_the_engine_reads_for_itself_is_not_seen() -> None:
    """An approval digests the whole customer, and no plug has looked at it."""
    asking = company(authority=ladder())
    found = check_same(asking, world(), span=(0, 100), months=4)
    assert not found.tables._seen
    assert found.block.endings["escalations"].any()


def test_a_walker_without_eyes_leaves_the_plugs_alone() -> None:
    """The reference asks the very plugs that run in production."""
    some = company(abuse=CARELESS)
    walker = Walker(some, world())
    assert walker.engine.policy is by_severity
    assert walker.engine.abuse is CARELESS


# Tables


def test_numbers_are_given_in_the_order_of_turning_up() -> None:
    """Codes get numbers one by one or many at a time, small ones and large ones."""
    told: list[int] = []

    def add(code: int) -> int:
        told.append(code)
        return len(told) - 1

    interner = Interner(add)
    assert interner.many(np.zeros(0, np.int64)).size == 0
    assert interner.one(7) == 0
    assert interner.many(np.array([9, 7, 9, 3])).tolist() == [1, 0, 1, 2]
    assert interner.many(np.array([5_000, 3])).tolist() == [3, 2]
    far = 1 << 40
    assert interner.many(np.array([far, 3, far + 1, far])).tolist() == [4, 2, 5, 4]
    assert interner.one(far + 1) == 5
    assert interner.many(np.array([far, 9])).tolist() == [4, 1]
    assert sorted(told) == sorted({7, 9, 3, 5_000, far, far + 1})


def test_rows_grow() -> None:
    """Any number of rows are kept, and columns show all of them."""
    rows = Rows(("one", "two"))
    assert rows["one"].size == 0
    for number in range(200):
        assert rows.add((number, -number)) == number
        if number % 50 == 0:
            assert rows["two"][-1] == -number
    assert rows["one"].tolist() == [*range(200)]
    assert rows["two"].tolist() == [-number for number in range(200)]
    assert rows["one"].flags.c_contiguous


def rich(facts: int) -> FailureMode:
    """Make a failure with many facts."""
    spread = dict.fromkeys(range(16), 1)
    return FailureMode(
        what="x", rate=0.5, facts={f"f{n}": spread for n in range(facts)}
    )


def test_situations_that_cannot_be_numbered_are_refused() -> None:
    """Too many facts, alone or with what is on record, are refused with the mend."""
    with pytest.raises(InvalidValueError, match="give fewer facts, values of facts"):
        Tables(company(), world(modes=rich(15)))
    tables = Tables(company(), world(modes=rich(12)))
    for number in range(4):
        tables.history(number, (number,))
    with pytest.raises(InvalidValueError, match="or Records of fewer months or wit"):
        [tables.history(number, (0,)) for number in range(1 << 10)]


def test_many_facts_come_to_the_same_both_ways() -> None:
    """Situations with large numbers are told apart as well as those with small ones."""

    def policy(claim: Claim) -> Award:
        is_odd = claim.failure.facts["f0"] in {1, 3, 5}
        return everything(claim) if is_odd else by_severity(claim)

    modes = attrs.evolve(rich(9), rate=0.1, loss=Fraction(1, 2))
    check_same(company(policy), world(modes=modes), span=(0, 60), months=4)
