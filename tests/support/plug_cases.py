from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from recovery_core import (
    Action,
    Award,
    Case,
    Claim,
    Money,
    Reason,
    RecoveryEngine,
    Remedy,
    RemedyKind,
    ServiceFailure,
    Verdict,
)
from recovery_core.errors import (
    RefusalReason,
    TransitionNotAllowedError,
)
from recovery_core.events import (
    ApprovalRequest,
    Offer,
)

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


TICK = timedelta(microseconds=1)


HOUR = timedelta(hours=1)


LATE = ServiceFailure("train late")


ODD = Reason("odd", "the third claim this week")


def euros(
    amount: int, kind: RemedyKind = RemedyKind.REFUND, *, is_statutory: bool = False
) -> Remedy:
    """Give whole euros."""
    return Remedy(
        kind, Money.from_minor(amount * 100, "EUR"), is_statutory=is_statutory
    )


LAW = euros(20, is_statutory=True)


CARE = Remedy(RemedyKind.CARE, what="a meal")


CREDIT = RemedyKind.CREDIT


MIXED = Award(amends=(LAW, euros(30), CARE))


PLAIN = Award(amends=(euros(10),), because=(Reason("late", "the train was late"),))


class Hands:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        """Tell the time the hands show."""
        return self.now


class Told:
    """A plug that answers whatever it was told last, and remembers the claims."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.asked: list[Claim] = []

    def __call__(self, claim: Claim, /) -> Any:
        """Answer, or raise where that is the answer."""
        self.asked.append(claim)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def suspects(action: Action, **more: Any) -> Verdict:
    """Make a verdict with its reason."""
    return Verdict(action=action, reasons=(ODD,), **more)


def engine_of(award: Award = PLAIN, **settings: Any) -> RecoveryEngine:
    """Set up an engine whose clock stands still."""
    return RecoveryEngine(**{"policy": Told(award), "clock": Hands(), **settings})


def apologized(engine: RecoveryEngine) -> Case:
    """Open a case and take it to where an offer can be made."""
    case = engine.open(LATE, case_id="c-1")
    return engine.apologize(engine.acknowledge(case))


def reasons_of(
    call: Callable[..., object], *given: Any, **more: Any
) -> list[RefusalReason]:
    """Make a call that must be refused, and list why."""
    with pytest.raises(TransitionNotAllowedError) as refusal:
        call(*given, **more)
    return list(refusal.value.reasons)


def codes_of(call: Callable[..., object], *given: Any, **more: Any) -> list[str]:
    """Make a call that must be refused, and list the codes of the reasons."""
    return [reason.code for reason in reasons_of(call, *given, **more)]


def offer_of(case: Case) -> Offer:
    """Show the offer there must be."""
    assert case.offer is not None
    return case.offer


def request_of(case: Case) -> ApprovalRequest:
    """Show the request there must be."""
    assert case.offer is None
    assert case.pending_approval is not None
    return case.pending_approval


def carried(case: Case, kind: type) -> list[Any]:
    """List what the events of one sort carried, oldest first."""
    return [event.detail for event in case.events if isinstance(event.detail, kind)]


class Limited:
    """An authority rule: up to so many euros for each, counting what was given."""

    def __init__(self, **euros_by_name: int) -> None:
        self.limits = euros_by_name

    def __call__(
        self, award: Award, /, *, by: str, earlier: tuple[Remedy, ...], at: datetime
    ) -> tuple[Reason, ...]:
        """Compare what the award adds up to with the limit of a person."""
        del at
        parts = [r.value.minor for r in earlier if r.value is not None]
        minor = sum(parts) + (award.worth.minor if award.worth else 0)
        limit = self.limits.get(by, 0)
        if minor <= limit * 100:
            return ()
        return (
            Reason("above-limit", "it is above the limit", {"by": by, "minor": minor}),
            Reason("ask-up", "ask somebody who may"),
        )
