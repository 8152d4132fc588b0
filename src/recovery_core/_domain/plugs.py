"""How a plug is asked, and held to its contract."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ..errors import ContractError, MissingFactError, WrongFactError
from .descriptions import describe, describe_error, storable
from .remedy import Award

_T = TypeVar("_T")


def name_of(plug: object) -> str:
    """Return the name its author gave a plug: a function's own, else its type's."""
    try:
        name: object = getattr(plug, "__qualname__", None)
    except Exception:  # noqa: BLE001 - whatever it does, it has no name of its own
        name = None
    known = name if isinstance(name, str) and name.strip() else None
    return storable(known or type(plug).__qualname__)


def contract_error(plug: object, case_id: str, problem: str) -> ContractError:
    """Return an error: which plug broke its contract, on which case, and how."""
    return ContractError(name_of(plug), case_id, problem)


def contract_error_of(plug: object, case_id: str, error: Exception) -> ContractError:
    """Return an error: which plug raised, on which case, and what.

    One that a plug further inside broke is passed on, so that the culprit is named and
    not its wrapping.
    """
    if isinstance(error, ContractError) and error.case_id == case_id:
        return error
    if isinstance(error, ContractError) and not error.case_id:
        return ContractError(error.plug, case_id, error.problem)
    return contract_error(plug, case_id, f"it raised {describe_error(error)}")


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
        want: What it must answer with, and nothing derived from it.
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
        if want is Award and isinstance(error, MissingFactError | WrongFactError):
            raise  # what is wrong is what was recorded, and not the policy
        known = contract_error_of(plug, case_id, error)
        if known is error:
            raise
        raise known from error
    if type(answer) is not want:
        problem = f"it answered {describe(answer)}, not {_wanted_names(want)}"
        raise contract_error(plug, case_id, problem)
    return answer


def _wanted_names(kind: type) -> str:
    """Return the names of what a plug should have answered."""
    if kind is bool:
        return "True or False; wrap it in bool()"
    return f"{'an' if kind.__name__.startswith('A') else 'a'} {kind.__name__}"
