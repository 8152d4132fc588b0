"""What somebody spent in a day, read off the logs of the cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Protocol, assert_never

import attrs

from .._domain.case import Case, check_case
from .._domain.due_events import Amends, DueDetail
from .._domain.events import (
    Absorption,
    Acceptance,
    Appeal,
    Approval,
    ApprovalRequest,
    Contest,
    Denial,
    Judgement,
    Lapse,
    Merge,
    NotedDetail,
    Offer,
    Refusal,
    Report,
)
from .._domain.money import Money
from .._domain.remedy import Award, Remedy, RemedyKind, total
from ..errors import InvalidValueError
from .grants import greatest_worth, utc_day

__all__ = ["SpentBy", "spent_on"]


class SpentBy(Protocol):
    """What somebody spent in a day; ``partial(spent_on, cases)`` fits."""

    def __call__(
        self, by: str, day: date, currency: str, kinds: frozenset[RemedyKind] | None, /
    ) -> Money:
        """Add up what one person spent on one day.

        Args:
            by: Who.
            day: The day, in UTC.
            currency: The only currency to count, and the one to answer in.
            kinds: The only kinds to count; None for all.
        """
        ...


@attrs.frozen
class _Spending:
    """What one person let go of, and when."""

    by: str
    day: date
    alternatives: tuple[Remedy, ...]
    amends: tuple[Remedy, ...]


def _build_spending(by: str, moment: datetime, award: Award) -> _Spending:
    return _Spending(by, utc_day(moment), award.alternatives, award.amends)


def _iter_spendings(case: Case) -> Iterator[_Spending]:  # noqa: C901, PLR0912 - one question, a case for each event
    """Yield what was given on a case, then the offer and the approval that stand."""
    offered: _Spending | None = None
    approved: _Spending | None = None
    request: ApprovalRequest | None = None
    approval: tuple[ApprovalRequest, str] | None = None  # and who approved it
    for move, at, by, detail in case.log:
        if not isinstance(detail, NotedDetail | DueDetail):
            match detail:
                case ApprovalRequest():
                    request, approval, approved = detail, None, None
                case Approval() if (
                    request and request.fingerprint == detail.fingerprint
                ):
                    approval = request, by
                    approved = _build_spending(by, at, request.award)
                case Offer(award):
                    spender = _find_spender(approval, award) or by
                    offered = _build_spending(spender, at, award)
                    request = approval = approved = None
                case Acceptance(_, chosen) if offered:
                    choice = () if chosen is None else offered.alternatives[chosen:][:1]
                    offered = attrs.evolve(offered, alternatives=choice)
                case Amends(remedies):
                    given = offered or _build_spending(by, at, Award())
                    yield attrs.evolve(given, alternatives=(), amends=remedies)
                    offered = None
                case Denial():
                    request = approval = approved = None
                case Contest() | Lapse():
                    offered = None
                case Refusal():
                    offered = approved = None
                # An acceptance or an approval here is of what stands no more.
                case (
                    Acceptance()
                    | Approval()
                    | Report()
                    | Merge()
                    | Absorption()
                    | Judgement()
                    | Appeal()
                ):
                    pass
                case never:
                    assert_never(never)
        if move.ends or move.begins_cycle:
            request = approval = offered = approved = None
    yield from filter(None, (offered, approved))


def _find_spender(
    approval: tuple[ApprovalRequest, str] | None, award: Award
) -> str | None:
    """Return who approved the remedies of an award; None where nobody did."""
    if approval is None:
        return None
    request, approver = approval
    # Reasons may differ between request and offer; what is given may not.
    is_same_award = (
        request.award.alternatives == award.alternatives
        and request.award.amends == award.amends
    )
    return approver if is_same_award else None


def spent_on(
    cases: Iterable[Case],
    by: str,
    day: date,
    currency: str,
    kinds: frozenset[RemedyKind] | None = None,
) -> Money:
    """Add up what somebody let go of in a day: what was given, and what still may be.

    An offer counts on the day it was made, for whoever made it, or, where another
    person approved it, for that person, whose authority it took; an approval counts
    from its own day until it is offered. While it stands it
    counts with all it could cost; once accepted, with what was chosen; once given,
    with what was given. An offer that was contested, lapsed, withdrawn or replaced
    counts no more. So a limit cannot be dodged by offering faster than customers
    answer, and is not used up by offers nobody took.

    Args:
        cases: Every case the person may have made an offer on.
        by: Who.
        day: The day, in UTC.
        currency: The only currency to count.
        kinds: The only kinds to count; None for all.

    Returns:
        The sum; 0 where there is nothing to count.

    Raises:
        InvalidValueError: `cases` can be walked only once; a second question would
            find nothing in it.
    """
    if isinstance(cases, Iterator):
        raise InvalidValueError(
            f"cases cannot be {cases!r}: give a list, which can be walked every time"
        )
    listed = tuple(cases)
    for case in listed:
        check_case(case, "one of the cases")
    spendings = (spending for case in listed for spending in _iter_spendings(case))
    sums = (
        greatest_worth(spending.alternatives, spending.amends, currency, kinds)
        for spending in spendings
        if spending.by == by and spending.day == day
    )
    return total(sums) or Money.zero(currency)
