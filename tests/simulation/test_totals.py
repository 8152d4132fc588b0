"""Sums by group and month: what they add up, and how they are put together."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any, Final

import attrs
import numpy as np
import pytest

from recovery_core._domain.verdict import Action
from recovery_core.abuse import ClaimVelocity
from recovery_core.simulation.engine.arrays import Arrays
from recovery_core.simulation.engine.chances import Chances
from recovery_core.simulation.engine.draws import Draws
from recovery_core.simulation.engine.monthly import run_block
from recovery_core.simulation.engine.scale import ONE, to_parts_of_one
from recovery_core.simulation.engine.situation_tables import Tables
from recovery_core.simulation.reactions import Handling
from recovery_core.simulation.results.totals import (
    PATHS,
    SEVERITIES,
    Totals,
    add_by_place,
    sum_block,
)
from recovery_core.simulation.world.mind import Loyalty
from tests.support.worlds import (
    Run,
    by_severity,
    company,
    everything,
    ladder,
    run,
    world,
)

SIZE: Final = 100
MONTHS: Final = 10


@pytest.fixture(scope="module")
def both() -> Run:
    """Run a company that does a bit of everything, both ways."""
    suspicious = ClaimVelocity(most=1, window=timedelta(days=300), action=Action.WARN)
    some = company(everything, abuse=suspicious, authority=ladder())
    return run(some, world(), span=(200, 550), months=MONTHS)


def added(run: Run) -> dict[str, Counter[int]]:
    """Add everything up once more, one customer and one episode at a time."""
    sums: dict[str, Counter[int]] = {}

    def add(name: str, customer: int, value: int) -> None:
        sums.setdefault(name, Counter())[(customer - 200) // SIZE] += value

    here, chances = run.tables.world, run.chances
    for who in run.reference.customers:
        tier = here.population.tiers[who.tier]
        months = who.left - who.begun
        add("customers", who.number, int(who.begun < MONTHS))
        add("customer_months", who.number, months)
        add("stayed", who.number, int(who.is_here))
        add("sales", who.number, months * tier.annual_sales.minor)
        add("margin", who.number, months * tier.annual_margin.minor)
        add("failed", who.number, int(who.failures > 0))
        level = (
            chances.fade_satisfaction(who.sat, MONTHS - 1 - who.seen)
            if who.is_here
            else 0
        )
        add("satisfaction", who.number, level)
    for e in run.reference.episodes:
        is_claim = e.case is not None
        is_real = e.is_genuine and is_claim
        is_resolved = e.ending.handling is Handling.RESOLVED
        is_quick = is_resolved and e.ending.resolution_hours <= here.quick_hours
        is_first = e.ending.rounds == e.ending.cycle == 1 and not e.ending.escalations
        is_low = e.at_once < to_parts_of_one(here.gossip.warns_below)
        is_high = e.at_once > to_parts_of_one(here.gossip.praises_above)
        path = "quick" if is_quick else str(e.ending.handling)
        place = e.severity * len(PATHS) + PATHS.index(path)
        for name, value in {
            "failures": e.is_genuine,
            "claims": is_claim,
            "paid": e.ending.paid,
            "false_claims": not e.is_genuine,
            "genuine_claims": is_real,
            "leaked": 0 if e.is_genuine else e.ending.paid,
            "waited": e.waited,
            "at_once": e.at_once * is_real,
            "warnings": e.is_genuine and is_low,
            "recommendations": e.is_genuine and is_high,
            "repurchases": e.is_genuine and e.stays,
            "resolved": is_resolved,
            "first_contact": is_resolved and is_first,
            "flagged": e.ending.action > Action.NOTE,
            "escalated": e.ending.escalations > 0,
            "escalations": e.ending.escalations,
            "reopened": e.ending.cycle > 1,
            "hours": e.ending.resolution_hours,
            "answered": e.ending.response_hours,
            "contacts": e.ending.contacts,
            f"episodes {place}": e.is_genuine,
            f"repurchases {place}": e.is_genuine and e.stays,
        }.items():
            add(name, e.customer, int(value))
    return sums


def test_totals_add_up_what_happened(both: Run) -> None:
    """Every sum of every group is what one gets by counting, one by one."""
    totals, expected = sum_block(both.block, both.tables, SIZE), added(both)
    assert set(expected) <= set(totals.groups)
    for name, column in totals.groups.items():
        counts = expected.get(name, Counter())
        assert column.tolist() == [counts[group] for group in range(4)], name
        assert totals[name] == counts.total()


def test_the_months_add_up_too(both: Run) -> None:
    """Claims, failures, money and presence stand month by month as well."""
    totals = sum_block(both.block, both.tables, SIZE)
    for month in range(MONTHS):
        episodes = [e for e in both.reference.episodes if e.month == month]
        assert totals.months["failures"][month] == sum(e.is_genuine for e in episodes)
        assert totals.months["claims"][month] == sum(
            e.case is not None for e in episodes
        )
        assert totals.months["paid"][month] == sum(e.ending.paid for e in episodes)
        here = [who.begun <= month < who.left for who in both.reference.customers]
        still = [w.is_here and w.left == MONTHS for w in both.reference.customers]
        assert totals.months["here"][month] >= sum(still)
        # Who leaves at the end of a month is gone in the next.
        assert totals.months["here"][month] == sum(here)


def test_satisfaction_is_followed_when_asked_for(both: Run) -> None:
    """With paths, the satisfaction of all who are there is summed month by month."""
    arrays, draws = Arrays(both.chances), Draws(7)
    block = run_block(both.tables, arrays, draws, (200, 550), paths=True)
    followed, plain = sum_block(block, both.tables, SIZE), both.block
    assert followed.groups.keys() == sum_block(plain, both.tables, SIZE).groups.keys()
    assert followed.months["followed"].tolist() == followed.months["here"].tolist()
    levels = followed.months["satisfaction"] / followed.months["followed"] / ONE
    assert (levels > 0.3).all()
    assert (levels < 0.9).all()


def test_followed_satisfaction_is_that_of_each_customer() -> None:
    """The path of a run is the sum of the paths that the engine follows one by one."""
    from recovery_core.simulation.engine.reference import Reference

    some, here, months = company(by_severity), world(), 5
    chances = Chances(some, here, months)
    block = run_block(
        Tables(some, here), Arrays(chances), Draws(7), (0, 30), paths=True
    )
    sums = Counter[int]()
    for watched in range(30):
        one = Reference(some, here, chances, Draws(7), months, watched=watched)
        one.run(0, 30)
        begun = one.customers[watched].begun
        for ago, level in enumerate(one.path):
            sums[begun + ago] += level
    assert block.paths.T[0].tolist() == [sums[month] for month in range(months)]


def test_nothing_happens_in_an_empty_block() -> None:
    """Where nothing ever fails, every sum of events is nothing."""
    calm = world({"tempted": 0.0, "opportunists": 0.0}).without_failures()
    found = run(company(), calm, span=(0, 150), months=3)
    totals = sum_block(found.block, found.tables, SIZE)
    assert totals["claims"] == totals["paid"] == totals["episodes 5"] == 0
    assert totals["customers"] > 0


def test_sums_are_exact_however_large(both: Run) -> None:
    """Whole numbers beyond 2**53, which floats would round, by group and by month."""
    block, large = both.block, 2**53 + 1
    paid = np.zeros_like(block.events["paid"])
    customers = block.events["customer"]
    first = int(np.flatnonzero(customers < SIZE)[0])
    paid[first] = large
    richer = attrs.evolve(block, events={**block.events, "paid": paid})
    totals = sum_block(richer, both.tables, SIZE)
    assert totals.groups["paid"].tolist() == [large, 0, 0, 0]
    assert totals.months["paid"][block.events["month"][first]] == large
    places, values = np.array([1, 1, 0]), np.array([2**53, 1, 2**62 + 1])
    assert add_by_place(places, values, 3).tolist() == [2**62 + 1, large, 0]


def test_who_never_joins_is_no_customer() -> None:
    """Who would join after the run is neither counted nor taken for lost."""
    faithful = Loyalty(steepness=100.0, midpoint=-1.0)
    here = world({"tenure": {0: 1, -2: 1, -3: 1, -9: 1}}, loyalty=faithful)
    found = run(company(), here, span=(0, 400), months=3)
    totals = sum_block(found.block, found.tables, SIZE)
    joined = sum(who.begun < 3 for who in found.reference.customers)
    assert 100 < joined < 300
    assert totals["customers"] == totals["stayed"] == joined


def made(*groups: int, **more: Any) -> Totals:
    """Make totals of a single sum."""
    return Totals(
        more.get("size", 10),
        {more.get("name", "claims"): np.array(groups)},
        {"claims": np.array([sum(groups)])},
    )


def test_totals_are_the_same_when_all_their_sums_are() -> None:
    """One unit more, another name or another size of groups, and they differ."""
    assert made(1, 2) == made(1, 2)
    others = [made(1, 3), made(1, 2, size=5), made(1, 2, name="paid"), made(1, 2, 0)]
    others.append(attrs.evolve(made(1, 2), months={"claims": np.array([4])}))
    others.append(attrs.evolve(made(1, 2), months={}))
    assert all(made(1, 2) != other for other in others)
    assert made(1, 2) != "totals"
    with pytest.raises(TypeError):
        hash(made(1, 2))


def test_totals_of_blocks_are_put_together() -> None:
    """Groups stand one after the other, and months add up."""
    joined = Totals.joined([made(1, 2), made(3), made(4, 5)])
    assert joined == made(1, 2, 3, 4, 5)
    assert Totals.joined([made(1)]) == made(1)
    assert joined["claims"] == 15


def test_every_path_of_every_severity_is_counted() -> None:
    """There is a sum for each cell of the grid."""
    assert len(SEVERITIES) * len(PATHS) == 16
    assert PATHS == ("silent", "unresolved", "resolved", "quick")
