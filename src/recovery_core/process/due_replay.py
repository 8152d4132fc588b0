"""What speaks against a record of what is owed, given what was said before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from .._domain.due import RETRIABLE, UNDER_WAY, Due, Fate
from .._domain.due_events import Cancellation, Clarification, Delivery, DueDetail, Retry
from .progress import CaseProgress

__all__ = ["iter_problems_of_due_detail"]


def iter_problems_of_due_detail(
    before: CaseProgress, detail: DueDetail
) -> Iterator[str]:
    """Walk what is wrong with a record of what is owed.

    Args:
        before: The case before it.
        detail: What was put on record.
    """
    ledger = before.ledger
    if isinstance(detail, Clarification):
        numbers = {c.number for c in ledger.open_contradictions}
        if detail.contradiction not in numbers:
            yield f"there was no contradiction {detail.contradiction} to settle"
    elif (due := ledger.find(detail.due)) is None:
        yield f"{detail.due!r:.60} was never owed"
    else:
        yield from _iter_problems_of_due(due, detail)


def _iter_problems_of_due(
    due: Due, detail: Delivery | Retry | Cancellation
) -> Iterator[str]:
    """Yield what is wrong with a record of something that is owed."""
    match detail:
        case Delivery():
            yield from _iter_problems_of_news(due, detail)
        case Retry():
            if due.fate not in RETRIABLE:
                yield f"{due.id} could not be tried again: {due.fate}"
        case Cancellation():
            if due.fate in {*UNDER_WAY, Fate.SUCCEEDED, Fate.CANCELLED}:
                yield f"{due.id} could not be cancelled: {due.fate}"
        case never:
            assert_never(never)


def _iter_problems_of_news(due: Due, news: Delivery) -> Iterator[str]:
    """Yield what is wrong where news speaks of a sum that is not the due's."""
    if news.amount is None:
        return
    if due.amount is None:
        yield f"{due.id} is no sum, of which a part could be given"
    elif due.amount.currency != news.amount.currency:
        yield f"{due.id} is owed in {due.amount.currency}, not {news.amount.currency}"
