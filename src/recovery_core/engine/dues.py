"""What is owed: news of it, and what the company decides about it."""

from __future__ import annotations

from collections.abc import Iterator

from .._domain.case import Case, check_case
from .._domain.due import RETRIABLE, UNDER_WAY, Due
from .._domain.due_events import Cancellation, Clarification, Delivery, Retry
from .._domain.events import Detail
from .._domain.money import Money
from .._domain.reason import Fact, Reason
from ..errors import InvalidValueError
from ..process.walk import iter_reasons_of_another_process
from .plugs import read_clock
from .recording import record_detail, refuse_step
from .settings import EngineSettings, check_actor, check_argument


def require_due(case: Case, name: str, due_id: str, *against: Reason) -> Due:
    """Return what is owed under an id.

    Args:
        case: The case.
        name: What the caller asked for, as refusals call it.
        due_id: The id.
        against: What speaks against it besides.

    Raises:
        InvalidValueError: The id is no text.
        TransitionNotAllowedError: Nothing of that id was ever owed.
    """
    check_case(case)
    check_argument("due", due_id, str, "case.dues[0].id")
    due = case.find_due(due_id)
    if due is None:
        known = ", ".join(due.id for due in (*case.dues, *case.absorbed_dues))
        text = f"nothing of that id was ever owed (there are: {known or 'none'})"
        refuse_step(
            case, name, [Reason("no-such-due", text, {"due": due_id}), *against]
        )
    return due


def record_news(
    settings: EngineSettings, case: Case, due: Due, news: Delivery, by: str
) -> Case:
    """Return the case with news of a due; as it was where the same is on record."""
    actor = check_actor(by)
    _check_amount(due, news.amount)
    if case.has_heard(news):
        return case
    return _append_fact(settings, case, actor, news)


def retry_due(settings: EngineSettings, case: Case, due_id: str, by: str) -> Case:
    """Return the case with another attempt to give what failed or came back."""
    check_case(case)
    elsewhere = iter_reasons_of_another_process(settings.process, case)
    due = require_due(case, "retry", due_id, *elsewhere)
    against = tuple(_iter_reasons_against_retry(due))
    return record_detail(settings, case, "retry", by, Retry(due.id), *against)


def cancel_due(
    settings: EngineSettings, case: Case, due_id: str, why: str, by: str
) -> Case:
    """Return the case with something owed no more."""
    check_case(case)
    elsewhere = iter_reasons_of_another_process(settings.process, case)
    due = require_due(case, "cancel", due_id, *elsewhere)
    detail = Cancellation(due.id, why)
    against = tuple(_iter_reasons_against_cancellation(due))
    return record_detail(settings, case, "cancel", by, detail, *against)


def clarify_contradiction(
    settings: EngineSettings, case: Case, number: int, why: str, by: str
) -> Case:
    """Return the case with a contradiction settled by a person."""
    check_case(case)
    actor, detail = check_actor(by), Clarification(number, why)
    numbers = [contradiction.number for contradiction in case.contradictions]
    if number not in numbers:
        text = "there is no such contradiction to settle"
        values: dict[str, Fact] = {
            "number": number,
            "open": ", ".join(map(str, numbers)) or "none",
        }
        reason = Reason("no-contradiction", text, values)
        refuse_step(case, "settle_contradiction", [reason])
    return _append_fact(settings, case, actor, detail)


def _append_fact(settings: EngineSettings, case: Case, by: str, detail: Detail) -> Case:
    """Return the case with a fact on record, wherever it stands.

    What happened outside is true of a case that is closed, merged, or follows a
    process that this engine does not run.
    """
    at = read_clock(settings.clock, case)
    return Case((*case.log, (case.stay(), at, by, detail)))


def _check_amount(due: Due, amount: Money | None) -> None:
    """Refuse an amount that cannot be a part of what is owed.

    Raises:
        InvalidValueError: What is owed is no sum, or one of another currency.
    """
    if amount is None:
        return
    if due.amount is None:
        raise InvalidValueError(
            f"amount cannot be {amount}: {due.id} is a {due.remedy.kind}, which is "
            "given whole or not at all; leave the amount out"
        )
    if due.amount.currency != amount.currency:
        raise InvalidValueError(
            f"amount cannot be {amount}: {due.id} is owed in {due.amount.currency}; "
            "give what was settled of it in that currency"
        )


def _iter_reasons_against_retry(due: Due) -> Iterator[Reason]:
    if due.fate not in RETRIABLE:
        text = "only what failed or came back for certain is tried again"
        yield Reason("not-retriable", text, {"due": due.id, "fate": str(due.fate)})


def _iter_reasons_against_cancellation(due: Due) -> Iterator[Reason]:
    values = {"due": due.id, "fate": str(due.fate)}
    if due.fate in UNDER_WAY:
        text = "it is on its way and may arrive: wait for news of it"
        yield Reason("in-flight", text, values)
    elif not due.is_owed:
        text = "there is nothing left to cancel"
        yield Reason("not-owed", text, values)
