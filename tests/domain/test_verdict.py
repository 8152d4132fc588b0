from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core._domain.money import Money
from recovery_core._domain.reason import Reason
from recovery_core._domain.verdict import Action, Conduct, Verdict
from recovery_core.errors import InvalidValueError
from recovery_core.testing.strategies import (
    durations,
    moments,
    monies,
    reasons,
    shares,
    verdicts,
)
from tests.support.laws import (
    MAYBE_MOMENT,
    NOT_EXACT,
    UNIT_SHARE,
    a,
    check_refusal,
    check_value,
    maybe,
    refusals,
    tuple_of,
)

OFTEN = Reason("often", "five claims in six stays")
NOTHING = Money.zero("EUR")


@given(verdicts())
def test_a_verdict_is_a_value(verdict: Verdict) -> None:
    """A verdict is frozen, compared by content, and survives every copy."""
    check_value(verdict)


@given(verdicts())
def test_a_verdict_holds_what_its_action_demands(verdict: Verdict) -> None:
    """Suspicion has its reasons, a cap belongs to CAP, a score is a share."""
    assert verdict.reasons or verdict.action is Action.CLEAR
    assert (verdict.cap is not None) is (verdict.action is Action.CAP)
    assert verdict.cap is None or verdict.cap.minor >= 0
    assert 0 <= verdict.score <= 1


def test_nobody_is_suspected_unless_said() -> None:
    """A verdict says nothing against a claim until it is given something to say."""
    assert Verdict() == Verdict(action=Action.CLEAR, score=Fraction(0), reasons=())
    assert (Verdict().cap, Verdict().expires_at) == (None, None)


def test_actions_are_graded() -> None:
    """From nothing over words to money: each action is graver than the last."""
    assert sorted(Action) == [
        Action.CLEAR,
        Action.NOTE,
        Action.ASK_EVIDENCE,
        Action.IN_KIND,
        Action.WARN,
        Action.REVIEW,
        Action.CAP,
        Action.REFUSE,
    ]
    assert max(Action.NOTE, Action.REVIEW) is Action.REVIEW


@given(st.sampled_from(Action), st.lists(reasons(), max_size=1), shares())
def test_nobody_is_suspected_without_a_reason(
    action: Action, because: list[Reason], score: Fraction
) -> None:
    """Everything but CLEAR says why."""
    cap = NOTHING if action is Action.CAP else None
    if because or action is Action.CLEAR:
        verdict = Verdict(action=action, score=score, reasons=(*because,), cap=cap)
        assert verdict.reasons == tuple(because)
        return
    with pytest.raises(InvalidValueError) as refusal:
        Verdict(action=action, score=score, cap=cap)
    assert str(refusal.value) == (
        f"{action.name} needs a reason: nobody is suspected without one"
    )


@given(st.sampled_from(Action), st.none() | monies())
def test_a_cap_belongs_to_cap(action: Action, cap: Money | None) -> None:
    """CAP says how much, from nothing up, and no other action does."""
    if (action is Action.CAP) is (cap is None):
        told = "a cap belongs to CAP, and CAP needs one"
    elif cap is not None and cap.minor < 0:
        told = f"a cap cannot be {cap}: give 0 or more"
    else:
        assert Verdict(action=action, reasons=(OFTEN,), cap=cap).cap == cap
        return
    with pytest.raises(InvalidValueError) as refusal:
        Verdict(action=action, reasons=(OFTEN,), cap=cap)
    assert str(refusal.value) == told


@given(moments(), durations())
def test_suspicion_cools_off_at_its_last_instant(
    expiry: datetime, span: timedelta
) -> None:
    """A verdict counts before its expiry, not at it and not after."""
    verdict = Verdict(expires_at=expiry)
    assert verdict.is_standing(expiry - span)
    assert not verdict.is_standing(expiry)
    assert not verdict.is_standing(expiry + span)


@given(moments())
def test_without_expiry_a_verdict_stands(at: datetime) -> None:
    """A verdict that names no end counts for ever."""
    assert Verdict().is_standing(at)


@pytest.mark.parametrize("score", ["0.9", "9/10", Fraction(9, 10)])
def test_a_score_is_exact_in_any_spelling(score: Any) -> None:
    """Nine tenths are nine tenths, as text or as a Fraction."""
    assert Verdict(score=score).score == Fraction(9, 10)


@pytest.mark.parametrize("score", NOT_EXACT, ids=repr)
def test_a_score_is_exact(score: Any) -> None:
    """No float ever decides who is suspected."""
    with pytest.raises(InvalidValueError, match="is not exact: give an int"):
        Verdict(score=score)


def test_anger_is_no_action() -> None:
    """How somebody behaves is told apart from what is made of the claim."""
    assert not {c.name for c in Conduct} & {a.name for a in Action}


@pytest.mark.parametrize(
    ("valid", "field", "wrong", "mend"),
    refusals(
        Verdict(),
        action=a(Action),
        score=UNIT_SHARE,
        reasons=tuple_of(Reason, OFTEN),
        cap=maybe(Money),
        expires_at=MAYBE_MOMENT,
    ),
)
def test_what_cannot_be_is_refused(
    valid: Any, field: str, wrong: object, mend: str
) -> None:
    """A field that cannot be is refused with class, field, value and mend."""
    check_refusal(valid, field, wrong, mend)
