from __future__ import annotations

from fractions import Fraction

import attrs

from recovery_core import (
    Attribution,
    Award,
    Claim,
    Conduct,
    Detection,
    Facts,
    Fate,
)
from recovery_core.events import (
    Finding,
)
from recovery_core.policy import set_off
from recovery_core.process import (
    five_steps,
    replay,
)
from tests.support.engine_cases import (
    CHOICE,
    LATE,
    PLACES,
    PLAIN,
    amended,
    apologized,
    closed,
    codes_of,
    engine_of,
    euros,
    gives,
    noting,
    offered,
    reasons_of,
)

# ------------------------------------------------------------------------- records


def test_a_record_leaves_the_case_where_it_stands() -> None:
    """Records move nothing, and can be made in every state but merged."""
    engine = engine_of()
    for state, place in PLACES.items():
        case = place(engine)
        if state == "merged":
            reasons = reasons_of(engine.contact, case)
            assert [reason.code for reason in reasons] == ["merged"]
            assert reasons[0].values == Facts({"into": "other"})
            continue
        after = engine.contact(case, channel="phone")
        assert (after.state, after.contacts) == (state, case.contacts + 1)
        assert engine.allowed(after) == engine.allowed(case)


def test_a_record_follows_the_process_of_its_case() -> None:
    """An engine of another process refuses records too, beside all else."""
    engine = engine_of()
    strange = attrs.evolve(engine, process=five_steps(rounds=1))
    case = PLACES["merged"](engine)
    assert codes_of(strange.contact, case) == ["another-process", "merged"]
    assert codes_of(strange.approve, case, by="bo") == [
        "nothing-waits",
        "another-process",
        "merged",
    ]
    [reason] = reasons_of(strange.contact, engine.open(LATE))
    assert reason.values == Facts(
        {"case": engine.process.hash, "engine": strange.process.hash}
    )


def test_contact_effort_is_counted() -> None:
    """Complaint, contacts, contests, appeals, evidence and reopenings are effort."""
    engine = engine_of(abuse=noting)
    noticed = attrs.evolve(LATE, detection=Detection.COMPANY)
    assert engine.open(noticed).contacts == 0
    case = offered(engine)
    assert case.contacts == 1
    case = engine.submit_evidence(engine.contact(case), "photo")
    case = engine.contest(engine.appeal(case, "not me"), "too little")
    assert case.contacts == 5
    assert engine.escalate(case, "lead").contacts == 5
    again = closed(engine)
    assert engine.reopen(again, "still late").contacts == again.contacts + 1


def test_conduct_is_noted_and_never_reaches_a_claim() -> None:
    """Anger is put on record, and nothing of the offer depends on it."""
    seen: list[Claim] = []

    def listening(claim: Claim) -> Award:
        seen.append(claim)
        return PLAIN

    engine = engine_of(policy=listening)
    calm = apologized(engine)
    angry = engine.note_conduct(calm, Conduct.AGGRESSIVE, by="ana")
    assert (calm.conduct, angry.conduct) == (Conduct.CALM, Conduct.AGGRESSIVE)
    engine.offer(calm)
    engine.offer(angry)
    assert seen[0] == seen[1]


def test_perception_stands_beside_the_finding() -> None:
    """What the customer believes and what the company found are kept apart."""
    seen: list[Claim] = []

    def listening(claim: Claim) -> Award:
        seen.append(claim)
        return PLAIN

    engine = engine_of(policy=listening)
    weather, firm = Attribution.to("nature"), Attribution.to("firm")
    case = engine.record_finding(
        engine.perceive(apologized(engine), firm), weather, by="ana"
    )
    assert (case.finding, case.perception) == (weather, firm)
    engine.offer(case)
    assert (seen[0].attribution, seen[0].perception) == (weather, firm)


def test_a_finding_by_a_person_stands_against_the_rule() -> None:
    """Once a person has found whose doing it was, no rule is asked again."""
    asked: list[Claim] = []

    def blaming(claim: Claim) -> Attribution:
        asked.append(claim)
        return Attribution.to("customer")

    def all_or_nothing(attribution: Attribution) -> Fraction:
        return 1 - attribution.share("customer")

    owed: list[Fraction] = []

    def listening(claim: Claim) -> Award:
        owed.append(claim.owed)
        return PLAIN

    engine = engine_of(policy=listening, attribution=blaming, liability=all_or_nothing)
    case = engine.contest(offered(engine), "no")
    assert case.finding == Attribution.to("customer")
    assert not case.found_by_person
    case = engine.contest(engine.offer(case), "no")
    findings = [e for e in case.events if isinstance(e.detail, Finding)]
    assert len(findings) == 1
    case = engine.offer(engine.record_finding(case, Attribution.to("firm"), by="bo"))
    assert case.found_by_person
    assert case.finding == Attribution.to("firm")
    assert owed == [Fraction(0), Fraction(0), Fraction(1)]
    assert len(asked) == 2


# ------------------------------------------------------------------------ delivery


def test_what_was_given_has_a_fate_of_its_own() -> None:
    """Each remedy goes its own way after it was given, and the stage stays."""
    engine = engine_of(CHOICE)
    case = engine.make_amends(engine.accept(offered(engine), alternative=0))
    assert (case.fate(0), case.fate(1)) == (Fate.APPROVED, Fate.APPROVED)
    case = engine.deliver(case, 0, Fate.EXECUTING)
    case = engine.deliver(case, 1, Fate.SUCCEEDED, receipt="mail-3")
    case = engine.deliver(case, 0, Fate.UNKNOWN)
    case = engine.deliver(case, 0, Fate.FAILED, by="bank")
    case = engine.deliver(case, 0, Fate.EXECUTING)
    assert (case.fate(0), case.fate(1)) == (Fate.EXECUTING, Fate.SUCCEEDED)
    assert case.state == "amended"
    after = engine.deliver(engine.feed_back(case, "x"), 0, Fate.SUCCEEDED)
    assert (after.state, after.fate(0)) == ("closed", Fate.SUCCEEDED)


def test_an_impossible_fate_is_refused_with_what_may_come() -> None:
    """A remedy that was delivered cannot fail; only reversing it is left."""
    engine = engine_of()
    case = engine.deliver(amended(engine), 0, Fate.SUCCEEDED)
    [reason] = reasons_of(engine.deliver, case, 0, Fate.FAILED)
    assert (reason.code, reason.text) == (
        "impossible-fate",
        "after succeeded may come reversed",
    )
    assert reason.values == Facts({"before": "succeeded", "fate": "failed"})
    reversed_ = engine.deliver(case, 0, Fate.REVERSED)
    [last] = reasons_of(engine.deliver, reversed_, 0, Fate.EXECUTING)
    assert last.text == "after reversed may come nothing"


def test_what_failed_is_tried_again_only_in_its_cycle() -> None:
    """Once reopened, a failed remedy stays failed: it may have been replaced."""
    engine = engine_of()
    case = engine.deliver(closed(engine), 0, Fate.FAILED)
    assert (case.given, case.remedies) == ((), PLAIN.amends)
    retried = engine.deliver(case, 0, Fate.EXECUTING)
    assert retried.given == PLAIN.amends
    again = engine.reopen(case, "nothing came")
    [reason] = reasons_of(engine.deliver, again, 0, Fate.EXECUTING)
    assert reason.text == "after failed may come nothing"
    under_way = engine.reopen(retried, "nothing came")
    assert engine.deliver(under_way, 0, Fate.SUCCEEDED).given == PLAIN.amends
    again = engine.offer(engine.apologize(engine.acknowledge(again)))
    again = engine.make_amends(engine.accept(again))
    again = engine.deliver(engine.deliver(again, 1, Fate.FAILED), 1, Fate.EXECUTING)
    assert (again.fate(0), again.fate(1)) == (Fate.FAILED, Fate.EXECUTING)
    assert again.given == PLAIN.amends
    assert replay(again.events) == again


def test_set_off_forgets_what_never_reached_the_customer() -> None:
    """A payment that failed or was taken back is owed again; an unknown one is not."""
    award = Award(amends=(euros(10),))
    fates = {
        Fate.FAILED: (Fate.FAILED,),
        Fate.REVERSED: (Fate.SUCCEEDED, Fate.REVERSED),
    }
    engine = engine_of(policy=set_off(gives(award)))
    for steps in fates.values():
        case = closed(engine)
        for fate in steps:
            case = engine.deliver(case, 0, fate)
        case = engine.apologize(engine.acknowledge(engine.reopen(case, "nothing came")))
        offer = engine.offer(case).offer
        assert offer is not None
        assert offer.award.amends == award.amends
    case = engine.deliver(closed(engine), 0, Fate.EXECUTING)
    case = engine.reopen(engine.deliver(case, 0, Fate.UNKNOWN), "nothing came")
    case = engine.apologize(engine.acknowledge(case))
    assert codes_of(engine.offer, case)[0] == "nothing-to-offer"


def test_only_what_was_given_has_a_fate() -> None:
    """A remedy nobody gave is refused with the number there are."""
    engine = engine_of()
    for case, given in ((offered(engine), 0), (amended(engine), 1)):
        [reason] = reasons_of(engine.deliver, case, given, Fate.FAILED)
        assert reason.code == "no-such-remedy"
        assert reason.values == Facts({"remedy": given, "given": given})
    again = engine.reopen(closed(engine), "still late")
    late = engine.deliver(again, 0, Fate.FAILED)
    assert (late.fate(0), late.given) == (Fate.FAILED, ())
