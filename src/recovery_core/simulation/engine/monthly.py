"""The monthly loop for arrays: a run of customers, month by month.

What most customers do most of the time is nothing. So the only work that is done for
everybody is to draw one word a month and to compare its halves: the upper one with the
chance of a failure, the lower one with the chance of leaving. All else is done for the
few it happens to. Satisfaction is kept as it was after the last batch, with its month,
and faded only when somebody asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs
import numpy as np

from .arrays import Arrays
from .branches import Branches
from .chances import BOLD
from .claim_settlement import Settling
from .draws import Draws
from .failures_of_month import happens
from .interning import Ints, Rows
from .month_batch import MonthBatch
from .people import STATE, People, clipped
from .situation_tables import Tables

__all__ = ["EVENTS", "Block", "run_block"]

EVENTS: Final = (
    *("customer", "month", "case", "is_genuine", "severity", "risk", "paid"),
    *("waited", "at_once", "after", "nth", "stays"),
)
"""What is known of each event."""


@attrs.frozen(eq=False, repr=False)
class Block:
    """Hold what happened to a run of customers.

    Args:
        start: The number of the first customer.
        months: How long the run lasted.
        tier: The tier of each customer.
        begun: The month in which each joined.
        left: The month behind the last in which each was there.
        stays: Whether each is there in the end.
        satisfaction: In the end, in parts of `ONE`; 0 for who left.
        paid: What each was given, in minor units.
        failures: How often each was failed.
        events: A column for each of `EVENTS`.
        endings: How cases ended, by the number that stands with each event.
        paths: Sum of the satisfaction of all who are there, for each month, and how
            many they are; empty unless asked for.
    """

    start: int
    months: int
    tier: Ints
    begun: Ints
    left: Ints
    stays: Ints
    satisfaction: Ints
    paid: Ints
    failures: Ints
    events: Mapping[str, Ints]
    endings: Rows
    paths: Ints

    def ended(self, name: str) -> Ints:
        """Tell how the case of each event ended; see `Rows`."""
        return self.endings[name][self.events["case"]]


def run_block(
    tables: Tables,
    arrays: Arrays,
    draws: Draws,
    span: tuple[int, int],
    *,
    paths: bool = False,
) -> Block:
    """Let a run of customers live for some months.

    Args:
        tables: What the company does and what customers feel.
        arrays: Every chance as a bound.
        draws: The seed's draws.
        span: The first customer, and the one behind the last; whole branches where
            customers have anything in common.
        paths: Whether to follow satisfaction month by month, for everybody.
    """
    return _Run(tables, arrays, draws, span).all(paths=paths)


class _Run:
    def __init__(
        self, tables: Tables, arrays: Arrays, draws: Draws, span: tuple[int, int]
    ) -> None:
        self.t, self.c, self.months = tables, arrays.chances, arrays.months
        self.people = People(arrays, draws, span)
        self.branches = Branches(self.people, tables)
        self.settling = Settling(tables, self.people, self.branches)
        self.events: dict[str, list[Ints]] = {name: [] for name in EVENTS}

    def all(self, *, paths: bool) -> Block:
        """Live through all months."""
        people = self.people
        room = np.empty(people.count, np.uint64), np.empty(people.count, np.uint64)
        followed = np.zeros((self.months if paths else 0, 2), np.int64)
        joining = {-tenure for tenure in self.c.tenure_values}
        for month in range(self.months):
            if month and month in joining:
                people.join(month)
            words = people.draws.words(people.bases, "month", month, room=room)
            batch = happens(month, words, people, self.branches)
            if batch.customer.size:
                self._follow_up(month, batch)
            if paths:
                here = np.flatnonzero(people.here)
                followed[month] = people.now(here, month).sum(), here.size
            people.leave(month, words)
            self._note(batch)
        return self._block(followed)

    def _follow_up(self, month: int, batch: MonthBatch) -> None:
        """Settle what happened, and let it be felt, told and learned from."""
        self.settling.settle(month, batch)
        self._react(month, batch)
        self.settling.remember(month, batch)
        self.people.given(batch.customer, batch.rows, month)
        if self.t.world.gossip.listeners:
            self.branches.gossip(month, batch)
        self.branches.learn(batch)

    def _note(self, batch: MonthBatch) -> None:
        if batch.customer.size:
            stays = self.people.here[batch.customer]
            batch.stays = stays.astype(np.int64)
            for name in EVENTS:
                self.events[name].append(getattr(batch, name))

    def _react(self, month: int, batch: MonthBatch) -> None:
        """Let it be felt, and change the rows of those who feel it."""
        genuine, case = batch.is_genuine, batch.case
        ending, reaction = self.t.ending, self.t.reaction
        felt, before = self.settling.felt(batch, case), batch.satisfaction_before.copy()
        failed = int(genuine.sum())  # those who were failed come first
        if self.t.world.satisfaction_noise:
            who = batch.customer[:failed]
            halves = self.people.halves("noise", month, who)
            before[:failed] += self.people.a.noise[halves >> 20]
        batch.at_once = clipped(before + reaction["transaction"][felt])
        batch.after = clipped(before + reaction["lasting"][felt])
        batch.paid = ending["paid"][case]
        rows = batch.rows.T
        rows[STATE["satisfaction"]] = batch.after
        rows[STATE["failures"], :failed] += 1
        batch.nth = rows[STATE["failures"]].astype(np.int64)
        if self.settling.recalls:
            rows[STATE["recent_failures"], :failed] = batch.recent_failures[:failed] + 1
            rows[STATE["last_failure_month"], :failed] = month
            rows[STATE["last_recovery"], :failed] = (
                1 + ending["is_resolved"][case[:failed]]
            )
        if self.people.tempted.size:
            rows[STATE["grievance"]] = reaction["grievance"][felt]
            bolder = rows[STATE["boldness"], failed:] + ending["is_bold"][case[failed:]]
            rows[STATE["boldness"], failed:] = bolder.clip(-BOLD, BOLD)

    def _block(self, followed: Ints) -> Block:
        people, last = self.people, self.months - 1
        late = people.begun > last
        people.left[late] = people.begun[late]
        ago = np.maximum(0, last - people.get("updated_month"))
        satisfaction = people.faded(people.get("satisfaction"), ago) * people.here
        events = {
            name: np.concatenate(parts) if parts else np.zeros(0, np.int64)
            for name, parts in self.events.items()
        }
        paid = np.bincount(events["customer"], events["paid"], people.count)
        return Block(
            start=people.start,
            months=self.months,
            tier=people.get("tier").astype(np.int64),
            begun=people.begun,
            left=people.left,
            stays=people.here.astype(np.int64),
            satisfaction=satisfaction,
            paid=paid.astype(np.int64),
            failures=people.get("failures").astype(np.int64),
            events=events,
            endings=self.t.ending,
            paths=followed,
        )
