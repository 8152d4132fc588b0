"""Run one company in one world."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from functools import cached_property
from typing import Any, Final

import attrs

from ..._domain.money import Money
from ...errors import InvalidValueError
from ..company import Company, Recoverer, company_of
from ..engine.monthly import Block
from ..engine.situation_tables import Tables
from ..results.estimates import Estimate
from ..results.outcomes import OUTCOMES, Outcome, estimate, grid, listed
from ..results.totals import Totals, sum_block
from ..world.world import World
from .arguments import check_customers, world_or_shop
from .blocks import CompanyInWorld, Job, Progress, run_job

__all__ = ["Result", "outcome_of", "simulate", "unknown"]

CUSTOMERS: Final = 100_000
MONTHS: Final = 24


@attrs.frozen(eq=False, repr=False)
class Result:
    """What a run came to; every figure comes with its interval.

    Args:
        company: Whose recovery.
        world: Whose customers.
        customers: How many there were.
        months: How long the run lasted.
        seed: Names the luck.
        totals: The sums it rests on, in whole numbers.
    """

    company: Company
    world: World
    customers: int
    months: int
    seed: int
    totals: Totals

    def __getitem__(self, outcome: str) -> Estimate:
        """Estimate one of `OUTCOMES`."""
        return estimate(self.totals, outcome_of(outcome), self.unit)

    @cached_property
    def estimates(self) -> Mapping[str, Estimate]:
        """Every outcome, by name."""
        return {name: self[name] for name in OUTCOMES}

    def repurchase_grid(self) -> dict[tuple[str, str], Estimate]:
        """Estimate who comes back, by severity and by what became of the failure."""
        return grid(self.totals)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return all outcomes as rows, for a frame or a file."""
        return [*listed(self.estimates)]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON would hold it."""
        return {
            "company": self.company.name,
            "company_hash": self.company.hash,
            "customers": self.customers,
            "months": self.months,
            "seed": self.seed,
            "currency": self.world.population.currency,
            "outcomes": {name: e.to_dict() for name, e in self.estimates.items()},
        }

    @property
    def unit(self) -> float:
        """How many minor units make a major one."""
        return float(10 ** Money.zero(self.world.population.currency).exponent)

    def __repr__(self) -> str:
        head = (
            f"{self.company.name}: {self.customers:,} customers, {self.months} months, "
            f"seed {self.seed}"
        )
        return "\n".join(
            [head, *estimate_lines(self.estimates, self.world), *unknown(self)]
        )


def estimate_lines(estimates: Mapping[str, Estimate], world: World) -> Iterable[str]:
    """Write estimates down, one a line."""
    wide = max(map(len, estimates))
    room = max(24, *(len(str(found)) for found in estimates.values()))
    for name, found in estimates.items():
        unit = OUTCOMES[name].unit
        unit = world.population.currency if unit == "money" else unit
        yield f"  {name.ljust(wide)}  {found!s:>{room}}  {unit}"


def unknown(result: Result) -> Iterable[str]:
    """Return why no interval is known, where all customers share something."""
    groups = len(result.totals.groups["customers"])
    if groups == 1 < result.customers:
        yield (
            f"  no interval is known, for all customers share one branch of "
            f"{result.world.branch_size:,}: take more customers, or a World with a "
            "smaller branch_size"
        )


def outcome_of(name: str) -> Outcome:
    """Look an outcome up.

    Raises:
        InvalidValueError: There is none of that name.
    """
    asked: object = name
    if not isinstance(asked, str) or name not in OUTCOMES:
        raise InvalidValueError(
            f"there is no outcome {name!r}: give one of {', '.join(OUTCOMES)}"
        )
    return OUTCOMES[name]


def _totals(job: Job, blocks: list[tuple[Block, Tables]]) -> Totals:
    ((block, tables),) = blocks
    return sum_block(block, tables, job.size)


def simulate(
    company: Recoverer,
    world: World | None = None,
    *,
    customers: int = CUSTOMERS,
    months: int = MONTHS,
    seed: int = 0,
    paths: bool = False,
    block: int | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Result:
    """Simulate customers who live with a company for some months.

    The figures do not depend on blocks, executor or order, down to the last unit.

    Args:
        company: A `Company`, or an engine or a policy, which is put into a usual one.
        world: The customers and the failures; `shop` unless given.
        customers: How many.
        months: How long.
        seed: Names the luck.
        paths: Whether to follow satisfaction month by month; takes longer.
        block: How many customers are done at a time; as many as suit unless given.
        executor: Who does the work; any of `concurrent.futures`, or like it.
        progress: Is told how far it is.

    Raises:
        InvalidValueError: An argument cannot be.

    Example:
        >>> from recovery_core.policy import Reimbursement
        >>> result = simulate(Reimbursement(), customers=2_000, months=6)
        >>> result["retention"].covers(result["retention"].value)
        True
    """
    side = CompanyInWorld(company_of(company), world_or_shop(world))
    customers = check_customers(customers)
    job = Job(
        sides=(side,),
        months=months,
        seed=seed,
        reduce=_totals,
        paths=paths,
    ).grouped(customers)
    found = run_job(
        job, (0, customers), block=block, executor=executor, progress=progress
    )
    return Result(
        side.company, side.world, customers, job.months, job.seed, Totals.joined(found)
    )
