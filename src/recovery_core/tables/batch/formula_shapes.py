"""What formulas have in common: their shape, with constants lifted out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import cast

import attrs

from ..._domain.money import MAX_MINOR, Rounding
from ..amounts import ColumnAmount, Excess, Fixed, Formula, Lesser, Scaled
from ..column import Column
from ..domains import Integers, Sums
from ..spans import Span

__all__ = [
    "ConstantExtractor",
    "iter_scaled_parts",
    "placeholders_to_zero_or_none",
    "with_columns_as_full_shares",
]


def _with_parts(amount: Formula, parts: Iterable[Formula]) -> Formula:
    """Return a formula of the same kind with other parts."""
    kind = cast("Callable[[tuple[Formula, ...]], Formula]", type(amount))
    return kind(tuple(parts))


class _PlaceholderColumn(Column):
    """The column that stands for a constant, called by its number.

    It is told by its class: a column of a caller may have any name.
    """

    def _declared(self) -> tuple[object, ...]:
        return _PlaceholderColumn, *super()._declared()


class ConstantExtractor:
    """What lifts the constants out of a formula, so that its shape can be compared.

    Args:
        spans: The least and the most of every constant; a constant that is always the
            same stays in the formula. None to take all of them out.
    """

    def __init__(self, spans: Sequence[Span] | None = None) -> None:
        """Begin with no constant met."""
        self.constants: list[int] = []
        self.placeholders: list[tuple[int, Column]] = []
        self._spans = spans

    def placeholder_or_none(
        self, constant: int, currency: str | None = None
    ) -> Column | None:
        """Note the next constant, and build its column; None where it stays."""
        place = len(self.constants)
        self.constants.append(constant)
        low, high = (0, 0) if self._spans is None else self._spans[place]
        if self._spans is not None and low == high:
            return None
        # Its bounds are those of the constants, so that the shape bounds every number.
        domain = Sums(currency, low, high) if currency else Integers(low, high)
        column = _PlaceholderColumn(str(place), domain)
        self.placeholders.append((place, column))
        return column

    def with_placeholders(self, amount: Formula) -> Formula:
        """Return the formula with columns in the place of constants."""
        match amount:
            case Fixed():
                placeholder = self.placeholder_or_none(
                    amount.money.minor, amount.currency
                )
                return amount if placeholder is None else ColumnAmount(placeholder)
            case ColumnAmount():
                return amount
            case Scaled():
                return self._share_with_placeholders(amount)
            case _:
                return _with_parts(amount, map(self.with_placeholders, amount.parts))

    def _share_with_placeholders(self, scaled: Scaled) -> Formula:
        """Return a share with a column in the place of its rate."""
        of, rate = self.with_placeholders(scaled.of), scaled.numerator
        placeholder = self.placeholder_or_none(rate) if rate <= MAX_MINOR else None
        if placeholder is None:
            return attrs.evolve(scaled, of=of)
        # A share has one factor: its own goes inside, where the rate takes the place.
        if scaled.by is not None:
            of = Scaled(of, 1, 1, scaled.by)
        denominator = scaled.denominator
        return Scaled(of, 1, denominator, placeholder, scaled.rounding, scaled.to)


def placeholders_to_zero_or_none(amount: Formula) -> frozenset[str] | None:
    """Return placeholders that bring a shape to nothing with them; None if none do."""
    parts = [placeholders_to_zero_or_none(part) for part in amount.parts]
    possible = [part for part in parts if part is not None]
    match amount:
        case (
            ColumnAmount(_PlaceholderColumn() as column)
            | Scaled(by=_PlaceholderColumn() as column)
        ):
            return frozenset({column.name})
        case Lesser():
            return min(possible, key=len, default=None)
        case Scaled() | Excess():
            return parts[0]
        case _ if parts and len(possible) == len(parts):
            return frozenset[str]().union(*possible)
        case _:
            return None


def with_columns_as_full_shares(
    amount: Formula, denominator: int, rounding: Rounding
) -> Formula:
    """Write columns that stand alone as all of themselves, like the shares beside."""
    if isinstance(amount, ColumnAmount):
        return Scaled(amount, denominator, denominator, None, rounding)
    if isinstance(amount, Scaled) or not amount.parts:
        return amount
    return _with_parts(
        amount,
        (
            with_columns_as_full_shares(part, denominator, rounding)
            for part in amount.parts
        ),
    )


def iter_scaled_parts(amount: Formula) -> Iterator[Scaled]:
    """Walk the shares in a formula, itself included."""
    if isinstance(amount, Scaled):
        yield amount
    for part in amount.parts:
        yield from iter_scaled_parts(part)
