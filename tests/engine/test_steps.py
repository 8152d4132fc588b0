from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from fractions import Fraction
from typing import Any, cast
from zoneinfo import ZoneInfo

import attrs
import pytest

from recovery_core import (
    Action,
    Attribution,
    Award,
    Case,
    Claim,
    Conduct,
    Customer,
    Detection,
    Facts,
    Fate,
    Money,
    Reason,
    RecoveryEngine,
    Remedy,
    RemedyKind,
    ServiceFailure,
    Verdict,
    from_json,
    to_json,
)
from recovery_core.errors import (
    ContractError,
    InvalidValueError,
    RefusalReason,
    TransitionNotAllowedError,
)
from recovery_core.events import (
    Absorption,
    Acceptance,
    Acknowledgement,
    Amends,
    Apology,
    ApprovalRequest,
    Contact,
    Contest,
    Denial,
    Escalation,
    Feedback,
    Finding,
    Lapse,
    Merge,
    Offer,
    OwnStep,
    Refusal,
    Reopening,
    Report,
)
from recovery_core.policy import set_off
from recovery_core.process import (
    FIVE_STEPS,
    Process,
    Trigger,
    define,
    five_steps,
    replay,
)
from recovery_core.process import Step as Written

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
LATE = ServiceFailure("train late")


def euros(amount: int, kind: RemedyKind = RemedyKind.REFUND) -> Remedy:
    """Give whole euros."""
    return Remedy(kind, Money.from_minor(amount * 100, "EUR"))


REDO = Remedy(RemedyKind.REDO, what="the next train")
CHOICE = Award((euros(20), REDO), (euros(5, RemedyKind.CREDIT),))
PLAIN = Award(amends=(euros(10),), because=(Reason("late", "the train was late"),))


class Hands:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        """Tell the time the hands show."""
        return self.now


def gives(award: Award) -> Callable[[Claim], Award]:
    """Make a policy that always gives the same."""
    return lambda _claim: award


def engine_of(award: Award = PLAIN, **settings: Any) -> RecoveryEngine:
    """Set up an engine whose clock stands still."""
    return RecoveryEngine(**{"policy": gives(award), "clock": Hands(), **settings})


def apologized(engine: RecoveryEngine, case_id: str = "c-1") -> Case:
    """Open a case and take it to where an offer can be made."""
    case = engine.open(LATE, case_id=case_id)
    return engine.apologize(engine.acknowledge(case))


def offered(engine: RecoveryEngine, case_id: str = "c-1") -> Case:
    """Take a case to where an offer stands."""
    return engine.offer(apologized(engine, case_id))


def amended(engine: RecoveryEngine, case_id: str = "c-1") -> Case:
    """Take a case to where amends were made."""
    return engine.make_amends(engine.accept(offered(engine, case_id)))


def closed(engine: RecoveryEngine, case_id: str = "c-1") -> Case:
    """Take a case to its end."""
    return engine.feed_back(amended(engine, case_id), "learned")


def reasons_of(
    call: Callable[..., object], *given: Any, **more: Any
) -> list[RefusalReason]:
    """Make a call that must be refused, and list why."""
    with pytest.raises(TransitionNotAllowedError) as refusal:
        call(*given, **more)
    error = refusal.value
    for reason in error.reasons:
        assert str(reason) in str(error)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301
    return list(error.reasons)


def codes_of(call: Callable[..., object], *given: Any, **more: Any) -> list[str]:
    """Make a call that must be refused, and list the codes of the reasons."""
    return [reason.code for reason in reasons_of(call, *given, **more)]


# ---------------------------------------------------------------- settings


@pytest.mark.parametrize(
    ("setting", "wrong", "mend"),
    [
        ("policy", None, "give a function"),
        ("policy", Award, "such as Award(...)"),
        ("process", "five steps", "give Process"),
        ("attribution", "firm", "give a function"),
        ("attribution", Attribution, "such as Attribution(...)"),
        ("liability", None, "give a function"),
        ("liability", Fraction, "such as Fraction(...)"),
        ("abuse", 3, "give a function"),
        ("abuse", Verdict, "such as Verdict(...)"),
        ("authority", {"ana": 20}, "give a function"),
        ("authority", tuple, "such as tuple(...)"),
        ("offer_valid_for", 3600, "give timedelta or None"),
        ("offer_valid_for", timedelta(), "give more than no time, or None"),
        ("offer_valid_for", -TICK, "give more than no time, or None"),
        ("on_hook_error", "close", "'open' or 'hold'"),
        ("on_hook_error", None, "'open' or 'hold'"),
        ("clock", NOON, "give a function"),
        ("new_id", "c-1", "give a function"),
    ],
)
def test_a_wrong_setting_is_refused_at_construction(
    setting: str, wrong: object, mend: str
) -> None:
    """A setting that cannot be is refused with its name and the mend."""
    with pytest.raises(InvalidValueError) as refusal:
        engine_of(PLAIN, **{setting: wrong})
    assert setting in str(refusal.value)
    assert mend in str(refusal.value)


def test_an_engine_needs_a_policy_and_nothing_else() -> None:
    """The policy alone makes an engine; an engine is a frozen value."""
    with pytest.raises(TypeError, match="policy"):
        RecoveryEngine()  # type: ignore[call-arg]
    policy = gives(PLAIN)
    engine = RecoveryEngine(policy=policy)
    assert engine == RecoveryEngine(policy=policy)
    assert engine != RecoveryEngine(policy=policy, on_hook_error="hold")
    with pytest.raises(AttributeError):
        engine.policy = gives(CHOICE)  # type: ignore[misc]


def test_without_settings_time_and_identity_are_real() -> None:
    """Without settings the clock is right and no two cases share an identity."""
    engine = RecoveryEngine(policy=gives(PLAIN))
    before = datetime.now(UTC)
    first, second = engine.open(LATE), engine.open(LATE)
    assert before <= first.opened_at <= second.opened_at <= datetime.now(UTC)
    assert first.id != second.id


def test_an_engine_hashes_its_policy_for_the_record() -> None:
    """The offer names the policy by its content; another policy has another name."""
    engine = engine_of()
    other = attrs.evolve(engine, policy=gives(CHOICE))
    first, second = offered(engine).offer, offered(other).offer
    assert first is not None
    assert second is not None
    assert first.policy == engine.policy_hash != other.policy_hash == second.policy


# ------------------------------------------------------------------- clock


class NoOffset(tzinfo):
    """A zone that does not know its offset."""

    def utcoffset(self, _at: datetime | None, /) -> None:
        """Not know."""

    tzname = dst = utcoffset


@pytest.mark.parametrize(
    "answer",
    [NOON.replace(tzinfo=None), NOON.replace(tzinfo=NoOffset()), NOON.date(), None, 0],
)
def test_a_clock_without_an_offset_breaks_its_contract(answer: object) -> None:
    """A clock that answers no aware moment is named, with the case it was read for."""

    def sundial() -> datetime:
        return cast("datetime", answer)

    broken = engine_of(clock=sundial)
    with pytest.raises(ContractError, match="give an aware datetime") as refusal:
        broken.open(LATE, case_id="c-1")
    assert refusal.value.case_id == "c-1"
    assert refusal.value.plug.endswith("sundial")
    case = apologized(engine_of())
    calls: list[Callable[[Case], object]] = [
        broken.allowed,
        broken.offer,
        broken.contact,
        broken.lapse,
    ]
    for call in calls:
        with pytest.raises(ContractError, match="c-1"):
            call(case)


def test_a_clock_that_raises_breaks_its_contract() -> None:
    """A clock that raises is named like any other plug."""

    def stopped() -> datetime:
        raise OSError("no battery")

    with pytest.raises(ContractError, match="it raised OSError: no battery") as refusal:
        engine_of(clock=stopped).open(LATE, case_id="c-9")
    assert refusal.value.case_id == "c-9"


@pytest.mark.parametrize("fold", [0, 1])
def test_every_clock_is_read_in_utc(fold: int) -> None:
    """A clock of any zone is kept in UTC, even in the hour that comes twice."""
    berlin = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=fold)
    engine = engine_of(clock=lambda: berlin, offer_valid_for=timedelta(days=1))
    case = offered(engine)
    assert {event.at.tzinfo for event in case.events} == {UTC}
    assert case.opened_at == datetime(2026, 10, 25, fold, 30, tzinfo=UTC)
    assert case.offer is not None
    assert case.offer.expires_at == case.opened_at + timedelta(days=1)
    assert from_json(to_json(case)) == case


def test_an_offset_is_as_good_as_a_zone() -> None:
    """A fixed offset is converted, not refused."""
    east = timezone(timedelta(hours=14))
    case = engine_of(clock=lambda: NOON.astimezone(east)).open(LATE)
    assert case.opened_at == NOON
    assert case.opened_at.tzinfo is UTC


# -------------------------------------------------------------------- open


def test_opening_names_the_reporter_as_the_failure_tells() -> None:
    """The complainant reports, else the customer, else nobody in particular."""
    engine = engine_of(new_id=lambda: "made-up")
    member = Customer("c-7")
    parent = attrs.evolve(LATE, complainant="a parent")
    noticed = attrs.evolve(parent, detection=Detection.COMPANY)
    assert engine.open(LATE).events[0].by == "customer"
    assert engine.open(LATE, member).events[0].by == "c-7"
    assert engine.open(parent, member).events[0].by == "a parent"
    assert engine.open(noticed, member).events[0].by == "company"
    assert engine.open(parent, member, by="ana").events[0].by == "ana"


def test_opening_puts_the_report_on_record() -> None:
    """A new case holds the report and nothing else."""
    engine = engine_of(new_id=lambda: "made-up")
    member = Customer("c-7")
    case = engine.open(LATE, member, channel="phone")
    assert case.events[0].detail == Report("made-up", LATE, member, "phone")
    assert (case.id, case.failure, case.customer) == ("made-up", LATE, member)
    assert (case.state, case.cycle, case.round, case.tier) == ("reported", 1, 0, None)
    assert case.is_open
    assert case.process == FIVE_STEPS.hash
    assert engine.open(LATE, case_id="mine").id == "mine"


@pytest.mark.parametrize("case_id", ["", " ", 7])
def test_a_case_needs_an_identity(case_id: Any) -> None:
    """An identity that is no text is refused."""
    with pytest.raises(InvalidValueError, match="case_id"):
        engine_of().open(LATE, case_id=case_id)


# ----------------------------------------------------- every method in its place


def contested(engine: RecoveryEngine) -> Case:
    """Take a case to where the customer refused an offer."""
    return engine.contest(offered(engine), "too little")


def parked(engine: RecoveryEngine) -> Case:
    """Take a case to where an award waits for approval."""
    return engine.offer(apologized(attrs.evolve(engine, policy=gives(PLAIN))), by="ana")


def appealed(engine: RecoveryEngine) -> Case:
    """Take a case to where the customer appealed against a verdict."""
    return engine.appeal(offered(engine), "that is not me")


OWN_REQUEST = "an award is approved by another person than the one who asked"


def nobody_alone(
    _award: Award, /, *, by: str, earlier: tuple[Remedy, ...], at: datetime
) -> tuple[Reason, ...]:
    """Allow the boss everything, and nobody else anything."""
    del earlier, at
    return () if by == "boss" else (Reason("no-role", "ask the boss", {"by": by}),)


def noting(_claim: Claim) -> Verdict:
    """Find every claim worth a note."""
    return Verdict(action=Action.NOTE, reasons=(Reason("odd", "it is odd"),))


BLAMED = Attribution.to("firm")
Method = Callable[[RecoveryEngine, Case, str], object]
PLACED: dict[str, tuple[Callable[[RecoveryEngine], Case], Method]] = {
    "acknowledge": (lambda d: d.open(LATE), lambda d, c, b: d.acknowledge(c, by=b)),
    "apologize": (
        lambda d: d.acknowledge(d.open(LATE)),
        lambda d, c, b: d.apologize(c, by=b),
    ),
    "offer": (apologized, lambda d, c, b: d.offer(c, by=b)),
    "accept": (offered, lambda d, c, b: d.accept(c, by=b)),
    "contest": (offered, lambda d, c, b: d.contest(c, "no", by=b)),
    "make_amends": (
        lambda d: d.accept(offered(d)),
        lambda d, c, b: d.make_amends(c, by=b),
    ),
    "decline": (apologized, lambda d, c, b: d.decline(c, "no", by=b)),
    "concede": (contested, lambda d, c, b: d.concede(c, "no", by=b)),
    "withdraw": (apologized, lambda d, c, b: d.withdraw(c, "no", by=b)),
    "feed_back": (amended, lambda d, c, b: d.feed_back(c, "x", by=b)),
    "reopen": (closed, lambda d, c, b: d.reopen(c, "again", by=b)),
    "escalate": (apologized, lambda d, c, b: d.escalate(c, "lead", by=b)),
    "record_finding": (apologized, lambda d, c, b: d.record_finding(c, BLAMED, by=b)),
    "perceive": (apologized, lambda d, c, b: d.perceive(c, BLAMED, by=b)),
    "contact": (apologized, lambda d, c, b: d.contact(c, by=b)),
    "note_conduct": (
        apologized,
        lambda d, c, b: d.note_conduct(c, Conduct.UPSET, by=b),
    ),
    "assess": (apologized, lambda d, c, b: d.assess(c, by=b)),
    "submit_evidence": (
        apologized,
        lambda d, c, b: d.submit_evidence(c, "photo", by=b),
    ),
    "deliver": (amended, lambda d, c, b: d.deliver(c, 0, Fate.SUCCEEDED, by=b)),
    "appeal": (offered, lambda d, c, b: d.appeal(c, "no", by=b)),
    "judge_appeal": (appealed, lambda d, c, b: d.judge_appeal(c, Verdict(), by=b)),
}
"""Every method that says who acts: where it works, and how it is called."""


@pytest.mark.parametrize("name", PLACED)
def test_every_method_names_who_acts_and_when(name: str) -> None:
    """Each method adds events with the actor, the clock's time and the process."""
    place, method = PLACED[name]
    clock = Hands()
    engine = engine_of(abuse=noting, clock=clock)
    case = place(engine)
    clock.now += HOUR
    after = method(engine, case, "zoe")
    assert isinstance(after, Case)
    assert after.log[: len(case.log)] == case.log
    new = after.events[len(case.log) :]
    assert new
    for event in new:
        assert (event.by, event.at, event.process) == (
            "zoe",
            clock.now,
            FIVE_STEPS.hash,
        )
    assert replay(after.events) == after == from_json(to_json(after))


@pytest.mark.parametrize("by", ["", " ", None, 7, " ana", "ana\n"])
@pytest.mark.parametrize("name", PLACED)
def test_nobody_acts_without_a_name(name: str, by: Any) -> None:
    """A step or record by nobody, or by a name with blanks around, is refused."""
    place, method = PLACED[name]
    engine = engine_of(abuse=noting)
    case = place(engine)
    with pytest.raises(InvalidValueError, match="name who acts"):
        method(engine, case, by)


@pytest.mark.parametrize("by", ["", " ", 7, "boss ", "\tboss"])
def test_nobody_decides_without_a_name(by: Any) -> None:
    """Opening, approving, denying, lapsing, merging and a walk need somebody too."""
    clock = Hands()
    engine = engine_of(authority=nobody_alone, clock=clock)
    case = parked(engine)
    free = engine_of(offer_valid_for=HOUR, clock=clock)
    waiting = offered(free)
    clock.now += HOUR
    other = engine.open(LATE)
    calls: list[Callable[[], object]] = [
        lambda: engine.open(LATE, by=by),
        lambda: engine.approve(case, by=by),
        lambda: engine.deny(case, "no", by=by),
        lambda: free.lapse(waiting, by=by),
        lambda: engine.merge(case, other, by=by),
        lambda: engine.recover(LATE, lesson="x", by=by),
    ]
    for call in calls:
        with pytest.raises(InvalidValueError, match="name who acts"):
            call()


STEPS: dict[str, Callable[[RecoveryEngine, Case], object]] = {
    "acknowledge": lambda d, c: d.acknowledge(c),
    "apologize": lambda d, c: d.apologize(c),
    "offer": lambda d, c: d.offer(c),
    "accept": lambda d, c: d.accept(c),
    "contest": lambda d, c: d.contest(c, "no"),
    "lapse": lambda d, c: d.lapse(c),
    "make_amends": lambda d, c: d.make_amends(c),
    "decline": lambda d, c: d.decline(c, "no"),
    "concede": lambda d, c: d.concede(c, "no"),
    "withdraw": lambda d, c: d.withdraw(c, "no"),
    "feed_back": lambda d, c: d.feed_back(c, "x"),
    "reopen": lambda d, c: d.reopen(c, "again"),
    "escalate": lambda d, c: d.escalate(c, "lead"),
    "merge": lambda d, c: d.merge(c, d.open(LATE, case_id="other")),
}


def test_every_trigger_has_a_typed_method() -> None:
    """Each step of the five-step process is a method of the engine of that name."""
    assert set(STEPS) == set(FIVE_STEPS.triggers) == set(Trigger)
    for trigger in Trigger:
        assert callable(getattr(RecoveryEngine, trigger))


PLACES: dict[str, Callable[[RecoveryEngine], Case]] = {
    "reported": lambda d: d.open(LATE, case_id="c-1"),
    "acknowledged": lambda d: d.acknowledge(d.open(LATE, case_id="c-1")),
    "apologized": apologized,
    "offered": offered,
    "contested": contested,
    "accepted": lambda d: d.accept(offered(d)),
    "amended": amended,
    "unresolved": lambda d: d.withdraw(apologized(d), "never mind"),
    "closed": closed,
    "merged": lambda d: d.merge(apologized(d), d.open(LATE, case_id="other"))[0],
}


@pytest.mark.parametrize("state", PLACES)
def test_allowed_lists_what_the_methods_take(state: str) -> None:
    """In every state the listed steps are taken and all others refused.

    But for a merger, which a promise forbids; that depends on both cases.
    """
    engine = engine_of()
    case = PLACES[state](engine)
    assert case.state == state
    allowed = engine.allowed(case)
    for trigger, take in STEPS.items():
        if trigger in allowed:
            assert engine.why_not(case, trigger) == ()
            if (state, trigger) != ("accepted", "merge"):
                take(engine, case)
            continue
        log = case.log
        reasons = reasons_of(take, engine, case)
        assert tuple(reasons) == engine.why_not(case, trigger) != ()
        assert case.log is log
    listed = [trigger for trigger in FIVE_STEPS.triggers if trigger in allowed]
    assert list(allowed) == listed


def test_why_not_knows_only_the_steps_of_the_process() -> None:
    """A step nobody defined is unknown, and so are a case's own words."""
    engine = engine_of()
    case = engine.open(LATE)
    for word in ("dance", "record", "report"):
        assert [r.code for r in engine.why_not(case, word)] == ["unknown-step"]


# ------------------------------------------------------------- what steps carry


def test_an_acknowledgement_says_how() -> None:
    """An acknowledgement carries its channel, and none if none is said."""
    engine = engine_of()
    case = engine.open(LATE)
    assert engine.acknowledge(case).events[-1].detail == Acknowledgement()
    by_phone = engine.acknowledge(case, channel="phone")
    assert by_phone.events[-1].detail == Acknowledgement("phone")
    with pytest.raises(InvalidValueError, match="channel"):
        engine.acknowledge(case, channel="")


def test_an_apology_admits_no_fault_unless_it_is_said() -> None:
    """An apology owns responsibility only when told to, with or without words."""
    engine = engine_of()
    case = engine.acknowledge(engine.open(LATE))
    carried = [
        engine.apologize(case),
        engine.apologize(case, owns_responsibility=True),
        engine.apologize(case, words="We are sorry."),
        engine.apologize(case, owns_responsibility=True, words="Our mistake."),
    ]
    assert [case.events[-1].detail for case in carried] == [
        Apology(),
        Apology(owns_responsibility=True),
        Apology(words="We are sorry."),
        Apology(owns_responsibility=True, words="Our mistake."),
    ]
    for wrong in (1, None, "yes"):
        with pytest.raises(InvalidValueError, match="owns_responsibility"):
            engine.apologize(case, owns_responsibility=wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="words"):
        engine.apologize(case, words=" ")


def test_redress_is_given_without_admitting_fault() -> None:
    """A plain apology and a finding that blames others withhold nothing."""
    engine = engine_of()
    case = engine.record_finding(engine.open(LATE), Attribution.to("nature"), by="ana")
    case = engine.apologize(engine.acknowledge(case))
    case = engine.make_amends(engine.accept(engine.offer(case)))
    assert case.amends == PLAIN.amends
    apology = case.events[3].detail
    assert isinstance(apology, Apology)
    assert not apology.owns_responsibility


@pytest.mark.parametrize(
    ("name", "call", "detail"),
    [
        (
            "contest",
            lambda d: d.contest(offered(d), "no", asks_for=REDO),
            Contest("no", REDO),
        ),
        ("decline", lambda d: d.decline(apologized(d), "on time"), Refusal("on time")),
        (
            "concede",
            lambda d: d.concede(contested(d), "far apart"),
            Refusal("far apart"),
        ),
        (
            "withdraw",
            lambda d: d.withdraw(apologized(d), "found it"),
            Refusal("found it"),
        ),
        (
            "feed_back",
            lambda d: d.feed_back(amended(d), "a", root_cause="b", prevention="c"),
            Feedback("a", "b", "c"),
        ),
        (
            "reopen",
            lambda d: d.reopen(closed(d), "still late"),
            Reopening("still late"),
        ),
        (
            "escalate",
            lambda d: d.escalate(apologized(d), "lawyer", why="threat"),
            Escalation("lawyer", "threat"),
        ),
        (
            "record",
            lambda d: d.contact(apologized(d), channel="phone"),
            Contact("phone"),
        ),
    ],
)
def test_a_step_carries_what_it_was_told(
    name: str, call: Callable[[RecoveryEngine], Case], detail: object
) -> None:
    """What is passed to a step stands in its event, word for word."""
    event = call(engine_of()).events[-1]
    assert (event.detail, event.trigger) == (detail, name)


WRONG: dict[str, Callable[[Any], object]] = {
    "d.contest(offered(d), '')": lambda d: d.contest(offered(d), ""),
    "d.decline(apologized(d), '')": lambda d: d.decline(apologized(d), ""),
    "d.concede(contested(d), '')": lambda d: d.concede(contested(d), ""),
    "d.withdraw(apologized(d), '')": lambda d: d.withdraw(apologized(d), ""),
    "d.feed_back(amended(d), '')": lambda d: d.feed_back(amended(d), ""),
    "d.reopen(closed(d), '')": lambda d: d.reopen(closed(d), ""),
    "d.escalate(apologized(d), '')": lambda d: d.escalate(apologized(d), ""),
    "d.submit_evidence(apologized(d), '')": lambda d: d.submit_evidence(
        apologized(d), ""
    ),
    "d.appeal(offered(d), '')": lambda d: d.appeal(offered(d), ""),
    "d.record_finding(apologized(d), 'firm', by='ana')": lambda d: d.record_finding(
        apologized(d), "firm", by="ana"
    ),
    "d.perceive(apologized(d), 'firm')": lambda d: d.perceive(apologized(d), "firm"),
    "d.note_conduct(apologized(d), 'upset', by='ana')": lambda d: d.note_conduct(
        apologized(d), "upset", by="ana"
    ),
    "d.judge_appeal(appealed(d), 'clear', by='bo')": lambda d: d.judge_appeal(
        appealed(d), "clear", by="bo"
    ),
    "d.deliver(amended(d), 0, 'succeeded')": lambda d: d.deliver(
        amended(d), 0, "succeeded"
    ),
    "d.deliver(amended(d), -1, Fate.SUCCEEDED)": lambda d: d.deliver(
        amended(d), -1, Fate.SUCCEEDED
    ),
    "d.accept(offered(d), alternative=True)": lambda d: d.accept(
        offered(d), alternative=True
    ),
    "d.make_amends(d.accept(offered(d)), receipts=['bank-7'])": lambda d: d.make_amends(
        d.accept(offered(d)), receipts=["bank-7"]
    ),
    "d.offer(apologized(d), award='ten euros')": lambda d: d.offer(
        apologized(d), award="ten euros"
    ),
    "d.open('late')": lambda d: d.open("late"),
}


@pytest.mark.parametrize("call", WRONG.values(), ids=WRONG)
def test_a_step_refuses_what_it_cannot_carry(call: Callable[[Any], object]) -> None:
    """An empty text or a value of the wrong sort is refused by name."""
    with pytest.raises(InvalidValueError, match="cannot be"):
        call(engine_of(abuse=noting))


# ------------------------------------------------------------------- offers


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


# -------------------------------------------------------------- accept and give


def test_the_customer_chooses_one_alternative_and_gets_the_amends_besides() -> None:
    """What is given is the chosen alternative with all amends, and nothing else."""
    engine = engine_of(CHOICE)
    for alternative, chosen in enumerate(CHOICE.alternatives):
        case = engine.accept(offered(engine), alternative=alternative)
        assert case.acceptance == Acceptance(1, alternative)
        case = engine.make_amends(case, receipts=("bank-77",))
        given = (chosen, *CHOICE.amends)
        assert case.events[-1].detail == Amends(given, ("bank-77",))
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


# ---------------------------------------------------------------- negotiation


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


# ------------------------------------------------------------ double deviation


def test_reopening_is_a_double_deviation_and_starts_the_steps_again() -> None:
    """A reopened case begins a second cycle, with fresh rounds."""
    engine = engine_of()
    first = closed(engine)
    assert not first.is_double_deviation
    case = engine.reopen(first, "still late")
    assert case.is_double_deviation
    assert (case.cycle, case.round, case.state) == (2, 0, "reported")
    assert (case.offer, case.acceptance, case.amends) == (None, None, ())
    assert case.given == PLAIN.amends
    again = engine.make_amends(
        engine.accept(engine.offer(engine.apologize(engine.acknowledge(case))))
    )
    assert again.given == PLAIN.amends * 2


def test_set_off_sees_what_was_given_in_an_earlier_cycle() -> None:
    """A policy that sets off takes off what the case was given before."""
    amounts = iter([10, 25])

    def rising(_claim: Claim) -> Award:
        return Award(amends=(euros(next(amounts)),))

    engine = engine_of(policy=set_off(rising))
    case = engine.reopen(closed(engine), "still late")
    case = engine.offer(engine.apologize(engine.acknowledge(case)))
    assert case.offer is not None
    assert case.offer.award.amends == (euros(15),)


def test_a_closed_case_is_only_reopened() -> None:
    """Once closed, a case takes no other step; merged, it takes none."""
    engine = engine_of()
    assert engine.allowed(closed(engine)) == ("reopen",)
    merged, _ = engine.merge(engine.open(LATE), engine.open(LATE))
    assert engine.allowed(merged) == ()


def test_escalating_changes_the_tier_and_nothing_else() -> None:
    """A case that is escalated stays where it is; the last tier counts."""
    engine = engine_of()
    case = offered(engine)
    up = engine.escalate(engine.escalate(case, "lead"), "lawyer", by="bo")
    assert (up.state, up.tier, up.round) == ("offered", "lawyer", 1)
    assert engine.accept(up).state == "accepted"


# ----------------------------------------------------------------------- merge


def test_a_merged_case_points_to_the_survivor_that_remembers_it() -> None:
    """The merged case ends and names the survivor; the survivor counts what it gave."""
    engine = engine_of()
    case, into = amended(engine, "a"), apologized(engine, "b")
    merged, survivor = engine.merge(case, into, by="ana")
    assert merged.events[-1].detail == Merge("b")
    assert (merged.state, merged.merged_into, merged.is_open) == ("merged", "b", False)
    assert survivor.events[-1].detail == Absorption("a", (), PLAIN.amends, (), 1)
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
    assert b.events[-1].detail == Absorption("a", (), (), ("a photo",), 3)
    assert (b.evidence, b.contacts) == (("a bill", "a photo"), 5)
    _, c = engine.merge(b, engine.open(LATE, case_id="c"))
    assert c.events[-1].detail == Absorption("b", ("a",), (), b.evidence, 5)
    claim = c.claim(NOON)
    assert (
        (claim.evidence, claim.contacts) == (b.evidence, c.contacts) == (b.evidence, 6)
    )


def test_a_promise_is_not_merged_away() -> None:
    """What was accepted is given or withdrawn before its case is folded in."""
    engine = engine_of()
    promised, into = engine.accept(offered(engine, "a")), engine.open(LATE, case_id="b")
    assert codes_of(engine.merge, promised, into) == ["promise-open"]
    for settled in (
        offered(engine, "a"),
        engine.make_amends(promised),
        engine.withdraw(promised, "never mind"),
    ):
        assert not settled.is_promised
        merged, survivor = engine.merge(settled, into)
        assert survivor.given == settled.given
        assert replay(merged.events) == merged


def test_no_offer_stands_on_what_it_did_not_know() -> None:
    """What was given elsewhere is folded in only where no offer overlooks it."""
    clock = Hands()
    engine = engine_of(clock=clock, offer_valid_for=HOUR)
    case, standing = amended(engine, "a"), offered(engine, "b")
    for into in (standing, engine.accept(standing)):
        [reason] = reasons_of(engine.merge, case, into)
        assert (reason.code, reason.values) == ("offer-open", Facts({"into": "b"}))
    nothing_given = engine.deliver(case, 0, Fate.FAILED)
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


# -------------------------------------------------------------------- records


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


# ------------------------------------------------------------------- delivery


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


# ------------------------------------------------------------------- approval


def test_an_award_above_authority_waits_for_another_person() -> None:
    """The case stays where it is and shows what waits, with the reasons."""
    engine = engine_of(authority=nobody_alone)
    case = engine.offer(apologized(engine), by="ana")
    request = case.pending_approval
    assert isinstance(request, ApprovalRequest)
    assert request.award == PLAIN
    assert request.reasons == (Reason("no-role", "ask the boss", {"by": "ana"}),)
    assert (case.state, case.offer, case.round) == ("apologized", None, 0)
    approved = engine.approve(case, by="boss")
    assert approved.pending_approval is None
    assert engine.offer(approved, by="ana").offer is not None


def test_what_waits_is_not_asked_for_twice() -> None:
    """Asking again while an answer is awaited is refused, whoever asks."""
    engine = engine_of(authority=nobody_alone)
    case = parked(engine)
    for by in ("ana", "cy"):
        codes = codes_of(engine.offer, case, by=by)
        assert codes == ["approval-awaited", "no-role"]
    assert engine.offer(case, by="boss").offer is not None


def test_a_denied_award_is_not_asked_for_again() -> None:
    """A denial stands for the same award; another one may be asked for."""
    engine = engine_of(authority=nobody_alone)
    case = engine.deny(parked(engine), "too much", by="boss")
    assert isinstance(case.events[-1].detail, Denial)
    assert case.pending_approval is None
    reasons = reasons_of(engine.offer, case, by="ana")
    assert [reason.code for reason in reasons] == ["approval-denied", "no-role"]
    assert reasons[0].values == Facts({"why": "too much"})
    smaller = engine.offer(case, by="ana", award=Award(amends=(euros(1),)))
    assert smaller.pending_approval is not None


def test_nobody_approves_what_they_asked_for() -> None:
    """Whoever asked may neither approve nor deny, even with the authority."""
    held = [True]

    def gate(
        _award: Award, /, *, by: str, earlier: tuple[Remedy, ...], at: datetime
    ) -> tuple[Reason, ...]:
        del by, earlier, at
        return (Reason("above", "too much"),) if held[0] else ()

    engine = engine_of(authority=gate)
    case = parked(engine)
    held[0] = False
    own = [Reason("own-request", OWN_REQUEST, {"by": "ana"})]
    assert reasons_of(engine.approve, case, by="ana") == own
    assert reasons_of(engine.deny, case, "no", by="ana") == own
    assert engine.approve(case, by="bo").pending_approval is None


def test_the_customers_side_approves_nothing() -> None:
    """Nobody on the customer's side answers a request, however the name is written."""

    def never(_award: Award, /, **_asked: object) -> tuple[Reason, ...]:
        return (Reason("above", "too much"),)

    engine = engine_of(authority=never)
    family = attrs.evolve(LATE, complainant="a parent", affected=("kim", "jo"))
    case = engine.open(family, Customer("c-7"))
    case = engine.offer(engine.apologize(engine.acknowledge(case)), by="ana")
    free = attrs.evolve(engine, authority=None)
    for by in ("customer", "c-7", "C-7", "a parent", "kim", "JO", "ANA"):
        own = [Reason("own-request", OWN_REQUEST, {"by": by})]
        assert reasons_of(free.approve, case, by=by) == own
        assert reasons_of(free.deny, case, "no", by=by) == own
    assert free.approve(case, by="bo").approved == case.pending_approval
    assert free.deny(case, "no", by="bo").pending_approval is None


def test_what_nobody_asked_for_by_name_is_not_approved() -> None:
    """A request by nobody in particular is answered once somebody has asked again."""
    engine = engine_of(authority=nobody_alone)
    case = engine.offer(apologized(engine))
    for answer in (engine.approve, lambda c, by: engine.deny(c, "no", by=by)):
        [reason] = reasons_of(answer, case, by="boss")
        assert (reason.code, reason.values) == (
            "asker-unnamed",
            Facts({"asked_by": "company"}),
        )
    assert codes_of(engine.offer, case) == ["approval-awaited", "no-role"]
    named = engine.offer(case, by="ana")
    assert named.asked_by == "ana"
    assert named.version == case.version + 1
    assert codes_of(engine.offer, named) == ["approval-awaited", "no-role"]
    assert engine.offer(engine.approve(named, by="boss")).offer is not None


def test_an_approval_can_name_the_request_it_saw() -> None:
    """Who approves by fingerprint does not approve what took its place meanwhile."""
    engine = engine_of(authority=nobody_alone)
    seen = parked(engine)
    dearer = engine.offer(seen, by="ana", award=Award(amends=(euros(99),)))
    first, second = seen.pending_approval, dearer.pending_approval
    assert first is not None
    assert second is not None
    assert engine.approve(seen, by="boss", fingerprint=first.fingerprint).approved
    [reason] = reasons_of(
        engine.approve, dearer, by="boss", fingerprint=first.fingerprint
    )
    assert reason.code == "another-award"
    assert reason.values == Facts({"waiting": second.fingerprint})
    late = engine.approve(dearer, by="boss", fingerprint=second.fingerprint)
    assert codes_of(
        engine.approve, late, by="boss", fingerprint=second.fingerprint
    ) == [
        "nothing-waits",
        "another-award",
    ]


def test_an_approved_award_at_discretion_is_offered_by_itself() -> None:
    """Once approved it need not be given again, and still names no policy."""
    engine = engine_of(authority=nobody_alone)
    gift = Award(amends=(euros(99),))
    case = engine.offer(apologized(engine), award=gift, by="ana")
    request = case.pending_approval
    assert request is not None
    assert request.policy is None
    assert codes_of(engine.offer, case, award=gift, by="ana")[0] == "approval-awaited"
    case = engine.approve(case, by="boss")
    assert case.approved is request
    done = engine.offer(case, by="ana")
    assert done.offer == Offer(gift, 1, None, None, ())
    assert done.approved is None
    by_policy = parked(engine).pending_approval
    assert by_policy is not None
    assert by_policy.policy == engine.policy_hash


def test_an_approver_needs_the_authority_too_and_hears_every_reason() -> None:
    """Nobody approves above their authority; all reasons are named."""
    engine = engine_of(authority=nobody_alone)
    case = parked(engine)
    assert codes_of(engine.approve, case, by="bo") == ["no-role"]
    assert codes_of(engine.approve, case, by="ana") == ["own-request", "no-role"]
    assert engine.deny(case, "no", by="bo").pending_approval is None


def test_only_what_waits_is_approved() -> None:
    """Without a request there is nothing to approve or deny, before and after."""
    engine = engine_of(authority=nobody_alone)
    for case in (apologized(engine), engine.approve(parked(engine), by="boss")):
        assert codes_of(engine.approve, case, by="boss") == ["nothing-waits"]
        assert codes_of(engine.deny, case, "no", by="boss") == ["nothing-waits"]


def test_an_approval_is_spent_on_one_offer() -> None:
    """The next round asks again, though the award is the same."""
    engine = engine_of(authority=nobody_alone)
    case = engine.offer(engine.approve(parked(engine), by="boss"), by="ana")
    case = engine.offer(engine.contest(case, "no"), by="ana")
    assert case.round == 1
    assert case.pending_approval is not None


def test_an_approval_does_not_outlive_its_cycle() -> None:
    """What was approved before a reopening has to be asked for again."""
    engine = engine_of(authority=nobody_alone)
    case = engine.decline(engine.approve(parked(engine), by="boss"), "changed our mind")
    case = engine.reopen(engine.feed_back(case, "x"), "unfair")
    case = engine.offer(engine.apologize(engine.acknowledge(case)), by="ana")
    assert case.offer is None
    assert case.pending_approval is not None


# --------------------------------------------------------------------- appeal


def test_without_a_verdict_there_is_nothing_to_appeal_against() -> None:
    """A claim nobody suspects cannot be appealed about."""
    clear = engine_of(abuse=lambda _claim: Verdict())
    for engine in (engine_of(), clear):
        case = offered(engine)
        assert codes_of(engine.appeal, case, "no") == ["no-verdict"]


def test_an_appeal_needs_somebody_new_to_decide_it() -> None:
    """Neither the detector, nor who asked it, nor the customer's side decides it."""
    engine = engine_of(abuse=noting)
    case = engine.open(attrs.evolve(LATE, affected=("kim",)), Customer("c-8"))
    case = engine.offer(engine.apologize(engine.acknowledge(case)), by="ana")
    case = engine.appeal(case, "not me", by="c-7")
    for by in ("ana", "Ana", "c-7", "C-8", "kim", "customer", "noting"):
        [reason] = reasons_of(engine.judge_appeal, case, Verdict(), by=by)
        assert (reason.code, reason.values) == ("own-case", Facts({"by": by}))
    judged = engine.judge_appeal(case, Verdict(), by="bo")
    assert judged.verdict == Verdict()
    assert judged.judgement is not None
    assert judged.judgement.is_appeal


def test_only_an_open_appeal_is_decided() -> None:
    """Without an appeal there is nothing to judge, and a decision closes it."""
    engine = engine_of(abuse=noting)
    case = offered(engine)
    assert codes_of(engine.judge_appeal, case, Verdict(), by="bo") == ["no-appeal"]
    judged = engine.judge_appeal(engine.appeal(case, "no"), Verdict(), by="bo")
    assert codes_of(engine.judge_appeal, judged, Verdict(), by="cy") == ["no-appeal"]


def test_a_second_appeal_goes_to_a_third_person() -> None:
    """Who decided the first appeal has no say in the second."""
    engine = engine_of(abuse=noting)
    verdict = noting(offered(engine).claim(NOON))
    case = engine.judge_appeal(appealed(engine), verdict, by="bo")
    again = engine.appeal(case, "still not me")
    assert codes_of(engine.judge_appeal, again, Verdict(), by="bo") == ["own-case"]
    assert engine.judge_appeal(again, Verdict(), by="cy").verdict == Verdict()


# ------------------------------------------------------- a process of one's own


@pytest.fixture(scope="module")
def heard() -> Process:
    """A process with a step nobody else has, and an acceptance that can grow stale."""
    return define(
        "heard",
        initial="open",
        final="done",
        steps=[
            Written("hear", "open", "heard"),
            Written("offer", ("heard", "offered", "accepted"), "offered"),
            Written("accept", "offered", "accepted"),
            Written("lapse", ("open", "offered"), "heard"),
            Written("make_amends", ("heard", "offered", "accepted"), "done"),
            Written("again", "done", "open", begins_cycle=True),
        ],
    )


def test_a_step_of_ones_own_is_taken_by_name(heard: Process) -> None:
    """A step the library has no method for is taken with a note and facts."""
    engine = engine_of(process=heard)
    case = engine.open(LATE)
    assert engine.allowed(case) == ("hear",)
    case = engine.step(case, "hear", note="she cried", facts={"minutes": 12}, by="ana")
    assert case.events[-1].detail == OwnStep("she cried", Facts({"minutes": 12}))
    assert engine.step(engine.open(LATE), "hear").events[-1].detail == OwnStep()
    assert replay(case.events, heard) == case == from_json(to_json(case), heard)
    done = engine.make_amends(engine.accept(engine.offer(case)))
    assert engine.step(done, "again").cycle == 2


def test_a_step_with_a_method_is_not_taken_by_name() -> None:
    """Steps that carry something of their own keep their method's demands."""
    engine = engine_of()
    case = engine.open(LATE)
    for trigger in (*Trigger, "report"):
        with pytest.raises(InvalidValueError, match="would bypass"):
            engine.step(case, trigger)


def test_a_step_by_name_keeps_the_order(heard: Process) -> None:
    """A step of one's own is refused out of order, and where nobody knows it."""
    engine = engine_of(process=heard)
    case = engine.step(engine.open(LATE), "hear")
    assert codes_of(engine.step, case, "hear") == ["out-of-order"]
    assert codes_of(engine.step, case, "dance") == ["unknown-step"]
    assert codes_of(engine_of().step, engine.open(LATE), "hear") == [
        "another-process",
        "unknown-step",
    ]


def test_a_method_without_its_step_is_unknown(heard: Process) -> None:
    """A method whose step the process lacks is refused, and gives nothing."""
    engine = engine_of(process=heard)
    case = engine.open(LATE)
    assert codes_of(engine.acknowledge, case) == ["unknown-step"]
    bare = define("bare", initial="a", final="b", steps=[Written("end", "a", "b")])
    plain = engine_of(process=bare)
    alone = plain.open(LATE)
    for call in (plain.accept, plain.lapse, plain.make_amends, plain.offer):
        assert codes_of(call, alone) == ["unknown-step"]


def test_no_process_gives_what_was_not_accepted(heard: Process) -> None:
    """Amends need an acceptance of the latest offer, whatever the process allows."""
    engine = engine_of(process=heard)
    case = engine.step(engine.open(LATE), "hear")
    assert codes_of(engine.make_amends, case) == ["nothing-accepted"]
    assert "make_amends" not in engine.allowed(case)
    case = engine.accept(engine.offer(case))
    dearer = engine.offer(case, award=Award(amends=(euros(999),)))
    [reason] = reasons_of(engine.make_amends, dearer)
    assert reason.code == "nothing-accepted"
    assert reason.values == Facts({"accepted": 1, "offered": 2})
    assert engine.make_amends(engine.accept(dearer)).amends == (euros(999),)


def test_one_acceptance_is_paid_once_whatever_the_process() -> None:
    """Given or withdrawn, an acceptance is spent; the next one is paid again."""
    loose = define(
        "loose",
        initial="open",
        final="done",
        steps=[
            *(
                Written(trigger, "open", "open")
                for trigger in ("offer", "accept", "make_amends", "withdraw")
            ),
            Written("end", "open", "done"),
        ],
    )
    engine = engine_of(process=loose)
    promised = engine.accept(engine.offer(engine.open(LATE)))
    paid = engine.make_amends(promised)
    assert codes_of(engine.make_amends, paid) == ["already-given"]
    assert "make_amends" not in engine.allowed(paid)
    twice = engine.make_amends(engine.accept(engine.offer(paid)))
    assert twice.given == PLAIN.amends * 2
    [reason] = reasons_of(engine.make_amends, engine.withdraw(promised, "never mind"))
    assert (reason.code, reason.text) == (
        "nothing-accepted",
        "what was accepted was declined or withdrawn since",
    )


def test_an_answer_needs_an_offer_even_where_the_process_asks_for_none(
    heard: Process,
) -> None:
    """A process that lets an offer lapse before there is one is not believed."""
    engine = engine_of(process=heard)
    case = engine.open(LATE)
    assert codes_of(engine.lapse, case) == ["no-offer"]
    assert "lapse" not in engine.allowed(case)


def test_a_case_explains_itself() -> None:
    """The whole story can be read in plain lines, with who did what and why."""
    story = closed(engine_of()).explain()
    for line in ("acknowledge by company", "late: the train was late", "refund EUR"):
        assert line in story
