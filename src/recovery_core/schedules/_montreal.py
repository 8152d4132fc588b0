"""Limits of an air carrier's liability: the Montreal Convention of 1999."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache, partial
from typing import Any, Final

from .._domain.attribution import Cause, Party
from .._domain.claim import Claim
from .._domain.money import Money, Rounding
from ..attribution import PureComparative
from ..tables import Rule, Table, column, indexed, least_of
from ._air import DEFENCE, carrier_cause, uncontrollable_cause
from ._air import build_worked_case as worked
from ._schedule import Confidence, Schedule
from ._worked_case import WorkedCase, case_paid_before

__all__ = ["montreal", "montreal_in"]

COMPARATIVE: Final = PureComparative()
_RATE: Final = 100_000  # the rate counts hundred-thousandths
_MOST_RATE: Final = 8 * 10**11  # arrays reckon with it in 64 bits
_MOST_LOSS: Final = 10**12  # minor units
_DAMAGE_DAYS: Final = 7
_DELAY_DAYS: Final = 21
_SOURCE: Final = "Montreal Convention 1999, arts. 17 to 24"

# SDR for an injured passenger, a delayed one, the baggage of one, a kilogram of cargo.
_LIMITS: Final = {
    date(2009, 12, 30): (113_100, 4_694, 1_131, 19),
    date(2019, 12, 28): (128_821, 5_346, 1_288, 22),
    date(2024, 12, 28): (151_880, 6_303, 1_519, 26),
}
_HUNDREDTHS: Final = 100
_NEWEST: Final = date(2024, 12, 28)
_EVE: Final = date(2024, 12, 27)


def _is_shown_not_negligent(claim: Claim) -> bool:
    """Return whether all that is not the claimant's own doing was unavoidable."""
    rest = 1 - claim.attribution.share(Party.CUSTOMER)
    return bool(rest) and DEFENCE.proven_share(claim.attribution) >= rest


def _read_owed_loss(claim: Claim) -> Money:
    """Subtract the claimant's own share from the proved loss, before any limit."""
    proved = claim.failure.facts.read("proved_loss", Money)
    # Whoever forgets to hand the rule to the engine gets the same answer.
    owed = min(claim.owed, COMPARATIVE(claim.attribution))
    return proved.times(owed, rounding=Rounding.HALF_UP)


harm: Final = column.choices(
    "harm",
    "death_or_injury",
    "passenger_delay",
    "baggage_loss",
    "baggage_damage",
    "baggage_delay",
    "cargo",
)
not_negligent: Final = column.flag("not_negligent").read_from(_is_shown_not_negligent)
complained: Final = column.days("complaint_after_days", most=3 * 366).optional()
weight: Final = column.integer("weight_kg", 0, 100_000, unit="kg").optional()


def _build_limits_table(currency: str, limits: tuple[int, int, int, int]) -> Table:
    unit = Money(1, currency).minor
    most = Money.from_minor(_MOST_LOSS, currency)
    loss = column.money("owed_loss", currency, most=most).read_from(_read_owed_loss)
    rate = column.integer("sdr_rate", 1, _MOST_RATE // unit)
    injury, delay, baggage, kilogram = (Money(limit, currency) for limit in limits)
    by_bag = least_of(loss, indexed(baggage, rate, _RATE))
    by_kilogram = indexed(indexed(kilogram, weight, 1), rate, _RATE)
    injured, is_cargo = harm == "death_or_injury", harm == "cargo"
    return Table(
        f"Montreal Convention, in {currency}",
        [
            Rule("injury", when=injured & ~not_negligent, amends=loss),
            Rule(
                "injury-first-tier",
                when=injured & not_negligent,
                amends=least_of(loss, indexed(injury, rate, _RATE)),
            ),
            Rule(
                "passenger-delay",
                when=harm == "passenger_delay",
                amends=least_of(loss, indexed(delay, rate, _RATE)),
            ),
            Rule(
                "baggage",
                when=harm.isin("baggage_loss", "baggage_damage", "baggage_delay"),
                amends=by_bag,
            ),
            Rule(
                "cargo",
                when=is_cargo & ~weight.is_missing,
                amends=least_of(loss, by_kilogram),
            ),
        ],
        exclusions=(
            Rule(
                "all-reasonable-measures",
                when=harm.isin("passenger_delay", "baggage_delay") & not_negligent,
                because="the carrier took all measures that could be asked of it",
            ),
            Rule(
                "damage-complaint-too-late",
                when=(harm == "baggage_damage") & (complained > _DAMAGE_DAYS),
                because="damaged baggage was complained of after more than 7 days",
            ),
            Rule(
                "delay-complaint-too-late",
                when=(harm == "baggage_delay") & (complained > _DELAY_DAYS),
                because="late baggage was complained of after more than 21 days",
            ),
            Rule(
                "weight-unknown",
                when=is_cargo & weight.is_missing,
                because="the limit of cargo goes by its weight: record it",
            ),
        ),
        is_statutory=True,
        source=_SOURCE,
    )


def _build_worked_cases(currency: str) -> tuple[WorkedCase, ...]:
    def money(amount: int | str) -> Money:
        return Money(amount, currency)

    def case(
        text: str,
        loss: int,
        pays: int | str | None,
        rule: str,
        /,
        **facts: Any,
    ) -> WorkedCase:
        on, causes = facts.pop("on", date(2025, 6, 1)), facts.pop("causes", ())
        facts = {"sdr_rate": _RATE, **facts, "proved_loss": money(loss)}
        worth = None if pays is None else money(pays)
        return worked(text, worth, rule, on=on, causes=causes, **facts)

    bag = partial(case, harm="baggage_loss")
    late_bag = partial(case, harm="baggage_delay")
    torn_bag = partial(case, harm="baggage_damage")
    late = partial(case, harm="passenger_delay")
    injured = partial(case, harm="death_or_injury")
    cargo = partial(case, harm="cargo")
    storm = (uncontrollable_cause("storm"),)
    a_quarter = (carrier_cause("rough handling", 3), Cause("glass", Party.CUSTOMER))
    # What they come to was worked out in hundredths.
    rates = _RATES.items() if money(1).minor == _HUNDREDTHS else ()
    return (
        bag("a lost bag worth 900 SDR", 900, 900, "baggage"),
        bag("a lost bag worth 2,000 SDR", 2000, 1519, "baggage"),
        bag("worth the limit", 1519, 1519, "baggage"),
        bag("the day before the limit rose", 2000, 1288, "baggage", on=_EVE),
        bag("the day it rose", 2000, 1519, "baggage", on=_NEWEST),
        bag("before it rose in 2019", 2000, 1131, "baggage", on=date(2019, 12, 27)),
        bag("at two for an SDR", 4000, 3038, "baggage", sdr_rate=2 * _RATE),
        bag("a storm is no excuse for a lost bag", 900, 900, "baggage", causes=storm),
        bag("a quarter her own doing", 1200, 900, "baggage", causes=a_quarter),
        bag("that comes off before the limit", 2000, 1500, "baggage", causes=a_quarter),
        torn_bag("complained on day 7", 300, 300, "baggage", complaint_after_days=7),
        torn_bag(
            "complained on day 8",
            300,
            None,
            "damage-complaint-too-late",
            complaint_after_days=8,
        ),
        late_bag("complained on day 21", 300, 300, "baggage", complaint_after_days=21),
        late_bag(
            "complained on day 22",
            300,
            None,
            "delay-complaint-too-late",
            complaint_after_days=22,
        ),
        late("a delay that cost 7,000 SDR", 7000, 6303, "passenger-delay"),
        late("five years before", 7000, 5346, "passenger-delay", on=date(2020, 1, 1)),
        late("a storm", 7000, None, "all-reasonable-measures", causes=storm),
        injured("not shown to be free of fault", 200_000, 200_000, "injury"),
        injured("shown", 200_000, 151_880, "injury-first-tier", causes=storm),
        injured("below the tier", 100_000, 100_000, "injury-first-tier", causes=storm),
        cargo("three kilograms", 500, 78, "cargo", weight_kg=3),
        cargo("nobody weighed it", 500, None, "weight-unknown"),
        case_paid_before(bag("a lost bag", 900, 900, "baggage"), money(900), None),
        case_paid_before(
            bag("found to be dearer", 2000, 1519, "baggage"), money(900), money(619)
        ),
        *(c for on, rate in rates for c in _iter_cases_at_limits(currency, on, rate)),
    )


# For each version a rate that leaves half a cent or more over on every limit, and what
# the limits come to at it: of an injury, a delay, a bag, three kilograms of cargo.
_RATES: Final = {
    date(2009, 12, 30): (27, "113130.54", "4695.27", "1131.31", "57.02"),
    date(2019, 12, 28): (23, "128850.63", "5347.23", "1288.30", "66.02"),
    date(2024, 12, 28): (9, "151893.67", "6303.57", "1519.14", "78.01"),
}


def _iter_cases_at_limits(
    currency: str, on: date, at_rate: tuple[int, str, str, str, str]
) -> Iterator[WorkedCase]:
    """Write the cases at every limit of a version, where there are cents."""
    extra, injury, delay, bag, cargo = at_rate
    storm = (uncontrollable_cause("storm"),)

    def case(text: str, pays: str | None, rule: str, **facts: Any) -> WorkedCase:
        worth = None if pays is None else Money(pays, currency)
        known: dict[str, Any] = {"sdr_rate": _RATE + extra, **facts}
        known["proved_loss"] = Money(known["proved_loss"], currency)
        return worked(f"{text}, {on.year}", worth, rule, on=on, **known)

    damage, late = {"harm": "baggage_damage"}, {"harm": "baggage_delay"}
    hurt: dict[str, Any] = {"harm": "death_or_injury"}
    for what, harm, most, rule in (
        ("a bag", {"harm": "baggage_loss"}, bag, "baggage"),
        ("a delay", {"harm": "passenger_delay"}, delay, "passenger-delay"),
        ("three kilograms", {"harm": "cargo", "weight_kg": 3}, cargo, "cargo"),
        ("no fault shown", {**hurt, "causes": storm}, injury, "injury-first-tier"),
    ):
        yield case(f"{what}, far above", most, rule, proved_loss=900_000, **harm)
        yield case(f"{what}, below", "50.00", rule, proved_loss=50, **harm)
    yield case("at fault", "900000.00", "injury", proved_loss=900_000, **hurt)
    for what, harm, days, rule in (
        ("damage", damage, 7, "damage-complaint-too-late"),
        ("a late bag", late, 21, "delay-complaint-too-late"),
    ):
        told = {**harm, "proved_loss": 50}
        yield case(f"{what}, nobody says when", "50.00", "baggage", **told)
        told["complaint_after_days"] = days
        yield case(f"{what}, on day {days}", "50.00", "baggage", **told)
        told["complaint_after_days"] = days + 1
        yield case(f"{what}, on day {days + 1}", None, rule, **told)
    late_harm = {"harm": "passenger_delay", "proved_loss": 50, "causes": storm}
    yield case("late by a storm", None, "all-reasonable-measures", **late_harm)
    heavy = {"harm": "cargo", "proved_loss": 50}
    yield case("a hundred tons", "50.00", "cargo", weight_kg=100_000, **heavy)
    yield case("of no known weight", None, "weight-unknown", **heavy)


@cache
def montreal_in(currency: str) -> Schedule:
    """Return the limits in a currency, converted at the rate each claim states.

    A limit is in special drawing rights, which are no money to be paid in. The fact
    ``sdr_rate`` says what one of them is worth, in hundred-thousandths of a unit of the
    currency: 132045 is 1.32045. Which day's rate counts is for the claim to say; a
    court takes that of its judgment. In rows of data the loss stands without the
    claimant's own share, as ``owed_loss``.

    Args:
        currency: The ISO 4217 code of what is claimed and paid.

    Raises:
        InvalidValueError: There is no such currency.

    Source: Montreal Convention 1999, arts. 17 to 24, limits as revised in 2009, 2019
        and 2024.
    """
    return Schedule(
        code="montreal",
        name="Limits of an air carrier's liability, Montreal Convention 1999",
        jurisdiction="international carriage between states of the convention",
        blame="The proved loss is owed up to the limit. For a delay the carrier is "
        "free if it proves that it took all reasonable measures, and for an "
        "injury it owes no more than the first tier if it proves that it was not "
        "negligent. What the claimant did comes off the loss in proportion.",
        liability=COMPARATIVE,
        sources=(
            "Montreal Convention 1999, arts. 17 to 24 and 31",
            (
                "Limits of 2009 and 2019, and those of 2024 for baggage and cargo: "
                "augustaabogados.com, forwarderlaw.com"
            ),
            "Days for complaints, two years for suits: legal skill files",
        ),
        confidence=Confidence.HIGH,
        uncertain=(
            (
                "The limits of 2024 for injury and delay were not seen; they agree "
                "with the scaling of the baggage limit to the unit (medium to high)."
            ),
            "The first day of the limits of 2009, 30 December, is from memory (high).",
            (
                "Left out: a value declared beforehand, which lifts a limit; intent "
                "and recklessness, which break it; the special defences of baggage and "
                "cargo; the two years within which to sue."
            ),
            "The claimant's own share comes off the loss before the limit (medium).",
            (
                "Cargo is counted in kilograms begun (medium). Without its weight "
                "nothing is paid, and the reason says what to record."
            ),
            (
                "Left out for cargo: late delivery, which has the defence that a late "
                "bag has, and the days to complain within (14 for damage, 21 for "
                "delay, from memory)."
            ),
            (
                "Not negligent is what only nature and authorities did, shown to have "
                "been unavoidable; a supplier's or another passenger's part is the "
                "carrier's, and what was knocked on is laid to its roots by `ToRoots` "
                "alone (medium)."
            ),
        ),
        versions={
            day: _build_limits_table(currency, limits)
            for day, limits in _LIMITS.items()
        },
        cases=_build_worked_cases(currency),
    )


montreal: Final = montreal_in("EUR")
