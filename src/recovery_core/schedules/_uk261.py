"""Air passenger rights in the United Kingdom: Regulation 261/2004 as retained."""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from typing import Final

import attrs

from .._domain.money import Money
from .._domain.reason import Fact
from ..tables import column
from . import _air as air
from ._air import build_worked_case as worked
from ._eu261_cases import CASES as UNION
from ._schedule import Confidence, Schedule
from ._worked_case import WorkedCase

__all__ = ["uk261"]

_SINCE: Final = date(2021, 1, 1)
_SHORT: Final = 1500  # kilometres
_MEDIUM: Final = 3500


@column.choices("band", *air.BANDS).computed_from(air.km)
def band(km: int) -> str:
    """Sort a flight by its distance."""
    if km <= _SHORT:
        return "short"
    return "medium" if km <= _MEDIUM else "long"


_RULES: Final = air.AirPassengerRights(
    "UK261",
    {
        "short": Money("220.00", "GBP"),
        "medium": Money("350.00", "GBP"),
        "long": Money("520.00", "GBP"),
    },
    band,
)


def _gbp(amount: str) -> Money:
    return Money(amount, "GBP")


# What the euros of a worked case are in sterling; a fare stays what it is.
_STERLING: Final = {
    None: None,
    "EUR 125.00": _gbp("110.00"),
    "EUR 250.00": _gbp("220.00"),
    "EUR 200.00": _gbp("175.00"),
    "EUR 400.00": _gbp("350.00"),
    "EUR 300.00": _gbp("260.00"),
    "EUR 600.00": _gbp("520.00"),
    "EUR 199.90": _gbp("199.90"),
    "EUR 449.90": _gbp("419.90"),
}


_EUROS: Final = re.compile(r"EUR \d+\.\d\d")


def _convert_case_to_sterling(case: WorkedCase) -> WorkedCase:
    """Convert a case of the Union; the two regulations differ in the sums."""
    facts: dict[str, Fact] = {}
    for name, fact in case.facts.items():
        if name != "is_intra_eu":
            facts[name] = _gbp(str(fact.amount)) if isinstance(fact, Money) else fact
    return attrs.evolve(
        case,
        text=_EUROS.sub(lambda found: str(_STERLING[found[0]]), case.text),
        facts=facts,
        pays=_STERLING[str(case.pays) if case.pays else None],
        earlier=_STERLING[str(case.earlier) if case.earlier else None],
        on=date(2024, 6, 1),
    )


_TAKEN_OVER: Final = tuple(
    _convert_case_to_sterling(case) for case in UNION if not case.facts["is_intra_eu"]
)

_delayed = partial(worked, on=date(2024, 6, 1), event="delay")

_OWN: Final = (
    _delayed(
        "left three hours late, doors open 2 h 45 late",
        None,
        "under-three-hours",
        km=2000,
        departure_delay=180,
        arrival_delay=165,
        source="kaeltripton.com",
    ),
    _delayed(
        "each of a family of four, three hours late",
        _gbp("220.00"),
        "short-delay",
        km=1400,
        arrival_delay=180,
    ),
    _delayed(
        "a minute under four hours",
        _gbp("260.00"),
        "long-delay-under-four-hours",
        km=5500,
        arrival_delay=239,
    ),
    _delayed(
        "far, but within the Union: no band of its own here",
        _gbp("520.00"),
        "long-delay",
        km=3600,
        arrival_delay=240,
    ),
    worked(
        "the first day of the retained regulation",
        _gbp("350.00"),
        "medium",
        on=_SINCE,
        event="cancellation",
        km=2000,
    ),
)

uk261: Final = Schedule(
    code="uk261",
    name="Air passenger rights, UK261",
    jurisdiction="United Kingdom",
    blame="As in the Union: for a cancellation or delay the carrier is free if it "
    "proves extraordinary circumstances that all reasonable measures would not have "
    "avoided. Denied boarding knows no such defence, and care is owed in any case.",
    liability=air.DEFENCE,
    sources=(
        "Regulation (EC) No 261/2004 as retained in the law of the United Kingdom",
        (
            "Sums in sterling, the half of long flights, three hours at doors open: "
            "Civil Aviation Authority as told by kaeltripton.com, financial-compass-uk "
            "and myclaimbuddy"
        ),
    ),
    confidence=Confidence.HIGH,
    uncertain=(
        "That the distance alone makes the band, without one for the Union (medium).",
        (
            "That re-routing halves the sums in sterling as it does those in euros "
            "(medium to high)."
        ),
        (
            "A delay without an arrival on record, and causes that were knocked on, "
            "are read as in the Union."
        ),
        (
            "Claims can be made for six years in England and Wales, five in Scotland: "
            "that is for who takes the claim to check."
        ),
    ),
    versions={_SINCE: _RULES.build_compensation_table()},
    besides=_RULES.build_care_table(),
    cases=_OWN + _TAKEN_OVER,
)
