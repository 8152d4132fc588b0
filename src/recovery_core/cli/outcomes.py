"""What an experiment came to, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import floor, inf, isfinite, log10
from typing import TYPE_CHECKING, Any, Final, Literal

from .show import PrintedTable

if TYPE_CHECKING:
    from ..simulation import Comparison, Estimate, Result, Sweep
    from ..simulation.runs.paradox import Paradox

__all__ = ["comparison_tables", "paradox_tables", "result_tables", "sweep_tables"]

_MOST: Final = 6  # decimals
_INTERVAL: Final = "95 % interval"
_NOT_KNOWN: Final = "not known"
_PARADOX: Final[tuple[Literal["strong", "weak"], ...]] = ("strong", "weak")


def _count_digits(found: Estimate) -> int:
    """Show two digits of the error, and no more."""
    half = found.half_width
    return max(0, min(_MOST, 1 - floor(log10(half)))) if 0 < half < inf else 3


def _value_text(found: Estimate) -> str:
    return f"{found.value:,.{_count_digits(found)}f}" if found.is_known else _NOT_KNOWN


def _interval_text(found: Estimate) -> str:
    if not found.has_interval:
        return _NOT_KNOWN
    digits = _count_digits(found)
    return f"{found.low:,.{digits}f} to {found.high:,.{digits}f}"


def _unit_text(outcome: str, currency: str) -> str:
    from ..simulation.results.outcomes import OUTCOMES

    unit = OUTCOMES[outcome].unit
    return currency if unit == "money" else unit


def _run_of(run: Result | Paradox) -> str:
    return f"{run.customers:,} customers, {run.months} months, seed {run.seed}"


def result_tables(found: Result) -> tuple[PrintedTable, ...]:
    """Show every outcome with its interval."""
    currency = found.world.population.currency
    rows = tuple(
        (name, _unit_text(name, currency), _value_text(each), _interval_text(each))
        for name, each in found.estimates.items()
    )
    title = f"{found.company.name}: {_run_of(found)}"
    return (PrintedTable(title, ("Outcome", "Unit", "Value", _INTERVAL), rows),)


def comparison_tables(
    found: Comparison, names: tuple[str, str]
) -> tuple[PrintedTable, ...]:
    """Show both companies, what differs, and for how many customers."""
    first, second = names
    currency = found.first.world.population.currency
    rows = tuple(
        (
            name,
            _unit_text(name, currency),
            _value_text(found.first[name]),
            _value_text(found.second[name]),
            _value_text(each),
            _interval_text(each),
            "clear" if each.is_clear else "",
        )
        for name, each in found.differences.items()
    )
    heads = ("Outcome", "Unit", first, second, "Difference", _INTERVAL, "")
    title = f"{second} less {first}: {_run_of(found.first)}"
    return (
        PrintedTable(title, heads, rows, figures=5),
        _winners_table(found, currency),
    )


def _winners_table(found: Comparison, currency: str) -> PrintedTable:
    winners_losers_by_tier = {**found.by_tier, "in all": found.winners_losers}
    rows = tuple(
        (tier, f"{each.winners:,}", f"{each.losers:,}", f"{each.same:,}")
        for tier, each in winners_losers_by_tier.items()
    )
    back = found.programme_return
    told = "" if back is None else f"; each {currency} more given brings {back:,.2f}"
    heads = ("Tier", "Better off", "Worse off", "As before")
    return PrintedTable(f"Customers{told}", heads, rows, figures=3)


def paradox_tables(found: Paradox) -> tuple[PrintedTable, ...]:
    """Show satisfaction after a recovered failure, less that of the twins."""
    title = (
        f"{found.company.name}: satisfaction after a recovered failure, less the "
        f"twins' without one ({_run_of(found)})"
    )
    heads = ("Failure", "Severity", "Failures", "Difference", _INTERVAL)
    own = ("Effect (d)", "Above the twin", "Paradox")
    loyal = tuple(
        (name, unit, _value_text(each), _interval_text(each))
        for name, unit, each in (
            ("retention", "share", found.retention),
            ("months kept", "months", found.months_kept),
        )
    )
    return (
        PrintedTable(title, (*heads, *own), tuple(_gap_rows(found)), figures=6),
        PrintedTable(
            "The failed, less their twins", ("", "Unit", "Value", _INTERVAL), loyal
        ),
    )


def _gap_rows(found: Paradox) -> Iterator[tuple[str, ...]]:
    from ..simulation.results.totals import SEVERITIES
    from ..simulation.runs.paradox import NTH

    for nth in NTH:
        for severity in SEVERITIES:
            gap = found.gap(nth=nth, severity=severity)
            if gap is not None:
                yield (
                    nth,
                    severity,
                    f"{gap.episodes:,}",
                    _value_text(gap.at_once),
                    _interval_text(gap.at_once),
                    f"{gap.effect:+.2f}" if isfinite(gap.effect) else _NOT_KNOWN,
                    f"{gap.strong.value:.1%}",
                    next((kind for kind in _PARADOX if gap.holds(kind)), ""),
                )


def sweep_tables(found: Sweep) -> tuple[PrintedTable, ...]:
    """Show what was tried, and the least and the most each outcome came to."""
    known = found.manifest
    title = (
        f"points: {len(found.points):,}, seeds: {len(known.seeds)}, customers: "
        f"{known.customers:,}, months: {known.months}"
    )
    rows = tuple(
        row for name in known.outcomes for row in _end_rows(found, name, known.currency)
    )
    return (
        PrintedTable(title, ("Outcome", "", "At", "Unit", "Value"), rows, figures=1),
    )


def _end_rows(found: Sweep, name: str, currency: str) -> Iterator[tuple[str, ...]]:
    means: list[float] = found[name].mean(1).tolist()
    known = [mean for mean in means if isfinite(mean)]
    unit = _unit_text(name, currency)
    if not known:
        yield name, "", "", unit, _NOT_KNOWN
        return
    for word, end in (("least", min(known)), ("most", max(known))):
        at = _at(found.points[means.index(end)])
        yield name, word, at, unit, f"{end:,.3f}"


def _at(point: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in point.items())
