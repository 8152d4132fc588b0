"""Decide many claims: at once, or chunk after chunk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from ...errors import InvalidValueError, PolicyError
from ...policy.base import CompensationPolicy
from ..column import Column
from .arrays import Array
from .claims import Claims, Memos, iter_parts, read_claims
from .decisions import Decisions
from .mixed_radix import narrowest_integer_type
from .plans import Plan, count_python_calls
from .routes import choose_plan

__all__ = ["CHUNK", "check_row_counts", "decide", "decide_by_plan", "decide_chunks"]

CHUNK: Final = 1 << 15
"""Rows that are decided together: few enough to stay in the processor's cache."""


def decide(
    policy: CompensationPolicy,
    data: object,
    *,
    reads: Iterable[Column] | None = None,
    verify: int = 0,
    chunk: int = CHUNK,
) -> Decisions:
    """Decide many claims at once, to the same cent as one by one.

    Args:
        policy: A table, tables that are combined, a published schedule, a function
            made by `policy_reading`, or any other policy.
        data: Arrays by column name, or a frame that speaks Arrow. Whole numbers for
            numbers and for money in minor units; bools for flags; texts or Arrow
            dictionaries for choices; datetime64[D], date32, timestamps of midnight or
            ordinals for days. What is missing is None, masked (numpy.ma) or null
            (Arrow). `dated` reads the column ``failure_day``, `set_off`
            ``already_given``, `owed` ``owed_bp``.
        reads: The columns a plain function reads; tables know theirs.
        verify: Ask the one-claim reader about so many of the claims, too, evenly
            spaced from the first to the last.
        chunk: How many rows are decided together.

    Returns:
        The decisions, in the order of the claims; `Decisions.route` says how they
        were made.

    Raises:
        InvalidValueError: The data does not fit the columns; names column, row and
            mend.
        PolicyError: The two readers differ on a claim, or the policy cannot be asked
            about arrays.

    Units: minor units of the policy's currency.

    Shape: every column one-dimensional, all of one length.
    """
    return decide_by_plan(choose_plan(policy, reads), data, verify=verify, chunk=chunk)


def decide_by_plan(
    plan: Plan, data: object, *, verify: int = 0, chunk: int = CHUNK
) -> Decisions:
    """Decide many claims by a plan of the caller's choice; else as `decide`."""
    check_row_counts(verify, chunk)
    return _decide_claims(plan, read_claims(data), {}, verify, chunk)


def decide_chunks(
    policy: CompensationPolicy,
    chunks: object,
    *,
    reads: Iterable[Column] | None = None,
    verify: int = 0,
    chunk: int = CHUNK,
) -> Iterator[Decisions]:
    """Decide claims that come in parts, and hold no more than one of them.

    Args:
        policy: As for `decide`.
        chunks: An iterable of what `decide` takes, or an Arrow stream, which is read
            batch by batch.
        reads: The columns a plain function reads; tables know theirs.
        verify: Ask the one-claim reader about so many claims of each part, too.
        chunk: How many rows are decided together.

    Returns:
        The decisions part by part; their `totals` add up.

    Raises:
        InvalidValueError: As for `decide`; rows are counted through all parts.
        PolicyError: As for `decide`.
    """
    plan = choose_plan(policy, reads)
    memos: Memos = {}
    check_row_counts(verify, chunk)
    parts = iter_parts(chunks)

    def walk() -> Iterator[Decisions]:
        base = 0
        for part in parts:
            decisions = _decide_claims(
                plan, read_claims(part, base), memos, verify, chunk
            )
            base += len(decisions)
            yield decisions

    return walk()


def check_row_counts(verify: object, chunk: object) -> None:
    """Refuse what is no number of rows."""
    for name, value, least in (("verify", verify, 0), ("chunk", chunk, 1)):
        if type(value) is not int or value < least:
            raise InvalidValueError(
                f"{name} cannot be {value!r}: give an int of at least {least}"
            )


def _decide_claims(
    plan: Plan, claims: Claims, memos: Memos, verify: int, size: int
) -> Decisions:
    rows = claims.open_columns_and_count_rows(plan.columns)
    minor, before = np.empty(rows, np.int64), count_python_calls([plan], memos)
    parts: list[Array] = []
    done = 0
    for chunk in claims.iter_chunks(size, memos):
        parts.append(plan.decide_chunk(chunk, minor[done : done + chunk.rows]))
        done += chunk.rows
    labels = tuple(plan.labels)
    outcome = np.empty(rows, narrowest_integer_type(len(labels)))
    if parts:
        np.concatenate(parts, out=outcome, casting="same_kind")
    calls = count_python_calls([plan], memos) - before
    checked = check_sample_and_count_rows(plan, claims, outcome, minor, verify)
    return Decisions(
        minor,
        outcome,
        labels,
        plan.currency,
        plan.name,
        plan.hash,
        plan.route,
        checked,
        calls,
    )


def evenly_spaced_rows(rows: int, wanted: int) -> list[int]:
    """Choose rows evenly spaced, the first and the last among them."""
    count = min(rows, wanted)
    if count < 2:  # noqa: PLR2004
        return [*range(count)]
    return [place * (rows - 1) // (count - 1) for place in range(count)]


def check_sample_and_count_rows(
    plan: Plan,
    claims: Claims,
    outcome: Array,
    minor: Array,
    wanted: int,
) -> int:
    """Ask the one-claim reader about some rows, too, and count them.

    Raises:
        PolicyError: The two differ; names the first row, and what each decided.
    """
    places = evenly_spaced_rows(minor.size, wanted)
    for place in places:
        check_row_decided_alike(
            plan, claims, place, int(outcome[place]), int(minor[place])
        )
    return len(places)


def check_row_decided_alike(
    plan: Plan, claims: Claims, place: int, outcome: int, minor: int
) -> None:
    """Ask the one-claim reader about one row, too.

    Raises:
        PolicyError: The two differ.
    """
    row = claims.plain_values_of_row(place, plan.inputs)
    label, cost = plan.label_and_minor_of_row(row)
    found = plan.labels[outcome]
    if cost != minor or label not in {None, found}:
        raise PolicyError(
            f"{plan.name} decides row {claims.first_row + place} as "
            f"{label or found!r}, {cost} minor units, when asked about it "
            f"alone, and as {found!r}, "
            f"{minor} minor units, among many ({plan.route}): it read {row}"
        )
