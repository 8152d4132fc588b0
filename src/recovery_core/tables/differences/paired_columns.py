"""The columns of two tables side by side, and what the rules of both make of a value.

A column that the tables compute otherwise is torn: it becomes two columns over the
same inputs, one for each table, so that what is compared is always one claim.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice, pairwise, product
from math import prod
from typing import Final, TypeAlias

import attrs

from ..column import Column
from ..column_type import is_one_function
from ..domains import Choices, Domain, Flags, Integers, Plain, Sums
from ..rule_sets import Mask, StepBudget
from ..rules import Rule
from ..spans import is_in
from ..table import Table

__all__ = ["Joint", "Level", "Row"]

_BENDS: Final = 500
_LOOKED_AT: Final = 1_000_000  # rows, in all regions together
_FIRST: Final = 100  # rows of a region that are looked at in any case
_WALKED: Final = 600_000  # rows that a computed column is asked for

Row: TypeAlias = dict[str, Plain]
"""Plain values by key: the name of a column, marked where it is torn."""

Level: TypeAlias = list[tuple[Row, Mask]]
"""What can be told apart in some columns: first values, and the rules they meet."""


@attrs.frozen(eq=False)
class Joint:
    """Pair the columns of two tables; one that only one reads goes with itself."""

    old: Table
    new: Table
    steps: StepBudget = attrs.field(factory=lambda: StepBudget(_LOOKED_AT), init=False)

    def looked_at(self, rows: Iterator[Row], most: int) -> Iterator[Row]:
        """Walk rows of one region, fewer where all before it took many."""
        for row in islice(rows, min(most, max(self.steps.left, _FIRST))):
            self.steps.left -= 1
            yield row

    @cached_property
    def _named(self) -> tuple[dict[str, Column], dict[str, Column]]:
        before = {c.name: c for c in (*self.old.columns, *self.old.inputs)}
        return before, {c.name: c for c in (*self.new.columns, *self.new.inputs)}

    @cached_property
    def _mark(self) -> str:
        """What stands behind the name of a torn column, for the new table.

        So many signs that no name of a caller ends with them.
        """
        names = "\n".join((*self._named[0], *self._named[1], ""))
        mark = "'"
        while f"{mark}\n" in names:
            mark += "'"
        return mark

    @cached_property
    def torn(self) -> tuple[str, ...]:
        """The names of what the two tables compute otherwise."""
        before, after = self._named
        return tuple(n for n in before if n in after and _is_torn(before[n], after[n]))

    @cached_property
    def reread(self) -> tuple[str, ...]:
        """The names of what the two tables read from the claim by other functions."""
        before, after = self._named
        return tuple(
            name
            for name, one in before.items()
            if name in after and not is_one_function(one.reader, after[name].reader)
        )

    @cached_property
    def columns(self) -> Mapping[str, tuple[Column, Column]]:
        """Both columns by key, as each table declares them."""
        before, after = self._named
        found: dict[str, tuple[Column, Column]] = {}
        for name, one in before.items():
            found[name] = one, one if name in self.torn else after.get(name, one)
        for name, other in after.items():
            key = name + self._mark if name in self.torn else name
            found.setdefault(key, (other, other))
        return found

    @cached_property
    def computed(self) -> list[str]:
        """The keys of what is computed."""
        return [k for k, (one, _) in self.columns.items() if one.function is not None]

    def sources(self, key: str) -> list[str]:
        """Return the keys of what a column is computed from."""
        column = self.columns[key][0]
        is_new = key != column.name or column.name not in self._named[0]
        names = (source.name for source in column.inputs)
        return [n + self._mark if is_new and n in self.torn else n for n in names]

    def filled(self, row: Mapping[str, Plain]) -> Row:
        """Work the computed columns out."""
        filled = dict(row)
        for key in self.computed:
            given = (filled[source] for source in self.sources(key))
            filled[key] = self.columns[key][0].compute(*given)
        return filled

    def of_new(self, row: Row) -> Row:
        """Return a row as the new table reads it; the old one reads it as it stands."""
        return row | {n: row[n + self._mark] for n in self.torn} if self.torn else row

    def named(self, keys: Iterable[str]) -> list[str]:
        """Return the names of columns by key, each once."""
        return [*dict.fromkeys(self.columns[key][0].name for key in keys)]

    # ---------------------------------------------------------------------- values

    @cached_property
    def apart(self) -> list[str]:
        """Why columns cannot be compared; empty where they can."""
        return [why for pair in self.columns.values() if (why := _apart(*pair))]

    def span(self, key: str) -> tuple[int, int]:
        """Return the first and the last code that both columns know."""
        one, other = self.columns[key]
        return _overlap(one.domain, other.domain)

    def values(self, key: str) -> Sequence[Plain]:
        """List every value that both columns may hold."""
        one, other = self.columns[key]
        low, high = self.span(key)
        known = _names(one.domain, other.domain)
        if known is None:
            known = [one.domain.of(code) for code in range(low, high + 1)]
        return [*known, None] if self._is_optional(key) else known

    def size(self, key: str) -> int:
        """Count the values that both columns may hold."""
        low, high = self.span(key)
        return high - low + 1 + self._is_optional(key)

    def first(self, key: str) -> Plain:
        """Return the first value that both columns may hold."""
        one, other = self.columns[key]
        known = _names(one.domain, other.domain)
        return known[0] if known else one.domain.of(self.span(key)[0])

    def _is_optional(self, key: str) -> bool:
        one, other = self.columns[key]
        return one.is_optional and other.is_optional

    def pieces(self, key: str) -> Iterator[Plain]:
        """Walk the first value of every piece that a rule of either table cuts out."""
        one, _ = self.columns[key]
        if isinstance(one.domain, Choices | Flags):
            yield from self.values(key)
            return
        low, high = self.span(key)
        starts = {low}
        for rules in self._ruling(key):
            for first, last in _spans(one.name, rules):
                starts.update((first, last + 1))
        yield from (one.domain.of(c) for c in sorted(starts) if low <= c <= high)
        if self._is_optional(key):
            yield None

    def _ruling(self, key: str) -> tuple[Sequence[Rule], Sequence[Rule]]:
        """Return the rules that a column bears on: of one table, where it is torn."""
        if key != self.columns[key][0].name:
            return (), self.new.rows
        return self.old.rows, () if key in self.torn else self.new.rows

    @cached_property
    def _bends(self) -> dict[str, list[int]]:
        return {}

    def bends(self, key: str) -> Sequence[int]:
        """List codes of a column at which what is computed from it alone changes.

        Every one where it is small; where it is large, those between a few points.
        """
        if key not in self._bends:
            asked = (k for k in self.computed if self.sources(k) == [key])
            found = (code for k in asked for code in self._steps(k, key))
            self._bends[key] = [*islice(found, _BENDS)]
        return self._bends[key]

    def _steps(self, computed: str, key: str) -> Iterator[int]:
        (low, high), source = self.span(key), self.columns[key][0]
        column = self.columns[computed][0]

        def at(code: int) -> Plain:
            return column.compute(source.of(code))

        points = range(low, high + 1)
        if len(points) <= _WALKED:
            values = map(at, points)
            yield from (
                c for c, (a, b) in enumerate(pairwise(values), low + 1) if a != b
            )
            return
        steps = [2**n for n in range((high - low).bit_length())]
        near = {low, high, *(low + s for s in steps), *(high - s for s in steps)}
        for first, last in pairwise(sorted(near)):
            if at(first) != (after := at(last)):
                between = range(first + 1, last)
                yield first + 1 + bisect_left(between, 1, key=lambda c: at(c) == after)

    # ---------------------------------------------------------------------- levels

    @property
    def every(self) -> Mask:
        """The rules of both tables; those of the new one come after the others."""
        return (1 << (len(self.old.rows) + len(self.new.rows))) - 1

    def accepting(self, key: str, value: Plain) -> Mask:
        """Return which rules of both tables a value of one column meets."""
        mask, size = self.every, len(self.old.rows)
        ruling = zip(self._ruling(key), self.columns[key], (0, size), strict=True)
        for rules, column, above in ruling:
            for place, rule in enumerate(rules):
                cells = rule.when.cells if rule.when is not None else ()
                for cell in cells:
                    if cell.column.name == column.name:
                        is_met = is_in(column.code(value), cell.spans)
                        mask &= ~((not is_met) << (place + above))
        return mask

    @cached_property
    def tested(self) -> list[str]:
        """The keys of the columns that a condition names."""
        return [
            key
            for key, (one, _) in self.columns.items()
            if any(any(_spans(one.name, rules)) for rules in self._ruling(key))
        ]

    @cached_property
    def _groups(self) -> list[tuple[list[str], list[str]]]:
        """Gather what is computed and tested by common sources, sources second."""
        groups: list[tuple[list[str], list[str]]] = []
        for key in (key for key in self.computed if key in self.tested):
            mine = self.sources(key)
            near = [g for g in groups if not set(mine).isdisjoint(g[1])]
            groups = [g for g in groups if g not in near]
            together = [source for _, sources in near for source in sources]
            keys = [other for others, _ in near for other in others]
            groups.append(([*keys, key], [*dict.fromkeys([*together, *mine])]))
        return groups

    def _is_small(self, sources: Sequence[str]) -> bool:
        return prod(map(self.size, sources)) <= _WALKED

    @cached_property
    def untraced(self) -> list[str]:
        """The keys of what is computed from too much to walk through, and tested."""
        return [
            key
            for keys, sources in self._groups
            if not self._is_small(sources)
            for key in keys
        ]

    def levels(self) -> Iterator[Level]:
        """Walk what can be told apart, column by column; what hangs together at once.

        Exact but for what is `untraced`: there each value is taken for possible.
        """
        done: set[str] = set()
        for keys, sources in self._groups:
            if self._is_small(sources):
                done |= {*keys, *sources}
                yield self._walk(keys, sources)
        for key in self.tested:
            if key not in done:
                values = ({key: value} for value in self.pieces(key))
                yield _merged((row, self.accepting(key, row[key])) for row in values)

    def _walk(self, keys: Sequence[str], sources: Sequence[str]) -> Level:
        """Ask what is computed for everything."""
        tests = [(key, self._test(key)) for key in (*sources, *keys)]
        asked: list[tuple[str, Callable[..., Plain], list[int]]] = []
        for key in keys:
            places = [sources.index(source) for source in self.sources(key)]
            asked.append((key, self.columns[key][0].compute, places))
        every = self.every

        def walked() -> Iterator[tuple[Row, Mask]]:
            for chosen in product(*map(self.values, sources)):
                row = dict(zip(sources, chosen, strict=True))
                for key, compute, places in asked:
                    row[key] = compute(*(chosen[place] for place in places))
                mask = every
                for key, test in tests:
                    mask &= test(row[key])
                yield row, mask

        return _merged(walked())

    def _test(self, key: str) -> Callable[[Plain], Mask]:
        """Make a quick `accepting` for one column."""
        one, _ = self.columns[key]
        masks = {value: self.accepting(key, value) for value in self.pieces(key)}
        if isinstance(one.domain, Choices | Flags):
            return masks.__getitem__
        starts = [one.code(value) for value in masks if value is not None]
        listed, missing = [*masks.values()], masks.get(None, 0)

        def test(value: Plain) -> Mask:
            if value is None:
                return missing
            return listed[bisect_right(starts, one.code(value)) - 1]

        return test


def _merged(pieces: Iterable[tuple[Row, Mask]]) -> Level:
    merged: dict[Mask, Row] = {}
    for row, mask in pieces:
        merged.setdefault(mask, row)
    return [(row, mask) for mask, row in merged.items()]


def _spans(name: str, rules: Iterable[Rule]) -> Iterator[tuple[int, int]]:
    for rule in rules:
        for cell in rule.when.cells if rule.when is not None else ():
            if cell.column.name == name:
                yield from cell.spans


def _is_torn(one: Column, other: Column) -> bool:
    if one.function is None and other.function is None:
        return False
    mine, theirs = (
        (c.domain, c.is_optional, [source.name for source in c.inputs])
        for c in (one, other)
    )
    return mine != theirs or not is_one_function(one.function, other.function)


def _apart(one: Column, other: Column) -> str:
    """Return why no value means the same in two columns; empty where one does."""
    mine, theirs = one.domain, other.domain
    if type(mine) is not type(theirs):
        return f"{one.name} holds {mine}, and then {theirs}"
    if _unit(mine) != _unit(theirs):
        return f"{one.name} counts {_unit(mine)}, and then {_unit(theirs)}"
    low, high = _overlap(mine, theirs)
    return f"no value of {one.name} fits both tables" if low > high else ""


def _unit(domain: Domain) -> str:
    if isinstance(domain, Sums):
        return domain.currency
    return (domain.unit or "ones") if isinstance(domain, Integers) else ""


def _names(mine: Domain, theirs: Domain) -> list[Plain] | None:
    """List the names that both may hold; None where they hold none."""
    if isinstance(mine, Choices) and isinstance(theirs, Choices):
        return [name for name in mine.values if name in theirs.values]
    return None


def _overlap(mine: Domain, theirs: Domain) -> tuple[int, int]:
    """Return the first and the last code in both; of names, the places among them."""
    known = _names(mine, theirs)
    if known is not None:
        return 0, len(known) - 1
    return max(mine.least, theirs.least), min(mine.most, theirs.most)
