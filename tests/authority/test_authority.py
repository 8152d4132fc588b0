"""Who may give what without asking, and what a day's spending counts."""

from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core._domain.case import Case
from recovery_core._domain.due_events import Amends
from recovery_core._domain.events import (
    Acceptance,
    Acknowledgement,
    Approval,
    ApprovalRequest,
    Contest,
    Denial,
    Detail,
    Feedback,
    Lapse,
    Merge,
    Offer,
    Refusal,
    Reopening,
    Report,
)
from recovery_core._domain.failure import ServiceFailure
from recovery_core._domain.hashing import content_hash
from recovery_core._domain.log import Row
from recovery_core._domain.money import Money
from recovery_core._domain.move import Move
from recovery_core._domain.reason import Reason
from recovery_core._domain.remedy import Award, Remedy, RemedyKind
from recovery_core.authority import (
    Authority,
    AuthorityRule,
    Grant,
    SpentBy,
    spent_on,
    unlimited,
)
from recovery_core.errors import ContractError, InvalidValueError

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
TODAY = NOON.date()
ZERO = Money.zero("EUR")
CASH, CREDIT = RemedyKind.CASH, RemedyKind.CREDIT


def eur(amount: str) -> Money:
    """Count in euros."""
    return Money(amount, "EUR")


def cash(amount: str, currency: str = "EUR") -> Remedy:
    """Give cash."""
    return Remedy(CASH, Money(amount, currency))


def credit(amount: str) -> Remedy:
    """Give credit."""
    return Remedy(CREDIT, eur(amount))


def give(*amends: Remedy) -> Award:
    """Give all of it."""
    return Award(amends=amends)


def asks(
    rule: AuthorityRule, award: Award, *earlier: Remedy, by: str = "ana"
) -> list[str]:
    """Ask a rule, and read the codes of its reasons."""
    return [reason.code for reason in rule(award, by=by, earlier=earlier, at=NOON)]


def agents(*grants: Grant, spent_by: SpentBy | None = None) -> Authority:
    """Grant something to agents, of whom Ana is one."""
    return Authority(grants, {"ana": "agent"}, spent_by=spent_by)


def spent(amount: str) -> SpentBy:
    """Say that everybody spent the same."""

    def spent_by(
        by: str, day: date, currency: str, kinds: frozenset[RemedyKind] | None, /
    ) -> Money:
        return Money(amount, currency)

    return spent_by


euros = st.builds(Money.from_minor, st.integers(1, 300), st.just("EUR"))
monetary = st.builds(Remedy, st.sampled_from([CASH, CREDIT]), euros)
some = st.lists(monetary, max_size=3).map(tuple)
awards = st.builds(Award, some, some)
limits = st.builds(Money.from_minor, st.integers(0, 900), st.just("EUR"))

# Laws


@given(awards, some, limits, limits, limits)
def test_a_limit_holds_for_all_that_was_and_could_be_given(
    award: Award, earlier: tuple[Remedy, ...], incident: Money, day: Money, spend: Money
) -> None:
    """Nobody gives more than a limit by splitting, by choices or by haste."""
    rule = agents(
        Grant("agent", per_incident=incident, per_day=day),
        spent_by=lambda *asked: spend,
    )
    worth = award.worth or ZERO
    before = sum((r.value for r in earlier if r.value), ZERO)
    against = set(asks(rule, award, *earlier))
    assert ("above-per-incident" in against) is (
        not award.is_empty and before + worth > incident
    )
    assert ("above-per-day" in against) is (not award.is_empty and spend + worth > day)


@given(awards, some, limits)
def test_who_may_give_an_award_may_give_less(
    award: Award, earlier: tuple[Remedy, ...], limit: Money
) -> None:
    """Leaving a remedy out never calls for leave that was not needed before."""
    rule = agents(Grant("agent", per_incident=limit))
    if not asks(rule, award, *earlier):
        less = Award(award.alternatives[1:], award.amends[1:])
        assert not asks(rule, less, *earlier)


@given(awards, some, limits)
def test_another_grant_never_takes_leave_away(
    award: Award, earlier: tuple[Remedy, ...], limit: Money
) -> None:
    """Grants add up: with one more, no more reasons speak against an award."""
    narrow = Grant("agent", {CASH}, per_incident=limit)
    if not asks(agents(narrow), award, *earlier):
        wide = agents(narrow, Grant("agent", {CREDIT}, per_incident=ZERO))
        assert not asks(wide, award, *earlier)


@given(awards, some)
def test_the_unlimited_may_give_anything(
    award: Award, earlier: tuple[Remedy, ...]
) -> None:
    """Where nobody is bound, nothing speaks against anything."""
    assert unlimited(award, by="anybody", earlier=earlier, at=NOON) == ()


# Limits


@pytest.mark.parametrize(
    ("amount", "earlier", "against"),
    [
        ("20.00", [], []),
        ("20.01", [], ["above-per-incident"]),
        ("15.00", [cash("5.00")], []),
        ("15.01", [cash("5.00")], ["above-per-incident"]),
        ("20.00", [cash("5.00", "USD")], []),
    ],
)
def test_a_limit_per_incident_is_exact_to_the_cent(
    amount: str, earlier: list[Remedy], against: list[str]
) -> None:
    """Exactly the limit may be given; what the case already had counts."""
    rule = agents(Grant("agent", per_incident=eur("20.00")))
    assert asks(rule, give(cash(amount)), *earlier) == against


@pytest.mark.parametrize(
    ("amount", "before", "against"),
    [
        ("20.00", "80.00", []),
        ("20.01", "80.00", ["above-per-day"]),
        ("0.01", "100.00", ["above-per-day"]),
    ],
)
def test_a_limit_per_day_is_exact_to_the_cent(
    amount: str, before: str, against: list[str]
) -> None:
    """Exactly the limit may be given; what was spent that day counts."""
    rule = agents(Grant("agent", per_day=eur("100.00")), spent_by=spent(before))
    assert asks(rule, give(cash(amount))) == against


def test_every_reason_is_given_with_what_it_read() -> None:
    """Whoever has to approve sees all that stands in the way."""
    grant = Grant("agent", {CASH}, per_incident=eur("20"), per_day=eur("100"))
    rule = agents(grant, spent_by=spent("90"))
    award = Award((credit("3"),), (cash("25"),))
    told = rule(award, by="ana", earlier=(cash("1"), credit("7")), at=NOON)
    who = {"by": "ana", "role": "agent"}
    assert [(reason.code, dict(reason.values)) for reason in told] == [
        ("kind-not-granted", {**who, "kind": "credit"}),
        (
            "above-per-incident",
            {**who, "limit": eur("20"), "asked": eur("25"), "earlier": eur("1")},
        ),
        (
            "above-per-day",
            {
                **who,
                "limit": eur("100"),
                "asked": eur("25"),
                "spent": eur("90"),
                "day": TODAY,
            },
        ),
    ]


def test_the_day_is_the_day_in_utc() -> None:
    """One moment belongs to one day, wherever it is written down."""
    asked: list[tuple[Any, ...]] = []

    def spent_by(*what: Any) -> Money:
        asked.append(what)
        return ZERO

    rule = agents(Grant("agent", {CASH}, per_day=eur("9")), spent_by=spent_by)
    late = datetime(2026, 5, 1, 23, tzinfo=timezone(timedelta(hours=-5)))
    assert rule(give(cash("5")), by="ana", earlier=(), at=late) == ()
    assert asked == [("ana", date(2026, 5, 2), "EUR", frozenset({CASH}))]


@pytest.mark.parametrize("answer", [5, 5.0, None, Money("5", "USD")], ids=repr)
def test_spending_is_told_in_the_currency_asked_for(answer: Any) -> None:
    """A port that answers anything else is named, with the mend."""
    rule = agents(Grant("agent", per_day=eur("9")), spent_by=lambda *asked: answer)
    with pytest.raises(ContractError, match=r"lambda.* answered .*in EUR") as refusal:
        asks(rule, give(cash("5")))
    assert refusal.value.case_id == ""


# Kinds, currencies, roles


def test_a_grant_is_for_its_kinds_only() -> None:
    """Each remedy needs a grant, and one limit leaves the other kinds alone."""
    rule = agents(
        Grant("agent", {CREDIT}, per_incident=eur("100")),
        Grant("agent", {CASH}, per_incident=eur("20")),
    )
    assert asks(rule, give(cash("20"), credit("100"))) == []
    assert asks(rule, give(cash("20"), credit("100.01"))) == ["above-per-incident"]
    refund = Remedy(RemedyKind.REFUND, eur("1"))
    assert asks(rule, give(cash("20"), refund)) == ["kind-not-granted"]


def test_one_grant_that_holds_is_enough() -> None:
    """Of two grants for a kind, the wider decides."""
    small, large = (Grant("agent", per_incident=eur(limit)) for limit in ("5", "50"))
    assert asks(agents(small, large), give(cash("50"))) == []
    assert asks(agents(small, large), give(cash("51"))) == ["above-per-incident"] * 2


def test_a_limit_speaks_for_its_currency_only() -> None:
    """A limit in euros grants no dollars; a second grant does."""
    euro, dollar = (
        Grant("agent", per_incident=Money("20", code)) for code in ("EUR", "USD")
    )
    told = agents(euro)(give(cash("1", "USD")), by="ana", earlier=(), at=NOON)
    assert [reason.code for reason in told] == ["currency-not-granted"]
    assert told[0].values["value"] == Money("1", "USD")
    assert asks(agents(euro, dollar), give(cash("20", "USD"))) == []
    assert asks(agents(euro, dollar), give(cash("21", "USD"))) == ["above-per-incident"]


def test_a_grant_without_limits_is_without_limits() -> None:
    """Any sum in any currency, and any thing."""
    points = Remedy(RemedyKind.POINTS, points=10**6)
    award = give(cash("1000000", "JPY"), points)
    assert asks(agents(Grant("agent")), award) == []
    assert asks(agents(Grant("agent", {CASH})), award) == ["kind-not-granted"]


def test_without_a_role_nothing_is_given() -> None:
    """Whoever was given no role may give nothing, however little."""
    rule = agents(Grant("agent"))
    told = rule(give(cash("0.01")), by="bob", earlier=(), at=NOON)
    assert told == (Reason("no-role", "bob has no role to give it in", {"by": "bob"}),)


def test_a_role_can_be_granted_nothing() -> None:
    """A trainee has a role, and asks for everything."""
    rule = Authority([Grant("trainee", kinds=())], {"tim": "trainee"})
    assert asks(rule, give(cash("0.01")), by="tim") == ["kind-not-granted"]


@pytest.mark.parametrize("by", ["ana", "bob"])
@pytest.mark.parametrize("kind", [RemedyKind.CARE, RemedyKind.EXPLANATION])
def test_nobody_needs_leave_to_care_and_to_explain(by: str, kind: RemedyKind) -> None:
    """What costs nothing to say needs no grant, until it is worth money."""
    rule = agents(Grant("agent", kinds=()))
    assert asks(rule, give(Remedy(kind)), by=by) == []
    assert asks(rule, Award(), by=by) == []
    assert asks(rule, give(Remedy(kind, eur("1"))), by=by) != []


@pytest.mark.parametrize(
    "remedy",
    [
        Remedy(RemedyKind.REPLACEMENT),
        Remedy(RemedyKind.POINTS, points=1),
        Remedy(RemedyKind.DISCOUNT, basis_points=1),
    ],
)
def test_a_limit_does_not_measure_what_has_no_value(remedy: Remedy) -> None:
    """No limit is dodged by not saying what a thing is worth."""
    limited = Grant("agent", per_incident=eur("20"))
    assert asks(agents(limited), give(remedy)) == ["value-unknown"]
    named = Grant("agent", {remedy.kind}, per_incident=eur("20"))
    assert asks(agents(named), give(remedy)) == []
    assert asks(agents(limited, named), give(remedy, cash("20"))) == []


# Construction


@pytest.mark.parametrize(
    ("wrong", "mend"),
    [
        ({"role": ""}, "give a text"),
        ({"role": None}, "give a text"),
        ({"kinds": CASH}, "give a set such as"),
        ({"kinds": {"cash"}}, "give a set such as"),
        ({"kinds": 5}, "give a set such as"),
        ({"per_incident": 20}, "give Money of 0 or more"),
        ({"per_incident": 20.0}, "give Money of 0 or more"),
        ({"per_day": True}, "give Money of 0 or more"),
        ({"per_day": eur("-1")}, "give Money of 0 or more"),
        ({"per_incident": eur("1"), "per_day": Money("1", "USD")}, "give two grants"),
    ],
    ids=str,
)
def test_a_grant_that_cannot_be_is_refused(wrong: dict[str, Any], mend: str) -> None:
    """What is wrong with a grant is said where it is written down."""
    with pytest.raises(InvalidValueError, match=mend):
        Grant(**{"role": "agent", **wrong})


@pytest.mark.parametrize(
    ("grants", "roles", "mend"),
    [
        ([Grant("agent", per_day=eur("1"))], {}, r"give spent_by=, such as partial"),
        ([Grant("agent")], {"ana": "agnet"}, r"Grant\('agnet', kinds=\(\)\)"),
        (["agent"], {}, "give a tuple of Grant"),
        (Grant("agent"), {}, "give a tuple of Grant"),
        ([], None, "give the role of each person"),
        ([], "agent", "give the role of each person"),
        ([], [("ana", "agent", "lead")], "give the role of each person"),
        ([], {1: "agent"}, "give the role of each person"),
        ([], {"ana": None}, "give the role of each person"),
    ],
    ids=range(9),
)
def test_an_authority_that_cannot_answer_is_refused(
    grants: Any, roles: Any, mend: str
) -> None:
    """A limit nobody can count, and a role nobody granted anything, are slips."""
    with pytest.raises(InvalidValueError, match=mend):
        Authority(grants, roles)


def test_a_port_that_cannot_be_asked_is_refused() -> None:
    """What was spent is asked for each time, so it is a function."""
    wrong: Any = eur("5")
    with pytest.raises(InvalidValueError, match="give a function"):
        agents(spent_by=wrong)


def test_authorities_are_values() -> None:
    """The order in which people were listed makes no difference."""
    grants = [Grant("agent", [CREDIT, CASH])]
    roles = {"ana": "agent", "bob": "agent"}
    one, other = (
        Authority(grants, dict(p)) for p in (roles.items(), reversed(roles.items()))
    )
    assert one == other
    assert content_hash(one) == content_hash(other)
    assert {one} == {other}
    roles["tim"] = "agent"
    assert asks(one, give(cash("1")), by="tim") == ["no-role"]


# What a day's spending counts

PLAIN = Move(trigger="step", source="A", target="B", process="p")
END = Move(trigger="feed_back", source="A", target="B", process="p", ends=True)
AGAIN = Move(trigger="reopen", source="A", target="B", process="p", begins_cycle=True)
CHOICE = Award((cash("30"), credit("50")), (cash("5"),))
REQUEST = ApprovalRequest(CHOICE, "f", ())
OTHER = ApprovalRequest(give(cash("99")), "g", ())
CARE = Remedy(RemedyKind.CARE, eur("3"))


def case(*steps: Detail | tuple[str, Detail], at: datetime = NOON) -> Case:
    """Tell a case; Ana does all that nobody else is said to do."""
    rows: list[Row] = [(PLAIN, at, "ana", Report("c", ServiceFailure("late")))]
    for step in steps:
        by, detail = step if isinstance(step, tuple) else ("ana", step)
        moves = {Feedback: END, Merge: END, Reopening: AGAIN}
        rows.append((moves.get(type(detail), PLAIN), at, by, detail))
    return Case(tuple(rows))


@pytest.mark.parametrize(
    ("steps", "amount"),
    [
        ([Acknowledgement()], "0"),
        ([Offer(CHOICE)], "55"),
        ([Offer(CHOICE), Acceptance(1, 0)], "35"),
        ([Offer(CHOICE), Acceptance(1, 1)], "55"),
        ([Offer(CHOICE), Acceptance(1)], "5"),
        ([Offer(CHOICE), Acceptance(1, 0), Amends((cash("35"),))], "35"),
        ([Offer(CHOICE), Contest("too little")], "0"),
        ([Offer(CHOICE), Lapse(1)], "0"),
        ([Offer(CHOICE), Refusal("withdrawn")], "0"),
        ([Offer(CHOICE), Acceptance(1, 0), Refusal("withdrawn")], "0"),
        ([Offer(CHOICE), Merge("d")], "0"),
        ([Offer(CHOICE), Contest("no"), Offer(give(cash("60")), 2)], "60"),
        ([Offer(CHOICE), Offer(give(cash("1")), 2)], "1"),
        # what was given stays given, whatever comes after
        ([Offer(CHOICE), Amends((cash("35"),)), Feedback("x")], "35"),
        ([Offer(CHOICE), Amends((cash("35"),)), Refusal("x")], "35"),
        (
            [Offer(CHOICE), Amends((cash("35"),)), Reopening("x"), Offer(CHOICE)],
            "90",
        ),
        # a process of one's own may give without an offer, and begin again at will
        ([Amends((cash("7"),))], "7"),
        ([Offer(CHOICE), Reopening("x")], "0"),
        ([Acceptance(1, 0)], "0"),
    ],
    ids=range(19),
)
def test_what_counts_as_spent(steps: list[Detail], amount: str) -> None:
    """What was given counts, and what the customer may still take."""
    assert spent_on([case(*steps)], "ana", TODAY, "EUR") == eur(amount)


@pytest.mark.parametrize(
    ("steps", "ana", "eva"),
    [
        # whose leave it took
        ([REQUEST, ("eva", Approval("f")), Offer(CHOICE)], "0", "55"),
        (
            [REQUEST, ("eva", Approval("f")), Offer(CHOICE), Amends((cash("9"),))],
            "0",
            "9",
        ),
        # another award than the one approved needed nobody's leave
        ([OTHER, ("eva", Approval("g")), Offer(CHOICE)], "55", "0"),
        ([REQUEST, ("eva", Approval("g")), Offer(CHOICE)], "55", "0"),
        ([REQUEST, ("eva", Denial("f", "no")), Offer(CHOICE)], "55", "0"),
        ([("eva", Approval("f")), Offer(CHOICE)], "55", "0"),
        # an approval is for one offer, and a new request needs a new one
        (
            [
                REQUEST,
                ("eva", Approval("f")),
                Offer(CHOICE),
                Contest("x"),
                Offer(CHOICE),
            ],
            "55",
            "0",
        ),
        ([REQUEST, ("eva", Approval("f")), OTHER, Offer(CHOICE)], "55", "0"),
        # an approval stands until it is offered, denied, replaced or given up
        ([REQUEST], "0", "0"),
        ([REQUEST, ("eva", Approval("f"))], "0", "55"),
        ([REQUEST, ("eva", Approval("g"))], "0", "0"),
        ([("eva", Approval("f"))], "0", "0"),
        ([REQUEST, ("eva", Approval("f")), Acknowledgement()], "0", "55"),
        ([REQUEST, ("eva", Approval("f")), ("bo", Denial("f", "no"))], "0", "0"),
        ([REQUEST, ("eva", Approval("f")), OTHER], "0", "0"),
        ([REQUEST, ("eva", Approval("f")), OTHER, ("eva", Approval("g"))], "0", "99"),
        ([REQUEST, ("eva", Approval("f")), Offer(give(cash("9")))], "9", "0"),
        ([REQUEST, ("eva", Approval("f")), Refusal("withdrawn")], "0", "0"),
        ([REQUEST, ("eva", Approval("f")), Merge("d")], "0", "0"),
        ([REQUEST, ("eva", Approval("f")), Reopening("x")], "0", "0"),
        ([REQUEST, ("eva", Approval("f")), Reopening("x"), Offer(CHOICE)], "55", "0"),
        # an offer that stands goes on counting while more is asked for
        ([Offer(CHOICE), OTHER], "55", "0"),
        ([Offer(CHOICE), OTHER, ("eva", Denial("g", "no"))], "55", "0"),
        ([Offer(CHOICE), OTHER, ("eva", Approval("g"))], "55", "99"),
        ([Offer(CHOICE), OTHER, Acceptance(1, 0), ("bo", Amends((CARE,)))], "3", "0"),
        # who hands it over is not who gave it away
        ([Offer(CHOICE), ("eva", Amends((cash("9"),)))], "9", "0"),
        ([("eva", Offer(CHOICE))], "0", "55"),
    ],
    ids=range(27),
)
def test_whose_spending_it_was(
    steps: list[Detail | tuple[str, Detail]], ana: str, eva: str
) -> None:
    """An offer counts for whoever made it, or for whoever approves or approved it."""
    cases = [case(*steps)]
    assert spent_on(cases, "ana", TODAY, "EUR") == eur(ana)
    assert spent_on(cases, "eva", TODAY, "EUR") == eur(eva)


def test_an_approval_counts_on_its_own_day_and_the_offer_on_its_own() -> None:
    """What was approved at night moves to the day on which it was offered."""
    night = datetime(2026, 5, 1, 23, 59, 59, 999_999, tzinfo=UTC)
    leave = case(REQUEST, ("eva", Approval("f")), at=night)
    row = (PLAIN, night + timedelta(microseconds=1), "ana", Offer(CHOICE))
    offered = Case((*leave.log, row))
    tomorrow = date(2026, 5, 2)
    for told, counted, free in ((leave, TODAY, tomorrow), (offered, tomorrow, TODAY)):
        assert spent_on([told], "eva", counted, "EUR") == eur("55")
        assert spent_on([told], "eva", free, "EUR") == ZERO


@pytest.mark.parametrize("make", [iter, lambda cases: (c for c in cases)])
def test_cases_that_can_be_walked_only_once_are_refused(make: Any) -> None:
    """The second question would find nothing spent, and the limit would be gone."""
    with pytest.raises(InvalidValueError, match="give a list, which can be walked"):
        spent_on(make([case(Offer(CHOICE))]), "ana", TODAY, "EUR")
    again = {"c": case(Offer(CHOICE))}.values()
    for _ in range(2):
        assert spent_on(again, "ana", TODAY, "EUR") == eur("55")


def test_the_same_remedies_in_other_places_were_not_approved() -> None:
    """An approval of alternatives is no approval of giving them all."""
    both = give(cash("30"), credit("50"), cash("5"))
    asked = ApprovalRequest(both, "f", ())
    told = [case(asked, ("eva", Approval("f")), Offer(Award(both.amends)))]
    assert spent_on(told, "eva", TODAY, "EUR") == ZERO
    fewer = Award(CHOICE.alternatives)
    told = [case(REQUEST, ("eva", Approval("f")), Offer(fewer))]
    assert spent_on(told, "eva", TODAY, "EUR") == ZERO


def test_only_the_day_the_currency_and_the_kinds_asked_for_count() -> None:
    """Everything else is another limit's matter."""
    night = datetime(2026, 5, 1, 23, tzinfo=timezone(timedelta(hours=-5)))
    dollars = give(cash("7", "USD"))
    cases = [case(Offer(CHOICE)), case(Offer(dollars)), case(Offer(CHOICE), at=night)]
    assert spent_on(cases, "ana", TODAY, "EUR") == eur("55")
    assert spent_on(cases, "ana", TODAY, "USD") == Money("7", "USD")
    assert spent_on(cases, "ana", TODAY, "EUR", frozenset({CASH})) == eur("35")
    assert spent_on(cases, "ana", date(2026, 5, 2), "EUR") == eur("55")
    assert spent_on([], "ana", TODAY, "EUR") == ZERO


@given(st.lists(awards, max_size=4), limits)
def test_a_limit_per_day_cannot_be_dodged_by_haste(
    offers: list[Award], limit: Money
) -> None:
    """However many offers are made at once, all together keep within the limit."""
    cases: list[Case] = []
    rule = agents(Grant("agent", per_day=limit), spent_by=partial(spent_on, cases))
    for offer in offers:
        cases += [] if asks(rule, offer) else [case(Offer(offer))]
    assert spent_on(cases, "ana", TODAY, "EUR") <= limit


@given(st.lists(awards, max_size=4), limits)
def test_a_limit_per_day_cannot_be_dodged_by_approving(
    wanted: list[Award], limit: Money
) -> None:
    """However much is approved before any of it is offered, the limit holds."""
    cases: list[Case] = []
    rule = agents(Grant("agent", per_day=limit), spent_by=partial(spent_on, cases))
    for award in wanted:
        told = case(("bo", ApprovalRequest(award, "f", ())), Approval("f"))
        cases += [] if asks(rule, award) else [told]
    assert spent_on(cases, "ana", TODAY, "EUR") <= limit
