"""Two companies on the same customers: what the second changes."""

from __future__ import annotations

from collections.abc import Iterable
from math import floor, log10
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from ...errors import InvalidValueError
from ..results.estimates import Estimate
from ..results.outcomes import OUTCOMES
from ..runs.compare import Comparison
from ..runs.run import outcome_of
from . import figure_style, findings
from .figure_style import Panel

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_comparison"]

_COMPRESSED_ABOVE: Final = (
    20  # so many times the smallest, and the axis is drawn together
)
_NAMES_IN_TITLE: Final = 3  # so many names still fit into a title
_COLOURS: Final = {
    "better": figure_style.BETTER,
    "worse": figure_style.WORSE,
    "not clear": figure_style.MUTED,
}


@attrs.frozen
class _UndrawnOutcomes:
    """Outcomes without a dot: equal in both, a part of nothing, or not known."""

    same: list[str] = attrs.field(factory=list[str])
    without: list[str] = attrs.field(factory=list[str])
    unknown: list[str] = attrs.field(factory=list[str])


@attrs.frozen
class _DrawnDifference:
    """One outcome: its difference, and the same as a part of the first's."""

    outcome: str
    difference: Estimate
    percent: Estimate

    @property
    def verdict(self) -> str:
        """How the second company does: better, worse, or not clear."""
        if not self.difference.is_clear:
            return "not clear"
        is_good = (self.difference.value > 0) == OUTCOMES[self.outcome].is_better_high
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
    target = figure_style.parse_picture_path(path)
    names = OUTCOMES if outcomes is None else outcomes
    rows, undrawn = _split_outcomes(comparison, list(names))
    figure = figure_style.new_figure(8.6, 1.7 + 0.36 * len(rows))
    (axes,) = figure_style.add_panels(figure)
    currency = comparison.first.world.population.currency
    for position, row in enumerate(rows):
        _draw_difference(axes, position, row, currency)
    axes.axvline(0, color="black", lw=1)
    figure_style.label_rows(axes, [findings.spell_out(row.outcome) for row in rows])
    first, second = (
        side.company.name for side in (comparison.first, comparison.second)
    )
    label = f"{second} less {first}, in % of {first}"
    if _compress_axis(axes, rows):
        label += "\n(the axis is drawn together away from zero)"
    axes.set_xlabel(label, fontsize=10)
    note = _phrase_note(comparison, rows, undrawn)
    figure_style.write_title(figure, _phrase_finding(rows, first, second), note)
    return figure_style.save_figure(figure, target)


def _split_outcomes(
    comparison: Comparison, names: list[str]
) -> tuple[list[_DrawnDifference], _UndrawnOutcomes]:
    """Return the differences that can be drawn, and why the others cannot be."""
    rows: list[_DrawnDifference] = []
    undrawn = _UndrawnOutcomes()
    for name in names:
        first_value, difference = (
            comparison.first[outcome_of(name).name].value,
            comparison[name],
        )
        if not difference.is_known:
            undrawn.unknown.append(findings.spell_out(name))
        elif difference.value == 0 and not difference.error:
            undrawn.same.append(findings.spell_out(name))
        elif not first_value:
            undrawn.without.append(findings.spell_out(name))
        else:
            rows.append(
                _DrawnDifference(
                    name, difference, difference.times(100 / abs(first_value))
                )
            )
    if not rows:
        raise InvalidValueError(
            "there is no difference to draw: compare two companies that differ in one "
            f"of {', '.join(names) or 'the outcomes, and name one'}"
        )
    return rows, undrawn


def _draw_difference(
    axes: Panel, position: int, row: _DrawnDifference, currency: str
) -> None:
    """Draw one outcome as a dot with its interval, and write the verdict beside it."""
    colour = _COLOURS[row.verdict]
    axes.errorbar(
        *(row.percent.value, position, None, figure_style.error_bar(row.percent)),
        fmt="o",
        color=colour,
        ms=6,
        elinewidth=1.6,
        capsize=3,
    )
    difference_text = findings.format_estimate(
        row.difference, row.outcome, currency
    ).replace("%", "% points")
    sign = "+" if row.difference.value > 0 else ""
    axes.text(
        *(1.02, position, f"{row.verdict}:  {sign}{difference_text}"),
        transform=axes.get_yaxis_transform(),
        va="center",
        fontsize=9,
        color=colour,
    )


def _compress_axis(axes: Panel, rows: list[_DrawnDifference]) -> bool:
    """Compress the axis if the small would vanish beside the large; return whether."""
    sizes = sorted(abs(row.percent.value) for row in rows)
    middle, largest = sizes[len(sizes) // 2], sizes[-1]
    if largest <= _COMPRESSED_ABOVE * middle or not middle:
        return False
    # Linear near zero and logarithmic away from it, on both sides: log has no zero.
    axes.set_xscale("asinh", linear_width=middle / 2)
    low, high = axes.get_xlim()
    powers = [10.0**power for power in range(floor(log10(middle)), 7)]
    ticks = [*(-power for power in powers), 0.0, *powers]
    visible_ticks = [tick for tick in ticks if low <= tick <= high]
    axes.set_xticks(
        visible_ticks, [f"{tick:+,g}" if tick else "0" for tick in visible_ticks]
    )
    axes.set_xticks([], minor=True)
    return True


def _phrase_finding(rows: list[_DrawnDifference], first: str, second: str) -> str:
    """Return the title: in which outcomes the second is better, and in which worse."""
    rows_by_verdict = {
        verdict: [r for r in rows if r.verdict == verdict] for verdict in _COLOURS
    }
    parts = [
        f"{verdict} in {_phrase_names(verdict_rows)}"
        for verdict, verdict_rows in rows_by_verdict.items()
        if verdict_rows and verdict != "not clear"
    ]
    if not parts:
        return f"{second} is not clearly better or worse than {first} in anything"
    return f"{second}, set against {first}, is {' and '.join(parts)}"


def _phrase_names(rows: list[_DrawnDifference]) -> str:
    """Return the names of outcomes, or their number where a title has no room."""
    names = ", ".join(findings.spell_out(row.outcome) for row in rows)
    return names if len(rows) <= _NAMES_IN_TITLE else f"{len(rows)} outcomes"


def _phrase_note(
    comparison: Comparison, rows: list[_DrawnDifference], undrawn: _UndrawnOutcomes
) -> str:
    """Return the lines below the picture: the runs, the customers, what is missing."""
    first = comparison.first
    note = findings.describe_runs([first], [row.difference for row in rows])
    balance = comparison.winners_losers
    note += (
        f" {balance.winners:,} customers are better off, {balance.losers:,} worse, "
        f"{balance.same:,} as before."
    )
    if undrawn.same:
        note += f" The same in both: {findings.join_names(undrawn.same)}."
    if undrawn.without:
        outcome_names = ", ".join(undrawn.without)
        note += f" Not drawn, since 0 with {first.company.name}: {outcome_names}."
    if undrawn.unknown:
        note += f" Not known: {findings.join_names(undrawn.unknown)}."
    return note
