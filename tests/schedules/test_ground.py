"""Published schedules on the ground: what their worked cases cannot show."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core import Claim, Money, RecoveryEngine, ServiceFailure
from recovery_core._domain.attribution import (
    Attribution,
    Cause,
    Controllability,
    Party,
)
from recovery_core._domain.case import Case
from recovery_core._domain.reason import Fact
from recovery_core._domain.remedy import RemedyKind
from recovery_core.attribution import ByWeight, ToRoots
from recovery_core.errors import MissingFactError, TransitionNotAllowedError
from recovery_core.schedules import (
    Schedule,
    appr_control,
    canada_appr,
    canada_denied_boarding,
    catalogue,
    delay_repay_15,
    delay_repay_30,
    eu_rail,
    eu_rail_in,
    eu_sea,
    eu_sea_in,
    us_denied_boarding,
    us_denied_boarding_limits,
)
from recovery_core.schedules._appr_control import SCHEDULED_MAINTENANCE
from recovery_core.tables import Column, Rule, Table, percent_of, prove

WITHIN, SAFETY, OUTSIDE = "within control", "required for safety", "outside control"


def _usd(amount: str) -> Money:
    return Money(amount, "USD")


def _cad(dollars: int) -> Money:
    return Money(dollars, "CAD")


def _claim(
    facts: Mapping[str, Any],
    *,
    on: date = date(2024, 6, 1),
    at: datetime | None = None,
    **more: Any,
) -> Claim:
    failure = ServiceFailure("late", occurred_on=on, facts=facts)
    return Claim(
        failure, at or datetime(on.year, on.month, on.day, 9, tzinfo=UTC), **more
    )


# ------------------------------------------------------------------- the index of caps


def _limits(lower: str, index: int) -> tuple[int, ...]:
    """Work both limits out by a table, in cents."""
    found = []
    for amount in us_denied_boarding_limits(_usd(lower)):
        table = Table("limit", [], otherwise=Rule("next", amends=amount))
        found.append(table.compiled({"cpi_in_july": index})[1])
    return tuple(found)


def test_the_index_gives_the_limits_of_2025() -> None:
    """775 x 314.540 / 226.545 is 1,076.03: to the nearest 25 dollars, 1,075."""
    exact = Fraction(775 * 314_540, 226_545)

    assert round(float(exact), 2) == 1076.03
    assert _limits("775.00", 314_540) == (107_500, 215_000)


def test_the_limits_in_force_are_those_of_the_index() -> None:
    """What the formula gives is what the newest version pays at the most."""
    lower, upper = _limits("775.00", 314_540)
    rich: dict[str, Fact] = {
        "one_way_fare": _usd("9000.00"),
        "to_foreign_point": False,
        "denied_because": "oversold",
    }
    paid = [
        us_denied_boarding.table().decision({**rich, "alternate_later": later}).award
        for later in (90, 120)
    ]

    assert [award.worth for award in paid] == [
        Money.from_minor(lower, "USD"),
        Money.from_minor(upper, "USD"),
    ]


@given(lower=st.integers(1, 2000), index=st.integers(1, 999_999))
def test_a_limit_is_the_nearest_multiple_of_25_dollars(lower: int, index: int) -> None:
    """No other multiple lies nearer; half-way the higher one; the upper is double."""
    found, double = _limits(f"{lower}.00", index)
    exact = Fraction(lower * 100 * index, 226_545)

    assert found % 2500 == 0
    assert double == 2 * found
    assert -1250 < exact - found + (exact - found == -1250) <= 1250


# ------------------------------------------------------------------------ the old trap


def test_two_hours_to_the_minute_pay_the_upper_tier() -> None:
    """Public implementations pay 200 percent here, by limits of years ago."""
    facts = {
        "one_way_fare": _usd("600.00"),
        "to_foreign_point": False,
        "denied_because": "oversold",
        "alternate_later": 120,
    }
    award = us_denied_boarding(_claim(facts, on=date(2025, 6, 1)))

    assert award.worth == _usd("2150.00")
    assert award.worth != _usd("775.00")


# ----------------------------------------------------------- three classes of control


def _cause(name: str, party: str = Party.FIRM, **more: Any) -> Cause:
    return Cause(name, party, **more)


@pytest.mark.parametrize(
    ("control", "causes"),
    [
        (WITHIN, [_cause("crew")]),
        (WITHIN, [_cause("handler", Party.SUPPLIER)]),
        (WITHIN, [_cause("who knows", Party.UNKNOWN)]),
        (WITHIN, []),
        (OUTSIDE, [_cause("storm", Party.NATURE)]),
        (OUTSIDE, [_cause("air traffic", Party.AUTHORITY)]),
        (OUTSIDE, [_cause("ill", Party.OTHER_CUSTOMER)]),
        (OUTSIDE, [_cause("late", Party.CUSTOMER)]),
        (
            OUTSIDE,
            [_cause("defect", controllability=Controllability.UNCONTROLLABLE)],
        ),
        (
            WITHIN,
            [_cause("ice", Party.NATURE, controllability=Controllability.CONTROLLABLE)],
        ),
        (SAFETY, [_cause("brakes", is_safety=True)]),
        (
            SAFETY,
            [
                _cause(
                    "brakes",
                    is_safety=True,
                    controllability=Controllability.CONTROLLABLE,
                )
            ],
        ),
        (
            OUTSIDE,
            [
                _cause(
                    "volcano",
                    Party.NATURE,
                    is_safety=True,
                    controllability=Controllability.UNCONTROLLABLE,
                )
            ],
        ),
    ],
)
def test_a_cause_is_of_one_class(control: str, causes: list[Cause]) -> None:
    """By what is on record of it, and by its party where nothing is."""
    assert appr_control(Attribution.by_weight(tuple(causes))) == control


@pytest.mark.parametrize(
    "causes",
    [
        (_cause(SCHEDULED_MAINTENANCE, is_safety=True),),
        (_cause("brakes", is_safety=True, parent=SCHEDULED_MAINTENANCE),),
        (
            _cause("brakes", is_safety=True, parent=SCHEDULED_MAINTENANCE, weight=9),
            _cause(SCHEDULED_MAINTENANCE, is_safety=True, weight=0),
        ),
        (
            _cause("late aircraft", parent="brakes", weight=60),
            _cause("brakes", is_safety=True, parent=SCHEDULED_MAINTENANCE, weight=0),
        ),
    ],
)
def test_what_scheduled_maintenance_finds_is_no_matter_of_safety(
    causes: tuple[Cause, ...],
) -> None:
    """It is within control and pays, by whichever way the finding is recorded."""
    claim = _claim({"arrival_delay": 600, "carrier": "large"}).with_findings(
        attribution=Attribution.by_weight(causes)
    )

    assert appr_control(claim.attribution) == WITHIN
    assert canada_appr(claim).worth == _cad(1000)


def test_a_knocked_on_delay_is_of_the_class_of_its_root() -> None:
    """Resolved to its root before, or here, it is one class."""
    causes = (
        _cause("late aircraft", weight=60, parent="late crew"),
        _cause("late crew", weight=0, parent="storm"),
        _cause("storm", Party.NATURE, weight=5),
    )
    failure = ServiceFailure("late", causes=causes)
    claim = Claim(failure, datetime(2024, 6, 1, tzinfo=UTC))

    assert appr_control(ByWeight()(claim)) == OUTSIDE
    assert appr_control(ToRoots()(claim)) == OUTSIDE


def test_a_chain_that_comes_back_to_itself_ends() -> None:
    """A cycle has no root; the last cause before it closes speaks."""
    causes = (_cause("hen", parent="egg"), _cause("egg", parent="hen"))

    assert appr_control(Attribution.by_weight(causes)) == WITHIN


def test_a_finding_without_causes_goes_by_its_parties() -> None:
    """A person may lay the failure to parties and name no cause."""
    assert appr_control(Attribution({"nature": "2/3", "firm": "1/3"})) == OUTSIDE
    assert appr_control(Attribution({"nature": "1/3", "firm": "2/3"})) == WITHIN
    assert appr_control(Attribution({"nature": "1/2", "firm": "1/2"})) == WITHIN
    assert appr_control(Attribution({"a far land": 1})) == WITHIN


def test_a_share_is_split_among_the_causes_of_its_party() -> None:
    """Shares that were laid by something else than weights are kept to."""
    causes = (
        _cause("brakes", is_safety=True, weight=3),
        _cause("crew", weight=1),
        _cause("storm", Party.NATURE, weight=100),
    )

    assert appr_control(Attribution({"firm": "3/5", "nature": "2/5"}, causes)) == SAFETY
    assert (
        appr_control(Attribution({"firm": "1/2", "nature": "1/2"}, causes)) == OUTSIDE
    )


causes_drawn = st.lists(
    st.builds(
        Cause,
        st.sampled_from(["crew", "storm", "brakes", SCHEDULED_MAINTENANCE]),
        st.sampled_from([*Party]),
        weight=st.integers(0, 5),
        controllability=st.sampled_from(Controllability),
        is_safety=st.booleans(),
    ),
    max_size=4,
    unique_by=lambda cause: cause.name,
).map(tuple)


@given(causes=causes_drawn, times=st.integers(1, 9))
def test_the_class_goes_by_shares_alone(causes: tuple[Cause, ...], times: int) -> None:
    """Neither the order nor the unit of the weights matters."""
    scaled = tuple(
        Cause(
            cause.name,
            cause.party,
            weight=cause.weight * times,
            controllability=cause.controllability,
            is_safety=cause.is_safety,
        )
        for cause in reversed(causes)
    )
    found = appr_control(Attribution.by_weight(causes))

    assert found in {WITHIN, SAFETY, OUTSIDE}
    assert appr_control(Attribution.by_weight(scaled)) == found


@given(causes=causes_drawn)
def test_money_is_for_what_was_within_control(causes: tuple[Cause, ...]) -> None:
    """The class that the attribution has decides, and nothing else."""
    facts = {"arrival_delay": 600, "carrier": "small", "departure_delay": 300}
    claim = _claim(facts, attribution=Attribution.by_weight(causes))
    award = canada_appr(claim)
    control = appr_control(claim.attribution)
    has_care = any(remedy.kind is RemedyKind.CARE for remedy in award.amends)

    assert award.worth == (_cad(500) if control == WITHIN else None)
    assert has_care == (control != OUTSIDE)


def test_no_flag_of_the_claim_stands_for_the_attribution() -> None:
    """Who writes the class among the facts is not believed."""
    facts = {"arrival_delay": 600, "carrier": "large", "control": OUTSIDE}

    assert canada_appr(_claim(facts)).worth == _cad(1000)


# ------------------------------------------------------------- who did not travel


def test_a_refund_in_place_of_another_flight_needs_no_arrival() -> None:
    """Who did not travel has none: 400 of a large carrier, 125 of a small one."""
    paid = {
        size: canada_appr(_claim({"carrier": size, "chose_refund": True})).worth
        for size in ("large", "small")
    }
    assert paid == {"large": _cad(400), "small": _cad(125)}


def test_a_delay_without_an_arrival_is_told_to_record_it() -> None:
    """Nothing is paid, and the reason names the fact; no one is called in time."""
    award = canada_appr(_claim({"carrier": "large", "departure_delay": 100}))
    told = {reason.code: reason.text for reason in award.because}

    assert award.worth is None
    assert "record arrival_delay" in told["arrival-unknown"]
    assert "otherwise" not in told


@pytest.mark.parametrize(
    "cause",
    [_cause("storm", Party.NATURE), _cause("brakes", is_safety=True), _cause("crew")],
    ids=lambda cause: cause.name,
)
def test_the_stranded_may_fly_or_have_the_ticket_back(cause: Cause) -> None:
    """In every class of control; the ticket only where its price is on record."""
    blame = Attribution.by_weight((cause,))
    facts: dict[str, Fact] = {"carrier": "large"}
    flown: dict[str, Fact] = {**facts, "arrival_delay": 600}
    fare: dict[str, Fact] = {"fare": _cad(300)}
    kinds = [
        [r.kind for r in canada_appr(_claim(known, attribution=blame)).alternatives]
        for known in (
            facts,
            facts | fare,
            facts | fare | {"chose_refund": True},
            flown | fare,
        )
    ]
    assert kinds == [
        [RemedyKind.REDO],
        [RemedyKind.REDO, RemedyKind.REFUND],
        [RemedyKind.REFUND],
        [],
    ]


@pytest.mark.parametrize("code", catalogue())
def test_who_came_early_is_answered(code: str) -> None:
    """An arrival before its time, up to a day, is an arrival like any other."""
    for _, table in catalogue()[code].versions:
        for column in table.inputs:
            if column.name == "arrival_delay":
                assert column.domain.least == -24 * 60


# -------------------------------------------------------------- one year, one recovery


@pytest.mark.parametrize(
    ("failed", "claimed", "is_in_time"),
    [
        (date(2024, 6, 1), date(2024, 6, 1), True),
        (date(2024, 6, 1), date(2025, 6, 1), True),
        (date(2024, 6, 1), date(2025, 6, 2), False),
        (date(2024, 12, 31), date(2025, 12, 31), True),
        (date(2024, 12, 31), date(2026, 1, 1), False),
        (date(2024, 2, 29), date(2025, 2, 28), True),
        (date(2024, 2, 29), date(2025, 3, 1), False),
        (date(2023, 2, 28), date(2024, 2, 28), True),
        (date(2023, 2, 28), date(2024, 2, 29), False),
        (date(2024, 6, 1), date(2024, 5, 31), True),
    ],
)
def test_a_year_ends_with_the_anniversary(
    failed: date, claimed: date, *, is_in_time: bool
) -> None:
    """The day the case was opened counts, not the day it is decided."""
    opened = datetime(claimed.year, claimed.month, claimed.day, 23, tzinfo=UTC)
    claim = _claim(
        {"arrival_delay": 600, "carrier": "large"},
        on=failed,
        at=datetime(2030, 1, 1, tzinfo=UTC),
        opened_at=opened,
    )

    assert canada_appr(claim).worth == (_cad(1000) if is_in_time else None)


# ------------------------------------------------------------- top-up, by the engine


def _amended(engine: RecoveryEngine, delay: int, case_id: str) -> Case:
    case = _ready(engine, delay, case_id)
    return engine.make_amends(engine.accept(engine.offer(case)))


def _ready(engine: RecoveryEngine, delay: int, case_id: str) -> Case:
    failure = ServiceFailure(
        "denied boarding",
        occurred_on=date(2024, 6, 1),
        facts={"arrival_delay": delay},
        causes=(_cause("oversold"),),
    )
    case = engine.open(failure, case_id=case_id)
    return engine.apologize(engine.acknowledge(case))


def _engine(schedule: Schedule) -> RecoveryEngine:
    return RecoveryEngine(
        policy=schedule,
        liability=schedule.liability,
        attribution=ByWeight(),
        clock=lambda: datetime(2024, 6, 2, tzinfo=UTC),
    )


def test_denied_boarding_is_topped_up_when_the_delay_grows() -> None:
    """Expected 5 h: 900 at once. It was 6 h 10: 900 more, and not 1,800."""
    engine = _engine(canada_denied_boarding)
    expected = _amended(engine, 300, "expected")
    actual = _ready(engine, 370, "actual")
    assert [due.amount for due in expected.dues] == [_cad(900)]

    _, actual = engine.merge(expected, actual)
    actual = engine.offer(actual)

    assert actual.offer is not None
    assert actual.offer.award.worth == _cad(900)
    assert "set-off" in [reason.code for reason in actual.offer.award.because]


def test_a_reopened_case_is_not_paid_twice() -> None:
    """The same delay again earns nothing more."""
    engine = _engine(canada_denied_boarding)
    case = engine.feed_back(_amended(engine, 370, "one"), "overbooked too far")
    case = engine.apologize(engine.acknowledge(engine.reopen(case, "nothing came")))
    claim = case.claim(datetime(2030, 1, 1, tzinfo=UTC))

    assert canada_denied_boarding(claim).worth is None


def test_the_engine_reads_the_class_from_its_own_rule() -> None:
    """From causes to attribution to class to nothing but care."""
    engine = _engine(canada_appr)
    failure = ServiceFailure(
        "late",
        occurred_on=date(2024, 6, 1),
        facts={"arrival_delay": 600, "carrier": "large", "departure_delay": 200},
        causes=(_cause("brakes", is_safety=True),),
    )
    case = engine.apologize(engine.acknowledge(engine.open(failure)))
    case = engine.offer(case)

    assert case.offer is not None
    assert [remedy.kind for remedy in case.offer.award.amends] == [RemedyKind.CARE]
    assert "required-for-safety" in [r.code for r in case.offer.award.because]


def test_the_engine_reads_the_defence_of_the_railway() -> None:
    """From causes to attribution to liability to nothing."""
    engine = _engine(eu_rail)
    facts: dict[str, Fact] = {"arrival_delay": 130, "fare": Money("80.00", "EUR")}
    storm = _cause("storm", "nature", controllability=Controllability.UNCONTROLLABLE)
    cases = {}
    for causes in ((storm,), (_cause("points"),), (storm, _cause("points"))):
        failure = ServiceFailure(
            "late", occurred_on=date(2024, 6, 1), facts=facts, causes=causes
        )
        names = " and ".join(cause.name for cause in causes)
        cases[names] = engine.apologize(engine.acknowledge(engine.open(failure)))

    for names in ("points", "storm and points"):
        offer = engine.offer(cases[names]).offer
        assert offer is not None
        assert offer.award.worth == Money("40.00", "EUR")
    with pytest.raises(TransitionNotAllowedError, match="exempt"):
        engine.offer(cases["storm"])


# -------------------------------------------------------------------- season tickets


@given(
    price=st.integers(0, 1_000_000),
    delay=st.integers(0, 300),
    ticket=st.sampled_from(["single", "return", "weekly", "monthly", "annual"]),
)
def test_delay_repay_is_a_share_of_one_journey(
    price: int, delay: int, ticket: str
) -> None:
    """Exact in fractions, then rounded once; half a penny is the passenger's."""
    journeys = {"single": 1, "return": 2, "weekly": 10, "monthly": 40, "annual": 464}
    quarters = {120: 8, 60: 4, 30: 2, 15: 1}
    share = next((part for late, part in quarters.items() if delay >= late), 0)
    exact = min(Fraction(price * share, 4 * journeys[ticket]), Fraction(price))
    row = {"arrival_delay": delay, "ticket": ticket, "price": price}

    paid = delay_repay_15.table().compiled(row)[1]

    assert paid == (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    if delay >= 30:
        assert delay_repay_30.table().compiled(row)[1] == paid
    else:
        assert delay_repay_30.table().compiled(row)[1] == 0


def test_delay_repay_never_asks_whose_doing_it_was() -> None:
    """It runs with a liability that owes all, and reads no cause."""
    assert delay_repay_15.liability(Attribution({"customer": 1})) == 1
    assert delay_repay_30.liability(Attribution({"nature": 1})) == 1


# ---------------------------------------------------------------- in other currencies


def test_a_railway_may_have_another_threshold_or_none() -> None:
    """The threshold is asked of the fare, in the currency of the fare."""
    crowns = eu_rail_in(Money("100.00", "CZK")).table()
    none = eu_rail_in(Money.zero("EUR")).table()
    at_an_hour = {"arrival_delay": 60, "defence_holds": False}

    assert crowns.compiled({**at_an_hour, "fare": 40_000})[1] == 10_000
    assert crowns.compiled({**at_an_hour, "fare": 39_999})[1] == 0
    assert none.compiled({**at_an_hour, "fare": 4})[1] == 1
    assert none.currency == "EUR"


@given(fare=st.integers(0, 5_000), late=st.booleans())
def test_no_railway_pays_less_than_its_threshold(fare: int, late: bool) -> None:  # noqa: FBT001
    """What is paid is nothing, or four euros and more."""
    delay = 120 if late else 60
    row = {"arrival_delay": delay, "fare": fare, "defence_holds": False}
    paid = eu_rail.table().compiled(row)[1]

    assert paid == 0 or paid >= 400
    assert (paid > 0) == (fare * (2 if late else 1) >= 1600)


def test_a_ship_sails_in_any_currency() -> None:
    """Shares are shares."""
    row = {
        "arrival_delay": 121,
        "scheduled_journey": 240,
        "fare": 999,
        "defence_holds": False,
    }

    assert eu_sea_in("SEK").table().compiled(row) == eu_sea.table().compiled(row)
    assert eu_sea_in("SEK").cases == ()


# ----------------------------------------------------------------- what the law grants


@pytest.mark.parametrize(
    ("schedule", "is_law"),
    [
        (us_denied_boarding, True),
        (canada_appr, True),
        (canada_denied_boarding, True),
        (eu_rail, True),
        (eu_sea, True),
        (delay_repay_15, False),
        (delay_repay_30, False),
    ],
    ids=str,
)
def test_what_the_law_grants_says_so(schedule: Schedule, *, is_law: bool) -> None:
    """A charter is a promise of the company; a regulation is not."""
    paid = [schedule(schedule.claim(case)) for case in schedule.cases]
    remedies = [remedy for award in paid for remedy in award.remedies]

    assert remedies
    assert {remedy.is_statutory for remedy in remedies} == {is_law}


# ------------------------------------------------------------ what is proved of all

RISES: Mapping[str, tuple[str, ...]] = {
    "canada_appr": ("arrival_delay",),
    "canada_denied_boarding": ("arrival_delay",),
    "delay_repay_15": ("arrival_delay", "price"),
    "delay_repay_30": ("arrival_delay", "price"),
    "eu_rail": ("arrival_delay", "fare"),
    "eu_sea": ("arrival_delay", "fare"),
    "us_denied_boarding": ("alternate_later", "one_way_fare"),
}
FALLS: Mapping[str, tuple[str, ...]] = {
    "canada_appr": ("notice_days",),
    "eu_sea": ("scheduled_journey",),
    "us_denied_boarding": ("to_foreign_point",),
}


def _columns(table: Table) -> dict[str, Column]:
    return {column.name: column for column in table.columns}


@pytest.mark.parametrize("code", RISES)
def test_more_of_the_harm_is_never_paid_less(code: str) -> None:
    """Proved for every claim, and every version."""
    for _, table in catalogue()[code].versions:
        for name in RISES[code]:
            proof = prove.rises_with(table, _columns(table)[name])
            assert proof, proof
        for name in FALLS.get(code, ()):
            proof = prove.falls_with(table, _columns(table)[name])
            assert proof, proof


def test_no_one_is_paid_above_the_limit() -> None:
    """Proved: no more than the sums of the law, nor than the share of the fare."""
    for _, table in us_denied_boarding.versions:
        fare = _columns(table)["one_way_fare"]
        upper = max(rule.worth.bounds[1] for rule in table.rules if rule.worth)
        assert prove.never_above(table, Money.from_minor(upper, "USD"))
        assert prove.never_above(table, percent_of(fare, 400))
    assert prove.never_above(canada_appr.table(), _cad(1000))
    assert not prove.never_above(canada_appr.table(), _cad(999))
    assert prove.never_above(canada_denied_boarding.table(), _cad(2400))
    for schedule in (delay_repay_15, delay_repay_30):
        price = _columns(schedule.table())["price"]
        assert prove.never_above(schedule.table(), price)
    for schedule in (eu_rail, eu_sea):
        fare = _columns(schedule.table())["fare"]
        assert prove.never_above(schedule.table(), percent_of(fare, 50))


def test_nothing_is_paid_where_the_blame_is_not_the_companys() -> None:
    """Proved: not for safety, not outside control, not where a defence holds."""
    for schedule in (canada_appr, canada_denied_boarding):
        control = _columns(schedule.table())["control"]
        assert prove.never_pays_when(schedule.table(), control.isin(SAFETY, OUTSIDE))
        assert not prove.never_pays_when(schedule.table(), control == WITHIN)
    for schedule in (eu_rail, eu_sea):
        defence = _columns(schedule.table())["defence_holds"]
        assert prove.never_pays_when(schedule.table(), defence)


def test_newer_limits_and_earlier_bands_never_pay_less() -> None:
    """Proved: every version pays at least what the one before did, and 15 beats 30."""
    for (_, older), (_, newer) in pairwise(us_denied_boarding.versions):
        assert prove.never_less_than(newer, older)
        assert not prove.never_less_than(older, newer)
    assert prove.never_less_than(delay_repay_15.table(), delay_repay_30.table())


def test_a_fact_that_is_needed_is_asked_for() -> None:
    """An unknown delay is no delay of nothing."""
    with pytest.raises(MissingFactError, match="no fact 'arrival_delay' was recorded"):
        eu_rail(_claim({"fare": Money("80.00", "EUR")}))
