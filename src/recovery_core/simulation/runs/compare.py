"""Two companies on the same customers with the same luck."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from functools import cached_property
from math import inf
from typing import Any, Final, SupportsFloat

import attrs
import numpy as np

from ...errors import InvalidValueError
from ..company import Recoverer, company_of
from ..engine.monthly import Block
from ..engine.situation_tables import Tables
from ..results.estimates import Estimate, plain
from ..results.outcomes import OUTCOMES, gap, listed
from ..results.totals import Totals, sum_block
from ..world.world import World
from .arguments import check_customers, check_progress, check_world, world_or_shop
from .blocks import CompanyInWorld, Job, Progress, run_job
from .run import CUSTOMERS, MONTHS, Result, estimate_lines, outcome_of, unknown

__all__ = ["Comparison", "WinnersLosers", "compare", "not_reached"]

_FEWEST: Final = 30
"""Groups that have something to tell, without which nothing is stopped by."""


@attrs.frozen
class WinnersLosers:
    """Count the customers by what the second company changed for them.

    Args:
        winners: Stay longer, or as long and are more satisfied in the end.
        losers: The other way round.
        same: Are just as they were.
    """

    winners: int = 0
    losers: int = 0
    same: int = 0

    def __add__(self, other: WinnersLosers) -> WinnersLosers:
        return WinnersLosers(
            self.winners + other.winners,
            self.losers + other.losers,
            self.same + other.same,
        )


@attrs.frozen(eq=False, repr=False)
class Comparison:
    """What changes from the first company to the second.

    Args:
        first: What the first came to.
        second: What the second came to, with the same customers and the same luck.
        by_tier: Winners and losers, by tier.
        until: How narrow the interval of each of these outcomes should become: half
            its width, by outcome.
    """

    first: Result
    second: Result
    by_tier: Mapping[str, WinnersLosers]
    until: Mapping[str, float] = attrs.field(factory=dict[str, float])

    def __getitem__(self, outcome: str) -> Estimate:
        """Estimate the second less the first in one of `OUTCOMES`."""
        totals = self.first.totals, self.second.totals
        return gap(*totals, outcome_of(outcome), self.first.unit)

    @cached_property
    def differences(self) -> Mapping[str, Estimate]:
        """The second less the first in every outcome, by name."""
        return {name: self[name] for name in OUTCOMES}

    @cached_property
    def too_wide(self) -> Mapping[str, Estimate]:
        """The differences whose interval is not as narrow as `until` asks, by name.

        All customers were tried, and more of them would be needed.
        """
        found = {name: self[name] for name in self.until}
        return {
            name: each
            for name, each in found.items()
            if not _is_known(each, self.until[name])
        }

    @property
    def winners_losers(self) -> WinnersLosers:
        """Count winners and losers over all tiers."""
        return sum(self.by_tier.values(), WinnersLosers())

    @property
    def programme_return(self) -> float | None:
        """Return what a unit of money more spent on recovery brings back.

        That is the margin kept, and what it would have cost to win the customers who
        were kept, for what is given in addition. None where nothing more is given.

        Source: the return of a recovery programme as annual sales by margin, against
            the cost of winning new customers (Hart, Heskett & Sasser 1990).
        """
        first, second = self.first.totals, self.second.totals
        spent = second["paid"] - first["paid"]
        if spent <= 0:
            return None
        margin = (second["margin"] - first["margin"]) / 12
        price = self.second.company.acquisition_cost
        kept = second["stayed"] - first["stayed"]
        saved = 0 if price is None else kept * price.minor
        return (margin + saved) / spent

    def to_rows(self) -> list[dict[str, Any]]:
        """Return all differences as rows, for a frame or a file."""
        return [*listed(self.differences)]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON would hold it."""
        return {
            "first": self.first.to_dict(),
            "second": self.second.to_dict(),
            "differences": {n: e.to_dict() for n, e in self.differences.items()},
            "by_tier": {tier: attrs.asdict(s) for tier, s in self.by_tier.items()},
            "programme_return": self.programme_return,
            "until": {
                name: {
                    "asked": width,
                    "half_width": plain(self[name].half_width),
                    "is_reached": name not in self.too_wide,
                }
                for name, width in self.until.items()
            },
        }

    def __repr__(self) -> str:
        first, balance = self.first, self.winners_losers
        head = (
            f"{self.second.company.name} less {first.company.name}: "
            f"{first.customers:,} customers, {first.months} months, seed {first.seed}"
        )
        tail = (
            f"  {balance.winners:,} customers are better off, {balance.losers:,} worse"
            f", {balance.same:,} as before"
        )
        wide = (f"  {line}" for line in not_reached(self))
        return "\n".join([head, *self._rows(), tail, *unknown(first), *wide])

    def _rows(self) -> Iterable[str]:
        for name, row in zip(
            OUTCOMES, estimate_lines(self.differences, self.first.world), strict=True
        ):
            yield f"{row}{'  *' if self.differences[name].is_clear else ''}"


def not_reached(found: Comparison) -> Iterable[str]:
    """List the outcomes that are not as narrow as was asked, with what they came to."""
    tried = f"with {found.first.customers:,} customers"
    for name, each in found.too_wide.items():
        asked = f"asked was {found.until[name]:g}"
        if each.error > 0 and each.freedom + 1 >= _FEWEST:
            half = f"half the interval is {each.half_width:.2g}"
            yield f"{name} is not as narrow as asked {tried}: {half}, and {asked}"
        else:
            why = f"fewer than {_FEWEST} groups of them differ in it"
            yield f"{name} is not known as asked {tried}: {why}, and {asked}"


@attrs.frozen
class _Pair:
    """What a block brings home: the totals of both sides, and who won."""

    first: Totals
    second: Totals
    winners_losers_by_tier: tuple[WinnersLosers, ...]


def _pair(job: Job, blocks: list[tuple[Block, Tables]]) -> _Pair:
    (one, of_one), (two, of_two) = blocks
    longer = np.sign(two.left + two.stays - one.left - one.stays)
    happier = np.sign(two.satisfaction - one.satisfaction)
    better = np.where(longer, longer, happier)
    tiers = len(of_one.world.population.tiers)
    winners_losers_by_tier = [
        WinnersLosers(
            *(int(np.count_nonzero(better[one.tier == t] == sign)) for sign in _SIGNS)
        )
        for t in range(tiers)
    ]
    totals = sum_block(one, of_one, job.size), sum_block(two, of_two, job.size)
    return _Pair(*totals, tuple(winners_losers_by_tier))


_SIGNS: Final = (1, -1, 0)


def compare(
    first: Recoverer,
    second: Recoverer,
    world: World | None = None,
    *,
    second_world: World | None = None,
    customers: int = CUSTOMERS,
    months: int = MONTHS,
    seed: int = 0,
    until: Mapping[str, float] | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Simulate the same customers with two companies, and the same luck.

    Every draw depends only on whom and what it is for, so the two runs differ in
    nothing but what the companies do, and far fewer customers tell them apart.

    Args:
        first: The one to compare with: a `Company`, an engine, or a policy.
        second: The other.
        world: The customers and the failures of both; `shop` unless given.
        second_world: Another world for the second, with the same branches and tiers.
        customers: How many; with `until`, how many at most.
        months: How long.
        seed: Names the luck.
        until: Stop as soon as the interval of each outcome named is so narrow: half
            its width, such as ``{"retention": 0.001}``; and rests on thirty groups of
            customers in which something differs. `Comparison.too_wide` holds what was
            not reached with all customers.
        executor: Who does the work; any of `concurrent.futures`, or like it.
        progress: Is told how far it is.

    Raises:
        InvalidValueError: An argument cannot be.

    Example:
        >>> from recovery_core.policy import Reimbursement
        >>> same = compare(Reimbursement(), Reimbursement(), customers=1_000, months=3)
        >>> same["retention"].value, same.winners_losers.same
        (0.0, 1000)
    """
    here = world_or_shop(world)
    sides = (
        CompanyInWorld(company_of(first), here),
        CompanyInWorld(
            company_of(second),
            here if second_world is None else check_world(second_world, "second_world"),
        ),
    )
    _check_worlds(sides)
    check_progress(progress)
    wanted = _wanted(until)
    customers = check_customers(customers)
    job = Job(sides=sides, months=months, seed=seed, reduce=_pair)
    job = job.grouped(min(customers, _STRIDE) if wanted else customers)
    size = -(-_STRIDE // job.size) * job.size  # no branch is cut in two
    found: list[_Pair] = []
    reached = 0
    while reached < customers:
        # Looking after every doubling spoils the interval less than looking always.
        goal = min(customers, max(size, 2 * reached)) if wanted else customers
        span = (reached, goal)
        told = None if progress is None else _in_whole(progress, reached, customers)
        found += run_job(job, span, executor=executor, progress=told)
        reached = goal
        comparison = _compared(job, found, reached, wanted)
        if wanted and not comparison.too_wide:
            return comparison
    return _compared(job, found, reached, wanted)


def _in_whole(progress: Progress, before: int, total: int) -> Progress:
    """Return the progress of a part as that of the whole."""

    def report_stage(stage: str, done: int, _: int, /) -> None:
        progress(stage, before + done, total)

    return report_stage


_STRIDE: Final = 10_000


def _check_worlds(sides: tuple[CompanyInWorld, CompanyInWorld]) -> None:
    first, second = (side.world.population for side in sides)
    if len(first.tiers) != len(second.tiers) or first.currency != second.currency:
        raise InvalidValueError(
            "the two worlds have other tiers or another currency: the same customers "
            "cannot live in both"
        )


def _wanted(until: Mapping[str, float] | None) -> dict[str, float]:
    given: object = until
    if given is not None and not isinstance(given, Mapping):
        raise InvalidValueError(
            f"until cannot be {given!r:.80}: give half the width of the interval of an "
            'outcome by its name, such as {"retention": 0.001}'
        )
    wanted = dict(until or {})
    for name, width in wanted.items():
        outcome_of(name)
        if not _is_width(width):
            raise InvalidValueError(
                f"until cannot be {width!r} for {name}: give half the width of an "
                "interval, above 0"
            )
    return {name: float(width) for name, width in wanted.items()}


def _is_width(given: Any) -> bool:
    is_number = isinstance(given, SupportsFloat) and not isinstance(given, bool)
    return is_number and 0 < float(given) < inf


def _is_known(found: Estimate, width: float) -> bool:
    # Where nothing was seen to differ yet, nothing is known of how it differs.
    is_seen = found.error > 0 and found.freedom + 1 >= _FEWEST
    return is_seen and found.half_width <= width


def _compared(
    job: Job, pairs: list[_Pair], customers: int, until: Mapping[str, float]
) -> Comparison:
    one, two = job.sides
    first = Totals.joined(pair.first for pair in pairs)
    second = Totals.joined(pair.second for pair in pairs)
    run = (customers, job.months, job.seed)
    tiers = one.world.population.tiers
    winners_losers_by_tier = {
        tier.name: sum(
            (pair.winners_losers_by_tier[place] for pair in pairs), WinnersLosers()
        )
        for place, tier in enumerate(tiers)
    }
    return Comparison(
        Result(one.company, one.world, *run, first),
        Result(two.company, two.world, *run, second),
        winners_losers_by_tier,
        until,
    )
