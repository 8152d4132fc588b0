"""The check on construction against z3, pair by pair: the same faults, all of them."""

import random
from collections.abc import Sequence
from datetime import date
from itertools import combinations
from typing import Any

import pytest
import z3  # type: ignore[import-untyped]

from recovery_core.errors import GapError, OverlapError, ShadowError, TableError
from recovery_core.tables import Column, Rule, Table, column
from recovery_core.tables.conditions import Cell, When
from recovery_core.tables.coverage import Coverage
from recovery_core.tables.rule_sets import (
    StepBudget,
    lowest_codes_by_rule_set,
    members_of_mask,
)
from recovery_core.tables.spans import unite_spans

COLUMNS: tuple[Column, ...] = (
    column.integer("claims", 0, 10**6),
    column.choices("blame", "company", "third party", "customer"),
    column.choices("severity", "low", "felt", "high", "grave", ordered=True).optional(),
    column.money("value", "EUR").optional(),
    column.flag("gold"),
    column.minutes("delay", least=-600, most=10_000),
    column.day("bought", first=date(2020, 1, 1), last=date(2026, 12, 31)),
)


def a_cell(of: Column, dice: random.Random) -> When:
    """Throw a condition on one column: one interval or two, missing among them."""
    low, high = of.span
    top = min(high, low + 400)  # close together, so that edges meet
    spans = []
    for _ in range(dice.choice((1, 1, 2))):
        first = dice.randint(low, top)
        spans.append((first, dice.randint(first, dice.choice((first, top, high)))))
    return When((Cell(of, unite_spans(spans)),))


def some_rules(count: int, dice: random.Random) -> list[When | None]:
    """Throw so many conditions; now and then one that always holds comes last."""
    thrown: list[When | None] = []
    for _ in range(count):
        chosen = [of for of in COLUMNS if dice.random() < 0.5] or [COLUMNS[0]]
        when = a_cell(chosen[0], dice)
        for of in chosen[1:]:
            when &= a_cell(of, dice)
        thrown.append(when)
    return [*thrown[:-1], None] if dice.random() < 0.5 else thrown


class Pairwise:
    """Ask z3 about every rule and every pair."""

    def __init__(self, conditions: Sequence[When | None]) -> None:
        """Write every condition as a formula."""
        context = z3.Context()
        self.numbers = {of.name: z3.Int(of.name, context) for of in COLUMNS}
        self.solver = z3.Solver(ctx=context)
        self.true = z3.BoolVal(True, context)  # noqa: FBT003
        for of in COLUMNS:
            self.solver.add(self.within(of.name, of.span))
        self.formulas = [self.formula(when) for when in conditions]

    def within(self, name: str, span: tuple[int, int]) -> Any:
        """Demand a number between two."""
        return z3.And(self.numbers[name] >= span[0], self.numbers[name] <= span[1])

    def formula(self, when: When | None) -> Any:
        """Write one condition."""
        cells = when.cells if when is not None else ()
        return z3.And(
            self.true,
            *(z3.Or(*(self.within(c.column.name, s) for s in c.spans)) for c in cells),
        )

    def may(self, *parts: Any) -> bool:
        """Tell whether all can hold together."""
        answer = self.solver.check(z3.And(self.true, *parts))
        assert answer != z3.unknown
        return bool(answer == z3.sat)

    def gap(self) -> bool:
        """Tell whether a claim is left out."""
        return self.may(*map(z3.Not, self.formulas))

    def overlaps(self) -> set[tuple[int, int]]:
        """Find the pairs that can hold together."""
        numbered = combinations(enumerate(self.formulas), 2)
        return {(i, j) for (i, one), (j, other) in numbered if self.may(one, other)}

    def shadows(self) -> set[int]:
        """Find the rules that those before leave nothing."""
        return {
            place
            for place, formula in enumerate(self.formulas)
            if not self.may(formula, *map(z3.Not, self.formulas[:place]))
        }


@pytest.mark.parametrize(
    ("count", "seed"), [(6, n) for n in range(8)] + [(11, 1), (11, 2), (21, 3), (41, 4)]
)
def test_walk_and_questions_find_what_z3_finds(count: int, seed: int) -> None:
    """Gaps, overlapping pairs and shadowed rules are the same sets."""
    conditions = some_rules(count, random.Random(count * 1000 + seed))
    sets = lowest_codes_by_rule_set(COLUMNS, conditions, StepBudget(10**6))
    names = [of.name for of in COLUMNS]
    found = {m: dict(zip(names, codes, strict=True)) for m, codes in sets.items()}
    held = [[*members_of_mask(mask)] for mask in found]
    asked = Pairwise(conditions)
    assert (0 in found) is asked.gap()
    assert {pair for places in held for pair in combinations(places, 2)} == (
        asked.overlaps()
    )
    assert set(range(count)) - {p[0] for p in held if p} == asked.shadows()
    coverage = Coverage(COLUMNS, conditions, StepBudget(10**6))
    assert (coverage.find_gap() is not None) is asked.gap()
    assert {
        pair for pair, _ in coverage.iter_overlapping_pairs(range(count), 0)
    } == asked.overlaps()
    silent = {n for n in range(count) if not coverage.can_hold_alone(n, (1 << n) - 1)}
    assert silent == asked.shadows()
    for mask, codes in found.items():
        holding = [w is None or w.holds(codes) for w in conditions]
        assert sum(1 << n for n, holds in enumerate(holding) if holds) == mask


@pytest.mark.parametrize("seed", range(12))
def test_a_table_is_refused_exactly_where_z3_finds_a_fault(seed: int) -> None:
    """With a unique hit, without `otherwise`: gap, overlap, shadow, in that order."""
    conditions = some_rules(1 + seed % 4, random.Random(seed))
    rules = [Rule(f"r{n}", when=when) for n, when in enumerate(conditions)]
    asked = Pairwise(conditions)
    expected: type[TableError] | None = None
    if asked.gap():
        expected = GapError
    elif asked.overlaps():
        expected = OverlapError
    elif asked.shadows():
        expected = ShadowError
    if expected is None:
        assert Table("T", rules).rules
        return
    with pytest.raises(expected) as refused:
        Table("T", rules)
    if isinstance(refused.value, OverlapError):
        one, other = (int(code[1:]) for code in refused.value.rules)
        assert (one, other) in asked.overlaps()
