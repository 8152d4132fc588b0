"""Where a policy turns without a rule saying so: in functions, periods and limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import combinations, pairwise
from typing import Any, Final

from .amounts import Excess, Formula, Greater, Lesser, Periods, Scaled, Sum
from .column import Column
from .conditions import When
from .decision import minor
from .domains import Plain
from .rule_sets import cuts

__all__ = ["crossings", "kinks", "turns"]

_TRIED: Final = 64
"""So fine is a function probed: at so many values, spread evenly."""


def kinks(amount: Formula) -> Iterator[tuple[Column, int]]:
    """Walk where the periods begin and end that an amount counts."""
    if isinstance(amount, Scaled) and isinstance(amount.by, Periods):
        periods = amount.by
        begun = periods.after
        yield periods.column, begun
        yield periods.column, begun + periods.length
        if periods.at_most is not None:
            yield periods.column, begun + periods.length * periods.at_most
    for part in amount.parts:
        yield from kinks(part)


def crossings(
    amount: Formula, column: Column, row: Mapping[str, Plain]
) -> Iterator[int]:
    """Walk where one part of an amount overtakes another: where a cap begins, say.

    Args:
        amount: The amount.
        column: What is followed through its domain, as codes.
        row: What else the amount reads.
    """
    for part in amount.parts:
        yield from crossings(part, column, row)
    if column.name not in {each.name for each in amount.columns}:
        return
    pairs: list[tuple[Formula, Formula]] = []
    if isinstance(amount, Lesser | Greater):
        pairs += combinations(amount.parts, 2)
    elif isinstance(amount, Excess) and len(amount.parts) > 1:
        pairs.append((amount.parts[0], Sum(amount.parts[1:])))
    for one, other in pairs:
        for code in _changes(
            _comparing(one, other, column, row), [*_sampled_codes(column)]
        ):
            # What is above nothing from the first cent on is limited by nothing.
            if code > column.domain.least + 1:
                yield code


def _comparing(
    one: Formula, other: Formula, column: Column, row: Mapping[str, Plain]
) -> Callable[[int], object]:
    def answer(code: int) -> object:
        given: dict[str, Any] = {**row, column.name: column.of(code)}
        with suppress(TypeError):  # it is not paid where what it reads is missing
            first, second = minor(one, given), minor(other, given)
            return (first > second) - (first < second)
        return NotImplemented

    return answer


def turns(column: Column, whens: Sequence[When | None]) -> Iterator[tuple[Column, int]]:
    """Walk where the function of a computed column changes its answer.

    Each input is followed through its domain while the others stand at their ends,
    and every change that is seen is brought down to the value where it happens.

    Args:
        column: A column; nothing is walked where it is not computed.
        whens: Conditions that cut its inputs: it is probed there, too.
    """
    if column.function is None:
        return
    marks = [
        {first for (first, _), _ in cuts(source, whens)} for source in column.inputs
    ]
    for place, source in enumerate(column.inputs):
        points = sorted({*_sampled_codes(source), *marks[place]})
        for end in (0, 1):
            codes = [other.span[end] for other in column.inputs]
            for code in _changes(_answering(column, codes, place), points):
                yield source, code


def _sampled_codes(column: Column) -> Iterator[int]:
    low, high = column.span
    step = max((high - low) // _TRIED, 1)
    yield from range(low, high + 1, step)
    yield high


def _answering(column: Column, codes: list[int], place: int) -> Callable[[int], object]:
    def answer(code: int) -> object:
        given = [*codes]
        given[place] = code
        known = (c.of(n) for c, n in zip(column.inputs, given, strict=True))
        with suppress(Exception):  # what it cannot answer is found when it is asked
            return column.compute(*known)
        return NotImplemented

    return answer


def _changes(answer: Callable[[int], object], points: Sequence[int]) -> Iterator[int]:
    for before, after in pairwise(points):
        if answer(before) != answer(after):
            yield _turn(answer, before, after)


def _turn(answer: Callable[[int], object], before: int, after: int) -> int:
    while after - before > 1:
        middle = (before + after) // 2
        if answer(middle) == answer(before):
            before = middle
        else:
            after = middle
    return after
