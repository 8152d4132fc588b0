"""What is owed: news of it in any state, and what the company decides about it."""

from __future__ import annotations

from datetime import UTC, datetime

import attrs
import pytest

from recovery_core import Award, Case, Facts, Fate, Money, RecoveryEngine, RemedyKind
from recovery_core._domain.remedy import Remedy
from recovery_core.errors import InvalidValueError
from recovery_core.events import Delivery
from recovery_core.policy import set_off
from recovery_core.process import five_steps, replay
from tests.support.engine_cases import (
    CHOICE,
    LATE,
    PLACES,
    PLAIN,
    amended,
    apologized,
    closed,
    codes_of,
    contradicted,
    engine_of,
    euros,
    failed,
    gives,
    offered,
    reasons_of,
)

DUE = "c-1/1"


def eur(amount: int) -> Money:
    """Count whole euros."""
    return Money.from_minor(amount * 100, "EUR")


def fates_of(case: Case) -> list[Fate]:
    """List what became of everything that is owed."""
    return [due.fate for due in case.dues]


# ----------------------------------------------------------------- the commitment


def test_amends_are_a_commitment_and_each_remedy_a_due() -> None:
    """What was accepted is owed until news says that it arrived; closed is not paid."""
    engine = engine_of(CHOICE)
    case = engine.make_amends(engine.accept(offered(engine), alternative=0))
    assert [due.id for due in case.dues] == ["c-1/1", "c-1/2"]
    assert [due.remedy for due in case.owes] == [CHOICE.alternatives[0], *CHOICE.amends]
    assert fates_of(case) == [Fate.APPROVED, Fate.APPROVED]
    case = engine.feed_back(case, "x")
    assert (case.state, case.is_settled) == ("closed", False)
    for due in case.dues:
        case = engine.deliver(case, due.id, Fate.SUCCEEDED)
    assert (case.owes, case.is_settled) == ((), True)


def test_what_has_a_receipt_or_is_said_is_settled_at_once() -> None:
    """A receipt settles its own remedy, and an explanation is given by giving it."""
    why = Remedy(RemedyKind.EXPLANATION)
    engine = engine_of(Award(amends=(euros(10), euros(5), why)))
    case = engine.make_amends(
        engine.accept(offered(engine)), receipts=("bank-7", None, None)
    )
    assert fates_of(case) == [Fate.SUCCEEDED, Fate.APPROVED, Fate.SUCCEEDED]
    assert [due.reference for due in case.dues] == ["bank-7", None, None]
    assert [due.settled for due in case.dues] == [eur(10), eur(0), None]
    assert [due.outstanding for due in case.dues] == [eur(0), eur(5), None]
    once = engine.recover(LATE, lesson="x", receipts=("bank-7", "bank-8", None))
    assert once.is_settled
    with pytest.raises(InvalidValueError, match="are 1, of 3 remedies"):
        engine.recover(LATE, lesson="x", receipts=("bank-7",))


# ------------------------------------------------------------------------- news


def test_news_is_taken_in_every_state_and_of_any_process() -> None:
    """What happened outside is on record wherever the case stands by then."""
    engine = engine_of()
    other = attrs.evolve(engine, process=five_steps(rounds=1))
    paid = amended(engine)
    merged, _ = engine.merge(paid, engine.open(LATE, case_id="b"))
    again = engine.reopen(engine.feed_back(paid, "x"), "still late")
    for case in (paid, engine.feed_back(paid, "x"), merged, again):
        for teller in (engine, other):
            told = teller.deliver(case, DUE, Fate.SUCCEEDED, by="bank")
            assert (told.state, told.process) == (case.state, case.process)
            assert told.due(DUE).fate is Fate.SUCCEEDED
            assert replay(told.events) == told


def test_only_what_was_owed_has_news() -> None:
    """An id that names nothing is refused with those there are."""
    engine = engine_of()
    for place, known in ((offered, "none"), (amended, "c-1/1")):
        [reason] = reasons_of(engine.deliver, place(engine), "c-1/9", Fate.FAILED)
        assert (reason.code, reason.values) == (
            "no-such-due",
            Facts({"due": "c-1/9"}),
        )
        assert reason.text == f"nothing of that id was ever owed (there are: {known})"
    for command in (engine.retry, lambda case, due: engine.cancel(case, due, "no")):
        assert codes_of(command, amended(engine), "c-1/9") == ["no-such-due"]


def test_the_same_news_changes_nothing() -> None:
    """A provider that tells twice is heard once, whenever it says it happened."""
    engine = engine_of()
    case = engine.deliver(amended(engine), DUE, Fate.EXECUTING, reference="r-1")
    assert engine.deliver(case, DUE, Fate.EXECUTING, reference="r-1") is case
    done = engine.deliver(case, DUE, Fate.SUCCEEDED, reference="r-1")
    for at in (None, datetime(2026, 5, 2, tzinfo=UTC)):
        for fate in (Fate.EXECUTING, Fate.SUCCEEDED):
            told = engine.deliver(done, DUE, fate, reference="r-1", happened_at=at)
            assert told is done
    assert done.has_heard(Delivery(DUE, Fate.SUCCEEDED, None, "r-1"))
    assert not done.has_heard(Delivery(DUE, Fate.SUCCEEDED))


def test_parts_add_up_and_the_rest_is_tried_again() -> None:
    """Amounts are cumulative; what failed after a part leaves the rest to be given."""
    engine = engine_of()
    case = engine.deliver(amended(engine), DUE, Fate.SUCCEEDED, amount=eur(3))
    assert (case.due(DUE).fate, case.given) == (Fate.EXECUTING, PLAIN.amends)
    case = engine.deliver(case, DUE, Fate.EXECUTING, amount=eur(2))
    case = engine.deliver(case, DUE, Fate.FAILED, amount=eur(4))
    assert (case.due(DUE).fate, case.given) == (Fate.FAILED, (euros(4),))
    case = engine.retry(case, DUE, by="ana")
    due = case.due(DUE)
    assert (due.attempt, due.fate, due.attempts[1].amount) == (2, Fate.APPROVED, eur(6))
    assert case.given == PLAIN.amends
    case = engine.deliver(case, DUE, Fate.SUCCEEDED)
    assert (case.due(DUE).settled, case.is_settled) == (eur(10), True)
    back = engine.deliver(case, DUE, Fate.REVERSED, amount=eur(1))
    assert (back.due(DUE).fate, back.given) == (Fate.REVERSED, (euros(9),))
    assert not back.contradictions


def test_an_amount_is_a_part_of_a_sum_in_its_currency() -> None:
    """Nobody gives three euros of a redo, or dollars of euros."""
    engine = engine_of(CHOICE)
    case = engine.make_amends(engine.accept(offered(engine), alternative=1))
    with pytest.raises(InvalidValueError, match="is a redo, which is given whole or"):
        engine.deliver(case, "c-1/1", Fate.FAILED, amount=eur(3))
    with pytest.raises(InvalidValueError, match="is owed in EUR; give what was"):
        engine.deliver(case, "c-1/2", Fate.FAILED, amount=Money("1", "USD"))
    done = engine.deliver(case, "c-1/1", Fate.SUCCEEDED)
    assert engine.deliver(done, "c-1/1", Fate.REVERSED).given == CHOICE.amends


def test_set_off_forgets_what_never_reached_the_customer() -> None:
    """What failed or was taken back is owed again; what nobody knows is not."""
    engine = engine_of(policy=set_off(gives(Award(amends=(euros(10),)))))
    for steps in ((Fate.FAILED,), (Fate.SUCCEEDED, Fate.REVERSED)):
        case = closed(engine)
        for fate in steps:
            case = engine.deliver(case, DUE, fate)
        case = engine.apologize(engine.acknowledge(engine.reopen(case, "nothing came")))
        offer = engine.offer(case).offer
        assert offer is not None
        assert offer.award.amends == (euros(10),)
    case = engine.deliver(closed(engine), DUE, Fate.EXECUTING)
    case = engine.reopen(engine.deliver(case, DUE, Fate.UNKNOWN), "nothing came")
    case = engine.apologize(engine.acknowledge(case))
    assert codes_of(engine.offer, case)[0] == "nothing-to-offer"


# --------------------------------------------------------------------- contradictions


@pytest.mark.parametrize(
    ("news", "code", "fate", "kept"),
    [
        ([(Fate.FAILED,), (Fate.SUCCEEDED,)], "success-after-failure", "succeeded", 10),
        ([(Fate.FAILED,), (Fate.EXECUTING, 4)], "success-after-failure", "failed", 4),
        ([(Fate.SUCCEEDED,), (Fate.FAILED,)], "failure-after-success", "succeeded", 10),
        ([(Fate.FAILED, 10)], "failure-after-success", "succeeded", 10),
        ([(Fate.SUCCEEDED, 12)], "paid-too-much", "succeeded", 12),
        ([(Fate.FAILED,), (Fate.REVERSED,)], "return-after-failure", "reversed", 0),
        ([(Fate.SUCCEEDED,), (Fate.REVERSED, 11)], "returned-too-much", "reversed", 0),
        ([(Fate.EXECUTING, 2, 7)], "unknown-attempt", "executing", 2),
    ],
)
def test_news_that_contradicts_is_listed_and_never_lost(
    news: list[tuple[Fate, int, int]], code: str, fate: str, kept: int
) -> None:
    """What cannot be true beside what was known waits for a person."""
    engine = engine_of()
    case = amended(engine)
    for told, *more in news:
        amount = eur(more[0]) if more else None
        attempt = more[1] if len(more) > 1 else None
        case = engine.deliver(case, DUE, told, amount=amount, attempt=attempt)
    [contradiction] = case.contradictions
    assert (contradiction.number, contradiction.due) == (1, DUE)
    assert contradiction.reason.code == code
    assert (case.due(DUE).fate, case.due(DUE).settled) == (fate, eur(kept))
    assert replay(case.events) == case


def test_another_proof_of_what_was_paid_is_a_second_payment() -> None:
    """The customer has both, and all of it is set off, until somebody finds out."""
    engine = engine_of()
    case = engine.deliver(amended(engine), DUE, Fate.SUCCEEDED, reference="r-1")
    assert not engine.deliver(case, DUE, Fate.SUCCEEDED).contradictions
    case = engine.deliver(case, DUE, Fate.SUCCEEDED, reference="r-2")
    [contradiction] = case.contradictions
    assert contradiction.reason.code == "paid-twice"
    assert contradiction.reason.values == Facts({"known": "r-1", "reference": "r-2"})
    assert case.given == (euros(20),)


def test_late_news_of_what_was_settled_changes_nothing() -> None:
    """That it was under way is no news once it arrived, and what bounced failed."""
    engine = engine_of()
    done = engine.deliver(amended(engine), DUE, Fate.SUCCEEDED)
    back = engine.deliver(done, DUE, Fate.REVERSED)
    for case, fates in (
        (done, (Fate.EXECUTING, Fate.UNKNOWN)),
        (back, (Fate.EXECUTING, Fate.UNKNOWN, Fate.FAILED)),
        (failed(engine), (Fate.EXECUTING, Fate.UNKNOWN)),
    ):
        for fate in fates:
            late = engine.deliver(case, DUE, fate)
            assert late.due(DUE) == case.due(DUE)
            assert not late.contradictions


def test_what_was_cancelled_and_goes_on_is_a_contradiction() -> None:
    """Money that leaves after a cancellation counts as given, and somebody looks."""
    engine = engine_of()
    case = engine.cancel(amended(engine), DUE, "paid in the shop", by="ana")
    assert (case.due(DUE).fate, case.given, case.owes) == (Fate.CANCELLED, (), ())
    for fate in (Fate.EXECUTING, Fate.SUCCEEDED):
        gone = engine.deliver(case, DUE, fate)
        assert [c.reason.code for c in gone.contradictions] == ["cancelled-before"]
        assert gone.given == PLAIN.amends
    assert not engine.deliver(case, DUE, Fate.FAILED).contradictions


def test_a_person_settles_a_contradiction() -> None:
    """It stays listed until somebody says what is true, in any state of the case."""
    engine = engine_of()
    case = contradicted(engine)
    [reason] = reasons_of(engine.settle_contradiction, case, 2, "x", by="bo")
    assert (reason.code, reason.values) == (
        "no-contradiction",
        Facts({"number": 2, "open": "1"}),
    )
    merged, _ = engine.merge(case, engine.open(LATE, case_id="b"))
    for waiting in (case, merged):
        settled = engine.settle_contradiction(waiting, 1, "it came", by="bo")
        assert not settled.contradictions
        again = codes_of(engine.settle_contradiction, settled, 1, "x", by="bo")
        assert again == ["no-contradiction"]
        assert replay(settled.events) == settled


# ------------------------------------------------------------------ retry and cancel


def test_only_what_failed_for_certain_is_tried_again() -> None:
    """No answer is not a no: what may still arrive is not sent a second time."""
    engine = engine_of()
    case = amended(engine)
    for fate in (None, Fate.EXECUTING, Fate.UNKNOWN, Fate.SUCCEEDED):
        told = case if fate is None else engine.deliver(case, DUE, fate)
        [reason] = reasons_of(engine.retry, told, DUE)
        assert reason.code == "not-retriable"
    again = engine.retry(failed(engine), DUE)
    assert codes_of(engine.retry, again, DUE) == ["not-retriable"]


def test_what_is_on_its_way_cannot_be_cancelled() -> None:
    """It is cancelled before it leaves, or after it is certain that it never came."""
    engine = engine_of()
    case = amended(engine)
    for fate in (Fate.EXECUTING, Fate.UNKNOWN):
        told = engine.deliver(case, DUE, fate)
        assert codes_of(engine.cancel, told, DUE, "no") == ["in-flight"]
    done = engine.deliver(case, DUE, Fate.SUCCEEDED)
    assert codes_of(engine.cancel, done, DUE, "no") == ["not-owed"]
    gone = engine.cancel(failed(engine), DUE, "no")
    assert codes_of(engine.cancel, gone, DUE, "no") == ["not-owed"]


def test_what_was_accepted_since_takes_the_place_of_what_failed() -> None:
    """After a failure and a new acceptance nothing is owed twice."""
    engine = engine_of(policy=set_off(gives(PLAIN)))
    case = engine.reopen(engine.feed_back(failed(engine), "x"), "nothing came")
    case = engine.offer(engine.apologize(engine.acknowledge(case)))
    assert [due.id for due in case.owes] == ["c-1/1"]
    case = engine.accept(case)
    assert case.owes == ()
    assert codes_of(engine.retry, case, DUE) == ["not-retriable"]
    case = engine.make_amends(case)
    assert [due.id for due in case.owes] == ["c-1/2"]
    assert case.due(DUE).replaced_by == ("c-1/2",)
    assert case.due("c-1/2").cycle == 2
    assert case.given == PLAIN.amends


def test_a_command_on_a_due_belongs_to_the_survivor() -> None:
    """The case that goes on decides about what an absorbed one owes."""
    engine = engine_of()
    merged, survivor = engine.merge(failed(engine), apologized(engine, "b"))
    assert codes_of(engine.retry, merged, DUE) == ["merged"]
    assert engine.retry(survivor, DUE).due(DUE).attempt == 2
    assert engine.cancel(survivor, DUE, "no").owes == ()


def test_a_due_reads_as_a_line() -> None:
    """A due is told by its id, what it is and what became of it."""
    assert str(failed(engine_of()).due(DUE)) == "c-1/1: refund EUR 10.00, failed"


@pytest.mark.parametrize("place", PLACES)
def test_every_case_knows_whether_it_is_settled(place: str) -> None:
    """Nothing is owed before amends; what is accepted is not settled."""
    engine: RecoveryEngine = engine_of()
    case = PLACES[place](engine)
    assert case.is_settled is (place not in {"accepted", "amended", "closed"})
