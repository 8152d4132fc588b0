"""Tables of rules: one claim decided, and the check when a table is built.

Six rules over six columns decide a claim: by a table, by an if-chain as one would write
it, and by rule engines. All pay the same cents on every row and name the rule. Then the
check that a table does when it is built, against asking z3 about every rule and pair.
The sides take turns in one process; the tables show medians of CPU time and ratios.

    python benchmarks/tables.py [--repeats N] [--rows N]
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations, count
from typing import Any

from recovery_core import Money
from recovery_core.errors import ShadowError
from recovery_core.schedules import catalogue
from recovery_core.tables import Column, Rule, Table, column, percent_of, prove
from recovery_core.tables.conditions import When
from recovery_core.tables.domains import Choices, Flags

Row = Mapping[str, Any]
Answer = tuple[str, int]
Decide = Callable[[Row], Answer]

CLAIMS = column.integer("prior_claims", 0, 1_000)
BLAME = column.choices("blame", "company", "third_party", "customer")
SEVERITY = column.integer("severity", 0, 3)
VALUE = column.money("value", "EUR")
TIER = column.choices("tier", "standard", "gold")
DELAY = column.minutes("delay")
COLUMNS = (CLAIMS, BLAME, SEVERITY, VALUE, TIER, DELAY)
EUROS_100 = 10_000

# Code, condition, percentage of the value; the condition once more as text.
RULES: tuple[tuple[str, When | None, int, str], ...] = (
    ("abuse_review", CLAIMS >= 5, 0, "prior_claims >= 5"),
    ("own_fault", BLAME == "customer", 5, 'blame == "customer"'),
    (
        "severe_high_value",
        (SEVERITY >= 3) & (Money("100.00", "EUR") <= VALUE),
        100,
        "severity >= 3 and value >= 10000",
    ),
    (
        "gold_severe",
        (SEVERITY >= 2) & (TIER == "gold"),
        60,
        'severity >= 2 and tier == "gold"',
    ),
    ("late", (SEVERITY >= 1) & (DELAY >= 60), 25, "severity >= 1 and delay >= 60"),
    ("default", None, 0, "true"),
)


def rows(number: int) -> list[dict[str, Any]]:
    """Throw claims of every sort."""
    dice = random.Random(1)
    return [
        {
            "prior_claims": min(int(dice.expovariate(0.6)), 12),
            "blame": dice.choices(("company", "third_party", "customer"), (6, 2, 2))[0],
            "severity": dice.randrange(4),
            "value": round(dice.lognormvariate(4, 1) * 100),
            "tier": "gold" if dice.random() < 0.2 else "standard",
            "delay": round(dice.expovariate(1 / 50)),
        }
        for _ in range(number)
    ]


# ---------------------------------------------------------------------- one claim


def if_chain(row: Row) -> Answer:
    """Decide as one would write it by hand, in whole cents, halves upward."""
    if row["prior_claims"] >= 5:
        return "abuse_review", 0
    if row["blame"] == "customer":
        return "own_fault", (row["value"] * 5 + 50) // 100
    severity = row["severity"]
    if severity >= 3 and row["value"] >= EUROS_100:
        return "severe_high_value", row["value"]
    if severity >= 2 and row["tier"] == "gold":
        return "gold_severe", (row["value"] * 60 + 50) // 100
    if severity >= 1 and row["delay"] >= 60:
        return "late", (row["value"] * 25 + 50) // 100
    return "default", 0


def by_hand() -> Decide:
    """Take the chain."""
    return if_chain


def six_rules() -> Table:
    """Write the six rules as a table."""
    *ruled, last = [
        Rule(code, when=when, amends=[percent_of(VALUE, percent)] if percent else [])
        for code, when, percent, _ in RULES
    ]
    return Table("six", ruled, otherwise=last, hit="first")


def compiled() -> Decide:
    """Take the function that a table compiles to."""
    return six_rules().compiled


def decided() -> Decide:
    """Take the whole decision: values checked, award with reasons, hash, inputs."""
    table = six_rules()

    def decide(row: Row) -> Answer:
        value = Money.from_minor(row["value"], "EUR")
        decision = table.decision({**row, "value": value})
        worth = decision.award.worth
        return decision.rule, worth.minor if worth is not None else 0

    return decide


def _cents(row: Row, code: str, percent: int) -> Answer:
    return code, (row["value"] * percent + 50) // 100


PERCENT = {code: percent for code, _, percent, _ in RULES}


def zen_table() -> Decide:
    """Let zen-engine decide a table of its own, loaded once."""
    import zen  # noqa: PLC0415 - may be missing

    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"t": _jdm()}}})

    def decide(row: Row) -> Answer:
        code = engine.evaluate("t", row)["result"]["rule"]
        return _cents(row, code, PERCENT[code])

    return decide


def _jdm() -> dict[str, Any]:
    fields = [each.name for each in COLUMNS]
    lines = []
    for code, _, _, text in RULES:
        tests = [test.split(" ", 1) for test in text.split(" and ") if test != "true"]
        given = {name: test.removeprefix("== ") for name, test in tests}
        line = {name: given.get(name, "") for name in fields}
        lines.append({"_id": code, **line, "rule": json.dumps(code)})
    node = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in fields],
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": lines,
    }
    place = {"position": {"x": 0, "y": 0}}
    return {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": "i", "type": "inputNode", "name": "in", **place},
            {
                "id": "t",
                "type": "decisionTableNode",
                "name": "t",
                "content": node,
                **place,
            },
            {"id": "o", "type": "outputNode", "name": "out", **place},
        ],
        "edges": [
            {"id": "e1", "sourceId": "i", "targetId": "t", "type": "edge"},
            {"id": "e2", "sourceId": "t", "targetId": "o", "type": "edge"},
        ],
    }


def zen_expressions() -> Decide:
    """Try six compiled expressions of zen-engine in turn."""
    import zen  # noqa: PLC0415 - may be missing

    return _tried([(zen.compile_expression(t).evaluate, c, p) for c, _, p, t in RULES])


def rule_engine() -> Decide:
    """Try six rules of rule-engine in turn, their types declared."""
    import rule_engine as peer  # noqa: PLC0415 - may be missing

    kinds = {
        each.name: peer.DataType.STRING
        if each in {BLAME, TIER}
        else peer.DataType.FLOAT
        for each in COLUMNS
    }
    resolver = peer.type_resolver_from_dict(kinds)
    context = peer.Context(type_resolver=resolver)
    return _tried(
        [(peer.Rule(text, context=context).matches, c, p) for c, _, p, text in RULES]
    )


def cel() -> Decide:
    """Try six programs of cel-python in turn."""
    import celpy  # noqa: PLC0415 - may be missing

    world = celpy.Environment()
    programs = [
        (world.program(world.compile(text.replace(" and ", " && "))), code, percent)
        for code, _, percent, text in RULES
    ]

    def decide(row: Row) -> Answer:
        known = celpy.json_to_cel(row)
        for program, code, percent in programs:
            if program.evaluate(known):
                return _cents(row, code, percent)
        raise LookupError(row)

    return decide


def _tried(rules: Sequence[tuple[Callable[[Any], Any], str, int]]) -> Decide:
    def decide(row: Row) -> Answer:
        for holds, code, percent in rules:
            if holds(row):
                return _cents(row, code, percent)
        raise LookupError(row)

    return decide


SIDES: dict[str, tuple[Callable[[], Decide], float]] = {
    "if-chain by hand": (by_hand, 1),
    "recovery_core: Table.compiled": (compiled, 1),
    "recovery_core: Table.decision, award and reasons": (decided, 0.05),
    "zen-engine: six expressions": (zen_expressions, 0.05),
    "zen-engine: its table": (zen_table, 0.05),
    "rule-engine: six rules": (rule_engine, 0.05),
    "cel-python: six programs": (cel, 0.005),
}


def seconds(decide: Decide, claims: Sequence[Row]) -> float:
    """Take CPU seconds per claim."""
    start = time.process_time()
    for claim in claims:
        decide(claim)
    return (time.process_time() - start) / len(claims)


def one_claim(number: int, repeats: int) -> None:
    """Let all sides decide the same claims, and print the table."""
    claims = rows(number)
    sides: dict[str, tuple[Decide, list[dict[str, Any]]]] = {}
    for name, (make, part) in SIDES.items():
        try:
            decide = make()
        except ImportError as missing:
            print(f"left out: {name}: {missing}", file=sys.stderr)
            continue
        mine = claims[: max(200, int(number * part))]
        wrong = sum(decide(claim) != if_chain(claim) for claim in mine)
        assert not wrong, f"{name} decides {wrong} claims otherwise"
        sides[name] = decide, mine
    gc.collect()
    gc.freeze()
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    for _ in range(repeats):
        for name, (decide, mine) in sides.items():
            # The chain right before: what slows one down slows the other.
            hand = seconds(if_chain, claims)
            times[name].append((seconds(decide, mine), hand))
    print(f"{'one claim':52}{'us':>10}{'ratio':>9}")
    for name, taken in times.items():
        ratio = statistics.median(mine / hand for mine, hand in taken)
        median = statistics.median(mine for mine, _ in taken) * 1e6
        print(f"{name:52}{median:10.3f}{ratio:9.2f}")


# ---------------------------------------------------------------------- the check


def a_rule(number: int, dice: random.Random) -> Rule:
    """Throw a rule on some of the six columns."""
    when: When | None = None
    for each in COLUMNS:
        if dice.random() < 0.5:
            continue
        if each in {BLAME, TIER}:
            names = list(getattr(each.domain, "values", ()))
            cell = each.isin(*dice.sample(names, dice.randint(1, len(names) - 1)))
        elif each is SEVERITY:
            low = dice.randrange(0, 4)
            cell = each.between(low, dice.randint(low + 1, 4))
        else:
            low = dice.randrange(0, 20) * 10
            end = low + dice.randint(1, 8) * 10
            cell = (
                each.between(Money(low, "EUR"), Money(end, "EUR"))
                if each is VALUE
                else each.between(low, end)
            )
        when = cell if when is None else when & cell
    return Rule(f"r{number}", when=CLAIMS >= 0 if when is None else when)


def some_rules(number: int, seed: int = 3) -> list[Rule]:
    """Throw rules until so many stand that none hides another whole."""
    dice, kept = random.Random(seed), []
    for thrown in count():
        rule = a_rule(thrown, dice)
        if rule.when is not None and len(rule.when.cells) > 1:
            kept.append(rule)
        try:
            Table("thrown", kept, otherwise="none", hit="first")
        except ShadowError:
            kept.pop()
        if len(kept) == number - 1:
            return kept
    raise AssertionError


def pairwise(rules: Sequence[Rule]) -> tuple[bool, set[int], int]:
    """Ask z3 for a gap, for shadows, and for overlapping pairs."""
    import z3  # noqa: PLC0415 - may be missing

    number = {each.name: z3.Int(each.name) for each in COLUMNS}
    domains = [
        z3.And(number[each.name] >= each.span[0], number[each.name] <= each.span[1])
        for each in COLUMNS
    ]

    def formula(rule: Rule) -> Any:
        cells = rule.when.cells if rule.when is not None else ()
        return z3.And(
            z3.BoolVal(True),  # noqa: FBT003
            *(
                z3.Or(
                    *(
                        z3.And(number[c.column.name] >= a, number[c.column.name] <= b)
                        for a, b in c.spans
                    )
                )
                for c in cells
            ),
        )

    def may(*parts: Any) -> bool:
        solver = z3.Solver()
        solver.add(*domains, *parts)
        return bool(solver.check() == z3.sat)

    formulas = [formula(rule) for rule in rules]
    gap = may(z3.Not(z3.Or(formulas)))
    shadows = {
        n
        for n, f in enumerate(formulas)
        if not may(f, *(z3.Not(g) for g in formulas[:n]))
    }
    overlaps = sum(may(one, other) for one, other in combinations(formulas, 2))
    return gap, shadows, overlaps


def timed(act: Callable[[], object], repeats: int) -> float:
    """Take the median of CPU seconds."""
    taken = []
    for _ in range(repeats):
        gc.collect()
        start = time.process_time()
        act()
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def the_check(repeats: int) -> None:
    """Build tables of growing size, and print the table."""
    print(f"\n{'a table is built and checked':34}{'ms':>10}{'z3, ms':>10}{'ratio':>9}")
    six = six_rules()
    tables = {"the six rules": list(six.rows)}
    for number in (6, 11, 21, 41, 81):
        last = Rule("otherwise", because="none")
        tables[f"{number} random rules"] = [*some_rules(number), last]
    for name, listed in tables.items():

        def build(listed: list[Rule] = listed) -> Table:
            return Table("t", listed[:-1], otherwise=listed[-1], hit="first")

        built = timed(build, repeats)
        line = f"{name:34}{built * 1e3:10.2f}"
        if len(listed) <= 41:
            asked = timed(lambda rules=listed: pairwise(rules), 1)  # type: ignore[misc]
            line += f"{asked * 1e3:10.1f}{built / asked:9.3f}"
        print(line, flush=True)


def the_proof() -> None:
    """Prove two promises of the six rules, and refute one."""
    six = six_rules()
    print(f"\n{'a promise of the six rules':60}{'ms':>8}")
    for ask in (
        lambda: prove.never_above(six, VALUE),
        lambda: prove.falls_with(six, CLAIMS),
        lambda: prove.rises_with(six, VALUE),
        lambda: prove.equal_to(six, six),
    ):
        proof = ask()
        found = "proved" if proof else "refuted"
        print(f"{proof.promise + ': ' + found:60}{timed(ask, 3) * 1e3:8.1f}")


def the_schedules() -> None:
    """Build every published schedule, which checks it, and prove what it pays."""
    start = time.process_time()
    tables = [t for each in catalogue().values() for _, t in each.versions]
    built = time.process_time() - start
    proved = promises = 0
    start = time.process_time()
    for table in tables:
        most = max((o.worth.bounds[1] for o in table.outcomes if o.worth), default=0)
        if table.currency is not None:
            promises += 1
            limit = Money.from_minor(most, table.currency)
            proved += bool(prove.never_above(table, limit))
    ordered = [(t, c) for t in tables for c in t.inputs if is_ordered(c)]
    answers = [prove.rises_with(table, column) for table, column in ordered]
    taken = time.process_time() - start
    unknown = sum(answer.holds is None for answer in answers)
    print(f"\nall published schedules: {len(tables)} tables")
    print(f"built, no gap, no overlap, no dead rule      {built:6.2f} s")
    print(
        f"{proved} of {promises} never above their highest figure, and {len(ordered)} "
        f"questions of what they rise with, {unknown} of them not known: {taken:.2f} s"
    )


def is_ordered(given: Column) -> bool:
    """Tell whether it can rise."""
    domain = given.domain
    return not isinstance(domain, Flags | Choices)


def main() -> None:
    """Run all sides in turn and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--rows", type=int, default=100_000)
    args = parser.parse_args()
    one_claim(args.rows, args.repeats)
    the_check(args.repeats)
    the_proof()
    the_schedules()


if __name__ == "__main__":
    main()
