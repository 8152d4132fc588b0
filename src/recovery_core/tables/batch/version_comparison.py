"""What changes from one version of a policy to another: counts, costs and extremes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

from ..._readable import readable
from .decisions import OutcomeTotals, align_into_lines, format_claim_count, format_sum

__all__ = ["ChangedClaim", "Transition", "Version", "VersionComparison"]

_MOST_CELLS: Final = 10_000
_MOST_MOVES: Final = 40


@attrs.frozen
class Version:
    """One of the policies: what it is, how it decided, and what it costs in all."""

    name: str
    hash: str
    route: str
    totals: OutcomeTotals
    currency: str | None = None


@attrs.frozen
class Transition:
    """The claims that one rule decided before and another, or the same, decides now.

    Units: minor units, exact.
    """

    count: int
    before: int
    after: int

    @property
    def change(self) -> int:
        """How much more they cost."""
        return self.after - self.before


@attrs.frozen
class ChangedClaim:
    """One claim of all: the row, the rules, and what it costs before and after.

    Units: minor units.
    """

    row: int
    old: str
    new: str
    before: int
    after: int


@attrs.frozen(repr=False)
class VersionComparison:
    """What changes from one version to another.

    Args:
        old: The version that is left.
        new: The version that is tried.
        currency: The currency of both; None where no money was given.
        moves: For each pair of rules that met, what moved: old first.
        gained: How many claims get more.
        lost: How many claims get less.
        largest_gain: The claim that gets most more; None where none does.
        largest_loss: The claim that gets most less; None where none does.
    """

    old: Version
    new: Version
    currency: str | None
    moves: Mapping[tuple[str, str], Transition]
    gained: int
    lost: int
    largest_gain: ChangedClaim | None
    largest_loss: ChangedClaim | None

    @property
    def count(self) -> int:
        """All claims."""
        return self.old.totals.count

    @property
    def moved(self) -> int:
        """How many claims another rule decides."""
        return sum(m.count for (old, new), m in self.moves.items() if old != new)

    @property
    def cost(self) -> int:
        """How much more the new version costs; below 0 where it saves.

        Units: minor units, exact.
        """
        return self.new.totals.minor - self.old.totals.minor

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON would hold it."""
        moves = [
            {"old": old, "new": new, **attrs.asdict(move)}
            for (old, new), move in self.moves.items()
        ]
        extremes = {
            name: None if change is None else attrs.asdict(change)
            for name, change in (
                ("largest_gain", self.largest_gain),
                ("largest_loss", self.largest_loss),
            )
        }
        return {
            "old": self.old.hash,
            "new": self.new.hash,
            "currency": self.currency,
            "count": self.count,
            "moved": self.moved,
            "gained": self.gained,
            "lost": self.lost,
            "cost": self.cost,
            "moves": moves,
            **extremes,
        }

    def _format_sum(self, minor: int) -> str:
        return format_sum(minor, self.currency)

    @property
    def title(self) -> str:
        """Both versions, with their hashes."""
        old, new = self.old, self.new
        return f"{old.name} ({old.hash}) -> {new.name} ({new.hash})"

    @property
    def matrix(self) -> tuple[tuple[str, ...], ...]:
        """The matrix of moves, as it is read: headings first, the sums last.

        The moves of most claims, where it would be too vast to read.
        """
        olds = [x for x, t in self.old.totals.by_outcome.items() if t.count]
        news = [x for x, t in self.new.totals.by_outcome.items() if t.count]
        if len(olds) * len(news) > _MOST_CELLS:
            return self._most_frequent_moves()
        rows = [("claims, old down, new across", *news, "in all")]
        for old in olds:
            cells = [self.moves.get((old, new)) for new in news]
            counts = [f"{cell.count:,}" if cell is not None else "." for cell in cells]
            rows.append((old, *counts, f"{self.old.totals[old].count:,}"))
        sums = [f"{self.new.totals[new].count:,}" for new in news]
        return (*rows, ("in all", *sums, f"{self.count:,}"))

    @property
    def findings(self) -> tuple[str, ...]:
        """What moves, who gets more or less, and what it costs, a line each."""
        was, now = self.old.totals.minor, self.new.totals.minor
        cost = " -> ".join((self._format_sum(was), self._format_sum(now)))
        extremes = (("more", self.largest_gain), ("less", self.largest_loss))
        return (
            _format_count_with_verb(self.moved, "move", self.count)
            + " to another rule",
            ", ".join(
                (
                    _format_count_with_verb(self.gained, "get") + " more",
                    _format_count_with_verb(self.lost, "get") + " less",
                )
            ),
            f"cost {cost}: {self._format_sum(self.cost)}",
            *(
                f"most {what}: row {change.row}, {change.old} "
                f"{self._format_sum(change.before)} -> {change.new} "
                f"{self._format_sum(change.after)}"
                for what, change in extremes
                if change is not None
            ),
        )

    def __repr__(self) -> str:
        """Write the matrix of moves, then what it costs."""
        title, findings = readable(self.title), map(readable, self.findings)
        return "\n".join((title, *align_into_lines(self.matrix), *findings))

    def _most_frequent_moves(self) -> tuple[tuple[str, ...], ...]:
        """List the moves of most claims."""
        largest = sorted(self.moves.items(), key=lambda move: -move[1].count)
        rows = [("old -> new, those of most claims", "claims")]
        for (old, new), move in largest[:_MOST_MOVES]:
            rows.append((f"{old} -> {new}", f"{move.count:,}"))
        rest = largest[_MOST_MOVES:]
        if rest:
            count = sum(move.count for _, move in rest)
            rows.append((f"{len(rest):,} others", f"{count:,}"))
        return (*rows, ("in all", f"{self.count:,}"))


def _format_count_with_verb(some: int, verb: str, of: int | None = None) -> str:
    among = "" if of is None else f" of {format_claim_count(of)}"
    return f"{some:,}{among} {verb}{'s' if some == 1 else ''}"
