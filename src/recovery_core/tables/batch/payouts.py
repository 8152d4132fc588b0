"""Work amounts out on arrays: the same formulas, to the same cent.

The amounts of a table mostly have one shape and differ in constants alone: a rate, a
fixed sum. Then the constants are looked up by outcome and the shape is worked out once,
for all rows together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

import attrs
import numpy as np

from ...errors import PolicyError
from ..amounts import Fixed, Formula, Periods
from ..column import Column
from ..compile import Namer, compile_row_function, write_amount_expression
from .arrays import Array
from .claims import Chunk
from .formula_shapes import (
    ConstantExtractor,
    iter_scaled_parts,
    placeholders_to_zero_or_none,
    with_columns_as_full_shares,
)

__all__ = ["LabelledFormulas", "PayoutTable", "build_array_function"]

LabelledFormulas: TypeAlias = Sequence[tuple[str, Formula | None]]
"""Label and worth of every outcome."""

# Half of what fits: a value that is missing counts one more than the most there is.
_INT32: Final = 1 << 30
_INT64: Final = 1 << 62


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
        arrays: list[Array] = []
        for column in self.columns:
            codes = chunk.codes(column)
            codes = codes if rows is None else codes[rows]
            arrays.append(codes.astype(self.kind, copy=False))
        # Outcomes are in range; `clip` is the mode in which `take` does not check them.
        arrays += [constants.take(outcome, mode="clip") for constants in self.constants]
        return self.function(arrays)


def _build_array_formula(
    shape: Formula, placeholders: Sequence[Column], constants: Sequence[Any]
) -> ArrayFormula:
    """Compile a shape for arrays: of its columns, then one of each placeholder."""
    columns = tuple(c for c in shape.columns if c not in placeholders)
    places = {column: place for place, column in enumerate((*columns, *placeholders))}
    namer = Namer()
    namer.namespace |= {"least": np.minimum, "most": np.maximum}
    source = write_amount_expression(shape, lambda column: f"row[{places[column]}]")
    # Half the width is twice as fast, where no number on the way needs more.
    kind = np.int32 if _largest_number_while_computing(shape) < _INT32 else np.int64
    arrays = tuple(np.array(constant, kind) for constant in constants)
    return ArrayFormula(
        columns, arrays, compile_row_function([f"    return {source}"], namer), kind
    )


def _largest_number_while_computing(shape: Formula) -> int:
    """Return a bound of the size of every number met while an amount is worked out."""
    sizes = [shape.largest_intermediate]
    sizes += (abs(code) for column in shape.columns for code in column.span)
    for scaled in iter_scaled_parts(shape):
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
    """Compile a formula with its constants in it, for one outcome alone."""
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
        plain_outcomes = [n for n, minor in enumerate(plain) if minor >= 0]
        # One formula for all rows needs no masks: a plain sum is added to its nothing.
        if len(groups) == 1:
            whole = _common_formula_or_none(groups[0], plain_outcomes, len(worths))
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
                is_member = np.zeros(len(worths), bool)
                is_member[members] = True
                parts.append((is_member, formula))
        return cls(fixed, has_fixed, None, tuple(parts))

    def indexed_by(self, places: Array) -> PayoutTable:
        """Look everything up by other places, each with the outcome it stands for."""
        return PayoutTable(
            self.fixed[places],
            self.has_fixed,
            None if self.whole is None else self.whole.indexed_by(places),
            tuple(
                (is_member[places], part.indexed_by(places))
                for is_member, part in self.parts
            ),
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
        for is_member, formula in self.parts:
            rows = np.flatnonzero(is_member[outcome])
            if rows.size:
                minor_out[rows] = formula.compute_minor_units(
                    outcome[rows], chunk, rows
                )


_Group: TypeAlias = dict[int, Formula]


def _group_into_fewest_shapes(formulas: _Group) -> list[_Group]:
    """Group formulas of one shape; the fewer shapes, the better."""
    plain = _group_by_shape(formulas)
    share = next((s for w in formulas.values() for s in iter_scaled_parts(w)), None)
    if len(plain) < 2 or share is None:  # noqa: PLR2004
        return plain
    denominator, rounding = share.denominator, share.rounding
    lifted = {
        n: with_columns_as_full_shares(w, denominator, rounding)
        for n, w in formulas.items()
    }
    if any(
        _largest_number_while_computing(worth) >= _INT64 for worth in lifted.values()
    ):
        return plain
    return min(plain, _group_by_shape(lifted), key=len)


def _group_by_shape(formulas: _Group) -> list[_Group]:
    """Group formulas that differ in constants alone."""
    groups: dict[Formula, _Group] = {}
    for place, worth in formulas.items():
        shape = ConstantExtractor().with_placeholders(worth)
        groups.setdefault(shape, {})[place] = worth
    return [*groups.values()]


def _common_formula_or_none(
    group: _Group, zero_outcomes: Sequence[int], outcome_count: int
) -> ArrayFormula | None:
    """Make one formula of those of one shape; None where there is no exact way.

    Args:
        group: The formulas by outcome.
        zero_outcomes: The outcomes for which it is to come to nothing.
        outcome_count: How many outcomes there are.
    """
    first = ConstantExtractor()
    shape = first.with_placeholders(next(iter(group.values())))
    table = [[constant] * outcome_count for constant in first.constants]
    for place, worth in group.items():
        extractor = ConstantExtractor()
        extractor.with_placeholders(worth)
        for row, constant in zip(table, extractor.constants, strict=True):
            row[place] = constant
    if zero_outcomes:
        zero = placeholders_to_zero_or_none(shape)
        if zero is None:
            return None
        for name in zero:
            for place in zero_outcomes:
                table[int(name)][place] = 0
    # Only now are the bounds of each constant known, and which of them is one number.
    spans = [(min(row), max(row)) for row in table]
    final = ConstantExtractor(spans)
    unified = final.with_placeholders(next(iter(group.values())))
    if _largest_number_while_computing(unified) >= _INT64:
        return None
    placeholders = [column for _, column in final.placeholders]
    return _build_array_formula(
        unified, placeholders, [table[place] for place, _ in final.placeholders]
    )
