"""How the engine asks what was plugged into it, and holds it to its contract."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from .._domain.case import Case
from ..errors import ContractError

_T = TypeVar("_T")
_Q = TypeVar("_Q")


class Clock(Protocol):
    """Tell what time it is: an aware datetime, in UTC for choice."""

    def __call__(self) -> datetime:
        """Return the moment of asking."""
        ...


def utc_now() -> datetime:
    """Return the moment of asking, in UTC."""
    return datetime.now(UTC)


def name_of(plug: object) -> str:
    """Name a plug the way its author would: a function by its name, else its type."""
    name = getattr(plug, "__qualname__", None)
    return name if isinstance(name, str) else type(plug).__qualname__


def ask(plug: Callable[[_Q], object], question: _Q, want: type[_T], case_id: str) -> _T:
    """Ask a plug, and hold it to its contract.

    Raises:
        ContractError: It raised, or answered something else than it should.
    """
    try:
        answer = plug(question)
    except Exception as error:
        problem = f"it raised {type(error).__name__}: {error}"
        raise ContractError(name_of(plug), case_id, problem) from error
    if not isinstance(answer, want):
        problem = f"it answered {answer!r}, not a {want.__name__}"
        raise ContractError(name_of(plug), case_id, problem)
    return answer


def read_clock(clock: Clock, case: Case | str) -> datetime:
    """Ask for the time; a clock without an offset from UTC is no clock.

    Args:
        clock: The clock.
        case: The case, or the identity of one that is about to be opened.
    """
    at: object = clock()
    if isinstance(at, datetime) and at.tzinfo is not None:
        return at
    case_id = case if isinstance(case, str) else case.id
    problem = f"it answered {at!r}; give an aware datetime (tzinfo=UTC)"
    raise ContractError(name_of(clock), case_id, problem)
