"""How an engine takes a step, puts something on record, or refuses to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NoReturn

from .._domain.case import Case, check_case
from .._domain.events import Detail
from .._domain.reason import Reason
from ..errors import TransitionNotAllowedError
from ..process.walk import (
    advance,
    iter_reasons_of_another_process,
    iter_reasons_out_of_order,
)
from .plugs import read_clock
from .settings import EngineSettings, check_actor


def refuse_step(case: Case, trigger: str, reasons: Iterable[Reason]) -> NoReturn:
    """Raise the error of a refused step, with every reason.

    Raises:
        TransitionNotAllowedError: Always.
    """
    raise TransitionNotAllowedError(case.id, case.state, trigger, tuple(reasons))


def refuse_step_if(
    settings: EngineSettings, case: Case, trigger: str, reasons: Iterable[Reason]
) -> None:
    """Refuse a step if anything speaks against it, its place in the order included.

    Raises:
        TransitionNotAllowedError: There are reasons.
    """
    against = tuple(reasons)
    if against:
        order = iter_reasons_out_of_order(settings.process, case, trigger)
        refuse_step(case, trigger, (*order, *against))


def take_step(
    settings: EngineSettings,
    case: Case,
    trigger: str,
    by: str,
    detail: Detail,
    at: datetime | None = None,
) -> Case:
    """Return the case after a step that needs nothing but its place in the order.

    Args:
        settings: The engine's settings.
        case: The case.
        trigger: The step, by name.
        by: Who takes it.
        detail: What is put on record with it.
        at: When; the clock is read unless given.

    Raises:
        TransitionNotAllowedError: The process does not allow it now.
    """
    check_case(case)
    at = at or read_clock(settings.clock, case)
    actor = check_actor(by)
    return advance(settings.process, case, trigger, detail, by=actor, at=at)


def append_detail(
    settings: EngineSettings, case: Case, at: datetime, by: str, detail: Detail
) -> Case:
    """Return the case with a record to which nothing can be said against."""
    return Case((*case.log, (settings.process.stays[case.state], at, by, detail)))


def record_detail(
    settings: EngineSettings,
    case: Case,
    name: str,
    by: str,
    detail: Detail,
    *against: Reason,
) -> Case:
    """Return the case with something put on record; it stays where it is.

    Args:
        settings: The engine's settings.
        case: The case.
        name: What the caller asked for, as refusals call it.
        by: Who puts it on record.
        detail: What is put on record.
        against: What speaks against it besides the process and a merge.

    Raises:
        TransitionNotAllowedError: Something speaks against it.
    """
    check_case(case)
    reasons = [*against, *iter_reasons_of_another_process(settings.process, case)]
    if case.merged_into is not None:
        text = "the case was merged; put it on record there"
        reasons.append(Reason("merged", text, {"into": case.merged_into}))
    if reasons:
        refuse_step(case, name, reasons)
    at = read_clock(settings.clock, case)
    return append_detail(settings, case, at, check_actor(by), detail)
