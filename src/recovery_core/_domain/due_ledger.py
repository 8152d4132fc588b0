"""The dues of one case, read off its events, oldest first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from .due import (
    RETRIABLE,
    Attempt,
    Contradiction,
    Due,
    Fate,
    with_news,
    with_retry,
)
from .due_events import Amends, Cancellation, Clarification, Delivery, Retry
from .events import Absorption, Acceptance, Detail, Merge, Offer, Refusal, Report
from .log import Row
from .remedy import Award, Remedy

_READ: Final = frozenset(
    {Absorption, Acceptance, Amends, Cancellation, Clarification, Delivery, Merge}
    | {Offer, Refusal, Report, Retry}
)


@attrs.define
class DueLedger:
    """What a case owes and gave, after the events read so far.

    Args:
        own: The dues of the case itself by id, oldest first.
        absorbed: Those of the cases folded into it, by id.
        given_elsewhere: What was given on absorbed cases of which no dues are known.
        contradictions: Every contradiction, settled or not, oldest first.
        clarified: Numbers of those that a person settled.
    """

    own: dict[str, Due] = attrs.field(factory=dict[str, Due])
    absorbed: dict[str, Due] = attrs.field(factory=dict[str, Due])
    given_elsewhere: list[Remedy] = attrs.field(factory=list[Remedy])
    contradictions: list[Contradiction] = attrs.field(factory=list[Contradiction])
    clarified: set[int] = attrs.field(factory=set[int])
    _case_id: str = ""
    _cycle: int = 1
    _offer: Offer | None = None
    _promised: tuple[Remedy, ...] | None = None
    _heard: set[Delivery] = attrs.field(factory=set[Delivery])

    @classmethod
    def of_log(cls, log: Iterable[Row]) -> DueLedger:
        """Read the dues off a log."""
        ledger = cls()
        for move, _, _, detail in log:
            ledger.add(detail, begins_cycle=move.begins_cycle)
        return ledger

    def find(self, due_id: str) -> Due | None:
        """Find what is owed by its id, on this case or on one folded into it."""
        return self.own.get(due_id) or self.absorbed.get(due_id)

    @property
    def dues(self) -> tuple[Due, ...]:
        """Everything that is or was owed, the case's own first."""
        return (*self.own.values(), *self.absorbed.values())

    @property
    def given(self) -> tuple[Remedy, ...]:
        """List what counts as given, the case's own first."""
        counted = (due.given for due in self.dues)
        known = (remedy for remedy in counted if remedy is not None)
        return (*known, *self.given_elsewhere)

    @property
    def open_contradictions(self) -> tuple[Contradiction, ...]:
        """List the contradictions that nobody has settled."""
        return tuple(c for c in self.contradictions if c.number not in self.clarified)

    def has_heard(self, news: Delivery) -> bool:
        """Return whether the same was told before, whenever it happened."""
        return attrs.evolve(news, happened_at=None) in self._heard

    def add(self, detail: Detail, *, begins_cycle: bool = False) -> None:
        """Read one more event.

        Args:
            detail: What it carried.
            begins_cycle: Whether the steps start again with it.
        """
        if begins_cycle:
            self._cycle += 1
            self._offer = self._promised = None
        if type(detail) not in _READ:
            return
        match detail:
            case Report():
                self._case_id = detail.case_id
            case Offer():
                self._offer, self._promised = detail, None
            case Acceptance():
                self._promised = self._list_accepted(detail)
                self._replace_what_failed(len(self._promised))
            case Amends():
                self._commit(detail)
                self._promised = None
            case Merge() if self._promised is not None:
                # Who accepted is owed it, whichever case goes on.
                self._commit(Amends(self._promised))
                self._promised = None
            case Refusal():
                self._promised = None
            case _:
                self._add_record(detail)

    def _add_record(self, detail: Detail) -> None:
        """Read what tells of single dues."""
        match detail:
            case Delivery() if due := self.find(detail.due):
                self._hear(due, detail)
            case Retry() if due := self.find(detail.due):
                self._change(with_retry(due))
            case Cancellation() if due := self.find(detail.due):
                self._change(attrs.evolve(due, is_cancelled=True))
            case Clarification():
                self.clarified.add(detail.contradiction)
            case Absorption():
                self.absorbed |= {due.id: due for due in detail.dues}
                self.given_elsewhere += detail.given
            case _:
                pass

    def _list_accepted(self, acceptance: Acceptance) -> tuple[Remedy, ...]:
        """List the remedies that were accepted; none where they were never offered."""
        award = self._offer.award if self._offer else Award()
        chosen = acceptance.alternative
        return award.delivered(chosen) if award.has_choice(chosen) else ()

    def _commit(self, amends: Amends) -> None:
        """Enter what the company committed itself to; what has a receipt is settled."""
        receipts = amends.receipts or (None,) * len(amends.remedies)
        for remedy, receipt in zip(amends.remedies, receipts, strict=True):
            due = Due(self._next_id(), remedy, self._cycle)
            is_said = remedy.kind.is_given_by_saying
            if is_said or receipt is not None or amends.was_given_before:
                attempt = Attempt(
                    Fate.SUCCEEDED,
                    settled=due.amount,
                    reference=receipt,
                    is_assumed=amends.was_given_before,
                )
                due = attrs.evolve(due, attempts=(attempt,))
            self.own[due.id] = due

    def _next_id(self, further: int = 1) -> str:
        return f"{self._case_id}/{len(self.own) + further}"

    def _replace_what_failed(self, count: int) -> None:
        """Cancel what failed or came back: what was accepted now takes its place."""
        ids = tuple(self._next_id(further) for further in range(1, count + 1))
        for due in self.dues:
            if due.fate in RETRIABLE:
                self._change(attrs.evolve(due, is_cancelled=True, replaced_by=ids))

    def _hear(self, due: Due, news: Delivery) -> None:
        """Enter news of a due, and list what it contradicts."""
        due, contradiction = with_news(
            due, news.attempt, news.fate, news.amount, news.reference
        )
        self._heard.add(attrs.evolve(news, happened_at=None))
        self._change(due)
        if contradiction is not None:
            number = len(self.contradictions) + 1
            self.contradictions.append(Contradiction(number, due.id, contradiction))

    def _change(self, due: Due) -> None:
        book = self.own if due.id in self.own else self.absorbed
        book[due.id] = due
