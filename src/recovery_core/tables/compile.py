"""Turn a table into Python functions: as fast as the if-chain one would write.

The source is built from whole numbers, and from names and texts that `text_literal`
writes; no text of a caller is ever run. The same source of an amount serves
numbers and arrays, so that both come to the same cent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from math import gcd
from typing import Any, TypeAlias, assert_never

from .._domain.money import Rounding
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
from .conditions import Cell, When
from .domains import Choices, Flags, UncheckedRow
from .spans import Span

__all__ = [
    "Namer",
    "compile_amount",
    "compile_first_match",
    "compile_first_payout",
    "compile_row_function",
    "divide_half_even",
    "write_amount_expression",
]

VariableNamer: TypeAlias = Callable[[Column], str]
"""From a column to the expression that holds its value, as an int or int64 array."""


def divide_half_even(dividend: Any, divisor: int) -> Any:
    """Divide to the nearest, halves to the even side; for numbers and arrays."""
    # Twice the quotient plus one half, rounded down; one less where that was a half
    # and came out odd. Without a branch, for an array has none.
    doubled = 2 * dividend + divisor
    nearest = doubled // (2 * divisor)
    return nearest - (doubled % (2 * divisor) == 0) * (nearest % 2)


def text_literal(text: str) -> str:
    """Write a text as a literal of Python, whatever its class makes of ``repr``."""
    return str.__repr__(text)


class Namer:
    """Variables for columns, and names for constants, of one generated function.

    Args:
        inlined_columns: Names of columns that are read from the row where they stand
            in a test, and have no variable.
    """

    def __init__(self, inlined_columns: Iterable[str] = ()) -> None:
        """Begin without names."""
        self.inlined_columns: frozenset[str] = frozenset(inlined_columns)
        self.namespace: dict[str, Any] = {
            "least": min,
            "most": max,
            "half_even": divide_half_even,
        }
        self._numbers: Iterator[int] = count()
        self._variables: dict[str, str] = {}

    def column_expression(self, column: Column) -> str:
        """Return the variable of a column, or where it is read from the row."""
        name = column.name
        if name in self.inlined_columns:
            return f"row[{text_literal(name)}]"
        if name not in self._variables:
            self._variables[name] = f"v{len(self._variables)}"
        return self._variables[name]

    def add_constant(self, value: object) -> str:
        """Add a value that no source text stands for, and return its new name."""
        name = f"k{next(self._numbers)}"
        self.namespace[name] = value
        return name

    def value_expression(self, plain: object) -> str:
        """Write whole numbers and texts as literals, anything else as a constant."""
        if isinstance(plain, str):
            return text_literal(plain)
        # Not by isinstance: an int of another class may have any repr.
        return repr(plain) if type(plain) is int else self.add_constant(plain)


# ----------------------------------------------------------------------- amounts


def write_amount_expression(formula: Formula, variable_of: VariableNamer) -> str:
    """Write an amount as a Python expression over variables."""
    parts = [write_amount_expression(part, variable_of) for part in formula.parts]
    match formula:
        case Fixed():
            return str(formula.money.minor)
        case ColumnAmount():
            return variable_of(formula.column)
        case Scaled():
            return _write_scaled(formula, parts[0], variable_of)
        case Lesser() | Greater():
            function = "least" if isinstance(formula, Lesser) else "most"
            return _join_in_halves(function + "({}, {})", parts)
        case Excess():
            deducted = _join_in_halves("({} + {})", parts[1:]) if parts[1:] else "0"
            return f"most({parts[0]} - {deducted}, 0)"
        case Sum():
            return _join_in_halves("({} + {})", parts)
        case never:
            assert_never(never)


def _join_in_halves(template: str, expressions: Sequence[str]) -> str:
    """Join two at a time, in halves: Python reads only so many signs inside others."""
    if len(expressions) == 1:
        return expressions[0]
    half = (len(expressions) + 1) // 2
    return template.format(
        _join_in_halves(template, expressions[:half]),
        _join_in_halves(template, expressions[half:]),
    )


def _write_scaled(scaled: Scaled, amount: str, variable_of: VariableNamer) -> str:
    """Write amount times factor times ratio, rounded once at the end."""
    # In lowest terms, so that the product stays as small as it can on arrays.
    common = gcd(scaled.numerator, scaled.denominator * scaled.to)
    numerator = scaled.numerator // common
    denominator = scaled.denominator * scaled.to // common
    factors = [amount]
    if isinstance(scaled.by, Column):
        factors.append(variable_of(scaled.by))
    elif scaled.by is not None:
        factors.append(_write_period_count(scaled.by, variable_of(scaled.by.column)))
    if numerator != 1:
        factors.append(str(numerator))
    product = " * ".join(factors)
    rounded = _write_rounded_division(product, denominator, scaled.rounding)
    return f"({rounded})" if scaled.to == 1 else f"({rounded}) * {scaled.to}"


def _write_rounded_division(dividend: str, divisor: int, rounding: Rounding) -> str:
    """Divide what is never negative; halves of an odd number cannot occur."""
    if divisor == 1:
        return dividend
    match rounding:
        case Rounding.HALF_UP:
            return f"({dividend} + {divisor // 2}) // {divisor}"
        case Rounding.HALF_EVEN:
            return f"half_even({dividend}, {divisor})"
        case Rounding.UP | Rounding.CEILING:
            return f"({dividend} + {divisor - 1}) // {divisor}"
        case Rounding.DOWN | Rounding.FLOOR:
            return f"{dividend} // {divisor}"
        case never:
            assert_never(never)


def _write_period_count(periods: Periods, variable: str) -> str:
    """Write the number of periods as `Periods.count_in` counts them."""
    counted, length = variable, periods.length
    if periods.after:
        counted = f"{counted} - {periods.after}"
    if periods.column.domain.least < periods.after:
        counted = f"most({counted}, 0)"
    if length > 1:
        begun = f" + {length - 1}" if periods.is_started else ""
        counted = f"({counted}{begun}) // {length}"
    if periods.at_most is not None:
        return f"least({counted}, {periods.at_most})"
    return f"({counted})"


# -------------------------------------------------------------------- conditions


def write_condition_test(condition: When | None, namer: Namer) -> str:
    """Write a condition as an expression; empty where it always holds."""
    cells = condition.cells if condition is not None else ()
    tests = [_write_cell_test(cell, namer) for cell in cells]
    return " and ".join(filter(None, tests))


def _write_cell_test(cell: Cell, namer: Namer) -> str:
    """Write the test of one cell; empty where every value passes."""
    column = cell.column
    if cell.spans == (column.span,):
        return ""
    name = namer.column_expression(column)
    top = column.domain.most
    # The code above the top stands for a missing value, which is None in a row.
    accepts_missing = cell.spans[-1][1] > top
    present = tuple((low, min(high, top)) for low, high in cell.spans if low <= top)
    if not present:
        return f"{name} is None"
    test = _write_present_value_test(column, present, name, namer)
    if accepts_missing:
        return f"({name} is None or {test})"
    if not column.is_optional:
        return test
    return f"{name} is not None and {test}" if test else f"{name} is not None"


def _write_present_value_test(
    column: Column, spans: tuple[Span, ...], name: str, namer: Namer
) -> str:
    """Write the test of a value that is there; empty where each of them passes."""
    domain = column.domain
    if spans == ((domain.least, domain.most),):
        return ""
    if isinstance(domain, Flags):
        return name if spans == ((1, 1),) else f"not {name}"
    if isinstance(domain, Choices):
        return _write_choice_test(domain, spans, name, namer)
    tests = [_write_span_test(column, span, name, namer) for span in spans]
    return tests[0] if len(tests) == 1 else f"({' or '.join(tests)})"


def _write_choice_test(
    domain: Choices, spans: Sequence[Span], name: str, namer: Namer
) -> str:
    """Write equality with one choice, or with all but one, or membership in a set."""
    accepted = [domain.of(code) for low, high in spans for code in range(low, high + 1)]
    if len(accepted) == 1:
        return f"{name} == {namer.value_expression(accepted[0])}"
    refused = [value for value in domain.values if value not in accepted]
    if len(refused) == 1:
        return f"{name} != {namer.value_expression(refused[0])}"
    return f"{name} in {namer.add_constant(frozenset(accepted))}"


def _write_span_test(column: Column, span: Span, name: str, namer: Namer) -> str:
    """Write a comparison with the ends of a span; an end of the domain is left out."""
    domain, (low, high) = column.domain, span
    if low == high:
        return f"{name} == {namer.value_expression(domain.of(low))}"
    if low <= domain.least:
        return f"{name} <= {namer.value_expression(domain.of(high))}"
    if high >= domain.most:
        return f"{name} >= {namer.value_expression(domain.of(low))}"
    first = namer.value_expression(domain.of(low))
    last = namer.value_expression(domain.of(high))
    return f"{first} <= {name} <= {last}"


# --------------------------------------------------------------------- functions


class RowFunctionWriter:
    """The source lines of one function that reads a row and decides."""

    def __init__(self, namer: Namer) -> None:
        """Begin with nothing read."""
        self.namer = namer
        self.lines: list[str] = []
        self._assigned: set[str] = set()

    def write_column_reads(self, columns: Iterable[Column]) -> None:
        """Write lines that assign columns of the row to variables, each once."""
        for column in columns:
            name = column.name
            if name in self._assigned or name in self.namer.inlined_columns:
                continue
            self._assigned.add(name)
            variable = self.namer.column_expression(column)
            if column.function is None:
                self.lines.append(f"    {variable} = row[{text_literal(name)}]")
                continue
            self.write_column_reads(column.inputs)
            inputs = ", ".join(map(self.namer.column_expression, column.inputs))
            function = self.namer.add_constant(column.compute)
            self.lines.append(f"    {variable} = {function}({inputs})")

    def expression_where_paid(self, column: Column) -> str:
        """Return how an amount reads a column: a test's variable, or from the row."""
        # A rule that is not taken need not read what only its amount needs.
        if column.name not in self._assigned and column.function is None:
            return f"row[{text_literal(column.name)}]"
        self.write_column_reads([column])
        return self.namer.column_expression(column)

    def write_return_if(self, test: str, answer: str) -> None:
        """Write lines that return an expression where a test holds; "" always does."""
        if test:
            self.lines += [f"    if {test}:", f"        return {answer}"]
        else:
            self.lines.append(f"    return {answer}")


AnswerWriter: TypeAlias = Callable[[RowFunctionWriter], str]
"""What writes the expression that a function returns where a row holds."""


def compile_first_match(
    conditions: Iterable[When | None],
) -> Callable[[UncheckedRow], int | None]:
    """Compile the function from a row to the place of the first condition that holds.

    It trusts values to be in their domains, and answers None where none holds.
    """

    def build_place_writer(place: int) -> AnswerWriter:
        return lambda _writer: str(place)

    rows = [(when, build_place_writer(n)) for n, when in enumerate(conditions)]
    return _compile_rows(rows)


def compile_first_payout(
    rules: Iterable[tuple[When | None, Formula | None, str]],
) -> Callable[[UncheckedRow], tuple[str, int] | None]:
    """Compile the function from a row to label and worth of the first rule that holds.

    It trusts values to be in their domains, and answers None where no rule holds.

    Args:
        rules: Condition, worth in minor units (None costs 0) and label of each rule.
    """

    def build_payout_writer(worth: Formula | None, label: str) -> AnswerWriter:
        amount = _build_amount_writer(worth)
        return lambda writer: f"({text_literal(label)}, {amount(writer)})"

    rows = [(when, build_payout_writer(worth, label)) for when, worth, label in rules]
    return _compile_rows(rows)


def compile_amount(formula: Formula | None) -> Callable[[UncheckedRow], int]:
    """Compile the function from a row to minor units; 0 for no formula."""
    return _compile_rows([(None, _build_amount_writer(formula))])


def _build_amount_writer(formula: Formula | None) -> AnswerWriter:
    if formula is None:
        return lambda _writer: "0"
    return lambda writer: write_amount_expression(formula, writer.expression_where_paid)


def _compile_rows(
    rows: Sequence[tuple[When | None, AnswerWriter]],
) -> Callable[[UncheckedRow], Any]:
    """Compile the function that answers by the first row that holds."""
    namer = Namer(_columns_tested_once(when for when, _ in rows))
    writer = RowFunctionWriter(namer)
    for when, write_answer in rows:
        # Here and not at the top: a row that is not reached reads nothing.
        if when is not None:
            writer.write_column_reads(cell.column for cell in when.cells)
        # The answer first, for what it reads is assigned above the test.
        answer = write_answer(writer)
        test = write_condition_test(when, namer)
        writer.write_return_if(test, answer)
        if not test:
            break  # what stands below could never be reached
    return compile_row_function(writer.lines, namer)


def _columns_tested_once(conditions: Iterable[When | None]) -> list[str]:
    """List the columns that one test alone mentions, once: a variable would cost more.

    Columns that are optional or computed are left out: their tests name them twice.
    """
    cells = [c for when in conditions if when is not None for c in when.cells]
    tests = Counter(cell.column.name for cell in cells)
    return [
        cell.column.name
        for cell in cells
        if tests[cell.column.name] == len(cell.spans) == 1
        and not cell.column.is_optional
        and cell.column.function is None
    ]


def compile_row_function(
    lines: Sequence[str], namer: Namer
) -> Callable[[UncheckedRow], Any]:
    """Compile the body of a function of one ``row``, with the names it may use."""
    source = "\n".join(["def decide(row):", *lines, ""])
    exec(compile(source, "<table>", "exec"), namer.namespace)  # noqa: S102
    function: Callable[[UncheckedRow], Any] = namer.namespace["decide"]
    return function
