"""Walk every configuration a case can get into, and prove or refute."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import attrs

from .._domain.move import Move
from ..errors import InvalidProcessError
from .plan import Process
from .properties import AlwaysAllowed, AlwaysInReach, Property

__all__ = ["Exploration", "Finding", "explore"]

MOST: Final = 1_000_000
"""How many configurations a walk visits before it gives up."""


class Configuration(NamedTuple):
    """Tell all that the future of a case depends on, and a property's memory."""

    state: str
    counts: tuple[int, ...]
    memory: int


Remember = Callable[[int, Move], int | None]


@attrs.define
class Walk:
    """Keep what a breadth-first walk has seen.

    Args:
        process: What is walked.
        came: Configuration to the one it was first reached from, and by what.
        onward: Configuration to the ones that follow, and by what.
        broken: The path to the first move that broke the property, if any did.
    """

    process: Process
    came: dict[Configuration, tuple[Configuration, str] | None] = attrs.field(
        init=False, factory=dict[Configuration, tuple[Configuration, str] | None]
    )
    onward: dict[Configuration, list[tuple[str, Configuration]]] = attrs.field(
        init=False, factory=dict[Configuration, list[tuple[str, Configuration]]]
    )
    broken: tuple[str, ...] | None = None

    def path(self, to: Configuration) -> tuple[str, ...]:
        """Trace the shortest way from the beginning."""
        steps: list[str] = []
        while (back := self.came[to]) is not None:
            to, trigger = back
            steps.append(trigger)
        return tuple(reversed(steps))


def _forget(memory: int, _move: Move) -> int:
    return memory


def _counted(
    limits: tuple[str, ...], counts: tuple[int, ...], move: Move
) -> tuple[int, ...]:
    if move.begins_cycle:
        return (0,) * len(limits)
    if move.limit is None:
        return counts
    place = limits.index(move.trigger)
    return (*counts[:place], counts[place] + 1, *counts[place + 1 :])


def walk(process: Process, after: Remember = _forget) -> Walk:
    """Visit every configuration in reach, nearest first, until a move breaks.

    Args:
        process: What to walk.
        after: What to remember after a move; None where the move breaks the rule.

    Returns:
        All that was seen, up to the first broken move.

    Raises:
        InvalidProcessError: There are more configurations than can be walked.
    """
    limits = tuple(process.limits)
    start = Configuration(process.initial, (0,) * len(limits), 0)
    seen = Walk(process)
    seen.came[start] = None
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        onward = seen.onward[here] = []
        count = dict(zip(limits, here.counts, strict=True)).__getitem__
        for trigger in process.allowed(here.state, count):
            move = process.moves[here.state][trigger]
            memory = after(here.memory, move)
            if memory is None:
                seen.broken = (*seen.path(here), trigger)
                return seen
            there = Configuration(
                move.target, _counted(limits, here.counts, move), memory
            )
            onward.append((trigger, there))
            if there not in seen.came:
                seen.came[there] = (here, trigger)
                waiting.append(there)
        if len(seen.came) > MOST:
            raise InvalidProcessError(
                f"{process.name} has more than {MOST} configurations: lower the "
                "limits or use fewer of them"
            )
    return seen


def _in_reach(
    seen: Walk, goals: Iterable[str], without: tuple[str, ...]
) -> set[Configuration]:
    """Collect every configuration from which a goal is in reach."""
    back: dict[Configuration, list[Configuration]] = {}
    for here, ways in seen.onward.items():
        for trigger, there in ways:
            if trigger not in without:
                back.setdefault(there, []).append(here)
    wanted = frozenset(goals)
    found = {here for here in seen.onward if here.state in wanted}
    waiting = list(found)
    while waiting:
        for before in back.get(waiting.pop(), ()):
            if before not in found:
                found.add(before)
                waiting.append(before)
    return found


def _stuck(seen: Walk, asked: AlwaysInReach) -> tuple[str, ...] | None:
    """Trace the shortest way to an open case that cannot get where it should."""
    goals = asked.states or tuple(seen.process.final)
    fine = _in_reach(seen, goals, asked.without)
    for here in seen.came:  # nearest first
        if here not in fine and here.state not in seen.process.final:
            return seen.path(here)
    return None


def _barred(seen: Walk, asked: AlwaysAllowed) -> tuple[str, ...] | None:
    """Trace the shortest way to a case that must be allowed the step and is not."""
    where = set(asked.states) or set(seen.process.states) - seen.process.final
    for here, ways in seen.onward.items():  # nearest first
        if here.state in where and asked.trigger not in dict(ways):
            return seen.path(here)
    return None


def check_sound(process: Process) -> None:
    """Demand that every state is reached and that an end stays in reach.

    Raises:
        InvalidProcessError: A state is never reached, or a case can get stuck; with
            the path.
    """
    seen = walk(process)
    reached = {here.state for here in seen.came}
    lost = [state for state in process.states if state not in reached]
    if lost:
        raise InvalidProcessError(
            f"{process.name}: no case ever reaches {', '.join(map(repr, lost))}; give "
            "a step that leads there, or mend the spelling"
        )
    path = _stuck(seen, AlwaysInReach())
    if path is not None:
        state = _replay(process, path)
        raise InvalidProcessError(
            f"{process.name}: a case in {state!r} can get stuck, with no final state "
            "in reach; give it a way out",
            path,
        )


def _replay(process: Process, path: tuple[str, ...]) -> str:
    state = process.initial
    for trigger in path:
        state = process.moves[state][trigger].target
    return state


@attrs.frozen
class Finding:
    """Say whether what was asked holds, and if not, how to break it.

    Args:
        asked: The property.
        path: The shortest way to break it; None where it holds.
    """

    asked: Property
    path: tuple[str, ...] | None = None

    @property
    def holds(self) -> bool:
        """Tell whether no path breaks it."""
        return self.path is None

    def __str__(self) -> str:
        """Say it in a line."""
        if self.path is None:
            return f"holds: {self.asked}"
        return f"BROKEN: {self.asked} (path: {' > '.join(self.path) or 'none needed'})"


@attrs.frozen
class Exploration:
    """Report a walk of every path a case can take.

    Args:
        process: The name of the process.
        configurations: How many there are of state and bounded counts together.
        moves: How many ways lead from one to the next.
        findings: What became of each property that was asked for.
    """

    process: str
    configurations: int
    moves: int
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Tell whether every property holds."""
        return all(finding.holds for finding in self.findings)

    def raise_if_broken(self) -> None:
        """Turn broken properties into an error.

        Raises:
            InvalidProcessError: With all of them in the message, and the path of
                the first.
        """
        broken = [finding for finding in self.findings if finding.path is not None]
        if broken:
            lines = "".join(f"\n  {finding}" for finding in broken)
            raise InvalidProcessError(
                f"{self.process} is not what was asked of it:{lines}\n"
                "mend the steps or take back the property",
                broken[0].path or (),
            )

    def __str__(self) -> str:
        """Say it in a few lines."""
        lines = "".join(f"\n  {finding}" for finding in self.findings)
        return (
            f"{self.process}: {self.configurations} configurations, "
            f"{self.moves} moves{lines}"
        )


def explore(
    process: Process, properties: Iterable[Property] | None = None
) -> Exploration:
    """Walk every configuration in reach and prove or refute each property.

    A configuration is a state, with how often each bounded step was taken in the
    current cycle. For each property that looks back on the path, what it needs to
    remember is added, and nothing else; so a proof covers every path of any length.

    Args:
        process: What to walk.
        properties: What must hold; None asks only that an end is always in reach.

    Returns:
        What was seen, with the shortest path to each fault.

    Raises:
        InvalidProcessError: A property names what the process does not have, or
            there are too many configurations.

    Example:
        >>> from recovery_core.process import FIVE_STEPS, NeedsFirst
        >>> print(explore(FIVE_STEPS, [NeedsFirst("offer", "apologize")]))
        five steps: 27 configurations, 86 moves
          holds: no offer before apologize
    """
    asked = (AlwaysInReach(),) if properties is None else tuple(properties)
    for each in asked:
        each.check_names(frozenset(process.triggers), frozenset(process.states))
    seen = walk(process)
    return Exploration(
        process=process.name,
        configurations=len(seen.onward),
        moves=sum(map(len, seen.onward.values())),
        findings=tuple(Finding(each, _refute(seen, each)) for each in asked),
    )


def _refute(seen: Walk, asked: Property) -> tuple[str, ...] | None:
    if isinstance(asked, AlwaysInReach):
        return _stuck(seen, asked)
    if isinstance(asked, AlwaysAllowed):
        return _barred(seen, asked)
    return walk(seen.process, asked.after).broken
