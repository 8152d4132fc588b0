"""What is known of a computed column before anything is proved: its function, asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Final, TypeAlias

from ...errors import InvalidValueError, PolicyError
from ..column import Column
from ..spans import unite_spans
from ._watch import Watch
from .ways import Box

__all__ = ["Relation", "tabulate_at_samples", "tabulate_unless_too_large"]

Relation: TypeAlias = Mapping[int, Sequence[Box]]
"""For each code a column can take, what its inputs hold then."""

_ASKED: Final = 2**16  # the most combinations of inputs that are asked for
_BOXES: Final = 4096  # the most spans that are handed to z3 for one column
_SAMPLES: Final = 1024


def count_codes(column: Column) -> int:
    """Count the codes of a column, a missing value included."""
    low, high = column.span
    return high - low + 1


def compute_code(column: Column, codes: Mapping[str, int]) -> int:
    """Return the code that the function of a column answers for one set of inputs.

    Raises:
        PolicyError: It raises, or answers what the column cannot hold: the policy
            would raise there, and pays neither more nor less.
    """
    inputs = [source.of(codes[source.name]) for source in column.inputs]
    try:
        return column.code(column.compute(*inputs))
    except Exception as error:  # a function of the user may raise anything
        why = f"{error}"
        if not isinstance(error, InvalidValueError):
            names = zip(column.inputs, inputs, strict=True)
            told = ", ".join(f"{source.name}={value!r}" for source, value in names)
            why = f"what computes {column.name!r} raised {error!r:.80} on {told}"
        raise PolicyError(
            f"{why}: it cannot be proved; let the function answer for every value of "
            "its inputs, or give the columns the bounds they have"
        ) from error


def tabulate_unless_too_large(column: Column, watch: Watch) -> Relation | None:
    """Ask the function of a column for everything; None if too much to ask or keep.

    Raises:
        OutOfTime: It took too long.
    """
    if prod(map(count_codes, column.inputs)) > _ASKED:
        return None
    # What runs codes_along the longest input folds into few spans.
    *short, longest = sorted(column.inputs, key=count_codes)
    names = [source.name for source in short]
    boxes_by_code: dict[int, list[Box]] = {}
    for codes in product(*(range(s.span[0], s.span[1] + 1) for s in short)):
        fixed = dict(zip(names, codes, strict=True))
        codes_along: dict[int, list[int]] = {}
        for code in watch.iter_within_time(range(longest.span[0], longest.span[1] + 1)):
            code_computed = compute_code(column, {**fixed, longest.name: code})
            codes_along.setdefault(code_computed, []).append(code)
        point = {name: ((code, code),) for name, code in fixed.items()}
        for code_computed, members in codes_along.items():
            spans = unite_spans((code, code) for code in members)
            boxes_by_code.setdefault(code_computed, []).append(
                {**point, longest.name: spans}
            )
    span_count = sum(
        len(spans)
        for boxes in boxes_by_code.values()
        for b in boxes
        for spans in b.values()
    )
    return boxes_by_code if span_count <= _BOXES else None


def tabulate_at_samples(column: Column, boxes: Iterable[Box], watch: Watch) -> Relation:
    """Ask the function of a column at some points: ends, cuts, ever wider steps.

    Args:
        column: The column.
        boxes: The conditions of the policy, for their cuts.
        watch: How long it may take.

    Raises:
        OutOfTime: It took too long.
    """
    # All inputs together are asked at about _SAMPLES points, so each at a root of it.
    point_limit = max(2, int(_SAMPLES ** (1 / len(column.inputs))))
    condition_boxes = list(boxes)
    points = [
        _list_sample_codes(source, condition_boxes, point_limit)
        for source in column.inputs
    ]
    boxes_by_code: dict[int, list[Box]] = {}
    names = [source.name for source in column.inputs]
    for codes in watch.iter_within_time(product(*points)):
        at = dict(zip(names, codes, strict=True))
        box = {name: ((code, code),) for name, code in at.items()}
        boxes_by_code.setdefault(compute_code(column, at), []).append(box)
    return boxes_by_code


def _list_sample_codes(
    column: Column, boxes: Sequence[Box], point_limit: int
) -> list[int]:
    """List at most so many codes: the ends, the cuts of boxes, and some between."""
    low, high = column.span
    edges = {low, high, column.domain.most, 0, 1, -1}
    for box in boxes:
        for first, last in box.get(column.name, ()):
            edges |= {first - 1, first, last, last + 1}
    inside = sorted(code for code in edges if low <= code <= high)
    between = [
        code for code in _iter_codes_by_wider_steps(low, high) if code not in inside
    ]
    room = max(point_limit - len(inside), 0)
    step = max(1, -(-len(between) // room)) if room else len(between) + 1
    return sorted({*inside[:point_limit], *between[::step][:room]})


def _iter_codes_by_wider_steps(low: int, high: int) -> Iterator[int]:
    """Yield codes from both ends inwards by doubling steps, then evenly spread."""
    step = 1
    while low + step <= high:
        yield low + step
        yield high - step
        step *= 2
    width = max(1, (high - low) // _SAMPLES)
    yield from range(low + width // 2, high + 1, width)
