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
    came_from: _Came[Configuration]
    onward: dict[Configuration, tuple[tuple[Move, Configuration], ...]]

    def path(self, to: Configuration) -> tuple[str, ...]:
        """Trace the shortest way there from the beginning."""
        return _trace_triggers_to(self.came_from, to)


def _trace_triggers_to(came_from: _Came[_Node], to: _Node) -> tuple[str, ...]:
    steps: list[str] = []
    while (back := came_from[to]) is not None:
        to, trigger = back
        steps.append(trigger)
    return tuple(reversed(steps))


def _check_size(process: Process, count: int) -> None:
    if count > MOST:
        raise InvalidProcessError(
            f"{process.name} has more than {MOST} configurations: lower the limits, "
            "use fewer of them, or let the property remember less"
        )


def _count_move(
    limits: tuple[str, ...], counts: tuple[int, ...], move: Move
) -> tuple[int, ...]:
    if move.begins_cycle:
        return (0,) * len(limits)
    if move.limit is None:
        return counts
    place = limits.index(move.trigger)
    return (*counts[:place], counts[place] + 1, *counts[place + 1 :])


def walk_configurations(process: Process) -> Walk:
    """Visit every configuration in reach, nearest first.

    Raises:
        InvalidProcessError: There are more configurations than can be walked.
    """
    limits = tuple(process.limits)
    start = Configuration(process.initial, (0,) * len(limits))
    walk = Walk(process, start, came_from={start: None}, onward={})
    waiting = deque([start])
    while waiting:
        current = waiting.popleft()
        count = dict(zip(limits, current.counts, strict=True)).__getitem__
        moves = process.moves[current.state]
        ways = [moves[trigger] for trigger in process.allowed(current.state, count)]
        walk.onward[current] = tuple(
            (
                move,
                Configuration(move.target, _count_move(limits, current.counts, move)),
            )
            for move in ways
        )
        for move, following in walk.onward[current]:
            if following not in walk.came_from:
                walk.came_from[following] = (current, move.trigger)
                waiting.append(following)
        _check_size(process, len(walk.came_from))
    return walk


def _find_path_breaking(walk: Walk, requirement: Safety) -> tuple[str, ...] | None:
    """Walk on with the property's memory, and trace the first move that breaks it."""
    start = (walk.start, 0)
    came_from: _Came[tuple[Configuration, int]] = {start: None}
    waiting: deque[tuple[Configuration, int]] = deque([start])
    while waiting:
        current = waiting.popleft()
        for move, configuration in walk.onward[current[0]]:
            memory = requirement.after(current[1], move)
            if memory is None:
                return (*_trace_triggers_to(came_from, current), move.trigger)
            following = (configuration, memory)
            if following not in came_from:
                came_from[following] = (current, move.trigger)
                waiting.append(following)
        _check_size(walk.process, len(came_from))
    return None


def _collect_configurations_that_reach(
    walk: Walk, goals: Iterable[str], without: tuple[str, ...]
) -> set[Configuration]:
    """Collect every configuration from which a goal is in reach."""
    back: dict[Configuration, list[Configuration]] = {}
    for current, ways in walk.onward.items():
        for move, following in ways:
            if move.trigger not in without:
                back.setdefault(following, []).append(current)
    goal_states = frozenset(goals)
    reaching = {current for current in walk.onward if current.state in goal_states}
    waiting = list(reaching)
    while waiting:
        for before in back.get(waiting.pop(), ()):
            if before not in reaching:
                reaching.add(before)
                waiting.append(before)
    return reaching


def _find_path_to_stuck_case(
    walk: Walk, requirement: AlwaysInReach
) -> tuple[str, ...] | None:
    """Trace the shortest way to an open case that cannot get where it should."""
    goals = requirement.states or tuple(walk.process.final)
    fine = _collect_configurations_that_reach(walk, goals, requirement.without)
    for current in walk.came_from:  # nearest first
        if current not in fine and current.state not in walk.process.final:
            return walk.path(current)
    return None


def _find_path_to_refused_step(
    walk: Walk, requirement: AlwaysAllowed
) -> tuple[str, ...] | None:
    """Trace the shortest way to a case that must be allowed the step and is not."""
    where = set(requirement.states) or set(walk.process.states) - walk.process.final
    for current, ways in walk.onward.items():  # nearest first
        if current.state in where and requirement.trigger not in {
            m.trigger for m, _ in ways
        }:
            return walk.path(current)
    return None


def check_sound(process: Process) -> None:
    """Check that every state is reached and that an end stays in reach.

    Raises:
        InvalidProcessError: A state is never reached, or a case can get stuck; with
            the path.
    """
    walk = walk_configurations(process)
    reached = {current.state for current in walk.came_from}
    lost = [state for state in process.states if state not in reached]
    if lost:
        raise InvalidProcessError(
            f"{process.name}: no case ever reaches {', '.join(map(repr, lost))}; give "
            "a step that leads there, or mend the spelling"
        )
    path = _find_path_to_stuck_case(walk, AlwaysInReach())
    if path is not None:
        state = _find_state_after(process, path)
        raise InvalidProcessError(
            f"{process.name}: a case in {state!r} can get stuck, with no final state "
            "in reach; give it a way out",
            path,
        )


def _find_state_after(process: Process, path: tuple[str, ...]) -> str:
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
    walk = walk_configurations(process)
    return Exploration(
        process=process.name,
        configurations=len(walk.onward),
        moves=sum(map(len, walk.onward.values())),
        properties=tuple(
            ExploredProperty(requirement, _find_breaking_path(walk, requirement))
            for requirement in requirements
        ),
    )


def _find_breaking_path(walk: Walk, requirement: Property) -> tuple[str, ...] | None:
    if isinstance(requirement, AlwaysInReach):
        return _find_path_to_stuck_case(walk, requirement)
    if isinstance(requirement, AlwaysAllowed):
        return _find_path_to_refused_step(walk, requirement)
    return _find_path_breaking(walk, requirement)
