"""Why a table decided as it did, and why not otherwise; with every figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from .._domain.money import Money
from .._domain.reason import Fact, Facts
from .._readable import readable
from . import wording
from .amounts import Amount, ColumnAmount, Fixed, Periods, Scaled
from .column import Column
from .conditions import Cell
from .decision import RuleOutcome, inputs_of, minor
from .domains import Plain
from .rules import Gift, Hit, Pay, Rule
from .spans import is_in
from .table_parts import TableParts

__all__ = [
    "AmountStep",
    "Condition",
    "Explanation",
    "RuleExplained",
    "explain_decision",
    "steps_of",
]


@attrs.frozen
class Condition:
    """One thing that a rule asked, and what was found.

    Args:
        column: What it is about.
        asked: What it should be, in words.
        read: What it was, in words.
        is_met: Whether that will do.
    """

    column: str
    asked: str
    read: str
    is_met: bool

    def __str__(self) -> str:
        what = "as asked:" if self.is_met else "but asked was"
        return readable(f"{self.column} was {self.read}, {what} {self.asked}")


@attrs.frozen
class AmountStep:
    """One figure on the way to an amount.

    Args:
        formula: What is worked out, in words.
        figures: The same with the figures that were read; empty where there are none.
        result: What it comes to, in words.
    """

    formula: str
    figures: str
    result: str

    def __str__(self) -> str:
        shown = [self.formula, self.figures, self.result]
        return readable(" = ".join(dict.fromkeys(part for part in shown if part)))


@attrs.frozen
class RuleExplained:
    """One rule, and what it had to say.

    Args:
        code: The rule.
        part: ``exclusion``, ``rule`` or ``otherwise``.
        holds: Whether its condition is met.
        speaks: Whether what it gives is given.
        why: The reason for that, in a sentence.
        conditions: Everything it asked.
        gives: What it gives, with the steps to each amount; empty where it does
            not speak.
    """

    code: str
    part: str
    holds: bool
    speaks: bool
    why: str
    conditions: tuple[Condition, ...]
    gives: tuple[tuple[str, tuple[AmountStep, ...]], ...]

    @property
    def failed(self) -> tuple[Condition, ...]:
        """Every condition that was not met."""
        return tuple(c for c in self.conditions if not c.is_met)


@attrs.frozen
class Explanation:
    """Why a table decided a claim as it did, and why not otherwise.

    Args:
        table: The name of the table.
        policy_hash: The content hash of the table.
        rule: The code of the rule that decided; several are joined.
        worth: The most that is given can cost; None where nothing has a value.
        inputs: Every value that was read; what was missing is left out.
        rules: Every rule of the table, in the order they are tried.
    """

    table: str
    policy_hash: str
    rule: str
    worth: Money | None
    inputs: Facts
    rules: tuple[RuleExplained, ...]

    @property
    def speaking(self) -> tuple[RuleExplained, ...]:
        """The rules whose gifts are given."""
        return tuple(rule for rule in self.rules if rule.speaks)

    @property
    def silent(self) -> tuple[RuleExplained, ...]:
        """The rules that give nothing here."""
        return tuple(rule for rule in self.rules if not rule.speaks)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values that JSON can hold."""
        return {
            "table": self.table,
            "policy_hash": self.policy_hash,
            "rule": self.rule,
            "worth": None if self.worth is None else str(self.worth),
            "inputs": {name: _plain(value) for name, value in self.inputs.items()},
            "rules": [_rule_out(rule) for rule in self.rules],
        }

    def __str__(self) -> str:
        """Write it line by line, for a terminal or an audit file."""
        return "\n".join(map(readable, _lines(self)))


def _plain(value: Fact) -> object:
    return value if isinstance(value, bool | int | str) else str(value)


def _rule_out(rule: RuleExplained) -> dict[str, Any]:
    out = attrs.asdict(rule)
    out["gives"] = [
        {"gift": gift, "steps": [attrs.asdict(step) for step in steps]}
        for gift, steps in rule.gives
    ]
    out["conditions"] = [attrs.asdict(c) for c in rule.conditions]
    return out


def _lines(told: Explanation) -> Iterator[str]:
    yield f"{told.table} ({told.policy_hash})"
    read = ", ".join(f"{name} = {_fact_text(v)}" for name, v in told.inputs.items())
    yield f"read: {read or 'nothing'}"
    worth = f", worth {told.worth}" if told.worth is not None else ""
    yield f"decided by {told.rule}{worth}"
    for rule in told.speaking:
        yield f"  {rule.code}: {rule.why}"
        yield from (f"    {condition}" for condition in rule.conditions)
        for gift, steps in rule.gives:
            yield f"    gives {gift}"
            yield from (f"      {step}" for step in steps)
    for rule in told.silent:
        yield f"not {rule.code}: {rule.why}"
        yield from (f"    {condition}" for condition in rule.failed)


def _fact_text(value: Fact) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


# -------------------------------------------------------------------------- explaining


def explain_decision(
    table: TableParts,
    row: Mapping[str, Plain],
    outcome: RuleOutcome,
    spoken: tuple[Rule, ...],
) -> Explanation:
    """Return why the rules that decide do, and why each other does not.

    Args:
        table: The table.
        row: What it was asked, as plain values by column name.
        outcome: What it decided.
        spoken: The rules whose gifts are given.
    """
    held = [rule for rule in table.rows if _holds(rule, row)]
    rules = tuple(_explain_rule(table, rule, row, held, spoken) for rule in table.rows)
    worth = None if outcome.worth is None else _came_to(outcome.worth, row)
    return Explanation(
        table.name,
        table.hash,
        outcome.label,
        worth,
        inputs_of((*table.columns, *table.inputs), row),
        rules,
    )


def _cells(rule: Rule) -> tuple[Cell, ...]:
    return rule.when.cells if rule.when is not None else ()


def _is_met(cell: Cell, row: Mapping[str, Plain]) -> bool:
    return is_in(cell.column.code(row[cell.column.name]), cell.spans)


def _holds(rule: Rule, row: Mapping[str, Plain]) -> bool:
    return all(_is_met(cell, row) for cell in _cells(rule))


def _explain_rule(
    table: TableParts,
    rule: Rule,
    row: Mapping[str, Plain],
    held: list[Rule],
    spoken: tuple[Rule, ...],
) -> RuleExplained:
    holds, speaks = _is_among(rule, held), _is_among(rule, spoken)
    return RuleExplained(
        rule.code,
        _part(table, rule),
        holds,
        speaks,
        _why(table, rule, held, spoken),
        tuple(_condition(cell, row) for cell in _cells(rule)),
        tuple(_given(gift, row) for gift in rule.gifts) if speaks else (),
    )


def _is_among(rule: Rule, rules: Iterable[Rule]) -> bool:
    return any(rule.code == other.code for other in rules)


def _part(table: TableParts, rule: Rule) -> str:
    if _is_among(rule, table.exclusions):
        return "exclusion"
    return "rule" if _is_among(rule, table.rules) else "otherwise"


def _why(
    table: TableParts, rule: Rule, held: list[Rule], spoken: tuple[Rule, ...]
) -> str:
    """Return in a sentence why a rule speaks, or why it does not."""
    part, first = _part(table, rule), held[0]
    if _is_among(rule, spoken):
        return rule.because or wording.condition(rule.when)
    if part == "otherwise":
        return "another rule holds"
    if not _is_among(rule, held):
        return "its condition is not met"
    if _part(table, first) == "exclusion":
        return f"it holds, but exclusion {first.code} comes first and ends the matter"
    if table.hit is Hit.MAX:
        return f"it holds, but {spoken[0].code} is worth more, or as much and first"
    return f"it holds, but {first.code} comes first"


def _condition(cell: Cell, row: Mapping[str, Plain]) -> Condition:
    column = cell.column
    read = wording.value(column, column.code(row[column.name]))
    return Condition(column.name, wording.values_of(cell), read, _is_met(cell, row))


def _given(gift: Gift, row: Mapping[str, Plain]) -> tuple[str, tuple[AmountStep, ...]]:
    if not isinstance(gift, Pay):
        return wording.gift(gift), ()
    amounts = filter(None, (gift.amount, gift.discretion))
    steps = dict.fromkeys(step for each in amounts for step in steps_of(each, row))
    return wording.gift(gift), tuple(steps)


# ------------------------------------------------------------------------------ steps


def steps_of(amount: Amount, row: Mapping[str, Plain]) -> Iterator[AmountStep]:
    """Walk the figures that lead to an amount, the innermost first.

    Args:
        amount: The formula.
        row: Plain values by column name.
    """
    steps = _steps(amount, row)
    yield from dict.fromkeys(steps)


def _steps(amount: Amount, row: Mapping[str, Plain]) -> Iterator[AmountStep]:
    for part in amount.parts:
        yield from _steps(part, row)
    result = str(_came_to(amount, row))
    match amount:
        case Fixed():
            return
        case ColumnAmount():
            yield AmountStep(amount.column.name, "", result)
        case Scaled():
            if amount.by is not None:
                yield from _counted(amount.by, row)
            yield AmountStep(str(amount), _with_figures(amount, row), result)
        case _:
            yield AmountStep(str(amount), _with_figures(amount, row), result)


def _came_to(amount: Amount, row: Mapping[str, Plain]) -> Money:
    return Money.from_minor(minor(amount, row), amount.currency)


def _counted(by: Periods | Column, row: Mapping[str, Plain]) -> Iterator[AmountStep]:
    column = by if isinstance(by, Column) else by.column
    number = column.code(row[column.name])
    yield AmountStep(column.name, "", column.text_of(number))
    if isinstance(by, Periods):
        yield AmountStep(str(by), "", str(by.of(number)))


def _with_figures(amount: Amount, row: Mapping[str, Plain]) -> str:
    """Write a formula with what its parts came to."""
    figures = tuple(Fixed(_came_to(part, row)) for part in amount.parts)
    if not isinstance(amount, Scaled):
        several: Any = amount
        return str(attrs.evolve(several, amounts=figures))
    if amount.by is None:
        return str(attrs.evolve(amount, of=figures[0]))
    column = amount.by if isinstance(amount.by, Column) else amount.by.column
    number = column.code(row[column.name])
    count = number if isinstance(amount.by, Column) else amount.by.of(number)
    shown = f"{figures[0]} x {count}"
    if amount.numerator == amount.denominator and amount.to == 1:
        return shown
    return f"{shown} x {amount.numerator}/{amount.denominator}, rounded"
