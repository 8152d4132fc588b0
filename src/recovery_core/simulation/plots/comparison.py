"""Two companies on the same customers: what the second changes."""

from __future__ import annotations

from collections.abc import Iterable
from math import floor, log10
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from ...errors import InvalidValueError
from ..results.estimates import Estimate
from ..results.outcomes import OUTCOMES
from ..runs.compare import Comparison
from ..runs.run import outcome_of
from . import figure_style, findings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_comparison"]

_APART: Final = 20  # so many times the smallest, and the axis is drawn together
_NAMED: Final = 3  # so many names still fit into a title
_COLOURS: Final = {
    "better": figure_style.BETTER,
    "worse": figure_style.WORSE,
    "not clear": figure_style.MUTED,
}


@attrs.frozen
class _Others:
    """What has no dot: it is the same, has nothing to be part of, or is not known."""

    same: list[str] = attrs.field(factory=list[str])
    without: list[str] = attrs.field(factory=list[str])
    unknown: list[str] = attrs.field(factory=list[str])


@attrs.frozen
class _Row:
    """One outcome: its difference, and the same as a part of the first's."""

    outcome: str
    found: Estimate
    part: Estimate

    @property
    def verdict(self) -> str:
        """Tell in words how the second does."""
        if not self.found.is_clear:
            return "not clear"
        is_good = (self.found.value > 0) == OUTCOMES[self.outcome].is_better_high
        return "better" if is_good else "worse"


def plot_comparison(
    comparison: Comparison,
    outcomes: Iterable[str] | None = None,
    *,
    path: str | Path | None = None,
) -> Figure:
    """Draw what changes from the first company to the second.

    Every outcome is a dot with its interval, in per cent of what the first came to, so
    that all share an axis; where some are many times larger than others the axis is
    drawn together away from zero. Whether it is better or worse is said beside it,
    with the difference in its own unit.

    Args:
        comparison: What `compare` found.
        outcomes: Which of `OUTCOMES`, from above; all unless given. What is the same
            in both, was nothing in the first, or is not known has no dot and is named
            below.
        path: Where to write it, as PNG or SVG by its suffix.

    Returns:
        The figure, to be shown or changed.

    Raises:
        InvalidValueError: There is no such outcome, nothing differs, or there is no
            such folder or format.

    Units: per cent of the first company's outcome.
    """
    target = figure_style.target_of(path)
    names = list(OUTCOMES) if outcomes is None else list(outcomes)
    rows, others = _sorted(comparison, names)
    figure = figure_style.sheet(8.6, 1.7 + 0.36 * len(rows))
    (axes,) = figure_style.blank(figure)
    currency = comparison.first.world.population.currency
    for place, row in enumerate(rows):
        _draw(axes, place, row, currency)
    axes.axvline(0, color="black", lw=1)
    axes.set_yticks(range(len(rows)), [findings.spoken(r.outcome) for r in rows])
    axes.tick_params(axis="y", length=0, labelsize=10)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    first, second = (
        side.company.name for side in (comparison.first, comparison.second)
    )
    label = f"{second} less {first}, in % of {first}"
    if _draw_together(axes, rows):
        label += "\n(the axis is drawn together away from zero)"
    axes.set_xlabel(label, fontsize=10)
    note = _note(comparison, rows, others)
    figure_style.title(figure, _finding(rows, first, second), note)
    return figure_style.saved(figure, target)


def _sorted(comparison: Comparison, names: list[str]) -> tuple[list[_Row], _Others]:
    """Tell what can be drawn, and why the others cannot."""
    rows: list[_Row] = []
    others = _Others()
    for name in names:
        base, found = comparison.first[outcome_of(name).name].value, comparison[name]
        if not found.is_known:
            others.unknown.append(findings.spoken(name))
        elif found.value == 0 and not found.error:
            others.same.append(findings.spoken(name))
        elif not base:
            others.without.append(findings.spoken(name))
        else:
            rows.append(_Row(name, found, found.times(100 / abs(base))))
    if not rows:
        raise InvalidValueError(
            "there is no difference to draw: compare two companies that differ in one "
            f"of {', '.join(names) or 'the outcomes, and name one'}"
        )
    return rows, others


def _draw(axes: Any, place: int, row: _Row, currency: str) -> None:
    colour = _COLOURS[row.verdict]
    axes.errorbar(
        *(row.part.value, place, None, figure_style.bar(row.part)),
        fmt="o",
        color=colour,
        ms=6,
        elinewidth=1.6,
        capsize=3,
    )
    said = findings.said(row.found, row.outcome, currency).replace("%", "% points")
    sign = "+" if row.found.value > 0 else ""
    axes.text(
        *(1.02, place, f"{row.verdict}:  {sign}{said}"),
        transform=axes.get_yaxis_transform(),
        va="center",
        fontsize=9,
        color=colour,
    )


def _draw_together(axes: Any, rows: list[_Row]) -> bool:
    """Draw the axis together where the small would vanish beside the large."""
    sizes = sorted(abs(row.part.value) for row in rows)
    middle, largest = sizes[len(sizes) // 2], sizes[-1]
    if largest <= _APART * middle or not middle:
        return False
    axes.set_xscale("asinh", linear_width=middle / 2)
    low, high = axes.get_xlim()
    powers = [10.0**power for power in range(floor(log10(middle)), 7)]
    ticks = [*(-power for power in powers), 0.0, *powers]
    shown = [tick for tick in ticks if low <= tick <= high]
    axes.set_xticks(shown, [f"{tick:+,g}" if tick else "0" for tick in shown])
    axes.set_xticks([], minor=True)
    return True


def _finding(rows: list[_Row], first: str, second: str) -> str:
    by = {verdict: [r for r in rows if r.verdict == verdict] for verdict in _COLOURS}
    parts = [
        f"{verdict} in {_some([findings.spoken(r.outcome) for r in found])}"
        for verdict, found in by.items()
        if found and verdict != "not clear"
    ]
    if not parts:
        return f"{second} is not clearly better or worse than {first} in anything"
    return f"{second}, set against {first}, is {' and '.join(parts)}"


def _some(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= _NAMED else f"{len(names)} outcomes"


def _note(comparison: Comparison, rows: list[_Row], others: _Others) -> str:
    first = comparison.first
    note = findings.run_of([first], [row.found for row in rows])
    balance = comparison.winners_losers
    note += (
        f" {balance.winners:,} customers are better off, {balance.losers:,} worse, "
        f"{balance.same:,} as before."
    )
    if others.same:
        note += f" The same in both: {findings.listing(others.same)}."
    if others.without:
        named = ", ".join(others.without)
        note += f" Not drawn, since 0 with {first.company.name}: {named}."
    if others.unknown:
        note += f" Not known: {findings.listing(others.unknown)}."
    return note
