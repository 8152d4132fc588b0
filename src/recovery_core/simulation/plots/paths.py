"""Satisfaction and presence, month by month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isnan, nan
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Final, TypeGuard, cast

from ...errors import InvalidValueError
from ..engine.scale import ONE
from ..runs.run import Result
from . import figure_style, findings, line_labels
from .figure_style import Panel

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_paths"]

_NAME_WIDTH: Final = 28  # characters of a name
_DOTS_NOTE: Final = (
    "The lines tell of all who are there in a month, the dots of those who stay."
)
_PANELS: Final = {
    "satisfaction": "satisfaction\n(mean of those there, 0 to 1)",
    "retention": "customers who are there\n(% of all)",
}


def plot_paths(
    results: Result | Mapping[str, Result] | Iterable[Result],
    *,
    path: str | Path | None = None,
) -> Figure:
    """Draw how satisfied those are who are there, and how many are, month by month.

    The two belong together: where the unhappy leave, those who are left are happier.
    The intervals stand at the ends of the lines, where they are known.

    Args:
        results: What `simulate` came to with ``paths=True``: one result; several by
            name; or a list, where each goes by the name of its company.
        path: Where to write it, as PNG or SVG by its suffix.

    Returns:
        The figure, to be shown or changed.

    Raises:
        InvalidValueError: There is no result, satisfaction was not followed, two have
            the same name, or there is no such folder or format.

    Units: satisfaction from 0 to 1; who is there in per cent of all customers.
    """
    target = figure_style.parse_picture_path(path)
    results_by_name = _results_by_name(results)
    figure = figure_style.new_figure(8.0, 6.4)
    panels = dict(
        zip(_PANELS, figure_style.add_panels(figure, len(_PANELS)), strict=True)
    )
    for outcome, axes in panels.items():
        axes.set_ylabel(_PANELS[outcome], fontsize=10)
    panels["retention"].set_xlabel("months passed", fontsize=10)
    estimates = [
        result[outcome] for result in results_by_name.values() for outcome in _PANELS
    ]
    note = f"{findings.describe_runs(results_by_name.values(), estimates)} {_DOTS_NOTE}"
    figure_style.write_title(figure, _phrase_finding(results_by_name), note)
    labels = {
        outcome: [
            _draw_path(axes, outcome, name, result, number)
            for number, (name, result) in enumerate(results_by_name.items())
        ]
        for outcome, axes in panels.items()
    }
    panels["retention"].set_xlim(left=0)
    line_labels.label_ends(figure, [(panels[name], labels[name]) for name in _PANELS])
    return figure_style.save_figure(figure, target)


def _is_named(value: object) -> TypeGuard[Mapping[str, Result]]:
    return isinstance(value, Mapping)


def _results_by_name(
    results: Result | Mapping[str, Result] | Iterable[Result],
) -> dict[str, Result]:
    """Return results by name; refuse what cannot be drawn as a path."""
    if _is_named(results):
        by_name = dict(results)
    else:
        given_results = (
            [results]
            if isinstance(results, Result)
            else cast("Iterable[Result]", results)
        )
        listed = list(given_results)
        by_name = {result.company.name: result for result in listed}
        if len(by_name) < len(listed):
            raise InvalidValueError(
                f"of {len(listed)} results some have companies of the same name: give "
                "a mapping of name to result"
            )
    if not by_name:
        raise InvalidValueError("there is no result to draw: give at least one")
    for name, result in by_name.items():
        if "followed" not in result.totals.months:
            raise InvalidValueError(
                f"satisfaction of {name!r} was not followed: simulate with paths=True"
            )
        if not result.totals["customers"]:
            raise InvalidValueError(
                f"nobody is a customer of {name!r} yet: give a longer run, or a world "
                "with customers from the beginning"
            )
    return by_name


def _draw_path(
    axes: Panel, outcome: str, name: str, result: Result, number: int
) -> line_labels.LineLabel:
    """Draw one line with the interval at its end, and return the label for it."""
    colour, style = figure_style.line_style(number)
    values = (
        _mean_satisfaction(result)
        if outcome == "satisfaction"
        else _presence_percent(result)
    )
    final = result[outcome].times(findings.display_factor(outcome))
    # Who leaves in a month is still there in it, so the end is one month on.
    if outcome == "retention":
        values = [*values, final.value]
    axes.plot(range(len(values)), values, color=colour, ls=style, lw=1.8)
    axes.errorbar(
        *(result.months, final.value, figure_style.error_bar(final)),
        fmt="o",
        color=colour,
        ms=4,
        capsize=3,
    )
    figure = findings.format_estimate(result[outcome], outcome, "")
    label_text = f"{fill(name, _NAME_WIDTH)}  {figure}"
    # Where nobody is there in the end, the name stands where somebody was last.
    height = final.value if final.is_known else [v for v in values if not isnan(v)][-1]
    return line_labels.LineLabel(result.months, height, label_text, colour)


def _mean_satisfaction(result: Result) -> list[float]:
    """Return the mean satisfaction of those present; NaN where nobody is."""
    months = result.totals.months
    pairs = zip(
        months["satisfaction"].tolist(), months["followed"].tolist(), strict=True
    )
    return [total / count / ONE if count else nan for total, count in pairs]


def _presence_percent(result: Result) -> list[float]:
    present = result.totals.months["here"].tolist()
    everybody = result.totals["customers"]
    return [100 * count / everybody for count in present]


def _phrase_finding(results: Mapping[str, Result]) -> str:
    """Return the title: who keeps most customers, and whether that is clear."""
    (first, best), *runners_up = sorted(
        results.items(), key=lambda item: -item[1]["retention"].value
    )
    share = findings.format_value(best["retention"], "retention", "")
    if not runners_up:
        mean = findings.format_value(best["satisfaction"], "satisfaction", "")
        return (
            f"{first} keeps {share} of its customers for {best.months} months, at a "
            f"mean satisfaction of {mean}"
        )
    second, second_result = runners_up[0]
    text = f"{first} keeps most customers: {share} after {best.months} months"
    # Overlapping intervals may hide a difference, but never invent one.
    if best["retention"].low <= second_result["retention"].high:
        return f"{text}, though not clearly more than {second}"
    return text
