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

    # Nested, so that arguments are checked when it is called, not when it is walked.
    def iter_decisions() -> Iterator[Decisions]:
        first_row = 0
        for part in parts:
            decisions = _decide_claims(
                plan, read_claims(part, first_row), memos, verify, chunk
            )
            first_row += len(decisions)
            yield decisions

    return iter_decisions()


def check_row_counts(verify: object, chunk: object) -> None:
    """Raise InvalidValueError for what is no number of rows."""
    for name, value, least in (("verify", verify, 0), ("chunk", chunk, 1)):
        if type(value) is not int or value < least:
            raise InvalidValueError(
                f"{name} cannot be {value!r}: give an int of at least {least}"
            )


def _decide_claims(
    plan: Plan, claims: Claims, memos: Memos, verify: int, chunk_size: int
) -> Decisions:
    """Decide opened claims chunk by chunk, and verify some of them."""
    row_count = claims.open_columns_and_count_rows(plan.columns)
    minor, calls_before = (
        np.empty(row_count, np.int64),
        count_python_calls([plan], memos),
    )
    parts: list[Array] = []
    # Costs are written in place; outcomes are joined once all labels are known, whose
    # number decides how narrow they can be.
    start = 0
    for chunk in claims.iter_chunks(chunk_size, memos):
        parts.append(plan.decide_chunk(chunk, minor[start : start + chunk.rows]))
        start += chunk.rows
    labels = tuple(plan.labels)
    outcome = np.empty(row_count, narrowest_integer_type(len(labels)))
    if parts:
        np.concatenate(parts, out=outcome, casting="same_kind")
    calls = count_python_calls([plan], memos) - calls_before
    verified = check_sample_and_count_rows(plan, claims, outcome, minor, verify)
    return Decisions(
        minor,
        outcome,
        labels,
        plan.currency,
        plan.name,
        plan.hash,
        plan.route,
        verified,
        calls,
    )


def evenly_spaced_rows(row_count: int, wanted_count: int) -> list[int]:
    """Choose rows evenly spaced, the first and the last among them."""
    count = min(row_count, wanted_count)
    if count < 2:  # noqa: PLR2004
        return [*range(count)]
    return [number * (row_count - 1) // (count - 1) for number in range(count)]


def check_sample_and_count_rows(
    plan: Plan,
    claims: Claims,
    outcome: Array,
    minor: Array,
    sample_size: int,
) -> int:
    """Ask the one-claim reader about some rows, too, and count them.

    Raises:
        PolicyError: The two differ; names the first row, and what each decided.
    """
    sample_rows = evenly_spaced_rows(minor.size, sample_size)
    for row in sample_rows:
        check_row_decided_alike(plan, claims, row, int(outcome[row]), int(minor[row]))
    return len(sample_rows)


def check_row_decided_alike(
    plan: Plan, claims: Claims, row_number: int, outcome: int, minor: int
) -> None:
    """Ask the one-claim reader about one row, too.

    Raises:
        PolicyError: The two differ.
    """
    row = claims.plain_values_of_row(row_number, plan.inputs)
    label, cost = plan.label_and_minor_of_row(row)
    batch_label = plan.labels[outcome]
    # The protocol lets a plan know no label for a row alone.
    if cost != minor or label not in {None, batch_label}:
        raise PolicyError(
            f"{plan.name} decides row {claims.first_row + row_number} as "
            f"{label or batch_label!r}, {cost} minor units, when asked about it "
            f"alone, and as {batch_label!r}, "
            f"{minor} minor units, among many ({plan.route}): it read {row}"
        )
