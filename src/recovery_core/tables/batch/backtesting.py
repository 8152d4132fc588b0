"""Policies tried on claims of the past: what would change, rule by rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from ..._domain.frozen_mapping import FrozenMapping
from ...errors import PolicyError
from ...policy.base import CompensationPolicy
from ..column import Column
from .claims import Memos, iter_parts, read_claims
from .decisions import (
    OutcomeTotals,
    Total,
    format_claim_count,
    format_python_calls,
    format_totals_as_lines,
)
from .plans import Plan, count_python_calls
from .routes import choose_plan
from .run import CHUNK, check_row_counts
from .transition_matrix import (
    ExtremeChange,
    TransitionSums,
    add_transitions_and_count_rows,
)
from .version_comparison import (
    ChangedClaim,
    Transition,
    Version,
    VersionComparison,
)

__all__ = [
    "Backtest",
    "ChangedClaim",
    "Transition",
    "Version",
    "VersionComparison",
    "backtest",
]


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
        counts = format_claim_count(self.count) + format_python_calls(self.calls)
        return f"{counts}, {self.verified:,} verified"

    def __repr__(self) -> str:
        """Write every comparison; of a version that is alone, what it pays."""
        if self.comparisons:
            return "\n\n".join([self.title, *map(repr, self.comparisons)])
        (alone,) = self.versions
        name = f"{alone.name} ({alone.hash})"
        paid = format_totals_as_lines(alone.totals, alone.currency)
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
    check_row_counts(verify, chunk)
    plans = [choose_plan(policy, reads) for policy in (base, *others)]
    pairs = [TransitionSums(plans[0], plan) for plan in plans[1:] or plans]
    memos: Memos = {}
    counts = _add_parts_and_count_rows(plans, pairs, data, chunk, memos, verify)
    versions, comparisons = _versions_and_comparisons(plans, pairs)
    calls = count_python_calls(plans, memos)
    return Backtest(counts[0], versions, comparisons, counts[1], calls)


def _add_parts_and_count_rows(
    plans: Sequence[Plan],
    pairs: Sequence[TransitionSums],
    data: object,
    chunk_size: int,
    memos: Memos,
    verify: int,
) -> tuple[int, int]:
    """Decide data part after part, and count its rows and those that were verified."""
    row_count = verified_count = 0
    for part in iter_parts(data):
        # Rows are numbered through all parts: messages and extremes name them so.
        claims = read_claims(part, row_count)
        rows_of_part = add_transitions_and_count_rows(
            plans, pairs, claims, chunk_size, memos, verify
        )
        row_count += rows_of_part
        verified_count += min(rows_of_part, verify)
    return row_count, verified_count


def _versions_and_comparisons(
    plans: Sequence[Plan], pairs: Sequence[TransitionSums]
) -> tuple[tuple[Version, ...], tuple[VersionComparison, ...]]:
    """Build every version, the base first, and the base against each of the others.

    Raises:
        PolicyError: Two versions give two currencies.
    """
    # A plan may know its currency only once it has decided something.
    currency = _require_one_currency(plans)
    base = _build_version(plans[0], pairs[0], currency, old=True)
    # The base alone is paired with itself, to add up what it pays.
    if len(plans) == 1:
        return (base,), ()
    versions = [_build_version(pair.new, pair, currency, old=False) for pair in pairs]
    comparisons = (
        _build_comparison(pair, base, version, currency)
        for pair, version in zip(pairs, versions, strict=True)
    )
    return (base, *versions), tuple(comparisons)


def _require_one_currency(plans: Iterable[Plan]) -> str | None:
    """Return the one currency that plans give, None where none gives money.

    Raises:
        PolicyError: They give two.
    """
    currencies = {plan.currency for plan in plans} - {None}
    if len(currencies) > 1:
        codes = " and ".join(sorted(map(str, currencies)))
        raise PolicyError(
            f"versions cannot be compared in {codes}: give policies of one currency"
        )
    return next(iter(currencies), None)


def _build_version(
    plan: Plan, pair: TransitionSums, currency: str | None, *, old: bool
) -> Version:
    """Add the moves of a plan up to its totals."""
    sums = pair.before if old else pair.after
    by = {label: Total(0, 0) for label in plan.labels}
    for key, count in pair.counts.items():
        by[plan.labels[key[0 if old else 1]]] += Total(count, sums[key])
    return Version(plan.name, plan.hash, plan.route.value, OutcomeTotals(by), currency)


def _build_comparison(
    pair: TransitionSums, old: Version, new: Version, currency: str | None
) -> VersionComparison:
    moves: dict[tuple[str, str], Transition] = {}
    # Outcomes of one label are one rule to the reader, whatever they pay.
    for key in sorted(pair.counts):
        labels = pair.old.labels[key[0]], pair.new.labels[key[1]]
        move = moves.get(labels, Transition(0, 0, 0))
        moves[labels] = Transition(
            move.count + pair.counts[key],
            move.before + pair.before[key],
            move.after + pair.after[key],
        )
    return VersionComparison(
        old,
        new,
        currency,
        FrozenMapping(moves),
        pair.gained,
        pair.lost,
        _to_changed_claim_or_none(pair, pair.largest_gain),
        _to_changed_claim_or_none(pair, pair.largest_loss),
    )


def _to_changed_claim_or_none(
    pair: TransitionSums, extreme: ExtremeChange | None
) -> ChangedClaim | None:
    if extreme is None:
        return None
    old, new = pair.old.labels[extreme.old], pair.new.labels[extreme.new]
    return ChangedClaim(extreme.row, old, new, extreme.before, extreme.after)
