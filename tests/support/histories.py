"""Draw cases that could have happened: every step allowed, every answer to something.

The one thing told of a case is told by the clerk, who goes through its events once
and keeps books; nothing here asks the library what may come next but the process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from recovery_core import Case, Event
from recovery_core._domain.attribution import Attribution
from recovery_core._domain.due import Due, Fate
from recovery_core._domain.events import MOVES, RECORDS, Detail
from recovery_core._domain.failure import ServiceFailure
from recovery_core._domain.money import Money
from recovery_core._domain.move import RECORD, REPORT, Move
from recovery_core._domain.reason import Reason
from recovery_core._domain.remedy import Award, Remedy, RemedyKind
from recovery_core._domain.verdict import Action, Conduct, Verdict
from recovery_core.events import (
    Absorption,
    Acceptance,
    Amends,
    Appeal,
    Approval,
    ApprovalRequest,
    Cancellation,
    Clarification,
    Delivery,
    Denial,
    Judgement,
    Lapse,
    Merge,
    Offer,
    OwnStep,
    Refusal,
    Report,
    Retry,
)
from recovery_core.process import FIVE_STEPS, Process, define
from recovery_core.process import Step as Written
from recovery_core.testing.strategies import awards, details, moments
from recovery_core.testing.strategies.dues import news_of
from tests.support.due_book import DueBook

HANDS: Final = ("ana", "bo", "kim", "jo")
OWN_STEPS: Final = define(
    "own steps",
    initial="heard",
    final=("done",),
    steps=(
        Written("visit", "heard", "seen", limit=2),
        Written("wait", "seen", "heard"),
        Written("offer", ("seen", "weighed"), "weighed", limit=2),
        Written("accept", "weighed", "agreed"),
        Written("make_amends", "agreed", "agreed", limit=1),
        Written("leave", ("heard", "seen", "agreed"), "done"),
        Written("reopen", "done", "heard", begins_cycle=True),
    ),
)
"""A process of one's own: other words, and no apology."""


@attrs.define
class Books:
    """Keep what a clerk knows of a case, one event after the other."""

    process: Process
    edges: Mapping[tuple[str, str], Any] = attrs.field(init=False)
    state: str = ""
    case_id: str = ""
    ended: bool = False
    merged: bool = False
    counts: dict[str, int] = attrs.field(factory=dict)
    offer: Offer | None = None
    acceptance: Acceptance | None = None
    dues: DueBook = attrs.field(factory=DueBook)
    request: tuple[str, str] | None = None
    is_suspected: bool = False
    appellant: str | None = None
    judges: set[str] = attrs.field(factory=set)
    absorbed: set[str] = attrs.field(factory=set)
    customers: set[str] = attrs.field(factory=set)

    def __attrs_post_init__(self) -> None:
        """Write down the edges, as their author did."""
        self.edges = {(e.source, e.trigger): e for e in self.process.edges}

    # ------------------------------------------------------------ what may come

    def allows(self, event: Event) -> bool:
        """Tell whether an event can come next."""
        move, detail = event.move, event.detail
        if move.process != self.process.hash or not self._leads(move):
            return False
        if move.trigger == RECORD:
            fits = type(detail) in RECORDS
        else:
            fits = type(detail) is MOVES.get(move.trigger, OwnStep)
        return fits and (not self.state or self._answers(event))

    def _leads(self, move: Move) -> bool:
        final = move.target in self.process.final
        if move.source != self.state or move.ends is not final:
            return False
        if not self.state or move.trigger == RECORD:
            trigger, target = (
                (RECORD, self.state) if self.state else (REPORT, self.process.initial)
            )
            plain = not move.begins_cycle and move.limit is None
            return (move.trigger, move.target) == (trigger, target) and plain
        edge = self.edges.get((self.state, move.trigger))
        if edge is None or edge.target != move.target or edge.limit != move.limit:
            return False
        taken = self.counts.get(move.trigger, 0)
        is_left = edge.limit is None or taken < edge.limit
        return is_left and edge.begins_cycle is move.begins_cycle

    def _answers(self, event: Event) -> bool:
        if event.trigger == RECORD:
            is_fact = isinstance(event.detail, Delivery | Clarification)
            is_told = is_fact or not self.merged
            return is_told and self._may_be_noted(event.detail, event.by)
        match event.detail:
            case Offer(award=award, round=number):
                is_next = number == self.counts.get("offer", 0) + 1
                return is_next and bool(award.remedies)
            case Acceptance() | Lapse() as answer:
                return self._is_answer(answer, event.at)
            case Amends() as amends:
                return self._is_promised(amends)
            case Merge(into=into):
                return into not in self.absorbed | {self.case_id}
        return True

    def _may_be_noted(self, detail: Detail, by: str) -> bool:
        match detail:
            case Absorption(case_id=other, absorbed=with_it):
                is_strange = not {other, *with_it} & (self.absorbed | {self.case_id})
                return is_strange and not self.ended
            case Delivery() | Retry() | Cancellation() | Clarification():
                return self.dues.may_enter(detail)
            case Approval(fingerprint=mark) | Denial(fingerprint=mark):
                asked, asker = self.request or (None, None)
                return asked == mark and by not in {asker, *self.customers}
            case Appeal():
                return self.is_suspected
            case Judgement(is_appeal=True):
                parties = self.judges | {self.appellant} | self.customers
                return self.appellant is not None and by not in parties
        return True

    def _is_answer(self, answer: Acceptance | Lapse, at: datetime) -> bool:
        offer = self.offer
        if offer is None or offer.round != answer.round:
            return False
        has_run_out = offer.expires_at is not None and offer.expires_at <= at
        if isinstance(answer, Lapse):
            return has_run_out
        known = len(offer.award.alternatives)
        choices = set(range(known)) if known else {None}
        return not has_run_out and answer.alternative in choices

    def _is_promised(self, amends: Amends) -> bool:
        offer, taken = self.offer, self.acceptance
        if offer is None or taken is None:
            return False
        chosen = taken.alternative
        first = [] if chosen is None else [offer.award.alternatives[chosen]]
        return [*amends.remedies] == [*first, *offer.award.amends]

    # ------------------------------------------------------------ what has come

    def enter(self, event: Event) -> None:
        """Enter an event that was allowed."""
        move, detail = event.move, event.detail
        if move.begins_cycle:
            self.counts = {}
            self.offer = self.acceptance = self.request = None
        self.counts[move.trigger] = self.counts.get(move.trigger, 0) + 1
        self.dues.enter(detail, begins_cycle=move.begins_cycle)
        self.state, self.ended = move.target, move.ends
        answered = isinstance(detail, Approval | Denial | Offer | Refusal)
        if self.ended or answered:
            self.request = None
        if type(detail) in MOVES.values():
            self._enter_step(detail)
        else:
            self._enter_note(event.by, detail)

    def _enter_step(self, detail: Detail) -> None:
        match detail:
            case Report():
                self.case_id = detail.case_id
                who = detail.customer.id if detail.customer else "customer"
                failure = detail.failure
                teller = failure.complainant or "customer"
                self.customers |= {who, teller, *failure.affected, "customer"}
            case Offer():
                self.offer, self.acceptance = detail, None
            case Acceptance():
                self.acceptance = detail
            case Amends():
                self.acceptance = None
            case Refusal():
                self.acceptance = None
            case Merge():
                self.merged = True
            case _:
                pass

    def _enter_note(self, by: str, detail: Detail) -> None:
        match detail:
            case ApprovalRequest() if not self.ended:
                self.request = detail.fingerprint, by
            case Judgement():
                self.is_suspected = detail.verdict.action > 0
                self.judges |= {by, detail.detector}
                self.appellant = None if detail.is_appeal else self.appellant
            case Appeal():
                self.appellant = by
            case Absorption():
                self.absorbed |= {detail.case_id, *detail.absorbed}
                self.customers |= {*detail.customers}
            case _:
                pass


def first_wrong(events: Iterable[Event], process: Process) -> int | None:
    """Name the first event that could not have happened; None if all could."""
    books = Books(process)
    position = -1
    for position, event in enumerate(events):
        if not books.allows(event):
            return position
        books.enter(event)
    return None if position >= 0 else 0


# ------------------------------------------------------------------------ drawing


_CARE: Final = Remedy(RemedyKind.CARE)
_CASH: Final = Remedy(RemedyKind.CASH, Money("5.00", "EUR"))
_PLAIN_AWARDS: Final = (
    Award((_CARE, _CASH), (_CASH,)),
    Award((), (_CASH, _CARE)),
    Award((_CARE,)),
)
_OFTEN: Final = Verdict(action=Action.NOTE, reasons=(Reason("often", "too often"),))
_PLAIN: Final[Mapping[type[Detail], tuple[Detail, ...]]] = {
    Absorption: (
        Absorption("C-2", (), (_CASH,), ("a photo",), 2, (Due("C-2/1", _CASH),)),
        Absorption("C-3", ("C-1", "C-4")),
    ),
    Appeal: (Appeal("unfair"),),
    ApprovalRequest: tuple(ApprovalRequest(_PLAIN_AWARDS[0], f, ()) for f in "fg"),
    Judgement: (
        Judgement(_OFTEN, "counts"),
        Judgement(Verdict(), "counts"),
        Judgement(_OFTEN, "bo", is_appeal=True),
        Judgement(Verdict(), "jo", is_appeal=True),
    ),
    Merge: tuple(Merge(f"C-{number}") for number in (1, 2, 5)),
    Report: (Report("C-1", ServiceFailure("train late")),),
}
"""What is drawn where only the order counts: few, so that they meet often."""


def _plainly(kind: type[Detail]) -> SearchStrategy[Detail]:
    """Draw a detail that says as little as it can."""
    if kind in _PLAIN:
        return st.sampled_from(_PLAIN[kind])
    hints: dict[str, Any] = {
        "award": _PLAIN_AWARDS[0],
        "round": 1,
        "remedies": (),
        "attribution": Attribution.unknown(),
        "held": True,
        "conduct": Conduct.UPSET,
        "due": "C-1/1",
        "contradiction": 1,
        "fate": Fate.FAILED,
    }
    needed = [f.name for f in attrs.fields(kind) if f.default is attrs.NOTHING]
    return st.just(kind(**{name: hints.get(name, name) for name in needed}))


def _fitting(
    books: Books, kind: type[Detail], at: datetime, *, plain: bool
) -> SearchStrategy[Detail]:
    """Draw what an event of one sort can carry now, most of the time."""
    offer, ends = books.offer, st.sampled_from([None, at, at + timedelta(days=1)])
    number, given = books.counts.get("offer", 0) + 1, _promised(offer, books.acceptance)
    award = st.sampled_from(_PLAIN_AWARDS) if plain else _awards()
    made: Mapping[type[Detail], Callable[[], SearchStrategy[Detail]]] = {
        Offer: lambda: st.builds(Offer, award, st.just(number), ends),
        Acceptance: lambda: st.just(_acceptance(offer)),
        Lapse: lambda: st.just(Lapse(offer.round if offer else 1)),
        Amends: lambda: st.sampled_from([Amends(given), _with_receipts(given)]),
        Delivery: lambda: _news(books),
        Retry: lambda: _ids(books).map(Retry),
        Cancellation: lambda: st.builds(Cancellation, _ids(books), st.just("no")),
        Clarification: lambda: st.builds(
            Clarification, st.sampled_from(books.dues.open_numbers or [1]), st.just("x")
        ),
        Approval: lambda: st.just(Approval(_asked(books))),
        Denial: lambda: st.just(Denial(_asked(books), "too much")),
    }
    if kind in made:
        return made[kind]()
    return _plainly(kind) if plain else details(kind)


@cache
def _awards() -> SearchStrategy[Award]:
    return awards("EUR").filter(lambda award: bool(award.remedies))


def _acceptance(offer: Offer | None) -> Acceptance:
    award = offer.award if offer else Award()
    return Acceptance(offer.round if offer else 1, 0 if award.alternatives else None)


def _promised(offer: Offer | None, taken: Acceptance | None) -> tuple[Remedy, ...]:
    if offer is None or taken is None:
        return ()
    return (*offer.award.alternatives[:1], *offer.award.amends)


def _with_receipts(remedies: tuple[Remedy, ...]) -> Amends:
    return Amends(remedies, tuple("r-1" if n else None for n in range(len(remedies))))


def _ids(books: Books) -> SearchStrategy[str]:
    return st.sampled_from([*books.dues.pages, *books.dues.others] or ["C-1/1"])


def _news(books: Books) -> SearchStrategy[Detail]:
    """Draw news of something that is owed, and of what never was."""
    known = {**books.dues.pages, **books.dues.others}
    dues = [Due(due_id, page.remedy) for due_id, page in known.items()]
    return st.sampled_from(dues or [Due("C-1/1", _CASH)]).flatmap(news_of)


def _asked(books: Books) -> str:
    return books.request[0] if books.request else "nothing"


# What hangs together is drawn together more often than chance would.
_TOPICS: Final[tuple[tuple[type[Detail], ...], ...]] = (
    tuple(sorted(RECORDS, key=lambda kind: kind.__name__)),
    (ApprovalRequest, Approval, Denial),
    (Judgement, Judgement, Appeal),
    (Delivery, Delivery, Retry, Cancellation, Clarification),
)

_ENDINGS: Final = frozenset({"escalate", "decline", "concede", "withdraw", "merge"})


@st.composite
def case_histories(
    draw: DrawFn,
    process: Process = FIVE_STEPS,
    most: int = 12,
    *,
    plain: bool = False,
) -> Case:
    """Draw cases that could have happened, with every sort of event.

    Args:
        draw: Given by Hypothesis.
        process: The process they follow.
        most: The most events after the report.
        plain: Whether only their order counts, and not all that events can say.
    """
    at = draw(moments())
    books = Books(process)
    report = _plainly(Report) if plain else details(Report)
    events = [Event(process.opening, at, "kim", draw(report))]
    books.enter(events[0])
    topic = draw(st.sampled_from(_TOPICS))
    for _ in range(draw(st.integers(0, most))):
        row = process.moves[books.state]
        onward = [trigger for trigger in row if trigger not in _ENDINGS]
        trigger = draw(st.sampled_from([*row, *onward, *onward, RECORD, RECORD]))
        move = process.stays[books.state] if trigger == RECORD else row[trigger]
        kind = MOVES.get(trigger, OwnStep)
        if trigger == RECORD:
            kind = draw(st.sampled_from(topic))
        at += draw(st.sampled_from([timedelta(), timedelta(hours=7), timedelta(40)]))
        detail = draw(_fitting(books, kind, at, plain=plain))
        event = Event(move, at, draw(st.sampled_from(HANDS)), detail)
        if books.allows(event):
            books.enter(event)
            events.append(event)
    return Case(tuple((e.move, e.at, e.by, e.detail) for e in events))
