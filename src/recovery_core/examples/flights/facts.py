"""Which flights failed, and how a failed flight is told: records to service failures.

A rule reads nothing but the facts of a failure. So all it will ask goes in here, in
whole or exact numbers, by names that say their units.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final, NamedTuple

from recovery_core import Claim, Detection, ServiceFailure, Severity

from .data import Flight, Weather

__all__ = [
    "LATE",
    "Disruption",
    "failure",
    "holds",
    "is_disrupted",
    "is_unknown",
    "sky",
]

LATE: Final = 180  # minutes at the destination, from which on a flight counts


class Disruption(NamedTuple):
    """A disrupted flight, with all that the rules will ask about it."""

    flight: Flight
    hour_flights: int
    hour_disrupted: int
    weather: Weather


def is_unknown(flight: Flight) -> bool:
    """Return whether a flight left, and nobody wrote down when it arrived."""
    return flight.has_departed and flight.arrival_delay is None


def is_disrupted(flight: Flight) -> bool:
    """Return whether a flight was cancelled, or arrived three hours late or more."""
    late = flight.arrival_delay
    return not flight.has_departed or (late is not None and late >= LATE)


def failure(disruption: Disruption) -> ServiceFailure:
    """Return a disrupted flight as a service failure that the company noticed first.

    What nobody recorded is left out of the facts: a rule cannot mistake it for a 0.
    """
    flight = disruption.flight
    route = f"{flight.carrier}{flight.number} {flight.origin}-{flight.destination}"
    known: dict[str, bool | int | str | None] = {
        "carrier": flight.carrier,
        "cancelled": not flight.has_departed,
        "distance_miles": flight.miles,
        "arrival_delay_minutes": flight.arrival_delay,
        "departure_delay_minutes": flight.departure_delay,
        "hour_flights": disruption.hour_flights,
        "hour_disrupted": disruption.hour_disrupted,
    }
    return ServiceFailure(
        f"{route} {'late' if flight.has_departed else 'cancelled'}",
        severity=Severity.MODERATE if flight.has_departed else Severity.MAJOR,
        occurred_on=flight.on,
        detection=Detection.COMPANY,
        touchpoint=flight.origin,
        facts={
            **{name: fact for name, fact in known.items() if fact is not None},
            **sky(disruption.weather),
        },
    )


def sky(weather: Weather) -> dict[str, Fraction]:
    """Return the weather as facts; what nobody measured is left out.

    Args:
        weather: The weather of one hour at one airport.
    """
    measured = {
        "visibility_miles": weather.visibility,
        "gust_mph": weather.gust,
        "wind_mph": weather.wind,
        "rain_inches": weather.rain,
        "temperature_f": weather.temperature,
    }
    return {name: fact for name, fact in measured.items() if fact is not None}


def holds(
    claim: Claim, name: str, test: Callable[[Any, Any], bool], bound: int | Fraction
) -> bool:
    """Compare a number among the facts with a bound.

    Args:
        claim: What is asked about.
        name: Which fact; where nobody recorded it, nothing holds.
        test: A comparison, such as `operator.ge`.
        bound: What it is compared with.
    """
    fact = claim.failure.facts.get(name)
    return isinstance(fact, int | Fraction) and test(fact, bound)
