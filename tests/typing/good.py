"""A user's program that both type checkers accept, and that runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import assert_type

import recovery_core as rc
from recovery_core.abuse import ClaimVelocity, shadow
from recovery_core.attribution import FirstMatch, PureComparative
from recovery_core.authority import Authority, Grant
from recovery_core.errors import RefusalReason
from recovery_core.policy import capped, set_off

CAP = rc.Money("50.00", "EUR")
LIMIT = rc.Money("20.00", "EUR")


def refund(claim: rc.Claim) -> rc.Award:
    """Give the loss back."""
    if claim.failure.loss is None:
        return rc.Award.nothing(rc.Reason("no-loss", "nothing was lost"))
    return rc.Award(amends=(rc.Remedy(rc.RemedyKind.REFUND, claim.failure.loss),))


class Generous:
    """A policy with a parameter."""

    def __init__(self, points: int) -> None:
        self.points = points

    def __call__(self, claim: rc.Claim, /) -> rc.Award:
        """Give points to anybody."""
        return rc.Award((rc.Remedy(rc.RemedyKind.POINTS, points=self.points),))


def ours(claim: rc.Claim) -> rc.Attribution:
    """Take it on the company."""
    return rc.Attribution.to(rc.Party.FIRM)


def half(attribution: rc.Attribution) -> Fraction:
    """Owe one half."""
    return Fraction(1, 2)


def trusting(claim: rc.Claim) -> rc.Verdict:
    """Suspect nobody."""
    return rc.Verdict()


def anybody(
    award: rc.Award, /, *, by: str, earlier: tuple[rc.Remedy, ...], at: datetime
) -> tuple[rc.Reason, ...]:
    """Let anybody give anything."""
    return ()


def noon() -> datetime:
    """Tell a time that stands still."""
    return datetime(2026, 5, 1, 12, tzinfo=UTC)


def engines() -> list[rc.RecoveryEngine]:
    """Plug in functions, objects and what the library brings."""
    return [
        rc.RecoveryEngine(policy=refund),
        rc.RecoveryEngine(policy=Generous(500)),
        rc.RecoveryEngine(policy=lambda claim: rc.Award()),
        rc.RecoveryEngine(
            policy=set_off(capped(refund, at=CAP)),
            process=rc.process.FIVE_STEPS,
            attribution=ours,
            liability=half,
            abuse=trusting,
            authority=anybody,
            offer_valid_for=timedelta(days=14),
            on_hook_error="hold",
            clock=noon,
            new_id=lambda: "c-1",
        ),
        rc.RecoveryEngine(
            policy=refund,
            attribution=FirstMatch((), otherwise=rc.Party.FIRM),
            liability=PureComparative(),
            abuse=shadow(ClaimVelocity(most=3, window=timedelta(days=90))),
            authority=Authority(
                (Grant("agent", per_incident=LIMIT),), roles={"ana": "agent"}
            ),
            on_hook_error="open",
        ),
    ]


def walk(engine: rc.RecoveryEngine) -> rc.Case:
    """Take every step there is."""
    lost = rc.ServiceFailure("parcel lost", loss=CAP, facts={"days": 3})
    case = engine.open(lost, rc.Customer("c-7"), by="c-7", channel="mail", case_id="x")
    case = engine.acknowledge(case, by="ana", channel="mail")
    case = engine.apologize(case, by="ana", owns_responsibility=True, words="Sorry.")
    case = engine.escalate(case, "lead", why="a regular", by="ana")
    case = engine.record_finding(
        case, rc.Attribution({"firm": "1/2", "unknown": "1/2"}), by="bo"
    )
    case = engine.perceive(case, rc.Attribution.to("firm"))
    case = engine.note_conduct(engine.contact(case), rc.Conduct.UPSET, by="ana")
    case = engine.offer(engine.submit_evidence(case, "a photo"), by="ana")
    wanted = rc.Remedy(rc.RemedyKind.REDO)
    case = engine.contest(case, "too little", asks_for=wanted)
    case = engine.offer(case, award=rc.Award((wanted,)), by="ana")
    case = engine.accept(case, alternative=0)
    case = engine.make_amends(case, by="ana", receipts=(None,))
    (due,) = case.owes
    assert_type(due, rc.Due)
    case = engine.deliver(case, due.id, rc.Fate.SUCCEEDED, reference="signed")
    case = engine.feed_back(case, "smears", root_cause="printer", prevention="ribbon")
    case = engine.reopen(case, "lost again")
    merged, survivor = engine.merge(case, engine.open(lost))
    assert_type(merged, rc.Case)
    assert_type(survivor, rc.Case)
    case = engine.withdraw(survivor, "never mind")
    return engine.feed_back(case, "answer faster")


def read(engine: rc.RecoveryEngine, case: rc.Case) -> str:
    """Read what a program needs to know of a case."""
    assert_type(engine.allowed(case), tuple[str, ...])
    assert_type(engine.why_not(case, rc.process.Trigger.OFFER), tuple[rc.Reason, ...])
    assert_type(case.offer, rc.Offer | None)
    assert_type(case.given, tuple[rc.Remedy, ...])
    assert_type(case.finding, rc.Attribution | None)
    assert_type(case.verdict, rc.Verdict | None)
    assert_type(case.events, tuple[rc.Event, ...])
    assert_type(case.is_double_deviation, bool)
    assert_type(rc.from_json(rc.to_json(case)), rc.Case)
    try:
        engine.make_amends(case)
    except rc.errors.TransitionNotAllowedError as refused:
        assert_type(refused.reasons, tuple[RefusalReason, ...])
        return refused.reasons[0].code
    return case.explain()


def main() -> list[str]:
    """Run it all."""
    told: list[str] = []
    for engine in engines():
        if engine.policy is not refund or engine.authority is not None:
            failure = rc.ServiceFailure("late", loss=CAP)
            told.append(engine.recover(failure, lesson="hurry", by="ana").state)
            continue
        told.append(read(engine, walk(engine)))
    return told
