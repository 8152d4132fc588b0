"""A compiled process: what may follow what, looked up in a dict, and nothing more."""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final, TypeVar

import attrs

from .._domain.descriptions import describe
from .._domain.move import RECORD, REPORT, Move
from ..errors import InvalidProcessError, InvalidValueError
from .step import Edge, check_name, to_plain_text, to_plain_texts

__all__ = ["Process", "check_process"]

_FORMAT: Final = 1
_MOST_STATES: Final = 127  # an int8 has no larger row number

_T = TypeVar("_T")


def check_process(process: object) -> None:
    """Refuse what is no compiled process, such as its name or its hash.

    Raises:
        InvalidValueError: It is something else; the message names the mend.
    """
    if type(process) is not Process:
        raise InvalidValueError(
            f"process cannot be {describe(process)}: give the Process itself, such as "
            "FIVE_STEPS"
        )


def _to_state_set(value: Iterable[str] | str) -> frozenset[str]:
    return frozenset(to_plain_texts(value))


def _to_edge_tuple(value: Iterable[Edge]) -> tuple[Edge, ...]:
    return tuple(value)


def _check_names(process: Process) -> None:
    check_name(process.name, "process")
    for state in process.states:
        check_name(state, "state")
    if len(set(process.states)) < len(process.states):
        raise InvalidProcessError(f"{process.name}: a state is named twice")
    if len(process.states) > _MOST_STATES:
        raise InvalidProcessError(
            f"{process.name}: {len(process.states)} states are more than the "
            f"{_MOST_STATES} a table can number; split the process"
        )


def _check_states_are_known(process: Process) -> None:
    known = set(process.states)
    asked = [(process.initial, "the initial state")]
    asked += [(state, "a final state") for state in sorted(process.final, key=repr)]
    for edge in process.edges:
        asked += [(edge.source, f"a source of {edge.trigger!r}")]
        asked += [(edge.target, f"the target of {edge.trigger!r}")]
    for state, what in asked:
        if state not in known:
            raise InvalidProcessError(
                f"{process.name}: {state!r}, {what}, is not among the states; add it "
                f"or mend the spelling (known: {', '.join(process.states)})"
            )
    if not process.final:
        raise InvalidProcessError(
            f"{process.name} has no final state: say where a case comes to rest"
        )


def _check_edges_are_unambiguous(process: Process) -> None:
    seen: set[tuple[str, str]] = set()
    for edge in process.edges:
        if (edge.trigger, edge.source) in seen:
            raise InvalidProcessError(
                f"{process.name}: {edge.trigger!r} leaves {edge.source!r} twice; give "
                "the second way another trigger"
            )
        seen.add((edge.trigger, edge.source))
        if edge.source in process.final and not edge.begins_cycle:
            raise InvalidProcessError(
                f"{process.name}: {edge.trigger!r} leaves the final state "
                f"{edge.source!r}; only a step with begins_cycle=True may"
            )


def _check_edges_of_trigger_agree(process: Process) -> None:
    first: dict[str, Edge] = {}
    for edge in process.edges:
        other = first.setdefault(edge.trigger, edge)
        for name in ("who", "carries", "limit"):
            here, there = getattr(edge, name), getattr(other, name)
            if here != there:
                raise InvalidProcessError(
                    f"{process.name}: {edge.trigger!r} has {name} {there!r} and "
                    f"{here!r}; say the same on both, or give the second another "
                    "trigger"
                )


def _check_and_list_triggers(process: Process) -> tuple[str, ...]:
    """List the triggers, once everything they lean on is known to be right.

    The first field to be worked out, so all the others can trust the names.
    """
    _check_names(process)
    _check_states_are_known(process)
    _check_edges_are_unambiguous(process)
    _check_edges_of_trigger_agree(process)
    return tuple(dict.fromkeys(edge.trigger for edge in process.edges))


def _hash_content(process: Process) -> str:
    """Digest all that decides what may happen, however it was written down."""
    edges = [
        [e.trigger, e.source, e.target, e.limit, e.begins_cycle] for e in process.edges
    ]
    content = {
        "format": _FORMAT,
        "initial": process.initial,
        "final": sorted(process.final),
        "edges": sorted(edges, key=lambda edge: (edge[0], edge[1])),
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:16]


def _build_move(process: Process, edge: Edge) -> Move:
    return Move(
        trigger=edge.trigger,
        source=edge.source,
        target=edge.target,
        process=process.hash,
        ends=edge.target in process.final,
        begins_cycle=edge.begins_cycle,
        limit=edge.limit,
    )


def _build_moves_by_state(process: Process) -> Mapping[str, Mapping[str, Move]]:
    rows: dict[str, dict[str, Move]] = {state: {} for state in process.states}
    for edge in process.edges:
        rows[edge.source][edge.trigger] = _build_move(process, edge)
    return MappingProxyType({s: MappingProxyType(row) for s, row in rows.items()})


def _build_stay(process: Process, trigger: str, source: str, target: str) -> Move:
    return Move(
        trigger=trigger,
        source=source,
        target=target,
        process=process.hash,
        ends=target in process.final,
    )


def _build_stays_by_state(process: Process) -> Mapping[str, Move]:
    return MappingProxyType(
        {state: _build_stay(process, RECORD, state, state) for state in process.states}
    )


def _build_opening_move(process: Process) -> Move:
    return _build_stay(process, REPORT, "", process.initial)


def _map_triggers(process: Process, read: Callable[[Edge], _T]) -> Mapping[str, _T]:
    return MappingProxyType({edge.trigger: read(edge) for edge in process.edges})


def _map_triggers_to_side(process: Process) -> Mapping[str, str]:
    return _map_triggers(process, lambda edge: edge.who)


def _map_triggers_to_record_text(process: Process) -> Mapping[str, str]:
    return _map_triggers(process, lambda edge: edge.carries)


def _map_triggers_to_limit(process: Process) -> Mapping[str, int]:
    return MappingProxyType(
        {edge.trigger: edge.limit for edge in process.edges if edge.limit is not None}
    )


def _number_names(names: Iterable[str]) -> Mapping[str, int]:
    return MappingProxyType({name: number for number, name in enumerate(names)})


def _number_states(process: Process) -> Mapping[str, int]:
    return _number_names(process.states)


def _number_triggers(process: Process) -> Mapping[str, int]:
    return _number_names(process.triggers)


def _pack_next_state_rows_as_bytes(process: Process) -> bytes:
    width = len(process.triggers)
    cells = array("b", [-1]) * (len(process.states) * width)
    for edge in process.edges:
        row, column = process.row[edge.source], process.column[edge.trigger]
        cells[row * width + column] = process.row[edge.target]
    return cells.tobytes()


def _declare_derived_field(make: Callable[[Process], object]) -> Any:
    """Work a field out of those before it; it takes no part in equality."""
    return attrs.field(
        init=False, eq=False, repr=False, default=attrs.Factory(make, takes_self=True)
    )


@attrs.frozen(kw_only=True)
class Process:
    """A compiled process: a value that compares, hashes and pickles.

    Two processes are equal when name, states, ends and edges are, in whatever
    order they were written. `define` and `compile_machine` also check that it is
    sound; a process built directly is only checked to be well formed.

    Args:
        name: What to call it.
        states: Where a case can stand, in the order of the table's rows.
        initial: Where a case begins.
        final: Where it comes to rest.
        edges: Every way from a state to a state.

    Attributes:
        triggers: What can be asked for, in the order of the table's columns.
        hash: The process version: 16 hex digits over all that decides what may
            happen; neither the name nor any order counts.
        moves: State and trigger to the move they make; shared by every event.
        stays: State to the move that only puts something on record there.
        opening: The move that opens a case.
        who: Trigger to whose move it is.
        carries: Trigger to what it puts on record, in words.
        limits: Trigger to how often it may be taken in one cycle, if bounded.
        row: State to its row in the table.
        column: Trigger to its column in the table.
        table: The next state's row, -1 where the trigger is not allowed.

    Shape: table has one int8 per state and trigger, row after row, so
        ``numpy.frombuffer(table, "int8").reshape(len(states), len(triggers))``.

    Raises:
        InvalidProcessError: An unknown name, two ways with one trigger out of one
            state, no final state, or a final state that is left other than by
            beginning a cycle.
    """

    name: str = attrs.field(converter=to_plain_text)
    states: tuple[str, ...] = attrs.field(converter=to_plain_texts, eq=frozenset)
    initial: str = attrs.field(converter=to_plain_text)
    final: frozenset[str] = attrs.field(converter=_to_state_set)
    edges: tuple[Edge, ...] = attrs.field(
        converter=_to_edge_tuple, eq=frozenset, repr=False
    )
    triggers: tuple[str, ...] = _declare_derived_field(_check_and_list_triggers)
    hash: str = attrs.field(
        init=False, eq=False, default=attrs.Factory(_hash_content, takes_self=True)
    )
    moves: Mapping[str, Mapping[str, Move]] = _declare_derived_field(
        _build_moves_by_state
    )
    stays: Mapping[str, Move] = _declare_derived_field(_build_stays_by_state)
    opening: Move = attrs.field(
        init=False,
        eq=False,
        repr=False,
        default=attrs.Factory(_build_opening_move, takes_self=True),
    )
    who: Mapping[str, str] = _declare_derived_field(_map_triggers_to_side)
    carries: Mapping[str, str] = _declare_derived_field(_map_triggers_to_record_text)
    limits: Mapping[str, int] = _declare_derived_field(_map_triggers_to_limit)
    row: Mapping[str, int] = _declare_derived_field(_number_states)
    column: Mapping[str, int] = _declare_derived_field(_number_triggers)
    table: bytes = _declare_derived_field(_pack_next_state_rows_as_bytes)

    def allowed(self, state: str, count: Callable[[str], int]) -> tuple[str, ...]:
        """List the triggers that may be asked for now.

        Args:
            state: Where the case stands.
            count: How often a trigger was taken in the current cycle.

        Returns:
            Their names, in the order they were defined.

        Raises:
            InvalidValueError: The process knows no such state.
        """
        if state not in self.moves:
            raise InvalidValueError(
                f"{state!r} is no state of {self.name}; give one of "
                f"{', '.join(self.states)}"
            )
        return tuple(
            trigger
            for trigger, move in self.moves[state].items()
            if move.limit is None or count(trigger) < move.limit
        )

    def __reduce__(self) -> tuple[Callable[[], Process], tuple[()]]:
        """Pickle what was written down; the rest is worked out again."""
        return partial(
            Process,
            name=self.name,
            states=self.states,
            initial=self.initial,
            final=self.final,
            edges=self.edges,
        ), ()
