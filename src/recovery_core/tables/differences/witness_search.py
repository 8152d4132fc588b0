"""The search for a claim at which two tables pay differently."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import combinations, islice, product
from math import lcm
from typing import Final, TypeAlias

import attrs

from ..._domain.reason import Fact
from ...errors import InvalidValueError, MissingPackageError, PolicyError
from ..amounts import Excess, Fixed, Formula, Greater, Lesser, Periods, Scaled
from ..compile import compile_amount
from ..conditions import When
from ..decision import RuleOutcome, evaluate_in_minor_units
from ..domains import Choices, Flags, Plain, Sums
from ..rule_sets import Mask
from ..rules import Rule
from ..spans import is_in
from .paired_columns import Joint, Row

__all__ = ["ALIKE", "SOUGHT", "Pair", "WitnessSearch", "outcomes"]

ALIKE: Final = "the formulas differ; that the amounts never do is proved"
SOUGHT: Final = (
    "the formulas differ; no claim was found at which the amounts do, and it is not "
    "proved that there is none"
)

_TRIED: Final = 2_000  # rows at which the amounts of one region are compared
_CLOSELY: Final = 20_000  # rows around the points where a formula may bend
_SMALL: Final = 40  # values of a column that are tried one by one
_FEW: Final = 8
_NEAR: Final = 2_000  # values that are tried around the bends of one column
_HUNDRED: Final = 100
_SECONDS: Final = 2.0  # for each proof

Pair: TypeAlias = tuple[RuleOutcome, RuleOutcome]


def outcomes(joint: Joint, mask: Mask) -> Pair:
    """Return how both tables decide where a set of rules of both holds."""
    size = len(joint.old.rows)
    masks = mask & ((1 << size) - 1), mask >> size
    old, new = (
        table.decider.outcome_of_way(table.decider.deciding_places(held))
        for table, held in zip((joint.old, joint.new), masks, strict=True)
    )
    return old, new


@attrs.frozen
class WitnessSearch:
    """Look for the smallest claim at which two outcomes pay differently."""

    joint: Joint
    pair: Pair

    def witness(self, rows: list[Row]) -> tuple[Row | None, str]:
        """Find a claim in a region, and say what is to be said of it.

        None where none is known, and what is torn may never fall so.
        """
        real: Row | None = None
        for row in self.joint.looked_at(self._candidate_rows(rows), _TRIED):
            if (real is None or self._differs(row)) and self._is_here(row):
                if self._differs(row):
                    return row, ""
                real = row if real is None else real
        if real is None:
            names = self.joint.named(self.joint.untraced)
            is_torn = not set(self.joint.torn).isdisjoint(names)
            told = f"not traced to a claim: {' and '.join(names)} is computed"
            return None if is_torn else rows[0], told
        if self.pair[0].worth == self.pair[1].worth:
            return real, ""
        for row in self.joint.looked_at(self._closely(rows), _CLOSELY):
            if self._differs(row) and self._is_here(row):
                return row, ""
        return self._proved(real) if self.joint.steps.left > 0 else (real, SOUGHT)

    def costs(self, row: Row) -> tuple[int, int]:
        """Return what the row costs by the one outcome and by the other."""
        before, after = self._priced
        return before(row), after(self.joint.of_new(row))

    @cached_property
    def _priced(self) -> list[Callable[[Row], int]]:
        return [compile_amount(way.worth) for way in self.pair]

    def _differs(self, row: Row) -> bool:
        old, new = self.costs(row)
        return old != new or (self._is_exchanged and old > 0)

    @cached_property
    def _is_exchanged(self) -> bool:
        return len({worth.currency for worth in self._worths}) > 1

    @cached_property
    def _worths(self) -> list[Formula]:
        return [outcome.worth for outcome in self.pair if outcome.worth is not None]

    def _is_here(self, row: Row) -> bool:
        """Return whether both tables decide a row as the region says."""
        masks = (
            _holding(self.joint.old.rows, row),
            _holding(self.joint.new.rows, self.joint.of_new(row)),
        )
        here = outcomes(self.joint, masks[0] | masks[1] << len(self.joint.old.rows))
        return all(a.label == b.label for a, b in zip(here, self.pair, strict=True))

    def _proved(self, real: Row) -> tuple[Row, str]:
        """Ask the proof, if it can be asked, for a claim or that there is none."""
        from ..prove import pay_alike  # noqa: PLC0415 - z3 is an extra

        rules = self.pair[0].label, self.pair[1].label
        try:
            found = pay_alike(
                self.joint.old, self.joint.new, rules=rules, timeout=_SECONDS
            )
        # No z3, or columns that differ.
        except (MissingPackageError, PolicyError, InvalidValueError):
            return real, SOUGHT
        if found.counterexample is None:
            return real, ALIKE if found.holds else SOUGHT
        facts = found.counterexample
        row = self.joint.filled(
            {
                key: one.plain(facts.get(one.name)) if one.function is None else None
                for key, (one, _) in self.joint.columns.items()
            }
        )
        is_shown = self._differs(row) and self._is_here(row)
        return (row, "") if is_shown else (real, SOUGHT)

    # ------------------------------------------------------------ what is looked at

    def _free(self) -> list[str]:
        """List what bears on the amounts, or on what is not traced."""
        joint, names = self.joint, {c.name for w in self._worths for c in w.columns}
        keys = {k for k, (one, _) in joint.columns.items() if one.name in names}
        asked = keys.intersection(joint.computed).union(joint.untraced)
        keys |= {source for key in asked for source in joint.sources(key)}
        return [k for k in joint.columns if k in keys and k not in joint.computed]

    def _candidate_rows(self, rows: list[Row]) -> Iterator[Row]:
        """Walk rows: those that were found, then with other values in the amounts."""
        values = self._tables
        yield from map(self.joint.filled, rows)
        for row in rows[:_SMALL]:
            for chosen in islice(product(*values.values()), _TRIED // 4):
                yield self.joint.filled(row | dict(zip(values, chosen, strict=True)))

    @cached_property
    def _tables(self) -> Mapping[str, Sequence[Plain]]:
        return {key: self._values(key) for key in self._free()}

    def _values(self, key: str) -> Sequence[Plain]:
        """List values of one column: where rules cut it, and a few more."""
        one, _ = self.joint.columns[key]
        if isinstance(one.domain, Choices | Flags):
            return self.joint.values(key)
        low, high = self.joint.span(key)
        unit = _HUNDRED if isinstance(one.domain, Sums) else 1
        codes = {low, low + unit, low + _HUNDRED * unit, high}
        codes.update(self.joint.bends(key))
        codes.update(c for worth in self._worths for c in _turns(worth, one.name))
        if high - low <= _SMALL:
            codes.update(range(low, high + 1))
        for value in self.joint.pieces(key):
            if value is not None:
                codes.update((one.code(value) - 1, one.code(value)))
        inside = sorted(code for code in codes if low <= code <= high)
        missing = [None] if None in self.joint.pieces(key) else []
        return [*map(one.of, inside), *missing]

    def _closely(self, rows: list[Row]) -> Iterator[Row]:
        """Walk rows around every point where a formula may bend, a remainder each."""
        values = self._tables
        for row in rows[:_FEW]:
            for key in values:
                one, _ = self.joint.columns[key]
                others = {k: self._from(k, row) for k in values if k != key}
                if isinstance(one.domain, Choices | Flags):
                    continue
                for chosen in islice(product(*others.values()), _FEW):
                    base = row | dict(zip(others, chosen, strict=True))
                    for code in islice(self._near(key, base), _NEAR):
                        yield self.joint.filled(base | {key: one.domain.of(code)})

    def _from(self, key: str, row: Row) -> Sequence[Plain]:
        """List values of one column: its own in a row, the next, and the others."""
        one, _ = self.joint.columns[key]
        rest = [*self._tables[key]]
        if row[key] is None or isinstance(one.domain, Choices | Flags):
            return [row[key], *rest]
        after = min(one.code(row[key]) + 1, self.joint.span(key)[1])
        return [row[key], one.domain.of(after), *rest]

    def _near(self, key: str, base: Row) -> Iterator[int]:
        """Walk the codes around the bends: all that can round in another way."""
        one, _ = self.joint.columns[key]
        low, high = self.joint.span(key)
        points = {one.code(v) for v in self._tables[key] if v is not None}
        points |= {point - 1 for point in points}

        def at(code: int) -> Row:
            return self.joint.filled(base | {key: one.domain.of(code)})

        for worth in self._worths:
            points.update(_crossings(worth, at, low, high))
        period = lcm(*(_period(worth, one.name) for worth in self._worths))
        anchors = sorted(point for point in points if low <= point <= high)
        for off in range(min(period, _NEAR) + 1):
            for point in anchors:
                yield from (c for c in {point + off, point - off} if low <= c <= high)

    def facts(self, row: Row, *, is_traced: bool) -> Mapping[str, Fact | None]:
        """Return a row as facts: computed columns give way to what they are from."""
        return {
            one.name: one.fact(one.code(row[key]))
            for key, (one, _) in self.joint.columns.items()
            if not is_traced or one.function is None
        }


def _holding(rules: Iterable[Rule], row: Row) -> Mask:
    return sum(1 << p for p, rule in enumerate(rules) if _holds(rule.when, row))


def _holds(when: When | None, row: Row) -> bool:
    cells = when.cells if when is not None else ()
    return all(is_in(c.column.code(row[c.column.name]), c.spans) for c in cells)


def _turns(amount: Formula, name: str) -> Iterator[int]:
    """Walk the codes of a column around which a formula may bend."""
    for part in amount.parts:
        yield from _turns(part, name)
    if isinstance(amount, Fixed):
        yield from (amount.money.minor, amount.money.minor + _HUNDRED)
    elif isinstance(amount, Scaled) and isinstance(amount.by, Periods):
        by = amount.by
        if by.column.name == name:
            for start in (by.after, by.after + by.length):
                yield from (start, start + 1)


def _period(amount: Formula, name: str) -> int:
    """Return after how many codes a formula rounds as before."""
    period = lcm(*(_period(part, name) for part in amount.parts))
    if isinstance(amount, Scaled) and name in {c.name for c in amount.columns}:
        by = amount.by
        if isinstance(by, Periods) and by.column.name == name:
            period = lcm(period, by.length)
        ratio = Fraction(amount.numerator, amount.denominator * amount.to)
        period *= 2 * ratio.denominator
    return period


def _crossings(
    amount: Formula, at: Callable[[int], Row], low: int, high: int
) -> Iterator[int]:
    """Walk the codes where one part of a formula comes to exceed another."""
    for part in amount.parts:
        yield from _crossings(part, at, low, high)
    if isinstance(amount, Lesser | Greater | Excess):
        for one, other in combinations(amount.parts, 2):
            yield from _crossing(one, other, at, low, high)


def _crossing(
    one: Formula, other: Formula, at: Callable[[int], Row], low: int, high: int
) -> Iterator[int]:
    def is_more(code: int) -> bool:
        row = at(code)
        return evaluate_in_minor_units(one, row) > evaluate_in_minor_units(other, row)

    first = is_more(low)
    if is_more(high) != first:
        while low < high - 1:
            middle = (low + high) // 2
            low, high = (middle, high) if is_more(middle) == first else (low, middle)
        yield from (low, high)
