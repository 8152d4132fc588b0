"""Hypothesis strategies for every value of the library, one function each.

Everything drawn is valid, met at its boundaries more often than chance would, small
enough to read when a test fails, and, unless the caller asks for more, small enough in
money that a case full of it can be added up. What shrinks becomes plain: few facts,
round numbers, noon of an ordinary day.

Where the extra is installed, Hypothesis knows the types by itself:
``st.from_type(ServiceFailure)`` and ``st.builds(my_function)`` need no import of these.
"""

from .blame import attributions, causes, parties
from .calendars import calendars
from .claims import (
    claims,
    customers,
    failures,
    verdicts,
)
from .dues import contradictions, dues
from .events import details, events, moves
from .levels import service_levels
from .plain import days, durations, moments, shares, texts
from .plugs import (
    attribution_rules,
    authorities,
    detectors,
    engines,
    grants,
    liability_rules,
)
from .processes import processes, refusals
from .reasons import currencies, facts, monies, reasons
from .remedies import awards, offers, remedies

__all__ = [
    "attribution_rules",
    "attributions",
    "authorities",
    "awards",
    "calendars",
    "causes",
    "claims",
    "contradictions",
    "currencies",
    "customers",
    "days",
    "details",
    "detectors",
    "dues",
    "durations",
    "engines",
    "events",
    "facts",
    "failures",
    "grants",
    "liability_rules",
    "moments",
    "monies",
    "moves",
    "offers",
    "parties",
    "processes",
    "reasons",
    "refusals",
    "remedies",
    "service_levels",
    "shares",
    "texts",
    "verdicts",
]
