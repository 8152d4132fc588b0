"""How figures and findings are put into words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import floor, inf, isfinite, isnan, log10
from typing import Final

from ..results.estimates import Estimate
from ..results.outcomes import OUTCOMES
from ..runs.run import Result

__all__ = [
    "axis_label",
    "capitalize_first",
    "decimals_for",
    "describe_course",
    "describe_intervals",
    "describe_runs",
    "describe_size",
    "display_factor",
    "format_estimate",
    "format_number",
    "format_value",
    "join_names",
    "spell_out",
    "unit_text",
]

_MOST_DIGITS: Final = 6
_NOT_KNOWN: Final = "not known"
_ALL_BARS: Final = "bars are 95 % intervals"
_SOME_BARS: Final = f"{_ALL_BARS}; what has none, has one that is not known"
_NO_BARS: Final = "no interval is known"


def spell_out(name: str) -> str:
    """Return a name as words.

    Example:
        >>> spell_out("first_contact")
        'first contact'
    """
    return name.replace("_", " ")


def unit_text(outcome: str, currency: str) -> str:
    """Return the unit that is written behind an outcome; a part of 1 has none."""
    unit = OUTCOMES[outcome].unit
    return {"money": currency, "share": "%", "number": "", "0 to 1": ""}.get(unit, unit)


def display_factor(outcome: str) -> float:
    """Return the factor from an outcome to how it is written: shares in per cent."""
    return 100.0 if OUTCOMES[outcome].unit == "share" else 1.0


def axis_label(outcome: str, currency: str) -> str:
    """Return the text at an axis: outcome, unit, which way is better, meaning."""
    definition = OUTCOMES[outcome]
    unit = "0 to 1" if definition.unit == "0 to 1" else unit_text(outcome, currency)
    better = f"{'more' if definition.is_better_high else 'less'} is better"
    inside = f"{unit}; {better}" if unit else better
    return f"{spell_out(outcome)} ({inside})\n{definition.what}"


def decimals_for(half: float) -> int:
    """Return the decimals worth writing next to half an interval."""
    if not 0 < half < inf:
        return 3
    return max(0, min(_MOST_DIGITS, 1 - floor(log10(half))))


def format_number(value: float, half: float, digits: int | None = None) -> str:
    """Return a figure with its interval as text, as far as they are known."""
    if isnan(value):
        return _NOT_KNOWN
    places = decimals_for(half) if digits is None else digits
    # A rounded nothing has no sign.
    text = f"{round(value, places) + 0.0:,.{places}f}"
    return f"{text} ± {half:,.{places}f}" if isfinite(half) else text


def format_estimate(estimate: Estimate, outcome: str, currency: str) -> str:
    """Return an estimate of an outcome as text, with its interval and unit."""
    if not estimate.is_known:
        return _NOT_KNOWN
    scaled = estimate.times(display_factor(outcome))
    half = scaled.reach if scaled.has_interval else inf
    return (
        f"{format_number(scaled.value, half)} {unit_text(outcome, currency)}".rstrip()
    )


def format_value(estimate: Estimate, outcome: str, currency: str) -> str:
    """Return an estimate of an outcome as text with its unit, for a title."""
    if not estimate.is_known:
        return _NOT_KNOWN
    factor = display_factor(outcome)
    places = max(0, decimals_for(estimate.half_width * factor) - 1)
    text = format_number(estimate.value * factor, inf, places)
    return f"{text} {unit_text(outcome, currency)}".rstrip()


def join_names(names: Sequence[str], joint: str = "and") -> str:
    """Return names joined as in a sentence.

    Example:
        >>> join_names(["a", "b", "c"])
        'a, b and c'
    """
    *all_but_last, last = names
    return f"{', '.join(all_but_last)} {joint} {last}" if all_but_last else last


def describe_course(values: Sequence[float], place_names: Sequence[str]) -> str:
    """Return in words which way a curve goes: up, down, or up and then down.

    Args:
        values: The curve.
        place_names: How the place of each value is called.

    Example:
        >>> describe_course([0.1, 0.4, 0.3], ["0", "1", "2"])
        'rises to 1, then falls'
    """
    # Differences within rounding are no movement.
    slack = (max(values) - min(values)) * 1e-9
    steps = [
        (index, after > before)
        for index, (before, after) in enumerate(pairwise(values))
        if abs(after - before) > slack
    ]
    turns = [
        (before_turn, after_turn)
        for before_turn, after_turn in pairwise(steps)
        if before_turn[1] != after_turn[1]
    ]
    if not steps:
        return "stays the same"
    verbs = [("rises" if up else "falls") for _, up in (steps[0], steps[-1])]
    if not turns:
        return verbs[0]
    if len(turns) > 1:
        return "goes up and down"
    return f"{verbs[0]} to {place_names[turns[0][1][0]]}, then {verbs[1]}"


def capitalize_first(text: str) -> str:
    """Return a text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def describe_intervals(estimates: Iterable[Estimate]) -> str:
    """Return in words what the bars are, and what it means that there is none."""
    interval_known = [estimate.has_interval for estimate in estimates]
    if all(interval_known):
        return _ALL_BARS
    return _SOME_BARS if any(interval_known) else _NO_BARS


def describe_runs(results: Iterable[Result], estimates: Iterable[Estimate]) -> str:
    """Return in words what a picture rests on, as far as all runs have it in common."""
    runs = {(r.customers, r.months, r.seed) for r in results}
    if len(runs) > 1:
        return (
            f"Runs of different size, length or luck; {describe_intervals(estimates)}."
        )
    ((customers, months, seed),) = runs
    return describe_size(
        customers, months, f"seed {seed}; {describe_intervals(estimates)}"
    )


def describe_size(customers: int, months: int, remarks: str) -> str:
    """Return in words how many customers and months a run had."""
    return f"{customers:,} customers, {months} months, {remarks}."
