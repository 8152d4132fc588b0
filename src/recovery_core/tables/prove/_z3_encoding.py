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

__all__ = ["ClaimNumber", "Encoding"]

ClaimNumber: TypeAlias = Literal[0, 1]
"""The first claim or the second."""

# Up to so many values, a product is told apart value by value and stays linear.
_TOLD_APART: Final = 64


class Encoding:
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
        self.numbers: dict[tuple[str, ClaimNumber], Any] = {}
        self._amounts: dict[tuple[Formula, ClaimNumber], Any] = {}
        own = frozenset(differing)
        for name, column in columns.items():
            self._declare_number(column, 0)
            if name in own:
                self._declare_number(column, 1)
        for name, relation in relations.items():
            self._relate_to_inputs(name, relation, 0)
            if name in own:
                self._relate_to_inputs(name, relation, 1)
        for column in known:
            self.solver.add(self.number_of_column(column.name, 0) <= column.domain.most)
        if grown is not None:
            before, after = (
                self.number_of_column(grown.name, 0),
                self.number_of_column(grown.name, 1),
            )
            self.solver.add(before < after, after <= grown.domain.most)

    def _declare_number(self, column: Column, claim_number: ClaimNumber) -> None:
        # By repr: to z3 a name ends at its first NUL, and two would be one number.
        number = self.z3.Int(f"{column.name!a}:{claim_number}", self.context)
        self.numbers[column.name, claim_number] = number
        low, high = column.span
        self.solver.add(number >= low, number <= high)

    def _relate_to_inputs(
        self, name: str, relation: Relation, claim_number: ClaimNumber
    ) -> None:
        number = self.number_of_column(name, claim_number)
        told = (
            self.conjunction(
                [
                    number == code,
                    self.disjunction(
                        self.constrain_to_box(b, claim_number) for b in boxes
                    ),
                ]
            )
            for code, boxes in relation.items()
        )
        self.solver.add(self.disjunction(told))

    # ------------------------------------------------------------------ conditions

    def number_of_column(self, name: str, claim_number: ClaimNumber) -> Any:
        """Name the number of a column in one of the claims."""
        return self.numbers.get((name, claim_number), self.numbers[name, 0])

    def conjunction(self, parts: Iterable[Any]) -> Any:
        """Demand all; nothing demanded holds."""
        return self.z3.And([self.z3.BoolVal(True, self.context), *parts])  # noqa: FBT003

    def disjunction(self, parts: Iterable[Any]) -> Any:
        """Demand one; none offered fails."""
        return self.z3.Or([self.z3.BoolVal(False, self.context), *parts])  # noqa: FBT003

    def constrain_to_box(self, box: Box, claim_number: ClaimNumber) -> Any:
        """Demand what a box accepts."""
        return self.conjunction(
            self._constrain_to_spans(self.number_of_column(name, claim_number), spans)
            for name, spans in box.items()
        )

    def constrain_outside_box(self, box: Box, claim_number: ClaimNumber) -> Any:
        """Demand what a box does not accept."""
        return self.z3.Not(self.constrain_to_box(box, claim_number))

    def _constrain_to_spans(self, number: Any, spans: Spans) -> Any:
        return self.disjunction(
            number == low
            if low == high
            else self.conjunction([number >= low, number <= high])
            for low, high in spans
        )

    def constrain_to_order(self, order: Order, claim_number: ClaimNumber) -> Any:
        """Demand that some amounts come to more than others."""
        more, less = (
            self.total_term(order.more, claim_number),
            self.total_term(order.less, claim_number),
        )
        return self._to_z3_bool(more > less if order.is_strict else more >= less)

    def constrain_to_exceed(
        self,
        more: Iterable[Formula],
        a: ClaimNumber,
        less: Iterable[Formula],
        b: ClaimNumber,
    ) -> Any:
        """Demand that amounts on one claim come to more than others on another."""
        return self._to_z3_bool(self.total_term(more, a) > self.total_term(less, b))

    def _to_z3_bool(self, told: Any) -> Any:
        return self.z3.BoolVal(told, self.context) if isinstance(told, bool) else told

    # ------------------------------------------------------------------------ ranks

    def rank_term(self, column: Column, claim_number: ClaimNumber) -> Any:
        """Count how many values of a column are smaller."""
        number, (low, high) = (
            self.number_of_column(column.name, claim_number),
            column.span,
        )
        if low >= 0:
            return number - low
        known = self.z3.If(number > 0, 2 * number - 1, -2 * number)
        missing = 2 * max(-low, high) + 1
        if not column.is_optional:
            return known
        return self.z3.If(number == column.missing, missing, known)

    # ---------------------------------------------------------------------- amounts

    def total_term(self, amounts: Iterable[Formula], claim_number: ClaimNumber) -> Any:
        """Add up amounts: a number of z3, or an int where nothing is read."""
        return sum((self.amount_term(amount, claim_number) for amount in amounts), 0)

    def amount_term(self, amount: Formula, claim_number: ClaimNumber) -> Any:
        """Write an amount, rounded as it declares."""
        key = amount, claim_number
        if key not in self._amounts:
            self._amounts[key] = self._build_amount_term(amount, claim_number)
        return self._amounts[key]

    def _build_amount_term(self, amount: Formula, claim_number: ClaimNumber) -> Any:
        parts = [self.amount_term(part, claim_number) for part in amount.parts]
        match amount:
            case Fixed():
                told = amount.money.minor
            case ColumnAmount():
                told = self.number_of_column(amount.column.name, claim_number)
            case Scaled():
                told = self._scaled_term(amount, parts[0], claim_number)
            case Lesser():
                told = reduce(self._lesser_term, parts)
            case Greater():
                told = reduce(self._greater_term, parts)
            case Excess():
                told = self._greater_term(parts[0] - sum(parts[1:]), 0)
            case Sum():
                told = sum(parts)
            case never:
                assert_never(never)
        return told

    def _lesser_term(self, one: Any, other: Any) -> Any:
        return self._conditional_term(one <= other, one, other)

    def _greater_term(self, one: Any, other: Any) -> Any:
        return self._conditional_term(one >= other, one, other)

    def _conditional_term(self, test: Any, then: Any, other: Any) -> Any:
        if isinstance(test, bool):
            return then if test else other
        return self.z3.If(test, then, other)

    def _scaled_term(self, scaled: Scaled, of: Any, claim_number: ClaimNumber) -> Any:
        shared = gcd(scaled.numerator, scaled.denominator * scaled.to)
        top = of * (scaled.numerator // shared)
        if isinstance(scaled.by, Column):
            domain = scaled.by.domain
            count = self.number_of_column(scaled.by.name, claim_number)
            top = self._product_term(top, count, domain.least, domain.most)
        elif scaled.by is not None:
            top = self._product_term(
                top, self._period_count_term(scaled.by, claim_number), *scaled.by.bounds
            )
        bottom = scaled.denominator * scaled.to // shared
        return self._rounded_quotient_term(top, bottom, scaled.rounding) * scaled.to

    def _product_term(self, amount: Any, count: Any, low: int, high: int) -> Any:
        if isinstance(amount, int) or high - low > _TOLD_APART:
            return amount * count
        product = amount * high
        for value in range(high - 1, low - 1, -1):
            product = self.z3.If(count == value, amount * value, product)
        return product

    def _period_count_term(self, periods: Periods, claim_number: ClaimNumber) -> Any:
        over = self._greater_term(
            self.number_of_column(periods.column.name, claim_number) - periods.after, 0
        )
        begun = periods.length - 1 if periods.is_started else 0
        count = self._quotient_rounded_down(over + begun, periods.length)
        return (
            count
            if periods.at_most is None
            else self._lesser_term(count, periods.at_most)
        )

    def _quotient_rounded_down(self, top: Any, bottom: int) -> Any:
        # z3 rounds down, as // does, where the divisor is above 0.
        return top if bottom == 1 else top / bottom

    def _rounded_quotient_term(self, top: Any, bottom: int, rounding: Rounding) -> Any:
        if isinstance(top, int):
            return divide(top, bottom, rounding)
        match rounding:
            case Rounding.HALF_UP:
                return self._quotient_rounded_down(top + bottom // 2, bottom)
            case Rounding.HALF_EVEN:
                nearest = self._quotient_rounded_down(2 * top + bottom, 2 * bottom)
                is_half = (2 * top + bottom) % (2 * bottom) == 0
                is_odd = nearest % 2 == 1
                return nearest - self.z3.If(self.conjunction([is_half, is_odd]), 1, 0)
            case Rounding.UP | Rounding.CEILING:
                return self._quotient_rounded_down(top + bottom - 1, bottom)
            case Rounding.DOWN | Rounding.FLOOR:
                return self._quotient_rounded_down(top, bottom)
            case never:
                assert_never(never)
