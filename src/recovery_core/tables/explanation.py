"""Why a table decided as it did, and why not otherwise; with every figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, assert_never

import attrs

from .._domain.money import Money
from .._domain.reason import Fact, Facts
from .._readable import readable
from . import wording
from .amounts import (
    ColumnAmount,
    Excess,
    Fixed,
    Formula,
    Greater,
    Lesser,
    Periods,
    Scaled,
    Sum,
)
from .column import Column
from .conditions import Cell
from .decision import RuleOutcome, evaluate_in_minor_units, facts_of_row
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
    "iter_amount_steps",
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
        texts = [self.formula, self.figures, self.result]
        # Of fixed sums alone, the formula and its figures are the same words.
        return readable(" = ".join(dict.fromkeys(text for text in texts if text)))


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
            "inputs": {
                name: _to_json_value(value) for name, value in self.inputs.items()
            },
            "rules": [_rule_to_dict(rule) for rule in self.rules],
        }

    def __str__(self) -> str:
        """Write it line by line, for a terminal or an audit file."""
        return "\n".join(map(readable, _iter_text_lines(self)))


def _to_json_value(value: Fact) -> object:
    return value if isinstance(value, bool | int | str) else str(value)


def _rule_to_dict(rule: RuleExplained) -> dict[str, object]:
    """Convert one rule's part of an explanation to plain values."""
    out: dict[str, object] = attrs.asdict(rule)
    out["gives"] = [
        {"gift": gift, "steps": [attrs.asdict(step) for step in steps]}
        for gift, steps in rule.gives
    ]
    out["conditions"] = [attrs.asdict(c) for c in rule.conditions]
    return out


def _iter_text_lines(explanation: Explanation) -> Iterator[str]:
    """Write what was read and decided, the rules that speak, and the others."""
    yield f"{explanation.table} ({explanation.policy_hash})"
    read = ", ".join(
        f"{name} = {_format_fact(value)}" for name, value in explanation.inputs.items()
    )
    yield f"read: {read or 'nothing'}"
    worth = f", worth {explanation.worth}" if explanation.worth is not None else ""
    yield f"decided by {explanation.rule}{worth}"
    for rule in explanation.speaking:
        yield f"  {rule.code}: {rule.why}"
        yield from (f"    {condition}" for condition in rule.conditions)
        for gift, steps in rule.gives:
            yield f"    gives {gift}"
            yield from (f"      {step}" for step in steps)
    for rule in explanation.silent:
        yield f"not {rule.code}: {rule.why}"
        yield from (f"    {condition}" for condition in rule.failed)


def _format_fact(value: Fact) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


# -------------------------------------------------------------------------- explaining


def explain_decision(
    table: TableParts,
    row: Mapping[str, Plain],
    outcome: RuleOutcome,
    deciding_rules: tuple[Rule, ...],
) -> Explanation:
    """Return why the rules that decide do, and why each other does not.

    Args:
        table: The table.
        row: What it was asked, as plain values by column name.
        outcome: What it decided.
        deciding_rules: The rules whose gifts are given.
    """
    held_rules = [rule for rule in table.rows if _does_rule_hold(rule, row)]
    rules = tuple(
        _explain_rule(table, rule, row, held_rules, deciding_rules)
        for rule in table.rows
    )
    worth = None if outcome.worth is None else _evaluate(outcome.worth, row)
    return Explanation(
        table.name,
        table.hash,
        outcome.label,
        worth,
        facts_of_row((*table.columns, *table.inputs), row),
        rules,
    )


def _cells_of_rule(rule: Rule) -> tuple[Cell, ...]:
    return rule.when.cells if rule.when is not None else ()


def _is_cell_met(cell: Cell, row: Mapping[str, Plain]) -> bool:
    return is_in(cell.column.code(row[cell.column.name]), cell.spans)


def _does_rule_hold(rule: Rule, row: Mapping[str, Plain]) -> bool:
    return all(_is_cell_met(cell, row) for cell in _cells_of_rule(rule))


def _explain_rule(
    table: TableParts,
    rule: Rule,
    row: Mapping[str, Plain],
    held_rules: list[Rule],
    deciding_rules: tuple[Rule, ...],
) -> RuleExplained:
    """Return whether a rule holds and speaks, why, what it asked and what it gives."""
    holds, speaks = (
        _is_code_among(rule, held_rules),
        _is_code_among(rule, deciding_rules),
    )
    return RuleExplained(
        rule.code,
        _name_part_of_table(table, rule),
        holds,
        speaks,
        _reason_for_rule(table, rule, held_rules, deciding_rules),
        tuple(_explain_cell(cell, row) for cell in _cells_of_rule(rule)),
        tuple(_explain_gift(gift, row) for gift in rule.gifts) if speaks else (),
    )


def _is_code_among(rule: Rule, rules: Iterable[Rule]) -> bool:
    return any(rule.code == member.code for member in rules)


def _name_part_of_table(table: TableParts, rule: Rule) -> str:
    if _is_code_among(rule, table.exclusions):
        return "exclusion"
    return "rule" if _is_code_among(rule, table.rules) else "otherwise"


def _reason_for_rule(
    table: TableParts,
    rule: Rule,
    held_rules: list[Rule],
    deciding_rules: tuple[Rule, ...],
) -> str:
    """Return in a sentence why a rule speaks, or why it does not."""
    part, first = _name_part_of_table(table, rule), held_rules[0]
    if _is_code_among(rule, deciding_rules):
        return rule.because or wording.format_condition(rule.when)
    if part == "otherwise":
        return "another rule holds"
    if not _is_code_among(rule, held_rules):
        return "its condition is not met"
    if _name_part_of_table(table, first) == "exclusion":
        return f"it holds, but exclusion {first.code} comes first and ends the matter"
    if table.hit is Hit.MAX:
        dearest = deciding_rules[0].code
        return f"it holds, but {dearest} is worth more, or as much and first"
    return f"it holds, but {first.code} comes first"


def _explain_cell(cell: Cell, row: Mapping[str, Plain]) -> Condition:
    """Return what a cell asked, and what was read, in words."""
    column = cell.column
    read = wording.format_value(column, column.code(row[column.name]))
    return Condition(
        column.name, wording.format_cell_values(cell), read, _is_cell_met(cell, row)
    )


def _explain_gift(
    gift: Gift, row: Mapping[str, Plain]
) -> tuple[str, tuple[AmountStep, ...]]:
    """Return a gift in words, and the steps to its amount and its upper limit."""
    if not isinstance(gift, Pay):
        return wording.format_gift(gift), ()
    limits = () if gift.discretion is None else (gift.discretion,)
    steps = dict.fromkeys(
        step
        for amount in (gift.amount, *limits)
        for step in iter_amount_steps(amount, row)
    )
    return wording.format_gift(gift), tuple(steps)


# ------------------------------------------------------------------------------ steps


def iter_amount_steps(
    amount: Formula, row: Mapping[str, Plain]
) -> Iterator[AmountStep]:
    """Walk the figures that lead to an amount, the innermost first.

    Args:
        amount: The formula.
        row: Plain values by column name.
    """
    # A part that stands in two places is worked out, and shown, once.
    yield from dict.fromkeys(_iter_repeated_steps(amount, row))


def _iter_repeated_steps(
    amount: Formula, row: Mapping[str, Plain]
) -> Iterator[AmountStep]:
    """Walk the figures of every part before those of the whole."""
    for part in amount.parts:
        yield from _iter_repeated_steps(part, row)
    result = str(_evaluate(amount, row))
    match amount:
        case Fixed():
            return
        case ColumnAmount():
            yield AmountStep(amount.column.name, "", result)
        case Scaled():
            if amount.by is not None:
                yield from _iter_counting_steps(amount.by, row)
            yield AmountStep(
                str(amount), _format_scaled_with_figures(amount, row), result
            )
        case Lesser() | Greater() | Sum() | Excess():
            figures = str(attrs.evolve(amount, amounts=_part_sums(amount, row)))
            yield AmountStep(str(amount), figures, result)
        case never:
            assert_never(never)


def _evaluate(formula: Formula, row: Mapping[str, Plain]) -> Money:
    return Money.from_minor(evaluate_in_minor_units(formula, row), formula.currency)


def _iter_counting_steps(
    factor: Periods | Column, row: Mapping[str, Plain]
) -> Iterator[AmountStep]:
    """Walk the value of the column that is counted, and the periods in it if any."""
    column = factor if isinstance(factor, Column) else factor.column
    number = column.code(row[column.name])
    yield AmountStep(column.name, "", column.text_of(number))
    if isinstance(factor, Periods):
        yield AmountStep(str(factor), "", str(factor.count_in(number)))


def _part_sums(formula: Formula, row: Mapping[str, Plain]) -> tuple[Fixed, ...]:
    """Return what each part of a formula comes to, as fixed sums in its place."""
    return tuple(Fixed(_evaluate(part, row)) for part in formula.parts)


def _format_scaled_with_figures(scaled: Scaled, row: Mapping[str, Plain]) -> str:
    """Write a scaled amount with the figures of its amount and its factor."""
    (base,) = _part_sums(scaled, row)
    if scaled.by is None:
        return str(attrs.evolve(scaled, of=base))
    column = scaled.by if isinstance(scaled.by, Column) else scaled.by.column
    number = column.code(row[column.name])
    count = number if isinstance(scaled.by, Column) else scaled.by.count_in(number)
    product = f"{base} x {count}"
    if scaled.numerator == scaled.denominator and scaled.to == 1:
        return product
    return f"{product} x {scaled.numerator}/{scaled.denominator}, rounded"
