"""Whose doing it was: parties, causes, attributions."""

from __future__ import annotations

from fractions import Fraction

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..._domain.attribution import (
    Attribution,
    Cause,
    Controllability,
    Locus,
    Party,
    Stability,
)
from ._build import cached_strategy, optional, short_tuples
from .plain import shares, texts
from .reasons import reasons


@cached_strategy
def parties() -> SearchStrategy[str]:
    """Draw parties: the well-known ones, as member or as text, and another.

    Returns:
        A strategy for texts that name a party.
    """
    return st.sampled_from([*Party, *map(str, Party), "handling agent"])


@cached_strategy
def causes() -> SearchStrategy[Cause]:
    """Draw causes without a parent; see `cause_chains` for those with one.

    Returns:
        A strategy for `Cause`.
    """
    weights = st.sampled_from([Fraction(1), Fraction(0), Fraction(1, 3)])
    told = {
        "weight": weights | st.fractions(0, 10_000, max_denominator=60),
        "stability": st.sampled_from(Stability),
        "controllability": st.sampled_from(Controllability),
        "is_safety": st.booleans(),
        "confidence": shares(),
        "evidence": short_tuples(texts()),
        "asserted_by": st.sampled_from(["company", "customer"]) | texts(),
    }
    usual = st.builds(Cause, texts(), parties(), **told)
    # The side follows from the party; a rule may say otherwise.
    odd = st.builds(Cause, texts(), parties(), locus=st.sampled_from(Locus), **told)
    return usual | odd


@cached_strategy
def cause_chains(most: int = 3) -> SearchStrategy[tuple[Cause, ...]]:
    """Draw the causes of one failure: names unique, parents named before.

    Args:
        most: Most causes.

    Returns:
        A strategy for tuples of `Cause`.
    """
    return _draw_cause_chain(most)


@st.composite
def _draw_cause_chain(draw: DrawFn, most: int) -> tuple[Cause, ...]:
    found = draw(st.lists(causes(), max_size=most, unique_by=lambda c: c.name))
    for position in range(1, len(found)):
        earlier = [cause.name for cause in found[:position]]
        parent = draw(optional(st.sampled_from(earlier)))
        found[position] = attrs.evolve(found[position], parent=parent)
    return tuple(found)


def _shares_by_party(units_by_party: dict[str, int]) -> dict[str, Fraction]:
    whole = sum(units_by_party.values())
    return {party: Fraction(part, whole) for party, part in units_by_party.items()}


@cached_strategy
def attributions() -> SearchStrategy[Attribution]:
    """Draw attributions, often to few parties, sometimes by the weight of causes.

    Returns:
        A strategy for `Attribution`.
    """
    because = short_tuples(reasons(), most=1)
    units = st.dictionaries(parties(), st.integers(1, 12), min_size=1, max_size=4)
    return st.one_of(
        st.builds(Attribution, units.map(_shares_by_party), because=because),
        st.builds(
            Attribution.by_weight,
            cause_chains(),
            unknown=st.integers(0, 3),
            because=because,
        ),
        st.builds(Attribution, units.map(_shares_by_party), cause_chains(), because),
    )
