"""What was decided on many claims, and what it adds up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import attrs
import numpy as np

from ..._domain.frozen_mapping import FrozenMapping
from ..._domain.money import Money
from ..._readable import readable
from .arrays import Array
from .plans import Route

__all__ = ["Decisions", "OutcomeTotals", "Total", "exact_sums_by_place"]

_SHOWN = 5
_HALF = 26
_EXACT = 1 << 53
_MANY = 1 << _HALF


def exact_sums_by_place(places: Array, minor: Array, place_count: int) -> list[int]:
    """Add whole numbers up by place, exactly, however large they are.

    Args:
        places: The place of each, from 0.
        minor: The numbers; none below 0.
        place_count: How many places there are.

    Units: as `minor`; Python ints.
    """
    sums = [0] * place_count
    for start in range(0, places.size, _MANY):
        some_places, some = places[start : start + _MANY], minor[start : start + _MANY]
        # Weights are floats, which are exact up to 2**53: else add each half apart.
        if int(some.max(initial=0)) * some.size < _EXACT:
            halves = [(0, some)]
        else:
            halves = [(0, some & (_MANY - 1)), (_HALF, some >> _HALF)]
        for shift, half in halves:
            added = np.bincount(some_places, weights=half, minlength=place_count)
            for place, value in enumerate(added.tolist()):
                sums[place] += int(value) << shift
    return sums


@attrs.frozen
class Total:
    """Count the claims of one outcome, and add up what they cost.

    Units: minor units of the policy's currency, exact.
    """

    count: int
    minor: int

    def __add__(self, other: Total) -> Total:
        return Total(self.count + other.count, self.minor + other.minor)


_NOTHING = Total(0, 0)


def _to_frozen_mapping(totals: Mapping[str, Total]) -> Mapping[str, Total]:
    return FrozenMapping(totals)


@attrs.frozen
class OutcomeTotals:
    """Add decisions up by outcome; totals of chunks add up to those of the whole.

    Args:
        by_outcome: Count and cost by label; outcomes that never occurred stand too.

    Example:
        >>> one = OutcomeTotals({"late": Total(2, 500)})
        >>> (one + one).minor
        1000
    """

    by_outcome: Mapping[str, Total] = attrs.field(
        default=FrozenMapping({}), converter=_to_frozen_mapping
    )

    @property
    def count(self) -> int:
        """All claims."""
        return sum(total.count for total in self.by_outcome.values())

    @property
    def minor(self) -> int:
        """What all of them cost."""
        return sum(total.minor for total in self.by_outcome.values())

    def __add__(self, other: OutcomeTotals) -> OutcomeTotals:
        labels = dict.fromkeys((*self.by_outcome, *other.by_outcome))
        return OutcomeTotals({label: self[label] + other[label] for label in labels})

    def __radd__(self, other: object) -> OutcomeTotals:
        """Return itself for 0, with which `sum` begins."""
        return self if type(other) is int and not other else NotImplemented

    def __getitem__(self, label: str) -> Total:
        """Return the total of one outcome; nothing where it never occurred."""
        return self.by_outcome.get(label, _NOTHING)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON would hold it."""
        return {label: attrs.asdict(total) for label, total in self.by_outcome.items()}


@attrs.frozen(eq=False, repr=False)
class Decisions:
    """What a policy decided on many claims, in their order.

    Args:
        minor: What each claim costs: the dearest alternative and all amends.
        outcome: Which rule decided each, counted in `outcomes`.
        outcomes: The labels of all ways to decide.
        currency: The currency; None where no money was given.
        policy: The name of the policy.
        policy_hash: Its content hash.
        route: How the claims were decided.
        verified: How many of them the one-claim reader was asked about, too.
        calls: How often Python was asked, apart from `verified`: the function of a
            computed column and a declared policy once for each combination that they
            had not met, any other policy once for each claim.

    Units: minor units of the currency.

    Shape: `minor` and `outcome` have one element for each claim.
    """

    minor: Array
    outcome: Array
    outcomes: tuple[str, ...]
    currency: str | None
    policy: str
    policy_hash: str
    route: Route
    verified: int = 0
    calls: int = 0

    def __len__(self) -> int:
        """Count the claims."""
        return self.minor.size

    def codes(self) -> Array:
        """Return the label of every claim's outcome.

        Shape: one text for each claim.
        """
        return np.array(self.outcomes, dtype=object)[self.outcome]

    def totals(self) -> OutcomeTotals:
        """Count the claims of each outcome, and add up what they cost, exactly."""
        return self._totals

    @cached_property
    def _totals(self) -> OutcomeTotals:
        size = len(self.outcomes)
        counts = np.bincount(self.outcome, minlength=size).tolist()
        sums = exact_sums_by_place(self.outcome, self.minor, size)
        by: dict[str, Total] = {}
        for label, count, minor in zip(self.outcomes, counts, sums, strict=True):
            by[label] = by.get(label, _NOTHING) + Total(count, minor)
        return OutcomeTotals(by)

    def to_columns(self) -> dict[str, Array]:
        """Return the decisions as columns, for a frame or a file."""
        return {"outcome": self.codes(), "minor": self.minor}

    def __repr__(self) -> str:
        """Show the totals by outcome."""
        totals = self.totals()
        head = (
            f"{format_claim_count(len(self))} decided by {self.policy} "
            f"({self.policy_hash}), route {self.route}"
            f"{format_python_calls(self.calls)}, {self.verified} verified"
        )
        return "\n".join(
            [readable(head), *format_totals_as_lines(totals, self.currency)]
        )


def format_totals_as_lines(totals: OutcomeTotals, currency: str | None) -> list[str]:
    """Write the totals of the outcomes that occurred, and of all."""
    rows = [
        (label, f"{total.count:,}", format_sum(total.minor, currency))
        for label, total in totals.by_outcome.items()
        if total.count
    ]
    rows.append(("in all", f"{totals.count:,}", format_sum(totals.minor, currency)))
    return align_into_lines(rows)


def format_sum(minor: int, currency: str | None) -> str:
    """Write a sum with its currency; sums of many claims may be beyond `Money`."""
    if currency is None:
        return str(minor)
    unit = 10 ** Money.zero(currency).exponent
    whole, part = divmod(abs(minor), unit)
    digits = len(str(unit)) - 1
    sign = "-" if minor < 0 else ""
    point = f".{part:0{digits}d}" if digits else ""
    return f"{currency} {sign}{whole:,}{point}"


def format_claim_count(claims: int) -> str:
    """Write a number of claims."""
    return f"{claims:,} claim{'' if claims == 1 else 's'}"


def format_python_calls(calls: int) -> str:
    """Write how often Python was asked; nothing where it never was."""
    return f" ({calls:,} Python call{'' if calls == 1 else 's'})" if calls else ""


def align_into_lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """Align columns: the first to the left, all others to the right."""
    rows = [tuple(map(readable, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines: list[str] = []
    for first, *rest in rows:
        cells = [first.ljust(widths[0])]
        cells += [c.rjust(w) for c, w in zip(rest, widths[1:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return lines
