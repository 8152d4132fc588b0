"""Air passenger protection in Canada: the APPR, SOR/2019-150."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from .._domain.claim import Claim
from .._domain.money import Money
from .._domain.remedy import Remedy, RemedyKind
from ..tables import Rule, Table, column, pay
from ._appr_control import CLASSES, OUTSIDE, SAFETY, appr_control
from ._canada_appr_cases import BOARDING, DELAYS
from ._schedule import Confidence, Schedule

__all__ = ["canada_appr", "canada_denied_boarding"]

_HOUR: Final = 60
_DAY: Final = 24 * _HOUR
_FORTNIGHT: Final = 14  # days


def _read_control_class(claim: Claim) -> str:
    return appr_control(claim.attribution)


def _is_claimed_within_year(claim: Claim) -> bool:
    """Return whether it was claimed on the first anniversary at the latest."""
    failed, claimed = claim.failure_day, claim.opened_at.date()
    return (claimed.year - 1, claimed.month, claimed.day) <= (
        failed.year,
        failed.month,
        failed.day,
    )


expected_delay: Final = column.minutes("arrival_delay", least=-_DAY)
arrival_delay: Final = expected_delay.optional()
departure_delay: Final = column.minutes("departure_delay").optional()
carrier: Final = column.choices("carrier", "large", "small")
control: Final = column.choices("control", *CLASSES).read_from(_read_control_class)
notice: Final = column.days("notice_days", most=366).optional()
chose_refund: Final = column.flag("chose_refund").optional()
in_time: Final = column.flag("claimed_within_year").read_from(_is_claimed_within_year)
elsewhere: Final = column.flag("compensated_elsewhere").optional()
fare: Final = column.money("fare", "CAD").optional()


def _cad(dollars: int) -> Money:
    return Money(f"{dollars}.00", "CAD")


_ELSEWHERE: Final = Rule(
    "compensated-elsewhere",
    when=elsewhere,
    because="compensated for the same event by the rules of another country",
)
_OUTSIDE: Final = Rule(
    "outside-control",
    when=control == OUTSIDE,
    because="outside the carrier's control: it rebooks or refunds (s. 10)",
)
_SAFETY: Final = Rule(
    "required-for-safety",
    when=control == SAFETY,
    because="within control but required for safety: no money, but care (s. 11)",
)


def _delay_rules_of_carrier_size(
    carrier_size: str,
    refund_dollars: int,
    dollars_from_3_hours: int,
    dollars_from_6_hours: int,
    dollars_from_9_hours: int,
) -> list[Rule]:
    """State the rows of a size of carrier; s. 19(1) and (2)."""
    refunded = (carrier == carrier_size) & chose_refund
    flown = (carrier == carrier_size) & ~chose_refund
    at_3, at_6, at_9 = 3 * _HOUR, 6 * _HOUR, 9 * _HOUR
    medium, long = arrival_delay.between(at_3, at_6), arrival_delay.between(at_6, at_9)
    longest = arrival_delay >= at_9
    return [
        Rule(
            f"{carrier_size}-3-to-6-hours",
            when=flown & medium,
            amends=_cad(dollars_from_3_hours),
        ),
        Rule(
            f"{carrier_size}-6-to-9-hours",
            when=flown & long,
            amends=_cad(dollars_from_6_hours),
        ),
        Rule(
            f"{carrier_size}-9-hours",
            when=flown & longest,
            amends=_cad(dollars_from_9_hours),
        ),
        Rule(
            f"{carrier_size}-refund",
            when=refunded & ((arrival_delay >= at_3) | arrival_delay.is_missing),
            amends=_cad(refund_dollars),
        ),
    ]


def _build_delay_table() -> Table:
    return Table(
        "Canada APPR: delay and cancellation",
        (
            *_delay_rules_of_carrier_size("large", 400, 400, 700, 1000),
            *_delay_rules_of_carrier_size("small", 125, 125, 250, 500),
        ),
        otherwise="less than three hours late at the destination",
        exclusions=(
            Rule(
                "told-in-time",
                when=notice > _FORTNIGHT,
                because="told more than 14 days before departure (s. 12)",
            ),
            Rule(
                "claimed-too-late",
                when=~in_time,
                because="not claimed within one year (s. 19(3))",
            ),
            _ELSEWHERE,
            _OUTSIDE,
            _SAFETY,
            Rule(
                "arrival-unknown",
                when=arrival_delay.is_missing & ~chose_refund,
                because="how late they arrived is not recorded: record arrival_delay, "
                "or chose_refund of who did not travel",
            ),
        ),
        is_statutory=True,
        source="APPR, SOR/2019-150, ss. 10 to 12 and 19",
    )


def _build_denied_boarding_table() -> Table:
    at_6, at_9 = 6 * _HOUR, 9 * _HOUR
    long = expected_delay.between(at_6, at_9)
    return Table(
        "Canada APPR: denied boarding",
        (
            Rule("under-6-hours", when=expected_delay < at_6, amends=_cad(900)),
            Rule("6-to-9-hours", when=long, amends=_cad(1800)),
            Rule("9-hours", when=expected_delay >= at_9, amends=_cad(2400)),
        ),
        exclusions=(_ELSEWHERE, _OUTSIDE, _SAFETY),
        is_statutory=True,
        source="APPR, SOR/2019-150, ss. 10 to 12 and 20(1)",
    )


_CARE: Final = Remedy(
    RemedyKind.CARE,
    what="food and drink, a means of communication, and a room where a night comes in",
)


_REBOOKING: Final = Remedy(RemedyKind.REDO, what="another flight, free of charge")


def _iter_stranded_passenger_rules() -> Iterator[Rule]:
    """State what who has not travelled may choose from, whoever is to blame."""
    waits_long = (departure_delay >= 3 * _HOUR) | departure_delay.is_missing
    stranded = arrival_delay.is_missing & waits_long
    back = pay(fare, kind=RemedyKind.REFUND, what="the ticket, so far as not used")
    yield Rule("rebooking", when=stranded & ~chose_refund, alternatives=_REBOOKING)
    yield Rule("refund", when=stranded & ~fare.is_missing, alternatives=back)


def _build_care_table(*further_rules: Rule) -> Table:
    """State what is given besides, also where safety required it; s. 14."""
    not_outside_control = control != OUTSIDE
    return Table(
        "Canada APPR: standards of treatment",
        (
            Rule(
                "care",
                when=not_outside_control & (departure_delay >= 2 * _HOUR),
                amends=_CARE,
            ),
            Rule(
                "wait-unknown",
                when=not_outside_control & departure_delay.is_missing,
                because="how long they waited is not recorded: record departure_delay "
                "to give care",
            ),
            *further_rules,
        ),
        otherwise=Rule(
            "no-care", because="waited less than two hours, or outside its control"
        ),
        hit="sum",
        is_statutory=True,
        source="APPR, SOR/2019-150, ss. 14, 17 and 18",
    )


_BLAME: Final = (
    "Three classes, read from the attribution: within the carrier's control it pays; "
    "within its control but required for safety it owes care, not money; outside its "
    "control neither. Another flight or the ticket back is owed in all three. The most "
    "significant reason decides. What scheduled maintenance finds is no matter of "
    "safety. What nobody knows is within control."
)
_SOURCES: Final = (
    "Classes of control, large and small carriers: airlawdigest.com",
    "The most significant reason decides: CTA Decision 122-C-A-2021 (natacanada.org)",
    "Conditions, care, vouchers, one recovery only: rppa-appr.ca",
)
_UNCERTAIN: Final = (
    (
        "Left out: 30 days to pay or to explain; vouchers only where the customer"
        " chose them in writing, worth more than the cash, and without an end."
    ),
    "That what nobody knows is within control is ours (medium).",
    (
        "A large carrier carried two million passengers or more in each of the two"
        " years before; who is large is a fact of the claim."
    ),
    (
        "Care comes from two hours of waiting on; that who was told twelve hours"
        " before has none is left out."
    ),
)

canada_appr: Final = Schedule(
    code="canada_appr",
    name="Air Passenger Protection Regulations: delay and cancellation",
    jurisdiction="Canada",
    blame=_BLAME,
    sources=(
        "APPR, SOR/2019-150, s. 19: laws-lois.justice.gc.ca, as amended 8 Sept 2022",
        "In force since 15 December 2019: Canadian Transportation Agency",
        *_SOURCES,
    ),
    confidence=Confidence.HIGH,
    uncertain=(
        (
            "Who did not travel is offered another flight or the ticket back from "
            "three hours at the gate on, or where nobody says how long: the hours, and "
            "that it holds for safety too, are from memory (medium to high). Outside "
            "control the refund is for whom no flight takes within 48 hours, which is "
            "not asked. Without `fare` on record there is no sum to give back."
        ),
        (
            "Who chose the refund is paid without an arrival; whoever else has none on "
            "record is paid nothing yet."
        ),
        *_UNCERTAIN,
    ),
    versions={date(2019, 12, 15): _build_delay_table()},
    besides=_build_care_table(*_iter_stranded_passenger_rules()),
    cases=DELAYS,
)

canada_denied_boarding: Final = Schedule(
    code="canada_denied_boarding",
    name="Air Passenger Protection Regulations: denied boarding",
    jurisdiction="Canada",
    blame=_BLAME,
    sources=("APPR, SOR/2019-150, s. 20: laws-lois.justice.gc.ca", *_SOURCES),
    confidence=Confidence.HIGH,
    uncertain=(
        "The first day, 15 July 2019 (medium).",
        (
            "Who was offered no other flight: no source says by what delay, so that "
            "`arrival_delay` is asked for."
        ),
        (
            "It is due at once or within 48 hours by the delay that is expected, and"
            " topped up when the delay grows: what was given before is taken off."
        ),
        *_UNCERTAIN,
    ),
    versions={date(2019, 7, 15): _build_denied_boarding_table()},
    besides=_build_care_table(),
    cases=BOARDING,
)
