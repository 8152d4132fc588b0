"""What is owed for a disrupted flight, as a table; and three other ways to write it.

The table is shaped after a European regulation, to teach; it is no legal advice. One
passenger is counted for each flight. `as_law` builds it from its bands, so that another
version is another few figures, and `recovery-core demo --backtest` runs them all.

Source: Regulation (EC) 261/2004, art. 5 to 9.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from recovery_core import Money, Remedy, RemedyKind
from recovery_core.tables import Rule, Table, column

__all__ = ["BANDS", "LAW", "Band", "as_law", "versions"]

_MILE: Final = 1_609_344  # millimetres, exactly
_SHORT_MM: Final = 1_500_000_000
_MEDIUM_MM: Final = 3_500_000_000

cancelled: Final = column.flag("cancelled")
late: Final = column.minutes(
    "arrival_delay_minutes", least=-1440, most=20_160
).optional()
miles: Final = column.integer("distance_miles", 0, 25_000, unit="mi")
defence: Final = column.flag("defence_holds").read_from(lambda claim: claim.owed == 0)


@column.choices("band", "short", "medium", "long").computed_from(miles)
def band(miles: int) -> str:
    """Name the band of a distance: each ends with its last millimetre."""
    millimetres = miles * _MILE
    if millimetres <= _SHORT_MM:
        return "short"
    return "medium" if millimetres <= _MEDIUM_MM else "long"


REROUTING: Final = Remedy(
    RemedyKind.REDO, what="re-routing at the earliest opportunity", is_statutory=True
)
CARE: Final = Remedy(
    RemedyKind.CARE, what="meals and refreshments while waiting", is_statutory=True
)


@attrs.frozen
class Band:
    """What is paid for flights of one distance.

    Args:
        name: What the band is called: short, medium or long.
        full: What is paid to those who never left, and those who arrived very late.
        reduced: What is paid to those who arrived late, but not very late.
        late: The minutes from which on something is paid.
        very_late: The minutes from which on all of it is paid.
    """

    name: str
    full: Money
    reduced: Money
    late: int = 180
    very_late: int = 240


def _euro_money(euros: int) -> Money:
    return Money(euros, "EUR")


BANDS: Final = (
    Band("short", _euro_money(250), _euro_money(250)),
    Band("medium", _euro_money(400), _euro_money(400)),
    Band("long", _euro_money(600), _euro_money(300)),
)


def as_law(
    name: str, bands: tuple[Band, ...] = BANDS, *, is_exempting: bool = False
) -> Table:
    """Write down what is paid.

    Args:
        name: What the version is called.
        bands: What is paid for each of the three distances.
        is_exempting: Whether nothing but care is given where the company's defence
            holds. That is not for a caller to set: it is what the rules of attribution
            and liability made of the failure.
    """
    return Table(
        name,
        exclusions=_build_exclusions(min(b.late for b in bands))
        if is_exempting
        else (),
        rules=[rule for paid in bands for rule in _build_rules(paid)],
        otherwise="not cancelled, and not late enough or never written down how late",
        is_statutory=True,
        source="Regulation (EC) 261/2004, art. 7",
    )


def _build_exclusions(earliest: int) -> Iterator[Rule]:
    why = "what did it was extraordinary, and the company is not liable for it"
    for code, when in (
        ("defence-cancelled", cancelled),
        ("defence-late", ~cancelled & (late >= earliest)),
    ):
        yield Rule(code, when=defence & when, amends=CARE, because=why)


def _build_rules(paid: Band) -> Iterator[Rule]:
    here = band == paid.name
    yield Rule(
        f"cancelled-{paid.name}",
        when=here & cancelled,
        alternatives=REROUTING,
        amends=[CARE, paid.full],
    )
    is_late = here & ~cancelled & (late >= paid.late)
    if paid.reduced == paid.full:
        yield Rule(f"late-{paid.name}", when=is_late, amends=[CARE, paid.full])
        return
    is_early = is_late & (late < paid.very_late)
    yield Rule(f"late-{paid.name}", when=is_early, amends=[CARE, paid.reduced])
    is_very_late = is_late & (late >= paid.very_late)
    yield Rule(f"very-late-{paid.name}", when=is_very_late, amends=[CARE, paid.full])


LAW: Final = as_law("flights of 2013")
"""What the cases of the demo are paid by."""


def versions() -> tuple[Table, ...]:
    """Write down the law as it stands, and three others: earlier, less, and blind."""
    earlier = tuple(attrs.evolve(paid, late=120) for paid in BANDS)
    less = (
        Band("short", _euro_money(300), _euro_money(300), late=240, very_late=240),
        Band("medium", _euro_money(300), _euro_money(300), late=240, very_late=240),
        Band("long", _euro_money(500), _euro_money(500), late=360, very_late=360),
    )
    return (
        as_law("as it stands", is_exempting=True),
        as_law("from two hours on", earlier, is_exempting=True),
        as_law("from four and six hours on", less, is_exempting=True),
        as_law("whoever is to blame"),
    )
