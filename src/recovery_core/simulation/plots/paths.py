"""Satisfaction and presence, month by month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isnan, nan
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any, Final, TypeGuard, cast

from ...errors import InvalidValueError
from ..engine.scale import ONE
from ..runs.run import Result
from . import figure_style, findings, line_labels

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_paths"]

_WIDE: Final = 28  # characters of a name
_DOTS: Final = (
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
    target = figure_style.target_of(path)
    named = _named(results)
    figure = figure_style.sheet(8.0, 6.4)
    panels = dict(zip(_PANELS, figure_style.blank(figure, len(_PANELS)), strict=True))
    for outcome, axes in panels.items():
        axes.set_ylabel(_PANELS[outcome], fontsize=10)
    panels["retention"].set_xlabel("months passed", fontsize=10)
    found = [result[outcome] for result in named.values() for outcome in _PANELS]
    note = f"{findings.run_of(named.values(), found)} {_DOTS}"
    figure_style.title(figure, _finding(named), note)
    endings = {
        outcome: [
            _draw(axes, outcome, name, result, number)
            for number, (name, result) in enumerate(named.items())
        ]
        for outcome, axes in panels.items()
    }
    panels["retention"].set_xlim(left=0)
    line_labels.label_ends(figure, [(panels[name], endings[name]) for name in _PANELS])
    return figure_style.saved(figure, target)


def _is_named(given: object) -> TypeGuard[Mapping[str, Result]]:
    return isinstance(given, Mapping)


def _named(
    given: Result | Mapping[str, Result] | Iterable[Result],
) -> dict[str, Result]:
    if _is_named(given):
        named = dict(given)
    else:
        many = [given] if isinstance(given, Result) else cast("Iterable[Result]", given)
        listed = list(many)
        named = {result.company.name: result for result in listed}
        if len(named) < len(listed):
            raise InvalidValueError(
                f"of {len(listed)} results some have companies of the same name: give "
                "a mapping of name to result"
            )
    if not named:
        raise InvalidValueError("there is no result to draw: give at least one")
    for name, result in named.items():
        if "followed" not in result.totals.months:
            raise InvalidValueError(
                f"satisfaction of {name!r} was not followed: simulate with paths=True"
            )
        if not result.totals["customers"]:
            raise InvalidValueError(
                f"nobody is a customer of {name!r} yet: give a longer run, or a world "
                "with customers from the beginning"
            )
    return named


def _draw(
    axes: Any, outcome: str, name: str, result: Result, number: int
) -> line_labels.LineLabel:
    """Draw one line with the interval at its end, and say what is written there."""
    colour, style = figure_style.line(number)
    values = _satisfied(result) if outcome == "satisfaction" else _present(result)
    found = result[outcome].times(findings.factor_of(outcome))
    # Who leaves in a month is still there in it, so the end is one month on.
    if outcome == "retention":
        values = [*values, found.value]
    axes.plot(range(len(values)), values, color=colour, ls=style, lw=1.8)
    axes.errorbar(
        *(result.months, found.value, figure_style.bar(found)),
        fmt="o",
        color=colour,
        ms=4,
        capsize=3,
    )
    written = f"{fill(name, _WIDE)}  {findings.said(result[outcome], outcome, '')}"
    # Where nobody is there in the end, the name stands where somebody was last.
    height = found.value if found.is_known else [v for v in values if not isnan(v)][-1]
    return line_labels.LineLabel(result.months, height, written, colour)


def _satisfied(result: Result) -> list[float]:
    """Give the mean satisfaction of those who are there; none where nobody is."""
    months = result.totals.months
    pairs = zip(
        months["satisfaction"].tolist(), months["followed"].tolist(), strict=True
    )
    return [total / count / ONE if count else nan for total, count in pairs]


def _present(result: Result) -> list[float]:
    here = result.totals.months["here"].tolist()
    everybody = result.totals["customers"]
    return [100 * count / everybody for count in here]


def _finding(named: Mapping[str, Result]) -> str:
    (first, best), *others = sorted(
        named.items(), key=lambda item: -item[1]["retention"].value
    )
    kept = findings.said_number(best["retention"], "retention", "")
    if not others:
        mean = findings.said_number(best["satisfaction"], "satisfaction", "")
        return (
            f"{first} keeps {kept} of its customers for {best.months} months, at a "
            f"mean satisfaction of {mean}"
        )
    second, other = others[0]
    text = f"{first} keeps most customers: {kept} after {best.months} months"
    if best["retention"].low <= other["retention"].high:
        return f"{text}, though not clearly more than {second}"
    return text
