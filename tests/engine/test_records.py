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
)
from recovery_core.events import (
    Finding,
)
from recovery_core.process import (
    five_steps,
)
from tests.support.engine_cases import (
    LATE,
    PLACES,
    PLAIN,
    apologized,
    closed,
    codes_of,
    engine_of,
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
