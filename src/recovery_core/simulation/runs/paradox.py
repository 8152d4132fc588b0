"""The service recovery paradox, measured against twins to whom nothing happened."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import Executor
from itertools import product
from math import isfinite, nan, sqrt
from typing import Any, Final, Literal, TypeAlias

import attrs
import numpy as np

from ..._domain.failure import Severity
from ...errors import InvalidValueError
from ..company import Company, Recoverer, company_of
from ..engine.chances import Chances
from ..engine.interning import Ints
from ..engine.monthly import Block
from ..engine.scale import ONE
from ..engine.situation_tables import Tables
from ..results.estimates import Estimate, plain
from ..results.ratios import Ratio, estimate_difference, estimate_ratio, share_ratio
from ..results.totals import PATHS, SEVERITIES, add_by_place
from ..world.world import World
from .arguments import check_customers, world_or_shop
from .blocks import CompanyInWorld, Job, Progress, run_job
from .run import CUSTOMERS, MONTHS

__all__ = ["Gap", "Paradox", "paradox"]

Sort: TypeAlias = str | Severity

NTH: Final = ("first", "later")
RECOVERED: Final = ("resolved", "quick")
_CELLS: Final = tuple(product(NTH, SEVERITIES, PATHS))
_SUMS: Final = ("count", "at_once", "square", "lasting", "weak", "strong")


@attrs.frozen(kw_only=True)
class Gap:
    """Set satisfaction after a failure against that of the twins without one.

    Args:
        episodes: How many failures it is about.
        at_once: Satisfaction with the recovery, less the twin's satisfaction.
        effect: The same in standard deviations (Cohen's d for pairs); NaN where there
            is no deviation.
        lasting: Cumulative satisfaction behind it, less the twin's.
        weak: Share of those at least as satisfied as their twins.
        strong: Share of those more satisfied.

    Units: satisfaction from 0 to 1.
    """

    episodes: int
    at_once: Estimate
    effect: float
    lasting: Estimate
    weak: Estimate
    strong: Estimate

    def holds(
        self, kind: Literal["weak", "strong"] = "strong", *, margin: float = 0.01
    ) -> bool:
        """Return whether the paradox is there on average, with 95 % confidence.

        Args:
            kind: ``"strong"``: more satisfied than without a failure. ``"weak"``: not
                less satisfied, by more than a margin that does not matter.
            margin: That margin.

        Raises:
            InvalidValueError: It is neither kind.
        """
        if kind not in ("weak", "strong"):
            raise InvalidValueError(f"kind cannot be {kind!r}: give 'weak' or 'strong'")
        return self.at_once.low > (0 if kind == "strong" else -margin)


@attrs.frozen(eq=False, repr=False)
class Paradox:
    """Satisfaction and loyalty, against a twin of every customer without failures.

    The twin is the same customer with the same luck in a world in which nothing fails.

    Args:
        company: Whose recovery.
        customers: How many customers there were.
        months: How long the run lasted.
        seed: Names the luck.
        sums: Sums by cell, group by group; see `gap`.
        loyalty: Sums over the customers who were failed, group by group.
    """

    company: Company
    customers: int
    months: int
    seed: int
    sums: Ints
    loyalty: Mapping[str, Ints]

    def gap(
        self,
        *,
        nth: Collection[str] | str = NTH,
        severity: Collection[Sort] | Sort = SEVERITIES,
        path: Collection[str] | str = RECOVERED,
    ) -> Gap | None:
        """Set satisfaction against the twins', over some of the failures.

        Args:
            nth: ``"first"`` or ``"later"``, or both: which failure of the customer's.
            severity: Of which severities: a `Severity` or its name, ``"minor"``.
            path: What became of it: ``"silent"``, ``"unresolved"``, ``"resolved"``,
                ``"quick"``; what was recovered unless said otherwise.

        Returns:
            What it comes to; None where there were no such failures.

        Raises:
            InvalidValueError: There is no such sort.
        """
        wanted = [
            _chosen("nth", nth, NTH),
            _chosen("severity", severity, SEVERITIES),
            _chosen("path", path, PATHS),
        ]
        mine = [
            place
            for place, cell in enumerate(_CELLS)
            if all(part in some for part, some in zip(cell, wanted, strict=True))
        ]
        sums = self.sums[:, mine].sum(1)
        return _gap(dict(zip(_SUMS, sums.T, strict=True)))

    @property
    def retention(self) -> Estimate:
        """Share that stays, among the failed, less that among their twins."""
        failed = self.loyalty["failed"]
        return estimate_difference(
            share_ratio(self.loyalty["twin_stays"], failed),
            share_ratio(self.loyalty["stays"], failed),
        )

    @property
    def months_kept(self) -> Estimate:
        """Months that the failed stay, less those of their twins."""
        failed = self.loyalty["failed"]
        return estimate_difference(
            Ratio(self.loyalty["twin_months"], failed),
            Ratio(self.loyalty["months"], failed),
        )

    def to_rows(self) -> list[dict[str, Any]]:
        """Return it by failure, severity and path as rows, for a frame or a file."""
        return [*self._rows()]

    def _rows(self) -> Iterator[dict[str, Any]]:
        for nth, severity, path in _CELLS:
            gap = self.gap(nth=nth, severity=severity, path=path)
            if gap is not None:
                at_once = gap.at_once.to_dict()
                yield {
                    "nth": nth,
                    "severity": severity,
                    "path": path,
                    "episodes": gap.episodes,
                    "at_once": at_once["value"],
                    "low": at_once["low"],
                    "high": at_once["high"],
                    "effect": plain(gap.effect),
                    "lasting": gap.lasting.value,
                    "weak": gap.weak.value,
                    "strong": gap.strong.value,
                }

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON would hold it."""
        return {
            "company": self.company.name,
            "customers": self.customers,
            "months": self.months,
            "seed": self.seed,
            "retention": self.retention.to_dict(),
            "months_kept": self.months_kept.to_dict(),
            "gaps": self.to_rows(),
        }

    def __repr__(self) -> str:
        head = (
            f"{self.company.name}: satisfaction after a recovered failure, less the "
            f"twins' without one ({self.customers:,} customers, {self.months} months)"
        )
        found = [
            (f"{nth} failure, {severity}", self.gap(nth=nth, severity=severity))
            for nth, severity in product(NTH, SEVERITIES)
        ]
        gaps = [(name, gap) for name, gap in found if gap is not None]
        wide = max([20, *(len(str(gap.at_once)) for _, gap in gaps)])
        lines = [
            f"  {name:24}  {gap.at_once!s:>{wide}}  d {_effect_text(gap.effect)}  "
            f"above the twin {gap.strong.value:5.1%}  ({gap.episodes:,})"
            for name, gap in gaps
        ]
        last = f"  {'retention of the failed':24}  {self.retention!s:>{wide}}"
        return "\n".join([head, *lines, last])


def _effect_text(effect: float) -> str:
    return f"{effect:+.2f}" if isfinite(effect) else "not known"


def _chosen(
    name: str, given: Collection[Sort] | Sort, known: tuple[str, ...]
) -> tuple[str, ...]:
    some = (given,) if isinstance(given, str | Severity) else tuple(given)
    chosen = tuple(s.name.lower() if isinstance(s, Severity) else s for s in some)
    if not chosen or not set(chosen) <= set(known):
        raise InvalidValueError(
            f"{name} cannot be {given!r}: give one or several of {', '.join(known)}"
        )
    return chosen


def _gap(sums: Mapping[str, Ints]) -> Gap | None:
    count, at_once = sums["count"], sums["at_once"]
    episodes = int(count.sum())
    if not episodes:
        return None
    return Gap(
        episodes=episodes,
        at_once=estimate_ratio(_mean(at_once, count)),
        effect=_effect(episodes, int(at_once.sum()), int(sums["square"].sum())),
        lasting=estimate_ratio(_mean(sums["lasting"], count)),
        weak=estimate_ratio(share_ratio(sums["weak"], count)),
        strong=estimate_ratio(share_ratio(sums["strong"], count)),
    )


def _effect(count: int, total: int, square: int) -> float:
    """Return a mean in standard deviations; in whole numbers, nothing is nothing."""
    deviation = sqrt(max(0, count * square - total**2))
    return total / deviation if deviation else nan


def _mean(satisfaction: Ints, count: Ints) -> Ratio:
    """Make a mean of differences in satisfaction."""
    return Ratio(satisfaction / ONE, count, (-1.0, 1.0))


@attrs.frozen
class _Twins:
    """What a block brings home."""

    sums: Ints
    loyalty: Mapping[str, Ints]


def _twins(job: Job, blocks: list[tuple[Block, Tables]]) -> _Twins:
    (own, tables), (twin, _) = blocks
    return _Twins(_satisfied(job, own, tables), _loyal(job, own, twin))


def _satisfied(job: Job, own: Block, tables: Tables) -> Ints:
    """Set every episode against the twin's month, and add up by group and cell."""
    event = own.events
    genuine = event["is_genuine"] > 0
    who = event["customer"][genuine]
    ago = event["month"][genuine] - own.begun[who]
    usual = np.array(_twin_path(job, tables), np.int64)[ago]
    at_once = event["at_once"][genuine] - usual
    lasting = event["after"][genuine] - usual
    nth = (event["nth"][genuine] > 1).astype(np.int64)
    path = (own.ended("handling") + own.ended("is_quick"))[genuine]
    cell = (nth * len(SEVERITIES) + event["severity"][genuine]) * len(PATHS) + path
    groups = -(-len(own.left) // job.size)
    place = (who // job.size) * len(_CELLS) + cell
    columns = (
        np.ones_like(at_once),
        at_once,
        at_once**2,
        lasting,
        (at_once >= 0).astype(np.int64),
        (at_once > 0).astype(np.int64),
    )
    size = groups * len(_CELLS)
    sums = [add_by_place(place, column, size) for column in columns]
    return np.stack(sums, axis=-1).reshape(groups, len(_CELLS), len(_SUMS))


def _twin_path(job: Job, tables: Tables) -> list[int]:
    """Return the satisfaction without failures, by months since joining."""
    chances = Chances(tables.company, tables.world, job.months)
    return [
        chances.fade_satisfaction(chances.start, ago) for ago in range(job.months + 1)
    ]


def _loyal(job: Job, own: Block, twin: Block) -> dict[str, Ints]:
    failed = (own.failures > 0).astype(np.int64)
    columns = {
        "failed": failed,
        "stays": own.stays * failed,
        "twin_stays": twin.stays * failed,
        "months": (own.left - own.begun) * failed,
        "twin_months": (twin.left - twin.begun) * failed,
    }
    starts = np.arange(0, len(failed), job.size)
    return {name: np.add.reduceat(v, starts) for name, v in columns.items()}


def paradox(
    company: Recoverer,
    world: World | None = None,
    *,
    customers: int = CUSTOMERS,
    months: int = MONTHS,
    seed: int = 0,
    block: int | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Paradox:
    """Measure the service recovery paradox against a twin of every customer.

    Args:
        company: A `Company`, or an engine or a policy, which is put into a usual one.
        world: The customers and the failures; `shop` unless given.
        customers: How many.
        months: How long.
        seed: Names the luck.
        block: How many customers are done at a time; as many as suit unless given.
        executor: Who does the work; any of `concurrent.futures`, or like it.
        progress: Is told how far it is.

    Raises:
        InvalidValueError: An argument cannot be.

    Source: McCollough & Bharadwaj (1992) named it; that it is rare, and gone at the
        second failure, is in Maxham & Netemeyer (2002) and Michel & Meuter (2008).
    """
    here, whose = world_or_shop(world), company_of(company)
    customers = check_customers(customers)
    job = Job(
        sides=(
            CompanyInWorld(whose, here),
            CompanyInWorld(whose, here.without_failures()),
        ),
        months=months,
        seed=seed,
        reduce=_twins,
    ).grouped(customers)
    span = (0, customers)
    found = run_job(job, span, block=block, executor=executor, progress=progress)
    return Paradox(
        company=whose,
        customers=customers,
        months=job.months,
        seed=job.seed,
        sums=np.concatenate([part.sums for part in found]),
        loyalty={
            name: np.concatenate([part.loyalty[name] for part in found])
            for name in found[0].loyalty
        },
    )
