from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from fractions import Fraction
from typing import Any, cast
from zoneinfo import ZoneInfo

import attrs
import pytest

from recovery_core import (
    Attribution,
    Award,
    Case,
    Conduct,
    Customer,
    Detection,
    Fate,
    RecoveryEngine,
    Verdict,
    from_json,
    to_json,
)
from recovery_core.errors import (
    ContractError,
    InvalidValueError,
)
from recovery_core.events import (
    Report,
)
from recovery_core.process import (
    FIVE_STEPS,
    Trigger,
    replay,
)
from tests.support.engine_cases import (
    CHOICE,
    HOUR,
    LATE,
    NOON,
    PLACES,
    PLAIN,
    TICK,
    Hands,
    amended,
    apologized,
    appealed,
    closed,
    contested,
    contradicted,
    engine_of,
    failed,
    gives,
    nobody_alone,
    noting,
    offered,
    parked,
    reasons_of,
)

# ------------------------------------------------------------------------ settings


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
        ("on_hook_error", "close", "'open', 'hold' or 'raise'"),
        ("on_hook_error", None, "'open', 'hold' or 'raise'"),
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


# --------------------------------------------------------------------------- clock


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


# ---------------------------------------------------------------------------- open


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


# ------------------------------------------------------- every method in its place


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
    "deliver": (
        amended,
        lambda d, c, b: d.deliver(c, c.dues[0].id, Fate.SUCCEEDED, by=b),
    ),
    "retry": (failed, lambda d, c, b: d.retry(c, c.dues[0].id, by=b)),
    "cancel": (amended, lambda d, c, b: d.cancel(c, c.dues[0].id, "no", by=b)),
    "settle_contradiction": (
        contradicted,
        lambda d, c, b: d.settle_contradiction(c, 1, "paid", by=b),
    ),
    "appeal": (offered, lambda d, c, b: d.appeal(c, "no", by=b)),
    "judge_appeal": (appealed, lambda d, c, b: d.judge_appeal(c, Verdict(), by=b)),
}


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
