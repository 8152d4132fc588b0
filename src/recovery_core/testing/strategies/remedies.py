"""What is given: remedies, awards, and the offers that carry them."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..._domain.basis_points import BASIS_POINTS
from ..._domain.events import Offer
from ..._domain.remedy import Award, Remedy, RemedyKind
from ._build import cached_strategy, optional, short_tuples
from .plain import durations, moments, texts, whole_numbers
from .reasons import AFFORDABLE, currencies, monies, reasons


@cached_strategy
def remedies(
    currency: str | None = None, *, max_minor: int = AFFORDABLE
) -> SearchStrategy[Remedy]:
    """Draw remedies of every kind.

    Args:
        currency: The only currency to draw; any if not given.
        max_minor: The most that one is worth.

    Returns:
        A strategy for `Remedy`.

    Units: max_minor in minor units, such as cents.
    """
    return _draw_remedy(currency, max_minor)


@st.composite
def _draw_remedy(draw: DrawFn, currency: str | None, max_minor: int) -> Remedy:
    kind = draw(st.sampled_from(RemedyKind))
    values = monies(currency, min_minor=1, max_minor=max_minor)
    value = draw(values if kind.is_monetary else optional(values))
    rate = points = None
    if kind.has_rate:
        rates = whole_numbers(1, BASIS_POINTS)
        rate = draw(rates if value is None else optional(rates))
    if kind.has_number:
        points = draw(whole_numbers(1, 10**6))
    return Remedy(
        kind,
        value,
        what=draw(optional(texts())),
        basis_points=rate,
        points=points,
        is_statutory=draw(st.booleans()),
    )


@cached_strategy
def awards(
    currency: str | None = None, *, max_minor: int = AFFORDABLE
) -> SearchStrategy[Award]:
    """Draw awards in one currency, empty ones included.

    Args:
        currency: The only currency to draw; any if not given.
        max_minor: The most that one remedy is worth.

    Returns:
        A strategy for `Award`.

    Units: max_minor in minor units, such as cents.
    """
    return _draw_award(currency, max_minor)


@st.composite
def _draw_award(draw: DrawFn, currency: str | None, max_minor: int) -> Award:
    code = draw(currencies()) if currency is None else currency
    parts = short_tuples(remedies(code, max_minor=max_minor), most=3)
    because = draw(short_tuples(reasons(), most=1))
    return Award(draw(parts), draw(parts), because, draw(optional(durations())))


@cached_strategy
def offers() -> SearchStrategy[Offer]:
    """Draw offers, standing for a while or for ever.

    Returns:
        A strategy for `Offer`.
    """
    return st.builds(
        Offer,
        awards(),
        st.integers(1, 4),
        optional(moments()),
        optional(texts()),
        short_tuples(reasons(), most=1),
    )
