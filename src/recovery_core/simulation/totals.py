"""What a run comes to, in whole numbers, for each group of customers.

A group is a branch where customers of a branch have anything in common; groups are
independent of each other, and the error bars rest on that. Whole numbers add up to the
same whatever the order, the blocks and the workers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import attrs
import numpy as np

from .monthly import Block
from .scale import scaled
from .tables import HANDLINGS, Ints, Tables

__all__ = ["PATHS", "SEVERITIES", "Totals", "totals_of"]

PATHS: Final = (*map(str, HANDLINGS), "quick")
"""What became of a failure; quick is resolved within the hours that count as such."""
SEVERITIES: Final = ("minor", "moderate", "major", "critical")

_ENDED: Final = {
    "resolved": "is_resolved",
    "first_contact": "is_first_contact",
    "flagged": "is_flagged",
    "escalations": "escalations",
    "reopened": "is_reopened",
    "hours": "hours",
    "contacts": "contacts",
}


def _same(mine: Mapping[str, Ints], other: Mapping[str, Ints]) -> bool:
    return mine.keys() == other.keys() and all(
        np.array_equal(mine[name], other[name]) for name in mine
    )


@attrs.frozen(eq=False, repr=False)
class Totals:
    """Hold sums, group by group and month by month.

    Args:
        size: How many customers a group has; the last may have fewer.
        groups: Sums by name, one for each group.
        months: Sums by name, one for each month, over all groups.

    Shape: each sum in `groups` has one element a group; in `months` one a month.
    """

    size: int
    groups: Mapping[str, Ints]
    months: Mapping[str, Ints]

    def __getitem__(self, name: str) -> int:
        """Return a sum over all groups."""
        return int(self.groups[name].sum())

    def __eq__(self, other: object) -> bool:
        """Tell whether all sums are the same, to the unit."""
        if not isinstance(other, Totals):
            return NotImplemented
        return (
            self.size == other.size
            and _same(self.groups, other.groups)
            and _same(self.months, other.months)
        )

    __hash__ = None  # type: ignore[assignment]

    @classmethod
    def joined(cls, parts: Iterable[Totals]) -> Totals:
        """Put the totals of blocks together, in the order of their customers."""
        found = list(parts)
        return cls(
            found[0].size,
            {
                name: np.concatenate([part.groups[name] for part in found])
                for name in found[0].groups
            },
            {
                name: sum((part.months[name] for part in found[1:]), start)
                for name, start in found[0].months.items()
            },
        )


class _Sums:
    """Add columns up by group."""

    def __init__(self, block: Block, size: int) -> None:
        self.block, self.size = block, size
        self.count = -(-len(block.left) // size)
        self._group = block.events["customer"] // size
        self.groups: dict[str, Ints] = {}

    def of_customers(self, name: str, values: Ints) -> None:
        starts = np.arange(0, len(values), self.size)
        self.groups[name] = np.add.reduceat(values, starts)

    def of_events(self, name: str, values: Ints) -> None:
        summed = np.bincount(self._group, values, self.count)
        self.groups[name] = summed.astype(np.int64)

    def of_cells(self, name: str, cells: Ints, count: int, weights: Ints) -> None:
        """Add up by cell, one name for each."""
        places = self._group * count + cells
        summed = np.bincount(places, weights, self.count * count).astype(np.int64)
        for cell, column in enumerate(summed.reshape(self.count, count).T):
            self.groups[f"{name} {cell}"] = column


def totals_of(block: Block, tables: Tables, size: int) -> Totals:
    """Add a block up.

    Args:
        block: What happened.
        tables: What it rests on.
        size: How many customers a group has.
    """
    sums, world = _Sums(block, size), tables.world
    stays = block.left - block.begun
    tiers = world.population.tiers
    sales = np.array([tier.annual_sales.minor for tier in tiers], np.int64)
    margins = np.array([tier.annual_margin.minor for tier in tiers], np.int64)
    sums.of_customers("customers", np.ones_like(stays))
    sums.of_customers("customer_months", stays)
    sums.of_customers("stayed", block.stays)
    sums.of_customers("satisfaction", block.satisfaction)
    sums.of_customers("sales", stays * sales[block.tier])
    sums.of_customers("margin", stays * margins[block.tier])
    sums.of_customers("failed", np.minimum(block.failures, 1))
    _add_events(sums, block, tables)
    return Totals(size, sums.groups, _by_month(block))


def _add_events(sums: _Sums, block: Block, tables: Tables) -> None:
    event, gossip = block.events, tables.world.gossip
    genuine, at_once = event["is_genuine"], event["at_once"]
    handling = block.ended("handling")
    claim = (handling > 0).astype(np.int64)
    sums.of_events("failures", genuine)
    sums.of_events("claims", claim)
    sums.of_events("false_claims", 1 - genuine)
    sums.of_events("genuine_claims", claim * genuine)
    sums.of_events("paid", event["paid"])
    sums.of_events("leaked", event["paid"] * (1 - genuine))
    sums.of_events("waited", event["waited"])
    sums.of_events("at_once", at_once * claim * genuine)
    sums.of_events("escalated", np.minimum(block.ended("escalations"), 1))
    low, high = map(scaled, (gossip.below, gossip.above))
    sums.of_events("warnings", genuine * (at_once < low))
    sums.of_events("recommendations", genuine * (at_once > high))
    sums.of_events("repurchases", genuine * event["stays"])
    for name, column in _ENDED.items():
        sums.of_events(name, block.ended(column))
    path = handling + block.ended("is_quick")
    cell = event["severity"] * len(PATHS) + path
    count = len(SEVERITIES) * len(PATHS)
    sums.of_cells("episodes", cell, count, genuine)
    sums.of_cells("repurchases", cell, count, genuine * event["stays"])


def _by_month(block: Block) -> dict[str, Ints]:
    event, months = block.events, block.months
    month, genuine = event["month"], event["is_genuine"]
    claim = (block.ended("handling") > 0).astype(np.int64)
    columns = {"failures": genuine, "claims": claim, "paid": event["paid"]}
    found = {
        name: np.bincount(month, values, months).astype(np.int64)
        for name, values in columns.items()
    }
    here = np.bincount(block.begun, minlength=months + 1).cumsum()[:months]
    gone = np.bincount(block.left[block.stays == 0], minlength=months + 1)
    found["here"] = here - gone.cumsum()[:months]
    if len(block.paths):
        found["satisfaction"], found["followed"] = block.paths.T
    return found
