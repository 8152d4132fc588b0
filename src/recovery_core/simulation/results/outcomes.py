"""The outcomes by name, and what a run says about each, with its error bar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import inf
from types import MappingProxyType
from typing import Any, Final

import attrs
import numpy as np

from ..engine.scale import ONE
from .estimates import Estimate
from .ratios import Floats, Ratio, estimate_difference, estimate_ratio, share_ratio
from .totals import PATHS, SEVERITIES, Totals

__all__ = ["OUTCOMES", "Outcome", "Sums", "estimate", "gap", "grid", "ratio"]

Sums = Callable[[Mapping[str, Floats]], Floats]

_PARTS: Final = ("share", "0 to 1")
_COUNTED: Final = ("share", "number")


@attrs.frozen
class Outcome:
    """One outcome of a run: a ratio of two sums.

    Args:
        name: How it is asked for.
        what: What it tells, in a line.
        unit: What it is counted in; ``money`` is in major units of the currency.
        above: What is summed above the line.
        below: What is summed below it.
        is_better_high: Whether more of it is better.
        is_signed: Whether it can be less than nothing.
        counted: What is counted, where that is not what is below the line.
    """

    name: str
    what: str
    unit: str
    above: Sums
    below: Sums
    is_better_high: bool = True
    is_signed: bool = False
    counted: Sums | None = None

    @property
    def within(self) -> tuple[float, float]:
        """The least and the most that it can be."""
        return -inf if self.is_signed else 0.0, 1.0 if self.unit in _PARTS else inf


def _sum_reader(name: str) -> Sums:
    """Return a function that reads one sum."""

    def read(sums: Mapping[str, Floats]) -> Floats:
        return sums[name]

    return read


def _profit(sums: Mapping[str, Floats]) -> Floats:
    return sums["margin"] / 12 - sums["paid"]


_LIST: Final = (
    Outcome(
        "retention",
        "customers who are still there in the end",
        "share",
        _sum_reader("stayed"),
        _sum_reader("customers"),
    ),
    Outcome(
        "repurchase",
        "failed customers who come back in the month after",
        "share",
        _sum_reader("repurchases"),
        _sum_reader("failures"),
    ),
    Outcome(
        "satisfaction",
        "cumulative satisfaction of those who are there in the end",
        "0 to 1",
        lambda sums: sums["satisfaction"] / ONE,
        _sum_reader("stayed"),
    ),
    Outcome(
        "at_once",
        "satisfaction with the recovery, right after it",
        "0 to 1",
        lambda sums: sums["at_once"] / ONE,
        _sum_reader("genuine_claims"),
    ),
    Outcome(
        "warnings",
        "customers who warn others, per customer",
        "number",
        _sum_reader("warnings"),
        _sum_reader("customers"),
        is_better_high=False,
    ),
    Outcome(
        "recommendations",
        "customers who recommend after a failure, per customer",
        "number",
        _sum_reader("recommendations"),
        _sum_reader("customers"),
    ),
    Outcome(
        "sales",
        "what a customer spends",
        "money",
        lambda sums: sums["sales"] / 12,
        _sum_reader("customers"),
    ),
    Outcome(
        "cost",
        "what a customer is given",
        "money",
        _sum_reader("paid"),
        _sum_reader("customers"),
        is_better_high=False,
    ),
    Outcome(
        "value",
        "margin of a customer less what is given",
        "money",
        _profit,
        _sum_reader("customers"),
        is_signed=True,
    ),
    Outcome(
        "leakage",
        "share of what is given that goes to made-up claims",
        "share",
        _sum_reader("leaked"),
        _sum_reader("paid"),
        is_better_high=False,
        counted=_sum_reader("resolved"),
    ),
    Outcome(
        "claims",
        "claims per customer",
        "number",
        _sum_reader("claims"),
        _sum_reader("customers"),
        is_better_high=False,
    ),
    Outcome(
        "failures",
        "failures per customer",
        "number",
        _sum_reader("failures"),
        _sum_reader("customers"),
        is_better_high=False,
    ),
    Outcome(
        "resolved",
        "claims that end with amends",
        "share",
        _sum_reader("resolved"),
        _sum_reader("claims"),
    ),
    Outcome(
        "first_contact",
        "claims settled by the first offer, without asking anybody",
        "share",
        _sum_reader("first_contact"),
        _sum_reader("claims"),
    ),
    Outcome(
        "escalation",
        "claims for which somebody else had to be asked",
        "share",
        _sum_reader("escalated"),
        _sum_reader("claims"),
        is_better_high=False,
    ),
    Outcome(
        "double_deviation",
        "claims that came back because the recovery failed",
        "share",
        _sum_reader("reopened"),
        _sum_reader("claims"),
        is_better_high=False,
    ),
    Outcome(
        "response",
        "time until the company answers",
        "hours",
        lambda sums: sums["waited"] / 3600,
        _sum_reader("claims"),
        is_better_high=False,
    ),
    Outcome(
        "resolution",
        "time until a case is settled",
        "hours",
        lambda sums: sums["hours"] - sums["answered"] + sums["waited"] / 3600,
        _sum_reader("claims"),
        is_better_high=False,
    ),
    Outcome(
        "suspicion",
        "claims that the detector acts on",
        "share",
        _sum_reader("flagged"),
        _sum_reader("claims"),
        is_better_high=False,
    ),
)

OUTCOMES: Final = MappingProxyType({outcome.name: outcome for outcome in _LIST})
"""Every outcome, by name."""


def ratio(totals: Totals, outcome: Outcome) -> Ratio:
    """Return what stands above and below the line of an outcome, group by group."""
    sums = {name: column.astype(np.float64) for name, column in totals.groups.items()}
    below = outcome.below(sums)
    counted = below if outcome.counted is None else outcome.counted(sums)
    # The rule of three needs a number of trials, and there are none in a mean.
    trials = max(1.0, float(counted.sum())) if outcome.unit in _COUNTED else inf
    return Ratio(outcome.above(sums), below, outcome.within, trials)


def estimate(totals: Totals, outcome: Outcome, unit: float) -> Estimate:
    """Estimate one outcome.

    Args:
        totals: What the run came to.
        outcome: Which outcome.
        unit: How many minor units make a major one.
    """
    figure = estimate_ratio(ratio(totals, outcome))
    return figure.times(1 / unit) if outcome.unit == "money" else figure


def gap(first: Totals, second: Totals, outcome: Outcome, unit: float) -> Estimate:
    """Estimate the second less the first, on the same customers with the same luck."""
    difference = estimate_difference(ratio(first, outcome), ratio(second, outcome))
    return difference.times(1 / unit) if outcome.unit == "money" else difference


def grid(totals: Totals) -> dict[tuple[str, str], Estimate]:
    """Estimate who comes back, by severity and by what became of the failure.

    Returns:
        The share by severity and path; what never occurred is left out.
    """
    shares: dict[tuple[str, str], Estimate] = {}
    for number, (severity, path) in enumerate(
        (severity, path) for severity in SEVERITIES for path in PATHS
    ):
        episodes = totals.groups[f"episodes {number}"]
        if episodes.any():
            back = totals.groups[f"repurchases {number}"]
            shares[severity, path] = estimate_ratio(share_ratio(back, episodes))
    return shares


def listed(estimates: Mapping[str, Estimate]) -> Iterable[dict[str, Any]]:
    """Return estimates as rows of a table."""
    for name, figure in estimates.items():
        yield {"outcome": name, "unit": OUTCOMES[name].unit, **figure.to_dict()}
