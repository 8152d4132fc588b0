"""One walk of eight steps, by this library, by hand, and by state-machine libraries.

Every side takes cases from reported to closed: acknowledge, apologize, offer, contest,
offer again, accept, make amends, feed back; at most three offers; one immutable event
a step. The sides take turns in one process, and the table shows medians of CPU time
and their ratio to the machine written by hand.

    python benchmarks/walk.py [--repeats N] [--cases N]
"""

from __future__ import annotations

import argparse
import enum
import gc
import logging
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
from transitions import Machine

import recovery_core as rc
from recovery_core import abuse, attribution, authority, events, policy
from recovery_core.process.walk import advance

WALK = (
    "acknowledge",
    "apologize",
    "offer",
    "contest",
    "offer",
    "accept",
    "make_amends",
    "feed_back",
)
EDGES = (
    ("acknowledge", "reported", "acknowledged"),
    ("apologize", "acknowledged", "apologized"),
    ("offer", "apologized", "offered"),
    ("offer", "contested", "offered"),
    ("contest", "offered", "contested"),
    ("accept", "offered", "accepted"),
    ("make_amends", "accepted", "amended"),
    ("feed_back", "amended", "closed"),
)
STATES = ("reported", *dict.fromkeys(target for _, _, target in EDGES))
MOST_OFFERS = 3

Walk = Callable[[int], list[Any]]
"""Take so many cases through all the steps, and return them alive."""


# ------------------------------------------------------------------ by hand


@attrs.frozen
class Event:
    """The event the peers write: number, trigger, from, to."""

    seq: int
    trigger: str
    source: str
    target: str


@attrs.define(eq=False)
class Mutable:
    """The case the peers change in place."""

    state: Any
    offers: int = 0
    events: list[Event] = attrs.Factory(list)

    def may_offer(self, *_: object) -> bool:
        """Guard the number of offers."""
        return self.offers < MOST_OFFERS

    def log(self, data: Any) -> None:
        """Write an event after a step of `transitions`."""
        edge = data.transition
        note(self, data.event.name, edge.source, edge.dest)


def note(case: Mutable, trigger: str, source: str, target: str) -> None:
    """Append an event and count the offers."""
    case.events.append(Event(len(case.events), trigger, source, target))
    if target == "offered":
        case.offers += 1


def by_hand() -> Walk:
    """Write the machine out: enums and one dict, cases changed in place."""
    members: Any = enum.Enum  # made of data, which a type checker cannot follow
    state = members("state", {name: name for name in STATES})
    step = members("step", {name: name for name in dict.fromkeys(WALK)})
    offered = state["offered"]

    def may_offer(case: Mutable) -> bool:
        return case.offers < MOST_OFFERS

    table = {
        (state[source], step[trigger]): (
            state[target],
            may_offer if trigger == "offer" else None,
        )
        for trigger, source, target in EDGES
    }
    walk = [step[trigger] for trigger in WALK]

    def take(case: Mutable, trigger: Any) -> bool:
        source = case.state
        edge = table.get((source, trigger))
        if edge is None:
            raise RuntimeError(f"{trigger} not allowed in {source}")
        target, guard = edge
        if guard is not None and not guard(case):
            return False
        case.state = target
        log = case.events
        log.append(Event(len(log), trigger.value, source.value, target.value))
        if target is offered:
            case.offers += 1
        return True

    def run(count: int) -> list[Any]:
        cases = [Mutable(state["reported"]) for _ in range(count)]
        for case in cases:
            for trigger in walk:
                take(case, trigger)
        return cases

    return run


# -------------------------------------------------------------------- peers


def _machine(**settings: Any) -> Machine:
    rows = [
        {
            "trigger": trigger,
            "source": source,
            "dest": target,
            "after": "log",
            "conditions": "may_offer" if trigger == "offer" else None,
        }
        for trigger, source, target in EDGES
    ]
    return Machine(
        **{"model": None, **settings},
        states=list(STATES),
        transitions=rows,
        initial="reported",
        auto_transitions=False,
        send_event=True,
    )


def transitions_unregistered() -> Walk:
    """Share one Machine and register no case: the best use of `transitions`."""
    happenings = _machine().events

    def run(count: int) -> list[Any]:
        cases = [Mutable("reported") for _ in range(count)]
        for case in cases:
            for trigger in WALK:
                happenings[trigger].trigger(case)
        return cases

    return run


@attrs.define(eq=False, slots=False)
class Open(Mutable):
    """A case that methods can be hung on."""


def transitions_shared() -> Walk:
    """Share one Machine and register every case."""
    machine = _machine()

    def run(count: int) -> list[Any]:
        cases = []
        for _ in range(count):
            case = Open("reported")
            machine.add_model(case)
            for trigger in WALK:
                getattr(case, trigger)()
            machine.remove_model(case)
            cases.append(case)
        return cases

    return run


def transitions_per_case() -> Walk:
    """Build a Machine for every case."""

    def run(count: int) -> list[Any]:
        cases = []
        for _ in range(count):
            case = Open("reported")
            _machine(model=case)
            for trigger in WALK:
                getattr(case, trigger)()
            cases.append(case)
        return cases

    return run


def python_statemachine() -> Walk:
    """Build a StateMachine for every case, as its documentation does."""
    from statemachine import State, StateMachine  # noqa: PLC0415 - may be missing

    class Recovery(StateMachine):
        reported = State(initial=True)
        acknowledged = State()
        apologized = State()
        offered = State()
        contested = State()
        accepted = State()
        amended = State()
        closed = State(final=True)

        acknowledge = reported.to(acknowledged)
        apologize = acknowledged.to(apologized)
        offer = apologized.to(offered, cond="may_offer") | contested.to(
            offered, cond="may_offer"
        )
        contest = offered.to(contested)
        accept = offered.to(accepted)
        make_amends = accepted.to(amended)
        feed_back = amended.to(closed)

        def may_offer(self) -> bool:
            return bool(self.model.offers < MOST_OFFERS)

        def after_transition(self, event: Any, source: Any, target: Any) -> None:
            note(self.model, str(event), source.id, target.id)

    def run(count: int) -> list[Any]:
        cases = []
        for _ in range(count):
            case = Open(None)
            machine = Recovery(case)
            for trigger in WALK:
                machine.send(trigger)
            cases.append(case)
        return cases

    return run


# ---------------------------------------------------------------- this library

FARE = rc.Money("42.00", "EUR")
AWARD = rc.Award(
    (rc.Remedy(rc.RemedyKind.REDO),), (rc.Remedy(rc.RemedyKind.REFUND, FARE),)
)
DETAILS: tuple[tuple[str, events.Detail], ...] = (
    ("acknowledge", events.Acknowledgement()),
    ("apologize", events.Apology()),
    ("offer", events.Offer(AWARD, 1)),
    ("contest", events.Contest("too little")),
    ("offer", events.Offer(AWARD, 2)),
    ("accept", events.Acceptance(2, 0)),
    ("make_amends", events.Amends(AWARD.remedies)),
    ("feed_back", events.Feedback("inspect weekly")),
)
FAILURE = rc.ServiceFailure(
    "train late",
    loss=FARE,
    facts={"minutes_late": 75},
    causes=(
        rc.Cause("points", "firm", weight=60),
        rc.Cause("snow", "nature", weight=15),
    ),
)
CUSTOMER = rc.Customer(
    "c-1",
    encounters=40,
    claims=(rc.PastClaim(date(2026, 5, 1)),),
    annual_sales=FARE * 20,
)


def now() -> datetime:
    """Tell the time, as the engine's own clock does."""
    return datetime.now(UTC)


def bare_walk() -> Walk:
    """Walk the process: immutable cases, every event with who, when and what."""
    process, report = rc.process.FIVE_STEPS, events.Report("c-1", FAILURE)

    def run(count: int) -> list[Any]:
        cases = []
        for _ in range(count):
            case = rc.Case(((process.opening, now(), "ana", report),))
            for trigger, detail in DETAILS:
                case = advance(process, case, trigger, detail, by="ana", at=now())
            cases.append(case)
        return cases

    return run


def bare_walk_read() -> Walk:
    """Walk, then read every event of every case."""
    walk = bare_walk()
    return lambda count: [(case, case.events) for case in walk(count)]


def engine_walk() -> Walk:
    """Take the same eight steps by the engine's methods, a policy deciding twice."""
    engine = rc.RecoveryEngine(policy=lambda _: AWARD)

    def walk() -> rc.Case:
        case = engine.open(FAILURE)
        case = engine.acknowledge(case, by="ana")
        case = engine.apologize(case, by="ana")
        case = engine.offer(case, by="ana")
        case = engine.contest(case, "too little")
        case = engine.offer(case, by="ana")
        case = engine.accept(case)
        case = engine.make_amends(case, by="ana")
        return engine.feed_back(case, "inspect weekly", by="ana")

    return lambda count: [walk() for _ in range(count)]


def full_recovery() -> Walk:
    """Take all five steps, every plug asked: plain functions that answer at once."""
    found = rc.Attribution({"firm": "4/5", "nature": "1/5"})
    clear = rc.Verdict()

    def blame(claim: rc.Claim) -> rc.Attribution:
        return found if claim.failure.causes else rc.Attribution.unknown()

    def watch(claim: rc.Claim) -> rc.Verdict:
        customer = claim.customer
        if customer is None or len(customer.claims) < MOST_OFFERS:
            return clear
        raise NotImplementedError

    def give(claim: rc.Claim) -> rc.Award:
        return AWARD if claim.owed else rc.Award.nothing()

    def may(
        award: rc.Award, /, *, by: str, earlier: tuple[rc.Remedy, ...], at: datetime
    ) -> tuple[rc.Reason, ...]:
        worth = award.worth
        if worth is None or (worth <= FARE and not earlier):
            return ()
        raise NotImplementedError

    engine = rc.RecoveryEngine(
        policy=give, attribution=blame, abuse=watch, authority=may
    )
    return recoveries(engine)


def full_recovery_ready_made() -> Walk:
    """Take all five steps with ready-made rules, each writing down what it read."""
    engine = rc.RecoveryEngine(
        policy=policy.capped(policy.Reimbursement(), at=rc.Money("50.00", "EUR")),
        attribution=attribution.ByWeight(),
        liability=attribution.PureComparative(),
        abuse=abuse.ClaimVelocity(most=3, window=timedelta(days=90)),
        authority=authority.Authority(
            (authority.Grant("agent", per_incident=rc.Money("100.00", "EUR")),),
            roles={"ana": "agent"},
        ),
    )
    return recoveries(engine)


def recoveries(engine: rc.RecoveryEngine) -> Walk:
    """Recover the same failure so many times, in one call each."""
    return lambda count: [
        engine.recover(FAILURE, CUSTOMER, by="ana", lesson="inspect weekly")
        for _ in range(count)
    ]


# ------------------------------------------------------------------- the table

SIDES: dict[str, tuple[Callable[[], Walk], float]] = {
    "by hand: enum + dict, mutable": (by_hand, 1),
    "recovery_core: bare walk": (bare_walk, 1),
    "recovery_core: bare walk, all events read": (bare_walk_read, 1),
    "recovery_core: engine, policy asked twice": (engine_walk, 0.5),
    "recovery_core: full recovery, own functions": (full_recovery, 0.5),
    "recovery_core: full recovery, ready-made rules": (full_recovery_ready_made, 0.3),
    "transitions: shared, unregistered": (transitions_unregistered, 0.2),
    "transitions: shared, registered": (transitions_shared, 0.1),
    "transitions: a machine per case": (transitions_per_case, 0.02),
    "python-statemachine: a machine per case": (python_statemachine, 0.01),
}
CHUNK = 500


def seconds(walk: Walk, count: int) -> float:
    """Take CPU seconds per case; cases live in chunks, as they would in an app."""
    gc.collect()
    start = time.process_time()
    for done in range(0, count, CHUNK):
        walk(min(CHUNK, count - done))
    return (time.process_time() - start) / count


def bytes_per_case(walk: Walk, count: int = 300) -> float:
    """Measure what a finished case keeps in memory."""
    walk(count)
    gc.collect()
    tracemalloc.start()
    cases = walk(count)
    gc.collect()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size / len(cases)


def main() -> None:
    """Run all sides in turn and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--cases", type=int, default=5_000)
    args = parser.parse_args()
    logging.getLogger("transitions").setLevel(logging.WARNING)
    walks: dict[str, tuple[Walk, int]] = {}
    for name, (make, part) in SIDES.items():
        try:
            walks[name] = make(), max(20, int(args.cases * part))
        except ImportError as missing:
            print(f"left out: {name}: {missing}", file=sys.stderr)
    for walk, _ in walks.values():
        walk(20)
    gc.collect()
    gc.freeze()
    times: dict[str, list[float]] = {name: [] for name in walks}
    for _ in range(args.repeats):
        for name, (walk, count) in walks.items():
            times[name].append(seconds(walk, count))
    first = next(iter(times.values()))
    bare = times["recovery_core: bare walk"]
    print(f"{'':48}{'us a case':>10}{'to hand':>9}{'to bare':>9}{'bytes':>8}")
    for name, taken in times.items():
        to_hand = statistics.median(a / b for a, b in zip(taken, first, strict=True))
        to_bare = statistics.median(a / b for a, b in zip(taken, bare, strict=True))
        size = bytes_per_case(walks[name][0])
        median = statistics.median(taken) * 1e6
        print(f"{name:48}{median:10.2f}{to_hand:9.2f}{to_bare:9.2f}{size:8.0f}")


if __name__ == "__main__":
    main()
