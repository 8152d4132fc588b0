"""What plugs are seen to look at, and what is worked out only once for it."""

from __future__ import annotations

import copy
import pickle
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, Final

import attrs
import numpy as np
import pytest

from recovery_core._domain.claim import Claim
from recovery_core._domain.customer import Customer
from recovery_core._domain.hashing import content_hash
from recovery_core._domain.money import Money
from recovery_core._domain.reason import Reason
from recovery_core._domain.remedy import Award, Remedy, RemedyKind
from recovery_core._domain.verdict import Action, Verdict
from recovery_core.abuse import ClaimVelocity
from recovery_core.attribution import ByWeight, ToRoots
from recovery_core.authority import Authority, Grant
from recovery_core.errors import ContractError, InvalidValueError
from recovery_core.simulation import simulate
from recovery_core.simulation.company import ClaimMemory
from recovery_core.simulation.engine.arrays import Arrays
from recovery_core.simulation.engine.case_driver import CaseDriver
from recovery_core.simulation.engine.chances import Chances
from recovery_core.simulation.engine.draws import Draws
from recovery_core.simulation.engine.interning import Interner, Rows
from recovery_core.simulation.engine.monthly import run_block
from recovery_core.simulation.engine.plug_memo import HISTORY, PROOF, YEARS_KNOWN
from recovery_core.simulation.engine.situation_tables import Tables
from recovery_core.simulation.world.world import FailureMode, World
from tests.support.worlds import (
    RUDE,
    Run,
    awarded,
    by_severity,
    check_same,
    company,
    everything,
    ladder,
    world,
)

CARELESS: Final = ClaimVelocity(most=9, window=timedelta(days=30), action=Action.REVIEW)


def looked(plug: Any = by_severity, **plugs: Any) -> set[str]:
    """Say what the plugs of a company were seen to look at."""
    parts = {"habits": {"records": ClaimMemory(tenure=True)}, **plugs}
    found = check_same(company(plug, **parts), world(), span=(0, 100), months=4)
    return {*found.tables._seen}


@pytest.mark.parametrize(
    ("reads", "expected"),
    [
        (lambda claim: claim.failure.severity, set()),
        (lambda claim: (claim.round, claim.cycle, claim.earlier, claim.owed), set()),
        (lambda claim: (claim.customer.tier, claim.customer.encounters), set()),
        (lambda claim: claim.as_of, set()),
        (lambda claim: claim.opened_at, set()),
        (lambda claim: claim.failure_day, set()),
        (lambda claim: claim.customer.claims, {HISTORY}),
        (lambda claim: claim.customer.since, {YEARS_KNOWN}),
        (lambda claim: attrs.evolve(claim, round=2), set()),
        (lambda claim: attrs.evolve(claim.customer), {HISTORY, YEARS_KNOWN}),
        (copy.copy, set()),
        (copy.deepcopy, {HISTORY, YEARS_KNOWN}),
        (repr, {HISTORY, YEARS_KNOWN}),
        (pickle.dumps, {HISTORY, YEARS_KNOWN}),
        (content_hash, {HISTORY, YEARS_KNOWN}),
        (attrs.asdict, {HISTORY, YEARS_KNOWN}),
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
        ({"attribution": ToRoots(ByWeight())}, set()),
        ({"abuse": spying}, set()),
        ({"abuse": CARELESS}, {HISTORY}),
        ({"authority": ladder()}, set()),
    ],
    ids=range(6),
)
def test_what_other_plugs_look_at_is_seen(
    plugs: dict[str, Any], expected: set[str]
) -> None:
    """Rules of attribution and detectors are watched like policies."""
    assert looked(**plugs) - {PROOF} == expected


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


# What is asked and walked only once

TENURE: Final[Any] = {"records": ClaimMemory(tenure=True)}


def reading(claim: Claim) -> Award:
    """Look at all there is, and make nothing of it."""
    repr(claim)
    return by_severity(claim)


def waiting(claim: Claim) -> Award:
    """Give more to those who waited for more than a day, and say how long that was."""
    hours = (claim.as_of - claim.opened_at) // timedelta(hours=1)
    reason = Reason("waited", f"after {hours} hours", {"hours": hours})
    award = by_severity(claim)
    more = (*award.amends, POINTS) if hours > 24 else award.amends
    return attrs.evolve(award, amends=more, because=(reason,))


POINTS: Final = Remedy(RemedyKind.POINTS, points=100)


def often(**people: Any) -> World:
    """Set a world up in which the same things happen again and again."""
    return world(people, modes=attrs.evolve(RUDE, rate=0.5))


def same(*, months: int = 6, **parts: Any) -> Run:
    """Run a company both ways where the same things happen again and again."""
    return check_same(company(**parts), often(), span=(0, 200), months=months)


def test_fewer_cases_are_told_apart_where_less_is_looked_at() -> None:
    """What nobody looks at does not tell situations apart, and changes nothing."""
    few, many = same(habits=TENURE), same(policy=reading, habits=TENURE)
    assert few.tables.situation_count < many.tables.situation_count / 2
    assert many.tables.walk_count < 1.1 * few.tables.walk_count
    assert few.block.paid.tolist() == many.block.paid.tolist()


def test_cases_that_get_the_same_answers_are_walked_once() -> None:
    """A policy that reads the clock does not make each hour a case of its own."""
    plain, late = same(), same(policy=waiting)
    assert (
        plain.tables.walk_count < late.tables.walk_count < 3 * plain.tables.walk_count
    )
    assert late.tables.situation_count > 1.5 * late.tables.walk_count
    assert late.block.paid.sum() > plain.block.paid.sum()


def in_time(award: Award, /, *, at: datetime, **asked: Any) -> tuple[Reason, ...]:
    """Let nobody give anything of worth in the afternoon."""
    is_late = at.hour > 12 and award.worth
    return (Reason("late", "not in the afternoon", {"hour": at.hour}),) * bool(is_late)


def spent(by: str, day: date, currency: str, kinds: Any, /) -> Money:
    """Say that much was given already."""
    return Money.from_minor(7_000 + day.day, currency)


COUNTING: Final = Authority(
    (Grant("agent", per_day=Money("80.00", "EUR")), Grant("lead")),
    roles={"agent": "agent", "lead": "lead"},
    spent_by=spent,
)


@pytest.mark.parametrize("authority", [in_time, COUNTING])
def test_an_authority_that_is_told_the_time_is_asked_each_time(authority: Any) -> None:
    """Nobody can watch what it looks at: every situation is walked."""
    timely, timeless = same(authority=authority), same(authority=ladder())
    assert timely.block.endings["escalations"].any()
    assert timely.tables.walk_count > 0.9 * timely.tables.situation_count
    assert timeless.tables.walk_count < timeless.tables.situation_count / 3


def test_a_plug_is_asked_once_for_what_it_looks_at() -> None:
    """What it was seen to look at, it need not be asked about again."""
    asked: list[Any] = []

    def policy(claim: Claim) -> Award:
        asked.append((claim.failure, claim.round))
        return by_severity(claim)

    some = company(policy)
    tables, chances = Tables(some, often()), Chances(some, often(), 6)
    assert not asked
    run_block(tables, Arrays(chances), Draws(7), (0, 200))
    # Now and then it is asked twice on purpose, and again once more is looked at.
    assert len(asked) < 2 * len(set(asked)) + 8
    assert len(asked) < tables.situation_count / 3


def hurried(claim: Claim) -> Verdict:
    """Doubt for a day whoever claims in his first hours."""
    until = claim.opened_at + timedelta(hours=24)
    if len(claim.customer.claims if claim.customer else ()) % 2:
        return Verdict()
    reason = Reason("hurried", "wait a day")
    return Verdict(action=Action.REVIEW, reasons=(reason,), expires_at=until)


def test_a_verdict_that_runs_out_counts_by_the_hour() -> None:
    """The same verdict holds an early offer up, and a later one no more."""
    found = check_same(company(abuse=hurried), world(), span=(0, 300), months=6)
    held = found.block.endings["escalations"]
    assert held.any()
    assert not held.all()


@pytest.mark.parametrize("answer", ["open", "hold"])
def test_a_detector_that_fails_now_and_then(answer: Any) -> None:
    """The engine goes on as it was told, whoever asks."""

    def failing(claim: Claim) -> Verdict:
        hours = (claim.as_of - claim.opened_at) // timedelta(hours=1)
        return Verdict() if hours < 24 else 1 // (hours % 3)  # type: ignore[return-value]

    found = check_same(
        company(abuse=failing, on_hook_error=answer), world(), span=(0, 300), months=6
    )
    assert found.block.endings["escalations"].any() == (answer == "hold")


def test_more_may_be_looked_at_later() -> None:
    """A policy that looks at records only where it is worth it is asked again."""

    def policy(claim: Claim) -> Award:
        assert claim.customer is not None
        if claim.failure.severity > 2 and claim.cycle > 1:
            return awarded(POINTS) if claim.customer.claims else by_severity(claim)
        return by_severity(claim)

    assert HISTORY in looked(policy)


class Coin:
    """Give and take by turns."""

    def __init__(self) -> None:
        self.turns = 0

    def __call__(self, claim: Claim) -> Award:
        """Answer otherwise than before."""
        self.turns += 1
        return awarded(POINTS) if self.turns % 2 else by_severity(claim)


def test_a_policy_that_is_no_function_of_the_claim_is_found_out() -> None:
    """It is asked the same twice now and then, and must not change its mind."""
    with pytest.raises(ContractError, match="must depend on the claim alone") as found:
        simulate(Coin(), world(), customers=2_000, months=2)
    assert found.value.plug == "Coin"
    assert "late" in found.value.case_id


def test_errors_name_the_failure_and_who_was_asked() -> None:
    """A policy that breaks is told with what it was asked about."""

    def policy(claim: Claim) -> Award:
        return claim.nonsense  # type: ignore[attr-defined,no-any-return]

    told = r"'Claim' object has no attribute 'nonsense'"
    with pytest.raises(ContractError, match=told) as found:
        simulate(policy, world(), customers=500, months=2)
    assert "_Watched" not in str(found.value)
    assert found.value.case_id in {
        f"{what} ({cause}, {severity}, {tier})"
        for what, cause in [
            *(("late", cause) for cause in ("crew", "storm", "address")),
            *(("rude", "rude"), ("outage", "outage")),
        ]
        for severity in ("minor", "moderate", "major", "critical")
        for tier in ("basic", "gold")
    }


def test_a_fact_that_no_failure_has_is_told_with_the_mend() -> None:
    """Where a policy asks for a fact, the failure mode has to give it."""

    def policy(claim: Claim) -> Award:
        return awarded(POINTS) if claim.failure.facts["weather"] else by_severity(claim)

    with pytest.raises(InvalidValueError, match=r"FailureMode\(.*facts=\{'weather'"):
        simulate(policy, world(), customers=500, months=2)


def test_what_the_engine_reads_for_itself_is_not_seen() -> None:
    """An approval digests the whole customer, and no plug has looked at it."""
    asking = company(authority=ladder())
    found = check_same(asking, world(), span=(0, 100), months=4)
    assert not found.tables._seen
    assert found.block.endings["escalations"].any()


def test_a_walker_without_eyes_leaves_the_plugs_alone() -> None:
    """The reference asks the very plugs that run in production."""
    some = company(abuse=CARELESS)
    driver = CaseDriver(some, world())
    assert driver.engine.policy is by_severity
    assert driver.engine.abuse is CARELESS


# Tables


def test_numbers_are_given_in_the_order_of_turning_up() -> None:
    """Codes get numbers one by one or many at a time, small ones and large ones."""
    told: list[int] = []

    def add(code: int) -> int:
        told.append(code)
        return len(told) - 1

    interner = Interner(add)
    assert interner.find_or_add_numbers(np.zeros(0, np.int64)).size == 0
    assert interner.find_or_add_number(7) == 0
    assert interner.find_or_add_numbers(np.array([9, 7, 9, 3])).tolist() == [1, 0, 1, 2]
    assert interner.find_or_add_numbers(np.array([5_000, 3])).tolist() == [3, 2]
    far = 1 << 40
    assert interner.find_or_add_numbers(np.array([far, 3, far + 1, far])).tolist() == [
        4,
        2,
        5,
        4,
    ]
    assert interner.find_or_add_number(far + 1) == 5
    assert interner.find_or_add_numbers(np.array([far, 9])).tolist() == [4, 1]
    assert sorted(told) == sorted({7, 9, 3, 5_000, far, far + 1})


def test_rows_grow() -> None:
    """Any number of rows are kept, and columns show all of them."""
    rows = Rows(("one", "two"))
    assert rows["one"].size == 0
    for number in range(200):
        assert rows.append_and_number((number, -number)) == number
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
        tables.find_or_add_history_number(number, (number,))
    with pytest.raises(InvalidValueError, match="or a ClaimMemory of fewer "):
        [tables.find_or_add_history_number(number, (0,)) for number in range(1 << 10)]


def test_many_facts_come_to_the_same_both_ways() -> None:
    """Situations with large numbers are told apart as well as those with small ones."""

    def policy(claim: Claim) -> Award:
        is_odd = claim.failure.facts["f0"] in {1, 3, 5}
        return everything(claim) if is_odd else by_severity(claim)

    modes = attrs.evolve(rich(9), rate=0.1, loss=Fraction(1, 2))
    check_same(company(policy), world(modes=modes), span=(0, 60), months=4)
