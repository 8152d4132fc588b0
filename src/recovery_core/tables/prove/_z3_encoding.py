"""Write columns, conditions and amounts the way z3 reads them.

The only file that knows z3. Codes become whole numbers of its logic, one for each
column; a second claim has numbers of its own for what differs between the two.
"""

# pyright: reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from math import gcd
from typing import Any, Final, Literal, TypeAlias, assert_never

from ..._domain.money import Rounding, divide
from ..._importing import load_package
from ..amounts import (
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
from ..column import Column
from ..spans import Spans
from ._computed import Relation
from .ways import Box, Order

__all__ = ["Reading", "Which"]

Which: TypeAlias = Literal[0, 1]
"""The first claim or the second."""

# Up to so many values, a product is told apart value by value and stays linear.
_TOLD_APART: Final = 64


class Reading:
    """A solver with one number for each column of one claim or of two.

    Args:
        columns: Every column by name, inputs before what is computed from them.
        relations: What is known of the computed ones.
        known: Columns that are not missing.
        grown: The column that is larger on the second claim, if there are two.
        differing: The names of all that differs between the two.
    """

    def __init__(
        self,
        columns: Mapping[str, Column],
        relations: Mapping[str, Relation],
        known: Iterable[Column] = (),
        grown: Column | None = None,
        differing: Iterable[str] = (),
    ) -> None:
        """Declare all numbers, their ranges, and what ties them together."""
        self.z3 = load_package("z3", "a proof")
        # A context of its own: nothing asked earlier can bear on the answer.
        self.context = self.z3.Context()
        self.solver = self.z3.Solver(ctx=self.context)
        self.numbers: dict[tuple[str, Which], Any] = {}
        self._amounts: dict[tuple[Formula, Which], Any] = {}
        own = frozenset(differing)
        for name, column in columns.items():
            self._declare(column, 0)
            if name in own:
                self._declare(column, 1)
        for name, relation in relations.items():
            self._tie(name, relation, 0)
            if name in own:
                self._tie(name, relation, 1)
        for column in known:
            self.solver.add(self.number(column.name, 0) <= column.domain.most)
        if grown is not None:
            before, after = self.number(grown.name, 0), self.number(grown.name, 1)
            self.solver.add(before < after, after <= grown.domain.most)

    def _declare(self, column: Column, which: Which) -> None:
        # By repr: to z3 a name ends at its first NUL, and two would be one number.
        number = self.z3.Int(f"{column.name!a}:{which}", self.context)
        self.numbers[column.name, which] = number
        low, high = column.span
        self.solver.add(number >= low, number <= high)

    def _tie(self, name: str, relation: Relation, which: Which) -> None:
        number = self.number(name, which)
        told = (
            self.every(
                [number == code, self.some(self.inside(b, which) for b in boxes)]
            )
            for code, boxes in relation.items()
        )
        self.solver.add(self.some(told))

    # ------------------------------------------------------------------ conditions

    def number(self, name: str, which: Which) -> Any:
        """Name the number of a column in one of the claims."""
        return self.numbers.get((name, which), self.numbers[name, 0])

    def every(self, parts: Iterable[Any]) -> Any:
        """Demand all; nothing demanded holds."""
        return self.z3.And([self.z3.BoolVal(True, self.context), *parts])  # noqa: FBT003

    def some(self, parts: Iterable[Any]) -> Any:
        """Demand one; none offered fails."""
        return self.z3.Or([self.z3.BoolVal(False, self.context), *parts])  # noqa: FBT003

    def inside(self, box: Box, which: Which) -> Any:
        """Demand what a box accepts."""
        return self.every(
            self._within(self.number(name, which), spans) for name, spans in box.items()
        )

    def outside(self, box: Box, which: Which) -> Any:
        """Demand what a box does not accept."""
        return self.z3.Not(self.inside(box, which))

    def _within(self, number: Any, spans: Spans) -> Any:
        return self.some(
            number == low
            if low == high
            else self.every([number >= low, number <= high])
            for low, high in spans
        )

    def ordered(self, order: Order, which: Which) -> Any:
        """Demand that some amounts come to more than others."""
        more, less = self.total(order.more, which), self.total(order.less, which)
        return self._truth(more > less if order.is_strict else more >= less)

    def exceeds(
        self, more: Iterable[Formula], a: Which, less: Iterable[Formula], b: Which
    ) -> Any:
        """Demand that amounts on one claim come to more than others on another."""
        return self._truth(self.total(more, a) > self.total(less, b))

    def _truth(self, told: Any) -> Any:
        return self.z3.BoolVal(told, self.context) if isinstance(told, bool) else told

    # ------------------------------------------------------------------------ ranks

    def rank(self, column: Column, which: Which) -> Any:
        """Count how many values of a column are smaller."""
        number, (low, high) = self.number(column.name, which), column.span
        if low >= 0:
            return number - low
        known = self.z3.If(number > 0, 2 * number - 1, -2 * number)
        missing = 2 * max(-low, high) + 1
        if not column.is_optional:
            return known
        return self.z3.If(number == column.missing, missing, known)

    # ---------------------------------------------------------------------- amounts

    def total(self, amounts: Iterable[Formula], which: Which) -> Any:
        """Add up amounts: a number of z3, or an int where nothing is read."""
        return sum((self.amount(amount, which) for amount in amounts), 0)

    def amount(self, amount: Formula, which: Which) -> Any:
        """Write an amount, rounded as it declares."""
        key = amount, which
        if key not in self._amounts:
            self._amounts[key] = self._amount(amount, which)
        return self._amounts[key]

    def _amount(self, amount: Formula, which: Which) -> Any:
        parts = [self.amount(part, which) for part in amount.parts]
        match amount:
            case Fixed():
                told = amount.money.minor
            case ColumnAmount():
                told = self.number(amount.column.name, which)
            case Scaled():
                told = self._scaled(amount, parts[0], which)
            case Lesser():
                told = reduce(self._least, parts)
            case Greater():
                told = reduce(self._most, parts)
            case Excess():
                told = self._most(parts[0] - sum(parts[1:]), 0)
            case Sum():
                told = sum(parts)
            case never:
                assert_never(never)
        return told

    def _least(self, one: Any, other: Any) -> Any:
        return self._if(one <= other, one, other)

    def _most(self, one: Any, other: Any) -> Any:
        return self._if(one >= other, one, other)

    def _if(self, test: Any, then: Any, other: Any) -> Any:
        if isinstance(test, bool):
            return then if test else other
        return self.z3.If(test, then, other)

    def _scaled(self, scaled: Scaled, of: Any, which: Which) -> Any:
        shared = gcd(scaled.numerator, scaled.denominator * scaled.to)
        top = of * (scaled.numerator // shared)
        if isinstance(scaled.by, Column):
            domain = scaled.by.domain
            count = self.number(scaled.by.name, which)
            top = self._times(top, count, domain.least, domain.most)
        elif scaled.by is not None:
            top = self._times(top, self._periods(scaled.by, which), *scaled.by.bounds)
        bottom = scaled.denominator * scaled.to // shared
        return self._divided(top, bottom, scaled.rounding) * scaled.to

    def _times(self, amount: Any, count: Any, low: int, high: int) -> Any:
        if isinstance(amount, int) or high - low > _TOLD_APART:
            return amount * count
        product = amount * high
        for value in range(high - 1, low - 1, -1):
            product = self.z3.If(count == value, amount * value, product)
        return product

    def _periods(self, periods: Periods, which: Which) -> Any:
        over = self._most(self.number(periods.column.name, which) - periods.after, 0)
        begun = periods.length - 1 if periods.is_started else 0
        count = self._quotient(over + begun, periods.length)
        return count if periods.at_most is None else self._least(count, periods.at_most)

    def _quotient(self, top: Any, bottom: int) -> Any:
        # z3 rounds down, as // does, where the divisor is above 0.
        return top if bottom == 1 else top / bottom

    def _divided(self, top: Any, bottom: int, rounding: Rounding) -> Any:
        if isinstance(top, int):
            return divide(top, bottom, rounding)
        match rounding:
            case Rounding.HALF_UP:
                return self._quotient(top + bottom // 2, bottom)
            case Rounding.HALF_EVEN:
                nearest = self._quotient(2 * top + bottom, 2 * bottom)
                is_half = (2 * top + bottom) % (2 * bottom) == 0
                is_odd = nearest % 2 == 1
                return nearest - self.z3.If(self.every([is_half, is_odd]), 1, 0)
            case Rounding.UP | Rounding.CEILING:
                return self._quotient(top + bottom - 1, bottom)
            case Rounding.DOWN | Rounding.FLOOR:
                return self._quotient(top, bottom)
            case never:
                assert_never(never)
