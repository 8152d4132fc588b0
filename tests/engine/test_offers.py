from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from recovery_core import (
    Award,
    Claim,
    Facts,
    Fate,
    Reason,
)
from recovery_core.events import (
    Acceptance,
    Amends,
    Lapse,
    Offer,
)
from recovery_core.process import (
    five_steps,
)
from tests.support.engine_cases import (
    CHOICE,
    HOUR,
    NOON,
    PLAIN,
    REDO,
    TICK,
    Hands,
    amended,
    apologized,
    closed,
    codes_of,
    engine_of,
    euros,
    nobody_alone,
    offered,
    reasons_of,
)

# -------------------------------------------------------------------------- offers


def test_an_offer_carries_the_award_its_round_and_its_policy() -> None:
    """An offer is the policy's award, numbered, without an end unless one was set."""
    engine = engine_of()
    case = offered(engine)
    assert case.offer == Offer(PLAIN, 1, None, engine.policy_hash, ())
    assert case.state == "offered"


def test_nothing_to_offer_is_refused_with_the_reasons_of_the_policy() -> None:
    """An empty award makes no offer; the refusal gives the policy's reasons."""
    why = Reason("on-time", "it was on time", {"minutes_late": 3})
    engine = engine_of(Award.nothing(why))
    reasons = reasons_of(offered, engine)
    assert [reason.code for reason in reasons] == ["nothing-to-offer", "on-time"]
    assert reasons[1] == why


def test_an_award_at_discretion_stands_in_place_of_the_policys() -> None:
    """A discretionary award is offered as it is, and names no policy."""
    engine = engine_of(Award.nothing())
    case = engine.offer(apologized(engine), award=CHOICE, by="ana")
    assert case.offer == Offer(CHOICE, 1, None, None, ())
    assert codes_of(engine.offer, apologized(engine), award=Award()) == [
        "nothing-to-offer"
    ]


def test_an_award_at_discretion_needs_authority_all_the_same() -> None:
    """What somebody gives at discretion waits like what a policy gives."""
    engine = engine_of(authority=nobody_alone)
    case = engine.offer(apologized(engine), award=CHOICE, by="ana")
    assert case.offer is None
    assert case.pending_approval is not None
    assert case.pending_approval.award == CHOICE
    assert engine.offer(apologized(engine), award=CHOICE, by="boss").offer is not None


@pytest.mark.parametrize(
    ("own", "default", "expected"),
    [
        (None, None, None),
        (None, HOUR, HOUR),
        (TICK, None, TICK),
        (2 * HOUR, HOUR, 2 * HOUR),
        (TICK, HOUR, TICK),
    ],
)
def test_an_award_knows_better_how_long_it_stands(
    own: timedelta | None, default: timedelta | None, expected: timedelta | None
) -> None:
    """The award's own validity goes before the engine's default, longer or shorter."""
    engine = engine_of(attrs.evolve(PLAIN, valid_for=own), offer_valid_for=default)
    offer = offered(engine).offer
    assert offer is not None
    assert offer.expires_at == (None if expected is None else NOON + expected)


def test_an_offer_that_outlasts_the_calendar_never_expires() -> None:
    """A validity beyond the last day there is means no end."""
    engine = engine_of(attrs.evolve(PLAIN, valid_for=timedelta.max))
    offer = offered(engine).offer
    assert offer is not None
    assert offer.expires_at is None


@pytest.mark.parametrize(
    ("wait", "is_expired"),
    [
        (timedelta(), False),
        (HOUR - TICK, False),
        (HOUR, True),
        (HOUR + TICK, True),
    ],
)
def test_an_offer_expires_to_the_microsecond(
    wait: timedelta, *, is_expired: bool
) -> None:
    """Until its last microsecond an offer is accepted, from then on it lapses."""
    clock = Hands()
    engine = engine_of(offer_valid_for=HOUR, clock=clock)
    case = offered(engine)
    clock.now += wait
    read = {"expired_at": NOON + HOUR, "now": clock.now}
    assert ("accept" in engine.allowed(case)) is not is_expired
    assert ("lapse" in engine.allowed(case)) is is_expired
    assert "contest" in engine.allowed(case)
    if is_expired:
        [reason] = reasons_of(engine.accept, case)
        assert (reason.code, reason.values) == ("offer-expired", Facts(read))
        lapsed = engine.lapse(case)
        assert lapsed.state == "contested"
        assert lapsed.events[-1].by == "clock"
        assert lapsed.events[-1].detail == Lapse(1)
    else:
        [reason] = reasons_of(engine.lapse, case)
        now = {"now": clock.now, "expires_at": NOON + HOUR}
        assert (reason.code, reason.values) == ("not-expired", Facts(now))
        assert reason.text == "the offer still stands"
        assert engine.accept(case).state == "accepted"


def test_an_offer_without_an_end_never_lapses() -> None:
    """An offer that never expires is accepted in any year, and lapses in none."""
    clock = Hands()
    engine = engine_of(clock=clock)
    case = offered(engine)
    clock.now += timedelta(days=40_000)
    [reason] = reasons_of(engine.lapse, case)
    assert reason == Reason(
        "not-expired", "the offer never expires", {"now": clock.now}
    )
    assert engine.accept(case).state == "accepted"


def test_without_an_offer_there_is_nothing_to_answer() -> None:
    """Accepting and lapsing before any offer says so beside the wrong order."""
    engine = engine_of()
    case = apologized(engine)
    for call in (engine.accept, engine.lapse):
        reasons = reasons_of(call, case)
        assert [reason.code for reason in reasons] == ["out-of-order", "no-offer"]
        assert reasons[0].values == Facts({"state": "apologized"})


def test_an_offer_of_an_earlier_cycle_is_no_offer() -> None:
    """After a reopening the old offer cannot be answered any more."""
    engine = engine_of()
    case = engine.reopen(closed(engine), "still late")
    assert codes_of(engine.accept, case) == ["out-of-order", "no-offer"]
    assert codes_of(engine.make_amends, case) == [
        "out-of-order",
        "nothing-accepted",
    ]


# ----------------------------------------------------------------- accept and give


def test_the_customer_chooses_one_alternative_and_gets_the_amends_besides() -> None:
    """What is given is the chosen alternative with all amends, and nothing else."""
    engine = engine_of(CHOICE)
    for alternative, chosen in enumerate(CHOICE.alternatives):
        case = engine.accept(offered(engine), alternative=alternative)
        assert case.acceptance == Acceptance(1, alternative)
        given = (chosen, *CHOICE.amends)
        receipts = ("bank-77", *(None for _ in CHOICE.amends))
        case = engine.make_amends(case, receipts=receipts)
        assert case.events[-1].detail == Amends(given, receipts)
        assert case.dues[0].reference == "bank-77"
        assert [due.fate for due in case.dues] == [Fate.SUCCEEDED, Fate.APPROVED]
        assert case.amends == case.given == given


def test_a_single_alternative_needs_no_choice() -> None:
    """One alternative is taken unless said otherwise; none is none."""
    one = Award((euros(20),))
    assert engine_of(one).accept(offered(engine_of(one))).acceptance == Acceptance(1, 0)
    assert engine_of().accept(offered(engine_of())).acceptance == Acceptance(1, None)


def test_a_choice_is_demanded_where_there_is_one() -> None:
    """Two alternatives and no choice are refused with their number."""
    engine = engine_of(CHOICE)
    [reason] = reasons_of(engine.accept, offered(engine))
    assert (reason.code, reason.values) == ("no-choice", Facts({"alternatives": 2}))


@pytest.mark.parametrize(
    ("award", "alternative"), [(CHOICE, 2), (CHOICE, -1), (PLAIN, 0), (PLAIN, -1)]
)
def test_an_alternative_must_be_there(award: Award, alternative: int) -> None:
    """A choice outside the award is refused with what was chosen and what there is."""
    engine = engine_of(award)
    [reason] = reasons_of(engine.accept, offered(engine), alternative=alternative)
    assert reason.code == "no-such-alternative"
    known = len(award.alternatives)
    assert reason.values == Facts({"alternative": alternative, "alternatives": known})


def test_all_that_is_wrong_with_an_acceptance_is_said_at_once() -> None:
    """Order, expiry and choice are all named, each with what it read."""
    clock = Hands()
    engine = engine_of(CHOICE, offer_valid_for=HOUR, clock=clock)
    case = engine.accept(offered(engine), alternative=0)
    clock.now += HOUR
    reasons = reasons_of(engine.accept, case, alternative=9)
    assert [reason.code for reason in reasons] == [
        "out-of-order",
        "offer-expired",
        "no-such-alternative",
    ]
    strange = attrs.evolve(engine, process=five_steps(rounds=2))
    assert codes_of(strange.accept, case) == [
        "another-process",
        "out-of-order",
        "offer-expired",
        "no-choice",
    ]


def test_amends_are_made_once() -> None:
    """A second time they are out of order and given; so is accepting again."""
    engine = engine_of()
    case = amended(engine)
    assert codes_of(engine.make_amends, case) == ["out-of-order", "already-given"]
    assert codes_of(engine.accept, case) == ["out-of-order"]


# --------------------------------------------------------------------- negotiation


def test_three_rounds_then_an_impasse() -> None:
    """After three refused offers a fourth is refused; the company may concede."""
    engine = engine_of()
    case = apologized(engine)
    for number in (1, 2, 3):
        case = engine.offer(case)
        assert case.round == number
        assert case.offer is not None
        assert case.offer.round == number
        case = engine.contest(case, "too little")
    [reason] = reasons_of(engine.offer, case)
    assert (reason.code, reason.values) == (
        "too-often",
        Facts({"taken": 3, "limit": 3}),
    )
    assert "offer" not in engine.allowed(case)
    assert "concede" in engine.allowed(case)
    assert engine.concede(case, "an impasse").state == "unresolved"


def test_a_lapsed_offer_counts_as_a_round() -> None:
    """Rounds are offers made, whether they were contested or lapsed."""
    clock = Hands()
    engine = engine_of(offer_valid_for=HOUR, clock=clock)
    case = apologized(engine)
    for _ in range(3):
        case = engine.offer(case)
        clock.now += HOUR
        case = engine.lapse(case)
    assert codes_of(engine.offer, case) == ["too-often"]


def test_the_policy_reads_what_was_asked_for_and_which_round_it_is() -> None:
    """A counter-demand is in the next round's claim, and stays until the next."""
    seen: list[Claim] = []

    def listening(claim: Claim) -> Award:
        seen.append(claim)
        return PLAIN

    engine = engine_of(policy=listening)
    case = engine.contest(offered(engine), "no", asks_for=REDO)
    case = engine.contest(engine.offer(case), "still no")
    case = engine.contest(engine.offer(case), "no", asks_for=euros(99))
    assert [(c.round, c.asked_for) for c in seen] == [(1, None), (2, REDO), (3, REDO)]
    assert case.asked_for == euros(99)
    assert case.contacts == 4


def test_two_rounds_where_the_process_says_two() -> None:
    """The bound on rounds is the process's, not the engine's."""
    engine = engine_of(process=five_steps(rounds=1))
    case = engine.contest(offered(engine), "no")
    assert codes_of(engine.offer, case) == ["too-often"]
