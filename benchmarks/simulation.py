"""Months of many customers: this library, a loop, Mesa, SimPy, NumPy by hand.

The work is spelled out in `peers/work.py`, and all sides do all of it. One difference
is left: a made-up claim looks like a minor failure laid to the company there, and is
drawn like a genuine one here. So the rates are compared with a hand-written program
that draws them alike, and the times with one that does not.

    python benchmarks/simulation.py                     # speed, five minutes
    python benchmarks/simulation.py --agreement         # do the rates agree?
    python benchmarks/simulation.py --processes         # two processes; wall clock
    python benchmarks/simulation.py --luck              # customers a difference needs
    python benchmarks/simulation.py --memory            # 1, 3 and 10 million
    python benchmarks/simulation.py --queue             # claims waiting for a team
"""

from __future__ import annotations

import argparse
import gc
import math
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from typing import Any

import attrs
import numpy as np
from peers import keyed, objects, work

import recovery_core as rc
from recovery_core.abuse import ClaimVelocity
from recovery_core.simulation import (
    ClaimMemory,
    Company,
    Delay,
    FailureMode,
    Loyalty,
    Memory,
    Population,
    Result,
    Tier,
    World,
    compare,
    simulate,
)
from recovery_core.simulation.engine.queues import AgentQueue, erlang_c_mean_wait
from recovery_core.simulation.reactions import Encounter, Felt, Temptation
from recovery_core.simulation.results.ratios import Ratio, estimate_ratio
from recovery_core.simulation.results.totals import Totals, sum_block
from recovery_core.simulation.runs.blocks import CompanyInWorld, Job, run_job
from recovery_core.tables import Rule, Table, column, least_of, percent_of

MONTHS = work.MONTHS
MILLION = 1_000_000

# ------------------------------------------------------------------- the same, with us


def euro(cents: int) -> rc.Money:
    """Make cents money."""
    return rc.Money.from_minor(cents, "EUR")


def party_of(claim: rc.Claim) -> str:
    """Read who is to blame."""
    return str(claim.failure.causes[0].party)


def severity_of(claim: rc.Claim) -> int:
    """Read how severe it is."""
    return int(claim.failure.severity)


def delay_of(claim: rc.Claim) -> int:
    """Read how many minutes the customer has waited."""
    return int((claim.as_of - claim.opened_at).total_seconds() // 60)


def tier_of(claim: rc.Claim) -> int:
    """Read the tier."""
    return int(claim.customer.tier or 0)


def price_of(claim: rc.Claim) -> rc.Money:
    """Read what was paid."""
    return claim.failure.loss


PARTIES = ("company", "partner", "outside", "customer")
BLAME = column.choices("blame", *PARTIES).read_from(party_of)
SEVERITY = column.integer("severity", 1, 3).read_from(severity_of)
DELAY = column.minutes("delay").read_from(delay_of)
TIER = column.integer("tier", 0, 2).read_from(tier_of)
PRICE = column.money("price", "EUR").read_from(price_of)


def policy(serious: int = 40) -> Table:
    """Write the rules of the work, with so many percent for serious claims."""
    cap, ours = euro(work.CAP), BLAME != "customer"

    def rule(name: str, when: Any, percent: int) -> Rule:
        amends = PRICE if percent == 100 else percent_of(PRICE, percent)
        return Rule(name, when=when, amends=least_of(amends, cap))

    severe, is_serious = SEVERITY >= 3, SEVERITY >= 2
    rules = [
        rule("outside", BLAME == "outside", 5),
        rule("severe and late", ours & severe & (DELAY >= 2_880), 100),
        rule("dear", ours & is_serious & (DELAY >= 1_440) & (TIER >= 1), 60),
        rule("serious", ours & is_serious, serious),
        rule("rest", ours, 15),
    ]
    own = "the customer's own doing"
    return Table(f"{serious} percent", rules=rules, hit="first", otherwise=own)


def company(serious: int = 40) -> Company:
    """Put the rules to work."""
    window = timedelta(days=30 * work.WINDOW)
    most = ClaimVelocity(most=work.CLAIMS - 1, window=window, action=rc.Action.REFUSE)
    return Company(
        engine=rc.RecoveryEngine(policy=policy(serious), abuse=most),
        name=f"{serious} percent",
        response=Delay(median=work.MEDIAN, sigma=work.SIGMA),
        records=ClaimMemory(months=work.WINDOW - 1, dates=False),
    )


def mean_hours(ladder: tuple[int, ...]) -> dict[float, float]:
    """Say how long those who are answered at a step have waited on average.

    At most 168 hours count, as in the work.
    """
    normal, sigma, middle = statistics.NormalDist(), work.SIGMA, math.log(work.MEDIAN)

    def below(hours: float, shift: float) -> float:
        if hours in {0.0, math.inf}:
            return float(hours > 0)
        return normal.cdf((math.log(hours) - middle - shift) / sigma)

    found: dict[float, float] = {}
    for start, stop in zip(ladder, (*ladder[1:], math.inf), strict=True):
        if start >= 168:
            found[float(start)] = 168.0
            continue
        share = below(stop, 0.0) - below(start, 0.0)
        hours = below(stop, sigma**2) - below(start, sigma**2)
        found[float(start)] = work.MEDIAN * math.exp(sigma**2 / 2) * hours / share
    return found


@attrs.frozen
class Feelings:
    """Change satisfaction as in the work."""

    hours: dict[float, float] = attrs.field(eq=False)
    reads = frozenset[str]()

    def __call__(self, encounter: Encounter, felt: Felt) -> Felt:
        """Say what is felt."""
        loss = work.LOSSES[min(encounter.severity, 3) - 1]
        if not encounter.is_genuine:
            change = 0.02 if encounter.worth > 0 else -0.10
        elif encounter.handling == "silent":
            change = -loss
        else:
            change = (
                0.30 * encounter.worth
                + 0.08 * (1.0 - self.hours[encounter.response_hours] / 84.0)
                + 0.06 * encounter.owns
                + 0.04 * (encounter.severity >= 2)
                - loss
            )
        return attrs.evolve(felt, transaction=change, lasting=change)


def world() -> World:
    """Set the world of the work up."""
    rated = rc.Severity
    shares = (0.70, 0.20, 0.10)
    tiers = [
        # What a customer is worth is 20.00 a month, whatever the tier.
        Tier(name=str(n), share=share, price=euro(price), annual_margin=euro(24_000))
        for n, (share, price) in enumerate(zip(shares, work.PRICES, strict=True))
    ]
    return World(
        population=Population(
            tiers=tiers,
            complains={
                rated.MINOR: work.COMPLAINS[0],
                rated.MODERATE: work.COMPLAINS[1],
                rated.MAJOR: work.COMPLAINS[2],
                rated.CRITICAL: 1.0,
            },
            opportunists=work.OPPORTUNIST,
            tenure=0,
        ),
        modes=FailureMode(
            what="failure",
            rate=work.FAILS,
            severity={rated.MINOR: 60, rated.MODERATE: 30, rated.MAJOR: 10},
            causes=(
                rc.Cause("company", "company", weight=60, locus=rc.Locus.FIRM),
                rc.Cause("partner", "partner", weight=20, locus=rc.Locus.FIRM),
                rc.Cause("outside", "outside", weight=12),
                rc.Cause("customer", "customer", weight=8),
            ),
        ),
        reactions=(Feelings(mean_hours(Company(engine=_ANY).response_hours_grid)),),
        # There satisfaction fades before the first month, here from the first on.
        memory=Memory(
            usual=work.USUAL,
            start=work.START + work.FADES * (work.USUAL - work.START),
            bad_fades=work.FADES,
            good_fades=work.FADES,
        ),
        loyalty=Loyalty(steepness=work.STEEP, midpoint=work.EVEN),
        satisfaction_noise=work.NOISE,
        temptation=Temptation(rates=(0, 0, work.FALSE), grievance=1, boldness=1),
    )


def _nothing(claim: rc.Claim) -> rc.Award:
    raise NotImplementedError(claim)


_ANY = rc.RecoveryEngine(policy=_nothing)


def added(job: Job, blocks: list[Any]) -> Totals:
    """Add a block up."""
    ((block, tables),) = blocks
    return sum_block(block, tables, job.size)


def kept(customers: int) -> Callable[[int], Result]:
    """Run one job again and again, so that situations are worked out only once."""
    here, there = company(), world()
    side = CompanyInWorld(here, there)
    job = Job(sides=(side,), months=MONTHS, seed=0, reduce=added).grouped(customers)

    def run(seed: int) -> Result:
        totals = Totals.joined(run_job(job, (0, customers)))
        return Result(here, there, customers, MONTHS, seed, totals)

    return run


def ours(customers: int, seed: int = 0, **options: Any) -> Result:
    """Run it as anybody would."""
    return simulate(
        company(), world(), customers=customers, months=MONTHS, seed=seed, **options
    )


# ------------------------------------------------------------------------------- speed


def cpu(run: Callable[[], Any]) -> tuple[float, Any]:
    """Take the CPU seconds of one run, and what it gave."""
    gc.collect()
    start = time.process_time()
    found = run()
    return time.process_time() - start, found


def speed(customers: int, repeats: int) -> None:
    """Compare customer-months per second of CPU, all sides in turn."""
    again = kept(customers)
    again(0)
    few = 100_000  # what keeps objects needs no more to show its speed

    def outcomes(result: Result) -> float:
        return float(len(result.estimates) and result.totals["customer_months"])

    def months(found: dict[str, Any]) -> float:
        return float(found["months"])

    sides: dict[str, Callable[[int], float]] = {
        "recovery_core, situations known": lambda seed: outcomes(again(seed)),
        "recovery_core, first run": lambda seed: outcomes(ours(customers, seed)),
        "NumPy by hand, keyed draws": lambda s: months(keyed.by_numpy(customers, s)),
        "plain Python loop": lambda seed: months(objects.by_loop(few, seed)),
        "Mesa": lambda seed: months(objects.by_mesa(few, seed)),
        "SimPy": lambda seed: months(objects.by_simpy(few, seed)),
    }
    for name, run in [*sides.items()]:
        try:
            run(0)  # imports, and what is done once
        except ImportError as missing:
            print(f"left out: {name}: {missing}", file=sys.stderr)
            del sides[name]
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for seed in range(repeats):
        for name, run in sides.items():
            taken, count = cpu(lambda run=run, seed=seed: run(seed))
            rates[name].append(count / taken)
    known, first = (rates[name] for name in [*sides][:2])
    print(
        f"{customers:,} customers, {MONTHS} months, medians of {repeats}\n"
        f"{'':34}{'million a second':>17}{'known: times as fast':>22}{'first':>8}"
    )
    for name, found in rates.items():
        one, two = (
            statistics.median(a / b for a, b in zip(mine, found, strict=True))
            for mine in (known, first)
        )
        million = statistics.median(found) / MILLION
        print(f"{name:34}{million:17.2f}{one:22.2f}{two:8.2f}")


# --------------------------------------------------------------------------- agreement

RATES = {
    "failures": ("failures", "customer_months", "months"),
    "claims": ("claims", "customer_months", "months"),
    "false": ("false_claims", "customer_months", "months"),
    "flagged": ("flagged", "customer_months", "months"),
    "paid": ("paid", "claims", "claims"),
    "minutes": ("waited", "claims", "claims"),
    "warnings": ("warnings", "customer_months", "months"),
    "recommendations": ("recommendations", "customer_months", "months"),
    "left": ("left", "customer_months", "months"),
    "satisfaction": ("satisfaction", "stayed", "stayed"),
}


def agreement(customers: int) -> None:
    """Compare every rate with the program by hand, in standard errors."""
    parts = 100
    size = customers // parts
    runs = [
        keyed.by_numpy(size, 3, start=start * size, alike=True)
        for start in range(parts)
    ]
    theirs = {name: np.array([run[name] for run in runs], float) for name in runs[0]}
    theirs["stayed"] = size - theirs["left"]
    mine = {n: v.astype(float) for n, v in ours(customers, 5).totals.groups.items()}
    mine["left"] = mine["customers"] - mine["stayed"]
    mine["waited"] = mine["waited"] / 60
    mine["satisfaction"] = mine["satisfaction"] / (1 << 16)
    print(
        f"{customers:,} customers on each side, {MONTHS} months\n"
        f"{'':20}{'recovery_core':>15}{'by hand':>12}{'differs by':>12}{'z':>7}"
    )
    for name, (above, below, base) in RATES.items():
        one = estimate_ratio(Ratio(mine[above], mine[below]))
        two = estimate_ratio(Ratio(theirs[name], theirs[base]))
        z = (one.value - two.value) / math.hypot(one.error, two.error)
        share = one.value / two.value - 1
        print(f"{name:20}{one.value:15.6f}{two.value:12.6f}{share:12.2%}{z:7.2f}")


# --------------------------------------------------------------------------- processes


def spent(pause: float) -> tuple[int, float]:
    """Tell which process this is, and its CPU seconds so far."""
    time.sleep(pause)  # so that the other one takes the other call
    return os.getpid(), time.process_time()


def of_workers(pool: ProcessPoolExecutor) -> dict[int, float]:
    """Give the CPU seconds of both workers."""
    futures = [pool.submit(spent, 0.5) for _ in range(2)]
    return dict(future.result() for future in futures)


def processes(customers: int, repeats: int) -> None:
    """Compare two processes with one, by the clock on the wall.

    That needs both cores for ourselves. So the CPU of the busier worker is told too:
    so long two processes would take if nobody else had anything to do.
    """
    context = multiprocessing.get_context("spawn")
    found: list[tuple[float, float]] = []
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        ours(200_000, executor=pool)  # both have started and imported
        for seed in range(repeats):
            clocks = [time.perf_counter()]
            alone, one = cpu(lambda seed=seed: ours(customers, seed).totals)
            clocks.append(time.perf_counter())
            before = of_workers(pool)
            clocks.append(time.perf_counter())
            two = ours(customers, seed, executor=pool).totals
            clocks.append(time.perf_counter())
            after = of_workers(pool)
            assert one == two, "other totals"
            busier = max(after[worker] - before[worker] for worker in before)
            walls = clocks[1] - clocks[0], clocks[3] - clocks[2]
            found.append((walls[0] / walls[1], alone / busier))
            print(
                f"one {walls[0]:.1f} s, two {walls[1]:.1f} s: {found[-1][0]:.2f} times "
                f"as fast; by CPU {alone:.1f} s to {busier:.1f} s: {found[-1][1]:.2f}"
            )
    wall, busy = (statistics.median(each) for each in zip(*found, strict=True))
    print(
        f"{customers:,} customers, {MONTHS} months, the same totals: two processes are "
        f"{wall:.2f} times as fast by the clock, {busy:.2f} by CPU (medians)"
    )


# -------------------------------------------------------------------------------- luck


def luck(customers: int, pairs: int) -> None:
    """Say how many customers a difference in value needs, with and without pairing."""
    here, one, two = world(), company(40), company(60)
    paired: list[float] = []
    apart: list[float] = []
    for seed in range(pairs):
        both = compare(one, two, here, customers=customers, months=MONTHS, seed=seed)
        paired.append(both["value"].value)
        other = simulate(
            two, here, customers=customers, months=MONTHS, seed=pairs + seed
        )
        apart.append(other["value"].value - both.first["value"].value)
    variances = statistics.variance(paired), statistics.variance(apart)
    print(f"{pairs} pairs of {customers:,} customers: value of 60 % less that of 40 %")
    for name, found, spread in zip(
        ("same luck", "other luck"), (paired, apart), variances, strict=True
    ):
        need = customers * 1.96**2 * spread / 0.01**2
        print(
            f"{name:12} mean {statistics.mean(found):8.3f}, deviation "
            f"{math.sqrt(spread):.4f}; {need:13,.0f} customers for half a width of 0.01"
        )
    print(f"times fewer customers: {variances[1] / variances[0]:.1f}")


# ------------------------------------------------------------------------------ memory


def memory() -> None:
    """Run ever more customers, each number in a process of its own."""
    for customers in (MILLION, 3 * MILLION, 10 * MILLION):
        command = [sys.executable, __file__, "--peak", str(customers)]
        told = subprocess.run(command, check=True, capture_output=True, text=True)
        print(told.stdout, end="")


def peak(customers: int) -> None:
    """Run once and tell the most memory that was held."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    taken, _ = cpu(lambda: ours(customers).estimates)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{customers:12,} customers: {taken:.1f} s of CPU, peak {after:.0f} MB, "
        f"{before:.0f} of them before the run"
    )


# ------------------------------------------------------------------------------- queue


def queue(claims: int, repeats: int) -> None:
    """Let the same claims wait for a team of twenty, nine tenths busy."""
    agents, load, mean = 20, 0.9, 1_000_000
    chance = np.random.default_rng(1)
    gaps = chance.exponential(mean / agents / load, claims)
    arrivals: list[int] = np.cumsum(gaps).astype(np.int64).tolist()
    services: list[int] = chance.exponential(mean, claims).astype(np.int64).tolist()
    given = [*zip(arrivals, services, strict=True)]

    def serve_all() -> int:
        team = AgentQueue(agents)
        return sum(team.assign_agent_and_wait(came, takes)[0] for came, takes in given)

    sides: dict[str, Callable[[], int]] = {
        "recovery_core, AgentQueue": serve_all,
        "SimPy, Resource": lambda: objects.queue_by_simpy(given, agents),
    }
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(repeats):
        waits: set[int] = set()
        for name, run in sides.items():
            taken, waited = cpu(run)
            waits.add(waited)
            rates[name].append(claims / taken)
        assert len(waits) == 1, "other waits"
    first, second = (statistics.median(found) for found in rates.values())
    wait = waited / claims / mean
    print(
        f"{claims:,} claims, a mean wait of {wait:.4f} on both sides; Erlang "
        f"{erlang_c_mean_wait(load, agents):.4f}\n"
        f"AgentQueue {first:,.0f} claims a second, SimPy {second:,.0f}: "
        f"{first / second:.0f} times as fast"
    )


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--customers", type=int)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--peak", type=int, help=argparse.SUPPRESS)
    for name in ("agreement", "processes", "luck", "memory", "queue"):
        parser.add_argument(f"--{name}", action="store_true")
    args = parser.parse_args()
    if args.peak:
        peak(args.peak)
    elif args.agreement:
        agreement(args.customers or 4 * MILLION)
    elif args.processes:
        processes(args.customers or 40 * MILLION, args.repeats)
    elif args.luck:
        luck(args.customers or 2_000, 150)
    elif args.memory:
        memory()
    elif args.queue:
        queue(300_000, args.repeats)
    else:
        speed(args.customers or 2 * MILLION, args.repeats)


if __name__ == "__main__":
    main()
