"""Cases, values and answers of plugs: what is wrong is refused with the mend."""

from __future__ import annotations

import gc
import inspect
import json
import pickle
import warnings
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction
from typing import Any, Final

import attrs
import pytest

from recovery_core import (
    Attribution,
    Award,
    Case,
    Cause,
    Conduct,
    Customer,
    Event,
    Facts,
    Fate,
    Money,
    PastClaim,
    Reason,
    RecoveryEngine,
    Remedy,
    RemedyKind,
    ServiceFailure,
    Severity,
    Verdict,
    abuse,
    events_from_json,
    events_to_json,
    from_json,
    service_levels,
    to_json,
)
from recovery_core._domain.descriptions import describe, describe_error, storable
from recovery_core._domain.plugs import name_of
from recovery_core.attribution import FirstMatch, Match
from recovery_core.authority import Authority, Grant, spent_on
from recovery_core.errors import (
    ContractError,
    InvalidValueError,
    MissingFactError,
    RefusalReason,
    StoredFormatError,
    TransitionNotAllowedError,
)
from recovery_core.events import HookFailure, Report
from recovery_core.policy import only_if, set_off
from recovery_core.process import FIVE_STEPS as STEPS
from recovery_core.process import Step, define, replay
from recovery_core.process.walk import advance
from recovery_core.tables import Rule, pay

NOON: Final = datetime(2026, 5, 1, 12, tzinfo=UTC)
LATE: Final = ServiceFailure("late", loss=Money("42.00", "EUR"))
TWENTY: Final = Award(amends=(Remedy(RemedyKind.CASH, Money("20.00", "EUR")),))


def engine_of(**settings: Any) -> RecoveryEngine:
    """Build an engine that gives EUR 20.00."""
    made: dict[str, Any] = {"policy": lambda claim: TWENTY, "clock": lambda: NOON}
    return RecoveryEngine(**{**made, **settings})


def due(engine: RecoveryEngine) -> Case:
    """Bring a case to where an offer is due."""
    return engine.apologize(engine.acknowledge(engine.open(LATE, case_id="C")))


# ------------------------------------------------------------------------- cases

ENGINE: Final = engine_of()
CASE: Final = due(ENGINE)
NO_CASES: Final[dict[str, Any]] = {
    "nothing": None,
    "its identity": "C",
    "its text": to_json(CASE),
    "an event": CASE.events[0],
    "its log": CASE.log,
    "what JSON holds": json.loads(to_json(CASE)),
    "a number": 5,
    "the class": Case,
}
GIVEN: Final[dict[str, Any]] = {
    "trigger": "acknowledge",
    "why": "no",
    "to": "lead",
    "lesson": "check",
    "evidence": "bill",
    "attribution": Attribution.to("firm"),
    "conduct": Conduct.CALM,
    "verdict": Verdict(),
    "due": "C-1/1",
    "number": 1,
    "fate": Fate.SUCCEEDED,
    "into": CASE,
    "by": "ana",
}


def methods(name: str) -> list[str]:
    """List the engine's methods with an argument of a name."""
    found = inspect.getmembers(RecoveryEngine, inspect.isfunction)
    public = [pair for pair in found if not pair[0].startswith("_")]
    return [m for m, made in public if name in inspect.signature(made).parameters]


def call(engine: RecoveryEngine, method: str, **given: Any) -> Any:
    """Call a method with all that it needs."""
    bound = getattr(engine, method)
    needed = {
        name
        for name, parameter in inspect.signature(bound).parameters.items()
        if parameter.default is parameter.empty
    }
    made = {name: GIVEN[name] for name in needed - given.keys()}
    return bound(**made, **given)


@pytest.mark.parametrize("wrong", NO_CASES.values(), ids=NO_CASES)
@pytest.mark.parametrize("method", methods("case"))
def test_no_method_takes_anything_for_a_case(method: str, wrong: Any) -> None:
    """The likeliest slip is a store that found nothing; the mend is in the message."""
    with pytest.raises(InvalidValueError, match=r"^case cannot be .*from_json$"):
        call(ENGINE, method, case=wrong)


@pytest.mark.parametrize("wrong", NO_CASES.values(), ids=NO_CASES)
def test_no_case_goes_on_in_anything_else(wrong: Any) -> None:
    """The survivor of a merge is a case as well."""
    with pytest.raises(InvalidValueError, match=r"^into cannot be .*from_json$"):
        ENGINE.merge(CASE, wrong)


TAKES_A_CASE: Final[dict[str, Callable[[Any], object]]] = {
    "to_json": to_json,
    "events_to_json": events_to_json,
    "measure": lambda case: service_levels.RESOLVE.measure(case, NOON),
    "spent_on": lambda case: spent_on([case], "ana", NOON.date(), "EUR"),
    "advance": lambda case: advance(
        STEPS, case, "offer", Report("C", LATE), by="ana", at=NOON
    ),
}


@pytest.mark.parametrize("wrong", NO_CASES.values(), ids=NO_CASES)
@pytest.mark.parametrize("take", TAKES_A_CASE.values(), ids=TAKES_A_CASE)
def test_no_function_takes_anything_for_a_case(
    take: Callable[[Any], object], wrong: Any
) -> None:
    """Nor does anything else that asks for one."""
    with pytest.raises(InvalidValueError, match=r"cannot be .*: give a Case"):
        take(wrong)


@pytest.mark.parametrize("wrong", [None, 5, CASE, to_json(CASE), b"x"], ids=repr)
def test_only_events_are_replayed(wrong: Any) -> None:
    """A case has them, and a text is read."""
    with pytest.raises(InvalidValueError, match=r"case\.events; .*from_json reads"):
        replay(wrong)


@pytest.mark.parametrize("wrong", [None, "five steps", STEPS.hash], ids=repr)
def test_a_process_is_no_name(wrong: Any) -> None:
    """What a case followed is handed in itself."""
    text = to_json(CASE)
    reads: list[Callable[[], object]] = [
        lambda: from_json(text, wrong),
        lambda: events_from_json(events_to_json(CASE), wrong),
        lambda: replay(CASE.events, wrong),
    ]
    for read in reads:
        with pytest.raises(InvalidValueError, match=r"process cannot be .*FIVE_STEPS"):
            read()


OTHER: Final = define(
    "other",
    initial="apologized",
    final=("done",),
    steps=(Step("look", "apologized", "seen"), Step("end", "seen", "done")),
)


@pytest.mark.parametrize("method", methods("case"))
def test_a_case_of_another_process_is_refused_by_every_method(method: str) -> None:
    """Though it stands in a state of the same name."""
    stranger = engine_of(process=OTHER).open(LATE, case_id="S")
    asked: list[object] = []
    engine = engine_of(abuse=asked.append, authority=Authority((), {}))
    if method == "allowed":
        assert engine.allowed(stranger) == ()
        return
    if method in {"deliver", "settle_contradiction"}:
        return  # what happened outside is true of every case; tests of dues say so
    if method == "why_not":
        reasons: tuple[RefusalReason, ...] = engine.why_not(stranger, "offer")
    else:
        given = {"trigger": "look"} if method == "step" else {}
        with pytest.raises(TransitionNotAllowedError) as refusal:
            call(engine, method, case=stranger, **given)
        reasons = refusal.value.reasons
    assert "another-process" in {reason.code for reason in reasons}
    assert not asked


# ----------------------------------------------------------------- arguments by name


@pytest.mark.parametrize("wrong", [{"what": "late"}, "late", None, 5, ServiceFailure])
def test_a_failure_is_asked_for_by_its_name(wrong: Any) -> None:
    """And not by that of the event in which it is kept."""
    for method in ("open", "recover"):
        with pytest.raises(InvalidValueError) as refusal:
            call(ENGINE, method, failure=wrong)
        assert str(refusal.value) == (
            f"failure cannot be {wrong!r}: give a plain ServiceFailure, such as "
            "ServiceFailure('late')"
        )


def test_every_other_argument_is_asked_for_by_its_name() -> None:
    """So are the customer, a finding, a verdict, a conduct, a fate and an award."""
    for method, name, kind in (
        ("open", "customer", "Customer"),
        ("record_finding", "attribution", "Attribution"),
        ("perceive", "attribution", "Attribution"),
        ("judge_appeal", "verdict", "Verdict"),
        ("note_conduct", "conduct", "Conduct"),
        ("deliver", "fate", "Fate"),
        ("offer", "award", "Award"),
    ):
        given = {"failure": LATE} if method == "open" else {"case": CASE}
        with pytest.raises(InvalidValueError) as refusal:
            call(ENGINE, method, **given, **{name: "wrong"})
        start = f"{name} cannot be 'wrong': give a plain {kind}, such as "
        assert str(refusal.value).startswith(start)


def test_who_acts_is_a_text() -> None:
    """A number is what a primary key is; the mend says to give a str."""
    by: Any = 17
    mend = r"^by cannot be 17: give a str, to name"
    with pytest.raises(InvalidValueError, match=mend):
        ENGINE.contact(CASE, by=by)


def test_who_acts_is_kept_as_plain_text() -> None:
    """A member of an enumeration goes by its characters."""

    class Desk(StrEnum):
        FRONT = "front"

    assert type(ENGINE.contact(CASE, by=Desk.FRONT).log[-1][2]) is str


# -------------------------------------------------------------------- derived values


def derived(value: Any) -> Any:
    """Build the same value of a class derived from its own."""
    kind = type("Derived", (type(value),), {"__slots__": ()})
    fields = {f.name: getattr(value, f.name) for f in attrs.fields(type(value))}
    return kind(**fields)


CASH: Final = Remedy(RemedyKind.CASH, Money("20.00", "EUR"))
WHY: Final = Reason("late", "it came late")
CAUSE: Final = Cause("fog", "nature")
HALF: Final = type("Half", (Fraction,), {})(1, 2)
FEW: Final = type("Few", (Money,), {})("1.00", "EUR")
FIRM: Final = Attribution.to("firm")
CLEAR: Final = Verdict()


def offering(policy: Any = None, **settings: Any) -> Callable[[], object]:
    """Ask an engine with some plugs for an offer."""
    engine = engine_of(**({"policy": policy} if policy else {}), **settings)
    return lambda: engine.offer(due(engine))


def held(plug: object) -> Any:
    """Answer with a value, whatever is asked."""
    return lambda *asked, **more: plug


PER_DAY: Final = Grant("agent", per_day=Money("9.00", "EUR"))
# Where a value comes in, and one of a derived class.
ENTRIES: Final[dict[str, Callable[[], object]]] = {
    "award of a person": lambda: ENGINE.offer(CASE, award=derived(TWENTY)),
    "award of a policy": offering(held(derived(TWENTY))),
    "award of an inner policy": offering(set_off(held(derived(TWENTY)))),
    "attribution of a rule": offering(attribution=held(derived(FIRM))),
    "share of a rule": offering(liability=held(HALF)),
    "reason of an authority": offering(authority=held((derived(WHY),))),
    "reasons of an authority": offering(authority=held(type("T", (tuple,), {})())),
    "money spent": offering(
        authority=Authority([PER_DAY], {"company": "agent"}, spent_by=held(FEW))
    ),
    "truth of a condition": offering(only_if(held(1), held(TWENTY), because="x")),
    "failure": lambda: ENGINE.open(derived(LATE)),
    "customer": lambda: ENGINE.open(LATE, derived(Customer("ann"))),
    "past claim": lambda: Customer("ann", claims=(derived(PastClaim(date.min)),)),
    "attribution": lambda: ENGINE.record_finding(CASE, derived(FIRM), by="ana"),
    "perception": lambda: ENGINE.perceive(CASE, derived(FIRM)),
    "verdict": lambda: ENGINE.judge_appeal(CASE, derived(CLEAR), by="ana"),
    "remedy asked for": lambda: ENGINE.contest(CASE, "no", asks_for=derived(CASH)),
    "remedy": lambda: Award((derived(CASH),)),
    "remedy in a table": lambda: Rule("r", amends=derived(CASH)),
    "amount in a table": lambda: pay(FEW),
    "reason": lambda: Award(because=(derived(WHY),)),
    "cause": lambda: ServiceFailure("late", causes=(derived(CAUSE),)),
    "money": lambda: ServiceFailure("late", loss=FEW),
    "money of a remedy": lambda: Remedy(RemedyKind.CASH, FEW),
    "money of a limit": lambda: Grant("agent", per_incident=FEW),
    "money as a fact": lambda: Facts({"fare": FEW}),
    "whole number": lambda: Remedy(RemedyKind.POINTS, points=Severity.MAJOR),
    "tuple": lambda: Award(type("T", (tuple,), {})((CASH,))),
    "case": lambda: ENGINE.contact(type("C", (Case,), {})(CASE.log)),
    "event": lambda: replay([type("E", (Event,), {})(*CASE.log[0])]),
}


@pytest.mark.parametrize("enter", ENTRIES.values(), ids=ENTRIES)
def test_a_value_of_a_derived_class_is_refused_where_it_comes_in(
    enter: Callable[[], object],
) -> None:
    """It could say one thing, and be stored as another."""
    with pytest.raises((InvalidValueError, ContractError)) as refusal:
        enter()
    assert "RuntimeError" not in str(refusal.value)


def test_a_verdict_of_a_derived_class_is_the_failure_of_the_hook() -> None:
    """And is put on record as such."""
    engine = engine_of(abuse=held(derived(CLEAR)))
    (failure,) = [
        event.detail
        for event in engine.assess(due(engine)).events
        if isinstance(event.detail, HookFailure)
    ]
    assert "not a Verdict" in failure.error


class Word(StrEnum):
    LATE = "late"


class Rank(IntEnum):
    HIGH = 3


class Mixed(str, Enum):  # noqa: UP042 - as people wrote them before StrEnum
    X = "x"


FACTS: Final[Mapping[str, Any]] = {
    "word": Word.LATE,
    "mixed": Mixed.X,
    "rank": Rank.HIGH,
    "share": HALF,
    "day": type("Day", (date,), {})(2026, 5, 1),
    "at": type("At", (datetime,), {})(2026, 5, 1, tzinfo=UTC, fold=1),
    "span": type("Span", (timedelta,), {})(days=2, seconds=3, microseconds=4),
    "plain": True,
}


def test_facts_are_what_will_be_read_back() -> None:
    """A case that was stored and one that was not hold the same, type for type."""
    facts = Facts({Word.LATE: 1, **FACTS})
    assert dict(facts) == {"late": 1, **FACTS}
    case = ENGINE.open(ServiceFailure("late", facts=facts))
    again = from_json(to_json(case)).failure.facts
    for found in (facts, again):
        assert {type(name) for name in found} == {str}
        assert [type(found[name]) for name in FACTS] == [
            *(str, str, int, Fraction, date, datetime, timedelta, bool)
        ]
    assert again == facts


def test_a_time_finer_than_any_stored_is_no_fact() -> None:
    """Rather than losing what it says beyond microseconds, it is refused."""
    pandas = pytest.importorskip("pandas")
    at = pandas.Timestamp("2026-05-01T12:00:00.123456789+00:00")
    with pytest.raises(InvalidValueError, match="fact 'at' cannot be Timestamp"):
        Facts({"at": at})
    assert type(Facts({"at": at.floor("us")})["at"]) is datetime
    assert type(engine_of(clock=lambda: at).open(LATE).opened_at) is datetime


# --------------------------------------------------------------------- hostile plugs


class Mute(Exception):  # noqa: N818 - it is not called an error on purpose
    def __str__(self) -> str:
        raise RuntimeError("no")


class Blank:
    def __repr__(self) -> str:
        raise RuntimeError("no")


class Shy:
    """A plug that does not tell its name."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)

    def __call__(self, *asked: object, **more: object) -> object:  # noqa: D102
        raise Mute


def raising(error: Exception) -> Callable[..., Any]:
    """Build a plug that raises."""

    def plug(*asked: object, **more: object) -> Any:
        raise error

    return plug


async def later(*asked: object, **more: object) -> Any:
    """Answer what nobody waits for."""


def never(*asked: object, **more: object) -> Any:
    """Answer with a coroutine, which nobody sees before the plug is asked."""
    return later(*asked, **more)


def per_day(plug: Any) -> Authority:
    """Build an authority that asks a plug for the day's spending."""
    return Authority([PER_DAY], {"company": "agent"}, spent_by=plug)


SOCKETS: Final[dict[str, Callable[[Any], Callable[[], object]]]] = {
    "policy": offering,
    "inner policy": lambda plug: offering(set_off(plug)),
    "condition": lambda plug: offering(only_if(plug, held(TWENTY), because="x")),
    "attribution": lambda plug: offering(attribution=plug),
    "liability": lambda plug: offering(liability=plug),
    "detector": lambda plug: offering(abuse=plug),
    "inner detector": lambda plug: offering(abuse=abuse.worst_of(plug)),
    "detector on trial": lambda plug: offering(abuse=abuse.shadow(plug)),
    "authority": lambda plug: offering(authority=plug),
    "spent_by": lambda plug: offering(authority=per_day(plug)),
    "clock": lambda plug: lambda: engine_of(clock=plug).open(LATE),
    "new_id": lambda plug: lambda: engine_of(new_id=plug).open(LATE),
}
# These go on record, and the case goes on.
ON_RECORD: Final = {"detector", "inner detector", "detector on trial"}


def told(ask: Callable[[], object], socket: str) -> str:
    """Return what is said of a plug that broke its contract; it can be stored."""
    if socket not in ON_RECORD:
        with pytest.raises(ContractError) as refusal:
            ask()
        return str(refusal.value)
    case: Any = ask()
    assert from_json(to_json(case)) == case
    return str(case.explain())


@pytest.mark.parametrize("socket", SOCKETS)
def test_an_error_that_cannot_be_read_is_told_all_the_same(socket: str) -> None:
    """Whatever its ``__str__`` does, the plug is named."""
    text = told(SOCKETS[socket](raising(Mute())), socket)
    assert "raising.<locals>.plug" in text
    assert "it raised Mute: what it says cannot be read" in text


@pytest.mark.parametrize("socket", SOCKETS)
def test_an_answer_that_cannot_be_shown_is_told_all_the_same(socket: str) -> None:
    """Whatever its ``__repr__`` does, the plug is named."""
    text = told(SOCKETS[socket](held(Blank())), socket)
    assert "held.<locals>.<lambda>" in text
    assert "answered a Blank that cannot be shown" in text


@pytest.mark.parametrize("socket", SOCKETS)
def test_a_plug_without_a_name_goes_by_its_class(socket: str) -> None:
    """Whatever it does when it is asked for its name."""
    assert "Shy" in told(SOCKETS[socket](Shy()), socket)


@pytest.mark.parametrize("socket", SOCKETS)
def test_what_a_plug_says_is_bounded_and_can_be_stored(socket: str) -> None:
    """However long it is, and with halves of characters in it."""
    torn = "\ud83d and \ude00 " * 10_000
    text = told(SOCKETS[socket](raising(ValueError(torn))), socket)
    assert len(text) < 3_000
    assert "it raised ValueError: \\ud83d and \\ude00" in text.replace("\\\\", "\\")


@pytest.mark.parametrize("socket", SOCKETS)
def test_an_async_plug_is_refused_before_it_is_asked(socket: str) -> None:
    """Nobody awaits it, so that it could only ever fail."""
    with pytest.raises(InvalidValueError, match="give a plain function: nobody here"):
        SOCKETS[socket](later)()


@pytest.mark.parametrize("socket", SOCKETS)
def test_no_coroutine_is_left_unawaited(socket: str) -> None:
    """An async plug is refused by its answer, and Python has nothing to warn of."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        text = told(SOCKETS[socket](never), socket)
        gc.collect()
    assert "coroutine" in text
    assert "not an async one" in text


def test_nothing_else_that_is_async_passes_for_true() -> None:
    """A condition that answers a coroutine would hold whatever it came to."""
    wrong: Any = never
    rule = FirstMatch((Match(wrong, "firm", WHY),))
    with pytest.raises(ContractError, match=r"Match\.when answered <coroutine"):
        offering(attribution=rule)()
    rule = FirstMatch((Match(held("yes"), "firm", wrong),))
    with pytest.raises(ContractError, match=r"Match\.reason answered <coroutine"):
        offering(attribution=rule)()
    with pytest.raises(InvalidValueError, match="lesson cannot be <coroutine"):
        ENGINE.recover(LATE, lesson=wrong)
    with pytest.raises(ContractError, match=r"answered \(<coroutine"):
        offering(authority=lambda *asked, **more: (never(),))()
    gc.collect()


@pytest.mark.parametrize("wrong", [None, 5, "", " \n", b"c-1", Blank()], ids=describe)
def test_a_new_identity_is_a_text(wrong: Any) -> None:
    """One that is made up wrongly is the fault of what makes it up."""
    engine = engine_of(new_id=held(wrong))
    with pytest.raises(ContractError, match="give a text that is not empty") as refusal:
        engine.open(LATE)
    assert refusal.value.plug.endswith("<lambda>")
    assert engine_of(new_id=held(Word.LATE)).open(LATE).id == "late"


def test_ten_million_characters_of_a_detector_do_not_stay_on_a_case() -> None:
    """A failing detector costs some hundred characters an offer."""
    engine = engine_of(abuse=raising(ValueError("x" * 10**7)))
    case = engine.assess(engine.assess(due(engine)))
    assert len(to_json(case)) < 5_000
    (error,) = {
        event.detail.error
        for event in case.events
        if isinstance(event.detail, HookFailure)
    }
    assert len(error) < 250
    assert error.endswith("xxx...")


def test_a_fact_that_is_missing_among_thousands_is_told_shortly() -> None:
    """The names that are known are told up to a handful."""
    many = Facts({f"f{i:05}": i for i in range(50_000)})
    with pytest.raises(MissingFactError) as refusal:
        many["late"]
    assert len(str(refusal.value)) < 400
    assert "f00019 and 49980 more" in str(refusal.value)


# ----------------------------------------------------------------------- descriptions


def test_a_description_is_short_and_encodes() -> None:
    """Cut with a sign that it was, and with halves of characters escaped."""
    assert describe("x" * 500) == "'" + "x" * 196 + "..."
    assert describe_error(KeyError()) == "KeyError"
    assert storable("\ud800" * 300).encode()
    assert len(storable("\ud800" * 300)) == 200
    nameless = held(None)
    nameless.__qualname__ = "\n "
    assert name_of(nameless) == "function"


def test_a_broken_contract_without_a_case_names_none() -> None:
    """An authority that is asked by itself knows of no case."""
    rule = per_day(raising(KeyError("x")))
    with pytest.raises(ContractError) as refusal:
        rule(TWENTY, by="company", earlier=(), at=NOON)
    assert str(refusal.value) == (
        "raising.<locals>.plug broke its contract: it raised KeyError: 'x'"
    )
    engine = engine_of(authority=rule)
    with pytest.raises(ContractError, match="plug broke its contract on case C: it"):
        engine.offer(due(engine))


# ------------------------------------------------------------------------- unchanging


@pytest.mark.parametrize(
    ("value", "field", "mend"),
    [
        (CASE, "state", "take the engine's method, which returns another"),
        (ENGINE, "policy", "build another, such as with attrs.evolve"),
        (TWENTY, "amends", "build another, such as with attrs.evolve"),
        (CASE.events[0], "by", "build another, such as with attrs.evolve"),
        (Money("1.00", "EUR"), "minor", "build another, such as with attrs.evolve"),
    ],
    ids=lambda given: type(given).__name__,
)
def test_what_stays_as_it_is_says_so(value: Any, field: str, mend: str) -> None:
    """With the class, the field, and what to do instead."""
    changes: list[Callable[[], object]] = [
        lambda: setattr(value, field, 1),
        lambda: delattr(value, field),
    ]
    for change in changes:
        with pytest.raises(attrs.exceptions.FrozenInstanceError) as refusal:
            change()
        assert str(refusal.value).startswith(
            f"{type(value).__name__}.{field} cannot be"
        )
        assert str(refusal.value).endswith(mend)
        again = pickle.loads(pickle.dumps(refusal.value))  # noqa: S301 - our own
        assert str(again) == str(refusal.value)


def test_whole_days_are_told_without_hours() -> None:
    """In reasons, and in a case that is told."""
    read = {"window": timedelta(days=90), "left": timedelta(days=1, hours=2)}
    shown = "[window=90 days, left=1 day, 2:00:00]"
    assert str(Reason("x", "y", read)) == f"x: y {shown}"
    facts = ServiceFailure("late", facts=read)
    assert "window=90 days\n" in f"{ENGINE.open(facts).explain()}\n"


def test_stored_text_is_not_read_by_a_derived_class() -> None:
    """What is stored names no class, so none can be asked for."""
    with pytest.raises(StoredFormatError):
        from_json(to_json(CASE).replace("acknowledgement", "Acknowledgement"))
