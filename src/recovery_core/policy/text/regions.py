"""Where two tables decide differently: every region, each with a claim in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from math import prod
from typing import Final, TypeAlias

import attrs

from ..._domain.money import Money
from ..._domain.reason import Fact
from .. import wording
from .._spans import is_in
from ..amounts import Amount, Fixed, Periods, Scaled
from ..cells import When
from ..check import Mask, reached
from ..column import Column
from ..decision import Outcome, minor
from ..domains import Choices, Domain, Flags, Integers, Plain, Sums
from ..table import Table

__all__ = ["Joint", "Region", "incomparable", "joint", "plain", "regions"]

_TRIED: Final = 2_000  # rows at which the amounts of one region are compared
_SMALL: Final = 40  # values of a column that are tried one by one
_HUNDRED: Final = 100
_ENUMERATED: Final = 20_000  # values of a column that a computed one is asked for
_EVERYTHING: Final = 5_000  # rows that are looked at where a column is computed

Row: TypeAlias = dict[str, Plain]
Pair: TypeAlias = tuple[Outcome, Outcome]


@attrs.frozen
class Region:
    """Claims that one rule decided and another decides, or that are paid otherwise.

    Args:
        old: The rule that decided; several are joined.
        new: The rule that decides now.
        witness: The smallest claim that shows it, of those that were looked at.
        old_pays: What it was worth there; None where nothing has a value.
        new_pays: What it is worth now.
        old_gives: What was given, in words.
        new_gives: What is given now, in words.
        note: What else there is to know; empty where there is nothing.
    """

    old: str
    new: str
    witness: Mapping[str, Fact | None]
    old_pays: Money | None
    new_pays: Money | None
    old_gives: str
    new_gives: str
    note: str = ""

    @property
    def claim(self) -> dict[str, str]:
        """The claim in words."""
        return {name: _shown(value) for name, value in self.witness.items()}

    def __str__(self) -> str:
        claim = ", ".join(f"{name}={value}" for name, value in self.claim.items())
        pays = f"{_sum(self.old_pays)} -> {_sum(self.new_pays)}"
        note = f" ({self.note})" if self.note else ""
        return (
            f"{self.old} -> {self.new}: {pays}, for example {claim or 'always'}{note}"
        )


def plain(value: Fact | None) -> object:
    """Give a fact as JSON can hold it."""
    is_plain = value is None or isinstance(value, bool | int | str)
    return value if is_plain else str(value)


def _shown(value: Fact | None) -> str:
    if value is None:
        return "missing"
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _sum(pays: Money | None) -> str:
    return "nothing" if pays is None else str(pays)


# ---------------------------------------------------------------------- joint columns


Joint: TypeAlias = Mapping[str, tuple[Column, Column]]
"""Columns by name, as each of two tables declares them."""


def joint(old: Table, new: Table) -> Joint:
    """Pair the columns of two tables; one that only one reads goes with itself."""
    before = {c.name: c for c in (*old.columns, *old.inputs)}
    after = {c.name: c for c in (*new.columns, *new.inputs)}
    every = {**before, **{n: c for n, c in after.items() if n not in before}}
    return {name: (every[name], after.get(name, every[name])) for name in every}


def incomparable(one: Column, other: Column) -> str:
    """Say why no value means the same in two columns; empty where one does."""
    mine, theirs = one.domain, other.domain
    if type(mine) is not type(theirs):
        return f"{one.name} holds {mine}, and then {theirs}"
    if _unit(mine) != _unit(theirs):
        return f"{one.name} counts {_unit(mine)}, and then {_unit(theirs)}"
    if not _known(one, other):
        return f"no value of {one.name} fits both tables"
    return ""


def _unit(domain: Domain) -> str:
    if isinstance(domain, Sums):
        return domain.currency
    return (domain.unit or "ones") if isinstance(domain, Integers) else ""


def _known(one: Column, other: Column) -> list[Plain]:
    """List the names that both columns may hold, or the least and the most."""
    mine, theirs = one.domain, other.domain
    if isinstance(mine, Choices) and isinstance(theirs, Choices):
        return [name for name in mine.values if name in theirs.values]
    low, high = max(mine.least, theirs.least), min(mine.most, theirs.most)
    return [mine.of(low), mine.of(high)] if low <= high else []


def _shared(one: Column, other: Column) -> list[Plain]:
    """List the same, and None where both may be missing."""
    is_optional = one.is_optional and other.is_optional
    return [*_known(one, other), None] if is_optional else _known(one, other)


def _pieces(one: Column, other: Column, tables: Sequence[Table]) -> Iterator[Plain]:
    """Walk the first value of every piece that some rule of either table cuts out."""
    shared = _shared(one, other)
    if isinstance(one.domain, Choices | Flags):
        yield from shared
        return
    low, high = (one.code(value) for value in _known(one, other))
    starts = {low}
    for column, table in zip((one, other), tables, strict=True):
        for first, last in _spans(column, table):
            starts.update((first, last + 1))
    yield from (one.domain.of(c) for c in sorted(starts) if low <= c <= high)
    if None in shared:
        yield None


def _spans(column: Column, table: Table) -> Iterator[tuple[int, int]]:
    for rule in table.rows:
        for cell in rule.when.cells if rule.when is not None else ():
            if cell.column.name == column.name:
                yield from cell.spans


def _accepting(table: Table, column: Column, value: Plain) -> Mask:
    mask = 0
    for place, rule in enumerate(table.rows):
        cells = rule.when.cells if rule.when is not None else ()
        cell = next((c for c in cells if c.column.name == column.name), None)
        if cell is None or is_in(column.code(value), cell.spans):
            mask |= 1 << place
    return mask


def _level(
    one: Column, other: Column, old: Table, new: Table
) -> list[tuple[Plain, Mask]]:
    merged: dict[Mask, Plain] = {}
    for value in _pieces(one, other, (old, new)):
        mask = _accepting(old, one, value)
        mask |= _accepting(new, other, value) << len(old.rows)
        merged.setdefault(mask, value)
    return [(value, mask) for mask, value in merged.items()]


# ----------------------------------------------------------------------------- regions


def regions(old: Table, new: Table) -> Iterator[Region]:
    """Walk every pair of outcomes that differ, each with a claim that shows it.

    Exact over the conditions of both tables together; the amounts are compared at
    the claims that are tried.
    """
    columns = joint(old, new)
    names = [*dict.fromkeys(c.name for c in (*old.tested, *new.tested))]
    levels = [_level(*columns[name], old, new) for name in names]
    every = (1 << (len(old.rows) + len(new.rows))) - 1
    first: Row = {name: _shared(*pair)[0] for name, pair in columns.items()}
    found: dict[tuple[str, str], tuple[Pair, list[Row]]] = {}
    for mask, values in reached(levels, every).items():
        pair = _outcomes(old, new, mask)
        labels = (pair[0].label, pair[1].label)
        row = {**first, **dict(zip(names, values, strict=True))}
        found.setdefault(labels, (pair, []))[1].append(row)
    for pair, rows in found.values():
        if pair[0].label != pair[1].label or _gifts(pair[0]) != _gifts(pair[1]):
            yield from _region(pair, rows, _Search(old, new, columns))


def _outcomes(old: Table, new: Table, mask: Mask) -> Pair:
    size = len(old.rows)
    before, after = mask & ((1 << size) - 1), mask >> size
    return (
        old.outcomes[old.places[old.deciding(before)]],
        new.outcomes[new.places[new.deciding(after)]],
    )


def _gifts(outcome: Outcome) -> list[object]:
    return [(rule.alternatives, rule.amends) for rule in outcome.rules]


def _given(outcome: Outcome) -> str:
    return " + ".join(wording.gifts(rule) for rule in outcome.rules)


def _region(pair: Pair, rows: list[Row], search: _Search) -> Iterator[Region]:
    old, new = pair
    row, note = search.witness(pair, rows)
    if row is None:
        return
    before, after = _pays(old, row), _pays(new, row)
    if not note and _cost(old, row) == _cost(new, row) and old.worth != new.worth:
        note = "the formulas differ; no claim was found at which the amounts do"
    elif not note and _gifts(old) == _gifts(new):
        note = "the same is given"
    yield Region(
        old.label,
        new.label,
        search.facts(row, is_traced="traced" not in note),
        before,
        after,
        _given(old),
        _given(new),
        note,
    )


def _cost(outcome: Outcome, row: Row) -> int:
    return minor(outcome.worth, row)


def _pays(outcome: Outcome, row: Row) -> Money | None:
    if outcome.worth is None:
        return None
    return Money.from_minor(_cost(outcome, row), outcome.worth.currency)


def _turns(amount: Amount, name: str) -> Iterator[int]:
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


@attrs.frozen
class _Search:
    """Look for the smallest claim at which two outcomes pay differently."""

    old: Table
    new: Table
    columns: Joint

    def witness(self, pair: Pair, rows: list[Row]) -> tuple[Row | None, str]:
        """Find a claim in a region, and say what is to be said of it.

        None where every claim was looked at, and what is computed never falls so.
        """
        real: Row | None = None
        for row in islice(self._tried(pair, rows), _TRIED):
            if self._decided(row) != (pair[0].label, pair[1].label):
                continue
            if _cost(pair[0], row) != _cost(pair[1], row):
                return row, ""
            real = row if real is None else real
        every = None if real is not None else self._everything()
        for row in every or ():
            if self._decided(row) == (pair[0].label, pair[1].label):
                return row, ""
        if real is not None or every is not None:
            return real, ""
        row, computed = rows[0], [c.name for c in self._computed()]
        return row, f"not traced to a claim: {' and '.join(computed)} is computed"

    def _computed(self) -> list[Column]:
        return [one for one, _ in self.columns.values() if one.function is not None]

    def _everything(self) -> list[Row] | None:
        """List a row for each piece that can be told apart; None for too many."""
        sources = [column.inputs for column in self._computed()]
        if any(len(each) != 1 or _size(each[0]) > _ENUMERATED for each in sources):
            return None
        tested = (*self.old.tested, *self.new.tested)
        names = {c.name for c in tested if c.function is None}
        names |= {each[0].name for each in sources}
        values = {n: self._values(n, []) for n in self.columns if n in names}
        if prod(map(len, values.values())) > _EVERYTHING:
            return None
        first: Row = {name: _shared(*pair)[0] for name, pair in self.columns.items()}
        return [
            self._filled({**first, **dict(zip(values, chosen, strict=True))})
            for chosen in product(*values.values())
        ]

    def _bends(self, source: Column) -> Iterator[int]:
        """Walk the codes of a column at which what is computed from it changes."""
        for column in self._computed():
            if column.inputs == (source,) and _size(source) <= _ENUMERATED:
                before: object = self
                for code in range(source.domain.least, source.domain.most + 1):
                    now = column.compute(source.of(code))
                    if now != before:
                        yield code
                    before = now

    def _tried(self, pair: Pair, rows: list[Row]) -> Iterator[Row]:
        """Walk rows: those that were found, then with other values in the amounts."""
        worths = [outcome.worth for outcome in pair if outcome.worth is not None]
        free = {c.name for worth in worths for c in worth.columns}
        computed = self._computed()
        free |= {source.name for column in computed for source in column.inputs}
        free -= {column.name for column in computed}
        values = {n: self._values(n, worths) for n in self.columns if n in free}
        yield from map(self._filled, rows)
        for row in rows[:_SMALL]:
            for chosen in islice(product(*values.values()), _TRIED // 4):
                yield self._filled({**row, **dict(zip(values, chosen, strict=True))})

    def _values(self, name: str, worths: list[Amount]) -> list[Plain]:
        """List values of one column: where rules cut it, and a few more."""
        one, other = self.columns[name]
        shared = _shared(one, other)
        if isinstance(one.domain, Choices | Flags):
            return shared
        low, high = (one.code(value) for value in _known(one, other))
        unit = _HUNDRED if isinstance(one.domain, Sums) else 1
        codes = {low, low + unit, low + _HUNDRED * unit, high}
        codes.update(self._bends(one))
        codes.update(code for worth in worths for code in _turns(worth, name))
        if high - low <= _SMALL:
            codes.update(range(low, high + 1))
        for value in _pieces(one, other, (self.old, self.new)):
            if value is not None:
                codes.update((one.code(value) - 1, one.code(value)))
        inside = sorted(code for code in codes if low <= code <= high)
        missing = [None] if None in shared else []
        return [*map(one.domain.of, inside), *missing]

    def _filled(self, row: Row) -> Row:
        """Work the computed columns out."""
        filled = dict(row)
        for column in self._computed():
            inputs = (filled[source.name] for source in column.inputs)
            filled[column.name] = column.compute(*inputs)
        return filled

    def _decided(self, row: Row) -> tuple[str, str]:
        masks = [
            sum(
                1 << place
                for place, rule in enumerate(table.rows)
                if _holds(rule.when, row)
            )
            for table in (self.old, self.new)
        ]
        old, new = _outcomes(
            self.old, self.new, masks[0] | masks[1] << len(self.old.rows)
        )
        return old.label, new.label

    def facts(self, row: Row, *, is_traced: bool) -> dict[str, Fact | None]:
        """Give a row as facts: the computed columns give way to what they are from."""
        return {
            name: one.fact(one.code(row[name]))
            for name, (one, _) in self.columns.items()
            if not is_traced or one.function is None
        }


def _size(column: Column) -> int:
    return column.domain.most - column.domain.least + 1


def _holds(when: When | None, row: Row) -> bool:
    cells = when.cells if when is not None else ()
    return all(is_in(c.column.code(row[c.column.name]), c.spans) for c in cells)
