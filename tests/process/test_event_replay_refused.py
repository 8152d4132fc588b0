from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any, Final

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from recovery_core import (
    Award,
    Due,
    Event,
    Fate,
    Money,
    Verdict,
)
from recovery_core._domain.move import RECORD, REPORT
from recovery_core.errors import StoredFormatError
from recovery_core.events import (
    Absorption,
    Acceptance,
    Acknowledgement,
    Amends,
    Appeal,
    Approval,
    ApprovalRequest,
    Cancellation,
    Clarification,
    Contact,
    Contest,
    Delivery,
    Denial,
    Detail,
    Escalation,
    Judgement,
    Lapse,
    Merge,
    Offer,
    OwnStep,
    Refusal,
    Reopening,
    Retry,
)
from recovery_core.process import FIVE_STEPS, Process, define, replay
from recovery_core.process import Step as Written
from tests.support.histories import HANDS, OWN_STEPS, case_histories, first_wrong
from tests.support.replay_logs import (
    AWARD,
    CARE,
    CASH,
    KNOWN,
    NOON,
    OFFERED,
    PROCESSES,
    REFUND,
    SORRY,
    SUSPECT,
    TAKEN,
    TWO_ROUNDS,
    WALK,
    log,
)

PAID: Final = "C-1/1", Fate.SUCCEEDED
NEWS: Final = Delivery(*PAID)
EURO: Final = Money("1", "EUR")
OWING: Final = Absorption("C-8", dues=(Due("C-8/1", CARE),))


def records(*details: tuple[Detail, str]) -> list[Event]:
    """Write a log of a report and what somebody put on record."""
    return log(*((RECORD, detail, by) for detail, by in details))


DETAILS: list[Detail | None] = [
    *(Offer(AWARD, number) for number in (1, 2, 3)),
    *(Acceptance(1, choice) for choice in (None, 0, 1, 2)),
    *(Amends(given) for given in ((), (CASH,), (CARE, CASH))),
    *(Delivery(f"C-1/{n}", Fate.SUCCEEDED) for n in (1, 2, 3)),
    *(Retry("C-1/1"), Cancellation("C-1/2", "no"), Clarification(1, "paid")),
    *(Approval(mark) for mark in "fg"),
    *(OwnStep(), Lapse(1), Contact(), Merge("C-1"), Absorption("C-1"), None),
]


# ------------------------------------------------------------- what never happened


@st.composite
def tampered(draw: DrawFn) -> tuple[Process, list[Event]]:
    """Draw a log and drop, double, swap or forge some of its events."""
    process = draw(PROCESSES)
    events = list(draw(case_histories(process, most=16, plain=True)).events)
    for _ in range(draw(st.integers(1, 2))):
        if not events:
            break
        here = draw(st.integers(0, len(events) - 1))
        there = draw(st.integers(0, len(events) - 1))
        how = draw(st.sampled_from(["drop", "double", "swap", "copy", "forge"]))
        if how == "drop":
            del events[here]
        elif how == "double":
            events.insert(there, events[here])
        elif how == "swap":
            events[here], events[there] = events[there], events[here]
        elif how == "copy":
            name = draw(st.sampled_from(["move", "detail", "by", "at"]))
            events[here] = attrs.evolve(
                events[here], **{name: getattr(events[there], name)}
            )
        else:
            events[here] = draw(_forged(events[here], process))
    return process, events


@st.composite
def _forged(draw: DrawFn, event: Event, process: Process) -> Event:
    move, other = event.move, draw(PROCESSES)
    states = st.sampled_from(process.states)
    moves = [move for row in process.moves.values() for move in row.values()]
    forgeries: list[dict[str, Any]] = [
        {"move": draw(st.sampled_from(moves))},
        {"move": draw(st.sampled_from([other.opening, *other.stays.values()]))},
        {"move": attrs.evolve(move, target=draw(states))},
        {"move": attrs.evolve(move, ends=not move.ends)},
        {"move": attrs.evolve(move, begins_cycle=not move.begins_cycle)},
        {"move": attrs.evolve(move, limit=9)},
        {"move": attrs.evolve(move, process=other.hash)},
        {"detail": draw(st.sampled_from(DETAILS))},
        {"by": draw(st.sampled_from(HANDS))},
        {"at": event.at + timedelta(days=draw(st.integers(-50, 50)))},
    ]
    return attrs.evolve(event, **draw(st.sampled_from(forgeries)))


@settings(max_examples=300)
@given(tampered())
def test_a_log_is_replayed_only_if_it_could_have_happened(
    drawn: tuple[Process, list[Event]],
) -> None:
    """A tampered log is refused at the first event that is wrong, or it is a case."""
    process, events = drawn
    wrong = first_wrong(events, process)
    if wrong is None:
        assert replay(events, process).events == tuple(events)
        return
    with pytest.raises(StoredFormatError) as refusal:
        replay(events, process)
    where = f"event {wrong}: " if events else "there are no events"
    assert str(refusal.value).startswith(where)


def test_tampering_finds_both_ends() -> None:
    """The logs drawn above are broken in many places, and some still could be."""
    found: Counter[int | None] = Counter()

    @settings(max_examples=200, database=None)
    @given(tampered())
    def collect(drawn: tuple[Process, list[Event]]) -> None:
        found[first_wrong(drawn[1], drawn[0])] += 1

    collect()
    assert found[None] > 10
    assert len(found) > 5


# ---------------------------------------------------------------------- law by law


class Nowhere(tzinfo):
    """Stand for a zone that does not know its offset."""

    def utcoffset(self, _: datetime | None) -> None:
        """Shrug."""

    dst = tzname = utcoffset


@pytest.mark.parametrize(
    ("forged", "problem"),
    [
        ({"at": NOON.replace(tzinfo=None)}, "is no aware datetime"),
        ({"at": NOON.replace(tzinfo=Nowhere())}, "is no aware datetime"),
        ({"at": "2026-05-01T12:00Z"}, "is no aware datetime"),
        ({"at": NOON.date()}, "is no aware datetime"),
        ({"by": ""}, "nobody is named who did it: ''"),
        ({"by": " \n"}, "nobody is named who did it"),
        ({"by": None}, "nobody is named who did it"),
        ({"by": 7}, "nobody is named who did it"),
        ({"move": None}, "None is no Move"),
        ({"move": "apologize"}, "'apologize' is no Move"),
        ({"move": FIVE_STEPS.opening}, "no such step"),
        ({"move": TWO_ROUNDS.moves["acknowledged"]["apologize"]}, "pass the process"),
        ({"move": FIVE_STEPS.moves["reported"]["merge"]}, "is no edge of five steps"),
        ({"move": FIVE_STEPS.moves["apologized"]["offer"]}, "out-of-order: offer is"),
        ({"move": FIVE_STEPS.stays["acknowledged"]}, "cannot carry Apology"),
        ({"move": FIVE_STEPS.stays["reported"]}, "is no edge of five steps"),
        ({"detail": OwnStep()}, "'apologize' cannot carry OwnStep"),
        ({"detail": Contact()}, "'apologize' cannot carry Contact"),
        ({"detail": None}, "'apologize' cannot carry NoneType"),
    ],
)
def test_an_event_is_what_its_process_makes_it(
    forged: dict[str, Any], problem: str
) -> None:
    """Who, when, which edge and what it carries are all held to the process."""
    events = log(KNOWN, SORRY)
    events[2] = attrs.evolve(events[2], **forged)
    with pytest.raises(StoredFormatError) as refusal:
        replay(events)
    assert str(refusal.value).startswith("event 2: ")
    assert problem in str(refusal.value)


def test_only_events_are_replayed() -> None:
    """Rows, cases and other near misses are named, and cut short."""
    events: list[Any] = [*log(KNOWN), log(KNOWN)[1:] * 99]
    with pytest.raises(StoredFormatError, match=r"event 2: .* is no Event") as refusal:
        replay(events)
    assert len(str(refusal.value)) < 100


def test_a_report_opens_and_nothing_else_does() -> None:
    """The report comes first, once, and carries the failure."""
    opening = log()[0]
    with pytest.raises(StoredFormatError, match=r"event 1: .*no such step"):
        replay([opening, opening])
    with pytest.raises(StoredFormatError, match="event 0: 'report' cannot carry"):
        replay([attrs.evolve(opening, detail=Acknowledgement())])
    shut = attrs.evolve(opening.move, ends=True)
    with pytest.raises(
        StoredFormatError, match=r"event 0: .* is no edge of five steps"
    ):
        replay([attrs.evolve(opening, move=shut)])
    assert opening.trigger == REPORT


CONTESTED = ("contest", Contest("too little"))


REQUEST = ApprovalRequest(AWARD, "f", ())


BARE = ("offer", Offer(Award(amends=(CASH,))))


ABSORBED = Absorption("C-2", ("C-3",))


@pytest.mark.parametrize(
    ("events", "problem"),
    [
        (log(KNOWN, SORRY, ("offer", Offer(AWARD, 2))), "offer 2 came after 0"),
        (log(KNOWN, SORRY, OFFERED, CONTESTED, OFFERED), "offer 1 came after 1"),
        (log(KNOWN, SORRY, ("offer", Offer(Award()))), "nothing was offered"),
        (log(KNOWN, SORRY, OFFERED, ("accept", Acceptance(2, 0))), "no offer 2"),
        (log(KNOWN, SORRY, OFFERED, ("accept", Acceptance(1, 2))), "alternative 2 was"),
        (log(KNOWN, SORRY, OFFERED, ("accept", Acceptance(1))), "alternative None was"),
        (log(KNOWN, SORRY, BARE, ("accept", Acceptance(1, 0))), "alternative 0 was"),
        (log(KNOWN, SORRY, OFFERED, ("lapse", Lapse(1))), "the offer had not run out"),
        (log(KNOWN, SORRY, BARE, ("lapse", Lapse(1))), "the offer had not run out"),
        (log(KNOWN, SORRY, OFFERED, ("lapse", Lapse(2))), "no offer 2 to answer"),
        (
            log(KNOWN, SORRY, OFFERED, TAKEN, ("make_amends", Amends((CASH,)))),
            "something else was given than was accepted",
        ),
        (
            log(KNOWN, SORRY, OFFERED, TAKEN, ("make_amends", Amends((CASH, REFUND)))),
            "something else was given than was accepted",
        ),
        (log(("merge", Merge("C-1"))), "the case cannot go on in 'C-1'"),
        (log((RECORD, ABSORBED), ("merge", Merge("C-3"))), "cannot go on in 'C-3'"),
        (records((ABSORBED, "ana"), (ABSORBED, "bo")), "case 'C-2' cannot be folded"),
        (records((Absorption("C-1"), "ana")), "case 'C-1' cannot be folded into"),
        (records((Absorption("C-4", ("C-1",)), "ana")), "'C-4' cannot be folded into"),
        (
            log(*WALK, (RECORD, Absorption("C-2"))),
            "a case that had ended took in another",
        ),
        (log(("merge", Merge("C-2")), (RECORD, Contact())), "been merged into 'C-2'"),
        (log((RECORD, NEWS)), "'C-1/1' was never owed"),
        (log(*WALK, (RECORD, Delivery("C-1/3", Fate.FAILED))), "'C-1/3' was never"),
        (log(*WALK, (RECORD, Retry("C-1/3"))), "'C-1/3' was never owed"),
        (
            log(*WALK, (RECORD, Delivery("C-1/1", Fate.FAILED, Money("1", "USD")))),
            "C-1/1 is owed in EUR, not USD",
        ),
        (
            log((RECORD, OWING), (RECORD, Delivery("C-8/1", Fate.FAILED, EURO))),
            "C-8/1 is no sum, of which a part could be given",
        ),
        (log(*WALK, (RECORD, Retry("C-1/1"))), "could not be tried again: approved"),
        (
            log(*WALK, (RECORD, NEWS), (RECORD, Cancellation("C-1/1", "no"))),
            "C-1/1 could not be cancelled: succeeded",
        ),
        (log(*WALK, (RECORD, Clarification(1, "so"))), "no contradiction 1 to settle"),
        (records((Approval("f"), "bo")), "no award 'f' waited for approval"),
        (records((REQUEST, "ana"), (Approval("g"), "bo")), "no award 'g' waited"),
        (records((REQUEST, "ana"), (Approval("f"), "ana")), "'ana' answered a request"),
        (records((REQUEST, "ana"), (Denial("f", "no"), "ana")), "'ana' answered"),
        (
            records((REQUEST, "ana"), (Denial("f", "no"), "bo"), (Approval("f"), "bo")),
            "no award 'f' waited",
        ),
        (
            log((RECORD, REQUEST), ("withdraw", Refusal("x")), (RECORD, Approval("f"))),
            "no award 'f' waited",
        ),
        (records((Appeal("unfair"), "kim")), "there was no verdict to appeal against"),
        (
            records((Judgement(Verdict(), "counts"), "ana"), (Appeal("unfair"), "kim")),
            "there was no verdict to appeal against",
        ),
        (
            records((Judgement(Verdict(), "bo", is_appeal=True), "bo")),
            "there was no appeal to decide",
        ),
        *(
            (
                records(
                    (Judgement(SUSPECT, "counts"), "ana"),
                    (Appeal("unfair"), "kim"),
                    (Judgement(SUSPECT, "counts"), "jo"),
                    (Judgement(Verdict(), by, is_appeal=True), by),
                ),
                f"'{by}' decided an appeal in a matter of their own",
            )
            for by in ("ana", "kim", "counts", "jo")
        ),
    ],
)
def test_an_event_that_answers_needs_what_it_answers(
    events: list[Event], problem: str
) -> None:
    """Acceptance, amends, approval and appeal are held to what they answer."""
    with pytest.raises(StoredFormatError) as refusal:
        replay(events)
    assert str(refusal.value).startswith(f"event {len(events) - 1}: ")
    assert problem in str(refusal.value)
    assert first_wrong(events, FIVE_STEPS) == len(events) - 1
    assert replay(events[:-1]).events == tuple(events[:-1])


def test_what_may_follow_is_replayed() -> None:
    """Another person may approve and judge, and a remedy may meet its fates."""
    approved = records((REQUEST, "ana"), (Approval("f"), "bo"))
    judged = records(
        (Judgement(SUSPECT, "counts"), "ana"),
        (Appeal("unfair"), "kim"),
        (Judgement(Verdict(), "bo", is_appeal=True), "bo"),
    )
    merged = log(*WALK[:-1], ("merge", Merge("C-9")), (RECORD, NEWS))
    failed = (RECORD, Delivery("C-1/1", Fate.FAILED))
    retried = log(*WALK, failed, (RECORD, Retry("C-1/1")))
    contradicted = log(
        *WALK, (RECORD, NEWS), failed, (RECORD, Clarification(1, "it came"))
    )
    late = log(*WALK, ("reopen", Reopening("no")), failed)
    for events in (approved, judged, merged, retried, contradicted, late):
        assert replay(events).events == tuple(events)


def test_an_offer_runs_out_at_its_very_moment() -> None:
    """A microsecond before its end an offer can be taken; from then on it can lapse."""
    taken, until = log(*WALK[:4]), NOON + timedelta(hours=5)
    just = until - timedelta(microseconds=1)
    elsewhere = timezone(timedelta(hours=-9))
    for at in (just, just.astimezone(elsewhere)):
        assert replay([*taken[:4], attrs.evolve(taken[4], at=at)]).state == "accepted"
    with pytest.raises(StoredFormatError, match="event 4: the offer had run out"):
        replay([*taken[:4], attrs.evolve(taken[4], at=until)])
    lapse = Event(FIVE_STEPS.moves["offered"]["lapse"], until, "clock", Lapse(1))
    assert replay([*taken[:4], lapse]).state == "contested"
    with pytest.raises(StoredFormatError, match="event 4: the offer had not run out"):
        replay([*taken[:4], attrs.evolve(lapse, at=just)])


def test_amends_in_a_process_of_ones_own_still_need_an_acceptance() -> None:
    """What a process would let happen at once is still held to what it answers."""
    start = Event(OWN_STEPS.opening, NOON, "kim", log()[0].detail)
    one, two = Offer(Award(amends=(CASH,))), Offer(Award(amends=(CASH,)), 2)
    path: list[tuple[str, Detail]] = [
        ("visit", OwnStep("at home")),
        ("offer", one),
        ("offer", two),
        ("accept", Acceptance(2)),
        ("make_amends", Amends((CASH,))),
    ]
    events = [start]
    for trigger, detail in path:
        move = OWN_STEPS.moves[events[-1].state][trigger]
        events.append(Event(move, NOON, "ana", detail))
    case = replay(events, OWN_STEPS)
    assert case.amends == (CASH,)
    stale = attrs.evolve(events[4], detail=Acceptance(1))
    with pytest.raises(StoredFormatError, match="event 4: there was no offer 1"):
        replay([*events[:4], stale], OWN_STEPS)
    hasty = define_hasty()
    opening = attrs.evolve(start, move=hasty.opening)
    gift = Event(hasty.moves["heard"]["make_amends"], NOON, "ana", Amends((CASH,)))
    with pytest.raises(StoredFormatError, match="event 1: amends without an accepted"):
        replay([opening, gift], hasty)
    yes = Event(hasty.moves["heard"]["accept"], NOON, "kim", Acceptance(1))
    with pytest.raises(StoredFormatError, match="event 1: there was no offer 1"):
        replay([opening, yes], hasty)
    stop = Event(hasty.moves["heard"]["lapse"], NOON, "kim", Lapse(1))
    with pytest.raises(StoredFormatError, match="event 1: there was no offer 1"):
        replay([opening, stop], hasty)


def test_a_later_offer_takes_back_what_was_accepted() -> None:
    """Amends need the acceptance of the latest offer, not of one before it."""
    fickle = define(
        "fickle",
        initial="open",
        final="done",
        steps=(
            *(Written(trigger, "open", "open") for trigger in ("offer", "accept")),
            Written("make_amends", "open", "done"),
        ),
    )
    moves, offer = fickle.moves["open"], Award(amends=(CASH,))
    steps: list[tuple[str, Detail]] = [
        ("offer", Offer(offer)),
        ("accept", Acceptance(1)),
        ("offer", Offer(offer, 2)),
        ("make_amends", Amends((CASH,))),
    ]
    events = [Event(moves[trigger], NOON, "ana", detail) for trigger, detail in steps]
    start = attrs.evolve(log()[0], move=fickle.opening)
    assert replay([start, *events[:2], events[3]], fickle).amends == (CASH,)
    with pytest.raises(StoredFormatError, match="event 4: amends without an accepted"):
        replay([start, *events], fickle)


@pytest.mark.parametrize(
    ("between", "then"),
    [
        (("make_amends", Amends((CASH,))), "once"),
        (("withdraw", Refusal("never mind")), "withdrawn"),
    ],
    ids=["given", "withdrawn"],
)
def test_one_acceptance_is_paid_once_whatever_the_process(
    between: tuple[str, Detail], then: str
) -> None:
    """What was given or withdrawn is not owed; a new acceptance is paid again."""
    free = ("offer", "accept", "make_amends", "withdraw")
    loose = define(
        "loose",
        initial="open",
        final="done",
        steps=(
            *(Written(t, "open", "open") for t in free),
            Written("end", "open", "done"),
        ),
    )
    offer = Offer(Award(amends=(CASH,)))
    first = (("offer", offer), ("accept", Acceptance(1)), between)
    again = ("make_amends", Amends((CASH,)))
    later = (("offer", attrs.evolve(offer, round=2)), ("accept", Acceptance(2)), again)

    def told(*steps: tuple[str, Detail]) -> list[Event]:
        start = attrs.evolve(log()[0], move=loose.opening)
        moves = loose.moves["open"]
        return [start, *(Event(moves[t], NOON, "ana", detail) for t, detail in steps)]

    twice = told(*first, again)
    with pytest.raises(StoredFormatError, match="event 4: amends without an accepted"):
        replay(twice, loose)
    assert first_wrong(twice, loose) == 4
    paid = {"once": (CASH, CASH), "withdrawn": (CASH,)}
    assert replay(told(*first, *later), loose).amends == paid[then]


def test_a_refusal_stays_readable() -> None:
    """However long the forged value is, what is said about it is not."""
    with pytest.raises(StoredFormatError, match="event 3: offer 1000") as refused:
        replay(log(KNOWN, SORRY, ("offer", Offer(AWARD, 10**4000))))
    assert len(str(refused.value)) < 600


def define_hasty() -> Process:
    """Define a process that would let anything be answered at once."""
    answers = ("accept", "lapse", "make_amends")
    steps = [Written(trigger, "heard", "done") for trigger in answers]
    return define("hasty", initial="heard", final="done", steps=steps)


def test_too_often_is_too_often() -> None:
    """A step that its process bounds is not replayed once more."""
    rounds = [
        step
        for number in (1, 2, 3, 4)
        for step in (("offer", Offer(AWARD, number)), CONTESTED)
    ]
    events = log(KNOWN, SORRY, *rounds)
    assert replay(events[:9]).round == 3
    with pytest.raises(StoredFormatError, match="event 9: too-often: offer may be"):
        replay(events)


def test_another_process_is_named() -> None:
    """A log of one process is refused by another, with the mend."""
    with pytest.raises(StoredFormatError, match="event 0: it followed process") as no:
        replay(log(*WALK), TWO_ROUNDS)
    assert TWO_ROUNDS.hash in str(no.value)
    assert "pass the process it followed" in str(no.value)


def test_escalation_keeps_its_place() -> None:
    """A detour leads back where it began, as often as one likes."""
    detours = [("escalate", Escalation(f"tier {n}")) for n in range(5)]
    case = replay(log(KNOWN, *detours, SORRY))
    assert (case.state, case.tier) == ("apologized", "tier 4")
