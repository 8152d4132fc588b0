"""The work with an object for each customer: a plain loop, Mesa and SimPy."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from .work import MONTHS, STEPS, Customer, Tally

MINUTES = 43_200.0
"""Minutes in a month."""


def by_loop(customers: int, seed: int) -> dict[str, float]:
    """Loop over customers and months."""
    luck, tally = Random(seed), Tally()
    for _ in range(customers):
        customer = Customer(luck)
        for _ in range(MONTHS):
            claim = customer.begin(luck, tally)
            if claim is not None:
                customer.finish(claim, luck, tally)
            if customer.leaves(luck, tally):
                break
        else:
            tally.satisfaction += customer.satisfaction
    return tally.counts()


def by_mesa(customers: int, seed: int) -> dict[str, float]:
    """Make each customer an agent, and each month a step."""
    import mesa  # noqa: PLC0415 - may be missing

    tally = Tally()

    class Agent(mesa.Agent):
        def __init__(self, model: Any) -> None:
            super().__init__(model)
            self.customer = Customer(model.random)

        def step(self) -> None:
            customer, luck = self.customer, self.model.random
            claim = customer.begin(luck, tally)
            if claim is not None:
                customer.finish(claim, luck, tally)
            if customer.leaves(luck, tally):
                self.remove()

    class Shop(mesa.Model):
        def __init__(self) -> None:
            super().__init__(seed=seed)
            for _ in range(customers):
                Agent(self)

        def step(self) -> None:
            self.agents.do("step")

    shop = Shop()
    for _ in range(MONTHS):
        shop.step()
    tally.satisfaction = sum(agent.customer.satisfaction for agent in shop.agents)
    return tally.counts()


def by_simpy(customers: int, seed: int) -> dict[str, float]:
    """Make each customer a process that waits for its months and for answers."""
    import simpy  # noqa: PLC0415 - may be missing

    luck, tally, env = Random(seed), Tally(), simpy.Environment()

    def life() -> Iterator[Any]:
        customer = Customer(luck)
        for month in range(MONTHS):
            if month:
                yield env.timeout(max(0.0, month * MINUTES - env.now))
            claim = customer.begin(luck, tally)
            if claim is not None:
                before = 0.0
                for step in STEPS:
                    yield env.timeout(claim[3] * (step - before))
                    before = step
                customer.finish(claim, luck, tally)
            if customer.leaves(luck, tally):
                return
        tally.satisfaction += customer.satisfaction

    for _ in range(customers):
        env.process(life())
    env.run()
    return tally.counts()


def queue_by_simpy(claims: list[tuple[int, int]], agents: int) -> int:
    """Let claims wait for a team; give the sum of all waits.

    Args:
        claims: When each comes in, and how long it takes.
        agents: How many answer.
    """
    import simpy  # noqa: PLC0415 - may be missing

    env = simpy.Environment()
    team, waited = simpy.Resource(env, agents), 0

    def claim(takes: int) -> Iterator[Any]:
        nonlocal waited
        came = env.now
        with team.request() as request:
            yield request
            waited += env.now - came
            yield env.timeout(takes)

    def source() -> Iterator[Any]:
        for came, takes in claims:
            yield env.timeout(came - env.now)
            env.process(claim(takes))

    env.process(source())
    env.run()
    return waited
