"""Money that came back, in whole or in part, and what the customer is offered then."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core import Case, Fate, Money, RecoveryEngine, ServiceFailure
from recovery_core.policy import Reimbursement, set_off
from recovery_core.process import replay

ENGINE = RecoveryEngine(policy=set_off(Reimbursement()), new_id=lambda: "C-1")
DUE = "C-1/1"


def eur(cents: int) -> Money:
    """Count cents."""
    return Money.from_minor(cents, "EUR")


def promised(cents: int = 40_00) -> Case:
    """Take a lost bag to where the company owes its price."""
    return ENGINE.recover(ServiceFailure("bag lost", loss=eur(cents)), lesson="x")


def offered_again(case: Case) -> Money | None:
    """Reopen a case, and say what is offered then; None for nothing."""
    case = ENGINE.reopen(case, "no money")
    case = ENGINE.apologize(ENGINE.acknowledge(case))
    if ENGINE.policy(case.claim(case.opened_at)).is_empty:
        return None
    offer = ENGINE.offer(case).offer
    return None if offer is None else offer.award.worth


@pytest.mark.parametrize("fates", [(Fate.SUCCEEDED, Fate.REVERSED), (Fate.FAILED,)])
def test_what_bounced_or_never_came_is_offered_in_full(fates: tuple[Fate, ...]) -> None:
    """The bank sends it back after success, or it fails straight away."""
    case = promised()
    for fate in fates:
        case = ENGINE.deliver(case, DUE, fate)
    assert offered_again(case) == eur(40_00)


def test_what_the_processor_never_carried_out_is_cancelled() -> None:
    """There is a word for it, and it is owed no more."""
    case = ENGINE.cancel(promised(), DUE, "the processor dropped it", by="ana")
    assert case.due(DUE).fate == "cancelled"
    assert offered_again(case) == eur(40_00)


def test_a_reversal_that_was_undone_is_not_paid_again() -> None:
    """A dispute is lost, then won: the customer has the money, and somebody looks."""
    case = ENGINE.deliver(promised(), DUE, Fate.SUCCEEDED, reference="paid")
    case = ENGINE.deliver(case, DUE, Fate.REVERSED, reference="lost")
    assert offered_again(case) == eur(40_00)
    case = ENGINE.deliver(case, DUE, Fate.SUCCEEDED, reference="won")
    assert case.due(DUE).settled == eur(40_00)
    assert offered_again(case) is None
    assert [c.reason.code for c in case.contradictions] == ["paid-twice"]


@given(st.integers(1, 10**6), st.data())
def test_of_a_part_that_came_back_that_part_is_offered(
    cents: int, data: st.DataObject
) -> None:
    """Whatever part of whatever sum came back is what the next offer is worth."""
    part = data.draw(st.integers(1, cents))
    case = ENGINE.deliver(promised(cents), DUE, Fate.SUCCEEDED)
    case = ENGINE.deliver(case, DUE, Fate.REVERSED, amount=eur(part))
    assert offered_again(case) == eur(part)
    assert replay(case.events) == case


@given(st.integers(2, 10**6), st.data())
def test_of_a_part_that_never_came_that_part_is_offered(
    cents: int, data: st.DataObject
) -> None:
    """What failed after a part leaves the rest to be offered."""
    part = data.draw(st.integers(1, cents - 1))
    case = ENGINE.deliver(promised(cents), DUE, Fate.SUCCEEDED, amount=eur(part))
    assert offered_again(case) is None
    case = ENGINE.deliver(case, DUE, Fate.FAILED)
    assert offered_again(case) == eur(cents - part)


def test_what_failed_is_tried_again_after_a_reopening() -> None:
    """A reopened case goes on owing what failed, until something else is accepted."""
    case = ENGINE.reopen(ENGINE.deliver(promised(), DUE, Fate.FAILED), "still nothing")
    case = ENGINE.deliver(ENGINE.retry(case, DUE), DUE, Fate.SUCCEEDED)
    assert (case.is_settled, case.due(DUE).attempt) == (True, 2)
