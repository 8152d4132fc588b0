"""What can be asked of a process: bounds, order, and an end in reach."""

from __future__ import annotations

from typing import Any, Protocol

import attrs

from .._domain.move import Move
from ..errors import InvalidProcessError
from .step import check_name, check_trigger, to_plain_text, to_plain_texts

__all__ = [
    "AlwaysAllowed",
    "AlwaysInReach",
    "AtMost",
    "NeedsFirst",
    "NoWayTo",
    "Property",
    "Safety",
]


class Cursor(Protocol):
    """One state of a process, with what was done in this cycle."""

    state: str

    def count(self, trigger: str, /) -> int:
        """Return how often a trigger was taken in the current cycle."""
        ...


class _Asked(Protocol):
    @property
    def model(self) -> Any: ...


class Safety(Protocol):
    """A property that one path can break: remember little, judge each move.

    The memory is a small int, zero when a case opens. What is remembered has to
    be bounded, or exploration would never end.
    """

    def check_names(self, triggers: frozenset[str], states: frozenset[str]) -> None:
        """Refuse names that the process does not know."""
        ...

    def after(self, memory: int, move: Move) -> int | None:
        """Return what to remember after the move; None when it breaks the property."""
        ...


def _validate_trigger(_instance: object, _attribute: object, value: Any) -> None:
    check_trigger(value)


def _validate_state(_instance: object, _attribute: object, value: Any) -> None:
    check_name(value, "state")


def _validate_triggers(
    _instance: object, _attribute: object, value: tuple[str, ...]
) -> None:
    for each in value:
        check_trigger(each)


def _validate_states(
    _instance: object, _attribute: object, value: tuple[str, ...]
) -> None:
    for each in value:
        check_name(each, "state")


def _validate_times(instance: AtMost, _attribute: object, value: Any) -> None:
    if type(value) is not int or value < 1:
        raise InvalidProcessError(
            f"{instance.trigger!r} cannot be bounded by {value!r}: give an int of at "
            "least 1"
        )


def _refuse_unknown_names(
    requirement: object, role: str, names: tuple[str, ...], known: frozenset[str]
) -> None:
    for name in names:
        if name not in known:
            raise InvalidProcessError(
                f"{requirement} asks about the {role} {name!r}, which the process does "
                f"not have (known: {', '.join(sorted(known))})"
            )


@attrs.frozen
class AtMost:
    """Bound how often a trigger is taken in one cycle.

    One statement, two uses: a condition that holds a step back, and a property
    that exploration proves.

    Args:
        trigger: The step that is bounded.
        times: How often, at most.

    Raises:
        InvalidProcessError: No name, or a bound below one.
    """

    trigger: str = attrs.field(converter=to_plain_text, validator=_validate_trigger)
    times: int = attrs.field(default=1, validator=_validate_times)

    def __str__(self) -> str:
        """Return it in a sentence."""
        return f"{self.trigger} at most {self.times} x a cycle"

    def __call__(self, event_data: _Asked) -> bool:
        """Return whether the case may take the step once more."""
        cursor: Cursor = event_data.model
        return cursor.count(self.trigger) < self.times

    def check_names(self, triggers: frozenset[str], states: frozenset[str]) -> None:
        """Refuse a trigger that the process does not know."""
        del states
        _refuse_unknown_names(self, "trigger", (self.trigger,), triggers)

    def after(self, memory: int, move: Move) -> int | None:
        """Count up to the bound; None beyond it."""
        if move.trigger == self.trigger:
            memory += 1
            if memory > self.times:
                return None
        return 0 if move.begins_cycle else memory


def _remember_whether_needed_step_stands(
    memory: int, move: Move, needed: tuple[str, ...], since: tuple[str, ...]
) -> int:
    """Remember whether one of the needed steps was taken and not undone."""
    if move.trigger in needed:
        return 1
    return 0 if move.trigger in since else memory


def _format_since(since: tuple[str, ...]) -> str:
    return f" since the last {' or '.join(since)}" if since else ""


@attrs.frozen
class NeedsFirst:
    """The property that a step is taken before another, in the same cycle.

    Args:
        trigger: The step that must wait.
        needs: The step it waits for; of several, any one will do.
        since: Steps that undo it, so that it is needed anew: an acceptance, say,
            holds only until the next offer.

    Raises:
        InvalidProcessError: A name is none.
    """

    trigger: str = attrs.field(converter=to_plain_text, validator=_validate_trigger)
    needs: tuple[str, ...] = attrs.field(
        converter=to_plain_texts, validator=_validate_triggers
    )
    since: tuple[str, ...] = attrs.field(
        default=(), converter=to_plain_texts, validator=_validate_triggers
    )

    def __str__(self) -> str:
        """Return it in a sentence."""
        needs = " or ".join(self.needs)
        return f"no {self.trigger} before {needs}{_format_since(self.since)}"

    def check_names(self, triggers: frozenset[str], states: frozenset[str]) -> None:
        """Refuse a trigger that the process does not know."""
        del states
        _refuse_unknown_names(
            self, "trigger", (self.trigger, *self.needs, *self.since), triggers
        )

    def after(self, memory: int, move: Move) -> int | None:
        """Remember whether the needed step stands; None when it is missed."""
        if move.trigger == self.trigger and not memory:
            return None
        return (
            0
            if move.begins_cycle
            else _remember_whether_needed_step_stands(
                memory, move, self.needs, self.since
            )
        )


@attrs.frozen
class NoWayTo:
    """The property that no case reaches a state without a certain step, in its cycle.

    Args:
        state: Where it must not arrive.
        without: The step it must have taken, at the latest on arrival; of several,
            any one will do.
        since: Steps that undo it, so that it is needed anew.

    Raises:
        InvalidProcessError: A name is none.
    """

    state: str = attrs.field(converter=to_plain_text, validator=_validate_state)
    without: tuple[str, ...] = attrs.field(
        converter=to_plain_texts, validator=_validate_triggers
    )
    since: tuple[str, ...] = attrs.field(
        default=(), converter=to_plain_texts, validator=_validate_triggers
    )

    def __str__(self) -> str:
        """Return it in a sentence."""
        needed = " or ".join(self.without)
        return f"no way to {self.state} without {needed}{_format_since(self.since)}"

    def check_names(self, triggers: frozenset[str], states: frozenset[str]) -> None:
        """Refuse names that the process does not know."""
        _refuse_unknown_names(self, "trigger", (*self.without, *self.since), triggers)
        _refuse_unknown_names(self, "state", (self.state,), states)

    def after(self, memory: int, move: Move) -> int | None:
        """Remember whether the step stands; None on arrival without it."""
        memory = _remember_whether_needed_step_stands(
            memory, move, self.without, self.since
        )
        if move.target == self.state and not memory:
            return None
        return 0 if move.begins_cycle else memory


@attrs.frozen
class AlwaysInReach:
    """The property that wherever an open case stands, one of the states is in reach.

    Args:
        states: Where it must be able to get to; empty for any final state.
        without: Steps it must not depend on: a customer who never answers, say,
            takes none of the customer's.

    Raises:
        InvalidProcessError: A name is none.
    """

    states: tuple[str, ...] = attrs.field(
        default=(), converter=to_plain_texts, validator=_validate_states
    )
    without: tuple[str, ...] = attrs.field(
        default=(), converter=to_plain_texts, validator=_validate_triggers
    )

    def __str__(self) -> str:
        """Return it in a sentence."""
        goal = " or ".join(self.states) or "an end"
        without = f" without {', '.join(self.without)}" if self.without else ""
        return f"{goal} always in reach{without}"

    def check_names(self, triggers: frozenset[str], states: frozenset[str]) -> None:
        """Refuse names that the process does not know."""
        _refuse_unknown_names(self, "trigger", self.without, triggers)
        _refuse_unknown_names(self, "state", self.states, states)


@attrs.frozen
class AlwaysAllowed:
    """The property that a step is open to a case wherever it stands.

    Args:
        trigger: The step.
        states: Where it must be allowed; empty for every state that is not final.

    Raises:
        InvalidProcessError: A name is none.
    """

    trigger: str = attrs.field(converter=to_plain_text, validator=_validate_trigger)
    states: tuple[str, ...] = attrs.field(
        default=(), converter=to_plain_texts, validator=_validate_states
    )

    def __str__(self) -> str:
        """Return it in a sentence."""
        where = (
            f"in {', '.join(self.states)}" if self.states else "while a case is open"
        )
        return f"{self.trigger} always allowed {where}"

    def check_names(self, triggers: frozenset[str], states: frozenset[str]) -> None:
        """Refuse names that the process does not know."""
        _refuse_unknown_names(self, "trigger", (self.trigger,), triggers)
        _refuse_unknown_names(self, "state", self.states, states)


Property = Safety | AlwaysInReach | AlwaysAllowed
"""What can be asked of a process; any `Safety` of your own fits."""
