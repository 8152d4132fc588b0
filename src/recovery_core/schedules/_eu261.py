"""Air passenger rights in the European Union: Regulation (EC) No 261/2004."""

from __future__ import annotations

from datetime import date
from typing import Final

from .._domain.money import Money
from ..tables import column
from . import _air as air
from ._eu261_cases import CASES
from ._schedule import Confidence, Schedule

__all__ = ["eu261"]

intra: Final = column.flag("is_intra_eu")


@column.choices("band", *air.BANDS).computed_from(air.km, intra)
def band(km: int, is_intra_eu: bool) -> str:  # noqa: FBT001
    """Sort a flight by its distance; within the Union there is no long one."""
    if km <= 1500:  # noqa: PLR2004
        return "short"
    return "medium" if is_intra_eu or km <= 3500 else "long"  # noqa: PLR2004


_RULES: Final = air.AirPassengerRights(
    "EU 261/2004",
    {
        "short": Money("250.00", "EUR"),
        "medium": Money("400.00", "EUR"),
        "long": Money("600.00", "EUR"),
    },
    band,
)

eu261: Final = Schedule(
    code="eu261",
    name="Air passenger rights, Regulation (EC) No 261/2004",
    jurisdiction="European Union",
    blame="For a cancellation or delay the carrier is free if it proves extraordinary "
    "circumstances, and that all reasonable measures would not have avoided them: "
    "weather, air traffic control, security, a bird strike; not technical faults, its "
    "own staff's strike, missing crew or failed systems. What such causes account for, "
    "by their minutes, comes off a delay before the three hours are tested. Denied "
    "boarding knows no such defence, and care is owed in any case.",
    liability=air.DEFENCE,
    sources=(
        "Regulation (EC) No 261/2004, arts. 2 to 9, 12 and 13 (OJ L 46, 17.2.2004)",
        "Amounts, distances and the halving of art. 7(2): copies of the regulation",
        "Delay as cancellation from three hours on: C-402/07 Sturgeon, C-581/10 Nelson",
        "Extraordinary or not: C-549/07 Wallentin-Hermann, C-257/14 van der Lans",
        "Staff on a wildcat strike: C-195/17 Kruesemann; birds: C-315/15 Peskova",
        "Care without limit of time or money: C-12/11 McDonagh",
        "Notice classes: national enforcement bodies (ccaa.hr, eccireland.ie)",
        "Eligibility: Civil Aviation Authority of the Czech Republic (caa.cz)",
    ),
    confidence=Confidence.HIGH,
    uncertain=(
        "Exactly four hours: a delay is paid in full, where re-routing still halves.",
        (
            "Mixed causes: the carrier's own part of the delay meets the three "
            "hours, the whole of it the four hours of the halving (medium)."
        ),
        (
            "Who gave the journey up (`gave_up`) is owed nothing for a delay (medium). "
            "A delay without an arrival on record is paid nothing yet; a cancellation "
            "or denied boarding without one is taken for one without another flight."
        ),
        (
            "A cause counts by its own party. Where the law lets a delay count that "
            "was knocked on from weather, lay it there with `ToRoots`; air traffic "
            "control counts as an authority, not as a supplier, and what another "
            "passenger did does not count (medium)."
        ),
        (
            "Denied boarding knows no extraordinary circumstances (medium to high)."
            " It is meant to be against the passenger's will, and without such "
            "grounds as papers, health or safety."
        ),
        "Proposals to reform it were not adopted, and are left out.",
    ),
    versions={date(2005, 2, 17): _RULES.build_compensation_table()},
    besides=_RULES.build_care_table(),
    cases=CASES,
)
