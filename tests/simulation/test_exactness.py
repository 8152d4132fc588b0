"""The loop for arrays and the production engine come to the same whole numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any, Final

import attrs
import pytest

from recovery_core._domain.claim import Claim
from recovery_core._domain.failure import Severity
from recovery_core._domain.money import Money
from recovery_core._domain.reason import Reason
from recovery_core._domain.remedy import Award, Remedy, RemedyKind
from recovery_core._domain.verdict import Action, Verdict
from recovery_core.abuse import (
    ClaimRate,
    ClaimVelocity,
    Tolerant,
    ValueConcentration,
    expiring,
    shadow,
    worst_of,
)
from recovery_core.attribution import ByWeight, PureComparative
from recovery_core.policy import only_if
from recovery_core.simulation.company import ClaimMemory, Delay, Learning, Team
from recovery_core.simulation.engine.reference_state import Episode
from recovery_core.simulation.world.mind import Gossip, Loyalty, Memory, Persistence
from recovery_core.tables import Rule, Table, column, pay
from tests.support.worlds import (
    LATE,
    NOTHING,
    RUDE,
    TIERS,
    awarded,
    by_severity,
    check_same,
    company,
    euro,
    everything,
    ladder,
    refund,
    world,
)

YEAR: Final = timedelta(days=360)


def asked_once(claim: Claim) -> Verdict:
    """Ask for evidence until there is some."""
    if claim.evidence:
        return Verdict()
    reason = Reason("bare", "nothing shows it")
    return Verdict(action=Action.ASK_EVIDENCE, score="1/2", reasons=(reason,))


def velocity(action: Action, **more: Any) -> ClaimVelocity:
    """Suspect whoever claims twice in a year."""
    return ClaimVelocity(most=1, window=YEAR, action=action, **more)


LONG: Final = column.minutes("delay") >= 60
BY_TABLE: Final = Table(
    "by delay",
    rules=[
        Rule("long", when=LONG & column.flag("is_winter"), amends=euro("15.00")),
        Rule("law", when=LONG, amends=pay(euro("25.00"), is_statutory=True)),
    ],
    hit="sum",
    otherwise="it came in time",
)


def _has_delay(claim: Claim) -> bool:
    return "is_winter" in claim.failure.facts


def read_late(claim: Claim) -> Award:
    """Look at the clock, the history and the years only at a later offer."""
    is_first = claim.round == 1 and claim.cycle == 1
    return by_severity(claim) if is_first else everything(claim)


def read_history_late(claim: Claim) -> Award:
    """Look at the history only where the recovery has failed."""
    if claim.cycle == 1 or claim.customer is None:
        return by_severity(claim)
    return awarded(refund(Fraction(len(claim.customer.claims) + 1, 9), claim))


def in_whole(claim: Claim) -> Award:
    """Give what has no value of its own: a replacement, points, a discount."""
    discount = Remedy(RemedyKind.DISCOUNT, basis_points=50)
    return Award(
        alternatives=(
            Remedy(RemedyKind.REPLACEMENT),
            Remedy(RemedyKind.POINTS, points=500),
        ),
        amends=(discount,) if claim.round > 1 else (),
    )


def lawful(claim: Claim) -> Award:
    """Give what the law grants, money besides, and care."""
    part = refund(Fraction(1, 2), claim)
    assert part is not None
    return Award(
        alternatives=(attrs.evolve(part, is_statutory=True),),
        amends=(
            Remedy(RemedyKind.CASH, euro("60.00")),
            Remedy(RemedyKind.CARE),
        ),
    )


def hasty(claim: Claim) -> Award:
    """Let every offer stand for ten hours."""
    return attrs.evolve(by_severity(claim), valid_for=timedelta(hours=10))


TEAM: Final = Team(
    agents=1,
    handling=600,
    aggression=2.5,
    personality={0.1: 1, 0.5: 1, 1.0: 1},
    skill=0.3,
    training=0.05,
)
CAPPED: Final = velocity(Action.CAP, cap=euro("20.00"), cools_off=timedelta(days=40))
VALUES: Final = ValueConcentration(most=Fraction(1, 10), action=Action.REVIEW)
COMPANIES: Final[Mapping[str, Mapping[str, Any]]] = {
    "plain": {},
    "a table": {
        "policy": only_if(_has_delay, BY_TABLE, because="it has no delay"),
        "authority": ladder(per_case="20.00"),
    },
    "reads everything": {
        "policy": everything,
        "habits": {"records": ClaimMemory(tenure=True)},
    },
    "reads late": {
        "policy": read_late,
        "habits": {"records": ClaimMemory(tenure=True), "rounds": 3},
    },
    "reads the history late": {"policy": read_history_late},
    "replacements and points": {
        "policy": in_whole,
        "habits": {"point_cost": Fraction(1, 3), "budget": euro("500.00")},
    },
    "asks for evidence": {"abuse": velocity(Action.ASK_EVIDENCE)},
    "asks for evidence once": {
        "abuse": asked_once,
        "policy": lawful,
        "authority": ladder(),
    },
    "reviews": {"abuse": velocity(Action.REVIEW), "policy": lawful},
    "caps for a while": {"abuse": CAPPED, "policy": lawful},
    "gives in kind": {"abuse": velocity(Action.IN_KIND)},
    "refuses": {"abuse": velocity(Action.REFUSE), "policy": lawful},
    "warns": {"abuse": velocity(Action.WARN)},
    "weighs amounts": {"abuse": VALUES},
    "asks several detectors": {
        "abuse": worst_of(velocity(Action.WARN), Tolerant(VALUES, factor=2)),
        "policy": everything,
    },
    "only notes": {"abuse": shadow(velocity(Action.REVIEW))},
    "cools off while asking": {
        "abuse": expiring(velocity(Action.REVIEW), timedelta(hours=20)),
    },
    "judges by the usual rate": {"abuse": ClaimRate(usual=Fraction(1, 50))},
    "lays blame": {
        "policy": everything,
        "attribution": ByWeight(),
        "liability": PureComparative(),
        "habits": {"apology_owns": "always"},
    },
    "asks a lead with a limit": {
        "policy": everything,
        "authority": ladder(lead="60.00"),
        "habits": {"approval_hours": 100, "apology_owns": "never"},
    },
    "lets offers run out": {"policy": hasty, "habits": {"decision_hours": 12}},
    "lets offers stand for a while": {
        "offer_valid_for": timedelta(hours=30),
        "habits": {"decision_hours": 12},
    },
    "makes more offers than the process allows": {"habits": {"rounds": 5}},
    "makes one offer": {"habits": {"rounds": 1}},
    "has a team": {"policy": everything, "habits": {"response": TEAM}},
    "has a steady team": {
        "habits": {"response": Team(agents=2, handling=900, varies="fixed")},
    },
    "answers at once": {
        "habits": {"response": Delay(median=0), "response_hours_grid": (0,)}
    },
    "answers late": {
        "policy": everything,
        "habits": {
            "response": Delay(median=90, sigma=2),
            "response_hours_grid": (0, 24, 72),
        },
    },
    "learns": {"habits": {"learning": Learning(after=2, effect=0.5)}},
    "learns all there is": {
        "habits": {"learning": Learning(after=1, effect=1.0, most=1)},
    },
    "has a budget": {"policy": lawful, "habits": {"budget": euro("120.00")}},
    "has no budget": {
        "policy": everything,
        "abuse": VALUES,
        "habits": {"budget": euro("0.00"), "response": TEAM, "learning": Learning()},
    },
    "remembers no dates": {
        "abuse": velocity(Action.REVIEW),
        "habits": {"records": ClaimMemory(dates=False)},
    },
    "remembers nothing": {
        "policy": everything,
        "habits": {"records": ClaimMemory(months=0, amounts=True)},
    },
    "remembers numbers and amounts": {
        "abuse": VALUES,
        "habits": {"records": ClaimMemory(dates=False, amounts=True, tenure=True)},
    },
}


@pytest.mark.parametrize("name", COMPANIES)
def test_any_company_comes_to_the_same_both_ways(name: str) -> None:
    """Whatever a company does, the loop and the engine agree to the last unit."""
    check_same(company(**COMPANIES[name]), world(), span=(100, 300), months=8)


WORLDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "one mode": {"modes": LATE},
    "always failing": {"modes": attrs.evolve(RUDE, rate=1.0)},
    "never failing": {"modes": attrs.evolve(RUDE, rate=0.0)},
    "nobody contests": {"persistence": Persistence(reopens=1.0)},
    "nobody comes back": {"persistence": Persistence(contests=1.0)},
    "nobody talks": {"gossip": Gossip()},
    "all talk": {
        "gossip": Gossip(
            listeners=9, warns_below=0.6, praises_above=0.6, praise_effect=0.2
        )
    },
    "nothing is forgotten": {"memory": Memory(bad_fades=0.0, good_fades=0.0)},
    "all is forgotten": {
        "memory": Memory(usual=0.5, start=0.9, bad_fades=1.0, good_fades=1.0, forgets=0)
    },
    "a bad start": {"memory": Memory(usual=0.8, start=0.2, good_fades=0.9)},
    "all leave": {"loyalty": Loyalty(steepness=0.0)},
    "no reaction": {"reactions": ()},
    "no noise, no proof": {
        "satisfaction_noise": 0.0,
        "proof_rates": (0.0, 0.0),
        "confirmation_rate": 1.0,
    },
    "a branch of one": {"branch_size": 1},
    "one big branch": {"branch_size": 5_000},
}


@pytest.mark.parametrize("name", WORLDS)
def test_any_world_comes_to_the_same_both_ways(name: str) -> None:
    """Whatever a world is like, the loop and the engine agree to the last unit."""
    parts = WORLDS[name]
    some = company(everything, abuse=velocity(Action.WARN))
    start = 2 * parts.get("branch_size", 100) % 5_000
    check_same(some, world(**parts), span=(start, start + 150), months=8)


PEOPLE: Final[Mapping[str, Mapping[str, Any]]] = {
    "the honest": {"tempted": 0.0, "opportunists": 0.0},
    "the crooked": {"tempted": 0.4, "opportunists": 0.6},
    "the insatiable": {"insatiable": 1.0, "aggressive": 1.0, "blames_firm": 1.0},
    "the silent": {"complains": dict.fromkeys(Severity, 0.0)},
    "the loud": {"complains": dict.fromkeys(Severity, 1.0), "voice": 1.0},
    "one tier": {"tiers": TIERS[:1]},
    "the new": {"tenure": {0: 1, -1: 1, -2: 1, -7: 1, -8: 1, -9: 1}},
}


@pytest.mark.parametrize("name", PEOPLE)
def test_any_customers_come_to_the_same_both_ways(name: str) -> None:
    """Whoever the customers are, the loop and the engine agree to the last unit."""
    habits = {"response": TEAM, "records": ClaimMemory(tenure=True)}
    some = company(everything, abuse=velocity(Action.ASK_EVIDENCE), habits=habits)
    check_same(some, world(PEOPLE[name]), span=(0, 150), months=8)


def minor(awarded: Money | None) -> int | None:
    """Count an amount in minor units."""
    return None if awarded is None else awarded.minor


@pytest.mark.parametrize("amounts", [False, True])
def test_what_is_too_old_is_not_on_record(*, amounts: bool) -> None:
    """A claim drops out of the longest record for good, with what was awarded."""
    faithful = Loyalty(steepness=20.0, midpoint=0.0)
    rare = attrs.evolve(RUDE, rate=0.06)
    habits = {"records": ClaimMemory(months=15, amounts=amounts)}
    some, here = company(everything, habits=habits), world(modes=rare, loyalty=faithful)
    found = check_same(some, here, span=(0, 60), months=40)
    claims: dict[int, list[Episode]] = {}
    for episode in found.reference.episodes:
        if episode.case is not None:
            claims.setdefault(episode.customer, []).append(episode)
    for mine in claims.values():
        for episode in mine:
            customer = episode.case.customer if episode.case else None
            assert customer is not None
            assert [
                ((here.start_date - past.on).days // 30, minor(past.awarded))
                for past in customer.claims
            ] == [
                (episode.month - e.month, e.ending.paid if amounts else None)
                for e in mine
                if 0 < episode.month - e.month <= 15
            ]


def test_no_policy_tells_one_case_from_another_by_its_name() -> None:
    """Where there is one name for all cases of a sort, both ways show the same."""

    def by_name(claim: Claim) -> Award:
        return by_severity(claim) if claim.case_id == "case" else NOTHING

    found = check_same(company(by_name), world(), span=(0, 100), months=6)
    names = [e.case.id for e in found.reference.episodes if e.case is not None]
    assert len(set(names)) == len(names)
    assert names[0].startswith("customer-")


def test_many_customers_come_to_the_same_both_ways() -> None:
    """Fifty thousand customers over half a year agree to the last unit."""
    habits = {"records": ClaimMemory(tenure=True), "learning": Learning()}
    some = company(by_severity, abuse=velocity(Action.WARN), habits=habits)
    modes = (attrs.evolve(LATE, rate=0.02), attrs.evolve(RUDE, rate=0.01))
    here = world(
        {"tempted": 0.02, "opportunists": 0.01}, modes=modes, branch_size=1_000
    )
    found = check_same(some, here, span=(0, 50_000), months=6)
    assert len(found.block.events["month"]) > 8_000
