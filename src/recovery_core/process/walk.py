"""One step of a case along its process, and every reason against it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from .._domain.case import Case, check_case
from .._domain.events import Detail
from .._domain.move import Move
from .._domain.reason import Reason
from ..errors import TransitionNotAllowedError
from .plan import Process

__all__ = [
    "advance",
    "find_move",
    "find_move_after",
    "iter_reasons_of_another_process",
    "iter_reasons_out_of_order",
]


def advance(
    process: Process, case: Case, trigger: str, detail: Detail, *, by: str, at: datetime
) -> Case:
    """Return the case after one step, by nothing but the order of the process.

    This is the bare walk under every step of the engine: no policy is asked, and
    what the step carries is taken as it is.

    Args:
        process: The process the case follows.
        case: The case; it stays as it was.
        trigger: The step.
        detail: What the step carries.
        by: Who takes it.
        at: When, aware.

    Returns:
        The case after the step.

    Raises:
        TransitionNotAllowedError: The process does not allow the step now; it
            lists every reason.
    """
    check_case(case)
    move = find_move(process, case, trigger)
    if move is None:
        reasons = tuple(iter_reasons_out_of_order(process, case, trigger))
        raise TransitionNotAllowedError(case.id, case.state, trigger, reasons)
    return Case((*case.log, (move, at, by, detail)))


def find_move(process: Process, case: Case, trigger: str) -> Move | None:
    """Find the move a step takes now; None where the process does not allow it.

    Args:
        process: The process that is run.
        case: The case that is asked.
        trigger: The step that is asked for.
    """
    return find_move_after(process, case.log[-1][0], trigger, case.count)


def find_move_after(
    process: Process, last: Move, trigger: str, count: Callable[[str], int]
) -> Move | None:
    """Find the move a step takes after another; None where it may not be taken.

    Args:
        process: The process that is run.
        last: The move that was taken last.
        trigger: The step that is asked for.
        count: How often a trigger was taken in the current cycle.
    """
    try:
        move = process.moves[last.target][trigger]
    except KeyError:
        return None
    if move.process != last.process:
        return None
    if move.limit is not None and count(trigger) >= move.limit:
        return None
    return move


def iter_reasons_out_of_order(
    process: Process, case: Case, trigger: str
) -> Iterator[Reason]:
    """Walk the reasons why the process does not allow a step now.

    Args:
        process: The process that is run.
        case: The case that is asked.
        trigger: The step that is asked for.
    """
    yield from iter_reasons_of_another_process(process, case)
    if trigger in process.triggers:
        yield from _iter_reasons_of_wrong_state(process, case, trigger)
        yield from _iter_reasons_of_limit(process, case, trigger)
    else:
        values = {"step": trigger, "steps": ", ".join(process.triggers)}
        yield Reason("unknown-step", f"{process.name} has no such step", values)


def iter_reasons_of_another_process(process: Process, case: Case) -> Iterator[Reason]:
    """Yield the reason why a case cannot go on, if it follows another process.

    Args:
        process: The process that is run.
        case: The case that is asked.
    """
    if case.process != process.hash:
        yield Reason(
            "another-process",
            f"the case follows another process than {process.name}; ask an engine "
            "that runs its own",
            {"case": case.process, "engine": process.hash},
        )


def _iter_reasons_of_wrong_state(
    process: Process, case: Case, trigger: str
) -> Iterator[Reason]:
    sources = [state for state, row in process.moves.items() if trigger in row]
    if case.state not in sources:
        into = case.merged_into
        onward = f"; it was merged into {into}, ask there" if into else ""
        text = f"{trigger} is taken from {' or '.join(sources)}{onward}"
        yield Reason("out-of-order", text, {"state": case.state})


def _iter_reasons_of_limit(
    process: Process, case: Case, trigger: str
) -> Iterator[Reason]:
    limit, taken = process.limits.get(trigger), case.count(trigger)
    if limit is not None and taken >= limit:
        text = f"{trigger} may be taken {limit} times in one cycle"
        yield Reason("too-often", text, {"taken": taken, "limit": limit})
