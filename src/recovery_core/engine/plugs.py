"""How the engine asks what was plugged into it, and holds it to its contract."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Protocol, cast

from .._domain.case import Case
from .._domain.claim import Claim
from .._domain.plugs import ask, name_of
from .._domain.reason import Reason
from .._domain.remedy import Award
from ..errors import ContractError

if TYPE_CHECKING:
    from ..authority import AuthorityRule

_TUPLE: Final = cast("type[tuple[object, ...]]", tuple)


class Clock(Protocol):
    """Tell what time it is: an aware datetime, in UTC for choice."""

    def __call__(self) -> datetime:
        """Return the moment of asking."""
        ...


def utc_now() -> datetime:
    """Return the moment of asking, in UTC."""
    return datetime.now(UTC)


def objections(
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
    reasons = tuple([reason for reason in found if isinstance(reason, Reason)])
    if len(reasons) < len(found):
        problem = f"it answered {found!r:.200}, not a tuple of Reason"
        raise ContractError(name_of(rule), claim.case_id, problem)
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
            return at.astimezone(UTC)
        problem = f"it answered {at!r:.200}; give an aware datetime (tzinfo=UTC)"
    except Exception as error:
        problem = f"it raised {type(error).__name__}: {error}"
        raise ContractError(name_of(clock), _id_of(case), problem) from error
    raise ContractError(name_of(clock), _id_of(case), problem)


def _id_of(case: Case | str) -> str:
    return case if isinstance(case, str) else case.id
