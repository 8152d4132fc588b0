"""A process as a `transitions.Machine`: the one place that knows the library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any, Final, cast

import transitions
from transitions.core import Condition

from ..errors import InvalidProcessError
from .exploration import check_sound, explore
from .names import Side
from .plan import Process
from .properties import AtMost, Property
from .step import Edge, Step, check_name, to_plain_text, to_plain_texts

__all__ = ["ProcessMachine", "ProcessTransition", "build", "compile_machine", "define"]

_HOOKS: Final = {
    "machine": (
        "prepare_event",
        "before_state_change",
        "after_state_change",
        "finalize_event",
        "on_exception",
        "on_final",
    ),
    "state": ("on_enter", "on_exit"),
    "transition": ("prepare", "before", "after"),
}


class ProcessTransition(transitions.Transition):
    """An edge of the machine, with whose move it is and what it puts on record.

    Args:
        source: The state it leaves.
        dest: The state it reaches.
        hooks: What `transitions.Transition` takes besides, by position.
        who: Whose move it is.
        carries: What it puts on record, in words.
        begins_cycle: Whether the steps start again.
    """

    def __init__(
        self,
        source: str,
        dest: str,
        *hooks: Any,
        who: str = Side.EITHER,
        carries: str = "",
        begins_cycle: bool = False,
    ) -> None:
        super().__init__(source, dest, *hooks)
        self.who = who
        self.carries = carries
        self.begins_cycle = begins_cycle


class ProcessMachine(transitions.Machine):
    """A `transitions.Machine` whose edges say whose move they are."""

    transition_cls: type[transitions.Transition] = ProcessTransition


def build(
    name: str,
    *,
    initial: str,
    final: Iterable[str] | str,
    steps: Iterable[Step],
) -> ProcessMachine:
    """Write the steps down as a machine that has no model.

    Args:
        name: What to call it.
        initial: Where a case begins.
        final: Where it comes to rest: one state or several.
        steps: The steps; the order in which they lead to the states is the order
            of the table.

    Returns:
        A machine to read, to draw, or to fire: ``machine.events[t].trigger(case)``.

    Raises:
        InvalidProcessError: A name is none, or the library refuses it.
    """
    check_name(name, "process")
    steps, ends = tuple(steps), to_plain_texts(final)
    machine = ProcessMachine(
        model=None,
        name=name,
        states=[
            transitions.State(state, final=state in ends)
            for state in _list_states(to_plain_text(initial), ends, steps)
        ],
        initial=to_plain_text(initial),
        auto_transitions=False,
        send_event=True,
    )
    for step in steps:
        _add_step_to_machine(machine, step)
    return machine


def _list_states(
    initial: str, ends: tuple[str, ...], steps: tuple[Step, ...]
) -> tuple[str, ...]:
    """List every state once: as the steps lead to them, then any that are lost."""
    targets = [step.target for step in steps if step.target is not None]
    sources = [source for step in steps for source in step.sources]
    named = (initial, *targets, *sources, *ends)
    for state in named:
        check_name(state, "state")
    return tuple(dict.fromkeys(named))


def _add_step_to_machine(machine: ProcessMachine, step: Step) -> None:
    limit = step.limit
    try:
        machine.add_transition(
            step.trigger,
            list(step.sources),
            "=" if step.target is None else step.target,
            conditions=None if limit is None else AtMost(step.trigger, limit),
            who=step.who,
            carries=step.carries,
            begins_cycle=step.begins_cycle,
        )
    except ValueError as error:
        raise InvalidProcessError(
            f"{step.trigger!r} cannot be a trigger: {error}"
        ) from error


def define(
    name: str,
    *,
    initial: str,
    final: Iterable[str] | str,
    steps: Iterable[Step],
    properties: Iterable[Property] = (),
) -> Process:
    """Define a process and prove what was asked of it.

    Args:
        name: What to call it.
        initial: Where a case begins.
        final: Where it comes to rest: one state or several.
        steps: The steps; the order in which they lead to the states is the order
            of the table.
        properties: What must hold on every path.

    Returns:
        The compiled process.

    Raises:
        InvalidProcessError: A name is wrong or unknown, a state is never reached,
            a case can get stuck, a final state is left, or a property is broken;
            with the path.

    Example:
        >>> refund = define(
        ...     "refund",
        ...     initial="asked",
        ...     final="paid",
        ...     steps=[Step("pay", "asked", "paid", who="company")],
        ... )
        >>> refund.moves["asked"]["pay"].target
        'paid'
    """
    ends = to_plain_texts(final)
    machine = build(name, initial=initial, final=ends, steps=steps)
    process = compile_machine(machine, name=name, final=ends)
    explore(process, properties).raise_if_broken()
    return process


def compile_machine(
    machine: transitions.Machine, *, name: str, final: Iterable[str] | str = ()
) -> Process:
    """Compile anybody's plain machine, or refuse what a process does not model.

    Args:
        machine: A `transitions.Machine` built with ``model=None`` and
            ``auto_transitions=False``. The only condition it may hold is `AtMost`.
        name: What to call the process.
        final: Final states, besides those marked with ``State(final=True)``.

    Returns:
        The compiled process; it keeps nothing of the machine.

    Raises:
        InvalidProcessError: The machine holds something that is not modelled, or
            the process is not sound.
    """
    for what in _iter_unmodelled(machine):
        raise InvalidProcessError(f"{name}: {what}")
    ends = [state.name for state in machine.states.values() if state.final]
    process = Process(
        name=name,
        states=tuple(machine.states),
        initial=cast("str", machine.initial),
        final=frozenset([*ends, *to_plain_texts(final)]),
        edges=tuple(_iter_edges(machine)),
    )
    check_sound(process)
    return process


def _iter_edges(machine: transitions.Machine) -> Iterator[Edge]:
    for trigger, event in machine.events.items():
        for source, ways in event.transitions.items():
            for way in ways:
                yield Edge(
                    trigger=trigger,
                    source=source,
                    target=cast("str", way.dest),
                    who=getattr(way, "who", Side.EITHER),
                    carries=getattr(way, "carries", ""),
                    limit=_find_limit(way),
                    begins_cycle=getattr(way, "begins_cycle", False),
                )


def _find_limit(way: transitions.Transition) -> int | None:
    bounds = [cast("AtMost", condition.func).times for condition in way.conditions]
    return min(bounds, default=None)


def _iter_unmodelled(machine: transitions.Machine) -> Iterator[str]:
    """List everything in the machine that a compiled process would leave out."""
    # What is not built of the library's own plain parts may have no such attributes.
    if type(machine) not in {transitions.Machine, ProcessMachine}:
        yield (
            f"a {type(machine).__name__} may behave as no table does; build a plain "
            "transitions.Machine of the same states and transitions"
        )
    yield from _iter_unmodelled_settings(machine)
    yield from _iter_hooks("the machine", machine, "machine")
    for state in machine.states.values():
        yield from _iter_unmodelled_parts_of_state(state)
    for trigger, event in machine.events.items():
        if type(event) is not transitions.Event:
            yield f"event {trigger!r} is a {type(event).__name__}; use a plain Event"
        for source, ways in event.transitions.items():
            for way in ways:
                yield from _iter_unmodelled_parts_of_transition(
                    machine, trigger, source, way
                )


def _iter_unmodelled_settings(machine: transitions.Machine) -> Iterator[str]:
    if machine.models:
        yield "cases are never registered with the machine; build it with model=None"
    if machine.initial is None:
        yield "the machine has no initial state; build it with initial="
    if machine.has_queue:
        yield "a queued machine answers before it has moved; build it with queued=False"
    if machine.auto_transitions:
        yield (
            "auto transitions lead from everywhere to everywhere; build the machine "
            "with auto_transitions=False"
        )
    if machine.ignore_invalid_triggers:
        yield "a refused step is never ignored; leave out ignore_invalid_triggers"


def _iter_hooks(where: str, holder: object, kind: str) -> Iterator[str]:
    for hook in _HOOKS[kind]:
        if getattr(holder, hook):
            yield f"{where} has the callback {hook}; do such work outside the process"


def _iter_unmodelled_parts_of_state(state: transitions.State) -> Iterator[str]:
    if type(state) is not transitions.State:
        yield f"state {state.name!r} is a {type(state).__name__}; use a plain State"
    if not isinstance(state.value, str) or isinstance(state.value, Enum):
        yield f"state {state.value!r} is not plain text; give str(...) of it"
    if state.ignore_invalid_triggers:
        yield f"state {state.name!r} ignores refused steps; leave that out"
    yield from _iter_hooks(f"state {state.name!r}", state, "state")


def _iter_unmodelled_parts_of_transition(
    machine: transitions.Machine, trigger: str, source: str, way: transitions.Transition
) -> Iterator[str]:
    where = f"{trigger!r} from {source!r}"
    if type(way) not in {transitions.Transition, ProcessTransition}:
        yield f"{where} is a {type(way).__name__}; use a plain Transition"
    if way.dest is None:
        yield f"{where} is an internal transition; give it its own source as target"
    yield from _iter_hooks(where, way, "transition")
    for condition in way.conditions:
        yield from _iter_unmodelled_parts_of_condition(
            machine, where, trigger, condition
        )


def _iter_unmodelled_parts_of_condition(
    machine: transitions.Machine, where: str, trigger: str, condition: Any
) -> Iterator[str]:
    bound = condition.func
    if not condition.target:
        yield f"{where} has an 'unless'; only AtMost can hold a step back"
    elif type(condition) is not Condition or type(bound) is not AtMost:
        yield f"{where} has the condition {bound!r}; only AtMost can hold a step back"
    elif bound.trigger != trigger:
        yield f"{where} counts {bound.trigger!r}; let AtMost count its own trigger"
    elif not machine.send_event:
        yield f"{where} cannot count without event data; build with send_event=True"
