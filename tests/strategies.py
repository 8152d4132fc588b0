"""Draw any value of the domain, its boundaries more often than chance would.

One function a value, named by its plural; each returns a Hypothesis strategy.
Everything drawn is valid, small enough to read when a test fails, and, unless the
caller asks for more, small enough in money that a case full of it can be added up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Final, ParamSpec, TypeVar, cast

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from recovery_core._domain._currencies import EXPONENTS
from recovery_core._domain.attribution import (
    Attribution,
    Cause,
    Controllability,
    Locus,
    Party,
    Stability,
)
from recovery_core._domain.case import Case
from recovery_core._domain.claim import Claim
from recovery_core._domain.customer import Customer, PastClaim
from recovery_core._domain.events import (
    Absorption,
    Acceptance,
    Acknowledgement,
    Amends,
    Apology,
    Appeal,
    Approval,
    ApprovalRequest,
    ConductNote,
    Contact,
    Contest,
    Delivery,
    Denial,
    Detail,
    Escalation,
    Feedback,
    Finding,
    HookFailure,
    Judgement,
    Lapse,
    Merge,
    Offer,
    Perception,
    Refusal,
    Reopening,
    Report,
    Step,
    Submission,
)
from recovery_core._domain.failure import (
    Act,
    Aspect,
    Detection,
    FailureKind,
    Origin,
    Resource,
    ServiceFailure,
    Severity,
)
from recovery_core._domain.log import Event, Row
from recovery_core._domain.money import MAX_MINOR, Money
from recovery_core._domain.move import RECORD, REPORT, Move
from recovery_core._domain.reason import Fact, Facts, Reason
from recovery_core._domain.remedy import Award, Fate, Remedy, RemedyKind
from recovery_core._domain.verdict import Action, Conduct, Verdict

P = ParamSpec("P")
T = TypeVar("T")

AFFORDABLE: Final = 10**12
"""The most minor units one remedy is drawn with: thousands of them still add up."""

STATES: Final = (
    "REPORTED",
    "ACKNOWLEDGED",
    "APOLOGIZED",
    "OFFERED",
    "CONTESTED",
    "ACCEPTED",
    "AMENDED",
    "UNRESOLVED",
    "CLOSED",
    "MERGED",
)
"""The states a drawn log walks through, in no order any process would allow."""

TRIGGERS: Final[Mapping[type[Detail], tuple[str, ...]]] = MappingProxyType(
    {
        Acknowledgement: ("acknowledge",),
        Apology: ("apologize",),
        Offer: ("offer",),
        Acceptance: ("accept",),
        Contest: ("contest",),
        Lapse: ("lapse",),
        Amends: ("make_amends",),
        Refusal: ("decline", "concede", "withdraw"),
        Feedback: ("feed_back",),
        Reopening: ("reopen",),
        Escalation: ("escalate",),
        Merge: ("merge",),
        Step: ("hear", "visit"),
    }
)
"""What sets off the events that move a case; all others are put on record."""


def _once(build: Callable[P, SearchStrategy[T]]) -> Callable[P, SearchStrategy[T]]:
    """Build a strategy once for the same arguments: building is what takes time."""
    return cast("Callable[P, SearchStrategy[T]]", cache(build))


# ------------------------------------------------------------------ plain values


@_once
def texts() -> SearchStrategy[str]:
    """Draw texts with something in them, in any script."""
    words = st.sampled_from(
        ["late", "x", "two words", " spaced ", "Ünïcode ✓", "'\"\\"]
    )
    letters = st.characters(exclude_categories=["Cs"])
    return words | st.text(letters, min_size=1, max_size=12).filter(str.strip)


@_once
def whole_numbers(least: int, most: int) -> SearchStrategy[int]:
    """Draw integers of a range, often at its ends and around 0 and 100."""
    around = (least, least + 1, -100, -1, 0, 1, 99, 100, 101, most - 1, most)
    edges = sorted({n for n in around if least <= n <= most})
    return st.sampled_from(edges) | st.integers(least, most)


@_once
def shares() -> SearchStrategy[Fraction]:
    """Draw exact shares from 0 to 1, often the ends, a half and a third."""
    usual = [Fraction(0), Fraction(1), Fraction(1, 2), Fraction(1, 3), Fraction(9, 10)]
    return st.sampled_from(usual) | st.fractions(0, 1, max_denominator=1000)


@_once
def moments() -> SearchStrategy[datetime]:
    """Draw aware moments in UTC, often where a day, a year or a leap day turns."""
    turns = [
        datetime(2000, 1, 1, tzinfo=UTC),
        datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2025, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 5, 1, 12, tzinfo=UTC),
    ]
    least, most = datetime(1970, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001
    return st.sampled_from(turns) | st.datetimes(least, most, timezones=st.just(UTC))


@_once
def days() -> SearchStrategy[date]:
    """Draw days, often where a month or a year turns."""
    turns = [date(2024, 2, 29), date(2025, 12, 31), date(2026, 1, 1), date(2026, 5, 1)]
    return st.sampled_from(turns) | st.dates(date(1970, 1, 1), date(2100, 1, 1))


@_once
def durations() -> SearchStrategy[timedelta]:
    """Draw lengths of time, longer than nothing and up to ten years."""
    usual = [timedelta(microseconds=1), timedelta(hours=1), timedelta(days=14)]
    least, most = timedelta(microseconds=1), timedelta(days=3653)
    return st.sampled_from(usual) | st.timedeltas(least, most)


def _few(
    members: SearchStrategy[T], least: int = 0, most: int = 2
) -> SearchStrategy[tuple[T, ...]]:
    return st.lists(members, min_size=least, max_size=most).map(tuple)


def _maybe(values: SearchStrategy[T]) -> SearchStrategy[T | None]:
    return st.none() | values


# ------------------------------------------------------------------------- money


@_once
def currencies() -> SearchStrategy[str]:
    """Draw currency codes in force, often with no, two, three or four decimals."""
    return st.sampled_from(["EUR", "JPY", "KWD", "CLF"]) | st.sampled_from(
        sorted(EXPONENTS)
    )


@_once
def monies(
    currency: str | None = None,
    *,
    min_minor: int = -MAX_MINOR,
    max_minor: int = MAX_MINOR,
) -> SearchStrategy[Money]:
    """Draw amounts, often at the ends of the range and around nothing.

    Args:
        currency: The only currency to draw; any if not given.
        min_minor: The least, in minor units.
        max_minor: The most, in minor units.
    """
    codes = currencies() if currency is None else st.just(currency)
    return st.builds(Money.from_minor, whole_numbers(min_minor, max_minor), codes)


# ------------------------------------------------------------- facts and reasons


@_once
def fact_values() -> SearchStrategy[Fact]:
    """Draw what one fact can be, of every sort."""
    return st.one_of(
        st.booleans(),
        whole_numbers(-(10**6), 10**6),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
        shares(),
        monies(),
        days(),
        moments(),
        durations(),
    )


@_once
def facts() -> SearchStrategy[Facts]:
    """Draw facts, none at all included."""
    names = st.sampled_from(["arrival_delay", "fare", "is_member"]) | texts()
    return st.builds(Facts, st.dictionaries(names, fact_values(), max_size=3))


@_once
def reasons() -> SearchStrategy[Reason]:
    """Draw reasons, with and without the values they read."""
    codes = st.sampled_from(["offer-expired", "blameless"]) | texts()
    return st.builds(Reason, codes, texts(), facts())


# ------------------------------------------------------------------------- blame


@_once
def parties() -> SearchStrategy[str]:
    """Draw parties: the well-known ones, as member or as text, and others."""
    known = st.sampled_from(Party)
    return st.one_of(known, known.map(str), st.just("handling agent"))


@_once
@st.composite
def causes(draw: DrawFn) -> Cause:
    """Draw causes without a parent; see `cause_chains` for those with one."""
    weights = st.sampled_from([Fraction(0), Fraction(1), Fraction(1, 3)])
    cause = Cause(
        draw(texts()),
        draw(parties()),
        weight=draw(weights | st.fractions(0, 10_000, max_denominator=60)),
        stability=draw(st.sampled_from(Stability)),
        controllability=draw(st.sampled_from(Controllability)),
        is_safety=draw(st.booleans()),
        confidence=draw(shares()),
        evidence=draw(_few(texts())),
        asserted_by=draw(st.sampled_from(["company", "customer"]) | texts()),
    )
    # Mostly left to follow from the party; a rule may say otherwise.
    locus = draw(_maybe(st.sampled_from(Locus)))
    return cause if locus is None else attrs.evolve(cause, locus=locus)


@_once
@st.composite
def cause_chains(draw: DrawFn, most: int = 3) -> tuple[Cause, ...]:
    """Draw the causes of one failure: names unique, parents named before."""
    found = draw(st.lists(causes(), max_size=most, unique_by=lambda c: c.name))
    for position in range(1, len(found)):
        earlier = [cause.name for cause in found[:position]]
        parent = draw(_maybe(st.sampled_from(earlier)))
        found[position] = attrs.evolve(found[position], parent=parent)
    return tuple(found)


@_once
@st.composite
def attributions(draw: DrawFn) -> Attribution:
    """Draw attributions, often to one party alone, sometimes by weight of causes."""
    behind, because = draw(cause_chains()), draw(_few(reasons(), most=1))
    if draw(st.booleans()):
        unknown = draw(st.integers(0, 3))
        return Attribution.by_weight(behind, unknown=unknown, because=because)
    weights = draw(
        st.dictionaries(parties(), st.integers(1, 12), min_size=1, max_size=4)
    )
    total = sum(weights.values())
    split = {party: Fraction(weight, total) for party, weight in weights.items()}
    return Attribution(split, behind, because)


# --------------------------------------------------------- failures and customers


@_once
def failure_kinds() -> SearchStrategy[FailureKind]:
    """Draw every way to sort a failure."""
    return st.builds(
        FailureKind,
        aspect=st.sampled_from(Aspect),
        act=st.sampled_from(Act),
        origin=st.sampled_from(Origin),
        resource=st.sampled_from(Resource),
    )


@_once
def failures() -> SearchStrategy[ServiceFailure]:
    """Draw service failures, bare ones as often as those with all details."""
    bare = st.builds(ServiceFailure, texts())
    full = st.builds(
        ServiceFailure,
        texts(),
        kind=failure_kinds(),
        severity=st.sampled_from(Severity),
        loss=_maybe(monies(min_minor=0, max_minor=AFFORDABLE)),
        occurred_on=_maybe(days()),
        detection=st.sampled_from(Detection),
        touchpoint=_maybe(texts()),
        complainant=_maybe(texts()),
        affected=_few(texts()),
        causes=cause_chains(),
        facts=facts(),
    )
    return bare | full


@_once
def past_claims() -> SearchStrategy[PastClaim]:
    """Draw earlier claims, confirmed and not."""
    return st.builds(
        PastClaim,
        days(),
        awarded=_maybe(monies(min_minor=0, max_minor=AFFORDABLE)),
        was_confirmed=st.booleans(),
        what=_maybe(texts()),
    )


@_once
def customers() -> SearchStrategy[Customer]:
    """Draw customers, new ones without a history included."""
    return st.builds(
        Customer,
        texts(),
        since=_maybe(days()),
        tier=_maybe(st.sampled_from(["gold", "silver"]) | texts()),
        encounters=_maybe(whole_numbers(0, 1000)),
        claims=_few(past_claims(), most=4),
        annual_sales=_maybe(monies(min_minor=0, max_minor=AFFORDABLE)),
        annual_margin=_maybe(monies(min_minor=-AFFORDABLE, max_minor=AFFORDABLE)),
        is_leaving=st.booleans(),
    )


# ----------------------------------------------------------- remedies and awards


@_once
@st.composite
def remedies(
    draw: DrawFn, currency: str | None = None, *, max_minor: int = AFFORDABLE
) -> Remedy:
    """Draw remedies of every kind.

    Args:
        draw: Given by Hypothesis.
        currency: The only currency to draw; any if not given.
        max_minor: The most that one is worth, in minor units.
    """
    kind = draw(st.sampled_from(RemedyKind))
    values = monies(currency, min_minor=1, max_minor=max_minor)
    value = draw(values if kind.is_monetary else _maybe(values))
    rate = points = None
    if kind is RemedyKind.DISCOUNT:
        rates = whole_numbers(1, 10_000)
        rate = draw(rates if value is None else _maybe(rates))
    if kind is RemedyKind.POINTS:
        points = draw(whole_numbers(1, 10**6))
    return Remedy(
        kind,
        value,
        what=draw(_maybe(texts())),
        basis_points=rate,
        points=points,
        is_statutory=draw(st.booleans()),
    )


@_once
@st.composite
def awards(
    draw: DrawFn, currency: str | None = None, *, max_minor: int = AFFORDABLE
) -> Award:
    """Draw awards in one currency, empty ones included.

    Args:
        draw: Given by Hypothesis.
        currency: The only currency to draw; any if not given.
        max_minor: The most that one remedy is worth, in minor units.
    """
    code = draw(currencies()) if currency is None else currency
    parts = _few(remedies(code, max_minor=max_minor), most=3)
    because = draw(_few(reasons(), most=1))
    return Award(draw(parts), draw(parts), because, draw(_maybe(durations())))


# ------------------------------------------------------------ verdicts and claims


@_once
@st.composite
def verdicts(draw: DrawFn) -> Verdict:
    """Draw verdicts with every action."""
    action = draw(st.sampled_from(Action))
    caps = monies(min_minor=0, max_minor=AFFORDABLE)
    return Verdict(
        action=action,
        score=draw(shares()),
        reasons=draw(_few(reasons(), least=int(action is not Action.CLEAR))),
        cap=draw(caps) if action is Action.CAP else None,
        expires_at=draw(_maybe(moments())),
    )


@_once
@st.composite
def claims(draw: DrawFn) -> Claim:
    """Draw claims, bare ones as often as those of a long case."""
    failure, as_of = draw(failures()), draw(moments())
    if draw(st.booleans()):
        return Claim(failure, as_of)
    return Claim(
        failure,
        as_of,
        customer=draw(_maybe(customers())),
        attribution=draw(attributions()),
        perception=draw(_maybe(attributions())),
        owed=draw(shares()),
        verdict=draw(verdicts()),
        cycle=draw(st.integers(1, 3)),
        round=draw(st.integers(1, 4)),
        asked_for=draw(_maybe(remedies())),
        earlier=draw(_few(remedies(), most=3)),
        evidence=draw(_few(texts())),
        contacts=draw(st.integers(0, 5)),
        opened_at=as_of - draw(durations()),
        case_id=draw(texts()),
    )


# ------------------------------------------------------------- events, logs, cases

_DETAILS: Final[Mapping[type[Detail], Callable[[], SearchStrategy[Detail]]]] = (
    MappingProxyType(
        {
            Report: lambda: st.builds(
                Report, texts(), failures(), _maybe(customers()), _maybe(texts())
            ),
            Acknowledgement: lambda: st.builds(Acknowledgement, _maybe(texts())),
            Apology: lambda: st.builds(Apology, st.booleans(), _maybe(texts())),
            Offer: lambda: st.builds(
                Offer,
                awards(),
                st.integers(1, 4),
                _maybe(moments()),
                _maybe(texts()),
                _few(reasons(), most=1),
            ),
            Acceptance: lambda: st.builds(
                Acceptance, st.integers(1, 4), _maybe(st.integers(0, 2))
            ),
            Contest: lambda: st.builds(Contest, texts(), _maybe(remedies())),
            Lapse: lambda: st.builds(Lapse, st.integers(1, 4)),
            Amends: lambda: st.builds(
                Amends, _few(remedies(), most=3), _few(texts(), most=1)
            ),
            Refusal: lambda: st.builds(Refusal, texts()),
            Feedback: lambda: st.builds(
                Feedback, texts(), _maybe(texts()), _maybe(texts())
            ),
            Reopening: lambda: st.builds(Reopening, texts()),
            Escalation: lambda: st.builds(Escalation, texts(), _maybe(texts())),
            Merge: lambda: st.builds(Merge, texts()),
            Step: lambda: st.builds(Step, _maybe(texts()), facts()),
            Absorption: lambda: st.builds(
                Absorption,
                texts(),
                _few(texts()),
                _few(remedies()),
                _few(texts()),
                st.integers(0, 9),
            ),
            Finding: lambda: st.builds(Finding, attributions(), _maybe(texts())),
            Perception: lambda: st.builds(Perception, attributions()),
            Judgement: lambda: st.builds(Judgement, verdicts(), texts(), st.booleans()),
            Appeal: lambda: st.builds(Appeal, texts()),
            HookFailure: lambda: st.builds(
                HookFailure, texts(), texts(), st.booleans()
            ),
            Submission: lambda: st.builds(Submission, texts()),
            ApprovalRequest: lambda: st.builds(
                ApprovalRequest,
                awards(),
                texts(),
                _few(reasons(), most=1),
                _maybe(texts()),
            ),
            Approval: lambda: st.builds(Approval, texts()),
            Denial: lambda: st.builds(Denial, texts(), texts()),
            Contact: lambda: st.builds(Contact, _maybe(texts())),
            ConductNote: lambda: st.builds(ConductNote, st.sampled_from(Conduct)),
            Delivery: lambda: st.builds(
                Delivery, st.integers(0, 3), st.sampled_from(Fate), _maybe(texts())
            ),
        }
    )
)


_PAUSES: Final = st.sampled_from(
    [timedelta(), timedelta(microseconds=1), timedelta(hours=1), timedelta(days=400)]
)
_HANDS: Final = st.sampled_from(["ana", "customer"])


@_once
def details(*kinds: type[Detail]) -> SearchStrategy[Detail]:
    """Draw what an event can carry, of the sorts given; of every sort if none is."""
    return st.one_of([_DETAILS[kind]() for kind in kinds or _DETAILS])


@_once
def moves() -> SearchStrategy[Move]:
    """Draw edges of a process, stays included."""
    names = st.sampled_from(STATES)
    return st.builds(
        Move,
        trigger=st.just(RECORD) | texts(),
        source=names,
        target=names,
        process=texts(),
        ends=st.booleans(),
        begins_cycle=st.booleans(),
        limit=_maybe(st.integers(1, 3)),
    )


@_once
@st.composite
def logs(
    draw: DrawFn,
    later: SearchStrategy[Detail] | None = None,
    *,
    first: SearchStrategy[Detail] | None = None,
    most: int = 12,
) -> tuple[Row, ...]:
    """Draw logs that begin with a report and go on in any order, over many cycles.

    Time never runs backwards, every move leaves the state the last one reached,
    records stay, and a reopening begins a cycle; beyond that no process is obeyed.

    Args:
        draw: Given by Hypothesis.
        later: What the events after the report carry; anything if not given.
        first: The reports to begin with; any if not given.
        most: The most events after the report.
    """
    if first is None:
        first = details(Report)
    if later is None:
        later = details(*(kind for kind in _DETAILS if kind is not Report))
    at = draw(moments())
    state = draw(st.sampled_from(STATES))
    report = Move(trigger=REPORT, source="", target=state, process="drawn")
    rows: list[Row] = [(report, at, "desk", draw(first))]
    for detail in draw(st.lists(later, max_size=most)):
        triggers = TRIGGERS.get(type(detail), (RECORD,))
        target = state if RECORD in triggers else draw(st.sampled_from(STATES))
        move = Move(
            trigger=draw(st.sampled_from(triggers)),
            source=state,
            target=target,
            process="drawn",
            ends=target in {"CLOSED", "MERGED"},
            begins_cycle=type(detail) is Reopening,
        )
        at, state = at + draw(_PAUSES), target
        rows.append((move, at, draw(_HANDS), detail))
    return tuple(rows)


@_once
def events() -> SearchStrategy[Event]:
    """Draw single events of every sort."""
    return st.builds(Event, moves(), moments(), texts(), details())


@_once
def cases() -> SearchStrategy[Case]:
    """Draw cases with any history; see `logs`."""
    return st.builds(Case, logs())
