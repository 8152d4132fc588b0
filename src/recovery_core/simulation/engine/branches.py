"""What the customers of a branch share: lessons, a team, and what is said."""

from __future__ import annotations

import numpy as np

from ..company import Company, Team
from ..world.world import World
from .chances import Chances
from .interning import Ints
from .month_batch import MonthBatch
from .people import STATE, People, clipped, picked
from .queues import Queue
from .satisfaction import EMPATHY
from .scale import MONTH
from .situation_tables import Tables

__all__ = ["Branches"]


class Branches:
    """Hold what is shared, branch by branch; nothing crosses from one to another.

    Args:
        people: The customers, whole branches of them.
        tables: Whose company, in which world.
    """

    people: People
    company: Company
    world: World
    size: int
    c: Chances
    count: int

    def __init__(self, people: People, tables: Tables) -> None:
        """Begin without a lesson, and with everybody free."""
        self.people, self.company, self.world = people, tables.company, tables.world
        self.size, self.c = tables.world.branch_size, people.c
        self.count = -(-people.count // self.size) if self.c.is_shared else 1
        self._lessons = np.zeros((self.count, len(self.c.risks)), np.int64)
        self._queues: list[Queue] = []
        self._personality: Ints = np.zeros(0, np.int64)
        if isinstance(self.company.response, Team):
            self._hire(self.company.response)

    def _hire(self, team: Team) -> None:
        self._queues = [Queue(team.agents) for _ in range(self.count)]
        first = self.people.start // self.size * team.agents
        draws, agents = self.people.draws, self.count * team.agents
        halves = draws.highs(draws.bases(first, first + agents), "personality")
        self._personality = picked(self.c.personalities, halves)

    def of(self, who: Ints) -> Ints:
        """Give the branch of each customer, from 0 in this block."""
        return who // self.size if self.c.is_shared else np.zeros_like(who)

    def unprevented(self, month: int, who: Ints, risk: Ints) -> Ints:
        """Tell which failures happen in spite of what was learned so far.

        Shape: true or false for each failure.
        """
        learning = self.company.learning
        if learning is None or not self._lessons.any():
            return np.ones(who.size, np.bool_)
        taken = self._lessons[self.of(who), risk] // learning.after
        bounds = self.people.a.prevails[np.minimum(taken, learning.most)]
        happens: Ints = self.people.halves("prevention", month, who) < bounds
        return happens

    def learn(self, batch: MonthBatch) -> None:
        """Count the lessons of a month, for measures in those to come."""
        if self.company.learning is None:
            return
        claims = batch.is_claim
        branch = self.of(batch.customer[claims])
        np.add.at(self._lessons, (branch, batch.risk[claims]), 1)

    # ---------------------------------------------------------------------- who answers

    def arrivals(self, month: int, who: Ints) -> tuple[Ints, Ints]:
        """Say when claims come in, and in which order they are dealt with."""
        halves = self.people.halves("arrival", month, who)
        arrival = month * MONTH + (halves * MONTH >> 32)
        return arrival, np.lexsort((who, arrival, self.of(who)))

    def answer(self, month: int, batch: MonthBatch) -> None:
        """Say how long each waits, and how well the one who answers listens."""
        mine, a = np.flatnonzero(batch.is_claim), self.people.a
        who, count = batch.customer[mine], batch.customer.size
        waited = batch.waited = np.zeros(count, np.int64)
        step = batch.step = np.full(count, len(a.ladder), np.int64)
        empathy = batch.empathy = np.full(count, EMPATHY // 2, np.int64)
        if not self._queues:
            point = self.people.halves("delay", month, who) >> 20
            waited[mine], step[mine] = a.delays[point], a.steps[point]
            return
        waits, agents = self._served(month, who)
        waited[mine], step[mine] = waits, a.reached(waits)
        kinds = range(len(self.c.personalities) + 1)
        grades = np.array([self.c.empathy(kind, month) for kind in kinds], np.int64)
        empathy[mine] = grades[self._personality[agents]]

    def _served(self, month: int, who: Ints) -> tuple[Ints, Ints]:
        """Serve claims one after the other; say how long each waits, and for whom."""
        arrival, order = self.arrivals(month, who)
        branch, service = self.of(who), self._services(month, who)
        columns = [order, branch[order], arrival[order], service[order]]
        rows: list[tuple[int, int, int, int]] = np.stack(columns, axis=-1).tolist()
        waits, agents = np.zeros((2, who.size), np.int64)
        for place, at, came, takes in rows:
            waits[place], agents[place] = self._queues[at].serve(came, takes)
        return waits, agents + branch * (self._personality.size // self.count)

    def _services(self, month: int, who: Ints) -> Ints:
        people, team = self.people, self.company.response
        halves = people.halves("handling", month, who)
        service: Ints = people.a.handlings[halves >> 20]
        if not self.c.aggressive or not isinstance(team, Team):
            return service
        is_loud = people.chance("aggressive", 0, who, self.c.aggressive) > 0
        longer = (service * team.aggression).astype(np.int64)
        return np.where(is_loud, longer, service)

    # ------------------------------------------------------------------- what is heard

    def gossip(self, month: int, batch: MonthBatch) -> None:
        """Let those who talk be heard, within their branch."""
        who, effect = self._tellers(month, batch)
        people = self.people
        first = who - (who + people.start) % self.size
        heard = np.zeros(people.count, np.int64)
        for number in range(self.world.gossip.listeners):
            halves = people.halves(f"listener {number}", month, who)
            listener = first + (halves * self.size >> 32)
            is_there = listener < people.count
            is_there[is_there] &= people.here[listener[is_there]]
            is_there &= listener != who
            np.add.at(heard, listener[is_there], effect[is_there])
        touched = np.flatnonzero(heard)
        rows = people.taken(touched)
        now = people.now(touched, month) + heard[touched]
        rows[:, STATE["satisfaction"]] = clipped(now)
        people.given(touched, rows, month)

    def _tellers(self, month: int, batch: MonthBatch) -> tuple[Ints, Ints]:
        """Say who talks, and what it does to those who listen."""
        c, at_once = self.c, batch.at_once
        is_genuine = batch.is_genuine > 0
        warns = is_genuine & (at_once < c.below)
        place = np.flatnonzero(warns | (is_genuine & (at_once > c.above)))
        who = batch.customer[place]
        tells = self.people.chance("talk", month, who, c.tells) > 0
        effect = np.where(warns[place], -c.warning, c.praise)
        return who[tells], effect[tells]
