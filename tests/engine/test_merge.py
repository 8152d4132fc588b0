from __future__ import annotations

import attrs
import pytest

from recovery_core import (
    Award,
    Case,
    Customer,
    Facts,
    Fate,
    from_json,
    to_json,
)
from recovery_core.errors import StoredFormatError
from recovery_core.events import (
    Absorption,
    Approval,
    Merge,
)
from recovery_core.policy import set_off
from recovery_core.process import (
    five_steps,
    replay,
)
from tests.support.engine_cases import (
    HOUR,
    LATE,
    NOON,
    PLAIN,
    Hands,
    amended,
    apologized,
    closed,
    codes_of,
    engine_of,
    euros,
    offered,
    reasons_of,
)
from tests.support.plug_cases import Limited, request_of

# --------------------------------------------------------------------------- merge


def test_a_merged_case_points_to_the_survivor_that_remembers_it() -> None:
    """The merged case ends and names the survivor; the survivor counts what it gave."""
    engine = engine_of()
    case, into = amended(engine, "a"), apologized(engine, "b")
    merged, survivor = engine.merge(case, into, by="ana")
    assert merged.events[-1].detail == Merge("b")
    assert (merged.state, merged.merged_into, merged.is_open) == ("merged", "b", False)
    assert survivor.events[-1].detail == Absorption(
        "a", (), (), (), 1, merged.dues, ("customer",)
    )
    assert survivor.events[-1].by == merged.events[-1].by == "ana"
    assert (survivor.state, survivor.absorbed) == ("apologized", frozenset({"a"}))
    assert survivor.given == PLAIN.amends
    assert (case.is_open, into.absorbed) == (True, frozenset())
    for each in (merged, survivor):
        assert replay(each.events) == each == from_json(to_json(each))


def test_the_survivor_carries_on_evidence_and_effort() -> None:
    """What was submitted and gone through on a case counts on in the survivor."""
    engine = engine_of()
    case = engine.contact(engine.submit_evidence(apologized(engine, "a"), "a photo"))
    _, b = engine.merge(case, engine.submit_evidence(apologized(engine, "b"), "a bill"))
    assert b.events[-1].detail == Absorption(
        "a", evidence=("a photo",), contacts=3, customers=("customer",)
    )
    assert (b.evidence, b.contacts) == (("a bill", "a photo"), 5)
    _, c = engine.merge(b, engine.open(LATE, case_id="c"))
    assert c.events[-1].detail == Absorption(
        "b", ("a",), evidence=b.evidence, contacts=5, customers=("customer",)
    )
    claim = c.claim(NOON)
    assert (
        (claim.evidence, claim.contacts) == (b.evidence, c.contacts) == (b.evidence, 6)
    )


def test_what_was_accepted_is_owed_by_whichever_case_goes_on() -> None:
    """A case that is folded in with an acceptance commits the company to it."""
    engine = engine_of()
    promised, into = engine.accept(offered(engine, "a")), engine.open(LATE, case_id="b")
    merged, survivor = engine.merge(promised, into)
    assert (merged.given, survivor.given) == (PLAIN.amends, PLAIN.amends)
    assert [due.id for due in merged.dues] == ["a/1"]
    assert (survivor.dues, survivor.absorbed_dues) == ((), merged.dues)
    assert survivor.owes == merged.dues
    assert not merged.is_promised
    for settled in (
        offered(engine, "a"),
        engine.make_amends(promised),
        engine.withdraw(promised, "never mind"),
    ):
        merged, survivor = engine.merge(settled, into)
        assert survivor.given == settled.given
        assert replay(merged.events) == merged


def test_a_refund_that_bounces_after_a_merge_is_offered_by_the_survivor() -> None:
    """News of an absorbed due is told to both cases, and the survivor makes it good."""
    engine = engine_of(policy=set_off(lambda _: PLAIN))
    paid = engine.deliver(amended(engine, "a"), "a/1", Fate.SUCCEEDED)
    merged, survivor = engine.merge(paid, apologized(engine, "b"))
    assert codes_of(engine.offer, survivor)[0] == "nothing-to-offer"
    gone = engine.deliver(merged, "a/1", Fate.REVERSED)
    assert (gone.state, gone.given) == ("merged", ())
    bounced = engine.deliver(survivor, "a/1", Fate.REVERSED)
    assert bounced.given == ()
    assert [due.id for due in bounced.owes] == ["a/1"]
    again = engine.accept(engine.offer(bounced))
    assert again.owes == ()
    replaced = again.due("a/1")
    assert (replaced.fate, replaced.replaced_by) == (Fate.CANCELLED, ("b/1",))
    again = engine.make_amends(again)
    assert [due.id for due in again.owes] == ["b/1"]
    assert again.given == PLAIN.amends
    assert replay(again.events) == again


def test_no_offer_stands_on_what_it_did_not_know() -> None:
    """What was given elsewhere is folded in only where no offer overlooks it."""
    clock = Hands()
    engine = engine_of(clock=clock, offer_valid_for=HOUR)
    case, standing = amended(engine, "a"), offered(engine, "b")
    for into in (standing, engine.accept(standing)):
        [reason] = reasons_of(engine.merge, case, into)
        assert (reason.code, reason.values) == ("offer-open", Facts({"into": "b"}))
    nothing_given = engine.deliver(case, "a/1", Fate.FAILED)
    assert engine.merge(nothing_given, standing)[1].given == ()
    clock.now += HOUR
    settled = [
        engine.contest(standing, "no"),
        engine.lapse(standing),
        engine.withdraw(standing, "never mind"),
        amended(engine, "b"),
        apologized(engine, "b"),
    ]
    for into in settled:
        assert engine.merge(case, into)[1].given == (*into.given, *PLAIN.amends)


def test_two_customers_are_not_merged() -> None:
    """Cases of two known customers stay apart; an unknown one may be anybody."""
    engine = engine_of()
    kim, jo, nobody = (
        engine.open(LATE, Customer(who) if who else None, case_id=f"of {who}")
        for who in ("kim", "jo", None)
    )
    [reason] = reasons_of(engine.merge, kim, jo)
    assert (reason.code, reason.values) == (
        "another-customer",
        Facts({"case": "kim", "into": "jo"}),
    )
    for case, into in ((kim, nobody), (nobody, kim)):
        assert engine.merge(case, into)[1].absorbed == {case.id}
    other = engine.open(LATE, Customer("kim"), case_id="another")
    assert engine.merge(kim, other)[1].absorbed == {kim.id}


def test_what_two_cases_absorbed_is_not_counted_twice() -> None:
    """Cases that both took in a third, from two copies of it, stay apart."""
    engine = engine_of()
    case = amended(engine, "a")
    _, b = engine.merge(case, engine.open(LATE, case_id="b"))
    _, c = engine.merge(case, engine.open(LATE, case_id="c"))
    [reason] = reasons_of(engine.merge, b, c)
    assert (reason.code, reason.values) == ("already-merged", Facts({"into": "c"}))


def test_set_off_sees_what_a_merged_case_was_given() -> None:
    """What was given on a case that was folded in is taken off like any other."""
    engine = engine_of(Award(amends=(euros(25),)))
    generous = attrs.evolve(engine, policy=set_off(engine.policy))
    _, survivor = engine.merge(amended(engine_of(), "a"), apologized(engine, "b"))
    case = generous.offer(survivor)
    assert case.offer is not None
    assert case.offer.award.amends == (euros(15),)


def test_a_case_is_not_merged_into_itself() -> None:
    """A case and its own older copy are the same case."""
    engine = engine_of()
    old = engine.open(LATE, case_id="a")
    assert codes_of(engine.merge, engine.acknowledge(old), old) == ["same-case"]


def test_the_survivor_must_go_on() -> None:
    """A case that has ended, or was merged away, takes nothing in."""
    engine = engine_of()
    case = engine.open(LATE, case_id="a")
    [ended] = reasons_of(engine.merge, case, closed(engine, "b"))
    assert (ended.code, ended.text) == ("survivor-ended", "it has ended")
    assert ended.values == Facts({"into": "b"})
    gone, _ = engine.merge(
        engine.open(LATE, case_id="c"), engine.open(LATE, case_id="d")
    )
    [moved] = reasons_of(engine.merge, case, gone)
    assert moved.text == "it was merged into d; merge there"


def test_stale_copies_make_no_cycle() -> None:
    """Two cases never end folded into each other, not even through a third."""
    engine = engine_of()
    a, b, c = (engine.open(LATE, case_id=name) for name in "abc")
    _, b_with_a = engine.merge(a, b)
    _, c_with_both = engine.merge(b_with_a, c)
    assert c_with_both.absorbed == {"a", "b"}
    [direct] = reasons_of(engine.merge, b_with_a, a)
    [indirect] = reasons_of(engine.merge, c_with_both, a)
    assert direct == indirect
    assert (direct.code, direct.values) == ("merge-cycle", Facts({"into": "a"}))


def test_a_stale_copy_is_not_folded_in_twice() -> None:
    """What a case had given counts once, however many copies of it are about."""
    engine = engine_of()
    case = amended(engine, "a")
    _, survivor = engine.merge(case, engine.open(LATE, case_id="b"))
    [reason] = reasons_of(engine.merge, case, survivor)
    assert (reason.code, reason.values) == ("already-merged", Facts({"into": "b"}))


def test_all_that_is_wrong_with_a_merger_is_said_at_once() -> None:
    """Order, process, sameness, end and cycle are all named."""
    engine = engine_of()
    case = closed(engine)
    assert codes_of(engine.merge, case, case) == [
        "out-of-order",
        "same-case",
        "survivor-ended",
    ]
    strange = attrs.evolve(engine, process=five_steps(rounds=1))
    reasons = reasons_of(strange.merge, case, engine.open(LATE, case_id="b"))
    assert [reason.code for reason in reasons] == [
        "another-process",
        "out-of-order",
        "another-process",
    ]
    [alone] = reasons_of(engine.merge, engine.open(LATE), strange.open(LATE))
    assert alone.values == Facts(
        {"into": strange.process.hash, "engine": engine.process.hash}
    )


@pytest.mark.parametrize("by", ["kim", "KIM", "kim\u200b", "jo"])
def test_nobody_approves_on_the_side_of_an_absorbed_customer(by: str) -> None:
    """Who was failed on a case that was folded in is no other person than before."""
    engine = engine_of(authority=Limited(boss=99))
    failure = attrs.evolve(LATE, affected=("jo",))
    theirs = engine.open(failure, Customer("kim"), case_id="a")
    ours = engine.apologize(engine.acknowledge(engine.open(LATE, case_id="b")))
    _, survivor = engine.merge(theirs, ours)
    assert survivor.customers == {"customer", "kim", "jo"}
    waiting = engine.offer(survivor, by="ana")
    assert "own-request" in codes_of(engine.approve, waiting, by=by)
    row = (waiting.stay(), NOON, by, Approval(request_of(waiting).fingerprint))
    with pytest.raises(StoredFormatError, match="answered a request of their own"):
        replay(Case((*waiting.log, row)).events)
