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


def wrong_names(desk: rc.RecoveryEngine, case: rc.Case) -> None:
    """Ask for steps that are none."""
    desk.acknowlege(case)  # type: ignore[attr-defined]
    desk.apologise(case)  # type: ignore[attr-defined]
    desk.makeAmends(case)  # type: ignore[attr-defined]
    desk.pay(case)  # type: ignore[attr-defined]
    desk.close(case)  # type: ignore[attr-defined]
    case.accept()  # type: ignore[attr-defined]
    desk.why_not(case, rc.Trigger.PAY)  # type: ignore[attr-defined]


def wrong_arguments(desk: rc.RecoveryEngine, case: rc.Case) -> None:
    """Name arguments that are none, leave some out, or add some."""
    desk.acknowledge(case, who="ana")  # type: ignore[call-arg]
    desk.apologize(case, admits_fault=True)  # type: ignore[call-arg]
    desk.offer(case, amount=20)  # type: ignore[call-arg]
    desk.accept(case, choice=1)  # type: ignore[call-arg]
    desk.contest(case)  # type: ignore[call-arg]
    desk.decline(case)  # type: ignore[call-arg]
    desk.concede(case)  # type: ignore[call-arg]
    desk.withdraw(case)  # type: ignore[call-arg]
    desk.reopen(case)  # type: ignore[call-arg]
    desk.escalate(case)  # type: ignore[call-arg]
    desk.feed_back(case)  # type: ignore[call-arg]
    desk.merge(case)  # type: ignore[call-arg]
    desk.lapse(case, "clock")  # type: ignore[call-arg]
    desk.approve(case)  # type: ignore[call-arg]
    desk.approve(case, "bo")  # type: ignore[call-arg]
    desk.record_finding(case, rc.Attribution.unknown())  # type: ignore[call-arg]
    desk.judge_appeal(case, rc.Verdict())  # type: ignore[call-arg]
    desk.make_amends(case, "bank-7")  # type: ignore[call-arg]
    desk.recover(rc.ServiceFailure("late"))  # type: ignore[call-arg]


def wrong_types(desk: rc.RecoveryEngine, case: rc.Case) -> None:
    """Pass values of the wrong sort."""
    desk.open("late")  # type: ignore[arg-type]
    desk.open(rc.ServiceFailure("late"), "c-7")  # type: ignore[arg-type]
    desk.acknowledge("c-1")  # type: ignore[arg-type]
    desk.acknowledge(case, by=None)  # type: ignore[arg-type]
    desk.apologize(case, owns_responsibility="yes")  # type: ignore[arg-type]
    desk.offer(case, award=rc.Money("1.00", "EUR"))  # type: ignore[arg-type]
    desk.accept(case, alternative="first")  # type: ignore[arg-type]
    desk.contest(case, "no", asks_for="a redo")  # type: ignore[arg-type]
    desk.make_amends(case, receipts="bank-7")  # type: ignore[arg-type]
    desk.feed_back(case, ["a", "b"])  # type: ignore[arg-type]
    desk.merge(case, into="c-2")  # type: ignore[arg-type]
    desk.record_finding(case, "firm", by="bo")  # type: ignore[arg-type]
    desk.note_conduct(case, "upset", by="bo")  # type: ignore[arg-type]
    desk.deliver(case, 0, "succeeded")  # type: ignore[arg-type]
    desk.judge_appeal(case, rc.Action.CLEAR, by="bo")  # type: ignore[arg-type]
    desk.step(case, "hear", facts={"minutes": 1.5})  # type: ignore[dict-item]
    case = desk.merge(case, case)  # type: ignore[assignment]
    desk.offer(case, award=case.offer.award)  # type: ignore[union-attr]


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


def wrong_changes(desk: rc.RecoveryEngine, case: rc.Case) -> None:
    """Change what is frozen."""
    case.log = ()  # type: ignore[misc]
    case.state = "closed"  # type: ignore[misc]
    desk.policy = refund  # type: ignore[misc]
