"""How cases end, in whole numbers."""

from __future__ import annotations

from typing import Final

from ..._domain.verdict import Action
from ..reactions import Handling
from .situations import Ending

__all__ = ["ENDED", "HANDLINGS", "SILENT", "boldness_change", "ending_to_int_row"]

HANDLINGS: Final = tuple(Handling)

ENDED: Final = (
    *("is_open", "is_resolved", "handling", "offered", "paid", "is_flagged"),
    *("escalations", "is_first_contact", "is_reopened", "rounds", "hours", "is_quick"),
    *("is_first_cycle", "contacts", "is_escalated", "is_bold", "answered"),
)


def boldness_change(ending: Ending) -> int:
    """Return the change of boldness by a made-up claim: 1 if paid unwarned, else -2."""
    return 1 if ending.paid and ending.action < Action.WARN else -2


def ending_to_int_row(ending: Ending, quick_hours: float) -> tuple[int, ...]:
    """Convert an ending to whole numbers, in the order of `ENDED`.

    Args:
        ending: Where the case stands.
        quick_hours: Hours within which a resolved case counts as resolved quickly.
    """
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
        int(is_resolved and ending.resolution_hours <= quick_hours),
        int(ending.cycle == 1),
        ending.contacts,
        int(ending.escalations > 0),
        boldness_change(ending),
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
