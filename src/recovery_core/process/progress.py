"""Where a case stands while its log is read: what its next event is held against."""

from __future__ import annotations

from collections import Counter
from typing import assert_never

import attrs

from .._domain.case import Case
from .._domain.due_events import Amends, Cancellation, Clarification, Delivery, Retry
from .._domain.due_ledger import DueLedger
from .._domain.events import (
    Absorption,
    Acceptance,
    Appeal,
    Approval,
    ApprovalRequest,
    Contest,
    Denial,
    Detail,
    Judgement,
    Lapse,
    Merge,
    NotedDetail,
    Offer,
    Refusal,
    Report,
)
from .._domain.log import Row
from .._domain.verdict import Action, Verdict

__all__ = ["CaseProgress"]

_SETTLES_APPROVAL = frozenset({Approval, Denial, Offer, Refusal})
_SETTLES_PROMISE = frozenset({Amends, Merge, Offer, Refusal})


@attrs.define
class CaseProgress:
    """The standing of a case after the events read so far.

    `Case` answers the same questions by searching its log, newest event first. Asked
    after every event of a long log, that takes the square of its length; so a reader
    keeps the answers instead, and the time per event does not depend on the events
    before. Every field says what the property of that name says of a `Case`.
    """

    rows: list[Row] = attrs.field(factory=list[Row])
    id: str = ""
    customers: frozenset[str] = frozenset()
    absorbed: set[str] = attrs.field(factory=set[str])
    merged_into: str | None = None
    verdict: Verdict | None = None
    judges: set[str] = attrs.field(factory=set[str])
    appellant: str | None = None
    offer: Offer | None = None
    acceptance: Acceptance | None = None
    is_promised: bool = False
    pending_approval: ApprovalRequest | None = None
    asked_by: str | None = None
    ledger: DueLedger = attrs.field(factory=DueLedger)
    _triggers: Counter[str] = attrs.field(factory=Counter[str])

    def case(self) -> Case:
        """Return the case that was read."""
        return Case(tuple(self.rows))

    @property
    def state(self) -> str:
        """The state the process is in."""
        return self.rows[-1][0].target

    @property
    def is_open(self) -> bool:
        """Whether the process has not ended."""
        return not self.rows[-1][0].ends

    @property
    def round(self) -> int:
        """Number the latest offer of this cycle; 0 before the first."""
        return self.count("offer")

    @property
    def is_suspected(self) -> bool:
        """Whether there is a verdict to appeal against."""
        return self.verdict is not None and self.verdict.action is not Action.CLEAR

    def count(self, trigger: str) -> int:
        """Count how often a trigger was taken in this cycle."""
        return self._triggers[trigger]

    def add(self, row: Row) -> None:
        """Append an event to the log that nothing speaks against."""
        move, _, by, detail = row
        if move.begins_cycle:
            self._begin_cycle()
        self.rows.append(row)
        self._triggers[move.trigger] += 1
        self.ledger.add(detail, begins_cycle=move.begins_cycle)
        self._update_promise(detail)
        self._update_pending_approval(detail, by, ends=move.ends)
        self._update_verdict(detail, by)
        if isinstance(detail, NotedDetail):
            return
        match detail:
            case Report():
                self.id, self.customers = detail.case_id, detail.customers
            case Merge():
                self.merged_into = detail.into
            case Absorption():
                self.absorbed.update((detail.case_id, *detail.absorbed))
                self.customers |= frozenset(detail.customers)
            # Promises, dues, approvals and verdicts, which are kept above.
            case Amends() | Delivery() | Retry() | Cancellation() | Clarification():
                pass
            case Offer() | Acceptance() | Contest() | Lapse() | Refusal():
                pass
            case ApprovalRequest() | Approval() | Denial() | Judgement() | Appeal():
                pass
            case never:
                assert_never(never)

    def _begin_cycle(self) -> None:
        """Forget what was said of the cycle before."""
        self._triggers.clear()
        self.offer = self.acceptance = None
        self.is_promised = False
        self.pending_approval = self.asked_by = None

    def _update_promise(self, detail: Detail) -> None:
        """Keep what was offered, and whether what was accepted is still to be given."""
        if isinstance(detail, Offer):
            self.offer = detail
        if isinstance(detail, Acceptance):
            self.acceptance, self.is_promised = detail, True
        elif type(detail) in _SETTLES_PROMISE:
            self.is_promised = False

    def _update_pending_approval(self, detail: Detail, by: str, *, ends: bool) -> None:
        """Keep the award that waits for approval, and who asked."""
        if ends or type(detail) in _SETTLES_APPROVAL:
            self.pending_approval = self.asked_by = None
        elif isinstance(detail, ApprovalRequest):
            self.pending_approval, self.asked_by = detail, by

    def _update_verdict(self, detail: Detail, by: str) -> None:
        """Keep the verdict, who had a part in one, and who appealed."""
        if isinstance(detail, Judgement):
            self.verdict = detail.verdict
            self.judges.update((by, detail.detector))
            if detail.is_appeal:
                self.appellant = None
        elif isinstance(detail, Appeal):
            self.appellant = by
