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
from .claim_settlement import ClaimSettlement
from .draws import Draws
from .failures_of_month import draw_failures_and_false_claims
from .interning import Ints, Rows
from .month_batch import MonthBatch
from .people import STATE, People, clip_satisfactions
from .situation_tables import Tables

__all__ = ["EVENTS", "Block", "run_block"]

EVENTS: Final = (
    *("customer", "month", "case", "is_genuine", "severity", "risk", "paid"),
    *("waited", "at_once", "after", "nth", "stays"),
)
"""What is known of each event."""


@attrs.frozen(eq=False, repr=False)
class Block:
    """What happened to a run of customers.

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
        """Return how the case of each event ended; see `Rows`."""
        return self.endings[name][self.events["case"]]


def run_block(
    tables: Tables,
    arrays: Arrays,
    draws: Draws,
    span: tuple[int, int],
    *,
    paths: bool = False,
) -> Block:
    """Simulate a run of customers for some months.

    Args:
        tables: What the company does and what customers feel.
        arrays: Every chance as a bound.
        draws: The seed's draws.
        span: The first customer, and the one behind the last; whole branches where
            customers have anything in common.
        paths: Whether to follow satisfaction month by month, for everybody.
    """
    return _BlockRun(tables, arrays, draws, span).simulate_all_months(paths=paths)


class _BlockRun:
    def __init__(
        self, tables: Tables, arrays: Arrays, draws: Draws, span: tuple[int, int]
    ) -> None:
        self.tables, self.chances, self.months = tables, arrays.chances, arrays.months
        self.people = People(arrays, draws, span)
        self.branches = Branches(self.people, tables)
        self.settlement = ClaimSettlement(tables, self.people, self.branches)
        self.events: dict[str, list[Ints]] = {name: [] for name in EVENTS}

    def simulate_all_months(self, *, paths: bool) -> Block:
        """Live through all months."""
        people = self.people
        room = np.empty(people.count, np.uint64), np.empty(people.count, np.uint64)
        followed = np.zeros((self.months if paths else 0, 2), np.int64)
        joining = {-tenure for tenure in self.chances.tenure_values}
        for month in range(self.months):
            if month and month in joining:
                people.admit_joiners(month)
            words = people.draws.draw_words(
                people.bases, "month", month, work_arrays=room
            )
            batch = draw_failures_and_false_claims(month, words, people, self.branches)
            if batch.customer.size:
                self._settle_and_react(month, batch)
            if paths:
                here = np.flatnonzero(people.is_present)
                followed[month] = (
                    people.faded_satisfaction_of(here, month).sum(),
                    here.size,
                )
            people.draw_and_remove_leavers(month, words)
            self._append_events(batch)
        return self._build_block(followed)

    def _settle_and_react(self, month: int, batch: MonthBatch) -> None:
        """Settle what happened, and let it be felt, told and learned from."""
        self.settlement.settle_month(month, batch)
        self._apply_reactions(month, batch)
        self.settlement.record_claims(month, batch)
        self.people.write_rows_and_leaving_thresholds(batch.customer, batch.rows, month)
        if self.tables.world.gossip.listeners:
            self.branches.apply_gossip_to_listeners(month, batch)
        self.branches.record_lessons(batch)

    def _append_events(self, batch: MonthBatch) -> None:
        if batch.customer.size:
            stays = self.people.is_present[batch.customer]
            batch.stays = stays.astype(np.int64)
            for name in EVENTS:
                self.events[name].append(getattr(batch, name))

    def _apply_reactions(self, month: int, batch: MonthBatch) -> None:
        """Add what is felt, and change the rows of those who feel it."""
        genuine, case = batch.is_genuine, batch.case
        ending, reaction = self.tables.ending, self.tables.reaction
        felt, before = (
            self.settlement.find_or_add_reactions(batch, case),
            batch.satisfaction_before.copy(),
        )
        failed = int(genuine.sum())  # those who were failed come first
        if self.tables.world.satisfaction_noise:
            customers = batch.customer[:failed]
            halves = self.people.draw_upper_halves_for("noise", month, customers)
            before[:failed] += self.people.arrays.noise[halves >> 20]
        batch.at_once = clip_satisfactions(before + reaction["transaction"][felt])
        batch.after = clip_satisfactions(before + reaction["lasting"][felt])
        batch.paid = ending["paid"][case]
        rows = batch.rows.T
        rows[STATE["satisfaction"]] = batch.after
        rows[STATE["failures"], :failed] += 1
        batch.nth = rows[STATE["failures"]].astype(np.int64)
        if self.settlement.needs_earlier_failures:
            rows[STATE["recent_failures"], :failed] = batch.recent_failures[:failed] + 1
            rows[STATE["last_failure_month"], :failed] = month
            rows[STATE["last_recovery"], :failed] = (
                1 + ending["is_resolved"][case[:failed]]
            )
        if self.people.tempted.size:
            rows[STATE["grievance"]] = reaction["grievance"][felt]
            bolder = rows[STATE["boldness"], failed:] + ending["is_bold"][case[failed:]]
            rows[STATE["boldness"], failed:] = bolder.clip(-BOLD, BOLD)

    def _build_block(self, followed: Ints) -> Block:
        people, last = self.people, self.months - 1
        late = people.begun > last
        people.left[late] = people.begun[late]
        ago = np.maximum(0, last - people.column("updated_month"))
        satisfaction = (
            people.fade_satisfaction(people.column("satisfaction"), ago)
            * people.is_present
        )
        events = {
            name: np.concatenate(parts) if parts else np.zeros(0, np.int64)
            for name, parts in self.events.items()
        }
        paid = np.bincount(events["customer"], events["paid"], people.count)
        return Block(
            start=people.start,
            months=self.months,
            tier=people.column("tier").astype(np.int64),
            begun=people.begun,
            left=people.left,
            stays=people.is_present.astype(np.int64),
            satisfaction=satisfaction,
            paid=paid.astype(np.int64),
            failures=people.column("failures").astype(np.int64),
            events=events,
            endings=self.tables.ending,
            paths=followed,
        )
