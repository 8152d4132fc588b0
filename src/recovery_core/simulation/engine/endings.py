"""How cases end, in whole numbers."""

from __future__ import annotations

from typing import Final

from ..._domain.verdict import Action
from ..reactions import Handling
from .situations import Ending

__all__ = ["ENDED", "HANDLINGS", "SILENT", "emboldening", "row_of"]

HANDLINGS: Final = tuple(Handling)

ENDED: Final = (
    *("is_open", "is_resolved", "handling", "offered", "paid", "is_flagged"),
    *("escalations", "is_first_contact", "is_reopened", "rounds", "hours", "is_quick"),
    *("is_first_cycle", "contacts", "is_escalated", "is_bold", "answered"),
)


def emboldening(ending: Ending) -> int:
    """Return how much bolder a made-up claim makes: one step, or two less."""
    return 1 if ending.paid and ending.action < Action.WARN else -2


def row_of(ending: Ending, quick: float) -> tuple[int, ...]:
    """Write an ending down in whole numbers."""
    is_resolved = ending.handling is Handling.RESOLVED and not ending.is_open
    at_once = ending.rounds == 1 and ending.cycle == 1 and not ending.escalations
    return (
        int(ending.is_open),
        int(is_resolved),
        HANDLINGS.index(ending.handling),
        ending.offered,
        ending.paid,
        int(ending.action > Action.NOTE),
        ending.escalations,
        int(is_resolved and at_once),
        int(ending.cycle > 1),
        ending.rounds,
        ending.resolution_hours,
        int(is_resolved and ending.resolution_hours <= quick),
        int(ending.cycle == 1),
        ending.contacts,
        int(ending.escalations > 0),
        emboldening(ending),
        ending.response_hours,
    )


SILENT: Final = Ending(
    is_open=False,
    handling=Handling.SILENT,
    remedies=(),
    worth=0.0,
    offered=0,
    paid=0,
    action=Action.CLEAR,
    escalations=0,
    has_choice=False,
    owns=False,
    rounds=0,
    cycle=1,
    contacts=0,
    response_hours=0,
    resolution_hours=0,
)
