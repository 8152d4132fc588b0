"""Many claims by one policy: this library, a hand-written if-chain, NumPy, polars.

Six rules on blame, severity, delay and tier; a percentage of the price, rounded half
up to the cent, at most 120 euros. Every side decides the same claims in one process,
in turn; all cents are compared before anything is timed. The tables show medians of
CPU time and ratios; polars uses all cores, so look at its wall time too.

    python benchmarks/many.py [--rows N] [--repeats N]
    python benchmarks/many.py --backtest [--rows N]     # two versions, move matrix
    python benchmarks/many.py --stream 100000000        # chunk by chunk, peak memory
"""

from __future__ import annotations

import argparse
import gc
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from recovery_core import Money
from recovery_core.tables import (
    Rule,
    Table,
    bands,
    column,
    decide,
    decide_chunks,
    percent_of,
    policy_reading,
)
from recovery_core.tables.batch import OutcomeTotals
from recovery_core.tables.batch.arrays import ColumnValues
from recovery_core.tables.batch.backtesting import backtest
from recovery_core.tables.batch.claims import read_claims
from recovery_core.tables.batch.routes import choose_plan
from recovery_core.tables.batch.run import CHUNK

CAP = 12_000
DRAWN = 1_000_000
NAMES = ("company", "customer", "nature", "unknown")

# Blame as a set of bits, least severity, delay and tier, basis points; first match.
OLD = (
    (8, 0, 0, 0, 0),
    (4, 0, 0, 0, 500),
    (15, 2, 2880, 0, 10_000),
    (15, 1, 1440, 1, 6_000),
    (15, 1, 0, 0, 4_000),
    (15, 0, 0, 0, 1_500),
)
NEW = (
    (8, 0, 0, 0, 0),
    (4, 0, 0, 0, 1_000),
    (15, 2, 1440, 0, 10_000),
    (15, 1, 1440, 1, 6_000),
    (15, 1, 0, 0, 3_500),
    (15, 0, 0, 0, 1_500),
)

BLAME = column.choices("blame", *NAMES)
SEVERITY = column.integer("severity", 0, 2)
DELAY = column.minutes("delay", most=2_000_000)
TIER = column.integer("tier", 0, 2)
PRICE = column.money("price", "EUR")

Data = dict[str, Any]


def claims(rows: int, seed: int = 1) -> Data:
    """Draw claims: prices from 50.00 to 200.00, delays of a heavy tail."""
    chance = np.random.default_rng(seed)
    delay = 60 * chance.lognormal(3.178, 1.0, rows)
    return {
        "blame": chance.integers(0, 4, rows, dtype=np.int8),
        "severity": chance.integers(0, 3, rows, dtype=np.int8),
        "delay": np.minimum(delay, 2e6).astype(np.int32),
        "tier": chance.integers(0, 3, rows, dtype=np.int8),
        "price": chance.integers(5_000, 20_001, rows, dtype=np.int32),
    }


def named(data: Data) -> Data:
    """Hold blame as places in its names, as a dictionary of Arrow does."""
    return {**data, "blame": ColumnValues(data["blame"], names=NAMES)}


# ---------------------------------------------------------------------- by hand


def if_chain(data: Data) -> Any:
    """Loop over the rows with the rules written out."""
    names = ("blame", "severity", "delay", "tier", "price")
    lists = [data[name].tolist() for name in names]
    out = np.empty(len(lists[0]), np.int64)
    place = 0
    for blame, severity, delay, tier, price in zip(*lists, strict=True):
        if blame == 3:
            points = 0
        elif blame == 2:
            points = 500
        elif severity >= 2 and delay >= 2880:
            points = 10_000
        elif severity >= 1 and delay >= 1440 and tier >= 1:
            points = 6_000
        elif severity >= 1:
            points = 4_000
        else:
            points = 1_500
        minor = (price * points + 5_000) // 10_000
        out[place] = min(CAP, minor)
        place += 1  # noqa: SIM113 - enumerate around zip is slower
    return out


def by_select(data: Data) -> Any:
    """Write it in NumPy: one mask a rule, `select` picks the first."""
    bit = np.left_shift(1, data["blame"].astype(np.int64))
    held = [
        ((bit & blame) != 0)
        & (data["severity"] >= severity)
        & (data["delay"] >= delay)
        & (data["tier"] >= tier)
        for blame, severity, delay, tier, _ in OLD
    ]
    points = np.select(held, [rule[4] for rule in OLD], 0)
    minor = (data["price"].astype(np.int64) * points + 5_000) // 10_000
    return np.minimum(CAP, minor)


def by_polars() -> Callable[[Data], Any]:
    """Write it as one polars expression."""
    import polars as pl  # noqa: PLC0415 - may be missing

    rules: Any = pl
    for blame, severity, delay, tier, points in OLD:
        held = (
            pl.col("blame").is_in([b for b in range(4) if blame >> b & 1])
            & (pl.col("severity") >= severity)
            & (pl.col("delay") >= delay)
            & (pl.col("tier") >= tier)
        )
        rules = rules.when(held).then(points)
    points_ = rules.otherwise(0).cast(pl.Int64)
    minor = (pl.col("price").cast(pl.Int64) * points_ + 5_000) // 10_000
    capped = pl.min_horizontal(pl.lit(CAP, pl.Int64), minor).alias("minor")

    def run(data: Data) -> Any:
        return pl.DataFrame(data).lazy().select(capped).collect()["minor"].to_numpy()

    return run


# ------------------------------------------------------------------ this library


def table(rules: tuple[tuple[int, ...], ...], name: str) -> Table:
    """Write the rules as a table."""
    made: list[Rule] = []
    for place, (blame, severity, delay, tier, points) in enumerate(rules):
        when = BLAME.isin(*(n for bit, n in enumerate(NAMES) if blame >> bit & 1))
        if severity:
            when = when & (severity <= SEVERITY)
        if delay:
            when = when & (delay <= DELAY)
        if tier:
            when = when & (tier <= TIER)
        rate = f"{points // 100}.{points % 100:02d}"
        amends = percent_of(PRICE, rate).capped(Money.from_minor(CAP, "EUR"))
        made.append(Rule(f"rule {place}", when=when, amends=amends))
    return Table(name, rules=made, hit="first")


@policy_reading(BLAME, SEVERITY, bands(DELAY, 1440, 2880), TIER)
def plainly(read: Any) -> Rule:
    """Decide by a plain function that says what it reads."""
    bit = 1 << NAMES.index(read["blame"])
    for place, (blame, severity, delay, tier, points) in enumerate(OLD):
        if (
            blame & bit
            and read["severity"] >= severity
            and read["delay"] >= delay
            and read["tier"] >= tier
        ):
            rate = f"{points // 100}.{points % 100:02d}"
            amends = percent_of(PRICE, rate).capped(Money.from_minor(CAP, "EUR"))
            return Rule(f"rule {place}", amends=amends)
    raise AssertionError


def unchecked(policy: Table, data: Data) -> Callable[[], Any]:
    """Decide chunks that were opened and checked beforehand."""
    plan, given = choose_plan(policy, None), read_claims(named(data))
    rows = given.open_columns_and_count_rows(plan.columns)
    chunks = [*given.iter_chunks(CHUNK, {})]
    for chunk in chunks:
        for each in plan.columns:
            chunk.codes(each)
    minor = np.empty(rows, np.int64)

    def run() -> Any:
        for chunk in chunks:
            plan.decide_chunk(
                chunk, minor[chunk.first_row : chunk.first_row + chunk.rows]
            )
        return minor

    return run


# -------------------------------------------------------------------- the tables


def timed(run: Callable[[], Any]) -> tuple[float, float]:
    """Take CPU and wall seconds of one run."""
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return time.process_time() - cpu, time.perf_counter() - wall


def show(sides: dict[str, Callable[[], Any]], rows: int, repeats: int) -> None:
    """Run all sides in turn and print medians and ratios to the first two."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    for _ in range(repeats):
        for name, run in sides.items():
            taken[name].append(timed(run))
    names = [*sides]
    print(
        f"{'':46}{'ns a row':>10}{'wall':>8}{'faster than':>14}{'times':>8}\n"
        f"{'':46}{'':>10}{'':>8}{'first':>14}{'second':>8}"
    )
    for name, found in taken.items():
        cpu, wall = (statistics.median(times) for times in zip(*found, strict=True))
        first, second = (
            statistics.median(a[0] / b[0] for a, b in zip(found, other, strict=True))
            for other in (taken[names[0]], taken[names[1]])
        )
        ns = cpu / rows * 1e9
        print(
            f"{name:46}{ns:10.1f}{wall / rows * 1e9:8.1f}{1 / first:14.1f}{second:8.2f}"
        )


def deciding(rows: int, repeats: int) -> None:
    """Compare every way to decide the same claims."""
    data, policy = claims(rows), table(OLD, "old")
    ours = named(data)
    sides: dict[str, Callable[[], Any]] = {
        "if-chain over rows": lambda: if_chain(data),
        "np.select by hand": lambda: by_select(data),
        "recovery_core: table": lambda: decide(policy, ours).minor,
        "recovery_core: table, columns checked before": unchecked(policy, data),
        "recovery_core: plain function, policy_reading": lambda: (
            decide(plainly, ours).minor
        ),
    }
    try:
        expression = by_polars()
        sides["polars when/then"] = lambda: expression(data)
    except ImportError as missing:
        print(f"left out: polars: {missing}", file=sys.stderr)
    expected = if_chain(data)
    for name, run in sides.items():
        assert np.array_equal(run(), expected), f"other cents: {name}"
    show(sides, rows, repeats)


def backtesting(rows: int, repeats: int) -> None:
    """Compare two versions over the same claims with one pass of the if-chain."""
    data = claims(rows)
    old, new = table(OLD, "old"), table(NEW, "new")
    ours = named(data)
    print(backtest(old, new, data=ours))
    print()
    sides: dict[str, Callable[[], Any]] = {
        "if-chain over rows, one version": lambda: if_chain(data),
        "np.select by hand, one version": lambda: by_select(data),
        "recovery_core: two versions, all moves": lambda: backtest(old, new, data=ours),
    }
    show(sides, rows, repeats)


def stream(rows: int) -> None:
    """Draw, decide and add up claims, one part at a time."""
    policy = table(OLD, "old")

    def parts() -> Iterator[Data]:
        for seed, start in enumerate(range(0, rows, DRAWN)):
            yield named(claims(min(DRAWN, rows - start), seed))

    wall, cpu = time.perf_counter(), time.process_time()
    totals = OutcomeTotals()
    for decisions in decide_chunks(policy, parts()):
        totals += decisions.totals()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{totals.count:,} claims drawn, decided and added up: "
        f"{cpu:.1f} s of CPU, {wall:.1f} s, peak {peak:.0f} MB, {totals.minor:,} cents"
    )


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--backtest", action="store_true")
    parser.add_argument("--stream", type=int)
    args = parser.parse_args()
    if args.stream:
        stream(args.stream)
    elif args.backtest:
        backtesting(args.rows or 1_000_000, args.repeats)
    else:
        deciding(args.rows or 2_000_000, args.repeats)


if __name__ == "__main__":
    main()
