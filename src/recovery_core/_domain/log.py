"""The log of a case: its events, and where they have taken it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TypeAlias, TypeVar

import attrs

from ..errors import InvalidValueError
from .customer import Customer
from .events import TAGS, Detail, Report
from .failure import ServiceFailure
from .move import Move

Row: TypeAlias = tuple[Move, datetime, str, Detail]
"""One event as a case keeps it: the move, when, who, and what it carried."""

_D = TypeVar("_D")
_TAG_OF = {kind: tag for tag, kind in TAGS.items()}


@attrs.frozen
class Event:
    """One thing that happened: who, when, along which move, carrying what.

    Args:
        move: The edge of the process that was taken; a stay for a record.
        at: When, aware.
        by: Who.
        detail: What it carried.
    """

    move: Move
    at: datetime
    by: str
    detail: Detail

    @property
    def tag(self) -> str:
        """The sort of event, as it is stored."""
        return _TAG_OF[type(self.detail)]

    @property
    def trigger(self) -> str:
        """The verb that set it off; ``"record"`` where the case stayed where it was."""
        return self.move.trigger

    @property
    def state(self) -> str:
        """The state the case was in afterwards."""
        return self.move.target

    @property
    def process(self) -> str:
        """The content hash of the process it followed."""
        return self.move.process


@attrs.frozen
class Log:
    """What happened, in order, and where that leads.

    Args:
        log: The events as rows ``(move, at, by, detail)``, oldest first. Rows
            are what a walk can afford; `events` shows them as `Event` values.
    """

    log: tuple[Row, ...]

    def __attrs_post_init__(self) -> None:
        """Refuse a case to which nothing happened."""
        if not self.log:
            raise InvalidValueError(
                "a case begins with its report: open it with an engine, or replay it"
            )

    # ---------------------------------------------------------------- the log

    @property
    def events(self) -> tuple[Event, ...]:
        """The whole log, oldest first."""
        return tuple(Event(*row) for row in self.log)

    def _iter_details_of_kind(self, kind: type[_D]) -> Iterator[_D]:
        return (row[3] for row in self.log if type(row[3]) is kind)

    def _iter_rows_of_cycle_newest_first(self) -> Iterator[Row]:
        """Walk the events of this cycle, newest first."""
        for row in reversed(self.log):
            yield row
            if row[0].begins_cycle:
                return

    def _find_newest(self, kind: type[_D]) -> _D | None:
        for row in reversed(self.log):
            if type(row[3]) is kind:
                return row[3]
        return None

    def _find_newest_of_cycle(self, kind: type[_D]) -> _D | None:
        for row in reversed(self.log):
            if type(row[3]) is kind:
                return row[3]
            if row[0].begins_cycle:
                return None
        return None

    def _find_newest_among_kinds_of_cycle(
        self, kinds: frozenset[type[Detail]]
    ) -> Detail | None:
        for row in reversed(self.log):
            if type(row[3]) in kinds:
                return row[3]
            if row[0].begins_cycle:
                return None
        return None

    def details_of_cycle(self) -> Iterator[Detail]:
        """Walk what the events of this cycle carried, newest first."""
        return (row[3] for row in self._iter_rows_of_cycle_newest_first())

    def count(self, trigger: str) -> int:
        """Count how often a trigger was taken in the current cycle."""
        # The step that begins a cycle belongs to the new one, so it is counted first.
        taken = 0
        for row in reversed(self.log):
            taken += row[0].trigger == trigger
            if row[0].begins_cycle:
                break
        return taken

    def stay(self) -> Move:
        """Return the move that puts something on record where the case stands.

        It carries the process that the last move followed, whether anybody here
        knows that process or not.
        """
        last = self.log[-1][0]
        return last if last.is_stay else last.stay()

    @property
    def version(self) -> int:
        """Count the events: the number that tells a stale copy from a fresh one."""
        return len(self.log)

    # ------------------------------------------------------- where it stands

    @property
    def _report(self) -> Report:
        detail = self.log[0][3]
        if not isinstance(detail, Report):
            raise InvalidValueError("a case begins with its report")
        return detail

    @property
    def id(self) -> str:
        """The identity of the case."""
        return self._report.case_id

    @property
    def failure(self) -> ServiceFailure:
        """The failure as it was reported."""
        return self._report.failure

    @property
    def customer(self) -> Customer | None:
        """The customer who was failed, if known."""
        return self._report.customer

    @property
    def opened_at(self) -> datetime:
        """The moment the case was opened."""
        return self.log[0][1]

    @property
    def state(self) -> str:
        """The state the process is in."""
        return self.log[-1][0].target

    @property
    def process(self) -> str:
        """The content hash of the process the case follows."""
        return self.log[-1][0].process

    @property
    def is_open(self) -> bool:
        """Whether the process has not ended."""
        return not self.log[-1][0].ends

    @property
    def cycle(self) -> int:
        """Number the cycle, from 1; one more for each time it was reopened."""
        return 1 + sum([row[0].begins_cycle for row in self.log])

    @property
    def is_double_deviation(self) -> bool:
        """Whether the recovery itself failed (Bitner, Booms & Tetreault 1990)."""
        return self.cycle > 1
