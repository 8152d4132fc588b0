"""What is plugged into an engine: rules, detectors, authorities; and engines."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..._domain.attribution import Party
from ..._domain.claim import Claim
from ..._domain.remedy import Award, RemedyKind
from ..._domain.verdict import Action
from ...abuse import (
    AbuseDetector,
    ClaimRate,
    ClaimVelocity,
    Tolerant,
    ValueConcentration,
    expiring,
    shadow,
    worst_of,
)
from ...attribution import (
    AssertedBy,
    AttributionRule,
    BarredAboveHalf,
    BarredAtHalf,
    BlameBlind,
    ByEvidence,
    ByWeight,
    CappedCustomerShare,
    Contributory,
    Defence,
    FirstMatch,
    LiabilityRule,
    PureComparative,
    ToRoots,
)
from ...authority import Authority, Grant
from ...engine import RecoveryEngine
from ._build import cached_strategy, optional, short_tuples
from .blame import parties
from .plain import durations, moments, shares, texts
from .reasons import AFFORDABLE, currencies, monies
from .remedies import awards

_BELOW_ONE = st.sampled_from([Fraction(1, 2), Fraction(0), Fraction(3, 4)])
_INNER = st.sampled_from(["1/20", "1/2", "19/20"])
_ACTIONS = st.sampled_from([Action.REVIEW, Action.NOTE, Action.WARN, Action.REFUSE])


@cached_strategy
def attribution_rules() -> SearchStrategy[AttributionRule]:
    """Draw the ready-made rules of attribution, alone and one inside another.

    Returns:
        A strategy for what fits `AttributionRule`.
    """
    plain = st.just(ByWeight()) | st.builds(ByEvidence, _BELOW_ONE, parties())
    to_roots = st.builds(ToRoots, plain)
    asserted = st.sampled_from(["company", "customer"])
    first = st.builds(FirstMatch, st.just(()), parties())
    return st.one_of(plain, to_roots, first, st.builds(AssertedBy, asserted, to_roots))


@cached_strategy
def liability_rules() -> SearchStrategy[LiabilityRule]:
    """Draw the ready-made rules of liability.

    Returns:
        A strategy for what fits `LiabilityRule`.
    """
    known = [BlameBlind(), PureComparative(), BarredAtHalf(), BarredAboveHalf()]
    named = parties().filter(lambda party: party != Party.UNKNOWN)
    defences = st.builds(
        Defence,
        short_tuples(named),
        above=optional(_BELOW_ONE),
        is_two_stage=st.booleans(),
    )
    return st.one_of(
        st.sampled_from([*known, Contributory()]),
        st.builds(CappedCustomerShare, shares()),
        defences,
    )


@cached_strategy
def detectors() -> SearchStrategy[AbuseDetector]:
    """Draw the ready-made detectors, alone and combined.

    Returns:
        A strategy for what fits `AbuseDetector`.
    """
    windows = st.sampled_from([90, 7, 365]).map(timedelta)
    plain = st.one_of(
        st.builds(ClaimVelocity, st.integers(0, 3), windows, action=_ACTIONS),
        st.builds(ClaimRate, _INNER, _INNER, action=_ACTIONS),
        st.builds(ValueConcentration, shares(), action=_ACTIONS),
    )
    return st.one_of(
        plain,
        st.builds(worst_of, plain, plain),
        st.builds(shadow, plain),
        st.builds(expiring, plain, durations()),
        st.builds(Tolerant, plain),
    )


@cached_strategy
def grants(currency: str | None = None) -> SearchStrategy[Grant]:
    """Draw grants without a limit per day, which needs to know the day's spending.

    Args:
        currency: The only currency of limits; any if not given.

    Returns:
        A strategy for `Grant`.
    """
    kinds = st.none() | st.frozensets(st.sampled_from(RemedyKind), max_size=3)
    limits = optional(monies(currency, min_minor=0, max_minor=AFFORDABLE))
    return st.builds(Grant, texts(), kinds, per_incident=limits)


@cached_strategy
def authorities() -> SearchStrategy[Authority]:
    """Draw authorities that limit ana, let kim give anything, and others nothing.

    Returns:
        A strategy for `Authority`.
    """
    ladders = currencies().flatmap(lambda code: short_tuples(grants(code), least=1))
    return ladders.map(_build_authority_of_ana_and_kim)


def _build_authority_of_ana_and_kim(ladder: tuple[Grant, ...]) -> Authority:
    grants = (*ladder, Grant("anything"))
    return Authority(grants, {"ana": ladder[0].role, "kim": "anything"})


@attrs.frozen
class Giving:
    """A policy that gives everybody the same award.

    Args:
        award: What is given.
    """

    award: Award

    def __call__(self, claim: Claim, /) -> Award:
        """Return the award."""
        return self.award


@cached_strategy
def engines() -> SearchStrategy[RecoveryEngine]:
    """Draw engines of the five steps with ready-made plugs and a clock that stands.

    Returns:
        A strategy for `RecoveryEngine`.
    """
    return _draw_engine()


@st.composite
def _draw_engine(draw: DrawFn) -> RecoveryEngine:
    now = draw(moments())
    return RecoveryEngine(
        policy=Giving(draw(awards())),
        attribution=draw(optional(attribution_rules())),
        liability=draw(liability_rules()),
        abuse=draw(optional(detectors())),
        authority=draw(optional(authorities())),
        offer_valid_for=draw(optional(durations())),
        on_hook_error=draw(st.sampled_from(["open", "hold", "raise"])),
        clock=lambda: now,
        new_id=lambda: "C-1",
    )
