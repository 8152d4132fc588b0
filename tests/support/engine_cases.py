"""Cases at every place of the process, for the tests of the engine."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

from recovery_core import (
    Action,
    Award,
    Case,
    Claim,
    Fate,
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

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
LATE = ServiceFailure("train late")


def euros(amount: int, kind: RemedyKind = RemedyKind.REFUND) -> Remedy:
    """Give whole euros."""
    return Remedy(kind, Money.from_minor(amount * 100, "EUR"))


REDO = Remedy(RemedyKind.REDO, what="the next train")
CHOICE = Award((euros(20), REDO), (euros(5, RemedyKind.CREDIT),))
PLAIN = Award(amends=(euros(10),), because=(Reason("late", "the train was late"),))


class Hands:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        """Tell the time the hands show."""
        return self.now


def gives(award: Award) -> Callable[[Claim], Award]:
    """Make a policy that always gives the same."""
    return lambda _claim: award


def engine_of(award: Award = PLAIN, **settings: Any) -> RecoveryEngine:
    """Set up an engine whose clock stands still."""
    return RecoveryEngine(**{"policy": gives(award), "clock": Hands(), **settings})


def apologized(engine: RecoveryEngine, case_id: str = "c-1") -> Case:
    """Open a case and take it to where an offer can be made."""
    case = engine.open(LATE, case_id=case_id)
    return engine.apologize(engine.acknowledge(case))


def offered(engine: RecoveryEngine, case_id: str = "c-1") -> Case:
    """Take a case to where an offer stands."""
    return engine.offer(apologized(engine, case_id))


def amended(engine: RecoveryEngine, case_id: str = "c-1") -> Case:
    """Take a case to where amends were made."""
    return engine.make_amends(engine.accept(offered(engine, case_id)))


def failed(engine: RecoveryEngine, case_id: str = "c-1") -> Case:
    """Take a case to where what was promised did not arrive."""
    case = amended(engine, case_id)
    return engine.deliver(case, case.dues[0].id, Fate.FAILED)


def contradicted(engine: RecoveryEngine, case_id: str = "c-1") -> Case:
    """Take a case to where what had failed arrived after all."""
    case = failed(engine, case_id)
    return engine.deliver(case, case.dues[0].id, Fate.SUCCEEDED)


def closed(engine: RecoveryEngine, case_id: str = "c-1") -> Case:
    """Take a case to its end."""
    return engine.feed_back(amended(engine, case_id), "learned")


def reasons_of(
    call: Callable[..., object], *given: Any, **more: Any
) -> list[RefusalReason]:
    """Make a call that must be refused, and list why."""
    with pytest.raises(TransitionNotAllowedError) as refusal:
        call(*given, **more)
    error = refusal.value
    for reason in error.reasons:
        assert str(reason) in str(error)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301
    return list(error.reasons)


def codes_of(call: Callable[..., object], *given: Any, **more: Any) -> list[str]:
    """Make a call that must be refused, and list the codes of the reasons."""
    return [reason.code for reason in reasons_of(call, *given, **more)]


def contested(engine: RecoveryEngine) -> Case:
    """Take a case to where the customer refused an offer."""
    return engine.contest(offered(engine), "too little")


def parked(engine: RecoveryEngine) -> Case:
    """Take a case to where an award waits for approval."""
    return engine.offer(apologized(attrs.evolve(engine, policy=gives(PLAIN))), by="ana")


def appealed(engine: RecoveryEngine) -> Case:
    """Take a case to where the customer appealed against a verdict."""
    return engine.appeal(offered(engine), "that is not me")


def nobody_alone(
    _award: Award, /, *, by: str, earlier: tuple[Remedy, ...], at: datetime
) -> tuple[Reason, ...]:
    """Allow the boss everything, and nobody else anything."""
    del earlier, at
    return () if by == "boss" else (Reason("no-role", "ask the boss", {"by": by}),)


def noting(_claim: Claim) -> Verdict:
    """Find every claim worth a note."""
    return Verdict(action=Action.NOTE, reasons=(Reason("odd", "it is odd"),))


"""Every method that says who acts: where it works, and how it is called."""


PLACES: dict[str, Callable[[RecoveryEngine], Case]] = {
    "reported": lambda d: d.open(LATE, case_id="c-1"),
    "acknowledged": lambda d: d.acknowledge(d.open(LATE, case_id="c-1")),
    "apologized": apologized,
    "offered": offered,
    "contested": contested,
    "accepted": lambda d: d.accept(offered(d)),
    "amended": amended,
    "unresolved": lambda d: d.withdraw(apologized(d), "never mind"),
    "closed": closed,
    "merged": lambda d: d.merge(apologized(d), d.open(LATE, case_id="other"))[0],
}
