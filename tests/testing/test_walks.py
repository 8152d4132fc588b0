"""Walks: nothing but what is allowed, and everything that is."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import find, given, seed, settings
from hypothesis import strategies as st

from recovery_core import (
    Action,
    Award,
    Case,
    Claim,
    Customer,
    Money,
    Reason,
    RecoveryEngine,
    Remedy,
    RemedyKind,
    ServiceFailure,
    Verdict,
    events_from_json,
    events_to_json,
)
from recovery_core.authority import Authority, Grant
from recovery_core.process import FIVE_STEPS, Process, Step, define, five_steps, replay
from recovery_core.testing import strategies
from recovery_core.testing.walks import recoveries, walks

REFUND = Award((Remedy(RemedyKind.REFUND, Money("30.00", "EUR")),))
HEARD = define(
    "heard",
    initial="told",
    final="settled",
    steps=[
        Step("hear", "told", "heard", limit=2),
        Step("doubt", "heard", "told"),
        Step("offer", "heard", "weighed"),
        Step("accept", "weighed", "agreed"),
        Step("make_amends", "agreed", "settled"),
        Step("give_up", ("told", "heard", "weighed"), "settled"),
    ],
)


def give(claim: Claim) -> Award:
    """Give everybody a refund."""
    return REFUND


def wary(claim: Claim) -> Verdict:
    """Take note of everybody."""
    return Verdict(action=Action.NOTE, reasons=(Reason("all", "nobody is spared"),))


def follow(process: Process, walk: tuple[str, ...]) -> str:
    """Walk by the table alone, counting what is bounded."""
    state, taken = process.initial, Counter[str]()
    for trigger in walk:
        move = process.moves[state][trigger]
        taken[trigger] += 1
        assert move.limit is None or taken[trigger] <= move.limit
        if move.begins_cycle:
            taken.clear()
        state = move.target
    return state


@given(st.data(), strategies.processes())
def test_a_walk_is_allowed_at_every_step(data: st.DataObject, process: Process) -> None:
    """Whatever the process, no step of a walk is refused, however it is bounded."""
    walk = data.draw(walks(process, most=8))
    assert len(walk) <= 8
    assert follow(process, walk) in process.states


@pytest.mark.parametrize("process", [FIVE_STEPS, HEARD], ids=lambda p: p.name)
def test_walks_reach_every_step(process: Process) -> None:
    """No trigger is beyond the reach of a drawn walk."""
    taken: Counter[str] = Counter()

    @given(walks(process, most=15))
    @settings(max_examples=400, database=None, derandomize=True)
    def draw(walk: tuple[str, ...]) -> None:
        taken.update(walk)

    draw()
    assert set(taken) == set(process.triggers)


def test_a_walk_stops_where_nothing_is_allowed() -> None:
    """A final state that nothing leaves ends the walk, whatever was left of it."""
    short = define("short", initial="a", final="b", steps=[Step("go", "a", "b")])
    assert find(walks(short), lambda walk: len(walk) > 0) == ("go",)

    @given(walks(short))
    def draw(walk: tuple[str, ...]) -> None:
        assert walk in {(), ("go",)}

    draw()


def test_a_walk_shrinks_to_the_shortest() -> None:
    """The shortest walk to an offer is the one a person would write down."""
    walk = find(walks(), lambda walk: "offer" in walk)
    assert walk == ("acknowledge", "apologize", "offer")


@given(recoveries())
@settings(max_examples=60)
def test_a_recovery_could_have_happened(case: Case) -> None:
    """What an engine let through replays, and survives storage."""
    assert replay(case.events, FIVE_STEPS) == case
    assert events_from_json(events_to_json(case)) == case
    times = [event.at for event in case.events]
    assert times == sorted(times)


ENGINE = RecoveryEngine(
    policy=give,
    process=five_steps(rounds=2),
    abuse=wary,
    authority=Authority(
        (Grant("agent", per_incident=Money("20.00", "EUR")), Grant("lead")),
        {"ana": "agent", "bo": "lead", "kim": "lead"},
    ),
    offer_valid_for=timedelta(days=14),
)


def reached(engine: RecoveryEngine, corners: set[str]) -> set[str]:
    """States and tags that walks come to: new rounds of luck until none is wanting."""
    seen: set[str] = set()

    @given(recoveries(engine, most=16))
    @settings(max_examples=150, database=None)
    def draw(case: Case) -> None:
        seen.update(f"in {event.state}" for event in case.events)
        seen.update(event.tag for event in case.events)
        assert case.process == engine.process.hash
        assert replay(case.events, engine.process) == case

    for luck in range(12):
        seed(luck)(draw)()
        if corners <= seen:
            break
    return seen


def test_recoveries_reach_every_corner() -> None:
    """Every state, and what stands between offer and approval, is drawn."""
    corners = {
        *(f"in {state}" for state in ENGINE.process.states),
        *("lapse", "approval", "denial", "judgement", "appeal", "merge"),
        *("delivery", "conduct", "finding", "perception", "submission"),
    }
    assert corners <= reached(ENGINE, corners)


def test_recoveries_follow_a_process_of_ones_own() -> None:
    """Steps that the engine has no method for are taken by name."""
    corners = {f"in {state}" for state in HEARD.states}
    corners |= {"step", "offer", "acceptance", "amends"}
    assert corners <= reached(RecoveryEngine(policy=give, process=HEARD), corners)


@given(
    recoveries(
        ENGINE,
        failures=st.just(ServiceFailure("train late")),
        customers=st.just(Customer("c-1")),
        most=3,
    )
)
@settings(max_examples=30)
def test_failures_and_customers_can_be_given(case: Case) -> None:
    """What is given takes the place of what is usual, and `most` bounds the walk."""
    assert case.failure.what == "train late"
    assert case.customer == Customer("c-1")
    # An offer puts its finding and its verdict on record besides.
    assert len(case.events) <= 1 + 3 * 3
    assert case.id == "C-1"
