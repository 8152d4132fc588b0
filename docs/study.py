"""The study on the recovery paradox: its companies, its runs, and its tables.

The page docs/explanation/study-paradox.md shows parts of this file and its tables, and
a test holds them equal. Alone: ``python docs/study.py``.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

import attrs

import recovery_core as rc
from recovery_core.authority import Authority, Grant
from recovery_core.policy import Reimbursement
from recovery_core.simulation import (
    Company,
    Comparison,
    Delay,
    Estimate,
    Team,
    compare,
    paradox,
    shop,
)
from recovery_core.simulation.reactions import MoneyOrWords, default_models
from recovery_core.simulation.runs.paradox import Paradox

SEED = 7
CUSTOMERS = 20_000
MONTHS = 24


# -------------------------------------------------------------------------- companies


def nothing(claim: rc.Claim) -> rc.Award:
    """Say sorry, and give nothing."""
    return rc.Award.nothing(rc.Reason("no", "nothing is given"))


def generous(claim: rc.Claim) -> rc.Award:
    """Send it again or pay it back, and add a fifth of the price."""
    lost = claim.failure.loss
    if lost is None:
        return rc.Award.nothing(rc.Reason("no-loss", "nobody said what was lost"))
    fifth = lost.times(Fraction(1, 5), rounding=rc.Rounding.HALF_UP)
    return rc.Award(
        alternatives=(
            rc.Remedy(rc.RemedyKind.REPLACEMENT, lost, what="sent again, express"),
            rc.Remedy(rc.RemedyKind.REFUND, lost),
        ),
        amends=(rc.Remedy(rc.RemedyKind.CREDIT, fifth),),
        because=(rc.Reason("generous", "all of it and a fifth more", {"lost": lost}),),
    )


def companies() -> dict[str, Company]:
    """Return the companies, from the meanest to the most empowered."""
    rights = Authority(
        (Grant("agent", per_incident=rc.Money("20.00", "EUR")), Grant("lead")),
        roles={"agent": "agent", "lead": "lead"},
    )
    warm = Team(agents=1, handling=120, personality=1.0, skill=1.0)
    engines = {
        "nothing": rc.RecoveryEngine(policy=nothing),
        "refund": rc.RecoveryEngine(policy=Reimbursement()),
        "generous": rc.RecoveryEngine(policy=generous),
        "must ask": rc.RecoveryEngine(policy=generous, authority=rights),
    }
    return {
        "nothing": Company(engine=engines["nothing"], name="nothing"),
        "refund": Company(engine=engines["refund"], name="refund"),
        "generous and quick": Company(
            engine=engines["generous"],
            name="generous and quick",
            response=Delay(median=1),
        ),
        "must ask": Company(
            engine=engines["must ask"],
            name="must ask",
            response=warm,
            apology_owns="always",
        ),
        "empowered": Company(
            engine=engines["generous"],
            name="empowered",
            response=warm,
            apology_owns="always",
        ),
    }


# -------------------------------------------------------------------------------- runs


def against_twins(company: Company, customers: int = CUSTOMERS) -> Paradox:
    """Set every failed customer against a twin to whom nothing happens."""
    return paradox(company, shop(), customers=customers, months=MONTHS, seed=SEED)


def against_nothing(company: Company, customers: int = CUSTOMERS) -> Comparison:
    """Compare with the company that gives nothing, on the same customers."""
    first = companies()["nothing"]
    return compare(
        first, company, shop(), customers=customers, months=MONTHS, seed=SEED
    )


def replicated(
    company: Company, seeds: Sequence[int], customers: int = CUSTOMERS // 2
) -> Iterator[Paradox]:
    """Measure the paradox again with other luck."""
    for seed in seeds:
        yield paradox(company, shop(), customers=customers, months=MONTHS, seed=seed)


def assumed(words: float, hours: float, customers: int = CUSTOMERS // 2) -> Paradox:
    """Measure the paradox where words count so much, and an answer takes so long."""
    models = [
        attrs.evolve(model, words=words) if isinstance(model, MoneyOrWords) else model
        for model in default_models()
    ]
    quick = attrs.evolve(
        companies()["generous and quick"], response=Delay(median=hours)
    )
    return paradox(
        quick, shop(reactions=models), customers=customers, months=MONTHS, seed=SEED
    )


# ------------------------------------------------------------------------------ tables


def row(cells: Sequence[Any]) -> str:
    """Write a row of a table."""
    return f"| {' | '.join(map(str, cells))} |"


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Write a table for the page."""
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join([row(head), row(rule), *map(row, rows)]) + "\n"


def shown(found: Estimate | None, digits: int = 3) -> str:
    """Write a figure with its interval, in bold where it is clearly above zero."""
    if found is None:
        return "none"
    if not found.has_interval:
        return f"{found.value:+.{digits}f}, interval not known"
    text = f"{found.value:+.{digits}f} ± {found.half_width:.{digits}f}"
    return f"**{text}**" if found.low > 0 else text


def by_failure(found: Mapping[str, Paradox]) -> str:
    """Set satisfaction at once against the twins', by failure and company."""
    rows = [
        [
            f"{nth}, {severity}",
            *(_at_once(one, nth=nth, severity=severity) for one in found.values()),
        ]
        for nth, severity in product(("first", "later"), ("minor", "moderate", "major"))
    ]
    return table(["failure", *found], rows)


def _at_once(found: Paradox, **which: str) -> str:
    gap = found.gap(**which)
    return shown(None if gap is None else gap.at_once)


def by_deed(found: Mapping[str, Paradox]) -> str:
    """Set what lasts against the twins': satisfaction, staying, months."""
    rows = [
        [
            name,
            _lasting(one),
            shown(one.retention),
            shown(one.months_kept, 2),
        ]
        for name, one in found.items()
    ]
    head = ["company", "what lasts, first and minor", "retention", "months"]
    return table(head, rows)


def _lasting(found: Paradox) -> str:
    gap = found.gap(nth="first", severity="minor")
    return shown(None if gap is None else gap.lasting)


def by_cost(found: Mapping[str, Comparison]) -> str:
    """Say what it costs to keep a customer, against giving nothing."""
    rows = [
        [
            name,
            shown(one["retention"]),
            shown(one["cost"], 2),
            f"{kept_for(one):.0f}",
            shown(one["value"], 2),
            f"{one.programme_return or 0:.2f}",
        ]
        for name, one in found.items()
    ]
    head = ["company", "retention", "cost", "cost per kept", "value", "return"]
    return table(head, rows)


def kept_for(found: Comparison) -> float:
    """Return what is given in addition for each customer kept in addition."""
    return found["cost"].value / found["retention"].value


def by_seed(found: Mapping[str, Sequence[Paradox]]) -> str:
    """Show the first, minor failure again with other luck."""
    seeds = [str(one.seed) for one in next(iter(found.values()))]
    rows = [
        [name, *(_at_once(one, nth="first", severity="minor") for one in some)]
        for name, some in found.items()
    ]
    return table(["company", *(f"seed {seed}" for seed in seeds)], rows)


def by_assumption() -> str:
    """Show the first, minor failure by what is assumed of words, and by speed."""
    hours = (1, 24, 72)
    rows = [
        [
            f"words {words}",
            *(
                _at_once(assumed(words, h), nth="first", severity="minor")
                for h in hours
            ),
        ]
        for words in (0.1, 0.5, 0.9)
    ]
    return table(["assumed", *(f"median {h} h" for h in hours)], rows)


@cache
def tables() -> dict[str, str]:
    """Run the study, and return its tables."""
    firms = companies()
    twins = {name: against_twins(firm) for name, firm in firms.items()}
    givers = {name: firm for name, firm in firms.items() if name != "nothing"}
    recovered = {name: twins[name] for name in givers}
    again = {
        name: [*replicated(firms[name], (1, 2, 3))]
        for name in ("refund", "generous and quick", "empowered")
    }
    costs = {name: against_nothing(firm) for name, firm in givers.items()}
    return {
        "by-failure": by_failure(recovered),
        "by-deed": by_deed(twins),
        "by-cost": by_cost(costs),
        "by-seed": by_seed(again),
        "by-assumption": by_assumption(),
    }


if __name__ == "__main__":
    for title, text in tables().items():
        print(f"{title}\n\n{text}")
