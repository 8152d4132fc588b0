"""Denied boarding in the United States: 14 CFR 250.5 and 250.6."""

from __future__ import annotations

from datetime import date
from typing import Final

from .._domain.money import Money
from ..tables import Rule, Table, column, indexed, least_of, percent_of
from ..tables.amounts import Amount
from ._schedule import Confidence, Schedule
from ._us_denied_boarding_cases import CASES

__all__ = ["us_denied_boarding", "us_denied_boarding_limits"]

_HOUR: Final = 60
_DAY: Final = 24 * _HOUR
_SMALL: Final = 60  # seats; 14 CFR 250.6(b)
_AUGUST_2011: Final = 226_545  # CPI-U in thousandths; 14 CFR 250.5(e)

alternate_later: Final = column.minutes(
    "alternate_later", least=-_DAY, most=30 * _DAY
).optional()
abroad: Final = column.flag("to_foreign_point")
fare: Final = column.money("one_way_fare", "USD")
denied_because: Final = column.choices(
    "denied_because",
    "oversold",
    "smaller aircraft for safety",
    "weight and balance",
    "moved to another cabin",
    "late or in breach",
    "volunteered",
)
seats: Final = column.integer("seats", 1, 1000, unit="seats").optional()
cpi_in_july: Final = column.integer("cpi_in_july", 0, 1_000_000, unit="thousandths")

_EXCLUSIONS: Final = (
    Rule(
        "volunteered",
        when=denied_because == "volunteered",
        because="a volunteer is paid the price that was agreed (250.2b)",
    ),
    Rule(
        "late-or-in-breach",
        when=denied_because == "late or in breach",
        because="late at check-in, or in breach of the contract (250.6(a))",
    ),
    Rule(
        "smaller-aircraft",
        when=denied_because == "smaller aircraft for safety",
        because="a smaller aircraft for operational or safety reasons (250.6(b))",
    ),
    Rule(
        "weight-and-balance",
        when=(denied_because == "weight and balance") & (seats <= _SMALL),
        because="weight and balance, on 60 seats or fewer (250.6(b))",
    ),
    Rule(
        "other-cabin",
        when=denied_because == "moved to another cabin",
        because="moved to another cabin at no charge; a lower one earns the difference "
        "in fare (250.6(c))",
    ),
)


def _usd(dollars: int) -> Money:
    return Money(f"{dollars}.00", "USD")


def _build_limits_table(lower_limit: Money, upper_limit: Money) -> Table:
    """Make the table for a pair of limits; 14 CFR 250.5(a) and (b)."""

    def rules_of_both_tiers(
        destination: str, upper_tier_minutes: int
    ) -> tuple[Rule, Rule]:
        flies_there = abroad if destination == "abroad" else ~abroad
        soon = alternate_later.between(_HOUR + 1, upper_tier_minutes)
        late = (alternate_later >= upper_tier_minutes) | alternate_later.is_missing
        double = least_of(percent_of(fare, 200), lower_limit)
        fourfold = least_of(percent_of(fare, 400), upper_limit)
        return (
            Rule(f"200-percent-{destination}", when=flies_there & soon, amends=double),
            Rule(
                f"400-percent-{destination}", when=flies_there & late, amends=fourfold
            ),
        )

    return Table(
        f"US denied boarding, at most {lower_limit} and {upper_limit}",
        (
            *rules_of_both_tiers("domestic", 2 * _HOUR),
            *rules_of_both_tiers("abroad", 4 * _HOUR),
        ),
        otherwise="the alternate arrives one hour later at the most",
        exclusions=_EXCLUSIONS,
        is_statutory=True,
        source="14 CFR 250.5(a) and (b), 250.6",
    )


def us_denied_boarding_limits(lower: Money) -> tuple[Amount, Amount]:
    """Carry the limits forward by the index of consumer prices.

    Args:
        lower: The limit of the 200 % tier that is adjusted.

    Returns:
        The next lower limit, to the nearest 25 dollars, and the upper one, which is
        twice that. Both read the column ``cpi_in_july``: the CPI-U of July in the
        year of the adjustment.

    Units: the index in thousandths of a point.

    Source: 14 CFR 250.5(e): the limit in force times the index of July over 226.545,
        that of August 2011.

    Example:
        >>> from recovery_core.tables import Rule, Table
        >>> limits = us_denied_boarding_limits(Money("775.00", "USD"))
        >>> table = Table("limits", [], otherwise=Rule("next", amends=limits[0]))
        >>> table.compiled({"cpi_in_july": 314_540})
        ('next', 107500)
    """
    following = indexed(lower, cpi_in_july, _AUGUST_2011, nearest=_usd(25))
    return following, percent_of(following, 200)


us_denied_boarding: Final = Schedule(
    code="us_denied_boarding",
    name="Denied boarding, 14 CFR part 250",
    jurisdiction="United States",
    blame="Blind to it, but for the grounds of 250.6: the passenger's own lateness or "
    "breach, a smaller aircraft for operational or safety reasons, weight and balance "
    "on a small one, another cabin. They are facts of the denial, not shares of blame.",
    sources=(
        "14 CFR 250.5(a) and (b): 200 and 400 percent (legalfix.com, CFR 2019)",
        "14 CFR 250.6: who is paid nothing (self-law.org)",
        "Limits since 22 January 2025, and how they are indexed: Federal Register",
        "Limits before: thetravelpro.us, viewfromthewing.com 2021, transportation.gov",
        "Fare of an award ticket, the lowest in cash in the same class: cnbc.com 2017",
    ),
    confidence=Confidence.HIGH,
    uncertain=(
        "The first days of the limits of 2011 and of April 2021 (medium).",
        (
            "The limits before 23 August 2011 were lower, and are left out: that "
            "nothing was in force is said of this schedule, not of the law."
        ),
        "The index of July 2024, 314.540, and that of August 2011 (medium to high).",
        (
            "The limits bound what a carrier must pay, not what it may: it is free to"
            " pay more, and how much more no rule says."
        ),
        "What volunteers are paid is agreed with them, and is not reckoned here.",
        (
            "Left out: payment on the same day and place, or within 24 hours by mail;"
            " vouchers only of that worth or more, and never in place of cash unasked."
        ),
    ),
    versions={
        date(2011, 8, 23): _build_limits_table(_usd(650), _usd(1300)),
        date(2015, 8, 25): _build_limits_table(_usd(675), _usd(1350)),
        date(2021, 4, 13): _build_limits_table(_usd(775), _usd(1550)),
        date(2025, 1, 22): _build_limits_table(_usd(1075), _usd(2150)),
    },
    cases=CASES,
)
