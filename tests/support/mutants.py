"""Tables that are wrong in one place: what the worked cases of a schedule must catch.

Every mutant is made of the real table: a limit moved by one, an amount that is a cent
too high, two rows that changed places, a cap that got lost.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any

import attrs

from recovery_core._domain.money import Money, Rounding
from recovery_core._domain.remedy import Award
from recovery_core.errors import RecoveryError
from recovery_core.schedules import Schedule, WorkedCase
from recovery_core.tables import Rule, Table
from recovery_core.tables.amounts import (
    Excess,
    Fixed,
    Formula,
    Greater,
    Lesser,
    Periods,
    Scaled,
    Sum,
)
from recovery_core.tables.conditions import Cell, When
from recovery_core.tables.domains import Choices, Flags
from recovery_core.tables.rule_sets import StepBudget, lowest_codes_by_rule_set
from recovery_core.tables.rules import Gift, Pay
from recovery_core.tables.spans import Spans, unite_spans

SEVERAL = (Lesser, Greater, Sum, Excess)


@attrs.frozen(eq=False)
class Mutant:
    """One wrong version of one table of a schedule.

    Args:
        name: What is wrong with it.
        schedule: The real one.
        since: The first day of the version it replaces; None for what is given
            besides.
        build: Makes the wrong table, or is refused.
    """

    name: str
    schedule: Schedule
    since: date | None
    build: Callable[[], Table]

    def __str__(self) -> str:
        return f"{self.schedule.code} {self.since or 'besides'}: {self.name}"

    def caught(self) -> str | None:
        """Tell what caught it: the refusal, or the first case that fails."""
        try:
            table = self.build()
        except RecoveryError as error:
            return f"refused: {type(error).__name__}"
        wrong = self._schedule(table)
        for case in self._cases():
            award = wrong(wrong.claim(case))
            told = [reason.code for reason in award.because]
            if award.worth != case.pays or case.rule not in told:
                return case.text
        return None

    def shown(self) -> str | None:
        """Tell the first case whose award is another one, in whatever way.

        It stands beside `caught` for what is given besides: care and flights have no
        figure that a worked case could state.
        """
        wrong = self._schedule(self.build())
        for case in self._cases():
            claim = wrong.claim(case)
            if _told(wrong(claim)) != _told(self.schedule(claim)):
                return case.text
        return None

    def is_proved_alike(self) -> bool:
        """Tell whether the same rows speak, and give the same, for every claim."""
        return are_alike(self.real, self.build())

    @property
    def real(self) -> Table | None:
        """The table as it should be."""
        if self.since is None:
            return self.schedule.besides
        return dict(self.schedule.versions)[self.since]

    def _schedule(self, table: Table) -> Schedule:
        versions, besides = dict(self.schedule.versions), self.schedule.besides
        if self.since is None:
            besides = table
        else:
            versions[self.since] = table
        # Without its cases: they are what catches it.
        return attrs.evolve(self.schedule, versions=versions, besides=besides, cases=())

    def _cases(self) -> Iterator[WorkedCase]:
        """Walk the cases that the wrong table is asked about."""
        begun = [day for day, _ in self.schedule.versions]
        for case in self.schedule.cases:
            since = max((day for day in begun if day <= case.on), default=None)
            if since is not None and self.since in {None, since}:
                yield case


def _told(award: Award) -> object:
    codes = [reason.code for reason in award.because]
    return award.alternatives, award.amends, codes


def are_alike(one: Table | None, other: Table) -> bool:
    """Walk every set of rows of both tables that can hold together."""
    assert one is not None
    rows = (*one.rows, *other.rows)
    columns = tuple(dict.fromkeys((*one.tested, *other.tested)))
    whole = (1 << len(one.rows)) - 1
    return all(
        _said(one, mask & whole) == _said(other, mask >> len(one.rows))
        for mask in lowest_codes_by_rule_set(
            columns, [row.when for row in rows], StepBudget(10**6)
        )
    )


def _said(table: Table, mask: int) -> list[tuple[object, ...]]:
    return [
        (row.code, [*map(_exact, row.alternatives)], [*map(_exact, row.amends)])
        for row in (table.rows[place] for place in table.decider.deciding_places(mask))
    ]


def _exact(gift: Gift) -> object:
    """Take a sum that reads nothing for what it comes to."""
    if isinstance(gift, Pay) and not gift.amount.columns:
        return gift.kind, gift.amount.currency, gift.amount.bounds
    return gift


def mutants(schedule: Schedule) -> Iterator[Mutant]:
    """Walk every mutant of every table of a schedule."""
    tables: list[tuple[date | None, Table]] = [*schedule.versions]
    if schedule.besides is not None:
        tables.append((None, schedule.besides))
    for since, table in tables:
        for name, build in _of_table(table):
            yield Mutant(name, schedule, since, build)


Build = Callable[[], Table]
Part = tuple[str, Callable[[], Any]]
"""What is wrong, and what makes it: it may be refused."""


def _of_table(table: Table) -> Iterator[tuple[str, Build]]:
    yield from _moved_limits(table)
    yield from _swapped_rows(table)
    for where in ("exclusions", "rules"):
        rows: tuple[Rule, ...] = getattr(table, where)
        for place, row in enumerate(rows):
            rest = rows[:place] + rows[place + 1 :]
            yield f"lost {row.code}", _table_with(table, **{where: lambda r=rest: r})
            for name, change in _of_rule(row):
                yield (
                    f"{row.code}: {name}",
                    _table_with(table, **{where: _replacing(rows, place, change)}),
                )


def _table_with(table: Table, **changes: Callable[[], Any]) -> Build:
    return lambda: attrs.evolve(table, **{n: make() for n, make in changes.items()})


def _replacing(
    rows: tuple[Rule, ...], place: int, change: Callable[[], Rule]
) -> Callable[[], tuple[Rule, ...]]:
    return lambda: (*rows[:place], change(), *rows[place + 1 :])


# ------------------------------------------------------------------ limits, all over


def _moved_limits(table: Table) -> Iterator[tuple[str, Build]]:
    """Move a limit by one in all rules at once, so that no gap gives it away."""
    for column in table.tested:
        if isinstance(column.domain, Choices | Flags):
            continue
        least, most = column.domain.least, column.domain.most
        limits = {
            low
            for row in table.rows
            if row.when is not None
            for cell in row.when.cells
            if cell.column.name == column.name
            for span in cell.spans
            for low in (span[0], span[1] + 1)
            if least < low <= most
        }
        for limit in sorted(limits):
            for step in (-1, 1):
                yield (
                    f"{column.name}: {limit} is {limit + step}",
                    _with_limit(table, column.name, limit, limit + step),
                )


def _with_limit(table: Table, column: str, was: int, now: int) -> Build:
    def moved(row: Rule) -> Rule:
        if row.when is None:
            return row
        cells = tuple(
            _cell(cell, _moved(cell.spans, was, now))
            if cell.column.name == column
            else cell
            for cell in row.when.cells
        )
        return attrs.evolve(row, when=When(cells))

    return _table_with(
        table,
        rules=lambda: [moved(row) for row in table.rules],
        exclusions=lambda: [moved(row) for row in table.exclusions],
    )


def _moved(spans: Spans, was: int, now: int) -> Spans:
    ends = {was: now, was - 1: now - 1}
    return tuple(
        (now if low == was else low, ends.get(high, high) if high == was - 1 else high)
        for low, high in spans
    )


def _cell(cell: Cell, spans: Spans) -> Cell:
    kept = unite_spans((low, high) for low, high in spans if low <= high)
    return Cell(cell.column, kept)


def _swapped_rows(table: Table) -> Iterator[tuple[str, Build]]:
    """Let two rows that follow each other change what they give."""
    for place in range(len(table.rules) - 1):
        one, other = table.rules[place : place + 2]
        if (one.amends, one.alternatives) != (other.amends, other.alternatives):
            yield (
                f"{one.code} and {other.code} swapped",
                _table_with(table, rules=_swapping(table.rules, place)),
            )


def _swapping(rules: tuple[Rule, ...], place: int) -> Callable[[], tuple[Rule, ...]]:
    def swapped() -> tuple[Rule, ...]:
        one, other = rules[place : place + 2]
        return (
            *rules[:place],
            attrs.evolve(one, amends=other.amends, alternatives=other.alternatives),
            attrs.evolve(other, amends=one.amends, alternatives=one.alternatives),
            *rules[place + 2 :],
        )

    return swapped


# ----------------------------------------------------------------------- in one rule


def _of_rule(row: Rule) -> Iterator[Part]:
    if row.when is not None:
        for name, place, cell, spans in _of_condition(row.when):
            yield name, partial(_with_cell, row, row.when, place, cell, spans)
    for where in ("alternatives", "amends"):
        gifts: tuple[Gift, ...] = getattr(row, where)
        for place, gift in enumerate(gifts):
            for name, wrong in _of_gift(gift):
                changed = (*gifts[:place], *wrong, *gifts[place + 1 :])
                yield name, partial(attrs.evolve, row, **{where: changed})


def _of_condition(when: When) -> Iterator[tuple[str, int, Cell, Spans]]:
    for place, cell in enumerate(when.cells):
        for name, spans in _of_cell(cell):
            yield name, place, cell, spans


def _with_cell(row: Rule, when: When, place: int, cell: Cell, spans: Spans) -> Rule:
    cells = (*when.cells[:place], _cell(cell, spans), *when.cells[place + 1 :])
    return attrs.evolve(row, when=When(cells))


def _of_cell(cell: Cell) -> Iterator[tuple[str, Spans]]:
    column, spans = cell.column, cell.spans
    low, high = spans[0][0], spans[-1][1]
    most = column.domain.most
    if isinstance(column.domain, Flags):
        if spans in {((0, 0),), ((1, 1),)}:
            yield f"not {column.name}", ((1 - low, 1 - low),)
    elif not isinstance(column.domain, Choices):
        if low > column.domain.least:
            yield f"> for >= on {column.name}", ((low + 1, spans[0][1]), *spans[1:])
            yield f"{column.name} from one below", ((low - 1, spans[0][1]), *spans[1:])
        if high < most:
            yield f"< for <= on {column.name}", (*spans[:-1], (spans[-1][0], high - 1))
            yield f"{column.name} to one above", (*spans[:-1], (spans[-1][0], high + 1))
    if column.is_optional and high < column.missing:
        yield f"missing {column.name} counts", (*spans, (most + 1, most + 1))
    if column.is_optional and low < most < high:
        yield f"missing {column.name} is left out", (*spans[:-1], (spans[-1][0], most))


def _of_gift(gift: Gift) -> Iterator[tuple[str, tuple[Gift, ...]]]:
    """Walk what can be wrong with money; things have no figure."""
    if isinstance(gift, Pay):
        yield f"lost {gift}", ()
        for name, amount in _of_amount(gift.amount):
            yield name, (attrs.evolve(gift, amount=amount),)


# ---------------------------------------------------------------------- in an amount


def _of_amount(amount: Formula) -> Iterator[tuple[str, Formula]]:
    if isinstance(amount, Fixed):
        yield from _of_sum(amount)
    if isinstance(amount, Scaled):
        yield from _of_ratio(amount)
        for name, inner in _of_amount(amount.of):
            yield name, attrs.evolve(amount, of=inner)
    if isinstance(amount, SEVERAL):
        yield from _of_several(amount)


def _of_sum(amount: Fixed) -> Iterator[tuple[str, Formula]]:
    money = amount.money
    for name, minor in (
        ("a minor unit more", money.minor + 1),
        ("a minor unit less", money.minor - 1),
        ("major units taken for minor", money.minor // Money(1, money.currency).minor),
        ("minor units taken for major", Money(money.minor, money.currency).minor),
    ):
        yield f"{money}, {name}", Fixed(Money.from_minor(minor, money.currency))


def _of_ratio(amount: Scaled) -> Iterator[tuple[str, Formula]]:
    if not isinstance(amount.by, Periods):
        for name, more in (("a hundredth more", 101), ("a hundredth less", 99)):
            ratio = Fraction(amount.numerator * more, amount.denominator * 100)
            yield (
                f"{amount}, {name}",
                attrs.evolve(
                    amount, numerator=ratio.numerator, denominator=ratio.denominator
                ),
            )
    if amount.numerator % (amount.denominator * amount.to):
        # Whole multiples leave nothing over, and cannot be rounded wrongly.
        down = attrs.evolve(amount, rounding=Rounding.DOWN)
        yield f"{amount}, rounded down", down
    if amount.to > 1:
        yield f"{amount}, to the minor unit", attrs.evolve(amount, to=1)
    if isinstance(amount.by, Periods):
        yield from _of_periods(amount, amount.by)


def _of_periods(amount: Scaled, by: Periods) -> Iterator[tuple[str, Formula]]:
    changes: dict[str, Mapping[str, Any]] = {
        "begun for completed": {"is_started": not by.is_started},
        "a period one longer": {"length": by.length + 1},
        "counted from one later": {"after": by.after + 1},
        "one period at the most": {"at_most": 1},
    }
    if by.after:
        changes["counted from one earlier"] = {"after": by.after - 1}
        changes["counted from the start"] = {"after": 0}
    for name, change in changes.items():
        yield name, attrs.evolve(amount, by=attrs.evolve(by, **change))


def _of_several(
    amount: Lesser | Greater | Sum | Excess,
) -> Iterator[tuple[str, Formula]]:
    parts = amount.amounts
    for place, part in enumerate(parts):
        rest = parts[:place] + parts[place + 1 :]
        if rest:
            yield f"without {part}", attrs.evolve(amount, amounts=rest)
        for name, inner in _of_amount(part):
            changed = (*parts[:place], inner, *parts[place + 1 :])
            yield name, attrs.evolve(amount, amounts=changed)
    if isinstance(amount, Lesser | Greater):
        other = Greater if isinstance(amount, Lesser) else Lesser
        yield f"{other.__name__.lower()} for {amount}", other(parts)
