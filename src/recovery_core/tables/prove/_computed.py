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

__all__ = ["Relation", "exact", "sampled"]

Relation: TypeAlias = Mapping[int, Sequence[Box]]
"""For each code a column can take, what its inputs hold then."""

_ASKED: Final = 2**16
_BOXES: Final = 4096
_SAMPLES: Final = 1024


def size(column: Column) -> int:
    """Count the codes of a column, a missing value included."""
    low, high = column.span
    return high - low + 1


def answer(column: Column, codes: Mapping[str, int]) -> int:
    """Ask the function of a column for one combination of inputs.

    Raises:
        PolicyError: It raises, or answers what the column cannot hold: the policy
            would raise there, and pays neither more nor less.
    """
    given = [source.of(codes[source.name]) for source in column.inputs]
    try:
        return column.code(column.compute(*given))
    except Exception as error:  # a function of the user may raise anything
        why = f"{error}"
        if not isinstance(error, InvalidValueError):
            names = zip(column.inputs, given, strict=True)
            told = ", ".join(f"{source.name}={value!r}" for source, value in names)
            why = f"what computes {column.name!r} raised {error!r:.80} on {told}"
        raise PolicyError(
            f"{why}: it cannot be proved; let the function answer for every value of "
            "its inputs, or give the columns the bounds they have"
        ) from error


def exact(column: Column, watch: Watch) -> Relation | None:
    """Ask the function for everything; None where that is too much to ask or keep.

    Raises:
        OutOfTime: It took too long.
    """
    if prod(map(size, column.inputs)) > _ASKED:
        return None
    # What runs along the longest input folds into few spans.
    *short, longest = sorted(column.inputs, key=size)
    names = [source.name for source in short]
    found: dict[int, list[Box]] = {}
    for codes in product(*(range(s.span[0], s.span[1] + 1) for s in short)):
        fixed = dict(zip(names, codes, strict=True))
        along: dict[int, list[int]] = {}
        for code in watch.within_time(range(longest.span[0], longest.span[1] + 1)):
            got = answer(column, {**fixed, longest.name: code})
            along.setdefault(got, []).append(code)
        point = {name: ((code, code),) for name, code in fixed.items()}
        for got, members in along.items():
            spans = unite_spans((code, code) for code in members)
            found.setdefault(got, []).append({**point, longest.name: spans})
    kept = sum(
        len(spans) for boxes in found.values() for b in boxes for spans in b.values()
    )
    return found if kept <= _BOXES else None


def sampled(column: Column, boxes: Iterable[Box], watch: Watch) -> Relation:
    """Ask the function at some points: ends, cuts, and ever wider steps.

    Args:
        column: The column.
        boxes: The conditions of the policy, for their cuts.
        watch: How long it may take.

    Raises:
        OutOfTime: It took too long.
    """
    most = max(2, int(_SAMPLES ** (1 / len(column.inputs))))
    known = list(boxes)
    points = [_points(source, known, most) for source in column.inputs]
    found: dict[int, list[Box]] = {}
    names = [source.name for source in column.inputs]
    for codes in watch.within_time(product(*points)):
        at = dict(zip(names, codes, strict=True))
        box = {name: ((code, code),) for name, code in at.items()}
        found.setdefault(answer(column, at), []).append(box)
    return found


def _points(column: Column, boxes: Sequence[Box], most: int) -> list[int]:
    low, high = column.span
    edges = {low, high, column.domain.most, 0, 1, -1}
    for box in boxes:
        for first, last in box.get(column.name, ()):
            edges |= {first - 1, first, last, last + 1}
    inside = sorted(code for code in edges if low <= code <= high)
    spread = [code for code in _sampled_range(low, high) if code not in inside]
    room = max(most - len(inside), 0)
    step = max(1, -(-len(spread) // room)) if room else len(spread) + 1
    return sorted({*inside[:most], *spread[::step][:room]})


def _sampled_range(low: int, high: int) -> Iterator[int]:
    """Walk from the lowest by ever wider steps, then evenly."""
    step = 1
    while low + step <= high:
        yield low + step
        yield high - step
        step *= 2
    width = max(1, (high - low) // _SAMPLES)
    yield from range(low + width // 2, high + 1, width)
