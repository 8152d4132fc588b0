"""How a plug is asked, and held to its contract."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ..errors import ContractError, MissingFactError, WrongFactError
from .remedy import Award

_T = TypeVar("_T")


def name_of(plug: object) -> str:
    """Name a plug the way its author would: a function by its name, else its type."""
    name = getattr(plug, "__qualname__", None)
    return name if isinstance(name, str) else type(plug).__qualname__


def ask(
    plug: Callable[..., object],
    question: object,
    want: type[_T],
    case_id: str,
    **more: object,
) -> _T:
    """Ask a plug, and hold it to its contract.

    Args:
        plug: What is asked.
        question: What it is asked about.
        want: What it must answer with.
        case_id: The case it is asked for.
        more: What else it is told, by name.

    Raises:
        ContractError: It raised, or answered something else than it should. One
            that a plug further inside broke is passed on as it is, so that the
            culprit is named and not its wrapping.
        MissingFactError: A policy asks for a fact that nobody recorded.
        WrongFactError: A policy asks for a fact that was recorded wrongly.
    """
    try:
        answer = plug(question, **more)
    except Exception as error:
        if isinstance(error, ContractError) and error.case_id == case_id:
            raise
        if want is Award and isinstance(error, MissingFactError | WrongFactError):
            raise  # what is wrong is what was recorded, and not the policy
        problem = f"it raised {type(error).__name__}: {error}"
        raise ContractError(name_of(plug), case_id, problem) from error
    if not isinstance(answer, want):
        article = "an" if want.__name__.startswith("A") else "a"
        problem = f"it answered {answer!r:.200}, not {article} {want.__name__}"
        raise ContractError(name_of(plug), case_id, problem)
    return answer
