"""Where a policy turns without a rule saying so: in functions, periods and limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import combinations, pairwise
from typing import Final

from .amounts import Excess, Formula, Greater, Lesser, Periods, Scaled, Sum
from .column import Column
from .conditions import When
from .decision import evaluate_in_minor_units
from .domains import Plain
from .rule_sets import split_by_conditions

__all__ = [
    "iter_crossings",
    "iter_function_breakpoints",
    "iter_period_ends",
]

_SAMPLES: Final = 64
"""So fine is a function probed: at so many values, spread evenly."""


def iter_period_ends(amount: Formula) -> Iterator[tuple[Column, int]]:
    """Walk codes of columns where the periods begin and end that an amount counts.

    Of the first period both ends, of the last one its end: those between repeat them.
    """
    if isinstance(amount, Scaled) and isinstance(amount.by, Periods):
        periods = amount.by
        start = periods.after
        yield periods.column, start
        yield periods.column, start + periods.length
        if periods.at_most is not None:
            yield periods.column, start + periods.length * periods.at_most
    for part in amount.parts:
        yield from iter_period_ends(part)


def iter_crossings(
    amount: Formula, column: Column, row: Mapping[str, Plain]
) -> Iterator[int]:
    """Walk codes of a column where one part of an amount overtakes another: a cap, say.

    Args:
        amount: The amount.
        column: What is followed through its domain.
        row: What else the amount reads.
    """
    for part in amount.parts:
        yield from iter_crossings(part, column, row)
    if column.name not in {read.name for read in amount.columns}:
        return
    pairs: list[tuple[Formula, Formula]] = []
    if isinstance(amount, Lesser | Greater):
        pairs += combinations(amount.parts, 2)
    elif isinstance(amount, Excess) and len(amount.parts) > 1:
        pairs.append((amount.parts[0], Sum(amount.parts[1:])))
    for left, right in pairs:
        which_is_more = _build_comparison_function(left, right, column, row)
        for code in _iter_changes(which_is_more, [*_sample_codes(column)]):
            # What is above nothing from the first cent on is limited by nothing.
            if code > column.domain.least + 1:
                yield code


def _build_comparison_function(
    left: Formula, right: Formula, column: Column, row: Mapping[str, Plain]
) -> Callable[[int], object]:
    """Build the function from a code to 1, 0 or -1: which of two amounts is more."""

    def compare(code: int) -> object:
        row_at_code: dict[str, Plain] = {**row, column.name: column.of(code)}
        with suppress(TypeError):  # it is not paid where what it reads is missing
            left_minor = evaluate_in_minor_units(left, row_at_code)
            right_minor = evaluate_in_minor_units(right, row_at_code)
            return (left_minor > right_minor) - (left_minor < right_minor)
        return NotImplemented

    return compare


def iter_function_breakpoints(
    column: Column, conditions: Sequence[When | None]
) -> Iterator[tuple[Column, int]]:
    """Walk codes of inputs where the function of a computed column changes its answer.

    Each input is followed through its domain while the others stand at their ends,
    and every change that is seen is brought down to the value where it happens. What
    changes and changes back between two values that are probed is not seen.

    Args:
        column: A column; nothing is walked where it is not computed.
        conditions: Conditions that cut its inputs: it is probed there, too.
    """
    if column.function is None:
        return
    starts_of_pieces = [
        {first for (first, _), _ in split_by_conditions(source, conditions)}
        for source in column.inputs
    ]
    for position, source in enumerate(column.inputs):
        probed = sorted({*_sample_codes(source), *starts_of_pieces[position]})
        for end in (0, 1):
            codes = [neighbour.span[end] for neighbour in column.inputs]
            compute_at = _build_function_of_input(column, codes, position)
            for code in _iter_changes(compute_at, probed):
                yield source, code


def _sample_codes(column: Column) -> Iterator[int]:
    """Walk codes evenly from the lowest, and the highest; all of a small domain."""
    low, high = column.span
    step = max((high - low) // _SAMPLES, 1)
    yield from range(low, high + 1, step)
    yield high


def _build_function_of_input(
    column: Column, codes: list[int], position: int
) -> Callable[[int], object]:
    """Build the function from the code of one input to what a column is computed as."""

    def compute_at(code: int) -> object:
        input_codes = [*codes]
        input_codes[position] = code
        pairs = zip(column.inputs, input_codes, strict=True)
        values = (source.of(input_code) for source, input_code in pairs)
        with suppress(Exception):  # what it cannot answer is found when it is asked
            return column.compute(*values)
        return NotImplemented

    return compute_at


def _iter_changes(
    answer_at: Callable[[int], object], codes: Sequence[int]
) -> Iterator[int]:
    """Walk the first code of each new answer, as far as neighbouring codes differ."""
    for before, after in pairwise(codes):
        if answer_at(before) != answer_at(after):
            yield _bisect_change(answer_at, before, after)


def _bisect_change(answer_at: Callable[[int], object], before: int, after: int) -> int:
    """Return a code at which the answer is no longer the one that stands before it."""
    # Of several changes between the two, one is found.
    while after - before > 1:
        middle = (before + after) // 2
        if answer_at(middle) == answer_at(before):
            before = middle
        else:
            after = middle
    return after
