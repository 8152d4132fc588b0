"""One edge of a process, as every event carries it."""

from __future__ import annotations

from typing import Final

import attrs

RECORD: Final = "record"
"""The trigger of a move that stays where it is: something was put on record."""

REPORT: Final = "report"
"""The trigger of the move that opens a case."""


@attrs.frozen(kw_only=True)
class Move:
    """One edge of a process: what was asked, from where to where.

    Moves are made once, when a process is compiled, and shared by every event
    that took them; so an event tells its process at the price of one reference.

    Args:
        trigger: What sets the case in motion; ``"record"`` for a stay.
        source: The state it leaves; empty for the report that opens a case.
        target: The state it reaches.
        process: Content hash of the process the edge belongs to.
        ends: Whether the target is final.
        begins_cycle: Whether the steps start again: a double deviation.
        limit: How often the trigger may be taken in one cycle; None for ever.
    """

    trigger: str
    source: str
    target: str
    process: str
    ends: bool = False
    begins_cycle: bool = False
    limit: int | None = None

    def stay(self) -> Move:
        """Return the move that puts something on record at its target."""
        return Move(
            trigger=RECORD,
            source=self.target,
            target=self.target,
            process=self.process,
            ends=self.ends,
        )

    @property
    def is_stay(self) -> bool:
        """Whether this only puts something on record."""
        return self.trigger == RECORD
