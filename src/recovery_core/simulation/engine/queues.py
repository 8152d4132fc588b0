"""Claims waiting for a team: so many agents, first come first served."""

from __future__ import annotations

from heapq import heapify, heapreplace

__all__ = ["Queue", "erlang_c"]


class Queue:
    """Serve claims in the order in which they come in; it stands for one branch.

    Args:
        agents: How many serve.
    """

    def __init__(self, agents: int) -> None:
        """Begin with everybody free."""
        self._free: list[tuple[int, int]] = [(0, agent) for agent in range(agents)]
        heapify(self._free)

    def serve(self, arrival: int, service: int) -> tuple[int, int]:
        """Serve one claim; those that came before it were served before.

        Args:
            arrival: When it comes in.
            service: How long it takes.

        Returns:
            How long it waited, and the number of the agent.

        Units: any, and the same for all.
        """
        free, agent = self._free[0]
        start = max(free, arrival)
        heapreplace(self._free, (start + service, agent))
        return start - arrival, agent


def erlang_c(load: float, agents: int) -> float:
    """Return the mean wait in an M/M/c queue, in mean service times.

    Args:
        load: How busy each agent is, from 0 up to but not including 1.
        agents: How many there are.

    Source: Erlang (1917).

    Example:
        >>> round(erlang_c(0.9, 20), 5)
        0.27538
    """
    offered, blocked = load * agents, 1.0
    for count in range(1, agents + 1):
        blocked = offered * blocked / (count + offered * blocked)
    waits = blocked / (1.0 - load * (1.0 - blocked))
    return waits / (agents * (1.0 - load))
