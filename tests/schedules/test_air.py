"""Air passengers, power cuts: what is special to each schedule beyond its cases."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from recovery_core import (
    Attribution,
    Cause,
    Claim,
    Controllability,
    Fact,
    Money,
    Party,
    RecoveryEngine,
    Remedy,
    RemedyKind,
    ServiceFailure,
)
from recovery_core.attribution import BlameBlind, ByWeight, Defence, PureComparative
from recovery_core.errors import InvalidValueError, MissingFactError, PolicyError
from recovery_core.schedules import (
    Schedule,
    catalogue,
    energy_supplier,
    eu261,
    guaranteed_electricity,
    montreal,
    montreal_in,
    uk261,
)
from recovery_core.tables import prove

ON = date(2025, 6, 1)
AT = datetime(2025, 6, 2, tzinfo=UTC)
LATE: Mapping[str, Fact] = {
    "event": "delay",
    "km": 2000,
    "is_intra_eu": True,
    "departure_delay": 300,
    "arrival_delay": 300,
}


def _eur(amount: int | str) -> Money:
    return Money(amount, "EUR")


def _storm(minutes: int = 300, **more: Any) -> Cause:
    settings_ = {"controllability": Controllability.UNCONTROLLABLE, **more}
    return Cause("storm", Party.NATURE, weight=Fraction(minutes), **settings_)


def _wear(minutes: int = 300) -> Cause:
    return Cause("engine wear", Party.FIRM, weight=Fraction(minutes))


def _failure(*causes: Cause, **facts: Fact) -> ServiceFailure:
    return ServiceFailure(
        "late flight", occurred_on=ON, causes=causes, facts={**LATE, **facts}
    )


def _offered(schedule: Schedule, failure: ServiceFailure) -> tuple[Remedy, ...]:
    """Walk a case up to the offer, in an engine set up as the schedule asks."""
    engine = RecoveryEngine(
        policy=schedule, attribution=ByWeight(), liability=schedule.liability
    )
    case = engine.acknowledge(engine.open(failure), by="ana")
    case = engine.offer(engine.apologize(case, by="ana"), by="ana")
    assert case.offer is not None
    return case.offer.award.remedies


# ------------------------------------------------------------- whose doing it was


@pytest.mark.parametrize(
    ("schedule", "paid"), [(eu261, _eur(400)), (uk261, Money(350, "GBP"))], ids=str
)
def test_blame_decides_through_attribution_and_liability(
    schedule: Schedule, paid: Money
) -> None:
    """A storm leaves nothing but care; wear of an engine is paid in full."""
    assert [r.kind for r in _offered(schedule, _failure(_storm()))] == [RemedyKind.CARE]
    cash, care = _offered(schedule, _failure(_wear()))
    assert (cash.kind, cash.value, care.kind) == (
        RemedyKind.CASH,
        paid,
        RemedyKind.CARE,
    )


def test_what_the_law_grants_is_statutory() -> None:
    """No verdict and no cap may touch money or care of the regulation."""
    assert all(r.is_statutory for r in _offered(eu261, _failure(_wear())))
    assert all(r.is_statutory for r in _offered(eu261, _failure(_storm())))


@pytest.mark.parametrize(
    "cause",
    [
        _storm(controllability=Controllability.CONTROLLABLE),
        _storm(controllability=Controllability.UNKNOWN),
        Cause("nobody knows", Party.UNKNOWN),
    ],
    ids=lambda cause: f"{cause.name} {cause.controllability}",
)
def test_the_burden_of_both_stages_is_the_carriers(cause: Cause) -> None:
    """Extraordinary is not enough; what is not shown to be unavoidable is paid."""
    assert [r.value for r in _offered(eu261, _failure(cause))] == [_eur(400), None]


def test_a_fact_cannot_raise_the_defence() -> None:
    """Who records facts cannot write the money away."""
    failure = _failure(_wear(), defence_holds=True, own_delay=300)
    assert _offered(eu261, failure)[0].value == _eur(400)


@pytest.mark.parametrize("event", ["delay", "cancellation"])
def test_to_forget_the_liability_changes_nothing(event: str) -> None:
    """One storm has one answer, whatever the engine was handed beside the schedule."""
    failure = _failure(_storm(), event=event)
    assert eu261(Claim(failure, AT)).worth is not None, "nobody laid it to the storm"
    shown = Claim(failure, AT, attribution=Attribution.by_weight((_storm(),)))

    for rule in (BlameBlind(), PureComparative(), eu261.liability):
        told = eu261(shown.with_findings(owed=rule(shown.attribution))).because
        assert "extraordinary" in [reason.code for reason in told]


@pytest.mark.parametrize("code", catalogue())
def test_every_schedule_puts_its_own_liability(code: str) -> None:
    """Proved on every worked case: a claim that was told of no rule is paid alike."""
    schedule = catalogue()[code]
    for case in schedule.cases:
        claim = schedule.claim(case)
        assert schedule(claim.with_findings(owed=Fraction(1))) == schedule(claim), (
            case.text
        )


def test_a_rule_of_the_company_that_owes_nothing_is_heard() -> None:
    """What the engine's own rule frees the company of is not paid either."""
    claim = Claim(_failure(_wear()), AT, owed=Fraction(0))
    assert "extraordinary" in [reason.code for reason in eu261(claim).because]


@given(storm=st.integers(0, 600), wear=st.integers(0, 600))
@example(storm=120, wear=180)
@example(storm=121, wear=179)
@example(storm=7, wear=180)
def test_the_carriers_own_part_meets_the_three_hours(storm: int, wear: int) -> None:
    """Of a mixed delay, exactly the minutes of the carrier count."""
    late = storm + wear
    causes = (_storm(storm), _wear(wear))
    attribution = Attribution.by_weight(causes)
    claim = Claim(
        _failure(*causes, arrival_delay=late),
        AT,
        attribution=attribution,
        owed=eu261.liability(attribution),
    )
    cash = [r for r in eu261(claim).amends if r.kind is RemedyKind.CASH]
    assert bool(cash) == (wear >= 180)


@given(late=st.integers(0, 900), share=st.fractions(0, 1, max_denominator=97))
def test_a_part_of_a_minute_moves_no_limit(late: int, share: Fraction) -> None:
    """The own part is cut to the minute, and meets 180 as the exact part does."""
    causes = (
        Cause(
            "storm",
            Party.NATURE,
            weight=share,
            controllability=Controllability.UNCONTROLLABLE,
        ),
        Cause("engine wear", Party.FIRM, weight=1 - share),
    )
    claim = Claim(
        _failure(*causes, arrival_delay=late),
        AT,
        attribution=Attribution.by_weight(causes),
    )
    own = eu261.table().row(claim)["own_delay"]
    exact = late * (1 - share)
    if not share:
        assert own is None
    else:
        assert isinstance(own, int)
        assert (own >= 180) == (exact >= 180)


def test_an_early_arrival_has_no_part_that_is_the_carriers() -> None:
    """A flight that came early is no delay, whoever did it."""
    claim = Claim(
        _failure(_storm(), arrival_delay=-10),
        AT,
        attribution=Attribution.by_weight((_storm(),)),
    )
    assert eu261.table().row(claim)["own_delay"] == 0


def test_the_share_a_defence_rests_on_can_be_asked() -> None:
    """Half a storm shows half; what could have been avoided shows nothing."""
    defence = Defence(is_two_stage=True)
    half = Attribution.by_weight((_storm(1), _wear(1)))
    told = _storm(1, controllability=Controllability.CONTROLLABLE)
    assert defence.proven_share(half) == Fraction(1, 2)
    assert defence.proven_share(Attribution.by_weight((told,))) == 0
    assert Defence(above="1/3")(half) == 0


# ------------------------------------------------------- the regulation, read again


def _law(row: Mapping[str, Any]) -> int:
    """Say in another way what Regulation 261/2004 pays, in cents."""
    event, late = row["event"], row["arrival_delay"]
    if row["lacks_booking"] or row["free_fare"]:
        return 0
    if event != "cancellation" and row["late_check_in"]:
        return 0
    km = row["km"]
    level = 0 if km <= 1500 else 1 if km <= 3500 or row["is_intra_eu"] else 2
    full = (25_000, 40_000, 60_000)[level]
    if event == "delay":
        own = late if row["own_delay"] is None else row["own_delay"]
        if row["defence_holds"] or late is None or min(late, own) < 180:
            return 0
        return full // 2 if level == 2 and late < 240 else full
    if event == "cancellation" and (row["defence_holds"] or _is_told(row)):
        return 0
    is_near = late is not None and late <= (120, 180, 240)[level]
    return full // 2 if is_near else full


def _is_told(row: Mapping[str, Any]) -> bool:
    notice = -1 if row["notice_days"] is None else row["notice_days"]
    early, late = row["leaves_early"], row["arrival_delay"]
    if notice >= 14 or early is None or late is None:
        return notice >= 14
    most_early, below = (120, 240) if notice >= 7 else (60, 120)
    return bool(early <= most_early and late < below)


def _near(*edges: int, least: int = 0) -> st.SearchStrategy[int]:
    close = st.sampled_from([edge + step for edge in edges for step in (-1, 0, 1)])
    return st.one_of(close, st.integers(least, 2 * max(edges)))


MAYBE = st.sampled_from([None, None, None, False, True])
ROWS = st.fixed_dictionaries(
    {
        "event": st.sampled_from(["delay", "cancellation", "denied_boarding"]),
        "km": _near(1500, 3500),
        "is_intra_eu": st.booleans(),
        "arrival_delay": st.none() | _near(120, 180, 240, least=-600),
        "own_delay": st.none() | _near(180),
        "notice_days": st.none() | _near(7, 14).filter(lambda days: days >= 0),
        "leaves_early": st.none() | _near(60, 120, least=-600),
        "departure_delay": st.none() | _near(120, 180, 240, 300),
        "defence_holds": st.booleans(),
        "lacks_booking": MAYBE,
        "late_check_in": MAYBE,
        "free_fare": MAYBE,
    }
)


@settings(max_examples=600)
@given(row=ROWS)
def test_the_table_pays_what_the_regulation_says(row: dict[str, Any]) -> None:
    """Two readings of one law agree, near every limit."""
    table = eu261.table()
    known = table.row(row)
    rule, paid = table.compiled(known)

    assert paid == _law(row), rule
    assert table.decision(row).rule == rule


@settings(max_examples=200)
@given(row=ROWS)
def test_the_kingdom_pays_by_the_same_rules(row: dict[str, Any]) -> None:
    """Outside the Union's own band, both tables decide by the same rule."""
    row["is_intra_eu"] = False
    union, kingdom = eu261.table(), uk261.table()

    assert union.decision(row).rule == kingdom.decision(row).rule


@settings(max_examples=200)
@given(row=ROWS)
def test_care_is_owed_whoever_is_to_blame(row: dict[str, Any]) -> None:
    """The table of what is given besides does not so much as read the defence."""
    care = eu261.besides
    assert care is not None
    names = {c.name for c in care.inputs}
    assert not {"defence_holds", "own_delay", "notice_days"} & names
    given_ = care.decision(row | {"fare": None}).award
    is_out = row["lacks_booking"] or row["free_fare"]
    if row["event"] == "cancellation" and not is_out:
        assert [r.kind for r in given_.amends] == [RemedyKind.CARE]


def test_the_stranded_choose_between_the_fare_and_another_flight() -> None:
    """A refund and two ways of re-routing are alternatives; the money is amends."""
    failure = ServiceFailure(
        "cancelled",
        occurred_on=ON,
        facts={
            "event": "cancellation",
            "km": 900,
            "is_intra_eu": True,
            "fare": _eur("99.90"),
        },
    )
    award = eu261(Claim(failure, AT))

    kinds = [remedy.kind for remedy in award.alternatives]
    assert kinds == [RemedyKind.REFUND, RemedyKind.REDO, RemedyKind.REDO]
    assert award.alternatives[0].value == _eur("99.90")
    assert [r.kind for r in award.amends] == [RemedyKind.CASH, RemedyKind.CARE]


@pytest.mark.parametrize("schedule", [eu261, uk261], ids=str)
@given(row=ROWS)
def test_what_is_not_recorded_is_not_held_against_anyone(
    schedule: Schedule, row: dict[str, Any]
) -> None:
    """No arrival on record is no journey given up; no wait on record is not short."""
    row |= {"event": "delay", "lacks_booking": None, "free_fare": None}
    row |= {"late_check_in": None, "defence_holds": False, "fare": None}
    paid = schedule.table().decision(row)
    care = schedule.besides
    assert care is not None

    unknown = row["arrival_delay"] is None
    assert (paid.rule == "arrival-unknown") == unknown
    assert (paid.rule == "under-three-hours") <= (not unknown)
    given_up = schedule.table().decision(row | {"gave_up": True})
    assert (given_up.rule == "not-flown") == unknown
    waits = row["departure_delay"]
    assert (care.decision(row).rule == "wait-unknown") == (waits is None)


def test_who_still_waits_has_care_before_anyone_knows_how_late_it_gets() -> None:
    """Three hours at the gate earn a meal now, and the money when they arrive."""
    facts = {k: v for k, v in LATE.items() if k != "arrival_delay"}
    award = eu261(Claim(ServiceFailure("late", occurred_on=ON, facts=facts), AT))

    assert [r.kind for r in award.amends] == [RemedyKind.CARE]
    told = " ".join(str(reason) for reason in award.because)
    assert "not recorded" in told
    assert "never arrived" not in told


def test_a_family_of_four_is_paid_four_times() -> None:
    """The sums are per passenger: four claims of GBP 220 make 880."""
    facts: dict[str, Fact] = {"event": "delay", "km": 1400, "arrival_delay": 180}
    failure = ServiceFailure("late", occurred_on=ON, facts=facts)
    paid = [uk261(Claim(failure, AT)).worth for _ in range(4)]

    assert sum((p.minor for p in paid if p), start=0) == 880_00


def test_a_fact_that_is_missing_is_asked_for() -> None:
    """A table names what it needs and does not have."""
    failure = ServiceFailure("late", occurred_on=ON, facts={"event": "delay"})
    with pytest.raises(MissingFactError, match="km"):
        eu261(Claim(failure, AT))
    with pytest.raises(MissingFactError):
        eu261.table().decision({"event": "delay"})


# ------------------------------------------------------------ what is proved of all

CEILINGS: Mapping[str, Money | None] = {
    "energy_supplier": Money(80, "GBP"),
    "eu261": _eur(600),
    "uk261": Money(520, "GBP"),
}
RISES: Mapping[str, tuple[str, ...]] = {
    "energy_supplier": ("working_days_to_pay",),
    "eu261": ("arrival_delay", "own_delay", "leaves_early"),
    "guaranteed_electricity": ("off_supply",),
    "montreal": ("owed_loss", "sdr_rate", "weight_kg"),
    "uk261": ("arrival_delay", "own_delay", "leaves_early"),
}
FALLS: Mapping[str, tuple[str, ...]] = {
    "eu261": ("notice_days",),
    "montreal": ("complaint_after_days",),
    "uk261": ("notice_days",),
}


@pytest.mark.parametrize("code", sorted(RISES))
def test_what_a_schedule_promises_is_proved_for_every_claim(code: str) -> None:
    """Never above the highest sum; more of the harm is never paid less."""
    schedule = catalogue()[code]
    for _, table in schedule.versions:
        columns = {column.name: column for column in table.inputs}
        ceiling = CEILINGS.get(code)
        if ceiling is not None:
            assert prove.never_above(table, ceiling), prove.never_above(table, ceiling)
        for name in RISES[code]:
            proof = prove.rises_with(table, columns[name])
            assert proof, proof
        for name in FALLS.get(code, ()):
            proof = prove.falls_with(table, columns[name])
            assert proof, proof


def test_the_law_itself_pays_less_for_going_farther() -> None:
    """At 3 h 30, 3,500 km pay EUR 400 and 3,501 km pay EUR 300; the proof finds it."""
    table = eu261.table()
    km = next(column for column in table.inputs if column.name == "km")
    proof = prove.rises_with(table, km)

    assert not proof
    assert proof.rule == "long-delay-under-four-hours"


def test_the_defence_leaves_denied_boarding_alone() -> None:
    """Where it holds, nothing is paid for delays and cancellations."""
    for schedule in (eu261, uk261):
        table = schedule.table()
        columns = {column.name: column for column in table.columns}
        event, defence = columns["event"], columns["defence_holds"]
        raised = defence & event.isin("delay", "cancellation")
        assert prove.never_pays_when(table, raised)
        assert not prove.never_pays_when(table, defence)


# ---------------------------------------------------------------- limits in drawing


@given(
    loss=st.integers(0, 10**8),
    rate=st.integers(1, 10**7),
    harm=st.sampled_from(["baggage_loss", "passenger_delay"]),
)
def test_no_more_is_owed_than_the_loss_and_the_limit(
    loss: int, rate: int, harm: str
) -> None:
    """What is paid is the lesser of the two, to the cent."""
    limit = {"baggage_loss": 1519, "passenger_delay": 6303}[harm]
    paid = montreal.table().compiled(
        {
            "harm": harm,
            "owed_loss": loss,
            "sdr_rate": rate,
            "not_negligent": False,
            "complaint_after_days": None,
            "weight_kg": None,
        }
    )[1]
    exact = Fraction(limit * 100 * rate, 100_000)
    assert paid == min(loss, (exact + Fraction(1, 2)) // 1)


@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD", "HUF"])
def test_the_limits_stand_in_any_currency(currency: str) -> None:
    """Minor units are those of the currency; the cases hold in each."""
    schedule = montreal_in(currency)

    assert schedule is montreal_in(currency)
    for case in schedule.cases:
        assert schedule(schedule.claim(case)).worth == case.pays
    assert schedule.table().currency == currency


def test_drawing_rights_are_no_currency_to_be_paid_in() -> None:
    """A limit has to be converted before it is money."""
    with pytest.raises(InvalidValueError, match="XDR"):
        montreal_in("XDR")


def _injured(*causes: Cause) -> Money | None:
    facts: dict[str, Fact] = {
        "harm": "death_or_injury",
        "proved_loss": _eur(400_000),
        "sdr_rate": 100_000,
    }
    failure = ServiceFailure("hurt", occurred_on=ON, causes=causes, facts=facts)
    attribution = Attribution.by_weight(causes)
    owed = montreal.liability(attribution)
    return montreal(Claim(failure, AT, attribution=attribution, owed=owed)).worth


def test_contributory_negligence_and_the_first_tier_are_two_questions() -> None:
    """The passenger's own part comes off; the rest may still be shown unavoidable."""
    own = Cause("unbuckled", Party.CUSTOMER)

    assert _injured(_wear(1)) == _eur(400_000)
    assert _injured(_storm(1)) == _eur(151_880)
    assert _injured(_wear(1), own) == _eur(200_000)
    assert _injured(_storm(1), own) == _eur(151_880)
    assert _injured(_storm(1), _wear(1)) == _eur(400_000)
    assert _injured(own) is None


def test_a_loss_is_told_in_the_currency_of_the_limits() -> None:
    """Dollars are not taken for euros, nor is a bare number."""
    for loss in (Money(900, "USD"), 900):
        facts: dict[str, Fact] = {
            "harm": "baggage_loss",
            "proved_loss": loss,
            "sdr_rate": 100_000,
        }
        failure = ServiceFailure("lost", occurred_on=ON, facts=facts)
        with pytest.raises(PolicyError, match=r"EUR|Money"):
            montreal(Claim(failure, AT))
        with pytest.raises(InvalidValueError):
            montreal.table().row(Claim(failure, AT))


# -------------------------------------------------------------------- power and gas


@given(off=st.integers(721, 20_000), who=st.sampled_from(["domestic", "business"]))
def test_every_further_period_adds_a_sum(off: int, who: str) -> None:
    """The first sum after 12 hours, one more for each 12 that are exceeded."""
    table = guaranteed_electricity.table()
    row = {
        "severe_weather": None,
        "defence_holds": False,
        "off_supply": off,
        "customer": who,
    }
    first = {"domestic": 95, "business": 190}[who]
    exceeded = -(-off // 720) - 1  # periods that are over, and then some
    assert table.compiled(row) == (who, (first + 45 * (exceeded - 1)) * 100)


def test_a_flooded_substation_is_shown_to_be_beyond_control() -> None:
    """The network's defence is judged on the attribution, as the carriers' is."""
    facts: dict[str, Fact] = {"off_supply": 1500, "customer": "domestic"}
    dark = ServiceFailure("dark", occurred_on=ON, facts=facts, causes=(_storm(),))
    worn = ServiceFailure("dark", occurred_on=ON, facts=facts, causes=(_wear(),))
    engine = RecoveryEngine(
        policy=guaranteed_electricity,
        attribution=ByWeight(),
        liability=guaranteed_electricity.liability,
    )
    case = engine.recover(worn, lesson="inspect transformers")
    assert case.given[0].value == Money(140, "GBP")
    assert engine.recover(dark, lesson="raise the floor").given == ()


def test_a_visit_paid_late_is_paid_twice_in_two_remedies() -> None:
    """Thirty for the visit, thirty for the wait: each says what it is for."""
    late = next(case for case in energy_supplier.cases if "again" in case.text)
    award = energy_supplier(energy_supplier.claim(late))

    assert [(r.value, r.what) for r in award.amends] == [
        (Money(30, "GBP"), "the missed visit"),
        (Money(30, "GBP"), "paid late"),
    ]
