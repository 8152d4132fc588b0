"""What a run comes to, in whole numbers, for each group of customers.

A group is a branch where customers of a branch have anything in common; groups are
independent of each other, and the error bars rest on that. Whole numbers add up to the
same whatever the order, the blocks and the workers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar, Final

import attrs
import numpy as np

from ..engine.endings import HANDLINGS
from ..engine.interning import Ints
from ..engine.monthly import Block
from ..engine.scale import to_parts_of_one
from ..engine.situation_tables import Tables

__all__ = ["PATHS", "SEVERITIES", "Totals", "add_by_place", "sum_block"]

PATHS: Final = (*map(str, HANDLINGS), "quick")
"""What became of a failure; quick is resolved within the hours that count as such."""
SEVERITIES: Final = ("minor", "moderate", "major", "critical")

_ENDED: Final = {
    "resolved": "is_resolved",
    "first_contact": "is_first_contact",
    "flagged": "is_flagged",
    "escalated": "is_escalated",
    "escalations": "escalations",
    "reopened": "is_reopened",
    "hours": "hours",
    "answered": "answered",
    "contacts": "contacts",
}


def _have_same_sums(first: Mapping[str, Ints], second: Mapping[str, Ints]) -> bool:
    """Return whether two mappings hold the same sums under the same names."""
    return first.keys() == second.keys() and all(
        np.array_equal(first[name], second[name]) for name in first
    )


@attrs.frozen(eq=False, repr=False)
class Totals:
    """Sums, group by group and month by month.

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
        """Return whether all sums are the same, to the unit."""
        if not isinstance(other, Totals):
            return NotImplemented
        return (
            self.size == other.size
            and _have_same_sums(self.groups, other.groups)
            and _have_same_sums(self.months, other.months)
        )

    # What compares by its arrays has no hash.
    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    @classmethod
    def joined(cls, parts: Iterable[Totals]) -> Totals:
        """Return the totals of all blocks, in the order of their customers."""
        blocks = list(parts)
        return cls(
            blocks[0].size,
            {
                name: np.concatenate([part.groups[name] for part in blocks])
                for name in blocks[0].groups
            },
            {
                name: sum((part.months[name] for part in blocks[1:]), start)
                for name, start in blocks[0].months.items()
            },
        )


class _Sums:
    """Columns added up by group, and some by month as well.

    Events come month by month, and in each month mostly in the order of their
    customers. So long stretches have group and month in common: these are summed
    first, which takes a fraction of the time it takes to sort events into groups.
    """

    def __init__(self, block: Block, size: int) -> None:
        self.block, self.size = block, size
        self.count = -(-len(block.left) // size)
        self.group = block.events["customer"] // size
        month = block.events["month"]
        changes = np.diff(month * self.count + self.group, prepend=-1)
        self._starts = np.flatnonzero(changes)
        self._group, self._month = self.group[self._starts], month[self._starts]
        self.groups: dict[str, Ints] = {}
        self.months: dict[str, Ints] = {}

    def add_customers(self, name: str, values: Ints) -> None:
        """Add up a value of each customer by group."""
        starts = np.arange(0, len(values), self.size)
        self.groups[name] = np.add.reduceat(values, starts)

    def add_events(self, name: str, values: Ints, *, monthly: bool = False) -> None:
        """Add up a value of each event by group, and by month if wanted."""
        sums = np.add.reduceat(values, self._starts)
        self.groups[name] = add_by_place(self._group, sums, self.count)
        if monthly:
            self.months[name] = add_by_place(self._month, sums, self.block.months)

    def add_endings(self, name: str, column: str) -> None:
        """Add up a column of how the events ended."""
        if self.block.endings[column].any():
            self.add_events(name, self.block.ended(column))
        else:
            self.groups[name] = np.zeros(self.count, np.int64)


def add_by_place(places: Ints, values: Ints, count: int) -> Ints:
    """Add values up by place, in whole numbers and to the unit.

    Args:
        places: Where each value goes, from 0 up.
        values: What is added up.
        count: How many places there are.
    """
    # bincount would add in floating point, which is not exact above 2**53.
    sums = np.zeros(count, np.int64)
    np.add.at(sums, places, values)
    return sums


def sum_block(block: Block, tables: Tables, size: int) -> Totals:
    """Add up what happened in a block of customers.

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
    was_there = block.begun < block.months  # the others join when all is over
    sums.add_customers("customers", was_there.astype(np.int64))
    sums.add_customers("customer_months", stays)
    sums.add_customers("stayed", block.stays)
    sums.add_customers("satisfaction", block.satisfaction)
    sums.add_customers("sales", stays * sales[block.tier])
    sums.add_customers("margin", stays * margins[block.tier])
    sums.add_customers("failed", np.minimum(block.failures, 1))
    _add_events(sums, tables)
    _add_grid(sums)
    _add_presence(sums)
    return Totals(size, sums.groups, sums.months)


def _add_events(sums: _Sums, tables: Tables) -> None:
    """Add up failures, claims, payments, and what they led to."""
    event, gossip = sums.block.events, tables.world.gossip
    genuine, at_once, paid = event["is_genuine"], event["at_once"], event["paid"]
    claim = (sums.block.ended("handling") > 0).astype(np.int64)
    real = claim * genuine
    sums.add_events("failures", genuine, monthly=True)
    sums.add_events("claims", claim, monthly=True)
    sums.add_events("paid", paid, monthly=True)
    sums.add_events("false_claims", 1 - genuine)
    sums.add_events("genuine_claims", real)
    sums.add_events("leaked", paid * (1 - genuine))
    sums.add_events("waited", event["waited"])
    sums.add_events("at_once", at_once * real)
    low, high = map(to_parts_of_one, (gossip.warns_below, gossip.praises_above))
    sums.add_events("warnings", genuine * (at_once < low))
    sums.add_events("recommendations", genuine * (at_once > high))
    sums.add_events("repurchases", genuine * event["stays"])
    for name, column in _ENDED.items():
        sums.add_endings(name, column)


def _add_grid(sums: _Sums) -> None:
    """Count who was failed how badly, what became of it, and who came back."""
    block, event = sums.block, sums.block.events
    path = block.ended("handling") + block.ended("is_quick")
    cell = event["severity"] * len(PATHS) + path
    cells = len(SEVERITIES) * len(PATHS)
    # Two digits more, so that one count will do: whether it failed, and who stays.
    code = (sums.group * cells + cell) * 4 + event["is_genuine"] * 2 + event["stays"]
    counts = np.bincount(code, minlength=sums.count * cells * 4)
    gone, back = counts.reshape(sums.count, cells, 4).T[2:]
    for number in range(cells):
        sums.groups[f"episodes {number}"] = gone[number] + back[number]
        sums.groups[f"repurchases {number}"] = back[number]


def _add_presence(sums: _Sums) -> None:
    """Count who is there, month by month."""
    block, months = sums.block, sums.block.months
    here = np.bincount(block.begun, minlength=months + 1).cumsum()[:months]
    gone = np.bincount(block.left[block.stays == 0], minlength=months + 1)
    sums.months["here"] = here - gone.cumsum()[:months]
    if len(block.paths):
        sums.months["satisfaction"], sums.months["followed"] = block.paths.T
