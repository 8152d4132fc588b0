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
            self._add_relation(name, relation, 0)
            if name in own:
                self._add_relation(name, relation, 1)
        for column in known:
            self.solver.add(self.number_term(column.name, 0) <= column.domain.most)
        if grown is not None:
            before, after = (
                self.number_term(grown.name, 0),
                self.number_term(grown.name, 1),
            )
            self.solver.add(before < after, after <= grown.domain.most)

    def _declare_number(self, column: Column, claim_number: ClaimNumber) -> None:
        """Add a whole number for a column of one claim, within its range."""
        # By repr: to z3 a name ends at its first NUL, and two would be one number.
        number = self.z3.Int(f"{column.name!a}:{claim_number}", self.context)
        self.numbers[column.name, claim_number] = number
        low, high = column.span
        self.solver.add(number >= low, number <= high)

    def _add_relation(
        self, name: str, relation: Relation, claim_number: ClaimNumber
    ) -> None:
        """Tie a computed column to the inputs that give each of its codes."""
        number = self.number_term(name, claim_number)
        alternatives = (
            self.all_of(
                [
                    number == code,
                    self.any_of(self.box_constraint(b, claim_number) for b in boxes),
                ]
            )
            for code, boxes in relation.items()
        )
        self.solver.add(self.any_of(alternatives))

    # ------------------------------------------------------------------ conditions

    def number_term(self, name: str, claim_number: ClaimNumber) -> Any:
        """Return the z3 number of a column in one of the claims."""
        # What does not differ between the two claims has one number for both.
        return self.numbers.get((name, claim_number), self.numbers[name, 0])

    def all_of(self, parts: Iterable[Any]) -> Any:
        """Return the constraint that all hold; of none it is true."""
        return self.z3.And([self.z3.BoolVal(True, self.context), *parts])  # noqa: FBT003

    def any_of(self, parts: Iterable[Any]) -> Any:
        """Return the constraint that at least one holds; of none it is false."""
        return self.z3.Or([self.z3.BoolVal(False, self.context), *parts])  # noqa: FBT003

    def box_constraint(self, box: Box, claim_number: ClaimNumber) -> Any:
        """Return the constraint that a claim is in a box."""
        return self.all_of(
            self._spans_constraint(self.number_term(name, claim_number), spans)
            for name, spans in box.items()
        )

    def outside_box_constraint(self, box: Box, claim_number: ClaimNumber) -> Any:
        """Return the constraint that a claim is not in a box."""
        return self.z3.Not(self.box_constraint(box, claim_number))

    def _spans_constraint(self, number: Any, spans: Spans) -> Any:
        """Return the constraint that a number lies in one of several spans."""
        return self.any_of(
            number == low
            if low == high
            else self.all_of([number >= low, number <= high])
            for low, high in spans
        )

    def order_constraint(self, order: Order, claim_number: ClaimNumber) -> Any:
        """Return the constraint that an order holds on one claim."""
        more, less = (
            self.total_term(order.more, claim_number),
            self.total_term(order.less, claim_number),
        )
        return self._to_z3_bool(more > less if order.is_strict else more >= less)

    def exceeds_constraint(
        self,
        more: Iterable[Formula],
        more_claim: ClaimNumber,
        less: Iterable[Formula],
        less_claim: ClaimNumber,
    ) -> Any:
        """Return the constraint that amounts on one claim exceed others on another."""
        return self._to_z3_bool(
            self.total_term(more, more_claim) > self.total_term(less, less_claim)
        )

    def _to_z3_bool(self, truth: Any) -> Any:
        """Convert a Python bool to one of z3; a constraint stays as it is."""
        # Between two fixed sums Python has answered already.
        return (
            self.z3.BoolVal(truth, self.context) if isinstance(truth, bool) else truth
        )

    # ------------------------------------------------------------------------ ranks

    def rank_term(self, column: Column, claim_number: ClaimNumber) -> Any:
        """Return the term for how many values are smaller; a missing one is last."""
        number, (low, high) = (
            self.number_term(column.name, claim_number),
            column.span,
        )
        if low >= 0:
            return number - low
        # 0, 1, -1, 2, -2, ...: the nearer to 0 the smaller, and no two share a rank.
        known = self.z3.If(number > 0, 2 * number - 1, -2 * number)
        missing = 2 * max(-low, high) + 1
        if not column.is_optional:
            return known
        return self.z3.If(number == column.missing, missing, known)

    # ---------------------------------------------------------------------- amounts

    def total_term(self, amounts: Iterable[Formula], claim_number: ClaimNumber) -> Any:
        """Return the term of a sum of amounts, or an int where nothing is read."""
        return sum((self.amount_term(amount, claim_number) for amount in amounts), 0)

    def amount_term(self, amount: Formula, claim_number: ClaimNumber) -> Any:
        """Return the term of an amount, rounded as declared; each is built once."""
        key = amount, claim_number
        if key not in self._amounts:
            self._amounts[key] = self._build_amount_term(amount, claim_number)
        return self._amounts[key]

    def _build_amount_term(self, amount: Formula, claim_number: ClaimNumber) -> Any:
        """Build the term of an amount from those of its parts."""
        parts = [self.amount_term(part, claim_number) for part in amount.parts]
        match amount:
            case Fixed():
                term = amount.money.minor
            case ColumnAmount():
                term = self.number_term(amount.column.name, claim_number)
            case Scaled():
                term = self._scaled_term(amount, parts[0], claim_number)
            case Lesser():
                term = reduce(self._lesser_term, parts)
            case Greater():
                term = reduce(self._greater_term, parts)
            case Excess():
                term = self._greater_term(parts[0] - sum(parts[1:]), 0)
            case Sum():
                term = sum(parts)
            case never:
                assert_never(never)
        return term

    def _lesser_term(self, term: Any, other_term: Any) -> Any:
        return self._conditional_term(term <= other_term, term, other_term)

    def _greater_term(self, term: Any, other_term: Any) -> Any:
        return self._conditional_term(term >= other_term, term, other_term)

    def _conditional_term(self, test: Any, then: Any, other: Any) -> Any:
        if isinstance(test, bool):
            return then if test else other
        return self.z3.If(test, then, other)

    def _scaled_term(self, scaled: Scaled, of: Any, claim_number: ClaimNumber) -> Any:
        """Return the term of a share or multiple of an amount, rounded as declared."""
        shared = gcd(scaled.numerator, scaled.denominator * scaled.to)
        top = of * (scaled.numerator // shared)
        if isinstance(scaled.by, Column):
            domain = scaled.by.domain
            count = self.number_term(scaled.by.name, claim_number)
            top = self._product_term(top, count, domain.least, domain.most)
        elif scaled.by is not None:
            top = self._product_term(
                top, self._period_count_term(scaled.by, claim_number), *scaled.by.bounds
            )
        bottom = scaled.denominator * scaled.to // shared
        return self._rounded_quotient_term(top, bottom, scaled.rounding) * scaled.to

    def _product_term(self, amount: Any, count: Any, low: int, high: int) -> Any:
        """Return the term of an amount times a count between two bounds."""
        # A product of two unknowns is not linear, and z3 may never answer: with few
        # values, one of the two is told apart.
        if isinstance(amount, int) or high - low > _TOLD_APART:
            return amount * count
        product = amount * high
        for value in range(high - 1, low - 1, -1):
            product = self.z3.If(count == value, amount * value, product)
        return product

    def _period_count_term(self, periods: Periods, claim_number: ClaimNumber) -> Any:
        """Return the term for how many periods have begun or passed."""
        over = self._greater_term(
            self.number_term(periods.column.name, claim_number) - periods.after, 0
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
        """Return the term of a quotient rounded as declared, or an int of two ints."""
        if isinstance(top, int):
            return divide(top, bottom, rounding)
        match rounding:
            case Rounding.HALF_UP:
                return self._quotient_rounded_down(top + bottom // 2, bottom)
            case Rounding.HALF_EVEN:
                # Half up first; where that was a tie and came out odd, one less.
                nearest = self._quotient_rounded_down(2 * top + bottom, 2 * bottom)
                is_half = (2 * top + bottom) % (2 * bottom) == 0
                is_odd = nearest % 2 == 1
                return nearest - self.z3.If(self.all_of([is_half, is_odd]), 1, 0)
            # Amounts are never negative, so away from 0 is up, and towards it down.
            case Rounding.UP | Rounding.CEILING:
                return self._quotient_rounded_down(top + bottom - 1, bottom)
            case Rounding.DOWN | Rounding.FLOOR:
                return self._quotient_rounded_down(top, bottom)
            case never:
                assert_never(never)
