"""Every mistake here is found by mypy and by pyright, on its own line.

Each line names the error that mypy finds there, and tells both to ignore it. So a
mistake that one of them lets pass is an error: an ignore that is not needed.
"""

# pyright: basic, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

import recovery_core as rc
from recovery_core.authority import Authority, Grant


def refund(claim: rc.Claim) -> rc.Award:
    """Give nothing."""
    return rc.Award()


def no_award(claim: rc.Claim) -> None:
    """Give no answer."""


def no_claim() -> rc.Award:
    """Read no claim."""
    return rc.Award()


def a_float(attribution: rc.Attribution) -> float:
    """Owe an inexact share."""
    return 0.5


def no_reasons(award: rc.Award, by: str) -> bool:
    """Answer yes or no."""
    return by == "ana"


def wrong_names(engine: rc.RecoveryEngine, case: rc.Case) -> None:
    """Ask for steps that are none."""
    engine.acknowlege(case)  # type: ignore[attr-defined]
    engine.apologise(case)  # type: ignore[attr-defined]
    engine.makeAmends(case)  # type: ignore[attr-defined]
    engine.pay(case)  # type: ignore[attr-defined]
    engine.close(case)  # type: ignore[attr-defined]
    case.accept()  # type: ignore[attr-defined]
    engine.why_not(case, rc.process.Trigger.PAY)  # type: ignore[attr-defined]


def wrong_arguments(engine: rc.RecoveryEngine, case: rc.Case) -> None:
    """Name arguments that are none, leave some out, or add some."""
    engine.acknowledge(case, who="ana")  # type: ignore[call-arg]
    engine.apologize(case, admits_fault=True)  # type: ignore[call-arg]
    engine.offer(case, amount=20)  # type: ignore[call-arg]
    engine.accept(case, choice=1)  # type: ignore[call-arg]
    engine.contest(case)  # type: ignore[call-arg]
    engine.decline(case)  # type: ignore[call-arg]
    engine.concede(case)  # type: ignore[call-arg]
    engine.withdraw(case)  # type: ignore[call-arg]
    engine.reopen(case)  # type: ignore[call-arg]
    engine.escalate(case)  # type: ignore[call-arg]
    engine.feed_back(case)  # type: ignore[call-arg]
    engine.merge(case)  # type: ignore[call-arg]
    engine.lapse(case, "clock")  # type: ignore[call-arg]
    engine.approve(case)  # type: ignore[call-arg]
    engine.approve(case, "bo")  # type: ignore[call-arg]
    engine.record_finding(case, rc.Attribution.unknown())  # type: ignore[call-arg]
    engine.judge_appeal(case, rc.Verdict())  # type: ignore[call-arg]
    engine.make_amends(case, "bank-7")  # type: ignore[call-arg]
    engine.recover(rc.ServiceFailure("late"))  # type: ignore[call-arg]


def wrong_types(engine: rc.RecoveryEngine, case: rc.Case) -> None:
    """Pass values of the wrong sort."""
    engine.open("late")  # type: ignore[arg-type]
    engine.open(rc.ServiceFailure("late"), "c-7")  # type: ignore[arg-type]
    engine.acknowledge("c-1")  # type: ignore[arg-type]
    engine.acknowledge(case, by=None)  # type: ignore[arg-type]
    engine.apologize(case, owns_responsibility="yes")  # type: ignore[arg-type]
    engine.offer(case, award=rc.Money("1.00", "EUR"))  # type: ignore[arg-type]
    engine.accept(case, alternative="first")  # type: ignore[arg-type]
    engine.contest(case, "no", asks_for="a redo")  # type: ignore[arg-type]
    engine.make_amends(case, receipts="bank-7")  # type: ignore[arg-type]
    engine.feed_back(case, ["a", "b"])  # type: ignore[arg-type]
    engine.merge(case, into="c-2")  # type: ignore[arg-type]
    engine.record_finding(case, "firm", by="bo")  # type: ignore[arg-type]
    engine.note_conduct(case, "upset", by="bo")  # type: ignore[arg-type]
    engine.deliver(case, "C-1/1", "succeeded")  # type: ignore[arg-type]
    engine.judge_appeal(case, rc.Action.CLEAR, by="bo")  # type: ignore[arg-type]
    engine.step(case, "hear", facts={"minutes": 1.5})  # type: ignore[dict-item]
    case = engine.merge(case, case)  # type: ignore[assignment]
    engine.offer(case, award=case.offer.award)  # type: ignore[union-attr]


def wrong_settings() -> None:
    """Plug in what does not fit."""
    rc.RecoveryEngine()  # type: ignore[call-arg]
    rc.RecoveryEngine(refund)  # type: ignore[call-arg]
    rc.RecoveryEngine(policy=no_award)  # type: ignore[arg-type]
    rc.RecoveryEngine(policy=no_claim)  # type: ignore[arg-type]
    rc.RecoveryEngine(policy=refund, abuse=refund)  # type: ignore[arg-type]
    rc.RecoveryEngine(policy=refund, attribution=refund)  # type: ignore[arg-type]
    rc.RecoveryEngine(policy=refund, liability=a_float)  # type: ignore[arg-type]
    rc.RecoveryEngine(policy=refund, liability=Fraction(1, 2))  # type: ignore[arg-type]
    rc.RecoveryEngine(policy=refund, authority=no_reasons)  # type: ignore[arg-type]
    rc.RecoveryEngine(policy=refund, on_hook_error="close")  # type: ignore[arg-type]
    rc.RecoveryEngine(policy=refund, offer_valid_for=14)  # type: ignore[arg-type]
    rc.RecoveryEngine(policy=refund, clock=datetime(2026, 5, 1))  # type: ignore[arg-type]  # noqa: DTZ001
    rc.RecoveryEngine(policy=refund, patience=3)  # type: ignore[call-arg]
    Authority(5, roles={})  # type: ignore[arg-type]
    Authority((), roles=7)  # type: ignore[arg-type]
    Grant("a", kinds=3)  # type: ignore[arg-type]


def wrong_changes(engine: rc.RecoveryEngine, case: rc.Case) -> None:
    """Change what is frozen."""
    case.log = ()  # type: ignore[misc]
    case.state = "closed"  # type: ignore[misc]
    engine.policy = refund  # type: ignore[misc]
