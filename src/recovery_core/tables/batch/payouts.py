"""Work amounts out on arrays: the same formulas, to the same cent.

The amounts of a table mostly have one shape and differ in constants alone: a rate, a
fixed sum. Then the constants are looked up by outcome and the shape is worked out once,
for all rows together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, TypeAlias, cast

import attrs
import numpy as np

from ..._domain.money import MAX_MINOR, Rounding
from ...errors import PolicyError
from ..amounts import ColumnAmount, Excess, Fixed, Formula, Lesser, Periods, Scaled
from ..column import Column
from ..compile import Namer, compile_row_function, write_amount_expression
from ..domains import Integers, Sums
from ..spans import Span
from .arrays import Array
from .claims import Chunk

__all__ = ["LabelledFormulas", "PayoutTable", "build_array_function"]

LabelledFormulas: TypeAlias = Sequence[tuple[str, Formula | None]]
"""Label and worth of every outcome."""

# Half of what fits: a value that is missing counts one more than the most there is.
_INT32: Final = 1 << 30
_INT64: Final = 1 << 62


# ----------------------------------------------------------------- shape and constants


def _with_parts(amount: Formula, parts: Iterable[Formula]) -> Formula:
    """Make the same of other parts: the lesser, the greater, the sum, the rest."""
    kind = cast("Callable[[tuple[Formula, ...]], Formula]", type(amount))
    return kind(tuple(parts))


class _PlaceholderColumn(Column):
    """The column that stands for a constant, called by its number.

    It is told by its class: a column of a caller may have any name.
    """

    def _declared(self) -> tuple[object, ...]:
        return _PlaceholderColumn, *super()._declared()


class _ConstantExtractor:
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
        """Make a column of the next constant; None where it stays."""
        place = len(self.constants)
        self.constants.append(constant)
        low, high = (0, 0) if self._spans is None else self._spans[place]
        if self._spans is not None and low == high:
            return None
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
        of, rate = self.with_placeholders(scaled.of), scaled.numerator
        placeholder = self.placeholder_or_none(rate) if rate <= MAX_MINOR else None
        if placeholder is None:
            return attrs.evolve(scaled, of=of)
        if scaled.by is not None:
            of = Scaled(of, 1, 1, scaled.by)
        denominator = scaled.denominator
        return Scaled(of, 1, denominator, placeholder, scaled.rounding, scaled.to)


def _placeholders_to_zero_or_none(amount: Formula) -> frozenset[str] | None:
    """Name the constants that must be nothing for a shape to come to nothing."""
    parts = [_placeholders_to_zero_or_none(part) for part in amount.parts]
    known = [part for part in parts if part is not None]
    match amount:
        case (
            ColumnAmount(_PlaceholderColumn() as column)
            | Scaled(by=_PlaceholderColumn() as column)
        ):
            return frozenset({column.name})
        case Lesser():
            return min(known, key=len, default=None)
        case Scaled() | Excess():
            return parts[0]
        case _ if parts and len(known) == len(parts):
            return frozenset[str]().union(*known)
        case _:
            return None


def _with_columns_as_full_shares(
    amount: Formula, denominator: int, rounding: Rounding
) -> Formula:
    """Write a column as it stands as the whole of itself, like the shares beside it."""
    if isinstance(amount, ColumnAmount):
        return Scaled(amount, denominator, denominator, None, rounding)
    if isinstance(amount, Scaled) or not amount.parts:
        return amount
    return _with_parts(
        amount,
        (
            _with_columns_as_full_shares(part, denominator, rounding)
            for part in amount.parts
        ),
    )


def _iter_scaled_parts(amount: Formula) -> Iterator[Scaled]:
    if isinstance(amount, Scaled):
        yield amount
    for part in amount.parts:
        yield from _iter_scaled_parts(part)


# ------------------------------------------------------------------------- formulas


@attrs.frozen(eq=False)
class ArrayFormula:
    """Work one shape out for all rows, with the constants of each row's outcome.

    Args:
        columns: What it reads.
        constants: For each placeholder of the shape, the constant of every outcome.
        function: From all those arrays to minor units.
        kind: The integers it reckons in.
    """

    columns: tuple[Column, ...]
    constants: tuple[Array, ...]
    function: Callable[[Any], Any]
    kind: type[np.signedinteger]

    def indexed_by(self, places: Array) -> ArrayFormula:
        """Look constants up by other places, each with the outcome it stands for."""
        return attrs.evolve(self, constants=tuple(f[places] for f in self.constants))

    def compute_minor_units(
        self, outcome: Array, chunk: Chunk, rows: Array | None = None
    ) -> Any:
        """Work it out; for some rows alone where they are given."""
        given: list[Array] = []
        for column in self.columns:
            codes = chunk.codes(column)
            codes = codes if rows is None else codes[rows]
            given.append(codes.astype(self.kind, copy=False))
        given += [constants.take(outcome, mode="clip") for constants in self.constants]
        return self.function(given)


def _build_array_formula(
    shape: Formula, placeholders: Sequence[Column], constants: Sequence[Any]
) -> ArrayFormula:
    columns = tuple(c for c in shape.columns if c not in placeholders)
    places = {column: place for place, column in enumerate((*columns, *placeholders))}
    namer = Namer()
    namer.namespace |= {"least": np.minimum, "most": np.maximum}
    source = write_amount_expression(shape, lambda column: f"row[{places[column]}]")
    kind = np.int32 if _largest_number_while_computing(shape) < _INT32 else np.int64
    arrays = tuple(np.array(constant, kind) for constant in constants)
    return ArrayFormula(
        columns, arrays, compile_row_function([f"    return {source}"], namer), kind
    )


def _largest_number_while_computing(shape: Formula) -> int:
    """Bound every number that appears while an amount is worked out, and below 0."""
    sizes = [shape.largest_intermediate]
    sizes += (abs(code) for column in shape.columns for code in column.span)
    for scaled in _iter_scaled_parts(shape):
        if isinstance(by := scaled.by, Periods):
            span = max(map(abs, by.column.span))
            sizes += [span + by.length + by.after, by.at_most or 0]
            sizes.append(scaled.of.bounds[1] * by.bounds[1])
        elif by is not None:
            sizes.append(scaled.of.bounds[1] * by.domain.most)
    return max(sizes)


def build_array_function(amount: Formula) -> Callable[..., Array]:
    """Return the function that works an amount out, on int64 arrays of its columns."""
    function = _build_array_formula(amount, (), ()).function
    return lambda *codes: function([*codes])


def _build_own_formula(amount: Formula) -> ArrayFormula:
    return _build_array_formula(amount, (), ())


@attrs.frozen(eq=False)
class PayoutTable:
    """Work out what every row costs, by its outcome.

    Args:
        fixed: What each outcome costs apart from any formula.
        has_fixed: Whether that is more than nothing for any of them.
        whole: The one formula of all outcomes, if there is one.
        parts: Other formulas, each with the outcomes it is for.
    """

    fixed: Array
    has_fixed: bool
    whole: ArrayFormula | None
    parts: tuple[tuple[Array, ArrayFormula], ...]

    @classmethod
    def of_formulas(
        cls, labelled_formulas: LabelledFormulas, policy_text: str
    ) -> PayoutTable:
        """Find the shapes that outcomes share.

        Args:
            labelled_formulas: Label and worth of every outcome.
            policy_text: The policy as it is called in messages.

        Raises:
            PolicyError: A number could grow beyond 64 bits on the way.
        """
        for label, worth in labelled_formulas:
            if worth is not None and _largest_number_while_computing(worth) >= _INT64:
                raise PolicyError(
                    f"rule {label!r} of {policy_text} could reckon with numbers "
                    "beyond 64 bits, which arrays cannot hold: lower the bounds of its "
                    "columns, or ask claim by claim"
                )
        worths = [worth for _, worth in labelled_formulas]
        plain = [
            0 if w is None else w.money.minor if isinstance(w, Fixed) else -1
            for w in worths
        ]
        fixed = np.array([max(minor, 0) for minor in plain], np.int64)
        has_fixed = bool(fixed.any())
        formulas = {
            n: w for n, w in enumerate(worths) if w is not None and plain[n] < 0
        }
        groups = _group_into_fewest_shapes(formulas)
        others = [n for n, minor in enumerate(plain) if minor >= 0]
        if len(groups) == 1:
            whole = _common_formula_or_none(groups[0], others, len(worths))
            if whole is not None:
                return cls(fixed, has_fixed, whole, ())
        parts: list[tuple[Array, ArrayFormula]] = []
        for group in groups:
            unified = _common_formula_or_none(group, [], len(worths))
            for members, formula in (
                [([*group], unified)]
                if unified is not None
                else [([n], _build_own_formula(worth)) for n, worth in group.items()]
            ):
                mine = np.zeros(len(worths), bool)
                mine[members] = True
                parts.append((mine, formula))
        return cls(fixed, has_fixed, None, tuple(parts))

    def indexed_by(self, places: Array) -> PayoutTable:
        """Look everything up by other places, each with the outcome it stands for."""
        return PayoutTable(
            self.fixed[places],
            self.has_fixed,
            None if self.whole is None else self.whole.indexed_by(places),
            tuple((mine[places], part.indexed_by(places)) for mine, part in self.parts),
        )

    def write_payouts(self, minor_out: Array, outcome: Array, chunk: Chunk) -> None:
        """Work out every row of a chunk.

        Args:
            minor_out: Where it is written.
            outcome: The outcome of every row.
            chunk: The claims.

        Units: minor units of the policy's currency.
        """
        if self.whole is not None:
            minor_out[:] = self.whole.compute_minor_units(outcome, chunk)
            if self.has_fixed:
                minor_out += self.fixed.take(outcome, mode="clip")
            return
        self.fixed.take(outcome, mode="clip", out=minor_out)
        for mine, formula in self.parts:
            rows = np.flatnonzero(mine[outcome])
            if rows.size:
                minor_out[rows] = formula.compute_minor_units(
                    outcome[rows], chunk, rows
                )


_Group: TypeAlias = dict[int, Formula]


def _group_into_fewest_shapes(formulas: _Group) -> list[_Group]:
    """Group formulas of one shape; the fewer shapes, the better."""
    plain = _group_by_shape(formulas)
    share = next((s for w in formulas.values() for s in _iter_scaled_parts(w)), None)
    if len(plain) < 2 or share is None:  # noqa: PLR2004
        return plain
    denominator, rounding = share.denominator, share.rounding
    lifted = {
        n: _with_columns_as_full_shares(w, denominator, rounding)
        for n, w in formulas.items()
    }
    if any(
        _largest_number_while_computing(worth) >= _INT64 for worth in lifted.values()
    ):
        return plain
    return min(plain, _group_by_shape(lifted), key=len)


def _group_by_shape(formulas: _Group) -> list[_Group]:
    groups: dict[Formula, _Group] = {}
    for place, worth in formulas.items():
        groups.setdefault(_ConstantExtractor().with_placeholders(worth), {})[place] = (
            worth
        )
    return [*groups.values()]


def _common_formula_or_none(
    group: _Group, nothing: Sequence[int], size: int
) -> ArrayFormula | None:
    """Make one formula of those of one shape; None where there is no exact way.

    Args:
        group: The formulas by outcome.
        nothing: The outcomes for which it is to come to nothing.
        size: How many outcomes there are.
    """
    first = _ConstantExtractor()
    shape = first.with_placeholders(next(iter(group.values())))
    table = [[constant] * size for constant in first.constants]
    for place, worth in group.items():
        extractor = _ConstantExtractor()
        extractor.with_placeholders(worth)
        for row, constant in zip(table, extractor.constants, strict=True):
            row[place] = constant
    if nothing:
        zero = _placeholders_to_zero_or_none(shape)
        if zero is None:
            return None
        for name in zero:
            for place in nothing:
                table[int(name)][place] = 0
    spans = [(min(row), max(row)) for row in table]
    final = _ConstantExtractor(spans)
    unified = final.with_placeholders(next(iter(group.values())))
    if _largest_number_while_computing(unified) >= _INT64:
        return None
    placeholders = [column for _, column in final.placeholders]
    return _build_array_formula(
        unified, placeholders, [table[place] for place, _ in final.placeholders]
    )
