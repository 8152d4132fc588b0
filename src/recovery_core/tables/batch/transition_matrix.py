"""Several policies over the same claims: what moves from rule to rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs
import numpy as np

from .arrays import Array
from .claims import Claims, Memos
from .decisions import exact_sums_by_place
from .plans import Plan

__all__ = ["ExtremeChange", "TransitionSums", "add_transitions_and_count_rows"]

_CELLS: Final = 1 << 16


@attrs.define
class ExtremeChange:
    """The claim for which the most changes, one way.

    Units: minor units.
    """

    row: int
    before: int
    after: int
    old: int
    new: int

    @property
    def change(self) -> int:
        """How much more it costs."""
        return self.after - self.before


@attrs.define(eq=False)
class TransitionSums:
    """Add up, chunk by chunk, what moves between two policies.

    Args:
        old: The plan of the one.
        new: The plan of the other.

    Units: minor units, in Python ints.
    """

    old: Plan
    new: Plan
    counts: dict[tuple[int, int], int] = attrs.field(
        factory=dict[tuple[int, int], int], init=False
    )
    before: dict[tuple[int, int], int] = attrs.field(
        factory=dict[tuple[int, int], int], init=False
    )
    after: dict[tuple[int, int], int] = attrs.field(
        factory=dict[tuple[int, int], int], init=False
    )
    gained: int = 0
    lost: int = 0
    largest_gain: ExtremeChange | None = None
    largest_loss: ExtremeChange | None = None

    def add_chunk(
        self,
        first_row: int,
        old_decisions: tuple[Array, Array],
        new_decisions: tuple[Array, Array],
    ) -> None:
        """Add a chunk, decided by both.

        Args:
            first_row: The number of its first row.
            old_decisions: Outcomes and worths by the old policy.
            new_decisions: Outcomes and worths by the new one.
        """
        (old, before), (new, after) = old_decisions, new_decisions
        # One number for each pair of outcomes. Labels may still grow from chunk to
        # chunk, so the numbers change and sums are kept by pair.
        size = len(self.new.labels)
        cells = len(self.old.labels) * size
        places = old.astype(np.int64)
        places *= size
        places += new
        keys: list[int] | range = range(cells)
        if cells > _CELLS:
            # Of more moves than anybody makes, those that are made are numbered anew.
            kinds, places = np.unique(places, return_inverse=True)
            keys, cells = kinds.tolist(), kinds.size
        counts = np.bincount(places, minlength=cells)
        added = (
            (self.counts, counts.tolist()),
            (self.before, exact_sums_by_place(places, before, cells)),
            (self.after, exact_sums_by_place(places, after, cells)),
        )
        pairs_met = [
            (place, divmod(keys[place], size))
            for place in np.flatnonzero(counts).tolist()
        ]
        for totals, values in added:
            for place, key in pairs_met:
                totals[key] = totals.get(key, 0) + values[place]
        self._update_gains_and_losses(first_row, old_decisions, new_decisions)

    def _update_gains_and_losses(
        self,
        first_row: int,
        old_decisions: tuple[Array, Array],
        new_decisions: tuple[Array, Array],
    ) -> None:
        """Count who gets more and who less, and keep the claim that changes most."""
        change = new_decisions[1] - old_decisions[1]
        self.gained += int(np.count_nonzero(change > 0))
        self.lost += int(np.count_nonzero(change < 0))

        def change_at(row: int) -> ExtremeChange:
            (old, before), (new, after) = old_decisions, new_decisions
            return ExtremeChange(
                first_row + row,
                int(before[row]),
                int(after[row]),
                int(old[row]),
                int(new[row]),
            )

        gain, loss = int(change.argmax()), int(change.argmin())
        most = self.largest_gain.change if self.largest_gain is not None else 0
        if change[gain] > most:
            self.largest_gain = change_at(gain)
        least = self.largest_loss.change if self.largest_loss is not None else 0
        if change[loss] < least:
            self.largest_loss = change_at(loss)


def add_transitions_and_count_rows(
    plans: Sequence[Plan],
    pairs: Sequence[TransitionSums],
    claims: Claims,
    chunk_size: int,
    memos: Memos,
    verify: int,
) -> int:
    """Decide claims by every plan, chunk by chunk, and add up what moves.

    Every column is read and checked once for all plans.

    Args:
        plans: All plans.
        pairs: What is compared; both of each are among the plans.
        claims: The claims.
        chunk_size: How many rows are decided together.
        memos: What was computed before.
        verify: How many rows each one-claim reader is asked about, too.

    Returns:
        How many rows there are.
    """
    # The two modules lean on each other.
    from .run import check_row_decided_alike, evenly_spaced_rows  # noqa: PLC0415

    columns = dict.fromkeys(c for plan in plans for c in plan.columns)
    rows = claims.open_columns_and_count_rows(columns)
    sample_rows = set(evenly_spaced_rows(rows, verify))
    for chunk in claims.iter_chunks(chunk_size, memos):
        decisions: dict[int, tuple[Array, Array]] = {}
        for plan in plans:
            minor = np.empty(chunk.rows, np.int64)
            decisions[id(plan)] = plan.decide_chunk(chunk, minor), minor
        first = chunk.first_row - claims.first_row
        for row in sorted(sample_rows.intersection(range(first, first + chunk.rows))):
            for plan in plans:
                outcome, minor = decisions[id(plan)]
                at = row - first
                check_row_decided_alike(
                    plan, claims, row, int(outcome[at]), int(minor[at])
                )
        for pair in pairs:
            pair.add_chunk(
                chunk.first_row, decisions[id(pair.old)], decisions[id(pair.new)]
            )
    return rows
