from __future__ import annotations

import attrs
import pytest

from recovery_core import (
    Action,
    Award,
    Case,
    Fate,
    Reason,
    RecoveryEngine,
    Verdict,
)
from tests.support.plug_cases import (
    CARE,
    CREDIT,
    HOUR,
    LATE,
    LAW,
    MIXED,
    NOON,
    PLAIN,
    TICK,
    Hands,
    Limited,
    Told,
    apologized,
    engine_of,
    euros,
    offer_of,
    request_of,
    suspects,
)

# -------------------------------------------------------------------------- appeal


def test_an_appeal_that_was_decided_stands_against_the_detector() -> None:
    """The detector is not asked again until the decision on the appeal expires."""
    clock, hook = Hands(), Told(suspects(Action.REFUSE))
    engine = engine_of(MIXED, abuse=hook, clock=clock)
    case = engine.appeal(engine.offer(apologized(engine), by="ana"), "not me")
    cleared = Verdict(expires_at=NOON + HOUR)
    case = engine.contest(engine.judge_appeal(case, cleared, by="bo"), "so pay")
    clock.now = NOON + HOUR - TICK
    asked = len(hook.asked)
    second = engine.offer(case)
    assert offer_of(second).award == MIXED
    assert len(hook.asked) == asked
    clock.now = NOON + HOUR
    third = engine.offer(engine.contest(second, "more"))
    assert offer_of(third).award.amends == (LAW, CARE)
    assert len(hook.asked) == asked + 1
    assert third.verdict == hook.answer


def test_an_appeal_can_be_turned_down() -> None:
    """The judge may confirm the verdict; it then stands as the judge's."""
    engine = engine_of(MIXED, abuse=Told(suspects(Action.IN_KIND)))
    case = engine.appeal(engine.offer(apologized(engine)), "not me")
    case = engine.judge_appeal(case, suspects(Action.REFUSE), by="bo")
    case = engine.offer(engine.contest(case, "no"))
    assert offer_of(case).award.amends == (LAW, CARE)


def test_a_detector_that_speaks_again_closes_no_appeal() -> None:
    """An appeal stays open until a person decides it."""
    hook = Told(suspects(Action.WARN))
    engine = engine_of(abuse=hook)
    case = engine.appeal(engine.offer(apologized(engine)), "not me")
    hook.answer = suspects(Action.NOTE)
    case = engine.offer(engine.contest(case, "no"))
    assert case.verdict == hook.answer
    assert engine.judge_appeal(case, Verdict(), by="bo").verdict == Verdict()


# ----------------------------------------------------- what makes an approval void


def approved(engine: RecoveryEngine) -> Case:
    """Take a case to where another person has approved the award."""
    case = engine.offer(apologized(engine), by="ana")
    assert case.pending_approval is not None
    return engine.approve(case, by="boss")


def test_an_approval_lets_exactly_its_award_go_out() -> None:
    """Once approved, anybody may make that offer, and it is the approved one."""
    engine = engine_of(authority=Limited(boss=99))
    case = approved(engine)
    for by in ("ana", "bo"):
        assert offer_of(engine.offer(case, by=by)).award == PLAIN


@pytest.mark.parametrize(
    "award",
    [
        Award(amends=(euros(11),), because=PLAIN.because),
        Award(amends=(euros(10, CREDIT),), because=PLAIN.because),
        Award(amends=PLAIN.amends * 2, because=PLAIN.because),
        Award(PLAIN.amends, because=PLAIN.because),
        Award((), PLAIN.amends, PLAIN.because, HOUR),
        Award(amends=PLAIN.amends, because=(Reason("other", "the train was late"),)),
        Award(amends=PLAIN.amends),
    ],
    ids=["amount", "kind", "more", "alternatives", "validity", "rule", "no-rule"],
)
def test_another_award_makes_an_approval_void(award: Award) -> None:
    """A changed amount, kind, part, validity or rule has to be approved anew."""
    policy = Told(PLAIN)
    engine = engine_of(policy=policy, authority=Limited(boss=99))
    case = approved(engine)
    policy.answer = award
    asked = engine.offer(case, by="ana")
    assert request_of(asked).award == award
    policy.answer = PLAIN
    again = engine.offer(asked, by="ana")
    assert request_of(again).award == PLAIN, "the earlier approval is not revived"


def test_an_approval_does_not_depend_on_the_time_of_day() -> None:
    """What a reason read and how it is worded may change; the approval holds."""
    policy = Told(PLAIN)
    engine = engine_of(policy=policy, authority=Limited(boss=99))
    case = approved(engine)
    later = Reason("late", "the train was late", {"now": NOON + HOUR})
    policy.answer = attrs.evolve(PLAIN, because=(later,))
    assert offer_of(engine.offer(case, by="ana")).award == policy.answer


def test_another_action_makes_an_approval_void() -> None:
    """A verdict that asks for something else has to be approved anew."""
    hook = Told(suspects(Action.REVIEW))
    engine = engine_of(abuse=hook, authority=Limited(boss=99))
    case = approved(engine)
    assert offer_of(engine.offer(case, by="ana")).award == PLAIN
    hook.answer = suspects(Action.ASK_EVIDENCE)
    assert request_of(engine.offer(case, by="ana")).award == PLAIN
    hook.answer = suspects(Action.IN_KIND)
    tempered = request_of(engine.offer(case, by="ana")).award
    assert tempered.amends == (euros(10, CREDIT),)


def test_another_suspicion_makes_an_approval_void() -> None:
    """What is suspected for another reason, to the same end, is approved anew."""
    hook = Told(suspects(Action.REVIEW))
    engine = engine_of(abuse=hook)
    case = approved(engine)
    hook.answer = Verdict(action=Action.REVIEW, reasons=(Reason("forged", "it is"),))
    assert request_of(engine.offer(case, by="ana")).award == PLAIN


def test_what_was_given_meanwhile_makes_an_approval_void() -> None:
    """An approval knows what the customer had; a merger or a failure changes that."""
    engine = engine_of(authority=Limited(boss=99))
    other = engine.apologize(engine.acknowledge(engine.open(LATE, case_id="c-2")))
    paid = engine.make_amends(engine.accept(engine.offer(other, by="boss")))
    case = approved(engine)
    _, survivor = engine.merge(paid, case)
    assert request_of(engine.offer(survivor, by="ana")).award == PLAIN
    failed = engine.deliver(paid, paid.dues[0].id, Fate.FAILED)
    _, unchanged = engine.merge(failed, case)
    assert offer_of(engine.offer(unchanged, by="ana")).award == PLAIN
    again = engine.reopen(engine.feed_back(paid, "x"), "still late")
    again = engine.offer(engine.apologize(engine.acknowledge(again)), by="ana")
    again = engine.approve(again, by="boss")
    assert offer_of(engine.offer(again, by="ana")).award == PLAIN
    again = engine.deliver(again, again.dues[0].id, Fate.FAILED)
    assert request_of(engine.offer(again, by="ana")).award == PLAIN


def test_another_round_makes_an_approval_void() -> None:
    """An approval of one round is none of the next, though nothing else changed."""
    engine = engine_of(authority=Limited(boss=99))
    case = engine.offer(approved(engine), by="ana")
    again = engine.offer(engine.contest(case, "no"), by="ana")
    assert again.round == 1
    assert again.pending_approval is not None
