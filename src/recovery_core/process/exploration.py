"""Walk every configuration a case can get into, and prove or refute."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable
from typing import Final, NamedTuple, TypeVar

import attrs

from .._domain.move import Move
from ..errors import InvalidProcessError
from .plan import Process
from .properties import AlwaysAllowed, AlwaysInReach, Property, Safety

__all__ = ["Exploration", "ExploredProperty", "explore"]

MOST: Final = 1_000_000
"""How many configurations a walk visits before it gives up."""


class Configuration(NamedTuple):
    """All that the future of a case depends on."""

    state: str
    counts: tuple[int, ...]


_Node = TypeVar("_Node", bound=Hashable)
_Came = dict[_Node, tuple[_Node, str] | None]


@attrs.frozen
class Walk:
    """Every configuration in reach, nearest first.

    Args:
        process: What was walked.
        start: Where every case begins.
        came: Configuration to the one it was first reached from, and by what.
        onward: Configuration to the moves out of it and where they lead.
    """

    process: Process
    start: Configuration
    came: _Came[Configuration]
    onward: dict[Configuration, tuple[tuple[Move, Configuration], ...]]

    def path(self, to: Configuration) -> tuple[str, ...]:
        """Trace the shortest way there from the beginning."""
        return _trace(self.came, to)


def _trace(came: _Came[_Node], to: _Node) -> tuple[str, ...]:
    steps: list[str] = []
    while (back := came[to]) is not None:
        to, trigger = back
        steps.append(trigger)
    return tuple(reversed(steps))


def _check_size(process: Process, count: int) -> None:
    if count > MOST:
        raise InvalidProcessError(
            f"{process.name} has more than {MOST} configurations: lower the limits, "
            "use fewer of them, or let the property remember less"
        )


def _counted(
    limits: tuple[str, ...], counts: tuple[int, ...], move: Move
) -> tuple[int, ...]:
    if move.begins_cycle:
        return (0,) * len(limits)
    if move.limit is None:
        return counts
    place = limits.index(move.trigger)
    return (*counts[:place], counts[place] + 1, *counts[place + 1 :])


def walk(process: Process) -> Walk:
    """Visit every configuration in reach, nearest first.

    Raises:
        InvalidProcessError: There are more configurations than can be walked.
    """
    limits = tuple(process.limits)
    start = Configuration(process.initial, (0,) * len(limits))
    paths = Walk(process, start, came={start: None}, onward={})
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        count = dict(zip(limits, here.counts, strict=True)).__getitem__
        moves = process.moves[here.state]
        ways = [moves[trigger] for trigger in process.allowed(here.state, count)]
        paths.onward[here] = tuple(
            (move, Configuration(move.target, _counted(limits, here.counts, move)))
            for move in ways
        )
        for move, there in paths.onward[here]:
            if there not in paths.came:
                paths.came[there] = (here, move.trigger)
                waiting.append(there)
        _check_size(process, len(paths.came))
    return paths


def _broken(paths: Walk, asked: Safety) -> tuple[str, ...] | None:
    """Walk on with the property's memory, and trace the first move that breaks it."""
    start = (paths.start, 0)
    came: _Came[tuple[Configuration, int]] = {start: None}
    waiting: deque[tuple[Configuration, int]] = deque([start])
    while waiting:
        here = waiting.popleft()
        for move, configuration in paths.onward[here[0]]:
            memory = asked.after(here[1], move)
            if memory is None:
                return (*_trace(came, here), move.trigger)
            there = (configuration, memory)
            if there not in came:
                came[there] = (here, move.trigger)
                waiting.append(there)
        _check_size(paths.process, len(came))
    return None


def _in_reach(
    paths: Walk, goals: Iterable[str], without: tuple[str, ...]
) -> set[Configuration]:
    """Collect every configuration from which a goal is in reach."""
    back: dict[Configuration, list[Configuration]] = {}
    for here, ways in paths.onward.items():
        for move, there in ways:
            if move.trigger not in without:
                back.setdefault(there, []).append(here)
    wanted = frozenset(goals)
    found = {here for here in paths.onward if here.state in wanted}
    waiting = list(found)
    while waiting:
        for before in back.get(waiting.pop(), ()):
            if before not in found:
                found.add(before)
                waiting.append(before)
    return found


def _stuck(paths: Walk, asked: AlwaysInReach) -> tuple[str, ...] | None:
    """Trace the shortest way to an open case that cannot get where it should."""
    goals = asked.states or tuple(paths.process.final)
    fine = _in_reach(paths, goals, asked.without)
    for here in paths.came:  # nearest first
        if here not in fine and here.state not in paths.process.final:
            return paths.path(here)
    return None


def _barred(paths: Walk, asked: AlwaysAllowed) -> tuple[str, ...] | None:
    """Trace the shortest way to a case that must be allowed the step and is not."""
    where = set(asked.states) or set(paths.process.states) - paths.process.final
    for here, ways in paths.onward.items():  # nearest first
        if here.state in where and asked.trigger not in {m.trigger for m, _ in ways}:
            return paths.path(here)
    return None


def check_sound(process: Process) -> None:
    """Check that every state is reached and that an end stays in reach.

    Raises:
        InvalidProcessError: A state is never reached, or a case can get stuck; with
            the path.
    """
    paths = walk(process)
    reached = {here.state for here in paths.came}
    lost = [state for state in process.states if state not in reached]
    if lost:
        raise InvalidProcessError(
            f"{process.name}: no case ever reaches {', '.join(map(repr, lost))}; give "
            "a step that leads there, or mend the spelling"
        )
    path = _stuck(paths, AlwaysInReach())
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
class ExploredProperty:
    """A property of a process, proved or refuted.

    Args:
        requirement: The property.
        breaking_path: The shortest way to break it; None where it holds.
    """

    requirement: Property
    breaking_path: tuple[str, ...] | None = None

    @property
    def holds(self) -> bool:
        """Whether no path breaks it."""
        return self.breaking_path is None

    def __str__(self) -> str:
        """Return it in a line."""
        if self.breaking_path is None:
            return f"holds: {self.requirement}"
        path = " > ".join(self.breaking_path) or "none needed"
        return f"BROKEN: {self.requirement} (path: {path})"


@attrs.frozen
class Exploration:
    """The result of walking every path that a case can take.

    Args:
        process: The name of the process.
        configurations: How many there are of state and bounded counts together.
        moves: How many ways lead from one to the next.
        properties: What became of each property that was asked for.
    """

    process: str
    configurations: int
    moves: int
    properties: tuple[ExploredProperty, ...]

    @property
    def holds(self) -> bool:
        """Whether every property holds."""
        return all(explored.holds for explored in self.properties)

    def raise_if_broken(self) -> None:
        """Raise an error where a property is broken.

        Raises:
            InvalidProcessError: With all of them in the message, and the path of
                the first.
        """
        broken = [explored for explored in self.properties if not explored.holds]
        if broken:
            lines = "".join(f"\n  {explored}" for explored in broken)
            raise InvalidProcessError(
                f"{self.process} is not what was asked of it:{lines}\n"
                "mend the steps or take back the property",
                broken[0].breaking_path or (),
            )

    def __str__(self) -> str:
        """Return it in a few lines."""
        lines = "".join(f"\n  {explored}" for explored in self.properties)
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
        The proof, with the shortest path to each fault.

    Raises:
        InvalidProcessError: A property names what the process does not have, or
            there are too many configurations.

    Example:
        >>> from recovery_core.process import FIVE_STEPS, NeedsFirst
        >>> print(explore(FIVE_STEPS, [NeedsFirst("offer", "apologize")]))
        five steps: 27 configurations, 86 moves
          holds: no offer before apologize
    """
    requirements = (AlwaysInReach(),) if properties is None else tuple(properties)
    for requirement in requirements:
        requirement.check_names(frozenset(process.triggers), frozenset(process.states))
    paths = walk(process)
    return Exploration(
        process=process.name,
        configurations=len(paths.onward),
        moves=sum(map(len, paths.onward.values())),
        properties=tuple(
            ExploredProperty(requirement, _refute(paths, requirement))
            for requirement in requirements
        ),
    )


def _refute(paths: Walk, asked: Property) -> tuple[str, ...] | None:
    if isinstance(asked, AlwaysInReach):
        return _stuck(paths, asked)
    if isinstance(asked, AlwaysAllowed):
        return _barred(paths, asked)
    return _broken(paths, asked)
