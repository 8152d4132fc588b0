"""Five steps: acknowledge, apologize, offer, make amends, feed back."""

from __future__ import annotations

from typing import Final

from .definition import ProcessMachine, build, define
from .names import Side, State, Trigger
from .plan import Process
from .properties import (
    AlwaysAllowed,
    AlwaysInReach,
    AtMost,
    NeedsFirst,
    NoWayTo,
    Property,
)
from .step import Step

__all__ = ["FIVE_STEPS", "FIVE_STEP_PROPERTIES", "MACHINE", "five_steps"]

_NAME: Final = "five steps"
_ROUNDS: Final = 3
_FINAL: Final = (State.CLOSED, State.MERGED)
_OPEN: Final = tuple(state for state in State if state not in _FINAL)
# Once amends are made, or nothing was agreed, there is nothing left to withdraw.
_WITHDRAWABLE: Final = tuple(
    state for state in _OPEN if state not in {State.AMENDED, State.UNRESOLVED}
)


_DECLINABLE: Final = (State.ACKNOWLEDGED, State.APOLOGIZED, State.CONTESTED)
_GIVING_UP: Final = (Trigger.DECLINE, Trigger.CONCEDE, Trigger.WITHDRAW)


def _list_steps(rounds: int) -> tuple[Step, ...]:
    return (
        Step(
            Trigger.ACKNOWLEDGE,
            State.REPORTED,
            State.ACKNOWLEDGED,
            who=Side.COMPANY,
            carries="the channel, and by whom",
        ),
        Step(
            Trigger.APOLOGIZE,
            State.ACKNOWLEDGED,
            State.APOLOGIZED,
            who=Side.COMPANY,
            carries="whether it owns responsibility; an apology admits no fault",
        ),
        Step(
            Trigger.OFFER,
            (State.APOLOGIZED, State.CONTESTED),
            State.OFFERED,
            who=Side.COMPANY,
            carries="the award, its round, its expiry",
            limit=rounds,
        ),
        Step(
            Trigger.ACCEPT,
            State.OFFERED,
            State.ACCEPTED,
            who=Side.CUSTOMER,
            carries="which offer, which alternative",
        ),
        Step(
            Trigger.CONTEST,
            State.OFFERED,
            State.CONTESTED,
            who=Side.CUSTOMER,
            carries="why; the remedy asked for",
        ),
        Step(
            Trigger.LAPSE,
            State.OFFERED,
            State.CONTESTED,
            who=Side.CLOCK,
            carries="that the offer expired",
        ),
        *_list_ending_steps(),
        *_list_detour_steps(),
    )


def _list_ending_steps() -> tuple[Step, ...]:
    return (
        Step(
            Trigger.MAKE_AMENDS,
            State.ACCEPTED,
            State.AMENDED,
            who=Side.COMPANY,
            carries="what is owed, receipts",
        ),
        Step(
            Trigger.DECLINE,
            _DECLINABLE,
            State.UNRESOLVED,
            who=Side.COMPANY,
            carries="the reason; never before acknowledgement",
        ),
        Step(
            Trigger.CONCEDE,
            State.CONTESTED,
            State.UNRESOLVED,
            who=Side.COMPANY,
            carries="the impasse: some people are never satisfied",
        ),
        Step(
            Trigger.WITHDRAW,
            _WITHDRAWABLE,
            State.UNRESOLVED,
            who=Side.CUSTOMER,
            carries="that the customer lets it rest",
        ),
        Step(
            Trigger.FEED_BACK,
            (State.AMENDED, State.UNRESOLVED),
            State.CLOSED,
            who=Side.COMPANY,
            carries="root cause, lesson, preventive measure",
        ),
    )


def _list_detour_steps() -> tuple[Step, ...]:
    return (
        Step(
            Trigger.REOPEN,
            State.CLOSED,
            State.REPORTED,
            who=Side.EITHER,
            carries="a double deviation; the steps start again",
            begins_cycle=True,
        ),
        Step(
            Trigger.ESCALATE,
            _OPEN,
            who=Side.EITHER,
            carries="to which tier or specialist",
        ),
        Step(
            Trigger.MERGE,
            _OPEN,
            State.MERGED,
            who=Side.COMPANY,
            carries="the surviving case",
        ),
    )


def _list_end_properties() -> tuple[Property, ...]:
    customers = (Trigger.ACCEPT, Trigger.CONTEST, Trigger.WITHDRAW)
    return (
        AlwaysInReach(),
        # A customer who never answers keeps no case open, nor does it take a merger.
        AlwaysInReach(State.CLOSED, without=(*customers, Trigger.MERGE)),
        AlwaysAllowed(Trigger.ESCALATE),
        AlwaysAllowed(Trigger.MERGE),
        AlwaysAllowed(Trigger.WITHDRAW, _WITHDRAWABLE),
        AlwaysAllowed(Trigger.DECLINE, _DECLINABLE),
        AlwaysAllowed(Trigger.CONCEDE, State.CONTESTED),
        AlwaysAllowed(Trigger.REOPEN, State.CLOSED),
    )


def _list_order_properties() -> tuple[Property, ...]:
    settled = (Trigger.ACCEPT, Trigger.CONTEST, Trigger.LAPSE)
    undone = (Trigger.CONTEST, Trigger.LAPSE)
    return (
        NeedsFirst(Trigger.DECLINE, Trigger.ACKNOWLEDGE),
        NeedsFirst(Trigger.OFFER, Trigger.APOLOGIZE),
        # An acceptance speaks of one offer: the next, or its end, undoes it.
        NeedsFirst(
            Trigger.MAKE_AMENDS,
            Trigger.ACCEPT,
            since=(Trigger.OFFER, *undone, Trigger.WITHDRAW),
        ),
        # Only a standing offer is answered, and while it stands the company is bound.
        *(NeedsFirst(answer, Trigger.OFFER, since=settled) for answer in settled),
        NeedsFirst(Trigger.OFFER, (Trigger.APOLOGIZE, *undone), since=Trigger.OFFER),
        NeedsFirst(
            Trigger.DECLINE, (Trigger.ACKNOWLEDGE, *undone), since=Trigger.OFFER
        ),
        NeedsFirst(Trigger.CONCEDE, undone, since=Trigger.OFFER),
        NeedsFirst(Trigger.FEED_BACK, (Trigger.MAKE_AMENDS, *_GIVING_UP)),
        NeedsFirst(Trigger.REOPEN, Trigger.FEED_BACK),
    )


def _list_state_meaning_properties() -> tuple[Property, ...]:
    """Return the properties that hold each state to what its name says."""
    undone = (Trigger.CONTEST, Trigger.LAPSE)
    return (
        NoWayTo(State.ACKNOWLEDGED, without=Trigger.ACKNOWLEDGE),
        NoWayTo(State.APOLOGIZED, without=Trigger.APOLOGIZE),
        NoWayTo(State.OFFERED, without=Trigger.OFFER, since=undone),
        NoWayTo(State.CONTESTED, without=undone, since=Trigger.OFFER),
        NoWayTo(State.ACCEPTED, without=Trigger.ACCEPT, since=Trigger.OFFER),
        NoWayTo(State.AMENDED, without=Trigger.MAKE_AMENDS),
        NoWayTo(State.UNRESOLVED, without=_GIVING_UP),
        NoWayTo(State.CLOSED, without=Trigger.FEED_BACK),
        NoWayTo(State.MERGED, without=Trigger.MERGE),
    )


def _list_bound_properties(rounds: int) -> tuple[Property, ...]:
    once = (
        Trigger.ACKNOWLEDGE,
        Trigger.APOLOGIZE,
        Trigger.MAKE_AMENDS,
        Trigger.FEED_BACK,
        Trigger.MERGE,
        *_GIVING_UP,
    )
    return (*map(AtMost, once), AtMost(Trigger.OFFER, rounds))


def _list_properties(rounds: int) -> tuple[Property, ...]:
    return (
        *_list_end_properties(),
        *_list_order_properties(),
        *_list_state_meaning_properties(),
        *_list_bound_properties(rounds),
    )


def five_steps(rounds: int = _ROUNDS) -> Process:
    """Define the five steps of service recovery with a bound on offers.

    Args:
        rounds: How many offers may be made in one cycle.

    Returns:
        The process, with its properties proved for this bound.

    Raises:
        InvalidProcessError: Fewer than one round.

    Example:
        >>> five_steps().hash == FIVE_STEPS.hash != five_steps(rounds=2).hash
        True
    """
    return define(
        _NAME,
        initial=State.REPORTED,
        final=_FINAL,
        steps=_list_steps(rounds),
        properties=_list_properties(rounds),
    )


FIVE_STEP_PROPERTIES: Final = _list_properties(_ROUNDS)
"""What holds on every path of the five steps."""

MACHINE: Final[ProcessMachine] = build(
    _NAME, initial=State.REPORTED, final=_FINAL, steps=_list_steps(_ROUNDS)
)
"""The five steps as a machine: to read, to draw, or to fire without models."""

FIVE_STEPS: Final[Process] = five_steps()
"""The five steps, compiled and proved."""
