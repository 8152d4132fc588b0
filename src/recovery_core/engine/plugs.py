"""How the engine asks what was plugged into it, and holds it to its contract."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Protocol, cast

from .._domain.case import Case
from .._domain.checks import plain_text
from .._domain.claim import Claim
from .._domain.descriptions import describe
from .._domain.plugs import ask, contract_error, contract_error_of
from .._domain.reason import Reason
from .._domain.reduction import reduce_moment
from .._domain.remedy import Award

if TYPE_CHECKING:
    from ..authority import AuthorityRule

_TUPLE: Final = cast("type[tuple[object, ...]]", tuple)
_NO_CASE: Final = "(new)"


class Clock(Protocol):
    """Anything that returns the time: an aware datetime, in UTC for choice."""

    def __call__(self) -> datetime:
        """Return the moment of asking."""
        ...


def utc_now() -> datetime:
    """Return the moment of asking, in UTC."""
    return datetime.now(UTC)


def ask_authority_for_objections(
    rule: AuthorityRule, claim: Claim, award: Award, by: str
) -> tuple[Reason, ...]:
    """Ask a rule of authority what speaks against an award.

    Args:
        rule: The rule.
        claim: What the award is for.
        award: The award.
        by: Who would give it.

    Raises:
        ContractError: It raised, or answered something else than reasons.
    """
    more = {"by": by, "earlier": claim.earlier, "at": claim.as_of}
    found = ask(rule, award, _TUPLE, claim.case_id, **more)
    reasons = tuple([reason for reason in found if type(reason) is Reason])
    if len(reasons) < len(found):
        problem = f"it answered {describe(found)}, not a tuple of Reason"
        raise contract_error(rule, claim.case_id, problem)
    return reasons


def read_clock(clock: Clock, case: Case | str) -> datetime:
    """Ask for the time; a clock without an offset from UTC is no clock.

    Args:
        clock: The clock.
        case: The case, or the identity of one that is about to be opened.

    Returns:
        The moment in UTC: on local clocks an hour can come twice, and a day last
        23 of them.

    Raises:
        ContractError: The clock raised, or answered something else.
    """
    try:
        at: object = clock()
        if type(at) is datetime and at.tzinfo is UTC:
            return at
        if isinstance(at, datetime) and at.utcoffset() is not None:
            return reduce_moment(at.astimezone(UTC))
    except Exception as error:
        raise contract_error_of(clock, _find_case_id(case), error) from error
    problem = f"it answered {describe(at)}; give an aware datetime (tzinfo=UTC)"
    raise contract_error(clock, _find_case_id(case), problem)


def _find_case_id(case: Case | str) -> str:
    """Return the identity of a case, or of one that is about to be opened."""
    return case if isinstance(case, str) else case.id


def make_case_id(new_id: Callable[[], str]) -> str:
    """Ask for the identity of a new case.

    Args:
        new_id: What makes it up.

    Raises:
        ContractError: It raised, or answered something that is no name.
    """
    try:
        made: object = new_id()
    except Exception as error:
        raise contract_error_of(new_id, _NO_CASE, error) from error
    name = made if isinstance(made, str) else ""
    if not name or name.isspace():
        problem = f"it answered {describe(made)}; give a text that is not empty"
        raise contract_error(new_id, _NO_CASE, problem)
    return plain_text(name)
