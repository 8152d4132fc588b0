import inspect
from collections import Counter
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, get_args

import attrs
import pytest
from hypothesis import given

from recovery_core._domain import due_events, events
from recovery_core._domain.attribution import Attribution
from recovery_core._domain.customer import Customer
from recovery_core._domain.due import Due, Fate
from recovery_core._domain.due_events import (
    Amends,
    Cancellation,
    Clarification,
    Delivery,
    Retry,
)
from recovery_core._domain.events import (
    MOVES,
    RECORDS,
    TAGS,
    Absorption,
    Acceptance,
    Acknowledgement,
    Apology,
    Appeal,
    Approval,
    ApprovalRequest,
    ConductNote,
    Contact,
    Contest,
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
    OwnStep,
    Perception,
    Refusal,
    Reopening,
    Report,
    Submission,
)
from recovery_core._domain.failure import ServiceFailure
from recovery_core._domain.money import Money
from recovery_core._domain.reason import Facts, Reason
from recovery_core._domain.remedy import Award, Remedy, RemedyKind
from recovery_core._domain.verdict import Conduct, Verdict
from recovery_core.errors import InvalidValueError
from recovery_core.testing.strategies import awards, details, durations, moments
from tests.support.laws import (
    FLAG,
    MAYBE_MOMENT,
    MAYBE_TEXT,
    TEXT,
    TEXTS,
    a,
    at_least,
    check_refusal,
    check_value,
    maybe,
    maybe_at_least,
    refusals,
    tuple_of,
)
from tests.support.strategies import TRIGGERS

MEMBERS: tuple[type[Detail], ...] = get_args(Detail)
CASH = Remedy(RemedyKind.CASH, Money("5.00", "EUR"))
RULE = Reason("late", "it was late")
NOBODY = Attribution.unknown()


# The sorts of event


@pytest.mark.parametrize("kind", MEMBERS)
def test_a_detail_is_a_value(kind: type[Detail]) -> None:
    """Whatever an event carries is frozen, compared by content, and portable."""

    @given(details(kind))
    def check(detail: Detail) -> None:
        assert type(detail) is kind
        check_value(detail)

    check()


@given(details())
def test_every_detail_has_a_tag(detail: Detail) -> None:
    """What can be drawn can be stored under a name."""
    assert type(detail) in TAGS.values()


def test_every_sort_has_one_tag() -> None:
    """Each member of Detail is tagged exactly once, and nothing else is."""
    assert Counter(TAGS.values()) == dict.fromkeys(MEMBERS, 1)


def test_every_class_of_the_room_is_a_sort() -> None:
    """No sort of event is written down and left out of Detail."""
    here = {
        value
        for room in (events, due_events)
        for value in vars(room).values()
        if inspect.isclass(value) and value.__module__ == room.__name__
    }
    assert here == set(MEMBERS)


def test_tags_can_be_stored() -> None:
    """A tag is plain lower-case text, and the table cannot be changed."""
    assert all(tag.isascii() and tag.replace("-", "").islower() for tag in TAGS)
    assert isinstance(TAGS, MappingProxyType)
    assert isinstance(MOVES, MappingProxyType)


def test_every_sort_moves_or_stays() -> None:
    """Each sort is carried by a trigger, by a step of the user's own, or recorded."""
    carried = frozenset(MOVES.values())
    assert carried | RECORDS | {OwnStep} == set(MEMBERS)
    assert not carried & RECORDS
    assert OwnStep not in carried | RECORDS


def test_what_is_drawn_follows_the_triggers() -> None:
    """The strategies pair every trigger with what it carries."""
    drawn = {trigger: kind for kind, names in TRIGGERS.items() for trigger in names}
    own = {trigger for trigger, kind in drawn.items() if kind is OwnStep}
    assert {t: k for t, k in drawn.items() if t not in own} == {
        trigger: kind for trigger, kind in MOVES.items() if kind is not Report
    }
    assert not own & MOVES.keys()


def test_a_sort_differs_from_another_with_the_same_words() -> None:
    """Saying the same in another capacity is another thing."""
    same: list[Detail] = [Refusal("no"), Reopening("no"), Appeal("no"), Contest("no")]
    assert len({*same}) == len(same)


# Offers


@given(awards(), moments(), durations())
def test_an_offer_lapses_at_its_last_instant(
    award: Award, expiry: datetime, span: timedelta
) -> None:
    """An offer can be taken before its expiry, not at it and not after."""
    offer = Offer(award, expires_at=expiry)
    assert not offer.is_expired(expiry - span)
    assert offer.is_expired(expiry)
    assert offer.is_expired(expiry + span)
    assert not attrs.evolve(offer, expires_at=None).is_expired(expiry)


# Defaults


def test_an_apology_owns_nothing_unless_said() -> None:
    """Owning responsibility is said, never implied."""
    assert not Apology().owns_responsibility
    assert Apology(owns_responsibility=True).owns_responsibility


def test_what_is_not_said_is_left_open() -> None:
    """The least that can be said of an event is enough."""
    assert Offer(Award()).round == 1
    assert Acceptance(1).alternative is None
    assert Contest("too little").asks_for is None
    assert Amends(()).receipts == ()
    assert not Judgement(Verdict(), "nobody").is_appeal
    assert OwnStep().facts == Facts()
    assert ApprovalRequest(Award(), "f", ()).policy is None
    merged = Absorption("C-2")
    assert (merged.absorbed, merged.given, merged.evidence) == ((), (), ())
    assert (merged.contacts, merged.dues) == (0, ())
    news = Delivery("C-1/1", Fate.FAILED)
    assert (news.amount, news.reference, news.attempt) == (None, None, 1)
    assert news.happened_at is None
    known: Any = {"minutes": 5}
    assert OwnStep(facts=known).facts == Facts(known)


def test_the_facts_of_a_step_are_facts() -> None:
    """A step of the user's own carries nothing that could not be stored."""
    wrong: Any = {"minutes": 0.5}
    with pytest.raises(InvalidValueError, match=r"fact 'minutes' cannot be 0\.5"):
        OwnStep(facts=wrong)


# Refusals


@pytest.mark.parametrize(
    ("valid", "field", "wrong", "mend"),
    [
        *refusals(
            Report("C-1", ServiceFailure("late")),
            case_id=TEXT,
            failure=a(ServiceFailure),
            customer=maybe(Customer),
            channel=MAYBE_TEXT,
        ),
        *refusals(Acknowledgement(), channel=MAYBE_TEXT),
        *refusals(Apology(), owns_responsibility=FLAG, words=MAYBE_TEXT),
        *refusals(
            Offer(Award()),
            award=a(Award),
            round=at_least(1),
            expires_at=MAYBE_MOMENT,
            policy=MAYBE_TEXT,
            by_verdict=tuple_of(Reason, RULE),
        ),
        *refusals(Acceptance(1), round=at_least(1), alternative=maybe_at_least(0)),
        *refusals(Contest("too little"), why=TEXT, asks_for=maybe(Remedy)),
        *refusals(Lapse(1), round=at_least(1)),
        *refusals(
            Amends(()),
            "receipts",
            remedies=tuple_of(Remedy, CASH),
            was_given_before=FLAG,
        ),
        *refusals(Refusal("no"), why=TEXT),
        *refusals(
            Feedback("inspect"),
            lesson=TEXT,
            root_cause=MAYBE_TEXT,
            prevention=MAYBE_TEXT,
        ),
        *refusals(Reopening("again"), why=TEXT),
        *refusals(Escalation("tier 2"), to=TEXT, why=MAYBE_TEXT),
        *refusals(Merge("C-2"), into=TEXT),
        *refusals(OwnStep(), "facts", note=MAYBE_TEXT),
        *refusals(
            Absorption("C-2"),
            case_id=TEXT,
            absorbed=TEXTS,
            given=tuple_of(Remedy, CASH),
            evidence=TEXTS,
            contacts=at_least(0),
            dues=tuple_of(Due, Due("C-2/1", CASH)),
            customers=TEXTS,
        ),
        *refusals(Finding(NOBODY), attribution=a(Attribution), rule=MAYBE_TEXT),
        *refusals(Perception(NOBODY), attribution=a(Attribution)),
        *refusals(
            Judgement(Verdict(), "ana"),
            verdict=a(Verdict),
            detector=TEXT,
            is_appeal=FLAG,
        ),
        *refusals(Appeal("unfair"), why=TEXT),
        *refusals(HookFailure("d", "e", held=True), hook=TEXT, error=TEXT, held=FLAG),
        *refusals(Submission("photo"), evidence=TEXT),
        *refusals(
            ApprovalRequest(Award(), "f", ()),
            award=a(Award),
            fingerprint=TEXT,
            reasons=tuple_of(Reason, RULE),
            policy=MAYBE_TEXT,
        ),
        *refusals(Approval("f"), fingerprint=TEXT),
        *refusals(Denial("f", "no"), fingerprint=TEXT, why=TEXT),
        *refusals(Contact(), channel=MAYBE_TEXT),
        *refusals(ConductNote(Conduct.CALM), conduct=a(Conduct)),
        *refusals(
            Delivery("C-1/1", Fate.SUCCEEDED),
            "amount",
            due=TEXT,
            fate=a(Fate),
            reference=MAYBE_TEXT,
            attempt=at_least(1),
            happened_at=MAYBE_MOMENT,
        ),
        *refusals(Retry("C-1/1"), due=TEXT),
        *refusals(Cancellation("C-1/1", "no"), due=TEXT, why=TEXT),
        *refusals(Clarification(1, "paid"), contradiction=at_least(1), why=TEXT),
    ],
)
def test_what_cannot_be_is_refused(
    valid: Any, field: str, wrong: object, mend: str
) -> None:
    """A field that cannot be is refused with class, field, value and mend."""
    check_refusal(valid, field, wrong, mend)


def test_receipts_are_one_for_each_remedy() -> None:
    """A receipt belongs to a remedy, proves something, or is left out."""
    assert Amends((CASH, CASH), ("r-1", None)).receipts == ("r-1", None)
    with pytest.raises(InvalidValueError, match="are 1, of 2 remedies: give one for"):
        Amends((CASH, CASH), ("r-1",))
    with pytest.raises(InvalidValueError, match="a receipt cannot be empty: give None"):
        Amends((CASH,), ("",))
    wrong: Any = (7,)
    with pytest.raises(InvalidValueError, match="receipts cannot be"):
        Amends((CASH,), wrong)


@pytest.mark.parametrize("fate", [Fate.APPROVED, Fate.CANCELLED])
def test_what_the_company_says_itself_is_no_news(fate: Fate) -> None:
    """Nobody outside approves or cancels what the company owes."""
    with pytest.raises(InvalidValueError, match=f"cannot be {fate}: give one of"):
        Delivery("C-1/1", fate)
