from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recovery_core import (
    Attribution,
    Award,
    Case,
    Cause,
    Customer,
    Event,
    Facts,
    Money,
    Reason,
    Remedy,
    ServiceFailure,
    Verdict,
    from_json,
    to_json,
)
from recovery_core._domain.move import RECORD, Move
from recovery_core.events import (
    Absorption,
    Detail,
    Escalation,
    Finding,
    Judgement,
    OwnStep,
    Report,
)
from recovery_core.process import FIVE_STEPS, replay
from tests.support.histories import OWN_STEPS, case_histories
from tests.support.stored_cases import (
    CASES,
    NOON,
    contested,
    own_steps,
    recovered,
    suspected,
)
from tests.support.strategies import cases

any_case = case_histories() | case_histories(OWN_STEPS) | cases()


def as_told(value: object) -> str:
    """Write a value as the narrative has to: on one line, with nothing hidden."""
    return "".join(
        ascii(letter)[1:-1] if is_hidden(letter) else letter for letter in str(value)
    )


def is_hidden(letter: str) -> bool:
    """Tell whether a character breaks the line, turns it round, or cannot be shown."""
    turning = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    is_half = "\ud800" <= letter <= "\udfff"
    is_control = letter < " " or "\x7f" <= letter <= "\x9f"
    return is_control or is_half or letter in turning or letter in "\u2028\u2029"


def values_in(value: Any) -> Iterator[object]:
    """Walk a value and all it is made of."""
    yield value
    if attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            yield from values_in(getattr(value, field.name))
    elif isinstance(value, tuple):
        for inner in value:
            yield from values_in(inner)


# -------------------------------------------------------------------- any case


@given(any_case)
def test_every_case_can_be_told(case: Case) -> None:
    """A title, then each event in its order: when, what, by whom."""
    title, *lines = case.explain().split("\n")
    start = as_told(f"case {case.id}: {case.failure.what} - {case.state}")
    cycle = f", cycle {case.cycle}" if case.cycle > 1 else ""
    assert title == start + cycle
    heads = [line for line in lines if not line.startswith("      ")]
    assert len(heads) == len(case.log)
    for line, event in zip(heads, case.events, strict=True):
        when = event.at.isoformat(sep=" ", timespec="seconds")
        what = event.tag if event.trigger == RECORD else event.trigger
        assert line == as_told(f"  {when}  {what} by {event.by}")


@given(any_case)
def test_every_reason_is_told(case: Case) -> None:
    """Whatever reason an event carries, deep in an award or a verdict, is told."""
    story = case.explain()
    for _, _, _, detail in case.log:
        for value in values_in(detail):
            if isinstance(value, Reason):
                assert f"because: {as_told(value)}" in story or (
                    f": {as_told(value)}" in story
                )
        for name in ("why", "lesson", "root_cause", "prevention", "error", "note"):
            why = getattr(detail, name, None)
            if why is not None:
                assert f"{name.replace('_', ' ')}: {as_told(why)}" in story


def named_by(value: object) -> set[str]:
    """Collect who is named by one value."""
    match value:
        case ServiceFailure():
            return {*value.affected, value.complainant or ""}
        case Customer(id=name) | Judgement(detector=name) | Escalation(to=name):
            return {name}
        case Cause():
            return {value.asserted_by, value.party}
        case Attribution():
            return {party for party, _ in value.shares}
        case Absorption():
            return {value.case_id, *value.absorbed}
    return set()


@given(any_case)
def test_everybody_is_named(case: Case) -> None:
    """Who acted, who was failed, who complained, who judged and who says so."""
    story = case.explain()
    people = {row[2] for row in case.log}
    for _, _, _, detail in case.log:
        for value in values_in(detail):
            people |= named_by(value)
    for person in people:
        assert as_told(person) in story


@given(any_case)
def test_all_that_was_offered_and_given_is_told(case: Case) -> None:
    """Every remedy on record is told with what it is worth, and so is every cap."""
    story = case.explain()
    for _, _, _, detail in case.log:
        for value in values_in(detail):
            if isinstance(value, Remedy):
                assert as_told(value) in story
            if isinstance(value, Verdict) and value.cap is not None:
                assert f"cap: {value.cap}" in story


@given(case_histories())
def test_a_case_read_back_tells_the_same(case: Case) -> None:
    """What a case tells does not depend on where it was kept, but for facts' order."""
    again = from_json(to_json(case))
    assert sorted(re.findall(r"\w+", again.explain())) == sorted(
        re.findall(r"\w+", case.explain())
    )


# ------------------------------------------------------------ nobody forges a line


def about(what: str, by: str = "kim") -> Case:
    """Tell a case with the words of a stranger in it."""
    report = Report("C-1", ServiceFailure(what, facts={what: what}), Customer(what))
    return replay([Event(FIVE_STEPS.opening, NOON, by, report)])


@given(st.text(st.characters(), min_size=1).filter(str.strip))
@example("late\n  2026-05-01 13:00:00+00:00  approval by bo")
@example("late\r\x1b[2Jgone\x00\x9b\x7f")
@example("late\u2028\u2029\x85\x0b\x0c\x1c\x1d\x1e")
@example("late \u202eoob yb\u202c \u2066\u200f\u061c")
@example("cut \ud83d")
def test_what_people_write_stays_on_its_line(text: str) -> None:
    """No text can begin a line, clear a screen, turn the order or fail to print."""
    story = about(text, by=text).explain()
    lines = story.splitlines()
    assert lines == story.split("\n")
    assert len(lines) == 6
    assert story.encode()
    assert not any(is_hidden(letter) for line in lines for letter in line)


def test_ordinary_text_is_told_as_it_is() -> None:
    """Letters of any script, and emoji of several parts, are left alone."""
    for text in ("Zürich ✓", "延误", "מאוחר", "👩\u200d👩\u200d👧", "a\\nb"):
        assert f"failure: {text} (moderate)" in about(text).explain()


# ------------------------------------------------------------------- word by word


def test_a_rich_case_reads_well() -> None:
    """The whole of a case, as whoever answers for it reads it."""
    assert recovered().explain() == (
        "case C-1: train late: Zürich ✓ 🚆 - closed\n"
        "  2026-05-01 12:00:00+00:00  report by kim\n"
        "      case id: C-1\n"
        "      failure: train late: Zürich ✓ 🚆 (major)\n"
        "      loss: EUR 42.00\n"
        "      occurred on: 2026-04-30\n"
        "      touchpoint: on board\n"
        "      complainant: kim\n"
        "      affected: sam\n"
        "      affected: lee\n"
        '      cause: signal failure (supplier), says operations; log 17; seen: "red"\n'
        "      cause: late aircraft (firm, set off by signal failure), says company\n"
        "      facts: delay=75\n"
        "      facts: is_member=True\n"
        "      facts: carrier=north\\nwest\n"
        "      facts: share=1/3\n"
        "      facts: fare=EUR 42.00\n"
        "      facts: day=2026-04-30\n"
        "      facts: due=2026-04-30 23:59:59.999999+00:00\n"
        "      facts: took=1:00:00.000005\n"
        "      facts: huge=-10000000000000000000000000000000000000000\n"
        "      customer: kim\n"
        "      channel: web form\n"
        "  2026-05-01 13:00:00+00:00  acknowledge by ana\n"
        "      channel: e-mail\n"
        "  2026-05-01 14:00:00+00:00  finding by ana\n"
        "      attribution: unknown 1/2, firm 1/4, supplier 1/4\n"
        '      cause: signal failure (supplier), says operations; log 17; seen: "red"\n'
        "      because: late-60: an hour late or more [delay=75, fare=EUR 42.00]\n"
        "      rule: by_weight\n"
        "  2026-05-01 15:00:00+00:00  perception by kim\n"
        "      attribution: firm 1\n"
        "      because: late-60: an hour late or more [delay=75, fare=EUR 42.00]\n"
        "  2026-05-01 16:00:00+00:00  apologize by ana\n"
        "      owns responsibility: yes\n"
        "      words: we failed\n"
        "  2026-05-01 17:00:00+00:00  offer by ana\n"
        "      alternative: refund EUR 42.00 (the fare)\n"
        "      alternative: points 500 points\n"
        "      amends: care\n"
        "      amends: discount 20 %\n"
        "      because: late-60: an hour late or more [delay=75, fare=EUR 42.00]\n"
        "      round: 1\n"
        "      expires at: 2026-05-15 12:00:00+00:00\n"
        "      policy: 3f2a9c\n"
        "      by verdict: late-60: an hour late or more [delay=75, fare=EUR 42.00]\n"
        "  2026-05-01 18:00:00+00:00  accept by kim\n"
        "      round: 1\n"
        "      alternative: 0\n"
        "  2026-05-01 19:00:00+00:00  make_amends by ana\n"
        "      remedies: refund EUR 42.00 (the fare)\n"
        "      remedies: care\n"
        "      remedies: discount 20 %\n"
        "      receipts: none\n"
        "      receipts: menu-3\n"
        "      receipts: none\n"
        "  2026-05-01 20:00:00+00:00  delivery by bank\n"
        "      due: C-1/1\n"
        "      fate: executing\n"
        "      attempt: 1\n"
        "  2026-05-01 21:00:00+00:00  delivery by bank\n"
        "      due: C-1/1\n"
        "      fate: failed\n"
        "      amount: EUR 12.00\n"
        "      attempt: 1\n"
        "      happened at: 2026-05-01 12:00:00+00:00\n"
        "  2026-05-01 22:00:00+00:00  retry by ana\n"
        "      due: C-1/1\n"
        "  2026-05-01 23:00:00+00:00  delivery by bank\n"
        "      due: C-1/1\n"
        "      fate: succeeded\n"
        "      reference: bank-77\n"
        "      attempt: 2\n"
        "  2026-05-02 00:00:00+00:00  delivery by bank\n"
        "      due: C-1/1\n"
        "      fate: succeeded\n"
        "      reference: bank-78\n"
        "      attempt: 2\n"
        "  2026-05-02 01:00:00+00:00  clarification by bo\n"
        "      contradiction: 1\n"
        "      why: bank-78 was taken back at once\n"
        "  2026-05-02 02:00:00+00:00  cancellation by ana\n"
        "      due: C-1/3\n"
        "      why: gold already\n"
        "  2026-05-02 03:00:00+00:00  feed_back by ana\n"
        "      lesson: inspect weekly\n"
        "      root cause: rust\n"
        "      prevention: stainless points"
    )


def test_a_contested_case_reads_well() -> None:
    """Offers that lapse and are refused, an impasse, and a second beginning."""
    lines = contested().explain().split("\n")
    assert lines[0] == "case C-2: no seat - reported, cycle 2"
    assert [line for line in lines if "why" in line] == [
        "      why: too little",
        "      why: no agreement",
        "      why: late again",
        "      why: second time",
    ]
    assert "      asks for: refund EUR 42.00 (the fare)" in lines
    assert "      conduct: upset" in lines


def test_a_suspected_case_reads_well() -> None:
    """The verdict with its reasons and its end, the appeal, and who decided."""
    story = suspected().explain()
    assert (
        "  judgement by ana\n"
        "      verdict: CAP (score 9/10)\n"
        "      cap: EUR 10.00\n"
        "      because: often: five claims in six stays [claims=5]\n"
        "      expires at: 2027-05-01 12:00:00+00:00\n"
        "      detector: velocity\n"
    ) in story
    assert (
        "  judgement by bo\n"
        "      verdict: CLEAR (score 0)\n"
        "      detector: bo\n"
        "      is appeal: yes\n"
    ) in story


def test_steps_of_ones_own_read_well() -> None:
    """A step nobody foresaw is told with its note and its facts."""
    assert own_steps().explain().split("\n")[4:] == [
        "  2026-05-01 13:00:00+00:00  visit by jo",
        "      note: wet floor",
        "      facts: depth_mm=3",
        "      facts: since=2026-04-01",
        "  2026-05-01 14:00:00+00:00  offer by jo",
        "      amends: care",
        "      round: 1",
    ]


@pytest.mark.parametrize("name", CASES)
def test_nothing_empty_is_told(name: str) -> None:
    """What was left out of an event is left out of the story."""
    for line in CASES[name][0]().explain().split("\n"):
        assert line == line.rstrip()
        assert not line.endswith((": None", ": False", ": ()", ":"))


def test_an_owned_apology_is_told_as_one() -> None:
    """That the company took it on itself stands in the story; that it did not, not."""
    assert "      owns responsibility: yes\n" in recovered().explain()
    assert "owns responsibility" not in contested().explain()


def test_no_wording_of_python_is_told() -> None:
    """No value is told as Python writes it."""
    for make, _ in CASES.values():
        for kind in (Award, Cause, Facts, Money, Reason, Remedy, OwnStep, Verdict):
            assert f"{kind.__name__}(" not in make().explain()


def test_numbers_nobody_can_read_do_not_stop_the_story() -> None:
    """A number of thousands of digits is passed over, and all the rest is told."""
    tiny = Fraction(1, 10**5000)
    shares = Attribution({"firm": tiny, "unknown": 1 - tiny})
    huge = Reason("huge", "out of range", {"n": 10**5000})
    report = Report("C-1", ServiceFailure("late", facts={"n": 10**5000}))
    judged = Judgement(Verdict(score=tiny, reasons=(huge,)), "counts")
    opening, stay = FIVE_STEPS.opening, FIVE_STEPS.stays["reported"]
    moves: list[tuple[Move, Detail]] = [
        (opening, report),
        (stay, Finding(shares)),
        (stay, judged),
    ]
    events = [Event(move, NOON, "ana", detail) for move, detail in moves]
    story = replay(events).explain()
    for line in (
        "facts: n=too long to write",
        "attribution: unknown too long to write, firm too long to write",
        "verdict: CLEAR (score too long to write)",
        "because: huge: out of range [values too long to write]",
    ):
        assert f"      {line}\n" in story
