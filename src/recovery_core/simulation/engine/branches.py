"""What the customers of a branch share: lessons, a team, and what is said."""

from __future__ import annotations

import numpy as np

from ..company import Company, Team
from ..world.world import World
from .chances import Chances
from .interning import Ints
from .month_batch import MonthBatch
from .people import STATE, People, clip_satisfactions, count_thresholds_passed_by_each
from .queues import AgentQueue
from .satisfaction import EMPATHY
from .scale import MONTH
from .situation_tables import Tables

__all__ = ["Branches"]


class Branches:
    """What customers share, branch by branch; nothing crosses from one to another.

    Args:
        people: The customers, whole branches of them.
        tables: Whose company, in which world.
    """

    people: People
    company: Company
    world: World
    size: int
    chances: Chances
    count: int

    def __init__(self, people: People, tables: Tables) -> None:
        """Begin without a lesson, and with everybody free."""
        self.people, self.company, self.world = people, tables.company, tables.world
        self.size, self.chances = tables.world.branch_size, people.chances
        self.count = -(-people.count // self.size) if self.chances.is_shared else 1
        self._lessons = np.zeros((self.count, len(self.chances.risks)), np.int64)
        self._queues: list[AgentQueue] = []
        self._personality: Ints = np.zeros(0, np.int64)
        if isinstance(self.company.response, Team):
            self._set_up_queues_and_personalities(self.company.response)

    def _set_up_queues_and_personalities(self, team: Team) -> None:
        self._queues = [AgentQueue(team.agents) for _ in range(self.count)]
        first = self.people.start // self.size * team.agents
        draws, agents = self.people.draws, self.count * team.agents
        halves = draws.draw_upper_halves(
            draws.entity_bases(first, first + agents), "personality"
        )
        self._personality = count_thresholds_passed_by_each(
            self.chances.personality_thresholds, halves
        )

    def branch_numbers_of(self, customers: Ints) -> Ints:
        """Return the branch of each customer, from 0 in this block."""
        return (
            customers // self.size
            if self.chances.is_shared
            else np.zeros_like(customers)
        )

    def draw_is_unprevented(self, month: int, customers: Ints, risk: Ints) -> Ints:
        """Draw which failures happen in spite of the measures taken so far.

        Shape: true or false for each failure.
        """
        learning = self.company.learning
        if learning is None or not self._lessons.any():
            return np.ones(customers.size, np.bool_)
        taken = self._lessons[self.branch_numbers_of(customers), risk] // learning.after
        bounds = self.people.arrays.prevails[np.minimum(taken, learning.most)]
        is_unprevented: Ints = (
            self.people.draw_upper_halves_for("prevention", month, customers) < bounds
        )
        return is_unprevented

    def record_lessons(self, batch: MonthBatch) -> None:
        """Count the lessons of a month, for measures in those to come."""
        if self.company.learning is None:
            return
        claims = batch.is_claim
        branch = self.branch_numbers_of(batch.customer[claims])
        np.add.at(self._lessons, (branch, batch.risk[claims]), 1)

    # ---------------------------------------------------------------------- who answers

    def draw_arrivals_and_service_order(
        self, month: int, customers: Ints
    ) -> tuple[Ints, Ints]:
        """Draw when claims come in; return that and the order of service."""
        halves = self.people.draw_upper_halves_for("arrival", month, customers)
        arrival = month * MONTH + (halves * MONTH >> 32)
        return arrival, np.lexsort(
            (customers, arrival, self.branch_numbers_of(customers))
        )

    def fill_in_waits_and_empathy(self, month: int, batch: MonthBatch) -> None:
        """Fill in how long each claim waits, and how empathic its agent is."""
        claim_rows, arrays = np.flatnonzero(batch.is_claim), self.people.arrays
        customers, count = batch.customer[claim_rows], batch.customer.size
        waited = batch.waited = np.zeros(count, np.int64)
        step = batch.step = np.full(count, len(arrays.ladder), np.int64)
        empathy = batch.empathy = np.full(count, EMPATHY // 2, np.int64)
        if not self._queues:
            point = self.people.draw_upper_halves_for("delay", month, customers) >> 20
            waited[claim_rows], step[claim_rows] = (
                arrays.delays[point],
                arrays.steps[point],
            )
            return
        waits, agents = self._assign_agents_and_waits(month, customers)
        waited[claim_rows], step[claim_rows] = waits, arrays.grid_steps_reached(waits)
        kinds = range(len(self.chances.personality_thresholds) + 1)
        grades = np.array(
            [self.chances.agent_empathy_in_quarters(kind, month) for kind in kinds],
            np.int64,
        )
        empathy[claim_rows] = grades[self._personality[agents]]

    def _assign_agents_and_waits(
        self, month: int, customers: Ints
    ) -> tuple[Ints, Ints]:
        """Serve claims one after the other; say how long each waits, and for whom."""
        arrival, order = self.draw_arrivals_and_service_order(month, customers)
        branch, service = (
            self.branch_numbers_of(customers),
            self._draw_service_seconds(month, customers),
        )
        columns = [order, branch[order], arrival[order], service[order]]
        rows: list[tuple[int, int, int, int]] = np.stack(columns, axis=-1).tolist()
        waits, agents = np.zeros((2, customers.size), np.int64)
        for place, at, came, takes in rows:
            waits[place], agents[place] = self._queues[at].assign_agent_and_wait(
                came, takes
            )
        return waits, agents + branch * (self._personality.size // self.count)

    def _draw_service_seconds(self, month: int, customers: Ints) -> Ints:
        people, team = self.people, self.company.response
        halves = people.draw_upper_halves_for("handling", month, customers)
        service: Ints = people.arrays.handlings[halves >> 20]
        if not self.chances.aggressive or not isinstance(team, Team):
            return service
        is_loud = (
            people.draw_flags("aggressive", 0, customers, self.chances.aggressive) > 0
        )
        longer = (service * team.aggression).astype(np.int64)
        return np.where(is_loud, longer, service)

    # ------------------------------------------------------------------- what is heard

    def apply_gossip_to_listeners(self, month: int, batch: MonthBatch) -> None:
        """Add what listeners hear to their satisfaction, within their branch."""
        customers, effect = self._draw_tellers_and_effects(month, batch)
        people = self.people
        first = customers - (customers + people.start) % self.size
        heard = np.zeros(people.count, np.int64)
        for number in range(self.world.gossip.listeners):
            halves = people.draw_upper_halves_for(
                f"listener {number}", month, customers
            )
            listener = first + (halves * self.size >> 32)
            is_there = listener < people.count
            is_there[is_there] &= people.is_present[listener[is_there]]
            is_there &= listener != customers
            np.add.at(heard, listener[is_there], effect[is_there])
        touched = np.flatnonzero(heard)
        rows = people.copy_rows(touched)
        now = people.faded_satisfaction_of(touched, month) + heard[touched]
        rows[:, STATE["satisfaction"]] = clip_satisfactions(now)
        people.write_rows_and_leaving_thresholds(touched, rows, month)

    def _draw_tellers_and_effects(
        self, month: int, batch: MonthBatch
    ) -> tuple[Ints, Ints]:
        """Draw who talks; return them and the effect on those who listen."""
        chances, at_once = self.chances, batch.at_once
        is_genuine = batch.is_genuine > 0
        warns = is_genuine & (at_once < chances.below)
        place = np.flatnonzero(warns | (is_genuine & (at_once > chances.above)))
        customers = batch.customer[place]
        tells = self.people.draw_flags("talk", month, customers, chances.tells) > 0
        effect = np.where(warns[place], -chances.warning, chances.praise)
        return customers[tells], effect[tells]
