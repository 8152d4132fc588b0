"""Claims waiting for a team: so many agents, first come first served."""

from __future__ import annotations

from heapq import heapify, heapreplace

__all__ = ["AgentQueue", "erlang_c_mean_wait"]


class AgentQueue:
    """The agents of one branch, who serve claims in the order in which they come in.

    Args:
        agents: How many serve.
    """

    def __init__(self, agents: int) -> None:
        """Begin with everybody free."""
        self._free: list[tuple[int, int]] = [(0, agent) for agent in range(agents)]
        heapify(self._free)

    def assign_agent_and_wait(
        self, arrival_time: int, service_time: int
    ) -> tuple[int, int]:
        """Serve the next claim by the agent who is free first, and return the wait.

        Claims must be handed over in the order in which they come in.

        Args:
            arrival_time: When it comes in.
            service_time: How long it takes.

        Returns:
            How long it waited, and the number of the agent.

        Units: any, and the same for all.
        """
        # Pairs sort by time, then by number: of agents free at once, the first serves.
        free_from, agent = self._free[0]
        start = max(free_from, arrival_time)
        heapreplace(self._free, (start + service_time, agent))
        return start - arrival_time, agent


def erlang_c_mean_wait(load_per_agent: float, agent_count: int) -> float:
    """Return the mean wait in an M/M/c queue, in mean service times.

    Args:
        load_per_agent: How busy each agent is, from 0 up to but not including 1.
        agent_count: How many there are.

    Source: Erlang (1917).

    Example:
        >>> round(erlang_c_mean_wait(0.9, 20), 5)
        0.27538
    """
    # By the recursion of Erlang B, whose terms stay below 1: powers and factorials of
    # the closed form would overflow.
    offered_load, blocking = load_per_agent * agent_count, 1.0
    for count in range(1, agent_count + 1):
        blocking = offered_load * blocking / (count + offered_load * blocking)
    waiting_chance = blocking / (1.0 - load_per_agent * (1.0 - blocking))
    return waiting_chance / (agent_count * (1.0 - load_per_agent))
