"""What the air passenger rights of the Union and of the United Kingdom share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Final

import attrs

from .._domain.attribution import Cause, Controllability, Party
from .._domain.claim import Claim
from .._domain.money import Money
from .._domain.reason import Fact
from .._domain.remedy import Remedy, RemedyKind
from ..attribution import Defence
from ..tables import Column, Rule, Table, column, half_of, pay
from ._schedule import defence_holds
from ._worked_case import WorkedCase

__all__ = [
    "BANDS",
    "BEYOND_CONTROL",
    "DEFENCE",
    "AirPassengerRights",
    "build_worked_case",
    "carrier_cause",
    "uncontrollable_cause",
]

BANDS: Final = ("short", "medium", "long")
DEFENCE: Final = Defence(is_two_stage=True)
BEYOND_CONTROL: Final = Defence(
    (
        Party.NATURE,
        Party.AUTHORITY,
        Party.CUSTOMER,
        Party.OTHER_CUSTOMER,
        "third party",
    ),
    is_two_stage=True,
)
"""What frees a railway, a ship, and those who bring power to the door."""
SOURCE: Final = "Regulation (EC) No 261/2004, arts. 3 to 9"

_HOUR: Final = 60
_DAY: Final = 24 * _HOUR
_YEAR: Final = 366 * _DAY
_WEEK: Final = 7  # days
_FORTNIGHT: Final = 14
_HALVED_WITHIN: Final = {"short": 2 * _HOUR, "medium": 3 * _HOUR, "long": 4 * _HOUR}
_CARE_AFTER: Final = {"short": 2 * _HOUR, "medium": 3 * _HOUR, "long": 4 * _HOUR}

event: Final = column.choices("event", "delay", "cancellation", "denied_boarding")
km: Final = column.integer("km", 0, 20_100, unit="km")
notice: Final = column.days("notice_days", most=366).optional()
leaves_early: Final = column.minutes("leaves_early", least=-_YEAR).optional()
arrives_late: Final = column.minutes("arrival_delay", least=-_DAY).optional()
waits: Final = column.minutes("departure_delay").optional()
lacks_booking: Final = column.flag("lacks_booking").optional()
late_check_in: Final = column.flag("late_check_in").optional()
gave_up: Final = column.flag("gave_up").optional()
flies_free: Final = column.flag("free_fare").optional()


def _read_own_delay_minutes(claim: Claim) -> Fact | None:
    arrival_minutes = claim.failure.facts.get("arrival_delay")
    proven_share = DEFENCE.proven_share(claim.attribution)
    if type(arrival_minutes) is not int or not proven_share:
        return claim.failure.facts.get("own_delay")
    # Down to the minute: a limit in whole minutes is met by the exact part alike.
    return max(arrival_minutes, 0) * (1 - proven_share) // 1


own_delay: Final = (
    column.minutes("own_delay").optional().read_from(_read_own_delay_minutes)
)


def _ineligibility_rules() -> tuple[Rule, ...]:
    return (
        Rule("no-booking", when=lacks_booking, because="no confirmed booking"),
        Rule(
            "late-check-in",
            when=event.isin("delay", "denied_boarding") & late_check_in,
            because="checked in after the stated time, or 45 minutes before departure",
        ),
        Rule(
            "free-fare",
            when=flies_free,
            because="flew free, or at a reduced fare not open to the public",
        ),
    )


def _no_compensation_rules() -> tuple[Rule, ...]:
    """List in which cases nothing is due, the first that holds first."""
    cancelled, delayed = event == "cancellation", event == "delay"
    late = (notice < _WEEK) | notice.is_missing
    return (
        Rule(
            "extraordinary",
            when=event.isin("delay", "cancellation") & defence_holds(DEFENCE),
            because="extraordinary circumstances, shown to have been unavoidable",
        ),
        Rule(
            "told-two-weeks-before",
            when=cancelled & (notice >= _FORTNIGHT),
            because="told of the cancellation two weeks before, or earlier",
        ),
        Rule(
            "told-a-week-before",
            when=cancelled
            & notice.between(_WEEK, _FORTNIGHT)
            & (leaves_early <= 2 * _HOUR)
            & (arrives_late < 4 * _HOUR),
            because="told a week before, and re-routed close to the plan",
        ),
        Rule(
            "told-late-but-rerouted",
            when=cancelled
            & late
            & (leaves_early <= _HOUR)
            & (arrives_late < 2 * _HOUR),
            because="told within the last week, and re-routed very close to the plan",
        ),
        Rule(
            "not-flown",
            when=delayed & arrives_late.is_missing & gave_up,
            because="gave the journey up, and so never arrived late",
        ),
        Rule(
            "arrival-unknown",
            when=delayed & arrives_late.is_missing,
            because="how late they arrived is not recorded: record arrival_delay, or "
            "gave_up of who went home",
        ),
        Rule(
            "under-three-hours",
            when=delayed & (arrives_late < 3 * _HOUR),
            because="less than three hours late at the final destination",
        ),
        Rule(
            "own-part-under-three-hours",
            when=delayed & (own_delay < 3 * _HOUR),
            because="less than three hours late once the extraordinary part is off",
        ),
    )


_SOONEST: Final = Remedy(RemedyKind.REDO, what="re-routing as soon as possible")
_LATER: Final = Remedy(
    RemedyKind.REDO, what="re-routing later, at the passenger's wish"
)
_CARE: Final = Remedy(
    RemedyKind.CARE,
    what="meals and refreshments while waiting, two messages, and a hotel with "
    "transport where a night comes in",
)


@attrs.frozen
class AirPassengerRights:
    """What differs between two regulations of one pattern.

    Args:
        name: What the tables are called.
        sums: The full compensation by band.
        band: The column that says which band a flight is in.
    """

    name: str
    sums: Mapping[str, Money]
    band: Column

    def build_compensation_table(self) -> Table:
        """Make the table of what is paid."""
        return Table(
            self.name,
            [rule for band in BANDS for rule in self._compensation_rules_of_band(band)],
            exclusions=(*_ineligibility_rules(), *_no_compensation_rules()),
            is_statutory=True,
            source=SOURCE,
        )

    def _compensation_rules_of_band(self, band: str) -> list[Rule]:
        in_band, full_sum = self.band == band, self.sums[band]
        limit = _HALVED_WITHIN[band]
        not_carried = in_band & event.isin("cancellation", "denied_boarding")
        later_or_unknown = (arrives_late > limit) | arrives_late.is_missing
        delayed = in_band & (event == "delay")
        rules = [
            Rule(
                f"{band}-rerouted",
                when=not_carried & (arrives_late <= limit),
                amends=half_of(full_sum),
            ),
            Rule(band, when=not_carried & later_or_unknown, amends=full_sum),
        ]
        if band != "long":
            return [*rules, Rule(f"{band}-delay", when=delayed, amends=full_sum)]
        early = delayed & (arrives_late < limit)
        return [
            *rules,
            Rule("long-delay-under-four-hours", when=early, amends=half_of(full_sum)),
            Rule("long-delay", when=delayed & (arrives_late >= limit), amends=full_sum),
        ]

    def build_care_table(self) -> Table:
        """Make the table of what is given besides, whoever is to blame."""
        currency = self.sums["short"].currency
        fare = column.money("fare", currency).optional()
        back = pay(fare, kind=RemedyKind.REFUND, what="the ticket, so far as not used")
        stopped = event.isin("cancellation", "denied_boarding")
        stranded = stopped & arrives_late.is_missing
        delayed, priced = event == "delay", ~fare.is_missing
        waiting = [
            Rule(
                f"care-{band}",
                when=delayed & (self.band == band) & (waits >= _CARE_AFTER[band]),
                amends=_CARE,
            )
            for band in BANDS
        ]
        return Table(
            f"{self.name}: care and choice",
            [
                Rule(
                    "refund-or-rerouting",
                    when=stranded & priced,
                    alternatives=(back, _SOONEST, _LATER),
                    amends=_CARE,
                ),
                Rule(
                    "rerouting",
                    when=stranded & fare.is_missing,
                    alternatives=(_SOONEST, _LATER),
                    amends=_CARE,
                    because="the fare is the third choice: record it to offer a refund",
                ),
                Rule("care", when=stopped & ~arrives_late.is_missing, amends=_CARE),
                Rule(
                    "refund-after-five-hours",
                    when=delayed
                    & (waits >= 5 * _HOUR)
                    & arrives_late.is_missing
                    & priced,
                    alternatives=back,
                    amends=_CARE,
                ),
                *waiting,
                Rule(
                    "wait-unknown",
                    when=delayed & waits.is_missing,
                    because="how long they waited is not recorded: record "
                    "departure_delay to give care",
                ),
            ],
            otherwise="the wait was too short for care",
            hit="first",
            exclusions=_ineligibility_rules(),
            is_statutory=True,
            source=SOURCE,
        )


def uncontrollable_cause(name: str, minutes: int | Fraction = 1) -> Cause:
    """Name a cause that nobody could have prevented."""
    return Cause(
        name,
        Party.NATURE,
        weight=minutes,
        controllability=Controllability.UNCONTROLLABLE,
    )


def carrier_cause(name: str, minutes: int | Fraction = 1) -> Cause:
    """Name a cause that the carrier answers for."""
    return Cause(
        name,
        Party.FIRM,
        weight=minutes,
        controllability=Controllability.CONTROLLABLE,
    )


def build_worked_case(
    text: str,
    pays: Money | None,
    rule: str,
    /,
    *,
    on: date,
    causes: tuple[Cause, ...] = (),
    source: str = "worked out from the rule",
    **facts: Fact,
) -> WorkedCase:
    """Write a worked case with its facts as keywords."""
    return WorkedCase(text, facts, pays, rule, on=on, causes=causes, source=source)
