"""Work amounts out on arrays: the same formulas, to the same cent.

The amounts of a table mostly have one shape and differ in figures alone: a rate, a
fixed sum. Then the figures are looked up by outcome and the shape is worked out once,
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

__all__ = ["Priced", "Worths", "on_arrays"]

Priced: TypeAlias = Sequence[tuple[str, Formula | None]]
"""Label and worth of every outcome."""

# Half of what fits: a value that is missing counts one more than the most there is.
_INT32: Final = 1 << 30
_INT64: Final = 1 << 62


# ----------------------------------------------------------------- shape and figures


def _of(amount: Formula, parts: Iterable[Formula]) -> Formula:
    """Make the same of other parts: the lesser, the greater, the sum, the rest."""
    kind = cast("Callable[[tuple[Formula, ...]], Formula]", type(amount))
    return kind(tuple(parts))


class _Hole(Column):
    """The column that stands for a figure, called by its number.

    It is told by its class: a column of a caller may have any name.
    """

    def _declared(self) -> tuple[object, ...]:
        return _Hole, *super()._declared()


class _Opener:
    """What lifts the figures out of a formula, so that its shape can be compared.

    Args:
        spans: The least and the most of every figure; a figure that is always the
            same stays in the formula. None to take all of them out.
    """

    def __init__(self, spans: Sequence[Span] | None = None) -> None:
        """Begin with no figure met."""
        self.figures: list[int] = []
        self.holes: list[tuple[int, Column]] = []
        self._spans = spans

    def hole(self, figure: int, currency: str | None = None) -> Column | None:
        """Make a column of the next figure; None where it stays."""
        place = len(self.figures)
        self.figures.append(figure)
        low, high = (0, 0) if self._spans is None else self._spans[place]
        if self._spans is not None and low == high:
            return None
        domain = Sums(currency, low, high) if currency else Integers(low, high)
        column = _Hole(str(place), domain)
        self.holes.append((place, column))
        return column

    def opened(self, amount: Formula) -> Formula:
        """Return the formula with columns in the place of figures."""
        match amount:
            case Fixed():
                hole = self.hole(amount.money.minor, amount.currency)
                return amount if hole is None else ColumnAmount(hole)
            case ColumnAmount():
                return amount
            case Scaled():
                return self._scaled(amount)
            case _:
                return _of(amount, map(self.opened, amount.parts))

    def _scaled(self, scaled: Scaled) -> Formula:
        of, rate = self.opened(scaled.of), scaled.numerator
        hole = self.hole(rate) if rate <= MAX_MINOR else None
        if hole is None:
            return attrs.evolve(scaled, of=of)
        if scaled.by is not None:
            of = Scaled(of, 1, 1, scaled.by)
        below = scaled.denominator
        return Scaled(of, 1, below, hole, scaled.rounding, scaled.to)


def _vanishing(amount: Formula) -> frozenset[str] | None:
    """Name the figures that must be nothing for a shape to come to nothing."""
    parts = [_vanishing(part) for part in amount.parts]
    known = [part for part in parts if part is not None]
    match amount:
        case ColumnAmount(_Hole() as column) | Scaled(by=_Hole() as column):
            return frozenset({column.name})
        case Lesser():
            return min(known, key=len, default=None)
        case Scaled() | Excess():
            return parts[0]
        case _ if parts and len(known) == len(parts):
            return frozenset[str]().union(*known)
        case _:
            return None


def _lifted(amount: Formula, below: int, rounding: Rounding) -> Formula:
    """Write a column as it stands as the whole of itself, like the shares beside it."""
    if isinstance(amount, ColumnAmount):
        return Scaled(amount, below, below, None, rounding)
    if isinstance(amount, Scaled) or not amount.parts:
        return amount
    return _of(amount, (_lifted(part, below, rounding) for part in amount.parts))


def _shares(amount: Formula) -> Iterator[Scaled]:
    if isinstance(amount, Scaled):
        yield amount
    for part in amount.parts:
        yield from _shares(part)


# ------------------------------------------------------------------------- formulas


@attrs.frozen(eq=False)
class ArrayFormula:
    """Work one shape out for all rows, with the figures of each row's outcome.

    Args:
        columns: What it reads.
        figures: For each hole of the shape, the figure of every outcome.
        function: From all those arrays to minor units.
        kind: The integers it reckons in.
    """

    columns: tuple[Column, ...]
    figures: tuple[Array, ...]
    function: Callable[[Any], Any]
    kind: type[np.signedinteger]

    def at(self, places: Array) -> ArrayFormula:
        """Look figures up by other places, each with the outcome it stands for."""
        return attrs.evolve(self, figures=tuple(f[places] for f in self.figures))

    def minor(self, outcome: Array, chunk: Chunk, rows: Array | None = None) -> Any:
        """Work it out; for some rows alone where they are given."""
        given: list[Array] = []
        for column in self.columns:
            codes = chunk.codes(column)
            codes = codes if rows is None else codes[rows]
            given.append(codes.astype(self.kind, copy=False))
        given += [figures.take(outcome, mode="clip") for figures in self.figures]
        return self.function(given)


def _formula(
    shape: Formula, holes: Sequence[Column], figures: Sequence[Any]
) -> ArrayFormula:
    columns = tuple(c for c in shape.columns if c not in holes)
    places = {column: place for place, column in enumerate((*columns, *holes))}
    namer = Namer()
    namer.namespace |= {"least": np.minimum, "most": np.maximum}
    source = write_amount_expression(shape, lambda column: f"row[{places[column]}]")
    kind = np.int32 if _largest(shape) < _INT32 else np.int64
    arrays = tuple(np.array(figure, kind) for figure in figures)
    return ArrayFormula(
        columns, arrays, compile_row_function([f"    return {source}"], namer), kind
    )


def _largest(shape: Formula) -> int:
    """Bound every number that appears while an amount is worked out, and below 0."""
    sizes = [shape.largest_intermediate]
    sizes += (abs(code) for column in shape.columns for code in column.span)
    for scaled in _shares(shape):
        if isinstance(by := scaled.by, Periods):
            span = max(map(abs, by.column.span))
            sizes += [span + by.length + by.after, by.at_most or 0]
            sizes.append(scaled.of.bounds[1] * by.bounds[1])
        elif by is not None:
            sizes.append(scaled.of.bounds[1] * by.domain.most)
    return max(sizes)


def on_arrays(amount: Formula) -> Callable[..., Array]:
    """Return the function that works an amount out, on int64 arrays of its columns."""
    function = _formula(amount, (), ()).function
    return lambda *codes: function([*codes])


def _alone(amount: Formula) -> ArrayFormula:
    return _formula(amount, (), ())


@attrs.frozen(eq=False)
class Worths:
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
    def of(cls, priced: Priced, what: str) -> Worths:
        """Find the shapes that outcomes share.

        Args:
            priced: Label and worth of every outcome.
            what: The policy as it is called in messages.

        Raises:
            PolicyError: A number could grow beyond 64 bits on the way.
        """
        for label, worth in priced:
            if worth is not None and _largest(worth) >= _INT64:
                raise PolicyError(
                    f"rule {label!r} of {what} could reckon with numbers beyond 64 "
                    "bits, which arrays cannot hold: lower the bounds of its columns, "
                    "or ask claim by claim"
                )
        worths = [worth for _, worth in priced]
        plain = [
            0 if w is None else w.money.minor if isinstance(w, Fixed) else -1
            for w in worths
        ]
        fixed = np.array([max(minor, 0) for minor in plain], np.int64)
        has_fixed = bool(fixed.any())
        formulas = {
            n: w for n, w in enumerate(worths) if w is not None and plain[n] < 0
        }
        groups = _grouped(formulas)
        others = [n for n, minor in enumerate(plain) if minor >= 0]
        if len(groups) == 1:
            whole = _unified(groups[0], others, len(worths))
            if whole is not None:
                return cls(fixed, has_fixed, whole, ())
        parts: list[tuple[Array, ArrayFormula]] = []
        for group in groups:
            unified = _unified(group, [], len(worths))
            for members, formula in (
                [([*group], unified)]
                if unified is not None
                else [([n], _alone(worth)) for n, worth in group.items()]
            ):
                mine = np.zeros(len(worths), bool)
                mine[members] = True
                parts.append((mine, formula))
        return cls(fixed, has_fixed, None, tuple(parts))

    def at(self, places: Array) -> Worths:
        """Look everything up by other places, each with the outcome it stands for."""
        return Worths(
            self.fixed[places],
            self.has_fixed,
            None if self.whole is None else self.whole.at(places),
            tuple((mine[places], part.at(places)) for mine, part in self.parts),
        )

    def fill(self, minor: Array, outcome: Array, chunk: Chunk) -> None:
        """Work out every row of a chunk.

        Args:
            minor: Where it is written.
            outcome: The outcome of every row.
            chunk: The claims.

        Units: minor units of the policy's currency.
        """
        if self.whole is not None:
            minor[:] = self.whole.minor(outcome, chunk)
            if self.has_fixed:
                minor += self.fixed.take(outcome, mode="clip")
            return
        self.fixed.take(outcome, mode="clip", out=minor)
        for mine, formula in self.parts:
            rows = np.flatnonzero(mine[outcome])
            if rows.size:
                minor[rows] = formula.minor(outcome[rows], chunk, rows)


_Group: TypeAlias = dict[int, Formula]


def _grouped(formulas: _Group) -> list[_Group]:
    """Group formulas of one shape; the fewer shapes, the better."""
    plain = _by_shape(formulas)
    share = next((s for w in formulas.values() for s in _shares(w)), None)
    if len(plain) < 2 or share is None:  # noqa: PLR2004
        return plain
    below, rounding = share.denominator, share.rounding
    lifted = {n: _lifted(w, below, rounding) for n, w in formulas.items()}
    if any(_largest(worth) >= _INT64 for worth in lifted.values()):
        return plain
    return min(plain, _by_shape(lifted), key=len)


def _by_shape(formulas: _Group) -> list[_Group]:
    groups: dict[Formula, _Group] = {}
    for place, worth in formulas.items():
        groups.setdefault(_Opener().opened(worth), {})[place] = worth
    return [*groups.values()]


def _unified(group: _Group, nothing: Sequence[int], size: int) -> ArrayFormula | None:
    """Make one formula of those of one shape; None where there is no exact way.

    Args:
        group: The formulas by outcome.
        nothing: The outcomes for which it is to come to nothing.
        size: How many outcomes there are.
    """
    first = _Opener()
    shape = first.opened(next(iter(group.values())))
    table = [[figure] * size for figure in first.figures]
    for place, worth in group.items():
        opener = _Opener()
        opener.opened(worth)
        for row, figure in zip(table, opener.figures, strict=True):
            row[place] = figure
    if nothing:
        zero = _vanishing(shape)
        if zero is None:
            return None
        for name in zero:
            for place in nothing:
                table[int(name)][place] = 0
    spans = [(min(row), max(row)) for row in table]
    final = _Opener(spans)
    unified = final.opened(next(iter(group.values())))
    if _largest(unified) >= _INT64:
        return None
    holes = [column for _, column in final.holes]
    return _formula(unified, holes, [table[place] for place, _ in final.holes])
