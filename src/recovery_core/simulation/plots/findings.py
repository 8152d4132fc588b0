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
    "axis",
    "bars_of",
    "capital",
    "digits_of",
    "factor_of",
    "listing",
    "moves",
    "number",
    "run_of",
    "said",
    "said_number",
    "sized",
    "spoken",
    "unit_of",
]

_MOST: Final = 6
_NOT_KNOWN: Final = "not known"
_ALL: Final = "bars are 95 % intervals"
_SOME: Final = f"{_ALL}; what has none, has one that is not known"
_NONE: Final = "no interval is known"


def spoken(name: str) -> str:
    """Write a name as words.

    Example:
        >>> spoken("first_contact")
        'first contact'
    """
    return name.replace("_", " ")


def unit_of(outcome: str, currency: str) -> str:
    """Name the unit that is written behind an outcome; a part of 1 has none."""
    unit = OUTCOMES[outcome].unit
    return {"money": currency, "share": "%", "number": "", "0 to 1": ""}.get(unit, unit)


def factor_of(outcome: str) -> float:
    """Give the factor from an outcome to how it is written: shares in per cent."""
    return 100.0 if OUTCOMES[outcome].unit == "share" else 1.0


def axis(outcome: str, currency: str) -> str:
    """Name an axis: the outcome, its unit, which way is better, and what it is."""
    known = OUTCOMES[outcome]
    unit = "0 to 1" if known.unit == "0 to 1" else unit_of(outcome, currency)
    better = f"{'more' if known.is_better_high else 'less'} is better"
    inside = f"{unit}; {better}" if unit else better
    return f"{spoken(outcome)} ({inside})\n{known.what}"


def digits_of(half: float) -> int:
    """Return the decimals worth writing next to half an interval."""
    if not 0 < half < inf:
        return 3
    return max(0, min(_MOST, 1 - floor(log10(half))))


def number(value: float, half: float, digits: int | None = None) -> str:
    """Write a figure with its interval, as far as they are known."""
    if isnan(value):
        return _NOT_KNOWN
    places = digits_of(half) if digits is None else digits
    # A rounded nothing has no sign.
    text = f"{round(value, places) + 0.0:,.{places}f}"
    return f"{text} ± {half:,.{places}f}" if isfinite(half) else text


def said(found: Estimate, outcome: str, currency: str) -> str:
    """Write an estimate of an outcome with its interval and unit."""
    if not found.is_known:
        return _NOT_KNOWN
    scaled = found.times(factor_of(outcome))
    half = scaled.reach if scaled.has_interval else inf
    return f"{number(scaled.value, half)} {unit_of(outcome, currency)}".rstrip()


def said_number(found: Estimate, outcome: str, currency: str) -> str:
    """Write an estimate of an outcome with its unit, for a title."""
    if not found.is_known:
        return _NOT_KNOWN
    factor = factor_of(outcome)
    places = max(0, digits_of(found.half_width * factor) - 1)
    text = number(found.value * factor, inf, places)
    return f"{text} {unit_of(outcome, currency)}".rstrip()


def listing(names: Sequence[str], joint: str = "and") -> str:
    """List names as one says them.

    Example:
        >>> listing(["a", "b", "c"])
        'a, b and c'
    """
    *others, last = names
    return f"{', '.join(others)} {joint} {last}" if others else last


def moves(values: Sequence[float], places: Sequence[str]) -> str:
    """Say which way a curve goes: up, down, or up to a place and then down.

    Args:
        values: The curve.
        places: How the place of each value is called.

    Example:
        >>> moves([0.1, 0.4, 0.3], ["0", "1", "2"])
        'rises to 1, then falls'
    """
    slack = (max(values) - min(values)) * 1e-9
    ways = [
        (place, after > before)
        for place, (before, after) in enumerate(pairwise(values))
        if abs(after - before) > slack
    ]
    turns = [(one, two) for one, two in pairwise(ways) if one[1] != two[1]]
    if not ways:
        return "stays the same"
    verbs = [("rises" if up else "falls") for _, up in (ways[0], ways[-1])]
    if not turns:
        return verbs[0]
    if len(turns) > 1:
        return "goes up and down"
    return f"{verbs[0]} to {places[turns[0][1][0]]}, then {verbs[1]}"


def capital(text: str) -> str:
    """Begin a sentence with a capital."""
    return text[:1].upper() + text[1:]


def bars_of(estimates: Iterable[Estimate]) -> str:
    """Say what the bars are, and what it means that there is none."""
    known = [found.has_interval for found in estimates]
    if all(known):
        return _ALL
    return _SOME if any(known) else _NONE


def run_of(results: Iterable[Result], estimates: Iterable[Estimate]) -> str:
    """Say what a picture rests on, as far as all runs have it in common."""
    runs = {(r.customers, r.months, r.seed) for r in results}
    if len(runs) > 1:
        return f"Runs of different size, length or luck; {bars_of(estimates)}."
    ((customers, months, seed),) = runs
    return sized(customers, months, f"seed {seed}; {bars_of(estimates)}")


def sized(customers: int, months: int, more: str) -> str:
    """Say how large and how long a run was."""
    return f"{customers:,} customers, {months} months, {more}."
