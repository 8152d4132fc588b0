"""Rich worlds and companies, and the comparison of the two ways to run them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any, Final

import attrs
import numpy as np
import pytest
from numpy.typing import NDArray

from recovery_core._domain.attribution import Cause, Party, Stability
from recovery_core._domain.claim import Claim
from recovery_core._domain.failure import Aspect, FailureKind, Resource, Severity
from recovery_core._domain.money import Money, Rounding
from recovery_core._domain.reason import Reason
from recovery_core._domain.remedy import Award, Remedy, RemedyKind
from recovery_core.authority import Authority, Grant
from recovery_core.engine import RecoveryEngine
from recovery_core.simulation.company import Company
from recovery_core.simulation.engine.arrays import Arrays
from recovery_core.simulation.engine.chances import Chances
from recovery_core.simulation.engine.draws import Draws
from recovery_core.simulation.engine.monthly import EVENTS, Block, run_block
from recovery_core.simulation.engine.reference import Reference
from recovery_core.simulation.engine.situation_tables import Tables
from recovery_core.simulation.results.totals import Totals, sum_block
from recovery_core.simulation.world.mind import Gossip, Loyalty, Persistence
from recovery_core.simulation.world.world import FailureMode, Population, Tier, World
from tests.support.laws import Sort

INF: Final = float("inf")
NAN: Final = float("nan")
NO_NUMBER: Final = (None, "1", True, [1])
CHANCE: Final[Sort] = (
    (*NO_NUMBER, -0.1, 1.1, NAN, INF),
    "give a number from 0 to 1",
)
LEVEL: Final[Sort] = ((*NO_NUMBER, -1, NAN, INF), "give a number from 0 up")
NUMBER: Final[Sort] = ((*NO_NUMBER, NAN, INF, -INF), "give a number")

SHARES: Final = {
    Severity.MINOR: Fraction(1, 4),
    Severity.MODERATE: Fraction(1, 2),
    Severity.MAJOR: Fraction(3, 4),
    Severity.CRITICAL: Fraction(1),
}
NOTHING: Final = Award.nothing(Reason("nothing", "nothing is due"))


def spoiled(valid: Any, field: str, mend: str, *wrongs: object) -> list[Any]:
    """Spoil one field in several ways; see `refusals`."""
    kind = type(valid).__name__
    return [
        pytest.param(
            valid, field, wrong, mend, id=f"{kind}.{field}: {mend:.20} {place}"
        )
        for place, wrong in enumerate(wrongs)
    ]


def euro(amount: str) -> Money:
    """Name an amount in euros."""
    return Money(amount, "EUR")


def refund(share: Fraction | int, claim: Claim) -> Remedy | None:
    """Pay a share of the loss back; None where that rounds to nothing."""
    loss = claim.failure.loss
    assert loss is not None
    value = loss.times(Fraction(share), rounding=Rounding.HALF_UP)
    return Remedy(RemedyKind.REFUND, value) if value.minor else None


def awarded(*remedies: Remedy | None) -> Award:
    """Let the customer choose among what is left."""
    kept = tuple(remedy for remedy in remedies if remedy is not None)
    return Award(alternatives=kept) if kept else NOTHING


def by_severity(claim: Claim) -> Award:
    """Pay back by severity."""
    return awarded(refund(SHARES[claim.failure.severity], claim))


def everything(claim: Claim) -> Award:
    """Read all there is to read: facts, round, cycle, what was given, the clock."""
    if claim.failure.facts.get("delay", 100) < 60:  # type: ignore[operator]
        return NOTHING
    customer, opened = claim.customer, claim.opened_at
    assert customer is not None
    hours = (claim.as_of - opened) // timedelta(hours=1)
    share = SHARES[claim.failure.severity] * claim.owed
    share += Fraction(min(hours, 48), 96) + Fraction(claim.cycle - 1, 4)
    share -= Fraction(min(len(customer.claims), 3), 10)
    if customer.since is not None and customer.since.year < 2024:
        share += Fraction(1, 10)
    if claim.earlier:
        share += Fraction(1, 20)
    first = refund(max(share, Fraction(0)), claim)
    if claim.round == 1 or first is None or first.value is None:
        return awarded(first)
    more = first.value + euro("5.00")
    return awarded(first, Remedy(RemedyKind.CREDIT, more))


def ladder(*, per_case: str = "40.00", lead: str | None = None) -> Authority:
    """Let the agent give so much, and the lead more or anything."""
    most = None if lead is None else euro(lead)
    return Authority(
        (Grant("agent", per_incident=euro(per_case)), Grant("lead", per_incident=most)),
        roles={"agent": "agent", "lead": "lead"},
    )


def company(policy: Any = by_severity, *, habits: Any = (), **plugs: Any) -> Company:
    """Set a company up: the policy, other plugs of the engine, and habits."""
    return Company(engine=RecoveryEngine(policy=policy, **plugs), **dict(habits))


TIERS: Final = (
    Tier(name="basic", share=7, price=euro("50.00")),
    Tier(name="gold", share=3, price=euro("200.00"), encounters=3),
)
PEOPLE: Final[Mapping[str, Any]] = {
    "tiers": TIERS,
    "voice": {0.5: 1, 1.0: 2, 1.5: 1},
    "expectation": {0.3: 1, 0.5: 2, 0.8: 1},
    "tenure": {6: 1, 24: 1, -3: 1, 80: 1, 130: 1, -40: 1},
    "tempted": 0.1,
    "opportunists": 0.05,
    "insatiable": 0.03,
    "aggressive": 0.1,
    "blames_firm": 0.4,
}
LATE: Final = FailureMode(
    what="late",
    rate=0.06,
    severity={Severity.MINOR: 6, Severity.MAJOR: 3, Severity.CRITICAL: 1},
    causes=(
        Cause("crew", Party.FIRM, weight=3, stability=Stability.STABLE),
        Cause("storm", Party.NATURE, weight=2),
        Cause("address", Party.CUSTOMER, weight=1),
    ),
    facts={"delay": {30: 1, 90: 2, 240: 1}, "is_winter": {True: 1, False: 3}},
    compound=0.2,
    detected=0.2,
)
RUDE: Final = FailureMode(
    what="rude",
    rate=0.03,
    kind=FailureKind(aspect=Aspect.PROCESS, resource=Resource.ATTENTION),
    facts={"delay": 100},
    loss=Fraction(1, 3),
    was_rejected=False,
)
SHARED: Final = FailureMode(
    what="outage",
    rate=0.02,
    severity={Severity.MAJOR: 1, Severity.MODERATE: 1},
    is_shared=True,
    detected=1.0,
    compound=1.0,
)
PARTS: Final[Mapping[str, Any]] = {
    "modes": (LATE, RUDE, SHARED),
    "satisfaction_noise": 0.08,
    "proof_rates": (0.9, 0.2),
    "confirmation_rate": 0.5,
    "loyalty": Loyalty(steepness=10.0, midpoint=0.4),
    "gossip": Gossip(listeners=3, telling_rate=0.7, warns_below=0.5, praises_above=0.7),
    "persistence": Persistence(contests=0.8, reopens=0.6),
    "branch_size": 100,
}


def world(people: Mapping[str, Any] | None = None, **parts: Any) -> World:
    """Make a world in which all happens that can; change what is named."""
    population = Population(**{**PEOPLE, **(people or {})})
    return World(population=population, **{**PARTS, **parts})


@attrs.frozen(eq=False)
class Run:
    """Hold what both ways came to."""

    block: Block
    reference: Reference
    tables: Tables
    chances: Chances


def run(
    company: Company, world: World, *, span: tuple[int, int], months: int, seed: int = 7
) -> Run:
    """Run a company both ways."""
    chances, draws = Chances(company, world, months), Draws(seed)
    tables = Tables(company, world)
    block = run_block(tables, Arrays(chances), draws, span)
    reference = Reference(company, world, chances, draws, months)
    reference.run(*span)
    return Run(block, reference, tables, chances)


Columns = dict[str, NDArray[np.int64]]


def told(run: Run) -> Columns:
    """Write the episodes of the reference down as the loop writes its events."""
    episodes = sorted(run.reference.episodes, key=lambda e: (e.month, e.customer))
    rows = [
        (
            *(e.customer - run.block.start, e.month, e.is_genuine, e.severity, e.risk),
            *(e.ending.paid, e.waited, e.at_once, e.after, e.nth, e.stays),
        )
        for e in episodes
    ]
    names = [name for name in EVENTS if name != "case"]
    columns = np.array(rows, np.int64).reshape(len(rows), len(names)).T
    return dict(zip(names, columns, strict=True))


def ordered(block: Block) -> Columns:
    """Put the events of a block in the order of months and customers."""
    order = np.lexsort((block.events["customer"], block.events["month"]))
    return {name: column[order] for name, column in block.events.items()}


def ended(run: Run) -> Columns:
    """Write down how each customer of the reference ended."""
    chances, last = run.chances, run.block.months - 1
    rows = [
        (
            *(who.tier, who.begun, who.left, who.is_here, who.paid, who.failures),
            chances.fade_satisfaction(who.sat, last - who.seen) if who.is_here else 0,
        )
        for who in run.reference.customers
    ]
    names = ("tier", "begun", "left", "stays", "paid", "failures", "satisfaction")
    return dict(zip(names, np.array(rows, np.int64).T, strict=True))


def endings(run: Run) -> Columns:
    """Write down how each case of the reference ended, as the tables would."""
    from recovery_core.simulation.engine.endings import ENDED as _ENDING
    from recovery_core.simulation.engine.endings import ending_to_int_row

    episodes = sorted(run.reference.episodes, key=lambda e: (e.month, e.customer))
    rows = [ending_to_int_row(e.ending, run.tables.world.quick_hours) for e in episodes]
    columns = np.array(rows, np.int64).reshape(len(rows), len(_ENDING)).T
    return dict(zip(_ENDING, columns, strict=True))


def totals(run: Run) -> Totals:
    """Add the reference up by the same sums as the loop."""
    columns, order = told(run), ended(run)
    kept = endings(run)
    changes: dict[str, Any] = {
        **order,
        "events": {**columns, "case": np.arange(len(columns["month"]))},
        "endings": kept,
    }
    block = attrs.evolve(run.block, **changes)
    return sum_block(block, run.tables, run.tables.world.branch_size)


def check_same(
    company: Company,
    world: World,
    *,
    span: tuple[int, int] = (0, 300),
    months: int = 9,
    seed: int = 7,
) -> Run:
    """Demand that both ways come to the same, to the last unit."""
    found = run(company, world, span=span, months=months, seed=seed)
    mine, its = ordered(found.block), told(found)
    for name, column in its.items():
        assert np.array_equal(mine[name], column), name
    for name, column in ended(found).items():
        assert np.array_equal(getattr(found.block, name), column), name
    for name, column in endings(found).items():
        assert np.array_equal(found.block.endings[name][mine["case"]], column), name
    assert sum_block(found.block, found.tables, world.branch_size) == totals(found)
    return found
