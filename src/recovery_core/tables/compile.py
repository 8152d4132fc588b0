"""Turn a table into Python functions: as fast as the if-chain one would write.

The source is built from whole numbers, and from names and texts that `quoted` writes
as literals; no text of a caller is ever run. The same source of an amount serves
numbers and arrays, so that both come to the same cent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from math import gcd
from typing import Any, assert_never

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
from .domains import Choices, Flags
from .spans import Span

__all__ = ["amount_source", "chain", "half_even"]


def half_even(top: Any, bottom: int) -> Any:
    """Divide to the nearest, halves to the even side; for numbers and arrays."""
    doubled = 2 * top + bottom
    nearest = doubled // (2 * bottom)
    return nearest - (doubled % (2 * bottom) == 0) * (nearest % 2)


def quoted(text: str) -> str:
    """Write a text as a literal of Python, whatever its class makes of ``repr``."""
    return str.__repr__(text)


class Namer:
    """Variables for columns, and names for constants.

    Args:
        once: Names of columns that are read where they stand, and have no variable.
    """

    def __init__(self, once: Iterable[str] = ()) -> None:
        """Begin without names."""
        self.once: frozenset[str] = frozenset(once)
        self.env: dict[str, Any] = {"least": min, "most": max, "half_even": half_even}
        self._numbers: Iterator[int] = count()
        self._variables: dict[str, str] = {}

    def variable(self, column: Column) -> str:
        """Name the variable that holds a column."""
        name = column.name
        if name in self.once:
            return f"row[{quoted(name)}]"
        if name not in self._variables:
            self._variables[name] = f"v{len(self._variables)}"
        return self._variables[name]

    def constant(self, value: object) -> str:
        """Name a constant that no source text stands for."""
        name = f"k{next(self._numbers)}"
        self.env[name] = value
        return name

    def literal(self, plain: object) -> str:
        """Write a plain value: whole numbers and texts as they are, days by name."""
        if isinstance(plain, str):
            return quoted(plain)
        return repr(plain) if type(plain) is int else self.constant(plain)


# ----------------------------------------------------------------------- amounts


def amount_source(amount: Formula, variable: Callable[[Column], str]) -> str:
    """Write an amount as an expression over variables.

    Args:
        amount: The formula.
        variable: Names the variable of a column; it holds an int or an int64 array.
    """

    def source(part: Formula) -> str:
        return amount_source(part, variable)

    parts = [source(part) for part in amount.parts]
    match amount:
        case Fixed():
            return str(amount.money.minor)
        case ColumnAmount():
            return variable(amount.column)
        case Scaled():
            return _scaled(amount, parts[0], variable)
        case Lesser() | Greater():
            by = "least" if isinstance(amount, Lesser) else "most"
            return _folded(by + "({}, {})", parts)
        case Excess():
            taken = _folded("({} + {})", parts[1:]) if parts[1:] else "0"
            return f"most({parts[0]} - {taken}, 0)"
        case Sum():
            return _folded("({} + {})", parts)
        case never:
            assert_never(never)


def _folded(by: str, sources: Sequence[str]) -> str:
    """Join two at a time, in halves: Python reads only so many signs inside others."""
    if len(sources) == 1:
        return sources[0]
    half = (len(sources) + 1) // 2
    return by.format(_folded(by, sources[:half]), _folded(by, sources[half:]))


def _scaled(scaled: Scaled, of: str, variable: Callable[[Column], str]) -> str:
    shared = gcd(scaled.numerator, scaled.denominator * scaled.to)
    above = scaled.numerator // shared
    below = scaled.denominator * scaled.to // shared
    factors = [of]
    if isinstance(scaled.by, Column):
        factors.append(variable(scaled.by))
    elif scaled.by is not None:
        factors.append(_periods(scaled.by, variable(scaled.by.column)))
    if above != 1:
        factors.append(str(above))
    product = " * ".join(factors)
    rounded = _divided(product, below, scaled.rounding)
    return f"({rounded})" if scaled.to == 1 else f"({rounded}) * {scaled.to}"


def _divided(top: str, bottom: int, rounding: Rounding) -> str:
    """Divide what is never negative; halves of an odd number cannot occur."""
    if bottom == 1:
        return top
    match rounding:
        case Rounding.HALF_UP:
            return f"({top} + {bottom // 2}) // {bottom}"
        case Rounding.HALF_EVEN:
            return f"half_even({top}, {bottom})"
        case Rounding.UP | Rounding.CEILING:
            return f"({top} + {bottom - 1}) // {bottom}"
        case Rounding.DOWN | Rounding.FLOOR:
            return f"{top} // {bottom}"
        case never:
            assert_never(never)


def _periods(periods: Periods, variable: str) -> str:
    over, length = variable, periods.length
    if periods.after:
        over = f"{over} - {periods.after}"
    if periods.column.domain.least < periods.after:
        over = f"most({over}, 0)"
    if length > 1:
        begun = f" + {length - 1}" if periods.is_started else ""
        over = f"({over}{begun}) // {length}"
    if periods.at_most is not None:
        return f"least({over}, {periods.at_most})"
    return f"({over})"


# -------------------------------------------------------------------- conditions


def _test(cell: Cell, namer: Namer) -> str:
    """Write the test of one cell; empty where every value passes."""
    column = cell.column
    if cell.spans == (column.span,):
        return ""
    name = namer.variable(column)
    top = column.domain.most
    missing = cell.spans[-1][1] > top
    known = tuple((low, min(high, top)) for low, high in cell.spans if low <= top)
    if not known:
        return f"{name} is None"
    test = _known_source(column, known, name, namer)
    if missing:
        return f"({name} is None or {test})"
    if not column.is_optional:
        return test
    return f"{name} is not None and {test}" if test else f"{name} is not None"


def _known_source(
    column: Column, spans: tuple[Span, ...], name: str, namer: Namer
) -> str:
    domain = column.domain
    if spans == ((domain.least, domain.most),):
        return ""
    if isinstance(domain, Flags):
        return name if spans == ((1, 1),) else f"not {name}"
    if isinstance(domain, Choices):
        return _named(domain, spans, name, namer)
    tests = [_between(column, span, name, namer) for span in spans]
    return tests[0] if len(tests) == 1 else f"({' or '.join(tests)})"


def _named(domain: Choices, spans: Sequence[Span], name: str, namer: Namer) -> str:
    chosen = [domain.of(c) for low, high in spans for c in range(low, high + 1)]
    if len(chosen) == 1:
        return f"{name} == {namer.literal(chosen[0])}"
    others = [value for value in domain.values if value not in chosen]
    if len(others) == 1:
        return f"{name} != {namer.literal(others[0])}"
    return f"{name} in {namer.constant(frozenset(chosen))}"


def _between(column: Column, span: Span, name: str, namer: Namer) -> str:
    domain, (low, high) = column.domain, span
    if low == high:
        return f"{name} == {namer.literal(domain.of(low))}"
    if low <= domain.least:
        return f"{name} <= {namer.literal(domain.of(high))}"
    if high >= domain.most:
        return f"{name} >= {namer.literal(domain.of(low))}"
    first, last = namer.literal(domain.of(low)), namer.literal(domain.of(high))
    return f"{first} <= {name} <= {last}"


def tests(when: When | None, namer: Namer) -> str:
    """Write a condition; empty where it always holds."""
    written = [_test(cell, namer) for cell in when.cells] if when is not None else []
    return " and ".join(filter(None, written))


# ------------------------------------------------------------------------ chains


class Chain:
    """Collect the lines of one function that reads a row and decides."""

    def __init__(self, namer: Namer) -> None:
        """Begin with nothing read."""
        self.namer = namer
        self.lines: list[str] = []
        self._read: set[str] = set()

    def read(self, columns: Sequence[Column]) -> None:
        """Read columns from the row, each once and no earlier than needed."""
        for column in columns:
            if column.name in self._read or column.name in self.namer.once:
                continue
            self._read.add(column.name)
            name = self.namer.variable(column)
            if column.function is None:
                self.lines.append(f"    {name} = row[{quoted(column.name)}]")
                continue
            self.read(column.inputs)
            given = ", ".join(map(self.namer.variable, column.inputs))
            function = self.namer.constant(column.compute)
            self.lines.append(f"    {name} = {function}({given})")

    def late(self, column: Column) -> str:
        """Name a column that an amount alone reads: only where it is paid."""
        if column.name not in self._read and column.function is None:
            return f"row[{quoted(column.name)}]"
        self.read([column])
        return self.namer.variable(column)

    def rule(self, when: When | None, answer: str) -> bool:
        """Answer where a condition holds; tell whether it always does."""
        test = tests(when, self.namer)
        self.lines.append(f"    if {test}:" if test else f"    return {answer}")
        if test:
            self.lines.append(f"        return {answer}")
        return not test


def chain(
    rows: Sequence[tuple[When | None, Formula | None, str]], *, priced: bool
) -> Callable[[Mapping[str, Any]], Any]:
    """Build the function that finds the first row that holds.

    Args:
        rows: Condition, worth and label of each rule, in order.
        priced: Whether it answers label and worth in minor units, or the place.

    Returns:
        A function of a row of plain values. It trusts them to be in their domains,
        and answers None where no rule holds.
    """
    namer = Namer(_once(when for when, _, _ in rows))
    lines = Chain(namer)
    for place, (when, worth, label) in enumerate(rows):
        lines.read([cell.column for cell in when.cells] if when is not None else [])
        answer = str(place)
        if priced:
            cost = "0" if worth is None else amount_source(worth, lines.late)
            answer = f"({quoted(label)}, {cost})"
        if lines.rule(when, answer):
            break
    return built(lines.lines, namer)


def _once(conditions: Iterable[When | None]) -> list[str]:
    """Name the columns that one test mentions once: a variable would cost more."""
    cells = [c for when in conditions if when is not None for c in when.cells]
    tested = Counter(cell.column.name for cell in cells)
    return [
        cell.column.name
        for cell in cells
        if tested[cell.column.name] == len(cell.spans) == 1
        and not cell.column.is_optional
        and cell.column.function is None
    ]


def built(lines: Sequence[str], namer: Namer) -> Callable[[Mapping[str, Any]], Any]:
    """Compile a function of one row from its lines."""
    source = "\n".join(["def decide(row):", *lines, ""])
    exec(compile(source, "<table>", "exec"), namer.env)  # noqa: S102
    function: Callable[[Mapping[str, Any]], Any] = namer.env["decide"]
    return function
