"""Which strategy draws which type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from .._domain.attribution import Attribution, Cause
from .._domain.calendar import Calendar
from .._domain.case import Case
from .._domain.claim import Claim
from .._domain.customer import Customer, PastClaim
from .._domain.due import Contradiction, Due
from .._domain.events import TAGS, Detail
from .._domain.failure import FailureKind, ServiceFailure
from .._domain.log import Event
from .._domain.money import Money
from .._domain.move import Move
from .._domain.reason import Fact, Facts, Reason
from .._domain.remedy import Award, Remedy
from .._domain.service_level import ServiceLevel, Timing
from .._domain.verdict import Verdict
from ..abuse import AbuseDetector
from ..attribution import AttributionRule, LiabilityRule
from ..authority import Authority, AuthorityRule, Grant
from ..engine import RecoveryEngine
from ..errors import RecoveryError, TransitionNotAllowedError
from ..process import Process
from . import strategies as drawn
from .strategies.claims import failure_kinds, past_claims
from .strategies.levels import timings
from .strategies.reasons import fact_values
from .walks import recoveries

_Draw = Callable[[], SearchStrategy[Any]]


def _build_details_strategy_maker(kind: type[Detail]) -> _Draw:
    return lambda: drawn.details(kind)


STRATEGIES: Final[Mapping[Any, _Draw]] = MappingProxyType(
    {
        **{kind: _build_details_strategy_maker(kind) for kind in TAGS.values()},
        AbuseDetector: drawn.detectors,
        Attribution: drawn.attributions,
        AttributionRule: drawn.attribution_rules,
        Authority: drawn.authorities,
        AuthorityRule: drawn.authorities,
        Award: drawn.awards,
        Calendar: drawn.calendars,
        Case: recoveries,
        Cause: drawn.causes,
        Claim: drawn.claims,
        Contradiction: drawn.contradictions,
        Customer: drawn.customers,
        Detail: drawn.details,
        Due: drawn.dues,
        Event: drawn.events,
        Fact: fact_values,
        Facts: drawn.facts,
        FailureKind: failure_kinds,
        Grant: drawn.grants,
        LiabilityRule: drawn.liability_rules,
        Money: drawn.monies,
        Move: drawn.moves,
        PastClaim: past_claims,
        Process: drawn.processes,
        Reason: drawn.reasons,
        RecoveryEngine: drawn.engines,
        RecoveryError: drawn.refusals,
        Remedy: drawn.remedies,
        ServiceFailure: drawn.failures,
        ServiceLevel: drawn.service_levels,
        Timing: timings,
        TransitionNotAllowedError: drawn.refusals,
        Verdict: drawn.verdicts,
    }
)
"""By type, or union of types, what draws it; enumerations Hypothesis knows itself."""


def find_strategy(type_or_union: Any) -> SearchStrategy[Any] | None:
    """Find what draws a type.

    Args:
        type_or_union: The type, or a union of types.

    Returns:
        Its strategy; None where there is no better one than Hypothesis's own.
    """
    draw = STRATEGIES.get(type_or_union)
    return None if draw is None else draw()


def register_type_strategies() -> None:
    """Register every type with Hypothesis, for one that cannot ask when it needs to."""
    for kind, draw in STRATEGIES.items():
        if isinstance(kind, type):
            st.register_type_strategy(kind, _build_resolver(draw))


def _build_resolver(draw: _Draw) -> Callable[[Any], SearchStrategy[Any]]:
    return lambda _: draw()
