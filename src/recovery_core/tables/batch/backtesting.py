"""Policies tried on claims of the past: what would change, rule by rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from ..._domain.frozen_mapping import FrozenMapping
from ..._readable import readable
from ...errors import PolicyError
from ...policy.base import CompensationPolicy
from ..column import Column
from .claims import Memos, claims_of, parts_of
from .decisions import (
    OutcomeTotals,
    Total,
    aligned,
    called,
    counted,
    lines_of,
    sum_text,
)
from .plans import Plan, calls_of
from .routes import plan_of
from .run import CHUNK, check_sizes
from .transition_matrix import Extreme, Pair, walk

__all__ = [
    "Backtest",
    "Mover",
    "Transition",
    "Version",
    "VersionComparison",
    "backtest",
]

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
class Mover:
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
    largest_gain: Mover | None
    largest_loss: Mover | None

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

    def _sum_text(self, minor: int) -> str:
        return sum_text(minor, self.currency)

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
            return self._listed()
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
        cost = " -> ".join((self._sum_text(was), self._sum_text(now)))
        extremes = (("more", self.largest_gain), ("less", self.largest_loss))
        return (
            f"{_does(self.moved, 'move', self.count)} to another rule",
            f"{_does(self.gained, 'get')} more, {_does(self.lost, 'get')} less",
            f"cost {cost}: {self._sum_text(self.cost)}",
            *(
                f"most {what}: row {change.row}, {change.old} "
                f"{self._sum_text(change.before)} -> {change.new} "
                f"{self._sum_text(change.after)}"
                for what, change in extremes
                if change is not None
            ),
        )

    def __repr__(self) -> str:
        """Write the matrix of moves, then what it costs."""
        title, findings = readable(self.title), map(readable, self.findings)
        return "\n".join((title, *aligned(self.matrix), *findings))

    def _listed(self) -> tuple[tuple[str, ...], ...]:
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


def _does(some: int, verb: str, of: int | None = None) -> str:
    among = "" if of is None else f" of {counted(of)}"
    return f"{some:,}{among} {verb}{'s' if some == 1 else ''}"


@attrs.frozen(repr=False)
class Backtest:
    """What several versions of a policy would have done on the same claims.

    Args:
        count: How many claims there are.
        versions: Every version with its totals, the base first; it may be alone.
        comparisons: The base against each of the others, in order.
        verified: How many claims the one-claim readers were asked about, too.
        calls: How often Python was asked, for all versions together; see `Decisions`.
    """

    count: int
    versions: tuple[Version, ...]
    comparisons: tuple[VersionComparison, ...]
    verified: int
    calls: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON would hold it."""
        versions = [
            {
                "name": version.name,
                "hash": version.hash,
                "route": version.route,
                "currency": version.currency,
                "totals": version.totals.to_dict(),
            }
            for version in self.versions
        ]
        return {
            "count": self.count,
            "verified": self.verified,
            "calls": self.calls,
            "versions": versions,
            "comparisons": [each.to_dict() for each in self.comparisons],
        }

    @property
    def title(self) -> str:
        """How many claims there are, and how often Python was asked about them."""
        return f"{counted(self.count)}{called(self.calls)}, {self.verified:,} verified"

    def __repr__(self) -> str:
        """Write every comparison; of a version that is alone, what it pays."""
        if self.comparisons:
            return "\n\n".join([self.title, *map(repr, self.comparisons)])
        (alone,) = self.versions
        name = f"{alone.name} ({alone.hash})"
        paid = lines_of(alone.totals, alone.currency)
        return "\n".join([self.title, "", name, *paid])


def backtest(
    base: CompensationPolicy,
    *others: CompensationPolicy,
    data: object,
    reads: Iterable[Column] | None = None,
    verify: int = 0,
    chunk: int = CHUNK,
) -> Backtest:
    """Try versions of a policy on the same claims, and tell what moves.

    Every column is read and checked once for all versions, and no more than one part
    of the data is held.

    Args:
        base: The policy that is in force.
        others: The versions that are tried against it; none to add up what the base
            pays, rule by rule.
        data: What `decide` takes, or an iterable of such, or an Arrow stream.
        reads: The columns plain functions read; tables know theirs.
        verify: Ask every one-claim reader about so many claims of each part, too.
        chunk: How many rows are decided together.

    Returns:
        Totals of each version, and for each of the others the matrix of moves.

    Raises:
        InvalidValueError: The data does not fit.
        PolicyError: Two versions give two currencies, or two readers differ.

    Units: minor units, exact.

    Example:
        >>> from recovery_core.tables import Rule, Table, column, half_of
        >>> late, fare = column.minutes("late"), column.money("fare", "EUR")
        >>> def version(name, minutes):
        ...     rule = Rule("half", when=late >= minutes, amends=half_of(fare))
        ...     return Table(name, rules=[rule], otherwise="in time")
        >>> claims = {"late": [20, 40, 70], "fare": [1000, 1000, 1000]}
        >>> tried = backtest(version("old", 60), version("new", 30), data=claims)
        >>> tried.comparisons[0].moved, tried.comparisons[0].cost
        (1, 500)
    """
    check_sizes(verify, chunk)
    plans = [plan_of(policy, reads) for policy in (base, *others)]
    pairs = [Pair(plans[0], plan) for plan in plans[1:] or plans]
    memos: Memos = {}
    count = verified = 0
    for part in parts_of(data):
        claims = claims_of(part, count)
        rows = walk(plans, pairs, claims, chunk, memos, verify)
        count, verified = count + rows, verified + min(rows, verify)
    currencies = {plan.currency for plan in plans} - {None}
    if len(currencies) > 1:
        codes = " and ".join(sorted(map(str, currencies)))
        raise PolicyError(
            f"versions cannot be compared in {codes}: give policies of one currency"
        )
    currency = next(iter(currencies), None)
    calls = calls_of(plans, memos)
    first = _version(plans[0], pairs[0], currency, old=True)
    if not others:
        return Backtest(count, (first,), (), verified, calls)
    news = [_version(pair.new, pair, currency, old=False) for pair in pairs]
    compared = (
        _compared(pair, first, new, currency)
        for pair, new in zip(pairs, news, strict=True)
    )
    return Backtest(count, (first, *news), tuple(compared), verified, calls)


def _version(plan: Plan, pair: Pair, currency: str | None, *, old: bool) -> Version:
    """Add the moves of a plan up to its totals."""
    sums = pair.before if old else pair.after
    by = {label: Total(0, 0) for label in plan.labels}
    for key, count in pair.counts.items():
        by[plan.labels[key[0 if old else 1]]] += Total(count, sums[key])
    return Version(plan.name, plan.hash, plan.route.value, OutcomeTotals(by), currency)


def _compared(
    pair: Pair, old: Version, new: Version, currency: str | None
) -> VersionComparison:
    moves: dict[tuple[str, str], Transition] = {}
    for key in sorted(pair.counts):
        named = pair.old.labels[key[0]], pair.new.labels[key[1]]
        known = moves.get(named, Transition(0, 0, 0))
        moves[named] = Transition(
            known.count + pair.counts[key],
            known.before + pair.before[key],
            known.after + pair.after[key],
        )
    return VersionComparison(
        old,
        new,
        currency,
        FrozenMapping(moves),
        pair.gained,
        pair.lost,
        _change(pair, pair.largest_gain),
        _change(pair, pair.largest_loss),
    )


def _change(pair: Pair, found: Extreme | None) -> Mover | None:
    if found is None:
        return None
    old, new = pair.old.labels[found.old], pair.new.labels[found.new]
    return Mover(found.row, old, new, found.before, found.after)
